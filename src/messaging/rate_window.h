/* rate_window.h -- at most so many in a minute, to the millisecond: the times of those that counted. Pure. */
#ifndef NMK_RATE_WINDOW_H
#define NMK_RATE_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RATE_WINDOW_MS   INT64_C(60000)
#define RATE_WINDOW_MOST 80               /* times that fit */
#define RATE_WINDOW_BYTES (8 * RATE_WINDOW_MOST)

struct rate_window {
	int64_t times[RATE_WINDOW_MOST];  /* the oldest first */
	size_t  count;
};

/* As it is stored: eight bytes each, the lowest first. What does not fit is left out. */
void rate_window_read(struct rate_window *window, const void *bytes, size_t length);
size_t rate_window_write(const struct rate_window *window, unsigned char bytes[RATE_WINDOW_BYTES]);

/* May there be another one now, so that there are at most `most` in the minute that ends now? It is noted then. Else *wait_ms tells
 * when there may. A clock that was turned back makes nobody wait for longer than a minute. */
bool rate_window_admit(struct rate_window *window, size_t most, int64_t now, int64_t *wait_ms);
#endif
