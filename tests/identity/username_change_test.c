#include "identity_test.h"

static void assert_name(struct world *w, const char *username, const char *found_as)
{
	nmk_user *user;

	assert_status(NMK_OK, nmk_user_find(w->guest, found_as, &user));
	assert_string_equal(username, nmk_user_username(user));
	nmk_user_free(user);
}

/* How many nanos a search for the text finds. */
static size_t hits(struct world *w, const char *text)
{
	nmk_search_options options = NMK_SEARCH_OPTIONS_INIT;
	nmk_search_page *page;
	size_t count;

	options.text = text;
	options.limit = 100;
	assert_status(NMK_OK, nmk_search(w->guest, &options, &page));
	count = nmk_search_page_count(page);
	nmk_search_page_free(page);
	return count;
}

static void test_username_change__takes_another_name(void **state)
{
	struct world *w = *state;
	nmk_user *user;

	world_advance(w, 5);
	assert_status(NMK_OK, nmk_username_change(w->creator, "Carolus"));
	assert_name(w, "Carolus", "CAROLUS");
	assert_status(NMK_ENOTFOUND, nmk_user_find(w->guest, "carl", &user));
	assert_int_equal(1, world_events(w, "Carolus", "action = 'user_updated' AND object = $person AND actor = object"
	                                 " AND details = '{\"fields\":\"username\"}'"));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM audit_event WHERE details LIKE '%carol%'"));
	assert_int_equal(w->now, world_sql(w, "SELECT updated_at FROM user_account WHERE username = 'Carolus'"));
	assert_status(NMK_OK, nmk_username_change(w->stranger, "carl"));
}

static void test_username_change__to_the_same_name_changes_nothing(void **state)
{
	struct world *w = *state;

	assert_status(NMK_OK, nmk_username_change(w->creator, "carl"));
	assert_int_equal(0, events(w, "user_updated"));
	assert_status(NMK_OK, nmk_username_change(w->creator, "Carl"));
	assert_name(w, "Carl", "carl");
	assert_status(NMK_OK, nmk_username_change(w->creator, "CarI"));
	assert_status(NMK_OK, nmk_username_change(w->creator, "carl"));
	assert_int_equal(3, events(w, "user_updated"));
}

static void test_username_change__is_found_by_the_new_name(void **state)
{
	struct world *w = *state;
	nmk_nano *nano;

	for (int i = 0; i < 5; i++)
		nmk_nano_free(world_nano(w, w->creator, NMK_NANO_PUBLISHED));
	nmk_nano_free(world_nano(w, w->creator, NMK_NANO_DRAFT));
	nmk_nano_free(world_nano(w, w->creator, NMK_NANO_ARCHIVED));
	nmk_nano_free(world_nano(w, w->stranger, NMK_NANO_PUBLISHED));
	assert_int_equal(5, hits(w, "carl"));
	assert_status(NMK_OK, nmk_username_change(w->creator, "Wendelin"));
	assert_int_equal(0, hits(w, "carl"));
	assert_int_equal(5, hits(w, "wendelin"));
	assert_int_equal(1, hits(w, "stefan"));
	world_assert_sound(w, false);
	nano = world_nano(w, w->creator, NMK_NANO_PUBLISHED);
	assert_string_equal("Wendelin", nmk_nano_creator(nano));
	nmk_nano_free(nano);
	assert_int_equal(6, hits(w, "wendelin"));
	world_assert_sound(w, false);
}

static void assert_refused(struct world *w, nmk_status status, const char *username, const char *message)
{
	int64_t audits = world_sql(w, "SELECT COUNT(*) FROM audit_event");

	assert_status(status, nmk_username_change(w->creator, username));
	assert_field("username", w->creator);
	assert_string_equal(message, nmk_session_error(w->creator)->message);
	assert_int_equal(audits, world_sql(w, "SELECT COUNT(*) FROM audit_event"));
	assert_name(w, "carl", "carl");
}

static void test_username_change__not_to_one_that_is_taken_reserved_or_alike(void **state)
{
	static const char rule[] = "must have 3 to 20 characters, only letters from a to z, digits and _";
	struct world *w = *state;

	assert_refused(w, NMK_ECONFLICT, "STEFAN", "is taken");
	assert_refused(w, NMK_ECONFLICT, "c1ara", "looks like one that is taken");
	assert_refused(w, NMK_ECONFLICT, "admin", "is reserved, or looks like a reserved one");
	assert_refused(w, NMK_ECONFLICT, "rnoderator", "is reserved, or looks like a reserved one");
	assert_refused(w, NMK_EINVALID, NULL, "is needed");
	assert_refused(w, NMK_EINVALID, "", rule);
	assert_refused(w, NMK_EINVALID, "ca", rule);
	assert_refused(w, NMK_EINVALID, "abcdefghijklmnopqrstu", rule);
	assert_refused(w, NMK_EINVALID, "carl\u200b", rule);
	assert_refused(w, NMK_EINVALID, "\u202ecarl", rule);
	assert_refused(w, NMK_EINVALID, "\u0441arl", rule);
	assert_refused(w, NMK_EINVALID, "carl\xff", rule);
	assert_refused(w, NMK_EINVALID, "deleted~0123456789ab", rule);
}

static void test_username_change__is_for_active_members(void **state)
{
	struct world *w = *state;

	assert_status(NMK_ELOGIN, nmk_username_change(w->guest, "somebody_else"));
	assert_status(NMK_EDENIED, nmk_username_change(w->suspended, "somebody_else"));
	assert_status(NMK_EDENIED, nmk_username_change(w->system, "somebody_else"));
	assert_int_equal(NMK_EINVALID, nmk_username_change(NULL, "somebody_else"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_username_change__takes_another_name),
		WORLD_TEST(test_username_change__to_the_same_name_changes_nothing),
		WORLD_TEST(test_username_change__is_found_by_the_new_name),
		WORLD_TEST(test_username_change__not_to_one_that_is_taken_reserved_or_alike),
		WORLD_TEST(test_username_change__is_for_active_members),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
