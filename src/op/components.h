/* components.h -- the list of components, for the kernel that must not know them by name. Defined in src/components.c. */
#ifndef NMK_COMPONENTS_H
#define NMK_COMPONENTS_H

#include "op.h"

/* One finding of a check. */
struct check_report;
void check_finding(struct check_report *report, bool repaired, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

struct component {
	const char *name;
	/* Compare what the component keeps twice; with `repair` mend what can be mended without loss. NULL: nothing. */
	nmk_status (*check)(struct nmk_op *op, bool repair, struct check_report *report);
};
extern const struct component components[]; /* ends with a NULL name */

/* Called by the engine on each new connection: registers the tokenizer. 0 is success. */
int components_connection_opened(void *native_handle);
#endif
