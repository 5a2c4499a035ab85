/*
 * german_fuzz.c -- hostile bytes as document and as query. What holds for all terms holds; no query is a syntax error of FTS5;
 * a document is found by its own first words, and by every alternative that is the whole of one.
 */
#include "alternatives.h"
#include "buffer.h"
#include "text.h"
#include "tokenizer_sqlite.h"
#include "typed.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct watch {
	const char *text;
	size_t      length;
	size_t      end;
	uint32_t    words;
};

static void require(bool holds)
{
	if (!holds)
		abort();
}

static int watch_term(void *context, const struct term *term)
{
	struct watch *watch = context;

	require(term->length > 0 && term->length <= ANALYZER_TERM_SIZE);
	require(text_is_valid_utf8(term->text, term->length));
	require(term->start < term->end && term->end <= watch->length);
	require(text_is_valid_utf8(watch->text + term->start, term->end - term->start));
	require(term->same_position ? term->end == watch->end : term->start >= watch->end);
	watch->words += !term->same_position;
	require(term->position + 1 == watch->words);
	watch->end = term->end;
	return 0;
}

static void analyze(struct analyzer *analyzer, const char *text, size_t length)
{
	for (unsigned language = ANALYZER_GERMAN; language <= ANALYZER_OTHER; language <<= 1) {
		for (enum analyzer_purpose purpose = ANALYZER_DOCUMENT; purpose <= ANALYZER_PREFIX; purpose++) {
			struct watch watch = { .text = text, .length = length };

			require(analyzer_run(analyzer, language, purpose, text, length, watch_term, &watch) == 0);
		}
	}
}

static sqlite3 *database_new(void)
{
	sqlite3 *database;

	require(sqlite3_open(":memory:", &database) == SQLITE_OK);
	require(tokenizer_sqlite_register(database, NULL) == SQLITE_OK);
	require(sqlite3_exec(database, "CREATE VIRTUAL TABLE document USING fts5(text, tokenize = 'nanomarket de')", NULL, NULL,
			     NULL) == SQLITE_OK);
	return database;
}

static int run(sqlite3 *database, const char *sql, const char *text, size_t length)
{
	sqlite3_stmt *statement;
	int rc;

	require(sqlite3_prepare_v2(database, sql, -1, &statement, NULL) == SQLITE_OK);
	sqlite3_bind_text(statement, 1, text, (int)length, SQLITE_STATIC);
	rc = sqlite3_step(statement);
	sqlite3_finalize(statement);
	return rc;
}

static void search(sqlite3 *database, struct analyzer *analyzer, const char *typed, bool typing)
{
	struct query query;
	bool own_words = true;
	char *expression;
	int rc;

	require(typed_read(analyzer, ANALYZER_GERMAN, typed, typing, &query) == 0);
	require(query.terms <= QUERY_TERMS && query.count <= query.terms);
	if (!query.searchable)
		return;
	expression = typed_expression(analyzer, ANALYZER_GERMAN, &query);
	require(text_is_valid_utf8(expression, strlen(expression)));
	for (size_t i = 0; i < query.count; i++)
		own_words = own_words && !query.parts[i].excluded;
	rc = run(database, "SELECT highlight(document, 0, '[', ']') FROM document WHERE document MATCH ?1", expression,
		 strlen(expression));
	require(rc == SQLITE_ROW || rc == SQLITE_DONE);
	require(rc == SQLITE_ROW || !own_words || strlen(typed) > QUERY_CHARACTERS);
	free(expression);
}

static bool take_some(void *context, enum query_field field, const char *value, size_t length)
{
	(void)context;
	return field == QUERY_LEVEL && length > 0 && *value == '1';
}

/* As a search asks: all words, or some. */
static void express(sqlite3 *database, struct analyzer *analyzer, unsigned languages, const char *typed)
{
	const struct query_reader reader = { .analyzer = analyzer, .languages = languages, .typing = true, .sink = take_some };
	struct query_phrases phrases;
	struct query query;

	require(query_read(&reader, typed, &query) == 0);
	for (int match = QUERY_ALL; query.searchable && match <= QUERY_SOME; match++) {
		char *expression;
		int rc;

		require(query_express(&reader, &query, (enum query_match)match, &phrases, &expression) == 0);
		require(phrases.count > 0 && phrases.count <= QUERY_PHRASES && phrases.words <= query.count);
		require(text_is_valid_utf8(expression, strlen(expression)));
		rc = run(database, "SELECT rowid FROM document WHERE document MATCH ?1", expression, strlen(expression));
		require(rc == SQLITE_ROW || rc == SQLITE_DONE);
		free(expression);
	}
}

#define ASKED_WORDS 20

struct asker {
	sqlite3    *database;
	unsigned    languages;
	const char *text;
	size_t      length;
	size_t      end;
	size_t      words;
};

/* What the index is asked for is never a syntax error; the stem of a word is in the document that has it. */
static int ask(void *context, const struct alternatives *word)
{
	struct asker *asker = context;

	require(word->count > 0 && word->count <= ALTERNATIVES_MAXIMUM);
	require(word->start >= asker->end && word->start < word->end && word->end <= asker->length);
	require(text_is_valid_utf8(asker->text + word->start, word->end - word->start));
	asker->end = word->end;
	for (size_t i = 0; i < word->count; i++) {
		const struct alternative *alternative = &word->items[i];
		struct buffer match = { 0 };
		int rc;

		require(text_is_valid_utf8(alternative->terms, strlen(alternative->terms)) && !strchr(alternative->terms, '"'));
		buffer_format(&match, "\"%c%s\"", ANALYZED_MARK, alternative->terms);
		require(!match.failed);
		rc = run(asker->database, "SELECT 1 FROM document WHERE document MATCH ?1", match.data, match.length);
		require(rc == SQLITE_ROW || (rc == SQLITE_DONE && (alternative->match != MATCH_STEM || asker->languages != ANALYZER_GERMAN)));
		buffer_free(&match);
	}
	return ++asker->words == ASKED_WORDS;
}

static void ask_all(sqlite3 *database, struct analyzer *analyzer, unsigned languages, const char *text, size_t length)
{
	struct asker asker = { .database = database, .languages = languages, .text = text, .length = length };
	int rc = alternatives_run(analyzer, languages, text, length, ask, &asker);

	require(rc == 0 || (rc == 1 && asker.words == ASKED_WORDS));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static sqlite3 *database;
	static struct analyzer *analyzer;
	char *text = malloc(size + 1);

	if (!database)
		database = database_new();
	if (!analyzer)
		analyzer = analyzer_new();
	require(text && analyzer);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	analyze(analyzer, text, size);
	require(run(database, "INSERT INTO document(rowid, text) VALUES(1, ?1)", text, size) == SQLITE_DONE);
	express(database, analyzer, ANALYZER_GERMAN, text);
	express(database, analyzer, ANALYZER_ALL, text);
	search(database, analyzer, text, true);
	search(database, analyzer, text, false);
	ask_all(database, analyzer, ANALYZER_GERMAN, text, size);
	ask_all(database, analyzer, ANALYZER_ALL, text, size);
	require(run(database, "DELETE FROM document", NULL, 0) == SQLITE_DONE);
	free(text);
	return 0;
}
