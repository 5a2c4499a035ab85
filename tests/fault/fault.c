#include "fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- trials ---- */

enum actor_role permitted_actor(enum op_id op)
{
	static const enum actor_role order[] = { AS_OWNER, AS_MODERATOR, AS_ADMIN, AS_SYSTEM };

	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
		if (expected_status(op, &op_table[op], order[i], false) == NMK_OK)
			return order[i];
	return AS_SYSTEM;
}

static void trial_prepare(struct trial *trial)
{
	scene_begin(&trial->scene, trial->world, NULL);
	samples[trial->op]->prepare(&trial->scene);
	trial->session = scene_enter(&trial->scene, permitted_actor(trial->op));
	if (samples[trial->op]->ready)
		samples[trial->op]->ready(&trial->scene, trial->session);
	trial_mark(trial);
}

static void trial_clear(struct trial *trial)
{
	if (trial->session != trial->scene.owner)
		nmk_session_close(trial->session);
	scene_end(&trial->scene);
}

void trial_begin(struct trial *trial, enum op_id op)
{
	void *state = NULL;

	memset(trial, 0, sizeof *trial);
	trial->op = op;
	world_setup(&state);
	trial->world = state;
	assert_int_equal(SQLITE_OK, sqlite3_open_v2(trial->world->path, &trial->watcher, SQLITE_OPEN_READONLY, NULL));
	trial_prepare(trial);
}

void trial_renew(struct trial *trial)
{
	trial_clear(trial);
	trial_prepare(trial);
}

nmk_status trial_call(struct trial *trial)
{
	return samples[trial->op]->call(&trial->scene, trial->session);
}

void trial_end(struct trial *trial)
{
	void *state = trial->world;

	trial_clear(trial);
	sqlite3_close(trial->watcher);
	world_teardown(&state);
}

/* A number that is another after every commit: much cheaper than to read the whole store. */
static int64_t data_version(sqlite3 *db)
{
	sqlite3_stmt *statement;
	int64_t version;

	assert_int_equal(SQLITE_OK, sqlite3_prepare_v2(db, "PRAGMA data_version", -1, &statement, NULL));
	assert_int_equal(SQLITE_ROW, sqlite3_step(statement));
	version = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return version;
}

void trial_mark(struct trial *trial)
{
	trial->version = data_version(trial->watcher);
	trial->checksum = world_checksum(trial->world);
}

/* A commit that changed nothing is no change; files are always looked at by the checksum. */
bool trial_unchanged(struct trial *trial)
{
	enum op_id op = trial->op;

	if (op == OP_audit_export) /* the same: recorded first, handed out then */
		return true;
	if (op == OP_package_download) /* permitted, counted and recorded first, streamed then: a stream that breaks is told */
		return true;
	if (data_version(trial->watcher) == trial->version && op != OP_package_upload && op != OP_market_backup
	    && op != OP_market_repair)
		return true;
	return world_checksum(trial->world) == trial->checksum;
}
