#include "identity_test.h"
#include "store_bytes.h"

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
	data = json_loads(json, 0, NULL);
	assert_string_equal("email_verification", json_string_value(json_object_get(data, "template_name")));
	assert_string_equal("Rosa", json_string_value(json_object_get(json_object_get(data, "data"), "username")));
	assert_string_equal(nmk_outbox_message_text(message), json_string_value(json_object_get(data, "text")));
	assert_string_equal(nmk_outbox_message_html(message), json_string_value(json_object_get(data, "html")));
	assert_string_equal("2026-01-01T00:00:00.000Z", json_string_value(json_object_get(data, "created_at")));
	assert_int_equal(1, json_integer_value(json_object_get(data, "attempts")));
	json_decref(data);
	nmk_free(json);
	nmk_outbox_message_free(message);
	nmk_outbox_message_free(NULL);
}

static void test_outbox_take__has_the_mail_as_it_is_to_be_sent(void **state)
{
	struct world *w = *state;
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_registration given = registration("rosa@example.org", "rosa");
	nmk_outbox_message *message;
	nmk_session *guest, *host;
	nmk_market *market;

	options.market_name = "Müllers Lernmarkt";
	options.public_url = "https://lern.example/markt";
	market = other_market(w, options, &guest);
	assert_status(NMK_OK, nmk_session_open_system(market, &host));
	assert_status(NMK_OK, nmk_user_register(guest, &given, NULL));
	assert_status(NMK_OK, nmk_outbox_take(host, LEASE, &message));
	assert_string_equal("Bitte bestätigen Sie Ihre E-Mail-Adresse", nmk_outbox_message_subject(message));
	assert_non_null(strstr(nmk_outbox_message_text(message), "Guten Tag rosa,\n\nwillkommen bei Müllers Lernmarkt!"));
	assert_non_null(strstr(nmk_outbox_message_text(message), "\nhttps://lern.example/markt/verify-email?token="));
	assert_non_null(strstr(nmk_outbox_message_html(message), "href=\"https://lern.example/markt/verify-email?token="));
	nmk_outbox_message_free(message);
	nmk_session_close(host);
	nmk_session_close(guest);
	nmk_market_close(market);
}

static void test_outbox__nothing_of_a_mail_is_readable_in_the_store(void **state)
{
	struct world *w = *state;
	char token[64];

	register_ok(w, "rosa@example.org", "rosa");
	take_token(w, token);
	assert_false(store_has(w, token));
	assert_false(store_has(w, "rosa@example.org"));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM outbox WHERE instr(data_sealed, 'rosa') > 0"));
}

/* A row of one message does not open as another. */
static void test_outbox_take__passes_over_a_message_that_does_not_open(void **state)
{
	static const char *const damages[] = {
		"UPDATE outbox SET data_sealed = zeroblob(length(data_sealed)) WHERE id = (SELECT MIN(id) FROM outbox)",
		"UPDATE outbox SET recipient_sealed = data_sealed WHERE id = (SELECT MIN(id) FROM outbox)",
		("UPDATE outbox SET data_sealed = (SELECT data_sealed FROM outbox ORDER BY id DESC LIMIT 1)"
		 " WHERE id = (SELECT MIN(id) FROM outbox)"),
		"DELETE FROM user_key WHERE user_id = (SELECT user_id FROM outbox ORDER BY id LIMIT 1)",
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
		nmk_outbox_message *message = (nmk_outbox_message *)w;
		char email[64], name[32];

		snprintf(name, sizeof name, "damaged_%zu", i);
		snprintf(email, sizeof email, "%s@example.org", name);
		register_ok(w, email, name);
		snprintf(name, sizeof name, "sound_%zu", i);
		snprintf(email, sizeof email, "%s@example.org", name);
		register_ok(w, email, name);
		tamper(w, damages[i]);
		assert_status(NMK_ECORRUPT, nmk_outbox_take(w->system, LEASE, &message));
		assert_null(message);
		assert_field("message", w->system);
		assert_takes(w, email, 1);
		assert_empty(w);
		tamper(w, "DELETE FROM outbox");
	}
}

/* ---- decoys ---- */

static void resend(struct world *w, int number)
{
	char email[64];

	snprintf(email, sizeof email, "nobody_%d@example.org", number);
	assert_status(NMK_OK, nmk_user_resend_verification(w->guest, email));
}

static void test_decoy__is_never_taken(void **state)
{
	struct world *w = *state;

	resend(w, 1);
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM outbox WHERE user_id IS NULL"));
	assert_empty(w);
	world_advance(w, INT64_C(365) * 86400000);
	assert_empty(w);
}

static void test_decoy__is_swept_with_a_later_mail(void **state)
{
	struct world *w = *state;

	resend(w, 1);
	world_advance(w, 3600000);
	resend(w, 2);
	assert_int_equal(2, world_sql(w, "SELECT COUNT(*) FROM outbox"));
	world_advance(w, 1);
	register_ok(w, "rosa@example.org", "rosa");
	assert_int_equal(2, world_sql(w, "SELECT COUNT(*) FROM outbox"));
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM outbox WHERE user_id IS NULL"));
}

static void test_decoy__sweeping_has_bounds(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 19; i++)
		resend(w, i);
	world_advance(w, 25 * 3600000);
	for (int left = 19 - 8; left > -8; left -= 8) {
		resend(w, 100 + left);
		assert_int_equal(left > 0 ? left : 0, world_sql(w, "SELECT COUNT(*) FROM outbox WHERE created_at < (SELECT"
		                                                   " MAX(created_at) FROM outbox)"));
		assert_int_equal(left > 0 ? left : 0, world_sql(w, "SELECT COUNT(*) FROM mail_proof WHERE expires_at < (SELECT"
		                                                   " MAX(created_at) FROM outbox)"));
	}
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
		WORLD_TEST(test_outbox_take__has_the_mail_as_it_is_to_be_sent),
		WORLD_TEST(test_outbox_take__passes_over_a_message_that_does_not_open),
		WORLD_TEST(test_outbox__nothing_of_a_mail_is_readable_in_the_store),
		WORLD_TEST(test_decoy__is_never_taken),
		WORLD_TEST(test_decoy__is_swept_with_a_later_mail),
		WORLD_TEST(test_decoy__sweeping_has_bounds),
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
