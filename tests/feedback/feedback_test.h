/* feedback_test.h -- ratings and comments of a world's people, in a line. */
#ifndef NMK_FEEDBACK_TEST_H
#define NMK_FEEDBACK_TEST_H

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

#define ID_SIZE 40

typedef char text_id[ID_SIZE];

static inline void published(struct world *w, text_id nano)
{
	nmk_nano *value = world_nano(w, w->creator, NMK_NANO_PUBLISHED);

	snprintf(nano, ID_SIZE, "%s", nmk_nano_id(value));
	nmk_nano_free(value);
}

/* Rate, and tell the rating's id. */
static inline void rate(nmk_session *author, const char *nano, int32_t score, text_id rating)
{
	nmk_rating *value;

	assert_status(NMK_OK, nmk_rating_create(author, nano, score, NULL, &value));
	snprintf(rating, ID_SIZE, "%s", nmk_rating_id(value));
	nmk_rating_free(value);
}

static inline void rate_approved(struct world *w, nmk_session *author, const char *nano, int32_t score, text_id rating)
{
	rate(author, nano, score, rating);
	assert_status(NMK_OK, nmk_rating_approve(w->admin, rating, 0));
}

static inline void comment_on(nmk_session *author, const char *nano, const char *content, text_id comment)
{
	nmk_comment *value;

	assert_status(NMK_OK, nmk_comment_create(author, nano, content, NULL, &value));
	snprintf(comment, ID_SIZE, "%s", nmk_comment_id(value));
	nmk_comment_free(value);
}

static inline void comment_approved(struct world *w, nmk_session *author, const char *nano, const char *content,
                                    text_id comment)
{
	comment_on(author, nano, content, comment);
	assert_status(NMK_OK, nmk_comment_approve(w->admin, comment, 0));
}

static inline nmk_comment *comment_of(nmk_session *session, const char *id)
{
	nmk_comment *comment;

	assert_status(NMK_OK, nmk_comment_get(session, id, &comment));
	return comment;
}

static inline nmk_rating *own_rating(nmk_session *session, const char *nano)
{
	nmk_rating *rating;

	assert_status(NMK_OK, nmk_rating_get_own(session, nano, &rating));
	return rating;
}

/* What a nano says of its ratings: "count average median: 1 2 3 4 5, comments". */
static inline void assert_figures_at(struct world *w, const char *id, const char *expected, const char *file, int line)
{
	char text[160];
	nmk_nano *nano;

	assert_status(NMK_OK, nmk_nano_get(w->system, id, &nano));
	snprintf(text, sizeof text, "%lld %lld %lld: %lld %lld %lld %lld %lld, %lld", (long long)nmk_nano_rating_count(nano),
	         (long long)nmk_nano_rating_average_hundredths(nano), (long long)nmk_nano_rating_median_hundredths(nano),
	         (long long)nmk_nano_rating_count_1(nano), (long long)nmk_nano_rating_count_2(nano),
	         (long long)nmk_nano_rating_count_3(nano), (long long)nmk_nano_rating_count_4(nano),
	         (long long)nmk_nano_rating_count_5(nano), (long long)nmk_nano_comment_count(nano));
	nmk_nano_free(nano);
	if (strcmp(expected, text) != 0) {
		print_error("%s:%d: the nano says \"%s\", not \"%s\"\n", file, line, text, expected);
		_fail(file, line);
	}
}
#define assert_figures(w, nano, expected) assert_figures_at((w), (nano), (expected), __FILE__, __LINE__)

static inline int64_t actions(struct world *w, const char *operation, const char *action)
{
	char sql[200];

	snprintf(sql, sizeof sql, "SELECT count(*) FROM audit_event WHERE operation = '%s' AND action = '%s'", operation, action);
	return world_sql(w, sql);
}

#define feedback_unit_test(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)
#endif
