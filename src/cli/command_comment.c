/* command_comment.c -- what members write about nanos, and what others do with it. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>
#include "list.h"
#include "output.h"

int cli_check_whose(struct cli *cli, const char *nano)
{
	const struct arguments *arguments = &cli->arguments;
	bool own = option_given(arguments, "own"), received = option_given(arguments, "received");

	if (own && received)
		return fail_usage(cli, tr("'--%s' and '--%s' exclude each other"), "own", "received");
	if (option_given(arguments, "status") && !received)
		return fail_usage(cli, tr("option '--%s' makes no sense here"), "status");
	if (own && nano)
		return fail_usage(cli, tr("option '--%s' makes no sense here"), "own");
	if (!own && !received && !nano)
		return fail_usage(cli, "%s", tr("which nano? Name one, or use --own or --received"));
	return EXIT_DONE;
}

int cli_done(struct cli *cli, nmk_status rc, const char *sentence)
{
	if (rc != NMK_OK)
		return fail_session(cli, rc);
	say(cli, "%s", sentence);
	return finish(cli);
}

/* ---- write ---- */

static int finish_comment(struct cli *cli, nmk_status rc, nmk_comment *comment, const char *sentence)
{
	int code = EXIT_DONE;

	if (rc != NMK_OK)
		return fail_session(cli, rc);
	if (cli->json)
		code = finish_json(cli, nmk_comment_json(comment));
	else
		say(cli, "%s: %s", sentence, nmk_comment_id(comment));
	nmk_comment_free(comment);
	return code;
}

int run_comment_add(struct cli *cli)
{
	nmk_comment *comment = NULL;
	nmk_status rc = nmk_comment_create(cli->session, cli->arguments.words[0], cli->arguments.words[1], NULL, &comment);

	return finish_comment(cli, rc, comment, tr("Commented"));
}

int run_comment_edit(struct cli *cli)
{
	nmk_comment *comment = NULL;
	nmk_status rc = nmk_comment_update(cli->session, cli->arguments.words[0], cli->arguments.words[1], &comment);

	return finish_comment(cli, rc, comment, tr("Changed, waits for a moderator"));
}

int run_comment_show(struct cli *cli)
{
	nmk_comment *comment = NULL;
	nmk_status rc = nmk_comment_get(cli->session, cli->arguments.words[0], &comment);
	int code;

	if (rc != NMK_OK)
		return fail_session(cli, rc);
	code = finish_entity(cli, nmk_comment_json(comment));
	nmk_comment_free(comment);
	return code;
}

int run_comment_withdraw(struct cli *cli)
{
	return cli_done(cli, nmk_comment_withdraw(cli->session, cli->arguments.words[0]), tr("Taken back."));
}

/* ---- lists ---- */

static void print_facts(const nmk_comment *comment)
{
	char time[TIME_SIZE];

	print_clean(stdout, nmk_comment_username(comment), false);
	if (nmk_comment_score(comment))
		printf(" · ★ %lld", (long long)nmk_comment_score(comment));
	printf(" · %s", time_text(nmk_comment_submitted_at(comment), time));
	if (nmk_comment_status(comment) != NMK_FEEDBACK_APPROVED)
		printf(" · %s", nmk_feedback_state_word(nmk_comment_status(comment)));
	if (nmk_comment_verified_learner(comment))
		fputs(tr(" · downloaded it"), stdout);
	if (nmk_comment_is_edited(comment))
		fputs(tr(" · edited"), stdout);
	if (nmk_comment_helpful_count(comment))
		printf(tr(" · helpful: %lld"), (long long)nmk_comment_helpful_count(comment));
	if (nmk_comment_nano_title(comment)) {
		fputs(" · ", stdout);
		print_clean(stdout, nmk_comment_nano_title(comment), false);
	}
}

static void print_text(const char *before, const char *text)
{
	if (!text)
		return;
	fputs(before, stdout);
	print_clean(stdout, text, true);
	putchar('\n');
}

static void print_comment(const struct cli *cli, const void *item)
{
	const nmk_comment *comment = item;

	print_text("", nmk_comment_content(comment));
	print_text(tr("  Answer: "), nmk_comment_reply(comment));
	print_text(tr("  Hidden: "), nmk_comment_moderation_reason(comment));
	color_on(cli, "2");
	printf("  %s · ", nmk_comment_id(comment));
	print_facts(comment);
	color_off(cli);
	putchar('\n');
}

/* context: the nano's id, or NULL. */
static nmk_status fetch(struct cli *cli, const void *context, const char *cursor, int32_t limit, void **page)
{
	const struct arguments *arguments = &cli->arguments;
	nmk_feedback_state status = (nmk_feedback_state)option_number(arguments, "status", 0);
	nmk_comment_order order = (nmk_comment_order)option_number(arguments, "order", 0);
	nmk_comment_page *comments = NULL;
	nmk_status rc;

	if (option_given(arguments, "own"))
		rc = nmk_comment_list_own(cli->session, cursor, limit, &comments);
	else if (option_given(arguments, "received"))
		rc = nmk_comment_list_received(cli->session, context, status, cursor, limit, &comments);
	else
		rc = nmk_comment_list(cli->session, context, order, cursor, limit, &comments);
	*page = comments;
	return rc;
}

int run_comment_list(struct cli *cli)
{
	const char *nano = cli->arguments.word_count > 0 ? cli->arguments.words[0] : NULL;
	const struct list list = { .kind = &comment_pages, .fetch = fetch, .context = nano, .print = print_comment };
	int code = cli_check_whose(cli, nano);

	return code == EXIT_DONE ? list_run(cli, &list) : code;
}

static nmk_status fetch_queue(struct cli *cli, const void *context, const char *cursor, int32_t limit, void **page)
{
	nmk_comment_page *comments = NULL;
	nmk_status rc = nmk_comment_queue(cli->session, cursor, limit, &comments);

	(void)context;
	*page = comments;
	return rc;
}

int run_comment_queue(struct cli *cli)
{
	const struct list list = { .kind = &comment_pages, .fetch = fetch_queue, .print = print_comment };

	return list_run(cli, &list);
}

/* ---- moderate ---- */

int run_comment_approve(struct cli *cli)
{
	int64_t revision = option_number(&cli->arguments, "revision", 0);

	return cli_done(cli, nmk_comment_approve(cli->session, cli->arguments.words[0], revision), tr("Approved."));
}

int cli_with_reason(struct cli *cli, nmk_status (*call)(nmk_session *session, const char *id, const char *reason),
                    const char *sentence)
{
	const char *reason = option_text(&cli->arguments, "reason");

	if (!reason)
		return fail_usage(cli, tr("option '--%s' is needed"), "reason");
	return cli_done(cli, call(cli->session, cli->arguments.words[0], reason), sentence);
}

int run_comment_hide(struct cli *cli)
{
	return cli_with_reason(cli, nmk_comment_hide, tr("Hidden."));
}

int run_comment_remove_reply(struct cli *cli)
{
	return cli_with_reason(cli, nmk_comment_remove_reply, tr("The answer is removed."));
}

/* ---- what others do ---- */

int run_comment_reply(struct cli *cli)
{
	return cli_done(cli, nmk_comment_reply_to(cli->session, cli->arguments.words[0], cli->arguments.words[1]), tr("Answered."));
}

int run_comment_helpful(struct cli *cli)
{
	bool helpful = !option_given(&cli->arguments, "undo");

	return cli_done(cli, nmk_comment_vote(cli->session, cli->arguments.words[0], helpful), tr("Noted."));
}

int run_comment_report(struct cli *cli)
{
	nmk_report_reason reason = (nmk_report_reason)option_number(&cli->arguments, "reason", 0);
	nmk_comment_report *report = NULL;
	nmk_status rc;
	int code = EXIT_DONE;

	if (!reason)
		return fail_usage(cli, tr("option '--%s' is needed"), "reason");
	rc = nmk_comment_report_create(cli->session, cli->arguments.words[0], reason, option_text(&cli->arguments, "note"), NULL,
	                               &report);
	if (rc != NMK_OK)
		return fail_session(cli, rc);
	if (cli->json)
		code = finish_json(cli, nmk_comment_report_json(report));
	else
		say(cli, "%s: %s", tr("Reported"), nmk_comment_report_id(report));
	nmk_comment_report_free(report);
	return code;
}

static void report_row(struct table *table, const void *item)
{
	const nmk_comment_report *report = item;
	char time[TIME_SIZE];

	table_cell(table, nmk_comment_report_comment_id(report));
	table_cell(table, nmk_report_reason_word(nmk_comment_report_reason(report)));
	table_cell(table, nmk_comment_report_username(report));
	table_cell(table, time_text(nmk_comment_report_created_at(report), time));
	table_cell(table, nmk_comment_report_note(report));
	table_cell(table, nmk_comment_report_content(report));
}

static nmk_status fetch_reports(struct cli *cli, const void *context, const char *cursor, int32_t limit, void **page)
{
	nmk_comment_report_page *reports = NULL;
	nmk_status rc = nmk_comment_report_queue(cli->session, cursor, limit, &reports);

	(void)context;
	*page = reports;
	return rc;
}

int run_comment_reports(struct cli *cli)
{
	static const char *const headings[] = { "COMMENT", "REASON", "USER", "CREATED", "NOTE", "TEXT", NULL };
	const struct list list = {
		.kind = &comment_report_pages, .fetch = fetch_reports, .headings = headings, .flexible = 5, .row = report_row,
	};

	return list_run(cli, &list);
}
