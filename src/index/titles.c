#include "titles.h"

#include <string.h>
#include "alternatives.h"
#include "buffer.h"

/* One term for each word: the first is its stem. */
static int add_stem(void *context, const struct term *term)
{
	struct buffer *phrase = context;

	if (term->same_position)
		return 0;
	if (phrase->length > 0)
		buffer_char(phrase, ' ');
	buffer_add(phrase, term->text, term->length);
	return phrase->failed ? ANALYZER_NO_MEMORY : 0;
}

static int add_text(struct analyzer *analyzer, const char *text, bool at_start, struct buffer *match)
{
	struct buffer phrase = { 0 };
	int rc = analyzer_run(analyzer, ANALYZER_GERMAN, ANALYZER_QUERY, text, strlen(text), add_stem, &phrase);

	if (rc == 0 && phrase.length > 0)
		buffer_format(match, "%s%s\"%c%s\"", match->length > 0 ? " OR " : "title : (", at_start ? "^" : "", ANALYZED_MARK,
		              phrase.data);
	buffer_free(&phrase);
	return match->failed ? ANALYZER_NO_MEMORY : rc;
}

static nmk_status run(struct nmk_op *op, const char *match, int64_t limit, title_sink sink, void *context)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &op->tx, SQL_search_titles);
	stmt_text(&stmt, "match", match);
	stmt_int(&stmt, "limit", limit);
	while (rc == NMK_OK && stmt_next(&stmt, &rc))
		rc = sink(context, stmt_column_text(&stmt, 0));
	stmt_end(&stmt);
	return rc;
}

nmk_status titles_find(struct nmk_op *op, struct analyzer *analyzer, const char *const *texts, size_t count, bool at_start,
                       int64_t limit, title_sink sink, void *context)
{
	struct buffer match = { 0 };
	int rc = 0;
	nmk_status status = NMK_OK;

	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = add_text(analyzer, texts[i], at_start, &match);
	if (match.length > 0)
		buffer_char(&match, ')');
	if (rc != 0 || match.failed)
		status = tx_no_memory(&op->tx);
	else if (match.length > 0)
		status = run(op, match.data, limit, sink, context);
	buffer_free(&match);
	return status;
}
