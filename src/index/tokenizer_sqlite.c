#include "tokenizer_sqlite.h"

#include "alternatives.h"
#include "fts5_sqlite.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* FTS5 declares its type Fts5Tokenizer without a body: it stands for this. */
struct tokenizer {
	const struct tokenizer_words *words;
	uint64_t               number;      /* of those that the analyzer was made with  */
	struct analyzer       *analyzer;
	enum analyzer_language language;    /* of a text without a mark                  */
	bool                   several;     /* texts may have marks, and queries ask for all languages */
};

typedef int (*fts5_sink)(void *context, int flags, const char *token, int length, int start, int end);

struct receiver {
	fts5_sink sink;
	void     *context;
};

static void tokenizer_delete(Fts5Tokenizer *fts5_tokenizer)
{
	struct tokenizer *tokenizer = (struct tokenizer *)fts5_tokenizer;

	analyzer_free(tokenizer->analyzer);
	free(tokenizer);
}

/* The analyzer of the words as they are now. */
static int renew(struct tokenizer *tokenizer)
{
	const struct tokenizer_words *words = tokenizer->words;
	struct analyzer *analyzer;

	if (tokenizer->analyzer && (!words || words->number == tokenizer->number))
		return SQLITE_OK;
	analyzer = words ? analyzer_new_with(words->lexicon, words->own) : analyzer_new();
	if (!analyzer)
		return SQLITE_NOMEM;
	analyzer_free(tokenizer->analyzer);
	tokenizer->analyzer = analyzer;
	tokenizer->number = words ? words->number : 0;
	return SQLITE_OK;
}

static int tokenizer_create(void *context, const char **arguments, int count, Fts5Tokenizer **result)
{
	struct tokenizer *tokenizer;

	if (count > 2 || (count > 1 && strcmp(arguments[1], "marked") != 0))
		return SQLITE_ERROR;
	tokenizer = calloc(1, sizeof(*tokenizer));
	if (!tokenizer)
		return SQLITE_NOMEM;
	tokenizer->language = count > 0 ? analyzer_language_of(arguments[0]) : ANALYZER_GERMAN;
	tokenizer->several = count > 1;
	tokenizer->words = context;
	if (renew(tokenizer) != SQLITE_OK) {
		free(tokenizer);
		return SQLITE_NOMEM;
	}
	*result = (Fts5Tokenizer *)tokenizer;
	return SQLITE_OK;
}

static enum analyzer_purpose purpose_of(int flags)
{
	if (flags & FTS5_TOKENIZE_PREFIX)
		return ANALYZER_PREFIX;
	return flags & FTS5_TOKENIZE_QUERY ? ANALYZER_QUERY : ANALYZER_DOCUMENT;
}

static int pass_on(void *context, const struct term *term)
{
	const struct receiver *receiver = context;

	return receiver->sink(receiver->context, term->same_position ? FTS5_TOKEN_COLOCATED : 0, term->text, (int)term->length,
			      (int)term->start, (int)term->end);
}

/* Terms that alternatives.h has written: those of one position are parted by '|', positions by ' '. */
static int pass_analyzed(const struct receiver *receiver, const char *text, int length)
{
	int rc = SQLITE_OK, flags = 0;

	for (int start = 0, end; start < length && rc == SQLITE_OK; start = end + 1) {
		for (end = start; end < length && text[end] != ' ' && text[end] != '|';)
			end++;
		if (end > start)
			rc = receiver->sink(receiver->context, flags, text + start, end - start, start, end);
		flags = end < length && text[end] == '|' ? FTS5_TOKEN_COLOCATED : 0;
	}
	return rc;
}

/* The mark is one byte at the beginning. It separates words, so it need not be cut off, and places stay those of the whole text. */
static unsigned languages_of(const struct tokenizer *tokenizer, int flags, char first)
{
	if (!tokenizer->several)
		return tokenizer->language;
	if (flags & FTS5_TOKENIZE_QUERY)
		return ANALYZER_ALL;
	return first == LANGUAGE_MARK_ENGLISH ? ANALYZER_ENGLISH : first == LANGUAGE_MARK_OTHER ? ANALYZER_OTHER : tokenizer->language;
}

static int tokenizer_run(Fts5Tokenizer *fts5_tokenizer, void *context, int flags, const char *text, int length, fts5_sink sink)
{
	struct tokenizer *tokenizer = (struct tokenizer *)fts5_tokenizer;
	struct receiver receiver = { sink, context };
	int rc;

	if (!text || length <= 0)
		return SQLITE_OK;
	if (flags & FTS5_TOKENIZE_QUERY && text[0] == ANALYZED_MARK)
		return pass_analyzed(&receiver, text + 1, length - 1);
	if (renew(tokenizer) != SQLITE_OK)
		return SQLITE_NOMEM;
	rc = analyzer_run(tokenizer->analyzer, languages_of(tokenizer, flags, text[0]), purpose_of(flags), text, (size_t)length, pass_on,
			  &receiver);
	return rc == ANALYZER_NO_MEMORY ? SQLITE_NOMEM : rc;
}

int tokenizer_sqlite_register(sqlite3 *database, const struct tokenizer_words *words)
{
	fts5_tokenizer functions = { tokenizer_create, tokenizer_delete, tokenizer_run };
	fts5_api *api;
	int rc = fts5_sqlite_api(database, &api);

	if (rc == SQLITE_OK)
		rc = api->xCreateTokenizer(api, "nanomarket", (void *)(uintptr_t)words, &functions, NULL);
	return rc;
}
