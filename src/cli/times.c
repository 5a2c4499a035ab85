#include "times.h"

#include <stdio.h>

/* Days from 1970-01-01 in the Gregorian calendar (Hinnant, "chrono-compatible low-level date algorithms"). */
static int64_t days_from_civil(int64_t year, int month, int day)
{
	int64_t era, of_era;

	year -= month <= 2;
	era = (year >= 0 ? year : year - 399) / 400;
	of_era = (year - era * 400) * 365 + (year - era * 400) / 4 - (year - era * 400) / 100
	       + (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + of_era - 719468;
}

static int days_of_month(int64_t year, int month)
{
	return (int)(days_from_civil(month == 12 ? year + 1 : year, month % 12 + 1, 1) - days_from_civil(year, month, 1));
}

bool read_time(const char *text, int64_t *milliseconds)
{
	int year, month, day, hour = 0, minute = 0, second = 0, end = 0;

	if (sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &end) != 3 || end != 10)
		return false;
	text += end;
	if (*text) {
		end = 0;
		if (sscanf(text, "%*1[T ]%2d:%2d%n", &hour, &minute, &end) != 2 || end != 6)
			return false;
		text += end;
		end = 0;
		if (*text == ':' && (sscanf(text, ":%2d%n", &second, &end) != 1 || end != 3))
			return false;
		text += end;
		text += *text == 'Z';
	}
	if (*text || month < 1 || month > 12 || day < 1 || day > days_of_month(year, month) || hour > 23 || minute > 59 || second > 59
	    || hour < 0 || minute < 0 || second < 0)
		return false;
	*milliseconds = (days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second) * 1000;
	return true;
}
