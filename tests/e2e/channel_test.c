/* channel_test.c -- what two people send each other is read by the other, once, and by nobody else. */
#include "e2e_test.h"

static void test_channel__carries_texts_both_ways(void **state)
{
	struct two two = two_who_talk();
	char text[32];

	(void)state;
	for (int i = 0; i < 50; i++) {
		nmk_e2e_channel *from = i % 3 ? two.a : two.b, *to = i % 3 ? two.b : two.a;
		struct parcel message;

		snprintf(text, sizeof text, "message %d", i);
		message = encrypted(from, text);
		assert_opens(text, to, &message);
		parcel_free(&message);
	}
	assert_memory_equal(nmk_e2e_identity_key(two.ben), nmk_e2e_channel_peer(two.a), NMK_E2E_KEY_BYTES);
	assert_memory_equal(nmk_e2e_identity_key(two.anna), nmk_e2e_channel_peer(two.b), NMK_E2E_KEY_BYTES);
	two_free(&two);
}

static void test_text__of_1_and_of_4096_bytes_but_not_of_0_or_4097(void **state)
{
	static char longest[NMK_E2E_TEXT_MAXIMUM + 1];
	struct two two = two_who_talk();
	struct parcel message;
	nmk_e2e_text *text;

	(void)state;
	memset(longest, 'x', sizeof longest);
	assert_int_equal(NMK_EINVALID, nmk_e2e_channel_encrypt(two.a, "", 0, &message.bytes, &message.length));
	assert_null(message.bytes);
	assert_int_equal(NMK_EINVALID, nmk_e2e_channel_encrypt(two.a, longest, 4097, &message.bytes, &message.length));
	assert_int_equal(NMK_OK, nmk_e2e_channel_encrypt(two.a, longest, 4096, &message.bytes, &message.length));
	assert_true(message.length <= NMK_E2E_MESSAGE_MAXIMUM);
	assert_int_equal(NMK_OK, nmk_e2e_channel_decrypt(two.b, message.bytes, message.length, &text));
	assert_int_equal(4096, nmk_e2e_text_length(text));
	assert_memory_equal(longest, nmk_e2e_text_content(text), 4096);
	nmk_e2e_text_free(text);
	parcel_free(&message);
	message = encrypted(two.b, "y");
	assert_opens("y", two.a, &message);
	parcel_free(&message);
	two_free(&two);
}

/* The longest first message is what the header promises; lengths are hidden in steps of 64. */
static void test_message__shows_of_its_length_only_64_byte_steps(void **state)
{
	static const char longest[NMK_E2E_TEXT_MAXIMUM] = "x";
	nmk_e2e_identity *anna = new_identity(), *ben = new_identity();
	nmk_e2e_channel *a = start_with(anna, ben, true);
	size_t lengths[4] = { 1, 31, 32, 95 }, expected[4] = { 64, 64, 128, 128 };
	struct parcel message;

	(void)state;
	for (int i = 0; i < 4; i++) {
		assert_int_equal(NMK_OK, nmk_e2e_channel_encrypt(a, longest, lengths[i], &message.bytes, &message.length));
		assert_int_equal(HEADER_FIRST + expected[i] + E2E_TAG_BYTES, message.length);
		parcel_free(&message);
	}
	assert_int_equal(NMK_OK, nmk_e2e_channel_encrypt(a, longest, sizeof longest, &message.bytes, &message.length));
	assert_int_equal(NMK_E2E_MESSAGE_MAXIMUM, message.length);
	parcel_free(&message);
	nmk_e2e_channel_free(a);
	nmk_e2e_identity_free(anna);
	nmk_e2e_identity_free(ben);
}

static void test_message__opens_once(void **state)
{
	struct two two = two_who_talk();
	struct parcel first = encrypted(two.a, "one"), second = encrypted(two.a, "two"), answer;

	(void)state;
	assert_opens("two", two.b, &second);
	assert_opens("one", two.b, &first);
	assert_refused(NMK_ESTATE, two.b, &first);
	assert_refused(NMK_ESTATE, two.b, &second);
	answer = encrypted(two.b, "three");
	assert_opens("three", two.a, &answer);
	parcel_free(&answer);
	answer = encrypted(two.a, "four");
	assert_opens("four", two.b, &answer);
	assert_refused(NMK_ECORRUPT, two.b, &first); /* of a chain that is over */
	parcel_free(&answer);
	parcel_free(&first);
	parcel_free(&second);
	two_free(&two);
}

/* Every bit of every byte, in a first message and in a later one. */
static void test_message__altered_anywhere_is_refused_and_changes_nothing(void **state)
{
	struct two two = two_who_talk();
	struct parcel message = encrypted(two.a, "pay 10");

	(void)state;
	for (size_t i = 0; i < 8 * message.length; i++) {
		struct snapshot before = snapshot_of(two.b);
		nmk_e2e_text *text;

		message.bytes[i / 8] ^= (unsigned char)(1 << i % 8);
		assert_int_not_equal(NMK_OK, nmk_e2e_channel_decrypt(two.b, message.bytes, message.length, &text));
		assert_null(text);
		assert_unchanged(&before, two.b);
		message.bytes[i / 8] ^= (unsigned char)(1 << i % 8);
	}
	for (size_t length = 0; length < message.length; length++) {
		struct parcel shorter = { malloc(length + 1), length };

		memcpy(shorter.bytes, message.bytes, length);
		assert_refused(length >= HEADER_FOLLOWING + 80 && (length - HEADER_FOLLOWING - 16) % 64 == 0 ? NMK_ECORRUPT : NMK_EINVALID, two.b,
		               &shorter);
		parcel_free(&shorter);
	}
	assert_opens("pay 10", two.b, &message);
	parcel_free(&message);
	two_free(&two);
}

static void test_first_message__altered_anywhere_begins_nothing(void **state)
{
	nmk_e2e_identity *anna = new_identity(), *ben = new_identity();
	nmk_e2e_channel *a = start_with(anna, ben, true), *b;
	struct parcel message = encrypted(a, "hello");
	nmk_e2e_identity before = *ben;
	nmk_e2e_text *text;

	(void)state;
	for (size_t i = 0; i < message.length; i++)
		for (int bit = 1; bit < 256; bit += 85) {
			message.bytes[i] ^= (unsigned char)bit;
			assert_int_not_equal(NMK_OK, nmk_e2e_channel_accept(ben, message.bytes, message.length, NULL, CONTEXT, &b, &text));
			assert_null(b);
			assert_null(text);
			assert_memory_equal(&before, ben, sizeof before);
			message.bytes[i] ^= (unsigned char)bit;
		}
	assert_int_equal(NMK_OK, nmk_e2e_channel_accept(ben, message.bytes, message.length, NULL, CONTEXT, &b, &text));
	assert_text("hello", text);
	parcel_free(&message);
	nmk_e2e_channel_free(a);
	nmk_e2e_channel_free(b);
	nmk_e2e_identity_free(anna);
	nmk_e2e_identity_free(ben);
}

/* Until there is an answer all messages are first ones; whichever comes first begins the channel, once. */
static void test_first_messages__in_any_order_begin_one_channel(void **state)
{
	(void)state;
	for (int one_time = 0; one_time < 2; one_time++) {
		nmk_e2e_identity *anna = new_identity(), *ben = new_identity();
		nmk_e2e_channel *a = start_with(anna, ben, one_time), *b, *again;
		struct parcel messages[3] = { encrypted(a, "zero"), encrypted(a, "one"), encrypted(a, "two") }, answer;
		nmk_e2e_text *text;

		for (int i = 0; i < 3; i++)
			assert_true(nmk_e2e_message_is_first(messages[i].bytes, messages[i].length));
		assert_int_equal(NMK_OK, nmk_e2e_channel_accept(ben, messages[1].bytes, messages[1].length, NULL, CONTEXT, &b, &text));
		assert_text("one", text);
		for (int i = 0; i < 3; i++) {
			assert_int_equal(NMK_ESTATE, nmk_e2e_channel_accept(ben, messages[i].bytes, messages[i].length, NULL, CONTEXT, &again, &text));
			assert_null(again);
		}
		assert_opens("two", b, &messages[2]);
		assert_opens("zero", b, &messages[0]);
		assert_refused(NMK_ESTATE, b, &messages[1]);
		answer = encrypted(b, "answer");
		assert_false(nmk_e2e_message_is_first(answer.bytes, answer.length));
		assert_opens("answer", a, &answer);
		parcel_free(&answer);
		answer = encrypted(a, "now it is known");
		assert_false(nmk_e2e_message_is_first(answer.bytes, answer.length));
		assert_opens("now it is known", b, &answer);
		parcel_free(&answer);
		for (int i = 0; i < 3; i++)
			parcel_free(&messages[i]);
		nmk_e2e_channel_free(a);
		nmk_e2e_channel_free(b);
		nmk_e2e_identity_free(anna);
		nmk_e2e_identity_free(ben);
	}
}

static void test_first_message__of_another_channel_is_told_apart(void **state)
{
	struct two two = two_who_talk();
	nmk_e2e_channel *other = start_with(two.anna, two.ben, true), *mine = start_with(two.ben, two.anna, true);
	struct parcel message = encrypted(other, "from a new device"), crossing = encrypted(mine, "at the same time");

	(void)state;
	assert_refused(NMK_ECONFLICT, two.b, &message);
	assert_refused(NMK_ECONFLICT, two.a, &crossing);
	assert_refused(NMK_ECONFLICT, mine, &message);
	assert_refused(NMK_ECONFLICT, other, &message); /* one's own */
	parcel_free(&message);
	parcel_free(&crossing);
	nmk_e2e_channel_free(other);
	nmk_e2e_channel_free(mine);
	two_free(&two);
}

static void test_channel__is_bound_to_its_people_and_its_context(void **state)
{
	nmk_e2e_identity *anna = new_identity(), *ben = new_identity(), *mallory = new_identity();
	struct parcel bundle = bundle_of(ben, true), message;
	nmk_e2e_channel *a, *b;
	nmk_e2e_text *text;

	(void)state;
	assert_int_equal(NMK_EDENIED, nmk_e2e_channel_start(anna, bundle.bytes, bundle.length, nmk_e2e_identity_key(mallory), CONTEXT, &a));
	assert_null(a);
	assert_int_equal(NMK_ECORRUPT, nmk_e2e_channel_start(ben, bundle.bytes, bundle.length, NULL, CONTEXT, &a));
	assert_int_equal(NMK_EINVALID, nmk_e2e_channel_start(anna, bundle.bytes, bundle.length, NULL, "", &a));
	assert_int_equal(NMK_OK, nmk_e2e_channel_start(anna, bundle.bytes, bundle.length, nmk_e2e_identity_key(ben), CONTEXT, &a));
	message = encrypted(a, "hello");
	assert_int_equal(NMK_EDENIED, nmk_e2e_channel_accept(ben, message.bytes, message.length, nmk_e2e_identity_key(mallory), CONTEXT, &b,
	                                                     &text));
	assert_int_equal(NMK_ECORRUPT, nmk_e2e_channel_accept(ben, message.bytes, message.length, NULL, "another chat", &b, &text));
	assert_int_equal(NMK_ECORRUPT, nmk_e2e_channel_accept(anna, message.bytes, message.length, NULL, CONTEXT, &b, &text));
	assert_int_equal(NMK_OK, nmk_e2e_channel_accept(ben, message.bytes, message.length, nmk_e2e_identity_key(anna), CONTEXT, &b, &text));
	assert_text("hello", text);
	/* Mallory has her own channel with Ben: Anna's does not take her messages. */
	nmk_e2e_channel_free(a);
	a = start_with(mallory, ben, false);
	parcel_free(&message);
	message = encrypted(a, "I am Anna");
	memcpy(message.bytes + 2, nmk_e2e_identity_key(anna), NMK_E2E_KEY_BYTES);
	nmk_e2e_channel_free(b);
	assert_int_equal(NMK_ECORRUPT, nmk_e2e_channel_accept(ben, message.bytes, message.length, nmk_e2e_identity_key(anna), CONTEXT, &b,
	                                                      &text));
	parcel_free(&message);
	parcel_free(&bundle);
	nmk_e2e_channel_free(a);
	nmk_e2e_identity_free(anna);
	nmk_e2e_identity_free(ben);
	nmk_e2e_identity_free(mallory);
}

static void test_context__of_64_bytes_but_not_of_65(void **state)
{
	nmk_e2e_identity *anna = new_identity(), *ben = new_identity();
	struct parcel bundle = bundle_of(ben, false);
	char context[66] = { 0 };
	nmk_e2e_channel *a;

	(void)state;
	memset(context, 'c', 65);
	assert_int_equal(NMK_EINVALID, nmk_e2e_channel_start(anna, bundle.bytes, bundle.length, NULL, context, &a));
	context[64] = '\0';
	assert_int_equal(NMK_OK, nmk_e2e_channel_start(anna, bundle.bytes, bundle.length, NULL, context, &a));
	nmk_e2e_channel_free(a);
	parcel_free(&bundle);
	nmk_e2e_identity_free(anna);
	nmk_e2e_identity_free(ben);
}

static void test_bundle__altered_anywhere_is_refused(void **state)
{
	nmk_e2e_identity *anna = new_identity(), *ben = new_identity();
	struct parcel bundle = bundle_of(ben, true);
	nmk_e2e_channel *a;

	(void)state;
	for (size_t i = 0; i < 8 * (size_t)NMK_E2E_SIGNED_PREKEY_BYTES; i++) {
		bundle.bytes[i / 8] ^= (unsigned char)(1 << i % 8);
		assert_int_equal(NMK_ECORRUPT, nmk_e2e_channel_start(anna, bundle.bytes, bundle.length, NULL, CONTEXT, &a));
		bundle.bytes[i / 8] ^= (unsigned char)(1 << i % 8);
	}
	for (size_t length = 0; length < bundle.length; length++) {
		struct parcel shorter = { malloc(length + 1), length };

		memcpy(shorter.bytes, bundle.bytes, length);
		if (length != NMK_E2E_SIGNED_PREKEY_BYTES)
			assert_int_equal(NMK_ECORRUPT, nmk_e2e_channel_start(anna, shorter.bytes, length, NULL, CONTEXT, &a));
		parcel_free(&shorter);
	}
	memset(bundle.bytes + NMK_E2E_SIGNED_PREKEY_BYTES + 4, 0, 32); /* a point of small order */
	assert_int_equal(NMK_ECORRUPT, nmk_e2e_channel_start(anna, bundle.bytes, bundle.length, NULL, CONTEXT, &a));
	parcel_free(&bundle);
	nmk_e2e_identity_free(anna);
	nmk_e2e_identity_free(ben);
}

/* ---- what is lost ---- */

static void test_skipped__a_thousand_but_not_one_more(void **state)
{
	struct two two = two_who_talk();
	struct parcel message = { 0 };

	(void)state;
	for (int i = 0; i < 1002; i++) {
		parcel_free(&message);
		message = encrypted(two.a, "lost");
	}
	assert_refused(NMK_ELIMIT, two.b, &message); /* 1001 before it are missing */
	parcel_free(&message);
	two_free(&two);

	two = two_who_talk();
	for (int i = 0; i < 1001; i++) {
		parcel_free(&message);
		message = encrypted(two.a, "found");
	}
	assert_opens("found", two.b, &message);
	assert_int_equal(1000, two.b->skipped_count);
	parcel_free(&message);
	two_free(&two);
}

static void test_skipped__of_the_chain_before_too(void **state)
{
	for (int more = 0; more < 2; more++) {
		struct two two = two_who_talk();
		struct parcel message = { 0 };

		(void)state;
		for (int i = 0; i < 1000 + more; i++) {
			message = encrypted(two.a, "lost");
			parcel_free(&message);
		}
		message = encrypted(two.b, "turn");
		assert_opens("turn", two.a, &message);
		parcel_free(&message);
		message = encrypted(two.a, "after the turn");
		if (more)
			assert_refused(NMK_ELIMIT, two.b, &message);
		else
			assert_opens("after the turn", two.b, &message);
		parcel_free(&message);
		two_free(&two);
	}
}

/* The keys of 2000 are kept, the newest. */
static void test_skipped__the_oldest_of_more_than_2000_are_forgotten(void **state)
{
	struct two two = two_who_talk();
	static struct parcel lost[2001];
	size_t count = 0;

	(void)state;
	for (int turn = 0; turn < 3; turn++) {
		struct parcel message;

		for (int i = 0; i < (turn < 2 ? 1000 : 1); i++)
			lost[count++] = encrypted(two.a, "lost");
		message = encrypted(two.a, "arrives");
		assert_opens("arrives", two.b, &message);
		parcel_free(&message);
	}
	assert_int_equal(2000, two.b->skipped_count);
	assert_refused(NMK_ESTATE, two.b, &lost[0]);
	for (size_t i = 1; i < count; i++)
		assert_opens("lost", two.b, &lost[i]);
	assert_int_equal(0, two.b->skipped_count);
	for (size_t i = 0; i < count; i++)
		parcel_free(&lost[i]);
	two_free(&two);
}

static void test_skipped__is_given_up_after_5000_messages(void **state)
{
	(void)state;
	for (int late = 0; late < 2; late++) {
		struct two two = two_who_talk();
		struct parcel lost = encrypted(two.a, "lost"), message;

		for (int i = 0; i < SKIPPED_AGE + late; i++) {
			message = encrypted(two.a, "x");
			assert_opens("x", two.b, &message);
			parcel_free(&message);
		}
		if (late)
			assert_refused(NMK_ESTATE, two.b, &lost);
		else
			assert_opens("lost", two.b, &lost);
		parcel_free(&lost);
		two_free(&two);
	}
}

/* ---- what is stolen ---- */

static nmk_e2e_channel *stolen(const nmk_e2e_channel *channel)
{
	static const unsigned char key[32];
	nmk_e2e_channel *copy;
	struct parcel sealed;

	assert_int_equal(NMK_OK, nmk_e2e_channel_save(channel, key, &sealed.bytes, &sealed.length));
	assert_int_equal(NMK_OK, nmk_e2e_channel_load(sealed.bytes, sealed.length, key, &copy));
	parcel_free(&sealed);
	return copy;
}

/* Forward secrecy: what was read before is not in the state. */
static void test_stolen_state__opens_nothing_that_was_read(void **state)
{
	struct two two = two_who_talk();
	struct parcel before = encrypted(two.a, "before"), later;
	nmk_e2e_channel *thief;

	(void)state;
	assert_opens("before", two.b, &before);
	thief = stolen(two.b);
	assert_refused(NMK_ESTATE, thief, &before);
	later = encrypted(two.a, "later");
	assert_opens("later", thief, &later); /* this a thief can, until the direction changed twice */
	parcel_free(&before);
	parcel_free(&later);
	nmk_e2e_channel_free(thief);
	two_free(&two);
}

/* Recovery: an answer that the thief does not see being made brings a secret that is not in the stolen state. */
static void test_stolen_state__is_worth_nothing_after_a_round(void **state)
{
	struct two two = two_who_talk();
	nmk_e2e_channel *thief = stolen(two.b);
	struct parcel message;

	(void)state;
	for (int i = 0; i < 2; i++) {
		message = encrypted(two.a, "a");
		assert_opens("a", two.b, &message);
		parcel_free(&message);
		message = encrypted(two.b, "b");
		assert_opens("b", two.a, &message);
		parcel_free(&message);
	}
	message = encrypted(two.a, "healed");
	assert_refused(NMK_ECORRUPT, thief, &message);
	assert_opens("healed", two.b, &message);
	parcel_free(&message);
	nmk_e2e_channel_free(thief);
	two_free(&two);
}

/* A state from a backup encrypts with keys that were used; the random nonce keeps this from giving away both texts. */
static void test_restored_state__uses_no_nonce_again(void **state)
{
	struct two two = two_who_talk();
	nmk_e2e_channel *restored = stolen(two.a);
	struct parcel one = encrypted(two.a, "same"), other = encrypted(restored, "same");
	struct e2e_message a, b;

	(void)state;
	assert_true(e2e_message_read(one.bytes, one.length, &a) && e2e_message_read(other.bytes, other.length, &b));
	assert_memory_equal(a.ratchet, b.ratchet, 32);
	assert_int_equal(a.number, b.number);
	assert_memory_not_equal(a.nonce, b.nonce, E2E_NONCE_BYTES);
	assert_memory_not_equal(a.sealed, b.sealed, a.sealed_length);
	assert_memory_not_equal(a.commitment, b.commitment, 32);
	parcel_free(&one);
	parcel_free(&other);
	nmk_e2e_channel_free(restored);
	two_free(&two);
}

/* ---- kept by the host ---- */

static void test_saved_channel__goes_on_where_it_was(void **state)
{
	struct two two = two_who_talk();
	struct parcel late = encrypted(two.a, "late"), message = encrypted(two.a, "x");
	nmk_e2e_channel *loaded;

	(void)state;
	assert_opens("x", two.b, &message);
	parcel_free(&message);
	loaded = stolen(two.b);
	nmk_e2e_channel_free(two.b);
	two.b = loaded;
	assert_opens("late", two.b, &late);
	parcel_free(&late);
	message = encrypted(two.b, "answer");
	assert_opens("answer", two.a, &message);
	parcel_free(&message);
	two_free(&two);
}

static void test_saved_channel__altered_anywhere_or_with_another_key_does_not_load(void **state)
{
	struct two two = two_who_talk();
	unsigned char key[32] = { 1 };
	nmk_e2e_channel *loaded;
	nmk_e2e_identity *identity;
	struct parcel message = encrypted(two.a, "lost"), sealed;

	(void)state;
	parcel_free(&message);
	message = encrypted(two.a, "x");
	assert_opens("x", two.b, &message);
	parcel_free(&message);
	assert_int_equal(NMK_OK, nmk_e2e_channel_save(two.b, key, &sealed.bytes, &sealed.length));
	for (size_t i = 0; i < 8 * sealed.length; i++) {
		sealed.bytes[i / 8] ^= (unsigned char)(1 << i % 8);
		assert_int_equal(NMK_ECORRUPT, nmk_e2e_channel_load(sealed.bytes, sealed.length, key, &loaded));
		assert_null(loaded);
		sealed.bytes[i / 8] ^= (unsigned char)(1 << i % 8);
	}
	for (size_t length = 0; length < sealed.length; length++)
		assert_int_equal(NMK_ECORRUPT, nmk_e2e_channel_load(sealed.bytes, length, key, &loaded));
	assert_int_equal(NMK_ECORRUPT, nmk_e2e_identity_load(sealed.bytes, sealed.length, key, &identity));
	key[31] = 1;
	assert_int_equal(NMK_ECORRUPT, nmk_e2e_channel_load(sealed.bytes, sealed.length, key, &loaded));
	parcel_free(&sealed);
	two_free(&two);
}

static void test_arguments__that_are_missing_are_refused(void **state)
{
	struct two two = two_who_talk();
	unsigned char key[32] = { 0 }, *bytes;
	nmk_e2e_channel *channel;
	nmk_e2e_text *text;
	size_t length;

	(void)state;
	assert_int_equal(NMK_EINVALID, nmk_e2e_channel_start(NULL, key, 1, NULL, CONTEXT, &channel));
	assert_int_equal(NMK_EINVALID, nmk_e2e_channel_start(two.anna, NULL, 1, NULL, CONTEXT, &channel));
	assert_int_equal(NMK_EINVALID, nmk_e2e_channel_start(two.anna, key, 1, NULL, NULL, &channel));
	assert_int_equal(NMK_EINVALID, nmk_e2e_channel_start(two.anna, key, 1, NULL, CONTEXT, NULL));
	assert_int_equal(NMK_EINVALID, nmk_e2e_channel_accept(NULL, key, 1, NULL, CONTEXT, &channel, &text));
	assert_int_equal(NMK_EINVALID, nmk_e2e_channel_accept(two.ben, NULL, 1, NULL, CONTEXT, &channel, &text));
	assert_int_equal(NMK_EINVALID, nmk_e2e_channel_accept(two.ben, key, 1, NULL, CONTEXT, NULL, &text));
	assert_int_equal(NMK_EINVALID, nmk_e2e_channel_encrypt(NULL, "x", 1, &bytes, &length));
	assert_int_equal(NMK_EINVALID, nmk_e2e_channel_encrypt(two.a, NULL, 1, &bytes, &length));
	assert_int_equal(NMK_EINVALID, nmk_e2e_channel_decrypt(two.a, NULL, 1, &text));
	assert_int_equal(NMK_EINVALID, nmk_e2e_channel_decrypt(two.a, key, 32, &text));
	assert_int_equal(NMK_EINVALID, nmk_e2e_channel_save(two.a, NULL, &bytes, &length));
	assert_int_equal(NMK_EINVALID, nmk_e2e_channel_load(NULL, 0, key, &channel));
	assert_false(nmk_e2e_message_is_first(NULL, 0));
	nmk_e2e_channel_free(NULL);
	nmk_e2e_text_free(NULL);
	nmk_e2e_identity_free(NULL);
	two_free(&two);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_channel__carries_texts_both_ways),
		cmocka_unit_test(test_text__of_1_and_of_4096_bytes_but_not_of_0_or_4097),
		cmocka_unit_test(test_message__shows_of_its_length_only_64_byte_steps),
		cmocka_unit_test(test_message__opens_once),
		cmocka_unit_test(test_message__altered_anywhere_is_refused_and_changes_nothing),
		cmocka_unit_test(test_first_message__altered_anywhere_begins_nothing),
		cmocka_unit_test(test_first_messages__in_any_order_begin_one_channel),
		cmocka_unit_test(test_first_message__of_another_channel_is_told_apart),
		cmocka_unit_test(test_channel__is_bound_to_its_people_and_its_context),
		cmocka_unit_test(test_context__of_64_bytes_but_not_of_65),
		cmocka_unit_test(test_bundle__altered_anywhere_is_refused),
		cmocka_unit_test(test_skipped__a_thousand_but_not_one_more),
		cmocka_unit_test(test_skipped__of_the_chain_before_too),
		cmocka_unit_test(test_skipped__the_oldest_of_more_than_2000_are_forgotten),
		cmocka_unit_test(test_skipped__is_given_up_after_5000_messages),
		cmocka_unit_test(test_stolen_state__opens_nothing_that_was_read),
		cmocka_unit_test(test_stolen_state__is_worth_nothing_after_a_round),
		cmocka_unit_test(test_restored_state__uses_no_nonce_again),
		cmocka_unit_test(test_saved_channel__goes_on_where_it_was),
		cmocka_unit_test(test_saved_channel__altered_anywhere_or_with_another_key_does_not_load),
		cmocka_unit_test(test_arguments__that_are_missing_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
