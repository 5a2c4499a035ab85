/* command_store.c -- the store as a whole: create, check, back up, restore; and sessions and signals. */
#include "cli.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "output.h"
#include "password.h"

/* ---- sessions and signals ---- */

nmk_session *cli_session(const struct cli *cli, nmk_error *error)
{
	nmk_session *system = NULL, *session = NULL;
	nmk_status rc = nmk_session_open_system(cli->market, &system);

	memset(error, 0, sizeof *error);
	error->status = rc;
	if (rc != NMK_OK || !cli->as)
		return system;
	rc = nmk_session_act_as(system, cli->as, &session);
	if (rc != NMK_OK) {
		*error = *nmk_session_error(system);
		error->status = rc;
		if (rc == NMK_ENOTFOUND)
			snprintf(error->message, sizeof error->message, tr("there is no user '%.60s'"), cli->as);
		error->field[0] = '\0';
	}
	nmk_session_close(system);
	return session;
}

static volatile sig_atomic_t asked_to_stop;

static void ask_to_stop(int number)
{
	(void)number;
	asked_to_stop = 1;
}

void interrupt_watch(void)
{
	struct sigaction action = { .sa_handler = ask_to_stop, .sa_flags = (int)SA_RESETHAND };

	/* Asked a second time, the process ends at once: the store outlives that. */
	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

bool interrupted(void)
{
	return asked_to_stop != 0;
}

/* ---- progress of long work, on a terminal ---- */

struct progress {
	bool            shown;      /* is there a terminal, and is it wanted?  */
	bool            printed;
	struct timespec last;
};

static bool progress_go_on(void *context, int64_t done, int64_t total)
{
	struct progress *progress = context;
	struct timespec now;

	if (interrupted())
		return false;
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (progress->shown && total > 0 && (now.tv_sec != progress->last.tv_sec)) {
		fprintf(stderr, "\r%3lld %%", (long long)(done * 100 / total));
		fflush(stderr);
		progress->printed = true;
		progress->last = now;
	}
	return true;
}

static void progress_begin(const struct cli *cli, struct progress *progress)
{
	memset(progress, 0, sizeof *progress);
	progress->shown = !cli->quiet && isatty(STDERR_FILENO);
	interrupt_watch();
}

static void progress_end(const struct progress *progress)
{
	if (progress->printed)
		fputs("\r     \r", stderr);
}

/* ---- commands ---- */

static nmk_status create_store(struct cli *cli, nmk_error *error)
{
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_status rc;

	options.language = texts_language();
	rc = nmk_market_open(cli->store, &options, error, &cli->market);
	if (rc == NMK_OK) {
		nmk_market_close(cli->market);
		cli->market = NULL;
		memset(error, 0, sizeof *error);
		error->status = NMK_ECONFLICT;
		snprintf(error->message, sizeof error->message, tr("there is a store at '%s' already"), cli->store);
		return NMK_ECONFLICT;
	}
	if (rc != NMK_ENOTFOUND)
		return rc;
	options.create = true;
	return nmk_market_open(cli->store, &options, error, &cli->market);
}

static nmk_status add_admin(struct cli *cli, const char *password, nmk_user **user)
{
	nmk_registration registration = NMK_REGISTRATION_INIT;

	registration.username = option_text(&cli->arguments, "admin");
	registration.email = option_text(&cli->arguments, "email");
	registration.password = password;
	registration.preferred_language = texts_language();
	registration.accept_terms = true;
	registration.accept_privacy = true;
	return nmk_user_add(cli->session, &registration, NMK_ROLE_ADMIN, user);
}

static int init_admin(struct cli *cli, const char *password)
{
	nmk_user *user = NULL;
	nmk_status rc = add_admin(cli, password, &user);

	if (rc == NMK_OK) {
		say(cli, tr("%s was added as %s."), nmk_user_username(user), nmk_role_word(nmk_user_role(user)));
		nmk_user_free(user);
		return EXIT_DONE;
	}
	note(cli, "%s", tr("the store was created, but without an administrator: add one with 'user add --role admin'"));
	return fail_session(cli, rc);
}

static void say_what_next(const struct cli *cli, bool has_admin)
{
	say(cli, "%s", tr("What next:"));
	if (!has_admin)
		say(cli, "  nanomarket --store %s user add %s --email %s --role admin", cli->store, tr("USERNAME"),
		    tr("ADDRESS"));
	say(cli, "  nanomarket --store %s import --publish %s", cli->store, tr("FOLDER"));
	say(cli, "  nanomarket --store %s search %s", cli->store, tr("TEXT"));
}

static int init(struct cli *cli, const char *password)
{
	nmk_error error = { NMK_OK, "", "", "" };
	nmk_status rc = create_store(cli, &error);
	int code = EXIT_DONE;

	if (rc != NMK_OK) {
		error.status = rc;
		return fail_error(cli, &error);
	}
	if (nmk_session_open_system(cli->market, &cli->session) != NMK_OK) {
		code = fail_memory(cli);
	} else {
		say(cli, tr("Store created: %s"), cli->store);
		if (password)
			code = init_admin(cli, password);
		if (code == EXIT_DONE) {
			say_what_next(cli, password != NULL);
			code = finish(cli);
		}
	}
	nmk_session_close(cli->session);
	nmk_market_close(cli->market);
	return code;
}

int run_init(struct cli *cli)
{
	bool admin = option_given(&cli->arguments, "admin");
	char secret[SECRET_SIZE] = "";
	int code = EXIT_DONE;

	if (!cli->store)
		return fail_usage(cli, "%s", tr("which store? Use --store FILE or set NANOMARKET_STORE"));
	if (cli->as)
		return fail_usage(cli, tr("option '--%s' makes no sense here"), "as");
	if (admin != option_given(&cli->arguments, "email"))
		return fail_usage(cli, "%s", tr("'--admin' and '--email' belong together"));
	if (!admin && option_given(&cli->arguments, "password-file"))
		return fail_usage(cli, tr("option '--%s' is needed"), "admin");
	if (admin)
		code = password_read(cli, secret);
	if (code == EXIT_DONE)
		code = init(cli, admin ? secret : NULL);
	secret_clear(secret);
	return code;
}

/* Exit code by what is left after repairs. */
static int print_report(const struct cli *cli, const nmk_check_report *report)
{
	size_t count = nmk_check_report_count(report), left = 0;

	for (size_t i = 0; i < count; i++) {
		bool repaired = nmk_check_report_repaired(report, i);

		left += !repaired;
		if (cli->json)
			continue;
		color_on(cli, repaired ? "32" : "31");
		fputs(repaired ? tr("repaired") : tr("problem"), stdout);
		color_off(cli);
		printf("  %s: ", nmk_check_report_check(report, i));
		print_clean(stdout, nmk_check_report_message(report, i), false);
		putchar('\n');
	}
	if (count == 0)
		say(cli, "%s", tr("The store is sound."));
	else
		say(cli, tr("%zu problems found, %zu repaired."), count, count - left);
	return left ? EXIT_PROBLEMS : EXIT_DONE;
}

int run_doctor(struct cli *cli)
{
	nmk_check_report *report = NULL;
	struct progress progress;
	nmk_status rc;
	int code, printed = EXIT_DONE;

	progress_begin(cli, &progress);
	rc = nmk_market_check(cli->session, option_given(&cli->arguments, "repair"), progress_go_on, &progress, &report);
	progress_end(&progress);
	if (rc != NMK_OK)
		return fail_session(cli, rc);
	code = print_report(cli, report);
	if (cli->json)
		printed = finish_json(cli, nmk_check_report_json(report));
	nmk_check_report_free(report);
	return printed == EXIT_DONE ? code : printed;
}

int run_backup(struct cli *cli)
{
	const char *path = cli->arguments.words[0];
	struct progress progress;
	nmk_status rc;

	progress_begin(cli, &progress);
	rc = nmk_market_backup(cli->session, path, progress_go_on, &progress);
	progress_end(&progress);
	if (rc != NMK_OK)
		return fail_session(cli, rc);
	say(cli, tr("Backed up and verified: %s"), path);
	return finish(cli);
}

int run_restore(struct cli *cli)
{
	const char *path = cli->store;
	nmk_error error = { NMK_OK, "", "", "" };
	struct progress progress;
	nmk_status rc;

	if (!cli->store)
		return fail_usage(cli, "%s", tr("which store? Use --store FILE or set NANOMARKET_STORE"));
	if (cli->as)
		return fail_usage(cli, tr("option '--%s' makes no sense here"), "as");
	if (strncmp(path, "sqlite:", 7) == 0)
		path += 7;
	progress_begin(cli, &progress);
	rc = nmk_market_restore(cli->arguments.words[0], path, progress_go_on, &progress, &error);
	progress_end(&progress);
	if (rc != NMK_OK) {
		error.status = rc;
		return fail_error(cli, &error);
	}
	say(cli, tr("Restored: %s"), path);
	return finish(cli);
}
