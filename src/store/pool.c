/* pool.c -- an open store: one writer, several readers, and commits shared by the writers that wait.
 *
 * Writers queue for the one writing connection. Whoever is done hands the open transaction to the next in the queue
 * and waits for the commit; the last of them commits for all. Each but the first works in a savepoint of its own, so
 * one member's failure undoes nothing of the others. No thread of our own is needed. */
#include "store_tx.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "condition.h"
#include "migrate.h"

#define READERS_DEFAULT 8
#define BUSY_MS_DEFAULT 5000

int64_t store_now(struct store *store)
{
	return store->clock ? store->clock(store->clock_context) : time_now_ms();
}

/* ---- connections ---- */

static void connection_close(struct store *store, struct connection *connection)
{
	if (!connection)
		return;
	for (int i = 0; i < SQL__COUNT; i++)
		while (connection->prepared[i]) {
			struct prepared *prepared = connection->prepared[i];

			connection->prepared[i] = prepared->next;
			store->engine->finalize(prepared->native);
			free(prepared);
		}
	store->engine->close(connection->native);
	free(connection);
}

static nmk_status connection_open(struct store *store, enum engine_role role, struct connection **out,
                                  char message[ENGINE_MESSAGE_SIZE])
{
	struct connection *connection = calloc(1, sizeof *connection);
	nmk_status rc;

	*out = NULL;
	message[0] = '\0';
	if (!connection)
		return NMK_ENOMEM;
	rc = store->engine->open(&store->engine_options, role, &connection->native, message);
	if (rc != NMK_OK) {
		free(connection);
		return rc;
	}
	*out = connection;
	return NMK_OK;
}

static nmk_status reader_take(struct store *store, struct connection **out, char message[ENGINE_MESSAGE_SIZE])
{
	nmk_status rc = NMK_OK;

	pthread_mutex_lock(&store->mutex);
	while (!store->readers && store->reader_count == store->reader_limit)
		pthread_cond_wait(&store->reader_free, &store->mutex);
	*out = store->readers;
	if (*out)
		store->readers = (*out)->next;
	else
		store->reader_count++;
	pthread_mutex_unlock(&store->mutex);
	if (*out)
		return NMK_OK;

	rc = connection_open(store, ENGINE_READER, out, message);
	if (rc != NMK_OK) {
		pthread_mutex_lock(&store->mutex);
		store->reader_count--;
		pthread_cond_signal(&store->reader_free);
		pthread_mutex_unlock(&store->mutex);
	}
	return rc;
}

static void reader_give(struct store *store, struct connection *connection)
{
	pthread_mutex_lock(&store->mutex);
	connection->next = store->readers;
	store->readers = connection;
	pthread_cond_signal(&store->reader_free);
	pthread_mutex_unlock(&store->mutex);
}

/* ---- the queue of writers ---- */

static void wait_remove(struct store *store, struct writer_wait *wait)
{
	struct writer_wait **link = &store->wait_first, *previous = NULL;

	while (*link != wait) {
		previous = *link;
		link = &previous->next;
	}
	*link = wait->next;
	if (store->wait_last == wait)
		store->wait_last = previous;
}

/* Become the owner of the writer, first come first served. Mutex held. False: it took too long. */
static bool writer_acquire(struct store *store)
{
	struct writer_wait self = { .granted = false };
	struct timespec deadline;

	if (!store->writer_busy) {
		store->writer_busy = true;
		return true;
	}
	condition_init(&self.wake);
	if (store->wait_last)
		store->wait_last->next = &self;
	else
		store->wait_first = &self;
	store->wait_last = &self;
	deadline_in(store->engine_options.busy_ms, &deadline);
	while (!self.granted)
		if (pthread_cond_timedwait(&self.wake, &store->mutex, &deadline) == ETIMEDOUT && !self.granted) {
			wait_remove(store, &self);
			break;
		}
	pthread_cond_destroy(&self.wake);
	return self.granted;
}

/* Pass the writer on to the next in the queue. Mutex held. */
static void writer_pass(struct store *store)
{
	struct writer_wait *next = store->wait_first;

	if (!next) {
		store->writer_busy = false;
		return;
	}
	store->wait_first = next->next;
	if (!store->wait_first)
		store->wait_last = NULL;
	next->granted = true;
	pthread_cond_signal(&next->wake);
}

/* ---- the shared commit ---- */

static struct write_group *group_new(void)
{
	struct write_group *group = calloc(1, sizeof *group);

	if (group) {
		condition_init(&group->finished_signal);
		group->since = time_monotonic_ms();
	}
	return group;
}

/* Mutex held. */
static void group_leave(struct write_group *group)
{
	if (--group->references > 0)
		return;
	pthread_cond_destroy(&group->finished_signal);
	free(group);
}

/* ---- writing ---- */

static void keep_message(char to[ENGINE_MESSAGE_SIZE], const char *from)
{
	snprintf(to, ENGINE_MESSAGE_SIZE, "%s", from);
}

static nmk_status writer_failed(struct tx *tx, nmk_status rc, const char *message)
{
	switch (rc) {
	case NMK_EBUSY:
		return tx_fail(tx, rc, NULL, "another program is writing to the store; try again");
	case NMK_EREADONLY:
		return tx_fail(tx, rc, NULL, "the store cannot be written: %s", message);
	case NMK_EFULL:
		return tx_fail(tx, rc, NULL, "no space is left for the store");
	case NMK_ENOMEM:
		return tx_no_memory(tx);
	case NMK_EUNKNOWN:
		return tx_fail(tx, rc, NULL, "the disk failed while saving; whether it was saved is not known: %s", message);
	case NMK_OK: case NMK_EINTERNAL: case NMK_EINVALID: case NMK_ENOTFOUND: case NMK_EDENIED: case NMK_ELOGIN:
	case NMK_ESTATE: case NMK_ECONFLICT: case NMK_ELIMIT: case NMK_EIO: case NMK_ECORRUPT: case NMK_EVERSION:
	case NMK_ECANCELLED:
		break;
	}
	return tx_fail(tx, rc, NULL, "the store failed: %s", message);
}

/* Owner of the writer, no transaction open: open the connection if need be, take the lock, begin. */
static nmk_status transaction_begin(struct store *store, char message[ENGINE_MESSAGE_SIZE])
{
	const struct engine *engine = store->engine;
	nmk_status rc = NMK_OK;

	if (!store->writer)
		rc = connection_open(store, ENGINE_WRITER, &store->writer, message);
	if (rc != NMK_OK)
		return rc;
	rc = engine->lock(store->writer->native);
	if (rc == NMK_OK) {
		rc = engine->begin(store->writer->native, ENGINE_WRITER);
		if (rc != NMK_OK)
			engine->unlock(store->writer->native);
	}
	if (rc != NMK_OK)
		keep_message(message, engine->message(store->writer->native));
	return rc;
}

/* A new group with its transaction, or a savepoint in the one handed on. Owner of the writer. */
static nmk_status group_join(struct tx *tx, struct write_group *group)
{
	struct store *store = tx->store;
	char message[ENGINE_MESSAGE_SIZE] = "";
	nmk_status rc;

	if (group) {
		tx->first = false;
		rc = store->engine->savepoint(store->writer->native);
		if (rc != NMK_OK)
			return writer_failed(tx, rc, store->engine->message(store->writer->native));
	} else {
		group = group_new();
		if (!group)
			return tx_no_memory(tx);
		rc = transaction_begin(store, message);
		if (rc != NMK_OK) {
			group->references = 1;
			group_leave(group);
			return writer_failed(tx, rc, message);
		}
		tx->first = true;
	}
	pthread_mutex_lock(&store->mutex);
	store->group = group;
	group->references++;
	group->members++;
	pthread_mutex_unlock(&store->mutex);
	tx->group = group;
	tx->connection = store->writer;
	return NMK_OK;
}

/* A connection whose commit failed half-way, or that lost its transaction, is not trusted any more. */
static void writer_discard(struct store *store)
{
	store->engine->unlock(store->writer->native);
	connection_close(store, store->writer);
	store->writer = NULL;
}

static void group_finish(struct store *store, struct write_group *group, nmk_status result, const char *message)
{
	pthread_mutex_lock(&store->mutex);
	group->finished = true;
	group->result = result;
	keep_message(group->message, message);
	store->group = NULL;
	pthread_cond_broadcast(&group->finished_signal);
	writer_pass(store);
	pthread_mutex_unlock(&store->mutex);
}

/* The last member commits for all. Owner of the writer; passes it on. */
static void group_commit(struct store *store, struct write_group *group)
{
	const struct engine *engine = store->engine;
	void *native = store->writer->native;
	char message[ENGINE_MESSAGE_SIZE] = "";
	nmk_status rc = NMK_OK;

	if (group->succeeded > 0)
		rc = engine->commit(native);
	if (rc != NMK_OK)
		keep_message(message, engine->message(native));
	if (rc != NMK_OK || group->succeeded == 0)
		engine->rollback(native);
	if (rc == NMK_OK) {
		if (engine->maintain(native, store->erasing))
			store->erasing = false;
		engine->unlock(native);
	} else {
		writer_discard(store);
	}
	group_finish(store, group, rc, message);
}

static bool group_goes_on(const struct store *store, const struct write_group *group)
{
	return store->wait_first && group->members < GROUP_MEMBERS && time_monotonic_ms() - group->since < GROUP_MS;
}

/* The end of a member's own work: keep it or undo it. False: the engine gave up the whole transaction. */
static bool member_settle(struct tx *tx, nmk_status *rc)
{
	const struct engine *engine = tx->store->engine;
	void *native = tx->connection->native;

	if (!engine->in_transaction(native))
		return false;
	if (*rc == NMK_OK && !tx->first) {
		*rc = engine->release(native);
		if (*rc != NMK_OK)
			writer_failed(tx, *rc, engine->message(native));
	}
	if (*rc != NMK_OK) {
		if (tx->first)
			return false; /* nobody else's work is in it: end the transaction */
		engine->rollback_savepoint(native);
		return engine->in_transaction(native);
	}
	tx->group->succeeded++;
	tx->store->erasing = tx->store->erasing || tx->erases;
	return true;
}

static nmk_status write_end(struct tx *tx, nmk_status rc)
{
	struct store *store = tx->store;
	struct write_group *group = tx->group;
	bool open = member_settle(tx, &rc);
	bool mine = rc == NMK_OK;

	tx->connection = NULL;
	if (!open) {
		bool lost = group->succeeded > 0; /* earlier members' work went with it */

		store->engine->rollback(store->writer->native);
		store->engine->unlock(store->writer->native);
		if (lost || mine)
			group_finish(store, group, rc != NMK_OK ? rc : NMK_EIO, "the transaction was rolled back");
		else
			group_finish(store, group, NMK_OK, "");
		pthread_mutex_lock(&store->mutex);
	} else {
		pthread_mutex_lock(&store->mutex);
		if (group_goes_on(store, group)) {
			writer_pass(store);
		} else {
			pthread_mutex_unlock(&store->mutex);
			group_commit(store, group);
			pthread_mutex_lock(&store->mutex);
		}
	}
	while (mine && !group->finished)
		pthread_cond_wait(&group->finished_signal, &store->mutex);
	if (mine && group->result != NMK_OK)
		rc = writer_failed(tx, group->result, group->message);
	group_leave(group);
	pthread_mutex_unlock(&store->mutex);
	if (rc == NMK_OK || rc == NMK_EUNKNOWN)
		changes_tell(tx);
	return rc;
}

/* Undo a begin that failed after the writer was acquired. */
static void writer_release_idle(struct store *store, struct write_group *handed_on)
{
	if (handed_on) {
		group_commit(store, handed_on);
		return;
	}
	pthread_mutex_lock(&store->mutex);
	writer_pass(store);
	pthread_mutex_unlock(&store->mutex);
}

/* The number that keeps this store's ids apart from those of other processes: taken in a transaction of its own, so
 * that no rolled-back operation gives it away twice. Owner of the writer, no transaction open. */
static nmk_status node_assign(struct tx *tx)
{
	struct store *store = tx->store;
	char message[ENGINE_MESSAGE_SIZE] = "";
	struct stmt stmt;
	int64_t node;
	nmk_status rc = transaction_begin(store, message);

	if (rc != NMK_OK)
		return writer_failed(tx, rc, message);
	tx->connection = store->writer;
	tx->unlocked = true;
	stmt_init(&stmt, tx, SQL_store_next_node);
	rc = stmt_one_int(&stmt, &node);
	tx->connection = NULL;
	tx->unlocked = false;
	if (rc == NMK_OK) {
		rc = store->engine->commit(store->writer->native);
		if (rc != NMK_OK)
			writer_failed(tx, rc, store->engine->message(store->writer->native));
	}
	if (rc != NMK_OK) {
		store->engine->rollback(store->writer->native);
		writer_discard(store);
		return rc;
	}
	store->engine->unlock(store->writer->native);
	store->ids.node = node % ID_NODES;
	return NMK_OK;
}

static nmk_status write_begin(struct tx *tx)
{
	struct store *store = tx->store;
	struct write_group *group;
	nmk_status rc;
	bool acquired;

	if (store->engine_options.read_only)
		return tx_fail(tx, NMK_EREADONLY, NULL, "the store was opened for reading only");
	pthread_mutex_lock(&store->mutex);
	acquired = writer_acquire(store);
	group = acquired ? store->group : NULL;
	pthread_mutex_unlock(&store->mutex);
	if (!acquired)
		return tx_fail(tx, NMK_EBUSY, NULL, "too many are writing to the store; try again");
	rc = group || store->ids.node >= 0 ? NMK_OK : node_assign(tx);
	if (rc == NMK_OK)
		rc = group_join(tx, group);
	if (rc != NMK_OK) {
		writer_release_idle(store, group);
		return rc;
	}
	tx->now = store_now(store);
	return NMK_OK;
}

/* ---- transactions ---- */

static nmk_status read_begin(struct tx *tx)
{
	char message[ENGINE_MESSAGE_SIZE];
	nmk_status rc = reader_take(tx->store, &tx->connection, message);

	if (rc != NMK_OK)
		return writer_failed(tx, rc, message);
	rc = tx->store->engine->begin(tx->connection->native, ENGINE_READER);
	if (rc != NMK_OK) {
		writer_failed(tx, rc, tx->store->engine->message(tx->connection->native));
		reader_give(tx->store, tx->connection);
		tx->connection = NULL;
		return rc;
	}
	tx->now = store_now(tx->store);
	return NMK_OK;
}

nmk_status tx_begin(struct tx *tx, struct store *store, bool writes)
{
	tx->store = store;
	tx->writes = writes;
	tx->unlocked = false;
	tx->erases = false;
	tx->topic_count = 0;
	tx->connection = NULL;
	tx->group = NULL;
	return writes ? write_begin(tx) : read_begin(tx);
}

nmk_status tx_end(struct tx *tx, nmk_status rc)
{
	if (!tx->connection)
		return rc;
	if (tx->writes)
		return write_end(tx, rc);
	tx->store->engine->rollback(tx->connection->native); /* ends a reader's snapshot */
	reader_give(tx->store, tx->connection);
	tx->connection = NULL;
	return rc;
}

/* ---- opening and closing ---- */

static const char *path_of(const char *url)
{
	static const char scheme[] = "sqlite:";

	return strncmp(url, scheme, sizeof scheme - 1) == 0 ? url + sizeof scheme - 1 : url;
}

static nmk_status open_failed(const struct store_options *options, nmk_error *error, nmk_status rc, const char *message)
{
	switch (rc) {
	case NMK_ENOTFOUND:
		return error_set(error, options->language, "market_open", rc, "url", "there is no store at '%s'", options->url);
	case NMK_EVERSION:
		return error_set(error, options->language, "market_open", rc, "url",
		                 "the store was made by a newer library (%s): update this one", message);
	case NMK_ECORRUPT:
		return error_set(error, options->language, "market_open", rc, "url",
		                 "'%s' is damaged or no store: %s", options->url, message);
	case NMK_ENOMEM:
		return error_set(error, options->language, "market_open", rc, NULL, "out of memory");
	case NMK_OK: case NMK_EINTERNAL: case NMK_EINVALID: case NMK_EDENIED: case NMK_ELOGIN: case NMK_ESTATE:
	case NMK_ECONFLICT: case NMK_ELIMIT: case NMK_EBUSY: case NMK_EIO: case NMK_EFULL: case NMK_EREADONLY:
	case NMK_EUNKNOWN: case NMK_ECANCELLED:
		break;
	}
	return error_set(error, options->language, "market_open", rc, "url", "the store '%s' cannot be opened: %s",
	                 options->url, message);
}

/* The key of the store's ids: made once, by whoever comes first. */
static nmk_status id_key_load(struct store *store, nmk_error *error)
{
	struct tx tx = { .what = "market_open", .language = store->language, .error = error };
	unsigned char fresh[ID_KEY_SIZE];
	struct stmt stmt;
	const void *key;
	size_t length = 0;
	nmk_status rc;

	rc = tx_begin(&tx, store, false);
	if (rc != NMK_OK)
		return rc;
	stmt_init(&stmt, &tx, SQL_store_property);
	stmt_text(&stmt, "name", "id_key");
	if (stmt_next(&stmt, &rc)) {
		key = stmt_column_blob(&stmt, 0, &length);
		if (length == ID_KEY_SIZE)
			memcpy(store->id_key, key, ID_KEY_SIZE);
		stmt_end(&stmt);
	}
	rc = tx_end(&tx, rc);
	if (rc != NMK_OK || length == ID_KEY_SIZE)
		return rc;

	rc = tx_begin(&tx, store, true);
	if (rc != NMK_OK)
		return rc;
	tx.unlocked = true;
	randombytes_buf(fresh, sizeof fresh);
	stmt_init(&stmt, &tx, SQL_store_property_add);
	stmt_text(&stmt, "name", "id_key");
	stmt_blob(&stmt, "value", fresh, sizeof fresh);
	rc = tx_end(&tx, stmt_exec(&stmt, NULL));
	return rc == NMK_OK ? id_key_load(store, error) : rc;
}

static nmk_status store_prepare(struct store *store, const struct store_options *options, nmk_error *error)
{
	char message[ENGINE_MESSAGE_SIZE] = "";
	struct connection *connection = NULL;
	enum engine_role role = options->read_only ? ENGINE_READER : ENGINE_WRITER;
	enum schema_wish wish = options->read_only ? SCHEMA_AS_IS : options->create ? SCHEMA_CREATE : SCHEMA_UPGRADE;
	nmk_status rc = connection_open(store, role, &connection, message);

	if (rc != NMK_OK)
		return open_failed(options, error, rc, message);
	rc = migrate(store->engine, connection->native, wish, message);
	if (options->read_only)
		connection_close(store, connection);
	else
		store->writer = connection;
	store->engine_options.create = false; /* from now on it is there, or something is wrong */
	return rc == NMK_OK ? id_key_load(store, error) : open_failed(options, error, rc, message);
}

nmk_status store_open(const struct store_options *options, nmk_error *error, struct store **out)
{
	struct store *store;
	nmk_status rc;

	*out = NULL;
	store = calloc(1, sizeof *store);
	if (!store)
		return open_failed(options, error, NMK_ENOMEM, "");
	store->engine = &engine_sqlite;
	store->path = strdup(path_of(options->url));
	store->engine_options = (struct engine_options){
		.path = store->path, .create = options->create, .read_only = options->read_only,
		.relaxed = options->relaxed, .single_file = options->single_file, .opened = options->opened,
		.opened_context = options->opened_context,
		.busy_ms = options->busy_ms > 0 ? options->busy_ms : BUSY_MS_DEFAULT,
	};
	store->reader_limit = options->readers > 0 ? options->readers : READERS_DEFAULT;
	store->clock = options->clock;
	store->clock_context = options->clock_context;
	store->language = options->language;
	store->ids.node = -1;
	pthread_mutex_init(&store->mutex, NULL);
	condition_init(&store->reader_free);
	store->changed = options->changed;
	store->changed_context = options->changed_context;
	rc = store->path ? store_prepare(store, options, error) : open_failed(options, error, NMK_ENOMEM, "");
	if (rc == NMK_OK && (store->changes = store->engine->changes_open(&store->engine_options)) == NULL)
		rc = open_failed(options, error, NMK_ENOMEM, "");
	if (rc != NMK_OK) {
		store_close(store);
		return rc;
	}
	*out = store;
	return NMK_OK;
}

void store_close(struct store *store)
{
	if (!store)
		return;
	while (store->readers) {
		struct connection *reader = store->readers;

		store->readers = reader->next;
		connection_close(store, reader);
	}
	if (store->writer && store->engine->lock(store->writer->native) == NMK_OK) {
		store->engine->maintain(store->writer->native, true);
		store->engine->unlock(store->writer->native);
	}
	connection_close(store, store->writer);
	store->engine->changes_close(store->changes);
	if (store->shared)
		store->shared->release(store->shared);
	pthread_cond_destroy(&store->reader_free);
	pthread_mutex_destroy(&store->mutex);
	sodium_memzero(store->id_key, sizeof store->id_key);
	free(store->path);
	free(store);
}

/* ---- what is kept ---- */

struct shared_value *tx_shared(struct tx *tx, struct shared_value *(*take)(struct shared_value *shared))
{
	struct shared_value *shared;

	pthread_mutex_lock(&tx->store->mutex);
	shared = tx->store->shared ? take(tx->store->shared) : NULL;
	pthread_mutex_unlock(&tx->store->mutex);
	return shared;
}

void tx_share(struct tx *tx, struct shared_value *shared)
{
	struct shared_value *before;

	pthread_mutex_lock(&tx->store->mutex);
	before = tx->store->shared;
	tx->store->shared = shared;
	pthread_mutex_unlock(&tx->store->mutex);
	if (before)
		before->release(before);
}

/* ---- long work ---- */

static nmk_status reader_work(struct store *store, nmk_error *error, const char *what,
                              nmk_status (*work)(struct store *store, void *native, void *context), void *context)
{
	struct tx tx = { .store = store, .what = what, .language = store->language, .error = error };
	char message[ENGINE_MESSAGE_SIZE];
	struct connection *connection;
	nmk_status rc = reader_take(store, &connection, message);

	if (rc != NMK_OK)
		return writer_failed(&tx, rc, message);
	rc = work(store, connection->native, context);
	if (rc != NMK_OK)
		writer_failed(&tx, rc, store->engine->message(connection->native));
	reader_give(store, connection);
	return rc;
}

static nmk_status check_work(struct store *store, void *native, void *context)
{
	return store->engine->check(native, context);
}

nmk_status store_check(struct store *store, nmk_error *error, char problem[ENGINE_MESSAGE_SIZE])
{
	problem[0] = '\0';
	return reader_work(store, error, "market_check", check_work, problem);
}

struct backup_work {
	const char *path;
	engine_progress progress;
	void *context;
};

static nmk_status backup_run(struct store *store, void *native, void *context)
{
	const struct backup_work *work = context;

	return store->engine->backup(native, work->path, work->progress, work->context);
}

nmk_status store_backup(struct store *store, nmk_error *error, const char *path, engine_progress progress, void *context)
{
	struct backup_work work = { path, progress, context };

	return reader_work(store, error, "market_backup", backup_run, &work);
}
