/* search.c -- find published nanos by what people type. */
#include "search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "clock.h"
#include "search_words.h"

static void ranking_clear(struct search *search)
{
	if (search->ranking_ready)
		rank_free(&search->ranking);
	search->ranking_ready = false;
}

static void search_clear(struct search *search)
{
	ranking_clear(search);
	view_release(search->view);
	free(search->match);
	free(search->topics);
	free(search->chosen_topics);
	search->view = NULL;
	search->match = NULL;
	search->topics = search->chosen_topics = NULL;
	search->relaxed = search->goes_on = false;
	corrections_free(&search->corrections);
	search->corrected = 0;
	search->text = search->options->text;
	search->typed = NMK_OK;
}

static void search_free(struct search *search)
{
	if (!search)
		return;
	search_clear(search);
	analyzer_free(search->analyzer);
	free(search);
}

static nmk_status search_new(struct nmk_op *op, const nmk_search_options *options, struct search **out)
{
	struct search *search = calloc(1, sizeof *search);

	*out = search;
	if (!search)
		return tx_no_memory(&op->tx);
	search->options = options;
	return NMK_OK;
}

/* ---- cursors ---- */

#define SCALE 256.0 /* of the average, in a cursor */

/* What scores depend on besides the document itself: with it, other documents that come and go move nothing. */
static void write_basis(const struct search *search, struct cursor *cursor)
{
	const struct rank_basis *basis = &search->ranking.basis;
	int at = snprintf(cursor->text, sizeof cursor->text, "%d.%zu.%llx.%llx.%x.", search->relaxed, search->corrected,
	                  (unsigned long long)basis->documents, (unsigned long long)(basis->average_words * SCALE),
	                  (unsigned)basis->today);

	for (size_t word = 0; word < search->ranking.word_count && at > 0 && (size_t)at + 5 < sizeof cursor->text; word++)
		at += snprintf(cursor->text + at, sizeof cursor->text - (size_t)at, "%04x", basis->idf[word]);
}

static void read_basis(struct search *search, const struct cursor *cursor)
{
	struct rank_basis *basis = &search->basis;
	unsigned long long documents = 0, average = 0;
	int relaxed = 0, at = 0;
	unsigned today = 0;

	if (sscanf(cursor->text, "%d.%zu.%llx.%llx.%x.%n", &relaxed, &search->corrected, &documents, &average, &today, &at) < 5)
		return;
	search->relaxed = relaxed != 0;
	basis->documents = (int64_t)documents;
	basis->average_words = (double)average / SCALE;
	basis->today = (int32_t)today;
	for (size_t word = 0; word < RANK_WORDS; word++) {
		unsigned idf = 0;

		if (sscanf(cursor->text + at + 4 * word, "%4x", &idf) != 1)
			break;
		basis->idf[word] = (uint16_t)idf;
	}
	basis->known = true;
}

static nmk_status begin_list(struct nmk_op *op, struct search *search)
{
	struct cursor cursor;
	nmk_status rc = search_name(op, search);

	search->basis = (struct rank_basis){
		.documents = search->view->documents, .today = (int32_t)(op->tx.now / DAY_MS),
	};
	if (search->view->documents > 0) /* as a cursor can tell it, so that all pages have the same */
		search->basis.average_words = (double)(long long)((double)search->view->words / (double)search->view->documents
		                                                  * SCALE) / SCALE;
	if (rc != NMK_OK || !search->options->cursor)
		return rc;
	rc = cursor_read(op, search->list, search->options->cursor, &cursor);
	if (rc == NMK_OK) {
		search->goes_on = true;
		search->after = (struct rank_hit){ cursor.number, cursor.id };
		read_basis(search, &cursor);
	}
	return rc;
}

static nmk_status end_list(struct nmk_op *op, const struct search *search, nmk_search_page *page)
{
	const struct rank_hit *last = &search->ranking.hits[search->limit - 1];
	struct cursor cursor = { .number = last->key, .id = last->document };

	if (search->ranking.hit_count <= (size_t)search->limit)
		return NMK_OK;
	write_basis(search, &cursor);
	return op_page_next(op, search->list, &cursor, &page->page);
}

/* ---- ranking ---- */

static enum rank_sort sort_of(const struct search *search)
{
	switch (search->options->sort) {
	case NMK_SEARCH_NEWEST:     return RANK_BY_AGE;
	case NMK_SEARCH_RATING:     return RANK_BY_RATING;
	case NMK_SEARCH_DURATION:   return RANK_BY_DURATION;
	case NMK_SEARCH_POPULARITY: return RANK_BY_DOWNLOADS;
	case NMK_SEARCH_RELEVANCE:  break;
	}
	return search->query.searchable ? RANK_BY_SCORE : RANK_BY_AGE;
}

_Static_assert(NMK_FACET_RATING == 1 << RANK_RATINGS, "both count facets by the same bits");

static nmk_status ranking_begin(struct nmk_op *op, struct search *search)
{
	struct ranking *ranking = &search->ranking;

	ranking_clear(search);
	if (!rank_init(ranking, search->view))
		return tx_no_memory(&op->tx);
	search->ranking_ready = true;
	search_weigh(search->options, &ranking->weights);
	ranking->filter = search->filter;
	ranking->basis = search->basis;
	ranking->sort = sort_of(search);
	ranking->limit = (size_t)search->limit + 1;
	ranking->facets = search->options->facets;
	ranking->goes_on = search->goes_on;
	ranking->after = search->after;
	ranking->explains = search->options->explain;
	ranking->finds_words = search->relaxed;
	return NMK_OK;
}

static nmk_status ask_index(struct nmk_op *op, struct search *search, int64_t document)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_search_rank);
	stmt_text(&stmt, "match", search->match);
	stmt_object(&stmt, "ranking", &search->ranking);
	if (document) {
		stmt_option(&stmt, "document");
		stmt_int(&stmt, "document", document);
	}
	return stmt_exec(&stmt, NULL);
}

static enum rank_class class_of(uint8_t form)
{
	switch ((enum query_form)form) {
	case QUERY_EXACT:     return RANK_EXACT;
	case QUERY_STEM:      return RANK_STEM;
	case QUERY_PART:      return RANK_PART;
	case QUERY_ADJACENT:  return RANK_ADJACENT;
	case QUERY_BEGINNING: return RANK_BEGINNING;
	case QUERY_LOOSE:     return RANK_LOOSE;
	}
	return RANK_STEM;
}

/* The text as the index is asked for it. */
static nmk_status express(struct nmk_op *op, struct search *search)
{
	struct query_phrases *phrases = &search->phrases;

	/* Of all documents: languages are counted as if they were not filtered. Topics and creators are always read as German. */
	search->reader.languages = ANALYZER_GERMAN | search->view->languages;
	free(search->match);
	search->match = NULL;
	query_express(&search->reader, &search->query, search->relaxed ? QUERY_SOME : QUERY_ALL, phrases, &search->match);
	for (size_t i = 0; i < phrases->count; i++)
		search->rank_phrases[i] = (struct rank_phrase){ phrases->word[i], class_of(phrases->form[i]) };
	return search->match ? NMK_OK : tx_no_memory(&op->tx);
}

static nmk_status rank_text(struct nmk_op *op, struct search *search)
{
	nmk_status rc = express(op, search);

	if (rc == NMK_OK)
		rc = ranking_begin(op, search);
	if (rc != NMK_OK)
		return rc;
	search->ranking.phrases = search->rank_phrases;
	search->ranking.phrase_count = search->phrases.count;
	search->ranking.typed_count = search->phrases.words;
	search->ranking.word_count = search->phrases.words + search->phrases.loose_words;
	rc = ask_index(op, search, 0);
	rank_finish(&search->ranking);
	return rc;
}

/* Search one of the corrections instead, from 1, or what was typed, 0. */
static nmk_status use_text(struct nmk_op *op, struct search *search, size_t corrected)
{
	search->corrected = corrected;
	search->text = corrected ? search->corrections.texts[corrected - 1] : search->options->text;
	return search_resolve(op, search);
}

static nmk_status find_corrections(struct nmk_op *op, struct search *search)
{
	return search_corrections(op, &search->reader, &search->query, search->options->text, CORRECTIONS_MOST, &search->corrections);
}

/* A list goes on with the correction that it began with. */
static nmk_status rank_on(struct nmk_op *op, struct search *search)
{
	nmk_status rc = search->corrected ? find_corrections(op, search) : NMK_OK;

	if (rc == NMK_OK && search->corrected)
		rc = use_text(op, search, search->corrected <= search->corrections.count ? search->corrected : 0);
	return rc == NMK_OK ? rank_text(op, search) : rc;
}

/* The likeliest correction with which there is something, or else the likeliest: it may have more of the words. */
static nmk_status rank_corrected(struct nmk_op *op, struct search *search)
{
	nmk_status rc = find_corrections(op, search);
	size_t count = search->options->strict ? 0 : search->corrections.count;

	for (size_t i = 1; rc == NMK_OK && search->ranking.total == 0 && i <= count; i++) {
		rc = use_text(op, search, i);
		if (rc == NMK_OK)
			rc = rank_text(op, search);
	}
	if (rc == NMK_OK && search->ranking.total == 0 && count > 1)
		rc = use_text(op, search, 1);
	return rc;
}

static nmk_status rank_relaxed(struct nmk_op *op, struct search *search)
{
	nmk_status rc;

	search->relaxed = true;
	rc = rank_text(op, search);
	search->relaxed = search->ranking.total > 0;
	return rc;
}

static nmk_status rank_words(struct nmk_op *op, struct search *search)
{
	nmk_status rc = rank_text(op, search);
	int64_t enough = search->options->relax_below > 0 ? search->options->relax_below : 1;

	if (rc == NMK_OK && search->ranking.total == 0)
		rc = rank_corrected(op, search);
	if (rc == NMK_OK && search->ranking.total < enough && !search->options->strict && query_can_relax(&search->query))
		rc = rank_relaxed(op, search);
	if (rc == NMK_OK && search->ranking.total == 0 && search->corrected)
		rc = use_text(op, search, 0);
	return rc;
}

static nmk_status rank(struct nmk_op *op, struct search *search)
{
	nmk_status rc;

	if (search->query.searchable)
		return search->goes_on ? rank_on(op, search) : rank_words(op, search);
	rc = ranking_begin(op, search);
	if (rc == NMK_OK)
		rank_all(&search->ranking);
	return rc;
}

/* ---- results ---- */

static nmk_status load_hit(struct nmk_op *op, int64_t document, nmk_nano **out)
{
	struct nmk_nano nano = { 0 };
	struct stmt stmt;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_search_hit);
	stmt_int(&stmt, "document", document);
	rc = stmt_one(&stmt, nano_fields, &nano);
	if (rc == NMK_OK)
		rc = nano_hand_over(op, &nano, out);
	nano_fields_free(&nano);
	return rc;
}

/* The index is asked once more for this document alone, and tells what it adds up. */
static nmk_status explain(struct nmk_op *op, struct search *search, struct search_hit *hit)
{
	struct rank_reason *reason = calloc(1, sizeof *reason);
	nmk_status rc;

	if (!reason)
		return tx_no_memory(&op->tx);
	search->ranking.reason = reason;
	rc = ask_index(op, search, hit->document);
	search->ranking.reason = NULL;
	if (rc == NMK_OK) {
		hit->reason = search_reason_json(search, reason);
		hit->explanation = json_text(json_incref(hit->reason));
		rc = hit->explanation ? NMK_OK : tx_no_memory(&op->tx);
	}
	free(reason);
	return rc;
}

static nmk_status add_hit(struct nmk_op *op, nmk_search_page *page, const struct rank_hit *found, bool scored)
{
	struct search_hit *hit = calloc(1, sizeof *hit);
	nmk_status rc;

	if (!hit)
		return tx_no_memory(&op->tx);
	hit->document = found->document;
	hit->score = scored ? found->key : 0;
	rc = load_hit(op, found->document, &hit->nano);
	if (rc == NMK_OK && page_add(&page->page, hit))
		return NMK_OK;
	if (rc == NMK_OK)
		rc = tx_no_memory(&op->tx);
	nmk_nano_free(hit->nano);
	free(hit);
	return rc == NMK_ENOTFOUND ? NMK_OK : rc; /* a damaged index: doctor tells of it */
}

static nmk_status add_missing(struct nmk_op *op, const struct search *search, nmk_search_page *page)
{
	for (size_t word = 0; search->relaxed && word < search->phrases.words; word++) {
		const struct query_part *part = &search->query.parts[search->phrases.part[word]];

		if (search->ranking.words_found >> word & 1)
			continue;
		page->missing[page->missing_count] = strndup(part->text, part->length);
		if (!page->missing[page->missing_count])
			return tx_no_memory(&op->tx);
		page->missing_count++;
	}
	return NMK_OK;
}

static nmk_status add_explanations(struct nmk_op *op, struct search *search, nmk_search_page *page)
{
	nmk_status rc = NMK_OK;

	for (size_t i = 0; search->match && search->options->explain && rc == NMK_OK && i < page->page.count; i++)
		rc = explain(op, search, page->page.items[i]);
	return rc;
}

/* The words that were looked for, in title and description. */
static nmk_status add_highlights(struct nmk_op *op, const struct search *search, nmk_search_page *page)
{
	size_t characters = (size_t)search->options->snippet_characters;
	struct snippet_pattern *pattern;
	nmk_status rc = NMK_OK;

	if (characters == 0)
		return NMK_OK;
	pattern = snippet_pattern_new(search->analyzer, search->reader.languages, &search->query);
	if (!pattern)
		return tx_no_memory(&op->tx);
	for (size_t i = 0; rc == NMK_OK && i < page->page.count; i++) {
		struct search_hit *hit = page->page.items[i];
		const char *title = nmk_nano_title(hit->nano), *description = nmk_nano_description(hit->nano);
		enum analyzer_language language = analyzer_language_of(nmk_nano_language(hit->nano));

		if (!highlight(search->analyzer, language, pattern, title, strlen(title), &hit->title)
		    || !highlight(search->analyzer, language, pattern, description, characters, &hit->snippet))
			rc = tx_no_memory(&op->tx);
	}
	snippet_pattern_free(pattern);
	return rc;
}

/* What was corrected is the page's now. */
static void hand_over_corrections(struct search *search, nmk_search_page *page)
{
	page->corrected = search->corrected > 0;
	page->corrections = search->corrections;
	search->corrections = (struct corrections){ .count = 0 };
	if (page->corrected) { /* the one that was used comes first */
		char *used = page->corrections.texts[search->corrected - 1];

		memmove(page->corrections.texts + 1, page->corrections.texts, (search->corrected - 1) * sizeof used);
		page->corrections.texts[0] = used;
	}
}

static nmk_status fill(struct nmk_op *op, struct search *search, nmk_search_page *page)
{
	const struct ranking *ranking = &search->ranking;
	bool scored = ranking->sort == RANK_BY_SCORE;
	nmk_status rc = NMK_OK;

	page->total = ranking->total;
	page->relaxed = search->relaxed;
	page->scored = scored;
	page->facets_asked = search->options->facets;
	for (size_t i = 0; rc == NMK_OK && i < ranking->hit_count && i < (size_t)search->limit; i++)
		rc = add_hit(op, page, &ranking->hits[i], scored);
	if (rc == NMK_OK)
		rc = end_list(op, search, page);
	if (rc == NMK_OK)
		rc = search_page_facets(op, search, page);
	if (rc == NMK_OK)
		rc = add_missing(op, search, page);
	if (rc == NMK_OK)
		rc = add_explanations(op, search, page);
	if (rc == NMK_OK)
		rc = add_highlights(op, search, page);
	if (rc == NMK_OK)
		hand_over_corrections(search, page);
	return rc;
}

/* With the words that the store has in this transaction. */
static nmk_status begin_reading(struct nmk_op *op, struct search *search)
{
	nmk_status rc;

	analyzer_free(search->analyzer);
	search->reader = (struct query_reader){ .languages = ANALYZER_GERMAN, .typing = true };
	rc = search_words_analyzer(op, &search->analyzer);
	search->reader.analyzer = search->analyzer;
	return rc;
}

static nmk_status run(struct nmk_op *op, struct search *search, nmk_search_page *page)
{
	nmk_status rc;

	search_clear(search);
	rc = begin_reading(op, search);
	if (rc == NMK_OK)
		rc = view_get(op, &search->view);
	if (rc == NMK_OK)
		rc = search_resolve(op, search);
	if (rc == NMK_OK)
		rc = begin_list(op, search);
	if (rc == NMK_OK)
		rc = rank(op, search);
	return rc == NMK_OK ? fill(op, search, page) : rc;
}

nmk_status search_inside(struct nmk_op *op, const nmk_search_options *options, nmk_search_page **page)
{
	struct search *search = NULL;
	nmk_status rc = search_new(op, options, &search);

	*page = NULL;
	if (rc == NMK_OK)
		rc = search_check(op, search);
	if (rc == NMK_OK && (*page = calloc(1, sizeof **page)) == NULL)
		rc = tx_no_memory(&op->tx);
	if (rc == NMK_OK)
		rc = run(op, search, *page);
	search_free(search);
	if (rc != NMK_OK) {
		nmk_search_page_free(*page);
		*page = NULL;
	}
	return rc;
}

nmk_status nmk_search(nmk_session *session, const nmk_search_options *given, nmk_search_page **out)
{
	const nmk_search_options defaults = NMK_SEARCH_OPTIONS_INIT, *options = given ? given : &defaults;
	struct search *search = NULL;
	nmk_search_page *page = NULL;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_search);

	if (out)
		*out = NULL;
	else if (rc == NMK_OK)
		rc = op_fail(&op, NMK_EINVALID, "page", "is needed");
	if (rc == NMK_OK)
		rc = search_new(&op, options, &search);
	if (rc == NMK_OK)
		rc = search_check(&op, search);
	while (op_next(&op, &rc)) {
		nmk_search_page_free(page);
		page = calloc(1, sizeof *page);
		rc = page ? run(&op, search, page) : tx_no_memory(&op.tx);
	}
	search_free(search);
	if (rc == NMK_OK && out)
		*out = page;
	else
		nmk_search_page_free(page);
	return rc;
}
