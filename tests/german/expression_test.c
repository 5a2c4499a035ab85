/* expression_test.c -- what the index is asked for, and which phrase of it stands for which word. */
#include "german_test.h"

#include <sqlite3.h>
#include <stdio.h>

#include "fts5_sqlite.h"
#include "tokenizer_sqlite.h"
#include "typed.h"
#include "world.h"

/* ---- as text; the byte in front of what is analysed already is written as a dot ---- */

static char *expressed(struct analyzer *analyzer, const char *typed, enum query_match match, struct query_phrases *phrases)
{
	const struct query_reader reader = { .analyzer = analyzer, .languages = ANALYZER_GERMAN };
	struct query query;
	char *text;

	assert_int_equal(0, query_read(&reader, typed, &query));
	assert_int_equal(0, query_express(&reader, &query, match, phrases, &text));
	for (char *at = text; *at; at++)
		if (*at == ANALYZED_MARK)
			*at = '.';
	return text;
}

static void assert_expressed(void **state, const char *expected, const char *typed, enum query_match match)
{
	struct query_phrases phrases;
	char *text = expressed(*state, typed, match, &phrases);

	assert_string_equal(expected, text);
	free(text);
}

/* Words that are their own stem. */
static void test_query_express__all_words_or_some(void **state)
{
	assert_expressed(state, "(\".acht\" OR \".~acht\") AND (\".zwei\" OR \".~zwei\")", "acht zwei", QUERY_ALL);
	assert_expressed(state, "((\".acht\" OR \".~acht\") OR (\".zwei\" OR \".~zwei\"))", "acht zwei", QUERY_SOME);
	assert_expressed(state, "(\".acht zwei\") AND (\".drei\" OR \".~drei\")", "\"acht zwei\" drei", QUERY_ALL);
	assert_expressed(state, "(\".acht\") NOT (\".zwei\" OR \".~zwei\")", "\"acht\" -zwei", QUERY_ALL);
	assert_expressed(state, "((\".acht\" OR \".~acht\")) NOT (\".zwei\" OR \".~zwei\")", "acht -zwei", QUERY_SOME);
	assert_expressed(state, "((\".acht\") AND (\".zwei\"))", "+\"acht\" +\"zwei\"", QUERY_SOME);
	assert_expressed(state, "(((\".acht\")) OR (((\".acht\")) AND ((\".zwei\"))))", "+\"acht\" \"zwei\"", QUERY_SOME);
	assert_expressed(state, "(\".acht\" OR \".~acht\" OR \".acht|=acht\" *)", "acht*", QUERY_ALL);
}

static void test_query_express__tells_which_phrase_is_which_word(void **state)
{
	static const uint8_t words[] = { 0, 1, 1, 1, QUERY_NO_WORD },
	                     forms[] = { QUERY_STEM, QUERY_STEM, QUERY_PART, QUERY_BEGINNING, QUERY_STEM },
	                     relaxed[] = { 0, QUERY_NO_WORD, 1, 1, 1, QUERY_NO_WORD };
	struct query_phrases phrases;
	char *text = expressed(*state, "-\"drei\" +\"acht\" zwei*", QUERY_ALL, &phrases);

	free(text);
	assert_int_equal(5, phrases.count);
	assert_int_equal(2, phrases.words);
	assert_memory_equal(words, phrases.word, sizeof words);
	assert_memory_equal(forms, phrases.form, sizeof forms);
	assert_int_equal(1, phrases.part[0]);
	assert_int_equal(2, phrases.part[1]);
	text = expressed(*state, "-\"drei\" +\"acht\" zwei*", QUERY_SOME, &phrases);
	free(text);
	assert_int_equal(6, phrases.count);
	assert_memory_equal(relaxed, phrases.word, sizeof relaxed);
}

static void test_query_can_relax__if_there_are_several_words_and_some_need_not_be(void **state)
{
	static const struct { const char *typed; bool can; } cases[] = {
		{ "eins", false }, { "eins zwei", true }, { "eins -zwei", false }, { "+eins +zwei", false }, { "+eins zwei", true },
		{ "\"eins zwei\"", false }, { "\"eins zwei\" drei", true },
	};
	struct query query;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(0, typed_read(*state, ANALYZER_GERMAN, cases[i].typed, false, &query));
		assert_int_equal(cases[i].can, query_can_relax(&query));
	}
}

/* Of many words the first ones. */
static void test_query_express__some_of_many_words_are_the_first_of_them(void **state)
{
	char typed[QUERY_TERMS * 4 + 1] = "";
	struct query_phrases phrases;
	char *text;

	for (int i = 0; i < QUERY_TERMS; i++)
		snprintf(typed + strlen(typed), 5, "w%c%c ", 'a' + i / 8, 'a' + i % 8);
	text = expressed(*state, typed, QUERY_SOME, &phrases);
	free(text);
	assert_int_equal(QUERY_SOME_WORDS, phrases.words);
	text = expressed(*state, typed, QUERY_ALL, &phrases);
	free(text);
	assert_int_equal(QUERY_TERMS, phrases.words);
}

/* ---- fields ---- */

struct taken {
	char text[200];
	bool takes;
};

static bool take(void *context, enum query_field field, const char *value, size_t length)
{
	struct taken *taken = context;
	size_t used = strlen(taken->text);

	snprintf(taken->text + used, sizeof taken->text - used, "%d=%.*s;", (int)field, (int)length, value);
	return taken->takes;
}

static void test_query_read__hands_over_fields_or_takes_them_for_words(void **state)
{
	struct taken taken = { "", true };
	struct query_reader reader = { .analyzer = *state, .languages = ANALYZER_GERMAN, .sink = take, .context = &taken };
	const char *typed = "Thema:Garten rosen level:2 von:\"Carl\" sprache:de -thema:x topic: creator:„Eva M“ a:b";
	struct query query;

	assert_int_equal(0, query_read(&reader, typed, &query));
	assert_string_equal("0=Garten;1=2;3=Carl;2=de;3=Eva M;", taken.text);
	assert_int_equal(4, query.count); /* rosen, -thema:x, topic:, a:b */
	assert_true(query.parts[1].excluded);
	taken = (struct taken){ "", false };
	assert_int_equal(0, query_read(&reader, "thema:Garten", &query));
	assert_string_equal("0=Garten;", taken.text);
	assert_int_equal(1, query.count);
	assert_int_equal(12, query.parts[0].length);
}

/* ---- the index counts phrases as we do, whatever is typed ---- */

static size_t counted;

static void count_phrases(const Fts5ExtensionApi *api, Fts5Context *fts5, sqlite3_context *context, int count, sqlite3_value **values)
{
	(void)count;
	(void)values;
	counted = (size_t)api->xPhraseCount(fts5);
	sqlite3_result_int(context, 1);
}

static sqlite3 *database_new(void)
{
	sqlite3 *database;
	fts5_api *api;

	assert_int_equal(SQLITE_OK, sqlite3_open(":memory:", &database));
	assert_int_equal(SQLITE_OK, tokenizer_sqlite_register(database, NULL));
	assert_int_equal(SQLITE_OK, fts5_sqlite_api(database, &api));
	assert_int_equal(SQLITE_OK, api->xCreateFunction(api, "count_phrases", NULL, count_phrases, NULL));
	assert_int_equal(SQLITE_OK, sqlite3_exec(database, "CREATE VIRTUAL TABLE d USING fts5(text, tokenize = 'nanomarket de')", NULL,
	                                         NULL, NULL));
	return database;
}

static int run(sqlite3 *database, const char *sql, const char *text)
{
	sqlite3_stmt *statement;
	int code;

	assert_int_equal(SQLITE_OK, sqlite3_prepare_v2(database, sql, -1, &statement, NULL));
	sqlite3_bind_text(statement, 1, text, -1, SQLITE_STATIC);
	code = sqlite3_step(statement);
	sqlite3_finalize(statement);
	return code;
}

/* Answers 1 if the text, as a document, was found by itself. */
static int count_in(sqlite3 *database, const struct query_reader *reader, const char *typed)
{
	struct query_phrases phrases;
	struct query query;
	int found = 0;

	assert_int_equal(0, query_read(reader, typed, &query));
	if (!query.searchable)
		return 0;
	run(database, "DELETE FROM d WHERE ?1 = ?1", typed);
	assert_int_equal(SQLITE_DONE, run(database, "INSERT INTO d VALUES (?1)", typed));
	for (int match = QUERY_ALL; match <= QUERY_SOME; match++) {
		char *text;
		int code;

		assert_int_equal(0, query_express(reader, &query, (enum query_match)match, &phrases, &text));
		assert_true(phrases.count <= QUERY_PHRASES);
		code = run(database, "SELECT count_phrases(d) FROM d WHERE d MATCH ?1", text);
		if (code != SQLITE_ROW && code != SQLITE_DONE)
			fail_msg("%s: %s", typed, text);
		if (code == SQLITE_ROW && counted != phrases.count)
			fail_msg("%s: %zu phrases, not %zu: %s", typed, counted, phrases.count, text);
		found += code == SQLITE_ROW;
		free(text);
	}
	return found > 0;
}

static void test_query_express__phrases_are_counted_as_the_index_counts_them(void **state)
{
	const struct query_reader reader = { .analyzer = *state, .languages = ANALYZER_GERMAN, .typing = true };
	sqlite3 *database = database_new();
	FILE *file = fopen(shared_file("data/security/blns/blns.txt"), "r");
	int found = 0, lines = 0;
	char line[4096];

	assert_non_null(file);
	while (fgets(line, sizeof line, file)) {
		line[strcspn(line, "\n")] = '\0';
		found += count_in(database, &reader, line);
		lines++;
	}
	fclose(file);
	print_message("%d lines, %d found by themselves\n", lines, found);
	assert_true(found > 300);
	found = count_in(database, &reader, "Umsatzsteuervoranmeldung Lehrer*innen C++ z.B. \"Ein- und Ausgabe\" E-Mail .NET 1.000 Kalku");
	assert_int_equal(1, found);
	sqlite3_close(database);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_query_express__all_words_or_some),
		cmocka_unit_test(test_query_express__tells_which_phrase_is_which_word),
		cmocka_unit_test(test_query_can_relax__if_there_are_several_words_and_some_need_not_be),
		cmocka_unit_test(test_query_express__some_of_many_words_are_the_first_of_them),
		cmocka_unit_test(test_query_read__hands_over_fields_or_takes_them_for_words),
		cmocka_unit_test(test_query_express__phrases_are_counted_as_the_index_counts_them),
	};

	return cmocka_run_group_tests(tests, analyzer_setup, analyzer_teardown);
}
