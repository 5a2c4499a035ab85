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

bool start_next(const struct entry *entry, struct start *start)
{
	const char *space;

	if (!start->at) {
		start->at = entry->plain;
		return true;
	}
	space = strchr(start->at, ' ');
	if (!space || ++start->number == PHRASE_STARTS)
		return false;
	start->at = space + 1;
	return true;
}

void start_bind(struct stmt *stmt, const struct entry *entry, const struct start *start, int class)
{
	stmt_int(stmt, "id", entry->id + start->number);
	stmt_int(stmt, "topic", entry->kind == ENTRY_TOPIC);
	stmt_int(stmt, "frequency_class", class);
	stmt_text(stmt, "plain", start->at);
}
