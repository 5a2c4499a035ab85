#include "identity_test.h"

#define LEASE 60000

static nmk_outbox_message *take(struct world *w)
{
	nmk_outbox_message *message;

	assert_status(NMK_OK, nmk_outbox_take(w->system, LEASE, &message));
	return message;
}

static void assert_empty(struct world *w)
{
	assert_null(take(w));
	assert_status(NMK_OK, nmk_session_error(w->system)->status);
}

static void assert_takes(struct world *w, const char *recipient, int64_t attempts)
{
	nmk_outbox_message *message = take(w);

	assert_non_null(message);
	assert_string_equal(recipient, nmk_outbox_message_recipient(message));
	assert_int_equal(attempts, nmk_outbox_message_attempts(message));
	nmk_outbox_message_free(message);
}

static void test_outbox_take__has_the_mail_of_a_registration(void **state)
{
	struct world *w = *state;
	nmk_registration given = registration("Rosa@example.org", "Rosa");
	nmk_outbox_message *message;
	json_t *data;
	char *json;

	given.preferred_language = "en";
	assert_status(NMK_OK, nmk_user_register(w->guest, &given, NULL));
	message = take(w);
	assert_non_null(nmk_outbox_message_id(message));
	assert_string_equal("Rosa@example.org", nmk_outbox_message_recipient(message));
	assert_string_equal("email_verification", nmk_outbox_message_template_name(message));
	assert_string_equal("en", nmk_outbox_message_language(message));
	assert_int_equal(w->now, nmk_outbox_message_created_at(message));
	assert_int_equal(1, nmk_outbox_message_attempts(message));
	data = json_loads(nmk_outbox_message_data(message), 0, NULL);
	assert_int_equal(2, json_object_size(data));
	assert_string_equal("Rosa", json_string_value(json_object_get(data, "username")));
	assert_int_equal(43, json_string_length(json_object_get(data, "token")));
	json_decref(data);
	json = nmk_outbox_message_json(message);
	assert_non_null(strstr(json, "\"template_name\":\"email_verification\""));
	nmk_free(json);
	nmk_outbox_message_free(message);
	nmk_outbox_message_free(NULL);
}

static void test_outbox_take__the_one_that_waits_longest(void **state)
{
	struct world *w = *state;

	register_ok(w, "rosa@example.org", "rosa");
	register_ok(w, "anna@example.org", "anna");
	world_advance(w, 1);
	register_ok(w, "emil@example.org", "emil");
	assert_takes(w, "rosa@example.org", 1);
	assert_takes(w, "anna@example.org", 1);
	assert_takes(w, "emil@example.org", 1);
	assert_empty(w);
}

static void test_outbox_take__nobody_else_gets_it_during_the_lease(void **state)
{
	struct world *w = *state;

	register_ok(w, "rosa@example.org", "rosa");
	assert_takes(w, "rosa@example.org", 1);
	world_advance(w, LEASE - 1);
	assert_empty(w);
	world_advance(w, 1);
	assert_takes(w, "rosa@example.org", 2);
	world_advance(w, LEASE + 1);
	assert_takes(w, "rosa@example.org", 3);
}

static void test_outbox_done__erases(void **state)
{
	struct world *w = *state;
	nmk_outbox_message *message;

	register_ok(w, "rosa@example.org", "rosa");
	message = take(w);
	assert_status(NMK_OK, nmk_outbox_done(w->system, nmk_outbox_message_id(message)));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM outbox"));
	assert_status(NMK_ENOTFOUND, nmk_outbox_done(w->system, nmk_outbox_message_id(message)));
	assert_status(NMK_ENOTFOUND, nmk_outbox_failed(w->system, nmk_outbox_message_id(message), 0));
	nmk_outbox_message_free(message);
	world_advance(w, LEASE);
	assert_empty(w);
}

static void test_outbox_failed__tries_again_later(void **state)
{
	struct world *w = *state;
	nmk_outbox_message *message;

	register_ok(w, "rosa@example.org", "rosa");
	message = take(w);
	assert_status(NMK_OK, nmk_outbox_failed(w->system, nmk_outbox_message_id(message), 5000));
	world_advance(w, 4999);
	assert_empty(w);
	world_advance(w, 1);
	assert_takes(w, "rosa@example.org", 2);
	assert_status(NMK_OK, nmk_outbox_failed(w->system, nmk_outbox_message_id(message), 0));
	assert_takes(w, "rosa@example.org", 3);
	nmk_outbox_message_free(message);
}

static void test_outbox__numbers_have_ranges(void **state)
{
	struct world *w = *state;
	nmk_outbox_message *message;

	assert_status(NMK_EINVALID, nmk_outbox_take(w->system, 999, &message));
	assert_field("lease_ms", w->system);
	assert_status(NMK_OK, nmk_outbox_take(w->system, 1000, &message));
	assert_status(NMK_OK, nmk_outbox_take(w->system, 1001, &message));
	assert_status(NMK_OK, nmk_outbox_take(w->system, 3599999, &message));
	assert_status(NMK_OK, nmk_outbox_take(w->system, 3600000, &message));
	assert_status(NMK_EINVALID, nmk_outbox_take(w->system, 3600001, &message));
	assert_status(NMK_EINVALID, nmk_outbox_take(w->system, LEASE, NULL));
	assert_field("message", w->system);
	register_ok(w, "rosa@example.org", "rosa");
	message = take(w);
	assert_status(NMK_EINVALID, nmk_outbox_failed(w->system, nmk_outbox_message_id(message), -1));
	assert_field("retry_ms", w->system);
	assert_status(NMK_OK, nmk_outbox_failed(w->system, nmk_outbox_message_id(message), 1));
	assert_status(NMK_OK, nmk_outbox_failed(w->system, nmk_outbox_message_id(message), 604799999));
	assert_status(NMK_OK, nmk_outbox_failed(w->system, nmk_outbox_message_id(message), 604800000));
	assert_status(NMK_EINVALID, nmk_outbox_failed(w->system, nmk_outbox_message_id(message), 604800001));
	nmk_outbox_message_free(message);
}

static void test_outbox__is_for_the_host_alone(void **state)
{
	struct world *w = *state;
	nmk_session *sessions[] = { w->consumer, w->creator, w->moderator, w->admin, w->suspended };
	nmk_outbox_message *message;
	char id[64];

	register_ok(w, "rosa@example.org", "rosa");
	message = take(w);
	snprintf(id, sizeof id, "%s", nmk_outbox_message_id(message));
	nmk_outbox_message_free(message);
	world_advance(w, LEASE);
	for (size_t i = 0; i < sizeof sessions / sizeof sessions[0]; i++) {
		assert_status(NMK_EDENIED, nmk_outbox_take(sessions[i], LEASE, &message));
		assert_null(message);
		assert_status(NMK_EDENIED, nmk_outbox_done(sessions[i], id));
		assert_status(NMK_EDENIED, nmk_outbox_failed(sessions[i], id, 0));
	}
	assert_status(NMK_ELOGIN, nmk_outbox_take(w->guest, LEASE, &message));
	assert_takes(w, "rosa@example.org", 2);
}

static void test_outbox__strange_ids_are_not_found(void **state)
{
	struct world *w = *state;
	char id[64];

	user_id_of(w, "carl", id);
	assert_status(NMK_EINVALID, nmk_outbox_done(w->system, NULL));
	assert_field("id", w->system);
	assert_status(NMK_EINVALID, nmk_outbox_failed(w->system, NULL, 0));
	assert_status(NMK_ENOTFOUND, nmk_outbox_done(w->system, "x"));
	assert_status(NMK_ENOTFOUND, nmk_outbox_done(w->system, id));
	assert_int_equal(NMK_EINVALID, nmk_outbox_done(NULL, id));
	assert_int_equal(NMK_EINVALID, nmk_outbox_failed(NULL, id, 0));
	assert_int_equal(NMK_EINVALID, nmk_outbox_take(NULL, LEASE, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_outbox_take__has_the_mail_of_a_registration),
		WORLD_TEST(test_outbox_take__the_one_that_waits_longest),
		WORLD_TEST(test_outbox_take__nobody_else_gets_it_during_the_lease),
		WORLD_TEST(test_outbox_done__erases),
		WORLD_TEST(test_outbox_failed__tries_again_later),
		WORLD_TEST(test_outbox__numbers_have_ranges),
		WORLD_TEST(test_outbox__is_for_the_host_alone),
		WORLD_TEST(test_outbox__strange_ids_are_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
