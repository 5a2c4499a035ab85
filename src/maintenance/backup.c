/* backup.c -- one file that holds everything, made while others go on. */
#include <stdlib.h>
#include "blob.h"
#include "copy.h"
#include "session.h"

/* The store, and its key ring beside it. */
struct backup {
	struct new_file file, ring;
};

static nmk_status begin_files(struct tx *tx, struct backup *backup, const char *path)
{
	char *ring_path = NULL;
	nmk_status rc = new_file_begin(tx, &backup->file, path);

	if (rc == NMK_OK)
		rc = copy_ring_path(tx, path, &ring_path);
	if (rc == NMK_OK)
		rc = new_file_begin(tx, &backup->ring, ring_path);
	free(ring_path);
	return rc;
}

/* Before any work: who may, and where to. */
static nmk_status begin(struct nmk_op *op, nmk_session *session, const char *path, struct backup *backup)
{
	nmk_status rc = op_rehearse(op, session, OP_market_backup);

	if (rc == NMK_OK && !path)
		rc = op_fail(op, NMK_EINVALID, "path", "is needed");
	while (op_next(op, &rc))
		continue;
	return rc == NMK_OK ? begin_files(&op->tx, backup, path) : rc;
}

static nmk_status copy_pages(struct tx *tx, const char *part, nmk_progress progress, void *context)
{
	nmk_status rc = store_backup(tx->store, tx->error, part, progress, context);

	if (rc == NMK_ECANCELLED)
		return tx_fail(tx, rc, NULL, "was stopped");
	if (rc == NMK_EFULL)
		return tx_fail(tx, rc, "path", "no space is left for it");
	return rc;
}

/* The copy's rows speak of files that lie beside the store: their content goes into the copy. */
static nmk_status complete(struct tx *tx, const char *part, nmk_progress progress, void *context)
{
	struct store *copy;
	nmk_status rc = copy_open(tx, part, "path", &copy);

	if (rc == NMK_OK) {
		rc = blob_absorb(tx, copy, progress, context);
		if (rc == NMK_OK)
			rc = copy_verify(tx, copy, "path", progress, context);
	}
	copy_close(copy, part);
	return rc;
}

/* The ring as it is now has every key that the copy needs: a rotation keeps them for weeks after it needed them. The write lock
 * is held, so nobody changes it. Its name comes first, so that no backup is ever without it. */
static nmk_status finish(struct tx *tx, struct backup *backup)
{
	char *from;
	bool found = false;
	nmk_status rc = copy_ring_path(tx, tx->store->path, &from);

	if (rc == NMK_OK)
		rc = copy_ring(tx, tx->store, from, &backup->ring, &found);
	if (rc == NMK_OK && !found)
		rc = tx_fail(tx, NMK_EDENIED, "keyring", "the key ring '%s' is missing; without it the store cannot be read", from);
	if (rc == NMK_OK)
		rc = new_file_finish(tx, &backup->ring);
	if (rc == NMK_OK)
		rc = new_file_finish(tx, &backup->file);
	free(from);
	return rc;
}

/* The event and the files' names come together, or neither. */
static nmk_status record(nmk_session *session, struct backup *backup)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_market_backup);

	while (op_next(&op, &rc))
		rc = finish(&op.tx, backup);
	if (rc != NMK_OK && rc != NMK_EUNKNOWN) {
		new_file_withdraw(&backup->file);
		new_file_withdraw(&backup->ring);
	}
	return rc;
}

nmk_status nmk_market_backup(nmk_session *session, const char *path, nmk_progress progress, void *context)
{
	struct backup backup = { NEW_FILE_NONE, NEW_FILE_NONE };
	struct nmk_op op;
	nmk_status rc = begin(&op, session, path, &backup);

	if (rc == NMK_OK)
		rc = copy_pages(&op.tx, backup.file.part, progress, context);
	if (rc == NMK_OK)
		rc = complete(&op.tx, backup.file.part, progress, context);
	if (rc == NMK_OK)
		rc = record(session, &backup);
	new_file_end(&backup.ring);
	new_file_end(&backup.file);
	return rc;
}
