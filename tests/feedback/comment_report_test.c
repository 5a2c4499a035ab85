/* comment_report_test.c -- members report, moderators decide on the comment, and that settles the reports. */
#include "feedback_test.h"

static void report(nmk_session *session, const char *comment, nmk_report_reason reason)
{
	assert_status(NMK_OK, nmk_comment_report_create(session, comment, reason, NULL, NULL, NULL));
}

static nmk_report_state state_of(nmk_session *session, const char *comment)
{
	nmk_comment_report *value;
	nmk_report_state status;

	assert_status(NMK_OK, nmk_comment_report_get_own(session, comment, &value));
	status = nmk_comment_report_status(value);
	assert_int_equal(status != NMK_REPORT_PENDING, nmk_comment_report_reviewed_at(value) != 0);
	nmk_comment_report_free(value);
	return status;
}

static size_t waiting(nmk_session *session)
{
	nmk_comment_report_page *page;
	size_t count;

	assert_status(NMK_OK, nmk_comment_report_queue(session, NULL, 0, &page));
	count = nmk_comment_report_page_count(page);
	nmk_comment_report_page_free(page);
	return count;
}

/* REVIEW-101, LRN-8 */
static void test_report__is_made_once_never_of_ones_own_and_of_what_everyone_sees(void **state)
{
	struct world *w = *state;
	text_id nano, id;

	published(w, nano);
	comment_on(w->consumer, nano, "Kauft bei mir!", id);
	assert_status(NMK_ENOTFOUND, nmk_comment_report_create(w->stranger, id, NMK_REPORT_SPAM, NULL, NULL, NULL));
	assert_status(NMK_ESTATE, nmk_comment_report_create(w->creator, id, NMK_REPORT_SPAM, NULL, NULL, NULL));
	assert_status(NMK_OK, nmk_comment_approve(w->moderator, id, 0));
	assert_status(NMK_EDENIED, nmk_comment_report_create(w->consumer, id, NMK_REPORT_SPAM, NULL, NULL, NULL));
	assert_status(NMK_ELOGIN, nmk_comment_report_create(w->guest, id, NMK_REPORT_SPAM, NULL, NULL, NULL));
	report(w->stranger, id, NMK_REPORT_SPAM);
	report(w->creator, id, NMK_REPORT_OFFENSIVE); /* whose nano it is may well be hit by it */
	assert_status(NMK_ECONFLICT, nmk_comment_report_create(w->stranger, id, NMK_REPORT_OTHER, NULL, NULL, NULL));
	assert_field("comment_id", w->stranger);
	assert_int_equal(2, actions(w, "comment_report_create", "flag_created"));
	assert_status(NMK_EDENIED, nmk_comment_report_create(w->suspended, id, NMK_REPORT_OTHER, NULL, NULL, NULL));
	assert_status(NMK_OK, nmk_nano_archive(w->creator, nano));
	assert_status(NMK_ESTATE, nmk_comment_report_create(w->admin, id, NMK_REPORT_OTHER, NULL, NULL, NULL));
}

/* DEF-23: the limit is of what was written, at 500 characters, whatever they are. */
static void test_report__has_a_reason_and_a_note_of_at_most_500_characters(void **state)
{
	struct world *w = *state;
	nmk_comment_report *value;
	static char note[501 * 1 + 1];
	text_id nano, id;

	published(w, nano);
	comment_approved(w, w->consumer, nano, "Kauft bei mir!", id);
	assert_status(NMK_EINVALID, nmk_comment_report_create(w->stranger, id, 0, NULL, NULL, NULL));
	assert_status(NMK_EINVALID, nmk_comment_report_create(w->stranger, id, (nmk_report_reason)6, NULL, NULL, NULL));
	assert_field("reason", w->stranger);
	memset(note, '&', 501);
	assert_status(NMK_EINVALID, nmk_comment_report_create(w->stranger, id, NMK_REPORT_SPAM, note, NULL, NULL));
	assert_status(NMK_EINVALID, nmk_comment_report_create(w->stranger, id, NMK_REPORT_SPAM, " ", NULL, NULL));
	assert_status(NMK_EINVALID, nmk_comment_report_create(w->stranger, id, NMK_REPORT_SPAM, "", NULL, NULL));
	assert_field("note", w->stranger);
	note[500] = '\0';
	assert_status(NMK_OK, nmk_comment_report_create(w->stranger, id, NMK_REPORT_COPYRIGHT, note, NULL, &value));
	assert_string_equal(note, nmk_comment_report_note(value));
	assert_int_equal(NMK_REPORT_COPYRIGHT, nmk_comment_report_reason(value));
	assert_null(nmk_comment_report_content(value)); /* for staff */
	assert_string_equal("stefan", nmk_comment_report_username(value));
	assert_string_equal(id, nmk_comment_report_comment_id(value));
	nmk_comment_report_free(value);
	assert_status(NMK_ENOTFOUND, nmk_comment_report_get_own(w->creator, id, &value));
	assert_status(NMK_EINVALID, nmk_comment_report_get_own(w->creator, id, NULL));
}

static void test_report__with_a_key_may_be_made_again(void **state)
{
	struct world *w = *state;
	nmk_comment_report *first, *second;
	text_id nano, id;

	published(w, nano);
	comment_approved(w, w->consumer, nano, "Kauft bei mir!", id);
	assert_status(NMK_OK, nmk_comment_report_create(w->stranger, id, NMK_REPORT_SPAM, "Werbung", "einmal", &first));
	assert_status(NMK_OK, nmk_comment_report_create(w->stranger, id, NMK_REPORT_SPAM, "Werbung", "einmal", &second));
	assert_string_equal(nmk_comment_report_id(first), nmk_comment_report_id(second));
	assert_status(NMK_ECONFLICT, nmk_comment_report_create(w->stranger, id, NMK_REPORT_SPAM, NULL, "einmal", NULL));
	assert_field("idempotency_key", w->stranger);
	nmk_comment_report_free(first);
	nmk_comment_report_free(second);
}

/* DEF-06: in the earlier system what was decided on a report did nothing to what was reported. */
static void test_report__is_resolved_by_hiding_the_comment(void **state)
{
	struct world *w = *state;
	text_id nano, id;

	published(w, nano);
	comment_approved(w, w->consumer, nano, "Kauft bei mir!", id);
	report(w->stranger, id, NMK_REPORT_SPAM);
	report(w->creator, id, NMK_REPORT_SPAM);
	assert_int_equal(2, waiting(w->moderator));
	assert_status(NMK_OK, nmk_comment_hide(w->moderator, id, "Werbung"));
	assert_int_equal(0, waiting(w->moderator));
	assert_int_equal(NMK_REPORT_RESOLVED, state_of(w->stranger, id));
	assert_int_equal(NMK_REPORT_RESOLVED, state_of(w->creator, id));
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM audit_event WHERE operation = 'comment_hide' AND details LIKE '%\"reports\":2%'"));
}

static void test_report__is_closed_by_approving_the_comment_anew(void **state)
{
	struct world *w = *state;
	text_id nano, id;

	published(w, nano);
	comment_approved(w, w->consumer, nano, "Gut.", id);
	report(w->stranger, id, NMK_REPORT_OTHER);
	assert_status(NMK_OK, nmk_comment_approve(w->moderator, id, 0));
	assert_int_equal(NMK_REPORT_CLOSED, state_of(w->stranger, id));
	assert_int_equal(1, actions(w, "comment_approve", "flag_reviewed"));
	assert_status(NMK_OK, nmk_comment_approve(w->moderator, id, 0)); /* nothing is left to decide, or to record */
	assert_int_equal(1, actions(w, "comment_approve", "flag_reviewed"));
	assert_int_equal(1, actions(w, "comment_approve", "moderation_approved"));
}

/* A comment that its author mends is looked at again, with the report still open. */
static void test_report__stays_open_when_the_comment_is_edited(void **state)
{
	struct world *w = *state;
	text_id nano, id;

	published(w, nano);
	comment_approved(w, w->consumer, nano, "Kauft bei mir!", id);
	report(w->stranger, id, NMK_REPORT_SPAM);
	assert_status(NMK_OK, nmk_comment_update(w->consumer, id, "Gut.", NULL));
	assert_int_equal(NMK_REPORT_PENDING, state_of(w->stranger, id));
	assert_status(NMK_OK, nmk_comment_approve(w->moderator, id, 2));
	assert_int_equal(NMK_REPORT_CLOSED, state_of(w->stranger, id));
}

static void test_queue__has_the_oldest_first_and_none_that_one_may_not_decide_on(void **state)
{
	struct world *w = *state;
	nmk_nano *of_moderator = world_nano(w, w->moderator, NMK_NANO_PUBLISHED);
	nmk_comment_report_page *page;
	text_id nano, first, second, received, own;

	published(w, nano);
	comment_approved(w, w->consumer, nano, "Eins.", first);
	comment_approved(w, w->stranger, nano, "Zwei.", second);
	comment_approved(w, w->consumer, nmk_nano_id(of_moderator), "Drei.", received);
	comment_approved(w, w->moderator, nano, "Vier.", own);
	report(w->creator, second, NMK_REPORT_SPAM);
	report(w->creator, first, NMK_REPORT_SPAM);
	report(w->creator, received, NMK_REPORT_SPAM);
	report(w->creator, own, NMK_REPORT_SPAM);
	assert_status(NMK_OK, nmk_comment_report_queue(w->moderator, NULL, 1, &page));
	assert_int_equal(1, nmk_comment_report_page_count(page));
	assert_string_equal("Zwei.", nmk_comment_report_content(nmk_comment_report_page_item(page, 0)));
	assert_string_equal("carl", nmk_comment_report_username(nmk_comment_report_page_item(page, 0)));
	{
		nmk_comment_report_page *next;

		assert_status(NMK_OK, nmk_comment_report_queue(w->moderator, nmk_comment_report_page_next(page), 1, &next));
		assert_string_equal("Eins.", nmk_comment_report_content(nmk_comment_report_page_item(next, 0)));
		assert_null(nmk_comment_report_page_next(next));
		nmk_comment_report_page_free(next);
	}
	nmk_comment_report_page_free(page);
	assert_int_equal(4, waiting(w->moderator2));
	assert_int_equal(4, waiting(w->system));
	nmk_nano_free(of_moderator);
}

static void test_word__is_that_of_its_value(void **state)
{
	(void)state;
	for (int i = 1; i <= 5; i++)
		assert_int_equal(i, nmk_report_reason_of(nmk_report_reason_word((nmk_report_reason)i)));
	for (int i = 1; i <= 3; i++)
		assert_int_equal(i, nmk_report_state_of(nmk_report_state_word((nmk_report_state)i)));
	assert_null(nmk_report_reason_word((nmk_report_reason)6));
	assert_null(nmk_report_state_word((nmk_report_state)4));
	assert_int_equal(0, nmk_report_reason_of("Spam"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		feedback_unit_test(test_report__is_made_once_never_of_ones_own_and_of_what_everyone_sees),
		feedback_unit_test(test_report__has_a_reason_and_a_note_of_at_most_500_characters),
		feedback_unit_test(test_report__with_a_key_may_be_made_again),
		feedback_unit_test(test_report__is_resolved_by_hiding_the_comment),
		feedback_unit_test(test_report__is_closed_by_approving_the_comment_anew),
		feedback_unit_test(test_report__stays_open_when_the_comment_is_edited),
		feedback_unit_test(test_queue__has_the_oldest_first_and_none_that_one_may_not_decide_on),
		cmocka_unit_test(test_word__is_that_of_its_value),
	};

	return cmocka_run_group_tests_name("feedback/comment_report", tests, NULL, NULL);
}
