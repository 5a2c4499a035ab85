/* token_test.c -- after a call with a token no copy of it is left, nor of a key that signs. */
#include "secrets.h"

#include <nanomarket/password.h>
#include <nanomarket/token.h>
#include "tokens.h"

/* What a client keeps; the secret parts of it are looked for. */
struct pair {
	nmk_tokens *tokens;
	const char *access, *refresh;
};

static void keep_pair(void *context)
{
	struct pair *pair = context;

	pair->access = keep_token("access token", nmk_tokens_access_token(pair->tokens));
	pair->refresh = keep_token("refresh token", nmk_tokens_refresh_token(pair->tokens));
}

static void check_json(struct world *w, struct pair *pair, char *json)
{
	wipe_here(json);
	nmk_free(json);
	nmk_tokens_free(pair->tokens);
	assert_gone(w);
}

static struct pair issue(struct world *w, nmk_session *session)
{
	struct pair pair;

	assert_status(NMK_OK, nmk_token_issue(session, &pair.tokens));
	elsewhere(keep_pair, &pair);
	nmk_tokens_free(pair.tokens);
	assert_gone(w);
	return pair;
}

static struct pair refresh(struct world *w, nmk_session *session, const char *refresh_token)
{
	struct pair pair;

	assert_status(NMK_OK, nmk_token_refresh(session, refresh_token, &pair.tokens));
	elsewhere(keep_pair, &pair);
	check_json(w, &pair, nmk_tokens_json(pair.tokens));
	return pair;
}

/* The secret of the key that signs now, which is sealed in the store. */
static void keep_signer(struct world *w)
{
	struct signer *signer = sodium_malloc(sizeof *signer);
	struct nmk_op op;
	nmk_status rc = op_begin(&op, w->guest, OP_signing_key_jwks);

	while (op_next(&op, &rc))
		rc = signing_key_take(&op, signer);
	assert_status(NMK_OK, rc);
	keep_bytes("signing key", signer->secret, 32); /* what follows is the public one */
	sodium_free(signer);
	assert_gone(w);
}

/* The token with another last character but one. */
static const char *forged(const char *token)
{
	size_t length = strlen(token);
	char *copy = keep_room("forged token", length);

	copy_bytes(copy, token, length);
	copy[length - 10] = copy[length - 10] == 'A' ? 'B' : 'A';
	return copy;
}

/* Everything that a client does with its pair. */
static void use_pair(struct world *w, nmk_session *member, nmk_session *client)
{
	struct pair first = issue(w, member), second;
	nmk_tokens *tokens;

	assert_traceless(w, NMK_OK, nmk_session_use_token(client, first.access));
	assert_traceless(w, NMK_ELOGIN, nmk_session_use_token(client, forged(first.access)));
	assert_traceless(w, NMK_ELOGIN, nmk_session_use_token(client, first.refresh));
	assert_traceless(w, NMK_ELOGIN, nmk_token_refresh(client, forged(first.refresh), &tokens));
	assert_traceless(w, NMK_ELOGIN, nmk_token_refresh(client, first.access, &tokens));
	second = refresh(w, client, first.refresh);
	refresh(w, client, first.refresh); /* the answer was lost */
	second = refresh(w, client, second.refresh);
	assert_traceless(w, NMK_ELOGIN, nmk_token_refresh(client, first.refresh, &tokens)); /* stolen */
	assert_traceless(w, NMK_ELOGIN, nmk_session_use_token(client, second.access));
	first = issue(w, member);
	assert_status(NMK_OK, nmk_session_use_token(client, first.access));
	assert_traceless(w, NMK_OK, nmk_session_logout(client));
}

static void test_token__is_gone_after_each_call(void **state)
{
	struct world *w = *state;

	issue(w, w->creator);
	keep_signer(w);
	keep_account(w, "carl");
	use_pair(w, w->creator, w->guest);
}

static void test_token__is_gone_after_the_signing_key_was_changed(void **state)
{
	struct world *w = *state;

	assert_traceless(w, NMK_OK, nmk_signing_key_rotate(w->admin, false));
	keep_signer(w);
	issue(w, w->creator);
	world_advance(w, 90 * DAY_MS);
	assert_status(NMK_OK, nmk_signing_key_rotate(w->system, false));
	world_advance(w, 2 * DAY_MS);
	assert_traceless(w, NMK_OK, nmk_signing_key_rotate(w->system, false));
	keep_signer(w);
	assert_status(NMK_OK, nmk_signing_key_rotate(w->system, true));
	keep_signer(w);
	issue(w, w->creator);
}

static void test_token__is_gone_after_it_was_verified_elsewhere(void **state)
{
	struct world *w = *state;
	struct pair pair = issue(w, w->creator);
	nmk_jwt_rules rules = NMK_JWT_RULES_INIT;
	nmk_error error;
	nmk_jwt *jwt;
	char *jwks;

	assert_status(NMK_OK, nmk_signing_key_jwks(w->guest, &jwks));
	rules.jwks = jwks;
	rules.issuer = "http://localhost";
	rules.audience = "nanomarket";
	rules.now = w->now;
	assert_status(NMK_OK, nmk_jwt_verify(pair.access, &rules, &error, &jwt));
	nmk_jwt_free(jwt);
	assert_gone(w);
	assert_traceless(w, NMK_ELOGIN, nmk_jwt_verify(forged(pair.access), &rules, &error, &jwt));
	rules.now = w->now + DAY_MS;
	assert_traceless(w, NMK_ELOGIN, nmk_jwt_verify(pair.access, &rules, &error, &jwt));
	rules.jwks = "{\"keys\":[]}";
	assert_traceless(w, NMK_ELOGIN, nmk_jwt_verify(pair.access, &rules, &error, &jwt));
	nmk_free(jwks);
}

static int64_t clock_of(void *context)
{
	return ((struct world *)context)->now;
}

/* Tokens of the earlier system: whoever has the secret can make them. */
static void test_token_secret__is_gone_but_for_locked_memory(void **state)
{
	struct world *w = *state;
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_session *system, *member, *client;
	nmk_market *market;

	options.clock = clock_of;
	options.clock_context = w;
	options.token_format = NMK_TOKEN_HS256_LEGACY;
	options.token_secret = new_secret("token secret");
	assert_traceless(w, NMK_OK, nmk_market_open(w->path, &options, NULL, &market));
	assert_status(NMK_OK, nmk_session_open_system(market, &system));
	assert_status(NMK_OK, nmk_session_act_as(system, "carl", &member));
	assert_status(NMK_OK, nmk_session_open(market, &client));
	use_pair(w, member, client);
	nmk_session_close(client);
	nmk_session_close(member);
	nmk_session_close(system);
	nmk_market_close(market);
	assert_gone(w);
	options.token_secret += SECRET_LENGTH - 31; /* too short */
	assert_traceless(w, NMK_EINVALID, nmk_market_open(w->path, &options, NULL, &market));
}

/* Its first 17 bytes are numbers; secret are the 32 bytes behind them, which begin within the 24th character. */
static const char *keep_device(const char *text)
{
	char *copy = keep_room("known device", strlen(text)), *bytes = keep_room("known device", 49);
	size_t length;

	copy_bytes(copy, text, strlen(text));
	add_pieces(copy + 24, strlen(copy) - 24, PIECE, 1);
	assert_int_equal(0, sodium_base642bin((unsigned char *)bytes, 49, copy, strlen(copy), NULL, &length, NULL,
	                                      sodium_base64_VARIANT_URLSAFE_NO_PADDING));
	assert_int_equal(49, length);
	add_pieces(bytes + 17, 32, PIECE, 1);
	return copy;
}

static void test_known_device__is_gone_when_the_session_is_closed(void **state)
{
	struct world *w = *state;
	const char *password = new_secret("password"), *device;
	nmk_registration given = NMK_REGISTRATION_INIT;
	nmk_session *session;
	char *text;

	given.email = "paula@example.org";
	given.username = "paula";
	given.password = password;
	assert_status(NMK_OK, nmk_user_add(w->system, &given, NMK_ROLE_CREATOR, NULL));
	assert_status(NMK_OK, nmk_session_login(w->guest, given.email, password));
	text = nmk_session_known_device(w->guest);
	assert_non_null(text);
	device = keep_device(text);
	wipe_here(text);
	nmk_free(text);
	assert_gone(w);
	text = nmk_session_known_device(w->guest); /* the same once more */
	wipe_here(text);
	assert_gone(w);
	nmk_free(text);
	assert_status(NMK_OK, nmk_session_open(w->market, &session));
	assert_status(NMK_OK, nmk_session_set_client(session, "192.0.2.1", "a client", device));
	assert_status(NMK_ELOGIN, nmk_session_login(session, given.email, new_secret("wrong password")));
	assert_status(NMK_OK, nmk_session_login(session, given.email, password));
	assert_traceless(w, NMK_OK, nmk_session_set_client(session, "192.0.2.1", "a client", NULL));
	assert_status(NMK_OK, nmk_session_set_client(session, "192.0.2.1", "a client", device));
	assert_status(NMK_OK, nmk_password_change(w->guest, password, new_secret("new password")));
	assert_status(NMK_ELOGIN, nmk_session_login(session, given.email, password)); /* which makes the device unknown */
	nmk_session_close(session);
	assert_gone(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SECRETS_TEST(test_token__is_gone_after_each_call),
		SECRETS_TEST(test_token__is_gone_after_the_signing_key_was_changed),
		SECRETS_TEST(test_token__is_gone_after_it_was_verified_elsewhere),
		SECRETS_TEST(test_token_secret__is_gone_but_for_locked_memory),
		SECRETS_TEST(test_known_device__is_gone_when_the_session_is_closed),
	};

	return RUN_SECRETS(tests);
}
