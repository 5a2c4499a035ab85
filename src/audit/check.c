/* check.c -- read the whole log again: entries, hashes, tree, tiles, checkpoints, and those that were kept elsewhere. */
#include "audit_events.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define PAGE          1000
#define FINDINGS_MOST 20     /* of one log: after so many it is known to be worthless */

/* The tiles of a level as they come to be. */
struct growing_tile {
	struct tree_hash hashes[AUDIT_TILE_WIDTH];
	int              count;
	int64_t          position;
};

/* One log at work. */
struct inspection {
	struct nmk_op             *op;
	struct check_report       *report;
	const struct audit_anchors *anchors;
	struct audit_log           log;
	struct note_key            key;
	bool                       has_key;
	struct tree_range          range;         /* as the leaves make it             */
	struct growing_tile        tiles[AUDIT_SHARD_BITS / AUDIT_TILE_LEVELS];
	int64_t                    tile_count, pruned, checkpoints_after;
	struct tree_hash           chain;         /* of the checkpoints                */
	int                        findings;
};

/* ---- findings ---- */

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* literals of messages.def, each with these two numbers */
static void found(struct inspection *work, const char *sentence, int64_t number)
{
	if (work->findings++ < FINDINGS_MOST)
		check_finding(work->report, false, sentence, (long long)work->log.shard, (long long)number);
}
#pragma GCC diagnostic pop

/* ---- tiles ---- */

static nmk_status tile_compare(struct inspection *work, int level, const struct growing_tile *tile, const struct tree_hash *root)
{
	size_t root_length, hashes_length;
	const void *kept_root, *kept_hashes;
	struct stmt stmt;
	bool same;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &work->op->tx, SQL_audit_tiles);
	stmt_int(&stmt, "shard", work->log.shard);
	stmt_int(&stmt, "level", level);
	stmt_int(&stmt, "position", tile->position);
	work->tile_count++;
	if (!stmt_next(&stmt, &rc)) {
		if (rc == NMK_OK)
			found(work, "audit log %lld: tile %lld is missing", tile->position);
		return rc;
	}
	kept_root = stmt_column_blob(&stmt, 2, &root_length);
	kept_hashes = stmt_column_blob(&stmt, 3, &hashes_length);
	same = root_length == sizeof *root && hashes_length == sizeof tile->hashes && memcmp(kept_root, root, sizeof *root) == 0
	    && memcmp(kept_hashes, tile->hashes, sizeof tile->hashes) == 0;
	stmt_end(&stmt);
	if (!same)
		found(work, "audit log %lld: tile %lld was changed", tile->position);
	return rc;
}

static nmk_status tile_grow(struct inspection *work, int level, const struct tree_hash *hash)
{
	struct growing_tile *tile = &work->tiles[level];
	struct tree_range range = { 0 };
	struct tree_hash root;
	nmk_status rc;

	tile->hashes[tile->count++] = *hash;
	if (tile->count < AUDIT_TILE_WIDTH)
		return NMK_OK;
	for (int i = 0; i < AUDIT_TILE_WIDTH; i++)
		tree_append(&range, &tile->hashes[i]);
	tree_root(&range, &root);
	rc = tile_compare(work, level, tile, &root);
	tile->count = 0;
	tile->position++;
	return rc == NMK_OK && level + 1 < AUDIT_SHARD_BITS / AUDIT_TILE_LEVELS ? tile_grow(work, level + 1, &root) : rc;
}

/* ---- checkpoints ---- */

/* The next one that is kept; INT64_MAX as the size if there is none. */
static nmk_status next_checkpoint(struct inspection *work, int64_t *size, struct buffer *note)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	*size = INT64_MAX;
	buffer_clear(note);
	stmt_init(&stmt, &work->op->tx, SQL_audit_checkpoints);
	stmt_int(&stmt, "shard", work->log.shard);
	stmt_int(&stmt, "after", work->checkpoints_after);
	stmt_int(&stmt, "limit", 1);
	if (stmt_next(&stmt, &rc)) {
		*size = stmt_column_int(&stmt, 0);
		buffer_text(note, stmt_column_text(&stmt, 2));
		audit_checkpoint_chain(&work->chain, *size, stmt_column_int(&stmt, 1), stmt_column_text(&stmt, 2));
		stmt_end(&stmt);
	}
	return rc == NMK_OK && note->failed ? tx_no_memory(&work->op->tx) : rc;
}

static void compare_note(struct inspection *work, const char *note, size_t length)
{
	struct checkpoint checkpoint;
	struct tree_hash root;

	tree_root(&work->range, &root);
	if (!work->has_key || !checkpoint_open(note, length, &work->key, &checkpoint))
		found(work, "audit log %lld: the checkpoint over %lld entries is not signed by the log's key", (int64_t)work->range.size);
	else if (checkpoint.size != work->range.size || !tree_same(&checkpoint.root, &root))
		found(work, "audit log %lld: the checkpoint over %lld entries tells of other entries", (int64_t)work->range.size);
}

/* All that is said about a log of this size. */
static nmk_status compare_here(struct inspection *work, int64_t *next, struct buffer *note)
{
	nmk_status rc = NMK_OK;

	if (*next != (int64_t)work->range.size)
		return NMK_OK;
	compare_note(work, note->data, note->length);
	work->checkpoints_after = *next;
	rc = next_checkpoint(work, next, note);
	return rc;
}

static bool is_of_log(const struct inspection *work, const struct checkpoint *checkpoint)
{
	return checkpoint->origin_length == strlen(work->log.origin)
	    && memcmp(checkpoint->origin, work->log.origin, checkpoint->origin_length) == 0;
}

static bool anchor_read(const char *note, struct checkpoint *checkpoint)
{
	const char *end = strstr(note, "\n\n");

	return end && checkpoint_read(note, (size_t)(end - note) + 1, checkpoint);
}

/* What was kept elsewhere, by what it says of itself; whether that is true is looked at when the size is reached. */
static void compare_anchors(struct inspection *work)
{
	for (size_t i = 0; i < work->anchors->count; i++) {
		const char *note = work->anchors->notes[i];
		struct checkpoint checkpoint;

		if (anchor_read(note, &checkpoint) && is_of_log(work, &checkpoint) && checkpoint.size == work->range.size)
			compare_note(work, note, strlen(note));
	}
}

/* ---- entries ---- */

static void check_entry(struct inspection *work, struct stmt *stmt, struct buffer *text, struct tree_hash *leaf)
{
	int64_t seq = (int64_t)work->range.size;
	struct tree_hash right;
	struct audit_row row;
	size_t length;
	bool is_there = audit_row_read(stmt, &row);
	const void *kept = stmt_column_blob(stmt, AUDIT_COLUMN_LEAF, &length);

	memset(leaf, 0, sizeof *leaf);
	if (kept && length == sizeof *leaf)
		memcpy(leaf, kept, length);
	if (!is_there) {
		work->pruned++;
		return;
	}
	if (!row.is_whole) {
		found(work, "audit log %lld: entry %lld was changed", seq);
		return;
	}
	buffer_clear(text);
	entry_write(text, &row.entry);
	if (text->failed)
		return;
	tree_leaf(text->data, text->length, &right);
	if (!tree_same(&right, leaf))
		found(work, "audit log %lld: entry %lld was changed", seq);
}

static nmk_status check_row(struct inspection *work, struct stmt *stmt, struct buffer *text)
{
	struct tree_hash leaf;

	if (stmt_column_int(stmt, 0) != audit_id(work->log.shard, (int64_t)work->range.size)) {
		found(work, "audit log %lld: entry %lld is missing", (int64_t)work->range.size);
		return NMK_ENOTFOUND;
	}
	check_entry(work, stmt, text, &leaf);
	if (text->failed)
		return tx_no_memory(&work->op->tx);
	tree_append(&work->range, &leaf);
	return tile_grow(work, 0, &leaf);
}

/* Up to PAGE rows. *count is 0 behind the last. */
static nmk_status check_rows(struct inspection *work, struct buffer *text, int64_t *next, struct buffer *note, int *count)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	*count = 0;
	stmt_init(&stmt, &work->op->tx, SQL_audit_rows);
	stmt_int(&stmt, "first", audit_id(work->log.shard, (int64_t)work->range.size));
	stmt_int(&stmt, "end", audit_id(work->log.shard + 1, 0));
	stmt_int(&stmt, "limit", PAGE);
	while (stmt_next(&stmt, &rc)) {
		rc = check_row(work, &stmt, text);
		if (rc == NMK_OK)
			rc = compare_here(work, next, note);
		if (rc == NMK_OK && work->anchors->count > 0)
			compare_anchors(work);
		(*count)++;
	}
	stmt_end(&stmt);
	return rc;
}

static bool range_is_kept(const struct inspection *work)
{
	return work->range.size == work->log.range.size && work->range.count == work->log.range.count
	    && memcmp(work->range.hashes, work->log.range.hashes, (size_t)work->range.count * TREE_HASH_BYTES) == 0;
}

static nmk_status count_tiles(struct inspection *work)
{
	struct stmt stmt;
	int64_t tiles = 0;
	nmk_status rc;

	stmt_init(&stmt, &work->op->tx, SQL_audit_tile_count);
	stmt_int(&stmt, "shard", work->log.shard);
	rc = stmt_one_int(&stmt, &tiles);
	if (rc == NMK_OK && tiles != work->tile_count)
		found(work, "audit log %lld: there are %lld tiles, and there should be others", tiles);
	return rc;
}

static void check_end(struct inspection *work, int64_t next_checkpoint_size)
{
	if (!range_is_kept(work))
		found(work, "audit log %lld: there are %lld entries, and the log says otherwise", (int64_t)work->range.size);
	if (next_checkpoint_size != INT64_MAX)
		found(work, "audit log %lld: a checkpoint is over %lld entries, which there are not", next_checkpoint_size);
	if (work->checkpoints_after != work->log.checkpoint_size || !tree_same(&work->chain, &work->log.checkpoint_hash))
		found(work, "audit log %lld: checkpoints up to the one over %lld entries are missing or were changed", work->log.checkpoint_size);
	for (size_t i = 0; i < work->anchors->count; i++) {
		struct checkpoint checkpoint;

		if (anchor_read(work->anchors->notes[i], &checkpoint) && is_of_log(work, &checkpoint)
		    && checkpoint.size > work->range.size)
			found(work, "audit log %lld: a checkpoint is over %lld entries, which there are not", (int64_t)checkpoint.size);
	}
}

static nmk_status check_entries(struct inspection *work)
{
	struct buffer text = { 0 }, note = { 0 };
	int64_t next = INT64_MAX;
	int count = 1;
	nmk_status rc = next_checkpoint(work, &next, &note);

	while (rc == NMK_OK && count > 0) {
		rc = check_rows(work, &text, &next, &note, &count);
		if (rc == NMK_OK && !check_progress(work->report, (int64_t)work->range.size, (int64_t)work->log.range.size))
			rc = NMK_ECANCELLED;
	}
	if (rc == NMK_OK)
		check_end(work, next);
	if (rc == NMK_OK)
		rc = count_tiles(work);
	buffer_free(&text);
	buffer_free(&note);
	return rc == NMK_ENOTFOUND ? NMK_OK : rc; /* what comes after a gap says nothing */
}

/* ---- what was pruned ---- */

/* The sum of what the entries of prunings say of this log. */
static nmk_status recorded_prunings(struct inspection *work, int64_t *sum)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	*sum = 0;
	stmt_init(&stmt, &work->op->tx, SQL_audit_prunings);
	while (stmt_next(&stmt, &rc)) {
		const char *details = stmt_column_text(&stmt, 0);
		struct json_piece object, year, pruned;
		int64_t shard, count;

		if (details && json_accepts(details, strlen(details), &object) && piece_member(object, "year", &year)
		    && piece_whole(year, &shard) && piece_member(object, "pruned", &pruned) && piece_whole(pruned, &count)
		    && shard == work->log.shard)
			*sum += count;
	}
	return rc;
}

static nmk_status check_prunings(struct inspection *work)
{
	int64_t recorded;
	nmk_status rc = recorded_prunings(work, &recorded);

	if (rc == NMK_OK && recorded != work->pruned)
		found(work, "audit log %lld: %lld entries are gone but for their hashes, and not all by pruning", work->pruned);
	return rc;
}

/* ---- one log ---- */

/* The year that is written to can sign, and signs with the key that it shows. Those before cannot. */
static nmk_status check_key(struct inspection *work, bool is_newest)
{
	nmk_error kept = *work->op->tx.error;
	nmk_status rc = NMK_OK;

	work->has_key = note_key_make(work->log.origin, work->log.public_key, &work->key);
	if (work->log.is_open != is_newest)
		found(work, "audit log %lld: its signing key is not as it should be (%lld)", work->log.is_open);
	if (work->log.is_open) {
		rc = audit_log_try_key(&work->op->tx, &work->log);
		if (rc == NMK_ECORRUPT) {
			*work->op->tx.error = kept;
			found(work, "audit log %lld: its signing key is not as it should be (%lld)", work->log.is_open);
			rc = NMK_OK;
		}
	}
	return rc;
}

static nmk_status check_log(struct nmk_op *op, int64_t shard, bool is_newest, const struct audit_anchors *anchors,
                            struct check_report *report, int64_t *entries)
{
	struct inspection *work = calloc(1, sizeof *work);
	nmk_error kept = *op->tx.error;
	bool is_there = false;
	nmk_status rc;

	if (!work)
		return tx_no_memory(&op->tx);
	*work = (struct inspection){ .op = op, .report = report, .anchors = anchors };
	rc = audit_log_load(&op->tx, shard, &work->log, &is_there);
	if (rc == NMK_ECORRUPT) {
		*op->tx.error = kept;
		work->log.shard = shard;
		found(work, "audit log %lld: its state was changed (%lld)", 0);
		rc = NMK_OK;
	} else if (rc == NMK_OK) {
		rc = check_key(work, is_newest);
		if (rc == NMK_OK)
			rc = check_entries(work);
		if (rc == NMK_OK)
			rc = check_prunings(work);
	}
	*entries += (int64_t)work->range.size;
	free(work);
	return rc;
}

/* ---- all logs ---- */

static nmk_status next_shard(struct nmk_op *op, int64_t *shard, bool *is_there)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &op->tx, SQL_audit_shards);
	stmt_int(&stmt, "after", *shard);
	*is_there = stmt_next(&stmt, &rc);
	if (*is_there) {
		*shard = stmt_column_int(&stmt, 0);
		stmt_end(&stmt);
	}
	return rc;
}

static nmk_status number_of(struct nmk_op *op, enum sql_id statement, int64_t *number)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, statement);
	return stmt_one_int(&stmt, number);
}

/* Entries that belong to no log, and a market with accounts of which nothing is recorded. */
static nmk_status check_rest(struct nmk_op *op, int64_t entries, int64_t logs, struct check_report *report)
{
	int64_t rows = 0, accounts = 0;
	nmk_status rc = number_of(op, SQL_audit_row_count, &rows);

	if (rc == NMK_OK && logs == 0)
		rc = number_of(op, SQL_audit_accounts_exist, &accounts);
	if (rc == NMK_OK && rows != entries)
		check_finding(report, false, "the audit log has %lld entries too many or too few", (long long)(rows - entries));
	if (rc == NMK_OK && accounts)
		check_finding(report, false, "the audit log is missing");
	return rc;
}

/* A checkpoint from elsewhere that no log here knows is a log that is missing here. */
static nmk_status check_anchor_names(struct nmk_op *op, const struct audit_anchors *anchors, struct check_report *report)
{
	nmk_status rc = NMK_OK;

	for (size_t i = 0; rc == NMK_OK && i < anchors->count; i++) {
		struct checkpoint checkpoint;
		struct audit_log log;
		int64_t shard = 0;
		bool known = false, more = true;

		if (!anchor_read(anchors->notes[i], &checkpoint)) {
			check_finding(report, false, "the checkpoint number %lld that was given is none", (long long)i + 1);
			continue;
		}
		while (rc == NMK_OK && more && !known) {
			rc = next_shard(op, &shard, &more);
			if (rc == NMK_OK && more)
				rc = audit_log_load(&op->tx, shard, &log, &more);
			known = rc == NMK_OK && more && checkpoint.origin_length == strlen(log.origin)
			     && memcmp(checkpoint.origin, log.origin, checkpoint.origin_length) == 0;
			if (rc == NMK_ECORRUPT)
				rc = NMK_OK; /* told already */
		}
		if (rc == NMK_OK && !known)
			check_finding(report, false, "the checkpoint number %lld that was given is of no log here", (long long)i + 1);
	}
	return rc;
}

nmk_status audit_check_with(struct nmk_op *op, const struct audit_anchors *anchors, struct check_report *report)
{
	int64_t shard = 0, entries = 0, logs = 0;
	bool is_there = true;
	nmk_status rc = next_shard(op, &shard, &is_there);

	while (rc == NMK_OK && is_there) {
		int64_t this_one = shard;

		logs++;
		rc = next_shard(op, &shard, &is_there);
		if (rc == NMK_OK)
			rc = check_log(op, this_one, !is_there, anchors, report, &entries);
	}
	if (rc == NMK_OK)
		rc = check_rest(op, entries, logs, report);
	return rc == NMK_OK ? check_anchor_names(op, anchors, report) : rc;
}

nmk_status audit_check(struct nmk_op *op, bool repair, struct check_report *report)
{
	(void)repair; /* what was changed cannot be known to have been otherwise */
	return audit_check_with(op, &(struct audit_anchors){ 0 }, report);
}
