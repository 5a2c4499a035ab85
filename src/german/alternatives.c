#include "alternatives.h"

#include "buffer.h"
#include "own_words.h"
#include "unit_terms.h"

#include <string.h>

#define TERMS_ROOM 1024    /* of an alternative */

/* The word that is being read: a unit, or several that are tied. */
struct reader {
	struct analyzer    *analyzer;
	unsigned            languages;
	const char         *text;
	struct alternatives word;
	struct terms        terms;
	size_t              used[ALTERNATIVES_MAXIMUM];
	char                room[ALTERNATIVES_MAXIMUM][TERMS_ROOM];
	char                phrase[TERMS_ROOM];
};

/* ---- writing alternatives ---- */

/* A new one; NULL: there are as many as there may be. */
static struct alternative *start(struct reader *reader, enum match_class match)
{
	size_t number = reader->word.count;
	struct alternative *alternative = &reader->word.items[number];

	if (number == ALTERNATIVES_MAXIMUM)
		return NULL;
	reader->word.count++;
	reader->used[number] = 0;
	reader->room[number][0] = '\0';
	*alternative = (struct alternative){ .match = match, .terms = reader->room[number], .positions = 1 };
	return alternative;
}

/* Behind the last term of the newest alternative: '|' and another for the same position, ' ' and one for the next. */
static bool add(struct reader *reader, char separator, char mark, const char *term, size_t length)
{
	size_t number = reader->word.count - 1, used = reader->used[number];
	char *room = reader->room[number];

	if (used + length + 3 > TERMS_ROOM)
		return false;
	if (used > 0)
		room[used++] = separator;
	if (mark)
		room[used++] = mark;
	memcpy(room + used, term, length);
	room[used + length] = '\0';
	reader->used[number] = used + length;
	return true;
}

/* The stems of a word for one position, behind what stands there already; whether there is one. */
static int add_stems(struct reader *reader, char separator, const char *text, const struct word *word, bool *added)
{
	struct analysis *analysis = &reader->analyzer->analysis;
	struct terms stems = { 0 };
	size_t at = 0;
	int rc = 0;

	*added = false;
	for (unsigned language = ANALYZER_GERMAN; rc == 0 && language <= ANALYZER_OTHER; language <<= 1) {
		if (!(reader->languages & language))
			continue;
		rc = analysis_of(reader->analyzer, (enum analyzer_language)language, text, word, analysis);
		if (rc == 0 && analysis->folded.plain_length > 0)
			terms_add(&stems, TERM_STEM, analysis->stem, analysis->stem_length);
	}
	for (size_t i = 0; i < stems.count; at += stems.lengths[i++]) {
		if (add(reader, *added ? '|' : separator, '\0', stems.text + at, stems.lengths[i]))
			*added = true;
	}
	return rc;
}

/* The terms of a kind, for one position; with another mark, if one is given. */
static void add_kind(struct reader *reader, enum match_class match, enum term_kind kind, char mark)
{
	const struct terms *terms = &reader->terms;
	struct alternative *alternative = NULL;
	size_t at = 0;

	for (size_t i = 0; i < terms->count; at += terms->lengths[i++]) {
		if (terms->kinds[i] != kind || terms->text[at] == TERM_MARK_FOREIGN)
			continue;
		if (!alternative)
			alternative = start(reader, match);
		if (alternative)
			add(reader, '|', mark, terms->text + at, terms->lengths[i]);
	}
}

/* Each is asked for alone: FTS5 reads one list of places faster than it joins two. */
static void add_foreign_stems(struct reader *reader)
{
	const struct terms *terms = &reader->terms;
	size_t at = 0;

	for (size_t i = 0; i < terms->count; at += terms->lengths[i++]) {
		if (terms->kinds[i] == TERM_STEM && terms->text[at] == TERM_MARK_FOREIGN && start(reader, MATCH_STEM))
			add(reader, '|', '\0', terms->text + at, terms->lengths[i]);
	}
}

/* Exact forms are distinct from stems; what is part of a longer word is asked by its stem. */
static void add_forms(struct reader *reader)
{
	add_kind(reader, MATCH_EXACT, TERM_EXACT, '\0');
	add_kind(reader, MATCH_STEM, TERM_STEM, '\0');
	add_foreign_stems(reader);
	add_kind(reader, MATCH_PART, TERM_STEM, TERM_MARK_PART);
}

/* In a phrase a word has the place of its stem, in whichever language. */
static void set_phrase(struct reader *reader)
{
	char *phrase = reader->phrase;
	size_t used = 0;

	for (size_t i = 0; i < reader->word.count; i++) {
		size_t length = reader->used[i];

		if (reader->word.items[i].match != MATCH_STEM || used + length + 2 > TERMS_ROOM)
			continue;
		if (used > 0)
			phrase[used++] = '|';
		memcpy(phrase + used, reader->word.items[i].terms, length);
		used += length;
	}
	phrase[used] = '\0';
	reader->word.phrase = phrase;
	reader->word.positions = 1;
}

/* ---- one word ---- */

static int add_span(struct reader *reader, struct analysis *analysis, struct alternative *alternative, size_t first, size_t end)
{
	char stem[ANALYZER_TERM_SIZE];
	size_t length;
	int rc = analysis_span(reader->analyzer, analysis, first, end, stem, &length);

	if (rc == 0 && add(reader, ' ', '\0', stem, length))
		alternative->positions += first > 0;
	return rc;
}

/* "umsatz steuer voranmeldung", "umsatzsteuer voranmeldung", "umsatz steuervoranmeldung". */
static int add_adjacent(struct reader *reader, struct analysis *analysis)
{
	size_t count = analysis->parts.count;
	struct alternative *alternative;
	int rc = 0;

	if (count < 2)
		return 0;
	alternative = start(reader, MATCH_ADJACENT);
	for (size_t part = 0; alternative && part < count && rc == 0; part++)
		rc = add_span(reader, analysis, alternative, part, part + 1);
	for (size_t cut = 1; count > 2 && cut < count && rc == 0; cut++) {
		alternative = start(reader, MATCH_ADJACENT);
		if (!alternative)
			break;
		rc = add_span(reader, analysis, alternative, 0, cut);
		if (rc == 0)
			rc = add_span(reader, analysis, alternative, cut, count);
	}
	return rc;
}

static int add_synonym(struct reader *reader, const char *synonym)
{
	size_t at = 0, length = strlen(synonym);
	struct word word;
	bool added;

	return segment_next(synonym, length, &at, &word) ? add_stems(reader, '|', synonym, &word, &added) : 0;
}

static int add_synonyms(struct reader *reader)
{
	const struct terms *terms = &reader->terms;
	int rc = 0;

	for (size_t number = 0; rc == 0 && terms->kinds[0] == TERM_STEM; number++) {
		const char *synonym = own_words_synonym(reader->analyzer->own, terms->text, terms->lengths[0], number);

		if (!synonym || !start(reader, MATCH_ADJACENT))
			break;
		rc = add_synonym(reader, synonym);
	}
	return rc;
}

/* Who asks for ".NET" means no net. */
static void keep_dotted(struct terms *terms)
{
	struct terms kept = { 0 };
	size_t at = 0;

	for (size_t i = 0; i < terms->count; at += terms->lengths[i++]) {
		if (terms->text[at] == '.')
			terms_add(&kept, TERM_STEM, terms->text + at, terms->lengths[i]);
	}
	if (kept.count > 0)
		*terms = kept;
}

/* "e mail", as some write it. */
static int add_letter(struct reader *reader, const struct unit *unit)
{
	struct alternative *alternative = start(reader, MATCH_ADJACENT);
	bool letter, word = false;
	int rc = alternative ? add_stems(reader, ' ', reader->text, &unit->letter, &letter) : 0;

	if (alternative && rc == 0)
		rc = add_stems(reader, ' ', reader->text, &unit->word, &word);
	if (word)
		alternative->positions = 2;
	return rc;
}

static int read_word(struct reader *reader, struct unit *unit)
{
	struct analysis *analysis = &reader->analyzer->analysis;
	int rc = unit_terms(reader->analyzer, reader->languages, reader->text, unit, &reader->terms);

	if (rc != 0 || reader->terms.count == 0)
		return rc;
	if (unit->dotted)
		keep_dotted(&reader->terms);
	add_forms(reader);
	set_phrase(reader);
	rc = add_synonyms(reader);
	if (rc != 0)
		return rc;
	if (unit->kind == UNIT_LETTER)
		return add_letter(reader, unit);
	if (unit->kind != UNIT_WORD || unit->dotted || !(reader->languages & ANALYZER_GERMAN))
		return 0;
	rc = analysis_of(reader->analyzer, ANALYZER_GERMAN, reader->text, &unit->word, analysis);
	return rc == 0 ? add_adjacent(reader, analysis) : rc;
}

/* ---- words that are tied ---- */

/* One after the other, as documents have them too: each by its stem. */
static int add_tied_word(struct reader *reader, struct unit *unit, struct alternative *adjacent)
{
	bool letter = unit->kind == UNIT_LETTER, added;
	struct word whole = { .end = unit->text_length, .used_end = unit->text_length };
	int rc = add_stems(reader, ' ', letter ? unit->text : reader->text, letter ? &whole : &unit->word, &added);

	if (added)
		adjacent->positions++;
	return rc;
}

static int read_tied(struct reader *reader, struct units *units, struct unit *unit)
{
	size_t end = unit->joined_end;
	struct alternative *adjacent;
	int rc = tied_terms(reader->analyzer, reader->languages, unit, &reader->terms);

	if (rc != 0)
		return rc;
	add_forms(reader);
	adjacent = start(reader, MATCH_ADJACENT);
	adjacent->positions = 0;
	rc = add_tied_word(reader, unit, adjacent);
	while (rc == 0 && units->at < end && units_next(units, unit))
		rc = add_tied_word(reader, unit, adjacent);
	reader->word.end = unit->end;
	reader->word.phrase = adjacent->terms;    /* they have a place each, as in documents */
	reader->word.positions = adjacent->positions;
	return rc;
}

int alternatives_run(struct analyzer *analyzer, unsigned languages, const char *text, size_t length, alternatives_sink sink,
		     void *context)
{
	struct reader reader = { .analyzer = analyzer, .languages = languages, .text = text };
	struct units units;
	struct unit unit;
	int rc = 0;

	units_start(&units, analyzer_first_language(languages), text, length);
	while (rc == 0 && units_next(&units, &unit)) {
		reader.word = (struct alternatives){ .start = unit.start, .end = unit.end };
		rc = unit.joined_length > 0 ? read_tied(&reader, &units, &unit) : read_word(&reader, &unit);
		if (rc == 0 && reader.word.count > 0)
			rc = sink(context, &reader.word);
	}
	return rc;
}

static int add_beginning(void *context, const struct term *term)
{
	struct buffer *terms = context;

	if (terms->length > 0)
		buffer_char(terms, term->same_position ? '|' : ' ');
	buffer_add(terms, term->text, term->length);
	return terms->failed ? ANALYZER_NO_MEMORY : 0;
}

int alternatives_beginning(struct analyzer *analyzer, unsigned languages, const char *text, size_t length, struct buffer *terms)
{
	return analyzer_run(analyzer, languages, ANALYZER_PREFIX, text, length, add_beginning, terms);
}

/* Its letters without umlauts; false if there are none in it. */
static bool without_umlauts(const struct analysis *analysis, char plain[ANALYZER_TERM_SIZE])
{
	bool has = false;

	for (size_t i = 0; i < analysis->letter_count; i++)
		has = has || (unsigned char)analysis->letters[i] >= 0x80;
	if (has)
		analysis_plain(analysis->letters, analysis->letter_count, plain);
	return has;
}

int word_may_go_on(struct analyzer *analyzer, unsigned languages, const char *text, size_t length, bool *may)
{
	struct analysis *analysis = &analyzer->analysis;
	char plain[ANALYZER_TERM_SIZE], stem[ANALYZER_TERM_SIZE];
	struct word word;
	size_t at = 0, stem_length;
	int rc;

	*may = true;
	if (!(languages & ANALYZER_GERMAN) || !segment_next(text, length, &at, &word))
		return 0;
	rc = analysis_of(analyzer, ANALYZER_GERMAN, text, &word, analysis);
	if (rc != 0 || !without_umlauts(analysis, plain))
		return rc;
	stem_length = analysis->stem_length;
	memcpy(stem, analysis->stem, stem_length);
	word = (struct word){ .end = analysis->letter_count, .used_end = analysis->letter_count };
	rc = analysis_of(analyzer, ANALYZER_GERMAN, plain, &word, analysis);
	*may = !(analysis->word.traits & LEXICON_WORD)
	    || (analysis->stem_length == stem_length && memcmp(stem, analysis->stem, stem_length) == 0);
	return rc;
}
