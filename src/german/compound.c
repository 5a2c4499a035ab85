/* The cheapest way to read a word as parts that the vocabulary knows, by dynamic programming over the ends of its parts. */
#include "compound.h"

#include <string.h>

#define SHORTEST_WORD   6
#define SHORTEST_PREFIXED 4    /* what must stand behind the prefix of a part          */
#define HEAD_PREFIXED   15     /* costs in tenths, as those in the lexicon             */
#define FRONT_PREFIXED  17
#define IMPOSSIBLE      UINT16_MAX

/* "Vorbereitung" is not in every list, and has no part "vor". */
static const char *const prefixes[] = { "ab", "an", "auf", "aus", "bei", "durch", "ein", "gegen", "her", "hin", "mit", "nach", "um", "un",
	"unter", "ur", "vor", "wider", "wieder", "zu", "zur\xFC" "ck", "zusammen", "\xFC" "ber" };

bool vocabulary_find(const struct vocabulary *vocabulary, const char *word, size_t length, struct lexicon_word *found)
{
	return (vocabulary->own && lexicon_find(vocabulary->own, word, length, found)) ||
	       (vocabulary->lexicon && lexicon_find(vocabulary->lexicon, word, length, found));
}

/* How a word was read up to each of its letters. */
struct reading {
	const char *word;
	size_t      length;
	bool        several;                         /* the whole is no part                 */
	uint16_t    costs[COMPOUND_LETTERS + 1];
	uint8_t     starts[COMPOUND_LETTERS + 1];    /* of the part that ends there */
};

static void take(struct reading *reading, size_t start, size_t end, unsigned int cost)
{
	unsigned int total = reading->costs[start] + cost;

	if (cost == 0 || total >= reading->costs[end])
		return;
	reading->costs[end] = (uint16_t)total;
	reading->starts[end] = (uint8_t)start;
}

/* All parts that begin at a letter; with a prefix, what the lexicon knows begins behind it. */
static void read_parts(struct reading *reading, const struct lexicon *lexicon, size_t start, size_t prefix)
{
	uint32_t node = LEXICON_START;
	struct lexicon_word found;

	for (size_t at = start + prefix; at < reading->length && lexicon_step(lexicon, &node, reading->word[at]); at++) {
		bool last = at + 1 == reading->length;
		unsigned int cost;

		if (reading->several && last && start == 0)
			continue;
		if (!lexicon_word_at(lexicon, node, &found) || (prefix > 0 && at + 1 - start - prefix < SHORTEST_PREFIXED))
			continue;
		cost = last ? found.head : found.modifier;
		if (cost > 0 && prefix > 0)
			cost = last ? HEAD_PREFIXED : FRONT_PREFIXED;
		take(reading, start, at + 1, cost);
	}
}

static void read_prefixed(struct reading *reading, const struct lexicon *lexicon, size_t start)
{
	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		size_t prefix;

		if (prefixes[i][0] != reading->word[start])
			continue;
		prefix = strlen(prefixes[i]);
		if (start + prefix < reading->length && memcmp(reading->word + start, prefixes[i], prefix) == 0)
			read_parts(reading, lexicon, start, prefix);
	}
}

static bool read(struct reading *reading, const struct vocabulary *vocabulary)
{
	const struct lexicon *lexicons[] = { vocabulary->own, vocabulary->lexicon };

	for (size_t end = 0; end <= reading->length; end++)
		reading->costs[end] = end == 0 ? 0 : IMPOSSIBLE;
	for (size_t start = 0; start < reading->length; start++) {
		for (size_t i = 0; reading->costs[start] != IMPOSSIBLE && i < 2; i++) {
			if (!lexicons[i])
				continue;
			read_parts(reading, lexicons[i], start, 0);
			read_prefixed(reading, lexicons[i], start);
		}
	}
	return reading->costs[reading->length] != IMPOSSIBLE;
}

/* A part that is itself a compound, as the lexicon says. */
static void add_part(const struct vocabulary *vocabulary, const char *word, size_t start, size_t end, struct compound *compound)
{
	struct lexicon_word found;

	while (compound->count + 1 < COMPOUND_PARTS && vocabulary_find(vocabulary, word + start, end - start, &found) && found.split > 0 &&
	       start + found.split < end) {
		add_part(vocabulary, word, start, start + found.split, compound);
		start += found.split;
	}
	if (compound->count < COMPOUND_PARTS)
		compound->ends[compound->count++] = (uint8_t)end;
	else
		compound->ends[COMPOUND_PARTS - 1] = (uint8_t)end;
}

void compound_split(const struct vocabulary *vocabulary, const char *word, size_t length, struct compound *compound)
{
	struct reading reading = { .word = word, .length = length };
	uint8_t ends[COMPOUND_LETTERS];
	struct lexicon_word found;
	size_t count = 0, start = 0;

	*compound = (struct compound){ 0 };
	if (length >= SHORTEST_WORD && length <= COMPOUND_LETTERS) {
		if (vocabulary_find(vocabulary, word, length, &found) && found.traits & LEXICON_WORD) {
			if (found.split > 0)
				ends[count++] = (uint8_t)length;
		} else if (read(&reading, vocabulary)) {
			for (size_t end = length; end > 0; end = reading.starts[end])
				ends[count++] = (uint8_t)end;
		}
	}
	while (count > 0) {
		add_part(vocabulary, word, start, ends[--count], compound);
		start = ends[count];
	}
	if (compound->count == 0)
		*compound = (struct compound){ .count = 1, .ends = { (uint8_t)(length < 255 ? length : 255) } };
}

bool compound_has_parts(const struct vocabulary *vocabulary, const char *word, size_t length)
{
	struct reading reading = { .word = word, .length = length, .several = true };

	return length >= SHORTEST_WORD && length <= COMPOUND_LETTERS && read(&reading, vocabulary);
}
