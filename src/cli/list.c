#include "list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "output.h"

#define PAGE_KIND(name, type) PAGE_KIND_OF(name, type, type)
#define PAGE_KIND_OF(name, type, item_type)                                                                                       \
	static size_t name##_count(const void *page) { return type##_page_count(page); }                            \
	static const void *name##_item(const void *page, size_t index) { return type##_page_item(page, index); }    \
	static const char *name##_next(const void *page) { return type##_page_next(page); }                         \
	static char *name##_json(const void *page) { return type##_page_json(page); }                               \
	static void name##_free(void *page) { type##_page_free(page); }                                             \
	static char *name##_item_json(const void *item) { return item_type##_json(item); }                               \
	const struct page_kind name##_pages = { name##_count, name##_item, name##_next, name##_json, name##_free,   \
	                                        name##_item_json };

PAGE_KIND(user, nmk_user)
PAGE_KIND(category, nmk_category)
PAGE_KIND(nano, nmk_nano)
PAGE_KIND(version, nmk_version)
PAGE_KIND(login, nmk_login)
PAGE_KIND(signing_key, nmk_signing_key)
PAGE_KIND(rating, nmk_rating)
PAGE_KIND(comment, nmk_comment)
PAGE_KIND(comment_report, nmk_comment_report)
PAGE_KIND(feedback_month, nmk_feedback_month)
PAGE_KIND(chat, nmk_chat)
PAGE_KIND(report, nmk_reported_message)
PAGE_KIND(audit_event, nmk_audit_event)
PAGE_KIND(suggestion, nmk_suggestion)
PAGE_KIND(saved_search, nmk_saved_search)
PAGE_KIND(past_search, nmk_past_search)
PAGE_KIND(query_count, nmk_query_count)
PAGE_KIND_OF(search, nmk_search, nmk_nano)

/* All pages in one: {"items": [...], "next": null}, gathered first, so that a failure in the middle prints nothing. */
struct gathered {
	FILE  *file;
	char  *text;
	size_t length, items;
};

static bool gather(struct gathered *all, const struct page_kind *kind, const void *page)
{
	for (size_t i = 0; i < kind->count(page); i++) {
		char *json = kind->item_json(kind->item(page, i));

		if (!json)
			return false;
		fprintf(all->file, "%s%s", all->items++ > 0 ? "," : "", json);
		nmk_free(json);
	}
	return true;
}

static void show(struct cli *cli, const struct list *list, struct table *table, const void *page)
{
	for (size_t i = 0; i < list->kind->count(page); i++) {
		if (list->headings)
			list->row(table, list->kind->item(page, i));
		else
			list->print(cli, list->kind->item(page, i));
		if (list->detail)
			list->detail(cli, page, i);
	}
}

static int list_json(struct cli *cli, const struct list *list)
{
	struct gathered all = { 0 };
	char *cursor = NULL;
	nmk_status rc = NMK_OK;
	int code = EXIT_DONE;

	all.file = open_memstream(&all.text, &all.length);
	if (!all.file)
		return fail_memory(cli);
	do {
		void *page = NULL;

		rc = list->fetch(cli, list->context, cursor ? cursor : option_text(&cli->arguments, "cursor"),
		                 (int32_t)option_number(&cli->arguments, "limit", 100), &page);
		free(cursor);
		cursor = NULL;
		if (rc != NMK_OK)
			break;
		if (!gather(&all, list->kind, page))
			rc = NMK_ENOMEM;
		if (rc == NMK_OK && list->kind->next(page)) {
			cursor = strdup(list->kind->next(page));
			if (!cursor)
				rc = NMK_ENOMEM;
		}
		list->kind->free(page);
	} while (rc == NMK_OK && cursor);
	free(cursor);
	if (fclose(all.file) != 0 && rc == NMK_OK)
		rc = NMK_ENOMEM;
	if (rc == NMK_OK)
		printf("{\"items\":[%s],\"next\":null}\n", all.text);
	else
		code = rc == NMK_ENOMEM ? fail_memory(cli) : fail_session(cli, rc);
	free(all.text);
	return code;
}

static int list_people(struct cli *cli, const struct list *list)
{
	bool all = option_given(&cli->arguments, "all");
	char *cursor = NULL, *next = NULL;
	struct table table;
	nmk_status rc = NMK_OK;
	size_t count = 0;
	int code = EXIT_DONE;

	if (list->headings)
		table_begin(&table, list->headings, list->flexible);
	do {
		void *page = NULL;

		rc = list->fetch(cli, list->context, cursor ? cursor : option_text(&cli->arguments, "cursor"),
		                 (int32_t)option_number(&cli->arguments, "limit", all ? 100 : 0), &page);
		free(cursor);
		cursor = NULL;
		if (rc != NMK_OK)
			break;
		show(cli, list, &table, page);
		if (list->foot && count == 0)
			list->foot(cli, page);
		count += list->kind->count(page);
		if (list->kind->next(page)) {
			char **place = all ? &cursor : &next;

			*place = strdup(list->kind->next(page));
			if (!*place)
				rc = NMK_ENOMEM;
		}
		list->kind->free(page);
	} while (rc == NMK_OK && cursor);
	if (list->headings) {
		if (table.failed)
			rc = NMK_ENOMEM;
		if (rc == NMK_OK && count > 0)
			table_print(&table, cli);
		table_clear(&table);
	}
	if (rc != NMK_OK)
		code = rc == NMK_ENOMEM ? fail_memory(cli) : fail_session(cli, rc);
	else if (count == 0)
		say(cli, "%s", tr("Nothing there."));
	else if (next)
		say(cli, tr("There is more: --cursor %s"), next);
	free(cursor);
	free(next);
	return code;
}

int list_run(struct cli *cli, const struct list *list)
{
	void *page = NULL;
	nmk_status rc;
	int code;

	if (!cli->json)
		return list_people(cli, list);
	if (option_given(&cli->arguments, "all"))
		return list_json(cli, list);
	rc = list->fetch(cli, list->context, option_text(&cli->arguments, "cursor"),
	                 (int32_t)option_number(&cli->arguments, "limit", 0), &page);
	if (rc != NMK_OK)
		return fail_session(cli, rc);
	code = finish_json(cli, list->kind->json(page));
	list->kind->free(page);
	return code;
}

const char *const nano_headings[] = { "ID", "STATUS", "CREATOR", "MIN", "RATING", "TITLE", NULL };

const char *rated_text(const nmk_nano *nano, char text[RATED_SIZE])
{
	char average[TIME_SIZE];

	text[0] = '\0';
	if (nmk_nano_rating_count(nano))
		snprintf(text, RATED_SIZE, "%s (%lld)", hundredths_text(nmk_nano_rating_average_hundredths(nano), average),
		         (long long)nmk_nano_rating_count(nano));
	return text;
}

void nano_row(struct table *table, const void *item)
{
	const nmk_nano *nano = item;
	char minutes[TIME_SIZE], rated[RATED_SIZE];

	snprintf(minutes, sizeof minutes, "%lld", (long long)nmk_nano_duration_minutes(nano));
	table_cell(table, nmk_nano_id(nano));
	table_cell(table, nmk_nano_state_word(nmk_nano_status(nano)));
	table_cell(table, nmk_nano_creator(nano));
	table_cell(table, nmk_nano_duration_minutes(nano) ? minutes : NULL);
	table_cell(table, rated_text(nano, rated));
	table_cell(table, nmk_nano_title(nano));
}

static nmk_status fetch_logins(struct cli *cli, const void *user_id, const char *cursor, int32_t limit, void **page)
{
	nmk_login_page *logins = NULL;
	nmk_status rc = nmk_login_list(cli->session, user_id, cursor, limit, &logins);

	*page = logins;
	return rc;
}

static void login_row(struct table *table, const void *item)
{
	const nmk_login *login = item;
	char time[TIME_SIZE];

	table_cell(table, nmk_login_id(login));
	table_cell(table, time_text(nmk_login_created_at(login), time));
	table_cell(table, time_text(nmk_login_last_used_at(login), time));
	table_cell(table, time_text(nmk_login_expires_at(login), time));
	table_cell(table, nmk_login_device(login));
}

int list_logins(struct cli *cli, const char *user_id)
{
	static const char *const headings[] = { "ID", "CREATED", "LAST USED", "EXPIRES", "DEVICE", NULL };
	const struct list list = {
		.kind = &login_pages, .fetch = fetch_logins, .context = user_id, .headings = headings, .flexible = 4,
		.row = login_row,
	};

	return list_run(cli, &list);
}
