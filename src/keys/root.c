/* root.c -- the root key: of a callback, of a file, of a passphrase. */
#include "ring.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "new_file.h"
#include "wipe.h"

#define PASSPHRASE_MINIMUM 15
#define PASSPHRASE_MAXIMUM 1024
#define FILE_TEXT          44 /* base64 of 32 bytes, with its padding */

const char *const root_kind_words[] = { "", "file", "passphrase", "callback", NULL };

static nmk_status check_source(struct tx *tx, const struct root_key_source *source)
{
	size_t length = source->passphrase ? strnlen(source->passphrase, PASSPHRASE_MAXIMUM + 1) : PASSPHRASE_MINIMUM;

	if ((source->callback != NULL) + (source->file != NULL) + (source->passphrase != NULL) != 1)
		return tx_fail(tx, NMK_EINVALID, "root_key", "must be one of callback, file and passphrase");
	if (length < PASSPHRASE_MINIMUM || length > PASSPHRASE_MAXIMUM)
		return tx_fail(tx, NMK_EINVALID, "root_passphrase", "must have from %lld to %lld bytes",
		               (long long)PASSPHRASE_MINIMUM, (long long)PASSPHRASE_MAXIMUM);
	return NMK_OK;
}

nmk_status root_take(struct tx *tx, const struct root_key_source *source, struct root *root)
{
	nmk_status rc = check_source(tx, source);

	memset(root, 0, sizeof *root);
	if (rc != NMK_OK)
		return rc;
	root->kind = source->callback ? ROOT_CALLBACK : source->passphrase ? ROOT_PASSPHRASE : ROOT_FILE;
	root->source.callback = source->callback;
	root->source.context = source->context;
	root->source.file = source->file ? strdup(source->file) : NULL;
	root->source.passphrase = source->passphrase ? locked_copy(source->passphrase) : NULL;
	if ((source->file && !root->source.file) || (source->passphrase && !root->source.passphrase)) {
		root_free(root);
		return tx_no_memory(tx);
	}
	return NMK_OK;
}

void root_free(struct root *root)
{
	free((char *)(uintptr_t)root->source.file);
	sodium_free((char *)(uintptr_t)root->source.passphrase);
	memset(root, 0, sizeof *root);
}

/* ---- a file: the key in base64, with or without a line break ---- */

static nmk_status open_failed(struct tx *tx, const char *path, int error_number)
{
	switch (error_number) {
	case ENOENT:
	case ENOTDIR:
		return tx_fail(tx, NMK_EDENIED, "root_key", "the root key '%s' is missing; without it the store cannot be read", path);
	case EACCES:
	case EPERM:
		return tx_fail(tx, NMK_EDENIED, "root_key", "the root key '%s' cannot be read (error %d)", path, error_number);
	default: /* a number of the system below, not an enum of ours */
		return file_failed(tx, path, error_number);
	}
}

static nmk_status no_root_key(struct tx *tx, const char *path)
{
	return tx_fail(tx, NMK_EDENIED, "root_key", "'%s' is no root key", path);
}

static nmk_status decode(struct tx *tx, const char *path, const char text[FILE_TEXT + 1], size_t length,
                         struct secret_key *key)
{
	size_t decoded = 0;

	if ((length == FILE_TEXT + 1 && text[FILE_TEXT] != '\n')
	    || sodium_base642bin(key->bytes, sizeof key->bytes, text, FILE_TEXT, NULL, &decoded, NULL,
	                         sodium_base64_VARIANT_ORIGINAL) != 0
	    || decoded != sizeof key->bytes)
		return no_root_key(tx, path);
	return NMK_OK;
}

/* A link is followed: what counts is who may read what it leads to. */
static nmk_status read_open_file(struct tx *tx, const char *path, int fd, struct secret_key *key)
{
	char text[FILE_TEXT + 1];
	struct stat info;
	size_t length;
	int result;
	nmk_status rc;

	if (fstat(fd, &info) != 0)
		return file_failed(tx, path, errno);
	if (!S_ISREG(info.st_mode) || (info.st_size != FILE_TEXT && info.st_size != FILE_TEXT + 1))
		return no_root_key(tx, path);
	if (info.st_mode & 077)
		return tx_fail(tx, NMK_EDENIED, "root_key", "the root key '%s' must be readable by its owner only: chmod 400", path);
	length = (size_t)info.st_size;
	result = file_read(fd, 0, text, length);
	rc = result == 0 ? decode(tx, path, text, length, key) : file_failed(tx, path, result);
	sodium_memzero(text, sizeof text);
	return rc;
}

static nmk_status read_file(struct tx *tx, const char *path, struct secret_key *key)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	nmk_status rc;

	if (fd < 0)
		return open_failed(tx, path, errno);
	rc = read_open_file(tx, path, fd, key);
	close(fd);
	return rc;
}

static int write_key(int fd)
{
	char text[FILE_TEXT + 1];
	struct secret_key key;
	int result;

	key_random(&key);
	sodium_bin2base64(text, sizeof text, key.bytes, sizeof key.bytes, sodium_base64_VARIANT_ORIGINAL);
	text[FILE_TEXT] = '\n';
	result = file_write(fd, text, sizeof text);
	if (result == 0 && fchmod(fd, 0400) != 0)
		result = errno;
	key_wipe(&key);
	sodium_memzero(text, sizeof text);
	return result;
}

nmk_status root_file_make(struct tx *tx, const char *path, bool *made)
{
	struct new_file file = NEW_FILE_NONE;
	nmk_error before = *tx->error;
	nmk_status rc = new_file_begin(tx, &file, path);
	int result;

	*made = false;
	if (rc == NMK_OK) {
		result = write_key(file.fd);
		rc = result == 0 ? new_file_finish(tx, &file) : file_failed(tx, path, result);
	}
	*made = rc == NMK_OK;
	new_file_end(&file);
	if (rc != NMK_ECONFLICT)
		return rc;
	*tx->error = before;
	return NMK_OK;
}

/* ---- a passphrase, a callback ---- */

static nmk_status stretch(struct tx *tx, const char *passphrase, const unsigned char salt[RING_SALT_BYTES],
                          struct secret_key *key)
{
	int failed = crypto_pwhash(key->bytes, sizeof key->bytes, passphrase, strlen(passphrase), salt,
	                           crypto_pwhash_OPSLIMIT_MODERATE, crypto_pwhash_MEMLIMIT_MODERATE, crypto_pwhash_ALG_ARGON2ID13);

	stack_wipe();
	return failed ? tx_no_memory(tx) : NMK_OK;
}

static nmk_status ask(struct tx *tx, const struct root_key_source *source, struct secret_key *key)
{
	nmk_status rc = source->callback(source->context, key->bytes);

	if (rc == NMK_ENOMEM)
		return tx_no_memory(tx);
	return rc == NMK_OK ? NMK_OK : tx_fail(tx, NMK_EDENIED, "root_key", "the host gave no root key");
}

nmk_status root_key_get(struct tx *tx, const struct root *root, const unsigned char salt[RING_SALT_BYTES],
                        struct secret_key *key)
{
	switch (root->kind) {
	case ROOT_FILE:       return read_file(tx, root->source.file, key);
	case ROOT_PASSPHRASE: return stretch(tx, root->source.passphrase, salt, key);
	case ROOT_CALLBACK:   return ask(tx, &root->source, key);
	}
	return NMK_EINTERNAL;
}
