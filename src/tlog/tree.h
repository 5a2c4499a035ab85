/* tree.h -- the Merkle tree of a log (RFC 9162, 2.1): hashes, growth, proofs and their verification. Pure. */
#ifndef NMK_TREE_H
#define NMK_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TREE_HASH_BYTES 32 /* SHA-256 */
#define TREE_RANGE_MOST 64 /* one for each bit of a size */
#define TREE_PROOF_MOST 65 /* a consistency proof may have one more than there are levels */

struct tree_hash {
	unsigned char bytes[TREE_HASH_BYTES];
};

void tree_leaf(const void *entry, size_t length, struct tree_hash *hash);
void tree_node(const struct tree_hash *left, const struct tree_hash *right, struct tree_hash *hash);
bool tree_same(const struct tree_hash *a, const struct tree_hash *b);

/* All that is needed to go on: the full subtrees from left to right, one for each bit of the size, the largest first. */
struct tree_range {
	uint64_t size;
	int      count;
	struct tree_hash hashes[TREE_RANGE_MOST];
};
void tree_append(struct tree_range *range, const struct tree_hash *leaf);
void tree_root(const struct tree_range *range, struct tree_hash *root);
int tree_range_count(uint64_t size);                   /* how many subtrees a range of that size has */

struct tree_proof {
	int count;
	struct tree_hash hashes[TREE_PROOF_MOST];
};
bool tree_verify_inclusion(uint64_t index, uint64_t size, const struct tree_hash *leaf, const struct tree_proof *proof,
                           const struct tree_hash *root);
/* A tree of nothing is the beginning of every tree, and proves nothing: `from` 0 is refused. */
bool tree_verify_consistency(uint64_t from, uint64_t to, const struct tree_hash *from_root, const struct tree_hash *to_root,
                             const struct tree_proof *proof);

/* Where the hashes of full subtrees come from: number `index` of those with 2^level leaves. False: it failed. */
struct tree_source {
	bool (*node)(void *context, int level, uint64_t index, struct tree_hash *hash);
	void *context;
};
/* The caller answers for index < size and 0 < from <= to. */
bool tree_prove_inclusion(const struct tree_source *source, uint64_t index, uint64_t size, struct tree_proof *proof);
bool tree_prove_consistency(const struct tree_source *source, uint64_t from, uint64_t to, struct tree_proof *proof);
bool tree_source_root(const struct tree_source *source, uint64_t size, struct tree_hash *root);
#endif
