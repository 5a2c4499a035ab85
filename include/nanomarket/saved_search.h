/* saved_search.h -- searches that a member keeps, with alerts; the member's own history; what is searched for most. */
#ifndef NANOMARKET_SAVED_SEARCH_H
#define NANOMARKET_SAVED_SEARCH_H

#include "common.h"
#include "errors.h"
#include "search.h"
#include "suggest.h"

NMK_BEGIN_DECLS

/* ---- saved searches ---- */

#define NMK_SAVED_SEARCH_MAXIMUM 50 /**< saved searches of a member at most */
NMK_API int32_t nmk_saved_search_maximum(void);

/** A saved search as it was when it was read. Free with nmk_saved_search_free(). Only its member can read it: what is searched for lies
 *  in the store sealed with the account's key. */
typedef struct nmk_saved_search nmk_saved_search;
NMK_API const char *nmk_saved_search_id(const nmk_saved_search *saved);
NMK_API const char *nmk_saved_search_name(const nmk_saved_search *saved);
NMK_API const char *nmk_saved_search_text(const nmk_saved_search *saved);
NMK_API const char *nmk_saved_search_category_id(const nmk_saved_search *saved);
NMK_API const char *nmk_saved_search_creator_id(const nmk_saved_search *saved);
NMK_API nmk_competency_level nmk_saved_search_competency_level(const nmk_saved_search *saved);
NMK_API nmk_format nmk_saved_search_format(const nmk_saved_search *saved);
NMK_API nmk_license nmk_saved_search_license(const nmk_saved_search *saved);
NMK_API const char *nmk_saved_search_language(const nmk_saved_search *saved);
/** Minutes; 0 for any. */
NMK_API int64_t nmk_saved_search_duration_minimum(const nmk_saved_search *saved);
NMK_API int64_t nmk_saved_search_duration_maximum(const nmk_saved_search *saved);
/** Sets, as in nmk_search_options; 0 for all. */
NMK_API int64_t nmk_saved_search_competency_levels(const nmk_saved_search *saved);
NMK_API int64_t nmk_saved_search_formats(const nmk_saved_search *saved);
NMK_API int64_t nmk_saved_search_licenses(const nmk_saved_search *saved);
NMK_API int64_t nmk_saved_search_durations(const nmk_saved_search *saved);
/** Hundredths; 0 for any. */
NMK_API int64_t nmk_saved_search_rating_minimum(const nmk_saved_search *saved);
/** A mail tells of new nanos. */
NMK_API bool nmk_saved_search_alert(const nmk_saved_search *saved);
/** Nanos that were published until then are not new any more; milliseconds since 1970 UTC. */
NMK_API int64_t nmk_saved_search_checked_at(const nmk_saved_search *saved);
NMK_API int64_t nmk_saved_search_created_at(const nmk_saved_search *saved);
NMK_API char *nmk_saved_search_json(const nmk_saved_search *saved);
NMK_API void nmk_saved_search_free(nmk_saved_search *saved);

/** The options for nmk_search() to run it again. Their texts belong to the saved search. */
NMK_API void nmk_saved_search_options(const nmk_saved_search *saved, nmk_search_options *options);

typedef struct nmk_saved_search_page nmk_saved_search_page;
NMK_API size_t nmk_saved_search_page_count(const nmk_saved_search_page *page);
NMK_API const nmk_saved_search *nmk_saved_search_page_item(const nmk_saved_search_page *page, size_t index);
NMK_API const char *nmk_saved_search_page_next(const nmk_saved_search_page *page);
NMK_API char *nmk_saved_search_page_json(const nmk_saved_search_page *page);
NMK_API void nmk_saved_search_page_free(nmk_saved_search_page *page);

/**
 * Save a search.
 *
 * Permitted to: members, for themselves.  Audited: yes, without what is searched for.
 *
 * @param name    1 to 100 code points, one line
 * @param search  what to look for: text (at most 500 code points, one line) and filters; the rest does not count. Lists of categories,
 *                creators and languages cannot be kept: NMK_EINVALID
 * @param alert   tell by mail of nanos that are published from now on: nmk_saved_search_send_alerts()
 * @param saved   as it is now; may be NULL
 * @return NMK_OK; NMK_EINVALID naming the field; NMK_ENOTFOUND with field "category_id" or "creator_id"; NMK_ELIMIT if there are
 *         NMK_SAVED_SEARCH_MAXIMUM; NMK_ELOGIN, NMK_EDENIED; NMK_ENOMEM; NMK_EBUSY, NMK_EIO, NMK_EFULL, NMK_EREADONLY, NMK_EUNKNOWN
 * @since 0.1
 */
NMK_API nmk_status nmk_saved_search_create(nmk_session *session, const char *name, const nmk_search_options *search, bool alert,
                                           nmk_saved_search **saved);

/** One's own saved searches, the newest first.  Permitted to: members, for themselves.
 *  @param cursor  of the page before; NULL for the first
 *  @param limit   1 to 100; 0 means 20
 *  @return NMK_OK; NMK_EINVALID with field "cursor", "limit" or "page"; NMK_ELOGIN, NMK_EDENIED; NMK_ENOMEM; NMK_ECORRUPT. @since 0.1 */
NMK_API nmk_status nmk_saved_search_list(nmk_session *session, const char *cursor, int32_t limit, nmk_saved_search_page **page);

/** One of one's own.  Permitted to: the member.
 *  @return NMK_OK; NMK_ENOTFOUND; NMK_ELOGIN, NMK_EDENIED; NMK_EINVALID; NMK_ENOMEM; NMK_ECORRUPT. @since 0.1 */
NMK_API nmk_status nmk_saved_search_get(nmk_session *session, const char *id, nmk_saved_search **saved);

/** Switch alerts on, for what is published from now on, or off.  Permitted to: the member.  Audited: no.
 *  @return NMK_OK, also if it was so; NMK_ENOTFOUND; NMK_EINVALID for no id; NMK_ELOGIN, NMK_EDENIED; NMK_EBUSY, NMK_EIO,
 *          NMK_EFULL, NMK_EREADONLY, NMK_EUNKNOWN. @since 0.1 */
NMK_API nmk_status nmk_saved_search_set_alert(nmk_session *session, const char *id, bool alert);

/** Remove one.  Permitted to: the member.  Audited: yes.
 *  @return NMK_OK; NMK_ENOTFOUND; NMK_EINVALID for no id; NMK_ELOGIN, NMK_EDENIED; NMK_EBUSY, NMK_EIO, NMK_EFULL, NMK_EREADONLY,
 *          NMK_EUNKNOWN. @since 0.1 */
NMK_API nmk_status nmk_saved_search_delete(nmk_session *session, const char *id);

/**
 * Look for new nanos on behalf of saved searches with an alert that nobody has looked after for a day, and put a mail of the template
 * "saved_search_found" into the outbox for each that has some. Call it, say, every hour until `checked` is 0. A saved search brings one
 * mail in a day at most. Members who are suspended get none.
 *
 * Permitted to: the host.  Audited: no.
 *
 * @param limit    1 to 100 saved searches; 0 means 20
 * @param checked  how many were looked after; may be NULL
 * @param mailed   how many mails there are for them; may be NULL
 * @return NMK_OK; NMK_ELOGIN, NMK_EDENIED; NMK_EINVALID with field "limit"; NMK_ECORRUPT; NMK_ENOMEM; NMK_EBUSY, NMK_EIO, NMK_EFULL,
 *         NMK_EREADONLY, NMK_EUNKNOWN
 * @since 0.1
 */
NMK_API nmk_status nmk_saved_search_send_alerts(nmk_session *session, int32_t limit, int64_t *checked, int64_t *mailed);

/* ---- the own history, and statistics ---- */

#define NMK_PAST_SEARCH_MAXIMUM 100 /**< entries in a member's history at most; the oldest go first */
NMK_API int32_t nmk_past_search_maximum(void);

/**
 * Note that somebody searched: in the own history if it was a member, and in the statistics. For searches that were sent off, not
 * for each key stroke. What looks personal (an "@", more than five digits, more than 200 code points) is not in the statistics; nor is
 * any text that fewer than five different members or networks searched for within 30 days: until then there is only a keyed hash of it.
 *
 * Permitted to: everyone.  Audited: no.
 *
 * @param text          what was typed, at most 500 code points, one line. White space around it does not count; an empty one is not noted
 * @param result_count  0 or more
 * @return NMK_OK; NMK_EINVALID with field "text" or "result_count"; NMK_ELOGIN, NMK_EDENIED; NMK_ENOMEM; NMK_EBUSY, NMK_EIO,
 *         NMK_EFULL, NMK_EREADONLY, NMK_EUNKNOWN
 * @since 0.1
 */
NMK_API nmk_status nmk_past_search_record(nmk_session *session, const char *text, int64_t result_count);

/** A search of the member's own history. It belongs to its page. */
typedef struct nmk_past_search nmk_past_search;
NMK_API const char *nmk_past_search_id(const nmk_past_search *past);
NMK_API const char *nmk_past_search_text(const nmk_past_search *past);
NMK_API int64_t nmk_past_search_result_count(const nmk_past_search *past);
/** Milliseconds since 1970 UTC. */
NMK_API int64_t nmk_past_search_searched_at(const nmk_past_search *past);
NMK_API char *nmk_past_search_json(const nmk_past_search *past);

typedef struct nmk_past_search_page nmk_past_search_page;
NMK_API size_t nmk_past_search_page_count(const nmk_past_search_page *page);
NMK_API const nmk_past_search *nmk_past_search_page_item(const nmk_past_search_page *page, size_t index);
NMK_API const char *nmk_past_search_page_next(const nmk_past_search_page *page);
NMK_API char *nmk_past_search_page_json(const nmk_past_search_page *page);
NMK_API void nmk_past_search_page_free(nmk_past_search_page *page);

/** One's own history, the newest first; a text is in it once.  Permitted to: members, for themselves.
 *  @param cursor  of the page before; NULL for the first
 *  @param limit   1 to 100; 0 means 20
 *  @return NMK_OK; NMK_EINVALID with field "cursor", "limit" or "page"; NMK_ELOGIN, NMK_EDENIED; NMK_ENOMEM; NMK_ECORRUPT. @since 0.1 */
NMK_API nmk_status nmk_past_search_list(nmk_session *session, const char *cursor, int32_t limit, nmk_past_search_page **page);

/** Remove one entry, or all with NULL. It is gone from the store's files, too.  Permitted to: members, for themselves.  Audited: no.
 *  @return NMK_OK; NMK_ENOTFOUND; NMK_EINVALID for no id; NMK_ELOGIN, NMK_EDENIED; NMK_EBUSY, NMK_EIO, NMK_EFULL, NMK_EREADONLY,
 *          NMK_EUNKNOWN. @since 0.1 */
NMK_API nmk_status nmk_past_search_clear(nmk_session *session, const char *id);

#define NMK_QUERY_SESSIONS_MINIMUM 5 /**< different members or networks before a text is in the statistics */
NMK_API int32_t nmk_query_sessions_minimum(void);

/** How often a text was searched for. It belongs to its page. */
typedef struct nmk_query_count nmk_query_count;
/** In lower case, its words parted by one space. */
NMK_API const char *nmk_query_count_text(const nmk_query_count *count);
NMK_API int64_t nmk_query_count_search_count(const nmk_query_count *count);
/** Searches of these that found nothing. */
NMK_API int64_t nmk_query_count_no_result_count(const nmk_query_count *count);
NMK_API char *nmk_query_count_json(const nmk_query_count *count);

typedef struct nmk_query_count_page nmk_query_count_page;
NMK_API size_t nmk_query_count_page_count(const nmk_query_count_page *page);
NMK_API const nmk_query_count *nmk_query_count_page_item(const nmk_query_count_page *page, size_t index);
/** Always NULL: there is one page. */
NMK_API const char *nmk_query_count_page_next(const nmk_query_count_page *page);
NMK_API char *nmk_query_count_page_json(const nmk_query_count_page *page);
NMK_API void nmk_query_count_page_free(nmk_query_count_page *page);

/**
 * What was searched for most, or most often in vain, in the last days.
 *
 * Permitted to: admins and the host.  Audited: no.
 *
 * @param days       1 to 90, today included; 0 means 30
 * @param no_result  only texts that found nothing at least once, those with the most such searches first
 * @param limit      1 to 100; 0 means 20
 * @param page       free with nmk_query_count_page_free()
 * @return NMK_OK; NMK_EINVALID with field "days", "limit" or "page"; NMK_ELOGIN, NMK_EDENIED; NMK_ENOMEM; NMK_EBUSY, NMK_EIO
 * @since 0.1
 */
NMK_API nmk_status nmk_query_count_list(nmk_session *session, int32_t days, bool no_result, int32_t limit, nmk_query_count_page **page);

NMK_END_DECLS
#endif
