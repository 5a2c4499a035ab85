/* export.c -- a year's log as files that need no database. */
#include "audit_events.h"

#include <stdlib.h>
#include <string.h>

#define EXPORT_ROWS 1000

struct export {
	nmk_session   *session;
	nmk_audit_sink sink;
	void          *sink_context;
	int64_t        shard, size, done;
};

static nmk_status hand_out(struct nmk_op *op, const struct export *export, const char *file, const void *data, size_t length)
{
	if (export->sink(export->sink_context, file, data, length) != 0)
		return op_fail(op, NMK_ECANCELLED, NULL, "was stopped");
	return NMK_OK;
}

/* A checkpoint over all that is handed out, and the key. */
static nmk_status export_begin(struct nmk_op *op, int64_t year, struct export *export, char **key)
{
	struct audit_log log;
	char *note = NULL;
	int64_t size = 0;
	nmk_status rc = audit_log_take(op, year, &log);

	if (rc == NMK_OK)
		rc = audit_note_take(op, &log, (int64_t)log.range.size - 1, &note, &size);
	if (rc == NMK_OK)
		rc = audit_key_take(op, log.shard, key);
	export->shard = log.shard;
	export->size = size;
	op_detail_int(op, "year", log.shard);
	op_detail_int(op, "size", size);
	free(note);
	return rc;
}

static void line_write(struct buffer *lines, struct stmt *stmt)
{
	struct audit_row row;
	size_t length;
	const void *leaf;

	if (audit_row_read(stmt, &row)) {
		entry_write(lines, &row.entry);
	} else {
		leaf = stmt_column_blob(stmt, AUDIT_COLUMN_LEAF, &length);
		buffer_char(lines, '-');
		base64_write(lines, leaf, length);
	}
	buffer_char(lines, '\n');
}

static nmk_status rows_read(struct nmk_op *op, struct export *export, struct buffer *lines)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &op->tx, SQL_audit_rows);
	stmt_int(&stmt, "first", audit_id(export->shard, export->done));
	stmt_int(&stmt, "end", audit_id(export->shard, export->size));
	stmt_int(&stmt, "limit", EXPORT_ROWS);
	while (stmt_next(&stmt, &rc)) {
		line_write(lines, &stmt);
		export->done++;
	}
	return rc == NMK_OK && lines->failed ? tx_no_memory(&op->tx) : rc;
}

static nmk_status notes_read(struct nmk_op *op, const struct export *export, int64_t *after, struct buffer *lines)
{
	int64_t before = *after;
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &op->tx, SQL_audit_checkpoints);
	stmt_int(&stmt, "shard", export->shard);
	stmt_int(&stmt, "after", *after);
	stmt_int(&stmt, "limit", EXPORT_ROWS);
	while (stmt_next(&stmt, &rc)) {
		*after = stmt_column_int(&stmt, 0);
		if (*after > export->size)
			continue;
		buffer_text(lines, stmt_column_text(&stmt, 2));
		buffer_text(lines, "---\n");
	}
	if (*after == before || *after > export->size)
		*after = INT64_MAX;
	return rc == NMK_OK && lines->failed ? tx_no_memory(&op->tx) : rc;
}

/* Page by page, each in a transaction of its own: what is there does not change. */
static nmk_status export_page(struct export *export, int64_t *note_after)
{
	bool notes = *note_after != INT64_MAX;
	struct buffer lines = { 0 };
	int64_t done = export->done;
	struct nmk_op op;
	nmk_status rc = op_rehearse(&op, export->session, OP_audit_export);

	while (op_next(&op, &rc))
		rc = notes ? notes_read(&op, export, note_after, &lines) : rows_read(&op, export, &lines);
	if (rc == NMK_OK && lines.length > 0)
		rc = hand_out(&op, export, notes ? "checkpoints" : "entries", lines.data, lines.length);
	if (rc == NMK_OK && !notes && export->done == done)
		rc = op_fail(&op, NMK_ECORRUPT, "audit_log", "the audit log was changed from outside: %s", "entries");
	buffer_free(&lines);
	return rc;
}

static nmk_status export_all(struct export *export, nmk_progress progress, void *context)
{
	int64_t note_after = 0;
	nmk_status rc = NMK_OK;

	while (rc == NMK_OK && (note_after != INT64_MAX || export->done < export->size)) {
		rc = export_page(export, &note_after);
		if (rc == NMK_OK && progress && !progress(context, export->done, export->size)) {
			struct nmk_op op;

			rc = op_begin(&op, export->session, OP_audit_export);
			rc = rc == NMK_OK ? op_fail(&op, NMK_ECANCELLED, NULL, "was stopped") : rc;
		}
	}
	return rc;
}

nmk_status nmk_audit_export(nmk_session *session, int64_t year, nmk_audit_sink sink, void *sink_context, nmk_progress progress,
                            void *context)
{
	struct export export = { .session = session, .sink = sink, .sink_context = sink_context };
	char *key = NULL;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_audit_export);

	if (rc == NMK_OK && !sink)
		rc = op_fail(&op, NMK_EINVALID, "sink", "is needed");
	if (rc == NMK_OK)
		rc = audit_check_year(&op, year);
	while (op_next(&op, &rc))
		rc = export_begin(&op, year, &export, &key);
	if (rc == NMK_OK)
		rc = hand_out(&op, &export, "key", key, strlen(key));
	if (rc == NMK_OK)
		rc = export_all(&export, progress, context);
	free(key);
	return rc;
}
