/* content.h -- is a text spam? Pure: no market, no session, no store. */
#ifndef NANOMARKET_CONTENT_H
#define NANOMARKET_CONTENT_H

#include "common.h"

NMK_BEGIN_DECLS

/** Which rule a text breaks: the first of them in this order. */
typedef enum nmk_content_verdict {
	NMK_CONTENT_FINE            = 0, /**< none                                                                               */
	NMK_CONTENT_BLOCKED_DOMAIN  = 1, /**< "phishing_domain_detected": a link to a blocked domain or to one below it          */
	NMK_CONTENT_REPEATED_LINK   = 2, /**< "repeated_url_pattern": more than three links to one host                          */
	NMK_CONTENT_SHORTENED_LINKS = 3, /**< "shortener_abuse": more than five links to services that shorten links            */
	NMK_CONTENT_ALL_CAPS        = 4  /**< "all_caps_spam": 50 characters or more, and of the letters more than 70 % capitals */
} nmk_content_verdict;

/** The rule's name, such as "all_caps_spam"; NULL for NMK_CONTENT_FINE and numbers that are none. @since 0.1 */
NMK_API const char *nmk_content_verdict_word(nmk_content_verdict verdict);

#define NMK_CONTENT_FILTER_VERSION 1

/** What is spam. Zero is the default of every member; a negative number switches its rule off. */
typedef struct nmk_content_filter {
	uint32_t           version;           /**< NMK_CONTENT_FILTER_VERSION                                        */
	const char *const *blocked_domains;   /**< in lower case, in Unicode or ASCII form, the last NULL; NULL means spam.ru,
	                                           malware.net and phishing.example; an empty list switches the rule off */
	const char *const *shorteners;        /**< the same; NULL means bit.ly, tinyurl.com, shorte.st, t.co, goo.gl  */
	int32_t            links_to_host;     /**< how many links to one host are fine; 0 means 3                    */
	int32_t            shortened_links;   /**< how many links to shorteners are fine; 0 means 5                  */
	int32_t            capitals_from;     /**< texts from so many code points on are looked at; 0 means 50       */
	int32_t            capitals_percent;  /**< so many per cent of the letters may be capitals; 0 means 70       */
} nmk_content_filter;
#define NMK_CONTENT_FILTER_INIT NMK_INIT(NMK_CONTENT_FILTER_VERSION)
NMK_API void nmk_content_filter_init(nmk_content_filter *filter);

/**
 * Judge a text; NULL is one without anything. A link is http:// or https://, in capitals or not, and what follows up to white space; its host ends before
 * "/", "\", "?" and "#". User and port are ignored; the host is compared in lower case, without percent encoding, with the dots of
 * UTS #46, and labels in Punycode (RFC 3492) as what they stand for. Of the first 512 links it counts which go to one host.
 *
 * @param filter  NULL for all defaults
 * @param text    UTF-8; what is not valid counts as no letter
 * @since 0.1
 */
NMK_API nmk_content_verdict nmk_content_check(const nmk_content_filter *filter, const char *text);

NMK_END_DECLS
#endif
