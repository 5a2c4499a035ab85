/* candidates.c -- the words of the vocabulary that are near to a typed one. */
#include "correction.h"

#include <stdlib.h>
#include <string.h>
#include "vocabulary_rows.h"

/* What one key, and all keys of a word together, may bring. Sounds are shared by many words. */
#define ROWS_OF_KEY  128
#define ROWS_OF_WORD 1024

/* A word with more letters is not looked up by all pairs of them. */
#define FAR_LETTERS 20

/* What a word is worth that twice as many nanos have, in hundredths of a slip. */
#define FREQUENCY_WORTH 6

struct hunt {
	struct nmk_op     *op;
	struct letters     typed;
	int32_t            sound[SOUND_DIGITS];
	size_t             sound_length;
	int                rows;             /* looked at so far */
	struct candidates *found;
};

void candidates_free(struct candidates *candidates)
{
	for (size_t i = 0; i < candidates->count; i++)
		free(candidates->items[i].written);
	candidates->count = 0;
}

/* Equal ones in an order that stays. */
static bool is_likelier(const struct candidate *a, const struct candidate *b)
{
	if (a->score != b->score)
		return a->score < b->score;
	return a->documents != b->documents ? a->documents > b->documents : a->id < b->id;
}

static bool is_known(const struct candidates *found, int64_t id)
{
	for (size_t i = 0; i < found->count; i++)
		if (found->items[i].id == id)
			return true;
	return false;
}

static nmk_status keep(struct hunt *hunt, struct candidate candidate, const char *written)
{
	struct candidates *found = hunt->found;
	size_t at = found->count;

	while (at > 0 && is_likelier(&candidate, &found->items[at - 1]))
		at--;
	if (at == CANDIDATES_MOST)
		return NMK_OK;
	candidate.written = strdup(written);
	if (!candidate.written)
		return tx_no_memory(&hunt->op->tx);
	if (found->count == CANDIDATES_MOST)
		free(found->items[--found->count].written);
	memmove(&found->items[at + 1], &found->items[at], (found->count - at) * sizeof found->items[0]);
	found->items[at] = candidate;
	found->count++;
	return NMK_OK;
}

static bool sounds_alike(const struct hunt *hunt, const struct letters *word)
{
	int32_t sound[SOUND_DIGITS];
	size_t length = spelling_sound(word, sound);

	return length > 0 && length == hunt->sound_length && memcmp(sound, hunt->sound, length * sizeof sound[0]) == 0;
}

/* A slip more is allowed if the word sounds as it should. */
static bool is_near(const struct hunt *hunt, const struct letters *word, int distance)
{
	int slips = spelling_slips(hunt->typed.count);

	return distance <= slips || (slips > 1 && distance == slips + 1 && sounds_alike(hunt, word));
}

static nmk_status judge(struct hunt *hunt, struct stmt *stmt)
{
	const char *plain = stmt_column_text(stmt, 1);
	struct candidate candidate = { .id = stmt_column_int(stmt, 0), .documents = stmt_column_int(stmt, 3) };
	struct letters word;

	if (is_known(hunt->found, candidate.id) || !letters_of(plain, strlen(plain), &word))
		return NMK_OK;
	candidate.distance = spelling_distance(&hunt->typed, &word);
	if (candidate.distance == 0 || !is_near(hunt, &word, candidate.distance))
		return NMK_OK;
	candidate.score = 10 * spelling_cost(&hunt->typed, &word) - FREQUENCY_WORTH * frequency_class(candidate.documents);
	return keep(hunt, candidate, stmt_column_text(stmt, 2));
}

static nmk_status look_up(struct hunt *hunt, uint32_t key)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &hunt->op->tx, SQL_spelling_candidates);
	stmt_int(&stmt, "from", (int64_t)key << 31);
	stmt_int(&stmt, "until", (int64_t)key << 31 | INT32_MAX);
	stmt_int(&stmt, "limit", ROWS_OF_KEY);
	while (rc == NMK_OK && hunt->rows < ROWS_OF_WORD && stmt_next(&stmt, &rc)) {
		hunt->rows++;
		rc = judge(hunt, &stmt);
	}
	stmt_end(&stmt);
	return rc;
}

static nmk_status look_up_all(struct hunt *hunt, const uint32_t *keys, size_t count)
{
	nmk_status rc = NMK_OK;

	for (size_t i = 0; rc == NMK_OK && i < count; i++)
		rc = look_up(hunt, keys[i]);
	return rc;
}

static bool has_one_slip(const struct candidates *found)
{
	for (size_t i = 0; i < found->count; i++)
		if (found->items[i].distance == 1)
			return true;
	return false;
}

nmk_status candidates_find(struct nmk_op *op, const char *plain, size_t length, struct candidates *candidates)
{
	struct hunt hunt = { .op = op, .found = candidates };
	uint32_t near[WORD_KEYS], far[FAR_KEYS];
	nmk_status rc;

	candidates->count = 0;
	if (!letters_of(plain, length, &hunt.typed))
		return NMK_OK;
	hunt.sound_length = spelling_sound(&hunt.typed, hunt.sound);
	rc = look_up_all(&hunt, near, spelling_word_keys(&hunt.typed, near));
	if (rc == NMK_OK && !has_one_slip(candidates) && spelling_slips(hunt.typed.count) > 1 && hunt.typed.count <= FAR_LETTERS)
		rc = look_up_all(&hunt, far, spelling_far_keys(&hunt.typed, far));
	return rc;
}
