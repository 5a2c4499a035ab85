/* engine_test.c -- each call of the engine fails once: the operation answers that failure, the store is as before, and the
 * next call works. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "session.h"
#include "store_tx.h"

enum call { OPEN, LOCK, BEGIN, COMMIT, SAVEPOINT, RELEASE, PREPARE, BIND, STEP, CALLS };
static const char *const call_names[CALLS] = { "open", "lock", "begin", "commit", "savepoint", "release", "prepare", "bind",
                                               "step" };

static const struct engine *const real = &engine_sqlite;
static struct store *store;

static bool armed, fired;
static long countdown;
static enum call fired_in;
static nmk_status failure;
static unsigned which;          /* bits of the calls that count                                        */
static bool gives_up;           /* the engine rolls back by itself, as SQLite does when the disk is full */
static bool commits_all_the_same;

static bool fails(enum call call)
{
	if (!armed || !(which >> call & 1) || --countdown != 0)
		return false;
	fired = true;
	fired_in = call;
	return true;
}

static bool is_writer(const void *native)
{
	return store && store->writer && store->writer->native == native;
}

static nmk_status fail_on(void *native)
{
	if (gives_up && is_writer(native))
		real->rollback(native);
	return failure;
}

static nmk_status faulty_open(const struct engine_options *options, enum engine_role role, void **native,
                              char message[ENGINE_MESSAGE_SIZE])
{
	if (!fails(OPEN))
		return real->open(options, role, native, message);
	*native = NULL;
	snprintf(message, ENGINE_MESSAGE_SIZE, "made to fail");
	return failure;
}

static nmk_status faulty_lock(void *native)
{
	return fails(LOCK) ? failure : real->lock(native);
}

static nmk_status faulty_begin(void *native, enum engine_role role)
{
	return fails(BEGIN) ? failure : real->begin(native, role);
}

static nmk_status faulty_commit(void *native)
{
	if (!fails(COMMIT))
		return real->commit(native);
	if (commits_all_the_same)
		real->commit(native);
	return fail_on(native);
}

static nmk_status faulty_savepoint(void *native)
{
	return fails(SAVEPOINT) ? fail_on(native) : real->savepoint(native);
}

static nmk_status faulty_release(void *native)
{
	return fails(RELEASE) ? fail_on(native) : real->release(native);
}

static nmk_status faulty_prepare(void *native, const char *text, size_t length, void **statement)
{
	if (!fails(PREPARE))
		return real->prepare(native, text, length, statement);
	*statement = NULL;
	return failure;
}

static nmk_status faulty_bind(void *statement, const struct value *values, int count)
{
	return fails(BIND) ? failure : real->bind(statement, values, count);
}

static int faulty_step(void *native, void *statement)
{
	return fails(STEP) ? (int)fail_on(native) : real->step(native, statement);
}

static struct engine faulty;

static void engine_exchange(struct world *world)
{
	faulty = *real;
	faulty.open = faulty_open;
	faulty.lock = faulty_lock;
	faulty.begin = faulty_begin;
	faulty.commit = faulty_commit;
	faulty.savepoint = faulty_savepoint;
	faulty.release = faulty_release;
	faulty.prepare = faulty_prepare;
	faulty.bind = faulty_bind;
	faulty.step = faulty_step;
	store = world->market->store;
	store->engine = &faulty;
}

static long points;

static nmk_status call_failing(struct trial *trial, long n)
{
	nmk_status rc;

	fired = false;
	countdown = n;
	armed = true;
	rc = trial_call(trial);
	armed = false;
	points += fired;
	return rc;
}

static void check_failure(struct trial *trial, nmk_status rc, long n)
{
	if (rc != failure)
		fail_msg("%s, call %ld (%s) failed with %s, and it answered %s: %s", samples[trial->op]->name, n,
		         call_names[fired_in], nmk_status_name(failure), nmk_status_name(rc),
		         nmk_session_error(trial->session)->message);
	assert_int_equal(rc, nmk_session_error(trial->session)->status);
	assert_true(strlen(nmk_session_error(trial->session)->message) > 0);
	if (failure != NMK_EUNKNOWN && !trial_unchanged(trial))
		fail_msg("%s, call %ld (%s) failed, and yet something was changed", samples[trial->op]->name, n,
		         call_names[fired_in]);
}

/* What hands out the log reads one row more each time that it is tried: without an end it would never come to one. */
static bool goes_on(const struct trial *trial, long n)
{
	return trial->op != OP_audit_export || n <= 400;
}

static void sweep(struct trial *trial, unsigned calls, nmk_status status, bool rolls_back)
{
	nmk_status rc;

	which = calls;
	failure = status;
	gives_up = rolls_back;
	for (long n = 1; goes_on(trial, n); n++) {
		rc = call_failing(trial, n);
		if (!fired) {
			assert_status(NMK_OK, rc);
			break;
		}
		check_failure(trial, rc, n);
	}
	trial_renew(trial);
}

/* Each statement is prepared once. So the first fails; then always the second, which becomes the first of the next call. */
static void sweep_prepare(struct trial *trial)
{
	nmk_status rc;
	long n = 1;

	which = 1U << PREPARE;
	failure = NMK_EIO;
	gives_up = false;
	do {
		rc = call_failing(trial, n);
		if (fired)
			check_failure(trial, rc, n);
		n = 2;
	} while (fired);
	assert_status(NMK_OK, rc);
	trial_renew(trial);
}

/* Some calls commit more than once: an attempt is counted before a password is verified. The last one is the call's own. */
static long commits_of(struct trial *trial)
{
	const long many = 1000000;

	which = 1U << COMMIT;
	assert_status(NMK_OK, call_failing(trial, many));
	trial_renew(trial);
	return many - countdown;
}

/* A file beside the store was changed in the same step, and stays; or there was nothing to change. */
static bool changes_a_file(enum op_id op)
{
	return op == OP_audit_prune || op == OP_market_repair || op == OP_market_backup || op == OP_keys_change_root || op == OP_keys_rotate;
}

/* The disk failed while committing: that is passed on, whether it was done or not, and it can be seen which. */
static void sweep_unknown(struct trial *trial, bool done)
{
	nmk_status rc;
	bool unchanged;
	long last;

	if (op_table[trial->op].access != OP_WRITE)
		return;
	last = commits_of(trial);
	failure = NMK_EUNKNOWN;
	gives_up = false;
	commits_all_the_same = done;
	rc = call_failing(trial, last);
	if (fired) {
		check_failure(trial, rc, last);
		unchanged = world_checksum(trial->world) == trial->checksum;
		if (unchanged == done && !changes_a_file(trial->op))
			fail_msg("%s: the commit was %s, and the store is %s", samples[trial->op]->name, done ? "done" : "not done",
			         unchanged ? "as before" : "changed");
	}
	commits_all_the_same = false;
	trial_renew(trial);
	assert_status(NMK_OK, trial_call(trial));
	trial_renew(trial);
}

static void test_operation(void **state)
{
	enum op_id op = (enum op_id)(*(const struct sample *const *const *)*state - samples);
	const unsigned all = (1U << CALLS) - 1, running = 1U << BEGIN | 1U << COMMIT | 1U << SAVEPOINT | 1U << RELEASE | 1U << STEP;
	struct trial trial;

	commits_all_the_same = false; /* a test before may have ended early */
	trial_begin(&trial, op);
	engine_exchange(trial.world);
	sweep_prepare(&trial);
	sweep(&trial, all, NMK_EIO, false);
	sweep(&trial, running, NMK_EFULL, true);
	sweep(&trial, 1U << OPEN | 1U << LOCK | 1U << BEGIN | 1U << COMMIT, NMK_EBUSY, false);
	sweep(&trial, running, NMK_ENOMEM, true);
	sweep_unknown(&trial, false);
	sweep_unknown(&trial, true);
	store->engine = real;
	trial_end(&trial);
	store = NULL;
}

static int tell(void **state)
{
	(void)state;
	print_message("%d operations, %ld calls of the engine failed\n", OP__COUNT, points);
	return 0;
}

int main(int argc, char **argv)
{
	static struct CMUnitTest tests[OP__COUNT];
	static const struct sample *const *position[OP__COUNT];

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	for (int op = 0; op < OP__COUNT; op++) {
		position[op] = &samples[op];
		tests[op] = (struct CMUnitTest){ .name = samples[op]->name, .test_func = test_operation,
		                                 .initial_state = &position[op] };
	}
	return cmocka_run_group_tests_name("fault/engine", tests, NULL, tell);
}
