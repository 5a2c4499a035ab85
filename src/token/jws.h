/* jws.h -- JSON Web Signatures in compact form (RFC 7515), two algorithms: EdDSA with Ed25519 (RFC 8037; RFC 9864 calls it
 * "Ed25519"), and HS256. Pure. Reasons are English literals, for logs only. */
#ifndef NMK_JWS_H
#define NMK_JWS_H

#include <stdbool.h>
#include <stddef.h>

#define JWS_TOKEN_BYTES   8192
#define JWS_PAYLOAD_BYTES (JWS_TOKEN_BYTES / 4 * 3)
#define JWS_HEADER_BYTES  1024
#define JWS_KEY_ID_BYTES  128
#define JWS_TYPE_BYTES    64
#define JWS_SIGNATURE_BYTES 64

/* Bits, for a choice of them. */
enum jws_algorithm { JWS_EDDSA = 1, JWS_HS256 = 2 };

/* The key says which algorithm it is for, never the token. */
struct jws_key {
	enum jws_algorithm   algorithm;
	const unsigned char *bytes;         /* EdDSA: 32 to verify, 64 to sign (crypto_sign_ed25519); HS256: 32 or more */
	size_t               length;
};

/* A token taken apart; its text is borrowed. */
struct jws {
	const char        *token;
	size_t             signed_length;                     /* of the part that is signed                  */
	enum jws_algorithm algorithm;                         /* as the header says                          */
	char               key_id[JWS_KEY_ID_BYTES + 1];      /* kid; "" for none                            */
	char               type[JWS_TYPE_BYTES + 1];          /* typ; "" for none                            */
	char               payload[JWS_PAYLOAD_BYTES + 1];
	size_t             payload_length;
	unsigned char      signature[JWS_SIGNATURE_BYTES];
	size_t             signature_length;
};

/* NULL if it has the form of a token with a header that we understand; else what is wrong with it. Nothing is verified yet. */
const char *jws_parse(const char *token, struct jws *jws);
bool jws_verify(const struct jws *jws, const struct jws_key *key);

/* header.payload.signature, the caller's; NULL without memory. */
char *jws_sign(const struct jws_key *key, const char *header, const char *payload);

/* base64url without padding (RFC 4648, 5), only as an encoder writes it: no white space, no bits that do not count. */
bool base64url_decode(const char *text, size_t length, void *bytes, size_t room, size_t *decoded);
#define BASE64URL_LENGTH(bytes) (((bytes) * 4 + 2) / 3)
void base64url_encode(const void *bytes, size_t length, char *text, size_t room); /* with the NUL */

/* ---- jwk.c: JSON Web Keys (RFC 7517) ---- */

#define JWK_BYTES      1024                     /* of a key for HS256 at most              */
#define JWK_SET_BYTES  65536
#define JWK_SET_KEYS   64
#define JWK_THUMBPRINT (BASE64URL_LENGTH(32) + 1)

struct jwk {
	enum jws_algorithm algorithm;
	unsigned char      bytes[JWK_BYTES];
	size_t             length;
};

enum jwk_result { JWK_FOUND, JWK_UNKNOWN, JWK_NO_SET };

/* The key of that id among those of a set that are for one of the algorithms and for verifying. JWK_NO_SET: no key set
 * (RFC 7517, 5), or one in which an id stands twice or secret keys beside public ones. */
enum jwk_result jwk_find(const char *set, const char *key_id, unsigned algorithms, struct jwk *key);

/* kid of an Ed25519 key: its thumbprint (RFC 7638, RFC 8037 A.3). */
void jwk_thumbprint(const unsigned char public_key[32], char thumbprint[JWK_THUMBPRINT]);
#endif
