/* rating.h -- one to five stars by a member for a nano. What they come to is part of the nano: nmk_nano_rating_count(). */
#ifndef NANOMARKET_RATING_H
#define NANOMARKET_RATING_H

#include "common.h"
#include "errors.h"
#include "feedback.h"

NMK_BEGIN_DECLS

/** A rating as it was when it was read. Free with nmk_rating_free(). */
typedef struct nmk_rating nmk_rating;

NMK_API const char *nmk_rating_id(const nmk_rating *rating);
NMK_API const char *nmk_rating_nano_id(const nmk_rating *rating);
/** Title of the nano; NULL if the session may not see that any more. */
NMK_API const char *nmk_rating_nano_title(const nmk_rating *rating);
NMK_API const char *nmk_rating_user_id(const nmk_rating *rating);
/** User name of the author. */
NMK_API const char *nmk_rating_username(const nmk_rating *rating);
/** Stars, 1 to 5. */
NMK_API int64_t nmk_rating_score(const nmk_rating *rating);
NMK_API nmk_feedback_state nmk_rating_status(const nmk_rating *rating);
/** 1, and one more with each change of the score. */
NMK_API int64_t nmk_rating_revision(const nmk_rating *rating);
/** Did the author give another score after the first? What moderators do is no edit. */
NMK_API bool nmk_rating_is_edited(const nmk_rating *rating);
/** Did the author download the nano? */
NMK_API bool nmk_rating_verified_learner(const nmk_rating *rating);
/** Why a moderator hid it, for its author and for staff; NULL for none. */
NMK_API const char *nmk_rating_moderation_reason(const nmk_rating *rating);
/** When the first score was given, and when the present one. */
NMK_API int64_t nmk_rating_created_at(const nmk_rating *rating);
NMK_API int64_t nmk_rating_submitted_at(const nmk_rating *rating);
/** When a moderator decided on the present score, for its author and for staff; 0 for not yet. */
NMK_API int64_t nmk_rating_moderated_at(const nmk_rating *rating);
/** The rating as a JSON object, the caller's to free with nmk_free(); NULL without memory. */
NMK_API char *nmk_rating_json(const nmk_rating *rating);
NMK_API void nmk_rating_free(nmk_rating *rating);

typedef struct nmk_rating_page nmk_rating_page;
NMK_API size_t nmk_rating_page_count(const nmk_rating_page *page);
NMK_API const nmk_rating *nmk_rating_page_item(const nmk_rating_page *page, size_t index);
NMK_API const char *nmk_rating_page_next(const nmk_rating_page *page);
NMK_API char *nmk_rating_page_json(const nmk_rating_page *page);
NMK_API void nmk_rating_page_free(nmk_rating_page *page);

/**
 * Rate a published nano, once. The rating waits for a moderator before it counts.
 *
 * Permitted to: members, never for their own nano.  Audited: yes.
 *
 * @param score            stars, 1 to 5
 * @param idempotency_key  up to 128 bytes, or NULL; with it the call may be repeated safely
 * @param rating           the new one; may be NULL
 * @return NMK_OK; NMK_ECONFLICT with field "nano_id" if the member has rated it already: nmk_rating_update(), with field
 *         "idempotency_key" if that was used for something else; NMK_EINVALID naming the field; NMK_ESTATE if the nano is
 *         not published; NMK_ENOTFOUND; NMK_EDENIED; NMK_ELOGIN
 * @since 0.1
 */
NMK_API nmk_status nmk_rating_create(nmk_session *session, const char *nano_id, int32_t score, const char *idempotency_key,
                                     nmk_rating **rating);

/**
 * Give a nano that one has rated another score. The rating waits for a moderator again, and does not count until then.
 * The score that it has already is a success that changes nothing.
 *
 * Permitted to: the member who gave it, while the nano is published.  Audited: yes.
 *
 * @param score   stars, 1 to 5
 * @param rating  as it is afterwards; may be NULL
 * @return NMK_OK; NMK_ENOTFOUND for the nano, or with field "rating" if the member has not rated it; NMK_EINVALID;
 *         NMK_ESTATE if the nano is not published; NMK_EDENIED; NMK_ELOGIN
 * @since 0.1
 */
NMK_API nmk_status nmk_rating_update(nmk_session *session, const char *nano_id, int32_t score, nmk_rating **rating);

/** Take one's rating of a nano back, whatever became of the nano.  Permitted to: the member who gave it.  Audited: yes.
 *  @return NMK_OK; NMK_EINVALID; NMK_ENOTFOUND; NMK_EDENIED; NMK_ELOGIN. @since 0.1 */
NMK_API nmk_status nmk_rating_withdraw(nmk_session *session, const char *nano_id);

/** One's own rating of a nano, in whatever state.  Permitted to: members.
 *  @return NMK_OK; NMK_EINVALID; NMK_ENOTFOUND if there is none; NMK_EDENIED; NMK_ELOGIN. @since 0.1 */
NMK_API nmk_status nmk_rating_get_own(nmk_session *session, const char *nano_id, nmk_rating **rating);

/** The approved ratings of a nano, the newest first.  Permitted to: everyone who may see the nano.
 *  @return NMK_OK; NMK_ENOTFOUND; NMK_EINVALID. @since 0.1 */
NMK_API nmk_status nmk_rating_list(nmk_session *session, const char *nano_id, const char *cursor, int32_t limit,
                                   nmk_rating_page **page);

/** All ratings that one has given, in whatever state, the newest first.  Permitted to: members.
 *  @return NMK_OK; NMK_EINVALID; NMK_EDENIED; NMK_ELOGIN. @since 0.1 */
NMK_API nmk_status nmk_rating_list_own(nmk_session *session, const char *cursor, int32_t limit, nmk_rating_page **page);

/** The ratings that nanos were given, the newest first.  Permitted to: the nanos' creator, and staff for a nano that they
 *  name.
 *  @param nano_id  of one nano; NULL for all of one's own
 *  @param status   only these; 0 for all
 *  @return NMK_OK; NMK_EINVALID naming the argument, "nano_id" if the host names none; NMK_ENOTFOUND; NMK_EDENIED; NMK_ELOGIN.
 *  @since 0.1 */
NMK_API nmk_status nmk_rating_list_received(nmk_session *session, const char *nano_id, nmk_feedback_state status,
                                            const char *cursor, int32_t limit, nmk_rating_page **page);

/** Ratings of published nanos that wait for a moderator, the longest waiting first, without those that the session may not
 *  decide on.  Permitted to: moderators and above.
 *  @return NMK_OK; NMK_EINVALID; NMK_EDENIED; NMK_ELOGIN. @since 0.1 */
NMK_API nmk_status nmk_rating_queue(nmk_session *session, const char *cursor, int32_t limit, nmk_rating_page **page);

/**
 * Let a rating count. One that is approved already is a success that changes nothing.
 *
 * Permitted to: moderators and admins, but neither its author nor the nano's creator.  Audited: yes.
 *
 * @param revision  the one that was looked at, so that nothing else is approved; 0 for whichever it is now
 * @return NMK_OK; NMK_ENOTFOUND; NMK_EINVALID; NMK_ESTATE with field "revision" if it was changed since; NMK_EDENIED;
 *         NMK_ELOGIN
 * @since 0.1
 */
NMK_API nmk_status nmk_rating_approve(nmk_session *session, const char *id, int64_t revision);

/** Take a rating away from what counts.  Permitted as nmk_rating_approve().  Audited: yes.
 *  @param reason  1 to 500 code points, shown to its author
 *  @return NMK_OK, also if it is hidden already; NMK_ENOTFOUND; NMK_EINVALID; NMK_EDENIED; NMK_ELOGIN. @since 0.1 */
NMK_API nmk_status nmk_rating_hide(nmk_session *session, const char *id, const char *reason);

NMK_END_DECLS
#endif
