/* e2e.h -- end-to-end encryption inside. What the bytes are: docs/e2e.md. */
#ifndef NMK_E2E_INTERNAL_H
#define NMK_E2E_INTERNAL_H

#include <nanomarket/e2e.h>
#include "bytes.h"
#include "primitives.h"

/* ---- one's own keys: identity_keys.c ---- */

#define ID_MAXIMUM      INT32_MAX /* of prekeys: counted from 1                                       */
#define SIGNED_KEPT     3         /* the published prekey, and those that late messages may still use */
#define ONE_TIME_KEPT   300
#define STARTS_KEPT     1024

struct signed_prekey {
	uint32_t        id;
	int64_t         created_at;
	struct e2e_pair pair;
};

struct one_time_prekey {
	uint32_t      id;
	unsigned char secret[E2E_KEY_BYTES];
};

/* A channel that began without a one-time prekey: its first message would open again and again. */
struct accepted_start {
	uint32_t      signed_id;
	unsigned char ephemeral[E2E_KEY_BYTES];
};

struct nmk_e2e_identity {
	unsigned char          seed[E2E_KEY_BYTES], sign_secret[64], sign_public[E2E_KEY_BYTES];
	struct e2e_pair        exchange;
	uint32_t               last_signed_id, last_one_time_id;
	size_t                 signed_count, one_time_count, start_count;
	struct signed_prekey   signed_prekeys[SIGNED_KEPT];     /* the oldest first */
	struct one_time_prekey one_time[ONE_TIME_KEPT];         /* the oldest first */
	struct accepted_start  starts[STARTS_KEPT];             /* the oldest first */
	unsigned char          record[NMK_E2E_SIGNED_PREKEY_BYTES];
};

nmk_status identity_create(const struct e2e_random *random, int64_t now, nmk_e2e_identity **identity);
nmk_status identity_rotate(const struct e2e_random *random, nmk_e2e_identity *identity, int64_t now);
nmk_status identity_add_one_time(const struct e2e_random *random, nmk_e2e_identity *identity, size_t count,
                                 unsigned char **records, size_t *length);

/* ---- published keys: bundle.c ---- */

struct prekey_record {
	unsigned char identity[E2E_KEY_BYTES], exchange[E2E_KEY_BYTES], prekey[E2E_KEY_BYTES];
	uint32_t      id;
	int64_t       created_at;
};

struct prekey_bundle {
	struct prekey_record record;
	uint32_t             one_time_id;                       /* 0: none left     */
	unsigned char        one_time[E2E_KEY_BYTES];
};

void prekey_record_write(const nmk_e2e_identity *identity, const struct signed_prekey *prekey,
                         unsigned char bytes[NMK_E2E_SIGNED_PREKEY_BYTES]);

/* Form, keys and signature. */
bool prekey_record_read(const void *bytes, size_t length, struct prekey_record *record);
bool one_time_records_are_well_formed(const void *bytes, size_t length);
bool prekey_bundle_read(const void *bytes, size_t length, struct prekey_bundle *bundle);

/* ---- the first message's agreement: x3dh.c ---- */

/* What a first message says so that the other can follow. */
struct start {
	unsigned char identity[E2E_KEY_BYTES], ephemeral[E2E_KEY_BYTES];
	uint32_t      signed_id, one_time_id;                   /* one_time_id 0: none */
};

bool x3dh_start(const struct e2e_random *random, const nmk_e2e_identity *identity, const struct prekey_bundle *bundle,
                struct start *start, unsigned char secret[E2E_KEY_BYTES]);
bool x3dh_follow(const nmk_e2e_identity *identity, const struct signed_prekey *signed_prekey,
                 const struct one_time_prekey *one_time, const struct start *start, unsigned char secret[E2E_KEY_BYTES]);

/* ---- the form of a message: message.c ---- */

#define MESSAGE_VERSION   1
#define MESSAGE_FIRST     1
#define MESSAGE_FOLLOWING 2
#define HEADER_FOLLOWING  (2 + 32 + 4 + 4 + 32 + E2E_NONCE_BYTES)
#define HEADER_FIRST      (HEADER_FOLLOWING + 32 + 32 + 4 + 4)
#define PADDING           64
#define BODY_MAXIMUM      4160 /* the franking key and the longest text, padded */

struct e2e_message {                                                /* all borrowed but `start` */
	bool                 is_first;
	struct start         start;
	const unsigned char *ratchet, *commitment, *nonce, *sealed;
	uint32_t             previous, number;
	size_t               header_length, sealed_length;
};
bool e2e_message_read(const void *bytes, size_t length, struct e2e_message *message);

/* ---- the double ratchet: ratchet.c ---- */

#define SKIP_MAXIMUM 1000                                       /* at once, in one chain               */
#define SKIPPED_KEPT 2000
#define SKIPPED_AGE  5000                                       /* messages until a lost one is given up */
#define BOUND_BYTES  (3 * E2E_KEY_BYTES)

struct skipped_key {
	unsigned char ratchet[E2E_KEY_BYTES], key[E2E_KEY_BYTES];
	uint32_t      number;
	uint32_t      since;                                    /* how many messages had been opened   */
};

/* Without pointers: a copy of it is tried, and becomes the state only when everything was right. */
struct ratchet {
	bool            initiator, receiving;                   /* receiving: has got a message        */
	unsigned char   bound[BOUND_BYTES];                     /* initiator, responder, hash of the context */
	struct start    start;
	unsigned char   root[E2E_KEY_BYTES], sending_chain[E2E_KEY_BYTES], receiving_chain[E2E_KEY_BYTES];
	struct e2e_pair own;
	unsigned char   peer[E2E_KEY_BYTES];
	uint32_t        sent, received, previous;               /* in the chains; in the sending chain before */
	uint32_t        opened;                                 /* in all                              */
};

struct nmk_e2e_channel {
	struct ratchet      ratchet;
	struct skipped_key *skipped;                            /* the oldest first                    */
	size_t              skipped_count;
};

struct nmk_e2e_text {
	size_t        length;
	unsigned char franking_key[E2E_KEY_BYTES];
	char          bytes[];                                  /* and a NUL                           */
};

bool ratchet_begin(const struct e2e_random *random, struct ratchet *ratchet, const unsigned char secret[E2E_KEY_BYTES],
                   const unsigned char prekey[E2E_KEY_BYTES]);
nmk_status ratchet_encrypt(const struct e2e_random *random, nmk_e2e_channel *channel, const void *text, size_t length,
                           unsigned char **message, size_t *message_length);
nmk_status ratchet_decrypt(const struct e2e_random *random, nmk_e2e_channel *channel, const void *bytes,
                           const struct e2e_message *message, nmk_e2e_text **text);

/* ---- channels: channel.c ---- */

nmk_status channel_start(const struct e2e_random *random, const nmk_e2e_identity *identity, const void *bundle, size_t length,
                         const unsigned char *peer, const char *context, nmk_e2e_channel **channel);
nmk_status channel_accept(const struct e2e_random *random, nmk_e2e_identity *identity, const void *message, size_t length,
                          const unsigned char *peer, const char *context, nmk_e2e_channel **channel, nmk_e2e_text **text);

/* ---- what the host keeps: state.c ---- */

#define STATE_IDENTITY 1
#define STATE_CHANNEL  2
#define STATE_OVERHEAD (2 + E2E_NONCE_BYTES + E2E_TAG_BYTES)

/* Seals `plain`, which it wipes and frees, and which may be NULL: no memory. */
nmk_status state_seal(int kind, const unsigned char key[E2E_KEY_BYTES], unsigned char *plain, size_t plain_length,
                      unsigned char **sealed, size_t *length);

/* *plain is for bytes_wipe_free(). NMK_ECORRUPT. */
nmk_status state_open(int kind, const unsigned char key[E2E_KEY_BYTES], const void *sealed, size_t length, unsigned char **plain,
                      size_t *plain_length);
void bytes_wipe_free(void *bytes, size_t length);
#endif
