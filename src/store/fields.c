#include "fields.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "clock.h"

static void *member(const struct field *field, const void *object)
{
	return (char *)(uintptr_t)object + field->offset;
}

static void free_text(const struct field *field, char **text)
{
	if (*text && (field->flags & FIELD_SECRET))
		sodium_memzero(*text, strlen(*text));
	free(*text);
	*text = NULL;
}

static void clear_member(const struct field *field, void *object)
{
	void *at = member(field, object);

	switch (field->kind) {
	case FIELD_TEXT: free_text(field, at); break;
	case FIELD_INT:
	case FIELD_TIME: *(int64_t *)at = 0; break;
	case FIELD_BOOL: *(bool *)at = false; break;
	case FIELD_ID:   *(struct id_value *)at = (struct id_value){ 0 }; break;
	case FIELD_WORD: *(int *)at = 0; break;
	}
}

void fields_free(const struct field *fields, void *object)
{
	for (const struct field *field = fields; field->name; field++)
		clear_member(field, object);
}

void fields_hide(const struct field *fields, void *object, unsigned flags)
{
	for (const struct field *field = fields; field->name; field++)
		if (field->flags & flags)
			clear_member(field, object);
}

const struct field *field_named(const struct field *fields, const char *name)
{
	for (const struct field *field = fields; field->name; field++)
		if (strcmp(field->name, name) == 0)
			return field;
	return NULL;
}

int word_value(const char *const *words, const char *word)
{
	for (int value = 1; words[value]; value++)
		if (word && strcmp(words[value], word) == 0)
			return value;
	return 0;
}

const char *word_of(const char *const *words, int value)
{
	if (value <= 0)
		return NULL;
	for (int i = 1; words[i]; i++)
		if (i == value)
			return words[i];
	return NULL;
}

static json_t *json_time(int64_t time)
{
	char text[TIME_TEXT_SIZE];

	if (time == 0)
		return json_null();
	time_format(time, text);
	return json_string(text);
}

static json_t *json_number(const struct field *field, int64_t number)
{
	return number == 0 && (field->flags & FIELD_NULLABLE) ? json_null() : json_integer(number);
}

static json_t *json_string_or_null(const char *text)
{
	return text ? json_string(text) : json_null();
}

static json_t *json_member(const struct field *field, const void *at)
{
	switch (field->kind) {
	case FIELD_TEXT: return json_string_or_null(*(char *const *)at);
	case FIELD_INT:  return json_number(field, *(const int64_t *)at);
	case FIELD_TIME: return json_time(*(const int64_t *)at);
	case FIELD_BOOL: return json_boolean(*(const bool *)at);
	case FIELD_ID: {
		const struct id_value *id = at;

		return id->number ? json_string(id->text) : json_null();
	}
	case FIELD_WORD: return json_string_or_null(word_of(field->words, *(const int *)at));
	}
	return NULL;
}

json_t *fields_json(const struct field *fields, const void *object)
{
	json_t *json = json_object();
	bool complete = json != NULL;

	for (const struct field *field = fields; complete && field->name; field++)
		if (!(field->flags & FIELD_SECRET))
			complete = json_object_set_new_nocheck(json, field->name, json_member(field, member(field, object))) == 0;
	if (!complete) {
		json_decref(json);
		json = NULL;
	}
	return json;
}
