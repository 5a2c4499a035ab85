/* So many passwords at a time, so many waiting, and no more. */
#include "identity_test.h"

#include <pthread.h>
#include <time.h>
#include "account.h"
#include "session.h"

#define THREADS 12

struct hasher {
	pthread_t thread;
	nmk_market *market;
	nmk_status answer;
	int64_t retry_after_ms;
};

static nmk_market *market_with(struct world *w, int jobs, int queue)
{
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_market *market;
	nmk_session *guest;

	options.password_jobs = jobs;
	options.password_queue = queue;
	market = other_market(w, options, &guest);
	nmk_session_close(guest);
	return market;
}

static void *hash(void *context)
{
	struct hasher *hasher = context;
	char text[PASSWORD_TEXT_SIZE];
	nmk_session *session;
	struct nmk_op op;

	hasher->answer = nmk_session_open(hasher->market, &session);
	if (hasher->answer != NMK_OK)
		return NULL;
	hasher->answer = op_begin(&op, session, OP_session_login);
	if (hasher->answer == NMK_OK)
		hasher->answer = account_hash_password(&op, PASSWORD, text);
	hasher->retry_after_ms = nmk_session_error(session)->retry_after_ms;
	nmk_session_close(session);
	return NULL;
}

static void short_pause(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

static int waiting(nmk_market *market)
{
	int number;

	pthread_mutex_lock(&market->hashing.mutex);
	number = market->hashing.waiting;
	pthread_mutex_unlock(&market->hashing.mutex);
	return number;
}

/* All slots are taken by the test itself: what comes then waits or is refused, whatever the machine's speed. */
static void occupy(nmk_market *market, int slots)
{
	pthread_mutex_lock(&market->hashing.mutex);
	market->hashing.busy += slots;
	pthread_cond_broadcast(&market->hashing.free);
	pthread_mutex_unlock(&market->hashing.mutex);
}

static void test_hash_slots__beyond_the_queue_is_busy_and_says_when_to_come_back(void **state)
{
	struct world *w = *state;
	nmk_market *market = market_with(w, 2, 3);
	struct hasher hashers[THREADS] = { 0 };
	int done = 0, busy = 0;

	occupy(market, 2);
	for (int i = 0; i < THREADS; i++) {
		hashers[i].market = market;
		assert_int_equal(0, pthread_create(&hashers[i].thread, NULL, hash, &hashers[i]));
		while (i < 3 && waiting(market) < i + 1)
			short_pause();
	}
	for (int i = 3; i < THREADS; i++)
		pthread_join(hashers[i].thread, NULL);
	assert_int_equal(3, waiting(market));
	occupy(market, -2);
	for (int i = 0; i < 3; i++)
		pthread_join(hashers[i].thread, NULL);
	for (int i = 0; i < THREADS; i++) {
		done += hashers[i].answer == NMK_OK;
		busy += hashers[i].answer == NMK_EBUSY && hashers[i].retry_after_ms == 1000;
	}
	assert_int_equal(3, done);
	assert_int_equal(THREADS - 3, busy);
	assert_int_equal(0, market->hashing.busy);
	nmk_market_close(market);
}

static void test_hash_slots__who_came_first_is_next(void **state)
{
	struct world *w = *state;
	nmk_market *market = market_with(w, 1, 10);
	struct hasher hashers[4] = { 0 };

	occupy(market, 1);
	for (int i = 0; i < 4; i++) {
		hashers[i].market = market;
		assert_int_equal(0, pthread_create(&hashers[i].thread, NULL, hash, &hashers[i]));
		while (waiting(market) < i + 1)
			short_pause();
	}
	assert_int_equal(0, market->hashing.turn);
	assert_int_equal(4, market->hashing.next_ticket);
	occupy(market, -1);
	for (int i = 0; i < 4; i++) {
		pthread_join(hashers[i].thread, NULL);
		pthread_mutex_lock(&market->hashing.mutex);
		assert_true(market->hashing.turn >= (uint64_t)i + 1);
		pthread_mutex_unlock(&market->hashing.mutex);
	}
	assert_int_equal(0, waiting(market));
	nmk_market_close(market);
}

static void test_hash_slots__a_busy_market_counts_no_attempt(void **state)
{
	struct world *w = *state;
	nmk_market *market = market_with(w, 1, 1);
	struct hasher queued = { .market = market };
	nmk_registration given = registration("rosa@example.org", "rosa");
	nmk_session *system, *guest;

	assert_status(NMK_OK, nmk_session_open_system(market, &system));
	assert_status(NMK_OK, nmk_session_open(market, &guest));
	assert_status(NMK_OK, nmk_session_set_client(guest, "203.0.113.9", NULL, NULL));
	assert_status(NMK_OK, nmk_user_add(system, &given, NMK_ROLE_CREATOR, NULL));
	occupy(market, 1);
	assert_int_equal(0, pthread_create(&queued.thread, NULL, hash, &queued));
	while (waiting(market) < 1)
		short_pause();
	for (int i = 0; i < 20; i++) {
		assert_status(NMK_EBUSY, nmk_session_login(guest, "rosa@example.org", "falsch"));
		assert_int_equal(1000, nmk_session_error(guest)->retry_after_ms);
	}
	occupy(market, -1);
	pthread_join(queued.thread, NULL);
	assert_status(NMK_OK, queued.answer);
	assert_status(NMK_OK, nmk_session_login(guest, "rosa@example.org", PASSWORD));
	nmk_session_close(guest);
	nmk_session_close(system);
	nmk_market_close(market);
}

static void test_hash_slots__an_empty_hash_costs_as_much_as_one_of_ours(void **state)
{
	struct world *w = *state;
	char text[PASSWORD_TEXT_SIZE];
	struct nmk_op op;
	bool right = true;

	assert_status(NMK_OK, op_begin(&op, w->guest, OP_session_login));
	assert_status(NMK_OK, account_verify_password(&op, PASSWORD, "", &right));
	assert_false(right);
	right = true;
	assert_status(NMK_OK, account_verify_password(&op, PASSWORD, "no hash at all", &right));
	assert_false(right);
	assert_status(NMK_OK, account_hash_password(&op, PASSWORD, text));
	assert_status(NMK_OK, account_verify_password(&op, PASSWORD, text, &right));
	assert_true(right);
	assert_status(NMK_OK, account_verify_password(&op, "Ein falsches Passwort 1!", text, &right));
	assert_false(right);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_hash_slots__beyond_the_queue_is_busy_and_says_when_to_come_back),
		WORLD_TEST(test_hash_slots__who_came_first_is_next),
		WORLD_TEST(test_hash_slots__a_busy_market_counts_no_attempt),
		WORLD_TEST(test_hash_slots__an_empty_hash_costs_as_much_as_one_of_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
