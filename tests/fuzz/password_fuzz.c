/* password_fuzz.c -- hostile bytes as a stored hash and as a new password: verdicts hold together, and what is cheap to verify is
 * verified. */
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <nanomarket/password.h>
#include "password_common.h"
#include "password_hash.h"
#include "password_legacy.h"
#include "password_policy.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void as_hash(const char *text)
{
	bool known = password_hash_is_known(text), right;
	struct phc phc;

	require(known || password_verify("x", text, &right) == NMK_EINVALID);
	if (known && phc_parse(text, &phc) && phc.cost.memory_kib <= 64 && phc.cost.passes == 1)
		require(password_verify("x", text, &right) == NMK_OK);
	if (known && strstr(text, "$1$"))
		require(password_verify("x", text, &right) == NMK_OK);
}

static bool meets(const char *password, bool second_factor)
{
	const struct password_rules rules = { .policy = NMK_PASSWORD_POLICY_NIST4, .second_factor = second_factor };
	struct password_verdict verdict;
	char *prepared = password_prepare(password);

	require(prepared && password_judge(&rules, prepared, &verdict));
	password_free(prepared);
	return verdict.problem == PASSWORD_FINE;
}

static void as_password(const char *text)
{
	const char *const words[] = { "nanomarket", "abc" };
	nmk_password_meter *meter;
	char *folded;

	if (password_check_form(text) != PASSWORD_FINE)
		return;
	require(nmk_password_measure(text, 0, &meter) == NMK_OK);
	require(nmk_password_meter_score(meter) >= 0 && nmk_password_meter_score(meter) <= 100);
	require(nmk_password_meter_meets_policy(meter) == meets(text, false));
	require(!meets(text, false) || meets(text, true));
	nmk_password_meter_free(meter);
	folded = text_casefold_key(text);
	require(folded != NULL);
	password_is_made_of(folded, words, 2);
	free(folded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	require(text != NULL && sodium_init() >= 0);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	as_hash(text);
	as_password(text);
	free(text);
	return 0;
}
