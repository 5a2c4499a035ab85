/* spelling_fuzz.c -- hostile bytes as words: what is folded stays in its bounds, and one slip is always found. */
#include "spelling.h"
#include "words.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static bool share_a_key(const struct letters *a, const struct letters *b)
{
	uint32_t x[WORD_KEYS], y[WORD_KEYS];
	size_t m = spelling_word_keys(a, x), n = spelling_word_keys(b, y);

	require(m <= WORD_KEYS && n <= WORD_KEYS);
	for (size_t i = 0; i < m; i++)
		for (size_t j = 0; j < n; j++)
			if (x[i] == y[j])
				return true;
	return false;
}

/* Leave one letter out, and see that the two are one slip apart and have a key in common. */
static void slip(const struct letters *word, size_t at)
{
	struct letters other = *word;
	uint32_t far[FAR_KEYS];

	require(spelling_distance(word, word) == 0 && spelling_cost(word, word) == 0);
	require(spelling_far_keys(word, far) <= FAR_KEYS);
	memmove(other.at + at, word->at + at + 1, (word->count - at - 1) * sizeof other.at[0]);
	other.count--;
	require(spelling_distance(word, &other) == 1 && spelling_distance(&other, word) == 1);
	require(spelling_cost(word, &other) > 0);
	require(share_a_key(word, &other));
}

static void use_word(const char *plain, size_t length)
{
	struct letters letters;
	int32_t digits[SOUND_DIGITS];

	require(spelling_hash('w', plain, length) >= 0);
	if (!letters_of(plain, length, &letters))
		return;
	require(letters.count >= SPELLING_SHORTEST && letters.count <= SPELLING_LETTERS);
	require(spelling_sound(&letters, digits) <= SOUND_DIGITS);
	slip(&letters, (unsigned char)plain[0] % letters.count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct analyzer *analyzer = analyzer_new();
	struct plain_text plain = { .count = 0 };

	require(analyzer != NULL);
	require(plain_read(analyzer, (const char *)data, size, &plain) == 0);
	require(plain.count <= PLAIN_WORDS);
	for (size_t i = 0; i < plain.count; i++) {
		require(plain.start[i] < plain.end[i] && plain.end[i] <= size);
		require(i == 0 || plain.start[i] >= plain.end[i - 1]);
		require(plain.at[i] + plain_length(&plain, i) <= plain.text.length && plain_length(&plain, i) > 0);
		use_word(plain.text.data + plain.at[i], plain_length(&plain, i));
	}
	plain_free(&plain);
	use_word((const char *)data, size);
	analyzer_free(analyzer);
	return 0;
}
