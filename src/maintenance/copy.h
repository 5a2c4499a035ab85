/* copy.h -- a store that is made ready in one file, for backup and restore. */
#ifndef NMK_COPY_H
#define NMK_COPY_H

#include <nanomarket/maintenance.h>
#include "new_file.h"
#include "store_tx.h"

/* Open the file as a store; nobody else knows of it. Failures name the field. */
nmk_status copy_open(struct tx *tx, const char *part, const char *field, struct store **copy);

/* Pages, foreign keys, and each package against its hash. NMK_ECORRUPT with what was found first. */
nmk_status copy_verify(struct tx *tx, struct store *copy, const char *field, nmk_progress progress, void *context);

/* Close it, and leave nothing beside the file. */
void copy_close(struct store *copy, const char *part);

/* The size of the file PATH with that ending; -1 if there is none. */
int64_t copy_size_beside(const char *path, const char *ending);

/* ---- the key ring that belongs to the copy: PATH.keyring ---- */

/* The name of the ring beside a store, the caller's. */
nmk_status copy_ring_path(struct tx *tx, const char *path, char **ring_path);

/* Write the ring at `from`, which must be that store's, into the new file. *found is false if there is none. */
nmk_status copy_ring(struct tx *tx, const struct store *store, const char *from, const struct new_file *to, bool *found);
#endif
