/* word_list.h -- words in their order, close together: what the rows of the vocabulary hold. Pure.
 *
 * Of each word only the end is written that the word before does not have. A list is read from its beginning, a few nanoseconds a word. */
#ifndef NMK_WORD_LIST_H
#define NMK_WORD_LIST_H

#include <stdint.h>
#include "buffer.h"

/* What words are about, the first byte of their keys. A topic's key goes on with TOPIC_END and the topic as it is written: names that
 * are folded to the same stay two. */
enum word_kind { KIND_TOPIC = 't', KIND_WORD = 'w' };
#define TOPIC_END '\x01'

/* Longer ones are left out: they are no words that people look for. */
#define LISTED_KEY     512
#define LISTED_WRITTEN 255

struct listed_word {
	const char *key;            /* its kind and its plain form; not NUL-terminated     */
	size_t      length;
	const char *written;        /* as a nano has it; not NUL-terminated                */
	size_t      written_length;
	int64_t     documents;      /* how many have it; 1 or more                         */
	int64_t     titles;         /* how many of these have it in the title              */
};

/* Keys are compared as bytes, shorter ones first. */
int key_compare(const char *a, size_t a_length, const char *b, size_t b_length);

struct list_writer {
	struct buffer bytes;
	char          key[LISTED_KEY];    /* of the word before */
	size_t        length;
};

/* Starts with { 0 }; words come in the order of their keys. The buffer is the caller's to free. */
void list_add(struct list_writer *writer, const struct listed_word *word);

struct list_reader {
	const unsigned char *at, *end;
	char   key[LISTED_KEY];
	char   written[LISTED_WRITTEN];
	bool   damaged;              /* the rest cannot be read                       */
	struct listed_word word;     /* points into this and is valid until the next  */
};

void list_start(struct list_reader *reader, const void *bytes, size_t length);
bool list_next(struct list_reader *reader);
#endif
