/* keys.h -- the keys that seal personal data and secrets in the store. For hosts: a weaker promise than the rest of the API.
 *
 *     root key      the host's: a callback, a file, a passphrase. Never in the store.
 *      +- ring      PATH.keyring, sealed by the root key: a master key for blind indexes and tokens, and
 *          +- epoch keys    one a rotation; they seal password hashes, signing keys and
 *              +- data keys      one an account, in the store; they seal addresses, phones, mails, second factors.
 *
 * An account whose data key is deleted is unreadable, in older copies of the store too once the epoch key that wrapped it is
 * destroyed: 35 days after the rotation that replaced it. A backup needs its ring: nmk_market_backup() puts PATH.keyring beside
 * it. Whoever keeps such a ring for longer keeps what it opens: docs/keys.md. */
#ifndef NANOMARKET_SYS_KEYS_H
#define NANOMARKET_SYS_KEYS_H

#include "../common.h"
#include "../errors.h"

NMK_BEGIN_DECLS

/** State of the ring. Free with nmk_keys_state_free(). */
typedef struct nmk_keys_state nmk_keys_state;
/** "file", "passphrase" or "callback". */
NMK_API const char *nmk_keys_state_root_source(const nmk_keys_state *state);
/** Number of the epoch that seals now. */
NMK_API int64_t nmk_keys_state_epoch(const nmk_keys_state *state);
/** When it began, milliseconds since 1970 UTC. */
NMK_API int64_t nmk_keys_state_epoch_since(const nmk_keys_state *state);
/** Epoch keys that are kept, the present one included. */
NMK_API int64_t nmk_keys_state_epochs_kept(const nmk_keys_state *state);
/** Keys and secrets that an older epoch still seals: a rotation was interrupted. */
NMK_API int64_t nmk_keys_state_waiting(const nmk_keys_state *state);
NMK_API char *nmk_keys_state_json(const nmk_keys_state *state);
NMK_API void nmk_keys_state_free(nmk_keys_state *state);

/** State of the ring.  Permitted to: the host.
 *  @return NMK_OK; NMK_EDENIED, NMK_ELOGIN; NMK_EDENIED or NMK_ECORRUPT with the field "keyring" if its file is missing or
 *          damaged; NMK_EIO; NMK_ENOMEM. @since 1.0 */
NMK_API nmk_status nmk_keys_get_state(nmk_session *session, nmk_keys_state **state);

/**
 * Destroy epoch keys that seal nothing and were replaced 35 days ago or earlier; begin a new epoch, and wrap all data keys and
 * secrets anew, in small transactions while others work. To be called monthly. A rotation that was interrupted is completed by
 * the next call, which then begins no other epoch; what it wraps keeps its old epoch key for 35 days from then on.
 *
 * Permitted to: the host.  Audited: yes.
 *
 * @param progress  in keys and secrets; may be NULL
 * @return NMK_OK; NMK_ECANCELLED: completed later; NMK_EDENIED, NMK_ELOGIN; NMK_EDENIED with the field "root_key" if another
 *         process changed that; NMK_ELIMIT if 64 epochs are kept already; NMK_ECORRUPT with the field "keys" if some of them do
 *         not open (all others are wrapped anew; nmk_market_check() names them), with "keyring" if the ring is damaged;
 *         NMK_EBUSY, NMK_EIO, NMK_EFULL, NMK_EREADONLY, NMK_EUNKNOWN: call again; NMK_ENOMEM
 * @since 1.0
 */
NMK_API nmk_status nmk_keys_rotate(nmk_session *session, nmk_progress progress, void *context);

#define NMK_ROOT_KEY_VERSION 1

/** A root key: one of the three. Start with NMK_ROOT_KEY_INIT. */
typedef struct nmk_root_key {
	uint32_t    version;        /**< NMK_ROOT_KEY_VERSION                                                   */
	nmk_status (*callback)(void *context, unsigned char key[32]); /**< as in nmk_market_options             */
	void       *context;        /**< handed to it                                                           */
	const char *file;           /**< made if it does not exist, readable by its owner only                  */
	const char *passphrase;     /**< 15 to 1024 bytes                                                       */
} nmk_root_key;
#define NMK_ROOT_KEY_INIT NMK_INIT(NMK_ROOT_KEY_VERSION)
NMK_API void nmk_root_key_init(nmk_root_key *key);

/**
 * Seal the ring with another root key: takes no longer than opening the store. From then on the store opens with the new one only;
 * the old one is needed for older backups. This market goes on. Markets of other processes go on until the next rotation: then,
 * unless their callback or file gives the new key, they cannot read what the new epoch seals (NMK_EDENIED, field "root_key") and
 * must be opened again.
 *
 * Permitted to: the host.  Audited: yes.
 * @return NMK_OK; NMK_EINVALID naming the field; NMK_EDENIED, NMK_ELOGIN; NMK_EDENIED with the field "root_key" if the callback
 *         or the file gives none, with "keyring" if the ring is missing; NMK_ECORRUPT; NMK_EIO, NMK_EFULL, NMK_EREADONLY,
 *         NMK_EBUSY; NMK_ENOMEM: nothing was changed. NMK_EUNKNOWN: the store opens with one of the two
 * @since 1.0
 */
NMK_API nmk_status nmk_keys_change_root(nmk_session *session, const nmk_root_key *key);

NMK_END_DECLS
#endif
