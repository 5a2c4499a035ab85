/* compound.h -- the parts of German compounds. Pure. */
#ifndef NMK_COMPOUND_H
#define NMK_COMPOUND_H

#include "lexicon.h"

#define COMPOUND_LETTERS 80    /* longer words are left whole                    */
#define COMPOUND_PARTS   12    /* more are not told apart: the last one has them */

/* The words of the lexicon, and those that the embedder added, which come first. Either may be NULL. */
struct vocabulary {
	const struct lexicon *own;
	const struct lexicon *lexicon;
};

bool vocabulary_find(const struct vocabulary *vocabulary, const char *word, size_t length, struct lexicon_word *found);

/* Parts follow each other without gaps; linking letters belong to the part in front of them: "arbeits|vertrag". */
struct compound {
	uint8_t count;                  /* 1: no compound           */
	uint8_t ends[COMPOUND_PARTS];   /* in letters               */
};

/* A word in the letters of a lexicon. What the vocabulary knows as one word is one. */
void compound_split(const struct vocabulary *vocabulary, const char *word, size_t length, struct compound *compound);

/* It can be read as several parts, whether the vocabulary knows it as one word or not. */
bool compound_has_parts(const struct vocabulary *vocabulary, const char *word, size_t length);
#endif
