/* password_meter_test.c -- the points of requirements 5.5, rule by rule. */
#include "world.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include <nanomarket/password.h>

static nmk_password_meter *measure(const char *password)
{
	nmk_password_meter *meter;

	assert_status(NMK_OK, nmk_password_measure(password, 0, &meter));
	return meter;
}

static int64_t score(const char *password)
{
	nmk_password_meter *meter = measure(password);
	int64_t points = nmk_password_meter_score(meter);

	nmk_password_meter_free(meter);
	return points;
}

static uint32_t suggestions(const char *password)
{
	nmk_password_meter *meter = measure(password);
	uint32_t bits = nmk_password_meter_suggestions(meter);

	nmk_password_meter_free(meter);
	return bits;
}

static void test_score__length(void **state)
{
	(void)state; /* each has 30 for lower case, no pattern, no repetition */
	assert_int_equal(30 + 2, score("k"));
	assert_int_equal(30 + 14, score("kqxzvbw"));
	assert_int_equal(30 + 20, score("kqxzvbwr"));
	assert_int_equal(30 + 20, score("kqxzvbwrtjm"));
	assert_int_equal(30 + 30, score("kqxzvbwrtjmd"));
	assert_int_equal(30 + 30, score("kqxzvbwrtjmdphg"));
	assert_int_equal(30 + 40, score("kqxzvbwrtjmdphgc"));
	assert_int_equal(30 + 40, score("kqxzvbwrtjmdphgcfnlsy"));
	assert_int_equal(30 + 20, score("\u00e4qxzvbw\u00df"));
}

static void test_score__nothing_has_no_points(void **state)
{
	nmk_password_meter *meter = measure("");

	(void)state;
	assert_int_equal(0, nmk_password_meter_score(meter));
	assert_int_equal(NMK_PASSWORD_WEAK, nmk_password_meter_strength(meter));
	assert_false(nmk_password_meter_meets_policy(meter));
	nmk_password_meter_free(meter);
}

static void test_score__kinds_of_characters(void **state)
{
	(void)state;
	assert_int_equal(60, score("kqxzvbwR"));
	assert_int_equal(60, score("kqxzvbw7"));
	assert_int_equal(60, score("kqxzvbw?"));
	assert_int_equal(80, score("kqxzvR7?"));
	assert_int_equal(100, score("kqxzvR7?tjmdphgc"));
	assert_int_equal(60, score("kqxzvbw\u00d6"));
	assert_int_equal(50, score("KQXZVBWR"));
	assert_int_equal(60, score("KQXZVBW\u00f6"));
	assert_int_equal(50, score("kqxzvbw-"));
	assert_int_equal(50, score("kqxzvbw\u00d7"));
}

static void test_score__patterns_and_repetitions(void **state)
{
	static const char *const patterns[] = { "123", "abc", "qwerty", "password", "admin", "user", "pass", "ABC", "Admin" };
	char text[32];

	(void)state;
	for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
		snprintf(text, sizeof text, "kqx%szvb", patterns[i]);
		assert_true(suggestions(text) & NMK_SUGGEST_NO_PATTERN);
	}
	assert_int_equal(50, score("kqx123zvb"));
	assert_int_equal(60, score("kqx124zvb"));
	assert_int_equal(40, score("kqxxxzvb"));
	assert_int_equal(50, score("kqxxzxvb"));
	assert_int_equal(50, score("kqxxXzvb") - 10);
	assert_true(suggestions("kq\u00e4\u00e4\u00e4zvb") & NMK_SUGGEST_NO_REPEAT);
	assert_false(suggestions("kq\u00e4\u00e4zvb") & NMK_SUGGEST_NO_REPEAT);
	assert_false(suggestions("kq\u00e4\u00f6\u00fczvb") & NMK_SUGGEST_NO_REPEAT);
}

static void test_score__the_most_used_are_weak(void **state)
{
	nmk_password_meter *meter = measure("P@ssw0rd24!!");

	(void)state;
	assert_int_equal(19, nmk_password_meter_score(meter));
	assert_int_equal(NMK_PASSWORD_WEAK, nmk_password_meter_strength(meter));
	assert_true(nmk_password_meter_suggestions(meter) & NMK_SUGGEST_UNCOMMON);
	nmk_password_meter_free(meter);
}

static void test_suggestions__say_what_is_missing(void **state)
{
	(void)state;
	assert_int_equal(0, suggestions("kqxzvR7?tjmdphgc"));
	assert_int_equal(NMK_SUGGEST_LONGER, suggestions("kqxzvR7?tjmdphg"));
	assert_int_equal(NMK_SUGGEST_LOWER, suggestions("KQXZVR7?TJMDPHGC"));
	assert_int_equal(NMK_SUGGEST_UPPER, suggestions("kqxzvr7?tjmdphgc"));
	assert_int_equal(NMK_SUGGEST_DIGIT, suggestions("kqxzvRs?tjmdphgc"));
	assert_int_equal(NMK_SUGGEST_SPECIAL, suggestions("kqxzvR7stjmdphgc"));
	assert_int_equal(NMK_SUGGEST_NO_PATTERN, suggestions("kqxabcR7?tjmdphg"));
	assert_int_equal(NMK_SUGGEST_NO_REPEAT, suggestions("kqxzzzR7?tjmdphg"));
}

static nmk_password_strength strength(const char *password)
{
	nmk_password_meter *meter = measure(password);
	nmk_password_strength result = nmk_password_meter_strength(meter);

	nmk_password_meter_free(meter);
	return result;
}

static void test_strength__begins_at_every_twenty(void **state)
{
	(void)state;
	assert_int_equal(19, score("aaaa"));
	assert_int_equal(NMK_PASSWORD_WEAK, strength("aaaa"));
	assert_int_equal(38, score("kqxz"));
	assert_int_equal(NMK_PASSWORD_FAIR, strength("kqxz"));
	assert_int_equal(40, score("kqxzv"));
	assert_int_equal(NMK_PASSWORD_GOOD, strength("kqxzv"));
	assert_int_equal(50, score("kqxzvbwr"));
	assert_int_equal(NMK_PASSWORD_GOOD, strength("kqxzvbwr"));
	assert_int_equal(60, score("kqxzvbwR"));
	assert_int_equal(NMK_PASSWORD_STRONG, strength("kqxzvbwR"));
	assert_int_equal(70, score("kqxzvb7R"));
	assert_int_equal(NMK_PASSWORD_STRONG, strength("kqxzvb7R"));
	assert_int_equal(80, score("kqxzv?7R"));
	assert_int_equal(NMK_PASSWORD_VERY_STRONG, strength("kqxzv?7R"));
	assert_string_equal("very_strong", nmk_password_strength_word(NMK_PASSWORD_VERY_STRONG));
	assert_int_equal(NMK_PASSWORD_FAIR, nmk_password_strength_of("fair"));
	assert_int_equal(0, nmk_password_strength_of("FAIR"));
	assert_null(nmk_password_strength_word(0));
}

static bool meets(const char *password, nmk_password_policy policy)
{
	nmk_password_meter *meter;
	bool result;

	assert_status(NMK_OK, nmk_password_measure(password, policy, &meter));
	result = nmk_password_meter_meets_policy(meter);
	nmk_password_meter_free(meter);
	return result;
}

static void test_policy__decides_whatever_the_points(void **state)
{
	(void)state;
	assert_false(meets("kqxzv?7R", 0));
	assert_false(meets("kqxzv?7R", NMK_PASSWORD_POLICY_NIST4));
	assert_true(meets("kqxzv?7R", NMK_PASSWORD_POLICY_CLASSIC));
	assert_true(meets("drei wolken und ein zaun", NMK_PASSWORD_POLICY_NIST4));
	assert_false(meets("drei wolken und ein zaun", NMK_PASSWORD_POLICY_CLASSIC));
	assert_false(meets("1qay2wsx3edc4rfv", NMK_PASSWORD_POLICY_NIST4));
}

static void test_measure__refuses_what_is_no_password(void **state)
{
	nmk_password_meter *meter;
	char endless[1026];

	(void)state;
	memset(endless, 'x', sizeof endless);
	endless[1025] = '\0';
	assert_status(NMK_EINVALID, nmk_password_measure(endless, 0, &meter));
	assert_null(meter);
	endless[1024] = '\0';
	assert_status(NMK_OK, nmk_password_measure(endless, 0, &meter));
	nmk_password_meter_free(meter);
	assert_status(NMK_EINVALID, nmk_password_measure("abc\xff", 0, &meter));
	assert_status(NMK_EINVALID, nmk_password_measure(NULL, 0, &meter));
	assert_status(NMK_EINVALID, nmk_password_measure("x", 0, NULL));
	assert_status(NMK_EINVALID, nmk_password_measure("x", (nmk_password_policy)3, &meter));
	assert_status(NMK_EINVALID, nmk_password_measure("x", (nmk_password_policy)-1, &meter));
	nmk_password_meter_free(NULL);
}

static void test_json__speaks_both_languages(void **state)
{
	nmk_password_meter *meter = measure("passwort");
	char *english = nmk_password_meter_json(meter, "en"), *german = nmk_password_meter_json(meter, "de-AT");
	json_t *json = json_loads(german, 0, NULL);

	(void)state;
	assert_non_null(strstr(english, "\"add an upper-case letter\""));
	assert_non_null(strstr(german, "\"einen Gro\u00dfbuchstaben hinzuf\u00fcgen\""));
	assert_int_equal(19, json_integer_value(json_object_get(json, "score")));
	assert_string_equal("weak", json_string_value(json_object_get(json, "strength")));
	assert_true(json_is_false(json_object_get(json, "meets_policy")));
	assert_int_equal(6, json_array_size(json_object_get(json, "suggestions")));
	json_decref(json);
	nmk_free(english);
	nmk_free(german);
	nmk_password_meter_free(meter);
	meter = measure("kqxzvR7?tjmdphgc");
	english = nmk_password_meter_json(meter, NULL);
	assert_non_null(strstr(english, "\"suggestions\":[]"));
	nmk_free(english);
	nmk_password_meter_free(meter);
}

static int setup(void **state)
{
	(void)state;
	return sodium_init() < 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_score__length),
		cmocka_unit_test(test_score__nothing_has_no_points),
		cmocka_unit_test(test_score__kinds_of_characters),
		cmocka_unit_test(test_score__patterns_and_repetitions),
		cmocka_unit_test(test_score__the_most_used_are_weak),
		cmocka_unit_test(test_suggestions__say_what_is_missing),
		cmocka_unit_test(test_strength__begins_at_every_twenty),
		cmocka_unit_test(test_policy__decides_whatever_the_points),
		cmocka_unit_test(test_measure__refuses_what_is_no_password),
		cmocka_unit_test(test_json__speaks_both_languages),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
