/* e2e_fuzz.c -- hostile bytes as a message, a first message, a bundle, a report, a saved state; and, sealed by one who has the key, as
 * what is inside of them: nothing is accepted but what was made here, and what is refused changes nothing. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "e2e.h"
#include "franking.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CONTEXT "chat"

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* Always the same people, so that a finding can be repeated. */
static void fill(void *context, void *bytes, size_t length)
{
	unsigned char *counter = context;

	memset(bytes, ++*counter, length);
}
static unsigned char counter;
static const struct e2e_random random_source = { fill, &counter };
static const unsigned char key[32] = { 1 };

static nmk_e2e_identity *anna, *ben;
static nmk_e2e_channel *a, *b;

static void meet(void)
{
	struct e2e_message read;
	unsigned char *message;
	size_t length;
	nmk_e2e_text *text;

	require(identity_create(&random_source, 1, &anna) == NMK_OK && identity_create(&random_source, 1, &ben) == NMK_OK);
	require(channel_start(&random_source, anna, nmk_e2e_identity_signed_prekey(ben), NMK_E2E_SIGNED_PREKEY_BYTES, NULL, CONTEXT, &a)
	        == NMK_OK);
	for (int i = 0; i < 3; i++) { /* the first two are lost: there are skipped keys */
		require(ratchet_encrypt(&random_source, a, "hello", 5, &message, &length) == NMK_OK);
		if (i == 2)
			require(channel_accept(&random_source, ben, message, length, NULL, CONTEXT, &b, &text) == NMK_OK);
		free(message);
	}
	nmk_e2e_text_free(text);
	require(ratchet_encrypt(&random_source, b, "hello", 5, &message, &length) == NMK_OK);
	require(e2e_message_read(message, length, &read) && ratchet_decrypt(&random_source, a, message, &read, &text) == NMK_OK);
	nmk_e2e_text_free(text);
	free(message);
}

static void as_message(const uint8_t *data, size_t size)
{
	struct ratchet before = b->ratchet;
	nmk_e2e_identity *identity_before = malloc(sizeof *ben);
	nmk_e2e_channel *channel;
	nmk_e2e_text *text;

	require(identity_before != NULL);
	memcpy(identity_before, ben, sizeof *ben);
	require(nmk_e2e_channel_decrypt(b, data, size, &text) != NMK_OK && !text);
	require(memcmp(&before, &b->ratchet, sizeof before) == 0 && b->skipped_count == 2);
	require(nmk_e2e_channel_accept(ben, data, size, NULL, CONTEXT, &channel, &text) != NMK_OK && !text && !channel);
	require(memcmp(identity_before, ben, sizeof *ben) == 0);
	free(identity_before);
}

/* A message of the right form and origin whose header and body are the fuzzer's: as only the other one can send it. */
static void as_peers_message(const uint8_t *data, size_t size)
{
	nmk_e2e_channel copy = *a, to = *b;
	unsigned char *message;
	size_t length, changed = size < 40 ? size : 40;
	nmk_e2e_text *text;

	to.skipped = malloc(b->skipped_count * sizeof *b->skipped);
	require(to.skipped != NULL);
	memcpy(to.skipped, b->skipped, b->skipped_count * sizeof *b->skipped);
	copy.skipped = NULL;
	copy.skipped_count = 0;
	if (size > 0 && size <= NMK_E2E_TEXT_MAXIMUM) {
		require(ratchet_encrypt(&random_source, &copy, data, size, &message, &length) == NMK_OK);
		for (size_t i = 0; i < changed; i++)
			message[2 + 32 + i % 8] ^= (unsigned char)(data[i] & 1); /* previous, number */
		if (nmk_e2e_channel_decrypt(&to, message, length, &text) == NMK_OK) {
			require(text->length == size && memcmp(text->bytes, data, size) == 0);
			nmk_e2e_text_free(text);
		}
		free(message);
	}
	bytes_wipe_free(to.skipped, to.skipped_count * sizeof *to.skipped);
}

static void as_bundle(const uint8_t *data, size_t size)
{
	nmk_e2e_channel *channel;
	nmk_status rc = nmk_e2e_channel_start(anna, data, size, NULL, CONTEXT, &channel);

	require(rc == NMK_OK || (rc == NMK_ECORRUPT && !channel));
	nmk_e2e_channel_free(channel);
	one_time_records_are_well_formed(data, size);
}

static void as_report(const uint8_t *data, size_t size)
{
	unsigned char commitment[32] = { 0 };
	const char *text;
	size_t length;
	nmk_status rc = nmk_e2e_report_verify(data, size, commitment, &text, &length);

	require(rc == NMK_EINVALID || rc == NMK_ECORRUPT);
	if (rc == NMK_ECORRUPT) {
		franking_commit(data + 1, data + 33, size - 33, commitment);
		require(nmk_e2e_report_verify(data, size, commitment, &text, &length) == NMK_OK);
		require(length == size - 33 && text == (const char *)data + 33);
	}
}

/* What loads is used, and saves as it was. */
static void use_channel(const uint8_t *data, size_t size, nmk_e2e_channel *channel)
{
	unsigned char *sealed, *plain, *message;
	size_t length, plain_length;
	nmk_e2e_text *text;

	require(nmk_e2e_channel_save(channel, key, &sealed, &length) == NMK_OK);
	require(state_open(STATE_CHANNEL, key, sealed, length, &plain, &plain_length) == NMK_OK);
	require(plain_length == size && memcmp(plain, data, size) == 0);
	bytes_wipe_free(plain, plain_length);
	nmk_free(sealed);
	if (nmk_e2e_channel_encrypt(channel, "x", 1, &message, &length) == NMK_OK) {
		require(nmk_e2e_channel_decrypt(channel, message, length, &text) != NMK_OK || text);
		nmk_e2e_text_free(text);
		nmk_free(message);
	}
	nmk_e2e_channel_free(channel);
}

static unsigned char *copy_of(const uint8_t *data, size_t size)
{
	unsigned char *copy = malloc(size ? size : 1);

	require(copy != NULL);
	memcpy(copy, data, size);
	return copy;
}

static void as_state(const uint8_t *data, size_t size)
{
	nmk_e2e_identity *identity;
	nmk_e2e_channel *channel;
	unsigned char *sealed;
	size_t length;

	require(nmk_e2e_identity_load(data, size, key, &identity) == NMK_ECORRUPT && !identity);
	require(nmk_e2e_channel_load(data, size, key, &channel) == NMK_ECORRUPT && !channel);
	if (size == 0)
		return;
	require(state_seal(STATE_IDENTITY, key, copy_of(data, size), size, &sealed, &length) == NMK_OK);
	if (nmk_e2e_identity_load(sealed, length, key, &identity) == NMK_OK)
		require(identity_rotate(&random_source, identity, 5) != NMK_OK || identity->signed_count <= SIGNED_KEPT);
	nmk_e2e_identity_free(identity);
	nmk_free(sealed);
	require(state_seal(STATE_CHANNEL, key, copy_of(data, size), size, &sealed, &length) == NMK_OK);
	if (nmk_e2e_channel_load(sealed, length, key, &channel) == NMK_OK)
		use_channel(data, size, channel);
	nmk_free(sealed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t nothing[1];

	if (size == 0)
		data = nothing;
	require(sodium_init() >= 0);
	if (!anna)
		meet();
	as_message(data, size);
	as_peers_message(data, size);
	as_bundle(data, size);
	as_report(data, size);
	as_state(data, size);
	return 0;
}
