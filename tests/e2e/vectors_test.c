/* vectors_test.c -- the bytes of every format stay as they are: a conversation with known random bytes, frozen in vectors.json, which
 * is also what another implementation is tested with. NMK_E2E_VECTORS=FILE writes it anew. */
#include "e2e_test.h"

/* Block n of 32 bytes is HMAC-SHA256(name, n as 4 bytes, the highest first); each demand begins with a new block. */
struct known_random {
	const char *name;
	uint32_t    block;
};

static void fill_known(void *context, void *bytes, size_t length)
{
	struct known_random *known = context;
	unsigned char number[4], block[32], *to = bytes;

	while (length > 0) {
		size_t part = length < sizeof block ? length : sizeof block;

		put_big_endian(number, 4, known->block++);
		e2e_hmac(known->name, strlen(known->name), &(struct bytes_piece){ number, 4 }, 1, block);
		memcpy(to, block, part);
		to += part;
		length -= part;
	}
}

static struct known_random known[2] = { { "anna", 0 }, { "ben", 0 } };
static const struct e2e_random randoms[2] = { { fill_known, &known[0] }, { fill_known, &known[1] } };

static json_t *hex(const void *bytes, size_t length)
{
	char *text = malloc(2 * length + 1);
	json_t *value = json_string(sodium_bin2hex(text, 2 * length + 1, bytes, length));

	free(text);
	return value;
}

struct talk {
	nmk_e2e_identity *identities[2];
	nmk_e2e_channel  *channels[2];
	struct parcel     messages[16];
	json_t           *events;
	int               count;
};

static void write_message(struct talk *talk, int from, const char *text)
{
	struct parcel *message = &talk->messages[talk->count];

	assert_int_equal(NMK_OK, ratchet_encrypt(&randoms[from], talk->channels[from], text, strlen(text), &message->bytes, &message->length));
	json_array_append_new(talk->events, json_pack("{sssssiso}", "write", known[from].name, "text", text, "number", talk->count, "message",
	                                              hex(message->bytes, message->length)));
	talk->count++;
}

static void read_message(struct talk *talk, int by, int number)
{
	struct parcel *parcel = &talk->messages[number], report;
	struct e2e_message message;
	nmk_e2e_text *text;

	assert_true(e2e_message_read(parcel->bytes, parcel->length, &message));
	if (!talk->channels[by])
		assert_int_equal(NMK_OK, channel_accept(&randoms[by], talk->identities[by], parcel->bytes, parcel->length, NULL, CONTEXT,
		                                        &talk->channels[by], &text));
	else
		assert_int_equal(NMK_OK, ratchet_decrypt(&randoms[by], talk->channels[by], parcel->bytes, &message, &text));
	assert_int_equal(NMK_OK, nmk_e2e_text_report(text, &report.bytes, &report.length));
	json_array_append_new(talk->events, json_pack("{sssisssoso}", "read", known[by].name, "number", number, "text", nmk_e2e_text_content(text),
	                                              "commitment", hex(message.commitment, 32), "report", hex(report.bytes, report.length)));
	parcel_free(&report);
	nmk_e2e_text_free(text);
}

/* Late, lost and in turns: every part of the formats is there. */
static void talk_all(struct talk *talk)
{
	write_message(talk, 0, "Hallo Ben");
	write_message(talk, 0, "Bist du da?");
	read_message(talk, 1, 1);
	write_message(talk, 1, "Ja");
	write_message(talk, 1, "gerade gekommen");
	read_message(talk, 0, 3);
	write_message(talk, 0, "Gr\xc3\xbc\xc3\x9f" "e, und noch etwas, das l\xc3\xa4nger ist als ein Block von vierundsechzig Bytes");
	read_message(talk, 1, 0);
	read_message(talk, 1, 4);
	read_message(talk, 0, 2);
	write_message(talk, 1, "bis bald");
	read_message(talk, 0, 5);
}

/* Without the nonce, which is random: what is sealed in a saved state. */
static json_t *saved_plain(int kind, const struct parcel *sealed, const unsigned char *key)
{
	unsigned char *plain;
	size_t length;
	json_t *value;

	assert_int_equal(NMK_OK, state_open(kind, key, sealed->bytes, sealed->length, &plain, &length));
	value = hex(plain, length);
	bytes_wipe_free(plain, length);
	return value;
}

static json_t *states(struct talk *talk)
{
	static const unsigned char key[32] = { 0 };
	json_t *all = json_object();

	for (int i = 0; i < 2; i++) {
		struct parcel identity, channel;

		assert_int_equal(NMK_OK, nmk_e2e_identity_save(talk->identities[i], key, &identity.bytes, &identity.length));
		assert_int_equal(NMK_OK, nmk_e2e_channel_save(talk->channels[i], key, &channel.bytes, &channel.length));
		json_object_set_new(all, known[i].name, json_pack("{soso}", "identity", saved_plain(STATE_IDENTITY, &identity, key), "channel",
		                                                  saved_plain(STATE_CHANNEL, &channel, key)));
		parcel_free(&identity);
		parcel_free(&channel);
	}
	return all;
}

static json_t *vectors(bool one_time)
{
	struct talk talk = { .events = json_array() };
	unsigned char bundle[NMK_E2E_BUNDLE_MAXIMUM], *records;
	char number[NMK_E2E_SAFETY_NUMBER_SIZE];
	size_t length = NMK_E2E_SIGNED_PREKEY_BYTES, records_length;
	json_t *all;

	known[0].block = known[1].block = 0;
	for (int i = 0; i < 2; i++)
		assert_int_equal(NMK_OK, identity_create(&randoms[i], NOW, &talk.identities[i]));
	assert_int_equal(NMK_OK, identity_add_one_time(&randoms[1], talk.identities[1], 2, &records, &records_length));
	memcpy(bundle, nmk_e2e_identity_signed_prekey(talk.identities[1]), length);
	if (one_time) {
		memcpy(bundle + length, records, NMK_E2E_ONE_TIME_PREKEY_BYTES);
		length += NMK_E2E_ONE_TIME_PREKEY_BYTES;
	}
	nmk_free(records);
	assert_int_equal(NMK_OK, channel_start(&randoms[0], talk.identities[0], bundle, length, NULL, CONTEXT, &talk.channels[0]));
	talk_all(&talk);
	assert_int_equal(NMK_OK, nmk_e2e_safety_number(nmk_e2e_identity_key(talk.identities[0]), "anna",
	                                               nmk_e2e_identity_key(talk.identities[1]), "ben", number));
	all = json_pack("{sIsssosososssoso}", "made_at", (json_int_t)NOW, "context", CONTEXT, "anna", hex(nmk_e2e_identity_key(talk.identities[0]), 32),
	                "ben", hex(nmk_e2e_identity_key(talk.identities[1]), 32), "bundle", hex(bundle, length), "safety_number", number,
	                "events", talk.events, "states", states(&talk));
	for (int i = 0; i < talk.count; i++)
		parcel_free(&talk.messages[i]);
	for (int i = 0; i < 2; i++) {
		nmk_e2e_channel_free(talk.channels[i]);
		nmk_e2e_identity_free(talk.identities[i]);
	}
	return all;
}

static void test_vectors__are_what_they_were(void **state)
{
	const char *path = getenv("NMK_E2E_VECTORS");
	json_t *now = json_pack("[oo]", vectors(true), vectors(false)), *frozen;

	(void)state;
	if (path)
		assert_int_equal(0, json_dump_file(now, path, JSON_INDENT(1) | JSON_SORT_KEYS));
	frozen = json_load_file(NMK_SOURCE_DIR "/tests/e2e/vectors.json", 0, NULL);
	assert_non_null(frozen);
	assert_true(json_equal(frozen, now));
	json_decref(frozen);
	json_decref(now);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors__are_what_they_were),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
