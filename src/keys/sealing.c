/* sealing.c -- seal and unseal with a key that is fetched for this once. */
#include "keys.h"

nmk_status data_seal(struct tx *tx, int64_t user_id, const char *place, int64_t row, const void *plain, size_t length,
                     struct buffer *sealed)
{
	struct secret_key key = { { 0 } };
	nmk_status rc = data_key_get(tx, user_id, &key);

	if (rc == NMK_OK) {
		seal(&key, place, row, plain, length, sealed);
		rc = sealed->failed ? tx_no_memory(tx) : NMK_OK;
	}
	key_wipe(&key);
	return rc;
}

nmk_status data_unseal(struct tx *tx, int64_t user_id, const char *place, int64_t row, const void *sealed, size_t sealed_length,
                       char **plain, size_t *length)
{
	struct secret_key key = { { 0 } };
	nmk_status rc = data_key_get(tx, user_id, &key);

	*plain = NULL;
	if (rc == NMK_OK)
		rc = unseal(tx, &key, place, row, sealed, sealed_length, plain, length);
	key_wipe(&key);
	return rc;
}

nmk_status epoch_seal(struct tx *tx, const char *place, int64_t row, const void *plain, size_t length, struct buffer *sealed,
                      int64_t *epoch)
{
	struct secret_key key = { { 0 } };
	nmk_status rc = epoch_key_now(tx, epoch, &key);

	if (rc == NMK_OK) {
		seal(&key, place, row, plain, length, sealed);
		rc = sealed->failed ? tx_no_memory(tx) : NMK_OK;
	}
	key_wipe(&key);
	return rc;
}

nmk_status epoch_unseal(struct tx *tx, int64_t epoch, const char *place, int64_t row, const void *sealed, size_t sealed_length,
                        char **plain, size_t *length)
{
	struct secret_key key = { { 0 } };
	nmk_status rc = epoch_key_get(tx, epoch, &key);

	*plain = NULL;
	if (rc == NMK_OK)
		rc = unseal(tx, &key, place, row, sealed, sealed_length, plain, length);
	key_wipe(&key);
	return rc;
}
