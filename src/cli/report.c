#include "report.h"

#include <stdio.h>
#include "output.h"

/* Exit code by what is left after repairs. */
static int print_report(const struct cli *cli, const nmk_check_report *report, const char *sound)
{
	size_t count = nmk_check_report_count(report), left = 0;

	for (size_t i = 0; i < count; i++) {
		bool repaired = nmk_check_report_repaired(report, i);

		left += !repaired;
		if (cli->json)
			continue;
		color_on(cli, repaired ? "32" : "31");
		fputs(repaired ? tr("repaired") : tr("problem"), stdout);
		color_off(cli);
		printf("  %s: ", nmk_check_report_check(report, i));
		print_clean(stdout, nmk_check_report_message(report, i), false);
		putchar('\n');
	}
	if (count == 0)
		say(cli, "%s", sound);
	else
		say(cli, tr("%zu problems found, %zu repaired."), count, count - left);
	return left ? EXIT_PROBLEMS : EXIT_DONE;
}

int report_finish(const struct cli *cli, const nmk_check_report *report, const char *sound)
{
	int code = print_report(cli, report, sound), printed = EXIT_DONE;

	if (cli->json)
		printed = finish_json(cli, nmk_check_report_json(report));
	return printed == EXIT_DONE ? code : printed;
}
