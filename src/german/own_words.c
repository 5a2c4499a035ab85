#include "own_words.h"

#include "analysis.h"
#include "automaton.h"
#include "buffer.h"

#include <stdlib.h>
#include <string.h>

#define FRONT_COST 16
#define HEAD_COST  10

struct entry {
	char                letters[COMPOUND_LETTERS];
	size_t              length;
	char                ending[2 * COMPOUND_LETTERS + 1];
	struct lexicon_word word;
	size_t              line;
};

/* A word of a line of synonyms. */
struct synonym {
	char  *word;                  /* as it was written  */
	char  *stem;
	size_t line;
};

struct own_words {
	struct lexicon  *lexicon;
	struct synonym  *synonyms;    /* line by line       */
	size_t           synonym_count;
	struct synonym **by_stem;     /* the same, by stem, then line */
};

struct reader {
	struct own_words   *words;
	struct analyzer    *analyzer;
	struct entry       *entries;
	size_t              count;
	size_t              line;
	enum own_words_flaw flaw;
};

static int refuse(struct reader *reader, enum own_words_flaw flaw)
{
	reader->flaw = flaw;
	return OWN_WORDS_INVALID;
}

/* ---- room ---- */

static bool make_room(void **items, size_t count, size_t size)
{
	void *more;

	if ((count & (count - 1)) != 0)    /* room is a power of two */
		return true;
	more = realloc(*items, (count == 0 ? 1 : 2 * count) * size);
	if (more)
		*items = more;
	return more != NULL;
}

/* ---- words ---- */

/* Letters between two bars, behind those before. */
static int read_part(struct reader *reader, const char *text, size_t start, size_t end, struct entry *entry)
{
	struct folded *folded = &reader->analyzer->analysis.folded;
	char letters[COMPOUND_LETTERS];
	struct word word;
	size_t at = start, size;
	bool fits;

	if (start == end)
		return refuse(reader, OWN_WORDS_NO_PART);
	if (!segment_next(text, end, &at, &word) || word.start != start || word.end != end)
		return refuse(reader, OWN_WORDS_NO_LETTERS);
	fold_word(folded, ANALYZER_GERMAN, FOLD_KEEP, text, &word);
	fits = analysis_letters(folded, letters, &size);
	if (size == 0 || (!fits && size < COMPOUND_LETTERS))
		return refuse(reader, OWN_WORDS_NO_LETTERS);
	if (!fits || word.used_end != end || size > COMPOUND_LETTERS - entry->length)
		return refuse(reader, OWN_WORDS_TOO_LONG);
	memcpy(entry->letters + entry->length, letters, size);
	entry->length += size;
	return OWN_WORDS_OK;
}

/* A piece without its bars, in the letters of a lexicon; where the first part ends. */
static int read_letters(struct reader *reader, const char *text, size_t length, struct entry *entry)
{
	size_t start = 0;
	int rc = OWN_WORDS_OK;

	*entry = (struct entry){
		.line = reader->line,
		.word = { .modifier = FRONT_COST, .head = HEAD_COST, .traits = LEXICON_WORD | LEXICON_NOUN },
	};
	while (rc == OWN_WORDS_OK && start <= length) {
		size_t end = start;

		while (end < length && text[end] != '|')
			end++;
		rc = read_part(reader, text, start, end, entry);
		if (end < length && entry->word.split == 0)
			entry->word.split = (uint8_t)entry->length;
		start = end + 1;
	}
	return rc;
}

static bool add_entry(struct reader *reader, const struct entry *entry)
{
	void *entries = reader->entries;

	if (!make_room(&entries, reader->count, sizeof *entry))
		return false;
	reader->entries = entries;
	reader->entries[reader->count++] = *entry;
	return true;
}

/* A word of a line, and what stands behind its last bar: that has the stem of the whole. */
struct form {
	const char *text;
	size_t      length;
	size_t      last;
};

static struct form next_form(const char *line, size_t length, size_t *at)
{
	struct form form = { .text = line + *at };
	size_t start = *at;

	for (; *at < length && line[*at] != ' ' && line[*at] != '\t'; ++*at) {
		if (line[*at] == '|')
			form.last = *at + 1 - start;
	}
	form.length = *at - start;
	while (*at < length && (line[*at] == ' ' || line[*at] == '\t'))
		++*at;
	return form;
}

/* The stem of a line: that of its first word as it stands, or of what is behind that word's last bar as it is elsewhere, too. */
struct line_stem {
	bool   parted;
	char   text[2 * COMPOUND_LETTERS + 1];
	size_t length;
};

static int read_stem(struct reader *reader, const struct form *form, struct line_stem *stem)
{
	struct analysis *analysis = &reader->analyzer->analysis;
	size_t length = form->length - form->last, at = 0;
	const char *text = form->text + form->last, *found = analysis->stem;
	struct word word;

	stem->parted = form->last > 0;
	if (!segment_next(text, length, &at, &word))
		return refuse(reader, OWN_WORDS_NO_LETTERS);
	if (analysis_of(reader->analyzer, ANALYZER_GERMAN, text, &word, analysis) != 0)
		return OWN_WORDS_NO_MEMORY;
	stem->length = analysis->stem_length;
	if (!stem->parted) {
		fold_word(&analysis->folded, ANALYZER_GERMAN, FOLD_KEEP, text, &word);
		found = analysis->folded.plain;
		stem->length = analysis->folded.plain_length;
	}
	if (stem->length >= sizeof stem->text)
		return refuse(reader, OWN_WORDS_TOO_LONG);
	memcpy(stem->text, found, stem->length);
	return OWN_WORDS_OK;
}

/* What stands in the stem as it does in the word is kept. */
static void set_stem(struct entry *entry, const struct line_stem *stem)
{
	char plain[ANALYZER_TERM_SIZE];
	size_t same = 0;

	analysis_plain(entry->letters, entry->length, plain);
	while (same < entry->length && same < stem->length && plain[same] == stem->text[same])
		same++;
	entry->word.traits |= LEXICON_STEM;
	entry->word.cut = (uint8_t)(entry->length - same);
	memcpy(entry->ending, stem->text + same, stem->length - same);
}

static int add_word(struct reader *reader, const char *text, size_t length, const struct line_stem *stem)
{
	struct entry entry;
	int rc = read_letters(reader, text, length, &entry);

	if (rc != OWN_WORDS_OK)
		return rc;
	if (stem)
		set_stem(&entry, stem);
	return add_entry(reader, &entry) ? OWN_WORDS_OK : OWN_WORDS_NO_MEMORY;
}

/* "a|b|c", and "b|c" of it. */
static int add_parted(struct reader *reader, const struct form *form)
{
	int rc = OWN_WORDS_OK;

	for (size_t at = 0; at < form->last && rc == OWN_WORDS_OK; at++) {
		if (at == 0 || form->text[at - 1] == '|')
			rc = add_word(reader, form->text + at, form->length - at, NULL);
	}
	return rc;
}

/* All forms have the stem of the first one. */
static int read_word_line(struct reader *reader, const char *line, size_t length)
{
	struct line_stem stem = { .length = 0 };
	size_t at = 0;
	int rc = OWN_WORDS_OK;

	while (at < length && rc == OWN_WORDS_OK) {
		bool is_first = at == 0;
		struct form form = next_form(line, length, &at);

		rc = add_parted(reader, &form);
		if (rc == OWN_WORDS_OK && is_first)
			rc = read_stem(reader, &form, &stem);
		if (rc == OWN_WORDS_OK && !(form.last > 0 && (is_first || !stem.parted)))
			rc = add_word(reader, form.text + form.last, form.length - form.last,
				      stem.parted == (form.last > 0) ? &stem : NULL);
	}
	return rc;
}

static int by_letters(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	size_t length = x->length < y->length ? x->length : y->length;
	int order = memcmp(x->letters, y->letters, length);

	return order != 0 ? order : (x->length > y->length) - (x->length < y->length);
}

static int make_lexicon(struct reader *reader)
{
	struct automaton *automaton = automaton_new();
	unsigned char *bytes;
	size_t size;

	if (!automaton)
		return OWN_WORDS_NO_MEMORY;
	if (reader->count > 1)
		qsort(reader->entries, reader->count, sizeof *reader->entries, by_letters);
	for (size_t i = 0; i < reader->count; i++) {
		struct entry *entry = &reader->entries[i];

		if (i > 0 && by_letters(entry, entry - 1) == 0)
			continue;
		entry->word.ending = entry->ending;
		automaton_add(automaton, entry->letters, entry->length, &entry->word);
		if (automaton_is_full(automaton)) {
			automaton_free(automaton);
			reader->line = entry->line;
			return refuse(reader, OWN_WORDS_TOO_MANY);
		}
	}
	bytes = automaton_finish(automaton, &size);
	automaton_free(automaton);
	if (!bytes)
		return OWN_WORDS_NO_MEMORY;
	return lexicon_from_memory(bytes, size, &reader->words->lexicon) == LEXICON_OK ? OWN_WORDS_OK : OWN_WORDS_NO_MEMORY;
}

/* ---- synonyms ---- */

static int add_synonym(struct reader *reader, const char *text, size_t length)
{
	struct analysis *analysis = &reader->analyzer->analysis;
	struct own_words *words = reader->words;
	void *synonyms = words->synonyms;
	struct synonym *synonym;
	struct word word;
	size_t at = 0;

	if (!segment_next(text, length, &at, &word) || word.start != 0 || word.used_end != length)
		return refuse(reader, OWN_WORDS_NO_SYNONYM);
	if (analysis_of(reader->analyzer, ANALYZER_GERMAN, text, &word, analysis) != 0 ||
	    !make_room(&synonyms, words->synonym_count, sizeof *words->synonyms))
		return OWN_WORDS_NO_MEMORY;
	words->synonyms = synonyms;
	if (analysis->folded.plain_length == 0)
		return refuse(reader, OWN_WORDS_NO_SYNONYM);
	synonym = &words->synonyms[words->synonym_count++];
	synonym->line = reader->line;
	synonym->word = strndup(text, length);
	synonym->stem = strndup(analysis->stem, analysis->stem_length);
	return synonym->word && synonym->stem ? OWN_WORDS_OK : OWN_WORDS_NO_MEMORY;
}

static int read_synonym_line(struct reader *reader, const char *line, size_t length)
{
	size_t at = 0;
	int rc = OWN_WORDS_OK;

	while (rc == OWN_WORDS_OK && at <= length) {
		size_t start = at, end;

		while (at < length && line[at] != '=')
			at++;
		end = at++;
		while (start < end && (line[start] == ' ' || line[start] == '\t'))
			start++;
		while (end > start && (line[end - 1] == ' ' || line[end - 1] == '\t'))
			end--;
		rc = add_synonym(reader, line + start, end - start);
	}
	return rc;
}

static int by_stem(const void *a, const void *b)
{
	const struct synonym *x = *(struct synonym *const *)a, *y = *(struct synonym *const *)b;
	int order = strcmp(x->stem, y->stem);

	return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

static int sort_synonyms(struct own_words *words)
{
	if (words->synonym_count == 0)
		return OWN_WORDS_OK;
	words->by_stem = malloc(words->synonym_count * sizeof(struct synonym *));
	if (!words->by_stem)
		return OWN_WORDS_NO_MEMORY;
	for (size_t i = 0; i < words->synonym_count; i++)
		words->by_stem[i] = &words->synonyms[i];
	qsort(words->by_stem, words->synonym_count, sizeof(struct synonym *), by_stem);
	return OWN_WORDS_OK;
}

/* ---- the text ---- */

/* Lines of words first: the stems of synonyms may depend on them. */
static int read_lines(struct reader *reader, const char *text, size_t length, bool synonyms)
{
	size_t at = 0;
	int rc = OWN_WORDS_OK;

	reader->line = 0;
	while (at < length && rc == OWN_WORDS_OK) {
		size_t start = at, end;

		while (at < length && text[at] != '\n')
			at++;
		end = at++;
		reader->line++;
		if (memchr(text + start, '#', end - start))
			end = (size_t)((const char *)memchr(text + start, '#', end - start) - text);
		while (end > start && (unsigned char)text[end - 1] <= ' ')
			end--;
		while (start < end && (unsigned char)text[start] <= ' ')
			start++;
		if (start == end || (memchr(text + start, '=', end - start) != NULL) != synonyms)
			continue;
		rc = synonyms ? read_synonym_line(reader, text + start, end - start) : read_word_line(reader, text + start, end - start);
	}
	return rc;
}

static int read_all(struct reader *reader, const char *text, size_t length)
{
	int rc = read_lines(reader, text, length, false);

	if (rc == OWN_WORDS_OK && reader->count > 0)
		rc = make_lexicon(reader);
	reader->analyzer->vocabulary.own = reader->words->lexicon;
	if (rc == OWN_WORDS_OK)
		rc = read_lines(reader, text, length, true);
	return rc == OWN_WORDS_OK ? sort_synonyms(reader->words) : rc;
}

int own_words_read(const char *text, size_t length, const struct lexicon *lexicon, struct own_words **words,
		   struct own_words_fault *fault)
{
	struct reader reader = { .words = calloc(1, sizeof(struct own_words)), .analyzer = analyzer_new_with(lexicon, NULL) };
	int rc = OWN_WORDS_NO_MEMORY;

	*words = NULL;
	if (reader.words && reader.analyzer)
		rc = read_all(&reader, text, length);
	*fault = (struct own_words_fault){ .line = rc == OWN_WORDS_INVALID ? reader.line : 0, .flaw = reader.flaw };
	analyzer_free(reader.analyzer);
	free(reader.entries);
	if (rc == OWN_WORDS_OK)
		*words = reader.words;
	else
		own_words_free(reader.words);
	return rc;
}

void own_words_free(struct own_words *words)
{
	if (!words)
		return;
	for (size_t i = 0; i < words->synonym_count; i++) {
		free(words->synonyms[i].word);
		free(words->synonyms[i].stem);
	}
	free(words->synonyms);
	free(words->by_stem);
	lexicon_close(words->lexicon);
	free(words);
}

const struct lexicon *own_words_lexicon(const struct own_words *words)
{
	return words ? words->lexicon : NULL;
}

/* Of a stem that is no text. */
static int compare(const struct synonym *synonym, const char *stem, size_t length)
{
	int order = strncmp(synonym->stem, stem, length);

	return order != 0 ? order : synonym->stem[length] != '\0';
}

/* The first with the stem; the count: there is none. */
static size_t first_of(const struct own_words *words, const char *stem, size_t length)
{
	size_t low = 0, high = words->synonym_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(words->by_stem[middle], stem, length) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Those of its line stand around it. */
static const struct synonym *line_of(const struct own_words *words, const struct synonym *synonym)
{
	while (synonym > words->synonyms && synonym[-1].line == synonym->line)
		synonym--;
	return synonym;
}

const char *own_words_synonym(const struct own_words *words, const char *stem, size_t length, size_t number)
{
	const struct synonym *end = words ? words->synonyms + words->synonym_count : NULL;
	size_t i = words ? first_of(words, stem, length) : 0, line = 0;

	for (; words && i < words->synonym_count && compare(words->by_stem[i], stem, length) == 0; i++) {
		const struct synonym *other = line_of(words, words->by_stem[i]);

		if (other->line == line)    /* it has two forms of the word */
			continue;
		line = other->line;
		for (; other < end && other->line == line; other++) {
			if (compare(other, stem, length) != 0 && number-- == 0)
				return other->word;
		}
	}
	return NULL;
}
