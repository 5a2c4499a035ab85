/* command_second_factor.c -- codes of an authenticator, and recovery codes. */
#include "cli.h"

#include <fcntl.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "output.h"
#include "password.h"

int run_second_factor_show(struct cli *cli)
{
	nmk_second_factor *factor = NULL;
	nmk_status rc = nmk_second_factor_get(cli->session, &factor);
	int code;

	if (rc != NMK_OK)
		return fail_session(cli, rc);
	code = finish_entity(cli, nmk_second_factor_json(factor));
	nmk_second_factor_free(factor);
	return code;
}

/* ---- enable ---- */

/* A text of the library's that has a secret: shown and wiped. */
static int print_library_secret(const struct cli *cli, char *text)
{
	int code = print_secret_line(cli, text);

	if (text)
		sodium_memzero(text, strlen(text));
	nmk_free(text);
	return code;
}

/* A QR code is dark on light for most readers, whatever colors the terminal has. */
static int print_qr(const struct cli *cli, const char *uri)
{
	char *image = NULL;
	nmk_status rc = nmk_qr_text(uri, &image);
	int code = EXIT_DONE;

	if (rc != NMK_OK)
		return fail_text(cli, rc, NULL, "%s", nmk_status_text(rc, texts_language()));
	for (char *line = image, *end; *line && code == EXIT_DONE; line = end) {
		end = line + strcspn(line, "\n");
		if (*end)
			*end++ = '\0';
		color_on(cli, "40;97");
		code = print_secret(cli, line);
		color_off(cli);
		putchar('\n');
	}
	sodium_memzero(image, strlen(image));
	nmk_free(image);
	return code;
}

/* A file that only its owner reads, and that was not there. */
static int write_svg(const struct cli *cli, const char *path, const char *uri)
{
	char *image = NULL;
	nmk_status rc = nmk_qr_svg(uri, &image);
	int file = rc == NMK_OK ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1, problem = errno;
	size_t length = image ? strlen(image) : 0;

	if (rc != NMK_OK)
		return fail_text(cli, rc, NULL, "%s", nmk_status_text(rc, texts_language()));
	if (file >= 0) {
		problem = write(file, image, length) == (ssize_t)length ? 0 : EIO;
		if (close(file) != 0 && !problem)
			problem = errno;
	}
	sodium_memzero(image, length);
	nmk_free(image);
	if (problem)
		return fail_text(cli, NMK_EIO, "svg", tr("'%s' cannot be written: %s"), path, strerror(problem));
	return EXIT_DONE;
}

/* In groups of four, for typing. */
static int print_groups_of_four(const struct cli *cli, const char *secret)
{
	size_t length = strlen(secret), room = 2 * length + 64, used;
	char *line = malloc(room);
	int code;

	if (!line)
		return fail_memory(cli);
	used = (size_t)snprintf(line, room, "%s", tr("Secret:"));
	for (size_t i = 0; i < length; i++)
		used += (size_t)snprintf(line + used, room - used, "%s%c", i % 4 == 0 ? " " : "", secret[i]);
	code = print_secret_line(cli, line);
	sodium_memzero(line, room);
	free(line);
	return code;
}

static int show_enrollment(struct cli *cli, const nmk_totp_enrollment *enrollment)
{
	const char *svg = option_text(&cli->arguments, "svg");
	const char *uri = nmk_totp_enrollment_uri(enrollment);
	int code = svg ? write_svg(cli, svg, uri) : EXIT_DONE;

	if (code != EXIT_DONE)
		return code;
	if (cli->json)
		return print_library_secret(cli, nmk_totp_enrollment_json(enrollment));
	if (!svg)
		code = print_qr(cli, uri);
	if (code == EXIT_DONE)
		code = print_groups_of_four(cli, nmk_totp_enrollment_secret(enrollment));
	if (code == EXIT_DONE)
		code = print_secret_line(cli, uri);
	say(cli, "%s", tr("Scan it, or type the secret, and enable it with a code: account second-factor confirm CODE"));
	return code;
}

int run_second_factor_enable(struct cli *cli)
{
	nmk_totp_enrollment *enrollment = NULL;
	nmk_totp_algorithm algorithm = (nmk_totp_algorithm)option_number(&cli->arguments, "algorithm", 0);
	char secret[SECRET_SIZE] = "";
	nmk_status rc;
	int code = password_own(cli, secret);

	if (code != EXIT_DONE)
		return code;
	rc = nmk_second_factor_begin(cli->session, secret, algorithm, &enrollment);
	secret_clear(secret);
	if (rc != NMK_OK)
		return fail_session(cli, rc);
	code = show_enrollment(cli, enrollment);
	nmk_totp_enrollment_free(enrollment);
	return code;
}

/* ---- recovery codes ---- */

static int show_codes(struct cli *cli, nmk_recovery_codes *codes)
{
	int code = EXIT_DONE;

	if (cli->json)
		code = print_library_secret(cli, nmk_recovery_codes_json(codes));
	else
		say(cli, "%s", tr("Recovery codes. Each replaces a code of the authenticator once. They are not shown again:"));
	for (size_t i = 0; !cli->json && code == EXIT_DONE && i < nmk_recovery_codes_count(codes); i++)
		code = print_secret_line(cli, nmk_recovery_codes_item(codes, i));
	nmk_recovery_codes_free(codes);
	return code;
}

int run_second_factor_confirm(struct cli *cli)
{
	nmk_recovery_codes *codes = NULL;
	nmk_status rc = nmk_second_factor_confirm(cli->session, cli->arguments.words[0], &codes);

	if (rc != NMK_OK)
		return fail_session(cli, rc);
	say(cli, "%s", tr("The second factor is enabled. All other sessions and logins have ended."));
	return show_codes(cli, codes);
}

/* The code on the command line, else asked for. --login used one up already: another one is needed. */
static int own_code(struct cli *cli, char secret[SECRET_SIZE])
{
	if (cli->arguments.word_count > 0)
		return secret_word(cli, cli->arguments.words[0], secret);
	return secret_read_code(cli, cli->login ? tr("Next code of the authenticator: ") : tr("Code of the authenticator: "),
	                        secret);
}

int run_second_factor_codes(struct cli *cli)
{
	nmk_recovery_codes *codes = NULL;
	char secret[SECRET_SIZE] = "";
	nmk_status rc;
	int code = own_code(cli, secret);

	if (code != EXIT_DONE)
		return code;
	rc = nmk_recovery_codes_renew(cli->session, secret, &codes);
	secret_clear(secret);
	return rc == NMK_OK ? show_codes(cli, codes) : fail_session(cli, rc);
}

int run_second_factor_disable(struct cli *cli)
{
	char password[SECRET_SIZE] = "", secret[SECRET_SIZE] = "";
	nmk_status rc = NMK_OK;
	int code = password_own(cli, password);

	if (code == EXIT_DONE)
		code = own_code(cli, secret);
	if (code == EXIT_DONE)
		rc = nmk_second_factor_disable(cli->session, password, secret);
	secret_clear(password);
	secret_clear(secret);
	if (code != EXIT_DONE)
		return code;
	if (rc != NMK_OK)
		return fail_session(cli, rc);
	say(cli, "%s", tr("The second factor is disabled."));
	return finish(cli);
}
