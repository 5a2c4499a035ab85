/* csv.h -- comma-separated values after RFC 4180, record by record. */
#ifndef NMK_CLI_CSV_H
#define NMK_CLI_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Longest record in bytes; longer ones are bad. */
#define CSV_RECORD_MAXIMUM (1024 * 1024)

enum csv_result {
	CSV_RECORD,        /* fields are there                                    */
	CSV_END,
	CSV_NO_MEMORY,
	CSV_UNREADABLE,    /* the file failed                                     */
	CSV_TOO_LONG,      /* bad records; the next call goes on behind them      */
	CSV_NUL,
	CSV_AFTER_QUOTE,   /* text between a closing quote and the delimiter      */
	CSV_OPEN_QUOTE     /* the file ends inside of quotes                      */
};

struct csv {
	FILE      *file;
	char       delimiter;  /* , or ; whichever comes first in the file        */
	long long  record;     /* number of the record, from 1; blank ones count  */
	char      *bytes;      /* of the fields, each with its closing NUL        */
	size_t     length, capacity;
	char     **fields;
	size_t     count, field_capacity;
	size_t    *starts;
};

/* Quoted fields may hold delimiters, doubled quotes and line breaks, which become \n. Lines end with LF, CR LF or CR. A
 * byte order mark is skipped, and so are blank lines. */
void csv_begin(struct csv *csv, FILE *file);
enum csv_result csv_next(struct csv *csv);
void csv_end(struct csv *csv);

#endif
