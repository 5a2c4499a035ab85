/* rank.h -- which documents are hits, how they are counted, and in which order they come. Pure: the engine's glue hands over, one
 * by one, the documents that match and where their words stand.
 *
 * Score of a document, b by length, k by frequency (BM25 over weighted fields):
 *
 *     frequency(word) = sum over its places: weight of the field * weight of the class (as typed, stem, part, beginning)
 *     score(word)     = idf(word) * frequency * (k + 1) / (frequency + k * (1 - b + b * words / average words))
 *     score           = (sum of score(word) + nearness) * (1 + coverage) * (1 + rating + freshness + downloads)
 *
 * Nearness is for words that were typed one after the other: the less frequent one's idf by the distance between them. */
#ifndef NMK_RANK_H
#define NMK_RANK_H

#include "view.h"

#define RANK_WORDS    64
#define RANK_FIELDS   4         /* title, description, topics, creator: the columns of search_document */
#define RANK_PLACES   16        /* of each word, for nearness                                          */
#define RANK_HITS     101       /* a page at most, and one more                                        */
#define RANK_NO_WORD  255       /* a phrase that only restricts                                        */
#define RANK_COUNTED  10000     /* documents that are counted for an idf; the rest is estimated from them */
#define RANK_K        1.6
#define RANK_B        0.2

enum rank_class { RANK_EXACT, RANK_STEM, RANK_PART, RANK_ADJACENT, RANK_BEGINNING, RANK_LOOSE, RANK_CLASSES };
enum rank_sort { RANK_BY_SCORE, RANK_BY_AGE, RANK_BY_RATING, RANK_BY_DURATION, RANK_BY_DOWNLOADS };

/* What can be filtered by and counted. */
enum rank_facet {
	RANK_TOPICS, RANK_LEVELS, RANK_DURATIONS, RANK_LANGUAGES, RANK_FORMATS, RANK_LICENSES, RANK_RATINGS, RANK_FACETS,
	RANK_CREATORS = RANK_FACETS   /* filtered by only */
};

#define RANK_DURATIONS_COUNT 5            /* by class: 0 unknown, 1 to 15, 16 to 30, 31 to 60, more */
#define RANK_LANGUAGES_COUNT (26 * 26)
#define RANK_RATINGS_COUNT   6            /* 1 to 5: so many stars or more */

/* A phrase of the expression that is asked for: a word's form. */
struct rank_phrase {
	uint8_t         word;
	enum rank_class kind;
};

struct rank_weights {
	double fields[RANK_FIELDS];
	double classes[RANK_CLASSES];
	double nearness, coverage, rating, freshness, downloads;
};
extern const struct rank_weights rank_weights_default;

/* Sets by bit; 0 is no filter. */
struct rank_filter {
	uint32_t        levels, formats, licenses, durations;
	uint16_t        minutes_minimum, minutes_maximum;
	uint16_t        rating_minimum;            /* hundredths                                              */
	const uint16_t *languages;
	size_t          language_count;
	const int64_t  *creators;
	size_t          creator_count;
	const unsigned char *topics;               /* by place, 1 for those that are asked for; NULL: no filter */
};

/* The statistics that scores depend on. A list goes on with those that it began with. */
struct rank_basis {
	int64_t  documents;
	double   average_words;
	int32_t  today;                            /* days since 1970 */
	bool     known;                            /* idf below       */
	uint16_t idf[RANK_WORDS];                  /* by RANK_IDF_UNIT */
};
#define RANK_IDF_UNIT 4096

struct rank_hit {
	int64_t key;         /* the higher, the earlier */
	int64_t document;
};

/* Why a document has its score. */
struct rank_word_reason {
	double   frequency, score;
	uint32_t places[RANK_CLASSES][RANK_FIELDS];
};
struct rank_reason {
	struct rank_word_reason words[RANK_WORDS];
	double nearness, coverage, rating, freshness, downloads, score;
	uint32_t length;
};

struct ranking {
	/* Given */
	const struct view  *view;
	struct rank_filter  filter;
	struct rank_weights weights;
	struct rank_basis   basis;
	const struct rank_phrase *phrases;
	size_t              phrase_count, word_count;
	size_t              typed_count;           /* words that were typed; behind them are loose parts of compounds */
	enum rank_sort      sort;
	size_t              limit;                 /* 1 to RANK_HITS */
	bool                explains;              /* every score is as it is, not in proportion only */
	bool                finds_words;           /* words_found is wanted whatever the order        */
	bool                goes_on;               /* only what comes after this one */
	struct rank_hit     after;
	uint32_t            facets;                /* bits of enum rank_facet: what to count */
	struct rank_reason *reason;                /* of the last document; NULL: nobody asks */

	/* Found */
	struct rank_hit     hits[RANK_HITS];       /* a heap until rank_finish() */
	size_t              hit_count;
	int64_t             total;                 /* that pass all filters */
	uint32_t            levels[8], formats[8], licenses[8], durations[RANK_DURATIONS_COUNT], ratings[RANK_RATINGS_COUNT];
	uint32_t            languages[RANK_LANGUAGES_COUNT];
	uint32_t           *topics, *topic_stamps; /* by place */
	uint32_t            stamp;
	uint64_t            words_found;           /* by bit: each that some hit has */
};

/* Memory for counts of topics; false without memory. rank_free() is due. */
bool rank_init(struct ranking *ranking, const struct view *view);
void rank_free(struct ranking *ranking);

/* Filter and count a document that matches. True: it is a hit, rank_add() is due with its score, 0 where the order is another. */
bool rank_admit(struct ranking *ranking, int64_t document);
void rank_add(struct ranking *ranking, int64_t document, double score);

/* All documents, without a text. */
void rank_all(struct ranking *ranking);

/* Hits in their order. */
void rank_finish(struct ranking *ranking);

/* A word's idf from the number of documents that have it. */
uint16_t rank_idf(int64_t documents, int64_t having);

/* Where words stand: what the glue gathers of one document. */
struct rank_words {
	double   frequency[RANK_WORDS];
	uint32_t places[RANK_WORDS][RANK_PLACES];  /* field << 24 | position */
	uint8_t  place_count[RANK_WORDS];
};
void rank_words_clear(struct rank_words *words, size_t count);
void rank_words_add(const struct ranking *ranking, struct rank_words *words, size_t phrase, int field, int position);
double rank_score(struct ranking *ranking, const struct rank_words *words, int64_t document);
#endif
