/* disk_test.c -- the disk fails: at the n-th write, sync, read or opening, once or from then on. What was acknowledged is
 * there after the store is opened again, what was answered with a definite failure is not, and the file is sound.
 *
 * A file system of SQLite's own kind stands between the library and the real one. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

enum call { READ, WRITE, TRUNCATE, SYNC, OPEN, CALLS };
static const char *const call_names[CALLS] = { "read", "write", "truncate", "sync", "open" };

static sqlite3_vfs *below;
static bool armed, sticky, fired;
static enum call fired_in;
static long countdown;
static unsigned which;
static bool full; /* writes fail for want of room */

static bool fails(enum call call)
{
	if (!armed || !(which >> call & 1))
		return false;
	if (fired && sticky)
		return true;
	if (--countdown != 0)
		return false;
	fired = true;
	fired_in = call;
	return true;
}

/* ---- files ---- */

struct shim_file {
	sqlite3_file base;
	sqlite3_file *real; /* right behind this struct */
};

static sqlite3_file *real_of(sqlite3_file *file)
{
	return ((struct shim_file *)file)->real;
}

static int shim_close(sqlite3_file *file)
{
	return real_of(file)->pMethods->xClose(real_of(file));
}

static int shim_read(sqlite3_file *file, void *buffer, int amount, sqlite3_int64 offset)
{
	return fails(READ) ? SQLITE_IOERR_READ : real_of(file)->pMethods->xRead(real_of(file), buffer, amount, offset);
}

static int shim_write(sqlite3_file *file, const void *buffer, int amount, sqlite3_int64 offset)
{
	if (!fails(WRITE))
		return real_of(file)->pMethods->xWrite(real_of(file), buffer, amount, offset);
	if (amount > 1) /* a torn one */
		real_of(file)->pMethods->xWrite(real_of(file), buffer, amount / 2, offset);
	return full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

static int shim_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	return fails(TRUNCATE) ? SQLITE_IOERR_TRUNCATE : real_of(file)->pMethods->xTruncate(real_of(file), size);
}

/* Nobody pulls the plug here: what was written stays. */
static int shim_sync(sqlite3_file *file, int flags)
{
	(void)file;
	(void)flags;
	return fails(SYNC) ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int shim_size(sqlite3_file *file, sqlite3_int64 *size)
{
	return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int shim_lock(sqlite3_file *file, int level)
{
	return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int shim_unlock(sqlite3_file *file, int level)
{
	return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int shim_reserved(sqlite3_file *file, int *reserved)
{
	return real_of(file)->pMethods->xCheckReservedLock(real_of(file), reserved);
}

static int shim_control(sqlite3_file *file, int verb, void *argument)
{
	return real_of(file)->pMethods->xFileControl(real_of(file), verb, argument);
}

static int shim_sector(sqlite3_file *file)
{
	return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int shim_device(sqlite3_file *file)
{
	return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int shim_shm_map(sqlite3_file *file, int region, int size, int extend, void volatile **memory)
{
	return real_of(file)->pMethods->xShmMap(real_of(file), region, size, extend, memory);
}

static int shim_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
	return real_of(file)->pMethods->xShmLock(real_of(file), offset, count, flags);
}

static void shim_shm_barrier(sqlite3_file *file)
{
	real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int shim_shm_unmap(sqlite3_file *file, int erase)
{
	return real_of(file)->pMethods->xShmUnmap(real_of(file), erase);
}

/* Version 2: with shared memory, without memory-mapped pages, so that every read is seen. */
static const sqlite3_io_methods methods = {
	.iVersion = 2, .xClose = shim_close, .xRead = shim_read, .xWrite = shim_write, .xTruncate = shim_truncate,
	.xSync = shim_sync, .xFileSize = shim_size, .xLock = shim_lock, .xUnlock = shim_unlock,
	.xCheckReservedLock = shim_reserved, .xFileControl = shim_control, .xSectorSize = shim_sector,
	.xDeviceCharacteristics = shim_device, .xShmMap = shim_shm_map, .xShmLock = shim_shm_lock,
	.xShmBarrier = shim_shm_barrier, .xShmUnmap = shim_shm_unmap,
};

static int shim_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
	struct shim_file *shim = (struct shim_file *)file;
	int code;

	(void)vfs;
	shim->base.pMethods = NULL;
	if (fails(OPEN))
		return SQLITE_CANTOPEN;
	shim->real = (sqlite3_file *)(shim + 1);
	code = below->xOpen(below, name, shim->real, flags, out_flags);
	if (code == SQLITE_OK)
		shim->base.pMethods = &methods;
	return code;
}

static sqlite3_vfs shim;

static int shim_register(void **state)
{
	(void)state;
	below = sqlite3_vfs_find(NULL);
	shim = *below;
	shim.zName = "fault";
	shim.szOsFile = (int)sizeof(struct shim_file) + below->szOsFile;
	shim.xOpen = shim_open;
	return sqlite3_vfs_register(&shim, 1);
}

static int shim_unregister(void **state)
{
	(void)state;
	sqlite3_vfs_register(below, 1);
	return sqlite3_vfs_unregister(&shim);
}

/* ---- a story of some calls ---- */

#define STEPS 12

static int run; /* every run has names of its own */

struct story {
	struct world *world;
	nmk_session *system, *creator;
	nmk_status answers[STEPS];
	char ids[STEPS][40];
};

/* Each leaves something that can be counted. A step whose nano is not there does not happen. */
static nmk_status take_step(struct story *story, int step)
{
	nmk_nano_fields fields = NMK_NANO_FIELDS_INIT;
	nmk_registration registration = NMK_REGISTRATION_INIT;
	nmk_nano *nano = NULL;
	char name[32], email[64];
	nmk_status rc;

	snprintf(name, sizeof name, "run%d_%d", run, step);
	snprintf(email, sizeof email, "%s@example.org", name);
	switch (step % 3) {
	case 0:
		registration.username = name;
		registration.email = email;
		return nmk_user_add(story->system, &registration, NMK_ROLE_CONSUMER, NULL);
	case 1:
		fields.title = name;
		fields.description = "Die Festplatte wird voll, und was dann geschieht, steht hier.";
		fields.duration_minutes = 5;
		rc = nmk_nano_create(story->creator, &fields, &nano);
		if (rc == NMK_OK)
			snprintf(story->ids[step], sizeof story->ids[step], "%s", nmk_nano_id(nano));
		nmk_nano_free(nano);
		return rc;
	default:
		if (!story->ids[step - 1][0])
			return NMK_ENOTFOUND;
		return nmk_nano_publish(story->system, story->ids[step - 1]); /* the host may, from draft */
	}
}

static int64_t effect_of(struct story *story, int step)
{
	char sql[160];

	switch (step % 3) {
	case 0:
		snprintf(sql, sizeof sql, "SELECT count(*) FROM user_account WHERE username = 'run%d_%d'", run, step);
		break;
	case 1:
		snprintf(sql, sizeof sql, "SELECT count(*) FROM nano WHERE title = 'run%d_%d'", run, step);
		break;
	default:
		snprintf(sql, sizeof sql, "SELECT count(*) FROM nano WHERE title = 'run%d_%d' AND status = 'published'", run, step - 1);
		break;
	}
	return world_sql(story->world, sql);
}

static const struct plan {
	const char *name;
	unsigned which;
	bool sticky, full;
} plans[] = {
	{ "a write fails once",             1U << WRITE,    false, false },
	{ "writes fail from then on",       1U << WRITE,    true,  false },
	{ "no room once",                   1U << WRITE,    false, true },
	{ "no room from then on",           1U << WRITE,    true,  true },
	{ "a sync fails once",              1U << SYNC,     false, false },
	{ "syncs fail from then on",        1U << SYNC,     true,  false },
	{ "a read fails once",              1U << READ,     false, false },
	{ "reads fail from then on",        1U << READ,     true,  false },
	{ "an opening fails once",          1U << OPEN,     false, false },
	{ "openings fail from then on",     1U << OPEN,     true,  false },
	{ "everything fails from then on",  (1U << CALLS) - 1, true, false },
};

static long points, acknowledged, unknown, refused;

/* The store is opened durably: acknowledged means kept. The people of the world are there before. */
static void open_story(struct story *story, struct world *world, nmk_market **market)
{
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_error error;

	memset(story, 0, sizeof *story);
	story->world = world;
	assert_status(NMK_OK, nmk_market_open(world->path, &options, &error, market));
	assert_status(NMK_OK, nmk_session_open_system(*market, &story->system));
	assert_status(NMK_OK, nmk_session_act_as(story->system, "carl", &story->creator));
}

static void check_effects(struct story *story, const struct plan *plan, long n)
{
	for (int step = 0; step < STEPS; step++) {
		int64_t there = effect_of(story, step);
		nmk_status answer = story->answers[step];

		if (answer == NMK_OK && there != 1)
			fail_msg("%s (%ld, %s): step %d was acknowledged, and is lost", plan->name, n, call_names[fired_in], step);
		if (answer != NMK_OK && answer != NMK_EUNKNOWN && there != 0)
			fail_msg("%s (%ld, %s): step %d failed with %s, and is there", plan->name, n, call_names[fired_in], step,
			         nmk_status_name(answer));
		acknowledged += answer == NMK_OK;
		unknown += answer == NMK_EUNKNOWN;
		refused += answer != NMK_OK && answer != NMK_EUNKNOWN;
	}
}

static bool tolerable(nmk_status answer)
{
	switch ((int)answer) {
	case NMK_OK: case NMK_EIO: case NMK_EFULL: case NMK_EUNKNOWN: case NMK_EREADONLY:
	case NMK_ENOTFOUND: /* the step before did not happen */
		return true;
	default: /* nothing else tells of a disk */
		return false;
	}
}

/* Open the store with a disk that works: everything is as it was answered, and nothing is damaged. */
static void look_again(struct story *told, const struct plan *plan, long n)
{
	struct story again;
	nmk_market *market;
	nmk_check_report *report;

	open_story(&again, told->world, &market);
	check_effects(told, plan, n);
	assert_status(NMK_OK, nmk_market_check(again.system, false, NULL, NULL, &report));
	if (nmk_check_report_count(report) > 0)
		fail_msg("%s (%ld, %s): %s", plan->name, n, call_names[fired_in], nmk_check_report_message(report, 0));
	nmk_check_report_free(report);
	nmk_session_close(again.creator);
	nmk_session_close(again.system);
	nmk_market_close(market);
}

/* One run of the story with the n-th call failing. False: the story has fewer calls. */
static bool run_story(struct world *world, const struct plan *plan, long n)
{
	struct story story;
	nmk_market *market;

	run++;
	open_story(&story, world, &market);
	which = plan->which;
	sticky = plan->sticky;
	full = plan->full;
	fired = false;
	countdown = n;
	armed = true;
	for (int step = 0; step < STEPS; step++) {
		story.answers[step] = take_step(&story, step);
		if (!tolerable(story.answers[step]))
			fail_msg("%s (%ld): step %d answered %s", plan->name, n, step, nmk_status_name(story.answers[step]));
		if (story.answers[step] != NMK_OK && !fired)
			fail_msg("%s (%ld): step %d answered %s with a disk that works", plan->name, n, step,
			         nmk_status_name(story.answers[step]));
	}
	nmk_session_close(story.creator);
	nmk_session_close(story.system);
	nmk_market_close(market); /* the disk still fails */
	armed = false;
	points += fired;

	look_again(&story, plan, n);
	return fired;
}

static void test_disk(void **state)
{
	const struct plan *plan = *state;
	void *setup = NULL;
	struct world *world;
	bool more = true;

	world_setup(&setup);
	world = setup;
	for (long n = 1; more; n += n < 40 ? 1 : 3)
		more = run_story(world, plan, n);
	world_teardown(&setup);
}

static int tell(void **state)
{
	print_message("%zu ways to fail, %ld failures; steps: %ld acknowledged, %ld unknown, %ld refused\n",
	              sizeof plans / sizeof plans[0], points, acknowledged, unknown, refused);
	return shim_unregister(state);
}

int main(void)
{
	static struct CMUnitTest tests[sizeof plans / sizeof plans[0]];

	for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++)
		tests[i] = (struct CMUnitTest){ .name = plans[i].name, .test_func = test_disk, .initial_state = (void *)(uintptr_t)&plans[i] };
	return cmocka_run_group_tests_name("fault/disk", tests, shim_register, tell);
}
