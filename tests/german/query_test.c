/* query_test.c -- what people type, and the expression that is made of it. */
#include "german_test.h"

#include "query.h"

static char *expression(struct analyzer *analyzer, const char *typed, bool typing)
{
	struct query query;

	assert_int_equal(0, query_parse(analyzer, ANALYZER_GERMAN, typed, typing, &query));
	return query.searchable ? query_fts5(&query) : NULL;
}

static void assert_expression(void **state, const char *expected, const char *typed, bool typing)
{
	char *text = expression(*state, typed, typing);

	assert_non_null(text);
	assert_string_equal(expected, text);
	free(text);
}

static void test_query__words_phrases_signs(void **state)
{
	assert_expression(state, "\"Excel\"", "Excel", false);
	assert_expression(state, "\"Excel\" AND \"für\" AND \"Anfänger\"", "  Excel\tfür\nAnfänger ", false);
	assert_expression(state, "\"Haus und Garten\" AND \"Kurs\"", "\"Haus und Garten\" Kurs", false);
	assert_expression(state, "\"Haus und\" AND \"Kurs\"", "„Haus und“Kurs", false);
	assert_expression(state, "\"Haus und\" AND \"Kurs\"", "»Haus und« Kurs", false);
	assert_expression(state, "\"Haus und\"", "\"Haus und", false);
	assert_expression(state, "\"Excel\" NOT \"Word\" NOT \"zwei Worte\"", "-Word Excel -\"zwei Worte\"", false);
	assert_expression(state, "\"Excel\" AND \"Word\"", "+Excel +Word", false);
	assert_expression(state, "\"Excel-Tabellen\" AND \"Word\"", "Excel-Tabellen - Word", false);
	assert_expression(state, "\"a\" NOT \"b\"", "+-b -+a", false);
	assert_expression(state, "\"a\" AND \"b-c\" NOT \"d\"", "\"a\"b-c \"\" -d", false);
}

static void test_query__beginnings(void **state)
{
	assert_expression(state, "\"neu\" AND (\"Exce\" OR \"Exce\" *)", "neu Exce", true);
	assert_expression(state, "\"Exce\"", "Exce", false);
	assert_expression(state, "\"Exce\"", "Exce ", true);
	assert_expression(state, "(\"Exce\" OR \"Exce\" *) AND \"neu\"", "Exce* neu", false);
	assert_expression(state, "\"C\"", "C", true);
	assert_expression(state, "(\"Üb\" OR \"Üb\" *)", "Üb", true);
	assert_expression(state, "(\"C++\" OR \"C++\" *)", "C++", true);
	assert_expression(state, "\"Excel\"", "Excel!", true);
	assert_expression(state, "\"neu\" NOT \"Exce\"", "neu -Exce", true);
	assert_expression(state, "\"neu\" NOT (\"Exce\" OR \"Exce\" *)", "neu -Exce*", true);
	assert_expression(state, "\"Exce\"", "\"Exce", true);
	assert_expression(state, "(\"E-Mai\" OR \"E-Mai\" *)", "E-Mai", true);
}

/* Operators, columns and quotes of FTS5 are words or nothing. */
static void test_query__syntax_is_text(void **state)
{
	assert_expression(state, "\"a\" AND \"OR\" AND \"b\" AND \"NOT\" AND \"NEAR(c\"", "a OR b NOT NEAR(c)", false);
	assert_expression(state, "\"title:x\" AND \"^y\" AND \"{z\"", "title:x ^y {z}", false);
	assert_expression(state, "\"a\" AND \"b\"", "a\"b", false);
	assert_expression(state, "\"a'; DROP\"", "\"a'; DROP\"", false);
	assert_expression(state, "\"a b\"", "\"a\xff" "b\"", false);
}

static void test_query__nothing_to_search(void **state)
{
	static const char *const nothing[] = { "", "   ", "\"", "\"\"", "-", "- -", "+-+", "***", "\xff\xfe",
						"-Excel", "\"!?\"", "\"-\"" };

	for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++)
		assert_null(expression(*state, nothing[i], true));
}

/* A query built by hand: its quotes are doubled. */
static void test_query_fts5__quotes_inside_a_part(void **state)
{
	const struct query query = { .parts = { { .text = "a\"b", .length = 3 } }, .count = 1, .terms = 2, .searchable = true };
	char *text = query_fts5(&query);

	(void)state;
	assert_string_equal("\"a\"\"b\"", text);
	free(text);
}

static void test_query_parse__limits(void **state)
{
	static char typed[1 << 20];
	struct query query;

	for (size_t i = 0; i + 2 < sizeof(typed); i += 2)
		memcpy(typed + i, "a ", 2);
	assert_int_equal(0, query_parse(*state, ANALYZER_GERMAN, typed, false, &query));
	assert_int_equal(QUERY_TERMS, query.count);
	assert_int_equal(QUERY_TERMS, query.terms);
	for (size_t i = 1; i < sizeof(typed) - 1; i += 2)
		typed[i] = '-';
	assert_int_equal(0, query_parse(*state, ANALYZER_GERMAN, typed, true, &query));
	assert_int_equal(1, query.count);
	assert_int_equal(QUERY_TERMS, query.terms);
	assert_int_equal(2 * QUERY_TERMS - 1, query.parts[0].length);
	assert_false(query.parts[0].prefix);
	memset(typed, 'a', sizeof(typed) - 1);
	assert_int_equal(0, query_parse(*state, ANALYZER_GERMAN, typed, true, &query));
	assert_int_equal(1, query.count);
	assert_int_equal(QUERY_CHARACTERS, query.parts[0].length);
	for (size_t i = 0; i + 2 < sizeof(typed); i += 2)
		memcpy(typed + i, "ü", 2);
	assert_int_equal(0, query_parse(*state, ANALYZER_GERMAN, typed, true, &query));
	assert_int_equal(2 * QUERY_CHARACTERS, query.parts[0].length);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_query__words_phrases_signs),
		cmocka_unit_test(test_query__beginnings),
		cmocka_unit_test(test_query__syntax_is_text),
		cmocka_unit_test(test_query__nothing_to_search),
		cmocka_unit_test(test_query_fts5__quotes_inside_a_part),
		cmocka_unit_test(test_query_parse__limits),
	};

	return cmocka_run_group_tests(tests, analyzer_setup, analyzer_teardown);
}
