/* query.h -- what a person types into a search field, made into an expression that cannot be wrong. Pure. */
#ifndef NMK_QUERY_H
#define NMK_QUERY_H

#include "alternatives.h"

/* What is used of a query. More is not an error: it is left out. */
#define QUERY_TERMS      64
#define QUERY_CHARACTERS 1000

/* A single letter is a name (C, R) far more often than a beginning. */
#define QUERY_PREFIX_CHARACTERS 2

/* Each beginning may meet most of the documents: of many the first may go on, the others are words. */
#define QUERY_BEGINNINGS 2

/* What filters when it is typed: "thema:Garten". Its names in German and English are in query.c. */
enum query_field { QUERY_TOPIC, QUERY_LEVEL, QUERY_LANGUAGE, QUERY_CREATOR };

/* Takes the value of a field. False: it knows no such value, and the whole is words like others. */
typedef bool (*query_field_sink)(void *context, enum query_field field, const char *value, size_t length);

/* A word or a phrase; its terms follow each other in a document that matches. */
struct query_part {
	const char *text;      /* borrowed from what was typed, not NUL-terminated; at least one term */
	size_t      length;
	bool        excluded;  /* -word: documents that have it do not match                          */
	bool        required;  /* +word: nothing matches without it, however little is found          */
	bool        quoted;    /* "word": as a whole, no part of a compound                           */
	bool        prefix;    /* the last term may go on: "Exce" finds Excel                         */
};

struct query {
	struct query_part parts[QUERY_TERMS];
	size_t            count;
	size_t            terms;       /* of all parts, at most QUERY_TERMS                           */
	size_t            beginnings;  /* parts that may go on, at most QUERY_BEGINNINGS              */
	bool              searchable;  /* a part that is not excluded; else there is nothing to ask   */
};

/*
 * Read words, "phrases" (also in typographic quotes), -without, +with, begin*, field:value . No input is an error.
 * While somebody is still typing, the last word also counts as the beginning of one. Without a sink no word is a field.
 * Answers 0 or ANALYZER_NO_MEMORY. The query borrows from typed.
 */
struct query_reader {
	struct analyzer *analyzer;
	unsigned         languages;    /* of the documents, a set of bits */
	bool             typing;
	query_field_sink sink;
	void            *context;
};
int query_read(const struct query_reader *reader, const char *typed, struct query *query);

/* What a phrase of the expression stands for: an alternative of a word, a word that may go on, or, where some of the words are enough,
 * a part of a compound wherever it stands. */
enum query_form { QUERY_EXACT, QUERY_STEM, QUERY_PART, QUERY_ADJACENT, QUERY_BEGINNING, QUERY_LOOSE };

/* The phrases of an expression in their order, and the words that they are forms of, numbered from 0: first those that were typed,
 * then the loose parts of compounds. */
#define QUERY_PHRASES (2 * QUERY_TERMS * (ALTERNATIVES_MAXIMUM + 1))
/* Of many words some are looked for among the first of them, and of their parts. */
#define QUERY_SOME_WORDS 12

#define QUERY_NO_WORD 255       /* a phrase that only restricts: it is excluded, or there already */
struct query_phrases {
	size_t  count, words, loose_words;
	uint8_t word[QUERY_PHRASES];
	uint8_t form[QUERY_PHRASES];
	uint8_t part[QUERY_TERMS];      /* of the query, by word */
};

enum query_match { QUERY_ALL, QUERY_SOME };

/* May there be more matches with QUERY_SOME? */
bool query_can_relax(const struct query *query);

/*
 * The query as text for MATCH of FTS5 with the tokenizer of tokenizer_sqlite.h, each word by its alternatives. With QUERY_ALL all
 * parts are required, with QUERY_SOME those with "+", or else one at least. Only for a query that is searchable. *expression is the
 * caller's. Answers 0 or ANALYZER_NO_MEMORY.
 */
int query_express(const struct query_reader *reader, const struct query *query, enum query_match match,
		  struct query_phrases *phrases, char **expression);
#endif
