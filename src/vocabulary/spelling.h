/* spelling.h -- which words are near to a misspelt one. Pure.
 *
 * A word is found by keys: hashes of itself, of itself without one of its letters, and of its sound. Two words that one slip of the
 * keyboard parts have a key in common (the idea is W. Garbe's SymSpell, after T. Bocek's FastSS): so what is near is looked up, and
 * nobody goes through the vocabulary. All work is bounded by SPELLING_LETTERS. */
#ifndef NMK_SPELLING_H
#define NMK_SPELLING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Longer words, and those with digits, are not corrected: nobody knows what was meant. */
#define SPELLING_LETTERS 32
#define SPELLING_SHORTEST 4

/* A word in its plain form (german.h), letter by letter. */
struct letters {
	int32_t at[SPELLING_LETTERS];
	size_t  count;
};

/* False: it has fewer letters than SPELLING_SHORTEST, more than SPELLING_LETTERS, or something else than letters. */
bool letters_of(const char *word, size_t length, struct letters *letters);

/* How many slips a word of so many letters may have. */
int spelling_slips(size_t letters);

/*
 * Interface to distance.c
 */

/* The restricted Damerau-Levenshtein distance: letters too many, missing, wrong, or swapped with their neighbour. */
int spelling_distance(const struct letters *a, const struct letters *b);

/* The same, weighed by what people do: in tenths of a slip. A letter doubled or not, neighbours swapped, or a letter of nearly the
 * same sound is less than a slip; another first letter is more. */
int spelling_cost(const struct letters *typed, const struct letters *meant);

/*
 * Interface to sound.c
 */

/* The sound of a word in the digits of the "Kölner Phonetik" (H. J. Postel, 1969). Returns how many; 0 if it has a letter that is not
 * from A to Z. */
#define SOUND_DIGITS (2 * SPELLING_LETTERS)
size_t spelling_sound(const struct letters *word, int32_t digits[SOUND_DIGITS]);

/*
 * Interface to keys.c
 */

/* What a word is kept by, and what a typed one is looked up by first: itself, without one letter, its sound. */
#define WORD_KEYS (SPELLING_LETTERS + 2)
size_t spelling_word_keys(const struct letters *word, uint32_t keys[WORD_KEYS]);

/* What a typed word is looked up by if that found nothing good: without two letters. */
#define FAR_KEYS (SPELLING_LETTERS * (SPELLING_LETTERS - 1) / 2)
size_t spelling_far_keys(const struct letters *typed, uint32_t keys[FAR_KEYS]);

/* A hash of a text, not below 0: what a word is known by in the store. Part of the store's format, as the keys are. */
int64_t spelling_hash(char kind, const char *text, size_t length);
#endif
