/* command_audit.c -- the audit log: read it, verify it, take proofs out of it. */
#include "cli.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "files.h"
#include "list.h"
#include "output.h"
#include "progress.h"
#include "report.h"
#include "times.h"

/* ---- lists ---- */

static const char *const event_headings[] = { "ID", "TIME", "ACTION", "RESULT", "ACTOR", "OBJECT", NULL };

/* An account by its id as long as it has one; else what the log calls the person. */
static const char *either(const char *id, const char *pseudonym, const char *kind)
{
	return id ? id : pseudonym ? pseudonym : kind;
}

static void event_row(struct table *table, const void *item)
{
	const nmk_audit_event *event = item;
	char time[TIME_SIZE];

	table_cell(table, nmk_audit_event_id(event));
	table_cell(table, time_text(nmk_audit_event_created_at(event), time));
	table_cell(table, nmk_audit_event_action(event));
	table_cell(table, nmk_audit_event_result(event));
	table_cell(table, either(nmk_audit_event_actor_id(event), nmk_audit_event_actor(event), nmk_audit_event_actor_kind(event)));
	table_cell(table, either(nmk_audit_event_object_id(event), nmk_audit_event_object(event), nmk_audit_event_object_type(event)));
}

static nmk_status fetch_events(struct cli *cli, const void *context, const char *cursor, int32_t limit, void **page)
{
	nmk_audit_event_page *events = NULL;
	nmk_status rc = nmk_audit_list(cli->session, context, cursor, limit, &events);

	*page = events;
	return rc;
}

static int take_times(struct cli *cli, nmk_audit_filter *filter)
{
	const char *from = option_text(&cli->arguments, "from"), *to = option_text(&cli->arguments, "to");

	if (from && !read_time(from, &filter->from))
		return fail_usage(cli, tr("'%.60s' is no time: write 2026-12-31 or 2026-12-31T12:00Z"), from);
	if (to && !read_time(to, &filter->to))
		return fail_usage(cli, tr("'%.60s' is no time: write 2026-12-31 or 2026-12-31T12:00Z"), to);
	return EXIT_DONE;
}

int run_audit_list(struct cli *cli)
{
	nmk_audit_filter filter = NMK_AUDIT_FILTER_INIT;
	struct list list = { .kind = &audit_event_pages, .fetch = fetch_events, .context = &filter, .headings = event_headings,
	                     .flexible = 5, .row = event_row };
	const char *actor = option_text(&cli->arguments, "actor");
	char *actor_id = NULL;
	int code = take_times(cli, &filter);

	if (code != EXIT_DONE)
		return code;
	filter.action = option_text(&cli->arguments, "action");
	filter.object_type = option_text(&cli->arguments, "type");
	filter.object_id = option_text(&cli->arguments, "object");
	filter.result = option_text(&cli->arguments, "result");
	if (actor) {
		actor_id = cli_user_id(cli, actor, "actor", &code);
		if (!actor_id)
			return code;
		filter.actor_id = actor_id;
	}
	code = list_run(cli, &list);
	free(actor_id);
	return code;
}

static nmk_status fetch_own(struct cli *cli, const void *context, const char *cursor, int32_t limit, void **page)
{
	nmk_audit_event_page *events = NULL;
	nmk_status rc = nmk_audit_own(cli->session, context, cursor, limit, &events);

	*page = events;
	return rc;
}

int run_audit_own(struct cli *cli)
{
	struct list list = { .kind = &audit_event_pages, .fetch = fetch_own, .headings = event_headings, .flexible = 5,
	                     .row = event_row, .context = cli->arguments.word_count > 0 ? cli->arguments.words[0] : NULL };

	return list_run(cli, &list);
}

int run_audit_show(struct cli *cli)
{
	nmk_audit_event *event = NULL;
	nmk_status rc = nmk_audit_get(cli->session, cli->arguments.words[0], &event);
	int code;

	if (rc != NMK_OK)
		return fail_session(cli, rc);
	code = finish_entity(cli, nmk_audit_event_json(event));
	nmk_audit_event_free(event);
	return code;
}

int run_audit_suspicious(struct cli *cli)
{
	static const char *const headings[] = { "ACCOUNT", "FAILURES", "LAST", NULL };
	nmk_audit_suspect_page *page = NULL;
	struct table table;
	nmk_status rc = nmk_audit_suspicious(cli->session, (int32_t)option_number(&cli->arguments, "threshold", 0),
	                                     (int32_t)option_number(&cli->arguments, "minutes", 0), &page);
	int code = EXIT_DONE;

	if (rc != NMK_OK)
		return fail_session(cli, rc);
	if (cli->json) {
		code = finish_json(cli, nmk_audit_suspect_page_json(page));
	} else if (nmk_audit_suspect_page_count(page) == 0) {
		say(cli, "%s", tr("Nothing is suspicious."));
	} else {
		table_begin(&table, headings, 0);
		for (size_t i = 0; i < nmk_audit_suspect_page_count(page); i++) {
			const nmk_audit_suspect *suspect = nmk_audit_suspect_page_item(page, i);
			char time[TIME_SIZE], failures[24];

			snprintf(failures, sizeof failures, "%lld", (long long)nmk_audit_suspect_failures(suspect));
			table_cell(&table, nmk_audit_suspect_user_id(suspect));
			table_cell(&table, failures);
			table_cell(&table, time_text(nmk_audit_suspect_last_at(suspect), time));
		}
		table_print(&table, cli);
		code = table.failed ? fail_memory(cli) : EXIT_DONE;
		table_clear(&table);
	}
	nmk_audit_suspect_page_free(page);
	return code;
}

/* ---- proofs: texts as they are, so that they can be kept in a file ---- */

static int print_text(struct cli *cli, const char *name, char *text)
{
	json_t *json;

	if (cli->json) {
		json = json_pack("{s:s}", name, text);
		nmk_free(text);
		text = json ? json_dumps(json, JSON_COMPACT) : NULL;
		json_decref(json);
		return finish_json(cli, text);
	}
	fputs(text, stdout);
	nmk_free(text);
	return EXIT_DONE;
}

int run_audit_checkpoint(struct cli *cli)
{
	char *text = NULL;
	nmk_status rc = nmk_audit_checkpoint(cli->session, &text);

	return rc == NMK_OK ? print_text(cli, "checkpoint", text) : fail_session(cli, rc);
}

int run_audit_key(struct cli *cli)
{
	char *text = NULL;
	nmk_status rc = nmk_audit_key(cli->session, option_number(&cli->arguments, "year", 0), &text);

	if (rc != NMK_OK)
		return fail_session(cli, rc);
	if (cli->json)
		return print_text(cli, "key", text);
	puts(text);
	nmk_free(text);
	return EXIT_DONE;
}

int run_audit_prove(struct cli *cli)
{
	char *text = NULL;
	nmk_status rc = nmk_audit_receipt(cli->session, cli->arguments.words[0], &text);

	return rc == NMK_OK ? print_text(cli, "receipt", text) : fail_session(cli, rc);
}

/* ---- verifying ---- */

static int verify_receipt(struct cli *cli, const char *path)
{
	const char *key = option_text(&cli->arguments, "key");
	char *receipt, *entry = NULL;
	nmk_status rc;
	int code;

	if (!key)
		return fail_usage(cli, tr("option '--%s' is needed"), "key");
	receipt = read_text_file(cli, path, "receipt", &code);
	if (!receipt)
		return code;
	rc = nmk_audit_receipt_verify(receipt, key, &entry);
	free(receipt);
	if (rc == NMK_EINVALID)
		return fail_text(cli, rc, "key", "%s", tr("this is no key of an audit log"));
	if (rc == NMK_ECORRUPT) {
		fail_text(cli, rc, "receipt", "%s", tr("the receipt proves nothing"));
		return EXIT_PROBLEMS;
	}
	if (rc != NMK_OK)
		return fail_memory(cli);
	say(cli, "%s", tr("The receipt is valid. It proves:"));
	return finish_json(cli, entry);
}

static int verify_log(struct cli *cli)
{
	size_t count = cli->arguments.word_count;
	char **notes = calloc(count + 1, sizeof *notes);
	nmk_check_report *report = NULL;
	struct progress progress;
	nmk_status rc = NMK_OK;
	int code = notes ? EXIT_DONE : fail_memory(cli);

	for (size_t i = 0; code == EXIT_DONE && i < count; i++)
		notes[i] = read_text_file(cli, cli->arguments.words[i], "checkpoint", &code);
	if (code == EXIT_DONE) {
		progress_begin(cli, &progress);
		rc = nmk_audit_verify(cli->session, (const char *const *)notes, count, progress_go_on, &progress, &report);
		progress_end(&progress);
		code = rc == NMK_OK ? report_finish(cli, report, tr("The audit log is sound.")) : fail_session(cli, rc);
	}
	for (size_t i = 0; notes && i < count; i++)
		free(notes[i]);
	free(notes);
	nmk_check_report_free(report);
	return code;
}

int run_audit_verify(struct cli *cli)
{
	const char *receipt = option_text(&cli->arguments, "receipt");

	return receipt ? verify_receipt(cli, receipt) : cli_on_store(cli, verify_log);
}

/* ---- export ---- */

struct folder {
	const char *path;
	FILE       *file;
	char        name[32];      /* of the open file; "" for none */
	int         problem;       /* an errno; 0 for none          */
};

static bool folder_close(struct folder *folder)
{
	if (folder->file && fclose(folder->file) != 0 && !folder->problem)
		folder->problem = errno;
	folder->file = NULL;
	return folder->problem == 0;
}

/* Files come one after the other. None is overwritten. */
static int folder_write(void *context, const char *file, const void *data, size_t size)
{
	struct folder *folder = context;
	char path[4096];

	if (strcmp(folder->name, file) != 0) {
		if (!folder_close(folder))
			return -1;
		snprintf(folder->name, sizeof folder->name, "%s", file);
		snprintf(path, sizeof path, "%s/%s", folder->path, file);
		folder->file = fopen(path, "wxe");
	}
	if (!folder->file || fwrite(data, 1, size, folder->file) != size)
		folder->problem = errno ? errno : EIO;
	return folder->problem ? -1 : 0;
}

int run_audit_export(struct cli *cli)
{
	struct folder folder = { .path = cli->arguments.words[0] };
	struct progress progress;
	nmk_status rc;

	if (mkdir(folder.path, 0700) != 0 && errno != EEXIST)
		return fail_text(cli, NMK_EIO, "folder", tr("'%s' cannot be written: %s"), folder.path, strerror(errno));
	progress_begin(cli, &progress);
	rc = nmk_audit_export(cli->session, option_number(&cli->arguments, "year", 0), folder_write, &folder, progress_go_on, &progress);
	progress_end(&progress);
	if (!folder_close(&folder))
		return fail_text(cli, NMK_EIO, "folder", tr("'%s' cannot be written: %s"), folder.path, strerror(folder.problem));
	if (rc != NMK_OK)
		return fail_session(cli, rc);
	say(cli, tr("Written: key, checkpoints and entries in %s"), folder.path);
	return finish(cli);
}

int run_audit_prune(struct cli *cli)
{
	int64_t pruned = 0;
	nmk_status rc = nmk_audit_prune(cli->session, &pruned);

	if (rc != NMK_OK)
		return fail_session(cli, rc);
	if (cli->json) {
		json_t *json = json_pack("{s:s, s:I}", "status", "ok", "pruned", (json_int_t)pruned);
		char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;

		json_decref(json);
		return finish_json(cli, text);
	}
	say(cli, tr("%lld entries were kept long enough: only their hashes stay."), (long long)pruned);
	return EXIT_DONE;
}
