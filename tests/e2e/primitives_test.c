/* primitives_test.c -- the cryptography underneath does what its standards say. */
#include "e2e_test.h"

#define ROOM 9000

static const char *text_of(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static size_t bytes_of(const json_t *object, const char *name, unsigned char *bytes)
{
	return unhex(text_of(object, name), bytes, ROOM);
}

/* What a vector's file says of each: true if ours does the same. */
typedef bool (*replay)(const json_t *group, const json_t *vector, bool valid);

static void run(const char *name, replay agrees)
{
	char path[100];
	json_t *all, *group, *vector;
	size_t i, j, count = 0;

	snprintf(path, sizeof path, "data/security/wycheproof/%s_test.json", name);
	all = json_load_file(shared_file(path), 0, NULL);
	assert_non_null(all);
	json_array_foreach(json_object_get(all, "testGroups"), i, group)
		json_array_foreach(json_object_get(group, "tests"), j, vector) {
			count++;
			if (!agrees(group, vector, strcmp(text_of(vector, "result"), "valid") == 0))
				fail_msg("%s, case %lld", name, (long long)json_integer_value(json_object_get(vector, "tcId")));
		}
	assert_int_equal(json_integer_value(json_object_get(all, "numberOfTests")), count);
	json_decref(all);
}

/* ---- X25519: "acceptable" may be refused, and is where everyone knows the result ---- */

static int refused_points;

static bool x25519(const json_t *group, const json_t *vector, bool valid)
{
	unsigned char secret[ROOM], public[ROOM], expected[ROOM], shared[32];

	(void)group;
	assert_int_equal(32, bytes_of(vector, "private", secret));
	assert_int_equal(32, bytes_of(vector, "public", public));
	assert_int_equal(32, bytes_of(vector, "shared", expected));
	if (!e2e_agree(secret, public, shared)) {
		refused_points++;
		return !valid && sodium_is_zero(expected, 32);
	}
	return memcmp(shared, expected, 32) == 0 && !sodium_is_zero(shared, 32);
}

static void test_x25519__wycheproof(void **state)
{
	(void)state;
	refused_points = 0;
	run("x25519", x25519);
	assert_int_equal(31, refused_points);
}

static bool ed25519(const json_t *group, const json_t *vector, bool valid)
{
	unsigned char public[ROOM], message[ROOM], signature[ROOM];
	size_t length = bytes_of(vector, "msg", message);

	assert_int_equal(32, bytes_of(json_object_get(group, "publicKey"), "pk", public));
	if (bytes_of(vector, "sig", signature) != E2E_SIGNATURE_BYTES)
		return !valid; /* our records have no room for it */
	return e2e_is_signed(public, message, length, signature) == valid;
}

static void test_ed25519__wycheproof(void **state)
{
	(void)state;
	run("ed25519", ed25519);
}

static bool opens_as(const unsigned char *key, const unsigned char *nonce, struct bytes_piece bound, const unsigned char *sealed,
                     size_t sealed_length, const unsigned char *message, size_t length)
{
	unsigned char plain[ROOM];

	return e2e_open(key, nonce, bound, sealed, sealed_length, plain) && sealed_length == length + E2E_TAG_BYTES
	    && memcmp(plain, message, length) == 0;
}

static bool xchacha20_poly1305(const json_t *group, const json_t *vector, bool valid)
{
	unsigned char key[ROOM], nonce[ROOM], bound[ROOM], message[ROOM], sealed[ROOM], ours[ROOM];
	size_t length = bytes_of(vector, "msg", message), sealed_length = bytes_of(vector, "ct", sealed);
	struct bytes_piece piece = { bound, bytes_of(vector, "aad", bound) };

	(void)group;
	assert_int_equal(32, bytes_of(vector, "key", key));
	sealed_length += bytes_of(vector, "tag", sealed + sealed_length);
	if (bytes_of(vector, "iv", nonce) != E2E_NONCE_BYTES)
		return !valid;
	if (!valid)
		return !opens_as(key, nonce, piece, sealed, sealed_length, message, length);
	e2e_seal(key, nonce, piece, message, length, ours);
	return memcmp(ours, sealed, sealed_length) == 0 && opens_as(key, nonce, piece, sealed, sealed_length, message, length);
}

static void test_xchacha20_poly1305__wycheproof(void **state)
{
	(void)state;
	run("xchacha20_poly1305", xchacha20_poly1305);
}

/* In two pieces, as most of ours are. */
static bool hmac_sha256(const json_t *group, const json_t *vector, bool valid)
{
	unsigned char key[ROOM], message[ROOM], tag[ROOM], mac[32];
	size_t key_length = bytes_of(vector, "key", key), length = bytes_of(vector, "msg", message), half = length / 2;
	struct bytes_piece pieces[2] = { { message, half }, { message + half, length - half } };
	size_t tag_length = bytes_of(vector, "tag", tag);

	assert_int_equal(json_integer_value(json_object_get(group, "tagSize")), 8 * tag_length);
	e2e_hmac(key, key_length, pieces, 2, mac);
	return (memcmp(mac, tag, tag_length) == 0) == valid;
}

static void test_hmac_sha256__wycheproof(void **state)
{
	(void)state;
	run("hmac_sha256", hmac_sha256);
}

static bool hkdf_is(const json_t *vector, size_t size, const char *expected_name, bool valid)
{
	unsigned char salt[ROOM], key[ROOM], info[ROOM], expected[ROOM], out[ROOM];
	struct bytes_piece s = { salt, bytes_of(vector, "salt", salt) }, k = { key, bytes_of(vector, "ikm", key) };
	struct bytes_piece i = { info, bytes_of(vector, "info", info) };

	assert_true(size <= ROOM);
	if (!e2e_hkdf(s, k, i, out, size))
		return !valid;
	return valid && bytes_of(vector, expected_name, expected) == size && memcmp(out, expected, size) == 0;
}

static bool hkdf_sha256(const json_t *group, const json_t *vector, bool valid)
{
	(void)group;
	return hkdf_is(vector, (size_t)json_integer_value(json_object_get(vector, "size")), "okm", valid);
}

static void test_hkdf_sha256__wycheproof(void **state)
{
	(void)state;
	run("hkdf_sha256", hkdf_sha256);
}

/* The three cases of appendix A with SHA-256. */
static void test_hkdf_sha256__rfc_5869(void **state)
{
	static const struct { const char *ikm, *salt, *info, *okm; } cases[] = {
		{ "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9",
		  "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865" },
		{ "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f"
		  "303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f",
		  "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f"
		  "909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
		  "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf"
		  "e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
		  "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
		  "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87" },
		{ "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "",
		  "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8" }
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		json_t *vector = json_pack("{ssssssss}", "ikm", cases[i].ikm, "salt", cases[i].salt, "info", cases[i].info, "okm", cases[i].okm);

		assert_true(hkdf_is(vector, strlen(cases[i].okm) / 2, "okm", true));
		json_decref(vector);
	}
}

static void test_hkdf_sha256__gives_8160_bytes_and_not_one_more(void **state)
{
	static unsigned char out[8161];
	struct bytes_piece piece = { "x", 1 };

	(void)state;
	assert_true(e2e_hkdf(piece, piece, piece, out, 8160));
	assert_false(sodium_is_zero(out + 8128, 32));
	memset(out, 7, sizeof out);
	assert_false(e2e_hkdf(piece, piece, piece, out, 8161));
	assert_int_equal(7, out[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_x25519__wycheproof),
		cmocka_unit_test(test_ed25519__wycheproof),
		cmocka_unit_test(test_xchacha20_poly1305__wycheproof),
		cmocka_unit_test(test_hmac_sha256__wycheproof),
		cmocka_unit_test(test_hkdf_sha256__wycheproof),
		cmocka_unit_test(test_hkdf_sha256__rfc_5869),
		cmocka_unit_test(test_hkdf_sha256__gives_8160_bytes_and_not_one_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
