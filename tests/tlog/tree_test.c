/* The tree of RFC 9162: hashes, growth, proofs. */
#include "world.h"

#include <dirent.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "note.h"
#include "tree.h"

/* ---- a small tree in memory ---- */

#define MOST 300
static struct tree_hash leaves[MOST];

static int setup(void **state)
{
	(void)state;
	if (sodium_init() < 0)
		return -1;
	for (int i = 0; i < MOST; i++)
		tree_leaf(&i, sizeof i, &leaves[i]);
	return 0;
}

/* RFC 9162, 2.1.1, word by word. */
static struct tree_hash reference_root(const struct tree_hash *first, uint64_t count)
{
	struct tree_hash left, right, hash;
	uint64_t k = 1;

	if (count == 1)
		return *first;
	while (k * 2 < count)
		k *= 2;
	left = reference_root(first, k);
	right = reference_root(first + k, count - k);
	tree_node(&left, &right, &hash);
	return hash;
}

static bool memory_node(void *context, int level, uint64_t index, struct tree_hash *hash)
{
	(void)context;
	assert_true((index + 1) << level <= MOST);
	*hash = reference_root(leaves + (index << level), UINT64_C(1) << level);
	return true;
}
static const struct tree_source memory = { memory_node, NULL };

static void test_range__grows_to_the_root_of_every_size(void **state)
{
	struct tree_range range = { 0 };
	struct tree_hash root, again, reference;

	(void)state;
	tree_root(&range, &root);
	assert_true(tree_source_root(&memory, 0, &again));
	assert_true(tree_same(&root, &again));
	for (int i = 0; i < MOST; i++) {
		tree_append(&range, &leaves[i]);
		assert_int_equal(tree_range_count(range.size), range.count);
		tree_root(&range, &root);
		reference = reference_root(leaves, range.size);
		assert_memory_equal(reference.bytes, root.bytes, TREE_HASH_BYTES);
		assert_true(tree_source_root(&memory, range.size, &again));
		assert_true(tree_same(&root, &again));
	}
}

/* RFC 6962's well-known tree of eight leaves: every root of it. */
static void test_range__reference_tree(void **state)
{
	json_t *all = json_load_file(shared_file("data/security/rfc/rfc_vectors.json"), 0, NULL);
	json_t *reference = json_object_get(all, "rfc6962_reference_tree"), *inputs, *roots, *value;
	struct tree_range range = { 0 };
	size_t i;

	(void)state;
	inputs = json_object_get(reference, "leaf_inputs_hex");
	roots = json_object_get(reference, "roots_hex_by_size");
	assert_int_equal(8, json_array_size(inputs));
	json_array_foreach(inputs, i, value) {
		unsigned char input[64];
		char hex[65];
		size_t length;
		struct tree_hash leaf, root;

		assert_int_equal(0, sodium_hex2bin(input, sizeof input, json_string_value(value), strlen(json_string_value(value)), NULL,
		                                   &length, NULL));
		tree_leaf(input, length, &leaf);
		tree_append(&range, &leaf);
		tree_root(&range, &root);
		sodium_bin2hex(hex, sizeof hex, root.bytes, sizeof root.bytes);
		assert_string_equal(json_string_value(json_array_get(roots, i + 1)), hex);
	}
	json_decref(all);
}

static void test_inclusion__every_leaf_of_every_size_and_nothing_else(void **state)
{
	(void)state;
	for (uint64_t size = 1; size <= 70; size++) {
		struct tree_hash root = reference_root(leaves, size);

		for (uint64_t index = 0; index < size; index++) {
			struct tree_proof proof;

			assert_true(tree_prove_inclusion(&memory, index, size, &proof));
			assert_true(tree_verify_inclusion(index, size, &leaves[index], &proof, &root));
			assert_false(tree_verify_inclusion(index + 1, size, &leaves[index], &proof, &root));
			assert_false(tree_verify_inclusion(index, size, &leaves[index + 1], &proof, &root));
			if (proof.count > 0) {
				proof.hashes[proof.count - 1].bytes[7] ^= 1;
				assert_false(tree_verify_inclusion(index, size, &leaves[index], &proof, &root));
				proof.hashes[proof.count - 1].bytes[7] ^= 1;
				proof.count--;
				assert_false(tree_verify_inclusion(index, size, &leaves[index], &proof, &root));
			}
		}
	}
}

static void test_consistency__every_pair_of_sizes_and_nothing_else(void **state)
{
	(void)state;
	for (uint64_t to = 1; to <= 70; to++)
		for (uint64_t from = 1; from <= to; from++) {
			struct tree_hash from_root = reference_root(leaves, from), to_root = reference_root(leaves, to);
			struct tree_proof proof;

			assert_true(tree_prove_consistency(&memory, from, to, &proof));
			assert_true(tree_verify_consistency(from, to, &from_root, &to_root, &proof));
			if (from < to)
				assert_false(tree_verify_consistency(from, to, &to_root, &to_root, &proof));
			from_root.bytes[0] ^= 1;
			assert_false(tree_verify_consistency(from, to, &from_root, &to_root, &proof));
		}
}

static void test_consistency__nothing_is_the_beginning_of_nothing(void **state)
{
	struct tree_hash root = reference_root(leaves, 5), empty;
	struct tree_proof proof = { 0 };

	(void)state;
	assert_true(tree_source_root(&memory, 0, &empty));
	assert_false(tree_verify_consistency(0, 5, &empty, &root, &proof));
	assert_false(tree_verify_consistency(0, 0, &empty, &empty, &proof));
	assert_false(tree_verify_consistency(6, 5, &root, &root, &proof));
}

/* ---- transparency-dev's vectors ---- */

static char *file_text(const char *path)
{
	static char text[65536];
	FILE *file = fopen(path, "r");
	size_t length;

	assert_non_null(file);
	length = fread(text, 1, sizeof text - 1, file);
	assert_true(length < sizeof text - 1);
	text[length] = '\0';
	fclose(file);
	return text;
}

/* Read where it stands: jansson has no numbers above 2^63 - 1, and these files do. */
static uint64_t number_of(const char *text, const char *name)
{
	char key[32];
	const char *at;

	snprintf(key, sizeof key, "\"%s\":", name);
	at = strstr(text, key);
	assert_non_null(at);
	return strtoull(at + strlen(key), NULL, 10);
}

/* Some vectors have roots that are shorter than a hash and do not matter: filled up with zeros. False:
 * it has none at all. */
static bool hash_of(const json_t *value, struct tree_hash *hash)
{
	const char *text = json_string_value(value);
	size_t length = 0;

	memset(hash, 0, sizeof *hash);
	return text && base64_read(text, strlen(text), hash->bytes, sizeof hash->bytes, &length) && length > 0;
}

static bool proof_of(const json_t *json, struct tree_proof *proof)
{
	json_t *list = json_object_get(json, "proof");

	proof->count = 0;
	for (size_t i = 0; i < json_array_size(list); i++)
		if (i >= TREE_PROOF_MOST || !hash_of(json_array_get(list, i), &proof->hashes[proof->count++]))
			return false;
	return true;
}

static bool inclusion_holds(const char *text, const json_t *json)
{
	struct tree_hash root, leaf;
	struct tree_proof proof;

	return hash_of(json_object_get(json, "root"), &root) && hash_of(json_object_get(json, "leafHash"), &leaf)
	    && proof_of(json, &proof)
	    && tree_verify_inclusion(number_of(text, "leafIdx"), number_of(text, "treeSize"), &leaf, &proof, &root);
}

static bool consistency_holds(const char *text, const json_t *json)
{
	struct tree_hash from, to;
	struct tree_proof proof;

	return hash_of(json_object_get(json, "root1"), &from) && hash_of(json_object_get(json, "root2"), &to) && proof_of(json, &proof)
	    && tree_verify_consistency(number_of(text, "size1"), number_of(text, "size2"), &from, &to, &proof);
}

struct tally { int files, good; };

static void replay(const char *path, bool (*holds)(const char *, const json_t *), struct tally *tally)
{
	struct dirent *entry;
	struct stat info;
	DIR *folder;

	assert_int_equal(0, stat(path, &info));
	if (!S_ISDIR(info.st_mode)) {
		char *text = file_text(path);
		json_t *json = json_loads(text, JSON_DECODE_INT_AS_REAL, NULL);
		bool good;

		assert_non_null(json);
		good = !json_is_true(json_object_get(json, "wantErr"));
		if (holds(text, json) != good)
			fail_msg("%s: %s", path, json_string_value(json_object_get(json, "desc")));
		tally->files++;
		tally->good += good;
		json_decref(json);
		return;
	}
	folder = opendir(path);
	assert_non_null(folder);
	while ((entry = readdir(folder)) != NULL) {
		char name[1024];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
		replay(name, holds, tally);
	}
	closedir(folder);
}

static void test_inclusion__transparency_dev(void **state)
{
	struct tally tally = { 0 };

	(void)state;
	replay(shared_file("data/security/merkle_transparency_dev/testdata/inclusion"), inclusion_holds, &tally);
	assert_int_equal(98, tally.files);
	assert_true(tally.good >= 6);
}

static void test_consistency__transparency_dev(void **state)
{
	struct tally tally = { 0 };

	(void)state;
	replay(shared_file("data/security/merkle_transparency_dev/testdata/consistency"), consistency_holds, &tally);
	assert_int_equal(98, tally.files);
	assert_true(tally.good >= 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_range__grows_to_the_root_of_every_size),
		cmocka_unit_test(test_range__reference_tree),
		cmocka_unit_test(test_inclusion__every_leaf_of_every_size_and_nothing_else),
		cmocka_unit_test(test_consistency__every_pair_of_sizes_and_nothing_else),
		cmocka_unit_test(test_consistency__nothing_is_the_beginning_of_nothing),
		cmocka_unit_test(test_inclusion__transparency_dev),
		cmocka_unit_test(test_consistency__transparency_dev),
	};

	return cmocka_run_group_tests_name("tree", tests, setup, NULL);
}
