/* command_account.c -- what people do with their own accounts. */
#include "cli.h"

#include <string.h>
#include "list.h"
#include "output.h"
#include "password.h"

/* ---- without a login: register, and what comes back from a mail ---- */

static int print_user(struct cli *cli, nmk_user *user)
{
	int code = cli->json ? finish_json(cli, nmk_user_json(user)) : EXIT_DONE;

	nmk_user_free(user);
	return code;
}

static nmk_status register_user(struct cli *cli, const char *password, nmk_user **user)
{
	const struct arguments *arguments = &cli->arguments;
	nmk_registration registration = NMK_REGISTRATION_INIT;

	registration.username = arguments->words[0];
	registration.email = option_text(arguments, "email");
	registration.password = password;
	registration.first_name = option_text(arguments, "first-name");
	registration.last_name = option_text(arguments, "last-name");
	registration.bio = option_text(arguments, "bio");
	registration.preferred_language = texts_language();
	registration.accept_terms = option_given(arguments, "accept-terms");
	registration.accept_privacy = option_given(arguments, "accept-privacy");
	registration.accept_marketing = option_given(arguments, "accept-marketing");
	return nmk_user_register(cli->session, &registration, user);
}

int run_account_register(struct cli *cli)
{
	char secret[SECRET_SIZE] = "";
	nmk_user *user = NULL;
	nmk_status rc;
	int code;

	if (!option_given(&cli->arguments, "email"))
		return fail_usage(cli, tr("option '--%s' is needed"), "email");
	code = secret_read_new(cli, tr("Password: "), secret);
	if (code != EXIT_DONE)
		return code;
	rc = register_user(cli, secret, &user);
	secret_clear(secret);
	if (rc != NMK_OK)
		return fail_session(cli, rc);
	say(cli, "%s", tr("Registered. A mail with a token waits in the outbox: 'account verify' takes it."));
	return print_user(cli, user);
}

/* A call with the token of a mail. */
static int with_token(struct cli *cli, nmk_status (*call)(nmk_session *session, const char *token))
{
	char token[SECRET_SIZE] = "";
	nmk_status rc;
	int code = secret_word(cli, cli->arguments.words[0], token);

	if (code != EXIT_DONE)
		return code;
	rc = call(cli->session, token);
	secret_clear(token);
	return rc == NMK_OK ? finish(cli) : fail_session(cli, rc);
}

int run_account_verify(struct cli *cli)
{
	int code = with_token(cli, nmk_user_verify_email);

	if (code == EXIT_DONE)
		say(cli, "%s", tr("The address is verified."));
	return code;
}

int run_account_confirm_email(struct cli *cli)
{
	int code = with_token(cli, nmk_email_confirm_change);

	if (code == EXIT_DONE)
		say(cli, "%s", tr("The new address is the account's from now on."));
	return code;
}

/* A call that sends a mail, or does not: the answer is the same. */
static int with_address(struct cli *cli, nmk_status (*call)(nmk_session *session, const char *email))
{
	nmk_status rc = call(cli->session, cli->arguments.words[0]);

	if (rc != NMK_OK)
		return fail_session(cli, rc);
	say(cli, "%s", tr("If there is such an account, a mail with a token waits in the outbox."));
	return finish(cli);
}

int run_account_resend(struct cli *cli)
{
	return with_address(cli, nmk_user_resend_verification);
}

int run_account_reset(struct cli *cli)
{
	return with_address(cli, nmk_password_request_reset);
}

int run_account_set_password(struct cli *cli)
{
	char token[SECRET_SIZE] = "", password[SECRET_SIZE] = "";
	nmk_status rc = NMK_OK;
	int code = secret_word(cli, cli->arguments.words[0], token);

	if (code == EXIT_DONE)
		code = secret_read_new(cli, tr("New password: "), password);
	if (code == EXIT_DONE)
		rc = nmk_password_reset(cli->session, token, password);
	secret_clear(token);
	secret_clear(password);
	if (code != EXIT_DONE)
		return code;
	if (rc != NMK_OK)
		return fail_session(cli, rc);
	say(cli, "%s", tr("The new password holds. All sessions and logins have ended."));
	return finish(cli);
}

/* ---- the member's own ---- */

static nmk_status own_user(struct cli *cli, nmk_user **user)
{
	return nmk_user_get(cli->session, nmk_session_user_id(cli->session), user);
}

int run_account_show(struct cli *cli)
{
	nmk_user *user = NULL;
	nmk_status rc = own_user(cli, &user);
	int code;

	if (rc != NMK_OK)
		return fail_session(cli, rc);
	code = finish_entity(cli, nmk_user_json(user));
	nmk_user_free(user);
	return code;
}

int run_account_password(struct cli *cli)
{
	char now[SECRET_SIZE] = "", new[SECRET_SIZE] = "";
	nmk_status rc = NMK_OK;
	int code = password_own(cli, now);

	if (code == EXIT_DONE)
		code = secret_read_new(cli, tr("New password: "), new);
	if (code == EXIT_DONE)
		rc = nmk_password_change(cli->session, now, new);
	secret_clear(now);
	secret_clear(new);
	if (code != EXIT_DONE)
		return code;
	if (rc != NMK_OK)
		return fail_session(cli, rc);
	say(cli, "%s", tr("The new password holds. All other sessions and logins have ended."));
	return finish(cli);
}

int run_account_email(struct cli *cli)
{
	char secret[SECRET_SIZE] = "";
	nmk_status rc;
	int code = password_own(cli, secret);

	if (code != EXIT_DONE)
		return code;
	rc = nmk_email_request_change(cli->session, secret, cli->arguments.words[0]);
	secret_clear(secret);
	if (rc != NMK_OK)
		return fail_session(cli, rc);
	say(cli, "%s", tr("A mail to the new address waits in the outbox. Until 'account confirm-email' takes its token, "
	              "the old one stays."));
	return finish(cli);
}

int run_account_username(struct cli *cli)
{
	nmk_user *user = NULL;
	nmk_status rc = nmk_username_change(cli->session, cli->arguments.words[0]);

	if (rc != NMK_OK)
		return fail_session(cli, rc);
	say(cli, tr("The user name is %s now."), cli->arguments.words[0]);
	if (!cli->json || own_user(cli, &user) != NMK_OK)
		return finish(cli);
	return print_user(cli, user);
}

int run_account_logins(struct cli *cli)
{
	return list_logins(cli, NULL);
}

int run_account_logout(struct cli *cli)
{
	bool one = cli->arguments.word_count > 0;
	nmk_status rc = one ? nmk_login_revoke(cli->session, cli->arguments.words[0])
	                    : nmk_login_revoke_all(cli->session, NULL);

	if (rc != NMK_OK)
		return fail_session(cli, rc);
	say(cli, "%s", one ? tr("The login has ended.") : tr("All other logins and sessions have ended."));
	return finish(cli);
}
