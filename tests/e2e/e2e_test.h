/* e2e_test.h -- two people and what they send each other. */
#ifndef NMK_E2E_TEST_H
#define NMK_E2E_TEST_H

#include "world.h"

#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "e2e.h"

#define NOW     INT64_C(1767225600000)
#define CONTEXT "0198c0de-0000-7000-8000-000000000001"

struct parcel {
	unsigned char *bytes;
	size_t         length;
};

static inline void parcel_free(struct parcel *parcel)
{
	nmk_free(parcel->bytes);
	parcel->bytes = NULL;
}

static inline nmk_e2e_identity *new_identity(void)
{
	nmk_e2e_identity *identity;

	assert_int_equal(NMK_OK, nmk_e2e_identity_create(NOW, &identity));
	return identity;
}

/* What the market would hand out: with a new one-time prekey, or without one. */
static inline struct parcel bundle_of(nmk_e2e_identity *identity, bool one_time)
{
	struct parcel bundle = { malloc(NMK_E2E_BUNDLE_MAXIMUM), NMK_E2E_SIGNED_PREKEY_BYTES };
	unsigned char *records;
	size_t length;

	assert_non_null(bundle.bytes);
	memcpy(bundle.bytes, nmk_e2e_identity_signed_prekey(identity), NMK_E2E_SIGNED_PREKEY_BYTES);
	if (one_time) {
		assert_int_equal(NMK_OK, nmk_e2e_identity_add_one_time(identity, 1, &records, &length));
		memcpy(bundle.bytes + bundle.length, records, length);
		bundle.length += length;
		nmk_free(records);
	}
	return bundle;
}

static inline nmk_e2e_channel *start_with(nmk_e2e_identity *from, nmk_e2e_identity *to, bool one_time)
{
	struct parcel bundle = bundle_of(to, one_time);
	nmk_e2e_channel *channel;

	assert_int_equal(NMK_OK, nmk_e2e_channel_start(from, bundle.bytes, bundle.length, nmk_e2e_identity_key(to), CONTEXT, &channel));
	parcel_free(&bundle);
	return channel;
}

static inline struct parcel encrypted(nmk_e2e_channel *channel, const char *text)
{
	struct parcel message;

	assert_int_equal(NMK_OK, nmk_e2e_channel_encrypt(channel, text, strlen(text), &message.bytes, &message.length));
	return message;
}

static inline void assert_text(const char *expected, nmk_e2e_text *text)
{
	assert_non_null(text);
	assert_int_equal(strlen(expected), nmk_e2e_text_length(text));
	assert_string_equal(expected, nmk_e2e_text_content(text));
	nmk_e2e_text_free(text);
}

static inline void assert_opens(const char *expected, nmk_e2e_channel *channel, const struct parcel *message)
{
	nmk_e2e_text *text;

	assert_int_equal(NMK_OK, nmk_e2e_channel_decrypt(channel, message->bytes, message->length, &text));
	assert_text(expected, text);
}

/* What a channel holds, to see that a refused message changed nothing. */
struct snapshot {
	struct ratchet ratchet;
	unsigned char  skipped[crypto_generichash_BYTES];
	size_t         count;
};

static inline struct snapshot snapshot_of(const nmk_e2e_channel *channel)
{
	struct snapshot snapshot;

	memcpy(&snapshot.ratchet, &channel->ratchet, sizeof channel->ratchet);
	snapshot.count = channel->skipped_count;
	crypto_generichash(snapshot.skipped, sizeof snapshot.skipped, (const unsigned char *)channel->skipped,
	                   channel->skipped_count * sizeof *channel->skipped, NULL, 0);
	return snapshot;
}

static inline void assert_unchanged(const struct snapshot *before, const nmk_e2e_channel *channel)
{
	struct snapshot now = snapshot_of(channel);

	assert_memory_equal(&before->ratchet, &now.ratchet, sizeof now.ratchet);
	assert_memory_equal(before->skipped, now.skipped, sizeof now.skipped);
	assert_int_equal(before->count, now.count);
}

static inline void assert_refused(nmk_status expected, nmk_e2e_channel *channel, const struct parcel *message)
{
	struct snapshot before = snapshot_of(channel);
	nmk_e2e_text *text = (nmk_e2e_text *)&before;

	assert_int_equal(expected, nmk_e2e_channel_decrypt(channel, message->bytes, message->length, &text));
	assert_null(text);
	assert_unchanged(&before, channel);
}

/* Two people with a channel; each has heard of the other. */
struct two {
	nmk_e2e_identity *anna, *ben;
	nmk_e2e_channel  *a, *b;
};

static inline struct two two_who_talk(void)
{
	struct two two = { .anna = new_identity(), .ben = new_identity() };
	struct parcel message;
	nmk_e2e_text *text;

	two.a = start_with(two.anna, two.ben, true);
	message = encrypted(two.a, "hello Ben");
	assert_int_equal(NMK_OK, nmk_e2e_channel_accept(two.ben, message.bytes, message.length, nmk_e2e_identity_key(two.anna), CONTEXT,
	                                                &two.b, &text));
	assert_text("hello Ben", text);
	parcel_free(&message);
	message = encrypted(two.b, "hello Anna");
	assert_opens("hello Anna", two.a, &message);
	parcel_free(&message);
	return two;
}

static inline void two_free(struct two *two)
{
	nmk_e2e_channel_free(two->a);
	nmk_e2e_channel_free(two->b);
	nmk_e2e_identity_free(two->anna);
	nmk_e2e_identity_free(two->ben);
}

static inline size_t unhex(const char *hex, unsigned char *bytes, size_t room)
{
	size_t length = 0;

	assert_int_equal(0, sodium_hex2bin(bytes, room, hex, strlen(hex), NULL, &length, NULL));
	return length;
}
#endif
