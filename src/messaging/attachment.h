/* attachment.h -- inside of the component: files that come with messages, sealed on their way into a blob. */
#ifndef NMK_ATTACHMENT_H
#define NMK_ATTACHMENT_H

#include "blob.h"
#include "messaging.h"

/* Read all of it and seal it into the draft, under a key of its own. Outside any transaction. */
nmk_status attachment_receive(struct nmk_op *op, const nmk_message_fields *fields, struct attachment *attachment,
                              struct blob_draft *draft);

/* Open it piece by piece. After the transaction; NMK_ECANCELLED without a message if `write` stopped it. */
nmk_status attachment_stream(struct nmk_op *op, const struct blob *blob, const struct attachment *attachment, nmk_writer write,
                             void *context);
#endif
