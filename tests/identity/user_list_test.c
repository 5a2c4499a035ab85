#include "identity_test.h"

static nmk_user_filter filter_of(nmk_role role, nmk_user_state status, const char *query)
{
	nmk_user_filter filter = NMK_USER_FILTER_INIT;

	filter.role = role;
	filter.status = status;
	filter.query = query;
	return filter;
}

/* The user names of a whole list, read page by page, with a blank before each. */
static void assert_list(struct world *w, nmk_user_filter filter, int32_t limit, const char *expected)
{
	char names[1000] = "", cursor[700] = "";

	do {
		nmk_user_page *page;

		assert_status(NMK_OK, nmk_user_list(w->admin, &filter, *cursor ? cursor : NULL, limit, &page));
		assert_true(nmk_user_page_count(page) <= (size_t)limit);
		for (size_t i = 0; i < nmk_user_page_count(page); i++) {
			strcat(names, " ");
			strcat(names, nmk_user_username(nmk_user_page_item(page, i)));
		}
		assert_null(nmk_user_page_item(page, nmk_user_page_count(page)));
		snprintf(cursor, sizeof cursor, "%s", nmk_user_page_next(page) ? nmk_user_page_next(page) : "");
		nmk_user_page_free(page);
	} while (*cursor);
	assert_string_equal(expected, names);
}

static void test_user_list__goes_by_user_name_page_by_page(void **state)
{
	for (int32_t limit = 1; limit <= 8; limit++)
		assert_list(*state, filter_of(0, 0, NULL), limit, " ada carl clara mona moritz stefan susi");
}

static void test_user_list__a_full_last_page_has_no_next(void **state)
{
	struct world *w = *state;
	nmk_user_page *page;

	assert_status(NMK_OK, nmk_user_list(w->admin, NULL, NULL, 7, &page));
	assert_int_equal(7, nmk_user_page_count(page));
	assert_null(nmk_user_page_next(page));
	nmk_user_page_free(page);
	assert_status(NMK_OK, nmk_user_list(w->admin, NULL, NULL, 6, &page));
	assert_int_equal(6, nmk_user_page_count(page));
	assert_non_null(nmk_user_page_next(page));
	nmk_user_page_free(page);
	nmk_user_page_free(NULL);
}

static void test_user_list__of_one_role(void **state)
{
	assert_list(*state, filter_of(NMK_ROLE_CREATOR, 0, NULL), 2, " carl stefan susi");
	assert_list(*state, filter_of(NMK_ROLE_ADMIN, 0, NULL), 2, " ada");
}

static void test_user_list__of_one_state_by_the_clock(void **state)
{
	struct world *w = *state;
	char id[64];

	assert_list(w, filter_of(0, NMK_USER_SUSPENDED, NULL), 2, " susi");
	user_id_of(w, "carl", id);
	assert_status(NMK_OK, nmk_user_suspend(w->admin, id, "Spam", w->now + 1000));
	assert_list(w, filter_of(0, NMK_USER_SUSPENDED, NULL), 1, " carl susi");
	assert_list(w, filter_of(0, NMK_USER_ACTIVE, NULL), 2, " ada clara mona moritz stefan");
	world_advance(w, 1000);
	assert_list(w, filter_of(0, NMK_USER_SUSPENDED, NULL), 1, " susi");
	assert_list(w, filter_of(NMK_ROLE_CREATOR, NMK_USER_ACTIVE, NULL), 1, " carl stefan");
}

static void test_user_list__shows_deleted_ones_only_when_asked(void **state)
{
	struct world *w = *state;
	nmk_user_filter filter = filter_of(0, NMK_USER_DELETED, NULL);
	char id[64], second[64], next[700];
	nmk_user_page *page;

	user_id_of(w, "carl", id);
	user_id_of(w, "stefan", second);
	assert_status(NMK_OK, nmk_user_delete(w->admin, id));
	assert_status(NMK_OK, nmk_user_delete(w->admin, second));
	assert_list(w, filter_of(0, 0, NULL), 2, " ada clara mona moritz susi");
	assert_list(w, filter_of(0, 0, "carl"), 2, "");
	assert_status(NMK_OK, nmk_user_list(w->admin, &filter, NULL, 1, &page));
	assert_int_equal(1, nmk_user_page_count(page));
	assert_null(nmk_user_email(nmk_user_page_item(page, 0)));
	assert_int_equal(NMK_USER_DELETED, nmk_user_status(nmk_user_page_item(page, 0)));
	snprintf(next, sizeof next, "%s", nmk_user_page_next(page));
	nmk_user_page_free(page);
	assert_status(NMK_OK, nmk_user_list(w->admin, &filter, next, 1, &page));
	assert_int_equal(1, nmk_user_page_count(page));
	assert_null(nmk_user_page_next(page));
	nmk_user_page_free(page);
}

static void test_user_list__finds_the_beginning_of_a_user_name(void **state)
{
	struct world *w = *state;

	assert_list(w, filter_of(0, 0, "c"), 1, " carl clara");
	assert_list(w, filter_of(0, 0, "CL"), 1, " clara");
	assert_list(w, filter_of(0, 0, "mo"), 1, " mona moritz");
	assert_list(w, filter_of(0, 0, "mona"), 1, " mona");
	assert_list(w, filter_of(0, 0, "monas"), 1, "");
	assert_list(w, filter_of(0, 0, "ona"), 1, "");
	assert_list(w, filter_of(0, 0, "%"), 1, "");
	assert_list(w, filter_of(0, 0, "*"), 1, "");
	assert_list(w, filter_of(0, 0, "' OR 1=1 --"), 1, "");
	assert_list(w, filter_of(NMK_ROLE_ADMIN, 0, "m"), 1, "");
	assert_list(w, filter_of(0, NMK_USER_SUSPENDED, "s"), 1, " susi");
}

static void test_user_list__finds_a_whole_address(void **state)
{
	struct world *w = *state;

	assert_list(w, filter_of(0, 0, "carl@example.org"), 2, " carl");
	assert_list(w, filter_of(0, 0, "CARL@Example.Org"), 2, " carl");
	assert_list(w, filter_of(0, 0, "carl@"), 2, "");
	assert_list(w, filter_of(0, 0, "@example.org"), 2, "");
	assert_list(w, filter_of(NMK_ROLE_ADMIN, 0, "carl@example.org"), 2, "");
	assert_list(w, filter_of(0, NMK_USER_SUSPENDED, "susi@example.org"), 2, " susi");
}

static void test_user_list__shows_addresses(void **state)
{
	struct world *w = *state;
	nmk_user_page *page;
	char expected[64], *json;

	assert_status(NMK_OK, nmk_user_list(w->admin, NULL, NULL, 0, &page));
	for (size_t i = 0; i < nmk_user_page_count(page); i++) {
		const nmk_user *user = nmk_user_page_item(page, i);

		snprintf(expected, sizeof expected, "%s@example.org", nmk_user_username(user));
		assert_string_equal(expected, nmk_user_email(user));
	}
	json = nmk_user_page_json(page);
	assert_non_null(strstr(json, "\"carl@example.org\""));
	nmk_free(json);
	nmk_user_page_free(page);
}

static void test_user_list__a_cursor_is_bound_to_its_filter(void **state)
{
	struct world *w = *state;
	nmk_user_filter creators = filter_of(NMK_ROLE_CREATOR, 0, NULL), others[] = {
		filter_of(0, 0, NULL), filter_of(NMK_ROLE_ADMIN, 0, NULL), filter_of(NMK_ROLE_CREATOR, NMK_USER_ACTIVE, NULL),
		filter_of(NMK_ROLE_CREATOR, 0, "c"), filter_of(NMK_ROLE_CREATOR, 0, "carl@example.org"),
	};
	nmk_user_page *page, *next;

	assert_status(NMK_OK, nmk_user_list(w->system, &creators, NULL, 1, &page));
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		assert_status(NMK_EINVALID, nmk_user_list(w->system, &others[i], nmk_user_page_next(page), 1, &next));
		assert_field("cursor", w->system);
	}
	assert_status(NMK_OK, nmk_user_list(w->system, &creators, nmk_user_page_next(page), 1, &next));
	nmk_user_page_free(page);
	nmk_user_page_free(next);
}

/* Nothing comes twice or is missed because others came or went. */
static void test_user_list__goes_on_while_accounts_come_and_go(void **state)
{
	struct world *w = *state;
	nmk_user_page *page, *next;
	char id[64];

	assert_status(NMK_OK, nmk_user_list(w->admin, NULL, NULL, 3, &page)); /* ada carl clara */
	user_id_of(w, "clara", id);
	assert_status(NMK_OK, nmk_user_delete(w->admin, id));
	add_with_password(w, "bea@example.org", "bea");
	assert_status(NMK_OK, nmk_user_list(w->admin, NULL, nmk_user_page_next(page), 100, &next));
	assert_int_equal(4, nmk_user_page_count(next));
	assert_string_equal("mona", nmk_user_username(nmk_user_page_item(next, 0)));
	nmk_user_page_free(page);
	nmk_user_page_free(next);
}

static void test_user_list__is_for_admins(void **state)
{
	struct world *w = *state;
	nmk_user_page *page;

	assert_status(NMK_ELOGIN, nmk_user_list(w->guest, NULL, NULL, 0, &page));
	assert_null(page);
	assert_status(NMK_EDENIED, nmk_user_list(w->creator, NULL, NULL, 0, &page));
	assert_status(NMK_EDENIED, nmk_user_list(w->moderator, NULL, NULL, 0, &page));
	assert_status(NMK_EDENIED, nmk_user_list(w->suspended, NULL, NULL, 0, &page));
}

static void assert_refused(struct world *w, nmk_user_filter filter, const char *field)
{
	nmk_user_page *page = (nmk_user_page *)w;

	assert_status(NMK_EINVALID, nmk_user_list(w->admin, &filter, NULL, 0, &page));
	assert_field(field, w->admin);
	assert_null(page);
}

static void test_user_list__needs_sound_arguments(void **state)
{
	struct world *w = *state;
	nmk_user_filter filter = NMK_USER_FILTER_INIT;
	nmk_user_page *page;
	char query[300];

	assert_status(NMK_EINVALID, nmk_user_list(w->admin, NULL, NULL, -1, &page));
	assert_field("limit", w->admin);
	assert_status(NMK_EINVALID, nmk_user_list(w->admin, NULL, NULL, 101, &page));
	assert_status(NMK_EINVALID, nmk_user_list(w->admin, NULL, "x", 0, &page));
	assert_field("cursor", w->admin);
	assert_status(NMK_EINVALID, nmk_user_list(w->admin, NULL, NULL, 0, NULL));
	assert_field("page", w->admin);
	assert_int_equal(NMK_EINVALID, nmk_user_list(NULL, NULL, NULL, 0, &page));
	assert_refused(w, filter_of((nmk_role)9, 0, NULL), "role");
	assert_refused(w, filter_of((nmk_role)-1, 0, NULL), "role");
	assert_refused(w, filter_of(0, (nmk_user_state)4, NULL), "status");
	assert_refused(w, filter_of(0, 0, ""), "query");
	assert_refused(w, filter_of(0, 0, "\xff"), "query");
	assert_refused(w, filter_of(0, 0, "\u200b\u00ad"), "query");
	memset(query, 'q', sizeof query);
	query[256] = '\0';
	assert_refused(w, filter_of(0, 0, query), "query");
	query[255] = '\0';
	assert_list(w, filter_of(0, 0, query), 1, "");
	filter.version = 0;
	assert_refused(w, filter, "version");
	filter.version = NMK_USER_FILTER_VERSION + 1;
	assert_refused(w, filter, "version");
	assert_status(NMK_OK, nmk_user_list(w->admin, NULL, NULL, 100, &page));
	nmk_user_page_free(page);
}

static void test_user_filter_init__is_the_macro(void **state)
{
	nmk_user_filter filter;

	(void)state;
	memset(&filter, 0xff, sizeof filter);
	nmk_user_filter_init(&filter);
	assert_int_equal(NMK_USER_FILTER_VERSION, filter.version);
	assert_int_equal(0, filter.role);
	assert_int_equal(0, filter.status);
	assert_null(filter.query);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_user_list__goes_by_user_name_page_by_page),
		WORLD_TEST(test_user_list__a_full_last_page_has_no_next),
		WORLD_TEST(test_user_list__of_one_role),
		WORLD_TEST(test_user_list__of_one_state_by_the_clock),
		WORLD_TEST(test_user_list__shows_deleted_ones_only_when_asked),
		WORLD_TEST(test_user_list__finds_the_beginning_of_a_user_name),
		WORLD_TEST(test_user_list__finds_a_whole_address),
		WORLD_TEST(test_user_list__shows_addresses),
		WORLD_TEST(test_user_list__a_cursor_is_bound_to_its_filter),
		WORLD_TEST(test_user_list__goes_on_while_accounts_come_and_go),
		WORLD_TEST(test_user_list__is_for_admins),
		WORLD_TEST(test_user_list__needs_sound_arguments),
		cmocka_unit_test(test_user_filter_init__is_the_macro),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
