/* keys.c -- the keys that words are found by. */
#include "spelling.h"

#include <sodium.h>
#include <string.h>
#include "number.h"

/* A sound of fewer digits is that of too many words. */
#define SOUND_SHORTEST 3

enum key_kind { KEY_WORD = 'w', KEY_SOUND = 's' };

/* SipHash-2-4 under a key that everybody may know: it only keeps the hashes from being anybody else's. */
static uint64_t hash(const void *bytes, size_t length)
{
	static const unsigned char key[crypto_shorthash_KEYBYTES] = "nanomarket words";
	unsigned char result[crypto_shorthash_BYTES];

	crypto_shorthash(result, bytes, length, key);
	return get_little_endian(result, sizeof result);
}

int64_t spelling_hash(char kind, const char *text, size_t length)
{
	unsigned char both[1 + sizeof(uint64_t)];

	both[0] = (unsigned char)kind;
	put_little_endian(both + 1, sizeof(uint64_t), hash(text, length));
	return (int64_t)(hash(both, sizeof both) >> 1);
}

/* Of the letters but those at two places; a place behind them leaves nothing out. */
static uint32_t key(enum key_kind kind, const int32_t *letters, size_t count, size_t without, size_t and_without)
{
	unsigned char bytes[1 + 3 * SOUND_DIGITS];
	size_t length = 0;

	bytes[length++] = (unsigned char)kind;
	for (size_t i = 0; i < count; i++)
		if (i != without && i != and_without) {
			put_little_endian(bytes + length, 3, (uint64_t)letters[i]);
			length += 3;
		}
	return (uint32_t)hash(bytes, length);
}

/* Of a letter that stands twice in a row it is the same which one is left out. */
static bool is_repeated(const struct letters *word, size_t index)
{
	return index > 0 && word->at[index] == word->at[index - 1];
}

size_t spelling_word_keys(const struct letters *word, uint32_t keys[WORD_KEYS])
{
	int32_t digits[SOUND_DIGITS];
	size_t none = word->count, sound = spelling_sound(word, digits), count = 0;

	keys[count++] = key(KEY_WORD, word->at, word->count, none, none);
	for (size_t i = 0; i < word->count; i++)
		if (!is_repeated(word, i))
			keys[count++] = key(KEY_WORD, word->at, word->count, i, none);
	if (sound >= SOUND_SHORTEST)
		keys[count++] = key(KEY_SOUND, digits, sound, sound, sound);
	return count;
}

size_t spelling_far_keys(const struct letters *typed, uint32_t keys[FAR_KEYS])
{
	size_t count = 0;

	for (size_t i = 0; i + 1 < typed->count; i++)
		for (size_t j = i + 1; j < typed->count; j++)
			keys[count++] = key(KEY_WORD, typed->at, typed->count, i, j);
	return count;
}

int spelling_slips(size_t letters)
{
	return letters < SPELLING_SHORTEST ? 0 : letters < 6 ? 1 : 2;
}
