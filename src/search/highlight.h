/* highlight.h -- a passage of a text with marks where the words stand that were looked for. Pure. */
#ifndef NMK_HIGHLIGHT_H
#define NMK_HIGHLIGHT_H

#include "snippet.h"

struct highlight {
	char  *text;                     /* the passage in one line, "\u2026" where the text goes on */
	char  *html;                     /* the same, escaped, with <mark> around the words      */
	struct snippet_mark *marks;      /* in `text`, in bytes, in order                        */
	size_t count;
};

/* The passage of at most so many characters that shows best what the pattern looks for; nothing of a text that is NULL or empty.
 * False: no memory. highlight_free() afterwards, also of one that is all zero. */
bool highlight(struct analyzer *analyzer, enum analyzer_language language, const struct snippet_pattern *pattern, const char *text,
               size_t characters, struct highlight *highlight);
void highlight_free(struct highlight *highlight);

/* Where a byte of the text stands, in characters. */
size_t highlight_character(const struct highlight *highlight, size_t byte);
#endif
