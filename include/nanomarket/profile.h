/* profile.h -- what members tell about themselves. */
#ifndef NANOMARKET_PROFILE_H
#define NANOMARKET_PROFILE_H

#include "common.h"
#include "errors.h"

NMK_BEGIN_DECLS

/** A profile as it was when it was read. Free with nmk_profile_free(). What the session may not see is NULL or 0: names,
 *  phone, language and time are for the member and for admins. */
typedef struct nmk_profile nmk_profile;

NMK_API const char *nmk_profile_user_id(const nmk_profile *profile);
NMK_API const char *nmk_profile_username(const nmk_profile *profile);
NMK_API const char *nmk_profile_first_name(const nmk_profile *profile);
NMK_API const char *nmk_profile_last_name(const nmk_profile *profile);
NMK_API const char *nmk_profile_bio(const nmk_profile *profile);
NMK_API const char *nmk_profile_company(const nmk_profile *profile);
NMK_API const char *nmk_profile_job_title(const nmk_profile *profile);
NMK_API const char *nmk_profile_phone(const nmk_profile *profile);
NMK_API const char *nmk_profile_preferred_language(const nmk_profile *profile);
/** Milliseconds since 1970 UTC; 0 for never. */
NMK_API int64_t nmk_profile_updated_at(const nmk_profile *profile);
NMK_API char *nmk_profile_json(const nmk_profile *profile);
NMK_API void nmk_profile_free(nmk_profile *profile);

/** Which members of nmk_profile_changes count. */
typedef enum nmk_profile_field {
	NMK_PROFILE_FIRST_NAME         = 1,
	NMK_PROFILE_LAST_NAME          = 2,
	NMK_PROFILE_BIO                = 4,
	NMK_PROFILE_COMPANY            = 8,
	NMK_PROFILE_JOB_TITLE          = 16,
	NMK_PROFILE_PHONE              = 32,
	NMK_PROFILE_PREFERRED_LANGUAGE = 64
} nmk_profile_field;

#define NMK_PROFILE_CHANGES_VERSION 1

/** What is to change: only members whose bit is in `set` are looked at, and NULL among them clears the field. */
typedef struct nmk_profile_changes {
	uint32_t    version;            /**< NMK_PROFILE_CHANGES_VERSION                       */
	uint32_t    set;                /**< nmk_profile_field values, or-ed                   */
	const char *first_name;         /**< at most 100 code points                           */
	const char *last_name;          /**< at most 100 code points                           */
	const char *bio;                /**< at most 500 code points, may have several lines   */
	const char *company;            /**< at most 255 code points                           */
	const char *job_title;          /**< at most 100 code points                           */
	const char *phone;              /**< at most 20 code points                            */
	const char *preferred_language; /**< "de", "en", "de-AT", ...; cannot be cleared        */
} nmk_profile_changes;
#define NMK_PROFILE_CHANGES_INIT NMK_INIT(NMK_PROFILE_CHANGES_VERSION)
NMK_API void nmk_profile_changes_init(nmk_profile_changes *changes);

/** Read a profile. Permitted to: everyone; strangers see user name, bio, company and job title.
 *  @param user_id  NULL for one's own
 *  @return NMK_OK; NMK_ENOTFOUND; for one's own: NMK_ELOGIN to a guest, NMK_EDENIED to a suspended member, NMK_EINVALID to
 *          the host, which has none. @since 1.0 */
NMK_API nmk_status nmk_profile_get(nmk_session *session, const char *user_id, nmk_profile **profile);

/**
 * Change one's own profile. Nothing set is a success that changes and records nothing.
 * Permitted to: the member.  Audited: yes, with the names of the fields.
 *
 * @param profile  as it is afterwards; may be NULL
 * @return NMK_OK; NMK_ELOGIN; NMK_EDENIED; NMK_EINVALID naming the field
 * @since 1.0
 */
NMK_API nmk_status nmk_profile_update(nmk_session *session, const nmk_profile_changes *changes, nmk_profile **profile);

NMK_END_DECLS
#endif
