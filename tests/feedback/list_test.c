/* list_test.c -- who sees which ratings and comments, in which order, page by page. */
#include "feedback_test.h"

#define MANY 23

/* Many members, each with an approved comment and rating of one nano. */
struct crowd {
	nmk_session *members[MANY];
	text_id nano, comments[MANY], ratings[MANY];
};

static void crowd_begin(struct world *w, struct crowd *crowd)
{
	published(w, crowd->nano);
	for (int i = 0; i < MANY; i++) {
		char name[24];

		snprintf(name, sizeof name, "mitglied%d", i);
		crowd->members[i] = world_member(w, name, NMK_ROLE_CONSUMER);
		comment_approved(w, crowd->members[i], crowd->nano, name, crowd->comments[i]);
		rate_approved(w, crowd->members[i], crowd->nano, 1 + i % 5, crowd->ratings[i]);
	}
}

static void crowd_end(struct crowd *crowd)
{
	for (int i = 0; i < MANY; i++)
		nmk_session_close(crowd->members[i]);
}

/* ---- of a nano ---- */

static void test_list__has_approved_ones_newest_first_each_once(void **state)
{
	struct world *w = *state;
	struct crowd crowd;
	char cursor[200] = "";
	int seen = 0;

	crowd_begin(w, &crowd);
	do {
		nmk_comment_page *page;

		assert_status(NMK_OK, nmk_comment_list(w->guest, crowd.nano, 0, *cursor ? cursor : NULL, 5, &page));
		for (size_t i = 0; i < nmk_comment_page_count(page); i++, seen++)
			assert_string_equal(crowd.comments[MANY - 1 - seen], nmk_comment_id(nmk_comment_page_item(page, i)));
		snprintf(cursor, sizeof cursor, "%s", nmk_comment_page_next(page) ? nmk_comment_page_next(page) : "");
		nmk_comment_page_free(page);
		if (seen == 10) /* who comes and goes meanwhile moves nobody */
			assert_status(NMK_OK, nmk_comment_withdraw(crowd.members[MANY - 1], crowd.comments[MANY - 1]));
	} while (*cursor);
	assert_int_equal(MANY, seen);
	crowd_end(&crowd);
}

static void test_list__of_ratings_has_approved_ones_newest_first(void **state)
{
	struct world *w = *state;
	struct crowd crowd;
	nmk_rating_page *page, *next;

	crowd_begin(w, &crowd);
	assert_status(NMK_OK, nmk_rating_hide(w->moderator, crowd.ratings[MANY - 1], "Zweifel"));
	assert_status(NMK_OK, nmk_rating_list(w->guest, crowd.nano, NULL, 0, &page));
	assert_int_equal(20, nmk_rating_page_count(page));
	assert_string_equal(crowd.ratings[MANY - 2], nmk_rating_id(nmk_rating_page_item(page, 0)));
	assert_int_equal(1 + (MANY - 2) % 5, nmk_rating_score(nmk_rating_page_item(page, 0)));
	assert_status(NMK_OK, nmk_rating_list(w->guest, crowd.nano, nmk_rating_page_next(page), 0, &next));
	assert_int_equal(MANY - 1 - 20, nmk_rating_page_count(next));
	assert_null(nmk_rating_page_next(next));
	nmk_rating_page_free(page);
	nmk_rating_page_free(next);
	crowd_end(&crowd);
}

static void test_list__has_the_most_helpful_first_if_asked(void **state)
{
	struct world *w = *state;
	struct crowd crowd;
	char cursor[200] = "";
	int64_t before = INT64_MAX;
	int seen = 0;

	crowd_begin(w, &crowd);
	for (int i = 0; i < MANY; i++)
		for (int j = 0; j < i % 4; j++)
			assert_status(NMK_OK, nmk_comment_vote(crowd.members[(i + 1 + j) % MANY], crowd.comments[i], true));
	do {
		nmk_comment_page *page;

		assert_status(NMK_OK, nmk_comment_list(w->guest, crowd.nano, NMK_COMMENT_ORDER_HELPFUL, *cursor ? cursor : NULL, 4, &page));
		for (size_t i = 0; i < nmk_comment_page_count(page); i++, seen++) {
			assert_true(nmk_comment_helpful_count(nmk_comment_page_item(page, i)) <= before);
			before = nmk_comment_helpful_count(nmk_comment_page_item(page, i));
		}
		snprintf(cursor, sizeof cursor, "%s", nmk_comment_page_next(page) ? nmk_comment_page_next(page) : "");
		nmk_comment_page_free(page);
	} while (*cursor);
	assert_int_equal(MANY, seen);
	assert_int_equal(0, before);
	crowd_end(&crowd);
}

static void test_list__is_of_what_the_session_may_see(void **state)
{
	struct world *w = *state;
	nmk_comment_page *comments;
	nmk_rating_page *ratings;
	text_id nano, id;

	published(w, nano);
	comment_on(w->consumer, nano, "Gut.", id);
	rate(w->consumer, nano, 4, id);
	assert_status(NMK_OK, nmk_comment_list(w->consumer, nano, 0, NULL, 0, &comments)); /* one's own pending one is asked for as such */
	assert_int_equal(0, nmk_comment_page_count(comments));
	nmk_comment_page_free(comments);
	assert_status(NMK_OK, nmk_nano_takedown(w->admin, nano, "Urheberrecht", NULL, NULL));
	assert_status(NMK_ENOTFOUND, nmk_comment_list(w->guest, nano, 0, NULL, 0, &comments));
	assert_status(NMK_ENOTFOUND, nmk_rating_list(w->consumer, nano, NULL, 0, &ratings));
	assert_status(NMK_OK, nmk_rating_list(w->creator, nano, NULL, 0, &ratings));
	nmk_rating_page_free(ratings);
}

static void test_list__with_wrong_arguments_is_refused(void **state)
{
	struct world *w = *state;
	struct crowd crowd;
	nmk_comment_page *page, *none;
	const int32_t limits[] = { -1, 101 };

	crowd_begin(w, &crowd);
	for (size_t i = 0; i < 2; i++) {
		assert_status(NMK_EINVALID, nmk_comment_list(w->guest, crowd.nano, 0, NULL, limits[i], &page));
		assert_field("limit", w->guest);
	}
	assert_status(NMK_EINVALID, nmk_comment_list(w->guest, crowd.nano, (nmk_comment_order)3, NULL, 0, &page));
	assert_field("order", w->guest);
	assert_status(NMK_EINVALID, nmk_comment_list_received(w->creator, NULL, (nmk_feedback_state)4, NULL, 0, &page));
	assert_field("status", w->creator);
	assert_status(NMK_EINVALID, nmk_comment_list_received(w->system, NULL, 0, NULL, 0, &page));
	assert_field("nano_id", w->system);
	assert_status(NMK_OK, nmk_comment_list(w->guest, crowd.nano, 0, NULL, 5, &page));
	assert_status(NMK_EINVALID, nmk_comment_list(w->guest, crowd.nano, NMK_COMMENT_ORDER_HELPFUL,
	                                             nmk_comment_page_next(page), 5, &none)); /* a cursor of another order */
	assert_field("cursor", w->guest);
	assert_null(none);
	assert_status(NMK_EINVALID, nmk_comment_list(w->guest, crowd.nano, 0, NULL, 0, NULL));
	assert_field("page", w->guest);
	nmk_comment_page_free(page);
	crowd_end(&crowd);
}

/* ---- one's own ---- */

static void test_list__of_ones_own_has_all_states_and_nanos(void **state)
{
	struct world *w = *state;
	nmk_comment_page *comments;
	nmk_rating_page *ratings;
	text_id first, second, id, hidden;

	published(w, first);
	published(w, second);
	comment_on(w->consumer, first, "Eins.", id);
	comment_on(w->consumer, second, "Zwei.", hidden);
	comment_on(w->stranger, second, "Drei.", id);
	rate(w->consumer, first, 1, id);
	assert_status(NMK_OK, nmk_comment_hide(w->moderator, hidden, "Werbung"));
	assert_status(NMK_OK, nmk_nano_archive(w->creator, first));
	assert_status(NMK_OK, nmk_comment_list_own(w->consumer, NULL, 0, &comments));
	assert_int_equal(2, nmk_comment_page_count(comments));
	assert_string_equal("Zwei.", nmk_comment_content(nmk_comment_page_item(comments, 0)));
	assert_string_equal("Werbung", nmk_comment_moderation_reason(nmk_comment_page_item(comments, 0)));
	assert_string_equal("Tabellen verstehen", nmk_comment_nano_title(nmk_comment_page_item(comments, 0)));
	assert_null(nmk_comment_nano_title(nmk_comment_page_item(comments, 1)));
	nmk_comment_page_free(comments);
	assert_status(NMK_OK, nmk_rating_list_own(w->consumer, NULL, 0, &ratings));
	assert_int_equal(1, nmk_rating_page_count(ratings));
	nmk_rating_page_free(ratings);
}

/* ---- received ---- */

/* What a page of comments on one's nanos has, as "Eins. Zwei. ": newest first. */
static void assert_received(nmk_session *session, const char *nano, nmk_feedback_state status, const char *expected)
{
	nmk_comment_page *page;
	char text[200] = "";

	assert_status(NMK_OK, nmk_comment_list_received(session, nano, status, NULL, 0, &page));
	for (size_t i = 0; i < nmk_comment_page_count(page); i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s ", nmk_comment_content(nmk_comment_page_item(page, i)));
	nmk_comment_page_free(page);
	assert_string_equal(expected, text);
}

/* REVIEW-005 */
static void test_received__are_all_on_ones_own_nanos_by_nano_and_state(void **state)
{
	struct world *w = *state;
	nmk_nano *foreign = world_nano(w, w->stranger, NMK_NANO_PUBLISHED);
	nmk_comment_page *page;
	text_id first, second, id;

	published(w, first);
	published(w, second);
	comment_on(w->consumer, first, "Eins.", id);
	comment_approved(w, w->stranger, first, "Zwei.", id);
	comment_on(w->stranger, second, "Drei.", id);
	assert_status(NMK_OK, nmk_comment_hide(w->moderator, id, "Werbung"));
	comment_on(w->consumer, nmk_nano_id(foreign), "Vier.", id);
	assert_received(w->creator, NULL, 0, "Drei. Zwei. Eins. ");
	assert_received(w->creator, first, 0, "Zwei. Eins. ");
	assert_received(w->creator, NULL, NMK_FEEDBACK_PENDING, "Eins. ");
	assert_received(w->creator, NULL, NMK_FEEDBACK_HIDDEN, "Drei. ");
	assert_received(w->creator, second, NMK_FEEDBACK_APPROVED, "");
	assert_received(w->stranger, NULL, 0, "Vier. ");
	assert_received(w->moderator, first, 0, "Zwei. Eins. ");
	assert_received(w->system, second, 0, "Drei. ");
	assert_received(w->moderator, NULL, 0, "");
	assert_status(NMK_EDENIED, nmk_comment_list_received(w->stranger, first, 0, NULL, 0, &page));
	assert_status(NMK_EDENIED, nmk_comment_list_received(w->consumer, NULL, 0, NULL, 0, &page));
	assert_status(NMK_OK, nmk_nano_archive(w->creator, first));
	assert_received(w->creator, first, 0, "Zwei. Eins. ");
	nmk_nano_free(foreign);
}

static void test_received__ratings_are_those_of_ones_own_nanos(void **state)
{
	struct world *w = *state;
	nmk_nano *foreign = world_nano(w, w->stranger, NMK_NANO_PUBLISHED);
	nmk_rating_page *page;
	text_id nano, id;

	published(w, nano);
	rate(w->consumer, nano, 2, id);
	rate_approved(w, w->stranger, nano, 5, id);
	rate(w->consumer, nmk_nano_id(foreign), 3, id);
	assert_status(NMK_OK, nmk_rating_list_received(w->creator, NULL, 0, NULL, 0, &page));
	assert_int_equal(2, nmk_rating_page_count(page));
	assert_int_equal(5, nmk_rating_score(nmk_rating_page_item(page, 0)));
	nmk_rating_page_free(page);
	assert_status(NMK_OK, nmk_rating_list_received(w->creator, nano, NMK_FEEDBACK_PENDING, NULL, 0, &page));
	assert_int_equal(1, nmk_rating_page_count(page));
	assert_int_equal(2, nmk_rating_score(nmk_rating_page_item(page, 0)));
	nmk_rating_page_free(page);
	nmk_nano_free(foreign);
}

/* ---- the queue ---- */

static void test_queue__has_the_longest_waiting_first_and_what_was_changed_last(void **state)
{
	struct world *w = *state;
	nmk_comment_page *page, *next;
	text_id nano, first, second, third;

	published(w, nano);
	comment_on(w->consumer, nano, "Eins.", first);
	comment_on(w->stranger, nano, "Zwei.", second);
	comment_on(w->moderator, nano, "Drei.", third);
	world_advance(w, 1000);
	assert_status(NMK_OK, nmk_comment_update(w->consumer, first, "Eins!", NULL));
	assert_status(NMK_OK, nmk_comment_queue(w->admin, NULL, 2, &page));
	assert_string_equal("Zwei.", nmk_comment_content(nmk_comment_page_item(page, 0)));
	assert_string_equal("Drei.", nmk_comment_content(nmk_comment_page_item(page, 1)));
	assert_status(NMK_OK, nmk_comment_approve(w->admin, second, 0)); /* decided while the queue is walked */
	assert_status(NMK_OK, nmk_comment_queue(w->admin, nmk_comment_page_next(page), 2, &next));
	assert_int_equal(1, nmk_comment_page_count(next));
	assert_string_equal("Eins!", nmk_comment_content(nmk_comment_page_item(next, 0)));
	assert_null(nmk_comment_page_next(next)); /* DEF-21: the last page knows that it is */
	nmk_comment_page_free(page);
	nmk_comment_page_free(next);
	assert_status(NMK_EDENIED, nmk_comment_queue(w->creator, NULL, 0, &page));
}

static void assert_waiting(nmk_session *session, size_t ratings, size_t comments)
{
	nmk_comment_page *comment_page;
	nmk_rating_page *rating_page;

	assert_status(NMK_OK, nmk_comment_queue(session, NULL, 0, &comment_page));
	assert_int_equal(comments, nmk_comment_page_count(comment_page));
	nmk_comment_page_free(comment_page);
	assert_status(NMK_OK, nmk_rating_queue(session, NULL, 0, &rating_page));
	assert_int_equal(ratings, nmk_rating_page_count(rating_page));
	nmk_rating_page_free(rating_page);
}

static void test_queue__is_of_published_nanos_and_without_ones_own(void **state)
{
	struct world *w = *state;
	nmk_nano *of_moderator = world_nano(w, w->moderator, NMK_NANO_PUBLISHED);
	text_id nano, id;

	published(w, nano);
	comment_on(w->moderator, nano, "Eins.", id);
	comment_on(w->consumer, nmk_nano_id(of_moderator), "Zwei.", id);
	rate(w->moderator, nano, 3, id);
	rate(w->consumer, nano, 3, id);
	rate(w->consumer, nmk_nano_id(of_moderator), 3, id);
	assert_waiting(w->moderator, 1, 0);
	assert_waiting(w->moderator2, 3, 2);
	assert_waiting(w->system, 3, 2);
	assert_status(NMK_OK, nmk_nano_takedown(w->admin, nano, "Urheberrecht", NULL, NULL));
	assert_waiting(w->system, 1, 1);
	nmk_nano_free(of_moderator);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		feedback_unit_test(test_list__has_approved_ones_newest_first_each_once),
		feedback_unit_test(test_list__of_ratings_has_approved_ones_newest_first),
		feedback_unit_test(test_list__has_the_most_helpful_first_if_asked),
		feedback_unit_test(test_list__is_of_what_the_session_may_see),
		feedback_unit_test(test_list__with_wrong_arguments_is_refused),
		feedback_unit_test(test_list__of_ones_own_has_all_states_and_nanos),
		feedback_unit_test(test_received__are_all_on_ones_own_nanos_by_nano_and_state),
		feedback_unit_test(test_received__ratings_are_those_of_ones_own_nanos),
		feedback_unit_test(test_queue__has_the_longest_waiting_first_and_what_was_changed_last),
		feedback_unit_test(test_queue__is_of_published_nanos_and_without_ones_own),
	};

	return cmocka_run_group_tests_name("feedback/list", tests, NULL, NULL);
}
