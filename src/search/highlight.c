#include "highlight.h"

#include <stdlib.h>
#include <string.h>
#include "buffer.h"

/* What snippet_text() writes has no control characters but these. */
#define MARK_BEGIN '\x02'
#define MARK_END   '\x03'

/* All that has a meaning in HTML's text or in an attribute's value. */
static const char *escaped(char character)
{
	switch (character) {
	case '&':  return "&amp;";
	case '<':  return "&lt;";
	case '>':  return "&gt;";
	case '"':  return "&quot;";
	case '\'': return "&#39;";
	default:   return NULL;
	}
}

static void add_html(struct buffer *html, char character)
{
	const char *sign = character == MARK_BEGIN ? "<mark>" : character == MARK_END ? "</mark>" : escaped(character);

	if (sign)
		buffer_text(html, sign);
	else
		buffer_char(html, character);
}

/* Take the marks out of a text, and keep where they stood. */
static bool read_marked(const char *marked, size_t count, struct highlight *highlight)
{
	struct buffer text = { 0 }, html = { 0 };

	highlight->marks = calloc(count + 1, sizeof *highlight->marks);
	if (!highlight->marks)
		return false;
	for (; *marked; marked++) {
		add_html(&html, *marked);
		if (*marked == MARK_BEGIN)
			highlight->marks[highlight->count].start = text.length;
		else if (*marked == MARK_END)
			highlight->marks[highlight->count++].end = text.length;
		else
			buffer_char(&text, *marked);
	}
	highlight->text = buffer_take(&text);
	highlight->html = buffer_take(&html);
	return highlight->text && highlight->html;
}

bool highlight(struct analyzer *analyzer, enum analyzer_language language, const struct snippet_pattern *pattern, const char *text,
               size_t characters, struct highlight *highlight)
{
	const struct snippet_style style = { .before = (char[]){ MARK_BEGIN, '\0' }, .after = (char[]){ MARK_END, '\0' },
	                                     .omission = "\xE2\x80\xA6" };
	size_t length = text ? strlen(text) : 0;
	struct snippet snippet;
	char *marked;
	bool done;

	if (length == 0)
		return true;
	if (snippet_find(analyzer, language, pattern, text, length, characters, &snippet) != 0)
		return false;
	marked = snippet_text(&snippet, text, length, &style);
	done = marked && read_marked(marked, snippet.count, highlight);
	free(marked);
	snippet_free(&snippet);
	return done;
}

void highlight_free(struct highlight *highlight)
{
	free(highlight->text);
	free(highlight->html);
	free(highlight->marks);
	*highlight = (struct highlight){ 0 };
}

size_t highlight_character(const struct highlight *highlight, size_t byte)
{
	size_t count = 0;

	for (size_t i = 0; i < byte; i++)
		count += ((unsigned char)highlight->text[i] & 0xC0) != 0x80;
	return count;
}
