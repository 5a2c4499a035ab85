/* overhead.c STORE NANO_ID: what calls cost in C, in nanoseconds of this thread's CPU time; the least of eleven rounds. */
#include <nanomarket.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static nmk_session *session;
static nmk_nano    *nano;
static const char  *id;

static double cpu_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void getter(void)
{
	if (nmk_nano_title(nano) == NULL)
		abort();
}

static void get(void)
{
	nmk_nano *got = NULL;

	if (nmk_nano_get(session, id, &got) != NMK_OK || nmk_nano_title(got) == NULL)
		abort();
	nmk_nano_free(got);
}

static void search(void)
{
	nmk_search_options options = NMK_SEARCH_OPTIONS_INIT;
	nmk_search_page   *page = NULL;

	options.text = "datenschutz";
	if (nmk_search(session, &options, &page) != NMK_OK || nmk_search_page_count(page) != 20)
		abort();
	for (size_t i = 0; i < nmk_search_page_count(page); i++)
		if (nmk_nano_title(nmk_search_page_item(page, i)) == NULL)
			abort();
	nmk_search_page_free(page);
}

static void measure(const char *name, void (*call)(void), int count)
{
	double least = 0;

	for (int round = 0; round < 11; round++) {
		double begun = cpu_ns(), each;

		for (int i = 0; i < count; i++)
			call();
		each = (cpu_ns() - begun) / count;
		if (round == 0 || each < least)
			least = each;
	}
	printf("%s %.0f\n", name, least);
}

int main(int count, char **words)
{
	nmk_market *market = NULL;
	nmk_error   error;

	if (count != 3 || nmk_market_open(words[1], NULL, &error, &market) != NMK_OK || nmk_session_open(market, &session) != NMK_OK)
		return 1;
	id = words[2];
	if (nmk_nano_get(session, id, &nano) != NMK_OK)
		return 1;
	measure("getter", getter, 100000);
	measure("nano_get", get, 2000);
	measure("search", search, 100);
	nmk_nano_free(nano);
	nmk_session_close(session);
	nmk_market_close(market);
	return 0;
}
