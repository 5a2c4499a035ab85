/* maintenance_test.c -- the doctor finds what is wrong and mends what it can; a backup is a whole store. */
#define _DEFAULT_SOURCE
#include "parcel.h"

#include <fcntl.h>
#include <nanomarket/sys/keys.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SMALL 5000
#define LARGE 3000000

static char nano_id[64];

static const char *make_nano(struct world *w, nmk_nano_state status)
{
	nmk_nano *nano = world_nano(w, w->creator, status);

	snprintf(nano_id, sizeof nano_id, "%s", nmk_nano_id(nano));
	nmk_nano_free(nano);
	return nano_id;
}

/* A draft with a small version and a large one. */
static const char *make_packages(struct world *w)
{
	const char *id = make_nano(w, NMK_NANO_DRAFT);

	parcel_version(w->creator, id, "1.0.0", SMALL, 1);
	parcel_version(w->creator, id, "1.1.0", LARGE, 2);
	return id;
}

static void sql(const char *path, const char *text)
{
	sqlite3 *db;

	assert_int_equal(SQLITE_OK, sqlite3_open(path, &db));
	assert_int_equal(SQLITE_OK, sqlite3_exec(db, text, NULL, NULL, NULL));
	sqlite3_close(db);
}

static void file_of(struct world *w, const char *number, char path[256])
{
	nmk_version *version;

	assert_status(NMK_OK, nmk_version_get(w->system, nano_id, number, &version));
	snprintf(path, 256, "%s.blobs/%.2s/%s", w->path, nmk_version_hash(version), nmk_version_hash(version));
	nmk_version_free(version);
}

static void alter(const char *path, off_t at)
{
	int fd = open(path, O_WRONLY);

	assert_true(fd >= 0);
	assert_int_equal(1, pwrite(fd, "\x01", 1, at));
	close(fd);
}

static bool exists(const char *path, const char *ending)
{
	char name[500];

	snprintf(name, sizeof name, "%s%s", path, ending);
	return access(name, F_OK) == 0;
}

/* Nothing but the file itself and its key ring, if at all. */
static void assert_alone(const char *path, bool itself)
{
	static const char *const endings[] = { ".part", ".lock", "-wal", "-shm", "-journal", ".part.lock", ".part-wal",
	                                       ".part-shm", ".part-journal", ".blobs", ".keyring.part", ".rootkey" };

	assert_int_equal(itself, exists(path, ""));
	assert_int_equal(itself, exists(path, ".keyring"));
	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
		if (exists(path, endings[i]))
			fail_msg("%s%s is there", path, endings[i]);
}

/* ---- the doctor ---- */

static nmk_check_report *check(struct world *w, bool repair)
{
	nmk_check_report *report;

	assert_status(NMK_OK, nmk_market_check(w->system, repair, NULL, NULL, &report));
	assert_int_equal(NMK_OK, nmk_session_error(w->system)->status);
	return report;
}

static void assert_sound(struct world *w)
{
	nmk_check_report *report = check(w, false);

	if (nmk_check_report_count(report) > 0)
		fail_msg("%s: %s", nmk_check_report_check(report, 0), nmk_check_report_message(report, 0));
	nmk_check_report_free(report);
}

/* Exactly one finding, of that check, with that text in it. */
static void assert_found(struct world *w, bool repair, const char *which, const char *text, bool repaired)
{
	nmk_check_report *report = check(w, repair);

	assert_int_equal(1, nmk_check_report_count(report));
	assert_string_equal(which, nmk_check_report_check(report, 0));
	if (!strstr(nmk_check_report_message(report, 0), text))
		fail_msg("'%s' is not in '%s'", text, nmk_check_report_message(report, 0));
	assert_int_equal(repaired, nmk_check_report_repaired(report, 0));
	nmk_check_report_free(report);
}

static void test_market_check__sound_store_has_no_findings(void **state)
{
	struct world *w = *state;
	nmk_check_report *report;
	char *json;

	make_packages(w);
	assert_status(NMK_OK, nmk_nano_publish(w->system, nano_id));
	assert_sound(w);
	report = check(w, true);
	assert_int_equal(0, nmk_check_report_count(report));
	assert_null(nmk_check_report_check(report, 0));
	assert_null(nmk_check_report_message(report, 0));
	assert_false(nmk_check_report_repaired(report, 0));
	json = nmk_check_report_json(report);
	assert_string_equal("{\"checks\":[\"integrity\",\"foreign_keys\",\"schema\",\"index\",\"package\",\"feedback\",\"messaging\",\"keys\",\"audit\"],\"items\":[]}", json);
	nmk_free(json);
	nmk_check_report_free(report);
	nmk_check_report_free(NULL);
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM audit_event WHERE operation = 'market_repair'"));
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM audit_event WHERE operation = 'market_check'"));
}

static void test_market_check__is_the_hosts(void **state)
{
	struct world *w = *state;
	nmk_check_report *report = (nmk_check_report *)w;

	assert_status(NMK_ELOGIN, nmk_market_check(w->guest, false, NULL, NULL, &report));
	assert_null(report);
	assert_status(NMK_EDENIED, nmk_market_check(w->admin, true, NULL, NULL, &report));
	assert_status(NMK_EINVALID, nmk_market_check(w->system, false, NULL, NULL, NULL));
	assert_field("report", w->system);
	assert_status(NMK_EINVALID, nmk_market_check(NULL, false, NULL, NULL, &report));
}

static void test_market_check__altered_package_is_found(void **state)
{
	struct world *w = *state;
	char path[256];
	nmk_check_report *report;
	char *json;

	make_packages(w);
	file_of(w, "1.1.0", path);
	alter(path, 1000);
	assert_found(w, false, "package", "was altered", false);
	assert_found(w, true, "package", "was altered", false);
	assert_int_equal(0, unlink(path));
	nmk_session_set_language(w->system, "de");
	assert_found(w, false, "package", "fehlt oder ist abgeschnitten", false);
	report = check(w, false);
	json = nmk_check_report_json(report);
	assert_non_null(strstr(json, "\"items\":[{\"check\":\"package\",\"message\":\"Der Inhalt"));
	assert_non_null(strstr(json, "\"repaired\":false}]"));
	nmk_free(json);
	nmk_check_report_free(report);
}

static void test_market_check__versions_and_content_must_agree(void **state)
{
	struct world *w = *state;

	make_packages(w);
	assert_status(NMK_OK, nmk_nano_publish(w->system, nano_id));
	sql(w->path, "UPDATE nano_version SET size = size + 1 WHERE number = '1.0.0'");
	assert_found(w, false, "package", "has no content of its size", false);
	sql(w->path, "UPDATE nano_version SET size = size - 1 WHERE number = '1.0.0'");
	sql(w->path, "UPDATE nano SET version = '1.0.0'");
	assert_found(w, false, "package", nano_id, false);
	sql(w->path, "UPDATE nano SET version = '1.1.0'");
	assert_sound(w);
}

static void test_market_check__broken_reference_is_found(void **state)
{
	struct world *w = *state;

	make_packages(w);
	sql(w->path, "PRAGMA foreign_keys = OFF; INSERT INTO blob_chunk (hash, position, data) VALUES ('none', 0, x'00')");
	assert_found(w, false, "foreign_keys", "blob_chunk", false);
}

static void age(const char *path)
{
	struct timespec times[2] = { { .tv_sec = 1000000000 }, { .tv_sec = 1000000000 } };

	assert_int_equal(0, utimensat(AT_FDCWD, path, times, 0));
}

static void test_market_check__orphans_are_found_and_removed(void **state)
{
	struct world *w = *state;
	char path[400], temporary[300], folder[300];
	nmk_check_report *report;

	make_packages(w);
	snprintf(folder, sizeof folder, "%s.blobs/00", w->path);
	mkdir(folder, 0700);
	snprintf(path, sizeof path, "%s/%064d", folder, 0);
	snprintf(temporary, sizeof temporary, "%s.blobs/tmp/%032d", w->path, 0);
	close(open(path, O_CREAT | O_WRONLY, 0600));
	close(open(temporary, O_CREAT | O_WRONLY, 0600));
	age(path);
	report = check(w, false);
	assert_int_equal(2, nmk_check_report_count(report));
	assert_false(nmk_check_report_repaired(report, 0));
	nmk_check_report_free(report);
	assert_true(exists(path, "") && exists(temporary, ""));

	report = check(w, true); /* found by the check, mended by the repair: one finding each */
	assert_int_equal(2, nmk_check_report_count(report));
	assert_true(nmk_check_report_repaired(report, 0));
	assert_true(nmk_check_report_repaired(report, 1));
	nmk_check_report_free(report);
	assert_false(exists(path, "") || exists(temporary, ""));
	assert_sound(w);
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM audit_event WHERE operation = 'market_repair' "
	                                 "AND details LIKE '%\"repaired\":2%'"));
}

static void test_market_check__foreign_file_stays(void **state)
{
	struct world *w = *state;
	char path[300];

	make_packages(w);
	snprintf(path, sizeof path, "%s.blobs/tmp/notiz.txt", w->path);
	close(open(path, O_CREAT | O_WRONLY, 0600));
	assert_found(w, true, "package", "tmp/notiz.txt", false);
	assert_true(exists(path, ""));
}

/* Bytes in the middle of the file, so that pages are no pages any more. */
static void test_market_check__damaged_pages_are_found(void **state)
{
	struct world *w = *state;
	nmk_check_report *report;
	int fd;
	struct stat info;
	char junk[4096];

	make_packages(w);
	sql(w->path, "PRAGMA wal_checkpoint(TRUNCATE)");
	fd = open(w->path, O_WRONLY);
	assert_int_equal(0, fstat(fd, &info));
	memset(junk, 0x5a, sizeof junk);
	for (off_t at = info.st_size / 2; at < info.st_size / 2 + 12 * 4096; at += 4096)
		assert_int_equal(4096, pwrite(fd, junk, sizeof junk, at - at % 4096));
	close(fd);
	report = check(w, false);
	assert_true(nmk_check_report_count(report) >= 1);
	assert_string_equal("integrity", nmk_check_report_check(report, 0));
	nmk_check_report_free(report);
}

static void test_market_check__schema_of_a_newer_library_is_found(void **state)
{
	struct world *w = *state;

	sql(w->path, "PRAGMA user_version = 999");
	assert_found(w, false, "schema", "999", false);
	sql(w->path, "PRAGMA user_version = 1");
}

struct watch {
	int64_t calls, stop_at, last, total;
	bool    fell;
};

static bool watching(void *context, int64_t done, int64_t total)
{
	struct watch *watch = context;

	watch->calls++;
	watch->fell = watch->fell || done < watch->last || done > total;
	watch->last = done;
	watch->total = total;
	return watch->stop_at == 0 || watch->calls < watch->stop_at;
}

static void test_market_check__tells_how_far_it_is_and_can_be_stopped(void **state)
{
	struct world *w = *state;
	struct watch watch = { 0 }, stop;
	nmk_check_report *report;

	make_packages(w);
	assert_status(NMK_OK, nmk_market_check(w->system, true, watching, &watch, &report));
	nmk_check_report_free(report);
	assert_false(watch.fell);
	assert_int_equal(watch.total, watch.last);
	for (int64_t i = 1; i <= watch.calls; i++) {
		stop = (struct watch){ .stop_at = i };
		assert_status(NMK_ECANCELLED, nmk_market_check(w->system, true, watching, &stop, &report));
		assert_int_equal(NMK_ECANCELLED, nmk_session_error(w->system)->status);
		assert_null(report);
	}
}

/* ---- backup and restore ---- */

struct copy {
	char path[128], restored[128];
};

static void remove_store(const char *path)
{
	char ring[140];

	snprintf(ring, sizeof ring, "%s.keyring", path);
	assert_int_equal(0, unlink(path));
	assert_int_equal(0, unlink(ring));
}

static struct copy copy_of(struct world *w)
{
	struct copy copy;

	snprintf(copy.path, sizeof copy.path, "%s/backup.db", w->folder);
	snprintf(copy.restored, sizeof copy.restored, "%s/restored.db", w->folder);
	return copy;
}

static void assert_package(nmk_session *session, const char *number, size_t size, unsigned seed)
{
	struct received received = { 0 };
	struct parcel parcel;

	parcel_make(&parcel, size, seed);
	assert_status(NMK_OK, nmk_package_download(session, nano_id, number, 0, -1, receive, &received));
	assert_int_equal(parcel.size, received.size);
	assert_memory_equal(parcel.bytes, received.bytes, parcel.size);
	received_free(&received);
	parcel_free(&parcel);
}

/* The store at that path has both packages, and the doctor is content. */
static void assert_store_complete(struct world *w, const char *path)
{
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	struct world other = { .now = w->now };
	char root[140];

	snprintf(root, sizeof root, "%s.rootkey", w->path); /* the host's: no backup has it */
	options.root_key_file = root;
	snprintf(other.path, sizeof other.path, "%s", path);
	assert_status(NMK_OK, nmk_market_open(path, &options, NULL, &other.market));
	assert_status(NMK_OK, nmk_session_open_system(other.market, &other.system));
	assert_package(other.system, "1.0.0", SMALL, 1);
	assert_package(other.system, "1.1.0", LARGE, 2);
	assert_sound(&other);
	nmk_session_close(other.system);
	nmk_market_close(other.market);
}

static void test_market_backup__holds_everything_in_one_file(void **state)
{
	struct world *w = *state;
	struct copy copy = copy_of(w);
	struct stat info;

	make_packages(w);
	assert_status(NMK_OK, nmk_market_backup(w->system, copy.path, NULL, NULL));
	assert_alone(copy.path, true);
	assert_int_equal(0, stat(copy.path, &info));
	assert_int_equal(0600, info.st_mode & 0777);
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM audit_event WHERE action = 'backup_created'"));
	assert_sound(w);

	assert_status(NMK_OK, nmk_market_restore(copy.path, copy.restored, NULL, NULL, NULL));
	assert_alone(copy.restored, true);
	assert_alone(copy.path, true);
	assert_store_complete(w, copy.restored);
	assert_store_complete(w, copy.path); /* a backup is itself a store */
}

static void test_market_backup__who_and_where(void **state)
{
	struct world *w = *state;
	struct copy copy = copy_of(w);
	char part[140];
	int fd;

	assert_status(NMK_ELOGIN, nmk_market_backup(w->guest, copy.path, NULL, NULL));
	assert_status(NMK_EDENIED, nmk_market_backup(w->admin, copy.path, NULL, NULL));
	assert_status(NMK_EINVALID, nmk_market_backup(NULL, copy.path, NULL, NULL));
	assert_status(NMK_EINVALID, nmk_market_backup(w->system, NULL, NULL, NULL));
	assert_field("path", w->system);
	assert_status(NMK_EINVALID, nmk_market_backup(w->system, "", NULL, NULL));
	assert_status(NMK_EIO, nmk_market_backup(w->system, "/nowhere/backup.db", NULL, NULL));
	assert_field("path", w->system);
	assert_status(NMK_ECONFLICT, nmk_market_backup(w->system, w->path, NULL, NULL));
	assert_field("path", w->system);
	assert_alone(copy.path, false);
	snprintf(part, sizeof part, "%s.part", copy.path);
	fd = open(part, O_CREAT | O_RDWR, 0600);
	assert_int_equal(0, flock(fd, LOCK_EX)); /* somebody is at it */
	assert_status(NMK_ECONFLICT, nmk_market_backup(w->system, copy.path, NULL, NULL));
	assert_field("path", w->system);
	close(fd);                               /* ... and crashed */
	assert_status(NMK_OK, nmk_market_backup(w->system, copy.path, NULL, NULL));
	assert_alone(copy.path, true);
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM audit_event WHERE action = 'backup_created'"));
}

static void test_market_backup__can_be_stopped_at_any_point(void **state)
{
	struct world *w = *state;
	struct copy copy = copy_of(w);
	struct watch watch = { 0 }, stop;

	make_packages(w);
	assert_status(NMK_OK, nmk_market_backup(w->system, copy.path, watching, &watch));
	remove_store(copy.path);
	for (int64_t i = 1; i <= watch.calls; i += 1 + watch.calls / 20) {
		stop = (struct watch){ .stop_at = i };
		assert_status(NMK_ECANCELLED, nmk_market_backup(w->system, copy.path, watching, &stop));
		assert_alone(copy.path, false);
	}
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM audit_event WHERE action = 'backup_created'"));
}

static void test_market_backup__damaged_package_makes_no_backup(void **state)
{
	struct world *w = *state;
	struct copy copy = copy_of(w);
	char path[256];

	make_packages(w);
	sql(w->path, "UPDATE blob_chunk SET data = zeroblob(length(data))");
	assert_status(NMK_ECORRUPT, nmk_market_backup(w->system, copy.path, NULL, NULL));
	assert_field("path", w->system);
	assert_alone(copy.path, false);
	file_of(w, "1.1.0", path);
	alter(path, 1000);
	assert_status(NMK_ECORRUPT, nmk_market_backup(w->system, copy.path, NULL, NULL));
	assert_int_equal(0, unlink(path));
	assert_status(NMK_ECORRUPT, nmk_market_backup(w->system, copy.path, NULL, NULL));
	assert_alone(copy.path, false);
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM audit_event WHERE action = 'backup_created'"));
}

static void test_market_backup__relative_paths(void **state)
{
	struct world *w = *state;
	char folder[1024];

	make_packages(w);
	assert_non_null(getcwd(folder, sizeof folder));
	assert_int_equal(0, chdir(w->folder));
	assert_status(NMK_OK, nmk_market_backup(w->system, "kopie.db", NULL, NULL));
	assert_status(NMK_OK, nmk_market_restore("kopie.db", "neu.db", NULL, NULL, NULL));
	assert_store_complete(w, "neu.db");
	assert_int_equal(0, chdir(folder));
}

/* Appears while the backup is made: it is not replaced. */
static bool put_in_the_way(void *context, int64_t done, int64_t total)
{
	(void)done;
	(void)total;
	close(open(context, O_CREAT | O_WRONLY, 0600));
	return true;
}

static void test_market_backup__replaces_nothing(void **state)
{
	struct world *w = *state;
	struct copy copy = copy_of(w);
	struct stat info;

	make_packages(w);
	assert_status(NMK_ECONFLICT, nmk_market_backup(w->system, copy.path, put_in_the_way, copy.path));
	assert_field("path", w->system);
	assert_int_equal(0, stat(copy.path, &info));
	assert_int_equal(0, info.st_size);
	assert_false(exists(copy.path, ".keyring") || exists(copy.path, ".part") || exists(copy.path, ".keyring.part"));
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM audit_event WHERE action = 'backup_created'"));
}

struct writing {
	struct world *w;
	nmk_session  *session;
	char          nano_id[64];
	unsigned      uploads;
	nmk_status    rc;
	bool          stop; /* atomic */
};

static void *write_on(void *context)
{
	struct writing *writing = context;

	for (unsigned i = 0; i < 100 && writing->rc == NMK_OK && !__atomic_load_n(&writing->stop, __ATOMIC_ACQUIRE); i++) {
		struct parcel parcel;

		parcel_make(&parcel, i % 2 ? 300000 : 2000, 100 + i);
		writing->rc = parcel_upload(writing->session, writing->nano_id, &parcel, NULL, NULL);
		parcel_free(&parcel);
		writing->uploads++;
	}
	return NULL;
}

static void test_market_backup__while_others_write(void **state)
{
	struct world *w = *state;
	struct copy copy = copy_of(w);
	struct writing writing = { .w = w, .session = w->stranger };
	nmk_nano *nano = world_nano(w, w->stranger, NMK_NANO_DRAFT);
	pthread_t thread;

	snprintf(writing.nano_id, sizeof writing.nano_id, "%s", nmk_nano_id(nano));
	nmk_nano_free(nano);
	make_packages(w);
	assert_int_equal(0, pthread_create(&thread, NULL, write_on, &writing));
	for (int i = 0; i < 3; i++) {
		snprintf(copy.path, sizeof copy.path, "%s/backup%d.db", w->folder, i);
		snprintf(copy.restored, sizeof copy.restored, "%s/restored%d.db", w->folder, i);
		assert_status(NMK_OK, nmk_market_backup(w->system, copy.path, NULL, NULL));
		assert_alone(copy.path, true);
		assert_status(NMK_OK, nmk_market_restore(copy.path, copy.restored, NULL, NULL, NULL));
		assert_store_complete(w, copy.restored);
	}
	__atomic_store_n(&writing.stop, true, __ATOMIC_RELEASE);
	pthread_join(thread, NULL);
	assert_status(NMK_OK, writing.rc);
	assert_true(writing.uploads > 0);
	assert_sound(w);
}

static void test_market_restore__what_is_no_backup_is_refused(void **state)
{
	struct world *w = *state;
	struct copy copy = copy_of(w);
	nmk_error error;
	char other[160], beside[180];

	make_packages(w);
	snprintf(other, sizeof other, "%s/other.db", w->folder);
	assert_status(NMK_EINVALID, nmk_market_restore(NULL, copy.restored, NULL, NULL, &error));
	assert_string_equal("backup", error.field);
	assert_status(NMK_EINVALID, nmk_market_restore(copy.path, NULL, NULL, NULL, &error));
	assert_string_equal("path", error.field);
	assert_status(NMK_ENOTFOUND, nmk_market_restore(copy.path, copy.restored, NULL, NULL, &error));
	assert_string_equal("backup", error.field);
	assert_string_equal("market_restore", error.operation);
	assert_status(NMK_ECORRUPT, nmk_market_restore(w->folder, copy.restored, NULL, NULL, &error));
	close(open(other, O_CREAT | O_WRONLY, 0600)); /* empty */
	assert_status(NMK_ECORRUPT, nmk_market_restore(other, copy.restored, NULL, NULL, &error));
	assert_string_equal("backup", error.field);
	alter(other, 5000);                           /* zeros */
	assert_status(NMK_ECORRUPT, nmk_market_restore(other, copy.restored, NULL, NULL, &error));
	assert_int_equal(0, unlink(other));
	sql(other, "CREATE TABLE a (b)");             /* somebody else's */
	assert_status(NMK_ECORRUPT, nmk_market_restore(other, copy.restored, NULL, NULL, NULL));
	/* The store in use has a log beside it. */
	assert_status(NMK_EBUSY, nmk_market_restore(w->path, copy.restored, NULL, NULL, &error));
	assert_string_equal("backup", error.field);

	assert_status(NMK_OK, nmk_market_backup(w->system, copy.path, NULL, NULL));
	assert_status(NMK_ECONFLICT, nmk_market_restore(copy.path, w->path, NULL, NULL, &error));
	assert_string_equal("path", error.field);
	snprintf(beside, sizeof beside, "%s-wal", copy.restored);
	close(open(beside, O_CREAT | O_WRONLY, 0600));
	assert_status(NMK_ECONFLICT, nmk_market_restore(copy.path, copy.restored, NULL, NULL, &error));
	assert_string_equal("path", error.field);
	assert_int_equal(0, unlink(beside));
	assert_status(NMK_EIO, nmk_market_restore(copy.path, "/nowhere/market.db", NULL, NULL, &error));
	assert_string_equal("path", error.field);
	assert_alone(copy.restored, false);
}

static void test_market_restore__damaged_backup_is_refused(void **state)
{
	struct world *w = *state;
	struct copy copy = copy_of(w);
	nmk_error error;

	make_packages(w);
	assert_status(NMK_OK, nmk_market_backup(w->system, copy.path, NULL, NULL));
	sql(copy.path, "UPDATE blob_chunk SET data = zeroblob(length(data)) WHERE position = 0");
	assert_status(NMK_ECORRUPT, nmk_market_restore(copy.path, copy.restored, NULL, NULL, &error));
	assert_string_equal("backup", error.field);
	assert_alone(copy.restored, false);
	remove_store(copy.path);

	assert_status(NMK_OK, nmk_market_backup(w->system, copy.path, NULL, NULL));
	sql(copy.path, "PRAGMA foreign_keys = OFF; DELETE FROM user_account WHERE username = 'carl'");
	assert_status(NMK_ECORRUPT, nmk_market_restore(copy.path, copy.restored, NULL, NULL, &error));
	assert_non_null(strstr(error.message, "foreign key"));
	assert_alone(copy.restored, false);
	remove_store(copy.path);

	assert_status(NMK_OK, nmk_market_backup(w->system, copy.path, NULL, NULL));
	sql(copy.path, "PRAGMA user_version = 999");
	assert_status(NMK_EVERSION, nmk_market_restore(copy.path, copy.restored, NULL, NULL, &error));
	assert_alone(copy.restored, false);
}

static void test_market_restore__can_be_stopped_at_any_point(void **state)
{
	struct world *w = *state;
	struct copy copy = copy_of(w);
	struct watch watch = { 0 }, stop;
	nmk_error error;

	make_packages(w);
	assert_status(NMK_OK, nmk_market_backup(w->system, copy.path, NULL, NULL));
	assert_status(NMK_OK, nmk_market_restore(copy.path, copy.restored, watching, &watch, &error));
	assert_int_equal(NMK_OK, error.status);
	remove_store(copy.restored);
	for (int64_t i = 1; i <= watch.calls; i += 1 + watch.calls / 20) {
		stop = (struct watch){ .stop_at = i };
		assert_status(NMK_ECANCELLED, nmk_market_restore(copy.path, copy.restored, watching, &stop, &error));
		assert_int_equal(NMK_ECANCELLED, error.status);
		assert_alone(copy.restored, false);
	}
}

static void test_market_restore__replaces_nothing(void **state)
{
	struct world *w = *state;
	struct copy copy = copy_of(w);
	nmk_error error;

	assert_status(NMK_OK, nmk_market_backup(w->system, copy.path, NULL, NULL));
	assert_status(NMK_ECONFLICT, nmk_market_restore(copy.path, copy.restored, put_in_the_way, copy.restored, &error));
	assert_string_equal("path", error.field);
	assert_false(exists(copy.restored, ".keyring") || exists(copy.restored, ".part") || exists(copy.restored, ".keyring.part"));
}

/* ---- the key ring goes with the backup ---- */

static void assert_same_file(const char *path, const char *other)
{
	char bytes[2][20000];
	size_t sizes[2];

	for (int i = 0; i < 2; i++) {
		FILE *file = fopen(i ? other : path, "r");

		assert_non_null(file);
		sizes[i] = fread(bytes[i], 1, sizeof bytes[i], file);
		fclose(file);
	}
	assert_int_equal(sizes[0], sizes[1]);
	assert_memory_equal(bytes[0], bytes[1], sizes[0]);
}

static void test_market_backup__has_the_key_ring_beside_it(void **state)
{
	struct world *w = *state;
	struct copy copy = copy_of(w);
	char ring[150], own[150], restored[150];
	struct stat info;

	snprintf(ring, sizeof ring, "%s.keyring", copy.path);
	snprintf(own, sizeof own, "%s.keyring", w->path);
	snprintf(restored, sizeof restored, "%s.keyring", copy.restored);
	assert_status(NMK_OK, nmk_market_backup(w->system, copy.path, NULL, NULL));
	assert_int_equal(0, stat(ring, &info));
	assert_int_equal(0600, info.st_mode & 0777);
	assert_same_file(own, ring);
	assert_status(NMK_OK, nmk_keys_rotate(w->system, NULL, NULL));
	assert_status(NMK_OK, nmk_market_restore(copy.path, copy.restored, NULL, NULL, NULL));
	assert_same_file(ring, restored); /* that of the backup */

	assert_int_equal(0, unlink(copy.path)); /* what is left of another one is not replaced */
	assert_status(NMK_ECONFLICT, nmk_market_backup(w->system, copy.path, NULL, NULL));
	assert_field("path", w->system);
	assert_same_file(ring, restored);
	assert_false(exists(copy.path, "") || exists(copy.path, ".part"));
	assert_int_equal(0, unlink(ring));

	assert_int_equal(0, unlink(own));
	assert_status(NMK_EDENIED, nmk_market_backup(w->system, copy.path, NULL, NULL));
	assert_field("keyring", w->system);
	assert_alone(copy.path, false);
}

static void test_market_restore__needs_the_key_ring_of_the_backup(void **state)
{
	struct world *w = *state;
	struct copy copy = copy_of(w);
	char ring[150], kept[150], other[150], others[170];
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_market *market;
	nmk_error error;
	FILE *file;

	snprintf(ring, sizeof ring, "%s.keyring", copy.path);
	snprintf(kept, sizeof kept, "%s/kept", w->folder);
	assert_status(NMK_OK, nmk_market_backup(w->system, copy.path, NULL, NULL));
	assert_int_equal(0, rename(ring, kept));
	assert_status(NMK_EDENIED, nmk_market_restore(copy.path, copy.restored, NULL, NULL, &error));
	assert_string_equal("keyring", error.field);
	assert_non_null(strstr(error.message, ring));
	assert_alone(copy.restored, false);

	file = fopen(ring, "w"); /* damaged */
	assert_non_null(file);
	fputs("nanomarket key ring 1\n", file);
	fclose(file);
	assert_status(NMK_ECORRUPT, nmk_market_restore(copy.path, copy.restored, NULL, NULL, &error));
	assert_string_equal("keyring", error.field);
	assert_alone(copy.restored, false);

	/* another store's */
	snprintf(other, sizeof other, "%s/other.db", w->folder);
	snprintf(others, sizeof others, "%s.keyring", other);
	options.create = true;
	assert_status(NMK_OK, nmk_market_open(other, &options, NULL, &market));
	nmk_market_close(market);
	assert_int_equal(0, rename(others, ring));
	assert_status(NMK_EDENIED, nmk_market_restore(copy.path, copy.restored, NULL, NULL, &error));
	assert_string_equal("keyring", error.field);
	assert_alone(copy.restored, false);

	assert_int_equal(0, rename(kept, ring));
	assert_status(NMK_OK, nmk_market_restore(copy.path, copy.restored, NULL, NULL, &error));
}

static void test_market_restore__never_replaces_a_key_ring(void **state)
{
	struct world *w = *state;
	struct copy copy = copy_of(w);
	char ring[150];
	struct stat info;
	nmk_error error;

	snprintf(ring, sizeof ring, "%s.keyring", copy.restored);
	assert_status(NMK_OK, nmk_market_backup(w->system, copy.path, NULL, NULL));
	close(open(ring, O_CREAT | O_WRONLY, 0600));
	assert_status(NMK_ECONFLICT, nmk_market_restore(copy.path, copy.restored, NULL, NULL, &error));
	assert_string_equal("path", error.field);
	assert_int_equal(0, stat(ring, &info));
	assert_int_equal(0, info.st_size);
	assert_false(exists(copy.restored, "") || exists(copy.restored, ".part"));
	assert_int_equal(0, unlink(ring));
	assert_status(NMK_ECONFLICT, nmk_market_restore(copy.path, copy.restored, put_in_the_way, ring, &error));
	assert_string_equal("path", error.field);
	assert_int_equal(0, stat(ring, &info));
	assert_int_equal(0, info.st_size);
	assert_false(exists(copy.restored, "") || exists(copy.restored, ".part") || exists(copy.restored, ".keyring.part"));
}

static void test_market_restore__where_nothing_is_sealed_needs_no_key_ring(void **state)
{
	struct world *w = *state;
	struct copy copy = copy_of(w);
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_market *market;
	nmk_session *system;
	char store[150], ring[150];

	snprintf(store, sizeof store, "%s/empty.db", w->folder);
	snprintf(ring, sizeof ring, "%s.keyring", copy.path);
	options.create = true;
	assert_status(NMK_OK, nmk_market_open(store, &options, NULL, &market));
	assert_status(NMK_OK, nmk_session_open_system(market, &system));
	assert_status(NMK_OK, nmk_market_backup(system, copy.path, NULL, NULL));
	nmk_session_close(system);
	nmk_market_close(market);
	assert_int_equal(0, unlink(ring));
	assert_status(NMK_OK, nmk_market_restore(copy.path, copy.restored, NULL, NULL, NULL));
	assert_false(exists(copy.restored, ".keyring"));
	assert_status(NMK_OK, nmk_market_open(copy.restored, NULL, NULL, &market)); /* which makes one */
	nmk_market_close(market);
	assert_true(exists(copy.restored, ".keyring"));
}

/* ---- the doctor looks at keys ---- */

static void have_secrets(struct world *w)
{
	nmk_registration registration = NMK_REGISTRATION_INIT;
	nmk_profile_changes changes = NMK_PROFILE_CHANGES_INIT;

	registration.email = "paula@example.org";
	registration.username = "paula";
	registration.password = "fuenf Zwerge im Garten";
	assert_status(NMK_OK, nmk_user_add(w->system, &registration, NMK_ROLE_CREATOR, NULL));
	changes.set = NMK_PROFILE_PHONE;
	changes.phone = "+49 170 1234567";
	assert_status(NMK_OK, nmk_profile_update(w->creator, &changes, NULL));
}

#define ID_OF(name) "(SELECT id FROM user_account WHERE username = '" name "')"

static void test_market_check__what_does_not_open_is_found(void **state)
{
	static const struct { const char *spoil, *found; } cases[] = {
		{ "UPDATE user_key SET wrapped = x'0102' WHERE user_id = " ID_OF("carl"),                  "data key" },
		{ "UPDATE user_key SET epoch = 77 WHERE user_id = " ID_OF("carl"),                         "epoch 77" },
		{ "DELETE FROM user_key WHERE user_id = " ID_OF("carl"),                                   "is missing" },
		{ "UPDATE user_key SET wrapped = (SELECT wrapped FROM user_key WHERE user_id = " ID_OF("ada") ") WHERE user_id = " ID_OF("carl"), "data key" },
		{ "UPDATE user_account SET email_sealed = zeroblob(length(email_sealed)) WHERE username = 'carl'", "email_sealed" },
		{ "UPDATE user_account SET email_index = zeroblob(32) WHERE username = 'carl'",         "is not found by its address" },
		{ "UPDATE user_account SET email_index = NULL WHERE username = 'carl'",                 "is not found by its address" },
		{ "UPDATE user_account SET password_sealed = zeroblob(150) WHERE username = 'paula'",   "password_sealed" },
		{ "UPDATE user_account SET password_epoch = 77 WHERE username = 'paula'",               "epoch 77" },
		{ "UPDATE profile SET phone_sealed = zeroblob(73) WHERE user_id = " ID_OF("carl"),         "phone_sealed" },
		{ "INSERT INTO second_factor (user_id, secret_sealed, algorithm, last_step, created_at) VALUES (" ID_OF("carl") ", "
		  "zeroblob(73), 'sha1', 0, 1)",                                                        "secret_sealed" },
		{ "INSERT INTO signing_key (id, key_id, status, public_key, secret_sealed, secret_epoch, created_at) VALUES "
		  "(7, 'k', 'retired', x'00', zeroblob(73), 1, 1)",                                     "signing key" },
		{ "UPDATE user_account SET status = 'deleted' WHERE username = 'carl'",                 "something sealed is left" },
	};
	struct world *w = *state;

	have_secrets(w);
	assert_sound(w);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		sql(w->path, "CREATE TABLE save_key AS SELECT * FROM user_key; CREATE TABLE save_account AS SELECT * FROM user_account; "
		    "CREATE TABLE save_profile AS SELECT * FROM profile");
		sql(w->path, cases[i].spoil);
		assert_found(w, false, "keys", cases[i].found, false);
		assert_found(w, true, "keys", cases[i].found, false);
		sql(w->path, "DELETE FROM signing_key; DELETE FROM second_factor; DELETE FROM user_key; INSERT INTO user_key SELECT * FROM "
		    "save_key; UPDATE user_account SET (email_sealed, email_index, password_sealed, password_epoch, status) = (SELECT "
		    "email_sealed, email_index, password_sealed, password_epoch, status FROM save_account AS s WHERE s.id = user_account.id); "
		    "UPDATE profile SET phone_sealed = (SELECT phone_sealed FROM save_profile AS s WHERE s.user_id = profile.user_id); "
		    "DROP TABLE save_key; DROP TABLE save_account; DROP TABLE save_profile");
		assert_sound(w);
	}
}

static void test_market_check__a_deleted_account_leaves_nothing_sealed(void **state)
{
	struct world *w = *state;
	nmk_user *user;

	have_secrets(w);
	assert_status(NMK_OK, nmk_user_find(w->system, "carl", &user));
	assert_status(NMK_OK, nmk_user_delete(w->system, nmk_user_id(user)));
	nmk_user_free(user);
	assert_sound(w);
	assert_status(NMK_OK, nmk_user_find(w->system, "paula", &user));
	assert_status(NMK_OK, nmk_user_delete(w->system, nmk_user_id(user)));
	nmk_user_free(user);
	assert_sound(w);
	assert_status(NMK_OK, nmk_keys_rotate(w->system, NULL, NULL));
	assert_sound(w);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_market_check__sound_store_has_no_findings),
		TEST(test_market_check__is_the_hosts),
		TEST(test_market_check__altered_package_is_found),
		TEST(test_market_check__versions_and_content_must_agree),
		TEST(test_market_check__broken_reference_is_found),
		TEST(test_market_check__orphans_are_found_and_removed),
		TEST(test_market_check__foreign_file_stays),
		TEST(test_market_check__damaged_pages_are_found),
		TEST(test_market_check__schema_of_a_newer_library_is_found),
		TEST(test_market_check__tells_how_far_it_is_and_can_be_stopped),
		TEST(test_market_backup__holds_everything_in_one_file),
		TEST(test_market_backup__who_and_where),
		TEST(test_market_backup__can_be_stopped_at_any_point),
		TEST(test_market_backup__damaged_package_makes_no_backup),
		TEST(test_market_backup__replaces_nothing),
		TEST(test_market_backup__relative_paths),
		TEST(test_market_backup__while_others_write),
		TEST(test_market_restore__what_is_no_backup_is_refused),
		TEST(test_market_restore__damaged_backup_is_refused),
		TEST(test_market_restore__can_be_stopped_at_any_point),
		TEST(test_market_restore__replaces_nothing),
		TEST(test_market_backup__has_the_key_ring_beside_it),
		TEST(test_market_restore__needs_the_key_ring_of_the_backup),
		TEST(test_market_restore__never_replaces_a_key_ring),
		TEST(test_market_restore__where_nothing_is_sealed_needs_no_key_ring),
		TEST(test_market_check__what_does_not_open_is_found),
		TEST(test_market_check__a_deleted_account_leaves_nothing_sealed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
