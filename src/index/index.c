#include "index.h"

#include "chunk.h"
#include "facts.h"
#include "index_words.h"
#include "german.h"
#include "index_lexicon.h"

static nmk_status run(struct nmk_op *op, enum sql_id id, const struct facts_scope *scope)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, id);
	if (scope) {
		stmt_option(&stmt, scope->option);
		stmt_int(&stmt, scope->parameter, scope->id);
	}
	return stmt_exec(&stmt, NULL);
}

/* The number of a nano's document, 0 if it has none. */
static nmk_status document_of(struct nmk_op *op, int64_t nano_id, int64_t *document)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_search_document_number);
	stmt_int(&stmt, "nano_id", nano_id);
	return stmt_find_int(&stmt, document);
}

static nmk_status add_source(struct nmk_op *op, int64_t nano_id, int64_t document, int64_t *added)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_search_source_add);
	stmt_int(&stmt, "document", document);
	stmt_int(&stmt, "nano_id", nano_id);
	return stmt_exec(&stmt, added);
}

/* ---- words that are made anew while others change documents ---- */

static nmk_status state_number(struct nmk_op *op, enum sql_id id, int64_t *number)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, id);
	return stmt_find_int(&stmt, number);
}

static nmk_status set_state(struct nmk_op *op, enum sql_id id, const char *parameter, int64_t number)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, id);
	stmt_int(&stmt, parameter, number);
	return stmt_exec(&stmt, NULL);
}

/* What happens to the words happens to those that are made anew too, as far as they are. */
static nmk_status run_both(struct nmk_op *op, enum sql_id id, enum sql_id next, const struct facts_scope *scope)
{
	struct stmt stmt;
	int64_t until;
	nmk_status rc = run(op, id, scope);

	if (rc == NMK_OK)
		rc = state_number(op, SQL_search_state_next, &until);
	if (rc != NMK_OK || until == 0)
		return rc;
	rc = search_words_use(op, LEXICON_NEXT);
	if (rc != NMK_OK)
		return rc;
	stmt_init(&stmt, &op->tx, next);
	stmt_option(&stmt, scope->option);
	stmt_int(&stmt, scope->parameter, scope->id);
	stmt_int(&stmt, "until", until);
	rc = stmt_exec(&stmt, NULL);
	return rc == NMK_OK ? search_words_use(op, LEXICON_IN_USE) : rc;
}

static nmk_status words_out(struct nmk_op *op, const struct facts_scope *scope)
{
	return run_both(op, SQL_search_document_remove, SQL_search_next_remove, scope);
}

static nmk_status words_in(struct nmk_op *op, const struct facts_scope *scope)
{
	return run_both(op, SQL_search_document_add, SQL_search_next_add, scope);
}

/* Of the program that runs. Texts that were analysed by another are found only as far as the two agree. */
static nmk_status analyzer_now(struct nmk_op *op, int64_t *version)
{
	struct analyzer *analyzer;
	nmk_status rc = search_words_analyzer(op, &analyzer);

	if (rc == NMK_OK)
		*version = (int64_t)(analyzer_version(analyzer) & INT64_MAX);
	analyzer_free(analyzer);
	return rc;
}

static nmk_status note_analyzer(struct nmk_op *op)
{
	int64_t version = 0;
	nmk_status rc = analyzer_now(op, &version);

	return rc == NMK_OK ? set_state(op, SQL_search_state_set_analyzer, "analyzer", version) : rc;
}

nmk_status index_next_stop(struct nmk_op *op)
{
	nmk_status rc = set_state(op, SQL_search_state_set_next, "until", 0);

	if (rc == NMK_OK)
		rc = lexicon_row_clear(op, LEXICON_NEXT);
	return rc == NMK_OK ? run(op, SQL_search_next_clear, NULL) : rc;
}

static nmk_status exchange(struct nmk_op *op)
{
	nmk_status rc = run(op, SQL_search_next_aside, NULL);

	if (rc == NMK_OK)
		rc = run(op, SQL_search_next_in, NULL);
	if (rc == NMK_OK)
		rc = run(op, SQL_search_next_back, NULL);
	if (rc == NMK_OK)
		rc = lexicon_row_exchange(op);
	if (rc == NMK_OK)
		rc = note_analyzer(op);
	if (rc == NMK_OK) /* the lengths are those of the words that are in use */
		rc = facts_rebuild(op);
	if (rc == NMK_OK)
		rc = words_mend(op);
	return rc == NMK_OK ? index_next_stop(op) : rc;
}

static nmk_status fill_next(struct nmk_op *op, int64_t after, int64_t until)
{
	struct stmt stmt;
	nmk_status rc = after == 0 ? lexicon_row_make(op, LEXICON_NEXT) : NMK_OK;

	if (rc == NMK_OK)
		rc = search_words_use(op, LEXICON_NEXT);
	if (rc != NMK_OK)
		return rc;
	stmt_init(&stmt, &op->tx, SQL_search_next_add);
	stmt_option(&stmt, "after");
	stmt_int(&stmt, "after", after);
	stmt_int(&stmt, "until", until);
	return stmt_exec(&stmt, NULL);
}

nmk_status index_next_step(struct nmk_op *op, int64_t *done, int64_t *total)
{
	int64_t after, until;
	nmk_status rc = state_number(op, SQL_search_state_next, &after);

	if (rc == NMK_OK)
		rc = state_number(op, SQL_search_document_last, total);
	until = (after + 1) / CHUNK_DOCUMENTS * CHUNK_DOCUMENTS + CHUNK_DOCUMENTS - 1;
	if (rc == NMK_OK)
		rc = fill_next(op, after, until);
	if (rc == NMK_OK)
		rc = set_state(op, SQL_search_state_set_next, "until", until);
	if (rc == NMK_OK && until >= *total)
		rc = exchange(op);
	*done = until < *total ? until : *total;
	return rc;
}

static nmk_status number_next(struct nmk_op *op, int64_t *document)
{
	struct stmt stmt;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_search_document_last);
	rc = stmt_one_int(&stmt, document);
	if (rc == NMK_OK && *document == 0) /* the first words */
		rc = note_analyzer(op);
	++*document;
	return rc;
}

static nmk_status take_out(struct nmk_op *op, const struct facts_scope *scope)
{
	nmk_status rc = words_out(op, scope);

	return rc == NMK_OK ? run(op, SQL_search_source_remove, scope) : rc;
}

static nmk_status put(struct nmk_op *op, const struct facts_scope *scope)
{
	int64_t nano_id = scope->id, before, document, added = 0;
	nmk_status rc = document_of(op, nano_id, &before);

	document = before;
	if (rc == NMK_OK)
		rc = before ? take_out(op, scope) : number_next(op, &document);
	if (rc == NMK_OK)
		rc = add_source(op, nano_id, document, &added);
	if (rc == NMK_OK && added == 0)
		return before ? facts_remove(op, before) : NMK_OK;
	if (rc == NMK_OK)
		rc = words_in(op, scope);
	return rc == NMK_OK ? facts_renew(op, scope) : rc;
}

nmk_status index_put(struct nmk_op *op, int64_t nano_id)
{
	const struct facts_scope scope = { "nano", "nano_id", nano_id };

	return words_change(op, &scope, false, put);
}

static nmk_status take_away(struct nmk_op *op, const struct facts_scope *scope)
{
	int64_t document;
	nmk_status rc = document_of(op, scope->id, &document);

	if (rc != NMK_OK || document == 0)
		return rc;
	rc = take_out(op, scope);
	return rc == NMK_OK ? facts_remove(op, document) : rc;
}

nmk_status index_remove(struct nmk_op *op, int64_t nano_id)
{
	const struct facts_scope scope = { "nano", "nano_id", nano_id };

	return words_change(op, &scope, false, take_away);
}

nmk_status index_figures(struct nmk_op *op, int64_t nano_id)
{
	return facts_figures(op, nano_id);
}

nmk_status index_topics_changed(struct nmk_op *op)
{
	int64_t generation;

	return facts_changed(op, true, &generation);
}

static nmk_status renew(struct nmk_op *op, const struct facts_scope *scope)
{
	nmk_status rc = words_out(op, scope);

	if (rc == NMK_OK)
		rc = run(op, SQL_search_source_renew, scope);
	if (rc == NMK_OK)
		rc = words_in(op, scope);
	return rc == NMK_OK ? facts_renew(op, scope) : rc;
}

nmk_status index_renew_category(struct nmk_op *op, int64_t category_id)
{
	const struct facts_scope scope = { "category", "category_id", category_id };

	return words_change(op, &scope, true, renew);
}

nmk_status index_renew_creator(struct nmk_op *op, int64_t creator_id)
{
	const struct facts_scope scope = { "creator", "creator_id", creator_id };

	return words_change(op, &scope, true, renew);
}

/* All words from the documents, at once. */
static nmk_status words_anew(struct nmk_op *op)
{
	nmk_status rc = lexicon_row_make(op, LEXICON_IN_USE);

	if (rc == NMK_OK)
		rc = search_words_use(op, LEXICON_IN_USE);
	if (rc == NMK_OK)
		rc = run(op, SQL_search_document_rebuild, NULL);
	if (rc == NMK_OK)
		rc = note_analyzer(op);
	return rc == NMK_OK ? facts_rebuild(op) : rc;
}

/* The store's own lexicon has words of documents that may be gone. Without them others are analysed in another way. */
static nmk_status forget_lexicon(struct nmk_op *op)
{
	bool in_use = false, next = false;
	nmk_status rc;

	if (op_search_words(op)->installed) { /* another program has left them */
		rc = lexicon_row_clear(op, LEXICON_IN_USE);
		return rc == NMK_OK ? lexicon_row_clear(op, LEXICON_NEXT) : rc;
	}
	rc = lexicon_rows_outdated(op, &in_use, &next);
	if (rc == NMK_OK && next)
		rc = index_next_stop(op);
	return rc == NMK_OK && in_use ? words_anew(op) : rc;
}

nmk_status index_forget(struct nmk_op *op)
{
	nmk_status rc = forget_lexicon(op);

	if (rc == NMK_OK)
		rc = run(op, SQL_search_document_optimize, NULL);
	return rc == NMK_OK ? run(op, SQL_search_next_optimize, NULL) : rc;
}

/* What the index holds may be wrong: it is not asked, but made anew from its content. */
nmk_status index_rebuild(struct nmk_op *op)
{
	nmk_status rc = run(op, SQL_search_source_remove, NULL);

	if (rc == NMK_OK)
		rc = run(op, SQL_search_source_add_all, NULL);
	if (rc == NMK_OK)
		rc = words_anew(op);
	if (rc == NMK_OK)
		rc = index_next_stop(op);
	return rc == NMK_OK ? words_rebuild(op) : rc;
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
	nmk_status rc = run(op, SQL_search_document_verify, NULL);

	*damaged = rc == NMK_ECORRUPT;
	return *damaged ? NMK_OK : rc;
}

/* 1 if there are words, and they are another analyzer's. */
static nmk_status other_analyzer(struct nmk_op *op, int64_t *other)
{
	int64_t made = 0, last = 0, now = 0;
	nmk_status rc = state_number(op, SQL_search_state_analyzer, &made);

	if (rc == NMK_OK)
		rc = state_number(op, SQL_search_document_last, &last);
	if (rc == NMK_OK)
		rc = analyzer_now(op, &now);
	*other = last > 0 && made != now;
	return rc;
}

/* What is no lexicon is not used. To repair it, it is taken away first. */
static nmk_status check_lexicon(struct nmk_op *op, bool repair, bool *broken)
{
	nmk_status rc = search_words_use(op, LEXICON_IN_USE);

	*broken = rc == NMK_ECORRUPT;
	if (!*broken || !repair)
		return *broken ? NMK_OK : rc;
	rc = lexicon_row_clear(op, LEXICON_IN_USE);
	if (rc == NMK_OK)
		rc = lexicon_row_clear(op, LEXICON_NEXT);
	return rc == NMK_OK ? search_words_use(op, LEXICON_IN_USE) : rc;
}

#define CHECK_PARTS 4

static nmk_status part_done(struct check_report *report, nmk_status rc, int part)
{
	return rc == NMK_OK && !check_progress(report, part, CHECK_PARTS) ? NMK_ECANCELLED : rc;
}

nmk_status index_check(struct nmk_op *op, bool repair, struct check_report *report)
{
	int64_t missing, extra, unequal, different = 0, words = 0, other = 0;
	bool damaged = false, broken = false;
	nmk_status rc = check_lexicon(op, repair, &broken);

	rc = count(op, SQL_search_source_missing, rc, &missing);
	rc = count(op, SQL_search_source_extra, rc, &extra);
	rc = count(op, SQL_search_document_unequal, rc, &unequal);
	rc = part_done(report, rc, 1);
	if (rc == NMK_OK)
		rc = facts_compare(op, &different);
	if (rc == NMK_OK)
		rc = words_compare(op, &words);
	rc = part_done(report, rc, 2);
	if (rc == NMK_OK && !broken)
		rc = other_analyzer(op, &other);
	if (rc == NMK_OK && op->tx.writes && !broken)
		rc = verify(op, &damaged);
	rc = part_done(report, rc, 3);
	if (rc == NMK_OK && repair && (missing || extra || unequal || different || words || other || damaged || broken))
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
	if (other)
		check_finding(report, repair, "the search index was made by another analyzer");
	if (broken)
		check_finding(report, repair, "the lexicon of the search index is damaged");
	if (different)
		check_finding(report, repair, "documents with other facts or figures than their nanos: %lld", (long long)different);
	if (words)
		check_finding(report, repair, "words and suggestions that are not those of the published nanos: %lld",
		              (long long)words);
	if (damaged)
		check_finding(report, repair, "the search index holds other words than its documents");
	return NMK_OK;
}
