/* audit_log.c -- the state of the log, its tiles and its checkpoints. */
#include "audit_log.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "clock.h"
#include "number.h"

#define SEAL_BYTES KEY_HASH_BYTES

int64_t audit_id(int64_t shard, int64_t seq)
{
	return (shard << AUDIT_SHARD_BITS) + seq;
}

int64_t audit_id_shard(int64_t id)
{
	return id >> AUDIT_SHARD_BITS;
}

int64_t audit_id_seq(int64_t id)
{
	return id & ((INT64_C(1) << AUDIT_SHARD_BITS) - 1);
}

static nmk_status corrupt(struct tx *tx, const char *format_free_message)
{
	return tx_fail(tx, NMK_ECORRUPT, "audit_log", "the audit log was changed from outside: %s", format_free_message);
}

/* ---- the state ---- */

/* All that decides what the log says. The sealed secret is left out: rotations write it anew, and it opens or does not. */
static void seal_state(struct tx *tx, const struct audit_log *log, unsigned char seal[SEAL_BYTES])
{
	unsigned char data[32 + TREE_HASH_BYTES + NOTE_PUBLIC_BYTES + NOTE_NAME_MOST + 1 + TREE_RANGE_MOST * TREE_HASH_BYTES];
	size_t length = 32, hashes = (size_t)log->range.count * TREE_HASH_BYTES, name = strlen(log->origin) + 1;

	put_big_endian(data, 8, (uint64_t)log->shard);
	put_big_endian(data + 8, 8, log->range.size);
	put_big_endian(data + 16, 8, (uint64_t)log->checkpoint_size);
	put_big_endian(data + 24, 8, (uint64_t)log->checkpoint_at);
	memcpy(data + length, log->checkpoint_hash.bytes, TREE_HASH_BYTES);
	length += TREE_HASH_BYTES;
	memcpy(data + length, log->public_key, NOTE_PUBLIC_BYTES);
	length += NOTE_PUBLIC_BYTES;
	memcpy(data + length, log->origin, name);
	length += name;
	memcpy(data + length, log->range.hashes, hashes);
	key_hash(tx->keys, KEY_AUDIT, data, length + hashes, seal);
}

static bool take_bytes(struct stmt *stmt, int column, void *to, size_t wanted)
{
	size_t length;
	const void *bytes = stmt_column_blob(stmt, column, &length);

	if (length != wanted)
		return false;
	if (wanted)
		memcpy(to, bytes, wanted);
	return true;
}

/* Columns of audit_log_newest and audit_log_get. */
static bool state_read(struct tx *tx, struct stmt *stmt, struct audit_log *log)
{
	const char *origin = stmt_column_text(stmt, 1);
	unsigned char seal[SEAL_BYTES], right[SEAL_BYTES];

	memset(log, 0, sizeof *log);
	log->shard = stmt_column_int(stmt, 0);
	if (!origin || strlen(origin) > NOTE_NAME_MOST)
		return false;
	memcpy(log->origin, origin, strlen(origin) + 1);
	log->range.size = (uint64_t)stmt_column_int(stmt, 3);
	log->range.count = tree_range_count(log->range.size);
	log->checkpoint_size = stmt_column_int(stmt, 5);
	log->checkpoint_at = stmt_column_int(stmt, 6);
	log->is_open = stmt_column_int(stmt, 8) != 0;
	if (!take_bytes(stmt, 2, log->public_key, NOTE_PUBLIC_BYTES)
	    || !take_bytes(stmt, 4, log->range.hashes, (size_t)log->range.count * TREE_HASH_BYTES) || !take_bytes(stmt, 7, seal, SEAL_BYTES)
	    || !take_bytes(stmt, 9, log->checkpoint_hash.bytes, TREE_HASH_BYTES))
		return false;
	seal_state(tx, log, right);
	return sodium_memcmp(seal, right, SEAL_BYTES) == 0;
}

nmk_status audit_log_load(struct tx *tx, int64_t shard, struct audit_log *log, bool *found)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, tx, shard ? SQL_audit_log_get : SQL_audit_log_newest);
	if (shard)
		stmt_int(&stmt, "shard", shard);
	*found = stmt_next(&stmt, &rc);
	if (!*found)
		return rc;
	if (!state_read(tx, &stmt, log))
		rc = corrupt(tx, "seal");
	stmt_end(&stmt);
	return rc;
}

/* ---- a new year ---- */

static int64_t year_of(int64_t milliseconds)
{
	int64_t year = time_month(milliseconds) / 12;

	return year > 1970 ? year : 1970;
}

/* The market's address without its scheme; what a name of a signer must not have is replaced. */
static void make_origin(const char *url, int64_t year, char origin[NOTE_NAME_MOST + 1])
{
	const char *scheme = strstr(url, "://");
	char number[24];
	size_t length, ending;

	url = scheme ? scheme + 3 : url;
	ending = (size_t)snprintf(number, sizeof number, "/audit/%lld", (long long)year);
	length = strnlen(url, NOTE_NAME_MOST - ending);
	for (size_t i = 0; i < length; i++)
		origin[i] = url[i] > ' ' && url[i] < 0x7f && url[i] != '+' ? url[i] : '-';
	memcpy(origin + length, number, ending + 1);
}

static nmk_status secret_take(struct tx *tx, const struct audit_log *log, unsigned char secret[NOTE_SECRET_BYTES])
{
	char *plain = NULL;
	size_t length = 0, sealed_length;
	const void *sealed;
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, tx, SQL_audit_log_secret);
	stmt_int(&stmt, "shard", log->shard);
	if (!stmt_next(&stmt, &rc))
		return rc == NMK_OK ? corrupt(tx, "key") : rc;
	sealed = stmt_column_blob(&stmt, 1, &sealed_length);
	rc = epoch_unseal(tx, stmt_column_int(&stmt, 0), PLACE_AUDIT_KEY, log->shard, sealed, sealed_length, &plain, &length);
	stmt_end(&stmt);
	if (rc == NMK_OK && (length != NOTE_SECRET_BYTES || memcmp(plain + 32, log->public_key, NOTE_PUBLIC_BYTES) != 0))
		rc = corrupt(tx, "key"); /* the second half is the public key */
	if (rc == NMK_OK)
		memcpy(secret, plain, NOTE_SECRET_BYTES);
	bytes_free(plain, length);
	return rc;
}

nmk_status audit_log_try_key(struct tx *tx, const struct audit_log *log)
{
	unsigned char secret[NOTE_SECRET_BYTES];
	nmk_status rc = secret_take(tx, log, secret);

	sodium_memzero(secret, sizeof secret);
	return rc;
}

static nmk_status log_insert(struct tx *tx, const struct audit_log *log, const unsigned char secret[NOTE_SECRET_BYTES])
{
	unsigned char seal[SEAL_BYTES];
	struct buffer sealed = { 0 };
	int64_t epoch = 0;
	struct stmt stmt;
	nmk_status rc = epoch_seal(tx, PLACE_AUDIT_KEY, log->shard, secret, NOTE_SECRET_BYTES, &sealed, &epoch);

	if (rc == NMK_OK) {
		seal_state(tx, log, seal);
		stmt_init(&stmt, tx, SQL_audit_log_add);
		stmt_int(&stmt, "shard", log->shard);
		stmt_text(&stmt, "origin", log->origin);
		stmt_blob(&stmt, "public_key", log->public_key, NOTE_PUBLIC_BYTES);
		stmt_blob(&stmt, "secret_sealed", sealed.data, sealed.length);
		stmt_int(&stmt, "secret_epoch", epoch);
		stmt_blob(&stmt, "hashes", "", 0);
		stmt_int(&stmt, "checkpoint_at", log->checkpoint_at);
		stmt_blob(&stmt, "checkpoint_hash", log->checkpoint_hash.bytes, TREE_HASH_BYTES);
		stmt_blob(&stmt, "seal", seal, sizeof seal);
		rc = stmt_exec(&stmt, NULL);
	}
	buffer_free(&sealed);
	return rc;
}

/* The year's own key: when the year is over, it is destroyed. */
static nmk_status log_begin(struct tx *tx, const char *url, int64_t year, struct audit_log *log)
{
	unsigned char secret[NOTE_SECRET_BYTES];
	nmk_status rc;

	memset(log, 0, sizeof *log);
	log->shard = year;
	log->checkpoint_at = tx->now;
	log->is_open = true;
	make_origin(url, year, log->origin);
	crypto_sign_ed25519_keypair(log->public_key, secret);
	rc = log_insert(tx, log, secret);
	sodium_memzero(secret, sizeof secret);
	return rc;
}

/* Nobody can sign another story about a year that is over. */
static nmk_status log_close(struct tx *tx, struct audit_log *log)
{
	struct stmt stmt;
	char *note = NULL;
	nmk_status rc = audit_log_settle(tx, log, true, &note);

	free(note);
	if (rc == NMK_OK) {
		stmt_init(&stmt, tx, SQL_audit_log_close);
		stmt_int(&stmt, "shard", log->shard);
		rc = stmt_exec(&stmt, NULL);
	}
	return rc;
}

nmk_status audit_log_open(struct tx *tx, const char *url, struct audit_log *log)
{
	int64_t year = year_of(tx->now);
	bool found;
	nmk_status rc = audit_log_load(tx, 0, log, &found);

	if (rc != NMK_OK || (found && log->shard >= year))
		return rc;
	if (found)
		rc = log_close(tx, log);
	return rc == NMK_OK ? log_begin(tx, url, year, log) : rc;
}

/* ---- tiles ---- */

/* Up to 256 hashes, from `first` on: leaves, or roots of the tiles below. */
static nmk_status hashes_read(struct tx *tx, int64_t shard, int level, int64_t first, int64_t count, struct tree_hash *hashes)
{
	struct stmt stmt;
	int64_t done = 0;
	nmk_status rc = NMK_OK;

	if (level == 0) {
		stmt_init(&stmt, tx, SQL_audit_leaves);
		stmt_int(&stmt, "first", audit_id(shard, first));
		stmt_int(&stmt, "end", audit_id(shard, first + count));
	} else {
		stmt_init(&stmt, tx, SQL_audit_tile_roots);
		stmt_int(&stmt, "shard", shard);
		stmt_int(&stmt, "level", level - 1);
		stmt_int(&stmt, "first", first);
		stmt_int(&stmt, "end", first + count);
	}
	while (stmt_next(&stmt, &rc))
		if (done == count || !take_bytes(&stmt, 0, hashes[done++].bytes, TREE_HASH_BYTES))
			rc = corrupt(tx, "hashes");
	return rc == NMK_OK && done != count ? corrupt(tx, "hashes") : rc;
}

static nmk_status tile_add(struct tx *tx, int64_t shard, int level, int64_t position, const struct tree_hash hashes[AUDIT_TILE_WIDTH])
{
	struct tree_range range = { 0 };
	struct tree_hash root;
	struct stmt stmt;

	for (int i = 0; i < AUDIT_TILE_WIDTH; i++)
		tree_append(&range, &hashes[i]);
	tree_root(&range, &root);
	stmt_init(&stmt, tx, SQL_audit_tile_add);
	stmt_int(&stmt, "shard", shard);
	stmt_int(&stmt, "level", level);
	stmt_int(&stmt, "position", position);
	stmt_blob(&stmt, "root", root.bytes, TREE_HASH_BYTES);
	stmt_blob(&stmt, "hashes", hashes, AUDIT_TILE_WIDTH * TREE_HASH_BYTES);
	return stmt_exec(&stmt, NULL);
}

/* The leaf is a row already. Every 256th completes a tile, every 65536th one above it as well, ... */
static nmk_status tiles_complete(struct tx *tx, const struct audit_log *log)
{
	struct tree_hash hashes[AUDIT_TILE_WIDTH];
	uint64_t size = log->range.size;
	nmk_status rc = NMK_OK;

	for (int level = 0; rc == NMK_OK && size > 0 && size % AUDIT_TILE_WIDTH == 0; level++) {
		size /= AUDIT_TILE_WIDTH;
		rc = hashes_read(tx, log->shard, level, (int64_t)(size - 1) * AUDIT_TILE_WIDTH, AUDIT_TILE_WIDTH, hashes);
		if (rc == NMK_OK)
			rc = tile_add(tx, log->shard, level, (int64_t)size - 1, hashes);
	}
	return rc;
}

nmk_status audit_log_grow(struct tx *tx, struct audit_log *log, const struct tree_hash *leaf)
{
	tree_append(&log->range, leaf);
	return tiles_complete(tx, log);
}

/* ---- checkpoints ---- */

void audit_checkpoint_chain(struct tree_hash *chain, int64_t size, int64_t created_at, const char *note)
{
	unsigned char numbers[16];
	crypto_hash_sha256_state state;

	put_big_endian(numbers, 8, (uint64_t)size);
	put_big_endian(numbers + 8, 8, (uint64_t)created_at);
	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, chain->bytes, TREE_HASH_BYTES);
	crypto_hash_sha256_update(&state, numbers, sizeof numbers);
	crypto_hash_sha256_update(&state, (const unsigned char *)note, strlen(note));
	crypto_hash_sha256_final(&state, chain->bytes);
}

static nmk_status checkpoint_keep(struct tx *tx, const struct audit_log *log, const char *note)
{
	struct stmt stmt;

	stmt_init(&stmt, tx, SQL_audit_checkpoint_add);
	stmt_int(&stmt, "shard", log->shard);
	stmt_int(&stmt, "size", (int64_t)log->range.size);
	stmt_int(&stmt, "now", tx->now);
	stmt_text(&stmt, "note", note);
	return stmt_exec(&stmt, NULL);
}

static nmk_status checkpoint_make(struct tx *tx, struct audit_log *log, char **note)
{
	unsigned char secret[NOTE_SECRET_BYTES];
	struct buffer text = { 0 };
	struct tree_hash root;
	struct note_key key;
	nmk_status rc = secret_take(tx, log, secret);

	if (rc != NMK_OK)
		return rc;
	tree_root(&log->range, &root);
	checkpoint_write(&text, log->origin, log->range.size, &root);
	if (note_key_make(log->origin, log->public_key, &key))
		note_sign(&text, &key, secret, true);
	else
		rc = corrupt(tx, "origin");
	sodium_memzero(secret, sizeof secret);
	if (rc == NMK_OK && text.failed)
		rc = tx_no_memory(tx);
	if (rc == NMK_OK)
		rc = checkpoint_keep(tx, log, text.data);
	if (rc == NMK_OK) {
		audit_checkpoint_chain(&log->checkpoint_hash, (int64_t)log->range.size, tx->now, text.data);
		log->checkpoint_size = (int64_t)log->range.size;
		log->checkpoint_at = tx->now;
		*note = buffer_take(&text);
	}
	buffer_free(&text);
	return rc;
}

static bool is_due(const struct tx *tx, const struct audit_log *log, bool wanted)
{
	int64_t waiting = (int64_t)log->range.size - log->checkpoint_size;

	return waiting > 0 && (wanted || waiting >= AUDIT_CHECKPOINT_ENTRIES || tx->now - log->checkpoint_at >= AUDIT_CHECKPOINT_MS);
}

nmk_status audit_log_settle(struct tx *tx, struct audit_log *log, bool wanted, char **note)
{
	unsigned char seal[SEAL_BYTES];
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	*note = NULL;
	if (is_due(tx, log, wanted))
		rc = checkpoint_make(tx, log, note);
	if (rc != NMK_OK)
		return rc;
	seal_state(tx, log, seal);
	stmt_init(&stmt, tx, SQL_audit_log_put);
	stmt_int(&stmt, "shard", log->shard);
	stmt_int(&stmt, "size", (int64_t)log->range.size);
	stmt_blob(&stmt, "hashes", log->range.hashes, (size_t)log->range.count * TREE_HASH_BYTES);
	stmt_int(&stmt, "checkpoint_size", log->checkpoint_size);
	stmt_int(&stmt, "checkpoint_at", log->checkpoint_at);
	stmt_blob(&stmt, "checkpoint_hash", log->checkpoint_hash.bytes, TREE_HASH_BYTES);
	stmt_blob(&stmt, "seal", seal, sizeof seal);
	return stmt_exec(&stmt, NULL);
}

/* ---- nodes ---- */

void audit_nodes_init(struct audit_nodes *nodes, struct tx *tx, int64_t shard, int64_t size)
{
	nodes->tx = tx;
	nodes->shard = shard;
	nodes->size = size;
	nodes->failed = NMK_OK;
	nodes->level = -1;
}

static nmk_status tile_read(struct audit_nodes *nodes, int level, int64_t position)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, nodes->tx, SQL_audit_tile_get);
	stmt_int(&stmt, "shard", nodes->shard);
	stmt_int(&stmt, "level", level);
	stmt_int(&stmt, "position", position);
	if (!stmt_next(&stmt, &rc))
		return rc == NMK_OK ? corrupt(nodes->tx, "tiles") : rc;
	if (!take_bytes(&stmt, 0, nodes->hashes, sizeof nodes->hashes))
		rc = corrupt(nodes->tx, "tiles");
	stmt_end(&stmt);
	return rc;
}

/* A full tile is one row; the last one of a level is put together. */
static nmk_status tile_load(struct audit_nodes *nodes, int level, int64_t position)
{
	int64_t all = nodes->size >> (level * AUDIT_TILE_LEVELS), first = position * AUDIT_TILE_WIDTH;
	int64_t count = all - first < AUDIT_TILE_WIDTH ? all - first : AUDIT_TILE_WIDTH;
	nmk_status rc;

	if (nodes->level == level && nodes->position == position)
		return NMK_OK;
	if (count == AUDIT_TILE_WIDTH)
		rc = tile_read(nodes, level, position);
	else
		rc = hashes_read(nodes->tx, nodes->shard, level, first, count, nodes->hashes);
	nodes->level = rc == NMK_OK ? level : -1;
	nodes->position = position;
	nodes->count = count;
	return rc;
}

bool audit_nodes_node(void *context, int level, uint64_t index, struct tree_hash *hash)
{
	struct audit_nodes *nodes = context;
	int tile_level = level / AUDIT_TILE_LEVELS, height = level % AUDIT_TILE_LEVELS;
	int64_t first = (int64_t)index << height, offset = first % AUDIT_TILE_WIDTH;
	struct tree_range range = { 0 };

	nodes->failed = tile_load(nodes, tile_level, first / AUDIT_TILE_WIDTH);
	if (nodes->failed == NMK_OK && offset + (INT64_C(1) << height) > nodes->count)
		nodes->failed = corrupt(nodes->tx, "tiles");
	if (nodes->failed != NMK_OK)
		return false;
	for (int64_t i = offset; i < offset + (INT64_C(1) << height); i++)
		tree_append(&range, &nodes->hashes[i]);
	tree_root(&range, hash);
	return true;
}
