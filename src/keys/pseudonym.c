/* pseudonym.c -- what a person is called in the audit log: a keyed hash of the account and a salt. With the account's keys the
 * salt is erased, and nobody can tell any more whose pseudonym it was. */
#include "keys.h"

#include <sodium.h>
#include <string.h>
#include "number.h"

static void of_salt(const struct tx *tx, int64_t user_id, const unsigned char salt[PSEUDONYM_SALT_BYTES],
                    char pseudonym[PSEUDONYM_SIZE])
{
	unsigned char data[8 + PSEUDONYM_SALT_BYTES], hash[KEY_HASH_BYTES];

	put_big_endian(data, 8, (uint64_t)user_id);
	memcpy(data + 8, salt, PSEUDONYM_SALT_BYTES);
	key_hash(tx->keys, KEY_PSEUDONYM, data, sizeof data, hash);
	sodium_bin2hex(pseudonym, PSEUDONYM_SIZE, hash, PSEUDONYM_SIZE / 2);
}

/* A pseudonym leads back to its account by another hash, so that who has the database alone sees no connection. */
static void index_of(const struct tx *tx, const char *pseudonym, unsigned char index[KEY_HASH_BYTES])
{
	key_hash(tx->keys, KEY_PSEUDONYM_INDEX, pseudonym, strlen(pseudonym), index);
}

void pseudonym_new(const struct tx *tx, int64_t user_id, unsigned char salt[PSEUDONYM_SALT_BYTES],
                   unsigned char index[KEY_HASH_BYTES])
{
	char pseudonym[PSEUDONYM_SIZE];

	randombytes_buf(salt, PSEUDONYM_SALT_BYTES);
	of_salt(tx, user_id, salt, pseudonym);
	index_of(tx, pseudonym, index);
}

nmk_status pseudonym_get(struct tx *tx, int64_t user_id, char pseudonym[PSEUDONYM_SIZE])
{
	const void *salt;
	struct stmt stmt;
	size_t length;
	nmk_status rc = NMK_OK;

	pseudonym[0] = '\0';
	stmt_init(&stmt, tx, SQL_pseudonym_salt);
	stmt_int(&stmt, "user_id", user_id);
	if (!stmt_next(&stmt, &rc))
		return rc;
	salt = stmt_column_blob(&stmt, 0, &length);
	if (length == PSEUDONYM_SALT_BYTES)
		of_salt(tx, user_id, salt, pseudonym);
	stmt_end(&stmt);
	return NMK_OK;
}

nmk_status pseudonym_find(struct tx *tx, const char *pseudonym, int64_t *user_id)
{
	unsigned char index[KEY_HASH_BYTES];
	struct stmt stmt;

	index_of(tx, pseudonym, index);
	stmt_init(&stmt, tx, SQL_pseudonym_user);
	stmt_blob(&stmt, "pseudonym_index", index, sizeof index);
	return stmt_find_int(&stmt, user_id);
}
