/* command_user.c -- accounts. */
#include "cli.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "list.h"
#include "output.h"
#include "password.h"
#include "times.h"

/* The account as it is after a change. */
static int finish_user(struct cli *cli, const char *id)
{
	nmk_user *user = NULL;
	nmk_status rc;
	int code;

	if (!cli->json)
		return EXIT_DONE;
	rc = nmk_user_get(cli->session, id, &user);
	if (rc != NMK_OK)
		return finish(cli);
	code = finish_json(cli, nmk_user_json(user));
	nmk_user_free(user);
	return code;
}

static nmk_status add_user(struct cli *cli, const char *secret, nmk_user **user)
{
	const struct arguments *arguments = &cli->arguments;
	nmk_registration registration = NMK_REGISTRATION_INIT;

	registration.username = arguments->words[0];
	registration.email = option_text(arguments, "email");
	if (option_given(arguments, "password-hash"))
		registration.password_hash = secret;
	else
		registration.password = secret;
	registration.password_change_required = option_given(arguments, "change-password");
	registration.first_name = option_text(arguments, "first-name");
	registration.last_name = option_text(arguments, "last-name");
	registration.bio = option_text(arguments, "bio");
	registration.preferred_language = texts_language();
	registration.accept_terms = true;
	registration.accept_privacy = true;
	return nmk_user_add(cli->session, &registration, (nmk_role)option_number(arguments, "role", NMK_ROLE_CREATOR),
	                    user);
}

static int add(struct cli *cli, const char *secret)
{
	bool generated = option_given(&cli->arguments, "generate-password");
	nmk_user *user = NULL;
	nmk_status rc = add_user(cli, secret, &user);
	char *json;
	int code = EXIT_DONE;

	if (rc != NMK_OK)
		return fail_session(cli, rc);
	say(cli, tr("%s was added as %s."), nmk_user_username(user), nmk_role_word(nmk_user_role(user)));
	json = cli->json ? nmk_user_json(user) : NULL;
	nmk_user_free(user);
	if (cli->json && !json)
		return fail_memory(cli);
	if (cli->json || generated)
		code = print_password(cli, json, generated ? secret : NULL);
	nmk_free(json);
	return code;
}

/* At most one says where the password comes from. */
static int check_add(const struct cli *cli)
{
	static const char *const sources[] = { "no-password", "password-hash", "generate-password" };
	const char *chosen = NULL;

	if (!option_given(&cli->arguments, "email"))
		return fail_usage(cli, tr("option '--%s' is needed"), "email");
	for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
		if (!option_given(&cli->arguments, sources[i]))
			continue;
		if (chosen)
			return fail_usage(cli, tr("'--%s' and '--%s' exclude each other"), chosen, sources[i]);
		chosen = sources[i];
	}
	if (option_given(&cli->arguments, "no-password") && !cli->login && !global_given(&cli->arguments, "ask-passphrase")
	    && global_given(&cli->arguments, "password-file"))
		return fail_usage(cli, tr("'--%s' and '--%s' exclude each other"), "no-password", "password-file");
	if (option_given(&cli->arguments, "no-password") && option_given(&cli->arguments, "change-password"))
		return fail_usage(cli, tr("'--%s' and '--%s' exclude each other"), "no-password", "change-password");
	return EXIT_DONE;
}

int run_user_add(struct cli *cli)
{
	bool no_password = option_given(&cli->arguments, "no-password");
	char secret[SECRET_SIZE] = "";
	int code = check_add(cli);

	if (code == EXIT_DONE && option_given(&cli->arguments, "password-hash"))
		code = secret_read(cli, tr("Hash of the password: "), secret);
	else if (code == EXIT_DONE && !no_password)
		code = password_for_account(cli, secret);
	if (code == EXIT_DONE)
		code = add(cli, no_password ? NULL : secret);
	secret_clear(secret);
	return code;
}

static nmk_status fetch_users(struct cli *cli, const void *context, const char *cursor, int32_t limit, void **page)
{
	const struct arguments *arguments = &cli->arguments;
	nmk_user_filter filter = NMK_USER_FILTER_INIT;
	nmk_user_page *users = NULL;
	nmk_status rc;

	(void)context;
	filter.role = (nmk_role)option_number(arguments, "role", 0);
	filter.status = (nmk_user_state)option_number(arguments, "status", 0);
	filter.query = arguments->word_count > 0 ? arguments->words[0] : NULL;
	rc = nmk_user_list(cli->session, &filter, cursor, limit, &users);
	*page = users;
	return rc;
}

static void user_row(struct table *table, const void *item)
{
	const nmk_user *user = item;
	char time[TIME_SIZE];

	table_cell(table, nmk_user_username(user));
	table_cell(table, nmk_role_word(nmk_user_role(user)));
	table_cell(table, nmk_user_state_word(nmk_user_status(user)));
	table_cell(table, time_text(nmk_user_created_at(user), time));
	table_cell(table, nmk_user_second_factor(user) ? tr("yes") : NULL);
	table_cell(table, nmk_user_email(user));
}

int run_user_list(struct cli *cli)
{
	static const char *const headings[] = { "USERNAME", "ROLE", "STATUS", "CREATED", "2FA", "E-MAIL", NULL };
	const struct list list = {
		.kind = &user_pages, .fetch = fetch_users, .headings = headings, .flexible = 5, .row = user_row,
	};

	return list_run(cli, &list);
}

int run_user_show(struct cli *cli)
{
	nmk_user *user = NULL;
	nmk_status rc = nmk_user_find(cli->session, cli->arguments.words[0], &user);
	int code;

	if (rc == NMK_ENOTFOUND)
		return fail_text(cli, rc, "username", tr("there is no user '%.60s'"), cli->arguments.words[0]);
	if (rc != NMK_OK)
		return fail_session(cli, rc);
	code = finish_entity(cli, nmk_user_json(user));
	nmk_user_free(user);
	return code;
}

int run_user_role(struct cli *cli)
{
	const char *const *words = cli->arguments.words;
	nmk_role role = nmk_role_of(words[1]);
	nmk_status rc;
	char *id;
	int code;

	if (!role)
		return fail_usage(cli, tr("'%.60s' is no role: consumer, creator, moderator or admin"), words[1]);
	id = cli_user_id(cli, words[0], "username", &code);
	if (!id)
		return code;
	rc = nmk_user_set_role(cli->session, id, role);
	if (rc == NMK_OK) {
		say(cli, tr("%s is now %s."), words[0], nmk_role_word(role));
		code = finish_user(cli, id);
	} else {
		code = fail_session(cli, rc);
	}
	free(id);
	return code;
}

/* ---- suspend ---- */

/* Until when: 0 is for good. Answers EXIT_DONE or a usage error. */
static int suspension_end(const struct cli *cli, int64_t *until)
{
	const char *time = option_text(&cli->arguments, "until");
	long long days = option_number(&cli->arguments, "days", 0);
	struct timespec now;

	*until = 0;
	if (time && days)
		return fail_usage(cli, tr("'--%s' and '--%s' exclude each other"), "until", "days");
	if (time && !read_time(time, until))
		return fail_usage(cli, tr("'%.60s' is no time: write 2026-12-31 or 2026-12-31T12:00Z"), time);
	if (days) {
		clock_gettime(CLOCK_REALTIME, &now);
		*until = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 + days * 86400000;
	}
	return EXIT_DONE;
}

static void say_suspended(const struct cli *cli, const char *username, int64_t until)
{
	char time[TIME_SIZE];

	if (until)
		say(cli, tr("%s is suspended until %s."), username, time_text(until, time));
	else
		say(cli, tr("%s is suspended."), username);
}

int run_user_suspend(struct cli *cli)
{
	const char *username = cli->arguments.words[0], *reason = option_text(&cli->arguments, "reason");
	int64_t until;
	nmk_status rc;
	char *id;
	int code = suspension_end(cli, &until);

	if (code != EXIT_DONE)
		return code;
	if (!reason)
		return fail_usage(cli, tr("option '--%s' is needed"), "reason");
	id = cli_user_id(cli, username, "username", &code);
	if (!id)
		return code;
	rc = nmk_user_suspend(cli->session, id, reason, until);
	if (rc == NMK_OK) {
		say_suspended(cli, username, until);
		code = finish_user(cli, id);
	} else {
		code = fail_session(cli, rc);
	}
	free(id);
	return code;
}

/* ---- what is done to an account that is named ---- */

static int do_to_user(struct cli *cli, nmk_status (*call)(nmk_session *session, const char *id))
{
	nmk_status rc;
	int code;
	char *id = cli_user_id(cli, cli->arguments.words[0], "username", &code);

	if (!id)
		return code;
	rc = call(cli->session, id);
	code = rc == NMK_OK ? finish_user(cli, id) : fail_session(cli, rc);
	free(id);
	return code;
}

int run_user_reactivate(struct cli *cli)
{
	int code = do_to_user(cli, nmk_user_reactivate);

	if (code == EXIT_DONE)
		say(cli, tr("%s is active again."), cli->arguments.words[0]);
	return code;
}

int run_user_delete(struct cli *cli)
{
	char question[200];
	int code;

	snprintf(question, sizeof question, tr("Delete '%.60s' for good, with all personal data? [y/N] "),
	         cli->arguments.words[0]);
	code = confirm(cli, question);
	if (code == EXIT_DONE)
		code = do_to_user(cli, nmk_user_delete);
	if (code == EXIT_DONE)
		say(cli, tr("%s is deleted."), cli->arguments.words[0]);
	return code;
}

int run_user_reset_second_factor(struct cli *cli)
{
	int code = do_to_user(cli, nmk_second_factor_reset);

	if (code == EXIT_DONE)
		say(cli, tr("%s logs in without a second factor now."), cli->arguments.words[0]);
	return code;
}

int run_user_logout(struct cli *cli)
{
	int code = do_to_user(cli, nmk_login_revoke_all);

	if (code == EXIT_DONE)
		say(cli, tr("All logins and sessions of %s have ended."), cli->arguments.words[0]);
	return code;
}

int run_user_logins(struct cli *cli)
{
	int code;
	char *id = cli_user_id(cli, cli->arguments.words[0], "username", &code);

	if (!id)
		return code;
	code = list_logins(cli, id);
	free(id);
	return code;
}
