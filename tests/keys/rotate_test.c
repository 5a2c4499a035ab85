/* rotate_test.c -- new epoch keys for old: everything is wrapped anew, nothing is lost, and what was erased is gone for good. */
#include "keys_test.h"

#include <pthread.h>

static void rotate(nmk_session *session)
{
	assert_status(NMK_OK, nmk_keys_rotate(session, NULL, NULL));
}

/* Accounts by the hundred, each with a data key of the epoch that seals now; ids from 1 on. */
static void add_many(struct world *w, int count)
{
	struct tx tx = look_into(w->system);
	struct secret_key key;
	char sql[800];

	snprintf(sql, sizeof sql,
	         "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < %d) "
	         "INSERT INTO user_account (id, username, username_key, username_skeleton, password_short, password_change_required, "
	         "role, status, session_epoch, preferred_language, created_at, updated_at) "
	         "SELECT i, 'many' || i, 'many' || i, 'many' || i, 0, 0, 'consumer', 'active', 1, 'de', 1, 1 FROM n", count);
	run_sql(w->path, sql);
	assert_status(NMK_OK, tx_begin(&tx, w->market->store, true));
	tx.unlocked = true;
	for (int i = 1; i <= count; i++) {
		key_random(&key);
		assert_status(NMK_OK, data_key_put(&tx, i, &key));
	}
	assert_status(NMK_OK, tx_end(&tx, NMK_OK));
}

static int64_t older_than(struct world *w, int64_t epoch)
{
	char sql[300];

	snprintf(sql, sizeof sql, "SELECT (SELECT count(*) FROM user_key WHERE epoch < %lld) + (SELECT count(*) FROM user_account "
	         "WHERE password_epoch < %lld) + (SELECT count(*) FROM signing_key WHERE secret_epoch < %lld)", (long long)epoch,
	         (long long)epoch, (long long)epoch);
	return world_sql(w, sql);
}

/* ---- the state ---- */

static void test_keys_get_state__tells_of_the_ring(void **state)
{
	struct world *w = *state;
	nmk_keys_state *keys;
	char *json;

	assert_status(NMK_OK, nmk_keys_get_state(w->system, &keys));
	assert_string_equal("file", nmk_keys_state_root_source(keys));
	assert_int_equal(1, nmk_keys_state_epoch(keys));
	assert_int_equal(w->now, nmk_keys_state_epoch_since(keys));
	assert_int_equal(1, nmk_keys_state_epochs_kept(keys));
	assert_int_equal(0, nmk_keys_state_waiting(keys));
	json = nmk_keys_state_json(keys);
	assert_string_equal("{\"root_source\":\"file\",\"epoch\":1,\"epoch_since\":\"2026-01-01T00:00:00.000Z\",\"epochs_kept\":1,"
	                    "\"waiting\":0}", json);
	nmk_free(json);
	nmk_keys_state_free(keys);
	nmk_keys_state_free(NULL);
}

static void test_keys__are_the_hosts(void **state)
{
	struct world *w = *state;
	nmk_keys_state *keys = (nmk_keys_state *)w;
	nmk_root_key root = NMK_ROOT_KEY_INIT;

	root.passphrase = "fuenfzehn Bytes";
	assert_status(NMK_ELOGIN, nmk_keys_get_state(w->guest, &keys));
	assert_null(keys);
	assert_status(NMK_EDENIED, nmk_keys_get_state(w->admin, &keys));
	assert_status(NMK_EINVALID, nmk_keys_get_state(w->system, NULL));
	assert_field("state", w->system);
	assert_status(NMK_EINVALID, nmk_keys_get_state(NULL, &keys));
	assert_status(NMK_ELOGIN, nmk_keys_rotate(w->guest, NULL, NULL));
	assert_status(NMK_EDENIED, nmk_keys_rotate(w->admin, NULL, NULL));
	assert_status(NMK_EINVALID, nmk_keys_rotate(NULL, NULL, NULL));
	assert_status(NMK_ELOGIN, nmk_keys_change_root(w->guest, &root));
	assert_status(NMK_EDENIED, nmk_keys_change_root(w->admin, &root));
	assert_status(NMK_EINVALID, nmk_keys_change_root(NULL, &root));
	assert_int_equal(1, epoch_of(w->system));
}

/* ---- rotation ---- */

static void test_keys_rotate__wraps_everything_anew(void **state)
{
	struct world *w = *state;
	nmk_session *visitor;
	char message[400];

	assert_status(NMK_OK, add_with_password(w->system, "paula"));
	set_phone(w->creator, "+49 170 1234567");
	add_signing_key(w->system, 5);
	w->now += 30 * DAY;
	rotate(w->system);
	assert_int_equal(2, epoch_of(w->system));
	assert_int_equal(2, kept_by(w->system));
	assert_int_equal(0, waiting_for(w->system));
	assert_int_equal(0, older_than(w, 2));
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM user_account WHERE password_epoch = 2"));
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM signing_key WHERE secret_epoch = 2"));
	assert_email(w->admin, "carl", "carl@example.org");
	assert_phone(w->creator, "+49 170 1234567");
	assert_status(NMK_OK, nmk_session_open(w->market, &visitor));
	assert_status(NMK_OK, nmk_session_login(visitor, "paula@example.org", PASSWORD));
	nmk_session_close(visitor);
	if (key_findings(w->system, message))
		fail_msg("%s", message);
	world_reopen(w);
	assert_email(w->admin, "carl", "carl@example.org");
	assert_phone(w->creator, "+49 170 1234567");
	assert_keys_sound(w->system);
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM audit_event WHERE action = 'keys_rotated' AND "
	                                 "details = '{\"begun\":\"yes\",\"destroyed\":0,\"epoch\":2}'"));
}

static void test_keys_rotate__a_store_without_accounts_turns_too(void **state)
{
	struct world *w = *state;
	nmk_market *market;
	nmk_session *session;

	assert_status(NMK_OK, nmk_market_open(in_folder(w, "new.db").text, &OPTIONS(.create = true), NULL, &market));
	assert_status(NMK_OK, nmk_session_open_system(market, &session));
	rotate(session);
	assert_int_equal(2, epoch_of(session));
	nmk_session_close(session);
	nmk_market_close(market);
}

struct watch {
	int calls, stop_at;
	int64_t done, total;
};

static bool watching(void *context, int64_t done, int64_t total)
{
	struct watch *watch = context;

	assert_true(done >= watch->done && done <= total);
	watch->calls++;
	watch->done = done;
	watch->total = total;
	return watch->calls != watch->stop_at;
}

/* The world has 7 accounts, and the audit log has a key. */
static void test_keys_rotate__goes_in_steps_of_500(void **state)
{
	struct world *w = *state;
	struct watch watch = { 0 };

	add_many(w, 492);
	assert_status(NMK_OK, nmk_keys_rotate(w->system, watching, &watch));
	assert_int_equal(500, watch.done);
	assert_int_equal(500, watch.total);
	assert_int_equal(2, watch.calls); /* the second finds that there are no more */
	add_signing_key(w->system, 5);
	watch = (struct watch){ 0 };
	assert_status(NMK_OK, nmk_keys_rotate(w->system, watching, &watch));
	assert_int_equal(501, watch.done);
	assert_int_equal(2, watch.calls);
	assert_int_equal(0, older_than(w, 3));
	assert_int_equal(2, world_sql(w, "SELECT count(*) FROM audit_event WHERE action = 'keys_rotated'"));
}

static void test_keys_rotate__that_was_stopped_is_completed_by_the_next(void **state)
{
	struct world *w = *state;
	struct watch watch = { .stop_at = 1 };

	add_many(w, 1200);
	assert_status(NMK_ECANCELLED, nmk_keys_rotate(w->system, watching, &watch));
	assert_int_equal(NMK_ECANCELLED, nmk_session_error(w->system)->status);
	assert_int_equal(2, epoch_of(w->system));
	assert_int_equal(708, waiting_for(w->system));
	assert_email(w->admin, "carl", "carl@example.org");
	watch = (struct watch){ .stop_at = 1 };
	assert_status(NMK_ECANCELLED, nmk_keys_rotate(w->system, watching, &watch));
	assert_int_equal(708, watch.total);
	assert_int_equal(208, waiting_for(w->system));
	world_reopen(w);
	rotate(w->system);
	assert_int_equal(2, epoch_of(w->system));
	assert_int_equal(0, waiting_for(w->system));
	rotate(w->system);
	assert_int_equal(3, epoch_of(w->system));
	assert_int_equal(2, world_sql(w, "SELECT count(*) FROM audit_event WHERE action = 'keys_rotated' AND details LIKE '%\"no\"%'"));
}

/* ---- old epochs ---- */

static void test_keys_rotate__destroys_an_epoch_35_days_after_it_was_replaced(void **state)
{
	struct world *w = *state;

	rotate(w->system); /* 1 is replaced now */
	w->now += 35 * DAY - 1;
	rotate(w->system);
	assert_int_equal(3, kept_by(w->system));
	w->now += 1;
	rotate(w->system);
	assert_int_equal(4, epoch_of(w->system));
	assert_int_equal(3, kept_by(w->system)); /* 2, 3, 4 */
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM audit_event WHERE action = 'keys_rotated' AND "
	                                 "details LIKE '%\"destroyed\":1%'"));
	w->now += 400 * DAY;
	rotate(w->system);
	assert_int_equal(2, kept_by(w->system)); /* the last one, and the new one */
	world_reopen(w);
	assert_int_equal(2, kept_by(w->system));
	assert_email(w->admin, "carl", "carl@example.org");
}

/* As long as anything is sealed with it, and for 35 days more: backups have it. */
static void test_keys_rotate__keeps_an_epoch_that_is_used(void **state)
{
	struct world *w = *state;
	struct watch watch = { .stop_at = 1 };

	add_many(w, 1200);
	assert_status(NMK_ECANCELLED, nmk_keys_rotate(w->system, watching, &watch));
	w->now += 400 * DAY;
	rotate(w->system); /* completed */
	assert_int_equal(2, kept_by(w->system));
	assert_keys_sound(w->system);
	w->now += 35 * DAY - 1;
	rotate(w->system);
	assert_int_equal(3, kept_by(w->system));
	w->now += 1;
	rotate(w->system);
	assert_int_equal(3, kept_by(w->system)); /* 1 is gone, 4 is new */
}

static void test_keys_rotate__keeps_64_epochs_at_most(void **state)
{
	struct world *w = *state;

	for (int i = 2; i <= 64; i++)
		rotate(w->system);
	assert_int_equal(64, kept_by(w->system));
	assert_status(NMK_ELIMIT, nmk_keys_rotate(w->system, NULL, NULL));
	assert_int_equal(64, epoch_of(w->system));
	assert_email(w->admin, "carl", "carl@example.org");
	world_reopen(w); /* the largest ring there is */
	assert_int_equal(64, kept_by(w->system));
	w->now += 35 * DAY;
	rotate(w->system);
	assert_int_equal(65, epoch_of(w->system));
	assert_int_equal(2, kept_by(w->system));
}

/* ---- other processes ---- */

static void test_keys_rotate__other_processes_follow(void **state)
{
	struct world *w = *state;
	nmk_market *other;
	nmk_session *session;

	assert_status(NMK_OK, open_again(w, &DEFAULTS, NULL, &other));
	assert_status(NMK_OK, nmk_session_open_system(other, &session));
	assert_email(session, "carl", "carl@example.org");
	rotate(w->system);
	assert_email(session, "carl", "carl@example.org");
	rotate(w->system);
	assert_status(NMK_OK, add_with_password(session, "paula")); /* sealed with the newest */
	assert_int_equal(0, older_than(w, 3));
	assert_email(w->system, "paula", "paula@example.org");
	assert_int_equal(3, epoch_of(session));
	rotate(session);
	rotate(w->system);
	rotate(session);
	assert_int_equal(6, epoch_of(w->system));
	assert_int_equal(6, kept_by(session));
	assert_keys_sound(w->system);
	assert_keys_sound(session);
	nmk_session_close(session);
	nmk_market_close(other);
}

/* Somebody spoils the file while the store is open. */
static void test_keys__a_ring_that_cannot_be_read_again_changes_nothing(void **state)
{
	struct world *w = *state;
	struct path ring = beside(w->path, ".keyring"), kept = in_folder(w, "kept");
	nmk_market *other;
	nmk_session *session;
	nmk_keys_state *keys;
	nmk_user *user;

	assert_status(NMK_OK, open_again(w, &DEFAULTS, NULL, &other));
	assert_status(NMK_OK, nmk_session_open_system(other, &session));
	copy_file(ring.text, kept.text);
	write_bytes(ring.text, "junk", 4, 0600);
	assert_email(session, "carl", "carl@example.org"); /* known keys are known */
	assert_status(NMK_ECORRUPT, add_with_password(session, "paula"));
	assert_field("keyring", session);
	assert_status(NMK_ECORRUPT, nmk_keys_rotate(session, NULL, NULL));
	assert_status(NMK_ECORRUPT, nmk_keys_get_state(session, &keys));
	assert_int_equal(0, unlink(ring.text));
	assert_status(NMK_EDENIED, add_with_password(session, "paula"));
	assert_status(NMK_EDENIED, nmk_keys_rotate(session, NULL, NULL));
	assert_email(session, "carl", "carl@example.org");
	copy_file(kept.text, ring.text);
	rotate(w->system);
	write_bytes(kept.text, "", 0, 0600);
	copy_file(ring.text, kept.text);
	write_bytes(ring.text, "junk", 4, 0600);
	assert_status(NMK_ECORRUPT, nmk_user_find(session, "carl", &user)); /* of an epoch that is not known here */
	assert_null(user);
	copy_file(kept.text, ring.text);
	assert_email(session, "carl", "carl@example.org");
	assert_status(NMK_OK, add_with_password(session, "paula"));
	nmk_session_close(session);
	nmk_market_close(other);
}

struct worker {
	struct world *w;
	nmk_session  *system;
	int           number, made;
	bool          stop; /* atomic */
	nmk_status    rc;
};

static void *work(void *context)
{
	struct worker *worker = context;

	while (worker->rc == NMK_OK && !__atomic_load_n(&worker->stop, __ATOMIC_ACQUIRE)) {
		nmk_registration registration = NMK_REGISTRATION_INIT;
		char name[24], email[64];

		snprintf(name, sizeof name, "w%dn%d", worker->number, worker->made++);
		snprintf(email, sizeof email, "%s@example.org", name);
		registration.username = name;
		registration.email = email;
		worker->rc = nmk_user_add(worker->system, &registration, NMK_ROLE_CONSUMER, NULL);
	}
	return NULL;
}

static void test_keys_rotate__while_others_make_accounts(void **state)
{
	struct world *w = *state;
	struct worker workers[4];
	pthread_t threads[4];
	nmk_market *other;

	add_many(w, 700);
	assert_status(NMK_OK, open_again(w, &DEFAULTS, NULL, &other));
	for (int i = 0; i < 4; i++) {
		workers[i] = (struct worker){ .w = w, .number = i };
		assert_status(NMK_OK, nmk_session_open_system(i % 2 ? other : w->market, &workers[i].system));
		assert_int_equal(0, pthread_create(&threads[i], NULL, work, &workers[i]));
	}
	for (int i = 0; i < 15; i++)
		rotate(w->system);
	for (int i = 0; i < 4; i++) {
		__atomic_store_n(&workers[i].stop, true, __ATOMIC_RELEASE);
		pthread_join(threads[i], NULL);
		assert_status(NMK_OK, workers[i].rc);
		assert_true(workers[i].made > 0);
		nmk_session_close(workers[i].system);
	}
	nmk_market_close(other);
	run_sql(w->path, "DELETE FROM user_account WHERE username LIKE 'many%'");
	assert_keys_sound(w->system);
	world_reopen(w);
	assert_keys_sound(w->system);
	rotate(w->system);
	assert_keys_sound(w->system);
}

/* ---- what does not open ---- */

static void test_keys_rotate__one_damaged_key_does_not_keep_others_from_new_ones(void **state)
{
	struct world *w = *state;
	nmk_user *user;
	char message[400], id[64];

	assert_status(NMK_OK, nmk_user_find(w->system, "carl", &user));
	snprintf(id, sizeof id, "%s", nmk_user_id(user));
	nmk_user_free(user);
	run_sql(w->path, "UPDATE user_key SET wrapped = zeroblob(length(wrapped)) WHERE user_id = "
	                 "(SELECT id FROM user_account WHERE username = 'carl')");
	assert_status(NMK_ECORRUPT, nmk_keys_rotate(w->system, NULL, NULL));
	assert_field("keys", w->system);
	assert_int_equal(1, waiting_for(w->system));
	assert_int_equal(1, older_than(w, 2));
	assert_email(w->system, "clara", "clara@example.org");
	assert_int_equal(1, key_findings(w->system, message));
	assert_non_null(strstr(message, id));
	w->now += 400 * DAY;
	assert_status(NMK_ECORRUPT, nmk_keys_rotate(w->system, NULL, NULL));
	assert_int_equal(2, kept_by(w->system)); /* its epoch stays, no other begins */
	run_sql(w->path, "DELETE FROM user_key WHERE epoch = 1");
	rotate(w->system);
	assert_int_equal(3, epoch_of(w->system));
}

/* ---- crypto-shredding ---- */

/* The address of the account whose row a copy of the database has, with what the ring beside the copy opens. */
static nmk_status read_copy(struct world *w, const char *copy, const char *username)
{
	struct world other = { .now = w->now };
	nmk_session *session;
	nmk_market *market;
	nmk_user *user;
	nmk_status rc;

	snprintf(other.path, sizeof other.path, "%s", copy);
	assert_status(NMK_OK, open_again(&other, &DEFAULTS, NULL, &market));
	assert_status(NMK_OK, nmk_session_open_system(market, &session));
	rc = nmk_user_find(session, username, &user);
	if (rc == NMK_OK) {
		assert_non_null(nmk_user_email(user));
		nmk_user_free(user);
	}
	nmk_session_close(session);
	nmk_market_close(market);
	return rc;
}

static void take_copy(struct world *w, struct path *copy)
{
	*copy = in_folder(w, "copy.db");
	run_sql(w->path, "PRAGMA wal_checkpoint(TRUNCATE)");
	copy_file(w->path, copy->text);
	copy_file(beside(w->path, ".rootkey").text, beside(copy->text, ".rootkey").text);
}

static void test_shredding__an_account_without_its_key_is_unreadable(void **state)
{
	struct world *w = *state;
	nmk_user *user;
	nmk_profile *profile;

	set_phone(w->creator, "+49 170 1234567");
	run_sql(w->path, "DELETE FROM user_key WHERE user_id = (SELECT id FROM user_account WHERE username = 'carl')");
	assert_int_equal(1, world_sql(w, "SELECT email_sealed IS NOT NULL FROM user_account WHERE username = 'carl'"));
	assert_status(NMK_ECORRUPT, nmk_user_find(w->system, "carl", &user));
	assert_null(user);
	assert_status(NMK_ECORRUPT, nmk_profile_get(w->creator, NULL, &profile));
	assert_null(profile);
}

/* Root key and ring open what an old copy of the database has, until 35 days after the rotation. */
static void test_shredding__an_old_copy_is_unreadable_35_days_after_a_rotation(void **state)
{
	struct world *w = *state;
	struct path copy, ring = beside(w->path, ".keyring");

	take_copy(w, &copy);
	run_sql(w->path, "DELETE FROM user_key WHERE user_id = (SELECT id FROM user_account WHERE username = 'carl')");
	w->now += 10 * DAY;
	rotate(w->system);
	w->now += 35 * DAY - 1;
	rotate(w->system);
	copy_file(ring.text, beside(copy.text, ".keyring").text);
	assert_status(NMK_OK, read_copy(w, copy.text, "carl"));
	w->now += 1;
	rotate(w->system);
	copy_file(ring.text, beside(copy.text, ".keyring").text);
	assert_status(NMK_ECORRUPT, read_copy(w, copy.text, "carl"));
	assert_email(w->system, "clara", "clara@example.org");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_keys_get_state__tells_of_the_ring),
		TEST(test_keys__are_the_hosts),
		TEST(test_keys_rotate__wraps_everything_anew),
		TEST(test_keys_rotate__a_store_without_accounts_turns_too),
		TEST(test_keys_rotate__goes_in_steps_of_500),
		TEST(test_keys_rotate__that_was_stopped_is_completed_by_the_next),
		TEST(test_keys_rotate__destroys_an_epoch_35_days_after_it_was_replaced),
		TEST(test_keys_rotate__keeps_an_epoch_that_is_used),
		TEST(test_keys_rotate__keeps_64_epochs_at_most),
		TEST(test_keys_rotate__other_processes_follow),
		TEST(test_keys__a_ring_that_cannot_be_read_again_changes_nothing),
		TEST(test_keys_rotate__while_others_make_accounts),
		TEST(test_keys_rotate__one_damaged_key_does_not_keep_others_from_new_ones),
		TEST(test_shredding__an_account_without_its_key_is_unreadable),
		TEST(test_shredding__an_old_copy_is_unreadable_35_days_after_a_rotation),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
