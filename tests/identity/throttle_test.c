/* What wrong passwords cost. Where the password itself does not matter, attempts are charged without hashing one. */
#include "identity_test.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>
#include "account.h"
#include "session.h"

#define WRONG  "Ein falsches Passwort 1!"
#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)

/* ---- helpers ---- */

static nmk_session *from(nmk_market *market, const char *address, const char *known_device)
{
	nmk_session *session;

	assert_status(NMK_OK, nmk_session_open(market, &session));
	assert_status(NMK_OK, nmk_session_set_client(session, address, NULL, known_device));
	return session;
}

static void index_of(const char *name, unsigned char index[KEY_HASH_BYTES])
{
	memset(index, 0, KEY_HASH_BYTES);
	memcpy(index, name, strlen(name));
}

/* An attempt for an address; of an account if user_id is not 0. */
static nmk_status charge(nmk_session *session, const char *name, int64_t user_id)
{
	unsigned char index[KEY_HASH_BYTES];
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_session_login);

	index_of(name, index);
	while (op_next(&op, &rc)) {
		op.action = NULL;
		rc = throttle_charge(&op, index, user_id, 0);
	}
	return rc;
}

static void give_back(nmk_session *session, const char *name, int64_t user_id, bool success)
{
	unsigned char index[KEY_HASH_BYTES];
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_session_login);

	index_of(name, index);
	while (op_next(&op, &rc)) {
		op.action = NULL;
		rc = throttle_give_back(&op, index, user_id, 0, success);
	}
	assert_status(NMK_OK, rc);
}

/* A wrong password to its end. */
static nmk_status fail_once(nmk_session *session, const char *name, int64_t user_id)
{
	nmk_status answer = charge(session, name, user_id), rc;
	struct nmk_op op;

	if (answer != NMK_OK)
		return answer;
	rc = op_begin(&op, session, OP_session_login);
	while (op_next(&op, &rc)) {
		op.action = NULL;
		rc = throttle_failed(&op, user_id, 0);
	}
	return rc;
}

static void forget(nmk_session *session, const char *name)
{
	unsigned char index[KEY_HASH_BYTES];
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_session_login);

	index_of(name, index);
	while (op_next(&op, &rc)) {
		op.action = NULL;
		rc = throttle_forget(&op, index);
	}
	assert_status(NMK_OK, rc);
}

static int64_t retry_after(nmk_session *session)
{
	return nmk_session_error(session)->retry_after_ms;
}

static void fail_times(struct world *w, nmk_session *session, const char *name, int64_t user_id, int times)
{
	(void)w;
	for (int i = 0; i < times; i++)
		assert_status(NMK_OK, fail_once(session, name, user_id));
}

/* Refused now and one millisecond before the wait is over; not after it. */
static void assert_waits(struct world *w, nmk_session *session, const char *name, int64_t wait_ms)
{
	assert_status(NMK_ELIMIT, charge(session, name, 7));
	assert_int_equal(wait_ms, retry_after(session));
	world_advance(w, wait_ms - 1);
	assert_status(NMK_ELIMIT, charge(session, name, 7));
	assert_int_equal(1, retry_after(session));
	world_advance(w, 1);
}

static int64_t rows(struct world *w)
{
	return world_sql(w, "SELECT COUNT(*) FROM throttle");
}

/* Another market on the world's store, with its clock. */
static nmk_market *market_of(struct world *w, nmk_throttle_policy policy)
{
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_market *market;

	options.clock = w->market->options.clock;
	options.clock_context = w;
	options.relaxed_durability = true;
	options.password_memory_kib = 19456;
	options.throttle_policy = policy;
	assert_status(NMK_OK, nmk_market_open(w->path, &options, NULL, &market));
	return market;
}

/* ---- the delay ---- */

static void test_throttle__five_failures_are_free_the_sixth_costs_a_second(void **state)
{
	struct world *w = *state;

	add_with_password(w, "rosa@example.org", "rosa");
	for (int i = 0; i < 6; i++)
		assert_status(NMK_ELOGIN, nmk_session_login(w->guest, "rosa@example.org", WRONG));
	assert_status(NMK_ELIMIT, nmk_session_login(w->guest, "rosa@example.org", PASSWORD));
	assert_int_equal(1000, retry_after(w->guest));
	assert_null(nmk_session_user_id(w->guest));
	world_advance(w, 999);
	assert_status(NMK_ELIMIT, nmk_session_login(w->guest, "rosa@example.org", PASSWORD));
	assert_int_equal(1, retry_after(w->guest));
	world_advance(w, 1);
	assert_status(NMK_OK, nmk_session_login(w->guest, "rosa@example.org", PASSWORD));
	assert_int_equal(0, rows(w));
}

static void test_throttle__each_further_failure_doubles_the_wait_up_to_a_quarter_of_an_hour(void **state)
{
	struct world *w = *state;
	int64_t longest = 0;

	fail_times(w, w->guest, "rosa", 7, 6);
	for (int64_t wait = SECOND; wait <= 512 * SECOND; wait *= 2) {
		assert_waits(w, w->guest, "rosa", wait);
		assert_status(NMK_OK, fail_once(w->guest, "rosa", 7));
	}
	/* From here on one is forgiven while waiting for the next. */
	for (int i = 0; i < 6; i++) {
		assert_status(NMK_ELIMIT, charge(w->guest, "rosa", 7));
		longest = retry_after(w->guest) > longest ? retry_after(w->guest) : longest;
		assert_true(retry_after(w->guest) >= 512 * SECOND);
		world_advance(w, retry_after(w->guest));
		assert_status(NMK_OK, fail_once(w->guest, "rosa", 7));
	}
	assert_int_equal(15 * MINUTE, longest);
}

static void test_throttle__one_failure_is_forgiven_each_quarter_of_an_hour(void **state)
{
	struct world *w = *state;

	fail_times(w, w->guest, "rosa", 7, 5);
	world_advance(w, 15 * MINUTE - 1);
	assert_status(NMK_OK, fail_once(w->guest, "rosa", 7)); /* the sixth */
	assert_waits(w, w->guest, "rosa", SECOND);
	world_advance(w, 60 * MINUTE - 999); /* all six are gone but one */
	fail_times(w, w->guest, "rosa", 7, 4);
	assert_status(NMK_OK, charge(w->guest, "rosa", 7));
	assert_status(NMK_ELIMIT, charge(w->guest, "rosa", 7));
}

static void test_throttle__exactly_a_quarter_of_an_hour_forgives(void **state)
{
	struct world *w = *state;

	fail_times(w, w->guest, "rosa", 7, 5);
	world_advance(w, 15 * MINUTE);
	assert_status(NMK_OK, fail_once(w->guest, "rosa", 7)); /* the fifth again */
	assert_status(NMK_OK, charge(w->guest, "rosa", 7));
}

static void test_throttle__success_starts_anew(void **state)
{
	struct world *w = *state;

	fail_times(w, w->guest, "rosa", 7, 5);
	assert_status(NMK_OK, charge(w->guest, "rosa", 7));
	give_back(w->guest, "rosa", 7, true);
	assert_int_equal(0, rows(w));
	fail_times(w, w->guest, "rosa", 7, 6);
	assert_status(NMK_ELIMIT, charge(w->guest, "rosa", 7));
}

static void test_throttle__what_is_given_back_was_never_there(void **state)
{
	struct world *w = *state;

	assert_status(NMK_OK, charge(w->guest, "rosa", 7));
	give_back(w->guest, "rosa", 7, false);
	assert_int_equal(0, rows(w));
	fail_times(w, w->guest, "rosa", 7, 5);
	for (int i = 0; i < 3; i++) {
		assert_status(NMK_OK, charge(w->guest, "rosa", 7));
		give_back(w->guest, "rosa", 7, false);
	}
	assert_status(NMK_OK, charge(w->guest, "rosa", 7));
	assert_status(NMK_ELIMIT, charge(w->guest, "rosa", 7));
}

static void test_throttle__an_unknown_address_waits_as_a_known_one(void **state)
{
	struct world *w = *state;
	nmk_error known, unknown;

	fail_times(w, w->guest, "rosa", 7, 6);
	fail_times(w, w->guest, "nobody", 0, 6);
	assert_status(NMK_ELIMIT, charge(w->guest, "rosa", 7));
	known = *nmk_session_error(w->guest);
	assert_status(NMK_ELIMIT, charge(w->guest, "nobody", 0));
	unknown = *nmk_session_error(w->guest);
	assert_memory_equal(&known, &unknown, sizeof known);
}

static void test_throttle__a_network_pays_for_all_accounts_it_guesses_at(void **state)
{
	struct world *w = *state;
	nmk_session *attacker = from(w->market, "203.0.113.9", NULL), *other = from(w->market, "203.0.113.10", NULL);
	char name[16];

	for (int i = 0; i < 6; i++) {
		snprintf(name, sizeof name, "victim%d", i);
		assert_status(NMK_OK, fail_once(attacker, name, 100 + i));
	}
	assert_status(NMK_ELIMIT, charge(attacker, "another", 7));
	assert_status(NMK_OK, charge(other, "another", 7));
	assert_status(NMK_OK, charge(w->guest, "another", 7));
	/* Success with an account of one's own does not wash the network clean. */
	world_advance(w, SECOND);
	assert_status(NMK_OK, charge(attacker, "own", 8));
	give_back(attacker, "own", 8, true);
	assert_status(NMK_OK, fail_once(attacker, "victim0", 100));
	assert_status(NMK_ELIMIT, charge(attacker, "another", 7));
	assert_int_equal(2000, retry_after(attacker));
	nmk_session_close(attacker);
	nmk_session_close(other);
}

static void test_throttle__many_who_log_in_at_once_from_one_network_do_not_wait(void **state)
{
	struct world *w = *state;
	nmk_session *school = from(w->market, "203.0.113.9", NULL);
	char name[16];

	for (int i = 0; i < 30; i++) {
		snprintf(name, sizeof name, "pupil%d", i);
		assert_status(NMK_OK, charge(school, name, 100 + i));
	}
	nmk_session_close(school);
}

static void test_throttle__an_ipv6_network_is_one_client(void **state)
{
	static const char *const same[] = { "2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "2001:DB8::1:0:0:0:3" };
	struct world *w = *state;
	nmk_session *session = from(w->market, same[0], NULL);
	char name[16];

	for (int i = 0; i < 6; i++) {
		snprintf(name, sizeof name, "victim%d", i);
		assert_status(NMK_OK, nmk_session_set_client(session, same[i % 3], NULL, NULL));
		assert_status(NMK_OK, fail_once(session, name, 100 + i));
	}
	assert_status(NMK_ELIMIT, charge(session, "another", 7));
	assert_status(NMK_OK, nmk_session_set_client(session, "2001:db8:0:2::1", NULL, NULL));
	assert_status(NMK_OK, charge(session, "another", 7));
	nmk_session_close(session);
}

static void test_throttle__the_owner_elsewhere_frees_the_account_and_not_the_attacker(void **state)
{
	struct world *w = *state;
	nmk_session *attacker = from(w->market, "203.0.113.9", NULL), *owner = from(w->market, "198.51.100.1", NULL);

	fail_times(w, attacker, "rosa", 7, 6);
	assert_status(NMK_ELIMIT, charge(owner, "rosa", 7));
	world_advance(w, SECOND);
	assert_status(NMK_OK, charge(owner, "rosa", 7));
	give_back(owner, "rosa", 7, true);
	assert_status(NMK_OK, charge(owner, "rosa", 7));
	give_back(owner, "rosa", 7, true);
	assert_status(NMK_OK, fail_once(attacker, "rosa", 7));
	assert_status(NMK_ELIMIT, charge(attacker, "rosa", 7)); /* the pair and the network go on */
	assert_int_equal(2000, retry_after(attacker));
	nmk_session_close(attacker);
	nmk_session_close(owner);
}

/* ---- a hundred in a row ---- */

static void fail_in_a_row(struct world *w, nmk_session *session, const char *name, int64_t user_id, int times)
{
	for (int i = 0; i < times; i++) {
		nmk_status rc = charge(session, name, user_id);

		if (rc == NMK_ELIMIT) {
			world_advance(w, retry_after(session));
			rc = charge(session, name, user_id);
		}
		assert_status(NMK_OK, rc);
	}
	world_advance(w, 15 * MINUTE);
}

static void test_throttle__after_a_hundred_failures_in_a_row_only_a_reset_helps(void **state)
{
	struct world *w = *state;

	fail_in_a_row(w, w->guest, "rosa", 7, 99);
	assert_status(NMK_OK, charge(w->guest, "rosa", 7));
	give_back(w->guest, "rosa", 7, false);
	assert_status(NMK_OK, charge(w->guest, "rosa", 7)); /* the hundredth */
	assert_status(NMK_EDENIED, charge(w->guest, "rosa", 7));
	assert_field("password", w->guest);
	assert_int_equal(1, events(w, "account_locked"));
	world_advance(w, 365 * DAY_MS);
	assert_status(NMK_OK, charge(w->guest, "else", 8));
	assert_status(NMK_EDENIED, charge(w->guest, "rosa", 7));
	assert_field("password", w->guest);
	forget(w->guest, "rosa");
	fail_times(w, w->guest, "rosa", 7, 6);
}

static void test_throttle__success_breaks_the_row(void **state)
{
	struct world *w = *state;

	fail_in_a_row(w, w->guest, "rosa", 7, 99);
	assert_status(NMK_OK, charge(w->guest, "rosa", 7));
	give_back(w->guest, "rosa", 7, true);
	fail_in_a_row(w, w->guest, "rosa", 7, 99);
	assert_status(NMK_OK, charge(w->guest, "rosa", 7));
	assert_status(NMK_EDENIED, charge(w->guest, "rosa", 7));
}

static void test_throttle__an_unknown_address_closes_too_and_is_forgotten_after_a_week(void **state)
{
	struct world *w = *state;

	fail_in_a_row(w, w->guest, "nobody", 0, 100);
	assert_status(NMK_EDENIED, charge(w->guest, "nobody", 0));
	world_advance(w, 8 * DAY_MS);
	assert_status(NMK_OK, charge(w->guest, "sweeper", 0));
	assert_int_equal(1, rows(w));
	assert_status(NMK_OK, charge(w->guest, "nobody", 0));
}

static void test_throttle__a_reset_forgets_the_failures_of_an_account(void **state)
{
	struct world *w = *state;
	nmk_session *owner = from(w->market, "198.51.100.1", NULL);

	for (int i = 0; i < 5; i++)
		assert_status(NMK_OK, charge(owner, "rosa", 7));
	assert_status(NMK_OK, charge(owner, "rosa", 7));
	assert_status(NMK_ELIMIT, charge(owner, "rosa", 7));
	forget(owner, "rosa");
	assert_int_equal(0, rows(w));
	assert_status(NMK_OK, charge(owner, "rosa", 7));
	nmk_session_close(owner);
}

/* ---- what stays in the store ---- */

static void test_throttle__the_first_refusal_is_recorded_and_the_others_write_nothing(void **state)
{
	struct world *w = *state;
	nmk_session *attacker = from(w->market, "203.0.113.9", NULL);

	fail_times(w, attacker, "rosa", 7, 6);
	for (int i = 0; i < 20; i++)
		assert_status(NMK_ELIMIT, charge(attacker, "rosa", 7));
	assert_int_equal(1, events(w, "rate_limit_hit"));
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM audit_event WHERE action = 'rate_limit_hit' AND result = 'limit' AND"
	                                 " details = '{\"limit\":\"account\"}'"));
	assert_string_equal("{\"network\":\"203.0.113.0/24\"}", world_personal(w, "rate_limit_hit"));
	world_advance(w, SECOND);
	assert_status(NMK_OK, fail_once(attacker, "rosa", 7));
	assert_status(NMK_ELIMIT, charge(attacker, "rosa", 7));
	assert_int_equal(2, events(w, "rate_limit_hit"));
	nmk_session_close(attacker);
}

static void test_throttle__one_time_clients_leave_nothing_behind(void **state)
{
	struct world *w = *state;
	nmk_session *session = from(w->market, "203.0.113.9", NULL);
	char name[32];

	for (int i = 0; i < 200; i++) {
		snprintf(name, sizeof name, "stranger%d", i);
		assert_status(NMK_OK, charge(session, name, 0));
		world_advance(w, 15 * MINUTE);
	}
	assert_true(rows(w) <= 202); /* the pairs are gone */
	world_advance(w, 8 * DAY_MS);
	for (int i = 0; i < 30; i++) {
		snprintf(name, sizeof name, "other%d", i);
		assert_status(NMK_OK, charge(w->guest, name, 0));
	}
	assert_int_equal(30, rows(w));
	nmk_session_close(session);
}

static void test_throttle__no_address_and_no_network_lies_in_the_store(void **state)
{
	struct world *w = *state;
	nmk_session *session = from(w->market, "203.0.113.9", NULL);

	assert_status(NMK_ELOGIN, nmk_session_login(session, "nobody@example.org", WRONG));
	assert_int_equal(3, rows(w));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM throttle WHERE instr(subject, CAST('nobody' AS BLOB))"
	                                 " OR instr(subject, CAST('203.0' AS BLOB)) OR length(subject) <> 32"));
	nmk_session_close(session);
}

static void test_throttle__counters_survive_and_are_shared(void **state)
{
	struct world *w = *state;
	nmk_market *other;
	nmk_session *there;

	fail_times(w, w->guest, "rosa", 7, 3);
	world_reopen(w);
	fail_times(w, w->guest, "rosa", 7, 2);
	other = market_of(w, NMK_THROTTLE_DELAY);
	there = from(other, NULL, NULL);
	assert_status(NMK_OK, fail_once(there, "rosa", 7));
	assert_status(NMK_ELIMIT, charge(there, "rosa", 7));
	assert_status(NMK_ELIMIT, charge(w->guest, "rosa", 7));
	nmk_session_close(there);
	nmk_market_close(other);
}

/* The child opens the store anew and fails so often; its exit status says how often it was let. */
static int let_in_child(struct world *w, const char *name)
{
	nmk_market *market = market_of(w, NMK_THROTTLE_DELAY);
	nmk_session *session;
	int let = 0;

	if (nmk_session_open(market, &session) != NMK_OK)
		return 99;
	for (int i = 0; i < 20; i++)
		let += charge(session, name, 7) == NMK_OK;
	nmk_session_close(session);
	nmk_market_close(market);
	return let;
}

static void test_throttle__two_processes_count_together(void **state)
{
	struct world *w = *state;
	pid_t children[2];
	int total = 0;

	for (int i = 0; i < 2; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] == 0)
			_exit(let_in_child(w, "rosa"));
	}
	for (int i = 0; i < 2; i++) {
		int status;

		assert_int_equal(children[i], waitpid(children[i], &status, 0));
		assert_true(WIFEXITED(status));
		total += WEXITSTATUS(status);
	}
	assert_int_equal(6, total);
}

struct guesser {
	pthread_t thread;
	nmk_session *session;
	nmk_status answer;
};

static void *guess(void *context)
{
	struct guesser *guesser = context;

	guesser->answer = nmk_session_login(guesser->session, "rosa@example.org", WRONG);
	return NULL;
}

static void test_throttle__64_threads_at_once_verify_the_free_ones_and_one(void **state)
{
	struct world *w = *state;
	struct guesser guessers[64];
	int verified = 0, refused = 0;

	add_with_password(w, "rosa@example.org", "rosa");
	for (int i = 0; i < 64; i++) {
		guessers[i].session = from(w->market, "203.0.113.9", NULL);
		assert_int_equal(0, pthread_create(&guessers[i].thread, NULL, guess, &guessers[i]));
	}
	for (int i = 0; i < 64; i++) {
		pthread_join(guessers[i].thread, NULL);
		verified += guessers[i].answer == NMK_ELOGIN;
		refused += guessers[i].answer == NMK_ELIMIT;
		nmk_session_close(guessers[i].session);
	}
	assert_int_equal(6, verified);
	assert_int_equal(58, refused);
	assert_int_equal(6, events(w, "login_failure"));
}

/* ---- the clock ---- */

static void test_throttle__a_clock_turned_back_locks_nobody_out(void **state)
{
	struct world *w = *state;

	world_advance(w, 100 * DAY_MS);
	fail_times(w, w->guest, "rosa", 7, 6);
	for (int i = 0; i < 12; i++) {
		assert_status(NMK_ELIMIT, charge(w->guest, "rosa", 7));
		world_advance(w, retry_after(w->guest));
		assert_status(NMK_OK, fail_once(w->guest, "rosa", 7));
	}
	world_advance(w, -100 * DAY_MS);
	assert_status(NMK_OK, fail_once(w->guest, "rosa", 7));
	assert_status(NMK_ELIMIT, charge(w->guest, "rosa", 7));
	assert_int_equal(15 * MINUTE, retry_after(w->guest));
	world_advance(w, 5 * HOUR_MS);
	fail_times(w, w->guest, "rosa", 7, 5);
}

/* ---- known devices ---- */

static char *device_of(nmk_session *session)
{
	char *device = nmk_session_known_device(session);

	assert_non_null(device);
	return device;
}

static void test_known_device__who_guesses_elsewhere_does_not_delay_the_owner(void **state)
{
	struct world *w = *state;
	nmk_session *attacker = from(w->market, "203.0.113.9", NULL), *owner;
	char *device;

	add_with_password(w, "rosa@example.org", "rosa");
	assert_status(NMK_OK, nmk_session_login(w->guest, "rosa@example.org", PASSWORD));
	device = device_of(w->guest);
	for (int i = 0; i < 6; i++)
		assert_status(NMK_ELOGIN, nmk_session_login(attacker, "rosa@example.org", WRONG));
	assert_status(NMK_ELIMIT, nmk_session_login(attacker, "rosa@example.org", PASSWORD));
	owner = from(w->market, "203.0.113.9", device); /* even from the same network */
	assert_status(NMK_OK, nmk_session_login(owner, "rosa@example.org", PASSWORD));
	nmk_session_close(owner);
	nmk_session_close(attacker);
	nmk_free(device);
}

static void test_known_device__has_five_free_failures_of_its_own(void **state)
{
	struct world *w = *state;
	nmk_session *thief;
	char *device;

	add_with_password(w, "rosa@example.org", "rosa");
	assert_status(NMK_OK, nmk_session_login(w->guest, "rosa@example.org", PASSWORD));
	device = device_of(w->guest);
	thief = from(w->market, "203.0.113.9", device);
	for (int i = 0; i < 6; i++)
		assert_status(NMK_ELOGIN, nmk_session_login(thief, "rosa@example.org", WRONG));
	assert_status(NMK_ELIMIT, nmk_session_login(thief, "rosa@example.org", PASSWORD));
	assert_status(NMK_OK, nmk_session_set_client(thief, "203.0.113.9", NULL, NULL));
	assert_status(NMK_OK, nmk_session_login(thief, "rosa@example.org", PASSWORD)); /* others do not pay for it */
	nmk_session_close(thief);
	nmk_free(device);
}

static void test_known_device__lets_nobody_in_and_is_for_one_account(void **state)
{
	struct world *w = *state;
	nmk_session *other;
	char *device;

	add_with_password(w, "rosa@example.org", "rosa");
	add_with_password(w, "emma@example.org", "emma");
	assert_status(NMK_OK, nmk_session_login(w->guest, "rosa@example.org", PASSWORD));
	device = device_of(w->guest);
	other = from(w->market, NULL, device);
	assert_null(nmk_session_user_id(other));
	for (int i = 0; i < 6; i++)
		assert_status(NMK_ELOGIN, nmk_session_login(w->guest, "emma@example.org", WRONG));
	assert_status(NMK_ELIMIT, nmk_session_login(other, "emma@example.org", PASSWORD));
	nmk_session_close(other);
	nmk_free(device);
}

/* The member's session with known_device_is_of(): the same bytes that throttle.c sees. */
static bool is_known(nmk_session *session, const char *device, int64_t now, int64_t user_id, int64_t epoch)
{
	unsigned char bytes[KEY_HASH_BYTES];

	assert_status(NMK_OK, nmk_session_set_client(session, NULL, NULL, device));
	return known_device_is_of(session, now, user_id, epoch, bytes);
}

static void test_known_device__is_void_after_180_days_another_epoch_or_a_changed_byte(void **state)
{
	struct world *w = *state;
	struct session_grounds grounds = { .origin = ORIGIN_PASSWORD, .user_id = 4711, .session_epoch = 3 };
	char *device, changed[128];
	size_t length;

	session_become_member(w->guest, &grounds);
	device = device_of(w->guest);
	length = strlen(device);
	assert_true(length > 60 && length < 100);
	assert_true(is_known(w->guest, device, w->now + DEVICE_KEPT_MS, 4711, 3));
	assert_false(is_known(w->guest, device, w->now + DEVICE_KEPT_MS + 1, 4711, 3));
	assert_false(is_known(w->guest, device, w->now, 4711, 4));
	assert_false(is_known(w->guest, device, w->now, 4712, 3));
	assert_false(is_known(w->guest, device, w->now, 0, 3));
	assert_false(is_known(w->guest, "", w->now, 4711, 3));
	assert_false(is_known(w->guest, NULL, w->now, 4711, 3));
	for (size_t i = 0; i < length; i++) {
		snprintf(changed, sizeof changed, "%s", device);
		changed[i] = changed[i] == 'A' ? 'B' : 'A';
		assert_false(is_known(w->guest, changed, w->now, 4711, 3));
		changed[i] = '\0';
		assert_false(is_known(w->guest, changed, w->now, 4711, 3));
	}
	snprintf(changed, sizeof changed, "%sAA", device);
	assert_false(is_known(w->guest, changed, w->now, 4711, 3));
	nmk_free(device);
}

static void test_known_device__only_of_a_session_with_a_password(void **state)
{
	struct world *w = *state;

	assert_null(nmk_session_known_device(w->guest));
	assert_null(nmk_session_known_device(w->system));
	assert_null(nmk_session_known_device(w->creator)); /* the host lets him act */
}

static void test_known_device__is_not_closed_by_a_hundred_failures_elsewhere_and_reopens_nothing(void **state)
{
	struct world *w = *state;
	struct session_grounds grounds = { .origin = ORIGIN_PASSWORD, .user_id = 7 };
	nmk_session *owner;
	char *device;

	session_become_member(w->guest, &grounds);
	device = device_of(w->guest);
	session_become_guest(w->guest);
	fail_in_a_row(w, w->guest, "rosa", 7, 100);
	assert_status(NMK_EDENIED, charge(w->guest, "rosa", 7));
	owner = from(w->market, NULL, device);
	assert_status(NMK_OK, charge(owner, "rosa", 7));
	give_back(owner, "rosa", 7, true);
	assert_status(NMK_EDENIED, charge(w->guest, "rosa", 7));
	nmk_session_close(owner);
	nmk_free(device);
}

/* ---- the classic policy ---- */

static void test_classic__the_third_failure_locks_for_an_hour_and_the_counter_starts_anew(void **state)
{
	struct world *w = *state;
	nmk_market *market = market_of(w, NMK_THROTTLE_CLASSIC);
	nmk_session *session = from(market, NULL, NULL);

	add_with_password(w, "rosa@example.org", "rosa");
	for (int i = 0; i < 3; i++)
		assert_status(NMK_ELOGIN, nmk_session_login(session, "rosa@example.org", WRONG));
	assert_status(NMK_EDENIED, nmk_session_login(session, "rosa@example.org", PASSWORD));
	assert_field("locked", session);
	assert_int_equal(60 * MINUTE, retry_after(session));
	assert_int_equal(1, events(w, "account_locked"));
	world_advance(w, 60 * MINUTE - 1);
	assert_status(NMK_EDENIED, nmk_session_login(session, "rosa@example.org", PASSWORD));
	assert_int_equal(1, events(w, "account_locked"));
	world_advance(w, 1);
	for (int i = 0; i < 2; i++) /* a wrong one does not lock at once */
		assert_status(NMK_ELOGIN, nmk_session_login(session, "rosa@example.org", WRONG));
	assert_status(NMK_OK, nmk_session_login(session, "rosa@example.org", PASSWORD));
	assert_int_equal(0, rows(w));
	nmk_session_close(session);
	nmk_market_close(market);
}

static void test_classic__two_failures_and_success_begin_from_zero(void **state)
{
	struct world *w = *state;
	nmk_market *market = market_of(w, NMK_THROTTLE_CLASSIC);
	nmk_session *session = from(market, NULL, NULL);

	for (int round = 0; round < 3; round++) {
		assert_status(NMK_OK, charge(session, "rosa", 7));
		assert_status(NMK_OK, charge(session, "rosa", 7));
		assert_status(NMK_OK, charge(session, "rosa", 7));
		give_back(session, "rosa", 7, true);
	}
	assert_status(NMK_OK, charge(session, "rosa", 7));
	assert_status(NMK_OK, charge(session, "rosa", 7));
	assert_status(NMK_OK, charge(session, "rosa", 7));
	give_back(session, "rosa", 7, false);
	assert_status(NMK_OK, charge(session, "rosa", 7));
	assert_status(NMK_EDENIED, charge(session, "rosa", 7));
	forget(session, "rosa");
	assert_status(NMK_OK, charge(session, "rosa", 7));
	nmk_session_close(session);
	nmk_market_close(market);
}

static void test_classic__an_unknown_address_is_locked_as_a_known_one(void **state)
{
	struct world *w = *state;
	nmk_market *market = market_of(w, NMK_THROTTLE_CLASSIC);
	nmk_session *session = from(market, NULL, NULL);

	for (int i = 0; i < 3; i++)
		assert_status(NMK_OK, charge(session, "nobody", 0));
	assert_status(NMK_EDENIED, charge(session, "nobody", 0));
	assert_field("locked", session);
	nmk_session_close(session);
	nmk_market_close(market);
}

static void test_classic__ten_logins_in_sixty_seconds_from_one_address(void **state)
{
	struct world *w = *state;
	nmk_market *market = market_of(w, NMK_THROTTLE_CLASSIC);
	nmk_session *session = from(market, "203.0.113.9", NULL), *other = from(market, "203.0.113.8", NULL);
	char name[16];

	for (int i = 0; i < 10; i++) {
		snprintf(name, sizeof name, "member%d", i);
		assert_status(NMK_OK, charge(session, name, 100 + i));
		give_back(session, name, 100 + i, true);
		world_advance(w, 2 * SECOND);
	}
	for (int i = 0; i < 5; i++) /* what is refused does not enter the window */
		assert_status(NMK_ELIMIT, charge(session, "rosa", 7));
	assert_int_equal(40 * SECOND, retry_after(session));
	assert_int_equal(1, events(w, "rate_limit_hit"));
	assert_status(NMK_OK, charge(other, "rosa", 7));
	world_advance(w, 40 * SECOND - 1);
	assert_status(NMK_ELIMIT, charge(session, "rosa", 7));
	assert_int_equal(SECOND, retry_after(session)); /* never less than a second */
	world_advance(w, 1);
	assert_status(NMK_OK, charge(session, "rosa", 7));
	assert_status(NMK_ELIMIT, charge(session, "rosa", 7));
	assert_int_equal(2 * SECOND, retry_after(session));
	nmk_session_close(session);
	nmk_session_close(other);
	nmk_market_close(market);
}

static void test_classic__a_clock_turned_back_locks_nobody_out(void **state)
{
	struct world *w = *state;
	nmk_market *market = market_of(w, NMK_THROTTLE_CLASSIC);
	nmk_session *session = from(market, "203.0.113.9", NULL);

	world_advance(w, 100 * DAY_MS);
	for (int i = 0; i < 3; i++)
		assert_status(NMK_OK, charge(session, "rosa", 7));
	for (int i = 0; i < 7; i++)
		charge(session, "else", 8);
	assert_status(NMK_ELIMIT, charge(session, "rosa", 7));
	world_advance(w, -100 * DAY_MS);
	assert_status(NMK_OK, charge(session, "rosa", 7));
	nmk_session_close(session);
	nmk_market_close(market);
}

/* ---- plain limits ---- */

static nmk_status count(struct world *w, const char *subject, int64_t most, int64_t window_ms, int64_t *wait_ms)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, w->guest, OP_session_login);

	while (op_next(&op, &rc)) {
		op.action = NULL;
		rc = throttle_count(&op, THROTTLE_MAIL, subject, strlen(subject), most, window_ms, wait_ms);
	}
	return rc;
}

static void uncount(struct world *w, const char *subject, int64_t most, int64_t window_ms)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, w->guest, OP_session_login);

	while (op_next(&op, &rc)) {
		op.action = NULL;
		rc = throttle_uncount(&op, THROTTLE_MAIL, subject, strlen(subject), most, window_ms);
	}
	assert_status(NMK_OK, rc);
}

static int64_t wait_of(struct world *w, const char *subject, int64_t most, int64_t window_ms)
{
	int64_t wait_ms = -1;

	assert_status(NMK_OK, count(w, subject, most, window_ms, &wait_ms));
	return wait_ms;
}

/* Against a list of all times: no window has more, and nothing is refused that may. */
static void test_throttle_count__is_exact_for_any_schedule(void **state)
{
	struct world *w = *state;
	int64_t times[600];
	int counted = 0, refused = 0;

	srand(4);
	for (int i = 0; i < 600; i++) {
		int64_t wait, oldest = counted >= 5 ? times[counted - 5] : INT64_MIN / 2;

		world_advance(w, rand() % 400);
		wait = wait_of(w, "a", 5, 1000);
		if (w->now - oldest >= 1000) {
			assert_int_equal(0, wait);
			times[counted++] = w->now;
		} else {
			assert_int_equal(oldest + 1000 - w->now, wait);
			refused++;
		}
	}
	assert_true(counted > 100 && refused > 50);
}

static void test_throttle_count__one_subject_and_one_window_know_nothing_of_others(void **state)
{
	struct world *w = *state;

	assert_int_equal(0, wait_of(w, "a", 1, MINUTE));
	assert_int_equal(MINUTE, wait_of(w, "a", 1, MINUTE));
	assert_int_equal(0, wait_of(w, "b", 1, MINUTE));
	assert_int_equal(0, wait_of(w, "a", 2, DAY_MS));
	assert_int_equal(0, wait_of(w, "a", 2, DAY_MS));
	assert_int_equal(DAY_MS, wait_of(w, "a", 2, DAY_MS));
	world_advance(w, MINUTE - 1);
	assert_int_equal(1, wait_of(w, "a", 1, MINUTE));
	world_advance(w, 1);
	assert_int_equal(0, wait_of(w, "a", 1, MINUTE));
}

static void test_throttle_uncount__takes_the_last_one_back(void **state)
{
	struct world *w = *state;

	uncount(w, "a", 3, MINUTE);
	assert_int_equal(0, rows(w));
	for (int i = 0; i < 20; i++) {
		assert_int_equal(0, wait_of(w, "a", 3, MINUTE));
		uncount(w, "a", 3, MINUTE);
	}
	assert_int_equal(0, rows(w));
	for (int i = 0; i < 3; i++)
		assert_int_equal(0, wait_of(w, "a", 3, MINUTE));
	assert_int_equal(MINUTE, wait_of(w, "a", 3, MINUTE));
	uncount(w, "a", 3, MINUTE);
	assert_int_equal(0, wait_of(w, "a", 3, MINUTE));
	assert_int_equal(MINUTE, wait_of(w, "a", 3, MINUTE));
}

static void test_throttle_count__sweeps_what_says_nothing_any_more(void **state)
{
	struct world *w = *state;
	char name[16];

	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof name, "n%d", i);
		assert_int_equal(0, wait_of(w, name, 1, MINUTE));
	}
	assert_int_equal(200, rows(w));
	world_advance(w, MINUTE);
	for (int i = 0; i < 15; i++) {
		snprintf(name, sizeof name, "m%d", i);
		assert_int_equal(0, wait_of(w, name, 1, MINUTE));
	}
	assert_int_equal(30, rows(w));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_throttle__five_failures_are_free_the_sixth_costs_a_second),
		WORLD_TEST(test_throttle__each_further_failure_doubles_the_wait_up_to_a_quarter_of_an_hour),
		WORLD_TEST(test_throttle__one_failure_is_forgiven_each_quarter_of_an_hour),
		WORLD_TEST(test_throttle__exactly_a_quarter_of_an_hour_forgives),
		WORLD_TEST(test_throttle__success_starts_anew),
		WORLD_TEST(test_throttle__what_is_given_back_was_never_there),
		WORLD_TEST(test_throttle__an_unknown_address_waits_as_a_known_one),
		WORLD_TEST(test_throttle__a_network_pays_for_all_accounts_it_guesses_at),
		WORLD_TEST(test_throttle__many_who_log_in_at_once_from_one_network_do_not_wait),
		WORLD_TEST(test_throttle__an_ipv6_network_is_one_client),
		WORLD_TEST(test_throttle__the_owner_elsewhere_frees_the_account_and_not_the_attacker),
		WORLD_TEST(test_throttle__after_a_hundred_failures_in_a_row_only_a_reset_helps),
		WORLD_TEST(test_throttle__success_breaks_the_row),
		WORLD_TEST(test_throttle__an_unknown_address_closes_too_and_is_forgotten_after_a_week),
		WORLD_TEST(test_throttle__a_reset_forgets_the_failures_of_an_account),
		WORLD_TEST(test_throttle__the_first_refusal_is_recorded_and_the_others_write_nothing),
		WORLD_TEST(test_throttle__one_time_clients_leave_nothing_behind),
		WORLD_TEST(test_throttle__no_address_and_no_network_lies_in_the_store),
		WORLD_TEST(test_throttle__counters_survive_and_are_shared),
		WORLD_TEST(test_throttle__two_processes_count_together),
		WORLD_TEST(test_throttle__64_threads_at_once_verify_the_free_ones_and_one),
		WORLD_TEST(test_throttle__a_clock_turned_back_locks_nobody_out),
		WORLD_TEST(test_known_device__who_guesses_elsewhere_does_not_delay_the_owner),
		WORLD_TEST(test_known_device__has_five_free_failures_of_its_own),
		WORLD_TEST(test_known_device__lets_nobody_in_and_is_for_one_account),
		WORLD_TEST(test_known_device__is_void_after_180_days_another_epoch_or_a_changed_byte),
		WORLD_TEST(test_known_device__only_of_a_session_with_a_password),
		WORLD_TEST(test_known_device__is_not_closed_by_a_hundred_failures_elsewhere_and_reopens_nothing),
		WORLD_TEST(test_classic__the_third_failure_locks_for_an_hour_and_the_counter_starts_anew),
		WORLD_TEST(test_classic__two_failures_and_success_begin_from_zero),
		WORLD_TEST(test_classic__an_unknown_address_is_locked_as_a_known_one),
		WORLD_TEST(test_classic__ten_logins_in_sixty_seconds_from_one_address),
		WORLD_TEST(test_classic__a_clock_turned_back_locks_nobody_out),
		WORLD_TEST(test_throttle_count__is_exact_for_any_schedule),
		WORLD_TEST(test_throttle_count__one_subject_and_one_window_know_nothing_of_others),
		WORLD_TEST(test_throttle_uncount__takes_the_last_one_back),
		WORLD_TEST(test_throttle_count__sweeps_what_says_nothing_any_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
