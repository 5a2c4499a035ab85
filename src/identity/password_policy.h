/* password_policy.h -- is a new password good enough, and in which form is it hashed. Pure. */
#ifndef NMK_PASSWORD_POLICY_H
#define NMK_PASSWORD_POLICY_H

#include <nanomarket/user.h>

#define PASSWORD_BYTES           1024
#define PASSWORD_MINIMUM         8  /* code points, classic, and nist4 with a second factor */
#define PASSWORD_MINIMUM_NIST4   15

enum password_problem {
	PASSWORD_FINE,
	PASSWORD_TOO_LONG,
	PASSWORD_NOT_UTF8,
	PASSWORD_TOO_SHORT,
	PASSWORD_NO_UPPER,
	PASSWORD_NO_DIGIT,
	PASSWORD_NO_SPECIAL,
	PASSWORD_COMMON,
	PASSWORD_OWN_WORDS
};

/* Can it be a password at all: also asked of the one that somebody logs in with. */
enum password_problem password_check_form(const char *password);

/* What a new password is judged by. */
struct password_rules {
	nmk_password_policy policy;
	bool                second_factor;  /* there is one: of nist4, eight characters are enough               */
	const char *const  *words;          /* the member's own and the market's, folded: password_common.h      */
	size_t              word_count;
};

struct password_verdict {
	enum password_problem problem;      /* the first rule that it breaks                                     */
	bool                  is_short;     /* good only with a second factor                                    */
};

/* Is it good enough for a new one? `prepared` is password_prepare() of what has the form. False: out of memory. */
bool password_judge(const struct password_rules *rules, const char *prepared, struct password_verdict *verdict);

/* The least number of code points. */
size_t password_minimum(const struct password_rules *rules);

/* A to Z, and U+00C0 to U+00DE without the multiplication sign: a German password may well begin with an umlaut. */
bool password_has_upper(const char *password);
bool password_has_digit(const char *password);
bool password_has_special(const char *password); /* ! @ # $ % ^ & * ( ) , . ? " : { } | < > */

/* The form that is hashed, after OpaqueString (RFC 8265, 4.2): other spaces become U+0020, then normalization form C, so
 * that an umlaut is the same whichever keyboard it comes from. The caller's, for password_free(); NULL without memory. */
char *password_prepare(const char *password);

void password_free(char *prepared); /* wiped */
#endif
