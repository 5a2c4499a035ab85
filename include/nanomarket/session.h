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
 * to a user.
 * @return as nmk_session_open()
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
 * Tell from where a session acts. A server calls it for each request before anything else. All may be NULL for not known.
 *
 * @param address       IP address of the client, IPv4 or IPv6 without brackets or port: attempts are counted for it, and
 *                      its network (IPv4 /24, IPv6 /48) is part of the audit events of logins. Behind a proxy the host says
 *                      whose word it takes for it
 * @param device        what a member will recognise in the list of logins, such as "Firefox on Linux"; at most 200 code
 *                      points
 * @param known_device  what nmk_session_known_device() gave to this client after an earlier login
 * @return NMK_OK; NMK_EINVALID naming the argument; NMK_ENOMEM. After a failure all is as it was before
 * @since 1.0
 */
NMK_API nmk_status nmk_session_set_client(nmk_session *session, const char *address, const char *device,
                                          const char *known_device);

/**
 * Log in with e-mail address and password. The session is the member's from then on, whoever it was before, until logout,
 * until it was idle for too long (nmk_market_options), or until it is ended from elsewhere: a changed password, a deleted
 * account. Role and state are read anew with every call.
 * An unknown address, a wrong password and a deleted account get the same answer after the same work.
 *
 * A member who must change the password first, or set up a second factor first, is logged in, but calls other than those
 * answer NMK_EDENIED with field "password" or "second_factor".
 *
 * Permitted to: everyone.  Audited: yes, the failure too.
 *
 * @return NMK_OK; NMK_ELOGIN if address or password are wrong; NMK_ELOGIN with field "code" if the password is right and
 *         a second factor is needed: nmk_session_login_with_code(); NMK_ELIMIT after too many attempts, with
 *         retry_after_ms; NMK_EDENIED if the address was never verified or the account is suspended (only told to who
 *         knows the password), with field "password" if the password path is closed until a reset, with field "locked" and
 *         retry_after_ms under NMK_THROTTLE_CLASSIC;
 *         NMK_EBUSY if too many passwords are being hashed, with retry_after_ms; NMK_ENOMEM if hashing found no memory;
 *         both say nothing about the password and count no attempt; NMK_EINVALID; NMK_ECORRUPT if what is stored of the
 *         password does not open; NMK_EIO, NMK_EFULL, NMK_EREADONLY, NMK_EUNKNOWN
 * @since 1.0
 */
NMK_API nmk_status nmk_session_login(nmk_session *session, const char *email, const char *password);

/**
 * The same with the second factor.
 *
 * @param code  six digits of the authenticator, or a recovery code, which works once; NULL as nmk_session_login()
 * @return as nmk_session_login(); NMK_ELOGIN with field "code" if it is wrong, too old or was used; NMK_ELIMIT with field
 *         "code" after five wrong codes in 15 minutes
 * @since 1.0
 */
NMK_API nmk_status nmk_session_login_with_code(nmk_session *session, const char *email, const char *password,
                                               const char *code);

/**
 * A text for the client to keep (a cookie of 180 days) and to bring to later logins: who guesses at the account from
 * elsewhere does not delay the owner here. Void after a change of the password. It lets nobody in.
 *
 * @return the caller's to free; NULL unless the session logged in with a password, or without memory
 * @since 1.0
 */
NMK_API char *nmk_session_known_device(const nmk_session *session);

/** Log out: the session is a guest's again. If it came from a token (token.h), that login is revoked, on all its sessions.
 *  Permitted to: members, suspended ones too.  Audited: yes.
 *  @return NMK_OK; NMK_ELOGIN if nobody was logged in, or the session has ended already. @since 1.0 */
NMK_API nmk_status nmk_session_logout(nmk_session *session);

/** The member's id, borrowed until the next login or logout; NULL for a guest and for the host. @since 1.0 */
NMK_API const char *nmk_session_user_id(const nmk_session *session);

NMK_END_DECLS
#endif
