#include "pbkdf2.h"

#include <sodium.h>
#include <string.h>
#include "number.h"

uint64_t pbkdf2_work(enum hmac_digest digest, uint32_t iterations, size_t length)
{
	return (uint64_t)iterations * ((length + hmac_bytes(digest) - 1) / hmac_bytes(digest));
}

/* The block with that number, from 1. */
static void block(enum hmac_digest digest, const union hmac *keyed, const void *salt, size_t salt_length, uint32_t number,
                  uint32_t iterations, unsigned char sum[HMAC_MAXIMUM])
{
	unsigned char mac[HMAC_MAXIMUM], name[4];
	size_t bytes = hmac_bytes(digest);
	union hmac hmac = *keyed;

	put_big_endian(name, sizeof name, number);
	hmac_update(digest, &hmac, salt, salt_length);
	hmac_update(digest, &hmac, name, sizeof name);
	hmac_final(digest, &hmac, mac);
	memcpy(sum, mac, bytes);
	for (uint32_t i = 1; i < iterations; i++) {
		hmac = *keyed;
		hmac_update(digest, &hmac, mac, bytes);
		hmac_final(digest, &hmac, mac);
		for (size_t j = 0; j < bytes; j++)
			sum[j] ^= mac[j];
	}
	sodium_memzero(&hmac, sizeof hmac);
	sodium_memzero(mac, sizeof mac);
}

void pbkdf2(enum hmac_digest digest, const void *password, size_t password_length, const void *salt, size_t salt_length,
            uint32_t iterations, unsigned char *key, size_t length)
{
	unsigned char sum[HMAC_MAXIMUM];
	union hmac keyed;

	hmac_init(digest, &keyed, password, password_length);
	for (uint32_t number = 1; length > 0; number++) {
		size_t piece = length < hmac_bytes(digest) ? length : hmac_bytes(digest);

		block(digest, &keyed, salt, salt_length, number, iterations, sum);
		memcpy(key, sum, piece);
		key += piece;
		length -= piece;
	}
	sodium_memzero(&keyed, sizeof keyed);
	sodium_memzero(sum, sizeof sum);
}
