/* password_test.c -- another password: changed by who knows the old one, reset by who reads the mail. */
#include "identity_test.h"

#include <pthread.h>
#include <nanomarket/password.h>
#include "store_bytes.h"

#define EMAIL  "paula@example.org"
#define NAME   "paula"
#define OTHER  "drei wolken und ein zaun"
#define THIRD  "Birnbaum-Trompete, Kessel 7"
#define MINUTE 60000LL
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

static nmk_session *session_of(struct world *w)
{
	nmk_session *session;

	assert_status(NMK_OK, nmk_session_open(w->market, &session));
	return session;
}

/* Paula, with PASSWORD, and a session that has logged in. */
static nmk_session *paula(struct world *w)
{
	nmk_session *session = session_of(w);

	add_with_password(w, EMAIL, NAME);
	assert_status(NMK_OK, nmk_session_login(session, EMAIL, PASSWORD));
	return session;
}

static nmk_status login(struct world *w, const char *password)
{
	nmk_session *session = session_of(w);
	nmk_status rc = nmk_session_login(session, EMAIL, password);

	nmk_session_close(session);
	return rc;
}

/* Does the session still do what members may? */
static nmk_status acts(nmk_session *session)
{
	return nmk_consent_record(session, NMK_CONSENT_MARKETING, true, NULL, NULL);
}

static void give_second_factor(struct world *w)
{
	tamper(w, "INSERT INTO second_factor (user_id, secret_sealed, algorithm, last_step, created_at, confirmed_at)"
	          " SELECT id, x'00', 'sha1', 0, 1, 1 FROM user_account WHERE username = '" NAME "'");
}

/* All mails that wait: how many there are for a template, and the token of the last. */
static int take_mails(struct world *w, const char *template_name, char token[64])
{
	nmk_outbox_message *message;
	int count = 0;

	for (;;) {
		assert_status(NMK_OK, nmk_outbox_take(w->system, 1000, &message));
		if (!message)
			return count;
		if (strcmp(nmk_outbox_message_template_name(message), template_name) == 0) {
			json_t *data = json_loads(nmk_outbox_message_data(message), 0, NULL);
			const char *text = json_string_value(json_object_get(data, "token"));

			assert_string_equal(EMAIL, nmk_outbox_message_recipient(message));
			if (token && text)
				snprintf(token, 64, "%s", text);
			json_decref(data);
			count++;
		}
		assert_status(NMK_OK, nmk_outbox_done(w->system, nmk_outbox_message_id(message)));
		nmk_outbox_message_free(message);
	}
}

static void reset_token(struct world *w, char token[64])
{
	assert_status(NMK_OK, nmk_password_request_reset(w->guest, EMAIL));
	assert_int_equal(1, take_mails(w, "password_reset", token));
}

/* ---- change ---- */

static void test_change__the_new_one_logs_in_and_the_old_one_does_not(void **state)
{
	struct world *w = *state;
	nmk_session *session = paula(w);

	take_mails(w, "password_changed", NULL);
	assert_status(NMK_OK, nmk_password_change(session, PASSWORD, OTHER));
	assert_status(NMK_OK, login(w, OTHER));
	assert_status(NMK_ELOGIN, login(w, PASSWORD));
	assert_int_equal(1, take_mails(w, "password_changed", NULL));
	assert_int_equal(1, events(w, "password_changed"));
	nmk_session_close(session);
}

static void test_change__other_sessions_end_and_this_one_goes_on(void **state)
{
	struct world *w = *state;
	nmk_session *session = paula(w), *elsewhere = session_of(w);

	assert_status(NMK_OK, nmk_session_login(elsewhere, EMAIL, PASSWORD));
	assert_status(NMK_OK, acts(elsewhere));
	assert_status(NMK_OK, nmk_password_change(session, PASSWORD, OTHER));
	assert_status(NMK_OK, acts(session));
	assert_status(NMK_ELOGIN, acts(elsewhere));
	nmk_session_close(session);
	nmk_session_close(elsewhere);
}

static void test_change__a_wrong_current_one_changes_nothing(void **state)
{
	struct world *w = *state;
	nmk_session *session = paula(w);
	int64_t failures = events(w, "login_failure");

	assert_status(NMK_ELOGIN, nmk_password_change(session, OTHER, THIRD));
	assert_field("current_password", session);
	assert_int_equal(failures + 1, events(w, "login_failure"));
	assert_int_equal(0, events(w, "password_changed"));
	assert_status(NMK_ELOGIN, login(w, THIRD));
	assert_status(NMK_OK, acts(session));
	nmk_session_close(session);
}

static void test_change__wrong_ones_are_counted(void **state)
{
	struct world *w = *state;
	nmk_session *session = paula(w);
	nmk_status rc = NMK_OK;
	int tries = 0;

	for (; tries < 10 && rc != NMK_ELIMIT; tries++)
		rc = nmk_password_change(session, OTHER, THIRD);
	assert_status(NMK_ELIMIT, rc);
	assert_int_equal(7, tries);
	assert_true(nmk_session_error(session)->retry_after_ms > 0);
	assert_status(NMK_ELIMIT, nmk_password_change(session, PASSWORD, THIRD));
	world_advance(w, nmk_session_error(session)->retry_after_ms);
	assert_status(NMK_OK, nmk_password_change(session, PASSWORD, THIRD));
	nmk_session_close(session);
}

static void refused(nmk_session *session, const char *new_password, const char *sentence)
{
	assert_status(NMK_EINVALID, nmk_password_change(session, PASSWORD, new_password));
	assert_field("new_password", session);
	if (!strstr(nmk_session_error(session)->message, sentence))
		fail_msg("%s: %s", new_password, nmk_session_error(session)->message);
}

static void test_change__a_bad_new_one_is_told_why(void **state)
{
	struct world *w = *state;
	nmk_session *session = paula(w);
	char endless[1026];

	memset(endless, 'x', sizeof endless);
	endless[1025] = '\0';
	refused(session, endless, "must have from 1 to 1024 bytes");
	refused(session, "abc\xff", "is not valid UTF-8");
	refused(session, "", "must have at least 15 characters");
	refused(session, "kqxzvbwrtjmdph", "must have at least 15 characters");
	refused(session, "1qay2wsx3edc4rfv", "is among the passwords that are guessed first");
	refused(session, "Schwierigkeiten", "is among the passwords that are guessed first");
	refused(session, "paulaPAULApaula1", "is among the passwords that are guessed first");
	refused(session, "nanomarket-paula", "must not be made of one's own name or address or the market's name");
	refused(session, "Paula@Example.org", "must not be made of one's own name or address or the market's name");
	refused(session, PASSWORD, "is the current one");
	assert_status(NMK_OK, login(w, PASSWORD));
	assert_status(NMK_OK, nmk_password_change(session, PASSWORD, "kqxzvbwrtjmdphg"));
	nmk_session_close(session);
}

static void test_change__the_same_from_another_keyboard_is_the_current_one(void **state)
{
	struct world *w = *state;
	nmk_session *session = paula(w);

	assert_status(NMK_OK, nmk_password_change(session, PASSWORD, "\u00fcber alle Zw\u00f6lf"));
	assert_status(NMK_EINVALID, nmk_password_change(session, "u\xCC\x88""ber alle Zw\u00f6lf", "\u00fcber\u00a0alle Zwo\xCC\x88lf"));
	assert_field("new_password", session);
	assert_status(NMK_OK, nmk_password_change(session, "u\xCC\x88""ber alle Zw\u00f6lf", OTHER));
	nmk_session_close(session);
}

static void test_change__eight_characters_with_a_second_factor(void **state)
{
	struct world *w = *state;
	nmk_session *session = paula(w);

	refused(session, "kqxzvbwr", "must have at least 15 characters");
	give_second_factor(w);
	refused(session, "kqxzvbw", "must have at least 8 characters");
	assert_status(NMK_OK, nmk_password_change(session, PASSWORD, "kqxzvbwr"));
	assert_int_equal(1, world_sql(w, "SELECT password_short FROM user_account WHERE username = '" NAME "'"));
	assert_status(NMK_OK, nmk_password_change(session, "kqxzvbwr", OTHER));
	assert_int_equal(0, world_sql(w, "SELECT password_short FROM user_account WHERE username = '" NAME "'"));
	nmk_session_close(session);
}

static void test_change__who_must_change_may_do_so(void **state)
{
	struct world *w = *state;
	nmk_session *session = paula(w);

	tamper(w, "UPDATE user_account SET password_change_required = 1 WHERE username = '" NAME "'");
	assert_status(NMK_EDENIED, acts(session));
	assert_field("password", session);
	assert_status(NMK_OK, nmk_password_change(session, PASSWORD, OTHER));
	assert_status(NMK_OK, acts(session));
	assert_int_equal(0, world_sql(w, "SELECT password_change_required FROM user_account WHERE username = '" NAME "'"));
	nmk_session_close(session);
}

static void test_change__is_for_members_with_a_password(void **state)
{
	struct world *w = *state;

	assert_status(NMK_ELOGIN, nmk_password_change(w->guest, PASSWORD, OTHER));
	assert_status(NMK_EDENIED, nmk_password_change(w->system, PASSWORD, OTHER));
	assert_status(NMK_EDENIED, nmk_password_change(w->suspended, PASSWORD, OTHER));
	assert_status(NMK_EDENIED, nmk_password_change(w->creator, PASSWORD, OTHER));
	assert_field("current_password", w->creator);
	assert_status(NMK_EINVALID, nmk_password_change(w->creator, NULL, OTHER));
	assert_field("current_password", w->creator);
	assert_status(NMK_EINVALID, nmk_password_change(w->creator, PASSWORD, NULL));
	assert_field("new_password", w->creator);
	assert_status(NMK_EINVALID, nmk_password_change(NULL, PASSWORD, OTHER));
}

struct racer {
	nmk_session *session;
	const char  *token, *password;
	nmk_status   rc;
};

static void *change(void *context)
{
	struct racer *racer = context;

	racer->rc = nmk_password_change(racer->session, PASSWORD, racer->password);
	return NULL;
}

static void *reset(void *context)
{
	struct racer *racer = context;

	racer->rc = nmk_password_reset(racer->session, racer->token, racer->password);
	return NULL;
}

/* Both at once: the password of the one who won. */
static void race(struct world *w, struct racer racers[2], void *(*run)(void *context))
{
	pthread_t threads[2];
	int won;

	for (int i = 0; i < 2; i++)
		assert_int_equal(0, pthread_create(&threads[i], NULL, run, &racers[i]));
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	won = racers[0].rc == NMK_OK ? 0 : 1;
	assert_status(NMK_OK, racers[won].rc);
	assert_status(NMK_ELOGIN, racers[1 - won].rc);
	assert_status(NMK_OK, login(w, racers[won].password));
	assert_status(NMK_ELOGIN, login(w, racers[1 - won].password));
	for (int i = 0; i < 2; i++)
		nmk_session_close(racers[i].session);
}

static void test_change__of_two_at_once_one_wins(void **state)
{
	struct world *w = *state;
	struct racer racers[2] = { { .session = paula(w), .password = OTHER }, { .session = session_of(w), .password = THIRD } };

	assert_status(NMK_OK, nmk_session_login(racers[1].session, EMAIL, PASSWORD));
	race(w, racers, change);
}

/* ---- reset ---- */

static void test_reset__with_the_token_of_the_mail(void **state)
{
	struct world *w = *state;
	nmk_session *session = paula(w);
	char token[64];

	reset_token(w, token);
	assert_status(NMK_OK, nmk_password_reset(w->guest, token, OTHER));
	assert_null(nmk_session_user_id(w->guest));
	assert_status(NMK_ELOGIN, acts(session));
	assert_status(NMK_ELOGIN, login(w, PASSWORD));
	assert_status(NMK_OK, login(w, OTHER));
	assert_int_equal(1, take_mails(w, "password_changed", NULL));
	assert_int_equal(1, events(w, "password_changed"));
	assert_int_equal(1, events(w, "password_reset_requested"));
	nmk_session_close(session);
}

static void test_reset__works_once(void **state)
{
	struct world *w = *state;
	char token[64];

	add_with_password(w, EMAIL, NAME);
	reset_token(w, token);
	assert_status(NMK_OK, nmk_password_reset(w->guest, token, OTHER));
	assert_status(NMK_ELOGIN, nmk_password_reset(w->guest, token, THIRD));
	assert_field("token", w->guest);
	assert_status(NMK_OK, login(w, OTHER));
	assert_int_equal(1, events(w, "invalid_token"));
}

static void test_reset__for_exactly_an_hour(void **state)
{
	struct world *w = *state;
	char token[64];

	add_with_password(w, EMAIL, NAME);
	reset_token(w, token);
	world_advance(w, HOUR);
	assert_status(NMK_OK, nmk_password_reset(w->guest, token, OTHER));
	reset_token(w, token);
	world_advance(w, HOUR + 1);
	assert_status(NMK_ELOGIN, nmk_password_reset(w->guest, token, THIRD));
	assert_status(NMK_OK, login(w, OTHER));
}

static void test_reset__what_is_no_token(void **state)
{
	struct world *w = *state;
	static const char *const tokens[] = { "", "x", "' OR 1=1 --", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	                                      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "\xff" };

	for (size_t i = 0; i < sizeof tokens / sizeof tokens[0]; i++) {
		assert_status(NMK_ELOGIN, nmk_password_reset(w->guest, tokens[i], OTHER));
		assert_field("token", w->guest);
	}
	assert_status(NMK_EINVALID, nmk_password_reset(w->guest, NULL, OTHER));
	assert_field("token", w->guest);
	assert_status(NMK_EINVALID, nmk_password_reset(w->guest, tokens[3], NULL));
	assert_field("new_password", w->guest);
	assert_int_equal(sizeof tokens / sizeof tokens[0], events(w, "invalid_token"));
}

static void test_reset__a_token_for_something_else_is_none(void **state)
{
	struct world *w = *state;
	char verification[64], token[64];

	register_ok(w, EMAIL, NAME);
	assert_int_equal(1, take_mails(w, "email_verification", verification));
	assert_status(NMK_ELOGIN, nmk_password_reset(w->guest, verification, OTHER));
	reset_token(w, token);
	assert_status(NMK_ELOGIN, nmk_user_verify_email(w->guest, token));
	assert_status(NMK_ELOGIN, nmk_email_confirm_change(w->guest, token));
	assert_status(NMK_OK, nmk_password_reset(w->guest, token, OTHER));
}

static void test_reset__a_token_for_another_address_is_none(void **state)
{
	struct world *w = *state;
	char token[64];

	add_with_password(w, EMAIL, NAME);
	reset_token(w, token);
	tamper(w, "UPDATE user_account SET email_index = x'0123' WHERE username = '" NAME "'");
	assert_status(NMK_ELOGIN, nmk_password_reset(w->guest, token, OTHER));
}

static void test_reset__the_address_counts_as_verified_and_other_tokens_are_void(void **state)
{
	struct world *w = *state;
	char verification[64], first[64], second[64];

	register_ok(w, EMAIL, NAME);
	assert_int_equal(1, take_mails(w, "email_verification", verification));
	assert_status(NMK_EDENIED, login(w, PASSWORD));
	reset_token(w, first);
	world_advance(w, MINUTE);
	reset_token(w, second);
	assert_status(NMK_OK, nmk_password_reset(w->guest, second, OTHER));
	assert_status(NMK_OK, login(w, OTHER));
	assert_status(NMK_ELOGIN, nmk_password_reset(w->guest, first, THIRD));
	assert_status(NMK_ELOGIN, nmk_user_verify_email(w->guest, verification));
}

static void test_reset__a_bad_password_leaves_the_token_valid(void **state)
{
	struct world *w = *state;
	char token[64];

	add_with_password(w, EMAIL, NAME);
	reset_token(w, token);
	assert_status(NMK_EINVALID, nmk_password_reset(w->guest, token, "kurz"));
	assert_field("new_password", w->guest);
	assert_status(NMK_EINVALID, nmk_password_reset(w->guest, token, "paula-nanomarket"));
	assert_status(NMK_EINVALID, nmk_password_reset(w->guest, token, "123456789012345"));
	assert_status(NMK_OK, nmk_password_reset(w->guest, token, OTHER));
}

static void test_reset__delays_are_forgotten(void **state)
{
	struct world *w = *state;
	nmk_status rc = NMK_OK;
	char token[64];

	add_with_password(w, EMAIL, NAME);
	for (int i = 0; i < 10 && rc != NMK_ELIMIT; i++)
		rc = login(w, THIRD);
	assert_status(NMK_ELIMIT, login(w, PASSWORD));
	reset_token(w, token);
	assert_status(NMK_OK, nmk_password_reset(w->guest, token, OTHER));
	assert_status(NMK_OK, login(w, OTHER));
}

static void test_reset__a_second_factor_stays(void **state)
{
	struct world *w = *state;
	char token[64];

	add_with_password(w, EMAIL, NAME);
	give_second_factor(w);
	reset_token(w, token);
	assert_status(NMK_OK, nmk_password_reset(w->guest, token, "kqxzvbwr"));
	assert_int_equal(1, world_sql(w, "SELECT password_short FROM user_account WHERE username = '" NAME "'"));
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM second_factor WHERE confirmed_at IS NOT NULL"));
	assert_status(NMK_ELOGIN, login(w, "kqxzvbwr"));
}

static void test_reset__gives_a_password_to_who_had_none(void **state)
{
	struct world *w = *state;
	nmk_registration given = registration(EMAIL, NAME);
	char token[64];

	given.password = NULL;
	assert_status(NMK_OK, nmk_user_add(w->system, &given, NMK_ROLE_CREATOR, NULL));
	reset_token(w, token);
	assert_status(NMK_OK, nmk_password_reset(w->guest, token, OTHER));
	assert_status(NMK_OK, login(w, OTHER));
}

static void test_reset__of_two_at_once_one_wins(void **state)
{
	struct world *w = *state;
	struct racer racers[2] = { { .session = session_of(w), .password = OTHER }, { .session = session_of(w), .password = THIRD } };
	char token[64];

	add_with_password(w, EMAIL, NAME);
	reset_token(w, token);
	racers[0].token = racers[1].token = token;
	race(w, racers, reset);
}

/* ---- ask for it ---- */

/* The same answer, the same rows, but no mail. */
static void assert_decoy(struct world *w, const char *email)
{
	int64_t proofs = world_sql(w, "SELECT COUNT(*) FROM mail_proof"), mails = world_sql(w, "SELECT COUNT(*) FROM outbox");

	assert_status(NMK_OK, nmk_password_request_reset(w->guest, email));
	assert_int_equal(proofs + 1, world_sql(w, "SELECT COUNT(*) FROM mail_proof"));
	assert_int_equal(mails + 1, world_sql(w, "SELECT COUNT(*) FROM outbox"));
	assert_int_equal(0, take_mails(w, "password_reset", NULL));
}

static void test_request__nobody_learns_whether_there_is_an_account(void **state)
{
	struct world *w = *state;
	char id[64];

	assert_decoy(w, "nobody@example.org");
	assert_decoy(w, "susi@example.org"); /* suspended */
	add_with_password(w, EMAIL, NAME);
	user_id_of(w, NAME, id);
	assert_status(NMK_OK, nmk_user_delete(w->system, id));
	assert_decoy(w, EMAIL);
}

static void test_request__whatever_the_case_of_the_address(void **state)
{
	struct world *w = *state;

	add_with_password(w, EMAIL, NAME);
	assert_status(NMK_OK, nmk_password_request_reset(w->guest, "PAULA@Example.ORG"));
	assert_int_equal(1, take_mails(w, "password_reset", NULL));
}

static void test_request__a_suspension_that_is_over_is_none(void **state)
{
	struct world *w = *state;
	char id[64];

	add_with_password(w, EMAIL, NAME);
	user_id_of(w, NAME, id);
	assert_status(NMK_OK, nmk_user_suspend(w->system, id, "test", w->now + 2 * MINUTE));
	assert_decoy(w, EMAIL);
	world_advance(w, 2 * MINUTE);
	assert_status(NMK_OK, nmk_password_request_reset(w->guest, EMAIL));
	assert_int_equal(1, take_mails(w, "password_reset", NULL));
}

static int mails_after(struct world *w, int64_t milliseconds)
{
	world_advance(w, milliseconds);
	assert_status(NMK_OK, nmk_password_request_reset(w->guest, EMAIL));
	return take_mails(w, "password_reset", NULL);
}

static void test_request__one_mail_in_a_minute_and_five_a_day(void **state)
{
	struct world *w = *state;

	add_with_password(w, EMAIL, NAME);
	assert_int_equal(1, mails_after(w, 0));
	assert_int_equal(0, mails_after(w, MINUTE - 1));
	assert_int_equal(1, mails_after(w, 1));
	assert_int_equal(1, mails_after(w, MINUTE + 1));
	assert_int_equal(1, mails_after(w, MINUTE));
	assert_int_equal(1, mails_after(w, MINUTE));
	assert_int_equal(0, mails_after(w, MINUTE));
	assert_int_equal(0, mails_after(w, 12 * HOUR));
	assert_int_equal(1, mails_after(w, DAY));
}

static void test_request__twenty_an_hour_from_a_network(void **state)
{
	struct world *w = *state;
	char email[64];

	assert_status(NMK_OK, nmk_session_set_client(w->guest, "192.0.2.7", NULL, NULL));
	for (int i = 0; i < 20; i++) {
		snprintf(email, sizeof email, "nobody%d@example.org", i);
		assert_status(NMK_OK, nmk_password_request_reset(w->guest, email));
	}
	assert_status(NMK_ELIMIT, nmk_password_request_reset(w->guest, EMAIL));
	assert_true(nmk_session_error(w->guest)->retry_after_ms > 0);
	assert_status(NMK_OK, nmk_session_set_client(w->guest, "192.0.2.8", NULL, NULL));
	assert_status(NMK_OK, nmk_password_request_reset(w->guest, EMAIL));
	assert_status(NMK_OK, nmk_session_set_client(w->guest, "192.0.2.7", NULL, NULL));
	world_advance(w, HOUR);
	assert_status(NMK_OK, nmk_password_request_reset(w->guest, EMAIL));
}

static void test_request__what_is_no_address(void **state)
{
	struct world *w = *state;

	assert_status(NMK_EINVALID, nmk_password_request_reset(w->guest, NULL));
	assert_field("email", w->guest);
	assert_status(NMK_EINVALID, nmk_password_request_reset(w->guest, "paula"));
	assert_field("email", w->guest);
	assert_status(NMK_EINVALID, nmk_password_request_reset(NULL, EMAIL));
}

/* ---- what stays ---- */

static void test_store__no_password_and_no_token_stands_in_it(void **state)
{
	struct world *w = *state;
	nmk_session *session = paula(w);
	char token[64];

	assert_status(NMK_OK, nmk_password_change(session, PASSWORD, OTHER));
	assert_status(NMK_ELOGIN, nmk_password_change(session, PASSWORD, "Gartenzwergparade 99"));
	reset_token(w, token);
	assert_status(NMK_EINVALID, nmk_password_reset(w->guest, token, "123456789012345"));
	assert_status(NMK_OK, nmk_password_reset(w->guest, token, THIRD));
	assert_status(NMK_ELOGIN, login(w, "Gartenzwergparade 99"));
	assert_false(store_has(w, PASSWORD));
	assert_false(store_has(w, OTHER));
	assert_false(store_has(w, THIRD));
	assert_false(store_has(w, "Gartenzwergparade"));
	assert_false(store_has(w, "123456789012345"));
	assert_false(store_has(w, "argon2id"));
	assert_false(store_has(w, token));
	assert_true(store_has(w, NAME)); /* it does look */
	nmk_session_close(session);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_change__the_new_one_logs_in_and_the_old_one_does_not),
		WORLD_TEST(test_change__other_sessions_end_and_this_one_goes_on),
		WORLD_TEST(test_change__a_wrong_current_one_changes_nothing),
		WORLD_TEST(test_change__wrong_ones_are_counted),
		WORLD_TEST(test_change__a_bad_new_one_is_told_why),
		WORLD_TEST(test_change__the_same_from_another_keyboard_is_the_current_one),
		WORLD_TEST(test_change__eight_characters_with_a_second_factor),
		WORLD_TEST(test_change__who_must_change_may_do_so),
		WORLD_TEST(test_change__is_for_members_with_a_password),
		WORLD_TEST(test_change__of_two_at_once_one_wins),
		WORLD_TEST(test_reset__with_the_token_of_the_mail),
		WORLD_TEST(test_reset__works_once),
		WORLD_TEST(test_reset__for_exactly_an_hour),
		WORLD_TEST(test_reset__what_is_no_token),
		WORLD_TEST(test_reset__a_token_for_something_else_is_none),
		WORLD_TEST(test_reset__a_token_for_another_address_is_none),
		WORLD_TEST(test_reset__the_address_counts_as_verified_and_other_tokens_are_void),
		WORLD_TEST(test_reset__a_bad_password_leaves_the_token_valid),
		WORLD_TEST(test_reset__delays_are_forgotten),
		WORLD_TEST(test_reset__a_second_factor_stays),
		WORLD_TEST(test_reset__gives_a_password_to_who_had_none),
		WORLD_TEST(test_reset__of_two_at_once_one_wins),
		WORLD_TEST(test_request__nobody_learns_whether_there_is_an_account),
		WORLD_TEST(test_request__whatever_the_case_of_the_address),
		WORLD_TEST(test_request__a_suspension_that_is_over_is_none),
		WORLD_TEST(test_request__one_mail_in_a_minute_and_five_a_day),
		WORLD_TEST(test_request__twenty_an_hour_from_a_network),
		WORLD_TEST(test_request__what_is_no_address),
		WORLD_TEST(test_store__no_password_and_no_token_stands_in_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
