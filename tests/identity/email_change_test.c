/* email_change_test.c -- another address for an account. */
#include "identity_test.h"

#include <pthread.h>

#define MINUTE INT64_C(60000)
#define HOUR   (60 * MINUTE)

/* A member with a password who is logged in. */
static nmk_session *member(struct world *w, const char *username)
{
	nmk_session *session;
	char email[64];

	snprintf(email, sizeof email, "%s@example.org", username);
	add_with_password(w, email, username);
	assert_status(NMK_OK, nmk_session_open(w->market, &session));
	assert_status(NMK_OK, nmk_session_login(session, email, PASSWORD));
	return session;
}

static void request(nmk_session *session, const char *email)
{
	assert_status(NMK_OK, nmk_email_request_change(session, PASSWORD, email));
}

/* Take the next mail, which must be this one; its token, if it has one. */
static void expect_mail(struct world *w, const char *template_name, const char *recipient, const char *detail, char token[64])
{
	nmk_outbox_message *message;
	json_t *data;

	assert_status(NMK_OK, nmk_outbox_take(w->system, 3600000, &message));
	assert_non_null(message);
	assert_string_equal(template_name, nmk_outbox_message_template_name(message));
	assert_string_equal(recipient, nmk_outbox_message_recipient(message));
	data = json_loads(nmk_outbox_message_data(message), 0, NULL);
	if (detail)
		assert_string_equal(detail, json_string_value(json_object_get(data, "detail")));
	else
		assert_null(json_object_get(data, "detail"));
	assert_int_equal(token != NULL, json_object_get(data, "token") != NULL);
	if (token)
		snprintf(token, 64, "%s", json_string_value(json_object_get(data, "token")));
	json_decref(data);
	assert_status(NMK_OK, nmk_outbox_done(w->system, nmk_outbox_message_id(message)));
	nmk_outbox_message_free(message);
}

static void expect_no_mail(struct world *w)
{
	nmk_outbox_message *message;

	assert_status(NMK_OK, nmk_outbox_take(w->system, 1000, &message));
	assert_null(message);
}

static void assert_email(nmk_session *session, const char *expected)
{
	nmk_user *user;

	assert_status(NMK_OK, nmk_user_get(session, nmk_session_user_id(session), &user));
	assert_string_equal(expected, nmk_user_email(user));
	nmk_user_free(user);
}

/* ---- ask ---- */

static void test_request__mails_the_new_address_and_tells_the_old_one(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa");
	char token[64];

	request(rosa, "Neu@Example.org");
	expect_mail(w, "email_change", "Neu@Example.org", NULL, token);
	expect_mail(w, "email_change_notice", "rosa@example.org", "Neu@Example.org", NULL);
	expect_no_mail(w);
	assert_int_equal(43, strlen(token));
	assert_email(rosa, "rosa@example.org");
	assert_int_equal(1, events(w, "email_change_requested"));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM audit_event WHERE details LIKE '%example.org%'"));
	nmk_session_close(rosa);
}

static void test_request__wants_the_password(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa");

	assert_status(NMK_ELOGIN, nmk_email_request_change(rosa, "Ein falsches Passwort 1!", "neu@example.org"));
	assert_field("password", rosa);
	assert_status(NMK_EINVALID, nmk_email_request_change(rosa, NULL, "neu@example.org"));
	assert_field("password", rosa);
	expect_no_mail(w);
	assert_email(rosa, "rosa@example.org");
	nmk_session_close(rosa);
}

static void test_request__wants_another_address(void **state)
{
	static const char *const bad[] = { NULL, "", "neu", "neu@localhost", "neu@example.org\r\nBcc: x@example.org",
	                                   "rosa@example.org", "ROSA@EXAMPLE.ORG" };
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa");

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_status(NMK_EINVALID, nmk_email_request_change(rosa, PASSWORD, bad[i]));
		assert_field("email", rosa);
	}
	expect_no_mail(w);
	assert_int_equal(0, events(w, "email_change_requested"));
	nmk_session_close(rosa);
}

static void test_request__is_for_members(void **state)
{
	struct world *w = *state;

	assert_status(NMK_ELOGIN, nmk_email_request_change(w->guest, PASSWORD, "neu@example.org"));
	assert_status(NMK_EDENIED, nmk_email_request_change(w->system, PASSWORD, "neu@example.org"));
	assert_status(NMK_EDENIED, nmk_email_request_change(w->suspended, PASSWORD, "neu@example.org"));
	assert_int_equal(NMK_EINVALID, nmk_email_request_change(NULL, PASSWORD, "neu@example.org"));
	expect_no_mail(w);
}

/* Rows and bytes of mails and proofs that were written since. */
static int64_t written(struct world *w)
{
	return world_sql(w, "SELECT COUNT(*) * 10000 + TOTAL(length(recipient_sealed) + length(data_sealed)) FROM outbox")
	     + world_sql(w, "SELECT COUNT(*) * 10000 + TOTAL(length(email_sealed)) FROM mail_proof");
}

static void test_request__does_not_tell_whether_the_address_has_an_account(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa");
	int64_t start = written(w), taken, is_free;

	request(rosa, "clara@example.org");
	taken = written(w) - start;
	expect_mail(w, "email_change_notice", "rosa@example.org", "clara@example.org", NULL);
	expect_mail(w, "email_taken", "clara@example.org", NULL, NULL);
	expect_no_mail(w);
	start = written(w);
	request(rosa, "klara@example.org");
	is_free = written(w) - start;
	assert_int_equal(taken, is_free);
	assert_int_equal(NMK_OK, nmk_session_error(rosa)->status);
	nmk_session_close(rosa);
}

static void test_request__one_mail_in_60_seconds_to_an_address(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa");

	request(rosa, "neu@example.org");
	world_advance(w, MINUTE - 1);
	request(rosa, "neu@example.org");
	assert_int_equal(2, world_sql(w, "SELECT COUNT(*) FROM outbox WHERE user_id IS NOT NULL"));
	world_advance(w, 1);
	request(rosa, "neu@example.org");
	assert_int_equal(4, world_sql(w, "SELECT COUNT(*) FROM outbox WHERE user_id IS NOT NULL"));
	nmk_session_close(rosa);
}

/* ---- confirm ---- */

/* The token for a new address; the notice is taken away. */
static void token_for(struct world *w, nmk_session *session, const char *email, char token[64])
{
	nmk_outbox_message *message;

	request(session, email);
	expect_mail(w, "email_change", email, NULL, token);
	assert_status(NMK_OK, nmk_outbox_take(w->system, 1000, &message));
	assert_string_equal("email_change_notice", nmk_outbox_message_template_name(message));
	assert_status(NMK_OK, nmk_outbox_done(w->system, nmk_outbox_message_id(message)));
	nmk_outbox_message_free(message);
}

static void test_confirm__takes_the_new_address_and_tells_the_old_one(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa");
	char token[64];

	token_for(w, rosa, "neu@example.org", token);
	world_advance(w, MINUTE);
	assert_status(NMK_OK, nmk_email_confirm_change(w->guest, token));
	assert_email(rosa, "neu@example.org"); /* the session goes on */
	expect_mail(w, "email_changed", "rosa@example.org", "neu@example.org", NULL);
	expect_no_mail(w);
	assert_int_equal(w->now, world_sql(w, "SELECT email_verified_at FROM user_account WHERE username = 'rosa'"));
	assert_int_equal(1, events(w, "email_changed"));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM audit_event WHERE details LIKE '%example.org%'"));
	assert_status(NMK_OK, nmk_session_login(w->guest, "neu@example.org", PASSWORD));
	assert_status(NMK_OK, nmk_session_logout(w->guest));
	assert_status(NMK_ELOGIN, nmk_session_login(w->guest, "rosa@example.org", PASSWORD));
	nmk_session_close(rosa);
}

static void test_confirm__frees_the_old_address(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa");
	char token[64];

	token_for(w, rosa, "neu@example.org", token);
	assert_status(NMK_OK, nmk_email_confirm_change(w->guest, token));
	register_ok(w, "rosa@example.org", "rosalie");
	nmk_session_close(rosa);
}

static void test_confirm__a_token_works_once(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa");
	char token[64];

	token_for(w, rosa, "neu@example.org", token);
	assert_status(NMK_OK, nmk_email_confirm_change(w->guest, token));
	assert_status(NMK_ELOGIN, nmk_email_confirm_change(w->guest, token));
	assert_field("token", w->guest);
	assert_int_equal(1, events(w, "invalid_token"));
	nmk_session_close(rosa);
}

static void confirm_after(struct world *w, int64_t age, nmk_status expected)
{
	nmk_session *rosa = member(w, "rosa");
	char token[64];

	token_for(w, rosa, "neu@example.org", token);
	world_advance(w, age);
	assert_status(expected, nmk_email_confirm_change(w->guest, token));
	nmk_session_close(rosa);
}

static void test_confirm__just_below_24_hours(void **state)
{
	confirm_after(*state, 24 * HOUR - 1, NMK_OK);
}

static void test_confirm__at_exactly_24_hours(void **state)
{
	confirm_after(*state, 24 * HOUR, NMK_OK);
}

static void test_confirm__just_above_24_hours_is_too_late(void **state)
{
	confirm_after(*state, 24 * HOUR + 1, NMK_ELOGIN);
}

static void test_confirm__wants_a_token_for_this(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa");
	char change[64], verification[64];

	token_for(w, rosa, "neu@example.org", change);
	register_ok(w, "emil@example.org", "emil");
	take_token(w, verification);
	assert_status(NMK_ELOGIN, nmk_email_confirm_change(w->guest, verification));
	assert_status(NMK_ELOGIN, nmk_user_verify_email(w->guest, change));
	assert_status(NMK_ELOGIN, nmk_email_confirm_change(w->guest, ""));
	assert_status(NMK_ELOGIN, nmk_email_confirm_change(w->guest, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
	assert_status(NMK_EINVALID, nmk_email_confirm_change(w->guest, NULL));
	assert_field("token", w->guest);
	assert_int_equal(NMK_EINVALID, nmk_email_confirm_change(NULL, change));
	assert_status(NMK_OK, nmk_email_confirm_change(w->guest, change));
	assert_status(NMK_OK, nmk_user_verify_email(w->guest, verification));
	nmk_session_close(rosa);
}

/* DEF-13: tokens that were sent to the old address are void. */
static void test_def_13__a_change_of_the_address_voids_all_tokens(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa");
	char first[64], second[64], reset[64];

	token_for(w, rosa, "eins@example.org", first);
	token_for(w, rosa, "zwei@example.org", second);
	assert_status(NMK_OK, nmk_password_request_reset(w->guest, "rosa@example.org"));
	expect_mail(w, "password_reset", "rosa@example.org", NULL, reset);
	assert_status(NMK_OK, nmk_email_confirm_change(w->guest, second));
	assert_status(NMK_ELOGIN, nmk_email_confirm_change(w->guest, first));
	assert_status(NMK_ELOGIN, nmk_password_reset(w->guest, reset, "Ein ganz neues Passwort 2!"));
	assert_email(rosa, "zwei@example.org");
	nmk_session_close(rosa);
}

static void test_confirm__not_for_a_deleted_account(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa");
	char token[64], id[64];

	token_for(w, rosa, "neu@example.org", token);
	user_id_of(w, "rosa", id);
	assert_status(NMK_OK, nmk_user_delete(w->admin, id));
	assert_status(NMK_ELOGIN, nmk_email_confirm_change(w->guest, token));
	nmk_session_close(rosa);
}

static void test_confirm__an_address_taken_meanwhile_is_a_conflict(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa");
	char token[64];

	token_for(w, rosa, "neu@example.org", token);
	register_ok(w, "NEU@example.org", "emil");
	assert_status(NMK_ECONFLICT, nmk_email_confirm_change(w->guest, token));
	assert_field("email", w->guest);
	assert_email(rosa, "rosa@example.org");
	assert_int_equal(0, events(w, "email_changed"));
	assert_status(NMK_OK, nmk_session_login(w->guest, "rosa@example.org", PASSWORD));
	nmk_session_close(rosa);
}

/* ---- at once ---- */

#define RUNNERS 8

struct runner {
	pthread_t    thread;
	nmk_session *session;
	const char  *token;
	nmk_status   status;
};

static void *run(void *context)
{
	struct runner *runner = context;

	runner->status = nmk_email_confirm_change(runner->session, runner->token);
	return NULL;
}

/* How many of them were told that it is done. */
static int run_all(struct world *w, struct runner *runners, int count, nmk_status expected_else)
{
	int done = 0;

	for (int i = 0; i < count; i++)
		assert_status(NMK_OK, nmk_session_open(w->market, &runners[i].session));
	for (int i = 0; i < count; i++)
		assert_int_equal(0, pthread_create(&runners[i].thread, NULL, run, &runners[i]));
	for (int i = 0; i < count; i++) {
		pthread_join(runners[i].thread, NULL);
		nmk_session_close(runners[i].session);
		done += runners[i].status == NMK_OK;
		if (runners[i].status != NMK_OK)
			assert_int_equal(expected_else, runners[i].status);
	}
	return done;
}

static void test_confirm__one_token_at_once_works_once(void **state)
{
	struct world *w = *state;
	nmk_session *rosa = member(w, "rosa");
	struct runner runners[RUNNERS] = { 0 };
	char token[64];

	token_for(w, rosa, "neu@example.org", token);
	for (int i = 0; i < RUNNERS; i++)
		runners[i].token = token;
	assert_int_equal(1, run_all(w, runners, RUNNERS, NMK_ELOGIN));
	assert_int_equal(1, events(w, "email_changed"));
	assert_email(rosa, "neu@example.org");
	nmk_session_close(rosa);
}

/* Five members asked for one address, as many as get a mail to it in a day: one of them gets it. */
static void test_confirm__one_address_at_once_becomes_one_members(void **state)
{
	struct world *w = *state;
	struct runner runners[5] = { 0 };
	char tokens[5][64];

	for (int i = 0; i < 5; i++) {
		char name[16];
		nmk_session *session;

		snprintf(name, sizeof name, "rosa_%d", i);
		session = member(w, name);
		token_for(w, session, "neu@example.org", tokens[i]);
		nmk_session_close(session);
		world_advance(w, MINUTE);
		runners[i].token = tokens[i];
	}
	assert_int_equal(1, run_all(w, runners, 5, NMK_ECONFLICT));
	assert_int_equal(1, events(w, "email_changed"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_request__mails_the_new_address_and_tells_the_old_one),
		WORLD_TEST(test_request__wants_the_password),
		WORLD_TEST(test_request__wants_another_address),
		WORLD_TEST(test_request__is_for_members),
		WORLD_TEST(test_request__does_not_tell_whether_the_address_has_an_account),
		WORLD_TEST(test_request__one_mail_in_60_seconds_to_an_address),
		WORLD_TEST(test_confirm__takes_the_new_address_and_tells_the_old_one),
		WORLD_TEST(test_confirm__frees_the_old_address),
		WORLD_TEST(test_confirm__a_token_works_once),
		WORLD_TEST(test_confirm__just_below_24_hours),
		WORLD_TEST(test_confirm__at_exactly_24_hours),
		WORLD_TEST(test_confirm__just_above_24_hours_is_too_late),
		WORLD_TEST(test_confirm__wants_a_token_for_this),
		WORLD_TEST(test_def_13__a_change_of_the_address_voids_all_tokens),
		WORLD_TEST(test_confirm__not_for_a_deleted_account),
		WORLD_TEST(test_confirm__an_address_taken_meanwhile_is_a_conflict),
		WORLD_TEST(test_confirm__one_token_at_once_works_once),
		WORLD_TEST(test_confirm__one_address_at_once_becomes_one_members),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
