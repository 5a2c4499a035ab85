/* candidates.c -- the words of the vocabulary that are near to a typed one. */
#include "correction.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>
#include "spelling.h"
#include "vocabulary_rows.h"

/* So many words are looked at, of a vocabulary however large. */
#define WORDS_LOOKED_AT 30000

/* The whole part of the binary logarithm. */
static int frequency_class(int64_t count)
{
	int class = 0;

	while (count >>= 1)
		class++;
	return class;
}

/* What a word is worth that twice as many nanos have, in hundredths of a slip. */
#define FREQUENCY_WORTH 6

struct hunt {
	struct nmk_op     *op;
	struct letters     typed;
	uint32_t           typed_set;        /* of its letters */
	size_t             length;           /* in bytes       */
	int32_t            sound[SOUND_DIGITS];
	size_t             sound_length;
	int                words;            /* looked at so far */
	struct candidates *found;
	nmk_status         rc;
};

void candidates_free(struct candidates *candidates)
{
	for (size_t i = 0; i < candidates->count; i++)
		free(candidates->items[i].plain);
	candidates->count = 0;
}

/* Equal ones in an order that stays. */
static bool is_likelier(const struct candidate *a, const struct candidate *b)
{
	if (a->score != b->score)
		return a->score < b->score;
	return a->documents != b->documents ? a->documents > b->documents : strcmp(a->plain, b->plain) < 0;
}

/* Both texts lie in one piece of memory. */
static bool copy_texts(struct candidate *candidate, const struct listed_word *word)
{
	size_t plain = word->length - 1;

	candidate->plain = malloc(plain + word->written_length + 2);
	if (!candidate->plain)
		return false;
	memcpy(candidate->plain, word->key + 1, plain);
	candidate->plain[plain] = '\0';
	candidate->written = candidate->plain + plain + 1;
	memcpy(candidate->written, word->written, word->written_length);
	candidate->written[word->written_length] = '\0';
	return true;
}

/* Takes the candidate's text. */
static void keep(struct candidates *found, struct candidate candidate)
{
	size_t at = found->count;

	while (at > 0 && is_likelier(&candidate, &found->items[at - 1]))
		at--;
	if (at == CANDIDATES_MOST) {
		free(candidate.plain);
		return;
	}
	if (found->count == CANDIDATES_MOST)
		free(found->items[--found->count].plain);
	memmove(&found->items[at + 1], &found->items[at], (found->count - at) * sizeof found->items[0]);
	found->items[at] = candidate;
	found->count++;
}

/* A word that was found in a recent document, too, is taken out, to be judged with all its documents. */
static bool take_out(struct candidates *found, const struct listed_word *word, struct candidate *candidate)
{
	for (size_t i = 0; i < found->count; i++)
		if (strncmp(found->items[i].plain, word->key + 1, word->length - 1) == 0
		    && found->items[i].plain[word->length - 1] == '\0') {
			*candidate = found->items[i];
			memmove(&found->items[i], &found->items[i + 1], (--found->count - i) * sizeof found->items[0]);
			return true;
		}
	return false;
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

/* One bit for each letter from A to Z, one for all others. */
static uint32_t set_of(const char *text, size_t length)
{
	uint32_t set = 0;

	for (size_t i = 0; i < length; i++)
		set |= UINT32_C(1) << ((unsigned char)text[i] < 0x80 ? text[i] & 31 : 0);
	return set;
}

static size_t count_bits(uint32_t set)
{
	size_t count = 0;

	for (; set; set &= set - 1)
		count++;
	return count;
}

/* Each slip takes at most one letter away and brings at most one. Those that are not from A to Z have up to four bytes. */
static bool may_be_near(const struct hunt *hunt, const struct listed_word *word)
{
	size_t slips = (size_t)spelling_slips(hunt->typed.count) + 1, length = word->length - 1;
	uint32_t set = set_of(word->key + 1, length);
	size_t bytes = ((set | hunt->typed_set) & 1 ? 4 : 1) * slips;

	if (length > hunt->length + bytes || hunt->length > length + bytes)
		return false;
	return count_bits(set & ~hunt->typed_set) <= slips && count_bits(hunt->typed_set & ~set) <= slips;
}

static void judge(struct hunt *hunt, const struct listed_word *word)
{
	struct candidate candidate = { .documents = 0 };
	struct letters letters;

	if (!letters_of(word->key + 1, word->length - 1, &letters))
		return;
	candidate.distance = spelling_distance(&hunt->typed, &letters, spelling_slips(hunt->typed.count) + 1);
	if (candidate.distance == 0 || !is_near(hunt, &letters, candidate.distance))
		return;
	if (!take_out(hunt->found, word, &candidate) && !copy_texts(&candidate, word)) {
		hunt->rc = tx_no_memory(&hunt->op->tx);
		return;
	}
	candidate.documents += word->documents;
	candidate.score = 10 * spelling_cost(&hunt->typed, &letters) - FREQUENCY_WORTH * frequency_class(candidate.documents);
	keep(hunt->found, candidate);
}

static bool take(void *context, const struct listed_word *word)
{
	struct hunt *hunt = context;

	if (may_be_near(hunt, word))
		judge(hunt, word);
	return hunt->rc == NMK_OK && ++hunt->words < WORDS_LOOKED_AT;
}

/* The words of the pages that begin so. */
static nmk_status look_up(struct hunt *hunt, const struct start *start)
{
	char key[1 + 4 * START_LETTERS] = { KIND_WORD };
	size_t length = 1;
	nmk_status rc;

	for (size_t i = 0; i < start->count; i++)
		length += (size_t)utf8proc_encode_char(start->letters[i], (utf8proc_uint8_t *)key + length);
	rc = pages_walk(hunt->op, key, length, take, hunt);
	return rc == NMK_OK ? hunt->rc : rc;
}

/* All recent words are looked at. */
static nmk_status look_up_recent(struct hunt *hunt)
{
	const char key = KIND_WORD;
	nmk_status rc = recent_walk(hunt->op, &key, 1, take, hunt);

	hunt->words = 0;
	return rc == NMK_OK ? hunt->rc : rc;
}

nmk_status candidates_find(struct nmk_op *op, const char *plain, size_t length, struct candidates *candidates)
{
	struct hunt hunt = { .op = op, .found = candidates, .length = length, .typed_set = set_of(plain, length) };
	struct start starts[STARTS_MOST];
	size_t count;
	nmk_status rc;

	candidates->count = 0;
	if (!letters_of(plain, length, &hunt.typed))
		return NMK_OK;
	hunt.sound_length = spelling_sound(&hunt.typed, hunt.sound);
	count = spelling_starts(&hunt.typed, starts);
	rc = look_up_recent(&hunt);
	for (size_t i = 0; rc == NMK_OK && i < count && hunt.words < WORDS_LOOKED_AT; i++)
		rc = look_up(&hunt, &starts[i]);
	return rc;
}
