/* commands.h -- the table of commands and options. Parsing, help, hints and completion all read it. */
#ifndef NMK_CLI_COMMANDS_H
#define NMK_CLI_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>

struct cli;

enum value_kind {
	VALUE_NONE,    /* a switch                             */
	VALUE_TEXT,
	VALUE_NUMBER,  /* minimum to maximum                   */
	VALUE_FILE,
	VALUE_WORD     /* one of word(1), word(2), ...         */
};

struct option {
	const char      *name;     /* without the dashes; NULL ends a list             */
	char             letter;   /* short form, 0 for none                           */
	enum value_kind  kind;
	const char      *value;    /* what the value is called in the help             */
	const char      *help;     /* English                                          */
	const char    *(*word)(int value);
	long long        minimum, maximum;
};

enum command_flag {
	COMMAND_STORE  = 1,  /* works on an opened store                               */
	COMMAND_READS  = 2,  /* does not write: a store that cannot be written will do */
	COMMAND_FILES  = 4,  /* its arguments are files                                */
	COMMAND_MAKES  = 8,  /* makes the store: a passphrase is a new one             */
	COMMAND_GUEST  = 16, /* for somebody who is not logged in                      */
	COMMAND_MEMBER = 32  /* for a member: --login or --as                          */
};

struct command {
	const char          *name;       /* "nano list"                                      */
	const char          *arguments;  /* "NANO FILE"                                      */
	int                  minimum;    /* how many arguments                               */
	int                  maximum;    /* -1: any number                                   */
	unsigned             flags;
	int                (*run)(struct cli *cli);
	const char          *summary;    /* English, one line                                */
	const char          *details;    /* English, or NULL                                 */
	const struct option *options;
	const char          *example;    /* what follows the program's name, or NULL         */
};

extern const struct command commands[];      /* ends with name NULL */
extern const struct option  global_options[];

const struct command *command_find(const char *name);
/* Is there a command that begins with this word and a blank? */
bool command_is_group(const char *word);
const struct option *option_named(const struct option *options, const char *name, size_t length);
const struct option *option_lettered(const struct option *options, char letter);

/* The known name that is most like the given one, or NULL. */
const char *command_like(const char *name);
const char *option_like(const struct command *command, const char *name);

#endif
