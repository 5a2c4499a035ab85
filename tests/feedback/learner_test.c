/* learner_test.c -- who downloaded a nano speaks of it as a learner. */
#include "feedback_test.h"
#include "parcel.h"

static int swallow(void *context, const void *data, size_t size)
{
	(void)context;
	(void)data;
	(void)size;
	return 0;
}

static void packed(struct world *w, text_id nano)
{
	nmk_nano *value = world_nano(w, w->creator, NMK_NANO_DRAFT);

	snprintf(nano, ID_SIZE, "%s", nmk_nano_id(value));
	nmk_nano_free(value);
	parcel_version(w->creator, nano, "1.0.0", 1000, 1);
	assert_status(NMK_OK, nmk_nano_submit(w->creator, nano));
	assert_status(NMK_OK, nmk_nano_publish(w->moderator, nano));
}

static bool is_learner(nmk_session *author, const char *nano)
{
	nmk_rating *rating = own_rating(author, nano);
	nmk_comment *comment;
	bool learner = nmk_rating_verified_learner(rating);

	nmk_rating_free(rating);
	assert_status(NMK_OK, nmk_comment_get_own(author, nano, &comment));
	assert_int_equal(learner, nmk_comment_verified_learner(comment));
	nmk_comment_free(comment);
	return learner;
}

static void download(nmk_session *session, const char *nano, int64_t offset)
{
	assert_status(NMK_OK, nmk_package_download(session, nano, NULL, offset, -1, swallow, NULL));
}

static void test_learner__is_who_downloaded_it_whenever_that_was(void **state)
{
	struct world *w = *state;
	text_id nano, other, id;

	packed(w, nano);
	packed(w, other);
	rate(w->consumer, nano, 4, id);
	comment_on(w->consumer, nano, "Gut.", id);
	download(w->stranger, nano, 0);
	download(w->consumer, other, 0);
	download(w->consumer, nano, 100); /* a part is no download */
	download(w->system, nano, 0);
	assert_false(is_learner(w->consumer, nano));
	download(w->consumer, nano, 0);
	assert_true(is_learner(w->consumer, nano));
	download(w->consumer, nano, 0);
	assert_int_equal(3, world_sql(w, "SELECT count(*) FROM nano_download"));
}

static void test_learner__into_a_file_is_one_too(void **state)
{
	struct world *w = *state;
	text_id nano, id;
	char path[160];

	packed(w, nano);
	rate(w->consumer, nano, 4, id);
	comment_on(w->consumer, nano, "Gut.", id);
	snprintf(path, sizeof path, "%s/paket.zip", w->folder);
	assert_status(NMK_OK, nmk_package_download_file(w->consumer, nano, NULL, path));
	assert_true(is_learner(w->consumer, nano));
	assert_status(NMK_ECONFLICT, nmk_package_download_file(w->stranger, nano, NULL, path));
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM nano_download"));
}

/* Who downloaded what is the member's own affair. */
static void test_learner__who_is_erased_is_forgotten(void **state)
{
	struct world *w = *state;
	nmk_session *erna = world_member(w, "erna", NMK_ROLE_CONSUMER);
	text_id nano;

	packed(w, nano);
	download(erna, nano, 0);
	download(w->consumer, nano, 0);
	assert_status(NMK_OK, nmk_user_delete(w->admin, nmk_session_user_id(erna)));
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM nano_download"));
	nmk_session_close(erna);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		feedback_unit_test(test_learner__is_who_downloaded_it_whenever_that_was),
		feedback_unit_test(test_learner__into_a_file_is_one_too),
		feedback_unit_test(test_learner__who_is_erased_is_forgotten),
	};

	return cmocka_run_group_tests_name("feedback/learner", tests, NULL, NULL);
}
