/* feedback.h -- what ratings and comments have in common: their states, and how they develop. */
#ifndef NANOMARKET_FEEDBACK_H
#define NANOMARKET_FEEDBACK_H

#include "common.h"
#include "errors.h"

NMK_BEGIN_DECLS

/** Where a rating or a comment stands. docs/feedback.md has the table of moves. */
typedef enum nmk_feedback_state {
	NMK_FEEDBACK_PENDING  = 1, /**< waits for a moderator: new, or changed by its author      */
	NMK_FEEDBACK_APPROVED = 2, /**< everyone sees it, and it counts                           */
	NMK_FEEDBACK_HIDDEN   = 3  /**< a moderator took it away                                  */
} nmk_feedback_state;

/** The word of a value ("pending", "approved", "hidden"), NULL if it is none. @since 0.1 */
NMK_API const char *nmk_feedback_state_word(nmk_feedback_state status);

/** The value of a word, 0 if it is none. @since 0.1 */
NMK_API nmk_feedback_state nmk_feedback_state_of(const char *word);

/** What approved feedback was given in one month. */
typedef struct nmk_feedback_month nmk_feedback_month;

/** Year and month in UTC, such as "2026-03". */
NMK_API const char *nmk_feedback_month_month(const nmk_feedback_month *month);
NMK_API int64_t nmk_feedback_month_rating_count(const nmk_feedback_month *month);
/** 100 to 500, the average score of the month's ratings in hundredths of a star, half a hundredth rounded up; 0 for none. */
NMK_API int64_t nmk_feedback_month_rating_average_hundredths(const nmk_feedback_month *month);
NMK_API int64_t nmk_feedback_month_comment_count(const nmk_feedback_month *month);
/** The month as a JSON object, the caller's to free with nmk_free(); NULL without memory. */
NMK_API char *nmk_feedback_month_json(const nmk_feedback_month *month);

typedef struct nmk_feedback_month_page nmk_feedback_month_page;
NMK_API size_t nmk_feedback_month_page_count(const nmk_feedback_month_page *page);
NMK_API const nmk_feedback_month *nmk_feedback_month_page_item(const nmk_feedback_month_page *page, size_t index);
/** Always NULL: the months come in one page. */
NMK_API const char *nmk_feedback_month_page_next(const nmk_feedback_month_page *page);
NMK_API char *nmk_feedback_month_page_json(const nmk_feedback_month_page *page);
NMK_API void nmk_feedback_month_page_free(nmk_feedback_month_page *page);

#define NMK_FEEDBACK_MONTHS_MAXIMUM 120
/** How many months a trend may have. @since 0.1 */
NMK_API int32_t nmk_feedback_months_maximum(void);

/**
 * How the feedback on a creator's nanos develops, month by month, the oldest first and the present one last; months
 * without any are there too. What counts is approved by now, in the month in which it was given its present form.
 *
 * Permitted to: the nanos' creator, and staff for a nano that they name.  Audited: no.
 *
 * @param nano_id  one nano; NULL for all of one's own
 * @param months   how many, 1 to NMK_FEEDBACK_MONTHS_MAXIMUM; 0 means 12
 * @param page     all of them; free with nmk_feedback_month_page_free()
 * @return NMK_OK; NMK_EINVALID naming the argument, "nano_id" if the host names none; NMK_ENOTFOUND; NMK_EDENIED; NMK_ELOGIN
 * @since 0.1
 */
NMK_API nmk_status nmk_feedback_trend(nmk_session *session, const char *nano_id, int32_t months,
                                      nmk_feedback_month_page **page);

NMK_END_DECLS
#endif
