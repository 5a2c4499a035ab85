/* titles.h -- titles of published nanos by words that stand in them. */
#ifndef NMK_TITLES_H
#define NMK_TITLES_H

#include "german.h"
#include "op.h"

/* Takes a title, valid until it returns. Anything but NMK_OK stops and becomes the answer. */
typedef nmk_status (*title_sink)(void *context, const char *title);

/* Titles in which the words of one of the texts follow each other, in any of their forms, or which begin so; the oldest first. */
nmk_status titles_find(struct nmk_op *op, struct analyzer *analyzer, const char *const *texts, size_t count, bool at_start,
                       int64_t limit, title_sink sink, void *context);
#endif
