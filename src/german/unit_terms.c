#include "unit_terms.h"

#include "completion.h"

#include <string.h>

/* What stays the same from term to term of a unit. */
struct work {
	struct analyzer       *analyzer;
	enum analyzer_language language;
	const char            *text;
	struct terms          *terms;
};

/* ---- one word ---- */

/* Parts and spans of a compound, never the whole. */
static int add_parts(struct work *work, const struct analysis *analysis)
{
	char stem[ANALYZER_TERM_SIZE];
	size_t count = analysis->parts.count, length;
	int rc = 0;

	for (size_t size = 1; size <= ANALYSIS_SPAN && size < count; size++) {
		for (size_t first = 0; first + size <= count && rc == 0; first++) {
			rc = analysis_span(work->analyzer, analysis, first, first + size, stem, &length);
			if (rc == 0)
				terms_add(work->terms, TERM_PART, stem, length);
		}
	}
	return rc;
}

static void add_stem_and_exact(struct work *work, const struct analysis *analysis)
{
	terms_add(work->terms, TERM_STEM, analysis->stem, analysis->stem_length);
	if (!analysis->function && !analysis_is_plain(analysis))
		terms_add(work->terms, TERM_EXACT, analysis->folded.plain, analysis->folded.plain_length);
}

/* All terms of a word. */
static int add_word(struct work *work, const char *text, const struct word *word)
{
	struct analyzer *analyzer = work->analyzer;
	struct analysis *analysis = &analyzer->analysis;
	int rc = analysis_of(analyzer, work->language, text, word, analysis);


	if (rc != 0 || analysis->folded.plain_length == 0)
		return rc;
	add_stem_and_exact(work, analysis);
	return add_parts(work, analysis);
}

/* A word that is made up of pieces of the text. */
static struct word made_word(const char *text, size_t length)
{
	struct word word = { .end = length, .used_end = length, .ascii = true };
	size_t at = 0;

	if (!segment_next(text, length, &at, &word) || word.start > 0)
		word.used_end = 0;
	return word;
}

static int add_made(struct work *work, const char *text, size_t length)
{
	struct word word = made_word(text, length);

	return word.used_end > 0 ? add_word(work, text, &word) : 0;
}

static void lower(char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (text[i] >= 'A' && text[i] <= 'Z')
			text[i] += 'a' - 'A';
	}
}

/* ---- units ---- */

/* "c++", "r&b": the signs stay, and a name that is long enough to be one is a part. */
static int add_name(struct work *work, struct unit *unit)
{
	struct analysis *analysis = &work->analyzer->analysis;
	int rc;

	lower(unit->text, unit->text_length);
	terms_add(work->terms, TERM_STEM, unit->text, unit->text_length);
	if (unit->word.used_end - unit->word.start < 2 || memchr(unit->text, '&', unit->text_length))
		return 0;
	rc = analysis_of(work->analyzer, work->language, work->text, &unit->word, analysis);
	if (rc == 0)
		terms_add(work->terms, TERM_PART, analysis->stem, analysis->stem_length);
	return rc;
}

/* Who asks for "z. B." word by word finds it too. */
static int add_pieces(struct work *work, const struct unit *unit)
{
	struct analysis *analysis = &work->analyzer->analysis;
	struct word piece;
	int rc = add_made(work, unit->text, unit->text_length);

	for (size_t at = unit->start; rc == 0 && segment_next(work->text, unit->end, &at, &piece);) {
		rc = analysis_of(work->analyzer, work->language, work->text, &piece, analysis);
		if (rc == 0)
			terms_add(work->terms, TERM_PART, analysis->stem, analysis->stem_length);
	}
	return rc;
}

/* "email" is the word; both that it is made of are found too. */
static int add_letter(struct work *work, const struct unit *unit)
{
	struct analysis *analysis = &work->analyzer->analysis;
	int rc = add_made(work, unit->text, unit->text_length);

	if (rc == 0)
		rc = analysis_of(work->analyzer, work->language, work->text, &unit->letter, analysis);
	if (rc == 0)
		terms_add(work->terms, TERM_PART, analysis->stem, analysis->stem_length);
	if (rc == 0)
		rc = analysis_of(work->analyzer, work->language, work->text, &unit->word, analysis);
	if (rc == 0)
		terms_add(work->terms, TERM_PART, analysis->stem, analysis->stem_length);
	return rc == 0 ? add_parts(work, analysis) : rc;
}

/* The feminine, if the lexicon takes it for the same word; else the word without it. */
static int add_gender(struct work *work, const struct unit *unit)
{
	struct analysis *analysis = &work->analyzer->analysis;
	char text[UNIT_TEXT];
	size_t rest = unit->text_length - unit->text_rest;
	struct word word;
	int rc;

	if (rest > 0) {
		memcpy(text, unit->text, unit->text_suffix);
		memcpy(text + unit->text_suffix, unit->text + unit->text_rest, rest);
		rc = add_made(work, text, unit->text_suffix + rest);
		if (rc == 0)
			rc = add_made(work, unit->text, unit->text_suffix);
		return rc == 0 ? add_made(work, unit->text + unit->text_rest, rest) : rc;
	}
	word = made_word(unit->text, unit->text_rest);
	rc = word.used_end > 0 ? analysis_of(work->analyzer, work->language, unit->text, &word, analysis) : 0;
	if (rc == 0 && word.used_end > 0 && analysis->known) {
		add_stem_and_exact(work, analysis);
		return add_parts(work, analysis);
	}
	return rc == 0 ? add_made(work, unit->text, unit->text_suffix) : rc;
}

static int add_tied(struct work *work, struct unit *unit)
{
	struct word word;
	int rc;

	if (unit->joined_length == 0)
		return 0;
	word = made_word(unit->joined, unit->joined_length);
	if (word.used_end < unit->joined_length) {    /* "1.5" */
		lower(unit->joined, unit->joined_length);
		terms_add(work->terms, TERM_STEM, unit->joined, unit->joined_length);
		return 0;
	}
	rc = analysis_of(work->analyzer, work->language, unit->joined, &word, &work->analyzer->analysis);
	if (rc == 0)
		add_stem_and_exact(work, &work->analyzer->analysis);
	return rc;
}

static int add_dotted(struct work *work, const struct unit *unit)
{
	const struct folded *folded = &work->analyzer->analysis.folded;
	char text[UNIT_TEXT] = ".";
	int rc;

	if (!unit->dotted || unit->word.used_end - unit->word.start > UNIT_TEXT / 4)
		return 0;
	rc = analysis_of(work->analyzer, work->language, work->text, &unit->word, &work->analyzer->analysis);
	if (rc == 0 && folded->plain_length < UNIT_TEXT) {
		memcpy(text + 1, folded->plain, folded->plain_length);
		terms_add(work->terms, TERM_STEM, text, folded->plain_length + 1);
	}
	return rc;
}

/* "Ein- und Ausgabe" is Eingabe too: the end of the other word, behind its first part. Both ways to read three parts are kept. */
static int add_completed(struct work *work, const struct unit *unit)
{
	char ends[2][COMPLETION_BYTES];
	size_t lengths[2], count;
	int rc;

	if (unit->completed_by.end == 0)
		return 0;
	rc = analysis_of(work->analyzer, work->language, work->text, &unit->completed_by, &work->analyzer->analysis);
	count = rc == 0 ? completion_ends(work->text + unit->word.start, unit->word.used_end - unit->word.start, &work->analyzer->analysis,
					  ends, lengths)
			: 0;
	for (size_t i = 0; i < count && rc == 0; i++) {
		char text[UNIT_TEXT + COMPLETION_BYTES];
		size_t length = unit->word.used_end - unit->word.start;

		if (length > UNIT_TEXT)
			continue;
		memcpy(text, work->text + unit->word.start, length);
		memcpy(text + length, ends[i], lengths[i]);
		rc = add_made(work, text, length + lengths[i]);
	}
	return rc;
}

/* "Entwicklung und -pflege" has the first parts of the other word. */
static int add_completing(struct work *work, const struct unit *unit)
{
	char text[COMPLETION_BYTES + UNIT_TEXT];
	size_t length, own = unit->word.used_end - unit->word.start;
	int rc;

	if (unit->completes.end == 0 || own > UNIT_TEXT)
		return 0;
	rc = analysis_of(work->analyzer, work->language, work->text, &unit->completes, &work->analyzer->analysis);
	length = rc == 0 ? completion_beginning(&work->analyzer->analysis, text) : 0;
	if (length == 0)
		return rc;
	memcpy(text + length, work->text + unit->word.start, own);
	return add_made(work, text, length + own);
}

static int add_around(struct work *work, struct unit *unit)
{
	int rc = add_tied(work, unit);

	if (rc == 0)
		rc = add_dotted(work, unit);
	if (rc == 0)
		rc = add_completed(work, unit);
	return rc == 0 ? add_completing(work, unit) : rc;
}

static int add_cached_word(struct work *work, const struct word *word)
{
	struct cache *cache = work->analyzer->cache;
	const char *text = work->text + word->start;
	size_t length = word->used_end - word->start;
	const struct cached *cached = cache ? cache_find(cache, CACHED_TERMS, work->language, text, length) : NULL;
	int rc;

	if (cached) {
		cached_copy(cached, work->terms);
		return 0;
	}
	rc = add_word(work, work->text, word);
	if (rc == 0 && cache && work->terms->count > 0)
		cache_put(cache, CACHED_TERMS, work->language, text, length, work->terms);
	return rc;
}

static int terms_in(struct analyzer *analyzer, enum analyzer_language language, const char *text, struct unit *unit,
		    struct terms *terms)
{
	struct work work = { analyzer, language, text, terms };
	int rc = 0;

	terms->count = terms->used = 0;
	switch (unit->kind) {
	case UNIT_WORD:
		rc = add_cached_word(&work, &unit->word);
		return rc == 0 ? add_around(&work, unit) : rc;
	case UNIT_NAME:
		return add_name(&work, unit);
	case UNIT_SHORT:
		return add_made(&work, unit->text, unit->text_length);
	case UNIT_PIECES:
		return add_pieces(&work, unit);
	case UNIT_LETTER:
		rc = add_letter(&work, unit);
		return rc == 0 ? add_tied(&work, unit) : rc;
	case UNIT_GENDER:
		return add_gender(&work, unit);
	}
	return rc;
}

static int tied_terms_in(struct analyzer *analyzer, enum analyzer_language language, const char *text, struct unit *unit,
			 struct terms *terms)
{
	struct work work = { analyzer, language, text, terms };

	terms->count = terms->used = 0;
	return add_tied(&work, unit);
}

typedef int (*terms_of_one)(struct analyzer *analyzer, enum analyzer_language language, const char *text, struct unit *unit,
			    struct terms *terms);

/* One language after the other, the first of them first. */
static int in_each(terms_of_one work, struct analyzer *analyzer, unsigned languages, const char *text, struct unit *unit,
		   struct terms *terms)
{
	enum analyzer_language first = analyzer_first_language(languages);
	struct terms more;
	int rc = work(analyzer, first, text, unit, terms);

	for (unsigned language = first << 1; rc == 0 && language <= ANALYZER_OTHER; language <<= 1) {
		if (!(languages & language))
			continue;
		more.count = 0;
		rc = work(analyzer, (enum analyzer_language)language, text, unit, &more);
		if (rc == 0)
			terms_join(terms, &more);
	}
	return rc;
}

int unit_terms(struct analyzer *analyzer, unsigned languages, const char *text, struct unit *unit, struct terms *terms)
{
	return in_each(terms_in, analyzer, languages, text, unit, terms);
}

int tied_terms(struct analyzer *analyzer, unsigned languages, struct unit *unit, struct terms *terms)
{
	return in_each(tied_terms_in, analyzer, languages, NULL, unit, terms);
}
