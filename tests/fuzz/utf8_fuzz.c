/* utf8_fuzz.c -- hostile bytes as the text of a field: verdicts hold together, and a name's key is stable. */
#include "text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static char *terminated(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	require(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

static void check_rules(const char *text)
{
	const struct text_rule wide = { .maximum = SIZE_MAX, .multiline = true, .allow_blank = true };
	const struct text_rule narrow = { .minimum = 3, .maximum = 20 };
	enum text_problem verdict = text_check(text, &wide), strict = text_check(text, &narrow);

	require(verdict != TEXT_TOO_LONG && verdict != TEXT_TOO_SHORT && verdict != TEXT_BLANK);
	require(verdict == TEXT_FINE || strict != TEXT_FINE);
	require(strict != TEXT_FINE || (text_count(text) >= 3 && text_count(text) <= 20));
}

static void check_forms(const char *text)
{
	char *nfc = text_nfc(text), *again = text_nfc(nfc);
	char *key = text_casefold_key(text), *key_of_nfc = text_casefold_key(nfc), *key_of_key = text_casefold_key(key);

	require(strcmp(nfc, again) == 0);
	require(strcmp(key, key_of_nfc) == 0);
	require(strcmp(key, key_of_key) == 0);
	require(text_is_valid_utf8(key, strlen(key)));
	free(nfc);
	free(again);
	free(key);
	free(key_of_nfc);
	free(key_of_key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = terminated(data, size);
	bool valid = text_is_valid_utf8(text, size);

	require(!valid || strlen(text) == size);
	if (strlen(text) == size) {
		const struct text_rule rule = { .maximum = SIZE_MAX, .multiline = true, .allow_blank = true };

		require((text_check(text, &rule) == TEXT_NOT_UTF8) == !valid);
	}
	if (valid) {
		check_rules(text);
		check_forms(text);
	}
	free(text);
	return 0;
}
