/* search.h -- inside of search: what is asked, and what comes back. */
#ifndef NMK_SEARCH_INSIDE_H
#define NMK_SEARCH_INSIDE_H

#include <nanomarket/search.h>
#include "catalog.h"
#include "correction.h"
#include "highlight.h"
#include "query.h"
#include "rank.h"

#define CHOICES (2 * NMK_SEARCH_CHOICES_MAXIMUM + 1)   /* as given, and as typed */

/* A search that goes on. */
struct search {
	const nmk_search_options *options;
	struct analyzer *analyzer;
	struct view     *view;
	const char      *text;                 /* that is searched: as it was typed, or one of the corrections */
	struct query     query;
	struct query_reader reader;
	struct query_phrases phrases;
	struct rank_phrase rank_phrases[QUERY_PHRASES];
	char            *match;                /* what the index is asked; NULL: browsing  */
	bool             relaxed;
	struct corrections corrections;        /* of what was typed; none if something was found for that */
	size_t           corrected;            /* which of them is searched, from 1; 0: what was typed    */
	int32_t          limit;
	enum rank_sort   sort;
	char             list[CURSOR_NAME_SIZE];
	struct rank_basis basis;
	bool             goes_on;
	struct rank_hit  after;
	nmk_status       typed;                /* of looking up what was typed as a field  */

	/* The filters */
	struct rank_filter filter;
	uint16_t       languages[CHOICES];
	int64_t        creators[CHOICES];
	unsigned char *topics;                 /* by place, with all that is below them    */
	unsigned char *chosen_topics;          /* by place, as they were given             */

	struct ranking ranking;
	bool           ranking_ready;
};

/*
 * Interface to search.c
 */

/* nmk_search() inside of another operation: the page is the caller's. Checks the options. */
nmk_status search_inside(struct nmk_op *op, const nmk_search_options *options, nmk_search_page **page);

/*
 * Interface to search_options.c
 */

/* The arguments. */
nmk_status search_check(struct nmk_op *op, struct search *search);

/* The filters, from options and text: reads the text too. Again for another text. */
nmk_status search_resolve(struct nmk_op *op, struct search *search);

/* The weights that were given. */
void search_weigh(const nmk_search_options *options, struct rank_weights *weights);

/* The name of this list, for cursors. */
nmk_status search_name(struct nmk_op *op, struct search *search);

/*
 * Interface to search_correct.c
 */

/* What was meant by the words of a text, which was read as this query, that no document has in any form. */
nmk_status search_corrections(struct nmk_op *op, const struct query_reader *reader, const struct query *query, const char *text,
                              size_t most, struct corrections *corrections);

/*
 * Interface to search_page.c
 */
struct search_hit {
	nmk_nano *nano;
	int64_t   document;
	int64_t   score;
	json_t   *reason;                      /* NULL unless the search is explained */
	char     *explanation;                 /* the same as text                    */
	struct highlight title, snippet;       /* empty unless they were asked for    */
};

struct search_value {
	char   *value, *name;                  /* name NULL: as the value */
	int64_t hits;
	bool    chosen;
};

struct search_facet {
	struct search_value *values;
	size_t               count;
};

struct nmk_search_page {
	struct page page;
	int64_t     total;
	bool        relaxed, scored, corrected;
	struct corrections corrections;
	char       *missing[QUERY_TERMS];
	size_t      missing_count;
	uint32_t    facets_asked;
	struct search_facet facets[RANK_FACETS];
};

/* The counts of a ranking that is done. */
nmk_status search_page_facets(struct nmk_op *op, const struct search *search, nmk_search_page *page);

/* The reason of a score, the caller's; NULL: no memory. */
json_t *search_reason_json(const struct search *search, const struct rank_reason *reason);
#endif
