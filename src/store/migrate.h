/* migrate.h -- bring a store to this library's schema; refuse one that is ahead of it. */
#ifndef NMK_MIGRATE_H
#define NMK_MIGRATE_H

#include "engine.h"

struct migration {
	int         version;  /* 1, 2, 3 ...; 0 ends the table  */
	const char *name;
	const char *sqlite, *postgres;
};
extern const struct migration migration_table[];

int64_t schema_version(void); /* of this library */

enum schema_wish {
	SCHEMA_AS_IS,    /* it must be this library's: nothing is written        */
	SCHEMA_UPGRADE,  /* an older one is brought up to date, all or nothing   */
	SCHEMA_CREATE    /* the same, also from nothing                          */
};

/* The native connection is the writer's unless the wish is SCHEMA_AS_IS; its lock is not held. */
nmk_status migrate(const struct engine *engine, void *native, enum schema_wish wish, char message[ENGINE_MESSAGE_SIZE]);
#endif
