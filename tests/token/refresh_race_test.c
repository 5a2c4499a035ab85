/* One refresh token, presented by many at the same time: 64 threads, and 8 processes of 8 threads. */
#include "token_test.h"

#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS   64
#define PROCESSES 8

struct client {
	nmk_market *market;
	const char *token;
	pthread_t   thread;
	nmk_status  rc;
	char        refresh[80], access[2048];
};

/* No assertions: these run beside the test. */
static void *present(void *context)
{
	struct client *client = context;
	nmk_session *session;
	nmk_tokens *tokens;

	client->rc = nmk_session_open(client->market, &session);
	if (client->rc != NMK_OK)
		return NULL;
	do
		client->rc = nmk_token_refresh(session, client->token, &tokens);
	while (client->rc == NMK_EBUSY);
	if (client->rc == NMK_OK) {
		snprintf(client->refresh, sizeof client->refresh, "%s", nmk_tokens_refresh_token(tokens));
		snprintf(client->access, sizeof client->access, "%s", nmk_tokens_access_token(tokens));
		nmk_tokens_free(tokens);
	}
	nmk_session_close(session);
	return NULL;
}

static void present_together(nmk_market *market, const char *token, struct client *clients, int count)
{
	for (int i = 0; i < count; i++) {
		clients[i] = (struct client){ .market = market, .token = token };
		if (pthread_create(&clients[i].thread, NULL, present, &clients[i]) != 0)
			abort();
	}
	for (int i = 0; i < count; i++)
		pthread_join(clients[i].thread, NULL);
}

/* All have the one child, and the login knows no other. */
static void assert_one_family(struct world *w, int generation)
{
	char sql[100];

	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM login"));
	snprintf(sql, sizeof sql, "SELECT generation = %d AND revoked_at IS NULL FROM login", generation);
	assert_int_equal(1, world_sql(w, sql));
	assert_int_equal(0, count_events(w, "action = 'failed_security_check'"));
}

static void test_refresh__64_threads_with_one_token(void **state)
{
	struct world *w = *state;
	struct client *clients = calloc(THREADS, sizeof *clients);
	struct pair pair;

	issue_pair(w->creator, &pair);
	for (int round = 1; round <= 3; round++) {
		present_together(w->market, pair.refresh, clients, THREADS);
		for (int i = 0; i < THREADS; i++) {
			assert_int_equal(NMK_OK, clients[i].rc);
			assert_string_equal(clients[0].refresh, clients[i].refresh);
			assert_int_equal(NMK_OK, use_at(w->market, clients[i].access));
		}
		assert_one_family(w, round);
		snprintf(pair.refresh, sizeof pair.refresh, "%s", clients[0].refresh);
	}
	assert_int_equal(3 * THREADS, count_events(w, "action = 'token_refresh' AND result = 'ok'"));
	free(clients);
}

/* A process of its own: opens the market, and tells what its threads got. */
static void run_process(struct world *w, const char *token, int out)
{
	struct client clients[THREADS / PROCESSES];
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_market *market;

	options.clock = the_world_clock;
	options.clock_context = w;
	if (nmk_market_open(w->path, &options, NULL, &market) != NMK_OK)
		_exit(1);
	present_together(market, token, clients, THREADS / PROCESSES);
	nmk_market_close(market);
	for (int i = 0; i < THREADS / PROCESSES; i++)
		if (clients[i].rc != NMK_OK || write(out, clients[i].refresh, sizeof clients[i].refresh) != sizeof clients[i].refresh)
			_exit(2);
	_exit(0);
}

static void test_refresh__8_processes_with_one_token(void **state)
{
	struct world *w = *state;
	pid_t processes[PROCESSES];
	struct pair pair, next;
	char text[80], first[80] = "";
	int ends[2], status, count = 0;

	issue_pair(w->creator, &pair);
	assert_int_equal(0, pipe(ends));
	for (int i = 0; i < PROCESSES; i++) {
		processes[i] = fork();
		assert_true(processes[i] >= 0);
		if (processes[i] == 0)
			run_process(w, pair.refresh, ends[1]);
	}
	close(ends[1]);
	while (read(ends[0], text, sizeof text) == sizeof text) {
		if (count++ == 0)
			memcpy(first, text, sizeof first);
		assert_string_equal(first, text);
	}
	close(ends[0]);
	for (int i = 0; i < PROCESSES; i++) {
		assert_int_equal(processes[i], waitpid(processes[i], &status, 0));
		assert_int_equal(0, status);
	}
	assert_int_equal(THREADS, count);
	assert_one_family(w, 1);
	assert_status(NMK_OK, refresh_at(w->market, first, &next));
	assert_one_family(w, 2);
}

/* The child is in use already: some of those who still bring the parent are too late, and then the login is over for all. */
static void test_refresh__parent_and_child_at_the_same_time(void **state)
{
	struct world *w = *state;
	struct client *clients = calloc(THREADS, sizeof *clients);
	struct pair parent, child, none;
	int failed = 0;

	issue_pair(w->creator, &parent);
	assert_status(NMK_OK, refresh_at(w->market, parent.refresh, &child));
	for (int i = 0; i < THREADS; i++) {
		clients[i] = (struct client){ .market = w->market, .token = i % 2 ? parent.refresh : child.refresh };
		assert_int_equal(0, pthread_create(&clients[i].thread, NULL, present, &clients[i]));
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(clients[i].thread, NULL);
		assert_true(clients[i].rc == NMK_OK || clients[i].rc == NMK_ELOGIN);
		failed += clients[i].rc == NMK_ELOGIN;
	}
	assert_int_equal(failed > 0, count_events(w, "action = 'failed_security_check'"));
	assert_int_equal(failed > 0, world_sql(w, "SELECT revoked_at IS NOT NULL FROM login"));
	if (failed > 0)
		assert_status(NMK_ELOGIN, refresh_at(w->market, child.refresh, &none));
	free(clients);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_refresh__64_threads_with_one_token),
		WORLD_TEST(test_refresh__8_processes_with_one_token),
		WORLD_TEST(test_refresh__parent_and_child_at_the_same_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
