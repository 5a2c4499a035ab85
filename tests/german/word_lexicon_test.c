/* word_lexicon_test.c -- words of texts part compounds. */
#include "german_test.h"

#include "analysis.h"
#include "word_lexicon.h"

#include <stdlib.h>

static struct lexicon *finished(struct word_lexicon *words, size_t *count)
{
	struct lexicon *lexicon;
	unsigned char *bytes;
	size_t size;

	assert_int_equal(LEXICON_OK, word_lexicon_finish(words, &bytes, &size, count));
	assert_int_equal(LEXICON_OK, lexicon_from_memory(bytes, size, &lexicon));
	return lexicon;
}

static struct lexicon *lexicon_of(const char *text, size_t *count)
{
	struct word_lexicon *words = word_lexicon_new();
	struct lexicon *lexicon;

	assert_non_null(words);
	assert_int_equal(LEXICON_OK, word_lexicon_read(words, text, strlen(text)));
	lexicon = finished(words, count);
	word_lexicon_free(words);
	return lexicon;
}

/* The parts with bars between them, in the letters of a lexicon. */
static void split(const struct lexicon *lexicon, const char *text, char parts[2 * COMPOUND_LETTERS])
{
	const struct vocabulary vocabulary = { .lexicon = lexicon };
	char letters[COMPOUND_LETTERS];
	struct compound compound;
	struct folded folded;
	struct word word;
	size_t at = 0, count, length = 0, start = 0;

	assert_true(segment_next(text, strlen(text), &at, &word));
	fold_word(&folded, ANALYZER_GERMAN, FOLD_JOIN, text, &word);
	assert_true(analysis_letters(&folded, letters, &count));
	compound_split(&vocabulary, letters, count, &compound);
	for (size_t i = 0; i < compound.count; start = compound.ends[i++]) {
		if (i > 0)
			parts[length++] = '|';
		memcpy(parts + length, letters + start, compound.ends[i] - start);
		length += compound.ends[i] - start;
	}
	parts[length] = '\0';
}

static void assert_parted(const char *expected, const char *words, const char *word)
{
	char parts[2 * COMPOUND_LETTERS];
	size_t count;
	struct lexicon *lexicon = lexicon_of(words, &count);

	split(lexicon, word, parts);
	lexicon_close(lexicon);
	assert_string_equal(expected, parts);
}

static void test_word_lexicon__parts_words_by_others(void **state)
{
	(void)state;
	assert_parted("umsatz|steuer", "Umsatz und Steuer", "Umsatzsteuer");
	assert_parted("umsatzsteuer", "umsatz und Steuer", "Umsatzsteuer");
	assert_parted("umsatzsteuer", "Umsatz", "Umsatzsteuer");
	assert_parted("umsatz|steuer|erkl\xE4rung", "Umsatz, Steuer. Erklärung", "Umsatzsteuererklärung");
	assert_parted("umsatzsteuer|erkl\xE4rung", "Umsatzsteuer; Erklärung", "Umsatzsteuererklärung");
	assert_parted("gr\xF6ssen|ordnung", "Größen, Ordnung", "GRÖSSENORDNUNG");
}

/* What has parts is none of the lexicon, or it would be one word wherever it stands. */
static void test_word_lexicon__parts_words_of_the_texts_too(void **state)
{
	(void)state;
	assert_parted("umsatz|steuer", "Umsatz Steuer Umsatzsteuer", "Umsatzsteuer");
	assert_parted("umsatz|steuer|recht", "Umsatzsteuer Recht Umsatz Steuer Umsatzsteuerrecht", "Umsatzsteuerrecht");
}

static void test_word_lexicon__knows_how_parts_are_linked(void **state)
{
	(void)state;
	assert_parted("versicherungs|vertrag", "Versicherung Vertrag", "Versicherungsvertrag");
	assert_parted("arbeits|vertrag", "Arbeit Vertrag", "Arbeitsvertrag");
	assert_parted("sprach|kurs", "Sprache Kurs", "Sprachkurs");
	assert_parted("aktien|handel", "Aktien Handel", "Aktienhandel");
	assert_parted("vertragarbeits", "Arbeit Vertrag", "Vertragarbeits");    /* never at the end */
	assert_parted("orts|kurs", "Orts Kurs", "Ortskurs");
	assert_parted("ortskurs", "Ort Kurs", "Ortskurs");                      /* too short to be sure */
}

static void test_word_lexicon__takes_no_endings_for_parts(void **state)
{
	(void)state;
	assert_parted("wirtschaft", "Wirt Schaft", "Wirtschaft");
	assert_parted("gasthaft", "Gast Haft", "Gasthaft");
	assert_parted("unterricht", "Unter Richt", "Unterricht");
	assert_parted("weineis", "Wein Eis", "Weineis");
}

struct stems { char text[400]; };

static int add_stem(void *context, const struct term *term)
{
	struct stems *stems = context;
	size_t length = strlen(stems->text);

	snprintf(stems->text + length, sizeof stems->text - length, "%.*s ", (int)term->length, term->text);
	return 0;
}

/* What it has not may be a word: spellings meet as they do without a lexicon. */
static void test_word_lexicon__changes_nothing_of_words_that_it_has_not(void **state)
{
	static const char text[] = "ge\xC3\xBC" "bt geuebt Men\xC3\xBC Menue aktuell Poesie neue H\xC3\xA4user Haus gelernt Lehrer*innen";
	struct stems with = { "" }, without = { "" };
	size_t count;
	struct lexicon *lexicon = lexicon_of("Umsatz und Steuer", &count);
	struct analyzer *analyzer = analyzer_new_with(lexicon, NULL), *other = analyzer_new_with(NULL, NULL);

	(void)state;
	assert_int_equal(0, analyzer_run(analyzer, ANALYZER_GERMAN, ANALYZER_DOCUMENT, text, strlen(text), add_stem, &with));
	assert_int_equal(0, analyzer_run(other, ANALYZER_GERMAN, ANALYZER_DOCUMENT, text, strlen(text), add_stem, &without));
	assert_string_equal(without.text, with.text);
	analyzer_free(analyzer);
	analyzer_free(other);
	lexicon_close(lexicon);
}

static void test_word_lexicon__is_empty_without_words(void **state)
{
	static const char *const texts[] = { "", "umsatz steuer", "Ein Tee am See", "C++ R2D2 123", "\xFF\xC3", "Über Aber" };

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		size_t count = 9;

		lexicon_close(lexicon_of(texts[i], &count));
		if (count != 0)
			fail_msg("%zu words of '%s'", count, texts[i]);
	}
}

static void test_word_lexicon__counts_a_word_once_however_often_it_stands(void **state)
{
	struct word_lexicon *words = word_lexicon_new();
	char text[32];
	size_t count;

	(void)state;
	for (size_t i = 0; i < 20000; i++) {
		snprintf(text, sizeof text, "Kw%c%c%c", (int)('a' + i % 10), (int)('a' + i / 10 % 10), (int)('a' + i / 100 % 10));
		assert_int_equal(LEXICON_OK, word_lexicon_read(words, text, strlen(text)));
	}
	lexicon_close(finished(words, &count));
	word_lexicon_free(words);
	assert_int_equal(1000, count);
}

/* Of too many those stay that stand there most often. */
static void test_word_lexicon__has_at_most_a_hundred_thousand_words(void **state)
{
	struct word_lexicon *words = word_lexicon_new();
	struct lexicon_word found;
	struct lexicon *lexicon;
	size_t count;

	(void)state;
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < (round == 0 ? 100001 : 3); i++) {
			char text[32] = "Zwx";
			size_t length = 3;

			for (int rest = i, digit = 0; digit < 6; digit++, rest /= 10)
				text[length++] = (char)('a' + rest % 10);
			assert_int_equal(LEXICON_OK, word_lexicon_read(words, text, length));
		}
	}
	lexicon = finished(words, &count);
	assert_int_equal(3, count);
	assert_true(lexicon_find(lexicon, "zwxcaaaaa", 9, &found));
	assert_false(lexicon_find(lexicon, "zwxdaaaaa", 9, &found));
	lexicon_close(lexicon);
	word_lexicon_free(words);
}

static bool covers(const char *text, const struct lexicon *lexicon, size_t count)
{
	struct word_lexicon *words = word_lexicon_new();
	bool all;

	assert_int_equal(LEXICON_OK, word_lexicon_read(words, text, strlen(text)));
	all = word_lexicon_covers(words, lexicon, count);
	word_lexicon_free(words);
	return all;
}

static void test_word_lexicon_covers__tells_a_word_that_is_gone(void **state)
{
	size_t count;
	struct lexicon *lexicon = lexicon_of("Arbeit Vertrag Arbeitsvertrag", &count);

	(void)state;
	assert_int_equal(2, count);
	assert_true(covers("Arbeit Vertrag Arbeitsvertrag", lexicon, count));
	assert_true(covers("Vertrag, Haus, Arbeit, Arbeit", lexicon, count));
	assert_false(covers("Vertrag", lexicon, count));
	assert_false(covers("Arbeits Vertrag", lexicon, count));
	assert_false(covers("", lexicon, count));
	lexicon_close(lexicon);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_word_lexicon__parts_words_by_others),
		cmocka_unit_test(test_word_lexicon__parts_words_of_the_texts_too),
		cmocka_unit_test(test_word_lexicon__knows_how_parts_are_linked),
		cmocka_unit_test(test_word_lexicon__takes_no_endings_for_parts),
		cmocka_unit_test(test_word_lexicon__changes_nothing_of_words_that_it_has_not),
		cmocka_unit_test(test_word_lexicon__is_empty_without_words),
		cmocka_unit_test(test_word_lexicon__counts_a_word_once_however_often_it_stands),
		cmocka_unit_test(test_word_lexicon__has_at_most_a_hundred_thousand_words),
		cmocka_unit_test(test_word_lexicon_covers__tells_a_word_that_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
