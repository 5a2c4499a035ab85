#include "world.h"

#include <stdio.h>
#include <string.h>
#include "account.h"

static void test_language__two_to_five_letters(void **state)
{
	static const char *const fine[] = { "de", "EN", "gsw", "abcd", "abcde", "de-AT" };
	static const char *const refused[] = { "", "d", "abcdef", "d1", "de-", "-de", "d-eAT", "de_AT", "de AT", "a-b", "\u00e4", "de--A" };

	(void)state;
	for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++)
		assert_true(account_language_is_fit(fine[i]));
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
		assert_false(account_language_is_fit(refused[i]));
}

static void test_email__usual_addresses_are_fit(void **state)
{
	static const char *const fine[] = {
		"a@b.de", "ada.lovelace@example.org", "user+tag@example.co.uk", "o'brien@example.org", "x@1.example", "x@a.b.c.d.e",
		"!#$%&'*+-/=?^_`{|}~@example.org", "m\u00fcller@example.org", "x@m\u00fcller.de", "\u7528\u6237@\u4f8b\u5b50.\u4e2d\u56fd",
		"x@xn--mller-kva.de", "x@a-b.de", "A@B.DE", "x@3.4a", "\u2211@b.de", "\u2041@b.de", "\u1200@b.de", "\u1690@b.de", "\u3040@b.de"
	};

	(void)state;
	for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++)
		if (!email_is_fit(fine[i]))
			fail_msg("refused: %s", fine[i]);
}

static void test_email__what_is_no_address_is_refused(void **state)
{
	static const char *const refused[] = {
		"", "a", "@", "a@", "@b.de", "a@b", "a@b@c.de", "a@@b.de", "a@.de", "a@b.", "a@b..de", ".a@b.de", "a.@b.de", "a..b@c.de",
		"a b@c.de", "a@b c.de", " a@b.de", "a@b.de ", "a\tb@c.de", "\"a b\"@c.de", "a@[127.0.0.1]", "a@127.0.0.1", "a@b.1",
		"a@-b.de", "a@b-.de", "a@b.-de", "a@b.de-", "a@b_c.de", "a,b@c.de", "a:b@c.de", "<a@b.de>", "a(x)@b.de", "a\\b@c.de",
		"a@b.de,c@d.de", "a@b.de\r\nBcc: c@d.de", "a\u00a0b@c.de", "a@b\u00a0c.de", "a\u1680b@c.de", "a\u2003b@c.de",
		"a\u202fb@c.de", "a\u205fb@c.de", "a\u3000b@c.de", "a@b\u3000.de"
	};

	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
		if (email_is_fit(refused[i]))
			fail_msg("accepted: %s", refused[i]);
}

static void test_email__parts_have_lengths(void **state)
{
	char email[300];

	(void)state;
	snprintf(email, sizeof email, "%063d@b.de", 0);
	assert_true(email_is_fit(email));
	snprintf(email, sizeof email, "%064d@b.de", 0);
	assert_true(email_is_fit(email));
	snprintf(email, sizeof email, "%065d@b.de", 0);
	assert_false(email_is_fit(email));
	snprintf(email, sizeof email, "a@%062d.de", 0);
	assert_true(email_is_fit(email));
	snprintf(email, sizeof email, "a@%063d.de", 0);
	assert_true(email_is_fit(email));
	snprintf(email, sizeof email, "a@%064d.de", 0);
	assert_false(email_is_fit(email));
}

static void test_words__go_there_and_back(void **state)
{
	(void)state;
	for (int role = 1; role <= 4; role++)
		assert_int_equal(role, nmk_role_of(nmk_role_word((nmk_role)role)));
	for (int status = 1; status <= 3; status++)
		assert_int_equal(status, nmk_user_state_of(nmk_user_state_word((nmk_user_state)status)));
	for (int type = 1; type <= 4; type++)
		assert_int_equal(type, nmk_consent_type_of(nmk_consent_type_word((nmk_consent_type)type)));
	assert_string_equal("moderator", nmk_role_word(NMK_ROLE_MODERATOR));
	assert_string_equal("suspended", nmk_user_state_word(NMK_USER_SUSPENDED));
	assert_string_equal("terms_of_service", nmk_consent_type_word(NMK_CONSENT_TERMS_OF_SERVICE));
	assert_string_equal("data_processing", nmk_consent_type_word(NMK_CONSENT_DATA_PROCESSING));
}

static void test_words__others_are_none(void **state)
{
	(void)state;
	assert_null(nmk_role_word((nmk_role)0));
	assert_null(nmk_role_word((nmk_role)5));
	assert_null(nmk_user_state_word((nmk_user_state)4));
	assert_null(nmk_consent_type_word((nmk_consent_type)-1));
	assert_int_equal(0, nmk_role_of("root"));
	assert_int_equal(0, nmk_role_of(""));
	assert_int_equal(0, nmk_role_of(NULL));
	assert_int_equal(0, nmk_user_state_of("inactive"));
	assert_int_equal(0, nmk_consent_type_of("cookies"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_language__two_to_five_letters),
		cmocka_unit_test(test_email__usual_addresses_are_fit),
		cmocka_unit_test(test_email__what_is_no_address_is_refused),
		cmocka_unit_test(test_email__parts_have_lengths),
		cmocka_unit_test(test_words__go_there_and_back),
		cmocka_unit_test(test_words__others_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
