/* comment_report.c -- reports of comments. */
#include "feedback.h"

#include <stdlib.h>

const char *const report_reason_words[] = { "", "spam", "copyright", "offensive", "misinformation", "other", NULL };
const char *const report_state_words[] = { "", "pending", "resolved", "closed", NULL };

const char *nmk_report_reason_word(nmk_report_reason reason)
{
	return word_of(report_reason_words, (int)reason);
}

nmk_report_reason nmk_report_reason_of(const char *word)
{
	return (nmk_report_reason)word_value(report_reason_words, word);
}

const char *nmk_report_state_word(nmk_report_state status)
{
	return word_of(report_state_words, (int)status);
}

nmk_report_state nmk_report_state_of(const char *word)
{
	return (nmk_report_state)word_value(report_state_words, word);
}

/* ---- values ---- */

struct nmk_comment_report {
#define NMK_FIELD(kind, name, flags, ...) FIELD_MEMBER_##kind(name)
#include "comment_report.def"
#undef NMK_FIELD
};

static const struct field report_fields[] = {
#define NMK_FIELD(kind, name, flags, ...) FIELD_ROW(struct nmk_comment_report, kind, name, flags, __VA_ARGS__)
#include "comment_report.def"
#undef NMK_FIELD
	{ 0 }
};

#define NMK_FIELD(kind, name, flags, ...) FIELD_GETTER_##kind(nmk_comment_report, name, __VA_ARGS__)
#include "comment_report.def"
#undef NMK_FIELD

static void report_release(void *report)
{
	fields_free(report_fields, report);
	free(report);
}

static json_t *report_to_json(const void *report)
{
	return fields_json(report_fields, report);
}

PAGE_FUNCTIONS(nmk_comment_report, report)

char *nmk_comment_report_json(const nmk_comment_report *report)
{
	return json_text(report_to_json(report));
}

void nmk_comment_report_free(nmk_comment_report *report)
{
	if (report)
		report_release(report);
}

static nmk_status report_read(struct nmk_op *op, struct stmt *stmt, const void *context, void *report)
{
	nmk_status rc = stmt_read(stmt, report_fields, report);

	(void)context;
	if (rc == NMK_OK && !op_is_staff(op))
		fields_hide(report_fields, report, FIELD_STAFF);
	return rc;
}

static nmk_status report_load(struct nmk_op *op, int64_t id, nmk_comment_report **report)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	*report = calloc(1, sizeof **report);
	if (!*report)
		return tx_no_memory(&op->tx);
	stmt_init(&stmt, &op->tx, SQL_comment_report_get);
	stmt_int(&stmt, "id", id);
	if (stmt_next(&stmt, &rc)) {
		rc = report_read(op, &stmt, NULL, *report);
		stmt_end(&stmt);
	} else if (rc == NMK_OK) {
		rc = op_fail(op, NMK_ENOTFOUND, NULL, "there is none with this id");
	}
	return rc;
}

static nmk_status answer(nmk_comment_report **out, nmk_comment_report *report, nmk_status rc)
{
	if (rc == NMK_OK && out)
		*out = report;
	else
		nmk_comment_report_free(report);
	return rc;
}

/* ---- report ---- */

/* What is said of a comment. */
struct claim {
	const char       *comment_id, *note, *idempotency_key;
	nmk_report_reason reason;
};

/* 0 if the actor has not reported it. */
static nmk_status find_own(struct nmk_op *op, int64_t comment_id, int64_t *id)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_comment_report_find_own);
	stmt_int(&stmt, "comment_id", comment_id);
	return stmt_find_int(&stmt, id);
}

static nmk_status insert(struct nmk_op *op, int64_t comment_id, const struct claim *claim, int64_t *id)
{
	struct stmt stmt;

	*id = tx_new_id(&op->tx);
	op_subject(op, "comment_report", ID_COMMENT_REPORT, *id);
	op_detail(op, "reason", nmk_report_reason_word(claim->reason));
	stmt_init(&stmt, &op->tx, SQL_comment_report_add);
	stmt_int(&stmt, "id", *id);
	stmt_int(&stmt, "comment_id", comment_id);
	stmt_int(&stmt, "user_id", op->actor.id.number);
	stmt_text(&stmt, "reason", nmk_report_reason_word(claim->reason));
	stmt_text(&stmt, "note", claim->note);
	stmt_int(&stmt, "now", op->tx.now);
	return stmt_exec(&stmt, NULL);
}

static nmk_status add(struct nmk_op *op, const struct claim *claim, int64_t *id)
{
	struct feedback comment;
	nmk_status rc = feedback_load_text(op, &comment_kind, "comment_id", claim->comment_id, &comment);

	if (rc == NMK_OK)
		rc = op_allow(op, feedback_subject(op, &comment_kind, &comment));
	if (rc == NMK_OK)
		rc = feedback_check_member(op);
	if (rc == NMK_OK)
		rc = feedback_check_shown(op, &comment);
	if (rc == NMK_OK)
		rc = find_own(op, comment.id, id);
	if (rc == NMK_OK && *id)
		rc = op_fail(op, NMK_ECONFLICT, "comment_id", "was reported by you already");
	return rc == NMK_OK ? insert(op, comment.id, claim, id) : rc;
}

static void request_text(struct buffer *request, const struct claim *claim)
{
	once_part(request, claim->comment_id);
	once_part(request, nmk_report_reason_word(claim->reason));
	once_part(request, claim->note);
}

/* What was reported before is the actor's own, and only read. */
static nmk_status add_once(struct nmk_op *op, const struct claim *claim, const struct buffer *request, int64_t *id)
{
	nmk_status rc = op_once(op, claim->idempotency_key, request->data, request->length, id);

	if (rc == NMK_OK && *id)
		return op_allow(op, (struct subject){ .type = "comment_report", .is_public = true });
	if (rc == NMK_OK)
		rc = add(op, claim, id);
	return rc == NMK_OK ? op_once_done(op, claim->idempotency_key, request->data, request->length, *id) : rc;
}

static nmk_status check(struct nmk_op *op, const struct claim *claim, struct buffer *request)
{
	nmk_status rc = nmk_report_reason_word(claim->reason) ? NMK_OK
	              : op_fail(op, NMK_EINVALID, "reason", "is none of the values that there are");

	if (rc == NMK_OK)
		rc = op_check_text(op, field_named(report_fields, "note"), claim->note);
	if (rc == NMK_OK)
		rc = op_check_once_key(op, claim->idempotency_key);
	if (rc != NMK_OK || !claim->idempotency_key)
		return rc;
	request_text(request, claim);
	return request->failed ? tx_no_memory(&op->tx) : NMK_OK;
}

nmk_status nmk_comment_report_create(nmk_session *session, const char *comment_id, nmk_report_reason reason,
                                     const char *note, const char *idempotency_key, nmk_comment_report **report)
{
	struct claim claim = { .comment_id = comment_id, .note = note, .idempotency_key = idempotency_key, .reason = reason };
	nmk_comment_report *made = NULL;
	struct buffer request = { 0 };
	int64_t id = 0;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_comment_report_create);

	if (report)
		*report = NULL;
	if (rc == NMK_OK)
		rc = check(&op, &claim, &request);
	while (op_next(&op, &rc)) {
		rc = add_once(&op, &claim, &request, &id);
		if (rc == NMK_OK)
			rc = report_load(&op, id, &made);
	}
	buffer_free(&request);
	return answer(report, made, rc);
}

static nmk_status load_own(struct nmk_op *op, const char *comment_id, nmk_comment_report **report)
{
	int64_t id = 0;
	nmk_status rc = feedback_check_member(op);

	if (rc == NMK_OK)
		rc = tx_id(&op->tx, ID_COMMENT, "comment_id", comment_id, &id);
	if (rc == NMK_OK)
		rc = find_own(op, id, &id);
	if (rc == NMK_OK && id == 0)
		return op_fail(op, NMK_ENOTFOUND, "report", "there is none of yours");
	return rc == NMK_OK ? report_load(op, id, report) : rc;
}

nmk_status nmk_comment_report_get_own(nmk_session *session, const char *comment_id, nmk_comment_report **report)
{
	nmk_comment_report *found = NULL;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_comment_report_get_own);

	if (report)
		*report = NULL;
	else if (rc == NMK_OK)
		rc = op_fail(&op, NMK_EINVALID, "report", "is needed");
	while (op_next(&op, &rc))
		rc = load_own(&op, comment_id, &found);
	return answer(report, found, rc);
}

/* ---- look at ---- */

nmk_status comment_report_settle(struct nmk_op *op, int64_t comment_id, nmk_report_state status, int64_t *settled)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_comment_report_settle);
	stmt_int(&stmt, "comment_id", comment_id);
	stmt_text(&stmt, "status", nmk_report_state_word(status));
	stmt_int(&stmt, "now", op->tx.now);
	return stmt_exec(&stmt, settled);
}

nmk_status nmk_comment_report_queue(nmk_session *session, const char *cursor, int32_t limit,
                                    nmk_comment_report_page **page)
{
	static const struct row_kind rows = {
		.fields = report_fields, .read = report_read, .size = sizeof(struct nmk_comment_report), .release = report_release,
	};
	struct feedback_list list = {
		.name = "comment_report_queue", .rows = &rows, .statement = SQL_comment_report_queue, .scope = SCOPE_QUEUE,
		.order = ORDER_OLDEST, .cursor = cursor, .limit = limit,
	};
	nmk_comment_report_page *found = calloc(1, sizeof *found);
	nmk_status rc;

	if (page)
		*page = NULL;
	rc = feedback_list(session, OP_comment_report_queue, &list, page != NULL, found ? &found->page : NULL);
	if (rc == NMK_OK)
		*page = found;
	else
		nmk_comment_report_page_free(found);
	return rc;
}
