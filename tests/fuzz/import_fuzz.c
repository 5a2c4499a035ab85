/* import_fuzz.c -- files that people hand to `nanomarket import`: as CSV, as JSON Lines, and as what their first byte says. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "catalog_rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const endings[] = { ".csv", ".jsonl", "" };
static char base[64];

static void remove_files(void)
{
	char path[80];

	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
		snprintf(path, sizeof path, "%s%s", base, endings[i]);
		unlink(path);
	}
}

/* What comes out of a row is either a problem or fit to be handed to the library. */
static void check_row(const struct row *row)
{
	if (row->category_count > ROW_CATEGORIES_MAXIMUM || row->number < 1)
		abort();
	for (size_t i = 0; i < row->category_count; i++)
		if (!row->categories[i])
			abort();
	if (row->problem.status != NMK_OK && row->problem.message[0] == '\0')
		abort();
}

static void read_as(const char *ending, const uint8_t *data, size_t size)
{
	char path[80];
	struct rows rows;
	struct row row;
	enum rows_result result;
	long long before = 0;
	FILE *file;

	snprintf(path, sizeof path, "%s%s", base, ending);
	file = fopen(path, "wb");
	if (!file)
		return;
	if (size > 0)
		fwrite(data, 1, size, file);
	fclose(file);
	memset(&rows, 0, sizeof rows);
	result = rows_open(&rows, path);
	while (result == ROWS_ROW) {
		memset(&row, 0, sizeof row);
		result = rows_next(&rows, &row);
		if (result == ROWS_ROW) {
			check_row(&row);
			if (row.number < before)
				abort(); /* rows are told in the file's order */
			before = row.number;
		}
		row_clear(&row);
	}
	rows_close(&rows);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!base[0]) {
		const char *folder = getenv("TMPDIR");

		snprintf(base, sizeof base, "%.32s/nmk-import-%ld", folder ? folder : "/tmp", (long)getpid());
		atexit(remove_files);
	}
	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
		read_as(endings[i], data, size);
	return 0;
}
