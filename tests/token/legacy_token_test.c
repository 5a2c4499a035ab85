/* The wire format of an earlier system: HS256, with address and role in the token. */
#include "token_test.h"

#include <jansson.h>
#include <sodium.h>
#include "jws.h"

#define SECRET "0123456789abcdef0123456789abcdef"

static nmk_market *legacy_market(struct world *w, const char *secret)
{
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;

	options.token_format = NMK_TOKEN_HS256_LEGACY;
	options.token_secret = secret;
	return market_with(w, options);
}

static json_t *claims_of(const char *token)
{
	struct jws jws;
	json_t *claims;

	assert_null(jws_parse(token, &jws));
	assert_int_equal(JWS_HS256, jws.algorithm);
	assert_string_equal("JWT", jws.type);
	assert_true(jws_verify(&jws, &(struct jws_key){ JWS_HS256, (const unsigned char *)SECRET, strlen(SECRET) }));
	claims = json_loads(jws.payload, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(claims);
	for (size_t i = 0; i < jws.payload_length; i++)
		assert_true((unsigned char)jws.payload[i] < 0x80); /* for atob() */
	return claims;
}

static const char *text_of(const json_t *claims, const char *name)
{
	return json_string_value(json_object_get(claims, name));
}

static void test_legacy__claims_are_the_earlier_ones(void **state)
{
	struct world *w = *state;
	nmk_market *market = legacy_market(w, SECRET);
	nmk_session *session = member_of(market, "mona");
	json_t *access, *refresh;
	struct pair pair;

	issue_pair(session, &pair);
	access = claims_of(pair.access);
	refresh = claims_of(pair.refresh);
	assert_int_equal(9, json_object_size(access));
	assert_string_equal(nmk_session_user_id(session), text_of(access, "sub"));
	assert_string_equal(nmk_session_user_id(session), text_of(access, "user_id"));
	assert_string_equal("mona@example.org", text_of(access, "email"));
	assert_string_equal("moderator", text_of(access, "role"));
	assert_string_equal("access", text_of(access, "type"));
	assert_string_equal(pair.login_id, text_of(access, "sid"));
	assert_int_equal(36, strlen(text_of(access, "jti")));
	assert_int_equal(w->now / 1000, json_integer_value(json_object_get(access, "iat")));
	assert_int_equal(w->now / 1000 + 600, json_integer_value(json_object_get(access, "exp")));
	assert_string_equal("refresh", text_of(refresh, "type"));
	assert_int_equal(0, strncmp(text_of(refresh, "jti"), "nmr1.", 5));
	assert_int_equal(w->now / 1000 + 1800, json_integer_value(json_object_get(refresh, "exp")));
	json_decref(access);
	json_decref(refresh);
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM signing_key"));
	nmk_session_close(session);
	nmk_market_close(market);
}

static void test_legacy__addresses_of_all_scripts_are_ascii(void **state)
{
	struct world *w = *state;
	nmk_market *market = legacy_market(w, SECRET);
	nmk_registration given = NMK_REGISTRATION_INIT;
	nmk_session *session;
	struct pair pair;
	json_t *access;

	given.email = "jürgen@exämple.org";
	given.username = "juergen";
	assert_status(NMK_OK, nmk_user_add(w->system, &given, NMK_ROLE_CREATOR, NULL));
	session = member_of(market, "juergen");
	issue_pair(session, &pair);
	access = claims_of(pair.access);
	assert_string_equal("jürgen@exämple.org", text_of(access, "email"));
	json_decref(access);
	nmk_session_close(session);
	nmk_market_close(market);
}

static void test_legacy__used_and_exchanged_as_usual(void **state)
{
	struct world *w = *state;
	nmk_market *market = legacy_market(w, SECRET);
	nmk_session *session = member_of(market, "carl"), *user;
	nmk_nano_fields fields = NMK_NANO_FIELDS_INIT;
	struct pair first, second, again;
	char id[64];

	issue_pair(session, &first);
	assert_status(NMK_OK, use_at(market, first.access));
	world_advance(w, 9 * MINUTE + 999);
	assert_status(NMK_OK, refresh_at(market, first.refresh, &second));
	world_advance(w, 30 * SECOND);
	assert_status(NMK_OK, refresh_at(market, first.refresh, &again)); /* the lost answer is the same text */
	assert_string_equal(second.refresh, again.refresh);
	assert_status(NMK_OK, use_at(market, again.access));

	/* the role in the token means nothing: the record decides */
	user_id_of(w, "carl", id);
	assert_status(NMK_OK, nmk_session_open(market, &user));
	assert_status(NMK_OK, nmk_session_use_token(user, again.access));
	assert_status(NMK_OK, nmk_user_set_role(w->admin, id, NMK_ROLE_CONSUMER));
	fields.title = "Darf ich?";
	assert_status(NMK_EDENIED, nmk_nano_create(user, &fields, NULL));
	nmk_session_close(user);

	world_advance(w, 1);
	assert_status(NMK_ELOGIN, refresh_at(market, first.refresh, &again)); /* reuse */
	assert_status(NMK_ELOGIN, use_at(market, second.access));
	assert_int_equal(1, count_events(w, "action = 'failed_security_check'"));
	nmk_session_close(session);
	nmk_market_close(market);
}

static void test_legacy__idle_ends_it(void **state)
{
	struct world *w = *state;
	nmk_market *market = legacy_market(w, SECRET);
	nmk_session *session = member_of(market, "carl");
	struct pair pair;

	issue_pair(session, &pair);
	world_advance(w, 10 * MINUTE - 1);
	assert_status(NMK_OK, use_at(market, pair.access));
	world_advance(w, 1);
	assert_status(NMK_ELOGIN, use_at(market, pair.access));
	world_advance(w, 20 * MINUTE - 1);
	assert_status(NMK_OK, refresh_at(market, pair.refresh, &pair));
	world_advance(w, 30 * MINUTE);
	assert_status(NMK_ELOGIN, refresh_at(market, pair.refresh, &pair));
	nmk_session_close(session);
	nmk_market_close(market);
}

/* Neither format passes for the other, and neither kind for the other. */
static void test_legacy__no_confusion(void **state)
{
	struct world *w = *state;
	nmk_market *market = legacy_market(w, SECRET), *other = legacy_market(w, "fedcba9876543210fedcba9876543210");
	nmk_session *session = member_of(market, "carl"), *stranger = member_of(other, "carl");
	struct pair legacy, usual, foreign, none;
	char opaque[100];
	json_t *claims;

	issue_pair(session, &legacy);
	issue_pair(w->creator, &usual);
	issue_pair(stranger, &foreign);
	assert_status(NMK_ELOGIN, use_at(w->market, legacy.access));
	assert_status(NMK_ELOGIN, use_at(market, usual.access));
	assert_status(NMK_ELOGIN, use_at(market, legacy.refresh));
	assert_status(NMK_ELOGIN, use_at(market, foreign.access));
	assert_status(NMK_ELOGIN, refresh_at(w->market, legacy.refresh, &none));
	assert_status(NMK_ELOGIN, refresh_at(market, usual.refresh, &none));
	assert_status(NMK_ELOGIN, refresh_at(market, legacy.access, &none));
	assert_status(NMK_ELOGIN, refresh_at(market, foreign.refresh, &none));
	claims = claims_of(legacy.refresh);
	snprintf(opaque, sizeof opaque, "%s", text_of(claims, "jti"));
	json_decref(claims);
	assert_status(NMK_ELOGIN, refresh_at(market, opaque, &none));
	assert_status(NMK_OK, use_at(market, legacy.access)); /* and nobody was logged out by it */
	assert_status(NMK_OK, refresh_at(market, legacy.refresh, &none));
	assert_status(NMK_OK, refresh_at(w->market, usual.refresh, &none));
	nmk_session_close(session);
	nmk_session_close(stranger);
	nmk_market_close(market);
	nmk_market_close(other);
}

/* What is signed with a public key for a secret, or with nothing, or says too little. */
static void test_legacy__what_others_made_is_refused(void **state)
{
	struct world *w = *state;
	nmk_market *market = legacy_market(w, SECRET);
	nmk_session *session = member_of(market, "carl");
	const struct jws_key key = { JWS_HS256, (const unsigned char *)SECRET, strlen(SECRET) };
	struct pair pair;
	json_t *claims;

	issue_pair(session, &pair);
	for (int i = 0; i < 8; i++) {
		static const char *const removed[] = { NULL, "sub", "user_id", "iat", "exp", "type", "sid", NULL };
		const char *header = i == 7 ? "{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}" : "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
		char *text, *token;

		claims = claims_of(pair.access);
		if (removed[i])
			json_object_del(claims, removed[i]);
		text = json_dumps(claims, JSON_COMPACT);
		token = jws_sign(&key, header, text);
		assert_status(i == 0 ? NMK_OK : NMK_ELOGIN, use_at(market, token));
		free(token);
		free(text);
		json_decref(claims);
	}
	assert_status(NMK_ELOGIN, use_at(market, "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.e30."));
	nmk_session_close(session);
	nmk_market_close(market);
}

/* 32 bytes at least: none of the short ones that are in every list of weak secrets. */
static void test_legacy__the_secret_has_32_bytes(void **state)
{
	struct world *w = *state;
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_market *market;
	nmk_error error;

	options.token_format = NMK_TOKEN_HS256_LEGACY;
	assert_int_equal(NMK_EINVALID, nmk_market_open(w->path, &options, &error, &market));
	assert_string_equal("token_secret", error.field);
	options.token_secret = "0123456789abcdef0123456789abcde";
	assert_int_equal(NMK_EINVALID, nmk_market_open(w->path, &options, &error, &market));
	assert_string_equal("token_secret", error.field);
	nmk_market_close(legacy_market(w, "0123456789abcdef0123456789abcdef"));
	nmk_market_close(legacy_market(w, "0123456789abcdef0123456789abcdef0"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_legacy__claims_are_the_earlier_ones),
		WORLD_TEST(test_legacy__addresses_of_all_scripts_are_ascii),
		WORLD_TEST(test_legacy__used_and_exchanged_as_usual),
		WORLD_TEST(test_legacy__idle_ends_it),
		WORLD_TEST(test_legacy__no_confusion),
		WORLD_TEST(test_legacy__what_others_made_is_refused),
		WORLD_TEST(test_legacy__the_secret_has_32_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
