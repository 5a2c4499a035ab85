/* id.h -- ids: one time-sorted 63-bit number inside, a UUID with a keyed tag outside.
 * docs/decisions/0001-ids.md says why. */
#ifndef NMK_ID_H
#define NMK_ID_H

#include <stdbool.h>
#include <stdint.h>

#define ID_TEXT_SIZE 37          /* 36 characters and the NUL                                    */
#define ID_KEY_SIZE  16          /* crypto_shorthash_KEYBYTES, checked in id.c                   */
#define ID_NODES     1024        /* a store hands out this many node numbers before reusing one  */

/* What an id names. Part of the tag: a category's id is no nano's id. Never renumber. */
enum id_kind {
	ID_USER = 1, ID_NANO = 2, ID_VERSION = 3, ID_CATEGORY = 4, ID_PACKAGE = 5,
	ID_CONSENT = 6, ID_OUTBOX = 7, ID_AUDIT_EVENT = 8,
	ID_LOGIN = 9, ID_SIGNING_KEY = 10,
	ID_RATING = 11, ID_COMMENT = 12, ID_COMMENT_REPORT = 13,
	ID_CHAT = 14, ID_CHAT_REPORT = 15,
	ID_SAVED_SEARCH = 16, ID_PAST_SEARCH = 17
};

/* An id of a value: the number for SQL, the text for callers. */
struct id_value {
	int64_t number;              /* 0: none                                                      */
	char    text[ID_TEXT_SIZE];  /* "" for none                                                  */
};

/* Makes numbers that only grow: 41 bits of milliseconds, 10 bits of node, 12 bits of sequence. */
struct id_source {
	int64_t last_tick;           /* milliseconds << 12 | sequence of the last number             */
	int64_t node;                /* 0..1023; -1 until the store assigned one                     */
};

/* Not thread-safe: called with the write lock held. A clock that stands or runs back costs nothing but order. */
int64_t id_next(struct id_source *source, int64_t now_ms);

/* The time, in milliseconds since 1970 UTC, that is part of a number. */
int64_t id_time(int64_t number);

void id_format(const unsigned char key[ID_KEY_SIZE], enum id_kind kind, int64_t number, char text[ID_TEXT_SIZE]);

/* False for everything that id_format() did not write with this key and kind. Constant time in the tag. */
bool id_parse(const unsigned char key[ID_KEY_SIZE], enum id_kind kind, const char *text, int64_t *number);
#endif
