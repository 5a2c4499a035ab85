/* semver_test.c -- version numbers: what is one, which is greater, which comes next. */
#include "world.h"

#include "semver.h"

static void test_semver_parse__three_numbers_without_leading_zeros(void **state)
{
	static const struct { const char *text; int64_t key; } good[] = {
		{ "0.0.0", 0 }, { "0.0.1", 1 }, { "1.0.0", SEMVER_FIRST }, { "1.2.3", INT64_C(1000002000003) },
		{ "10.20.30", INT64_C(10000020000030) }, { "999999.999999.999999", INT64_C(999999999999999999) },
	};
	static const char *const bad[] = {
		"", ".", "1", "1.", "1.0", "1.0.", "1.0.0.", "1.0.0.0", ".0.0", "1..0", "01.0.0", "1.00.0", "1.0.00", "1000000.0.0",
		"0.1000000.0", "0.0.1000000", "0.0.0000001", "-1.0.0", "+1.0.0", "1.0.0-1", "1.0.0+1", "v1.0.0", "1.0.0 ", " 1.0.0",
		"1,0,0", "a.b.c", "1.0.0\n", "99999999999999999999.0.0",
	};
	char text[SEMVER_TEXT_SIZE];
	int64_t key;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		assert_true(semver_parse(good[i].text, &key));
		assert_int_equal(good[i].key, key);
		semver_format(key, text);
		assert_string_equal(good[i].text, text);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (semver_parse(bad[i], &key))
			fail_msg("'%s' is taken for a version", bad[i]);
}

static void test_semver_next__is_the_next_minor(void **state)
{
	static const struct { const char *number, *next; } cases[] = {
		{ "0.0.0", "0.1.0" }, { "1.0.0", "1.1.0" }, { "1.0.999999", "1.1.0" }, { "1.999998.7", "1.999999.0" },
		{ "1.999999.7", "2.0.0" }, { "999999.999998.0", "999999.999999.0" }, { "999999.999999.0", NULL },
	};
	char text[SEMVER_TEXT_SIZE];
	int64_t key, next;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_true(semver_parse(cases[i].number, &key));
		assert_int_equal(cases[i].next != NULL, semver_next(key, &next));
		if (!cases[i].next)
			continue;
		semver_format(next, text);
		assert_string_equal(cases[i].next, text);
		assert_true(next > key);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_semver_parse__three_numbers_without_leading_zeros),
		cmocka_unit_test(test_semver_next__is_the_next_minor),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
