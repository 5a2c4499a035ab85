#include "facts.h"

#include <nanomarket/nano.h>
#include <stdlib.h>
#include <string.h>
#include "chunk.h"
#include "clock.h"

/* One chunk at a time is in memory. */
struct work {
	struct nmk_op *op;
	int64_t        chunk;               /* -1: none                              */
	bool           facts_changed, figures_changed;
	bool           has_figures;         /* in the store                          */
	struct chunk_facts facts;
	unsigned char  figures[CHUNK_FIGURES_SIZE];
};

/* What a document is to have. */
struct wanted {
	int64_t               document;
	struct document_facts facts;
	struct figure         figure;
};

nmk_status facts_changed(struct nmk_op *op, bool topics, int64_t *generation)
{
	struct stmt stmt;

	*generation = tx_new_id(&op->tx);
	stmt_init(&stmt, &op->tx, SQL_search_state_set);
	stmt_int(&stmt, "generation", *generation);
	if (topics)
		stmt_option(&stmt, "topics");
	return stmt_exec(&stmt, NULL);
}

/* ---- a chunk in and out ---- */

static nmk_status read_facts(struct work *work, int64_t chunk)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;
	bool complete;

	stmt_init(&stmt, &work->op->tx, SQL_search_facts_get);
	stmt_int(&stmt, "chunk", chunk);
	if (stmt_next(&stmt, &rc)) {
		size_t names_length, length;
		const void *names = stmt_column_blob(&stmt, 0, &names_length), *facts = stmt_column_blob(&stmt, 1, &length);

		complete = chunk_facts_init(&work->facts, names, names_length, facts, length);
	} else
		complete = chunk_facts_init(&work->facts, NULL, 0, NULL, 0);
	stmt_end(&stmt);
	return rc == NMK_OK && !complete ? tx_no_memory(&work->op->tx) : rc;
}

static nmk_status read_figures(struct work *work, int64_t chunk)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	memset(work->figures, 0, sizeof work->figures);
	work->has_figures = false;
	stmt_init(&stmt, &work->op->tx, SQL_search_figures_get);
	stmt_int(&stmt, "chunk", chunk);
	if (stmt_next(&stmt, &rc)) {
		size_t length;
		const void *figures = stmt_column_blob(&stmt, 0, &length);

		work->has_figures = length == sizeof work->figures;
		if (work->has_figures)
			memcpy(work->figures, figures, length);
	}
	stmt_end(&stmt);
	return rc;
}

static nmk_status write_facts(struct work *work, int64_t generation)
{
	unsigned char *names = chunk_facts_names(&work->facts);
	struct stmt stmt;
	nmk_status rc;

	if (!names)
		return tx_no_memory(&work->op->tx);
	stmt_init(&stmt, &work->op->tx, SQL_search_facts_put);
	stmt_int(&stmt, "chunk", work->chunk);
	stmt_int(&stmt, "generation", generation);
	stmt_blob(&stmt, "names", names, work->facts.name_count * 8);
	stmt_blob(&stmt, "facts", work->facts.bytes, sizeof work->facts.bytes);
	rc = stmt_exec(&stmt, NULL);
	free(names);
	return rc;
}

static nmk_status write_figures(struct work *work, int64_t generation)
{
	struct stmt stmt;

	stmt_init(&stmt, &work->op->tx, SQL_search_figures_put);
	stmt_int(&stmt, "chunk", work->chunk);
	stmt_int(&stmt, "generation", generation);
	stmt_blob(&stmt, "figures", work->figures, sizeof work->figures);
	return stmt_exec(&stmt, NULL);
}

/* Leave the chunk; what was changed is written. */
static nmk_status leave(struct work *work, nmk_status rc)
{
	int64_t generation = 0;

	if (rc == NMK_OK && (work->facts_changed || work->figures_changed))
		rc = facts_changed(work->op, false, &generation);
	if (rc == NMK_OK && work->facts_changed)
		rc = write_facts(work, generation);
	if (rc == NMK_OK && work->figures_changed)
		rc = write_figures(work, generation);
	if (work->chunk >= 0)
		chunk_facts_free(&work->facts);
	work->chunk = -1;
	work->facts_changed = work->figures_changed = false;
	return rc;
}

static nmk_status enter(struct work *work, int64_t document)
{
	int64_t chunk = document / CHUNK_DOCUMENTS;
	nmk_status rc;

	if (work->chunk == chunk)
		return NMK_OK;
	rc = leave(work, NMK_OK);
	if (rc == NMK_OK)
		rc = read_facts(work, chunk);
	if (rc == NMK_OK)
		work->chunk = chunk;
	return rc == NMK_OK ? read_figures(work, chunk) : rc;
}

/* On the heap: two chunks are too much for the stack of a small thread. */
static struct work *work_new(struct nmk_op *op, nmk_status *rc)
{
	struct work *work = calloc(1, sizeof *work);

	*rc = work ? NMK_OK : tx_no_memory(&op->tx);
	if (work) {
		work->op = op;
		work->chunk = -1;
	}
	return work;
}

static nmk_status work_end(struct work *work, nmk_status rc)
{
	if (work)
		rc = leave(work, rc);
	free(work);
	return rc;
}

/* ---- what is wanted ---- */

/* FTS5 keeps the number of words of each column as varints of SQLite's file format. */
static uint16_t words_of(const unsigned char *sizes, size_t length)
{
	int64_t words = 0, column = 0;

	for (size_t i = 0; i < length; i++) {
		column = (column & 0xffffff) << 7 | (sizes[i] & 0x7f);
		if (!(sizes[i] & 0x80)) {
			words += column;
			column = 0;
		}
	}
	return chunk_u16(words);
}

static void read_topics(const char *text, struct document_facts *facts)
{
	uint8_t *count = &facts->fact.topic_count;

	while (text && *text && *count < CHUNK_TOPICS) {
		char *end;

		facts->topic_ids[(*count)++] = strtoll(text, &end, 10);
		text = *end == ' ' ? end + 1 : end;
	}
}

static struct wanted wanted_of(struct stmt *stmt)
{
	struct wanted wanted = { .document = stmt_column_int(stmt, 0) };
	struct fact *fact = &wanted.facts.fact;
	size_t length;
	const unsigned char *sizes = stmt_column_blob(stmt, 1, &length);

	fact->words = words_of(sizes, length);
	wanted.facts.creator_id = stmt_column_int(stmt, 2);
	fact->minutes = chunk_u16(stmt_column_int(stmt, 3));
	fact->level = (uint8_t)nmk_competency_level_of(stmt_column_text(stmt, 4));
	fact->format = (uint8_t)nmk_format_of(stmt_column_text(stmt, 5));
	fact->license = (uint8_t)nmk_license_of(stmt_column_text(stmt, 6));
	fact->language = chunk_language(stmt_column_text(stmt, 7));
	fact->day = chunk_u16(stmt_column_int(stmt, 8) / DAY_MS);
	wanted.figure.rating = chunk_u16(stmt_column_int(stmt, 9));
	wanted.figure.ratings = chunk_u16(stmt_column_int(stmt, 10));
	wanted.figure.downloads = chunk_u32(stmt_column_int(stmt, 11));
	read_topics(stmt_column_text(stmt, 12), &wanted.facts);
	return wanted;
}

static void begin_wanted(struct nmk_op *op, struct stmt *stmt, const struct facts_scope *scope)
{
	stmt_init(stmt, &op->tx, SQL_search_facts_of);
	if (scope) {
		stmt_option(stmt, scope->option);
		stmt_int(stmt, scope->parameter, scope->id);
	}
}

/* ---- changes ---- */

nmk_status facts_renew(struct nmk_op *op, const struct facts_scope *scope)
{
	struct stmt stmt;
	nmk_status rc;
	struct work *work = work_new(op, &rc);

	begin_wanted(op, &stmt, scope);
	while (rc == NMK_OK && stmt_next(&stmt, &rc)) {
		struct wanted wanted = wanted_of(&stmt);
		size_t slot = (size_t)wanted.document % CHUNK_DOCUMENTS;

		rc = enter(work, wanted.document);
		if (rc == NMK_OK && !chunk_facts_put(&work->facts, slot, &wanted.facts))
			rc = tx_no_memory(&op->tx);
		if (rc == NMK_OK) {
			chunk_figure_put(work->figures, slot, &wanted.figure);
			work->facts_changed = work->figures_changed = true;
		}
	}
	stmt_end(&stmt);
	return work_end(work, rc);
}

nmk_status facts_remove(struct nmk_op *op, int64_t document)
{
	static const struct figure none = { 0 };
	size_t slot = (size_t)document % CHUNK_DOCUMENTS;
	nmk_status rc;
	struct work *work = work_new(op, &rc);

	if (rc == NMK_OK)
		rc = enter(work, document);
	if (rc == NMK_OK) {
		chunk_facts_remove(&work->facts, slot);
		chunk_figure_put(work->figures, slot, &none);
		work->facts_changed = work->figures_changed = true;
	}
	return work_end(work, rc);
}

static nmk_status figure_wanted(struct nmk_op *op, int64_t nano_id, int64_t *document, struct figure *figure)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	*document = 0;
	stmt_init(&stmt, &op->tx, SQL_search_nano_figures);
	stmt_int(&stmt, "nano_id", nano_id);
	if (stmt_next(&stmt, &rc)) {
		*document = stmt_column_int(&stmt, 0);
		figure->rating = chunk_u16(stmt_column_int(&stmt, 1));
		figure->ratings = chunk_u16(stmt_column_int(&stmt, 2));
		figure->downloads = chunk_u32(stmt_column_int(&stmt, 3));
	}
	stmt_end(&stmt);
	return rc;
}

nmk_status facts_figures(struct nmk_op *op, int64_t nano_id)
{
	struct figure figure = { 0 };
	struct work *work;
	int64_t document;
	nmk_status rc = figure_wanted(op, nano_id, &document, &figure);

	if (rc != NMK_OK || document == 0)
		return rc;
	work = work_new(op, &rc);
	if (rc == NMK_OK) {
		work->chunk = document / CHUNK_DOCUMENTS; /* its facts stay unread */
		rc = read_figures(work, work->chunk);
	}
	if (rc == NMK_OK && work->has_figures) { /* else the index is damaged, and the doctor's */
		chunk_figure_put(work->figures, (size_t)document % CHUNK_DOCUMENTS, &figure);
		work->figures_changed = true;
	}
	return work_end(work, rc);
}

nmk_status facts_rebuild(struct nmk_op *op)
{
	int64_t generation;
	struct stmt stmt;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_search_chunk_clear);
	stmt_int(&stmt, "first", 0);
	rc = stmt_exec(&stmt, NULL);
	if (rc == NMK_OK)
		rc = facts_changed(op, true, &generation);
	return rc == NMK_OK ? facts_renew(op, NULL) : rc;
}

/* ---- doctor ---- */

static bool same(const struct work *work, size_t slot, const struct wanted *wanted)
{
	struct document_facts facts;
	struct figure figure = chunk_figure_get(work->figures, slot);

	return chunk_facts_get(&work->facts, slot, &facts) && memcmp(&facts, &wanted->facts, sizeof facts) == 0
	    && memcmp(&figure, &wanted->figure, sizeof figure) == 0;
}

static int64_t documents_in(const struct work *work)
{
	struct document_facts facts;
	int64_t count = 0;

	for (size_t slot = 0; work->chunk >= 0 && slot < CHUNK_DOCUMENTS; slot++)
		count += chunk_fact_get(work->facts.bytes, slot).level != 0 || chunk_facts_get(&work->facts, slot, &facts);
	return count;
}

static nmk_status count_all(struct work *work, int64_t *documents)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	*documents = 0;
	stmt_init(&stmt, &work->op->tx, SQL_search_chunk_list);
	while (stmt_next(&stmt, &rc)) {
		rc = enter(work, stmt_column_int(&stmt, 0) * CHUNK_DOCUMENTS);
		*documents += documents_in(work);
	}
	stmt_end(&stmt);
	return rc;
}

nmk_status facts_compare(struct nmk_op *op, int64_t *different)
{
	int64_t right = 0, there = 0;
	struct stmt stmt;
	nmk_status rc;
	struct work *work = work_new(op, &rc);

	*different = 0;
	begin_wanted(op, &stmt, NULL);
	while (rc == NMK_OK && stmt_next(&stmt, &rc)) {
		struct wanted wanted = wanted_of(&stmt);

		rc = enter(work, wanted.document);
		if (rc == NMK_OK && same(work, (size_t)wanted.document % CHUNK_DOCUMENTS, &wanted))
			right++;
		else
			++*different;
	}
	stmt_end(&stmt);
	if (rc == NMK_OK)
		rc = count_all(work, &there);
	if (there > right + *different)
		*different = there - right;
	return work_end(work, rc);
}
