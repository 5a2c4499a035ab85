/* The reader of claims: strict JSON, read where it stands. */
#include "world.h"

#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "json_reader.h"
#include "json_writer.h"

static bool accepts(const char *text)
{
	struct json_piece object;

	return json_accepts(text, strlen(text), &object);
}

static struct json_piece object_of(const char *text)
{
	struct json_piece object;

	if (!json_accepts(text, strlen(text), &object))
		fail_msg("not accepted: %s", text);
	return object;
}

static void test_reader__takes_one_object(void **state)
{
	(void)state;
	assert_true(accepts("{}"));
	assert_true(accepts(" \t\r\n{ } \n"));
	assert_true(accepts("{\"\":[]}"));
	assert_false(accepts(""));
	assert_false(accepts("[]"));
	assert_false(accepts("1"));
	assert_false(accepts("{}{}"));
	assert_false(accepts("{},"));
	assert_false(accepts("{"));
	assert_false(accepts("{\"a\"}"));
	assert_false(accepts("{\"a\":}"));
	assert_false(accepts("{\"a\":1,}"));
	assert_false(accepts("{,}"));
	assert_false(accepts("{a:1}"));
	assert_false(accepts("{'a':1}"));
	assert_false(accepts("{\"a\":1 \"b\":2}"));
	assert_false(accepts("{\"a\":[1,]}"));
	assert_false(accepts("{\"a\":[1}"));
	assert_false(accepts("{\"a\":truE}"));
	assert_false(accepts("{\"a\":tru"));
	assert_false(accepts("\xef\xbb\xbf{}"));
}

static void test_reader__numbers(void **state)
{
	static const char *const fine[] = { "0", "-0", "1", "-1", "9223372036854775807", "-9223372036854775808", "0.5", "1e5",
	                                    "1E+99", "1.25e-99", "12345678901234567890123456789.0", "0e0" };
	static const char *const wrong[] = { "01", "-", "+1", ".5", "1.", "1e", "1e+", "0x1", "1e100", "9223372036854775808",
	                                     "-9223372036854775809", "1234567890123456789012345678901.0", "NaN", "Infinity", "1 2",
	                                     "--1" };
	char text[100];

	(void)state;
	for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++) {
		snprintf(text, sizeof text, "{\"a\":%s}", fine[i]);
		if (!accepts(text))
			fail_msg("%s", fine[i]);
	}
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		snprintf(text, sizeof text, "{\"a\":%s}", wrong[i]);
		if (accepts(text))
			fail_msg("%s", wrong[i]);
	}
}

static void test_reader__whole_numbers(void **state)
{
	struct json_piece value, object = object_of("{\"a\":9223372036854775807,\"b\":-5,\"c\":1.0,\"d\":1e3,\"e\":\"1\",\"f\":true,"
	                                            "\"g\":0}");
	int64_t number;

	(void)state;
	assert_true(piece_member(object, "a", &value) && piece_whole(value, &number) && number == INT64_MAX);
	assert_true(piece_member(object, "b", &value) && piece_whole(value, &number) && number == -5);
	assert_true(piece_member(object, "g", &value) && piece_whole(value, &number) && number == 0);
	assert_true(piece_member(object, "c", &value) && !piece_whole(value, &number));
	assert_true(piece_member(object, "d", &value) && !piece_whole(value, &number));
	assert_true(piece_member(object, "e", &value) && !piece_whole(value, &number));
	assert_true(piece_member(object, "f", &value) && !piece_whole(value, &number));
}

static void test_reader__texts(void **state)
{
	struct json_piece value, object = object_of("{\"a\\n\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00fc\\u20AC\\ud83d\\ude00ü\","
	                                            "\"b\":\"12345\"}");
	char text[64];

	(void)state;
	assert_true(piece_member(object, "a\n", &value) && piece_text(value, text, sizeof text));
	assert_string_equal("\"\\/\b\f\n\r\tü€😀ü", text);
	assert_true(piece_text_is(value, text));
	assert_false(piece_text_is(value, "\"\\/\b\f\n\r\tü€😀"));
	assert_true(piece_member(object, "b", &value));
	assert_false(piece_text(value, text, 5));
	assert_true(piece_text(value, text, 6));
	assert_false(piece_text_is(value, "1234"));
	assert_false(piece_text_is(value, "123456"));
	assert_false(piece_member(object, "c", &value));
	assert_false(accepts("{\"a\":\"\\x\"}"));
	assert_false(accepts("{\"a\":\"\\u12\"}"));
	assert_false(accepts("{\"a\":\"\\u12g4\"}"));
	assert_false(accepts("{\"a\":\"\\ud800\\u0041\"}"));
	assert_false(accepts("{\"a\":\"\\ud800x\"}"));
	assert_false(accepts("{\"a\":\"\\udc00\"}"));
	assert_false(accepts("{\"a\":\"\n\"}"));
	assert_false(accepts("{\"a\":\"\\"));
	assert_false(accepts("{\"a\":\"\\u"));
	assert_false(accepts("{\"a\":\"\\ud83d\\ud"));
}

static void test_reader__names_are_unique_in_their_object(void **state)
{
	(void)state;
	assert_true(accepts("{\"a\":{\"a\":{\"a\":1}},\"b\":[{\"a\":1},{\"a\":1}]}"));
	assert_false(accepts("{\"a\":1,\"a\":1}"));
	assert_false(accepts("{\"a\":1,\"b\":{\"c\":\"}\"},\"a\":1}"));
	assert_false(accepts("{\"x\":{\"a\":1,\"b\":\"\\\"\",\"a\":1}}"));
	assert_false(accepts("{\"ü\":1,\"\\u00fc\":1}"));
	assert_false(accepts("{\"😀\":1,\"\\ud83d\\ude00\":1}"));
	assert_false(accepts("{\"\":1,\"\":1}"));
	assert_true(accepts("{\"a\":1,\"aa\":1,\"\":1,\"A\":1}"));
}

static void test_reader__has_limits(void **state)
{
	char text[8000];
	size_t length;

	(void)state;
	for (int members = 255; members <= 257; members++) {
		length = (size_t)snprintf(text, sizeof text, "{");
		for (int i = 0; i < members; i++)
			length += (size_t)snprintf(text + length, sizeof text - length, "%s\"%d\":%d", i ? "," : "", i, i);
		snprintf(text + length, sizeof text - length, "}");
		assert_int_equal(members <= 256, accepts(text));
	}
	for (int depth = 63; depth <= 65; depth++) {
		length = 0;
		for (int i = 1; i < depth; i++)
			length += (size_t)snprintf(text + length, sizeof text - length, "{\"a\":");
		length += (size_t)snprintf(text + length, sizeof text - length, "{}");
		for (int i = 1; i < depth; i++)
			length += (size_t)snprintf(text + length, sizeof text - length, "}");
		assert_int_equal(depth <= 64, accepts(text));
	}
}

/* ---- against others ---- */

/* The same value, as jansson has it. */
static void assert_same(struct json_piece piece, const json_t *json)
{
	struct json_piece name, value = { 0 };
	char text[2048], key[2048];
	size_t count = 0;
	int64_t number;

	if (piece_is_object(piece)) {
		while (piece_next(piece, &name, &value)) {
			assert_true(piece_text(name, key, sizeof key));
			assert_same(value, json_object_get(json, key));
			count++;
		}
		assert_int_equal(json_object_size(json), count);
	} else if (piece_is_array(piece)) {
		while (piece_next(piece, &name, &value))
			assert_same(value, json_array_get(json, count++));
		assert_int_equal(json_array_size(json), count);
	} else if (piece_is_string(piece)) {
		assert_true(piece_text(piece, text, sizeof text));
		assert_string_equal(json_string_value(json), text);
	} else if (json_is_integer(json)) {
		assert_true(piece_whole(piece, &number));
		assert_int_equal(json_integer_value(json), number);
	} else {
		assert_true(json_is_real(json) || json_is_boolean(json) || json_is_null(json));
	}
}

static size_t compare(const char *text, size_t length, bool *accepted)
{
	struct json_piece object;
	json_t *json = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);

	*accepted = json_accepts(text, length, &object);
	if (*accepted) {
		assert_non_null(json); /* nothing that jansson would refuse */
		assert_same(object, json);
	}
	json_decref(json);
	return *accepted;
}

/* JSONTestSuite: in an object, for that is what we read. */
static void test_reader__json_test_suite(void **state)
{
	DIR *folder = opendir(shared_file("data/security/jsontestsuite/test_parsing"));
	int right[256] = { 0 }, count = 0;
	struct dirent *entry;

	(void)state;
	assert_non_null(folder);
	while ((entry = readdir(folder)) != NULL) {
		char path[512], *text = malloc(300000);
		size_t length = 5;
		bool alone, wrapped;
		FILE *file;

		snprintf(path, sizeof path, "data/security/jsontestsuite/test_parsing/%s", entry->d_name);
		file = entry->d_name[0] == '.' ? NULL : fopen(shared_file(path), "rb");
		if (file) {
			memcpy(text, "{\"a\":", 5);
			length += fread(text + 5, 1, 299000, file);
			fclose(file);
			text[length] = '}';
			compare(text + 5, length - 5, &alone);
			compare(text, length + 1, &wrapped);
			if (entry->d_name[0] == 'n' && (alone || wrapped) && strcmp(entry->d_name, "n_object_trailing_comment.json") != 0)
				fail_msg("taken: %s", entry->d_name);
			if (entry->d_name[0] == 'y' && !wrapped)
				print_message("refused: %s\n", entry->d_name);
			right[(unsigned char)entry->d_name[0]] += wrapped;
			count++;
		}
		free(text);
	}
	closedir(folder);
	print_message("%d texts: %d of the right ones taken, %d of those that are open\n", count, right['y'], right['i']);
	assert_int_equal(318, count);
	assert_int_equal(95 - 5, right['y']); /* names twice (2), NUL (2), a number of 81 digits: here they are wrong */
	assert_int_equal(0, right['n']);
}

/* ---- the writer ---- */

static void test_writer__is_ascii_and_fits_or_says_so(void **state)
{
	struct json_writer writer;
	char text[200];

	(void)state;
	writer_begin(&writer, text, sizeof text);
	writer_text(&writer, "a", "\"\\/\x01\x7f~ü€😀");
	writer_text(&writer, "none", NULL);
	writer_number(&writer, "b", INT64_MIN);
	assert_true(writer_end(&writer));
	assert_string_equal("{\"a\":\"\\\"\\\\/\\u0001\\u007f~\\u00fc\\u20ac\\ud83d\\ude00\",\"b\":-9223372036854775808}", text);
	assert_true(accepts(text));
	for (size_t room = 1; room < 12; room++) { /* {"a":"bcd"} has eleven */
		writer_begin(&writer, text, room + 1);
		writer_text(&writer, "a", "bcd");
		assert_int_equal(room >= 11, writer_end(&writer));
		assert_true(strlen(text) <= room);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reader__takes_one_object),
		cmocka_unit_test(test_reader__numbers),
		cmocka_unit_test(test_reader__whole_numbers),
		cmocka_unit_test(test_reader__texts),
		cmocka_unit_test(test_reader__names_are_unique_in_their_object),
		cmocka_unit_test(test_reader__has_limits),
		cmocka_unit_test(test_reader__json_test_suite),
		cmocka_unit_test(test_writer__is_ascii_and_fits_or_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
