/* sha1.h -- SHA-1 (RFC 3174) and HMAC (RFC 2104), for one-time passwords and old PBKDF2 hashes only: what nobody may choose
 * anew, but authenticators and other people's hashes still use. docs/decisions/0007-second-factor.md. */
#ifndef NMK_SHA1_H
#define NMK_SHA1_H

#include <stddef.h>
#include <stdint.h>

#define SHA1_BYTES       20
#define SHA1_BLOCK_BYTES 64

/* May be copied, to go on twice from the same beginning. Holds what was hashed: sha1_final() wipes it. */
struct sha1 {
	uint32_t      state[5];
	uint64_t      length;                   /* bytes so far                                       */
	unsigned char block[SHA1_BLOCK_BYTES];  /* those of the last, incomplete block                */
};

void sha1_init(struct sha1 *sha1);
void sha1_update(struct sha1 *sha1, const void *data, size_t length);
void sha1_final(struct sha1 *sha1, unsigned char hash[SHA1_BYTES]);

/* HMAC: may be copied once the key is in it, to go on twice with the same key. hmac_sha1_final() wipes it. */
struct hmac_sha1 {
	struct sha1 inner, outer;
};

void hmac_sha1_init(struct hmac_sha1 *hmac, const void *key, size_t key_length);
void hmac_sha1_update(struct hmac_sha1 *hmac, const void *data, size_t length);
void hmac_sha1_final(struct hmac_sha1 *hmac, unsigned char mac[SHA1_BYTES]);
void hmac_sha1(const void *key, size_t key_length, const void *data, size_t length, unsigned char mac[SHA1_BYTES]);
#endif
