/* engine_sqlite.c -- the only file that knows SQLite's API, beside the tokenizer glue.
 *
 * Write lock: SQLite up to 3.51.2 may lose commits when one falls into another connection's checkpoint (the "WAL-reset
 * bug", sqlite.org/wal.html). Here a commit and the checkpoint after it run under one lock, flock() on <store>.lock,
 * and SQLite's own checkpoints are off; so they never meet. docs/storage.md tells more. */
#define _DEFAULT_SOURCE /* flock(), usleep() */
#include "engine.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "change_file.h"
#include "clock.h"

#define APPLICATION_ID     0x4E414E4F /* "NANO" */
#define CHECKPOINT_PAGES   4000       /* 16 MiB of log                                                  */
#define BACKUP_STEP_PAGES  256

struct sqlite {
	sqlite3 *db;
	sqlite3_stmt *begin_read, *begin_write, *commit, *rollback, *savepoint, *release, *rollback_to;
	int lock_fd;              /* of the writer; -1 else                        */
	int busy_ms;
	int log_pages;            /* length of the log after the last commit       */
	char message[ENGINE_MESSAGE_SIZE];
};

static nmk_status status_of(int code)
{
	switch (code) {
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID:
		return NMK_ECONFLICT;
	default: /* a number of the library below, not an enum of ours */
		break;
	}
	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:     return NMK_OK;
	case SQLITE_NOMEM:    return NMK_ENOMEM;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL: return NMK_EBUSY;
	case SQLITE_FULL:     return NMK_EFULL;
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:     return NMK_EREADONLY;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:   return NMK_ECORRUPT;
	case SQLITE_IOERR:    return code == SQLITE_IOERR_NOMEM ? NMK_ENOMEM : NMK_EIO;
	case SQLITE_CANTOPEN: return NMK_EIO;
	case SQLITE_TOOBIG:   return NMK_ELIMIT;
	case SQLITE_INTERRUPT: return NMK_ECANCELLED;
	default:              return NMK_EINTERNAL;
	}
}

static nmk_status remember(struct sqlite *sqlite, int code)
{
	if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE)
		snprintf(sqlite->message, sizeof sqlite->message, "%s", sqlite3_errmsg(sqlite->db));
	return status_of(code);
}

static const char *sqlite_message(void *native)
{
	return ((struct sqlite *)native)->message;
}

/* ---- the write lock ---- */

/* flock() cannot wait for a limited time; so ask again, with pauses that grow to 5 ms. */
static nmk_status sqlite_lock(void *native)
{
	struct sqlite *sqlite = native;
	int64_t deadline = 0;
	useconds_t pause = 100;

	while (flock(sqlite->lock_fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno == EINTR)
			continue;
		if (errno != EWOULDBLOCK) {
			snprintf(sqlite->message, sizeof sqlite->message, "the lock file cannot be locked");
			return NMK_EIO;
		}
		if (deadline == 0)
			deadline = time_monotonic_ms() + sqlite->busy_ms;
		else if (time_monotonic_ms() >= deadline) {
			snprintf(sqlite->message, sizeof sqlite->message, "locked by another process");
			return NMK_EBUSY;
		}
		usleep(pause);
		if (pause < 5000)
			pause *= 2;
	}
	return NMK_OK;
}

static void sqlite_unlock(void *native)
{
	flock(((struct sqlite *)native)->lock_fd, LOCK_UN);
}

/* ---- opening ---- */

static void configure_safety(sqlite3 *db)
{
	static const struct { int verb, value; } switches[] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
		{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
		{ SQLITE_DBCONFIG_DQS_DML, 0 },
		{ SQLITE_DBCONFIG_DQS_DDL, 0 },
		{ SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0 },
		{ SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1 }, /* a checkpoint needs the write lock */
		{ SQLITE_DBCONFIG_ENABLE_QPSG, 1 },      /* else a new value may mean preparing again */
	};
	static const struct { int limit, value; } limits[] = {
		{ SQLITE_LIMIT_LENGTH, 16 << 20 },
		{ SQLITE_LIMIT_SQL_LENGTH, 64 << 10 },
		{ SQLITE_LIMIT_ATTACHED, 1 },
		{ SQLITE_LIMIT_EXPR_DEPTH, 100 },
		{ SQLITE_LIMIT_VARIABLE_NUMBER, 200 },
		{ SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 256 },
	};

	for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++)
		sqlite3_db_config(db, switches[i].verb, switches[i].value, NULL);
	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
		sqlite3_limit(db, limits[i].limit, limits[i].value);
}

static int pragma(sqlite3 *db, const char *text)
{
	return sqlite3_exec(db, text, NULL, NULL, NULL);
}

/* The journal mode is part of the file, so it is changed once. */
static bool has_log(sqlite3 *db)
{
	sqlite3_stmt *statement;
	bool found = false;

	if (sqlite3_prepare_v2(db, "PRAGMA journal_mode", -1, &statement, NULL) != SQLITE_OK)
		return false;
	if (sqlite3_step(statement) == SQLITE_ROW)
		found = sqlite3_stricmp((const char *)sqlite3_column_text(statement, 0), "wal") == 0;
	sqlite3_finalize(statement);
	return found;
}

static int configure(sqlite3 *db, const struct engine_options *options, enum engine_role role)
{
	int code;

	configure_safety(db);
	sqlite3_busy_timeout(db, options->busy_ms);
	sqlite3_extended_result_codes(db, 1);
	code = pragma(db, "PRAGMA foreign_keys=ON; PRAGMA cell_size_check=ON; PRAGMA secure_delete=ON;"
	                  "PRAGMA temp_store=MEMORY; PRAGMA recursive_triggers=ON; PRAGMA mmap_size=0;"
	                  "PRAGMA cache_size=-8192;");
	if (code == SQLITE_OK && role == ENGINE_WRITER)
		code = options->single_file ? pragma(db, "PRAGMA journal_mode=DELETE")
		                            : pragma(db, "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0;"
		                                         "PRAGMA journal_size_limit=67108864;");
	if (code == SQLITE_OK && role == ENGINE_WRITER)
		code = pragma(db, options->relaxed ? "PRAGMA synchronous=NORMAL" : "PRAGMA synchronous=FULL");
	if (code == SQLITE_OK && role == ENGINE_READER)
		code = pragma(db, "PRAGMA query_only=ON");
	if (code == SQLITE_OK && options->opened)
		code = options->opened(options->opened_context, db);
	return code;
}

static int log_grew(void *context, sqlite3 *db, const char *name, int pages)
{
	(void)db;
	(void)name;
	((struct sqlite *)context)->log_pages = pages;
	return SQLITE_OK;
}

static int prepare_transactions(struct sqlite *sqlite)
{
	const struct { sqlite3_stmt **statement; const char *text; } texts[] = {
		{ &sqlite->begin_read, "BEGIN" },         { &sqlite->begin_write, "BEGIN IMMEDIATE" },
		{ &sqlite->commit, "COMMIT" },            { &sqlite->rollback, "ROLLBACK" },
		{ &sqlite->savepoint, "SAVEPOINT op" },   { &sqlite->release, "RELEASE op" },
		{ &sqlite->rollback_to, "ROLLBACK TO op" },
	};
	int code = SQLITE_OK;

	for (size_t i = 0; code == SQLITE_OK && i < sizeof texts / sizeof texts[0]; i++)
		code = sqlite3_prepare_v3(sqlite->db, texts[i].text, -1, SQLITE_PREPARE_PERSISTENT, texts[i].statement, NULL);
	return code;
}

static void sqlite_close(void *native)
{
	struct sqlite *sqlite = native;
	sqlite3_stmt *statements[] = { sqlite->begin_read, sqlite->begin_write, sqlite->commit, sqlite->rollback,
	                               sqlite->savepoint, sqlite->release, sqlite->rollback_to };

	for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++)
		sqlite3_finalize(statements[i]);
	sqlite3_close(sqlite->db);
	if (sqlite->lock_fd >= 0)
		close(sqlite->lock_fd);
	free(sqlite);
}

/* The lock's file stands beside the store and is never removed: removing it would hand out two locks. */
static nmk_status lock_file_open(struct sqlite *sqlite, const char *path, char message[ENGINE_MESSAGE_SIZE])
{
	size_t length = strlen(path) + sizeof ".lock";
	char *name = malloc(length);

	if (!name)
		return NMK_ENOMEM;
	snprintf(name, length, "%s.lock", path);
	sqlite->lock_fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	free(name);
	if (sqlite->lock_fd >= 0)
		return NMK_OK;
	snprintf(message, ENGINE_MESSAGE_SIZE, "lock file: %s", errno == EACCES ? "permission denied" :
	         errno == EROFS ? "read-only file system" : "cannot be opened");
	return errno == EACCES || errno == EROFS ? NMK_EREADONLY : errno == ENOSPC ? NMK_EFULL : NMK_EIO;
}

/* A file that SQLite would make is made here first, so that only its owner may read it. */
static nmk_status file_ready(const struct engine_options *options, char message[ENGINE_MESSAGE_SIZE])
{
	struct stat info;
	int fd;

	if (lstat(options->path, &info) == 0) {
		if (S_ISREG(info.st_mode))
			return NMK_OK;
		snprintf(message, ENGINE_MESSAGE_SIZE, "not a regular file");
		return NMK_ECORRUPT;
	}
	if (!options->create)
		return NMK_ENOTFOUND;
	fd = open(options->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 && errno != EEXIST) {
		snprintf(message, ENGINE_MESSAGE_SIZE, "%s", errno == EACCES ? "permission denied" :
		         errno == ENOENT ? "no such folder" : errno == ENOSPC ? "no space left" : "cannot be made");
		return errno == EACCES || errno == EROFS ? NMK_EREADONLY : errno == ENOSPC ? NMK_EFULL : NMK_EIO;
	}
	if (fd >= 0)
		close(fd);
	return NMK_OK;
}

/* SQLite does not wait for others when the mode changes: of those who open a new store at once, one does it. */
static int configure_alone(struct sqlite *sqlite, const struct engine_options *options, enum engine_role role)
{
	int code;

	if (role != ENGINE_WRITER || options->single_file || has_log(sqlite->db))
		return configure(sqlite->db, options, role);
	if (sqlite_lock(sqlite) != NMK_OK)
		return SQLITE_BUSY;
	code = configure(sqlite->db, options, role);
	sqlite_unlock(sqlite);
	return code;
}

static nmk_status sqlite_open(const struct engine_options *options, enum engine_role role, void **native,
                              char message[ENGINE_MESSAGE_SIZE])
{
	struct sqlite *sqlite;
	int code;
	nmk_status rc = file_ready(options, message);

	*native = NULL;
	if (rc != NMK_OK)
		return rc;
	sqlite = calloc(1, sizeof *sqlite);
	if (!sqlite)
		return NMK_ENOMEM;
	sqlite->lock_fd = -1;
	sqlite->busy_ms = options->busy_ms;
	if (role == ENGINE_WRITER)
		rc = lock_file_open(sqlite, options->path, message);
	if (rc != NMK_OK) {
		sqlite_close(sqlite);
		return rc;
	}
	code = sqlite3_open_v2(options->path, &sqlite->db, (options->read_only ? SQLITE_OPEN_READONLY :
	                       SQLITE_OPEN_READWRITE) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE |
	                       SQLITE_OPEN_NOFOLLOW, NULL);
	if (code == SQLITE_OK)
		code = configure_alone(sqlite, options, role);
	if (code == SQLITE_OK)
		code = prepare_transactions(sqlite);
	if (code != SQLITE_OK) {
		snprintf(message, ENGINE_MESSAGE_SIZE, "%s", sqlite->db ? sqlite3_errmsg(sqlite->db) : "out of memory");
		sqlite_close(sqlite);
		return status_of(code);
	}
	sqlite3_wal_hook(sqlite->db, log_grew, sqlite);
	*native = sqlite;
	return NMK_OK;
}

/* ---- transactions ---- */

static nmk_status run(struct sqlite *sqlite, sqlite3_stmt *statement)
{
	int code = sqlite3_step(statement);
	nmk_status rc = remember(sqlite, code);

	sqlite3_reset(statement);
	return rc;
}

static nmk_status sqlite_begin(void *native, enum engine_role role)
{
	struct sqlite *sqlite = native;

	return run(sqlite, role == ENGINE_WRITER ? sqlite->begin_write : sqlite->begin_read);
}

/* A disk that fails during the commit may have kept it: only a reader after recovery can tell. */
static nmk_status sqlite_commit(void *native)
{
	struct sqlite *sqlite = native;
	nmk_status rc = run(sqlite, sqlite->commit);

	return rc == NMK_EIO ? NMK_EUNKNOWN : rc;
}

static bool sqlite_in_transaction(void *native)
{
	return sqlite3_get_autocommit(((struct sqlite *)native)->db) == 0;
}

static void sqlite_rollback(void *native)
{
	struct sqlite *sqlite = native;

	if (sqlite_in_transaction(native)) {
		sqlite3_step(sqlite->rollback);
		sqlite3_reset(sqlite->rollback);
	}
}

static nmk_status sqlite_savepoint(void *native)
{
	struct sqlite *sqlite = native;

	return run(sqlite, sqlite->savepoint);
}

static nmk_status sqlite_release(void *native)
{
	struct sqlite *sqlite = native;

	return run(sqlite, sqlite->release);
}

static void sqlite_rollback_savepoint(void *native)
{
	struct sqlite *sqlite = native;

	if (run(sqlite, sqlite->rollback_to) != NMK_OK || run(sqlite, sqlite->release) != NMK_OK)
		sqlite_rollback(native); /* the rest is lost too; in_transaction() says so */
}

/* Failure is no harm: the log stays and is tried again after the next commit. Readers are not waited for. */
static bool sqlite_maintain(void *native, bool empty)
{
	struct sqlite *sqlite = native;
	int code;

	if (!empty && sqlite->log_pages < CHECKPOINT_PAGES)
		return true;
	sqlite3_busy_timeout(sqlite->db, 0);
	code = sqlite3_wal_checkpoint_v2(sqlite->db, NULL, empty ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE, NULL,
	                                 NULL);
	sqlite3_busy_timeout(sqlite->db, sqlite->busy_ms);
	sqlite->log_pages = 0;
	return code == SQLITE_OK;
}

/* ---- statements ---- */

static nmk_status sqlite_prepare(void *native, const char *text, size_t length, void **statement)
{
	struct sqlite *sqlite = native;
	sqlite3_stmt *prepared = NULL;
	int code = sqlite3_prepare_v3(sqlite->db, text, (int)length, SQLITE_PREPARE_PERSISTENT, &prepared, NULL);

	*statement = prepared;
	return remember(sqlite, code);
}

static int bind_one(sqlite3_stmt *statement, int index, const struct value *value)
{
	switch (value->type) {
	case VALUE_UNBOUND:
		/* A gap in the numbers belongs to an option that is off; anything else was forgotten. */
		return sqlite3_bind_parameter_name(statement, index) ? SQLITE_MISUSE : SQLITE_OK;
	case VALUE_NULL:    return sqlite3_bind_null(statement, index);
	case VALUE_INTEGER: return sqlite3_bind_int64(statement, index, value->integer);
	case VALUE_TEXT:
		return sqlite3_bind_text(statement, index, value->bytes, (int)value->length, SQLITE_STATIC);
	case VALUE_BLOB:
		if (value->length == 0)
			return sqlite3_bind_zeroblob(statement, index, 0);
		return sqlite3_bind_blob(statement, index, value->bytes, (int)value->length, SQLITE_STATIC);
	case VALUE_OBJECT:
		return sqlite3_bind_pointer(statement, index, (void *)(uintptr_t)value->bytes, ENGINE_OBJECT, NULL);
	}
	return SQLITE_MISUSE;
}

static nmk_status sqlite_bind(void *statement, const struct value *values, int count)
{
	int used = sqlite3_bind_parameter_count(statement), code = SQLITE_OK;

	for (int i = 0; code == SQLITE_OK && i < used && i < count; i++)
		code = bind_one(statement, i + 1, &values[i]);
	return status_of(code);
}

static int sqlite_step(void *native, void *statement)
{
	int code = sqlite3_step(statement);

	if (code == SQLITE_ROW)
		return ENGINE_ROW;
	return code == SQLITE_DONE ? ENGINE_DONE : (int)remember(native, code);
}

static void sqlite_reset(void *statement)
{
	sqlite3_reset(statement);
}

static void sqlite_finalize(void *statement)
{
	sqlite3_finalize(statement);
}

static int sqlite_column_count(void *statement)
{
	return sqlite3_column_count(statement);
}

static const char *sqlite_column_name(void *statement, int column)
{
	return sqlite3_column_name(statement, column);
}

/* SQLite gives 0 for a NULL that is asked for as a number, and no pointer where it is asked for as bytes. */
static struct value sqlite_column(void *statement, int column, enum value_type wanted)
{
	struct value value = { .type = wanted };

	if (wanted == VALUE_INTEGER) {
		value.integer = sqlite3_column_int64(statement, column);
		return value;
	}
	value.bytes = wanted == VALUE_TEXT ? (const void *)sqlite3_column_text(statement, column)
	                                   : sqlite3_column_blob(statement, column);
	if (value.bytes)
		value.length = (size_t)sqlite3_column_bytes(statement, column);
	else
		value.type = VALUE_NULL;
	return value;
}

static int64_t sqlite_changes(void *native)
{
	return sqlite3_changes64(((struct sqlite *)native)->db);
}

/* ---- schema and upkeep ---- */

static nmk_status sqlite_script(void *native, const char *text)
{
	struct sqlite *sqlite = native;

	return remember(sqlite, sqlite3_exec(sqlite->db, text, NULL, NULL, NULL));
}

static int read_integer(void *context, int columns, char **values, char **names)
{
	(void)names;
	*(int64_t *)context = columns > 0 && values[0] ? strtoll(values[0], NULL, 10) : 0;
	return 0;
}

/* A file of another program is refused even when its version number would fit. */
static nmk_status sqlite_version_get(void *native, int64_t *version)
{
	struct sqlite *sqlite = native;
	int64_t application = 0, objects = 0;
	int code = sqlite3_exec(sqlite->db, "PRAGMA user_version", read_integer, version, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_exec(sqlite->db, "PRAGMA application_id", read_integer, &application, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_exec(sqlite->db, "SELECT count(*) FROM sqlite_schema", read_integer, &objects, NULL);
	if (code != SQLITE_OK)
		return remember(sqlite, code);
	if (objects > 0 && application != APPLICATION_ID) {
		snprintf(sqlite->message, sizeof sqlite->message, "a database of another program");
		return NMK_ECORRUPT;
	}
	return NMK_OK;
}

static nmk_status sqlite_version_set(void *native, int64_t version)
{
	char text[96];

	snprintf(text, sizeof text, "PRAGMA user_version=%lld; PRAGMA application_id=%d", (long long)version, APPLICATION_ID);
	return sqlite_script(native, text);
}

static int first_problem(void *context, int columns, char **values, char **names)
{
	char *problem = context;

	(void)names;
	if (columns > 0 && values[0] && strcmp(values[0], "ok") != 0 && problem[0] == '\0')
		snprintf(problem, ENGINE_MESSAGE_SIZE, "%s%s", columns > 2 ? "foreign key of table " : "", values[0]);
	return 0;
}

static int look(sqlite3 *db, char problem[ENGINE_MESSAGE_SIZE])
{
	int code;

	problem[0] = '\0';
	code = sqlite3_exec(db, "PRAGMA integrity_check(10)", first_problem, problem, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_exec(db, "PRAGMA foreign_key_check", first_problem, problem, NULL);
	return code;
}

/* SQLite tells of a page that it found no memory for as of a damaged one. So a problem must be there twice. */
static nmk_status sqlite_check(void *native, char problem[ENGINE_MESSAGE_SIZE])
{
	struct sqlite *sqlite = native;
	int code = look(sqlite->db, problem);

	if (code == SQLITE_OK && problem[0])
		code = look(sqlite->db, problem);
	return remember(sqlite, code);
}

static nmk_status sqlite_backup(void *native, const char *path, engine_progress progress, void *context)
{
	struct sqlite *sqlite = native;
	sqlite3_backup *backup = NULL;
	sqlite3 *to = NULL;
	int code = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW, NULL);
	nmk_status rc;

	/* An open snapshot keeps the copy from starting anew whenever somebody writes. */
	if (code == SQLITE_OK)
		code = sqlite3_exec(sqlite->db, "BEGIN; SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL);
	if (code == SQLITE_OK) {
		backup = sqlite3_backup_init(to, "main", sqlite->db, "main");
		code = backup ? SQLITE_OK : sqlite3_errcode(to);
	}
	while (backup && (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED)) {
		code = sqlite3_backup_step(backup, BACKUP_STEP_PAGES);
		if (progress && !progress(context, sqlite3_backup_pagecount(backup) - sqlite3_backup_remaining(backup),
		                          sqlite3_backup_pagecount(backup))) {
			code = SQLITE_INTERRUPT;
			break;
		}
	}
	sqlite3_backup_finish(backup);
	sqlite_rollback(native);
	if (code == SQLITE_DONE) /* one file, without a log beside it */
		code = sqlite3_exec(to, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL);
	rc = status_of(code);
	if (rc != NMK_OK)
		snprintf(sqlite->message, sizeof sqlite->message, "%s", to ? sqlite3_errmsg(to) : "out of memory");
	sqlite3_close(to);
	return rc;
}

/* ---- changes: through the lock's file, which whoever may write has ---- */

static void *sqlite_changes_open(const struct engine_options *options)
{
	size_t length = strlen(options->path) + sizeof ".lock";
	char *name = malloc(length);
	struct changes *changes;

	if (!name)
		return NULL;
	snprintf(name, length, "%s.lock", options->path);
	changes = change_file_open(name, !options->read_only && !options->single_file);
	free(name);
	return changes;
}

static void sqlite_changes_close(void *changes)
{
	change_file_close(changes);
}

static uint32_t sqlite_changes_seen(void *changes, int64_t topic)
{
	return change_file_seen(changes, topic);
}

static void sqlite_signal_change(void *changes, int64_t topic)
{
	change_file_signal(changes, topic);
}

static void sqlite_wait_for_change(void *changes, int64_t topic, uint32_t seen, int milliseconds)
{
	change_file_wait(changes, topic, seen, milliseconds);
}

const struct engine engine_sqlite = {
	.name = "sqlite",
	.open = sqlite_open, .close = sqlite_close, .message = sqlite_message,
	.lock = sqlite_lock, .unlock = sqlite_unlock,
	.begin = sqlite_begin, .commit = sqlite_commit, .rollback = sqlite_rollback,
	.savepoint = sqlite_savepoint, .release = sqlite_release, .rollback_savepoint = sqlite_rollback_savepoint,
	.in_transaction = sqlite_in_transaction, .maintain = sqlite_maintain,
	.prepare = sqlite_prepare, .bind = sqlite_bind, .step = sqlite_step, .reset = sqlite_reset,
	.finalize = sqlite_finalize, .column_count = sqlite_column_count, .column_name = sqlite_column_name,
	.column = sqlite_column, .changes = sqlite_changes,
	.changes_open = sqlite_changes_open, .changes_close = sqlite_changes_close, .changes_seen = sqlite_changes_seen,
	.signal_change = sqlite_signal_change, .wait_for_change = sqlite_wait_for_change,
	.script = sqlite_script, .version_get = sqlite_version_get, .version_set = sqlite_version_set,
	.check = sqlite_check, .backup = sqlite_backup,
};
