/* alternatives.h -- what a typed word may be in an index: its analysis as it is asked for. Pure. */
#ifndef NMK_ALTERNATIVES_H
#define NMK_ALTERNATIVES_H

#include "german.h"

/* How good a find is, the best first. */
enum match_class {
	MATCH_EXACT,      /* the word as it was typed, whatever its accents                                     */
	MATCH_STEM,       /* another form of the word                                                           */
	MATCH_PART,       /* a longer compound that contains it                                                 */
	MATCH_ADJACENT    /* its parts one after the other: "Projekt Management" for "Projektmanagement";       */
			  /*   or another word that the embedder said means the same                            */
};

/* One way to find a word. The terms of one position are parted by '|', positions by ' ': "projekt management". */
struct alternative {
	enum match_class match;
	const char      *terms;      /* NUL-terminated; belongs to the struct alternatives */
	size_t           positions;  /* 1, or more for MATCH_ADJACENT                      */
};

/* A typed word is always in MATCH_STEM, once for each language, at most once in MATCH_EXACT and MATCH_PART, and the more often in
 * MATCH_ADJACENT the more parts it has: three may stand as two words. */
#define ALTERNATIVES_MAXIMUM 10

/* One word of a typed text. */
struct alternatives {
	size_t             start;     /* where it stands in the text, in bytes                            */
	size_t             end;
	size_t             count;     /* 1 to ALTERNATIVES_MAXIMUM, in the order of their classes         */
	struct alternative items[ALTERNATIVES_MAXIMUM];
	const char        *phrase;    /* the same in a phrase, where those of its words follow each other */
	size_t             positions; /* of it                                                            */
};

/* Takes the alternatives of one word, valid until it returns. Anything but 0 stops and becomes the answer. */
typedef int (*alternatives_sink)(void *context, const struct alternatives *alternatives);

/*
 * Hand over the alternatives of each word of a typed text, in order. "Excel-Tabellen" is one word, "Word/Excel" are two. With several
 * languages, a set of bits, documents of all of them are found, and no more in those of one language than if it were asked for alone.
 * Answers 0, ANALYZER_NO_MEMORY, or what the sink answered.
 */
int alternatives_run(struct analyzer *analyzer, unsigned languages, const char *text, size_t length, alternatives_sink sink,
		     void *context);

/* Add the terms of a text whose last word may go on, written as in struct alternative. Answers 0 or ANALYZER_NO_MEMORY. */
struct buffer;
int alternatives_beginning(struct analyzer *analyzer, unsigned languages, const char *text, size_t length, struct buffer *terms);

/*
 * May a typed word be the beginning of longer ones? Beginnings are compared without umlauts: of a word that its umlaut tells from another
 * one ("schön" and "schon") those of the other would be found, too. Answers 0 or ANALYZER_NO_MEMORY.
 */
int word_may_go_on(struct analyzer *analyzer, unsigned languages, const char *text, size_t length, bool *may);

/*
 * A text that begins with this byte is analysed already: the tokenizer takes it as terms, written as in struct alternative. So a
 * MATCH of FTS5 is made of them: "\x02=kurse", "\x02projekt management". Nobody types the byte; the tokenizer heeds it in queries only.
 */
#define ANALYZED_MARK '\x02'

/*
 * What the text of a document begins with that is not in the language of its table, in a table whose texts are of several languages.
 * No text that people write has such bytes.
 */
#define LANGUAGE_MARK_ENGLISH '\x03'
#define LANGUAGE_MARK_OTHER   '\x04'
#endif
