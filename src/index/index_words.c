/* index_words.c -- the vocabulary is that of the documents, which are read before and after they change. */
#include "index_words.h"

#include "search_words.h"
#include "vocabulary.h"

/* Count the words of the documents that there are. */
static nmk_status count(struct nmk_op *op, struct vocabulary_change *words, int sign, const struct facts_scope *scope)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &op->tx, SQL_search_source_texts);
	if (scope) {
		stmt_option(&stmt, scope->option);
		stmt_int(&stmt, scope->parameter, scope->id);
	}
	while (rc == NMK_OK && stmt_next(&stmt, &rc))
		rc = vocabulary_take(op, words, sign, stmt_column_text(&stmt, 0), stmt_column_text(&stmt, 1),
		                     stmt_column_text(&stmt, 2), stmt_column_text(&stmt, 3));
	stmt_end(&stmt);
	return rc;
}

/* Of many documents what changes is written at once. */
static nmk_status change_many(struct nmk_op *op, struct vocabulary_change *words, const struct facts_scope *scope,
                              nmk_status (*work)(struct nmk_op *op, const struct facts_scope *scope))
{
	nmk_status rc = vocabulary_settle(op);

	if (rc == NMK_OK)
		rc = count(op, words, -1, scope);
	if (rc == NMK_OK)
		rc = work(op, scope);
	if (rc == NMK_OK)
		rc = count(op, words, +1, scope);
	return rc == NMK_OK ? vocabulary_apply(op, words) : rc;
}

static nmk_status document_of(struct nmk_op *op, const struct facts_scope *scope, int64_t *document)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_search_document_number);
	stmt_int(&stmt, scope->parameter, scope->id);
	return stmt_find_int(&stmt, document);
}

/* The words of a document are a recent row or among the others, and stay where they are; those of a new one are a recent row. */
static nmk_status change_one(struct nmk_op *op, struct vocabulary_change *words, const struct facts_scope *scope,
                             nmk_status (*work)(struct nmk_op *op, const struct facts_scope *scope))
{
	int64_t before = 0, after = 0;
	bool recent = true;
	nmk_status rc = document_of(op, scope, &before);

	if (rc == NMK_OK && before)
		rc = vocabulary_remove_recent(op, before, &recent);
	if (rc == NMK_OK && !recent)
		rc = count(op, words, -1, scope);
	if (rc == NMK_OK)
		rc = work(op, scope);
	if (rc == NMK_OK)
		rc = count(op, words, +1, scope);
	if (rc == NMK_OK)
		rc = document_of(op, scope, &after);
	if (rc != NMK_OK)
		return rc;
	return recent ? vocabulary_add_recent(op, after, words) : vocabulary_apply(op, words);
}

nmk_status words_change(struct nmk_op *op, const struct facts_scope *scope, bool many,
                        nmk_status (*work)(struct nmk_op *op, const struct facts_scope *scope))
{
	struct vocabulary_change *words;
	nmk_status rc = vocabulary_begin(op, &words);

	if (rc == NMK_OK)
		rc = search_words_use(op, LEXICON_IN_USE);
	if (rc == NMK_OK)
		rc = many ? change_many(op, words, scope, work) : change_one(op, words, scope, work);
	vocabulary_end(words);
	return rc;
}

static nmk_status count_all(struct nmk_op *op, struct vocabulary_change **words)
{
	nmk_status rc = vocabulary_begin(op, words);

	return rc == NMK_OK ? count(op, *words, +1, NULL) : rc;
}

nmk_status words_rebuild(struct nmk_op *op)
{
	struct vocabulary_change *words = NULL;
	nmk_status rc = vocabulary_clear(op);

	if (rc == NMK_OK)
		rc = count_all(op, &words);
	if (rc == NMK_OK)
		rc = vocabulary_apply(op, words);
	vocabulary_end(words);
	return rc;
}

nmk_status words_compare(struct nmk_op *op, int64_t *different)
{
	struct vocabulary_change *words = NULL;
	nmk_status rc = count_all(op, &words);

	if (rc == NMK_OK)
		rc = vocabulary_compare(op, words, different);
	vocabulary_end(words);
	return rc;
}

nmk_status words_mend(struct nmk_op *op)
{
	int64_t different = 0;
	nmk_status rc = words_compare(op, &different);

	return rc == NMK_OK && different > 0 ? words_rebuild(op) : rc;
}
