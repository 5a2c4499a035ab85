/* seal_test.c -- the envelope around a value. */
#include "keys_test.h"

#define PLACE "profile.phone_sealed"

static nmk_error failure;
static struct tx tx = { .what = "test", .error = &failure };
static struct secret_key key;

static int setup(void **state)
{
	(void)state;
	assert_true(sodium_init() >= 0);
	key_random(&key);
	return 0;
}

static struct buffer sealed_text(const void *text, size_t length)
{
	struct buffer sealed = { 0 };

	seal(&key, PLACE, 7, text, length, &sealed);
	assert_false(sealed.failed);
	return sealed;
}

static nmk_status try_unseal(const struct secret_key *with, const char *place, int64_t row, const void *sealed, size_t length)
{
	size_t opened_length;
	char *opened = (char *)&key;
	nmk_status rc = unseal(&tx, with, place, row, sealed, length, &opened, &opened_length);

	if (rc != NMK_OK)
		assert_null(opened);
	else
		bytes_free(opened, opened_length);
	return rc;
}

static void check_length(size_t length)
{
	static char text[SEALED_LENGTH_MAXIMUM];
	struct buffer sealed;
	size_t opened_length = 99;
	char *opened;

	randombytes_buf(text, sizeof text);
	sealed = sealed_text(text, length);
	assert_int_equal(SEALED_SIZE(length), sealed.length);
	assert_status(NMK_OK, unseal(&tx, &key, PLACE, 7, sealed.data, sealed.length, &opened, &opened_length));
	assert_int_equal(length, opened_length);
	assert_memory_equal(text, opened, length);
	assert_int_equal('\0', opened[length]);
	bytes_free(opened, opened_length);
	buffer_free(&sealed);
}

static void test_seal__opens_again_whatever_the_length(void **state)
{
	(void)state;
	for (size_t length = 0; length <= 130; length++)
		check_length(length);
	check_length(SEALED_LENGTH_MAXIMUM - 1);
	check_length(SEALED_LENGTH_MAXIMUM);
}

static void test_seal__more_than_the_maximum_is_refused(void **state)
{
	static const char text[SEALED_LENGTH_MAXIMUM + 1];
	struct buffer sealed = { 0 };

	(void)state;
	seal(&key, PLACE, 7, text, sizeof text, &sealed);
	assert_true(sealed.failed);
	assert_int_equal(0, sealed.length);
	buffer_free(&sealed);
}

/* The length of a value shows in steps of 32 bytes only, and the same value never looks the same. */
static void test_seal__hides_the_value(void **state)
{
	struct buffer one = sealed_text("+49 170 1234567", 15), other = sealed_text("+49 170 1234567", 15), none = sealed_text("", 0);

	(void)state;
	assert_int_equal(none.length, one.length);
	assert_memory_not_equal(one.data + 1, other.data + 1, 24);
	assert_memory_not_equal(one.data + 25, other.data + 25, one.length - 25);
	buffer_free(&one);
	buffer_free(&other);
	buffer_free(&none);
}

static void test_unseal__only_with_its_key_place_and_row(void **state)
{
	struct buffer sealed = sealed_text("+49 170 1234567", 15);
	struct secret_key another = key;

	(void)state;
	another.bytes[31] ^= 1;
	assert_status(NMK_OK, try_unseal(&key, PLACE, 7, sealed.data, sealed.length));
	assert_status(NMK_ECORRUPT, try_unseal(&another, PLACE, 7, sealed.data, sealed.length));
	assert_string_equal(PLACE, failure.field);
	assert_status(NMK_ECORRUPT, try_unseal(&key, "profile.phone_seale", 7, sealed.data, sealed.length));
	assert_status(NMK_ECORRUPT, try_unseal(&key, PLACE, 8, sealed.data, sealed.length));
	assert_status(NMK_ECORRUPT, try_unseal(&key, PLACE, 7 - INT64_MAX - 1, sealed.data, sealed.length));
	buffer_free(&sealed);
}

static void test_unseal__every_bit_counts(void **state)
{
	struct buffer sealed = sealed_text("+49 170 1234567", 15);

	(void)state;
	for (size_t bit = 0; bit < 8 * sealed.length; bit++) {
		sealed.data[bit / 8] ^= (char)(1 << bit % 8);
		assert_status(NMK_ECORRUPT, try_unseal(&key, PLACE, 7, sealed.data, sealed.length));
		sealed.data[bit / 8] ^= (char)(1 << bit % 8);
	}
	assert_status(NMK_OK, try_unseal(&key, PLACE, 7, sealed.data, sealed.length));
	buffer_free(&sealed);
}

static void test_unseal__what_is_cut_or_too_long_or_missing_does_not_open(void **state)
{
	static char long_one[SEALED_SIZE(SEALED_LENGTH_MAXIMUM) + 1];
	struct buffer sealed = sealed_text("+49 170 1234567", 15);

	(void)state;
	for (size_t length = 0; length < sealed.length; length++)
		assert_status(NMK_ECORRUPT, try_unseal(&key, PLACE, 7, sealed.data, length));
	buffer_char(&sealed, '\0');
	assert_status(NMK_ECORRUPT, try_unseal(&key, PLACE, 7, sealed.data, sealed.length));
	assert_status(NMK_ECORRUPT, try_unseal(&key, PLACE, 7, NULL, 0));
	long_one[0] = 1;
	assert_status(NMK_ECORRUPT, try_unseal(&key, PLACE, 7, long_one, sizeof long_one));
	buffer_free(&sealed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_seal__opens_again_whatever_the_length),
		cmocka_unit_test(test_seal__more_than_the_maximum_is_refused),
		cmocka_unit_test(test_seal__hides_the_value),
		cmocka_unit_test(test_unseal__only_with_its_key_place_and_row),
		cmocka_unit_test(test_unseal__every_bit_counts),
		cmocka_unit_test(test_unseal__what_is_cut_or_too_long_or_missing_does_not_open),
	};
	return cmocka_run_group_tests(tests, setup, NULL);
}
