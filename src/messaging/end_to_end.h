/* end_to_end.h -- what the rest of the component needs to know of chats of which the market has ciphertext only. */
#ifndef NMK_END_TO_END_H
#define NMK_END_TO_END_H

#include "franking.h"
#include "messaging.h"

/* The fields of an encrypted message; and is it one for this chat? */
nmk_status end_to_end_check(struct nmk_op *op, const nmk_message_fields *fields);
nmk_status end_to_end_check_mode(struct nmk_op *op, const struct chat_parties *chat, const nmk_message_fields *fields);

/* What is kept of it, with the market's tag: fills in the commitment. */
nmk_status end_to_end_seal(struct nmk_op *op, const struct secret_key *key, struct franked_message *message,
                           const nmk_message_fields *fields, struct buffer *sealed, unsigned char tag[FRANKING_BYTES]);

/* The message's ciphertext. Its chat, number and author are known. */
nmk_status end_to_end_open(struct nmk_op *op, const struct secret_key *key, const void *sealed, size_t sealed_length,
                           struct nmk_message *message);

/* What a reporter shows of a message. NULL: nothing, as for a message that the market can read. */
struct evidence {
	int64_t     chat_id, sequence, report_id;
	const void *bytes;
	size_t      length;
};

/* Is it the text of that message? Then it is sealed for the staff. */
nmk_status end_to_end_take_evidence(struct nmk_op *op, const struct evidence *evidence, struct buffer *sealed);

/* The reported message, the last of the page, gets the text that the reporter has shown. */
nmk_status end_to_end_show(struct nmk_op *op, struct chat_keys *keys, int64_t report_id, struct page *page);
#endif
