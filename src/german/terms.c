#include "terms.h"

#include <stdlib.h>
#include <string.h>

static char mark_of(enum term_kind kind, const char *text)
{
	if (*text == TERM_MARK_FOREIGN)
		return '\0';
	switch (kind) {
	case TERM_STEM:
		return '\0';
	case TERM_EXACT:
		return TERM_MARK_EXACT;
	case TERM_PART:
		return TERM_MARK_PART;
	}
	return '\0';
}

static bool is_there(const struct terms *terms, const char *term, size_t length)
{
	size_t at = 0;

	for (size_t i = 0; i < terms->count; at += terms->lengths[i++]) {
		if (terms->lengths[i] == length && memcmp(terms->text + at, term, length) == 0)
			return true;
	}
	return false;
}

void terms_add(struct terms *terms, enum term_kind kind, const char *text, size_t length)
{
	char mark = length > 0 ? mark_of(kind, text) : '\0', *term = terms->text + terms->used;
	size_t size = length + (mark != '\0');

	if (length == 0 || size > ANALYZER_TERM_SIZE || terms->count == TERMS_COUNT || size > TERMS_BYTES - terms->used)
		return;
	if (mark)
		*term = mark;
	memcpy(term + (mark != '\0'), text, length);
	if (is_there(terms, term, size))
		return;
	terms->kinds[terms->count] = (uint8_t)kind;
	terms->lengths[terms->count++] = (uint16_t)size;
	terms->used += size;
}

void terms_join(struct terms *terms, const struct terms *others)
{
	size_t at = 0;

	for (size_t i = 0; i < others->count; at += others->lengths[i++]) {
		enum term_kind kind = (enum term_kind)others->kinds[i];
		size_t mark = kind != TERM_STEM && others->text[at] != TERM_MARK_FOREIGN;

		terms_add(terms, kind, others->text + at + mark, others->lengths[i] - mark);
	}
}

int terms_hand_over(const struct terms *terms, struct term *term, term_sink sink, void *context)
{
	size_t at = 0;
	int rc = 0;

	for (size_t i = 0; i < terms->count && rc == 0; at += terms->lengths[i++]) {
		term->text = terms->text + at;
		term->length = terms->lengths[i];
		term->kind = (enum term_kind)terms->kinds[i];
		term->same_position = i > 0;
		rc = sink(context, term);
	}
	return rc;
}

/* ---- the cache: each word has one place, and the newest has it ---- */

#define PLACES      8192   /* a power of two */
#define WORD_BYTES  33
#define KEPT_TERMS  12
#define KEPT_BYTES  208

/* Where the word is stands in one line of the processor's memory, and mostly its first terms do too. */
struct cached {
	uint8_t length;                 /* 0: free */
	uint8_t kind;                   /* and language */
	uint8_t count;
	uint8_t lengths[KEPT_TERMS];
	char    word[WORD_BYTES];
	char    text[KEPT_BYTES];
};

struct cache {
	struct cached places[PLACES];
};

struct cache *cache_new(void)
{
	return calloc(1, sizeof(struct cache));
}

void cache_free(struct cache *cache)
{
	free(cache);
}

static uint8_t kind_and_language(enum cached_kind kind, enum analyzer_language language)
{
	return (uint8_t)(kind * (ANALYZER_OTHER + 1) + language);
}

static size_t place_of(uint8_t kind, const char *word, size_t length)
{
	uint32_t hash = 2166136261U + kind;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)word[i]) * 16777619U;
	return (hash ^ hash >> 15) & (PLACES - 1);
}

const struct cached *cache_find(const struct cache *cache, enum cached_kind kind, enum analyzer_language language, const char *word,
				size_t length)
{
	uint8_t both = kind_and_language(kind, language);
	const struct cached *place;

	if (length > WORD_BYTES)
		return NULL;
	place = &cache->places[place_of(both, word, length)];
	if (place->length != length || place->kind != both || memcmp(place->word, word, length) != 0)
		return NULL;
	return place;
}

static enum term_kind kind_of(const char *term)
{
	return *term == TERM_MARK_EXACT ? TERM_EXACT : *term == TERM_MARK_PART ? TERM_PART : TERM_STEM;
}

int cached_hand_over(const struct cached *cached, struct term *term, term_sink sink, void *context)
{
	const char *text = cached->text;
	int rc = 0;

	for (size_t i = 0; i < cached->count && rc == 0; text += cached->lengths[i++]) {
		term->text = text;
		term->length = cached->lengths[i];
		term->kind = kind_of(text);
		term->same_position = i > 0;
		rc = sink(context, term);
	}
	return rc;
}

void cached_copy(const struct cached *cached, struct terms *terms)
{
	terms->count = cached->count;
	terms->used = 0;
	for (size_t i = 0; i < cached->count; i++) {
		terms->kinds[i] = (uint8_t)kind_of(cached->text + terms->used);
		terms->lengths[i] = cached->lengths[i];
		terms->used += cached->lengths[i];
	}
	memcpy(terms->text, cached->text, terms->used);
}

void cache_put(struct cache *cache, enum cached_kind kind, enum analyzer_language language, const char *word, size_t length,
	       const struct terms *terms)
{
	uint8_t both = kind_and_language(kind, language);
	struct cached *place;

	if (length > WORD_BYTES || terms->count > KEPT_TERMS || terms->used > KEPT_BYTES)
		return;
	place = &cache->places[place_of(both, word, length)];
	place->length = (uint8_t)length;
	place->kind = both;
	place->count = (uint8_t)terms->count;
	memcpy(place->word, word, length);
	memcpy(place->text, terms->text, terms->used);
	for (size_t i = 0; i < terms->count; i++)
		place->lengths[i] = (uint8_t)terms->lengths[i];
}
