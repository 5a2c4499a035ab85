/* identity.h -- what components above identity may use of it. */
#ifndef NMK_IDENTITY_H
#define NMK_IDENTITY_H

#include "op.h"

extern const char *const account_role_words[];
extern const char *const account_state_words[];
extern const char *const account_consent_words[];

/* Two to five letters such as "de", or two and two with a hyphen such as "de-AT". */
bool account_language_is_fit(const char *language);

/* The same as a check of an argument: NMK_EINVALID naming preferred_language. */
nmk_status account_check_language(struct nmk_op *op, const char *language);
#endif
