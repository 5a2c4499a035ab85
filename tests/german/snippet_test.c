/* snippet_test.c -- which passage of a text is shown, and what is marked in it. */
#include "german_test.h"

#include "snippet.h"
#include "text.h"
#include "typed.h"

static const struct snippet_style brackets = { "[", "]", "…" };

static struct snippet found_in(struct analyzer *analyzer, const char *typed, bool typing, const char *text, size_t length,
			       size_t characters)
{
	struct snippet_pattern *pattern;
	struct snippet snippet;
	struct query query;

	assert_int_equal(0, typed_read(analyzer, ANALYZER_GERMAN, typed, typing, &query));
	pattern = snippet_pattern_new(analyzer, ANALYZER_GERMAN, &query);
	assert_non_null(pattern);
	assert_int_equal(0, snippet_find(analyzer, ANALYZER_GERMAN, pattern, text, length, characters, &snippet));
	snippet_pattern_free(pattern);
	return snippet;
}

static void assert_shown(void **state, const char *expected, const char *typed, const char *text, size_t characters)
{
	struct snippet snippet = found_in(*state, typed, false, text, strlen(text), characters);
	char *shown = snippet_text(&snippet, text, strlen(text), &brackets);

	assert_non_null(shown);
	assert_string_equal(expected, shown);
	free(shown);
	snippet_free(&snippet);
}

/* ---- what is marked ---- */

static void test_snippet__marks_all_forms_of_a_word(void **state)
{
	assert_shown(state, "Die [Übung]: drei [Übungen], GROSSE [ÜBUNG], [Uebung] im Garten", "übung",
		     "Die Übung: drei Übungen, GROSSE ÜBUNG, Uebung im Garten", 200);
	assert_shown(state, "Auf der [Straße] und in [Straßen]", "strasse", "Auf der Straße und in Straßen", 200);
	assert_shown(state, "[Bu\xCC\x88" "cher] lesen", "Bücher", "Bu\xCC\x88" "cher lesen", 200);
	assert_shown(state, "[Buch\xC2\xAD" "haltung], Ende", "Buchhaltung", "Buch\xC2\xAD" "haltung, Ende", 200);
}

static void test_snippet__marks_every_word_of_a_query_but_not_the_excluded(void **state)
{
	assert_shown(state, "[Word] und [Excel], kein Calc", "excel word -calc", "Word und Excel, kein Calc", 200);
	assert_shown(state, "Word und Calc", "-calc", "Word und Calc", 200);
	assert_shown(state, "Word und Calc", "", "Word und Calc", 200);
	assert_shown(state, "Word und Calc", "Tabelle", "Word und Calc", 200);
}

static void test_snippet__marks_a_phrase_as_a_whole_and_only_where_it_stands(void **state)
{
	assert_shown(state, "Haus, Garten; [Haus und Garten]; Garten und Haus", "\"Haus und Garten\"",
		     "Haus, Garten; Haus und Garten; Garten und Haus", 200);
	assert_shown(state, "[Häuser und Gärten]", "\"Haus und Garten\"", "Häuser und Gärten", 200);
	assert_shown(state, "a [a a b] a", "\"a a b\"", "a a a b a", 200);
	assert_shown(state, "[Excel-Tabellen formatieren], [Exceltabellen formatieren]; Excel, Tabellen",
		     "\"Excel-Tabellen formatieren\"", "Excel-Tabellen formatieren, Exceltabellen formatieren; Excel, Tabellen", 200);
	assert_shown(state, "[Haus] oder [Garten]: [Haus und Garten]", "haus \"haus und garten\" garten",
		     "Haus oder Garten: Haus und Garten", 200);
}

static void test_snippet__marks_what_goes_on_while_somebody_types(void **state)
{
	static const char text[] = "Excel, exakt, Exkurs und Text";
	struct snippet snippet = found_in(*state, "text exc", true, text, strlen(text), 200);
	char *shown = snippet_text(&snippet, text, strlen(text), &brackets);

	assert_string_equal("[Excel], exakt, Exkurs und [Text]", shown);
	assert_int_equal(2, snippet.words);
	free(shown);
	snippet_free(&snippet);
	assert_shown(state, "[Excel], [exakt], [Exkurs] und Text", "ex*", text, 200);
	assert_shown(state, "Excel, exakt, Exkurs und Text", "ex", text, 200);
}

/* ---- compounds: with the lexicon ---- */

static void test_snippet__marks_a_compound_in_which_a_word_was_found(void **state)
{
	need_lexicon();
	assert_shown(state, "Die [Umsatzsteuervoranmeldung] im Büro", "steuer", "Die Umsatzsteuervoranmeldung im Büro", 200);
	assert_shown(state, "[Steuer] und [Umsatzsteuer]", "steuern", "Steuer und Umsatzsteuer", 200);
	assert_shown(state, "Kinder im Garten", "kindergarten", "Kinder im Garten", 200);
}

static void test_snippet__marks_a_compound_however_it_is_written(void **state)
{
	need_lexicon();
	assert_shown(state, "[Projektmanagement], [Projekt-Management], [Projekt Management], ein Projekt, das Management",
		     "projektmanagement", "Projektmanagement, Projekt-Management, Projekt Management, ein Projekt, das Management", 200);
	assert_shown(state, "[Projektmanagement] und [Projekt-Management]", "projekt-management",
		     "Projektmanagement und Projekt-Management", 200);
	assert_shown(state, "[Ein]- und Ausgabe", "eingabe", "Ein- und Ausgabe", 200);
}

/* ---- which passage ---- */

static const char story[] =
	"Am Anfang steht ein Vorwort ohne Belang. Danach kommt die Rechnung zur Sprache. Viele Worte folgen, die niemand gesucht "
	"hat. Erst hier treffen sich Rechnung und Umsatzsteuer in einem Satz. Am Ende steht ein Nachwort, auch ohne Belang.";

static void test_snippet__prefers_the_passage_with_most_words_of_the_query(void **state)
{
	assert_shown(state, "…Erst hier treffen sich [Rechnung] und [Umsatzsteuer] in einem Satz. Am Ende steht ein…",
		     "rechnung umsatzsteuer", story, 85);
	assert_shown(state, "…Danach kommt die [Rechnung] zur Sprache. Viele Worte…", "rechnung", story, 52);
}

static void test_snippet__shows_the_beginning_if_nothing_is_found(void **state)
{
	assert_shown(state, "Am Anfang steht ein…", "Schweißen", story, 20);
	assert_shown(state, "Am Anfang steht ein…", "", story, 20);
	assert_shown(state, "", "Wort", "", 20);
	assert_shown(state, "Wort", "Schweißen", "\n  Wort \n", 20);
}

static void test_snippet__shows_more_before_where_the_text_ends(void **state)
{
	assert_shown(state, "…Am Ende steht ein Nachwort, auch ohne [Belang].", "belang -anfang", story + 100, 60);
}

/* Its length at the number, below and above it. */
static void test_snippet__is_as_long_as_was_asked(void **state)
{
	assert_shown(state, "eins [zwei] drei", "zwei", "eins zwei drei", 14);
	assert_shown(state, "…[zwei] drei", "zwei", "eins zwei drei", 13);
	assert_shown(state, "…[zwei] drei", "zwei", "vorweg gesagt: zwei drei", 10);
	assert_shown(state, "…[zwei]…", "zwei", "eins zwei drei", 4);
	assert_shown(state, "…[zwe]…", "zwei", "eins zwei drei", 3);
	assert_shown(state, "…[ü]…", "übung", "die übung", 1);
}

static void test_snippet__offsets_are_bytes_of_the_text(void **state)
{
	static const char text[] = "Größe: Übung";
	struct snippet snippet = found_in(*state, "übung größe", false, text, strlen(text), 100);

	assert_int_equal(0, snippet.start);
	assert_int_equal(strlen(text), snippet.end);
	assert_int_equal(2, snippet.count);
	assert_int_equal(2, snippet.words);
	assert_int_equal(0, snippet.marks[0].start);
	assert_int_equal(strlen("Größe"), snippet.marks[0].end);
	assert_int_equal(strlen("Größe: "), snippet.marks[1].start);
	assert_int_equal(strlen(text), snippet.marks[1].end);
	snippet_free(&snippet);
}

/* ---- what is shown ---- */

static void test_snippet_text__is_one_line_of_valid_text(void **state)
{
	static const char hostile[] = "eins\0zwei\r\n\xFF\xED\xA0\x80 drei\x1B[0m";
	struct snippet snippet = found_in(*state, "drei", false, hostile, sizeof(hostile) - 1, 100);
	char *shown = snippet_text(&snippet, hostile, sizeof(hostile) - 1, &brackets);

	assert_string_equal("eins zwei  \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD [drei] [0m", shown);
	assert_true(text_is_valid_utf8(shown, strlen(shown)));
	free(shown);
	snippet_free(&snippet);
}

static void test_snippet_text__markers_are_the_callers(void **state)
{
	static const struct snippet_style none = { NULL, NULL, NULL }, tags = { "<mark>", "</mark>", " ... " };
	static const char text[] = "vor <b> zwei drei";
	struct snippet snippet = found_in(*state, "zwei", false, text, strlen(text), 13);
	char *plain = snippet_text(&snippet, text, strlen(text), &none);
	char *marked = snippet_text(&snippet, text, strlen(text), &tags);

	assert_string_equal("<b> zwei drei", plain);
	assert_string_equal(" ... <b> <mark>zwei</mark> drei", marked);
	free(plain);
	free(marked);
	snippet_free(&snippet);
}

/* An emoji of several code points, and a letter with its accents, stay whole. */
static void test_snippet__does_not_cut_what_is_one_character_to_a_reader(void **state)
{
	static const char family[] = "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7", accents[] = "e\xCC\x81\xCC\xA3";
	char text[64];

	snprintf(text, sizeof(text), "%s%s%s", family, accents, accents);
	for (size_t characters = 1; characters <= 9; characters++) {
		struct snippet snippet = found_in(*state, "nichts", false, text, strlen(text), characters);
		size_t expected = characters < 3 ? 0
		                : characters < 6 ? strlen(family)
		                : characters < 9 ? strlen(family) + strlen(accents) : strlen(text);

		assert_int_equal(expected, snippet.end);
		snippet_free(&snippet);
	}
}

/* ---- how much work it is ---- */

/* However often it was asked for: what is kept of a text grows with the text alone. */
static void test_snippet__a_repeated_query_finds_each_place_once(void **state)
{
	char typed[2 * QUERY_TERMS + 1], text[2001];
	struct snippet snippet;

	for (size_t i = 0; i < QUERY_TERMS; i++)
		memcpy(typed + 2 * i, "a ", 3);
	for (size_t i = 0; i < 1000; i++)
		memcpy(text + 2 * i, "a ", 3);
	snippet = found_in(*state, typed, false, text, strlen(text), 2000);
	assert_int_equal(1000, snippet.count);
	assert_int_equal(1, snippet.words);
	snippet_free(&snippet);
}

/* The pattern is one for documents of all languages. */
static void test_snippet__marks_forms_of_the_language_of_the_text(void **state)
{
	static const struct { enum analyzer_language language; const char *text, *shown; } cases[] = {
		{ ANALYZER_GERMAN, "running und runs", "[running] und runs" },
		{ ANALYZER_ENGLISH, "running and runs", "[running] and [runs]" },
		{ ANALYZER_OTHER, "running et runs", "[running] et runs" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct snippet_pattern *pattern;
		struct snippet snippet;
		struct query query;
		char *shown;

		assert_int_equal(0, typed_read(*state, ANALYZER_ALL, "running", true, &query));
		pattern = snippet_pattern_new(*state, ANALYZER_ALL, &query);
		assert_non_null(pattern);
		assert_int_equal(0, snippet_find(*state, cases[i].language, pattern, cases[i].text, strlen(cases[i].text), 99, &snippet));
		shown = snippet_text(&snippet, cases[i].text, strlen(cases[i].text), &brackets);
		assert_string_equal(cases[i].shown, shown);
		free(shown);
		snippet_free(&snippet);
		snippet_pattern_free(pattern);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_snippet__marks_all_forms_of_a_word),
		cmocka_unit_test(test_snippet__marks_forms_of_the_language_of_the_text),
		cmocka_unit_test(test_snippet__marks_every_word_of_a_query_but_not_the_excluded),
		cmocka_unit_test(test_snippet__marks_a_phrase_as_a_whole_and_only_where_it_stands),
		cmocka_unit_test(test_snippet__marks_what_goes_on_while_somebody_types),
		cmocka_unit_test(test_snippet__prefers_the_passage_with_most_words_of_the_query),
		cmocka_unit_test(test_snippet__shows_the_beginning_if_nothing_is_found),
		cmocka_unit_test(test_snippet__shows_more_before_where_the_text_ends),
		cmocka_unit_test(test_snippet__is_as_long_as_was_asked),
		cmocka_unit_test(test_snippet__offsets_are_bytes_of_the_text),
		cmocka_unit_test(test_snippet_text__is_one_line_of_valid_text),
		cmocka_unit_test(test_snippet_text__markers_are_the_callers),
		cmocka_unit_test(test_snippet__does_not_cut_what_is_one_character_to_a_reader),
		cmocka_unit_test(test_snippet__a_repeated_query_finds_each_place_once),
	};

	const struct CMUnitTest with_lexicon[] = {
		cmocka_unit_test(test_snippet__marks_a_compound_in_which_a_word_was_found),
		cmocka_unit_test(test_snippet__marks_a_compound_however_it_is_written),
	};

	return cmocka_run_group_tests(tests, analyzer_setup, analyzer_teardown)
	     | cmocka_run_group_tests(with_lexicon, lexicon_analyzer_setup, analyzer_teardown);
}
