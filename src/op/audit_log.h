/* audit_log.h -- the audit log as it lies in the store: one tree for each year, its tiles and checkpoints. op/ appends, audit/ reads.
 * docs/audit.md tells the format, docs/decisions/0010-audit.md why it is so. */
#ifndef NMK_AUDIT_LOG_H
#define NMK_AUDIT_LOG_H

#include "entry.h"
#include "keys.h"
#include "note.h"
#include "store.h"

#define AUDIT_TILE_LEVELS 8                       /* of the tree, in one tile                   */
#define AUDIT_TILE_WIDTH  256
#define AUDIT_SHARD_BITS  40                      /* of an id: the number in the shard          */
#define AUDIT_CHECKPOINT_ENTRIES 1000             /* after so many, or so long, a checkpoint is */
#define AUDIT_CHECKPOINT_MS      60000            /* made with the next entry                   */

struct audit_log {
	int64_t shard;                            /* the year                                    */
	char    origin[NOTE_NAME_MOST + 1];
	unsigned char public_key[NOTE_PUBLIC_BYTES];
	struct tree_range range;
	int64_t checkpoint_size, checkpoint_at;   /* the newest one                              */
	struct tree_hash checkpoint_hash;         /* chains all of them                          */
	bool    is_open;                          /* it can still sign                           */
};

/* The year's log, or the newest for shard 0. *found is false if there is none. NMK_ECORRUPT if its seal is broken: nobody may go on
 * from there, else what was changed would be sealed anew. */
nmk_status audit_log_load(struct tx *tx, int64_t shard, struct audit_log *log, bool *found);

/* Does the log's secret key open, and is it the one whose public part it shows? NMK_ECORRUPT if not. */
nmk_status audit_log_try_key(struct tx *tx, const struct audit_log *log);

int64_t audit_id(int64_t shard, int64_t seq);
int64_t audit_id_shard(int64_t id);
int64_t audit_id_seq(int64_t id);

/* The log that is written to now: the year's, or still the last one if the clock was turned back. The first entry of a year
 * closes the year before with a checkpoint. */
nmk_status audit_log_open(struct tx *tx, const char *url, struct audit_log *log);

/* The next leaf, with the tiles that it completes. */
nmk_status audit_log_grow(struct tx *tx, struct audit_log *log, const struct tree_hash *leaf);

/* The state as it is then. A checkpoint is made if it is time for one, or if it is wanted and there are new entries; its note is
 * the caller's, NULL for none, and must not be given away before the commit. */
nmk_status audit_log_settle(struct tx *tx, struct audit_log *log, bool wanted, char **note);

/* The chain with one checkpoint more. */
void audit_checkpoint_chain(struct tree_hash *chain, int64_t size, int64_t created_at, const char *note);

/* Nodes of a log's tree for proofs. `failed` tells why one could not be read. */
struct audit_nodes {
	struct tx  *tx;
	int64_t     shard, size;
	nmk_status  failed;
	int         level;                        /* of the tile at hand; -1: none               */
	int64_t     position, count;
	struct tree_hash hashes[AUDIT_TILE_WIDTH];
};
void audit_nodes_init(struct audit_nodes *nodes, struct tx *tx, int64_t shard, int64_t size);
bool audit_nodes_node(void *nodes, int level, uint64_t index, struct tree_hash *hash); /* of a struct tree_source */

/* ---- what seals the personal part of an entry ---- */

/* Under the data key of `user_id` (0: nobody's), and under an epoch's key too or alone if `short_lived`, or if there is no other:
 * such a part can be read until that epoch is destroyed. */
struct audit_seal {
	char          key_id[ENTRY_KEY_SIZE];     /* PSEUDONYM, PSEUDONYM@EPOCH or @EPOCH        */
	unsigned char commitment[COMMITMENT_BYTES];
};
nmk_status audit_seal(struct tx *tx, int64_t user_id, const char *pseudonym, bool short_lived, int64_t id, const char *plain,
                      struct buffer *sealed, struct audit_seal *seal);

/* NMK_ENOTFOUND: a key is gone. NMK_ECORRUPT: it is not what was sealed. *plain is for secret_free(). */
nmk_status audit_unseal(struct tx *tx, const struct audit_seal *seal, int64_t id, const void *sealed, size_t length, char **plain);
#endif
