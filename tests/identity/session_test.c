/* How long a session is its member's, and what a member may do in it. */
#include "identity_test.h"

#include <nanomarket/password.h>
#include <nanomarket/second_factor.h>
#include <nanomarket/token.h>
#include "account.h"
#include "session.h"

static nmk_session *new_guest(nmk_market *market)
{
	nmk_session *session;

	assert_status(NMK_OK, nmk_session_open(market, &session));
	return session;
}

static nmk_session *logged_in(nmk_market *market, const char *email)
{
	nmk_session *session = new_guest(market);

	assert_status(NMK_OK, nmk_session_login(session, email, PASSWORD));
	return session;
}

/* rosa of that role, logged in with her password. */
static nmk_session *rosa_with_role(struct world *w, nmk_role role)
{
	nmk_registration given = registration("rosa@example.org", "rosa");

	assert_status(NMK_OK, nmk_user_add(w->system, &given, role, NULL));
	return logged_in(w->market, "rosa@example.org");
}

static nmk_session *rosa(struct world *w)
{
	return rosa_with_role(w, NMK_ROLE_CREATOR);
}

/* Something that only members may. */
static nmk_status something(nmk_session *session)
{
	nmk_consent_page *page;
	nmk_status rc = nmk_consent_list(session, NULL, 0, &page);

	if (rc == NMK_OK)
		nmk_consent_page_free(page);
	return rc;
}

static nmk_status something_of_creators(nmk_session *session)
{
	nmk_nano_fields fields = NMK_NANO_FIELDS_INIT;
	nmk_nano *nano = NULL;
	nmk_status rc;

	fields.title = "Tabellen";
	rc = nmk_nano_create(session, &fields, &nano);
	nmk_nano_free(nano);
	return rc;
}

static nmk_market *market_of(struct world *w, nmk_market_options options)
{
	nmk_market *market;

	options.clock = w->market->options.clock;
	options.clock_context = w;
	options.relaxed_durability = true;
	options.password_memory_kib = 19456;
	assert_status(NMK_OK, nmk_market_open(w->path, &options, NULL, &market));
	return market;
}

/* ---- idle ---- */

static void test_session__ends_when_it_was_idle_for_longer_than_thirty_minutes(void **state)
{
	struct world *w = *state;
	nmk_session *session = rosa(w);

	world_advance(w, 30 * 60000);
	assert_status(NMK_OK, something(session));
	world_advance(w, 30 * 60000 - 1);
	assert_status(NMK_OK, something(session));
	world_advance(w, 30 * 60000 + 1);
	assert_status(NMK_ELOGIN, something(session));
	assert_status(NMK_ELOGIN, something(session));
	world_advance(w, -20 * 60000);
	assert_status(NMK_ELOGIN, something(session)); /* it does not come back */
	assert_status(NMK_ELOGIN, nmk_session_logout(session));
	assert_status(NMK_OK, nmk_session_login(session, "rosa@example.org", PASSWORD));
	assert_status(NMK_OK, something(session));
	nmk_session_close(session);
}

static void test_session__idle_minutes_are_an_option(void **state)
{
	struct world *w = *state;
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_session *session;
	nmk_market *market;

	add_with_password(w, "rosa@example.org", "rosa");
	options.idle_minutes = 1;
	market = market_of(w, options);
	session = logged_in(market, "rosa@example.org");
	world_advance(w, 60000);
	assert_status(NMK_OK, something(session));
	world_advance(w, 60001);
	assert_status(NMK_ELOGIN, something(session));
	nmk_session_close(session);
	nmk_market_close(market);
}

static void test_session__of_the_host_and_whom_it_lets_act_is_never_idle(void **state)
{
	struct world *w = *state;

	world_advance(w, 365 * DAY_MS);
	assert_status(NMK_OK, something(w->creator));
	assert_status(NMK_OK, something_of_creators(w->creator));
}

static void test_session__that_has_ended_is_a_guest(void **state)
{
	struct world *w = *state;
	nmk_session *session = rosa(w);
	nmk_nano_fields fields = NMK_NANO_FIELDS_INIT;
	nmk_nano *nano, *seen;
	nmk_user *user;

	fields.title = "Entwurf";
	assert_status(NMK_OK, nmk_nano_create(session, &fields, &nano));
	world_advance(w, 31 * 60000);
	assert_status(NMK_ENOTFOUND, nmk_nano_get(session, nmk_nano_id(nano), &seen));
	assert_status(NMK_OK, nmk_user_find(session, "rosa", &user));
	assert_null(nmk_user_email(user));
	nmk_user_free(user);
	assert_status(NMK_ELOGIN, nmk_session_login(session, "rosa@example.org", "falsch"));
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM audit_event WHERE action = 'login_failure' AND actor_kind = 'guest'"
	                                 " AND actor IS NULL"));
	nmk_nano_free(nano);
	nmk_session_close(session);
}

/* ---- what ends sessions from elsewhere ---- */

static void test_session__of_before_a_change_of_password_has_ended(void **state)
{
	struct world *w = *state;
	nmk_session *here = rosa(w), *there = logged_in(w->market, "rosa@example.org");

	assert_status(NMK_OK, nmk_password_change(here, PASSWORD, "Ein anderes Passwort 2!"));
	assert_status(NMK_OK, something(here));
	assert_status(NMK_ELOGIN, something(there));
	assert_status(NMK_ELOGIN, nmk_session_login(there, "rosa@example.org", PASSWORD));
	assert_status(NMK_OK, nmk_session_login(there, "rosa@example.org", "Ein anderes Passwort 2!"));
	assert_status(NMK_OK, something(there));
	assert_status(NMK_OK, something(here));
	nmk_session_close(here);
	nmk_session_close(there);
}

static void test_session__known_devices_of_before_a_change_of_password_are_void(void **state)
{
	struct world *w = *state;
	nmk_session *session = rosa(w);
	char *before = nmk_session_known_device(session), *after;
	unsigned char device[KEY_HASH_BYTES];

	assert_status(NMK_OK, nmk_session_set_client(w->guest, NULL, NULL, before));
	assert_true(known_device_is_of(w->guest, w->now, session->grounds.user_id, session->grounds.session_epoch, device));
	assert_status(NMK_OK, nmk_password_change(session, PASSWORD, "Ein anderes Passwort 2!"));
	assert_false(known_device_is_of(w->guest, w->now, session->grounds.user_id, session->grounds.session_epoch, device));
	after = nmk_session_known_device(session);
	assert_status(NMK_OK, nmk_session_set_client(w->guest, NULL, NULL, after));
	assert_true(known_device_is_of(w->guest, w->now, session->grounds.user_id, session->grounds.session_epoch, device));
	nmk_free(before);
	nmk_free(after);
	nmk_session_close(session);
}

static void test_session__of_a_deleted_account_has_ended(void **state)
{
	struct world *w = *state;
	nmk_session *session = rosa(w), *acting;
	char id[64];

	user_id_of(w, "rosa", id);
	assert_status(NMK_OK, nmk_session_act_as(w->system, "rosa", &acting));
	assert_status(NMK_ELOGIN, nmk_session_login(w->guest, "rosa@example.org", "Ein falsches Passwort 1!"));
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM throttle"));
	assert_status(NMK_OK, nmk_user_delete(w->admin, id));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM throttle"));
	assert_status(NMK_ELOGIN, something(session));
	assert_status(NMK_ELOGIN, something(acting));
	assert_status(NMK_ELOGIN, nmk_session_login(w->guest, "rosa@example.org", PASSWORD));
	nmk_session_close(session);
	nmk_session_close(acting);
}

/* ---- role and state, from the record ---- */

static void test_session__loses_a_role_at_once(void **state)
{
	struct world *w = *state;
	nmk_session *session = rosa(w);
	char id[64];

	user_id_of(w, "rosa", id);
	assert_status(NMK_OK, something_of_creators(session));
	assert_status(NMK_OK, nmk_user_set_role(w->admin, id, NMK_ROLE_CONSUMER));
	assert_status(NMK_EDENIED, something_of_creators(session));
	assert_status(NMK_OK, something(session));
	assert_status(NMK_OK, nmk_user_set_role(w->admin, id, NMK_ROLE_CREATOR));
	assert_status(NMK_OK, something_of_creators(session));
	nmk_session_close(session);
}

static void test_session__of_a_suspended_member_sleeps_until_the_end_of_the_suspension(void **state)
{
	struct world *w = *state;
	nmk_session *session = rosa(w);
	char id[64];

	user_id_of(w, "rosa", id);
	assert_status(NMK_OK, nmk_user_suspend(w->admin, id, "Spam", w->now + 60000));
	assert_status(NMK_EDENIED, something(session));
	world_advance(w, 59999);
	assert_status(NMK_EDENIED, something(session));
	world_advance(w, 1);
	assert_status(NMK_OK, something(session));
	assert_status(NMK_OK, nmk_user_suspend(w->admin, id, "Spam", 0));
	assert_status(NMK_EDENIED, something(session));
	assert_status(NMK_OK, nmk_user_reactivate(w->admin, id));
	assert_status(NMK_OK, something(session));
	assert_status(NMK_OK, nmk_user_suspend(w->admin, id, "Spam", 0));
	assert_status(NMK_OK, nmk_session_logout(session)); /* suspended ones may leave */
	nmk_session_close(session);
}

/* ---- what must be done first ---- */

static void test_session__who_must_change_the_password_may_do_nothing_else(void **state)
{
	struct world *w = *state;
	nmk_registration given = registration("rosa@example.org", "rosa");
	nmk_session *session;
	nmk_user *user;

	given.password_change_required = true;
	assert_status(NMK_OK, nmk_user_add(w->system, &given, NMK_ROLE_ADMIN, NULL));
	session = logged_in(w->market, "rosa@example.org");
	assert_status(NMK_EDENIED, something(session));
	assert_field("password", session);
	assert_status(NMK_EDENIED, nmk_user_set_role(session, nmk_session_user_id(w->creator), NMK_ROLE_CONSUMER));
	assert_field("password", session);
	assert_status(NMK_OK, nmk_user_find(session, "carl", &user)); /* as a guest sees him */
	assert_null(nmk_user_email(user));
	nmk_user_free(user);
	assert_status(NMK_OK, nmk_password_change(session, PASSWORD, "Ein anderes Passwort 2!"));
	assert_status(NMK_OK, something(session));
	assert_status(NMK_OK, nmk_user_set_role(session, nmk_session_user_id(w->creator), NMK_ROLE_CONSUMER));
	nmk_session_close(session);
}

static void assert_policy(struct world *w, nmk_second_factor_policy policy, nmk_session *(*log_in)(struct world *, nmk_market *),
                          bool wanted)
{
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_second_factor *factor;
	nmk_session *session;
	nmk_market *market;

	options.second_factor_policy = policy;
	market = market_of(w, options);
	session = log_in(w, market);
	assert_status(wanted ? NMK_EDENIED : NMK_OK, something(session));
	if (wanted)
		assert_field("second_factor", session);
	assert_status(NMK_OK, nmk_second_factor_get(session, &factor));
	assert_true(nmk_second_factor_required(factor) == wanted);
	nmk_second_factor_free(factor);
	nmk_session_close(session);
	nmk_market_close(market);
}

static nmk_session *log_in_mia(struct world *w, nmk_market *market)
{
	(void)w;
	return logged_in(market, "mia@example.org");
}

static nmk_session *log_in_cora(struct world *w, nmk_market *market)
{
	(void)w;
	return logged_in(market, "cora@example.org");
}

static void test_session__who_must_have_a_second_factor_may_only_set_one_up(void **state)
{
	struct world *w = *state;
	nmk_registration mia = registration("mia@example.org", "mia"), cora = registration("cora@example.org", "cora");

	assert_status(NMK_OK, nmk_user_add(w->system, &mia, NMK_ROLE_MODERATOR, NULL));
	assert_status(NMK_OK, nmk_user_add(w->system, &cora, NMK_ROLE_CREATOR, NULL));
	assert_policy(w, NMK_SECOND_FACTOR_OPTIONAL, log_in_mia, false);
	assert_policy(w, NMK_SECOND_FACTOR_STAFF, log_in_mia, true);
	assert_policy(w, NMK_SECOND_FACTOR_STAFF, log_in_cora, false);
	assert_policy(w, NMK_SECOND_FACTOR_EVERYONE, log_in_cora, true);
}

/* ---- logging out ---- */

static void test_session__logout_ends_one_session(void **state)
{
	struct world *w = *state;
	nmk_session *here = rosa(w), *there = logged_in(w->market, "rosa@example.org");

	assert_status(NMK_OK, nmk_session_logout(here));
	assert_null(nmk_session_user_id(here));
	assert_null(nmk_session_known_device(here));
	assert_status(NMK_ELOGIN, something(here));
	assert_status(NMK_OK, something(there));
	nmk_session_close(here);
	nmk_session_close(there);
}

static void test_session__logout_of_a_token_revokes_its_login(void **state)
{
	struct world *w = *state;
	nmk_session *session = rosa(w), *here = new_guest(w->market), *also_here = new_guest(w->market), *there = new_guest(w->market);
	nmk_tokens *one, *two, *none;

	assert_status(NMK_OK, nmk_token_issue(session, &one));
	assert_status(NMK_OK, nmk_token_issue(session, &two));
	assert_status(NMK_OK, nmk_session_use_token(here, nmk_tokens_access_token(one)));
	assert_status(NMK_OK, nmk_session_use_token(also_here, nmk_tokens_access_token(one)));
	assert_status(NMK_OK, nmk_session_use_token(there, nmk_tokens_access_token(two)));
	assert_status(NMK_OK, nmk_session_logout(here));
	assert_status(NMK_ELOGIN, something(also_here));
	assert_status(NMK_ELOGIN, nmk_session_use_token(here, nmk_tokens_access_token(one)));
	assert_status(NMK_ELOGIN, nmk_token_refresh(here, nmk_tokens_refresh_token(one), &none));
	assert_status(NMK_OK, something(there));
	assert_status(NMK_OK, something(session));
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM login WHERE revoked_reason = 'logout'"));
	nmk_tokens_free(one);
	nmk_tokens_free(two);
	nmk_session_close(session);
	nmk_session_close(here);
	nmk_session_close(also_here);
	nmk_session_close(there);
}

/* ---- the client ---- */

static void assert_client(struct world *w, const char *address, const char *counted, const char *shown)
{
	char text[NETWORK_TEXT_SIZE];

	assert_status(NMK_OK, nmk_session_set_client(w->guest, address, NULL, NULL));
	assert_true(client_network(w->guest, false, text));
	assert_string_equal(counted, text);
	assert_true(client_network(w->guest, true, text));
	assert_string_equal(shown, text);
}

static void test_session_set_client__one_client_has_one_network(void **state)
{
	struct world *w = *state;
	char text[NETWORK_TEXT_SIZE];

	assert_false(client_network(w->guest, false, text));
	assert_client(w, "203.0.113.77", "203.0.113.77/32", "203.0.113.0/24");
	assert_client(w, "::ffff:203.0.113.77", "203.0.113.77/32", "203.0.113.0/24");
	assert_client(w, "::FFFF:CB00:714D", "203.0.113.77/32", "203.0.113.0/24");
	assert_client(w, "2001:DB8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48");
	assert_client(w, "2001:db8:0001:0002:0000::9", "2001:db8:1:2::/64", "2001:db8:1::/48");
	assert_client(w, "::1", "::/64", "::/48");
	assert_status(NMK_OK, nmk_session_set_client(w->guest, NULL, NULL, NULL));
	assert_false(client_network(w->guest, true, text));
}

static void test_session_set_client__refuses_what_is_none_and_keeps_the_former(void **state)
{
	static const char *const refused[] = { "", "localhost", "1.2.3", "1.2.3.4.5", "1.2.3.256", " 1.2.3.4", "1.2.3.4:80", "[::1]", "::1%eth0",
	                                       "01.2.3.4", "1.2.3.4/24", "12345::", "::ffff:1.2.3.4.5" };
	struct world *w = *state;
	char label[256], text[NETWORK_TEXT_SIZE];

	assert_status(NMK_OK, nmk_session_set_client(w->guest, "203.0.113.77", "Firefox", NULL));
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		assert_status(NMK_EINVALID, nmk_session_set_client(w->guest, refused[i], NULL, NULL));
		assert_field("address", w->guest);
	}
	memset(label, 'x', sizeof label);
	label[201] = '\0';
	assert_status(NMK_EINVALID, nmk_session_set_client(w->guest, NULL, label, NULL));
	assert_field("device", w->guest);
	assert_status(NMK_EINVALID, nmk_session_set_client(w->guest, NULL, "Fire\nfox", NULL));
	assert_status(NMK_EINVALID, nmk_session_set_client(w->guest, NULL, "\u202etxt", NULL));
	assert_status(NMK_EINVALID, nmk_session_set_client(w->guest, NULL, "\xff", NULL));
	assert_status(NMK_EINVALID, nmk_session_set_client(w->guest, NULL, NULL, label));
	assert_field("known_device", w->guest);
	assert_int_equal(NMK_EINVALID, nmk_session_set_client(NULL, NULL, NULL, NULL));
	assert_true(client_network(w->guest, false, text));
	assert_string_equal("203.0.113.77/32", text);
	label[200] = '\0';
	assert_status(NMK_OK, nmk_session_set_client(w->guest, NULL, label, label));
	assert_status(NMK_OK, nmk_session_error(w->guest)->status);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_session__ends_when_it_was_idle_for_longer_than_thirty_minutes),
		WORLD_TEST(test_session__idle_minutes_are_an_option),
		WORLD_TEST(test_session__of_the_host_and_whom_it_lets_act_is_never_idle),
		WORLD_TEST(test_session__that_has_ended_is_a_guest),
		WORLD_TEST(test_session__of_before_a_change_of_password_has_ended),
		WORLD_TEST(test_session__known_devices_of_before_a_change_of_password_are_void),
		WORLD_TEST(test_session__of_a_deleted_account_has_ended),
		WORLD_TEST(test_session__loses_a_role_at_once),
		WORLD_TEST(test_session__of_a_suspended_member_sleeps_until_the_end_of_the_suspension),
		WORLD_TEST(test_session__who_must_change_the_password_may_do_nothing_else),
		WORLD_TEST(test_session__who_must_have_a_second_factor_may_only_set_one_up),
		WORLD_TEST(test_session__logout_ends_one_session),
		WORLD_TEST(test_session__logout_of_a_token_revokes_its_login),
		WORLD_TEST(test_session_set_client__one_client_has_one_network),
		WORLD_TEST(test_session_set_client__refuses_what_is_none_and_keeps_the_former),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
