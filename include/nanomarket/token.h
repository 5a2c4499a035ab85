/* token.h -- logins that outlive a session: access tokens, refresh tokens, and the keys that sign. */
#ifndef NANOMARKET_TOKEN_H
#define NANOMARKET_TOKEN_H

#include "common.h"
#include "errors.h"

NMK_BEGIN_DECLS

/* ---- for servers: tokens of their clients ---- */

/** An access token and the refresh token that brings the next pair. Secret. Free with nmk_tokens_free(), which wipes. */
typedef struct nmk_tokens nmk_tokens;
/** The login that they belong to, see nmk_login_list(). */
NMK_API const char *nmk_tokens_login_id(const nmk_tokens *tokens);
NMK_API const char *nmk_tokens_access_token(const nmk_tokens *tokens);
NMK_API const char *nmk_tokens_refresh_token(const nmk_tokens *tokens);
/** Milliseconds since 1970 UTC, whole seconds; not after the end of the login. */
NMK_API int64_t nmk_tokens_access_expires_at(const nmk_tokens *tokens);
/** When the refresh token ends if it is not used. */
NMK_API int64_t nmk_tokens_refresh_expires_at(const nmk_tokens *tokens);
/** {"access_token", "refresh_token", "token_type": "Bearer", "expires_in": seconds} as in RFC 6749, 5.1, and "login_id";
 *  the caller's to free with nmk_free() after wiping it; NULL without memory. */
NMK_API char *nmk_tokens_json(const nmk_tokens *tokens);
NMK_API void nmk_tokens_free(nmk_tokens *tokens);

/**
 * Begin a login on a device for the session's member. Members have as many side by side as they have devices.
 *
 * Permitted to: a member whose session logged in with a password or was opened by the host.  Audited: yes.
 *
 * @param tokens  the first pair; the device's name is the one of nmk_session_set_client()
 * @return NMK_OK; NMK_ELOGIN; NMK_EDENIED for a session that itself came from a token, and for the host; NMK_ELIMIT if the
 *         member has 100 valid logins already; NMK_EINVALID; NMK_ENOMEM; NMK_EBUSY, NMK_EIO, NMK_EFULL, NMK_EREADONLY, NMK_EUNKNOWN
 * @since 1.0
 */
NMK_API nmk_status nmk_token_issue(nmk_session *session, nmk_tokens **tokens);

/**
 * Exchange a refresh token for a new pair (RFC 6749, 6; rotation after RFC 9700, 4.14.2). The session becomes the member's.
 *
 * A client that did not get the answer may ask again with the same token: within 30 seconds, and as long as the new
 * refresh token was not used, it gets the same refresh token. In every other case a token that comes a second time, however old
 * it is, is taken for stolen: the whole login is revoked, and its member is told by mail.
 *
 * Permitted to: everyone who has the token.  Audited: yes, the failure too, unless the text is no token of this market.
 *
 * @return NMK_OK; NMK_ELOGIN with field "refresh_token" if it is unknown, was idle for too long, or is of a login that ended,
 *         was exchanged 65535 times, or whose member may not log in now; NMK_EINVALID; NMK_ENOMEM; NMK_EBUSY, NMK_EIO,
 *         NMK_EFULL, NMK_EREADONLY; NMK_EUNKNOWN: the same call answers what became of it
 * @since 1.0
 */
NMK_API nmk_status nmk_token_refresh(nmk_session *session, const char *refresh_token, nmk_tokens **tokens);

/**
 * Make the session that of an access token's member. Every later call looks up the login and the account as they are
 * then: what was revoked, suspended or demoted is so at once, although the token still runs.
 *
 * Permitted to: everyone who has the token.  Audited: no.
 *
 * @return NMK_OK; NMK_ELOGIN with field "access_token" for every token that is not valid, whatever the reason;
 *         NMK_EINVALID; NMK_ENOMEM
 * @since 1.0
 */
NMK_API nmk_status nmk_session_use_token(nmk_session *session, const char *access_token);

/* ---- for members: where am I logged in? ---- */

/** A login on a device. Free with nmk_login_free(). */
typedef struct nmk_login nmk_login;
NMK_API const char *nmk_login_id(const nmk_login *login);
/** What the client called itself, or NULL. */
NMK_API const char *nmk_login_device(const nmk_login *login);
NMK_API int64_t nmk_login_created_at(const nmk_login *login);
NMK_API int64_t nmk_login_last_used_at(const nmk_login *login);
NMK_API int64_t nmk_login_expires_at(const nmk_login *login);
/** It was begun with a second factor. */
NMK_API bool nmk_login_second_factor(const nmk_login *login);
/** It is the one of the session that asks. */
NMK_API bool nmk_login_current(const nmk_login *login);
NMK_API char *nmk_login_json(const nmk_login *login);
NMK_API void nmk_login_free(nmk_login *login);

typedef struct nmk_login_page nmk_login_page;
NMK_API size_t nmk_login_page_count(const nmk_login_page *page);
NMK_API const nmk_login *nmk_login_page_item(const nmk_login_page *page, size_t index);
NMK_API const char *nmk_login_page_next(const nmk_login_page *page);
NMK_API char *nmk_login_page_json(const nmk_login_page *page);
NMK_API void nmk_login_page_free(nmk_login_page *page);

/**
 * The logins that are valid now, newest first.  Permitted to: the member, admins and the host.
 *
 * @param user_id  whose; NULL for the session's own
 * @param cursor   of the page before; NULL for the first
 * @param limit    1 to 100; 0 means 20
 * @return NMK_OK; NMK_ELOGIN; NMK_EDENIED; NMK_ENOTFOUND; NMK_EINVALID
 * @since 1.0
 */
NMK_API nmk_status nmk_login_list(nmk_session *session, const char *user_id, const char *cursor, int32_t limit,
                                  nmk_login_page **page);

/** End one login: its tokens are void at once.  Permitted to: the member, admins and the host.  Audited: yes.
 *  @return NMK_OK, also if it has ended already; NMK_ENOTFOUND; NMK_EDENIED for moderators; NMK_ELOGIN; NMK_EINVALID. @since 1.0 */
NMK_API nmk_status nmk_login_revoke(nmk_session *session, const char *login_id);

/**
 * End all logins of a member, and all sessions that logged in with a password, but for the asking session and its login.
 * Permitted to: the member, admins and the host.  Audited: yes.
 *
 * @param user_id  whose; NULL for the session's own
 * @return NMK_OK; NMK_ENOTFOUND; NMK_EDENIED; NMK_ELOGIN; NMK_EINVALID
 * @since 1.0
 */
NMK_API nmk_status nmk_login_revoke_all(nmk_session *session, const char *user_id);

/* ---- the keys that sign access tokens ---- */

/** Where a signing key is in its life. */
typedef enum nmk_signing_key_state {
	NMK_SIGNING_KEY_PENDING   = 1, /**< published, so that verifiers know it before it signs      */
	NMK_SIGNING_KEY_ACTIVE    = 2, /**< signs; there is one                                       */
	NMK_SIGNING_KEY_RETIRED   = 3, /**< published, verifies; the secret part is erased            */
	NMK_SIGNING_KEY_DESTROYED = 4  /**< verifies nothing                                          */
} nmk_signing_key_state;

NMK_API const char *nmk_signing_key_state_word(nmk_signing_key_state status);
NMK_API nmk_signing_key_state nmk_signing_key_state_of(const char *word);

/** An Ed25519 key (RFC 8032). Free with nmk_signing_key_free(). */
typedef struct nmk_signing_key nmk_signing_key;
NMK_API const char *nmk_signing_key_id(const nmk_signing_key *key);
/** kid of tokens: the key's thumbprint (RFC 7638). */
NMK_API const char *nmk_signing_key_key_id(const nmk_signing_key *key);
NMK_API nmk_signing_key_state nmk_signing_key_status(const nmk_signing_key *key);
NMK_API int64_t nmk_signing_key_created_at(const nmk_signing_key *key);
NMK_API int64_t nmk_signing_key_activated_at(const nmk_signing_key *key);
NMK_API int64_t nmk_signing_key_retired_at(const nmk_signing_key *key);
NMK_API int64_t nmk_signing_key_destroyed_at(const nmk_signing_key *key);
NMK_API char *nmk_signing_key_json(const nmk_signing_key *key);
NMK_API void nmk_signing_key_free(nmk_signing_key *key);

typedef struct nmk_signing_key_page nmk_signing_key_page;
NMK_API size_t nmk_signing_key_page_count(const nmk_signing_key_page *page);
NMK_API const nmk_signing_key *nmk_signing_key_page_item(const nmk_signing_key_page *page, size_t index);
NMK_API const char *nmk_signing_key_page_next(const nmk_signing_key_page *page);
NMK_API char *nmk_signing_key_page_json(const nmk_signing_key_page *page);
NMK_API void nmk_signing_key_page_free(nmk_signing_key_page *page);

/** All signing keys, newest first.  Permitted to: admins and the host.
 *  @return NMK_OK; NMK_EDENIED, NMK_ELOGIN; NMK_EINVALID. @since 1.0 */
NMK_API nmk_status nmk_signing_key_list(nmk_session *session, const char *cursor, int32_t limit,
                                        nmk_signing_key_page **page);

/**
 * Move the signing keys on as far as is due; to be called daily, and it does no harm to call it more often.
 * A new key is pending for 24 hours before it becomes active, an active one is replaced after 90 days (its follower is made the
 * day before, or at the first call after that), a retired one is destroyed after 65 minutes: no token that it signed can be valid
 * any more. The first key is made with the first token, or by the first call.
 *
 * Permitted to: admins and the host.  Audited: yes, if something changed.
 *
 * @param at_once  a new key takes over now, and all before it are destroyed: a secret has leaked. The access tokens that are
 *                 about are void; clients get new ones with their refresh tokens
 * @return NMK_OK; NMK_EDENIED, NMK_ELOGIN; NMK_EBUSY, NMK_EIO, NMK_EFULL, NMK_EREADONLY, NMK_EUNKNOWN; NMK_ENOMEM
 * @since 1.0
 */
NMK_API nmk_status nmk_signing_key_rotate(nmk_session *session, bool at_once);

/**
 * The public keys as a JSON Web Key Set (RFC 7517, 5; RFC 8037), for others who verify access tokens. To be served at
 * /.well-known/jwks.json and fetched anew at least daily.
 *
 * Permitted to: everyone.
 *
 * @param jwks  the caller's to free with nmk_free()
 * @return NMK_OK; NMK_EINVALID; NMK_ENOMEM
 * @since 1.0
 */
NMK_API nmk_status nmk_signing_key_jwks(nmk_session *session, char **jwks);

/* ---- for other services: verify without a store ---- */

#define NMK_JWT_RULES_VERSION 1

/** What a token must be. Start with NMK_JWT_RULES_INIT. */
typedef struct nmk_jwt_rules {
	uint32_t    version;              /**< NMK_JWT_RULES_VERSION                                              */
	const char *jwks;                 /**< needed: the public keys, a JSON Web Key Set; only Ed25519 keys count */
	const char *issuer;               /**< needed                                                             */
	const char *audience;             /**< needed                                                             */
	const char *type;                 /**< typ of the header, with or without "application/" before it; NULL
	                                       means "at+jwt"                                                     */
	int64_t     now;                  /**< milliseconds since 1970 UTC; 0 means the system's clock            */
	int32_t     leeway_seconds;       /**< 0 to 300                                                           */
	int32_t     max_lifetime_seconds; /**< exp - iat at most, 1 to 86400; 0 means 3600                        */
} nmk_jwt_rules;
#define NMK_JWT_RULES_INIT NMK_INIT(NMK_JWT_RULES_VERSION)
NMK_API void nmk_jwt_rules_init(nmk_jwt_rules *rules);

/** A verified token. Free with nmk_jwt_free(). */
typedef struct nmk_jwt nmk_jwt;
/** sub: the member's id. */
NMK_API const char *nmk_jwt_subject(const nmk_jwt *jwt);
/** sid: the login's id; NULL if there is none. */
NMK_API const char *nmk_jwt_login_id(const nmk_jwt *jwt);
/** kid of the key that verified it. */
NMK_API const char *nmk_jwt_key_id(const nmk_jwt *jwt);
/** Milliseconds since 1970 UTC. */
NMK_API int64_t nmk_jwt_issued_at(const nmk_jwt *jwt);
NMK_API int64_t nmk_jwt_expires_at(const nmk_jwt *jwt);
/** All claims, a JSON object; borrowed. */
NMK_API const char *nmk_jwt_claims(const nmk_jwt *jwt);
NMK_API void nmk_jwt_free(nmk_jwt *jwt);

/**
 * Verify an access token as a service does that has only the public keys (RFC 7519, 7515, 8037, 8725, 9068). Stricter than
 * most: three parts of canonical base64url, at most 8 KiB; the algorithm comes from the key, and the header must agree
 * ("EdDSA", or "Ed25519" after RFC 9864); kid names one key of the set; no jwk, jku, x5c, x5u, x5t, crit, b64, zip, enc; no name
 * twice; iss, aud, sub, iat, exp needed, times whole numbers. It cannot know what was revoked: that takes the store, see
 * nmk_session_use_token().
 *
 * Pure: no store, no session. Thread-safe.
 *
 * @param error  filled in on failure, in English; may be NULL
 * @param jwt    the token's content
 * @return NMK_OK; NMK_ELOGIN with field "token" if it is not valid, and the reason in the message, which is for logs and
 *         not for the client; NMK_EINVALID naming the rule that is none, "jwks" too if an id stands twice in the set or secret
 *         keys beside public ones; NMK_ENOMEM
 * @since 1.0
 */
NMK_API nmk_status nmk_jwt_verify(const char *token, const nmk_jwt_rules *rules, nmk_error *error, nmk_jwt **jwt);

NMK_END_DECLS
#endif
