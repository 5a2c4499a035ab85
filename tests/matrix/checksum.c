/* checksum.c -- one number for everything that a store holds. */
#include "samples.h"

#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* FNV-1a, 64 bits */
static uint64_t mix(uint64_t sum, const void *data, size_t length)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < length; i++)
		sum = (sum ^ bytes[i]) * UINT64_C(1099511628211);
	return sum;
}

static uint64_t mix_row(uint64_t sum, sqlite3_stmt *row)
{
	for (int i = 0; i < sqlite3_column_count(row); i++) {
		int type = sqlite3_column_type(row, i), length = sqlite3_column_bytes(row, i);
		const void *bytes = type == SQLITE_BLOB ? sqlite3_column_blob(row, i) : (const void *)sqlite3_column_text(row, i);

		sum = mix(sum, &type, sizeof type);
		if (bytes)
			sum = mix(sum, bytes, (size_t)length);
	}
	return sum;
}

/* store_node is left out: each opened market takes a number there, whatever comes after. So is throttle: what was tried is
 * counted, whatever the answer. */
static uint64_t mix_tables(uint64_t sum, sqlite3 *db, const char *without)
{
	sqlite3_stmt *tables, *rows;

	assert_int_equal(SQLITE_OK, sqlite3_prepare_v2(db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN "
		"('store_node', 'throttle') AND name NOT LIKE ?1 ESCAPE '\\' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name", -1, &tables, NULL));
	assert_int_equal(SQLITE_OK, sqlite3_bind_text(tables, 1, without, -1, SQLITE_STATIC));
	while (sqlite3_step(tables) == SQLITE_ROW) {
		char *sql = sqlite3_mprintf("SELECT * FROM \"%w\"", sqlite3_column_text(tables, 0));

		assert_int_equal(SQLITE_OK, sqlite3_prepare_v2(db, sql, -1, &rows, NULL));
		sum = mix(sum, sql, strlen(sql));
		while (sqlite3_step(rows) == SQLITE_ROW)
			sum = mix_row(sum, rows);
		assert_int_equal(SQLITE_OK, sqlite3_finalize(rows));
		sqlite3_free(sql);
	}
	assert_int_equal(SQLITE_OK, sqlite3_finalize(tables));
	return sum;
}

/* Files of the folder but the store's own four; in any order, so they are added up. */
static uint64_t sum_files(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	uint64_t sum = 0;

	assert_non_null(folder);
	while ((entry = readdir(folder)) != NULL) {
		char name[1024];
		struct stat info;

		if (entry->d_name[0] == '.' || strcmp(entry->d_name, "market.db") == 0 || strncmp(entry->d_name, "market.db-", 10) == 0
		    || strcmp(entry->d_name, "market.db.lock") == 0)
			continue;
		snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
		assert_int_equal(0, lstat(name, &info));
		if (S_ISDIR(info.st_mode))
			sum += sum_files(name);
		else
			sum += mix(mix(UINT64_C(14695981039346656037), name, strlen(name)), &info.st_size, sizeof info.st_size);
	}
	closedir(folder);
	return sum;
}

static uint64_t checksum(struct world *world, const char *without)
{
	uint64_t sum = UINT64_C(14695981039346656037);
	sqlite3 *db;

	assert_int_equal(SQLITE_OK, sqlite3_open_v2(world->path, &db, SQLITE_OPEN_READONLY, NULL));
	assert_int_equal(SQLITE_OK, sqlite3_exec(db, "BEGIN", NULL, NULL, NULL));
	sum = mix_tables(sum, db, without);
	assert_int_equal(SQLITE_OK, sqlite3_close(db));
	return sum + sum_files(world->folder);
}

uint64_t world_checksum(struct world *world)
{
	return checksum(world, "");
}

uint64_t world_checksum_without_log(struct world *world)
{
	return checksum(world, "audit\\_%");
}
