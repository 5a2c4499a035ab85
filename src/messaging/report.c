/* report.c -- messages that members report, what moderators read of them, and chats that administrators disable. */
#include "end_to_end.h"

#include <stdlib.h>
#include <string.h>
#include "feedback.h"

#define AROUND 5 /* messages before the reported one that its reader may need */

const char *const chat_report_state_words[] = { "", "open", "closed", NULL };

const struct field reported_message_fields[] = {
#define NMK_FIELD(kind, name, flags, ...) FIELD_ROW(struct nmk_reported_message, kind, name, flags, __VA_ARGS__)
#include "reported_message.def"
#undef NMK_FIELD
	{ 0 }
};

#define NMK_FIELD(kind, name, flags, ...) FIELD_GETTER_##kind(nmk_reported_message, name, __VA_ARGS__)
#include "reported_message.def"
#undef NMK_FIELD

static const struct field reason_field = {
	.name = "reason", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .minimum = 1, .maximum = 500, .lines = true
};

const char *nmk_chat_report_state_word(nmk_chat_report_state state)
{
	return word_of(chat_report_state_words, (int)state);
}

nmk_chat_report_state nmk_chat_report_state_of(const char *word)
{
	return (nmk_chat_report_state)word_value(chat_report_state_words, word);
}

static json_t *reported_message_to_json(const void *report)
{
	return fields_json(reported_message_fields, report);
}

char *nmk_reported_message_json(const nmk_reported_message *report)
{
	return json_text(reported_message_to_json(report));
}

static void reported_message_release(void *item)
{
	struct nmk_reported_message *report = item;

	secret_free(report->comment);
	report->comment = NULL;
	fields_free(reported_message_fields, report);
	free(report);
}

PAGE_FUNCTIONS(nmk_reported_message, reported_message)

/* ---- members report ---- */

/* What is reported. */
struct complaint {
	const char       *chat_id, *comment;
	int64_t           sequence;
	nmk_report_reason reason;
	const void       *evidence;          /* of an end-to-end message  */
	size_t            evidence_length;
};

static nmk_status check_complaint(struct nmk_op *op, const struct complaint *complaint)
{
	if (!word_of(report_reason_words, (int)complaint->reason))
		return op_fail(op, NMK_EINVALID, "reason", "is none of the values that there are");
	return op_check_text(op, field_named(reported_message_fields, "comment"), complaint->comment);
}

/* The message must be there, and be the other one's. */
static nmk_status check_reported(struct nmk_op *op, const struct chat_parties *chat, int64_t sequence)
{
	struct stmt stmt;
	int64_t author_id = 0;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_message_author);
	stmt_int(&stmt, "chat_id", chat->id.number);
	stmt_int(&stmt, "sequence", sequence);
	rc = stmt_one_int(&stmt, &author_id);
	if (rc == NMK_ENOTFOUND)
		return op_fail(op, rc, "sequence", "there is none of this number");
	if (rc == NMK_OK && op_is_self(op, author_id))
		rc = op_fail(op, NMK_EINVALID, "sequence", "is one's own message");
	return rc;
}

static nmk_status seal_comment(struct nmk_op *op, const struct chat_parties *chat, int64_t id, const char *comment,
                               struct buffer *sealed)
{
	struct chat_keys keys = { .chat_id = chat->id.number };
	const struct author_key *reporter;
	nmk_status rc = chat_key_get(op, &keys, op->actor.id.number, &reporter);

	if (rc == NMK_OK)
		seal(&reporter->key, PLACE_REPORT, id, comment, strlen(comment), sealed);
	chat_keys_forget(&keys);
	return rc == NMK_OK && sealed->failed ? tx_no_memory(&op->tx) : rc;
}

static nmk_status add(struct nmk_op *op, const struct chat_parties *chat, const struct complaint *complaint)
{
	int64_t id = tx_new_id(&op->tx);
	struct buffer sealed = { 0 }, text = { 0 };
	struct stmt stmt;
	nmk_status rc = check_reported(op, chat, complaint->sequence);

	if (rc == NMK_OK)
		rc = end_to_end_take_evidence(op, &(struct evidence){ chat->id.number, complaint->sequence, id, complaint->evidence,
		                                                      complaint->evidence_length }, &text);
	if (rc == NMK_OK && complaint->comment && *complaint->comment)
		rc = seal_comment(op, chat, id, complaint->comment, &sealed);
	if (rc == NMK_OK) {
		stmt_init(&stmt, &op->tx, SQL_report_add);
		stmt_int(&stmt, "id", id);
		stmt_int(&stmt, "chat_id", chat->id.number);
		stmt_int(&stmt, "sequence", complaint->sequence);
		stmt_text(&stmt, "reason", word_of(report_reason_words, (int)complaint->reason));
		stmt_text(&stmt, "comment_sealed", NULL);
		if (sealed.length)
			stmt_blob(&stmt, "comment_sealed", sealed.data, sealed.length);
		stmt_text(&stmt, "text_sealed", NULL);
		if (text.length)
			stmt_blob(&stmt, "text_sealed", text.data, text.length);
		stmt_int(&stmt, "now", op->tx.now);
		rc = stmt_exec(&stmt, NULL);
	}
	buffer_free(&sealed);
	buffer_free(&text);
	op_subject(op, "chat_report", ID_CHAT_REPORT, id);
	op_detail(op, "reason", word_of(report_reason_words, (int)complaint->reason));
	return rc;
}

static nmk_status complain(nmk_session *session, enum op_id operation, const struct complaint *complaint)
{
	struct chat_parties chat = { 0 };
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, operation);

	if (rc == NMK_OK)
		rc = check_complaint(&op, complaint);
	while (op_next(&op, &rc)) {
		rc = chat_take(&op, complaint->chat_id, &chat);
		if (rc == NMK_OK)
			rc = add(&op, &chat, complaint);
	}
	chat_parties_free(&chat);
	return rc;
}

nmk_status nmk_chat_report(nmk_session *session, const char *chat_id, int64_t sequence, nmk_report_reason reason, const char *comment)
{
	return complain(session, OP_chat_report, &(struct complaint){ chat_id, comment, sequence, reason, NULL, 0 });
}

nmk_status nmk_chat_report_encrypted(nmk_session *session, const char *chat_id, int64_t sequence, nmk_report_reason reason,
                                     const char *comment, const void *evidence, size_t length)
{
	static const char none[1];

	return complain(session, OP_chat_report_encrypted,
	                &(struct complaint){ chat_id, comment, sequence, reason, evidence ? evidence : none, evidence ? length : 0 });
}

/* ---- moderators look ---- */

static nmk_status open_comment(struct nmk_op *op, struct nmk_reported_message *report)
{
	struct chat_keys keys = { .chat_id = report->chat_id.number };
	const struct author_key *reporter;
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &op->tx, SQL_report_comment);
	stmt_int(&stmt, "id", report->id.number);
	if (stmt_next(&stmt, &rc)) {
		size_t length;
		const void *sealed = stmt_column_blob(&stmt, 0, &length);

		rc = chat_key_get(op, &keys, report->reporter_id.number, &reporter);
		if (rc == NMK_OK && !reporter->erased)
			rc = unseal(&op->tx, &reporter->key, PLACE_REPORT, report->id.number, sealed, length, &report->comment, NULL);
		stmt_end(&stmt);
	}
	chat_keys_forget(&keys);
	return rc;
}

static nmk_status list_read(struct nmk_op *op, nmk_chat_report_state state, const struct newest_list *list, struct page *page)
{
	static const struct row_kind kind = { .fields = reported_message_fields, .size = sizeof(struct nmk_reported_message),
	                                      .release = reported_message_release };
	struct stmt stmt;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_report_list);
	stmt_text(&stmt, "status", word_of(chat_report_state_words, (int)state));
	rc = op_read_newest(op, &stmt, &kind, list, page);
	for (size_t i = 0; rc == NMK_OK && i < page->count; i++)
		rc = open_comment(op, page->items[i]);
	return rc;
}

nmk_status nmk_chat_reports(nmk_session *session, nmk_chat_report_state state, const char *cursor, int32_t limit,
                            nmk_reported_message_page **out)
{
	nmk_reported_message_page *page = NULL;
	struct newest_list list = { 0 };
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_chat_reports);

	if (out)
		*out = NULL;
	if (!state)
		state = NMK_CHAT_REPORT_OPEN;
	if (rc == NMK_OK && !out)
		rc = op_fail(&op, NMK_EINVALID, "page", "is needed");
	if (rc == NMK_OK && !word_of(chat_report_state_words, (int)state))
		rc = op_fail(&op, NMK_EINVALID, "status", "is none of the values that there are");
	if (rc == NMK_OK)
		rc = op_take_newest(&op, state == NMK_CHAT_REPORT_OPEN ? "chat_reports_open" : "chat_reports_closed", cursor, limit, &list);
	if (rc == NMK_OK && (page = calloc(1, sizeof *page)) == NULL)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc))
		rc = list_read(&op, state, &list, &page->page);
	if (rc == NMK_OK)
		*out = page;
	else
		nmk_reported_message_page_free(page);
	return rc;
}

/* A report, and the chat that it is about. Nobody of the two reviews it. */
struct case_file {
	int64_t id, chat_id, sequence;
	bool    open;
};

static nmk_status case_load(struct nmk_op *op, const char *text, struct case_file *file)
{
	struct subject subject = { .type = "chat_report", .kind = ID_CHAT_REPORT };
	struct stmt stmt;
	nmk_status rc = tx_id(&op->tx, ID_CHAT_REPORT, "id", text, &file->id);

	if (rc != NMK_OK)
		return rc;
	stmt_init(&stmt, &op->tx, SQL_report_get);
	stmt_int(&stmt, "id", file->id);
	if (!stmt_next(&stmt, &rc))
		return rc == NMK_OK ? op_fail(op, NMK_ENOTFOUND, "id", "there is none with this id") : rc;
	file->chat_id = stmt_column_int(&stmt, 0);
	file->sequence = stmt_column_int(&stmt, 1);
	file->open = stmt_column_int(&stmt, 2) != 0;
	subject.id = file->id;
	subject.owner_id = op_is_self(op, stmt_column_int(&stmt, 3)) ? op->actor.id.number : stmt_column_int(&stmt, 4);
	stmt_end(&stmt);
	return op_allow(op, subject);
}

nmk_status nmk_chat_report_read(nmk_session *session, const char *report_id, nmk_message_page **out)
{
	nmk_message_page *page = NULL;
	struct chat_keys keys = { 0 };
	struct case_file file = { 0 };
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_chat_report_read);

	if (out)
		*out = NULL;
	if (rc == NMK_OK && !out)
		rc = op_fail(&op, NMK_EINVALID, "page", "is needed");
	if (rc == NMK_OK)
		rc = message_page_new(&op, &page);
	while (op_next(&op, &rc)) {
		int64_t since;

		rc = case_load(&op, report_id, &file);
		since = file.sequence > AROUND + 1 ? file.sequence - AROUND - 1 : 0;
		keys.chat_id = file.chat_id;
		if (rc == NMK_OK)
			rc = message_read(&op, &keys, since, (int32_t)(file.sequence - since), message_page_items(page));
		if (rc == NMK_OK)
			rc = end_to_end_show(&op, &keys, file.id, message_page_items(page));
	}
	chat_keys_forget(&keys);
	if (rc == NMK_OK)
		*out = page;
	else
		nmk_message_page_free(page);
	return rc;
}

static nmk_status case_close(struct nmk_op *op, const struct case_file *file)
{
	struct stmt stmt;

	if (!file->open) {
		op->action = NULL;
		return NMK_OK;
	}
	stmt_init(&stmt, &op->tx, SQL_report_close);
	stmt_int(&stmt, "id", file->id);
	stmt_text(&stmt, "closed_by", NULL);
	if (op->actor.id.number)
		stmt_int(&stmt, "closed_by", op->actor.id.number);
	stmt_int(&stmt, "now", op->tx.now);
	return stmt_exec(&stmt, NULL);
}

nmk_status nmk_chat_report_close(nmk_session *session, const char *report_id)
{
	struct case_file file = { 0 };
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_chat_report_close);

	while (op_next(&op, &rc)) {
		rc = case_load(&op, report_id, &file);
		if (rc == NMK_OK)
			rc = case_close(&op, &file);
	}
	return rc;
}

/* ---- administrators disable ---- */

static nmk_status set_disabled(struct nmk_op *op, const char *id, const char *reason)
{
	struct chat_parties chat = { 0 };
	struct stmt stmt;
	nmk_status rc = chat_load_parties(op, id, &chat);

	if (rc == NMK_OK && (chat.disabled_reason != NULL) == (reason != NULL)) {
		op->action = NULL; /* it is so already */
	} else if (rc == NMK_OK) {
		op_subject(op, "chat", ID_CHAT, chat.id.number);
		op_detail(op, "disabled", reason ? "true" : "false");
		stmt_init(&stmt, &op->tx, SQL_chat_set_disabled);
		stmt_int(&stmt, "id", chat.id.number);
		stmt_text(&stmt, "disabled_at", NULL);
		if (reason)
			stmt_int(&stmt, "disabled_at", op->tx.now);
		stmt_text(&stmt, "disabled_reason", reason);
		rc = stmt_exec(&stmt, NULL);
		if (rc == NMK_OK)
			rc = chat_tell(op, chat.creator_id);
		if (rc == NMK_OK)
			rc = chat_tell(op, chat.participant_id);
	}
	chat_parties_free(&chat);
	return rc;
}

nmk_status nmk_chat_disable(nmk_session *session, const char *chat_id, const char *reason)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_chat_disable);

	if (rc == NMK_OK)
		rc = op_check_text(&op, &reason_field, reason);
	while (op_next(&op, &rc))
		rc = set_disabled(&op, chat_id, reason);
	return rc;
}

nmk_status nmk_chat_enable(nmk_session *session, const char *chat_id)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_chat_enable);

	while (op_next(&op, &rc))
		rc = set_disabled(&op, chat_id, NULL);
	return rc;
}
