/* fault.h -- what the sweeps share: a scene for each operation, and whether the store was changed. */
#ifndef NMK_TEST_FAULT_H
#define NMK_TEST_FAULT_H

#include <sqlite3.h>
#include "samples.h"

/* The first kind of actor who may do it. */
enum actor_role permitted_actor(enum op_id op);

/* A market of its own for one operation, with everything the call needs. */
struct trial {
	enum op_id    op;
	struct world *world;
	struct scene  scene;
	nmk_session  *session;
	sqlite3      *watcher;  /* sees whether anybody committed                */
	int64_t       version;
	uint64_t      checksum;
};

void trial_begin(struct trial *trial, enum op_id op);
void trial_renew(struct trial *trial);   /* another scene: the one before was used up */
nmk_status trial_call(struct trial *trial);
void trial_mark(struct trial *trial);    /* this is how the store is                  */
bool trial_unchanged(struct trial *trial);
void trial_end(struct trial *trial);

#endif
