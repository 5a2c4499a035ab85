/* tokenizer_test.c -- the analyzer inside FTS5: finding, highlighting, hostile texts. */
#include "german_test.h"

#include <sqlite3.h>

#include "tokenizer_sqlite.h"
#include "typed.h"

static sqlite3 *database_new(const char *language)
{
	char sql[200];
	sqlite3 *database;

	assert_int_equal(SQLITE_OK, sqlite3_open(":memory:", &database));
	assert_int_equal(SQLITE_OK, tokenizer_sqlite_register(database, NULL));
	snprintf(sql, sizeof(sql), "CREATE VIRTUAL TABLE document USING fts5(text, tokenize = 'nanomarket %s')", language);
	assert_int_equal(SQLITE_OK, sqlite3_exec(database, sql, NULL, NULL, NULL));
	return database;
}

static int database_setup(void **state)
{
	*state = database_new("de");
	return 0;
}

static int database_teardown(void **state)
{
	return sqlite3_close(*state);
}

static void put(sqlite3 *database, const char *text, size_t length)
{
	sqlite3_stmt *statement;

	assert_int_equal(SQLITE_OK, sqlite3_exec(database, "DELETE FROM document", NULL, NULL, NULL));
	assert_int_equal(SQLITE_OK, sqlite3_prepare_v2(database, "INSERT INTO document(text) VALUES(?1)", -1, &statement, NULL));
	sqlite3_bind_text(statement, 1, text, (int)length, SQLITE_STATIC);
	assert_int_equal(SQLITE_DONE, sqlite3_step(statement));
	sqlite3_finalize(statement);
}

/* The highlighted text of the document, the caller's; NULL if the expression does not match it. */
static char *match(sqlite3 *database, const char *expression)
{
	sqlite3_stmt *statement;
	char *text = NULL;
	int rc;

	assert_int_equal(SQLITE_OK, sqlite3_prepare_v2(database, "SELECT highlight(document, 0, '[', ']') FROM document WHERE document "
						       "MATCH ?1", -1, &statement, NULL));
	sqlite3_bind_text(statement, 1, expression, -1, SQLITE_STATIC);
	rc = sqlite3_step(statement);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		fail_msg("%s: %s", expression, sqlite3_errmsg(database));
	if (rc == SQLITE_ROW) {
		struct buffer buffer = { 0 };

		buffer_add(&buffer, sqlite3_column_blob(statement, 0), (size_t)sqlite3_column_bytes(statement, 0));
		text = buffer_take(&buffer);
	}
	sqlite3_finalize(statement);
	return text;
}

static char *search(sqlite3 *database, const char *typed, bool typing)
{
	struct analyzer *analyzer = analyzer_new();
	struct query query;
	char *expression, *text = NULL;

	assert_int_equal(0, typed_read(analyzer, ANALYZER_GERMAN, typed, typing, &query));
	if (query.searchable) {
		expression = typed_expression(analyzer, ANALYZER_GERMAN, &query);
		text = match(database, expression);
		free(expression);
	}
	analyzer_free(analyzer);
	return text;
}

static void assert_found(sqlite3 *database, const char *document, const char *typed, bool typing, const char *highlighted)
{
	char *text;

	put(database, document, strlen(document));
	text = search(database, typed, typing);
	if (highlighted)
		assert_string_equal(highlighted, text);
	else
		assert_null(text);
	free(text);
}

static void test_tokenizer__finds_and_highlights(void **state)
{
	assert_found(*state, "Die Übungen für Anfänger", "uebung", false, "Die [Übungen] für Anfänger");
	assert_found(*state, "Die Übungen für Anfänger", "ÜBUNG anfänger", false, "Die [Übungen] für [Anfänger]");
	assert_found(*state, "Kurse für alle", "Kurs", false, "[Kurse] für alle");
	assert_found(*state, "Häuser und Gärten", "\"Haus und Garten\"", false, "[Häuser und Gärten]");
	assert_found(*state, "Gärten und Häuser", "\"Haus und Garten\"", false, NULL);
	assert_found(*state, "Excel für Anfänger", "excel -anfaenger", false, NULL);
	assert_found(*state, "Excel für Anfänger", "excel -word", false, "[Excel] für Anfänger");
	assert_found(*state, "Kurs C für Anfänger", "C++", true, NULL);
	assert_found(*state, "Kurs C++ für Anfänger", "C++", true, "Kurs [C++] für Anfänger");
}

static void assert_matches(sqlite3 *database, const char *expression, const char *highlighted)
{
	char *text = match(database, expression);

	if (highlighted)
		assert_string_equal(highlighted, text);
	else
		assert_null(text);
	free(text);
}

/* A beginning finds the whole word, and a whole word that is no beginning finds its stem. */
static void test_tokenizer__beginnings(void **state)
{
	assert_found(*state, "Kurs Excel", "Exce", true, "Kurs [Excel]");
	assert_found(*state, "Kurs Excel", "Exce", false, NULL);
	assert_found(*state, "Kurs Excel", "xcel", true, NULL);
	assert_found(*state, "Müllers Mühle", "mue", true, "[Müllers] [Mühle]");
	assert_found(*state, "Müllers Mühle", "Müller", true, "[Müllers] Mühle");
	assert_found(*state, "Eine Übung", "Übungen", true, "Eine [Übung]");
	assert_found(*state, "Aktuelle Straßen", "aktue stras*", false, NULL);
	assert_found(*state, "Aktuelle Straßen", "aktue* stras*", false, "[Aktuelle] [Straßen]");
}

static void test_tokenizer__language_of_the_table(void **state)
{
	sqlite3 *english = database_new("en"), *other = database_new("fr"), *unnamed = database_new("");

	(void)state;
	put(english, "Running shoes", strlen("Running shoes"));
	assert_matches(english, "runs AND shoe", "[Running] [shoes]");
	put(other, "Running shoes", strlen("Running shoes"));
	assert_matches(other, "runs", NULL);
	put(other, "Cours français", strlen("Cours français"));
	assert_matches(other, "FRANCAIS", "Cours [français]");
	put(unnamed, "Übungen", strlen("Übungen"));
	assert_matches(unnamed, "übung", "[Übungen]");
	assert_int_equal(SQLITE_ERROR, sqlite3_exec(unnamed, "CREATE VIRTUAL TABLE t USING fts5(a, tokenize = 'nanomarket de en')",
						    NULL, NULL, NULL));
	sqlite3_close(english);
	sqlite3_close(other);
	sqlite3_close(unnamed);
}

/* Where each text tells its language, in its first byte: places are counted with it, so that what is marked is the word. */
static void test_tokenizer__language_of_the_text(void **state)
{
	static const struct { const char *text, *expression, *highlighted; } cases[] = {
		{ "\x03Running shoes", "runs AND shoe", "\x03[Running] [shoes]" },
		{ "\x04Running shoes", "runs", NULL },
		{ "\x04Running shoes", "running", "\x04[Running] shoes" },
		{ "Übungen", "übung", "[Übungen]" },
		{ "\x03Übungen", "übung", NULL },
		{ "Bank", "banking", NULL },
		{ "\x03" "banks", "\"\x02:bank\"", "\x03[banks]" },
		{ "\x03" "banks", "\"\x02" "bank\"", NULL },
		{ "\x04" "fran\xc3\xa7" "ais", "franc*", "\x04[fran\xc3\xa7" "ais]" },
		{ "Übungen \x03running", "running", "Übungen \x03[running]" },
		{ "\x03", "running", NULL },
	};
	sqlite3 *marked = database_new("de marked"), *plain = *state;
	char *text;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		put(marked, cases[i].text, strlen(cases[i].text));
		assert_matches(marked, cases[i].expression, cases[i].highlighted);
	}
	put(plain, "\x03Übungen", strlen("\x03Übungen"));    /* who did not say so means nothing by the byte */
	text = match(plain, "übung");
	assert_string_equal("\x03[Übungen]", text);
	free(text);
	sqlite3_close(marked);
}

static int deny_functions(void *context, int action, const char *first, const char *second, const char *third, const char *fourth)
{
	(void)context, (void)first, (void)second, (void)third, (void)fourth;
	return action == SQLITE_FUNCTION ? SQLITE_DENY : SQLITE_OK;
}

static int ignore_functions(void *context, int action, const char *first, const char *second, const char *third, const char *fourth)
{
	(void)context, (void)first, (void)second, (void)third, (void)fourth;
	return action == SQLITE_FUNCTION ? SQLITE_IGNORE : SQLITE_OK;
}

/* A connection that does not give its FTS5 away answers an error. */
static void test_tokenizer_sqlite_register__without_fts5(void **state)
{
	sqlite3 *database;

	(void)state;
	assert_int_equal(SQLITE_OK, sqlite3_open(":memory:", &database));
	sqlite3_set_authorizer(database, deny_functions, NULL);
	assert_int_not_equal(SQLITE_OK, tokenizer_sqlite_register(database, NULL));
	sqlite3_set_authorizer(database, ignore_functions, NULL);
	assert_int_equal(SQLITE_ERROR, tokenizer_sqlite_register(database, NULL));
	sqlite3_close(database);
}

static void test_tokenizer__hostile_documents(void **state)
{
	static const char *const documents[] = {
		"\xff", "Kurs\xc3", "\xc3(Kurs", "\xed\xa0\x80Kurs", "\xf4\x90\x80\x80Kurs", "Kurs\xe2\x80", "\x80\x80Kurs\x80",
	};
	static char long_document[1 << 20];

	for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
		put(*state, documents[i], strlen(documents[i]));
		free(search(*state, documents[i], true));
		free(search(*state, "kurs", false));
	}
	put(*state, "a\0Kurs", 6);
	free(search(*state, "kurs", false));
	put(*state, "", 0);
	memset(long_document, 'x', sizeof(long_document));
	put(*state, long_document, sizeof(long_document));
	assert_int_equal(SQLITE_OK, sqlite3_exec(*state, "INSERT INTO document(document) VALUES('integrity-check')", NULL, NULL, NULL));
	assert_int_equal(SQLITE_OK, sqlite3_exec(*state, "INSERT INTO document(text) VALUES(NULL)", NULL, NULL, NULL));
	free(match(*state, "\"\""));
}

/* Line by line as queries: none is a syntax error. */
static void search_lines(sqlite3 *database, const char *path)
{
	FILE *file = shared_open(path);
	static char line[LINE_SIZE];
	int lines = 0;

	put(database, "Kurs", 4);
	for (; shared_line(file, line); lines++)
		free(search(database, line, lines % 2));
	fclose(file);
	print_message("%s: %d queries\n", path, lines);
	assert_true(lines > 200);
}

static void test_query__naughty_strings_are_no_syntax_errors(void **state)
{
	search_lines(*state, "data/security/blns/blns.txt");
}

static void test_query__kuhn_is_no_syntax_error(void **state)
{
	search_lines(*state, "data/security/utf8/kuhn/UTF-8-test.txt");
}

/* Terms that are analysed already come as they are. */
static void test_tokenizer__analyzed_terms(void **state)
{
	put(*state, "Kurse im Garten", 15);
	assert_matches(*state, "\"\x02=kurse\"", "[Kurse] im Garten");
	assert_matches(*state, "\"\x02=kurs\"", NULL);
	assert_matches(*state, "\"\x02" "wort|kurs im\"", "[Kurse im] Garten");
	assert_matches(*state, "\"\x02im kurs\"", NULL);
	assert_matches(*state, "\"\x02=kur\" *", "[Kurse] im Garten");
	assert_matches(*state, "\"\x02 | |kurs| \"", "[Kurse] im Garten");
	assert_matches(*state, "\"\x02\"", NULL);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, database_setup, database_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_tokenizer__finds_and_highlights),
		TEST(test_tokenizer__beginnings),
		cmocka_unit_test(test_tokenizer__language_of_the_table),
		TEST(test_tokenizer__language_of_the_text),
		cmocka_unit_test(test_tokenizer_sqlite_register__without_fts5),
		TEST(test_tokenizer__hostile_documents),
		TEST(test_query__naughty_strings_are_no_syntax_errors),
		TEST(test_query__kuhn_is_no_syntax_error),
		TEST(test_tokenizer__analyzed_terms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
