/* audit.h -- what op.c asks of audit.c. */
#ifndef NMK_OP_AUDIT_H
#define NMK_OP_AUDIT_H

#include "op.h"

/* The entries of an operation: those of op_also(), then its own if op->action is set. */
nmk_status audit_append(struct nmk_op *op);

/* After the transaction: the checkpoint that was made goes to the host, if it was committed. */
void audit_anchor(struct nmk_op *op, bool committed);

void audit_forget(struct nmk_op *op);

/* After the transaction: a member was refused. */
void audit_refusal(const struct nmk_op *refused);
#endif
