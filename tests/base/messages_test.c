/* messages_test.c -- every sentence that the code can say is in messages.def, in German too, with the same conversions.
 *
 * The sources are scanned for string literals among the arguments of the functions that fill in errors. */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "message.h"
#include "world.h"

static const struct message { const char *english, *german; } messages[] = {
#define NMK_MESSAGE(english, german) { english, german },
#include "messages.def"
#undef NMK_MESSAGE
};
#define MESSAGE_COUNT (sizeof messages / sizeof messages[0])

static bool used[MESSAGE_COUNT];
static size_t places, missing;

/* Calls that take a format, and which argument it is, from 0. */
static const struct { const char *function; int format; } calls[] = {
	{ "op_fail", 3 }, { "tx_fail", 3 }, { "error_set", 5 }, { "op_answer", 4 }, { "check_finding", 2 },
};


static char *read_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text;
	long length;

	assert_non_null(file);
	fseek(file, 0, SEEK_END);
	length = ftell(file);
	rewind(file);
	text = calloc(1, (size_t)length + 1);
	assert_int_equal(length, fread(text, 1, (size_t)length, file));
	fclose(file);
	return text;
}

/* Comments become spaces; what stands in literals stays. */
static void blank_comments(char *text)
{
	for (char *p = text; *p; p++) {
		if (*p == '"' || *p == '\'') {
			char quote = *p++;

			for (; *p && *p != quote; p++)
				if (*p == '\\' && p[1])
					p++;
			if (!*p)
				return;
		} else if (p[0] == '/' && p[1] == '*') {
			char *end = strstr(p + 2, "*/");

			assert_non_null(end);
			for (; p < end + 2; p++)
				if (*p != '\n')
					*p = ' ';
			p--;
		} else if (p[0] == '/' && p[1] == '/') {
			while (*p && *p != '\n')
				*p++ = ' ';
			if (!*p)
				return;
		}
	}
}

static const char *skip_literal(const char *p)
{
	char quote = *p++;

	while (*p && *p != quote)
		p += *p == '\\' && p[1] ? 2 : 1;
	return *p ? p + 1 : p;
}

/* The adjoining literals at p put together; the end is behind them. Only the escapes that sentences need. */
static const char *read_literals(const char *p, char *out, size_t room)
{
	size_t length = 0;

	while (*p == '"') {
		for (p++; *p && *p != '"'; p++) {
			char c = *p;

			if (c == '\\') {
				c = *++p;
				if (c == 'n')
					c = '\n';
			}
			assert_true(length + 1 < room);
			out[length++] = c;
		}
		p++;
		p += strspn(p, " \t\n");
	}
	out[length] = '\0';
	return p;
}

static void known(const char *path, const char *sentence)
{
	bool found = false;

	places++;
	for (size_t i = 0; i < MESSAGE_COUNT; i++)
		if (strcmp(messages[i].english, sentence) == 0)
			found = used[i] = true;
	if (!found) {
		print_error("%s: messages.def has no \"%s\"\n", path, sentence);
		missing++;
	}
}

/* Literals of one argument at depth 0: also those behind ?: and in brackets. */
static void scan_arguments(const char *path, const char *p, int format)
{
	char sentence[1024];
	int depth = 0, argument = 0;

	while (*p) {
		if (*p == '"' && argument == format && depth == 0) {
			p = read_literals(p, sentence, sizeof sentence);
			known(path, sentence);
			continue;
		}
		if (*p == '"' || *p == '\'') {
			p = skip_literal(p);
			continue;
		}
		if (*p == '(' || *p == '{' || *p == '[')
			depth++;
		else if (*p == ')' || *p == '}' || *p == ']') {
			if (depth-- == 0)
				return;
		} else if (*p == ',' && depth == 0)
			argument++;
		p++;
	}
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static void mark_literals(const char *text)
{
	char literal[2048];

	for (const char *p = text; *p;) {
		if (*p == '"') {
			size_t length = strlen(p);

			if (length < sizeof literal || strchr(p + 1, '"')) {
				p = read_literals(p, literal, sizeof literal);
				for (size_t i = 0; i < MESSAGE_COUNT; i++)
					if (strcmp(messages[i].english, literal) == 0)
						used[i] = true;
				continue;
			}
		}
		p = *p == '\'' ? skip_literal(p) : p + 1;
	}
}

static void scan_source(const char *path)
{
	char *text = read_file(path);

	blank_comments(text);
	for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
		size_t length = strlen(calls[i].function);

		for (const char *p = text; (p = strstr(p, calls[i].function)) != NULL; p += length)
			if (p[length] == '(' && (p == text || !is_name(p[-1])))
				scan_arguments(path, p + length + 1, calls[i].format);
	}
	mark_literals(text);
	free(text);
}

static bool ends_with(const char *name, const char *end)
{
	return strlen(name) > strlen(end) && strcmp(name + strlen(name) - strlen(end), end) == 0;
}

static void scan_folder(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;

	assert_non_null(folder);
	while ((entry = readdir(folder)) != NULL) {
		char name[1024];
		struct stat info;

		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
		if (stat(name, &info) == 0 && S_ISDIR(info.st_mode)) {
			if (strcmp(entry->d_name, "cli") != 0) /* speaks for itself */
				scan_folder(name);
		} else if (ends_with(entry->d_name, ".c") && strcmp(entry->d_name, "sqlgen.c") != 0)
			scan_source(name);
	}
	closedir(folder);
}

static void test_message__every_sentence_in_the_code_is_in_the_table(void **state)
{
	(void)state;
	scan_folder(NMK_SOURCE_DIR "/src");
	assert_int_equal(0, missing);
	assert_true(places > 50);
	print_message("%zu places, %zu sentences\n", places, MESSAGE_COUNT);
}

static void test_message__every_sentence_in_the_table_is_in_the_code(void **state)
{
	size_t idle = 0;

	(void)state; /* the test above has marked them */
	for (size_t i = 0; i < MESSAGE_COUNT; i++)
		if (!used[i]) {
			print_error("nothing says \"%s\"\n", messages[i].english);
			idle++;
		}
	assert_int_equal(0, idle);
}

/* The next conversion of a format, such as "lld"; false at the end. */
static bool next_conversion(const char **p, char conversion[16])
{
	for (; **p; (*p)++)
		if (**p == '%') {
			size_t length = strspn(*p + 1, "-+ #0123456789.*hljzt") + 2;

			if ((*p)[1] == '%') {
				(*p)++;
				continue;
			}
			assert_true(length < 16);
			memcpy(conversion, *p, length);
			conversion[length] = '\0';
			*p += length;
			return true;
		}
	return false;
}

static void test_message__german_has_the_same_conversions_in_the_same_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < MESSAGE_COUNT; i++) {
		const char *english = messages[i].english, *german = messages[i].german;
		char one[16], other[16];
		bool more, also;

		do {
			more = next_conversion(&english, one);
			also = next_conversion(&german, other);
			if (more != also || (more && strcmp(one, other) != 0))
				fail_msg("\"%s\" and \"%s\" have other conversions", messages[i].english, messages[i].german);
		} while (more);
	}
}

static void test_message__is_told_in_german(void **state)
{
	(void)state;
	for (size_t i = 0; i < MESSAGE_COUNT; i++) {
		assert_true(messages[i].german[0] != '\0');
		assert_string_not_equal(messages[i].english, messages[i].german);
		assert_string_equal(messages[i].german, message_in(LANGUAGE_GERMAN, messages[i].english));
	}
}

static void test_message__is_in_the_table_once_and_ends_without_a_full_stop(void **state)
{
	(void)state;
	for (size_t i = 0; i < MESSAGE_COUNT; i++) {
		assert_int_not_equal('.', messages[i].english[strlen(messages[i].english) - 1]);
		for (size_t j = i + 1; j < MESSAGE_COUNT; j++)
			assert_string_not_equal(messages[i].english, messages[j].english);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_message__every_sentence_in_the_code_is_in_the_table),
		cmocka_unit_test(test_message__every_sentence_in_the_table_is_in_the_code),
		cmocka_unit_test(test_message__german_has_the_same_conversions_in_the_same_order),
		cmocka_unit_test(test_message__is_told_in_german),
		cmocka_unit_test(test_message__is_in_the_table_once_and_ends_without_a_full_stop),
	};

	return cmocka_run_group_tests_name("base/messages", tests, NULL, NULL);
}
