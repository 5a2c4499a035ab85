/* beginnings.c -- ranges of texts that begin in one way, the frequent ones first. */
#include "vocabulary_rows.h"

/* Behind every character, in the order of bytes. */
static const char behind_all[] = "\xf4\x8f\xbf\xbf";

nmk_status beginning_of(struct nmk_op *op, const char *plain, size_t length, struct beginning *beginning)
{
	*beginning = (struct beginning){ .from = { 0 } };
	buffer_add(&beginning->from, plain, length);
	buffer_add(&beginning->until, plain, length);
	buffer_text(&beginning->until, behind_all);
	return beginning->from.failed || beginning->until.failed ? tx_no_memory(&op->tx) : NMK_OK;
}

void beginning_bind(struct stmt *stmt, const struct beginning *beginning, int64_t limit)
{
	stmt_text(stmt, "from", beginning->from.data);
	stmt_text(stmt, "until", beginning->until.data);
	stmt_int(stmt, "limit", limit);
}

void beginning_free(struct beginning *beginning)
{
	buffer_free(&beginning->from);
	buffer_free(&beginning->until);
}

nmk_status highest_class(struct nmk_op *op, enum entry_kind kind, int64_t *class)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, kind == ENTRY_WORD ? SQL_vocabulary_highest_class : SQL_suggestion_start_highest_class);
	if (kind != ENTRY_WORD)
		stmt_int(&stmt, "topic", kind == ENTRY_TOPIC);
	return stmt_one_int(&stmt, class);
}
