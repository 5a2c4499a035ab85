/* rating.c -- ratings as values, and the calls that give them. */
#include "calls.h"

const struct field rating_fields[] = {
#define NMK_FIELD(kind, name, flags, ...) FIELD_ROW(struct nmk_rating, kind, name, flags, __VA_ARGS__)
#include "rating.def"
#undef NMK_FIELD
	{ 0 }
};

#define NMK_FIELD(kind, name, flags, ...) FIELD_GETTER_##kind(nmk_rating, name, __VA_ARGS__)
#include "rating.def"
#undef NMK_FIELD

FEEDBACK_VALUES(rating, ID_RATING, "score")
FEEDBACK_GET_OWN(rating, OP_rating_get_own)
FEEDBACK_LIST_OWN(rating, OP_rating_list_own)
FEEDBACK_LIST_RECEIVED(rating, OP_rating_list_received)
FEEDBACK_QUEUE(rating, OP_rating_queue)
FEEDBACK_APPROVE(rating, OP_rating_approve)
FEEDBACK_HIDE(rating, OP_rating_hide)

nmk_status nmk_rating_create(nmk_session *session, const char *nano_id, int32_t score, const char *idempotency_key,
                             nmk_rating **rating)
{
	struct gift gift = { .score = score, .idempotency_key = idempotency_key };
	void *value = NULL;
	nmk_status rc;

	if (rating)
		*rating = NULL;
	rc = feedback_create(session, OP_rating_create, &rating_kind, nano_id, &gift, &value);
	return rating_answer(rating, value, rc);
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
	return rating_answer(rating, value, rc);
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

/* ---- lists ---- */

nmk_status nmk_rating_list(nmk_session *session, const char *nano_id, const char *cursor, int32_t limit,
                           nmk_rating_page **page)
{
	return rating_pages(session, OP_rating_list, (struct feedback_list){
		.name = "rating_list", .statement = SQL_rating_list, .scope = SCOPE_NANO, .nano_id = nano_id, .cursor = cursor,
		.limit = limit }, page);
}
