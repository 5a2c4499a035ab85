/* index_words.h -- the vocabulary beside the documents: kept with them, made anew, compared. */
#ifndef NMK_INDEX_WORDS_H
#define NMK_INDEX_WORDS_H

#include "facts.h"

/* Change documents by `work`, and the vocabulary with them: that of one nano, or of many. */
nmk_status words_change(struct nmk_op *op, const struct facts_scope *scope, bool many,
                        nmk_status (*work)(struct nmk_op *op, const struct facts_scope *scope));

/* Make all of it anew from the documents. */
nmk_status words_rebuild(struct nmk_op *op);

/* How many of its words are not as the documents say. */
nmk_status words_compare(struct nmk_op *op, int64_t *different);

/* Make it anew if it is not as the documents say: another analyzer may write the same words in another way. */
nmk_status words_mend(struct nmk_op *op);
#endif
