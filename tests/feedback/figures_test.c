/* figures_test.c -- average, median and count of scores, against the plain way over every small set of them. */
#include <stdlib.h>

#include "figures.h"
#include "world.h"

#define EACH_MAXIMUM 7 /* 8^5 sets */

static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* Half up in decimal: the digit after the second decides. */
static int64_t average_by_hand(const int *scores, int count)
{
	int64_t sum = 0, thousandths;

	for (int i = 0; i < count; i++)
		sum += scores[i];
	thousandths = sum * 1000 / count;
	return thousandths / 10 + (thousandths % 10 >= 5);
}

static int64_t median_by_hand(int *scores, int count)
{
	qsort(scores, (size_t)count, sizeof *scores, by_number);
	return count % 2 ? scores[count / 2] * 100 : (scores[count / 2 - 1] + scores[count / 2]) * 50;
}

static void check(const struct scores *scores)
{
	int row[SCORE_MAXIMUM * EACH_MAXIMUM], count = 0;

	for (int score = 1; score <= SCORE_MAXIMUM; score++)
		for (int64_t i = 0; i < scores->of[score - 1]; i++)
			row[count++] = score;
	assert_int_equal(count, scores_count(scores));
	if (count == 0) {
		assert_int_equal(0, scores_average(scores));
		assert_int_equal(0, scores_median(scores));
		return;
	}
	assert_int_equal(average_by_hand(row, count), scores_average(scores));
	assert_int_equal(median_by_hand(row, count), scores_median(scores));
}

static void test_figures__are_those_of_every_small_set(void **state)
{
	struct scores scores;
	int64_t *of = scores.of;

	(void)state;
	for (of[0] = 0; of[0] <= EACH_MAXIMUM; of[0]++)
		for (of[1] = 0; of[1] <= EACH_MAXIMUM; of[1]++)
			for (of[2] = 0; of[2] <= EACH_MAXIMUM; of[2]++)
				for (of[3] = 0; of[3] <= EACH_MAXIMUM; of[3]++)
					for (of[4] = 0; of[4] <= EACH_MAXIMUM; of[4]++)
						check(&scores);
}

static void test_average__has_half_a_hundredth_rounded_up(void **state)
{
	const struct scores half = { { 199, 1 } };     /* 1.005  */
	const struct scores below = { { 201, 1 } };    /* 1.00495... */
	const struct scores third = { { 0, 0, 0, 1, 2 } }; /* 4.666... */

	(void)state;
	assert_int_equal(101, scores_average(&half));
	assert_int_equal(100, scores_average(&below));
	assert_int_equal(467, scores_average(&third));
}

static void test_figures__hold_for_more_ratings_than_there_are_people(void **state)
{
	const int64_t many = INT64_C(10000000000000);
	const struct scores scores = { { many, 0, 0, 0, many } };

	(void)state;
	assert_int_equal(2 * many, scores_count(&scores));
	assert_int_equal(300, scores_average(&scores));
	assert_int_equal(300, scores_median(&scores));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_figures__are_those_of_every_small_set),
		cmocka_unit_test(test_average__has_half_a_hundredth_rounded_up),
		cmocka_unit_test(test_figures__hold_for_more_ratings_than_there_are_people),
	};

	return cmocka_run_group_tests_name("feedback/figures", tests, NULL, NULL);
}
