/* outbox.c -- mails that wait. They are written in the transaction that is the reason for them, sealed for their recipients,
 * and sent by the host. */
#include "outbox.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "clock.h"
#include "session.h"
#include "sink.h"

#define LEASE_MINIMUM   1000
#define LEASE_MAXIMUM   3600000
#define RETRY_MAXIMUM   604800000
#define DECOY_KEEP_MS   HOUR_MS

#define NMK_FIELD(kind, name, flags, ...) FIELD_GETTER_##kind(nmk_outbox_message, name, __VA_ARGS__)
#include "outbox_message.def"
#undef NMK_FIELD

void nmk_outbox_message_free(nmk_outbox_message *message)
{
	if (!message)
		return;
	secret_free(message->recipient);
	secret_free(message->data);
	secret_free(message->text);
	secret_free(message->html);
	free(message->subject);
	free(message->template_name);
	free(message->language);
	free(message);
}

static void write_member(struct sink *sink, const char *name, const char *text)
{
	sink_text(sink, name);
	sink_json(sink, text);
}

/* By hand: a JSON library keeps copies. The data is JSON already. */
static void write_json(struct sink *sink, const void *context)
{
	const nmk_outbox_message *message = context;
	char time[TIME_TEXT_SIZE], attempts[24];

	time_format(message->created_at, time);
	snprintf(attempts, sizeof attempts, "%lld", (long long)message->attempts);
	write_member(sink, "{\"id\":", message->id.text);
	write_member(sink, ",\"recipient\":", message->recipient);
	write_member(sink, ",\"template_name\":", message->template_name);
	write_member(sink, ",\"language\":", message->language);
	sink_text(sink, ",\"data\":");
	sink_text(sink, message->data);
	write_member(sink, ",\"subject\":", message->subject);
	write_member(sink, ",\"text\":", message->text);
	write_member(sink, ",\"html\":", message->html);
	write_member(sink, ",\"created_at\":", time);
	sink_text(sink, ",\"attempts\":");
	sink_text(sink, attempts);
	sink_text(sink, "}");
}

char *nmk_outbox_message_json(const nmk_outbox_message *message)
{
	return sink_run(write_json, message);
}

/* ---- write ---- */

static void write_data(struct sink *sink, const void *context)
{
	const struct mail *mail = context;

	write_member(sink, "{\"username\":", mail->username ? mail->username : "");
	if (mail->token)
		write_member(sink, ",\"token\":", mail->token);
	if (mail->detail)
		write_member(sink, ",\"detail\":", mail->detail);
	sink_text(sink, "}");
}

static nmk_status outbox_sweep(struct nmk_op *op)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_outbox_sweep);
	stmt_int(&stmt, "before", op->tx.now - DECOY_KEEP_MS);
	return stmt_exec(&stmt, NULL);
}

static nmk_status insert(struct nmk_op *op, const struct mail *mail, int64_t id, const struct buffer *recipient,
                         const struct buffer *data)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_outbox_add);
	stmt_int(&stmt, "id", id);
	stmt_text(&stmt, "user_id", NULL);
	if (mail->user_id)
		stmt_int(&stmt, "user_id", mail->user_id);
	stmt_blob(&stmt, "recipient_sealed", recipient->data, recipient->length);
	stmt_text(&stmt, "template_name", mail->template_name);
	stmt_text(&stmt, "language", mail->language);
	stmt_blob(&stmt, "data_sealed", data->data, data->length);
	stmt_int(&stmt, "created_at", op->tx.now);
	stmt_int(&stmt, "available_at", mail->user_id ? op->tx.now : INT64_MAX);
	return stmt_exec(&stmt, NULL);
}

nmk_status outbox_add(struct nmk_op *op, const struct mail *mail)
{
	struct buffer recipient = { 0 }, data = { 0 };
	struct secret_key decoy;
	const struct secret_key *key = mail->user_id ? mail->key : &decoy;
	int64_t id = tx_new_id(&op->tx);
	char *plain = sink_run(write_data, mail);
	nmk_status rc = plain ? outbox_sweep(op) : tx_no_memory(&op->tx);

	assert(mail_has_text(mail->template_name)); /* a slip of the author */
	key_for_use(op->tx.keys, KEY_DECOY, &decoy);
	if (rc == NMK_OK) {
		seal(key, PLACE_MAIL_RECIPIENT, id, mail->recipient, strlen(mail->recipient), &recipient);
		seal(key, PLACE_MAIL_DATA, id, plain, strlen(plain), &data);
		rc = recipient.failed || data.failed ? tx_no_memory(&op->tx) : insert(op, mail, id, &recipient, &data);
	}
	secret_free(plain);
	key_wipe(&decoy);
	buffer_free(&recipient);
	buffer_free(&data);
	return rc;
}

nmk_status outbox_notify(struct nmk_op *op, const struct contact *contact, const char *template_name, const char *detail)
{
	struct mail mail = { .user_id = contact->user_id, .key = &contact->key, .recipient = contact->email,
	                     .username = contact->username, .language = contact->language, .template_name = template_name,
	                     .detail = detail };

	return outbox_add(op, &mail);
}

/* ---- take ---- */

static nmk_status check_range(struct nmk_op *op, const char *field, int64_t number, int64_t minimum, int64_t maximum)
{
	if (number >= minimum && number <= maximum)
		return NMK_OK;
	return op_fail(op, NMK_EINVALID, field, "must be from %lld to %lld", (long long)minimum, (long long)maximum);
}

static nmk_status copy_column(struct stmt *stmt, int column, char **text)
{
	const char *value = stmt_column_text(stmt, column);

	*text = value ? strdup(value) : NULL;
	return *text ? NMK_OK : tx_no_memory(stmt->tx);
}

static nmk_status unseal_column(struct stmt *stmt, int column, const struct secret_key *key, const char *place, int64_t id,
                                char **text)
{
	size_t length;
	const void *sealed = stmt_column_blob(stmt, column, &length);

	return unseal(stmt->tx, key, place, id, sealed, length, text, NULL);
}

/* A row of outbox_take. */
static nmk_status read_row(struct nmk_op *op, struct stmt *stmt, struct nmk_outbox_message *message)
{
	struct secret_key key;
	int64_t id = stmt_column_int(stmt, 0);
	nmk_status rc = data_key_get(&op->tx, stmt_column_int(stmt, 1), &key);

	message->id = tx_id_value(&op->tx, ID_OUTBOX, id);
	message->created_at = stmt_column_int(stmt, 6);
	message->attempts = stmt_column_int(stmt, 7);
	if (rc == NMK_OK)
		rc = unseal_column(stmt, 2, &key, PLACE_MAIL_RECIPIENT, id, &message->recipient);
	if (rc == NMK_OK)
		rc = unseal_column(stmt, 5, &key, PLACE_MAIL_DATA, id, &message->data);
	if (rc == NMK_OK)
		rc = copy_column(stmt, 3, &message->template_name);
	if (rc == NMK_OK)
		rc = copy_column(stmt, 4, &message->language);
	key_wipe(&key);
	return rc;
}

/* That none waits is no failure: `*found` tells. One that does not open is told of, but does not hold up the others: it waits
 * like any that was taken. */
static nmk_status take(struct nmk_op *op, int64_t lease_ms, struct nmk_outbox_message *message, bool *found)
{
	const nmk_market_options *options = &op->session->market->options;
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	*found = false;
	stmt_init(&stmt, &op->tx, SQL_outbox_take);
	stmt_int(&stmt, "now", op->tx.now);
	stmt_int(&stmt, "until", op->tx.now + lease_ms);
	if (!stmt_next(&stmt, &rc))
		return rc;
	rc = read_row(op, &stmt, message);
	stmt_end(&stmt);
	if (rc == NMK_ECORRUPT || rc == NMK_ENOTFOUND)
		return op_answer(op, NMK_ECORRUPT, NULL, "message", "a sealed value does not open");
	if (rc == NMK_OK && mail_render(options->market_name, options->public_url, message) != NMK_OK)
		rc = tx_no_memory(&op->tx);
	*found = rc == NMK_OK;
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
