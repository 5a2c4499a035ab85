/* import_names.h -- what an import knows by name: ids of creators and categories, and the nanos that are there. */
#ifndef NMK_CLI_IMPORT_NAMES_H
#define NMK_CLI_IMPORT_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/* Text to a value that is the map's. Never shrinks: values stay where they are until map_clear(). */
struct map {
	struct map_entry *entries;
	size_t count, capacity;
};

void *map_get(const struct map *map, const char *key);
/* Takes the value, which free() must be able to free; false without memory: it is freed. */
bool map_put(struct map *map, const char *key, void *value);
void map_clear(struct map *map);

/* A nano that is there, or that a row of this run makes. */
#define NANO_ID_SIZE 64
struct known_nano {
	char      id[NANO_ID_SIZE];   /* "" if this run makes it                     */
	bool      has_package, was_published, was_submitted, is_pending, is_draft;
	long long row;                /* of this run, 0 for none yet                 */
	unsigned char content[16];    /* hash of that row                            */
};

/* What makes two rows the same nano: creator, language, title. The text is the key of a map and, with a prefix, the
 * idempotency key, so that a row is imported once, whoever runs the import how often. */
#define IDENTITY_SIZE 40
bool identity_of(const char *creator_id, const char *language, const char *title, char identity[IDENTITY_SIZE]);

#endif
