/* password_legacy_test.c -- hashes of other systems: the vectors of others, what is refused, what it may cost. */
#include "world.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "password_hash.h"
#include "password_legacy.h"
#include "pbkdf2.h"

#define BCRYPT_U "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW" /* of "U*U" */
#define DJANGO   "pbkdf2_sha256$1000$EllQB75NHp8S$HO6Yps0RsQJm0xwY3yIgf7ospnkUAtPMBpEINToYot8="
#define PASSLIB  "$pbkdf2-sha256$1000$e0.JEWLM.Z8zRijFeM95zw$d36906a38aLz9JrSqiW3JbOGiLEyCJMeUaG3c3bQBv4"
#define WERKZEUG "pbkdf2:sha256:10000$saltsalt$f00b02e07ff5e3b94594410c0a72f524cce210859a486bd72c1ee333830825a3"
#define ASPNET   "AQAAAAEAACcQAAAAEDAxMjM0NTY3ODlhYmNkZWbRh1PpwNxfmqINqDLSJ74WszZE3xXwwLRu4qsOuP5oBQ=="

static bool is_right(const char *password, const char *hash)
{
	bool right;

	assert_status(NMK_OK, password_verify(password, hash, &right));
	return right;
}

static json_t *load(const char *name)
{
	json_t *json = json_load_file(shared_file(name), JSON_ALLOW_NUL, NULL);

	assert_non_null(json);
	return json;
}

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

/* ---- vectors ---- */

/* The password of a vector, as bytes; its length, for there are NULs in two. */
static size_t password_of(const json_t *vector, char password[512])
{
	const char *hex = text_of(vector, "password_hex"), *plain = text_of(vector, hex ? "password_hex" : "password");
	size_t length;

	memset(password, 0, 512);
	if (hex) {
		assert_int_equal(0, sodium_hex2bin((unsigned char *)password, 511, hex, strlen(hex), NULL, &length, NULL));
		return length;
	}
	if (!plain)
		plain = text_of(vector, "password_utf8");
	assert_non_null(plain);
	snprintf(password, 512, "%s", plain);
	return strlen(password);
}

static void test_vectors__all_are_as_stated(void **state)
{
	static const char *const groups[] = { "bcrypt", "pbkdf2", "argon2" };
	json_t *all = load("data/security/password_hashes/legacy_hash_vectors.json"), *vector;
	size_t index, count = 0, not_for_c = 0;

	(void)state;
	for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
		json_array_foreach(json_object_get(json_object_get(all, groups[i]), "vectors"), index, vector) {
			const char *hash = text_of(vector, "hash");
			char password[512], other[520];
			size_t length = password_of(vector, password);
			/* "contains NUL: crypt(3) cannot check it": nor can a caller pass it. What is before the NUL is wrong. */
			bool has_nul = strlen(password) != length;

			if (is_right(password, hash) == has_nul)
				fail_msg("%s %zu: %s", groups[i], index, hash);
			snprintf(other, sizeof other, "%sx", length > 70 ? "" : password);
			assert_false(is_right(other, hash));
			assert_true(password_needs_rehash(hash, (struct phc_cost){ 19456, 2 }));
			not_for_c += has_nul;
			count++;
		}
	json_decref(all);
	assert_int_equal(55, count);
	assert_int_equal(2, not_for_c);
}

/* The one that asks for more than any stored hash may is left out: sixteen million times SHA-1. */
static void replay(const char *name, enum hmac_digest digest, size_t expected)
{
	json_t *all = load(name), *group, *test;
	size_t i, j, count = 0;

	json_array_foreach(json_object_get(all, "testGroups"), i, group)
		json_array_foreach(json_object_get(group, "tests"), j, test) {
			unsigned char password[1024], salt[1024], wanted[1024], key[1024];
			uint32_t iterations = (uint32_t)json_integer_value(json_object_get(test, "iterationCount"));
			size_t password_length, salt_length, length;
			const char *p = text_of(test, "password"), *s = text_of(test, "salt"), *k = text_of(test, "dk");

			if (iterations > PBKDF2_WORK_MAXIMUM)
				continue;
			sodium_hex2bin(password, sizeof password, p, strlen(p), NULL, &password_length, NULL);
			sodium_hex2bin(salt, sizeof salt, s, strlen(s), NULL, &salt_length, NULL);
			sodium_hex2bin(wanted, sizeof wanted, k, strlen(k), NULL, &length, NULL);
			assert_int_equal(length, json_integer_value(json_object_get(test, "dkLen")));
			pbkdf2(digest, password, password_length, salt, salt_length, iterations, key, length);
			if ((memcmp(wanted, key, length) == 0) != (strcmp(text_of(test, "result"), "invalid") != 0))
				fail_msg("%s: %lld", name, (long long)json_integer_value(json_object_get(test, "tcId")));
			count++;
		}
	json_decref(all);
	assert_int_equal(expected, count);
}

static void test_pbkdf2__agrees_with_wycheproof(void **state)
{
	(void)state;
	replay("data/security/wycheproof/pbkdf2_hmacsha1_test.json", HMAC_SHA1, 63);
	replay("data/security/wycheproof/pbkdf2_hmacsha256_test.json", HMAC_SHA256, 60);
	replay("data/security/wycheproof/pbkdf2_hmacsha512_test.json", HMAC_SHA512, 58);
}

/* RFC 6070 */
static void test_pbkdf2__agrees_with_the_rfc(void **state)
{
	unsigned char key[25];
	char hex[51];

	(void)state;
	pbkdf2(HMAC_SHA1, "passwordPASSWORDpassword", 24, "saltSALTsaltSALTsaltSALTsaltSALTsalt", 36, 4096, key, 25);
	assert_string_equal("3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038", sodium_bin2hex(hex, sizeof hex, key, 25));
	pbkdf2(HMAC_SHA1, "pass\0word", 9, "sa\0lt", 5, 4096, key, 16);
	assert_string_equal("56fa6aa75548099dcc37d7f03425e0c3", sodium_bin2hex(hex, sizeof hex, key, 16));
}

/* ---- the forms of a hash ---- */

static void test_known__each_system_has_its_form(void **state)
{
	(void)state;
	assert_true(is_right("U*U", BCRYPT_U));
	assert_true(is_right("password", DJANGO));
	assert_true(is_right("password", PASSLIB));
	assert_true(is_right("password", WERKZEUG));
	assert_true(is_right("password", ASPNET));
	assert_false(is_right("Password", BCRYPT_U));
	assert_false(is_right("Password", DJANGO));
	assert_false(is_right("Password", PASSLIB));
	assert_false(is_right("Password", WERKZEUG));
	assert_false(is_right("Password", ASPNET));
	assert_false(is_right("", ASPNET));
}

static void test_known__sha1_and_sha512_of_every_system(void **state)
{
	unsigned char key[64];
	char hash[300], hex[129], base64[100];

	(void)state;
	pbkdf2(HMAC_SHA1, "password", 8, "saltsalt", 8, 10, key, 20);
	sodium_bin2hex(hex, sizeof hex, key, 20);
	sodium_bin2base64(base64, sizeof base64, key, 20, sodium_base64_VARIANT_ORIGINAL);
	snprintf(hash, sizeof hash, "pbkdf2:sha1:10$saltsalt$%s", hex);
	assert_true(is_right("password", hash));
	snprintf(hash, sizeof hash, "pbkdf2_sha1$10$saltsalt$%s", base64);
	assert_true(is_right("password", hash));
	sodium_bin2base64(base64, sizeof base64, key, 20, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
	for (char *c = base64; *c; c++)
		*c = *c == '+' ? '.' : *c;
	snprintf(hash, sizeof hash, "$pbkdf2$10$c2FsdHNhbHQ$%s", base64);
	assert_true(is_right("password", hash));
	pbkdf2(HMAC_SHA512, "password", 8, "saltsalt", 8, 10, key, 64);
	snprintf(hash, sizeof hash, "pbkdf2:sha512:10$saltsalt$%s", sodium_bin2hex(hex, sizeof hex, key, 64));
	assert_true(is_right("password", hash));
	assert_false(is_right("passwort", hash));
}

static void test_bcrypt__sha256_before_it(void **state)
{
	static const char hash[] = "sha256+$2b$04$abcdefghijklmnopqrstuuElHd8XpazY7QwvgzOeD7X80et./6qCG";

	(void)state;
	assert_true(is_right("Kurz!", hash));
	assert_false(is_right("kurz!", hash));
	assert_false(is_right("Kurz!", hash + strlen("sha256+")));
	assert_true(password_needs_rehash(hash, (struct phc_cost){ 19456, 2 }));
}

/* Of more than 72 bytes bcrypt takes the first; a system that takes the SHA-256 of more does not say so in the hash. */
static void test_bcrypt__seventy_two_bytes_count(void **state)
{
	static const char of_72[] = "$2b$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i";
	char password[101] = "";

	(void)state;
	memset(password, 'x', 100);
	assert_true(is_right(password, of_72));
	password[73] = '\0';
	assert_true(is_right(password, of_72));
	password[72] = '\0';
	assert_true(is_right(password, of_72));
	password[71] = '\0';
	assert_false(is_right(password, of_72));
}

static void test_known__nothing_else_is(void **state)
{
	static const char *const refused[] = {
		"", "$", "x", "password", "$1$salt$qJH7.N4xYta3aEG/dfqo/0", "$5$salt$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc8",
		"$6$salt$IxDD3jeSOb5eB1CX5LBsqZFVkJdido3OUILO5Ifz5iwMuTS4XMS130MTSuDDl3aCI6WouIL9AjRbLCelDCy.g.",
		"$2$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
		"$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
		"$2a$5$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
		"$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe",
		"$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeWW",
		"$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe+",
		"$2a$05$CCCCCCCCCCCCCCCCCCCCC$E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
		"sha256+", "sha256+" DJANGO, "sha256+sha256+" BCRYPT_U, " " BCRYPT_U, BCRYPT_U "\n",
		"pbkdf2_md5$1000$EllQB75NHp8S$HO6Yps0RsQJm0xwY3yIgf7ospnkUAtPMBpEINToYot8=",
		"pbkdf2_sha256$0$EllQB75NHp8S$HO6Yps0RsQJm0xwY3yIgf7ospnkUAtPMBpEINToYot8=",
		"pbkdf2_sha256$$EllQB75NHp8S$HO6Yps0RsQJm0xwY3yIgf7ospnkUAtPMBpEINToYot8=",
		"pbkdf2_sha256$-1$EllQB75NHp8S$HO6Yps0RsQJm0xwY3yIgf7ospnkUAtPMBpEINToYot8=",
		"pbkdf2_sha256$1000$$HO6Yps0RsQJm0xwY3yIgf7ospnkUAtPMBpEINToYot8=",
		"pbkdf2_sha256$1000$EllQB75NHp8S$HO6Yps0RsQJm0xwY3yIgf7ospnkUAtPMBpEINToYot8",
		"pbkdf2_sha256$1000$EllQB75NHp8S$HO6Yps0RsQ==", "pbkdf2_sha256$1000$EllQB75NHp8S$", "pbkdf2_sha256$1000$EllQB75NHp8S",
		DJANGO "$", DJANGO " ", PASSLIB "=", PASSLIB "$", WERKZEUG "0", WERKZEUG "zz", WERKZEUG "$",
		"$pbkdf2-sha256$1000$e0+JEWLM.Z8zRijFeM95zw$d36906a38aLz9JrSqiW3JbOGiLEyCJMeUaG3c3bQBv4",
		"$pbkdf2-$1000$e0.JEWLM.Z8zRijFeM95zw$d36906a38aLz9JrSqiW3JbOGiLEyCJMeUaG3c3bQBv4",
		"$pbkdf2-sha256$1000$e0.JEWLM.Z8zRijFeM95zw",
		"AAAAAAEAACcQAAAAEDAxMjM0NTY3ODlhYmNkZWbRh1PpwNxfmqINqDLSJ74WszZE3xXwwLRu4qsOuP5oBQ==", /* version 0  */
		"AQAAAAMAACcQAAAAEDAxMjM0NTY3ODlhYmNkZWbRh1PpwNxfmqINqDLSJ74WszZE3xXwwLRu4qsOuP5oBQ==", /* digest 3   */
		"AQAAAAEAACcQ/////zAxMjM0NTY3ODlhYmNkZWbRh1PpwNxfmqINqDLSJ74WszZE3xXwwLRu4qsOuP5oBQ==", /* salt       */
		"AQAAAAEAACcQAAAAgDAxMjM0NTY3ODlhYmNkZWbRh1PpwNxfmqINqDLSJ74WszZE3xXwwLRu4qsOuP5oBQ==",
		"AQAAAAEAACcQAAAAEA==", "AQ==",
	};
	char endless[4096];
	bool right;

	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		if (password_hash_is_known(refused[i]))
			fail_msg("accepted: %s", refused[i]);
		assert_status(NMK_EINVALID, password_verify("password", refused[i], &right));
		assert_false(right);
		assert_true(password_needs_rehash(refused[i], (struct phc_cost){ 19456, 2 }));
	}
	memset(endless, 'A', sizeof endless - 1);
	endless[sizeof endless - 1] = '\0';
	assert_false(password_hash_is_known(endless));
	memcpy(endless, "pbkdf2_sha256$1$", strlen("pbkdf2_sha256$1$"));
	assert_false(password_hash_is_known(endless));
	memcpy(endless, "$pbkdf2-sha256$1$", strlen("$pbkdf2-sha256$1$"));
	assert_false(password_hash_is_known(endless));
}

/* Whatever byte of a hash is another: never a crash, never right. Also what sanitizers look at. */
static void test_known__a_changed_hash_is_wrong_or_unknown(void **state)
{
	static const char *const hashes[] = { "$2a$04$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", DJANGO, PASSLIB,
	                                      WERKZEUG, ASPNET };
	static const char others[] = "$:A0/";
	char hash[200];
	bool right;

	(void)state;
	for (size_t i = 0; i < sizeof hashes / sizeof hashes[0]; i++)
		for (size_t at = i == 0 ? 40 : 0; at < strlen(hashes[i]); at += 3)
			for (const char *other = others; *other; other++) {
				snprintf(hash, sizeof hash, "%s", hashes[i]);
				hash[at] = *other;
				if (strcasecmp(hash, hashes[i]) == 0 || (i > 0 && strspn(hash + strcspn(hash, "1"), "10") > 5))
					continue;
				if (password_verify("password", hash, &right) == NMK_OK && right)
					fail_msg("right: %s", hash);
			}
}

/* ---- bounds ---- */

static bool iterations_are_known(const char *digest, unsigned long iterations)
{
	char hash[200];

	snprintf(hash, sizeof hash, "pbkdf2_%s$%lu$EllQB75NHp8S$HO6Yps0RsQJm0xwY3yIgf7ospnkUAtPMBpEINToYot8=", digest, iterations);
	return password_hash_is_known(hash);
}

/* 32 bytes are one SHA-256, and two SHA-1. */
static void test_bounds__a_stored_hash_cannot_stall_the_machine(void **state)
{
	(void)state;
	assert_true(iterations_are_known("sha256", 1));
	assert_true(iterations_are_known("sha256", 4999999));
	assert_true(iterations_are_known("sha256", 5000000));
	assert_false(iterations_are_known("sha256", 5000001));
	assert_false(iterations_are_known("sha256", 4294967297));
	assert_true(iterations_are_known("sha1", 2500000));
	assert_false(iterations_are_known("sha1", 2500001));
	assert_false(password_hash_is_known("$2b$03$cVWp4XaNU8a4v1uMRum2SO026BWLIoQMD/TXg5uZV.0P.uO8m3YEm"));
	assert_true(password_hash_is_known("$2b$04$cVWp4XaNU8a4v1uMRum2SO026BWLIoQMD/TXg5uZV.0P.uO8m3YEm"));
	assert_true(password_hash_is_known("$2b$16$cVWp4XaNU8a4v1uMRum2SO026BWLIoQMD/TXg5uZV.0P.uO8m3YEm"));
	assert_false(password_hash_is_known("$2b$17$cVWp4XaNU8a4v1uMRum2SO026BWLIoQMD/TXg5uZV.0P.uO8m3YEm"));
	assert_false(password_hash_is_known("$2b$31$cVWp4XaNU8a4v1uMRum2SO026BWLIoQMD/TXg5uZV.0P.uO8m3YEm"));
}

/* ---- the forms of a password ---- */

/* The other system may have hashed what it got, or what it made of it. */
static void test_verify__every_form_of_an_umlaut_is_tried(void **state)
{
	static const char *const forms[] = { "u\xCC\x88""ber", "\u00fcber" };
	unsigned char key[32];
	char hash[200], hex[65];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		pbkdf2(HMAC_SHA256, forms[i], strlen(forms[i]), "saltsalt", 8, 2, key, sizeof key);
		snprintf(hash, sizeof hash, "pbkdf2:sha256:2$saltsalt$%s", sodium_bin2hex(hex, sizeof hex, key, sizeof key));
		for (size_t j = 0; j < 2; j++)
			assert_true(is_right(forms[j], hash));
		assert_false(is_right("uber", hash));
	}
}

static void test_verify__a_space_is_as_it_was_typed(void **state)
{
	unsigned char key[32];
	char hash[200], hex[65];

	(void)state;
	pbkdf2(HMAC_SHA256, "a\u00a0b", 4, "saltsalt", 8, 2, key, sizeof key);
	snprintf(hash, sizeof hash, "pbkdf2:sha256:2$saltsalt$%s", sodium_bin2hex(hex, sizeof hex, key, sizeof key));
	assert_true(is_right("a\u00a0b", hash));
	assert_false(is_right("a b", hash));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors__all_are_as_stated),
		cmocka_unit_test(test_pbkdf2__agrees_with_wycheproof),
		cmocka_unit_test(test_pbkdf2__agrees_with_the_rfc),
		cmocka_unit_test(test_known__each_system_has_its_form),
		cmocka_unit_test(test_known__sha1_and_sha512_of_every_system),
		cmocka_unit_test(test_bcrypt__sha256_before_it),
		cmocka_unit_test(test_bcrypt__seventy_two_bytes_count),
		cmocka_unit_test(test_known__nothing_else_is),
		cmocka_unit_test(test_known__a_changed_hash_is_wrong_or_unknown),
		cmocka_unit_test(test_bounds__a_stored_hash_cannot_stall_the_machine),
		cmocka_unit_test(test_verify__every_form_of_an_umlaut_is_tried),
		cmocka_unit_test(test_verify__a_space_is_as_it_was_typed),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
