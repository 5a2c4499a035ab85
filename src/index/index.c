#include "index.h"

#include "vocabulary.h"

static nmk_status run(struct nmk_op *op, enum sql_id id, const char *scope, const char *parameter, int64_t number)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, id);
	if (scope) {
		stmt_option(&stmt, scope);
		stmt_int(&stmt, parameter, number);
	}
	return stmt_exec(&stmt, NULL);
}

static nmk_status take_out(struct nmk_op *op, const char *scope, const char *parameter, int64_t number)
{
	nmk_status rc = run(op, SQL_search_document_remove, scope, parameter, number);

	return rc == NMK_OK ? run(op, SQL_search_source_remove, scope, parameter, number) : rc;
}

/* Count the words of documents that are in the index. */
static nmk_status count_words(struct nmk_op *op, struct vocabulary_change *change, int sign, const char *scope,
                              const char *parameter, int64_t number)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &op->tx, SQL_search_source_texts);
	if (scope) {
		stmt_option(&stmt, scope);
		stmt_int(&stmt, parameter, number);
	}
	while (rc == NMK_OK && stmt_next(&stmt, &rc))
		rc = vocabulary_take(op, change, sign, stmt_column_text(&stmt, 0), stmt_column_text(&stmt, 1),
		                     stmt_column_text(&stmt, 2), stmt_column_text(&stmt, 3));
	stmt_end(&stmt);
	return rc;
}

static nmk_status renew(struct nmk_op *op, const char *scope, const char *parameter, int64_t number)
{
	nmk_status rc = take_out(op, scope, parameter, number);

	if (rc == NMK_OK)
		rc = run(op, SQL_search_source_add, scope, parameter, number);
	return rc == NMK_OK ? run(op, SQL_search_document_add, scope, parameter, number) : rc;
}

/* Change documents, and with them the vocabulary. */
static nmk_status change(struct nmk_op *op, const char *scope, const char *parameter, int64_t number,
                         nmk_status (*work)(struct nmk_op *op, const char *scope, const char *parameter, int64_t number))
{
	struct vocabulary_change *words;
	nmk_status rc = vocabulary_begin(op, &words);

	if (rc == NMK_OK)
		rc = count_words(op, words, -1, scope, parameter, number);
	if (rc == NMK_OK)
		rc = work(op, scope, parameter, number);
	if (rc == NMK_OK)
		rc = count_words(op, words, +1, scope, parameter, number);
	if (rc == NMK_OK)
		rc = vocabulary_apply(op, words);
	vocabulary_end(words);
	return rc;
}

nmk_status index_put(struct nmk_op *op, int64_t nano_id)
{
	return change(op, "nano", "nano_id", nano_id, renew);
}

nmk_status index_remove(struct nmk_op *op, int64_t nano_id)
{
	return change(op, "nano", "nano_id", nano_id, take_out);
}

nmk_status index_renew_category(struct nmk_op *op, int64_t category_id)
{
	return change(op, "category", "category_id", category_id, renew);
}

nmk_status index_renew_creator(struct nmk_op *op, int64_t creator_id)
{
	return change(op, "creator", "creator_id", creator_id, renew);
}

nmk_status index_forget(struct nmk_op *op)
{
	return run(op, SQL_search_document_optimize, NULL, NULL, 0);
}

/* All words, from nothing. */
static nmk_status count_all_words(struct nmk_op *op, struct vocabulary_change **words)
{
	nmk_status rc = vocabulary_begin(op, words);

	return rc == NMK_OK ? count_words(op, *words, +1, NULL, NULL, 0) : rc;
}

static nmk_status rebuild_vocabulary(struct nmk_op *op)
{
	struct vocabulary_change *words = NULL;
	nmk_status rc = vocabulary_clear(op);

	if (rc == NMK_OK)
		rc = count_all_words(op, &words);
	if (rc == NMK_OK)
		rc = vocabulary_apply(op, words);
	vocabulary_end(words);
	return rc;
}

/* What the index holds may be wrong: it is not asked, but made anew from its content. */
nmk_status index_rebuild(struct nmk_op *op)
{
	nmk_status rc = run(op, SQL_search_source_remove, NULL, NULL, 0);

	if (rc == NMK_OK)
		rc = run(op, SQL_search_source_add, NULL, NULL, 0);
	if (rc == NMK_OK)
		rc = run(op, SQL_search_document_rebuild, NULL, NULL, 0);
	return rc == NMK_OK ? rebuild_vocabulary(op) : rc;
}

static nmk_status compare_vocabulary(struct nmk_op *op, nmk_status before, int64_t *different)
{
	struct vocabulary_change *words = NULL;
	nmk_status rc = before;

	*different = 0;
	if (rc == NMK_OK)
		rc = count_all_words(op, &words);
	if (rc == NMK_OK)
		rc = vocabulary_compare(op, words, different);
	vocabulary_end(words);
	return rc;
}

static nmk_status count(struct nmk_op *op, enum sql_id id, nmk_status before, int64_t *number)
{
	struct stmt stmt;

	*number = 0;
	if (before != NMK_OK)
		return before;
	stmt_init(&stmt, &op->tx, id);
	return stmt_one_int(&stmt, number);
}

/* Word by word; the engine refuses to ask this without the right to write. */
static nmk_status verify(struct nmk_op *op, bool *damaged)
{
	nmk_status rc = run(op, SQL_search_document_verify, NULL, NULL, 0);

	*damaged = rc == NMK_ECORRUPT;
	return *damaged ? NMK_OK : rc;
}

nmk_status index_check(struct nmk_op *op, bool repair, struct check_report *report)
{
	int64_t missing, extra, unequal, words;
	bool damaged = false;
	nmk_status rc = count(op, SQL_search_source_missing, NMK_OK, &missing);

	rc = count(op, SQL_search_source_extra, rc, &extra);
	rc = count(op, SQL_search_document_unequal, rc, &unequal);
	rc = compare_vocabulary(op, rc, &words);
	if (rc == NMK_OK && op->tx.writes)
		rc = verify(op, &damaged);
	if (rc == NMK_OK && repair && (missing || extra || unequal || words || damaged))
		rc = index_rebuild(op);
	if (rc != NMK_OK)
		return rc;
	if (missing)
		check_finding(report, repair, "nanos missing from the search index, or there with other words: %lld",
		              (long long)missing);
	if (extra)
		check_finding(report, repair, "documents in the search index that no published nano has: %lld",
		              (long long)extra);
	if (unequal)
		check_finding(report, repair, "documents of which the search index holds only one half: %lld",
		              (long long)unequal);
	if (words)
		check_finding(report, repair, "words and suggestions that are not those of the published nanos: %lld",
		              (long long)words);
	if (damaged)
		check_finding(report, repair, "the search index holds other words than its documents");
	return NMK_OK;
}
