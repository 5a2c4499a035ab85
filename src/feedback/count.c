/* count.c -- the one place where a nano's figures, and a comment's votes, are made from what there is. */
#include "feedback.h"

#include "figures.h"

static void tell(const struct scores *scores, struct nmk_nano *nano)
{
	nano->rating_count = scores_count(scores);
	nano->rating_average_hundredths = scores_average(scores);
	nano->rating_median_hundredths = scores_median(scores);
	nano->rating_count_1 = scores->of[0];
	nano->rating_count_2 = scores->of[1];
	nano->rating_count_3 = scores->of[2];
	nano->rating_count_4 = scores->of[3];
	nano->rating_count_5 = scores->of[4];
}

static nmk_status count_scores(struct nmk_op *op, int64_t nano_id, struct scores *scores)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &op->tx, SQL_feedback_scores);
	stmt_int(&stmt, "nano_id", nano_id);
	while (stmt_next(&stmt, &rc))
		scores->of[stmt_column_int(&stmt, 0) - 1] = stmt_column_int(&stmt, 1); /* 1 to 5, says the schema */
	return rc;
}

nmk_status feedback_count(struct nmk_op *op, int64_t nano_id)
{
	struct nmk_nano nano = { .id.number = nano_id };
	struct scores scores = { { 0 } };
	struct stmt stmt;
	nmk_status rc = count_scores(op, nano_id, &scores);

	if (rc != NMK_OK)
		return rc;
	tell(&scores, &nano);
	stmt_init(&stmt, &op->tx, SQL_feedback_comments);
	stmt_int(&stmt, "nano_id", nano_id);
	rc = stmt_one_int(&stmt, &nano.comment_count);
	return rc == NMK_OK ? nano_set_feedback(op, &nano) : rc;
}

nmk_status feedback_changed(struct nmk_op *op, const struct feedback *feedback, int to)
{
	bool counts = feedback->status == NMK_FEEDBACK_APPROVED || to == NMK_FEEDBACK_APPROVED;

	return counts ? feedback_count(op, feedback->nano_id) : NMK_OK;
}

nmk_status comment_count_votes(struct nmk_op *op, int64_t comment_id)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_comment_count_votes);
	stmt_int(&stmt, "id", comment_id);
	return stmt_exec(&stmt, NULL);
}

/* ---- the check ---- */

/* Columns of feedback_figures: what the nano says of scores and comments, then the recount. */
static bool agrees(struct stmt *stmt)
{
	struct scores scores;

	for (int i = 0; i < SCORE_MAXIMUM; i++) {
		scores.of[i] = stmt_column_int(stmt, 10 + i);
		if (stmt_column_int(stmt, 4 + i) != scores.of[i])
			return false;
	}
	return stmt_column_int(stmt, 1) == scores_count(&scores) && stmt_column_int(stmt, 2) == scores_average(&scores)
	    && stmt_column_int(stmt, 3) == scores_median(&scores) && stmt_column_int(stmt, 9) == stmt_column_int(stmt, 15);
}

/* The next nano after *id that says something else than a recount; 0 if all others agree. */
static nmk_status next_wrong_nano(struct nmk_op *op, int64_t *id)
{
	struct stmt stmt;
	int64_t after = *id;
	nmk_status rc = NMK_OK;

	*id = 0;
	stmt_init(&stmt, &op->tx, SQL_feedback_figures);
	stmt_int(&stmt, "after", after);
	while (*id == 0 && stmt_next(&stmt, &rc))
		if (!agrees(&stmt))
			*id = stmt_column_int(&stmt, 0);
	stmt_end(&stmt);
	return rc;
}

static nmk_status next_wrong_comment(struct nmk_op *op, int64_t *id)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_comment_votes_disagree);
	stmt_int(&stmt, "after", *id);
	return stmt_find_int(&stmt, id);
}

/* How many are wrong; mended one by one. */
static nmk_status look(struct nmk_op *op, nmk_status (*next)(struct nmk_op *op, int64_t *id),
                       nmk_status (*mend)(struct nmk_op *op, int64_t id), int64_t *wrong)
{
	int64_t id = 0;
	nmk_status rc;

	*wrong = 0;
	while ((rc = next(op, &id)) == NMK_OK && id) {
		++*wrong;
		if (mend && (rc = mend(op, id)) != NMK_OK)
			break;
	}
	return rc;
}

nmk_status feedback_check(struct nmk_op *op, bool repair, struct check_report *report)
{
	int64_t nanos, comments = 0;
	nmk_status rc = look(op, next_wrong_nano, repair ? feedback_count : NULL, &nanos);

	if (rc == NMK_OK)
		rc = look(op, next_wrong_comment, repair ? comment_count_votes : NULL, &comments);
	if (rc != NMK_OK)
		return rc;
	if (nanos)
		check_finding(report, repair, "nanos that say something else of their ratings and comments than a recount: %lld",
		              (long long)nanos);
	if (comments)
		check_finding(report, repair, "comments that say something else of their votes than a recount: %lld",
		              (long long)comments);
	return NMK_OK;
}
