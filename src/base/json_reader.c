#include "json_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "text.h"

#define NUMBER_LENGTH 32

struct reader {
	const char *at, *end;
	int         depth;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static const char *after_spaces(const char *at, const char *end)
{
	while (at < end && is_space(*at))
		at++;
	return at;
}

/* ---- strings ---- */

static int hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The four digits after \u; negative if they are none. */
static int32_t read_unit(const char *at, const char *end)
{
	int32_t unit = 0;

	if (end - at < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int value = hex_value(at[i]);

		if (value < 0)
			return -1;
		unit = unit << 4 | value;
	}
	return unit;
}

/* The code point of an escape \u...., one or two of them; 0 if it is none. *at is past the u. */
static uint32_t read_code_point(const char **at, const char *end)
{
	int32_t first = read_unit(*at, end), second;

	if (first < 0)
		return 0;
	*at += 4;
	if (first < 0xd800 || first > 0xdfff)
		return (uint32_t)first;
	if (first > 0xdbff || end - *at < 6 || (*at)[0] != '\\' || (*at)[1] != 'u')
		return 0;
	second = read_unit(*at + 2, end);
	*at += 6;
	if (second < 0xdc00 || second > 0xdfff)
		return 0;
	return 0x10000 + ((uint32_t)(first - 0xd800) << 10) + (uint32_t)(second - 0xdc00);
}

static size_t put_utf8(uint32_t code, char bytes[4])
{
	size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (size_t i = length; i-- > 1; code >>= 6)
		bytes[i] = (char)(0x80 | (code & 0x3f));
	bytes[0] = (char)(lead[length] | code);
	return length;
}

/* The bytes of the next character of a string, without its escape: their number; 0 at what is no character, where it stays. */
static size_t read_character(const char **at, const char *end, char bytes[4])
{
	static const char escapes[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
	const char *escape, *after;
	uint32_t code;

	if (*at >= end || (unsigned char)**at < 0x20 || **at == '"')
		return 0;
	if (**at != '\\') {
		bytes[0] = *(*at)++;
		return 1;
	}
	if (end - *at < 2)
		return 0;
	if ((*at)[1] == 'u') {
		after = *at + 2;
		code = read_code_point(&after, end);
		if (code)
			*at = after;
		return code ? put_utf8(code, bytes) : 0;
	}
	escape = strchr(escapes, (*at)[1]);
	if (!escape || !*escape)
		return 0;
	*at += 2;
	bytes[0] = meanings[escape - escapes];
	return 1;
}

static bool read_string(struct reader *reader)
{
	char bytes[4];

	if (reader->at >= reader->end || *reader->at != '"')
		return false;
	reader->at++;
	while (read_character(&reader->at, reader->end, bytes) > 0)
		continue;
	return reader->at < reader->end && *reader->at++ == '"';
}

static bool same_string(struct json_piece a, struct json_piece b)
{
	const char *a_at = a.text + 1, *b_at = b.text + 1;
	char a_bytes[4], b_bytes[4];
	size_t a_length, b_length, a_done = 0, b_done = 0;

	a_length = read_character(&a_at, a.text + a.length, a_bytes);
	b_length = read_character(&b_at, b.text + b.length, b_bytes);
	while (a_length && b_length) { /* byte by byte: what is one escape here may be four bytes there */
		if (a_bytes[a_done++] != b_bytes[b_done++])
			return false;
		if (a_done == a_length) {
			a_length = read_character(&a_at, a.text + a.length, a_bytes);
			a_done = 0;
		}
		if (b_done == b_length) {
			b_length = read_character(&b_at, b.text + b.length, b_bytes);
			b_done = 0;
		}
	}
	return a_length == b_length;
}

/* ---- numbers and words ---- */

static bool read_digits(struct reader *reader)
{
	const char *start = reader->at;

	while (reader->at < reader->end && is_digit(*reader->at))
		reader->at++;
	return reader->at > start;
}

static bool fits_int64(const char *text, size_t length)
{
	char digits[NUMBER_LENGTH + 1];

	memcpy(digits, text, length);
	digits[length] = '\0';
	errno = 0;
	strtoll(digits, NULL, 10);
	return errno == 0;
}

static bool read_exponent(struct reader *reader)
{
	const char *digits;

	reader->at++;
	if (reader->at < reader->end && (*reader->at == '+' || *reader->at == '-'))
		reader->at++;
	digits = reader->at;
	return read_digits(reader) && reader->at - digits <= 2;
}

static bool read_number(struct reader *reader)
{
	const char *start = reader->at, *digits;
	bool whole = true;

	if (*reader->at == '-')
		reader->at++;
	digits = reader->at;
	if (!read_digits(reader) || (*digits == '0' && reader->at - digits > 1))
		return false;
	if (reader->at < reader->end && *reader->at == '.') {
		whole = false;
		reader->at++;
		if (!read_digits(reader))
			return false;
	}
	if (reader->at < reader->end && (*reader->at == 'e' || *reader->at == 'E')) {
		whole = false;
		if (!read_exponent(reader))
			return false;
	}
	if (reader->at - start > NUMBER_LENGTH)
		return false;
	return !whole || fits_int64(start, (size_t)(reader->at - start));
}

static bool read_word(struct reader *reader, const char *word)
{
	size_t length = strlen(word);

	if ((size_t)(reader->end - reader->at) < length || memcmp(reader->at, word, length) != 0)
		return false;
	reader->at += length;
	return true;
}

/* ---- objects and arrays ---- */

static bool read_value(struct reader *reader);

static void skip_spaces(struct reader *reader)
{
	reader->at = after_spaces(reader->at, reader->end);
}

/* After a member or an element: is there another one? False at the closing bracket, which is read; *fine: it was one. */
static bool read_separator(struct reader *reader, char closing, bool *fine)
{
	skip_spaces(reader);
	*fine = reader->at < reader->end && (*reader->at == ',' || *reader->at == closing);
	if (!*fine)
		return false;
	if (*reader->at++ == closing)
		return false;
	skip_spaces(reader);
	return true;
}

static bool read_array(struct reader *reader)
{
	bool fine = true;

	reader->at++;
	skip_spaces(reader);
	if (reader->at < reader->end && *reader->at == ']') {
		reader->at++;
		return true;
	}
	do
		fine = read_value(reader);
	while (fine && read_separator(reader, ']', &fine));
	return fine;
}

/* Was the name there before in the object that begins at `start`? All up to the name is read already. */
static bool is_repeated(const char *start, struct json_piece name)
{
	struct json_piece before = { start, (size_t)(name.text - start) }, other, value = { 0 };

	while (piece_next(before, &other, &value) && other.text < name.text)
		if (same_string(other, name))
			return true;
	return false;
}

static bool read_member(struct reader *reader, const char *start)
{
	struct json_piece name = { reader->at, 0 };

	if (!read_string(reader))
		return false;
	name.length = (size_t)(reader->at - name.text);
	if (is_repeated(start, name))
		return false;
	skip_spaces(reader);
	if (reader->at >= reader->end || *reader->at != ':')
		return false;
	reader->at++;
	skip_spaces(reader);
	return read_value(reader);
}

static bool read_object(struct reader *reader)
{
	const char *start = reader->at;
	int members = 0;
	bool fine = true;

	reader->at++;
	skip_spaces(reader);
	if (reader->at < reader->end && *reader->at == '}') {
		reader->at++;
		return true;
	}
	do
		fine = ++members <= JSON_READER_MEMBERS && read_member(reader, start);
	while (fine && read_separator(reader, '}', &fine));
	return fine;
}

static bool read_nested(struct reader *reader, bool (*read)(struct reader *))
{
	bool fine = ++reader->depth <= JSON_READER_DEPTH && read(reader);

	reader->depth--;
	return fine;
}

static bool read_value(struct reader *reader)
{
	if (reader->at >= reader->end)
		return false;
	switch (*reader->at) {
	case '{': return read_nested(reader, read_object);
	case '[': return read_nested(reader, read_array);
	case '"': return read_string(reader);
	case 't': return read_word(reader, "true");
	case 'f': return read_word(reader, "false");
	case 'n': return read_word(reader, "null");
	default:  return read_number(reader); /* or nothing */
	}
}

bool json_accepts(const char *text, size_t length, struct json_piece *object)
{
	struct reader reader = { text, text + length, 0 };

	if (!text_is_valid_utf8(text, length))
		return false;
	skip_spaces(&reader);
	*object = (struct json_piece){ reader.at, 0 };
	if (reader.at >= reader.end || *reader.at != '{' || !read_value(&reader))
		return false;
	object->length = (size_t)(reader.at - object->text);
	skip_spaces(&reader);
	return reader.at == reader.end;
}

/* ---- what was accepted ---- */

static const char *after_string(const char *at, const char *end)
{
	for (at++; at < end && *at != '"'; at++)
		if (*at == '\\')
			at++;
	return at < end ? at + 1 : end;
}

static const char *after_value(const char *at, const char *end)
{
	int depth = 0;

	do {
		if (*at == '"') {
			at = after_string(at, end);
			continue;
		}
		if (depth == 0 && (*at == ',' || *at == ']' || *at == '}' || is_space(*at)))
			return at;
		depth += (*at == '{' || *at == '[') - (*at == '}' || *at == ']');
		at++;
		if (depth == 0 && (at[-1] == '}' || at[-1] == ']'))
			return at;
	} while (at < end && (depth > 0 || at[-1] != '"'));
	return at;
}

static struct json_piece piece_at(const char *at, const char *end)
{
	return (struct json_piece){ at, (size_t)(after_value(at, end) - at) };
}

bool piece_next(struct json_piece container, struct json_piece *name, struct json_piece *value)
{
	const char *end = container.text + container.length;
	const char *at = after_spaces(value->text ? value->text + value->length : container.text + 1, end);

	if (at < end && *at == ',')
		at = after_spaces(at + 1, end);
	if (at >= end || *at == '}' || *at == ']')
		return false;
	if (*container.text == '{') {
		*name = piece_at(at, end);
		at = after_spaces(after_spaces(name->text + name->length, end) + 1, end); /* past the colon */
		if (at >= end)
			return false;
	}
	*value = piece_at(at, end);
	return true;
}

bool piece_member(struct json_piece object, const char *name, struct json_piece *value)
{
	struct json_piece each;

	*value = (struct json_piece){ 0 };
	while (piece_next(object, &each, value))
		if (piece_text_is(each, name))
			return true;
	return false;
}

bool piece_is_string(struct json_piece value)
{
	return *value.text == '"';
}

bool piece_is_array(struct json_piece value)
{
	return *value.text == '[';
}

bool piece_is_object(struct json_piece value)
{
	return *value.text == '{';
}

bool piece_text(struct json_piece value, char *text, size_t room)
{
	const char *at = value.text + 1, *end = value.text + value.length;
	size_t done = 0, length;
	char bytes[4];

	if (!piece_is_string(value))
		return false;
	while ((length = read_character(&at, end, bytes)) > 0) {
		if (length >= room - done)
			return false;
		memcpy(text + done, bytes, length);
		done += length;
	}
	text[done] = '\0';
	return true;
}

bool piece_text_is(struct json_piece value, const char *text)
{
	const char *at = value.text + 1, *end = value.text + value.length;
	size_t left = strlen(text), length;
	char bytes[4];

	if (!piece_is_string(value))
		return false;
	while ((length = read_character(&at, end, bytes)) > 0) {
		if (length > left || memcmp(text, bytes, length) != 0)
			return false;
		text += length;
		left -= length;
	}
	return left == 0;
}

bool piece_whole(struct json_piece value, int64_t *number)
{
	char digits[NUMBER_LENGTH + 1];

	if (value.length > NUMBER_LENGTH || !(is_digit(*value.text) || *value.text == '-'))
		return false;
	memcpy(digits, value.text, value.length);
	digits[value.length] = '\0';
	if (strspn(digits, "-0123456789") != value.length)
		return false;
	*number = strtoll(digits, NULL, 10);
	return true;
}
