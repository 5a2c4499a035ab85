/* rating_test.c -- one to five stars, once, by members, for what others published; what moderators approved counts. */
#include "feedback_test.h"

/* ---- give ---- */

static void test_rating__waits_for_a_moderator_before_it_counts(void **state)
{
	struct world *w = *state;
	text_id nano, rating;

	published(w, nano);
	rate(w->consumer, nano, 4, rating);
	assert_figures(w, nano, "0 0 0: 0 0 0 0 0, 0");
	assert_status(NMK_OK, nmk_rating_approve(w->moderator, rating, 1));
	assert_figures(w, nano, "1 400 400: 0 0 0 1 0, 0");
}

static void test_rating__has_1_to_5_stars(void **state)
{
	const struct { int32_t score; nmk_status expected; } cases[] = {
		{ INT32_MIN, NMK_EINVALID }, { -1, NMK_EINVALID }, { 0, NMK_EINVALID }, { 1, NMK_OK }, { 2, NMK_OK }, { 3, NMK_OK },
		{ 4, NMK_OK }, { 5, NMK_OK }, { 6, NMK_EINVALID }, { INT32_MAX, NMK_EINVALID },
	};
	struct world *w = *state;
	text_id nano;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		published(w, nano);
		assert_status(cases[i].expected, nmk_rating_create(w->consumer, nano, cases[i].score, NULL, NULL));
		if (cases[i].expected != NMK_OK)
			assert_field("score", w->consumer);
	}
	published(w, nano);
	assert_status(NMK_OK, nmk_rating_create(w->consumer, nano, 3, NULL, NULL));
	assert_status(NMK_EINVALID, nmk_rating_update(w->consumer, nano, 0, NULL));
	assert_status(NMK_EINVALID, nmk_rating_update(w->consumer, nano, 6, NULL));
	assert_field("score", w->consumer);
}

static void test_rating__is_one_for_each_member_and_nano(void **state)
{
	struct world *w = *state;
	nmk_rating *rating = NULL;
	text_id nano, other, id;

	published(w, nano);
	published(w, other);
	rate(w->consumer, nano, 4, id);
	assert_status(NMK_ECONFLICT, nmk_rating_create(w->consumer, nano, 4, NULL, &rating));
	assert_field("nano_id", w->consumer);
	assert_null(rating);
	rate(w->consumer, other, 4, id);
	rate(w->stranger, nano, 4, id);
	assert_int_equal(3, world_sql(w, "SELECT count(*) FROM rating"));
}

/* DEF-18: in the earlier system creators rated what was their own. */
static void test_rating__is_never_for_ones_own_nano(void **state)
{
	struct world *w = *state;
	nmk_nano *of_moderator = world_nano(w, w->moderator, NMK_NANO_PUBLISHED);
	text_id nano;

	published(w, nano);
	assert_status(NMK_EDENIED, nmk_rating_create(w->creator, nano, 5, NULL, NULL));
	assert_status(NMK_EDENIED, nmk_rating_update(w->creator, nano, 5, NULL));
	assert_status(NMK_EDENIED, nmk_rating_create(w->moderator, nmk_nano_id(of_moderator), 5, NULL, NULL));
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM rating"));
	nmk_nano_free(of_moderator);
}

static void test_rating__is_only_for_published_nanos(void **state)
{
	const nmk_nano_state others[] = { NMK_NANO_DRAFT, NMK_NANO_PENDING_REVIEW, NMK_NANO_ARCHIVED, NMK_NANO_DELETED };
	struct world *w = *state;

	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		nmk_nano *nano = world_nano(w, w->creator, others[i]);

		assert_status(NMK_ENOTFOUND, nmk_rating_create(w->consumer, nmk_nano_id(nano), 3, NULL, NULL));
		assert_status(NMK_ESTATE, nmk_rating_create(w->moderator, nmk_nano_id(nano), 3, NULL, NULL)); /* who sees it */
		assert_field("nano_id", w->moderator);
		nmk_nano_free(nano);
	}
}

static void test_rating__with_a_key_may_be_given_again(void **state)
{
	struct world *w = *state;
	nmk_rating *first, *second;
	text_id nano, other;

	published(w, nano);
	published(w, other);
	assert_status(NMK_OK, nmk_rating_create(w->consumer, nano, 4, "einmal", &first));
	assert_status(NMK_OK, nmk_rating_create(w->consumer, nano, 4, "einmal", &second));
	assert_string_equal(nmk_rating_id(first), nmk_rating_id(second));
	assert_int_equal(1, actions(w, "rating_create", "data_created"));
	assert_status(NMK_ECONFLICT, nmk_rating_create(w->consumer, nano, 5, "einmal", NULL));
	assert_field("idempotency_key", w->consumer);
	assert_status(NMK_ECONFLICT, nmk_rating_create(w->consumer, other, 4, "einmal", NULL));
	nmk_rating_free(first);
	nmk_rating_free(second);
}

/* ---- change and take back ---- */

/* LRN-6: what was approved is not what it is now. */
static void test_rating__that_is_changed_waits_again_and_counts_no_more(void **state)
{
	struct world *w = *state;
	nmk_rating *rating;
	text_id nano, id;

	published(w, nano);
	rate(w->consumer, nano, 2, id);
	assert_status(NMK_OK, nmk_rating_hide(w->moderator, id, "Zweifel"));
	world_advance(w, 1000);
	assert_status(NMK_OK, nmk_rating_update(w->consumer, nano, 4, &rating));
	assert_int_equal(NMK_FEEDBACK_PENDING, nmk_rating_status(rating));
	assert_null(nmk_rating_moderation_reason(rating));
	assert_int_equal(0, nmk_rating_moderated_at(rating));
	assert_int_equal(2, nmk_rating_revision(rating));
	assert_int_equal(w->now, nmk_rating_submitted_at(rating));
	assert_int_equal(w->now - 1000, nmk_rating_created_at(rating));
	nmk_rating_free(rating);
	assert_status(NMK_OK, nmk_rating_approve(w->moderator, id, 2));
	assert_figures(w, nano, "1 400 400: 0 0 0 1 0, 0");
	assert_status(NMK_OK, nmk_rating_update(w->consumer, nano, 5, NULL));
	assert_figures(w, nano, "0 0 0: 0 0 0 0 0, 0");
}

/* DEF-01: a second click on the same star is no failure and no edit. */
static void test_rating__with_the_score_it_has_is_left_as_it_is(void **state)
{
	struct world *w = *state;
	nmk_rating *rating;
	text_id nano, id;

	published(w, nano);
	rate_approved(w, w->consumer, nano, 4, id);
	assert_status(NMK_OK, nmk_rating_update(w->consumer, nano, 4, &rating));
	assert_int_equal(NMK_FEEDBACK_APPROVED, nmk_rating_status(rating));
	assert_false(nmk_rating_is_edited(rating));
	nmk_rating_free(rating);
	assert_int_equal(0, actions(w, "rating_update", "data_modified"));
	assert_figures(w, nano, "1 400 400: 0 0 0 1 0, 0");
}

static void test_rating__that_is_not_there_is_not_changed_or_taken_back(void **state)
{
	struct world *w = *state;
	text_id nano, id;

	published(w, nano);
	rate(w->stranger, nano, 4, id);
	assert_status(NMK_ENOTFOUND, nmk_rating_update(w->consumer, nano, 4, NULL));
	assert_field("rating", w->consumer);
	assert_status(NMK_ENOTFOUND, nmk_rating_withdraw(w->consumer, nano));
	assert_status(NMK_ENOTFOUND, nmk_rating_withdraw(w->consumer, "kein-nano"));
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM rating"));
}

static void test_rating__that_is_taken_back_is_gone_and_may_be_given_anew(void **state)
{
	struct world *w = *state;
	text_id nano, id, other;

	published(w, nano);
	rate_approved(w, w->consumer, nano, 1, id);
	rate_approved(w, w->stranger, nano, 4, other);
	assert_figures(w, nano, "2 250 250: 1 0 0 1 0, 0");
	assert_status(NMK_OK, nmk_rating_withdraw(w->consumer, nano));
	assert_figures(w, nano, "1 400 400: 0 0 0 1 0, 0");
	assert_int_equal(1, actions(w, "rating_withdraw", "data_deleted"));
	rate(w->consumer, nano, 5, id);
}

/* One's own is one's own, wherever the nano went. */
static void test_rating__of_an_archived_nano_is_read_and_taken_back_but_not_changed(void **state)
{
	struct world *w = *state;
	nmk_rating *rating;
	text_id nano, id;

	published(w, nano);
	rate_approved(w, w->consumer, nano, 3, id);
	assert_status(NMK_OK, nmk_nano_takedown(w->admin, nano, "Urheberrecht", NULL, NULL));
	rating = own_rating(w->consumer, nano);
	assert_int_equal(3, nmk_rating_score(rating));
	assert_null(nmk_rating_nano_title(rating)); /* it is not to be seen any more */
	nmk_rating_free(rating);
	assert_status(NMK_ENOTFOUND, nmk_rating_update(w->consumer, nano, 4, NULL));
	assert_status(NMK_OK, nmk_rating_withdraw(w->consumer, nano));
	assert_figures(w, nano, "0 0 0: 0 0 0 0 0, 0");
}

/* ---- edited, learned ---- */

/* DEF-20: in the earlier system a moderator's decision looked like an edit, and an edit within the same second did not. */
static void test_rating__is_edited_when_its_author_edited_it_and_only_then(void **state)
{
	struct world *w = *state;
	nmk_rating *rating;
	text_id nano, id;

	published(w, nano);
	rate(w->consumer, nano, 3, id);
	world_advance(w, 60000);
	assert_status(NMK_OK, nmk_rating_approve(w->moderator, id, 0));
	assert_status(NMK_OK, nmk_rating_hide(w->moderator, id, "Zweifel"));
	rating = own_rating(w->consumer, nano);
	assert_false(nmk_rating_is_edited(rating));
	nmk_rating_free(rating);
	assert_status(NMK_OK, nmk_rating_withdraw(w->consumer, nano));
	rate(w->consumer, nano, 3, id);
	assert_status(NMK_OK, nmk_rating_update(w->consumer, nano, 4, NULL)); /* in the same millisecond */
	rating = own_rating(w->consumer, nano);
	assert_true(nmk_rating_is_edited(rating));
	nmk_rating_free(rating);
}

/* ---- moderate ---- */

static void test_rating__is_not_decided_on_by_author_or_creator_of_the_nano(void **state)
{
	struct world *w = *state;
	nmk_nano *of_moderator = world_nano(w, w->moderator, NMK_NANO_PUBLISHED);
	text_id nano, own, received;

	published(w, nano);
	rate(w->moderator, nano, 5, own);
	rate(w->consumer, nmk_nano_id(of_moderator), 1, received);
	assert_status(NMK_EDENIED, nmk_rating_approve(w->moderator, own, 0));
	assert_status(NMK_EDENIED, nmk_rating_hide(w->moderator, own, "Zweifel"));
	assert_status(NMK_EDENIED, nmk_rating_hide(w->moderator, received, "Gefällt mir nicht"));
	assert_status(NMK_OK, nmk_rating_approve(w->moderator2, own, 0));
	assert_status(NMK_OK, nmk_rating_approve(w->moderator2, received, 0));
	assert_status(NMK_EDENIED, nmk_rating_hide(w->moderator, received, "Gefällt mir nicht"));
	nmk_nano_free(of_moderator);
}

static void test_rating__is_approved_only_as_it_was_seen(void **state)
{
	struct world *w = *state;
	text_id nano, id;

	published(w, nano);
	rate(w->consumer, nano, 5, id);
	assert_status(NMK_OK, nmk_rating_update(w->consumer, nano, 1, NULL));
	assert_status(NMK_ESTATE, nmk_rating_approve(w->moderator, id, 1));
	assert_field("revision", w->moderator);
	assert_status(NMK_ESTATE, nmk_rating_approve(w->moderator, id, 3));
	assert_status(NMK_EINVALID, nmk_rating_approve(w->moderator, id, -1));
	assert_figures(w, nano, "0 0 0: 0 0 0 0 0, 0");
	assert_status(NMK_OK, nmk_rating_approve(w->moderator, id, 2));
	assert_figures(w, nano, "1 100 100: 1 0 0 0 0, 0");
}

static void test_hide__needs_a_reason_of_1_to_500_characters_and_tells_the_author(void **state)
{
	struct world *w = *state;
	nmk_rating_page *page;
	nmk_rating *rating;
	char reason[1004];
	text_id nano, id;

	published(w, nano);
	rate_approved(w, w->consumer, nano, 5, id);
	for (size_t i = 0; i < 501; i++)
		memcpy(reason + 2 * i, "\xC3\xA4", 3); /* two bytes, one character */
	assert_status(NMK_EINVALID, nmk_rating_hide(w->moderator, id, NULL));
	assert_status(NMK_EINVALID, nmk_rating_hide(w->moderator, id, ""));
	assert_status(NMK_EINVALID, nmk_rating_hide(w->moderator, id, " \n "));
	assert_status(NMK_EINVALID, nmk_rating_hide(w->moderator, id, reason));
	assert_field("reason", w->moderator);
	reason[1000] = '\0';
	assert_status(NMK_OK, nmk_rating_hide(w->moderator, id, reason));
	assert_figures(w, nano, "0 0 0: 0 0 0 0 0, 0");
	rating = own_rating(w->consumer, nano);
	assert_string_equal(reason, nmk_rating_moderation_reason(rating));
	assert_int_equal(w->now, nmk_rating_moderated_at(rating));
	nmk_rating_free(rating);
	assert_status(NMK_OK, nmk_rating_list_received(w->creator, nano, NMK_FEEDBACK_HIDDEN, NULL, 0, &page));
	assert_int_equal(1, nmk_rating_page_count(page));
	assert_null(nmk_rating_moderation_reason(nmk_rating_page_item(page, 0))); /* said to its author and to staff */
	nmk_rating_page_free(page);
}

/* DEF-07: one place says how it stands, whichever call decided; the same again changes and records nothing. */
static void test_decision__that_was_made_changes_and_records_nothing(void **state)
{
	struct world *w = *state;
	text_id nano, id;

	published(w, nano);
	rate_approved(w, w->consumer, nano, 5, id);
	assert_status(NMK_OK, nmk_rating_approve(w->moderator, id, 0));
	assert_int_equal(1, actions(w, "rating_approve", "moderation_approved"));
	assert_status(NMK_OK, nmk_rating_hide(w->moderator, id, "Zweifel"));
	assert_status(NMK_OK, nmk_rating_hide(w->moderator, id, "Andere Zweifel"));
	assert_int_equal(1, actions(w, "rating_hide", "moderation_rejected"));
}

static void test_rating__of_no_store_or_kind_is_not_found(void **state)
{
	struct world *w = *state;
	text_id nano, comment;

	published(w, nano);
	comment_on(w->consumer, nano, "Gut.", comment);
	assert_status(NMK_ENOTFOUND, nmk_rating_approve(w->moderator, comment, 0));
	assert_status(NMK_ENOTFOUND, nmk_rating_hide(w->moderator, nano, "Zweifel"));
	assert_status(NMK_ENOTFOUND, nmk_rating_create(w->consumer, comment, 3, NULL, NULL));
	assert_status(NMK_EINVALID, nmk_rating_create(w->consumer, NULL, 3, NULL, NULL));
	assert_status(NMK_EINVALID, nmk_rating_get_own(w->consumer, nano, NULL));
	assert_status(NMK_EINVALID, nmk_rating_list(w->consumer, nano, NULL, 0, NULL));
}

/* LRN-33: persisted by word, not by number. */
static void test_state__has_a_word(void **state)
{
	(void)state;
	assert_string_equal("pending", nmk_feedback_state_word(NMK_FEEDBACK_PENDING));
	assert_int_equal(NMK_FEEDBACK_HIDDEN, nmk_feedback_state_of("hidden"));
	assert_null(nmk_feedback_state_word((nmk_feedback_state)4));
	assert_int_equal(0, nmk_feedback_state_of("Hidden"));
	assert_int_equal(0, nmk_feedback_state_of(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		feedback_unit_test(test_rating__waits_for_a_moderator_before_it_counts),
		feedback_unit_test(test_rating__has_1_to_5_stars),
		feedback_unit_test(test_rating__is_one_for_each_member_and_nano),
		feedback_unit_test(test_rating__is_never_for_ones_own_nano),
		feedback_unit_test(test_rating__is_only_for_published_nanos),
		feedback_unit_test(test_rating__with_a_key_may_be_given_again),
		feedback_unit_test(test_rating__that_is_changed_waits_again_and_counts_no_more),
		feedback_unit_test(test_rating__with_the_score_it_has_is_left_as_it_is),
		feedback_unit_test(test_rating__that_is_not_there_is_not_changed_or_taken_back),
		feedback_unit_test(test_rating__that_is_taken_back_is_gone_and_may_be_given_anew),
		feedback_unit_test(test_rating__of_an_archived_nano_is_read_and_taken_back_but_not_changed),
		feedback_unit_test(test_rating__is_edited_when_its_author_edited_it_and_only_then),
		feedback_unit_test(test_rating__is_not_decided_on_by_author_or_creator_of_the_nano),
		feedback_unit_test(test_rating__is_approved_only_as_it_was_seen),
		feedback_unit_test(test_hide__needs_a_reason_of_1_to_500_characters_and_tells_the_author),
		feedback_unit_test(test_decision__that_was_made_changes_and_records_nothing),
		feedback_unit_test(test_rating__of_no_store_or_kind_is_not_found),
		cmocka_unit_test(test_state__has_a_word),
	};

	return cmocka_run_group_tests_name("feedback/rating", tests, NULL, NULL);
}
