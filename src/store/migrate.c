#include "migrate.h"

#include <stdio.h>
#include <string.h>

int64_t schema_version(void)
{
	int64_t version = 0;

	for (const struct migration *m = migration_table; m->version; m++)
		version = m->version;
	return version;
}

static nmk_status apply(const struct engine *engine, void *native, int64_t from)
{
	nmk_status rc = NMK_OK;

	for (const struct migration *m = migration_table; rc == NMK_OK && m->version; m++) {
		if (m->version <= from)
			continue;
		rc = engine->script(native, strcmp(engine->name, "sqlite") == 0 ? m->sqlite : m->postgres);
		if (rc == NMK_OK)
			rc = engine->version_set(native, m->version);
	}
	return rc;
}

/* The version is read again under the lock: another process may have been faster. */
static nmk_status migrate_locked(const struct engine *engine, void *native)
{
	int64_t version;
	nmk_status rc = engine->begin(native, ENGINE_WRITER);

	if (rc != NMK_OK)
		return rc;
	rc = engine->version_get(native, &version);
	if (rc == NMK_OK && version > schema_version())
		rc = NMK_EVERSION;
	if (rc == NMK_OK)
		rc = apply(engine, native, version);
	if (rc == NMK_OK)
		rc = engine->commit(native);
	if (rc != NMK_OK)
		engine->rollback(native);
	return rc;
}

/* Whether what is there may be used as it is or brought up to date. */
static nmk_status judge(int64_t version, enum schema_wish wish)
{
	if (version == 0 && wish != SCHEMA_CREATE)
		return NMK_ENOTFOUND;
	if (version > schema_version() || (version < schema_version() && wish == SCHEMA_AS_IS))
		return NMK_EVERSION;
	return NMK_OK;
}

nmk_status migrate(const struct engine *engine, void *native, enum schema_wish wish, char message[ENGINE_MESSAGE_SIZE])
{
	int64_t version = 0;
	nmk_status rc = engine->version_get(native, &version);

	if (rc == NMK_OK)
		rc = judge(version, wish);
	if (rc == NMK_OK && version < schema_version()) {
		rc = engine->lock(native);
		if (rc == NMK_OK) {
			rc = migrate_locked(engine, native);
			engine->unlock(native);
		}
	}
	if (rc == NMK_EVERSION)
		snprintf(message, ENGINE_MESSAGE_SIZE, "schema %lld, this library has %lld", (long long)version,
		         (long long)schema_version());
	else if (rc != NMK_OK)
		snprintf(message, ENGINE_MESSAGE_SIZE, "%s", engine->message(native));
	return rc;
}
