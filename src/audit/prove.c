/* prove.c -- checkpoints, receipts and the proof that nothing but entries came. */
#include "audit_events.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

nmk_status audit_log_take(struct nmk_op *op, int64_t year, struct audit_log *log)
{
	bool found;
	nmk_status rc = audit_log_load(&op->tx, year, log, &found);

	return rc == NMK_OK && !found ? op_fail(op, NMK_ENOTFOUND, "year", "nothing was recorded then") : rc;
}

nmk_status audit_check_year(struct nmk_op *op, int64_t year)
{
	if (year != 0 && (year < 1970 || year > 9999))
		return op_fail(op, NMK_EINVALID, "year", "must be from %lld to %lld", 1970LL, 9999LL);
	return NMK_OK;
}

/* ---- checkpoints ---- */

/* The newest note over `most` entries at most, the caller's. *size is 0 if there is none. */
static nmk_status newest_note(struct nmk_op *op, int64_t shard, int64_t most, char **note, int64_t *size)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	*note = NULL;
	*size = 0;
	stmt_init(&stmt, &op->tx, SQL_audit_checkpoint_newest);
	stmt_int(&stmt, "shard", shard);
	stmt_int(&stmt, "most", most);
	if (stmt_next(&stmt, &rc)) {
		*size = stmt_column_int(&stmt, 0);
		*note = strdup(stmt_column_text(&stmt, 1));
		stmt_end(&stmt);
		if (!*note)
			rc = tx_no_memory(&op->tx);
	}
	return rc;
}

/* One that covers the entry, made if need be; then the host's anchor hears of it too. */
nmk_status audit_note_take(struct nmk_op *op, struct audit_log *log, int64_t seq, char **note, int64_t *size)
{
	nmk_status rc = NMK_OK;

	if (log->checkpoint_size <= seq && !op->checkpoint)
		rc = audit_log_settle(&op->tx, log, true, &op->checkpoint);
	return rc == NMK_OK ? newest_note(op, log->shard, (int64_t)log->range.size, note, size) : rc;
}

static nmk_status checkpoint(struct nmk_op *op, char **text)
{
	struct audit_log log;
	int64_t size = 0;
	nmk_status rc = audit_log_take(op, 0, &log);

	return rc == NMK_OK ? audit_note_take(op, &log, (int64_t)log.range.size - 1, text, &size) : rc;
}

nmk_status nmk_audit_checkpoint(nmk_session *session, char **text)
{
	struct nmk_op op;
	char *made = NULL;
	nmk_status rc = op_begin(&op, session, OP_audit_checkpoint);

	if (text)
		*text = NULL;
	if (rc == NMK_OK && !text)
		rc = op_fail(&op, NMK_EINVALID, "checkpoint", "is needed");
	while (op_next(&op, &rc))
		rc = checkpoint(&op, &made);
	if (rc == NMK_OK)
		*text = made;
	else
		free(made);
	return rc;
}

/* ---- the key ---- */

nmk_status audit_key_take(struct nmk_op *op, int64_t year, char **text)
{
	struct buffer buffer = { 0 };
	struct audit_log log;
	struct note_key key;
	nmk_status rc = audit_log_take(op, year, &log);

	if (rc == NMK_OK && !note_key_make(log.origin, log.public_key, &key))
		rc = op_fail(op, NMK_ECORRUPT, "audit_log", "the audit log was changed from outside: %s", "origin");
	if (rc != NMK_OK)
		return rc;
	note_key_write(&buffer, &key);
	*text = buffer_take(&buffer);
	return *text ? NMK_OK : tx_no_memory(&op->tx);
}

nmk_status nmk_audit_key(nmk_session *session, int64_t year, char **key)
{
	struct nmk_op op;
	char *made = NULL;
	nmk_status rc = op_begin(&op, session, OP_audit_key);

	if (key)
		*key = NULL;
	if (rc == NMK_OK && !key)
		rc = op_fail(&op, NMK_EINVALID, "key", "is needed");
	if (rc == NMK_OK)
		rc = audit_check_year(&op, year);
	while (op_next(&op, &rc))
		rc = audit_key_take(&op, year, &made);
	if (rc == NMK_OK)
		*key = made;
	else
		free(made);
	return rc;
}

/* ---- receipts ---- */

static nmk_status prove(struct nmk_op *op, struct audit_log *log, const struct buffer *entry, int64_t seq, char **receipt)
{
	struct audit_nodes nodes;
	struct buffer text = { 0 };
	struct tree_proof proof;
	char *note = NULL;
	int64_t size = 0;
	nmk_status rc = audit_note_take(op, log, seq, &note, &size);

	if (rc == NMK_OK && size <= seq)
		rc = op_fail(op, NMK_ECORRUPT, "audit_log", "the audit log was changed from outside: %s", "checkpoints");
	if (rc == NMK_OK) {
		audit_nodes_init(&nodes, &op->tx, log->shard, size);
		if (!tree_prove_inclusion(&(struct tree_source){ audit_nodes_node, &nodes }, (uint64_t)seq, (uint64_t)size, &proof))
			rc = nodes.failed;
	}
	if (rc == NMK_OK) {
		log_proof_write(&text, entry->data, entry->length, (uint64_t)seq, &proof, note);
		*receipt = buffer_take(&text);
		rc = *receipt ? NMK_OK : tx_no_memory(&op->tx);
	}
	free(note);
	return rc;
}

static nmk_status entry_of(struct nmk_op *op, int64_t id, struct buffer *entry)
{
	struct audit_row row;
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &op->tx, SQL_audit_get);
	stmt_int(&stmt, "id", id);
	if (!stmt_next(&stmt, &rc))
		return rc == NMK_OK ? op_fail(op, NMK_ENOTFOUND, "id", "there is none with this id") : rc;
	audit_row_read(&stmt, &row);
	rc = audit_event_allow(op, &row);
	if (rc == NMK_OK) {
		entry_write(entry, &row.entry);
		rc = entry->failed ? tx_no_memory(&op->tx) : NMK_OK;
	}
	stmt_end(&stmt);
	return rc;
}

static nmk_status receipt_make(struct nmk_op *op, const char *text, char **receipt)
{
	struct buffer entry = { 0 };
	struct audit_log log;
	int64_t id = 0;
	nmk_status rc = tx_id(&op->tx, ID_AUDIT_EVENT, "id", text, &id);

	if (rc == NMK_OK)
		rc = entry_of(op, id, &entry);
	if (rc == NMK_OK)
		rc = audit_log_take(op, audit_id_shard(id), &log);
	if (rc == NMK_OK)
		rc = prove(op, &log, &entry, audit_id_seq(id), receipt);
	buffer_free(&entry);
	return rc;
}

nmk_status nmk_audit_receipt(nmk_session *session, const char *id, char **receipt)
{
	struct nmk_op op;
	char *made = NULL;
	nmk_status rc = op_begin(&op, session, OP_audit_receipt);

	if (receipt)
		*receipt = NULL;
	if (rc == NMK_OK && (!receipt || !id))
		rc = op_fail(&op, NMK_EINVALID, receipt ? "id" : "receipt", "is needed");
	while (op_next(&op, &rc))
		rc = receipt_make(&op, id, &made);
	if (rc == NMK_OK)
		*receipt = made;
	else
		free(made);
	return rc;
}

nmk_status nmk_audit_receipt_verify(const char *receipt, const char *key_text_given, char **entry)
{
	struct log_proof proof;
	struct note_key key;
	char *extra;
	size_t length = 0;
	bool holds;

	if (entry)
		*entry = NULL;
	if (!receipt || !key_text_given || sodium_init() < 0 || !note_key_read(key_text_given, strlen(key_text_given), &key))
		return NMK_EINVALID;
	if (!log_proof_read(receipt, strlen(receipt), &proof) || !proof.extra)
		return NMK_ECORRUPT;
	extra = malloc(proof.extra_length + 1);
	if (!extra)
		return NMK_ENOMEM;
	holds = base64_read(proof.extra, proof.extra_length, extra, proof.extra_length, &length)
	     && log_proof_verify(&proof, extra, length, &key);
	extra[length] = '\0';
	if (holds && entry)
		*entry = extra;
	else
		free(extra);
	return holds ? NMK_OK : NMK_ECORRUPT;
}

/* ---- consistency ---- */

static nmk_status consistency_write(struct nmk_op *op, const struct tree_proof *hashes, int64_t from, const char *note, char **proof)
{
	struct buffer text = { 0 };

	buffer_format(&text, "old %lld\n", (long long)from);
	for (int i = 0; i < hashes->count; i++) {
		base64_write(&text, hashes->hashes[i].bytes, TREE_HASH_BYTES);
		buffer_char(&text, '\n');
	}
	buffer_char(&text, '\n');
	buffer_text(&text, note);
	*proof = buffer_take(&text);
	return *proof ? NMK_OK : tx_no_memory(&op->tx);
}

static nmk_status consistency(struct nmk_op *op, int64_t year, int64_t from, char **proof)
{
	struct audit_nodes nodes;
	struct tree_proof hashes;
	struct audit_log log;
	char *note = NULL;
	int64_t size = 0;
	nmk_status rc = audit_log_take(op, year, &log);

	if (rc == NMK_OK)
		rc = newest_note(op, log.shard, (int64_t)log.range.size, &note, &size);
	if (rc == NMK_OK && from > size)
		rc = op_fail(op, NMK_ENOTFOUND, "from", "no checkpoint is that large");
	if (rc == NMK_OK) {
		audit_nodes_init(&nodes, &op->tx, log.shard, size);
		if (!tree_prove_consistency(&(struct tree_source){ audit_nodes_node, &nodes }, (uint64_t)from, (uint64_t)size, &hashes))
			rc = nodes.failed;
	}
	if (rc == NMK_OK)
		rc = consistency_write(op, &hashes, from, note, proof);
	free(note);
	return rc;
}

nmk_status nmk_audit_consistency(nmk_session *session, int64_t year, int64_t from, char **proof)
{
	struct nmk_op op;
	char *made = NULL;
	nmk_status rc = op_begin(&op, session, OP_audit_consistency);

	if (proof)
		*proof = NULL;
	if (rc == NMK_OK && !proof)
		rc = op_fail(&op, NMK_EINVALID, "proof", "is needed");
	if (rc == NMK_OK)
		rc = audit_check_year(&op, year);
	if (rc == NMK_OK && from < 1)
		rc = op_fail(&op, NMK_EINVALID, "from", "must be from %lld to %lld", 1LL, (long long)INT64_MAX);
	while (op_next(&op, &rc))
		rc = consistency(&op, year, from, &made);
	if (rc == NMK_OK)
		*proof = made;
	else
		free(made);
	return rc;
}
