/* json_reader.h -- read a JSON object where it stands: nothing is copied, and no memory is asked for.
 *
 * For tokens, whose members decide who somebody is, and for mails, which carry some. jansson, which the rest of the library
 * uses, leaves out a character of a text when it finds no memory for it, and tells nobody; and it leaves copies of what it read
 * behind. */
#ifndef NMK_JSON_READER_H
#define NMK_JSON_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JSON_READER_DEPTH   64
#define JSON_READER_MEMBERS 256     /* of one object */

/* A value as it is written. */
struct json_piece {
	const char *text;
	size_t      length;
};

/* Is the text one JSON object (RFC 8259) and nothing else? Stricter: names are unique in their object, escapes included; no
 * NUL; surrogates come in pairs; whole numbers fit 63 bits and a sign; numbers have at most 32 characters, exponents two
 * digits. */
bool json_accepts(const char *text, size_t length, struct json_piece *object);

/* The rest is for pieces of an accepted text. */

/* The next member of an object or element of an array; *value is { 0 } for the first. `name` is not set for an array. */
bool piece_next(struct json_piece container, struct json_piece *name, struct json_piece *value);
bool piece_member(struct json_piece object, const char *name, struct json_piece *value);

bool piece_is_string(struct json_piece value);
bool piece_is_array(struct json_piece value);
bool piece_is_object(struct json_piece value);

/* Its text without escapes; false if it is none, or none that fits. */
bool piece_text(struct json_piece value, char *text, size_t room);
bool piece_text_is(struct json_piece value, const char *text);

/* A whole number written as one: no fraction, no exponent. */
bool piece_whole(struct json_piece value, int64_t *number);
#endif
