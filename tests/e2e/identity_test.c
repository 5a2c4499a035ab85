/* identity_test.c -- one's own keys: made, turned, used up, kept; and the number by which two compare them. */
#include "e2e_test.h"

static nmk_status accept_first(nmk_e2e_identity *ben, const struct parcel *message)
{
	nmk_e2e_channel *b;
	nmk_e2e_text *text;
	nmk_status rc = nmk_e2e_channel_accept(ben, message->bytes, message->length, NULL, CONTEXT, &b, &text);

	nmk_e2e_channel_free(b);
	nmk_e2e_text_free(text);
	return rc;
}

/* A first message to Ben, from a new channel of Anna's. */
static struct parcel first_message(nmk_e2e_identity *anna, nmk_e2e_identity *ben, bool one_time)
{
	nmk_e2e_channel *a = start_with(anna, ben, one_time);
	struct parcel message = encrypted(a, "hello");

	nmk_e2e_channel_free(a);
	return message;
}

static void test_sizes__are_those_of_the_header(void **state)
{
	(void)state;
	assert_int_equal(NMK_E2E_KEY_BYTES, nmk_e2e_key_bytes());
	assert_int_equal(NMK_E2E_SIGNED_PREKEY_BYTES, nmk_e2e_signed_prekey_bytes());
	assert_int_equal(NMK_E2E_ONE_TIME_PREKEY_BYTES, nmk_e2e_one_time_prekey_bytes());
	assert_int_equal(NMK_E2E_ONE_TIME_PREKEYS_MAXIMUM, nmk_e2e_one_time_prekeys_maximum());
	assert_int_equal(NMK_E2E_SIGNED_PREKEY_BYTES + NMK_E2E_ONE_TIME_PREKEY_BYTES, nmk_e2e_bundle_maximum());
	assert_int_equal(NMK_E2E_TEXT_MAXIMUM, nmk_e2e_text_maximum());
	assert_int_equal(HEADER_FIRST + BODY_MAXIMUM + E2E_TAG_BYTES, nmk_e2e_message_maximum());
	assert_int_equal(1 + NMK_E2E_KEY_BYTES + NMK_E2E_TEXT_MAXIMUM, nmk_e2e_report_maximum());
	assert_int_equal(NMK_E2E_CONTEXT_MAXIMUM, nmk_e2e_context_maximum());
	assert_int_equal(NMK_E2E_SAFETY_NUMBER_SIZE, nmk_e2e_safety_number_size());
}

static void test_rotate__publishes_a_new_prekey_of_the_same_identity(void **state)
{
	nmk_e2e_identity *ben = new_identity();
	struct prekey_record before, after;

	(void)state;
	assert_true(prekey_record_read(nmk_e2e_identity_signed_prekey(ben), NMK_E2E_SIGNED_PREKEY_BYTES, &before));
	assert_int_equal(NMK_EINVALID, nmk_e2e_identity_rotate(ben, -1));
	assert_int_equal(NMK_OK, nmk_e2e_identity_rotate(ben, NOW + 1));
	assert_int_equal(NOW + 1, nmk_e2e_identity_rotated_at(ben));
	assert_true(prekey_record_read(nmk_e2e_identity_signed_prekey(ben), NMK_E2E_SIGNED_PREKEY_BYTES, &after));
	assert_memory_equal(before.identity, after.identity, 32);
	assert_memory_equal(nmk_e2e_identity_key(ben), after.identity, 32);
	assert_memory_not_equal(before.prekey, after.prekey, 32);
	assert_int_equal(NOW, before.created_at);
	assert_int_equal(NOW + 1, after.created_at);
	assert_int_equal(before.id + 1, after.id);
	nmk_e2e_identity_free(ben);
}

static void test_rotate__keeps_two_prekeys_for_late_messages_but_not_three(void **state)
{
	(void)state;
	for (int turns = 1; turns <= 3; turns++) {
		nmk_e2e_identity *anna = new_identity(), *ben = new_identity();
		struct parcel message = first_message(anna, ben, false);

		for (int i = 0; i < turns; i++)
			assert_int_equal(NMK_OK, nmk_e2e_identity_rotate(ben, NOW + i));
		assert_int_equal(turns < 3 ? NMK_OK : NMK_ESTATE, accept_first(ben, &message));
		parcel_free(&message);
		nmk_e2e_identity_free(anna);
		nmk_e2e_identity_free(ben);
	}
}

static void test_one_time__1_to_100_at_once(void **state)
{
	nmk_e2e_identity *ben = new_identity();
	unsigned char *records;
	size_t length;

	(void)state;
	assert_int_equal(NMK_EINVALID, nmk_e2e_identity_add_one_time(ben, 0, &records, &length));
	assert_null(records);
	assert_int_equal(NMK_EINVALID, nmk_e2e_identity_add_one_time(ben, 101, &records, &length));
	assert_int_equal(NMK_OK, nmk_e2e_identity_add_one_time(ben, 1, &records, &length));
	assert_int_equal(NMK_E2E_ONE_TIME_PREKEY_BYTES, length);
	nmk_free(records);
	assert_int_equal(NMK_OK, nmk_e2e_identity_add_one_time(ben, 100, &records, &length));
	assert_int_equal(100 * NMK_E2E_ONE_TIME_PREKEY_BYTES, length);
	assert_true(one_time_records_are_well_formed(records, length));
	assert_false(one_time_records_are_well_formed(records, length - 1));
	memcpy(records + NMK_E2E_ONE_TIME_PREKEY_BYTES, records, NMK_E2E_ONE_TIME_PREKEY_BYTES);
	assert_false(one_time_records_are_well_formed(records, length)); /* one twice */
	nmk_free(records);
	nmk_e2e_identity_free(ben);
}

static void test_one_time__the_300_newest_unused_are_kept(void **state)
{
	(void)state;
	for (int more = 299; more <= 300; more++) {
		nmk_e2e_identity *anna = new_identity(), *ben = new_identity();
		struct parcel message = first_message(anna, ben, true);

		for (int i = 0; i < more; i++) {
			unsigned char *records;
			size_t length;

			assert_int_equal(NMK_OK, nmk_e2e_identity_add_one_time(ben, 1, &records, &length));
			nmk_free(records);
		}
		assert_int_equal(more == 299 ? NMK_OK : NMK_ESTATE, accept_first(ben, &message));
		parcel_free(&message);
		nmk_e2e_identity_free(anna);
		nmk_e2e_identity_free(ben);
	}
}

static void test_one_time__serves_once(void **state)
{
	nmk_e2e_identity *anna = new_identity(), *ben = new_identity();
	struct parcel bundle = bundle_of(ben, true), first, second;
	nmk_e2e_channel *one, *other;

	(void)state;
	assert_int_equal(NMK_OK, nmk_e2e_channel_start(anna, bundle.bytes, bundle.length, NULL, CONTEXT, &one));
	assert_int_equal(NMK_OK, nmk_e2e_channel_start(anna, bundle.bytes, bundle.length, NULL, CONTEXT, &other));
	first = encrypted(one, "one");
	second = encrypted(other, "other");
	assert_int_equal(NMK_OK, accept_first(ben, &first));
	assert_int_equal(NMK_ESTATE, accept_first(ben, &second));
	assert_int_equal(NMK_ESTATE, accept_first(ben, &first));
	parcel_free(&first);
	parcel_free(&second);
	parcel_free(&bundle);
	nmk_e2e_channel_free(one);
	nmk_e2e_channel_free(other);
	nmk_e2e_identity_free(anna);
	nmk_e2e_identity_free(ben);
}

/* Without a one-time prekey the beginnings themselves are remembered, as long as their prekey is. */
static void test_starts__1024_but_not_one_more_until_their_prekey_is_gone(void **state)
{
	nmk_e2e_identity *anna = new_identity(), *ben = new_identity();
	struct parcel message = { 0 };

	(void)state;
	for (int i = 0; i < STARTS_KEPT; i++) {
		parcel_free(&message);
		message = first_message(anna, ben, false);
		assert_int_equal(NMK_OK, accept_first(ben, &message));
	}
	assert_int_equal(NMK_ESTATE, accept_first(ben, &message));
	parcel_free(&message);
	message = first_message(anna, ben, false);
	assert_int_equal(NMK_ELIMIT, accept_first(ben, &message));
	parcel_free(&message);
	message = first_message(anna, ben, true);
	assert_int_equal(NMK_OK, accept_first(ben, &message));
	parcel_free(&message);
	for (int i = 0; i < SIGNED_KEPT; i++)
		assert_int_equal(NMK_OK, nmk_e2e_identity_rotate(ben, NOW));
	message = first_message(anna, ben, false);
	assert_int_equal(NMK_OK, accept_first(ben, &message));
	parcel_free(&message);
	nmk_e2e_identity_free(anna);
	nmk_e2e_identity_free(ben);
}

static void test_ids__end_before_they_repeat(void **state)
{
	nmk_e2e_identity *ben = new_identity();
	unsigned char *records;
	size_t length;

	(void)state;
	ben->last_one_time_id = ID_MAXIMUM - 2;
	assert_int_equal(NMK_ELIMIT, nmk_e2e_identity_add_one_time(ben, 3, &records, &length));
	assert_int_equal(NMK_OK, nmk_e2e_identity_add_one_time(ben, 2, &records, &length));
	nmk_free(records);
	ben->last_signed_id = ID_MAXIMUM - 1;
	assert_int_equal(NMK_OK, nmk_e2e_identity_rotate(ben, NOW));
	assert_int_equal(NMK_ELIMIT, nmk_e2e_identity_rotate(ben, NOW));
	nmk_e2e_identity_free(ben);
}

static struct parcel saved(const nmk_e2e_identity *identity, const unsigned char key[32])
{
	struct parcel sealed;

	assert_int_equal(NMK_OK, nmk_e2e_identity_save(identity, key, &sealed.bytes, &sealed.length));
	return sealed;
}

static void test_saved_identity__is_the_same(void **state)
{
	static const unsigned char key[32] = { 9 };
	nmk_e2e_identity *anna = new_identity(), *ben = new_identity(), *loaded;
	struct parcel message, late, sealed;

	(void)state;
	message = first_message(anna, ben, false);
	assert_int_equal(NMK_OK, accept_first(ben, &message));
	late = first_message(anna, ben, true);
	assert_int_equal(NMK_OK, nmk_e2e_identity_rotate(ben, NOW + 5));
	sealed = saved(ben, key);
	assert_int_equal(NMK_OK, nmk_e2e_identity_load(sealed.bytes, sealed.length, key, &loaded));
	assert_memory_equal(ben, loaded, sizeof *ben);
	assert_int_equal(NMK_ESTATE, accept_first(loaded, &message));
	assert_int_equal(NMK_OK, accept_first(loaded, &late));
	parcel_free(&sealed);
	parcel_free(&message);
	parcel_free(&late);
	nmk_e2e_identity_free(loaded);
	nmk_e2e_identity_free(anna);
	nmk_e2e_identity_free(ben);
}

static void test_saved_identity__altered_anywhere_does_not_load(void **state)
{
	static const unsigned char key[32] = { 9 };
	nmk_e2e_identity *ben = new_identity(), *loaded;
	struct parcel bundle = bundle_of(ben, true), sealed = saved(ben, key);

	(void)state;
	for (size_t i = 0; i < 8 * sealed.length; i++) {
		sealed.bytes[i / 8] ^= (unsigned char)(1 << i % 8);
		assert_int_equal(NMK_ECORRUPT, nmk_e2e_identity_load(sealed.bytes, sealed.length, key, &loaded));
		assert_null(loaded);
		sealed.bytes[i / 8] ^= (unsigned char)(1 << i % 8);
	}
	for (size_t length = 0; length < sealed.length; length++)
		assert_int_equal(NMK_ECORRUPT, nmk_e2e_identity_load(sealed.bytes, length, key, &loaded));
	parcel_free(&bundle);
	parcel_free(&sealed);
	nmk_e2e_identity_free(ben);
}

/* Who has the host's key can seal anything: it is read as strictly. */
static void test_saved_identity__sealed_by_a_liar_is_checked(void **state)
{
	static const unsigned char key[32] = { 9 };
	nmk_e2e_identity *ben = new_identity(), *loaded;
	struct parcel bundle = bundle_of(ben, true);

	(void)state;
	for (int lie = 0; lie < 6; lie++) {
		nmk_e2e_identity liar = *ben;
		struct parcel sealed;

		switch (lie) {
		case 0: liar.last_signed_id++; break;
		case 1: liar.last_one_time_id = 0; break;
		case 2: liar.one_time[0].id = 0; break;
		case 3: liar.signed_prekeys[0].created_at = -1; break;
		case 4: liar.start_count = 1; liar.starts[0].signed_id = 7; break;
		default: liar.signed_count = 0; break;
		}
		sealed = saved(&liar, key);
		assert_int_equal(NMK_ECORRUPT, nmk_e2e_identity_load(sealed.bytes, sealed.length, key, &loaded));
		parcel_free(&sealed);
	}
	parcel_free(&bundle);
	nmk_e2e_identity_free(ben);
}

/* ---- the safety number ---- */

static void test_safety_number__is_the_same_for_both_and_other_for_others(void **state)
{
	static const unsigned char one[32] = { 1 }, two[32] = { 2 }, three[32] = { 3 };
	char here[NMK_E2E_SAFETY_NUMBER_SIZE], there[NMK_E2E_SAFETY_NUMBER_SIZE];

	(void)state;
	assert_int_equal(NMK_OK, nmk_e2e_safety_number(one, "anna", two, "ben", here));
	assert_int_equal(NMK_OK, nmk_e2e_safety_number(two, "ben", one, "anna", there));
	assert_string_equal(here, there);
	assert_int_equal(71, strlen(here));
	for (size_t i = 0; i < 71; i++)
		assert_true(i % 6 == 5 ? here[i] == ' ' : here[i] >= '0' && here[i] <= '9');
	assert_int_equal(NMK_OK, nmk_e2e_safety_number(one, "anna", three, "ben", there));
	assert_string_not_equal(here, there);
	assert_int_equal(NMK_OK, nmk_e2e_safety_number(one, "anna", two, "bea", there));
	assert_string_not_equal(here, there);
	assert_int_equal(NMK_EINVALID, nmk_e2e_safety_number(one, "", two, "ben", there));
	assert_int_equal(NMK_EINVALID, nmk_e2e_safety_number(one, "anna", two, NULL, there));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes__are_those_of_the_header),
		cmocka_unit_test(test_rotate__publishes_a_new_prekey_of_the_same_identity),
		cmocka_unit_test(test_rotate__keeps_two_prekeys_for_late_messages_but_not_three),
		cmocka_unit_test(test_one_time__1_to_100_at_once),
		cmocka_unit_test(test_one_time__the_300_newest_unused_are_kept),
		cmocka_unit_test(test_one_time__serves_once),
		cmocka_unit_test(test_starts__1024_but_not_one_more_until_their_prekey_is_gone),
		cmocka_unit_test(test_ids__end_before_they_repeat),
		cmocka_unit_test(test_saved_identity__is_the_same),
		cmocka_unit_test(test_saved_identity__altered_anywhere_does_not_load),
		cmocka_unit_test(test_saved_identity__sealed_by_a_liar_is_checked),
		cmocka_unit_test(test_safety_number__is_the_same_for_both_and_other_for_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
