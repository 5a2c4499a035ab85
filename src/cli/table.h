/* table.h -- columns for people, aligned by what a terminal shows. */
#ifndef NMK_CLI_TABLE_H
#define NMK_CLI_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include "cli.h"

#define TABLE_COLUMNS_MAXIMUM 8

struct table {
	const char *const *headings;   /* English, ends with NULL                             */
	size_t  columns;
	size_t  flexible;              /* the column that gives way on a narrow terminal      */
	char  **cells;                 /* row after row                                       */
	size_t  count, capacity;
	bool    failed;                /* out of memory                                       */
};

void table_begin(struct table *table, const char *const *headings, size_t flexible);
void table_cell(struct table *table, const char *text);    /* NULL is empty               */
void table_print(const struct table *table, const struct cli *cli);
void table_clear(struct table *table);

#endif
