/* catalog_rows.h -- the rows of an import, from JSON Lines or CSV. */
#ifndef NMK_CLI_CATALOG_ROWS_H
#define NMK_CLI_CATALOG_ROWS_H

#include <nanomarket.h>
#include <stdbool.h>
#include <stdio.h>
#include "csv.h"

/* One more than a nano may have: the library says that it is too much. */
#define ROW_CATEGORIES_MAXIMUM (NMK_NANO_CATEGORIES_MAXIMUM + 1)
#define ROW_BYTES_MAXIMUM      CSV_RECORD_MAXIMUM

/* A nano to be. Texts are NULL where the row says nothing. */
struct row {
	long long number;             /* as a spreadsheet or an editor counts               */
	char     *title, *description, *language, *creator, *package;
	int32_t   duration_minutes;
	nmk_competency_level competency_level;
	nmk_format  format;
	nmk_license license;
	char     *categories[ROW_CATEGORIES_MAXIMUM];
	size_t    category_count;
	bool      published;
	nmk_error problem;            /* status NMK_OK if the row could be read             */
};

struct rows {
	FILE      *file;
	bool       is_csv;
	struct csv csv;
	int       *columns;           /* of a CSV file: which field each one holds          */
	size_t     column_count;
	long long  number;
	char      *line;              /* of JSON Lines                                      */
	size_t     line_capacity;
	char       unknown[128];      /* names of columns that mean nothing here            */
};

enum rows_result { ROWS_ROW, ROWS_END, ROWS_UNREADABLE, ROWS_NO_MEMORY, ROWS_NO_HEADER };

/* Which of both it is, its name or else its first byte tells. ROWS_ROW: ready. */
enum rows_result rows_open(struct rows *rows, const char *path);
/* ROWS_ROW: a row, perhaps with a problem; row_clear() it. */
enum rows_result rows_next(struct rows *rows, struct row *row);
/* How much of the file is read, 0 to 100; -1 if nobody knows. */
int rows_percent(const struct rows *rows, long long size);
void rows_close(struct rows *rows);
void row_clear(struct row *row);

/* A line of JSON: the object, or NULL at the end or, with *problem set, for one that is none. For other files of the
 * folder, too. ROWS_ROW also for bad lines. */
struct json_t;
enum rows_result rows_next_object(struct rows *rows, struct json_t **object, nmk_error *problem);

void row_problem(nmk_error *problem, nmk_status status, const char *field, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

#endif
