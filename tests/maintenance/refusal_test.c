/* refusal_test.c -- every call to the system and every allocation of packages, blobs, backup and restore is refused once:
 * the answer is definite, nothing half-made is left, and the same call succeeds afterwards.
 *
 * The linker leads these calls of our own code here (--wrap); libraries below keep theirs. tests/fault/ does the same for
 * all operations from the other side. */
#define _GNU_SOURCE
#include "parcel.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define LARGE 300000 /* lies in a file */

/* ---- refusing ---- */

static bool armed, fired, memory_only;
static long countdown;
static int refusal; /* errno */

static bool refused(bool memory)
{
	if (!armed || memory != memory_only || --countdown != 0)
		return false;
	fired = true;
	errno = refusal;
	return true;
}

#define WRAP(type, name, parameters, arguments, failure, memory) \
	type __real_##name parameters; \
	type __wrap_##name parameters; \
	type __wrap_##name parameters { return refused(memory) ? (failure) : __real_##name arguments; }

WRAP(ssize_t, write, (int fd, const void *data, size_t size), (fd, data, size), -1, false)
WRAP(ssize_t, pread, (int fd, void *data, size_t size, off_t at), (fd, data, size, at), -1, false)
WRAP(ssize_t, read, (int fd, void *data, size_t size), (fd, data, size), -1, false)
WRAP(int, fsync, (int fd), (fd), -1, false)
WRAP(int, rename, (const char *from, const char *to), (from, to), -1, false)
WRAP(int, renameat2, (int a, const char *from, int b, const char *to, unsigned flags), (a, from, b, to, flags), -1, false)
WRAP(int, link, (const char *from, const char *to), (from, to), -1, false)
WRAP(int, mkdir, (const char *path, mode_t mode), (path, mode), -1, false)
WRAP(int, flock, (int fd, int how), (fd, how), -1, false)
WRAP(int, fstat, (int fd, struct stat *info), (fd, info), -1, false)
WRAP(int, lstat, (const char *path, struct stat *info), (path, info), -1, false)
WRAP(int, fstatat, (int fd, const char *path, struct stat *info, int flags), (fd, path, info, flags), -1, false)
WRAP(int, futimens, (int fd, const struct timespec *times), (fd, times), -1, false)
WRAP(DIR *, opendir, (const char *path), (path), NULL, false)
WRAP(void *, malloc, (size_t size), (size), NULL, true)
WRAP(void *, calloc, (size_t count, size_t size), (count, size), NULL, true)
WRAP(void *, realloc, (void *old, size_t size), (old, size), NULL, true)
WRAP(char *, strdup, (const char *text), (text), NULL, true)

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
	return refused(false) ? -1 : __real_open(path, flags, 0600);
}

int __real_openat(int fd, const char *path, int flags, ...);
int __wrap_openat(int fd, const char *path, int flags, ...);
int __wrap_openat(int fd, const char *path, int flags, ...)
{
	return refused(false) ? -1 : __real_openat(fd, path, flags, 0600);
}

/* ---- the story ---- */

struct stage {
	struct world *w;
	char nano_id[64];
	char in[128], out[128], backup[128];
	unsigned seed;
	struct parcel parcel;
};

static int setup(void **state)
{
	struct stage *stage = calloc(1, sizeof *stage);
	void *world;
	nmk_nano *nano;

	assert_int_equal(0, world_setup(&world));
	stage->w = world;
	nano = world_nano(stage->w, stage->w->creator, NMK_NANO_DRAFT);
	snprintf(stage->nano_id, sizeof stage->nano_id, "%s", nmk_nano_id(nano));
	nmk_nano_free(nano);
	snprintf(stage->in, sizeof stage->in, "%s/in.zip", stage->w->folder);
	snprintf(stage->out, sizeof stage->out, "%s/out", stage->w->folder);
	snprintf(stage->backup, sizeof stage->backup, "%s/backup", stage->w->folder);
	*state = stage;
	return 0;
}

static int teardown(void **state)
{
	struct stage *stage = *state;
	void *world = stage->w;

	parcel_free(&stage->parcel);
	free(stage);
	return world_teardown(&world);
}

static int64_t versions(struct stage *stage)
{
	return world_sql(stage->w, "SELECT count(*) FROM nano_version");
}

/* What a call does and what must be true whether it was done or not. */
struct deed {
	void       (*prepare)(struct stage *stage);
	nmk_status (*run)(struct stage *stage);
	bool       (*done)(struct stage *stage);
	void       (*undo)(struct stage *stage);
	nmk_session *(*session)(struct stage *stage);
};

static int64_t upload_left(struct stage *stage)
{
	char path[200];
	DIR *folder;
	int64_t files = 0;

	snprintf(path, sizeof path, "%s.blobs/tmp", stage->w->path);
	folder = opendir(path);
	for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;)
		files += entry->d_name[0] != '.';
	if (folder)
		closedir(folder);
	return files;
}

static bool beside(const char *path, const char *ending)
{
	char name[200];

	snprintf(name, sizeof name, "%s%s", path, ending);
	return access(name, F_OK) == 0;
}

static void assert_tidy(struct stage *stage)
{
	const char *paths[] = { stage->out, stage->backup };
	static const char *const endings[] = { ".part", ".part.lock", ".part-wal", ".part-shm", ".part-journal", ".keyring.part" };

	assert_int_equal(0, upload_left(stage));
	for (size_t i = 0; i < 2; i++)
		for (size_t j = 0; j < sizeof endings / sizeof endings[0]; j++)
			if (beside(paths[i], endings[j]))
				fail_msg("%s%s is left", paths[i], endings[j]);
}

static void assert_repaired(struct stage *stage)
{
	nmk_check_report *report;

	assert_status(NMK_OK, nmk_market_check(stage->w->system, true, NULL, NULL, &report));
	for (size_t i = 0; i < nmk_check_report_count(report); i++)
		if (!nmk_check_report_repaired(report, i))
			fail_msg("%s: %s", nmk_check_report_check(report, i), nmk_check_report_message(report, i));
	nmk_check_report_free(report);
}

static bool fits(nmk_status rc)
{
	if (memory_only)
		return rc == NMK_ENOMEM;
	switch (refusal) {
	case ENOSPC: return rc == NMK_EFULL || rc == NMK_EIO || rc == NMK_ECORRUPT;
	case EACCES: return rc == NMK_EREADONLY || rc == NMK_EIO || rc == NMK_ECORRUPT;
	case EEXIST: return rc == NMK_ECONFLICT || rc == NMK_EIO || rc == NMK_ECORRUPT;
	default:     return rc == NMK_EIO || rc == NMK_ECORRUPT;
	}
}

static long points;

static void sweep(struct stage *stage, const struct deed *deed, bool memory, int error_number)
{
	for (long n = 1;; n++) {
		nmk_session *session = deed->session(stage);
		nmk_status rc;

		if (deed->prepare)
			deed->prepare(stage);
		memory_only = memory;
		refusal = error_number;
		countdown = n;
		fired = false;
		armed = true;
		rc = deed->run(stage);
		armed = false;
		if (rc != NMK_OK && !fits(rc))
			fail_msg("refusal %ld (errno %d): %s, %s", n, error_number, nmk_status_name(rc),
			         session ? nmk_session_error(session)->message : "");
		if (session)
			assert_int_equal(rc, nmk_session_error(session)->status);
		assert_int_equal(rc == NMK_OK, deed->done(stage));
		assert_tidy(stage);
		assert_repaired(stage);
		if (rc != NMK_OK) {
			if (deed->prepare)
				deed->prepare(stage);
			assert_status(NMK_OK, deed->run(stage));
			assert_true(deed->done(stage));
		}
		deed->undo(stage);
		if (!fired)
			break;
		points++;
	}
}

static void sweep_all(struct stage *stage, const struct deed *deed)
{
	points = 0;
	sweep(stage, deed, true, ENOMEM);
	assert_true(points > 0);
	sweep(stage, deed, false, EIO);
	sweep(stage, deed, false, ENOSPC);
	sweep(stage, deed, false, EACCES);
	sweep(stage, deed, false, EINTR);
	sweep(stage, deed, false, EINVAL); /* renameat2() is unknown to some file systems */
	print_message("%ld refusals\n", points);
}

static nmk_session *creator_of(struct stage *stage)
{
	return stage->w->creator;
}

static nmk_session *system_of(struct stage *stage)
{
	return stage->w->system;
}

static nmk_session *nobody(struct stage *stage)
{
	(void)stage;
	return NULL;
}

/* ---- uploads ---- */

static int64_t before;

static void new_parcel(struct stage *stage)
{
	parcel_free(&stage->parcel);
	parcel_make(&stage->parcel, LARGE, ++stage->seed);
	before = versions(stage);
}

static nmk_status upload(struct stage *stage)
{
	return parcel_upload(stage->w->creator, stage->nano_id, &stage->parcel, NULL, NULL);
}

static bool one_more_version(struct stage *stage)
{
	return versions(stage) == before + 1;
}

static void nothing(struct stage *stage)
{
	(void)stage;
}

static void test_package_upload__refusals(void **state)
{
	static const struct deed deed = { new_parcel, upload, one_more_version, nothing, creator_of };

	sweep_all(*state, &deed);
}

static void new_file(struct stage *stage)
{
	int fd;

	new_parcel(stage);
	fd = open(stage->in, O_CREAT | O_TRUNC | O_WRONLY, 0600);
	assert_int_equal(stage->parcel.size, write(fd, stage->parcel.bytes, stage->parcel.size));
	close(fd);
}

static nmk_status upload_file(struct stage *stage)
{
	nmk_upload given = NMK_UPLOAD_INIT;
	nmk_version *version = NULL;
	nmk_status rc;

	given.changelog = "neu";
	rc = nmk_package_upload_file(stage->w->creator, stage->nano_id, stage->in, &given, &version);
	assert_int_equal(rc == NMK_OK, version != NULL);
	nmk_version_free(version);
	return rc;
}

static void test_package_upload_file__refusals(void **state)
{
	static const struct deed deed = { new_file, upload_file, one_more_version, nothing, creator_of };

	sweep_all(*state, &deed);
}

/* A small one lies in rows. */
static void new_small_parcel(struct stage *stage)
{
	parcel_free(&stage->parcel);
	parcel_make(&stage->parcel, 2000, ++stage->seed);
	before = versions(stage);
}

static nmk_status upload_once(struct stage *stage)
{
	nmk_upload given = NMK_UPLOAD_INIT;
	char key[32];

	snprintf(key, sizeof key, "key-%u", stage->seed);
	stage->parcel.at = 0;
	given.read = parcel_read;
	given.read_context = &stage->parcel;
	given.idempotency_key = key;
	return nmk_package_upload(stage->w->creator, stage->nano_id, &given, NULL);
}

static void test_package_upload__small_with_key_refusals(void **state)
{
	static const struct deed deed = { new_small_parcel, upload_once, one_more_version, nothing, creator_of };

	sweep_all(*state, &deed);
}

/* ---- rollback, list, preview ---- */

static void two_versions(struct stage *stage)
{
	if (versions(stage) == 0)
		parcel_version(stage->w->creator, stage->nano_id, "1.0.0", 2000, 1);
	parcel_version(stage->w->creator, stage->nano_id, NULL, LARGE, 2);
	before = versions(stage);
}

static nmk_status roll_back(struct stage *stage)
{
	nmk_version *version = NULL;
	nmk_status rc = nmk_version_rollback(stage->w->creator, stage->nano_id, "1.0.0", "zurück", NULL, &version);

	nmk_version_free(version);
	return rc;
}

static void test_version_rollback__refusals(void **state)
{
	static const struct deed deed = { two_versions, roll_back, one_more_version, nothing, creator_of };

	sweep_all(*state, &deed);
}

static bool looked;

static void one_version(struct stage *stage)
{
	looked = false;
	if (versions(stage) == 0)
		parcel_version(stage->w->creator, stage->nano_id, "1.0.0", LARGE, 1);
}

static bool have_looked(struct stage *stage)
{
	(void)stage;
	return looked;
}

/* Allocates nothing: its own memory is not what is tried here. */
static int see(void *context, const void *data, size_t size)
{
	(void)data;
	*(size_t *)context += size;
	return 0;
}

static nmk_status look(struct stage *stage)
{
	nmk_package_entries *entries = NULL;
	size_t seen = 0;
	nmk_version_page *page = NULL;
	nmk_version *version = NULL;
	nmk_status rc = nmk_package_list(stage->w->creator, stage->nano_id, NULL, &entries);

	if (rc == NMK_OK)
		rc = nmk_package_read_entry(stage->w->creator, stage->nano_id, NULL, "skript.pdf", 10, 10, see, &seen);
	if (rc == NMK_OK)
		rc = nmk_version_list(stage->w->creator, stage->nano_id, NULL, 1, &page);
	if (rc == NMK_OK)
		rc = nmk_version_get(stage->w->creator, stage->nano_id, NULL, &version);
	looked = rc == NMK_OK;
	nmk_package_entries_free(entries);
	nmk_version_page_free(page);
	nmk_version_free(version);
	return rc;
}

static void test_reading__refusals(void **state)
{
	static const struct deed deed = { one_version, look, have_looked, nothing, creator_of };

	sweep_all(*state, &deed);
}

/* ---- downloads ---- */

static nmk_status download_file(struct stage *stage)
{
	return nmk_package_download_file(stage->w->creator, stage->nano_id, NULL, stage->out);
}

static bool file_is_there(struct stage *stage)
{
	return beside(stage->out, "");
}

static void remove_file(struct stage *stage)
{
	assert_int_equal(0, unlink(stage->out));
}

static void test_package_download_file__refusals(void **state)
{
	static const struct deed deed = { one_version, download_file, file_is_there, remove_file, creator_of };

	sweep_all(*state, &deed);
}

/* ---- backup and restore ---- */

static nmk_status back_up(struct stage *stage)
{
	return nmk_market_backup(stage->w->system, stage->backup, NULL, NULL);
}

/* With its key ring, or neither. */
static bool is_there_with_ring(const char *path)
{
	assert_int_equal(beside(path, ""), beside(path, ".keyring"));
	return beside(path, "");
}

static void remove_with_ring(const char *path)
{
	char ring[200];

	snprintf(ring, sizeof ring, "%s.keyring", path);
	assert_int_equal(0, unlink(path));
	assert_int_equal(0, unlink(ring));
}

static bool backup_is_there(struct stage *stage)
{
	return is_there_with_ring(stage->backup);
}

static void remove_backup(struct stage *stage)
{
	remove_with_ring(stage->backup);
}

static void test_market_backup__refusals(void **state)
{
	static const struct deed deed = { one_version, back_up, backup_is_there, remove_backup, system_of };

	sweep_all(*state, &deed);
}

static void have_backup(struct stage *stage)
{
	one_version(stage);
	if (!backup_is_there(stage))
		assert_status(NMK_OK, back_up(stage));
}

static nmk_status restore(struct stage *stage)
{
	nmk_error error;
	nmk_status rc = nmk_market_restore(stage->backup, stage->out, NULL, NULL, &error);

	assert_int_equal(rc, error.status);
	return rc;
}

static bool restored_is_there(struct stage *stage)
{
	return is_there_with_ring(stage->out);
}

static void remove_restored(struct stage *stage)
{
	remove_with_ring(stage->out);
}

static void test_market_restore__refusals(void **state)
{
	static const struct deed deed = { have_backup, restore, restored_is_there, remove_restored, nobody };

	sweep_all(*state, &deed);
}

/* ---- the doctor ---- */

static void leave_orphans(struct stage *stage)
{
	char path[300];

	looked = false;
	one_version(stage);
	snprintf(path, sizeof path, "%s.blobs/00", stage->w->path);
	mkdir(path, 0700);
	snprintf(path, sizeof path, "%s.blobs/00/%064d", stage->w->path, 0);
	close(open(path, O_CREAT | O_WRONLY, 0600));
	snprintf(path, sizeof path, "%s.blobs/tmp/%032d", stage->w->path, 0);
	close(open(path, O_CREAT | O_WRONLY, 0600));
}

/* What cannot be read is a finding; so a refusal is no failure of the call. */
static nmk_status doctor(struct stage *stage)
{
	nmk_check_report *report = NULL;
	nmk_status rc = nmk_market_check(stage->w->system, true, NULL, NULL, &report);

	looked = rc == NMK_OK;
	assert_int_equal(looked, report != NULL);
	if (looked && fired)
		assert_true(nmk_check_report_count(report) >= 1);
	nmk_check_report_free(report);
	if (!looked) { /* the orphans are for the next */
		armed = false;
		assert_repaired(stage);
		assert_true(fits(rc));
	}
	return rc;
}

static void sweep_doctor(struct stage *stage, bool memory, int error_number)
{
	for (long n = 1;; n++) {
		leave_orphans(stage);
		memory_only = memory;
		refusal = error_number;
		countdown = n;
		fired = false;
		armed = true;
		doctor(stage);
		armed = false;
		assert_repaired(stage);
		assert_tidy(stage);
		if (!fired)
			break;
	}
}

static void test_market_check__refusals(void **state)
{
	sweep_doctor(*state, true, ENOMEM);
	sweep_doctor(*state, false, EIO);
	sweep_doctor(*state, false, EACCES);
	sweep_doctor(*state, false, EINTR);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_package_upload__refusals),
		TEST(test_package_upload_file__refusals),
		TEST(test_package_upload__small_with_key_refusals),
		TEST(test_version_rollback__refusals),
		TEST(test_reading__refusals),
		TEST(test_package_download_file__refusals),
		TEST(test_market_backup__refusals),
		TEST(test_market_restore__refusals),
		TEST(test_market_check__refusals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
