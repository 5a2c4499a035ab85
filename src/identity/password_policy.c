#include "password_policy.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "password_common.h"
#include "text.h"

enum password_problem password_check_form(const char *password)
{
	size_t length = strnlen(password, PASSWORD_BYTES + 1);

	if (length > PASSWORD_BYTES)
		return PASSWORD_TOO_LONG;
	return text_is_valid_utf8(password, length) ? PASSWORD_FINE : PASSWORD_NOT_UTF8;
}

bool password_has_upper(const char *password)
{
	const unsigned char *at = (const unsigned char *)password;

	for (; *at; at++)
		if ((at[0] >= 'A' && at[0] <= 'Z') || (at[0] == 0xC3 && at[1] >= 0x80 && at[1] <= 0x9E && at[1] != 0x97))
			return true;
	return false;
}

bool password_has_digit(const char *password)
{
	return strpbrk(password, "0123456789") != NULL;
}

bool password_has_special(const char *password)
{
	return strpbrk(password, "!@#$%^&*(),.?\":{}|<>") != NULL;
}

size_t password_minimum(const struct password_rules *rules)
{
	return rules->policy == NMK_PASSWORD_POLICY_NIST4 && !rules->second_factor ? PASSWORD_MINIMUM_NIST4 : PASSWORD_MINIMUM;
}

static enum password_problem check_composition(const struct password_rules *rules, const char *prepared)
{
	if (text_count(prepared) < password_minimum(rules))
		return PASSWORD_TOO_SHORT;
	if (rules->policy == NMK_PASSWORD_POLICY_NIST4)
		return PASSWORD_FINE;
	if (!password_has_upper(prepared))
		return PASSWORD_NO_UPPER;
	if (!password_has_digit(prepared))
		return PASSWORD_NO_DIGIT;
	return password_has_special(prepared) ? PASSWORD_FINE : PASSWORD_NO_SPECIAL;
}

bool password_judge(const struct password_rules *rules, const char *prepared, struct password_verdict *verdict)
{
	char *folded;

	verdict->problem = check_composition(rules, prepared);
	verdict->is_short = rules->policy == NMK_PASSWORD_POLICY_NIST4 && text_count(prepared) < PASSWORD_MINIMUM_NIST4;
	if (verdict->problem != PASSWORD_FINE)
		return true;
	folded = text_casefold_key(prepared);
	if (!folded)
		return false;
	if (password_is_common(folded))
		verdict->problem = PASSWORD_COMMON;
	else if (password_is_made_of(folded, rules->words, rules->word_count))
		verdict->problem = PASSWORD_OWN_WORDS;
	password_free(folded);
	return true;
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
