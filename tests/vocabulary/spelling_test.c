/* spelling_test.c -- how far words are from each other, how they sound, and where near ones are looked up. */
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
	int forth = spelling_distance(&x, &y, SPELLING_LETTERS);

	assert_int_equal(forth, spelling_distance(&y, &x, SPELLING_LETTERS));
	for (int most = 0; most <= SPELLING_LETTERS; most++)
		assert_int_equal(forth > most ? most + 1 : forth, spelling_distance(&x, &y, most));
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

static bool begins_so(const struct letters *meant, const struct start *start)
{
	return meant->count >= start->count && memcmp(meant->at, start->letters, start->count * sizeof start->letters[0]) == 0;
}

static bool is_looked_up(const struct letters *typed, const struct letters *meant)
{
	struct start starts[STARTS_MOST];
	size_t count = spelling_starts(typed, starts);
	int found = 0;

	assert_true(count <= STARTS_MOST);
	for (size_t i = 0; i < count; i++)
		found += begins_so(meant, &starts[i]);
	assert_true(found <= 1); /* no word is looked at twice */
	return found == 1;
}

/* Whatever one slip does to a word, it is looked up. */
static void test_spelling_starts__one_slip_is_always_found(void **state)
{
	static const char *const words[] = { "haus", "tabelle", "aachen", "anna", "umsatzsteuervoranmeldung",
	                                     "abcdefghijklmnopqrstuvwxyzabcde", "школа", "ολοι" };

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		struct letters meant = word(words[i]);
		int32_t other = meant.at[0] < 0x80 ? 'q' : meant.at[0] + 1;

		for (size_t at = 0; at <= meant.count; at++)
			for (int slip = 0; slip < 4; slip++) {
				struct letters typed = meant;

				if (slip == 0 && at < meant.count)
					typed.at[at] = other;
				else if (slip == 1 && at + 1 < meant.count) {
					typed.at[at] = meant.at[at + 1];
					typed.at[at + 1] = meant.at[at];
				} else if (slip == 2 && at < meant.count && meant.count > SPELLING_SHORTEST) {
					memmove(typed.at + at, meant.at + at + 1, (meant.count - at - 1) * sizeof *typed.at);
					typed.count--;
				} else if (slip == 3) {
					memmove(typed.at + at + 1, meant.at + at, (meant.count - at) * sizeof *typed.at);
					typed.at[at] = other;
					typed.count++;
				} else
					continue;
				assert_true(spelling_distance(&typed, &meant, 1) <= 1);
				if (!is_looked_up(&typed, &meant))
					fail_msg("%s: slip %d at %zu", words[i], slip, at);
			}
	}
}

static bool finds(const char *typed, const char *meant)
{
	struct letters a = word(typed), b = word(meant);

	return is_looked_up(&a, &b);
}

/* Behind the first letters there may be more slips. */
static void test_spelling_starts__what_several_slips_leave(void **state)
{
	(void)state;
	assert_true(finds("rythmus", "rhythmus"));
	assert_true(finds("filosofie", "filosophie"));
	assert_true(finds("taxbelxle", "tabelle"));
	assert_true(finds("atbolle", "tabelle"));
	assert_false(finds("tabelle", "diagramm"));
	assert_false(finds("kebelle", "tabelle"));
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
		cmocka_unit_test(test_spelling_starts__one_slip_is_always_found),
		cmocka_unit_test(test_spelling_starts__what_several_slips_leave),
		cmocka_unit_test(test_spelling_slips__by_length),
	};

	return cmocka_run_group_tests_name("spelling", tests, NULL, NULL);
}
