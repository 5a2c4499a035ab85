/* comment_test.c -- what members write, who sees it, and what others do with it. */
#include "feedback_test.h"

/* ---- text ---- */

/* Raw: the earlier system kept it escaped, so that nobody knew what was written, and limits were those of the escaped text. */
static void test_comment__is_kept_byte_for_byte(void **state)
{
	static const char text[] = "<b>Gut</b> & \"kurz\",\n\t'sagt' man  \n\xF0\x9F\x91\x8D; DROP TABLE comment; ";
	struct world *w = *state;
	nmk_comment *comment;
	text_id nano, id;

	published(w, nano);
	comment_approved(w, w->consumer, nano, text, id);
	comment = comment_of(w->guest, id);
	assert_string_equal(text, nmk_comment_content(comment));
	nmk_comment_free(comment);
}

/* A letter of four bytes is one character, whether it stands in the text or, escaped, would be six. */
static void fill_text(char *text, size_t characters, const char *character)
{
	text[0] = '\0';
	for (size_t i = 0; i < characters; i++)
		memcpy(text + i * strlen(character), character, strlen(character) + 1);
}

static void test_comment__has_1_to_1000_characters(void **state)
{
	static const char *const characters[] = { "a", "&", "\xC3\xA4", "\xF0\x9F\x98\x80" };
	struct world *w = *state;
	static char text[1001 * 4 + 1];
	text_id nano;

	for (size_t i = 0; i < sizeof characters / sizeof characters[0]; i++) {
		published(w, nano);
		fill_text(text, 1001, characters[i]);
		assert_status(NMK_EINVALID, nmk_comment_create(w->consumer, nano, text, NULL, NULL));
		assert_field("content", w->consumer);
		fill_text(text, 1000, characters[i]);
		assert_status(NMK_OK, nmk_comment_create(w->consumer, nano, text, NULL, NULL));
		assert_status(NMK_EINVALID, nmk_comment_create(w->stranger, nano, "", NULL, NULL));
		fill_text(text, 1, characters[i]);
		assert_status(NMK_OK, nmk_comment_create(w->stranger, nano, text, NULL, NULL));
	}
}

/* DEF-32 */
static void test_comment__that_nobody_can_read_is_refused(void **state)
{
	static const char *const bad[] = {
		" \n\t ", "\xE2\x80\x8B", "a\rb", "a\x01", "\xE2\x80\xAE!", "\xFF", "\xED\xA0\x80", "abc\xC3",
	};
	struct world *w = *state;
	text_id nano, id;

	published(w, nano);
	comment_on(w->stranger, nano, "Gut.", id);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_status(NMK_EINVALID, nmk_comment_create(w->consumer, nano, bad[i], NULL, NULL));
		assert_field("content", w->consumer);
		assert_status(NMK_EINVALID, nmk_comment_update(w->stranger, id, bad[i], NULL));
		assert_status(NMK_EINVALID, nmk_comment_reply_to(w->creator, id, bad[i]));
		assert_field("reply", w->creator);
	}
	assert_status(NMK_EINVALID, nmk_comment_create(w->consumer, nano, NULL, NULL, NULL));
	assert_status(NMK_EINVALID, nmk_comment_update(w->stranger, id, NULL, NULL));
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM comment"));
}

/* ---- give ---- */

static void test_comment__is_one_for_each_member_and_published_nano_of_others(void **state)
{
	struct world *w = *state;
	nmk_nano *draft = world_nano(w, w->creator, NMK_NANO_DRAFT);
	text_id nano, id;

	published(w, nano);
	comment_on(w->consumer, nano, "Gut.", id);
	assert_status(NMK_ECONFLICT, nmk_comment_create(w->consumer, nano, "Sehr gut.", NULL, NULL));
	assert_field("nano_id", w->consumer);
	assert_status(NMK_EDENIED, nmk_comment_create(w->creator, nano, "Kauft!", NULL, NULL)); /* DEF-18 */
	assert_status(NMK_ENOTFOUND, nmk_comment_create(w->consumer, nmk_nano_id(draft), "Gut.", NULL, NULL));
	assert_status(NMK_ESTATE, nmk_comment_create(w->moderator, nmk_nano_id(draft), "Gut.", NULL, NULL));
	nmk_nano_free(draft);
}

static void test_comment__with_a_key_may_be_written_again(void **state)
{
	struct world *w = *state;
	nmk_comment *first, *second;
	text_id nano;

	published(w, nano);
	assert_status(NMK_OK, nmk_comment_create(w->consumer, nano, "Gut.", "einmal", &first));
	assert_status(NMK_OK, nmk_comment_create(w->consumer, nano, "Gut.", "einmal", &second));
	assert_string_equal(nmk_comment_id(first), nmk_comment_id(second));
	assert_status(NMK_ECONFLICT, nmk_comment_create(w->consumer, nano, "Schlecht.", "einmal", NULL));
	assert_field("idempotency_key", w->consumer);
	nmk_comment_free(first);
	nmk_comment_free(second);
}

/* ---- who sees it ---- */

static void assert_seen(struct world *w, const char *id, bool by_everyone)
{
	nmk_session *const strangers[] = { w->guest, w->stranger, w->suspended };
	nmk_session *const insiders[] = { w->consumer, w->creator, w->moderator, w->admin, w->system };

	for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++) {
		nmk_comment *comment = NULL;

		assert_status(by_everyone ? NMK_OK : NMK_ENOTFOUND, nmk_comment_get(strangers[i], id, &comment));
		nmk_comment_free(comment);
	}
	for (size_t i = 0; i < sizeof insiders / sizeof insiders[0]; i++)
		nmk_comment_free(comment_of(insiders[i], id));
}

/* The author, the nano's creator and staff see it always, everyone once it is approved, and nobody else after a takedown. */
static void test_comment__is_seen_by_everyone_while_approved_and_the_nano_published(void **state)
{
	struct world *w = *state;
	text_id nano, id;

	published(w, nano);
	comment_on(w->consumer, nano, "Gut.", id);
	assert_seen(w, id, false);
	assert_status(NMK_OK, nmk_comment_approve(w->moderator, id, 0));
	assert_seen(w, id, true);
	assert_status(NMK_OK, nmk_comment_hide(w->moderator, id, "Werbung"));
	assert_seen(w, id, false);
	assert_status(NMK_OK, nmk_comment_approve(w->moderator, id, 0));
	assert_status(NMK_OK, nmk_nano_takedown(w->admin, nano, "Urheberrecht", NULL, NULL));
	assert_seen(w, id, false);
}

static void test_comment__shows_the_approved_score_of_its_author(void **state)
{
	struct world *w = *state;
	nmk_comment *comment;
	text_id nano, id, rating;

	published(w, nano);
	comment_approved(w, w->consumer, nano, "Gut.", id);
	rate(w->consumer, nano, 4, rating);
	comment = comment_of(w->guest, id);
	assert_int_equal(0, nmk_comment_score(comment));
	nmk_comment_free(comment);
	assert_status(NMK_OK, nmk_rating_approve(w->moderator, rating, 0));
	comment = comment_of(w->guest, id);
	assert_int_equal(4, nmk_comment_score(comment));
	nmk_comment_free(comment);
}

/* ---- edit ---- */

static void test_comment__that_is_edited_waits_again(void **state)
{
	struct world *w = *state;
	nmk_comment *comment;
	text_id nano, id;

	published(w, nano);
	comment_approved(w, w->consumer, nano, "Gut.", id);
	assert_figures(w, nano, "0 0 0: 0 0 0 0 0, 1");
	assert_status(NMK_OK, nmk_comment_update(w->consumer, id, "Schlecht.", &comment));
	assert_int_equal(NMK_FEEDBACK_PENDING, nmk_comment_status(comment));
	assert_string_equal("Schlecht.", nmk_comment_content(comment));
	nmk_comment_free(comment);
	assert_figures(w, nano, "0 0 0: 0 0 0 0 0, 0");
	assert_status(NMK_ENOTFOUND, nmk_comment_get(w->guest, id, &comment));
	assert_status(NMK_ESTATE, nmk_comment_approve(w->moderator, id, 1)); /* whoever read the text before */
	assert_status(NMK_OK, nmk_comment_approve(w->moderator, id, 2));
}

/* DEF-20 */
static void test_comment__is_edited_when_its_text_was_changed_and_only_then(void **state)
{
	struct world *w = *state;
	nmk_comment *comment;
	text_id nano, id;

	published(w, nano);
	comment_on(w->consumer, nano, "Gut.", id);
	world_advance(w, 60000);
	assert_status(NMK_OK, nmk_comment_approve(w->moderator, id, 0));
	assert_status(NMK_OK, nmk_comment_vote(w->stranger, id, true));
	assert_status(NMK_OK, nmk_comment_reply_to(w->creator, id, "Danke!"));
	assert_status(NMK_OK, nmk_comment_update(w->consumer, id, "Gut.", NULL)); /* what it says already */
	comment = comment_of(w->guest, id);
	assert_false(nmk_comment_is_edited(comment));
	assert_int_equal(NMK_FEEDBACK_APPROVED, nmk_comment_status(comment));
	nmk_comment_free(comment);
	assert_int_equal(0, actions(w, "comment_update", "data_modified"));
	assert_status(NMK_OK, nmk_comment_withdraw(w->consumer, id));
	comment_on(w->consumer, nano, "Gut.", id);
	assert_status(NMK_OK, nmk_comment_update(w->consumer, id, "Gut!", NULL)); /* in the same millisecond */
	comment = comment_of(w->consumer, id);
	assert_true(nmk_comment_is_edited(comment));
	nmk_comment_free(comment);
}

/* Staff may correct a text, but not also approve what they wrote. */
static void test_comment__edited_by_a_moderator_is_decided_on_by_another(void **state)
{
	struct world *w = *state;
	nmk_comment_page *page;
	text_id nano, id;

	published(w, nano);
	comment_approved(w, w->consumer, nano, "Ruft mich an: 0123", id);
	assert_status(NMK_OK, nmk_comment_update(w->moderator, id, "Ruft mich an.", NULL));
	assert_status(NMK_EDENIED, nmk_comment_approve(w->moderator, id, 0));
	assert_status(NMK_OK, nmk_comment_queue(w->moderator, NULL, 0, &page));
	assert_int_equal(0, nmk_comment_page_count(page));
	nmk_comment_page_free(page);
	assert_status(NMK_EDENIED, nmk_comment_update(w->creator, id, "Sehr gut.", NULL)); /* who sees it, and may not */
	assert_status(NMK_ENOTFOUND, nmk_comment_update(w->stranger, id, "Sehr gut.", NULL));
	assert_status(NMK_OK, nmk_comment_approve(w->moderator2, id, 2));
	assert_status(NMK_EDENIED, nmk_comment_hide(w->moderator, id, "Werbung"));
	assert_status(NMK_EDENIED, nmk_comment_update(w->stranger, id, "Sehr gut.", NULL));
	assert_status(NMK_OK, nmk_comment_update(w->consumer, id, "Gut.", NULL)); /* the author's own words again */
	assert_status(NMK_OK, nmk_comment_approve(w->moderator, id, 3));
}

static void test_comment__of_a_nano_that_is_not_published_is_not_edited_but_taken_back(void **state)
{
	struct world *w = *state;
	text_id nano, id;

	published(w, nano);
	comment_approved(w, w->consumer, nano, "Gut.", id);
	assert_status(NMK_OK, nmk_nano_archive(w->creator, nano));
	assert_status(NMK_ESTATE, nmk_comment_update(w->consumer, id, "Schlecht.", NULL));
	assert_field("nano_id", w->consumer);
	assert_status(NMK_EDENIED, nmk_comment_withdraw(w->creator, id));
	assert_status(NMK_OK, nmk_comment_withdraw(w->consumer, id));
	assert_status(NMK_ENOTFOUND, nmk_comment_withdraw(w->consumer, id));
	assert_int_equal(1, actions(w, "comment_withdraw", "data_deleted"));
}

static void test_comment__that_is_taken_back_takes_votes_and_reports_along(void **state)
{
	struct world *w = *state;
	text_id nano, id;

	published(w, nano);
	comment_approved(w, w->consumer, nano, "Gut.", id);
	assert_status(NMK_OK, nmk_comment_vote(w->stranger, id, true));
	assert_status(NMK_OK, nmk_comment_report_create(w->stranger, id, NMK_REPORT_SPAM, NULL, NULL, NULL));
	assert_status(NMK_OK, nmk_comment_withdraw(w->consumer, id));
	assert_int_equal(0, world_sql(w, "SELECT (SELECT count(*) FROM comment_vote) + (SELECT count(*) FROM comment_report)"));
	assert_figures(w, nano, "0 0 0: 0 0 0 0 0, 0");
}

/* ---- moderate ---- */

static void test_comment__is_not_decided_on_by_author_or_creator_of_the_nano(void **state)
{
	struct world *w = *state;
	nmk_nano *of_admin = world_nano(w, w->admin, NMK_NANO_PUBLISHED);
	text_id nano, own, received;

	published(w, nano);
	comment_on(w->moderator, nano, "Gut.", own);
	comment_on(w->consumer, nmk_nano_id(of_admin), "Schlecht.", received);
	assert_status(NMK_EDENIED, nmk_comment_approve(w->moderator, own, 0));
	assert_status(NMK_EDENIED, nmk_comment_hide(w->admin, received, "Gefällt mir nicht"));
	assert_status(NMK_EDENIED, nmk_comment_approve(w->admin, received, 0));
	assert_status(NMK_OK, nmk_comment_approve(w->admin, own, 0));
	assert_status(NMK_OK, nmk_comment_approve(w->moderator, received, 0));
	nmk_nano_free(of_admin);
}

/* ---- answers ---- */

/* REVIEW-004, J5 */
static void test_reply__is_given_once_and_seen_with_the_comment(void **state)
{
	struct world *w = *state;
	nmk_comment *comment;
	text_id nano, id;

	published(w, nano);
	comment_approved(w, w->consumer, nano, "Zu kurz.", id);
	world_advance(w, 1000);
	assert_status(NMK_OK, nmk_comment_reply_to(w->creator, id, "Die n\xC3\xA4" "chste Fassung ist <lang>."));
	comment = comment_of(w->guest, id);
	assert_string_equal("Die n\xC3\xA4" "chste Fassung ist <lang>.", nmk_comment_reply(comment));
	assert_int_equal(w->now, nmk_comment_replied_at(comment));
	nmk_comment_free(comment);
	assert_status(NMK_ECONFLICT, nmk_comment_reply_to(w->creator, id, "Noch etwas."));
	assert_status(NMK_OK, nmk_comment_update(w->consumer, id, "Jetzt lang genug.", NULL));
	assert_status(NMK_OK, nmk_comment_approve(w->moderator, id, 2));
	assert_status(NMK_ECONFLICT, nmk_comment_reply_to(w->creator, id, "Danke!"));
	comment = comment_of(w->guest, id);
	assert_string_equal("Die n\xC3\xA4" "chste Fassung ist <lang>.", nmk_comment_reply(comment));
	nmk_comment_free(comment);
}

static void test_reply__is_the_creators_and_to_what_everyone_sees(void **state)
{
	struct world *w = *state;
	static char text[1001 + 1];
	text_id nano, id;

	published(w, nano);
	comment_on(w->consumer, nano, "Zu kurz.", id);
	assert_status(NMK_ESTATE, nmk_comment_reply_to(w->creator, id, "Danke!"));
	assert_status(NMK_ENOTFOUND, nmk_comment_reply_to(w->stranger, id, "Danke!"));
	assert_status(NMK_OK, nmk_comment_approve(w->moderator, id, 0));
	assert_status(NMK_EDENIED, nmk_comment_reply_to(w->stranger, id, "Danke!"));
	assert_status(NMK_EDENIED, nmk_comment_reply_to(w->moderator, id, "Danke!"));
	assert_status(NMK_EDENIED, nmk_comment_reply_to(w->consumer, id, "Danke!"));
	fill_text(text, 1001, "a");
	assert_status(NMK_EINVALID, nmk_comment_reply_to(w->creator, id, text));
	assert_field("reply", w->creator);
	text[1000] = '\0';
	assert_status(NMK_OK, nmk_comment_reply_to(w->creator, id, text));
}

static void test_reply__that_is_removed_stays_the_only_one(void **state)
{
	struct world *w = *state;
	nmk_comment *comment;
	text_id nano, id;

	published(w, nano);
	comment_approved(w, w->consumer, nano, "Zu kurz.", id);
	assert_status(NMK_OK, nmk_comment_remove_reply(w->moderator, id, "Es gibt keine"));
	assert_int_equal(0, actions(w, "comment_remove_reply", "moderation_rejected"));
	assert_status(NMK_OK, nmk_comment_reply_to(w->creator, id, "Du Esel."));
	assert_status(NMK_EINVALID, nmk_comment_remove_reply(w->moderator, id, ""));
	assert_field("reason", w->moderator);
	assert_status(NMK_EDENIED, nmk_comment_remove_reply(w->creator, id, "Doch nicht"));
	assert_status(NMK_OK, nmk_comment_remove_reply(w->moderator, id, "Beleidigung"));
	assert_int_equal(1, actions(w, "comment_remove_reply", "moderation_rejected"));
	comment = comment_of(w->guest, id);
	assert_null(nmk_comment_reply(comment));
	assert_int_equal(w->now, nmk_comment_replied_at(comment));
	nmk_comment_free(comment);
	assert_status(NMK_ECONFLICT, nmk_comment_reply_to(w->creator, id, "Danke!"));
}

/* ---- votes ---- */

static void assert_votes(struct world *w, nmk_session *session, const char *id, int count, bool mine)
{
	nmk_comment *comment = comment_of(session, id);

	(void)w;
	assert_int_equal(count, nmk_comment_helpful_count(comment));
	assert_int_equal(mine, nmk_comment_voted_helpful(comment));
	nmk_comment_free(comment);
}

static void test_vote__counts_once_for_each_member(void **state)
{
	struct world *w = *state;
	text_id nano, id;

	published(w, nano);
	comment_approved(w, w->consumer, nano, "Gut.", id);
	assert_status(NMK_OK, nmk_comment_vote(w->stranger, id, true));
	assert_status(NMK_OK, nmk_comment_vote(w->stranger, id, true));
	assert_status(NMK_OK, nmk_comment_vote(w->moderator, id, true));
	assert_votes(w, w->stranger, id, 2, true);
	assert_votes(w, w->guest, id, 2, false);
	assert_status(NMK_OK, nmk_comment_vote(w->stranger, id, false));
	assert_status(NMK_OK, nmk_comment_vote(w->stranger, id, false));
	assert_votes(w, w->stranger, id, 1, false);
}

static void test_vote__is_not_for_authors_creators_or_what_is_not_seen(void **state)
{
	struct world *w = *state;
	text_id nano, id;

	published(w, nano);
	comment_on(w->consumer, nano, "Gut.", id);
	assert_status(NMK_ENOTFOUND, nmk_comment_vote(w->stranger, id, true));
	assert_status(NMK_ESTATE, nmk_comment_vote(w->moderator, id, true));
	assert_status(NMK_OK, nmk_comment_approve(w->moderator, id, 0));
	assert_status(NMK_EDENIED, nmk_comment_vote(w->consumer, id, true));
	assert_status(NMK_EDENIED, nmk_comment_vote(w->creator, id, true));
	assert_status(NMK_ELOGIN, nmk_comment_vote(w->guest, id, true));
	assert_status(NMK_OK, nmk_comment_vote(w->stranger, id, true));
	assert_status(NMK_OK, nmk_comment_hide(w->moderator, id, "Werbung"));
	assert_status(NMK_ENOTFOUND, nmk_comment_vote(w->stranger, id, false));
	assert_votes(w, w->moderator, id, 1, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		feedback_unit_test(test_comment__is_kept_byte_for_byte),
		feedback_unit_test(test_comment__has_1_to_1000_characters),
		feedback_unit_test(test_comment__that_nobody_can_read_is_refused),
		feedback_unit_test(test_comment__is_one_for_each_member_and_published_nano_of_others),
		feedback_unit_test(test_comment__with_a_key_may_be_written_again),
		feedback_unit_test(test_comment__is_seen_by_everyone_while_approved_and_the_nano_published),
		feedback_unit_test(test_comment__shows_the_approved_score_of_its_author),
		feedback_unit_test(test_comment__that_is_edited_waits_again),
		feedback_unit_test(test_comment__is_edited_when_its_text_was_changed_and_only_then),
		feedback_unit_test(test_comment__edited_by_a_moderator_is_decided_on_by_another),
		feedback_unit_test(test_comment__of_a_nano_that_is_not_published_is_not_edited_but_taken_back),
		feedback_unit_test(test_comment__that_is_taken_back_takes_votes_and_reports_along),
		feedback_unit_test(test_comment__is_not_decided_on_by_author_or_creator_of_the_nano),
		feedback_unit_test(test_reply__is_given_once_and_seen_with_the_comment),
		feedback_unit_test(test_reply__is_the_creators_and_to_what_everyone_sees),
		feedback_unit_test(test_reply__that_is_removed_stays_the_only_one),
		feedback_unit_test(test_vote__counts_once_for_each_member),
		feedback_unit_test(test_vote__is_not_for_authors_creators_or_what_is_not_seen),
	};

	return cmocka_run_group_tests_name("feedback/comment", tests, NULL, NULL);
}
