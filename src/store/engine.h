/* engine.h -- what a storage engine provides. Only src/store/engine_*.c may know more.
 *
 * A native connection is used by one thread at a time. A function that answers nmk_status answers NMK_OK or a definite
 * failure, except commit(), which may answer NMK_EUNKNOWN. message() tells of the last failure on a connection. */
#ifndef NMK_ENGINE_H
#define NMK_ENGINE_H

#include <nanomarket/errors.h>
#include "value.h"

#define ENGINE_MESSAGE_SIZE 256
#define ENGINE_OBJECT       "nanomarket" /* the type under which a function takes an object that is bound to its statement */

struct engine_options {
	const char *path;           /* what stands behind the scheme of the URL                              */
	bool        create;         /* make the store if there is none                                       */
	bool        read_only;      /* never write, whatever is asked                                        */
	bool        relaxed;        /* a power cut may lose the last commits, never damage the store         */
	bool        single_file;    /* nothing beside it between transactions: a copy that is made ready      */
	int         busy_ms;        /* how long to wait for other processes                                  */
	int       (*opened)(void *context, void *native_handle); /* called on each new connection, 0 is success: registers
	                                             the tokenizer, which sits above the engine              */
	void       *opened_context;
};

enum engine_role { ENGINE_READER, ENGINE_WRITER };
enum engine_step { ENGINE_DONE = 0, ENGINE_ROW = 1 }; /* or a negative nmk_status */

/* Told by long work; answers false to stop it. */
typedef bool (*engine_progress)(void *context, int64_t done, int64_t total);

struct engine {
	const char *name;

	/* Connections. On failure *native is NULL and the message is copied to `message`. */
	nmk_status (*open)(const struct engine_options *options, enum engine_role role, void **native,
	                   char message[ENGINE_MESSAGE_SIZE]);
	void       (*close)(void *native);
	const char *(*message)(void *native);

	/* The lock that makes one process at a time the writer; held from begin to after the commit. */
	nmk_status (*lock)(void *native);
	void       (*unlock)(void *native);

	/* Transactions. in_transaction() is false once the engine rolled back by itself. */
	nmk_status (*begin)(void *native, enum engine_role role);
	nmk_status (*commit)(void *native);
	void       (*rollback)(void *native);
	nmk_status (*savepoint)(void *native);
	nmk_status (*release)(void *native);
	void       (*rollback_savepoint)(void *native);
	bool       (*in_transaction)(void *native);
	bool       (*maintain)(void *native, bool empty);   /* after a commit, lock held: checkpoint; `empty`: nothing
	                                                       may stay in the log. False: something does, try later    */

	/* Statements */
	nmk_status (*prepare)(void *native, const char *text, size_t length, void **statement);
	nmk_status (*bind)(void *statement, const struct value *values, int count);
	int        (*step)(void *native, void *statement);
	void       (*reset)(void *statement);
	void       (*finalize)(void *statement);
	int        (*column_count)(void *statement);
	const char *(*column_name)(void *statement, int column);
	struct value (*column)(void *statement, int column, enum value_type wanted); /* INTEGER, TEXT or BLOB;
	                                                 borrowed until the next step                     */
	int64_t    (*changes)(void *native);

	/* Changes: what was committed is told to who waits for it, across threads and processes. A topic is any number; who waits for one
	   may be woken for another, or for nothing. A change that comes after changes_seen() ends a wait with what that told. Any
	   thread, no connection. */
	void    *(*changes_open)(const struct engine_options *options);    /* NULL: no memory                     */
	void     (*changes_close)(void *changes);
	uint32_t (*changes_seen)(void *changes, int64_t topic);
	void     (*signal_change)(void *changes, int64_t topic);
	void     (*wait_for_change)(void *changes, int64_t topic, uint32_t seen, int milliseconds);

	/* Schema and upkeep */
	nmk_status (*script)(void *native, const char *text);
	nmk_status (*version_get)(void *native, int64_t *version);
	nmk_status (*version_set)(void *native, int64_t version);
	nmk_status (*check)(void *native, char problem[ENGINE_MESSAGE_SIZE]); /* NMK_ECORRUPT with the problem  */
	nmk_status (*backup)(void *native, const char *path, engine_progress progress, void *context);
};

extern const struct engine engine_sqlite;
#endif
