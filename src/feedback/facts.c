/* facts.c -- loading ratings and comments, and who may do what with them. */
#include "feedback.h"

#include <stdlib.h>

static const struct field facts_fields[] = {
	{ .name = "id",          .offset = offsetof(struct feedback, id),          .kind = FIELD_INT },
	{ .name = "nano_id",     .offset = offsetof(struct feedback, nano_id),     .kind = FIELD_INT },
	{ .name = "creator_id",  .offset = offsetof(struct feedback, creator_id),  .kind = FIELD_INT },
	{ .name = "user_id",     .offset = offsetof(struct feedback, user_id),     .kind = FIELD_INT },
	{ .name = "edited_by",   .offset = offsetof(struct feedback, edited_by),   .kind = FIELD_INT, .flags = FIELD_NULLABLE },
	{ .name = "revision",    .offset = offsetof(struct feedback, revision),    .kind = FIELD_INT },
	{ .name = "replied_at",  .offset = offsetof(struct feedback, replied_at),  .kind = FIELD_INT, .flags = FIELD_NULLABLE },
	{ .name = "status",      .offset = offsetof(struct feedback, status),      .kind = FIELD_WORD, .words = feedback_state_words },
	{ .name = "nano_status", .offset = offsetof(struct feedback, nano_status), .kind = FIELD_WORD, .words = nano_state_words },
	{ 0 }
};

/* ---- loading ---- */

nmk_status feedback_load(struct nmk_op *op, const struct feedback_kind *kind, int64_t id, struct feedback *feedback)
{
	struct stmt stmt;
	nmk_status rc;

	*feedback = (struct feedback){ 0 };
	stmt_init(&stmt, &op->tx, kind->facts);
	stmt_int(&stmt, "id", id);
	rc = stmt_one(&stmt, facts_fields, feedback);
	return rc == NMK_ENOTFOUND ? op_fail(op, rc, NULL, "there is none with this id") : rc;
}

nmk_status feedback_load_text(struct nmk_op *op, const struct feedback_kind *kind, const char *field, const char *id,
                              struct feedback *feedback)
{
	int64_t number;
	nmk_status rc = tx_id(&op->tx, kind->id_kind, field, id, &number);

	return rc == NMK_OK ? feedback_load(op, kind, number, feedback) : rc;
}

nmk_status feedback_find_own(struct nmk_op *op, const struct feedback_kind *kind, int64_t nano_id, int64_t *id)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, kind->find_own);
	stmt_int(&stmt, "nano_id", nano_id);
	return stmt_find_int(&stmt, id);
}

nmk_status feedback_load_own(struct nmk_op *op, const struct feedback_kind *kind, const char *nano_id,
                             struct feedback *feedback)
{
	int64_t number = 0;
	nmk_status rc = tx_id(&op->tx, ID_NANO, "nano_id", nano_id, &number);

	if (rc == NMK_OK)
		rc = feedback_find_own(op, kind, number, &number);
	if (rc == NMK_OK && number == 0)
		return op_fail(op, NMK_ENOTFOUND, kind->name, "there is none of yours");
	return rc == NMK_OK ? feedback_load(op, kind, number, feedback) : rc;
}

/* ---- who may ---- */

bool feedback_is_shown(const struct feedback *feedback)
{
	return feedback->status == NMK_FEEDBACK_APPROVED && feedback->nano_status == NMK_NANO_PUBLISHED;
}

nmk_status feedback_check_shown(struct nmk_op *op, const struct feedback *feedback)
{
	return feedback_is_shown(feedback) ? NMK_OK
	     : op_fail(op, NMK_ESTATE, "status", "is possible only while everyone sees the comment");
}

struct subject feedback_subject(const struct nmk_op *op, const struct feedback_kind *kind, const struct feedback *feedback)
{
	return (struct subject){
		.type = kind->name, .kind = kind->id_kind, .id = feedback->id, .owner_id = feedback->user_id,
		.is_public = feedback_is_shown(feedback) || (op->actor.active && op_is_self(op, feedback->creator_id)),
	};
}

struct subject feedback_stake(const struct nmk_op *op, const struct feedback_kind *kind, const struct feedback *feedback)
{
	struct subject subject = feedback_subject(op, kind, feedback);

	if (op_is_self(op, feedback->creator_id) || op_is_self(op, feedback->edited_by))
		subject.owner_id = op->actor.id.number;
	return subject;
}

nmk_status feedback_check_member(struct nmk_op *op)
{
	return op->actor.kind == ACTOR_MEMBER ? NMK_OK : op_fail(op, NMK_EDENIED, NULL, "only members give feedback");
}

/* ---- values ---- */

nmk_status feedback_read(struct nmk_op *op, struct stmt *stmt, const void *context, void *value)
{
	const struct feedback_kind *kind = context;
	const struct id_value *author = (const void *)((const char *)value + field_named(kind->fields, "user_id")->offset);
	nmk_status rc = stmt_read(stmt, kind->fields, value);

	if (rc == NMK_OK && !op_is_staff(op) && op->tx.actor_id != author->number)
		fields_hide(kind->fields, value, FIELD_OWNER);
	return rc;
}

nmk_status feedback_value(struct nmk_op *op, const struct feedback_kind *kind, int64_t id, void **value)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	*value = calloc(1, kind->size);
	if (!*value)
		return tx_no_memory(&op->tx);
	stmt_init(&stmt, &op->tx, kind->get);
	stmt_int(&stmt, "id", id);
	if (stmt_next(&stmt, &rc)) {
		rc = feedback_read(op, &stmt, kind, *value);
		stmt_end(&stmt);
	} else if (rc == NMK_OK) {
		rc = op_fail(op, NMK_ENOTFOUND, NULL, "there is none with this id");
	}
	return rc;
}
