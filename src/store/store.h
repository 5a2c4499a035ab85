/* store.h -- run named statements inside a transaction. What components include of the store.
 *
 * A statement needs a transaction, and only op/ makes one (store_tx.h). */
#ifndef NMK_STORE_H
#define NMK_STORE_H

#include <stdarg.h>
#include <nanomarket/errors.h>
#include "fields.h"
#include "message.h"
#include "sql_ids.h"
#include "value.h"

#define STATEMENT_PARAMETERS 40
#define STATEMENT_OPTIONS    16
#define TX_TOPICS            8

struct store;
struct connection;
struct prepared;
struct write_group;
struct key_ring;

/* A part of a statement's text; option -1 is always there, others when switched on. NULL text ends the list. */
struct sql_part {
	int         option;
	const char *text;
};

struct sql_text {
	const char *name;
	bool        writes;
	const struct sql_part *sqlite, *postgres; /* NULL: not on this engine       */
	int         parameter_count;
	const char *parameters[STATEMENT_PARAMETERS + 1];
	int         option_count;
	const char *options[STATEMENT_OPTIONS + 1];
};
extern const struct sql_text sql_table[];

/* The permit that a statement needs. */
struct tx {
	struct store       *store;
	struct key_ring    *keys;       /* what unseals                                            */
	struct connection  *connection; /* NULL outside the transaction                            */
	struct write_group *group;      /* of a writer: those who share one commit                 */
	bool        writes;             /* begun for writing                                       */
	bool        unlocked;           /* the object rule was met: writes may run                 */
	bool        first;              /* of its group: needs no savepoint                        */
	bool        erases;             /* what it removes must be gone from the engine's log too  */
	int64_t     topics[TX_TOPICS];  /* whose change is told after the commit: tx_tell()        */
	int         topic_count;
	int64_t     now;                /* one time for everything in it                           */
	int64_t     actor_id;           /* bound to :actor_id wherever a statement asks for it; 0: nobody   */
	bool        actor_staff;        /* bound to :actor_staff: moderators, admins and the host  */
	const char *what;               /* the operation's name, for errors                        */
	enum language language;         /* of its messages                                         */
	nmk_error  *error;              /* of the session                                          */
};

/* Fill in the session's error and return the status. The format is an English sentence of messages.def. */
nmk_status tx_fail(struct tx *tx, nmk_status status, const char *field, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
nmk_status tx_no_memory(struct tx *tx);

int64_t tx_new_id(struct tx *tx);                                           /* only in a writer            */
struct id_value tx_id_value(struct tx *tx, enum id_kind kind, int64_t number);

/* The number behind an id's text. A text that is no id of this store and kind names nothing: NMK_ENOTFOUND. */
nmk_status tx_id(struct tx *tx, enum id_kind kind, const char *field, const char *text, int64_t *number);

/* Something made from the store that lasts beyond a transaction, for all threads: one value, the latest. take() is called under a
 * lock and answers what the caller may use, mostly one reference more. tx_share() takes the value and lets go of the one before. */
struct shared_value {
	void (*release)(struct shared_value *shared);
};
struct shared_value *tx_shared(struct tx *tx, struct shared_value *(*take)(struct shared_value *shared)); /* NULL: none yet */
void tx_share(struct tx *tx, struct shared_value *shared);

/* ---- changes: change_wait.c ---- */

#define TOPIC_ALL 0    /* told with each other one; no id is 0 */

/* Who waits for a topic, in this process or another, looks again once this is committed. Too many of them are as good as none: a wait
 * looks again by itself after CHANGE_LOOK_MS. */
void tx_tell(struct tx *tx, int64_t topic);

/* Somebody who waits, without a connection or transaction:
 *
 *     change_wait_begin(store, &wait, topic);
 *     while (change_wait_look(store, &wait) && !there_is_something(...) && there_is_time(...))
 *         change_wait_pause(store, &wait, milliseconds);
 *     change_wait_end(store, &wait);
 *
 * One thread at a time; change_wait_cancel() by any. Starts with zeros, and lasts for many waits. */
#define CHANGE_LOOK_MS 2000    /* what is told by a process that dies between commit and telling is made up for */

struct change_wait {
	int64_t  topic;
	uint32_t seen;
	bool     waiting;
	bool     cancelled;            /* until the wait that it ends is over, be it the next one  */
	struct change_wait *next;
};
void change_wait_begin(struct store *store, struct change_wait *wait, int64_t topic);
bool change_wait_look(struct store *store, struct change_wait *wait);     /* false: cancelled, or the market is closed */
void change_wait_pause(struct store *store, struct change_wait *wait, int64_t milliseconds);
void change_wait_end(struct store *store, struct change_wait *wait);
void change_wait_cancel(struct store *store, struct change_wait *wait);

/* One run of a statement. Lives on the stack; stmt_one() and stmt_exec() end it, else stmt_end() must.
 * Bound text and blobs are borrowed until then. */
struct stmt {
	struct tx             *tx;
	const struct sql_text *text;
	struct prepared       *prepared; /* while running                                          */
	uint32_t               options;  /* switched-on optional parts                             */
	struct value           values[STATEMENT_PARAMETERS];
};

void stmt_init(struct stmt *stmt, struct tx *tx, enum sql_id id);
void stmt_int(struct stmt *stmt, const char *parameter, int64_t value);
void stmt_text(struct stmt *stmt, const char *parameter, const char *value);        /* NULL is NULL */
void stmt_blob(struct stmt *stmt, const char *parameter, const void *bytes, size_t length);
void stmt_object(struct stmt *stmt, const char *parameter, void *object);           /* see VALUE_OBJECT */
void stmt_fields(struct stmt *stmt, const struct field *fields, const void *object); /* what has a parameter */
void stmt_option(struct stmt *stmt, const char *option);

/* Start and read row by row:  while (stmt_next(&stmt, &rc)) { ... }  rc is NMK_OK at the end, or the failure. */
bool stmt_next(struct stmt *stmt, nmk_status *rc);
nmk_status stmt_read(struct stmt *stmt, const struct field *fields, void *object);   /* the row into an object */
int64_t stmt_column_int(struct stmt *stmt, int column);
const char *stmt_column_text(struct stmt *stmt, int column);                         /* NULL for NULL; until the next row */
const void *stmt_column_blob(struct stmt *stmt, int column, size_t *length);
void stmt_end(struct stmt *stmt);

nmk_status stmt_one(struct stmt *stmt, const struct field *fields, void *object);    /* NMK_ENOTFOUND without a row */
nmk_status stmt_one_int(struct stmt *stmt, int64_t *value);                          /* first column of the first row */
nmk_status stmt_find_int(struct stmt *stmt, int64_t *value);                         /* the same; 0 without a row     */
nmk_status stmt_exec(struct stmt *stmt, int64_t *changed);                           /* `changed` may be NULL */
#endif
