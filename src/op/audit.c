/* audit.c -- what an operation leaves in the audit log, in its own transaction. */
#include "audit.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "audit_log.h"
#include "clock.h"
#include "number.h"
#include "session.h"
#include "store_tx.h"

/* ---- details ---- */

static void detail_set(struct nmk_op *op, json_t **details, const char *name, json_t *value)
{
	if (!*details)
		*details = json_object();
	if (json_object_set_new(*details, name, value) != 0) /* takes the value whatever happens */
		op->details_failed = true;
}

/* Details are extras: without memory for one the event is refused as a whole, in audit_append(). */
void op_detail(struct nmk_op *op, const char *name, const char *value)
{
	if (value && !entry_text_is_plain(value)) { /* somebody wrote it: then it is no detail of this kind */
		op_detail_personal(op, name, value);
		return;
	}
	detail_set(op, &op->details, name, value ? json_string(value) : json_null());
}

void op_detail_int(struct nmk_op *op, const char *name, int64_t value)
{
	detail_set(op, &op->details, name, json_integer(value));
}

void op_detail_personal(struct nmk_op *op, const char *name, const char *value)
{
	if (value)
		detail_set(op, &op->personal, name, json_string(value));
}

void op_detail_network(struct nmk_op *op, const char *network)
{
	op_detail_personal(op, "network", network);
	op->short_lived = true;
}

void op_detail_fields(struct nmk_op *op, const struct op_changeable *fields, size_t count, uint32_t set)
{
	struct buffer names = { 0 };
	char *text;

	for (size_t i = 0; i < count; i++)
		if (set & fields[i].bit) {
			buffer_text(&names, names.length ? "," : "");
			buffer_text(&names, fields[i].name);
		}
	text = buffer_take(&names);
	if (text)
		op_detail(op, "fields", text);
	else
		op->details_failed = true;
	free(text);
}

/* ---- persons ---- */

/* An account's pseudonym does not change as long as it has one, and its session ends with it. */
static nmk_status actor_pseudonym(struct nmk_op *op, char pseudonym[PSEUDONYM_SIZE])
{
	nmk_session *session = op->session;
	int64_t user_id = op->actor.id.number;
	nmk_status rc = NMK_OK;

	pseudonym[0] = '\0';
	if (!user_id)
		return NMK_OK;
	if (session->pseudonym_of != user_id) {
		rc = pseudonym_get(&op->tx, user_id, session->pseudonym);
		session->pseudonym_of = rc == NMK_OK && session->pseudonym[0] ? user_id : 0;
	}
	if (rc == NMK_OK)
		memcpy(pseudonym, session->pseudonym, PSEUDONYM_SIZE);
	return rc;
}

static nmk_status person_of(struct nmk_op *op, int64_t user_id, char pseudonym[PSEUDONYM_SIZE])
{
	if (user_id == op->actor.id.number && op->actor.kind == ACTOR_MEMBER)
		return actor_pseudonym(op, pseudonym);
	return pseudonym_get(&op->tx, user_id, pseudonym);
}

nmk_status op_remember_person(struct nmk_op *op)
{
	return op->subject.kind == ID_USER ? pseudonym_get(&op->tx, op->subject.id, op->subject_pseudonym) : NMK_OK;
}

static nmk_status object_text(struct nmk_op *op, const struct subject *subject, char object[ID_TEXT_SIZE])
{
	nmk_status rc = NMK_OK;

	object[0] = '\0';
	if (!subject->id)
		return NMK_OK;
	if (subject->kind != ID_USER)
		id_format(op->tx.store->id_key, subject->kind, subject->id, object);
	else if (op->subject_pseudonym[0] && subject->id == op->subject.id)
		memcpy(object, op->subject_pseudonym, PSEUDONYM_SIZE);
	else
		rc = person_of(op, subject->id, object);
	return rc;
}

/* Whom the personal part is about: who is the object, whose the object is, who acts. */
static int64_t person_concerned(const struct nmk_op *op)
{
	if (op->subject.kind == ID_USER && op->subject.id)
		return op->subject.id;
	return op->subject.owner_id ? op->subject.owner_id : op->actor.id.number;
}

/* ---- the entry ---- */

/* What is to be recorded, and the texts that it borrows. */
struct record {
	struct log_entry  entry;
	char              actor[PSEUDONYM_SIZE], object[ID_TEXT_SIZE];
	struct audit_seal seal;
	struct buffer     details, sealed, text;
};

static void record_free(struct record *record)
{
	buffer_free(&record->details);
	buffer_free(&record->sealed);
	buffer_free(&record->text);
}

static nmk_status record_personal(struct nmk_op *op, struct record *record, int64_t id)
{
	char pseudonym[PSEUDONYM_SIZE] = "", *plain;
	int64_t user_id = person_concerned(op);
	nmk_status rc = user_id ? person_of(op, user_id, pseudonym) : NMK_OK;

	if (rc != NMK_OK)
		return rc;
	plain = json_text(json_incref(op->personal));
	if (!plain)
		return tx_no_memory(&op->tx);
	rc = audit_seal(&op->tx, user_id, pseudonym, op->short_lived, id, plain, &record->sealed, &record->seal);
	secret_free(plain);
	record->entry.key_id = record->seal.key_id;
	record->entry.sealed = record->sealed.data;
	record->entry.sealed_length = record->sealed.length;
	record->entry.commitment = record->seal.commitment;
	return rc;
}

static nmk_status record_fill(struct nmk_op *op, const struct audit_log *log, const char *action, const struct subject *subject,
                              const json_t *details, struct record *record)
{
	static const char *const kinds[] = { "guest", "member", "system" };
	nmk_status rc = actor_pseudonym(op, record->actor);

	if (rc == NMK_OK)
		rc = object_text(op, subject, record->object);
	if (rc != NMK_OK)
		return rc;
	if (details)
		entry_details_write(&record->details, details);
	if (record->details.failed)
		return tx_no_memory(&op->tx);
	record->entry.seq = (int64_t)log->range.size;
	record->entry.time = op->tx.now;
	record->entry.action = action;
	record->entry.operation = op->info->name;
	record->entry.result = nmk_status_word(op->answer);
	record->entry.actor_kind = kinds[op->actor.kind];
	record->entry.actor = *record->actor ? record->actor : NULL;
	record->entry.object_type = subject->type;
	record->entry.object = *record->object ? record->object : NULL;
	record->entry.details = record->details.data;
	return NMK_OK;
}

static nmk_status record_insert(struct nmk_op *op, int64_t id, const struct log_entry *entry, const struct tree_hash *leaf)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_audit_append);
	stmt_int(&stmt, "id", id);
	stmt_int(&stmt, "created_at", entry->time);
	stmt_text(&stmt, "operation", entry->operation);
	stmt_text(&stmt, "action", entry->action);
	stmt_text(&stmt, "actor_kind", entry->actor_kind);
	stmt_text(&stmt, "actor", entry->actor);
	stmt_text(&stmt, "object_type", entry->object_type);
	stmt_text(&stmt, "object", entry->object);
	stmt_text(&stmt, "result", entry->result);
	stmt_text(&stmt, "details", entry->details);
	stmt_text(&stmt, "key_id", entry->key_id);
	stmt_text(&stmt, "sealed", NULL);
	stmt_text(&stmt, "commitment", NULL);
	if (entry->sealed) {
		stmt_blob(&stmt, "sealed", entry->sealed, entry->sealed_length);
		stmt_blob(&stmt, "commitment", entry->commitment, COMMITMENT_BYTES);
	}
	stmt_blob(&stmt, "leaf", leaf->bytes, TREE_HASH_BYTES);
	return stmt_exec(&stmt, NULL);
}

static nmk_status record_write(struct nmk_op *op, struct audit_log *log, struct record *record)
{
	struct tree_hash leaf;
	nmk_status rc;

	entry_write(&record->text, &record->entry);
	if (record->text.failed)
		return tx_no_memory(&op->tx);
	if (record->text.length > ENTRY_LENGTH_MOST)
		return op_fail(op, NMK_EINTERNAL, NULL, "the audit entry is too long");
	tree_leaf(record->text.data, record->text.length, &leaf);
	rc = record_insert(op, audit_id(log->shard, record->entry.seq), &record->entry, &leaf);
	return rc == NMK_OK ? audit_log_grow(&op->tx, log, &leaf) : rc;
}

static nmk_status entry_append(struct nmk_op *op, struct audit_log *log, const char *action, const struct subject *subject,
                               const json_t *details, bool with_personal)
{
	struct record record = { 0 };
	nmk_status rc = record_fill(op, log, action, subject, details, &record);

	if (rc == NMK_OK && with_personal)
		rc = record_personal(op, &record, audit_id(log->shard, record.entry.seq));
	if (rc == NMK_OK)
		rc = record_write(op, log, &record);
	record_free(&record);
	return rc;
}

/* ---- the seam: what is recorded gets its number, its leaf and its place in the tree here, and only here ---- */

/* The operation itself may have made a checkpoint: the newest goes to the host. */
static nmk_status settle(struct nmk_op *op, struct audit_log *log)
{
	char *note;
	nmk_status rc = audit_log_settle(&op->tx, log, false, &note);

	if (note) {
		free(op->checkpoint);
		op->checkpoint = note;
	}
	return rc;
}

nmk_status audit_append(struct nmk_op *op)
{
	struct audit_log log;
	nmk_status rc;

	if (op->details_failed)
		return tx_no_memory(&op->tx);
	rc = audit_log_open(&op->tx, op->session->market->options.public_url, &log);
	for (int i = 0; rc == NMK_OK && i < op->also_count; i++)
		rc = entry_append(op, &log, op->also[i].action, &op->also[i].subject, op->also[i].details, false);
	if (rc == NMK_OK && op->action)
		rc = entry_append(op, &log, op->action, &op->subject, op->details, op->personal != NULL);
	return rc == NMK_OK ? settle(op, &log) : rc;
}

void op_also(struct nmk_op *op, const char *action, const char *type, enum id_kind kind, int64_t id, const char *name,
             const char *value)
{
	struct op_also *also = &op->also[op->also_count];

	if (op->also_count == OP_ALSO_MOST) {
		op->details_failed = true; /* a slip of the author */
		return;
	}
	*also = (struct op_also){ .action = action, .subject = { .type = type, .kind = kind, .id = id } };
	if (name)
		detail_set(op, &also->details, name, json_string(value));
	op->also_count++;
}

void audit_forget(struct nmk_op *op)
{
	json_decref(op->details);
	json_decref(op->personal);
	op->details = op->personal = NULL;
	for (int i = 0; i < op->also_count; i++)
		json_decref(op->also[i].details);
	op->also_count = 0;
}

/* The host's own copy of a checkpoint, outside of the transaction and of all locks. */
void audit_anchor(struct nmk_op *op, bool committed)
{
	const nmk_market_options *options = &op->session->market->options;

	if (committed && op->checkpoint && options->audit_anchor)
		options->audit_anchor(options->audit_anchor_context, op->checkpoint);
	free(op->checkpoint);
	op->checkpoint = NULL;
}

/* ---- refusals ---- */

/* One a minute for each member and operation, and no more in all than there are slots: who is refused a million times fills no disk.
 * Two that share a slot share the minute. */
static bool refusal_is_new(struct nmk_op *op)
{
	nmk_market *market = op->session->market;
	unsigned char what[12], hash[crypto_shorthash_BYTES];
	uint32_t minute = (uint32_t)(op->tx.now / MINUTE_MS) + 1, *slot;
	bool is_new;

	put_big_endian(what, 8, (uint64_t)op->actor.id.number);
	put_big_endian(what + 8, 4, (uint64_t)(op->info - op_table));
	crypto_shorthash(hash, what, sizeof what, market->store->id_key);
	slot = &market->refusals[get_big_endian(hash, 8) % REFUSAL_SLOTS];
	pthread_mutex_lock(&market->store->mutex);
	is_new = *slot != minute;
	*slot = minute;
	pthread_mutex_unlock(&market->store->mutex);
	return is_new;
}

static nmk_status refusal_write(struct nmk_op *op)
{
	nmk_status rc = tx_begin(&op->tx, op->session->market->store, true);

	if (rc != NMK_OK)
		return rc;
	op->tx.unlocked = true;
	return tx_end(&op->tx, audit_append(op));
}

void audit_refusal(const struct nmk_op *refused)
{
	nmk_session *session = refused->session;
	nmk_error kept = session->error;
	struct nmk_op op;

	if (refused->actor.kind != ACTOR_MEMBER || session->market->options.read_only)
		return;
	memset(&op, 0, sizeof op);
	op.session = session;
	op.info = refused->info;
	op.tx = refused->tx;
	op.tx.connection = NULL;
	op.actor = refused->actor;
	op.subject = refused->subject;
	op.action = "permission_denied";
	op.answer = NMK_EDENIED;
	if (refusal_is_new(&op))
		audit_anchor(&op, refusal_write(&op) == NMK_OK);
	session->error = kept;
}
