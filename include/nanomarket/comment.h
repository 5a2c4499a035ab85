/* comment.h -- what members write about a nano, what its creator answers, and whom it helped. */
#ifndef NANOMARKET_COMMENT_H
#define NANOMARKET_COMMENT_H

#include "common.h"
#include "errors.h"
#include "feedback.h"

NMK_BEGIN_DECLS

/** A comment as it was when it was read. Free with nmk_comment_free(). */
typedef struct nmk_comment nmk_comment;

NMK_API const char *nmk_comment_id(const nmk_comment *comment);
NMK_API const char *nmk_comment_nano_id(const nmk_comment *comment);
/** Title of the nano; NULL if the session may not see that any more. */
NMK_API const char *nmk_comment_nano_title(const nmk_comment *comment);
NMK_API const char *nmk_comment_user_id(const nmk_comment *comment);
/** User name of the author. */
NMK_API const char *nmk_comment_username(const nmk_comment *comment);
/** The author's approved rating of the nano, 1 to 5; 0 for none. */
NMK_API int64_t nmk_comment_score(const nmk_comment *comment);
/** What was written, byte for byte: escape it where it is shown. */
NMK_API const char *nmk_comment_content(const nmk_comment *comment);
NMK_API nmk_feedback_state nmk_comment_status(const nmk_comment *comment);
/** 1, and one more with each change of the text. */
NMK_API int64_t nmk_comment_revision(const nmk_comment *comment);
/** Was the text changed after it was written? What moderators decide, votes and answers are no edit. */
NMK_API bool nmk_comment_is_edited(const nmk_comment *comment);
/** Did the author download the nano? */
NMK_API bool nmk_comment_verified_learner(const nmk_comment *comment);
/** How many members found it helpful, and whether the session's member is one of them. */
NMK_API int64_t nmk_comment_helpful_count(const nmk_comment *comment);
NMK_API bool nmk_comment_voted_helpful(const nmk_comment *comment);
/** What the nano's creator answered, and when; NULL and 0 for no answer, NULL and a time for one that was removed. */
NMK_API const char *nmk_comment_reply(const nmk_comment *comment);
NMK_API int64_t nmk_comment_replied_at(const nmk_comment *comment);
/** Why a moderator hid it, for its author and for staff; NULL for none. */
NMK_API const char *nmk_comment_moderation_reason(const nmk_comment *comment);
/** When the first text was written, and when the present one. */
NMK_API int64_t nmk_comment_created_at(const nmk_comment *comment);
NMK_API int64_t nmk_comment_submitted_at(const nmk_comment *comment);
/** When a moderator decided on the present text, for its author and for staff; 0 for not yet. */
NMK_API int64_t nmk_comment_moderated_at(const nmk_comment *comment);
/** The comment as a JSON object, the caller's to free with nmk_free(); NULL without memory. */
NMK_API char *nmk_comment_json(const nmk_comment *comment);
NMK_API void nmk_comment_free(nmk_comment *comment);

typedef struct nmk_comment_page nmk_comment_page;
NMK_API size_t nmk_comment_page_count(const nmk_comment_page *page);
NMK_API const nmk_comment *nmk_comment_page_item(const nmk_comment_page *page, size_t index);
NMK_API const char *nmk_comment_page_next(const nmk_comment_page *page);
NMK_API char *nmk_comment_page_json(const nmk_comment_page *page);
NMK_API void nmk_comment_page_free(nmk_comment_page *page);

/**
 * Comment on a published nano, once. The comment waits for a moderator before others see it.
 *
 * Permitted to: members, never on their own nano.  Audited: yes.
 *
 * @param content          1 to 1000 code points, not blank, may have several lines; stored byte for byte
 * @param idempotency_key  up to 128 bytes, or NULL; with it the call may be repeated safely
 * @param comment          the new one; may be NULL
 * @return NMK_OK; NMK_ECONFLICT with field "nano_id" if the member has commented on it already: nmk_comment_update(), with
 *         field "idempotency_key" if that was used for something else; NMK_EINVALID naming the field; NMK_ESTATE if the
 *         nano is not published; NMK_ENOTFOUND; NMK_EDENIED; NMK_ELOGIN
 * @since 0.1
 */
NMK_API nmk_status nmk_comment_create(nmk_session *session, const char *nano_id, const char *content,
                                      const char *idempotency_key, nmk_comment **comment);

/**
 * Write another text. The comment waits for a moderator again, never for the one who wrote it. Answer and votes stay. The
 * text that it has already is a success that changes nothing.
 *
 * Permitted to: its author, and staff, while the nano is published.  Audited: yes.
 *
 * @param content  as for nmk_comment_create()
 * @param comment  as it is afterwards; may be NULL
 * @return NMK_OK; NMK_EINVALID; NMK_ESTATE if the nano is not published; NMK_ENOTFOUND; NMK_EDENIED; NMK_ELOGIN
 * @since 0.1
 */
NMK_API nmk_status nmk_comment_update(nmk_session *session, const char *id, const char *content, nmk_comment **comment);

/** Take a comment back, with its answer, votes and reports, whatever became of the nano.  Permitted to: its author.
 *  Audited: yes.
 *  @return NMK_OK; NMK_EINVALID; NMK_ENOTFOUND; NMK_EDENIED; NMK_ELOGIN. @since 0.1 */
NMK_API nmk_status nmk_comment_withdraw(nmk_session *session, const char *id);

/** Read a comment.  Permitted to: everyone if it is approved and the nano published; else its author, the nano's creator
 *  and staff.
 *  @return NMK_OK; NMK_EINVALID; NMK_ENOTFOUND. @since 0.1 */
NMK_API nmk_status nmk_comment_get(nmk_session *session, const char *id, nmk_comment **comment);

/** One's own comment on a nano, in whatever state.  Permitted to: members.
 *  @return NMK_OK; NMK_EINVALID; NMK_ENOTFOUND if there is none; NMK_EDENIED; NMK_ELOGIN. @since 0.1 */
NMK_API nmk_status nmk_comment_get_own(nmk_session *session, const char *nano_id, nmk_comment **comment);

/** In which order comments come. */
typedef enum nmk_comment_order {
	NMK_COMMENT_ORDER_NEWEST  = 1, /**< latest created first                               */
	NMK_COMMENT_ORDER_HELPFUL = 2  /**< found helpful by most first, then latest created   */
} nmk_comment_order;

/** The approved comments on a nano.  Permitted to: everyone who may see the nano.
 *  @param order  0 means newest
 *  @return NMK_OK; NMK_ENOTFOUND; NMK_EINVALID naming the argument. @since 0.1 */
NMK_API nmk_status nmk_comment_list(nmk_session *session, const char *nano_id, nmk_comment_order order, const char *cursor,
                                    int32_t limit, nmk_comment_page **page);

/** All comments that one has written, in whatever state, the newest first.  Permitted to: members.
 *  @return NMK_OK; NMK_EINVALID; NMK_EDENIED; NMK_ELOGIN. @since 0.1 */
NMK_API nmk_status nmk_comment_list_own(nmk_session *session, const char *cursor, int32_t limit, nmk_comment_page **page);

/** The comments that nanos were given, the newest first.  Permitted to: the nanos' creator, and staff for a nano that they
 *  name.
 *  @param nano_id  on one nano; NULL for all of one's own
 *  @param status   only these; 0 for all
 *  @return NMK_OK; NMK_EINVALID naming the argument, "nano_id" if the host names none; NMK_ENOTFOUND; NMK_EDENIED; NMK_ELOGIN.
 *  @since 0.1 */
NMK_API nmk_status nmk_comment_list_received(nmk_session *session, const char *nano_id, nmk_feedback_state status,
                                             const char *cursor, int32_t limit, nmk_comment_page **page);

/** Comments on published nanos that wait for a moderator, the longest waiting first, without those that the session may not
 *  decide on.  Permitted to: moderators and above.
 *  @return NMK_OK; NMK_EINVALID; NMK_EDENIED; NMK_ELOGIN. @since 0.1 */
NMK_API nmk_status nmk_comment_queue(nmk_session *session, const char *cursor, int32_t limit, nmk_comment_page **page);

/**
 * Show a comment to everyone, and close the reports of it that wait. One that is approved already and has no such reports
 * is a success that changes nothing.
 *
 * Permitted to: moderators and admins, but neither who wrote it or its present text, nor the nano's creator.  Audited: yes.
 *
 * @param revision  the one that was read, so that nothing else is approved; 0 for whichever it is now
 * @return NMK_OK; NMK_ENOTFOUND; NMK_EINVALID; NMK_ESTATE with field "revision" if it was changed since; NMK_EDENIED;
 *         NMK_ELOGIN
 * @since 0.1
 */
NMK_API nmk_status nmk_comment_approve(nmk_session *session, const char *id, int64_t revision);

/** Take a comment away from the public, with its answer, and resolve the reports of it that wait.  Permitted as
 *  nmk_comment_approve().  Audited: yes.
 *  @param reason  1 to 500 code points, shown to its author
 *  @return NMK_OK, also if it is hidden already; NMK_ENOTFOUND; NMK_EINVALID; NMK_EDENIED; NMK_ELOGIN. @since 0.1 */
NMK_API nmk_status nmk_comment_hide(nmk_session *session, const char *id, const char *reason);

/**
 * Answer a comment on one's own nano: once, and everyone who sees the comment sees the answer.
 *
 * Permitted to: the nano's creator.  Audited: yes.
 *
 * @param reply  1 to 1000 code points, not blank, may have several lines; stored byte for byte
 * @return NMK_OK; NMK_ECONFLICT if it was answered already, also if that answer was removed; NMK_ESTATE if the comment is
 *         not approved or the nano not published; NMK_EINVALID; NMK_ENOTFOUND; NMK_EDENIED; NMK_ELOGIN
 * @since 0.1
 */
NMK_API nmk_status nmk_comment_reply_to(nmk_session *session, const char *id, const char *reply);

/** Remove the creator's answer; there will be no other. None there is a success that changes nothing.
 *  Permitted as nmk_comment_approve().  Audited: yes, with the reason.
 *  @param reason  1 to 500 code points
 *  @return NMK_OK; NMK_ENOTFOUND; NMK_EINVALID; NMK_EDENIED; NMK_ELOGIN. @since 0.1 */
NMK_API nmk_status nmk_comment_remove_reply(nmk_session *session, const char *id, const char *reason);

/** Say that a comment was helpful, or take that back. Saying the same again changes nothing.
 *  Permitted to: members, but neither its author nor the nano's creator.  Audited: no.
 *  @return NMK_OK; NMK_ESTATE if the comment is not approved or the nano not published; NMK_ENOTFOUND; NMK_EDENIED;
 *          NMK_ELOGIN. @since 0.1 */
NMK_API nmk_status nmk_comment_vote(nmk_session *session, const char *id, bool helpful);

NMK_END_DECLS
#endif
