#define _DEFAULT_SOURCE /* mkdtemp() */
#include "store_support.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include "migrate.h"

/* ---- opening ---- */

static void test_open__missing_store_is_not_found_and_not_made(void **state)
{
	struct box *box = *state;
	struct store *store;

	assert_status(NMK_ENOTFOUND, box_open(box, (struct store_options){ 0 }, &store));
	assert_null(store);
	assert_string_equal("url", box->error.field);
	assert_int_equal(-1, access(box->path, F_OK));
}

static void test_open__makes_files_for_their_owner_only(void **state)
{
	struct box *box = *state;
	struct store *store = box_store(box, (struct store_options){ 0 });
	struct stat info;

	assert_int_equal(0, stat(box->path, &info));
	assert_int_equal(0600, info.st_mode & 0777);
	store_close(store);
}

static void raw_sql(const char *path, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(SQLITE_OK, sqlite3_open(path, &db));
	assert_int_equal(SQLITE_OK, sqlite3_exec(db, sql, NULL, NULL, NULL));
	sqlite3_close(db);
}

static void test_open__newer_schema_is_refused_and_untouched(void **state)
{
	struct box *box = *state;
	struct store *store;

	store_close(box_store(box, (struct store_options){ 0 }));
	raw_sql(box->path, "PRAGMA user_version=9999");
	assert_status(NMK_EVERSION, box_open(box, (struct store_options){ 0 }, &store));
	assert_status(NMK_EVERSION, box_open(box, (struct store_options){ .read_only = true }, &store));
	assert_non_null(strstr(box->error.message, "9999"));
}

static void test_open__database_of_another_program_is_refused(void **state)
{
	struct box *box = *state;
	struct store *store;

	raw_sql(box->path, "CREATE TABLE t (x)");
	assert_status(NMK_ECORRUPT, box_open(box, (struct store_options){ .create = true }, &store));
}

static void test_open__other_files_folders_and_missing_folders_are_refused(void **state)
{
	struct box *box = *state;
	struct store *store;
	FILE *file = fopen(box->path, "w");
	nmk_error error;

	fputs("This is no database, but long enough to be taken for one at first sight. This is no database.", file);
	fclose(file);
	assert_status(NMK_ECORRUPT, box_open(box, (struct store_options){ .create = true }, &store));
	assert_status(NMK_ECORRUPT, store_open(&(struct store_options){ .url = "sqlite:/tmp" }, &error, &store));
	assert_status(NMK_EIO, store_open(&(struct store_options){ .url = "/no/such/folder/x.db", .create = true }, &error,
	                                  &store));
}

static void test_open__symbolic_link_is_refused(void **state)
{
	struct box *box = *state;
	char target[128];
	struct store *store;

	snprintf(target, sizeof target, "%s.copy", box->path);
	assert_int_equal(0, symlink(target, box->path));
	assert_int_not_equal(NMK_OK, box_open(box, (struct store_options){ .create = true }, &store));
	assert_int_equal(-1, access(target, F_OK));
}

static void test_open__read_only_reads_and_refuses_to_write(void **state)
{
	struct box *box = *state;
	struct store *writer = box_store(box, (struct store_options){ 0 }), *reader;

	assert_status(NMK_OK, write_property(writer, "a", 1, &box->error));
	assert_status(NMK_OK, box_open(box, (struct store_options){ .read_only = true }, &reader));
	assert_true(has_property(reader, "a"));
	assert_status(NMK_EREADONLY, write_property(reader, "b", 1, &box->error));
	store_close(reader);
	store_close(writer);
}

static void test_ids__two_stores_on_a_file_have_nodes_of_their_own(void **state)
{
	struct box *box = *state;
	struct store *one = box_store(box, (struct store_options){ 0 }), *two = box_store(box, (struct store_options){ 0 });

	assert_status(NMK_OK, write_property(one, "a", 1, &box->error));
	assert_status(NMK_OK, write_property(two, "b", 1, &box->error));
	assert_int_not_equal(one->ids.node, two->ids.node);
	assert_memory_equal(one->id_key, two->id_key, sizeof one->id_key);
	store_close(one);
	store_close(two);
}

/* ---- permission and misuse ---- */

static void test_statement__writes_only_when_unlocked_and_in_a_writer(void **state)
{
	struct box *box = *state;
	struct store *store = box_store(box, (struct store_options){ 0 });
	struct tx tx;

	assert_status(NMK_OK, box_begin(&tx, store, true, &box->error));
	tx.unlocked = false;
	assert_status(NMK_EINTERNAL, tx_end(&tx, put_property(&tx, "locked", 1)));
	assert_status(NMK_OK, box_begin(&tx, store, false, &box->error));
	assert_status(NMK_EINTERNAL, tx_end(&tx, put_property(&tx, "reader", 1)));
	assert_status(NMK_EINTERNAL, put_property(&tx, "outside", 1));
	assert_false(has_property(store, "locked"));
	assert_false(has_property(store, "reader"));
	store_close(store);
}

static void test_statement__forgotten_parameter_is_an_internal_error(void **state)
{
	struct box *box = *state;
	struct store *store = box_store(box, (struct store_options){ 0 });
	struct tx tx;
	struct stmt stmt;

	assert_status(NMK_OK, box_begin(&tx, store, true, &box->error));
	stmt_init(&stmt, &tx, SQL_store_property_add);
	stmt_text(&stmt, "name", "half");
	assert_status(NMK_EINTERNAL, tx_end(&tx, stmt_exec(&stmt, NULL)));
	store_close(store);
}

static void test_statement__may_run_twice_at_the_same_time(void **state)
{
	struct box *box = *state;
	struct store *store = box_store(box, (struct store_options){ 0 });
	struct stmt outer, inner;
	struct tx tx;
	nmk_status rc = NMK_OK;

	assert_status(NMK_OK, write_property(store, "a", 1, &box->error));
	assert_status(NMK_OK, box_begin(&tx, store, false, &box->error));
	stmt_init(&outer, &tx, SQL_store_property);
	stmt_text(&outer, "name", "a");
	assert_true(stmt_next(&outer, &rc));
	stmt_init(&inner, &tx, SQL_store_property);
	stmt_text(&inner, "name", "a");
	assert_true(stmt_next(&inner, &rc));
	stmt_end(&inner);
	assert_false(stmt_next(&outer, &rc));
	assert_status(NMK_OK, tx_end(&tx, rc));
	store_close(store);
}

/* ---- sharing commits ---- */

#define THREADS 8
#define ROWS    40

struct worker {
	struct store *store;
	int number;
	int acknowledged;
	int failed;
};

/* Every third row is undone by its own member. */
static void *work(void *context)
{
	struct worker *worker = context;
	nmk_error error;

	for (int i = 0; i < ROWS; i++) {
		char name[32];
		struct tx tx;
		nmk_status rc = box_begin(&tx, worker->store, true, &error);

		snprintf(name, sizeof name, "%d/%d", worker->number, i);
		if (rc == NMK_OK) {
			rc = put_property(&tx, name, 100);
			rc = tx_end(&tx, i % 3 == 2 ? tx_fail(&tx, NMK_ESTATE, NULL, "there is none") : rc);
		}
		if (rc == NMK_OK)
			worker->acknowledged++;
		else if (rc != NMK_ESTATE)
			worker->failed++;
	}
	return NULL;
}

static void run_workers(struct worker *workers, int count)
{
	pthread_t threads[2 * THREADS];

	for (int i = 0; i < count; i++)
		assert_int_equal(0, pthread_create(&threads[i], NULL, work, &workers[i]));
	for (int i = 0; i < count; i++)
		pthread_join(threads[i], NULL);
}

static void assert_only_acknowledged_rows(struct store *store, struct worker *workers, int count)
{
	char name[32];

	for (int i = 0; i < count; i++) {
		assert_int_equal(0, workers[i].failed);
		assert_int_equal(ROWS - ROWS / 3, workers[i].acknowledged);
		for (int row = 0; row < ROWS; row++) {
			snprintf(name, sizeof name, "%d/%d", workers[i].number, row);
			assert_int_equal(row % 3 != 2, has_property(store, name));
		}
	}
}

static void test_writers__one_members_failure_undoes_nothing_of_the_others(void **state)
{
	struct box *box = *state;
	struct store *store = box_store(box, (struct store_options){ 0 });
	struct worker workers[THREADS];

	for (int i = 0; i < THREADS; i++)
		workers[i] = (struct worker){ .store = store, .number = i };
	run_workers(workers, THREADS);
	assert_only_acknowledged_rows(store, workers, THREADS);
	assert_false(store->writer_busy);
	assert_null(store->group);
	store_close(store);
}

static void test_writers__several_stores_on_a_file_take_turns(void **state)
{
	struct box *box = *state;
	struct store *one = box_store(box, (struct store_options){ .busy_ms = 60000 });
	struct store *two = box_store(box, (struct store_options){ .busy_ms = 60000 });
	struct worker workers[THREADS];

	for (int i = 0; i < THREADS; i++)
		workers[i] = (struct worker){ .store = i % 2 ? one : two, .number = i };
	run_workers(workers, THREADS);
	assert_only_acknowledged_rows(one, workers, THREADS);
	store_close(one);
	store_close(two);
}

static void test_writers__processes_lose_nothing_that_was_acknowledged(void **state)
{
	struct box *box = *state;
	struct store *store;
	char name[32];
	int status;

	store_close(box_store(box, (struct store_options){ 0 }));
	for (int process = 0; process < 4; process++)
		if (fork() == 0) {
			nmk_error error;
			int failed = 0;

			if (box_open(box, (struct store_options){ .busy_ms = 60000 }, &store) != NMK_OK)
				_exit(1);
			for (int i = 0; i < 25; i++) {
				snprintf(name, sizeof name, "%d/%d", process, i);
				failed += write_property(store, name, 10, &error) != NMK_OK;
			}
			store_close(store);
			_exit(failed);
		}
	for (int process = 0; process < 4; process++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(0, status);
	}
	store = box_store(box, (struct store_options){ 0 });
	for (int process = 0; process < 4; process++)
		for (int i = 0; i < 25; i++) {
			snprintf(name, sizeof name, "%d/%d", process, i);
			assert_true(has_property(store, name));
		}
	store_close(store);
}

static void test_writers__a_lock_held_elsewhere_answers_busy_and_changes_nothing(void **state)
{
	struct box *box = *state;
	struct store *store = box_store(box, (struct store_options){ .busy_ms = 30 });
	char lock[128];
	int fd;

	assert_status(NMK_OK, write_property(store, "before", 1, &box->error));
	snprintf(lock, sizeof lock, "%s.lock", box->path);
	fd = open(lock, O_RDWR);
	assert_int_equal(0, flock(fd, LOCK_EX));
	assert_status(NMK_EBUSY, write_property(store, "during", 1, &box->error));
	close(fd);
	assert_status(NMK_OK, write_property(store, "after", 1, &box->error));
	assert_false(has_property(store, "during"));
	store_close(store);
}

static void test_writers__who_waits_too_long_in_the_queue_is_told_so(void **state)
{
	struct box *box = *state;
	struct store *store = box_store(box, (struct store_options){ .busy_ms = 30 });
	struct tx tx;

	assert_status(NMK_OK, box_begin(&tx, store, true, &box->error));
	assert_status(NMK_EBUSY, write_property(store, "waits", 1, &box->error));
	assert_status(NMK_OK, tx_end(&tx, NMK_OK));
	assert_status(NMK_OK, write_property(store, "next", 1, &box->error));
	store_close(store);
}

static void test_readers__see_the_snapshot_of_their_beginning(void **state)
{
	struct box *box = *state;
	struct store *store = box_store(box, (struct store_options){ .readers = 2 });
	struct tx tx;
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	assert_status(NMK_OK, box_begin(&tx, store, false, &box->error));
	stmt_init(&stmt, &tx, SQL_store_property);
	stmt_text(&stmt, "name", "later");
	assert_false(stmt_next(&stmt, &rc));
	assert_status(NMK_OK, write_property(store, "later", 1, &box->error));
	stmt_init(&stmt, &tx, SQL_store_property);
	stmt_text(&stmt, "name", "later");
	assert_false(stmt_next(&stmt, &rc));
	assert_status(NMK_OK, tx_end(&tx, rc));
	assert_true(has_property(store, "later"));
	store_close(store);
}

static void test_close__leaves_no_log_behind(void **state)
{
	struct box *box = *state;
	struct store *store = box_store(box, (struct store_options){ 0 });
	char log[128];
	struct stat info;

	assert_status(NMK_OK, write_property(store, "a", 1000, &box->error));
	store_close(store);
	snprintf(log, sizeof log, "%s-wal", box->path);
	assert_true(stat(log, &info) != 0 || info.st_size == 0);
}

/* ---- the log's checkpoint and other writers ---- */

static sqlite3_vfs *plain_vfs, hooked_vfs;
static sqlite3_io_methods hooked_methods;
static const sqlite3_io_methods *plain_methods;
static void (*in_the_window)(void), (*in_the_writing)(void);

/* SQLite calls xUnfetch with offset 0 in a checkpoint, between reading the log's state and using it. */
static int hooked_unfetch(sqlite3_file *file, sqlite3_int64 offset, void *page)
{
	if (in_the_window && offset == 0 && !page) {
		void (*hook)(void) = in_the_window;

		in_the_window = NULL;
		hook();
	}
	return plain_methods->xUnfetch ? plain_methods->xUnfetch(file, offset, page) : SQLITE_OK;
}

/* Only a checkpoint writes to the main file while there is a log. */
static int hooked_write(sqlite3_file *file, const void *data, int length, sqlite3_int64 offset)
{
	if (in_the_writing) {
		void (*hook)(void) = in_the_writing;

		in_the_writing = NULL;
		hook();
	}
	return plain_methods->xWrite(file, data, length, offset);
}

static int hooked_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
	int code = plain_vfs->xOpen(plain_vfs, name, file, flags, out);

	(void)vfs;
	if (code == SQLITE_OK && file->pMethods && (flags & SQLITE_OPEN_MAIN_DB)) {
		plain_methods = file->pMethods;
		hooked_methods = *plain_methods;
		hooked_methods.xUnfetch = hooked_unfetch;
		hooked_methods.xWrite = hooked_write;
		file->pMethods = &hooked_methods;
	}
	return code;
}

static void hook_files(void)
{
	plain_vfs = sqlite3_vfs_find(NULL);
	hooked_vfs = *plain_vfs;
	hooked_vfs.zName = "hooked";
	hooked_vfs.xOpen = hooked_open;
	sqlite3_vfs_register(&hooked_vfs, 1);
}

static void unhook_files(void)
{
	sqlite3_vfs_unregister(&hooked_vfs);
	sqlite3_vfs_register(plain_vfs, 1);
}

/* The control: connections as anybody would use them. It shows that the test can see the bug where it exists. */
static sqlite3 *naive[3];
static int naive_acknowledged;

static void naive_insert(int connection, int rows)
{
	while (rows-- > 0)
		naive_acknowledged += sqlite3_exec(naive[connection], "INSERT INTO t (p) VALUES (randomblob(900))", NULL, NULL,
		                                   NULL) == SQLITE_OK;
}

static void naive_commit_in_the_window(void)
{
	naive_insert(2, 1);
}

static int naive_present(const char *path)
{
	sqlite3_stmt *statement;
	sqlite3 *db;
	int rows = -1;

	assert_int_equal(SQLITE_OK, sqlite3_open(path, &db));
	if (sqlite3_prepare_v2(db, "SELECT count(*) FROM t NOT INDEXED", -1, &statement, NULL) == SQLITE_OK
	    && sqlite3_step(statement) == SQLITE_ROW)
		rows = sqlite3_column_int(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return rows;
}

static void test_checkpoint__naive_connections_lose_commits_on_old_sqlite(void **state)
{
	struct box *box = *state;

	hook_files();
	naive_acknowledged = 0;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(SQLITE_OK, sqlite3_open(box->path, &naive[i]));
		sqlite3_busy_timeout(naive[i], 200);
		sqlite3_exec(naive[i], "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0", NULL, NULL, NULL);
	}
	sqlite3_exec(naive[0], "CREATE TABLE t (id INTEGER PRIMARY KEY, p BLOB); CREATE INDEX ti ON t (p)", NULL, NULL, NULL);
	for (int i = 1; i < 3; i++)
		sqlite3_exec(naive[i], "SELECT count(*) FROM t", NULL, NULL, NULL);
	naive_insert(0, 30);
	sqlite3_wal_checkpoint_v2(naive[0], NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	in_the_window = naive_commit_in_the_window;
	sqlite3_wal_checkpoint_v2(naive[1], NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	naive_insert(2, 80);
	sqlite3_wal_checkpoint_v2(naive[0], NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	naive_insert(2, 1);
	sqlite3_wal_checkpoint_v2(naive[0], NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	for (int i = 0; i < 3; i++)
		sqlite3_close(naive[i]);
	unhook_files();
	if (sqlite3_libversion_number() < 3044006) /* older than every version with the mend */
		assert_int_not_equal(naive_acknowledged, naive_present(box->path));
	else
		print_message("SQLite %s may have the mend: the control has nothing to show\n", sqlite3_libversion());
}

static struct store *intruder;
static int window_tries, window_busy, window_acknowledged;

static void store_commit_in_the_window(void)
{
	char name[32];
	nmk_error error;
	nmk_status rc;

	snprintf(name, sizeof name, "window/%d", window_tries++);
	rc = write_property(intruder, name, 900, &error);
	window_busy += rc == NMK_EBUSY;
	window_acknowledged += rc == NMK_OK;
}

/* The same window, through the library: whoever commits while another checkpoints has to wait, and nothing is lost. */
static void test_checkpoint__no_commit_falls_into_it_and_none_is_lost(void **state)
{
	struct box *box = *state;
	struct store *stores[2], *reopened;
	char problem[ENGINE_MESSAGE_SIZE], name[32];
	int acknowledged = 0;

	hook_files();
	window_tries = window_busy = window_acknowledged = 0;
	stores[0] = box_store(box, (struct store_options){ .relaxed = true });
	stores[1] = box_store(box, (struct store_options){ .relaxed = true });
	intruder = box_store(box, (struct store_options){ .busy_ms = 5 });
	assert_status(NMK_OK, write_property(intruder, "first", 1, &box->error));
	for (int i = 0; i < 1200; i++) {
		in_the_window = in_the_writing = store_commit_in_the_window;
		snprintf(name, sizeof name, "row/%d", i);
		acknowledged += write_property(stores[i % 2], name, 60000, &box->error) == NMK_OK;
	}
	assert_in_range(window_tries, 1, 1200); /* checkpoints did run, and the window was tried */
	for (int i = 0; i < 2; i++) {
		in_the_window = store_commit_in_the_window; /* open when a store closes that others have outrun */
		store_close(stores[i]);
	}
	in_the_window = in_the_writing = NULL;
	store_close(intruder);
	unhook_files();
	assert_int_equal(1200, acknowledged);
	assert_int_equal(window_tries, window_busy);
	assert_int_equal(0, window_acknowledged);

	reopened = box_store(box, (struct store_options){ 0 });
	for (int i = 0; i < 1200; i++) {
		snprintf(name, sizeof name, "row/%d", i);
		assert_true(has_property(reopened, name));
	}
	assert_status(NMK_OK, store_check(reopened, &box->error, problem));
	assert_string_equal("", problem);
	store_close(reopened);
}

int main(void)
{
#define WITH_BOX(test) cmocka_unit_test_setup_teardown(test, box_setup, box_teardown)
	const struct CMUnitTest tests[] = {
		WITH_BOX(test_open__missing_store_is_not_found_and_not_made),
		WITH_BOX(test_open__makes_files_for_their_owner_only),
		WITH_BOX(test_open__newer_schema_is_refused_and_untouched),
		WITH_BOX(test_open__database_of_another_program_is_refused),
		WITH_BOX(test_open__other_files_folders_and_missing_folders_are_refused),
		WITH_BOX(test_open__symbolic_link_is_refused),
		WITH_BOX(test_open__read_only_reads_and_refuses_to_write),
		WITH_BOX(test_ids__two_stores_on_a_file_have_nodes_of_their_own),
		WITH_BOX(test_statement__writes_only_when_unlocked_and_in_a_writer),
		WITH_BOX(test_statement__forgotten_parameter_is_an_internal_error),
		WITH_BOX(test_statement__may_run_twice_at_the_same_time),
		WITH_BOX(test_writers__one_members_failure_undoes_nothing_of_the_others),
		WITH_BOX(test_writers__several_stores_on_a_file_take_turns),
		WITH_BOX(test_writers__processes_lose_nothing_that_was_acknowledged),
		WITH_BOX(test_writers__a_lock_held_elsewhere_answers_busy_and_changes_nothing),
		WITH_BOX(test_writers__who_waits_too_long_in_the_queue_is_told_so),
		WITH_BOX(test_readers__see_the_snapshot_of_their_beginning),
		WITH_BOX(test_close__leaves_no_log_behind),
		WITH_BOX(test_checkpoint__naive_connections_lose_commits_on_old_sqlite),
		WITH_BOX(test_checkpoint__no_commit_falls_into_it_and_none_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
