#include "identity_test.h"

#include <nanomarket/second_factor.h>
#include "account.h"
#include "session.h"
#include "totp.h"

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
	assert_int_equal(1, world_events(w, "rosa", "action = 'login_failure' AND object = $person AND object_type = 'user'"
	                                 " AND details = '{\"reason\":\"wrong_password\"}' AND result <> 'ok'"));
	assert_failed(w, NMK_ELOGIN, "nobody@example.org", "falsch");
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM audit_event WHERE action = 'login_failure' AND object IS NULL"
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
	assert_status(NMK_OK, nmk_user_suspend(w->admin, id, "Spam", 0));
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

/* ---- the hash in the store ---- */

/* Put or read the stored hash past all calls. */
static void put_hash(struct world *w, const char *username, const char *hash)
{
	struct nmk_user user = { 0 };
	struct nmk_op op;
	nmk_status rc = op_begin(&op, w->system, OP_session_login);

	while (op_next(&op, &rc)) {
		op.action = NULL;
		rc = user_load_named(&op, username, &user);
		if (rc == NMK_OK)
			rc = password_put(&op, user.id.number, hash, false, false);
	}
	assert_status(NMK_OK, rc);
	fields_free(user_fields, &user);
}

static void get_hash(struct world *w, const char *username, char hash[PASSWORD_TEXT_SIZE])
{
	struct nmk_user user = { 0 };
	struct nmk_op op;
	struct stmt stmt;
	nmk_status rc = op_begin(&op, w->system, OP_session_login);

	while (op_next(&op, &rc)) {
		op.action = NULL;
		rc = user_load_named(&op, username, &user);
		stmt_init(&stmt, &op.tx, SQL_credential_get);
		stmt_int(&stmt, "id", user.id.number);
		if (rc == NMK_OK && stmt_next(&stmt, &rc)) {
			size_t length;
			const void *sealed = stmt_column_blob(&stmt, 2, &length);

			rc = password_open(&op, user.id.number, stmt_column_int(&stmt, 3), sealed, length, hash);
			stmt_end(&stmt);
		}
	}
	assert_status(NMK_OK, rc);
	fields_free(user_fields, &user);
}

static void assert_hash_begins(struct world *w, const char *username, const char *beginning)
{
	char hash[PASSWORD_TEXT_SIZE] = "";

	get_hash(w, username, hash);
	hash[strlen(beginning)] = '\0';
	assert_string_equal(beginning, hash);
}

static void test_session_login__a_damaged_hash_lets_nobody_in(void **state)
{
	static const char *const hashes[] = { "", "nonsense", "$argon2id$v=19$m=64,t=1,p=2$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAA" };
	struct world *w = *state;

	add_with_password(w, "rosa@example.org", "rosa");
	for (size_t i = 0; i < sizeof hashes / sizeof hashes[0]; i++) {
		put_hash(w, "rosa", hashes[i]);
		assert_failed(w, NMK_ELOGIN, "rosa@example.org", PASSWORD);
	}
}

static void test_session_login__a_hash_that_does_not_open_lets_nobody_in(void **state)
{
	struct world *w = *state;

	add_with_password(w, "rosa@example.org", "rosa");
	add_with_password(w, "emma@example.org", "emma");
	tamper(w, "UPDATE user_account SET password_sealed = (SELECT password_sealed FROM user_account WHERE username = 'emma')"
	          " WHERE username = 'rosa'");
	assert_status(NMK_ECORRUPT, nmk_session_login(w->guest, "rosa@example.org", PASSWORD));
	assert_null(nmk_session_user_id(w->guest));
	assert_status(NMK_OK, nmk_session_login(w->guest, "emma@example.org", PASSWORD));
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
	assert_hash_begins(w, "rosa", "$argon2id$v=19$m=19456,t=2,p=1$");
	options.password_memory_kib = 20480;
	options.password_passes = 3;
	assert_status(NMK_OK, nmk_market_open(w->path, &options, NULL, &market));
	assert_status(NMK_OK, nmk_session_open(market, &guest));
	assert_status(NMK_ELOGIN, nmk_session_login(guest, "rosa@example.org", "falsch"));
	assert_hash_begins(w, "rosa", "$argon2id$v=19$m=19456,t=2,p=1$");
	assert_status(NMK_OK, nmk_session_login(guest, "rosa@example.org", PASSWORD));
	assert_hash_begins(w, "rosa", "$argon2id$v=19$m=20480,t=3,p=1$");
	assert_int_equal(2, events(w, "login_success"));
	assert_status(NMK_OK, nmk_session_login(guest, "rosa@example.org", PASSWORD));
	nmk_session_close(guest);
	nmk_market_close(market);
}

/* ---- between the two transactions ---- */

/* A clock that does something when it is asked for the time the nth time. */
struct meddler {
	struct world *world;
	int calls, strike;
	const char *sql;
};

static int64_t meddle(void *context)
{
	struct meddler *meddler = context;

	if (++meddler->calls == meddler->strike)
		tamper(meddler->world, meddler->sql);
	return meddler->world->now;
}

/* Log in as rosa while somebody does that between the two transactions. */
static nmk_status login_while(struct world *w, const char *password, const char *sql)
{
	struct meddler meddler = { .world = w, .sql = sql };
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_session *guest;
	nmk_market *market;
	nmk_status rc;

	options.clock = meddle;
	options.clock_context = &meddler;
	options.password_memory_kib = 19456;
	assert_status(NMK_OK, nmk_market_open(w->path, &options, NULL, &market));
	assert_status(NMK_OK, nmk_session_open(market, &guest));
	meddler.calls = 0;
	meddler.strike = 3; /* 1 and 2: the first operation begins and gets its transaction; 3: verifying begins */
	rc = nmk_session_login(guest, "rosa@example.org", password);
	assert_true(meddler.calls >= 3);
	nmk_session_close(guest);
	nmk_market_close(market);
	return rc;
}

static void test_session_login__decides_on_the_record_as_it_is_after_the_verification(void **state)
{
	struct world *w = *state;

	add_with_password(w, "rosa@example.org", "rosa");
	assert_status(NMK_OK, login_while(w, PASSWORD, "UPDATE user_account SET role = 'consumer' WHERE username = 'rosa'"));
	assert_status(NMK_EDENIED, login_while(w, PASSWORD, "UPDATE user_account SET status = 'suspended' WHERE username = 'rosa'"));
	assert_status(NMK_ELOGIN, login_while(w, PASSWORD, "UPDATE user_account SET status = 'deleted' WHERE username = 'rosa'"));
	assert_status(NMK_ELOGIN, login_while(w, PASSWORD, "UPDATE user_account SET status = 'active', password_sealed = NULL"
	                                                   " WHERE username = 'rosa'"));
}

static void test_session_login__a_password_changed_meanwhile_was_not_verified(void **state)
{
	struct world *w = *state;

	add_with_password(w, "rosa@example.org", "rosa");
	tamper(w, "CREATE TABLE spare (sealed BLOB); INSERT INTO spare SELECT password_sealed FROM user_account WHERE username = 'rosa'");
	put_hash(w, "rosa", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$AAAAAAAAAAAAAAAAAAAAAA");
	assert_status(NMK_ELOGIN, login_while(w, PASSWORD, "UPDATE user_account SET password_sealed = (SELECT sealed FROM spare)"
	                                                   " WHERE username = 'rosa'"));
	assert_status(NMK_OK, login_while(w, PASSWORD, "SELECT 1"));
}

/* ---- what is told of an attempt ---- */

static void test_session_login__the_audit_log_knows_the_network_and_not_the_device(void **state)
{
	struct world *w = *state;

	add_with_password(w, "rosa@example.org", "rosa");
	assert_status(NMK_OK, nmk_session_set_client(w->guest, "203.0.113.77", "Firefox on Linux", NULL));
	assert_status(NMK_ELOGIN, nmk_session_login(w->guest, "rosa@example.org", "falsch"));
	assert_status(NMK_OK, nmk_session_set_client(w->guest, "2001:db8:1:2:3:4:5:6", "Firefox on Linux", NULL));
	assert_status(NMK_OK, nmk_session_login(w->guest, "rosa@example.org", PASSWORD));
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM audit_event WHERE action = 'login_failure'"
	                                 " AND details = '{\"reason\":\"wrong_password\"}'"));
	assert_string_equal("{\"network\":\"203.0.113.0/24\"}", world_personal(w, "login_failure"));
	assert_string_equal("{\"network\":\"2001:db8:1::/48\"}", world_personal(w, "login_success"));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM audit_event WHERE details LIKE '%Firefox%' OR details LIKE '%.77%' OR details"
	                                 " LIKE '%203.0%'"));
}

static void test_session_login__a_suspension_that_has_run_out_is_none(void **state)
{
	struct world *w = *state;
	char id[64];

	add_with_password(w, "rosa@example.org", "rosa");
	user_id_of(w, "rosa", id);
	assert_status(NMK_OK, nmk_user_suspend(w->admin, id, "Spam", w->now + 1000));
	world_advance(w, 999);
	assert_failed(w, NMK_EDENIED, "rosa@example.org", PASSWORD);
	world_advance(w, 1);
	assert_failed(w, NMK_ELOGIN, "rosa@example.org", "falsch");
	assert_int_equal(0, events(w, "user_unsuspended"));
	assert_status(NMK_OK, nmk_session_login(w->guest, "rosa@example.org", PASSWORD));
	assert_int_equal(1, events(w, "user_unsuspended"));
	assert_int_equal(1, world_sql(w, "SELECT status = 'active' AND suspended_until IS NULL FROM user_account WHERE username = 'rosa'"));
	assert_status(NMK_OK, nmk_session_login(w->guest, "rosa@example.org", PASSWORD));
	assert_int_equal(1, events(w, "user_unsuspended"));
}

static void test_session_login__the_right_password_of_who_may_not_is_no_failure(void **state)
{
	struct world *w = *state;

	register_ok(w, "rosa@example.org", "rosa");
	for (int i = 0; i < 8; i++)
		assert_failed(w, NMK_EDENIED, "rosa@example.org", PASSWORD);
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM throttle WHERE expires_at = 9223372036854775807"));
}

/* ---- the second factor ---- */

struct authenticator {
	unsigned char secret[TOTP_SECRET_MAXIMUM];
	size_t length;
};

static void scan(struct authenticator *a, const char *base32)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	unsigned pending = 0, bits = 0;

	for (a->length = 0; *base32; base32++) {
		pending = (pending << 5 | (unsigned)(strchr(alphabet, *base32) - alphabet)) & 0xFFF;
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			a->secret[a->length++] = (unsigned char)(pending >> bits);
		}
	}
}

static const char *code_of(struct world *w, const struct authenticator *a)
{
	static char code[TOTP_CODE_SIZE];

	totp_code(NMK_TOTP_SHA1, a->secret, a->length, totp_step(w->now), TOTP_DIGITS, code);
	return code;
}

/* rosa, with a second factor; the session that set it up is closed, the present code is a new one. */
static nmk_recovery_codes *rosa_with_second_factor(struct world *w, struct authenticator *a)
{
	nmk_session *session = new_guest(w);
	nmk_totp_enrollment *enrollment;
	nmk_recovery_codes *codes;

	add_with_password(w, "rosa@example.org", "rosa");
	assert_status(NMK_OK, nmk_session_login(session, "rosa@example.org", PASSWORD));
	assert_status(NMK_OK, nmk_second_factor_begin(session, PASSWORD, NMK_TOTP_SHA1, &enrollment));
	scan(a, nmk_totp_enrollment_secret(enrollment));
	nmk_totp_enrollment_free(enrollment);
	assert_status(NMK_OK, nmk_second_factor_confirm(session, code_of(w, a), &codes));
	nmk_session_close(session);
	world_advance(w, 30000);
	return codes;
}

static void test_session_login_with_code__password_and_code_let_in(void **state)
{
	struct world *w = *state;
	struct authenticator a;
	nmk_recovery_codes *codes = rosa_with_second_factor(w, &a);

	assert_status(NMK_OK, nmk_session_login_with_code(w->guest, "rosa@example.org", PASSWORD, code_of(w, &a)));
	assert_true(w->guest->grounds.second_factor);
	assert_status(NMK_ELOGIN, nmk_session_login_with_code(w->guest, "rosa@example.org", PASSWORD, code_of(w, &a)));
	assert_field("code", w->guest);
	assert_status(NMK_OK, nmk_session_login_with_code(w->guest, "rosa@example.org", PASSWORD, nmk_recovery_codes_item(codes, 0)));
	assert_status(NMK_ELOGIN, nmk_session_login_with_code(w->guest, "rosa@example.org", PASSWORD, nmk_recovery_codes_item(codes, 0)));
	assert_field("code", w->guest);
	nmk_recovery_codes_free(codes);
}

static void test_session_login_with_code__without_it_is_neither_failure_nor_success(void **state)
{
	struct world *w = *state;
	struct authenticator a;
	int64_t failures;

	nmk_recovery_codes_free(rosa_with_second_factor(w, &a));
	failures = events(w, "login_failure");
	for (int i = 0; i < 5; i++)
		assert_failed(w, NMK_ELOGIN, "rosa@example.org", "falsch");
	for (int i = 0; i < 4; i++) {
		assert_status(NMK_ELOGIN, nmk_session_login_with_code(w->guest, "rosa@example.org", PASSWORD, i % 2 ? "" : NULL));
		assert_field("code", w->guest);
	}
	assert_int_equal(failures + 5, events(w, "login_failure"));
	assert_null(nmk_session_user_id(w->guest));
	assert_failed(w, NMK_ELOGIN, "rosa@example.org", "falsch");
	assert_status(NMK_ELIMIT, nmk_session_login(w->guest, "rosa@example.org", PASSWORD));
}

static void test_session_login_with_code__a_wrong_password_says_nothing_of_the_code(void **state)
{
	struct world *w = *state;
	struct authenticator a;
	nmk_error with, without;

	nmk_recovery_codes_free(rosa_with_second_factor(w, &a));
	assert_failed(w, NMK_ELOGIN, "rosa@example.org", "falsch");
	without = *nmk_session_error(w->guest);
	assert_status(NMK_ELOGIN, nmk_session_login_with_code(w->guest, "rosa@example.org", "falsch", code_of(w, &a)));
	with = *nmk_session_error(w->guest);
	assert_memory_equal(&with, &without, sizeof with);
	assert_status(NMK_OK, nmk_session_login_with_code(w->guest, "rosa@example.org", PASSWORD, code_of(w, &a))); /* unused */
}

static void test_session_login_with_code__five_wrong_codes_in_a_quarter_of_an_hour(void **state)
{
	struct world *w = *state;
	struct authenticator a;

	nmk_recovery_codes_free(rosa_with_second_factor(w, &a));
	for (int i = 0; i < 5; i++) {
		assert_status(NMK_ELOGIN, nmk_session_login_with_code(w->guest, "rosa@example.org", PASSWORD, "no code"));
		assert_field("code", w->guest);
	}
	assert_int_equal(5, world_sql(w, "SELECT COUNT(*) FROM audit_event WHERE details LIKE '%wrong_code%'"));
	assert_status(NMK_ELIMIT, nmk_session_login_with_code(w->guest, "rosa@example.org", PASSWORD, code_of(w, &a)));
	assert_field("code", w->guest);
	assert_int_equal(15 * 60000, nmk_session_error(w->guest)->retry_after_ms);
	world_advance(w, 15 * 60000);
	assert_status(NMK_OK, nmk_session_login_with_code(w->guest, "rosa@example.org", PASSWORD, code_of(w, &a)));
}

static void test_session_login_with_code__a_code_that_nobody_needs_is_ignored(void **state)
{
	struct world *w = *state;
	char endless[200];

	add_with_password(w, "rosa@example.org", "rosa");
	assert_status(NMK_OK, nmk_session_login_with_code(w->guest, "rosa@example.org", PASSWORD, "123456"));
	assert_false(w->guest->grounds.second_factor);
	memset(endless, '1', sizeof endless);
	endless[sizeof endless - 1] = '\0';
	assert_status(NMK_EINVALID, nmk_session_login_with_code(w->guest, "rosa@example.org", PASSWORD, endless));
	assert_field("code", w->guest);
	assert_status(NMK_EINVALID, nmk_session_login_with_code(w->guest, "rosa@example.org", PASSWORD, "\xff"));
	assert_field("code", w->guest);
}

/* ---- the password again ---- */

static void test_account_prove_password__is_an_attempt_like_a_login(void **state)
{
	struct world *w = *state;
	nmk_session *session = new_guest(w);

	add_with_password(w, "rosa@example.org", "rosa");
	assert_status(NMK_OK, nmk_session_login(session, "rosa@example.org", PASSWORD));
	assert_status(NMK_OK, account_prove_password(session, OP_password_change, "current_password", PASSWORD));
	for (int i = 0; i < 6; i++) {
		assert_status(NMK_ELOGIN, account_prove_password(session, OP_password_change, "current_password", "falsch"));
		assert_field("current_password", session);
	}
	assert_status(NMK_ELIMIT, account_prove_password(session, OP_password_change, "current_password", PASSWORD));
	assert_status(NMK_ELIMIT, nmk_session_login(w->guest, "rosa@example.org", PASSWORD));
	assert_int_equal(6, world_sql(w, "SELECT COUNT(*) FROM audit_event WHERE action = 'login_failure' AND operation ="
	                                 " 'password_change' AND actor_kind = 'member' AND object = actor"));
	assert_int_equal(0, events(w, "password_changed"));
	world_advance(w, 1000);
	assert_status(NMK_OK, account_prove_password(session, OP_password_change, "current_password", PASSWORD));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM throttle"));
	nmk_session_close(session);
}

static void test_account_prove_password__is_for_members_who_have_one(void **state)
{
	struct world *w = *state;

	assert_status(NMK_EDENIED, account_prove_password(w->system, OP_password_change, "password", PASSWORD));
	assert_status(NMK_EDENIED, account_prove_password(w->creator, OP_password_change, "password", PASSWORD));
	assert_status(NMK_ELOGIN, account_prove_password(w->guest, OP_password_change, "password", PASSWORD));
	assert_status(NMK_EINVALID, account_prove_password(w->creator, OP_password_change, "password", NULL));
	assert_field("password", w->creator);
	assert_status(NMK_EINVALID, account_prove_password(w->creator, OP_password_change, "password", "\xff"));
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
	assert_int_equal(1, world_events(w, "susi", "action = 'session_opened' AND actor_kind = 'system' AND object = $person"));
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
		WORLD_TEST(test_session_login__a_hash_that_does_not_open_lets_nobody_in),
		WORLD_TEST(test_session_login__renews_a_hash_of_other_costs),
		WORLD_TEST(test_session_login__decides_on_the_record_as_it_is_after_the_verification),
		WORLD_TEST(test_session_login__a_password_changed_meanwhile_was_not_verified),
		WORLD_TEST(test_session_login__the_audit_log_knows_the_network_and_not_the_device),
		WORLD_TEST(test_session_login__a_suspension_that_has_run_out_is_none),
		WORLD_TEST(test_session_login__the_right_password_of_who_may_not_is_no_failure),
		WORLD_TEST(test_session_login_with_code__password_and_code_let_in),
		WORLD_TEST(test_session_login_with_code__without_it_is_neither_failure_nor_success),
		WORLD_TEST(test_session_login_with_code__a_wrong_password_says_nothing_of_the_code),
		WORLD_TEST(test_session_login_with_code__five_wrong_codes_in_a_quarter_of_an_hour),
		WORLD_TEST(test_session_login_with_code__a_code_that_nobody_needs_is_ignored),
		WORLD_TEST(test_account_prove_password__is_an_attempt_like_a_login),
		WORLD_TEST(test_account_prove_password__is_for_members_who_have_one),
		WORLD_TEST(test_session_logout__makes_a_guest_of_a_member),
		WORLD_TEST(test_session_logout__needs_a_member),
		WORLD_TEST(test_session_act_as__is_the_member),
		WORLD_TEST(test_session_act_as__is_for_the_host_alone),
		WORLD_TEST(test_session_act_as__needs_an_active_account),
		WORLD_TEST(test_session_act_as__outlives_the_session_it_came_from),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
