/* command_keys.c -- the keys that seal what is in the store. */
#include "cli.h"

#include "output.h"
#include "password.h"
#include "progress.h"

int run_keys_show(struct cli *cli)
{
	nmk_keys_state *state = NULL;
	nmk_status rc = nmk_keys_get_state(cli->session, &state);
	int code;

	if (rc != NMK_OK)
		return fail_session(cli, rc);
	code = finish_entity(cli, nmk_keys_state_json(state));
	nmk_keys_state_free(state);
	return code;
}

int run_keys_rotate(struct cli *cli)
{
	struct progress progress;
	nmk_status rc;

	progress_begin(cli, &progress);
	rc = nmk_keys_rotate(cli->session, progress_go_on, &progress);
	progress_end(&progress);
	if (rc == NMK_ECANCELLED)
		note(cli, "%s", tr("interrupted: run it again to go on"));
	if (rc != NMK_OK)
		return fail_session(cli, rc);
	return run_keys_show(cli);
}

static nmk_status change_root(struct cli *cli, const char *file, const char *passphrase)
{
	nmk_root_key key = NMK_ROOT_KEY_INIT;

	key.file = file;
	key.passphrase = passphrase;
	return nmk_keys_change_root(cli->session, &key);
}

int run_keys_change_root(struct cli *cli)
{
	const char *file = option_text(&cli->arguments, "new-root-key-file");
	bool passphrase = option_given(&cli->arguments, "new-passphrase");
	char secret[SECRET_SIZE] = "";
	nmk_status rc;
	int code;

	if (file && passphrase)
		return fail_usage(cli, tr("'--%s' and '--%s' exclude each other"), "new-root-key-file", "new-passphrase");
	if (!file && !passphrase)
		return fail_usage(cli, tr("option '--%s' is needed"), "new-root-key-file");
	code = passphrase ? secret_read_new(cli, tr("New passphrase: "), secret) : EXIT_DONE;
	if (code != EXIT_DONE)
		return code;
	rc = change_root(cli, file, passphrase ? secret : NULL);
	secret_clear(secret);
	if (rc != NMK_OK)
		return fail_session(cli, rc);
	if (file)
		say(cli, tr("From now on the store opens with this root key only: --root-key-file %s"), file);
	else
		say(cli, "%s", tr("From now on the store opens with this passphrase only: --ask-passphrase"));
	say(cli, "%s", tr("Keep the root key before, apart from the store, as long as there are backups from before."));
	return finish(cli);
}
