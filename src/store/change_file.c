#define _DEFAULT_SOURCE /* syscall() */
#include "change_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "condition.h"
#ifdef __linux__
#include <linux/futex.h>
#include <sys/syscall.h>
#endif

#define COUNTERS   1024                /* the file has one page */
#define FILE_BYTES (COUNTERS * sizeof(atomic_uint))
#define POLL_MS    50

_Static_assert(sizeof(atomic_uint) == 4, "a futex has 32 bits");

struct changes {
	atomic_uint    *counters;      /* the file's, or `own`                              */
	bool            shared;
	pthread_mutex_t mutex;         /* with `changed`, where there is no file            */
	pthread_cond_t  changed;
	atomic_uint     own[COUNTERS];
};

/* The first counter is of topic 0 alone. Fibonacci hashing spreads ids, whose low bits are often 0. */
static atomic_uint *counter_of(struct changes *changes, int64_t topic)
{
	uint64_t mixed = (uint64_t)topic * UINT64_C(11400714819323198485);

	return &changes->counters[topic == 0 ? 0 : 1 + (mixed >> 40) % (COUNTERS - 1)];
}

static atomic_uint *map(const char *path)
{
#ifdef __linux__
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	void *mapped = MAP_FAILED;
	struct stat info;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &info) == 0 && (info.st_size >= (off_t)FILE_BYTES || ftruncate(fd, (off_t)FILE_BYTES) == 0))
		mapped = mmap(NULL, FILE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return mapped == MAP_FAILED ? NULL : mapped;
#else
	(void)path;
	return NULL;
#endif
}

struct changes *change_file_open(const char *path, bool shared)
{
	struct changes *changes = calloc(1, sizeof *changes);

	if (!changes)
		return NULL;
	changes->counters = shared ? map(path) : NULL;
	changes->shared = changes->counters != NULL;
	if (!changes->shared)
		changes->counters = changes->own;
	pthread_mutex_init(&changes->mutex, NULL);
	condition_init(&changes->changed);
	return changes;
}

void change_file_close(struct changes *changes)
{
	if (!changes)
		return;
	if (changes->shared)
		munmap((void *)changes->counters, FILE_BYTES);
	pthread_cond_destroy(&changes->changed);
	pthread_mutex_destroy(&changes->mutex);
	free(changes);
}

bool change_file_is_shared(const struct changes *changes)
{
	return changes->shared;
}

uint32_t change_file_seen(struct changes *changes, int64_t topic)
{
	return atomic_load(counter_of(changes, topic));
}

/* ---- with a file ---- */

static void pause_for(int milliseconds)
{
	struct timespec time = { milliseconds / 1000, milliseconds % 1000 * 1000000L };

	nanosleep(&time, NULL);
}

static void wake(atomic_uint *counter)
{
#ifdef __linux__
	syscall(SYS_futex, counter, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
#else
	(void)counter;
#endif
}

/* A kernel that knows no futex on this mapping makes a poll of it, never a busy loop. */
static void sleep_on(atomic_uint *counter, uint32_t seen, int milliseconds)
{
#ifdef __linux__
	struct timespec time = { milliseconds / 1000, milliseconds % 1000 * 1000000L };

	if (syscall(SYS_futex, counter, FUTEX_WAIT, seen, &time, NULL, 0) == 0 || errno == EAGAIN || errno == EINTR
	    || errno == ETIMEDOUT)
		return;
#else
	(void)counter;
	(void)seen;
#endif
	pause_for(milliseconds < POLL_MS ? milliseconds : POLL_MS);
}

/* ---- without ---- */

static void wait_here(struct changes *changes, atomic_uint *counter, uint32_t seen, int milliseconds)
{
	struct timespec deadline;

	deadline_in(milliseconds < POLL_MS ? milliseconds : POLL_MS, &deadline);
	pthread_mutex_lock(&changes->mutex);
	while (atomic_load(counter) == seen)
		if (pthread_cond_timedwait(&changes->changed, &changes->mutex, &deadline) == ETIMEDOUT)
			break;
	pthread_mutex_unlock(&changes->mutex);
}

static void signal_here(struct changes *changes, atomic_uint *counter)
{
	pthread_mutex_lock(&changes->mutex);
	atomic_fetch_add(counter, 1);
	pthread_cond_broadcast(&changes->changed);
	pthread_mutex_unlock(&changes->mutex);
}

/* ---- both ---- */

void change_file_signal(struct changes *changes, int64_t topic)
{
	atomic_uint *counter = counter_of(changes, topic);

	if (!changes->shared) {
		signal_here(changes, counter);
		return;
	}
	atomic_fetch_add(counter, 1);
	wake(counter);
}

void change_file_wait(struct changes *changes, int64_t topic, uint32_t seen, int milliseconds)
{
	atomic_uint *counter = counter_of(changes, topic);

	if (changes->shared)
		sleep_on(counter, seen, milliseconds);
	else
		wait_here(changes, counter, seen, milliseconds);
}
