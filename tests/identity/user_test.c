#include "identity_test.h"

static nmk_user *find(nmk_session *session, const char *username)
{
	nmk_user *user;

	assert_status(NMK_OK, nmk_user_find(session, username, &user));
	return user;
}

static void assert_private_hidden(nmk_session *session, const char *username)
{
	nmk_user *user = find(session, username);

	assert_string_equal(username, nmk_user_username(user));
	assert_int_not_equal(0, nmk_user_role(user));
	assert_null(nmk_user_email(user));
	assert_null(nmk_user_preferred_language(user));
	assert_int_equal(0, nmk_user_status(user));
	assert_int_equal(0, nmk_user_email_verified_at(user));
	assert_int_equal(0, nmk_user_created_at(user));
	assert_int_equal(0, nmk_user_last_login_at(user));
	nmk_user_free(user);
}

static void assert_private_shown(nmk_session *session, const char *username)
{
	nmk_user *user = find(session, username);

	assert_non_null(nmk_user_email(user));
	assert_non_null(nmk_user_preferred_language(user));
	assert_int_not_equal(0, nmk_user_status(user));
	assert_int_not_equal(0, nmk_user_created_at(user));
	nmk_user_free(user);
}

static void assert_role(struct world *w, const char *username, nmk_role role)
{
	nmk_user *user = find(w->system, username);

	assert_int_equal(role, nmk_user_role(user));
	nmk_user_free(user);
}

static void assert_state(struct world *w, const char *username, nmk_user_state status)
{
	nmk_user *user = find(w->system, username);

	assert_int_equal(status, nmk_user_status(user));
	nmk_user_free(user);
}

/* ---- reading ---- */

static void test_user_get__by_id_and_by_name(void **state)
{
	struct world *w = *state;
	nmk_user *named = find(w->guest, "CARL"), *user;

	assert_status(NMK_OK, nmk_user_get(w->guest, nmk_user_id(named), &user));
	assert_string_equal("carl", nmk_user_username(user));
	assert_string_equal(nmk_user_id(named), nmk_user_id(user));
	nmk_user_free(named);
	nmk_user_free(user);
}

static void test_user_get__what_there_is_not_is_not_found(void **state)
{
	struct world *w = *state;
	nmk_user *user = find(w->guest, "carl");
	char id[64];

	snprintf(id, sizeof id, "%s", nmk_user_id(user));
	nmk_user_free(user);
	id[35] = id[35] == '0' ? '1' : '0';
	assert_status(NMK_ENOTFOUND, nmk_user_get(w->guest, id, &user));
	assert_null(user);
	assert_status(NMK_ENOTFOUND, nmk_user_get(w->guest, "", &user));
	assert_status(NMK_ENOTFOUND, nmk_user_get(w->guest, "1 OR 1=1", &user));
	assert_status(NMK_ENOTFOUND, nmk_user_find(w->guest, "nobody", &user));
	assert_status(NMK_ENOTFOUND, nmk_user_find(w->guest, "", &user));
	assert_status(NMK_ENOTFOUND, nmk_user_find(w->guest, "\xff", &user));
	assert_status(NMK_ENOTFOUND, nmk_user_find(w->guest, "a name that is much longer than any", &user));
	assert_null(user);
}

static void test_user_get__needs_sound_arguments(void **state)
{
	struct world *w = *state;
	nmk_user *user;

	assert_status(NMK_EINVALID, nmk_user_get(w->guest, NULL, &user));
	assert_field("id", w->guest);
	assert_status(NMK_EINVALID, nmk_user_get(w->guest, "x", NULL));
	assert_field("user", w->guest);
	assert_status(NMK_EINVALID, nmk_user_find(w->guest, NULL, &user));
	assert_field("username", w->guest);
	assert_int_equal(NMK_EINVALID, nmk_user_get(NULL, "x", &user));
	assert_null(user);
}

static void test_user_get__private_fields_are_for_the_member_and_admins(void **state)
{
	struct world *w = *state;

	assert_private_hidden(w->guest, "carl");
	assert_private_hidden(w->consumer, "carl");
	assert_private_hidden(w->stranger, "carl");
	assert_private_hidden(w->moderator, "carl");
	assert_private_shown(w->creator, "carl");
	assert_private_shown(w->admin, "carl");
	assert_private_shown(w->system, "carl");
}

static void test_user_get__a_suspended_member_sees_no_more_than_a_guest(void **state)
{
	struct world *w = *state;

	assert_private_hidden(w->suspended, "susi");
	assert_private_hidden(w->suspended, "carl");
}

static void test_user_get__a_deleted_account_is_there_for_admins_alone(void **state)
{
	struct world *w = *state;
	nmk_user *user;

	tamper(w, "UPDATE user_account SET status = 'deleted' WHERE username = 'stefan'");
	assert_status(NMK_ENOTFOUND, nmk_user_find(w->guest, "stefan", &user));
	assert_status(NMK_ENOTFOUND, nmk_user_find(w->moderator, "stefan", &user));
	assert_state(w, "stefan", NMK_USER_DELETED);
}

static void test_user_json__has_what_may_be_seen(void **state)
{
	struct world *w = *state;
	nmk_user *user = find(w->guest, "carl");
	char *text = nmk_user_json(user);
	json_t *json = json_loads(text, 0, NULL);

	assert_string_equal("carl", json_string_value(json_object_get(json, "username")));
	assert_string_equal("creator", json_string_value(json_object_get(json, "role")));
	assert_true(json_is_null(json_object_get(json, "email")));
	assert_true(json_is_null(json_object_get(json, "second_factor")));
	assert_true(json_is_null(json_object_get(json, "password_change_required")));
	assert_null(strstr(text, "hash"));
	assert_null(strstr(text, "sealed"));
	assert_int_equal(12, json_object_size(json));
	json_decref(json);
	nmk_free(text);
	nmk_user_free(user);
	user = find(w->creator, "carl");
	text = nmk_user_json(user);
	json = json_loads(text, 0, NULL);
	assert_string_equal("carl@example.org", json_string_value(json_object_get(json, "email")));
	assert_true(json_is_false(json_object_get(json, "second_factor")));
	json_decref(json);
	nmk_free(text);
	nmk_user_free(user);
	nmk_user_free(NULL);
}

/* ---- roles ---- */

static void test_user_set_role__holds_at_once(void **state)
{
	struct world *w = *state;
	nmk_user_page *page;
	char id[64];

	user_id_of(w, "mona", id);
	assert_status(NMK_OK, nmk_user_set_role(w->admin, id, NMK_ROLE_ADMIN));
	assert_role(w, "mona", NMK_ROLE_ADMIN);
	assert_status(NMK_OK, nmk_user_list(w->moderator, NULL, NULL, 0, &page));
	nmk_user_page_free(page);
	assert_status(NMK_OK, nmk_user_set_role(w->admin, id, NMK_ROLE_CONSUMER));
	assert_status(NMK_EDENIED, nmk_user_list(w->moderator, NULL, NULL, 0, &page));
	assert_int_equal(2, events(w, "role_changed"));
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM audit_event WHERE action = 'role_changed'"
	                                 " AND details = '{\"from\":\"moderator\",\"to\":\"admin\"}'"));
}

static void test_user_set_role__to_the_same_role_changes_nothing(void **state)
{
	struct world *w = *state;
	char id[64];

	user_id_of(w, "carl", id);
	assert_status(NMK_OK, nmk_user_set_role(w->admin, id, NMK_ROLE_CREATOR));
	assert_int_equal(0, events(w, "role_changed"));
}

static void test_user_set_role__never_ones_own(void **state)
{
	struct world *w = *state;
	char id[64];

	user_id_of(w, "ada", id);
	assert_status(NMK_EDENIED, nmk_user_set_role(w->admin, id, NMK_ROLE_CONSUMER));
	assert_status(NMK_EDENIED, nmk_user_set_role(w->admin, id, NMK_ROLE_ADMIN));
	assert_role(w, "ada", NMK_ROLE_ADMIN);
}

static void test_user_set_role__the_last_active_admin_stays(void **state)
{
	struct world *w = *state;
	char ada[64], mona[64];

	user_id_of(w, "ada", ada);
	user_id_of(w, "mona", mona);
	assert_status(NMK_ESTATE, nmk_user_set_role(w->system, ada, NMK_ROLE_CREATOR));
	assert_status(NMK_OK, nmk_user_set_role(w->system, mona, NMK_ROLE_ADMIN));
	assert_status(NMK_OK, nmk_user_suspend(w->system, mona, "Urlaub", 0));
	assert_status(NMK_ESTATE, nmk_user_set_role(w->system, ada, NMK_ROLE_CREATOR));
	assert_status(NMK_OK, nmk_user_reactivate(w->system, mona));
	assert_status(NMK_OK, nmk_user_set_role(w->system, ada, NMK_ROLE_CREATOR));
	assert_status(NMK_ESTATE, nmk_user_set_role(w->system, mona, NMK_ROLE_CREATOR));
	assert_role(w, "mona", NMK_ROLE_ADMIN);
}

static void test_user_set_role__of_a_suspended_admin_may_be_taken(void **state)
{
	struct world *w = *state;
	char mona[64];

	user_id_of(w, "mona", mona);
	assert_status(NMK_OK, nmk_user_set_role(w->admin, mona, NMK_ROLE_ADMIN));
	assert_status(NMK_OK, nmk_user_suspend(w->admin, mona, "Verdacht", 0));
	assert_status(NMK_OK, nmk_user_set_role(w->admin, mona, NMK_ROLE_CONSUMER));
}

static void test_user_set_role__is_for_admins(void **state)
{
	struct world *w = *state;
	nmk_session *sessions[] = { w->consumer, w->creator, w->moderator, w->suspended };
	char id[64];

	user_id_of(w, "stefan", id);
	for (size_t i = 0; i < sizeof sessions / sizeof sessions[0]; i++) {
		assert_status(NMK_EDENIED, nmk_user_set_role(sessions[i], id, NMK_ROLE_ADMIN));
		assert_status(NMK_EDENIED, nmk_user_suspend(sessions[i], id, "Spam", 0));
		assert_status(NMK_EDENIED, nmk_user_reactivate(sessions[i], id));
	}
	assert_status(NMK_ELOGIN, nmk_user_set_role(w->guest, id, NMK_ROLE_ADMIN));
	assert_status(NMK_ELOGIN, nmk_user_suspend(w->guest, id, "Spam", 0));
	assert_status(NMK_ELOGIN, nmk_user_reactivate(w->guest, id));
	assert_role(w, "stefan", NMK_ROLE_CREATOR);
	assert_state(w, "stefan", NMK_USER_ACTIVE);
}

static void test_user_set_role__needs_sound_arguments(void **state)
{
	struct world *w = *state;
	char id[64];

	user_id_of(w, "stefan", id);
	assert_status(NMK_EINVALID, nmk_user_set_role(w->admin, NULL, NMK_ROLE_ADMIN));
	assert_field("id", w->admin);
	assert_status(NMK_EINVALID, nmk_user_set_role(w->admin, id, (nmk_role)0));
	assert_field("role", w->admin);
	assert_status(NMK_EINVALID, nmk_user_set_role(w->admin, id, (nmk_role)5));
	assert_status(NMK_ENOTFOUND, nmk_user_set_role(w->admin, "nobody", NMK_ROLE_ADMIN));
	assert_int_equal(NMK_EINVALID, nmk_user_set_role(NULL, id, NMK_ROLE_ADMIN));
}

/* ---- suspension ---- */

static void test_user_suspend__leaves_no_more_than_a_guest_has(void **state)
{
	struct world *w = *state;
	char id[64];

	user_id_of(w, "stefan", id);
	assert_status(NMK_OK, nmk_user_suspend(w->admin, id, "Verst\u00f6\u00dft gegen die Regeln.", 0));
	assert_state(w, "stefan", NMK_USER_SUSPENDED);
	assert_int_equal(2, events(w, "user_suspended"));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM audit_event WHERE details LIKE '%Regeln%'"));
	assert_non_null(strstr(world_personal(w, "user_suspended"), "Regeln"));
	assert_status(NMK_EDENIED, nmk_consent_record(w->stranger, NMK_CONSENT_MARKETING, true, NULL, NULL));
	assert_status(NMK_OK, nmk_user_reactivate(w->admin, id));
	assert_state(w, "stefan", NMK_USER_ACTIVE);
	assert_int_equal(1, events(w, "user_unsuspended"));
	assert_status(NMK_OK, nmk_consent_record(w->stranger, NMK_CONSENT_MARKETING, true, NULL, NULL));
}

static void test_user_suspend__twice_is_once(void **state)
{
	struct world *w = *state;
	char susi[64], carl[64];

	user_id_of(w, "susi", susi);
	user_id_of(w, "carl", carl);
	assert_status(NMK_OK, nmk_user_suspend(w->admin, susi, "Noch einmal", 0));
	assert_int_equal(1, events(w, "user_suspended"));
	assert_status(NMK_OK, nmk_user_reactivate(w->admin, carl));
	assert_int_equal(0, events(w, "user_unsuspended"));
}

/* At the end itself it is over: nobody needs to do anything. */
static void test_user_suspend__ends_by_itself(void **state)
{
	struct world *w = *state;
	nmk_user *user;
	char id[64];

	user_id_of(w, "stefan", id);
	assert_status(NMK_OK, nmk_user_suspend(w->admin, id, "Eine Woche Pause", w->now + 1000));
	user = find(w->system, "stefan");
	assert_int_equal(w->now + 1000, nmk_user_suspended_until(user));
	nmk_user_free(user);
	world_advance(w, 999);
	assert_state(w, "stefan", NMK_USER_SUSPENDED);
	assert_status(NMK_EDENIED, nmk_consent_record(w->stranger, NMK_CONSENT_MARKETING, true, NULL, NULL));
	world_advance(w, 1);
	assert_state(w, "stefan", NMK_USER_ACTIVE);
	user = find(w->system, "stefan");
	assert_int_equal(0, nmk_user_suspended_until(user));
	nmk_user_free(user);
	assert_status(NMK_OK, nmk_consent_record(w->stranger, NMK_CONSENT_MARKETING, true, NULL, NULL));
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM audit_event WHERE action = 'user_suspended'"
	                                 " AND json_extract(details, '$.until') > 0"));
}

static void test_user_suspend__the_end_lies_in_the_future(void **state)
{
	struct world *w = *state;
	char id[64];

	user_id_of(w, "stefan", id);
	assert_status(NMK_EINVALID, nmk_user_suspend(w->admin, id, "Spam", -1));
	assert_field("until", w->admin);
	assert_status(NMK_EINVALID, nmk_user_suspend(w->admin, id, "Spam", w->now - 1));
	assert_status(NMK_EINVALID, nmk_user_suspend(w->admin, id, "Spam", w->now));
	assert_field("until", w->admin);
	assert_state(w, "stefan", NMK_USER_ACTIVE);
	assert_status(NMK_OK, nmk_user_suspend(w->admin, id, "Spam", w->now + 1));
	assert_state(w, "stefan", NMK_USER_SUSPENDED);
}

static void test_user_suspend__again_sets_the_new_end(void **state)
{
	struct world *w = *state;
	char id[64];

	user_id_of(w, "stefan", id);
	assert_status(NMK_OK, nmk_user_suspend(w->admin, id, "Spam", w->now + 1000));
	assert_status(NMK_OK, nmk_user_suspend(w->admin, id, "Noch mehr Spam", w->now + 5000));
	world_advance(w, 4999);
	assert_state(w, "stefan", NMK_USER_SUSPENDED);
	assert_status(NMK_OK, nmk_user_suspend(w->admin, id, "Genug", 0));
	world_advance(w, INT64_C(1000000000000));
	assert_state(w, "stefan", NMK_USER_SUSPENDED);
	assert_int_equal(4, events(w, "user_suspended"));
	assert_status(NMK_OK, nmk_user_suspend(w->admin, id, "Wirklich genug", 0));
	assert_int_equal(4, events(w, "user_suspended"));
	assert_status(NMK_OK, nmk_user_reactivate(w->admin, id));
	assert_state(w, "stefan", NMK_USER_ACTIVE);
	assert_int_equal(1, events(w, "user_unsuspended"));
}

static void test_user_suspend__what_has_ended_begins_anew(void **state)
{
	struct world *w = *state;
	char id[64];

	user_id_of(w, "stefan", id);
	assert_status(NMK_OK, nmk_user_suspend(w->admin, id, "Spam", w->now + 1000));
	world_advance(w, 1000);
	assert_status(NMK_OK, nmk_user_reactivate(w->admin, id));
	assert_int_equal(0, events(w, "user_unsuspended"));
	assert_status(NMK_OK, nmk_user_suspend(w->admin, id, "Wieder Spam", 0));
	assert_state(w, "stefan", NMK_USER_SUSPENDED);
}

/* Who is suspended until tomorrow administers nothing today. */
static void test_user_suspend__a_suspended_admin_is_nobody_to_be_left(void **state)
{
	struct world *w = *state;
	char ada[64], mona[64];

	user_id_of(w, "ada", ada);
	user_id_of(w, "mona", mona);
	assert_status(NMK_OK, nmk_user_set_role(w->system, mona, NMK_ROLE_ADMIN));
	assert_status(NMK_OK, nmk_user_suspend(w->system, mona, "Urlaub", w->now + 1000));
	assert_status(NMK_ESTATE, nmk_user_suspend(w->system, ada, "Urlaub", 0));
	assert_status(NMK_ESTATE, nmk_user_set_role(w->system, ada, NMK_ROLE_CREATOR));
	assert_status(NMK_ESTATE, nmk_user_delete(w->system, ada));
	world_advance(w, 1000);
	assert_status(NMK_OK, nmk_user_suspend(w->system, ada, "Urlaub", 0));
	assert_status(NMK_ESTATE, nmk_user_delete(w->system, mona));
}

/* DEF-08: what counts is the record as it is now, whatever the session was opened with. */
static void test_def_08__a_demoted_or_suspended_member_loses_the_rights_at_once(void **state)
{
	struct world *w = *state;
	nmk_user_page *page;
	char id[64];

	user_id_of(w, "mona", id);
	assert_status(NMK_OK, nmk_user_set_role(w->admin, id, NMK_ROLE_ADMIN));
	assert_status(NMK_OK, nmk_user_list(w->moderator, NULL, NULL, 0, &page));
	nmk_user_page_free(page);
	assert_status(NMK_OK, nmk_user_suspend(w->admin, id, "Verdacht", 0));
	assert_status(NMK_EDENIED, nmk_user_list(w->moderator, NULL, NULL, 0, &page));
	assert_status(NMK_EDENIED, nmk_username_change(w->moderator, "mona2"));
	assert_status(NMK_OK, nmk_user_reactivate(w->admin, id));
	assert_status(NMK_OK, nmk_user_set_role(w->admin, id, NMK_ROLE_CONSUMER));
	assert_status(NMK_EDENIED, nmk_user_list(w->moderator, NULL, NULL, 0, &page));
	assert_status(NMK_OK, nmk_username_change(w->moderator, "mona2"));
}

static void test_user_suspend__never_oneself_and_never_the_last_admin(void **state)
{
	struct world *w = *state;
	char id[64];

	user_id_of(w, "ada", id);
	assert_status(NMK_EDENIED, nmk_user_suspend(w->admin, id, "Urlaub", 0));
	assert_status(NMK_EDENIED, nmk_user_reactivate(w->admin, id));
	assert_status(NMK_ESTATE, nmk_user_suspend(w->system, id, "Urlaub", 0));
	assert_state(w, "ada", NMK_USER_ACTIVE);
}

static void test_user_suspend__a_deleted_account_stays_deleted(void **state)
{
	struct world *w = *state;
	char id[64];

	user_id_of(w, "stefan", id);
	tamper(w, "UPDATE user_account SET status = 'deleted' WHERE username = 'stefan'");
	assert_status(NMK_ESTATE, nmk_user_suspend(w->admin, id, "Spam", 0));
	assert_status(NMK_ESTATE, nmk_user_reactivate(w->admin, id));
	assert_status(NMK_ESTATE, nmk_user_set_role(w->admin, id, NMK_ROLE_ADMIN));
}

static void test_user_suspend__reasons_have_1_to_500_characters(void **state)
{
	struct world *w = *state;
	char id[64], reason[1100] = "";

	user_id_of(w, "stefan", id);
	assert_status(NMK_EINVALID, nmk_user_suspend(w->admin, id, NULL, 0));
	assert_field("reason", w->admin);
	assert_status(NMK_EINVALID, nmk_user_suspend(w->admin, id, "", 0));
	assert_status(NMK_EINVALID, nmk_user_suspend(w->admin, id, "   ", 0));
	assert_status(NMK_EINVALID, nmk_user_suspend(w->admin, id, "\xff", 0));
	for (int i = 0; i < 501; i++)
		strcat(reason, "\u00e4");
	assert_status(NMK_EINVALID, nmk_user_suspend(w->admin, id, reason, 0));
	assert_field("reason", w->admin);
	reason[1000] = '\0';
	assert_status(NMK_OK, nmk_user_suspend(w->admin, id, reason, 0));
	assert_status(NMK_OK, nmk_user_reactivate(w->admin, id));
	reason[998] = '\0';
	assert_status(NMK_OK, nmk_user_suspend(w->admin, id, reason, 0));
	assert_status(NMK_OK, nmk_user_reactivate(w->admin, id));
	assert_status(NMK_OK, nmk_user_suspend(w->admin, id, "x", 0));
}

static void test_user_suspend__needs_sound_arguments(void **state)
{
	struct world *w = *state;

	assert_status(NMK_EINVALID, nmk_user_suspend(w->admin, NULL, "Spam", 0));
	assert_field("id", w->admin);
	assert_status(NMK_EINVALID, nmk_user_reactivate(w->admin, NULL));
	assert_field("id", w->admin);
	assert_status(NMK_ENOTFOUND, nmk_user_suspend(w->admin, "nobody", "Spam", 0));
	assert_status(NMK_ENOTFOUND, nmk_user_reactivate(w->admin, "nobody"));
	assert_int_equal(NMK_EINVALID, nmk_user_suspend(NULL, "x", "Spam", 0));
	assert_int_equal(NMK_EINVALID, nmk_user_reactivate(NULL, "x"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_user_get__by_id_and_by_name),
		WORLD_TEST(test_user_get__what_there_is_not_is_not_found),
		WORLD_TEST(test_user_get__needs_sound_arguments),
		WORLD_TEST(test_user_get__private_fields_are_for_the_member_and_admins),
		WORLD_TEST(test_user_get__a_suspended_member_sees_no_more_than_a_guest),
		WORLD_TEST(test_user_get__a_deleted_account_is_there_for_admins_alone),
		WORLD_TEST(test_user_json__has_what_may_be_seen),
		WORLD_TEST(test_user_set_role__holds_at_once),
		WORLD_TEST(test_user_set_role__to_the_same_role_changes_nothing),
		WORLD_TEST(test_user_set_role__never_ones_own),
		WORLD_TEST(test_user_set_role__the_last_active_admin_stays),
		WORLD_TEST(test_user_set_role__of_a_suspended_admin_may_be_taken),
		WORLD_TEST(test_user_set_role__is_for_admins),
		WORLD_TEST(test_user_set_role__needs_sound_arguments),
		WORLD_TEST(test_user_suspend__leaves_no_more_than_a_guest_has),
		WORLD_TEST(test_user_suspend__twice_is_once),
		WORLD_TEST(test_user_suspend__ends_by_itself),
		WORLD_TEST(test_user_suspend__the_end_lies_in_the_future),
		WORLD_TEST(test_user_suspend__again_sets_the_new_end),
		WORLD_TEST(test_user_suspend__what_has_ended_begins_anew),
		WORLD_TEST(test_user_suspend__a_suspended_admin_is_nobody_to_be_left),
		WORLD_TEST(test_def_08__a_demoted_or_suspended_member_loses_the_rights_at_once),
		WORLD_TEST(test_user_suspend__never_oneself_and_never_the_last_admin),
		WORLD_TEST(test_user_suspend__a_deleted_account_stays_deleted),
		WORLD_TEST(test_user_suspend__reasons_have_1_to_500_characters),
		WORLD_TEST(test_user_suspend__needs_sound_arguments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
