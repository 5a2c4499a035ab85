/* naughty_test.c -- the Big List of Naughty Strings through every text of a registration: stored byte for byte, or refused
 * with the field named. */
#include "naughty.h"

#include "account.h"

static nmk_status add(struct world *w, nmk_registration *given, int number, bool own_name, bool own_email, nmk_user **user)
{
	char username[21], email[64];

	snprintf(username, sizeof username, "naughty_%d", number);
	snprintf(email, sizeof email, "naughty_%d@example.net", number);
	if (!own_name)
		given->username = username;
	if (!own_email)
		given->email = email;
	return nmk_user_add(w->system, given, NMK_ROLE_CREATOR, user);
}

static void as_user_name(struct world *w, const char *text, int number)
{
	nmk_registration given = NMK_REGISTRATION_INIT;
	nmk_user *user, *found;
	nmk_status rc;

	given.username = text;
	rc = add(w, &given, number, true, false, &user);
	if (!username_is_fit(NMK_USERNAME_ASCII, text)) {
		assert_status(NMK_EINVALID, rc);
		assert_field("username", w->system);
		return;
	}
	if (rc == NMK_ECONFLICT) { /* "true", "True" and "TRUE" are one name */
		assert_field("username", w->system);
		return;
	}
	assert_status(NMK_OK, rc);
	assert_string_equal(text, nmk_user_username(user));
	assert_status(NMK_OK, nmk_user_find(w->guest, text, &found));
	assert_string_equal(nmk_user_id(user), nmk_user_id(found));
	nmk_user_free(user);
	nmk_user_free(found);
}

static void as_address(struct world *w, const char *text, int number)
{
	nmk_registration given = NMK_REGISTRATION_INIT;
	char email[8192];
	nmk_user *user;

	given.email = text;
	assert_status(NMK_EINVALID, add(w, &given, number, false, true, &user));
	assert_field("email", w->system);
	snprintf(email, sizeof email, "%s@naughty%d.example", text, number);
	given.email = email;
	if (add(w, &given, number, false, true, &user) == NMK_OK) {
		assert_string_equal(email, nmk_user_email(user));
		nmk_user_free(user);
	} else {
		assert_status(NMK_EINVALID, nmk_session_error(w->system)->status);
		assert_field("email", w->system);
	}
}

static void assert_kept(const char *given, const char *kept)
{
	if (given)
		assert_string_equal(given, kept);
	else
		assert_null(kept);
}

/* Each text that is fit is kept; one that is not is named, and left out of the next try. */
static void as_texts(struct world *w, const char *text, int number)
{
	nmk_registration given = NMK_REGISTRATION_INIT;
	nmk_profile *profile;
	nmk_user *user;
	nmk_status rc;

	given.first_name = given.last_name = given.bio = text;
	while ((rc = add(w, &given, number, false, false, &user)) == NMK_EINVALID) {
		const char *field = nmk_session_error(w->system)->field;
		const char **refused = strcmp(field, "first_name") == 0 ? &given.first_name
		                     : strcmp(field, "last_name") == 0 ? &given.last_name
		                     : strcmp(field, "bio") == 0 ? &given.bio : NULL;

		assert_non_null(refused);
		assert_non_null(*refused);
		*refused = NULL;
	}
	assert_status(NMK_OK, rc);
	assert_status(NMK_OK, nmk_profile_get(w->system, nmk_user_id(user), &profile));
	assert_kept(given.first_name, nmk_profile_first_name(profile));
	assert_kept(given.last_name, nmk_profile_last_name(profile));
	assert_kept(given.bio, nmk_profile_bio(profile));
	nmk_profile_free(profile);
	nmk_user_free(user);
}

static void as_login(struct world *w, const char *text, int number)
{
	nmk_status rc;

	if (number % 8) /* each costs an Argon2id */
		return;
	rc = nmk_session_login(w->guest, text, text);
	assert_true(rc == NMK_ELOGIN || rc == NMK_EINVALID);
}

static void as_token(struct world *w, const char *text, int number)
{
	(void)number;
	assert_status(NMK_ELOGIN, nmk_user_verify_email(w->guest, text));
	assert_int_not_equal(NMK_OK, nmk_user_reactivate(w->system, text));
}

static void as_another_name(struct world *w, const char *text, int number)
{
	nmk_status rc = nmk_username_change(w->creator, text);

	(void)number;
	if (username_is_fit(NMK_USERNAME_ASCII, text))
		assert_true(rc == NMK_OK || rc == NMK_ECONFLICT);
	else
		assert_status(NMK_EINVALID, rc);
	if (rc != NMK_OK)
		assert_field("username", w->creator);
}

/* As a name of the Latin profile, which the key and the skeleton must have room for. */
static void as_latin_name(struct world *w, const char *text, int number)
{
	char key[USERNAME_KEY_SIZE], skeleton[USERNAME_KEY_SIZE];

	(void)w;
	(void)number;
	assert_int_equal(username_is_fit(NMK_USERNAME_LATIN, text), username_key(text, key));
	username_skeleton(text, skeleton);
	username_is_reserved(text);
}

static void as_query(struct world *w, const char *text, int number)
{
	nmk_user_filter filter = NMK_USER_FILTER_INIT;
	nmk_user_page *page;

	(void)number;
	filter.query = text;
	if (nmk_user_list(w->admin, &filter, NULL, 0, &page) != NMK_OK) {
		assert_status(NMK_EINVALID, nmk_session_error(w->admin)->status);
		assert_field("query", w->admin);
		return;
	}
	assert_int_equal(0, nmk_user_page_count(page));
	nmk_user_page_free(page);
}

static void as_reason(struct world *w, const char *text, int number)
{
	char id[64];

	(void)number;
	user_id_of(w, "stefan", id);
	if (nmk_user_suspend(w->admin, id, text, 0) == NMK_OK)
		assert_status(NMK_OK, nmk_user_reactivate(w->admin, id));
	else
		assert_field("reason", w->admin);
}

static void test_naughty_strings__as_other_names_queries_and_reasons(void **state)
{
	each_string(as_query, *state);
	each_string(as_another_name, *state);
	each_string(as_latin_name, *state);
	each_string(as_reason, *state);
}

static void test_naughty_strings__as_user_names(void **state)
{
	each_string(as_user_name, *state);
}

static void test_naughty_strings__as_addresses(void **state)
{
	each_string(as_address, *state);
}

static void test_naughty_strings__as_names_and_bio(void **state)
{
	each_string(as_texts, *state);
}

static void test_naughty_strings__log_nobody_in(void **state)
{
	each_string(as_login, *state);
}

static void test_naughty_strings__are_no_tokens_and_no_ids(void **state)
{
	each_string(as_token, *state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_naughty_strings__as_user_names),
		WORLD_TEST(test_naughty_strings__as_other_names_queries_and_reasons),
		WORLD_TEST(test_naughty_strings__as_addresses),
		WORLD_TEST(test_naughty_strings__as_names_and_bio),
		WORLD_TEST(test_naughty_strings__log_nobody_in),
		WORLD_TEST(test_naughty_strings__are_no_tokens_and_no_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
