#include "identity_test.h"

#include <sodium.h>
#include "store_bytes.h"

#define HOURS(n) (INT64_C(3600000) * (n))

/* Hashing is slow by design; here it only pretends, and is counted. The program's own functions come before the library's. */
static int hashes;

int crypto_pwhash(unsigned char *const out, unsigned long long size, const char *const password, unsigned long long length,
                  const unsigned char *const salt, unsigned long long passes, size_t memory, int algorithm)
{
	(void)passes;
	(void)memory;
	(void)algorithm;
	hashes++;
	return crypto_generichash(out, (size_t)size, (const unsigned char *)password, length, salt, crypto_pwhash_SALTBYTES);
}

static void assert_refused(struct world *w, const nmk_registration *given, const char *field)
{
	nmk_user *user = (nmk_user *)w;

	assert_status(NMK_EINVALID, nmk_user_register(w->guest, given, &user));
	assert_null(user);
	assert_field(field, w->guest);
}

static void test_user_register__makes_an_unverified_account(void **state)
{
	struct world *w = *state;
	nmk_registration given = registration("Rosa.Mayreder@Example.ORG", "Rosa");
	nmk_user *user;

	assert_status(NMK_OK, nmk_user_register(w->guest, &given, &user));
	assert_string_equal("Rosa.Mayreder@Example.ORG", nmk_user_email(user));
	assert_string_equal("Rosa", nmk_user_username(user));
	assert_int_equal(NMK_ROLE_CREATOR, nmk_user_role(user));
	assert_int_equal(NMK_USER_ACTIVE, nmk_user_status(user));
	assert_string_equal("de", nmk_user_preferred_language(user));
	assert_int_equal(0, nmk_user_email_verified_at(user));
	assert_int_equal(w->now, nmk_user_created_at(user));
	assert_int_equal(0, nmk_user_last_login_at(user));
	assert_status(NMK_OK, nmk_session_error(w->guest)->status);
	assert_status(NMK_EDENIED, nmk_session_login(w->guest, given.email, PASSWORD));
	nmk_user_free(user);
}

static void test_user_register__the_market_chooses_the_role(void **state)
{
	struct world *w = *state;
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_registration given = registration("rosa@example.org", "rosa");
	nmk_session *guest;
	nmk_market *market;
	nmk_user *user;

	options.registration_role = NMK_ROLE_CONSUMER;
	market = other_market(w, options, &guest);
	assert_status(NMK_OK, nmk_user_register(guest, &given, &user));
	assert_int_equal(NMK_ROLE_CONSUMER, nmk_user_role(user));
	nmk_user_free(user);
	nmk_session_close(guest);
	nmk_market_close(market);
}

static void test_user_register__is_audited(void **state)
{
	struct world *w = *state;
	int64_t before = events(w, "user_registered");

	register_ok(w, "rosa@example.org", "rosa");
	assert_int_equal(before + 1, events(w, "user_registered"));
	assert_int_equal(1, world_events(w, "rosa", "action = 'user_registered' AND actor_kind = 'guest' AND object = $person"));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM audit_event WHERE details LIKE '%example.org%'"));
}

static void test_user_register__consents_have_the_time_of_the_registration(void **state)
{
	struct world *w = *state;
	nmk_registration given = registration("rosa@example.org", "rosa");

	given.accept_marketing = true;
	given.terms_version = "2026-01";
	assert_status(NMK_OK, nmk_user_register(w->guest, &given, NULL));
	assert_int_equal(3, world_sql(w, "SELECT COUNT(*) FROM consent JOIN user_account ON user_account.id = user_id"
	                                 " WHERE username = 'rosa' AND accepted = 1 AND consent.created_at = user_account.created_at"));
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM consent WHERE consent_type = 'terms_of_service'"
	                                 " AND document_version = '2026-01'"));
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM consent WHERE consent_type = 'privacy_policy'"
	                                 " AND document_version IS NULL"));
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM consent WHERE consent_type = 'marketing'"));
}

static void test_user_register__a_refused_marketing_is_recorded_too(void **state)
{
	struct world *w = *state;

	register_ok(w, "rosa@example.org", "rosa");
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM consent WHERE consent_type = 'marketing' AND accepted = 0"));
}

static void test_user_register__both_documents_must_be_accepted_terms_first(void **state)
{
	struct world *w = *state;
	nmk_registration given = registration("rosa@example.org", "rosa");

	given.accept_terms = given.accept_privacy = false;
	given.password = "kurz";
	assert_refused(w, &given, "accept_terms");
	given.accept_terms = true;
	assert_refused(w, &given, "accept_privacy");
	given.accept_privacy = true;
	assert_refused(w, &given, "password");
}

static void test_user_register__schema_is_told_before_terms(void **state)
{
	struct world *w = *state;
	nmk_registration given = registration("rosa", "r");

	given.accept_terms = false;
	assert_refused(w, &given, "email");
	given.email = "rosa@example.org";
	assert_refused(w, &given, "username");
	given.username = "rosa";
	given.preferred_language = "deutsch";
	assert_refused(w, &given, "preferred_language");
	given.preferred_language = "en";
	assert_refused(w, &given, "accept_terms");
}

static void test_user_register__needed_fields_are_needed(void **state)
{
	struct world *w = *state;
	nmk_registration given = registration(NULL, "rosa");

	assert_refused(w, &given, "email");
	given = registration("rosa@example.org", NULL);
	assert_refused(w, &given, "username");
	given = registration("rosa@example.org", "rosa");
	given.password = NULL;
	assert_refused(w, &given, "password");
	assert_refused(w, NULL, "registration");
	given.version = 0;
	assert_refused(w, &given, "version");
	given.version = NMK_REGISTRATION_VERSION + 1;
	assert_refused(w, &given, "version");
	assert_int_equal(NMK_EINVALID, nmk_user_register(NULL, &given, NULL));
}

/* At the number, one below, one above; counted in code points. */
static void check_length(struct world *w, size_t member, const char *field, size_t maximum)
{
	char text[1400], username[16];
	static int number;

	for (size_t length = maximum - 1; length <= maximum + 1; length++) {
		nmk_registration given = registration("x@example.org", username);
		char email[32];

		snprintf(username, sizeof username, "user%d", ++number);
		snprintf(email, sizeof email, "user%d@example.org", number);
		given.email = email;
		text[0] = '\0';
		for (size_t i = 0; i < length; i++)
			strcat(text, "\u00e4");
		*(const char **)((char *)&given + member) = text;
		if (length <= maximum)
			assert_status(NMK_OK, nmk_user_register(w->guest, &given, NULL));
		else
			assert_refused(w, &given, field);
	}
}

static void test_user_register__texts_have_lengths(void **state)
{
	struct world *w = *state;

	check_length(w, offsetof(nmk_registration, first_name), "first_name", 100);
	check_length(w, offsetof(nmk_registration, last_name), "last_name", 100);
	check_length(w, offsetof(nmk_registration, bio), "bio", 500);
	check_length(w, offsetof(nmk_registration, terms_version), "terms_version", 50);
	check_length(w, offsetof(nmk_registration, privacy_version), "privacy_version", 50);
}

static void test_user_register__an_address_has_at_most_255_bytes(void **state)
{
	struct world *w = *state;
	char local[65], label[64], email[400] = "";
	nmk_registration given = registration(email, "rosa");

	memset(local, 'a', 64);
	local[64] = '\0';
	memset(label, 'b', 63);
	label[63] = '\0';
	for (int last = 61; last <= 63; last++) {
		char name[16];

		snprintf(name, sizeof name, "rosa%d", last);
		given.username = name;
		snprintf(email, sizeof email, "%s@%s.%s.%.*s", local, label, label, last, label);
		assert_int_equal(254 + last - 61, strlen(email));
		if (last <= 62)
			assert_status(NMK_OK, nmk_user_register(w->guest, &given, NULL));
		else
			assert_refused(w, &given, "email");
	}
}

static void test_user_register__unfit_texts_are_refused(void **state)
{
	struct world *w = *state;
	nmk_registration given = registration("rosa@example.org\r\nBcc: x@example.org", "rosa");

	assert_refused(w, &given, "email");
	given.email = "rosa\xff@example.org";
	assert_refused(w, &given, "email");
	given.email = "rosa\u202e@example.org";
	assert_refused(w, &given, "email");
	given = registration("rosa@example.org", "ro\xffsa");
	assert_refused(w, &given, "username");
	given.username = "rosa";
	given.first_name = "Rosa\nMayreder";
	assert_refused(w, &given, "first_name");
	given.first_name = NULL;
	given.bio = "two\nlines";
	given.last_name = "\xC0\xAF";
	assert_refused(w, &given, "last_name");
	given.last_name = "Mayreder";
	given.password = "lang genug, aber \xff";
	assert_refused(w, &given, "password");
	given.password = PASSWORD;
	assert_status(NMK_OK, nmk_user_register(w->guest, &given, NULL));
}

static void test_user_register__passwords_have_at_most_1024_bytes(void **state)
{
	struct world *w = *state;
	char password[1100];
	nmk_registration given = registration("rosa@example.org", "rosa");

	for (size_t i = 0; i < sizeof password; i++)
		password[i] = "Viele Wege nach Rom. "[(i * i + i / 7) % 21];
	password[1025] = '\0';
	given.password = password;
	assert_refused(w, &given, "password");
	password[1024] = '\0';
	assert_status(NMK_OK, nmk_user_register(w->guest, &given, NULL));
}

static void test_user_register__nist_passwords_have_fifteen_characters(void **state)
{
	struct world *w = *state;
	nmk_registration given = registration("rosa@example.org", "rosa");

	given.password = "vier tulpen 14";
	assert_refused(w, &given, "password");
	assert_string_equal("must have at least 15 characters", nmk_session_error(w->guest)->message);
	given.password = "vier tulpen 14x";
	assert_status(NMK_OK, nmk_user_register(w->guest, &given, NULL));
}

static void test_user_register__each_classic_rule_has_its_own_message(void **state)
{
	static const struct { const char *password, *message; } cases[] = {
		{ "Tulpe4!",  "must have at least 8 characters" },
		{ "tulpen4!", "must have an upper-case letter" },
		{ "Tulpenx!", "must have a digit" },
		{ "Tulpenx4", "must have one of ! @ # $ % ^ & * ( ) , . ? \" : { } | < >" },
	};
	struct world *w = *state;
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_registration given = registration("rosa@example.org", "rosa");
	nmk_session *guest;
	nmk_market *market;

	options.password_policy = NMK_PASSWORD_POLICY_CLASSIC;
	market = other_market(w, options, &guest);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		given.password = cases[i].password;
		assert_status(NMK_EINVALID, nmk_user_register(guest, &given, NULL));
		assert_field("password", guest);
		assert_string_equal(cases[i].message, nmk_session_error(guest)->message);
	}
	given.password = "Tulpen4!";
	assert_status(NMK_OK, nmk_user_register(guest, &given, NULL));
	nmk_session_close(guest);
	nmk_market_close(market);
}

static void test_user_register__addresses_are_unique_whatever_the_case(void **state)
{
	struct world *w = *state;
	nmk_registration given = registration("M\u00fcller@Example.org", "mueller");

	register_ok(w, "m\u00fcller@example.org", "rosa");
	assert_status(NMK_ECONFLICT, nmk_user_register(w->guest, &given, NULL));
	assert_field("email", w->guest);
	given.email = "mu\xCC\x88ller@example.org";
	assert_status(NMK_ECONFLICT, nmk_user_register(w->guest, &given, NULL));
	assert_field("email", w->guest);
}

static void test_user_register__user_names_are_unique_whatever_the_case(void **state)
{
	struct world *w = *state;
	nmk_registration given = registration("other@example.org", "ROSA");

	register_ok(w, "rosa@example.org", "rosa");
	assert_status(NMK_ECONFLICT, nmk_user_register(w->guest, &given, NULL));
	assert_field("username", w->guest);
}

static void test_user_register__the_address_is_checked_before_the_name(void **state)
{
	struct world *w = *state;
	nmk_registration given = registration("rosa@example.org", "rosa");

	register_ok(w, "rosa@example.org", "rosa");
	assert_status(NMK_ECONFLICT, nmk_user_register(w->guest, &given, NULL));
	assert_field("email", w->guest);
	given.password = "kurz";
	assert_refused(w, &given, "password");
}

static void test_user_register__a_refused_one_leaves_nothing(void **state)
{
	struct world *w = *state;
	int64_t users = world_sql(w, "SELECT COUNT(*) FROM user_account"), audits = world_sql(w, "SELECT COUNT(*) FROM audit_event");
	nmk_registration given = registration("new@example.org", "clara");

	assert_status(NMK_ECONFLICT, nmk_user_register(w->guest, &given, NULL));
	assert_int_equal(users, world_sql(w, "SELECT COUNT(*) FROM user_account"));
	assert_int_equal(audits, world_sql(w, "SELECT COUNT(*) FROM audit_event"));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM consent"));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM mail_proof"));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM outbox"));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM profile"));
}

static void test_user_register__neither_password_nor_address_is_in_the_store(void **state)
{
	struct world *w = *state;
	nmk_registration given = registration("Rosa.Mayreder@example.net", "rosa");

	given.password = "Vierzehn gelbe Tulpen";
	given.idempotency_key = "once";
	assert_status(NMK_OK, nmk_user_register(w->guest, &given, NULL));
	assert_status(NMK_OK, nmk_user_register(w->guest, &given, NULL));
	given.idempotency_key = NULL;
	assert_status(NMK_ECONFLICT, nmk_user_register(w->guest, &given, NULL));
	assert_true(store_has(w, "email_verification"));
	assert_false(store_has(w, "Mayreder"));
	assert_false(store_has(w, "Tulpen"));
	assert_false(store_has(w, "argon2id"));
}

static void test_user_register__the_same_key_makes_one_account(void **state)
{
	struct world *w = *state;
	nmk_registration given = registration("rosa@example.org", "rosa");
	nmk_user *first, *second;

	given.idempotency_key = "once";
	assert_status(NMK_OK, nmk_user_register(w->guest, &given, &first));
	assert_status(NMK_OK, nmk_user_register(w->guest, &given, &second));
	assert_string_equal(nmk_user_id(first), nmk_user_id(second));
	assert_string_equal("rosa@example.org", nmk_user_email(second));
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM outbox"));
	assert_int_equal(1, world_events(w, "rosa", "action = 'user_registered' AND object = $person"));
	nmk_user_free(first);
	nmk_user_free(second);
}

static void test_user_register__a_key_used_for_something_else_is_a_conflict(void **state)
{
	struct world *w = *state;
	nmk_registration given = registration("rosa@example.org", "rosa");

	given.idempotency_key = "once";
	assert_status(NMK_OK, nmk_user_register(w->guest, &given, NULL));
	given.bio = "Neu.";
	assert_status(NMK_ECONFLICT, nmk_user_register(w->guest, &given, NULL));
	assert_field("idempotency_key", w->guest);
	given.bio = NULL;
	given.accept_marketing = true;
	assert_status(NMK_ECONFLICT, nmk_user_register(w->guest, &given, NULL));
	given.idempotency_key = "";
	assert_refused(w, &given, "idempotency_key");
}

static void test_user_register__the_password_leaves_no_quick_hash_with_the_key(void **state)
{
	struct world *w = *state;
	nmk_registration given = registration("rosa@example.org", "rosa");
	nmk_user *user;

	given.idempotency_key = "once";
	assert_status(NMK_OK, nmk_user_register(w->guest, &given, NULL));
	given.password = "Ein anderes langes Passwort";
	assert_status(NMK_OK, nmk_user_register(w->guest, &given, &user));
	nmk_user_free(user);
}

/* ---- user names ---- */

static void assert_name_conflict(struct world *w, const char *username, const char *message)
{
	nmk_registration given = registration("other@example.org", username);

	assert_status(NMK_ECONFLICT, nmk_user_register(w->guest, &given, NULL));
	assert_field("username", w->guest);
	assert_string_equal(message, nmk_session_error(w->guest)->message);
}

static void test_user_register__no_name_that_looks_like_another(void **state)
{
	struct world *w = *state;

	register_ok(w, "ivan@example.org", "Ivan_Marne");
	assert_name_conflict(w, "IVAN_MARNE", "is taken");
	assert_name_conflict(w, "lvan_Marne", "looks like one that is taken");
	assert_name_conflict(w, "1van_Mame", "looks like one that is taken");
	register_ok(w, "other@example.org", "Ivan_Marn");
}

static void test_user_register__no_reserved_name_but_for_the_host(void **state)
{
	struct world *w = *state;
	nmk_registration given = registration("support@example.org", "Support");

	assert_name_conflict(w, "Support", "is reserved, or looks like a reserved one");
	assert_name_conflict(w, "supp0rt", "is reserved, or looks like a reserved one");
	assert_status(NMK_OK, nmk_user_add(w->system, &given, NMK_ROLE_MODERATOR, NULL));
	given = registration("support2@example.org", "supp0rt");
	assert_status(NMK_ECONFLICT, nmk_user_add(w->system, &given, NMK_ROLE_MODERATOR, NULL));
	assert_string_equal("looks like one that is taken", nmk_session_error(w->system)->message);
}

static void test_user_register__latin_names_are_the_markets_choice(void **state)
{
	struct world *w = *state;
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_registration given = registration("rosa@example.org", "J\u00fcrgen.M");
	nmk_session *guest;
	nmk_market *market;
	nmk_user *user;

	assert_refused(w, &given, "username");
	options.username_profile = NMK_USERNAME_LATIN;
	market = other_market(w, options, &guest);
	assert_status(NMK_OK, nmk_user_register(guest, &given, &user));
	assert_string_equal("J\u00fcrgen.M", nmk_user_username(user));
	nmk_user_free(user);
	assert_status(NMK_OK, nmk_user_find(guest, "J\u00dcRGEN.m", &user));
	nmk_user_free(user);
	given = registration("other@example.org", "j\u00fcrgen.rn");
	assert_status(NMK_ECONFLICT, nmk_user_register(guest, &given, NULL));
	given.username = ".j\u00fcrgen";
	assert_status(NMK_EINVALID, nmk_user_register(guest, &given, NULL));
	assert_field("username", guest);
	nmk_session_close(guest);
	nmk_market_close(market);
}

/* ---- what must not be told ---- */

/* DEF-12: a taken address does not answer sooner. The Argon2id is nearly all of the time. */
static void test_def_12__a_taken_address_costs_a_hash_too(void **state)
{
	struct world *w = *state;
	nmk_registration given = registration("frei@example.org", "erste");

	hashes = 0;
	assert_status(NMK_OK, nmk_user_register(w->guest, &given, NULL));
	assert_int_equal(1, hashes);
	given.username = "zweite";
	assert_status(NMK_ECONFLICT, nmk_user_register(w->guest, &given, NULL));
	assert_int_equal(2, hashes);
}

/* DEF-12: who owns the address learns of it, and who asked does not make an account. */
static void test_def_12__the_owner_of_a_taken_address_is_told_by_mail(void **state)
{
	struct world *w = *state;
	nmk_registration given = registration("CARL@example.org", "someone");
	int64_t users = world_sql(w, "SELECT COUNT(*) FROM user_account");
	nmk_outbox_message *message;

	assert_status(NMK_ECONFLICT, nmk_user_register(w->guest, &given, NULL));
	assert_field("email", w->guest);
	assert_int_equal(users, world_sql(w, "SELECT COUNT(*) FROM user_account"));
	assert_int_equal(1, world_events(w, "carl", "action = 'user_registered' AND result = 'conflict' AND object = $person"));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM audit_event WHERE details LIKE '%carl%' OR details LIKE '%someone%'"));
	assert_status(NMK_OK, nmk_outbox_take(w->system, 60000, &message));
	assert_non_null(message);
	assert_string_equal("registration_attempt", nmk_outbox_message_template_name(message));
	assert_string_equal("carl@example.org", nmk_outbox_message_recipient(message));
	assert_null(strstr(nmk_outbox_message_data(message), "someone"));
	nmk_outbox_message_free(message);
	assert_status(NMK_OK, nmk_outbox_take(w->system, 60000, &message));
	assert_null(message);
}

static void test_user_register__the_owner_is_told_five_times_a_day(void **state)
{
	struct world *w = *state;
	nmk_registration given = registration("carl@example.org", "someone");

	for (int i = 1; i <= 6; i++) {
		assert_status(NMK_ECONFLICT, nmk_user_register(w->guest, &given, NULL));
		assert_int_equal(i < 6 ? i : 5, world_sql(w, "SELECT COUNT(*) FROM outbox WHERE user_id IS NOT NULL"));
	}
	world_advance(w, HOURS(24));
	assert_status(NMK_ECONFLICT, nmk_user_register(w->guest, &given, NULL));
	assert_int_equal(6, world_sql(w, "SELECT COUNT(*) FROM outbox WHERE user_id IS NOT NULL"));
}

static void test_user_register__a_host_that_adds_a_taken_address_sends_no_mail(void **state)
{
	struct world *w = *state;
	nmk_registration given = registration("carl@example.org", "someone");

	assert_status(NMK_ECONFLICT, nmk_user_add(w->system, &given, NMK_ROLE_CREATOR, NULL));
	assert_field("email", w->system);
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM outbox"));
}

/* ---- limits ---- */

static nmk_status try_from(struct world *w, const char *address, int number)
{
	char email[64] = "", username[32] = "";
	nmk_registration given = registration(email, username);

	snprintf(email, sizeof email, "many%d@example.org", number);
	snprintf(username, sizeof username, "many_%d", number);
	assert_status(NMK_OK, nmk_session_set_client(w->guest, address, NULL, NULL));
	return nmk_user_register(w->guest, &given, NULL);
}

/* Ten in an hour from one network, whatever becomes of them; DEF-30: the count is in the store. */
static void test_def_30__registrations_of_a_network_are_limited_across_restarts(void **state)
{
	struct world *w = *state;
	nmk_registration taken = registration("carl@example.org", "someone");

	for (int i = 1; i <= 8; i++)
		assert_status(NMK_OK, try_from(w, "192.0.2.1", i));
	assert_status(NMK_ECONFLICT, nmk_user_register(w->guest, &taken, NULL));
	world_reopen(w);
	assert_status(NMK_OK, try_from(w, "192.0.2.1", 10));
	assert_status(NMK_ELIMIT, try_from(w, "192.0.2.1", 11));
	assert_true(nmk_session_error(w->guest)->retry_after_ms > 0);
	assert_true(nmk_session_error(w->guest)->retry_after_ms <= HOURS(1));
	assert_status(NMK_ELIMIT, nmk_user_register(w->guest, &taken, NULL));
	assert_status(NMK_OK, try_from(w, "192.0.2.2", 11));
	world_advance(w, nmk_session_error(w->guest)->retry_after_ms + HOURS(1));
	assert_status(NMK_OK, try_from(w, "192.0.2.1", 12));
}

static void test_user_register__what_is_wrong_is_told_without_being_counted(void **state)
{
	struct world *w = *state;
	nmk_registration given = registration("rosa@example.org", "r");

	assert_status(NMK_OK, nmk_session_set_client(w->guest, "2001:db8::1", NULL, NULL));
	for (int i = 0; i < 12; i++)
		assert_refused(w, &given, "username");
	given.username = "rosa";
	assert_status(NMK_OK, nmk_user_register(w->guest, &given, NULL));
}

/* ---- what only the host may say ---- */

static void test_user_register__has_no_say_in_what_is_the_hosts(void **state)
{
	struct world *w = *state;
	nmk_registration given = registration("rosa@example.org", "rosa");

	given.password_change_required = true;
	assert_refused(w, &given, "password_change_required");
	given.password_change_required = false;
	given.password_hash = "$2b$04$abcdefghijklmnopqrstuuZ3B8qwwiZnQL0twcjUZ4rRSC1UYHJ1W";
	assert_refused(w, &given, "password_hash");
}

static void test_user_add__a_first_admin_must_change_the_password(void **state)
{
	struct world *w = *state;
	nmk_registration given = registration("rosa@example.org", "rosa");
	nmk_user_page *page;
	nmk_user *user;

	given.password_change_required = true;
	assert_status(NMK_OK, nmk_user_add(w->system, &given, NMK_ROLE_ADMIN, &user));
	assert_true(nmk_user_password_change_required(user));
	nmk_user_free(user);
	assert_status(NMK_OK, nmk_session_login(w->guest, "rosa@example.org", PASSWORD));
	assert_status(NMK_EDENIED, nmk_user_list(w->guest, NULL, NULL, 0, &page));
	assert_field("password", w->guest);
}

static void test_user_add__takes_the_hash_of_another_system(void **state)
{
	struct world *w = *state;
	nmk_registration given = registration("rosa@example.org", "rosa");

	given.password_hash = "$2b$04$abcdefghijklmnopqrstuuZ3B8qwwiZnQL0twcjUZ4rRSC1UYHJ1W"; /* of PASSWORD */
	assert_status(NMK_EINVALID, nmk_user_add(w->system, &given, NMK_ROLE_CREATOR, NULL));
	assert_field("password_hash", w->system);
	given.password = NULL;
	assert_status(NMK_OK, nmk_user_add(w->system, &given, NMK_ROLE_CREATOR, NULL));
	assert_status(NMK_OK, nmk_session_login(w->guest, "rosa@example.org", PASSWORD));
	given = registration("berta@example.org", "berta");
	given.password = NULL;
	given.password_hash = "5f4dcc3b5aa765d61d8327deb882cf99";
	assert_status(NMK_EINVALID, nmk_user_add(w->system, &given, NMK_ROLE_CREATOR, NULL));
	assert_field("password_hash", w->system);
	given.password_hash = "";
	assert_status(NMK_EINVALID, nmk_user_add(w->system, &given, NMK_ROLE_CREATOR, NULL));
}

static void test_user_add__without_a_password_nobody_logs_in(void **state)
{
	struct world *w = *state;

	assert_status(NMK_ELOGIN, nmk_session_login(w->guest, "carl@example.org", PASSWORD));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM user_account WHERE password_sealed IS NOT NULL"
	                                 " OR password_epoch IS NOT NULL"));
}

/* ---- DEF-27, DEF-13 ---- */

/* DEF-27: account and mail are one transaction, and sending it is the host's affair afterwards. */
static void test_def_27__a_registration_needs_no_mail_server(void **state)
{
	struct world *w = *state;
	nmk_registration given = registration("rosa@example.org", "rosa");

	assert_status(NMK_OK, nmk_user_register(w->guest, &given, NULL));
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM outbox JOIN user_account ON user_account.id = user_id"
	                                 " WHERE username = 'rosa' AND template_name = 'email_verification'"));
}

/* DEF-13: a token is good for one account and one time, and for no account that is gone. */
static void test_def_13__a_token_does_not_outlive_its_account(void **state)
{
	struct world *w = *state;
	char token[64], id[64];

	register_ok(w, "rosa@example.org", "rosa");
	take_token(w, token);
	user_id_of(w, "rosa", id);
	assert_status(NMK_OK, nmk_user_delete(w->admin, id));
	assert_status(NMK_ELOGIN, nmk_user_verify_email(w->guest, token));
	register_ok(w, "rosa@example.org", "rosa");
	assert_status(NMK_ELOGIN, nmk_user_verify_email(w->guest, token));
}

static void test_registration_init__is_the_macro(void **state)
{
	nmk_registration given;

	(void)state;
	memset(&given, 0xff, sizeof given);
	nmk_registration_init(&given);
	assert_int_equal(NMK_REGISTRATION_VERSION, given.version);
	assert_null(given.email);
	assert_false(given.accept_terms);
}

/* ---- nmk_user_add ---- */

static void test_user_add__is_for_the_host_alone(void **state)
{
	struct world *w = *state;
	nmk_registration given = registration("rosa@example.org", "rosa");

	assert_status(NMK_EDENIED, nmk_user_add(w->admin, &given, NMK_ROLE_ADMIN, NULL));
	assert_status(NMK_EDENIED, nmk_user_add(w->creator, &given, NMK_ROLE_CREATOR, NULL));
	assert_status(NMK_EDENIED, nmk_user_add(w->suspended, &given, NMK_ROLE_CREATOR, NULL));
	assert_status(NMK_ELOGIN, nmk_user_add(w->guest, &given, NMK_ROLE_CREATOR, NULL));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM user_account WHERE username = 'rosa'"));
}

static void test_user_add__is_verified_and_consents_to_nothing(void **state)
{
	struct world *w = *state;
	nmk_registration given = registration("rosa@example.org", "rosa");
	nmk_user *user;

	given.accept_terms = given.accept_privacy = false;
	given.preferred_language = "en";
	assert_status(NMK_OK, nmk_user_add(w->system, &given, NMK_ROLE_ADMIN, &user));
	assert_int_equal(NMK_ROLE_ADMIN, nmk_user_role(user));
	assert_int_equal(w->now, nmk_user_email_verified_at(user));
	assert_string_equal("en", nmk_user_preferred_language(user));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM consent"));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM outbox"));
	assert_status(NMK_OK, nmk_session_login(w->guest, "rosa@example.org", PASSWORD));
	nmk_user_free(user);
}

static void test_user_add__the_policy_holds_for_the_host_too(void **state)
{
	struct world *w = *state;
	nmk_registration given = registration("rosa@example.org", "rosa");

	given.password = "kurz";
	assert_status(NMK_EINVALID, nmk_user_add(w->system, &given, NMK_ROLE_CREATOR, NULL));
	assert_field("password", w->system);
	given.password = NULL;
	assert_status(NMK_EINVALID, nmk_user_add(w->system, &given, (nmk_role)0, NULL));
	assert_field("role", w->system);
	assert_status(NMK_EINVALID, nmk_user_add(w->system, &given, (nmk_role)5, NULL));
	assert_status(NMK_EINVALID, nmk_user_add(w->system, NULL, NMK_ROLE_CREATOR, NULL));
	given.username = "clara";
	assert_status(NMK_ECONFLICT, nmk_user_add(w->system, &given, NMK_ROLE_CREATOR, NULL));
	assert_field("username", w->system);
}

/* ---- verification ---- */

static void test_user_verify_email__opens_the_account(void **state)
{
	struct world *w = *state;
	char token[64];

	register_ok(w, "rosa@example.org", "rosa");
	take_token(w, token);
	assert_int_equal(43, strlen(token));
	assert_status(NMK_OK, nmk_user_verify_email(w->guest, token));
	assert_int_equal(1, events(w, "email_verified"));
	assert_int_equal(w->now, world_sql(w, "SELECT email_verified_at FROM user_account WHERE username = 'rosa'"));
	assert_status(NMK_OK, nmk_session_login(w->guest, "rosa@example.org", PASSWORD));
}

static void test_user_verify_email__a_token_works_once(void **state)
{
	struct world *w = *state;
	char token[64];

	register_ok(w, "rosa@example.org", "rosa");
	take_token(w, token);
	assert_status(NMK_OK, nmk_user_verify_email(w->guest, token));
	assert_status(NMK_ELOGIN, nmk_user_verify_email(w->guest, token));
	assert_field("token", w->guest);
	assert_int_equal(1, events(w, "email_verified"));
	assert_int_equal(1, events(w, "invalid_token"));
}

static void verify_after(struct world *w, int64_t age, nmk_status expected)
{
	char token[64];

	register_ok(w, "rosa@example.org", "rosa");
	take_token(w, token);
	world_advance(w, age);
	assert_status(expected, nmk_user_verify_email(w->guest, token));
}

static void test_user_verify_email__just_below_24_hours(void **state)
{
	verify_after(*state, HOURS(24) - 1, NMK_OK);
}

static void test_user_verify_email__at_exactly_24_hours(void **state)
{
	verify_after(*state, HOURS(24), NMK_OK);
}

static void test_user_verify_email__just_above_24_hours_is_too_late(void **state)
{
	verify_after(*state, HOURS(24) + 1, NMK_ELOGIN);
}

static void test_user_verify_email__holds_for_its_address_alone(void **state)
{
	struct world *w = *state;
	char token[64];

	register_ok(w, "rosa@example.org", "rosa");
	take_token(w, token);
	tamper(w, "UPDATE user_account SET email_index = x'00' WHERE username = 'rosa'");
	assert_status(NMK_ELOGIN, nmk_user_verify_email(w->guest, token));
}

static void test_user_verify_email__not_for_a_deleted_account(void **state)
{
	struct world *w = *state;
	char token[64];

	register_ok(w, "rosa@example.org", "rosa");
	take_token(w, token);
	tamper(w, "UPDATE user_account SET status = 'deleted' WHERE username = 'rosa'");
	assert_status(NMK_ELOGIN, nmk_user_verify_email(w->guest, token));
}

static void test_user_verify_email__of_a_suspended_account_does_not_reactivate_it(void **state)
{
	struct world *w = *state;
	char token[64], id[64];

	register_ok(w, "rosa@example.org", "rosa");
	take_token(w, token);
	user_id_of(w, "rosa", id);
	assert_status(NMK_OK, nmk_user_suspend(w->admin, id, "Spam", 0));
	assert_status(NMK_OK, nmk_user_verify_email(w->guest, token));
	assert_status(NMK_EDENIED, nmk_session_login(w->guest, "rosa@example.org", PASSWORD));
}

static void test_user_verify_email__strange_tokens_are_unknown(void **state)
{
	struct world *w = *state;

	assert_status(NMK_EINVALID, nmk_user_verify_email(w->guest, NULL));
	assert_field("token", w->guest);
	assert_status(NMK_ELOGIN, nmk_user_verify_email(w->guest, ""));
	assert_status(NMK_ELOGIN, nmk_user_verify_email(w->guest, "abc"));
	assert_status(NMK_ELOGIN, nmk_user_verify_email(w->guest, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
	assert_status(NMK_ELOGIN, nmk_user_verify_email(w->guest, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
	assert_status(NMK_ELOGIN, nmk_user_verify_email(w->guest, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
	              "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"));
	assert_int_equal(NMK_EINVALID, nmk_user_verify_email(NULL, "abc"));
}

static void test_user_verify_email__the_token_is_not_in_the_proofs(void **state)
{
	struct world *w = *state;
	char token[64], sql[256];

	register_ok(w, "rosa@example.org", "rosa");
	take_token(w, token);
	snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM mail_proof WHERE length(token_hash) = 32 AND instr(token_hash, '%s') = 0", token);
	assert_int_equal(1, world_sql(w, sql));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_user_register__makes_an_unverified_account),
		WORLD_TEST(test_user_register__the_market_chooses_the_role),
		WORLD_TEST(test_user_register__is_audited),
		WORLD_TEST(test_user_register__consents_have_the_time_of_the_registration),
		WORLD_TEST(test_user_register__a_refused_marketing_is_recorded_too),
		WORLD_TEST(test_user_register__both_documents_must_be_accepted_terms_first),
		WORLD_TEST(test_user_register__schema_is_told_before_terms),
		WORLD_TEST(test_user_register__needed_fields_are_needed),
		WORLD_TEST(test_user_register__texts_have_lengths),
		WORLD_TEST(test_user_register__an_address_has_at_most_255_bytes),
		WORLD_TEST(test_user_register__unfit_texts_are_refused),
		WORLD_TEST(test_user_register__passwords_have_at_most_1024_bytes),
		WORLD_TEST(test_user_register__nist_passwords_have_fifteen_characters),
		WORLD_TEST(test_user_register__each_classic_rule_has_its_own_message),
		WORLD_TEST(test_user_register__addresses_are_unique_whatever_the_case),
		WORLD_TEST(test_user_register__user_names_are_unique_whatever_the_case),
		WORLD_TEST(test_user_register__the_address_is_checked_before_the_name),
		WORLD_TEST(test_user_register__a_refused_one_leaves_nothing),
		WORLD_TEST(test_user_register__neither_password_nor_address_is_in_the_store),
		WORLD_TEST(test_user_register__the_same_key_makes_one_account),
		WORLD_TEST(test_user_register__a_key_used_for_something_else_is_a_conflict),
		WORLD_TEST(test_user_register__the_password_leaves_no_quick_hash_with_the_key),
		WORLD_TEST(test_user_register__no_name_that_looks_like_another),
		WORLD_TEST(test_user_register__no_reserved_name_but_for_the_host),
		WORLD_TEST(test_user_register__latin_names_are_the_markets_choice),
		WORLD_TEST(test_def_12__a_taken_address_costs_a_hash_too),
		WORLD_TEST(test_def_12__the_owner_of_a_taken_address_is_told_by_mail),
		WORLD_TEST(test_user_register__the_owner_is_told_five_times_a_day),
		WORLD_TEST(test_user_register__a_host_that_adds_a_taken_address_sends_no_mail),
		WORLD_TEST(test_def_30__registrations_of_a_network_are_limited_across_restarts),
		WORLD_TEST(test_user_register__what_is_wrong_is_told_without_being_counted),
		WORLD_TEST(test_user_register__has_no_say_in_what_is_the_hosts),
		WORLD_TEST(test_user_add__a_first_admin_must_change_the_password),
		WORLD_TEST(test_user_add__takes_the_hash_of_another_system),
		WORLD_TEST(test_user_add__without_a_password_nobody_logs_in),
		WORLD_TEST(test_def_27__a_registration_needs_no_mail_server),
		WORLD_TEST(test_def_13__a_token_does_not_outlive_its_account),
		cmocka_unit_test(test_registration_init__is_the_macro),
		WORLD_TEST(test_user_add__is_for_the_host_alone),
		WORLD_TEST(test_user_add__is_verified_and_consents_to_nothing),
		WORLD_TEST(test_user_add__the_policy_holds_for_the_host_too),
		WORLD_TEST(test_user_verify_email__opens_the_account),
		WORLD_TEST(test_user_verify_email__a_token_works_once),
		WORLD_TEST(test_user_verify_email__just_below_24_hours),
		WORLD_TEST(test_user_verify_email__at_exactly_24_hours),
		WORLD_TEST(test_user_verify_email__just_above_24_hours_is_too_late),
		WORLD_TEST(test_user_verify_email__holds_for_its_address_alone),
		WORLD_TEST(test_user_verify_email__not_for_a_deleted_account),
		WORLD_TEST(test_user_verify_email__of_a_suspended_account_does_not_reactivate_it),
		WORLD_TEST(test_user_verify_email__strange_tokens_are_unknown),
		WORLD_TEST(test_user_verify_email__the_token_is_not_in_the_proofs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
