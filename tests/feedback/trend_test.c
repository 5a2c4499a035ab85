/* trend_test.c -- how feedback develops, month by month in UTC. */
#include "feedback_test.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)

/* "2026-01 2 350 1" for each month that has something: month, ratings, average, comments. */
static void assert_trend(nmk_session *session, const char *nano, int32_t months, const char *expected)
{
	nmk_feedback_month_page *page;
	char text[400] = "";

	assert_status(NMK_OK, nmk_feedback_trend(session, nano, months, &page));
	assert_int_equal(months, nmk_feedback_month_page_count(page));
	assert_null(nmk_feedback_month_page_next(page));
	for (size_t i = 0; i < nmk_feedback_month_page_count(page); i++) {
		const nmk_feedback_month *month = nmk_feedback_month_page_item(page, i);

		if (nmk_feedback_month_rating_count(month) || nmk_feedback_month_comment_count(month))
			snprintf(text + strlen(text), sizeof text - strlen(text), "%s %lld %lld %lld; ", nmk_feedback_month_month(month),
			         (long long)nmk_feedback_month_rating_count(month),
			         (long long)nmk_feedback_month_rating_average_hundredths(month),
			         (long long)nmk_feedback_month_comment_count(month));
	}
	nmk_feedback_month_page_free(page);
	assert_string_equal(expected, text);
}

static void test_trend__counts_by_the_months_edges(void **state)
{
	struct world *w = *state; /* it is 2026-01-01T00:00:00.000Z */
	text_id nano, id;

	published(w, nano);
	world_advance(w, -1);
	rate_approved(w, w->stranger, nano, 1, id); /* the last millisecond of 2025 */
	world_advance(w, 1);
	rate_approved(w, w->consumer, nano, 4, id);
	world_advance(w, 31 * DAY_MS - 1);
	rate_approved(w, w->moderator, nano, 5, id); /* the last of January */
	comment_approved(w, w->consumer, nano, "Gut.", id);
	world_advance(w, 1);
	rate_approved(w, w->moderator2, nano, 2, id); /* the first of February */
	assert_trend(w->creator, nano, 3, "2025-12 1 100 0; 2026-01 2 450 1; 2026-02 1 200 0; ");
	assert_trend(w->creator, nano, 2, "2026-01 2 450 1; 2026-02 1 200 0; ");
	assert_trend(w->creator, nano, 1, "2026-02 1 200 0; ");
}

/* J5: a rating that was mended belongs to the month in which it was. What is not approved is nowhere. */
static void test_trend__has_approved_feedback_where_it_was_given_its_present_form(void **state)
{
	struct world *w = *state;
	text_id nano, id;

	published(w, nano);
	rate_approved(w, w->consumer, nano, 2, id);
	assert_trend(w->creator, nano, 2, "2026-01 1 200 0; ");
	world_advance(w, 40 * DAY_MS);
	assert_status(NMK_OK, nmk_rating_update(w->consumer, nano, 4, NULL));
	assert_trend(w->creator, nano, 3, "");
	world_advance(w, 40 * DAY_MS);
	assert_status(NMK_OK, nmk_rating_approve(w->moderator, id, 2)); /* when that is decided does not matter */
	assert_trend(w->creator, nano, 3, "2026-02 1 400 0; ");
}

static void test_trend__is_of_one_nano_or_all_of_ones_own(void **state)
{
	struct world *w = *state;
	nmk_nano *foreign = world_nano(w, w->stranger, NMK_NANO_PUBLISHED);
	nmk_feedback_month_page *page;
	text_id first, second, id;

	published(w, first);
	published(w, second);
	rate_approved(w, w->consumer, first, 1, id);
	rate_approved(w, w->consumer, second, 4, id);
	rate_approved(w, w->consumer, nmk_nano_id(foreign), 5, id);
	assert_trend(w->creator, NULL, 1, "2026-01 2 250 0; ");
	assert_trend(w->creator, second, 1, "2026-01 1 400 0; ");
	assert_trend(w->moderator, second, 1, "2026-01 1 400 0; ");
	assert_trend(w->system, first, 1, "2026-01 1 100 0; ");
	assert_status(NMK_EDENIED, nmk_feedback_trend(w->creator, nmk_nano_id(foreign), 1, &page));
	assert_status(NMK_EDENIED, nmk_feedback_trend(w->consumer, NULL, 1, &page));
	assert_status(NMK_EINVALID, nmk_feedback_trend(w->system, NULL, 1, &page));
	assert_field("nano_id", w->system);
	nmk_nano_free(foreign);
}

static void test_trend__has_1_to_120_months(void **state)
{
	struct world *w = *state;
	const int32_t bad[] = { -1, 121, INT32_MAX, INT32_MIN };
	nmk_feedback_month_page *page;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_status(NMK_EINVALID, nmk_feedback_trend(w->creator, NULL, bad[i], &page));
		assert_field("months", w->creator);
	}
	assert_trend(w->creator, NULL, 120, "");
	assert_int_equal(120, nmk_feedback_months_maximum());
	assert_status(NMK_OK, nmk_feedback_trend(w->creator, NULL, 0, &page));
	assert_int_equal(12, nmk_feedback_month_page_count(page));
	assert_string_equal("2025-02", nmk_feedback_month_month(nmk_feedback_month_page_item(page, 0)));
	assert_string_equal("2026-01", nmk_feedback_month_month(nmk_feedback_month_page_item(page, 11)));
	nmk_feedback_month_page_free(page);
	assert_status(NMK_EINVALID, nmk_feedback_trend(w->creator, NULL, 1, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		feedback_unit_test(test_trend__counts_by_the_months_edges),
		feedback_unit_test(test_trend__has_approved_feedback_where_it_was_given_its_present_form),
		feedback_unit_test(test_trend__is_of_one_nano_or_all_of_ones_own),
		feedback_unit_test(test_trend__has_1_to_120_months),
	};

	return cmocka_run_group_tests_name("feedback/trend", tests, NULL, NULL);
}
