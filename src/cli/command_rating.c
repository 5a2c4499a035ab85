/* command_rating.c -- stars: give, list, moderate, and how they develop. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>
#include "list.h"
#include "output.h"

/* ---- one's own ---- */

static int finish_rating(struct cli *cli, nmk_rating *rating, const char *sentence)
{
	int code = EXIT_DONE;

	if (cli->json)
		code = finish_json(cli, nmk_rating_json(rating));
	else
		say(cli, "%s: %s", sentence, nmk_rating_id(rating));
	nmk_rating_free(rating);
	return code;
}

/* 0 for what is none: the library says what a score is. */
static int32_t read_score(const char *word)
{
	return strlen(word) == 1 && *word >= '0' && *word <= '9' ? *word - '0' : 0;
}

/* Who has rated it already gives another score. */
int run_rating_set(struct cli *cli)
{
	const char *nano = cli->arguments.words[0], *sentence = tr("Rated");
	int32_t score = read_score(cli->arguments.words[1]);
	nmk_rating *rating = NULL;
	nmk_status rc;

	if (score < 1 || score > 5)
		return fail_usage(cli, "%s", tr("a score is a number from 1 to 5"));
	rc = nmk_rating_create(cli->session, nano, score, NULL, &rating);
	if (rc == NMK_ECONFLICT) {
		rc = nmk_rating_update(cli->session, nano, score, &rating);
		sentence = tr("Changed, waits for a moderator");
	}
	return rc == NMK_OK ? finish_rating(cli, rating, sentence) : fail_session(cli, rc);
}

int run_rating_show(struct cli *cli)
{
	nmk_rating *rating = NULL;
	nmk_status rc = nmk_rating_get_own(cli->session, cli->arguments.words[0], &rating);
	int code;

	if (rc != NMK_OK)
		return fail_session(cli, rc);
	code = finish_entity(cli, nmk_rating_json(rating));
	nmk_rating_free(rating);
	return code;
}

int run_rating_withdraw(struct cli *cli)
{
	return cli_done(cli, nmk_rating_withdraw(cli->session, cli->arguments.words[0]), tr("Taken back."));
}

/* ---- lists ---- */

static const char *const headings[] = { "ID", "SCORE", "STATUS", "USER", "GIVEN", "NANO", NULL };

static void row(struct table *table, const void *item)
{
	const nmk_rating *rating = item;
	char text[TIME_SIZE];

	table_cell(table, nmk_rating_id(rating));
	table_cell(table, (const char[]){ (char)('0' + nmk_rating_score(rating)), '\0' });
	table_cell(table, nmk_feedback_state_word(nmk_rating_status(rating)));
	table_cell(table, nmk_rating_username(rating));
	table_cell(table, time_text(nmk_rating_submitted_at(rating), text));
	table_cell(table, nmk_rating_nano_title(rating) ? nmk_rating_nano_title(rating) : nmk_rating_nano_id(rating));
}

/* context: the nano's id, or NULL. */
static nmk_status fetch(struct cli *cli, const void *context, const char *cursor, int32_t limit, void **page)
{
	const struct arguments *arguments = &cli->arguments;
	nmk_feedback_state status = (nmk_feedback_state)option_number(arguments, "status", 0);
	nmk_rating_page *ratings = NULL;
	nmk_status rc;

	if (option_given(arguments, "own"))
		rc = nmk_rating_list_own(cli->session, cursor, limit, &ratings);
	else if (option_given(arguments, "received"))
		rc = nmk_rating_list_received(cli->session, context, status, cursor, limit, &ratings);
	else
		rc = nmk_rating_list(cli->session, context, cursor, limit, &ratings);
	*page = ratings;
	return rc;
}

int run_rating_list(struct cli *cli)
{
	const char *nano = cli->arguments.word_count > 0 ? cli->arguments.words[0] : NULL;
	const struct list list = {
		.kind = &rating_pages, .fetch = fetch, .context = nano, .headings = headings, .flexible = 5, .row = row,
	};
	int code = cli_check_whose(cli, nano);

	return code == EXIT_DONE ? list_run(cli, &list) : code;
}

static nmk_status fetch_queue(struct cli *cli, const void *context, const char *cursor, int32_t limit, void **page)
{
	nmk_rating_page *ratings = NULL;
	nmk_status rc = nmk_rating_queue(cli->session, cursor, limit, &ratings);

	(void)context;
	*page = ratings;
	return rc;
}

int run_rating_queue(struct cli *cli)
{
	const struct list list = {
		.kind = &rating_pages, .fetch = fetch_queue, .headings = headings, .flexible = 5, .row = row,
	};

	return list_run(cli, &list);
}

/* ---- moderate ---- */

int run_rating_approve(struct cli *cli)
{
	int64_t revision = option_number(&cli->arguments, "revision", 0);

	return cli_done(cli, nmk_rating_approve(cli->session, cli->arguments.words[0], revision), tr("Approved."));
}

int run_rating_hide(struct cli *cli)
{
	return cli_with_reason(cli, nmk_rating_hide, tr("Hidden."));
}

/* ---- trend ---- */

static void month_row(struct table *table, const void *item)
{
	const nmk_feedback_month *month = item;
	int64_t average = nmk_feedback_month_rating_average_hundredths(month);
	char text[TIME_SIZE];

	table_cell(table, nmk_feedback_month_month(month));
	snprintf(text, sizeof text, "%lld", (long long)nmk_feedback_month_rating_count(month));
	table_cell(table, text);
	table_cell(table, average ? hundredths_text(average, text) : NULL);
	snprintf(text, sizeof text, "%lld", (long long)nmk_feedback_month_comment_count(month));
	table_cell(table, text);
}

static nmk_status fetch_trend(struct cli *cli, const void *context, const char *cursor, int32_t limit, void **page)
{
	nmk_feedback_month_page *months = NULL;
	nmk_status rc = nmk_feedback_trend(cli->session, context, (int32_t)option_number(&cli->arguments, "months", 0), &months);

	(void)cursor;
	(void)limit;
	*page = months;
	return rc;
}

int run_rating_trend(struct cli *cli)
{
	static const char *const months[] = { "MONTH", "RATINGS", "AVERAGE", "COMMENTS", NULL };
	const struct list list = {
		.kind = &feedback_month_pages, .fetch = fetch_trend, .headings = months, .flexible = 0, .row = month_row,
		.context = cli->arguments.word_count > 0 ? cli->arguments.words[0] : NULL,
	};

	return list_run(cli, &list);
}
