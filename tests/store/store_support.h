/* store_support.h -- an opened store in a folder of its own, for tests below the operations. */
#ifndef NMK_TEST_STORE_SUPPORT_H
#define NMK_TEST_STORE_SUPPORT_H

#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "components.h"
#include "store_tx.h"

struct box {
	char folder[64], path[96];
	nmk_error error;
};

static inline int box_setup(void **state)
{
	struct box *box = calloc(1, sizeof *box);

	assert_non_null(box);
	strcpy(box->folder, "/tmp/nmk-XXXXXX");
	assert_non_null(mkdtemp(box->folder));
	snprintf(box->path, sizeof box->path, "%s/market.db", box->folder);
	*state = box;
	return 0;
}

static inline int box_teardown(void **state)
{
	struct box *box = *state;
	static const char *const endings[] = { "", "-wal", "-shm", ".lock", ".copy", "-journal" };
	char name[128];

	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
		snprintf(name, sizeof name, "%s%s", box->path, endings[i]);
		unlink(name);
	}
	rmdir(box->folder);
	free(box);
	return 0;
}

static inline nmk_status box_open(struct box *box, struct store_options options, struct store **store)
{
	options.url = box->path;
	options.opened = components_connection_opened;
	return store_open(&options, &box->error, store);
}

static inline struct store *box_store(struct box *box, struct store_options options)
{
	struct store *store;

	options.create = true;
	assert_status(NMK_OK, box_open(box, options, &store));
	return store;
}

/* A transaction with the permission that op/ would give. */
static inline nmk_status box_begin(struct tx *tx, struct store *store, bool writes, nmk_error *error)
{
	nmk_status rc;

	memset(tx, 0, sizeof *tx);
	tx->what = "test";
	tx->error = error;
	rc = tx_begin(tx, store, writes);
	tx->unlocked = rc == NMK_OK;
	return rc;
}

static inline nmk_status put_property(struct tx *tx, const char *name, size_t size)
{
	struct stmt stmt;
	char *value = calloc(1, size + 1);
	nmk_status rc;

	assert_non_null(value);
	stmt_init(&stmt, tx, SQL_store_property_add);
	stmt_text(&stmt, "name", name);
	stmt_blob(&stmt, "value", value, size);
	rc = stmt_exec(&stmt, NULL);
	free(value);
	return rc;
}

/* One committed row: NMK_OK means that it was acknowledged. */
static inline nmk_status write_property(struct store *store, const char *name, size_t size, nmk_error *error)
{
	struct tx tx;
	nmk_status rc = box_begin(&tx, store, true, error);

	return rc == NMK_OK ? tx_end(&tx, put_property(&tx, name, size)) : rc;
}

static inline bool has_property(struct store *store, const char *name)
{
	struct tx tx;
	struct stmt stmt;
	nmk_error error;
	nmk_status rc;
	bool found;

	assert_status(NMK_OK, box_begin(&tx, store, false, &error));
	rc = NMK_OK;
	stmt_init(&stmt, &tx, SQL_store_property);
	stmt_text(&stmt, "name", name);
	found = stmt_next(&stmt, &rc);
	stmt_end(&stmt);
	assert_status(NMK_OK, tx_end(&tx, rc));
	return found;
}
#endif
