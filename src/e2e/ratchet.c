/* ratchet.c -- a new key for every message (Signal, "The Double Ratchet Algorithm", revision 1, sections 2 and 3): a chain of keys that
 * only goes forward, and a new agreement with every change of direction, which heals what was stolen. */
#include "e2e.h"

#include <sodium.h>
#include <stdlib.h>
#include "franking.h"

static const char purpose[] = "nanomarket e2e root";

/* KDF_RK: the next root key and a new chain. */
static bool turn_root(struct ratchet *ratchet, unsigned char chain[E2E_KEY_BYTES])
{
	unsigned char shared[E2E_KEY_BYTES], keys[2 * E2E_KEY_BYTES];
	bool fine = e2e_agree(ratchet->own.secret, ratchet->peer, shared);

	if (fine) {
		e2e_hkdf((struct bytes_piece){ ratchet->root, E2E_KEY_BYTES }, (struct bytes_piece){ shared, sizeof shared },
		         (struct bytes_piece){ purpose, sizeof purpose - 1 }, keys, sizeof keys);
		memcpy(ratchet->root, keys, E2E_KEY_BYTES);
		memcpy(chain, keys + E2E_KEY_BYTES, E2E_KEY_BYTES);
	}
	sodium_memzero(shared, sizeof shared);
	sodium_memzero(keys, sizeof keys);
	return fine;
}

/* KDF_CK: a message's key, and the next chain key. */
static void turn_chain(unsigned char chain[E2E_KEY_BYTES], unsigned char message_key[E2E_KEY_BYTES])
{
	static const unsigned char for_message = 1, for_chain = 2;

	e2e_hmac(chain, E2E_KEY_BYTES, &(struct bytes_piece){ &for_message, 1 }, 1, message_key);
	e2e_hmac(chain, E2E_KEY_BYTES, &(struct bytes_piece){ &for_chain, 1 }, 1, chain);
}

bool ratchet_begin(const struct e2e_random *random, struct ratchet *ratchet, const unsigned char secret[E2E_KEY_BYTES],
                   const unsigned char prekey[E2E_KEY_BYTES])
{
	memcpy(ratchet->root, secret, E2E_KEY_BYTES);
	memcpy(ratchet->peer, prekey, E2E_KEY_BYTES);
	pair_new(random, &ratchet->own);
	return turn_root(ratchet, ratchet->sending_chain);
}

/* What the seal binds besides the text: who talks with whom about what, and the header. */
struct bound {
	unsigned char bytes[BOUND_BYTES + HEADER_FIRST];
	size_t        length;
};

static struct bytes_piece bind(const struct ratchet *ratchet, const unsigned char *header, size_t header_length,
                               struct bound *bound)
{
	memcpy(bound->bytes, ratchet->bound, BOUND_BYTES);
	memcpy(bound->bytes + BOUND_BYTES, header, header_length);
	bound->length = BOUND_BYTES + header_length;
	return (struct bytes_piece){ bound->bytes, bound->length };
}

/* ---- encrypt ---- */

static void write_header(const struct ratchet *ratchet, const unsigned char *commitment, const unsigned char *nonce,
                         struct bytes_writer *writer)
{
	bool first = ratchet->initiator && !ratchet->receiving;

	write_number(writer, 1, MESSAGE_VERSION);
	write_number(writer, 1, first ? MESSAGE_FIRST : MESSAGE_FOLLOWING);
	if (first) {
		write_bytes(writer, ratchet->start.identity, E2E_KEY_BYTES);
		write_bytes(writer, ratchet->start.ephemeral, E2E_KEY_BYTES);
		write_number(writer, 4, ratchet->start.signed_id);
		write_number(writer, 4, ratchet->start.one_time_id);
	}
	write_bytes(writer, ratchet->own.public, E2E_KEY_BYTES);
	write_number(writer, 4, ratchet->previous);
	write_number(writer, 4, ratchet->sent);
	write_bytes(writer, commitment, E2E_KEY_BYTES);
	write_bytes(writer, nonce, E2E_NONCE_BYTES);
}

/* The franking key, the text, 0x80 and zeros: in `body`, the length of which is returned. */
static size_t write_body(const unsigned char *franking_key, const void *text, size_t length, unsigned char body[BODY_MAXIMUM])
{
	size_t padded = 0;

	memcpy(body, franking_key, E2E_KEY_BYTES);
	memcpy(body + E2E_KEY_BYTES, text, length);
	sodium_pad(&padded, body, E2E_KEY_BYTES + length, PADDING, BODY_MAXIMUM);
	return padded;
}

nmk_status ratchet_encrypt(const struct e2e_random *random, nmk_e2e_channel *channel, const void *text, size_t length,
                           unsigned char **message, size_t *message_length)
{
	struct ratchet *ratchet = &channel->ratchet;
	unsigned char body[BODY_MAXIMUM], franking_key[E2E_KEY_BYTES], commitment[E2E_KEY_BYTES], nonce[E2E_NONCE_BYTES];
	unsigned char message_key[E2E_KEY_BYTES], *bytes;
	struct bytes_writer writer;
	struct bound bound;
	size_t body_length;

	if (ratchet->sent == UINT32_MAX)
		return NMK_ELIMIT;
	bytes = malloc(HEADER_FIRST + BODY_MAXIMUM + E2E_TAG_BYTES);
	if (!bytes)
		return NMK_ENOMEM;
	random_fill(random, franking_key, sizeof franking_key);
	random_fill(random, nonce, sizeof nonce);
	franking_commit(franking_key, text, length, commitment);
	body_length = write_body(franking_key, text, length, body);
	writer.at = bytes;
	write_header(ratchet, commitment, nonce, &writer);
	turn_chain(ratchet->sending_chain, message_key);
	ratchet->sent++;
	e2e_seal(message_key, nonce, bind(ratchet, bytes, (size_t)(writer.at - bytes), &bound), body, body_length, writer.at);
	*message = bytes;
	*message_length = (size_t)(writer.at - bytes) + body_length + E2E_TAG_BYTES;
	sodium_memzero(message_key, sizeof message_key);
	sodium_memzero(franking_key, sizeof franking_key);
	sodium_memzero(body, sizeof body);
	return NMK_OK;
}

/* ---- decrypt ---- */

/* What a message would make of the channel, if it is right. */
struct attempt {
	struct ratchet      ratchet;
	struct skipped_key *skipped;
	size_t              count;
	unsigned char       message_key[E2E_KEY_BYTES];
};

/* Keep the keys of the receiving chain up to `number`, which may not come before. */
static void skip_to(struct attempt *attempt, uint32_t number)
{
	struct ratchet *ratchet = &attempt->ratchet;

	while (ratchet->received < number) {
		struct skipped_key *key = &attempt->skipped[attempt->count++];

		memcpy(key->ratchet, ratchet->peer, E2E_KEY_BYTES);
		key->number = ratchet->received++;
		key->since = ratchet->opened;
		turn_chain(ratchet->receiving_chain, key->key);
	}
}

/* How many keys must be kept. NMK_ELIMIT: more than anybody loses. */
static nmk_status count_skipped(const struct ratchet *ratchet, const struct e2e_message *message, bool turns, size_t *count)
{
	uint32_t before = turns && ratchet->receiving && message->previous > ratchet->received
	                ? message->previous - ratchet->received : 0;
	uint32_t now = turns ? message->number : message->number - ratchet->received;

	*count = (size_t)before + now;
	return before > SKIP_MAXIMUM || now > SKIP_MAXIMUM ? NMK_ELIMIT : NMK_OK;
}

static bool turn_ratchet(const struct e2e_random *random, struct ratchet *ratchet, const unsigned char *peer)
{
	memcpy(ratchet->peer, peer, E2E_KEY_BYTES);
	ratchet->previous = ratchet->sent;
	ratchet->sent = ratchet->received = 0;
	if (!turn_root(ratchet, ratchet->receiving_chain))
		return false;
	pair_new(random, &ratchet->own);
	return turn_root(ratchet, ratchet->sending_chain);
}

static nmk_status advance(const struct e2e_random *random, struct attempt *attempt, const struct e2e_message *message)
{
	struct ratchet *ratchet = &attempt->ratchet;
	bool turns = !ratchet->receiving || memcmp(message->ratchet, ratchet->peer, E2E_KEY_BYTES) != 0;
	size_t most = 0;
	nmk_status rc;

	if (!turns && message->number < ratchet->received)
		return NMK_ESTATE;
	rc = count_skipped(ratchet, message, turns, &most);
	if (rc != NMK_OK)
		return rc;
	attempt->skipped = malloc((most + 1) * sizeof *attempt->skipped);
	if (!attempt->skipped)
		return NMK_ENOMEM;
	if (turns) {
		if (ratchet->receiving)
			skip_to(attempt, message->previous);
		if (!turn_ratchet(random, ratchet, message->ratchet))
			return NMK_ECORRUPT;
	}
	skip_to(attempt, message->number);
	turn_chain(ratchet->receiving_chain, attempt->message_key);
	ratchet->received++;
	ratchet->receiving = true;
	return NMK_OK;
}

/* The text, if the seal and the sender's commitment are right. */
static nmk_status open_body(const struct ratchet *ratchet, const void *bytes, const struct e2e_message *message,
                            const unsigned char *message_key, nmk_e2e_text **text)
{
	unsigned char body[BODY_MAXIMUM], commitment[E2E_KEY_BYTES];
	size_t padded = message->sealed_length - E2E_TAG_BYTES, length = 0;
	struct bound bound;
	nmk_e2e_text *made;
	nmk_status rc = NMK_ECORRUPT;

	if (e2e_open(message_key, message->nonce, bind(ratchet, bytes, message->header_length, &bound), message->sealed,
	             message->sealed_length, body)
	    && sodium_unpad(&length, body, padded, PADDING) == 0 && length > E2E_KEY_BYTES) {
		length -= E2E_KEY_BYTES;
		franking_commit(body, body + E2E_KEY_BYTES, length, commitment);
		if (length <= NMK_E2E_TEXT_MAXIMUM && sodium_memcmp(commitment, message->commitment, sizeof commitment) == 0) {
			made = malloc(sizeof *made + length + 1);
			rc = made ? NMK_OK : NMK_ENOMEM;
			if (made) {
				made->length = length;
				memcpy(made->franking_key, body, E2E_KEY_BYTES);
				memcpy(made->bytes, body + E2E_KEY_BYTES, length);
				made->bytes[length] = '\0';
				*text = made;
			}
		}
	}
	sodium_memzero(body, sizeof body);
	return rc;
}

static bool is_too_old(const nmk_e2e_channel *channel, const struct skipped_key *key)
{
	return channel->ratchet.opened - key->since > SKIPPED_AGE;
}

/* Without the keys that nobody will need: those given up, and the oldest of too many. */
static void forget_skipped(nmk_e2e_channel *channel)
{
	size_t gone = channel->skipped_count > SKIPPED_KEPT ? channel->skipped_count - SKIPPED_KEPT : 0;

	while (gone < channel->skipped_count && is_too_old(channel, &channel->skipped[gone]))
		gone++;
	if (gone == 0)
		return;
	channel->skipped_count -= gone;
	memmove(channel->skipped, channel->skipped + gone, channel->skipped_count * sizeof *channel->skipped);
	sodium_memzero(channel->skipped + channel->skipped_count, gone * sizeof *channel->skipped);
}

/* One after the other; NULL without memory. */
static struct skipped_key *joined(const nmk_e2e_channel *channel, const struct attempt *attempt)
{
	struct skipped_key *all = malloc((channel->skipped_count + attempt->count) * sizeof *all);

	if (all && channel->skipped_count > 0)
		memcpy(all, channel->skipped, channel->skipped_count * sizeof *all);
	if (all)
		memcpy(all + channel->skipped_count, attempt->skipped, attempt->count * sizeof *all);
	return all;
}

static nmk_status commit(nmk_e2e_channel *channel, const struct attempt *attempt)
{
	if (attempt->count > 0) {
		struct skipped_key *all = joined(channel, attempt);

		if (!all)
			return NMK_ENOMEM;
		bytes_wipe_free(channel->skipped, channel->skipped_count * sizeof *all);
		channel->skipped = all;
		channel->skipped_count += attempt->count;
	}
	channel->ratchet = attempt->ratchet;
	channel->ratchet.opened++;
	forget_skipped(channel);
	return NMK_OK;
}

static nmk_status decrypt_next(const struct e2e_random *random, nmk_e2e_channel *channel, const void *bytes,
                               const struct e2e_message *message, nmk_e2e_text **text)
{
	struct attempt attempt = { .ratchet = channel->ratchet };
	nmk_status rc = advance(random, &attempt, message);

	if (rc == NMK_OK)
		rc = open_body(&attempt.ratchet, bytes, message, attempt.message_key, text);
	if (rc == NMK_OK)
		rc = commit(channel, &attempt);
	if (rc != NMK_OK) {
		nmk_e2e_text_free(*text);
		*text = NULL;
	}
	bytes_wipe_free(attempt.skipped, attempt.count * sizeof *attempt.skipped);
	sodium_memzero(&attempt, sizeof attempt);
	return rc;
}

static nmk_status decrypt_skipped(nmk_e2e_channel *channel, size_t index, const void *bytes, const struct e2e_message *message,
                                  nmk_e2e_text **text)
{
	nmk_status rc = open_body(&channel->ratchet, bytes, message, channel->skipped[index].key, text);

	if (rc == NMK_OK) {
		channel->skipped_count--;
		memmove(channel->skipped + index, channel->skipped + index + 1,
		        (channel->skipped_count - index) * sizeof *channel->skipped);
		sodium_memzero(channel->skipped + channel->skipped_count, sizeof *channel->skipped);
		channel->ratchet.opened++;
		forget_skipped(channel);
	}
	return rc;
}

nmk_status ratchet_decrypt(const struct e2e_random *random, nmk_e2e_channel *channel, const void *bytes,
                           const struct e2e_message *message, nmk_e2e_text **text)
{
	for (size_t i = channel->skipped_count; i-- > 0;)
		if (channel->skipped[i].number == message->number
		    && memcmp(channel->skipped[i].ratchet, message->ratchet, E2E_KEY_BYTES) == 0)
			return decrypt_skipped(channel, i, bytes, message, text);
	return decrypt_next(random, channel, bytes, message, text);
}
