/* jwk.c -- keys that others publish, and the names of ours. */
#include "jws.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include "json_reader.h"

static bool member_is(struct json_piece object, const char *name, const char *text)
{
	struct json_piece value;

	return piece_member(object, name, &value) && piece_text_is(value, text);
}

static bool member_is_missing(struct json_piece object, const char *name)
{
	struct json_piece value;

	return !piece_member(object, name, &value);
}

/* "use" and "key_ops" (RFC 7517, 4.2 and 4.3): what is there must allow to verify. */
static bool is_for_verifying(struct json_piece key)
{
	struct json_piece operations, none, each = { 0 };

	if (!member_is_missing(key, "use") && !member_is(key, "use", "sig"))
		return false;
	if (!piece_member(key, "key_ops", &operations))
		return true;
	if (!piece_is_array(operations))
		return false;
	while (piece_next(operations, &none, &each))
		if (piece_text_is(each, "verify"))
			return true;
	return false;
}

static bool read_bytes(struct json_piece key, const char *name, struct jwk *out)
{
	char text[BASE64URL_LENGTH(JWK_BYTES) + 1];
	struct json_piece value;
	bool done = piece_member(key, name, &value) && piece_text(value, text, sizeof text)
	         && base64url_decode(text, strlen(text), out->bytes, sizeof out->bytes, &out->length);

	sodium_memzero(text, sizeof text);
	return done;
}

/* A point of small order, or one that is written in another way than its own, verifies nothing: libsodium sees to that. */
static bool read_ed25519(struct json_piece key, struct jwk *out)
{
	out->algorithm = JWS_EDDSA;
	return member_is(key, "crv", "Ed25519")
	    && (member_is_missing(key, "alg") || member_is(key, "alg", "EdDSA") || member_is(key, "alg", "Ed25519"))
	    && read_bytes(key, "x", out) && out->length == crypto_sign_ed25519_PUBLICKEYBYTES;
}

/* RFC 7518, 3.2: a key of the size of the hash or larger. */
static bool read_hs256(struct json_piece key, struct jwk *out)
{
	out->algorithm = JWS_HS256;
	return member_is(key, "alg", "HS256") && read_bytes(key, "k", out) && out->length >= crypto_auth_hmacsha256_BYTES;
}

static bool read_key(struct json_piece key, unsigned algorithms, struct jwk *out)
{
	if (!is_for_verifying(key))
		return false;
	if (member_is(key, "kty", "OKP"))
		return (algorithms & JWS_EDDSA) && read_ed25519(key, out);
	return (algorithms & JWS_HS256) && member_is(key, "kty", "oct") && read_hs256(key, out);
}

/* Does another key before this one have its id? */
static bool is_repeated(struct json_piece keys, struct json_piece key)
{
	char key_id[JWS_KEY_ID_BYTES + 1];
	struct json_piece value, none, each = { 0 };

	if (!piece_member(key, "kid", &value) || !piece_text(value, key_id, sizeof key_id))
		return false;
	while (piece_next(keys, &none, &each) && each.text < key.text)
		if (member_is(each, "kid", key_id))
			return true;
	return false;
}

/* A set in which it is not clear which key is meant, or in which what is secret stands beside what is public, is none. */
static bool is_set(const char *text, struct json_piece *keys)
{
	struct json_piece object, none, each = { 0 };
	size_t length = strnlen(text, JWK_SET_BYTES + 1);
	int secret = 0, count = 0;

	if (length > JWK_SET_BYTES || !json_accepts(text, length, &object) || !piece_member(object, "keys", keys)
	    || !piece_is_array(*keys))
		return false;
	while (piece_next(*keys, &none, &each)) {
		if (!piece_is_object(each) || member_is_missing(each, "kty") || is_repeated(*keys, each) || ++count > JWK_SET_KEYS)
			return false;
		secret += member_is(each, "kty", "oct");
	}
	return secret == 0 || secret == count;
}

enum jwk_result jwk_find(const char *set, const char *key_id, unsigned algorithms, struct jwk *key)
{
	struct json_piece keys, none, each = { 0 };

	if (!is_set(set, &keys))
		return JWK_NO_SET;
	while (piece_next(keys, &none, &each))
		if (member_is(each, "kid", key_id))
			return read_key(each, algorithms, key) ? JWK_FOUND : JWK_UNKNOWN;
	return JWK_UNKNOWN;
}

void jwk_thumbprint(const unsigned char public_key[32], char thumbprint[JWK_THUMBPRINT])
{
	char x[BASE64URL_LENGTH(32) + 1], text[sizeof x + 64];
	unsigned char hash[crypto_hash_sha256_BYTES];
	int length;

	base64url_encode(public_key, 32, x, sizeof x);
	length = snprintf(text, sizeof text, "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"%s\"}", x);
	crypto_hash_sha256(hash, (const unsigned char *)text, (unsigned)length);
	base64url_encode(hash, sizeof hash, thumbprint, JWK_THUMBPRINT);
}
