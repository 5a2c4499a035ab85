/* account.c -- the words of accounts, and what an address must be. */
#include "account.h"

#include <string.h>

const char *const account_role_words[] = { "", "consumer", "creator", "moderator", "admin", NULL };
const char *const account_state_words[] = { "", "active", "suspended", "deleted", NULL };
const char *const account_consent_words[] = { "", "terms_of_service", "privacy_policy", "marketing", "data_processing",
                                              NULL };

const char *nmk_role_word(nmk_role role) { return word_of(account_role_words, (int)role); }
const char *nmk_user_state_word(nmk_user_state status) { return word_of(account_state_words, (int)status); }
const char *nmk_consent_type_word(nmk_consent_type type) { return word_of(account_consent_words, (int)type); }
nmk_role nmk_role_of(const char *word) { return (nmk_role)word_value(account_role_words, word); }
nmk_user_state nmk_user_state_of(const char *word) { return (nmk_user_state)word_value(account_state_words, word); }
nmk_consent_type nmk_consent_type_of(const char *word) { return (nmk_consent_type)word_value(account_consent_words, word); }

/* Not isalpha(): the host's locale has no say. */
static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool account_language_is_fit(const char *language)
{
	size_t length = strnlen(language, 6);

	if (length < 2 || length > 5)
		return false;
	for (size_t i = 0; i < length; i++)
		if (!is_letter(language[i]) && !(length == 5 && i == 2 && language[i] == '-'))
			return false;
	return true;
}

nmk_status account_check_language(struct nmk_op *op, const char *language)
{
	return account_language_is_fit(language) ? NMK_OK
	     : op_fail(op, NMK_EINVALID, "preferred_language", "must be a language such as \"de\" or \"de-AT\"");
}

/* ---- e-mail addresses ---- */

/* U+00A0, U+1680, U+2000 to U+200A, U+202F, U+205F, U+3000: the spaces outside ASCII. */
static bool starts_with_space(const unsigned char *at)
{
	if (at[0] == 0xC2)
		return at[1] == 0xA0;
	if (at[0] == 0xE1)
		return at[1] == 0x9A && at[2] == 0x80;
	if (at[0] == 0xE2)
		return (at[1] == 0x80 && ((at[2] >= 0x80 && at[2] <= 0x8A) || at[2] == 0xAF)) || (at[1] == 0x81 && at[2] == 0x9F);
	return at[0] == 0xE3 && at[1] == 0x80 && at[2] == 0x80;
}

static bool is_local_character(const char *at)
{
	if ((unsigned char)*at >= 0x80)
		return !starts_with_space((const unsigned char *)at);
	return is_letter(*at) || is_digit(*at) || (*at && strchr("!#$%&'*+-/=?^_`{|}~", *at));
}

static bool is_domain_character(const char *at)
{
	if ((unsigned char)*at >= 0x80)
		return !starts_with_space((const unsigned char *)at);
	return is_letter(*at) || is_digit(*at) || *at == '-';
}

/* Words with single dots between them; counts the dots. */
static bool is_dotted(const char *text, size_t length, size_t longest_word, bool (*fits)(const char *at), size_t *dots)
{
	size_t word = 0;

	*dots = 0;
	for (size_t i = 0; i < length; i++) {
		if (text[i] == '.') {
			if (word == 0)
				return false;
			word = 0;
			++*dots;
		} else if (!fits(text + i) || ++word > longest_word)
			return false;
	}
	return word > 0;
}

/* No label begins or ends with a hyphen, and the last is no number: 127.0.0.1 is no domain. */
static bool labels_are_fit(const char *domain)
{
	const char *last = strrchr(domain, '.') + 1;

	if (domain[0] == '-' || domain[strlen(domain) - 1] == '-' || strstr(domain, "-.") || strstr(domain, ".-"))
		return false;
	return last[strspn(last, "0123456789")] != '\0';
}

bool email_is_fit(const char *email)
{
	const char *at = strchr(email, '@');
	size_t local = at ? (size_t)(at - email) : 0, dots;

	if (local < 1 || local > 64 || !is_dotted(email, local, 64, is_local_character, &dots))
		return false;
	return is_dotted(at + 1, strlen(at + 1), 63, is_domain_character, &dots) && dots > 0 && labels_are_fit(at + 1);
}

nmk_status account_check_email(struct nmk_op *op, const char *field, const char *email)
{
	struct field rule = *field_named(user_fields, "email");
	nmk_status rc;

	rule.name = field;
	if (email && strnlen(email, EMAIL_BYTES + 1) > EMAIL_BYTES)
		return op_fail(op, NMK_EINVALID, field, "must have from %lld to %lld bytes", 1LL, (long long)EMAIL_BYTES);
	rc = op_check_text(op, &rule, email);
	if (rc == NMK_OK && !email_is_fit(email))
		rc = op_fail(op, NMK_EINVALID, field, "is no e-mail address");
	return rc;
}

nmk_status email_index(struct nmk_op *op, const char *email, unsigned char index[KEY_HASH_BYTES])
{
	char *key = text_casefold_key(email);

	if (!key)
		return tx_no_memory(&op->tx);
	key_hash(op->tx.keys, KEY_BLIND_INDEX, key, strlen(key), index);
	secret_free(key);
	return NMK_OK;
}
