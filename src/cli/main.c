/* main.c -- the nanomarket command. */
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cli.h"
#include "help.h"
#include "output.h"
#include "password.h"

static bool wants_color(const struct cli *cli)
{
	const char *none = getenv("NO_COLOR"), *terminal = getenv("TERM");

	return !global_given(&cli->arguments, "no-color") && !cli->json && !(none && *none)
	    && terminal && strcmp(terminal, "dumb") != 0 && isatty(STDOUT_FILENO);
}

static void read_globals(struct cli *cli)
{
	const char *store = global_text(&cli->arguments, "store"), *named = getenv("NANOMARKET_STORE");

	cli->store = store ? store : named && *named ? named : NULL;
	cli->as = global_text(&cli->arguments, "as");
	cli->login = global_text(&cli->arguments, "login");
	cli->secrets = -1;
	cli->json = global_given(&cli->arguments, "json");
	cli->quiet = global_given(&cli->arguments, "quiet");
	cli->color = wants_color(cli);
}

static int print_version(const struct cli *cli)
{
	if (cli->json)
		printf("{\"version\":\"%s\",\"library\":\"%s\",\"schema\":%lld}\n", NMK_VERSION_TEXT,
		       nmk_library_version(), (long long)nmk_schema_version());
	else
		printf(tr("nanomarket %s (library %s, schema %lld)\n"), NMK_VERSION_TEXT, nmk_library_version(),
		       (long long)nmk_schema_version());
	return EXIT_DONE;
}

static int run_without_command(const struct cli *cli)
{
	const char *group = cli->arguments.group;

	if (global_given(&cli->arguments, "help")) {
		if (*group)
			help_group(cli, group);
		else
			help_overview(cli);
		return EXIT_DONE;
	}
	if (*group)
		return fail_usage(cli, tr("'%.60s' needs a command: try 'nanomarket help %.60s'"), group, group);
	return fail_usage(cli, "%s", tr("a command is needed"));
}

static int run(struct cli *cli)
{
	const struct command *command = cli->arguments.command;

	if (global_given(&cli->arguments, "version"))
		return print_version(cli);
	if (!command)
		return run_without_command(cli);
	if (global_given(&cli->arguments, "help")) {
		help_command(cli, command);
		return EXIT_DONE;
	}
	return command->flags & COMMAND_STORE ? cli_on_store(cli, command->run) : command->run(cli);
}

int main(int argc, char **argv)
{
	struct cli cli = { .json = false };
	bool fine;
	int code;

	signal(SIGPIPE, SIG_IGN);
	texts_use_environment();
	if (sodium_init() < 0)
		return EXIT_FAILED;
	fine = arguments_read(&cli.arguments, argc, argv);
	read_globals(&cli);
	if (fine)
		code = run(&cli);
	else
		code = fail_usage(&cli, "%s", cli.arguments.problem);
	if (!output_close(&cli) && code == EXIT_DONE)
		code = EXIT_FAILED;
	secret_close(&cli);
	arguments_clear(&cli.arguments);
	return code;
}
