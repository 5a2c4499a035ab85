/* password.h -- secrets that do not stand on the command line. */
#ifndef NMK_CLI_PASSWORD_H
#define NMK_CLI_PASSWORD_H

#include "cli.h"

/* Each answers EXIT_DONE, or the code of a failure that was told. Wipe with secret_clear(). */

/* The next line of --password-file, else asked for on the terminal, unseen. */
int secret_read(struct cli *cli, const char *question, char secret[SECRET_SIZE]);
/* The same for a new one: a terminal asks twice. */
int secret_read_new(struct cli *cli, const char *question, char secret[SECRET_SIZE]);
/* A code, which may be seen: it works once. */
int secret_read_code(struct cli *cli, const char *question, char secret[SECRET_SIZE]);
/* What stands on the command line; for "-" the next line of standard input. */
int secret_word(struct cli *cli, const char *word, char secret[SECRET_SIZE]);
/* A line of standard input, asked for if that is a terminal. */
int secret_read_input(struct cli *cli, const char *question, char *secret, size_t room);
void secret_clear(char secret[SECRET_SIZE]);
/* No more secrets are read. */
void secret_close(struct cli *cli);

/* The password of who acts: the one that --login asked for, else asked for now. */
int password_own(struct cli *cli, char secret[SECRET_SIZE]);

/* A password for a new account: asked for twice, or made with --generate-password. */
int password_for_account(struct cli *cli, char secret[SECRET_SIZE]);

/* Show a password that was made, once: on a line, or as a last member of a JSON object. */
int print_password(const struct cli *cli, const char *json, const char *password);

/* --yes was given, or the answer is yes in any language; after a no nothing is to be done. */
int confirm(struct cli *cli, const char *question);

#endif
