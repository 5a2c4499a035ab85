/* make_tokens.c -- tokens of a new market, and what others need to verify them, as JSON for verify.py and verify.mjs.
 *
 * usage: make_tokens FOLDER */
#include <nanomarket.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECRET "a secret that verifier and maker share"

static void check(nmk_status rc, const char *what, const nmk_session *session)
{
	if (rc == NMK_OK)
		return;
	fprintf(stderr, "%s: %s: %s\n", what, nmk_status_name(rc), session ? nmk_session_error(session)->message : "");
	exit(1);
}

static nmk_tokens *issue(const char *path, nmk_market_options options, char **jwks, char subject[64])
{
	nmk_registration member = NMK_REGISTRATION_INIT;
	nmk_session *system, *session;
	nmk_tokens *tokens;
	nmk_market *market;
	nmk_error error;

	options.create = true;
	if (nmk_market_open(path, &options, &error, &market) != NMK_OK) {
		fprintf(stderr, "%s: %s\n", path, error.message);
		exit(1);
	}
	check(nmk_session_open_system(market, &system), "system", NULL);
	member.email = "rosa@example.org";
	member.username = "rosa";
	check(nmk_user_add(system, &member, NMK_ROLE_CREATOR, NULL), "user", system);
	check(nmk_session_act_as(system, "rosa", &session), "session", system);
	check(nmk_token_issue(session, &tokens), "token", session);
	check(nmk_signing_key_jwks(session, jwks), "keys", session);
	snprintf(subject, 64, "%s", nmk_session_user_id(session));
	nmk_session_close(session);
	nmk_session_close(system);
	nmk_market_close(market);
	return tokens;
}

/* The same with one letter of the claims changed. */
static void print_tampered(const char *name, const char *token)
{
	char *copy = strdup(token), *at = copy ? strchr(copy, '.') + 40 : NULL;

	if (!at)
		exit(1);
	*at = *at == 'A' ? 'B' : 'A';
	printf("\"%s\":\"%s\",", name, copy);
	free(copy);
}

int main(int argc, char **argv)
{
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT, legacy_options = NMK_MARKET_OPTIONS_INIT;
	char path[512], subject[64], legacy_subject[64], *jwks, *no_keys;
	nmk_tokens *tokens, *legacy;

	if (argc != 2)
		return 2;
	options.token_issuer = "https://nano.example";
	options.token_audience = "nano-api";
	snprintf(path, sizeof path, "%s/market.db", argv[1]);
	tokens = issue(path, options, &jwks, subject);
	legacy_options.token_format = NMK_TOKEN_HS256_LEGACY;
	legacy_options.token_secret = SECRET;
	snprintf(path, sizeof path, "%s/legacy.db", argv[1]);
	legacy = issue(path, legacy_options, &no_keys, legacy_subject);
	printf("{\"issuer\":\"%s\",\"audience\":\"%s\",\"subject\":\"%s\",\"jwks\":%s,\"token\":\"%s\",", options.token_issuer,
	       options.token_audience, subject, jwks, nmk_tokens_access_token(tokens));
	print_tampered("tampered", nmk_tokens_access_token(tokens));
	print_tampered("legacy_tampered", nmk_tokens_access_token(legacy));
	printf("\"legacy\":\"%s\",\"legacy_subject\":\"%s\",\"secret\":\"" SECRET "\"}\n", nmk_tokens_access_token(legacy), legacy_subject);
	nmk_tokens_free(tokens);
	nmk_tokens_free(legacy);
	nmk_free(jwks);
	nmk_free(no_keys);
	return 0;
}
