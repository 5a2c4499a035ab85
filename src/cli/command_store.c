/* command_store.c -- the store as a whole: create, check, back up, restore. */
#include "cli.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "opening.h"
#include "output.h"
#include "password.h"
#include "progress.h"
#include "report.h"

/* ---- create ---- */

static nmk_status create_store(struct cli *cli, nmk_market_options *options, nmk_error *error)
{
	nmk_status rc = nmk_market_open(cli->store, options, error, &cli->market);

	/* With a root key of another store it cannot be opened, but it is there. */
	if (rc == NMK_OK || rc == NMK_EDENIED) {
		nmk_market_close(cli->market);
		cli->market = NULL;
		memset(error, 0, sizeof *error);
		error->status = NMK_ECONFLICT;
		snprintf(error->message, sizeof error->message, tr("there is a store at '%s' already"), cli->store);
		return NMK_ECONFLICT;
	}
	if (rc != NMK_ENOTFOUND)
		return rc;
	options->create = true;
	return nmk_market_open(cli->store, options, error, &cli->market);
}

/* Somebody else made the password, so it is changed at the first login. */
static nmk_status add_admin(struct cli *cli, const char *password, nmk_user **user)
{
	nmk_registration registration = NMK_REGISTRATION_INIT;

	registration.username = option_text(&cli->arguments, "admin");
	registration.email = option_text(&cli->arguments, "email");
	registration.password = password;
	registration.password_change_required = true;
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
		say(cli, tr("%s was added as %s, and must change the password at the first login."),
		    nmk_user_username(user), nmk_role_word(nmk_user_role(user)));
		nmk_user_free(user);
		return EXIT_DONE;
	}
	note(cli, "%s", tr("the store was created, but without an administrator: add one with 'user add --role admin'"));
	return fail_session(cli, rc);
}

static void say_root_key(const struct cli *cli, const struct opening *opening)
{
	char path[STORE_PATH_SIZE];

	if (!opening_root_file(cli, opening, path)) {
		say(cli, "%s", tr("Without the passphrase the store does not open: keep it safe."));
		return;
	}
	say(cli, tr("Root key: %s"), path);
	say(cli, "%s", tr("Keep a copy of it safe, apart from the store and its backups: without it the store does not open."));
}

static void say_what_next(const struct cli *cli, bool has_admin)
{
	say(cli, "%s", tr("What next:"));
	if (!has_admin)
		say(cli, "  nanomarket --store %s user add %s --email %s --role admin", cli->store, tr("USERNAME"),
		    tr("ADDRESS"));
	else
		say(cli, "  nanomarket --store %s --login %s account password", cli->store,
		    option_text(&cli->arguments, "email"));
	say(cli, "  nanomarket --store %s import --publish %s", cli->store, tr("FOLDER"));
	say(cli, "  nanomarket --store %s search %s", cli->store, tr("TEXT"));
}

static int finish_init(struct cli *cli, const struct opening *opening, const char *password)
{
	bool generated = password && option_given(&cli->arguments, "generate-password");
	char path[STORE_PATH_SIZE];
	json_t *json;
	char *text;
	int code;

	if (!cli->json)
		return generated ? print_password(cli, NULL, password) : EXIT_DONE;
	json = json_pack("{s:s,s:s?,s:s?}", "status", "ok", "root_key_file", opening_root_file(cli, opening, path),
	                 "admin", option_text(&cli->arguments, "admin"));
	text = json ? json_dumps(json, JSON_COMPACT) : NULL;
	json_decref(json);
	if (!text)
		return fail_memory(cli);
	code = print_password(cli, text, generated ? password : NULL);
	free(text);
	return code;
}

static int init(struct cli *cli, struct opening *opening, const char *password)
{
	nmk_error error = { .status = NMK_OK };
	nmk_status rc = create_store(cli, &opening->options, &error);
	int code = EXIT_DONE;

	if (rc != NMK_OK) {
		error.status = rc;
		return fail_error(cli, &error);
	}
	if (nmk_session_open_system(cli->market, &cli->session) != NMK_OK) {
		code = fail_memory(cli);
	} else {
		say(cli, tr("Store created: %s"), cli->store);
		say_root_key(cli, opening);
		if (password)
			code = init_admin(cli, password);
		if (code == EXIT_DONE)
			code = finish_init(cli, opening, password);
		if (code == EXIT_DONE)
			say_what_next(cli, password != NULL);
	}
	nmk_session_close(cli->session);
	nmk_market_close(cli->market);
	return code;
}

static int check_init(const struct cli *cli)
{
	const struct arguments *arguments = &cli->arguments;
	bool admin = option_given(arguments, "admin");

	if (!cli->store)
		return fail_usage(cli, "%s", tr("which store? Use --store FILE or set NANOMARKET_STORE"));
	if (cli_is_member(cli))
		return fail_usage(cli, tr("option '--%s' makes no sense here"), cli->as ? "as" : "login");
	if (admin != option_given(arguments, "email"))
		return fail_usage(cli, "%s", tr("'--admin' and '--email' belong together"));
	if (!admin && (option_given(arguments, "generate-password")
	               || (global_given(arguments, "password-file") && !global_given(arguments, "ask-passphrase"))))
		return fail_usage(cli, tr("option '--%s' is needed"), "admin");
	return EXIT_DONE;
}

int run_init(struct cli *cli)
{
	struct opening opening = { .passphrase = "" };
	bool admin = option_given(&cli->arguments, "admin");
	char secret[SECRET_SIZE] = "";
	int code = check_init(cli);

	if (code == EXIT_DONE)
		code = opening_prepare(cli, &opening);
	if (code == EXIT_DONE && admin)
		code = password_for_account(cli, secret);
	if (code == EXIT_DONE)
		code = init(cli, &opening, admin ? secret : NULL);
	opening_clear(&opening);
	secret_clear(secret);
	return code;
}

/* ---- check ---- */

/* Before the check, which then tells what came of it. */
static nmk_status rebuild_search(struct cli *cli)
{
	struct progress progress;
	nmk_status rc;

	progress_begin(cli, &progress);
	rc = nmk_search_rebuild(cli->session, progress_go_on, &progress);
	progress_end(&progress);
	return rc;
}

int run_doctor(struct cli *cli)
{
	nmk_check_report *report = NULL;
	struct progress progress;
	nmk_status rc = option_given(&cli->arguments, "rebuild-search") ? rebuild_search(cli) : NMK_OK;
	int code;

	if (rc != NMK_OK)
		return fail_session(cli, rc);
	progress_begin(cli, &progress);
	rc = nmk_market_check(cli->session, option_given(&cli->arguments, "repair"), progress_go_on, &progress, &report);
	progress_end(&progress);
	if (rc != NMK_OK)
		return fail_session(cli, rc);
	code = report_finish(cli, report, tr("The store is sound."));
	nmk_check_report_free(report);
	return code;
}

/* ---- back up and restore ---- */

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
	say(cli, tr("%s.keyring belongs to it. The root key is not in it: keep that elsewhere."), path);
	return finish(cli);
}

/* Does the root key open what was restored? Without one at hand there is no answer, but a hint. */
static int try_root_key(struct cli *cli, const struct opening *opening)
{
	nmk_error error = { .status = NMK_OK };
	nmk_market *market = NULL;
	char path[STORE_PATH_SIZE];

	if (opening_root_file(cli, opening, path) && !opening->options.root_key_file && access(path, F_OK) != 0) {
		note(cli, tr("it opens with the root key of the store that was backed up: copy it to %s, or use "
		             "--root-key-file or --ask-passphrase"), path);
		return EXIT_DONE;
	}
	error.status = nmk_market_open(cli->store, &opening->options, &error, &market);
	nmk_market_close(market);
	return error.status == NMK_OK ? EXIT_DONE : fail_error(cli, &error);
}

static int restore(struct cli *cli, const struct opening *opening)
{
	nmk_error error = { .status = NMK_OK };
	struct progress progress;
	nmk_status rc;
	int code;

	progress_begin(cli, &progress);
	rc = nmk_market_restore(cli->arguments.words[0], store_path(cli), progress_go_on, &progress, &error);
	progress_end(&progress);
	if (rc != NMK_OK) {
		error.status = rc;
		return fail_error(cli, &error);
	}
	say(cli, tr("Restored: %s"), store_path(cli));
	code = try_root_key(cli, opening);
	return code == EXIT_DONE ? finish(cli) : code;
}

int run_restore(struct cli *cli)
{
	struct opening opening = { .passphrase = "" };
	int code;

	if (!cli->store)
		return fail_usage(cli, "%s", tr("which store? Use --store FILE or set NANOMARKET_STORE"));
	if (cli_is_member(cli))
		return fail_usage(cli, tr("option '--%s' makes no sense here"), cli->as ? "as" : "login");
	code = opening_prepare(cli, &opening);
	if (code == EXIT_DONE)
		code = restore(cli, &opening);
	opening_clear(&opening);
	return code;
}
