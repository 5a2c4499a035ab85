/* spelling_fuzz.c -- hostile bytes as words: what is folded stays in its bounds, and one slip is always found. */
#include "spelling.h"
#include "word_list.h"
#include "words.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static bool is_looked_up(const struct letters *typed, const struct letters *meant)
{
	struct start starts[STARTS_MOST];
	size_t count = spelling_starts(typed, starts);

	require(count <= STARTS_MOST);
	for (size_t i = 0; i < count; i++)
		if (memcmp(meant->at, starts[i].letters, starts[i].count * sizeof starts[i].letters[0]) == 0)
			return true;
	return false;
}

/* Leave one letter out, and see that the two are one slip apart and that the one is looked up for the other. */
static void slip(const struct letters *word, size_t at)
{
	struct letters other = *word;

	require(spelling_distance(word, word, 0) == 0 && spelling_cost(word, word) == 0);
	memmove(other.at + at, word->at + at + 1, (word->count - at - 1) * sizeof other.at[0]);
	other.count--;
	require(spelling_distance(word, &other, 2) == 1 && spelling_distance(&other, word, 2) == 1);
	require(spelling_cost(word, &other) > 0);
	require(is_looked_up(word, &other));
}

/* What cannot be read ends a list; nothing is read outside of it. */
static void read_list(const uint8_t *data, size_t size)
{
	struct list_reader reader;

	list_start(&reader, data, size);
	while (list_next(&reader)) {
		require(reader.word.length >= 2 && reader.word.length <= LISTED_KEY);
		require(reader.word.written_length == reader.word.length - 1 || reader.word.written_length <= LISTED_WRITTEN);
	}
}

static void use_word(const char *plain, size_t length)
{
	struct letters letters;
	int32_t digits[SOUND_DIGITS];

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
	read_list(data, size);
	analyzer_free(analyzer);
	return 0;
}
