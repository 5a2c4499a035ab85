/* command_package.c -- packages: upload, download, look inside. */
#include "cli.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "output.h"
#include "table.h"

int run_upload(struct cli *cli)
{
	const char *const *words = cli->arguments.words;
	nmk_upload upload = NMK_UPLOAD_INIT;
	nmk_version *version = NULL;
	nmk_status rc;
	int code = EXIT_DONE;

	upload.number = option_text(&cli->arguments, "number");
	upload.changelog = option_text(&cli->arguments, "changelog");
	rc = nmk_package_upload_file(cli->session, words[0], words[1], &upload, &version);
	if (rc != NMK_OK)
		return fail_session(cli, rc);
	if (cli->json)
		code = finish_json(cli, nmk_version_json(version));
	else
		say(cli, tr("Version %s added."), nmk_version_number(version));
	nmk_version_free(version);
	return code;
}

static int write_out(void *context, const void *data, size_t size)
{
	return fwrite(data, 1, size, context) == size ? 0 : -1;
}

static int download_to_output(struct cli *cli, const char *id, const char *number)
{
	nmk_status rc;

	if (isatty(STDOUT_FILENO))
		return fail_usage(cli, "%s", tr("a package is not for a terminal: use --output FILE or a pipe"));
	rc = nmk_package_download(cli->session, id, number, 0, -1, write_out, stdout);
	/* A reader that went away: output_close() knows whether that is a failure. */
	if (rc == NMK_ECANCELLED && ferror(stdout))
		return errno == EPIPE ? EXIT_DONE : EXIT_FAILED;
	return rc == NMK_OK ? EXIT_DONE : fail_session(cli, rc);
}

int run_download(struct cli *cli)
{
	const char *id = cli->arguments.words[0], *number = option_text(&cli->arguments, "version");
	const char *output = option_text(&cli->arguments, "output");
	char name[256];
	nmk_status rc;

	if (output && strcmp(output, "-") == 0)
		return download_to_output(cli, id, number);
	if (!output) {
		nmk_version *version = NULL;

		rc = nmk_version_get(cli->session, id, number, &version);
		if (rc != NMK_OK)
			return fail_session(cli, rc);
		snprintf(name, sizeof name, "%s-%s.zip", nmk_version_nano_id(version), nmk_version_number(version));
		nmk_version_free(version);
		output = name;
	}
	rc = nmk_package_download_file(cli->session, id, number, output);
	if (rc != NMK_OK)
		return fail_session(cli, rc);
	say(cli, tr("Saved as %s."), output);
	return finish(cli);
}

static int print_entries(const struct cli *cli, const nmk_package_entries *entries)
{
	static const char *const headings[] = { "SIZE", "TYPE", "NAME", NULL };
	struct table table;
	char text[TIME_SIZE];
	int code = EXIT_DONE;

	table_begin(&table, headings, 2);
	for (size_t i = 0; i < nmk_package_entries_count(entries); i++) {
		const nmk_package_entry *entry = nmk_package_entries_item(entries, i);

		table_cell(&table, entry->is_directory ? "" : size_text(entry->size, text));
		table_cell(&table, entry->is_directory ? tr("folder") : entry->media_type);
		table_cell(&table, entry->name);
	}
	if (table.failed)
		code = fail_memory(cli);
	else
		table_print(&table, cli);
	table_clear(&table);
	return code;
}

int run_package(struct cli *cli)
{
	nmk_package_entries *entries = NULL;
	nmk_status rc = nmk_package_list(cli->session, cli->arguments.words[0], option_text(&cli->arguments, "version"),
	                                 &entries);
	int code;

	if (rc != NMK_OK)
		return fail_session(cli, rc);
	code = cli->json ? finish_json(cli, nmk_package_entries_json(entries)) : print_entries(cli, entries);
	nmk_package_entries_free(entries);
	return code;
}
