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

/* ---- groups: what a command's name has before a blank; commands of a group stand together ---- */

/* Does the group of so many bytes begin with this command? */
static bool begins_group(const struct command *command, size_t length)
{
	return command == commands || strncmp(command->name, command[-1].name, length + 1) != 0;
}

/* The length of the next longer group of the command, 0 after the last; begin with 0. */
static size_t next_group(const struct command *command, size_t length)
{
	const char *blank = strchr(command->name + length + (length > 0), ' ');

	return blank ? (size_t)(blank - command->name) : 0;
}

/* Do the name's first words, so many bytes, begin the command's name too? */
static bool has_words(const struct command *command, const char *name, size_t length)
{
	return strncmp(command->name, name, length) == 0
	    && (command->name[length] == ' ' || command->name[length] == '\0');
}

/* The words that may follow a group, each once; with length 0 the first words of all commands. */
static void print_words_after(const struct command *first, size_t length, const char *separator)
{
	size_t skip = length > 0 ? length + 1 : 0;
	bool any = false;

	for (const struct command *command = first; command->name && strncmp(command->name, first->name, skip) == 0;
	     command++) {
		size_t word = strcspn(command->name + skip, " ");

		if (command > first && has_words(&command[-1], command->name, skip + word))
			continue;
		printf("%s%.*s", any ? separator : "", (int)word, command->name + skip);
		any = true;
	}
}

/* Every group, at its first command. */
static void print_groups(void (*print)(const struct command *first, size_t length))
{
	for (const struct command *command = commands; command->name; command++)
		for (size_t length = next_group(command, 0); length > 0; length = next_group(command, length))
			if (begins_group(command, length))
				print(command, length);
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

static void bash_step(const struct command *first, size_t length)
{
	printf("      '%.*s') command=\"$command $word\" ;;\n", (int)length, first->name);
}

static void bash_names(const struct command *first, size_t length)
{
	printf("  '%.*s') names=\"", (int)length, first->name);
	print_words_after(first, length, " ");
	puts("\" ;;");
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
	print_groups(bash_step);
	puts("      esac ;;\n"
	     "    esac\n"
	     "    i=$((i + 1))\n"
	     "  done\n"
	     "  case \"$command\" in");
	fputs("  '') names=\"", stdout);
	print_words_after(commands, 0, " ");
	puts("\" ;;");
	print_groups(bash_names);
	for (const struct command *command = commands; command->name; command++) {
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

static void zsh_step(const struct command *first, size_t length)
{
	printf("          '%.*s') command=\"$command $word\" ;;\n", (int)length, first->name);
}

static void zsh_names(const struct command *first, size_t length)
{
	printf("    '%.*s') compadd -- ", (int)length, first->name);
	print_words_after(first, length, " ");
	puts(" ;;");
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
	print_groups(zsh_step);
	puts("        esac ;;\n"
	     "    esac\n"
	     "  done\n"
	     "  case $command in");
	fputs("    '')\n      _arguments", stdout);
	zsh_options(global_options, NULL);
	fputs(" \\\n        '*:command:(", stdout);
	print_words_after(commands, 0, " ");
	puts(")' ;;");
	print_groups(zsh_names);
	for (const struct command *command = commands; command->name; command++) {
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

/* The last word of a name, offered behind the ones before it. */
static void fish_word(const char *name, size_t length, const struct command *command)
{
	size_t word = length;

	while (word > 0 && name[word - 1] != ' ')
		word--;
	printf("complete -c nanomarket -n '__nanomarket_stands %.*s' -a '%.*s'", word > 0 ? (int)word - 1 : 0, name,
	       (int)(length - word), name + word);
	if (command) {
		fputs(" -d '", stdout);
		print_quoted(help_of(command->summary), "\\");
		putchar('\'');
	}
	putchar('\n');
}

static void fish_group(const struct command *first, size_t length)
{
	fish_word(first->name, length, NULL);
}

static void fish_command(const struct command *command)
{
	char condition[200];

	fish_word(command->name, strlen(command->name), command);
	snprintf(condition, sizeof condition, " -n '__nanomarket_begins %s'", command->name);
	for (const struct option *option = command->options; option->name; option++)
		fish_option(option, condition);
	if (command->flags & COMMAND_FILES)
		printf("complete -c nanomarket%s -F\n", condition);
}

/* What stands on the command line, without options and their values: exactly this, or first this. */
static void fish_functions(void)
{
	puts("function __nanomarket_words\n"
	     "  set -l skip 0\n"
	     "  set -l words\n"
	     "  for word in (commandline -opc)[2..-1]\n"
	     "    if test $skip = 1\n"
	     "      set skip 0\n"
	     "      continue\n"
	     "    end\n"
	     "    switch $word");
	fputs("      case", stdout);
	for (const struct option *option = global_options; option->name; option++) {
		if (option->kind == VALUE_NONE)
			continue;
		printf(" --%s", option->name);
		if (option->letter)
			printf(" -%c", option->letter);
	}
	puts("\n"
	     "        set skip 1\n"
	     "      case '-*'\n"
	     "      case '*'\n"
	     "        set -a words $word\n"
	     "    end\n"
	     "  end\n"
	     "  echo \"$words\"\n"
	     "end\n"
	     "function __nanomarket_stands\n"
	     "  set -l words (__nanomarket_words)\n"
	     "  test \"$words\" = \"$argv\"\n"
	     "end\n"
	     "function __nanomarket_begins\n"
	     "  set -l words (__nanomarket_words)\n"
	     "  string match -q -- \"$argv *\" \"$words \"\n"
	     "end");
}

static void print_fish(void)
{
	puts("# fish completion for nanomarket");
	fish_functions();
	puts("complete -c nanomarket -f");
	for (const struct option *option = global_options; option->name; option++)
		fish_option(option, "");
	print_groups(fish_group);
	for (const struct command *command = commands; command->name; command++)
		fish_command(command);
	puts("complete -c nanomarket -n '__nanomarket_stands completion' -a 'bash zsh fish'");
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
