/* prune.c -- what was kept long enough goes, but for its hash. How many went in which year is an entry itself, so that the check
 * finds what went without it. */
#include "audit_events.h"

#include "clock.h"
#include "session.h"

#define PRUNE_ROWS 500

/* One kind of entries after the other: options of audit_prune_find. */
static const char *const kinds[] = { "usage", "refusals", "changes" };
#define KINDS (sizeof kinds / sizeof kinds[0])

struct pruning {
	size_t  kind;
	int64_t pruned;
};

static int64_t kept_days(const struct nmk_op *op, size_t kind)
{
	const nmk_market_options *options = &op->session->market->options;
	const int32_t days[KINDS] = { options->audit_usage_days, options->audit_refusal_days, options->audit_days };

	return days[kind];
}

static nmk_status find(struct nmk_op *op, size_t kind, int64_t ids[PRUNE_ROWS], size_t *count)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	*count = 0;
	stmt_init(&stmt, &op->tx, SQL_audit_prune_find);
	stmt_int(&stmt, "before", op->tx.now - kept_days(op, kind) * DAY_MS);
	stmt_int(&stmt, "limit", PRUNE_ROWS);
	stmt_option(&stmt, kinds[kind]);
	while (stmt_next(&stmt, &rc))
		if (*count < PRUNE_ROWS)
			ids[(*count)++] = stmt_column_int(&stmt, 0);
	return rc;
}

/* Entries of one year only, so that the detail is one number for it. */
static nmk_status let_go(struct nmk_op *op, const int64_t ids[], size_t count, struct pruning *pruning)
{
	int64_t shard = audit_id_shard(ids[0]), gone = 0;
	nmk_status rc = NMK_OK;

	for (size_t i = 0; rc == NMK_OK && i < count; i++) {
		struct stmt stmt;

		if (audit_id_shard(ids[i]) != shard)
			continue;
		stmt_init(&stmt, &op->tx, SQL_audit_prune);
		stmt_int(&stmt, "id", ids[i]);
		rc = stmt_exec(&stmt, NULL);
		gone++;
	}
	op_detail_int(op, "year", shard);
	op_detail_int(op, "pruned", gone);
	pruning->pruned += gone;
	op->tx.erases = true;
	return rc;
}

static nmk_status prune_some(struct nmk_op *op, struct pruning *pruning)
{
	int64_t ids[PRUNE_ROWS];
	size_t count = 0;
	nmk_status rc = NMK_OK;

	while (rc == NMK_OK && count == 0 && pruning->kind < KINDS) {
		rc = find(op, pruning->kind, ids, &count);
		if (rc == NMK_OK && count == 0)
			pruning->kind++;
	}
	if (rc == NMK_OK && count > 0)
		return let_go(op, ids, count, pruning);
	op->action = NULL;
	return rc;
}

nmk_status nmk_audit_prune(nmk_session *session, int64_t *pruned)
{
	struct pruning pruning = { 0 };
	nmk_status rc = NMK_OK;

	if (pruned)
		*pruned = 0;
	do {
		int64_t before = pruning.pruned;
		struct nmk_op op;

		rc = op_begin(&op, session, OP_audit_prune);
		while (op_next(&op, &rc))
			rc = prune_some(&op, &pruning);
		if (rc != NMK_OK)
			pruning.pruned = before;
	} while (rc == NMK_OK && pruning.kind < KINDS);
	if (pruned)
		*pruned = pruning.pruned;
	return rc;
}
