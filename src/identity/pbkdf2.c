#include "pbkdf2.h"

#include <sodium.h>
#include <string.h>
#include "sha1.h"

#define MAC_MAXIMUM crypto_hash_sha512_BYTES

/* HMAC with the key taken in, to go on from as often as needed: that halves the work of an iteration. */
union hmac {
	struct {
		struct sha1 inner, outer;
	} sha1;
	crypto_auth_hmacsha256_state sha256;
	crypto_auth_hmacsha512_state sha512;
};

/* RFC 2104 */
static void sha1_key(union hmac *hmac, const void *key, size_t length)
{
	unsigned char block[SHA1_BLOCK_BYTES] = { 0 };

	sha1_init(&hmac->sha1.inner);
	sha1_init(&hmac->sha1.outer);
	if (length > sizeof block) {
		struct sha1 shortened;

		sha1_init(&shortened);
		sha1_update(&shortened, key, length);
		sha1_final(&shortened, block);
	} else
		memcpy(block, key, length);
	for (size_t i = 0; i < sizeof block; i++)
		block[i] ^= 0x36;
	sha1_update(&hmac->sha1.inner, block, sizeof block);
	for (size_t i = 0; i < sizeof block; i++)
		block[i] ^= 0x36 ^ 0x5C;
	sha1_update(&hmac->sha1.outer, block, sizeof block);
	sodium_memzero(block, sizeof block);
}

static void sha1_more(union hmac *hmac, const void *data, size_t length)
{
	sha1_update(&hmac->sha1.inner, data, length);
}

static void sha1_mac(union hmac *hmac, unsigned char *mac)
{
	sha1_final(&hmac->sha1.inner, mac);
	sha1_update(&hmac->sha1.outer, mac, SHA1_BYTES);
	sha1_final(&hmac->sha1.outer, mac);
}

static void sha256_key(union hmac *hmac, const void *key, size_t length)
{
	crypto_auth_hmacsha256_init(&hmac->sha256, key, length);
}

static void sha256_more(union hmac *hmac, const void *data, size_t length)
{
	crypto_auth_hmacsha256_update(&hmac->sha256, data, length);
}

static void sha256_mac(union hmac *hmac, unsigned char *mac)
{
	crypto_auth_hmacsha256_final(&hmac->sha256, mac);
}

static void sha512_key(union hmac *hmac, const void *key, size_t length)
{
	crypto_auth_hmacsha512_init(&hmac->sha512, key, length);
}

static void sha512_more(union hmac *hmac, const void *data, size_t length)
{
	crypto_auth_hmacsha512_update(&hmac->sha512, data, length);
}

static void sha512_mac(union hmac *hmac, unsigned char *mac)
{
	crypto_auth_hmacsha512_final(&hmac->sha512, mac);
}

static const struct {
	size_t bytes;
	void (*key)(union hmac *hmac, const void *key, size_t length);
	void (*more)(union hmac *hmac, const void *data, size_t length);
	void (*mac)(union hmac *hmac, unsigned char *mac);
} digests[] = {
	[PBKDF2_SHA1]   = { SHA1_BYTES, sha1_key, sha1_more, sha1_mac },
	[PBKDF2_SHA256] = { crypto_hash_sha256_BYTES, sha256_key, sha256_more, sha256_mac },
	[PBKDF2_SHA512] = { crypto_hash_sha512_BYTES, sha512_key, sha512_more, sha512_mac },
};

uint64_t pbkdf2_work(enum pbkdf2_digest digest, uint32_t iterations, size_t length)
{
	return (uint64_t)iterations * ((length + digests[digest].bytes - 1) / digests[digest].bytes);
}

/* The block with that number, from 1. */
static void block(enum pbkdf2_digest digest, const union hmac *keyed, const void *salt, size_t salt_length, uint32_t number,
                  uint32_t iterations, unsigned char sum[MAC_MAXIMUM])
{
	unsigned char mac[MAC_MAXIMUM], name[4];
	size_t bytes = digests[digest].bytes;
	union hmac hmac = *keyed;

	for (int i = 0; i < 4; i++)
		name[i] = (unsigned char)(number >> (24 - 8 * i));
	digests[digest].more(&hmac, salt, salt_length);
	digests[digest].more(&hmac, name, sizeof name);
	digests[digest].mac(&hmac, mac);
	memcpy(sum, mac, bytes);
	for (uint32_t i = 1; i < iterations; i++) {
		hmac = *keyed;
		digests[digest].more(&hmac, mac, bytes);
		digests[digest].mac(&hmac, mac);
		for (size_t j = 0; j < bytes; j++)
			sum[j] ^= mac[j];
	}
	sodium_memzero(&hmac, sizeof hmac);
	sodium_memzero(mac, sizeof mac);
}

void pbkdf2(enum pbkdf2_digest digest, const void *password, size_t password_length, const void *salt, size_t salt_length,
            uint32_t iterations, unsigned char *key, size_t length)
{
	unsigned char sum[MAC_MAXIMUM];
	union hmac keyed;

	digests[digest].key(&keyed, password, password_length);
	for (uint32_t number = 1; length > 0; number++) {
		size_t piece = length < digests[digest].bytes ? length : digests[digest].bytes;

		block(digest, &keyed, salt, salt_length, number, iterations, sum);
		memcpy(key, sum, piece);
		key += piece;
		length -= piece;
	}
	sodium_memzero(&keyed, sizeof keyed);
	sodium_memzero(sum, sizeof sum);
}
