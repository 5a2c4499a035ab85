/* command_user.c -- accounts. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>
#include "list.h"
#include "output.h"
#include "password.h"

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

static int add(struct cli *cli, const char *password)
{
	const struct arguments *arguments = &cli->arguments;
	nmk_registration registration = NMK_REGISTRATION_INIT;
	nmk_user *user = NULL;
	nmk_status rc;
	int code = EXIT_DONE;

	registration.username = arguments->words[0];
	registration.email = option_text(arguments, "email");
	registration.password = password;
	registration.first_name = option_text(arguments, "first-name");
	registration.last_name = option_text(arguments, "last-name");
	registration.bio = option_text(arguments, "bio");
	registration.preferred_language = texts_language();
	registration.accept_terms = true;
	registration.accept_privacy = true;
	rc = nmk_user_add(cli->session, &registration,
	                  (nmk_role)option_number(arguments, "role", NMK_ROLE_CREATOR), &user);
	if (rc != NMK_OK)
		return fail_session(cli, rc);
	say(cli, tr("%s was added as %s."), nmk_user_username(user), nmk_role_word(nmk_user_role(user)));
	if (cli->json)
		code = finish_json(cli, nmk_user_json(user));
	nmk_user_free(user);
	return code;
}

int run_user_add(struct cli *cli)
{
	bool no_password = option_given(&cli->arguments, "no-password");
	char secret[SECRET_SIZE] = "";
	int code = EXIT_DONE;

	if (!option_given(&cli->arguments, "email"))
		return fail_usage(cli, tr("option '--%s' is needed"), "email");
	if (no_password && option_given(&cli->arguments, "password-file"))
		return fail_usage(cli, tr("'--%s' and '--%s' exclude each other"), "no-password", "password-file");
	if (!no_password)
		code = password_read(cli, secret);
	if (code == EXIT_DONE)
		code = add(cli, no_password ? NULL : secret);
	secret_clear(secret);
	return code;
}

static nmk_status fetch_users(struct cli *cli, const void *context, const char *cursor, int32_t limit, void **page)
{
	nmk_user_page *users = NULL;
	nmk_status rc = nmk_user_list(cli->session, (nmk_role)option_number(&cli->arguments, "role", 0), cursor, limit,
	                              &users);

	(void)context;
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
	table_cell(table, nmk_user_email(user));
}

int run_user_list(struct cli *cli)
{
	static const char *const headings[] = { "USERNAME", "ROLE", "STATUS", "CREATED", "E-MAIL", NULL };
	const struct list list = {
		.kind = &user_pages, .fetch = fetch_users, .headings = headings, .flexible = 4, .row = user_row,
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

int run_user_suspend(struct cli *cli)
{
	const char *username = cli->arguments.words[0], *reason = option_text(&cli->arguments, "reason");
	nmk_status rc;
	char *id;
	int code;

	if (!reason)
		return fail_usage(cli, tr("option '--%s' is needed"), "reason");
	id = cli_user_id(cli, username, "username", &code);
	if (!id)
		return code;
	rc = nmk_user_suspend(cli->session, id, reason);
	if (rc == NMK_OK) {
		say(cli, tr("%s is suspended."), username);
		code = finish_user(cli, id);
	} else {
		code = fail_session(cli, rc);
	}
	free(id);
	return code;
}

int run_user_reactivate(struct cli *cli)
{
	const char *username = cli->arguments.words[0];
	nmk_status rc;
	int code;
	char *id = cli_user_id(cli, username, "username", &code);

	if (!id)
		return code;
	rc = nmk_user_reactivate(cli->session, id);
	if (rc == NMK_OK) {
		say(cli, tr("%s is active again."), username);
		code = finish_user(cli, id);
	} else {
		code = fail_session(cli, rc);
	}
	free(id);
	return code;
}

int run_user_verify(struct cli *cli)
{
	char secret[SECRET_SIZE] = "";
	const char *token = cli->arguments.words[0];
	nmk_status rc;
	int code;

	if (strcmp(token, "-") == 0) {
		code = secret_read_file(cli, token, secret);
		if (code != EXIT_DONE)
			return code;
		token = secret;
	}
	rc = nmk_user_verify_email(cli->session, token);
	secret_clear(secret);
	if (rc != NMK_OK)
		return fail_session(cli, rc);
	say(cli, "%s", tr("The address is verified."));
	return finish(cli);
}
