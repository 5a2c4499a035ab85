/* entry.c -- what the rows beside an entry's own are: the keys of a word, the beginnings of a phrase. */
#include "vocabulary_rows.h"

#include <string.h>

int frequency_class(int64_t count)
{
	int class = 0;

	while (count >>= 1)
		class++;
	return class;
}

/* Ids of phrases leave room for those of their beginnings. 0 stands for nothing. */
int64_t entry_id(enum entry_kind kind, const char *text, size_t length)
{
	int64_t hash = spelling_hash((char)kind, text, length);
	int64_t id = kind == ENTRY_WORD ? hash : hash & ~(int64_t)(PHRASE_STARTS - 1);

	return id != 0 ? id : PHRASE_STARTS;
}

/* Keys that are equal by chance are one row. */
size_t entry_keys(const struct entry *entry, int64_t ids[WORD_KEYS])
{
	struct letters letters;
	uint32_t keys[WORD_KEYS];
	size_t count = letters_of(entry->plain, strlen(entry->plain), &letters) ? spelling_word_keys(&letters, keys) : 0;
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		bool again = false;

		ids[kept] = (int64_t)keys[i] << 31 | entry->id >> 32;
		for (size_t j = 0; j < kept; j++)
			again = again || ids[j] == ids[kept];
		kept += !again;
	}
	return kept;
}

/* One of the keys fills the rest of the statement. */
void keys_bind(struct stmt *stmt, const int64_t *ids, size_t count)
{
	static const char *const parameters[KEYS_AT_ONCE] = { "key_1", "key_2", "key_3", "key_4", "key_5", "key_6", "key_7", "key_8" };

	for (size_t i = 0; i < KEYS_AT_ONCE; i++)
		stmt_int(stmt, parameters[i], ids[i < count ? i : 0]);
}

size_t start_length(const char *plain, size_t length)
{
	if (length <= START_BYTES)
		return length;
	for (length = START_BYTES; ((unsigned char)plain[length] & 0xC0) == 0x80; length--)
		;
	return length;
}

static const char *next_word(const char *at)
{
	const char *space = strchr(at, ' ');

	return space ? space + 1 : NULL;
}

bool start_next(const struct entry *entry, struct start *start)
{
	size_t length;

	if (start->at && ++start->number == PHRASE_STARTS)
		return false;
	start->at = start->at ? next_word(start->at) : entry->plain;
	if (!start->at)
		return false;
	length = start_length(start->at, strlen(start->at));
	memcpy(start->text, start->at, length);
	start->text[length] = '\0';
	return true;
}

void start_bind(struct stmt *stmt, const struct entry *entry, const struct start *start, int class)
{
	stmt_int(stmt, "id", entry->id + start->number);
	stmt_int(stmt, "topic", entry->kind == ENTRY_TOPIC);
	stmt_int(stmt, "frequency_class", class);
	stmt_text(stmt, "plain", start->text);
}
