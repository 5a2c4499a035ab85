#define _DEFAULT_SOURCE
#include "world.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "password_hash.h"

#define SALT16 "c2FsdHNhbHRzYWx0c2FsdA"            /* 16 bytes */
#define HASH16 "AAAAAAAAAAAAAAAAAAAAAA"            /* 16 bytes */
#define HASH32 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static const struct phc_cost cheap = { .memory_kib = 8, .passes = 1 };

static bool parses(const char *text)
{
	struct phc phc;

	return phc_parse(text, &phc);
}

/* $argon2id$...$salt$hash with a salt and a hash of so many bytes */
static bool parses_lengths(size_t salt_length, size_t hash_length)
{
	unsigned char zeros[80] = { 0 };
	char text[512], salt[160], hash[160];

	sodium_bin2base64(salt, sizeof salt, zeros, salt_length, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
	sodium_bin2base64(hash, sizeof hash, zeros, hash_length, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
	snprintf(text, sizeof text, "$argon2id$v=19$m=64,t=1,p=1$%s$%s", salt, hash);
	return parses(text);
}

static void test_parse__reads_every_part(void **state)
{
	struct phc phc;

	(void)state;
	assert_true(phc_parse("$argon2id$v=19$m=65536,t=2,p=3$" SALT16 "$" HASH32, &phc));
	assert_int_equal(65536, phc.cost.memory_kib);
	assert_int_equal(2, phc.cost.passes);
	assert_int_equal(3, phc.lanes);
	assert_int_equal(16, phc.salt_length);
	assert_memory_equal("saltsaltsaltsalt", phc.salt, 16);
	assert_int_equal(32, phc.hash_length);
}

static void test_parse__memory_is_bounded(void **state)
{
	(void)state;
	assert_true(parses("$argon2id$v=19$m=262144,t=1,p=1$" SALT16 "$" HASH16));
	assert_true(parses("$argon2id$v=19$m=262143,t=1,p=1$" SALT16 "$" HASH16));
	assert_false(parses("$argon2id$v=19$m=262145,t=1,p=1$" SALT16 "$" HASH16));
	assert_true(parses("$argon2id$v=19$m=8,t=1,p=1$" SALT16 "$" HASH16));
	assert_false(parses("$argon2id$v=19$m=7,t=1,p=1$" SALT16 "$" HASH16));
	assert_false(parses("$argon2id$v=19$m=8,t=1,p=2$" SALT16 "$" HASH16));
	assert_false(parses("$argon2id$v=19$m=99999999999999999999,t=1,p=1$" SALT16 "$" HASH16));
	assert_false(parses("$argon2id$v=19$m=4294967360,t=1,p=1$" SALT16 "$" HASH16));
}

static void test_parse__passes_and_lanes_are_bounded(void **state)
{
	(void)state;
	assert_true(parses("$argon2id$v=19$m=64,t=10,p=4$" SALT16 "$" HASH16));
	assert_false(parses("$argon2id$v=19$m=64,t=11,p=1$" SALT16 "$" HASH16));
	assert_false(parses("$argon2id$v=19$m=64,t=0,p=1$" SALT16 "$" HASH16));
	assert_false(parses("$argon2id$v=19$m=64,t=1,p=5$" SALT16 "$" HASH16));
	assert_false(parses("$argon2id$v=19$m=64,t=1,p=0$" SALT16 "$" HASH16));
}

static void test_parse__salt_and_hash_are_bounded(void **state)
{
	(void)state;
	assert_false(parses_lengths(7, 32));
	assert_true(parses_lengths(8, 32));
	assert_true(parses_lengths(9, 32));
	assert_true(parses_lengths(63, 32));
	assert_true(parses_lengths(64, 32));
	assert_false(parses_lengths(65, 32));
	assert_false(parses_lengths(0, 32));
	assert_false(parses_lengths(16, 15));
	assert_true(parses_lengths(16, 16));
	assert_true(parses_lengths(16, 17));
	assert_true(parses_lengths(16, 63));
	assert_true(parses_lengths(16, 64));
	assert_false(parses_lengths(16, 65));
	assert_true(parses_lengths(64, 64));
}

static void test_parse__there_is_one_way_to_write_it(void **state)
{
	static const char *const refused[] = {
		"", "$", "x", "$argon2id$", "argon2id$v=19$m=64,t=1,p=1$" SALT16 "$" HASH16,
		"$argon2i$v=19$m=64,t=1,p=1$" SALT16 "$" HASH16,
		"$argon2d$v=19$m=64,t=1,p=1$" SALT16 "$" HASH16,
		"$argon2id$v=16$m=64,t=1,p=1$" SALT16 "$" HASH16,
		"$argon2id$m=64,t=1,p=1$" SALT16 "$" HASH16,
		"$argon2id$v=19$t=1,m=64,p=1$" SALT16 "$" HASH16,
		"$argon2id$v=19$m=064,t=1,p=1$" SALT16 "$" HASH16,
		"$argon2id$v=19$m=+64,t=1,p=1$" SALT16 "$" HASH16,
		"$argon2id$v=19$m= 64,t=1,p=1$" SALT16 "$" HASH16,
		"$argon2id$v=19$m=-64,t=1,p=1$" SALT16 "$" HASH16,
		"$argon2id$v=19$m=,t=1,p=1$" SALT16 "$" HASH16,
		"$argon2id$v=19$m=64,t=,p=1$" SALT16 "$" HASH16,
		"$argon2id$v=19$m=64,t=1,p=$" SALT16 "$" HASH16,
		"$argon2id$v=19$m=64,t=1$" SALT16 "$" HASH16,
		"$argon2id$v=19$m=64,t=1,p=1,keyid=a$" SALT16 "$" HASH16,
		"$argon2id$v=19$m=64,t=1,p=1" SALT16 "$" HASH16,
		"$argon2id$v=19$m=64,t=1,p=1$" SALT16,
		"$argon2id$v=19$m=64,t=1,p=1$" SALT16 "$",
		"$argon2id$v=19$m=64,t=1,p=1$$" HASH16,
		"$argon2id$v=19$m=64,t=1,p=1$" SALT16 "==$" HASH16,
		"$argon2id$v=19$m=64,t=1,p=1$" SALT16 "$" HASH16 "==",
		"$argon2id$v=19$m=64,t=1,p=1$" SALT16 "$" HASH16 " ",
		"$argon2id$v=19$m=64,t=1,p=1$" SALT16 "$" HASH16 "$",
		"$argon2id$v=19$m=64,t=1,p=1$" SALT16 "$AAAAAAAAAAAAAAAAAAAAAB", /* bits after the last byte */
		"$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0c2Fs-A$" HASH16,     /* the other alphabet       */
		"$argon2id$v=19$m=64,t=1,p=1$c2Fs dHNhbHRzYWx0c2FsdA$" HASH16,
	};
	char endless[4096];

	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
		if (parses(refused[i]))
			fail_msg("accepted: %s", refused[i]);
	memset(endless, 'A', sizeof endless);
	memcpy(endless, "$argon2id$v=19$m=64,t=1,p=1$" SALT16 "$", strlen("$argon2id$v=19$m=64,t=1,p=1$" SALT16 "$"));
	endless[sizeof endless - 1] = '\0';
	assert_false(parses(endless));
}

static void test_hash__is_verified_by_its_password_alone(void **state)
{
	char text[PHC_TEXT_SIZE];
	bool right;

	(void)state;
	assert_int_equal(NMK_OK, password_hash("Geheimnis", cheap, text));
	assert_true(parses(text));
	assert_int_equal(NMK_OK, password_verify("Geheimnis", text, &right));
	assert_true(right);
	assert_int_equal(NMK_OK, password_verify("geheimnis", text, &right));
	assert_false(right);
	assert_int_equal(NMK_OK, password_verify("", text, &right));
	assert_false(right);
}

static void test_hash__is_salted(void **state)
{
	char first[PHC_TEXT_SIZE], second[PHC_TEXT_SIZE];

	(void)state;
	assert_int_equal(NMK_OK, password_hash("Geheimnis", cheap, first));
	assert_int_equal(NMK_OK, password_hash("Geheimnis", cheap, second));
	assert_string_not_equal(first, second);
}

static void test_hash__nothing_is_cut_off_after_72_bytes(void **state)
{
	char text[PHC_TEXT_SIZE], password[1025];
	bool right;

	(void)state;
	memset(password, 'x', 1024);
	password[1024] = '\0';
	assert_int_equal(NMK_OK, password_hash(password, cheap, text));
	password[1023] = 'y';
	assert_int_equal(NMK_OK, password_verify(password, text, &right));
	assert_false(right);
	password[1023] = '\0';
	assert_int_equal(NMK_OK, password_verify(password, text, &right));
	assert_false(right);
}

/* What libsodium wrote, we read; what we write, libsodium verifies. */
static void test_hash__agrees_with_the_string_functions_of_libsodium(void **state)
{
	char text[PHC_TEXT_SIZE] = { 0 };
	bool right;

	(void)state;
	assert_int_equal(0, crypto_pwhash_argon2id_str(text, "Geheimnis", 9, 2, 64 * 1024));
	assert_int_equal(NMK_OK, password_verify("Geheimnis", text, &right));
	assert_true(right);
	memset(text, 0, sizeof text);
	assert_int_equal(NMK_OK, password_hash("Geheimnis", (struct phc_cost){ 64, 2 }, text));
	assert_int_equal(0, crypto_pwhash_argon2id_str_verify(text, "Geheimnis", 9));
}

static void test_verify__what_cannot_be_verified_is_no_wrong_password(void **state)
{
	bool right = true;

	(void)state;
	assert_int_equal(NMK_EINVALID, password_verify("x", "nonsense", &right));
	assert_false(right);
	assert_int_equal(NMK_EINVALID, password_verify("x", "$argon2i$v=19$m=64,t=1,p=1$" SALT16 "$" HASH32, &right));
	assert_int_equal(NMK_OK, password_verify("x", "$argon2id$v=19$m=64,t=1,p=1$" SALT16 "$" HASH16, &right));
	assert_false(right);
}

/* What libsodium's raw function does not do: more lanes, other salts. Made with the reference implementation. */
static void test_verify__hashes_of_others(void **state)
{
	static const char *const hashes[] = {
		"$argon2id$v=19$m=128,t=2,p=2$c2FsdHNhbHRzYWx0c2FsdA$dJRzC8p1TOnSnKIanwQQr9dQC71ypKYmHKgL+P1vymM",
		("$argon2id$v=19$m=128,t=2,p=4$c2FsdHNhbHRzYWx0c2FsdA$"
		 "eOLJUxHbdfIB4MQD3v1Cdi+IbOtaP2ob8gbb45Ti2uI607SPdvmZI4qVR82/bXHJJcG0Iit/Wewonim1FU0ghw"),
		"$argon2id$v=19$m=128,t=2,p=1$c2FsdHNhbHQ$2bCFRFLtI6iRz9+ojMcs+qO6V6cHYySxoOBPbkiOtBs",
		"$argon2id$v=19$m=128,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdHNhbHRzYWx0$Iwe1FrsBYFFqDDC0eMAWbQ",
		"$argon2id$v=19$m=128,t=2,p=3$c2FsdHNhbHQ$h6BZzZpMIkx3eWZxKl4XiqeouP28ilSE",
	};
	bool right;

	(void)state;
	for (size_t i = 0; i < sizeof hashes / sizeof hashes[0]; i++) {
		assert_true(password_hash_is_known(hashes[i]));
		assert_int_equal(NMK_OK, password_verify("Geheimnis", hashes[i], &right));
		assert_true(right);
		assert_int_equal(NMK_OK, password_verify("geheimnis", hashes[i], &right));
		assert_false(right);
		assert_true(password_needs_rehash(hashes[i], (struct phc_cost){ 64, 1 }));
	}
}

/* Ours are made of the prepared form; others perhaps not. */
static void test_verify__every_form_of_a_password(void **state)
{
	static const char *const typed[] = { "\u00fcber\u00a0alles", "\u00fcber alles", ("u\xCC\x88" "ber alles") };
	char ours[PHC_TEXT_SIZE], other[PHC_TEXT_SIZE];
	bool right;

	(void)state;
	assert_int_equal(NMK_OK, password_hash("\u00fcber alles", cheap, ours));
	assert_int_equal(NMK_OK, password_hash("u\xCC\x88""ber alles", cheap, other));
	for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++) {
		assert_int_equal(NMK_OK, password_verify(typed[i], ours, &right));
		assert_true(right);
	}
	for (size_t i = 1; i < sizeof typed / sizeof typed[0]; i++) {
		assert_int_equal(NMK_OK, password_verify(typed[i], other, &right));
		assert_true(right);
	}
	assert_int_equal(NMK_OK, password_verify("uber alles", ours, &right));
	assert_false(right);
}

static void test_needs_rehash__when_the_costs_differ(void **state)
{
	(void)state;
	assert_false(password_needs_rehash("$argon2id$v=19$m=64,t=2,p=1$" SALT16 "$" HASH32, (struct phc_cost){ 64, 2 }));
	assert_true(password_needs_rehash("$argon2id$v=19$m=64,t=2,p=1$" SALT16 "$" HASH32, (struct phc_cost){ 65, 2 }));
	assert_true(password_needs_rehash("$argon2id$v=19$m=64,t=2,p=1$" SALT16 "$" HASH32, (struct phc_cost){ 64, 3 }));
	assert_true(password_needs_rehash("$argon2id$v=19$m=64,t=2,p=1$" SALT16 "$" HASH16, (struct phc_cost){ 64, 2 }));
	assert_true(password_needs_rehash("$argon2id$v=19$m=64,t=2,p=2$" SALT16 "$" HASH32, (struct phc_cost){ 64, 2 }));
	assert_true(password_needs_rehash("$argon2id$v=19$m=64,t=2,p=1$c2FsdHNhbHQ$" HASH32, (struct phc_cost){ 64, 2 }));
	assert_true(password_needs_rehash("nonsense", (struct phc_cost){ 64, 2 }));
}

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif

/* In a child that may have no more memory than it has already. */
static void test_verify__without_memory_is_no_wrong_password(void **state)
{
	int status;
	pid_t child;

	(void)state;
#ifdef SANITIZED
	skip();
#endif
	child = fork();
	if (child == 0) {
		struct rlimit limit = { 128 << 20, 128 << 20 };
		char text[PHC_TEXT_SIZE];
		bool right = false, as_promised;

		setrlimit(RLIMIT_AS, &limit);
		as_promised = password_verify("x", "$argon2id$v=19$m=262144,t=1,p=1$" SALT16 "$" HASH32, &right) == NMK_ENOMEM
		           && !right && password_verify("x", "$argon2id$v=19$m=262144,t=1,p=2$" SALT16 "$" HASH32, &right) == NMK_ENOMEM
		           && !right && password_hash("x", (struct phc_cost){ 262144, 1 }, text) == NMK_ENOMEM
		           && password_waste("x", (struct phc_cost){ 262144, 1 }) == NMK_ENOMEM;
		_exit(as_promised ? 0 : 1);
	}
	assert_int_equal(child, waitpid(child, &status, 0));
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static int sodium_setup(void **state)
{
	(void)state;
	return sodium_init() < 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse__reads_every_part),
		cmocka_unit_test(test_parse__memory_is_bounded),
		cmocka_unit_test(test_parse__passes_and_lanes_are_bounded),
		cmocka_unit_test(test_parse__salt_and_hash_are_bounded),
		cmocka_unit_test(test_parse__there_is_one_way_to_write_it),
		cmocka_unit_test(test_hash__is_verified_by_its_password_alone),
		cmocka_unit_test(test_hash__is_salted),
		cmocka_unit_test(test_hash__nothing_is_cut_off_after_72_bytes),
		cmocka_unit_test(test_hash__agrees_with_the_string_functions_of_libsodium),
		cmocka_unit_test(test_verify__what_cannot_be_verified_is_no_wrong_password),
		cmocka_unit_test(test_verify__hashes_of_others),
		cmocka_unit_test(test_verify__every_form_of_a_password),
		cmocka_unit_test(test_needs_rehash__when_the_costs_differ),
		cmocka_unit_test(test_verify__without_memory_is_no_wrong_password),
	};

	return cmocka_run_group_tests(tests, sodium_setup, NULL);
}
