#include "rate_window.h"

#include "number.h"

void rate_window_read(struct rate_window *window, const void *bytes, size_t length)
{
	window->count = length / 8 < RATE_WINDOW_MOST ? length / 8 : RATE_WINDOW_MOST;
	for (size_t i = 0; i < window->count; i++)
		window->times[i] = (int64_t)get_little_endian((const unsigned char *)bytes + 8 * i, 8);
}

size_t rate_window_write(const struct rate_window *window, unsigned char bytes[RATE_WINDOW_BYTES])
{
	for (size_t i = 0; i < window->count; i++)
		put_little_endian(bytes + 8 * i, 8, (uint64_t)window->times[i]);
	return 8 * window->count;
}

/* Those of the last minute stay. What lies in the future was noted before the clock was turned back: as if it were now. */
static void forget_old(struct rate_window *window, int64_t now)
{
	size_t kept = 0;

	for (size_t i = 0; i < window->count; i++)
		if (window->times[i] > now - RATE_WINDOW_MS)
			window->times[kept++] = window->times[i] > now ? now : window->times[i];
	window->count = kept;
}

bool rate_window_admit(struct rate_window *window, size_t most, int64_t now, int64_t *wait_ms)
{
	*wait_ms = 0;
	forget_old(window, now);
	if (window->count >= most) {
		*wait_ms = window->times[window->count - most] + RATE_WINDOW_MS - now;
		return false;
	}
	window->times[window->count++] = now;
	return true;
}
