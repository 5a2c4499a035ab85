/* facts.h -- the chunks in the store: written with the documents, compared by doctor. */
#ifndef NMK_FACTS_H
#define NMK_FACTS_H

#include "op.h"

/* Whose documents. NULL: all. */
struct facts_scope {
	const char *option;      /* "nano", "category" or "creator" */
	const char *parameter;
	int64_t     id;
};

/* Write the facts and figures of documents anew, as the catalogue has them now. */
nmk_status facts_renew(struct nmk_op *op, const struct facts_scope *scope);
nmk_status facts_remove(struct nmk_op *op, int64_t document);
nmk_status facts_figures(struct nmk_op *op, int64_t nano_id);

/* Make all chunks anew. */
nmk_status facts_rebuild(struct nmk_op *op);

/* How many documents have other facts or figures than they should, or none, or should have none. */
nmk_status facts_compare(struct nmk_op *op, int64_t *different);

/* What was read of chunks, or of topics, no longer holds. Answers the number of the new generation. */
nmk_status facts_changed(struct nmk_op *op, bool topics, int64_t *generation);
#endif
