/* verification_test.c -- another mail to verify an address. */
#include "identity_test.h"

#define MINUTE INT64_C(60000)
#define DAY    (1440 * MINUTE)

static int64_t real_mails(struct world *w)
{
	return world_sql(w, "SELECT COUNT(*) FROM outbox WHERE user_id IS NOT NULL");
}

static void resend(struct world *w, const char *email)
{
	assert_status(NMK_OK, nmk_user_resend_verification(w->guest, email));
}

static void test_resend__brings_a_token_that_verifies(void **state)
{
	struct world *w = *state;
	char first[64], second[64];

	register_ok(w, "rosa@example.org", "rosa");
	take_token(w, first);
	resend(w, "ROSA@example.org");
	take_token(w, second);
	assert_string_not_equal(first, second);
	assert_status(NMK_OK, nmk_user_verify_email(w->guest, second));
	assert_status(NMK_OK, nmk_session_login(w->guest, "rosa@example.org", PASSWORD));
}

static void test_resend__older_tokens_stay_valid_until_one_was_used(void **state)
{
	struct world *w = *state;
	char first[64], second[64];

	register_ok(w, "rosa@example.org", "rosa");
	take_token(w, first);
	resend(w, "rosa@example.org");
	take_token(w, second);
	assert_status(NMK_OK, nmk_user_verify_email(w->guest, first));
	assert_status(NMK_ELOGIN, nmk_user_verify_email(w->guest, second));
}

/* Rows and bytes that a call adds to both tables. */
struct traces {
	int64_t proofs, proof_bytes, mails, mail_bytes, events;
};

static struct traces traces(struct world *w)
{
	return (struct traces){
		world_sql(w, "SELECT COUNT(*) FROM mail_proof"),
		world_sql(w, "SELECT TOTAL(length(token_hash) + length(purpose) + length(email_index)) FROM mail_proof"),
		world_sql(w, "SELECT COUNT(*) FROM outbox"),
		world_sql(w, "SELECT TOTAL(length(recipient_sealed) + length(template_name) + length(language)"
		             " + length(data_sealed)) FROM outbox"),
		world_sql(w, "SELECT COUNT(*) FROM audit_event"),
	};
}

static struct traces resend_traces(struct world *w, const char *email)
{
	struct traces before = traces(w), after;

	resend(w, email);
	after = traces(w);
	return (struct traces){ after.proofs - before.proofs, after.proof_bytes - before.proof_bytes, after.mails - before.mails,
	                        after.mail_bytes - before.mail_bytes, after.events - before.events };
}

/* DEF-12: nothing tells whether there is such an account. */
static void test_def_12__unknown_verified_and_waiting_addresses_leave_the_same(void **state)
{
	struct world *w = *state;
	struct traces waiting, verified, unknown;

	register_ok(w, "hans@example.org", "hans_meier");
	add_with_password(w, "jana@example.org", "jana_meier");
	waiting = resend_traces(w, "hans@example.org");
	verified = resend_traces(w, "jana@example.org");
	unknown = resend_traces(w, "nina@example.org");
	assert_int_equal(1, waiting.proofs);
	assert_int_equal(1, waiting.mails);
	assert_memory_equal(&waiting, &verified, sizeof waiting);
	assert_memory_equal(&waiting, &unknown, sizeof waiting);
	assert_int_equal(2, real_mails(w)); /* of the registration, and one more */
}

static void test_resend__is_audited_without_the_address(void **state)
{
	struct world *w = *state;

	register_ok(w, "rosa@example.org", "rosa");
	resend(w, "rosa@example.org");
	resend(w, "nobody@example.org");
	assert_int_equal(2, events(w, "verification_resent"));
	assert_int_equal(1, world_events(w, "rosa", "action = 'verification_resent' AND object = $person"));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM audit_event WHERE details LIKE '%example.org%'"));
}

static void test_resend__one_mail_in_60_seconds(void **state)
{
	struct world *w = *state;

	register_ok(w, "rosa@example.org", "rosa");
	resend(w, "rosa@example.org");
	assert_int_equal(2, real_mails(w));
	world_advance(w, MINUTE - 1);
	resend(w, "rosa@example.org");
	assert_int_equal(2, real_mails(w));
	world_advance(w, 1);
	resend(w, "rosa@example.org");
	assert_int_equal(3, real_mails(w));
	world_advance(w, 1);
	resend(w, "rosa@example.org");
	assert_int_equal(3, real_mails(w));
}

static void test_resend__five_mails_a_day(void **state)
{
	struct world *w = *state;

	register_ok(w, "rosa@example.org", "rosa");
	for (int i = 1; i <= 7; i++) {
		resend(w, "rosa@example.org");
		assert_int_equal(1 + (i < 5 ? i : 5), real_mails(w));
		world_advance(w, MINUTE);
	}
	world_advance(w, DAY - 7 * MINUTE - 1);
	resend(w, "rosa@example.org");
	assert_int_equal(6, real_mails(w));
	world_advance(w, MINUTE);
	resend(w, "rosa@example.org");
	assert_int_equal(7, real_mails(w));
}

static void test_resend__limits_are_the_same_for_nobody(void **state)
{
	struct world *w = *state;

	resend(w, "nobody@example.org");
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM outbox"));
	resend(w, "nobody@example.org");
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM outbox"));
	resend(w, "other@example.org");
	assert_int_equal(2, world_sql(w, "SELECT COUNT(*) FROM outbox"));
	assert_int_equal(0, real_mails(w));
}

static void request(struct world *w, int number, nmk_status expected)
{
	char email[64];

	snprintf(email, sizeof email, "user%d@example.org", number);
	assert_status(expected, nmk_user_resend_verification(w->guest, email));
}

static void test_resend__twenty_requests_an_hour_from_a_network(void **state)
{
	struct world *w = *state;

	assert_status(NMK_OK, nmk_session_set_client(w->guest, "203.0.113.7", NULL, NULL));
	for (int i = 1; i <= 20; i++)
		request(w, i, NMK_OK);
	request(w, 21, NMK_ELIMIT);
	assert_in_range(nmk_session_error(w->guest)->retry_after_ms, 1, 60 * MINUTE);
	assert_int_equal(20, world_sql(w, "SELECT COUNT(*) FROM outbox"));
	assert_status(NMK_OK, nmk_session_set_client(w->guest, "203.0.113.8", NULL, NULL));
	request(w, 21, NMK_OK);
	assert_status(NMK_OK, nmk_session_set_client(w->guest, "203.0.113.7", NULL, NULL));
	world_advance(w, 60 * MINUTE);
	request(w, 22, NMK_OK);
}

static void test_resend__without_a_known_client_has_no_limit_of_a_network(void **state)
{
	struct world *w = *state;

	for (int i = 1; i <= 25; i++)
		request(w, i, NMK_OK);
}

static void test_resend__wants_an_address(void **state)
{
	struct world *w = *state;
	static const char *const bad[] = { NULL, "", "rosa", "rosa@", "@example.org", "rosa@example.org\nBcc: x@example.org" };

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_status(NMK_EINVALID, nmk_user_resend_verification(w->guest, bad[i]));
		assert_field("email", w->guest);
	}
	assert_int_equal(NMK_EINVALID, nmk_user_resend_verification(NULL, "rosa@example.org"));
	assert_int_equal(0, events(w, "verification_resent"));
}

static void test_resend__leaves_no_error_behind(void **state)
{
	struct world *w = *state;

	resend(w, "nobody@example.org");
	assert_int_equal(NMK_OK, nmk_session_error(w->guest)->status);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_resend__brings_a_token_that_verifies),
		WORLD_TEST(test_resend__older_tokens_stay_valid_until_one_was_used),
		WORLD_TEST(test_def_12__unknown_verified_and_waiting_addresses_leave_the_same),
		WORLD_TEST(test_resend__is_audited_without_the_address),
		WORLD_TEST(test_resend__one_mail_in_60_seconds),
		WORLD_TEST(test_resend__five_mails_a_day),
		WORLD_TEST(test_resend__limits_are_the_same_for_nobody),
		WORLD_TEST(test_resend__twenty_requests_an_hour_from_a_network),
		WORLD_TEST(test_resend__without_a_known_client_has_no_limit_of_a_network),
		WORLD_TEST(test_resend__wants_an_address),
		WORLD_TEST(test_resend__leaves_no_error_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
