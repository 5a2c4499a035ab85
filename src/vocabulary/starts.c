/* starts.c -- how words begin that may be meant. */
#include "spelling.h"

#include <stdlib.h>
#include <string.h>

/* Letters that may be in the place of another: those of its alphabet, as far as they are known here. */
static const struct alphabet { int32_t first, last; } alphabets[] = {
	{ 'a', 'z' }, { 0x3B1, 0x3C9 } /* Greek */, { 0x430, 0x44F } /* Cyrillic */
};

static struct alphabet alphabet_of(int32_t letter)
{
	for (size_t i = 0; i < sizeof alphabets / sizeof alphabets[0]; i++)
		if (letter >= alphabets[i].first && letter <= alphabets[i].last)
			return alphabets[i];
	return (struct alphabet){ letter, letter };
}

/* What begins as what was typed is found there. */
static void add(const struct letters *typed, struct start *starts, size_t *count, int32_t first, int32_t second, int32_t third)
{
	if (first != typed->at[0] || second != typed->at[1])
		starts[(*count)++] = (struct start){ { first, second, third }, START_LETTERS };
}

static int by_letters(const void *a, const void *b)
{
	const struct start *x = a, *y = b;

	for (size_t i = 0; i < x->count && i < y->count; i++)
		if (x->letters[i] != y->letters[i])
			return x->letters[i] < y->letters[i] ? -1 : 1;
	return 0;
}

static size_t keep_one_of_each(struct start *starts, size_t count)
{
	size_t kept = 0;

	qsort(starts, count, sizeof *starts, by_letters);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || by_letters(&starts[kept - 1], &starts[i]) != 0)
			starts[kept++] = starts[i];
	return kept;
}

size_t spelling_starts(const struct letters *typed, struct start starts[STARTS_MOST])
{
	const int32_t *at = typed->at;
	struct alphabet alphabet = alphabet_of(at[0]);
	size_t count = 0;

	starts[count++] = (struct start){ { at[0], at[1] }, 2 };
	add(typed, starts, &count, at[1], at[0], at[2]);     /* swapped  */
	add(typed, starts, &count, at[0], at[2], at[1]);
	add(typed, starts, &count, at[1], at[2], at[3]);     /* too many */
	add(typed, starts, &count, at[0], at[2], at[3]);
	for (int32_t letter = alphabet.first; letter <= alphabet.last; letter++) {
		add(typed, starts, &count, letter, at[1], at[2]);     /* wrong   */
		add(typed, starts, &count, at[0], letter, at[2]);
		add(typed, starts, &count, letter, at[0], at[1]);     /* missing */
		add(typed, starts, &count, at[0], letter, at[1]);
	}
	return keep_one_of_each(starts, count);
}
