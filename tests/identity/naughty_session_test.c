/* naughty_session_test.c -- the Big List of Naughty Strings through every text by which somebody logs in and acts: kept byte for byte,
 * or refused with the field named; it lets nobody in, and breaks no mail. */
#include "naughty.h"

#include <nanomarket/password.h>
#include <nanomarket/second_factor.h>
#include <nanomarket/token.h>
#include "totp.h"

#define MINUTE INT64_C(60000)

static void assert_refused(nmk_session *session, const char *field)
{
	assert_status(NMK_EINVALID, nmk_session_error(session)->status);
	assert_field(field, session);
}

/* ---- clients ---- */

/* Lines of a mail cannot be broken into, and no markup of its own gets into its HTML. */
static void check_mail(const nmk_outbox_message *message, const char *text)
{
	for (const char *at = nmk_outbox_message_subject(message); *at; at++)
		assert_true((unsigned char)*at >= 0x20);
	for (const char *at = nmk_outbox_message_text(message); *at; at++)
		assert_true((unsigned char)*at >= 0x20 || *at == '\n');
	if (strpbrk(text, "<>") && strlen(text) > 3)
		assert_null(strstr(nmk_outbox_message_html(message), text));
}

static void take_mails(struct world *w, const char *template_name, const char *text)
{
	nmk_outbox_message *message;
	bool found = false;

	for (;;) {
		assert_status(NMK_OK, nmk_outbox_take(w->system, 1000, &message));
		if (!message)
			break;
		if (strcmp(template_name, nmk_outbox_message_template_name(message)) == 0) {
			json_t *data = json_loads(nmk_outbox_message_data(message), 0, NULL);

			assert_string_equal(text, json_string_value(json_object_get(data, "detail")));
			json_decref(data);
			found = true;
		}
		check_mail(message, text);
		assert_status(NMK_OK, nmk_outbox_done(w->system, nmk_outbox_message_id(message)));
		nmk_outbox_message_free(message);
	}
	assert_true(found);
}

static void assert_listed(struct world *w, const char *device)
{
	nmk_login_page *page;
	char *json;

	assert_status(NMK_OK, nmk_login_list(w->creator, NULL, NULL, 1, &page));
	assert_string_equal(device, nmk_login_device(nmk_login_page_item(page, 0)));
	json = nmk_login_page_json(page);
	assert_non_null(json);
	nmk_free(json);
	nmk_login_page_free(page);
}

/* The mail about a stolen token names the device. */
static void as_device(struct world *w, const char *text, int number)
{
	nmk_tokens *first, *next;

	(void)number;
	if (nmk_session_set_client(w->creator, NULL, text, NULL) != NMK_OK) {
		assert_refused(w->creator, "device");
		return;
	}
	assert_status(NMK_OK, nmk_token_issue(w->creator, &first));
	assert_listed(w, text);
	assert_status(NMK_OK, nmk_token_refresh(w->guest, nmk_tokens_refresh_token(first), &next));
	world_advance(w, MINUTE);
	assert_status(NMK_ELOGIN, nmk_token_refresh(w->guest, nmk_tokens_refresh_token(first), &(nmk_tokens *){ NULL }));
	take_mails(w, "token_reuse", text);
	nmk_tokens_free(first);
	nmk_tokens_free(next);
}

static void as_client(struct world *w, const char *text, int number)
{
	(void)number;
	assert_status(NMK_EINVALID, nmk_session_set_client(w->guest, text, NULL, NULL));
	assert_refused(w->guest, "address");
	if (nmk_session_set_client(w->guest, NULL, NULL, text) != NMK_OK)
		assert_refused(w->guest, "known_device");
	if (number % 32 == 0) /* each costs an Argon2id */
		assert_status(NMK_ELOGIN, nmk_session_login(w->guest, "carl@example.org", "Ein falsches Passwort 1!"));
	world_advance(w, 16 * MINUTE);
	nmk_session_set_language(w->guest, text);
}

/* ---- codes and tokens ---- */

/* The consumer has begun a second factor, the creator has one. */
static void as_code(struct world *w, const char *text, int number)
{
	nmk_recovery_codes *codes;

	if (nmk_second_factor_confirm(w->consumer, text, &codes) != NMK_ELOGIN)
		assert_refused(w->consumer, "code");
	if (nmk_recovery_codes_renew(w->creator, text, &codes) != NMK_ELOGIN)
		assert_refused(w->creator, "code");
	world_advance(w, 16 * MINUTE);
	if (number % 16) /* each costs an Argon2id */
		return;
	if (nmk_session_login_with_code(w->guest, "dora@example.com", PASSWORD, text) != NMK_ELOGIN)
		assert_refused(w->guest, "code");
	assert_field("code", w->guest);
	if (nmk_second_factor_disable(w->creator, PASSWORD, text) != NMK_ELOGIN)
		assert_refused(w->creator, "code");
	assert_field("code", w->creator);
}

/* A session that does not end by itself, of a new member who has begun a second factor. */
static nmk_session *begin_factor(struct world *w, const char *email, const char *username, nmk_totp_enrollment **enrollment)
{
	nmk_session *session;

	add_with_password(w, email, username);
	assert_status(NMK_OK, nmk_session_act_as(w->system, username, &session));
	assert_status(NMK_OK, nmk_second_factor_begin(session, PASSWORD, 0, enrollment));
	return session;
}

static void confirm_factor(struct world *w, nmk_session *session, const nmk_totp_enrollment *enrollment)
{
	unsigned char secret[40], pending = 0;
	size_t length = 0, bits = 0;
	nmk_recovery_codes *codes;
	char code[TOTP_CODE_SIZE];

	for (const char *at = nmk_totp_enrollment_secret(enrollment); *at; at++)
		for (int bit = 4, value = *at >= 'A' ? *at - 'A' : *at - '2' + 26; bit >= 0; bit--) {
			pending = (unsigned char)(pending << 1 | (value >> bit & 1));
			if (++bits % 8 == 0)
				secret[length++] = pending;
		}
	totp_code(NMK_TOTP_SHA1, secret, length, totp_step(w->now), TOTP_DIGITS, code);
	assert_status(NMK_OK, nmk_second_factor_confirm(session, code, &codes));
	nmk_recovery_codes_free(codes);
}

static void as_token(struct world *w, const char *text, int number)
{
	static const char jwks[] = "{\"keys\":[]}";
	nmk_jwt_rules rules = NMK_JWT_RULES_INIT;
	nmk_tokens *tokens;
	nmk_jwt *jwt;

	(void)number;
	assert_status(NMK_ELOGIN, nmk_session_use_token(w->guest, text));
	assert_field("access_token", w->guest);
	assert_status(NMK_ELOGIN, nmk_token_refresh(w->guest, text, &tokens));
	assert_field("refresh_token", w->guest);
	assert_status(NMK_ELOGIN, nmk_email_confirm_change(w->guest, text));
	assert_field("token", w->guest);
	assert_status(NMK_ELOGIN, nmk_password_reset(w->guest, text, "Ein anderes Passwort 2!"));
	assert_field("token", w->guest);
	rules.jwks = jwks;
	rules.issuer = rules.audience = text;
	assert_status(NMK_ELOGIN, nmk_jwt_verify(text, &rules, NULL, &jwt));
	rules.jwks = text;
	assert_int_not_equal(NMK_OK, nmk_jwt_verify("eyJhbGciOiJFZERTQSJ9.e30.AAAA", &rules, NULL, &jwt));
}

/* ---- whose, which, why ---- */

static void as_name_and_id(struct world *w, const char *text, int number)
{
	nmk_session *session;
	nmk_login_page *logins;
	nmk_user_page *users;
	nmk_status rc;

	(void)number;
	assert_status(NMK_ENOTFOUND, nmk_session_act_as(w->system, text, &session));
	assert_status(NMK_ENOTFOUND, nmk_login_list(w->admin, text, NULL, 0, &logins));
	assert_status(NMK_ENOTFOUND, nmk_login_revoke(w->admin, text));
	assert_status(NMK_ENOTFOUND, nmk_login_revoke_all(w->admin, text));
	assert_status(NMK_ENOTFOUND, nmk_second_factor_reset(w->admin, text));
	assert_status(NMK_ENOTFOUND, nmk_outbox_done(w->system, text));
	rc = nmk_login_list(w->admin, NULL, text, 0, &logins);
	assert_true(rc == NMK_EINVALID);
	rc = nmk_user_list(w->admin, NULL, text, 0, &users);
	assert_true(rc == NMK_EINVALID);
}

static void as_consent(struct world *w, const char *text, int number)
{
	nmk_consent_page *page;
	nmk_status rc;

	(void)number;
	rc = nmk_consent_record(w->creator, NMK_CONSENT_MARKETING, true, text, NULL);
	if (rc != NMK_OK) {
		assert_refused(w->creator, "document_version");
		return;
	}
	assert_status(NMK_OK, nmk_consent_list(w->creator, NULL, 1, &page));
	if (*text)
		assert_string_equal(text, nmk_consent_document_version(nmk_consent_page_item(page, 0)));
	nmk_consent_page_free(page);
	rc = nmk_consent_record(w->creator, NMK_CONSENT_MARKETING, true, NULL, text);
	if (rc != NMK_OK && rc != NMK_ECONFLICT)
		assert_refused(w->creator, "idempotency_key");
}

static void as_phone(struct world *w, const char *text, int number)
{
	nmk_profile_changes changes = NMK_PROFILE_CHANGES_INIT;
	nmk_profile *profile;

	(void)number;
	changes.set = NMK_PROFILE_PHONE;
	changes.phone = text;
	if (nmk_profile_update(w->creator, &changes, &profile) != NMK_OK) {
		assert_refused(w->creator, "phone");
		return;
	}
	if (*text)
		assert_string_equal(text, nmk_profile_phone(profile));
	nmk_profile_free(profile);
}

/* Judged, not hashed: that costs too much for all of them. */
static void as_password(struct world *w, const char *text, int number)
{
	nmk_password_meter *meter;
	nmk_status rc = nmk_password_measure(text, 0, &meter);

	(void)w;
	(void)number;
	assert_true(rc == NMK_OK || (rc == NMK_EINVALID && strlen(text) > 1024));
	nmk_password_meter_free(meter);
}

static void as_new_password(struct world *w, const char *text, int number)
{
	nmk_registration given = registration(NULL, NULL);
	char email[40], username[21];
	nmk_user *user;

	if (number % 16)
		return;
	snprintf(email, sizeof email, "n%d@example.com", number);
	snprintf(username, sizeof username, "n_%d", number);
	given.email = email;
	given.username = username;
	given.password = text;
	if (nmk_user_add(w->system, &given, NMK_ROLE_CREATOR, &user) != NMK_OK) {
		assert_refused(w->system, "password");
		return;
	}
	nmk_user_free(user);
	assert_status(NMK_OK, nmk_session_login(w->guest, email, text));
}

/* What opens a market. */
static void as_option(struct world *w, const char *text, int number)
{
	static const char *const names[] = { "market_name", "token_issuer", "token_audience", "public_url" };
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	const char **texts[] = { &options.market_name, &options.token_issuer, &options.token_audience, &options.public_url };
	nmk_market *market;
	nmk_error error;

	(void)number;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		options = (nmk_market_options)NMK_MARKET_OPTIONS_INIT;
		*texts[i] = text;
		if (nmk_market_open(w->path, &options, &error, &market) == NMK_OK)
			nmk_market_close(market);
		else
			assert_string_equal(names[i], error.field);
	}
}

/* ---- promises ---- */

static void test_naughty_strings__as_devices(void **state)
{
	each_string(as_device, *state);
	each_string(as_client, *state);
}

static void test_naughty_strings__as_codes(void **state)
{
	struct world *w = *state;
	nmk_totp_enrollment *enrollment;

	nmk_session_close(w->consumer);
	w->consumer = begin_factor(w, "dieter@example.com", "dieter", &enrollment);
	nmk_totp_enrollment_free(enrollment);
	nmk_session_close(w->creator);
	w->creator = begin_factor(w, "dora@example.com", "dora", &enrollment);
	confirm_factor(w, w->creator, enrollment);
	nmk_totp_enrollment_free(enrollment);
	each_string(as_code, w);
}

static void test_naughty_strings__are_no_tokens(void **state)
{
	each_string(as_token, *state);
}

static void test_naughty_strings__name_nobody(void **state)
{
	each_string(as_name_and_id, *state);
}

static void test_naughty_strings__as_consents_and_phones(void **state)
{
	each_string(as_consent, *state);
	each_string(as_phone, *state);
}

static void test_naughty_strings__as_passwords(void **state)
{
	each_string(as_password, *state);
	each_string(as_new_password, *state);
}

static void test_naughty_strings__as_options(void **state)
{
	each_string(as_option, *state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_naughty_strings__as_devices),
		WORLD_TEST(test_naughty_strings__as_codes),
		WORLD_TEST(test_naughty_strings__are_no_tokens),
		WORLD_TEST(test_naughty_strings__name_nobody),
		WORLD_TEST(test_naughty_strings__as_consents_and_phones),
		WORLD_TEST(test_naughty_strings__as_passwords),
		WORLD_TEST(test_naughty_strings__as_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
