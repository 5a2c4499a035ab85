/* message.c -- messages: sealed with a key of the author's for the chat, opened for the two. */
#include "end_to_end.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

const struct field message_fields[] = {
#define NMK_FIELD(kind, name, flags, ...) FIELD_ROW(struct nmk_message, kind, name, flags, __VA_ARGS__)
#include "message.def"
#undef NMK_FIELD
	{ 0 }
};

#define NMK_FIELD(kind, name, flags, ...) FIELD_GETTER_##kind(nmk_message, name, __VA_ARGS__)
#include "message.def"
#undef NMK_FIELD

json_t *message_to_json(const void *message)
{
	return fields_json(message_fields, message);
}

char *nmk_message_json(const nmk_message *message)
{
	return json_text(message_to_json(message));
}

/* What was sealed is wiped. */
void message_release(void *item)
{
	struct nmk_message *message = item;

	secret_free(message->text);
	secret_free(message->attachment_name);
	message->text = message->attachment_name = NULL;
	fields_free(message_fields, message);
	free(message);
}

void nmk_message_free(nmk_message *message)
{
	if (message)
		message_release(message);
}

PAGE_FUNCTIONS(nmk_message, message)

nmk_status message_page_new(struct nmk_op *op, nmk_message_page **page)
{
	*page = calloc(1, sizeof **page);
	return *page ? NMK_OK : tx_no_memory(&op->tx);
}

struct page *message_page_items(nmk_message_page *page)
{
	return &page->page;
}

/* ---- keys ---- */

nmk_status chat_key_get(struct nmk_op *op, struct chat_keys *keys, int64_t user_id, const struct author_key **key)
{
	struct author_key *slot = &keys->authors[keys->authors[0].user_id && keys->authors[0].user_id != user_id];
	nmk_status rc;

	*key = slot;
	if (slot->user_id == user_id)
		return NMK_OK;
	rc = data_key_derive(&op->tx, user_id, DERIVED_CHAT, keys->chat_id, &slot->key);
	slot->erased = rc == NMK_ENOTFOUND;
	if (rc == NMK_OK || slot->erased)
		slot->user_id = user_id;
	return slot->erased ? NMK_OK : rc;
}

void chat_keys_forget(struct chat_keys *keys)
{
	for (size_t i = 0; i < 2; i++)
		key_wipe(&keys->authors[i].key);
	*keys = (struct chat_keys){ 0 };
}

/* ---- what is sealed of an attachment: its key, its media type, its name ---- */

nmk_status attachment_seal(struct nmk_op *op, const struct secret_key *key, int64_t sequence, const struct attachment *attachment,
                           struct buffer *sealed)
{
	char plain[KEY_BYTES + ATTACHMENT_TYPE_BYTES + 1 + 4 * ATTACHMENT_NAME_POINTS + 1];
	size_t type = strlen(attachment->type) + 1, name = strlen(attachment->name) + 1;

	memcpy(plain, attachment->key.bytes, KEY_BYTES);
	memcpy(plain + KEY_BYTES, attachment->type, type);
	memcpy(plain + KEY_BYTES + type, attachment->name, name);
	seal(key, PLACE_ATTACHMENT, sequence, plain, KEY_BYTES + type + name, sealed);
	sodium_memzero(plain, sizeof plain);
	return sealed->failed ? tx_no_memory(&op->tx) : NMK_OK;
}

static nmk_status take_apart(struct nmk_op *op, const char *plain, size_t length, struct attachment *attachment)
{
	const char *type = plain + KEY_BYTES, *name;

	if (length < KEY_BYTES + 2 || plain[length - 1] != '\0' || (name = type + strlen(type) + 1) >= plain + length)
		return op_fail(op, NMK_ECORRUPT, PLACE_ATTACHMENT, "a sealed value does not open");
	memcpy(attachment->key.bytes, plain, KEY_BYTES);
	attachment->type = strdup(type);
	attachment->name = strdup(name);
	return attachment->type && attachment->name ? NMK_OK : tx_no_memory(&op->tx);
}

nmk_status attachment_unseal(struct nmk_op *op, const struct secret_key *key, int64_t sequence, const void *sealed,
                             size_t sealed_length, struct attachment *attachment)
{
	size_t length = 0;
	char *plain;
	nmk_status rc = unseal(&op->tx, key, PLACE_ATTACHMENT, sequence, sealed, sealed_length, &plain, &length);

	if (rc == NMK_OK)
		rc = take_apart(op, plain, length, attachment);
	bytes_free(plain, length);
	return rc;
}

void attachment_clear(struct attachment *attachment)
{
	secret_free(attachment->name);
	secret_free(attachment->type);
	sodium_memzero(attachment, sizeof *attachment);
}

/* ---- reading ---- */

/* Columns of message_columns. */
enum column { CONTENT, ATTACHMENT_HASH, ATTACHMENT_SEALED, CHAT_ID, SEQUENCE, AUTHOR_ID, AUTHOR, ATTACHMENT_SIZE, ERASED_AT, CREATED_AT,
              FRANKING_TAG };

static nmk_status open_attachment(struct nmk_op *op, struct stmt *stmt, const struct secret_key *key, struct nmk_message *message)
{
	struct attachment attachment = { 0 };
	size_t length;
	const void *sealed = stmt_column_blob(stmt, ATTACHMENT_SEALED, &length);
	nmk_status rc = attachment_unseal(op, key, message->sequence, sealed, length, &attachment);

	if (rc == NMK_OK) {
		message->attachment_name = attachment.name;
		message->attachment_type = attachment.type;
		attachment.name = attachment.type = NULL;
	}
	attachment_clear(&attachment);
	return rc;
}

/* What an erased author wrote does not open any more, be it there or not. */
static nmk_status open_content(struct nmk_op *op, struct stmt *stmt, struct chat_keys *keys, struct nmk_message *message)
{
	const struct author_key *author;
	size_t length = 0, attachment_length = 0;
	const void *sealed = stmt_column_blob(stmt, CONTENT, &length);
	nmk_status rc;

	if (!message->erased) {
		rc = chat_key_get(op, keys, message->author_id.number, &author);
		message->erased = author->erased;
		if (rc != NMK_OK)
			return rc;
	}
	if (message->erased)
		return NMK_OK;
	if (stmt_column_blob(stmt, FRANKING_TAG, &attachment_length))
		return end_to_end_open(op, &author->key, sealed, length, message);
	rc = sealed ? unseal(&op->tx, &author->key, PLACE_MESSAGE, message->sequence, sealed, length, &message->text, NULL) : NMK_OK;
	if (rc == NMK_OK && stmt_column_blob(stmt, ATTACHMENT_SEALED, &attachment_length))
		rc = open_attachment(op, stmt, &author->key, message);
	return rc;
}

static nmk_status read_row(struct nmk_op *op, struct stmt *stmt, const void *context, void *value)
{
	struct chat_keys *keys = *(struct chat_keys *const *)context;
	struct nmk_message *message = value;

	message->chat_id = tx_id_value(&op->tx, ID_CHAT, stmt_column_int(stmt, CHAT_ID));
	message->sequence = stmt_column_int(stmt, SEQUENCE);
	message->author_id = tx_id_value(&op->tx, ID_USER, stmt_column_int(stmt, AUTHOR_ID));
	message->author = strdup(stmt_column_text(stmt, AUTHOR));
	message->attachment_size = stmt_column_int(stmt, ATTACHMENT_SIZE);
	message->erased = stmt_column_int(stmt, ERASED_AT) != 0;
	message->created_at = stmt_column_int(stmt, CREATED_AT);
	return message->author ? open_content(op, stmt, keys, message) : tx_no_memory(&op->tx);
}

nmk_status message_read(struct nmk_op *op, struct chat_keys *keys, int64_t since, int32_t limit, struct page *page)
{
	struct row_kind kind = { .fields = message_fields, .read = read_row, .context = &keys, .size = sizeof(struct nmk_message),
	                         .release = message_release };
	bool more;
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_message_list);
	stmt_int(&stmt, "chat_id", keys->chat_id);
	stmt_int(&stmt, "since", since);
	stmt_int(&stmt, "limit", limit);
	return op_read_page(op, &stmt, &kind, limit, page, &more);
}

nmk_status nmk_chat_messages(nmk_session *session, const char *chat_id, int64_t since, int32_t given_limit, nmk_message_page **out)
{
	struct chat_parties chat = { 0 };
	struct chat_keys keys = { 0 };
	nmk_message_page *page = NULL;
	int32_t limit = 0;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_chat_messages);

	if (out)
		*out = NULL;
	if (rc == NMK_OK && !out)
		rc = op_fail(&op, NMK_EINVALID, "page", "is needed");
	if (rc == NMK_OK && since < 0)
		rc = op_fail(&op, NMK_EINVALID, "since", "must be 0 or more");
	if (rc == NMK_OK)
		rc = op_check_limit(&op, given_limit, &limit);
	if (rc == NMK_OK)
		rc = message_page_new(&op, &page);
	while (op_next(&op, &rc)) {
		rc = chat_take(&op, chat_id, &chat);
		keys.chat_id = chat.id.number;
		if (rc == NMK_OK)
			rc = message_read(&op, &keys, since, limit, &page->page);
	}
	chat_keys_forget(&keys);
	chat_parties_free(&chat);
	if (rc == NMK_OK)
		*out = page;
	else
		nmk_message_page_free(page);
	return rc;
}
