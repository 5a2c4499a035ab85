/* The pure part of the second factor: SHA-1, Base32, one-time passwords, the address for an authenticator. */
#include "world.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base32.h"
#include "keys.h"
#include "sha1.h"
#include "totp.h"

#define BYTES 4096

static json_t *vectors(const char *name)
{
	json_t *all = json_load_file(shared_file("data/security/rfc/rfc_vectors.json"), 0, NULL), *found;

	assert_non_null(all);
	found = json_incref(json_object_get(all, name));
	json_decref(all);
	assert_non_null(found);
	return found;
}

static const char *text_of(const json_t *vector, const char *key)
{
	const char *text = json_string_value(json_object_get(vector, key));

	assert_non_null(text);
	return text;
}

static int64_t number_of(const json_t *vector, const char *key)
{
	assert_true(json_is_integer(json_object_get(vector, key)));
	return json_integer_value(json_object_get(vector, key));
}

static size_t unhex(const char *text, unsigned char bytes[BYTES])
{
	size_t length;

	assert_int_equal(0, sodium_hex2bin(bytes, BYTES, text, strlen(text), NULL, &length, NULL));
	return length;
}

/* ---- SHA-1 ---- */

static void test_sha1__rfc_3174(void **state)
{
	json_t *all = vectors("rfc3174_sha1"), *vector;
	unsigned char message[BYTES], expected[BYTES], hash[SHA1_BYTES];
	size_t i;

	(void)state;
	json_array_foreach(json_object_get(all, "vectors"), i, vector) {
		size_t length = unhex(text_of(vector, "msg"), message);
		struct sha1 sha1;

		sha1_init(&sha1);
		for (int64_t n = number_of(vector, "repeat"); n > 0; n--)
			sha1_update(&sha1, message, length);
		sha1_final(&sha1, hash);
		assert_int_equal(SHA1_BYTES, unhex(text_of(vector, "digest"), expected));
		assert_memory_equal(expected, hash, SHA1_BYTES);
		assert_true(sodium_is_zero((unsigned char *)&sha1, sizeof sha1));
	}
	assert_int_equal(4, i);
	json_decref(all);
}

/* Around the ends of a block, where the padding needs another one. */
static void test_sha1__pieces_make_no_difference(void **state)
{
	unsigned char message[200], whole[SHA1_BYTES], pieces[SHA1_BYTES];
	struct sha1 sha1, copy;

	(void)state;
	for (size_t i = 0; i < sizeof message; i++)
		message[i] = (unsigned char)(i * 7);
	for (size_t length = 0; length <= sizeof message; length++) {
		sha1_init(&sha1);
		sha1_update(&sha1, message, length);
		sha1_final(&sha1, whole);
		for (size_t cut = 0; cut <= length; cut++) {
			sha1_init(&sha1);
			sha1_update(&sha1, message, cut);
			copy = sha1;
			sha1_update(&copy, message + cut, length - cut);
			sha1_final(&copy, pieces);
			assert_memory_equal(whole, pieces, SHA1_BYTES);
		}
	}
}

static void test_hmac_sha1__rfc_2202(void **state)
{
	json_t *all = vectors("rfc2202_hmac_sha1"), *vector;
	unsigned char key[BYTES], data[BYTES], expected[BYTES], mac[SHA1_BYTES];
	size_t i;

	(void)state;
	json_array_foreach(json_object_get(all, "vectors"), i, vector) {
		size_t key_length = unhex(text_of(vector, "key"), key), length = unhex(text_of(vector, "data"), data);

		hmac_sha1(key, key_length, data, length, mac);
		unhex(text_of(vector, "digest"), expected);
		assert_memory_equal(expected, mac, SHA1_BYTES);
	}
	assert_int_equal(7, i);
	json_decref(all);
}

static bool agrees(const json_t *vector, size_t tag_length)
{
	unsigned char key[BYTES], data[BYTES], tag[BYTES], mac[SHA1_BYTES];
	size_t key_length = unhex(text_of(vector, "key"), key), length = unhex(text_of(vector, "msg"), data);

	assert_int_equal(tag_length, unhex(text_of(vector, "tag"), tag));
	hmac_sha1(key, key_length, data, length, mac);
	return memcmp(tag, mac, tag_length) == 0;
}

static void test_hmac_sha1__wycheproof(void **state)
{
	json_t *all = json_load_file(shared_file("data/security/wycheproof/hmac_sha1_test.json"), 0, NULL), *group, *vector;
	size_t i, j, count = 0;

	(void)state;
	assert_non_null(all);
	json_array_foreach(json_object_get(all, "testGroups"), i, group)
		json_array_foreach(json_object_get(group, "tests"), j, vector) {
			bool valid = strcmp(text_of(vector, "result"), "valid") == 0;

			count++;
			if (agrees(vector, (size_t)number_of(group, "tagSize") / 8) != valid)
				fail_msg("case %lld", (long long)number_of(vector, "tcId"));
		}
	assert_int_equal(number_of(all, "numberOfTests"), count);
	json_decref(all);
}

/* ---- one-time passwords ---- */

static void test_code__rfc_4226(void **state)
{
	json_t *all = vectors("rfc4226"), *code;
	const char *secret = text_of(all, "secret_ascii");
	char made[TOTP_CODE_SIZE];
	size_t i;

	(void)state;
	json_array_foreach(json_object_get(all, "hotp"), i, code) {
		totp_code(NMK_TOTP_SHA1, (const unsigned char *)secret, strlen(secret), (int64_t)i, 6, made);
		assert_string_equal(json_string_value(code), made);
	}
	assert_int_equal(10, i);
	json_decref(all);
}

static nmk_totp_algorithm algorithm_of(const char *name)
{
	if (strcmp(name, "SHA1") == 0)
		return NMK_TOTP_SHA1;
	return strcmp(name, "SHA256") == 0 ? NMK_TOTP_SHA256 : NMK_TOTP_SHA512;
}

static void test_code__rfc_6238(void **state)
{
	json_t *all = vectors("rfc6238"), *vector;
	char made[TOTP_CODE_SIZE];
	size_t i;

	(void)state;
	json_array_foreach(json_object_get(all, "vectors"), i, vector) {
		const char *secret = text_of(vector, "seed_ascii");
		nmk_totp_algorithm algorithm = algorithm_of(text_of(vector, "alg"));

		assert_int_equal(TOTP_PERIOD_SECONDS, number_of(vector, "period"));
		assert_int_equal(totp_secret_length(algorithm), strlen(secret));
		totp_code(algorithm, (const unsigned char *)secret, strlen(secret), totp_step(number_of(vector, "unix_time") * 1000),
		          (int)number_of(vector, "digits"), made);
		assert_string_equal(text_of(vector, "totp"), made);
	}
	assert_int_equal(18, i);
	json_decref(all);
}

static void test_step__is_thirty_seconds(void **state)
{
	(void)state;
	assert_int_equal(0, totp_step(29999));
	assert_int_equal(1, totp_step(30000));
	assert_int_equal(1, totp_step(59999));
	assert_int_equal(2, totp_step(60000));
}

#define SEED       (const unsigned char *)"12345678901234567890"
#define SEED_BYTES 20

/* What the code of `of` is worth at `now`, both counted in steps. */
static int64_t match_at(int64_t now, int64_t of, int64_t last_step)
{
	char code[TOTP_CODE_SIZE];

	totp_code(NMK_TOTP_SHA1, SEED, SEED_BYTES, of, TOTP_DIGITS, code);
	return totp_match(NMK_TOTP_SHA1, SEED, SEED_BYTES, now * 30000, last_step, code);
}

static void test_match__the_present_step_and_the_one_before(void **state)
{
	(void)state;
	assert_int_equal(-1, match_at(1000, 998, 0));
	assert_int_equal(999, match_at(1000, 999, 0));
	assert_int_equal(1000, match_at(1000, 1000, 0));
	assert_int_equal(-1, match_at(1000, 1001, 0));
}

static void test_match__only_after_the_last_step(void **state)
{
	(void)state;
	assert_int_equal(1000, match_at(1000, 1000, 999));
	assert_int_equal(-1, match_at(1000, 1000, 1000));
	assert_int_equal(-1, match_at(1000, 1000, 1001));
	assert_int_equal(999, match_at(1000, 999, 998));
	assert_int_equal(-1, match_at(1000, 999, 999));
}

static void test_match__skips_blanks_and_hyphens_and_nothing_else(void **state)
{
	static const struct { const char *code; bool right; } cases[] = {
		{ "287082", true }, { "287 082", true }, { " 287-082 ", true }, { "2 8 7 0 8 2", true },
		{ "28708", false }, { "2870822", false }, { "0287082", false }, { "287082\n", false }, { "287.082", false },
		{ "", false }, { " ", false }, { "+287082", false }, { "28708a", false }, { "287083", false },
		{ "\xD9\xA2\xD9\xA8\xD9\xA7\xD9\xA0\xD9\xA8\xD9\xA2", false }, /* Arabic digits */
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_int_equal(cases[i].right ? 1 : -1, totp_match(NMK_TOTP_SHA1, SEED, SEED_BYTES, 30000, 0, cases[i].code));
}

static void test_words__of_algorithms(void **state)
{
	(void)state;
	assert_string_equal("sha1", nmk_totp_algorithm_word(NMK_TOTP_SHA1));
	assert_string_equal("sha512", nmk_totp_algorithm_word(NMK_TOTP_SHA512));
	assert_null(nmk_totp_algorithm_word((nmk_totp_algorithm)0));
	assert_null(nmk_totp_algorithm_word((nmk_totp_algorithm)4));
	assert_int_equal(NMK_TOTP_SHA256, nmk_totp_algorithm_of("sha256"));
	assert_int_equal(0, nmk_totp_algorithm_of("md5"));
	assert_int_equal(20, totp_secret_length(NMK_TOTP_SHA1));
	assert_int_equal(32, totp_secret_length(NMK_TOTP_SHA256));
	assert_int_equal(64, totp_secret_length(NMK_TOTP_SHA512));
	assert_int_equal(0, totp_secret_length((nmk_totp_algorithm)4));
}

/* ---- Base32 ---- */

static void test_base32__rfc_4648(void **state)
{
	json_t *all = vectors("rfc4648_base32"), *padded;
	const char *plain;
	size_t count = 0;

	(void)state;
	json_object_foreach(json_object_get(all, "vectors"), plain, padded) {
		const char *expected = json_string_value(padded);
		size_t length = strcspn(expected, "=");
		char text[32];

		count++;
		base32_write((const unsigned char *)plain, strlen(plain), text);
		assert_int_equal(length, strlen(text));
		assert_memory_equal(expected, text, length);
		assert_int_equal(BASE32_SIZE(strlen(plain)), strlen(text) + 1);
	}
	assert_int_equal(7, count);
	json_decref(all);
}

static void test_crockford__reads_what_it_wrote(void **state)
{
	unsigned char bytes[20], back[20];
	char text[BASE32_SIZE(20)];

	(void)state;
	for (int round = 0; round < 200; round++)
		for (size_t length = 0; length <= sizeof bytes; length++) {
			randombytes_buf(bytes, length);
			crockford_write(bytes, length, text);
			assert_int_equal(BASE32_SIZE(length), strlen(text) + 1);
			assert_true(crockford_read(text, back, length));
			assert_memory_equal(bytes, back, length);
		}
}

static void test_crockford__forgives_what_looks_alike(void **state)
{
	unsigned char expected[5], bytes[5];

	(void)state;
	assert_true(crockford_read("01ABCXYZ", expected, 5));
	assert_true(crockford_read("01abcxyz", bytes, 5));
	assert_memory_equal(expected, bytes, 5);
	assert_true(crockford_read("oIAB-CXYZ", bytes, 5));
	assert_memory_equal(expected, bytes, 5);
	assert_true(crockford_read(" O l-a b--cxyz ", bytes, 5));
	assert_memory_equal(expected, bytes, 5);
}

static void test_crockford__refuses_what_is_none(void **state)
{
	static const char *const bad[] = { "", "01ABCXY", "01ABCXYZ0", "01ABCXYU", "01ABCXY!", "01ABCXY\xC3\x96", "01ABCXY\n",
	                                   "01ABCXYZ-01ABCXYZ" };
	unsigned char bytes[5];

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(crockford_read(bad[i], bytes, 5));
	assert_true(crockford_read("00", bytes, 1));
	assert_true(crockford_read("04", bytes, 1));
	assert_false(crockford_read("01", bytes, 1)); /* bits that nothing needs */
	assert_false(crockford_read("000", bytes, 1));
}

/* ---- otpauth ---- */

static void assert_uri(const char *expected, nmk_totp_algorithm algorithm, const char *issuer, const char *account)
{
	char *uri = totp_uri(algorithm, "GEZDGNBV", issuer, account);

	assert_string_equal(expected, uri);
	secret_free(uri);
}

static void test_uri__names_market_and_member(void **state)
{
	(void)state;
	assert_uri("otpauth://totp/Nanomarket:clara?secret=GEZDGNBV&issuer=Nanomarket&algorithm=SHA1&digits=6&period=30",
	           NMK_TOTP_SHA1, "Nanomarket", "clara");
	assert_uri("otpauth://totp/Nano%20%26%20M%C3%A4rkte%20%3F%2F%25:s%C3%B6ren-o._~?secret=GEZDGNBV"
	           "&issuer=Nano%20%26%20M%C3%A4rkte%20%3F%2F%25&algorithm=SHA256&digits=6&period=30",
	           NMK_TOTP_SHA256, "Nano & M\xC3\xA4rkte ?/%", "s\xC3\xB6ren-o._~");
	assert_uri("otpauth://totp/AB:c?secret=GEZDGNBV&issuer=AB&algorithm=SHA512&digits=6&period=30",
	           NMK_TOTP_SHA512, "A:B", "c");
}

/* 60 characters of three bytes when encoded are the most. No half character remains. */
static void test_uri__a_long_name_is_cut_between_characters(void **state)
{
	char issuer[401] = "", *uri;

	(void)state;
	for (int i = 0; i < 100; i++)
		memcpy(issuer + 4 * i, "\xF0\x9F\x8D\x8E", 5);
	uri = totp_uri(NMK_TOTP_SHA1, "GEZDGNBV", issuer, "clara");
	assert_int_equal(TOTP_ISSUER_BYTES, strcspn(uri + strlen("otpauth://totp/"), ":"));
	assert_true(strlen(uri) <= 2000);
	secret_free(uri);
	issuer[0] = 'a';
	issuer[1] = 'b';
	issuer[2] = 'c';
	issuer[3] = 'd';
	uri = totp_uri(NMK_TOTP_SHA1, "GEZDGNBV", issuer, "clara");
	assert_int_equal(4 + 14 * 12, strcspn(uri + strlen("otpauth://totp/"), ":"));
	secret_free(uri);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sha1__rfc_3174),
		cmocka_unit_test(test_sha1__pieces_make_no_difference),
		cmocka_unit_test(test_hmac_sha1__rfc_2202),
		cmocka_unit_test(test_hmac_sha1__wycheproof),
		cmocka_unit_test(test_code__rfc_4226),
		cmocka_unit_test(test_code__rfc_6238),
		cmocka_unit_test(test_step__is_thirty_seconds),
		cmocka_unit_test(test_match__the_present_step_and_the_one_before),
		cmocka_unit_test(test_match__only_after_the_last_step),
		cmocka_unit_test(test_match__skips_blanks_and_hyphens_and_nothing_else),
		cmocka_unit_test(test_words__of_algorithms),
		cmocka_unit_test(test_base32__rfc_4648),
		cmocka_unit_test(test_crockford__reads_what_it_wrote),
		cmocka_unit_test(test_crockford__forgives_what_looks_alike),
		cmocka_unit_test(test_crockford__refuses_what_is_none),
		cmocka_unit_test(test_uri__names_market_and_member),
		cmocka_unit_test(test_uri__a_long_name_is_cut_between_characters),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
