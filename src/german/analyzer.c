#include "german.h"

#include <libstemmer.h>
#include <stdlib.h>
#include <string.h>

struct analyzer {
	struct sb_stemmer *stemmers[ANALYZER_OTHER];  /* by language */
	struct folded      folded;
};

/* What stays the same from word to word. */
struct run {
	struct analyzer       *analyzer;
	enum analyzer_language language;
	enum analyzer_purpose  purpose;
	term_sink              sink;
	void                  *context;
};

struct analyzer *analyzer_new(void)
{
	struct analyzer *analyzer = calloc(1, sizeof(*analyzer));

	if (!analyzer)
		return NULL;
	analyzer->stemmers[ANALYZER_GERMAN] = sb_stemmer_new("german", "UTF_8");
	analyzer->stemmers[ANALYZER_ENGLISH] = sb_stemmer_new("english", "UTF_8");
	if (!analyzer->stemmers[ANALYZER_GERMAN] || !analyzer->stemmers[ANALYZER_ENGLISH]) {
		analyzer_free(analyzer);
		return NULL;
	}
	return analyzer;
}

void analyzer_free(struct analyzer *analyzer)
{
	if (!analyzer)
		return;
	for (size_t i = 0; i < ANALYZER_OTHER; i++)
		sb_stemmer_delete(analyzer->stemmers[i]);
	free(analyzer);
}

static bool is_language(const char *code, const char *language)
{
	return strncmp(code, language, 2) == 0 && (code[2] == '\0' || code[2] == '-' || code[2] == '_');
}

enum analyzer_language analyzer_language_of(const char *code)
{
	if (code && is_language(code, "de"))
		return ANALYZER_GERMAN;
	if (code && is_language(code, "en"))
		return ANALYZER_ENGLISH;
	return ANALYZER_OTHER;
}

static int hand_over(const struct run *run, struct term *term, const char *text, size_t length)
{
	term->text = text;
	term->length = length;
	return run->sink(run->context, term);
}

/* The stem, then the plain form beside it unless they are the same. */
static int hand_over_stem(const struct run *run, struct term *term)
{
	const struct folded *folded = &run->analyzer->folded;
	struct sb_stemmer *stemmer = run->analyzer->stemmers[run->language];
	const char *stem;
	size_t length;
	int rc;

	stem = (const char *)sb_stemmer_stem(stemmer, (const sb_symbol *)folded->accented, (int)folded->accented_length);
	if (!stem)
		return ANALYZER_NO_MEMORY;
	length = (size_t)sb_stemmer_length(stemmer);
	rc = hand_over(run, term, stem, length);
	if (rc != 0 || (length == folded->plain_length && memcmp(stem, folded->plain, length) == 0))
		return rc;
	term->same_position = true;
	term->kind = TERM_EXACT;
	return hand_over(run, term, folded->plain, folded->plain_length);
}

static int hand_over_word(const struct run *run, const struct word *word, uint32_t position)
{
	const struct folded *folded = &run->analyzer->folded;
	struct term term = { .start = word->start, .end = word->end, .position = position };

	if (run->language == ANALYZER_OTHER || run->purpose == ANALYZER_PREFIX)
		return hand_over(run, &term, folded->plain, folded->plain_length);
	return hand_over_stem(run, &term);
}

int analyzer_run(struct analyzer *analyzer, enum analyzer_language language, enum analyzer_purpose purpose,
		 const char *text, size_t length, term_sink sink, void *context)
{
	const struct run run = { analyzer, language, purpose, sink, context };
	struct word word;
	uint32_t position = 0;
	size_t at = 0;
	int rc = 0;

	while (rc == 0 && segment_next(text, length, &at, &word)) {
		fold_word(&analyzer->folded, language, purpose, text, &word);
		if (analyzer->folded.plain_length > 0)
			rc = hand_over_word(&run, &word, position++);
	}
	return rc;
}
