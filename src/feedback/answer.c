/* answer.c -- what others do with a comment: the creator's answer, votes. */
#include "feedback.h"

/* ---- the creator's answer ---- */

static const struct field reply_field = { .name = "reply", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .minimum = 1,
                                          .maximum = 1000, .lines = true };

/* The comment as the nano's creator's. */
static struct subject received(const struct nmk_op *op, const struct feedback *feedback)
{
	struct subject subject = feedback_subject(op, &comment_kind, feedback);

	subject.owner_id = feedback->creator_id;
	return subject;
}

static nmk_status reply(struct nmk_op *op, const struct feedback *feedback, const char *text)
{
	struct stmt stmt;
	nmk_status rc = feedback_check_shown(op, feedback);

	if (rc == NMK_OK && feedback->replied_at)
		rc = op_fail(op, NMK_ECONFLICT, "reply", "was answered already");
	if (rc != NMK_OK)
		return rc;
	stmt_init(&stmt, &op->tx, SQL_comment_set_reply);
	stmt_int(&stmt, "id", feedback->id);
	stmt_text(&stmt, "reply", text);
	stmt_int(&stmt, "now", op->tx.now);
	op_detail(op, "fields", "reply");
	return stmt_exec(&stmt, NULL);
}

nmk_status nmk_comment_reply_to(nmk_session *session, const char *id, const char *text)
{
	struct feedback feedback;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_comment_reply_to);

	if (rc == NMK_OK)
		rc = op_check_text(&op, &reply_field, text);
	while (op_next(&op, &rc)) {
		rc = feedback_load_text(&op, &comment_kind, "id", id, &feedback);
		if (rc == NMK_OK)
			rc = op_allow(&op, received(&op, &feedback));
		if (rc == NMK_OK)
			rc = reply(&op, &feedback, text);
	}
	return rc;
}

static nmk_status remove_reply(struct nmk_op *op, const struct feedback *feedback, const char *reason)
{
	struct stmt stmt;
	int64_t changed = 0;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_comment_clear_reply);
	stmt_int(&stmt, "id", feedback->id);
	rc = stmt_exec(&stmt, &changed);
	if (rc == NMK_OK && changed == 0)
		op->action = NULL;
	op_detail(op, "fields", "reply");
	op_detail_personal(op, "reason", reason);
	return rc;
}

nmk_status nmk_comment_remove_reply(nmk_session *session, const char *id, const char *reason)
{
	struct feedback feedback;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_comment_remove_reply);

	if (rc == NMK_OK)
		rc = op_check_text(&op, &feedback_reason, reason);
	while (op_next(&op, &rc)) {
		rc = feedback_load_text(&op, &comment_kind, "id", id, &feedback);
		if (rc == NMK_OK)
			rc = op_allow(&op, feedback_stake(&op, &comment_kind, &feedback));
		if (rc == NMK_OK)
			rc = remove_reply(&op, &feedback, reason);
	}
	return rc;
}

/* ---- votes ---- */

static nmk_status vote(struct nmk_op *op, const struct feedback *feedback, bool helpful)
{
	struct stmt stmt;
	nmk_status rc = feedback_check_member(op);

	if (rc == NMK_OK)
		rc = feedback_check_shown(op, feedback);
	if (rc != NMK_OK)
		return rc;
	stmt_init(&stmt, &op->tx, helpful ? SQL_comment_vote_add : SQL_comment_vote_remove);
	stmt_int(&stmt, "comment_id", feedback->id);
	stmt_int(&stmt, "user_id", op->actor.id.number);
	rc = stmt_exec(&stmt, NULL);
	return rc == NMK_OK ? comment_count_votes(op, feedback->id) : rc;
}

nmk_status nmk_comment_vote(nmk_session *session, const char *id, bool helpful)
{
	struct feedback feedback;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_comment_vote);

	while (op_next(&op, &rc)) {
		rc = feedback_load_text(&op, &comment_kind, "id", id, &feedback);
		if (rc == NMK_OK)
			rc = op_allow(&op, feedback_stake(&op, &comment_kind, &feedback));
		if (rc == NMK_OK)
			rc = vote(&op, &feedback, helpful);
	}
	return rc;
}
