/* blob.h -- bytes that never change, kept once per content: small ones in the store, large ones in files beside it.
 *
 * A blob is named by its BLAKE2b-256. A row is only committed when its file lies in place; so a crash leaves at most files
 * without a row, which the sweep removes. Blobs are never changed and never removed while a row names them, so they are
 * read outside any transaction. */
#ifndef NMK_BLOB_H
#define NMK_BLOB_H

#include <sodium.h>
#include "engine.h"
#include "store.h"

#define BLOB_HASH_SIZE   65      /* 64 hexadecimal digits and the NUL                  */
#define BLOB_CHUNK_BYTES 65536   /* of a row, and of every buffer here                 */

/* ---- writing ---- */

/* Start with BLOB_DRAFT_NONE; blob_draft_end() is due in any case. */
struct blob_draft {
	crypto_generichash_state state;
	const struct store *store;
	char    name[33];            /* of the temporary file                              */
	int     fd;                  /* held with flock() while somebody writes it         */
	int64_t size;
	char    hash[BLOB_HASH_SIZE]; /* "" until it is finished                           */
	bool    in_file;             /* where it will be kept                              */
	bool    moved;               /* it has its final name                              */
};
#define BLOB_DRAFT_NONE { .fd = -1 }

nmk_status blob_draft_begin(struct tx *tx, struct blob_draft *draft);
nmk_status blob_draft_add(struct tx *tx, struct blob_draft *draft, const void *data, size_t length);

/* Nothing more will be added. More than `file_bytes` will be kept in a file, and is brought to the disk now. */
nmk_status blob_draft_finish(struct tx *tx, struct blob_draft *draft, int64_t file_bytes);

/* Of a struct zip_source; the context is the draft. */
int blob_draft_read(void *draft, uint64_t offset, void *buffer, size_t length);

/* In a writing transaction: from its commit on the content is there under its hash. */
nmk_status blob_keep(struct tx *tx, struct blob_draft *draft);
void blob_draft_end(struct blob_draft *draft);

/* ---- reading ---- */

struct blob {
	char    hash[BLOB_HASH_SIZE];
	int64_t size;
	int     fd;                  /* of a file; -1 if it lies in rows                   */
};
#define BLOB_NONE { .fd = -1 }

/* In a transaction. NMK_ECORRUPT if the row or the file is missing, or the file has another size. */
nmk_status blob_open(struct tx *tx, const char *hash, struct blob *blob);

/* All of [offset, offset + length), which must exist. Inside the transaction or after it: then in one of its own. */
nmk_status blob_read(struct tx *tx, const struct blob *blob, int64_t offset, void *buffer, size_t length);

/* Hand the range to `write` piece by piece; a negative length means up to the end. `write` answers not 0 to stop:
 * NMK_ECANCELLED, and the caller tells why. A range that is the whole is compared with the hash: NMK_ECORRUPT. */
nmk_status blob_stream(struct tx *tx, const struct blob *blob, int64_t offset, int64_t length,
                       int (*write)(void *context, const void *data, size_t size), void *context);
void blob_close(struct blob *blob);

/* ---- upkeep ---- */

/* What a check tells about. The name is a hash, or a file's path within the folder. */
enum blob_problem {
	BLOB_MISSING,                /* a row without (all of) its content                 */
	BLOB_ALTERED,                /* content that is not that of the hash               */
	BLOB_UNREADABLE,
	BLOB_FILE_UNUSED,            /* a file that no row names, or a lost temporary one  */
	BLOB_FILE_FOREIGN            /* something that is none of ours: never touched      */
};
struct blob_watch {
	void (*found)(void *context, enum blob_problem problem, const char *name, bool repaired);
	engine_progress progress;    /* in bytes; may be NULL                              */
	void *context;
};

/* In a transaction: compare every blob with its hash. */
nmk_status blob_check(struct tx *tx, const struct blob_watch *watch);

/* In a transaction: look for files that nobody needs. A writing one removes them, whatever their age; a reading one cannot
 * know what others are about to commit, and tells only of files older than a minute. */
nmk_status blob_sweep(struct tx *tx, const struct blob_watch *watch);

/* Put all that lies in files beside the store of `from` into `copy`, which was copied from it and whom nobody else uses. */
nmk_status blob_absorb(struct tx *from, struct store *copy, engine_progress progress, void *context);
#endif
