/* attachment.c -- the bytes of attachments: libsodium's secretstream (XChaCha20-Poly1305), a header and pieces of one length, the last
 * of which says that it is the last. */
#include "attachment.h"

#include <stdlib.h>
#include <string.h>
#include "session.h"

#define HEADER_BYTES crypto_secretstream_xchacha20poly1305_HEADERBYTES
#define SEAL_BYTES   crypto_secretstream_xchacha20poly1305_ABYTES
#define PIECE_BYTES  ((size_t)65536)
#define LAST         crypto_secretstream_xchacha20poly1305_TAG_FINAL

int64_t nmk_attachment_bytes_maximum(void)
{
	return NMK_ATTACHMENT_BYTES_MAXIMUM;
}

/* What comes in, and the stream that seals it. */
struct receiving {
	const nmk_message_fields *fields;
	crypto_secretstream_xchacha20poly1305_state state;
	crypto_generichash_state hash;
	unsigned char plain[PIECE_BYTES], sealed[PIECE_BYTES + SEAL_BYTES];
	size_t  length;    /* of the plain piece so far */
	int64_t total;
};

/* Fill up the piece; *more is false at the end. */
static nmk_status fill(struct nmk_op *op, struct receiving *in, bool *more)
{
	while (*more && in->length < PIECE_BYTES) {
		size_t room = PIECE_BYTES - in->length;
		int64_t got = in->fields->read(in->fields->read_context, in->plain + in->length, room);

		if (got < 0)
			return op_fail(op, NMK_ECANCELLED, NULL, "the upload was broken off");
		if (got > (int64_t)room)
			return op_fail(op, NMK_EINVALID, "read", "gave more than it was asked for");
		if (got > NMK_ATTACHMENT_BYTES_MAXIMUM - in->total)
			return op_fail(op, NMK_ELIMIT, "attachment", "must have at most %lld bytes", (long long)NMK_ATTACHMENT_BYTES_MAXIMUM);
		in->length += (size_t)got;
		in->total += got;
		*more = got > 0;
	}
	return NMK_OK;
}

static nmk_status seal_piece(struct nmk_op *op, struct receiving *in, bool last, struct blob_draft *draft)
{
	nmk_status rc;

	crypto_generichash_update(&in->hash, in->plain, in->length);
	crypto_secretstream_xchacha20poly1305_push(&in->state, in->sealed, NULL, in->plain, in->length, NULL, 0,
	                                           last ? LAST : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
	rc = blob_draft_add(&op->tx, draft, in->sealed, in->length + SEAL_BYTES);
	in->length = 0;
	return rc;
}

static nmk_status receive(struct nmk_op *op, struct receiving *in, struct attachment *attachment, struct blob_draft *draft)
{
	unsigned char header[HEADER_BYTES];
	bool more = true;
	nmk_status rc = blob_draft_begin(&op->tx, draft);

	crypto_secretstream_xchacha20poly1305_init_push(&in->state, header, attachment->key.bytes);
	if (rc == NMK_OK)
		rc = blob_draft_add(&op->tx, draft, header, sizeof header);
	while (rc == NMK_OK && more) {
		rc = fill(op, in, &more);
		if (rc == NMK_OK)
			rc = seal_piece(op, in, !more, draft);
	}
	if (rc == NMK_OK && in->total == 0)
		rc = op_fail(op, NMK_EINVALID, "attachment", "is empty");
	return rc == NMK_OK ? blob_draft_finish(&op->tx, draft, op->session->market->options.blob_file_bytes) : rc;
}

nmk_status attachment_receive(struct nmk_op *op, const nmk_message_fields *fields, struct attachment *attachment,
                              struct blob_draft *draft)
{
	struct receiving *in = malloc(sizeof *in);
	nmk_status rc;

	if (!in)
		return tx_no_memory(&op->tx);
	in->fields = fields;
	in->length = 0;
	in->total = 0;
	crypto_generichash_init(&in->hash, NULL, 0, sizeof attachment->hash);
	key_random(&attachment->key);
	rc = receive(op, in, attachment, draft);
	crypto_generichash_final(&in->hash, attachment->hash, sizeof attachment->hash);
	attachment->size = in->total;
	bytes_free(in, sizeof *in);
	return rc;
}

/* ---- out ---- */

struct sending {
	crypto_secretstream_xchacha20poly1305_state state;
	unsigned char sealed[PIECE_BYTES + SEAL_BYTES], plain[PIECE_BYTES];
};

static nmk_status altered(struct nmk_op *op)
{
	return op_fail(op, NMK_ECORRUPT, NULL, "the stored content was altered");
}

static nmk_status send_piece(struct nmk_op *op, struct sending *out, const struct blob *blob, int64_t offset, nmk_writer write,
                             void *context, size_t *used)
{
	int64_t left = blob->size - offset;
	unsigned long long length = 0;
	unsigned char tag = 0;
	nmk_status rc;

	*used = left < (int64_t)sizeof out->sealed ? (size_t)left : sizeof out->sealed;
	rc = blob_read(&op->tx, blob, offset, out->sealed, *used);
	if (rc != NMK_OK)
		return rc;
	if (*used < SEAL_BYTES
	    || crypto_secretstream_xchacha20poly1305_pull(&out->state, out->plain, &length, &tag, out->sealed, *used, NULL, 0) != 0
	    || (tag == LAST) != (offset + (int64_t)*used == blob->size))
		return altered(op);
	return length > 0 && write(context, out->plain, (size_t)length) != 0 ? NMK_ECANCELLED : NMK_OK;
}

nmk_status attachment_stream(struct nmk_op *op, const struct blob *blob, const struct attachment *attachment, nmk_writer write,
                             void *context)
{
	struct sending *out = malloc(sizeof *out);
	unsigned char header[HEADER_BYTES];
	size_t used = HEADER_BYTES;
	nmk_status rc = out ? NMK_OK : tx_no_memory(&op->tx);

	if (rc == NMK_OK && blob->size <= (int64_t)HEADER_BYTES)
		rc = altered(op);
	if (rc == NMK_OK)
		rc = blob_read(&op->tx, blob, 0, header, sizeof header);
	if (rc == NMK_OK && crypto_secretstream_xchacha20poly1305_init_pull(&out->state, header, attachment->key.bytes) != 0)
		rc = altered(op);
	for (int64_t offset = HEADER_BYTES; rc == NMK_OK && offset < blob->size; offset += (int64_t)used)
		rc = send_piece(op, out, blob, offset, write, context, &used);
	bytes_free(out, sizeof *out);
	return rc;
}
