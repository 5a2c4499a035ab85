/* walk.c -- words of the vocabulary whose keys begin in one way. */
#include "vocabulary_rows.h"

#include <string.h>

/* What is looked for, and who takes it. */
struct walk {
	const char      *key;
	size_t           length;
	word_sink_listed sink;
	void            *context;
	bool             stopped;
};

/* False: what comes behind is no more looked for. */
static bool walk_list(struct walk *walk, const void *bytes, size_t length)
{
	struct list_reader reader;

	list_start(&reader, bytes, length);
	while (list_next(&reader)) {
		const struct listed_word *word = &reader.word;
		int order = memcmp(word->key, walk->key, word->length < walk->length ? word->length : walk->length);

		if (order == 0 && word->length >= walk->length)
			walk->stopped = !walk->sink(walk->context, word);
		if (order > 0 || walk->stopped)
			return false;
	}
	return true;
}

/* The lists of a statement's rows. Where they are one in order, what comes behind ends all of them; else each is looked through. */
static nmk_status walk_rows(struct stmt *stmt, struct walk *walk, bool in_order, bool *goes_on)
{
	nmk_status rc = NMK_OK;

	*goes_on = true;
	while (*goes_on && stmt_next(stmt, &rc)) {
		size_t length;
		const void *words = stmt_column_blob(stmt, 0, &length);
		bool more = walk_list(walk, words, length);

		*goes_on = in_order ? more : !walk->stopped;
	}
	stmt_end(stmt);
	return rc;
}

/* First the page in which what begins so begins, if it is not the first word of one. */
nmk_status pages_walk(struct nmk_op *op, const char *key, size_t length, word_sink_listed sink, void *context)
{
	static const enum sql_id statements[] = { SQL_vocabulary_page_at, SQL_vocabulary_page_list };
	struct walk walk = { key, length, sink, context, false };
	bool goes_on = true;
	nmk_status rc = NMK_OK;

	for (size_t i = 0; rc == NMK_OK && goes_on && i < sizeof statements / sizeof statements[0]; i++) {
		struct stmt stmt;

		stmt_init(&stmt, &op->tx, statements[i]);
		stmt_blob(&stmt, "key", key, length);
		rc = walk_rows(&stmt, &walk, true, &goes_on);
	}
	return rc;
}

nmk_status recent_walk(struct nmk_op *op, const char *key, size_t length, word_sink_listed sink, void *context)
{
	struct walk walk = { key, length, sink, context, false };
	struct stmt stmt;
	bool goes_on;

	stmt_init(&stmt, &op->tx, SQL_vocabulary_recent_list);
	return walk_rows(&stmt, &walk, false, &goes_on);
}

/* ---- each word once ---- */

struct joining {
	struct nmk_op            *op;
	struct vocabulary_change *recent;
	word_sink_listed          sink;
	void                     *context;
	nmk_status                rc;
	bool                      stopped;
};

static bool take_recent(void *context, const struct listed_word *word)
{
	struct joining *joining = context;

	if (joining->rc == NMK_OK)
		joining->rc = change_add(joining->op, joining->recent, word, +1);
	return joining->rc == NMK_OK;
}

static bool take_page_word(void *context, const struct listed_word *word)
{
	struct joining *joining = context;
	struct listed_word whole = *word;

	change_merge(joining->recent, &whole);
	joining->stopped = !joining->sink(joining->context, &whole);
	return !joining->stopped;
}

/* Those that no page has. */
static void take_rest(struct joining *joining)
{
	size_t count;
	const struct entry *entries = change_sort(joining->recent, &count);

	for (size_t i = 0; i < count && !joining->stopped; i++)
		joining->stopped = !joining->sink(joining->context, &entries[i].word);
}

nmk_status vocabulary_walk(struct nmk_op *op, const char *key, size_t length, word_sink_listed sink, void *context)
{
	struct joining joining = { .op = op, .sink = sink, .context = context };
	nmk_status rc = vocabulary_begin(op, &joining.recent);

	if (rc == NMK_OK)
		rc = recent_walk(op, key, length, take_recent, &joining);
	if (rc == NMK_OK)
		rc = joining.rc;
	if (rc == NMK_OK)
		rc = pages_walk(op, key, length, take_page_word, &joining);
	if (rc == NMK_OK)
		take_rest(&joining);
	vocabulary_end(joining.recent);
	return rc;
}
