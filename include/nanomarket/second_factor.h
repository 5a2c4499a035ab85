/* second_factor.h -- codes of an authenticator (TOTP, RFC 6238), and recovery codes for who lost it. */
#ifndef NANOMARKET_SECOND_FACTOR_H
#define NANOMARKET_SECOND_FACTOR_H

#include "common.h"
#include "errors.h"

NMK_BEGIN_DECLS

/** Hash of the codes. Every authenticator knows SHA-1; some ignore that another was asked for. */
typedef enum nmk_totp_algorithm {
	NMK_TOTP_SHA1   = 1,
	NMK_TOTP_SHA256 = 2,
	NMK_TOTP_SHA512 = 3
} nmk_totp_algorithm;

NMK_API const char *nmk_totp_algorithm_word(nmk_totp_algorithm algorithm);
NMK_API nmk_totp_algorithm nmk_totp_algorithm_of(const char *word);

/** A second factor that waits to be confirmed. Secret. Free with nmk_totp_enrollment_free(), which wipes. */
typedef struct nmk_totp_enrollment nmk_totp_enrollment;
/** The secret in Base32 (RFC 4648), for typing. */
NMK_API const char *nmk_totp_enrollment_secret(const nmk_totp_enrollment *enrollment);
/** otpauth://totp/MARKET:USERNAME?..., for a QR code: nmk_qr_svg(), nmk_qr_text(). Of a long market_name what fits. */
NMK_API const char *nmk_totp_enrollment_uri(const nmk_totp_enrollment *enrollment);
/** {"secret", "uri"}: the caller's to free with nmk_free(), which does not wipe it. NULL: no memory. */
NMK_API char *nmk_totp_enrollment_json(const nmk_totp_enrollment *enrollment);
NMK_API void nmk_totp_enrollment_free(nmk_totp_enrollment *enrollment);

/** Ten codes that each replace one code of the authenticator. Shown once. Free with nmk_recovery_codes_free(), which wipes. */
typedef struct nmk_recovery_codes nmk_recovery_codes;
NMK_API size_t nmk_recovery_codes_count(const nmk_recovery_codes *codes);
/** 24 characters of Crockford's Base32 in six groups, such as "4T9K-...". Who types it need not mind case, hyphens and blanks,
 *  nor the difference of O and 0, or of I, L and 1. NULL past the end. */
NMK_API const char *nmk_recovery_codes_item(const nmk_recovery_codes *codes, size_t index);
/** {"items": [...]}: the caller's to free with nmk_free(), which does not wipe it. NULL: no memory. */
NMK_API char *nmk_recovery_codes_json(const nmk_recovery_codes *codes);
NMK_API void nmk_recovery_codes_free(nmk_recovery_codes *codes);

/** Whether a member has a second factor. Free with nmk_second_factor_free(). */
typedef struct nmk_second_factor nmk_second_factor;
NMK_API bool nmk_second_factor_enabled(const nmk_second_factor *factor);
/** The market's policy wants one of this member. */
NMK_API bool nmk_second_factor_required(const nmk_second_factor *factor);
/** 0 if it is not enabled. */
NMK_API nmk_totp_algorithm nmk_second_factor_algorithm(const nmk_second_factor *factor);
/** Milliseconds since 1970 UTC; 0 if it is not enabled. */
NMK_API int64_t nmk_second_factor_confirmed_at(const nmk_second_factor *factor);
/** Recovery codes that were not used yet. */
NMK_API int64_t nmk_second_factor_recovery_codes_left(const nmk_second_factor *factor);
NMK_API char *nmk_second_factor_json(const nmk_second_factor *factor);
NMK_API void nmk_second_factor_free(nmk_second_factor *factor);

/** One's own second factor.  Permitted to: members, also if they must set one up first.
 *  @return NMK_OK; NMK_ELOGIN; NMK_EDENIED for the host; NMK_EINVALID; NMK_ENOMEM. @since 1.0 */
NMK_API nmk_status nmk_second_factor_get(nmk_session *session, nmk_second_factor **factor);

/**
 * Begin to set up a second factor: a new secret, which replaces one that was not confirmed. It counts from
 * nmk_second_factor_confirm() on.
 *
 * Permitted to: members, also if they must set one up first.  Audited: yes.
 *
 * @param password   the member's
 * @param algorithm  0 means NMK_TOTP_SHA1. Codes have six digits, time steps 30 seconds, secrets 160, 256 or 512 bits
 * @return NMK_OK; NMK_ESTATE if one is enabled already; NMK_ELOGIN with field "password" if it is wrong; NMK_ELIMIT;
 *         NMK_EDENIED for the host; NMK_EINVALID; NMK_EBUSY; NMK_ENOMEM
 * @since 1.0
 */
NMK_API nmk_status nmk_second_factor_begin(nmk_session *session, const char *password, nmk_totp_algorithm algorithm,
                                           nmk_totp_enrollment **enrollment);

/**
 * Enable the second factor with its first code. All other sessions and logins of the member end. A mail tells of it.
 *
 * Permitted to: members, also if they must set one up first.  Audited: yes, a wrong code too.
 *
 * @param code   six digits, of the present time step or the one before, and of none that was used already; blanks and
 *               hyphens are skipped. Only wrong codes count
 * @param codes  recovery codes, to be shown now and never again
 * @return NMK_OK; NMK_ESTATE if none was begun, or one is enabled; NMK_ELOGIN with field "code" if it is wrong; NMK_ELIMIT
 *         with field "code" and retry_after_ms after five wrong codes in 15 minutes, whatever the code; NMK_EDENIED for the
 *         host; NMK_EINVALID; NMK_ENOMEM
 * @since 1.0
 */
NMK_API nmk_status nmk_second_factor_confirm(nmk_session *session, const char *code, nmk_recovery_codes **codes);

/**
 * Do without the second factor. A mail tells of it.
 *
 * Permitted to: the member.  Audited: yes, a wrong password or code too.
 *
 * @param password  the member's
 * @param code      of the authenticator, or a recovery code
 * @return NMK_OK; NMK_ESTATE if none is enabled, if the policy wants one, or (field "password") if the password is too short
 *         to stand alone; NMK_ELOGIN with field "password" or "code"; NMK_ELIMIT; NMK_EDENIED for the host; NMK_EINVALID;
 *         NMK_EBUSY; NMK_ENOMEM
 * @since 1.0
 */
NMK_API nmk_status nmk_second_factor_disable(nmk_session *session, const char *password, const char *code);

/** Take a member's second factor away, who lost it and the recovery codes. All sessions and logins of the member end, a mail tells
 *  of it, and a password that is too short to stand alone must be changed at the next login.
 *  Permitted to: admins, but never for themselves, and the host.  Audited: yes, unless there is none.
 *  @return NMK_OK, also if there is none; NMK_ENOTFOUND; NMK_EDENIED; NMK_ELOGIN; NMK_EINVALID. @since 1.0 */
NMK_API nmk_status nmk_second_factor_reset(nmk_session *session, const char *user_id);

/** Ten new recovery codes; the old ones are void.  Permitted to: the member.  Audited: yes, a wrong code too.
 *  @param code  of the authenticator
 *  @return NMK_OK; NMK_ESTATE if no second factor is enabled; NMK_ELOGIN with field "code"; NMK_ELIMIT; NMK_EDENIED for the host;
 *          NMK_EINVALID; NMK_ENOMEM. @since 1.0 */
NMK_API nmk_status nmk_recovery_codes_renew(nmk_session *session, const char *code, nmk_recovery_codes **codes);

/**
 * A text as a QR code (ISO/IEC 18004, error correction M). Pure, thread-safe.
 *
 * @param text   1 to 2000 bytes of valid UTF-8
 * @param image  the caller's to free with nmk_free(): an SVG document that scales, dark on white, with the quiet zone. As secret
 *               as the text
 * @return NMK_OK; NMK_EINVALID; NMK_ENOMEM
 * @since 1.0
 */
NMK_API nmk_status nmk_qr_svg(const char *text, char **image);

/** The same for a terminal: lines of half blocks (U+2580, U+2584, U+2588), light on dark.
 *  @return as nmk_qr_svg(). @since 1.0 */
NMK_API nmk_status nmk_qr_text(const char *text, char **image);

NMK_END_DECLS
#endif
