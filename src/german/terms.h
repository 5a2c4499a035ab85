/* terms.h -- the terms of one position, before they are handed over. */
#ifndef NMK_TERMS_H
#define NMK_TERMS_H

#include "german.h"

#define TERMS_COUNT 32
#define TERMS_BYTES 4096

/* Full is not an error: what comes later is worth less, and is left out. */
struct terms {
	size_t   count;
	size_t   used;
	uint16_t lengths[TERMS_COUNT];
	uint8_t  kinds[TERMS_COUNT];
	char     text[TERMS_BYTES];    /* one behind the other, with their marks */
};

/* Add a term with the mark of its kind, unless it is there already. */
void terms_add(struct terms *terms, enum term_kind kind, const char *text, size_t length);

/* Add all those of others that are not there already. */
void terms_join(struct terms *terms, const struct terms *others);

/* Hand them over; those behind the first share its position. */
int terms_hand_over(const struct terms *terms, struct term *term, term_sink sink, void *context);

/*
 * Terms of words that came before, by the bytes of the word: texts say the same words again and again.
 */
struct cache;

struct cache *cache_new(void);             /* NULL: out of memory */
void cache_free(struct cache *cache);      /* NULL is allowed     */

/* The terms of a word, until the next one is put; NULL: it is not there. */
struct cached;
enum cached_kind { CACHED_TERMS, CACHED_PLAIN };    /* all that a document has of a word, or its plain form */
const struct cached *cache_find(const struct cache *cache, enum cached_kind kind, enum analyzer_language language, const char *word, size_t length);
int cached_hand_over(const struct cached *cached, struct term *term, term_sink sink, void *context);
void cached_copy(const struct cached *cached, struct terms *terms);
void cache_put(struct cache *cache, enum cached_kind kind, enum analyzer_language language, const char *word, size_t length,
	       const struct terms *terms);
#endif
