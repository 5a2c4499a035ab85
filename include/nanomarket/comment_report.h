/* comment_report.h -- members report comments that break the rules; moderators look at them. */
#ifndef NANOMARKET_COMMENT_REPORT_H
#define NANOMARKET_COMMENT_REPORT_H

#include "common.h"
#include "errors.h"

NMK_BEGIN_DECLS

/** What is wrong with it. */
typedef enum nmk_report_reason {
	NMK_REPORT_SPAM           = 1,
	NMK_REPORT_COPYRIGHT      = 2,
	NMK_REPORT_OFFENSIVE      = 3,
	NMK_REPORT_MISINFORMATION = 4,
	NMK_REPORT_OTHER          = 5
} nmk_report_reason;

/** Where a report stands. What is decided on the comment settles all its reports. */
typedef enum nmk_report_state {
	NMK_REPORT_PENDING  = 1, /**< waits for a moderator                          */
	NMK_REPORT_RESOLVED = 2, /**< the comment was hidden                         */
	NMK_REPORT_CLOSED   = 3  /**< the comment was found to be in order           */
} nmk_report_state;

/** The word of a value ("spam", "resolved"), NULL if it is none; the value of a word, 0 if it is none. @since 0.1 */
NMK_API const char *nmk_report_reason_word(nmk_report_reason reason);
NMK_API nmk_report_reason nmk_report_reason_of(const char *word);
NMK_API const char *nmk_report_state_word(nmk_report_state status);
NMK_API nmk_report_state nmk_report_state_of(const char *word);

/** A report as it was when it was read. Free with nmk_comment_report_free(). */
typedef struct nmk_comment_report nmk_comment_report;

NMK_API const char *nmk_comment_report_id(const nmk_comment_report *report);
NMK_API const char *nmk_comment_report_comment_id(const nmk_comment_report *report);
/** What the comment says now, for staff; NULL for others. */
NMK_API const char *nmk_comment_report_content(const nmk_comment_report *report);
/** Who reported it. */
NMK_API const char *nmk_comment_report_user_id(const nmk_comment_report *report);
NMK_API const char *nmk_comment_report_username(const nmk_comment_report *report);
NMK_API nmk_report_reason nmk_comment_report_reason(const nmk_comment_report *report);
/** NULL for none. */
NMK_API const char *nmk_comment_report_note(const nmk_comment_report *report);
NMK_API nmk_report_state nmk_comment_report_status(const nmk_comment_report *report);
NMK_API int64_t nmk_comment_report_created_at(const nmk_comment_report *report);
/** When it was settled; 0 for not yet. */
NMK_API int64_t nmk_comment_report_reviewed_at(const nmk_comment_report *report);
NMK_API char *nmk_comment_report_json(const nmk_comment_report *report);
NMK_API void nmk_comment_report_free(nmk_comment_report *report);

typedef struct nmk_comment_report_page nmk_comment_report_page;
NMK_API size_t nmk_comment_report_page_count(const nmk_comment_report_page *page);
NMK_API const nmk_comment_report *nmk_comment_report_page_item(const nmk_comment_report_page *page, size_t index);
NMK_API const char *nmk_comment_report_page_next(const nmk_comment_report_page *page);
NMK_API char *nmk_comment_report_page_json(const nmk_comment_report_page *page);
NMK_API void nmk_comment_report_page_free(nmk_comment_report_page *page);

/**
 * Report a comment that everyone sees, once.
 *
 * Permitted to: members, never for their own comment.  Audited: yes.
 *
 * @param note             1 to 500 code points, not blank, may have several lines; NULL for none
 * @param idempotency_key  up to 128 bytes, or NULL; with it the call may be repeated safely
 * @param report           the new one; may be NULL
 * @return NMK_OK; NMK_ECONFLICT with field "comment_id" if the member has reported it already, with field "idempotency_key"
 *         if that was used for something else; NMK_EINVALID naming the field; NMK_ESTATE if the comment is not approved or
 *         the nano not published; NMK_ENOTFOUND; NMK_EDENIED; NMK_ELOGIN
 * @since 0.1
 */
NMK_API nmk_status nmk_comment_report_create(nmk_session *session, const char *comment_id, nmk_report_reason reason,
                                             const char *note, const char *idempotency_key, nmk_comment_report **report);

/** One's own report of a comment, and what became of it.  Permitted to: members.
 *  @return NMK_OK; NMK_EINVALID; NMK_ENOTFOUND if there is none; NMK_EDENIED; NMK_ELOGIN. @since 0.1 */
NMK_API nmk_status nmk_comment_report_get_own(nmk_session *session, const char *comment_id, nmk_comment_report **report);

/** Reports that wait, the longest waiting first, without those of comments that the session may not decide on:
 *  nmk_comment_hide() resolves them, nmk_comment_approve() closes them.  Permitted to: moderators and above.
 *  @return NMK_OK; NMK_EINVALID; NMK_EDENIED; NMK_ELOGIN. @since 0.1 */
NMK_API nmk_status nmk_comment_report_queue(nmk_session *session, const char *cursor, int32_t limit,
                                            nmk_comment_report_page **page);

NMK_END_DECLS
#endif
