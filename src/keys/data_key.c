/* data_key.c -- the key of one account. Without it nothing that is sealed for the account can be read. */
#include "keys.h"

#include <sodium.h>
#include <string.h>
#include "number.h"

#define DERIVED_LABEL "nanomarket derived key"

nmk_status data_key_put(struct tx *tx, int64_t user_id, const struct secret_key *key)
{
	unsigned char salt[PSEUDONYM_SALT_BYTES], index[KEY_HASH_BYTES];
	struct buffer wrapped = { 0 };
	struct stmt stmt;
	int64_t epoch = 0;
	nmk_status rc = epoch_seal(tx, PLACE_DATA_KEY, user_id, key->bytes, sizeof key->bytes, &wrapped, &epoch);

	if (rc == NMK_OK) {
		pseudonym_new(tx, user_id, salt, index);
		stmt_init(&stmt, tx, SQL_user_key_put);
		stmt_int(&stmt, "user_id", user_id);
		stmt_int(&stmt, "epoch", epoch);
		stmt_blob(&stmt, "wrapped", wrapped.data, wrapped.length);
		stmt_blob(&stmt, "pseudonym_salt", salt, sizeof salt);
		stmt_blob(&stmt, "pseudonym_index", index, sizeof index);
		rc = stmt_exec(&stmt, NULL);
	}
	buffer_free(&wrapped);
	return rc;
}

nmk_status data_key_unwrap(struct tx *tx, int64_t user_id, int64_t epoch, const void *wrapped, size_t length,
                           struct secret_key *key)
{
	char *plain;
	size_t plain_length = 0;
	nmk_status rc = epoch_unseal(tx, epoch, PLACE_DATA_KEY, user_id, wrapped, length, &plain, &plain_length);

	if (rc == NMK_OK && plain_length != sizeof key->bytes)
		rc = tx_fail(tx, NMK_ECORRUPT, PLACE_DATA_KEY, "a sealed value does not open");
	if (rc == NMK_OK)
		memcpy(key->bytes, plain, sizeof key->bytes);
	bytes_free(plain, plain_length);
	return rc;
}

nmk_status data_key_get(struct tx *tx, int64_t user_id, struct secret_key *key)
{
	const void *wrapped;
	struct stmt stmt;
	size_t length;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, tx, SQL_user_key_get);
	stmt_int(&stmt, "user_id", user_id);
	if (!stmt_next(&stmt, &rc))
		return rc == NMK_OK ? NMK_ENOTFOUND : rc;
	wrapped = stmt_column_blob(&stmt, 1, &length);
	rc = data_key_unwrap(tx, user_id, stmt_column_int(&stmt, 0), wrapped, length, key);
	stmt_end(&stmt);
	return rc;
}

/* BLAKE2b-256, keyed: a pseudorandom function of use and object. */
nmk_status data_key_derive(struct tx *tx, int64_t user_id, enum derived_use use, int64_t object, struct secret_key *key)
{
	unsigned char input[sizeof DERIVED_LABEL + 16];
	struct secret_key data_key = { { 0 } };
	nmk_status rc = data_key_get(tx, user_id, &data_key);

	if (rc == NMK_OK) {
		memcpy(input, DERIVED_LABEL, sizeof DERIVED_LABEL);
		put_little_endian(input + sizeof DERIVED_LABEL, 8, (uint64_t)use);
		put_little_endian(input + sizeof DERIVED_LABEL + 8, 8, (uint64_t)object);
		crypto_generichash(key->bytes, sizeof key->bytes, input, sizeof input, data_key.bytes, sizeof data_key.bytes);
	}
	key_wipe(&data_key);
	return rc;
}

nmk_status data_key_erase(struct tx *tx, int64_t user_id)
{
	struct stmt stmt;

	stmt_init(&stmt, tx, SQL_user_key_erase);
	stmt_int(&stmt, "user_id", user_id);
	return stmt_exec(&stmt, NULL);
}

nmk_status keys_are_needed(struct tx *tx, bool *needed)
{
	struct stmt stmt;
	int64_t any = 0;
	nmk_status rc;

	stmt_init(&stmt, tx, SQL_keys_are_needed);
	rc = stmt_one_int(&stmt, &any);
	*needed = any != 0;
	return rc;
}
