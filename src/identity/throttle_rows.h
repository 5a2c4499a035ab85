/* throttle_rows.h -- rows of the table throttle: throttle.c decides with them. */
#ifndef NMK_THROTTLE_ROWS_H
#define NMK_THROTTLE_ROWS_H

#include "account.h"

#define THROTTLE_NEVER INT64_MAX  /* expires */

struct throttle_row {
	unsigned char subject[KEY_HASH_BYTES];
	int64_t count;
	int64_t arrival;        /* when all failures are forgiven; of a window: when it was last counted  */
	int64_t blocked_until;
	int64_t expires_at;     /* from then on the row says nothing                                      */
	bool    refused;        /* somebody was, since it last counted                                    */
};

/* The row of a subject, all 0 if there is none. */
nmk_status throttle_row_get(struct nmk_op *op, enum throttle_kind kind, const void *subject, size_t length,
                            struct throttle_row *row);
nmk_status throttle_row_put(struct nmk_op *op, const struct throttle_row *row);
nmk_status throttle_row_remove(struct nmk_op *op, const struct throttle_row *row);

/* Remove some rows that say nothing any more: more than a call adds. */
nmk_status throttle_sweep(struct nmk_op *op);

/* throttle_count(), and the row that says that somebody was refused. */
nmk_status throttle_window(struct nmk_op *op, enum throttle_kind kind, const void *subject, size_t length, int64_t most,
                           int64_t window_ms, struct throttle_row *head, int64_t *wait_ms);
#endif
