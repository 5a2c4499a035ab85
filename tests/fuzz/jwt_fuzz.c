/* jwt_fuzz.c -- tokens, claims and key sets of strangers: nothing crashes, nothing that jansson refuses is taken, and what is taken is read
 * as jansson reads it. */
#include <jansson.h>
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <nanomarket/token.h>
#include "jwt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned char public_key[32], secret_key[64];
static char jwks[256];

static void set_up(void)
{
	static const unsigned char seed[32] = { 7 };
	char x[64];

	if (jwks[0] || sodium_init() < 0)
		return;
	crypto_sign_seed_keypair(public_key, secret_key, seed);
	base64url_encode(public_key, sizeof public_key, x, sizeof x);
	strcpy(jwks, "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"k1\",\"x\":\"");
	strcat(strcat(jwks, x), "\"}]}");
}

/* The same value in both. */
static void compare(struct json_piece piece, const json_t *json)
{
	struct json_piece name, value = { 0 };
	char text[8192], key[8192];
	size_t count = 0;
	int64_t number;

	if (piece_is_object(piece)) {
		for (; piece_next(piece, &name, &value); count++)
			if (piece_text(name, key, sizeof key))
				compare(value, json_object_get(json, key));
		if (count != json_object_size(json))
			abort();
	} else if (piece_is_array(piece)) {
		for (; piece_next(piece, &name, &value); count++)
			compare(value, json_array_get(json, count));
		if (count != json_array_size(json))
			abort();
	} else if (piece_is_string(piece)) {
		if (piece_text(piece, text, sizeof text) && (!json_is_string(json) || strcmp(json_string_value(json), text) != 0))
			abort();
	} else if (piece_whole(piece, &number) != json_is_integer(json)
	           || (json_is_integer(json) && json_integer_value(json) != number)) {
		abort();
	}
}

static void try_json(const char *text, size_t length)
{
	struct json_piece object;
	json_t *json;

	if (!json_accepts(text, length, &object))
		return;
	json = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
	if (!json)
		abort();
	compare(object, json);
	json_decref(json);
}

static void try_base64url(const char *text, size_t length)
{
	char *again = malloc(length + 4);
	unsigned char *bytes = malloc(length + 1);
	size_t decoded;

	if (again && bytes && base64url_decode(text, length, bytes, length + 1, &decoded)) {
		base64url_encode(bytes, decoded, again, length + 4);
		if (strlen(again) != length || memcmp(again, text, length) != 0)
			abort(); /* two texts for the same bytes */
	}
	free(again);
	free(bytes);
}

static void try_token(const char *token, const char *keys)
{
	nmk_jwt_rules rules = NMK_JWT_RULES_INIT;
	nmk_jwt *jwt;

	rules.jwks = keys;
	rules.issuer = "i";
	rules.audience = "a";
	rules.now = INT64_C(1760000300000);
	if (nmk_jwt_verify(token, &rules, NULL, &jwt) == NMK_OK && !*nmk_jwt_subject(jwt))
		abort();
	nmk_jwt_free(jwt);
}

/* Signed, so that all checks behind the signature are reached. */
static void try_signed(const char *header, const char *claims)
{
	char *token = jws_sign(&(struct jws_key){ JWS_EDDSA, secret_key, sizeof secret_key }, header, claims);

	if (token)
		try_token(token, jwks);
	free(token);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	set_up();
	if (!text)
		return 0;
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	try_json(text, size);
	try_base64url(text, size);
	try_token(text, jwks);
	try_token("eyJhbGciOiJFZERTQSIsImtpZCI6ImsxIn0.e30.AAAA", text);
	try_signed("{\"alg\":\"EdDSA\",\"kid\":\"k1\",\"typ\":\"at+jwt\"}", text);
	try_signed(text, "{\"iss\":\"i\",\"aud\":\"a\",\"sub\":\"s\",\"iat\":1760000000,\"exp\":1760000900}");
	free(text);
	return 0;
}
