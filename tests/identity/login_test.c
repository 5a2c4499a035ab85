#include "identity_test.h"

static nmk_session *new_guest(struct world *w)
{
	nmk_session *session;

	assert_status(NMK_OK, nmk_session_open(w->market, &session));
	return session;
}

static void assert_failed(struct world *w, nmk_status status, const char *email, const char *password)
{
	int64_t before = events(w, "login_failure");

	assert_status(status, nmk_session_login(w->guest, email, password));
	assert_int_equal(before + 1, events(w, "login_failure"));
	assert_null(nmk_session_user_id(w->guest));
}

static void test_session_login__makes_a_member_of_a_guest(void **state)
{
	struct world *w = *state;
	char id[64];

	add_with_password(w, "rosa@example.org", "rosa");
	user_id_of(w, "rosa", id);
	assert_null(nmk_session_user_id(w->guest));
	assert_status(NMK_OK, nmk_session_login(w->guest, "rosa@example.org", PASSWORD));
	assert_string_equal(id, nmk_session_user_id(w->guest));
	assert_int_equal(1, events(w, "login_success"));
	assert_int_equal(w->now, world_sql(w, "SELECT last_login_at FROM user_account WHERE username = 'rosa'"));
}

static void test_session_login__the_address_in_any_case(void **state)
{
	struct world *w = *state;

	add_with_password(w, "Rosa@Example.org", "rosa");
	assert_status(NMK_OK, nmk_session_login(w->guest, "rOSA@eXAMPLE.oRG", PASSWORD));
}

static void test_session_login__the_password_from_any_keyboard(void **state)
{
	struct world *w = *state;
	nmk_registration given = registration("rosa@example.org", "rosa");

	given.password = "f\u00fcnfzehn Zeichen";
	assert_status(NMK_OK, nmk_user_add(w->system, &given, NMK_ROLE_CREATOR, NULL));
	assert_status(NMK_OK, nmk_session_login(w->guest, "rosa@example.org", "fu\xCC\x88nfzehn\u00a0Zeichen"));
}

static void test_session_login__who_is_wrong_learns_nothing(void **state)
{
	struct world *w = *state;
	nmk_error unknown, wrong, deleted, without;

	add_with_password(w, "rosa@example.org", "rosa");
	add_with_password(w, "gone@example.org", "gone");
	tamper(w, "UPDATE user_account SET status = 'deleted' WHERE username = 'gone'");
	assert_failed(w, NMK_ELOGIN, "nobody@example.org", PASSWORD);
	unknown = *nmk_session_error(w->guest);
	assert_failed(w, NMK_ELOGIN, "rosa@example.org", "Ein langes Passwort 2!");
	wrong = *nmk_session_error(w->guest);
	assert_failed(w, NMK_ELOGIN, "gone@example.org", PASSWORD);
	deleted = *nmk_session_error(w->guest);
	assert_failed(w, NMK_ELOGIN, "clara@example.org", PASSWORD);
	without = *nmk_session_error(w->guest);
	assert_memory_equal(&unknown, &wrong, sizeof unknown);
	assert_memory_equal(&unknown, &deleted, sizeof unknown);
	assert_memory_equal(&unknown, &without, sizeof unknown);
}

static void test_session_login__what_is_no_address_is_unknown(void **state)
{
	struct world *w = *state;

	assert_failed(w, NMK_ELOGIN, "nobody", PASSWORD);
	assert_failed(w, NMK_ELOGIN, "", PASSWORD);
	assert_failed(w, NMK_ELOGIN, "' OR 1=1 --", "");
}

static void test_session_login__a_failure_names_the_account_and_the_reason(void **state)
{
	struct world *w = *state;

	add_with_password(w, "rosa@example.org", "rosa");
	assert_failed(w, NMK_ELOGIN, "rosa@example.org", "falsch");
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM audit_event JOIN user_account ON user_account.id = object_id"
	                                 " WHERE action = 'login_failure' AND username = 'rosa' AND object_type = 'user'"
	                                 " AND details = '{\"reason\":\"wrong_password\"}' AND result <> 'ok'"));
	assert_failed(w, NMK_ELOGIN, "nobody@example.org", "falsch");
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM audit_event WHERE action = 'login_failure' AND object_id IS NULL"
	                                 " AND details = '{\"reason\":\"no_account\"}'"));
}

static void test_session_login__unverified_is_told_to_who_knows_the_password(void **state)
{
	struct world *w = *state;

	register_ok(w, "rosa@example.org", "rosa");
	assert_failed(w, NMK_ELOGIN, "rosa@example.org", "falsch");
	assert_failed(w, NMK_EDENIED, "rosa@example.org", PASSWORD);
	assert_int_equal(0, events(w, "login_success"));
}

static void test_session_login__suspended_is_told_to_who_knows_the_password(void **state)
{
	struct world *w = *state;
	char id[64];

	add_with_password(w, "rosa@example.org", "rosa");
	user_id_of(w, "rosa", id);
	assert_status(NMK_OK, nmk_user_suspend(w->admin, id, "Spam"));
	assert_failed(w, NMK_ELOGIN, "rosa@example.org", "falsch");
	assert_failed(w, NMK_EDENIED, "rosa@example.org", PASSWORD);
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM user_account WHERE username = 'rosa' AND last_login_at IS NOT NULL"));
	assert_status(NMK_OK, nmk_user_reactivate(w->admin, id));
	assert_status(NMK_OK, nmk_session_login(w->guest, "rosa@example.org", PASSWORD));
}

static void test_session_login__after_a_failure_the_error_is_gone(void **state)
{
	struct world *w = *state;

	add_with_password(w, "rosa@example.org", "rosa");
	assert_failed(w, NMK_ELOGIN, "rosa@example.org", "falsch");
	assert_status(NMK_ELOGIN, nmk_session_error(w->guest)->status);
	assert_status(NMK_OK, nmk_session_login(w->guest, "rosa@example.org", PASSWORD));
	assert_status(NMK_OK, nmk_session_error(w->guest)->status);
}

static void test_session_login__whoever_it_was_before(void **state)
{
	struct world *w = *state;
	char id[64];

	add_with_password(w, "rosa@example.org", "rosa");
	user_id_of(w, "rosa", id);
	assert_status(NMK_OK, nmk_session_login(w->creator, "rosa@example.org", PASSWORD));
	assert_string_equal(id, nmk_session_user_id(w->creator));
	assert_status(NMK_OK, nmk_session_login(w->suspended, "rosa@example.org", PASSWORD));
	assert_string_equal(id, nmk_session_user_id(w->suspended));
}

static void test_session_login__a_failure_leaves_the_session_as_it_was(void **state)
{
	struct world *w = *state;
	char id[64];

	user_id_of(w, "carl", id);
	assert_status(NMK_ELOGIN, nmk_session_login(w->creator, "rosa@example.org", "falsch"));
	assert_string_equal(id, nmk_session_user_id(w->creator));
}

static void test_session_login__needs_sound_arguments(void **state)
{
	struct world *w = *state;
	char endless[1100];

	memset(endless, 'x', sizeof endless);
	endless[sizeof endless - 1] = '\0';
	assert_int_equal(NMK_EINVALID, nmk_session_login(NULL, "rosa@example.org", PASSWORD));
	assert_status(NMK_EINVALID, nmk_session_login(w->guest, NULL, PASSWORD));
	assert_field("email", w->guest);
	assert_status(NMK_EINVALID, nmk_session_login(w->guest, "rosa@example.org", NULL));
	assert_field("password", w->guest);
	assert_status(NMK_EINVALID, nmk_session_login(w->guest, endless, PASSWORD));
	assert_field("email", w->guest);
	assert_status(NMK_EINVALID, nmk_session_login(w->guest, "rosa@example.org", endless));
	assert_field("password", w->guest);
	assert_status(NMK_EINVALID, nmk_session_login(w->guest, "rosa\xff@example.org", PASSWORD));
	assert_field("email", w->guest);
	assert_status(NMK_EINVALID, nmk_session_login(w->guest, "rosa@example.org", "\xff"));
	assert_field("password", w->guest);
	assert_int_equal(0, events(w, "login_failure"));
}

static void test_session_login__a_damaged_hash_lets_nobody_in(void **state)
{
	static const char *const hashes[] = { "", "nonsense", "$argon2id$v=19$m=64,t=1,p=2$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAA" };
	struct world *w = *state;
	char sql[256];

	add_with_password(w, "rosa@example.org", "rosa");
	for (size_t i = 0; i < sizeof hashes / sizeof hashes[0]; i++) {
		snprintf(sql, sizeof sql, "UPDATE user_account SET password_hash = '%s' WHERE username = 'rosa'", hashes[i]);
		tamper(w, sql);
		assert_failed(w, NMK_ELOGIN, "rosa@example.org", PASSWORD);
	}
	tamper(w, "UPDATE user_account SET password_hash = printf('%.1000c', 'x') WHERE username = 'rosa'");
	assert_failed(w, NMK_ELOGIN, "rosa@example.org", PASSWORD);
}

/* The costs were raised since the password was set: the next login renews the hash. */
static void test_session_login__renews_a_hash_of_other_costs(void **state)
{
	struct world *w = *state;
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_session *guest;
	nmk_market *market;

	add_with_password(w, "rosa@example.org", "rosa");
	assert_status(NMK_OK, nmk_session_login(w->guest, "rosa@example.org", PASSWORD));
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM user_account WHERE username = 'rosa' AND password_hash LIKE '%m=19456,t=2,%'"));
	options.password_memory_kib = 20480;
	options.password_passes = 3;
	assert_status(NMK_OK, nmk_market_open(w->path, &options, NULL, &market));
	assert_status(NMK_OK, nmk_session_open(market, &guest));
	assert_status(NMK_ELOGIN, nmk_session_login(guest, "rosa@example.org", "falsch"));
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM user_account WHERE username = 'rosa' AND password_hash LIKE '%m=19456,t=2,%'"));
	assert_status(NMK_OK, nmk_session_login(guest, "rosa@example.org", PASSWORD));
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM user_account WHERE username = 'rosa' AND password_hash LIKE '%m=20480,t=3,%'"));
	assert_int_equal(2, events(w, "login_success"));
	assert_status(NMK_OK, nmk_session_login(guest, "rosa@example.org", PASSWORD));
	nmk_session_close(guest);
	nmk_market_close(market);
}

static void test_session_logout__makes_a_guest_of_a_member(void **state)
{
	struct world *w = *state;

	assert_status(NMK_OK, nmk_session_logout(w->creator));
	assert_null(nmk_session_user_id(w->creator));
	assert_int_equal(1, events(w, "logout"));
	assert_status(NMK_ELOGIN, nmk_session_logout(w->creator));
	assert_int_equal(1, events(w, "logout"));
}

static void test_session_logout__needs_a_member(void **state)
{
	struct world *w = *state;

	assert_status(NMK_ELOGIN, nmk_session_logout(w->guest));
	assert_status(NMK_ELOGIN, nmk_session_logout(w->system));
	assert_int_equal(NMK_EINVALID, nmk_session_logout(NULL));
}

static void test_session_act_as__is_the_member(void **state)
{
	struct world *w = *state;
	nmk_session *session;
	char id[64];

	user_id_of(w, "carl", id);
	assert_status(NMK_OK, nmk_session_act_as(w->system, "CARL", &session));
	assert_string_equal(id, nmk_session_user_id(session));
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM audit_event JOIN user_account ON user_account.id = object_id"
	                                 " WHERE action = 'session_opened' AND actor_kind = 'system' AND username = 'susi'"));
	nmk_session_close(session);
}

static void test_session_act_as__is_for_the_host_alone(void **state)
{
	struct world *w = *state;
	nmk_session *session = w->guest;

	assert_status(NMK_EDENIED, nmk_session_act_as(w->admin, "carl", &session));
	assert_null(session);
	assert_status(NMK_EDENIED, nmk_session_act_as(w->moderator, "carl", &session));
	assert_status(NMK_ELOGIN, nmk_session_act_as(w->guest, "carl", &session));
	assert_int_equal(NMK_EINVALID, nmk_session_act_as(NULL, "carl", &session));
}

static void test_session_act_as__needs_an_active_account(void **state)
{
	struct world *w = *state;
	nmk_session *session;

	assert_status(NMK_EDENIED, nmk_session_act_as(w->system, "susi", &session));
	assert_null(session);
	assert_status(NMK_ENOTFOUND, nmk_session_act_as(w->system, "nobody", &session));
	assert_status(NMK_ENOTFOUND, nmk_session_act_as(w->system, "no name", &session));
	tamper(w, "UPDATE user_account SET status = 'deleted' WHERE username = 'carl'");
	assert_status(NMK_EDENIED, nmk_session_act_as(w->system, "carl", &session));
	assert_status(NMK_EINVALID, nmk_session_act_as(w->system, NULL, &session));
	assert_field("username", w->system);
	assert_status(NMK_EINVALID, nmk_session_act_as(w->system, "clara", NULL));
	assert_field("session", w->system);
}

static void test_session_act_as__outlives_the_session_it_came_from(void **state)
{
	struct world *w = *state;
	nmk_session *system, *session;
	nmk_user *user;

	assert_status(NMK_OK, nmk_session_open_system(w->market, &system));
	assert_status(NMK_OK, nmk_session_act_as(system, "carl", &session));
	nmk_session_close(system);
	assert_status(NMK_OK, nmk_user_find(session, "carl", &user));
	nmk_user_free(user);
	nmk_session_close(session);
	session = new_guest(w);
	nmk_session_close(session);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_session_login__makes_a_member_of_a_guest),
		WORLD_TEST(test_session_login__the_address_in_any_case),
		WORLD_TEST(test_session_login__the_password_from_any_keyboard),
		WORLD_TEST(test_session_login__who_is_wrong_learns_nothing),
		WORLD_TEST(test_session_login__what_is_no_address_is_unknown),
		WORLD_TEST(test_session_login__a_failure_names_the_account_and_the_reason),
		WORLD_TEST(test_session_login__unverified_is_told_to_who_knows_the_password),
		WORLD_TEST(test_session_login__suspended_is_told_to_who_knows_the_password),
		WORLD_TEST(test_session_login__after_a_failure_the_error_is_gone),
		WORLD_TEST(test_session_login__whoever_it_was_before),
		WORLD_TEST(test_session_login__a_failure_leaves_the_session_as_it_was),
		WORLD_TEST(test_session_login__needs_sound_arguments),
		WORLD_TEST(test_session_login__a_damaged_hash_lets_nobody_in),
		WORLD_TEST(test_session_login__renews_a_hash_of_other_costs),
		WORLD_TEST(test_session_logout__makes_a_guest_of_a_member),
		WORLD_TEST(test_session_logout__needs_a_member),
		WORLD_TEST(test_session_act_as__is_the_member),
		WORLD_TEST(test_session_act_as__is_for_the_host_alone),
		WORLD_TEST(test_session_act_as__needs_an_active_account),
		WORLD_TEST(test_session_act_as__outlives_the_session_it_came_from),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
