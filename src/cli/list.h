/* list.h -- lists of any kind: one page or all, as a table or as JSON. */
#ifndef NMK_CLI_LIST_H
#define NMK_CLI_LIST_H

#include <stddef.h>
#include <stdint.h>
#include "cli.h"
#include "table.h"

/* What the pages of one kind can do. */
struct page_kind {
	size_t      (*count)(const void *page);
	const void *(*item)(const void *page, size_t index);
	const char *(*next)(const void *page);
	char       *(*json)(const void *page);
	void        (*free)(void *page);
	char       *(*item_json)(const void *item);
};

extern const struct page_kind user_pages, category_pages, nano_pages, version_pages, login_pages, signing_key_pages,
	rating_pages, comment_pages, comment_report_pages, feedback_month_pages, chat_pages, report_pages, audit_event_pages,
	suggestion_pages, saved_search_pages, past_search_pages, query_count_pages, search_pages;

struct list {
	const struct page_kind *kind;
	/* Reads a page; cursor is NULL for the first, limit 0 for the default. */
	nmk_status (*fetch)(struct cli *cli, const void *context, const char *cursor, int32_t limit, void **page);
	const void *context;
	/* For people: a table with these headings and a row per item, or, without headings, as `print` does it. */
	const char *const *headings;
	size_t      flexible;
	void      (*row)(struct table *table, const void *item);
	void      (*print)(const struct cli *cli, const void *item);
	/* Behind each item, and behind the first page; NULL for nothing. */
	void      (*detail)(const struct cli *cli, const void *page, size_t index);
	void      (*foot)(const struct cli *cli, const void *page);
};

/* Does what --limit, --cursor, --all and --json say. */
int list_run(struct cli *cli, const struct list *list);

/* Nanos as a table; NANO_FLEXIBLE is the title. */
#define NANO_FLEXIBLE 5
extern const char *const nano_headings[];
void nano_row(struct table *table, const void *item);

/* "4.25 (15)"; "" without ratings. */
#define RATED_SIZE 64
const char *rated_text(const nmk_nano *nano, char text[RATED_SIZE]);

/* The logins of a member, NULL for the acting one. */
int list_logins(struct cli *cli, const char *user_id);

#endif
