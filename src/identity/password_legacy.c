#include "password_legacy.h"

#include <crypt.h>
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "number.h"
#include "pbkdf2.h"
#include "text.h"

#define SALT_MAXIMUM 128
#define HASH_MINIMUM 16
#define HASH_MAXIMUM 64

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* ---- bcrypt ---- */

#define BCRYPT_BYTES  72     /* of a password, that count                          */
#define BCRYPT_LENGTH 60
#define BCRYPT_DIGEST 31     /* characters at the end; before them cost and salt   */
#define BEFORE_BCRYPT "sha256+"

static bool is_bcrypt(const char *hash)
{
	static const char alphabet[] = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	int cost;

	if (strnlen(hash, BCRYPT_LENGTH + 1) != BCRYPT_LENGTH || hash[0] != '$' || hash[1] != '2' || !strchr("aby", hash[2])
	    || hash[3] != '$' || !is_digit(hash[4]) || !is_digit(hash[5]) || hash[6] != '$')
		return false;
	cost = (hash[4] - '0') * 10 + (hash[5] - '0');
	return cost >= BCRYPT_COST_MINIMUM && cost <= BCRYPT_COST_MAXIMUM && strspn(hash + 7, alphabet) == BCRYPT_LENGTH - 7;
}

/* Only the digest is compared: libraries differ in the last bits of the salt's last character, which bcrypt does not use. */
static nmk_status bcrypt_verify_bytes(const char *password, size_t length, const char *hash, bool *right)
{
	struct crypt_data *data = calloc(1, sizeof *data);
	char counted[BCRYPT_BYTES + 1] = { 0 };
	const char *answer;

	if (!data)
		return NMK_ENOMEM;
	memcpy(counted, password, length < BCRYPT_BYTES ? length : BCRYPT_BYTES);
	answer = crypt_r(counted, hash, data);
	*right = answer && strlen(answer) == BCRYPT_LENGTH
	      && sodium_memcmp(answer + BCRYPT_LENGTH - BCRYPT_DIGEST, hash + BCRYPT_LENGTH - BCRYPT_DIGEST, BCRYPT_DIGEST) == 0;
	sodium_memzero(data, sizeof *data);
	sodium_memzero(counted, sizeof counted);
	free(data);
	return NMK_OK;
}

static nmk_status bcrypt_verify_sha256(const char *password, size_t length, const char *hash, bool *right)
{
	unsigned char digest[crypto_hash_sha256_BYTES];
	char text[2 * sizeof digest + 1];
	nmk_status rc;

	crypto_hash_sha256(digest, (const unsigned char *)password, length);
	sodium_bin2hex(text, sizeof text, digest, sizeof digest);
	rc = bcrypt_verify_bytes(text, sizeof text - 1, hash, right);
	sodium_memzero(digest, sizeof digest);
	sodium_memzero(text, sizeof text);
	return rc;
}

/* Systems that shorten a long password by SHA-256 do not say so in the hash: so both are tried. */
static nmk_status bcrypt_verify(const char *password, const char *hash, bool *right)
{
	size_t length = strlen(password);
	nmk_status rc;

	if (text_skip(&hash, BEFORE_BCRYPT))
		return bcrypt_verify_sha256(password, length, hash, right);
	rc = bcrypt_verify_bytes(password, length, hash, right);
	if (rc == NMK_OK && !*right && length > BCRYPT_BYTES)
		rc = bcrypt_verify_sha256(password, length, hash, right);
	return rc;
}

/* ---- PBKDF2 ---- */

struct pbkdf2_hash {
	enum hmac_digest digest;
	uint32_t           iterations;
	unsigned char      salt[SALT_MAXIMUM], hash[HASH_MAXIMUM];
	size_t             salt_length, hash_length;
};

static bool read_digest(const char **at, enum hmac_digest *digest)
{
	static const char *const names[] = { [HMAC_SHA1] = "sha1", [HMAC_SHA256] = "sha256", [HMAC_SHA512] = "sha512" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (text_skip(at, names[i])) {
			*digest = (enum hmac_digest)i;
			return true;
		}
	return false;
}

/* Decimal digits and the "$" after them. */
static bool read_iterations(const char **at, uint32_t *iterations)
{
	uint64_t value = 0;
	int digits = 0;

	for (; digits < 9 && is_digit(**at); digits++, ++*at)
		value = value * 10 + (uint64_t)(**at - '0');
	*iterations = (uint32_t)value;
	return digits > 0 && text_skip(at, "$");
}

/* The salt as it stands there, and the "$" after it. */
static bool read_plain_salt(const char **at, struct pbkdf2_hash *parsed)
{
	parsed->salt_length = strcspn(*at, "$");
	if (parsed->salt_length > SALT_MAXIMUM)
		return false;
	memcpy(parsed->salt, *at, parsed->salt_length);
	*at += parsed->salt_length;
	return text_skip(at, "$");
}

/* All of the text. */
static bool read_base64(const char *text, size_t length, int variant, unsigned char *to, size_t room, size_t *to_length)
{
	const char *end;

	return sodium_base642bin(to, room, text, length, NULL, to_length, &end, variant) == 0 && end == text + length;
}

/* Base64 with "." for "+" and without padding. */
static bool read_passlib(const char *text, size_t length, unsigned char *to, size_t room, size_t *to_length)
{
	char ordinary[2 * SALT_MAXIMUM];

	if (length >= sizeof ordinary || memchr(text, '+', length))
		return false;
	for (size_t i = 0; i < length; i++)
		ordinary[i] = text[i] == '.' ? '+' : text[i];
	return read_base64(ordinary, length, sodium_base64_VARIANT_ORIGINAL_NO_PADDING, to, room, to_length);
}

static bool parse_django(const char *at, struct pbkdf2_hash *parsed)
{
	return text_skip(&at, "pbkdf2_") && read_digest(&at, &parsed->digest) && text_skip(&at, "$")
	    && read_iterations(&at, &parsed->iterations) && read_plain_salt(&at, parsed)
	    && read_base64(at, strlen(at), sodium_base64_VARIANT_ORIGINAL, parsed->hash, HASH_MAXIMUM, &parsed->hash_length);
}

static bool parse_werkzeug(const char *at, struct pbkdf2_hash *parsed)
{
	const char *end;

	return text_skip(&at, "pbkdf2:") && read_digest(&at, &parsed->digest) && text_skip(&at, ":")
	    && read_iterations(&at, &parsed->iterations) && read_plain_salt(&at, parsed)
	    && sodium_hex2bin(parsed->hash, HASH_MAXIMUM, at, strlen(at), NULL, &parsed->hash_length, &end) == 0 && *end == '\0';
}

static bool parse_passlib(const char *at, struct pbkdf2_hash *parsed)
{
	size_t salt;

	parsed->digest = HMAC_SHA1;
	if (!(text_skip(&at, "$pbkdf2-") ? read_digest(&at, &parsed->digest) : text_skip(&at, "$pbkdf2")) || !text_skip(&at, "$")
	    || !read_iterations(&at, &parsed->iterations))
		return false;
	salt = strcspn(at, "$");
	return at[salt] == '$' && read_passlib(at, salt, parsed->salt, SALT_MAXIMUM, &parsed->salt_length)
	    && read_passlib(at + salt + 1, strlen(at + salt + 1), parsed->hash, HASH_MAXIMUM, &parsed->hash_length);
}

/* A byte 1, digest, iterations and length of the salt as 32-bit numbers, highest byte first, the salt, the hash. */
static bool parse_aspnet(const char *text, struct pbkdf2_hash *parsed)
{
	unsigned char bytes[13 + SALT_MAXIMUM + HASH_MAXIMUM];
	size_t length;

	if (!read_base64(text, strlen(text), sodium_base64_VARIANT_ORIGINAL, bytes, sizeof bytes, &length) || length < 13
	    || bytes[0] != 1 || (uint32_t)get_big_endian(bytes + 1, 4) > HMAC_SHA512 || (uint32_t)get_big_endian(bytes + 9, 4) > SALT_MAXIMUM)
		return false;
	parsed->digest = (enum hmac_digest)(uint32_t)get_big_endian(bytes + 1, 4);
	parsed->iterations = (uint32_t)get_big_endian(bytes + 5, 4);
	parsed->salt_length = (uint32_t)get_big_endian(bytes + 9, 4);
	if (length < 13 + parsed->salt_length || length - 13 - parsed->salt_length > HASH_MAXIMUM)
		return false;
	parsed->hash_length = length - 13 - parsed->salt_length;
	memcpy(parsed->salt, bytes + 13, parsed->salt_length);
	memcpy(parsed->hash, bytes + 13 + parsed->salt_length, parsed->hash_length);
	sodium_memzero(bytes, sizeof bytes);
	return true;
}

static bool parse_pbkdf2(const char *hash, struct pbkdf2_hash *parsed)
{
	memset(parsed, 0, sizeof *parsed);
	return (parse_django(hash, parsed) || parse_werkzeug(hash, parsed) || parse_passlib(hash, parsed)
	        || parse_aspnet(hash, parsed))
	    && parsed->iterations > 0 && parsed->salt_length > 0 && parsed->hash_length >= HASH_MINIMUM
	    && pbkdf2_work(parsed->digest, parsed->iterations, parsed->hash_length) <= PBKDF2_WORK_MAXIMUM;
}

static void pbkdf2_verify(const char *password, const struct pbkdf2_hash *parsed, bool *right)
{
	unsigned char hash[HASH_MAXIMUM];

	pbkdf2(parsed->digest, password, strlen(password), parsed->salt, parsed->salt_length, parsed->iterations, hash,
	       parsed->hash_length);
	*right = sodium_memcmp(hash, parsed->hash, parsed->hash_length) == 0;
	sodium_memzero(hash, sizeof hash);
}

/* ---- all of them ---- */

bool legacy_is_known(const char *hash)
{
	struct pbkdf2_hash parsed;
	const char *at = hash;
	bool known;

	text_skip(&at, BEFORE_BCRYPT);
	known = is_bcrypt(at) || parse_pbkdf2(hash, &parsed);
	sodium_memzero(&parsed, sizeof parsed);
	return known;
}

nmk_status legacy_verify(const char *password, const char *hash, bool *right)
{
	struct pbkdf2_hash parsed;
	const char *at = hash;
	nmk_status rc = NMK_OK;

	*right = false;
	text_skip(&at, BEFORE_BCRYPT);
	if (is_bcrypt(at))
		return bcrypt_verify(password, hash, right);
	if (parse_pbkdf2(hash, &parsed))
		pbkdf2_verify(password, &parsed, right);
	else
		rc = NMK_EINVALID;
	sodium_memzero(&parsed, sizeof parsed);
	return rc;
}
