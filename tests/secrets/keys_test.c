/* keys_test.c -- root key, master key, epoch keys, data keys: after each call their only copies are in locked memory, and sealed in
 * the files. */
#include "secrets.h"

#include <nanomarket/maintenance.h>

struct path { char text[160]; };

static struct path in_folder(struct world *w, const char *name)
{
	struct path path;

	snprintf(path.text, sizeof path.text, "%s/%s", w->folder, name);
	return path;
}

static nmk_status give_key(void *context, unsigned char key[KEY_BYTES])
{
	copy_bytes((char *)key, context, KEY_BYTES);
	return NMK_OK;
}

/* For give_key(), in locked memory. */
static char *new_key(void)
{
	char *key = keep_room("root key of a callback", KEY_BYTES);

	randombytes_buf(key, KEY_BYTES);
	add_pieces(key, KEY_BYTES, PIECE, 1);
	return key;
}

/* What the market's members do with the keys. */
static void use_keys(struct world *w, nmk_market *market)
{
	nmk_registration given = NMK_REGISTRATION_INIT;
	nmk_session *system;
	nmk_user *user;

	given.email = "paula@example.org";
	given.username = "paula";
	given.password = new_secret("password");
	assert_traceless(w, NMK_OK, nmk_session_open_system(market, &system));
	assert_traceless(w, NMK_OK, nmk_user_add(system, &given, NMK_ROLE_CREATOR, NULL));
	assert_traceless(w, NMK_OK, nmk_user_find(system, "paula", &user));
	nmk_user_free(user);
	assert_gone(w);
	nmk_session_close(system);
}

/* A market of its own in the world's folder: made, used, closed, and opened once more. */
static void live_with(struct world *w, const char *name, nmk_market_options options)
{
	struct path path = in_folder(w, name);
	nmk_market *market;

	options.create = true;
	options.password_memory_kib = 19456;
	assert_traceless(w, NMK_OK, nmk_market_open(path.text, &options, NULL, &market));
	keep_ring(market);
	assert_gone(w);
	use_keys(w, market);
	nmk_market_close(market);
	assert_gone(w);
	assert_traceless(w, NMK_OK, nmk_market_open(path.text, &options, NULL, &market));
	nmk_market_close(market);
	assert_gone(w);
}

static void test_root_key__of_a_callback_is_only_in_locked_memory(void **state)
{
	struct world *w = *state;
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	struct path path = in_folder(w, "callback.db");
	nmk_market *market;

	options.root_key = give_key;
	options.root_key_context = new_key();
	live_with(w, "callback.db", options);
	options.root_key_context = new_key(); /* not this store's */
	assert_traceless(w, NMK_EDENIED, nmk_market_open(path.text, &options, NULL, &market));
}

static void test_root_key__of_a_file_is_only_in_locked_memory(void **state)
{
	struct world *w = *state;
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	struct path file = in_folder(w, "other.rootkey"), path = in_folder(w, "file.db");
	char *text = keep_room("root key of a file", 44);
	nmk_market *market;
	int fd;

	options.root_key_file = file.text;
	options.create = true;
	assert_traceless(w, NMK_OK, nmk_market_open(path.text, &options, NULL, &market));
	nmk_market_close(market);
	fd = open(file.text, O_RDONLY);
	assert_int_equal(44, read(fd, text, 44));
	close(fd);
	add_pieces(text, 44, PIECE, 1);
	live_with(w, "file.db", options);
}

static void test_root_passphrase__is_only_in_locked_memory(void **state)
{
	struct world *w = *state;
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	struct path path = in_folder(w, "passphrase.db");
	nmk_market *market;

	options.root_passphrase = new_secret("passphrase");
	live_with(w, "passphrase.db", options);
	options.root_passphrase = new_secret("wrong passphrase");
	assert_traceless(w, NMK_EDENIED, nmk_market_open(path.text, &options, NULL, &market));
	options.root_passphrase += SECRET_LENGTH - 14; /* too short */
	assert_traceless(w, NMK_EINVALID, nmk_market_open(path.text, &options, NULL, &market));
}

static void test_keys__are_gone_after_rotations(void **state)
{
	struct world *w = *state;
	nmk_keys_state *keys;

	use_keys(w, w->market);
	keep_account(w, "paula");
	keep_account(w, "carl");
	for (int i = 0; i < 3; i++) {
		assert_traceless(w, NMK_OK, nmk_keys_rotate(w->system, NULL, NULL));
		keep_ring(w->market);
		assert_gone(w);
		assert_traceless(w, NMK_OK, nmk_keys_get_state(w->system, &keys));
		nmk_keys_state_free(keys);
		world_advance(w, 36 * DAY_MS);
	}
	assert_gone(w);
}

static void test_keys__are_gone_after_another_root_key(void **state)
{
	struct world *w = *state;
	nmk_root_key key = NMK_ROOT_KEY_INIT;
	struct path file = in_folder(w, "next.rootkey");
	const char *passphrase = new_secret("passphrase");

	key.callback = give_key;
	key.context = new_key();
	assert_traceless(w, NMK_OK, nmk_keys_change_root(w->system, &key));
	key = (nmk_root_key)NMK_ROOT_KEY_INIT;
	key.passphrase = passphrase;
	assert_traceless(w, NMK_OK, nmk_keys_change_root(w->system, &key));
	keep_ring(w->market);
	assert_gone(w);
	key.passphrase += SECRET_LENGTH - 14;
	assert_traceless(w, NMK_EINVALID, nmk_keys_change_root(w->system, &key));
	key.passphrase = passphrase;
	assert_traceless(w, NMK_EDENIED, nmk_keys_change_root(w->admin, &key));
	key = (nmk_root_key)NMK_ROOT_KEY_INIT;
	key.file = file.text;
	assert_traceless(w, NMK_OK, nmk_keys_change_root(w->system, &key));
	keep_ring(w->market);
	assert_gone(w);
}

static void test_keys__are_gone_after_maintenance(void **state)
{
	struct world *w = *state;
	struct path backup = in_folder(w, "backup.db"), restored = in_folder(w, "restored.db");
	nmk_check_report *report;
	nmk_user *user;

	use_keys(w, w->market);
	keep_account(w, "paula");
	assert_status(NMK_OK, nmk_signing_key_rotate(w->system, true)); /* one more thing that is sealed */
	assert_traceless(w, NMK_OK, nmk_market_check(w->system, true, NULL, NULL, &report));
	nmk_check_report_free(report);
	assert_traceless(w, NMK_OK, nmk_market_backup(w->system, backup.text, NULL, NULL));
	assert_traceless(w, NMK_OK, nmk_market_restore(backup.text, restored.text, NULL, NULL, NULL));
	assert_status(NMK_OK, nmk_user_find(w->system, "paula", &user));
	assert_traceless(w, NMK_OK, nmk_user_delete(w->system, nmk_user_id(user)));
	nmk_user_free(user);
	world_reopen(w);
	assert_gone(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SECRETS_TEST(test_root_key__of_a_callback_is_only_in_locked_memory),
		SECRETS_TEST(test_root_key__of_a_file_is_only_in_locked_memory),
		SECRETS_TEST(test_root_passphrase__is_only_in_locked_memory),
		SECRETS_TEST(test_keys__are_gone_after_rotations),
		SECRETS_TEST(test_keys__are_gone_after_another_root_key),
		SECRETS_TEST(test_keys__are_gone_after_maintenance),
	};

	return RUN_SECRETS(tests);
}
