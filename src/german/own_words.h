/* own_words.h -- words and synonyms that an embedder adds to the lexicon. Pure. */
#ifndef NMK_OWN_WORDS_H
#define NMK_OWN_WORDS_H

#include "lexicon.h"

/*
 * From a text, one entry a line, # begins a comment:
 *
 *     Kubernetes                     a word that is one, whatever its letters
 *     Widget Widgets                 a word and its other forms
 *     Kosten|träger Kosten|trägers   where a compound is parted
 *     KFZ = Auto = PKW               words that mean the same to somebody who searches
 *
 * Words count at once in documents and in queries: what was indexed without them must be indexed anew. Synonyms count in queries alone.
 */
struct own_words;

#define OWN_WORDS_OK         0
#define OWN_WORDS_NO_MEMORY (-2)
#define OWN_WORDS_INVALID   (-3)

enum own_words_flaw {
	OWN_WORDS_NO_LETTERS,     /* a word has other characters than letters of German         */
	OWN_WORDS_TOO_LONG,       /* it has more than 80 of them                                */
	OWN_WORDS_NO_PART,        /* a bar has no letters beside it                             */
	OWN_WORDS_TOO_MANY,       /* the forms of all words have more endings than there is room for */
	OWN_WORDS_NO_SYNONYM      /* there is not one word, of any language, on a side of a "=" */
};

/* The first line that is none. */
struct own_words_fault {
	size_t              line;     /* from 1; 0: none */
	enum own_words_flaw flaw;
};

/* The lexicon, which may be NULL, must be the one that the words will be used with, and outlive them. */
int own_words_read(const char *text, size_t length, const struct lexicon *lexicon, struct own_words **words,
		   struct own_words_fault *fault);
void own_words_free(struct own_words *words);    /* NULL is allowed */

/* NULL for NULL, and if there are only synonyms. Its version tells other words. */
const struct lexicon *own_words_lexicon(const struct own_words *words);

/* The synonyms of a German stem as they were written, from number 0 on; NULL: there is none of that number. */
const char *own_words_synonym(const struct own_words *words, const char *stem, size_t length, size_t number);
#endif
