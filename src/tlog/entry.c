/* entry.c -- the canonical text of an entry. */
#include "entry.h"

#include <stdlib.h>
#include <string.h>
#include "note.h"
#include "text.h"

/* ---- writing ---- */

bool entry_text_is_plain(const char *text)
{
	for (const unsigned char *at = (const unsigned char *)text; *at; at++)
		if (*at < 0x20 || *at == 0x7f)
			return false;
	return true;
}

/* A text as RFC 8785, 3.2.2.2 has it, where no character needs more than a backslash. */
static void string_write(struct buffer *text, const char *value)
{
	buffer_char(text, '"');
	for (const char *at = value; *at; at++) {
		if (*at == '"' || *at == '\\')
			buffer_char(text, '\\');
		buffer_char(text, *at);
	}
	buffer_char(text, '"');
}

static void name_write(struct buffer *text, const char *name)
{
	if (text->length > 0 && text->data[text->length - 1] != '{')
		buffer_char(text, ',');
	string_write(text, name);
	buffer_char(text, ':');
}

static void member_write(struct buffer *text, const char *name, const char *value)
{
	if (value) {
		name_write(text, name);
		string_write(text, value);
	}
}

static void bytes_write(struct buffer *text, const char *name, const void *bytes, size_t length)
{
	if (bytes) {
		name_write(text, name);
		buffer_char(text, '"');
		base64_write(text, bytes, length);
		buffer_char(text, '"');
	}
}

static void number_write(struct buffer *text, const char *name, int64_t number)
{
	name_write(text, name);
	buffer_format(text, "%lld", (long long)number);
}

void entry_write(struct buffer *text, const struct log_entry *entry)
{
	buffer_char(text, '{');
	member_write(text, "act", entry->action);
	member_write(text, "actor", entry->actor);
	bytes_write(text, "ct", entry->sealed, entry->sealed_length);
	if (entry->details) {
		name_write(text, "data");
		buffer_text(text, entry->details);
	}
	bytes_write(text, "kc", entry->commitment, COMMITMENT_BYTES);
	member_write(text, "kid", entry->key_id);
	member_write(text, "kind", entry->actor_kind);
	member_write(text, "obj", entry->object);
	member_write(text, "op", entry->operation);
	member_write(text, "res", entry->result);
	number_write(text, "seq", entry->seq);
	number_write(text, "t", entry->time);
	member_write(text, "type", entry->object_type);
	number_write(text, "v", ENTRY_VERSION);
	buffer_char(text, '}');
}

static void value_write(struct buffer *text, const json_t *value)
{
	if (json_is_null(value))
		buffer_text(text, "null");
	else if (json_is_integer(value))
		buffer_format(text, "%lld", (long long)json_integer_value(value));
	else if (json_is_string(value) && entry_text_is_plain(json_string_value(value)))
		string_write(text, json_string_value(value));
	else
		text->failed = true;
}

/* The least name that comes after `previous`; NULL if there is none. There are few. */
static const char *next_name(const json_t *details, const char *previous)
{
	const char *name, *least = NULL;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)details, name, value)
		if ((!previous || strcmp(name, previous) > 0) && (!least || strcmp(name, least) < 0))
			least = name;
	return least;
}

void entry_details_write(struct buffer *text, const json_t *details)
{
	buffer_char(text, '{');
	for (const char *name = next_name(details, NULL); name; name = next_name(details, name)) {
		name_write(text, name);
		value_write(text, json_object_get(details, name));
	}
	buffer_char(text, '}');
}

/* ---- reading: take it apart, write it again, compare ---- */

static bool word_read(struct json_piece object, const char *name, char *word, size_t room)
{
	struct json_piece value;

	word[0] = '\0';
	return !piece_member(object, name, &value) || (piece_text(value, word, room) && entry_text_is_plain(word));
}

static bool number_read(struct json_piece object, const char *name, int64_t *number)
{
	struct json_piece value;

	return piece_member(object, name, &value) && piece_whole(value, number);
}

static bool details_read(struct json_piece object, struct entry_text *entry)
{
	struct json_piece name = { 0 }, value = { 0 }, last = { 0 };
	char text[ENTRY_LENGTH_MOST > 4096 ? 4096 : ENTRY_LENGTH_MOST];
	int64_t number;

	if (!piece_member(object, "data", &entry->details)) {
		entry->details = (struct json_piece){ 0 };
		return true;
	}
	if (!piece_is_object(entry->details))
		return false;
	while (piece_next(entry->details, &name, &value)) {
		size_t shorter = name.length < last.length ? name.length : last.length;
		int order = last.text ? memcmp(last.text, name.text, shorter) : -1;

		if (memchr(name.text, '\\', name.length) || order > 0 || (order == 0 && last.length >= name.length))
			return false;
		if (piece_is_string(value) ? !piece_text(value, text, sizeof text) || !entry_text_is_plain(text)
		                           : !piece_whole(value, &number) && !(value.length == 4 && memcmp(value.text, "null", 4) == 0))
			return false;
		last = name;
	}
	return true;
}

static bool sealed_read(struct json_piece object, struct entry_text *entry)
{
	struct json_piece sealed, commitment;
	bool has_sealed = piece_member(object, "ct", &sealed), has_commitment = piece_member(object, "kc", &commitment);
	size_t decoded;

	if (!has_sealed && !has_commitment)
		return !entry->key_id[0];
	if (!has_sealed || !has_commitment || !entry->key_id[0] || !piece_is_string(sealed) || !piece_is_string(commitment)
	    || !base64_read(commitment.text + 1, commitment.length - 2, entry->commitment, COMMITMENT_BYTES, &decoded)
	    || decoded != COMMITMENT_BYTES)
		return false;
	entry->sealed = (struct json_piece){ sealed.text + 1, sealed.length - 2 };
	return true;
}

static bool parts_read(struct json_piece object, struct entry_text *entry)
{
	int64_t version;

	return number_read(object, "v", &version) && version == ENTRY_VERSION && number_read(object, "seq", &entry->seq)
	    && entry->seq >= 0 && number_read(object, "t", &entry->time)
	    && word_read(object, "act", entry->action, sizeof entry->action)
	    && word_read(object, "op", entry->operation, sizeof entry->operation)
	    && word_read(object, "res", entry->result, sizeof entry->result)
	    && word_read(object, "kind", entry->actor_kind, sizeof entry->actor_kind)
	    && word_read(object, "actor", entry->actor, sizeof entry->actor)
	    && word_read(object, "type", entry->object_type, sizeof entry->object_type)
	    && word_read(object, "obj", entry->object, sizeof entry->object)
	    && word_read(object, "kid", entry->key_id, sizeof entry->key_id) && entry->action[0] && entry->operation[0]
	    && entry->result[0] && entry->actor_kind[0] && details_read(object, entry) && sealed_read(object, entry);
}

static const char *or_none(const char *word)
{
	return *word ? word : NULL;
}

static char *copy_of(struct json_piece piece)
{
	char *copy = malloc(piece.length + 1);

	if (copy) {
		memcpy(copy, piece.text, piece.length);
		copy[piece.length] = '\0';
	}
	return copy;
}

/* What the details and the base64 look like was checked piece by piece; the rest is compared as a whole. */
static bool is_canonical(const char *text, size_t length, const struct entry_text *entry)
{
	char *details = entry->details.text ? copy_of(entry->details) : NULL;
	unsigned char *sealed = entry->sealed.text ? malloc(entry->sealed.length + 1) : NULL;
	struct buffer again = { 0 };
	size_t sealed_length = 0;
	bool same = (!entry->details.text || details)
	         && (!entry->sealed.text || (sealed && base64_read(entry->sealed.text, entry->sealed.length, sealed, entry->sealed.length,
	                                                           &sealed_length) && sealed_length > 0));

	if (same) {
		entry_write(&again, &(struct log_entry){
			.seq = entry->seq, .time = entry->time, .action = entry->action, .operation = entry->operation, .result = entry->result,
			.actor_kind = entry->actor_kind, .actor = or_none(entry->actor), .object_type = or_none(entry->object_type),
			.object = or_none(entry->object), .details = details, .key_id = or_none(entry->key_id), .sealed = sealed,
			.sealed_length = sealed_length, .commitment = sealed ? entry->commitment : NULL,
		});
		same = !again.failed && again.length == length && memcmp(again.data, text, length) == 0;
	}
	buffer_free(&again);
	free(sealed);
	free(details);
	return same;
}

/* No space, no needless escape, no other form of a number stands between the tokens or in them. */
static bool details_are_canonical(struct json_piece details)
{
	bool in_string = false;

	for (size_t i = 0; i < details.length; i++) {
		char c = details.text[i];

		if (in_string && c == '\\') {
			i++;
			if (i >= details.length || (details.text[i] != '"' && details.text[i] != '\\'))
				return false;
		} else if (c == '"') {
			in_string = !in_string;
		} else if (!in_string && (c == ' ' || c == '\t' || c == '\r' || c == '\n')) {
			return false;
		} else if (!in_string && c == '-' && i + 1 < details.length && details.text[i + 1] == '0') {
			return false;
		}
	}
	return true;
}

bool entry_read(const char *text, size_t length, struct entry_text *entry)
{
	struct json_piece object;

	memset(entry, 0, sizeof *entry);
	return length <= ENTRY_LENGTH_MOST && json_accepts(text, length, &object) && parts_read(object, entry)
	    && (!entry->details.text || details_are_canonical(entry->details)) && is_canonical(text, length, entry);
}
