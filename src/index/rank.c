#include "rank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FRESH_DAYS      180.0   /* after which freshness counts half                    */
#define MANY_DOWNLOADS  100.0   /* at which popularity counts half                      */
#define MANY_RATINGS    5.0     /* at which an average counts half                      */
#define MIDDLE_RATING   300     /* hundredths, neither good nor bad                     */
#define KEY_UNIT        1e6     /* scores differ if they differ in the sixth place      */

const struct rank_weights rank_weights_default = {
	.fields = { 8.0, 1.0, 3.0, 1.0 },
	.classes = { [RANK_EXACT] = 0.3, [RANK_STEM] = 1.0, [RANK_PART] = 0.3, [RANK_ADJACENT] = 0.8, [RANK_BEGINNING] = 0.3,
	             [RANK_LOOSE] = 0.15 },
	.nearness = 0.5, .coverage = 0.5, .rating = 0.1, .freshness = 0.05, .downloads = 0.05,
};

bool rank_init(struct ranking *ranking, const struct view *view)
{
	memset(ranking, 0, sizeof *ranking);
	ranking->view = view;
	ranking->weights = rank_weights_default;
	ranking->topics = calloc(view->topics->count + 1, sizeof *ranking->topics);
	ranking->topic_stamps = calloc(view->topics->count + 1, sizeof *ranking->topic_stamps);
	if (ranking->topics && ranking->topic_stamps)
		return true;
	rank_free(ranking);
	return false;
}

void rank_free(struct ranking *ranking)
{
	free(ranking->topics);
	free(ranking->topic_stamps);
	ranking->topics = ranking->topic_stamps = NULL;
}

/* ---- filters ---- */

static bool among(const uint16_t *list, size_t count, uint16_t wanted)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == wanted)
			return true;
	return false;
}

static bool fits_set(uint32_t set, unsigned value)
{
	return set == 0 || (value < 32 && (set >> value & 1));
}

static unsigned duration_class(uint16_t minutes)
{
	return minutes == 0 ? 0 : minutes <= 15 ? 1 : minutes <= 30 ? 2 : minutes <= 60 ? 3 : 4;
}

static bool fits_duration(const struct rank_filter *filter, uint16_t minutes)
{
	return fits_set(filter->durations, duration_class(minutes)) && minutes >= filter->minutes_minimum
	    && (filter->minutes_maximum == 0 || (minutes > 0 && minutes <= filter->minutes_maximum));
}

static bool fits_creator(const struct rank_filter *filter, const struct view_facts *facts, const struct fact *fact)
{
	for (size_t i = 0; i < filter->creator_count; i++)
		if (filter->creators[i] == facts->names[fact->creator])
			return true;
	return filter->creator_count == 0;
}

static bool fits_topic(const struct rank_filter *filter, const struct view_facts *facts, const struct fact *fact)
{
	if (!filter->topics)
		return true;
	for (size_t i = 0; i < fact->topic_count; i++) {
		uint32_t place = facts->topic_places[fact->topics[i]];

		if (place != VIEW_NO_TOPIC && filter->topics[place])
			return true;
	}
	return false;
}

/* The filters that keep a document out, by bit. */
static unsigned failing(const struct rank_filter *filter, const struct view_facts *facts, const struct fact *fact,
                        const struct figure *figure)
{
	unsigned bits = 0;

	bits |= fits_topic(filter, facts, fact) ? 0 : 1U << RANK_TOPICS;
	bits |= fits_set(filter->levels, fact->level) ? 0 : 1U << RANK_LEVELS;
	bits |= fits_duration(filter, fact->minutes) ? 0 : 1U << RANK_DURATIONS;
	bits |= filter->language_count == 0 || among(filter->languages, filter->language_count, fact->language)
	        ? 0 : 1U << RANK_LANGUAGES;
	bits |= fits_set(filter->formats, fact->format) ? 0 : 1U << RANK_FORMATS;
	bits |= fits_set(filter->licenses, fact->license) ? 0 : 1U << RANK_LICENSES;
	bits |= figure->rating >= filter->rating_minimum ? 0 : 1U << RANK_RATINGS;
	bits |= fits_creator(filter, facts, fact) ? 0 : 1U << RANK_CREATORS;
	return bits;
}

/* ---- counting ---- */

/* Each topic of a document counts, and each above it, but none twice. */
static void count_topics(struct ranking *ranking, const struct view_facts *facts, const struct fact *fact)
{
	ranking->stamp++;
	for (size_t i = 0; i < fact->topic_count; i++) {
		uint32_t place = facts->topic_places[fact->topics[i]];
		const struct view_topic *topic = &ranking->view->topics->topics[place == VIEW_NO_TOPIC ? 0 : place];

		for (size_t up = 0; place != VIEW_NO_TOPIC && up < topic->depth; up++) {
			uint32_t above = topic->line[up];

			if (ranking->topic_stamps[above] != ranking->stamp) {
				ranking->topic_stamps[above] = ranking->stamp;
				ranking->topics[above]++;
			}
		}
	}
}

static void count_language(struct ranking *ranking, uint16_t language)
{
	int first = (language >> 8) - 'a', second = (language & 0xff) - 'a';

	if (first >= 0 && first < 26 && second >= 0 && second < 26)
		ranking->languages[first * 26 + second]++;
}

/* A facet counts what passes all filters but its own. */
static void count(struct ranking *ranking, unsigned bits, const struct view_facts *facts, const struct fact *fact,
                  const struct figure *figure)
{
	for (unsigned facet = 0; facet < RANK_FACETS; facet++) {
		if (!(ranking->facets >> facet & 1) || (bits & ~(1U << facet)))
			continue;
		switch ((enum rank_facet)facet) {
		case RANK_TOPICS:    count_topics(ranking, facts, fact); break;
		case RANK_LEVELS:    ranking->levels[fact->level & 7]++; break;
		case RANK_DURATIONS: ranking->durations[duration_class(fact->minutes)]++; break;
		case RANK_LANGUAGES: count_language(ranking, fact->language); break;
		case RANK_FORMATS:   ranking->formats[fact->format & 7]++; break;
		case RANK_LICENSES:  ranking->licenses[fact->license & 7]++; break;
		case RANK_RATINGS:
			for (unsigned stars = 1; stars < RANK_RATINGS_COUNT && figure->rating >= stars * 100; stars++)
				ranking->ratings[stars]++;
			break;
		case RANK_FACETS: break;
		}
	}
}

bool rank_admit(struct ranking *ranking, int64_t document)
{
	const struct fact *fact = view_fact(ranking->view, document);
	const struct view_chunk *chunk;
	const struct figure *figure;
	unsigned bits;

	if (!fact)
		return false;
	chunk = &ranking->view->chunks[document / CHUNK_DOCUMENTS];
	figure = &chunk->figures->figures[document % CHUNK_DOCUMENTS];
	bits = failing(&ranking->filter, chunk->facts, fact, figure);
	if (ranking->facets && (bits & (bits - 1)) == 0)
		count(ranking, bits, chunk->facts, fact, figure);
	if (bits)
		return false;
	ranking->total++;
	return true;
}

/* ---- order ---- */

static bool comes_before(const struct rank_hit *a, const struct rank_hit *b)
{
	return a->key != b->key ? a->key > b->key : a->document > b->document;
}

static int64_t key_of(const struct ranking *ranking, int64_t document, double score)
{
	const struct view_chunk *chunk = &ranking->view->chunks[document / CHUNK_DOCUMENTS];
	const struct fact *fact = &chunk->facts->facts[document % CHUNK_DOCUMENTS];
	const struct figure *figure = &chunk->figures->figures[document % CHUNK_DOCUMENTS];

	switch (ranking->sort) {
	case RANK_BY_SCORE:     return (int64_t)(score * KEY_UNIT);
	case RANK_BY_AGE:       return document;
	case RANK_BY_RATING:    return (int64_t)figure->rating << 16 | figure->ratings;
	case RANK_BY_DURATION:  return fact->minutes ? -(int64_t)fact->minutes : INT32_MIN;
	case RANK_BY_DOWNLOADS: return figure->downloads;
	}
	return 0;
}

/* The root of the heap is the hit that would go first. */
static void sink(struct rank_hit *heap, size_t count, size_t at)
{
	for (;;) {
		size_t worst = at, left = 2 * at + 1, right = left + 1;
		struct rank_hit moved;

		if (left < count && comes_before(&heap[worst], &heap[left]))
			worst = left;
		if (right < count && comes_before(&heap[worst], &heap[right]))
			worst = right;
		if (worst == at)
			return;
		moved = heap[at];
		heap[at] = heap[worst];
		heap[worst] = moved;
		at = worst;
	}
}

static void rise(struct rank_hit *heap, size_t at)
{
	while (at > 0) {
		size_t above = (at - 1) / 2;
		struct rank_hit moved = heap[at];

		if (!comes_before(&heap[above], &heap[at]))
			return;
		heap[at] = heap[above];
		heap[above] = moved;
		at = above;
	}
}

void rank_add(struct ranking *ranking, int64_t document, double score)
{
	struct rank_hit hit = { key_of(ranking, document, score), document };

	if (ranking->goes_on && !comes_before(&ranking->after, &hit))
		return;
	if (ranking->hit_count < ranking->limit) {
		ranking->hits[ranking->hit_count++] = hit;
		rise(ranking->hits, ranking->hit_count - 1);
	} else if (comes_before(&hit, &ranking->hits[0])) {
		ranking->hits[0] = hit;
		sink(ranking->hits, ranking->hit_count, 0);
	}
}

void rank_finish(struct ranking *ranking)
{
	for (size_t count = ranking->hit_count; count > 1; count--) {
		struct rank_hit last = ranking->hits[0];

		ranking->hits[0] = ranking->hits[count - 1];
		ranking->hits[count - 1] = last;
		sink(ranking->hits, count - 1, 0);
	}
}

void rank_all(struct ranking *ranking)
{
	for (size_t chunk = 0; chunk < ranking->view->chunk_count; chunk++)
		for (size_t slot = 0; slot < CHUNK_DOCUMENTS; slot++) {
			int64_t document = (int64_t)(chunk * CHUNK_DOCUMENTS + slot);

			if (rank_admit(ranking, document))
				rank_add(ranking, document, 0);
		}
	rank_finish(ranking);
}

/* ---- scores ---- */

/* FTS5's formula, never below a little: a word in every document says something when it is all there is. */
uint16_t rank_idf(int64_t documents, int64_t having)
{
	double idf = log(((double)documents - (double)having + 0.5) / ((double)having + 0.5));

	if (!(idf > 1.0 / RANK_IDF_UNIT))
		idf = 1.0 / RANK_IDF_UNIT;
	return chunk_u16((int64_t)(idf * RANK_IDF_UNIT + 0.5));
}

void rank_words_clear(struct rank_words *words, size_t count)
{
	memset(words->frequency, 0, count * sizeof words->frequency[0]);
	memset(words->place_count, 0, count);
}

void rank_words_add(const struct ranking *ranking, struct rank_words *words, size_t phrase, int field, int position)
{
	const struct rank_phrase *form = &ranking->phrases[phrase];
	uint8_t *count;

	if (form->word == RANK_NO_WORD)
		return;
	count = &words->place_count[form->word];

	words->frequency[form->word] += ranking->weights.fields[field] * ranking->weights.classes[form->kind];
	if (*count < RANK_PLACES)
		words->places[form->word][(*count)++] = (uint32_t)field << 24 | ((uint32_t)position & 0xffffff);
	if (ranking->reason)
		ranking->reason->words[form->word].places[form->kind][field]++;
}

static double idf_of(const struct ranking *ranking, size_t word)
{
	return (double)ranking->basis.idf[word] / RANK_IDF_UNIT;
}

/* How many words lie from one to the other at best; 0: never in the same field. */
static uint32_t distance(const struct rank_words *words, size_t first, size_t second)
{
	uint32_t least = 0;

	for (size_t i = 0; i < words->place_count[first]; i++)
		for (size_t j = 0; j < words->place_count[second]; j++) {
			uint32_t a = words->places[first][i], b = words->places[second][j], away = a < b ? b - a : (a - b) + 1;

			if (a >> 24 == b >> 24 && a != b && (least == 0 || away < least))
				least = away;
		}
	return least;
}

static double nearness(const struct ranking *ranking, const struct rank_words *words)
{
	double sum = 0;

	for (size_t word = 1; word < ranking->typed_count; word++) {
		uint32_t away = distance(words, word - 1, word);

		if (away > 0)
			sum += fmin(idf_of(ranking, word - 1), idf_of(ranking, word)) / away;
	}
	return sum * ranking->weights.nearness;
}

static double merit(const struct ranking *ranking, const struct fact *fact, const struct figure *figure)
{
	const struct rank_weights *weights = &ranking->weights;
	double age = ranking->basis.today > fact->day ? ranking->basis.today - fact->day : 0;
	double rating = figure->ratings == 0 ? 0 : weights->rating * ((double)figure->rating - MIDDLE_RATING) / 200
	                                           * figure->ratings / (figure->ratings + MANY_RATINGS);
	double freshness = weights->freshness * FRESH_DAYS / (FRESH_DAYS + age);
	double downloads = weights->downloads * figure->downloads / (figure->downloads + MANY_DOWNLOADS);

	if (ranking->reason) {
		ranking->reason->rating = rating;
		ranking->reason->freshness = freshness;
		ranking->reason->downloads = downloads;
	}
	return 1 + rating + freshness + downloads;
}

double rank_score(struct ranking *ranking, const struct rank_words *words, int64_t document)
{
	const struct view_chunk *chunk = &ranking->view->chunks[document / CHUNK_DOCUMENTS];
	const struct fact *fact = &chunk->facts->facts[document % CHUNK_DOCUMENTS];
	double average = ranking->basis.average_words > 0 ? ranking->basis.average_words : 1, sum = 0, near = 0, coverage = 0, score;
	double length = RANK_K * (1 - RANK_B + RANK_B * fact->words / average);
	size_t having = 0;

	for (size_t word = 0; word < ranking->word_count; word++) {
		double frequency = words->frequency[word];

		if (frequency <= 0)
			continue;
		score = idf_of(ranking, word) * frequency * (RANK_K + 1) / (frequency + length);
		having += word < ranking->typed_count;
		sum += score;
		ranking->words_found |= UINT64_C(1) << word;
		if (ranking->reason) {
			ranking->reason->words[word].frequency = frequency;
			ranking->reason->words[word].score = score;
		}
	}
	if (ranking->typed_count > 1) {
		near = nearness(ranking, words);
		coverage = ranking->weights.coverage * (double)having / (double)ranking->typed_count;
	}
	score = (sum + near) * (1 + coverage) * merit(ranking, fact, &chunk->figures->figures[document % CHUNK_DOCUMENTS]);
	if (ranking->reason) {
		ranking->reason->nearness = near;
		ranking->reason->coverage = coverage;
		ranking->reason->score = score;
		ranking->reason->length = fact->words;
	}
	return score;
}
