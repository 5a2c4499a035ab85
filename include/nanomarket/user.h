/* user.h -- accounts: register, verify, change address and name, administer, consent. */
#ifndef NANOMARKET_USER_H
#define NANOMARKET_USER_H

#include "common.h"
#include "errors.h"

NMK_BEGIN_DECLS

/** What an account may do; each role may do what the ones before it may. */
typedef enum nmk_role {
	NMK_ROLE_CONSUMER  = 1, /**< reads, downloads                             */
	NMK_ROLE_CREATOR   = 2, /**< publishes own nanos                          */
	NMK_ROLE_MODERATOR = 3, /**< reviews what others submit                   */
	NMK_ROLE_ADMIN     = 4  /**< takes down, administers accounts             */
} nmk_role;

/** State of an account, by the clock: a suspension that has run out is none. */
typedef enum nmk_user_state {
	NMK_USER_ACTIVE    = 1, /**< may log in once the address is verified      */
	NMK_USER_SUSPENDED = 2, /**< may do no more than a guest                  */
	NMK_USER_DELETED   = 3  /**< final                                        */
} nmk_user_state;

/** Which passwords are accepted. In every case none that is among the most used ones, and none that is the member's own
 *  name or address or the market's name. Hashing is Argon2id (RFC 9106), and the hash is sealed in the store. */
typedef enum nmk_password_policy {
	NMK_PASSWORD_POLICY_NIST4   = 1, /**< NIST SP 800-63B-4: 15 code points or more, 8 with a second factor; at most 1024
	                                      bytes, no rules of composition                                         */
	NMK_PASSWORD_POLICY_CLASSIC = 2  /**< 8 characters or more, with an upper-case letter (A-Z, or a Western European one
	                                      such as an umlaut), a digit and one of
	                                      ! @ # $ % ^ & * ( ) , . ? " : { } | < >; told in this order             */
} nmk_password_policy;

/** What a consent is about. */
typedef enum nmk_consent_type {
	NMK_CONSENT_TERMS_OF_SERVICE = 1,
	NMK_CONSENT_PRIVACY_POLICY   = 2,
	NMK_CONSENT_MARKETING        = 3,
	NMK_CONSENT_DATA_PROCESSING  = 4
} nmk_consent_type;

/** The word of a value for JSON, SQL and the command line ("creator"); NULL if it is none. @since 1.0 */
NMK_API const char *nmk_role_word(nmk_role role);
NMK_API const char *nmk_user_state_word(nmk_user_state status);
NMK_API const char *nmk_consent_type_word(nmk_consent_type type);

/** The value of a word, 0 if it is none. @since 1.0 */
NMK_API nmk_role nmk_role_of(const char *word);
NMK_API nmk_user_state nmk_user_state_of(const char *word);
NMK_API nmk_consent_type nmk_consent_type_of(const char *word);

/** An account as it was when it was read. Free with nmk_user_free(). What the session may not see is NULL or 0:
 *  e-mail, language, times and state are for the member and for admins. */
typedef struct nmk_user nmk_user;

NMK_API const char *nmk_user_id(const nmk_user *user);
NMK_API const char *nmk_user_username(const nmk_user *user);
NMK_API const char *nmk_user_email(const nmk_user *user);
NMK_API nmk_role nmk_user_role(const nmk_user *user);
NMK_API nmk_user_state nmk_user_status(const nmk_user *user);
NMK_API const char *nmk_user_preferred_language(const nmk_user *user);
/** Milliseconds since 1970 UTC; 0 for never. */
NMK_API int64_t nmk_user_email_verified_at(const nmk_user *user);
NMK_API int64_t nmk_user_created_at(const nmk_user *user);
NMK_API int64_t nmk_user_last_login_at(const nmk_user *user);
/** When a suspension ends by itself; 0 if it does not, or there is none. For the member and admins. */
NMK_API int64_t nmk_user_suspended_until(const nmk_user *user);
/** The next login may do nothing but change the password. For the member and admins. */
NMK_API bool nmk_user_password_change_required(const nmk_user *user);
/** A second factor is enabled. For the member and admins. */
NMK_API bool nmk_user_second_factor(const nmk_user *user);
/** The account as a JSON object, the caller's to free with nmk_free(); NULL without memory. */
NMK_API char *nmk_user_json(const nmk_user *user);
NMK_API void nmk_user_free(nmk_user *user);

/** A page of a list of accounts. Items are borrowed from it. */
typedef struct nmk_user_page nmk_user_page;
NMK_API size_t nmk_user_page_count(const nmk_user_page *page);
NMK_API const nmk_user *nmk_user_page_item(const nmk_user_page *page, size_t index);
/** Cursor of the next page, borrowed; NULL after the last. */
NMK_API const char *nmk_user_page_next(const nmk_user_page *page);
/** {"items": [...], "next": cursor or null}, the caller's to free with nmk_free(). */
NMK_API char *nmk_user_page_json(const nmk_user_page *page);
NMK_API void nmk_user_page_free(nmk_user_page *page);

#define NMK_REGISTRATION_VERSION 1

/** Who wants an account. */
typedef struct nmk_registration {
	uint32_t    version;            /**< NMK_REGISTRATION_VERSION                                                */
	const char *email;              /**< needed; at most 255 bytes, a domain with a dot. Unique, whatever the case */
	const char *username;           /**< needed; see nmk_username_profile. Unique, whatever the case, and not like
	                                     another that looks the same; none of the reserved ones ("admin",
	                                     "support", ...), but for the host                                       */
	const char *password;           /**< needed; see nmk_password_policy                                         */
	const char *first_name;         /**< at most 100 code points                                                 */
	const char *last_name;          /**< at most 100 code points                                                 */
	const char *bio;                /**< at most 500 code points                                                 */
	const char *preferred_language; /**< "de", "en", "de-AT", ...; NULL means "de"                               */
	bool        accept_terms;       /**< must be true                                                            */
	bool        accept_privacy;     /**< must be true                                                            */
	bool        accept_marketing;   /**< recorded either way                                                     */
	const char *terms_version;      /**< of the document that was accepted, at most 50 code points, or NULL      */
	const char *privacy_version;    /**< of the document that was accepted, at most 50 code points, or NULL      */
	const char *idempotency_key;    /**< up to 128 bytes, or NULL; with it the call may be repeated safely       */
	bool        password_change_required; /**< only for nmk_user_add(): the first login must set a new password     */
	const char *password_hash;      /**< only for nmk_user_add(), instead of password: a hash of another system, see
	                                     nmk_user_add(); replaced by ours at the first login. Its password cannot be
	                                     judged                                                                  */
} nmk_registration;
#define NMK_REGISTRATION_INIT NMK_INIT(NMK_REGISTRATION_VERSION)
NMK_API void nmk_registration_init(nmk_registration *registration);

/**
 * Register an account. A mail with a token to verify the address waits in the outbox (sys/outbox.h); until then
 * nobody can log in. The role is the market's registration_role.
 *
 * What is wrong is told in this order: the fields as they stand above, accept_terms, accept_privacy, the password's
 * policy, a taken address, a taken user name. The idempotency key stands for all of it but the password.
 *
 * Permitted to: everyone.  Audited: yes.
 *
 * A taken address costs the same work as a free one, and its owner is told by mail, at most five times a day; that is audited,
 * too. From one client's network (nmk_session_set_client()) there are at most ten registrations in an hour, refused ones
 * counted.
 *
 * @param user  the account as its member sees it; may be NULL
 * @return NMK_OK; NMK_EINVALID naming the field; NMK_ECONFLICT with field "email" or "username" if it is taken (or looks
 *         like a taken one, or is reserved), or "idempotency_key" if that was used for another registration; NMK_ELIMIT after
 *         too many registrations from the session's client, with retry_after_ms; NMK_ENOMEM; NMK_EBUSY, NMK_EIO, NMK_EFULL, NMK_EREADONLY, NMK_EUNKNOWN
 * @since 1.0
 */
NMK_API nmk_status nmk_user_register(nmk_session *session, const nmk_registration *registration, nmk_user **user);

/**
 * Verify an e-mail address with the token of the mail. A token works once, for exactly 24 hours (the last millisecond
 * included), and only for the address it was sent to.
 *
 * Permitted to: everyone who has the token.  Audited: yes, the failure too.
 *
 * @return NMK_OK; NMK_ELOGIN if the token is unknown, used, too old or made for another address; NMK_EINVALID
 * @since 1.0
 */
NMK_API nmk_status nmk_user_verify_email(nmk_session *session, const char *token);

/**
 * Ask for another mail to verify an address. The answer is the same, after the same work, whether or not there is an account
 * that waits for it. At most one mail in 60 seconds and five a day for an address. Older tokens stay valid.
 *
 * Permitted to: everyone.  Audited: yes.
 *
 * @return NMK_OK; NMK_EINVALID if it is no address; NMK_ELIMIT after too many requests from the session's client, with
 *         retry_after_ms; NMK_ENOMEM; NMK_EBUSY, NMK_EIO, NMK_EFULL, NMK_EREADONLY, NMK_EUNKNOWN
 * @since 1.0
 */
NMK_API nmk_status nmk_user_resend_verification(nmk_session *session, const char *email);

/**
 * Add an account that is verified from the start: the first admin, imported members, technical accounts.
 * Accepting the terms is the host's affair; no consent is recorded.
 *
 * password_hash takes bcrypt ($2a$, $2b$, $2y$), the same over the SHA-256 of the password in hex (sha256+$2b$...), PBKDF2 as
 * Django, passlib, Werkzeug and ASP.NET Core Identity write it, and Argon2id as a PHC string within the bounds of
 * docs/passwords.md.
 *
 * Permitted to: the host.  Audited: yes.
 *
 * @param registration  as for nmk_user_register(); password and password_hash may both be NULL for an account nobody can
 *                      log in to
 * @param role          of the account
 * @param user          the account; may be NULL
 * @return as nmk_user_register(); NMK_EDENIED
 * @since 1.0
 */
NMK_API nmk_status nmk_user_add(nmk_session *session, const nmk_registration *registration, nmk_role role,
                                nmk_user **user);

/** Read an account by id. Permitted to: everyone; what they see of it differs. A deleted one is there for admins only.
 *  @return NMK_OK; NMK_ENOTFOUND; NMK_EINVALID. @since 1.0 */
NMK_API nmk_status nmk_user_get(nmk_session *session, const char *id, nmk_user **user);

/** Read an account by user name; capital letters do not matter. Permitted as nmk_user_get().
 *  @return NMK_OK; NMK_ENOTFOUND; NMK_EINVALID. @since 1.0 */
NMK_API nmk_status nmk_user_find(nmk_session *session, const char *username, nmk_user **user);

#define NMK_USER_FILTER_VERSION 1

/** Which accounts. Start with NMK_USER_FILTER_INIT: all but deleted ones. */
typedef struct nmk_user_filter {
	uint32_t       version;  /**< NMK_USER_FILTER_VERSION                                                        */
	nmk_role       role;     /**< only these; 0 for all                                                          */
	nmk_user_state status;   /**< only these; 0 for active and suspended ones                                    */
	const char    *query;    /**< a whole e-mail address, or the beginning of a user name, at most 255 bytes,
	                              whatever the case; NULL for all. What has an @ is an address                   */
} nmk_user_filter;
#define NMK_USER_FILTER_INIT NMK_INIT(NMK_USER_FILTER_VERSION)
NMK_API void nmk_user_filter_init(nmk_user_filter *filter);

/**
 * List accounts by user name.  Permitted to: admins and the host.
 *
 * @param filter  NULL for all that are not deleted
 * @param cursor  of the page before; NULL for the first
 * @param limit   1 to 100; 0 means 20
 * @return NMK_OK; NMK_EDENIED, NMK_ELOGIN; NMK_EINVALID for a bad filter, cursor or limit
 * @since 1.0
 */
NMK_API nmk_status nmk_user_list(nmk_session *session, const nmk_user_filter *filter, const char *cursor, int32_t limit,
                                 nmk_user_page **page);

/**
 * Give an account another role. It holds at once, for sessions that are open too.
 *
 * Permitted to: admins, but never for themselves, and the host.  Audited: yes.
 * @return NMK_OK, also if it has the role already; NMK_ENOTFOUND; NMK_EDENIED; NMK_ESTATE if it is deleted or the last
 *         active admin; NMK_EINVALID
 * @since 1.0
 */
NMK_API nmk_status nmk_user_set_role(nmk_session *session, const char *id, nmk_role role);

/**
 * Suspend an account: it may do no more than a guest, and nobody can log in to it. Its logins stay, and work again
 * afterwards.
 *
 * Permitted to: admins, but never for themselves, and the host.  Audited: yes.
 * @param reason  1 to 500 code points; kept in the audit event
 * @param until   milliseconds since 1970 UTC, in the future: active again from then on; 0 for no end
 * @return NMK_OK, also if it is suspended already, and then with the new end; NMK_ENOTFOUND; NMK_EDENIED; NMK_ELOGIN; NMK_ESTATE if it
 *         is deleted or the last active admin; NMK_EINVALID
 * @since 1.0
 */
NMK_API nmk_status nmk_user_suspend(nmk_session *session, const char *id, const char *reason, int64_t until);

/** Make a suspended account active again.  Permitted to: admins, but never for themselves, and the host.  Audited: yes.
 *  @return NMK_OK, also if it is active; NMK_ENOTFOUND; NMK_EDENIED; NMK_ELOGIN; NMK_ESTATE if it is deleted; NMK_EINVALID. @since 1.0 */
NMK_API nmk_status nmk_user_reactivate(nmk_session *session, const char *id);

/**
 * Delete an account for good: address, name, password, profile, second factor, logins, waiting mails, ratings, comments and what
 * was downloaded are erased, its data key is destroyed. What it published stays, by a nameless creator ("deleted~" and a random number), and its consents stay as a
 * proof. Address and name are free again. Nothing of it is left in the store's files, but in backups: sys/keys.h. For a member
 * who published something the search index is put together anew, which takes longer the larger it is.
 *
 * Permitted to: admins, but never for themselves, and the host.  Audited: yes, without the address.
 * @return NMK_OK, also if it is deleted already; NMK_ENOTFOUND; NMK_EDENIED; NMK_ELOGIN; NMK_ESTATE for the last active admin;
 *         NMK_EINVALID
 * @since 1.0
 */
NMK_API nmk_status nmk_user_delete(nmk_session *session, const char *id);

/**
 * Take another user name. The name that searches show changes with it.
 *
 * Permitted to: the member.  Audited: yes.
 * @return NMK_OK, also if it is the same; NMK_EINVALID; NMK_ECONFLICT with field "username" if it is taken, looks like a taken
 *         one, or is reserved; NMK_ELOGIN, NMK_EDENIED
 * @since 1.0
 */
NMK_API nmk_status nmk_username_change(nmk_session *session, const char *username);

/**
 * Ask for another e-mail address. A mail with a token goes to the new one, and a notice to the old one. Until the token comes back
 * the old one stays. The answer does not tell whether the new address has an account; its owner is told by mail.
 *
 * Permitted to: the member.  Audited: yes.
 * @param password  the member's
 * @return NMK_OK; NMK_ELOGIN with field "password" if it is wrong; NMK_EINVALID with field "email" if it is none, or one's
 *         own; NMK_ELIMIT after too many attempts, with retry_after_ms; NMK_EDENIED; NMK_EBUSY; NMK_ENOMEM; NMK_EIO, ...
 * @since 1.0
 */
NMK_API nmk_status nmk_email_request_change(nmk_session *session, const char *password, const char *email);

/**
 * Take the new address, with the token of the mail, which works once, for exactly 24 hours. Other tokens of the account
 * are void; a mail tells the old address.
 *
 * Permitted to: everyone who has the token.  Audited: yes, the failure too.
 * @return NMK_OK; NMK_ELOGIN with field "token" if it is unknown, used or too old; NMK_ECONFLICT with field "email" if it was
 *         taken meanwhile; NMK_EINVALID
 * @since 1.0
 */
NMK_API nmk_status nmk_email_confirm_change(nmk_session *session, const char *token);

/** A consent as it was given or refused. Free with nmk_consent_free(). */
typedef struct nmk_consent nmk_consent;
NMK_API const char *nmk_consent_id(const nmk_consent *consent);
NMK_API nmk_consent_type nmk_consent_consent_type(const nmk_consent *consent);
NMK_API bool nmk_consent_accepted(const nmk_consent *consent);
/** Version of the document, or NULL. */
NMK_API const char *nmk_consent_document_version(const nmk_consent *consent);
NMK_API int64_t nmk_consent_created_at(const nmk_consent *consent);
NMK_API char *nmk_consent_json(const nmk_consent *consent);
NMK_API void nmk_consent_free(nmk_consent *consent);

typedef struct nmk_consent_page nmk_consent_page;
NMK_API size_t nmk_consent_page_count(const nmk_consent_page *page);
NMK_API const nmk_consent *nmk_consent_page_item(const nmk_consent_page *page, size_t index);
NMK_API const char *nmk_consent_page_next(const nmk_consent_page *page);
NMK_API char *nmk_consent_page_json(const nmk_consent_page *page);
NMK_API void nmk_consent_page_free(nmk_consent_page *page);

/**
 * Record that the member gives or withdraws a consent (GDPR art. 7). Earlier records stay.
 * Permitted to: the member.  Audited: yes.
 *
 * @param document_version  at most 50 code points, or NULL
 * @param idempotency_key   up to 128 bytes, or NULL; with it the call may be repeated safely
 * @return NMK_OK; NMK_ELOGIN; NMK_EDENIED; NMK_EINVALID; NMK_ECONFLICT if the key was used for something else
 * @since 1.0
 */
NMK_API nmk_status nmk_consent_record(nmk_session *session, nmk_consent_type type, bool accepted,
                                      const char *document_version, const char *idempotency_key);

/** The member's own consents, newest first. Permitted to: the member.
 *  @return NMK_OK; NMK_ELOGIN; NMK_EINVALID. @since 1.0 */
NMK_API nmk_status nmk_consent_list(nmk_session *session, const char *cursor, int32_t limit, nmk_consent_page **page);

NMK_END_DECLS
#endif
