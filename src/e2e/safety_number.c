/* safety_number.c -- sixty digits that two members compare to know that nobody is between them. */
#include "e2e.h"

#include <sodium.h>
#include <stdio.h>

#define VERSION 1
#define ROUNDS  5200 /* so that a key of another with the same digits costs as much more to find */
#define HALF    30

/* SHA-512 of version, key and name; then again and again of the hash and the key. */
static void hash_identity(const unsigned char *key, const char *name, unsigned char hash[crypto_hash_sha512_BYTES])
{
	static const unsigned char version[2] = { 0, VERSION };
	crypto_hash_sha512_state state;

	crypto_hash_sha512_init(&state);
	crypto_hash_sha512_update(&state, version, sizeof version);
	crypto_hash_sha512_update(&state, key, E2E_KEY_BYTES);
	crypto_hash_sha512_update(&state, (const unsigned char *)name, strlen(name));
	crypto_hash_sha512_final(&state, hash);
	for (int i = 1; i < ROUNDS; i++) {
		crypto_hash_sha512_init(&state);
		crypto_hash_sha512_update(&state, hash, crypto_hash_sha512_BYTES);
		crypto_hash_sha512_update(&state, key, E2E_KEY_BYTES);
		crypto_hash_sha512_final(&state, hash);
	}
}

/* Six times five digits, each of five bytes. */
static void half_number(const unsigned char *key, const char *name, char digits[HALF + 1])
{
	unsigned char hash[crypto_hash_sha512_BYTES];

	hash_identity(key, name, hash);
	for (int i = 0; i < 6; i++)
		snprintf(digits + (ptrdiff_t)5 * i, 6, "%05u", (unsigned)(get_big_endian(hash + (ptrdiff_t)5 * i, 5) % 100000));
}

static bool is_name(const char *name)
{
	return name && *name && strnlen(name, NMK_E2E_CONTEXT_MAXIMUM + 1) <= NMK_E2E_CONTEXT_MAXIMUM;
}

nmk_status nmk_e2e_safety_number(const unsigned char one[NMK_E2E_KEY_BYTES], const char *one_name,
                                 const unsigned char other[NMK_E2E_KEY_BYTES], const char *other_name,
                                 char number[NMK_E2E_SAFETY_NUMBER_SIZE])
{
	char halves[2][HALF + 1];
	int first;

	if (!one || !other || !number || !is_name(one_name) || !is_name(other_name))
		return NMK_EINVALID;
	half_number(one, one_name, halves[0]);
	half_number(other, other_name, halves[1]);
	first = strcmp(halves[0], halves[1]) > 0;
	for (int i = 0; i < 12; i++) {
		memcpy(number + (ptrdiff_t)6 * i, halves[i < 6 ? first : 1 - first] + (ptrdiff_t)5 * (i % 6), 5);
		number[6 * i + 5] = i < 11 ? ' ' : '\0';
	}
	return NMK_OK;
}
