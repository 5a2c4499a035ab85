#include "totp.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fields.h"
#include "hmac.h"
#include "number.h"

const char *const totp_algorithm_words[] = { "", "sha1", "sha256", "sha512", NULL };

const char *nmk_totp_algorithm_word(nmk_totp_algorithm algorithm) { return word_of(totp_algorithm_words, (int)algorithm); }
nmk_totp_algorithm nmk_totp_algorithm_of(const char *word)
{
	return (nmk_totp_algorithm)word_value(totp_algorithm_words, word);
}

/* The caller has seen that it is one. */
static enum hmac_digest digest_of(nmk_totp_algorithm algorithm)
{
	switch (algorithm) {
	case NMK_TOTP_SHA1:   break;
	case NMK_TOTP_SHA256: return HMAC_SHA256;
	case NMK_TOTP_SHA512: return HMAC_SHA512;
	}
	return HMAC_SHA1;
}

size_t totp_secret_length(nmk_totp_algorithm algorithm)
{
	return nmk_totp_algorithm_word(algorithm) ? hmac_bytes(digest_of(algorithm)) : 0;
}

int64_t totp_step(int64_t now_ms)
{
	return now_ms / (TOTP_PERIOD_SECONDS * 1000);
}

/* ---- codes ---- */

static void mac_of(nmk_totp_algorithm algorithm, const unsigned char *key, size_t key_length, const unsigned char counter[8],
                   unsigned char mac[HMAC_MAXIMUM])
{
	enum hmac_digest digest = digest_of(algorithm);
	union hmac hmac;

	hmac_init(digest, &hmac, key, key_length);
	hmac_update(digest, &hmac, counter, 8);
	hmac_final(digest, &hmac, mac);
	sodium_memzero(&hmac, sizeof hmac);
}

/* RFC 4226, 5.3: four bytes from where the last half-byte says, without the sign, as decimal digits. */
void totp_code(nmk_totp_algorithm algorithm, const unsigned char *secret, size_t length, int64_t step, int digits,
               char code[TOTP_CODE_SIZE])
{
	unsigned char counter[8], mac[HMAC_MAXIMUM] = { 0 };
	size_t at;
	uint32_t number;

	put_big_endian(counter, sizeof counter, (uint64_t)step);
	mac_of(algorithm, secret, length, counter, mac);
	at = mac[totp_secret_length(algorithm) - 1] & 0xF;
	number = (uint32_t)get_big_endian(mac + at, 4) & 0x7FFFFFFF;
	for (int i = digits; i-- > 0; number /= 10)
		code[i] = (char)('0' + number % 10);
	code[digits] = '\0';
	sodium_memzero(mac, sizeof mac);
}

/* The digits of what somebody typed; false if it is no code. */
static bool read_code(const char *text, char code[TOTP_DIGITS + 1])
{
	size_t count = 0;

	for (; *text; text++) {
		if (*text == '-' || *text == ' ')
			continue;
		if (*text < '0' || *text > '9' || count == TOTP_DIGITS)
			return false;
		code[count++] = *text;
	}
	code[count] = '\0';
	return count == TOTP_DIGITS;
}

/* Both steps are computed in any case, so that the time tells nothing. */
int64_t totp_match(nmk_totp_algorithm algorithm, const unsigned char *secret, size_t length, int64_t now_ms, int64_t last_step,
                   const char *code)
{
	char given[TOTP_DIGITS + 1], right[TOTP_CODE_SIZE];
	int64_t now = totp_step(now_ms), found = -1;

	if (read_code(code, given))
		for (int64_t step = now - 1; step <= now; step++) {
			totp_code(algorithm, secret, length, step, TOTP_DIGITS, right);
			if (sodium_memcmp(given, right, TOTP_DIGITS) == 0 && step > last_step)
				found = step;
		}
	sodium_memzero(given, sizeof given);
	sodium_memzero(right, sizeof right);
	return found;
}

/* ---- the address for an authenticator ---- */

static bool is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("-._~", c));
}

/* RFC 3986, 2.1. Whole characters of valid UTF-8 as long as they fit; colons are left out. */
static void percent_encode(const char *text, char *encoded, size_t size)
{
	size_t at = 0, complete = 0;

	for (; *text; text++) {
		size_t more = is_unreserved(*text) ? 1 : 3;

		if (*text == ':')
			continue;
		if (((unsigned char)*text & 0xC0) != 0x80)
			complete = at;
		if (at + more >= size) {
			at = complete;
			break;
		}
		if (more == 1)
			encoded[at] = *text;
		else
			snprintf(encoded + at, size - at, "%%%02X", (unsigned)(unsigned char)*text);
		at += more;
	}
	encoded[at] = '\0';
}

static const char *algorithm_name(nmk_totp_algorithm algorithm)
{
	switch (algorithm) {
	case NMK_TOTP_SHA1:   return "SHA1";
	case NMK_TOTP_SHA256: return "SHA256";
	case NMK_TOTP_SHA512: return "SHA512";
	}
	return "";
}

/* Made at once in its full size: memory that grew would leave copies of the secret behind. */
char *totp_uri(nmk_totp_algorithm algorithm, const char *secret_base32, const char *issuer, const char *account)
{
	char issuer_encoded[TOTP_ISSUER_BYTES + 1], account_encoded[TOTP_ISSUER_BYTES + 1];
	size_t size = 2 * sizeof issuer_encoded + sizeof account_encoded + strlen(secret_base32) + 100;
	char *uri = malloc(size);

	percent_encode(issuer, issuer_encoded, sizeof issuer_encoded);
	percent_encode(account, account_encoded, sizeof account_encoded);
	if (uri)
		snprintf(uri, size, "otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=%s&digits=%d&period=%d", issuer_encoded,
		         account_encoded, secret_base32, issuer_encoded, algorithm_name(algorithm), TOTP_DIGITS, TOTP_PERIOD_SECONDS);
	return uri;
}
