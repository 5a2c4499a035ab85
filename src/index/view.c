#include "view.h"

#include <stdlib.h>
#include <string.h>
#include "german.h"
#include "number.h"

/* ---- references ---- */

static bool last_reference(atomic_int *references)
{
	return atomic_fetch_sub(references, 1) == 1;
}

static void topics_release(struct view_topics *topics)
{
	if (!topics || !last_reference(&topics->references))
		return;
	for (size_t i = 0; i < topics->count; i++)
		free(topics->topics[i].name);
	free(topics);
}

static void facts_release(struct view_facts *facts)
{
	if (!facts || !last_reference(&facts->references))
		return;
	free(facts->names);
	free(facts->topic_places);
	free(facts);
}

static void figures_release(struct view_figures *figures)
{
	if (figures && last_reference(&figures->references))
		free(figures);
}

void view_release(struct view *view)
{
	if (!view || !last_reference(&view->references))
		return;
	for (size_t i = 0; i < view->chunk_count; i++) {
		facts_release(view->chunks[i].facts);
		figures_release(view->chunks[i].figures);
	}
	free(view->chunks);
	topics_release(view->topics);
	free(view);
}

static void shared_release(struct shared_value *shared)
{
	view_release((struct view *)(void *)shared);
}

static struct shared_value *take(struct shared_value *shared)
{
	struct view *view = (struct view *)(void *)shared;

	atomic_fetch_add(&view->references, 1);
	return shared;
}

/* ---- topics ---- */

uint32_t view_topic_place(const struct view_topics *topics, int64_t id)
{
	size_t low = 0, high = topics->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (topics->topics[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < topics->count && topics->topics[low].id == id ? (uint32_t)low : VIEW_NO_TOPIC;
}

static void draw_lines(struct view_topics *topics)
{
	for (size_t i = 0; i < topics->count; i++) {
		struct view_topic *topic = &topics->topics[i];
		uint32_t place = (uint32_t)i;

		while (place != VIEW_NO_TOPIC && topic->depth < VIEW_TOPIC_DEPTH) {
			topic->line[topic->depth++] = place;
			place = topics->topics[place].parent_id ? view_topic_place(topics, topics->topics[place].parent_id)
			                                        : VIEW_NO_TOPIC;
		}
	}
}

/* Takes the name. */
static bool topics_add(struct view_topics **topics, size_t *capacity, int64_t id, int64_t parent_id, char *name)
{
	if (!name)
		return false;
	if ((*topics)->count == *capacity) {
		struct view_topics *larger = realloc(*topics, sizeof **topics + *capacity * 2 * sizeof larger->topics[0]);

		if (!larger) {
			free(name);
			return false;
		}
		*topics = larger;
		*capacity *= 2;
	}
	(*topics)->topics[(*topics)->count++] = (struct view_topic){ .id = id, .parent_id = parent_id, .name = name };
	return true;
}

static nmk_status topics_load(struct nmk_op *op, int64_t generation, struct view_topics **out)
{
	size_t capacity = 32;
	struct view_topics *topics = calloc(1, sizeof *topics + capacity * sizeof topics->topics[0]);
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	*out = NULL;
	if (!topics)
		return tx_no_memory(&op->tx);
	atomic_init(&topics->references, 1);
	topics->generation = generation;
	stmt_init(&stmt, &op->tx, SQL_search_topic_list);
	while (stmt_next(&stmt, &rc)) {
		const char *name = stmt_column_text(&stmt, 2);

		if (!topics_add(&topics, &capacity, stmt_column_int(&stmt, 0), stmt_column_int(&stmt, 1), name ? strdup(name) : NULL))
			rc = tx_no_memory(&op->tx);
	}
	stmt_end(&stmt);
	if (rc != NMK_OK) {
		topics_release(topics);
		return rc;
	}
	draw_lines(topics);
	*out = topics;
	return NMK_OK;
}

/* ---- chunks ---- */

static bool names_place(struct view_facts *facts, const struct view_topics *topics)
{
	facts->topics_generation = topics->generation;
	facts->topic_places = malloc((facts->name_count + 1) * sizeof *facts->topic_places);
	if (!facts->topic_places)
		return false;
	for (size_t i = 0; i < facts->name_count; i++)
		facts->topic_places[i] = view_topic_place(topics, facts->names[i]);
	return true;
}

/* A document that speaks of names that are not there is none; doctor tells of it. */
static bool is_sound(const struct view_facts *facts, const struct fact *fact)
{
	bool sound = fact->level != 0 && fact->creator < facts->name_count;

	for (size_t i = 0; i < fact->topic_count; i++)
		sound = sound && fact->topics[i] < facts->name_count;
	return sound;
}

static enum analyzer_language analyzed_as(uint16_t language)
{
	char code[3];

	chunk_language_code(language, code);
	return analyzer_language_of(code);
}

static void facts_read(struct view_facts *facts, const unsigned char *bytes)
{
	uint16_t last = 0;    /* mostly all are of one language */

	for (size_t slot = 0; slot < CHUNK_DOCUMENTS; slot++) {
		struct fact fact = chunk_fact_get(bytes, slot);

		if (!is_sound(facts, &fact))
			continue;
		facts->facts[slot] = fact;
		facts->documents++;
		facts->words += fact.words;
		if (fact.language != last)
			facts->languages |= analyzed_as(fact.language);
		last = fact.language;
	}
}

static struct view_facts *facts_new(const unsigned char *names, size_t names_length, const unsigned char *bytes, size_t length)
{
	struct view_facts *facts = calloc(1, sizeof *facts);

	if (!facts)
		return NULL;
	atomic_init(&facts->references, 1);
	facts->name_count = names_length / 8;
	facts->names = malloc((facts->name_count + 1) * sizeof *facts->names);
	if (!facts->names) {
		free(facts);
		return NULL;
	}
	for (size_t i = 0; i < facts->name_count; i++)
		facts->names[i] = (int64_t)get_little_endian(names + 8 * i, 8);
	if (length == CHUNK_FACTS_SIZE)
		facts_read(facts, bytes);
	return facts;
}

static nmk_status facts_load(struct nmk_op *op, int64_t chunk, int64_t generation, const struct view_topics *topics,
                             struct view_facts **out)
{
	struct view_facts *facts = NULL;
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &op->tx, SQL_search_facts_get);
	stmt_int(&stmt, "chunk", chunk);
	if (stmt_next(&stmt, &rc)) {
		size_t names_length, length;
		const unsigned char *names = stmt_column_blob(&stmt, 0, &names_length), *bytes = stmt_column_blob(&stmt, 1, &length);

		facts = facts_new(names, names_length, bytes, length);
	}
	stmt_end(&stmt);
	if (rc == NMK_OK && (!facts || !names_place(facts, topics))) {
		facts_release(facts);
		return tx_no_memory(&op->tx);
	}
	if (facts)
		facts->generation = generation;
	*out = facts;
	return rc;
}

/* The same facts under another tree of topics. */
static struct view_facts *facts_placed_anew(const struct view_facts *old, const struct view_topics *topics)
{
	struct view_facts *facts = malloc(sizeof *facts);

	if (!facts)
		return NULL;
	memcpy(facts, old, sizeof *facts);
	atomic_init(&facts->references, 1);
	facts->topic_places = NULL;
	facts->names = malloc((facts->name_count + 1) * sizeof *facts->names);
	if (facts->names)
		memcpy(facts->names, old->names, facts->name_count * sizeof *facts->names);
	if (facts->names && names_place(facts, topics))
		return facts;
	facts_release(facts);
	return NULL;
}

static nmk_status figures_load(struct nmk_op *op, int64_t chunk, int64_t generation, struct view_figures **out)
{
	struct view_figures *figures = calloc(1, sizeof *figures);
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	*out = figures;
	if (!figures)
		return tx_no_memory(&op->tx);
	atomic_init(&figures->references, 1);
	figures->generation = generation;
	stmt_init(&stmt, &op->tx, SQL_search_figures_get);
	stmt_int(&stmt, "chunk", chunk);
	if (stmt_next(&stmt, &rc)) {
		size_t length;
		const unsigned char *bytes = stmt_column_blob(&stmt, 0, &length);

		for (size_t slot = 0; length == CHUNK_FIGURES_SIZE && slot < CHUNK_DOCUMENTS; slot++)
			figures->figures[slot] = chunk_figure_get(bytes, slot);
	}
	stmt_end(&stmt);
	return rc;
}

/* ---- views ---- */

struct chunk_generations {
	int64_t chunk, facts, figures;
};

static nmk_status chunk_fill(struct nmk_op *op, struct view *view, const struct view *old, const struct chunk_generations *now)
{
	struct view_chunk *chunk = &view->chunks[now->chunk];
	const struct view_chunk none = { NULL, NULL };
	const struct view_chunk *before = old && (size_t)now->chunk < old->chunk_count ? &old->chunks[now->chunk] : &none;
	nmk_status rc = NMK_OK;

	if (!before->facts || before->facts->generation != now->facts)
		rc = facts_load(op, now->chunk, now->facts, view->topics, &chunk->facts);
	else if (before->facts->topics_generation != view->topics->generation) {
		chunk->facts = facts_placed_anew(before->facts, view->topics);
		rc = chunk->facts ? NMK_OK : tx_no_memory(&op->tx);
	} else {
		atomic_fetch_add(&before->facts->references, 1);
		chunk->facts = before->facts;
	}
	if (rc == NMK_OK && before->figures && before->figures->generation == now->figures) {
		atomic_fetch_add(&before->figures->references, 1);
		chunk->figures = before->figures;
	} else if (rc == NMK_OK)
		rc = figures_load(op, now->chunk, now->figures, &chunk->figures);
	if (rc == NMK_OK) {
		view->documents += chunk->facts->documents;
		view->words += chunk->facts->words;
		view->languages |= chunk->facts->languages;
	}
	return rc;
}

static bool chunks_reserve(struct view *view, size_t count, size_t *capacity)
{
	size_t larger = *capacity ? *capacity : 8;
	struct view_chunk *chunks;

	while (larger < count)
		larger *= 2;
	if (larger > *capacity) {
		chunks = realloc(view->chunks, larger * sizeof *chunks);
		if (!chunks)
			return false;
		memset(chunks + *capacity, 0, (larger - *capacity) * sizeof *chunks);
		view->chunks = chunks;
		*capacity = larger;
	}
	view->chunk_count = count;
	return true;
}

static nmk_status chunks_load(struct nmk_op *op, struct view *view, const struct view *old)
{
	size_t capacity = 0;
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &op->tx, SQL_search_chunk_list);
	while (stmt_next(&stmt, &rc)) {
		const struct chunk_generations now = { stmt_column_int(&stmt, 0), stmt_column_int(&stmt, 1), stmt_column_int(&stmt, 2) };

		if (now.chunk >= VIEW_CHUNKS) /* damaged: nobody has so many documents */
			continue;
		if (!chunks_reserve(view, (size_t)now.chunk + 1, &capacity))
			rc = tx_no_memory(&op->tx);
		else
			rc = chunk_fill(op, view, old, &now);
	}
	stmt_end(&stmt);
	return rc;
}

static nmk_status make(struct nmk_op *op, int64_t generation, int64_t topics_generation, const struct view *old, struct view **out)
{
	struct view *view = calloc(1, sizeof *view);
	nmk_status rc = NMK_OK;

	*out = view;
	if (!view)
		return tx_no_memory(&op->tx);
	atomic_init(&view->references, 1);
	view->shared.release = shared_release;
	view->generation = generation;
	if (old && old->topics->generation == topics_generation) {
		atomic_fetch_add(&old->topics->references, 1);
		view->topics = old->topics;
	} else
		rc = topics_load(op, topics_generation, &view->topics);
	return rc == NMK_OK ? chunks_load(op, view, old) : rc;
}

static nmk_status generations(struct nmk_op *op, int64_t *generation, int64_t *topics)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	*generation = *topics = 0;
	stmt_init(&stmt, &op->tx, SQL_search_state_get);
	if (stmt_next(&stmt, &rc)) {
		*generation = stmt_column_int(&stmt, 0);
		*topics = stmt_column_int(&stmt, 1);
	}
	stmt_end(&stmt);
	return rc;
}

nmk_status view_get(struct nmk_op *op, struct view **out)
{
	struct view *old, *view = NULL;
	int64_t generation, topics;
	nmk_status rc = generations(op, &generation, &topics);

	*out = NULL;
	if (rc != NMK_OK)
		return rc;
	old = (struct view *)(void *)tx_shared(&op->tx, take);
	if (old && old->generation == generation) {
		*out = old;
		return NMK_OK;
	}
	rc = make(op, generation, topics, old, &view);
	view_release(old);
	if (rc != NMK_OK) {
		view_release(view);
		return rc;
	}
	atomic_fetch_add(&view->references, 1); /* the store's own */
	tx_share(&op->tx, &view->shared);
	*out = view;
	return NMK_OK;
}
