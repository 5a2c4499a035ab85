/* bench.h -- measure two ways of doing the same, side by side in one run. Only the ratio counts: machines are noisy. */
#ifndef NMK_BENCH_H
#define NMK_BENCH_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS 15

static inline double now_us(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static inline int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static inline double median(double *values, int count)
{
	qsort(values, (size_t)count, sizeof *values, compare_doubles);
	return values[count / 2];
}

static inline void must(int fine, const char *what)
{
	if (!fine) {
		fprintf(stderr, "bench: %s failed\n", what);
		exit(1);
	}
}
#endif
