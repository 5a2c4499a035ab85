/* lexicon.h -- German words, what they may be in a compound, and stems that the stemmer would miss. Pure, but for one file that is read. */
#ifndef NMK_LEXICON_H
#define NMK_LEXICON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The words are an automaton that lies in a file, is mapped into memory and never copied, and in which all words that begin somewhere
 * are found in one walk. docs/decisions/0013-lexicon.md says where the words come from.
 *
 * Words are written in their folded form, one byte a letter: a to z, and ä, ö, ü as in Latin-1; ß is ss.
 */
struct lexicon;

#define LEXICON_OK         0
#define LEXICON_NO_MEMORY (-2)
#define LEXICON_MISSING   (-3)    /* there is no such file                     */
#define LEXICON_DAMAGED   (-4)    /* it is there, but is not what it should be */

/* What the word is in a compound: its costs there, in tenths of a good part; 0: it is none. */
struct lexicon_word {
	uint8_t     modifier;      /* in front of another part, its linking letters included ("arbeits")       */
	uint8_t     head;          /* as the last part                                                         */
	uint8_t     split;         /* where the word itself is parted, in letters; 0: it is one                */
	uint8_t     cut;           /* the stem: letters that fall off the end ...                              */
	uint8_t     prefix;        /*   "ge" that stands behind so many letters and falls out, plus 1; 0: none */
	uint8_t     traits;        /* LEXICON_WORD ...                                                         */
	const char *ending;        /* and what comes instead of what was cut, UTF-8                            */
};

#define LEXICON_WORD      1    /* stands by itself                                                        */
#define LEXICON_STEM      2    /* cut, prefix and ending make its stem; else the stemmer is right         */
#define LEXICON_NOUN      8    /* and is a noun                                                           */
#define LEXICON_FUNCTION 16    /* only ties others together: how exactly it was typed says nothing        */
#define LEXICON_UMLAUTS   4    /* its umlauts stay in the stem, since they tell it from another word      */

/* Map a file. NULL in *lexicon unless LEXICON_OK. */
int lexicon_open(const char *path, struct lexicon **lexicon);

/* A lexicon from its bytes, which are taken and freed with it, even after a failure. */
int lexicon_from_memory(void *bytes, size_t size, struct lexicon **lexicon);

void lexicon_close(struct lexicon *lexicon);     /* NULL is allowed */

/* The lexicon that the library was built and installed with; NULL if it is not there. Mapped at the first call, and never closed. */
const struct lexicon *lexicon_installed(void);

/* Changes when the words change: what was indexed with other words must be indexed anew. 0 for NULL. */
uint64_t lexicon_version(const struct lexicon *lexicon);

/* Made of some words only: that it has not a word tells nothing of that. */
bool lexicon_is_partial(const struct lexicon *lexicon);

bool lexicon_find(const struct lexicon *lexicon, const char *word, size_t length, struct lexicon_word *found);

/* Walk letter by letter: begin at LEXICON_START; false: no word goes on so. */
#define LEXICON_START 0
bool lexicon_step(const struct lexicon *lexicon, uint32_t *node, char letter);
bool lexicon_word_at(const struct lexicon *lexicon, uint32_t node, struct lexicon_word *found);
#endif
