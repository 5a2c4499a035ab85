#define _GNU_SOURCE /* flock(), renameat2() */
#include "new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

nmk_status file_failed(struct tx *tx, const char *path, int error_number)
{
	switch (error_number) {
	case ENOSPC:
	case EDQUOT:
		return tx_fail(tx, NMK_EFULL, "path", "no space is left for '%s'", path);
	case ENOMEM:
		return tx_no_memory(tx);
	case EEXIST:
		return tx_fail(tx, NMK_ECONFLICT, "path", "'%s' exists already", path);
	case ENOENT:
	case ENOTDIR:
		return tx_fail(tx, NMK_EIO, "path", "'%s' is not there", path);
	case EACCES:
	case EPERM:
	case EROFS:
		return tx_fail(tx, NMK_EIO, "path", "'%s' is not permitted to be used", path);
	default: /* a number of the system below, not an enum of ours */
		return tx_fail(tx, NMK_EIO, "path", "reading or writing '%s' failed (error %d)", path, error_number);
	}
}

int file_write(int fd, const void *data, size_t length)
{
	const char *at = data;

	while (length > 0) {
		ssize_t written = write(fd, at, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return errno;
		at += written;
		length -= (size_t)written;
	}
	return 0;
}

int file_read(int fd, int64_t offset, void *buffer, size_t length)
{
	char *at = buffer;

	while (length > 0) {
		ssize_t got = pread(fd, at, length, offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? errno : EIO;
		at += got;
		offset += got;
		length -= (size_t)got;
	}
	return 0;
}

int file_sync(int fd)
{
	while (fsync(fd) != 0)
		if (errno != EINTR)
			return errno;
	return 0;
}

int folder_sync(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), result;

	if (fd < 0)
		return errno;
	result = file_sync(fd);
	close(fd);
	return result == EINVAL ? 0 : result; /* a file system whose folders need it not */
}

int folder_sync_above(const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX + 1]; /* what is cut here is too long for the system, too */

	if (!slash)
		return folder_sync(".");
	snprintf(folder, sizeof folder, "%.*s", slash == path ? 1 : (int)(slash - path), path);
	return folder_sync(folder);
}

static bool still_named(int fd)
{
	struct stat info;

	return fstat(fd, &info) == 0 && info.st_nlink > 0;
}

/* What a crash left behind has nobody's lock. EEXIST: it is somebody's. */
static int remove_abandoned(const char *part)
{
	int fd = open(part, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK), result = 0;

	if (fd < 0)
		return errno == ENOENT ? 0 : errno;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		result = EEXIST;
	else if (still_named(fd) && unlink(part) != 0)
		result = errno;
	close(fd);
	return result;
}

/* Between making and locking it, another may have taken it for abandoned: then it has no name any more. */
static int open_part(struct new_file *file)
{
	for (int attempt = 0; attempt < 10; attempt++) {
		int result;

		file->fd = open(file->part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (file->fd >= 0 && flock(file->fd, LOCK_EX | LOCK_NB) == 0 && still_named(file->fd))
			return 0;
		result = file->fd < 0 ? errno : 0;
		if (file->fd >= 0)
			close(file->fd);
		file->fd = -1;
		if (result == EEXIST)
			result = remove_abandoned(file->part);
		if (result != 0)
			return result;
	}
	return EEXIST;
}

nmk_status new_file_begin(struct tx *tx, struct new_file *file, const char *path)
{
	size_t length = strlen(path);
	struct stat info;
	int result;

	*file = (struct new_file)NEW_FILE_NONE;
	if (length == 0)
		return tx_fail(tx, NMK_EINVALID, "path", "is needed");
	if (lstat(path, &info) == 0)
		return file_failed(tx, path, EEXIST);
	file->path = strdup(path);
	file->part = malloc(length + sizeof ".part");
	if (!file->path || !file->part)
		return tx_no_memory(tx);
	snprintf(file->part, length + sizeof ".part", "%s.part", path);
	result = open_part(file);
	return result == 0 ? NMK_OK : file_failed(tx, file->part, result);
}

/* rename() would replace what appeared meanwhile; a second name is refused then. */
static int name_it(const struct new_file *file)
{
#ifdef RENAME_NOREPLACE
	if (renameat2(AT_FDCWD, file->part, AT_FDCWD, file->path, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return errno;
#endif
	if (link(file->part, file->path) != 0)
		return errno;
	unlink(file->part);
	return 0;
}

nmk_status new_file_finish(struct tx *tx, struct new_file *file)
{
	int result = file_sync(file->fd);

	if (result == 0)
		result = name_it(file);
	if (result != 0)
		return file_failed(tx, file->path, result);
	file->finished = true;
	result = folder_sync_above(file->path);
	if (result == 0)
		return NMK_OK;
	new_file_withdraw(file);
	return file_failed(tx, file->path, result);
}

void new_file_withdraw(struct new_file *file)
{
	if (file->finished)
		unlink(file->path);
}

void new_file_end(struct new_file *file)
{
	if (file->fd >= 0 && !file->finished)
		unlink(file->part);
	if (file->fd >= 0)
		close(file->fd);
	free(file->path);
	free(file->part);
	*file = (struct new_file)NEW_FILE_NONE;
}
