/* texts_test.c -- every sentence has a German one that takes the same values; the table of commands is sound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "commands.h"
#include "list.h"
#include "output.h"
#include "texts.h"

static bool has_german(const char *english)
{
	const char *known;

	for (size_t i = 0; (known = texts_english(i)) != NULL; i++)
		if (strcmp(known, english) == 0)
			return true;
	return false;
}

static void assert_german(const char *english)
{
	if (english && !has_german(english))
		fail_msg("no German for \"%s\"", english);
}

/* The conversions of a format, "%.60s%lld", one after the other. */
static void conversions(const char *format, char text[100])
{
	size_t used = 0;

	for (; *format; format++) {
		size_t length;

		if (*format != '%')
			continue;
		if (format[1] == '%') {
			format++;
			continue;
		}
		length = strcspn(format + 1, "sdfucx") + 2;
		if (used + length >= 100 || !format[length - 1])
			continue;
		memcpy(text + used, format, length);
		used += length;
	}
	text[used] = '\0';
}

static void test_texts__german_takes_the_same_values(void **state)
{
	(void)state;
	for (size_t i = 0; texts_english(i); i++) {
		char english[100], german[100];

		conversions(texts_english(i), english);
		conversions(texts_german(i), german);
		if (strcmp(english, german) != 0)
			fail_msg("\"%s\" has %s, \"%s\" has %s", texts_english(i), english, texts_german(i), german);
	}
}

static void test_texts__none_stands_twice(void **state)
{
	(void)state;
	for (size_t i = 0; texts_english(i); i++)
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(texts_english(i), texts_english(j));
}

/* The literal behind tr( in a source file, as the compiler reads it; the position behind it. */
static const char *read_literal(const char *at, char text[1000])
{
	size_t used = 0;

	while (*at == '"') {
		for (at++; *at && *at != '"'; at++) {
			char letter = *at;

			if (letter == '\\') {
				at++;
				letter = *at == 'n' ? '\n' : *at;
			}
			assert_true(used < 999);
			text[used++] = letter;
		}
		at++;
		at += strspn(at, " \t\n");
	}
	text[used] = '\0';
	return at;
}

static void check_source(const char *path)
{
	static char code[200000];
	FILE *file = fopen(path, "r");
	size_t length;

	assert_non_null(file);
	length = fread(code, 1, sizeof code - 1, file);
	code[length] = '\0';
	fclose(file);
	for (const char *at = code; (at = strstr(at, "tr(\"")) != NULL;) {
		char text[1000];

		if (at > code && strchr("abcdefghijklmnopqrstuvwxyz_", at[-1])) {
			at += 4;
			continue;
		}
		at = read_literal(at + 3, text);
		assert_german(text);
	}
}

static void test_texts__every_sentence_of_the_code_is_there(void **state)
{
	glob_t files;

	(void)state;
	assert_int_equal(0, glob(NMK_SOURCE_DIR "/src/cli/*.c", 0, NULL, &files));
	assert_true(files.gl_pathc > 10);
	for (size_t i = 0; i < files.gl_pathc; i++)
		check_source(files.gl_pathv[i]);
	globfree(&files);
}

static void check_options(const struct option *options)
{
	for (const struct option *option = options; option->name; option++) {
		assert_german(option->help);
		assert_german(option->value);
		assert_true(option->kind == VALUE_NONE ? option->value == NULL : option->value != NULL);
		assert_true((option->kind == VALUE_WORD) == (option->word != NULL));
		assert_true(option->kind != VALUE_NUMBER || option->minimum < option->maximum);
		assert_ptr_equal(option, option_named(options, option->name, strlen(option->name)));
		if (option->letter)
			assert_ptr_equal(option, option_lettered(options, option->letter));
		if (option->kind == VALUE_WORD) {
			assert_non_null(option->word(1));
			assert_non_null(option->word(2));
			assert_null(option->word(0));
			assert_null(option->word(99));
		}
	}
}

static void test_commands__table_is_sound_and_has_german(void **state)
{
	(void)state;
	check_options(global_options);
	for (const struct command *command = commands; command->name; command++) {
		assert_non_null(command->run);
		assert_non_null(command->summary);
		assert_german(command->summary);
		assert_german(command->details);
		assert_german(command->arguments);
		assert_ptr_equal(command, command_find(command->name));
		assert_true(command->maximum < 0 || command->minimum <= command->maximum);
		check_options(command->options);
	}
}

/* Commands of a group stand together: help and completion rely on it. */
static void test_commands__groups_stand_together(void **state)
{
	(void)state;
	for (const struct command *command = commands; command->name; command++) {
		size_t length = strcspn(command->name, " ");
		bool left = false;

		for (const struct command *other = command + 1; command->name[length] && other->name; other++) {
			bool same = strncmp(other->name, command->name, length + 1) == 0;

			assert_false(same && left);
			left = left || !same;
		}
	}
}

/* Every example runs as it stands there: its command and options exist. */
static void test_commands__examples_are_right(void **state)
{
	(void)state;
	for (const struct command *command = commands; command->name; command++) {
		char line[300], *words[40] = { (char[]){ "nanomarket" } };
		struct arguments arguments;
		int count = 1;

		assert_non_null(command->example);
		snprintf(line, sizeof line, "%s", command->example);
		for (char *at = line; *at && count < 39;) {
			char *end = *at == '"' ? strchr(++at, '"') : at + strcspn(at, " ");

			words[count++] = at;
			at = *end ? end + 1 : end;
			*end = '\0';
			at += strspn(at, " ");
			if (*at == '>' || *at == '<')
				break;
		}
		if (!arguments_read(&arguments, count, words))
			fail_msg("%s: %s", command->example, arguments.problem);
		assert_ptr_equal(command, arguments.command);
		arguments_clear(&arguments);
	}
}

static void test_headings__have_german(void **state)
{
	(void)state;
	for (size_t i = 0; nano_headings[i]; i++)
		assert_german(nano_headings[i]);
}

static void test_texts__language_follows_the_environment(void **state)
{
	(void)state;
	setenv("LANG", "de_AT.UTF-8", 1);
	setenv("LC_MESSAGES", "", 1);
	setenv("LC_ALL", "", 1);
	texts_use_environment();
	assert_string_equal("de", texts_language());
	assert_string_equal("ja", tr("yes"));
	setenv("LC_MESSAGES", "en_GB", 1);
	texts_use_environment();
	assert_string_equal("en", texts_language());
	setenv("LC_ALL", "de", 1);
	texts_use_environment();
	assert_string_equal("de", texts_language());
	texts_use("den_XX");
	assert_string_equal("en", texts_language());
	assert_string_equal("yes", tr("yes"));
}

static void test_output__width_is_what_a_terminal_shows(void **state)
{
	(void)state;
	assert_int_equal(0, text_width(""));
	assert_int_equal(5, text_width("Gr\xC3\xBC\xC3\x9F" "e"));
	assert_int_equal(5, text_width("Gru\xCC\x88\xC3\x9F" "e"));
	assert_int_equal(4, text_width("\xE6\xBC\xA2\xE5\xAD\x97"));
	assert_int_equal(1, text_width("\033"));
	assert_int_equal(2, text_width("\xFF\xFE"));
	assert_int_equal(3, text_fit("\xE6\xBC\xA2\xE5\xAD\x97", 3));
	assert_int_equal(4, text_fit("a\xC3\xBC" "bc", 3));
}

static void test_output__times_and_sizes(void **state)
{
	char text[TIME_SIZE];

	(void)state;
	texts_use("en");
	assert_string_equal("", time_text(0, text));
	assert_string_equal("1970-01-01 00:01 UTC", time_text(60000, text));
	assert_string_equal("2026-11-25 01:05 UTC", time_text(INT64_C(1795568713000), text));
	assert_string_equal("1023 B", size_text(1023, text));
	assert_string_equal("1.0 KiB", size_text(1024, text));
	assert_string_equal("1.5 MiB", size_text(1572864, text));
	texts_use("de");
	assert_string_equal("1,5 MiB", size_text(1572864, text));
	texts_use("en");
}

static void assert_sentence(const char *expected, const char *field, const char *message)
{
	nmk_error error = { .status = NMK_EINVALID };
	char text[500];

	snprintf(error.field, sizeof error.field, "%s", field);
	snprintf(error.message, sizeof error.message, "%s", message);
	error_sentence(&error, text, sizeof text);
	assert_string_equal(expected, text);
}

static void test_output__waiting_times_are_rounded_up(void **state)
{
	char text[TIME_SIZE];

	(void)state;
	texts_use("en");
	assert_string_equal("1 s", wait_text(1, text));
	assert_string_equal("1 s", wait_text(1000, text));
	assert_string_equal("2 s", wait_text(1001, text));
	assert_string_equal("120 s", wait_text(120000, text));
	assert_string_equal("3 min", wait_text(120001, text));
	assert_string_equal("120 min", wait_text(7200000, text));
	assert_string_equal("3 h", wait_text(7200001, text));
	texts_use("de");
	assert_string_equal("15 Min.", wait_text(900000, text));
	texts_use("en");
}

static void assert_wait(const char *expected, const char *message, int64_t retry_after_ms)
{
	nmk_error error = { .status = NMK_ELIMIT, .retry_after_ms = retry_after_ms };
	char text[500];

	snprintf(error.message, sizeof error.message, "%s", message);
	error_sentence(&error, text, sizeof text);
	assert_string_equal(expected, text);
}

/* Once: some messages have it already. */
static void test_output__errors_say_when_to_try_again(void **state)
{
	(void)state;
	texts_use("en");
	assert_wait("too many (try again in 12 s)", "too many", 11001);
	assert_wait("too many", "too many", 0);
	assert_wait("too many: wait 12 s", "too many: wait 12 s", 11001);
	texts_use("de");
	assert_wait("Zu viele (neuer Versuch in 12 s m\xC3\xB6glich)", "Zu viele", 12000);
	texts_use("en");
}

static void test_output__sentences_of_errors(void **state)
{
	(void)state;
	texts_use("en");
	assert_sentence("title must have at most 200 characters", "title", "must have at most 200 characters");
	assert_sentence("there is none with this id", "id", "there is none with this id");
	assert_sentence("A value breaks a rule.", "", "");
	texts_use("de");
	assert_sentence("title wird gebraucht", "title", "wird gebraucht");
	assert_sentence("Das gibt es nicht", "id", "Das gibt es nicht");
	texts_use("en");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts__german_takes_the_same_values),
		cmocka_unit_test(test_texts__none_stands_twice),
		cmocka_unit_test(test_texts__every_sentence_of_the_code_is_there),
		cmocka_unit_test(test_commands__table_is_sound_and_has_german),
		cmocka_unit_test(test_commands__groups_stand_together),
		cmocka_unit_test(test_commands__examples_are_right),
		cmocka_unit_test(test_headings__have_german),
		cmocka_unit_test(test_texts__language_follows_the_environment),
		cmocka_unit_test(test_output__width_is_what_a_terminal_shows),
		cmocka_unit_test(test_output__times_and_sizes),
		cmocka_unit_test(test_output__waiting_times_are_rounded_up),
		cmocka_unit_test(test_output__errors_say_when_to_try_again),
		cmocka_unit_test(test_output__sentences_of_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
