/* change_root_test.c -- the ring sealed by another root key: from then on the store opens with that one only. */
#include "keys_test.h"

static nmk_status change_to(struct world *w, nmk_root_key key)
{
	return nmk_keys_change_root(w->system, &key);
}

#define ROOT(...) ((nmk_root_key){ .version = NMK_ROOT_KEY_VERSION, __VA_ARGS__ })

/* The market that is open goes on, and those who look at its file see it, too. */
static void assert_goes_on(struct world *w, const char *newcomer)
{
	assert_email(w->system, "carl", "carl@example.org");
	assert_status(NMK_OK, add_with_password(w->system, newcomer));
	assert_email(w->system, "carl", "carl@example.org");
	assert_keys_sound(w->system);
}

static void test_keys_change_root__to_another_file(void **state)
{
	struct world *w = *state;
	struct path file = in_folder(w, "new.key");
	struct stat info;
	nmk_error error;

	assert_status(NMK_OK, change_to(w, ROOT(.file = file.text)));
	assert_int_equal(0, stat(file.text, &info)); /* made */
	assert_int_equal(0400, info.st_mode & 07777);
	assert_goes_on(w, "paula");
	assert_status(NMK_EDENIED, try_open(w, DEFAULTS, &error));
	assert_string_equal("root_key", error.field);
	assert_status(NMK_OK, try_open(w, OPTIONS(.root_key_file = file.text), &error));
	assert_status(NMK_OK, nmk_keys_rotate(w->system, NULL, NULL));
	assert_status(NMK_OK, try_open(w, OPTIONS(.root_key_file = file.text), &error));
	assert_goes_on(w, "petra");
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM audit_event WHERE action = 'root_key_changed'"));
	assert_status(NMK_OK, change_to(w, ROOT(.file = beside(w->path, ".rootkey").text))); /* and back */
	assert_status(NMK_OK, try_open(w, DEFAULTS, &error));
	world_reopen(w);
	assert_keys_sound(w->system);
}

struct vault {
	nmk_status answer;
	unsigned char key;
	int calls;
};

static nmk_status from_vault(void *context, unsigned char key[32])
{
	struct vault *vault = context;

	vault->calls++;
	memset(key, vault->key, 32);
	return vault->answer;
}

static void test_keys_change_root__to_a_callback(void **state)
{
	struct world *w = *state;
	struct vault vault = { .key = 9 };
	nmk_keys_state *keys;
	nmk_error error;

	assert_status(NMK_OK, change_to(w, ROOT(.callback = from_vault, .context = &vault)));
	assert_int_equal(1, vault.calls);
	keys = state_of(w->system);
	assert_string_equal("callback", nmk_keys_state_root_source(keys));
	nmk_keys_state_free(keys);
	assert_goes_on(w, "paula");
	assert_status(NMK_EDENIED, try_open(w, DEFAULTS, &error));
	assert_non_null(strstr(error.message, "callback"));
	assert_status(NMK_OK, try_open(w, OPTIONS(.root_key = from_vault, .root_key_context = &vault), &error));
	vault.answer = NMK_EIO;
	assert_status(NMK_EDENIED, change_to(w, ROOT(.callback = from_vault, .context = &vault)));
	vault.answer = NMK_OK;
	assert_status(NMK_OK, try_open(w, OPTIONS(.root_key = from_vault, .root_key_context = &vault), &error));
}

/* Some seconds: four times stretched. */
static void test_keys_change_root__to_a_passphrase(void **state)
{
	struct world *w = *state;
	struct path ring = beside(w->path, ".keyring");
	char before[17000], after[17000];
	nmk_error error;

	assert_status(NMK_OK, change_to(w, ROOT(.passphrase = "fuenfzehn Bytes")));
	read_bytes(ring.text, before, sizeof before);
	assert_goes_on(w, "paula");
	assert_status(NMK_OK, nmk_keys_rotate(w->system, NULL, NULL));
	assert_status(NMK_OK, try_open(w, OPTIONS(.root_passphrase = "fuenfzehn Bytes"), &error));
	assert_status(NMK_OK, change_to(w, ROOT(.passphrase = "fuenfzehn Bytes"))); /* the same again: with another salt */
	read_bytes(ring.text, after, sizeof after);
	assert_non_null(strstr(before, "salt "));
	assert_memory_not_equal(strstr(before, "salt "), strstr(after, "salt "), 37);
	assert_status(NMK_OK, try_open(w, OPTIONS(.root_passphrase = "fuenfzehn Bytes"), &error));
}

static void test_keys_change_root__what_is_no_root_key_changes_nothing(void **state)
{
	struct world *w = *state;
	struct path file = in_folder(w, "new.key");
	nmk_root_key key;
	nmk_error error;

	nmk_root_key_init(&key);
	assert_int_equal(NMK_ROOT_KEY_VERSION, key.version);
	assert_status(NMK_EINVALID, nmk_keys_change_root(w->system, NULL));
	assert_field("key", w->system);
	assert_status(NMK_EINVALID, nmk_keys_change_root(w->system, &key));
	assert_field("root_key", w->system);
	assert_status(NMK_EINVALID, change_to(w, ROOT(.file = file.text, .passphrase = "fuenfzehn Bytes")));
	assert_field("root_key", w->system);
	assert_status(NMK_EINVALID, change_to(w, ROOT(.passphrase = "vierzehn Bytes")));
	assert_field("root_passphrase", w->system);
	key.version = NMK_ROOT_KEY_VERSION + 1;
	assert_status(NMK_EINVALID, nmk_keys_change_root(w->system, &key));
	assert_field("version", w->system);
	key.version = 0;
	assert_status(NMK_EINVALID, nmk_keys_change_root(w->system, &key));
	write_bytes(file.text, "no key", 6, 0400);
	assert_status(NMK_EDENIED, change_to(w, ROOT(.file = file.text)));
	assert_field("root_key", w->system);
	copy_file(beside(w->path, ".rootkey").text, file.text);
	assert_int_equal(0, chmod(file.text, 0444));
	assert_status(NMK_EDENIED, change_to(w, ROOT(.file = file.text)));
	assert_status(NMK_EIO, change_to(w, ROOT(.file = "/nowhere/new.key")));
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM audit_event WHERE action = 'root_key_changed'"));
	assert_status(NMK_OK, try_open(w, DEFAULTS, &error));
}

/* A file that was made for a change that failed does not stay. */
static void test_keys_change_root__that_fails_leaves_no_file(void **state)
{
	struct world *w = *state;
	struct path file = in_folder(w, "new.key"), ring = beside(w->path, ".keyring"), kept = in_folder(w, "kept");

	assert_int_equal(0, rename(ring.text, kept.text));
	assert_status(NMK_EDENIED, change_to(w, ROOT(.file = file.text)));
	assert_field("keyring", w->system);
	assert_false(is_there(file.text));
	assert_int_equal(0, rename(kept.text, ring.text));
	assert_goes_on(w, "paula");
}

/* ---- other processes ---- */

static void test_keys_change_root__other_processes_go_on(void **state)
{
	struct world *w = *state;
	struct path file = in_folder(w, "new.key");
	nmk_market *other;
	nmk_session *session;
	nmk_user *user;
	nmk_error error;

	assert_status(NMK_OK, open_again(w, &DEFAULTS, NULL, &other));
	assert_status(NMK_OK, nmk_session_open_system(other, &session));
	assert_status(NMK_OK, change_to(w, ROOT(.file = file.text)));
	assert_email(session, "carl", "carl@example.org");
	assert_status(NMK_OK, add_with_password(session, "paula"));
	assert_int_equal(NMK_OK, nmk_session_error(session)->status);
	assert_email(w->system, "paula", "paula@example.org");
	assert_status(NMK_EDENIED, nmk_keys_rotate(session, NULL, NULL)); /* that needs the root key */
	assert_field("root_key", session);
	assert_status(NMK_EDENIED, nmk_keys_change_root(session, &ROOT(.file = file.text)));

	/* What is sealed with a newer epoch is for those who know the new root key. */
	assert_status(NMK_OK, nmk_keys_rotate(w->system, NULL, NULL));
	assert_status(NMK_EDENIED, nmk_user_find(session, "carl", &user));
	assert_field("root_key", session);
	assert_status(NMK_OK, add_with_password(session, "petra")); /* its newest epoch is still kept */
	assert_email(w->system, "petra", "petra@example.org");
	assert_int_equal(2, waiting_for(w->system)); /* and is caught up with */
	assert_status(NMK_OK, nmk_keys_rotate(w->system, NULL, NULL));
	assert_int_equal(0, waiting_for(w->system));
	w->now += 35 * DAY;
	assert_status(NMK_OK, nmk_keys_rotate(w->system, NULL, NULL));
	assert_status(NMK_EDENIED, add_with_password(session, "pia")); /* now it is not: better no account than a lost one */
	assert_field("root_key", session);
	assert_status(NMK_EDENIED, add_with_password(session, "pia"));
	assert_keys_sound(w->system);
	nmk_session_close(session);
	nmk_market_close(other);
	assert_status(NMK_OK, try_open(w, OPTIONS(.root_key_file = file.text), &error));
}

/* Where the source has the new key, the market finds it. */
static void test_keys_change_root__other_processes_get_the_new_key_from_their_source(void **state)
{
	struct world *w = *state;
	struct vault vault = { .key = 9 };
	nmk_market *other;
	nmk_session *session;

	assert_status(NMK_OK, change_to(w, ROOT(.callback = from_vault, .context = &vault)));
	assert_status(NMK_OK, open_again(w, &OPTIONS(.root_key = from_vault, .root_key_context = &vault), NULL, &other));
	assert_status(NMK_OK, nmk_session_open_system(other, &session));
	vault.key = 10;
	assert_status(NMK_OK, change_to(w, ROOT(.callback = from_vault, .context = &vault)));
	assert_status(NMK_OK, nmk_keys_rotate(w->system, NULL, NULL));
	assert_email(session, "carl", "carl@example.org");
	assert_int_equal(2, epoch_of(session));
	assert_status(NMK_OK, nmk_keys_rotate(session, NULL, NULL));
	assert_email(w->system, "carl", "carl@example.org");
	vault.calls = 0;
	assert_status(NMK_OK, nmk_keys_rotate(w->system, NULL, NULL));
	assert_email(session, "carl", "carl@example.org");
	assert_int_equal(0, vault.calls); /* the same root key: not asked for again */
	nmk_session_close(session);
	nmk_market_close(other);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_keys_change_root__to_another_file),
		TEST(test_keys_change_root__to_a_callback),
		TEST(test_keys_change_root__to_a_passphrase),
		TEST(test_keys_change_root__what_is_no_root_key_changes_nothing),
		TEST(test_keys_change_root__that_fails_leaves_no_file),
		TEST(test_keys_change_root__other_processes_go_on),
		TEST(test_keys_change_root__other_processes_get_the_new_key_from_their_source),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
