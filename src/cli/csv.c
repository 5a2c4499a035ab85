#include "csv.h"

#include <stdlib.h>
#include <string.h>

void csv_begin(struct csv *csv, FILE *file)
{
	memset(csv, 0, sizeof *csv);
	csv->file = file;
}

void csv_end(struct csv *csv)
{
	free(csv->bytes);
	free(csv->fields);
	free(csv->starts);
	memset(csv, 0, sizeof *csv);
}

static enum csv_result put(struct csv *csv, char byte)
{
	if (csv->length >= CSV_RECORD_MAXIMUM)
		return CSV_TOO_LONG;
	if (csv->length == csv->capacity) {
		size_t capacity = csv->capacity ? csv->capacity * 2 : 4096;
		char *bytes = realloc(csv->bytes, capacity);

		if (!bytes)
			return CSV_NO_MEMORY;
		csv->bytes = bytes;
		csv->capacity = capacity;
	}
	csv->bytes[csv->length++] = byte;
	return CSV_RECORD;
}

/* A field begins here: positions, for the bytes may move. */
static enum csv_result start_field(struct csv *csv)
{
	if (csv->count == csv->field_capacity) {
		size_t capacity = csv->field_capacity ? csv->field_capacity * 2 : 16;
		size_t *starts = realloc(csv->starts, capacity * sizeof *starts);
		char **fields = realloc(csv->fields, capacity * sizeof *fields);

		if (starts)
			csv->starts = starts;
		if (fields)
			csv->fields = fields;
		if (!starts || !fields)
			return CSV_NO_MEMORY;
		csv->field_capacity = capacity;
	}
	csv->starts[csv->count++] = csv->length;
	return CSV_RECORD;
}

static bool is_line_end(int byte)
{
	return byte == '\n' || byte == '\r' || byte == EOF;
}

static bool is_delimiter(struct csv *csv, int byte)
{
	if (!csv->delimiter && (byte == ',' || byte == ';'))
		csv->delimiter = (char)byte;
	return csv->delimiter && byte == csv->delimiter;
}

/* CR LF is one line end. */
static int next_byte(struct csv *csv)
{
	int byte = getc_unlocked(csv->file);

	if (byte == '\r') {
		int next = getc_unlocked(csv->file);

		if (next != '\n' && next != EOF)
			ungetc(next, csv->file);
		return '\n';
	}
	return byte;
}

static enum csv_result skip_line(struct csv *csv, int byte, enum csv_result result)
{
	while (!is_line_end(byte))
		byte = next_byte(csv);
	return result;
}

/* Behind the opening quote, up to the closing one; *after is the byte behind that. */
static enum csv_result read_quoted(struct csv *csv, int *after)
{
	enum csv_result result;

	for (;;) {
		int byte = next_byte(csv);

		if (byte == EOF)
			return CSV_OPEN_QUOTE;
		if (byte == 0)
			return skip_line(csv, next_byte(csv), CSV_NUL);
		if (byte == '"') {
			*after = next_byte(csv);
			if (*after != '"')
				return CSV_RECORD;
		}
		result = put(csv, (char)byte);
		if (result != CSV_RECORD)
			return skip_line(csv, byte, result);
	}
}

/* A field; *byte is its first one, and afterwards the delimiter or the end of the line. */
static enum csv_result read_field(struct csv *csv, int *byte, bool *quoted)
{
	enum csv_result result = start_field(csv);

	*quoted = *byte == '"';
	if (result == CSV_RECORD && *quoted) {
		result = read_quoted(csv, byte);
		if (result == CSV_RECORD && !is_line_end(*byte) && !is_delimiter(csv, *byte))
			return skip_line(csv, *byte, CSV_AFTER_QUOTE);
	}
	while (result == CSV_RECORD && !is_line_end(*byte) && !is_delimiter(csv, *byte)) {
		result = *byte == 0 ? CSV_NUL : put(csv, (char)*byte);
		if (result != CSV_RECORD)
			return skip_line(csv, *byte, result);
		*byte = next_byte(csv);
	}
	return result == CSV_RECORD ? put(csv, '\0') : result;
}

static enum csv_result read_record(struct csv *csv, int byte, bool *blank)
{
	enum csv_result result;
	bool quoted;

	csv->length = csv->count = 0;
	for (;;) {
		result = read_field(csv, &byte, &quoted);
		if (result != CSV_RECORD)
			return result;
		if (is_line_end(byte))
			break;
		byte = next_byte(csv);
	}
	*blank = csv->count == 1 && !quoted && csv->bytes[0] == '\0';
	for (size_t i = 0; i < csv->count; i++)
		csv->fields[i] = csv->bytes + csv->starts[i];
	return CSV_RECORD;
}

static int skip_byte_order_mark(struct csv *csv, int byte)
{
	if (csv->record > 0 || byte != 0xEF)
		return byte;
	byte = getc_unlocked(csv->file);
	if (byte != 0xBB)
		return byte;
	byte = getc_unlocked(csv->file);
	return byte == 0xBF ? next_byte(csv) : byte;
}

enum csv_result csv_next(struct csv *csv)
{
	enum csv_result result;
	bool blank = true;

	do {
		int byte = skip_byte_order_mark(csv, next_byte(csv));

		if (byte == EOF)
			return ferror(csv->file) ? CSV_UNREADABLE : CSV_END;
		csv->record++;
		result = read_record(csv, byte, &blank);
	} while (result == CSV_RECORD && blank);
	return result;
}
