/* snippet.h -- the passage of a text that shows best why it was found, with the words that were asked for. Pure. */
#ifndef NMK_SNIPPET_H
#define NMK_SNIPPET_H

#include "query.h"

/* What a query asks for, ready to be looked for in any number of texts. */
struct snippet_pattern;

/* All words of the query that are not excluded, in all their alternatives; the languages are those of the texts, a set of bits. The
 * pattern needs neither query nor analyzer any more. NULL: out of memory. */
struct snippet_pattern *snippet_pattern_new(struct analyzer *analyzer, unsigned languages, const struct query *query);
void snippet_pattern_free(struct snippet_pattern *pattern);     /* NULL is allowed */

/* A word that was found. The whole word: a compound is marked from its beginning to its end when a part of it was asked for. */
struct snippet_mark {
	size_t start;      /* in the text, in bytes, on boundaries of characters */
	size_t end;
};

struct snippet {
	size_t               start;    /* the passage in the text, in bytes, on boundaries of characters; never longer */
	size_t               end;      /*   than was asked for                                                         */
	struct snippet_mark *marks;    /* inside the passage, in order, apart from each other                          */
	size_t               count;    /* 0: nothing of the query is there; the passage is the beginning then          */
	size_t               words;    /* how many different words and phrases of the query the passage has            */
};

/*
 * Find the passage of at most so many characters (code points, 1 or more) with the most different words of the query; of equals that
 * with more marks, then the first. It begins at the beginning of a sentence where one is near, else with a word. What a reader takes
 * for one character is not cut: if the first is longer than the passage may be, that is empty.
 * The language is that of the text. Time and memory grow in proportion to the text.
 * Answers 0 or ANALYZER_NO_MEMORY. Free it with snippet_free().
 */
int snippet_find(struct analyzer *analyzer, enum analyzer_language language, const struct snippet_pattern *pattern,
		 const char *text, size_t length, size_t characters, struct snippet *snippet);
void snippet_free(struct snippet *snippet);

/* What stands around the marks, and where text was left out. Anything may be NULL for nothing. */
struct snippet_style {
	const char *before;
	const char *after;
	const char *omission;   /* at a side where the text goes on */
};

/*
 * The passage as text, the caller's; NULL: out of memory. Control characters, line breaks among them, are spaces in it, and what
 * is not UTF-8 is U+FFFD. Nothing is escaped: whoever makes HTML of it takes markers that a text cannot have, escapes, and puts tags
 * for them; or works with the offsets.
 */
char *snippet_text(const struct snippet *snippet, const char *text, size_t length,
		   const struct snippet_style *style);

#endif
