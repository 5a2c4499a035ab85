#include "help.h"

#include <stdio.h>
#include <string.h>
#include "output.h"

#define HELP_WIDTH 80

/* Every sentence of the table goes through here; texts_test.c asks for a German one of each. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static const char *in_language(const char *english)
{
	return tr(english);
}
#pragma GCC diagnostic pop

/* Words, broken between blanks; `used` columns of the line are taken. */
static void print_wrapped(const char *text, int indent, int used)
{
	while (*text) {
		size_t length = strcspn(text, " ");
		char word[200];
		int width;

		snprintf(word, sizeof word, "%.*s", (int)length, text);
		width = text_width(word);
		if (used > indent && used + 1 + width > HELP_WIDTH) {
			printf("\n%*s", indent, "");
			used = indent;
		} else if (used > indent) {
			putchar(' ');
			used++;
		}
		fputs(word, stdout);
		used += width;
		text += length;
		text += strspn(text, " ");
	}
	putchar('\n');
}

static void print_heading(const struct cli *cli, const char *text)
{
	putchar('\n');
	color_on(cli, "1");
	puts(text);
	color_off(cli);
}

#define OPTION_INDENT 28

static void print_option(const struct option *option)
{
	char text[80];
	int used;

	used = snprintf(text, sizeof text, option->letter ? "  -%c, " : "      ", option->letter);
	used += snprintf(text + used, sizeof text - (size_t)used, "--%s%s%s", option->name, option->value ? " " : "",
	                 option->value ? in_language(option->value) : "");
	fputs(text, stdout);
	used = text_width(text);
	if (used + 2 > OPTION_INDENT) {
		putchar('\n');
		used = 0;
	}
	printf("%*s", OPTION_INDENT - used, "");
	print_wrapped(in_language(option->help), OPTION_INDENT, OPTION_INDENT);
	if (option->kind == VALUE_WORD) {
		char words[200] = "";
		const char *word;

		for (int i = 1; (word = option->word(i)) != NULL; i++) {
			size_t length = strlen(words);

			snprintf(words + length, sizeof words - length, "%s%s", length ? ", " : "", word);
		}
		printf("%*s", OPTION_INDENT, "");
		print_wrapped(words, OPTION_INDENT, OPTION_INDENT);
	}
}

/* Without those that the command's own options of the same name hide. */
static void print_options(const struct cli *cli, const struct option *options, const struct option *own,
                          const char *heading)
{
	if (options->name)
		print_heading(cli, heading);
	for (; options->name; options++)
		if (!own || !option_named(own, options->name, strlen(options->name)))
			print_option(options);
}

static void print_summary(const struct command *command)
{
	char text[80];
	int used = snprintf(text, sizeof text, "  %s%s%s", command->name, *command->arguments ? " " : "",
	                    in_language(command->arguments));

	fputs(text, stdout);
	used = text_width(text);
	if (used + 2 > OPTION_INDENT) {
		putchar('\n');
		used = 0;
	}
	printf("%*s", OPTION_INDENT - used, "");
	print_wrapped(in_language(command->summary), OPTION_INDENT, OPTION_INDENT);
}

void help_overview(const struct cli *cli)
{
	printf(tr("Usage: nanomarket [OPTION...] COMMAND [ARGUMENT...]\n"));
	puts(tr("A marketplace for short learning units, in one file."));
	print_heading(cli, tr("Commands"));
	for (const struct command *command = commands; command->name; command++)
		print_summary(command);
	print_options(cli, global_options, NULL, tr("Options of every command"));
	putchar('\n');
	puts(tr("'nanomarket help COMMAND' explains a command. See nanomarket(1)."));
}

static bool is_in_group(const struct command *command, const char *group)
{
	size_t length = strlen(group);

	return strncmp(command->name, group, length) == 0 && command->name[length] == ' ';
}

void help_group(const struct cli *cli, const char *group)
{
	printf(tr("Usage: nanomarket [OPTION...] %s COMMAND [ARGUMENT...]\n"), group);
	print_heading(cli, tr("Commands"));
	for (const struct command *command = commands; command->name; command++)
		if (is_in_group(command, group))
			print_summary(command);
}

void help_command(const struct cli *cli, const struct command *command)
{
	printf(tr("Usage: nanomarket [OPTION...] %s"), command->name);
	printf("%s%s\n", *command->arguments ? " " : "", in_language(command->arguments));
	print_wrapped(in_language(command->summary), 0, 0);
	if (command->details) {
		putchar('\n');
		print_wrapped(in_language(command->details), 0, 0);
	}
	print_options(cli, command->options, NULL, tr("Options"));
	print_options(cli, global_options, command->options, tr("Options of every command"));
	if (command->example) {
		print_heading(cli, tr("Example"));
		printf("  nanomarket %s\n", command->example);
	}
}

int run_help(struct cli *cli)
{
	const struct arguments *arguments = &cli->arguments;
	const struct command *command;
	char name[128] = "";

	if (arguments->word_count == 0) {
		help_overview(cli);
		return EXIT_DONE;
	}
	for (size_t i = 0, used = 0; i < arguments->word_count; i++)
		used += (size_t)snprintf(name + used, sizeof name - used, "%s%.40s", i > 0 ? " " : "", arguments->words[i]);
	command = command_find(name);
	if (command) {
		help_command(cli, command);
		return EXIT_DONE;
	}
	if (command_is_group(name)) {
		help_group(cli, name);
		return EXIT_DONE;
	}
	if (command_like(name))
		return fail_usage(cli, tr("unknown command '%.60s'; is '%s' meant?"), name, command_like(name));
	return fail_usage(cli, tr("unknown command '%.60s'"), name);
}
