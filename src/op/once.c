/* once.c -- idempotency keys: a creating call that is made again answers what the first made. */
#include "op.h"

#include <sodium.h>
#include <string.h>
#include "clock.h"

#define REQUEST_HASH_BYTES 16

nmk_status op_check_once_key(struct nmk_op *op, const char *key)
{
	size_t length = key ? strnlen(key, ONCE_KEY_BYTES + 1) : 1;

	if (length < 1 || length > ONCE_KEY_BYTES)
		return op_fail(op, NMK_EINVALID, "idempotency_key", "must have from %lld to %lld bytes", 1LL,
		               (long long)ONCE_KEY_BYTES);
	for (size_t i = 0; key && i < length; i++)
		if (key[i] < '!' || key[i] > '~')
			return op_fail(op, NMK_EINVALID, "idempotency_key", "may only have visible ASCII characters");
	return NMK_OK;
}

void once_part(struct buffer *request, const char *part)
{
	buffer_char(request, part ? '+' : '-');
	if (part)
		buffer_add(request, part, strlen(part) + 1);
}

static void hash_request(const void *request, size_t length, unsigned char hash[REQUEST_HASH_BYTES])
{
	crypto_generichash(hash, REQUEST_HASH_BYTES, request, length, NULL, 0);
}

nmk_status op_once(struct nmk_op *op, const char *key, const void *request, size_t length, int64_t *id)
{
	unsigned char hash[REQUEST_HASH_BYTES];
	struct stmt stmt;
	const void *stored;
	size_t stored_length;
	nmk_status rc = NMK_OK;

	*id = 0;
	if (!key)
		return NMK_OK;
	hash_request(request, length, hash);
	stmt_init(&stmt, &op->tx, SQL_once_get);
	stmt_text(&stmt, "operation", op->info->name);
	stmt_text(&stmt, "key", key);
	stmt_int(&stmt, "since", op->tx.now - ONCE_KEEP_MS);
	if (!stmt_next(&stmt, &rc))
		return rc;
	stored = stmt_column_blob(&stmt, 0, &stored_length);
	if (stored_length == sizeof hash && memcmp(stored, hash, sizeof hash) == 0)
		*id = stmt_column_int(&stmt, 1);
	stmt_end(&stmt);
	if (*id == 0)
		return op_fail(op, NMK_ECONFLICT, "idempotency_key", "was used for another request");
	op->action = NULL; /* nothing happens a second time: nothing to record */
	return NMK_OK;
}

nmk_status op_once_done(struct nmk_op *op, const char *key, const void *request, size_t length, int64_t id)
{
	unsigned char hash[REQUEST_HASH_BYTES];
	struct stmt stmt;
	nmk_status rc;

	if (!key)
		return NMK_OK;
	hash_request(request, length, hash);
	stmt_init(&stmt, &op->tx, SQL_once_forget);
	stmt_int(&stmt, "since", op->tx.now - ONCE_KEEP_MS);
	rc = stmt_exec(&stmt, NULL);
	if (rc != NMK_OK)
		return rc;
	stmt_init(&stmt, &op->tx, SQL_once_add);
	stmt_text(&stmt, "operation", op->info->name);
	stmt_text(&stmt, "key", key);
	stmt_blob(&stmt, "request", hash, sizeof hash);
	stmt_int(&stmt, "object_id", id);
	stmt_int(&stmt, "created_at", op->tx.now);
	return stmt_exec(&stmt, NULL);
}
