/* send.c -- a message is sent: may it be, how often, is it spam; then it gets its number, and the two are told. */
#include "attachment.h"

#include <stdlib.h>
#include <string.h>
#include <nanomarket/content.h>
#include "end_to_end.h"
#include "rate_window.h"
#include "session.h"

#define RATE_IN_CHAT (NMK_CHAT_MESSAGES_PER_MINUTE + NMK_CHAT_MESSAGES_BURST)
#define RATE_IN_ALL  (NMK_CHAT_MESSAGES_PER_MINUTE_IN_ALL + NMK_CHAT_MESSAGES_BURST_IN_ALL)

int32_t nmk_chat_messages_per_minute(void)
{
	return NMK_CHAT_MESSAGES_PER_MINUTE;
}

int32_t nmk_chat_messages_burst(void)
{
	return NMK_CHAT_MESSAGES_BURST;
}

int32_t nmk_chat_messages_per_minute_in_all(void)
{
	return NMK_CHAT_MESSAGES_PER_MINUTE_IN_ALL;
}

int32_t nmk_chat_messages_burst_in_all(void)
{
	return NMK_CHAT_MESSAGES_BURST_IN_ALL;
}

void nmk_message_fields_init(nmk_message_fields *fields)
{
	*fields = (nmk_message_fields)NMK_MESSAGE_FIELDS_INIT;
}

/* A message on its way. */
struct outgoing {
	const char               *chat_id;
	const nmk_message_fields *fields;
	struct attachment         attachment;
	struct blob_draft         draft;
	struct buffer             request;   /* what an idempotency key is for  */
	struct chat_parties       chat;
	struct chat_keys          keys;
};

/* ---- arguments ---- */

/* type/subtype, of the characters of RFC 6838, 4.2. */
static bool is_media_type(const char *text)
{
	static const char characters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&-^_.+";
	size_t type = strspn(text, characters), subtype = text[type] == '/' ? strspn(text + type + 1, characters) : 0;

	return type > 0 && subtype > 0 && text[type + 1 + subtype] == '\0' && type + 1 + subtype <= ATTACHMENT_TYPE_BYTES;
}

static nmk_status check_attachment(struct nmk_op *op, const nmk_message_fields *fields)
{
	static const struct field name = { .name = "attachment_name", .flags = FIELD_REQUIRED, .minimum = 1,
	                                   .maximum = ATTACHMENT_NAME_POINTS };
	nmk_status rc;

	if (!fields->read)
		return fields->attachment_name || fields->attachment_type ? op_fail(op, NMK_EINVALID, "read", "is needed") : NMK_OK;
	rc = op_check_text(op, &name, fields->attachment_name);
	if (rc == NMK_OK && strpbrk(fields->attachment_name, "/\\"))
		rc = op_fail(op, NMK_EINVALID, "attachment_name", "must be a name without folders");
	if (rc == NMK_OK && fields->attachment_type && !is_media_type(fields->attachment_type))
		rc = op_fail(op, NMK_EINVALID, "attachment_type", "is no media type such as image/png");
	return rc;
}

static nmk_status check_words(struct nmk_op *op, const nmk_message_fields *fields)
{
	nmk_status rc = NMK_OK;

	if (!fields->text && !fields->read)
		return op_fail(op, NMK_EINVALID, "text", "is needed");
	rc = op_check_text(op, field_named(message_fields, "text"), fields->text);
	return rc == NMK_OK ? check_attachment(op, fields) : rc;
}

static nmk_status check_fields(struct nmk_op *op, const nmk_message_fields *fields)
{
	nmk_status rc;

	if (!fields)
		return op_fail(op, NMK_EINVALID, "fields", "is needed");
	rc = op_check_version(op, fields->version, NMK_MESSAGE_FIELDS_VERSION);
	if (rc == NMK_OK)
		rc = fields->ciphertext ? end_to_end_check(op, fields) : check_words(op, fields);
	return rc == NMK_OK ? op_check_once_key(op, fields->idempotency_key) : rc;
}

/* ---- how often ---- */

/* One of the two rates of a member: in this chat, and in all of them. */
struct rate {
	enum sql_id get, set;
	size_t      most;
	const char *limit;                   /* for the audit event */
	struct rate_window window;
	bool        refused;                 /* before              */
};

static nmk_status rate_get(struct nmk_op *op, const struct chat_parties *chat, struct rate *rate)
{
	struct stmt stmt;
	const void *times;
	size_t length;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &op->tx, rate->get);
	if (rate->get == SQL_chat_rate)
		stmt_int(&stmt, "chat_id", chat->id.number);
	if (stmt_next(&stmt, &rc)) {
		times = stmt_column_blob(&stmt, 0, &length);
		rate_window_read(&rate->window, times, times ? length : 0);
		rate->refused = stmt_column_int(&stmt, 1) != 0;
		stmt_end(&stmt);
	}
	return rc;
}

static nmk_status rate_set(struct nmk_op *op, const struct chat_parties *chat, const struct rate *rate, bool refused)
{
	unsigned char bytes[RATE_WINDOW_BYTES];
	size_t length = rate_window_write(&rate->window, bytes);
	struct stmt stmt;

	if (op->rehearsal)
		return NMK_OK;
	stmt_init(&stmt, &op->tx, rate->set);
	if (rate->set == SQL_chat_rate_set)
		stmt_int(&stmt, "chat_id", chat->id.number);
	stmt_blob(&stmt, "sent_times", bytes, length);
	stmt_int(&stmt, "refused", refused);
	return stmt_exec(&stmt, NULL);
}

/* The first refusal since something was let through stands in the audit log; those after it write nothing. */
static nmk_status rate_refuse(struct nmk_op *op, const struct chat_parties *chat, const struct rate *rate, int64_t wait_ms)
{
	long long seconds = (long long)(wait_ms + 999) / 1000;

	if (rate->refused)
		return op_fail_later(op, NMK_ELIMIT, wait_ms, NULL, "too many messages: please try again in %lld s", seconds);
	op_detail(op, "limit", rate->limit);
	op_answer(op, NMK_ELIMIT, "rate_limit_hit", NULL, "too many messages: please try again in %lld s", seconds);
	op->tx.error->retry_after_ms = wait_ms;
	return rate_set(op, chat, rate, true);
}

static nmk_status check_rates(struct nmk_op *op, const struct chat_parties *chat)
{
	struct rate rates[2] = {
		{ .get = SQL_chat_rate, .set = SQL_chat_rate_set, .most = RATE_IN_CHAT, .limit = "messages_in_chat" },
		{ .get = SQL_chat_rate_in_all, .set = SQL_chat_rate_in_all_set, .most = RATE_IN_ALL, .limit = "messages_in_all" },
	};
	nmk_status rc = NMK_OK;

	for (size_t i = 0; rc == NMK_OK && i < 2; i++) {
		int64_t wait_ms;

		rc = rate_get(op, chat, &rates[i]);
		if (rc == NMK_OK && !rate_window_admit(&rates[i].window, rates[i].most, op->tx.now, &wait_ms))
			return rate_refuse(op, chat, &rates[i], wait_ms);
	}
	for (size_t i = 0; rc == NMK_OK && i < 2; i++)
		rc = rate_set(op, chat, &rates[i], false);
	return rc;
}

/* ---- is it spam ---- */

static void check_content(struct nmk_op *op, const char *text)
{
	nmk_content_verdict verdict = nmk_content_check(op->session->market->options.content_filter, text);

	if (verdict == NMK_CONTENT_FINE)
		return;
	op_detail(op, "rule", nmk_content_verdict_word(verdict));
	op_answer(op, NMK_EINVALID, "failed_security_check", "text", "looks like spam: %s", nmk_content_verdict_word(verdict));
}

/* ---- may it be ---- */

static nmk_status check_chat(struct nmk_op *op, const struct outgoing *out)
{
	const struct chat_parties *chat = &out->chat;
	nmk_status rc;

	if (chat->disabled_reason)
		return op_fail(op, NMK_ESTATE, NULL, "an administrator has disabled this chat: %s", chat->disabled_reason);
	rc = chat_check_partner(op, chat->partner_id);
	return rc == NMK_OK ? end_to_end_check_mode(op, chat, out->fields) : rc;
}

/* Before an attachment is read. With an idempotency key it may have been sent long ago, so only the permit counts. */
static nmk_status rehearse(struct nmk_op *op, nmk_session *session, struct outgoing *out)
{
	nmk_status rc = op_rehearse(op, session, OP_chat_send);

	if (rc == NMK_OK)
		rc = check_fields(op, out->fields);
	while (op_next(op, &rc)) {
		rc = chat_take(op, out->chat_id, &out->chat);
		if (rc == NMK_OK && !out->fields->idempotency_key)
			rc = check_chat(op, out);
	}
	return rc;
}

/* ---- the message ---- */

/* What is kept of it tells nothing to who does not have the author's key: not even whether a guessed text is right. */
static nmk_status describe_request(struct nmk_op *op, struct outgoing *out)
{
	unsigned char fingerprint[KEY_HASH_BYTES] = { 0 };
	const nmk_message_fields *fields = out->fields;
	const struct author_key *author;
	struct buffer plain = { 0 };
	nmk_status rc;

	if (!fields->idempotency_key)
		return NMK_OK;
	rc = chat_key_get(op, &out->keys, op->actor.id.number, &author);
	once_part(&plain, fields->text);
	once_part(&plain, fields->attachment_name);
	once_part(&plain, fields->attachment_type);
	buffer_add(&plain, out->attachment.hash, sizeof out->attachment.hash);
	if (fields->ciphertext)
		buffer_add(&plain, fields->ciphertext, fields->ciphertext_length);
	if (rc == NMK_OK && !plain.failed)
		crypto_generichash(fingerprint, sizeof fingerprint, (unsigned char *)plain.data, plain.length, author->key.bytes, KEY_BYTES);
	buffer_clear(&out->request);
	once_part(&out->request, out->chat_id);
	buffer_add(&out->request, fingerprint, sizeof fingerprint);
	if (rc == NMK_OK && (plain.failed || out->request.failed))
		rc = tx_no_memory(&op->tx);
	if (plain.data)
		sodium_memzero(plain.data, plain.capacity);
	buffer_free(&plain);
	return rc;
}

static nmk_status next_sequence(struct nmk_op *op, const struct chat_parties *chat, int64_t *sequence)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_chat_next_sequence);
	stmt_int(&stmt, "id", chat->id.number);
	stmt_int(&stmt, "now", op->tx.now);
	return stmt_one_int(&stmt, sequence);
}

/* What is written of a message. */
struct sealed_message {
	struct buffer content, attachment;
	unsigned char tag[FRANKING_BYTES];   /* of an end-to-end message */
};

static nmk_status insert(struct nmk_op *op, const struct outgoing *out, int64_t sequence, const struct sealed_message *sealed)
{
	const struct buffer *content = &sealed->content, *attachment = &sealed->attachment;
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_message_add);
	stmt_int(&stmt, "chat_id", out->chat.id.number);
	stmt_int(&stmt, "sequence", sequence);
	stmt_int(&stmt, "author_id", op->actor.id.number);
	stmt_int(&stmt, "now", op->tx.now);
	stmt_text(&stmt, "content", NULL);
	stmt_text(&stmt, "franking_tag", NULL);
	stmt_text(&stmt, "attachment_hash", NULL);
	stmt_text(&stmt, "attachment_size", NULL);
	stmt_text(&stmt, "attachment_sealed", NULL);
	if (content->length)
		stmt_blob(&stmt, "content", content->data, content->length);
	if (out->fields->ciphertext)
		stmt_blob(&stmt, "franking_tag", sealed->tag, sizeof sealed->tag);
	if (attachment->length) {
		stmt_text(&stmt, "attachment_hash", out->draft.hash);
		stmt_int(&stmt, "attachment_size", out->attachment.size);
		stmt_blob(&stmt, "attachment_sealed", attachment->data, attachment->length);
	}
	return stmt_exec(&stmt, NULL);
}

static nmk_status seal_words(struct nmk_op *op, const struct outgoing *out, const struct secret_key *key, int64_t sequence,
                             struct sealed_message *sealed)
{
	const char *text = out->fields->text;

	if (text)
		seal(key, PLACE_MESSAGE, sequence, text, strlen(text), &sealed->content);
	if (sealed->content.failed)
		return tx_no_memory(&op->tx);
	return out->fields->read ? attachment_seal(op, key, sequence, &out->attachment, &sealed->attachment) : NMK_OK;
}

static nmk_status seal_and_insert(struct nmk_op *op, struct outgoing *out, int64_t sequence)
{
	struct franked_message franked = { out->chat.id.number, sequence, op->actor.id.number, op->tx.now, { 0 } };
	struct sealed_message sealed = { .content = { 0 } };
	const struct author_key *author;
	nmk_status rc = chat_key_get(op, &out->keys, op->actor.id.number, &author);

	if (rc == NMK_OK && author->erased)
		rc = op_fail(op, NMK_ECORRUPT, "content", "the data key of account %s is missing", op->actor.id.text);
	if (rc == NMK_OK)
		rc = out->fields->ciphertext ? end_to_end_seal(op, &author->key, &franked, out->fields, &sealed.content, sealed.tag)
		                             : seal_words(op, out, &author->key, sequence, &sealed);
	if (rc == NMK_OK)
		rc = insert(op, out, sequence, &sealed);
	buffer_free(&sealed.content);
	buffer_free(&sealed.attachment);
	return rc;
}

static nmk_status set_active(struct nmk_op *op, const struct chat_parties *chat, int64_t sequence)
{
	struct stmt stmt;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_chat_set_active);
	stmt_int(&stmt, "chat_id", chat->id.number);
	stmt_int(&stmt, "now", op->tx.now);
	rc = stmt_exec(&stmt, NULL);
	if (rc != NMK_OK)
		return rc;
	stmt_init(&stmt, &op->tx, SQL_chat_set_read);
	stmt_int(&stmt, "chat_id", chat->id.number);
	stmt_int(&stmt, "sequence", sequence);
	return stmt_exec(&stmt, NULL);
}

static nmk_status add(struct nmk_op *op, struct outgoing *out, int64_t *sequence)
{
	nmk_status rc = NMK_OK;

	if (out->fields->read)
		rc = blob_keep(&op->tx, &out->draft);
	if (rc == NMK_OK)
		rc = next_sequence(op, &out->chat, sequence);
	if (rc == NMK_OK)
		rc = seal_and_insert(op, out, *sequence);
	if (rc == NMK_OK)
		rc = set_active(op, &out->chat, *sequence);
	if (rc == NMK_OK)
		rc = op_once_done(op, out->fields->idempotency_key, out->request.data, out->request.length, *sequence);
	if (rc == NMK_OK)
		rc = chat_tell(op, out->chat.partner_id);
	return rc == NMK_OK ? chat_tell(op, op->actor.id.number) : rc;
}

/* A new one. *sequence stays 0 if it is refused, which is recorded. */
static nmk_status send(struct nmk_op *op, struct outgoing *out, int64_t *sequence)
{
	nmk_status rc = check_chat(op, out);

	if (rc == NMK_OK)
		rc = check_rates(op, &out->chat);
	if (rc == NMK_OK && op->answer == NMK_OK && !out->fields->ciphertext)
		check_content(op, out->fields->text);
	return rc == NMK_OK && op->answer == NMK_OK ? add(op, out, sequence) : rc;
}

static nmk_status hand_over(struct nmk_op *op, struct outgoing *out, int64_t sequence, struct page *page)
{
	nmk_status rc;

	page_clear(page, message_release);
	rc = message_read(op, &out->keys, sequence - 1, 1, page);
	return rc == NMK_OK && page->count != 1 ? op_fail(op, NMK_EINTERNAL, NULL, "there is none") : rc;
}

static nmk_status commit(nmk_session *session, struct outgoing *out, struct page *page, bool wanted)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_chat_send);

	if (rc == NMK_OK)
		rc = check_fields(&op, out->fields);
	while (op_next(&op, &rc)) {
		int64_t sequence = 0;

		rc = chat_take(&op, out->chat_id, &out->chat);
		out->keys.chat_id = out->chat.id.number;
		if (rc == NMK_OK)
			rc = describe_request(&op, out);
		if (rc == NMK_OK)
			rc = op_once(&op, out->fields->idempotency_key, out->request.data, out->request.length, &sequence);
		if (rc == NMK_OK && !sequence)
			rc = send(&op, out, &sequence);
		if (rc == NMK_OK && sequence && wanted)
			rc = hand_over(&op, out, sequence, page);
	}
	return rc;
}

nmk_status nmk_chat_send(nmk_session *session, const char *chat_id, const nmk_message_fields *fields, nmk_message **message)
{
	struct outgoing out = { .chat_id = chat_id, .fields = fields, .draft = BLOB_DRAFT_NONE };
	struct page page = { 0 };
	struct nmk_op op;
	nmk_status rc = NMK_OK;

	if (message)
		*message = NULL;
	if (fields && fields->read) {
		rc = rehearse(&op, session, &out);
		out.attachment.name = rc == NMK_OK ? strdup(fields->attachment_name) : NULL;
		out.attachment.type = rc == NMK_OK ? strdup(fields->attachment_type ? fields->attachment_type : "application/octet-stream") : NULL;
		if (rc == NMK_OK && (!out.attachment.name || !out.attachment.type))
			rc = tx_no_memory(&op.tx);
		if (rc == NMK_OK)
			rc = attachment_receive(&op, fields, &out.attachment, &out.draft);
	}
	if (rc == NMK_OK)
		rc = commit(session, &out, &page, message != NULL);
	if (rc == NMK_OK && message) {
		*message = page.items[0];
		page.count = 0;
	}
	page_clear(&page, message_release);
	blob_draft_end(&out.draft);
	buffer_free(&out.request);
	attachment_clear(&out.attachment);
	chat_keys_forget(&out.keys);
	chat_parties_free(&out.chat);
	return rc;
}
