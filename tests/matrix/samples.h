/* samples.h -- one sample call of every operation: for the permission matrix and for the fault tests.
 *
 * samples.c builds its table by including ops.def: an operation without a sample does not compile. */
#ifndef NMK_TEST_SAMPLES_H
#define NMK_TEST_SAMPLES_H

#include "expect.h"
#include "world.h"

/* What a sample call acts on. A new one for each call that may succeed. */
struct scene {
	struct world *world;
	nmk_session  *owner;       /* the object is theirs; an account that is an object is this account */
	char owner_id[ID_TEXT_SIZE], owner_name[24];
	char nano[ID_TEXT_SIZE];
	char category[ID_TEXT_SIZE];
	char chat[ID_TEXT_SIZE];   /* about the nano, with one message                             */
	char report[ID_TEXT_SIZE]; /* of that message                                              */
	char outbox[ID_TEXT_SIZE];
	char name[64];             /* not used before                                              */
	char email[96];            /* of an account with a password, or of one that was just signed up */
	char token[1200];          /* of a mail, or of a login                                     */
	char code[32];             /* of a second factor                                           */
	char login[ID_TEXT_SIZE];
	char rating[ID_TEXT_SIZE], comment[ID_TEXT_SIZE];
	char saved[ID_TEXT_SIZE];  /* search                                                       */
	char event[ID_TEXT_SIZE];  /* of the audit log                                             */
	char path[128];            /* of a file that is not there                                  */
	bool is_public;            /* everyone may see the object                                  */
};

struct sample {
	const char *name;
	void       (*prepare)(struct scene *scene);         /* the object, in the state that the call needs */
	void       (*prepare_hidden)(struct scene *scene);  /* the same, not public; NULL: there is no such  */
	nmk_status (*call)(struct scene *scene, nmk_session *session);
	void       (*ready)(struct scene *scene, nmk_session *session); /* what who calls, and may, must have done before;
	                                                                   NULL: nothing                               */
};
extern const struct sample *const samples[OP__COUNT];

/* A new scene whose object belongs to `owner`, or to a new creator if NULL. */
void scene_begin(struct scene *scene, struct world *world, nmk_session *owner);
void scene_end(struct scene *scene); /* closes the owner's session */

/* A session that plays the part; an owner's is the scene's own. */
nmk_session *scene_enter(struct scene *scene, enum actor_role as);

/* A new member with that role and a name of its own. */
nmk_session *scene_member(struct world *world, nmk_role role);

/* Everything in the store and its folder in one number: equal before and after means that nothing was changed. */
uint64_t world_checksum(struct world *world);

/* The same without the audit log, where refusals stand. */
uint64_t world_checksum_without_log(struct world *world);
#endif
