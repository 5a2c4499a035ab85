/* query.h -- what a person types into a search field, made into an expression that cannot be wrong. Pure. */
#ifndef NMK_QUERY_H
#define NMK_QUERY_H

#include "german.h"

/* What is used of a query. More is not an error: it is left out. */
#define QUERY_TERMS      64
#define QUERY_CHARACTERS 1000

/* A single letter is a name (C, R) far more often than a beginning. */
#define QUERY_PREFIX_CHARACTERS 2

/* A word or a phrase; its terms follow each other in a document that matches. */
struct query_part {
	const char *text;      /* borrowed from what was typed, not NUL-terminated; at least one term */
	size_t      length;
	bool        excluded;  /* -word: documents that have it do not match                          */
	bool        prefix;    /* the last term may go on: "Exce" finds Excel                         */
};

struct query {
	struct query_part parts[QUERY_TERMS];
	size_t            count;
	size_t            terms;       /* of all parts, at most QUERY_TERMS                           */
	bool              searchable;  /* a part that is not excluded; else there is nothing to ask   */
};

/*
 * Read words, "phrases" (also in typographic quotes), -without, +with, begin* . No input is an error.
 * While somebody is still typing, the last word also counts as the beginning of one.
 * Answers 0 or ANALYZER_NO_MEMORY. The query borrows from typed.
 */
int query_parse(struct analyzer *analyzer, enum analyzer_language language, const char *typed, bool typing, struct query *query);

/*
 * The query as text for MATCH of FTS5 with the tokenizer of tokenizer_sqlite.h: every part quoted, all required.
 * Only for a query that is searchable. The caller's; NULL: out of memory.
 */
char *query_fts5(const struct query *query);
#endif
