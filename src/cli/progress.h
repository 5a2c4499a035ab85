/* progress.h -- how far long work has come, on a terminal; and the way to stop it. */
#ifndef NMK_CLI_PROGRESS_H
#define NMK_CLI_PROGRESS_H

#include <time.h>
#include "cli.h"

struct progress {
	bool            shown;      /* is there a terminal, and is it wanted?  */
	bool            printed;
	struct timespec last;
};

void progress_begin(const struct cli *cli, struct progress *progress);
/* An nmk_progress: its context is the struct. */
bool progress_go_on(void *context, int64_t done, int64_t total);
void progress_end(const struct progress *progress);

#endif
