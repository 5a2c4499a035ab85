/* index_test.h -- an index that is searched, and spoiled. */
#ifndef NMK_INDEX_TEST_H
#define NMK_INDEX_TEST_H

#include "world.h"

#include <sqlite3.h>
#include "tokenizer_sqlite.h"

#define WORLD_TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

/* Change the file behind the library's back. */
static inline void spoil(struct world *w, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(SQLITE_OK, sqlite3_open_v2(w->path, &db, SQLITE_OPEN_READWRITE, NULL));
	assert_int_equal(SQLITE_OK, tokenizer_sqlite_register(db, NULL));
	assert_int_equal(SQLITE_OK, sqlite3_exec(db, sql, NULL, NULL, NULL));
	sqlite3_close(db);
}

static inline int64_t found(struct world *w, const char *text)
{
	nmk_search_options options = NMK_SEARCH_OPTIONS_INIT;
	nmk_search_page *page;
	int64_t total;

	options.text = text;
	assert_status(NMK_OK, nmk_search(w->guest, &options, &page));
	total = nmk_search_page_total(page);
	nmk_search_page_free(page);
	return total;
}
#endif
