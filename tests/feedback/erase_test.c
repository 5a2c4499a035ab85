/* erase_test.c -- with an account go its scores and words, wherever they stand and whatever they counted for. */
#include "feedback_test.h"
#include "store_bytes.h"

#define COMMENT "Zwetschgenkuchen"
#define EDITED  "Apfelstrudelwetter"
#define REPLY   "Kaiserschmarrndank"
#define NOTE    "Marillenknoedelmeldung"
#define REASON  "Topfengolatschengrund"

static nmk_session *add_erasable(struct world *w, const char *name)
{
	return world_member(w, name, NMK_ROLE_CREATOR);
}

static void erase(struct world *w, nmk_session *session)
{
	assert_status(NMK_OK, nmk_user_delete(w->admin, nmk_session_user_id(session)));
	nmk_session_close(session);
}

static void test_user_delete__takes_ratings_and_comments_and_what_they_counted_for(void **state)
{
	struct world *w = *state;
	nmk_session *erna = add_erasable(w, "erna");
	text_id nanos[3], id, other;

	for (int i = 0; i < 3; i++) {
		published(w, nanos[i]);
		rate_approved(w, erna, nanos[i], 1, id);
		comment_approved(w, erna, nanos[i], "Schlecht.", id);
		rate_approved(w, w->stranger, nanos[i], 5, id);
	}
	comment_approved(w, w->consumer, nanos[0], "Gut.", other);
	assert_status(NMK_OK, nmk_comment_vote(erna, other, true));
	assert_status(NMK_OK, nmk_comment_vote(w->stranger, other, true));
	assert_status(NMK_OK, nmk_comment_report_create(erna, other, NMK_REPORT_OTHER, "Neid", NULL, NULL));
	assert_figures(w, nanos[0], "2 300 300: 1 0 0 0 1, 2");
	erase(w, erna);
	assert_figures(w, nanos[0], "1 500 500: 0 0 0 0 1, 1");
	assert_figures(w, nanos[1], "1 500 500: 0 0 0 0 1, 0");
	assert_figures(w, nanos[2], "1 500 500: 0 0 0 0 1, 0");
	{
		nmk_comment *comment = comment_of(w->guest, other);

		assert_int_equal(1, nmk_comment_helpful_count(comment));
		nmk_comment_free(comment);
	}
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM comment_report"));
	world_assert_sound(w, false);
}

/* The words stand in the store before, and nowhere afterwards: neither in pages that are in use nor in free ones or the log. */
static void test_user_delete__leaves_no_word_in_the_files(void **state)
{
	static const char *const words[] = { COMMENT, EDITED, REPLY, NOTE, REASON };
	struct world *w = *state;
	nmk_session *erna = add_erasable(w, "erna");
	nmk_nano *own = world_nano(w, erna, NMK_NANO_PUBLISHED);
	text_id nano, id, received, rating;

	published(w, nano);
	comment_approved(w, erna, nano, COMMENT, id);
	assert_status(NMK_OK, nmk_comment_update(erna, id, EDITED, NULL));
	rate(erna, nano, 2, rating);
	assert_status(NMK_OK, nmk_rating_hide(w->moderator, rating, REASON));
	comment_approved(w, w->consumer, nmk_nano_id(own), "Gut.", received);
	assert_status(NMK_OK, nmk_comment_reply_to(erna, received, REPLY));
	assert_status(NMK_OK, nmk_comment_report_create(erna, received, NMK_REPORT_OTHER, NOTE, NULL, NULL));
	for (size_t i = 1; i < sizeof words / sizeof words[0]; i++)
		if (!store_has(w, words[i]))
			fail_msg("'%s' is nowhere: the test looks in the wrong place", words[i]);
	erase(w, erna);
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (store_has(w, words[i]))
			fail_msg("'%s' is still in the store", words[i]);
	world_assert_sound(w, false);
	nmk_nano_free(own);
}

/* What others said of an erased creator's nanos is theirs, and stays. */
static void test_user_delete__leaves_what_others_wrote(void **state)
{
	struct world *w = *state;
	nmk_session *erna = add_erasable(w, "erna");
	nmk_nano *own = world_nano(w, erna, NMK_NANO_PUBLISHED);
	nmk_comment *comment;
	text_id id, rating;

	comment_approved(w, w->consumer, nmk_nano_id(own), "Gut.", id);
	rate_approved(w, w->consumer, nmk_nano_id(own), 4, rating);
	assert_status(NMK_OK, nmk_comment_reply_to(erna, id, "Danke!"));
	erase(w, erna);
	comment = comment_of(w->guest, id);
	assert_string_equal("Gut.", nmk_comment_content(comment));
	assert_null(nmk_comment_reply(comment));
	assert_int_equal(w->now, nmk_comment_replied_at(comment));
	nmk_comment_free(comment);
	assert_figures(w, nmk_nano_id(own), "1 400 400: 0 0 0 1 0, 1");
	nmk_nano_free(own);
}

/* A moderator who corrected a text may be erased: the text is the author's. */
static void test_user_delete__of_who_edited_a_comment_leaves_the_comment(void **state)
{
	struct world *w = *state;
	nmk_session *erik = world_member(w, "erik", NMK_ROLE_MODERATOR);
	text_id nano, id;

	published(w, nano);
	comment_on(w->consumer, nano, "Ruft mich an: 0123", id);
	assert_status(NMK_OK, nmk_comment_update(erik, id, "Ruft mich an.", NULL));
	erase(w, erik);
	assert_status(NMK_OK, nmk_comment_approve(w->moderator, id, 2));
	world_assert_sound(w, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		feedback_unit_test(test_user_delete__takes_ratings_and_comments_and_what_they_counted_for),
		feedback_unit_test(test_user_delete__leaves_no_word_in_the_files),
		feedback_unit_test(test_user_delete__leaves_what_others_wrote),
		feedback_unit_test(test_user_delete__of_who_edited_a_comment_leaves_the_comment),
	};

	return cmocka_run_group_tests_name("feedback/erase", tests, NULL, NULL);
}
