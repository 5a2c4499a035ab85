#include "fts5_sqlite.h"

#include <stddef.h>

/* The way that the documentation of FTS5 gives: the function writes into the pointer that is bound. */
int fts5_sqlite_api(sqlite3 *database, fts5_api **api)
{
	sqlite3_stmt *statement;
	int rc;

	*api = NULL;
	rc = sqlite3_prepare_v2(database, "SELECT fts5(?1)", -1, &statement, NULL);
	if (rc != SQLITE_OK)
		return rc;
	sqlite3_bind_pointer(statement, 1, (void *)api, "fts5_api_ptr", NULL);
	sqlite3_step(statement);
	rc = sqlite3_finalize(statement);
	return rc == SQLITE_OK && !*api ? SQLITE_ERROR : rc;
}
