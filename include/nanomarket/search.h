/* search.h -- find published nanos by what people type. */
#ifndef NANOMARKET_SEARCH_H
#define NANOMARKET_SEARCH_H

#include "common.h"
#include "errors.h"
#include "nano.h"

NMK_BEGIN_DECLS

#define NMK_SEARCH_OPTIONS_VERSION 1

/** What to look for. Zero is the default of every member. */
typedef struct nmk_search_options {
	uint32_t    version;         /**< NMK_SEARCH_OPTIONS_VERSION                                                 */
	const char *text;            /**< what the person typed: words, "phrases", -without, a last word may be
	                                  unfinished. Nothing in valid UTF-8 is an error: what has no word to look for
                                  browses, as NULL and "" do, newest first                                   */
	const char *category_id;     /**< in this category or below it; NULL for all                                 */
	const char *creator_id;      /**< NULL for all                                                               */
	nmk_competency_level competency_level; /**< 0 for all                                                        */
	nmk_format format;      /**< 0 for all                                                                  */
	nmk_license license;         /**< 0 for all                                                                  */
	const char *language;        /**< two letters; NULL for all                                                  */
	int32_t     duration_minimum; /**< minutes; 0 for any                                                        */
	int32_t     duration_maximum; /**< minutes; 0 for any                                                        */
	const char *cursor;          /**< of the page before; NULL for the first                                     */
	int32_t     limit;           /**< 1 to 100; 0 means 20                                                       */
} nmk_search_options;
#define NMK_SEARCH_OPTIONS_INIT NMK_INIT(NMK_SEARCH_OPTIONS_VERSION)
NMK_API void nmk_search_options_init(nmk_search_options *options);

/**
 * Search. Only published nanos are found, from the moment of their publication. With a text the most relevant come
 * first: hits in the title count most, then those in topics, then description and creator; of equals the newest.
 *
 * Permitted to: everyone.
 *
 * @param options  NULL browses
 * @param page     free with nmk_nano_page_free()
 * @return NMK_OK; NMK_EINVALID naming the option, "text" if it is not valid UTF-8; NMK_ENOTFOUND for category or
 *         creator
 * @since 1.0
 */
NMK_API nmk_status nmk_search(nmk_session *session, const nmk_search_options *options, nmk_nano_page **page);

NMK_END_DECLS
#endif
