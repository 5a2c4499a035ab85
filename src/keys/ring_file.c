/* ring_file.c -- the ring as a file, of lines:
 *
 *     nanomarket key ring 1
 *     store <fingerprint of the store, hex>
 *     root <where the root key comes from: file, passphrase, callback>
 *     salt <of a passphrase, hex>
 *     oldest <number of the oldest epoch>
 *     keys <base64 of the keys, sealed by the root key>
 *     check <BLAKE2b of all before it, hex>
 *
 * The check tells a damaged file from a wrong root key. What is sealed begins with the fingerprint and the master key; then come
 * the epochs: number, since, replaced (8 bytes each, little-endian), key. */
#include "ring.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "new_file.h"
#include "number.h"
#include "store_tx.h"

#define FORMAT       "nanomarket key ring "
#define FILE_MAXIMUM 16384
#define VARIANT      sodium_base64_VARIANT_ORIGINAL
#define PLACE        "keyring"
#define CHECK_BYTES  16
#define EPOCH_BYTES  (3 * 8 + KEY_BYTES)
#define HEAD_BYTES   (RING_STORE_BYTES + KEY_BYTES)
#define PLAIN_BYTES  (HEAD_BYTES + RING_EPOCHS * EPOCH_BYTES)

void store_fingerprint(const struct store *store, unsigned char bytes[RING_STORE_BYTES])
{
	crypto_generichash(bytes, RING_STORE_BYTES, store->id_key, ID_KEY_SIZE, (const unsigned char *)"nanomarket key ring", 19);
}

nmk_status ring_missing(struct tx *tx, const char *path)
{
	return tx_fail(tx, NMK_EDENIED, "keyring", "the key ring '%s' is missing; without it the store cannot be read", path);
}

static nmk_status damaged(struct tx *tx, const char *path)
{
	return tx_fail(tx, NMK_ECORRUPT, "keyring", "the key ring '%s' is damaged, or no key ring", path);
}

/* ---- stamps ---- */

static struct ring_stamp stamp_from(const struct stat *info)
{
	return (struct ring_stamp){ info->st_dev, info->st_ino, info->st_size, info->st_mtim };
}

bool ring_stamp_of(const char *path, struct ring_stamp *stamp)
{
	struct stat info;

	if (stat(path, &info) != 0)
		return false;
	*stamp = stamp_from(&info);
	return true;
}

bool ring_stamp_equal(const struct ring_stamp *a, const struct ring_stamp *b)
{
	return a->device == b->device && a->inode == b->inode && a->size == b->size
	    && a->modified.tv_sec == b->modified.tv_sec && a->modified.tv_nsec == b->modified.tv_nsec;
}

/* ---- reading ---- */

/* The value of the line that begins with that name, up to its end. */
static bool take_line(const char **at, const char *name, const char **value, size_t *length)
{
	size_t name_length = strlen(name);
	const char *end = strchr(*at, '\n');

	if (!end || strncmp(*at, name, name_length) != 0)
		return false;
	*value = *at + name_length;
	*length = (size_t)(end - *value);
	*at = end + 1;
	return true;
}

static bool take_hex(const char **at, const char *name, unsigned char *bytes, size_t count)
{
	const char *value;
	size_t length, decoded = 0;

	return take_line(at, name, &value, &length) && length == 2 * count
	    && sodium_hex2bin(bytes, count, value, length, NULL, &decoded, NULL) == 0 && decoded == count;
}

static bool take_number(const char **at, const char *name, int64_t *number)
{
	const char *value;
	size_t length;

	if (!take_line(at, name, &value, &length) || length < 1 || length > 18 || strspn(value, "0123456789") != length)
		return false;
	*number = strtoll(value, NULL, 10);
	return *number >= 1;
}

static void checksum(const char *text, size_t length, char check[2 * CHECK_BYTES + 1])
{
	unsigned char hash[CHECK_BYTES];

	crypto_generichash(hash, sizeof hash, (const unsigned char *)text, length, NULL, 0);
	sodium_bin2hex(check, 2 * CHECK_BYTES + 1, hash, sizeof hash);
}

static bool take_all(struct ring_file *file, const char *at, unsigned char store[RING_STORE_BYTES])
{
	char right[2 * CHECK_BYTES + 1];
	const char *root, *check;
	size_t root_length, check_length;

	if (!take_hex(&at, "store ", store, RING_STORE_BYTES) || !take_line(&at, "root ", &root, &root_length)
	    || root_length >= sizeof file->root || !take_hex(&at, "salt ", file->salt, RING_SALT_BYTES)
	    || !take_number(&at, "oldest ", &file->oldest) || !take_line(&at, "keys ", &file->keys, &file->keys_length))
		return false;
	snprintf(file->root, sizeof file->root, "%.*s", (int)root_length, root);
	checksum(file->text, (size_t)(at - file->text), right);
	return take_line(&at, "check ", &check, &check_length) && check_length == 2 * CHECK_BYTES
	    && memcmp(check, right, check_length) == 0 && at == file->text + file->length;
}

nmk_status ring_file_check(struct tx *tx, const char *path, const unsigned char store[RING_STORE_BYTES], struct ring_file *file)
{
	unsigned char found[RING_STORE_BYTES];
	const char *at = file->text, *version;
	size_t length;

	if (!take_line(&at, FORMAT, &version, &length))
		return damaged(tx, path);
	if (length != 1 || *version != '1')
		return tx_fail(tx, NMK_EVERSION, "keyring", "the key ring '%s' was made by a newer library", path);
	if (!take_all(file, at, found))
		return damaged(tx, path);
	if (memcmp(found, store, RING_STORE_BYTES) != 0)
		return tx_fail(tx, NMK_EDENIED, "keyring", "the key ring '%s' belongs to another store", path);
	return NMK_OK;
}

static nmk_status read_text(struct tx *tx, const char *path, int fd, struct ring_file *file)
{
	struct stat info;
	int result;

	if (fstat(fd, &info) != 0)
		return file_failed(tx, path, errno);
	if (!S_ISREG(info.st_mode) || info.st_size > FILE_MAXIMUM)
		return damaged(tx, path);
	file->stamp = stamp_from(&info);
	file->length = (size_t)info.st_size;
	file->text = malloc(file->length + 1);
	if (!file->text)
		return tx_no_memory(tx);
	file->text[file->length] = '\0';
	result = file_read(fd, 0, file->text, file->length);
	return result == 0 ? NMK_OK : file_failed(tx, path, result);
}

nmk_status ring_file_read(struct tx *tx, const char *path, const unsigned char store[RING_STORE_BYTES], struct ring_file *file)
{
	nmk_status rc;
	int fd;

	memset(file, 0, sizeof *file);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return errno == ENOENT ? NMK_OK : file_failed(tx, path, errno);
	rc = read_text(tx, path, fd, file);
	close(fd);
	if (rc == NMK_OK)
		rc = ring_file_check(tx, path, store, file);
	if (rc != NMK_OK) {
		free(file->text);
		file->text = NULL;
	}
	return rc;
}

/* ---- opening ---- */

static bool unpack(const struct key_ring *ring, const struct ring_file *file, const unsigned char *plain, size_t length,
                   struct ring_content *content)
{
	if (length < HEAD_BYTES + EPOCH_BYTES || length > PLAIN_BYTES || (length - HEAD_BYTES) % EPOCH_BYTES != 0
	    || memcmp(plain, ring->store, RING_STORE_BYTES) != 0)
		return false;
	memcpy(content->secrets->master.bytes, plain + RING_STORE_BYTES, KEY_BYTES);
	content->count = (int)((length - HEAD_BYTES) / EPOCH_BYTES);
	for (int i = 0; i < content->count; i++) {
		const unsigned char *at = plain + HEAD_BYTES + (size_t)i * EPOCH_BYTES;

		content->epochs[i] = (struct ring_epoch){
			(int64_t)get_little_endian(at, 8), (int64_t)get_little_endian(at + 8, 8), (int64_t)get_little_endian(at + 16, 8)
		};
		memcpy(content->secrets->epochs[i].bytes, at + 24, KEY_BYTES);
		if (content->epochs[i].number != file->oldest + i)
			return false;
	}
	return true;
}

static nmk_status open_sealed(struct tx *tx, const struct key_ring *ring, const struct ring_file *file, const void *sealed,
                              size_t sealed_length, struct ring_content *content)
{
	size_t length = 0;
	char *plain;
	nmk_status rc = unseal(tx, &content->secrets->root, PLACE, 0, sealed, sealed_length, &plain, &length);

	if (rc == NMK_ECORRUPT)
		return tx_fail(tx, NMK_EDENIED, "root_key", "is not the one of this store");
	if (rc == NMK_OK && !unpack(ring, file, (const unsigned char *)plain, length, content))
		rc = damaged(tx, ring->path);
	bytes_free(plain, length);
	return rc;
}

static nmk_status open_keys(struct tx *tx, const struct key_ring *ring, const struct ring_file *file,
                            struct ring_content *content)
{
	unsigned char sealed[SEALED_SIZE(PLAIN_BYTES)];
	size_t length = 0;

	if (sodium_base642bin(sealed, sizeof sealed, file->keys, file->keys_length, NULL, &length, NULL, VARIANT) != 0)
		return damaged(tx, ring->path);
	return open_sealed(tx, ring, file, sealed, length, content);
}

/* A root key is asked for only when it is another one: a passphrase costs seconds. */
static nmk_status get_root(struct tx *tx, const struct key_ring *ring, struct ring_content *content)
{
	if (ring->now.secrets && memcmp(ring->now.salt, content->salt, RING_SALT_BYTES) == 0) {
		content->secrets->root = ring->now.secrets->root;
		return NMK_OK;
	}
	return root_key_get(tx, &ring->root, content->salt, &content->secrets->root);
}

nmk_status ring_file_open(struct tx *tx, const struct key_ring *ring, const struct ring_file *file,
                          struct ring_content *content)
{
	nmk_status rc = content_begin(tx, content);

	if (rc != NMK_OK)
		return rc;
	memcpy(content->salt, file->salt, RING_SALT_BYTES);
	content->stamp = file->stamp;
	if (strcmp(file->root, root_kind_words[ring->root.kind]) != 0)
		rc = tx_fail(tx, NMK_EDENIED, "root_key", "the root key of this store comes from another source: %s", file->root);
	if (rc == NMK_OK)
		rc = get_root(tx, ring, content);
	if (rc == NMK_OK)
		rc = open_keys(tx, ring, file, content);
	if (rc != NMK_OK)
		content_free(content);
	return rc;
}

/* ---- writing ---- */

static size_t pack(const struct key_ring *ring, const struct ring_content *content, unsigned char plain[PLAIN_BYTES])
{
	memcpy(plain, ring->store, RING_STORE_BYTES);
	memcpy(plain + RING_STORE_BYTES, content->secrets->master.bytes, KEY_BYTES);
	for (int i = 0; i < content->count; i++) {
		unsigned char *at = plain + HEAD_BYTES + (size_t)i * EPOCH_BYTES;

		put_little_endian(at, 8, (uint64_t)content->epochs[i].number);
		put_little_endian(at + 8, 8, (uint64_t)content->epochs[i].since);
		put_little_endian(at + 16, 8, (uint64_t)content->epochs[i].replaced);
		memcpy(at + 24, content->secrets->epochs[i].bytes, KEY_BYTES);
	}
	return HEAD_BYTES + (size_t)content->count * EPOCH_BYTES;
}

static void add_keys(struct buffer *text, const struct key_ring *ring, const struct ring_content *content)
{
	unsigned char plain[PLAIN_BYTES];
	char base64[4 * (SEALED_SIZE(PLAIN_BYTES) / 3 + 2)];
	struct buffer sealed = { 0 };

	seal(&content->secrets->root, PLACE, 0, plain, pack(ring, content, plain), &sealed);
	sodium_memzero(plain, sizeof plain);
	if (sealed.failed) {
		text->failed = true;
	} else {
		sodium_bin2base64(base64, sizeof base64, (const unsigned char *)sealed.data, sealed.length, VARIANT);
		buffer_format(text, "keys %s\n", base64);
	}
	buffer_free(&sealed);
}

static void add_hex(struct buffer *text, const char *name, const unsigned char *bytes, size_t length)
{
	char hex[2 * RING_STORE_BYTES + 1];

	buffer_format(text, "%s %s\n", name, sodium_bin2hex(hex, sizeof hex, bytes, length));
}

static void compose(struct buffer *text, const struct key_ring *ring, enum root_kind kind, const struct ring_content *content)
{
	char check[2 * CHECK_BYTES + 1];

	buffer_text(text, FORMAT "1\n");
	add_hex(text, "store", ring->store, RING_STORE_BYTES);
	buffer_format(text, "root %s\n", root_kind_words[kind]);
	add_hex(text, "salt", content->salt, RING_SALT_BYTES);
	buffer_format(text, "oldest %lld\n", (long long)content->epochs[0].number);
	add_keys(text, ring, content);
	if (text->failed)
		return;
	checksum(text->data, text->length, check);
	buffer_format(text, "check %s\n", check);
}

/* To the disk as PART; nobody else writes one, because the write lock is held. */
static int write_part(const char *part, const struct buffer *text, struct ring_stamp *stamp)
{
	struct stat info;
	int fd, result;

	if (unlink(part) != 0 && errno != ENOENT)
		return errno;
	fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return errno;
	result = file_write(fd, text->data, text->length);
	if (result == 0)
		result = file_sync(fd);
	if (result == 0)
		result = fstat(fd, &info) == 0 ? 0 : errno;
	close(fd);
	if (result == 0)
		*stamp = stamp_from(&info);
	else
		unlink(part);
	return result;
}

static nmk_status replace(struct tx *tx, const char *path, const char *part, const struct buffer *text,
                          struct ring_stamp *stamp)
{
	int result = write_part(part, text, stamp);

	if (result == 0 && rename(part, path) != 0) {
		result = errno;
		unlink(part);
	}
	if (result != 0)
		return file_failed(tx, path, result);
	result = folder_sync_above(path);
	if (result == 0)
		return NMK_OK;
	memset(stamp, 0, sizeof *stamp);
	return tx_fail(tx, NMK_EUNKNOWN, "keyring", "the key ring '%s' was written, but whether the disk has it is not known (error %d)",
	               path, result);
}

nmk_status ring_file_write(struct tx *tx, const struct key_ring *ring, enum root_kind kind, struct ring_content *content)
{
	struct buffer text = { 0 }, part = { 0 };
	nmk_status rc;

	compose(&text, ring, kind, content);
	buffer_format(&part, "%s.part", ring->path);
	rc = text.failed || part.failed ? tx_no_memory(tx) : replace(tx, ring->path, part.data, &text, &content->stamp);
	buffer_free(&text);
	buffer_free(&part);
	return rc;
}

/* ---- for backups ---- */

nmk_status key_ring_file(struct tx *tx, const struct store *store, const char *path, char **text, size_t *length)
{
	unsigned char fingerprint[RING_STORE_BYTES];
	struct ring_file file;
	nmk_status rc;

	store_fingerprint(store, fingerprint);
	rc = ring_file_read(tx, path, fingerprint, &file);
	*text = file.text;
	*length = file.length;
	return rc;
}
