/* word_set.h -- a fixed set of many words in five bytes each: their hashes, in order. Made by the host tool words.c.
 *
 * A word that is in the set is always found; of 10^7 others one is found by mistake in a set of 100 000. */
#ifndef NMK_WORD_SET_H
#define NMK_WORD_SET_H

#include <stdbool.h>
#include <stddef.h>

#define WORD_HASH_BYTES 5

struct word_set {
	const unsigned char *hashes; /* ascending, each of WORD_HASH_BYTES */
	size_t               count;
};

/* BLAKE2b under a key that is public: it only keeps the hashes from being anybody else's. */
void word_hash(const char *word, size_t length, unsigned char hash[WORD_HASH_BYTES]);

/* Words are compared byte by byte: fold them before. */
bool word_set_has(const struct word_set *set, const char *word, size_t length);
#endif
