/* nano.h -- create, describe, submit, publish, find by list, and read learning units. */
#ifndef NANOMARKET_NANO_H
#define NANOMARKET_NANO_H

#include "common.h"
#include "errors.h"

NMK_BEGIN_DECLS

/** How much a learner should know already. */
typedef enum nmk_competency_level {
	NMK_LEVEL_BEGINNER     = 1,
	NMK_LEVEL_INTERMEDIATE = 2,
	NMK_LEVEL_ADVANCED     = 3
} nmk_competency_level;

typedef enum nmk_format {
	NMK_FORMAT_VIDEO       = 1,
	NMK_FORMAT_TEXT        = 2,
	NMK_FORMAT_QUIZ        = 3,
	NMK_FORMAT_INTERACTIVE = 4,
	NMK_FORMAT_MIXED       = 5
} nmk_format;

typedef enum nmk_license {
	NMK_LICENSE_CC_BY       = 1,
	NMK_LICENSE_CC_BY_SA    = 2,
	NMK_LICENSE_CC0         = 3,
	NMK_LICENSE_PROPRIETARY = 4
} nmk_license;

/** Where a nano stands. docs/states.md has the table of moves. */
typedef enum nmk_nano_state {
	NMK_NANO_DRAFT          = 1, /**< its creator works on it                    */
	NMK_NANO_PENDING_REVIEW = 2, /**< waits for a moderator                      */
	NMK_NANO_PUBLISHED      = 3, /**< everyone finds it                          */
	NMK_NANO_ARCHIVED       = 4, /**< taken out of the catalogue                 */
	NMK_NANO_DELETED        = 5  /**< final; kept for the record only            */
} nmk_nano_state;

/** The word of a value ("beginner", "CC-BY-SA", "pending_review"), NULL if it is none. @since 1.0 */
NMK_API const char *nmk_competency_level_word(nmk_competency_level level);
NMK_API const char *nmk_format_word(nmk_format format);
NMK_API const char *nmk_license_word(nmk_license license);
NMK_API const char *nmk_nano_state_word(nmk_nano_state status);

/** The value of a word, 0 if it is none. Levels are read whatever the case, and "basic" is "beginner". @since 1.0 */
NMK_API nmk_competency_level nmk_competency_level_of(const char *word);
NMK_API nmk_format nmk_format_of(const char *word);
NMK_API nmk_license nmk_license_of(const char *word);
NMK_API nmk_nano_state nmk_nano_state_of(const char *word);

/** A nano as it was when it was read. Free with nmk_nano_free(). */
typedef struct nmk_nano nmk_nano;

NMK_API const char *nmk_nano_id(const nmk_nano *nano);
NMK_API const char *nmk_nano_title(const nmk_nano *nano);
/** NULL while there is none. */
NMK_API const char *nmk_nano_description(const nmk_nano *nano);
/** Length of the learning unit in minutes, 1 to 1440; 0 while a draft has none. */
NMK_API int64_t nmk_nano_duration_minutes(const nmk_nano *nano);
NMK_API nmk_competency_level nmk_nano_competency_level(const nmk_nano *nano);
/** Two letters, ISO 639-1. */
NMK_API const char *nmk_nano_language(const nmk_nano *nano);
NMK_API nmk_format nmk_nano_format(const nmk_nano *nano);
NMK_API nmk_license nmk_nano_license(const nmk_nano *nano);
NMK_API nmk_nano_state nmk_nano_status(const nmk_nano *nano);
/** The version that learners get, or in a draft the latest: "1.0.0"; NULL while there is no package. */
NMK_API const char *nmk_nano_version(const nmk_nano *nano);
NMK_API const char *nmk_nano_creator_id(const nmk_nano *nano);
/** User name of the creator. */
NMK_API const char *nmk_nano_creator(const nmk_nano *nano);
NMK_API int64_t nmk_nano_created_at(const nmk_nano *nano);
NMK_API int64_t nmk_nano_updated_at(const nmk_nano *nano);
/** When it was first published, submitted last, archived; 0 for never. */
NMK_API int64_t nmk_nano_published_at(const nmk_nano *nano);
NMK_API int64_t nmk_nano_submitted_at(const nmk_nano *nano);
NMK_API int64_t nmk_nano_archived_at(const nmk_nano *nano);
/** Why a moderator sent it back, for its creator and for staff; NULL for none. */
NMK_API const char *nmk_nano_review_reason(const nmk_nano *nano);
NMK_API int64_t nmk_nano_download_count(const nmk_nano *nano);
/** How many approved ratings it has; their average in hundredths of a star, half a hundredth rounded up (425 is 4.25 stars),
 *  and their median (the mean of the middle two), 100 to 500; 0 for none. */
NMK_API int64_t nmk_nano_rating_count(const nmk_nano *nano);
NMK_API int64_t nmk_nano_rating_average_hundredths(const nmk_nano *nano);
NMK_API int64_t nmk_nano_rating_median_hundredths(const nmk_nano *nano);
/** How many of them gave 1, 2, 3, 4, 5 stars. */
NMK_API int64_t nmk_nano_rating_count_1(const nmk_nano *nano);
NMK_API int64_t nmk_nano_rating_count_2(const nmk_nano *nano);
NMK_API int64_t nmk_nano_rating_count_3(const nmk_nano *nano);
NMK_API int64_t nmk_nano_rating_count_4(const nmk_nano *nano);
NMK_API int64_t nmk_nano_rating_count_5(const nmk_nano *nano);
/** How many approved comments it has. */
NMK_API int64_t nmk_nano_comment_count(const nmk_nano *nano);
/** Topics, in the order in which they were given. The strings are borrowed. */
NMK_API size_t nmk_nano_category_count(const nmk_nano *nano);
NMK_API const char *nmk_nano_category_id(const nmk_nano *nano, size_t index);
NMK_API const char *nmk_nano_category_name(const nmk_nano *nano, size_t index);
/** The nano as a JSON object, the caller's to free with nmk_free(); NULL without memory. */
NMK_API char *nmk_nano_json(const nmk_nano *nano);
NMK_API void nmk_nano_free(nmk_nano *nano);

typedef struct nmk_nano_page nmk_nano_page;
NMK_API size_t nmk_nano_page_count(const nmk_nano_page *page);
NMK_API const nmk_nano *nmk_nano_page_item(const nmk_nano_page *page, size_t index);
NMK_API const char *nmk_nano_page_next(const nmk_nano_page *page);
NMK_API char *nmk_nano_page_json(const nmk_nano_page *page);
NMK_API void nmk_nano_page_free(nmk_nano_page *page);

/** Which members of nmk_nano_fields count in an update. */
typedef enum nmk_nano_field {
	NMK_NANO_TITLE            = 1,
	NMK_NANO_DESCRIPTION      = 2,
	NMK_NANO_DURATION_MINUTES = 4,
	NMK_NANO_COMPETENCY_LEVEL = 8,
	NMK_NANO_LANGUAGE         = 16,
	NMK_NANO_FORMAT           = 32,
	NMK_NANO_LICENSE          = 64,
	NMK_NANO_CATEGORIES       = 128
} nmk_nano_field;

#define NMK_NANO_FIELDS_VERSION 1

/** What a nano is to be. */
typedef struct nmk_nano_fields {
	uint32_t    version;          /**< NMK_NANO_FIELDS_VERSION                                                   */
	uint32_t    set;              /**< nmk_nano_field values, or-ed: what an update changes; a create ignores it  */
	const char *title;            /**< 1 to 200 code points, not blank                                           */
	const char *description;      /**< at most 2000 code points, may have several lines; NULL for none           */
	int32_t     duration_minutes; /**< 1 to 1440; 0 for none yet                                                 */
	nmk_competency_level competency_level; /**< 0 means NMK_LEVEL_BEGINNER                                       */
	const char *language;         /**< two letters; NULL means "de"; stored lower-case                           */
	nmk_format format;       /**< 0 means NMK_FORMAT_MIXED                                                  */
	nmk_license license;          /**< 0 means NMK_LICENSE_PROPRIETARY                                           */
	const char *const *category_ids; /**< ids, the most important first; doubles are dropped                     */
	size_t      category_count;   /**< 0 to 5                                                                    */
	const char *idempotency_key;  /**< of a create: up to 128 bytes, or NULL                                     */
} nmk_nano_fields;
#define NMK_NANO_FIELDS_INIT NMK_INIT(NMK_NANO_FIELDS_VERSION)
NMK_API void nmk_nano_fields_init(nmk_nano_fields *fields);

/**
 * Create a nano, as a draft of the session's member.
 *
 * Permitted to: creators and above; the host has nmk_nano_create_for().  Audited: yes.
 *
 * @param nano  the new one; may be NULL
 * @return NMK_OK; NMK_EINVALID naming the field; NMK_ENOTFOUND with field "category_ids"; NMK_ESTATE for an inactive
 *         category; NMK_ELIMIT with field "category_ids" for more than 5; NMK_ECONFLICT if the idempotency key was used
 *         for something else; NMK_EDENIED, NMK_ELOGIN
 * @since 1.0
 */
NMK_API nmk_status nmk_nano_create(nmk_session *session, const nmk_nano_fields *fields, nmk_nano **nano);

/** Create a nano for somebody else: imports.  Permitted to: the host.  Audited: yes.
 *  @param creator_id  whose it will be: an account with the role creator or above
 *  @return NMK_OK; NMK_EINVALID naming the field; NMK_ENOTFOUND with field "category_ids" or "creator_id"; NMK_ESTATE for an
 *          inactive category; NMK_ELIMIT with field "category_ids" for more than 5; NMK_ECONFLICT if the idempotency key was
 *          used for something else; NMK_EDENIED, NMK_ELOGIN. @since 1.0 */
NMK_API nmk_status nmk_nano_create_for(nmk_session *session, const char *creator_id, const nmk_nano_fields *fields,
                                       nmk_nano **nano);

/** Read a nano. Permitted to: everyone if it is published, else its creator and staff.
 *  @return NMK_OK; NMK_ENOTFOUND; NMK_EINVALID. @since 1.0 */
NMK_API nmk_status nmk_nano_get(nmk_session *session, const char *id, nmk_nano **nano);

/**
 * Change a draft. At least one field must be set. Title, language, level, format, license cannot be cleared;
 * categories replace the whole set, none clears it.
 *
 * Permitted to: its creator.  Audited: yes, with the names of the fields.
 *
 * @param nano  as it is afterwards; may be NULL
 * @return NMK_OK; NMK_EINVALID naming the field; NMK_ESTATE if it is no draft; NMK_ENOTFOUND; NMK_EDENIED; NMK_ELIMIT
 * @since 1.0
 */
NMK_API nmk_status nmk_nano_update(nmk_session *session, const char *id, const nmk_nano_fields *fields,
                                   nmk_nano **nano);

/** In which order a list comes. */
typedef enum nmk_nano_order {
	NMK_NANO_ORDER_NEWEST = 1, /**< latest created first                 */
	NMK_NANO_ORDER_TITLE  = 2  /**< by title                             */
} nmk_nano_order;

#define NMK_NANO_LIST_OPTIONS_VERSION 1
typedef struct nmk_nano_list_options {
	uint32_t        version;     /**< NMK_NANO_LIST_OPTIONS_VERSION                                             */
	nmk_nano_state status;      /**< only these; 0 means published. Others: one's own, or staff                */
	bool            any_status;  /**< all but deleted, as far as the session may see them; status is ignored    */
	const char     *creator_id;  /**< only this creator's; NULL for all                                         */
	const char     *category_id; /**< in this category or below it; NULL for all                                */
	nmk_competency_level competency_level; /**< 0 for all                                                       */
	nmk_format format;      /**< 0 for all                                                                 */
	nmk_license     license;     /**< 0 for all                                                                 */
	const char     *language;    /**< two letters; NULL for all                                                 */
	nmk_nano_order  order;       /**< 0 means newest                                                            */
	const char     *cursor;      /**< of the page before; NULL for the first                                    */
	int32_t         limit;       /**< 1 to 100; 0 means 20                                                      */
} nmk_nano_list_options;
#define NMK_NANO_LIST_OPTIONS_INIT NMK_INIT(NMK_NANO_LIST_OPTIONS_VERSION)
NMK_API void nmk_nano_list_options_init(nmk_nano_list_options *options);

/** List nanos that the session may see.  Permitted to: everyone.
 *  @param options  NULL for all defaults
 *  @return NMK_OK; NMK_EINVALID naming the option; NMK_ENOTFOUND for category or creator. @since 1.0 */
NMK_API nmk_status nmk_nano_list(nmk_session *session, const nmk_nano_list_options *options, nmk_nano_page **page);

/** Nanos that wait for review, first submitted first.  Permitted to: moderators and above.
 *  @return NMK_OK; NMK_EDENIED, NMK_ELOGIN; NMK_EINVALID. @since 1.0 */
NMK_API nmk_status nmk_nano_review_queue(nmk_session *session, const char *cursor, int32_t limit,
                                         nmk_nano_page **page);

/**
 * Move a nano to another status. The calls below say what they need; this one takes the status as a value, for
 * servers. Checks come in this order: the nano is visible; the session is its creator's or a moderator's; a moderator
 * moves what others wrote only out of review, to published or back to draft; a creator does not publish, and must still
 * be one; the status it has already is a success that changes nothing; the table of moves; the 24 hours; completeness
 * for publishing. The host needs to be neither creator nor moderator.
 *
 * @param reason  at most 500 code points, or NULL; kept for the creator when a moderator sends it back
 * @return NMK_OK; NMK_ENOTFOUND; NMK_EDENIED; NMK_ELOGIN; NMK_ESTATE; NMK_EINVALID naming the missing fields
 * @since 1.0
 */
NMK_API nmk_status nmk_nano_set_status(nmk_session *session, const char *id, nmk_nano_state status,
                                       const char *reason);

/** Hand a draft in for review.  Permitted to: its creator.  Audited: yes.
 *  @return NMK_OK, also if it waits already; NMK_EINVALID naming what is missing; NMK_ENOTFOUND; NMK_EDENIED; NMK_ELOGIN;
 *          NMK_ESTATE. @since 1.0 */
NMK_API nmk_status nmk_nano_submit(nmk_session *session, const char *id);

/** Take a nano back from review.  Permitted to: its creator.  Audited: yes.
 *  @return NMK_OK; NMK_EINVALID; NMK_ENOTFOUND; NMK_EDENIED; NMK_ELOGIN; NMK_ESTATE. @since 1.0 */
NMK_API nmk_status nmk_nano_withdraw(nmk_session *session, const char *id);

/**
 * Publish a nano that waits for review, so that everyone can find it. The host may publish a draft directly.
 *
 * Permitted to: moderators and admins, but never its creator.  Audited: yes.
 *
 * @return NMK_OK; NMK_ENOTFOUND if there is none visible to the session; NMK_EDENIED; NMK_ELOGIN;
 *         NMK_ESTATE if it is not pending review; NMK_EINVALID naming the missing fields, comma separated
 * @since 1.0
 */
NMK_API nmk_status nmk_nano_publish(nmk_session *session, const char *id);

/** Send a nano that waits for review back to its creator.  Permitted to: moderators and admins, never its creator.
 *  Audited: yes.
 *  @param reason  1 to 500 code points, shown to the creator
 *  @return NMK_OK; NMK_ENOTFOUND; NMK_EDENIED; NMK_ELOGIN; NMK_ESTATE; NMK_EINVALID. @since 1.0 */
NMK_API nmk_status nmk_nano_reject(nmk_session *session, const char *id, const char *reason);

/** Make a published nano a draft again, within 24 hours of its publication.  Permitted to: its creator.  Audited: yes.
 *  @return NMK_OK; NMK_EINVALID; NMK_ENOTFOUND; NMK_EDENIED; NMK_ELOGIN; NMK_ESTATE, also when it is too late. @since 1.0 */
NMK_API nmk_status nmk_nano_unpublish(nmk_session *session, const char *id);

/** Take a nano out of the catalogue for good.  Permitted to: its creator.  Audited: yes.
 *  @return NMK_OK; NMK_EINVALID; NMK_ENOTFOUND; NMK_EDENIED; NMK_ELOGIN; NMK_ESTATE. @since 1.0 */
NMK_API nmk_status nmk_nano_archive(nmk_session *session, const char *id);

/** Delete a draft or an archived nano: nobody but staff sees it any more.  Permitted to: its creator and admins.
 *  Audited: yes.
 *  @return NMK_OK; NMK_EINVALID; NMK_ENOTFOUND; NMK_EDENIED; NMK_ELOGIN; NMK_ESTATE. @since 1.0 */
NMK_API nmk_status nmk_nano_delete(nmk_session *session, const char *id);

/**
 * Take a published nano down. Asking again, or for one that is not published, changes nothing and says so; it is
 * audited all the same.
 *
 * Permitted to: admins.  Audited: yes.
 *
 * @param reason           1 to 500 code points without the white space around it
 * @param note             at most 1000 code points, or NULL; for the record
 * @param already_removed  true if it was not published; may be NULL
 * @return NMK_OK; NMK_ENOTFOUND; NMK_EDENIED; NMK_ELOGIN; NMK_EINVALID
 * @since 1.0
 */
NMK_API nmk_status nmk_nano_takedown(nmk_session *session, const char *id, const char *reason, const char *note,
                                     bool *already_removed);

NMK_END_DECLS
#endif
