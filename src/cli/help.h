/* help.h -- help, made from the table of commands. */
#ifndef NMK_CLI_HELP_H
#define NMK_CLI_HELP_H

#include "cli.h"

void help_overview(const struct cli *cli);
void help_group(const struct cli *cli, const char *group);
void help_command(const struct cli *cli, const struct command *command);

#endif
