/* factor.h -- what the files of the second factor need of each other. */
#ifndef NMK_FACTOR_H
#define NMK_FACTOR_H

#include "account.h"
#include "totp.h"

#define RECOVERY_CODES      10
#define RECOVERY_CODE_BYTES 15          /* 120 bits: too many to guess, so that a keyed hash may keep them */

struct factor {
	bool               exists;
	nmk_totp_algorithm algorithm;
	int64_t            last_step;
	int64_t            confirmed_at;     /* 0: waits for its first code          */
	unsigned char      sealed[SEALED_SIZE(TOTP_SECRET_MAXIMUM)];
	size_t             sealed_length;
};

/* ---- second_factor.c ---- */

nmk_status factor_load(struct nmk_op *op, int64_t user_id, struct factor *factor);

/* Of the member who acts, and enabled: else NMK_ESTATE. */
nmk_status factor_load_enabled(struct nmk_op *op, struct factor *factor);
nmk_status factor_remove(struct nmk_op *op, int64_t user_id);           /* with its recovery codes */

/* Judge the code of the member who acts. Unless it was right, the operation is answered: nothing more is to be done. */
nmk_status factor_prove(struct nmk_op *op, const struct factor *factor, const char *code, bool recovery, bool *right);

/* The host has no factor: NMK_EDENIED. Names the member as the subject of the audit. */
nmk_status factor_check_member(struct nmk_op *op);
nmk_status factor_check_code(struct nmk_op *op, const char *code);      /* the argument: NMK_EINVALID */

/* ---- recovery_code.c ---- */

/* Ten new ones; NULL: no memory. */
nmk_recovery_codes *recovery_codes_make(void);

/* They become the member's; the old ones are void. NULL: none. */
nmk_status recovery_codes_put(struct nmk_op *op, int64_t user_id, const nmk_recovery_codes *codes);

/* Use a code up, if it is one; a mail tells of it. */
nmk_status recovery_code_use(struct nmk_op *op, int64_t user_id, const char *code, bool *used);
nmk_status recovery_codes_left(struct nmk_op *op, int64_t user_id, int64_t *left);
#endif
