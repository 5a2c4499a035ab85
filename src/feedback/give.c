/* give.c -- what authors do with their ratings and comments: give, change, take back, read. */
#include "feedback.h"

#include <stdlib.h>

/* ---- give ---- */

nmk_status feedback_check_gift(struct nmk_op *op, const struct feedback_kind *kind, const struct gift *gift)
{
	const struct field *field = field_named(kind->fields, kind->content);

	if (field->kind == FIELD_TEXT)
		return op_check_text(op, field, gift->content);
	if (gift->score < field->minimum || gift->score > field->maximum)
		return op_fail(op, NMK_EINVALID, field->name, "must be from %lld to %lld", (long long)field->minimum,
		               (long long)field->maximum);
	return NMK_OK;
}

static void bind_gift(struct stmt *stmt, const struct feedback_kind *kind, const struct gift *gift)
{
	if (gift->content)
		stmt_text(stmt, kind->content, gift->content);
	else
		stmt_int(stmt, kind->content, gift->score);
}

/* The nano, if it is one to give feedback for. */
static nmk_status take_nano(struct nmk_op *op, const char *nano_id, struct nmk_nano *nano)
{
	nmk_status rc = nano_load(op, nano_id, nano);

	if (rc == NMK_OK)
		rc = op_allow(op, nano_subject(nano));
	if (rc == NMK_OK)
		rc = feedback_check_member(op);
	if (rc == NMK_OK && nano->status != NMK_NANO_PUBLISHED)
		rc = op_fail(op, NMK_ESTATE, "nano_id", "is not published");
	return rc;
}

static nmk_status check_first(struct nmk_op *op, const struct feedback_kind *kind, const struct nmk_nano *nano)
{
	int64_t id = 0;
	nmk_status rc = feedback_find_own(op, kind, nano->id.number, &id);

	return id ? op_fail(op, NMK_ECONFLICT, "nano_id", "has one of yours already: change that") : rc;
}

static nmk_status add(struct nmk_op *op, const struct feedback_kind *kind, const char *nano_id, const struct gift *gift,
                      int64_t *id)
{
	struct nmk_nano nano = { 0 };
	struct stmt stmt;
	nmk_status rc = take_nano(op, nano_id, &nano);

	if (rc == NMK_OK)
		rc = check_first(op, kind, &nano);
	if (rc == NMK_OK) {
		*id = tx_new_id(&op->tx);
		op_subject(op, kind->name, kind->id_kind, *id);
		stmt_init(&stmt, &op->tx, kind->add);
		stmt_int(&stmt, "id", *id);
		stmt_int(&stmt, "nano_id", nano.id.number);
		stmt_int(&stmt, "creator_id", nano.creator_id.number);
		stmt_int(&stmt, "user_id", op->actor.id.number);
		stmt_int(&stmt, "now", op->tx.now);
		bind_gift(&stmt, kind, gift);
		rc = stmt_exec(&stmt, NULL);
	}
	nano_fields_free(&nano);
	return rc;
}

/* The same for two calls exactly when they give the same. */
static void request_text(struct buffer *request, const char *nano_id, const struct gift *gift)
{
	once_part(request, nano_id);
	once_part(request, gift->content);
	buffer_format(request, "%d", (int)gift->score);
}

/* A request that was made before answers what it made then, which is the actor's own; nothing is written. */
static nmk_status add_once(struct nmk_op *op, const struct feedback_kind *kind, const char *nano_id,
                           const struct gift *gift, const struct buffer *request, int64_t *id)
{
	nmk_status rc = op_once(op, gift->idempotency_key, request->data, request->length, id);

	if (rc != NMK_OK)
		return rc;
	if (*id) {
		struct feedback feedback;

		rc = feedback_load(op, kind, *id, &feedback);
		return rc == NMK_OK ? op_allow(op, (struct subject){ .type = kind->name, .is_public = true }) : rc;
	}
	rc = add(op, kind, nano_id, gift, id);
	return rc == NMK_OK ? op_once_done(op, gift->idempotency_key, request->data, request->length, *id) : rc;
}

static nmk_status answer(const struct feedback_kind *kind, void *made, nmk_status rc, void **value)
{
	if (rc == NMK_OK)
		*value = made;
	else if (made)
		kind->release(made);
	return rc;
}

nmk_status feedback_create(nmk_session *session, enum op_id which, const struct feedback_kind *kind, const char *nano_id,
                           const struct gift *gift, void **value)
{
	struct buffer request = { 0 };
	void *made = NULL;
	int64_t id = 0;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, which);

	if (rc == NMK_OK)
		rc = feedback_check_gift(&op, kind, gift);
	if (rc == NMK_OK)
		rc = op_check_once_key(&op, gift->idempotency_key);
	if (rc == NMK_OK && gift->idempotency_key) {
		request_text(&request, nano_id, gift);
		if (request.failed)
			rc = tx_no_memory(&op.tx);
	}
	while (op_next(&op, &rc)) {
		rc = add_once(&op, kind, nano_id, gift, &request, &id);
		if (rc == NMK_OK)
			rc = feedback_value(&op, kind, id, &made);
	}
	buffer_free(&request);
	return answer(kind, made, rc, value);
}

/* ---- change, take back ---- */

nmk_status feedback_change(struct nmk_op *op, const struct feedback_kind *kind, const struct feedback *feedback,
                           const struct gift *gift, void **value)
{
	struct stmt stmt;
	int64_t changed = 0;
	nmk_status rc = feedback->nano_status == NMK_NANO_PUBLISHED ? NMK_OK
	              : op_fail(op, NMK_ESTATE, "nano_id", "is not published");

	if (rc != NMK_OK)
		return rc;
	stmt_init(&stmt, &op->tx, kind->change);
	stmt_int(&stmt, "id", feedback->id);
	stmt_int(&stmt, "now", op->tx.now);
	bind_gift(&stmt, kind, gift);
	if (gift->content) {
		stmt_text(&stmt, "edited_by", NULL);
		if (op->actor.id.number && !op_is_self(op, feedback->user_id))
			stmt_int(&stmt, "edited_by", op->actor.id.number);
	}
	rc = stmt_exec(&stmt, &changed);
	if (rc == NMK_OK && changed == 0)
		op->action = NULL;
	else if (rc == NMK_OK)
		rc = feedback_changed(op, feedback, NMK_FEEDBACK_PENDING);
	return rc == NMK_OK ? feedback_value(op, kind, feedback->id, value) : rc;
}

nmk_status feedback_remove(struct nmk_op *op, const struct feedback_kind *kind, const struct feedback *feedback)
{
	struct stmt stmt;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, kind->remove);
	stmt_int(&stmt, "id", feedback->id);
	rc = stmt_exec(&stmt, NULL);
	return rc == NMK_OK ? feedback_changed(op, feedback, 0) : rc;
}

/* ---- read ---- */

nmk_status feedback_get_own(nmk_session *session, enum op_id which, const struct feedback_kind *kind, const char *nano_id,
                            void **value)
{
	struct feedback feedback;
	void *found = NULL;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, which);

	if (rc == NMK_OK && !value)
		rc = op_fail(&op, NMK_EINVALID, kind->name, "is needed");
	while (op_next(&op, &rc)) {
		rc = feedback_check_member(&op);
		if (rc == NMK_OK)
			rc = feedback_load_own(&op, kind, nano_id, &feedback);
		if (rc == NMK_OK)
			rc = feedback_value(&op, kind, feedback.id, &found);
	}
	if (value)
		return answer(kind, found, rc, value);
	return rc;
}
