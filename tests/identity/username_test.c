/* username_test.c -- user names: which there are, which are one, which look alike. The table of username_latin.def is made again
 * from Unicode's files, the other way round: by the library's own normalization, from the whole of confusables.txt. */
#include "identity_test.h"

#include <ctype.h>
#include <utf8proc.h>
#include "account.h"

#define CODE_POINTS 0x110000
#define LAST        0x17f

/* ---- Unicode's files ---- */

struct mapping {
	int32_t to[20];
	int     count;
};
static struct mapping *confusables, *foldings;

/* "1D7D8 ; 0030 0031 ;" with any number of fields before and after: field `column` of each line, for lines of those kinds. */
static struct mapping *read_mappings(const char *name, int column, const char *kinds)
{
	struct mapping *mappings = calloc(CODE_POINTS, sizeof *mappings);
	FILE *file = fopen(shared_file(name), "r");
	char line[1000], *fields[4], *at;

	assert_non_null(mappings);
	assert_non_null(file);
	while (fgets(line, sizeof line, file)) {
		struct mapping *mapping;
		long from;
		int count = 0;

		if (!isxdigit((unsigned char)line[0]))
			continue;
		for (at = strtok(line, ";#"); at && count < 4; at = strtok(NULL, ";#"))
			fields[count++] = at;
		from = strtol(fields[0], NULL, 16);
		if (kinds && !strpbrk(fields[1], kinds))
			continue;
		assert_in_range(from, 1, CODE_POINTS - 1);
		mapping = &mappings[from];
		for (at = strtok(fields[column], " \t"); at; at = strtok(NULL, " \t")) {
			assert_true(mapping->count < 20);
			mapping->to[mapping->count++] = (int32_t)strtol(at, NULL, 16);
		}
	}
	fclose(file);
	return mappings;
}

static int read_unicode(void **state)
{
	(void)state;
	confusables = read_mappings("data/security/unicode/confusables-14.0.0.txt", 1, NULL);
	foldings = read_mappings("data/security/unicode/CaseFolding.txt", 2, "CF");
	return 0;
}

static int free_unicode(void **state)
{
	(void)state;
	free(confusables);
	free(foldings);
	return 0;
}

/* ---- UTS #39, section 4 ---- */

#define TEXT 400

static void normalize(char text[TEXT], utf8proc_option_t options)
{
	utf8proc_uint8_t *result;

	assert_true(utf8proc_map((const utf8proc_uint8_t *)text, 0, &result, UTF8PROC_NULLTERM | UTF8PROC_STABLE | options) >= 0);
	assert_true(strlen((char *)result) < TEXT);
	strcpy(text, (char *)result);
	free(result);
}

static void map_all(char text[TEXT], const struct mapping *mappings)
{
	char result[TEXT] = "";
	const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text;
	size_t length = 0;

	while (*at) {
		int32_t code;

		at += utf8proc_iterate(at, -1, &code);
		for (int i = 0; i < (mappings[code].count ? mappings[code].count : 1); i++)
			length += (size_t)utf8proc_encode_char(mappings[code].count ? mappings[code].to[i] : code,
			                                       (utf8proc_uint8_t *)result + length);
		assert_true(length + 8 < TEXT);
	}
	result[length] = '\0';
	strcpy(text, result);
}

static void skeleton(char text[TEXT])
{
	normalize(text, UTF8PROC_DECOMPOSE);
	map_all(text, confusables);
	normalize(text, UTF8PROC_DECOMPOSE);
}

static void looks(char text[TEXT])
{
	skeleton(text);
	map_all(text, foldings);
	skeleton(text);
}

static void key_of(char text[TEXT])
{
	map_all(text, foldings);
	normalize(text, UTF8PROC_COMPOSE | UTF8PROC_COMPAT);
	map_all(text, foldings);
	normalize(text, UTF8PROC_COMPOSE | UTF8PROC_COMPAT);
}

/* ---- names of one repeated character, "abXab" ---- */

static void name_with(char name[64], const char *inside)
{
	snprintf(name, 64, "ab%.50sab", inside); /* a character, or what it looks like */
}

static bool is_character(int32_t code, char text[8])
{
	char name[64];

	memset(text, 0, 8);
	utf8proc_encode_char(code, (utf8proc_uint8_t *)text);
	name_with(name, text);
	return username_is_fit(NMK_USERNAME_LATIN, name);
}

static void test_username_table__is_what_unicode_says(void **state)
{
	char text[8], name[64], expected[TEXT], made[USERNAME_KEY_SIZE];

	(void)state;
	for (int32_t code = 1; code < LAST + 1; code++) {
		if (!is_character(code, text))
			continue;
		name_with(name, text);
		snprintf(expected, sizeof expected, "%s", name);
		key_of(expected);
		assert_true(username_key(name, made));
		assert_string_equal(expected, made);
		snprintf(expected, sizeof expected, "%s", name);
		looks(expected);
		username_skeleton(name, made);
		assert_string_equal(expected, made);
	}
}

static void test_username_characters__are_letters_digits_and_three_signs(void **state)
{
	static const int32_t refused[] = { 0xd7, 0xf7, 0x132, 0x133, 0x13f, 0x140, 0x149, 0x17f };
	char text[8];
	int count = 0;

	(void)state;
	for (int32_t code = 1; code < CODE_POINTS; code++) {
		if (code >= 0xd800 && code <= 0xdfff)
			continue;
		if (!is_character(code, text))
			continue;
		count++;
		assert_true(code < 0x80 ? isalnum(code) || strchr("_.-", code) : code >= 0xc0 && code <= LAST);
		for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
			assert_int_not_equal(refused[i], code);
	}
	assert_int_equal(10 + 26 + 26 + 3 + 184, count);
}

/* All pairs of characters that Unicode holds for confusable, and what one character is held for. */
static void test_username_skeleton__all_confusable_pairs_meet(void **state)
{
	char first[8], second[8], a[64], b[64], made[USERNAME_KEY_SIZE], other[USERNAME_KEY_SIZE], one[TEXT], two[TEXT];
	int pairs = 0;

	(void)state;
	for (int32_t i = 1; i <= LAST; i++)
		for (int32_t j = 1; j < i; j++) {
			if (!is_character(i, first) || !is_character(j, second))
				continue;
			snprintf(one, sizeof one, "%s", first);
			snprintf(two, sizeof two, "%s", second);
			skeleton(one);
			skeleton(two);
			if (strcmp(one, two) != 0)
				continue;
			pairs++;
			name_with(a, first);
			name_with(b, second);
			username_skeleton(a, made);
			username_skeleton(b, other);
			assert_string_equal(made, other);
		}
	assert_in_range(pairs, 10, 1000);
	for (int32_t i = 1; i <= LAST; i++) {
		if (!is_character(i, first))
			continue;
		snprintf(one, sizeof one, "%s", first);
		skeleton(one);
		normalize(one, UTF8PROC_COMPOSE);
		name_with(b, one);
		if (!username_is_fit(NMK_USERNAME_LATIN, b))
			continue;
		name_with(a, first);
		username_skeleton(a, made);
		username_skeleton(b, other);
		assert_string_equal(made, other);
	}
}

/* ---- by hand ---- */

static void assert_alike(bool alike, const char *a, const char *b)
{
	char one[USERNAME_KEY_SIZE], two[USERNAME_KEY_SIZE];

	assert_true(username_key(a, one));
	assert_true(username_key(b, two));
	username_skeleton(a, one);
	username_skeleton(b, two);
	if (alike != (strcmp(one, two) == 0))
		fail_msg("%s and %s", a, b);
}

static void test_username_skeleton__what_looks_alike_meets(void **state)
{
	(void)state;
	assert_alike(true, "Ivan", "lvan");
	assert_alike(true, "Ivan", "1van");
	assert_alike(true, "marne", "rnarne");
	assert_alike(true, "marne", "mame");
	assert_alike(true, "Max_M", "rnax_rn");
	assert_alike(true, "bob0", "B0BO");
	assert_alike(true, "paul", "pau1");
	assert_alike(true, "paul", "PAUI");
	assert_alike(true, "c\u00e6sar", "caesar");
	assert_alike(true, "stra\u00dfe", "STRASSE");
	assert_alike(true, "d\u0131van", "divan");
	assert_alike(true, "\u010eivan", "\u010fivan");
	assert_alike(true, "\u0110ivan", "\u00d0ivan");
	assert_alike(false, "ivan", "lvan");
	assert_alike(false, "muller", "m\u00fcller");
	assert_alike(false, "jonas", "jonah");
	assert_alike(false, "user10", "user11");
	assert_alike(false, "a_b", "a.b");
}

static void assert_key(const char *expected, const char *username)
{
	char key[USERNAME_KEY_SIZE];

	assert_true(username_key(username, key));
	assert_string_equal(expected, key);
}

static void test_username_key__is_one_whatever_the_case(void **state)
{
	(void)state;
	assert_key("azaz_09", "azAZ_09");
	assert_key("___", "___");
	assert_key("m\u00fcller", "M\u00dcLLER");
	assert_key("strasse", "Stra\u00dfe");
	assert_key("i\u0307zmir", "\u0130zmir");
	assert_key("\u0131zmir", "\u0131zmir");
	assert_key("izmir", "IZMIR");
}

static bool is_fit(const char *username)
{
	return username_is_fit(NMK_USERNAME_ASCII, username);
}

static bool is_latin(const char *username)
{
	return username_is_fit(NMK_USERNAME_LATIN, username);
}

static void test_username__three_to_twenty_characters(void **state)
{
	char name[64] = "";

	(void)state;
	assert_false(is_fit(""));
	assert_false(is_fit("ab"));
	assert_true(is_fit("abc"));
	assert_true(is_fit("abcd"));
	assert_true(is_fit("abcdefghijklmnopqrs"));
	assert_true(is_fit("abcdefghijklmnopqrst"));
	assert_false(is_fit("abcdefghijklmnopqrstu"));
	for (int length = 1; length <= 21; length++) {
		strcat(name, "\u00f0");
		assert_int_equal(length >= 3 && length <= 20, is_latin(name));
	}
}

/* The longest there is: each of twenty characters looks like five bytes. */
static void test_username_skeleton__has_room_for_all(void **state)
{
	char name[64] = "", made[USERNAME_KEY_SIZE];

	(void)state;
	for (int i = 0; i < 20; i++)
		strcat(name, "\u00f0");
	username_skeleton(name, made);
	assert_int_equal(100, strlen(made));
}

static void test_username__of_ascii_has_letters_digits_and_underscore(void **state)
{
	static const char *const refused[] = { "a b", "a-b", "a.b", "a@b", "a/b", "a`b", "a{b", "a[b", "a:b", "\u00e4bc", "ab\n",
	                                       "abc ", " abc", "deleted~0123456789ab" };

	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
		assert_false(is_fit(refused[i]));
}

static void test_username__of_latin_has_dots_and_hyphens_inside(void **state)
{
	static const char *const fine[] = { "a.b", "a-b", "J\u00fcrgen.M", "anna-lena", "\u00c5sa", "\u0141ukasz", "_ab_", "a.-b" };
	static const char *const refused[] = { ".ab", "ab.", "-ab", "ab-", "a b", "a'b", "a\u00b7b", "a\u2019b", "\u0430bc",
	                                       "mu\xCC\x88ller", "a\u00adb", "a\u200bbc", "abc\u202e", "\u202eabc", "a\u2066bc",
	                                       "ab\u0132", "\u017fabc", "abc\xff", "abc\xc3", ("\xc0\xaf" "abc"), "abc\u1e9e",
	                                       "\uff41bc", "abc\u0301", "deleted~0123456789ab" };

	(void)state;
	for (size_t i = 0; i < sizeof fine / sizeof fine[0]; i++)
		assert_true(is_latin(fine[i]));
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
		if (is_latin(refused[i]))
			fail_msg("accepted: %s", refused[i]);
}

/* ---- reserved names ---- */

static void check_list(const char *file, int *seen, int *reserved)
{
	FILE *list = fopen(shared_file(file), "r");
	char line[200];

	assert_non_null(list);
	while (fgets(line, sizeof line, list)) {
		line[strcspn(line, "\r\n")] = '\0';
		++*seen;
		if (!is_latin(line))
			continue;
		++*reserved;
		if (!username_is_reserved(line))
			fail_msg("not reserved: %s", line);
	}
	fclose(list);
}

static void test_username_reserved__all_of_the_lists(void **state)
{
	int seen = 0, reserved = 0;

	(void)state;
	check_list("data/security/usernames/big-username-blocklist.txt", &seen, &reserved);
	check_list("data/security/usernames/shouldbee-reserved-usernames.txt", &seen, &reserved);
	assert_true(seen > 1100);
	assert_true(reserved > 900);
}

static void test_username_reserved__whatever_the_case_and_what_looks_like_one(void **state)
{
	static const char *const taken[] = { "admin", "Admin", "ADMIN", "adrnin", "adm1n", "Adm1n", "admln", "moderator", "rnoderator",
	                                     "M0derator", "nanomarket", "nan0market", "r00t", "Hi1fe", "h1lfe", "supp0rt" };
	static const char *const free_names[] = { "adele", "moderne", "rosa", "clara", "administra", "ad_min", "x", "", "\xff" };

	(void)state;
	for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
		if (!username_is_reserved(taken[i]))
			fail_msg("not reserved: %s", taken[i]);
	for (size_t i = 0; i < sizeof free_names / sizeof free_names[0]; i++)
		assert_false(username_is_reserved(free_names[i]));
}

static void test_username_reserved__the_list_is_sorted_keys(void **state)
{
	static const char *const keys[] = {
#define NMK_RESERVED(key) key,
#include "username_reserved.def"
#undef NMK_RESERVED
	};
	char key[USERNAME_KEY_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		assert_true(username_key(keys[i], key));
		assert_string_equal(keys[i], key);
		assert_true(i == 0 || strcmp(keys[i - 1], keys[i]) < 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_username_table__is_what_unicode_says, read_unicode, free_unicode),
		cmocka_unit_test(test_username_characters__are_letters_digits_and_three_signs),
		cmocka_unit_test_setup_teardown(test_username_skeleton__all_confusable_pairs_meet, read_unicode, free_unicode),
		cmocka_unit_test(test_username_skeleton__what_looks_alike_meets),
		cmocka_unit_test(test_username_key__is_one_whatever_the_case),
		cmocka_unit_test(test_username__three_to_twenty_characters),
		cmocka_unit_test(test_username_skeleton__has_room_for_all),
		cmocka_unit_test(test_username__of_ascii_has_letters_digits_and_underscore),
		cmocka_unit_test(test_username__of_latin_has_dots_and_hyphens_inside),
		cmocka_unit_test(test_username_reserved__all_of_the_lists),
		cmocka_unit_test(test_username_reserved__whatever_the_case_and_what_looks_like_one),
		cmocka_unit_test(test_username_reserved__the_list_is_sorted_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
