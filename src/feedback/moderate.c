/* moderate.c -- what moderators decide: what is shown and counts, and what is not. */
#include "feedback.h"

const struct field feedback_reason = { .name = "reason", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .minimum = 1,
                                       .maximum = 500, .lines = true };

const char *const feedback_state_words[] = { "", "pending", "approved", "hidden", NULL };

const char *nmk_feedback_state_word(nmk_feedback_state status)
{
	return word_of(feedback_state_words, (int)status);
}

nmk_feedback_state nmk_feedback_state_of(const char *word)
{
	return (nmk_feedback_state)word_value(feedback_state_words, word);
}

/* Never one's own, nor what one's own nano was given. */
static nmk_status take(struct nmk_op *op, const struct feedback_kind *kind, const char *id, struct feedback *feedback)
{
	nmk_status rc = feedback_load_text(op, kind, "id", id, feedback);

	return rc == NMK_OK ? op_allow(op, feedback_stake(op, kind, feedback)) : rc;
}

static nmk_status set_status(struct nmk_op *op, const struct feedback_kind *kind, const struct feedback *feedback,
                             nmk_feedback_state status, const char *reason)
{
	struct stmt stmt;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, kind->set_status);
	stmt_int(&stmt, "id", feedback->id);
	stmt_text(&stmt, "status", nmk_feedback_state_word(status));
	stmt_text(&stmt, "moderation_reason", reason);
	stmt_int(&stmt, "now", op->tx.now);
	rc = stmt_exec(&stmt, NULL);
	op_detail(op, "old_status", word_of(feedback_state_words, feedback->status));
	op_detail(op, "new_status", nmk_feedback_state_word(status));
	return rc == NMK_OK ? feedback_changed(op, feedback, (int)status) : rc;
}

static nmk_status settle(struct nmk_op *op, const struct feedback_kind *kind, const struct feedback *feedback,
                         nmk_feedback_state status, int64_t *settled)
{
	*settled = 0;
	if (kind != &comment_kind)
		return NMK_OK;
	return comment_report_settle(op, feedback->id, status == NMK_FEEDBACK_HIDDEN ? NMK_REPORT_RESOLVED : NMK_REPORT_CLOSED,
	                             settled);
}

/* The status that it has already is a success; what is decided then is about its reports alone. */
static nmk_status decide(struct nmk_op *op, const struct feedback_kind *kind, const struct feedback *feedback,
                         nmk_feedback_state status, const char *reason)
{
	bool changes = feedback->status != (int)status;
	int64_t settled;
	nmk_status rc = changes ? set_status(op, kind, feedback, status, reason) : NMK_OK;

	if (rc == NMK_OK)
		rc = settle(op, kind, feedback, status, &settled);
	if (rc != NMK_OK)
		return rc;
	if (settled)
		op_detail_int(op, "reports", settled);
	if (!changes)
		op->action = settled ? "flag_reviewed" : NULL;
	return NMK_OK;
}

nmk_status feedback_approve(nmk_session *session, enum op_id which, const struct feedback_kind *kind, const char *id,
                            int64_t revision)
{
	struct feedback feedback;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, which);

	if (rc == NMK_OK && revision < 0)
		rc = op_fail(&op, NMK_EINVALID, "revision", "must be 0 or more");
	while (op_next(&op, &rc)) {
		rc = take(&op, kind, id, &feedback);
		if (rc == NMK_OK && revision != 0 && revision != feedback.revision)
			rc = op_fail(&op, NMK_ESTATE, "revision", "was changed by somebody else");
		if (rc == NMK_OK)
			rc = decide(&op, kind, &feedback, NMK_FEEDBACK_APPROVED, NULL);
	}
	return rc;
}

nmk_status feedback_hide(nmk_session *session, enum op_id which, const struct feedback_kind *kind, const char *id,
                         const char *reason)
{
	struct feedback feedback;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, which);

	if (rc == NMK_OK)
		rc = op_check_text(&op, &feedback_reason, reason);
	while (op_next(&op, &rc)) {
		rc = take(&op, kind, id, &feedback);
		if (rc == NMK_OK)
			rc = decide(&op, kind, &feedback, NMK_FEEDBACK_HIDDEN, reason);
	}
	return rc;
}
