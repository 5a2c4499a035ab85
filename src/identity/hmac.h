/* hmac.h -- HMAC (RFC 2104) with the three hashes that authenticators and other people's password hashes use. Pure. */
#ifndef NMK_HMAC_H
#define NMK_HMAC_H

#include <sodium.h>
#include "sha1.h"

enum hmac_digest { HMAC_SHA1, HMAC_SHA256, HMAC_SHA512 };

#define HMAC_MAXIMUM crypto_auth_hmacsha512_BYTES

/* May be copied once the key is in it, to go on from there as often as needed. Wiped by its owner, with sodium_memzero(). */
union hmac {
	struct hmac_sha1             sha1;
	crypto_auth_hmacsha256_state sha256;
	crypto_auth_hmacsha512_state sha512;
};

size_t hmac_bytes(enum hmac_digest digest);
void hmac_init(enum hmac_digest digest, union hmac *hmac, const void *key, size_t length);
void hmac_update(enum hmac_digest digest, union hmac *hmac, const void *data, size_t length);
void hmac_final(enum hmac_digest digest, union hmac *hmac, unsigned char mac[HMAC_MAXIMUM]);
#endif
