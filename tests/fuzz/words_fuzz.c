/*
 * words_fuzz.c -- a file of words of which nothing is as it should be, and lines of own words that are none: refused, or read within
 * their bounds; texts of which words are taken; and whatever they say, analysis ends and parts tile their word.
 */
#include "alternatives.h"
#include "compound.h"
#include "own_words.h"
#include "text.h"
#include "word_lexicon.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char sample[] = "Die Umsatzsteuervoranmeldung und -abgabe, geh\xC3\xB6rt gegeben abgegeben aaaa abab E-Mail C++ z.B. Lehrer*innen";

static void require(bool holds)
{
	if (!holds)
		abort();
}

static int take_term(void *context, const struct term *term)
{
	(void)context;
	require(term->length > 0 && term->length <= ANALYZER_TERM_SIZE);
	return 0;
}

static int take_word(void *context, const struct alternatives *word)
{
	(void)context;
	require(word->count > 0 && word->count <= ALTERNATIVES_MAXIMUM);
	return 0;
}

static void analyze(const struct lexicon *lexicon, const struct own_words *own)
{
	struct analyzer *analyzer = analyzer_new_with(lexicon, own);

	require(analyzer != NULL);
	require(analyzer_run(analyzer, ANALYZER_GERMAN, ANALYZER_DOCUMENT, sample, strlen(sample), take_term, NULL) == 0);
	require(alternatives_run(analyzer, ANALYZER_GERMAN, sample, strlen(sample), take_word, NULL) == 0);
	analyzer_free(analyzer);
}

static void split(const struct lexicon *lexicon, const char *word, size_t length)
{
	const struct vocabulary vocabulary = { .lexicon = lexicon };
	struct compound compound;
	size_t start = 0;

	compound_split(&vocabulary, word, length, &compound);
	require(compound.count >= 1 && compound.count <= COMPOUND_PARTS);
	for (uint8_t i = 0; i < compound.count && length > 0; i++) {
		require(compound.ends[i] > start);
		start = compound.ends[i];
	}
	require(start == length);
}

static void read_lexicon(const uint8_t *data, size_t size)
{
	void *bytes = malloc(size + 1);
	struct lexicon *lexicon;

	require(bytes != NULL);
	memcpy(bytes, data, size);
	if (lexicon_from_memory(bytes, size, &lexicon) != LEXICON_OK)
		return;
	for (size_t length = 0; length <= COMPOUND_LETTERS && length <= size; length += 7)
		split(lexicon, (const char *)data + size - length, length);
	split(lexicon, "abababab", 8);
	analyze(lexicon, NULL);
	lexicon_close(lexicon);
}

/* Of any text there is a lexicon, and the text has its words. */
static void read_text(const uint8_t *data, size_t size)
{
	struct word_lexicon *words = word_lexicon_new();
	struct lexicon *lexicon;
	unsigned char *bytes;
	size_t length, count;

	require(words != NULL && word_lexicon_read(words, (const char *)data, size) == LEXICON_OK);
	require(word_lexicon_finish(words, &bytes, &length, &count) == LEXICON_OK);
	require(lexicon_from_memory(bytes, length, &lexicon) == LEXICON_OK);
	require(word_lexicon_covers(words, lexicon, count));
	analyze(lexicon, NULL);
	lexicon_close(lexicon);
	word_lexicon_free(words);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct own_words *words;
	struct own_words_fault fault;
	int rc;

	if (size == 0)
		return 0;
	read_lexicon(data, size);
	read_text(data, size);
	rc = own_words_read((const char *)data, size, NULL, &words, &fault);
	require((rc == OWN_WORDS_OK) == (words != NULL) && (rc == OWN_WORDS_INVALID) == (fault.line > 0));
	if (words)
		analyze(NULL, words);
	own_words_free(words);
	return 0;
}
