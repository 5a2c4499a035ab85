/* end_to_end.c -- chats of which the market has ciphertext only: how one becomes so, and what becomes of its messages. */
#include "end_to_end.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <nanomarket/e2e.h>
#include <utf8proc.h>

#define BASE64 sodium_base64_VARIANT_ORIGINAL

/* ---- a chat becomes one ---- */

static nmk_status check_keys(struct nmk_op *op, const struct chat_parties *chat)
{
	struct stmt stmt;
	int64_t count = 0;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_chat_partner_keys);
	stmt_int(&stmt, "user_id", chat->partner_id);
	rc = stmt_one_int(&stmt, &count);
	if (rc == NMK_OK && count == 0)
		rc = op_fail(op, NMK_ESTATE, "keys", "the other one has published no keys");
	return rc;
}

static nmk_status switch_mode(struct nmk_op *op, const struct chat_parties *chat)
{
	struct stmt stmt;
	nmk_status rc;

	if (chat->mode == NMK_CHAT_END_TO_END) {
		op->action = NULL; /* it is so already */
		return NMK_OK;
	}
	rc = chat_check_partner(op, chat->partner_id);
	if (rc == NMK_OK)
		rc = check_keys(op, chat);
	if (rc != NMK_OK)
		return rc;
	op_detail(op, "mode", word_of(chat_mode_words, NMK_CHAT_END_TO_END));
	stmt_init(&stmt, &op->tx, SQL_chat_set_mode);
	stmt_int(&stmt, "id", chat->id.number);
	stmt_text(&stmt, "mode", word_of(chat_mode_words, NMK_CHAT_END_TO_END));
	rc = stmt_exec(&stmt, NULL);
	if (rc == NMK_OK)
		rc = chat_tell(op, chat->partner_id);
	return rc == NMK_OK ? chat_tell(op, op->actor.id.number) : rc;
}

nmk_status nmk_chat_make_end_to_end(nmk_session *session, const char *chat_id)
{
	struct chat_parties chat = { 0 };
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_chat_make_end_to_end);

	while (op_next(&op, &rc)) {
		rc = chat_take(&op, chat_id, &chat);
		if (rc == NMK_OK)
			rc = switch_mode(&op, &chat);
	}
	chat_parties_free(&chat);
	return rc;
}

/* ---- a message comes in ---- */

nmk_status end_to_end_check(struct nmk_op *op, const nmk_message_fields *fields)
{
	unsigned char commitment[FRANKING_BYTES];

	if (fields->text)
		return op_fail(op, NMK_EINVALID, "text", "is in the ciphertext");
	if (fields->read || fields->attachment_name || fields->attachment_type)
		return op_fail(op, NMK_EINVALID, "read", "is not for encrypted messages");
	if (nmk_e2e_message_commitment(fields->ciphertext, fields->ciphertext_length, commitment) != NMK_OK)
		return op_fail(op, NMK_EINVALID, "ciphertext", "is no encrypted message");
	return NMK_OK;
}

nmk_status end_to_end_check_mode(struct nmk_op *op, const struct chat_parties *chat, const nmk_message_fields *fields)
{
	if (chat->mode == NMK_CHAT_END_TO_END && !fields->ciphertext)
		return op_fail(op, NMK_ESTATE, "mode", "this chat is end to end: it takes encrypted messages only");
	if (chat->mode != NMK_CHAT_END_TO_END && fields->ciphertext)
		return op_fail(op, NMK_ESTATE, "mode", "this chat is not end to end");
	return NMK_OK;
}

static void market_key(struct nmk_op *op, struct secret_key *key)
{
	key_for_use(op->tx.keys, KEY_FRANKING, key);
}

/* The ciphertext is sealed like a text: a copy of the file shows not even the headers, and it is gone with its author's key. */
nmk_status end_to_end_seal(struct nmk_op *op, const struct secret_key *key, struct franked_message *message,
                           const nmk_message_fields *fields, struct buffer *sealed, unsigned char tag[FRANKING_BYTES])
{
	struct secret_key market;

	if (nmk_e2e_message_commitment(fields->ciphertext, fields->ciphertext_length, message->commitment) != NMK_OK)
		return op_fail(op, NMK_EINVALID, "ciphertext", "is no encrypted message");
	seal(key, PLACE_CIPHERTEXT, message->message_id, fields->ciphertext, fields->ciphertext_length, sealed);
	market_key(op, &market);
	franking_tag(market.bytes, message, tag);
	key_wipe(&market);
	return sealed->failed ? tx_no_memory(&op->tx) : NMK_OK;
}

/* ---- and goes out ---- */

nmk_status end_to_end_open(struct nmk_op *op, const struct secret_key *key, const void *sealed, size_t sealed_length,
                           struct nmk_message *message)
{
	char *bytes;
	size_t length = 0, size;
	nmk_status rc = unseal(&op->tx, key, PLACE_CIPHERTEXT, message->sequence, sealed, sealed_length, &bytes, &length);

	if (rc != NMK_OK)
		return rc;
	size = sodium_base64_encoded_len(length, BASE64);
	message->ciphertext = malloc(size);
	if (message->ciphertext)
		sodium_bin2base64(message->ciphertext, size, (unsigned char *)bytes, length, BASE64);
	bytes_free(bytes, length);
	return message->ciphertext ? NMK_OK : tx_no_memory(&op->tx);
}

nmk_status nmk_message_ciphertext_bytes(const nmk_message *message, unsigned char **bytes, size_t *length)
{
	size_t room;

	if (bytes)
		*bytes = NULL;
	if (!message || !bytes || !length)
		return NMK_EINVALID;
	if (!message->ciphertext)
		return NMK_ENOTFOUND;
	room = strlen(message->ciphertext);
	*bytes = malloc(room);
	if (!*bytes)
		return NMK_ENOMEM;
	if (sodium_base642bin(*bytes, room, message->ciphertext, room, NULL, length, NULL, BASE64) == 0)
		return NMK_OK;
	free(*bytes);
	*bytes = NULL;
	return NMK_EINTERNAL;
}

/* ---- reports ---- */

/* The message as it is kept. */
struct kept {
	struct franked_message franked;
	const void   *content, *tag;         /* borrowed from the statement */
	size_t        content_length, tag_length;
};

/* The commitment, if the market's tag says that this is what it took then from that member. */
static nmk_status check_tag(struct nmk_op *op, const struct secret_key *key, struct kept *kept)
{
	struct secret_key market;
	char *ciphertext;
	size_t length = 0;
	bool holds;
	nmk_status rc = unseal(&op->tx, key, PLACE_CIPHERTEXT, kept->franked.message_id, kept->content, kept->content_length, &ciphertext,
	                       &length);

	if (rc != NMK_OK)
		return rc;
	market_key(op, &market);
	holds = nmk_e2e_message_commitment(ciphertext, length, kept->franked.commitment) == NMK_OK && kept->tag_length == FRANKING_BYTES
	     && franking_tag_holds(market.bytes, &kept->franked, kept->tag);
	key_wipe(&market);
	bytes_free(ciphertext, length);
	return holds ? NMK_OK : op_fail(op, NMK_ECORRUPT, "franking_tag", "is not what it should be");
}

static nmk_status verify(struct nmk_op *op, const struct evidence *evidence, struct kept *kept, struct buffer *sealed)
{
	struct chat_keys keys = { .chat_id = evidence->chat_id };
	const struct author_key *author;
	const char *text;
	size_t length;
	nmk_status rc = chat_key_get(op, &keys, kept->franked.sender_id, &author);

	if (rc == NMK_OK && author->erased)
		rc = op_fail(op, NMK_ENOTFOUND, "sequence", "there is none of this number");
	if (rc == NMK_OK)
		rc = check_tag(op, &author->key, kept);
	if (rc == NMK_OK && nmk_e2e_report_verify(evidence->bytes, evidence->length, kept->franked.commitment, &text, &length) != NMK_OK)
		rc = op_fail(op, NMK_EINVALID, "evidence", "does not show what this message says");
	if (rc == NMK_OK)
		seal(&author->key, PLACE_REPORT_TEXT, evidence->report_id, text, length, sealed);
	chat_keys_forget(&keys);
	return rc == NMK_OK && sealed->failed ? tx_no_memory(&op->tx) : rc;
}

nmk_status end_to_end_take_evidence(struct nmk_op *op, const struct evidence *evidence, struct buffer *sealed)
{
	struct kept kept = { .franked = { .chat_id = evidence->chat_id, .message_id = evidence->sequence } };
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &op->tx, SQL_message_evidence);
	stmt_int(&stmt, "chat_id", evidence->chat_id);
	stmt_int(&stmt, "sequence", evidence->sequence);
	if (!stmt_next(&stmt, &rc))
		return rc == NMK_OK ? op_fail(op, NMK_ENOTFOUND, "sequence", "there is none of this number") : rc;
	kept.franked.sender_id = stmt_column_int(&stmt, 0);
	kept.content = stmt_column_blob(&stmt, 1, &kept.content_length);
	kept.tag = stmt_column_blob(&stmt, 2, &kept.tag_length);
	kept.franked.created_at = stmt_column_int(&stmt, 3);
	if (kept.tag && !evidence->bytes)
		rc = op_fail(op, NMK_EINVALID, "evidence", "is needed");
	else if (!kept.tag && evidence->bytes)
		rc = op_fail(op, NMK_EINVALID, "evidence", "is not for this message");
	else if (kept.tag)
		rc = verify(op, evidence, &kept, sealed);
	stmt_end(&stmt);
	return rc;
}

/* Members' programs encrypt what they like: what is no text for display must not hide from a report. */
static bool is_fit(utf8proc_int32_t c)
{
	return c == '\n' || c == '\t' || (c >= 0x20 && !(c >= 0x7F && c < 0xA0) && !(c >= 0x202A && c <= 0x202E) && !(c >= 0x2066 && c <= 0x2069));
}

static char *displayable(const char *bytes, size_t length)
{
	struct buffer text = { 0 };

	for (size_t at = 0; at < length;) {
		utf8proc_int32_t c;
		utf8proc_ssize_t size = utf8proc_iterate((const utf8proc_uint8_t *)bytes + at, (utf8proc_ssize_t)(length - at), &c);

		if (size > 0 && is_fit(c))
			buffer_add(&text, bytes + at, (size_t)size);
		else
			buffer_text(&text, "\xEF\xBF\xBD"); /* U+FFFD */
		at += size > 0 ? (size_t)size : 1;
	}
	return buffer_take(&text);
}

nmk_status end_to_end_show(struct nmk_op *op, struct chat_keys *keys, int64_t report_id, struct page *page)
{
	struct nmk_message *message = page->count > 0 ? page->items[page->count - 1] : NULL;
	const struct author_key *author;
	char *bytes = NULL;
	struct stmt stmt;
	size_t length = 0;
	nmk_status rc = NMK_OK;

	if (!message || message->erased || !message->ciphertext)
		return NMK_OK;
	stmt_init(&stmt, &op->tx, SQL_report_text);
	stmt_int(&stmt, "id", report_id);
	if (!stmt_next(&stmt, &rc))
		return rc;
	rc = chat_key_get(op, keys, message->author_id.number, &author);
	if (rc == NMK_OK) {
		size_t sealed_length;
		const void *sealed = stmt_column_blob(&stmt, 0, &sealed_length);

		rc = unseal(&op->tx, &author->key, PLACE_REPORT_TEXT, report_id, sealed, sealed_length, &bytes, &length);
	}
	stmt_end(&stmt);
	if (rc == NMK_OK && (message->text = displayable(bytes, length)) == NULL)
		rc = tx_no_memory(&op->tx);
	bytes_free(bytes, length);
	return rc;
}
