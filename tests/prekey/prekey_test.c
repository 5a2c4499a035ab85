/* prekey_test.c -- the directory of public keys: what members publish, and what others get of it. */
#include "world.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "clock.h"
#include "number.h"

/* A member's device. */
struct device {
	nmk_session      *session;
	nmk_e2e_identity *identity;
};

static struct device device_of(struct world *w, nmk_session *session)
{
	struct device device = { .session = session };

	assert_int_equal(NMK_OK, nmk_e2e_identity_create(w->now, &device.identity));
	return device;
}

static void device_free(struct device *device)
{
	nmk_e2e_identity_free(device->identity);
}

/* Publish with that many new one-time prekeys. */
static nmk_status publish(struct device *device, size_t count)
{
	unsigned char *records = NULL;
	size_t length = 0;
	nmk_status rc;

	if (count > 0)
		assert_int_equal(NMK_OK, nmk_e2e_identity_add_one_time(device->identity, count, &records, &length));
	rc = nmk_prekey_publish(device->session, nmk_e2e_identity_signed_prekey(device->identity), NMK_E2E_SIGNED_PREKEY_BYTES, records,
	                        length, NULL);
	nmk_free(records);
	return rc;
}

/* Carl, who has a published nano and these keys. */
static struct device carl_with(struct world *w, size_t count)
{
	struct device device = device_of(w, w->creator);

	nmk_nano_free(world_nano(w, w->creator, NMK_NANO_PUBLISHED));
	assert_status(NMK_OK, publish(&device, count));
	return device;
}

static nmk_status take(nmk_session *session, nmk_session *of, unsigned char **bundle, size_t *length)
{
	return nmk_prekey_take(session, nmk_session_user_id(of), bundle, length);
}

/* The number of the one-time prekey that was taken; 0 for none. */
static unsigned taken(struct world *w, nmk_session *session)
{
	unsigned char *bundle;
	unsigned number = 0;
	size_t length;

	assert_status(NMK_OK, take(session, w->creator, &bundle, &length));
	if (length == NMK_E2E_BUNDLE_MAXIMUM)
		number = (unsigned)get_big_endian(bundle + NMK_E2E_SIGNED_PREKEY_BYTES, 4);
	else
		assert_int_equal(NMK_E2E_SIGNED_PREKEY_BYTES, length);
	nmk_free(bundle);
	return number;
}

static int64_t left(struct device *device)
{
	nmk_prekey_state *state;
	int64_t count;

	assert_status(NMK_OK, nmk_prekey_get_state(device->session, &state));
	count = nmk_prekey_state_one_time_left(state);
	nmk_prekey_state_free(state);
	return count;
}

static void test_take__gives_each_one_time_prekey_once_and_then_none(void **state)
{
	struct world *w = *state;
	struct device carl = carl_with(w, 3);

	assert_int_equal(1, taken(w, w->consumer));
	assert_int_equal(2, taken(w, w->stranger));
	assert_int_equal(1, left(&carl));
	assert_int_equal(3, taken(w, w->consumer));
	assert_int_equal(0, taken(w, w->consumer));
	assert_int_equal(0, left(&carl));
	assert_status(NMK_OK, publish(&carl, 1));
	assert_int_equal(4, taken(w, w->consumer));
	device_free(&carl);
}

/* Both programs and the market between them. */
static void test_take__begins_a_channel(void **state)
{
	struct world *w = *state;
	struct device carl = carl_with(w, 1), clara = device_of(w, w->consumer);
	nmk_e2e_channel *hers, *his;
	unsigned char *bundle, *message;
	size_t length, message_length;
	nmk_e2e_text *text;

	assert_status(NMK_OK, take(w->consumer, w->creator, &bundle, &length));
	assert_int_equal(NMK_OK, nmk_e2e_channel_start(clara.identity, bundle, length, NULL, "chat", &hers));
	assert_int_equal(NMK_OK, nmk_e2e_channel_encrypt(hers, "hello", 5, &message, &message_length));
	assert_int_equal(NMK_OK, nmk_e2e_channel_accept(carl.identity, message, message_length, NULL, "chat", &his, &text));
	assert_string_equal("hello", nmk_e2e_text_content(text));
	nmk_e2e_text_free(text);
	nmk_free(bundle);
	nmk_free(message);
	nmk_e2e_channel_free(hers);
	nmk_e2e_channel_free(his);
	device_free(&carl);
	device_free(&clara);
}

static void test_take__needs_something_to_talk_about(void **state)
{
	struct world *w = *state;
	struct device carl = device_of(w, w->creator);
	unsigned char *bundle;
	size_t length;

	assert_status(NMK_OK, publish(&carl, 2));
	nmk_nano_free(world_nano(w, w->creator, NMK_NANO_DRAFT));
	assert_status(NMK_EDENIED, take(w->consumer, w->creator, &bundle, &length));
	assert_null(bundle);
	nmk_nano_free(world_nano(w, w->creator, NMK_NANO_PUBLISHED));
	assert_status(NMK_OK, take(w->consumer, w->creator, &bundle, &length));
	nmk_free(bundle);
	assert_status(NMK_EDENIED, take(w->creator, w->creator, &bundle, &length));
	assert_status(NMK_EDENIED, take(w->system, w->creator, &bundle, &length));
	assert_status(NMK_ELOGIN, take(w->guest, w->creator, &bundle, &length));
	assert_int_equal(1, left(&carl));
	device_free(&carl);
}

static void test_take__of_who_has_no_keys_or_is_nobody(void **state)
{
	struct world *w = *state;
	unsigned char *bundle;
	size_t length;

	nmk_nano_free(world_nano(w, w->creator, NMK_NANO_PUBLISHED));
	assert_status(NMK_ENOTFOUND, take(w->consumer, w->creator, &bundle, &length));
	assert_field("keys", w->consumer);
	assert_status(NMK_ENOTFOUND, nmk_prekey_take(w->consumer, "nobody", &bundle, &length));
	assert_status(NMK_EINVALID, nmk_prekey_take(w->consumer, NULL, &bundle, &length));
	assert_field("user_id", w->consumer);
}

/* Nobody drains another's keys: five of one member in a day, the sixth is told when. */
static void test_take__5_of_one_member_in_a_day_but_not_6(void **state)
{
	struct world *w = *state;
	struct device carl = carl_with(w, 20);
	unsigned char *bundle;
	size_t length;

	for (unsigned i = 1; i <= 5; i++)
		assert_int_equal(i, taken(w, w->consumer));
	assert_status(NMK_ELIMIT, take(w->consumer, w->creator, &bundle, &length));
	assert_true(nmk_session_error(w->consumer)->retry_after_ms == DAY_MS);
	assert_int_equal(15, left(&carl));
	assert_int_equal(6, taken(w, w->stranger));
	world_advance(w, DAY_MS - 1);
	assert_status(NMK_ELIMIT, take(w->consumer, w->creator, &bundle, &length));
	world_advance(w, 1);
	assert_int_equal(7, taken(w, w->consumer));
	device_free(&carl);
}

static void test_take__50_in_all_in_a_day_but_not_51(void **state)
{
	struct world *w = *state;
	nmk_session *others[11];
	struct device devices[11];
	unsigned char *bundle;
	size_t length;

	for (int i = 0; i < 11; i++) {
		char name[16];

		snprintf(name, sizeof name, "other%d", i);
		others[i] = world_member(w, name, NMK_ROLE_CREATOR);
		devices[i] = device_of(w, others[i]);
		assert_status(NMK_OK, publish(&devices[i], 5));
		nmk_nano_free(world_nano(w, others[i], NMK_NANO_PUBLISHED));
	}
	for (int i = 0; i < 50; i++) {
		assert_status(NMK_OK, take(w->consumer, others[i % 10], &bundle, &length));
		nmk_free(bundle);
	}
	assert_status(NMK_ELIMIT, take(w->consumer, others[10], &bundle, &length));
	assert_int_equal(5, left(&devices[10]));
	for (int i = 0; i < 11; i++) {
		device_free(&devices[i]);
		nmk_session_close(others[i]);
	}
}

/* ---- publish ---- */

static void test_publish__100_one_time_prekeys_but_not_101(void **state)
{
	struct world *w = *state;
	struct device carl = device_of(w, w->creator);

	assert_status(NMK_OK, publish(&carl, 100));
	assert_status(NMK_ELIMIT, publish(&carl, 1));
	assert_field("one_time", w->creator);
	assert_int_equal(nmk_prekey_one_time_maximum(), left(&carl));
	nmk_nano_free(world_nano(w, w->creator, NMK_NANO_PUBLISHED));
	taken(w, w->consumer);
	assert_status(NMK_OK, publish(&carl, 1));
	assert_status(NMK_ELIMIT, publish(&carl, 1));
	device_free(&carl);
}

static void test_publish__takes_no_one_time_prekey_twice(void **state)
{
	struct world *w = *state;
	struct device carl = carl_with(w, 0);
	unsigned char *records;
	const unsigned char *record = nmk_e2e_identity_signed_prekey(carl.identity);
	size_t length;

	assert_int_equal(NMK_OK, nmk_e2e_identity_add_one_time(carl.identity, 2, &records, &length));
	assert_status(NMK_OK, nmk_prekey_publish(w->creator, record, NMK_E2E_SIGNED_PREKEY_BYTES, records, length, NULL));
	assert_int_equal(1, taken(w, w->consumer));
	assert_int_equal(2, taken(w, w->consumer));
	assert_status(NMK_ECONFLICT, nmk_prekey_publish(w->creator, record, NMK_E2E_SIGNED_PREKEY_BYTES, records, length, NULL));
	assert_field("one_time", w->creator);
	assert_int_equal(0, left(&carl));
	nmk_free(records);
	device_free(&carl);
}

static void test_publish__refuses_what_is_not_signed_or_not_of_that_form(void **state)
{
	struct world *w = *state;
	struct device carl = device_of(w, w->creator);
	unsigned char record[NMK_E2E_SIGNED_PREKEY_BYTES + 1], one_time[2 * NMK_E2E_ONE_TIME_PREKEY_BYTES] = { 0, 0, 0, 1 };

	memcpy(record, nmk_e2e_identity_signed_prekey(carl.identity), sizeof record - 1);
	for (size_t i = 0; i < sizeof record - 1; i++) {
		record[i] ^= 1;
		assert_status(NMK_EINVALID, nmk_prekey_publish(w->creator, record, sizeof record - 1, NULL, 0, NULL));
		assert_field("signed_prekey", w->creator);
		record[i] ^= 1;
	}
	assert_status(NMK_EINVALID, nmk_prekey_publish(w->creator, record, sizeof record, NULL, 0, NULL));
	assert_status(NMK_EINVALID, nmk_prekey_publish(w->creator, NULL, sizeof record - 1, NULL, 0, NULL));
	assert_status(NMK_EINVALID, nmk_prekey_publish(w->creator, record, sizeof record - 1, one_time, sizeof one_time, NULL));
	assert_field("one_time", w->creator); /* the second has the number 0 */
	assert_status(NMK_EINVALID, nmk_prekey_publish(w->creator, record, sizeof record - 1, one_time, sizeof one_time - 1, NULL));
	assert_status(NMK_EINVALID, nmk_prekey_publish(w->creator, record, sizeof record - 1, NULL, 36, NULL));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM prekey_identity"));
	device_free(&carl);
}

static void test_publish__goes_only_forward(void **state)
{
	struct world *w = *state;
	struct device carl = device_of(w, w->creator);
	unsigned char older[NMK_E2E_SIGNED_PREKEY_BYTES];
	nmk_prekey_state *now;

	memcpy(older, nmk_e2e_identity_signed_prekey(carl.identity), sizeof older);
	assert_status(NMK_OK, publish(&carl, 1));
	world_advance(w, 7 * DAY_MS - 1);
	assert_status(NMK_OK, publish(&carl, 1)); /* the same record again */
	assert_status(NMK_OK, nmk_prekey_get_state(w->creator, &now));
	assert_false(nmk_prekey_state_rotation_due(now));
	assert_true(nmk_prekey_state_rotated_at(now) == w->now - 7 * DAY_MS + 1);
	nmk_prekey_state_free(now);
	world_advance(w, 1);
	assert_status(NMK_OK, nmk_prekey_get_state(w->creator, &now));
	assert_true(nmk_prekey_state_rotation_due(now));
	nmk_prekey_state_free(now);
	assert_int_equal(NMK_OK, nmk_e2e_identity_rotate(carl.identity, w->now));
	assert_status(NMK_OK, nmk_prekey_publish(w->creator, nmk_e2e_identity_signed_prekey(carl.identity), NMK_E2E_SIGNED_PREKEY_BYTES, NULL,
	                                         0, &now));
	assert_false(nmk_prekey_state_rotation_due(now));
	assert_true(nmk_prekey_state_rotated_at(now) == w->now);
	assert_true(nmk_prekey_state_created_at(now) == w->now - 7 * DAY_MS);
	assert_int_equal(2, nmk_prekey_state_one_time_left(now));
	nmk_prekey_state_free(now);
	assert_status(NMK_ECONFLICT, nmk_prekey_publish(w->creator, older, sizeof older, NULL, 0, NULL));
	assert_field("signed_prekey", w->creator);
	device_free(&carl);
}

static void test_publish__of_another_identity_replaces_the_former_and_is_audited(void **state)
{
	struct world *w = *state;
	struct device carl = carl_with(w, 5), again;
	const char *events = "SELECT COUNT(*) FROM audit_event WHERE action = 'prekey_identity_changed'";
	char hex[65];
	nmk_prekey_state *now;

	assert_int_equal(1, world_sql(w, events));
	assert_status(NMK_OK, publish(&carl, 1));
	assert_int_equal(1, world_sql(w, events));
	again = device_of(w, w->creator);
	assert_status(NMK_OK, publish(&again, 2));
	assert_int_equal(2, world_sql(w, events));
	assert_int_equal(2, left(&again));
	assert_status(NMK_OK, nmk_prekey_get_state(w->creator, &now));
	sodium_bin2hex(hex, sizeof hex, nmk_e2e_identity_key(again.identity), 32);
	assert_string_equal(hex, nmk_prekey_state_identity(now));
	nmk_prekey_state_free(now);
	device_free(&carl);
	device_free(&again);
}

static void test_publish__50_times_a_day_but_not_51(void **state)
{
	struct world *w = *state;
	struct device carl = device_of(w, w->creator);

	for (int i = 0; i < 50; i++)
		assert_status(NMK_OK, publish(&carl, 1));
	assert_status(NMK_ELIMIT, publish(&carl, 1));
	assert_true(nmk_session_error(w->creator)->retry_after_ms == DAY_MS);
	world_advance(w, DAY_MS);
	assert_status(NMK_OK, publish(&carl, 1));
	device_free(&carl);
}

/* ---- withdrawn, erased ---- */

static void assert_nothing_left(struct world *w)
{
	unsigned char *bundle;
	size_t length;

	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM prekey_identity"));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM one_time_prekey"));
	assert_status(NMK_ENOTFOUND, take(w->consumer, w->creator, &bundle, &length));
}

static void test_withdraw__removes_all(void **state)
{
	struct world *w = *state;
	struct device carl = carl_with(w, 5);
	nmk_prekey_state *now;

	assert_status(NMK_OK, nmk_prekey_withdraw(w->creator));
	assert_nothing_left(w);
	assert_status(NMK_ENOTFOUND, nmk_prekey_get_state(w->creator, &now));
	assert_null(now);
	assert_status(NMK_OK, nmk_prekey_withdraw(w->creator));
	assert_status(NMK_OK, publish(&carl, 1));
	device_free(&carl);
}

static void test_keys__are_erased_with_the_account(void **state)
{
	struct world *w = *state;
	struct device carl = carl_with(w, 5);

	assert_int_equal(5, world_sql(w, "SELECT COUNT(*) FROM one_time_prekey"));
	assert_status(NMK_OK, nmk_user_delete(w->admin, nmk_session_user_id(w->creator)));
	assert_nothing_left(w);
	device_free(&carl);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_take__gives_each_one_time_prekey_once_and_then_none),
		TEST(test_take__begins_a_channel),
		TEST(test_take__needs_something_to_talk_about),
		TEST(test_take__of_who_has_no_keys_or_is_nobody),
		TEST(test_take__5_of_one_member_in_a_day_but_not_6),
		TEST(test_take__50_in_all_in_a_day_but_not_51),
		TEST(test_publish__100_one_time_prekeys_but_not_101),
		TEST(test_publish__takes_no_one_time_prekey_twice),
		TEST(test_publish__refuses_what_is_not_signed_or_not_of_that_form),
		TEST(test_publish__goes_only_forward),
		TEST(test_publish__of_another_identity_replaces_the_former_and_is_audited),
		TEST(test_publish__50_times_a_day_but_not_51),
		TEST(test_withdraw__removes_all),
		TEST(test_keys__are_erased_with_the_account),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
