#include "password.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <termios.h>
#include <unistd.h>
#include "output.h"

void secret_clear(char secret[SECRET_SIZE])
{
	sodium_memzero(secret, SECRET_SIZE);
}

/* ---- lines ---- */

enum line { LINE_READ, LINE_END, LINE_BAD, LINE_UNREADABLE };

/* A line without its end, byte by byte: no buffer of the C library keeps a copy, and what follows is left to others. */
static enum line read_line(int file, char *text, size_t room)
{
	size_t length = 0;
	char byte = 0;
	ssize_t got;

	while ((got = read(file, &byte, 1)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return LINE_UNREADABLE;
		if (byte == '\n')
			break;
		if (length + 1 >= room || !byte)
			return LINE_BAD;
		text[length++] = byte;
	}
	if (got == 0 && length == 0)
		return LINE_END;
	if (length > 0 && text[length - 1] == '\r')
		length--;
	text[length] = '\0';
	return LINE_READ;
}

/* A failure of `path`; the last one set errno. */
static int tell_line(struct cli *cli, enum line line, const char *path)
{
	switch (line) {
	case LINE_READ:
		return EXIT_DONE;
	case LINE_END:
		return fail_text(cli, NMK_EINVALID, "password_file", tr("'%s' has no further line"), path);
	case LINE_BAD:
		return fail_text(cli, NMK_EINVALID, "password_file", tr("'%s' cannot be read: %s"), path,
		                 tr("the line is too long or has a NUL byte"));
	case LINE_UNREADABLE:
		break;
	}
	return fail_text(cli, NMK_EIO, "password_file", tr("'%s' cannot be read: %s"), path, strerror(errno));
}

static int read_from_file(struct cli *cli, const char *path, char secret[SECRET_SIZE])
{
	if (cli->secrets < 0)
		cli->secrets = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (cli->secrets < 0)
		return tell_line(cli, LINE_UNREADABLE, path);
	return tell_line(cli, read_line(cli->secrets, secret, SECRET_SIZE), path);
}

void secret_close(struct cli *cli)
{
	if (cli->secrets > STDERR_FILENO)
		close(cli->secrets);
	cli->secrets = -1;
}

/* ---- a terminal ---- */

static struct termios terminal_before;
static volatile sig_atomic_t terminal_file = -1;

/* The shell gets its terminal back as it was. */
static void on_signal(int number)
{
	if (terminal_file >= 0)
		tcsetattr(terminal_file, TCSAFLUSH, &terminal_before);
	raise(number); /* its action is the default again */
}

static const int ending_signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

#define ENDING_SIGNALS (sizeof ending_signals / sizeof ending_signals[0])

static bool echo_off(int terminal, struct sigaction before[ENDING_SIGNALS])
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };
	struct termios quiet;

	if (tcgetattr(terminal, &terminal_before) != 0)
		return false;
	sigemptyset(&action.sa_mask);
	terminal_file = terminal;
	for (size_t i = 0; i < ENDING_SIGNALS; i++)
		sigaction(ending_signals[i], &action, &before[i]);
	quiet = terminal_before;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	return tcsetattr(terminal, TCSAFLUSH, &quiet) == 0;
}

static void echo_on(int terminal, const struct sigaction before[ENDING_SIGNALS])
{
	tcsetattr(terminal, TCSAFLUSH, &terminal_before);
	terminal_file = -1;
	for (size_t i = 0; i < ENDING_SIGNALS; i++)
		sigaction(ending_signals[i], &before[i], NULL);
}

static enum line ask(int terminal, const char *question, bool seen, char *text, size_t room)
{
	struct sigaction before[ENDING_SIGNALS];
	enum line line;

	if (write(terminal, question, strlen(question)) < 0)
		return LINE_UNREADABLE;
	if (seen)
		return read_line(terminal, text, room);
	if (!echo_off(terminal, before))
		return LINE_UNREADABLE;
	line = read_line(terminal, text, room);
	echo_on(terminal, before);
	return write(terminal, "\n", 1) < 0 ? LINE_UNREADABLE : line;
}

/* -1: there is none, which was said. */
static int open_terminal(struct cli *cli, int *code)
{
	int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

	if (terminal < 0)
		*code = fail_usage(cli, "%s", tr("there is no terminal to ask for the password: use --password-file"));
	return terminal;
}

static int ask_terminal(struct cli *cli, const char *question, bool seen, bool twice, char secret[SECRET_SIZE])
{
	char again[SECRET_SIZE] = "";
	int code = EXIT_DONE, terminal = open_terminal(cli, &code);
	enum line line;

	if (terminal < 0)
		return code;
	line = ask(terminal, question, seen, secret, SECRET_SIZE);
	if (line == LINE_READ && twice)
		line = ask(terminal, tr("Once more: "), seen, again, SECRET_SIZE);
	if (line != LINE_READ)
		code = fail_text(cli, NMK_EIO, NULL, "%s", tr("the password cannot be read"));
	else if (twice && strcmp(secret, again) != 0)
		code = fail_text(cli, NMK_EINVALID, "password", "%s", tr("the two passwords differ"));
	secret_clear(again);
	close(terminal);
	return code;
}

/* ---- what is read ---- */

static int read_secret(struct cli *cli, const char *question, bool seen, bool twice, char secret[SECRET_SIZE])
{
	const char *path = global_text(&cli->arguments, "password-file");

	return path ? read_from_file(cli, path, secret) : ask_terminal(cli, question, seen, twice, secret);
}

int secret_read(struct cli *cli, const char *question, char secret[SECRET_SIZE])
{
	return read_secret(cli, question, false, false, secret);
}

int secret_read_new(struct cli *cli, const char *question, char secret[SECRET_SIZE])
{
	return read_secret(cli, question, false, true, secret);
}

int secret_read_code(struct cli *cli, const char *question, char secret[SECRET_SIZE])
{
	return read_secret(cli, question, true, false, secret);
}

int secret_read_input(struct cli *cli, const char *question, char *secret, size_t room)
{
	enum line line;

	if (isatty(STDIN_FILENO))
		line = ask(STDIN_FILENO, question, false, secret, room);
	else
		line = read_line(STDIN_FILENO, secret, room);
	return tell_line(cli, line, "-");
}

int secret_word(struct cli *cli, const char *word, char secret[SECRET_SIZE])
{
	size_t length = strlen(word);

	if (strcmp(word, "-") == 0)
		return secret_read_input(cli, tr("Token: "), secret, SECRET_SIZE);
	if (length >= SECRET_SIZE)
		return fail_text(cli, NMK_EINVALID, "token", "%s", tr("the line is too long"));
	memcpy(secret, word, length + 1);
	return EXIT_DONE;
}

int password_own(struct cli *cli, char secret[SECRET_SIZE])
{
	if (!cli->login)
		return secret_read(cli, tr("Password: "), secret);
	memcpy(secret, cli->password, SECRET_SIZE);
	return EXIT_DONE;
}

/* ---- made ones ---- */

/* No letter or digit that looks like another; the points are the special characters that some policies want. */
static void generate(char secret[SECRET_SIZE])
{
	static const char letters[] = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
	bool upper, digit;

	do {
		size_t at = 0;

		upper = digit = false;
		for (int i = 0; i < 20; i++) {
			char letter = letters[randombytes_uniform(sizeof letters - 1)];

			if (i > 0 && i % 5 == 0)
				secret[at++] = '.';
			secret[at++] = letter;
			upper = upper || (letter >= 'A' && letter <= 'Z');
			digit = digit || (letter >= '0' && letter <= '9');
		}
		secret[at] = '\0';
	} while (!upper || !digit);
}

int password_for_account(struct cli *cli, char secret[SECRET_SIZE])
{
	if (!option_given(&cli->arguments, "generate-password"))
		return secret_read_new(cli, tr("Password: "), secret);
	if (global_given(&cli->arguments, "password-file"))
		return fail_usage(cli, tr("'--%s' and '--%s' exclude each other"), "generate-password", "password-file");
	generate(secret);
	return EXIT_DONE;
}

int print_password(const struct cli *cli, const char *json, const char *password)
{
	size_t length = json ? strlen(json) : 0, room = length + 2 * SECRET_SIZE;
	char *line = malloc(room);
	int code;

	if (!line)
		return fail_memory(cli);
	if (!json)
		snprintf(line, room, "%s%s", tr("Password: "), password);
	else if (!password)
		snprintf(line, room, "%s", json);
	else
		snprintf(line, room, "%.*s,\"password\":\"%s\"}", (int)length - 1, json, password);
	code = print_secret_line(cli, line);
	sodium_memzero(line, room);
	free(line);
	return code;
}

/* ---- yes or no ---- */

int confirm(struct cli *cli, const char *question)
{
	static const char *const words[] = { "y", "yes", "j", "ja" };
	char answer[16] = "";
	int terminal;

	if (option_given(&cli->arguments, "yes"))
		return EXIT_DONE;
	terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (terminal < 0)
		return fail_usage(cli, "%s", tr("there is no terminal to ask: use --yes"));
	if (ask(terminal, question, true, answer, sizeof answer) != LINE_READ)
		answer[0] = '\0';
	close(terminal);
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcasecmp(answer, words[i]) == 0)
			return EXIT_DONE;
	return fail_text(cli, NMK_ECANCELLED, NULL, "%s", tr("nothing was changed"));
}
