/* content_fuzz.c -- hostile bytes as a message: a verdict, and the same one with what changes nothing. */
#include <nanomarket/content.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* The text with that before and after it; the caller's. */
static char *with(const char *before, const uint8_t *data, size_t size, const char *after)
{
	size_t start = strlen(before), end = strlen(after);
	char *text = malloc(start + size + end + 1);

	require(text != NULL);
	memcpy(text, before, start);
	if (size > 0)
		memcpy(text + start, data, size);
	memcpy(text + start + size, after, end + 1);
	return text;
}

static nmk_content_verdict verdict_of(const nmk_content_filter *filter, const char *before, const uint8_t *data, size_t size,
                                      const char *after)
{
	char *text = with(before, data, size, after);
	nmk_content_verdict verdict = nmk_content_check(filter, text);

	free(text);
	return verdict;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const nothing[] = { NULL };
	nmk_content_filter off = NMK_CONTENT_FILTER_INIT;
	nmk_content_verdict verdict;

	if (size > 8192 || (size > 0 && memchr(data, 0, size)))
		return 0;
	verdict = verdict_of(NULL, "", data, size, "");
	require(verdict >= NMK_CONTENT_FINE && verdict <= NMK_CONTENT_ALL_CAPS);
	require((verdict == NMK_CONTENT_FINE) == (nmk_content_verdict_word(verdict) == NULL));
	/* A blocked link is found whatever stands around it. */
	require(verdict_of(NULL, "https://www.spam.ru/ ", data, size, "") == NMK_CONTENT_BLOCKED_DOMAIN);
	require(verdict_of(NULL, "", data, size, " https://www.spam.ru/") == NMK_CONTENT_BLOCKED_DOMAIN);
	/* Without rules nothing breaks one. */
	off.blocked_domains = nothing;
	off.links_to_host = off.shortened_links = off.capitals_from = -1;
	require(verdict_of(&off, "http://", data, size, "") == NMK_CONTENT_FINE);
	return 0;
}
