#include "own_words.h"
#include "unit_terms.h"

#include <libstemmer.h>
#include <stdlib.h>
#include <string.h>

/* Counts up with each change of the rules, here or in the files that this calls, that gives a document other terms. */
#define RULES_VERSION 2

#define CACHE_FROM 65536    /* bytes */

/* What stays the same from word to word. */
struct run {
	struct analyzer *analyzer;
	unsigned         languages;
	const char      *text;
	struct terms     terms;
};

struct analyzer *analyzer_new_with(const struct lexicon *lexicon, const struct own_words *own)
{
	struct analyzer *analyzer = calloc(1, sizeof(*analyzer));

	if (!analyzer)
		return NULL;
	analyzer->vocabulary = (struct vocabulary){ .own = own_words_lexicon(own), .lexicon = lexicon };
	analyzer->own = own;
	analyzer->german = sb_stemmer_new("german", "UTF_8");
	analyzer->english = sb_stemmer_new("english", "UTF_8");
	if (!analyzer->german || !analyzer->english) {
		analyzer_free(analyzer);
		return NULL;
	}
	return analyzer;
}

struct analyzer *analyzer_new(void)
{
	return analyzer_new_with(lexicon_installed(), NULL);
}

void analyzer_free(struct analyzer *analyzer)
{
	if (!analyzer)
		return;
	sb_stemmer_delete(analyzer->german);
	sb_stemmer_delete(analyzer->english);
	cache_free(analyzer->cache);
	free(analyzer);
}

uint64_t analyzer_version(const struct analyzer *analyzer)
{
	const struct vocabulary *vocabulary = &analyzer->vocabulary;

	return (lexicon_version(vocabulary->lexicon) * 31 + lexicon_version(vocabulary->own)) * 31 + RULES_VERSION;
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

/* A query asks for the word and, without weighing, for all that has it as a part. */
static void ask_for_parts(struct terms *terms)
{
	size_t count = terms->count, at = 0;
	struct terms asked = { 0 };

	for (size_t i = 0; i < count; at += terms->lengths[i++]) {
		if (terms->kinds[i] == TERM_STEM)
			terms_add(&asked, TERM_STEM, terms->text + at, terms->lengths[i]);
	}
	at = 0;
	for (size_t i = 0; i < count; at += terms->lengths[i++]) {
		if (terms->kinds[i] == TERM_STEM && terms->text[at] != TERM_MARK_FOREIGN)
			terms_add(&asked, TERM_PART, terms->text + at, terms->lengths[i]);
	}
	*terms = asked;
}

/* The plain form is the beginning of stems and of exact forms, or the one with umlauts, of words that only these tell apart. A digraph
 * is read in both ways. */
static void add_german_beginning(struct run *run, const struct unit *unit)
{
	struct folded *folded = &run->analyzer->analysis.folded;

	for (int round = 0; round < 2; round++) {
		fold_word(folded, ANALYZER_GERMAN, round == 0 ? FOLD_JOIN_OPEN : FOLD_KEEP, run->text, &unit->word);
		terms_add(&run->terms, TERM_STEM, folded->plain, folded->plain_length);
		terms_add(&run->terms, TERM_EXACT, folded->plain, folded->plain_length);
		terms_add(&run->terms, TERM_STEM, folded->accented, folded->accented_length);
		terms_add(&run->terms, TERM_EXACT, folded->accented, folded->accented_length);
	}
}

static void add_foreign_beginning(struct run *run, const struct unit *unit)
{
	struct folded *folded = &run->analyzer->analysis.folded;
	char stem[ANALYZER_TERM_SIZE + 1] = { TERM_MARK_FOREIGN };

	fold_word(folded, ANALYZER_OTHER, FOLD_KEEP, run->text, &unit->word);
	memcpy(stem + 1, folded->plain, folded->plain_length);
	if (folded->plain_length > 0)
		terms_add(&run->terms, TERM_STEM, stem, folded->plain_length + 1);
	terms_add(&run->terms, TERM_EXACT, folded->plain, folded->plain_length);
}

static int add_beginning(struct run *run, struct unit *unit)
{
	int rc;

	if (unit->kind == UNIT_NAME) {
		rc = unit_terms(run->analyzer, run->languages, run->text, unit, &run->terms);
		run->terms.count = run->terms.count > 0;    /* no beginning of "C++" is C */
		return rc;
	}
	if (run->languages & ANALYZER_GERMAN)
		add_german_beginning(run, unit);
	if (run->languages & ~(unsigned)ANALYZER_GERMAN)
		add_foreign_beginning(run, unit);
	return 0;
}

static int add_plain(struct run *run, struct unit *unit)
{
	struct folded *folded = &run->analyzer->analysis.folded;

	if (unit->kind == UNIT_NAME)
		return add_beginning(run, unit);
	fold_word(folded, analyzer_first_language(run->languages), FOLD_JOIN_OPEN, run->text, &unit->word);
	terms_add(&run->terms, TERM_STEM, folded->plain, folded->plain_length);
	if (run->analyzer->cache)
		cache_put(run->analyzer->cache, CACHED_PLAIN, analyzer_first_language(run->languages),
			  run->text + unit->word.start, unit->word.used_end - unit->word.start, &run->terms);
	return 0;
}

/* Most words of most texts. */
static const struct cached *known_word(const struct run *run, enum analyzer_purpose purpose, const struct unit *unit)
{
	bool plain = purpose == ANALYZER_PLAIN && unit->kind != UNIT_NAME, document = purpose == ANALYZER_DOCUMENT && unit->plain;

	if (!run->analyzer->cache || (!plain && !document))
		return NULL;
	return cache_find(run->analyzer->cache, plain ? CACHED_PLAIN : CACHED_TERMS, analyzer_first_language(run->languages),
			  run->text + unit->word.start, unit->word.used_end - unit->word.start);
}

/* Of a few plain forms the second sight of a word is not worth the memory. Without a cache it is only slower. */
static void make_cache(struct analyzer *analyzer, enum analyzer_purpose purpose, size_t length)
{
	if (purpose == ANALYZER_PLAIN && analyzer->plain_bytes <= CACHE_FROM)
		analyzer->plain_bytes += length;
	if (!analyzer->cache && (purpose == ANALYZER_DOCUMENT || analyzer->plain_bytes > CACHE_FROM))
		analyzer->cache = cache_new();
}

static int run_unit(struct run *run, enum analyzer_purpose purpose, struct unit *unit)
{
	int rc;

	run->terms.count = run->terms.used = 0;
	if (purpose == ANALYZER_PREFIX)
		return add_beginning(run, unit);
	if (purpose == ANALYZER_PLAIN)
		return add_plain(run, unit);
	rc = unit_terms(run->analyzer, run->languages, run->text, unit, &run->terms);
	if (purpose == ANALYZER_QUERY)
		ask_for_parts(&run->terms);
	return rc;
}

int analyzer_run(struct analyzer *analyzer, unsigned languages, enum analyzer_purpose purpose, const char *text, size_t length,
		 term_sink sink, void *context)
{
	struct run run = { .analyzer = analyzer, .languages = languages, .text = text };
	struct term term = { .position = 0 };
	struct units units;
	struct unit unit;
	int rc = 0;

	make_cache(analyzer, purpose, length);
	units_start(&units, analyzer_first_language(languages), text, length);
	while (rc == 0 && units_next(&units, &unit)) {
		const struct cached *cached = known_word(&run, purpose, &unit);

		term.start = unit.start;
		term.end = unit.end;
		if (cached) {
			rc = cached_hand_over(cached, &term, sink, context);
			term.position++;
			continue;
		}
		rc = run_unit(&run, purpose, &unit);
		if (rc != 0 || run.terms.count == 0)
			continue;
		rc = terms_hand_over(&run.terms, &term, sink, context);
		term.position++;
	}
	return rc;
}
