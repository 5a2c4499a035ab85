/* account_fuzz.c -- hostile bytes as a code, as the labels of an authenticator, and as a user name: what is taken has one meaning, and
 * what is written has the form that its readers want. */
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "account.h"
#include "base32.h"
#include "text.h"
#include "totp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW        INT64_C(1767225600000)
#define CODE_BYTES 15

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* ---- codes ---- */

/* The digits that count, if it has six of them and else only blanks and hyphens. */
static bool digits_of(const char *text, char digits[TOTP_DIGITS + 1])
{
	size_t count = 0;

	for (; *text; text++) {
		if (strchr("- ", *text))
			continue;
		if (!strchr("0123456789", *text) || count == TOTP_DIGITS)
			return false;
		digits[count++] = *text;
	}
	digits[count] = '\0';
	return count == TOTP_DIGITS;
}

static void as_totp(const char *text)
{
	static const unsigned char secret[TOTP_SECRET_MAXIMUM] = { 7 };
	char digits[TOTP_DIGITS + 1], right[TOTP_CODE_SIZE];
	bool is_code = digits_of(text, digits);

	for (int i = NMK_TOTP_SHA1; i <= NMK_TOTP_SHA512; i++) {
		nmk_totp_algorithm algorithm = (nmk_totp_algorithm)i;
		size_t length = totp_secret_length(algorithm);
		int64_t step = totp_match(algorithm, secret, length, NOW, 0, text);

		totp_code(algorithm, secret, length, totp_step(NOW), TOTP_DIGITS, right);
		require(is_code || step == -1);
		require(step == -1 || step == totp_step(NOW) || step == totp_step(NOW) - 1);
		require(!is_code || strcmp(digits, right) != 0 || step == totp_step(NOW));
		require(totp_match(algorithm, secret, length, NOW, totp_step(NOW), text) == -1);
	}
}

/* The characters that count, as they are written. */
static void normalise(const char *text, char *plain)
{
	for (; *text; text++) {
		char c = *text >= 'a' && *text <= 'z' ? (char)(*text - 'a' + 'A') : *text;

		if (c != '-' && c != ' ')
			*plain++ = (char)(c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c);
	}
	*plain = '\0';
}

static void as_recovery_code(const char *text)
{
	unsigned char bytes[CODE_BYTES + 1];
	char again[BASE32_SIZE(CODE_BYTES)], *plain = malloc(strlen(text) + 1);

	require(plain != NULL);
	normalise(text, plain);
	for (size_t length = 0; length <= CODE_BYTES; length++) {
		bytes[length] = 0xA5;
		if (crockford_read(text, bytes, length)) {
			crockford_write(bytes, length, again);
			require(strcmp(plain, again) == 0);
		}
		require(bytes[length] == 0xA5);
	}
	free(plain);
}

/* Any bytes, written and read back. */
static void as_secret(const uint8_t *data, size_t size)
{
	char text[BASE32_SIZE(TOTP_SECRET_MAXIMUM)];
	unsigned char bytes[TOTP_SECRET_MAXIMUM];
	size_t length = size < sizeof bytes ? size : sizeof bytes;

	crockford_write(data, length, text);
	require(strlen(text) < BASE32_SIZE(length) && crockford_read(text, bytes, length));
	require(length == 0 || memcmp(data, bytes, length) == 0);
	base32_write(data, length, text);
	require(strlen(text) < BASE32_SIZE(length) && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == strlen(text));
}

/* ---- labels ---- */

/* RFC 3986: nothing but what may stand in a path or a query, percent signs with two hexadecimal digits. */
static void check_uri(const char *uri)
{
	static const char hex[] = "0123456789ABCDEF";
	const char *label = uri + strlen("otpauth://totp/"), *query = strchr(label, '?'), *colon = strchr(label, ':');

	require(strncmp(uri, "otpauth://totp/", 15) == 0 && strlen(uri) <= 2000);
	require(query && colon && colon < query && !strchr(colon + 1, ':') && !strchr(query + 1, '?'));
	require(strncmp(query, "?secret=JBSWY3DP&issuer=", 24) == 0);
	require(strncmp(query + 24, label, (size_t)(colon - label)) == 0 && query[24 + (colon - label)] == '&');
	for (const char *at = label; *at; at++) {
		require(*at > 0x20 && *at < 0x7F && !strchr("\"<>\\^`{|}#/", *at));
		require(*at != '%' || (strchr(hex, at[1]) && at[1] && strchr(hex, at[2]) && at[2]));
	}
}

static void as_labels(const char *text)
{
	const char *const labels[][2] = { { text, "paula" }, { "Lernmarkt", text }, { text, text } };

	for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
		char *uri = totp_uri(NMK_TOTP_SHA1, "JBSWY3DP", labels[i][0], labels[i][1]);

		require(uri != NULL);
		check_uri(uri);
		secret_free(uri);
	}
}

/* ---- names ---- */

static void as_username(const char *text)
{
	char key[USERNAME_KEY_SIZE + 1], skeleton[USERNAME_KEY_SIZE + 1];
	bool is_name;

	key[USERNAME_KEY_SIZE] = skeleton[USERNAME_KEY_SIZE] = '#';
	is_name = username_key(text, key);
	require(is_name == username_is_fit(NMK_USERNAME_LATIN, text));
	require(is_name || !username_is_fit(NMK_USERNAME_ASCII, text));
	require(is_name || !username_is_reserved(text));
	username_skeleton(text, skeleton);
	require(key[USERNAME_KEY_SIZE] == '#' && skeleton[USERNAME_KEY_SIZE] == '#');
	if (!is_name)
		return;
	require(text_is_valid_utf8(text, strlen(text)) && text_count(text) >= USERNAME_MINIMUM && text_count(text) <= USERNAME_MAXIMUM);
	require(strlen(key) >= USERNAME_MINIMUM && strlen(key) < USERNAME_KEY_SIZE && strlen(skeleton) < USERNAME_KEY_SIZE);
	require(text_is_valid_utf8(key, strlen(key)) && text_is_valid_utf8(skeleton, strlen(skeleton)));
	require(strspn(key, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 0);
}

static void as_address(const char *text, size_t size)
{
	struct text_rule rule = { .minimum = 1, .maximum = EMAIL_BYTES };

	if (text_check(text, &rule) != TEXT_FINE || !email_is_fit(text))
		return;
	require(strlen(text) == size && strchr(text, '@') == strrchr(text, '@') && !strpbrk(text, " \t\r\n<>,;:\"()[]\\"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	require(text != NULL && sodium_init() >= 0);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	as_totp(text);
	as_recovery_code(text);
	as_secret(data, size);
	as_labels(text);
	as_username(text);
	as_address(text, strlen(text));
	free(text);
	return 0;
}
