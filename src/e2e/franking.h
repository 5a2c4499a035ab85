/* franking.h -- message franking: a report of one message that nobody can forge, without anything else being readable (Grubbs, Lu,
 * Ristenpart, "Message Franking via Committing Authenticated Encryption", CRYPTO 2017). Pure. */
#ifndef NMK_FRANKING_H
#define NMK_FRANKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRANKING_BYTES 32

/* The sender's: HMAC-SHA256 with the message's franking key. It binds, as no tag of an AEAD does: no second key and text have it. */
void franking_commit(const unsigned char key[FRANKING_BYTES], const void *text, size_t length,
                     unsigned char commitment[FRANKING_BYTES]);

/* What the market knows of a message that it carries. */
struct franked_message {
	int64_t       chat_id, message_id, sender_id, created_at;
	unsigned char commitment[FRANKING_BYTES];
};

/* The market's, under a key that it alone has: who sent this commitment, when, in which chat. */
void franking_tag(const unsigned char key[FRANKING_BYTES], const struct franked_message *message,
                  unsigned char tag[FRANKING_BYTES]);
bool franking_tag_holds(const unsigned char key[FRANKING_BYTES], const struct franked_message *message,
                        const unsigned char tag[FRANKING_BYTES]);
#endif
