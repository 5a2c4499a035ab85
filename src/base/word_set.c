#include "word_set.h"

#include <sodium.h>
#include <string.h>

static const unsigned char key[crypto_generichash_KEYBYTES_MIN] = "nanomarket words";

void word_hash(const char *word, size_t length, unsigned char hash[WORD_HASH_BYTES])
{
	unsigned char whole[crypto_generichash_BYTES_MIN];

	crypto_generichash(whole, sizeof whole, (const unsigned char *)word, length, key, sizeof key);
	memcpy(hash, whole, WORD_HASH_BYTES);
	sodium_memzero(whole, sizeof whole);
}

bool word_set_has(const struct word_set *set, const char *word, size_t length)
{
	unsigned char hash[WORD_HASH_BYTES];
	size_t from = 0, to = set->count;

	word_hash(word, length, hash);
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		int order = memcmp(hash, set->hashes + middle * WORD_HASH_BYTES, WORD_HASH_BYTES);

		if (order == 0)
			return true;
		if (order < 0)
			to = middle;
		else
			from = middle + 1;
	}
	return false;
}
