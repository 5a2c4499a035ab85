/* heat.c -- how much something is searched for these days. Pure. */
#include "searches.h"

#define UNIT 1000000
#define FAR  40        /* half-lives after which a sum is nothing beside one search */
#define BITS 30

/* 2^-x for x from 0 to 1, by the series of the exponential function: without the library of mathematics, which nothing else needs. */
static double half_to_the(double x)
{
	const double exponent = -x * 0.69314718055994530942;
	double sum = 1, term = 1;

	for (int i = 1; i < 20; i++) {
		term *= exponent / i;
		sum += term;
	}
	return sum;
}

/* log2(x) for x from 1 to 2, bit by bit: squaring a number doubles its logarithm. */
static double logarithm(double x)
{
	double result = 0, bit = 1;

	if (x >= 2)
		return 1;
	for (int i = 0; i < BITS; i++) {
		x *= x;
		bit /= 2;
		if (x >= 2) {
			x /= 2;
			result += bit;
		}
	}
	return result;
}

/* log2(2^a + 2^b) = a + log2(1 + 2^(b - a)) for a >= b, in millionths. */
int64_t heat_after(int64_t heat, int64_t now)
{
	int64_t add = now / HEAT_HALF_LIFE_MS * UNIT + now % HEAT_HALF_LIFE_MS * UNIT / HEAT_HALF_LIFE_MS;
	int64_t high = heat > add ? heat : add, apart = high - (heat > add ? add : heat);
	double part = 1;

	if (heat <= 0 || apart >= (int64_t)FAR * UNIT)
		return high;
	for (; apart >= UNIT; apart -= UNIT)
		part /= 2;
	return high + (int64_t)(logarithm(1 + part * half_to_the((double)apart / UNIT)) * UNIT + 0.5);
}
