#include "arguments.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "texts.h"

static bool problem(struct arguments *arguments, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool problem(struct arguments *arguments, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vsnprintf(arguments->problem, sizeof arguments->problem, format, list);
	va_end(list);
	return false;
}

static bool read_number(struct arguments *arguments, struct given *given)
{
	const struct option *option = given->option;
	char *end;

	errno = 0;
	given->number = strtoll(given->value, &end, 10);
	if (errno || end == given->value || *end || given->number < option->minimum || given->number > option->maximum)
		return problem(arguments, tr("option '--%s' needs a number from %lld to %lld"), option->name,
		               option->minimum, option->maximum);
	return true;
}

static bool read_word(struct arguments *arguments, struct given *given)
{
	const struct option *option = given->option;
	char list[200] = "";
	const char *word;

	for (int i = 1; (word = option->word(i)) != NULL; i++) {
		size_t length = strlen(list);

		if (strcasecmp(word, given->value) == 0) {
			given->number = i;
			return true;
		}
		snprintf(list + length, sizeof list - length, "%s%s", length ? ", " : "", word);
	}
	return problem(arguments, tr("option '--%s' needs one of: %s"), option->name, list);
}

static bool take(struct arguments *arguments, const struct option *option, const char *value)
{
	struct given *given = &arguments->given[arguments->given_count++];

	*given = (struct given){ .option = option, .value = value };
	if (option->kind == VALUE_NUMBER)
		return read_number(arguments, given);
	if (option->kind == VALUE_WORD && !read_word(arguments, given))
		return false;
	if (option == option_named(global_options, "language", strlen("language")))
		texts_use(value);
	return true;
}

/* The command's own options come before the global ones of the same name. */
static const struct option *find_named(const struct arguments *arguments, const char *name, size_t length)
{
	const struct option *option = NULL;

	if (arguments->command)
		option = option_named(arguments->command->options, name, length);
	return option ? option : option_named(global_options, name, length);
}

static const struct option *find_lettered(const struct arguments *arguments, char letter)
{
	const struct option *option = NULL;

	if (arguments->command)
		option = option_lettered(arguments->command->options, letter);
	return option ? option : option_lettered(global_options, letter);
}

static bool unknown_option(struct arguments *arguments, const char *text, size_t length)
{
	char name[64];
	const char *like;

	snprintf(name, sizeof name, "%.*s", (int)length, text);
	like = name[0] == '-' && name[1] == '-' ? option_like(arguments->command, name + 2) : NULL;
	if (like)
		return problem(arguments, tr("unknown option '%s'; is '--%s' meant?"), name, like);
	return problem(arguments, tr("unknown option '%s'"), name);
}

static bool read_long(struct arguments *arguments, int argc, char **argv, int *at)
{
	const char *text = argv[*at] + 2, *equals = strchr(text, '=');
	size_t length = equals ? (size_t)(equals - text) : strlen(text);
	const struct option *option = find_named(arguments, text, length);

	if (!option)
		return unknown_option(arguments, argv[*at], length + 2);
	if (option->kind == VALUE_NONE) {
		if (equals)
			return problem(arguments, tr("option '--%s' takes no value"), option->name);
		return take(arguments, option, NULL);
	}
	if (equals)
		return take(arguments, option, equals + 1);
	if (*at + 1 >= argc)
		return problem(arguments, tr("option '--%s' needs a value"), option->name);
	return take(arguments, option, argv[++*at]);
}

/* -q, -qh, -oFILE, -o FILE */
static bool read_short(struct arguments *arguments, int argc, char **argv, int *at)
{
	for (const char *letter = argv[*at] + 1; *letter; letter++) {
		const struct option *option = find_lettered(arguments, *letter);

		if (!option)
			return problem(arguments, tr("unknown option '%s'"), (char[]){ '-', *letter, '\0' });
		if (option->kind != VALUE_NONE) {
			if (letter[1])
				return take(arguments, option, letter + 1);
			if (*at + 1 >= argc)
				return problem(arguments, tr("option '--%s' needs a value"), option->name);
			return take(arguments, option, argv[++*at]);
		}
		if (!take(arguments, option, NULL))
			return false;
	}
	return true;
}

static bool unknown_command(struct arguments *arguments, const char *name)
{
	const char *like = command_like(name);

	if (like)
		return problem(arguments, tr("unknown command '%.60s'; is '%s' meant?"), name, like);
	return problem(arguments, tr("unknown command '%.60s'"), name);
}

/* The first word, the first two or the first three name the command. */
static bool read_name(struct arguments *arguments, const char *word)
{
	char name[2 * ARGUMENTS_GROUP_SIZE];

	snprintf(name, sizeof name, "%s%s%.60s", arguments->group, *arguments->group ? " " : "", word);
	arguments->command = command_find(name);
	if (arguments->command)
		return true;
	if (!command_is_group(name))
		return unknown_command(arguments, name);
	snprintf(arguments->group, sizeof arguments->group, "%.*s", ARGUMENTS_GROUP_SIZE - 1, name);
	return true;
}

static bool read_all(struct arguments *arguments, int argc, char **argv)
{
	bool only_words = false;

	for (int at = 1; at < argc; at++) {
		const char *text = argv[at];
		bool fine = true;

		if (only_words || text[0] != '-' || !text[1]) {
			if (arguments->command)
				arguments->words[arguments->word_count++] = text;
			else
				fine = read_name(arguments, text);
		} else if (strcmp(text, "--") == 0) {
			only_words = true;
		} else if (text[1] == '-') {
			fine = read_long(arguments, argc, argv, &at);
		} else {
			fine = read_short(arguments, argc, argv, &at);
		}
		if (!fine)
			return false;
	}
	return true;
}

static bool check_words(struct arguments *arguments)
{
	const struct command *command = arguments->command;

	if (!command || global_given(arguments, "help"))
		return true;
	if (arguments->word_count < (size_t)command->minimum)
		return problem(arguments, tr("'%s' needs: %s"), command->name, command->arguments);
	if (command->maximum >= 0 && arguments->word_count > (size_t)command->maximum)
		return problem(arguments, tr("'%.60s' is one argument too many for '%s'"),
		               arguments->words[command->maximum], command->name);
	return true;
}

bool arguments_read(struct arguments *arguments, int argc, char **argv)
{
	memset(arguments, 0, sizeof *arguments);
	if (argc < 1)
		argc = 1;
	/* A cluster of letters gives more options than words: count every byte of those that begin with a dash. */
	size_t room = (size_t)argc;
	for (int i = 1; i < argc; i++)
		if (argv[i][0] == '-')
			room += strlen(argv[i]);
	arguments->given = calloc(room, sizeof *arguments->given);
	arguments->words = calloc((size_t)argc, sizeof *arguments->words);
	if (!arguments->given || !arguments->words)
		return problem(arguments, "%s", tr("out of memory"));
	return read_all(arguments, argc, argv) && check_words(arguments);
}

void arguments_clear(struct arguments *arguments)
{
	free(arguments->given);
	free(arguments->words);
	memset(arguments, 0, sizeof *arguments);
}

static const struct given *last_given(const struct arguments *arguments, const struct option *option)
{
	for (size_t i = arguments->given_count; i > 0; i--)
		if (arguments->given[i - 1].option == option)
			return &arguments->given[i - 1];
	return NULL;
}

static const struct given *last_named(const struct arguments *arguments, const char *name)
{
	return last_given(arguments, find_named(arguments, name, strlen(name)));
}

bool option_given(const struct arguments *arguments, const char *name)
{
	return last_named(arguments, name) != NULL;
}

const char *option_text(const struct arguments *arguments, const char *name)
{
	const struct given *given = last_named(arguments, name);

	return given ? given->value : NULL;
}

long long option_number(const struct arguments *arguments, const char *name, long long otherwise)
{
	const struct given *given = last_named(arguments, name);

	return given ? given->number : otherwise;
}

const char *option_next(const struct arguments *arguments, const char *name, size_t *at)
{
	const struct option *option = find_named(arguments, name, strlen(name));

	while (*at < arguments->given_count) {
		const struct given *given = &arguments->given[(*at)++];

		if (given->option == option)
			return given->value;
	}
	return NULL;
}

bool global_given(const struct arguments *arguments, const char *name)
{
	return last_given(arguments, option_named(global_options, name, strlen(name))) != NULL;
}

const char *global_text(const struct arguments *arguments, const char *name)
{
	const struct given *given = last_given(arguments, option_named(global_options, name, strlen(name)));

	return given ? given->value : NULL;
}
