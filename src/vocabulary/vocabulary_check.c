/* vocabulary_check.c -- is the vocabulary that of the documents? */
#include "vocabulary_rows.h"

#include <string.h>

/* How many rows there should be of each kind, and how many are not as they should be. */
struct tally {
	int64_t words, keys, phrases, starts, wrong;
};

static nmk_status number(struct nmk_op *op, enum sql_id statement, int64_t *number)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, statement);
	return stmt_one_int(&stmt, number);
}

static nmk_status compare_row(struct nmk_op *op, const struct entry *entry, struct tally *tally)
{
	bool is_word = entry->kind == ENTRY_WORD;
	struct stmt stmt;
	int64_t same = 0;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, is_word ? SQL_vocabulary_same : SQL_suggestion_phrase_same);
	stmt_int(&stmt, "id", entry->id);
	stmt_int(&stmt, "document_count", entry->documents);
	stmt_int(&stmt, "frequency_class", frequency_class(entry->documents));
	stmt_text(&stmt, is_word ? "plain" : "written", is_word ? entry->plain : entry->written);
	rc = stmt_find_int(&stmt, &same);
	tally->wrong += same == 0;
	return rc;
}

static nmk_status compare_keys(struct nmk_op *op, const struct entry *entry, struct tally *tally)
{
	int64_t ids[WORD_KEYS];
	size_t count = entry_keys(entry, ids);
	nmk_status rc = NMK_OK;

	tally->words++;
	tally->keys += (int64_t)count;
	for (size_t i = 0; rc == NMK_OK && i < count; i += KEYS_AT_ONCE) {
		size_t some = count - i < KEYS_AT_ONCE ? count - i : KEYS_AT_ONCE;
		struct stmt stmt;
		int64_t there = 0;

		stmt_init(&stmt, &op->tx, SQL_spelling_key_count);
		keys_bind(&stmt, ids + i, some);
		rc = stmt_one_int(&stmt, &there);
		tally->wrong += (int64_t)some - there;
	}
	return rc;
}

static nmk_status compare_starts(struct nmk_op *op, const struct entry *entry, struct tally *tally)
{
	struct start start = { .at = NULL };
	nmk_status rc = NMK_OK;

	tally->phrases++;
	while (rc == NMK_OK && start_next(entry, &start)) {
		struct stmt stmt;
		int64_t same = 0;

		stmt_init(&stmt, &op->tx, SQL_suggestion_start_same);
		start_bind(&stmt, entry, &start, frequency_class(entry->documents));
		rc = stmt_find_int(&stmt, &same);
		tally->starts++;
		tally->wrong += same == 0;
	}
	return rc;
}

static nmk_status compare_entry(struct nmk_op *op, const struct entry *entry, struct tally *tally)
{
	nmk_status rc = compare_row(op, entry, tally);

	if (rc != NMK_OK)
		return rc;
	return entry->kind == ENTRY_WORD ? compare_keys(op, entry, tally) : compare_starts(op, entry, tally);
}

/* Rows that are too many. */
static nmk_status compare_size(struct nmk_op *op, enum sql_id statement, int64_t expected, int64_t *different)
{
	int64_t there = 0;
	nmk_status rc = number(op, statement, &there);

	*different += there > expected ? there - expected : 0;
	return rc;
}

nmk_status vocabulary_compare(struct nmk_op *op, const struct vocabulary_change *change, int64_t *different)
{
	struct tally tally = { .words = 0 };
	const struct entry *entry;
	size_t at = 0;
	nmk_status rc = NMK_OK;

	while (rc == NMK_OK && (entry = change_entry(change, &at)) != NULL)
		rc = compare_entry(op, entry, &tally);
	*different = tally.wrong;
	if (rc == NMK_OK)
		rc = compare_size(op, SQL_vocabulary_size, tally.words, different);
	if (rc == NMK_OK)
		rc = compare_size(op, SQL_spelling_key_size, tally.keys, different);
	if (rc == NMK_OK)
		rc = compare_size(op, SQL_suggestion_phrase_size, tally.phrases, different);
	return rc == NMK_OK ? compare_size(op, SQL_suggestion_start_size, tally.starts, different) : rc;
}
