/* clock.h -- milliseconds since 1970 UTC and their text form. */
#ifndef NMK_CLOCK_H
#define NMK_CLOCK_H

#include <stdint.h>

#define TIME_TEXT_SIZE 32
#define MINUTE_MS (INT64_C(60) * 1000)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

/* The system's clock. */
int64_t time_now_ms(void);

/* A clock that never goes back, for time limits. */
int64_t time_monotonic_ms(void);

/* The month in UTC, counted from January of the year 0: 12 * year + month - 1. */
int64_t time_month(int64_t milliseconds);

/* RFC 3339 in UTC with milliseconds, such as 2026-11-24T23:44:00.125Z. */
void time_format(int64_t milliseconds, char text[TIME_TEXT_SIZE]);
#endif
