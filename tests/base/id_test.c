#include "world.h"

#include <string.h>
#include "id.h"

static const unsigned char key[ID_KEY_SIZE] = { 1, 2, 3 };

static void test_id__text_is_a_version_8_uuid_that_reads_back(void **state)
{
	int64_t numbers[] = { 1, 7, 8, 4095, INT64_C(1) << 40, INT64_MAX };
	char text[ID_TEXT_SIZE];
	int64_t number;

	(void)state;
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		id_format(key, ID_NANO, numbers[i], text);
		assert_int_equal(36, strlen(text));
		assert_int_equal('8', text[14]);
		assert_non_null(strchr("89ab", text[19]));
		assert_true(id_parse(key, ID_NANO, text, &number));
		assert_int_equal(numbers[i], number);
	}
}

static void test_id__no_number_is_no_text(void **state)
{
	char text[ID_TEXT_SIZE] = "x";

	(void)state;
	id_format(key, ID_NANO, 0, text);
	assert_string_equal("", text);
}

static void test_id__another_kind_or_key_or_any_changed_character_is_refused(void **state)
{
	static const unsigned char other[ID_KEY_SIZE] = { 9 };
	char text[ID_TEXT_SIZE], changed[ID_TEXT_SIZE];
	int64_t number;

	(void)state;
	id_format(key, ID_NANO, 123456789, text);
	assert_false(id_parse(key, ID_CATEGORY, text, &number));
	assert_false(id_parse(other, ID_NANO, text, &number));
	for (int at = 0; at < 36; at++)
		for (const char *c = "0123456789abcdefABCDEF- g"; *c; c++) {
			if (*c == text[at])
				continue;
			memcpy(changed, text, sizeof changed);
			changed[at] = *c;
			assert_false(id_parse(key, ID_NANO, changed, &number));
		}
}

static void test_id__shorter_longer_and_strange_texts_are_refused(void **state)
{
	static const char *const texts[] = { "", "x", "00000000-0000-0000-0000-000000000000",
		"00000000-0000-8000-8000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
		"{00000000-0000-8000-8000-000000000000}", "00000000-0000-8000-8000-0000000000000" };
	int64_t number;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		assert_false(id_parse(key, ID_NANO, texts[i], &number));
}

static void test_id_next__grows_when_the_clock_stands_or_goes_back(void **state)
{
	struct id_source source = { .node = 5 };
	int64_t now = INT64_C(1767225600000), last = 0;

	(void)state;
	for (int i = 0; i < 10000; i++) {
		int64_t id = id_next(&source, i < 5000 ? now : now - i);

		assert_true(id > last);
		last = id;
	}
	assert_true(id_time(last) >= now && id_time(last) < now + 10);
}

static void test_id_next__carries_time_and_node(void **state)
{
	struct id_source source = { .node = ID_NODES - 1 };
	int64_t now = INT64_C(1767225600123), id = id_next(&source, now);

	(void)state;
	assert_int_equal(now, id_time(id));
	assert_int_equal(ID_NODES - 1, (id >> 12) & 1023);
}

static void test_id_next__nodes_never_meet(void **state)
{
	struct id_source one = { .node = 1 }, two = { .node = 2 };
	int64_t now = INT64_C(1767225600000);

	(void)state;
	for (int i = 0; i < 5000; i++)
		assert_int_not_equal(id_next(&one, now), id_next(&two, now));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_id__text_is_a_version_8_uuid_that_reads_back),
		cmocka_unit_test(test_id__no_number_is_no_text),
		cmocka_unit_test(test_id__another_kind_or_key_or_any_changed_character_is_refused),
		cmocka_unit_test(test_id__shorter_longer_and_strange_texts_are_refused),
		cmocka_unit_test(test_id_next__grows_when_the_clock_stands_or_goes_back),
		cmocka_unit_test(test_id_next__carries_time_and_node),
		cmocka_unit_test(test_id_next__nodes_never_meet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
