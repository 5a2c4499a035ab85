/* tree.c -- the Merkle tree of RFC 9162. */
#include "tree.h"

#include <sodium.h>
#include <string.h>

/* RFC 9162, 2.1.1: leaves and nodes are told apart by their first byte. */
static void hash_parts(unsigned char mark, const void *first, size_t first_length, const void *second, size_t second_length,
                       struct tree_hash *hash)
{
	crypto_hash_sha256_state state;

	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, &mark, 1);
	crypto_hash_sha256_update(&state, first, first_length);
	if (second)
		crypto_hash_sha256_update(&state, second, second_length);
	crypto_hash_sha256_final(&state, hash->bytes);
}

void tree_leaf(const void *entry, size_t length, struct tree_hash *hash)
{
	hash_parts(0x00, entry, length, NULL, 0, hash);
}

void tree_node(const struct tree_hash *left, const struct tree_hash *right, struct tree_hash *hash)
{
	hash_parts(0x01, left->bytes, TREE_HASH_BYTES, right->bytes, TREE_HASH_BYTES, hash);
}

bool tree_same(const struct tree_hash *a, const struct tree_hash *b)
{
	return memcmp(a->bytes, b->bytes, TREE_HASH_BYTES) == 0;
}

/* ---- growth ---- */

int tree_range_count(uint64_t size)
{
	return __builtin_popcountll(size);
}

/* As one adds 1 in binary: two subtrees of the same size become one. */
void tree_append(struct tree_range *range, const struct tree_hash *leaf)
{
	struct tree_hash hash = *leaf;

	for (uint64_t size = range->size; size & 1; size >>= 1)
		tree_node(&range->hashes[--range->count], &hash, &hash);
	range->hashes[range->count++] = hash;
	range->size++;
}

void tree_root(const struct tree_range *range, struct tree_hash *root)
{
	if (range->count == 0) {
		crypto_hash_sha256(root->bytes, NULL, 0); /* RFC 9162, 2.1.1: of an empty list */
		return;
	}
	*root = range->hashes[range->count - 1];
	for (int i = range->count - 2; i >= 0; i--)
		tree_node(&range->hashes[i], root, root);
}

/* ---- verification: RFC 9162, 2.1.3.2 and 2.1.4.2; the names of the steps are the text's ---- */

bool tree_verify_inclusion(uint64_t index, uint64_t size, const struct tree_hash *leaf, const struct tree_proof *proof,
                           const struct tree_hash *root)
{
	uint64_t fn = index, sn = size - 1;
	struct tree_hash r = *leaf;

	if (index >= size)
		return false;
	for (int i = 0; i < proof->count; i++) {
		if (sn == 0)
			return false;
		if ((fn & 1) || fn == sn) {
			tree_node(&proof->hashes[i], &r, &r);
			while (!(fn & 1) && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			tree_node(&r, &proof->hashes[i], &r);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && tree_same(&r, root);
}

static bool is_power_of_two(uint64_t number)
{
	return number != 0 && (number & (number - 1)) == 0;
}

bool tree_verify_consistency(uint64_t from, uint64_t to, const struct tree_hash *from_root, const struct tree_hash *to_root,
                             const struct tree_proof *proof)
{
	uint64_t fn = from - 1, sn = to - 1;
	struct tree_hash fr, sr;
	int next = 0;

	if (from == 0 || from > to)
		return false;
	if (from == to)
		return proof->count == 0 && tree_same(from_root, to_root);
	if (proof->count == 0)
		return false;
	fr = is_power_of_two(from) ? *from_root : proof->hashes[next++];
	sr = fr;
	while (fn & 1) {
		fn >>= 1;
		sn >>= 1;
	}
	for (; next < proof->count; next++) {
		const struct tree_hash *c = &proof->hashes[next];

		if (sn == 0)
			return false;
		if ((fn & 1) || fn == sn) {
			tree_node(c, &fr, &fr);
			tree_node(c, &sr, &sr);
			while (!(fn & 1) && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			tree_node(&sr, c, &sr);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && tree_same(&fr, from_root) && tree_same(&sr, to_root);
}

/* ---- proofs: RFC 9162, 2.1.3.1 and 2.1.4.1 ---- */

/* The largest power of two smaller than the number of leaves, which is at least 2. */
static uint64_t split(uint64_t leaves)
{
	return UINT64_C(1) << (63 - __builtin_clzll(leaves - 1));
}

/* MTH of the leaves from `begin` up to `end`. Only the right edge of a tree is not full. */
static bool subtree(const struct tree_source *source, uint64_t begin, uint64_t end, struct tree_hash *hash)
{
	uint64_t leaves = end - begin, left;
	struct tree_hash right;

	if (is_power_of_two(leaves)) {
		int level = __builtin_ctzll(leaves);

		return source->node(source->context, level, begin >> level, hash);
	}
	left = split(leaves);
	if (!subtree(source, begin, begin + left, hash) || !subtree(source, begin + left, end, &right))
		return false;
	tree_node(hash, &right, hash);
	return true;
}

static void turn_around(struct tree_proof *proof)
{
	for (int i = 0, k = proof->count - 1; i < k; i++, k--) {
		struct tree_hash hash = proof->hashes[i];

		proof->hashes[i] = proof->hashes[k];
		proof->hashes[k] = hash;
	}
}

/* From the root down, so the list is turned around at the end. */
bool tree_prove_inclusion(const struct tree_source *source, uint64_t index, uint64_t size, struct tree_proof *proof)
{
	uint64_t begin = 0, end = size;
	bool fine = true;

	proof->count = 0;
	while (fine && end - begin > 1) {
		uint64_t middle = begin + split(end - begin);
		struct tree_hash *sibling = &proof->hashes[proof->count++];

		if (index < middle) {
			fine = subtree(source, middle, end, sibling);
			end = middle;
		} else {
			fine = subtree(source, begin, middle, sibling);
			begin = middle;
		}
	}
	turn_around(proof);
	return fine;
}

bool tree_prove_consistency(const struct tree_source *source, uint64_t from, uint64_t to, struct tree_proof *proof)
{
	uint64_t begin = 0, end = to;
	bool fine = true;

	proof->count = 0;
	while (fine && from != end) {
		uint64_t middle = begin + split(end - begin);
		struct tree_hash *sibling = &proof->hashes[proof->count++];

		if (from <= middle) {
			fine = subtree(source, middle, end, sibling);
			end = middle;
		} else {
			fine = subtree(source, begin, middle, sibling);
			begin = middle;
		}
	}
	if (fine && begin != 0) /* else the former tree's root is known to who verifies */
		fine = subtree(source, begin, end, &proof->hashes[proof->count++]);
	turn_around(proof);
	return fine;
}

bool tree_source_root(const struct tree_source *source, uint64_t size, struct tree_hash *root)
{
	if (size == 0) {
		crypto_hash_sha256(root->bytes, NULL, 0);
		return true;
	}
	return subtree(source, 0, size, root);
}
