/* comment.c -- comments as values, and the calls that write and list them. */
#include "feedback.h"

#include <stdlib.h>

const struct field comment_fields[] = {
#define NMK_FIELD(kind, name, flags, ...) FIELD_ROW(struct nmk_comment, kind, name, flags, __VA_ARGS__)
#include "comment.def"
#undef NMK_FIELD
	{ 0 }
};

#define NMK_FIELD(kind, name, flags, ...) FIELD_GETTER_##kind(nmk_comment, name, __VA_ARGS__)
#include "comment.def"
#undef NMK_FIELD

static void comment_release(void *comment)
{
	fields_free(comment_fields, comment);
	free(comment);
}

static json_t *comment_to_json(const void *comment)
{
	return fields_json(comment_fields, comment);
}

PAGE_FUNCTIONS(nmk_comment, comment)

char *nmk_comment_json(const nmk_comment *comment)
{
	return json_text(comment_to_json(comment));
}

void nmk_comment_free(nmk_comment *comment)
{
	if (comment)
		comment_release(comment);
}

const struct feedback_kind comment_kind = {
	.name = "comment", .id_kind = ID_COMMENT, .fields = comment_fields, .size = sizeof(struct nmk_comment),
	.release = comment_release, .get = SQL_comment_get, .facts = SQL_comment_facts, .find_own = SQL_comment_find_own,
	.add = SQL_comment_add, .change = SQL_comment_change, .set_status = SQL_comment_set_status,
	.remove = SQL_comment_remove, .content = "content",
};

/* What was made is the caller's, or nobody's. */
static nmk_status hand_over(nmk_comment **out, void *value, nmk_status rc)
{
	if (rc == NMK_OK && out)
		*out = value;
	else
		nmk_comment_free(value);
	return rc;
}

nmk_status nmk_comment_create(nmk_session *session, const char *nano_id, const char *content, const char *idempotency_key,
                              nmk_comment **comment)
{
	struct gift gift = { .content = content, .idempotency_key = idempotency_key };
	void *value = NULL;
	nmk_status rc;

	if (comment)
		*comment = NULL;
	rc = feedback_create(session, OP_comment_create, &comment_kind, nano_id, &gift, &value);
	return hand_over(comment, value, rc);
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
	return hand_over(comment, value, rc);
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
	return hand_over(comment, value, rc);
}

nmk_status nmk_comment_get_own(nmk_session *session, const char *nano_id, nmk_comment **comment)
{
	void *value = NULL;
	nmk_status rc;

	if (comment)
		*comment = NULL;
	rc = feedback_get_own(session, OP_comment_get_own, &comment_kind, nano_id, comment ? &value : NULL);
	return hand_over(comment, value, rc);
}

nmk_status nmk_comment_approve(nmk_session *session, const char *id, int64_t revision)
{
	return feedback_approve(session, OP_comment_approve, &comment_kind, id, revision);
}

nmk_status nmk_comment_hide(nmk_session *session, const char *id, const char *reason)
{
	return feedback_hide(session, OP_comment_hide, &comment_kind, id, reason);
}

/* ---- lists ---- */

static const struct row_kind rows = {
	.fields = comment_fields, .read = feedback_read, .context = &comment_kind, .size = sizeof(struct nmk_comment),
	.release = comment_release,
};

static nmk_status list(nmk_session *session, enum op_id which, struct feedback_list how, nmk_comment_page **page)
{
	nmk_comment_page *found = calloc(1, sizeof *found);
	nmk_status rc;

	if (page)
		*page = NULL;
	how.rows = &rows;
	rc = feedback_list(session, which, &how, page != NULL, found ? &found->page : NULL);
	if (rc == NMK_OK)
		*page = found;
	else
		nmk_comment_page_free(found);
	return rc;
}

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
	return list(session, OP_comment_list, how, page);
}

nmk_status nmk_comment_list_own(nmk_session *session, const char *cursor, int32_t limit, nmk_comment_page **page)
{
	return list(session, OP_comment_list_own, (struct feedback_list){
		.name = "comment_list_own", .statement = SQL_comment_list_own, .scope = SCOPE_OWN, .cursor = cursor,
		.limit = limit }, page);
}

nmk_status nmk_comment_list_received(nmk_session *session, const char *nano_id, nmk_feedback_state status,
                                     const char *cursor, int32_t limit, nmk_comment_page **page)
{
	return list(session, OP_comment_list_received, (struct feedback_list){
		.name = "comment_list_received", .statement = SQL_comment_list_received, .scope = SCOPE_RECEIVED,
		.nano_id = nano_id, .status = status, .cursor = cursor, .limit = limit }, page);
}

nmk_status nmk_comment_queue(nmk_session *session, const char *cursor, int32_t limit, nmk_comment_page **page)
{
	return list(session, OP_comment_queue, (struct feedback_list){
		.name = "comment_queue", .statement = SQL_comment_queue, .scope = SCOPE_QUEUE, .order = ORDER_WAITING,
		.cursor = cursor, .limit = limit }, page);
}
