/* username.c -- which user names there are, which are one, and which look alike. Pure. */
#include "account.h"

#include <stdlib.h>
#include <string.h>

#define LAST_CHARACTER 0x17f

struct character {
	const char *key, *looks; /* NULL: not a character of user names */
};
static const struct character characters[LAST_CHARACTER + 1] = {
#define NMK_USERNAME(character, key, looks) [character] = { key, looks },
#include "username_latin.def"
#undef NMK_USERNAME
};

static const char *const reserved[] = {
#define NMK_RESERVED(key) key,
#include "username_reserved.def"
#undef NMK_RESERVED
};

/* The next character; NULL at the end, and for none of user names. All of them have one byte or two. */
static const struct character *next_character(const char **text)
{
	const unsigned char *at = (const unsigned char *)*text;
	unsigned code = at[0];
	size_t length = 1;

	if (code >= 0xC2 && code <= 0xDF && (at[1] & 0xC0) == 0x80) {
		code = (code & 0x1FU) << 6 | (at[1] & 0x3FU);
		length = 2;
	} else if (code >= 0x80)
		return NULL;
	if (code > LAST_CHARACTER || !characters[code].key)
		return NULL;
	*text += length;
	return &characters[code];
}

static bool is_joiner(char c)
{
	return c == '.' || c == '-';
}

/* Characters of the Latin profile, which has all that the other one has. */
static bool is_name(const char *username)
{
	const char *at = username;
	size_t count = 0;

	while (next_character(&at))
		if (++count > USERNAME_MAXIMUM)
			return false;
	return !*at && count >= USERNAME_MINIMUM && !is_joiner(username[0]) && !is_joiner(at[-1]);
}

static bool is_ascii_name(const char *username)
{
	for (; *username; username++)
		if (is_joiner(*username) || (unsigned char)*username >= 0x80)
			return false;
	return true;
}

bool username_is_fit(nmk_username_profile profile, const char *username)
{
	return is_name(username) && (profile == NMK_USERNAME_LATIN || is_ascii_name(username));
}

static void append(char *text, size_t *length, const char *more)
{
	size_t count = strlen(more);

	memcpy(text + *length, more, count + 1);
	*length += count;
}

bool username_key(const char *username, char key[USERNAME_KEY_SIZE])
{
	const struct character *character;
	size_t length = 0;

	if (!is_name(username))
		return false;
	while ((character = next_character(&username)) != NULL)
		append(key, &length, character->key);
	return true;
}

void username_skeleton(const char *username, char skeleton[USERNAME_KEY_SIZE])
{
	const struct character *character;
	size_t length = 0;

	skeleton[0] = '\0';
	while (length + 5 < USERNAME_KEY_SIZE && (character = next_character(&username)) != NULL)
		append(skeleton, &length, character->looks);
}

/* ---- reserved names ---- */

static int compare_names(const void *key, const void *element)
{
	return strcmp(key, *(const char *const *)element);
}

/* An I looks like an l, an i does not: a name may look like the reserved one in capitals. */
static bool looks_like(const char *name, const char *skeleton)
{
	char capitals[USERNAME_KEY_SIZE], looks[USERNAME_KEY_SIZE];
	size_t i;

	username_skeleton(name, looks);
	if (strcmp(looks, skeleton) == 0)
		return true;
	for (i = 0; name[i]; i++)
		capitals[i] = name[i] >= 'a' && name[i] <= 'z' ? (char)(name[i] - 'a' + 'A') : name[i];
	capitals[i] = '\0';
	username_skeleton(capitals, looks);
	return strcmp(looks, skeleton) == 0;
}

bool username_is_reserved(const char *username)
{
	const size_t count = sizeof reserved / sizeof reserved[0];
	char key[USERNAME_KEY_SIZE], skeleton[USERNAME_KEY_SIZE];

	if (!username_key(username, key))
		return false;
	if (bsearch(key, reserved, count, sizeof reserved[0], compare_names))
		return true;
	username_skeleton(username, skeleton);
	for (size_t i = 0; i < count; i++)
		if (looks_like(reserved[i], skeleton))
			return true;
	return false;
}
