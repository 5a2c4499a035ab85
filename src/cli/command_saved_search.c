/* command_saved_search.c -- searches that are kept, one's history, and what is searched for most. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>
#include "list.h"
#include "output.h"

/* ---- saved searches ---- */

static int add(struct cli *cli, const nmk_search_options *options)
{
	nmk_saved_search *saved = NULL;
	nmk_status rc = nmk_saved_search_create(cli->session, cli->arguments.words[0], options,
	                                        option_given(&cli->arguments, "alert"), &saved);
	int code = EXIT_DONE;

	if (rc != NMK_OK)
		return fail_session(cli, rc);
	if (cli->json)
		code = finish_json(cli, nmk_saved_search_json(saved));
	else
		say(cli, "%s: %s", tr("Saved"), nmk_saved_search_id(saved));
	nmk_saved_search_free(saved);
	return code;
}

int run_saved_search_add(struct cli *cli)
{
	const struct arguments *arguments = &cli->arguments;
	const char *creator = option_text(arguments, "creator"), *category = option_text(arguments, "category");
	char *creator_id = NULL, *category_id = NULL;
	nmk_search_options options = NMK_SEARCH_OPTIONS_INIT;
	int code = EXIT_DONE;

	if (creator)
		creator_id = cli_user_id(cli, creator, "creator", &code);
	if (code == EXIT_DONE && category)
		category_id = cli_category_id(cli, category, "category", &code);
	if (code == EXIT_DONE) {
		options.text = arguments->word_count > 1 ? arguments->words[1] : NULL;
		options.creator_id = creator_id;
		options.category_id = category_id;
		options.competency_level = (nmk_competency_level)option_number(arguments, "level", 0);
		options.format = (nmk_format)option_number(arguments, "format", 0);
		options.license = (nmk_license)option_number(arguments, "license", 0);
		options.language = option_text(arguments, "language");
		options.duration_minimum = (int32_t)option_number(arguments, "min-duration", 0);
		options.duration_maximum = (int32_t)option_number(arguments, "max-duration", 0);
		code = add(cli, &options);
	}
	free(creator_id);
	free(category_id);
	return code;
}

static const char *const saved_headings[] = { "ID", "ALERT", "SAVED", "NAME", "TEXT", NULL };

static void saved_row(struct table *table, const void *item)
{
	const nmk_saved_search *saved = item;
	char text[TIME_SIZE];

	table_cell(table, nmk_saved_search_id(saved));
	table_cell(table, nmk_saved_search_alert(saved) ? tr("yes") : tr("no"));
	table_cell(table, time_text(nmk_saved_search_created_at(saved), text));
	table_cell(table, nmk_saved_search_name(saved));
	table_cell(table, nmk_saved_search_text(saved) ? nmk_saved_search_text(saved) : "");
}

static nmk_status fetch_saved(struct cli *cli, const void *context, const char *cursor, int32_t limit, void **page)
{
	nmk_saved_search_page *saved = NULL;
	nmk_status rc = nmk_saved_search_list(cli->session, cursor, limit, &saved);

	(void)context;
	*page = saved;
	return rc;
}

int run_saved_search_list(struct cli *cli)
{
	const struct list list = {
		.kind = &saved_search_pages, .fetch = fetch_saved, .headings = saved_headings, .flexible = 4, .row = saved_row,
	};

	return list_run(cli, &list);
}

int run_saved_search_show(struct cli *cli)
{
	nmk_saved_search *saved = NULL;
	nmk_status rc = nmk_saved_search_get(cli->session, cli->arguments.words[0], &saved);
	int code;

	if (rc != NMK_OK)
		return fail_session(cli, rc);
	code = finish_entity(cli, nmk_saved_search_json(saved));
	nmk_saved_search_free(saved);
	return code;
}

/* context: the saved search */
static nmk_status fetch_found(struct cli *cli, const void *context, const char *cursor, int32_t limit, void **page)
{
	nmk_search_options options;
	nmk_search_page *nanos = NULL;
	nmk_status rc;

	nmk_saved_search_options(context, &options);
	options.cursor = cursor;
	options.limit = limit;
	rc = nmk_search(cli->session, &options, &nanos);
	*page = nanos;
	return rc;
}

int run_saved_search_run(struct cli *cli)
{
	struct list list = {
		.kind = &search_pages, .fetch = fetch_found, .headings = nano_headings, .flexible = NANO_FLEXIBLE, .row = nano_row,
	};
	nmk_saved_search *saved = NULL;
	nmk_status rc = nmk_saved_search_get(cli->session, cli->arguments.words[0], &saved);
	int code;

	if (rc != NMK_OK)
		return fail_session(cli, rc);
	list.context = saved;
	code = list_run(cli, &list);
	nmk_saved_search_free(saved);
	return code;
}

int run_saved_search_alert(struct cli *cli)
{
	bool off = option_given(&cli->arguments, "off");
	nmk_status rc = nmk_saved_search_set_alert(cli->session, cli->arguments.words[0], !off);

	return cli_done(cli, rc, off ? tr("New nanos are not told any more.") : tr("New nanos are told by mail."));
}

int run_saved_search_delete(struct cli *cli)
{
	return cli_done(cli, nmk_saved_search_delete(cli->session, cli->arguments.words[0]), tr("Removed."));
}

/* A hundred in each transaction, so that nobody else waits for long. */
int run_saved_search_send_alerts(struct cli *cli)
{
	long long all_checked = 0, all_mailed = 0;
	int64_t checked = 0, mailed = 0;
	nmk_status rc;

	do {
		rc = nmk_saved_search_send_alerts(cli->session, 100, &checked, &mailed);
		all_checked += checked;
		all_mailed += mailed;
	} while (rc == NMK_OK && checked > 0);
	if (rc != NMK_OK)
		return fail_session(cli, rc);
	if (cli->json)
		printf("{\"checked\":%lld,\"mailed\":%lld}\n", all_checked, all_mailed);
	else
		say(cli, tr("Looked after: %lld, mails: %lld"), all_checked, all_mailed);
	return EXIT_DONE;
}

/* ---- history ---- */

int run_history_record(struct cli *cli)
{
	const struct arguments *arguments = &cli->arguments;

	if (!option_given(arguments, "results"))
		return fail_usage(cli, tr("option '--%s' is needed"), "results");
	return cli_done(cli, nmk_past_search_record(cli->session, arguments->words[0], option_number(arguments, "results", 0)),
	                tr("Noted."));
}

static const char *const past_headings[] = { "ID", "RESULTS", "SEARCHED", "TEXT", NULL };

static void past_row(struct table *table, const void *item)
{
	const nmk_past_search *past = item;
	char text[TIME_SIZE], number[24];

	snprintf(number, sizeof number, "%lld", (long long)nmk_past_search_result_count(past));
	table_cell(table, nmk_past_search_id(past));
	table_cell(table, number);
	table_cell(table, time_text(nmk_past_search_searched_at(past), text));
	table_cell(table, nmk_past_search_text(past));
}

static nmk_status fetch_past(struct cli *cli, const void *context, const char *cursor, int32_t limit, void **page)
{
	nmk_past_search_page *past = NULL;
	nmk_status rc = nmk_past_search_list(cli->session, cursor, limit, &past);

	(void)context;
	*page = past;
	return rc;
}

int run_history_list(struct cli *cli)
{
	const struct list list = {
		.kind = &past_search_pages, .fetch = fetch_past, .headings = past_headings, .flexible = 3, .row = past_row,
	};

	return list_run(cli, &list);
}

int run_history_clear(struct cli *cli)
{
	const char *id = cli->arguments.word_count > 0 ? cli->arguments.words[0] : NULL;

	return cli_done(cli, nmk_past_search_clear(cli->session, id), tr("Removed."));
}

/* ---- what is searched for most ---- */

static const char *const query_headings[] = { "SEARCHES", "NO RESULT", "TEXT", NULL };

static void query_row(struct table *table, const void *item)
{
	const nmk_query_count *count = item;
	char number[24];

	snprintf(number, sizeof number, "%lld", (long long)nmk_query_count_search_count(count));
	table_cell(table, number);
	snprintf(number, sizeof number, "%lld", (long long)nmk_query_count_no_result_count(count));
	table_cell(table, number);
	table_cell(table, nmk_query_count_text(count));
}

static nmk_status fetch_queries(struct cli *cli, const void *context, const char *cursor, int32_t limit, void **page)
{
	nmk_query_count_page *counts = NULL;
	nmk_status rc = nmk_query_count_list(cli->session, (int32_t)option_number(&cli->arguments, "days", 0),
	                                     option_given(&cli->arguments, "no-result"), limit, &counts);

	(void)context;
	(void)cursor;
	*page = counts;
	return rc;
}

int run_queries(struct cli *cli)
{
	const struct list list = {
		.kind = &query_count_pages, .fetch = fetch_queries, .headings = query_headings, .flexible = 2, .row = query_row,
	};

	return list_run(cli, &list);
}
