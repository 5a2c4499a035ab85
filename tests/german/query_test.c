/* query_test.c -- what people type, and what is read in it. */
#include "german_test.h"

#include "typed.h"

/* The parts of what was typed, as somebody would type them who leaves nothing open. */
static char *parts_of(struct analyzer *analyzer, const char *typed, bool typing)
{
	struct buffer text = { 0 };
	struct query query;

	assert_int_equal(0, typed_read(analyzer, ANALYZER_GERMAN, typed, typing, &query));
	for (size_t i = 0; i < query.count; i++) {
		const struct query_part *part = &query.parts[i];

		buffer_format(&text, "%s%s%s%.*s%s%s", i ? " " : "", part->excluded ? "-" : part->required ? "+" : "",
			      part->quoted ? "\"" : "", (int)part->length, part->text, part->quoted ? "\"" : "", part->prefix ? "*" : "");
	}
	assert_int_equal(query.searchable, text.length > 0 && strspn(text.data, "-") == 0);
	return buffer_take(&text);
}

static void assert_parts(void **state, const char *expected, const char *typed, bool typing)
{
	char *text = parts_of(*state, typed, typing);

	assert_string_equal(expected, text);
	free(text);
}

static void test_query__words_phrases_signs(void **state)
{
	assert_parts(state, "Excel", "Excel", false);
	assert_parts(state, "Excel für Anfänger", "  Excel\tfür\nAnfänger ", false);
	assert_parts(state, "\"Haus und Garten\" Kurs", "\"Haus und Garten\" Kurs", false);
	assert_parts(state, "\"Haus und\" Kurs", "„Haus und“Kurs", false);
	assert_parts(state, "\"Haus und\" Kurs", "»Haus und« Kurs", false);
	assert_parts(state, "\"Haus und\"", "\"Haus und", false);
	assert_parts(state, "Excel -Word -\"zwei Worte\"", "Excel -Word -\"zwei Worte\"", false);
	assert_parts(state, "+Excel +Word", "+Excel +Word", false);
	assert_parts(state, "Excel-Tabellen Word", "Excel-Tabellen - Word", false);
	assert_parts(state, "+b +a", "-+b -+a", false);
	assert_parts(state, "\"a\" b-c -d", "\"a\"b-c \"\" -d", false);
}

static void test_query__the_last_sign_decides(void **state)
{
	assert_parts(state, "+a -b", "-+a +-b", false);
}

static void test_query__beginnings(void **state)
{
	assert_parts(state, "neu Exce*", "neu Exce", true);
	assert_parts(state, "Exce", "Exce", false);
	assert_parts(state, "Exce", "Exce ", true);
	assert_parts(state, "Exce* neu", "Exce* neu", false);
	assert_parts(state, "C", "C", true);
	assert_parts(state, "Üb*", "Üb", true);
	assert_parts(state, "C++*", "C++", true);
	assert_parts(state, "Excel", "Excel!", true);
	assert_parts(state, "neu -Exce", "neu -Exce", true);
	assert_parts(state, "neu -Exce*", "neu -Exce*", true);
	assert_parts(state, "\"Exce\"", "\"Exce", true);
	assert_parts(state, "E-Mai*", "E-Mai", true);
}

/* The first ones: each may meet most of the documents. */
static void test_query__two_words_at_most_may_go_on(void **state)
{
	assert_parts(state, "aa* bb* cc dd", "aa* bb* cc* dd", true);
}

/* "schonen" is no way to go on with "schön": the umlaut tells it from "schon". */
static void test_query__a_word_that_its_umlaut_tells_from_another_is_whole(void **state)
{
	need_lexicon();
	assert_parts(state, "schön", "schön", true);
	assert_parts(state, "schon*", "schon", true);
	assert_parts(state, "prüf*", "prüf", true);
}

/* Operators, columns and quotes of FTS5 are words or nothing. */
static void test_query__syntax_is_text(void **state)
{
	assert_parts(state, "a OR b NOT NEAR(c", "a OR b NOT NEAR(c)", false);
	assert_parts(state, "title:x ^y {z", "title:x ^y {z}", false);
	assert_parts(state, "a \"b\"", "a\"b", false);
	assert_parts(state, "\"a'; DROP\"", "\"a'; DROP\"", false);
	assert_parts(state, "\"a\xff" "b\"", "\"a\xff" "b\"", false);
}

static void test_query__nothing_to_search(void **state)
{
	static const char *const nothing[] = { "", "   ", "\"", "\"\"", "-", "- -", "+-+", "***", "\xff\xfe", "\"!?\"", "\"-\"" };

	for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++)
		assert_parts(state, "", nothing[i], true);
	assert_parts(state, "-Excel", "-Excel", true);
}

static void test_query__limits(void **state)
{
	static char typed[1 << 20];
	struct query query;

	for (size_t i = 0; i + 2 < sizeof(typed); i += 2)
		memcpy(typed + i, "a ", 2);
	assert_int_equal(0, typed_read(*state, ANALYZER_GERMAN, typed, false, &query));
	assert_int_equal(QUERY_TERMS, query.count);
	assert_int_equal(QUERY_TERMS, query.terms);
	for (size_t i = 1; i < sizeof(typed) - 1; i += 2)
		typed[i] = '-';
	assert_int_equal(0, typed_read(*state, ANALYZER_GERMAN, typed, true, &query));
	assert_int_equal(1, query.count);
	assert_int_equal(QUERY_TERMS, query.terms);
	assert_int_equal(2 * QUERY_TERMS - 1, query.parts[0].length);
	assert_false(query.parts[0].prefix);
	memset(typed, 'a', sizeof(typed) - 1);
	assert_int_equal(0, typed_read(*state, ANALYZER_GERMAN, typed, true, &query));
	assert_int_equal(1, query.count);
	assert_int_equal(QUERY_CHARACTERS, query.parts[0].length);
	for (size_t i = 0; i + 2 < sizeof(typed); i += 2)
		memcpy(typed + i, "ü", 2);
	assert_int_equal(0, typed_read(*state, ANALYZER_GERMAN, typed, true, &query));
	assert_int_equal(2 * QUERY_CHARACTERS, query.parts[0].length);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_query__words_phrases_signs),
		cmocka_unit_test(test_query__the_last_sign_decides),
		cmocka_unit_test(test_query__beginnings),
		cmocka_unit_test(test_query__two_words_at_most_may_go_on),
		cmocka_unit_test_setup_teardown(test_query__a_word_that_its_umlaut_tells_from_another_is_whole, lexicon_analyzer_setup,
						analyzer_teardown),
		cmocka_unit_test(test_query__syntax_is_text),
		cmocka_unit_test(test_query__nothing_to_search),
		cmocka_unit_test(test_query__limits),
	};

	return cmocka_run_group_tests(tests, analyzer_setup, analyzer_teardown);
}
