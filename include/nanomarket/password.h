/* password.h -- change a password, recover from a lost one, and judge a new one. */
#ifndef NANOMARKET_PASSWORD_H
#define NANOMARKET_PASSWORD_H

#include "common.h"
#include "errors.h"
#include "user.h"

NMK_BEGIN_DECLS

/** How strong a password looks. */
typedef enum nmk_password_strength {
	NMK_PASSWORD_WEAK        = 1, /**< below 20                        */
	NMK_PASSWORD_FAIR        = 2, /**< 20 to 39                        */
	NMK_PASSWORD_GOOD        = 3, /**< 40 to 59                        */
	NMK_PASSWORD_STRONG      = 4, /**< 60 to 79                        */
	NMK_PASSWORD_VERY_STRONG = 5  /**< 80 and more                     */
} nmk_password_strength;

NMK_API const char *nmk_password_strength_word(nmk_password_strength strength);
NMK_API nmk_password_strength nmk_password_strength_of(const char *word);

/** What would make a password better; bits of nmk_password_meter_suggestions(). */
typedef enum nmk_password_suggestion {
	NMK_SUGGEST_LONGER     = 1,   /**< it has less than 16 characters             */
	NMK_SUGGEST_LOWER      = 2,   /**< no lower-case letter                       */
	NMK_SUGGEST_UPPER      = 4,   /**< no upper-case letter                       */
	NMK_SUGGEST_DIGIT      = 8,   /**< no digit                                   */
	NMK_SUGGEST_SPECIAL    = 16,  /**< none of ! @ # $ % ^ & * ( ) , . ? " : { } | < > */
	NMK_SUGGEST_NO_PATTERN = 32,  /**< 123, abc, qwerty, password, admin, user, pass in it */
	NMK_SUGGEST_NO_REPEAT  = 64,  /**< a character three times in a row           */
	NMK_SUGGEST_UNCOMMON   = 128  /**< it is among the most used passwords        */
} nmk_password_suggestion;

/** The meter's answer. Free with nmk_password_meter_free(). */
typedef struct nmk_password_meter nmk_password_meter;
/** 0 to 100. */
NMK_API int64_t nmk_password_meter_score(const nmk_password_meter *meter);
NMK_API nmk_password_strength nmk_password_meter_strength(const nmk_password_meter *meter);
/** Bits of nmk_password_suggestion. */
NMK_API uint32_t nmk_password_meter_suggestions(const nmk_password_meter *meter);
/** The policy would accept it for an account that nothing is known of. */
NMK_API bool nmk_password_meter_meets_policy(const nmk_password_meter *meter);
/** {"score", "strength", "meets_policy", "suggestions": [sentence, ...]}, sentences in that language ("de" or "en");
 *  the caller's to free with nmk_free(); NULL without memory. */
NMK_API char *nmk_password_meter_json(const nmk_password_meter *meter, const char *language);
NMK_API void nmk_password_meter_free(nmk_password_meter *meter);

/**
 * Measure a password while it is typed. It measures its form only, and is kind: what decides is the policy.
 * Points: 40 from 16 characters, 30 from 12, 20 from 8, below that 2 each; 10 each for a lower-case letter, an upper-case
 * letter, a digit, a special character, no common pattern, no character three times in a row. One of the most used
 * passwords has at most 19.
 *
 * Pure: no store, no session. Thread-safe.
 *
 * @param password  at most 1024 bytes of valid UTF-8; "" has 0 points
 * @param policy    0 means NMK_PASSWORD_POLICY_NIST4
 * @return NMK_OK; NMK_EINVALID; NMK_ENOMEM
 * @since 1.0
 */
NMK_API nmk_status nmk_password_measure(const char *password, nmk_password_policy policy, nmk_password_meter **meter);

/**
 * Change one's own password. All other sessions and logins of the member end; this one goes on. A mail tells of it.
 *
 * Permitted to: the member, also if the password must be changed first.  Audited: yes, the failure too.
 *
 * @param current_password  as for a login, and counted as one if it is wrong
 * @param new_password      see nmk_password_policy; not the current one, none of the most used, not one's own name or
 *                          address
 * @return NMK_OK; NMK_ELOGIN with field "current_password" if it is wrong or was changed meanwhile; NMK_EINVALID with field
 *         "new_password" and what it lacks; NMK_ELIMIT after too many attempts, with retry_after_ms; NMK_EDENIED for the host and for an account
 *         without a password; NMK_EBUSY; NMK_ENOMEM; NMK_EIO, NMK_EFULL, NMK_EREADONLY, NMK_EUNKNOWN
 * @since 1.0
 */
NMK_API nmk_status nmk_password_change(nmk_session *session, const char *current_password, const char *new_password);

/**
 * Ask for a mail with a token to set a new password. The answer is the same, after the same work, whether or not there is
 * such an account. At most one mail in 60 seconds and five a day for an address; further ones are not sent and not told of.
 *
 * Permitted to: everyone.  Audited: yes.
 *
 * @return NMK_OK; NMK_EINVALID if it is no address; NMK_ELIMIT after too many requests from the session's client, with
 *         retry_after_ms; NMK_ENOMEM; NMK_EBUSY, NMK_EIO, NMK_EFULL, NMK_EREADONLY, NMK_EUNKNOWN
 * @since 1.0
 */
NMK_API nmk_status nmk_password_request_reset(nmk_session *session, const char *email);

/**
 * Set a new password with the token of the mail, which works once, for exactly one hour (the last millisecond included),
 * and only as long as the address is the account's. All sessions and logins of the member end, delays after wrong passwords
 * are forgotten, the address counts as verified; a second factor stays. It logs nobody in.
 *
 * Permitted to: everyone who has the token.  Audited: yes, the failure too.
 *
 * @return NMK_OK; NMK_ELOGIN with field "token" if it is unknown, used or too old; NMK_EINVALID with field "new_password",
 *         and the token stays valid; NMK_EBUSY; NMK_ENOMEM; NMK_EIO, NMK_EFULL, NMK_EREADONLY, NMK_EUNKNOWN
 * @since 1.0
 */
NMK_API nmk_status nmk_password_reset(nmk_session *session, const char *token, const char *new_password);

NMK_END_DECLS
#endif
