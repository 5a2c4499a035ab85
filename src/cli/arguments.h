/* arguments.h -- the command line, read by the table of commands. */
#ifndef NMK_CLI_ARGUMENTS_H
#define NMK_CLI_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include "commands.h"

struct given {
	const struct option *option;
	const char          *value;    /* NULL for a switch                     */
	long long            number;   /* of VALUE_NUMBER and VALUE_WORD        */
};

#define ARGUMENTS_PROBLEM_SIZE 400
#define ARGUMENTS_GROUP_SIZE   64

struct arguments {
	const struct command *command;  /* NULL: none was named                        */
	char         group[ARGUMENTS_GROUP_SIZE]; /* "nano", "token keys" if only that was named, else "" */
	struct given *given;
	size_t       given_count;
	const char **words;             /* what is no option                           */
	size_t       word_count;
	char         problem[ARGUMENTS_PROBLEM_SIZE]; /* "" or what is wrong, a sentence */
};

/* Reads the command line; what it keeps is borrowed from argv. false: `problem` says why. The language is switched as
 * soon as --language was read. */
bool arguments_read(struct arguments *arguments, int argc, char **argv);
void arguments_clear(struct arguments *arguments);

/* What was given for an option of the command; the last if it was given more than once. NULL, false or `otherwise` if
 * it was not. */
bool option_given(const struct arguments *arguments, const char *name);
const char *option_text(const struct arguments *arguments, const char *name);
long long option_number(const struct arguments *arguments, const char *name, long long otherwise);

/* Every value of an option that may be repeated: begin with *at = 0. NULL after the last. */
const char *option_next(const struct arguments *arguments, const char *name, size_t *at);

/* The same for options of every command, which a command's own one of the same name does not hide. */
bool global_given(const struct arguments *arguments, const char *name);
const char *global_text(const struct arguments *arguments, const char *name);

#endif
