/* search.h -- find published nanos by what people type. */
#ifndef NANOMARKET_SEARCH_H
#define NANOMARKET_SEARCH_H

#include "common.h"
#include "errors.h"
#include "nano.h"

NMK_BEGIN_DECLS

/** In which order results come. Of equals the one that was published last comes first. */
typedef enum nmk_search_sort {
	NMK_SEARCH_RELEVANCE  = 1, /**< the best first; without a text as NEWEST       */
	NMK_SEARCH_NEWEST     = 2, /**< the last published first                       */
	NMK_SEARCH_RATING     = 3, /**< the best average first, then the most ratings  */
	NMK_SEARCH_DURATION   = 4, /**< the shortest first, unknown ones last          */
	NMK_SEARCH_POPULARITY = 5  /**< the most downloads first                       */
} nmk_search_sort;

/** What results can be counted by, bits of nmk_search_options.facets: each value with the number of results that have it, as if the
 *  facet's own filter were off. */
typedef enum nmk_search_facet {
	NMK_FACET_TOPIC    = 1,  /**< category ids; a category counts what is in it or below it, through any of a nano's topics */
	NMK_FACET_LEVEL    = 2,  /**< "beginner", ...                                             */
	NMK_FACET_DURATION = 4,  /**< "1-15", "16-30", "31-60", "61-": minutes                    */
	NMK_FACET_LANGUAGE = 8,  /**< "de", ...                                                   */
	NMK_FACET_FORMAT   = 16, /**< "video", ...                                                */
	NMK_FACET_LICENSE  = 32, /**< "CC-BY", ...                                                */
	NMK_FACET_RATING   = 64, /**< "4" for an average of 4 or better, and so on to "1"         */
	NMK_FACET_ALL      = 127
} nmk_search_facet;

/** Classes of duration, for nmk_search_options.durations. */
typedef enum nmk_search_duration {
	NMK_DURATION_SHORT  = 1, /**< 1 to 15 minutes   */
	NMK_DURATION_MEDIUM = 2, /**< 16 to 30 minutes  */
	NMK_DURATION_LONG   = 3, /**< 31 to 60 minutes  */
	NMK_DURATION_COURSE = 4  /**< more              */
} nmk_search_duration;

/** A value's bit in a set of values. */
#define NMK_SEARCH_SET(value) (UINT32_C(1) << (value))

/** Most categories, creators or languages to choose from at once. */
#define NMK_SEARCH_CHOICES_MAXIMUM 20
NMK_API int32_t nmk_search_choices_maximum(void);

#define NMK_SEARCH_WEIGHTS_VERSION 1

/** What counts how much, in hundredths. 0 is the default, -1 is nothing at all, at most 10000. docs/search.md has the formula. */
typedef struct nmk_search_weights {
	uint32_t version;      /**< NMK_SEARCH_WEIGHTS_VERSION                                                    */
	int32_t  title;        /**< a word there; default 800                                                     */
	int32_t  description;  /**< default 100                                                                   */
	int32_t  topics;       /**< default 300                                                                   */
	int32_t  creator;      /**< default 100                                                                   */
	int32_t  nearness;     /**< that words stand together as they were typed; default 50                      */
	int32_t  rating;       /**< at most so much more for an average of 5, less for one of 1; default 10       */
	int32_t  freshness;    /**< at most so much more for what was published today; default 5                  */
	int32_t  downloads;    /**< at most so much more for what is downloaded often; default 5                  */
} nmk_search_weights;
#define NMK_SEARCH_WEIGHTS_INIT NMK_INIT(NMK_SEARCH_WEIGHTS_VERSION)
NMK_API void nmk_search_weights_init(nmk_search_weights *weights);

#define NMK_SEARCH_OPTIONS_VERSION 1

/** What to look for. Zero is the default of every member. What is given twice, as one value and as several, is either. */
typedef struct nmk_search_options {
	uint32_t    version;         /**< NMK_SEARCH_OPTIONS_VERSION                                                 */
	const char *text;            /**< what the person typed: words, "phrases", -without, +must, field:value, a last
	                                  word that may be unfinished. Nothing in valid UTF-8 is an error: what has no
	                                  word to look for browses, as NULL and "" do                                */
	const char *category_id;     /**< in this category or below it; NULL for all                                 */
	const char *creator_id;      /**< NULL for all                                                               */
	nmk_competency_level competency_level; /**< 0 for all                                                        */
	nmk_format format;      /**< 0 for all                                                                  */
	nmk_license license;         /**< 0 for all                                                                  */
	const char *language;        /**< two letters; NULL for all                                                  */
	int32_t     duration_minimum; /**< minutes; 0 for any                                                        */
	int32_t     duration_maximum; /**< minutes; 0 for any                                                        */
	const char *cursor;          /**< of the page before, with all else but the limit as it was; NULL for the first */
	int32_t     limit;           /**< 1 to 100; 0 means 20                                                       */
	nmk_search_sort sort;        /**< 0 means NMK_SEARCH_RELEVANCE                                               */
	uint32_t    facets;          /**< nmk_search_facet values, or-ed: what to count                              */
	const char *const *category_ids; /**< in any of these or below it                                            */
	size_t      category_count;  /**< 0 to NMK_SEARCH_CHOICES_MAXIMUM; 0 for all                                 */
	const char *const *creator_ids; /**< of any of these                                                         */
	size_t      creator_count;   /**< 0 to NMK_SEARCH_CHOICES_MAXIMUM; 0 for all                                 */
	const char *const *languages; /**< in any of these                                                           */
	size_t      language_count;  /**< 0 to NMK_SEARCH_CHOICES_MAXIMUM; 0 for all                                 */
	uint32_t    competency_levels; /**< NMK_SEARCH_SET() of nmk_competency_level values, or-ed; 0 for all        */
	uint32_t    formats;         /**< NMK_SEARCH_SET() of nmk_format values, or-ed; 0 for all                    */
	uint32_t    licenses;        /**< NMK_SEARCH_SET() of nmk_license values, or-ed; 0 for all                   */
	uint32_t    durations;       /**< NMK_SEARCH_SET() of nmk_search_duration values, or-ed; 0 for all           */
	int32_t     rating_minimum;  /**< hundredths, 100 to 500; 0 for any                                          */
	bool        strict;          /**< all words as they were typed, or nothing: no relaxing, no correcting       */
	int32_t     relax_below;     /**< 1 to 100: with fewer results, those with some of the words come too; 0 means
	                                  1: only if nothing has all                                                 */
	int32_t     snippet_characters; /**< 20 to 1000: of each result the words that were looked for are marked in the
	                                  title and in a passage of so many characters of the description; 0: none   */
	bool        explain;         /**< say of each result why it stands where it stands                           */
	const nmk_search_weights *weights; /**< NULL for the defaults                                                */
} nmk_search_options;
#define NMK_SEARCH_OPTIONS_INIT NMK_INIT(NMK_SEARCH_OPTIONS_VERSION)
NMK_API void nmk_search_options_init(nmk_search_options *options);

/** Results: nanos, how many there are, and what they are counted by. */
typedef struct nmk_search_page nmk_search_page;
NMK_API size_t nmk_search_page_count(const nmk_search_page *page);
NMK_API const nmk_nano *nmk_search_page_item(const nmk_search_page *page, size_t index);
NMK_API const char *nmk_search_page_next(const nmk_search_page *page);

/** How many results all pages have. @since 1.0 */
NMK_API int64_t nmk_search_page_total(const nmk_search_page *page);

/** True if no nano, or fewer than nmk_search_options.relax_below, have all words, so that these are the ones with some of them or with
 *  parts of them: all that were typed with "+", and none with "-". @since 1.0 */
NMK_API bool nmk_search_page_relaxed(const nmk_search_page *page);

/** Words that no result has, as they were typed; NULL behind the last. Only of a relaxed search. @since 1.0 */
NMK_API const char *nmk_search_page_missing(const nmk_search_page *page, size_t index);

/** What may have been meant if nothing was found for the words as they were typed, and some of them are in no published nano: the
 *  text with near words of published nanos, the likeliest first; NULL behind the last. There are never more than 5.
 *  @since 1.0 */
NMK_API const char *nmk_search_page_correction(const nmk_search_page *page, size_t index);

/** True if the results are those of nmk_search_page_correction() number 0, and not of what was typed. @since 1.0 */
NMK_API bool nmk_search_page_corrected(const nmk_search_page *page);

/** A passage of a result's description that shows why it was found, in one line, "…" where the text goes on. NULL without a description,
 *  and unless nmk_search_options.snippet_characters asked. @since 1.0 */
NMK_API const char *nmk_search_page_snippet(const nmk_search_page *page, size_t index);

/** The same for a web page: escaped, with <mark> and </mark> around the words that were looked for. NULL where there is no snippet.
 *  @since 1.0 */
NMK_API const char *nmk_search_page_html_snippet(const nmk_search_page *page, size_t index);

/** A result's title for a web page: escaped, with <mark> and </mark> around the words that were looked for. NULL unless
 *  nmk_search_options.snippet_characters asked. @since 1.0 */
NMK_API const char *nmk_search_page_html_title(const nmk_search_page *page, size_t index);

/** How many words that were looked for stand in a result's snippet, and where: from byte `start` to byte `end` of its UTF-8, in their order,
 *  always between characters. 0 for a mark that there is not. @since 1.0 */
NMK_API size_t nmk_search_page_mark_count(const nmk_search_page *page, size_t index);
NMK_API size_t nmk_search_page_mark_start(const nmk_search_page *page, size_t index, size_t mark);
NMK_API size_t nmk_search_page_mark_end(const nmk_search_page *page, size_t index, size_t mark);

/** A result's score in millionths, 0 where the order is another. Only scores of one list compare; that of a single word is in proportion,
 *  and as docs/search.md has it if `explain` asked. @since 1.0 */
NMK_API int64_t nmk_search_page_score(const nmk_search_page *page, size_t index);

/** Why a result stands where it stands, as JSON; NULL unless `explain` asked. docs/search.md tells what is in it. @since 1.0 */
NMK_API const char *nmk_search_page_explanation(const nmk_search_page *page, size_t index);

/** The values of a facet that was asked for, those with the most results first (ratings, levels and durations in their own order).
 *  Values without results are left out, unless they are chosen. @since 1.0 */
NMK_API size_t nmk_search_page_facet_count(const nmk_search_page *page, nmk_search_facet facet);
NMK_API const char *nmk_search_page_facet_value(const nmk_search_page *page, nmk_search_facet facet, size_t index);
NMK_API const char *nmk_search_page_facet_name(const nmk_search_page *page, nmk_search_facet facet, size_t index); /**< for people: a category's name; else the value */
NMK_API int64_t nmk_search_page_facet_hits(const nmk_search_page *page, nmk_search_facet facet, size_t index);
NMK_API bool nmk_search_page_facet_chosen(const nmk_search_page *page, nmk_search_facet facet, size_t index); /**< the search is filtered by it */

/** A JSON object, the caller's to free with nmk_free(); NULL without memory. */
NMK_API char *nmk_search_page_json(const nmk_search_page *page);
NMK_API void nmk_search_page_free(nmk_search_page *page);

/**
 * Search. Only published nanos are found, from the moment of their publication. A text finds what has all of its words. If nothing
 * has, words that are in no published nano are taken for near ones that are (nmk_search_page_corrected()); if there is still
 * nothing, what has some of the words is found (nmk_search_page_relaxed()).
 *
 * In a text `topic:`, `level:`, `language:` and `creator:` (also `thema:`, `niveau:`, `sprache:`, `von:`) filter, if what follows
 * is a category's name, a level, a language's code or a user name; else they are words like others.
 *
 * A list that is read page by page keeps the statistics with which it began: what comes or goes meanwhile moves no other nano.
 *
 * Permitted to: everyone.
 *
 * @param options  NULL browses
 * @param page     free with nmk_search_page_free()
 * @return NMK_OK; NMK_EINVALID naming the option, "text" if it is not valid UTF-8; NMK_ENOTFOUND for categories or
 *         creators that there are not; NMK_ELIMIT naming a list with more than NMK_SEARCH_CHOICES_MAXIMUM
 * @since 1.0
 */
NMK_API nmk_status nmk_search(nmk_session *session, const nmk_search_options *options, nmk_search_page **page);

/**
 * Make the words of the search index anew, in small transactions while others work and search: after the analyzer or its lexicon
 * changed, which nmk_market_check() tells of. Until the end the words are searched that were there before.
 *
 * Where no lexicon is installed, compounds are parted by the words that the published nanos had when this was called last: call it
 * when there are a good part more of them.
 *
 * Permitted to: the host.  Audited: yes.
 *
 * @param progress  in documents; may be NULL
 * @return NMK_OK; NMK_ECANCELLED: all is as it was; NMK_EDENIED, NMK_ELOGIN; NMK_EBUSY, NMK_EIO, NMK_EFULL, NMK_EREADONLY,
 *         NMK_EUNKNOWN: call again; NMK_ENOMEM
 * @since 1.0
 */
NMK_API nmk_status nmk_search_rebuild(nmk_session *session, nmk_progress progress, void *context);

NMK_END_DECLS
#endif
