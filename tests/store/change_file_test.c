/* change_file_test.c -- a change is told to who waits for it: in another thread, in another process, and without a file. */
#define _DEFAULT_SOURCE /* mkdtemp() */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "change_file.h"
#include "clock.h"
#include "world.h"

#define LONG_MS 100000  /* who is not woken is here for longer than any machine is slow */

static char folder[64], path[96];

static int setup(void **state)
{
	int fd;

	(void)state;
	snprintf(folder, sizeof folder, "/tmp/nmk-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/file", folder);
	fd = open(path, O_RDWR | O_CREAT, 0600);
	assert_true(fd >= 0);
	close(fd);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

/* Wait until it is another one; a wait may end for no reason. */
static void wait_until_changed(struct changes *changes, int64_t topic, uint32_t seen)
{
	int64_t begin = time_monotonic_ms();

	while (change_file_seen(changes, topic) == seen) {
		assert_true(time_monotonic_ms() - begin < LONG_MS / 2);
		change_file_wait(changes, topic, seen, LONG_MS);
	}
}

struct teller {
	pthread_t       thread;
	struct changes *changes;
	int64_t         topic;
};

static void *tell(void *context)
{
	struct teller *teller = context;

	usleep(20000);
	change_file_signal(teller->changes, teller->topic);
	return NULL;
}

static void check_threads(bool shared)
{
	struct changes *changes = change_file_open(path, shared);
	struct teller teller = { .changes = changes, .topic = INT64_C(1) << 40 };
	uint32_t seen;

	assert_non_null(changes);
	assert_int_equal(shared, change_file_is_shared(changes));
	seen = change_file_seen(changes, teller.topic);
	assert_int_equal(0, pthread_create(&teller.thread, NULL, tell, &teller));
	wait_until_changed(changes, teller.topic, seen);
	pthread_join(teller.thread, NULL);
	change_file_close(changes);
}

static void test_change__wakes_a_thread(void **state)
{
	(void)state;
	check_threads(true);
}

static void test_change__wakes_a_thread_without_a_file(void **state)
{
	(void)state;
	check_threads(false);
	change_file_close(NULL);
}

static void test_change__wakes_another_process(void **state)
{
	struct changes *changes = change_file_open(path, true);
	uint32_t seen = change_file_seen(changes, 7);
	pid_t child = fork();
	int result = 1;

	(void)state;
	if (child == 0) { /* maps the file anew, as another program would */
		struct changes *own = change_file_open(path, true);

		usleep(20000);
		change_file_signal(own, 7);
		change_file_close(own);
		_exit(0);
	}
	wait_until_changed(changes, 7, seen);
	assert_int_equal(child, waitpid(child, &result, 0));
	assert_int_equal(0, result);
	change_file_close(changes);
}

/* What came after the look, and before the wait, ends the wait: nothing is missed in between. */
static void test_change__before_the_wait_begins_is_not_missed(void **state)
{
	(void)state;
	for (int shared = 0; shared < 2; shared++) {
		struct changes *changes = change_file_open(path, shared);
		uint32_t seen = change_file_seen(changes, 7);
		int64_t begin = time_monotonic_ms();

		change_file_signal(changes, 7);
		change_file_wait(changes, 7, seen, LONG_MS);
		assert_true(time_monotonic_ms() - begin < LONG_MS / 2);
		change_file_close(changes);
	}
}

static void test_wait__ends_when_the_time_is_over(void **state)
{
	(void)state;
	for (int shared = 0; shared < 2; shared++) {
		struct changes *changes = change_file_open(path, shared);

		change_file_wait(changes, 7, change_file_seen(changes, 7), 1);
		change_file_wait(changes, 7, change_file_seen(changes, 7), 0);
		change_file_close(changes);
	}
}

/* Topic 0 is everybody's: no id shares its counter. */
static void test_topic__0_is_alone(void **state)
{
	struct changes *changes = change_file_open(path, true);
	uint32_t seen = change_file_seen(changes, 0);

	(void)state;
	for (int64_t topic = 1; topic < 5000; topic++)
		change_file_signal(changes, topic << 12);
	assert_int_equal(seen, change_file_seen(changes, 0));
	change_file_close(changes);
}

/* A file that is missing, or a folder in its place, is no reason to fail. */
static void test_open__without_the_file_looks_for_itself(void **state)
{
	struct changes *changes = change_file_open("/nowhere/at/all", true);

	(void)state;
	assert_non_null(changes);
	assert_false(change_file_is_shared(changes));
	change_file_close(changes);
	changes = change_file_open(folder, true);
	assert_false(change_file_is_shared(changes));
	change_file_close(changes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_change__wakes_a_thread, setup, teardown),
		cmocka_unit_test_setup_teardown(test_change__wakes_a_thread_without_a_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_change__wakes_another_process, setup, teardown),
		cmocka_unit_test_setup_teardown(test_change__before_the_wait_begins_is_not_missed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_wait__ends_when_the_time_is_over, setup, teardown),
		cmocka_unit_test_setup_teardown(test_topic__0_is_alone, setup, teardown),
		cmocka_unit_test_setup_teardown(test_open__without_the_file_looks_for_itself, setup, teardown),
	};

	return cmocka_run_group_tests_name("store/change_file", tests, NULL, NULL);
}
