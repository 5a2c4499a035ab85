/* spelling.h -- which words are near to a misspelt one. Pure.
 *
 * Most slips are made behind the first two letters: then both words begin in the same way, and stand together in a list that is in order.
 * For a slip in these two there is a bounded number of other beginnings. So what is near is in a few places of the list, and nobody goes
 * through all of it. */
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

/*
 * Interface to distance.c
 */

/* How many slips a word of so many letters may have. */
int spelling_slips(size_t letters);

/* The restricted Damerau-Levenshtein distance: letters too many, missing, wrong, or swapped with their neighbour. `most` + 1 if it is
 * more than that. */
int spelling_distance(const struct letters *a, const struct letters *b, int most);

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
 * Interface to starts.c
 */

/* How the words begin that may be meant: as what was typed, or as it would without one slip in its first two letters. */
#define START_LETTERS 3
struct start {
	int32_t letters[START_LETTERS];
	size_t  count;
};
#define STARTS_MOST 160

/* In order, each once, and none that goes on from another. Returns how many. */
size_t spelling_starts(const struct letters *typed, struct start starts[STARTS_MOST]);
#endif
