/* settings.h -- how the host runs its market: a file of lines "name = value" that --settings names. */
#ifndef NMK_CLI_SETTINGS_H
#define NMK_CLI_SETTINGS_H

#include "cli.h"

struct settings {
	char  *text;      /* of the file; texts of the options point into it */
	size_t length;
};

/* The options that the file says, none without one. Answers EXIT_DONE, or the code of a failure that was told. */
int settings_read(struct cli *cli, struct settings *settings, nmk_market_options *options);
void settings_clear(struct settings *settings);

#endif
