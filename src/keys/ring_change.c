/* ring_change.c -- new epochs, another root key. Under the write lock, so that no two processes change the ring at once. */
#include "ring.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "clock.h"

/* Backups that hold keys of an epoch are this old at most: docs/keys.md. */
#define KEEP_MS (35 * DAY_MS)

nmk_status key_ring_get_state(struct tx *tx, struct key_ring_state *state)
{
	struct key_ring *ring = tx->keys;
	nmk_status rc;

	pthread_mutex_lock(&ring->mutex);
	rc = ring_follow(tx, ring);
	if (rc == NMK_OK) {
		const struct ring_epoch *newest = &ring->now.epochs[ring->now.count - 1];

		*state = (struct key_ring_state){ root_kind_words[ring->root.kind], newest->number, newest->since, ring->now.count };
	}
	pthread_mutex_unlock(&ring->mutex);
	return rc;
}

/* ---- epochs ---- */

/* From the oldest on, so that what is kept has no gaps. */
static int drop_epochs(struct ring_content *content, int64_t oldest_used, int64_t now)
{
	int dropped = 0, kept;

	while (dropped < content->count - 1 && content->epochs[dropped].replaced + KEEP_MS <= now
	       && (oldest_used == 0 || content->epochs[dropped].number < oldest_used))
		dropped++;
	kept = content->count - dropped;
	memmove(content->epochs, content->epochs + dropped, (size_t)kept * sizeof content->epochs[0]);
	memmove(content->secrets->epochs, content->secrets->epochs + dropped, (size_t)kept * sizeof content->secrets->epochs[0]);
	sodium_memzero(content->secrets->epochs + kept, (size_t)dropped * sizeof content->secrets->epochs[0]);
	content->count = kept;
	return dropped;
}

/* What was not wrapped anew yet keeps its epoch for as long again, as if that had been replaced now. */
static void prolong(struct ring_content *content, int64_t oldest_used, int64_t now)
{
	for (int i = 0; i < content->count - 1; i++)
		if (content->epochs[i].number >= oldest_used)
			content->epochs[i].replaced = now;
}

static nmk_status turn_content(struct tx *tx, struct ring_content *content, int64_t oldest_used, struct key_ring_turn *turn)
{
	nmk_status rc = NMK_OK;

	turn->destroyed = drop_epochs(content, oldest_used, tx->now);
	turn->begun = oldest_used == 0 || oldest_used >= content->epochs[content->count - 1].number;
	if (turn->begun)
		rc = content_add_epoch(tx, content);
	else
		prolong(content, oldest_used, tx->now);
	turn->epoch = content->epochs[content->count - 1].number;
	return rc;
}

/* The ring becomes what its file is: when that is not certain, too. */
static nmk_status write_and_become(struct tx *tx, struct key_ring *ring, enum root_kind kind, struct ring_content *content)
{
	nmk_status rc = ring_file_write(tx, ring, kind, content);

	if (rc == NMK_OK || rc == NMK_EUNKNOWN)
		ring_become(ring, content);
	return rc;
}

nmk_status key_ring_turn(struct tx *tx, int64_t oldest_used, struct key_ring_turn *turn)
{
	struct key_ring *ring = tx->keys;
	struct ring_content content = { 0 };
	nmk_status rc;

	pthread_mutex_lock(&ring->mutex);
	rc = ring_reread(tx, ring);
	if (rc == NMK_OK)
		rc = content_copy(tx, &ring->now, &content);
	if (rc == NMK_OK)
		rc = turn_content(tx, &content, oldest_used, turn);
	if (rc == NMK_OK)
		rc = write_and_become(tx, ring, ring->root.kind, &content);
	content_free(&content);
	pthread_mutex_unlock(&ring->mutex);
	return rc;
}

/* ---- another root key ---- */

struct key_root {
	struct root root;
	unsigned char salt[RING_SALT_BYTES];
	struct secret_key *key;              /* in locked memory              */
	bool made;                           /* its file did not exist before */
	bool used;                           /* exchanged: this holds the ring's former one */
};

static nmk_status get_key(struct tx *tx, struct key_root *root)
{
	nmk_status rc = NMK_OK;

	root->key = sodium_malloc(sizeof *root->key);
	if (!root->key)
		return tx_no_memory(tx);
	randombytes_buf(root->salt, sizeof root->salt);
	if (root->root.kind == ROOT_FILE)
		rc = root_file_make(tx, root->root.source.file, &root->made);
	return rc == NMK_OK ? root_key_get(tx, &root->root, root->salt, root->key) : rc;
}

nmk_status key_root_new(struct tx *tx, const struct root_key_source *source, struct key_root **out)
{
	struct key_root *root = calloc(1, sizeof *root);
	nmk_status rc;

	*out = root;
	if (!root)
		return tx_no_memory(tx);
	rc = root_take(tx, source, &root->root);
	if (rc == NMK_OK)
		rc = get_key(tx, root);
	if (rc != NMK_OK) {
		key_root_free(root);
		*out = NULL;
	}
	return rc;
}

bool key_root_is_used(const struct key_root *root)
{
	return root->used;
}

void key_root_free(struct key_root *root)
{
	if (!root)
		return;
	if (root->made && !root->used)
		unlink(root->root.source.file);
	root_free(&root->root);
	sodium_free(root->key);
	free(root);
}

/* What was the ring's is the caller's now. */
static void exchange_keys(struct ring_content *content, struct key_root *root)
{
	struct secret_key key = content->secrets->root;
	unsigned char salt[RING_SALT_BYTES];

	memcpy(salt, content->salt, sizeof salt);
	content->secrets->root = *root->key;
	memcpy(content->salt, root->salt, sizeof salt);
	*root->key = key;
	memcpy(root->salt, salt, sizeof salt);
	key_wipe(&key);
}

static nmk_status write_exchanged(struct tx *tx, struct key_ring *ring, struct ring_content *content, struct key_root *root)
{
	struct root former = ring->root;
	nmk_status rc;

	exchange_keys(content, root);
	rc = write_and_become(tx, ring, root->root.kind, content);
	if (content->secrets) { /* it did not */
		exchange_keys(content, root);
		return rc;
	}
	ring->root = root->root;
	root->root = former;
	root->used = !root->used;
	return rc;
}

nmk_status key_ring_exchange_root(struct tx *tx, struct key_root *root)
{
	struct key_ring *ring = tx->keys;
	struct ring_content content = { 0 };
	nmk_status rc;

	pthread_mutex_lock(&ring->mutex);
	rc = ring_reread(tx, ring);
	if (rc == NMK_OK)
		rc = content_copy(tx, &ring->now, &content);
	if (rc == NMK_OK)
		rc = write_exchanged(tx, ring, &content, root);
	content_free(&content);
	pthread_mutex_unlock(&ring->mutex);
	return rc;
}
