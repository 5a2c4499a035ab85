/* index.h -- what search has of each published nano, kept equal to the catalogue in the transaction of the change.
 *
 * What a document is, one statement says (search_document_of in index.sql): putting in, checking and rebuilding share it. */
#ifndef NMK_INDEX_H
#define NMK_INDEX_H

#include "components.h"

/* Put a nano in, or renew it. One that is not published is taken out. */
nmk_status index_put(struct nmk_op *op, int64_t nano_id);

/* Take a nano out; nothing happens if it is not in. */
nmk_status index_remove(struct nmk_op *op, int64_t nano_id);

/* Its ratings or downloads have changed; nothing happens if it is not in. */
nmk_status index_figures(struct nmk_op *op, int64_t nano_id);

/* The tree of categories has changed, or a name in it. */
nmk_status index_topics_changed(struct nmk_op *op);

/* Renew all nanos of a category, whose name has changed, or of a creator. */
nmk_status index_renew_category(struct nmk_op *op, int64_t category_id);
nmk_status index_renew_creator(struct nmk_op *op, int64_t creator_id);

/* Words of documents that were taken out stay in the index until it is put together anew, and in the store's own lexicon; this does, and
 * makes that anew. Takes as long as the index is large. */
nmk_status index_forget(struct nmk_op *op);

/* Make everything anew from the catalogue. */
nmk_status index_rebuild(struct nmk_op *op);

/* Make the words anew beside those that are in use, while others work: steps until *done is *total, each in an operation of its own.
 * The first follows index_next_stop(), which also ends it early. */
nmk_status index_next_step(struct nmk_op *op, int64_t *done, int64_t *total);
nmk_status index_next_stop(struct nmk_op *op);

/* Compare with the catalogue; a difference is a finding. `repair` rebuilds; it needs an operation that writes. */
nmk_status index_check(struct nmk_op *op, bool repair, struct check_report *report);
#endif
