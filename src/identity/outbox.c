/* outbox.c -- mails that wait. They are written in the transaction that is the reason for them, and sent by the host. */
#include <nanomarket/sys/outbox.h>

#include "account.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define LEASE_MINIMUM 1000
#define LEASE_MAXIMUM 3600000
#define RETRY_MAXIMUM 604800000

struct nmk_outbox_message {
#define NMK_FIELD(kind, name, flags, ...) FIELD_MEMBER_##kind(name)
#include "outbox_message.def"
#undef NMK_FIELD
};

static const struct field outbox_message_fields[] = {
#define NMK_FIELD(kind, name, flags, ...) FIELD_ROW(struct nmk_outbox_message, kind, name, flags, __VA_ARGS__)
#include "outbox_message.def"
#undef NMK_FIELD
	{ 0 }
};

#define NMK_FIELD(kind, name, flags, ...) FIELD_GETTER_##kind(nmk_outbox_message, name, __VA_ARGS__)
#include "outbox_message.def"
#undef NMK_FIELD

char *nmk_outbox_message_json(const nmk_outbox_message *message)
{
	return json_text(fields_json(outbox_message_fields, message));
}

/* The data is the host's to read, so it is no FIELD_SECRET, but nothing of it stays behind. */
void nmk_outbox_message_free(nmk_outbox_message *message)
{
	if (!message)
		return;
	if (message->data)
		sodium_memzero(message->data, strlen(message->data));
	fields_free(outbox_message_fields, message);
	free(message);
}

nmk_status outbox_add(struct nmk_op *op, int64_t user_id, const char *recipient, const char *template_name,
                      const char *language, const char *data)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_outbox_add);
	stmt_int(&stmt, "id", tx_new_id(&op->tx));
	stmt_int(&stmt, "user_id", user_id);
	stmt_text(&stmt, "recipient", recipient);
	stmt_text(&stmt, "template_name", template_name);
	stmt_text(&stmt, "language", language);
	stmt_text(&stmt, "data", data);
	stmt_int(&stmt, "created_at", op->tx.now);
	return stmt_exec(&stmt, NULL);
}

static nmk_status check_range(struct nmk_op *op, const char *field, int64_t number, int64_t minimum, int64_t maximum)
{
	if (number >= minimum && number <= maximum)
		return NMK_OK;
	return op_fail(op, NMK_EINVALID, field, "must be from %lld to %lld", (long long)minimum, (long long)maximum);
}

/* That none waits is no failure: `*found` tells. */
static nmk_status take(struct nmk_op *op, int64_t lease_ms, struct nmk_outbox_message *message, bool *found)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	*found = false;
	stmt_init(&stmt, &op->tx, SQL_outbox_take);
	stmt_int(&stmt, "now", op->tx.now);
	stmt_int(&stmt, "until", op->tx.now + lease_ms);
	if (stmt_next(&stmt, &rc)) {
		*found = true;
		rc = stmt_read(&stmt, outbox_message_fields, message);
		stmt_end(&stmt);
	}
	return rc;
}

nmk_status nmk_outbox_take(nmk_session *session, int64_t lease_ms, nmk_outbox_message **message)
{
	struct nmk_op op;
	struct nmk_outbox_message *taken = NULL;
	bool found = false;
	nmk_status rc = op_begin(&op, session, OP_outbox_take);

	if (message)
		*message = NULL;
	if (rc == NMK_OK && !message)
		rc = op_fail(&op, NMK_EINVALID, "message", "is needed");
	if (rc == NMK_OK)
		rc = check_range(&op, "lease_ms", lease_ms, LEASE_MINIMUM, LEASE_MAXIMUM);
	if (rc == NMK_OK && (taken = calloc(1, sizeof *taken)) == NULL)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc))
		rc = take(&op, lease_ms, taken, &found);
	if (rc == NMK_OK && found)
		*message = taken;
	else
		nmk_outbox_message_free(taken);
	return rc;
}

/* Run a statement about one message, which must be there. */
static nmk_status change(struct nmk_op *op, struct stmt *stmt, const char *id)
{
	int64_t number, changed = 0;
	nmk_status rc = tx_id(&op->tx, ID_OUTBOX, "id", id, &number);

	if (rc == NMK_OK) {
		stmt_int(stmt, "id", number);
		rc = stmt_exec(stmt, &changed);
	}
	if (rc == NMK_OK && changed == 0)
		rc = op_fail(op, NMK_ENOTFOUND, "id", "there is none with this id");
	return rc;
}

nmk_status nmk_outbox_done(nmk_session *session, const char *id)
{
	struct nmk_op op;
	struct stmt stmt;
	nmk_status rc = op_begin(&op, session, OP_outbox_done);

	while (op_next(&op, &rc)) {
		stmt_init(&stmt, &op.tx, SQL_outbox_done);
		rc = change(&op, &stmt, id);
	}
	return rc;
}

nmk_status nmk_outbox_failed(nmk_session *session, const char *id, int64_t retry_ms)
{
	struct nmk_op op;
	struct stmt stmt;
	nmk_status rc = op_begin(&op, session, OP_outbox_failed);

	if (rc == NMK_OK)
		rc = check_range(&op, "retry_ms", retry_ms, 0, RETRY_MAXIMUM);
	while (op_next(&op, &rc)) {
		stmt_init(&stmt, &op.tx, SQL_outbox_failed);
		stmt_int(&stmt, "available_at", op.tx.now + retry_ms);
		rc = change(&op, &stmt, id);
	}
	return rc;
}
