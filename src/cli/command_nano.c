/* command_nano.c -- learning units: create, change, list, review. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>
#include "list.h"
#include "output.h"

/* The nano as it is after a change. A session that may not see it any more gets a plain success. */
static int finish_nano(struct cli *cli, const char *id, const char *sentence)
{
	nmk_nano *nano = NULL;
	int code = EXIT_DONE;

	if (nmk_nano_get(cli->session, id, &nano) != NMK_OK) {
		say(cli, "%s.", sentence);
		return finish(cli);
	}
	if (cli->json)
		code = finish_json(cli, nmk_nano_json(nano));
	else
		say(cli, "%s: %s", sentence, nmk_nano_title(nano));
	nmk_nano_free(nano);
	return code;
}

/* After a call that changes the nano named first. */
static int moved(struct cli *cli, nmk_status rc, const char *sentence)
{
	return rc == NMK_OK ? finish_nano(cli, cli->arguments.words[0], sentence) : fail_session(cli, rc);
}

static int finish_version(struct cli *cli, const char *id, const char *number, const char *sentence)
{
	nmk_version *version = NULL;
	int code = EXIT_DONE;

	if (nmk_version_get(cli->session, id, number, &version) != NMK_OK) {
		say(cli, "%s.", sentence);
		return finish(cli);
	}
	if (cli->json)
		code = finish_json(cli, nmk_version_json(version));
	else
		say(cli, "%s: %s", sentence, nmk_version_number(version));
	nmk_version_free(version);
	return code;
}

/* ---- create and change ---- */

/* One more than a nano may have: the library says that it is too much. */
#define CATEGORIES_ROOM (NMK_NANO_CATEGORIES_MAXIMUM + 1)

struct named_categories {
	char  *ids[CATEGORIES_ROOM];
	size_t count;
};

static int categories_read(struct cli *cli, struct named_categories *categories)
{
	const char *name;
	size_t at = 0;
	int code = EXIT_DONE;

	categories->count = 0;
	while (categories->count < CATEGORIES_ROOM && (name = option_next(&cli->arguments, "category", &at)) != NULL) {
		char *id = cli_category_id(cli, name, "category", &code);

		if (!id)
			return code;
		categories->ids[categories->count++] = id;
	}
	return EXIT_DONE;
}

static void categories_clear(struct named_categories *categories)
{
	for (size_t i = 0; i < categories->count; i++)
		free(categories->ids[i]);
	categories->count = 0;
}

static void fields_read(const struct arguments *arguments, nmk_nano_fields *fields,
                        const struct named_categories *categories)
{
	static const struct {
		const char *option;
		nmk_nano_field field;
	} bits[] = {
		{ "description", NMK_NANO_DESCRIPTION }, { "duration", NMK_NANO_DURATION_MINUTES },
		{ "level", NMK_NANO_COMPETENCY_LEVEL },  { "language", NMK_NANO_LANGUAGE },
		{ "format", NMK_NANO_FORMAT },           { "license", NMK_NANO_LICENSE },
		{ "category", NMK_NANO_CATEGORIES },
	};

	for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++)
		if (option_given(arguments, bits[i].option))
			fields->set |= bits[i].field;
	fields->description = option_text(arguments, "description");
	fields->duration_minutes = (int32_t)option_number(arguments, "duration", 0);
	fields->competency_level = (nmk_competency_level)option_number(arguments, "level", 0);
	fields->format = (nmk_format)option_number(arguments, "format", 0);
	fields->license = (nmk_license)option_number(arguments, "license", 0);
	fields->category_ids = (const char *const *)categories->ids;
	fields->category_count = categories->count;
}

static int create(struct cli *cli, const nmk_nano_fields *fields)
{
	const char *creator = option_text(&cli->arguments, "creator");
	nmk_nano *nano = NULL;
	nmk_status rc;
	int code = EXIT_DONE;

	if (creator) {
		char *id = cli_user_id(cli, creator, "creator", &code);

		if (!id)
			return code;
		rc = nmk_nano_create_for(cli->session, id, fields, &nano);
		free(id);
	} else {
		rc = nmk_nano_create(cli->session, fields, &nano);
	}
	if (rc != NMK_OK)
		return fail_session(cli, rc);
	if (cli->json)
		code = finish_json(cli, nmk_nano_json(nano));
	else if (cli->quiet)
		puts(nmk_nano_id(nano));
	else
		say(cli, tr("Draft created: %s"), nmk_nano_id(nano));
	nmk_nano_free(nano);
	return code;
}

int run_nano_create(struct cli *cli)
{
	nmk_nano_fields fields = NMK_NANO_FIELDS_INIT;
	struct named_categories categories;
	int code;

	if (!cli_is_member(cli) && !option_given(&cli->arguments, "creator"))
		return fail_usage(cli, "%s", tr("whose nano? Use --creator or --as"));
	code = categories_read(cli, &categories);
	if (code == EXIT_DONE) {
		fields_read(&cli->arguments, &fields, &categories);
		fields.title = cli->arguments.words[0];
		fields.language = option_text(&cli->arguments, "language");
		code = create(cli, &fields);
	}
	categories_clear(&categories);
	return code;
}

int run_nano_update(struct cli *cli)
{
	nmk_nano_fields fields = NMK_NANO_FIELDS_INIT;
	struct named_categories categories;
	nmk_status rc;
	int code;

	if (option_given(&cli->arguments, "category") && option_given(&cli->arguments, "no-category"))
		return fail_usage(cli, tr("'--%s' and '--%s' exclude each other"), "category", "no-category");
	code = categories_read(cli, &categories);
	if (code == EXIT_DONE) {
		fields_read(&cli->arguments, &fields, &categories);
		fields.title = option_text(&cli->arguments, "title");
		fields.language = option_text(&cli->arguments, "language");
		if (fields.title)
			fields.set |= NMK_NANO_TITLE;
		if (option_given(&cli->arguments, "no-category"))
			fields.set |= NMK_NANO_CATEGORIES;
		if (!fields.set) {
			code = fail_usage(cli, "%s", tr("nothing to change: give an option"));
		} else {
			rc = nmk_nano_update(cli->session, cli->arguments.words[0], &fields, NULL);
			code = moved(cli, rc, tr("Changed"));
		}
	}
	categories_clear(&categories);
	return code;
}

/* ---- lists ---- */

struct list_filter {
	char *creator_id, *category_id;
};

static int filter_read(struct cli *cli, struct list_filter *filter)
{
	const char *creator = option_text(&cli->arguments, "creator");
	const char *category = option_text(&cli->arguments, "category");
	int code = EXIT_DONE;

	memset(filter, 0, sizeof *filter);
	if (creator)
		filter->creator_id = cli_user_id(cli, creator, "creator", &code);
	if (code == EXIT_DONE && category)
		filter->category_id = cli_category_id(cli, category, "category", &code);
	return code;
}

static void filter_clear(struct list_filter *filter)
{
	free(filter->creator_id);
	free(filter->category_id);
}

static nmk_status fetch_nanos(struct cli *cli, const void *context, const char *cursor, int32_t limit, void **page)
{
	const struct arguments *arguments = &cli->arguments;
	const struct list_filter *filter = context;
	nmk_nano_list_options options = NMK_NANO_LIST_OPTIONS_INIT;
	long long status = option_number(arguments, "status", 0);
	nmk_nano_page *nanos = NULL;
	nmk_status rc;

	if (status > NMK_NANO_DELETED)
		options.any_status = true;
	else
		options.status = (nmk_nano_state)status;
	options.creator_id = filter->creator_id;
	options.category_id = filter->category_id;
	options.competency_level = (nmk_competency_level)option_number(arguments, "level", 0);
	options.format = (nmk_format)option_number(arguments, "format", 0);
	options.license = (nmk_license)option_number(arguments, "license", 0);
	options.language = option_text(arguments, "language");
	options.order = (nmk_nano_order)option_number(arguments, "order", 0);
	options.cursor = cursor;
	options.limit = limit;
	rc = nmk_nano_list(cli->session, &options, &nanos);
	*page = nanos;
	return rc;
}

int run_nano_list(struct cli *cli)
{
	struct list_filter filter;
	const struct list list = {
		.kind = &nano_pages, .fetch = fetch_nanos, .context = &filter, .headings = nano_headings,
		.flexible = NANO_FLEXIBLE, .row = nano_row,
	};
	int code = filter_read(cli, &filter);

	if (code == EXIT_DONE)
		code = list_run(cli, &list);
	filter_clear(&filter);
	return code;
}

int run_nano_show(struct cli *cli)
{
	nmk_nano *nano = NULL;
	nmk_status rc = nmk_nano_get(cli->session, cli->arguments.words[0], &nano);
	int code;

	if (rc != NMK_OK)
		return fail_session(cli, rc);
	code = finish_entity(cli, nmk_nano_json(nano));
	nmk_nano_free(nano);
	return code;
}

static const char *const version_headings[] = { "NUMBER", "STATUS", "SIZE", "FILES", "CREATED", "CHANGELOG", NULL };

static void version_row(struct table *table, const void *item)
{
	const nmk_version *version = item;
	char text[TIME_SIZE];

	table_cell(table, nmk_version_number(version));
	table_cell(table, nmk_version_state_word(nmk_version_status(version)));
	table_cell(table, size_text(nmk_version_size(version), text));
	snprintf(text, sizeof text, "%lld", (long long)nmk_version_entry_count(version));
	table_cell(table, text);
	table_cell(table, time_text(nmk_version_created_at(version), text));
	table_cell(table, nmk_version_changelog(version));
}

static nmk_status fetch_versions(struct cli *cli, const void *context, const char *cursor, int32_t limit, void **page)
{
	nmk_version_page *versions = NULL;
	nmk_status rc = nmk_version_list(cli->session, context, cursor, limit, &versions);

	*page = versions;
	return rc;
}

int run_nano_versions(struct cli *cli)
{
	const struct list list = {
		.kind = &version_pages, .fetch = fetch_versions, .context = cli->arguments.words[0],
		.headings = version_headings, .flexible = 5, .row = version_row,
	};

	return list_run(cli, &list);
}

static nmk_status fetch_queue(struct cli *cli, const void *context, const char *cursor, int32_t limit, void **page)
{
	nmk_nano_page *nanos = NULL;
	nmk_status rc = nmk_nano_review_queue(cli->session, cursor, limit, &nanos);

	(void)context;
	*page = nanos;
	return rc;
}

static nmk_status fetch_version_queue(struct cli *cli, const void *context, const char *cursor, int32_t limit,
                                      void **page)
{
	nmk_version_page *versions = NULL;
	nmk_status rc = nmk_version_review_queue(cli->session, cursor, limit, &versions);

	(void)context;
	*page = versions;
	return rc;
}

static void queued_version_row(struct table *table, const void *item)
{
	const nmk_version *version = item;
	char text[TIME_SIZE];

	table_cell(table, nmk_version_nano_id(version));
	table_cell(table, nmk_version_number(version));
	table_cell(table, size_text(nmk_version_size(version), text));
	table_cell(table, time_text(nmk_version_created_at(version), text));
	table_cell(table, nmk_version_changelog(version));
}

int run_nano_queue(struct cli *cli)
{
	static const char *const headings[] = { "NANO", "NUMBER", "SIZE", "CREATED", "CHANGELOG", NULL };
	const struct list nanos = {
		.kind = &nano_pages, .fetch = fetch_queue, .headings = nano_headings, .flexible = NANO_FLEXIBLE,
		.row = nano_row,
	};
	const struct list versions = {
		.kind = &version_pages, .fetch = fetch_version_queue, .headings = headings, .flexible = 4,
		.row = queued_version_row,
	};

	return list_run(cli, option_given(&cli->arguments, "versions") ? &versions : &nanos);
}

/* ---- moves ---- */

static int version_moved(struct cli *cli, nmk_status rc, const char *sentence)
{
	if (rc != NMK_OK)
		return fail_session(cli, rc);
	return finish_version(cli, cli->arguments.words[0], option_text(&cli->arguments, "version"), sentence);
}

int run_nano_submit(struct cli *cli)
{
	const char *id = cli->arguments.words[0], *number = option_text(&cli->arguments, "version");

	if (number)
		return version_moved(cli, nmk_version_submit(cli->session, id, number), tr("Handed in for review"));
	return moved(cli, nmk_nano_submit(cli->session, id), tr("Handed in for review"));
}

int run_nano_withdraw(struct cli *cli)
{
	return moved(cli, nmk_nano_withdraw(cli->session, cli->arguments.words[0]), tr("Taken back"));
}

int run_nano_publish(struct cli *cli)
{
	const char *id = cli->arguments.words[0], *number = option_text(&cli->arguments, "version");

	if (number)
		return version_moved(cli, nmk_version_publish(cli->session, id, number), tr("Published"));
	return moved(cli, nmk_nano_publish(cli->session, id), tr("Published"));
}

int run_nano_reject(struct cli *cli)
{
	const char *id = cli->arguments.words[0], *number = option_text(&cli->arguments, "version");
	const char *reason = option_text(&cli->arguments, "reason");

	if (!reason)
		return fail_usage(cli, tr("option '--%s' is needed"), "reason");
	if (number)
		return version_moved(cli, nmk_version_reject(cli->session, id, number, reason), tr("Sent back"));
	return moved(cli, nmk_nano_reject(cli->session, id, reason), tr("Sent back"));
}

int run_nano_unpublish(struct cli *cli)
{
	return moved(cli, nmk_nano_unpublish(cli->session, cli->arguments.words[0]), tr("A draft again"));
}

int run_nano_archive(struct cli *cli)
{
	return moved(cli, nmk_nano_archive(cli->session, cli->arguments.words[0]), tr("Archived"));
}

int run_nano_delete(struct cli *cli)
{
	return moved(cli, nmk_nano_delete(cli->session, cli->arguments.words[0]), tr("Deleted"));
}

int run_nano_takedown(struct cli *cli)
{
	const char *reason = option_text(&cli->arguments, "reason");
	bool already = false;
	nmk_status rc;

	if (!reason)
		return fail_usage(cli, tr("option '--%s' is needed"), "reason");
	rc = nmk_nano_takedown(cli->session, cli->arguments.words[0], reason, option_text(&cli->arguments, "note"),
	                       &already);
	return moved(cli, rc, already ? tr("Was not published") : tr("Taken down"));
}

int run_nano_rollback(struct cli *cli)
{
	nmk_version *version = NULL;
	nmk_status rc = nmk_version_rollback(cli->session, cli->arguments.words[0], cli->arguments.words[1],
	                                     option_text(&cli->arguments, "changelog"), NULL, &version);
	int code = EXIT_DONE;

	if (rc != NMK_OK)
		return fail_session(cli, rc);
	if (cli->json)
		code = finish_json(cli, nmk_version_json(version));
	else
		say(cli, tr("Version %s has the content of %s."), nmk_version_number(version), cli->arguments.words[1]);
	nmk_version_free(version);
	return code;
}
