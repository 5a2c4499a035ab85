/* typed.h -- what somebody typed, read without fields. */
#ifndef NMK_TYPED_H
#define NMK_TYPED_H

#include "query.h"

/* 0 or ANALYZER_NO_MEMORY. */
static inline int typed_read(struct analyzer *analyzer, unsigned languages, const char *typed, bool typing, struct query *query)
{
	const struct query_reader reader = { .analyzer = analyzer, .languages = languages, .typing = typing };

	return query_read(&reader, typed, query);
}

/* As a search asks the index for all of it; the caller's. NULL: out of memory. */
static inline char *typed_expression(struct analyzer *analyzer, unsigned languages, const struct query *query)
{
	const struct query_reader reader = { .analyzer = analyzer, .languages = languages };
	struct query_phrases phrases;
	char *text;

	return query_express(&reader, query, QUERY_ALL, &phrases, &text) == 0 ? text : NULL;
}
#endif
