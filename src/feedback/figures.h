/* figures.h -- what a number of scores comes to. Pure, whole numbers only. */
#ifndef NMK_FIGURES_H
#define NMK_FIGURES_H

#include <stdint.h>

#define SCORE_MAXIMUM 5

/* How many gave 1, 2, ... 5 stars: of[score - 1]. */
struct scores {
	int64_t of[SCORE_MAXIMUM];
};

int64_t scores_count(const struct scores *scores);

/* In hundredths of a star; 0 for none. The average has half a hundredth rounded up; the median of an even number is the mean
 * of the middle two. */
int64_t scores_average(const struct scores *scores);
int64_t scores_median(const struct scores *scores);
#endif
