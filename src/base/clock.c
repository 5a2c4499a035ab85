#include "clock.h"

#include <stdio.h>
#include <time.h>

static int64_t clock_ms(clockid_t which)
{
	struct timespec now;

	clock_gettime(which, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t time_now_ms(void)
{
	return clock_ms(CLOCK_REALTIME);
}

int64_t time_monotonic_ms(void)
{
	return clock_ms(CLOCK_MONOTONIC);
}

/* Days to a civil date, Gregorian: own arithmetic, because gmtime() may fail and knows the process' environment. */
static void civil_date(int64_t days, int64_t *year, int *month, int *day)
{
	int64_t era, day_of_era, year_of_era, day_of_year, shifted_month;

	days += 719468; /* from 1970-01-01 to 0000-03-01, where the shifted year begins */
	era = (days >= 0 ? days : days - 146096) / 146097;
	day_of_era = days - era * 146097;
	year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	shifted_month = (5 * day_of_year + 2) / 153;
	*day = (int)(day_of_year - (153 * shifted_month + 2) / 5 + 1);
	*month = (int)(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
	*year = year_of_era + era * 400 + (*month <= 2);
}

/* Whole days, also before 1970; *rest is what is left of them. */
static int64_t whole_days(int64_t milliseconds, int64_t *rest)
{
	int64_t days = milliseconds / DAY_MS;

	*rest = milliseconds % DAY_MS;
	if (*rest < 0) {
		*rest += DAY_MS;
		days--;
	}
	return days;
}

int64_t time_month(int64_t milliseconds)
{
	int64_t rest, year;
	int month, day;

	civil_date(whole_days(milliseconds, &rest), &year, &month, &day);
	return 12 * year + month - 1;
}

void time_format(int64_t milliseconds, char text[TIME_TEXT_SIZE])
{
	int64_t rest, days = whole_days(milliseconds, &rest), year;
	int month, day;

	civil_date(days, &year, &month, &day);
	snprintf(text, TIME_TEXT_SIZE, "%04lld-%02d-%02dT%02d:%02d:%02d.%03dZ", (long long)year, month, day,
	         (int)(rest / HOUR_MS), (int)(rest / MINUTE_MS % 60), (int)(rest / 1000 % 60), (int)(rest % 1000));
}
