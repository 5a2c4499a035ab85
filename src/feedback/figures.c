#include "figures.h"

int64_t scores_count(const struct scores *scores)
{
	int64_t count = 0;

	for (int i = 0; i < SCORE_MAXIMUM; i++)
		count += scores->of[i];
	return count;
}

/* 2 * 100 * 5 * count is far from overflow for any number of ratings that there may be. */
int64_t scores_average(const struct scores *scores)
{
	int64_t count = scores_count(scores), sum = 0;

	for (int i = 0; i < SCORE_MAXIMUM; i++)
		sum += (i + 1) * scores->of[i];
	return count ? (2 * 100 * sum + count) / (2 * count) : 0;
}

/* The score at a place in the sorted row of all, from 0. */
static int64_t score_at(const struct scores *scores, int64_t place)
{
	int score = 0;

	while (score < SCORE_MAXIMUM - 1 && place >= scores->of[score])
		place -= scores->of[score++];
	return score + 1;
}

int64_t scores_median(const struct scores *scores)
{
	int64_t count = scores_count(scores);

	return count ? 50 * (score_at(scores, (count - 1) / 2) + score_at(scores, count / 2)) : 0;
}
