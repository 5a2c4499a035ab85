/* nanomarket_fts5.c -- the tokenizer as a loadable extension, for any program with SQLite: docs/man/nanomarket_fts5.7. */
#include <sqlite3ext.h>
SQLITE_EXTENSION_INIT1

#include <stdlib.h>
#include <string.h>
#include "alternatives.h"
#include "buffer.h"
#include "tokenizer_sqlite.h"

#define CODE_SIZE 16

/* SQLite looks for a function named after the file, of which it takes the letters. */
__attribute__((visibility("default"))) int sqlite3_nanomarketfts_init(sqlite3 *database, char **error,
								       const sqlite3_api_routines *routines);

static void release(void *analyzer)
{
	analyzer_free(analyzer);
}

static int add_alternatives(void *context, const struct alternatives *word)
{
	struct buffer *match = context;

	buffer_text(match, match->length > 0 ? " AND (" : "(");
	for (size_t i = 0; i < word->count; i++)
		buffer_format(match, "%s\"%c%s\"", i > 0 ? " OR " : "", ANALYZED_MARK, word->items[i].terms);
	buffer_char(match, ')');
	return 0;
}

/* One code, or several with blanks between them. */
static unsigned languages_of(int count, sqlite3_value **values)
{
	const char *codes = count > 1 ? (const char *)sqlite3_value_text(values[1]) : "de";
	unsigned languages = 0;

	while (codes && *codes) {
		size_t length = strcspn(codes, " ");
		char code[CODE_SIZE] = "";

		memcpy(code, codes, length < sizeof code ? length : sizeof code - 1);
		if (length > 0)
			languages |= analyzer_language_of(code);
		codes += length + (codes[length] != '\0');
	}
	return languages ? languages : ANALYZER_OTHER;
}

/* nanomarket_match(text, language): an expression for MATCH that finds all words of a typed text. */
static void match(sqlite3_context *context, int count, sqlite3_value **values)
{
	const char *text = (const char *)sqlite3_value_text(values[0]);
	struct buffer expression = { 0 };
	char *result;
	int rc;

	if (!text)
		return;
	rc = alternatives_run(sqlite3_user_data(context), languages_of(count, values), text, (size_t)sqlite3_value_bytes(values[0]),
			      add_alternatives, &expression);
	if (rc == 0 && expression.length == 0)
		buffer_text(&expression, "\"\"");    /* finds nothing */
	result = rc == 0 ? buffer_take(&expression) : NULL;
	if (result)
		sqlite3_result_text(context, result, -1, SQLITE_TRANSIENT);
	else
		sqlite3_result_error_nomem(context);
	free(result);
	buffer_free(&expression);
}

static int add_term(void *context, const struct term *term)
{
	struct buffer *terms = context;

	if (terms->length > 0)
		buffer_char(terms, term->same_position ? '|' : ' ');
	buffer_add(terms, term->text, term->length);
	return 0;
}

/* nanomarket_terms(text, language): what the index has of a text; positions are parted by blanks, terms of one position by bars. */
static void terms(sqlite3_context *context, int count, sqlite3_value **values)
{
	const char *text = (const char *)sqlite3_value_text(values[0]);
	struct buffer list = { 0 };
	int rc;

	if (!text)
		return;
	rc = analyzer_run(sqlite3_user_data(context), analyzer_first_language(languages_of(count, values)), ANALYZER_DOCUMENT, text,
			  (size_t)sqlite3_value_bytes(values[0]), add_term, &list);
	if (rc != 0 || list.failed)
		sqlite3_result_error_nomem(context);
	else
		sqlite3_result_text(context, list.data ? list.data : "", (int)list.length, SQLITE_TRANSIENT);
	buffer_free(&list);
}

static int add_function(sqlite3 *database, const char *name, int count, void (*function)(sqlite3_context *, int, sqlite3_value **))
{
	struct analyzer *analyzer = analyzer_new();

	if (!analyzer)
		return SQLITE_NOMEM;
	return sqlite3_create_function_v2(database, name, count, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, analyzer,
					  function, NULL, NULL, release);
}

int sqlite3_nanomarketfts_init(sqlite3 *database, char **error, const sqlite3_api_routines *routines)
{
	int rc;

	SQLITE_EXTENSION_INIT2(routines);
	rc = tokenizer_sqlite_register(database, NULL);
	if (rc != SQLITE_OK)
		*error = sqlite3_mprintf("nanomarket_fts5: this SQLite has no FTS5");
	for (int count = 1; count <= 2 && rc == SQLITE_OK; count++) {
		rc = add_function(database, "nanomarket_match", count, match);
		if (rc == SQLITE_OK)
			rc = add_function(database, "nanomarket_terms", count, terms);
	}
	return rc;
}
