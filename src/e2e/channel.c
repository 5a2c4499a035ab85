/* channel.c -- two members' channel: begun with a bundle of prekeys or by a first message, used, kept by the host. */
#include "e2e.h"

#include <sodium.h>
#include <stdlib.h>

static bool is_context(const char *context)
{
	return context && *context && strnlen(context, NMK_E2E_CONTEXT_MAXIMUM + 1) <= NMK_E2E_CONTEXT_MAXIMUM;
}

static nmk_e2e_channel *channel_new(bool initiator, const unsigned char *one, const unsigned char *other, const char *context)
{
	nmk_e2e_channel *channel = calloc(1, sizeof *channel);

	if (channel) {
		channel->ratchet.initiator = initiator;
		memcpy(channel->ratchet.bound, one, E2E_KEY_BYTES);
		memcpy(channel->ratchet.bound + E2E_KEY_BYTES, other, E2E_KEY_BYTES);
		crypto_hash_sha256(channel->ratchet.bound + (ptrdiff_t)2 * E2E_KEY_BYTES, (const unsigned char *)context, strlen(context));
	}
	return channel;
}

void nmk_e2e_channel_free(nmk_e2e_channel *channel)
{
	if (channel) {
		bytes_wipe_free(channel->skipped, channel->skipped_count * sizeof *channel->skipped);
		bytes_wipe_free(channel, sizeof *channel);
	}
}

const unsigned char *nmk_e2e_channel_peer(const nmk_e2e_channel *channel)
{
	return channel->ratchet.bound + (channel->ratchet.initiator ? E2E_KEY_BYTES : 0);
}

static bool is_key(const unsigned char *key, const unsigned char *other)
{
	return memcmp(key, other, E2E_KEY_BYTES) == 0; /* both are public */
}

/* ---- begin ---- */

nmk_status channel_start(const struct e2e_random *random, const nmk_e2e_identity *identity, const void *bundle, size_t length,
                         const unsigned char *peer, const char *context, nmk_e2e_channel **channel)
{
	unsigned char secret[E2E_KEY_BYTES];
	struct prekey_bundle read;
	nmk_e2e_channel *made;
	bool fine;

	if (!prekey_bundle_read(bundle, length, &read) || is_key(read.record.identity, identity->sign_public))
		return NMK_ECORRUPT;
	if (peer && !is_key(peer, read.record.identity))
		return NMK_EDENIED;
	made = channel_new(true, identity->sign_public, read.record.identity, context);
	if (!made)
		return NMK_ENOMEM;
	fine = x3dh_start(random, identity, &read, &made->ratchet.start, secret)
	    && ratchet_begin(random, &made->ratchet, secret, read.record.prekey);
	sodium_memzero(secret, sizeof secret);
	if (!fine) {
		nmk_e2e_channel_free(made);
		return NMK_ECORRUPT;
	}
	*channel = made;
	return NMK_OK;
}

nmk_status nmk_e2e_channel_start(const nmk_e2e_identity *identity, const void *bundle, size_t length,
                                 const unsigned char *peer, const char *context, nmk_e2e_channel **channel)
{
	nmk_status rc;

	if (channel)
		*channel = NULL;
	if (!identity || !bundle || !is_context(context) || !channel)
		return NMK_EINVALID;
	rc = channel_start(&e2e_system_random, identity, bundle, length, peer, context, channel);
	e2e_forget();
	return rc;
}

/* The prekeys that a first message was made for. */
struct addressed {
	const struct signed_prekey *signed_prekey;
	size_t                      one_time; /* its index; ONE_TIME_KEPT: none was used */
};

static nmk_status find_prekeys(const nmk_e2e_identity *identity, const struct start *start, struct addressed *found)
{
	found->signed_prekey = NULL;
	found->one_time = ONE_TIME_KEPT;
	for (size_t i = 0; i < identity->signed_count; i++)
		if (identity->signed_prekeys[i].id == start->signed_id)
			found->signed_prekey = &identity->signed_prekeys[i];
	for (size_t i = 0; i < identity->one_time_count && start->one_time_id; i++)
		if (identity->one_time[i].id == start->one_time_id)
			found->one_time = i;
	if (!found->signed_prekey || (start->one_time_id && found->one_time == ONE_TIME_KEPT))
		return NMK_ESTATE;
	for (size_t i = 0; i < identity->start_count && !start->one_time_id; i++)
		if (is_key(identity->starts[i].ephemeral, start->ephemeral))
			return NMK_ESTATE;
	return !start->one_time_id && identity->start_count == STARTS_KEPT ? NMK_ELIMIT : NMK_OK;
}

/* So that the same message begins no second channel. */
static void use_up(nmk_e2e_identity *identity, const struct start *start, const struct addressed *found)
{
	if (found->one_time < ONE_TIME_KEPT) {
		struct one_time_prekey *used = &identity->one_time[found->one_time];

		identity->one_time_count--;
		memmove(used, used + 1, (identity->one_time_count - found->one_time) * sizeof *used);
		sodium_memzero(&identity->one_time[identity->one_time_count], sizeof *used);
	} else {
		struct accepted_start *accepted = &identity->starts[identity->start_count++];

		accepted->signed_id = start->signed_id;
		memcpy(accepted->ephemeral, start->ephemeral, E2E_KEY_BYTES);
	}
}

static nmk_status follow(const struct e2e_random *random, const nmk_e2e_identity *identity, const struct addressed *found,
                         const void *bytes, const struct e2e_message *message, nmk_e2e_channel *channel, nmk_e2e_text **text)
{
	const struct one_time_prekey *one_time = found->one_time < ONE_TIME_KEPT ? &identity->one_time[found->one_time] : NULL;

	channel->ratchet.start = message->start;
	channel->ratchet.own = found->signed_prekey->pair;
	if (!x3dh_follow(identity, found->signed_prekey, one_time, &message->start, channel->ratchet.root))
		return NMK_ECORRUPT;
	return ratchet_decrypt(random, channel, bytes, message, text);
}

nmk_status channel_accept(const struct e2e_random *random, nmk_e2e_identity *identity, const void *message, size_t length,
                          const unsigned char *peer, const char *context, nmk_e2e_channel **channel, nmk_e2e_text **text)
{
	struct e2e_message read;
	struct addressed found;
	nmk_e2e_channel *made;
	nmk_status rc;

	if (!e2e_message_read(message, length, &read) || !read.is_first)
		return NMK_EINVALID;
	if (peer && !is_key(peer, read.start.identity))
		return NMK_EDENIED;
	if (is_key(read.start.identity, identity->sign_public))
		return NMK_ECORRUPT;
	rc = find_prekeys(identity, &read.start, &found);
	if (rc != NMK_OK)
		return rc;
	made = channel_new(false, read.start.identity, identity->sign_public, context);
	if (!made)
		return NMK_ENOMEM;
	rc = follow(random, identity, &found, message, &read, made, text);
	if (rc == NMK_OK) {
		use_up(identity, &read.start, &found);
		*channel = made;
	} else {
		nmk_e2e_channel_free(made);
	}
	return rc;
}

nmk_status nmk_e2e_channel_accept(nmk_e2e_identity *identity, const void *message, size_t length, const unsigned char *peer,
                                  const char *context, nmk_e2e_channel **channel, nmk_e2e_text **text)
{
	nmk_status rc;

	if (channel)
		*channel = NULL;
	if (text)
		*text = NULL;
	if (!identity || !message || !is_context(context) || !channel || !text)
		return NMK_EINVALID;
	rc = channel_accept(&e2e_system_random, identity, message, length, peer, context, channel, text);
	e2e_forget();
	return rc;
}

/* ---- use ---- */

nmk_status nmk_e2e_channel_encrypt(nmk_e2e_channel *channel, const void *text, size_t length, unsigned char **message,
                                   size_t *message_length)
{
	nmk_status rc;

	if (message)
		*message = NULL;
	if (!channel || !text || length < 1 || length > NMK_E2E_TEXT_MAXIMUM || !message || !message_length)
		return NMK_EINVALID;
	rc = ratchet_encrypt(&e2e_system_random, channel, text, length, message, message_length);
	e2e_forget();
	return rc;
}

/* A first message belongs here only if this channel began with it. */
static bool is_of_channel(const nmk_e2e_channel *channel, const struct start *start)
{
	const struct start *own = &channel->ratchet.start;

	return !channel->ratchet.initiator && is_key(own->identity, start->identity) && is_key(own->ephemeral, start->ephemeral)
	    && own->signed_id == start->signed_id && own->one_time_id == start->one_time_id;
}

nmk_status nmk_e2e_channel_decrypt(nmk_e2e_channel *channel, const void *message, size_t length, nmk_e2e_text **text)
{
	struct e2e_message read;
	nmk_status rc;

	if (text)
		*text = NULL;
	if (!channel || !message || !text || !e2e_message_read(message, length, &read))
		return NMK_EINVALID;
	if (read.is_first && !is_of_channel(channel, &read.start))
		return NMK_ECONFLICT;
	rc = ratchet_decrypt(&e2e_system_random, channel, message, &read, text);
	e2e_forget();
	return rc;
}

const char *nmk_e2e_text_content(const nmk_e2e_text *text)
{
	return text->bytes;
}

size_t nmk_e2e_text_length(const nmk_e2e_text *text)
{
	return text->length;
}

void nmk_e2e_text_free(nmk_e2e_text *text)
{
	bytes_wipe_free(text, text ? sizeof *text + text->length + 1 : 0);
}

/* ---- kept by the host ---- */

#define STATE_VERSION 1
#define INITIATOR     1
#define RECEIVING     2
#define STATE_FIXED   (2 + BOUND_BYTES + 2 * E2E_KEY_BYTES + 2 * 4 + 5 * E2E_KEY_BYTES + 4 * 4 + 2)
#define SKIPPED_BYTES (2 * E2E_KEY_BYTES + 2 * 4)

static void write_state(const nmk_e2e_channel *channel, struct bytes_writer *writer)
{
	const struct ratchet *ratchet = &channel->ratchet;

	write_number(writer, 1, STATE_VERSION);
	write_number(writer, 1, (ratchet->initiator ? INITIATOR : 0) | (ratchet->receiving ? RECEIVING : 0));
	write_bytes(writer, ratchet->bound, BOUND_BYTES);
	write_bytes(writer, ratchet->start.identity, E2E_KEY_BYTES);
	write_bytes(writer, ratchet->start.ephemeral, E2E_KEY_BYTES);
	write_number(writer, 4, ratchet->start.signed_id);
	write_number(writer, 4, ratchet->start.one_time_id);
	write_bytes(writer, ratchet->root, E2E_KEY_BYTES);
	write_bytes(writer, ratchet->sending_chain, E2E_KEY_BYTES);
	write_bytes(writer, ratchet->receiving_chain, E2E_KEY_BYTES);
	write_bytes(writer, ratchet->own.secret, E2E_KEY_BYTES);
	write_bytes(writer, ratchet->peer, E2E_KEY_BYTES);
	write_number(writer, 4, ratchet->sent);
	write_number(writer, 4, ratchet->received);
	write_number(writer, 4, ratchet->previous);
	write_number(writer, 4, ratchet->opened);
	write_number(writer, 2, channel->skipped_count);
	for (size_t i = 0; i < channel->skipped_count; i++) {
		write_bytes(writer, channel->skipped[i].ratchet, E2E_KEY_BYTES);
		write_number(writer, 4, channel->skipped[i].number);
		write_number(writer, 4, channel->skipped[i].since);
		write_bytes(writer, channel->skipped[i].key, E2E_KEY_BYTES);
	}
}

nmk_status nmk_e2e_channel_save(const nmk_e2e_channel *channel, const unsigned char key[NMK_E2E_KEY_BYTES],
                                unsigned char **sealed, size_t *length)
{
	struct bytes_writer writer;
	unsigned char *plain;
	size_t plain_length;

	if (sealed)
		*sealed = NULL;
	if (!channel || !key || !sealed || !length)
		return NMK_EINVALID;
	plain_length = STATE_FIXED + channel->skipped_count * SKIPPED_BYTES;
	plain = malloc(plain_length);
	writer.at = plain;
	if (plain)
		write_state(channel, &writer);
	return state_seal(STATE_CHANNEL, key, plain, plain_length, sealed, length);
}

static bool read_ratchet(struct bytes_reader *reader, struct ratchet *ratchet)
{
	uint64_t version = read_number(reader, 1), flags = read_number(reader, 1);

	ratchet->initiator = flags & INITIATOR;
	ratchet->receiving = flags & RECEIVING;
	read_bytes(reader, ratchet->bound, BOUND_BYTES);
	read_bytes(reader, ratchet->start.identity, E2E_KEY_BYTES);
	read_bytes(reader, ratchet->start.ephemeral, E2E_KEY_BYTES);
	ratchet->start.signed_id = read_number32(reader);
	ratchet->start.one_time_id = read_number32(reader);
	read_bytes(reader, ratchet->root, E2E_KEY_BYTES);
	read_bytes(reader, ratchet->sending_chain, E2E_KEY_BYTES);
	read_bytes(reader, ratchet->receiving_chain, E2E_KEY_BYTES);
	read_bytes(reader, ratchet->own.secret, E2E_KEY_BYTES);
	read_bytes(reader, ratchet->peer, E2E_KEY_BYTES);
	ratchet->sent = read_number32(reader);
	ratchet->received = read_number32(reader);
	ratchet->previous = read_number32(reader);
	ratchet->opened = read_number32(reader);
	return version == STATE_VERSION && flags >= 1 && flags <= (INITIATOR | RECEIVING) && !reader->failed
	    && is_key(ratchet->start.identity, ratchet->bound) && pair_of(ratchet->own.secret, &ratchet->own);
}

static bool read_skipped(struct bytes_reader *reader, nmk_e2e_channel *channel)
{
	for (size_t i = 0; i < channel->skipped_count; i++) {
		struct skipped_key *key = &channel->skipped[i];

		read_bytes(reader, key->ratchet, E2E_KEY_BYTES);
		key->number = read_number32(reader);
		key->since = read_number32(reader);
		read_bytes(reader, key->key, E2E_KEY_BYTES);
	}
	return read_whole(reader);
}

static nmk_status read_state(struct bytes_reader *reader, nmk_e2e_channel *channel)
{
	size_t count;

	if (!read_ratchet(reader, &channel->ratchet))
		return NMK_ECORRUPT;
	count = (size_t)read_number(reader, 2);
	if (count > SKIPPED_KEPT || reader->left != count * SKIPPED_BYTES)
		return NMK_ECORRUPT;
	channel->skipped = count > 0 ? malloc(count * sizeof *channel->skipped) : NULL;
	if (count > 0 && !channel->skipped)
		return NMK_ENOMEM;
	channel->skipped_count = count;
	return read_skipped(reader, channel) ? NMK_OK : NMK_ECORRUPT;
}

nmk_status nmk_e2e_channel_load(const void *sealed, size_t length, const unsigned char key[NMK_E2E_KEY_BYTES],
                                nmk_e2e_channel **channel)
{
	nmk_e2e_channel *made;
	unsigned char *plain;
	size_t plain_length = 0;
	nmk_status rc;

	if (channel)
		*channel = NULL;
	if (!sealed || !key || !channel)
		return NMK_EINVALID;
	if (sodium_init() < 0)
		return NMK_EINTERNAL;
	rc = state_open(STATE_CHANNEL, key, sealed, length, &plain, &plain_length);
	if (rc != NMK_OK)
		return rc;
	made = calloc(1, sizeof *made);
	rc = made ? read_state(&(struct bytes_reader){ plain, plain_length, false }, made) : NMK_ENOMEM;
	bytes_wipe_free(plain, plain_length);
	if (rc == NMK_OK)
		*channel = made;
	else
		nmk_e2e_channel_free(made);
	e2e_forget();
	return rc;
}
