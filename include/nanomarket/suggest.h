/* suggest.h -- what somebody who begins to type may be looking for, and what was meant by a misspelt text. */
#ifndef NANOMARKET_SUGGEST_H
#define NANOMARKET_SUGGEST_H

#include "common.h"
#include "errors.h"

NMK_BEGIN_DECLS

/** Where a suggestion comes from. */
typedef enum nmk_suggest_kind {
	NMK_SUGGEST_HISTORY    = 1, /**< what the member searched for before                                          */
	NMK_SUGGEST_TOPIC      = 2, /**< the name of a category of published nanos                                    */
	NMK_SUGGEST_WORD       = 3, /**< what was typed, its last word completed by one of published nanos            */
	NMK_SUGGEST_TITLE      = 4, /**< the title of a published nano                                                */
	NMK_SUGGEST_CORRECTION = 5, /**< what was typed, its unknown words corrected: "Meinten Sie ...?"              */
	NMK_SUGGEST_TRENDING   = 6  /**< what many search for these days                                              */
} nmk_suggest_kind;
/** "history", "topic", "word", "title", "correction", "trending"; NULL for any other value. */
NMK_API const char *nmk_suggest_kind_word(nmk_suggest_kind kind);

/** A text to search for. It belongs to its page. */
typedef struct nmk_suggestion nmk_suggestion;
NMK_API nmk_suggest_kind nmk_suggestion_kind(const nmk_suggestion *suggestion);
NMK_API const char *nmk_suggestion_text(const nmk_suggestion *suggestion);
/** How many published nanos have the word, topic or title (of titles at most 64 are counted); 0 for the other kinds. */
NMK_API int64_t nmk_suggestion_nano_count(const nmk_suggestion *suggestion);
NMK_API char *nmk_suggestion_json(const nmk_suggestion *suggestion);

/** A list of suggestions. There is never another page: nmk_suggestion_page_next() is NULL. */
typedef struct nmk_suggestion_page nmk_suggestion_page;
NMK_API size_t nmk_suggestion_page_count(const nmk_suggestion_page *page);
NMK_API const nmk_suggestion *nmk_suggestion_page_item(const nmk_suggestion_page *page, size_t index);
NMK_API const char *nmk_suggestion_page_next(const nmk_suggestion_page *page);
NMK_API char *nmk_suggestion_page_json(const nmk_suggestion_page *page);
NMK_API void nmk_suggestion_page_free(nmk_suggestion_page *page);

#define NMK_SUGGEST_LIMIT_MAXIMUM 20 /**< suggestions in a list at most */
NMK_API int32_t nmk_suggest_limit_maximum(void);

/**
 * What a text that is being typed may become: the member's own searches (nmk_past_search_record()), the newest first; then topics,
 * texts with the last word completed, and titles, the frequent ones first; as many of each as there is room for. Case, accents, and
 * ways to write umlauts and sz do not matter. Nothing is suggested before two letters are there. Only published nanos are asked, from the moment of their publication to that of their end.
 *
 * Permitted to: everyone.
 *
 * @param text   what was typed so far; of a long one the first 64 words count. NULL is ""
 * @param limit  1 to NMK_SUGGEST_LIMIT_MAXIMUM; 0 means 8
 * @param page   free with nmk_suggestion_page_free()
 * @return NMK_OK; NMK_EINVALID with field "text" if it is not valid UTF-8, "limit" or "page"; NMK_ELOGIN; NMK_ENOMEM; NMK_EBUSY, NMK_EIO
 * @since 0.1
 */
NMK_API nmk_status nmk_suggest(nmk_session *session, const char *text, int32_t limit, nmk_suggestion_page **page);

/**
 * What was meant by a text in which are words that no published nano has: the text with these words replaced by near ones, the
 * likeliest first, as few slips of the keyboard apart as possible and as frequent as possible. Whatever is no letter stays as it was.
 * Empty if every word is known, or is a form or the beginning of one that is, or if nothing is near.
 *
 * Words of 4 and 5 letters may have one slip (a letter too many, missing, wrong, or swapped with its neighbour), longer ones two, and
 * one more if they sound the same (Kölner Phonetik). Longer ones than 32 letters are not corrected; of a text, 8 words at most are.
 *
 * Permitted to: everyone.
 *
 * @param text   what was typed; NULL is ""
 * @param limit  1 to NMK_SUGGEST_LIMIT_MAXIMUM; 0 means 1. There are never more than 5
 * @param page   free with nmk_suggestion_page_free()
 * @return NMK_OK; NMK_EINVALID with field "text" if it is not valid UTF-8, "limit" or "page"; NMK_ELOGIN; NMK_ENOMEM; NMK_EBUSY, NMK_EIO
 * @since 0.1
 */
NMK_API nmk_status nmk_suggest_corrections(nmk_session *session, const char *text, int32_t limit, nmk_suggestion_page **page);

/**
 * What is searched for most these days: texts that at least NMK_QUERY_SESSIONS_MINIMUM different members or networks searched for, whose
 * last search within seven days found something, and all of whose words are those of published nanos. A search counts half as much after
 * three days.
 *
 * Permitted to: everyone.
 *
 * @param limit  1 to NMK_SUGGEST_LIMIT_MAXIMUM; 0 means 8
 * @param page   free with nmk_suggestion_page_free()
 * @return NMK_OK; NMK_EINVALID with field "limit" or "page"; NMK_ELOGIN; NMK_ENOMEM; NMK_EBUSY, NMK_EIO
 * @since 0.1
 */
NMK_API nmk_status nmk_suggest_trending(nmk_session *session, int32_t limit, nmk_suggestion_page **page);

NMK_END_DECLS
#endif
