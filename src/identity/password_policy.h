/* password_policy.h -- is a new password good enough, and in which form is it hashed. Pure. */
#ifndef NMK_PASSWORD_POLICY_H
#define NMK_PASSWORD_POLICY_H

#include <nanomarket/user.h>

#define PASSWORD_BYTES           1024
#define PASSWORD_MINIMUM_NIST4   15
#define PASSWORD_MINIMUM_CLASSIC 8

enum password_problem {
	PASSWORD_FINE,
	PASSWORD_TOO_LONG,
	PASSWORD_NOT_UTF8,
	PASSWORD_TOO_SHORT,
	PASSWORD_NO_UPPER,
	PASSWORD_NO_DIGIT,
	PASSWORD_NO_SPECIAL
};

/* Can it be a password at all: also asked of the one that somebody logs in with. */
enum password_problem password_check_form(const char *password);

/* Is it good enough for a new one? The first rule that it breaks. `prepared` is password_prepare() of what has the form. */
enum password_problem password_check_policy(nmk_password_policy policy, const char *prepared);

/* The form that is hashed, after OpaqueString (RFC 8265, 4.2): other spaces become U+0020, then normalization form C, so
 * that an umlaut is the same whichever keyboard it comes from. The caller's, for password_free(); NULL without memory. */
char *password_prepare(const char *password);

void password_free(char *prepared); /* wiped */
#endif
