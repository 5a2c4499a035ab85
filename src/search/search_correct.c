/* search_correct.c -- which words of a text may be misspelt: those that no document has in any form. */
#include "search.h"

#include <stdlib.h>

struct asking {
	struct nmk_op             *op;
	const struct query_reader *reader;
	const char                *text;
	const struct query        *query;
};

/* Has a document this word, in any form? */
static nmk_status index_has(const struct asking *asking, const struct query_part *part, bool *found)
{
	struct query word = { .parts = { *part }, .count = 1, .searchable = true };
	struct query_phrases phrases;
	struct stmt stmt;
	char *match;
	nmk_status rc = NMK_OK;

	if (query_express(asking->reader, &word, QUERY_ALL, &phrases, &match) != 0)
		return tx_no_memory(&asking->op->tx);
	stmt_init(&stmt, &asking->op->tx, SQL_search_has);
	stmt_text(&stmt, "match", match);
	*found = stmt_next(&stmt, &rc);
	stmt_end(&stmt);
	free(match);
	return rc;
}

/* What was quoted or excluded is meant as it stands; so is what named a field, which is no part of the query. */
static nmk_status ask(void *context, size_t start, size_t end, bool *correctable)
{
	const struct asking *asking = context;

	*correctable = false;
	for (size_t i = 0; i < asking->query->count; i++) {
		const struct query_part *part = &asking->query->parts[i];
		size_t from = (size_t)(part->text - asking->text);
		bool found;
		nmk_status rc;

		if (part->excluded || part->quoted || start < from || end > from + part->length)
			continue;
		rc = index_has(asking, part, &found);
		*correctable = rc == NMK_OK && !found;
		return rc;
	}
	return NMK_OK;
}

nmk_status search_corrections(struct nmk_op *op, const struct query_reader *reader, const struct query *query, const char *text,
                              size_t most, struct corrections *corrections)
{
	struct asking asking = { op, reader, text, query };
	const struct correctable correctable = { ask, &asking };

	return corrections_find(op, reader->analyzer, text, most, &correctable, corrections);
}
