/* recovery_code.c -- codes for who lost the authenticator. Only keyed hashes are kept. */
#include "factor.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base32.h"
#include "number.h"

#define GROUP      4
#define ITEM_SIZE  (BASE32_SIZE(RECOVERY_CODE_BYTES) + 5)   /* six groups, five hyphens, NUL */
#define USER_BYTES 8

struct nmk_recovery_codes {
	char items[RECOVERY_CODES][ITEM_SIZE];
};

size_t nmk_recovery_codes_count(const nmk_recovery_codes *codes)
{
	(void)codes;
	return RECOVERY_CODES;
}

const char *nmk_recovery_codes_item(const nmk_recovery_codes *codes, size_t index)
{
	return index < RECOVERY_CODES ? codes->items[index] : NULL;
}

/* By hand and in its full size at once: jansson, and memory that grew, would leave copies behind. */
char *nmk_recovery_codes_json(const nmk_recovery_codes *codes)
{
	size_t size = sizeof "{\"items\":[]}" + RECOVERY_CODES * (ITEM_SIZE + 2), at;
	char *json = malloc(size);

	if (!json)
		return NULL;
	at = (size_t)snprintf(json, size, "{\"items\":[");
	for (size_t i = 0; i < RECOVERY_CODES; i++)
		at += (size_t)snprintf(json + at, size - at, "%s\"%s\"", i > 0 ? "," : "", codes->items[i]);
	snprintf(json + at, size - at, "]}");
	return json;
}

void nmk_recovery_codes_free(nmk_recovery_codes *codes)
{
	bytes_free(codes, sizeof *codes);
}

static void make_item(char item[ITEM_SIZE])
{
	unsigned char bytes[RECOVERY_CODE_BYTES];
	char text[BASE32_SIZE(RECOVERY_CODE_BYTES)];

	randombytes_buf(bytes, sizeof bytes);
	crockford_write(bytes, sizeof bytes, text);
	for (size_t from = 0; text[from]; from++) {
		if (from > 0 && from % GROUP == 0)
			*item++ = '-';
		*item++ = text[from];
	}
	*item = '\0';
	sodium_memzero(bytes, sizeof bytes);
	sodium_memzero(text, sizeof text);
}

nmk_recovery_codes *recovery_codes_make(void)
{
	nmk_recovery_codes *codes = malloc(sizeof *codes);

	for (size_t i = 0; codes && i < RECOVERY_CODES; i++)
		make_item(codes->items[i]);
	return codes;
}

/* ---- the store ---- */

/* Of the member and the code, so that nobody's code is another's. False if the text is no recovery code. */
static bool hash_code(struct nmk_op *op, int64_t user_id, const char *code, unsigned char hash[KEY_HASH_BYTES])
{
	unsigned char data[USER_BYTES + RECOVERY_CODE_BYTES];
	bool fit = crockford_read(code, data + USER_BYTES, RECOVERY_CODE_BYTES);

	put_little_endian(data, USER_BYTES, (uint64_t)user_id);
	if (fit)
		key_hash(op->tx.keys, KEY_RECOVERY, data, sizeof data, hash);
	sodium_memzero(data, sizeof data);
	return fit;
}

static nmk_status remove_all(struct nmk_op *op, int64_t user_id)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_recovery_code_remove);
	stmt_int(&stmt, "user_id", user_id);
	return stmt_exec(&stmt, NULL);
}

nmk_status recovery_codes_put(struct nmk_op *op, int64_t user_id, const nmk_recovery_codes *codes)
{
	nmk_status rc = remove_all(op, user_id);

	for (size_t i = 0; rc == NMK_OK && codes && i < RECOVERY_CODES; i++) {
		unsigned char hash[KEY_HASH_BYTES];
		struct stmt stmt;

		if (!hash_code(op, user_id, codes->items[i], hash))
			return op_fail(op, NMK_EINTERNAL, NULL, "a recovery code cannot be read back");
		stmt_init(&stmt, &op->tx, SQL_recovery_code_add);
		stmt_blob(&stmt, "code_hash", hash, sizeof hash);
		stmt_int(&stmt, "user_id", user_id);
		rc = stmt_exec(&stmt, NULL);
	}
	return rc;
}

nmk_status recovery_code_use(struct nmk_op *op, int64_t user_id, const char *code, bool *used)
{
	unsigned char hash[KEY_HASH_BYTES];
	struct stmt stmt;
	int64_t changed = 0;
	nmk_status rc;

	*used = false;
	if (!hash_code(op, user_id, code, hash))
		return NMK_OK;
	stmt_init(&stmt, &op->tx, SQL_recovery_code_use);
	stmt_blob(&stmt, "code_hash", hash, sizeof hash);
	stmt_int(&stmt, "user_id", user_id);
	stmt_int(&stmt, "now", op->tx.now);
	rc = stmt_exec(&stmt, &changed);
	if (rc == NMK_OK && changed == 1)
		rc = account_notify(op, user_id, "recovery_code_used", NULL);
	*used = rc == NMK_OK && changed == 1;
	return rc;
}

nmk_status recovery_codes_left(struct nmk_op *op, int64_t user_id, int64_t *left)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_recovery_code_left);
	stmt_int(&stmt, "user_id", user_id);
	return stmt_one_int(&stmt, left);
}

/* ---- new ones ---- */

nmk_status nmk_recovery_codes_renew(nmk_session *session, const char *code, nmk_recovery_codes **codes)
{
	nmk_recovery_codes *made = NULL;
	struct factor factor;
	struct nmk_op op;
	bool right = false;
	nmk_status rc = op_begin(&op, session, OP_recovery_codes_renew);

	if (codes)
		*codes = NULL;
	if (rc == NMK_OK && !codes)
		rc = op_fail(&op, NMK_EINVALID, "codes", "is needed");
	if (rc == NMK_OK)
		rc = factor_check_code(&op, code);
	if (rc == NMK_OK && (made = recovery_codes_make()) == NULL)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc)) {
		rc = factor_check_member(&op);
		if (rc == NMK_OK)
			rc = factor_load_enabled(&op, &factor);
		if (rc == NMK_OK)
			rc = factor_prove(&op, &factor, code, false, &right);
		if (rc == NMK_OK && right)
			rc = recovery_codes_put(&op, op.actor.id.number, made);
	}
	if (rc == NMK_OK)
		*codes = made;
	else
		nmk_recovery_codes_free(made);
	return rc;
}
