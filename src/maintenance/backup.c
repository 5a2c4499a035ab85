/* backup.c -- one file that holds everything, made while others go on. */
#include "blob.h"
#include "copy.h"
#include "session.h"

/* Before any work: who may, and where to. */
static nmk_status begin(struct nmk_op *op, nmk_session *session, const char *path, struct new_file *file)
{
	nmk_status rc = op_rehearse(op, session, OP_market_backup);

	if (rc == NMK_OK && !path)
		rc = op_fail(op, NMK_EINVALID, "path", "is needed");
	while (op_next(op, &rc))
		continue;
	return rc == NMK_OK ? new_file_begin(&op->tx, file, path) : rc;
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

/* The event and the file's name come together, or neither. */
static nmk_status record(nmk_session *session, struct new_file *file)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_market_backup);

	while (op_next(&op, &rc))
		if (!file->finished)
			rc = new_file_finish(&op.tx, file);
	if (rc != NMK_OK && rc != NMK_EUNKNOWN)
		new_file_withdraw(file);
	return rc;
}

nmk_status nmk_market_backup(nmk_session *session, const char *path, nmk_progress progress, void *context)
{
	struct new_file file = NEW_FILE_NONE;
	struct nmk_op op;
	nmk_status rc = begin(&op, session, path, &file);

	if (rc == NMK_OK)
		rc = copy_pages(&op.tx, file.part, progress, context);
	if (rc == NMK_OK)
		rc = complete(&op.tx, file.part, progress, context);
	if (rc == NMK_OK)
		rc = record(session, &file);
	new_file_end(&file);
	return rc;
}
