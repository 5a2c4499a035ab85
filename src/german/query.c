#include "query.h"

#include "buffer.h"

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

static int add_part(struct query *query, struct analyzer *analyzer, enum analyzer_language language, struct query_part part,
		    bool may_go_on)
{
	struct measure measure = { .allowed = QUERY_TERMS - query->terms };
	int rc = analyzer_run(analyzer, language, ANALYZER_QUERY, part.text, part.length, measure_term, &measure);

	if (rc < 0)
		return rc;
	if (measure.terms == 0)
		return 0;
	part.prefix = is_prefix(&part, &measure, may_go_on);
	part.length = measure.last_end;
	query->parts[query->count++] = part;
	query->terms += measure.terms;
	query->searchable = query->searchable || !part.excluded;
	return 0;
}

/* Signs count only in front of a word: inside it a hyphen is a hyphen. The last one decides. */
static size_t read_signs(const char *text, size_t length, bool *excluded)
{
	size_t at = 0;

	for (; at < length && (text[at] == '+' || text[at] == '-'); at++)
		*excluded = text[at] == '-';
	return at;
}

static size_t read_quote(const char *text, size_t length)
{
	int32_t character = 0;
	size_t size = length > 0 ? segment_character(text, length, &character) : 0;

	return is_quote(character) ? size : 0;
}

int query_parse(struct analyzer *analyzer, enum analyzer_language language, const char *typed, bool typing, struct query *query)
{
	size_t length = used_length(typed), at = 0;
	int rc = 0;

	*query = (struct query){ 0 };
	while (rc == 0 && at < length) {
		struct query_part part = { 0 };
		size_t quote;

		at += distance(typed + at, length - at, is_no_space);
		at += read_signs(typed + at, length - at, &part.excluded);
		quote = read_quote(typed + at, length - at);
		at += quote;
		part.text = typed + at;
		part.length = distance(part.text, length - at, quote ? is_quote : ends_word);
		at += part.length;
		rc = add_part(query, analyzer, language, part, typing && !quote && at == length);
		if (quote)
			at += read_quote(typed + at, length - at);
	}
	return rc;
}

/* Quoted as FTS5 reads it. A byte that is not UTF-8 becomes a space: the analyzer takes both for a separator. */
static void add_quoted(struct buffer *buffer, const struct query_part *part)
{
	int32_t character;
	size_t at = 0, size;

	buffer_char(buffer, '"');
	for (; at < part->length; at += size) {
		size = segment_character(part->text + at, part->length - at, &character);
		if (character == '"')
			buffer_char(buffer, '"');
		if (character < 0)
			buffer_char(buffer, ' ');
		else
			buffer_add(buffer, part->text + at, size);
	}
	buffer_char(buffer, '"');
}

/* A beginning is asked for as a whole word too: "Übungen" is no beginning of "Übung", but has its stem. */
static void add_expression(struct buffer *buffer, const struct query_part *part)
{
	if (part->prefix)
		buffer_char(buffer, '(');
	add_quoted(buffer, part);
	if (part->prefix) {
		buffer_text(buffer, " OR ");
		add_quoted(buffer, part);
		buffer_text(buffer, " *)");
	}
}

/* FTS5 knows NOT only between two operands: what is required comes first. */
static void add_parts(struct buffer *buffer, const struct query *query, bool excluded, const char *operator)
{
	for (size_t i = 0; i < query->count; i++) {
		if (query->parts[i].excluded != excluded)
			continue;
		if (buffer->length > 0)
			buffer_text(buffer, operator);
		add_expression(buffer, &query->parts[i]);
	}
}

char *query_fts5(const struct query *query)
{
	struct buffer buffer = { 0 };

	add_parts(&buffer, query, false, " AND ");
	add_parts(&buffer, query, true, " NOT ");
	return buffer_take(&buffer);
}
