/* rate_window_test.c -- so many in a minute, against a count that needs no cleverness. */
#include <stdlib.h>
#include <string.h>

#include "rate_window.h"
#include "world.h"

static void test_window__admits_so_many_and_tells_when_the_next(void **state)
{
	struct rate_window window = { .count = 0 };
	int64_t wait;

	(void)state;
	for (int i = 0; i < 13; i++)
		assert_true(rate_window_admit(&window, 13, 1000 + i, &wait));
	assert_int_equal(0, wait);
	assert_false(rate_window_admit(&window, 13, 1012, &wait));
	assert_int_equal(1000 + 60000 - 1012, wait);
	assert_false(rate_window_admit(&window, 13, 60999, &wait));
	assert_int_equal(1, wait);
	assert_true(rate_window_admit(&window, 13, 61000, &wait));
	assert_false(rate_window_admit(&window, 13, 61000, &wait));
	assert_int_equal(1, wait);
}

/* A smaller limit than there are times: as when the host made it smaller. */
static void test_window__with_more_times_than_it_may_have(void **state)
{
	struct rate_window window = { .count = 0 };
	int64_t wait;

	(void)state;
	for (int i = 0; i < 10; i++)
		assert_true(rate_window_admit(&window, 10, i, &wait));
	assert_false(rate_window_admit(&window, 3, 10, &wait));
	assert_int_equal(7 + 60000 - 10, wait); /* until but two of them are old */
}

static void test_window__a_clock_that_was_turned_back_locks_nobody_out(void **state)
{
	struct rate_window window = { .count = 0 };
	int64_t wait;

	(void)state;
	for (int i = 0; i < 13; i++)
		assert_true(rate_window_admit(&window, 13, 100000000, &wait));
	assert_false(rate_window_admit(&window, 13, 5000, &wait));
	assert_int_equal(60000, wait);
	assert_true(rate_window_admit(&window, 13, 65000, &wait));
}

static void test_window__is_the_same_after_it_was_stored(void **state)
{
	unsigned char bytes[RATE_WINDOW_BYTES + 16];
	struct rate_window window = { .count = 0 }, again;
	int64_t wait;

	(void)state;
	for (int i = 0; i < 13; i++)
		assert_true(rate_window_admit(&window, 13, INT64_C(1767225600000) + i, &wait));
	assert_int_equal(13 * 8, rate_window_write(&window, bytes));
	rate_window_read(&again, bytes, 13 * 8);
	assert_int_equal(13, again.count);
	assert_memory_equal(window.times, again.times, 13 * sizeof window.times[0]);
	memset(bytes, 0x7f, sizeof bytes);
	rate_window_read(&again, bytes, sizeof bytes); /* more than fit */
	assert_int_equal(RATE_WINDOW_MOST, again.count);
	rate_window_read(&again, NULL, 0);
	assert_int_equal(0, again.count);
}

/* 10 000 random histories: what is admitted is what a count of the last minute admits. */
static void test_window__admits_what_a_recount_admits(void **state)
{
	uint64_t seed = 88172645463325252u;

	(void)state;
	for (int history = 0; history < 10000; history++) {
		struct rate_window window = { .count = 0 };
		int64_t admitted[64], now = 0, wait;
		int count = 0;

		for (int step = 0; step < 60; step++) {
			int recent = 0;

			seed ^= seed << 13;
			seed ^= seed >> 7;
			seed ^= seed << 17;
			now += (int64_t)(seed % 9000);
			for (int i = 0; i < count; i++)
				recent += admitted[i] > now - 60000;
			assert_int_equal(recent < 13, rate_window_admit(&window, 13, now, &wait));
			if (recent < 13)
				admitted[count++] = now;
			else
				assert_true(wait > 0 && wait <= 60000);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_window__admits_so_many_and_tells_when_the_next),
		cmocka_unit_test(test_window__with_more_times_than_it_may_have),
		cmocka_unit_test(test_window__a_clock_that_was_turned_back_locks_nobody_out),
		cmocka_unit_test(test_window__is_the_same_after_it_was_stored),
		cmocka_unit_test(test_window__admits_what_a_recount_admits),
	};

	return cmocka_run_group_tests_name("rate_window", tests, NULL, NULL);
}
