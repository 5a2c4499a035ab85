#include "password_hash.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define VARIANT    sodium_base64_VARIANT_ORIGINAL_NO_PADDING
#define HASH_BYTES 32

/* ---- the string ---- */

static bool skip(const char **at, const char *literal)
{
	size_t length = strlen(literal);

	if (strncmp(*at, literal, length) != 0)
		return false;
	*at += length;
	return true;
}

/* Decimal, without leading zeros or sign. */
static bool number(const char **at, uint32_t minimum, uint32_t maximum, uint32_t *value)
{
	uint64_t result = 0;
	size_t digits = 0;

	for (; digits < 9 && **at >= '0' && **at <= '9'; digits++, ++*at) {
		if (digits == 1 && result == 0)
			return false;
		result = result * 10 + (uint64_t)(**at - '0');
	}
	*value = (uint32_t)result;
	return digits > 0 && result >= minimum && result <= maximum;
}

static bool bytes(const char **at, unsigned char *to, size_t minimum, size_t maximum, size_t *length)
{
	size_t text = strcspn(*at, "$");
	const char *end;

	if (sodium_base642bin(to, maximum, *at, text, NULL, length, &end, VARIANT) != 0 || end != *at + text)
		return false;
	*at = end;
	return *length >= minimum;
}

bool phc_parse(const char *text, struct phc *phc)
{
	const char *at = text;

	memset(phc, 0, sizeof *phc);
	return strnlen(text, PHC_TEXT_SIZE) < PHC_TEXT_SIZE
	    && skip(&at, "$argon2id$v=19$m=")
	    && number(&at, 8, PHC_MEMORY_KIB_MAXIMUM, &phc->cost.memory_kib)
	    && skip(&at, ",t=") && number(&at, 1, PHC_PASSES_MAXIMUM, &phc->cost.passes)
	    && skip(&at, ",p=") && number(&at, 1, PHC_LANES_MAXIMUM, &phc->lanes)
	    && phc->cost.memory_kib >= 8 * phc->lanes
	    && skip(&at, "$") && bytes(&at, phc->salt, PHC_SALT_MINIMUM, PHC_SALT_MAXIMUM, &phc->salt_length)
	    && skip(&at, "$") && bytes(&at, phc->hash, PHC_HASH_MINIMUM, PHC_HASH_MAXIMUM, &phc->hash_length)
	    && *at == '\0';
}

static void phc_format(const struct phc *phc, char text[PHC_TEXT_SIZE])
{
	char salt[2 * PHC_SALT_MAXIMUM], hash[2 * PHC_HASH_MAXIMUM];

	sodium_bin2base64(salt, sizeof salt, phc->salt, phc->salt_length, VARIANT);
	sodium_bin2base64(hash, sizeof hash, phc->hash, phc->hash_length, VARIANT);
	snprintf(text, PHC_TEXT_SIZE, "$argon2id$v=19$m=%u,t=%u,p=1$%s$%s", (unsigned)phc->cost.memory_kib,
	         (unsigned)phc->cost.passes, salt, hash);
}

/* ---- the work ---- */

/* Its limits are kept by phc_parse(), password_verify() and the market's options: what is left to fail is the memory. */
static nmk_status argon2id(const char *prepared, const struct phc *phc, unsigned char *hash)
{
	int failed = crypto_pwhash(hash, phc->hash_length, prepared, strlen(prepared), phc->salt, phc->cost.passes,
	                           (size_t)phc->cost.memory_kib * 1024, crypto_pwhash_ALG_ARGON2ID13);

	return failed ? NMK_ENOMEM : NMK_OK;
}

nmk_status password_hash(const char *prepared, struct phc_cost cost, char text[PHC_TEXT_SIZE])
{
	struct phc phc = { .cost = cost, .salt_length = crypto_pwhash_SALTBYTES, .hash_length = HASH_BYTES };
	nmk_status rc;

	randombytes_buf(phc.salt, phc.salt_length);
	rc = argon2id(prepared, &phc, phc.hash);
	if (rc == NMK_OK)
		phc_format(&phc, text);
	sodium_memzero(&phc, sizeof phc);
	return rc;
}

nmk_status password_verify(const char *prepared, const char *text, bool *right)
{
	unsigned char hash[PHC_HASH_MAXIMUM];
	struct phc phc;
	nmk_status rc;

	*right = false;
	if (!phc_parse(text, &phc) || phc.lanes != 1 || phc.salt_length != crypto_pwhash_SALTBYTES)
		return NMK_EINVALID;
	rc = argon2id(prepared, &phc, hash);
	if (rc == NMK_OK)
		*right = sodium_memcmp(hash, phc.hash, phc.hash_length) == 0;
	sodium_memzero(hash, sizeof hash);
	sodium_memzero(&phc, sizeof phc);
	return rc;
}

nmk_status password_waste(const char *prepared, struct phc_cost cost)
{
	struct phc phc = { .cost = cost, .salt_length = crypto_pwhash_SALTBYTES, .hash_length = HASH_BYTES };
	nmk_status rc = argon2id(prepared, &phc, phc.hash);

	sodium_memzero(&phc, sizeof phc);
	return rc;
}

bool password_needs_rehash(const char *text, struct phc_cost cost)
{
	struct phc phc;

	return !phc_parse(text, &phc) || phc.cost.memory_kib != cost.memory_kib || phc.cost.passes != cost.passes
	    || phc.hash_length != HASH_BYTES;
}
