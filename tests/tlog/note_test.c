/* Signed notes, checkpoints and proofs as texts: what is taken, and what is refused. */
#include "world.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "note.h"

#define NAME "example.org/log"

static unsigned char public_key[NOTE_PUBLIC_BYTES], secret[NOTE_SECRET_BYTES];
static struct note_key log_key;
static json_t *vectors;

static int setup(void **state)
{
	static const unsigned char seed[32] = { 1, 2, 3 };

	(void)state;
	if (sodium_init() < 0)
		return -1;
	crypto_sign_seed_keypair(public_key, secret, seed);
	return note_key_make(NAME, public_key, &log_key) ? 0 : -1;
}

static json_t *vectors_of(const char *group)
{
	if (!vectors)
		vectors = json_load_file(shared_file("data/security/rfc/signed_note_vectors.json"), 0, NULL);
	assert_non_null(vectors);
	return json_object_get(vectors, group);
}

static int teardown(void **state)
{
	(void)state;
	json_decref(vectors);
	return 0;
}

static bool key_reads(const char *text, struct note_key *key)
{
	return note_key_read(text, strlen(text), key);
}

/* The note of a vector as bytes, the caller's. */
static char *note_of(const json_t *vector, size_t *length)
{
	const char *text = json_string_value(json_object_get(vector, "note")), *hex = json_string_value(json_object_get(vector, "note_hex"));
	char *note;

	if (text) {
		*length = strlen(text);
		return strdup(text);
	}
	assert_non_null(hex);
	note = malloc(strlen(hex));
	assert_int_equal(0, sodium_hex2bin((unsigned char *)note, strlen(hex), hex, strlen(hex), NULL, length, NULL));
	return note;
}

static int keys_of(const json_t *vector, struct note_key keys[4])
{
	json_t *list = json_object_get(vector, "vkeys");

	for (size_t i = 0; i < json_array_size(list); i++)
		assert_true(key_reads(json_string_value(json_array_get(list, i)), &keys[i]));
	return (int)json_array_size(list);
}

static void test_note__valid_vectors(void **state)
{
	json_t *list = vectors_of("valid"), *vector;
	size_t i;

	(void)state;
	assert_int_equal(5, json_array_size(list));
	json_array_foreach(list, i, vector) {
		json_t *names = json_object_get(vector, "verified");
		struct note_key keys[4];
		int count = keys_of(vector, keys);
		uint32_t verified;
		size_t length, text_length;
		char *note = note_of(vector, &length);

		assert_true(note_open(note, length, keys, count, &text_length, &verified));
		assert_int_equal((1 << json_array_size(names)) - 1, verified);
		assert_int_equal('\n', note[text_length - 1]);
		free(note);
	}
}

static void test_note__invalid_vectors(void **state)
{
	json_t *list = vectors_of("invalid"), *vector;
	size_t i;

	(void)state;
	assert_int_equal(11, json_array_size(list));
	json_array_foreach(list, i, vector) {
		struct note_key keys[4];
		int count = keys_of(vector, keys);
		size_t length, text_length;
		char *note = note_of(vector, &length);

		if (note_open(note, length, keys, count, &text_length, NULL))
			fail_msg("taken: %s", json_string_value(json_object_get(vector, "why")));
		free(note);
	}
}

static void test_key__bad_vectors_and_every_mangling_are_refused(void **state)
{
	json_t *list = vectors_of("bad_vkeys"), *value;
	static const char peter[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
	struct note_key key;
	int substrings = 0;
	size_t i;

	(void)state;
	json_array_foreach(list, i, value)
		assert_false(key_reads(json_string_value(value), &key));
	assert_true(key_reads(peter, &key));
	for (size_t begin = 0; begin < strlen(peter); begin++)
		for (size_t end = begin + 1; end <= strlen(peter); end++)
			if (end - begin < strlen(peter)) {
				assert_false(note_key_read(peter + begin, end - begin, &key));
				substrings++;
			}
	assert_true(substrings >= json_integer_value(vectors_of("n_substrings_of_peter_vkey")));
	for (i = 0; i < strlen(peter); i++) {
		char mangled[sizeof peter];

		memcpy(mangled, peter, sizeof peter);
		mangled[i]++;
		assert_false(key_reads(mangled, &key));
	}
}

static void test_key__is_written_as_it_was_read(void **state)
{
	struct buffer text = { 0 };
	struct note_key key;

	(void)state;
	note_key_write(&text, &log_key);
	assert_true(note_key_read(text.data, text.length, &key));
	assert_memory_equal(&log_key, &key, sizeof key);
	buffer_free(&text);
}

static void test_key__names_have_no_space_and_no_plus(void **state)
{
	static const char *const bad[] = { "", "a b", "a+b", "a\tb", "a\xc2\xa0", "a\xe2\x80\x83x", "a\xe3\x80\x80", "a\xff", "\x7f" };
	static const char *const fine[] = { "a", "example.org/log", "M\xc3\xbcller.example/2026", "\xe2\x80\x94" };
	char longest[NOTE_NAME_MOST + 2];
	struct note_key key;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(note_key_make(bad[i], public_key, &key));
	for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++)
		assert_true(note_key_make(fine[i], public_key, &key));
	memset(longest, 'a', sizeof longest);
	longest[NOTE_NAME_MOST + 1] = '\0';
	assert_false(note_key_make(longest, public_key, &key));
	longest[NOTE_NAME_MOST] = '\0';
	assert_true(note_key_make(longest, public_key, &key));
}

/* One text for the same bytes: no other byte counts as a letter, in any place. */
static void test_base64__has_one_text_for_the_same_bytes(void **state)
{
	static const unsigned char bytes[33] = { 0xfb, 0xef, 0xbe, 1, 2, 3, 0xff, 0xff, 0xff };
	unsigned char again[48];
	struct buffer text = { 0 };
	size_t length;

	(void)state;
	for (size_t size = 1; size <= sizeof bytes; size++) {
		buffer_clear(&text);
		base64_write(&text, bytes, size);
		assert_true(base64_read(text.data, text.length, again, sizeof again, &length));
		assert_int_equal(size, length);
		assert_memory_equal(bytes, again, size);
		for (size_t at = 0; at < text.length; at++)
			for (int other = 0; other < 256; other++) {
				char kept = text.data[at];

				text.data[at] = (char)other;
				if (text.data[at] != kept && base64_read(text.data, text.length, again, sizeof again, &length) && length == size
				    && memcmp(again, bytes, size) == 0)
					fail_msg("byte %d at %zu", other, at);
				text.data[at] = kept;
			}
	}
	assert_false(base64_read("QQ", 2, again, sizeof again, &length));
	assert_false(base64_read("QQ==QQ==", 8, again, sizeof again, &length));
	assert_false(base64_read("QR==", 4, again, sizeof again, &length));
	assert_true(base64_read("", 0, again, sizeof again, &length));
	buffer_free(&text);
}

/* ---- signing ---- */

static bool opens(const struct buffer *note)
{
	size_t text_length;

	return note_open(note->data, note->length, &log_key, 1, &text_length, NULL);
}

static void test_note__what_is_signed_opens_and_no_flipped_bit_does(void **state)
{
	struct buffer note = { 0 };

	(void)state;
	buffer_text(&note, "a\n\nb\n");
	note_sign(&note, &log_key, secret, true);
	assert_true(opens(&note));
	for (size_t i = 0; i < note.length * 8; i++) {
		note.data[i / 8] ^= (char)(1 << i % 8);
		if (opens(&note))
			fail_msg("bit %zu", i);
		note.data[i / 8] ^= (char)(1 << i % 8);
	}
	assert_true(opens(&note));
	buffer_free(&note);
}

static void test_note__a_second_signature_signs_the_same_text(void **state)
{
	unsigned char other_public[NOTE_PUBLIC_BYTES], other_secret[NOTE_SECRET_BYTES];
	struct note_key keys[2];
	struct buffer note = { 0 };
	uint32_t verified;
	size_t length;

	(void)state;
	crypto_sign_keypair(other_public, other_secret);
	keys[0] = log_key;
	assert_true(note_key_make("witness.example", other_public, &keys[1]));
	buffer_text(&note, "text\n");
	note_sign(&note, &log_key, secret, true);
	note_sign(&note, &keys[1], other_secret, false);
	assert_true(note_open(note.data, note.length, keys, 2, &length, &verified));
	assert_int_equal(3, verified);
	assert_int_equal(5, length);
	assert_true(note_open(note.data, note.length, keys + 1, 1, &length, &verified));
	assert_int_equal(1, verified);
	buffer_free(&note);
}

static void test_note__sixteen_signatures_are_taken_and_one_more_than_the_most_is_not(void **state)
{
	struct buffer note = { 0 };

	(void)state;
	buffer_text(&note, "text\n");
	note_sign(&note, &log_key, secret, true);
	for (int i = 1; i < NOTE_SIGNATURES_MOST; i++) {
		note_sign(&note, &log_key, secret, false);
		assert_true(opens(&note));
	}
	note_sign(&note, &log_key, secret, false);
	assert_false(opens(&note));
	buffer_free(&note);
}

/* ---- Ed25519 through the function that verifies notes ---- */

static void test_signature__wycheproof(void **state)
{
	json_t *all = json_load_file(shared_file("data/security/wycheproof/ed25519_test.json"), 0, NULL), *group, *vector;
	int valid = 0, invalid = 0;
	size_t i, k;

	(void)state;
	assert_non_null(all);
	json_array_foreach(json_object_get(all, "testGroups"), i, group) {
		const char *hex = json_string_value(json_object_get(json_object_get(group, "publicKey"), "pk"));
		unsigned char key[32];
		size_t length;

		assert_int_equal(0, sodium_hex2bin(key, sizeof key, hex, strlen(hex), NULL, &length, NULL));
		json_array_foreach(json_object_get(group, "tests"), k, vector) {
			const char *message_hex = json_string_value(json_object_get(vector, "msg"));
			const char *signature_hex = json_string_value(json_object_get(vector, "sig"));
			bool good = strcmp(json_string_value(json_object_get(vector, "result")), "valid") == 0;
			unsigned char *message = malloc(strlen(message_hex) / 2 + 1), signature[256];
			size_t message_length, signature_length;

			assert_int_equal(0, sodium_hex2bin(message, strlen(message_hex) / 2 + 1, message_hex, strlen(message_hex), NULL,
			                                   &message_length, NULL));
			assert_int_equal(0, sodium_hex2bin(signature, sizeof signature, signature_hex, strlen(signature_hex), NULL,
			                                   &signature_length, NULL));
			if (signature_fits(key, message, message_length, signature, signature_length) != good)
				fail_msg("tcId %d", (int)json_integer_value(json_object_get(vector, "tcId")));
			free(message);
			valid += good;
			invalid += !good;
		}
	}
	assert_int_equal(151, valid + invalid);
	assert_true(valid > 0 && invalid > 0);
	json_decref(all);
}

/* ---- checkpoints ---- */

static void test_checkpoint__vectors(void **state)
{
	json_t *list = vectors_of("checkpoint_bodies"), *vector;
	size_t i;

	(void)state;
	assert_int_equal(10, json_array_size(list));
	json_array_foreach(list, i, vector) {
		const char *body = json_string_value(json_object_get(vector, "body"));
		struct checkpoint checkpoint;

		/* a hash of another length, which another reader takes, is refused here */
		if (checkpoint_read(body, strlen(body), &checkpoint) != json_is_true(json_object_get(vector, "ok")))
			fail_msg("%s", body);
	}
}

static void test_checkpoint__other_texts(void **state)
{
#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
	static const struct { const char *text; bool fine; } cases[] = {
		{ "a\n20852163\n" ROOT "\n", true }, { "a\n9223372036854775807\n" ROOT "\n", true },
		{ "a\n9223372036854775808\n" ROOT "\n", false }, { "a\n+1\n" ROOT "\n", false }, { "a\n 1\n" ROOT "\n", false },
		{ "a\n1 \n" ROOT "\n", false }, { "a\n\n" ROOT "\n", false }, { "a\n1\n" ROOT, false }, { "a\n1\n" ROOT "\nmore\n", true },
		{ "a\n1\n" ROOT "\n\n", false }, { "a\n1\n" ROOT "\nmore", false }, { "a\n00\n" ROOT "\n", false }, { "", false },
		{ "a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n", false }, /* bits behind the end */
	};
	struct checkpoint checkpoint;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		if (checkpoint_read(cases[i].text, strlen(cases[i].text), &checkpoint) != cases[i].fine)
			fail_msg("case %zu", i);
	assert_true(checkpoint_read(cases[0].text, strlen(cases[0].text), &checkpoint));
	assert_int_equal(20852163, checkpoint.size);
	assert_int_equal(1, checkpoint.origin_length);
}

static void signed_checkpoint(struct buffer *note, const char *origin, uint64_t size, const struct tree_hash *root)
{
	checkpoint_write(note, origin, size, root);
	note_sign(note, &log_key, secret, true);
}

static void test_checkpoint__of_another_log_does_not_open(void **state)
{
	struct tree_hash root = { { 9 } };
	struct buffer own = { 0 }, foreign = { 0 };
	struct checkpoint checkpoint;

	(void)state;
	signed_checkpoint(&own, NAME, 7, &root);
	signed_checkpoint(&foreign, NAME "2", 7, &root);
	assert_true(checkpoint_open(own.data, own.length, &log_key, &checkpoint));
	assert_int_equal(7, checkpoint.size);
	assert_true(tree_same(&root, &checkpoint.root));
	assert_false(checkpoint_open(foreign.data, foreign.length, &log_key, &checkpoint));
	buffer_free(&own);
	buffer_free(&foreign);
}

/* ---- proofs ---- */

/* The proof that `entry` is the second of two. */
static void two_entries(const char *entry, struct buffer *text)
{
	struct tree_proof proof = { .count = 1 };
	struct buffer note = { 0 };
	struct tree_hash leaf, root;

	tree_leaf("first", 5, &proof.hashes[0]);
	tree_leaf(entry, strlen(entry), &leaf);
	tree_node(&proof.hashes[0], &leaf, &root);
	signed_checkpoint(&note, NAME, 2, &root);
	log_proof_write(text, entry, strlen(entry), 1, &proof, note.data);
	buffer_free(&note);
}

static bool proves(const struct buffer *text, const char *entry)
{
	struct log_proof proof;

	return log_proof_read(text->data, text->length, &proof) && log_proof_verify(&proof, entry, strlen(entry), &log_key);
}

static void test_proof__proves_its_entry_alone(void **state)
{
	struct buffer text = { 0 };
	struct log_proof proof;

	(void)state;
	two_entries("second", &text);
	assert_true(proves(&text, "second"));
	assert_false(proves(&text, "Second"));
	assert_true(log_proof_read(text.data, text.length, &proof));
	assert_int_equal(1, proof.index);
	assert_int_equal(8, proof.extra_length);
	buffer_free(&text);
}

/* The extra data is told to be untrusted; every other bit counts. */
static void test_proof__no_flipped_bit_proves_anything(void **state)
{
	struct buffer text = { 0 };
	size_t extra, extra_end;

	(void)state;
	two_entries("second", &text);
	extra = (size_t)(strstr(text.data, "extra ") - text.data) + 6;
	extra_end = extra + strcspn(text.data + extra, "\n");
	for (size_t i = 0; i < text.length * 8; i++) {
		if (i / 8 >= extra && i / 8 < extra_end)
			continue;
		text.data[i / 8] ^= (char)(1 << i % 8);
		if (proves(&text, "second"))
			fail_msg("bit %zu", i);
		text.data[i / 8] ^= (char)(1 << i % 8);
	}
	for (size_t length = 0; length < text.length; length++) {
		struct log_proof proof;

		assert_false(log_proof_read(text.data, length, &proof) && log_proof_verify(&proof, "second", 6, &log_key));
	}
	buffer_free(&text);
}

static void test_proof__texts_that_are_none(void **state)
{
#define HASH "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
	static const struct { const char *text; bool fine; } cases[] = {
		{ "c2sp.org/tlog-proof@v1\nindex 0\n\nx", true }, { "c2sp.org/tlog-proof@v2\nindex 0\n\nx", false },
		{ "c2sp.org/tlog-proof@v1\nextra YQ==\nindex 7\n" HASH "\nx", true }, { "c2sp.org/tlog-proof@v1\nextra \nindex 7\n\nx", false },
		{ "c2sp.org/tlog-proof@v1\nextra YR==\nindex 7\n\nx", false }, { "c2sp.org/tlog-proof@v1\nindex 07\n\nx", false },
		{ "c2sp.org/tlog-proof@v1\nindex -1\n\nx", false }, { "c2sp.org/tlog-proof@v1\nindex 1 \n\nx", false },
		{ "c2sp.org/tlog-proof@v1\nindex 9223372036854775808\n\nx", false }, { "c2sp.org/tlog-proof@v1\nindex 1\nYQ==\n\nx", false },
		{ "c2sp.org/tlog-proof@v1\nindex 1\n" HASH, false }, { "c2sp.org/tlog-proof@v1\nindex 1\n\n", false }, { "", false },
		{ "c2sp.org/tlog-proof@v1\nindex 1\nextra YQ==\n\nx", false },
	};
	struct log_proof proof;
	struct buffer many = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		if (log_proof_read(cases[i].text, strlen(cases[i].text), &proof) != cases[i].fine)
			fail_msg("case %zu", i);
	buffer_text(&many, "c2sp.org/tlog-proof@v1\nindex 1\n");
	for (int i = 0; i < TREE_PROOF_MOST; i++)
		buffer_text(&many, HASH);
	buffer_text(&many, "\nx");
	assert_true(log_proof_read(many.data, many.length, &proof));
	buffer_clear(&many);
	buffer_text(&many, "c2sp.org/tlog-proof@v1\nindex 1\n");
	for (int i = 0; i < TREE_PROOF_MOST + 1; i++)
		buffer_text(&many, HASH);
	buffer_text(&many, "\nx");
	assert_false(log_proof_read(many.data, many.length, &proof));
	buffer_free(&many);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_note__valid_vectors),
		cmocka_unit_test(test_note__invalid_vectors),
		cmocka_unit_test(test_key__bad_vectors_and_every_mangling_are_refused),
		cmocka_unit_test(test_key__is_written_as_it_was_read),
		cmocka_unit_test(test_key__names_have_no_space_and_no_plus),
		cmocka_unit_test(test_base64__has_one_text_for_the_same_bytes),
		cmocka_unit_test(test_note__what_is_signed_opens_and_no_flipped_bit_does),
		cmocka_unit_test(test_note__a_second_signature_signs_the_same_text),
		cmocka_unit_test(test_note__sixteen_signatures_are_taken_and_one_more_than_the_most_is_not),
		cmocka_unit_test(test_signature__wycheproof),
		cmocka_unit_test(test_checkpoint__vectors),
		cmocka_unit_test(test_checkpoint__other_texts),
		cmocka_unit_test(test_checkpoint__of_another_log_does_not_open),
		cmocka_unit_test(test_proof__proves_its_entry_alone),
		cmocka_unit_test(test_proof__no_flipped_bit_proves_anything),
		cmocka_unit_test(test_proof__texts_that_are_none),
	};

	return cmocka_run_group_tests_name("note", tests, setup, teardown);
}
