/* spelling_test.c -- how far words are from each other, how they sound, and that near words share a key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "spelling.h"

static struct letters word(const char *text)
{
	struct letters letters;

	assert_true(letters_of(text, strlen(text), &letters));
	return letters;
}

static int distance(const char *a, const char *b)
{
	struct letters x = word(a), y = word(b);
	int forth = spelling_distance(&x, &y);

	assert_int_equal(forth, spelling_distance(&y, &x));
	return forth;
}

static int cost(const char *typed, const char *meant)
{
	struct letters x = word(typed), y = word(meant);

	return spelling_cost(&x, &y);
}

static void test_letters_of__four_to_thirty_two_letters_and_nothing_else(void **state)
{
	struct letters letters;

	(void)state;
	assert_false(letters_of("", 0, &letters));
	assert_false(letters_of("abc", 3, &letters));
	assert_true(letters_of("abcd", 4, &letters));
	assert_int_equal(4, letters.count);
	assert_true(letters_of("abcdefghijklmnopqrstuvwxyzabcdef", 32, &letters));
	assert_false(letters_of("abcdefghijklmnopqrstuvwxyzabcdefg", 33, &letters));
	assert_false(letters_of("word2vec", 8, &letters));
	assert_false(letters_of("ab cd", 5, &letters));
	assert_false(letters_of("abcd\xff", 5, &letters));
	assert_true(letters_of("школа", strlen("школа"), &letters));
	assert_int_equal(5, letters.count);
}

static void test_spelling_distance__counts_slips(void **state)
{
	(void)state;
	assert_int_equal(0, distance("tabelle", "tabelle"));
	assert_int_equal(1, distance("tabele", "tabelle"));
	assert_int_equal(1, distance("tabbelle", "tabelle"));
	assert_int_equal(1, distance("tabolle", "tabelle"));
	assert_int_equal(1, distance("tableele", "tabelele"));
	assert_int_equal(1, distance("gnaz", "ganz"));
	assert_int_equal(1, distance("abelle", "tabelle"));
	assert_int_equal(2, distance("tbelel", "tabelle"));
	assert_int_equal(4, distance("abcd", "efgh"));
	/* Restricted: what was swapped is not changed again (unrestricted it would be 2). */
	assert_int_equal(3, distance("xxca", "xxabc"));
}

static void test_spelling_cost__likely_slips_are_cheaper(void **state)
{
	(void)state;
	assert_int_equal(0, cost("tabelle", "tabelle"));
	assert_true(cost("tabele", "tabelle") < cost("tabele", "tabelie"));
	assert_true(cost("fnester", "fenster") < cost("fnester", "finester"));
	assert_true(cost("standart", "standard") < cost("standart", "standars"));
	assert_true(cost("kabelle", "tabelle") > cost("tabekle", "tabelle"));
}

static void assert_sound(const char *digits, const char *text)
{
	struct letters letters = word(text);
	int32_t sound[SOUND_DIGITS];
	size_t count = spelling_sound(&letters, sound);

	assert_int_equal(strlen(digits), count);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(digits[i], sound[i]);
}

/* The examples are those that the literature gives; the others follow from the rules. */
static void test_spelling_sound__as_published(void **state)
{
	(void)state;
	assert_sound("65752682", "mullerludenscheidt");
	assert_sound("3412", "wikipedia");
	assert_sound("17863", "breschnew");
	assert_sound("67", "maier");
	assert_sound("67", "mayr");
	assert_sound("3727", "phrhdr");
	assert_sound("8", "cccc");
	assert_sound("48484848", "xxxx");
	assert_sound("", "школа");
	assert_sound("0", "aeio");
}

static bool share_a_key(const char *typed, const char *meant, bool far)
{
	struct letters a = word(typed), b = word(meant);
	uint32_t typed_keys[FAR_KEYS + WORD_KEYS], meant_keys[WORD_KEYS];
	size_t typed_count = far ? spelling_far_keys(&a, typed_keys) : spelling_word_keys(&a, typed_keys);
	size_t meant_count = spelling_word_keys(&b, meant_keys);

	for (size_t i = 0; i < typed_count; i++)
		for (size_t j = 0; j < meant_count; j++)
			if (typed_keys[i] == meant_keys[j])
				return true;
	return false;
}

/* Whatever one slip does to a word: the two have a key in common. */
static void test_spelling_keys__one_slip_is_always_found(void **state)
{
	static const char *const words[] = { "haus", "tabelle", "fußball", "umsatzsteuervoranmeldung", "abcdefghijklmnopqrstuvwxyzabcde" };

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		struct letters meant = word(words[i]);

		for (size_t at = 0; at <= meant.count; at++)
			for (int slip = 0; slip < 4; slip++) {
				struct letters typed = meant;
				uint32_t a[WORD_KEYS], b[WORD_KEYS];
				size_t found = 0, m, n;

				if (slip == 0 && at < meant.count)
					typed.at[at] = 'q';
				else if (slip == 1 && at + 1 < meant.count) {
					typed.at[at] = meant.at[at + 1];
					typed.at[at + 1] = meant.at[at];
				} else if (slip == 2 && at < meant.count) {
					memmove(typed.at + at, meant.at + at + 1, (meant.count - at - 1) * sizeof *typed.at);
					typed.count--;
				} else if (slip == 3) {
					memmove(typed.at + at + 1, meant.at + at, (meant.count - at) * sizeof *typed.at);
					typed.at[at] = 'q';
					typed.count++;
				} else
					continue;
				assert_true(spelling_distance(&typed, &meant) <= 1);
				m = spelling_word_keys(&typed, a);
				n = spelling_word_keys(&meant, b);
				for (size_t x = 0; x < m; x++)
					for (size_t y = 0; y < n; y++)
						found += a[x] == b[y];
				assert_true(found > 0);
			}
	}
}

static void test_spelling_keys__what_two_slips_and_the_sound_find(void **state)
{
	(void)state;
	assert_true(share_a_key("rythmus", "rhythmus", false));
	assert_true(share_a_key("filosofie", "philosophie", false));
	assert_true(share_a_key("taxbelxle", "tabelle", true));
	assert_false(share_a_key("tabelle", "diagramm", false));
	assert_false(share_a_key("tabelle", "diagramm", true));
}

static void test_spelling_keys__never_more_than_there_is_room_for(void **state)
{
	struct letters longest = word("abcdefghijklmnopqrstuvwxyzabcdef");
	uint32_t keys[FAR_KEYS];

	(void)state;
	assert_int_equal(WORD_KEYS, spelling_word_keys(&longest, keys));
	assert_int_equal(FAR_KEYS, spelling_far_keys(&longest, keys));
}

/* They stand in stores: these were computed once, and stay. */
static void test_spelling_hash__is_part_of_the_stores_format(void **state)
{
	(void)state;
	assert_true(spelling_hash('w', "tabelle", 7) >= 0);
	assert_true(spelling_hash('w', "tabelle", 7) != spelling_hash('t', "tabelle", 7));
	assert_true(spelling_hash('w', "tabelle", 7) == INT64_C(5747710786336174162));
	assert_true(spelling_hash('w', "", 0) == INT64_C(2397899482384268833));
}

static void test_spelling_slips__by_length(void **state)
{
	(void)state;
	assert_int_equal(0, spelling_slips(3));
	assert_int_equal(1, spelling_slips(4));
	assert_int_equal(1, spelling_slips(5));
	assert_int_equal(2, spelling_slips(6));
	assert_int_equal(2, spelling_slips(32));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_letters_of__four_to_thirty_two_letters_and_nothing_else),
		cmocka_unit_test(test_spelling_distance__counts_slips),
		cmocka_unit_test(test_spelling_cost__likely_slips_are_cheaper),
		cmocka_unit_test(test_spelling_sound__as_published),
		cmocka_unit_test(test_spelling_keys__one_slip_is_always_found),
		cmocka_unit_test(test_spelling_keys__what_two_slips_and_the_sound_find),
		cmocka_unit_test(test_spelling_keys__never_more_than_there_is_room_for),
		cmocka_unit_test(test_spelling_hash__is_part_of_the_stores_format),
		cmocka_unit_test(test_spelling_slips__by_length),
	};

	return cmocka_run_group_tests_name("spelling", tests, NULL, NULL);
}
