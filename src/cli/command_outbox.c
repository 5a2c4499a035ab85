/* command_outbox.c -- hands waiting mails to a command of the host's. */
#define _DEFAULT_SOURCE /* explicit_bzero() */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "output.h"

#define LEASE_MS INT64_C(600000)

extern char **environ;

/* A shell with our pipe as its input; what it prints goes to standard error, for ours may be JSON. */
static int spawn(const char *command, int input, pid_t *child)
{
	char *arguments[] = { (char[]){ "sh" }, (char[]){ "-c" }, (char *)(uintptr_t)command, NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t defaults;
	int rc;

	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	if (posix_spawn_file_actions_init(&files) != 0)
		return ENOMEM;
	if (posix_spawnattr_init(&attributes) != 0) {
		posix_spawn_file_actions_destroy(&files);
		return ENOMEM;
	}
	rc = posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
	if (rc == 0)
		rc = posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
	if (rc == 0)
		rc = posix_spawnattr_setsigdefault(&attributes, &defaults);
	if (rc == 0)
		rc = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	if (rc == 0)
		rc = posix_spawn(child, "/bin/sh", &files, &attributes, arguments, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	return rc;
}

static void write_all(int file, const char *text)
{
	size_t left = strlen(text);

	while (left > 0) {
		ssize_t written = write(file, text, left);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return; /* the command does not want to read it all: its exit status counts */
		text += written;
		left -= (size_t)written;
	}
}

/* True if the command took the message. */
static bool deliver(const struct cli *cli, const char *command, const char *text)
{
	int ends[2], status = 0;
	pid_t child;

	if (pipe(ends) != 0)
		return false;
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	if (spawn(command, ends[0], &child) != 0) {
		close(ends[0]);
		close(ends[1]);
		note(cli, "%s", tr("the command cannot be started"));
		return false;
	}
	close(ends[0]);
	write_all(ends[1], text);
	write_all(ends[1], "\n");
	close(ends[1]);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

struct sending {
	long long sent, failed;
};

static nmk_status send_one(struct cli *cli, const nmk_outbox_message *message, struct sending *sending)
{
	long long retry = option_number(&cli->arguments, "retry", 300);
	char *text = nmk_outbox_message_json(message);
	bool delivered = text && deliver(cli, option_text(&cli->arguments, "command"), text);

	if (text)
		explicit_bzero(text, strlen(text));
	nmk_free(text);
	if (delivered) {
		sending->sent++;
		return nmk_outbox_done(cli->session, nmk_outbox_message_id(message));
	}
	sending->failed++;
	return nmk_outbox_failed(cli->session, nmk_outbox_message_id(message), retry * 1000);
}

static nmk_status send_all(struct cli *cli, struct sending *sending)
{
	long long limit = option_number(&cli->arguments, "limit", 1000000000);
	nmk_status rc = NMK_OK;

	while (rc == NMK_OK && !interrupted() && sending->sent + sending->failed < limit) {
		nmk_outbox_message *message = NULL;

		rc = nmk_outbox_take(cli->session, LEASE_MS, &message);
		if (rc == NMK_ECORRUPT) { /* the others can be sent all the same */
			note(cli, "%s", nmk_session_error(cli->session)->message);
			sending->failed++;
			rc = NMK_OK;
			continue;
		}
		if (rc != NMK_OK || !message)
			break;
		rc = send_one(cli, message, sending);
		nmk_outbox_message_free(message);
	}
	return rc;
}

int run_outbox_send(struct cli *cli)
{
	struct sending sending = { 0, 0 };
	nmk_status rc;

	if (!option_given(&cli->arguments, "command"))
		return fail_usage(cli, tr("option '--%s' is needed"), "command");
	interrupt_watch();
	rc = send_all(cli, &sending);
	if (rc != NMK_OK)
		return fail_session(cli, rc);
	if (cli->json)
		printf("{\"sent\":%lld,\"failed\":%lld}\n", sending.sent, sending.failed);
	else
		say(cli, tr("%lld sent, %lld failed."), sending.sent, sending.failed);
	if (interrupted())
		return EXIT_INTERRUPTED;
	return sending.failed ? EXIT_PARTLY : EXIT_DONE;
}
