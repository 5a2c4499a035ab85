#include "sha1.h"

#include <sodium.h>
#include <string.h>
#include "number.h"

static uint32_t rotate(uint32_t word, unsigned by)
{
	return (word << by) | (word >> (32 - by));
}

/* RFC 3174, 5: the function and the constant of each of the four rounds. */
static uint32_t round_value(unsigned step, uint32_t b, uint32_t c, uint32_t d)
{
	switch (step / 20) {
	case 0:  return ((b & c) | (~b & d)) + 0x5A827999u;
	case 1:  return (b ^ c ^ d) + 0x6ED9EBA1u;
	case 2:  return ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDCu;
	default: return (b ^ c ^ d) + 0xCA62C1D6u;
	}
}

/* RFC 3174, 6.1 */
static void compress(struct sha1 *sha1)
{
	uint32_t words[80], s[5];

	for (unsigned t = 0; t < 16; t++)
		words[t] = (uint32_t)get_big_endian(sha1->block + 4 * t, 4);
	for (unsigned t = 16; t < 80; t++)
		words[t] = rotate(words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16], 1);
	memcpy(s, sha1->state, sizeof s);
	for (unsigned t = 0; t < 80; t++) {
		uint32_t next = rotate(s[0], 5) + round_value(t, s[1], s[2], s[3]) + s[4] + words[t];

		s[4] = s[3];
		s[3] = s[2];
		s[2] = rotate(s[1], 30);
		s[1] = s[0];
		s[0] = next;
	}
	for (unsigned i = 0; i < 5; i++)
		sha1->state[i] += s[i];
	sodium_memzero(words, sizeof words);
	sodium_memzero(s, sizeof s);
}

void sha1_init(struct sha1 *sha1)
{
	*sha1 = (struct sha1){ .state = { 0x67452301u, 0xEFCDAB89u, 0x98BADCFEu, 0x10325476u, 0xC3D2E1F0u } };
}

void sha1_update(struct sha1 *sha1, const void *data, size_t length)
{
	const unsigned char *from = data;

	while (length > 0) {
		size_t used = (size_t)(sha1->length % SHA1_BLOCK_BYTES), piece = SHA1_BLOCK_BYTES - used;

		if (piece > length)
			piece = length;
		memcpy(sha1->block + used, from, piece);
		sha1->length += piece;
		from += piece;
		length -= piece;
		if (used + piece == SHA1_BLOCK_BYTES)
			compress(sha1);
	}
}

/* RFC 3174, 4: a 1 bit, zeros, and the length in bits as the last eight bytes of a block. */
void sha1_final(struct sha1 *sha1, unsigned char hash[SHA1_BYTES])
{
	static const unsigned char padding[SHA1_BLOCK_BYTES] = { 0x80 };
	size_t used = (size_t)(sha1->length % SHA1_BLOCK_BYTES);
	unsigned char length[8];

	put_big_endian(length, sizeof length, sha1->length * 8);
	sha1_update(sha1, padding, used < SHA1_BLOCK_BYTES - 8 ? SHA1_BLOCK_BYTES - 8 - used : 2 * SHA1_BLOCK_BYTES - 8 - used);
	sha1_update(sha1, length, sizeof length);
	for (unsigned i = 0; i < 5; i++)
		put_big_endian(hash + 4 * i, 4, sha1->state[i]);
	sodium_memzero(sha1, sizeof *sha1);
}

/* RFC 2104, 2 */
void hmac_sha1_init(struct hmac_sha1 *hmac, const void *key, size_t key_length)
{
	unsigned char block[SHA1_BLOCK_BYTES] = { 0 };

	if (key_length > sizeof block) {
		sha1_init(&hmac->inner);
		sha1_update(&hmac->inner, key, key_length);
		sha1_final(&hmac->inner, block);
	} else if (key_length > 0)
		memcpy(block, key, key_length);
	for (size_t i = 0; i < sizeof block; i++)
		block[i] ^= 0x36;
	sha1_init(&hmac->inner);
	sha1_update(&hmac->inner, block, sizeof block);
	for (size_t i = 0; i < sizeof block; i++)
		block[i] ^= 0x36 ^ 0x5C;
	sha1_init(&hmac->outer);
	sha1_update(&hmac->outer, block, sizeof block);
	sodium_memzero(block, sizeof block);
}

void hmac_sha1_update(struct hmac_sha1 *hmac, const void *data, size_t length)
{
	sha1_update(&hmac->inner, data, length);
}

void hmac_sha1_final(struct hmac_sha1 *hmac, unsigned char mac[SHA1_BYTES])
{
	sha1_final(&hmac->inner, mac);
	sha1_update(&hmac->outer, mac, SHA1_BYTES);
	sha1_final(&hmac->outer, mac);
}

void hmac_sha1(const void *key, size_t key_length, const void *data, size_t length, unsigned char mac[SHA1_BYTES])
{
	struct hmac_sha1 hmac;

	hmac_sha1_init(&hmac, key, key_length);
	hmac_sha1_update(&hmac, data, length);
	hmac_sha1_final(&hmac, mac);
}
