#include "world.h"

#include <stdlib.h>
#include <string.h>
#include "password_policy.h"

#define COMBINING_DIAERESIS "\xCC\x88"

static struct password_verdict judge_with(nmk_password_policy policy, bool second_factor, const char *password)
{
	const struct password_rules rules = { .policy = policy, .second_factor = second_factor };
	struct password_verdict verdict;
	char *prepared = password_prepare(password);

	assert_non_null(prepared);
	assert_true(password_judge(&rules, prepared, &verdict));
	password_free(prepared);
	return verdict;
}

static enum password_problem judge(nmk_password_policy policy, const char *password)
{
	return judge_with(policy, false, password).problem;
}

static void assert_prepared(const char *expected, const char *password)
{
	char *prepared = password_prepare(password);

	assert_non_null(prepared);
	assert_string_equal(expected, prepared);
	password_free(prepared);
}

static void test_nist4__fifteen_code_points_are_enough(void **state)
{
	(void)state;
	assert_int_equal(PASSWORD_TOO_SHORT, judge(NMK_PASSWORD_POLICY_NIST4, "kqxzvbwrtjmdph"));
	assert_int_equal(PASSWORD_FINE, judge(NMK_PASSWORD_POLICY_NIST4, "kqxzvbwrtjmdphg"));
	assert_int_equal(PASSWORD_FINE, judge(NMK_PASSWORD_POLICY_NIST4, "kqxzvbwrtjmdphgc"));
	assert_int_equal(PASSWORD_TOO_SHORT, judge(NMK_PASSWORD_POLICY_NIST4, ""));
}

static void test_nist4__code_points_count_and_not_bytes(void **state)
{
	(void)state;
	assert_int_equal(PASSWORD_TOO_SHORT, judge(NMK_PASSWORD_POLICY_NIST4, "\u00e4\u00f6\u00fckx\u00df\u00e4\u00f6\u00fckx\u00df\u00e4q"));
	assert_int_equal(PASSWORD_FINE, judge(NMK_PASSWORD_POLICY_NIST4, "\u00e4\u00f6\u00fckx\u00df\u00e4\u00f6\u00fckx\u00df\u00e4qz"));
}

static void test_nist4__has_no_rules_of_composition(void **state)
{
	(void)state;
	assert_int_equal(PASSWORD_FINE, judge(NMK_PASSWORD_POLICY_NIST4, "drei wolken und ein zaun"));
	assert_int_equal(PASSWORD_FINE, judge(NMK_PASSWORD_POLICY_NIST4, "830475921604837"));
}

static void test_nist4__eight_are_enough_with_a_second_factor(void **state)
{
	struct password_verdict verdict;

	(void)state;
	assert_int_equal(PASSWORD_TOO_SHORT, judge_with(NMK_PASSWORD_POLICY_NIST4, true, "kqxzvbw").problem);
	verdict = judge_with(NMK_PASSWORD_POLICY_NIST4, true, "kqxzvbwr");
	assert_int_equal(PASSWORD_FINE, verdict.problem);
	assert_true(verdict.is_short);
	verdict = judge_with(NMK_PASSWORD_POLICY_NIST4, true, "kqxzvbwrtjmdph");
	assert_int_equal(PASSWORD_FINE, verdict.problem);
	assert_true(verdict.is_short);
	verdict = judge_with(NMK_PASSWORD_POLICY_NIST4, true, "kqxzvbwrtjmdphg");
	assert_int_equal(PASSWORD_FINE, verdict.problem);
	assert_false(verdict.is_short);
	assert_false(judge_with(NMK_PASSWORD_POLICY_CLASSIC, true, "Kqxzvb1!").is_short);
}

static void test_every_policy__refuses_what_is_guessed_first(void **state)
{
	(void)state;
	assert_int_equal(PASSWORD_COMMON, judge(NMK_PASSWORD_POLICY_NIST4, "aaaaaaaaaaaaaaa"));
	assert_int_equal(PASSWORD_COMMON, judge(NMK_PASSWORD_POLICY_NIST4, "               "));
	assert_int_equal(PASSWORD_COMMON, judge(NMK_PASSWORD_POLICY_NIST4, "abcdefghijklmno"));
	assert_int_equal(PASSWORD_COMMON, judge(NMK_PASSWORD_POLICY_CLASSIC, "Password1!"));
	assert_int_equal(PASSWORD_NO_SPECIAL, judge(NMK_PASSWORD_POLICY_CLASSIC, "Password1"));
}

static void test_classic__eight_characters_are_enough(void **state)
{
	(void)state;
	assert_int_equal(PASSWORD_TOO_SHORT, judge(NMK_PASSWORD_POLICY_CLASSIC, "Kqxzv1!"));
	assert_int_equal(PASSWORD_FINE, judge(NMK_PASSWORD_POLICY_CLASSIC, "Kqxzvb1!"));
	assert_int_equal(PASSWORD_FINE, judge(NMK_PASSWORD_POLICY_CLASSIC, "Kqxzvbw1!"));
}

static void test_classic__the_first_broken_rule_is_told_in_order(void **state)
{
	(void)state;
	assert_int_equal(PASSWORD_TOO_SHORT, judge(NMK_PASSWORD_POLICY_CLASSIC, "abc"));
	assert_int_equal(PASSWORD_NO_UPPER, judge(NMK_PASSWORD_POLICY_CLASSIC, "abcdefgh"));
	assert_int_equal(PASSWORD_NO_UPPER, judge(NMK_PASSWORD_POLICY_CLASSIC, "abcdefg1!"));
	assert_int_equal(PASSWORD_NO_DIGIT, judge(NMK_PASSWORD_POLICY_CLASSIC, "Abcdefgh"));
	assert_int_equal(PASSWORD_NO_DIGIT, judge(NMK_PASSWORD_POLICY_CLASSIC, "Abcdefgh!"));
	assert_int_equal(PASSWORD_NO_SPECIAL, judge(NMK_PASSWORD_POLICY_CLASSIC, "Abcdefg1"));
	assert_int_equal(PASSWORD_NO_SPECIAL, judge(NMK_PASSWORD_POLICY_CLASSIC, "Abcdefg1-_/"));
}

static void test_classic__each_special_character_counts(void **state)
{
	static const char specials[] = "!@#$%^&*(),.?\":{}|<>";
	char password[] = "Kqxzvbw1?";

	(void)state;
	assert_int_equal(20, strlen(specials));
	for (const char *c = specials; *c; c++) {
		password[8] = *c;
		assert_int_equal(PASSWORD_FINE, judge(NMK_PASSWORD_POLICY_CLASSIC, password));
	}
}

static void test_classic__capital_umlauts_are_upper_case(void **state)
{
	(void)state;
	assert_int_equal(PASSWORD_FINE, judge(NMK_PASSWORD_POLICY_CLASSIC, "\u00c4rkqx123!"));
	assert_int_equal(PASSWORD_FINE, judge(NMK_PASSWORD_POLICY_CLASSIC, "\u00c0rkqx123!"));
	assert_int_equal(PASSWORD_FINE, judge(NMK_PASSWORD_POLICY_CLASSIC, "\u00derkqxn123!"));
	assert_int_equal(PASSWORD_FINE, judge(NMK_PASSWORD_POLICY_CLASSIC, "A" COMBINING_DIAERESIS "rkqx123!"));
	assert_int_equal(PASSWORD_NO_UPPER, judge(NMK_PASSWORD_POLICY_CLASSIC, "\u00e4rger1234!"));
	assert_int_equal(PASSWORD_NO_UPPER, judge(NMK_PASSWORD_POLICY_CLASSIC, "\u00d7rger1234!"));
	assert_int_equal(PASSWORD_NO_UPPER, judge(NMK_PASSWORD_POLICY_CLASSIC, "\u00dfrger1234!"));
}

static void test_form__at_most_1024_bytes(void **state)
{
	char password[1200];

	(void)state;
	memset(password, 'a', sizeof password);
	password[1025] = '\0';
	assert_int_equal(PASSWORD_TOO_LONG, password_check_form(password));
	password[1024] = '\0';
	assert_int_equal(PASSWORD_FINE, password_check_form(password));
	password[1023] = '\0';
	assert_int_equal(PASSWORD_FINE, password_check_form(password));
	assert_int_equal(PASSWORD_FINE, password_check_form(""));
}

static void test_form__invalid_utf8_is_refused(void **state)
{
	(void)state;
	assert_int_equal(PASSWORD_NOT_UTF8, password_check_form("abc\xff"));
	assert_int_equal(PASSWORD_NOT_UTF8, password_check_form("\xC3"));
	assert_int_equal(PASSWORD_NOT_UTF8, password_check_form("\xC0\xAF"));
	assert_int_equal(PASSWORD_NOT_UTF8, password_check_form("\xED\xA0\x80"));
}

static void test_prepare__an_umlaut_is_the_same_from_every_keyboard(void **state)
{
	(void)state;
	assert_prepared("\u00fcber", "u" COMBINING_DIAERESIS "ber");
	assert_prepared("\u00fcber", "\u00fcber");
}

static void test_prepare__other_spaces_become_spaces_and_nothing_else_does(void **state)
{
	static const char *const spaces[] = { "\u00a0", "\u1680", "\u2000", "\u2005", "\u200a", "\u202f", "\u205f", "\u3000" };
	static const char *const others[] = { "\u00a1", "\u1681", "\u1760", "\u200b", "\u2010", "\u202e", "\u205e", "\u2040", "\u3001",
	                                      "\u3040", "\u4000" };
	char text[16];

	(void)state;
	for (size_t i = 0; i < sizeof spaces / sizeof spaces[0]; i++) {
		strcat(strcat(strcpy(text, "a"), spaces[i]), "b");
		assert_prepared("a b", text);
	}
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		strcat(strcat(strcpy(text, "a"), others[i]), "b");
		assert_prepared(text, text);
	}
}

static void test_prepare__capitals_and_edges_stay(void **state)
{
	(void)state;
	assert_prepared(" AbC ", " AbC ");
	assert_prepared("", "");
	assert_prepared("\uff21", "\uff21");
}

static void test_free__nothing_is_nothing(void **state)
{
	(void)state;
	password_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nist4__fifteen_code_points_are_enough),
		cmocka_unit_test(test_nist4__code_points_count_and_not_bytes),
		cmocka_unit_test(test_nist4__has_no_rules_of_composition),
		cmocka_unit_test(test_nist4__eight_are_enough_with_a_second_factor),
		cmocka_unit_test(test_every_policy__refuses_what_is_guessed_first),
		cmocka_unit_test(test_classic__eight_characters_are_enough),
		cmocka_unit_test(test_classic__the_first_broken_rule_is_told_in_order),
		cmocka_unit_test(test_classic__each_special_character_counts),
		cmocka_unit_test(test_classic__capital_umlauts_are_upper_case),
		cmocka_unit_test(test_form__at_most_1024_bytes),
		cmocka_unit_test(test_form__invalid_utf8_is_refused),
		cmocka_unit_test(test_prepare__an_umlaut_is_the_same_from_every_keyboard),
		cmocka_unit_test(test_prepare__other_spaces_become_spaces_and_nothing_else_does),
		cmocka_unit_test(test_prepare__capitals_and_edges_stay),
		cmocka_unit_test(test_free__nothing_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
