/* audit_seal.c -- the personal part of an entry, under the key of whom it is about. */
#include "audit_log.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Both keys at once, where there are both: without one of them nothing opens. */
static void mix(struct secret_key *key, const struct secret_key *with)
{
	unsigned char mixed[KEY_BYTES];

	crypto_generichash(mixed, sizeof mixed, with->bytes, KEY_BYTES, key->bytes, KEY_BYTES);
	memcpy(key->bytes, mixed, sizeof mixed);
	sodium_memzero(mixed, sizeof mixed);
}

/* XChaCha20-Poly1305 alone can be made to open under two keys: this hash says which one was meant. */
static void commit(const struct secret_key *key, unsigned char commitment[COMMITMENT_BYTES])
{
	static const unsigned char word[] = "commit";

	crypto_generichash(commitment, COMMITMENT_BYTES, word, sizeof word - 1, key->bytes, KEY_BYTES);
}

/* A data key that is missing or damaged must not keep anybody from doing what is recorded: then the epoch's key seals. */
static nmk_status key_of_person(struct tx *tx, int64_t user_id, struct secret_key *key, bool *has_key)
{
	nmk_error kept = *tx->error;
	nmk_status rc = user_id ? data_key_get(tx, user_id, key) : NMK_ENOTFOUND;

	*has_key = rc == NMK_OK;
	if (rc != NMK_ENOTFOUND && rc != NMK_ECORRUPT)
		return rc;
	*tx->error = kept;
	return NMK_OK;
}

static nmk_status key_to_seal(struct tx *tx, int64_t user_id, const char *pseudonym, bool short_lived, struct secret_key *key,
                              char key_id[ENTRY_KEY_SIZE])
{
	struct secret_key epoch_key = { { 0 } };
	int64_t epoch = 0;
	bool has_key;
	nmk_status rc = key_of_person(tx, user_id, key, &has_key);

	has_key = has_key && *pseudonym;
	snprintf(key_id, ENTRY_KEY_SIZE, "%s", has_key ? pseudonym : "");
	if (rc != NMK_OK || (has_key && !short_lived))
		return rc;
	rc = epoch_key_now(tx, &epoch, &epoch_key);
	if (rc == NMK_OK) {
		snprintf(key_id + strlen(key_id), ENTRY_KEY_SIZE - strlen(key_id), "@%lld", (long long)epoch);
		if (has_key)
			mix(key, &epoch_key);
		else
			*key = epoch_key;
	}
	key_wipe(&epoch_key);
	return rc;
}

nmk_status audit_seal(struct tx *tx, int64_t user_id, const char *pseudonym, bool short_lived, int64_t id, const char *plain,
                      struct buffer *sealed, struct audit_seal *how)
{
	struct secret_key key = { { 0 } };
	nmk_status rc = key_to_seal(tx, user_id, pseudonym, short_lived, &key, how->key_id);

	if (rc == NMK_OK) {
		commit(&key, how->commitment);
		seal(&key, PLACE_AUDIT_EVENT, id, plain, strlen(plain), sealed);
		rc = sealed->failed ? tx_no_memory(tx) : NMK_OK;
	}
	key_wipe(&key);
	return rc;
}

/* ---- opening ---- */

static nmk_status gone(nmk_status rc)
{
	return rc == NMK_ECORRUPT ? NMK_ENOTFOUND : rc; /* an epoch that is not on the ring any more */
}

static nmk_status key_to_open(struct tx *tx, const char *key_id, struct secret_key *key)
{
	const char *at = strchr(key_id, '@');
	struct secret_key epoch_key = { { 0 } };
	char pseudonym[PSEUDONYM_SIZE] = "";
	int64_t user_id = 0;
	nmk_status rc = NMK_OK;

	if (at != key_id) {
		snprintf(pseudonym, sizeof pseudonym, "%.*s", (int)(at ? at - key_id : (ptrdiff_t)strlen(key_id)), key_id);
		rc = pseudonym_find(tx, pseudonym, &user_id);
		if (rc == NMK_OK)
			rc = user_id ? gone(data_key_get(tx, user_id, key)) : NMK_ENOTFOUND;
	}
	if (rc != NMK_OK || !at)
		return rc;
	rc = gone(epoch_key_get(tx, strtoll(at + 1, NULL, 10), &epoch_key));
	if (rc == NMK_OK && user_id)
		mix(key, &epoch_key);
	else
		*key = epoch_key;
	key_wipe(&epoch_key);
	return rc;
}

nmk_status audit_unseal(struct tx *tx, const struct audit_seal *how, int64_t id, const void *sealed, size_t length, char **plain)
{
	unsigned char right[COMMITMENT_BYTES];
	struct secret_key key = { { 0 } };
	nmk_status rc = key_to_open(tx, how->key_id, &key);

	*plain = NULL;
	if (rc == NMK_OK) {
		commit(&key, right);
		if (sodium_memcmp(right, how->commitment, sizeof right) != 0)
			rc = tx_fail(tx, NMK_ECORRUPT, PLACE_AUDIT_EVENT, "a sealed value does not open");
	}
	if (rc == NMK_OK)
		rc = unseal(tx, &key, PLACE_AUDIT_EVENT, id, sealed, length, plain, NULL);
	key_wipe(&key);
	return rc;
}
