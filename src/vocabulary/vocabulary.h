/* vocabulary.h -- the words, titles and topics of the published nanos, kept in the transaction of the index: what is not published
 * is neither suggested nor taken for what was meant.
 *
 *     vocabulary_begin(&op, &change);                       reads nothing
 *     vocabulary_take(change, -1, title, topics, ...);      a document that goes
 *     vocabulary_take(change, +1, title, topics, ...);      a document that comes
 *     vocabulary_apply(&op, change);                        writes what is different
 *     vocabulary_end(change);
 */
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

/* Forget all: before everything is taken anew. */
nmk_status vocabulary_clear(struct nmk_op *op);

/* How many rows are not what they would be, had all documents been taken into `change` from nothing. */
nmk_status vocabulary_compare(struct nmk_op *op, const struct vocabulary_change *change, int64_t *different);
#endif
