/* alerts.c -- new nanos for saved searches: looked for on behalf of their members, told by mail. */
#include "searches.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "account.h"
#include "query.h"

/* Mails say "100" for that many, too. */
#define COUNTED_MOST 100

struct rounds {
	struct analyzer *analyzer;
	int32_t          limit, checked, mailed;
};

/* What was typed, as an expression of the index; NULL if there is nothing to look for in it. */
static nmk_status match_of(struct nmk_op *op, struct analyzer *analyzer, const char *text, char **match)
{
	struct query query = { .count = 0 };

	*match = NULL;
	if (!text)
		return NMK_OK;
	if (query_parse(analyzer, ANALYZER_GERMAN, text, false, &query) != 0)
		return tx_no_memory(&op->tx);
	if (!query.searchable)
		return NMK_OK;
	*match = query_fts5(&query);
	return *match ? NMK_OK : tx_no_memory(&op->tx);
}

static void bind_minutes(struct stmt *stmt, const char *name, int64_t minutes)
{
	if (minutes > 0) {
		stmt_option(stmt, name);
		stmt_int(stmt, name, minutes);
	}
}

static nmk_status count_new(struct nmk_op *op, struct analyzer *analyzer, const struct nmk_saved_search *saved, int64_t *count)
{
	const struct nano_filter filter = {
		.competency_level = (nmk_competency_level)saved->competency_level, .format = (nmk_format)saved->format,
		.license = (nmk_license)saved->license, .language = saved->language, .category_id = saved->category_id,
		.creator_id = saved->creator_id,
	};
	char language[3], *match;
	struct stmt stmt;
	nmk_status rc = match_of(op, analyzer, saved->text, &match);

	stmt_init(&stmt, &op->tx, SQL_search_new_count);
	if (rc == NMK_OK)
		rc = nano_filter_bind(op, &filter, &stmt, language);
	if (rc == NMK_OK) {
		bind_minutes(&stmt, "duration_minimum", saved->duration_minimum);
		bind_minutes(&stmt, "duration_maximum", saved->duration_maximum);
		if (match) {
			stmt_option(&stmt, "match");
			stmt_text(&stmt, "match", match);
		}
		stmt_int(&stmt, "since", saved->checked_at);
		stmt_int(&stmt, "now", op->tx.now);
		stmt_int(&stmt, "limit", COUNTED_MOST);
		rc = stmt_one_int(&stmt, count);
	}
	free(match);
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
		rc = count_new(op, rounds->analyzer, saved, &count);
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

nmk_status nmk_saved_search_send_alerts(nmk_session *session, int32_t limit, int32_t *checked, int32_t *mailed)
{
	struct rounds rounds = { .analyzer = NULL };
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_saved_search_send_alerts);

	if (rc == NMK_OK)
		rc = op_check_limit(&op, limit, &rounds.limit);
	if (rc == NMK_OK && (rounds.analyzer = analyzer_new()) == NULL)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc))
		rc = run(&op, &rounds);
	analyzer_free(rounds.analyzer);
	if (checked)
		*checked = rc == NMK_OK ? rounds.checked : 0;
	if (mailed)
		*mailed = rc == NMK_OK ? rounds.mailed : 0;
	return rc;
}
