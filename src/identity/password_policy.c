#include "password_policy.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "text.h"

enum password_problem password_check_form(const char *password)
{
	size_t length = strnlen(password, PASSWORD_BYTES + 1);

	if (length > PASSWORD_BYTES)
		return PASSWORD_TOO_LONG;
	return text_is_valid_utf8(password, length) ? PASSWORD_FINE : PASSWORD_NOT_UTF8;
}

/* A to Z, and U+00C0 to U+00DE without the multiplication sign: a German password may well begin with an umlaut. */
static bool has_upper(const char *password)
{
	const unsigned char *at = (const unsigned char *)password;

	for (; *at; at++)
		if ((at[0] >= 'A' && at[0] <= 'Z') || (at[0] == 0xC3 && at[1] >= 0x80 && at[1] <= 0x9E && at[1] != 0x97))
			return true;
	return false;
}

enum password_problem password_check_policy(nmk_password_policy policy, const char *prepared)
{
	size_t count = text_count(prepared);

	if (policy == NMK_PASSWORD_POLICY_NIST4)
		return count < PASSWORD_MINIMUM_NIST4 ? PASSWORD_TOO_SHORT : PASSWORD_FINE;
	if (count < PASSWORD_MINIMUM_CLASSIC)
		return PASSWORD_TOO_SHORT;
	if (!has_upper(prepared))
		return PASSWORD_NO_UPPER;
	if (!strpbrk(prepared, "0123456789"))
		return PASSWORD_NO_DIGIT;
	return strpbrk(prepared, "!@#$%^&*(),.?\":{}|<>") ? PASSWORD_FINE : PASSWORD_NO_SPECIAL;
}

/* Length of the space outside ASCII (Unicode's Zs) that a text begins with; 0 for none. The text ends with a NUL. */
static size_t other_space(const unsigned char *at)
{
	if (at[0] == 0xC2 && at[1] == 0xA0)                                 /* U+00A0                 */
		return 2;
	if (at[0] == 0xE1 && at[1] == 0x9A && at[2] == 0x80)                /* U+1680                 */
		return 3;
	if (at[0] == 0xE2 && at[1] == 0x80 && ((at[2] >= 0x80 && at[2] <= 0x8A) || at[2] == 0xAF))
		return 3;                                                   /* U+2000..U+200A, U+202F */
	if (at[0] == 0xE2 && at[1] == 0x81 && at[2] == 0x9F)                /* U+205F                 */
		return 3;
	return at[0] == 0xE3 && at[1] == 0x80 && at[2] == 0x80 ? 3 : 0;     /* U+3000                 */
}

char *password_prepare(const char *password)
{
	char spaced[PASSWORD_BYTES + 1], *prepared;
	size_t to = 0, from = 0, length = strnlen(password, PASSWORD_BYTES);

	while (from < length) {
		size_t space = other_space((const unsigned char *)password + from);

		spaced[to++] = space ? ' ' : password[from];
		from += space ? space : 1;
	}
	spaced[to] = '\0';
	prepared = text_nfc(spaced);
	sodium_memzero(spaced, sizeof spaced);
	return prepared;
}

void password_free(char *prepared)
{
	if (prepared)
		sodium_memzero(prepared, strlen(prepared));
	free(prepared);
}
