/* completion.c -- scripts for shells, made from the table of commands. They hold no user data and run nothing. */
#include "cli.h"

#include <stdio.h>
#include <string.h>
#include "output.h"

static void print_words(const struct option *option, const char *separator)
{
	const char *word;

	for (int i = 1; (word = option->word(i)) != NULL; i++)
		printf("%s%s", i > 1 ? separator : "", word);
}

/* The first words of all commands, each once: commands of a group stand together. */
static void print_first_words(const char *separator)
{
	size_t before = 0;

	for (const struct command *command = commands; command->name; command++) {
		size_t length = strcspn(command->name, " ");

		if (command > commands && length == before && strncmp(command->name, command[-1].name, length) == 0)
			continue;
		printf("%s%.*s", command > commands ? separator : "", (int)length, command->name);
		before = length;
	}
}

static bool begins_group(const struct command *command)
{
	size_t length = strcspn(command->name, " ");

	if (!command->name[length])
		return false;
	return command == commands || strncmp(command->name, command[-1].name, length + 1) != 0;
}

static void print_group(const struct command *first, const char *separator)
{
	size_t length = strcspn(first->name, " ") + 1;

	for (const struct command *command = first; command->name && strncmp(command->name, first->name, length) == 0;
	     command++)
		printf("%s%s", command > first ? separator : "", command->name + length);
}

static void print_option_names(const struct option *options)
{
	for (; options->name; options++)
		printf(" --%s", options->name);
}

/* A command's own option hides the one of every command. */
static bool is_hidden(const struct option *option, const struct option *options)
{
	return option_named(options, option->name, strlen(option->name)) != NULL;
}

/* ---- bash ---- */

static void bash_values(const struct option *options)
{
	for (; options->name; options++) {
		if (options->kind == VALUE_NONE)
			continue;
		printf("    --%s", options->name);
		if (options->letter)
			printf("|-%c", options->letter);
		fputs(") ", stdout);
		if (options->kind == VALUE_FILE) {
			fputs("COMPREPLY=($(compgen -f -- \"$current\")); ", stdout);
		} else if (options->kind == VALUE_WORD) {
			fputs("COMPREPLY=($(compgen -W \"", stdout);
			print_words(options, " ");
			fputs("\" -- \"$current\")); ", stdout);
		}
		puts("return ;;");
	}
}

static void bash_valued(const struct option *options)
{
	for (; options->name; options++) {
		if (options->kind == VALUE_NONE)
			continue;
		printf("|--%s", options->name);
		if (options->letter)
			printf("|-%c", options->letter);
	}
}

static void print_bash(void)
{
	puts("# bash completion for nanomarket\n"
	     "_nanomarket() {\n"
	     "  local current=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
	     "  local command=\"\" names=\"\" options=\"\" files=\"\" i=1 word\n"
	     "  COMPREPLY=()\n"
	     "  while [ \"$i\" -lt \"$COMP_CWORD\" ]; do\n"
	     "    word=\"${COMP_WORDS[i]}\"\n"
	     "    case \"$word\" in");
	fputs("    NONE", stdout);
	bash_valued(global_options);
	puts(") [ -z \"$command\" ] && i=$((i + 1)) ;;\n"
	     "    -*) ;;\n"
	     "    *)\n"
	     "      case \"$command\" in");
	puts("      '') command=\"$word\" ;;");
	for (const struct command *command = commands; command->name; command++)
		if (begins_group(command))
			printf("      %.*s) command=\"$command $word\" ;;\n", (int)strcspn(command->name, " "),
			       command->name);
	puts("      esac ;;\n"
	     "    esac\n"
	     "    i=$((i + 1))\n"
	     "  done\n"
	     "  case \"$command\" in");
	fputs("  '') names=\"", stdout);
	print_first_words(" ");
	puts("\" ;;");
	for (const struct command *command = commands; command->name; command++) {
		if (begins_group(command)) {
			printf("  %.*s) names=\"", (int)strcspn(command->name, " "), command->name);
			print_group(command, " ");
			puts("\" ;;");
		}
		printf("  '%s')\n    options=\"", command->name);
		print_option_names(command->options);
		printf("\"%s\n    case \"$previous\" in\n", command->flags & COMMAND_FILES ? " files=yes" : "");
		bash_values(command->options);
		puts("    NONE) ;;\n    esac ;;");
	}
	puts("  esac\n"
	     "  case \"$previous\" in");
	bash_values(global_options);
	puts("  esac\n"
	     "  case \"$current\" in");
	fputs("  -*) COMPREPLY=($(compgen -W \"$options", stdout);
	print_option_names(global_options);
	puts("\" -- \"$current\")) ;;\n"
	     "  *)\n"
	     "    if [ -n \"$names\" ]; then COMPREPLY=($(compgen -W \"$names\" -- \"$current\"))\n"
	     "    elif [ \"$command\" = completion ]; then COMPREPLY=($(compgen -W \"bash zsh fish\" -- \"$current\"))\n"
	     "    elif [ -n \"$files\" ]; then COMPREPLY=($(compgen -f -- \"$current\")); fi ;;\n"
	     "  esac\n"
	     "}\n"
	     "complete -o filenames -F _nanomarket nanomarket");
}

/* ---- zsh ---- */

/* Inside '...' of zsh and fish: an apostrophe would end it, brackets and colons are marks of zsh. */
static void print_quoted(const char *text, const char *marks)
{
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\''", stdout);
		else if (strchr(marks, *text))
			printf("\\%c", *text);
		else
			putchar(*text);
	}
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static const char *help_of(const char *english)
{
	return tr(english);
}
#pragma GCC diagnostic pop

static void zsh_options(const struct option *options, const struct option *own)
{
	for (; options->name; options++) {
		if (own && is_hidden(options, own))
			continue;
		printf(" \\\n        '*--%s[", options->name);
		print_quoted(help_of(options->help), "[]:\\");
		putchar(']');
		if (options->kind != VALUE_NONE) {
			fputs(":", stdout);
			print_quoted(help_of(options->value), "[]:\\");
			putchar(':');
		}
		if (options->kind == VALUE_FILE) {
			fputs("_files", stdout);
		} else if (options->kind == VALUE_WORD) {
			putchar('(');
			print_words(options, " ");
			putchar(')');
		}
		putchar('\'');
	}
}

static void print_zsh(void)
{
	puts("#compdef nanomarket\n"
	     "_nanomarket() {\n"
	     "  local command='' word skip=0\n"
	     "  local -a before\n"
	     "  before=(${words[2,CURRENT-1]})\n"
	     "  for word in $before; do\n"
	     "    if (( skip )); then skip=0; continue; fi\n"
	     "    case $word in");
	fputs("      NONE", stdout);
	bash_valued(global_options);
	puts(") [[ -z $command ]] && skip=1 ;;\n"
	     "      -*) ;;\n"
	     "      *)\n"
	     "        case $command in\n"
	     "          '') command=$word ;;");
	for (const struct command *command = commands; command->name; command++)
		if (begins_group(command))
			printf("          %.*s) command=\"$command $word\" ;;\n", (int)strcspn(command->name, " "),
			       command->name);
	puts("        esac ;;\n"
	     "    esac\n"
	     "  done\n"
	     "  case $command in");
	fputs("    '')\n      _arguments", stdout);
	zsh_options(global_options, NULL);
	fputs(" \\\n        '*:command:(", stdout);
	print_first_words(" ");
	puts(")' ;;");
	for (const struct command *command = commands; command->name; command++) {
		if (begins_group(command)) {
			printf("    %.*s) compadd -- ", (int)strcspn(command->name, " "), command->name);
			print_group(command, " ");
			puts(" ;;");
		}
		printf("    '%s')\n      _arguments", command->name);
		zsh_options(command->options, NULL);
		zsh_options(global_options, command->options);
		if (strcmp(command->name, "completion") == 0)
			fputs(" \\\n        '*:shell:(completion bash zsh fish)'", stdout);
		else if (command->flags & COMMAND_FILES)
			fputs(" \\\n        '*:file:_files'", stdout);
		else
			fputs(" \\\n        '*: :'", stdout);
		puts(" ;;");
	}
	puts("  esac\n"
	     "}\n"
	     "if [ \"$funcstack[1]\" = _nanomarket ]; then _nanomarket \"$@\"; else compdef _nanomarket nanomarket; fi");
}

/* ---- fish ---- */

static void fish_option(const struct option *option, const char *condition)
{
	printf("complete -c nanomarket%s -l %s", condition, option->name);
	if (option->letter)
		printf(" -s %c", option->letter);
	fputs(" -d '", stdout);
	print_quoted(help_of(option->help), "\\");
	putchar('\'');
	if (option->kind == VALUE_FILE) {
		fputs(" -r -F", stdout);
	} else if (option->kind == VALUE_WORD) {
		fputs(" -x -a '", stdout);
		print_words(option, " ");
		putchar('\'');
	} else if (option->kind != VALUE_NONE) {
		fputs(" -x", stdout);
	}
	putchar('\n');
}

static void fish_summary(const struct command *command, const char *condition, const char *word)
{
	printf("complete -c nanomarket%s -a '%s' -d '", condition, word);
	print_quoted(help_of(command->summary), "\\");
	puts("'");
}

static void fish_command(const struct command *command)
{
	size_t length = strcspn(command->name, " ");
	char condition[200];

	if (!command->name[length]) {
		fish_summary(command, " -n __fish_use_subcommand", command->name);
		snprintf(condition, sizeof condition, " -n '__fish_seen_subcommand_from %s'", command->name);
	} else {
		if (begins_group(command))
			printf("complete -c nanomarket -n __fish_use_subcommand -a '%.*s'\n", (int)length,
			       command->name);
		snprintf(condition, sizeof condition, " -n '__fish_seen_subcommand_from %.*s'", (int)length,
		         command->name);
		fish_summary(command, condition, command->name + length + 1);
		snprintf(condition, sizeof condition,
		         " -n '__fish_seen_subcommand_from %.*s; and __fish_seen_subcommand_from %s'", (int)length,
		         command->name, command->name + length + 1);
	}
	for (const struct option *option = command->options; option->name; option++)
		fish_option(option, condition);
	if (command->flags & COMMAND_FILES)
		printf("complete -c nanomarket%s -F\n", condition);
}

static void print_fish(void)
{
	puts("# fish completion for nanomarket\ncomplete -c nanomarket -f");
	for (const struct option *option = global_options; option->name; option++)
		fish_option(option, "");
	for (const struct command *command = commands; command->name; command++)
		fish_command(command);
	puts("complete -c nanomarket -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'");
}

int run_completion(struct cli *cli)
{
	const char *shell = cli->arguments.words[0];

	if (strcmp(shell, "bash") == 0)
		print_bash();
	else if (strcmp(shell, "zsh") == 0)
		print_zsh();
	else if (strcmp(shell, "fish") == 0)
		print_fish();
	else
		return fail_usage(cli, tr("there is no completion for '%.60s': bash, zsh or fish"), shell);
	return EXIT_DONE;
}
