/* crash_test.c -- the process dies, or the system refuses a call, at every step of what changes keys: the store opens, with the old
 * root key or the new one, and nothing is lost.
 *
 * The program's own write() and the like come before the C library's, also for SQLite. */
#define _GNU_SOURCE /* RTLD_NEXT */
#include "keys_test.h"

#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

/* ---- the system ---- */

static enum mode { CALM, DIE, REFUSE_ONCE, REFUSE_ON } mode;
static long countdown;
static bool fired;
static const char *fired_in;

/* Does this call not happen? */
static bool fails(const char *name)
{
	if (mode == CALM || (fired && mode != REFUSE_ON) || (!fired && --countdown != 0))
		return false;
	fired = true;
	fired_in = name;
	if (mode == DIE)
		kill(getpid(), SIGKILL);
	errno = EIO;
	return true;
}

static void *real(const char *name)
{
	void *function = dlsym(RTLD_NEXT, name);

	if (!function)
		abort();
	return function;
}

#define CALL(type, name, parameters, arguments) \
	type name parameters; \
	type name parameters \
	{ \
		static type (*below) parameters; \
		if (fails(#name)) \
			return -1; \
		if (!below) \
			*(void **)(&below) = real(#name); \
		return below arguments; \
	}

#pragma GCC visibility push(default)
CALL(ssize_t, write, (int fd, const void *bytes, size_t length), (fd, bytes, length))
CALL(ssize_t, pwrite64, (int fd, const void *bytes, size_t length, off_t at), (fd, bytes, length, at))
CALL(int, fsync, (int fd), (fd))
CALL(int, fdatasync, (int fd), (fd))
CALL(int, ftruncate64, (int fd, off_t length), (fd, length))
CALL(int, rename, (const char *from, const char *to), (from, to))
CALL(int, renameat2, (int a, const char *from, int b, const char *to, unsigned flags), (a, from, b, to, flags))
CALL(int, unlink, (const char *path), (path))
CALL(int, fchmod, (int fd, mode_t rights), (fd, rights))
#pragma GCC visibility pop

/* Stretching a passphrase is slow by design. */
int crypto_pwhash(unsigned char *const out, unsigned long long size, const char *const password, unsigned long long length,
                  const unsigned char *const salt, unsigned long long passes, size_t memory, int algorithm)
{
	(void)passes;
	(void)memory;
	(void)algorithm;
	return crypto_generichash(out, (size_t)size, (const unsigned char *)password, length, salt, crypto_pwhash_SALTBYTES);
}

/* ---- stages ---- */

#define PASSPHRASE "fuenfzehn Bytes"

/* A store that nobody has open, for copying. */
static struct stage {
	struct world *w;
	struct world  other;         /* the copy that is tried  */
	struct path   master;
	struct path   new_root;
} stage;

static void make_master(struct world *w)
{
	nmk_market *market;
	nmk_session *system, *creator;

	stage = (struct stage){ .w = w, .master = in_folder(w, "master.db"), .new_root = in_folder(w, "new.key") };
	snprintf(stage.other.path, sizeof stage.other.path, "%s/try.db", w->folder);
	stage.other.now = w->now;
	assert_status(NMK_OK, nmk_market_open(stage.master.text, &OPTIONS(.create = true), NULL, &market));
	assert_status(NMK_OK, nmk_session_open_system(market, &system));
	assert_status(NMK_OK, add_with_password(system, "paula"));
	assert_status(NMK_OK, add_with_password(system, "petra"));
	assert_status(NMK_OK, nmk_session_act_as(system, "paula", &creator));
	set_phone(creator, "+49 170 1234567");
	add_signing_key(system, 5);
	nmk_session_close(creator);
	nmk_session_close(system);
	nmk_market_close(market);
}

static void fresh_copy(void)
{
	static const char *const endings[] = { "", "-wal", "-shm", ".lock", ".keyring", ".rootkey", ".keyring.part", ".rootkey.part" };

	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
		struct path from = beside(stage.master.text, endings[i]), to = beside(stage.other.path, endings[i]);

		unlink(to.text);
		if (is_there(from.text))
			copy_file(from.text, to.text);
	}
	assert_int_equal(0, chmod(beside(stage.other.path, ".rootkey").text, 0400));
	unlink(stage.new_root.text);
	unlink(beside(stage.new_root.text, ".part").text);
}

static nmk_status open_copy(nmk_market_options options, nmk_market **market)
{
	options.clock = world_time;
	options.clock_context = &stage.other;
	return nmk_market_open(stage.other.path, &options, NULL, market);
}

static nmk_status deed_rotate(nmk_session *system)
{
	return nmk_keys_rotate(system, NULL, NULL);
}

static nmk_status deed_change_to_file(nmk_session *system)
{
	nmk_root_key key = NMK_ROOT_KEY_INIT;

	key.file = stage.new_root.text;
	return nmk_keys_change_root(system, &key);
}

static nmk_status deed_change_to_passphrase(nmk_session *system)
{
	nmk_root_key key = NMK_ROOT_KEY_INIT;

	key.passphrase = PASSPHRASE;
	return nmk_keys_change_root(system, &key);
}

static const struct deed {
	const char *name;
	nmk_status (*run)(nmk_session *system);
	bool changes_root, to_file;
} deeds[] = {
	{ "rotate",               deed_rotate,               false, false },
	{ "change to file",       deed_change_to_file,       true,  true  },
	{ "change to passphrase", deed_change_to_passphrase, true,  false },
};

static nmk_market_options new_options(const struct deed *deed)
{
	if (!deed->changes_root)
		return DEFAULTS;
	return deed->to_file ? OPTIONS(.root_key_file = stage.new_root.text) : OPTIONS(.root_passphrase = PASSPHRASE);
}

static void assert_nothing_lost(nmk_session *system, const char *what, long n)
{
	nmk_session *visitor, *creator;
	char message[400];

	if (key_findings(system, message))
		fail_msg("%s, step %ld: %s", what, n, message);
	assert_email(system, "paula", "paula@example.org");
	assert_status(NMK_OK, nmk_session_act_as(system, "paula", &creator));
	assert_phone(creator, "+49 170 1234567");
	nmk_session_close(creator);
	assert_status(NMK_OK, nmk_session_open(system->market, &visitor));
	assert_status(NMK_OK, nmk_session_login(visitor, "petra@example.org", PASSWORD));
	nmk_session_close(visitor);
}

/* Exactly one of the root keys opens the store; everything is there, and the next rotation succeeds. */
static bool look_again(const struct deed *deed, long n)
{
	nmk_market *market, *none;
	nmk_session *system;
	nmk_market_options old_root = OPTIONS(.relaxed_durability = true), new_root = new_options(deed);
	nmk_status with_old = open_copy(old_root, &market), with_new = NMK_EDENIED;

	new_root.relaxed_durability = true;
	if (with_old != NMK_OK)
		with_new = open_copy(new_root, &market);
	else if (deed->changes_root)
		assert_status(NMK_EDENIED, open_copy(new_root, &none));
	if (with_old != NMK_OK && with_new != NMK_OK)
		fail_msg("%s, step %ld: the store does not open: %s, %s", deed->name, n, nmk_status_name(with_old), nmk_status_name(with_new));
	assert_status(NMK_OK, nmk_session_open_system(market, &system));
	assert_nothing_lost(system, deed->name, n);
	assert_status(NMK_OK, nmk_keys_rotate(system, NULL, NULL));
	assert_int_equal(0, waiting_for(system));
	assert_nothing_lost(system, deed->name, n);
	nmk_session_close(system);
	nmk_market_close(market);
	return with_old != NMK_OK;
}

/* ---- dying: what was written is there, synced or not ---- */

/* What the child does; it ends with 0 if it was not killed. */
static int live(const struct deed *deed, long n)
{
	nmk_market *market;
	nmk_session *system;

	if (open_copy(OPTIONS(.relaxed_durability = true), &market) != NMK_OK || nmk_session_open_system(market, &system) != NMK_OK)
		return 1;
	fired = false;
	countdown = n;
	mode = DIE;
	return deed->run(system) == NMK_OK ? 0 : 2;
}

static bool killed_at(const struct deed *deed, long n)
{
	int status;
	pid_t child;

	fresh_copy();
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(live(deed, n));
	assert_int_equal(child, waitpid(child, &status, 0));
	if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
		fail_msg("%s, step %ld: the child ended with %d", deed->name, n, WEXITSTATUS(status));
	return WIFSIGNALED(status);
}

static void test_dying__at_every_step(void **state)
{
	make_master(*state);
	for (size_t i = 0; i < sizeof deeds / sizeof deeds[0]; i++) {
		const struct deed *deed = &deeds[i];
		long n, with_new = 0;

		for (n = 1; killed_at(deed, n); n++)
			with_new += look_again(deed, n);
		assert_int_equal(deed->changes_root, look_again(deed, n)); /* it was done */
		print_message("%s: killed at %ld steps, with the new root key after %ld\n", deed->name, n - 1, with_new);
		assert_true(n > 10);
	}
}

static bool killed_making_a_store(const char *path, long n)
{
	nmk_market *market;
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		countdown = n;
		mode = DIE;
		_exit(nmk_market_open(path, &OPTIONS(.create = true, .relaxed_durability = true), NULL, &market) == NMK_OK ? 0 : 2);
	}
	assert_int_equal(child, waitpid(child, &status, 0));
	assert_false(WIFEXITED(status) && WEXITSTATUS(status) != 0);
	return WIFSIGNALED(status);
}

static void test_dying__while_a_store_is_made(void **state)
{
	struct world *w = *state;
	long n = 0;
	bool killed;

	do {
		struct path path;
		char name[32];
		nmk_market *market;
		nmk_error error;

		n++;
		snprintf(name, sizeof name, "new%ld.db", n);
		path = in_folder(w, name);
		killed = killed_making_a_store(path.text, n);
		if (nmk_market_open(path.text, &OPTIONS(.create = true, .relaxed_durability = true), &error, &market) != NMK_OK)
			fail_msg("step %ld: %s", n, error.message);
		nmk_market_close(market);
		assert_true(is_there(beside(path.text, ".keyring").text));
		assert_false(is_there(beside(path.text, ".keyring.part").text));
		assert_false(is_there(beside(path.text, ".rootkey.part").text));
	} while (killed);
	print_message("killed at %ld steps\n", n - 1);
}

/* ---- being refused ---- */

static bool is_definite(nmk_status rc)
{
	return rc == NMK_EIO || rc == NMK_EFULL || rc == NMK_EREADONLY || rc == NMK_EBUSY;
}

/* The market that was refused something goes on; then the store is opened again, and what was answered holds. False: the deed
 * has fewer steps. */
static bool refused_at(const struct deed *deed, enum mode how, long n, long *unknown)
{
	nmk_market *market;
	nmk_session *system;
	nmk_status rc;
	bool new_root, was_fired;

	fresh_copy();
	assert_status(NMK_OK, open_copy(DEFAULTS, &market));
	assert_status(NMK_OK, nmk_session_open_system(market, &system));
	fired = false;
	countdown = n;
	mode = how;
	rc = deed->run(system);
	mode = CALM;
	was_fired = fired;
	if (rc != NMK_OK && rc != NMK_EUNKNOWN && !is_definite(rc))
		fail_msg("%s, step %ld: %s: %s", deed->name, n, nmk_status_name(rc), nmk_session_error(system)->message);
	assert_int_equal(rc, nmk_session_error(system)->status);
	*unknown += rc == NMK_EUNKNOWN;
	if (deed->to_file && is_definite(rc) && how == REFUSE_ONCE && strcmp(fired_in, "unlink") != 0)
		assert_false(is_there(stage.new_root.text));
	assert_nothing_lost(system, deed->name, n);
	nmk_session_close(system);
	nmk_market_close(market);

	new_root = look_again(deed, n);
	if (rc == NMK_OK && new_root != deed->changes_root)
		fail_msg("%s, step %ld: answered NMK_OK, and was not done", deed->name, n);
	if (is_definite(rc) && new_root)
		fail_msg("%s, step %ld: answered %s, and was done", deed->name, n, nmk_status_name(rc));
	return was_fired;
}

static void refuse_at_every_step(struct world *w, enum mode how, const char *word)
{
	make_master(w);
	for (size_t i = 0; i < sizeof deeds / sizeof deeds[0]; i++) {
		long n = 0, unknown = 0;
		bool more = true;

		while (more)
			more = refused_at(&deeds[i], how, ++n, &unknown);
		print_message("%s: refused %s at %ld steps, %ld answers unknown\n", deeds[i].name, word, n - 1, unknown);
		assert_true(n > 5);
	}
}

static void test_refusal__once_at_every_step(void **state)
{
	refuse_at_every_step(*state, REFUSE_ONCE, "once");
}

static void test_refusal__from_every_step_on(void **state)
{
	refuse_at_every_step(*state, REFUSE_ON, "from then on");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_dying__at_every_step),
		TEST(test_dying__while_a_store_is_made),
		TEST(test_refusal__once_at_every_step),
		TEST(test_refusal__from_every_step_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
