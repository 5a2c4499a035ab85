/* restore.c -- a store out of a backup. */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "blob.h"
#include "copy.h"
#include "keys.h"

/* A backup that is in use as a store may have part of itself in a log. */
static nmk_status backup_open(struct tx *tx, const char *backup, int *fd, int64_t *size)
{
	struct stat info;

	if (copy_size_beside(backup, "-wal") > 0 || copy_size_beside(backup, "-journal") > 0)
		return tx_fail(tx, NMK_EBUSY, "backup", "is in use as a store: close it first");
	*fd = open(backup, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (*fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return tx_fail(tx, NMK_ENOTFOUND, "backup", "there is no backup at '%s'", backup);
	if (*fd < 0)
		return tx_fail(tx, NMK_EIO, "backup", "'%s' cannot be read", backup);
	if (fstat(*fd, &info) != 0 || !S_ISREG(info.st_mode))
		return tx_fail(tx, NMK_ECORRUPT, "backup", "is damaged, or no store");
	*size = info.st_size;
	return NMK_OK;
}

/* What an older store left behind would be taken for a part of the new one. */
static nmk_status way_is_free(struct tx *tx, const char *path)
{
	if (copy_size_beside(path, "-wal") >= 0 || copy_size_beside(path, "-journal") >= 0)
		return tx_fail(tx, NMK_ECONFLICT, "path", "a log of an older store lies beside '%s'", path);
	if (copy_size_beside(path, ".keyring") >= 0)
		return tx_fail(tx, NMK_ECONFLICT, "path", "a key ring lies beside '%s'; it is never replaced", path);
	return NMK_OK;
}

static nmk_status copy_piece(struct tx *tx, int from, const struct new_file *to, int64_t offset, char *piece, size_t length)
{
	int result = file_read(from, offset, piece, length);

	if (result != 0)
		return tx_fail(tx, NMK_EIO, "backup", "cannot be read (error %d)", result);
	result = file_write(to->fd, piece, length);
	return result == 0 ? NMK_OK : file_failed(tx, to->path, result);
}

static nmk_status copy_bytes(struct tx *tx, int from, int64_t size, const struct new_file *to, nmk_progress progress,
                             void *context)
{
	char *piece = malloc(BLOB_CHUNK_BYTES);
	nmk_status rc = piece ? NMK_OK : tx_no_memory(tx);
	int64_t offset = 0;

	while (rc == NMK_OK && offset < size) {
		size_t length = size - offset < BLOB_CHUNK_BYTES ? (size_t)(size - offset) : BLOB_CHUNK_BYTES;

		rc = copy_piece(tx, from, to, offset, piece, length);
		offset += (int64_t)length;
		if (rc == NMK_OK && progress && !progress(context, offset, size))
			rc = tx_fail(tx, NMK_ECANCELLED, NULL, "was stopped");
	}
	free(piece);
	return rc;
}

/* The store, and its key ring beside it. */
struct restoration {
	const char     *backup, *path;
	char           *ring_from;
	struct new_file file, ring;
	bool            has_ring;
};

static nmk_status begin_files(struct tx *tx, struct restoration *restoration)
{
	char *ring_path = NULL;
	nmk_status rc = new_file_begin(tx, &restoration->file, restoration->path);

	if (rc == NMK_OK)
		rc = copy_ring_path(tx, restoration->backup, &restoration->ring_from);
	if (rc == NMK_OK)
		rc = copy_ring_path(tx, restoration->path, &ring_path);
	if (rc == NMK_OK)
		rc = new_file_begin(tx, &restoration->ring, ring_path);
	free(ring_path);
	return rc;
}

/* Without a ring only a store in which nothing is sealed can be read. */
static nmk_status check_needless(struct tx *tx, struct store *copy, const char *ring_path)
{
	struct tx own = { .what = tx->what, .language = tx->language, .error = tx->error };
	bool needed = false;
	nmk_status rc = tx_begin(&own, copy, false);

	if (rc == NMK_OK)
		rc = tx_end(&own, keys_are_needed(&own, &needed));
	return rc == NMK_OK && needed
	     ? tx_fail(tx, NMK_EDENIED, "keyring", "the key ring '%s' is missing; without it the store cannot be read", ring_path) : rc;
}

static nmk_status take_ring(struct tx *tx, struct store *copy, struct restoration *restoration)
{
	nmk_status rc = copy_ring(tx, copy, restoration->ring_from, &restoration->ring, &restoration->has_ring);

	return rc == NMK_OK && !restoration->has_ring ? check_needless(tx, copy, restoration->ring_from) : rc;
}

/* Opening brings an older backup to this library's schema. */
static nmk_status make_store(struct tx *tx, struct restoration *restoration, nmk_progress progress, void *context)
{
	struct store *copy;
	nmk_status rc = copy_open(tx, restoration->file.part, "backup", &copy);

	if (rc == NMK_OK)
		rc = take_ring(tx, copy, restoration);
	if (rc == NMK_OK)
		rc = copy_verify(tx, copy, "backup", progress, context);
	copy_close(copy, restoration->file.part);
	return rc;
}

/* The ring first, so that the store is never without it. */
static nmk_status finish(struct tx *tx, struct restoration *restoration)
{
	nmk_status rc = restoration->has_ring ? new_file_finish(tx, &restoration->ring) : NMK_OK;

	if (rc == NMK_OK)
		rc = new_file_finish(tx, &restoration->file);
	if (rc != NMK_OK)
		new_file_withdraw(&restoration->ring);
	return rc;
}

static nmk_status restore(struct tx *tx, struct restoration *restoration, nmk_progress progress, void *context)
{
	int64_t size = 0;
	int fd = -1;
	nmk_status rc = backup_open(tx, restoration->backup, &fd, &size);

	if (rc == NMK_OK)
		rc = way_is_free(tx, restoration->path);
	if (rc == NMK_OK)
		rc = begin_files(tx, restoration);
	if (rc == NMK_OK)
		rc = copy_bytes(tx, fd, size, &restoration->file, progress, context);
	if (rc == NMK_OK)
		rc = make_store(tx, restoration, progress, context);
	if (rc == NMK_OK)
		rc = finish(tx, restoration);
	if (fd >= 0)
		close(fd);
	return rc;
}

nmk_status nmk_market_restore(const char *backup, const char *path, nmk_progress progress, void *context, nmk_error *error)
{
	nmk_error unheard;
	struct tx tx = { .what = "market_restore", .error = error ? error : &unheard };
	struct restoration restoration = { .backup = backup, .path = path, .file = NEW_FILE_NONE, .ring = NEW_FILE_NONE };
	nmk_status rc;

	memset(tx.error, 0, sizeof *tx.error);
	if (!backup || !path)
		return tx_fail(&tx, NMK_EINVALID, backup ? "path" : "backup", "is needed");
	if (sodium_init() < 0)
		return tx_fail(&tx, NMK_EINTERNAL, NULL, "the system gives no random numbers");
	rc = restore(&tx, &restoration, progress, context);
	new_file_end(&restoration.ring);
	new_file_end(&restoration.file);
	free(restoration.ring_from);
	return rc;
}
