/* rating.c -- ratings as values, and the calls that give them. */
#include "feedback.h"

#include <stdlib.h>

const struct field rating_fields[] = {
#define NMK_FIELD(kind, name, flags, ...) FIELD_ROW(struct nmk_rating, kind, name, flags, __VA_ARGS__)
#include "rating.def"
#undef NMK_FIELD
	{ 0 }
};

#define NMK_FIELD(kind, name, flags, ...) FIELD_GETTER_##kind(nmk_rating, name, __VA_ARGS__)
#include "rating.def"
#undef NMK_FIELD

static void rating_release(void *rating)
{
	fields_free(rating_fields, rating);
	free(rating);
}

static json_t *rating_to_json(const void *rating)
{
	return fields_json(rating_fields, rating);
}

PAGE_FUNCTIONS(nmk_rating, rating)

char *nmk_rating_json(const nmk_rating *rating)
{
	return json_text(rating_to_json(rating));
}

void nmk_rating_free(nmk_rating *rating)
{
	if (rating)
		rating_release(rating);
}

const struct feedback_kind rating_kind = {
	.name = "rating", .id_kind = ID_RATING, .fields = rating_fields, .size = sizeof(struct nmk_rating),
	.release = rating_release, .get = SQL_rating_get, .facts = SQL_rating_facts, .find_own = SQL_rating_find_own,
	.add = SQL_rating_add, .change = SQL_rating_change, .set_status = SQL_rating_set_status, .remove = SQL_rating_remove,
	.content = "score",
};

/* What was made is the caller's, or nobody's. */
static nmk_status hand_over(nmk_rating **out, void *value, nmk_status rc)
{
	if (rc == NMK_OK && out)
		*out = value;
	else
		nmk_rating_free(value);
	return rc;
}

nmk_status nmk_rating_create(nmk_session *session, const char *nano_id, int32_t score, const char *idempotency_key,
                             nmk_rating **rating)
{
	struct gift gift = { .score = score, .idempotency_key = idempotency_key };
	void *value = NULL;
	nmk_status rc;

	if (rating)
		*rating = NULL;
	rc = feedback_create(session, OP_rating_create, &rating_kind, nano_id, &gift, &value);
	return hand_over(rating, value, rc);
}

static nmk_status update(struct nmk_op *op, const char *nano_id, const struct gift *gift, void **value)
{
	struct feedback feedback;
	struct nmk_nano nano = { 0 };
	nmk_status rc = nano_load(op, nano_id, &nano);

	if (rc == NMK_OK)
		rc = op_allow(op, nano_subject(&nano));
	if (rc == NMK_OK)
		rc = feedback_check_member(op);
	if (rc == NMK_OK)
		rc = feedback_load_own(op, &rating_kind, nano_id, &feedback);
	if (rc == NMK_OK) {
		op_subject(op, rating_kind.name, rating_kind.id_kind, feedback.id);
		rc = feedback_change(op, &rating_kind, &feedback, gift, value);
	}
	nano_fields_free(&nano);
	return rc;
}

nmk_status nmk_rating_update(nmk_session *session, const char *nano_id, int32_t score, nmk_rating **rating)
{
	struct gift gift = { .score = score };
	void *value = NULL;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_rating_update);

	if (rating)
		*rating = NULL;
	if (rc == NMK_OK)
		rc = feedback_check_gift(&op, &rating_kind, &gift);
	while (op_next(&op, &rc))
		rc = update(&op, nano_id, &gift, &value);
	return hand_over(rating, value, rc);
}

nmk_status nmk_rating_withdraw(nmk_session *session, const char *nano_id)
{
	struct feedback feedback;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_rating_withdraw);

	while (op_next(&op, &rc)) {
		rc = feedback_check_member(&op);
		if (rc == NMK_OK)
			rc = feedback_load_own(&op, &rating_kind, nano_id, &feedback);
		if (rc == NMK_OK) {
			op_subject(&op, rating_kind.name, rating_kind.id_kind, feedback.id);
			rc = feedback_remove(&op, &rating_kind, &feedback);
		}
	}
	return rc;
}

nmk_status nmk_rating_get_own(nmk_session *session, const char *nano_id, nmk_rating **rating)
{
	void *value = NULL;
	nmk_status rc;

	if (rating)
		*rating = NULL;
	rc = feedback_get_own(session, OP_rating_get_own, &rating_kind, nano_id, rating ? &value : NULL);
	return hand_over(rating, value, rc);
}

nmk_status nmk_rating_approve(nmk_session *session, const char *id, int64_t revision)
{
	return feedback_approve(session, OP_rating_approve, &rating_kind, id, revision);
}

nmk_status nmk_rating_hide(nmk_session *session, const char *id, const char *reason)
{
	return feedback_hide(session, OP_rating_hide, &rating_kind, id, reason);
}

/* ---- lists ---- */

static const struct row_kind rows = {
	.fields = rating_fields, .read = feedback_read, .context = &rating_kind, .size = sizeof(struct nmk_rating),
	.release = rating_release,
};

static nmk_status list(nmk_session *session, enum op_id which, struct feedback_list how, nmk_rating_page **page)
{
	nmk_rating_page *found = calloc(1, sizeof *found);
	nmk_status rc;

	if (page)
		*page = NULL;
	how.rows = &rows;
	rc = feedback_list(session, which, &how, page != NULL, found ? &found->page : NULL);
	if (rc == NMK_OK)
		*page = found;
	else
		nmk_rating_page_free(found);
	return rc;
}

nmk_status nmk_rating_list(nmk_session *session, const char *nano_id, const char *cursor, int32_t limit,
                           nmk_rating_page **page)
{
	return list(session, OP_rating_list, (struct feedback_list){
		.name = "rating_list", .statement = SQL_rating_list, .scope = SCOPE_NANO, .nano_id = nano_id, .cursor = cursor,
		.limit = limit }, page);
}

nmk_status nmk_rating_list_own(nmk_session *session, const char *cursor, int32_t limit, nmk_rating_page **page)
{
	return list(session, OP_rating_list_own, (struct feedback_list){
		.name = "rating_list_own", .statement = SQL_rating_list_own, .scope = SCOPE_OWN, .cursor = cursor,
		.limit = limit }, page);
}

nmk_status nmk_rating_list_received(nmk_session *session, const char *nano_id, nmk_feedback_state status,
                                    const char *cursor, int32_t limit, nmk_rating_page **page)
{
	return list(session, OP_rating_list_received, (struct feedback_list){
		.name = "rating_list_received", .statement = SQL_rating_list_received, .scope = SCOPE_RECEIVED,
		.nano_id = nano_id, .status = status, .cursor = cursor, .limit = limit }, page);
}

nmk_status nmk_rating_queue(nmk_session *session, const char *cursor, int32_t limit, nmk_rating_page **page)
{
	return list(session, OP_rating_queue, (struct feedback_list){
		.name = "rating_queue", .statement = SQL_rating_queue, .scope = SCOPE_QUEUE, .order = ORDER_WAITING,
		.cursor = cursor, .limit = limit }, page);
}
