#include "import_names.h"

#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

struct map_entry {
	char *key;
	void *value;
};

/* FNV-1a, 64 bits (Fowler, Noll, Vo). */
static size_t place_of(const struct map *map, const char *key)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (; *key; key++)
		hash = (hash ^ (unsigned char)*key) * UINT64_C(1099511628211);
	return (size_t)hash & (map->capacity - 1);
}

static struct map_entry *entry_of(const struct map *map, const char *key)
{
	size_t at = place_of(map, key);

	while (map->entries[at].key && strcmp(map->entries[at].key, key) != 0)
		at = (at + 1) & (map->capacity - 1);
	return &map->entries[at];
}

void *map_get(const struct map *map, const char *key)
{
	return map->capacity ? entry_of(map, key)->value : NULL;
}

static bool grow(struct map *map)
{
	struct map bigger = { .capacity = map->capacity ? map->capacity * 2 : 256, .count = map->count };

	bigger.entries = calloc(bigger.capacity, sizeof *bigger.entries);
	if (!bigger.entries)
		return false;
	for (size_t i = 0; i < map->capacity; i++)
		if (map->entries[i].key)
			*entry_of(&bigger, map->entries[i].key) = map->entries[i];
	free(map->entries);
	*map = bigger;
	return true;
}

bool map_put(struct map *map, const char *key, void *value)
{
	struct map_entry *entry;
	char *copy = strdup(key);

	if (!copy || !value || ((map->count + 1) * 2 > map->capacity && !grow(map))) {
		free(copy);
		free(value);
		return false;
	}
	entry = entry_of(map, key);
	if (entry->key) {
		free(copy);
		free(entry->value);
	} else {
		entry->key = copy;
		map->count++;
	}
	entry->value = value;
	return true;
}

void map_clear(struct map *map)
{
	for (size_t i = 0; i < map->capacity; i++) {
		free(map->entries[i].key);
		free(map->entries[i].value);
	}
	free(map->entries);
	memset(map, 0, sizeof *map);
}

static void hash_text(crypto_generichash_state *state, const char *text, size_t length)
{
	unsigned char size[8];

	for (int i = 0; i < 8; i++)
		size[i] = (unsigned char)((uint64_t)length >> (8 * i));
	crypto_generichash_update(state, size, sizeof size);
	crypto_generichash_update(state, (const unsigned char *)text, length);
}

/* As people would compare two titles: composed characters, no white space around. Invalid text is taken as it is. */
static bool hash_title(crypto_generichash_state *state, const char *title)
{
	utf8proc_uint8_t *composed = NULL;
	utf8proc_ssize_t rc = utf8proc_map((const utf8proc_uint8_t *)title, 0, &composed,
	                                   UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	const char *text = rc >= 0 ? (const char *)composed : title;
	size_t length;

	if (rc == UTF8PROC_ERROR_NOMEM)
		return false;
	text += strspn(text, " \t\r\n");
	length = strlen(text);
	while (length > 0 && strchr(" \t\r\n", text[length - 1]))
		length--;
	hash_text(state, text, length);
	free(composed);
	return true;
}

bool identity_of(const char *creator_id, const char *language, const char *title, char identity[IDENTITY_SIZE])
{
	crypto_generichash_state state;
	unsigned char hash[16];
	char lower[8] = "de";

	for (size_t i = 0; language && i + 1 < sizeof lower && (i == 0 || language[i - 1]); i++)
		lower[i] = language[i] >= 'A' && language[i] <= 'Z' ? (char)(language[i] - 'A' + 'a') : language[i];
	crypto_generichash_init(&state, NULL, 0, sizeof hash);
	hash_text(&state, creator_id, strlen(creator_id));
	hash_text(&state, lower, strlen(lower));
	if (!hash_title(&state, title))
		return false;
	crypto_generichash_final(&state, hash, sizeof hash);
	sodium_bin2hex(identity, IDENTITY_SIZE, hash, sizeof hash);
	return true;
}
