/* search_page.c -- results as values: nanos, counts, reasons, JSON. */
#include "search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const facet_names[RANK_FACETS] = { "topic", "level", "duration", "language", "format", "license", "rating" };
static const char *const duration_values[RANK_DURATIONS_COUNT] = { "", "1-15", "16-30", "31-60", "61-" };
static const char *const class_names[RANK_CLASSES] = { "exact", "stem", "part", "adjacent", "beginning", "loose" };
static const char *const field_names[RANK_FIELDS] = { "title", "description", "topics", "creator" };

/* ---- the page ---- */

static void hit_free(void *item)
{
	struct search_hit *hit = item;

	nmk_nano_free(hit->nano);
	json_decref(hit->reason);
	free(hit->explanation);
	highlight_free(&hit->title);
	highlight_free(&hit->snippet);
	free(hit);
}

static void facet_free(struct search_facet *facet)
{
	for (size_t i = 0; i < facet->count; i++) {
		free(facet->values[i].value);
		free(facet->values[i].name);
	}
	free(facet->values);
}

void nmk_search_page_free(nmk_search_page *page)
{
	if (!page)
		return;
	page_clear(&page->page, hit_free);
	for (size_t i = 0; i < page->missing_count; i++)
		free(page->missing[i]);
	for (size_t i = 0; i < RANK_FACETS; i++)
		facet_free(&page->facets[i]);
	corrections_free(&page->corrections);
	free(page);
}

size_t nmk_search_page_count(const nmk_search_page *page)
{
	return page->page.count;
}

/* All is nothing of one that there is not. */
static const struct search_hit *hit_at(const nmk_search_page *page, size_t index)
{
	static const struct search_hit none;

	return index < page->page.count ? page->page.items[index] : &none;
}

const nmk_nano *nmk_search_page_item(const nmk_search_page *page, size_t index)
{
	return hit_at(page, index)->nano;
}

const char *nmk_search_page_next(const nmk_search_page *page)
{
	return page->page.next;
}

int64_t nmk_search_page_total(const nmk_search_page *page)
{
	return page->total;
}

bool nmk_search_page_relaxed(const nmk_search_page *page)
{
	return page->relaxed;
}

const char *nmk_search_page_missing(const nmk_search_page *page, size_t index)
{
	return index < page->missing_count ? page->missing[index] : NULL;
}

const char *nmk_search_page_correction(const nmk_search_page *page, size_t index)
{
	return index < page->corrections.count ? page->corrections.texts[index] : NULL;
}

bool nmk_search_page_corrected(const nmk_search_page *page)
{
	return page->corrected;
}

const char *nmk_search_page_snippet(const nmk_search_page *page, size_t index)
{
	return hit_at(page, index)->snippet.text;
}

const char *nmk_search_page_html_snippet(const nmk_search_page *page, size_t index)
{
	return hit_at(page, index)->snippet.html;
}

const char *nmk_search_page_html_title(const nmk_search_page *page, size_t index)
{
	return hit_at(page, index)->title.html;
}

size_t nmk_search_page_mark_count(const nmk_search_page *page, size_t index)
{
	return hit_at(page, index)->snippet.count;
}

size_t nmk_search_page_mark_start(const nmk_search_page *page, size_t index, size_t mark)
{
	return mark < nmk_search_page_mark_count(page, index) ? hit_at(page, index)->snippet.marks[mark].start : 0;
}

size_t nmk_search_page_mark_end(const nmk_search_page *page, size_t index, size_t mark)
{
	return mark < nmk_search_page_mark_count(page, index) ? hit_at(page, index)->snippet.marks[mark].end : 0;
}

int64_t nmk_search_page_score(const nmk_search_page *page, size_t index)
{
	return hit_at(page, index)->score;
}

const char *nmk_search_page_explanation(const nmk_search_page *page, size_t index)
{
	return hit_at(page, index)->explanation;
}

/* ---- facets of a page ---- */

static const struct search_facet *facet_of(const nmk_search_page *page, nmk_search_facet facet)
{
	static const struct search_facet none = { NULL, 0 };

	for (size_t i = 0; i < RANK_FACETS; i++)
		if ((unsigned)facet == 1U << i)
			return &page->facets[i];
	return &none;
}

static const struct search_value *value_at(const nmk_search_page *page, nmk_search_facet facet, size_t index)
{
	const struct search_facet *found = facet_of(page, facet);

	return index < found->count ? &found->values[index] : NULL;
}

size_t nmk_search_page_facet_count(const nmk_search_page *page, nmk_search_facet facet)
{
	return facet_of(page, facet)->count;
}

const char *nmk_search_page_facet_value(const nmk_search_page *page, nmk_search_facet facet, size_t index)
{
	const struct search_value *value = value_at(page, facet, index);

	return value ? value->value : NULL;
}

const char *nmk_search_page_facet_name(const nmk_search_page *page, nmk_search_facet facet, size_t index)
{
	const struct search_value *value = value_at(page, facet, index);

	return !value ? NULL : value->name ? value->name : value->value;
}

int64_t nmk_search_page_facet_hits(const nmk_search_page *page, nmk_search_facet facet, size_t index)
{
	const struct search_value *value = value_at(page, facet, index);

	return value ? value->hits : 0;
}

bool nmk_search_page_facet_chosen(const nmk_search_page *page, nmk_search_facet facet, size_t index)
{
	const struct search_value *value = value_at(page, facet, index);

	return value && value->chosen;
}

/* ---- facets of a ranking ---- */

static bool add_value(struct search_facet *facet, const char *value, const char *name, int64_t hits, bool chosen)
{
	struct search_value *values, *added;

	if (hits == 0 && !chosen)
		return true;
	values = realloc(facet->values, (facet->count + 1) * sizeof *values);
	if (!values)
		return false;
	facet->values = values;
	added = &values[facet->count];
	*added = (struct search_value){ .value = strdup(value), .name = name ? strdup(name) : NULL, .hits = hits, .chosen = chosen };
	if (added->value && (added->name || !name)) {
		facet->count++;
		return true;
	}
	free(added->value);
	free(added->name);
	return false;
}

static int by_hits(const void *first, const void *second)
{
	const struct search_value *a = first, *b = second;

	if (a->hits != b->hits)
		return a->hits < b->hits ? 1 : -1;
	return strcmp(a->name ? a->name : a->value, b->name ? b->name : b->value);
}

static void sort_values(struct search_facet *facet)
{
	if (facet->count > 1)
		qsort(facet->values, facet->count, sizeof facet->values[0], by_hits);
}

static bool topics(struct nmk_op *op, const struct search *search, struct search_facet *facet)
{
	const struct view_topics *all = search->view->topics;
	bool complete = true;

	for (size_t i = 0; complete && i < all->count; i++) {
		struct id_value id = tx_id_value(&op->tx, ID_CATEGORY, all->topics[i].id);

		complete = add_value(facet, id.text, all->topics[i].name, search->ranking.topics[i],
		                     search->chosen_topics && search->chosen_topics[i]);
	}
	sort_values(facet);
	return complete;
}

static bool words(const char *const *list, const uint32_t *hits, uint32_t chosen, struct search_facet *facet)
{
	bool complete = true;

	for (unsigned value = 1; complete && list[value]; value++)
		complete = add_value(facet, list[value], NULL, hits[value], chosen >> value & 1);
	return complete;
}

static bool durations(const struct search *search, struct search_facet *facet)
{
	bool complete = true;

	for (unsigned value = 1; complete && value < RANK_DURATIONS_COUNT; value++)
		complete = add_value(facet, duration_values[value], NULL, search->ranking.durations[value],
		                     search->filter.durations >> value & 1);
	return complete;
}

static bool languages(const struct search *search, struct search_facet *facet)
{
	bool complete = true;

	for (int i = 0; complete && i < RANK_LANGUAGES_COUNT; i++) {
		const char code[3] = { (char)('a' + i / 26), (char)('a' + i % 26), '\0' };
		bool chosen = false;

		for (size_t j = 0; j < search->filter.language_count; j++)
			chosen = chosen || search->filter.languages[j] == chunk_language(code);
		complete = add_value(facet, code, NULL, search->ranking.languages[i], chosen);
	}
	sort_values(facet);
	return complete;
}

static bool ratings(const struct search *search, struct search_facet *facet)
{
	bool complete = true;

	for (unsigned stars = RANK_RATINGS_COUNT - 1; complete && stars > 0; stars--) {
		const char value[2] = { (char)('0' + stars), '\0' };

		complete = add_value(facet, value, NULL, search->ranking.ratings[stars],
		                     search->filter.rating_minimum == stars * 100);
	}
	return complete;
}

nmk_status search_page_facets(struct nmk_op *op, const struct search *search, nmk_search_page *page)
{
	const struct ranking *ranking = &search->ranking;
	bool complete = true;

	for (unsigned i = 0; complete && i < RANK_FACETS; i++) {
		struct search_facet *facet = &page->facets[i];

		if (!(page->facets_asked >> i & 1))
			continue;
		switch ((enum rank_facet)i) {
		case RANK_TOPICS:    complete = topics(op, search, facet); break;
		case RANK_LEVELS:    complete = words(competency_level_words, ranking->levels, search->filter.levels, facet); break;
		case RANK_DURATIONS: complete = durations(search, facet); break;
		case RANK_LANGUAGES: complete = languages(search, facet); break;
		case RANK_FORMATS:
			complete = words(format_words, ranking->formats, search->filter.formats, facet);
			sort_values(facet);
			break;
		case RANK_LICENSES:
			complete = words(license_words, ranking->licenses, search->filter.licenses, facet);
			sort_values(facet);
			break;
		case RANK_RATINGS:   complete = ratings(search, facet); break;
		case RANK_FACETS: break;
		}
	}
	return complete ? NMK_OK : tx_no_memory(&op->tx);
}

/* ---- reasons ---- */

/* {"stem": {"title": 1}}: in which form a word stands where, and how often. */
static json_t *places_json(const struct rank_word_reason *reason)
{
	json_t *forms = json_object();
	bool complete = forms != NULL;

	for (size_t kind = 0; complete && kind < RANK_CLASSES; kind++) {
		json_t *fields = json_object();

		complete = fields != NULL;
		for (size_t field = 0; complete && field < RANK_FIELDS; field++)
			if (reason->places[kind][field])
				complete = json_object_set_new(fields, field_names[field], json_integer(reason->places[kind][field])) == 0;
		if (complete && json_object_size(fields) > 0)
			complete = json_object_set(forms, class_names[kind], fields) == 0;
		json_decref(fields);
	}
	if (complete)
		return forms;
	json_decref(forms);
	return NULL;
}

static json_t *word_json(const struct search *search, size_t word, const struct rank_word_reason *reason)
{
	const struct query_part *part = &search->query.parts[search->phrases.part[word]];

	return json_pack("{s:s%, s:f, s:f, s:f, s:o}", "word", part->text, part->length, "idf",
	                 (double)search->ranking.basis.idf[word] / RANK_IDF_UNIT, "frequency", reason->frequency, "score",
	                 reason->score, "places", places_json(reason));
}

json_t *search_reason_json(const struct search *search, const struct rank_reason *reason)
{
	json_t *list = json_array();
	bool complete = list != NULL;

	for (size_t word = 0; complete && word < search->ranking.word_count; word++)
		complete = json_array_append_new(list, word_json(search, word, &reason->words[word])) == 0;
	if (!complete) {
		json_decref(list);
		return NULL;
	}
	return json_pack("{s:f, s:o, s:I, s:f, s:f, s:f, s:f, s:f, s:f}", "score", reason->score, "words", list, "length",
	                 (json_int_t)reason->length, "average_length", search->ranking.basis.average_words, "nearness",
	                 reason->nearness, "coverage", reason->coverage, "rating", reason->rating, "freshness", reason->freshness,
	                 "downloads", reason->downloads);
}

/* ---- JSON ---- */

/* Where the marks stand in the text, in characters: JSON knows no bytes. */
static json_t *highlight_json(const struct highlight *highlight)
{
	json_t *marks = json_array();
	bool complete = marks != NULL;

	for (size_t i = 0; complete && i < highlight->count; i++)
		complete = json_array_append_new(marks, json_pack("[I, I]",
		           (json_int_t)highlight_character(highlight, highlight->marks[i].start),
		           (json_int_t)highlight_character(highlight, highlight->marks[i].end))) == 0;
	if (complete)
		return json_pack("{s:s, s:s, s:o}", "text", highlight->text, "html", highlight->html, "marks", marks);
	json_decref(marks);
	return NULL;
}

static bool add_highlight(json_t *json, const char *name, const struct highlight *highlight)
{
	return !highlight->text || json_object_set_new(json, name, highlight_json(highlight)) == 0;
}

static json_t *hit_json(const struct search_hit *hit, bool scored)
{
	json_t *json = nano_to_json(hit->nano);
	bool complete = json != NULL;

	if (complete && scored)
		complete = json_object_set_new(json, "score", json_real((double)hit->score / 1e6)) == 0;
	if (complete && hit->reason)
		complete = json_object_set(json, "explanation", hit->reason) == 0;
	if (complete)
		complete = add_highlight(json, "title_highlight", &hit->title) && add_highlight(json, "snippet", &hit->snippet);
	if (complete)
		return json;
	json_decref(json);
	return NULL;
}

static json_t *facet_json(const struct search_facet *facet)
{
	json_t *list = json_array();
	bool complete = list != NULL;

	for (size_t i = 0; complete && i < facet->count; i++) {
		const struct search_value *value = &facet->values[i];

		complete = json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:b}", "value", value->value, "name",
		           value->name ? value->name : value->value, "hits", (json_int_t)value->hits, "chosen", value->chosen)) == 0;
	}
	if (complete)
		return list;
	json_decref(list);
	return NULL;
}

static json_t *facets_json(const nmk_search_page *page)
{
	json_t *facets = json_object();
	bool complete = facets != NULL;

	for (unsigned i = 0; complete && i < RANK_FACETS; i++)
		if (page->facets_asked >> i & 1)
			complete = json_object_set_new(facets, facet_names[i], facet_json(&page->facets[i])) == 0;
	if (complete)
		return facets;
	json_decref(facets);
	return NULL;
}

static json_t *items_json(const nmk_search_page *page)
{
	json_t *items = json_array();
	bool complete = items != NULL;

	for (size_t i = 0; complete && i < page->page.count; i++)
		complete = json_array_append_new(items, hit_json(hit_at(page, i), page->scored)) == 0;
	if (complete)
		return items;
	json_decref(items);
	return NULL;
}

static json_t *texts_json(char *const *texts, size_t count)
{
	json_t *list = json_array();
	bool complete = list != NULL;

	for (size_t i = 0; complete && i < count; i++)
		complete = json_array_append_new(list, json_string(texts[i])) == 0;
	if (complete)
		return list;
	json_decref(list);
	return NULL;
}

char *nmk_search_page_json(const nmk_search_page *page)
{
	json_t *json = json_object();
	bool complete = json && json_object_set_new(json, "items", items_json(page)) == 0
	             && json_object_set_new(json, "next", page->page.next ? json_string(page->page.next) : json_null()) == 0
	             && json_object_set_new(json, "total", json_integer(page->total)) == 0
	             && json_object_set_new(json, "relaxed", json_boolean(page->relaxed)) == 0
	             && json_object_set_new(json, "missing", texts_json(page->missing, page->missing_count)) == 0
	             && json_object_set_new(json, "corrected", json_boolean(page->corrected)) == 0
	             && json_object_set_new(json, "corrections", texts_json(page->corrections.texts, page->corrections.count)) == 0
	             && json_object_set_new(json, "facets", facets_json(page)) == 0;

	if (complete)
		return json_text(json);
	json_decref(json);
	return NULL;
}
