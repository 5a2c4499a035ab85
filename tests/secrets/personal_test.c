/* personal_test.c -- what is personal is no secret, but sealed all the same: addresses, phones and names of devices stand in no file.
 * Mails with a token are as secret as that. */
#include "secrets.h"

#include <nanomarket/password.h>
#include <nanomarket/profile.h>

static const char *new_address(const char *name)
{
	char *address = keep_room("room for an address", SECRET_LENGTH + 8);

	copy_bytes(address, personal(new_secret(name)), SECRET_LENGTH);
	copy_bytes(address + SECRET_LENGTH, "@nmk.org", 9);
	return address;
}

static const char *new_phone(void)
{
	char *phone = keep_room("phone", 20);

	phone[0] = '+';
	for (int i = 1; i < 20; i++)
		phone[i] = (char)('0' + randombytes_uniform(10));
	add_pieces(phone, 20, LONG_PIECE / 2, 1);
	return personal(phone);
}

static nmk_session *register_with(struct world *w, const char *email)
{
	nmk_registration given = NMK_REGISTRATION_INIT;
	nmk_session *member;
	nmk_user *user;

	given.email = email;
	given.username = "paula";
	given.password = new_secret("password");
	given.accept_terms = given.accept_privacy = true;
	given.idempotency_key = "once";
	assert_traceless(w, NMK_OK, nmk_user_register(w->guest, &given, NULL));
	assert_traceless(w, NMK_OK, nmk_user_register(w->guest, &given, &user));
	nmk_user_free(user);
	assert_gone(w);
	assert_traceless(w, NMK_OK, nmk_user_verify_email(w->guest, take_token(w, "email_verification")));
	assert_traceless(w, NMK_ECONFLICT, nmk_user_add(w->system, &given, NMK_ROLE_CREATOR, NULL));
	assert_traceless(w, NMK_OK, nmk_session_act_as(w->system, "paula", &member));
	return member;
}

static void test_address__is_in_no_file(void **state)
{
	struct world *w = *state;
	const char *email = new_address("address");
	nmk_session *member = register_with(w, email);
	nmk_user_filter filter = NMK_USER_FILTER_INIT;
	nmk_user_page *page;
	nmk_user *user;
	char *cursor;

	assert_traceless(w, NMK_OK, nmk_user_find(member, "paula", &user));
	nmk_user_free(user);
	assert_gone(w);
	filter.query = email;
	assert_traceless(w, NMK_OK, nmk_user_list(w->admin, &filter, NULL, 0, &page));
	assert_int_equal(1, nmk_user_page_count(page));
	nmk_user_page_free(page);
	assert_gone(w);
	assert_status(NMK_OK, nmk_user_list(w->admin, NULL, NULL, 1, &page));
	cursor = strdup(nmk_user_page_next(page));
	nmk_user_page_free(page);
	assert_traceless(w, NMK_EINVALID, nmk_user_list(w->admin, &filter, cursor, 0, &page));
	free(cursor);
	assert_traceless(w, NMK_ELOGIN, nmk_session_login(w->guest, email, new_secret("wrong password")));
	assert_traceless(w, NMK_OK, nmk_password_request_reset(w->guest, email));
	assert_traceless(w, NMK_OK, nmk_user_resend_verification(w->guest, new_address("unknown address")));
	take_token(w, "password_reset");
	assert_gone(w);
	nmk_session_close(member);
	assert_gone(w);
}

static void test_address__is_in_no_file_after_its_change(void **state)
{
	struct world *w = *state;
	const char *email = new_address("address"), *next = new_address("new address"), *password = new_secret("password");
	nmk_registration given = NMK_REGISTRATION_INIT;

	given.email = email;
	given.username = "paula";
	given.password = password;
	assert_traceless(w, NMK_OK, nmk_user_add(w->system, &given, NMK_ROLE_CREATOR, NULL));
	assert_traceless(w, NMK_OK, nmk_session_login(w->guest, email, password));
	assert_traceless(w, NMK_EINVALID, nmk_email_request_change(w->guest, password, email));
	assert_traceless(w, NMK_OK, nmk_email_request_change(w->guest, password, next));
	assert_traceless(w, NMK_OK, nmk_email_confirm_change(w->guest, take_token(w, "email_change")));
	assert_traceless(w, NMK_OK, nmk_session_login(w->guest, next, password));
}

static void test_phone__is_in_no_file(void **state)
{
	struct world *w = *state;
	nmk_profile_changes changes = NMK_PROFILE_CHANGES_INIT;
	nmk_profile *profile;

	changes.set = NMK_PROFILE_PHONE;
	changes.phone = new_phone();
	assert_traceless(w, NMK_OK, nmk_profile_update(w->creator, &changes, NULL));
	assert_traceless(w, NMK_OK, nmk_profile_update(w->creator, &changes, &profile));
	nmk_profile_free(profile);
	assert_gone(w);
	assert_status(NMK_OK, nmk_profile_get(w->creator, NULL, &profile));
	assert_string_equal(changes.phone, nmk_profile_phone(profile));
	nmk_profile_free(profile);
	assert_gone(w);
}

static void test_device__is_in_no_file(void **state)
{
	struct world *w = *state;
	nmk_login_page *logins;
	nmk_tokens *tokens;

	assert_status(NMK_OK, nmk_session_set_client(w->creator, "192.0.2.77", personal(new_secret("device")), NULL));
	assert_traceless(w, NMK_OK, nmk_token_issue(w->creator, &tokens));
	nmk_tokens_free(tokens);
	assert_traceless(w, NMK_OK, nmk_login_list(w->creator, NULL, NULL, 0, &logins));
	assert_int_equal(1, nmk_login_page_count(logins));
	nmk_login_page_free(logins);
}

/* The token is in data, text, HTML and JSON of the message. */
static void test_mail__is_gone_when_it_is_freed(void **state)
{
	struct world *w = *state;
	nmk_session *member = register_with(w, new_address("address"));
	nmk_outbox_message *message;
	const char *token;
	char *json;

	assert_status(NMK_OK, nmk_user_resend_verification(w->guest, "carl@example.org"));
	assert_status(NMK_OK, nmk_password_request_reset(w->guest, "carl@example.org"));
	assert_status(NMK_OK, nmk_outbox_take(w->system, 1000, &message));
	token = strstr(nmk_outbox_message_data(message), "\"token\":\"") + 9;
	json = keep_room("token of a mail", PROOF_TOKEN_SIZE - 1);
	copy_bytes(json, token, PROOF_TOKEN_SIZE - 1);
	token = keep_base64url("token of a mail", json);
	assert_non_null(strstr(nmk_outbox_message_text(message), token));
	assert_non_null(strstr(nmk_outbox_message_html(message), token));
	json = nmk_outbox_message_json(message);
	assert_non_null(json);
	sodium_memzero(json, strlen(json));
	nmk_free(json);
	assert_traceless(w, NMK_OK, (nmk_outbox_message_free(message), NMK_OK));
	world_advance(w, 2000);
	assert_status(NMK_OK, nmk_outbox_take(w->system, 1000, &message));
	assert_non_null(strstr(nmk_outbox_message_text(message), token));
	assert_status(NMK_OK, nmk_outbox_failed(w->system, nmk_outbox_message_id(message), 0));
	nmk_outbox_message_free(message);
	assert_gone(w);
	assert_status(NMK_OK, nmk_outbox_take(w->system, 1000, &message));
	assert_status(NMK_OK, nmk_outbox_done(w->system, nmk_outbox_message_id(message)));
	nmk_outbox_message_free(message);
	assert_gone(w);
	nmk_session_close(member);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SECRETS_TEST(test_address__is_in_no_file),
		SECRETS_TEST(test_address__is_in_no_file_after_its_change),
		SECRETS_TEST(test_phone__is_in_no_file),
		SECRETS_TEST(test_device__is_in_no_file),
		SECRETS_TEST(test_mail__is_gone_when_it_is_freed),
	};

	return RUN_SECRETS(tests);
}
