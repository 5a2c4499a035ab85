/* transcript.c -- a chat as a text or as JSON; and the attachments of its messages. */
#include "attachment.h"

#include <stdlib.h>
#include <string.h>

#define PAGE_MESSAGES 100

/* ---- transcript ---- */

/* One that is being written, page by page. */
struct transcript {
	const char *chat_id;
	nmk_transcript_format format;
	int64_t       since, last;
	bool          begun;
	enum language language;
	struct buffer text;          /* of the page */
};

/* Lines after the first are moved to the right: nobody can write what looks like another's message. */
static void add_lines(struct buffer *to, const char *text)
{
	for (; *text; text++) {
		buffer_char(to, *text);
		if (*text == '\n')
			buffer_text(to, "    ");
	}
}

static void add_text(struct transcript *transcript, const struct nmk_message *message)
{
	struct buffer *to = &transcript->text;
	char time[TIME_TEXT_SIZE];

	time_format(message->created_at, time);
	buffer_format(to, "[%s] %s: ", time, message->author);
	if (message->erased)
		buffer_text(to, message_in(transcript->language, "(message deleted)"));
	if (message->ciphertext)
		buffer_text(to, message_in(transcript->language, "(end-to-end encrypted)"));
	if (message->text)
		add_lines(to, message->text);
	if (message->attachment_name)
		buffer_format(to, "%s[%s, %lld bytes]", message->text ? "\n    " : "", message->attachment_name,
		              (long long)message->attachment_size);
	buffer_char(to, '\n');
}

/* The chat, and where its messages begin. */
static void add_head(struct transcript *transcript, const struct nmk_chat *chat, int64_t now)
{
	struct buffer *to = &transcript->text;
	char time[TIME_TEXT_SIZE], *json;

	time_format(now, time);
	if (transcript->format == NMK_TRANSCRIPT_TEXT) {
		buffer_format(to, "%s\n%s\n%s\n\n", chat->nano_title, chat->partner, time);
		return;
	}
	json = nmk_chat_json(chat);
	to->failed = to->failed || !json;
	buffer_format(to, "{\"exported_at\":\"%s\",\"chat\":%s,\"messages\":[", time, json ? json : "");
	secret_free(json);
}

static void add_message(struct transcript *transcript, const struct nmk_message *message)
{
	char *json;

	if (transcript->format == NMK_TRANSCRIPT_TEXT) {
		add_text(transcript, message);
		return;
	}
	json = nmk_message_json(message);
	transcript->text.failed = transcript->text.failed || !json;
	if (message->sequence > 1)
		buffer_char(&transcript->text, ',');
	buffer_text(&transcript->text, json ? json : "");
	secret_free(json);
}

static nmk_status add_messages(struct nmk_op *op, struct transcript *transcript, int64_t chat_id)
{
	struct chat_keys keys = { .chat_id = chat_id };
	struct page page = { 0 };
	nmk_status rc = message_read(op, &keys, transcript->since, PAGE_MESSAGES, &page);

	for (size_t i = 0; rc == NMK_OK && i < page.count; i++) {
		const struct nmk_message *message = page.items[i];

		if (message->sequence > transcript->last)
			break; /* came after the transcript began */
		add_message(transcript, message);
		transcript->since = message->sequence;
	}
	if (rc == NMK_OK && page.count == 0 && transcript->since < transcript->last)
		rc = op_fail(op, NMK_ECORRUPT, "sequence", "the stored content is missing or cut");
	page_clear(&page, message_release);
	chat_keys_forget(&keys);
	return rc;
}

static nmk_status begin(struct nmk_op *op, struct transcript *transcript, const struct chat_parties *parties)
{
	nmk_chat *chat = NULL;
	nmk_status rc = chat_hand_over(op, parties->id.number, &chat);

	if (rc == NMK_OK)
		add_head(transcript, chat, op->tx.now);
	nmk_chat_free(chat);
	transcript->last = parties->last_sequence;
	transcript->begun = true;
	return rc;
}

static void wipe(struct buffer *text)
{
	if (text->data)
		sodium_memzero(text->data, text->capacity);
	buffer_free(text);
	*text = (struct buffer){ 0 };
}

/* The next page, in a transaction of its own: whoever takes it may be slow. */
static nmk_status make_page(struct nmk_op *op, nmk_session *session, struct transcript *transcript, nmk_writer write)
{
	struct chat_parties chat = { 0 };
	nmk_status rc = op_begin(op, session, OP_chat_export);

	if (rc == NMK_OK && !write)
		rc = op_fail(op, NMK_EINVALID, "write", "is needed");
	if (rc == NMK_OK && transcript->format != NMK_TRANSCRIPT_TEXT && transcript->format != NMK_TRANSCRIPT_JSON)
		rc = op_fail(op, NMK_EINVALID, "format", "is none of the values that there are");
	transcript->language = op->tx.language;
	while (op_next(op, &rc)) {
		rc = chat_take(op, transcript->chat_id, &chat);
		if (rc == NMK_OK && !transcript->begun)
			rc = begin(op, transcript, &chat);
		if (rc == NMK_OK)
			rc = add_messages(op, transcript, chat.id.number);
	}
	chat_parties_free(&chat);
	if (rc == NMK_OK && transcript->since >= transcript->last && transcript->format == NMK_TRANSCRIPT_JSON)
		buffer_text(&transcript->text, "]}\n");
	return rc == NMK_OK && transcript->text.failed ? tx_no_memory(&op->tx) : rc;
}

nmk_status nmk_chat_export(nmk_session *session, const char *chat_id, nmk_transcript_format format, nmk_writer write, void *context)
{
	struct transcript transcript = { .chat_id = chat_id, .format = format };
	struct nmk_op op;
	nmk_status rc;

	do {
		rc = make_page(&op, session, &transcript, write);
		if (rc == NMK_OK && write(context, transcript.text.data, transcript.text.length) != 0)
			rc = op_fail(&op, NMK_ECANCELLED, NULL, "was stopped");
		wipe(&transcript.text);
	} while (rc == NMK_OK && transcript.since < transcript.last);
	return rc;
}

/* ---- attachments ---- */

/* Where it is, and what opens it. */
static nmk_status attachment_find(struct nmk_op *op, const struct chat_parties *chat, int64_t sequence, struct blob *blob,
                                  struct attachment *attachment)
{
	struct chat_keys keys = { .chat_id = chat->id.number };
	const struct author_key *author;
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &op->tx, SQL_message_attachment);
	stmt_int(&stmt, "chat_id", chat->id.number);
	stmt_int(&stmt, "sequence", sequence);
	if (!stmt_next(&stmt, &rc))
		return rc == NMK_OK ? op_fail(op, NMK_ENOTFOUND, "sequence", "there is no attachment") : rc;
	rc = chat_key_get(op, &keys, stmt_column_int(&stmt, 0), &author);
	if (rc == NMK_OK && author->erased)
		rc = op_fail(op, NMK_ENOTFOUND, "sequence", "there is no attachment");
	if (rc == NMK_OK) {
		size_t length;
		const void *sealed = stmt_column_blob(&stmt, 2, &length);

		rc = attachment_unseal(op, &author->key, sequence, sealed, length, attachment);
	}
	if (rc == NMK_OK)
		rc = blob_open(&op->tx, stmt_column_text(&stmt, 1), blob);
	stmt_end(&stmt);
	chat_keys_forget(&keys);
	return rc;
}

nmk_status nmk_chat_download(nmk_session *session, const char *chat_id, int64_t sequence, nmk_writer write, void *context)
{
	struct attachment attachment = { .name = NULL };
	struct chat_parties chat = { 0 };
	struct blob blob = BLOB_NONE;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_chat_download);

	if (rc == NMK_OK && !write)
		rc = op_fail(&op, NMK_EINVALID, "write", "is needed");
	while (op_next(&op, &rc)) {
		blob_close(&blob);
		rc = chat_take(&op, chat_id, &chat);
		if (rc == NMK_OK)
			rc = attachment_find(&op, &chat, sequence, &blob, &attachment);
	}
	if (rc == NMK_OK)
		rc = attachment_stream(&op, &blob, &attachment, write, context);
	if (rc == NMK_ECANCELLED)
		rc = op_fail(&op, rc, NULL, "was stopped");
	blob_close(&blob);
	attachment_clear(&attachment);
	chat_parties_free(&chat);
	return rc;
}
