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
#define OWN_WORDS_INVALID   (-3)    /* a line has something that is no word: letters of German, forms apart by blanks */

/* The lexicon, which may be NULL, must be the one that the words will be used with, and outlive them. */
int own_words_read(const char *text, size_t length, const struct lexicon *lexicon, struct own_words **words, size_t *invalid_line);
void own_words_free(struct own_words *words);    /* NULL is allowed */

/* NULL for NULL. Its version tells other words. */
const struct lexicon *own_words_lexicon(const struct own_words *words);

/* The stems of the synonyms of a stem, from number 0 on; NULL: there is none of that number. */
const char *own_words_synonym(const struct own_words *words, const char *stem, size_t length, size_t number);
#endif
