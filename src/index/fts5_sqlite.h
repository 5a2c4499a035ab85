/* fts5_sqlite.h -- where FTS5 takes tokenizers and functions. */
#ifndef NMK_FTS5_SQLITE_H
#define NMK_FTS5_SQLITE_H

#include <sqlite3.h>

/* Answers an SQLite result code; SQLITE_ERROR if the library has no FTS5. */
int fts5_sqlite_api(sqlite3 *database, fts5_api **api);
#endif
