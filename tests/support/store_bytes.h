/* store_bytes.h -- does a text stand anywhere in the files of a store? */
#ifndef NMK_STORE_BYTES_H
#define NMK_STORE_BYTES_H

#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Whatever the case: an index folds. */
static inline bool file_has(const char *path, const char *text)
{
	size_t length = strlen(text), count = 0, size = 0;
	FILE *file = fopen(path, "rb");
	char *bytes = NULL;
	bool found = false;

	if (!file)
		return false;
	fseek(file, 0, SEEK_END);
	size = (size_t)ftell(file);
	rewind(file);
	bytes = malloc(size + 1);
	assert_non_null(bytes);
	count = fread(bytes, 1, size, file);
	fclose(file);
	assert_int_equal(size, count);
	for (size_t i = 0; !found && i + length <= size; i++)
		found = strncasecmp(bytes + i, text, length) == 0;
	free(bytes);
	return found;
}

/* The store itself, its log, and the key ring. */
static inline bool store_has(struct world *w, const char *text)
{
	static const char *const files[] = { "", "-wal", "-shm", ".keyring" };
	char path[128];

	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		snprintf(path, sizeof path, "%s%s", w->path, files[i]);
		if (file_has(path, text))
			return true;
	}
	return false;
}
#endif
