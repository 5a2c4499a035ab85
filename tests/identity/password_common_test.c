/* password_common_test.c -- what is guessed first is refused: every entry of the lists; what is random is not. */
#include "world.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "password_common.h"
#include "password_policy.h"
#include "text.h"

#define RANDOM_PASSPHRASES 10000

static enum password_problem judge_as(nmk_password_policy policy, bool second_factor, const char *password)
{
	const struct password_rules rules = { .policy = policy, .second_factor = second_factor };
	struct password_verdict verdict;
	char *prepared = password_prepare(password);

	assert_non_null(prepared);
	assert_true(password_judge(&rules, prepared, &verdict));
	password_free(prepared);
	return verdict.problem;
}

static bool is_common(const char *password)
{
	char *folded = text_casefold_key(password);
	bool common = password_is_common(folded);

	free(folded);
	return common;
}

/* ---- the lists ---- */

/* Every policy: an entry that is long enough is refused as common, or for its composition. */
static void check_entry(const char *entry, size_t counts[3])
{
	size_t length = text_count(entry);
	enum password_problem classic;

	if (length >= 15) {
		if (judge_as(NMK_PASSWORD_POLICY_NIST4, false, entry) != PASSWORD_COMMON)
			fail_msg("nist4 accepts: %s", entry);
		counts[0]++;
	}
	if (length >= 8) {
		if (judge_as(NMK_PASSWORD_POLICY_NIST4, true, entry) != PASSWORD_COMMON)
			fail_msg("nist4 with a second factor accepts: %s", entry);
		counts[1]++;
		classic = judge_as(NMK_PASSWORD_POLICY_CLASSIC, false, entry);
		if (classic == PASSWORD_FINE)
			fail_msg("classic accepts: %s", entry);
		counts[2]++;
	}
}

/* As people meet the classic policy: "Sommer1!". */
static void check_disguised(const char *entry, size_t *count)
{
	char password[128];

	if (entry[0] < 'a' || entry[0] > 'z' || text_count(entry) < 6 || strlen(entry) > 60)
		return;
	snprintf(password, sizeof password, "%c%s1!", entry[0] - 'a' + 'A', entry + 1);
	if (judge_as(NMK_PASSWORD_POLICY_CLASSIC, false, password) != PASSWORD_COMMON)
		fail_msg("classic accepts: %s", password);
	++*count;
}

static void check_all(const char *entry, size_t counts[4])
{
	check_entry(entry, counts);
	check_disguised(entry, &counts[3]);
}

static json_t *load(const char *name)
{
	json_t *json = json_load_file(shared_file(name), 0, NULL);

	assert_non_null(json);
	return json;
}

static void test_list__every_entry_that_is_long_enough_is_refused(void **state)
{
	static const char *const files[] = { "common-passwords", "de-commonWords", "de-firstnames", "de-lastnames" };
	FILE *file = fopen(shared_file("data/security/passwords/django-20k-common-passwords.txt"), "r");
	size_t counts[4] = { 0 };
	char line[256];

	(void)state;
	assert_non_null(file);
	while (fgets(line, sizeof line, file)) {
		line[strcspn(line, "\n")] = '\0';
		check_all(line, counts);
	}
	fclose(file);
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		char name[128];
		json_t *list, *entry;
		size_t index;

		snprintf(name, sizeof name, "data/security/passwords/zxcvbn/%s.json", files[i]);
		list = load(name);
		json_array_foreach(list, index, entry)
			check_all(json_string_value(entry), counts);
		json_decref(list);
	}
	print_message("%zu of nist4, %zu with a second factor, %zu classic, %zu disguised\n", counts[0], counts[1], counts[2],
	              counts[3]);
	assert_true(counts[0] > 150 && counts[1] > 30000 && counts[3] > 40000);
}

static void test_list__words_are_read_as_people_write_them(void **state)
{
	static const char *const common[] = {
		"password", "PASSWORD", "Password", "passw0rd", "p@ssw0rd", "P@$$w0rd", "p455w0rd", "\uff50assword",
		"password1", "password1!", "p@ssw0rd123!", "password 12", "i1oveyou", "!loveyou", "sch\u00f6n2024", "SCH\u00d6N2024",
		"Schmidt1!", "anna1985", "schwierigkeiten1", "passwordpassword", "sommersommer", "letmein!!!!",
	};
	static const char *const others[] = {
		"xpassword", "pass-word-rowing", "kqxzvbwr", "schmidt-kanal", "wolkenkuckucksschrank", "",
	};

	(void)state;
	for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
		if (!is_common(common[i]))
			fail_msg("not common: %s", common[i]);
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (is_common(others[i]))
			fail_msg("common: %s", others[i]);
}

static void test_pattern__repetitions_are_refused(void **state)
{
	static const char *const common[] = {
		"aaaaaaaaaaaaaaa", "               ", "abcabcabcabcabc", "xkqxkqxkqxkqxkq", "xkqxkqxkqxkqxk", "\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4",
		"0101010101010101", "qpzmvkqpzmvkqpzmvk", "AbCaBcAbCaBcAbC", "kqxzvkqxzvkqxzv12!",
		"kqxzvbwrtjkqxzvbwrtjkqxzvbwrtjkqxz",
	};
	static const char *const others[] = { "kqxzvbwrkqxzvbwr", "kqxzvbwrtjkqxzvbwrtj", "kqxkqxkqxkqyyqz" };

	(void)state;
	for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
		if (!is_common(common[i]))
			fail_msg("not common: %s", common[i]);
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (is_common(others[i]))
			fail_msg("common: %s", others[i]);
}

static void test_pattern__keys_in_a_row_are_refused(void **state)
{
	static const char *const common[] = {
		"abcdefghijklmno", "onmlkjihgfedcba", "123456789012345", "098765432109876", "abcdefgh12345678", "qwertzuiopasdfg",
		"qwertyuiopasdfgh", "poiuztrewq987654", "yxcvbnmasdfghjk", "1qay2wsx3edc4rfv", "1q2w3e4r5t6z7u8i", "qwertz111222333",
		"xyzabcdefghijkl", "abcdefghijklmno1!", "uvwxyzabcdefghij",
	};
	static const char *const others[] = { "abcdefghijklxqk", "12345678901-kqx", "qwertzuiop-haus" };

	(void)state;
	for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
		if (!is_common(common[i]))
			fail_msg("not common: %s", common[i]);
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (is_common(others[i]))
			fail_msg("common: %s", others[i]);
}

/* ---- what is random ---- */

/* The same numbers in every run: one in a million passwords has the hash of a listed word by chance, and is none of these. */
static uint32_t draw(uint32_t bound)
{
	static unsigned char seed[randombytes_SEEDBYTES];
	uint64_t number;

	for (int i = 0; i < 8 && ++seed[i] == 0; i++)
		continue;
	randombytes_buf_deterministic(&number, sizeof number, seed);
	return (uint32_t)(number % bound);
}

static void append(char *text, size_t room, const char *more)
{
	size_t length = strlen(text);

	snprintf(text + length, room - length, "%s", more);
}

/* Four to six words in random case, with random separators; at least fifteen characters. */
static void passphrase(const json_t *words, char *text, size_t room)
{
	static const char *const separators[] = { " ", "-", ".", "_", "", "1", "!" };

	do {
		uint32_t count = 4 + draw(3);

		text[0] = '\0';
		for (uint32_t i = 0; i < count; i++) {
			size_t at = strlen(text);

			append(text, room, json_string_value(json_array_get(words, draw((uint32_t)json_array_size(words)))));
			if (text[at] >= 'a' && text[at] <= 'z' && draw(2))
				text[at] = (char)(text[at] - 'a' + 'A');
			if (i + 1 < count)
				append(text, room, separators[draw(sizeof separators / sizeof separators[0])]);
		}
	} while (text_count(text) < 15);
}

static void test_random__no_passphrase_is_refused(void **state)
{
	json_t *words = load("data/security/passwords/zxcvbn/de-commonWords.json");
	char text[256];

	(void)state;
	for (int i = 0; i < RANDOM_PASSPHRASES; i++) {
		passphrase(words, text, sizeof text);
		if (judge_as(NMK_PASSWORD_POLICY_NIST4, false, text) != PASSWORD_FINE)
			fail_msg("refused: %s", text);
	}
	json_decref(words);
}

static void random_text(const char *alphabet, size_t length, char *text)
{
	for (size_t i = 0; i < length; i++)
		text[i] = alphabet[draw((uint32_t)strlen(alphabet))];
	text[length] = '\0';
}

static void test_random__no_string_is_refused(void **state)
{
	static const char *const alphabets[] = {
		"0123456789", "abcdefghijklmnopqrstuvwxyz", "0123456789abcdef",
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
		" !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~",
	};
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof alphabets / sizeof alphabets[0]; i++)
		for (int j = 0; j < RANDOM_PASSPHRASES; j++) {
			random_text(alphabets[i], 15 + draw(10), text);
			if (judge_as(NMK_PASSWORD_POLICY_NIST4, false, text) != PASSWORD_FINE)
				fail_msg("refused: %s", text);
		}
}

/* ---- the member's own words ---- */

static bool is_made_of(const char *password, const char *const *words, size_t count)
{
	char *folded = text_casefold_key(password);
	bool made = password_is_made_of(folded, words, count);

	free(folded);
	return made;
}

static void test_own_words__with_at_most_three_more_characters(void **state)
{
	static const char *const words[] = { "clara.schumann", "nanomarket", "maxi", "\u00e4rger", "ab", "" };
	static const char *const refused[] = {
		"clara.schumann", "Clara.Schumann", "CLARA.SCHUMANN1", "1clara.schumann2!", "clara.schumann123", "cl4r4.$chum4nn",
		"Nanomarket2!", "nanomarketnanomarket", "nan0m4rket-clara.schumann", "maximaximaximax", "maximaximaximaxi123", "1-maxi",
		"\u00c4rger\u00c4rger\u20ac\u20ac\u20ac",
	};
	static const char *const accepted[] = {
		"clara.schumann1234", "clara-schumann.1", "nanomarket-2026", "abababababababab", "kqxzvbwrtj", "", "abc",
		"\u00c4rger\u20ac\u20ac\u20ac\u20ac",
	};

	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
		if (!is_made_of(refused[i], words, 6))
			fail_msg("not refused: %s", refused[i]);
	for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++)
		if (is_made_of(accepted[i], words, 6))
			fail_msg("refused: %s", accepted[i]);
	assert_false(is_made_of("clara.schumann", words, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list__every_entry_that_is_long_enough_is_refused),
		cmocka_unit_test(test_list__words_are_read_as_people_write_them),
		cmocka_unit_test(test_pattern__repetitions_are_refused),
		cmocka_unit_test(test_pattern__keys_in_a_row_are_refused),
		cmocka_unit_test(test_random__no_passphrase_is_refused),
		cmocka_unit_test(test_random__no_string_is_refused),
		cmocka_unit_test(test_own_words__with_at_most_three_more_characters),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
