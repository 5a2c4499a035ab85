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
			    "Kosten|träger Kosten|trägers\n"
			    "Zwei|teilig Zweiteilig Ein|malig\n"
			    "KFZ = Auto=PKW\n"
			    "Zwirbelixe = Kringel\n";

static struct analyzer *with_words(const char *text, struct own_words **words)
{
	struct own_words_fault fault;

	assert_int_equal(OWN_WORDS_OK, own_words_read(text, strlen(text), lexicon_installed(), words, &fault));
	assert_int_equal(0, fault.line);
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
		      { "kostentrag|=kostentrager|~kost|~trag", "Kostenträger" },
		      { "kostentrag|=kostentragers|~kost|~trag", "Kostenträgers" },
		      { "projekttrag|=projekttragers|~projekt|~trag", "Projektträgers" },
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
	struct own_words *only_synonyms;
	struct analyzer *with_only_synonyms = with_words("KFZ = Auto\n", &only_synonyms);

	(void)state;
	assert_true(analyzer_version(with_some) != analyzer_version(with_others));
	assert_true(analyzer_version(with_some) != analyzer_version(without));
	assert_true(analyzer_version(with_some) == analyzer_version(with_synonyms));
	analyzer_free(with_some);
	analyzer_free(with_others);
	analyzer_free(with_synonyms);
	assert_true(analyzer_version(with_only_synonyms) == analyzer_version(without));
	analyzer_free(with_only_synonyms);
	own_words_free(only_synonyms);
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

static void assert_synonyms_in(struct analyzer *analyzer, unsigned languages, const char *expected, const char *typed)
{
	struct buffer buffer = { 0 };

	assert_int_equal(0, alternatives_run(analyzer, languages, typed, strlen(typed), write_last, &buffer));
	assert_string_equal(expected, buffer.data ? buffer.data : "");
	buffer_free(&buffer);
}

static void assert_synonyms(struct analyzer *analyzer, const char *expected, const char *typed)
{
	assert_synonyms_in(analyzer, ANALYZER_GERMAN, expected, typed);
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
	assert_synonyms_in(analyzer, ANALYZER_ALL, "auto|:auto;pkw|:pkw;", "kfz");
	assert_synonyms_in(analyzer, ANALYZER_ALL, "zwirbelix|:zwirbelix|:zwirbelixe;", "Kringel");
	analyzer_free(analyzer);
	own_words_free(words);
}

/* Lines that share a word are not joined: "Bank" is no chair. */
static void test_own_words__synonyms_by_line(void **state)
{
	struct own_words *words;
	struct analyzer *analyzer = with_words("Bank = Geldinstitut\nBank = Sitz\nPKW = Auto = Autos = Wagen\n", &words);

	(void)state;
	need_lexicon();
	assert_synonyms(analyzer, "geldinstitut;sitz;", "Bank");
	assert_synonyms(analyzer, "bank;", "Sitz");
	assert_synonyms(analyzer, "pkw;wag;", "Auto");
	analyzer_free(analyzer);
	own_words_free(words);
}

static void assert_invalid(const char *text, size_t line, enum own_words_flaw flaw)
{
	struct own_words *words;
	struct own_words_fault fault;

	assert_int_equal(OWN_WORDS_INVALID, own_words_read(text, strlen(text), NULL, &words, &fault));
	assert_null(words);
	assert_int_equal(line, fault.line);
	assert_int_equal(flaw, fault.flaw);
}

#define EIGHTY "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void test_own_words__lines_that_are_none(void **state)
{
	(void)state;
	assert_invalid("gut\nC++\n", 2, OWN_WORDS_NO_LETTERS);
	assert_invalid("gut\n\n|halb", 3, OWN_WORDS_NO_PART);
	assert_invalid("halb|", 1, OWN_WORDS_NO_PART);
	assert_invalid("a||b", 1, OWN_WORDS_NO_PART);
	assert_invalid("|", 1, OWN_WORDS_NO_PART);
	assert_invalid("Wort W0rt", 1, OWN_WORDS_NO_LETTERS);
	assert_invalid("a = ", 1, OWN_WORDS_NO_SYNONYM);
	assert_invalid("=", 1, OWN_WORDS_NO_SYNONYM);
	assert_invalid("a == b", 1, OWN_WORDS_NO_SYNONYM);
	assert_invalid("a = zwei Worte", 1, OWN_WORDS_NO_SYNONYM);
	assert_invalid("\xff", 1, OWN_WORDS_NO_LETTERS);
	assert_invalid("\xd0\xb9\xd0\xbe\xd0\xb4", 1, OWN_WORDS_NO_LETTERS);
	assert_invalid(EIGHTY "a", 1, OWN_WORDS_TOO_LONG);
	assert_invalid("a|" EIGHTY, 1, OWN_WORDS_TOO_LONG);
	assert_invalid("\xc3\x9f" EIGHTY, 1, OWN_WORDS_TOO_LONG);
}

/* Each line has an ending of its own: they need more room than there is. */
static void test_own_words__too_many(void **state)
{
	struct own_words_fault fault;
	struct own_words *words;
	struct buffer text = { 0 };

	(void)state;
	for (int i = 0; i < 1000; i++)
		buffer_format(&text, "%.70s%03d b%03d\n", EIGHTY, i, i);
	for (size_t i = 0; i < text.length; i++)
		text.data[i] = (char)(text.data[i] >= '0' && text.data[i] <= '9' ? text.data[i] - '0' + 'a' : text.data[i]);
	assert_int_equal(OWN_WORDS_INVALID, own_words_read(text.data, text.length, NULL, &words, &fault));
	assert_int_equal(OWN_WORDS_TOO_MANY, fault.flaw);
	assert_in_range(fault.line, 1, 1000);
	buffer_free(&text);
}

static void test_own_words__the_longest(void **state)
{
	struct own_words *words;

	(void)state;
	analyzer_free(with_words(EIGHTY "\n", &words));
	own_words_free(words);
}

static void test_own_words__nothing(void **state)
{
	struct own_words *words;
	struct own_words_fault fault;

	(void)state;
	assert_int_equal(OWN_WORDS_OK, own_words_read("", 0, NULL, &words, &fault));
	assert_null(own_words_lexicon(words));
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
		cmocka_unit_test(test_own_words__synonyms_by_line),
		cmocka_unit_test(test_own_words__the_longest),
		cmocka_unit_test(test_own_words__too_many),
		cmocka_unit_test(test_own_words__lines_that_are_none),
		cmocka_unit_test(test_own_words__nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
