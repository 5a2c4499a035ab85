/* 100 000 random schedules of clients with lost answers, retries, thieves, several devices and time, against a model that says
 * what each answer must be: every reuse is found, and nobody is logged out for a retry. */
#include "token_test.h"

#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SLOW 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SLOW 1
#endif
#endif

#ifdef SLOW
#define SCHEDULES 10000
#else
#define SCHEDULES 100000
#endif
#define DEVICES   3
#define STEPS     6
#define TOKENS    (STEPS + 2)

/* One sequence for all times: a failure can be run again. */
static uint64_t random_state = 0x9e3779b97f4a7c15;

static unsigned below(unsigned limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (unsigned)((random_state >> 33) % limit);
}

/* What the model knows of a login. */
struct family {
	char    tokens[TOKENS][80];  /* of each generation                                   */
	char    access[2048];        /* of the last answer                                   */
	int     newest;              /* generation                                           */
	int64_t used_at;
	bool    ended;
	int     held, copied;        /* generation that the client has, and a thief; -1: none */
};

static struct { long calls, turned, repeated, found, idle; } seen;

enum prediction { TURNS, REPEATS, IS_FOUND, IS_OVER };

static enum prediction predict(const struct family *family, int generation, int64_t now)
{
	if (family->ended || now >= family->used_at + 30 * MINUTE)
		return IS_OVER;
	if (generation == family->newest)
		return TURNS;
	return generation == family->newest - 1 && now - family->used_at <= 30 * SECOND ? REPEATS : IS_FOUND;
}

/* Somebody presents the token of a generation; `lost`: the answer does not arrive. Gives the generation that they have then. */
static int present(struct world *w, struct family *family, int generation, bool lost)
{
	enum prediction expected = predict(family, generation, w->now);
	struct pair next;
	nmk_status rc = refresh_at(w->market, family->tokens[generation], &next);

	seen.calls++;
	switch (expected) {
	case TURNS:
		assert_int_equal(NMK_OK, rc);
		family->newest++;
		family->used_at = w->now;
		snprintf(family->tokens[family->newest], sizeof family->tokens[0], "%.79s", next.refresh);
		seen.turned++;
		break;
	case REPEATS:
		assert_int_equal(NMK_OK, rc);
		assert_string_equal(family->tokens[family->newest], next.refresh);
		seen.repeated++;
		break;
	case IS_FOUND:
		assert_int_equal(NMK_ELOGIN, rc);
		family->ended = true;
		seen.found++;
		return generation;
	case IS_OVER:
		assert_int_equal(NMK_ELOGIN, rc);
		seen.idle++;
		return generation;
	}
	memcpy(family->access, next.access, sizeof family->access);
	return lost ? generation : family->newest;
}

static void begin_family(struct world *w, struct family *family)
{
	struct pair pair;

	memset(family, 0, sizeof *family);
	issue_pair(w->creator, &pair);
	snprintf(family->tokens[0], sizeof family->tokens[0], "%.79s", pair.refresh);
	memcpy(family->access, pair.access, sizeof family->access);
	family->used_at = w->now;
	family->copied = -1;
}

static void pass_time(struct world *w)
{
	static const int64_t steps[] = { 1, 500, 29 * SECOND, 30 * SECOND, 30 * SECOND + 1, 31 * SECOND, 5 * MINUTE, 14 * MINUTE,
	                                 30 * MINUTE - 1, 30 * MINUTE };

	world_advance(w, steps[below(sizeof steps / sizeof steps[0])]);
}

static void one_step(struct world *w, struct family *family)
{
	switch (below(8)) {
	case 0:
	case 1: family->held = present(w, family, family->held, false); break;
	case 2: family->held = present(w, family, family->held, true); break;
	case 3: family->copied = family->held; break;                        /* a thief looks at the device */
	case 4:
		if (family->copied >= 0)
			family->copied = present(w, family, family->copied, below(4) == 0);
		break;
	case 5: family->copied = (int)below((unsigned)family->newest + 1); break; /* or finds an old backup  */
	case 6:
	case 7: pass_time(w); break;
	}
}

/* What was found has ended at once, and nothing else has. */
static void check_access(struct world *w, const struct family *family)
{
	if (family->ended)
		assert_int_equal(NMK_ELOGIN, use_at(w->market, family->access));
	else if (w->now - family->used_at < 10 * MINUTE)
		assert_int_equal(NMK_OK, use_at(w->market, family->access));
}

static void run_schedule(struct world *w, int number)
{
	static struct family families[DEVICES];
	unsigned devices = 1 + (below(4) == 0) * (1 + below(DEVICES - 1));

	for (unsigned i = 0; i < devices; i++)
		begin_family(w, &families[i]);
	for (unsigned i = 0; i < STEPS; i++)
		one_step(w, &families[below(devices)]);
	if (number % 8 == 0)
		for (unsigned i = 0; i < devices; i++)
			check_access(w, &families[i]);
	world_advance(w, 30 * MINUTE + below(7)); /* the next one sweeps */
}

/* A client that only retries what was lost, within 30 seconds, alone or twice at once: never logged out. */
static void run_honest(struct world *w)
{
	static struct family family;

	begin_family(w, &family);
	for (unsigned i = 0; i < STEPS; i++) {
		int before = family.newest;

		world_advance(w, below(29 * 60 * 1000));
		family.held = present(w, &family, family.held, below(2) == 0);
		while (family.held == before) { /* until an answer arrives, or the half minute is over */
			world_advance(w, below(5000));
			if (w->now - family.used_at > 30 * SECOND)
				world_advance(w, family.used_at + 30 * SECOND - w->now);
			family.held = present(w, &family, family.held, below(3) == 0);
		}
		assert_false(family.ended);
	}
	world_advance(w, 30 * MINUTE);
}

static void run_sql(struct world *w, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(SQLITE_OK, sqlite3_open_v2(w->path, &db, SQLITE_OPEN_READWRITE, NULL));
	sqlite3_busy_timeout(db, 5000);
	assert_int_equal(SQLITE_OK, sqlite3_exec(db, sql, NULL, NULL, NULL));
	sqlite3_close(db);
}

/* Each reuse was written down and told once. Then the file is made small again. */
static void check_found(struct world *w, long found)
{
	assert_int_equal(found, count_events(w, "action = 'failed_security_check'"));
	assert_int_equal(found, world_sql(w, "SELECT COUNT(*) FROM outbox WHERE template_name = 'token_reuse'"));
	run_sql(w, "DELETE FROM audit_event; DELETE FROM audit_tile; DELETE FROM audit_checkpoint; DELETE FROM audit_log; DELETE FROM outbox");
}

static void run_half(struct world *w)
{
	long before = 0;

	memset(&seen, 0, sizeof seen);
	for (int i = 1; i <= SCHEDULES / 2; i++) {
		run_schedule(w, i);
		if (i % 5000 == 0) {
			check_found(w, seen.found - before);
			before = seen.found;
		}
	}
	print_message("%d schedules, %ld exchanges: %ld turned, %ld repeated, %ld reuses found, %ld over\n", SCHEDULES / 2, seen.calls,
	              seen.turned, seen.repeated, seen.found, seen.idle);
	assert_true(seen.turned > SCHEDULES / 2 && seen.repeated > SCHEDULES / 20 && seen.found > SCHEDULES / 40);
}

/* The other half, beside: in a world and a process of its own. A failed assertion there is its exit status here. */
static pid_t run_other_half(void)
{
	pid_t process = fork();
	void *other;

	assert_true(process >= 0);
	if (process == 0) {
		random_state ^= 0xd1b54a32d192ed03;
		assert_int_equal(0, world_setup(&other));
		run_half(other);
		world_teardown(&other);
		_exit(0);
	}
	return process;
}

static void test_refresh__100000_schedules_go_as_the_model_says(void **state)
{
	pid_t process = run_other_half();
	int status;

	run_half(*state);
	assert_int_equal(process, waitpid(process, &status, 0));
	assert_int_equal(0, status);
}

static void test_refresh__who_only_retries_is_never_logged_out(void **state)
{
	struct world *w = *state;

	memset(&seen, 0, sizeof seen);
	for (int i = 0; i < 2000; i++)
		run_honest(w);
	print_message("%ld exchanges: %ld turned, %ld repeated\n", seen.calls, seen.turned, seen.repeated);
	assert_int_equal(0, seen.found);
	assert_int_equal(0, seen.idle);
	assert_int_equal(0, count_events(w, "action = 'failed_security_check'"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_refresh__100000_schedules_go_as_the_model_says),
		WORLD_TEST(test_refresh__who_only_retries_is_never_logged_out),
	};

	if (access("/dev/shm", W_OK) == 0)
		setenv("TMPDIR", "/dev/shm", 1); /* half a million transactions, none of them for keeps */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
