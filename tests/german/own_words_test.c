/* own_words_test.c -- words and synonyms that an embedder adds. */
#include "german_test.h"

#include "alternatives.h"
#include "own_words.h"

static const char lines[] = "# our products\n"
			    "Zwirbelix Zwirbelixe Zwirbelixen\n"
			    "Widget|schrank  Widget|schranks # two forms\n"
			    "\n"
			    "  Alpha|beta|gamma\r\n"
			    "Aerotop\n"
			    "KFZ = Auto=PKW\n"
			    "Zwirbelixe = Kringel\n";

static struct analyzer *with_words(const char *text, struct own_words **words)
{
	size_t line;

	assert_int_equal(OWN_WORDS_OK, own_words_read(text, strlen(text), lexicon_installed(), words, &line));
	assert_int_equal(0, line);
	return analyzer_new_with(lexicon_installed(), *words);
}

static void test_own_words__terms(void **state)
{
	static const struct {
		const char *terms;
		const char *text;
	} cases[] = { { "zwirbelix", "Zwirbelix" },
		      { "zwirbelix|=zwirbelixen", "Zwirbelixen" },
		      { "widgetschrank|~widget|~schrank", "Widgetschrank" },
		      { "alphabetagamma|~alpha|~beta|~gamma|~alphabeta|~betagamma", "Alphabetagamma" },
		      { "aerotop", "Aerotop" } };
	struct own_words *words;
	struct analyzer *analyzer = with_words(lines, &words);

	(void)state;
	need_lexicon();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *terms = terms_of(analyzer, ANALYZER_GERMAN, ANALYZER_DOCUMENT, cases[i].text);

		assert_string_equal(cases[i].terms, terms);
		free(terms);
	}
	analyzer_free(analyzer);
	own_words_free(words);
}

/* An index must be made anew with other words, not with other synonyms. */
static void test_analyzer_version__tells_other_words(void **state)
{
	struct own_words *some, *others, *synonyms;
	struct analyzer *with_some = with_words("Zwirbelix\n", &some), *with_others = with_words("Zwirbelox\n", &others);
	struct analyzer *with_synonyms = with_words("Zwirbelix\nKFZ = Auto\n", &synonyms), *without = analyzer_new();

	(void)state;
	assert_true(analyzer_version(with_some) != analyzer_version(with_others));
	assert_true(analyzer_version(with_some) != analyzer_version(without));
	assert_true(analyzer_version(with_some) == analyzer_version(with_synonyms));
	analyzer_free(with_some);
	analyzer_free(with_others);
	analyzer_free(with_synonyms);
	analyzer_free(without);
	own_words_free(some);
	own_words_free(others);
	own_words_free(synonyms);
}

static int write_last(void *context, const struct alternatives *word)
{
	for (size_t i = 0; i < word->count; i++) {
		if (word->items[i].match == MATCH_ADJACENT) {
			buffer_text(context, word->items[i].terms);
			buffer_char(context, ';');
		}
	}
	return 0;
}

static void assert_synonyms(struct analyzer *analyzer, const char *expected, const char *typed)
{
	struct buffer buffer = { 0 };

	assert_int_equal(0, alternatives_run(analyzer, ANALYZER_GERMAN, typed, strlen(typed), write_last, &buffer));
	assert_string_equal(expected, buffer.data ? buffer.data : "");
	buffer_free(&buffer);
}

/* Every form of a word has its synonyms, whatever its case. */
static void test_own_words__synonyms(void **state)
{
	struct own_words *words;
	struct analyzer *analyzer = with_words(lines, &words);

	(void)state;
	need_lexicon();
	assert_synonyms(analyzer, "auto;pkw;", "kfz");
	assert_synonyms(analyzer, "kfz;pkw;", "Autos");
	assert_synonyms(analyzer, "kringel;", "Zwirbelixen");
	assert_synonyms(analyzer, "zwirbelix;", "Kringel");
	assert_synonyms(analyzer, "", "Fahrrad");
	analyzer_free(analyzer);
	own_words_free(words);
}

static void assert_invalid(const char *text, size_t line)
{
	struct own_words *words;
	size_t invalid;

	assert_int_equal(OWN_WORDS_INVALID, own_words_read(text, strlen(text), NULL, &words, &invalid));
	assert_null(words);
	assert_int_equal(line, invalid);
}

static void test_own_words__lines_that_are_none(void **state)
{
	(void)state;
	assert_invalid("gut\nC++\n", 2);
	assert_invalid("gut\n\n|halb", 3);
	assert_invalid("halb|", 1);
	assert_invalid("a||b", 1);
	assert_invalid("a = ", 1);
	assert_invalid("=", 1);
	assert_invalid("a == b", 1);
	assert_invalid("\xff", 1);
	assert_invalid("\xd0\xb9\xd0\xbe\xd0\xb4", 1);
	assert_invalid("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 1);
}

static void test_own_words__nothing(void **state)
{
	struct own_words *words;
	size_t line;

	(void)state;
	assert_int_equal(OWN_WORDS_OK, own_words_read("", 0, NULL, &words, &line));
	assert_null(own_words_synonym(words, "a", 1, 0));
	own_words_free(words);
	own_words_free(NULL);
	assert_null(own_words_lexicon(NULL));
	assert_null(own_words_synonym(NULL, "a", 1, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_own_words__terms),
		cmocka_unit_test(test_analyzer_version__tells_other_words),
		cmocka_unit_test(test_own_words__synonyms),
		cmocka_unit_test(test_own_words__lines_that_are_none),
		cmocka_unit_test(test_own_words__nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
