/* password_meter.c -- how strong a password looks while it is typed. Pure. */
#include <nanomarket/password.h>

#include <stdlib.h>
#include <string.h>
#include "fields.h"
#include "message.h"
#include "password_common.h"
#include "password_policy.h"
#include "text.h"

#define COMMON_MAXIMUM 19 /* points: weak, whatever its form is */
#define TIMES_IN_A_ROW 3

struct nmk_password_meter {
#define NMK_FIELD(kind, name, flags, ...) FIELD_MEMBER_##kind(name)
#include "password_meter.def"
#undef NMK_FIELD
	uint32_t suggestions;
};

static const char *const strength_words[] = { "", "weak", "fair", "good", "strong", "very_strong", NULL };

static const struct field fields[] = {
#define NMK_FIELD(kind, name, flags, ...) FIELD_ROW(struct nmk_password_meter, kind, name, flags, __VA_ARGS__)
#include "password_meter.def"
#undef NMK_FIELD
	{ 0 }
};

#define NMK_FIELD(kind, name, flags, ...) FIELD_GETTER_##kind(nmk_password_meter, name, __VA_ARGS__)
#include "password_meter.def"
#undef NMK_FIELD

uint32_t nmk_password_meter_suggestions(const nmk_password_meter *meter)
{
	return meter->suggestions;
}

const char *nmk_password_strength_word(nmk_password_strength strength)
{
	return word_of(strength_words, (int)strength);
}

nmk_password_strength nmk_password_strength_of(const char *word)
{
	return (nmk_password_strength)word_value(strength_words, word);
}

/* ---- the form ---- */

/* a to z, and U+00DF to U+00FF without the division sign: as for upper case. */
static bool has_lower(const char *password)
{
	const unsigned char *at = (const unsigned char *)password;

	for (; *at; at++)
		if ((at[0] >= 'a' && at[0] <= 'z') || (at[0] == 0xC3 && at[1] >= 0x9F && at[1] <= 0xBF && at[1] != 0xB7))
			return true;
	return false;
}

static bool has_pattern(const char *folded)
{
	static const char *const patterns[] = { "123", "abc", "qwerty", "password", "admin", "user", "pass" };

	for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++)
		if (strstr(folded, patterns[i]))
			return true;
	return false;
}

static size_t character_length(const char *at)
{
	size_t length = 1;

	while ((at[length] & 0xC0) == 0x80)
		length++;
	return length;
}

static bool has_repeat(const char *password)
{
	size_t length, before = 0;
	int times = 1;

	for (; *password; password += length) {
		length = character_length(password);
		times = length == before && memcmp(password - length, password, length) == 0 ? times + 1 : 1;
		if (times == TIMES_IN_A_ROW)
			return true;
		before = length;
	}
	return false;
}

static int64_t points_for_length(size_t count)
{
	return count >= 16 ? 40 : count >= 12 ? 30 : count >= 8 ? 20 : 2 * (int64_t)count;
}

static nmk_password_strength strength_of_score(int64_t score)
{
	return score >= 80 ? NMK_PASSWORD_VERY_STRONG : score >= 60 ? NMK_PASSWORD_STRONG : score >= 40 ? NMK_PASSWORD_GOOD
	     : score >= 20 ? NMK_PASSWORD_FAIR : NMK_PASSWORD_WEAK;
}

/* ---- measure ---- */

static void measure_form(const char *prepared, const char *folded, nmk_password_meter *meter)
{
	const struct {
		bool     met;
		uint32_t suggestion;
	} rules[] = {
		{ has_lower(prepared),            NMK_SUGGEST_LOWER },
		{ password_has_upper(prepared),   NMK_SUGGEST_UPPER },
		{ password_has_digit(prepared),   NMK_SUGGEST_DIGIT },
		{ password_has_special(prepared), NMK_SUGGEST_SPECIAL },
		{ !has_pattern(folded),           NMK_SUGGEST_NO_PATTERN },
		{ !has_repeat(prepared),          NMK_SUGGEST_NO_REPEAT },
	};
	size_t count = text_count(prepared);

	meter->score = points_for_length(count);
	meter->suggestions = count < 16 ? NMK_SUGGEST_LONGER : 0;
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
		meter->score += rules[i].met ? 10 : 0;
		meter->suggestions |= rules[i].met ? 0 : rules[i].suggestion;
	}
	if (count == 0)
		meter->score = 0;
	if (password_is_common(folded)) {
		meter->score = meter->score < COMMON_MAXIMUM ? meter->score : COMMON_MAXIMUM;
		meter->suggestions |= NMK_SUGGEST_UNCOMMON;
	}
	meter->strength = (int)strength_of_score(meter->score);
}

static bool measure(const char *prepared, nmk_password_policy policy, nmk_password_meter *meter)
{
	const struct password_rules rules = { .policy = policy };
	struct password_verdict verdict;
	char *folded = text_casefold_key(prepared);

	if (!folded || !password_judge(&rules, prepared, &verdict)) {
		password_free(folded);
		return false;
	}
	measure_form(prepared, folded, meter);
	meter->meets_policy = verdict.problem == PASSWORD_FINE;
	password_free(folded);
	return true;
}

nmk_status nmk_password_measure(const char *password, nmk_password_policy policy, nmk_password_meter **meter)
{
	char *prepared;
	bool done;

	if (!meter)
		return NMK_EINVALID;
	*meter = NULL;
	if (!password || password_check_form(password) != PASSWORD_FINE || (int)policy < 0 || policy > NMK_PASSWORD_POLICY_CLASSIC)
		return NMK_EINVALID;
	prepared = password_prepare(password);
	*meter = calloc(1, sizeof **meter);
	done = prepared && *meter && measure(prepared, policy ? policy : NMK_PASSWORD_POLICY_NIST4, *meter);
	password_free(prepared);
	if (done)
		return NMK_OK;
	free(*meter);
	*meter = NULL;
	return NMK_ENOMEM;
}

void nmk_password_meter_free(nmk_password_meter *meter)
{
	free(meter);
}

/* ---- JSON ---- */

static json_t *sentences(uint32_t suggestions, enum language language)
{
	static const struct {
		uint32_t    suggestion;
		const char *sentence;
	} all[] = {
		{ NMK_SUGGEST_UNCOMMON,   "choose one that is not among the most used passwords" },
		{ NMK_SUGGEST_LONGER,     "use at least 16 characters" },
		{ NMK_SUGGEST_LOWER,      "add a lower-case letter" },
		{ NMK_SUGGEST_UPPER,      "add an upper-case letter" },
		{ NMK_SUGGEST_DIGIT,      "add a digit" },
		{ NMK_SUGGEST_SPECIAL,    "add a special character" },
		{ NMK_SUGGEST_NO_PATTERN, "leave out common patterns such as 123, abc or qwerty" },
		{ NMK_SUGGEST_NO_REPEAT,  "do not repeat a character three times" },
	};
	json_t *list = json_array();

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		if ((suggestions & all[i].suggestion)
		    && json_array_append_new(list, json_string(message_in(language, all[i].sentence))) != 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

char *nmk_password_meter_json(const nmk_password_meter *meter, const char *language)
{
	json_t *json = fields_json(fields, meter);

	if (json && json_object_set_new(json, "suggestions", sentences(meter->suggestions, language_of(language))) != 0) {
		json_decref(json);
		return NULL;
	}
	return json_text(json);
}
