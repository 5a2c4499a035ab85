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
	char                ending[ANALYZER_TERM_SIZE];
	struct lexicon_word word;
};

/* A word of a line of synonyms: its stem, and which line. */
struct synonym {
	char  *stem;
	size_t line;
};

struct own_words {
	struct lexicon *lexicon;
	struct synonym *synonyms;     /* by stem, then line */
	size_t          synonym_count;
};

struct reader {
	struct own_words *words;
	struct analyzer  *analyzer;
	struct entry     *entries;
	size_t            count;
	size_t            line;
};

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

/* A piece without its bars, in the letters of a lexicon; where the first part ends. */
static int read_letters(struct reader *reader, const char *text, size_t length, struct entry *entry)
{
	struct folded *folded = &reader->analyzer->analysis.folded;
	struct word word;
	size_t at = 0;

	*entry = (struct entry){ .word = { .modifier = FRONT_COST, .head = HEAD_COST, .traits = LEXICON_WORD | LEXICON_NOUN } };
	while (at < length) {
		size_t size = 0, end = at, behind = at;
		char letters[COMPOUND_LETTERS];

		while (end < length && text[end] != '|')
			end++;
		if (!segment_next(text, end, &behind, &word) || word.start != at || word.used_end != end)
			return OWN_WORDS_INVALID;
		fold_word(folded, ANALYZER_GERMAN, FOLD_KEEP, text, &word);
		if (!analysis_letters(folded, letters, &size) || size == 0 || size > COMPOUND_LETTERS - entry->length)
			return OWN_WORDS_INVALID;
		memcpy(entry->letters + entry->length, letters, size);
		entry->length += size;
		if (end < length && entry->word.split == 0)
			entry->word.split = (uint8_t)entry->length;
		at = end < length ? end + 1 : end;
	}
	return entry->word.split == entry->length ? OWN_WORDS_INVALID : OWN_WORDS_OK;
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

/* All forms have the stem that the first one is. */
static void set_stem(struct entry *entry, const struct entry *first)
{
	size_t same = 0;

	if (entry->word.split > 0)
		return;
	while (same < entry->length && same < first->length && entry->letters[same] == first->letters[same])
		same++;
	entry->word.traits |= LEXICON_STEM;
	entry->word.cut = (uint8_t)(entry->length - same);
	analysis_plain(first->letters + same, first->length - same, entry->ending);
}

static int read_word_line(struct reader *reader, const char *line, size_t length)
{
	struct entry first = { .length = 0 }, entry;
	size_t at = 0;

	while (at < length) {
		size_t start = at, bar;
		int rc;

		while (at < length && line[at] != ' ' && line[at] != '\t')
			at++;
		/* "b|c" of "a|b|c" is parted as well. */
		for (bar = start; bar < at; bar++) {
			if (bar > start && line[bar - 1] != '|')
				continue;
			rc = read_letters(reader, line + bar, at - bar, &entry);
			if (rc != OWN_WORDS_OK)
				return rc;
			if (bar > start && entry.word.split == 0)
				continue;
			if (first.length == 0)
				first = entry;
			set_stem(&entry, &first);
			if (!add_entry(reader, &entry))
				return OWN_WORDS_NO_MEMORY;
		}
		while (at < length && (line[at] == ' ' || line[at] == '\t'))
			at++;
	}
	return OWN_WORDS_OK;
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
	struct word word;
	size_t at = 0;

	if (!segment_next(text, length, &at, &word) || word.start != 0 || word.used_end != length)
		return OWN_WORDS_INVALID;
	if (analysis_of(reader->analyzer, ANALYZER_GERMAN, text, &word, analysis) != 0 ||
	    !make_room(&synonyms, words->synonym_count, sizeof *words->synonyms))
		return OWN_WORDS_NO_MEMORY;
	words->synonyms = synonyms;
	if (analysis->folded.plain_length == 0)
		return OWN_WORDS_INVALID;
	words->synonyms[words->synonym_count].line = reader->line;
	words->synonyms[words->synonym_count].stem = strndup(analysis->stem, analysis->stem_length);
	return words->synonyms[words->synonym_count++].stem ? OWN_WORDS_OK : OWN_WORDS_NO_MEMORY;
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
	const struct synonym *x = a, *y = b;
	int order = strcmp(x->stem, y->stem);

	return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
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

	if (rc == OWN_WORDS_OK)
		rc = make_lexicon(reader);
	reader->analyzer->vocabulary.own = reader->words->lexicon;
	if (rc == OWN_WORDS_OK)
		rc = read_lines(reader, text, length, true);
	if (rc == OWN_WORDS_OK && reader->words->synonym_count > 1)
		qsort(reader->words->synonyms, reader->words->synonym_count, sizeof *reader->words->synonyms, by_stem);
	return rc;
}

int own_words_read(const char *text, size_t length, const struct lexicon *lexicon, struct own_words **words, size_t *invalid_line)
{
	struct reader reader = { .words = calloc(1, sizeof(struct own_words)), .analyzer = analyzer_new_with(lexicon, NULL) };
	int rc = OWN_WORDS_NO_MEMORY;

	*words = NULL;
	*invalid_line = 0;
	if (reader.words && reader.analyzer)
		rc = read_all(&reader, text, length);
	if (rc == OWN_WORDS_INVALID)
		*invalid_line = reader.line;
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
	for (size_t i = 0; i < words->synonym_count; i++)
		free(words->synonyms[i].stem);
	free(words->synonyms);
	lexicon_close(words->lexicon);
	free(words);
}

const struct lexicon *own_words_lexicon(const struct own_words *words)
{
	return words ? words->lexicon : NULL;
}

static bool is_stem(const struct synonym *synonym, const char *stem, size_t length)
{
	return strlen(synonym->stem) == length && memcmp(synonym->stem, stem, length) == 0;
}

const char *own_words_synonym(const struct own_words *words, const char *stem, size_t length, size_t number)
{
	for (size_t i = 0; words && i < words->synonym_count; i++) {
		if (!is_stem(&words->synonyms[i], stem, length))
			continue;
		for (size_t k = 0; k < words->synonym_count; k++) {
			const struct synonym *other = &words->synonyms[k];

			if (other->line == words->synonyms[i].line && !is_stem(other, stem, length) && number-- == 0)
				return other->stem;
		}
	}
	return NULL;
}
