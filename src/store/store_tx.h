/* store_tx.h -- open a store and make transactions. Only op/, keys/, maintenance/, the store itself and its tests include it. */
#ifndef NMK_STORE_TX_H
#define NMK_STORE_TX_H

#include <pthread.h>
#include "clock.h"
#include "engine.h"
#include "store.h"

/* How many writers share one commit at most, and how long a transaction may stay open for more of them. */
#define GROUP_MEMBERS 256
#define GROUP_MS      20

struct store_options {
	const char *url;              /* sqlite:PATH or PATH                                              */
	bool create, read_only, relaxed, single_file; /* as in struct engine_options                      */
	int  busy_ms;
	int  readers;                 /* connections at most                                              */
	int64_t (*clock)(void *context); /* NULL: the system's                                            */
	void *clock_context;
	int (*opened)(void *context, void *native_handle);
	void *opened_context;
	void (*changed)(void *context); /* after a commit that tells something; NULL                      */
	void *changed_context;
	enum language language;
};

struct prepared {
	void    *native;
	uint32_t options;
	struct prepared *next;           /* other options of the same statement                           */
	bool     running;
	const struct field *fields;      /* for which the columns below were resolved                     */
	int      column_count;
	const struct field *columns[STATEMENT_PARAMETERS];
};

struct connection {
	void *native;
	struct connection *next;
	struct prepared *prepared[SQL__COUNT];
};

/* The commit that several writers share. */
struct write_group {
	pthread_cond_t finished_signal;
	int        references;           /* members that still look at it                                 */
	int        members;
	int        succeeded;            /* whose work is in the transaction                              */
	bool       finished;
	nmk_status result;
	int64_t    since;                /* monotonic                                                     */
	char       message[ENGINE_MESSAGE_SIZE];
};

struct writer_wait {
	pthread_cond_t wake;
	bool granted;
	struct writer_wait *next;
};

struct store {
	const struct engine *engine;
	struct engine_options engine_options;
	char *path;
	int64_t (*clock)(void *context);
	void *clock_context;
	enum language language;

	pthread_mutex_t mutex;           /* guards all below                                              */
	pthread_cond_t reader_free;
	struct connection *readers;      /* idle                                                          */
	int reader_count, reader_limit;

	struct connection *writer;       /* NULL when it must be opened (again)                           */
	bool writer_busy;
	struct writer_wait *wait_first, *wait_last;
	struct write_group *group;       /* the open transaction handed on, or NULL                       */
	bool erasing;                    /* owner of the writer: what was removed is still in the log     */

	void *changes;                   /* the engine's; not guarded, it needs no lock                   */
	void (*changed)(void *context);  /* the host's, called after a commit that tells something; NULL  */
	void *changed_context;
	struct change_wait *waits;
	bool waits_end;                  /* the host has closed the market                                */

	struct shared_value *shared;               /* NULL: nothing yet                                             */

	struct id_source ids;            /* used by the owner of the writer                               */
	unsigned char id_key[ID_KEY_SIZE];
};

nmk_status store_open(const struct store_options *options, nmk_error *error, struct store **store);
void store_close(struct store *store);
int64_t store_now(struct store *store);

/* Begin fills in everything but what, language and error, which the caller has set. End commits when rc is NMK_OK,
 * else rolls back, and answers the final status. */
nmk_status tx_begin(struct tx *tx, struct store *store, bool writes);
nmk_status tx_end(struct tx *tx, nmk_status rc);

/* After the commit: tell what tx_tell() noted. */
void changes_tell(const struct tx *tx);

/* All waits end, those to come too. */
void change_waits_end(struct store *store);

/* Text of a statement with its options put together, caller's; NULL without memory. For the engine and its tests. */
char *sql_assemble(const struct sql_text *text, const struct engine *engine, uint32_t options);

/* Long work on a reader of its own, outside any transaction. */
nmk_status store_check(struct store *store, nmk_error *error, char problem[ENGINE_MESSAGE_SIZE]);
nmk_status store_backup(struct store *store, nmk_error *error, const char *path, engine_progress progress, void *context);
#endif
