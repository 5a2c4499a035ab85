/* command_suggest.c -- what to search for: while typing, misspelt, these days. */
#include "cli.h"

#include <string.h>
#include "list.h"
#include "output.h"

static const char *const headings[] = { "KIND", "NANOS", "TEXT", NULL };

static void row(struct table *table, const void *item)
{
	const nmk_suggestion *suggestion = item;
	char number[24] = "";

	if (nmk_suggestion_nano_count(suggestion) > 0)
		snprintf(number, sizeof number, "%lld", (long long)nmk_suggestion_nano_count(suggestion));
	table_cell(table, nmk_suggest_kind_word(nmk_suggestion_kind(suggestion)));
	table_cell(table, number);
	table_cell(table, nmk_suggestion_text(suggestion));
}

/* One page, whatever the list asks for. context: the text. */
static nmk_status fetch(struct cli *cli, const void *context, const char *cursor, int32_t limit, void **page)
{
	const struct arguments *arguments = &cli->arguments;
	nmk_suggestion_page *suggestions = NULL;
	nmk_status rc;

	(void)cursor;
	limit = (int32_t)option_number(arguments, "limit", 0);
	if (option_given(arguments, "trending"))
		rc = nmk_suggest_trending(cli->session, limit, &suggestions);
	else if (option_given(arguments, "corrections"))
		rc = nmk_suggest_corrections(cli->session, context, limit, &suggestions);
	else
		rc = nmk_suggest(cli->session, context, limit, &suggestions);
	*page = suggestions;
	return rc;
}

int run_suggest(struct cli *cli)
{
	const char *text = cli->arguments.word_count > 0 ? cli->arguments.words[0] : NULL;
	const struct list list = {
		.kind = &suggestion_pages, .fetch = fetch, .context = text, .headings = headings, .flexible = 2, .row = row,
	};

	if (option_given(&cli->arguments, "trending") && option_given(&cli->arguments, "corrections"))
		return fail_usage(cli, tr("'--%s' and '--%s' exclude each other"), "trending", "corrections");
	return list_run(cli, &list);
}
