/* import.h -- rows on their way into the store: several threads, each with a session of its own; results in order. */
#ifndef NMK_CLI_IMPORT_H
#define NMK_CLI_IMPORT_H

#include <pthread.h>
#include "catalog_rows.h"
#include "cli.h"
#include "import_names.h"

enum outcome {
	OUTCOME_NONE,       /* not looked at: the import was stopped before        */
	OUTCOME_IMPORTED,
	OUTCOME_THERE,      /* nothing was left to do                              */
	OUTCOME_REJECTED,   /* error says why; the next rows may be fine           */
	OUTCOME_FAILED      /* error says why; the store is not usable             */
};

struct job {
	struct row   row;
	const char  *creator_id;                           /* NULL: of the acting member  */
	const char  *category_ids[ROW_CATEGORIES_MAXIMUM];
	char         key[IDENTITY_SIZE + 8];
	char         nano_id[NANO_ID_SIZE];                /* "" as long as there is none */
	char        *package;                              /* path, NULL for none to add  */
	bool         publish, submit;
	bool         decided;                              /* nothing is left to be done  */
	enum outcome outcome;
	nmk_error    error;
	bool         done;
};

struct import {
	pthread_mutex_t mutex;
	pthread_cond_t  work, done;
	struct job  *jobs;                                 /* a ring                      */
	size_t       size;
	size_t       filled, taken, reported;              /* counters, never wrapped     */
	bool         closed, abandoned;
	int64_t      started_at;                           /* what is older was there     */
	size_t       worker_count;
	struct worker *workers;
};

/* Starts the threads. NMK_OK, or *error says why not. */
nmk_status import_begin(struct import *import, const struct cli *cli, size_t workers, nmk_error *error);
/* Room for a row? Else a result has to be taken first. */
bool import_has_room(const struct import *import);
/* The place for the next row; fill it in, then import_add(). */
struct job *import_next(struct import *import);
void import_add(struct import *import);
/* The result of the oldest row that was not reported, waiting for it; NULL if there is none. */
struct job *import_result(struct import *import);
void import_reported(struct import *import);           /* forgets it                  */
/* Rows that nobody has begun with are left out. */
void import_abandon(struct import *import);
void import_end(struct import *import);                /* waits for the threads       */

#endif
