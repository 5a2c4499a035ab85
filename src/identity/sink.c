#include "sink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void sink_add(struct sink *sink, const char *bytes, size_t length)
{
	if (sink->to && length > 0)
		memcpy(sink->to + sink->length, bytes, length);
	sink->length += length;
}

void sink_text(struct sink *sink, const char *text)
{
	sink_add(sink, text, strlen(text));
}

static void sink_json_character(struct sink *sink, char c)
{
	char escaped[8];

	if (c == '"' || c == '\\') {
		sink_add(sink, "\\", 1);
		sink_add(sink, &c, 1);
	} else if ((unsigned char)c < 0x20) {
		snprintf(escaped, sizeof escaped, "\\u%04x", (unsigned)c);
		sink_text(sink, escaped);
	} else
		sink_add(sink, &c, 1);
}

void sink_json(struct sink *sink, const char *text)
{
	if (!text) {
		sink_text(sink, "null");
		return;
	}
	sink_add(sink, "\"", 1);
	for (; *text; text++)
		sink_json_character(sink, *text);
	sink_add(sink, "\"", 1);
}

static const char *html_entity(char c)
{
	switch (c) {
	case '&':  return "&amp;";
	case '<':  return "&lt;";
	case '>':  return "&gt;";
	case '"':  return "&quot;";
	case '\'': return "&#39;";
	}
	return NULL;
}

void sink_html(struct sink *sink, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		const char *entity = html_entity(text[i]);

		if (entity)
			sink_text(sink, entity);
		else
			sink_add(sink, text + i, 1);
	}
}

char *sink_run(sink_writer *write, const void *context)
{
	struct sink measured = { NULL, 0 }, written = { NULL, 0 };

	write(&measured, context);
	written.to = malloc(measured.length + 1);
	if (!written.to)
		return NULL;
	write(&written, context);
	written.to[written.length] = '\0';
	return written.to;
}
