/* erase.c -- what goes with a deleted account: its scores and words, and what they counted for. */
#include "feedback.h"

/* The first that a member still has; 0 if there is none left. */
static nmk_status first_of(struct nmk_op *op, enum sql_id statement, int64_t user_id, int64_t *id)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, statement);
	stmt_int(&stmt, "user_id", user_id);
	return stmt_find_int(&stmt, id);
}

static nmk_status remove_all(struct nmk_op *op, const struct feedback_kind *kind, enum sql_id first, int64_t user_id)
{
	struct feedback feedback;
	int64_t id = 0;
	nmk_status rc = first_of(op, first, user_id, &id);

	while (rc == NMK_OK && id) {
		rc = feedback_load(op, kind, id, &feedback);
		if (rc == NMK_OK)
			rc = feedback_remove(op, kind, &feedback);
		if (rc == NMK_OK)
			rc = first_of(op, first, user_id, &id);
	}
	return rc;
}

static nmk_status remove_vote(struct nmk_op *op, int64_t comment_id, int64_t user_id)
{
	struct stmt stmt;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_comment_vote_remove);
	stmt_int(&stmt, "comment_id", comment_id);
	stmt_int(&stmt, "user_id", user_id);
	rc = stmt_exec(&stmt, NULL);
	return rc == NMK_OK ? comment_count_votes(op, comment_id) : rc;
}

static nmk_status remove_votes(struct nmk_op *op, int64_t user_id)
{
	int64_t comment = 0;
	nmk_status rc = first_of(op, SQL_comment_vote_first_of_user, user_id, &comment);

	while (rc == NMK_OK && comment) {
		rc = remove_vote(op, comment, user_id);
		if (rc == NMK_OK)
			rc = first_of(op, SQL_comment_vote_first_of_user, user_id, &comment);
	}
	return rc;
}

static nmk_status run(struct nmk_op *op, enum sql_id statement, int64_t user_id)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, statement);
	stmt_int(&stmt, "user_id", user_id);
	return stmt_exec(&stmt, NULL);
}

nmk_status feedback_user_erased(struct nmk_op *op, int64_t user_id)
{
	nmk_status rc = remove_all(op, &rating_kind, SQL_rating_first_of_user, user_id);

	if (rc == NMK_OK)
		rc = remove_all(op, &comment_kind, SQL_comment_first_of_user, user_id);
	if (rc == NMK_OK)
		rc = remove_votes(op, user_id);
	if (rc == NMK_OK)
		rc = run(op, SQL_comment_report_remove_of_user, user_id);
	return rc == NMK_OK ? run(op, SQL_comment_clear_replies, user_id) : rc;
}
