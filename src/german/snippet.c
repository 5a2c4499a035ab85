#include "snippet.h"

#include "alternatives.h"
#include "buffer.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* Most text is ASCII: what is known of that is not looked up. */

static bool is_ascii(int32_t character)
{
	return character >= 0 && character < 0x80;
}

static size_t character_at(const char *text, size_t length, int32_t *character)
{
	*character = (unsigned char)*text;
	return is_ascii(*character) ? 1 : segment_character(text, length, character);
}

static bool is_control(int32_t character)
{
	if (is_ascii(character))
		return character < ' ' || character == 0x7F;
	return character >= 0 && utf8proc_category(character) == UTF8PROC_CATEGORY_CC;
}

static bool is_space(int32_t character)
{
	if (is_ascii(character))
		return character == ' ' || is_control(character);
	return character >= 0 && utf8proc_category(character) >= UTF8PROC_CATEGORY_ZS
	    && utf8proc_category(character) <= UTF8PROC_CATEGORY_CC;
}

static bool is_lower(int32_t character)
{
	return character >= 0 && utf8proc_category(character) == UTF8PROC_CATEGORY_LL;
}

/*
 * The pattern. What must follow each other is a sequence of steps: one step for a word, as many as it has words for a phrase. A
 * word gives a sequence for each way to find it.
 */

struct step {
	size_t word;      /* which word or phrase of the query */
	bool   first;
	bool   last;
};

/* A term that makes a step. */
struct step_term {
	const char *text;
	size_t      offset;   /* of the text in that of the pattern */
	size_t      length;
	size_t      step;
};

struct snippet_pattern {
	struct buffer text;         /* of all terms                                                   */
	struct buffer steps;        /* struct step                                                    */
	struct buffer terms;        /* struct step_term, by bytes and step                            */
	struct buffer beginnings;   /* the same, of terms that may go on                              */
	size_t        words;
};

#define ITEMS(buffer, type) ((type *)(void *)(buffer).data)
#define COUNT(buffer, type) ((buffer).length / sizeof(type))

/* While a part of the query becomes steps. */
struct gathering {
	struct snippet_pattern *pattern;
	size_t                  words;      /* of the part                                */
	bool                    is_phrase;
	bool                    begun;      /* a sequence has a step, and is not complete */
};

static void add_step(struct gathering *gathering)
{
	const struct step step = { .word = gathering->pattern->words, .first = !gathering->begun };

	buffer_add(&gathering->pattern->steps, &step, sizeof(step));
	gathering->begun = true;
}

static void end_sequence(struct gathering *gathering)
{
	struct buffer *steps = &gathering->pattern->steps;

	if (gathering->begun && !steps->failed)
		ITEMS(*steps, struct step)[COUNT(*steps, struct step) - 1].last = true;
	gathering->begun = false;
}

/* Of the step that was added last. */
static void add_term(struct snippet_pattern *pattern, struct buffer *terms, const char *text, size_t length)
{
	const struct step_term term = {
		.offset = pattern->text.length, .length = length, .step = COUNT(pattern->steps, struct step) - 1,
	};

	buffer_add(&pattern->text, text, length);
	buffer_add(terms, &term, sizeof(term));
}

/* "projekt|projekte management": the terms of one position, and behind a space those of the next. */
static void add_alternative(struct gathering *gathering, const char *terms)
{
	bool is_new = true;

	for (size_t length; *terms; terms += length + (terms[length] != '\0')) {
		length = strcspn(terms, "| ");
		if (is_new)
			add_step(gathering);
		add_term(gathering->pattern, &gathering->pattern->terms, terms, length);
		is_new = terms[length] == ' ';
	}
}

static int count_word(void *context, const struct alternatives *word)
{
	struct gathering *gathering = context;

	(void)word;
	gathering->words++;
	return 0;
}

static int add_word(void *context, const struct alternatives *word)
{
	struct gathering *gathering = context;

	for (size_t i = 0; i < word->count; i++) {
		if (gathering->is_phrase && word->items[i].match != MATCH_STEM)
			continue;
		add_alternative(gathering, word->items[i].terms);
		if (!gathering->is_phrase)
			end_sequence(gathering);
	}
	return 0;
}

static int add_phrase(void *context, const struct alternatives *word)
{
	add_alternative(context, word->phrase);
	return 0;
}

/* Only of the last word of a part: what the words before it began with is dropped. */
static int add_beginning(void *context, const struct term *term)
{
	struct snippet_pattern *pattern = context;
	struct buffer *beginnings = &pattern->beginnings;
	size_t count = COUNT(*beginnings, struct step_term), last = COUNT(pattern->steps, struct step) - 1;

	while (!term->same_position && count > 0 && ITEMS(*beginnings, struct step_term)[count - 1].step == last)
		count--;
	beginnings->length = count * sizeof(struct step_term);
	add_term(pattern, beginnings, term->text, term->length);
	return 0;
}

/* The last word of a part may go on: then it is the last step of a phrase, or a way of its own to find a word. */
static int add_beginnings(struct gathering *gathering, struct analyzer *analyzer, unsigned languages,
			  const struct query_part *part)
{
	if (!gathering->begun)
		add_step(gathering);
	return analyzer_run(analyzer, languages, ANALYZER_PREFIX, part->text, part->length, add_beginning, gathering->pattern);
}

/* In a phrase "Excel-Tabellen" may stand as one word, and as it was typed, in two places. */
static int add_part(struct snippet_pattern *pattern, struct analyzer *analyzer, unsigned languages,
		    const struct query_part *part)
{
	struct gathering gathering = { .pattern = pattern };
	int rc = alternatives_run(analyzer, languages, part->text, part->length, count_word, &gathering);

	gathering.is_phrase = part->quoted || gathering.words > 1;
	if (rc == 0)
		rc = alternatives_run(analyzer, languages, part->text, part->length, add_word, &gathering);
	end_sequence(&gathering);
	if (rc == 0 && gathering.is_phrase)
		rc = alternatives_run(analyzer, languages, part->text, part->length, add_phrase, &gathering);
	if (rc == 0 && part->prefix)
		rc = add_beginnings(&gathering, analyzer, languages, part);
	end_sequence(&gathering);
	pattern->words++;
	return rc;
}

static int compare(const char *a, size_t a_length, const char *b, size_t b_length)
{
	int order = memcmp(a, b, a_length < b_length ? a_length : b_length);

	return order ? order : (a_length > b_length) - (a_length < b_length);
}

static int by_text(const void *first, const void *second)
{
	const struct step_term *a = first, *b = second;
	int order = compare(a->text, a->length, b->text, b->length);

	return order ? order : (a->step > b->step) - (a->step < b->step);
}

static void sort(struct snippet_pattern *pattern, struct buffer *terms)
{
	struct step_term *items = ITEMS(*terms, struct step_term);
	size_t count = COUNT(*terms, struct step_term);

	for (size_t i = 0; i < count; i++)
		items[i].text = pattern->text.data + items[i].offset;
	if (count > 0)
		qsort(items, count, sizeof(*items), by_text);
}

struct snippet_pattern *snippet_pattern_new(struct analyzer *analyzer, unsigned languages, const struct query *query)
{
	struct snippet_pattern *pattern = calloc(1, sizeof(*pattern));
	int rc = pattern ? 0 : ANALYZER_NO_MEMORY;

	for (size_t i = 0; rc == 0 && i < query->count; i++)
		if (!query->parts[i].excluded)
			rc = add_part(pattern, analyzer, languages, &query->parts[i]);
	if (rc != 0 || pattern->text.failed || pattern->steps.failed || pattern->terms.failed || pattern->beginnings.failed) {
		snippet_pattern_free(pattern);
		return NULL;
	}
	sort(pattern, &pattern->terms);
	sort(pattern, &pattern->beginnings);
	return pattern;
}

void snippet_pattern_free(struct snippet_pattern *pattern)
{
	if (!pattern)
		return;
	buffer_free(&pattern->text);
	buffer_free(&pattern->steps);
	buffer_free(&pattern->terms);
	buffer_free(&pattern->beginnings);
	free(pattern);
}

/*
 * Finding.
 */

/* Where a step was reached last, and where its sequence began. */
struct reached {
	uint64_t moment;            /* position + 1 */
	size_t   start;
	size_t   first_character;
};

struct found {
	size_t start, end;                        /* bytes                                  */
	size_t first_character, end_character;    /* the same, counted in characters        */
	size_t word;
};

struct finder {
	const struct snippet_pattern *pattern;
	const char     *text;
	size_t          length;
	struct reached *reached;      /* two rows of steps: of even and of odd positions    */
	struct buffer   found;        /* struct found, by start                             */
	size_t          at;           /* so far the characters of the text were counted     */
	size_t          characters;
	size_t          first_character;   /* of the word whose terms are looked at         */
};

static size_t characters_until(struct finder *finder, size_t end)
{
	int32_t character;

	for (; finder->at < end; finder->characters++)
		finder->at += character_at(finder->text + finder->at, finder->length - finder->at, &character);
	return finder->characters;
}

/* A phrase begins before words that were found inside it and goes before them; it has few words, so this is no long way. What was
 * found in the same place counts once: however often a word is asked for, what is found stays few for each word of the text. */
static void add_found(struct finder *finder, const struct found *found)
{
	struct found *items = ITEMS(finder->found, struct found);
	size_t count = COUNT(finder->found, struct found), i = count;

	while (i > 0 && items[i - 1].start > found->start)
		i--;
	if (i > 0 && items[i - 1].start == found->start && items[i - 1].end == found->end)
		return;
	buffer_add(&finder->found, found, sizeof(*found));
	if (finder->found.failed)
		return;
	items = ITEMS(finder->found, struct found);
	memmove(items + i + 1, items + i, (count - i) * sizeof(*items));
	items[i] = *found;
}

static void reach(struct finder *finder, size_t index, const struct term *term)
{
	const struct step *step = &ITEMS(finder->pattern->steps, struct step)[index];
	size_t steps = COUNT(finder->pattern->steps, struct step);
	struct reached *row = finder->reached + (term->position & 1 ? steps : 0);
	const struct reached *row_before = finder->reached + (term->position & 1 ? 0 : steps);
	struct reached now = { (uint64_t)term->position + 1, term->start, finder->first_character };

	if (row[index].moment == now.moment)
		return;
	if (!step->first) {
		if (row_before[index - 1].moment != term->position)
			return;
		now.start = row_before[index - 1].start;
		now.first_character = row_before[index - 1].first_character;
	}
	row[index] = now;
	if (step->last) {
		const struct found found = {
			.start = now.start, .end = term->end, .first_character = now.first_character,
			.end_character = characters_until(finder, term->end), .word = step->word,
		};

		add_found(finder, &found);
	}
}

/* The first term of the pattern that is not before this one. */
static size_t lower_bound(const struct snippet_pattern *pattern, const char *text, size_t length)
{
	const struct step_term *terms = ITEMS(pattern->terms, struct step_term);
	size_t low = 0, high = COUNT(pattern->terms, struct step_term);

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(terms[middle].text, terms[middle].length, text, length) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void reach_beginnings(struct finder *finder, const struct term *term)
{
	const struct step_term *beginnings = ITEMS(finder->pattern->beginnings, struct step_term);
	size_t count = COUNT(finder->pattern->beginnings, struct step_term);

	for (size_t i = 0; i < count; i++)
		if (beginnings[i].length <= term->length && memcmp(beginnings[i].text, term->text, beginnings[i].length) == 0)
			reach(finder, beginnings[i].step, term);
}

static int find_term(void *context, const struct term *term)
{
	struct finder *finder = context;
	const struct step_term *terms = ITEMS(finder->pattern->terms, struct step_term);
	size_t count = COUNT(finder->pattern->terms, struct step_term);

	if (!term->same_position)
		finder->first_character = characters_until(finder, term->start);
	for (size_t i = lower_bound(finder->pattern, term->text, term->length);
	     i < count && compare(terms[i].text, terms[i].length, term->text, term->length) == 0; i++)
		reach(finder, terms[i].step, term);
	reach_beginnings(finder, term);
	return finder->found.failed ? ANALYZER_NO_MEMORY : 0;
}

static int find(struct finder *finder, struct analyzer *analyzer, enum analyzer_language language)
{
	size_t steps = COUNT(finder->pattern->steps, struct step);

	if (steps == 0)
		return 0;
	finder->reached = calloc(2 * steps, sizeof(*finder->reached));
	if (!finder->reached)
		return ANALYZER_NO_MEMORY;
	return analyzer_run(analyzer, language, ANALYZER_DOCUMENT, finder->text, finder->length, find_term, finder);
}

/*
 * Choosing. A window holds what was found from one place on, as far as the passage may reach.
 */

struct window {
	size_t first, behind;     /* of what was found            */
	size_t words;             /* different ones               */
	size_t counts[QUERY_TERMS];
};

static void widen(struct window *window, const struct found *found)
{
	window->words += window->counts[found[window->behind].word]++ == 0;
	window->behind++;
}

static void narrow(struct window *window, const struct found *found)
{
	window->words -= --window->counts[found[window->first].word] == 0;
	window->first++;
}

static bool is_better(const struct window *window, const struct window *best)
{
	size_t count = window->behind - window->first, best_count = best->behind - best->first;

	return window->words > best->words || (window->words == best->words && count > best_count);
}

/* A word that is longer than the passage is a window of its own. */
static struct window best_window(const struct buffer *buffer, size_t characters)
{
	const struct found *found = ITEMS(*buffer, struct found);
	size_t count = COUNT(*buffer, struct found);
	struct window window = { 0 }, best = { 0 };

	while (window.first < count) {
		if (window.behind == window.first)
			widen(&window, found);
		while (window.behind < count
		       && found[window.behind].end_character - found[window.first].first_character <= characters)
			widen(&window, found);
		if (is_better(&window, &best))
			best = window;
		narrow(&window, found);
	}
	return best;
}

/*
 * Cutting. What is not needed for the window is shown around it: half of it before, or more where the text ends soon.
 */

static bool ends_sentence(int32_t character)
{
	return character == '.' || character == '!' || character == '?' || character == '\n' || character == 0x2026;
}

/* A walk along the text, one character after the other. */
struct walk {
	const char *text;
	size_t      length;
	size_t      at;          /* the next character begins here           */
	size_t      count;       /* characters so far                        */
	int32_t     before;      /* the last one, '\n' at the text's beginning */
	int32_t     visible;     /* the last one that is no space of a line  */
	int32_t     next;
	size_t      size;        /* of the next; 0: the text ends            */
	int32_t     cluster;     /* utf8proc's memory of what belongs together */
	bool        may_cut;     /* a reader sees two characters here        */
};

static void look(struct walk *walk)
{
	walk->size = 0;
	walk->next = '\n';
	if (walk->at < walk->length)
		walk->size = character_at(walk->text + walk->at, walk->length - walk->at, &walk->next);
	if (walk->before < 0 || walk->next < 0 || (is_ascii(walk->before) && is_ascii(walk->next) && walk->next != '\n')) {
		walk->cluster = 0;
		walk->may_cut = true;
	} else {
		walk->may_cut = utf8proc_grapheme_break_stateful(walk->before, walk->next, &walk->cluster);
	}
}

static void step_on(struct walk *walk)
{
	walk->before = walk->next;
	if (!is_space(walk->next) || walk->next == '\n')
		walk->visible = walk->next;
	walk->at += walk->size;
	walk->count++;
	look(walk);
}

static struct walk walk_from(const char *text, size_t length, size_t at)
{
	struct walk walk = { .text = text, .length = length, .at = at, .before = '\n', .visible = '\n' };

	look(&walk);
	return walk;
}

/* How good it is to begin here. */
enum beginning { NO_BEGINNING, CHARACTER, WORD, SENTENCE };

static enum beginning beginning_at(const struct walk *walk)
{
	if (is_space(walk->next) || !walk->may_cut)
		return NO_BEGINNING;
	if (is_space(walk->before))
		return walk->at == 0 || (ends_sentence(walk->visible) && !is_lower(walk->next)) ? SENTENCE : WORD;
	return segment_is_letter(walk->next) && !segment_is_letter(walk->before) ? WORD : CHARACTER;
}

/* Where to begin, at most so many characters before what must be shown, whose characters before it are counted. */
static size_t beginning_of(const char *text, size_t length, const struct found *shown, size_t most)
{
	struct walk walk = walk_from(text, length, 0);
	enum beginning best = NO_BEGINNING;
	size_t start = shown->start;

	for (; walk.at <= shown->start && walk.size > 0; step_on(&walk)) {
		enum beginning here = shown->first_character - walk.count <= most ? beginning_at(&walk) : NO_BEGINNING;

		if (here > best) {
			best = here;
			start = walk.at;
		}
	}
	return start;
}

/* Where to end: behind the last word that the passage has room for, if that leaves what must be shown. */
static size_t end_of(const char *text, size_t length, size_t start, size_t shown_end, size_t characters)
{
	struct walk walk = walk_from(text, length, start);
	size_t word_end = start, end = start;

	while (walk.size > 0 && walk.count < characters) {
		step_on(&walk);
		if (is_space(walk.before))
			continue;
		if (walk.may_cut)
			end = walk.at;
		if (walk.size == 0 || is_space(walk.next))
			word_end = walk.at;
	}
	return word_end > start && word_end >= shown_end ? word_end : end;
}

/* Characters from here to the end, as far as it matters. */
static size_t characters_behind(const char *text, size_t length, size_t at, size_t most)
{
	struct walk walk = walk_from(text, length, at);

	while (walk.size > 0 && walk.count < most)
		step_on(&walk);
	return walk.count;
}

/* What must be shown: all of the window; if there is none, the place where the text begins to be visible. */
static struct found shown_of(const struct finder *finder, const struct window *window)
{
	const struct found *found = ITEMS(finder->found, struct found);
	struct walk walk = walk_from(finder->text, finder->length, 0);
	struct found shown;

	if (window->words == 0) {
		while (walk.size > 0 && is_space(walk.next))
			step_on(&walk);
		return (struct found){ walk.at, walk.at, walk.count, walk.count, 0 };
	}
	shown = found[window->first];
	for (size_t i = window->first + 1; i < window->behind; i++) {
		shown.end = found[i].end > shown.end ? found[i].end : shown.end;
		shown.end_character = found[i].end_character > shown.end_character ? found[i].end_character : shown.end_character;
	}
	return shown;
}

static void cut(const struct finder *finder, const struct window *window, size_t characters, struct snippet *snippet)
{
	struct found shown = shown_of(finder, window);
	size_t needed = shown.end_character - shown.first_character, spare = needed < characters ? characters - needed : 0;
	size_t behind = characters_behind(finder->text, finder->length, shown.end, spare);
	size_t before = behind < spare - spare / 2 ? spare - behind : spare / 2;

	snippet->start = beginning_of(finder->text, finder->length, &shown, before);
	snippet->end = end_of(finder->text, finder->length, snippet->start, shown.end, characters);
}

/* All that stands in the passage, also what did not fit into the window; joined where it meets. */
static bool mark(const struct finder *finder, struct snippet *snippet)
{
	const struct found *found = ITEMS(finder->found, struct found);
	bool seen[QUERY_TERMS] = { false };

	snippet->marks = calloc(COUNT(finder->found, struct found) + 1, sizeof(*snippet->marks));
	if (!snippet->marks)
		return false;
	for (size_t i = 0; i < COUNT(finder->found, struct found); i++) {
		size_t end = found[i].end < snippet->end ? found[i].end : snippet->end;
		struct snippet_mark *last = snippet->count ? &snippet->marks[snippet->count - 1] : NULL;

		if (found[i].start < snippet->start || found[i].start >= end)
			continue;
		snippet->words += !seen[found[i].word];
		seen[found[i].word] = true;
		if (!last || found[i].start > last->end)
			snippet->marks[snippet->count++] = (struct snippet_mark){ found[i].start, end };
		else if (end > last->end)
			last->end = end;
	}
	return true;
}

int snippet_find(struct analyzer *analyzer, enum analyzer_language language, const struct snippet_pattern *pattern,
		 const char *text, size_t length, size_t characters, struct snippet *snippet)
{
	struct finder finder = { .pattern = pattern, .text = text, .length = length };
	struct window window;
	int rc;

	*snippet = (struct snippet){ 0 };
	rc = find(&finder, analyzer, language);
	if (rc == 0) {
		window = best_window(&finder.found, characters);
		cut(&finder, &window, characters, snippet);
		rc = mark(&finder, snippet) ? 0 : ANALYZER_NO_MEMORY;
	}
	free(finder.reached);
	buffer_free(&finder.found);
	return rc;
}

void snippet_free(struct snippet *snippet)
{
	free(snippet->marks);
	*snippet = (struct snippet){ 0 };
}

/*
 * Showing.
 */

static bool is_blank(const char *text, size_t length)
{
	struct walk walk = walk_from(text, length, 0);

	while (walk.size > 0 && is_space(walk.next))
		step_on(&walk);
	return walk.size == 0;
}

static void show(struct buffer *buffer, const char *text, size_t length)
{
	size_t at = 0, shown = 0, size;
	int32_t character;

	for (; at < length; at += size) {
		size = character_at(text + at, length - at, &character);
		if (character >= 0 && !is_control(character))
			continue;
		buffer_add(buffer, text + shown, at - shown);
		buffer_text(buffer, character < 0 ? "\xEF\xBF\xBD" : " ");
		shown = at + size;
	}
	buffer_add(buffer, text + shown, length - shown);
}

static void show_sign(struct buffer *buffer, const char *sign)
{
	buffer_text(buffer, sign ? sign : "");
}

char *snippet_text(const struct snippet *snippet, const char *text, size_t length,
		   const struct snippet_style *style)
{
	struct buffer buffer = { 0 };
	size_t at = snippet->start;

	show_sign(&buffer, is_blank(text, snippet->start) ? NULL : style->omission);
	for (size_t i = 0; i < snippet->count; i++) {
		show(&buffer, text + at, snippet->marks[i].start - at);
		show_sign(&buffer, style->before);
		show(&buffer, text + snippet->marks[i].start, snippet->marks[i].end - snippet->marks[i].start);
		show_sign(&buffer, style->after);
		at = snippet->marks[i].end;
	}
	show(&buffer, text + at, snippet->end - at);
	show_sign(&buffer, is_blank(text + snippet->end, length - snippet->end) ? NULL : style->omission);
	return buffer_take(&buffer);
}
