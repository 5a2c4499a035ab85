/* lexicon_test.c -- the file of words: what is written is read, and no damage does harm. */
#include "german_test.h"

#include <unistd.h>

#include "automaton.h"
#include "lexicon_format.h"

struct entry {
	const char         *word;
	struct lexicon_word value;
};

static const struct entry entries[] = {
	{ "a", { 1, 2, 3, 4, 5, LEXICON_WORD, "" } },
	{ "ab", { 1, 2, 3, 4, 5, LEXICON_WORD, "um" } },
	{ "abc", { 0, 0, 0, 0, 0, 0, "" } },
	{ "b\xFC" "cher", { 10, 20, 0, 2, 0, LEXICON_WORD | LEXICON_STEM, "" } },
	{ "bb\xFC" "cher", { 10, 20, 0, 2, 0, LEXICON_WORD | LEXICON_STEM, "" } },
	{ "zu", { 0, 0, 0, 0, 0, LEXICON_NOUN, "\xC3\xBC" } },
};

#define ENTRIES (sizeof(entries) / sizeof(entries[0]))

static unsigned char *make(size_t count, size_t *size)
{
	static const size_t order[ENTRIES] = { 0, 1, 2, 4, 3, 5 };
	struct automaton *automaton = automaton_new();
	unsigned char *bytes;

	assert_non_null(automaton);
	for (size_t i = 0; i < count; i++)
		automaton_add(automaton, entries[order[i]].word, strlen(entries[order[i]].word), &entries[order[i]].value);
	bytes = automaton_finish(automaton, size);
	automaton_free(automaton);
	return bytes;
}

static void test_lexicon__words_come_back(void **state)
{
	struct lexicon *lexicon;
	struct lexicon_word found;
	size_t size;
	unsigned char *bytes = make(ENTRIES, &size);

	(void)state;
	assert_non_null(bytes);
	assert_int_equal(LEXICON_OK, lexicon_from_memory(bytes, size, &lexicon));
	for (size_t i = 0; i < ENTRIES; i++) {
		const struct lexicon_word *value = &entries[i].value;

		assert_true(lexicon_find(lexicon, entries[i].word, strlen(entries[i].word), &found));
		assert_int_equal(value->modifier, found.modifier);
		assert_int_equal(value->head, found.head);
		assert_int_equal(value->split, found.split);
		assert_int_equal(value->cut, found.cut);
		assert_int_equal(value->prefix, found.prefix);
		assert_int_equal(value->traits, found.traits);
		assert_string_equal(value->ending, found.ending);
	}
	assert_false(lexicon_find(lexicon, "", 0, &found));
	assert_false(lexicon_find(lexicon, "b", 1, &found));
	assert_false(lexicon_find(lexicon, "abcd", 4, &found));
	assert_false(lexicon_find(lexicon, "z", 1, &found));
	assert_true(lexicon_version(lexicon) != 0);
	lexicon_close(lexicon);
}

static uint64_t version_with(size_t count)
{
	struct lexicon *lexicon;
	uint64_t version;
	size_t size;
	unsigned char *bytes = make(count, &size);

	assert_int_equal(LEXICON_OK, lexicon_from_memory(bytes, size, &lexicon));
	version = lexicon_version(lexicon);
	lexicon_close(lexicon);
	return version;
}

static void test_lexicon_version__tells_other_words(void **state)
{
	(void)state;
	assert_true(version_with(ENTRIES) == version_with(ENTRIES));
	assert_true(version_with(ENTRIES) != version_with(ENTRIES - 1));
	assert_true(lexicon_version(NULL) == 0);
}

/* All words that a damaged lexicon may say it has; the depth bounds walks in circles. */
static void walk(const struct lexicon *lexicon, uint32_t node, int depth, int *steps)
{
	struct lexicon_word found;

	if (lexicon_word_at(lexicon, node, &found))
		*steps += (int)strlen(found.ending);
	for (int letter = LEXICON_FIRST_LETTER; letter < 256 && depth > 0 && *steps < 20000; letter++) {
		uint32_t next = node;

		++*steps;
		if (lexicon_step(lexicon, &next, (char)letter))
			walk(lexicon, next, depth - 1, steps);
	}
}

/* Every byte changed, and every length: refused, or read within its bounds. */
static void test_lexicon__damage(void **state)
{
	size_t size;
	unsigned char *bytes = make(ENTRIES, &size);

	(void)state;
	for (size_t i = 0; i < 2 * size; i++) {
		size_t length = i < size ? size : i - size;
		unsigned char *copy = malloc(size);
		struct lexicon *lexicon;
		int steps = 0;

		assert_non_null(copy);
		memcpy(copy, bytes, size);
		if (i < size)
			copy[i] ^= (unsigned char)(1 + i * 37 % 255);
		if (lexicon_from_memory(copy, length, &lexicon) == LEXICON_OK) {
			walk(lexicon, LEXICON_START, 4, &steps);
			lexicon_close(lexicon);
		} else {
			assert_null(lexicon);
		}
	}
	free(bytes);
}

static void test_lexicon__empty(void **state)
{
	struct lexicon *lexicon;
	struct lexicon_word found;
	size_t size;
	unsigned char *bytes = make(0, &size);

	(void)state;
	assert_int_equal(LEXICON_OK, lexicon_from_memory(bytes, size, &lexicon));
	assert_false(lexicon_find(lexicon, "a", 1, &found));
	lexicon_close(lexicon);
	lexicon_close(NULL);
}

static void test_lexicon_open__files(void **state)
{
	char path[] = "/tmp/nanomarket-lexicon-XXXXXX";
	int file = mkstemp(path);
	struct lexicon *lexicon;
	struct lexicon_word found;
	size_t size;
	unsigned char *bytes = make(ENTRIES, &size);

	(void)state;
	assert_true(file >= 0);
	assert_int_equal(LEXICON_DAMAGED, lexicon_open(path, &lexicon));
	assert_int_equal((ssize_t)size, write(file, bytes, size));
	assert_int_equal(LEXICON_OK, lexicon_open(path, &lexicon));
	assert_true(lexicon_find(lexicon, "zu", 2, &found));
	lexicon_close(lexicon);
	assert_int_equal(1, write(file, "", 1));
	assert_int_equal(LEXICON_DAMAGED, lexicon_open(path, &lexicon));
	assert_null(lexicon);
	close(file);
	unlink(path);
	assert_int_equal(LEXICON_MISSING, lexicon_open(path, &lexicon));
	assert_int_equal(LEXICON_DAMAGED, lexicon_open("/", &lexicon));
	free(bytes);
}

/* More endings or classes than the format has room for are refused, not cut. */
static void test_automaton__too_much(void **state)
{
	struct automaton *automaton = automaton_new();
	char word[16], ending[64];
	size_t size;

	(void)state;
	assert_non_null(automaton);
	for (int i = 0; i < 2000; i++) {
		struct lexicon_word value = { .ending = ending };

		snprintf(ending, sizeof(ending), "%060d", i);
		snprintf(word, sizeof(word), "%06d", i);
		automaton_add(automaton, word, 6, &value);
	}
	assert_null(automaton_finish(automaton, &size));
	automaton_free(automaton);
	automaton_free(NULL);
}

/* It is small, and is there: common words and what they are. */
static void test_lexicon_installed__of_german(void **state)
{
	struct lexicon_word found;

	(void)state;
	need_lexicon();
	assert_true(lexicon_find(lexicon_installed(), "haus", 4, &found));
	assert_true(found.traits & LEXICON_NOUN && found.modifier > 0 && found.head > 0);
	assert_true(lexicon_find(lexicon_installed(), "arbeits", 7, &found));
	assert_true(!(found.traits & LEXICON_WORD) && found.modifier > 0 && found.head == 0);
	assert_true(lexicon_find(lexicon_installed(), "museen", 6, &found));
	assert_true(found.traits & LEXICON_STEM);
	assert_true(lexicon_find(lexicon_installed(), "dr\xFC" "cken", 7, &found));
	assert_true(found.traits & LEXICON_UMLAUTS);
	assert_false(lexicon_find(lexicon_installed(), "qwertz", 6, &found));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lexicon__words_come_back), cmocka_unit_test(test_lexicon_version__tells_other_words),
		cmocka_unit_test(test_lexicon__damage),          cmocka_unit_test(test_lexicon__empty),
		cmocka_unit_test(test_lexicon_open__files),      cmocka_unit_test(test_automaton__too_much),
		cmocka_unit_test(test_lexicon_installed__of_german),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
