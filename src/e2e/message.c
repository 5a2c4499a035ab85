/* message.c -- the form of a message: what can be read of it without a key. */
#include "e2e.h"

#include <sodium.h>

static void read_start(struct bytes_reader *reader, struct start *start)
{
	read_bytes(reader, start->identity, E2E_KEY_BYTES);
	read_bytes(reader, start->ephemeral, E2E_KEY_BYTES);
	start->signed_id = read_number32(reader);
	start->one_time_id = read_number32(reader);
	if (start->signed_id < 1 || start->signed_id > ID_MAXIMUM || start->one_time_id > ID_MAXIMUM)
		reader->failed = true;
}

static bool is_body_length(size_t sealed)
{
	return sealed >= PADDING + E2E_TAG_BYTES && sealed <= BODY_MAXIMUM + E2E_TAG_BYTES && (sealed - E2E_TAG_BYTES) % PADDING == 0;
}

bool e2e_message_read(const void *bytes, size_t length, struct e2e_message *message)
{
	struct bytes_reader reader = { bytes, length, false };
	uint64_t version = read_number(&reader, 1), type = read_number(&reader, 1);

	if (version != MESSAGE_VERSION || (type != MESSAGE_FIRST && type != MESSAGE_FOLLOWING))
		return false;
	memset(message, 0, sizeof *message);
	message->is_first = type == MESSAGE_FIRST;
	if (message->is_first)
		read_start(&reader, &message->start);
	message->ratchet = read_piece(&reader, E2E_KEY_BYTES);
	message->previous = read_number32(&reader);
	message->number = read_number32(&reader);
	message->commitment = read_piece(&reader, E2E_KEY_BYTES);
	message->nonce = read_piece(&reader, E2E_NONCE_BYTES);
	message->header_length = length - reader.left;
	message->sealed = reader.at;
	message->sealed_length = reader.left;
	return !reader.failed && message->number < UINT32_MAX && is_body_length(reader.left);
}

bool nmk_e2e_message_is_first(const void *message, size_t length)
{
	struct e2e_message read;

	return message && e2e_message_read(message, length, &read) && read.is_first;
}

nmk_status nmk_e2e_message_commitment(const void *message, size_t length, unsigned char commitment[NMK_E2E_KEY_BYTES])
{
	struct e2e_message read;

	if (!message || !commitment || !e2e_message_read(message, length, &read))
		return NMK_EINVALID;
	memcpy(commitment, read.commitment, E2E_KEY_BYTES);
	return NMK_OK;
}
