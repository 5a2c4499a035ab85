/* check_test.c -- the doctor finds what a nano says wrongly of its feedback, and mends it; the figures go where nanos go. */
#include "feedback_test.h"
#include "tamper.h"

/* Run the check. Every finding is of feedback, or says that the index has other figures, and is mended if asked for. */
static size_t findings(struct world *w, bool repair)
{
	nmk_check_report *report;
	size_t count = 0;

	assert_status(NMK_OK, nmk_market_check(w->system, repair, NULL, NULL, &report));
	for (size_t i = 0; i < nmk_check_report_count(report); i++) {
		assert_int_equal(repair, nmk_check_report_repaired(report, i));
		if (strcmp("index", nmk_check_report_check(report, i)) != 0) {
			assert_string_equal("feedback", nmk_check_report_check(report, i));
			count++;
		}
	}
	nmk_check_report_free(report);
	return count;
}

#define FIGURES "3 333 400: 1 0 0 1 1, 1"

static void have_feedback(struct world *w, text_id nano)
{
	text_id id;

	published(w, nano);
	rate_approved(w, w->consumer, nano, 1, id);
	rate_approved(w, w->stranger, nano, 4, id);
	rate_approved(w, w->moderator, nano, 5, id);
	comment_approved(w, w->consumer, nano, "Gut.", id);
	assert_status(NMK_OK, nmk_comment_vote(w->stranger, id, true));
}

static void test_check__finds_and_mends_every_wrong_figure(void **state)
{
	static const char *const wrong[] = {
		"UPDATE nano SET rating_count = 2",            "UPDATE nano SET rating_average_hundredths = 334",
		"UPDATE nano SET rating_median_hundredths = 350", "UPDATE nano SET rating_average_hundredths = NULL",
		"UPDATE nano SET rating_count_1 = 0",          "UPDATE nano SET rating_count_2 = 1",
		"UPDATE nano SET rating_count_3 = 9",          "UPDATE nano SET rating_count_4 = 0",
		"UPDATE nano SET rating_count_5 = 2",          "UPDATE nano SET comment_count = 0",
		"UPDATE nano SET rating_median_hundredths = NULL, comment_count = 7",
	};
	struct world *w = *state;
	text_id nano;

	have_feedback(w, nano);
	assert_figures(w, nano, FIGURES);
	assert_int_equal(0, findings(w, false));
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		tamper(w, wrong[i]);
		assert_int_equal(1, findings(w, false));
		assert_int_equal(1, findings(w, true));
		assert_int_equal(0, findings(w, false));
		assert_figures(w, nano, FIGURES);
	}
}

static void test_check__mends_many_nanos_and_leaves_the_others(void **state)
{
	struct world *w = *state;
	text_id nanos[7];

	for (int i = 0; i < 7; i++)
		have_feedback(w, nanos[i]);
	tamper(w, "UPDATE nano SET rating_count = 77 WHERE id IN (SELECT id FROM nano ORDER BY id LIMIT 5)");
	assert_int_equal(1, findings(w, true));
	for (int i = 0; i < 7; i++)
		assert_figures(w, nanos[i], FIGURES);
	assert_int_equal(0, findings(w, false));
}

static void test_check__finds_and_mends_wrong_votes(void **state)
{
	struct world *w = *state;
	text_id nano;

	have_feedback(w, nano);
	tamper(w, "UPDATE comment SET helpful_count = 17");
	assert_int_equal(1, findings(w, false));
	assert_int_equal(1, findings(w, true));
	assert_int_equal(0, findings(w, false));
	assert_int_equal(1, world_sql(w, "SELECT helpful_count FROM comment"));
}

/* ---- where the figures are seen ---- */

/* REVIEW-003, DEF-03: what is found says what it is rated, at once. */
static void test_figures__are_those_of_every_nano_in_lists_and_search(void **state)
{
	struct world *w = *state;
	nmk_search_options options = NMK_SEARCH_OPTIONS_INIT;
	nmk_search_page *page;
	nmk_nano_page *listed;
	text_id nano;

	have_feedback(w, nano);
	options.text = "Tabellen";
	assert_status(NMK_OK, nmk_search(w->guest, &options, &page));
	assert_int_equal(1, nmk_search_page_count(page));
	assert_int_equal(333, nmk_nano_rating_average_hundredths(nmk_search_page_item(page, 0)));
	assert_int_equal(3, nmk_nano_rating_count(nmk_search_page_item(page, 0)));
	nmk_search_page_free(page);
	assert_status(NMK_OK, nmk_nano_list(w->guest, NULL, &listed));
	assert_int_equal(400, nmk_nano_rating_median_hundredths(nmk_nano_page_item(listed, 0)));
	assert_int_equal(1, nmk_nano_comment_count(nmk_nano_page_item(listed, 0)));
	nmk_nano_page_free(listed);
}

static void test_figures__are_whole_numbers_in_json_and_null_without_ratings(void **state)
{
	struct world *w = *state;
	text_id nano, id;
	nmk_nano *value;
	json_t *json;
	char *text;

	published(w, nano);
	assert_status(NMK_OK, nmk_nano_get(w->guest, nano, &value));
	text = nmk_nano_json(value);
	json = json_loads(text, 0, NULL);
	assert_true(json_is_null(json_object_get(json, "rating_average_hundredths")));
	assert_int_equal(0, json_integer_value(json_object_get(json, "rating_count")));
	json_decref(json);
	nmk_free(text);
	nmk_nano_free(value);
	rate_approved(w, w->consumer, nano, 4, id);
	rate_approved(w, w->stranger, nano, 5, id);
	assert_status(NMK_OK, nmk_nano_get(w->guest, nano, &value));
	text = nmk_nano_json(value);
	json = json_loads(text, 0, NULL);
	assert_int_equal(450, json_integer_value(json_object_get(json, "rating_average_hundredths")));
	assert_int_equal(1, json_integer_value(json_object_get(json, "rating_count_5")));
	json_decref(json);
	nmk_free(text);
	nmk_nano_free(value);
}

/* What it was given stays with a nano that is taken back, changed and published anew. */
static void test_figures__stay_when_the_nano_is_reviewed_anew(void **state)
{
	struct world *w = *state;
	text_id nano;

	have_feedback(w, nano);
	assert_status(NMK_OK, nmk_nano_unpublish(w->creator, nano));
	assert_figures(w, nano, FIGURES);
	assert_status(NMK_OK, nmk_nano_submit(w->creator, nano));
	assert_status(NMK_OK, nmk_nano_publish(w->moderator, nano));
	assert_figures(w, nano, FIGURES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		feedback_unit_test(test_check__finds_and_mends_every_wrong_figure),
		feedback_unit_test(test_check__mends_many_nanos_and_leaves_the_others),
		feedback_unit_test(test_check__finds_and_mends_wrong_votes),
		feedback_unit_test(test_figures__are_those_of_every_nano_in_lists_and_search),
		feedback_unit_test(test_figures__are_whole_numbers_in_json_and_null_without_ratings),
		feedback_unit_test(test_figures__stay_when_the_nano_is_reviewed_anew),
	};

	return cmocka_run_group_tests_name("feedback/check", tests, NULL, NULL);
}
