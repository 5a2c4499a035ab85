#include "semver.h"

#include <stdio.h>

#define PART  INT64_C(1000000)
#define MAJOR (PART * PART)

/* One number of up to six digits; NULL if there is none. */
static const char *read_part(const char *text, int64_t *part)
{
	const char *at = text;

	for (*part = 0; *at >= '0' && *at <= '9'; at++) {
		if (at - text == 6)
			return NULL;
		*part = *part * 10 + (*at - '0');
	}
	return at == text || (*text == '0' && at - text > 1) ? NULL : at;
}

bool semver_parse(const char *text, int64_t *key)
{
	static const char ends[] = { '.', '.', '\0' };
	int64_t number = 0, part;

	for (int i = 0; i < 3; i++) {
		text = read_part(text, &part);
		if (!text || *text != ends[i])
			return false;
		number = number * PART + part;
		text++;
	}
	*key = number;
	return true;
}

void semver_format(int64_t key, char text[SEMVER_TEXT_SIZE])
{
	uint64_t number = (uint64_t)key, part = (uint64_t)PART;

	snprintf(text, SEMVER_TEXT_SIZE, "%u.%u.%u", (unsigned)(number / part / part % part), (unsigned)(number / part % part),
	         (unsigned)(number % part));
}

bool semver_next(int64_t key, int64_t *next)
{
	int64_t major = key / MAJOR, minor = key / PART % PART;

	minor++;
	if (minor == PART) {
		minor = 0;
		major++;
	}
	*next = major * MAJOR + minor * PART;
	return major < PART;
}
