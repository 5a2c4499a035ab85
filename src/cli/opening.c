#include "opening.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "files.h"
#include "output.h"
#include "password.h"

const char *store_path(const struct cli *cli)
{
	return strncmp(cli->store, "sqlite:", 7) == 0 ? cli->store + 7 : cli->store;
}

/* ---- the root key ---- */

static const char *environment(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

/* Out of the environment at once: programs that are started from here are not to see it. */
static bool take_passphrase(char secret[SECRET_SIZE])
{
	char *value = getenv("NANOMARKET_PASSPHRASE");
	size_t length = value ? strlen(value) : 0;
	bool fits = length < SECRET_SIZE;

	if (value && fits)
		memcpy(secret, value, length + 1);
	if (value)
		sodium_memzero(value, length);
	unsetenv("NANOMARKET_PASSPHRASE");
	return fits;
}

static int root_of_environment(struct cli *cli, struct opening *opening)
{
	const char *file = environment("NANOMARKET_ROOT_KEY_FILE");

	if (file)
		opening->options.root_key_file = file;
	if (!*opening->passphrase)
		return EXIT_DONE;
	if (file)
		return fail_usage(cli, "%s", tr("NANOMARKET_ROOT_KEY_FILE and NANOMARKET_PASSPHRASE exclude each other"));
	opening->options.root_key_file = NULL;
	opening->options.root_passphrase = opening->passphrase;
	return EXIT_DONE;
}

/* An option counts before the environment, that before the settings. */
static int root_key(struct cli *cli, struct opening *opening)
{
	const char *file = global_text(&cli->arguments, "root-key-file");
	bool asked = global_given(&cli->arguments, "ask-passphrase");
	int code;

	if (file && asked)
		return fail_usage(cli, tr("'--%s' and '--%s' exclude each other"), "root-key-file", "ask-passphrase");
	if (!take_passphrase(opening->passphrase))
		return fail_text(cli, NMK_EINVALID, "root_passphrase", "%s", tr("the line is too long"));
	if (!file && !asked)
		return root_of_environment(cli, opening);
	opening->options.root_key_file = file;
	if (!asked)
		return EXIT_DONE;
	opening->options.root_passphrase = opening->passphrase;
	/* A new store has a new passphrase, and nobody could open it after a slip of the finger. */
	if (cli->arguments.command->flags & COMMAND_MAKES)
		code = secret_read_new(cli, tr("Passphrase: "), opening->passphrase);
	else
		code = secret_read(cli, tr("Passphrase: "), opening->passphrase);
	return code;
}

/* The options have the text, the settings name a file. */
static int search_words(struct cli *cli, struct opening *opening)
{
	const char *file = global_text(&cli->arguments, "search-words");
	int code = EXIT_DONE;

	if (!file)
		file = environment("NANOMARKET_SEARCH_WORDS");
	if (!file)
		file = opening->options.search_words;
	if (file)
		opening->search_words = read_text_file(cli, file, "search_words", &code);
	opening->options.search_words = opening->search_words;
	return code;
}

int opening_prepare(struct cli *cli, struct opening *opening)
{
	int code;

	nmk_market_options_init(&opening->options);
	opening->options.language = texts_language();
	code = settings_read(cli, &opening->settings, &opening->options);
	if (code == EXIT_DONE)
		code = search_words(cli, opening);
	return code == EXIT_DONE ? root_key(cli, opening) : code;
}

void opening_clear(struct opening *opening)
{
	settings_clear(&opening->settings);
	free(opening->search_words);
	sodium_memzero(opening, sizeof *opening);
}

const char *opening_root_file(const struct cli *cli, const struct opening *opening, char path[STORE_PATH_SIZE])
{
	const char *named = opening->options.root_key_file;

	if (opening->options.root_passphrase)
		return NULL;
	snprintf(path, STORE_PATH_SIZE, "%s%s", named ? named : store_path(cli), named ? "" : ".rootkey");
	return path;
}

/* ---- the store ---- */

/* A command that only reads gets along with a store that cannot be written. */
static nmk_status open_market(struct cli *cli, nmk_market_options *options, nmk_error *error)
{
	nmk_status rc = nmk_market_open(cli->store, options, error, &cli->market);

	if (rc == NMK_EREADONLY && (cli->arguments.command->flags & COMMAND_READS) && !cli_is_member(cli)) {
		options->read_only = true;
		rc = nmk_market_open(cli->store, options, error, &cli->market);
	}
	return rc;
}

static int open_store(struct cli *cli)
{
	struct opening opening = { .passphrase = "" };
	nmk_error error = { .status = NMK_OK };
	int code = opening_prepare(cli, &opening);

	if (code == EXIT_DONE) {
		nmk_status rc = open_market(cli, &opening.options, &error);

		error.status = rc;
		if (rc != NMK_OK)
			code = fail_error(cli, &error);
	}
	opening_clear(&opening);
	return code;
}

/* ---- who acts ---- */

bool cli_is_member(const struct cli *cli)
{
	return cli->as || cli->login;
}

void cli_name_device(const struct cli *cli, nmk_session *session)
{
	const char *device = cli->arguments.command ? option_text(&cli->arguments, "device") : NULL;
	char host[65] = "", text[100];

	if (gethostname(host, sizeof host - 1) != 0)
		host[0] = '\0';
	snprintf(text, sizeof text, "nanomarket%s%s", *host ? ", " : "", host);
	nmk_session_set_client(session, NULL, device ? device : text, NULL);
}

static nmk_session *act_as(const struct cli *cli, nmk_session *system, nmk_error *error)
{
	nmk_session *session = NULL;
	nmk_status rc = nmk_session_act_as(system, cli->as, &session);

	if (rc != NMK_OK) {
		*error = *nmk_session_error(system);
		error->status = rc;
		if (rc == NMK_ENOTFOUND)
			snprintf(error->message, sizeof error->message, tr("there is no user '%.60s'"), cli->as);
		error->field[0] = '\0';
	}
	return session;
}

nmk_session *cli_session(const struct cli *cli, nmk_error *error)
{
	nmk_session *system = NULL, *session;
	nmk_status rc = nmk_session_open_system(cli->market, &system);

	memset(error, 0, sizeof *error);
	error->status = rc;
	if (rc != NMK_OK || !cli->as)
		return system;
	session = act_as(cli, system, error);
	nmk_session_close(system);
	return session;
}

static bool wants_code(const struct cli *cli, nmk_status rc)
{
	return rc == NMK_ELOGIN && strcmp(nmk_session_error(cli->session)->field, "code") == 0;
}

static int log_in(struct cli *cli)
{
	const char *code = global_text(&cli->arguments, "code");
	char asked[SECRET_SIZE] = "";
	nmk_status rc;
	int result = secret_read(cli, tr("Password: "), cli->password);

	if (result != EXIT_DONE)
		return result;
	rc = nmk_session_login_with_code(cli->session, cli->login, cli->password, code);
	if (wants_code(cli, rc) && !code) {
		result = secret_read_code(cli, tr("Code of the authenticator, or a recovery code: "), asked);
		if (result == EXIT_DONE)
			rc = nmk_session_login_with_code(cli->session, cli->login, cli->password, asked);
	}
	secret_clear(asked);
	if (result != EXIT_DONE)
		return result;
	return rc == NMK_OK ? EXIT_DONE : fail_session(cli, rc);
}

/* The person at the command, who is nobody until --login says who. */
static int open_guest(struct cli *cli)
{
	if (nmk_session_open(cli->market, &cli->session) != NMK_OK)
		return fail_memory(cli);
	nmk_session_set_language(cli->session, texts_language());
	cli_name_device(cli, cli->session);
	return cli->login ? log_in(cli) : EXIT_DONE;
}

static int open_sessions(struct cli *cli)
{
	nmk_error error;

	if (nmk_session_open_system(cli->market, &cli->system) != NMK_OK)
		return fail_memory(cli);
	if (cli->login || (cli->arguments.command->flags & COMMAND_GUEST))
		return open_guest(cli);
	cli->session = cli_session(cli, &error);
	if (!cli->session)
		return fail_error(cli, &error);
	cli_name_device(cli, cli->session);
	return EXIT_DONE;
}

static void close_store(struct cli *cli)
{
	secret_clear(cli->password);
	nmk_session_close(cli->session);
	nmk_session_close(cli->system);
	nmk_market_close(cli->market);
	cli->session = cli->system = NULL;
	cli->market = NULL;
}

/* Does it fit together who is to act, and what is to be done? */
static int check_actor(const struct cli *cli)
{
	unsigned flags = cli->arguments.command->flags;

	if (cli->as && cli->login)
		return fail_usage(cli, tr("'--%s' and '--%s' exclude each other"), "as", "login");
	if ((flags & COMMAND_GUEST) && cli_is_member(cli))
		return fail_usage(cli, tr("option '--%s' makes no sense here"), cli->as ? "as" : "login");
	if (!cli->login && global_given(&cli->arguments, "code"))
		return fail_usage(cli, tr("option '--%s' is needed"), "login");
	if ((flags & COMMAND_MEMBER) && !cli_is_member(cli))
		return fail_usage(cli, "%s", tr("whose account? Use --login ADDRESS or --as USER"));
	return EXIT_DONE;
}

int cli_on_store(struct cli *cli, int (*run)(struct cli *cli))
{
	int code = check_actor(cli);

	if (code != EXIT_DONE)
		return code;
	if (!cli->store)
		return fail_usage(cli, "%s", tr("which store? Use --store FILE or set NANOMARKET_STORE"));
	code = open_store(cli);
	if (code == EXIT_DONE)
		code = open_sessions(cli);
	if (code == EXIT_DONE)
		code = run(cli);
	close_store(cli);
	return code;
}
