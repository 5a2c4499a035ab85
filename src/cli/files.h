/* files.h -- files that a command reads as a whole. */
#ifndef NMK_CLI_FILES_H
#define NMK_CLI_FILES_H

#include "cli.h"

/* A text of 1 MiB at most, the caller's to free(). NULL: *code is the answer, which names the field, and it was said why. */
char *read_text_file(struct cli *cli, const char *path, const char *field, int *code);
#endif
