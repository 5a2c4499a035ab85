/* keys.h -- what seals: the key ring beside the store, the data keys of accounts, and the envelope around a value.
 *
 *     root key (the host's) -> ring: master key, epoch keys -> data key of an account (table user_key)
 *
 * A value is sealed for its place (table.column) and row, so that it opens nowhere else. docs/keys.md tells the whole. */
#ifndef NMK_KEYS_H
#define NMK_KEYS_H

#include "buffer.h"
#include "places.h"
#include "store.h"

#define KEY_BYTES      32
#define KEY_HASH_BYTES 32

/* A key on its way: on the stack, wiped with key_wipe(). */
struct secret_key {
	unsigned char bytes[KEY_BYTES];
};
void key_random(struct secret_key *key);
void key_wipe(struct secret_key *key);

/* ---- hashes under keys that never change: derived from the master key, one for each use ---- */

enum key_use {
	KEY_BLIND_INDEX,    /* an address, to find its account        */
	KEY_THROTTLE,       /* what attempts are counted for          */
	KEY_REFRESH,        /* the next refresh token                 */
	KEY_RECOVERY,       /* recovery codes                         */
	KEY_DEVICE,         /* known devices                          */
	KEY_DECOY,          /* seals what nobody will ever open       */
	KEY_FRANKING,       /* who sent an end-to-end message         */
	KEY_PSEUDONYM,      /* persons in the audit log               */
	KEY_PSEUDONYM_INDEX, /* a pseudonym, to find its account      */
	KEY_AUDIT,          /* the state of the audit log             */
	KEY_QUERY,          /* what was searched for, and by whom     */
	KEY_USE__COUNT
};
struct key_ring;
void key_hash(const struct key_ring *ring, enum key_use use, const void *data, size_t length,
              unsigned char hash[KEY_HASH_BYTES]);
void key_for_use(const struct key_ring *ring, enum key_use use, struct secret_key *key);

/* ---- the envelope: version, nonce, XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) of the padded value ---- */

#define SEALED_SIZE(length) (1 + 24 + (((length) / 32) + 1) * 32 + 16)
#define SEALED_LENGTH_MAXIMUM 16384

/* Append the envelope to `sealed`, which remembers a failure: no memory, or a value longer than SEALED_LENGTH_MAXIMUM. */
void seal(const struct secret_key *key, const char *place, int64_t row, const void *plain, size_t length,
          struct buffer *sealed);

/* Open it: `*plain` is the caller's, NUL-terminated, for secret_free(). NMK_ECORRUPT with the place as the field if it does
 * not open. */
nmk_status unseal(struct tx *tx, const struct secret_key *key, const char *place, int64_t row, const void *sealed,
                  size_t sealed_length, char **plain, size_t *length);
void secret_free(char *text);                       /* wiped; NULL is allowed                       */
void bytes_free(void *bytes, size_t length);        /* the same for what is no text                 */

/* For what is kept as long as the market is open: a copy in locked memory, for sodium_free(). NULL: no memory. */
char *locked_copy(const char *text);

/* ---- epoch keys: seal what is not an account's, such as the pepper on password hashes ---- */

/* The epoch that seals now, and its key: inside the transaction that writes what it seals. */
nmk_status epoch_key_now(struct tx *tx, int64_t *epoch, struct secret_key *key);

/* An older one. NMK_ECORRUPT if it is not on the ring, even after the ring was read again. */
nmk_status epoch_key_get(struct tx *tx, int64_t epoch, struct secret_key *key);

/* ---- data keys ---- */

/* What a key is derived for. Part of the store's format: never renumber. */
enum derived_use { DERIVED_CHAT = 1 };

nmk_status data_key_put(struct tx *tx, int64_t user_id, const struct secret_key *key);  /* a new account's           */
nmk_status data_key_get(struct tx *tx, int64_t user_id, struct secret_key *key);        /* NMK_ENOTFOUND: erased     */
nmk_status data_key_unwrap(struct tx *tx, int64_t user_id, int64_t epoch, const void *wrapped, size_t length,
                           struct secret_key *key);                     /* a row that was read already       */
nmk_status data_key_erase(struct tx *tx, int64_t user_id);

/* The account's key for one purpose and one object, such as what it writes in a chat: derived from the data key, so that nothing
 * more is kept, and that it is gone with it. NMK_ENOTFOUND: erased. */
nmk_status data_key_derive(struct tx *tx, int64_t user_id, enum derived_use use, int64_t object, struct secret_key *key);

/* ---- what persons are called in the audit log: pseudonym.c ---- */

#define PSEUDONYM_SIZE       33      /* 32 hexadecimal digits and the NUL */
#define PSEUDONYM_SALT_BYTES 16

/* For the row of a new account's data key. */
void pseudonym_new(const struct tx *tx, int64_t user_id, unsigned char salt[PSEUDONYM_SALT_BYTES],
                   unsigned char index[KEY_HASH_BYTES]);
nmk_status pseudonym_get(struct tx *tx, int64_t user_id, char pseudonym[PSEUDONYM_SIZE]);   /* "": erased            */
nmk_status pseudonym_find(struct tx *tx, const char *pseudonym, int64_t *user_id);          /* 0: erased, or nobody's */

/* ---- with a key that is fetched for this once: sealing.c ---- */

/* Under the account's data key. NMK_ENOTFOUND: it was erased. */
nmk_status data_seal(struct tx *tx, int64_t user_id, const char *place, int64_t row, const void *plain, size_t length,
                     struct buffer *sealed);
nmk_status data_unseal(struct tx *tx, int64_t user_id, const char *place, int64_t row, const void *sealed, size_t sealed_length,
                       char **plain, size_t *length);

/* Under the key of the epoch that seals now, which is told, and of the one that sealed. */
nmk_status epoch_seal(struct tx *tx, const char *place, int64_t row, const void *plain, size_t length, struct buffer *sealed,
                      int64_t *epoch);
nmk_status epoch_unseal(struct tx *tx, int64_t epoch, const char *place, int64_t row, const void *sealed, size_t sealed_length,
                        char **plain, size_t *length);

/* ---- the ring: op/ opens it, maintenance/ changes it ---- */

struct root_key_source {
	nmk_status (*callback)(void *context, unsigned char key[KEY_BYTES]);
	void       *context;
	const char *file, *passphrase;       /* all NULL: the file PATH.rootkey                 */
};

/* Opens PATH.keyring, or makes it if nothing is sealed yet in the store. `tx` is outside a transaction and names store,
 * language and error. */
nmk_status key_ring_open(struct tx *tx, const struct root_key_source *root, struct key_ring **ring);
void key_ring_close(struct key_ring *ring);

struct key_ring_state {
	const char *root_source;
	int64_t     epoch, epoch_since, epochs_kept;
};
nmk_status key_ring_get_state(struct tx *tx, struct key_ring_state *state);

/* A rotation begins or goes on: epochs that are older than the oldest one used (0: none is) and were replaced long enough ago are
 * destroyed; unless an older epoch than the newest is used, a new one begins. In a transaction that writes: it holds the lock. */
struct key_ring_turn {
	int64_t epoch;                       /* that seals from now on                          */
	bool    begun;                       /* with this turn                                  */
	int     destroyed;
};
nmk_status key_ring_turn(struct tx *tx, int64_t oldest_used, struct key_ring_turn *turn);

/* Another root key, got ready outside of a transaction: that may take seconds. */
struct key_root;
nmk_status key_root_new(struct tx *tx, const struct root_key_source *source, struct key_root **root);
void key_root_free(struct key_root *root);             /* removes a file that was made and is not used */

/* Seal the ring with it; then it holds the former one, and the same again takes the change back. In a transaction that writes.
 * Whatever the answer, key_root_is_used() tells which of the two seals the ring. */
nmk_status key_ring_exchange_root(struct tx *tx, struct key_root *root);
bool key_root_is_used(const struct key_root *root);

/* The ring at that path as it is, for a copy: whole, and that store's. A text of NULL with NMK_OK: there is none. */
nmk_status key_ring_file(struct tx *tx, const struct store *store, const char *path, char **text, size_t *length);

/* Is anything sealed in the transaction's store that cannot be read without its ring? */
nmk_status keys_are_needed(struct tx *tx, bool *needed);
#endif
