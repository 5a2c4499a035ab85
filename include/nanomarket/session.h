/* session.h -- who acts. */
#ifndef NANOMARKET_SESSION_H
#define NANOMARKET_SESSION_H

#include "common.h"
#include "errors.h"

NMK_BEGIN_DECLS

/**
 * Open a session for a guest: somebody who is not logged in. nmk_session_login() makes a member of it.
 *
 * @param session  close it with nmk_session_close(); it keeps its market alive
 * @return NMK_OK; NMK_EINVALID if an argument is NULL; NMK_ENOMEM
 * @since 1.0
 */
NMK_API nmk_status nmk_session_open(nmk_market *market, nmk_session **session);

/**
 * Open a session for the host itself, which may do everything: for operators' tools and scheduled work. Never give it
 * to a user. Same statuses as nmk_session_open().
 * @since 1.0
 */
NMK_API nmk_status nmk_session_open_system(nmk_market *market, nmk_session **session);

/**
 * Open a session for a member without a password. Permitted to: the host's own session.  Audited: yes.
 *
 * @param system    a session of nmk_session_open_system(); holds the error on failure
 * @param username  whose session it becomes; capital letters do not matter
 * @return NMK_OK; NMK_ENOTFOUND; NMK_EDENIED if `system` is not the host's or the account is not active, NMK_ELOGIN if
 *         it is a guest's; NMK_EINVALID; NMK_ENOMEM
 * @since 1.0
 */
NMK_API nmk_status nmk_session_act_as(nmk_session *system, const char *username, nmk_session **session);

/** End a session. NULL is allowed. @since 1.0 */
NMK_API void nmk_session_close(nmk_session *session);

/** The last failure of a call on this session; borrowed, changed by the next call. Status NMK_OK if there was none
 *  since the last success. @since 1.0 */
NMK_API const nmk_error *nmk_session_error(const nmk_session *session);

/** Language of the messages to come. @param language "de" or "en"; anything else means "en". @since 1.0 */
NMK_API void nmk_session_set_language(nmk_session *session, const char *language);

/**
 * Log in with e-mail address and password. The session is the member's from then on, whoever it was before.
 * An unknown address, a wrong password and a deleted account get the same answer after the same work.
 *
 * Permitted to: everyone.  Audited: yes, the failure too.
 *
 * @return NMK_OK; NMK_ELOGIN if address or password are wrong; NMK_EDENIED if the address was never verified or the
 *         account is suspended (only told to who knows the password); NMK_ENOMEM if hashing found no memory, which says
 *         nothing about the password; NMK_EINVALID
 * @since 1.0
 */
NMK_API nmk_status nmk_session_login(nmk_session *session, const char *email, const char *password);

/** Log out: the session is a guest's again. Permitted to: members, suspended ones too.  Audited: yes.
 *  @return NMK_OK; NMK_ELOGIN if nobody was logged in. @since 1.0 */
NMK_API nmk_status nmk_session_logout(nmk_session *session);

/** The member's id, borrowed until the next login or logout; NULL for a guest and for the host. @since 1.0 */
NMK_API const char *nmk_session_user_id(const nmk_session *session);

NMK_END_DECLS
#endif
