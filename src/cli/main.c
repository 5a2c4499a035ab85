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
		if (group)
			help_group(cli, group);
		else
			help_overview(cli);
		return EXIT_DONE;
	}
	if (group)
		return fail_usage(cli, tr("'%.60s' needs a command: try 'nanomarket help %.60s'"), group, group);
	return fail_usage(cli, "%s", tr("a command is needed"));
}

/* A command that only reads gets along with a store that cannot be written. */
static nmk_status open_market(struct cli *cli, nmk_error *error)
{
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_status rc;

	options.language = texts_language();
	rc = nmk_market_open(cli->store, &options, error, &cli->market);
	if (rc == NMK_EREADONLY && (cli->arguments.command->flags & COMMAND_READS) && !cli->as) {
		options.read_only = true;
		rc = nmk_market_open(cli->store, &options, error, &cli->market);
	}
	return rc;
}

static int run_on_store(struct cli *cli)
{
	nmk_error error = { NMK_OK, "", "", "" };
	nmk_status rc;

	if (!cli->store)
		return fail_usage(cli, "%s", tr("which store? Use --store FILE or set NANOMARKET_STORE"));
	rc = open_market(cli, &error);
	if (rc != NMK_OK) {
		error.status = rc;
		return fail_error(cli, &error);
	}
	if (nmk_session_open_system(cli->market, &cli->system) != NMK_OK)
		return fail_memory(cli);
	cli->session = cli_session(cli, &error);
	if (!cli->session)
		return fail_error(cli, &error);
	return cli->arguments.command->run(cli);
}

static void close_store(struct cli *cli)
{
	nmk_session_close(cli->session);
	nmk_session_close(cli->system);
	nmk_market_close(cli->market);
}

static int run(struct cli *cli)
{
	const struct command *command = cli->arguments.command;
	int code;

	if (global_given(&cli->arguments, "version"))
		return print_version(cli);
	if (!command)
		return run_without_command(cli);
	if (global_given(&cli->arguments, "help")) {
		help_command(cli, command);
		return EXIT_DONE;
	}
	if (!(command->flags & COMMAND_STORE))
		return command->run(cli);
	code = run_on_store(cli);
	close_store(cli);
	return code;
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
	arguments_clear(&cli.arguments);
	return code;
}
