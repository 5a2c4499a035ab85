/* check_keys.h -- what components.c calls. */
#ifndef NMK_CHECK_KEYS_H
#define NMK_CHECK_KEYS_H

#include "components.h"

/* Does everything that is sealed open, is nothing sealed left of deleted accounts, are accounts found by their addresses? */
nmk_status keys_check(struct nmk_op *op, bool repair, struct check_report *report);
#endif
