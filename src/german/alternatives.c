#include "alternatives.h"

#include <string.h>

/* Collects the terms of one word after the other. */
struct collection {
	alternatives_sink   sink;
	void               *context;
	struct alternatives word;
	char                terms[ALTERNATIVES_MAXIMUM][ANALYZER_TERM_SIZE + 1];
};

static int hand_over(struct collection *collection)
{
	if (collection->word.count == 0)
		return 0;
	return collection->sink(collection->context, &collection->word);
}

static void add(struct collection *collection, enum match_class match, const struct term *term)
{
	struct alternative *alternative = &collection->word.items[collection->word.count];
	char *copy = collection->terms[collection->word.count++];

	memcpy(copy, term->text, term->length);
	copy[term->length] = '\0';
	*alternative = (struct alternative){ .match = match, .terms = copy, .positions = 1 };
}

static int take_term(void *context, const struct term *term)
{
	struct collection *collection = context;
	int rc = 0;

	if (!term->same_position) {
		rc = hand_over(collection);
		collection->word = (struct alternatives){ .start = term->start, .end = term->end };
	}
	if (rc == 0 && collection->word.count < ALTERNATIVES_MAXIMUM)
		add(collection, term->kind == TERM_EXACT ? MATCH_EXACT : MATCH_STEM, term);
	return rc;
}

int alternatives_run(struct analyzer *analyzer, enum analyzer_language language, const char *text, size_t length,
		     alternatives_sink sink, void *context)
{
	struct collection collection = { .sink = sink, .context = context };
	int rc = analyzer_run(analyzer, language, ANALYZER_QUERY, text, length, take_term, &collection);

	return rc == 0 ? hand_over(&collection) : rc;
}
