/* index_lexicon.h -- the store's own lexicon, where none is installed: made of its documents, and made anew with their words only. */
#ifndef NMK_INDEX_LEXICON_H
#define NMK_INDEX_LEXICON_H

#include "search_words.h"

/* The row as it is; nothing: version 0. The bytes are the caller's to free. */
nmk_status lexicon_row_get(struct nmk_op *op, enum lexicon_row row, int64_t *version, int64_t *count, void **bytes, size_t *size);

/* Make it of the documents that there are; nothing where a lexicon is installed. What was indexed with the old one is due. */
nmk_status lexicon_row_make(struct nmk_op *op, enum lexicon_row row);

nmk_status lexicon_row_clear(struct nmk_op *op, enum lexicon_row row);

/* The next one is in use. */
nmk_status lexicon_row_exchange(struct nmk_op *op);

/* Which of the two have a word that no document has any more. */
nmk_status lexicon_rows_outdated(struct nmk_op *op, bool *in_use, bool *next);
#endif
