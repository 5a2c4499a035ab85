/* report.h -- what a check found. */
#ifndef NMK_CLI_REPORT_H
#define NMK_CLI_REPORT_H

#include "cli.h"

/* Print it; `sound` is said if nothing was found. The exit code tells whether something is left that was not repaired. */
int report_finish(const struct cli *cli, const nmk_check_report *report, const char *sound);
#endif
