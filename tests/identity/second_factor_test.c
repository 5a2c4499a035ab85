/* The second factor as its member, an administrator and a thief see it. */
#include "identity_test.h"

#include <nanomarket/second_factor.h>
#include <pthread.h>
#include <sodium.h>
#include "totp.h"

#define STEP   30000
#define WINDOW (15 * 60000)

/* An authenticator, as on a telephone. */
struct authenticator {
	nmk_totp_algorithm algorithm;
	unsigned char      secret[TOTP_SECRET_MAXIMUM];
	size_t             length;
};

static void scan(struct authenticator *a, nmk_totp_algorithm algorithm, const char *base32)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	unsigned pending = 0, bits = 0;

	a->algorithm = algorithm;
	a->length = 0;
	for (; *base32; base32++) {
		const char *at = strchr(alphabet, *base32);

		assert_non_null(at);
		pending = (pending << 5 | (unsigned)(at - alphabet)) & 0xFFF;
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			assert_true(a->length < sizeof a->secret);
			a->secret[a->length++] = (unsigned char)(pending >> bits);
		}
	}
}

/* What the authenticator shows so many steps from now; in one of a few places, so that a call may have several. */
static const char *code(const struct world *w, const struct authenticator *a, int steps)
{
	static char codes[4][TOTP_CODE_SIZE];
	static int next;

	next = (next + 1) % 4;
	totp_code(a->algorithm, a->secret, a->length, totp_step(w->now) + steps, TOTP_DIGITS, codes[next]);
	return codes[next];
}

/* None of those that may be right. */
static const char *wrong_code(const struct world *w, const struct authenticator *a)
{
	static char wrong[TOTP_CODE_SIZE];

	snprintf(wrong, sizeof wrong, "000000");
	while (strcmp(wrong, code(w, a, 0)) == 0 || strcmp(wrong, code(w, a, -1)) == 0)
		wrong[5]++;
	return wrong;
}

/* A member who logged in with the password. */
static nmk_session *logged_in(struct world *w, const char *username)
{
	nmk_session *session;
	char email[64];

	snprintf(email, sizeof email, "%s@example.org", username);
	assert_status(NMK_OK, nmk_session_open(w->market, &session));
	assert_status(NMK_OK, nmk_session_login(session, email, PASSWORD));
	return session;
}

static nmk_session *member(struct world *w, const char *username)
{
	char email[64];

	snprintf(email, sizeof email, "%s@example.org", username);
	add_with_password(w, email, username);
	return logged_in(w, username);
}

static void begin(nmk_session *session, nmk_totp_algorithm algorithm, struct authenticator *a)
{
	nmk_totp_enrollment *enrollment;

	assert_status(NMK_OK, nmk_second_factor_begin(session, PASSWORD, algorithm, &enrollment));
	scan(a, algorithm, nmk_totp_enrollment_secret(enrollment));
	nmk_totp_enrollment_free(enrollment);
}

/* With the code of the step before, so that the present one is still good. */
static nmk_recovery_codes *enable(struct world *w, nmk_session *session, struct authenticator *a)
{
	nmk_recovery_codes *codes;

	begin(session, NMK_TOTP_SHA1, a);
	assert_status(NMK_OK, nmk_second_factor_confirm(session, code(w, a, -1), &codes));
	return codes;
}

static void enable_only(struct world *w, nmk_session *session, struct authenticator *a)
{
	nmk_recovery_codes_free(enable(w, session, a));
}

/* A code is good: new recovery codes for it. */
static nmk_status renew(nmk_session *session, const char *given)
{
	nmk_recovery_codes *codes;
	nmk_status rc = nmk_recovery_codes_renew(session, given, &codes);

	assert_true((rc == NMK_OK) == (codes != NULL));
	nmk_recovery_codes_free(codes);
	return rc;
}

static void assert_state(nmk_session *session, bool enabled, bool required, int64_t left)
{
	nmk_second_factor *factor;

	assert_status(NMK_OK, nmk_second_factor_get(session, &factor));
	assert_int_equal(enabled, nmk_second_factor_enabled(factor));
	assert_int_equal(required, nmk_second_factor_required(factor));
	assert_int_equal(left, nmk_second_factor_recovery_codes_left(factor));
	assert_true(enabled == (nmk_second_factor_algorithm(factor) != 0));
	assert_true(enabled == (nmk_second_factor_confirmed_at(factor) != 0));
	nmk_second_factor_free(factor);
}

static int64_t mails(struct world *w, const char *template_name)
{
	char sql[160];

	snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM outbox WHERE template_name = '%s'", template_name);
	return world_sql(w, sql);
}

/* ---- begin ---- */

static void test_get__of_who_has_none(void **state)
{
	struct world *w = *state;
	nmk_second_factor *factor;
	char *json;

	assert_state(w->consumer, false, false, 0);
	assert_status(NMK_OK, nmk_second_factor_get(w->consumer, &factor));
	json = nmk_second_factor_json(factor);
	assert_string_equal("{\"enabled\":false,\"required\":false,\"algorithm\":null,\"confirmed_at\":null,"
	                    "\"recovery_codes_left\":0}", json);
	nmk_free(json);
	nmk_second_factor_free(factor);
	assert_status(NMK_ELOGIN, nmk_second_factor_get(w->guest, &factor));
	assert_null(factor);
	assert_status(NMK_EDENIED, nmk_second_factor_get(w->system, &factor));
	assert_status(NMK_EDENIED, nmk_second_factor_get(w->suspended, &factor));
	assert_status(NMK_EINVALID, nmk_second_factor_get(w->consumer, NULL));
	nmk_second_factor_free(NULL);
}

static void test_begin__gives_a_secret_as_long_as_the_hash(void **state)
{
	static const struct { nmk_totp_algorithm algorithm; size_t length; const char *name; } cases[] = {
		{ (nmk_totp_algorithm)0, 32, "SHA1" }, { NMK_TOTP_SHA1, 32, "SHA1" }, { NMK_TOTP_SHA256, 52, "SHA256" },
		{ NMK_TOTP_SHA512, 103, "SHA512" },
	};
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa");

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		nmk_totp_enrollment *enrollment;
		char expected[512], *json;
		json_t *read;

		assert_status(NMK_OK, nmk_second_factor_begin(rosa, PASSWORD, cases[i].algorithm, &enrollment));
		assert_int_equal(cases[i].length, strlen(nmk_totp_enrollment_secret(enrollment)));
		snprintf(expected, sizeof expected, "otpauth://totp/Nanomarket:rosa?secret=%s&issuer=Nanomarket&algorithm=%s&digits=6"
		         "&period=30", nmk_totp_enrollment_secret(enrollment), cases[i].name);
		assert_string_equal(expected, nmk_totp_enrollment_uri(enrollment));
		json = nmk_totp_enrollment_json(enrollment);
		read = json_loads(json, 0, NULL);
		assert_int_equal(2, json_object_size(read));
		assert_string_equal(expected, json_string_value(json_object_get(read, "uri")));
		assert_string_equal(nmk_totp_enrollment_secret(enrollment), json_string_value(json_object_get(read, "secret")));
		json_decref(read);
		nmk_free(json);
		nmk_totp_enrollment_free(enrollment);
	}
	assert_state(rosa, false, false, 0);
	assert_int_equal(4, events(w, "second_factor_begun"));
	nmk_totp_enrollment_free(NULL);
	nmk_session_close(rosa);
}

static void test_begin__wants_the_password(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa");
	nmk_totp_enrollment *enrollment;

	assert_status(NMK_ELOGIN, nmk_second_factor_begin(rosa, "Ein anderes Passwort 1!", NMK_TOTP_SHA1, &enrollment));
	assert_field("password", rosa);
	assert_null(enrollment);
	assert_status(NMK_EINVALID, nmk_second_factor_begin(rosa, NULL, NMK_TOTP_SHA1, &enrollment));
	assert_field("password", rosa);
	assert_status(NMK_EINVALID, nmk_second_factor_begin(rosa, PASSWORD, (nmk_totp_algorithm)4, &enrollment));
	assert_field("algorithm", rosa);
	assert_status(NMK_EINVALID, nmk_second_factor_begin(rosa, PASSWORD, NMK_TOTP_SHA1, NULL));
	assert_status(NMK_EDENIED, nmk_second_factor_begin(w->system, PASSWORD, NMK_TOTP_SHA1, &enrollment));
	assert_status(NMK_ELOGIN, nmk_second_factor_begin(w->guest, PASSWORD, NMK_TOTP_SHA1, &enrollment));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM second_factor"));
	nmk_session_close(rosa);
}

static void test_begin__again_replaces_what_was_not_confirmed(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa"), *again;
	struct authenticator first, second;
	nmk_recovery_codes *codes;

	begin(rosa, NMK_TOTP_SHA1, &first);
	begin(rosa, NMK_TOTP_SHA512, &second);
	again = logged_in(w, "rosa"); /* without a code */
	nmk_session_close(again);
	assert_status(NMK_ELOGIN, nmk_second_factor_confirm(rosa, code(w, &first, 0), &codes));
	assert_field("code", rosa);
	assert_null(codes);
	assert_status(NMK_OK, nmk_second_factor_confirm(rosa, code(w, &second, 0), &codes));
	nmk_recovery_codes_free(codes);
	nmk_session_close(rosa);
}

/* Neither as bytes nor as Base32. */
static void test_begin__the_secret_is_nowhere_in_the_store(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa");
	nmk_totp_enrollment *enrollment;
	struct authenticator a;
	char sql[400], hex[2 * TOTP_SECRET_MAXIMUM + 1];

	assert_status(NMK_OK, nmk_second_factor_begin(rosa, PASSWORD, NMK_TOTP_SHA1, &enrollment));
	scan(&a, NMK_TOTP_SHA1, nmk_totp_enrollment_secret(enrollment));
	sodium_bin2hex(hex, sizeof hex, a.secret, a.length);
	snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM second_factor WHERE instr(secret_sealed, x'%s') OR instr(secret_sealed, '%s')",
	         hex, nmk_totp_enrollment_secret(enrollment));
	assert_int_equal(0, world_sql(w, sql));
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM second_factor WHERE length(secret_sealed) = 73"));
	snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM audit_event WHERE instr(details, '%s')", nmk_totp_enrollment_secret(enrollment));
	assert_int_equal(0, world_sql(w, sql));
	nmk_totp_enrollment_free(enrollment);
	nmk_session_close(rosa);
}

/* ---- confirm ---- */

static void test_confirm__enables_and_gives_ten_codes(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa"), *elsewhere = logged_in(w, "rosa");
	struct authenticator a;
	nmk_second_factor *factor;
	nmk_recovery_codes *codes = enable(w, rosa, &a);
	char *json = nmk_recovery_codes_json(codes);
	json_t *whole = json_loads(json, 0, NULL), *read = json_object_get(whole, "items");

	assert_int_equal(10, nmk_recovery_codes_count(codes));
	for (size_t i = 0; i < 10; i++) {
		const char *item = nmk_recovery_codes_item(codes, i);

		assert_string_equal(item, json_string_value(json_array_get(read, i)));
		assert_int_equal(29, strlen(item));
		for (size_t at = 0; at < 29; at++)
			assert_non_null(strchr(at % 5 == 4 ? "-" : "0123456789ABCDEFGHJKMNPQRSTVWXYZ", item[at]));
		for (size_t other = 0; other < i; other++)
			assert_string_not_equal(item, nmk_recovery_codes_item(codes, other));
	}
	assert_null(nmk_recovery_codes_item(codes, 10));
	json_decref(whole);
	nmk_free(json);
	nmk_recovery_codes_free(codes);
	nmk_recovery_codes_free(NULL);
	assert_state(rosa, true, false, 10);
	assert_status(NMK_OK, nmk_second_factor_get(rosa, &factor));
	assert_int_equal(NMK_TOTP_SHA1, nmk_second_factor_algorithm(factor));
	assert_int_equal(w->now, nmk_second_factor_confirmed_at(factor));
	nmk_second_factor_free(factor);
	assert_status(NMK_ELOGIN, nmk_second_factor_get(elsewhere, &factor)); /* other sessions have ended */
	assert_int_equal(1, mails(w, "second_factor_enabled"));
	assert_int_equal(1, events(w, "second_factor_enabled"));
	nmk_session_close(rosa);
	nmk_session_close(elsewhere);
}

static void test_confirm__the_present_step_and_the_one_before(void **state)
{
	static const struct { int steps; nmk_status expected; } cases[] = {
		{ -2, NMK_ELOGIN }, { 1, NMK_ELOGIN }, { -1, NMK_OK }, { 0, NMK_OK }
	};
	struct world *w = *state;
	char name[16];

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct authenticator a;
		nmk_recovery_codes *codes;
		nmk_session *session;

		snprintf(name, sizeof name, "rosa%zu", i);
		session = member(w, name);
		begin(session, NMK_TOTP_SHA256, &a);
		assert_status(cases[i].expected, nmk_second_factor_confirm(session, code(w, &a, cases[i].steps), &codes));
		assert_state(session, cases[i].expected == NMK_OK, false, cases[i].expected == NMK_OK ? 10 : 0);
		nmk_recovery_codes_free(codes);
		nmk_session_close(session);
	}
	assert_int_equal(2, events(w, "failed_security_check"));
}

static void test_confirm__only_what_was_begun_and_only_once(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa");
	nmk_totp_enrollment *enrollment;
	nmk_recovery_codes *codes;
	struct authenticator a;

	assert_status(NMK_ESTATE, nmk_second_factor_confirm(rosa, "123456", &codes));
	assert_status(NMK_EINVALID, nmk_second_factor_confirm(rosa, NULL, &codes));
	assert_field("code", rosa);
	assert_status(NMK_EINVALID, nmk_second_factor_confirm(rosa, "", &codes));
	assert_status(NMK_EINVALID, nmk_second_factor_confirm(rosa, "123456", NULL));
	assert_status(NMK_EDENIED, nmk_second_factor_confirm(w->system, "123456", &codes));
	enable_only(w, rosa, &a);
	assert_status(NMK_ESTATE, nmk_second_factor_confirm(rosa, code(w, &a, 0), &codes));
	assert_status(NMK_ESTATE, nmk_second_factor_begin(rosa, PASSWORD, NMK_TOTP_SHA1, &enrollment));
	assert_null(enrollment);
	assert_status(NMK_OK, renew(rosa, code(w, &a, 0))); /* the old secret still counts */
	nmk_session_close(rosa);
}

/* ---- codes ---- */

static void test_code__works_once(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa");
	struct authenticator a;

	enable_only(w, rosa, &a);
	assert_status(NMK_ELOGIN, renew(rosa, code(w, &a, -1))); /* used for confirming */
	assert_status(NMK_OK, renew(rosa, code(w, &a, 0)));
	assert_status(NMK_ELOGIN, renew(rosa, code(w, &a, 0)));
	assert_field("code", rosa);
	world_advance(w, STEP);
	assert_status(NMK_ELOGIN, renew(rosa, code(w, &a, -1)));
	assert_status(NMK_OK, renew(rosa, code(w, &a, 0)));
	nmk_session_close(rosa);
}

/* A code that was seen over a shoulder is void as soon as a later one was used. */
static void test_code__of_an_earlier_step_is_void_after_a_later_one(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa");
	struct authenticator a;

	enable_only(w, rosa, &a);
	world_advance(w, 2 * STEP);
	assert_status(NMK_OK, renew(rosa, code(w, &a, 0)));
	assert_status(NMK_ELOGIN, renew(rosa, code(w, &a, -1)));
	world_advance(w, -STEP); /* the clock was set back: what was used stays used */
	assert_status(NMK_ELOGIN, renew(rosa, code(w, &a, 0)));
	assert_status(NMK_ELOGIN, renew(rosa, code(w, &a, 1)));
	world_advance(w, 2 * STEP);
	assert_status(NMK_OK, renew(rosa, code(w, &a, 0)));
	nmk_session_close(rosa);
}

static void test_code__four_wrong_ones_are_forgiven(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa");
	struct authenticator a;

	enable_only(w, rosa, &a);
	for (int i = 0; i < 4; i++)
		assert_status(NMK_ELOGIN, renew(rosa, wrong_code(w, &a)));
	for (int i = 0; i < 7; i++) { /* right ones are not counted */
		assert_status(NMK_OK, renew(rosa, code(w, &a, 0)));
		world_advance(w, STEP);
	}
	assert_int_equal(4, events(w, "failed_security_check"));
	nmk_session_close(rosa);
}

static void test_code__after_five_wrong_ones_in_15_minutes_a_right_one_waits(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa");
	struct authenticator a;
	int64_t first = w->now;

	enable_only(w, rosa, &a);
	for (int i = 0; i < 5; i++) {
		assert_status(NMK_ELOGIN, renew(rosa, wrong_code(w, &a)));
		world_advance(w, 1000);
	}
	assert_status(NMK_ELIMIT, renew(rosa, code(w, &a, 0)));
	assert_field("code", rosa);
	assert_int_equal(first + WINDOW - w->now, nmk_session_error(rosa)->retry_after_ms);
	world_advance(w, first + WINDOW - 1 - w->now);
	assert_status(NMK_ELIMIT, renew(rosa, code(w, &a, 0)));
	assert_int_equal(1, nmk_session_error(rosa)->retry_after_ms);
	world_advance(w, 1);
	assert_status(NMK_OK, renew(rosa, code(w, &a, 0)));
	assert_int_equal(5, events(w, "failed_security_check"));
	nmk_session_close(rosa);
}

static void test_code__wrong_ones_count_for_one_account(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa"), *emil = member(w, "emil");
	struct authenticator a, b;

	enable_only(w, rosa, &a);
	enable_only(w, emil, &b);
	for (int i = 0; i < 5; i++)
		assert_status(NMK_ELOGIN, renew(rosa, wrong_code(w, &a)));
	assert_status(NMK_ELIMIT, renew(rosa, code(w, &a, 0)));
	assert_status(NMK_OK, renew(emil, code(w, &b, 0)));
	nmk_session_close(rosa);
	nmk_session_close(emil);
}

#define THREADS 16

struct runner {
	pthread_t    thread;
	nmk_session *session;
	const char  *code;
	nmk_status   rc;
};

static void *run(void *context)
{
	struct runner *runner = context;
	nmk_recovery_codes *codes;

	runner->rc = nmk_recovery_codes_renew(runner->session, runner->code, &codes);
	nmk_recovery_codes_free(codes);
	return NULL;
}

/* The five who come first after the winner have a wrong code, the others too many of them. */
static void test_code__of_16_threads_one_wins(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa");
	struct runner runners[THREADS];
	struct authenticator a;
	int won = 0, wrong = 0, limited = 0;
	char one[TOTP_CODE_SIZE];

	enable_only(w, rosa, &a);
	snprintf(one, sizeof one, "%s", code(w, &a, 0));
	for (int i = 0; i < THREADS; i++) {
		runners[i] = (struct runner){ .code = one, .rc = NMK_EINTERNAL };
		assert_status(NMK_OK, nmk_session_act_as(w->system, "rosa", &runners[i].session));
	}
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(0, pthread_create(&runners[i].thread, NULL, run, &runners[i]));
	for (int i = 0; i < THREADS; i++) {
		pthread_join(runners[i].thread, NULL);
		won += runners[i].rc == NMK_OK;
		wrong += runners[i].rc == NMK_ELOGIN;
		limited += runners[i].rc == NMK_ELIMIT;
		nmk_session_close(runners[i].session);
	}
	assert_int_equal(1, won);
	assert_int_equal(5, wrong);
	assert_int_equal(THREADS - 6, limited);
	assert_int_equal(10, world_sql(w, "SELECT COUNT(*) FROM recovery_code"));
	nmk_session_close(rosa);
}

/* What is damaged is never told as a wrong code, nor counted as one. */
static void test_code__of_a_damaged_secret_is_damage(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa");
	struct authenticator a;
	char id[64];

	enable_only(w, rosa, &a);
	user_id_of(w, "rosa", id);
	tamper(w, "UPDATE second_factor SET secret_sealed = zeroblob(length(secret_sealed))");
	for (int i = 0; i < 6; i++)
		assert_status(NMK_ECORRUPT, renew(rosa, code(w, &a, 0)));
	tamper(w, "UPDATE second_factor SET secret_sealed = zeroblob(5000)");
	assert_status(NMK_ECORRUPT, renew(rosa, code(w, &a, 0)));
	tamper(w, "UPDATE second_factor SET secret_sealed = x''");
	assert_status(NMK_ECORRUPT, renew(rosa, code(w, &a, 0)));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM audit_event WHERE action = 'failed_security_check'"));
	assert_status(NMK_OK, nmk_second_factor_reset(w->admin, id));
	nmk_session_close(rosa);
}

/* One member's secret does not open as another's. */
static void test_code__of_a_secret_moved_to_another_member_is_damage(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa"), *emil = member(w, "emil");
	struct authenticator a, b;

	enable_only(w, rosa, &a);
	enable_only(w, emil, &b);
	tamper(w, "UPDATE second_factor SET secret_sealed = (SELECT secret_sealed FROM second_factor ORDER BY user_id LIMIT 1)");
	assert_status(NMK_OK, renew(rosa, code(w, &a, 0)));
	assert_status(NMK_ECORRUPT, renew(emil, code(w, &a, 0)));
	nmk_session_close(rosa);
	nmk_session_close(emil);
}

/* ---- recovery codes ---- */

static nmk_status log_in(struct world *w, const char *username, const char *given)
{
	nmk_session *session;
	char email[64];
	nmk_status rc;

	snprintf(email, sizeof email, "%s@example.org", username);
	assert_status(NMK_OK, nmk_session_open(w->market, &session));
	rc = nmk_session_login_with_code(session, email, PASSWORD, given);
	if (rc != NMK_OK)
		assert_field("code", session);
	nmk_session_close(session);
	return rc;
}

static void test_login__with_a_code_or_a_recovery_code(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa");
	struct authenticator a;
	nmk_recovery_codes *codes = enable(w, rosa, &a);
	char typed[64];
	size_t length = 0;

	assert_status(NMK_ELOGIN, log_in(w, "rosa", NULL));
	assert_status(NMK_OK, log_in(w, "rosa", code(w, &a, 0)));
	assert_status(NMK_ELOGIN, log_in(w, "rosa", code(w, &a, 0)));
	assert_status(NMK_OK, log_in(w, "rosa", nmk_recovery_codes_item(codes, 0)));
	assert_status(NMK_ELOGIN, log_in(w, "rosa", nmk_recovery_codes_item(codes, 0)));
	assert_state(rosa, true, false, 9);
	assert_int_equal(1, mails(w, "recovery_code_used"));
	for (const char *from = nmk_recovery_codes_item(codes, 1); *from; from++) /* as people type */
		typed[length++] = *from == '-' ? ' ' : *from == '0' ? 'o' : *from == '1' ? 'l' : (char)(*from >= 'A' ? *from + 32 : *from);
	typed[length] = '\0';
	assert_status(NMK_OK, log_in(w, "rosa", typed));
	assert_state(rosa, true, false, 8);
	nmk_recovery_codes_free(codes);
	nmk_session_close(rosa);
}

static void test_recovery_code__is_one_member_s(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa"), *emil = member(w, "emil");
	struct authenticator a, b;
	nmk_recovery_codes *codes = enable(w, rosa, &a);

	enable_only(w, emil, &b);
	assert_status(NMK_ELOGIN, log_in(w, "emil", nmk_recovery_codes_item(codes, 0)));
	assert_state(rosa, true, false, 10);
	assert_status(NMK_OK, log_in(w, "rosa", nmk_recovery_codes_item(codes, 0)));
	nmk_recovery_codes_free(codes);
	nmk_session_close(rosa);
	nmk_session_close(emil);
}

static void test_renew__voids_the_old_ones(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa");
	struct authenticator a;
	nmk_recovery_codes *old = enable(w, rosa, &a), *codes;

	assert_status(NMK_OK, log_in(w, "rosa", nmk_recovery_codes_item(old, 0)));
	assert_state(rosa, true, false, 9);
	assert_status(NMK_ELOGIN, renew(rosa, nmk_recovery_codes_item(old, 1))); /* only the authenticator's */
	assert_status(NMK_OK, nmk_recovery_codes_renew(rosa, code(w, &a, 0), &codes));
	assert_state(rosa, true, false, 10);
	assert_int_equal(10, world_sql(w, "SELECT COUNT(*) FROM recovery_code"));
	assert_status(NMK_ELOGIN, log_in(w, "rosa", nmk_recovery_codes_item(old, 1)));
	assert_status(NMK_OK, log_in(w, "rosa", nmk_recovery_codes_item(codes, 1)));
	assert_int_equal(1, events(w, "recovery_codes_renewed"));
	nmk_recovery_codes_free(old);
	nmk_recovery_codes_free(codes);
	nmk_session_close(rosa);
}

static void test_renew__wants_a_second_factor_and_a_code(void **state)
{
	struct world *w = *state;
	nmk_recovery_codes *codes;
	char longest[66];

	memset(longest, '1', sizeof longest);
	longest[65] = '\0';
	assert_status(NMK_ESTATE, renew(w->consumer, "123456"));
	assert_status(NMK_EINVALID, renew(w->consumer, NULL));
	assert_field("code", w->consumer);
	assert_status(NMK_EINVALID, renew(w->consumer, longest));
	longest[64] = '\0';
	assert_status(NMK_ESTATE, renew(w->consumer, longest));
	longest[63] = '\0';
	assert_status(NMK_ESTATE, renew(w->consumer, longest));
	assert_status(NMK_EINVALID, nmk_recovery_codes_renew(w->consumer, "123456", NULL));
	assert_status(NMK_EDENIED, nmk_recovery_codes_renew(w->system, "123456", &codes));
	assert_status(NMK_ELOGIN, nmk_recovery_codes_renew(w->guest, "123456", &codes));
}

/* ---- do without ---- */

static void test_disable__wants_password_and_code(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa");
	struct authenticator a;

	assert_status(NMK_ESTATE, nmk_second_factor_disable(rosa, PASSWORD, "123456"));
	enable_only(w, rosa, &a);
	assert_status(NMK_ELOGIN, nmk_second_factor_disable(rosa, "Ein anderes Passwort 1!", code(w, &a, 0)));
	assert_field("password", rosa);
	assert_status(NMK_ELOGIN, nmk_second_factor_disable(rosa, PASSWORD, wrong_code(w, &a)));
	assert_field("code", rosa);
	assert_status(NMK_EINVALID, nmk_second_factor_disable(rosa, NULL, code(w, &a, 0)));
	assert_status(NMK_EINVALID, nmk_second_factor_disable(rosa, PASSWORD, NULL));
	assert_status(NMK_EDENIED, nmk_second_factor_disable(w->system, PASSWORD, "123456"));
	assert_state(rosa, true, false, 10);
	assert_status(NMK_OK, nmk_second_factor_disable(rosa, PASSWORD, code(w, &a, 0)));
	assert_state(rosa, false, false, 0);
	assert_int_equal(0, world_sql(w, "SELECT (SELECT COUNT(*) FROM second_factor) + (SELECT COUNT(*) FROM recovery_code)"));
	assert_int_equal(1, mails(w, "second_factor_disabled"));
	assert_int_equal(1, events(w, "second_factor_disabled"));
	assert_status(NMK_OK, log_in(w, "rosa", NULL));
	nmk_session_close(rosa);
}

static void test_disable__with_a_recovery_code(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa");
	struct authenticator a;
	nmk_recovery_codes *codes = enable(w, rosa, &a);

	assert_status(NMK_OK, nmk_second_factor_disable(rosa, PASSWORD, nmk_recovery_codes_item(codes, 9)));
	assert_state(rosa, false, false, 0);
	nmk_recovery_codes_free(codes);
	nmk_session_close(rosa);
}

static void test_disable__not_with_a_password_too_short_to_stand_alone(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa");
	struct authenticator a;

	enable_only(w, rosa, &a);
	tamper(w, "UPDATE user_account SET password_short = 1 WHERE username = 'rosa'");
	assert_status(NMK_ESTATE, nmk_second_factor_disable(rosa, PASSWORD, code(w, &a, 0)));
	assert_field("password", rosa);
	assert_state(rosa, true, false, 10);
	assert_status(NMK_OK, renew(rosa, code(w, &a, 0))); /* the code was not used up */
	nmk_session_close(rosa);
}

/* ---- taken away ---- */

static void test_reset__by_an_administrator_ends_sessions_and_is_told(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa");
	nmk_second_factor *factor;
	struct authenticator a;
	char id[64];

	enable_only(w, rosa, &a);
	user_id_of(w, "rosa", id);
	assert_status(NMK_OK, nmk_second_factor_reset(w->admin, id));
	assert_status(NMK_ELOGIN, nmk_second_factor_get(rosa, &factor));
	assert_status(NMK_OK, log_in(w, "rosa", NULL));
	assert_int_equal(1, mails(w, "second_factor_disabled"));
	assert_int_equal(1, world_events(w, "rosa", "action = 'second_factor_disabled' AND object_type = 'user' AND object = $person"));
	assert_int_equal(0, world_sql(w, "SELECT password_change_required FROM user_account WHERE username = 'rosa'"));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM recovery_code"));
	nmk_session_close(rosa);
}

static void test_reset__of_none_or_of_one_that_waits_is_no_news(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa");
	struct authenticator a;
	char id[64];

	user_id_of(w, "rosa", id);
	assert_status(NMK_OK, nmk_second_factor_reset(w->system, id));
	assert_int_equal(0, events(w, "second_factor_disabled"));
	begin(rosa, NMK_TOTP_SHA1, &a);
	assert_status(NMK_OK, nmk_second_factor_reset(w->system, id));
	assert_int_equal(1, events(w, "second_factor_disabled"));
	assert_int_equal(0, mails(w, "second_factor_disabled"));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM second_factor"));
	assert_state(rosa, false, false, 0);
	nmk_session_close(rosa);
}

static void test_reset__a_short_password_must_be_changed_then(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa");
	struct authenticator a;
	char id[64];

	enable_only(w, rosa, &a);
	user_id_of(w, "rosa", id);
	tamper(w, "UPDATE user_account SET password_short = 1 WHERE username = 'rosa'");
	assert_status(NMK_OK, nmk_second_factor_reset(w->system, id));
	assert_int_equal(1, world_sql(w, "SELECT password_change_required FROM user_account WHERE username = 'rosa'"));
	assert_int_equal(1, world_sql(w, "SELECT SUM(password_change_required) FROM user_account"));
	nmk_session_close(rosa);
}

static void test_reset__only_by_administrators_and_never_their_own(void **state)
{
	struct world *w = *state;
	char clara[64], ada[64];

	user_id_of(w, "clara", clara);
	user_id_of(w, "ada", ada);
	assert_status(NMK_EDENIED, nmk_second_factor_reset(w->moderator, clara));
	assert_status(NMK_EDENIED, nmk_second_factor_reset(w->consumer, clara));
	assert_status(NMK_ELOGIN, nmk_second_factor_reset(w->guest, clara));
	assert_status(NMK_EDENIED, nmk_second_factor_reset(w->admin, ada));
	assert_status(NMK_OK, nmk_second_factor_reset(w->system, ada));
	assert_status(NMK_EINVALID, nmk_second_factor_reset(w->admin, NULL));
	assert_field("user_id", w->admin);
	assert_status(NMK_ENOTFOUND, nmk_second_factor_reset(w->admin, "no id"));
}

/* ---- policies ---- */

static int64_t clock_of(void *context)
{
	return ((struct world *)context)->now;
}

/* A market with that policy and a member with that role who has just logged in. */
struct strict {
	nmk_market  *market;
	nmk_session *system, *session;
};

static struct strict strict_market(struct world *w, nmk_second_factor_policy policy, nmk_role role)
{
	nmk_registration given = registration("rosa@example.org", "rosa");
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	struct strict strict;

	options.clock = clock_of;
	options.clock_context = w;
	options.second_factor_policy = policy;
	options.market_name = "Strenger Markt";
	strict.market = other_market(w, options, &strict.session);
	assert_status(NMK_OK, nmk_session_open_system(strict.market, &strict.system));
	assert_status(NMK_OK, nmk_user_add(strict.system, &given, role, NULL));
	assert_status(NMK_OK, nmk_session_login(strict.session, "rosa@example.org", PASSWORD));
	return strict;
}

static void strict_close(struct strict *strict)
{
	nmk_session_close(strict->session);
	nmk_session_close(strict->system);
	nmk_market_close(strict->market);
}

static nmk_status other_call(nmk_session *session)
{
	nmk_consent_page *page;
	nmk_status rc = nmk_consent_list(session, NULL, 1, &page);

	nmk_consent_page_free(page);
	return rc;
}

/* Who must have one may set it up and do nothing else; and keeps it then. */
static void test_policy__staff_must_set_one_up_first(void **state)
{
	struct world *w = *state;
	struct strict strict = strict_market(w, NMK_SECOND_FACTOR_STAFF, NMK_ROLE_MODERATOR);
	nmk_session *rosa = strict.session;
	struct authenticator a;

	assert_status(NMK_EDENIED, other_call(rosa));
	assert_field("second_factor", rosa);
	assert_status(NMK_EDENIED, renew(rosa, "123456"));
	assert_state(rosa, false, true, 0);
	enable_only(w, rosa, &a);
	assert_state(rosa, true, true, 10);
	assert_status(NMK_OK, other_call(rosa));
	assert_status(NMK_ESTATE, nmk_second_factor_disable(rosa, PASSWORD, code(w, &a, 0)));
	assert_state(rosa, true, true, 10);
	assert_status(NMK_OK, renew(rosa, code(w, &a, 0)));
	strict_close(&strict);
}

static void test_policy__staff_is_moderators_and_above(void **state)
{
	struct world *w = *state;
	struct strict strict = strict_market(w, NMK_SECOND_FACTOR_STAFF, NMK_ROLE_CREATOR);
	struct authenticator a;

	assert_status(NMK_OK, other_call(strict.session));
	assert_state(strict.session, false, false, 0);
	enable_only(w, strict.session, &a);
	assert_status(NMK_OK, nmk_second_factor_disable(strict.session, PASSWORD, code(w, &a, 0)));
	strict_close(&strict);
}

static void test_policy__everyone_is_consumers_too(void **state)
{
	struct world *w = *state;
	struct strict strict = strict_market(w, NMK_SECOND_FACTOR_EVERYONE, NMK_ROLE_CONSUMER);
	struct authenticator a;

	assert_status(NMK_EDENIED, other_call(strict.session));
	assert_field("second_factor", strict.session);
	enable_only(w, strict.session, &a);
	assert_status(NMK_OK, other_call(strict.session));
	strict_close(&strict);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_get__of_who_has_none),
		WORLD_TEST(test_begin__gives_a_secret_as_long_as_the_hash),
		WORLD_TEST(test_begin__wants_the_password),
		WORLD_TEST(test_begin__again_replaces_what_was_not_confirmed),
		WORLD_TEST(test_begin__the_secret_is_nowhere_in_the_store),
		WORLD_TEST(test_confirm__enables_and_gives_ten_codes),
		WORLD_TEST(test_confirm__the_present_step_and_the_one_before),
		WORLD_TEST(test_confirm__only_what_was_begun_and_only_once),
		WORLD_TEST(test_code__works_once),
		WORLD_TEST(test_code__of_an_earlier_step_is_void_after_a_later_one),
		WORLD_TEST(test_code__four_wrong_ones_are_forgiven),
		WORLD_TEST(test_code__after_five_wrong_ones_in_15_minutes_a_right_one_waits),
		WORLD_TEST(test_code__wrong_ones_count_for_one_account),
		WORLD_TEST(test_code__of_16_threads_one_wins),
		WORLD_TEST(test_code__of_a_damaged_secret_is_damage),
		WORLD_TEST(test_code__of_a_secret_moved_to_another_member_is_damage),
		WORLD_TEST(test_login__with_a_code_or_a_recovery_code),
		WORLD_TEST(test_recovery_code__is_one_member_s),
		WORLD_TEST(test_renew__voids_the_old_ones),
		WORLD_TEST(test_renew__wants_a_second_factor_and_a_code),
		WORLD_TEST(test_disable__wants_password_and_code),
		WORLD_TEST(test_disable__with_a_recovery_code),
		WORLD_TEST(test_disable__not_with_a_password_too_short_to_stand_alone),
		WORLD_TEST(test_reset__by_an_administrator_ends_sessions_and_is_told),
		WORLD_TEST(test_reset__of_none_or_of_one_that_waits_is_no_news),
		WORLD_TEST(test_reset__a_short_password_must_be_changed_then),
		WORLD_TEST(test_reset__only_by_administrators_and_never_their_own),
		WORLD_TEST(test_policy__staff_must_set_one_up_first),
		WORLD_TEST(test_policy__staff_is_moderators_and_above),
		WORLD_TEST(test_policy__everyone_is_consumers_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
