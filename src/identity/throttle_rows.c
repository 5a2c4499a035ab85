/* throttle_rows.c -- counters in the store: they survive restarts, and all processes share them. */
#include "throttle_rows.h"

#include <string.h>

/* ---- rows ---- */

static void subject_hash(const struct nmk_op *op, const struct buffer *subject, unsigned char hash[KEY_HASH_BYTES])
{
	key_hash(op->tx.keys, KEY_THROTTLE, subject->data, subject->length, hash);
}

static nmk_status row_read(struct nmk_op *op, struct throttle_row *row)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &op->tx, SQL_throttle_get);
	stmt_blob(&stmt, "subject", row->subject, sizeof row->subject);
	if (stmt_next(&stmt, &rc)) {
		row->count = stmt_column_int(&stmt, 0);
		row->arrival = stmt_column_int(&stmt, 1);
		row->blocked_until = stmt_column_int(&stmt, 2);
		row->expires_at = stmt_column_int(&stmt, 3);
		row->refused = stmt_column_int(&stmt, 4) != 0;
		stmt_end(&stmt);
	}
	return rc;
}

/* The window and the slot tell rows of one subject apart. */
static nmk_status row_get(struct nmk_op *op, enum throttle_kind kind, int64_t window_ms, int64_t slot, const void *subject,
                          size_t length, struct throttle_row *row)
{
	struct buffer text = { 0 };
	bool failed;

	memset(row, 0, sizeof *row);
	buffer_format(&text, "%d/%lld/%lld/", (int)kind, (long long)window_ms, (long long)slot);
	buffer_add(&text, subject, length);
	failed = text.failed;
	if (!failed)
		subject_hash(op, &text, row->subject);
	buffer_free(&text);
	return failed ? tx_no_memory(&op->tx) : row_read(op, row);
}

nmk_status throttle_row_get(struct nmk_op *op, enum throttle_kind kind, const void *subject, size_t length,
                            struct throttle_row *row)
{
	return row_get(op, kind, 0, 0, subject, length, row);
}

nmk_status throttle_row_put(struct nmk_op *op, const struct throttle_row *row)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_throttle_put);
	stmt_blob(&stmt, "subject", row->subject, sizeof row->subject);
	stmt_int(&stmt, "count", row->count);
	stmt_int(&stmt, "arrival", row->arrival);
	stmt_int(&stmt, "blocked_until", row->blocked_until);
	stmt_int(&stmt, "refused", row->refused);
	stmt_int(&stmt, "expires_at", row->expires_at);
	return stmt_exec(&stmt, NULL);
}

nmk_status throttle_row_remove(struct nmk_op *op, const struct throttle_row *row)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_throttle_remove);
	stmt_blob(&stmt, "subject", row->subject, sizeof row->subject);
	return stmt_exec(&stmt, NULL);
}

nmk_status throttle_sweep(struct nmk_op *op)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_throttle_sweep);
	stmt_int(&stmt, "now", op->tx.now);
	return stmt_exec(&stmt, NULL);
}

/* ---- a sliding window: the times of the last `most` hits in a ring of rows, the head counts all hits ---- */

#define HEAD (-1)

/* How long until a hit leaves the window. One that lies further in the future than a step of the clock explains says nothing. */
static int64_t stays(const struct throttle_row *hit, int64_t window_ms, int64_t now)
{
	int64_t left = hit->arrival + window_ms - now;

	return !hit->arrival || left < 0 || hit->arrival > now + window_ms ? 0 : left < window_ms ? left : window_ms;
}

static nmk_status hit_put(struct nmk_op *op, struct throttle_row *row, int64_t count, int64_t window_ms)
{
	row->count = count;
	row->arrival = op->tx.now;
	row->expires_at = op->tx.now + window_ms;
	row->refused = false;
	return throttle_row_put(op, row);
}

nmk_status throttle_window(struct nmk_op *op, enum throttle_kind kind, const void *subject, size_t length, int64_t most,
                           int64_t window_ms, struct throttle_row *head, int64_t *wait_ms)
{
	struct throttle_row oldest;
	nmk_status rc = row_get(op, kind, window_ms, HEAD, subject, length, head);

	*wait_ms = 0;
	if (rc == NMK_OK)
		rc = row_get(op, kind, window_ms, head->count % most, subject, length, &oldest);
	if (rc != NMK_OK)
		return rc;
	*wait_ms = stays(&oldest, window_ms, op->tx.now);
	if (*wait_ms)
		return NMK_OK;
	rc = hit_put(op, &oldest, 1, window_ms);
	if (rc == NMK_OK)
		rc = hit_put(op, head, head->count + 1, window_ms);
	return rc == NMK_OK ? throttle_sweep(op) : rc;
}

nmk_status throttle_count(struct nmk_op *op, enum throttle_kind kind, const void *subject, size_t length, int64_t most,
                          int64_t window_ms, int64_t *wait_ms)
{
	struct throttle_row head;

	return throttle_window(op, kind, subject, length, most, window_ms, &head, wait_ms);
}

nmk_status throttle_uncount(struct nmk_op *op, enum throttle_kind kind, const void *subject, size_t length, int64_t most,
                            int64_t window_ms)
{
	struct throttle_row head, newest;
	nmk_status rc = row_get(op, kind, window_ms, HEAD, subject, length, &head);

	if (rc != NMK_OK || !head.count)
		return rc;
	head.count--;
	rc = row_get(op, kind, window_ms, head.count % most, subject, length, &newest);
	if (rc == NMK_OK)
		rc = throttle_row_remove(op, &newest);
	if (rc == NMK_OK)
		rc = head.count ? throttle_row_put(op, &head) : throttle_row_remove(op, &head);
	return rc;
}
