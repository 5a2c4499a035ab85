/* output.h -- what is said to people and to programs. */
#ifndef NMK_CLI_OUTPUT_H
#define NMK_CLI_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "cli.h"

/* ---- failures: each prints and answers the exit code ---- */

int exit_code_of(nmk_status status);
int fail_error(const struct cli *cli, const nmk_error *error);
int fail_session(const struct cli *cli, nmk_status rc);         /* what went wrong in the acting session   */
int fail_memory(const struct cli *cli);
int fail_text(const struct cli *cli, nmk_status status, const char *field, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* The command line is wrong: a sentence, then where help is. */
int fail_usage(const struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- successes ---- */

/* A confirmation for people: not with --quiet, not with --json. */
void say(const struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A remark on standard error: not with --quiet. */
void note(const struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

int finish(const struct cli *cli);                              /* {"status":"ok"} with --json             */
int finish_json(const struct cli *cli, char *json);             /* prints a line, frees; NULL: no memory   */
/* A single thing: its JSON with --json, else a line per field. Frees the text. */
int finish_entity(const struct cli *cli, char *json);

/* A text with a secret, past the buffers of the C library, where a copy would stay; NULL: no memory. The exit code. */
int print_secret(const struct cli *cli, const char *text);
int print_secret_line(const struct cli *cli, const char *text);

/* ---- pieces ---- */

#define TIME_SIZE 32
/* "2026-03-01 14:05 UTC"; "" for 0. */
const char *time_text(int64_t milliseconds, char text[TIME_SIZE]);
const char *size_text(int64_t bytes, char text[TIME_SIZE]);
/* 425 is "4.25". */
const char *hundredths_text(int64_t hundredths, char text[TIME_SIZE]);
/* "12 s", "5 min", "2 h": rounded up. */
const char *wait_text(int64_t milliseconds, char text[TIME_SIZE]);
/* The sentence of an error for people: field, message, and when to try again. */
void error_sentence(const nmk_error *error, char *text, size_t room);

/* Text of others on a terminal: control characters become U+FFFD, line breaks too unless they are wanted. */
void print_clean(FILE *file, const char *text, bool lines);
int text_width(const char *text);                               /* columns on a terminal                   */
size_t text_fit(const char *text, int width);                   /* bytes that fit into so many columns     */
int terminal_width(void);                                       /* of standard output; 0 if it is none     */

/* Text in colors if they are wanted: "1" is bold, "2" is faint, "32" is green. */
void color_on(const struct cli *cli, const char *code);
void color_off(const struct cli *cli);

/* Flushes standard output; false after a failure, which is reported. A reader that went away is no failure. */
bool output_close(const struct cli *cli);

#endif
