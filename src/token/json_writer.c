#include "json_writer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void put(struct json_writer *writer, const char *text, size_t length)
{
	if (writer->full || length >= writer->room - writer->length) {
		writer->full = true;
		return;
	}
	memcpy(writer->text + writer->length, text, length);
	writer->length += length;
	writer->text[writer->length] = '\0';
}

static void put_unit(struct json_writer *writer, uint32_t unit)
{
	char escape[8];

	snprintf(escape, sizeof escape, "\\u%04x", (unsigned)unit & 0xffff);
	put(writer, escape, 6);
}

/* The code point at *at, which is moved past it. */
static uint32_t code_point(const unsigned char **at)
{
	unsigned char first = *(*at)++;
	int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
	uint32_t code = first < 0x80 ? first : first & (0x3fu >> more);

	while (more-- > 0 && (**at & 0xc0) == 0x80)
		code = code << 6 | (*(*at)++ & 0x3f);
	return code;
}

static void put_character(struct json_writer *writer, uint32_t code)
{
	char plain[2] = { '\\', (char)code };

	if (code >= 0x10000) {
		put_unit(writer, 0xd800 + ((code - 0x10000) >> 10));
		put_unit(writer, 0xdc00 + (code & 0x3ff));
	} else if (code < 0x20 || code >= 0x7f) {
		put_unit(writer, code);
	} else if (code == '"' || code == '\\') {
		put(writer, plain, 2);
	} else {
		put(writer, plain + 1, 1);
	}
}

static void put_name(struct json_writer *writer, const char *name)
{
	if (writer->length > 1)
		put(writer, ",", 1);
	put(writer, "\"", 1);
	put(writer, name, strlen(name));
	put(writer, "\":", 2);
}

void writer_begin(struct json_writer *writer, char *text, size_t room)
{
	*writer = (struct json_writer){ .text = text, .room = room };
	put(writer, "{", 1);
}

void writer_text(struct json_writer *writer, const char *name, const char *value)
{
	const unsigned char *at = (const unsigned char *)value;

	if (!value)
		return;
	put_name(writer, name);
	put(writer, "\"", 1);
	while (*at)
		put_character(writer, code_point(&at));
	put(writer, "\"", 1);
}

void writer_number(struct json_writer *writer, const char *name, int64_t value)
{
	char digits[24];

	put_name(writer, name);
	put(writer, digits, (size_t)snprintf(digits, sizeof digits, "%" PRId64, value));
}

bool writer_end(struct json_writer *writer)
{
	put(writer, "}", 1);
	return !writer->full;
}
