/* components.h -- the list of components, for those that must not know them by name. Defined in src/components.c. */
#ifndef NMK_COMPONENTS_H
#define NMK_COMPONENTS_H

#include <nanomarket/market.h>
#include "op.h"

/* One finding of a check. */
struct check_report;
void check_finding(struct check_report *report, bool repaired, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* How far a check is. False: the host wants no more, and the check ends with NMK_ECANCELLED. */
bool check_progress(struct check_report *report, int64_t done, int64_t total);

struct component {
	const char *name;
	/* Compare what the component keeps twice; with `repair` mend what can be mended without loss. NULL: nothing. */
	nmk_status (*check)(struct nmk_op *op, bool repair, struct check_report *report);
	/* A nano goes from one status (nmk_nano_state) to another, in this transaction. NULL: it does not matter. */
	nmk_status (*nano_moved)(struct nmk_op *op, int64_t nano_id, int from, int to);
	/* A member has another user name in this transaction; `erased`: nothing of the old one may stay. NULL: it does not matter. */
	nmk_status (*user_renamed)(struct nmk_op *op, int64_t user_id, bool erased);
	/* An account is deleted in this transaction: what is the member's own must go. NULL: the component has nothing of members. */
	nmk_status (*user_erased)(struct nmk_op *op, int64_t user_id);
};
extern const struct component components[]; /* ends with a NULL name */

/* Called by the engine on each new connection: registers the tokenizer, with the words, or NULL, as context. 0 is success. */
int components_connection_opened(void *words, void *native_handle);

/* The words of a market's searches, with those of nmk_market_options.search_words; the market's to close. */
nmk_status components_words_open(const nmk_market_options *options, nmk_error *error, struct search_words **words);
void components_words_close(struct search_words *words);    /* NULL is allowed */
#endif
