/* command_import.c -- the import: rows are read, prepared, handed to the threads and reported in order. */
#include "cli.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "import_intake.h"
#include "output.h"

/* ---- the whole ---- */

static void report_one(struct intake *intake)
{
	struct job *job = import_result(&intake->import);

	if (!job)
		return;
	intake_report(intake, job);
	import_reported(&intake->import);
	intake_show_progress(intake);
}

static bool goes_on(const struct intake *intake)
{
	return !intake_failed(intake) && !interrupted() && (intake->limit == 0 || intake->read < intake->limit);
}

static void import_rows(struct intake *intake)
{
	while (goes_on(intake)) {
		struct job *job;
		enum rows_result result;

		if (!import_has_room(&intake->import)) {
			report_one(intake);
			continue;
		}
		job = import_next(&intake->import);
		result = rows_next(&intake->rows, &job->row);
		if (result != ROWS_ROW) {
			if (result != ROWS_END && !interrupted())
				intake_unreadable(intake, result, intake->file);
			break;
		}
		intake->read++;
		intake_prepare(intake, job);
		if (job->error.status != NMK_OK) {
			job->outcome = OUTCOME_REJECTED;
			job->decided = true;
		}
		if (intake_failed(intake)) {
			job->outcome = OUTCOME_NONE;
			job->decided = true;
		}
		import_add(&intake->import);
	}
	if (intake_failed(intake) || interrupted())
		import_abandon(&intake->import);
	while (intake->import.reported < intake->import.filled) {
		report_one(intake);
		if (intake_failed(intake) || interrupted())
			import_abandon(&intake->import);
	}
}

/* ---- begin and end ---- */

static char *join(const char *folder, const char *name)
{
	size_t length = strlen(folder), room = length + strlen(name) + 2;
	char *path = malloc(room);

	if (path)
		snprintf(path, room, "%s%s%s", folder, length > 0 && folder[length - 1] == '/' ? "" : "/", name);
	return path;
}

/* The file with the rows, and the folder it lies in. */
static void find_file(struct intake *intake, const char *path)
{
	struct stat facts;

	if (stat(path, &facts) != 0) {
		intake_unreadable(intake, ROWS_UNREADABLE, path);
		return;
	}
	intake->is_folder = S_ISDIR(facts.st_mode);
	if (intake->is_folder) {
		intake->folder = join(path, "");
		intake->file = join(path, "catalog.jsonl");
		if (intake->file && access(intake->file, F_OK) != 0) {
			free(intake->file);
			intake->file = join(path, "metadata.csv");
		}
	} else {
		const char *slash = strrchr(path, '/');

		intake->folder = strndup(path, slash ? (size_t)(slash - path) + 1 : 0);
		intake->file = strdup(path);
	}
	if (!intake->file || !intake->folder)
		intake_no_memory(intake);
	else if (stat(intake->file, &facts) != 0)
		row_problem(&intake->failure, NMK_ENOTFOUND, NULL,
		            tr("there is no catalog.jsonl and no metadata.csv in '%.200s'"), path);
	else
		intake->size = facts.st_size;
}

static void begin(struct intake *intake)
{
	enum rows_result result;
	nmk_error error;
	size_t workers;

	if (intake->cli->as) {
		const char *id = nmk_session_user_id(intake->cli->session);

		intake->own_id = strdup(id ? id : "");
		if (!intake->own_id)
			intake_no_memory(intake);
	}
	if (!intake_failed(intake))
		find_file(intake, intake->cli->arguments.words[0]);
	if (intake_failed(intake))
		return;
	errno = 0;
	result = rows_open(&intake->rows, intake->file);
	if (result != ROWS_ROW)
		intake_unreadable(intake, result, intake->file);
	if (intake->rows.unknown[0])
		note(intake->cli, tr("columns that mean nothing here: %s"), intake->rows.unknown);
	if (!intake_failed(intake) && intake->is_folder && !intake->own_id) {
		intake_load_categories(intake);
		intake_load_creators(intake);
	}
	if (intake_failed(intake))
		return;
	intake->importing = true;
	workers = intake->dry ? 1 : (size_t)option_number(&intake->cli->arguments, "jobs", 4);
	if (import_begin(&intake->import, intake->cli, workers, &error) != NMK_OK)
		intake->failure = error;
}

static void print_summary(const struct intake *intake)
{
	double seconds = intake_seconds(&intake->begun);
	double rate = (double)intake->read / (seconds > 0.001 ? seconds : 0.001);
	char text[32], *point;

	snprintf(text, sizeof text, "%.1f", seconds);
	point = strchr(text, '.');
	if (point && strcmp(texts_language(), "de") == 0)
		*point = ',';
	if (intake->dry)
		say(intake->cli, tr("%lld would be imported, %lld there already, %lld rejected."), intake->imported,
		    intake->there, intake->rejected);
	else
		say(intake->cli, tr("%lld imported, %lld there already, %lld rejected in %s s (%.0f rows/s)."),
		    intake->imported, intake->there, intake->rejected, text, rate);
	if (intake->published_ignored)
		note(intake->cli, "%s", tr("'published' was ignored: only the host publishes with an import"));
}

static void print_summary_json(struct intake *intake)
{
	json_t *json = json_pack("{s:b,s:I,s:I,s:I,s:I,s:f,s:b,s:O}", "dry_run", intake->dry,
	                         "rows", (json_int_t)intake->read, "imported", (json_int_t)intake->imported,
	                         "already_there", (json_int_t)intake->there, "rejected", (json_int_t)intake->rejected,
	                         "seconds", intake_seconds(&intake->begun), "interrupted", interrupted(),
	                         "rejections", intake->rejections);
	char *text = json ? json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(6)) : NULL;

	if (text)
		puts(text);
	free(text);
	json_decref(json);
}

static int finish_import(struct intake *intake)
{
	intake_hide_progress(intake);
	if (intake_failed(intake)) {
		if (intake->read > 0)
			note(intake->cli, tr("stopped after %lld rows: run it again to go on"),
			     intake->imported + intake->there + intake->rejected);
		return fail_error(intake->cli, &intake->failure);
	}
	if (intake->cli->json)
		print_summary_json(intake);
	else
		print_summary(intake);
	if (interrupted()) {
		note(intake->cli, "%s", tr("interrupted: run it again to go on"));
		return EXIT_INTERRUPTED;
	}
	return intake->rejected ? EXIT_PARTLY : EXIT_DONE;
}

static void clear(struct intake *intake)
{
	if (intake->importing)
		import_end(&intake->import);
	rows_close(&intake->rows);
	map_clear(&intake->creators);
	map_clear(&intake->categories);
	map_clear(&intake->listed);
	map_clear(&intake->nanos);
	json_decref(intake->rejections);
	free(intake->folder);
	free(intake->file);
	free(intake->own_id);
}

int run_import(struct cli *cli)
{
	const struct arguments *arguments = &cli->arguments;
	struct intake intake = {
		.cli = cli, .publish = option_given(arguments, "publish"), .submit = option_given(arguments, "submit"),
		.create_missing = option_given(arguments, "create-missing"), .dry = option_given(arguments, "dry-run"),
		.limit = option_number(arguments, "limit", 0),
	};
	int code;

	if (cli->login) /* its rows are imported by several sessions */
		return fail_usage(cli, tr("option '--%s' makes no sense here"), "login");
	if (intake.publish && intake.submit)
		return fail_usage(cli, tr("'--%s' and '--%s' exclude each other"), "publish", "submit");
	if (intake.publish && cli->as)
		return fail_usage(cli, "%s", tr("'--publish' is for the host: leave out --as, or use --submit"));
	intake.rejections = json_array();
	if (!intake.rejections)
		return fail_memory(cli);
	interrupt_watch();
	clock_gettime(CLOCK_MONOTONIC, &intake.begun);
	intake.shown = intake.begun;
	begin(&intake);
	if (intake.importing && !intake_failed(&intake))
		import_rows(&intake);
	code = finish_import(&intake);
	clear(&intake);
	return code;
}
