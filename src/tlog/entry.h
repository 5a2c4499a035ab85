/* entry.h -- one entry of the audit log as the text that its leaf hashes: JSON without spaces, members sorted, whole numbers only,
 * so that anyone can write it again byte by byte (RFC 8785 has the same form for it). Pure. docs/audit.md lists the members. */
#ifndef NMK_ENTRY_H
#define NMK_ENTRY_H

#include <jansson.h>
#include "buffer.h"
#include "json_reader.h"

#define ENTRY_VERSION      1
#define ENTRY_WORD_SIZE    64        /* action, operation, result, kinds: ASCII, with the NUL */
#define ENTRY_KEY_SIZE     80
#define COMMITMENT_BYTES   16
#define ENTRY_LENGTH_MOST  65535     /* as the bundles of C2SP tlog-tiles have it */

/* Texts are borrowed; NULL: the entry has no such member. */
struct log_entry {
	int64_t     seq, time;
	const char *action, *operation, *result;
	const char *actor_kind, *actor;        /* actor: a pseudonym                               */
	const char *object_type, *object;      /* object: an id, or a person's pseudonym           */
	const char *details;                   /* an object as entry_details_write() makes it      */
	const char *key_id;                    /* what opens `sealed`                              */
	const void *sealed;
	size_t      sealed_length;
	const unsigned char *commitment;       /* to the key, COMMITMENT_BYTES                     */
};

void entry_write(struct buffer *text, const struct log_entry *entry);

/* May the text stand in an entry as it is? It has no control character. */
bool entry_text_is_plain(const char *text);

/* The members sorted. Fails the buffer if a value is neither a whole number, a text without control characters, nor null. */
void entry_details_write(struct buffer *text, const json_t *details);

/* An entry that was read; pieces are borrowed from the text. */
struct entry_text {
	int64_t seq, time;
	char    action[ENTRY_WORD_SIZE], operation[ENTRY_WORD_SIZE], result[ENTRY_WORD_SIZE];
	char    actor_kind[ENTRY_WORD_SIZE], actor[ENTRY_WORD_SIZE], object_type[ENTRY_WORD_SIZE], object[ENTRY_WORD_SIZE];
	char    key_id[ENTRY_KEY_SIZE];        /* "": no such member                               */
	struct json_piece details, sealed;     /* sealed: base64; text NULL: none                  */
	unsigned char commitment[COMMITMENT_BYTES];
};

/* Is it exactly what entry_write() writes of something? */
bool entry_read(const char *text, size_t length, struct entry_text *entry);
#endif
