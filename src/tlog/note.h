/* note.h -- what a log gives out: signed notes, checkpoints and proofs, as texts (C2SP signed-note, tlog-checkpoint, tlog-proof).
 * Pure. Readers are strict: one text for one meaning. */
#ifndef NMK_NOTE_H
#define NMK_NOTE_H

#include "buffer.h"
#include "tree.h"

#define NOTE_NAME_MOST       255
#define NOTE_SIGNATURES_MOST 64
#define NOTE_LENGTH_MOST     (1 << 20)
#define NOTE_PUBLIC_BYTES    32   /* Ed25519, RFC 8032 */
#define NOTE_SECRET_BYTES    64   /* as libsodium has it: seed and public key */

/* Standard base64 of RFC 4648, 4. Reading takes what writing makes and nothing else. */
void base64_write(struct buffer *text, const void *bytes, size_t length);
bool base64_read(const char *text, size_t length, void *bytes, size_t room, size_t *decoded);

/* Digits without a zero in front, up to 2^63 - 1: what other readers take too. Moves past them. */
bool decimal_read(const char **at, const char *end, uint64_t *number);

/* Ed25519 (RFC 8032) as libsodium verifies it: no other encoding of the same signature, no weak keys. */
bool signature_fits(const unsigned char public_key[NOTE_PUBLIC_BYTES], const void *message, size_t length, const void *signature,
                    size_t signature_length);

/* A key that signs: its name, and an id that tells it from others of that name. */
struct note_key {
	char          name[NOTE_NAME_MOST + 1];
	unsigned char id[4];
	unsigned char public_key[NOTE_PUBLIC_BYTES];
};
bool note_key_make(const char *name, const unsigned char public_key[NOTE_PUBLIC_BYTES], struct note_key *key);
bool note_key_read(const char *text, size_t length, struct note_key *key);  /* NAME+ID+KEY: a verifier key */
void note_key_write(struct buffer *text, const struct note_key *key);

/* The text, which ends with a line feed, becomes a note; a note gets one signature more. */
void note_sign(struct buffer *note, const struct note_key *key, const unsigned char secret[NOTE_SECRET_BYTES], bool first);

/* Is it signed by one of the keys at least, and by none of them wrongly? *text_length: how much of it was signed. *verified: a bit
 * for each key that signed; NULL is allowed. At most 32 keys. */
bool note_open(const char *note, size_t length, const struct note_key *keys, int key_count, size_t *text_length, uint32_t *verified);

/* ---- checkpoints ---- */

struct checkpoint {
	const char *origin;          /* borrowed from the text */
	size_t      origin_length;
	uint64_t    size;
	struct tree_hash root;
};
void checkpoint_write(struct buffer *text, const char *origin, uint64_t size, const struct tree_hash *root);
bool checkpoint_read(const char *text, size_t length, struct checkpoint *checkpoint);

/* A checkpoint that this key signed, of the log that has the key's name. */
bool checkpoint_open(const char *note, size_t length, const struct note_key *key, struct checkpoint *checkpoint);

/* ---- proofs that an entry is in the log ---- */

struct log_proof {
	const char *extra;           /* base64, borrowed; NULL for none */
	size_t      extra_length;
	uint64_t    index;
	struct tree_proof proof;
	const char *checkpoint;      /* a signed note, borrowed         */
	size_t      checkpoint_length;
};
void log_proof_write(struct buffer *text, const void *extra, size_t extra_length, uint64_t index, const struct tree_proof *proof,
                     const char *checkpoint);
bool log_proof_read(const char *text, size_t length, struct log_proof *proof);

/* Entry, proof and signed root fit together. */
bool log_proof_verify(const struct log_proof *proof, const void *entry, size_t length, const struct note_key *key);
#endif
