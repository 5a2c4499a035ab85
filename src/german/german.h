/* german.h -- the analyzer: text in, terms out. Pure; documents, queries and suggestions go through the same code on every engine. */
#ifndef NMK_GERMAN_H
#define NMK_GERMAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Interface to analyzer.c
 *
 * A word becomes several terms at one position. Each kind has its own space in the index, so that a ranking can tell them apart, and
 * a beginning that somebody types meets no term that is made of something else.
 */

/* Holds the stemmers and the scratch memory: one for each thread or connection, and not to be entered again from a sink. */
struct analyzer;

/* A text is in one language. What is asked for may be in several, a set of these bits. */
enum analyzer_language {
	ANALYZER_GERMAN  = 1,
	ANALYZER_ENGLISH = 2,
	ANALYZER_OTHER   = 4    /* folded, never stemmed */
};
#define ANALYZER_ALL (ANALYZER_GERMAN | ANALYZER_ENGLISH | ANALYZER_OTHER)

enum analyzer_purpose {
	ANALYZER_DOCUMENT,
	ANALYZER_QUERY,
	ANALYZER_PREFIX,  /* the text may end within a word: plain forms only                               */
	ANALYZER_PLAIN    /* the same, but of each word one: as a beginning that is typed without umlauts   */
};

enum term_kind {
	TERM_STEM,        /* the stem; the first term of every position                                          */
	TERM_EXACT,       /* TERM_MARK_EXACT and the plain form, where that differs from the stem                */
	TERM_PART         /* TERM_MARK_PART and the stem of a part, or of parts that follow each other, of a     */
			  /*   compound; of a document only, and never the whole                                 */
};

/* The first byte of a term tells its kind; a stem begins with neither. Stems of other languages than German, which have no compounds, and
 * pieces of their words have a mark of their own: English "banking" is not found in what has "Bank". */
#define TERM_MARK_EXACT   '='
#define TERM_MARK_PART    '~'
#define TERM_MARK_FOREIGN ':'

struct term {
	const char    *text;           /* UTF-8, not NUL-terminated, with its mark; valid until the sink returns */
	size_t         length;         /* 1 to ANALYZER_TERM_SIZE                                                */
	size_t         start;          /* where the word stands in the source, in bytes, on boundaries of        */
	size_t         end;            /*   characters; the same for all terms of one position                   */
	uint32_t       position;       /* 0, 1, 2, ... by word                                                   */
	enum term_kind kind;
	bool           same_position;  /* a variant of the term before it                                        */
};

#define ANALYZER_TERM_SIZE 512

/* What analyzer_run() answers when memory is short; the number of NMK_ENOMEM. */
#define ANALYZER_NO_MEMORY (-2)

/* Takes one term. Anything but 0 stops the analysis and becomes its answer. */
typedef int (*term_sink)(void *context, const struct term *term);

/*
 * With the lexicon that is installed, or with others: of German, and of words that the embedder added. Either may be NULL; they must
 * outlive the analyzer. What is indexed by one analyzer is found by one with the same words. NULL: out of memory.
 */
struct lexicon;
struct own_words;
struct analyzer *analyzer_new(void);
struct analyzer *analyzer_new_with(const struct lexicon *lexicon, const struct own_words *own);
void analyzer_free(struct analyzer *analyzer);     /* NULL is allowed         */

/*
 * Changes when a document may have other terms than before: with the words, and with the rules. What was indexed by another version must
 * be indexed anew.
 */
uint64_t analyzer_version(const struct analyzer *analyzer);

/* From an ISO 639-1 code, with or without a region: "de", "de-AT". NULL is ANALYZER_OTHER. */
enum analyzer_language analyzer_language_of(const char *code);

/* Of several languages the one whose rules tell what belongs together in a text. */
static inline enum analyzer_language analyzer_first_language(unsigned languages)
{
	return languages & ANALYZER_GERMAN ? ANALYZER_GERMAN : languages & ANALYZER_ENGLISH ? ANALYZER_ENGLISH : ANALYZER_OTHER;
}

/*
 * Hand every term of a text to the sink, in order. The text may hold anything: what is not UTF-8 separates words. A document has one
 * language; a query that asks for several has the terms of all of them at each position.
 * Answers 0, ANALYZER_NO_MEMORY, or what the sink answered.
 */
int analyzer_run(struct analyzer *analyzer, unsigned languages, enum analyzer_purpose purpose, const char *text, size_t length,
		 term_sink sink, void *context);

/*
 * Interface to segment.c
 *
 * A word is a run of letters, marks and numbers. Ignorable characters (soft hyphen, zero-width space) do not end it. Ideographs and
 * Hiragana, which are written without spaces, are words of their own (UAX #29); a query for several of them is a phrase.
 */

/* Only the beginning of a longer word counts, so that work and terms stay bounded. The longest German law names have 80. */
#define WORD_CHARACTERS 80

struct word {
	size_t start;
	size_t end;       /* after the last letter, mark or number           */
	size_t used_end;  /* after the last of the WORD_CHARACTERS that count */
	bool   ascii;     /* what counts is ASCII                            */
};

/* The next word at or after *at, which moves behind it; false at the end of the text. */
bool segment_next(const char *text, size_t length, size_t *at, struct word *word);

/* Decode one character of at least one byte. Returns its bytes; a byte that is not UTF-8 is a character of value -1. */
size_t segment_character(const char *text, size_t length, int32_t *character);

bool segment_is_letter(int32_t character);  /* a letter, mark or number: what terms are made of */
bool segment_is_mark(int32_t character);

/*
 * Interface to fold.c
 *
 * Folding makes spellings of one word meet. All languages: NFKC, case folding (which makes ß and ẞ into ss), Latin letters without
 * accents. German also: "ae", "oe", "ue" may be umlauts, but no "ue" behind a, ä, e, o, q (neue, Bäuerin, Quelle), and none at the end
 * of a word (Joe, Value). Whether they are, the analyzer asks the lexicon; without one they are, on both sides: "aktuell" and "Poet"
 * become "aktüll" and "Pöt" too, and only the rare pair Poet/Pot meets falsely, and "geuebt" stays apart from "geübt".
 */

#define FOLD_EXPANSION 18    /* the longest compatibility decomposition, of U+FDFA */

enum fold_digraphs {
	FOLD_KEEP,
	FOLD_JOIN,
	FOLD_JOIN_OPEN,   /* the word may go on behind its end */
	FOLD_JOIN_ALL     /* also "ue" behind a vowel: geuebt  */
};

struct folded {
	int32_t characters[WORD_CHARACTERS * FOLD_EXPANSION];   /* scratch                                       */
	char    accented[ANALYZER_TERM_SIZE];                   /* German with its umlauts, as the stemmer needs */
	size_t  accented_length;
	char    plain[ANALYZER_TERM_SIZE];                      /* the same without: "ubung"                     */
	size_t  plain_length;                                   /* 0: nothing was left                           */
	bool    digraphs;                                       /* it has some that may be umlauts               */
	bool    unlikely;                                       /* it has some that FOLD_JOIN_ALL would join     */
};

/* Digraphs are joined in German only. */
void fold_word(struct folded *folded, enum analyzer_language language, enum fold_digraphs digraphs, const char *text,
	       const struct word *word);
#endif
