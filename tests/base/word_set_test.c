#include "world.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "word_set.h"

#define WORDS 1000

static int by_value(const void *a, const void *b)
{
	return memcmp(a, b, WORD_HASH_BYTES);
}

/* "word0" to "word999" */
static struct word_set set_of(size_t count)
{
	static unsigned char hashes[WORDS * WORD_HASH_BYTES];
	char word[32];

	for (size_t i = 0; i < count; i++) {
		snprintf(word, sizeof word, "word%zu", i);
		word_hash(word, strlen(word), hashes + i * WORD_HASH_BYTES);
	}
	qsort(hashes, count, WORD_HASH_BYTES, by_value);
	return (struct word_set){ hashes, count };
}

static bool has(const struct word_set *set, const char *word)
{
	return word_set_has(set, word, strlen(word));
}

static void test_word_set__has_each_of_its_words_and_no_other(void **state)
{
	struct word_set set = set_of(WORDS);
	char word[32];

	(void)state;
	for (size_t i = 0; i < WORDS; i++) {
		snprintf(word, sizeof word, "word%zu", i);
		assert_true(has(&set, word));
	}
	for (size_t i = WORDS; i < 100 * WORDS; i++) {
		snprintf(word, sizeof word, "word%zu", i);
		assert_false(has(&set, word));
	}
	assert_false(has(&set, ""));
	assert_false(has(&set, "Word1"));
	assert_true(word_set_has(&set, "word12345", 5));
}

static void test_word_set__of_no_and_of_one_word(void **state)
{
	struct word_set none = set_of(0), one;

	(void)state;
	assert_false(has(&none, "word0"));
	one = set_of(1);
	assert_true(has(&one, "word0"));
	assert_false(has(&one, "word1"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_word_set__has_each_of_its_words_and_no_other),
		cmocka_unit_test(test_word_set__of_no_and_of_one_word),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
