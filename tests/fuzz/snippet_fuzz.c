/*
 * snippet_fuzz.c -- hostile bytes as query and as text: how long the passage may be in the first byte, the query up to the end of
 * the first line, then the text. Whatever they are, offsets stand on characters inside the text, in order and apart; the passage
 * is not longer than was asked for; what is shown is valid UTF-8 to which nothing but the markers was added; and each part of a query
 * is found in itself.
 */
#include "snippet.h"
#include "text.h"
#include "typed.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* Moves on to an offset, which must be where a character begins, or the end. Returns the characters between. */
static size_t walk(const char *text, size_t length, size_t *at, size_t offset)
{
	int32_t character;
	size_t count = 0;

	for (; *at < offset; count++)
		*at += segment_character(text + *at, length - *at, &character);
	require(*at == offset);
	return count;
}

/* Returns the characters of the passage. */
static size_t check_offsets(const struct snippet *snippet, const char *text, size_t length, size_t characters)
{
	size_t at = 0, count = 0;

	require(snippet->start <= snippet->end && snippet->end <= length);
	walk(text, length, &at, snippet->start);
	for (size_t i = 0; i < snippet->count; i++) {
		require(snippet->marks[i].start < snippet->marks[i].end && snippet->marks[i].end <= snippet->end);
		require(i == 0 || snippet->marks[i].start > snippet->marks[i - 1].end);
		count += walk(text, length, &at, snippet->marks[i].start);
		count += walk(text, length, &at, snippet->marks[i].end);
	}
	count += walk(text, length, &at, snippet->end);
	require(count <= characters);
	require((snippet->words > 0) == (snippet->count > 0) && snippet->words <= QUERY_TERMS);
	return count;
}

/* Without markers, and with markers of one byte: the difference is the markers. */
static void check_shown(const struct snippet *snippet, const char *text, size_t length, size_t characters)
{
	static const struct snippet_style none = { NULL, NULL, NULL }, letters = { "A", "B", NULL };
	char *plain = snippet_text(snippet, text, length, &none), *marked = snippet_text(snippet, text, length, &letters);

	require(plain && marked);
	require(text_is_valid_utf8(plain, strlen(plain)) && text_is_valid_utf8(marked, strlen(marked)));
	require(strlen(marked) == strlen(plain) + 2 * snippet->count);
	require(text_count(plain) == characters);
	free(plain);
	free(marked);
}

static struct snippet find(struct analyzer *analyzer, const struct query *query, const char *text, size_t length, size_t characters)
{
	struct snippet_pattern *pattern = snippet_pattern_new(analyzer, ANALYZER_GERMAN, query);
	struct snippet snippet;

	require(pattern != NULL);
	require(snippet_find(analyzer, ANALYZER_GERMAN, pattern, text, length, characters, &snippet) == 0);
	snippet_pattern_free(pattern);
	return snippet;
}

static void check(struct analyzer *analyzer, const char *typed, bool typing, const char *text, size_t length, size_t characters)
{
	struct snippet snippet;
	struct query query;

	require(typed_read(analyzer, ANALYZER_GERMAN, typed, typing, &query) == 0);
	snippet = find(analyzer, &query, text, length, characters);
	check_shown(&snippet, text, length, check_offsets(&snippet, text, length, characters));
	snippet_free(&snippet);
	for (size_t i = 0; i < query.count; i++) {
		snippet = find(analyzer, &query, query.parts[i].text, query.parts[i].length, SIZE_MAX);
		require(snippet.count > 0 || query.parts[i].excluded);
		snippet_free(&snippet);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct analyzer *analyzer;
	size_t characters = size > 0 ? data[0] + 1u : 1, line, rest;
	char *typed;

	if (!analyzer)
		analyzer = analyzer_new();
	require(analyzer != NULL);
	data += size > 0;
	size -= size > 0;
	for (line = 0; line < size && data[line] != '\n';)
		line++;
	rest = line + (line < size);
	typed = malloc(line + 1);
	require(typed != NULL);
	if (line > 0)
		memcpy(typed, data, line);
	typed[line] = '\0';
	check(analyzer, typed, true, (const char *)data + rest, size - rest, characters);
	check(analyzer, typed, false, (const char *)data + rest, size - rest, characters);
	free(typed);
	return 0;
}
