/* distance.c -- how far two words are from each other. */
#include "spelling.h"

#include <limits.h>

int spelling_slips(size_t letters)
{
	return letters < SPELLING_SHORTEST ? 0 : letters < 6 ? 1 : 2;
}

/* What a slip costs, in tenths. */
struct prices {
	int slip, swapped, doubled, similar, first;
};

static const struct prices even = { 10, 10, 10, 10, 0 };
static const struct prices weighed = { 10, 8, 6, 8, 3 };

/* Letters that many take for each other, in German, have a bit in common. */
static const unsigned char similar['z' - 'a' + 1] = {
	['d' - 'a'] = 1, ['t' - 'a'] = 1,
	['b' - 'a'] = 2, ['p' - 'a'] = 2,
	['g' - 'a'] = 4, ['k' - 'a'] = 4, ['q' - 'a'] = 4, ['c' - 'a'] = 4 | 16,
	['f' - 'a'] = 8, ['v' - 'a'] = 8, ['w' - 'a'] = 8,
	['s' - 'a'] = 16, ['z' - 'a'] = 16,
	['i' - 'a'] = 32, ['y' - 'a'] = 32, ['j' - 'a'] = 32,
	['m' - 'a'] = 64, ['n' - 'a'] = 64,
	['e' - 'a'] = 128, ['a' - 'a'] = 128,
};

static bool is_similar(int32_t a, int32_t b)
{
	return a >= 'a' && a <= 'z' && b >= 'a' && b <= 'z' && similar[a - 'a'] & similar[b - 'a'];
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* Is the letter the same as the one before it? */
static bool is_double(const struct letters *word, size_t index)
{
	return index > 0 && word->at[index] == word->at[index - 1];
}

static int change_price(const struct prices *prices, int32_t a, int32_t b)
{
	if (a == b)
		return 0;
	return prices->similar < prices->slip && is_similar(a, b) ? prices->similar : prices->slip;
}

static bool is_swap(const struct letters *a, const struct letters *b, size_t i, size_t j)
{
	return i > 1 && j > 1 && a->at[i - 1] == b->at[j - 2] && a->at[i - 2] == b->at[j - 1] && a->at[i - 1] != a->at[i - 2];
}

/* Row i of the table of distances between the first i letters of a and the first j of b. */
static void next_row(const struct prices *prices, const struct letters *a, const struct letters *b, size_t i,
                     int (*rows)[SPELLING_LETTERS + 1])
{
	const int *before = rows[(i + 2) % 3], *before_that = rows[(i + 1) % 3];
	int *row = rows[i % 3];

	row[0] = before[0] + (is_double(a, i - 1) ? prices->doubled : prices->slip);
	for (size_t j = 1; j <= b->count; j++) {
		row[j] = before[j - 1] + change_price(prices, a->at[i - 1], b->at[j - 1]);
		row[j] = least(row[j], before[j] + (is_double(a, i - 1) ? prices->doubled : prices->slip));
		row[j] = least(row[j], row[j - 1] + (is_double(b, j - 1) ? prices->doubled : prices->slip));
		if (is_swap(a, b, i, j))
			row[j] = least(row[j], before_that[j - 2] + prices->swapped);
	}
}

static bool is_all_above(const int *row, size_t count, int most)
{
	for (size_t j = 0; j <= count; j++)
		if (row[j] <= most)
			return false;
	return true;
}

/* What is more than `most` is some number above it. Two rows, because what was swapped goes back to the one before. */
static int total(const struct prices *prices, const struct letters *a, const struct letters *b, int most)
{
	int rows[3][SPELLING_LETTERS + 1];

	rows[0][0] = 0;
	for (size_t j = 1; j <= b->count; j++)
		rows[0][j] = rows[0][j - 1] + (is_double(b, j - 1) ? prices->doubled : prices->slip);
	for (size_t i = 1; i <= a->count; i++) {
		next_row(prices, a, b, i, rows);
		if (is_all_above(rows[i % 3], b->count, most) && is_all_above(rows[(i + 2) % 3], b->count, most))
			return most + 1;
	}
	return rows[a->count % 3][b->count];
}

int spelling_distance(const struct letters *a, const struct letters *b, int most)
{
	int distance = total(&even, a, b, most * even.slip);

	return distance > most * even.slip ? most + 1 : distance / even.slip;
}

int spelling_cost(const struct letters *typed, const struct letters *meant)
{
	bool same_start = typed->count > 0 && meant->count > 0 && typed->at[0] == meant->at[0];

	return total(&weighed, typed, meant, INT_MAX - 1) + (same_start ? 0 : weighed.first);
}
