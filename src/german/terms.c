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

/* ---- the cache: each word has one place among the short, or the long ones, and the newest has it ---- */

#define SHORT_PLACES 32768   /* powers of two */
#define LONG_PLACES  4096
#define SHORT_BYTES  64      /* one line of the processor's memory: most words and their terms fit in */
#define LONG_BYTES   256

/* A word and its terms: three numbers, the lengths of the terms, the word, the terms. */
struct cached {
	uint8_t length;       /* of the word; 0: the place is free */
	uint8_t kind;         /* and language                      */
	uint8_t count;        /* of terms                          */
	uint8_t rest[];
};

struct cache {
	uint8_t (*short_places)[SHORT_BYTES];
	uint8_t (*long_places)[LONG_BYTES];
	uint8_t memory[SHORT_PLACES * SHORT_BYTES + LONG_PLACES * LONG_BYTES + SHORT_BYTES];
};

/* What is not used of it is no memory of the machine. */
struct cache *cache_new(void)
{
	struct cache *cache = calloc(1, sizeof *cache);
	size_t behind = cache ? (uintptr_t)cache->memory % SHORT_BYTES : 0;
	uint8_t *aligned = cache ? cache->memory + (SHORT_BYTES - behind) % SHORT_BYTES : NULL;

	if (cache) {
		cache->short_places = (uint8_t (*)[SHORT_BYTES])aligned;
		cache->long_places = (uint8_t (*)[LONG_BYTES])(aligned + SHORT_PLACES * SHORT_BYTES);
	}
	return cache;
}

void cache_free(struct cache *cache)
{
	free(cache);
}

static uint8_t kind_and_language(enum cached_kind kind, enum analyzer_language language)
{
	return (uint8_t)(kind * (ANALYZER_OTHER + 1) + language);
}

static uint32_t hash_of(uint8_t kind, const char *word, size_t length)
{
	uint32_t hash = 2166136261U + kind;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)word[i]) * 16777619U;
	return hash ^ hash >> 15;
}

static bool is_word(const struct cached *cached, uint8_t kind, const char *word, size_t length)
{
	return cached->length == length && cached->kind == kind && memcmp(cached->rest + cached->count, word, length) == 0;
}

const struct cached *cache_find(const struct cache *cache, enum cached_kind kind, enum analyzer_language language, const char *word,
				size_t length)
{
	uint8_t both = kind_and_language(kind, language);
	uint32_t hash = hash_of(both, word, length);
	const struct cached *cached = (const struct cached *)cache->short_places[hash & (SHORT_PLACES - 1)];

	if (is_word(cached, both, word, length))
		return cached;
	cached = (const struct cached *)cache->long_places[hash & (LONG_PLACES - 1)];
	return is_word(cached, both, word, length) ? cached : NULL;
}

static const char *terms_of(const struct cached *cached)
{
	return (const char *)cached->rest + cached->count + cached->length;
}

static enum term_kind kind_of(const char *term)
{
	return *term == TERM_MARK_EXACT ? TERM_EXACT : *term == TERM_MARK_PART ? TERM_PART : TERM_STEM;
}

int cached_hand_over(const struct cached *cached, struct term *term, term_sink sink, void *context)
{
	const char *text = terms_of(cached);
	int rc = 0;

	for (size_t i = 0; i < cached->count && rc == 0; text += cached->rest[i++]) {
		term->text = text;
		term->length = cached->rest[i];
		term->kind = kind_of(text);
		term->same_position = i > 0;
		rc = sink(context, term);
	}
	return rc;
}

void cached_copy(const struct cached *cached, struct terms *terms)
{
	const char *text = terms_of(cached);

	terms->count = cached->count;
	terms->used = 0;
	for (size_t i = 0; i < cached->count; i++) {
		terms->kinds[i] = (uint8_t)kind_of(text + terms->used);
		terms->lengths[i] = cached->rest[i];
		terms->used += cached->rest[i];
	}
	memcpy(terms->text, text, terms->used);
}

void cache_put(struct cache *cache, enum cached_kind kind, enum analyzer_language language, const char *word, size_t length,
	       const struct terms *terms)
{
	uint8_t both = kind_and_language(kind, language);
	uint32_t hash = hash_of(both, word, length);
	size_t size = sizeof(struct cached) + terms->count + length + terms->used;
	struct cached *cached = (struct cached *)(size <= SHORT_BYTES ? cache->short_places[hash & (SHORT_PLACES - 1)]
								      : cache->long_places[hash & (LONG_PLACES - 1)]);

	if (length == 0 || size > LONG_BYTES)
		return;
	cached->length = (uint8_t)length;
	cached->kind = both;
	cached->count = (uint8_t)terms->count;
	for (size_t i = 0; i < terms->count; i++)
		cached->rest[i] = (uint8_t)terms->lengths[i];
	memcpy(cached->rest + terms->count, word, length);
	memcpy(cached->rest + terms->count + length, terms->text, terms->used);
}
