/* vocabulary.h -- the words and topics of the published nanos, kept in the transaction of the index: what is not published is neither
 * suggested nor taken for what was meant.
 *
 *     vocabulary_begin(&op, &change);                       reads nothing
 *     vocabulary_take(&op, change, -1, title, ...);         a document that goes
 *     vocabulary_take(&op, change, +1, title, ...);         a document that comes
 *     vocabulary_apply(&op, change);                        writes what is different
 *     vocabulary_end(change);
 *
 * The words of a new document are a row of their own, until there are enough of them to be worth the changing of many rows. */
#ifndef NMK_VOCABULARY_H
#define NMK_VOCABULARY_H

#include "op.h"

struct vocabulary_change;

nmk_status vocabulary_begin(struct nmk_op *op, struct vocabulary_change **change);
void vocabulary_end(struct vocabulary_change *change);      /* NULL is allowed */

/* Topics are names with ", " between them, as in the index; a name with a comma counts as several. */
nmk_status vocabulary_take(struct nmk_op *op, struct vocabulary_change *change, int sign, const char *title,
                           const char *description, const char *topics, const char *creator);

nmk_status vocabulary_apply(struct nmk_op *op, struct vocabulary_change *change);

/* The change is one new document: its words for themselves. */
nmk_status vocabulary_add_recent(struct nmk_op *op, int64_t document, struct vocabulary_change *change);

/* Take the words of a document away, if they are still for themselves. */
nmk_status vocabulary_remove_recent(struct nmk_op *op, int64_t document, bool *removed);

/* Put all words that are for themselves to the others. */
nmk_status vocabulary_settle(struct nmk_op *op);

/* Forget all: before everything is taken anew. */
nmk_status vocabulary_clear(struct nmk_op *op);

/* How many words are not what they would be, had all documents been taken into `change` from nothing. The change is used up. */
nmk_status vocabulary_compare(struct nmk_op *op, struct vocabulary_change *change, int64_t *different);
#endif
