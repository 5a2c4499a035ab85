/* command_category.c -- the tree of topics; and ids of what the command line names. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>
#include "list.h"
#include "output.h"

static nmk_status copy_id(const char *id, char **copy)
{
	*copy = strdup(id);
	return *copy ? NMK_OK : NMK_ENOMEM;
}

char *cli_user_id(struct cli *cli, const char *username, const char *field, int *code)
{
	nmk_user *user = NULL;
	nmk_status rc = nmk_user_find(cli->session, username, &user);
	char *id = NULL;

	if (rc == NMK_OK)
		rc = copy_id(nmk_user_id(user), &id);
	nmk_user_free(user);
	if (rc == NMK_ENOTFOUND)
		*code = fail_text(cli, rc, field, tr("there is no user '%.60s'"), username);
	else if (rc == NMK_ENOMEM)
		*code = fail_memory(cli);
	else if (rc != NMK_OK)
		*code = fail_session(cli, rc);
	return id;
}

char *cli_category_id(struct cli *cli, const char *name, const char *field, int *code)
{
	nmk_category *category = NULL;
	nmk_status rc = nmk_category_find(cli->session, name, &category);
	char *id = NULL;

	if (rc == NMK_OK)
		rc = copy_id(nmk_category_id(category), &id);
	nmk_category_free(category);
	if (rc == NMK_ENOTFOUND)
		*code = fail_text(cli, rc, field, tr("there is no category '%.100s'"), name);
	else if (rc == NMK_ENOMEM)
		*code = fail_memory(cli);
	else if (rc != NMK_OK)
		*code = fail_session(cli, rc);
	return id;
}

/* The category above, if one was named. */
static int parent_read(struct cli *cli, char **parent_id)
{
	const char *parent = option_text(&cli->arguments, "parent");
	int code = EXIT_DONE;

	*parent_id = parent ? cli_category_id(cli, parent, "parent", &code) : NULL;
	return code;
}

static int finish_category(struct cli *cli, nmk_status rc, nmk_category *category, const char *sentence)
{
	int code = EXIT_DONE;

	if (rc != NMK_OK)
		return fail_session(cli, rc);
	if (cli->json)
		code = finish_json(cli, nmk_category_json(category));
	else
		say(cli, "%s: %s", sentence, nmk_category_name(category));
	nmk_category_free(category);
	return code;
}

int run_category_add(struct cli *cli)
{
	nmk_category *category = NULL;
	char *parent_id;
	nmk_status rc;
	int code = parent_read(cli, &parent_id);

	if (code != EXIT_DONE)
		return code;
	rc = nmk_category_create(cli->session, cli->arguments.words[0], option_text(&cli->arguments, "description"),
	                         parent_id, NULL, &category);
	free(parent_id);
	return finish_category(cli, rc, category, tr("Category added"));
}

static nmk_status fetch_categories(struct cli *cli, const void *context, const char *cursor, int32_t limit, void **page)
{
	nmk_category_page *categories = NULL;
	nmk_status rc = nmk_category_list(cli->session, context, cursor, limit, &categories);

	*page = categories;
	return rc;
}

static void category_row(struct table *table, const void *item)
{
	const nmk_category *category = item;

	table_cell(table, nmk_category_name(category));
	table_cell(table, nmk_category_active(category) ? tr("yes") : tr("no"));
	table_cell(table, nmk_category_description(category));
}

int run_category_list(struct cli *cli)
{
	static const char *const headings[] = { "NAME", "ACTIVE", "DESCRIPTION", NULL };
	char *parent_id;
	struct list list = {
		.kind = &category_pages, .fetch = fetch_categories, .headings = headings, .flexible = 2,
		.row = category_row,
	};
	int code = parent_read(cli, &parent_id);

	if (code != EXIT_DONE)
		return code;
	list.context = parent_id;
	code = list_run(cli, &list);
	free(parent_id);
	return code;
}

static void read_changes(const struct arguments *arguments, nmk_category_changes *changes)
{
	changes->name = option_text(arguments, "name");
	changes->description = option_text(arguments, "description");
	if (changes->name)
		changes->set |= NMK_CATEGORY_NAME;
	if (changes->description)
		changes->set |= NMK_CATEGORY_DESCRIPTION;
	if (changes->description && !*changes->description)
		changes->description = NULL;
	if (changes->parent_id || option_given(arguments, "top"))
		changes->set |= NMK_CATEGORY_PARENT_ID;
	if (option_given(arguments, "active")) {
		changes->set |= NMK_CATEGORY_ACTIVE;
		changes->active = option_number(arguments, "active", 1) == 1;
	}
}

int run_category_update(struct cli *cli)
{
	nmk_category_changes changes = NMK_CATEGORY_CHANGES_INIT;
	nmk_category *category = NULL;
	char *id, *parent_id = NULL;
	nmk_status rc = NMK_OK;
	int code = EXIT_DONE;

	if (option_given(&cli->arguments, "top") && option_given(&cli->arguments, "parent"))
		return fail_usage(cli, tr("'--%s' and '--%s' exclude each other"), "top", "parent");
	id = cli_category_id(cli, cli->arguments.words[0], "name", &code);
	if (id)
		code = parent_read(cli, &parent_id);
	if (id && code == EXIT_DONE) {
		changes.parent_id = parent_id;
		read_changes(&cli->arguments, &changes);
		if (!changes.set) {
			code = fail_usage(cli, "%s", tr("nothing to change: give an option"));
		} else {
			rc = nmk_category_update(cli->session, id, &changes, &category);
			code = finish_category(cli, rc, category, tr("Category changed"));
		}
	}
	free(parent_id);
	free(id);
	return code;
}
