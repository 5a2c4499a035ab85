#include "jws.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "base64.h"
#include "json_reader.h"
#include "wipe.h"

#define VARIANT     sodium_base64_VARIANT_URLSAFE_NO_PADDING
#define HS256_BYTES crypto_auth_hmacsha256_BYTES

/* ---- base64url ---- */

bool base64url_decode(const char *text, size_t length, void *bytes, size_t room, size_t *decoded)
{
	return base64_decode(text, length, VARIANT, bytes, room, decoded);
}

void base64url_encode(const void *bytes, size_t length, char *text, size_t room)
{
	sodium_bin2base64(text, room, bytes, length, VARIANT);
}

/* ---- taking apart ---- */

/* What may change the meaning of a token, or bring a key or the address of one (RFC 8725, 3.1 and 3.10; RFC 7797; RFC 7516). */
static bool is_forbidden(struct json_piece name)
{
	static const char *const names[] = { "jwk", "jku", "x5c", "x5u", "x5t", "x5t#S256", "crit", "b64", "zip", "enc", NULL };

	for (const char *const *forbidden = names; *forbidden; forbidden++)
		if (piece_text_is(name, *forbidden))
			return true;
	return false;
}

static bool read_algorithm(struct json_piece header, enum jws_algorithm *algorithm)
{
	struct json_piece value;

	if (!piece_member(header, "alg", &value))
		return false;
	*algorithm = piece_text_is(value, "HS256") ? JWS_HS256 : JWS_EDDSA;
	return *algorithm == JWS_HS256 || piece_text_is(value, "EdDSA") || piece_text_is(value, "Ed25519");
}

/* A text that may be missing, but not be empty or too long. */
static bool read_text(struct json_piece header, const char *name, char *text, size_t room)
{
	struct json_piece value;

	text[0] = '\0';
	return !piece_member(header, name, &value) || (piece_text(value, text, room) && text[0]);
}

static const char *read_header(const char *text, size_t length, struct jws *jws)
{
	struct json_piece header, name, value = { 0 };

	if (!json_accepts(text, length, &header))
		return "the header is no JSON object, or not a strict one";
	while (piece_next(header, &name, &value))
		if (is_forbidden(name))
			return "the header has a member that is never allowed";
	if (!read_algorithm(header, &jws->algorithm))
		return "the algorithm is none that is supported";
	if (!read_text(header, "kid", jws->key_id, sizeof jws->key_id))
		return "the key id is no text of 1 to 128 bytes";
	if (!read_text(header, "typ", jws->type, sizeof jws->type))
		return "the type is no text of 1 to 64 bytes";
	return NULL;
}

const char *jws_parse(const char *token, struct jws *jws)
{
	char header[JWS_HEADER_BYTES];
	size_t length = strnlen(token, JWS_TOKEN_BYTES + 1), header_length;
	const char *payload, *signature;

	if (length > JWS_TOKEN_BYTES)
		return "it is longer than 8192 bytes";
	payload = strchr(token, '.');
	signature = payload ? strchr(payload + 1, '.') : NULL;
	if (!signature || strchr(signature + 1, '.'))
		return "it does not have three parts";
	jws->token = token;
	jws->signed_length = (size_t)(signature - token);
	if (!base64url_decode(token, (size_t)(payload - token), header, sizeof header, &header_length)
	    || !base64url_decode(payload + 1, (size_t)(signature - payload) - 1, jws->payload, sizeof jws->payload - 1,
	                         &jws->payload_length)
	    || !base64url_decode(signature + 1, length - jws->signed_length - 1, jws->signature, sizeof jws->signature,
	                         &jws->signature_length))
		return "a part is not in base64url, or too long";
	jws->payload[jws->payload_length] = '\0';
	return read_header(header, header_length, jws);
}

/* ---- signatures ---- */

static void hs256(const struct jws_key *key, const char *text, size_t length, unsigned char mac[HS256_BYTES])
{
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, key->bytes, key->length);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)text, length);
	crypto_auth_hmacsha256_final(&state, mac);
	sodium_memzero(&state, sizeof state);
}

bool jws_verify(const struct jws *jws, const struct jws_key *key)
{
	unsigned char mac[HS256_BYTES];
	bool right = false;

	if (jws->algorithm != key->algorithm)
		return false;
	switch (key->algorithm) {
	case JWS_EDDSA:
		right = jws->signature_length == crypto_sign_ed25519_BYTES && key->length == crypto_sign_ed25519_PUBLICKEYBYTES
		     && crypto_sign_ed25519_verify_detached(jws->signature, (const unsigned char *)jws->token, jws->signed_length,
		                                            key->bytes) == 0;
		stack_wipe();
		break;
	case JWS_HS256:
		hs256(key, jws->token, jws->signed_length, mac);
		right = jws->signature_length == sizeof mac && sodium_memcmp(mac, jws->signature, sizeof mac) == 0;
		sodium_memzero(mac, sizeof mac);
		break;
	}
	return right;
}

static size_t sign(const struct jws_key *key, const char *text, size_t length, unsigned char signature[JWS_SIGNATURE_BYTES])
{
	switch (key->algorithm) {
	case JWS_EDDSA:
		crypto_sign_ed25519_detached(signature, NULL, (const unsigned char *)text, length, key->bytes);
		return crypto_sign_ed25519_BYTES;
	case JWS_HS256:
		hs256(key, text, length, signature);
		return HS256_BYTES;
	}
	return 0;
}

char *jws_sign(const struct jws_key *key, const char *header, const char *payload)
{
	unsigned char signature[JWS_SIGNATURE_BYTES];
	size_t header_bytes = strlen(header), payload_bytes = strlen(payload), signature_bytes, length;
	size_t room = BASE64URL_LENGTH(header_bytes) + BASE64URL_LENGTH(payload_bytes)
	            + BASE64URL_LENGTH(JWS_SIGNATURE_BYTES) + sizeof "..";
	char *token = malloc(room);

	if (!token)
		return NULL;
	base64url_encode(header, header_bytes, token, room);
	length = strlen(token);
	token[length++] = '.';
	base64url_encode(payload, payload_bytes, token + length, room - length);
	length += strlen(token + length);
	signature_bytes = sign(key, token, length, signature);
	token[length++] = '.';
	base64url_encode(signature, signature_bytes, token + length, room - length);
	sodium_memzero(signature, sizeof signature);
	return token;
}
