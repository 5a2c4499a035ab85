/* ring.c -- the keys while the market is open: one ring for each. */
#include "ring.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "new_file.h"
#include "store_tx.h"
#include "wipe.h"

/* ---- hashing ---- */

/* BLAKE2b under a key is what HMAC is for SHA-2 (RFC 7693). */
void key_hash(const struct key_ring *ring, enum key_use use, const void *data, size_t length,
              unsigned char hash[KEY_HASH_BYTES])
{
	crypto_generichash(hash, KEY_HASH_BYTES, data, length, ring->uses[use].bytes, KEY_BYTES);
	stack_wipe();
}

void key_for_use(const struct key_ring *ring, enum key_use use, struct secret_key *key)
{
	*key = ring->uses[use];
}

static nmk_status derive_uses(struct tx *tx, struct key_ring *ring)
{
	struct secret_key *uses = sodium_malloc(KEY_USE__COUNT * sizeof *uses);

	if (!uses)
		return tx_no_memory(tx);
	for (int use = 0; use < KEY_USE__COUNT; use++)
		crypto_kdf_derive_from_key(uses[use].bytes, KEY_BYTES, (uint64_t)use + 1, "nmk_uses",
		                           ring->now.secrets->master.bytes);
	stack_wipe();
	sodium_mprotect_readonly(uses);
	ring->uses = uses;
	return NMK_OK;
}

/* ---- contents ---- */

nmk_status content_begin(struct tx *tx, struct ring_content *content)
{
	memset(content, 0, sizeof *content);
	content->secrets = sodium_malloc(sizeof *content->secrets);
	if (!content->secrets)
		return tx_no_memory(tx);
	memset(content->secrets, 0, sizeof *content->secrets);
	return NMK_OK;
}

nmk_status content_copy(struct tx *tx, const struct ring_content *from, struct ring_content *content)
{
	nmk_status rc = content_begin(tx, content);
	struct ring_secrets *secrets = content->secrets;

	if (rc != NMK_OK)
		return rc;
	*content = *from;
	content->secrets = secrets;
	*secrets = *from->secrets;
	return NMK_OK;
}

nmk_status content_add_epoch(struct tx *tx, struct ring_content *content)
{
	int last = content->count - 1;

	if (content->count == RING_EPOCHS)
		return tx_fail(tx, NMK_ELIMIT, NULL, "the key ring has no room for another epoch");
	if (last >= 0)
		content->epochs[last].replaced = tx->now;
	content->epochs[last + 1] = (struct ring_epoch){ last >= 0 ? content->epochs[last].number + 1 : 1, tx->now, 0 };
	key_random(&content->secrets->epochs[last + 1]);
	content->count++;
	return NMK_OK;
}

void content_free(struct ring_content *content)
{
	sodium_free(content->secrets);
	content->secrets = NULL;
}

void ring_become(struct key_ring *ring, struct ring_content *content)
{
	content_free(&ring->now);
	ring->now = *content;
	content->secrets = NULL;
	sodium_mprotect_readonly(ring->now.secrets);
}

/* ---- what other processes did ---- */

static const struct ring_epoch *newest(const struct ring_content *content)
{
	return &content->epochs[content->count - 1];
}

/* A passphrase that did not open this file will not open it the next time, and costs seconds. */
static bool was_refused(const struct key_ring *ring, const struct ring_file *file)
{
	return ring->root.kind == ROOT_PASSPHRASE && ring_stamp_equal(&ring->refused, &file->stamp);
}

static nmk_status open_again(struct tx *tx, struct key_ring *ring, const struct ring_file *file)
{
	struct ring_content content = { 0 };
	nmk_status rc = was_refused(ring, file) ? tx_fail(tx, NMK_EDENIED, "root_key", "is not the one of this store")
	              : ring_file_open(tx, ring, file, &content);
	int result = rc == NMK_OK ? folder_sync_above(ring->path) : 0;

	if (rc == NMK_EDENIED) {
		ring->refused = file->stamp;
		ring->refused_oldest = file->oldest;
	}
	if (result != 0)
		rc = file_failed(tx, ring->path, result);
	if (rc == NMK_OK && sodium_memcmp(content.secrets->master.bytes, ring->now.secrets->master.bytes, KEY_BYTES) != 0)
		rc = tx_fail(tx, NMK_EDENIED, "keyring", "the key ring '%s' belongs to another store", ring->path);
	if (rc == NMK_OK)
		ring_become(ring, &content);
	content_free(&content);
	return rc;
}

nmk_status ring_reread(struct tx *tx, struct key_ring *ring)
{
	struct ring_file file;
	nmk_status rc = ring_file_read(tx, ring->path, ring->store, &file);

	if (rc == NMK_OK)
		rc = file.text ? open_again(tx, ring, &file) : ring_missing(tx, ring->path);
	free(file.text);
	return rc;
}

/* The root key is another one now, and what is sealed here can be opened by whoever has that one. */
static bool is_left_alone(const struct key_ring *ring, const struct ring_stamp *stamp)
{
	return ring_stamp_equal(stamp, &ring->refused) && newest(&ring->now)->number >= ring->refused_oldest;
}

static bool is_current(const struct key_ring *ring)
{
	struct ring_stamp stamp;

	return ring_stamp_of(ring->path, &stamp) && ring_stamp_equal(&stamp, &ring->now.stamp);
}

nmk_status ring_follow(struct tx *tx, struct key_ring *ring)
{
	nmk_error before = *tx->error;
	struct ring_stamp stamp;
	nmk_status rc;

	if (is_current(ring) || (ring_stamp_of(ring->path, &stamp) && is_left_alone(ring, &stamp)))
		return NMK_OK;
	rc = ring_reread(tx, ring);
	if (rc != NMK_EDENIED || !ring_stamp_of(ring->path, &stamp) || !is_left_alone(ring, &stamp))
		return rc;
	*tx->error = before;
	return NMK_OK;
}

/* ---- epoch keys ---- */

nmk_status epoch_key_now(struct tx *tx, int64_t *epoch, struct secret_key *key)
{
	struct key_ring *ring = tx->keys;
	nmk_status rc;

	pthread_mutex_lock(&ring->mutex);
	rc = ring_follow(tx, ring);
	if (rc == NMK_OK) {
		*epoch = newest(&ring->now)->number;
		*key = ring->now.secrets->epochs[ring->now.count - 1];
	}
	pthread_mutex_unlock(&ring->mutex);
	return rc;
}

static bool find_epoch(const struct ring_content *content, int64_t number, struct secret_key *key)
{
	int64_t index = number - content->epochs[0].number;

	if (index < 0 || index >= content->count)
		return false;
	*key = content->secrets->epochs[index];
	return true;
}

nmk_status epoch_key_get(struct tx *tx, int64_t epoch, struct secret_key *key)
{
	struct key_ring *ring = tx->keys;
	nmk_status rc = NMK_OK;

	pthread_mutex_lock(&ring->mutex);
	if (!find_epoch(&ring->now, epoch, key)) {
		rc = is_current(ring) ? NMK_OK : ring_reread(tx, ring);
		if (rc == NMK_OK && !find_epoch(&ring->now, epoch, key))
			rc = tx_fail(tx, NMK_ECORRUPT, "keyring", "the key of epoch %lld is gone", (long long)epoch);
	}
	pthread_mutex_unlock(&ring->mutex);
	return rc;
}

/* ---- opening ---- */

static nmk_status take_root(struct tx *tx, const struct root_key_source *given, struct key_ring *ring)
{
	struct root_key_source source = *given;
	struct buffer path = { 0 };
	nmk_status rc;

	buffer_format(&path, "%s.rootkey", tx->store->path);
	if (!source.callback && !source.file && !source.passphrase)
		source.file = path.data;
	rc = path.failed ? tx_no_memory(tx) : root_take(tx, &source, &ring->root);
	buffer_free(&path);
	return rc;
}

static nmk_status ring_new(struct tx *tx, const struct root_key_source *source, struct key_ring **out)
{
	struct key_ring *ring = calloc(1, sizeof *ring);
	struct buffer path = { 0 };

	*out = ring;
	if (!ring)
		return tx_no_memory(tx);
	pthread_mutex_init(&ring->mutex, NULL);
	store_fingerprint(tx->store, ring->store);
	buffer_format(&path, "%s.keyring", tx->store->path);
	ring->path = buffer_take(&path);
	return ring->path ? take_root(tx, source, ring) : tx_no_memory(tx);
}

static nmk_status content_new(struct tx *tx, struct ring_content *content)
{
	nmk_status rc = content_begin(tx, content);

	if (rc != NMK_OK)
		return rc;
	randombytes_buf(content->salt, sizeof content->salt);
	key_random(&content->secrets->master);
	return content_add_epoch(tx, content);
}

/* Where nothing was sealed yet. Who only reads the store seals nothing, and gets keys that are never written. */
static nmk_status ring_make(struct tx *tx, struct key_ring *ring)
{
	bool writes = !tx->store->engine_options.read_only, made;
	struct ring_content content;
	nmk_status rc = content_new(tx, &content);

	if (rc == NMK_OK && writes && ring->root.kind == ROOT_FILE)
		rc = root_file_make(tx, ring->root.source.file, &made);
	if (rc == NMK_OK && writes)
		rc = root_key_get(tx, &ring->root, content.salt, &content.secrets->root);
	if (rc == NMK_OK && writes)
		rc = ring_file_write(tx, ring, ring->root.kind, &content);
	if (rc == NMK_OK)
		ring_become(ring, &content);
	content_free(&content);
	return rc;
}

static nmk_status nothing_sealed(struct tx *tx, const struct key_ring *ring)
{
	bool any;
	nmk_status rc = keys_are_needed(tx, &any);

	return rc == NMK_OK && any ? ring_missing(tx, ring->path) : rc;
}

static nmk_status read_first(struct tx *tx, struct key_ring *ring)
{
	struct ring_content content = { 0 };
	struct ring_file file;
	nmk_status rc = ring_file_read(tx, ring->path, ring->store, &file);

	if (rc == NMK_OK && file.text)
		rc = ring_file_open(tx, ring, &file, &content);
	if (rc == NMK_OK && file.text)
		ring_become(ring, &content);
	free(file.text);
	return rc;
}

/* Under the write lock: of two processes that open a new store, one makes the ring and the other reads it. */
static nmk_status read_or_make(struct tx *tx, struct key_ring *ring)
{
	nmk_status rc = tx_begin(tx, tx->store, !tx->store->engine_options.read_only);

	if (rc != NMK_OK)
		return rc;
	rc = read_first(tx, ring);
	if (rc == NMK_OK && !ring->now.secrets) {
		rc = nothing_sealed(tx, ring);
		if (rc == NMK_OK)
			rc = ring_make(tx, ring);
	}
	return tx_end(tx, rc);
}

nmk_status key_ring_open(struct tx *tx, const struct root_key_source *root, struct key_ring **out)
{
	nmk_status rc = ring_new(tx, root, out);

	if (rc == NMK_OK)
		rc = read_first(tx, *out);
	if (rc == NMK_OK && !(*out)->now.secrets)
		rc = read_or_make(tx, *out);
	if (rc == NMK_OK)
		rc = derive_uses(tx, *out);
	if (rc != NMK_OK) {
		key_ring_close(*out);
		*out = NULL;
	}
	return rc;
}

void key_ring_close(struct key_ring *ring)
{
	if (!ring)
		return;
	root_free(&ring->root);
	content_free(&ring->now);
	sodium_free(ring->uses);
	free(ring->path);
	pthread_mutex_destroy(&ring->mutex);
	free(ring);
}
