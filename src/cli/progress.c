#include "progress.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ---- signals ---- */

static volatile sig_atomic_t asked_to_stop;

static void ask_to_stop(int number)
{
	(void)number;
	asked_to_stop = 1;
}

void interrupt_watch(void)
{
	struct sigaction action = { .sa_handler = ask_to_stop, .sa_flags = (int)SA_RESETHAND };

	/* Asked a second time, the process ends at once: the store outlives that. */
	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

bool interrupted(void)
{
	return asked_to_stop != 0;
}

/* ---- progress ---- */

bool progress_go_on(void *context, int64_t done, int64_t total)
{
	struct progress *progress = context;
	struct timespec now;

	if (interrupted())
		return false;
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (progress->shown && total > 0 && (now.tv_sec != progress->last.tv_sec)) {
		fprintf(stderr, "\r%3lld %%", (long long)(done * 100 / total));
		fflush(stderr);
		progress->printed = true;
		progress->last = now;
	}
	return true;
}

void progress_begin(const struct cli *cli, struct progress *progress)
{
	memset(progress, 0, sizeof *progress);
	progress->shown = !cli->quiet && isatty(STDERR_FILENO);
	interrupt_watch();
}

void progress_end(const struct progress *progress)
{
	if (progress->printed)
		fputs("\r     \r", stderr);
}
