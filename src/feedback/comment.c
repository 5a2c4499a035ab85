/* comment.c -- comments as values, and the calls that write and list them. */
#include "calls.h"

const struct field comment_fields[] = {
#define NMK_FIELD(kind, name, flags, ...) FIELD_ROW(struct nmk_comment, kind, name, flags, __VA_ARGS__)
#include "comment.def"
#undef NMK_FIELD
	{ 0 }
};

#define NMK_FIELD(kind, name, flags, ...) FIELD_GETTER_##kind(nmk_comment, name, __VA_ARGS__)
#include "comment.def"
#undef NMK_FIELD

FEEDBACK_VALUES(comment, ID_COMMENT, "content")
FEEDBACK_GET_OWN(comment, OP_comment_get_own)
FEEDBACK_LIST_OWN(comment, OP_comment_list_own)
FEEDBACK_LIST_RECEIVED(comment, OP_comment_list_received)
FEEDBACK_QUEUE(comment, OP_comment_queue)
FEEDBACK_APPROVE(comment, OP_comment_approve)
FEEDBACK_HIDE(comment, OP_comment_hide)

nmk_status nmk_comment_create(nmk_session *session, const char *nano_id, const char *content, const char *idempotency_key,
                              nmk_comment **comment)
{
	struct gift gift = { .content = content, .idempotency_key = idempotency_key };
	void *value = NULL;
	nmk_status rc;

	if (comment)
		*comment = NULL;
	rc = feedback_create(session, OP_comment_create, &comment_kind, nano_id, &gift, &value);
	return comment_answer(comment, value, rc);
}

nmk_status nmk_comment_update(nmk_session *session, const char *id, const char *content, nmk_comment **comment)
{
	struct gift gift = { .content = content };
	struct feedback feedback;
	void *value = NULL;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_comment_update);

	if (comment)
		*comment = NULL;
	if (rc == NMK_OK)
		rc = feedback_check_gift(&op, &comment_kind, &gift);
	while (op_next(&op, &rc)) {
		rc = feedback_load_text(&op, &comment_kind, "id", id, &feedback);
		if (rc == NMK_OK)
			rc = op_allow(&op, feedback_subject(&op, &comment_kind, &feedback));
		if (rc == NMK_OK)
			rc = feedback_change(&op, &comment_kind, &feedback, &gift, &value);
	}
	return comment_answer(comment, value, rc);
}

nmk_status nmk_comment_withdraw(nmk_session *session, const char *id)
{
	struct feedback feedback;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_comment_withdraw);

	while (op_next(&op, &rc)) {
		rc = feedback_load_text(&op, &comment_kind, "id", id, &feedback);
		if (rc == NMK_OK)
			rc = op_allow(&op, feedback_subject(&op, &comment_kind, &feedback));
		if (rc == NMK_OK)
			rc = feedback_remove(&op, &comment_kind, &feedback);
	}
	return rc;
}

nmk_status nmk_comment_get(nmk_session *session, const char *id, nmk_comment **comment)
{
	struct feedback feedback;
	void *value = NULL;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_comment_get);

	if (comment)
		*comment = NULL;
	else if (rc == NMK_OK)
		rc = op_fail(&op, NMK_EINVALID, "comment", "is needed");
	while (op_next(&op, &rc)) {
		rc = feedback_load_text(&op, &comment_kind, "id", id, &feedback);
		if (rc == NMK_OK)
			rc = op_allow(&op, feedback_subject(&op, &comment_kind, &feedback));
		if (rc == NMK_OK)
			rc = feedback_value(&op, &comment_kind, feedback.id, &value);
	}
	return comment_answer(comment, value, rc);
}

/* ---- lists ---- */

nmk_status nmk_comment_list(nmk_session *session, const char *nano_id, nmk_comment_order order, const char *cursor,
                            int32_t limit, nmk_comment_page **page)
{
	struct feedback_list how = {
		.name = "comment_list", .statement = SQL_comment_list, .scope = SCOPE_NANO, .nano_id = nano_id,
		.cursor = cursor, .limit = limit,
	};

	if (order == NMK_COMMENT_ORDER_HELPFUL) {
		how.name = "comment_list_helpful";
		how.statement = SQL_comment_list_helpful;
		how.order = ORDER_HELPFUL;
	} else if ((int)order != 0 && order != NMK_COMMENT_ORDER_NEWEST) {
		how.order = ORDER_UNKNOWN;
	}
	return comment_pages(session, OP_comment_list, how, page);
}
