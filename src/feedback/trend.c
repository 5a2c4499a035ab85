/* trend.c -- how the feedback on a creator's nanos develops, month by month. */
#include "feedback.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "clock.h"
#include "figures.h"

#define MONTHS_DEFAULT   12
#define DAYS_OF_A_MONTH  31 /* at most */

struct nmk_feedback_month {
#define NMK_FIELD(kind, name, flags, ...) FIELD_MEMBER_##kind(name)
#include "feedback_month.def"
#undef NMK_FIELD
};

static const struct field month_fields[] = {
#define NMK_FIELD(kind, name, flags, ...) FIELD_ROW(struct nmk_feedback_month, kind, name, flags, __VA_ARGS__)
#include "feedback_month.def"
#undef NMK_FIELD
	{ 0 }
};

#define NMK_FIELD(kind, name, flags, ...) FIELD_GETTER_##kind(nmk_feedback_month, name, __VA_ARGS__)
#include "feedback_month.def"
#undef NMK_FIELD

static void month_release(void *month)
{
	fields_free(month_fields, month);
	free(month);
}

static json_t *month_to_json(const void *month)
{
	return fields_json(month_fields, month);
}

PAGE_FUNCTIONS(nmk_feedback_month, month)

char *nmk_feedback_month_json(const nmk_feedback_month *month)
{
	return json_text(month_to_json(month));
}

int32_t nmk_feedback_months_maximum(void)
{
	return NMK_FEEDBACK_MONTHS_MAXIMUM;
}

/* What is counted before it becomes a page: scores and comments by month, the first of them `first`. */
struct trend {
	int64_t       creator, nano;   /* 0: of all nanos of the creator */
	int64_t       first, now;
	int32_t       months;
	struct scores scores[NMK_FEEDBACK_MONTHS_MAXIMUM];
	int64_t       comments[NMK_FEEDBACK_MONTHS_MAXIMUM];
};

/* Rows of day, score, count; score 0 is a comment. What lies before the first month was read for good measure. */
static nmk_status read(struct nmk_op *op, enum sql_id statement, struct trend *trend)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &op->tx, statement);
	stmt_int(&stmt, "creator_id", trend->creator);
	stmt_int(&stmt, "since", trend->now - trend->months * DAYS_OF_A_MONTH * DAY_MS);
	if (trend->nano) {
		stmt_option(&stmt, "nano");
		stmt_int(&stmt, "nano_id", trend->nano);
	}
	while (stmt_next(&stmt, &rc)) {
		int64_t month = time_month(stmt_column_int(&stmt, 0) * DAY_MS) - trend->first;
		int64_t score = stmt_column_int(&stmt, 1), count = stmt_column_int(&stmt, 2);

		if (month < 0 || month >= trend->months)
			continue;
		if (score)
			trend->scores[month].of[score - 1] += count;
		else
			trend->comments[month] += count;
	}
	return rc;
}

static nmk_status add_month(struct nmk_op *op, const struct trend *trend, int32_t index, struct page *page)
{
	struct nmk_feedback_month *month = calloc(1, sizeof *month);
	int64_t number = trend->first + index;
	char text[32];

	snprintf(text, sizeof text, "%04lld-%02d", (long long)(number / 12), (int)(number % 12) + 1);
	if (!month || !(month->month = strdup(text)) || !page_add(page, month)) {
		if (month)
			month_release(month);
		return tx_no_memory(&op->tx);
	}
	month->rating_count = scores_count(&trend->scores[index]);
	month->rating_average_hundredths = scores_average(&trend->scores[index]);
	month->comment_count = trend->comments[index];
	return NMK_OK;
}

static nmk_status make(struct nmk_op *op, const char *nano_id, struct trend *trend, struct page *page)
{
	nmk_status rc = feedback_received_of(op, nano_id, &trend->creator, &trend->nano);

	trend->now = op->tx.now;
	trend->first = time_month(trend->now) - trend->months + 1;
	if (rc == NMK_OK)
		rc = read(op, SQL_trend_ratings, trend);
	if (rc == NMK_OK)
		rc = read(op, SQL_trend_comments, trend);
	for (int32_t i = 0; rc == NMK_OK && i < trend->months; i++)
		rc = add_month(op, trend, i, page);
	return rc;
}

static nmk_status check(struct nmk_op *op, int32_t months, bool out_given)
{
	if (!out_given)
		return op_fail(op, NMK_EINVALID, "page", "is needed");
	if (months < 0 || months > NMK_FEEDBACK_MONTHS_MAXIMUM)
		return op_fail(op, NMK_EINVALID, "months", "must be from %lld to %lld", 1LL, (long long)NMK_FEEDBACK_MONTHS_MAXIMUM);
	return NMK_OK;
}

nmk_status nmk_feedback_trend(nmk_session *session, const char *nano_id, int32_t months, nmk_feedback_month_page **page)
{
	struct trend trend = { .months = months ? months : MONTHS_DEFAULT };
	nmk_feedback_month_page *found = NULL;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_feedback_trend);

	if (page)
		*page = NULL;
	if (rc == NMK_OK)
		rc = check(&op, months, page != NULL);
	if (rc == NMK_OK && (found = calloc(1, sizeof *found)) == NULL)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc))
		rc = make(&op, nano_id, &trend, &found->page);
	if (rc == NMK_OK)
		*page = found;
	else
		nmk_feedback_month_page_free(found);
	return rc;
}
