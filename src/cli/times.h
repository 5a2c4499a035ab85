/* times.h -- times as people write them. */
#ifndef NMK_CLI_TIMES_H
#define NMK_CLI_TIMES_H

#include <stdbool.h>
#include <stdint.h>

/* "2026-12-31", "2026-12-31T12:00" or "2026-12-31T12:00:00Z", in UTC. false: it is none. */
bool read_time(const char *text, int64_t *milliseconds);
#endif
