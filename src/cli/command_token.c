/* command_token.c -- access and refresh tokens, and the keys that sign. */
#include "cli.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "files.h"
#include "list.h"
#include "output.h"
#include "password.h"

#define TOKEN_SIZE     8448    /* an access token has 8 KiB at most */

/* ---- pairs ---- */

static int print_tokens(const struct cli *cli, nmk_tokens *tokens)
{
	char *json = nmk_tokens_json(tokens);
	int code;

	nmk_tokens_free(tokens);
	code = print_secret_line(cli, json);
	if (json)
		sodium_memzero(json, strlen(json));
	nmk_free(json);
	return code;
}

int run_token_issue(struct cli *cli)
{
	nmk_tokens *tokens = NULL;
	nmk_status rc = nmk_token_issue(cli->session, &tokens);

	return rc == NMK_OK ? print_tokens(cli, tokens) : fail_session(cli, rc);
}

int run_token_refresh(struct cli *cli)
{
	char token[TOKEN_SIZE] = "";
	nmk_tokens *tokens = NULL;
	nmk_status rc;
	int code = secret_read_input(cli, tr("Token: "), token, sizeof token);

	if (code != EXIT_DONE)
		return code;
	rc = nmk_token_refresh(cli->session, token, &tokens);
	sodium_memzero(token, sizeof token);
	return rc == NMK_OK ? print_tokens(cli, tokens) : fail_session(cli, rc);
}

/* ---- verify ---- */

/* Against the store: whose it is, as the account is now. */
static int verify_in_store(struct cli *cli)
{
	char token[TOKEN_SIZE] = "";
	nmk_user *user = NULL;
	nmk_status rc;
	int code = secret_read_input(cli, tr("Token: "), token, sizeof token);

	if (code != EXIT_DONE)
		return code;
	rc = nmk_session_use_token(cli->session, token);
	sodium_memzero(token, sizeof token);
	if (rc == NMK_OK)
		rc = nmk_user_get(cli->session, nmk_session_user_id(cli->session), &user);
	if (rc != NMK_OK)
		return fail_session(cli, rc);
	say(cli, "%s", tr("The token is valid. It is the one of:"));
	code = finish_entity(cli, nmk_user_json(user));
	nmk_user_free(user);
	return code;
}

static int verify_with(struct cli *cli, const nmk_jwt_rules *rules)
{
	char token[TOKEN_SIZE] = "";
	nmk_error error = { .status = NMK_OK };
	nmk_jwt *jwt = NULL;
	int code = secret_read_input(cli, tr("Token: "), token, sizeof token);

	if (code != EXIT_DONE)
		return code;
	error.status = nmk_jwt_verify(token, rules, &error, &jwt);
	sodium_memzero(token, sizeof token);
	if (error.status != NMK_OK)
		return fail_error(cli, &error);
	say(cli, "%s", tr("The token is valid. It says:"));
	puts(nmk_jwt_claims(jwt));
	nmk_jwt_free(jwt);
	return EXIT_DONE;
}

/* As another service does it, which has only the public keys. */
static int verify_alone(struct cli *cli)
{
	static const char *const needed[] = { "issuer", "audience" };
	nmk_jwt_rules rules = NMK_JWT_RULES_INIT;
	char *keys;
	int code;

	for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
		if (!option_given(&cli->arguments, needed[i]))
			return fail_usage(cli, tr("option '--%s' is needed"), needed[i]);
	keys = read_text_file(cli, option_text(&cli->arguments, "jwks"), "jwks", &code);
	if (!keys)
		return code;
	rules.jwks = keys;
	rules.issuer = option_text(&cli->arguments, "issuer");
	rules.audience = option_text(&cli->arguments, "audience");
	rules.leeway_seconds = (int32_t)option_number(&cli->arguments, "leeway", 0);
	code = verify_with(cli, &rules);
	free(keys);
	return code;
}

int run_token_verify(struct cli *cli)
{
	static const char *const alone[] = { "issuer", "audience", "leeway" };

	if (option_given(&cli->arguments, "jwks"))
		return verify_alone(cli);
	for (size_t i = 0; i < sizeof alone / sizeof alone[0]; i++)
		if (option_given(&cli->arguments, alone[i]))
			return fail_usage(cli, tr("option '--%s' is needed"), "jwks");
	return cli_on_store(cli, verify_in_store);
}

/* ---- the keys that sign ---- */

int run_token_jwks(struct cli *cli)
{
	char *jwks = NULL;
	nmk_status rc = nmk_signing_key_jwks(cli->session, &jwks);

	return rc == NMK_OK ? finish_json(cli, jwks) : fail_session(cli, rc);
}

static nmk_status fetch_keys(struct cli *cli, const void *context, const char *cursor, int32_t limit, void **page)
{
	nmk_signing_key_page *keys = NULL;
	nmk_status rc = nmk_signing_key_list(cli->session, cursor, limit, &keys);

	(void)context;
	*page = keys;
	return rc;
}

static void key_row(struct table *table, const void *item)
{
	const nmk_signing_key *key = item;
	char time[TIME_SIZE];

	table_cell(table, nmk_signing_key_key_id(key));
	table_cell(table, nmk_signing_key_state_word(nmk_signing_key_status(key)));
	table_cell(table, time_text(nmk_signing_key_created_at(key), time));
	table_cell(table, time_text(nmk_signing_key_activated_at(key), time));
	table_cell(table, time_text(nmk_signing_key_retired_at(key), time));
	table_cell(table, time_text(nmk_signing_key_destroyed_at(key), time));
}

static const struct list *key_list(void)
{
	static const char *const headings[] = { "KEY ID", "STATUS", "CREATED", "ACTIVE SINCE", "RETIRED", "DESTROYED", NULL };
	static const struct list list = {
		.kind = &signing_key_pages, .fetch = fetch_keys, .headings = headings, .flexible = 0, .row = key_row,
	};

	return &list;
}

int run_token_keys_list(struct cli *cli)
{
	return list_run(cli, key_list());
}

int run_token_keys_rotate(struct cli *cli)
{
	nmk_status rc = nmk_signing_key_rotate(cli->session, option_given(&cli->arguments, "at-once"));

	return rc == NMK_OK ? list_run(cli, key_list()) : fail_session(cli, rc);
}
