/* correction.c -- a text with its unknown words corrected. */
#include "correction.h"

#include <stdlib.h>
#include <string.h>
#include "spelling.h"
#include "vocabulary_rows.h"

/* One of the words that are to be corrected. */
struct unknown {
	size_t            word;          /* in the text */
	struct candidates candidates;
};

struct correcting {
	struct nmk_op    *op;
	struct analyzer  *analyzer;
	const char       *text;
	const struct correctable *correctable;
	struct plain_text plain;
	struct unknown    unknown[CORRECTED_WORDS];
	size_t            count;
};

/* ---- what is known ---- */

static bool note(void *context, const struct listed_word *word)
{
	(void)word;
	*(bool *)context = true;
	return false;
}

nmk_status vocabulary_knows(struct nmk_op *op, const char *plain, size_t length, bool *known)
{
	struct buffer key = { 0 };
	nmk_status rc = NMK_OK;

	*known = false;
	buffer_char(&key, KIND_WORD);
	buffer_add(&key, plain, length);
	if (key.failed)
		rc = tx_no_memory(&op->tx);
	if (rc == NMK_OK)
		rc = pages_walk(op, key.data, key.length, note, known);
	if (rc == NMK_OK && !*known)
		rc = recent_walk(op, key.data, key.length, note, known);
	buffer_free(&key);
	return rc;
}

/* ---- other forms of a word are no other words ---- */

static int take_stem(void *context, const struct term *term)
{
	if (term->kind != TERM_STEM)
		return 0;
	buffer_add(context, term->text, term->length);
	return ((struct buffer *)context)->failed ? ANALYZER_NO_MEMORY : 1;
}

static nmk_status stem_of(struct correcting *correcting, const char *text, size_t length, struct buffer *stem)
{
	int rc = analyzer_run(correcting->analyzer, ANALYZER_GERMAN, ANALYZER_QUERY, text, length, take_stem, stem);

	return rc == ANALYZER_NO_MEMORY ? tx_no_memory(&correcting->op->tx) : NMK_OK;
}

static nmk_status have_a_form(struct correcting *correcting, size_t word, const struct candidates *candidates, bool *found)
{
	struct buffer typed = { 0 }, stem = { 0 };
	const char *at = correcting->text + correcting->plain.start[word];
	nmk_status rc = stem_of(correcting, at, correcting->plain.end[word] - correcting->plain.start[word], &typed);

	*found = false;
	for (size_t i = 0; rc == NMK_OK && !*found && i < candidates->count; i++) {
		buffer_clear(&stem);
		rc = stem_of(correcting, candidates->items[i].written, strlen(candidates->items[i].written), &stem);
		*found = rc == NMK_OK && stem.length == typed.length && stem.length > 0
		      && memcmp(stem.data, typed.data, stem.length) == 0;
	}
	buffer_free(&typed);
	buffer_free(&stem);
	return rc;
}

/* ---- the text ---- */

/* Of a word that is known, or another form of one, nothing is kept. */
static nmk_status look_at(struct correcting *correcting, size_t word)
{
	struct unknown *unknown = &correcting->unknown[correcting->count];
	const char *plain = correcting->plain.text.data + correcting->plain.at[word];
	size_t length = plain_length(&correcting->plain, word);
	struct letters letters;
	bool known = false, correctable = false;
	nmk_status rc = vocabulary_knows(correcting->op, plain, length, &known);

	if (rc != NMK_OK || known || !letters_of(plain, length, &letters))
		return rc;
	rc = correcting->correctable->ask(correcting->correctable->context, correcting->plain.start[word],
	                                  correcting->plain.end[word], &correctable);
	if (rc != NMK_OK || !correctable)
		return rc;
	unknown->word = word;
	rc = candidates_find(correcting->op, plain, length, &unknown->candidates);
	if (rc == NMK_OK)
		rc = have_a_form(correcting, word, &unknown->candidates, &known);
	if (rc == NMK_OK && !known && unknown->candidates.count > 0)
		correcting->count++;
	else
		candidates_free(&unknown->candidates);
	return rc;
}

/* The text with the likeliest word for each unknown one; for `other` of them the next likeliest but `rank`. */
static char *corrected(const struct correcting *correcting, size_t other, size_t rank)
{
	struct buffer text = { 0 };
	size_t at = 0;

	for (size_t i = 0; i < correcting->count; i++) {
		const struct unknown *unknown = &correcting->unknown[i];

		buffer_add(&text, correcting->text + at, correcting->plain.start[unknown->word] - at);
		buffer_text(&text, unknown->candidates.items[i == other ? rank : 0].written);
		at = correcting->plain.end[unknown->word];
	}
	buffer_text(&text, correcting->text + at);
	return buffer_take(&text);
}

static nmk_status add(struct correcting *correcting, size_t other, size_t rank, struct corrections *corrections)
{
	char *text = corrected(correcting, other, rank);

	if (!text)
		return tx_no_memory(&correcting->op->tx);
	corrections->texts[corrections->count++] = text;
	return NMK_OK;
}

/* All words by the likeliest first; then, one word at a time, by the others. */
static nmk_status write_all(struct correcting *correcting, size_t most, struct corrections *corrections)
{
	nmk_status rc = correcting->count > 0 && most > 0 ? add(correcting, 0, 0, corrections) : NMK_OK;

	for (size_t rank = 1; rc == NMK_OK && rank < CANDIDATES_MOST; rank++)
		for (size_t i = 0; rc == NMK_OK && i < correcting->count; i++)
			if (corrections->count < most && rank < correcting->unknown[i].candidates.count)
				rc = add(correcting, i, rank, corrections);
	return rc;
}

nmk_status corrections_find(struct nmk_op *op, struct analyzer *analyzer, const char *text, size_t most,
                            const struct correctable *correctable, struct corrections *corrections)
{
	struct correcting correcting = { .op = op, .analyzer = analyzer, .text = text, .correctable = correctable };
	nmk_status rc = plain_read(analyzer, text, strlen(text), &correcting.plain) == 0 ? NMK_OK : tx_no_memory(&op->tx);

	corrections->count = 0;
	for (size_t i = 0; rc == NMK_OK && i < correcting.plain.count && correcting.count < CORRECTED_WORDS; i++)
		rc = look_at(&correcting, i);
	if (rc == NMK_OK)
		rc = write_all(&correcting, most < CORRECTIONS_MOST ? most : CORRECTIONS_MOST, corrections);
	for (size_t i = 0; i < CORRECTED_WORDS; i++)
		candidates_free(&correcting.unknown[i].candidates);
	plain_free(&correcting.plain);
	if (rc != NMK_OK)
		corrections_free(corrections);
	return rc;
}

void corrections_free(struct corrections *corrections)
{
	while (corrections->count > 0)
		free(corrections->texts[--corrections->count]);
}
