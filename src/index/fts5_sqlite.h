/* fts5_sqlite.h -- where FTS5 takes tokenizers and functions. */
#ifndef NMK_FTS5_SQLITE_H
#define NMK_FTS5_SQLITE_H

#ifdef NMK_FTS5_EXTENSION    /* called through the table of functions that the program hands over */
#include <sqlite3ext.h>
SQLITE_EXTENSION_INIT3
#else
#include <sqlite3.h>
#endif

/* Answers an SQLite result code; SQLITE_ERROR if the library has no FTS5. */
int fts5_sqlite_api(sqlite3 *database, fts5_api **api);
#endif
