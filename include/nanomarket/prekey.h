/* prekey.h -- the directory of public keys for end-to-end chats: publish one's own, take another's. The keys are made with e2e.h. */
#ifndef NANOMARKET_PREKEY_H
#define NANOMARKET_PREKEY_H

#include "common.h"
#include "errors.h"

NMK_BEGIN_DECLS

#define NMK_PREKEY_ONE_TIME_MAXIMUM 100 /**< one-time prekeys of a member that lie in the market at most */
NMK_API int32_t nmk_prekey_one_time_maximum(void);

/** What lies in the market of a member's keys. Free with nmk_prekey_state_free(). */
typedef struct nmk_prekey_state nmk_prekey_state;
/** The identity key, 64 hexadecimal digits. */
NMK_API const char *nmk_prekey_state_identity(const nmk_prekey_state *state);
/** One-time prekeys that nobody has taken yet. Below 20 it is time for new ones. */
NMK_API int64_t nmk_prekey_state_one_time_left(const nmk_prekey_state *state);
/** When the signed prekey was published; milliseconds since 1970 UTC. */
NMK_API int64_t nmk_prekey_state_rotated_at(const nmk_prekey_state *state);
/** That was seven days ago or more: nmk_e2e_identity_rotate(), and publish. */
NMK_API bool nmk_prekey_state_rotation_due(const nmk_prekey_state *state);
/** When the identity was published. */
NMK_API int64_t nmk_prekey_state_created_at(const nmk_prekey_state *state);
NMK_API char *nmk_prekey_state_json(const nmk_prekey_state *state);
NMK_API void nmk_prekey_state_free(nmk_prekey_state *state);

/**
 * Publish one's keys: a new identity, a new signed prekey of the same identity, more one-time prekeys, or all of it. A member has
 * one identity at a time: another one takes the place of the former, whose one-time prekeys are removed.
 *
 * Permitted to: members, for themselves.  Audited: if the identity is new, as "prekey_identity_changed".
 *
 * @param signed_prekey  nmk_e2e_identity_signed_prekey(): NMK_E2E_SIGNED_PREKEY_BYTES, or the one that is there already
 * @param one_time       records of nmk_e2e_identity_add_one_time(), 100 at most; NULL with length 0 for none
 * @param state          as it is afterwards; may be NULL
 * @return NMK_OK; NMK_EINVALID with field "signed_prekey" or "one_time" if it is not of that form, or not signed by its identity;
 *         NMK_ECONFLICT with that field if newer ones were published already: of one-time prekeys that were, none comes in twice;
 *         NMK_ELIMIT with field "one_time" if there would be more than NMK_PREKEY_ONE_TIME_MAXIMUM, or with retry_after_ms after 50
 *         calls in a day; NMK_ELOGIN, NMK_EDENIED; NMK_ENOMEM; NMK_EBUSY, NMK_EIO, NMK_EFULL, NMK_EREADONLY, NMK_EUNKNOWN
 * @since 0.1
 */
NMK_API nmk_status nmk_prekey_publish(nmk_session *session, const void *signed_prekey, size_t signed_prekey_length,
                                      const void *one_time, size_t one_time_length, nmk_prekey_state **state);

/** What is there of one's own keys.  Permitted to: members, for themselves.
 *  @return NMK_OK; NMK_ENOTFOUND if nothing was published; NMK_ELOGIN, NMK_EDENIED; NMK_EINVALID; NMK_ENOMEM. @since 0.1 */
NMK_API nmk_status nmk_prekey_get_state(nmk_session *session, nmk_prekey_state **state);

/** Remove one's keys: nobody can begin an end-to-end chat with the member any more.  Permitted to: members, for themselves.
 *  Audited: yes.
 *  @return NMK_OK, also if there are none; NMK_ELOGIN, NMK_EDENIED; NMK_EBUSY, NMK_EIO, NMK_EFULL, NMK_EREADONLY, NMK_EUNKNOWN.
 *  @since 0.1 */
NMK_API nmk_status nmk_prekey_withdraw(nmk_session *session);

/**
 * Take a bundle of another's keys, for nmk_e2e_channel_start(). Each one-time prekey is handed out once, whoever asks at the same
 * time; when there is none left the bundle is without.
 *
 * Permitted to: members, if they have a chat with the other, or could open one because she is the creator of a published nano.
 * Audited: no.
 *
 * @param user_id  whose
 * @param bundle   NMK_E2E_BUNDLE_MAXIMUM bytes, or NMK_E2E_SIGNED_PREKEY_BYTES without a one-time prekey; the caller's to free with
 *                 nmk_free()
 * @return NMK_OK; NMK_ENOTFOUND if there is no such member, or with field "keys" if she has published none; NMK_EDENIED if there is
 *         nothing to talk about with her or one of the two has blocked the other, for one's own, and for the host; NMK_ELIMIT with retry_after_ms after 5 of one member or
 *         50 in all in a day; NMK_ELOGIN; NMK_EINVALID; NMK_ENOMEM; NMK_EBUSY, NMK_EIO, NMK_EFULL, NMK_EREADONLY;
 *         NMK_EUNKNOWN: what was taken may be gone, take again
 * @since 0.1
 */
NMK_API nmk_status nmk_prekey_take(nmk_session *session, const char *user_id, unsigned char **bundle, size_t *length);

NMK_END_DECLS
#endif
