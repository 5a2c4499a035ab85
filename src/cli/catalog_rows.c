#include "catalog_rows.h"

#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "texts.h"

enum row_field {
	ROW_UNKNOWN, ROW_TITLE, ROW_DESCRIPTION, ROW_DURATION_MINUTES, ROW_COMPETENCY_LEVEL, ROW_LANGUAGE, ROW_FORMAT,
	ROW_LICENSE, ROW_CATEGORIES, ROW_CREATOR, ROW_PACKAGE, ROW_PUBLISHED
};

static const char *const field_names[] = {
	"", "title", "description", "duration_minutes", "competency_level", "language", "format", "license",
	"categories", "creator", "package", "published", NULL
};

void row_problem(nmk_error *problem, nmk_status status, const char *field, const char *format, ...)
{
	va_list list;

	if (problem->status != NMK_OK)
		return; /* the first one counts */
	problem->status = status;
	snprintf(problem->field, sizeof problem->field, "%s", field ? field : "");
	va_start(list, format);
	vsnprintf(problem->message, sizeof problem->message, format, list);
	va_end(list);
}

void row_clear(struct row *row)
{
	free(row->title);
	free(row->description);
	free(row->language);
	free(row->creator);
	free(row->package);
	for (size_t i = 0; i < row->category_count; i++)
		free(row->categories[i]);
	memset(row, 0, sizeof *row);
}

/* ---- fields, given as text ---- */

static void no_memory(struct row *row)
{
	row_problem(&row->problem, NMK_ENOMEM, NULL, "%s", tr("out of memory"));
}

static void set_text(struct row *row, char **place, const char *text)
{
	free(*place);
	*place = *text ? strdup(text) : NULL;
	if (*text && !*place)
		no_memory(row);
}

static void no_value(struct row *row, enum row_field field)
{
	row_problem(&row->problem, NMK_EINVALID, field_names[field], "%s", tr("is none of the values that there are"));
}

static void set_duration(struct row *row, long long minutes)
{
	if (minutes < 1 || minutes > 1440)
		row_problem(&row->problem, NMK_EINVALID, field_names[ROW_DURATION_MINUTES], "%s",
		            tr("must be from 1 to 1440"));
	else
		row->duration_minutes = (int32_t)minutes;
}

static void set_duration_text(struct row *row, const char *text)
{
	char *end;
	long long minutes;

	if (!*text)
		return;
	errno = 0;
	minutes = strtoll(text, &end, 10);
	if (errno || end == text || *end)
		row_problem(&row->problem, NMK_EINVALID, field_names[ROW_DURATION_MINUTES], "%s", tr("is no number"));
	else
		set_duration(row, minutes);
}

static void set_word(struct row *row, enum row_field field, const char *text)
{
	int value = 0;

	if (!*text)
		return;
	if (field == ROW_COMPETENCY_LEVEL)
		value = (int)(row->competency_level = nmk_competency_level_of(text));
	else if (field == ROW_FORMAT)
		value = (int)(row->format = nmk_format_of(text));
	else if (field == ROW_LICENSE)
		value = (int)(row->license = nmk_license_of(text));
	if (!value)
		no_value(row, field);
}

static void add_category(struct row *row, const char *name, size_t length)
{
	while (length > 0 && *name == ' ') {
		name++;
		length--;
	}
	while (length > 0 && name[length - 1] == ' ')
		length--;
	if (length == 0 || row->category_count == ROW_CATEGORIES_MAXIMUM)
		return;
	row->categories[row->category_count] = strndup(name, length);
	if (row->categories[row->category_count])
		row->category_count++;
	else
		no_memory(row);
}

static void set_categories(struct row *row, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, ";");

		add_category(row, text, length);
		text += length;
		text += *text == ';';
	}
}

static void set_published(struct row *row, const char *text)
{
	static const char *const yes[] = { "true", "yes", "1", "ja" }, *const no[] = { "", "false", "no", "0", "nein" };

	for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
		if (strcasecmp(text, yes[i]) == 0) {
			row->published = true;
			return;
		}
	}
	for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
		if (strcasecmp(text, no[i]) == 0)
			return;
	no_value(row, ROW_PUBLISHED);
}

static void set_field(struct row *row, enum row_field field, const char *text)
{
	switch (field) {
	case ROW_UNKNOWN:
		break;
	case ROW_TITLE:
		set_text(row, &row->title, text);
		break;
	case ROW_DESCRIPTION:
		set_text(row, &row->description, text);
		break;
	case ROW_DURATION_MINUTES:
		set_duration_text(row, text);
		break;
	case ROW_COMPETENCY_LEVEL:
	case ROW_FORMAT:
	case ROW_LICENSE:
		set_word(row, field, text);
		break;
	case ROW_LANGUAGE:
		set_text(row, &row->language, text);
		break;
	case ROW_CATEGORIES:
		set_categories(row, text);
		break;
	case ROW_CREATOR:
		set_text(row, &row->creator, text);
		break;
	case ROW_PACKAGE:
		set_text(row, &row->package, text);
		break;
	case ROW_PUBLISHED:
		set_published(row, text);
		break;
	}
}

static enum row_field field_named(const char *name)
{
	for (int i = 1; field_names[i]; i++)
		if (strcasecmp(field_names[i], name) == 0)
			return (enum row_field)i;
	return ROW_UNKNOWN;
}

/* ---- CSV ---- */

static const char *csv_complaint(enum csv_result result)
{
	switch (result) {
	case CSV_TOO_LONG:
		return tr("the row is longer than 1 MiB");
	case CSV_NUL:
		return tr("the row has a NUL byte");
	case CSV_AFTER_QUOTE:
		return tr("there is text behind a closing quote");
	case CSV_OPEN_QUOTE:
		return tr("a quote is not closed");
	case CSV_RECORD:
	case CSV_END:
	case CSV_NO_MEMORY:
	case CSV_UNREADABLE:
		break;
	}
	return "";
}

/* Names of columns, without the blanks around them. */
static void trim(char *text)
{
	size_t skipped = strspn(text, " \t"), length = strlen(text);

	while (length > skipped && (text[length - 1] == ' ' || text[length - 1] == '\t'))
		length--;
	memmove(text, text + skipped, length - skipped);
	text[length - skipped] = '\0';
}

static enum rows_result read_header(struct rows *rows)
{
	enum csv_result result = csv_next(&rows->csv);
	bool has_title = false;

	if (result == CSV_NO_MEMORY)
		return ROWS_NO_MEMORY;
	if (result == CSV_UNREADABLE)
		return ROWS_UNREADABLE;
	if (result != CSV_RECORD)
		return ROWS_NO_HEADER;
	rows->columns = calloc(rows->csv.count, sizeof *rows->columns);
	if (!rows->columns)
		return ROWS_NO_MEMORY;
	rows->column_count = rows->csv.count;
	for (size_t i = 0; i < rows->column_count; i++) {
		trim(rows->csv.fields[i]);
		rows->columns[i] = (int)field_named(rows->csv.fields[i]);
		has_title = has_title || (enum row_field)rows->columns[i] == ROW_TITLE;
		if ((enum row_field)rows->columns[i] == ROW_UNKNOWN) {
			size_t length = strlen(rows->unknown);

			snprintf(rows->unknown + length, sizeof rows->unknown - length, "%s%.40s", length ? ", " : "",
			         rows->csv.fields[i]);
		}
	}
	return has_title ? ROWS_ROW : ROWS_NO_HEADER;
}

static enum rows_result next_csv(struct rows *rows, struct row *row)
{
	enum csv_result result = csv_next(&rows->csv);

	switch (result) {
	case CSV_END:
		return ROWS_END;
	case CSV_NO_MEMORY:
		return ROWS_NO_MEMORY;
	case CSV_UNREADABLE:
		return ROWS_UNREADABLE;
	case CSV_RECORD:
	case CSV_TOO_LONG:
	case CSV_NUL:
	case CSV_AFTER_QUOTE:
	case CSV_OPEN_QUOTE:
		break;
	}
	row->number = rows->csv.record;
	if (result != CSV_RECORD) {
		row_problem(&row->problem, NMK_EINVALID, NULL, "%s", csv_complaint(result));
		return ROWS_ROW;
	}
	if (rows->csv.count > rows->column_count) {
		row_problem(&row->problem, NMK_EINVALID, NULL, "%s", tr("the row has more fields than the header"));
		return ROWS_ROW;
	}
	for (size_t i = 0; i < rows->csv.count; i++)
		set_field(row, (enum row_field)rows->columns[i], rows->csv.fields[i]);
	return ROWS_ROW;
}

/* ---- JSON Lines ---- */

/* A line into rows->line; *length is -1 for one that is too long or has a NUL, which is skipped. */
static enum rows_result read_line(struct rows *rows, long *length)
{
	bool bad = false;
	size_t used = 0;
	int byte = getc_unlocked(rows->file);

	if (byte == EOF)
		return ferror(rows->file) ? ROWS_UNREADABLE : ROWS_END;
	for (; byte != '\n' && byte != EOF; byte = getc_unlocked(rows->file)) {
		bad = bad || byte == 0 || used >= ROW_BYTES_MAXIMUM;
		if (bad)
			continue;
		if (used + 1 >= rows->line_capacity) {
			size_t capacity = rows->line_capacity ? rows->line_capacity * 2 : 4096;
			char *line = realloc(rows->line, capacity);

			if (!line)
				return ROWS_NO_MEMORY;
			rows->line = line;
			rows->line_capacity = capacity;
		}
		rows->line[used++] = (char)byte;
	}
	rows->number++;
	*length = bad ? -1 : (long)used;
	return ROWS_ROW;
}

static bool is_blank(const char *line, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!strchr(" \t\r", line[i]))
			return false;
	return true;
}

enum rows_result rows_next_object(struct rows *rows, json_t **object, nmk_error *problem)
{
	const char *line;
	json_error_t error;
	enum rows_result result;
	long length;

	*object = NULL;
	do {
		result = read_line(rows, &length);
		if (result != ROWS_ROW)
			return result;
		if (length < 0) {
			row_problem(problem, NMK_EINVALID, NULL, "%s", tr("the line is too long or has a NUL byte"));
			return ROWS_ROW;
		}
		line = rows->line;
		if (rows->number == 1 && length >= 3 && memcmp(line, "\xEF\xBB\xBF", 3) == 0) {
			line += 3;
			length -= 3;
		}
	} while (is_blank(line, (size_t)length));
	*object = json_loadb(line, (size_t)length, JSON_REJECT_DUPLICATES, &error);
	if (!*object && json_error_code(&error) == json_error_out_of_memory)
		return ROWS_NO_MEMORY;
	if (!json_is_object(*object)) {
		if (*object)
			row_problem(problem, NMK_EINVALID, NULL, "%s", tr("the line is no JSON object"));
		else
			row_problem(problem, NMK_EINVALID, NULL, tr("the line is no JSON: %s"), error.text);
		json_decref(*object);
		*object = NULL;
	}
	return ROWS_ROW;
}

static void wrong_type(struct row *row, enum row_field field)
{
	row_problem(&row->problem, NMK_EINVALID, field_names[field], "%s", tr("has the wrong type"));
}

static void set_json_categories(struct row *row, const json_t *list)
{
	size_t index;
	json_t *item;

	json_array_foreach(list, index, item) {
		if (json_is_string(item))
			add_category(row, json_string_value(item), json_string_length(item));
		else
			wrong_type(row, ROW_CATEGORIES);
	}
}

static void set_json(struct row *row, enum row_field field, const json_t *value)
{
	if (json_is_null(value) || field == ROW_UNKNOWN)
		return;
	if (field == ROW_DURATION_MINUTES) {
		if (json_is_integer(value))
			set_duration(row, json_integer_value(value));
		else
			wrong_type(row, field);
	} else if (field == ROW_PUBLISHED) {
		row->published = json_is_true(value);
		if (!json_is_boolean(value))
			wrong_type(row, field);
	} else if (field == ROW_CATEGORIES && json_is_array(value)) {
		set_json_categories(row, value);
	} else if (json_is_string(value)) {
		set_field(row, field, json_string_value(value));
	} else {
		wrong_type(row, field);
	}
}

static enum rows_result next_json(struct rows *rows, struct row *row)
{
	json_t *object, *value;
	const char *key;
	enum rows_result result = rows_next_object(rows, &object, &row->problem);

	row->number = rows->number;
	if (result != ROWS_ROW || !object)
		return result;
	json_object_foreach(object, key, value)
		set_json(row, field_named(key), value);
	json_decref(object);
	return ROWS_ROW;
}

/* ---- either ---- */

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);

	return length >= tail && strcasecmp(text + length - tail, end) == 0;
}

static bool looks_like_csv(FILE *file, const char *path)
{
	int byte;

	if (ends_with(path, ".csv"))
		return true;
	if (ends_with(path, ".jsonl") || ends_with(path, ".ndjson") || ends_with(path, ".json"))
		return false;
	byte = getc(file);
	if (byte != EOF)
		ungetc(byte, file);
	return byte != '{' && byte != EOF;
}

enum rows_result rows_open(struct rows *rows, const char *path)
{
	memset(rows, 0, sizeof *rows);
	rows->file = fopen(path, "re");
	if (!rows->file)
		return ROWS_UNREADABLE;
	rows->is_csv = looks_like_csv(rows->file, path);
	if (!rows->is_csv)
		return ROWS_ROW;
	csv_begin(&rows->csv, rows->file);
	return read_header(rows);
}

enum rows_result rows_next(struct rows *rows, struct row *row)
{
	enum rows_result result;

	memset(row, 0, sizeof *row);
	result = rows->is_csv ? next_csv(rows, row) : next_json(rows, row);
	if (result == ROWS_ROW && row->problem.status == NMK_ENOMEM)
		result = ROWS_NO_MEMORY;
	if (result != ROWS_ROW)
		row_clear(row);
	return result;
}

int rows_percent(const struct rows *rows, long long size)
{
	long at = ftell(rows->file);

	return at < 0 || size <= 0 || at > size ? -1 : (int)(at * 100LL / size);
}

void rows_close(struct rows *rows)
{
	if (rows->is_csv)
		csv_end(&rows->csv);
	free(rows->columns);
	free(rows->line);
	if (rows->file)
		fclose(rows->file);
	memset(rows, 0, sizeof *rows);
}
