/* e2e_test.c -- after each call no copy of a key or a text is left but in the objects themselves, and after they were freed none at all. */
#include "secrets.h"

#include "e2e.h"

#define CONTEXT "chat"

static const unsigned char host_key[32] = { 1 };

/* An object's secrets are looked for from here on: it is freed, and loaded again from its sealed state. */
static void keep_identity(nmk_e2e_identity *identity)
{
	keep_bytes("seed", identity->seed, sizeof identity->seed);
	keep_bytes("signing key", identity->sign_secret, 32);
	keep_bytes("exchange key", identity->exchange.secret, 32);
	for (size_t i = 0; i < identity->signed_count; i++)
		keep_bytes("signed prekey", identity->signed_prekeys[i].pair.secret, 32);
	for (size_t i = 0; i < identity->one_time_count; i++)
		keep_bytes("one-time prekey", identity->one_time[i].secret, 32);
}

static void keep_channel(nmk_e2e_channel *channel)
{
	keep_bytes("root key", channel->ratchet.root, 32);
	keep_bytes("sending chain", channel->ratchet.sending_chain, 32);
	if (channel->ratchet.receiving)
		keep_bytes("receiving chain", channel->ratchet.receiving_chain, 32);
	keep_bytes("ratchet key", channel->ratchet.own.secret, 32);
	for (size_t i = 0; i < channel->skipped_count; i++)
		keep_bytes("skipped key", channel->skipped[i].key, 32);
}

/* Byte by byte: registers that hold more of it may be saved to the stack. */
static bool is_same(const volatile char *one, const volatile char *other)
{
	while (*one && *one == *other)
		one++, other++;
	return *one == *other;
}

static void read_it(struct world *w, nmk_e2e_channel *channel, const unsigned char *message, size_t length, const char *expected)
{
	nmk_e2e_text *text;

	assert_int_equal(NMK_OK, nmk_e2e_channel_decrypt(channel, message, length, &text));
	assert_true(is_same(expected, nmk_e2e_text_content(text)));
	nmk_e2e_text_free(text);
	assert_gone(w);
}

static void test_texts__are_gone_once_they_are_sent_and_read(void **state)
{
	struct world *w = *state;
	nmk_e2e_identity *anna, *ben;
	nmk_e2e_channel *a, *b;
	nmk_e2e_text *read;
	const char *texts[3] = { new_secret("text"), new_secret("text"), new_secret("text") };
	unsigned char *messages[3], *records, *report;
	size_t lengths[3], length;

	assert_traceless(w, NMK_OK, nmk_e2e_identity_create(w->now, &anna));
	assert_traceless(w, NMK_OK, nmk_e2e_identity_create(w->now, &ben));
	assert_traceless(w, NMK_OK, nmk_e2e_identity_add_one_time(ben, 2, &records, &length));
	nmk_free(records);
	assert_traceless(w, NMK_OK, nmk_e2e_channel_start(anna, nmk_e2e_identity_signed_prekey(ben), NMK_E2E_SIGNED_PREKEY_BYTES,
	                                                  nmk_e2e_identity_key(ben), CONTEXT, &a));
	for (int i = 0; i < 3; i++)
		assert_traceless(w, NMK_OK, nmk_e2e_channel_encrypt(a, texts[i], SECRET_LENGTH, &messages[i], &lengths[i]));
	assert_int_equal(NMK_OK, nmk_e2e_channel_accept(ben, messages[1], lengths[1], NULL, CONTEXT, &b, &read));
	assert_int_equal(NMK_OK, nmk_e2e_text_report(read, &report, &length));
	sodium_memzero(report, length);
	nmk_free(report);
	assert_int_equal(SECRET_LENGTH, nmk_e2e_text_length(read));
	nmk_e2e_text_free(read);
	assert_gone(w);
	read_it(w, b, messages[2], lengths[2], texts[2]);
	read_it(w, b, messages[0], lengths[0], texts[0]);
	messages[0][lengths[0] - 1] ^= 1;
	assert_traceless(w, NMK_ESTATE, nmk_e2e_channel_decrypt(b, messages[0], lengths[0], &read));
	for (int i = 0; i < 3; i++)
		nmk_free(messages[i]);
	assert_true(*nmk_e2e_identity_key(anna) == *nmk_e2e_channel_peer(b));
	assert_true(nmk_e2e_identity_rotated_at(anna) == w->now);
	nmk_e2e_channel_free(a);
	nmk_e2e_channel_free(b);
	nmk_e2e_identity_free(anna);
	nmk_e2e_identity_free(ben);
}

static void test_keys__are_gone_once_they_are_freed(void **state)
{
	struct world *w = *state;
	nmk_e2e_identity *anna, *ben;
	nmk_e2e_channel *a, *b;
	nmk_e2e_text *read;
	unsigned char *message, *records, *saved[4];
	size_t length, lengths[4];

	assert_int_equal(NMK_OK, nmk_e2e_identity_create(w->now, &anna));
	assert_int_equal(NMK_OK, nmk_e2e_identity_create(w->now, &ben));
	assert_int_equal(NMK_OK, nmk_e2e_identity_add_one_time(ben, 3, &records, &length));
	nmk_free(records);
	assert_int_equal(NMK_OK, nmk_e2e_identity_rotate(ben, w->now));
	assert_int_equal(NMK_OK, nmk_e2e_channel_start(anna, nmk_e2e_identity_signed_prekey(ben), NMK_E2E_SIGNED_PREKEY_BYTES, NULL, CONTEXT,
	                                               &a));
	for (int i = 0; i < 3; i++) { /* the first two are lost */
		assert_int_equal(NMK_OK, nmk_e2e_channel_encrypt(a, "x", 1, &message, &length));
		if (i == 2)
			assert_int_equal(NMK_OK, nmk_e2e_channel_accept(ben, message, length, NULL, CONTEXT, &b, &read));
		nmk_free(message);
	}
	nmk_e2e_text_free(read);
	keep_identity(anna);
	keep_identity(ben);
	keep_channel(a);
	keep_channel(b);
	assert_int_equal(NMK_OK, nmk_e2e_identity_save(anna, host_key, &saved[0], &lengths[0]));
	assert_int_equal(NMK_OK, nmk_e2e_identity_save(ben, host_key, &saved[1], &lengths[1]));
	assert_int_equal(NMK_OK, nmk_e2e_channel_save(a, host_key, &saved[2], &lengths[2]));
	assert_int_equal(NMK_OK, nmk_e2e_channel_save(b, host_key, &saved[3], &lengths[3]));
	nmk_e2e_identity_free(anna);
	nmk_e2e_identity_free(ben);
	nmk_e2e_channel_free(a);
	nmk_e2e_channel_free(b);
	assert_gone(w);
	for (int i = 0; i < 4; i++) {
		if (i < 2) {
			assert_int_equal(NMK_OK, nmk_e2e_identity_load(saved[i], lengths[i], host_key, &anna));
			nmk_e2e_identity_free(anna);
		} else {
			assert_int_equal(NMK_OK, nmk_e2e_channel_load(saved[i], lengths[i], host_key, &a));
			nmk_e2e_channel_free(a);
		}
		assert_gone(w);
		saved[i][lengths[i] - 1] ^= 1;
		if (i < 2)
			assert_traceless(w, NMK_ECORRUPT, nmk_e2e_identity_load(saved[i], lengths[i], host_key, &anna));
		else
			assert_traceless(w, NMK_ECORRUPT, nmk_e2e_channel_load(saved[i], lengths[i], host_key, &a));
		nmk_free(saved[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SECRETS_TEST(test_texts__are_gone_once_they_are_sent_and_read),
		SECRETS_TEST(test_keys__are_gone_once_they_are_freed),
	};

	return RUN_SECRETS(tests);
}
