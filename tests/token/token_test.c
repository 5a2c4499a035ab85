/* Logins on devices: begin, use, exchange, list, end. */
#define _DEFAULT_SOURCE /* DT_REG */
#include "token_test.h"

#include <dirent.h>
#include <jansson.h>
#include <sodium.h>
#include <sqlite3.h>
#include "tokens.h"

static void add_with_password(struct world *w, const char *username)
{
	nmk_registration given = NMK_REGISTRATION_INIT;
	char email[64];

	snprintf(email, sizeof email, "%s@example.org", username);
	given.email = email;
	given.username = username;
	given.password = PASSWORD;
	given.accept_terms = given.accept_privacy = true;
	assert_status(NMK_OK, nmk_user_add(w->system, &given, NMK_ROLE_CREATOR, NULL));
}

/* What a server does at a login: a session with the password, then tokens for the client. */
static nmk_session *log_in(struct world *w, const char *username, struct pair *pair)
{
	nmk_session *session = new_guest(w);
	char email[64];

	snprintf(email, sizeof email, "%s@example.org", username);
	assert_status(NMK_OK, nmk_session_login(session, email, PASSWORD));
	if (pair)
		issue_pair(session, pair);
	return session;
}

/* ---- a new login ---- */

static void test_token_issue__gives_a_pair(void **state)
{
	struct world *w = *state;
	nmk_tokens *tokens = issue(w->creator);
	char *text = nmk_tokens_json(tokens);
	json_t *json = json_loads(text, 0, NULL);

	assert_int_equal(w->now + 10 * MINUTE, nmk_tokens_access_expires_at(tokens));
	assert_int_equal(w->now + 30 * MINUTE, nmk_tokens_refresh_expires_at(tokens));
	assert_int_equal(0, strncmp(nmk_tokens_refresh_token(tokens), "nmr1.", 5));
	assert_int_equal(71, strlen(nmk_tokens_refresh_token(tokens)));
	assert_int_equal(5, json_object_size(json));
	assert_string_equal(nmk_tokens_access_token(tokens), json_string_value(json_object_get(json, "access_token")));
	assert_string_equal(nmk_tokens_refresh_token(tokens), json_string_value(json_object_get(json, "refresh_token")));
	assert_string_equal("Bearer", json_string_value(json_object_get(json, "token_type")));
	assert_int_equal(600, json_integer_value(json_object_get(json, "expires_in")));
	assert_string_equal(nmk_tokens_login_id(tokens), json_string_value(json_object_get(json, "login_id")));
	assert_int_equal(1, count_events(w, "action = 'token_issued' AND object_type = 'login' AND result = 'ok'"));
	json_decref(json);
	nmk_free(text);
	nmk_tokens_free(tokens);
	nmk_tokens_free(NULL);
}

/* A service that has the public keys only. It learns who it is, and neither address nor role. */
static void test_token_issue__others_verify_it_with_the_public_keys(void **state)
{
	struct world *w = *state;
	nmk_tokens *tokens = issue(w->creator);
	nmk_jwt_rules rules = NMK_JWT_RULES_INIT;
	nmk_error error;
	nmk_jwt *jwt;
	char *jwks;

	assert_status(NMK_OK, nmk_signing_key_jwks(w->guest, &jwks));
	rules.jwks = jwks;
	rules.issuer = "http://localhost";
	rules.audience = "nanomarket";
	rules.now = w->now;
	assert_int_equal(NMK_OK, nmk_jwt_verify(nmk_tokens_access_token(tokens), &rules, &error, &jwt));
	assert_string_equal(nmk_session_user_id(w->creator), nmk_jwt_subject(jwt));
	assert_string_equal(nmk_tokens_login_id(tokens), nmk_jwt_login_id(jwt));
	assert_int_equal(w->now, nmk_jwt_issued_at(jwt));
	assert_int_equal(nmk_tokens_access_expires_at(tokens), nmk_jwt_expires_at(jwt));
	assert_non_null(strstr(nmk_jwt_claims(jwt), "\"client_id\":\"nanomarket\""));
	assert_non_null(strstr(nmk_jwt_claims(jwt), "\"nbf\":"));
	assert_non_null(strstr(nmk_jwt_claims(jwt), "\"jti\":"));
	assert_null(strstr(nmk_jwt_claims(jwt), "carl"));
	assert_null(strstr(nmk_jwt_claims(jwt), "creator"));
	nmk_jwt_free(jwt);
	rules.now = nmk_tokens_access_expires_at(tokens);
	assert_int_equal(NMK_ELOGIN, nmk_jwt_verify(nmk_tokens_access_token(tokens), &rules, &error, &jwt));
	nmk_free(jwks);
	nmk_tokens_free(tokens);
}

static void test_token_issue__for_members_who_logged_in(void **state)
{
	struct world *w = *state;
	nmk_session *session = new_guest(w);
	nmk_tokens *tokens;
	struct pair pair;

	assert_status(NMK_ELOGIN, nmk_token_issue(w->guest, &tokens));
	assert_null(tokens);
	assert_status(NMK_EDENIED, nmk_token_issue(w->system, &tokens));
	assert_status(NMK_EDENIED, nmk_token_issue(w->suspended, &tokens));
	assert_status(NMK_EINVALID, nmk_token_issue(w->creator, NULL));
	issue_pair(w->creator, &pair);
	assert_status(NMK_OK, nmk_session_use_token(session, pair.access));
	assert_status(NMK_EDENIED, nmk_token_issue(session, &tokens));
	nmk_session_close(session);
}

static void test_token_issue__a_hundred_devices(void **state)
{
	struct world *w = *state;
	nmk_tokens *tokens;
	struct pair pair;

	for (int i = 0; i < 99; i++)
		issue_pair(w->creator, &pair);
	issue_pair(w->creator, &pair);
	assert_status(NMK_ELIMIT, nmk_token_issue(w->creator, &tokens));
	assert_status(NMK_OK, nmk_login_revoke(w->creator, pair.login_id));
	issue_pair(w->creator, &pair);
	assert_status(NMK_ELIMIT, nmk_token_issue(w->creator, &tokens));
	issue_pair(w->moderator, &pair); /* others are not concerned */
	world_advance(w, 30 * MINUTE);   /* all idle */
	issue_pair(w->creator, &pair);
}

/* ---- using an access token ---- */

static void test_use_token__the_session_becomes_the_members(void **state)
{
	struct world *w = *state;
	nmk_session *session = new_guest(w);
	nmk_nano_fields fields = NMK_NANO_FIELDS_INIT;
	struct pair pair;

	issue_pair(w->creator, &pair);
	assert_status(NMK_OK, nmk_session_use_token(session, pair.access));
	assert_string_equal(nmk_session_user_id(w->creator), nmk_session_user_id(session));
	fields.title = "Vom Gerät";
	assert_status(NMK_OK, nmk_nano_create(session, &fields, NULL));
	issue_pair(w->moderator, &pair); /* and another's */
	assert_status(NMK_OK, nmk_session_use_token(session, pair.access));
	assert_string_equal(nmk_session_user_id(w->moderator), nmk_session_user_id(session));
	nmk_session_close(session);
}

static void test_use_token__until_it_expires(void **state)
{
	struct world *w = *state;
	struct pair pair;

	issue_pair(w->creator, &pair);
	world_advance(w, 10 * MINUTE - 1);
	assert_status(NMK_OK, use_at(w->market, pair.access));
	world_advance(w, 1);
	assert_status(NMK_ELOGIN, use_at(w->market, pair.access));
}

/* Who brings a bad token stays who they were, and learns nothing about why. */
static void test_use_token__every_bad_one_has_the_same_answer(void **state)
{
	struct world *w = *state;
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_market *other;
	nmk_session *session = new_guest(w), *stranger;
	struct pair pair, revoked, foreign;
	const char *bad[6];
	char message[400] = "", tampered[2048];

	issue_pair(w->creator, &pair);
	issue_pair(w->creator, &revoked);
	assert_status(NMK_OK, nmk_login_revoke(w->creator, revoked.login_id));
	options.token_audience = "another";
	other = market_with(w, options);
	stranger = member_of(other, "carl");
	issue_pair(stranger, &foreign);
	snprintf(tampered, sizeof tampered, "%s", pair.access);
	tampered[strlen(tampered) - 40] ^= 1;
	bad[0] = "", bad[1] = "a.b.c", bad[2] = revoked.access, bad[3] = foreign.access, bad[4] = tampered, bad[5] = pair.refresh;
	assert_status(NMK_OK, nmk_session_use_token(session, pair.access));
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_status(NMK_ELOGIN, nmk_session_use_token(session, bad[i]));
		assert_field("access_token", session);
		assert_string_equal(nmk_session_user_id(w->creator), nmk_session_user_id(session));
		if (i == 0)
			snprintf(message, sizeof message, "%s", nmk_session_error(session)->message);
		assert_string_equal(message, nmk_session_error(session)->message);
	}
	assert_status(NMK_EINVALID, nmk_session_use_token(session, NULL));
	assert_status(NMK_OK, use_at(other, foreign.access));
	nmk_session_close(stranger);
	nmk_market_close(other);
	nmk_session_close(session);
}

/* DEF-08: role and state come from the record, not from the token. */
static void test_def_08__what_was_taken_away_is_gone_at_once(void **state)
{
	struct world *w = *state;
	nmk_session *session = new_guest(w);
	nmk_category *category;
	struct pair pair, next;
	char id[64];

	nmk_session_close(world_member(w, "andrea", NMK_ROLE_ADMIN));
	user_id_of(w, "andrea", id);
	issue_pair(w->admin, &pair);
	assert_status(NMK_OK, nmk_session_use_token(session, pair.access));
	assert_status(NMK_OK, nmk_category_create(session, "Technik", NULL, NULL, NULL, &category));
	nmk_category_free(category);
	nmk_session_close(session);

	session = member_of(w->market, "andrea");
	issue_pair(session, &pair);
	nmk_session_close(session);
	session = new_guest(w);
	assert_status(NMK_OK, nmk_session_use_token(session, pair.access));
	assert_status(NMK_OK, nmk_user_set_role(w->admin, id, NMK_ROLE_CONSUMER));
	assert_status(NMK_EDENIED, nmk_category_create(session, "Kunst", NULL, NULL, NULL, &category));
	assert_status(NMK_OK, nmk_user_suspend(w->admin, id, "test", 0));
	assert_int_not_equal(NMK_OK, nmk_category_create(session, "Kunst", NULL, NULL, NULL, &category));
	assert_status(NMK_ELOGIN, use_at(w->market, pair.access));
	assert_status(NMK_ELOGIN, refresh_at(w->market, pair.refresh, &next));
	nmk_session_close(session);
}

static void test_use_token__a_deleted_account(void **state)
{
	struct world *w = *state;
	struct pair pair, next;
	char id[64];

	issue_pair(w->stranger, &pair);
	user_id_of(w, "stefan", id);
	assert_status(NMK_OK, nmk_user_delete(w->admin, id));
	assert_status(NMK_ELOGIN, use_at(w->market, pair.access));
	assert_status(NMK_ELOGIN, refresh_at(w->market, pair.refresh, &next));
}

/* ---- the next pair ---- */

static void test_token_refresh__gives_the_next_pair(void **state)
{
	struct world *w = *state;
	struct pair first, second, third;

	issue_pair(w->creator, &first);
	world_advance(w, 9 * MINUTE);
	assert_status(NMK_OK, refresh_at(w->market, first.refresh, &second));
	assert_string_equal(first.login_id, second.login_id);
	assert_string_not_equal(first.refresh, second.refresh);
	assert_string_not_equal(first.access, second.access);
	assert_status(NMK_OK, use_at(w->market, first.access)); /* it still runs */
	assert_status(NMK_OK, use_at(w->market, second.access));
	assert_status(NMK_OK, refresh_at(w->market, second.refresh, &third));
	assert_int_equal(2, count_events(w, "action = 'token_refresh' AND result = 'ok'"));
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM login"));
}

static void test_token_refresh__a_lost_answer_is_given_again(void **state)
{
	struct world *w = *state;
	struct pair first, second, again;

	issue_pair(w->creator, &first);
	assert_status(NMK_OK, refresh_at(w->market, first.refresh, &second));
	for (int i = 0; i < 3; i++) {
		assert_status(NMK_OK, refresh_at(w->market, first.refresh, &again));
		assert_string_equal(second.refresh, again.refresh);
		assert_status(NMK_OK, use_at(w->market, again.access));
	}
	assert_status(NMK_OK, refresh_at(w->market, again.refresh, &again));
	assert_status(NMK_OK, use_at(w->market, again.access));
}

static void test_token_refresh__a_lost_answer_for_30_seconds(void **state)
{
	struct world *w = *state;
	struct pair first, second, again;

	issue_pair(w->creator, &first);
	world_advance(w, 5 * MINUTE);
	assert_status(NMK_OK, refresh_at(w->market, first.refresh, &second));
	world_advance(w, 30 * SECOND - 1);
	assert_status(NMK_OK, refresh_at(w->market, first.refresh, &again));
	world_advance(w, 1);
	assert_status(NMK_OK, refresh_at(w->market, first.refresh, &again));
	assert_string_equal(second.refresh, again.refresh);
	world_advance(w, 1);
	assert_status(NMK_ELOGIN, refresh_at(w->market, first.refresh, &again));
	assert_status(NMK_ELOGIN, refresh_at(w->market, second.refresh, &again)); /* the family is gone */
}

static int64_t waiting_mails(struct world *w, const char *template_name)
{
	char sql[200];

	snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM outbox WHERE template_name = '%s'", template_name);
	return world_sql(w, sql);
}

/* DEF-09, the third part: a token that comes twice is taken for stolen. */
static void test_def_09__reuse_ends_the_login_and_is_told(void **state)
{
	struct world *w = *state;
	nmk_session *session = new_guest(w);
	struct pair first, second, third, none;

	assert_status(NMK_OK, nmk_session_set_client(w->creator, NULL, "Firefox auf Linux", NULL));
	issue_pair(w->creator, &first);
	assert_status(NMK_OK, refresh_at(w->market, first.refresh, &second));
	assert_status(NMK_OK, refresh_at(w->market, second.refresh, &third));
	assert_status(NMK_OK, nmk_session_use_token(session, third.access));
	assert_status(NMK_ELOGIN, refresh_at(w->market, first.refresh, &none)); /* at once: its child is in use */
	assert_status(NMK_ELOGIN, refresh_at(w->market, third.refresh, &none));
	assert_status(NMK_ELOGIN, use_at(w->market, third.access));
	assert_status(NMK_ELOGIN, nmk_consent_record(session, NMK_CONSENT_MARKETING, true, "1", NULL));
	assert_int_equal(1, count_events(w, "action = 'failed_security_check' AND object_type = 'login' AND result = 'login' "
	                                 "AND details LIKE '%reuse%'"));
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM login WHERE revoked_reason = 'reuse'"));
	assert_int_equal(1, waiting_mails(w, "token_reuse"));
	assert_status(NMK_ELOGIN, refresh_at(w->market, first.refresh, &none)); /* nobody is told twice */
	assert_int_equal(1, waiting_mails(w, "token_reuse"));
	nmk_session_close(session);
}

/* However old it is: the chain leads from it to the newest. */
static void test_token_refresh__reuse_of_any_age(void **state)
{
	struct world *w = *state;
	struct pair first, next;

	issue_pair(w->creator, &first);
	next = first;
	for (int i = 0; i < 50; i++) {
		world_advance(w, 20 * MINUTE);
		assert_status(NMK_OK, refresh_at(w->market, next.refresh, &next));
	}
	assert_status(NMK_ELOGIN, refresh_at(w->market, first.refresh, &first));
	assert_status(NMK_ELOGIN, refresh_at(w->market, next.refresh, &next));
	assert_int_equal(1, count_events(w, "action = 'failed_security_check'"));
}

/* Suspended for an hour: the login waits, but who brings an old token ends it. */
static void test_token_refresh__while_the_member_is_suspended(void **state)
{
	struct world *w = *state;
	struct pair phone, old, laptop;
	char id[64];

	user_id_of(w, "carl", id);
	issue_pair(w->creator, &laptop);
	issue_pair(w->creator, &old);
	assert_status(NMK_OK, refresh_at(w->market, old.refresh, &phone));
	assert_status(NMK_OK, refresh_at(w->market, phone.refresh, &phone));
	assert_status(NMK_OK, nmk_user_suspend(w->admin, id, "test", 0));
	assert_status(NMK_ELOGIN, refresh_at(w->market, laptop.refresh, &laptop));
	assert_status(NMK_ELOGIN, use_at(w->market, laptop.access));
	assert_int_equal(0, count_events(w, "action = 'failed_security_check'"));
	assert_status(NMK_ELOGIN, refresh_at(w->market, old.refresh, &old));
	assert_int_equal(1, count_events(w, "action = 'failed_security_check'"));
	assert_status(NMK_OK, nmk_user_reactivate(w->admin, id));
	assert_status(NMK_OK, use_at(w->market, laptop.access));
	assert_status(NMK_OK, refresh_at(w->market, laptop.refresh, &laptop));
	assert_status(NMK_ELOGIN, refresh_at(w->market, phone.refresh, &phone));
}

/* After 65535 exchanges one logs in again: the chain from the first token to the newest stays short. */
static void test_token_refresh__ends_after_65535_exchanges(void **state)
{
	struct world *w = *state;
	struct refresh_token token;
	struct pair pair, next;
	unsigned char hash[32];
	char text[REFRESH_TEXT_SIZE], sql[300], hex[65];
	sqlite3 *db;

	issue_pair(w->creator, &pair);
	assert_true(refresh_token_read(w->market->keys, pair.refresh, &token));
	while (token.generation < 65534)
		refresh_token_next(w->market->keys, &token);
	refresh_token_hash(&token, hash);
	sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
	snprintf(sql, sizeof sql, "UPDATE login SET generation = 65534, secret_hash = x'%s'", hex);
	assert_int_equal(SQLITE_OK, sqlite3_open_v2(w->path, &db, SQLITE_OPEN_READWRITE, NULL));
	assert_int_equal(SQLITE_OK, sqlite3_exec(db, sql, NULL, NULL, NULL));
	sqlite3_close(db);
	refresh_token_write(w->market->keys, &token, text);
	assert_status(NMK_OK, refresh_at(w->market, text, &next));
	assert_status(NMK_ELOGIN, refresh_at(w->market, next.refresh, &next));
	assert_int_equal(0, count_events(w, "action = 'failed_security_check'"));
	assert_status(NMK_ELOGIN, refresh_at(w->market, pair.refresh, &pair)); /* and yet the first one is known */
	assert_int_equal(1, count_events(w, "action = 'failed_security_check'"));
}

static void test_token_refresh__ends_when_it_was_idle(void **state)
{
	struct world *w = *state;
	struct pair first, second, third;

	issue_pair(w->creator, &first);
	world_advance(w, 30 * MINUTE - 1);
	assert_status(NMK_OK, refresh_at(w->market, first.refresh, &second));
	world_advance(w, 30 * MINUTE - 1);
	assert_status(NMK_OK, refresh_at(w->market, second.refresh, &third));
	world_advance(w, 30 * MINUTE);
	assert_status(NMK_ELOGIN, refresh_at(w->market, third.refresh, &third));
	assert_int_equal(0, count_events(w, "action = 'failed_security_check'"));
}

/* login_days in any case, however busy; and an access token never outlives its login. */
static void test_token_refresh__ends_after_so_many_days(void **state)
{
	struct world *w = *state;
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_market *market;
	nmk_session *session, *guest = new_guest(w);
	nmk_tokens *tokens;
	struct pair pair;

	options.idle_minutes = 2 * 24 * 60;
	options.login_days = 3;
	market = market_with(w, options);
	session = member_of(market, "carl");
	issue_pair(session, &pair);
	world_advance(w, 2 * DAY - 1);
	assert_status(NMK_OK, refresh_at(market, pair.refresh, &pair));
	nmk_session_close(session);
	world_advance(w, DAY - 5 * MINUTE);
	assert_status(NMK_OK, nmk_session_open(market, &session));
	assert_status(NMK_OK, nmk_token_refresh(session, pair.refresh, &tokens));
	assert_int_equal(w->now + 5 * MINUTE + 1, nmk_tokens_refresh_expires_at(tokens));
	assert_int_equal(w->now + 5 * MINUTE + 1, nmk_tokens_access_expires_at(tokens));
	keep(&pair, tokens);
	world_advance(w, 5 * MINUTE);
	assert_status(NMK_OK, use_at(market, pair.access));
	assert_status(NMK_OK, refresh_at(market, pair.refresh, &pair)); /* the last millisecond */
	world_advance(w, 1);
	assert_status(NMK_ELOGIN, use_at(market, pair.access));
	assert_status(NMK_ELOGIN, refresh_at(market, pair.refresh, &pair));
	nmk_session_close(session);
	nmk_session_close(guest);
	nmk_market_close(market);
}

static void test_token_refresh__what_is_no_token(void **state)
{
	struct world *w = *state;
	nmk_session *session = new_guest(w);
	nmk_tokens *tokens;
	struct pair pair, next;
	char text[2100];

	issue_pair(w->creator, &pair);
	assert_status(NMK_EINVALID, nmk_token_refresh(session, NULL, &tokens));
	assert_status(NMK_EINVALID, nmk_token_refresh(session, pair.refresh, NULL));
	assert_status(NMK_ELOGIN, refresh_at(w->market, "", &next));
	assert_status(NMK_ELOGIN, refresh_at(w->market, "nmr1.", &next));
	assert_status(NMK_ELOGIN, refresh_at(w->market, pair.access, &next));
	snprintf(text, sizeof text, "%s.", pair.refresh);
	assert_status(NMK_ELOGIN, refresh_at(w->market, text, &next));
	for (size_t i = 0; i < strlen(pair.refresh); i++) { /* nothing in it may change */
		snprintf(text, sizeof text, "%s", pair.refresh);
		text[i] = text[i] == 'A' ? 'B' : 'A';
		assert_status(NMK_ELOGIN, refresh_at(w->market, text, &next));
	}
	snprintf(text, sizeof text, "%s", pair.refresh);
	text[40] = '\0';
	assert_status(NMK_ELOGIN, refresh_at(w->market, text, &next));
	assert_status(NMK_OK, refresh_at(w->market, pair.refresh, &next)); /* and nobody was logged out by it */
	nmk_session_close(session);
}

/* DEF-10: several devices side by side; a page that asks twice at once is not logged out. */
static void test_def_10__devices_do_not_knock_each_other_out(void **state)
{
	struct world *w = *state;
	struct pair phone, laptop, twice;

	issue_pair(w->creator, &phone);
	issue_pair(w->creator, &laptop);
	for (int i = 0; i < 5; i++) {
		assert_status(NMK_OK, refresh_at(w->market, phone.refresh, &phone));
		assert_status(NMK_OK, refresh_at(w->market, laptop.refresh, &twice));
		assert_status(NMK_OK, refresh_at(w->market, laptop.refresh, &laptop));
		assert_string_equal(twice.refresh, laptop.refresh);
	}
	assert_status(NMK_OK, use_at(w->market, phone.access));
	assert_status(NMK_OK, use_at(w->market, laptop.access));
	assert_int_equal(0, count_events(w, "action = 'failed_security_check'"));
}

/* DEF-09: logout ends the access token too, of this device. */
static void test_def_09__logout_ends_the_login_at_once(void **state)
{
	struct world *w = *state;
	nmk_session *session = new_guest(w);
	struct pair phone, laptop;

	issue_pair(w->creator, &phone);
	issue_pair(w->creator, &laptop);
	assert_status(NMK_OK, nmk_session_use_token(session, phone.access));
	assert_status(NMK_OK, nmk_session_logout(session));
	assert_status(NMK_ELOGIN, use_at(w->market, phone.access));
	assert_status(NMK_ELOGIN, refresh_at(w->market, phone.refresh, &phone));
	assert_status(NMK_OK, use_at(w->market, laptop.access));
	assert_status(NMK_OK, refresh_at(w->market, laptop.refresh, &laptop));
	nmk_session_close(session);
}

/* DEF-09: a new password ends all logins but the one that set it. */
static void test_def_09__a_new_password_ends_all_other_logins(void **state)
{
	struct world *w = *state;
	nmk_session *first, *second, *session = new_guest(w);
	struct pair phone, laptop;

	add_with_password(w, "rosa");
	first = log_in(w, "rosa", &phone);
	second = log_in(w, "rosa", &laptop);
	assert_status(NMK_OK, nmk_session_use_token(session, phone.access));
	assert_status(NMK_OK, nmk_password_change(session, PASSWORD, "Ein ganz anderes Passwort 2!"));
	assert_status(NMK_OK, nmk_consent_record(session, NMK_CONSENT_MARKETING, true, "1", NULL));
	assert_status(NMK_OK, use_at(w->market, phone.access));
	assert_status(NMK_OK, refresh_at(w->market, phone.refresh, &phone));
	assert_status(NMK_OK, use_at(w->market, phone.access));
	assert_status(NMK_ELOGIN, use_at(w->market, laptop.access));
	assert_status(NMK_ELOGIN, refresh_at(w->market, laptop.refresh, &laptop));
	assert_status(NMK_ELOGIN, nmk_consent_record(first, NMK_CONSENT_MARKETING, true, "1", NULL));
	nmk_session_close(first);
	nmk_session_close(second);
	nmk_session_close(session);
}

/* ---- where am I logged in ---- */

static void test_login_list__shows_devices_newest_first(void **state)
{
	struct world *w = *state;
	nmk_session *session = new_guest(w);
	struct pair phone, laptop;
	nmk_login_page *page;
	const nmk_login *login;
	char *json;

	assert_status(NMK_OK, nmk_session_set_client(w->creator, "192.0.2.7", "Telefon", NULL));
	issue_pair(w->creator, &phone);
	world_advance(w, MINUTE);
	assert_status(NMK_OK, nmk_session_set_client(w->creator, NULL, NULL, NULL));
	issue_pair(w->creator, &laptop);
	world_advance(w, MINUTE);
	assert_status(NMK_OK, refresh_at(w->market, phone.refresh, &phone));
	assert_status(NMK_OK, nmk_session_use_token(session, phone.access));
	assert_status(NMK_OK, nmk_login_list(session, NULL, NULL, 0, &page));
	assert_int_equal(2, nmk_login_page_count(page));
	assert_null(nmk_login_page_next(page));
	login = nmk_login_page_item(page, 0);
	assert_string_equal(laptop.login_id, nmk_login_id(login));
	assert_null(nmk_login_device(login));
	assert_false(nmk_login_current(login));
	login = nmk_login_page_item(page, 1);
	assert_string_equal(phone.login_id, nmk_login_id(login));
	assert_string_equal("Telefon", nmk_login_device(login));
	assert_true(nmk_login_current(login));
	assert_false(nmk_login_second_factor(login));
	assert_int_equal(w->now - 2 * MINUTE, nmk_login_created_at(login));
	assert_int_equal(w->now, nmk_login_last_used_at(login));
	assert_int_equal(w->now - 2 * MINUTE + 60 * DAY, nmk_login_expires_at(login));
	json = nmk_login_json(login);
	assert_non_null(strstr(json, "\"device\":\"Telefon\""));
	assert_non_null(strstr(json, "\"current\":true"));
	nmk_free(json);
	nmk_login_page_free(page);
	nmk_session_close(session);
}

static void test_login_list__only_what_is_valid(void **state)
{
	struct world *w = *state;
	struct pair pair, kept;
	nmk_login_page *page;

	issue_pair(w->creator, &pair);          /* will be idle */
	world_advance(w, 20 * MINUTE);
	issue_pair(w->creator, &kept);
	issue_pair(w->creator, &pair);
	assert_status(NMK_OK, nmk_login_revoke(w->creator, pair.login_id));
	world_advance(w, 10 * MINUTE - 1);
	assert_status(NMK_OK, nmk_login_list(w->creator, NULL, NULL, 0, &page));
	assert_int_equal(2, nmk_login_page_count(page));
	nmk_login_page_free(page);
	world_advance(w, 1);
	assert_status(NMK_OK, nmk_login_list(w->creator, NULL, NULL, 0, &page));
	assert_int_equal(1, nmk_login_page_count(page));
	assert_string_equal(kept.login_id, nmk_login_id(nmk_login_page_item(page, 0)));
	nmk_login_page_free(page);
}

static void test_login_list__page_by_page(void **state)
{
	struct world *w = *state;
	char cursor[200] = "", last[64] = "~";
	nmk_login_page *page;
	struct pair pair;
	int seen = 0;

	for (int i = 0; i < 7; i++)
		issue_pair(w->creator, &pair);
	do {
		assert_status(NMK_OK, nmk_login_list(w->creator, NULL, *cursor ? cursor : NULL, 3, &page));
		for (size_t i = 0; i < nmk_login_page_count(page); i++, seen++) {
			assert_true(strcmp(nmk_login_id(nmk_login_page_item(page, i)), last) < 0);
			snprintf(last, sizeof last, "%s", nmk_login_id(nmk_login_page_item(page, i)));
		}
		snprintf(cursor, sizeof cursor, "%s", nmk_login_page_next(page) ? nmk_login_page_next(page) : "");
		nmk_login_page_free(page);
	} while (*cursor);
	assert_int_equal(7, seen);
	assert_status(NMK_EINVALID, nmk_login_list(w->creator, NULL, "nonsense", 0, &page));
	assert_status(NMK_EINVALID, nmk_login_list(w->creator, NULL, NULL, 101, &page));
	assert_status(NMK_EINVALID, nmk_login_list(w->creator, NULL, NULL, 0, NULL));
}

static void test_login_list__of_oneself_or_by_administrators(void **state)
{
	struct world *w = *state;
	nmk_login_page *page;
	struct pair pair;
	char id[64];

	issue_pair(w->creator, &pair);
	user_id_of(w, "carl", id);
	assert_status(NMK_OK, nmk_login_list(w->creator, id, NULL, 0, &page));
	nmk_login_page_free(page);
	assert_status(NMK_OK, nmk_login_list(w->admin, id, NULL, 0, &page));
	assert_int_equal(1, nmk_login_page_count(page));
	nmk_login_page_free(page);
	assert_status(NMK_OK, nmk_login_list(w->system, id, NULL, 0, &page));
	nmk_login_page_free(page);
	assert_status(NMK_EINVALID, nmk_login_list(w->system, NULL, NULL, 0, &page));
	assert_status(NMK_EDENIED, nmk_login_list(w->stranger, id, NULL, 0, &page));
	assert_status(NMK_EDENIED, nmk_login_list(w->moderator, id, NULL, 0, &page));
	assert_status(NMK_ELOGIN, nmk_login_list(w->guest, id, NULL, 0, &page));
	assert_status(NMK_ENOTFOUND, nmk_login_list(w->admin, pair.login_id, NULL, 0, &page)); /* no user's id */
}

static void test_login_revoke__ends_one(void **state)
{
	struct world *w = *state;
	struct pair phone, laptop;

	issue_pair(w->creator, &phone);
	issue_pair(w->creator, &laptop);
	assert_status(NMK_ENOTFOUND, nmk_login_revoke(w->stranger, phone.login_id));
	assert_status(NMK_EDENIED, nmk_login_revoke(w->moderator, phone.login_id));
	assert_status(NMK_ELOGIN, nmk_login_revoke(w->guest, phone.login_id));
	assert_status(NMK_EINVALID, nmk_login_revoke(w->creator, NULL));
	assert_status(NMK_ENOTFOUND, nmk_login_revoke(w->creator, nmk_session_user_id(w->creator)));
	assert_status(NMK_OK, use_at(w->market, phone.access));
	assert_status(NMK_OK, nmk_login_revoke(w->creator, phone.login_id));
	assert_status(NMK_ELOGIN, use_at(w->market, phone.access));
	assert_status(NMK_ELOGIN, refresh_at(w->market, phone.refresh, &phone));
	assert_status(NMK_OK, use_at(w->market, laptop.access));
	assert_status(NMK_OK, nmk_login_revoke(w->creator, phone.login_id)); /* it has ended already */
	assert_status(NMK_OK, nmk_login_revoke(w->admin, laptop.login_id));
	assert_status(NMK_ELOGIN, use_at(w->market, laptop.access));
	assert_int_equal(2, count_events(w, "action = 'token_blacklist'"));
}

static void test_login_revoke_all__but_the_one_that_asks(void **state)
{
	struct world *w = *state;
	nmk_session *with_password, *session = new_guest(w);
	struct pair phone, laptop;
	char id[64];

	add_with_password(w, "rosa");
	user_id_of(w, "rosa", id);
	with_password = log_in(w, "rosa", &phone);
	issue_pair(with_password, &laptop);
	assert_status(NMK_OK, nmk_session_use_token(session, phone.access));
	assert_status(NMK_OK, nmk_login_revoke_all(session, NULL));
	assert_status(NMK_OK, nmk_consent_record(session, NMK_CONSENT_MARKETING, true, "1", NULL));
	assert_status(NMK_OK, use_at(w->market, phone.access));
	assert_status(NMK_OK, refresh_at(w->market, phone.refresh, &phone));
	assert_status(NMK_ELOGIN, use_at(w->market, laptop.access));
	assert_status(NMK_ELOGIN, nmk_consent_record(with_password, NMK_CONSENT_MARKETING, true, "1", NULL));
	assert_status(NMK_EDENIED, nmk_login_revoke_all(w->stranger, id));
	assert_status(NMK_EINVALID, nmk_login_revoke_all(w->system, NULL));
	assert_status(NMK_OK, nmk_login_revoke_all(w->admin, id));
	assert_status(NMK_ELOGIN, use_at(w->market, phone.access));
	assert_status(NMK_ELOGIN, refresh_at(w->market, phone.refresh, &phone));
	nmk_session_close(with_password);
	nmk_session_close(session);
}

/* ---- what is kept ---- */

static void test_logins__that_ended_are_swept(void **state)
{
	struct world *w = *state;
	struct pair pair;

	for (int i = 0; i < 3; i++)
		issue_pair(w->creator, &pair);
	assert_status(NMK_OK, nmk_login_revoke(w->creator, pair.login_id));
	issue_pair(w->stranger, &pair);
	assert_int_equal(4, world_sql(w, "SELECT COUNT(*) FROM login"));
	world_advance(w, 30 * MINUTE - 1);
	issue_pair(w->creator, &pair);
	assert_int_equal(5, world_sql(w, "SELECT COUNT(*) FROM login"));
	world_advance(w, 1); /* the two idle ones of this member go; the revoked one stays 30 days, others' wait for them */
	issue_pair(w->creator, &pair);
	assert_int_equal(4, world_sql(w, "SELECT COUNT(*) FROM login"));
	world_advance(w, 30 * DAY - 30 * MINUTE - 1);
	issue_pair(w->moderator, &pair);
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM login WHERE revoked_at IS NOT NULL"));
	world_advance(w, 1);
	issue_pair(w->moderator, &pair);
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM login WHERE revoked_at IS NOT NULL"));
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM login JOIN user_account ON user_account.id = user_id "
	                              "WHERE username = 'stefan'"));
	world_advance(w, 60 * DAY);
	issue_pair(w->moderator, &pair);
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM login"));
}

static bool file_has(const char *path, const void *bytes, size_t length)
{
	FILE *file = fopen(path, "rb");
	char *text;
	long size;
	bool found = false;

	assert_non_null(file);
	fseek(file, 0, SEEK_END);
	size = ftell(file);
	rewind(file);
	text = malloc((size_t)size + 1);
	assert_int_equal(size, fread(text, 1, (size_t)size, file));
	fclose(file);
	for (long i = 0; !found && i + (long)length <= size; i++)
		found = memcmp(text + i, bytes, length) == 0;
	free(text);
	return found;
}

static void test_store__has_neither_tokens_nor_devices(void **state)
{
	struct world *w = *state;
	struct dirent *entry;
	unsigned char secret[32];
	struct pair pair;
	size_t length;
	DIR *folder;
	int files = 0;

	assert_status(NMK_OK, nmk_session_set_client(w->creator, NULL, "Brotkasten mit Browser", NULL));
	issue_pair(w->creator, &pair);
	assert_status(NMK_OK, refresh_at(w->market, pair.refresh, &pair));
	assert_int_equal(0, sodium_base642bin(secret, sizeof secret, pair.refresh + 28, 43, NULL, &length, NULL,
	                                      sodium_base64_VARIANT_URLSAFE_NO_PADDING));
	folder = opendir(w->folder);
	while ((entry = readdir(folder)) != NULL) {
		char path[512];

		snprintf(path, sizeof path, "%s/%s", w->folder, entry->d_name);
		if (entry->d_type != DT_REG)
			continue;
		assert_false(file_has(path, pair.refresh, strlen(pair.refresh)));
		assert_false(file_has(path, pair.refresh + 28, 43));
		assert_false(file_has(path, secret, sizeof secret));
		assert_false(file_has(path, pair.access, strlen(pair.access)));
		assert_false(file_has(path, "Brotkasten", 10));
		files++;
	}
	closedir(folder);
	assert_true(files >= 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_token_issue__gives_a_pair),
		WORLD_TEST(test_token_issue__others_verify_it_with_the_public_keys),
		WORLD_TEST(test_token_issue__for_members_who_logged_in),
		WORLD_TEST(test_token_issue__a_hundred_devices),
		WORLD_TEST(test_use_token__the_session_becomes_the_members),
		WORLD_TEST(test_use_token__until_it_expires),
		WORLD_TEST(test_use_token__every_bad_one_has_the_same_answer),
		WORLD_TEST(test_def_08__what_was_taken_away_is_gone_at_once),
		WORLD_TEST(test_use_token__a_deleted_account),
		WORLD_TEST(test_token_refresh__gives_the_next_pair),
		WORLD_TEST(test_token_refresh__a_lost_answer_is_given_again),
		WORLD_TEST(test_token_refresh__a_lost_answer_for_30_seconds),
		WORLD_TEST(test_def_09__reuse_ends_the_login_and_is_told),
		WORLD_TEST(test_token_refresh__reuse_of_any_age),
		WORLD_TEST(test_token_refresh__while_the_member_is_suspended),
		WORLD_TEST(test_token_refresh__ends_after_65535_exchanges),
		WORLD_TEST(test_token_refresh__ends_when_it_was_idle),
		WORLD_TEST(test_token_refresh__ends_after_so_many_days),
		WORLD_TEST(test_token_refresh__what_is_no_token),
		WORLD_TEST(test_def_10__devices_do_not_knock_each_other_out),
		WORLD_TEST(test_def_09__logout_ends_the_login_at_once),
		WORLD_TEST(test_def_09__a_new_password_ends_all_other_logins),
		WORLD_TEST(test_login_list__shows_devices_newest_first),
		WORLD_TEST(test_login_list__only_what_is_valid),
		WORLD_TEST(test_login_list__page_by_page),
		WORLD_TEST(test_login_list__of_oneself_or_by_administrators),
		WORLD_TEST(test_login_revoke__ends_one),
		WORLD_TEST(test_login_revoke_all__but_the_one_that_asks),
		WORLD_TEST(test_logins__that_ended_are_swept),
		WORLD_TEST(test_store__has_neither_tokens_nor_devices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
