/* password.h -- secrets that do not stand on the command line. */
#ifndef NMK_CLI_PASSWORD_H
#define NMK_CLI_PASSWORD_H

#include "cli.h"

#define SECRET_SIZE 1280

/* From --password-file, else asked for twice on the terminal. Answers EXIT_DONE, or the code of a failure that was
 * told. Wipe with secret_clear(). */
int password_read(struct cli *cli, char secret[SECRET_SIZE]);
/* The first line of a file, "-" is standard input. */
int secret_read_file(struct cli *cli, const char *path, char secret[SECRET_SIZE]);
void secret_clear(char secret[SECRET_SIZE]);

#endif
