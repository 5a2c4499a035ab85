/* vocabulary_check.c -- is the vocabulary that of the documents? */
#include "vocabulary_rows.h"

/* What is there is taken from what should be: something is left of what is not the same. */
struct comparing {
	struct nmk_op            *op;
	struct vocabulary_change *change;
	struct buffer             last;        /* the key before; pages that are not in order find nothing */
	int64_t                   misplaced;
	nmk_status                rc;
};

static bool take(void *context, const struct listed_word *word)
{
	struct comparing *comparing = context;

	comparing->rc = change_add(comparing->op, comparing->change, word, -1);
	return comparing->rc == NMK_OK;
}

static void compare_page(struct comparing *comparing, const void *first, size_t first_length, const void *words, size_t length)
{
	struct list_reader reader;
	bool is_first = true;

	list_start(&reader, words, length);
	while (comparing->rc == NMK_OK && list_next(&reader)) {
		const struct listed_word *word = &reader.word;

		if (is_first && key_compare(word->key, word->length, first, first_length) != 0)
			comparing->misplaced++;
		if (comparing->last.length > 0
		    && key_compare(word->key, word->length, comparing->last.data, comparing->last.length) <= 0)
			comparing->misplaced++;
		is_first = false;
		buffer_clear(&comparing->last);
		buffer_add(&comparing->last, word->key, word->length);
		take(comparing, word);
	}
	comparing->misplaced += reader.damaged;
}

static nmk_status compare_pages(struct comparing *comparing)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &comparing->op->tx, SQL_vocabulary_page_all);
	while (comparing->rc == NMK_OK && stmt_next(&stmt, &rc)) {
		size_t first_length, length;
		const void *first = stmt_column_blob(&stmt, 0, &first_length), *words = stmt_column_blob(&stmt, 1, &length);

		compare_page(comparing, first, first_length, words, length);
	}
	stmt_end(&stmt);
	if (comparing->last.failed)
		rc = tx_no_memory(&comparing->op->tx);
	return rc == NMK_OK ? comparing->rc : rc;
}

nmk_status vocabulary_compare(struct nmk_op *op, struct vocabulary_change *change, int64_t *different)
{
	struct comparing comparing = { .op = op, .change = change };
	size_t count;
	nmk_status rc = compare_pages(&comparing);

	if (rc == NMK_OK)
		rc = recent_walk(op, "", 0, take, &comparing);
	change_sort(change, &count);
	*different = (int64_t)count + comparing.misplaced;
	buffer_free(&comparing.last);
	return rc == NMK_OK ? comparing.rc : rc;
}
