/* text_test.c -- which texts are valid, which are fit to be shown, and which are the same name. */
#include "german_test.h"

#include "text.h"

static const struct text_rule ONE_LINE = { .minimum = 1, .maximum = 10 };
static const struct text_rule MANY_LINES = { .minimum = 0, .maximum = 1000, .multiline = true };

static bool is_valid(const char *bytes)
{
	return text_is_valid_utf8(bytes, strlen(bytes));
}

static void test_text_is_valid_utf8__the_borders_of_rfc_3629(void **state)
{
	(void)state;
	assert_true(text_is_valid_utf8("", 0));
	assert_true(is_valid("a\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"));
	assert_true(is_valid("\xed\x9f\xbf"));
	assert_false(is_valid("\xed\xa0\x80"));
	assert_false(is_valid("\xc1\xbf"));
	assert_false(is_valid("\xe0\x9f\xbf"));
	assert_false(is_valid("\xf0\x8f\xbf\xbf"));
	assert_false(is_valid("\xf4\x90\x80\x80"));
	assert_false(is_valid("\x80"));
	assert_false(is_valid("a\xc3"));
	assert_false(text_is_valid_utf8("a\0b", 3));
	assert_false(text_is_valid_utf8("\xc3\xbc", 1));
}

static void test_text_count__code_points(void **state)
{
	(void)state;
	assert_int_equal(0, text_count(""));
	assert_int_equal(5, text_count("Übung"));
	assert_int_equal(6, text_count("U\xcc\x88" "bung"));
	assert_int_equal(1, text_count("\xf0\x9f\x98\x80"));
}

static void test_text_check__length_counts_code_points_at_the_border(void **state)
{
	(void)state;
	assert_int_equal(TEXT_TOO_SHORT, text_check("", &ONE_LINE));
	assert_int_equal(TEXT_FINE, text_check("ü", &ONE_LINE));
	assert_int_equal(TEXT_FINE, text_check("üüüüüüüüüü", &ONE_LINE));
	assert_int_equal(TEXT_TOO_LONG, text_check("üüüüüüüüüüü", &ONE_LINE));
	assert_int_equal(TEXT_FINE, text_check("", &MANY_LINES));
}

static void test_text_check__blank(void **state)
{
	const struct text_rule lenient = { .minimum = 2, .maximum = 10, .allow_blank = true };

	(void)state;
	assert_int_equal(TEXT_BLANK, text_check(" ", &ONE_LINE));
	assert_int_equal(TEXT_BLANK, text_check("\xc2\xa0\xe3\x80\x80\xe2\xa0\x80", &ONE_LINE));
	assert_int_equal(TEXT_BLANK, text_check("\n\t \n", &MANY_LINES));
	assert_int_equal(TEXT_FINE, text_check("  ", &lenient));
	assert_int_equal(TEXT_TOO_SHORT, text_check(" ", &lenient));
	assert_int_equal(TEXT_FINE, text_check(" a ", &ONE_LINE));
}

static void test_text_check__unfit_characters(void **state)
{
	static const struct {
		const char       *text;
		enum text_problem problem;
	} cases[] = {
		{ "a\xff", TEXT_NOT_UTF8 },
		{ "a\nb", TEXT_CONTROL },
		{ "a\tb", TEXT_CONTROL },
		{ "a\rb", TEXT_CONTROL },
		{ "a\x1b[2J", TEXT_CONTROL },
		{ "a\x7f", TEXT_CONTROL },
		{ "a\xc2\x85" "b", TEXT_CONTROL },                /* next line, C1          */
		{ "a\xe2\x80\xa8" "b", TEXT_CONTROL },            /* line separator         */
		{ "a\xe2\x80\xa9" "b", TEXT_CONTROL },            /* paragraph separator    */
		{ "a\xe2\x80\xa9", TEXT_CONTROL },
		{ "\xe2\x80\xaa", TEXT_BIDI_CONTROL },            /* U+202A                 */
		{ "\xe2\x80\xae", TEXT_BIDI_CONTROL },            /* U+202E                 */
		{ "\xe2\x81\xa6", TEXT_BIDI_CONTROL },            /* U+2066                 */
		{ "\xe2\x81\xa9", TEXT_BIDI_CONTROL },            /* U+2069                 */
		{ "a\xe2\x80\xaf" "b", TEXT_FINE },               /* narrow no-break space  */
		{ "a\xe2\x80\x8b" "b", TEXT_INVISIBLE },          /* zero-width space       */
		{ "a\xe2\x80\x8e" "b", TEXT_INVISIBLE },          /* left-to-right mark     */
		{ "a\xc2\xad" "b", TEXT_INVISIBLE },              /* soft hyphen            */
		{ "\xef\xbb\xbf" "a", TEXT_INVISIBLE },           /* byte order mark        */
		{ "a\xe2\x81\xa0" "b", TEXT_INVISIBLE },          /* word joiner            */
		{ "a\xef\xbf\xba" "b", TEXT_INVISIBLE },          /* annotation separator   */
		{ "a\xef\xbf\xbd" "b", TEXT_FINE },               /* replacement character  */
		{ "a\xef\xbf\xb8" "b", TEXT_UNASSIGNED },
		{ "\xe3\x85\xa4", TEXT_INVISIBLE },               /* Hangul filler          */
		{ "\xf3\xa0\x81\xa1", TEXT_INVISIBLE },           /* tag letter             */
		{ "\xef\xbf\xbe", TEXT_UNASSIGNED },              /* U+FFFE                 */
		{ "\xcd\xb8", TEXT_UNASSIGNED },                  /* U+0378                 */
		{ "\xee\x80\x80", TEXT_FINE },                    /* private use            */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(cases[i].problem, text_check(cases[i].text, &ONE_LINE));
	assert_int_equal(TEXT_FINE, text_check("a\nb\tc\xe2\x80\xa8" "d\xe2\x80\xa9", &MANY_LINES));
	assert_int_equal(TEXT_CONTROL, text_check("a\r\nb", &MANY_LINES));
}

static void test_text_check__joiners_where_script_or_emoji_needs_them(void **state)
{
	static const struct {
		const char       *text;
		enum text_problem problem;
	} cases[] = {
		{ "\U0001F469\u200D\U0001F4BB", TEXT_FINE },                /* woman, laptop           */
		{ "\U0001F469\U0001F3FD\u200D\U0001F4BB", TEXT_FINE },      /* with a skin tone        */
		{ "\u2764\uFE0F\u200D\U0001F525", TEXT_FINE },              /* heart on fire           */
		{ "1\uFE0F\u20E3", TEXT_FINE },                             /* keycap                  */
		{ "\u0645\u06CC\u200C\u062E\u0648", TEXT_FINE },            /* Persian                 */
		{ "\u0915\u094D\u200D\u0937", TEXT_FINE },                  /* Devanagari, half form   */
		{ "\u0915\u094D\u200C", TEXT_FINE },                        /* at the end, by virama   */
		{ "\u1820\u180B", TEXT_FINE },                              /* Mongolian variant       */
		{ "\u845B\U000E0100", TEXT_FINE },                          /* ideographic variant     */
		{ "a\u200Db", TEXT_INVISIBLE },
		{ "\u200D", TEXT_INVISIBLE },
		{ "\u200C", TEXT_INVISIBLE },
		{ "\U0001F469\u200D", TEXT_INVISIBLE },
		{ "\U0001F469\u200Da", TEXT_INVISIBLE },
		{ "a\u200D\U0001F469", TEXT_INVISIBLE },
		{ "\U0001F469\u200C\U0001F4BB", TEXT_INVISIBLE },
		{ "\u0645\u200Ca", TEXT_INVISIBLE },
		{ "a\u200C\u0645", TEXT_INVISIBLE },
		{ "\u0645\u200C\u0660", TEXT_INVISIBLE },                   /* a digit does not join   */
		{ "\uFE0F", TEXT_INVISIBLE },
		{ " \uFE0F", TEXT_INVISIBLE },
		{ "1\uFE0F\uFE0F", TEXT_INVISIBLE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(cases[i].problem, text_check(cases[i].text, &ONE_LINE));
}

static void assert_result(const char *expected, char *actual)
{
	assert_non_null(actual);
	assert_string_equal(expected, actual);
	free(actual);
}

static void test_text_nfc_and_key(void **state)
{
	(void)state;
	assert_result("Übung", text_nfc("U\u0308bung"));
	assert_result("ﬁ", text_nfc("ﬁ"));
	assert_result("", text_nfc(""));
	assert_result("strasse", text_casefold_key("STRAẞE"));
	assert_result("strasse", text_casefold_key("Stra\u00ADße"));
	assert_result("übung", text_casefold_key("U\u0308BUNG"));
	assert_result("fi", text_casefold_key("ﬁ"));
	assert_result("python", text_casefold_key("Ｐｙｔｈｏｎ"));
	assert_null(text_nfc("\xff"));
}

/* Markus Kuhn's file: its bad lines are known, and nothing else in it is bad. */
static void test_text_is_valid_utf8__kuhn(void **state)
{
	FILE *file = shared_open("data/security/utf8/kuhn/UTF-8-test.txt");
	static char line[LINE_SIZE];
	int refused = 0, lines = 0;

	(void)state;
	for (; fgets(line, sizeof(line), file); lines++) {
		bool valid = text_is_valid_utf8(line, strlen(line));

		refused += !valid;
		assert_int_equal(valid ? TEXT_FINE : TEXT_NOT_UTF8,
				 text_check(line, &MANY_LINES) == TEXT_NOT_UTF8 ? TEXT_NOT_UTF8 : TEXT_FINE);
	}
	fclose(file);
	print_message("kuhn: %d of %d lines refused\n", refused, lines);
	assert_int_equal(68, refused);
}

static size_t from_hex(const char *text, char *bytes)
{
	unsigned int value;
	size_t count = 0;

	for (; *text && *text != ':'; text += 2) {
		text += strspn(text, " ");
		if (sscanf(text, "%2x", &value) != 1)
			break;
		bytes[count++] = (char)value;
	}
	return count;
}

static void test_text_is_valid_utf8__flenniken(void **state)
{
	FILE *file = shared_open("data/security/utf8/flenniken_utf8tests/utf8tests.txt");
	static char line[LINE_SIZE], bytes[LINE_SIZE];
	int checked[2] = { 0, 0 };

	(void)state;
	while (shared_line(file, line)) {
		const char *hex = strstr(line, "valid hex:");
		size_t length;
		bool expected;

		if (line[0] < '0' || line[0] > '9' || !hex)
			continue;
		length = from_hex(hex + strlen("valid hex:"), bytes);
		expected = !strstr(line, "invalid") && !memchr(bytes, 0, length);
		if (text_is_valid_utf8(bytes, length) != expected)
			fail_msg("%s", line);
		checked[expected]++;
	}
	fclose(file);
	print_message("flenniken: %d valid, %d invalid\n", checked[true], checked[false]);
	assert_true(checked[true] > 20 && checked[false] > 60);
}

static const char *from_code_points(const char *text, char *utf8)
{
	size_t count = 0;
	char *end;

	for (;; text = end) {
		long character = strtol(text, &end, 16);

		if (end == text)
			break;
		count += encode((int32_t)character, utf8 + count);
	}
	utf8[count] = '\0';
	return strchr(text, ';') + 1;
}

static void assert_same_key(const char *left, const char *right)
{
	char *key = text_casefold_key(left);

	assert_non_null(key);
	assert_result(key, text_casefold_key(right));
	free(key);
}

/* Unicode's own test: columns 2, 2, 2, 4, 4 are the NFC of columns 1 to 5; all five are one name. */
static void test_text_nfc__unicode_normalization_test(void **state)
{
	static const int nfc_of[5] = { 1, 1, 1, 3, 3 };
	FILE *file = shared_open("data/security/unicode/NormalizationTest.txt");
	static char line[LINE_SIZE], columns[5][512];
	int lines = 0;

	(void)state;
	while (shared_line(file, line)) {
		const char *text = line;

		if (line[0] == '#' || line[0] == '@')
			continue;
		for (int i = 0; i < 5; i++)
			text = from_code_points(text, columns[i]);
		for (int i = 0; i < 5; i++) {
			assert_result(columns[nfc_of[i]], text_nfc(columns[i]));
			assert_same_key(columns[0], columns[i]);
		}
		lines++;
	}
	fclose(file);
	print_message("NormalizationTest: %d lines\n", lines);
	assert_true(lines > 19000);
}

static int count_term(void *context, const struct term *term)
{
	assert_in_range(term->length, 1, ANALYZER_TERM_SIZE);
	++*(size_t *)context;
	return 0;
}

/* The Big List of Naughty Strings: the verdicts are fixed, nothing is changed, and the analyzer takes them all. */
static void test_text_check__naughty_strings(void **state)
{
	static const int expected[] = { 494, 0, 6, 5, 7, 1, 1, 0, 1 };
	const struct text_rule rule = { .minimum = 1, .maximum = 100000, .multiline = true };
	FILE *file = shared_open("data/security/blns/blns.json");
	static char line[LINE_SIZE], text[LINE_SIZE], copy[LINE_SIZE];
	int verdicts[TEXT_TOO_SHORT + 1] = { 0 };
	struct analyzer *analyzer = analyzer_new();
	size_t terms = 0;

	(void)state;
	while (shared_line(file, line)) {
		const char *quote = strchr(line, '"');

		if (!quote)
			continue;
		unescape(quote + 1, '"', text);
		strcpy(copy, text);
		verdicts[text_check(text, &rule)]++;
		assert_string_equal(copy, text);
		assert_int_equal(0, analyzer_run(analyzer, ANALYZER_GERMAN, ANALYZER_DOCUMENT, text, strlen(text), count_term,
						 &terms));
	}
	fclose(file);
	analyzer_free(analyzer);
	print_message("naughty strings:");
	for (int i = 0; i <= TEXT_TOO_SHORT; i++)
		print_message(" %d", verdicts[i]);
	print_message(", %zu terms\n", terms);
	for (int i = 0; i <= TEXT_TOO_SHORT; i++)
		assert_int_equal(expected[i], verdicts[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_is_valid_utf8__the_borders_of_rfc_3629),
		cmocka_unit_test(test_text_count__code_points),
		cmocka_unit_test(test_text_check__length_counts_code_points_at_the_border),
		cmocka_unit_test(test_text_check__blank),
		cmocka_unit_test(test_text_check__unfit_characters),
		cmocka_unit_test(test_text_check__joiners_where_script_or_emoji_needs_them),
		cmocka_unit_test(test_text_nfc_and_key),
		cmocka_unit_test(test_text_is_valid_utf8__kuhn),
		cmocka_unit_test(test_text_is_valid_utf8__flenniken),
		cmocka_unit_test(test_text_nfc__unicode_normalization_test),
		cmocka_unit_test(test_text_check__naughty_strings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
