/* password_store.c -- the hash of a password in the store: sealed under a key of the ring, which is the pepper that can be
 * changed without the password. */
#include "account.h"

#include <sodium.h>
#include <string.h>

static void stmt_sealed(struct stmt *stmt, const struct buffer *sealed, int64_t epoch)
{
	if (!sealed->length) {
		stmt_text(stmt, "password_sealed", NULL);
		stmt_text(stmt, "password_epoch", NULL);
		return;
	}
	stmt_blob(stmt, "password_sealed", sealed->data, sealed->length);
	stmt_int(stmt, "password_epoch", epoch);
}

nmk_status password_put(struct nmk_op *op, int64_t user_id, const char *hash, bool is_short, bool change_required)
{
	struct buffer sealed = { 0 };
	struct stmt stmt;
	int64_t epoch = 0;
	nmk_status rc = hash[0] ? epoch_seal(&op->tx, PLACE_PASSWORD, user_id, hash, strlen(hash), &sealed, &epoch) : NMK_OK;

	if (rc == NMK_OK) {
		stmt_init(&stmt, &op->tx, SQL_password_put);
		stmt_int(&stmt, "id", user_id);
		stmt_sealed(&stmt, &sealed, epoch);
		stmt_int(&stmt, "password_short", is_short);
		stmt_int(&stmt, "password_change_required", change_required);
		stmt_int(&stmt, "now", op->tx.now);
		rc = stmt_exec(&stmt, NULL);
	}
	buffer_free(&sealed);
	return rc;
}

nmk_status password_open(struct nmk_op *op, int64_t user_id, int64_t epoch, const void *sealed, size_t length,
                         char hash[PASSWORD_TEXT_SIZE])
{
	char *opened;
	size_t opened_length = 0;
	nmk_status rc;

	memset(hash, 0, PASSWORD_TEXT_SIZE);
	if (!sealed)
		return NMK_OK;
	rc = epoch_unseal(&op->tx, epoch, PLACE_PASSWORD, user_id, sealed, length, &opened, &opened_length);
	if (rc == NMK_OK && opened_length >= PASSWORD_TEXT_SIZE)
		rc = op_fail(op, NMK_ECORRUPT, PLACE_PASSWORD, "a sealed value does not open");
	if (rc == NMK_OK)
		memcpy(hash, opened, opened_length);
	bytes_free(opened, opened_length);
	return rc;
}
