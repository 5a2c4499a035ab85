#define _DEFAULT_SOURCE /* flock() */
#include "blob.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "new_file.h"
#include "store_tx.h"

#define HASH_BYTES     32
#define UNUSED_FROM_MS MINUTE_MS
#define ABSORB_CHUNKS  32      /* rows of one transaction */

/* What went wrong with the store's own folder. Its path is nothing for strangers: messages leave it out. */
static nmk_status folder_failed(struct tx *tx, int error_number)
{
	switch (error_number) {
	case ENOSPC:
	case EDQUOT:
		return tx_fail(tx, NMK_EFULL, NULL, "no space is left for the store");
	case EROFS:
	case EACCES:
	case EPERM:
		return tx_fail(tx, NMK_EREADONLY, NULL, "the store's folder of files cannot be written");
	case ENOMEM:
		return tx_no_memory(tx);
	default: /* a number of the system below, not an enum of ours */
		return tx_fail(tx, NMK_EIO, NULL, "the store's folder of files failed (error %d)", error_number);
	}
}

/* "<store>.blobs" and what is in it. A path that was cut here is too long for the system, too. */
struct path {
	char text[PATH_MAX + 1];
};

static struct path path_in(const struct store *store, const char *folder, const char *name)
{
	struct path path;

	snprintf(path.text, sizeof path.text, "%s.blobs%s%s%s%s", store->path, *folder ? "/" : "", folder, *name ? "/" : "",
	         name);
	return path;
}

static struct path final_path(const struct store *store, const char *hash)
{
	return path_in(store, (char[]){ hash[0], hash[1], '\0' }, hash);
}

/* A folder of our own, known to the disk before anything is put into it. */
static int make_folder(struct path path)
{
	if (mkdir(path.text, 0700) == 0)
		return folder_sync_above(path.text);
	return errno == EEXIST ? 0 : errno;
}

static int make_folders(const struct store *store, const char *name)
{
	int result = make_folder(path_in(store, "", ""));

	return result == 0 ? make_folder(path_in(store, name, "")) : result;
}

/* ---- writing ---- */

/* A sweep may take the file for a lost one between its making and its locking: then another is made. */
static int draft_open(const struct store *store, struct blob_draft *draft)
{
	unsigned char random[16];
	struct stat info;

	for (int attempt = 0; attempt < 10; attempt++) {
		randombytes_buf(random, sizeof random);
		sodium_bin2hex(draft->name, sizeof draft->name, random, sizeof random);
		draft->fd = open(path_in(store, "tmp", draft->name).text, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (draft->fd < 0)
			return errno;
		if (flock(draft->fd, LOCK_EX | LOCK_NB) == 0 && fstat(draft->fd, &info) == 0 && info.st_nlink > 0)
			return 0;
		blob_draft_end(draft);
	}
	return EAGAIN;
}

nmk_status blob_draft_begin(struct tx *tx, struct blob_draft *draft)
{
	int result;

	*draft = (struct blob_draft)BLOB_DRAFT_NONE;
	draft->store = tx->store;
	if (tx->store->engine_options.read_only)
		return tx_fail(tx, NMK_EREADONLY, NULL, "the store was opened for reading only");
	crypto_generichash_init(&draft->state, NULL, 0, HASH_BYTES);
	result = make_folders(tx->store, "tmp");
	if (result == 0)
		result = draft_open(tx->store, draft);
	return result == 0 ? NMK_OK : folder_failed(tx, result);
}

nmk_status blob_draft_add(struct tx *tx, struct blob_draft *draft, const void *data, size_t length)
{
	int result = file_write(draft->fd, data, length);

	if (result != 0)
		return folder_failed(tx, result);
	crypto_generichash_update(&draft->state, data, length);
	draft->size += (int64_t)length;
	return NMK_OK;
}

static void hash_text(crypto_generichash_state *state, char hash[BLOB_HASH_SIZE])
{
	unsigned char bytes[HASH_BYTES];

	crypto_generichash_final(state, bytes, sizeof bytes);
	sodium_bin2hex(hash, BLOB_HASH_SIZE, bytes, sizeof bytes);
}

static int folder_of_hash(const struct store *store, const char *hash)
{
	char folder[3] = { hash[0], hash[1], '\0' };

	return make_folders(store, folder);
}

nmk_status blob_draft_finish(struct tx *tx, struct blob_draft *draft, int64_t file_bytes)
{
	int result = 0;

	hash_text(&draft->state, draft->hash);
	draft->in_file = draft->size > file_bytes;
	if (draft->in_file) {
		result = file_sync(draft->fd);
		if (result == 0)
			result = folder_of_hash(tx->store, draft->hash);
	}
	return result == 0 ? NMK_OK : folder_failed(tx, result);
}

int blob_draft_read(void *draft, uint64_t offset, void *buffer, size_t length)
{
	return file_read(((struct blob_draft *)draft)->fd, (int64_t)offset, buffer, length) == 0 ? 0 : -1;
}

/* Does the file of a row lie where it should, as far as a look at its size tells? */
static bool file_is_there(const struct store *store, const char *hash, int64_t size)
{
	struct stat info;

	return lstat(final_path(store, hash).text, &info) == 0 && S_ISREG(info.st_mode) && info.st_size == size;
}

/* The temporary file gets the name of its content. Its time tells a sweep that somebody is about to commit. */
static int draft_place(const struct store *store, struct blob_draft *draft)
{
	struct path path = final_path(store, draft->hash);
	int result = 0;

	if (draft->moved && !file_is_there(store, draft->hash, draft->size))
		return ENOENT; /* swept away after a transaction that failed */
	if (!draft->moved) {
		result = folder_of_hash(store, draft->hash);
		if (result == 0 && (futimens(draft->fd, NULL) != 0
		                    || rename(path_in(store, "tmp", draft->name).text, path.text) != 0))
			result = errno;
		draft->moved = result == 0;
		if (result == 0)
			result = file_sync(draft->fd);
	}
	return result == 0 ? folder_sync_above(path.text) : result;
}

static nmk_status row_get(struct tx *tx, const char *hash, int64_t *size, bool *in_file)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	*size = -1;
	stmt_init(&stmt, tx, SQL_blob_get);
	stmt_text(&stmt, "hash", hash);
	if (stmt_next(&stmt, &rc)) {
		*size = stmt_column_int(&stmt, 0);
		*in_file = stmt_column_int(&stmt, 1) != 0;
		stmt_end(&stmt);
	}
	return rc;
}

static nmk_status row_add(struct tx *tx, const struct blob_draft *draft)
{
	struct stmt stmt;

	stmt_init(&stmt, tx, SQL_blob_add);
	stmt_text(&stmt, "hash", draft->hash);
	stmt_int(&stmt, "size", draft->size);
	stmt_int(&stmt, "file_stored", draft->in_file);
	stmt_int(&stmt, "created_at", tx->now);
	return stmt_exec(&stmt, NULL);
}

static nmk_status chunk_add(struct tx *tx, const char *hash, int64_t position, const void *data, size_t length)
{
	struct stmt stmt;

	stmt_init(&stmt, tx, SQL_blob_chunk_add);
	stmt_text(&stmt, "hash", hash);
	stmt_int(&stmt, "position", position);
	stmt_blob(&stmt, "data", data, length);
	return stmt_exec(&stmt, NULL);
}

static size_t piece_length(int64_t offset, int64_t end)
{
	return end - offset < BLOB_CHUNK_BYTES ? (size_t)(end - offset) : BLOB_CHUNK_BYTES;
}

static nmk_status chunks_add(struct tx *tx, struct blob_draft *draft)
{
	char *piece = malloc(BLOB_CHUNK_BYTES);
	nmk_status rc = piece ? NMK_OK : tx_no_memory(tx);

	for (int64_t offset = 0; rc == NMK_OK && offset < draft->size; offset += BLOB_CHUNK_BYTES) {
		size_t length = piece_length(offset, draft->size);
		int result = file_read(draft->fd, offset, piece, length);

		rc = result != 0 ? folder_failed(tx, result)
		                 : chunk_add(tx, draft->hash, offset / BLOB_CHUNK_BYTES, piece, length);
	}
	free(piece);
	return rc;
}

/* Content that is known already is not kept twice; but if its file was lost, here it is again. */
nmk_status blob_keep(struct tx *tx, struct blob_draft *draft)
{
	int64_t size = 0;
	bool in_file = false, known;
	int result = 0;
	nmk_status rc = row_get(tx, draft->hash, &size, &in_file);

	if (rc != NMK_OK)
		return rc;
	known = size >= 0;
	if (known ? in_file && !file_is_there(tx->store, draft->hash, size) : draft->in_file)
		result = draft_place(tx->store, draft);
	if (result != 0)
		return folder_failed(tx, result);
	if (known)
		return NMK_OK;
	rc = row_add(tx, draft);
	return rc == NMK_OK && !draft->in_file ? chunks_add(tx, draft) : rc;
}

void blob_draft_end(struct blob_draft *draft)
{
	if (draft->fd >= 0) {
		if (!draft->moved)
			unlink(path_in(draft->store, "tmp", draft->name).text);
		close(draft->fd);
	}
	draft->fd = -1;
}

/* ---- reading ---- */

static nmk_status missing(struct tx *tx)
{
	return tx_fail(tx, NMK_ECORRUPT, NULL, "the stored content is missing or cut");
}

static nmk_status file_open(struct tx *tx, struct store *store, struct blob *blob)
{
	struct stat info;

	blob->fd = open(final_path(store, blob->hash).text, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (blob->fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? missing(tx) : folder_failed(tx, errno);
	if (fstat(blob->fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size == blob->size)
		return NMK_OK;
	blob_close(blob);
	return missing(tx);
}

nmk_status blob_open(struct tx *tx, const char *hash, struct blob *blob)
{
	bool in_file = false;
	nmk_status rc;

	blob->fd = -1;
	snprintf(blob->hash, sizeof blob->hash, "%s", hash);
	rc = row_get(tx, hash, &blob->size, &in_file);
	if (rc == NMK_OK && blob->size < 0)
		return missing(tx);
	return rc == NMK_OK && in_file ? file_open(tx, tx->store, blob) : rc;
}

void blob_close(struct blob *blob)
{
	if (blob->fd >= 0)
		close(blob->fd);
	blob->fd = -1;
}

/* As much of a chunk as the range wants. */
static nmk_status chunk_read(struct tx *tx, const struct blob *blob, int64_t position, size_t from, void *buffer,
                             size_t length)
{
	struct stmt stmt;
	const char *data;
	size_t there = 0;
	bool complete = false;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, tx, SQL_blob_chunk_get);
	stmt_text(&stmt, "hash", blob->hash);
	stmt_int(&stmt, "position", position);
	if (stmt_next(&stmt, &rc)) {
		data = stmt_column_blob(&stmt, 0, &there);
		complete = there == piece_length(position * BLOB_CHUNK_BYTES, blob->size) && from + length <= there;
		if (complete)
			memcpy(buffer, data + from, length);
		stmt_end(&stmt);
	}
	return rc == NMK_OK && !complete ? missing(tx) : rc;
}

static nmk_status chunks_read(struct tx *tx, const struct blob *blob, int64_t offset, char *buffer, size_t length)
{
	nmk_status rc = NMK_OK;

	while (rc == NMK_OK && length > 0) {
		size_t from = (size_t)(offset % BLOB_CHUNK_BYTES);
		size_t part = length < BLOB_CHUNK_BYTES - from ? length : BLOB_CHUNK_BYTES - from;

		rc = chunk_read(tx, blob, offset / BLOB_CHUNK_BYTES, from, buffer, part);
		offset += (int64_t)part;
		buffer += part;
		length -= part;
	}
	return rc;
}

nmk_status blob_read(struct tx *tx, const struct blob *blob, int64_t offset, void *buffer, size_t length)
{
	struct tx own = { .what = tx->what, .language = tx->language, .error = tx->error };
	int result;
	nmk_status rc;

	if (blob->fd >= 0) {
		result = file_read(blob->fd, offset, buffer, length);
		return result == 0 ? NMK_OK : folder_failed(tx, result);
	}
	if (tx->connection)
		return chunks_read(tx, blob, offset, buffer, length);
	rc = tx_begin(&own, tx->store, false);
	if (rc == NMK_OK)
		rc = tx_end(&own, chunks_read(&own, blob, offset, buffer, length));
	return rc;
}

static nmk_status pieces(struct tx *tx, const struct blob *blob, int64_t offset, int64_t end,
                         int (*write)(void *context, const void *data, size_t size), void *context, char *piece,
                         crypto_generichash_state *state)
{
	nmk_status rc = NMK_OK;

	while (rc == NMK_OK && offset < end) {
		size_t length = piece_length(offset, end);

		rc = blob_read(tx, blob, offset, piece, length);
		if (rc == NMK_OK)
			crypto_generichash_update(state, (const unsigned char *)piece, length);
		if (rc == NMK_OK && write(context, piece, length) != 0)
			rc = NMK_ECANCELLED;
		offset += (int64_t)length;
	}
	return rc;
}

nmk_status blob_stream(struct tx *tx, const struct blob *blob, int64_t offset, int64_t length,
                       int (*write)(void *context, const void *data, size_t size), void *context)
{
	int64_t end = length < 0 || length > blob->size - offset ? blob->size : offset + length;
	char *piece = malloc(BLOB_CHUNK_BYTES), hash[BLOB_HASH_SIZE];
	crypto_generichash_state state;
	nmk_status rc;

	if (!piece)
		return tx_no_memory(tx);
	crypto_generichash_init(&state, NULL, 0, HASH_BYTES);
	rc = pieces(tx, blob, offset, end, write, context, piece, &state);
	free(piece);
	hash_text(&state, hash);
	if (rc == NMK_OK && offset == 0 && end == blob->size && strcmp(hash, blob->hash) != 0)
		rc = tx_fail(tx, NMK_ECORRUPT, NULL, "the stored content was altered");
	return rc;
}

/* ---- upkeep: content against hash ---- */

struct check {
	const struct blob_watch *watch;
	int64_t done, total;
};

static int count_bytes(void *context, const void *data, size_t size)
{
	struct check *check = context;

	(void)data;
	check->done += (int64_t)size;
	if (check->watch->progress && !check->watch->progress(check->watch->context, check->done, check->total))
		return -1;
	return 0;
}

/* What is wrong with this blob is a finding; what is wrong with the store ends the check. */
static nmk_status check_one(struct tx *tx, struct check *check, const char *hash)
{
	const struct blob_watch *watch = check->watch;
	struct blob blob = BLOB_NONE;
	nmk_status rc = blob_open(tx, hash, &blob);
	enum blob_problem problem = BLOB_MISSING;

	if (rc == NMK_OK) {
		rc = blob_stream(tx, &blob, 0, -1, count_bytes, check);
		problem = BLOB_ALTERED;
	}
	blob_close(&blob);
	if (rc == NMK_OK || rc == NMK_ECANCELLED || rc == NMK_ENOMEM)
		return rc;
	watch->found(watch->context, rc == NMK_ECORRUPT ? problem : BLOB_UNREADABLE, hash, false);
	return NMK_OK;
}

nmk_status blob_check(struct tx *tx, const struct blob_watch *watch)
{
	struct check check = { .watch = watch };
	struct stmt stmt;
	nmk_status rc;

	stmt_init(&stmt, tx, SQL_blob_total);
	stmt_text(&stmt, "after", "");
	rc = stmt_one_int(&stmt, &check.total);
	if (rc != NMK_OK)
		return rc;
	stmt_init(&stmt, tx, SQL_blob_all);
	stmt_text(&stmt, "after", "");
	while (stmt_next(&stmt, &rc))
		rc = check_one(tx, &check, stmt_column_text(&stmt, 0));
	return rc;
}

/* ---- upkeep: files without a row ---- */

struct sweep {
	struct tx *tx;
	const struct blob_watch *watch;
	const char *folder;           /* "tmp", or the first two digits; "" above  */
	int folder_fd;
};

static void sweep_found(const struct sweep *sweep, enum blob_problem problem, const char *name, bool repaired)
{
	char path[NAME_MAX + 16];

	snprintf(path, sizeof path, "%s%s%s", sweep->folder, *sweep->folder ? "/" : "", name);
	sweep->watch->found(sweep->watch->context, problem, path, repaired);
}

static bool is_hex(const char *text, size_t length)
{
	return strlen(text) == length && strspn(text, "0123456789abcdef") == length;
}

/* A temporary file that nobody holds was lost in a crash. */
static bool is_lost(int fd)
{
	return flock(fd, LOCK_EX | LOCK_NB) == 0;
}

static bool is_young(int fd)
{
	struct stat info;

	return fstat(fd, &info) != 0 || time_now_ms() - (int64_t)info.st_mtime * 1000 < UNUSED_FROM_MS;
}

static nmk_status is_needed(const struct sweep *sweep, const char *name, int fd, bool *needed)
{
	int64_t size;
	bool in_file = false;
	nmk_status rc;

	if (strcmp(sweep->folder, "tmp") == 0) {
		*needed = !is_lost(fd);
		return NMK_OK;
	}
	rc = row_get(sweep->tx, name, &size, &in_file);
	*needed = (size >= 0 && in_file) || (!sweep->tx->writes && is_young(fd));
	return rc;
}

static nmk_status sweep_file(struct sweep *sweep, const char *name)
{
	bool temporary = strcmp(sweep->folder, "tmp") == 0, needed = true;
	struct stat info;
	nmk_status rc;
	int fd;

	if (!is_hex(name, temporary ? 32 : 64) || (!temporary && strncmp(name, sweep->folder, 2) != 0)
	    || fstatat(sweep->folder_fd, name, &info, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(info.st_mode)) {
		sweep_found(sweep, BLOB_FILE_FOREIGN, name, false);
		return NMK_OK;
	}
	fd = openat(sweep->folder_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT ? NMK_OK : folder_failed(sweep->tx, errno);
	rc = is_needed(sweep, name, fd, &needed);
	if (rc == NMK_OK && !needed)
		sweep_found(sweep, BLOB_FILE_UNUSED, name,
		            sweep->tx->writes && unlinkat(sweep->folder_fd, name, 0) == 0);
	close(fd);
	return rc;
}

/* Call for each name in a folder of ours. One that was never needed is not there. */
static nmk_status each_name(struct sweep *sweep, nmk_status (*call)(struct sweep *sweep, const char *name))
{
	DIR *folder = opendir(path_in(sweep->tx->store, sweep->folder, "").text);
	struct dirent *entry;
	nmk_status rc = NMK_OK;

	if (!folder)
		return errno == ENOENT ? NMK_OK : folder_failed(sweep->tx, errno);
	sweep->folder_fd = dirfd(folder);
	while (rc == NMK_OK && (entry = readdir(folder)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			rc = call(sweep, entry->d_name);
	closedir(folder);
	return rc;
}

static nmk_status sweep_folder(struct sweep *sweep, const char *name)
{
	struct sweep inner = { .tx = sweep->tx, .watch = sweep->watch, .folder = name };
	struct stat info;

	if ((strcmp(name, "tmp") == 0 || is_hex(name, 2))
	    && fstatat(sweep->folder_fd, name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(info.st_mode))
		return each_name(&inner, sweep_file);
	sweep_found(sweep, BLOB_FILE_FOREIGN, name, false);
	return NMK_OK;
}

nmk_status blob_sweep(struct tx *tx, const struct blob_watch *watch)
{
	struct sweep sweep = { .tx = tx, .watch = watch, .folder = "" };

	return each_name(&sweep, sweep_folder);
}

/* ---- upkeep: one file that holds everything ---- */

struct absorb {
	struct tx *from, *into;
	struct store *copy;
	engine_progress progress;
	void *context;
	int64_t done, total;
	int64_t position;             /* of the next chunk of the blob at work     */
	const char *hash;
	nmk_status rc;                /* why it stopped                            */
};

/* One piece is one row; every so often the rows are committed. */
static nmk_status absorb_row(struct absorb *absorb, const void *data, size_t size)
{
	struct tx *into = absorb->into;
	nmk_status rc = into->connection ? NMK_OK : tx_begin(into, absorb->copy, true);

	if (rc == NMK_OK) {
		into->unlocked = true;
		rc = chunk_add(into, absorb->hash, absorb->position++, data, size);
	}
	if (rc == NMK_OK && absorb->progress && !absorb->progress(absorb->context, absorb->done, absorb->total))
		rc = tx_fail(into, NMK_ECANCELLED, NULL, "was stopped");
	return rc != NMK_OK || absorb->position % ABSORB_CHUNKS == 0 ? tx_end(into, rc) : rc;
}

static int absorb_piece(void *context, const void *data, size_t size)
{
	struct absorb *absorb = context;

	absorb->done += (int64_t)size;
	absorb->rc = absorb_row(absorb, data, size);
	return absorb->rc == NMK_OK ? 0 : -1;
}

/* The row says where its content lies only after all of it lies there. */
static nmk_status absorb_settle(struct absorb *absorb)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	if (!absorb->into->connection)
		rc = tx_begin(absorb->into, absorb->copy, true);
	if (rc != NMK_OK)
		return rc;
	absorb->into->unlocked = true;
	stmt_init(&stmt, absorb->into, SQL_blob_in_rows);
	stmt_text(&stmt, "hash", absorb->hash);
	return tx_end(absorb->into, stmt_exec(&stmt, NULL));
}

static nmk_status absorb_one(struct absorb *absorb, struct blob *blob)
{
	nmk_status rc = file_open(absorb->from, absorb->from->store, blob);

	absorb->position = 0;
	absorb->hash = blob->hash;
	if (rc == NMK_OK)
		rc = blob_stream(absorb->from, blob, 0, -1, absorb_piece, absorb);
	if (rc == NMK_ECANCELLED)
		rc = absorb->rc;
	else if (rc != NMK_OK)
		rc = tx_end(absorb->into, rc);
	blob_close(blob);
	return rc == NMK_OK ? absorb_settle(absorb) : rc;
}

/* The next blob of the copy that lies in a file; blob->size is -1 after the last. */
static nmk_status absorb_next(struct absorb *absorb, struct blob *blob)
{
	struct stmt stmt;
	nmk_status rc = tx_begin(absorb->into, absorb->copy, false);

	if (rc != NMK_OK)
		return rc;
	blob->size = -1;
	stmt_init(&stmt, absorb->into, SQL_blob_in_file);
	stmt_text(&stmt, "after", blob->hash);
	if (stmt_next(&stmt, &rc)) {
		snprintf(blob->hash, sizeof blob->hash, "%s", stmt_column_text(&stmt, 0));
		blob->size = stmt_column_int(&stmt, 1);
		stmt_end(&stmt);
	}
	return tx_end(absorb->into, rc);
}

static nmk_status absorb_total(struct absorb *absorb)
{
	struct stmt stmt;
	nmk_status rc = tx_begin(absorb->into, absorb->copy, false);

	if (rc != NMK_OK)
		return rc;
	stmt_init(&stmt, absorb->into, SQL_blob_in_file_total);
	stmt_text(&stmt, "after", "");
	rc = stmt_one_int(&stmt, &absorb->total);
	return tx_end(absorb->into, rc);
}

nmk_status blob_absorb(struct tx *from, struct store *copy, engine_progress progress, void *context)
{
	struct tx into = { .what = from->what, .language = from->language, .error = from->error };
	struct absorb absorb = { .from = from, .into = &into, .copy = copy, .progress = progress, .context = context };
	struct blob blob = BLOB_NONE;
	nmk_status rc = absorb_total(&absorb);

	while (rc == NMK_OK) {
		rc = absorb_next(&absorb, &blob);
		if (rc != NMK_OK || blob.size < 0)
			break;
		rc = absorb_one(&absorb, &blob);
	}
	return rc;
}
