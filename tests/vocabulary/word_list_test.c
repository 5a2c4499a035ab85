/* word_list_test.c -- words in a row of the store come out as they went in, and what is damaged ends them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <string.h>

#include "word_list.h"

static struct listed_word word(const char *key, const char *written, int64_t documents, int64_t titles)
{
	return (struct listed_word){ .key = key, .length = strlen(key), .written = written, .written_length = strlen(written),
	                             .documents = documents, .titles = titles };
}

static void assert_word(const struct listed_word *expected, const struct listed_word *word)
{
	assert_int_equal(0, key_compare(expected->key, expected->length, word->key, word->length));
	assert_int_equal(expected->written_length, word->written_length);
	assert_memory_equal(expected->written, word->written, word->written_length);
	assert_true(expected->documents == word->documents);
	assert_true(expected->titles == word->titles);
}

static void test_list__comes_out_as_it_went_in(void **state)
{
	static char longest[LISTED_KEY + 1], written[LISTED_WRITTEN + 1];
	struct listed_word words[] = {
		word("ttabellen\x01Tabellen", "tabellen\x01Tabellen", 3, 0),
		word("wa", "A", 1, 1),
		word("wexcel", "EXCEL", 127, 127),
		word("wexcels", "excels", 128, 0),
		word("wubung", "Übung", INT64_MAX, 1),
		word("wubungen", "übungen", 16383, 16384),
		word(longest, written, 2, 1),
		word("wшкола", "Школа", 5, 1),
	};
	struct list_writer writer = { .length = 0 };
	struct list_reader reader;

	(void)state;
	memset(longest, 'x', sizeof longest - 1);
	longest[0] = 'w';
	memset(written, 'y', sizeof written - 1);
	words[6] = word(longest, written, 2, 1);
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		list_add(&writer, &words[i]);
	assert_false(writer.bytes.failed);
	list_start(&reader, writer.bytes.data, writer.bytes.length);
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		assert_true(list_next(&reader));
		assert_word(&words[i], &reader.word);
	}
	assert_false(list_next(&reader));
	assert_false(reader.damaged);
	buffer_free(&writer.bytes);
}

/* The form of most words costs nothing: "Tabellen" behind "Tabelle" is a letter and five numbers. */
static void test_list__shares_what_words_have_in_common(void **state)
{
	const struct listed_word first = word("wtabelle", "Tabelle", 1, 0), second = word("wtabellen", "Tabellen", 1, 0);
	struct list_writer writer = { .length = 0 };
	size_t length;

	(void)state;
	list_add(&writer, &first);
	length = writer.bytes.length;
	list_add(&writer, &second);
	assert_int_equal(length + 6, writer.bytes.length);
	buffer_free(&writer.bytes);
}

/* Every beginning of a list is a list of fewer words, or damaged. */
static void test_list__ends_where_it_is_damaged(void **state)
{
	const struct listed_word words[] = { word("wtabelle", "Tabelle", 300, 0), word("wubung", "Übung", 1, 1) };
	struct list_writer writer = { .length = 0 };
	size_t first;

	(void)state;
	list_add(&writer, &words[0]);
	first = writer.bytes.length;
	list_add(&writer, &words[1]);
	for (size_t length = 0; length <= writer.bytes.length; length++) {
		struct list_reader reader;
		size_t count = 0;

		list_start(&reader, writer.bytes.data, length);
		while (list_next(&reader))
			assert_word(&words[count++], &reader.word);
		assert_int_equal(length < first ? 0 : length < writer.bytes.length ? 1 : 2, count);
		assert_int_equal(length != 0 && length != first && length != writer.bytes.length, reader.damaged);
		assert_false(list_next(&reader));
	}
	buffer_free(&writer.bytes);
}

static void test_key_compare__as_bytes_and_the_shorter_first(void **state)
{
	(void)state;
	assert_int_equal(0, key_compare("wab", 3, "wab", 3));
	assert_true(key_compare("wab", 3, "wabc", 4) < 0);
	assert_true(key_compare("wabc", 4, "wab", 3) > 0);
	assert_true(key_compare("wz", 2, "w\xc3\xa4", 3) < 0);
	assert_true(key_compare("tz", 2, "wa", 2) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list__comes_out_as_it_went_in),
		cmocka_unit_test(test_list__shares_what_words_have_in_common),
		cmocka_unit_test(test_list__ends_where_it_is_damaged),
		cmocka_unit_test(test_key_compare__as_bytes_and_the_shorter_first),
	};

	return cmocka_run_group_tests_name("word_list", tests, NULL, NULL);
}
