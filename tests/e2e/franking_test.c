/* franking_test.c -- a report shows what was written to those who could not read it, and nobody can make another. */
#include "e2e_test.h"
#include "franking.h"

static nmk_e2e_text *opened(nmk_e2e_channel *channel, const struct parcel *message)
{
	nmk_e2e_text *text;

	assert_int_equal(NMK_OK, nmk_e2e_channel_decrypt(channel, message->bytes, message->length, &text));
	return text;
}

/* Anna's message as Ben would report it. */
struct reported {
	struct two    two;
	struct parcel message, report;
	unsigned char commitment[NMK_E2E_KEY_BYTES];
};

static struct reported reported_text(const char *words)
{
	struct reported reported = { .two = two_who_talk() };
	nmk_e2e_text *text;

	reported.message = encrypted(reported.two.a, words);
	text = opened(reported.two.b, &reported.message);
	assert_int_equal(NMK_OK, nmk_e2e_text_report(text, &reported.report.bytes, &reported.report.length));
	nmk_e2e_text_free(text);
	assert_int_equal(NMK_OK, nmk_e2e_message_commitment(reported.message.bytes, reported.message.length, reported.commitment));
	return reported;
}

static void reported_free(struct reported *reported)
{
	two_free(&reported->two);
	parcel_free(&reported->message);
	parcel_free(&reported->report);
}

static nmk_status verify(const struct parcel *report, const unsigned char *commitment)
{
	const char *text;
	size_t length;

	return nmk_e2e_report_verify(report->bytes, report->length, commitment, &text, &length);
}

static void test_report__shows_the_text(void **state)
{
	struct reported reported = reported_text("you fool");
	const char *text;
	size_t length;

	(void)state;
	assert_int_equal(NMK_OK, nmk_e2e_report_verify(reported.report.bytes, reported.report.length, reported.commitment, &text, &length));
	assert_int_equal(8, length);
	assert_memory_equal("you fool", text, length);
	reported_free(&reported);
}

static void test_report__altered_anywhere_is_refused(void **state)
{
	struct reported reported = reported_text("you fool");

	(void)state;
	for (size_t i = 0; i < 8 * reported.report.length; i++) {
		reported.report.bytes[i / 8] ^= (unsigned char)(1 << i % 8);
		assert_int_equal(i < 8 ? NMK_EINVALID : NMK_ECORRUPT, verify(&reported.report, reported.commitment));
		reported.report.bytes[i / 8] ^= (unsigned char)(1 << i % 8);
	}
	for (size_t length = 0; length < reported.report.length; length++) {
		struct parcel shorter = { reported.report.bytes, length };

		assert_int_equal(length <= 33 ? NMK_EINVALID : NMK_ECORRUPT, verify(&shorter, reported.commitment));
	}
	reported_free(&reported);
}

static void test_report__of_one_message_is_none_of_another(void **state)
{
	struct reported reported = reported_text("you fool");
	struct parcel same = encrypted(reported.two.a, "you fool");
	unsigned char commitment[NMK_E2E_KEY_BYTES];

	(void)state;
	assert_int_equal(NMK_OK, nmk_e2e_message_commitment(same.bytes, same.length, commitment));
	assert_int_equal(NMK_ECORRUPT, verify(&reported.report, commitment));
	parcel_free(&same);
	reported_free(&reported);
}

static void test_report__of_4096_bytes_but_not_of_4097(void **state)
{
	static unsigned char bytes[NMK_E2E_REPORT_MAXIMUM + 1] = { 1 };
	unsigned char commitment[32];
	struct parcel report = { bytes, sizeof bytes };

	(void)state;
	franking_commit(bytes + 1, bytes + 33, 4097, commitment);
	assert_int_equal(NMK_EINVALID, verify(&report, commitment));
	report.length--;
	franking_commit(bytes + 1, bytes + 33, 4096, commitment);
	assert_int_equal(NMK_OK, verify(&report, commitment));
}

/* ---- a sender who cheats ---- */

/* Seal a body of the cheater's choice as the next message, with a commitment of her choice. */
static struct parcel forged(nmk_e2e_channel *channel, const unsigned char body[64], const unsigned char *commitment)
{
	static const unsigned char for_message = 1;
	unsigned char key[32], bound[BOUND_BYTES + HEADER_FIRST];
	struct e2e_message read;
	struct parcel message;

	e2e_hmac(channel->ratchet.sending_chain, 32, &(struct bytes_piece){ &for_message, 1 }, 1, key);
	message = encrypted(channel, "of one block");
	assert_true(e2e_message_read(message.bytes, message.length, &read));
	memcpy(message.bytes + (read.commitment - message.bytes), commitment, 32);
	memcpy(bound, channel->ratchet.bound, BOUND_BYTES);
	memcpy(bound + BOUND_BYTES, message.bytes, read.header_length);
	e2e_seal(key, read.nonce, (struct bytes_piece){ bound, BOUND_BYTES + read.header_length }, body, 64,
	         message.bytes + read.header_length);
	return message;
}

/* What is not what it commits to is never shown: so it need not be reported. */
static void test_sender__who_commits_to_another_text_is_not_read(void **state)
{
	struct two two = two_who_talk();
	unsigned char body[64] = { 0 }, commitment[32];

	(void)state;
	memcpy(body + 32, "you fool", 8);
	body[40] = 0x80;
	for (int honest = 0; honest < 2; honest++) {
		struct parcel message;
		nmk_e2e_text *text;

		franking_commit(body, honest ? "you fool" : "you are nice", honest ? 8 : 12, commitment);
		message = forged(two.a, body, commitment);
		if (honest) {
			text = opened(two.b, &message);
			assert_text("you fool", text);
		} else {
			assert_refused(NMK_ECORRUPT, two.b, &message);
		}
		parcel_free(&message);
	}
	two_free(&two);
}

/* The trick that breaks franking with an AEAD alone: one ciphertext and tag that open under two keys. XChaCha20-Poly1305 has such
 * pairs, the commitment has none. The sender would show Ben one text, and staff another that has the same ciphertext. */

/* ---- arithmetic modulo 2^130 - 5, for the one block that makes both tags equal ---- */

struct number {
	uint32_t limb[9]; /* the lowest 32 bits first */
};

static struct number number_of(const unsigned char *bytes, size_t length)
{
	struct number n = { { 0 } };

	for (size_t i = 0; i < length; i++)
		n.limb[i / 4] |= (uint32_t)bytes[i] << 8 * (i % 4);
	return n;
}

static const struct number prime = { { 0xfffffffbu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 3 } };

static bool is_less(const struct number *a, const struct number *b)
{
	for (int i = 9; i-- > 0;)
		if (a->limb[i] != b->limb[i])
			return a->limb[i] < b->limb[i];
	return false;
}

static void subtract(struct number *a, const struct number *b)
{
	int64_t borrow = 0;

	for (int i = 0; i < 9; i++) {
		int64_t digit = (int64_t)a->limb[i] - b->limb[i] - borrow;

		borrow = digit < 0;
		a->limb[i] = (uint32_t)digit;
	}
}

static void add_to(struct number *a, const struct number *b)
{
	uint64_t carry = 0;

	for (int i = 0; i < 9; i++) {
		carry += (uint64_t)a->limb[i] + b->limb[i];
		a->limb[i] = (uint32_t)carry;
		carry >>= 32;
	}
}

static struct number sum(struct number a, struct number b)
{
	add_to(&a, &b);
	while (!is_less(&a, &prime))
		subtract(&a, &prime);
	return a;
}

static struct number negative(struct number a)
{
	struct number n = prime;

	subtract(&n, &a);
	return sum(n, (struct number){ { 0 } });
}

static bool bit_of(const struct number *n, int bit)
{
	return n->limb[bit / 32] >> bit % 32 & 1;
}

static struct number product(struct number a, struct number b)
{
	struct number n = { { 0 } };

	for (int bit = 131; bit-- > 0;) {
		n = sum(n, n);
		if (bit_of(&b, bit))
			n = sum(n, a);
	}
	return n;
}

static struct number inverse(struct number a)
{
	struct number power = prime, n = { { 1 } };

	subtract(&power, &(struct number){ { 2 } });
	for (int bit = 130; bit-- > 0;) {
		n = product(n, n);
		if (bit_of(&power, bit))
			n = product(n, a);
	}
	return n;
}

/* Of one key: r and s of Poly1305, and the key stream that follows. */
struct stream {
	struct number r, s;
	unsigned char bytes[64];
};

static struct stream stream_of(const unsigned char *key, const unsigned char *nonce)
{
	unsigned char zeros[128] = { 0 }, out[128];
	struct stream stream;

	crypto_stream_xchacha20_xor(out, zeros, sizeof out, nonce, key);
	for (int i = 3; i < 16; i += 4)
		out[i] &= 15;
	for (int i = 4; i < 16; i += 4)
		out[i] &= 252;
	stream.r = number_of(out, 16);
	stream.s = number_of(out + 16, 16);
	memcpy(stream.bytes, out + 64, 64);
	return stream;
}

/* The last block of the polynomial: the lengths of the bound data, none, and of `blocks` blocks. */
static struct number length_block(size_t blocks)
{
	unsigned char bytes[17] = { 0 };

	bytes[8] = (unsigned char)(16 * blocks);
	bytes[16] = 1;
	return number_of(bytes, 17);
}

static struct number with_end(const unsigned char *block)
{
	unsigned char bytes[17];

	memcpy(bytes, block, 16);
	bytes[16] = 1;
	return number_of(bytes, 17);
}

/* The polynomial of block, x, lengths: block r^3 + x r^2 + lengths r. Find x with equal values plus s for both keys. */
static bool solve(const struct stream keys[2], const unsigned char *block, unsigned char x[16])
{
	struct number squares[2], rest[2], value, end = { { 0, 0, 0, 0, 1 } };

	for (int i = 0; i < 2; i++) {
		squares[i] = product(keys[i].r, keys[i].r);
		rest[i] = sum(sum(product(with_end(block), product(squares[i], keys[i].r)), product(length_block(2), keys[i].r)), keys[i].s);
	}
	value = product(sum(rest[1], negative(rest[0])), inverse(sum(squares[0], negative(squares[1]))));
	if (is_less(&value, &end))
		return false;
	subtract(&value, &end);
	if (value.limb[4] != 0)
		return false;
	for (int i = 0; i < 16; i++)
		x[i] = (unsigned char)(value.limb[i / 4] >> 8 * (i % 4));
	return true;
}

static void test_salamander__opens_under_two_keys_but_has_one_commitment(void **state)
{
	unsigned char keys[2][32], nonce[24] = { 5 }, sealed[48], plain[2][32], commitments[2][32], report[1 + 32 + 32] = { 1 };
	struct bytes_piece nothing = { NULL, 0 };
	struct parcel parcel = { report, sizeof report };
	int found = 0;

	(void)state;
	for (uint32_t i = 0; i < 4096 && found < 3; i++) {
		struct stream streams[2];

		for (int k = 0; k < 2; k++) {
			memset(keys[k], 0, 32);
			memcpy(keys[k], &i, sizeof i);
			keys[k][31] = (unsigned char)(k + 1);
			streams[k] = stream_of(keys[k], nonce);
		}
		memcpy(sealed, "any sixteen byte", 16);
		if (!solve(streams, sealed, sealed + 16))
			continue;
		/* The tag under the first key; s is added modulo 2^128, so not every solution serves. */
		for (size_t b = 0; b < 32; b++)
			plain[0][b] = sealed[b] ^ streams[0].bytes[b];
		e2e_seal(keys[0], nonce, nothing, plain[0], 32, sealed);
		if (!e2e_open(keys[1], nonce, nothing, sealed, sizeof sealed, plain[1]))
			continue;
		found++;
		assert_true(e2e_open(keys[0], nonce, nothing, sealed, sizeof sealed, plain[0]));
		assert_memory_not_equal(plain[0], plain[1], 32);
		/* Both texts, each with its key as franking key: one commitment is not the other's. */
		for (int k = 0; k < 2; k++)
			franking_commit(keys[k], plain[k], 32, commitments[k]);
		assert_memory_not_equal(commitments[0], commitments[1], 32);
		for (int k = 0; k < 2; k++) {
			memcpy(report + 1, keys[k], 32);
			memcpy(report + 33, plain[k], 32);
			assert_int_equal(NMK_OK, verify(&parcel, commitments[k]));
			assert_int_equal(NMK_ECORRUPT, verify(&parcel, commitments[1 - k]));
		}
	}
	assert_int_equal(3, found);
}

/* ---- the market's tag ---- */

static void test_tag__holds_for_this_message_only(void **state)
{
	unsigned char key[32] = { 7 }, tag[32];
	struct franked_message message = { 1, 2, 3, 4, { 5 } }, other;

	(void)state;
	franking_tag(key, &message, tag);
	assert_true(franking_tag_holds(key, &message, tag));
	for (int i = 0; i < 5; i++) {
		other = message;
		switch (i) {
		case 0: other.chat_id++; break;
		case 1: other.message_id++; break;
		case 2: other.sender_id++; break;
		case 3: other.created_at++; break;
		default: other.commitment[31] ^= 1; break;
		}
		assert_false(franking_tag_holds(key, &other, tag));
	}
	for (size_t i = 0; i < 256; i++) {
		tag[i / 8] ^= (unsigned char)(1 << i % 8);
		assert_false(franking_tag_holds(key, &message, tag));
		tag[i / 8] ^= (unsigned char)(1 << i % 8);
	}
	key[0] ^= 1;
	assert_false(franking_tag_holds(key, &message, tag));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_report__shows_the_text),
		cmocka_unit_test(test_report__altered_anywhere_is_refused),
		cmocka_unit_test(test_report__of_one_message_is_none_of_another),
		cmocka_unit_test(test_report__of_4096_bytes_but_not_of_4097),
		cmocka_unit_test(test_sender__who_commits_to_another_text_is_not_read),
		cmocka_unit_test(test_salamander__opens_under_two_keys_but_has_one_commitment),
		cmocka_unit_test(test_tag__holds_for_this_message_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
