/* vocabulary_rows.h -- shared by the files that write and read the vocabulary. */
#ifndef NMK_VOCABULARY_ROWS_H
#define NMK_VOCABULARY_ROWS_H

#include "vocabulary.h"
#include "word_list.h"

/*
 * Interface to vocabulary.c
 */

/* What changes about a word. Texts are the change's. */
struct entry {
	struct listed_word word;      /* documents and titles: how many more, less than 0: fewer. key is NULL: nothing here */
	int64_t            last;      /* document that counted: a word counts once in each                                  */
	uint64_t           hash;
};

/* Count a word that was listed. */
nmk_status change_add(struct nmk_op *op, struct vocabulary_change *change, const struct listed_word *word, int sign);

/* Add what the change says about a word to it, and forget that there. */
void change_merge(struct vocabulary_change *change, struct listed_word *word);

/* All that is different, in the order of the keys. Nothing may be taken any more. */
const struct entry *change_sort(struct vocabulary_change *change, size_t *count);

/*
 * Interface to walk.c
 */

/* Takes a word, valid until it returns. False stops. */
typedef bool (*word_sink_listed)(void *context, const struct listed_word *word);

/* The words whose keys begin so; a word may come twice, from the pages and from a recent document. */
nmk_status pages_walk(struct nmk_op *op, const char *key, size_t length, word_sink_listed sink, void *context);
nmk_status recent_walk(struct nmk_op *op, const char *key, size_t length, word_sink_listed sink, void *context);

/* The same, each word once, those of the pages in order. */
nmk_status vocabulary_walk(struct nmk_op *op, const char *key, size_t length, word_sink_listed sink, void *context);
#endif
