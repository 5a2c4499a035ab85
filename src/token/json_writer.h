/* json_writer.h -- write a flat JSON object into a room of a fixed size: for tokens, of which nothing may stay behind in memory
 * that was given back. All of it is ASCII, so that a browser's atob() reads it. */
#ifndef NMK_JSON_WRITER_H
#define NMK_JSON_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_writer {
	char  *text;
	size_t room, length;
	bool   full;          /* something did not fit: the rest was left out */
};

void writer_begin(struct json_writer *writer, char *text, size_t room);
void writer_text(struct json_writer *writer, const char *name, const char *value); /* valid UTF-8; NULL: no member */
void writer_number(struct json_writer *writer, const char *name, int64_t value);
bool writer_end(struct json_writer *writer); /* false if it did not fit */
#endif
