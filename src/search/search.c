/* search.c -- find published nanos by what people type. */
#include <nanomarket/search.h>

#include <stdlib.h>
#include <string.h>
#include "catalog.h"
#include "query.h"

void nmk_search_options_init(nmk_search_options *options)
{
	*options = (nmk_search_options)NMK_SEARCH_OPTIONS_INIT;
}

/* A search that goes on: what is asked of the index, or nothing, to browse. */
struct search {
	const nmk_search_options *options;
	struct nano_filter filter;
	char              *match;
	const char        *list;      /* for cursors: pages of one kind do not continue the other */
	struct cursor      after;
	int32_t            limit;
};

static nmk_status check_minutes(struct nmk_op *op, const char *name, int32_t minutes)
{
	const struct field *field = field_named(nano_fields, "duration_minutes");

	if (minutes < 0 || minutes > field->maximum)
		return op_fail(op, NMK_EINVALID, name, "must be from %lld to %lld", 0LL, (long long)field->maximum);
	return NMK_OK;
}

static nmk_status check(struct nmk_op *op, struct search *search)
{
	const nmk_search_options *options = search->options;
	nmk_status rc = op_check_version(op, options->version, NMK_SEARCH_OPTIONS_VERSION);

	if (rc == NMK_OK && options->text && !text_is_valid_utf8(options->text, strlen(options->text)))
		rc = op_fail(op, NMK_EINVALID, "text", "is not valid UTF-8");
	if (rc == NMK_OK)
		rc = nano_filter_check(op, &search->filter);
	if (rc == NMK_OK)
		rc = check_minutes(op, "duration_minimum", options->duration_minimum);
	if (rc == NMK_OK)
		rc = check_minutes(op, "duration_maximum", options->duration_maximum);
	return rc == NMK_OK ? op_check_limit(op, options->limit, &search->limit) : rc;
}

/* What was typed, as an expression of the index; none if there is nothing to look for in it. */
static nmk_status parse(struct nmk_op *op, struct search *search)
{
	const char *text = search->options->text;
	struct analyzer *analyzer;
	struct query query = { .count = 0 };
	int code;

	if (!text || !*text)
		return NMK_OK;
	analyzer = analyzer_new();
	code = analyzer ? query_parse(analyzer, ANALYZER_GERMAN, text, true, &query) : ANALYZER_NO_MEMORY;
	if (code == 0 && query.searchable) {
		search->match = query_fts5(&query);
		search->list = "search_match";
		code = search->match ? 0 : ANALYZER_NO_MEMORY;
	}
	analyzer_free(analyzer);
	return code == 0 ? NMK_OK : tx_no_memory(&op->tx);
}

static void bind_minutes(struct stmt *stmt, const char *name, int32_t minutes)
{
	if (minutes > 0) {
		stmt_option(stmt, name);
		stmt_int(stmt, name, minutes);
	}
}

/* A search is over one moment's figures; where it goes on is told by the nano that came last. */
static void bind_start(struct stmt *stmt, const struct search *search)
{
	if (!search->match)
		stmt_int(stmt, "before_id", search->after.id ? search->after.id : INT64_MAX);
	else {
		stmt_text(stmt, "match", search->match);
		if (search->after.id) {
			stmt_option(stmt, "after");
			stmt_int(stmt, "after_id", search->after.id);
			stmt_int(stmt, "after_score", search->after.number);
		}
	}
}

static nmk_status bind(struct nmk_op *op, struct search *search, struct stmt *stmt, char language[3])
{
	nmk_status rc = NMK_OK;

	stmt_init(stmt, &op->tx, search->match ? SQL_search_match : SQL_search_browse);
	if (search->options->cursor)
		rc = cursor_read(op, search->list, search->options->cursor, &search->after);
	if (rc == NMK_OK)
		rc = nano_filter_bind(op, &search->filter, stmt, language);
	bind_start(stmt, search);
	bind_minutes(stmt, "duration_minimum", search->options->duration_minimum);
	bind_minutes(stmt, "duration_maximum", search->options->duration_maximum);
	stmt_int(stmt, "limit", search->limit + 1);
	return rc;
}

/* One row more than the page has tells whether there is another. */
static nmk_status fill(struct nmk_op *op, const struct search *search, struct stmt *stmt, nmk_nano_page *page)
{
	struct cursor last = { 0 };
	nmk_status rc = NMK_OK;
	int32_t count = 0;

	while (count <= search->limit && stmt_next(stmt, &rc)) {
		if (count++ == search->limit)
			continue;
		last.id = stmt_column_int(stmt, 0);
		last.number = stmt_column_int(stmt, 1);
		rc = nano_page_load(op, page, last.id);
	}
	stmt_end(stmt);
	if (rc == NMK_OK && count > search->limit)
		rc = nano_page_end(op, page, search->list, &last);
	return rc;
}

nmk_status nmk_search(nmk_session *session, const nmk_search_options *given, nmk_nano_page **out)
{
	const nmk_search_options defaults = NMK_SEARCH_OPTIONS_INIT, *options = given ? given : &defaults;
	struct search search = {
		.options = options, .list = "search_browse",
		.filter = {
			.competency_level = options->competency_level, .format = options->format, .license = options->license,
			.language = options->language, .category_id = options->category_id, .creator_id = options->creator_id,
		},
	};
	nmk_nano_page *page = NULL;
	char language[3];
	struct stmt stmt;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_search);

	if (out)
		*out = NULL;
	else if (rc == NMK_OK)
		rc = op_fail(&op, NMK_EINVALID, "page", "is needed");
	if (rc == NMK_OK)
		rc = check(&op, &search);
	if (rc == NMK_OK)
		rc = parse(&op, &search);
	while (op_next(&op, &rc)) {
		rc = bind(&op, &search, &stmt, language);
		if (rc == NMK_OK)
			rc = nano_page_start(&op, &page);
		if (rc == NMK_OK)
			rc = fill(&op, &search, &stmt, page);
	}
	if (out)
		nano_page_answer(out, page, rc);
	free(search.match);
	return rc;
}
