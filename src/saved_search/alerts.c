/* alerts.c -- new nanos for saved searches: looked for on behalf of their members, told by mail. */
#include "searches.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "account.h"
#include "search.h"

/* Mails say "100" for that many, too. */
#define COUNTED_MOST 100

struct rounds {
	int32_t limit;
	int64_t checked, mailed;
};

/* Nanos that it finds and that were published since it was looked after; those of this moment are for the next time. */
static nmk_status count_new(struct nmk_op *op, const struct nmk_saved_search *saved, int64_t *count)
{
	nmk_search_options options;
	nmk_search_page *page;
	nmk_status rc;

	nmk_saved_search_options(saved, &options);
	options.sort = NMK_SEARCH_NEWEST;
	options.limit = COUNTED_MOST;
	options.strict = true;
	rc = search_inside(op, &options, &page);
	for (size_t i = 0; rc == NMK_OK && i < nmk_search_page_count(page); i++) {
		int64_t published_at = nmk_nano_published_at(nmk_search_page_item(page, i));

		*count += published_at >= saved->checked_at && published_at < op->tx.now;
	}
	nmk_search_page_free(page);
	/* A category or a creator that is gone has nothing new. */
	return rc == NMK_ENOTFOUND ? NMK_OK : rc;
}

static nmk_status is_active(struct nmk_op *op, int64_t user_id, bool *active)
{
	struct stmt stmt;
	int64_t number = 0;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_saved_search_is_active);
	stmt_int(&stmt, "user_id", user_id);
	rc = stmt_find_int(&stmt, &number);
	*active = number != 0;
	return rc;
}

static nmk_status tell(struct nmk_op *op, int64_t user_id, const struct nmk_saved_search *saved, int64_t count)
{
	struct buffer detail = { 0 };
	nmk_status rc;

	buffer_format(&detail, "%s (%lld)", saved->name, (long long)count);
	rc = detail.failed ? tx_no_memory(&op->tx) : account_notify(op, user_id, "saved_search_found", detail.data);
	buffer_free(&detail);
	return rc;
}

static nmk_status mark(struct nmk_op *op, int64_t id)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_saved_search_checked);
	stmt_int(&stmt, "id", id);
	stmt_int(&stmt, "now", op->tx.now);
	return stmt_exec(&stmt, NULL);
}

static nmk_status look_after(struct nmk_op *op, struct rounds *rounds, int64_t user_id, const struct nmk_saved_search *saved)
{
	int64_t count = 0;
	bool active = false;
	nmk_status rc = is_active(op, user_id, &active);

	if (rc == NMK_OK && active)
		rc = count_new(op, saved, &count);
	if (rc == NMK_OK && count > 0)
		rc = tell(op, user_id, saved, count);
	rounds->checked++;
	rounds->mailed += count > 0;
	return rc == NMK_OK ? mark(op, saved->id.number) : rc;
}

/* The one that nobody has looked after for the longest time. */
static nmk_status next_due(struct nmk_op *op, int64_t *user_id, struct nmk_saved_search *saved)
{
	struct secret_key key;
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	*user_id = 0;
	stmt_init(&stmt, &op->tx, SQL_saved_search_due);
	stmt_int(&stmt, "before", op->tx.now - DAY_MS);
	if (!stmt_next(&stmt, &rc))
		return rc;
	*user_id = stmt_column_int(&stmt, 5);
	rc = data_key_get(&op->tx, *user_id, &key);
	if (rc == NMK_OK) {
		rc = saved_search_read(op, &stmt, &key, saved);
		key_wipe(&key);
	}
	stmt_end(&stmt);
	return rc;
}

static nmk_status run(struct nmk_op *op, struct rounds *rounds)
{
	int64_t user_id = 1;
	nmk_status rc = NMK_OK;

	rounds->checked = rounds->mailed = 0;
	while (rc == NMK_OK && user_id != 0 && rounds->checked < rounds->limit) {
		struct nmk_saved_search saved = { .name = NULL };

		rc = next_due(op, &user_id, &saved);
		if (rc == NMK_OK && user_id != 0)
			rc = look_after(op, rounds, user_id, &saved);
		fields_free(saved_search_fields, &saved);
	}
	return rc;
}

nmk_status nmk_saved_search_send_alerts(nmk_session *session, int32_t limit, int64_t *checked, int64_t *mailed)
{
	struct rounds rounds = { .limit = 0 };
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_saved_search_send_alerts);

	if (rc == NMK_OK)
		rc = op_check_limit(&op, limit, &rounds.limit);
	while (op_next(&op, &rc))
		rc = run(&op, &rounds);
	if (checked)
		*checked = rc == NMK_OK ? rounds.checked : 0;
	if (mailed)
		*mailed = rc == NMK_OK ? rounds.mailed : 0;
	return rc;
}
