/* own_token.c -- the JWTs that this market makes and takes back: RFC 9068, or those of an earlier system. */
#include <stdlib.h>
#include <string.h>
#include "clock.h"
#include "json_writer.h"
#include "tokens.h"

#define CLIENT_ID       "nanomarket"
#define LEGACY_TYPE     "JWT"
#define HEADER_ROOM     128
#define CLAIMS_ROOM     4096            /* issuer and audience have 200 bytes, an address 255; a byte becomes six at most */
#define LIFETIME_LIMIT  INT64_C(60 * 60) /* seconds, of an access token: see nmk_market_options.access_token_minutes        */

static const nmk_market_options *options_of(const struct nmk_op *op)
{
	return &op->session->market->options;
}

bool is_legacy(const struct nmk_op *op)
{
	return options_of(op)->token_format == NMK_TOKEN_HS256_LEGACY;
}

static struct jws_key legacy_key(const struct nmk_op *op)
{
	const char *secret = options_of(op)->token_secret;

	return (struct jws_key){ JWS_HS256, (const unsigned char *)secret, strlen(secret) };
}

static void add_times(struct json_writer *claims, const struct grant *grant)
{
	writer_number(claims, "iat", grant->issued_at / 1000);
	writer_number(claims, "exp", grant->expires_at / 1000);
}

static nmk_status sign(struct nmk_op *op, const struct jws_key *key, const char *header, struct json_writer *claims, char **token)
{
	if (!writer_end(claims))
		return op_fail(op, NMK_EINTERNAL, NULL, "a token does not fit");
	*token = jws_sign(key, header, claims->text);
	return *token ? NMK_OK : tx_no_memory(&op->tx);
}

/* ---- RFC 9068 ---- */

/* The role is not in it: the record decides. */
static nmk_status at_jwt_make(struct nmk_op *op, const struct grant *grant, char text[CLAIMS_ROOM], char **token)
{
	char header_text[HEADER_ROOM];
	struct json_writer header, claims;
	struct signer signer;
	nmk_status rc = signing_key_take(op, &signer);

	if (rc != NMK_OK)
		return rc;
	writer_begin(&header, header_text, sizeof header_text);
	writer_text(&header, "alg", "EdDSA");
	writer_text(&header, "kid", signer.key_id);
	writer_text(&header, "typ", JWT_AT_TYPE);
	writer_end(&header);
	writer_begin(&claims, text, CLAIMS_ROOM);
	writer_text(&claims, "iss", options_of(op)->token_issuer);
	writer_text(&claims, "aud", options_of(op)->token_audience);
	writer_text(&claims, "sub", tx_id_value(&op->tx, ID_USER, grant->login->user_id).text);
	add_times(&claims, grant);
	writer_number(&claims, "nbf", grant->issued_at / 1000);
	writer_text(&claims, "jti", grant->token_id);
	writer_text(&claims, "client_id", CLIENT_ID);
	writer_text(&claims, "sid", tx_id_value(&op->tx, ID_LOGIN, grant->login->id).text);
	rc = sign(op, &(struct jws_key){ JWS_EDDSA, signer.secret, sizeof signer.secret }, header_text, &claims, token);
	sodium_memzero(&signer, sizeof signer);
	return rc;
}

static nmk_status at_jwt_signature(struct nmk_op *op, const struct jws *jws, bool *right)
{
	unsigned char public_key[crypto_sign_ed25519_PUBLICKEYBYTES];
	nmk_status rc = signing_key_find(op, jws->key_id, public_key, right);

	*right = rc == NMK_OK && *right && jws_verify(jws, &(struct jws_key){ JWS_EDDSA, public_key, sizeof public_key });
	return rc;
}

/* ---- the earlier system's ---- */

static nmk_status legacy_make(struct nmk_op *op, const struct grant *grant, char text[CLAIMS_ROOM], char **token)
{
	const struct jws_key key = legacy_key(op);
	struct id_value user_id = tx_id_value(&op->tx, ID_USER, grant->login->user_id);
	struct contact contact = { 0 };
	struct json_writer claims;
	nmk_status rc = contact_load(op, grant->login->user_id, &contact);

	if (rc == NMK_OK) {
		writer_begin(&claims, text, CLAIMS_ROOM);
		writer_text(&claims, "sub", user_id.text);
		writer_text(&claims, "user_id", user_id.text);
		writer_text(&claims, "email", contact.email);
		writer_text(&claims, "role", word_of(account_role_words, (int)grant->login->role));
		add_times(&claims, grant);
		writer_text(&claims, "jti", grant->token_id);
		writer_text(&claims, "type", grant->kind);
		writer_text(&claims, "sid", tx_id_value(&op->tx, ID_LOGIN, grant->login->id).text);
		rc = sign(op, &key, "{\"alg\":\"HS256\",\"typ\":\"" LEGACY_TYPE "\"}", &claims, token);
	}
	contact_free(&contact);
	return rc;
}

static nmk_status legacy_signature(const struct nmk_op *op, const struct jws *jws, bool *right)
{
	const struct jws_key key = legacy_key(op);

	*right = jws_verify(jws, &key);
	return NMK_OK;
}

static const char *legacy_check(const struct jwt_claims *claims, const char *kind)
{
	char subject[ID_TEXT_SIZE];
	struct json_piece value;

	if (!piece_member(claims->object, "type", &value) || !piece_text_is(value, kind))
		return "it is a token of another kind";
	if (!piece_text(claims->subject, subject, sizeof subject) || !piece_member(claims->object, "user_id", &value)
	    || !piece_text_is(value, subject))
		return "the subject is missing or no text";
	return NULL;
}

/* ---- both ---- */

nmk_status own_token_make(struct nmk_op *op, const struct grant *grant, char **token)
{
	char text[CLAIMS_ROOM];
	nmk_status rc = is_legacy(op) ? legacy_make(op, grant, text, token) : at_jwt_make(op, grant, text, token);

	sodium_memzero(text, sizeof text);
	return rc;
}

static struct jwt_rules own_rules(const struct nmk_op *op, const char *kind)
{
	const nmk_market_options *options = options_of(op);
	struct jwt_rules rules = { .type = JWT_AT_TYPE, .now = op->tx.now, .lifetime = LIFETIME_LIMIT,
	                           .issuer = options->token_issuer, .audience = options->token_audience };

	if (is_legacy(op)) {
		rules.type = LEGACY_TYPE;
		rules.issuer = rules.audience = NULL;
		if (strcmp(kind, "refresh") == 0)
			rules.lifetime = options->idle_minutes * (MINUTE_MS / 1000) + 1;
	}
	return rules;
}

nmk_status own_token_check(struct nmk_op *op, const struct jws *jws, const char *kind, struct jwt_claims *claims,
                           const char **reason)
{
	struct jwt_rules rules = own_rules(op, kind);
	bool legacy = is_legacy(op), right = false;
	nmk_status rc = legacy ? legacy_signature(op, jws, &right) : at_jwt_signature(op, jws, &right);

	if (rc != NMK_OK)
		return rc;
	*reason = right ? jwt_check(jws, &rules, claims) : "the signature is wrong, or of another algorithm";
	if (!*reason && legacy)
		*reason = legacy_check(claims, kind);
	return NMK_OK;
}
