#include "password.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include "output.h"

void secret_clear(char secret[SECRET_SIZE])
{
	sodium_memzero(secret, SECRET_SIZE);
}

/* A line without its end, byte by byte: no buffer of the C library keeps a copy. -1: too long, or it cannot be read. */
static int read_line(int file, char secret[SECRET_SIZE])
{
	size_t length = 0;
	char byte;
	ssize_t got;

	while ((got = read(file, &byte, 1)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 || length + 1 >= SECRET_SIZE)
			return -1;
		if (byte == '\n')
			break;
		secret[length++] = byte;
	}
	if (length > 0 && secret[length - 1] == '\r')
		length--;
	secret[length] = '\0';
	return 0;
}

int secret_read_file(struct cli *cli, const char *path, char secret[SECRET_SIZE])
{
	int file = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	int rc;

	if (file < 0)
		return fail_text(cli, NMK_EIO, "path", tr("'%s' cannot be read: %s"), path, strerror(errno));
	rc = read_line(file, secret);
	if (file != STDIN_FILENO)
		close(file);
	if (rc != 0)
		return fail_text(cli, NMK_EIO, "path", tr("'%s' cannot be read: %s"), path, tr("the line is too long"));
	return EXIT_DONE;
}

static int ask(int terminal, const char *question, char secret[SECRET_SIZE])
{
	struct termios before, quiet;
	int rc;

	if (tcgetattr(terminal, &before) != 0)
		return -1;
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	if (write(terminal, question, strlen(question)) < 0 || tcsetattr(terminal, TCSAFLUSH, &quiet) != 0)
		return -1;
	rc = read_line(terminal, secret);
	tcsetattr(terminal, TCSAFLUSH, &before);
	return write(terminal, "\n", 1) < 0 ? -1 : rc;
}

static int ask_twice(struct cli *cli, int terminal, char secret[SECRET_SIZE])
{
	char again[SECRET_SIZE];
	int rc = ask(terminal, tr("Password: "), secret), code = EXIT_DONE;

	if (rc == 0)
		rc = ask(terminal, tr("Once more: "), again);
	if (rc != 0)
		code = fail_text(cli, NMK_EIO, NULL, "%s", tr("the password cannot be read"));
	else if (strcmp(secret, again) != 0)
		code = fail_text(cli, NMK_EINVALID, "password", "%s", tr("the two passwords differ"));
	secret_clear(again);
	return code;
}

int password_read(struct cli *cli, char secret[SECRET_SIZE])
{
	const char *path = option_text(&cli->arguments, "password-file");
	int terminal, code;

	if (path)
		return secret_read_file(cli, path, secret);
	terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (terminal < 0)
		return fail_usage(cli, "%s", tr("there is no terminal to ask for the password: use --password-file"));
	code = ask_twice(cli, terminal, secret);
	close(terminal);
	return code;
}
