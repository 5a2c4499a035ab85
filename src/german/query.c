#include "query.h"

#include "buffer.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* Measures a part: how many terms it has, and where the last one that is still allowed stands. */
struct measure {
	size_t allowed;
	size_t terms;
	size_t last_start;
	size_t last_end;
	bool   cut;
};

static int measure_term(void *context, const struct term *term)
{
	struct measure *measure = context;

	if (term->same_position)
		return 0;
	if (measure->terms == measure->allowed) {
		measure->cut = true;
		return 1;
	}
	measure->terms++;
	measure->last_start = term->start;
	measure->last_end = term->end;
	return 0;
}

static bool is_quote(int32_t character)
{
	return character == '"' || character == 0xAB || character == 0xBB || (character >= 0x201C && character <= 0x201F);
}

static bool is_space(int32_t character)
{
	return character <= ' ' || (character >= 0x7F && utf8proc_category(character) >= UTF8PROC_CATEGORY_ZS &&
				    utf8proc_category(character) <= UTF8PROC_CATEGORY_CC);
}

static bool ends_word(int32_t character)
{
	return is_space(character) || is_quote(character);
}

static bool is_no_space(int32_t character)
{
	return !is_space(character);
}

/* How far it is to the first character of a kind, or to the end. */
static size_t distance(const char *text, size_t length, bool (*is_wanted)(int32_t))
{
	int32_t character;
	size_t at = 0, size;

	for (; at < length; at += size) {
		size = segment_character(text + at, length - at, &character);
		if (is_wanted(character))
			break;
	}
	return at;
}

static size_t used_length(const char *typed)
{
	size_t length = strlen(typed), at = 0;
	int32_t character;

	for (size_t count = 0; count < QUERY_CHARACTERS && at < length; count++)
		at += segment_character(typed + at, length - at, &character);
	return at;
}

static size_t characters_of(const char *text, size_t length)
{
	int32_t character;
	size_t at = 0, count = 0;

	for (; at < length; count++)
		at += segment_character(text + at, length - at, &character);
	return count;
}

static bool is_prefix(const struct query_part *part, const struct measure *last, bool may_go_on)
{
	size_t length = last->last_end - last->last_start;
	bool starred = part->length == last->last_end + 1 && part->text[last->last_end] == '*';

	if (last->cut || characters_of(part->text + last->last_start, length) < QUERY_PREFIX_CHARACTERS)
		return false;
	return starred || (may_go_on && part->length == last->last_end && !part->excluded);
}

static int read_prefix(const struct query_reader *reader, const struct measure *last, bool may_go_on, struct query_part *part)
{
	part->prefix = is_prefix(part, last, may_go_on);
	return part->prefix ? word_may_go_on(reader->analyzer, reader->languages, part->text + last->last_start,
	                                     last->last_end - last->last_start, &part->prefix) : 0;
}

static int add_part(const struct query_reader *reader, struct query *query, struct query_part part, bool may_go_on)
{
	struct measure measure = { .allowed = QUERY_TERMS - query->terms };
	int rc = analyzer_run(reader->analyzer, reader->languages, ANALYZER_QUERY, part.text, part.length, measure_term, &measure);

	if (rc < 0)
		return rc;
	if (measure.terms == 0)
		return 0;
	rc = query->beginnings < QUERY_BEGINNINGS ? read_prefix(reader, &measure, may_go_on, &part) : 0;
	if (rc != 0)
		return rc;
	query->beginnings += part.prefix;
	part.length = measure.last_end;
	query->parts[query->count++] = part;
	query->terms += measure.terms;
	query->searchable = query->searchable || !part.excluded;
	return 0;
}

/* Signs count only in front of a word: inside it a hyphen is a hyphen. The last one decides. */
static size_t read_signs(const char *text, size_t length, struct query_part *part)
{
	size_t at = 0;

	for (; at < length && (text[at] == '+' || text[at] == '-'); at++) {
		part->excluded = text[at] == '-';
		part->required = text[at] == '+';
	}
	return at;
}

static size_t read_quote(const char *text, size_t length)
{
	int32_t character = 0;
	size_t size = length > 0 ? segment_character(text, length, &character) : 0;

	return is_quote(character) ? size : 0;
}

/* A word up to a space, or all between quotes. Answers how many bytes of the text were used. */
static size_t read_value(const char *text, size_t length, const char **value, size_t *value_length)
{
	size_t quote = read_quote(text, length), at = quote;

	*value = text + at;
	*value_length = distance(text + at, length - at, quote ? is_quote : ends_word);
	at += *value_length;
	return quote ? at + read_quote(text + at, length - at) : at;
}

static const struct { const char *name; enum query_field field; } field_names[] = {
	{ "topic", QUERY_TOPIC },       { "thema", QUERY_TOPIC },
	{ "level", QUERY_LEVEL },       { "niveau", QUERY_LEVEL },
	{ "language", QUERY_LANGUAGE }, { "sprache", QUERY_LANGUAGE },
	{ "creator", QUERY_CREATOR },   { "von", QUERY_CREATOR },
};

static bool starts_with(const char *text, size_t length, const char *name, size_t name_length)
{
	if (length <= name_length || text[name_length] != ':')
		return false;
	for (size_t i = 0; i < name_length; i++)
		if ((text[i] >= 'A' && text[i] <= 'Z' ? text[i] - 'A' + 'a' : text[i]) != name[i])
			return false;
	return true;
}

/* Answers how many bytes of the text a field took; 0: there is none. */
static size_t take_field(const struct query_reader *reader, const char *text, size_t length)
{
	for (size_t i = 0; reader->sink && i < sizeof field_names / sizeof field_names[0]; i++) {
		size_t name_length = strlen(field_names[i].name), value_length, used;
		const char *value;

		if (!starts_with(text, length, field_names[i].name, name_length))
			continue;
		used = name_length + 1;
		used += read_value(text + used, length - used, &value, &value_length);
		return value_length > 0 && reader->sink(reader->context, field_names[i].field, value, value_length) ? used : 0;
	}
	return 0;
}

int query_read(const struct query_reader *reader, const char *typed, struct query *query)
{
	size_t length = used_length(typed), at = 0;
	int rc = 0;

	*query = (struct query){ 0 };
	while (rc == 0 && at < length) {
		struct query_part part = { 0 };
		size_t field, used;

		at += distance(typed + at, length - at, is_no_space);
		at += read_signs(typed + at, length - at, &part);
		field = part.excluded ? 0 : take_field(reader, typed + at, length - at);
		if (field == 0) {
			bool quoted = read_quote(typed + at, length - at) > 0;

			part.quoted = quoted;
			used = read_value(typed + at, length - at, &part.text, &part.length);
			rc = add_part(reader, query, part, reader->typing && !quoted && at + used == length);
			at += used;
		}
		at += field;
	}
	return rc;
}

/* ---- expressions ---- */

/* An expression in the making. */
struct expression {
	struct buffer              text;
	const struct query_reader *reader;
	const struct query        *query;
	struct query_phrases      *phrases;
	uint8_t                    word;       /* whose forms are being written                      */
	struct buffer              sequence;   /* terms of the words of a part, one after the other  */
	size_t                     count;      /*   and how many words these are                     */
	bool                       first;      /* of the part's forms                                */
	bool                       loose;      /* parts of compounds are looked for, too ...         */
	size_t                     loose_first;  /* as words from this number on                     */
	size_t                     loose_count;
	int                        failed;
};

/* Quoted as FTS5 reads it. A byte that is not UTF-8 becomes a space: the analyzer takes both for a separator. */
static void add_quoted(struct buffer *buffer, char mark, const char *text, size_t length)
{
	int32_t character;
	size_t at = 0, size;

	buffer_char(buffer, '"');
	if (mark)
		buffer_char(buffer, mark);
	for (; at < length; at += size) {
		size = segment_character(text + at, length - at, &character);
		if (character == '"')
			buffer_char(buffer, '"');
		if (character < 0)
			buffer_char(buffer, ' ');
		else
			buffer_add(buffer, text + at, size);
	}
	buffer_char(buffer, '"');
}

static void add_phrase(struct expression *expression, enum query_form form, char mark, const char *text, size_t length)
{
	struct query_phrases *phrases = expression->phrases;

	if (phrases->count == QUERY_PHRASES)
		return;
	if (!expression->first)
		buffer_text(&expression->text, " OR ");
	expression->first = false;
	add_quoted(&expression->text, mark, text, length);
	phrases->word[phrases->count] = expression->word;
	phrases->form[phrases->count++] = (uint8_t)form;
}

static enum query_form form_of(enum match_class match)
{
	switch (match) {
	case MATCH_EXACT:    return QUERY_EXACT;
	case MATCH_STEM:     return QUERY_STEM;
	case MATCH_PART:     return QUERY_PART;
	case MATCH_ADJACENT: return QUERY_ADJACENT;
	}
	return QUERY_STEM;
}

/* A word of its own, as a word and as a part of others; without a number where there are too many words. */
static void add_loose(struct expression *expression, const char *term, size_t length)
{
	struct query_phrases *phrases = expression->phrases;
	size_t number = expression->loose_first + expression->loose_count;
	uint8_t whole = expression->word;
	char text[ANALYZER_TERM_SIZE + 1];

	if (length >= ANALYZER_TERM_SIZE || expression->loose_count == QUERY_SOME_WORDS)
		return;
	expression->loose_count++;
	expression->word = QUERY_NO_WORD;
	if (number < QUERY_TERMS) {
		expression->word = (uint8_t)number;
		phrases->part[number] = phrases->part[whole];
		phrases->loose_words++;
	}
	text[0] = TERM_MARK_PART;
	memcpy(text + 1, term, length);
	add_phrase(expression, QUERY_LOOSE, ANALYZED_MARK, term, length);
	add_phrase(expression, QUERY_LOOSE, ANALYZED_MARK, text, length + 1);
	expression->word = whole;
}

/* The first alternative with several positions has the smallest parts. */
static void add_loose_parts(struct expression *expression, const struct alternatives *word)
{
	size_t i = 0, length;

	while (i < word->count && (word->items[i].match != MATCH_ADJACENT || word->items[i].positions < 2))
		i++;
	if (i == word->count)
		return;
	for (const char *at = word->items[i].terms; *at; at += length + (at[length] == ' ')) {
		length = strcspn(at, " ");
		add_loose(expression, at, strcspn(at, " |"));
	}
}

static int add_alternatives(void *context, const struct alternatives *word)
{
	struct expression *expression = context;

	for (size_t i = 0; i < word->count; i++)
		add_phrase(expression, form_of(word->items[i].match), ANALYZED_MARK, word->items[i].terms, strlen(word->items[i].terms));
	if (expression->loose && expression->word != QUERY_NO_WORD)
		add_loose_parts(expression, word);
	return 0;
}

/* One word behind those before it. */
static int add_to_sequence(void *context, const struct alternatives *word)
{
	struct expression *expression = context;

	if (expression->count++ > 0)
		buffer_char(&expression->sequence, ' ');
	buffer_text(&expression->sequence, word->phrase);
	return 0;
}

/* A word by all its alternatives; several words, and what is quoted, as they stand. */
static void add_analyzed(struct expression *expression, const struct query_part *part)
{
	const struct query_reader *reader = expression->reader;
	int rc;

	buffer_clear(&expression->sequence);
	expression->count = 0;
	rc = alternatives_run(reader->analyzer, reader->languages, part->text, part->length, add_to_sequence, expression);
	if (rc == 0 && expression->count == 1 && !part->quoted)
		rc = alternatives_run(reader->analyzer, reader->languages, part->text, part->length, add_alternatives, expression);
	else if (rc == 0 && expression->sequence.length > 0)
		add_phrase(expression, QUERY_STEM, ANALYZED_MARK, expression->sequence.data, expression->sequence.length);
	else if (rc == 0)
		add_phrase(expression, QUERY_STEM, '\0', part->text, part->length);
	if (rc != 0 || expression->sequence.failed)
		expression->failed = ANALYZER_NO_MEMORY;
}

static void add_beginning(struct expression *expression, const struct query_part *part)
{
	const struct query_reader *reader = expression->reader;
	struct buffer *terms = &expression->sequence;

	buffer_clear(terms);
	if (alternatives_beginning(reader->analyzer, reader->languages, part->text, part->length, terms) != 0)
		expression->failed = ANALYZER_NO_MEMORY;
	if (terms->length > 0)
		add_phrase(expression, QUERY_BEGINNING, ANALYZED_MARK, terms->data, terms->length);
	else
		add_phrase(expression, QUERY_BEGINNING, '\0', part->text, part->length);
	buffer_text(&expression->text, " *");
}

/* A beginning is asked for as a whole word too: "Übungen" is no beginning of "Übung", but has its stem. */
static void add_part_forms(struct expression *expression, const struct query_part *part, uint8_t word)
{
	expression->word = word;
	expression->first = true;
	buffer_char(&expression->text, '(');
	add_analyzed(expression, part);
	if (part->prefix)
		add_beginning(expression, part);
	buffer_char(&expression->text, ')');
}

typedef bool (*part_choice)(const struct query_part *part);

static bool is_wanted(const struct query_part *part)
{
	return !part->excluded;
}

static bool is_required(const struct query_part *part)
{
	return part->required;
}

static bool is_optional(const struct query_part *part)
{
	return !part->excluded && !part->required;
}

static size_t count_parts(const struct query *query, part_choice choice)
{
	size_t count = 0;

	for (size_t i = 0; i < query->count; i++)
		count += choice(&query->parts[i]);
	return count;
}

/* With `words` each part is a word of its own; without, it is there only to restrict. */
static void add_parts(struct expression *expression, part_choice choice, const char *operator, bool words)
{
	const struct query *query = expression->query;
	struct query_phrases *phrases = expression->phrases;
	size_t added = 0, most = choice == is_optional ? QUERY_SOME_WORDS : QUERY_TERMS;

	for (size_t i = 0; i < query->count && added < most; i++) {
		if (!choice(&query->parts[i]))
			continue;
		if (added++ > 0)
			buffer_text(&expression->text, operator);
		if (words)
			phrases->part[phrases->words] = (uint8_t)i;
		add_part_forms(expression, &query->parts[i], words ? (uint8_t)phrases->words++ : QUERY_NO_WORD);
	}
}

static void add_group(struct expression *expression, part_choice choice, const char *operator, bool words)
{
	buffer_char(&expression->text, '(');
	add_parts(expression, choice, operator, words);
	buffer_char(&expression->text, ')');
}

/* What is required and, where there is some of it too, the rest: FTS5 has no operator for it. */
static void add_some(struct expression *expression)
{
	bool required = count_parts(expression->query, is_required) > 0, optional = count_parts(expression->query, is_optional) > 0;

	if (required && optional)
		buffer_char(&expression->text, '(');
	if (required)
		add_group(expression, is_required, " AND ", true);
	if (required && optional) {
		buffer_text(&expression->text, " OR (");
		add_group(expression, is_required, " AND ", false);
		buffer_text(&expression->text, " AND ");
	}
	if (optional)
		add_group(expression, is_optional, " OR ", true);
	if (required && optional)
		buffer_text(&expression->text, "))");
}

bool query_can_relax(const struct query *query)
{
	return count_parts(query, is_wanted) > 1 && count_parts(query, is_optional) > 0;
}

/* FTS5 knows NOT only between two operands: what is wanted comes first. */
static void add_all(struct expression *expression, enum query_match match)
{
	const struct query *query = expression->query;
	size_t optional = count_parts(query, is_optional);

	expression->loose = match == QUERY_SOME;
	expression->loose_first = count_parts(query, is_required) + (optional < QUERY_SOME_WORDS ? optional : QUERY_SOME_WORDS);
	if (match == QUERY_SOME)
		add_some(expression);
	else
		add_parts(expression, is_wanted, " AND ", true);
	expression->loose = false;
	for (size_t i = 0; i < query->count; i++)
		if (query->parts[i].excluded) {
			buffer_text(&expression->text, " NOT ");
			add_part_forms(expression, &query->parts[i], QUERY_NO_WORD);
		}
}

int query_express(const struct query_reader *reader, const struct query *query, enum query_match match,
		  struct query_phrases *phrases, char **text)
{
	struct expression expression = { .reader = reader, .query = query, .phrases = phrases };

	*phrases = (struct query_phrases){ 0 };
	add_all(&expression, match);
	buffer_free(&expression.sequence);
	*text = buffer_take(&expression.text);
	if (*text && expression.failed) {
		free(*text);
		*text = NULL;
	}
	return *text ? 0 : ANALYZER_NO_MEMORY;
}
