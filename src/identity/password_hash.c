#include "password_hash.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "password_legacy.h"
#include "password_policy.h"
#include "text.h"
#include "wipe.h"

#define VARIANT    sodium_base64_VARIANT_ORIGINAL_NO_PADDING
#define HASH_BYTES 32

/* ---- the string ---- */

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
	    && text_skip(&at, "$argon2id$v=19$m=")
	    && number(&at, 8, PHC_MEMORY_KIB_MAXIMUM, &phc->cost.memory_kib)
	    && text_skip(&at, ",t=") && number(&at, 1, PHC_PASSES_MAXIMUM, &phc->cost.passes)
	    && text_skip(&at, ",p=") && number(&at, 1, PHC_LANES_MAXIMUM, &phc->lanes)
	    && phc->cost.memory_kib >= 8 * phc->lanes
	    && text_skip(&at, "$") && bytes(&at, phc->salt, PHC_SALT_MINIMUM, PHC_SALT_MAXIMUM, &phc->salt_length)
	    && text_skip(&at, "$") && bytes(&at, phc->hash, PHC_HASH_MINIMUM, PHC_HASH_MAXIMUM, &phc->hash_length)
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

/* Its limits are kept by phc_parse(), argon2id_verify() and the market's options: what is left to fail is the memory. */
static nmk_status argon2id(const char *prepared, const struct phc *phc, unsigned char *hash)
{
	int failed = crypto_pwhash(hash, phc->hash_length, prepared, strlen(prepared), phc->salt, phc->cost.passes,
	                           (size_t)phc->cost.memory_kib * 1024, crypto_pwhash_ALG_ARGON2ID13);

	stack_wipe();
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

static bool has_memory(const struct phc *phc)
{
	void *probe = malloc(((size_t)phc->cost.memory_kib + 1024) * 1024);

	free(probe);
	return probe != NULL;
}

/* Lanes and salts that libsodium's raw function does not do. Its other one answers for a lack of memory as for a wrong password:
 * so a wrong one is asked again, and there must be memory before and after. */
static nmk_status argon2id_verify_text(const char *password, const char *hash, const struct phc *phc, bool *right)
{
	if (!has_memory(phc))
		return NMK_ENOMEM;
	for (int i = 0; i < 2 && !*right; i++)
		*right = crypto_pwhash_str_verify(hash, password, strlen(password)) == 0;
	stack_wipe();
	return *right || has_memory(phc) ? NMK_OK : NMK_ENOMEM;
}

static nmk_status argon2id_verify(const char *password, const char *hash, const struct phc *phc, bool *right)
{
	unsigned char computed[PHC_HASH_MAXIMUM];
	nmk_status rc;

	if (phc->lanes != 1 || phc->salt_length != crypto_pwhash_SALTBYTES)
		return argon2id_verify_text(password, hash, phc, right);
	rc = argon2id(password, phc, computed);
	if (rc == NMK_OK)
		*right = sodium_memcmp(computed, phc->hash, phc->hash_length) == 0;
	sodium_memzero(computed, sizeof computed);
	return rc;
}

static nmk_status verify(const char *password, const char *hash, bool *right)
{
	struct phc phc;
	nmk_status rc;

	rc = phc_parse(hash, &phc) ? argon2id_verify(password, hash, &phc, right) : legacy_verify(password, hash, right);
	sodium_memzero(&phc, sizeof phc);
	return rc;
}

/* ---- the forms of a password that are tried ---- */

#define FORMS 4

struct forms {
	char  *texts[FORMS]; /* no two are equal */
	size_t count;
};

/* Takes the text; NULL: there was no memory for it. */
static bool forms_add(struct forms *forms, char *text)
{
	bool known = false;

	for (size_t i = 0; text && i < forms->count; i++)
		known = known || strcmp(forms->texts[i], text) == 0;
	if (text && !known)
		forms->texts[forms->count++] = text;
	else
		password_free(text);
	return text != NULL;
}

static void forms_free(struct forms *forms)
{
	for (size_t i = 0; i < forms->count; i++)
		password_free(forms->texts[i]);
	forms->count = 0;
}

static bool forms_make(const char *password, struct forms *forms)
{
	*forms = (struct forms){ .count = 0 };
	if (!text_is_valid_utf8(password, strlen(password)))
		return forms_add(forms, strdup(password));
	return forms_add(forms, password_prepare(password)) && forms_add(forms, strdup(password))
	    && forms_add(forms, text_nfc(password)) && forms_add(forms, text_nfd(password));
}

nmk_status password_verify(const char *password, const char *hash, bool *right)
{
	struct forms forms = { .count = 0 };
	nmk_status rc = NMK_OK;

	*right = false;
	if (!password_hash_is_known(hash))
		return NMK_EINVALID;
	if (!forms_make(password, &forms))
		rc = NMK_ENOMEM;
	for (size_t i = 0; rc == NMK_OK && !*right && i < forms.count; i++)
		rc = verify(forms.texts[i], hash, right);
	forms_free(&forms);
	return rc;
}

nmk_status password_waste(const char *password, struct phc_cost cost)
{
	struct phc phc = { .cost = cost, .salt_length = crypto_pwhash_SALTBYTES, .hash_length = HASH_BYTES };
	struct forms forms;
	nmk_status rc = forms_make(password, &forms) ? NMK_OK : NMK_ENOMEM;

	for (size_t i = 0; rc == NMK_OK && i < forms.count; i++)
		rc = argon2id(forms.texts[i], &phc, phc.hash);
	forms_free(&forms);
	sodium_memzero(&phc, sizeof phc);
	return rc;
}

bool password_hash_is_known(const char *hash)
{
	struct phc phc;
	bool known = strnlen(hash, PASSWORD_TEXT_SIZE) < PASSWORD_TEXT_SIZE && (phc_parse(hash, &phc) || legacy_is_known(hash));

	sodium_memzero(&phc, sizeof phc);
	return known;
}

bool password_needs_rehash(const char *hash, struct phc_cost cost)
{
	struct phc phc;
	bool needs = !phc_parse(hash, &phc) || phc.cost.memory_kib != cost.memory_kib || phc.cost.passes != cost.passes
	          || phc.lanes != 1 || phc.salt_length != crypto_pwhash_SALTBYTES || phc.hash_length != HASH_BYTES;

	sodium_memzero(&phc, sizeof phc);
	return needs;
}
