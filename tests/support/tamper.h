/* tamper.h -- a store as no call of the library leaves it. */
#ifndef NMK_TEST_TAMPER_H
#define NMK_TEST_TAMPER_H

#include "world.h"

#include <sqlite3.h>

/* Do to the store what no call does. */
static inline void tamper(struct world *w, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(SQLITE_OK, sqlite3_open_v2(w->path, &db, SQLITE_OPEN_READWRITE, NULL));
	assert_int_equal(SQLITE_OK, sqlite3_exec(db, sql, NULL, NULL, NULL));
	sqlite3_close(db);
}
#endif
