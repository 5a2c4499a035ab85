/* condition.h -- conditions that are waited for with a time limit, by a clock that nobody turns back. */
#ifndef NMK_CONDITION_H
#define NMK_CONDITION_H

#include <pthread.h>
#include <time.h>

static inline void condition_init(pthread_cond_t *condition)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(condition, &attributes);
	pthread_condattr_destroy(&attributes);
}

/* For pthread_cond_timedwait(). */
static inline void deadline_in(int milliseconds, struct timespec *at)
{
	clock_gettime(CLOCK_MONOTONIC, at);
	at->tv_sec += milliseconds / 1000;
	at->tv_nsec += milliseconds % 1000 * 1000000L;
	if (at->tv_nsec >= 1000000000L) {
		at->tv_sec++;
		at->tv_nsec -= 1000000000L;
	}
}
#endif
