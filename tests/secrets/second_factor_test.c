/* second_factor_test.c -- after a call with the secret or a code of a second factor no copy of it is left. */
#include "secrets.h"

#include <nanomarket/second_factor.h>
#include "base32.h"
#include "totp.h"

#define EMAIL "paula@example.org"

/* A member with a password and a second factor. */
struct member {
	nmk_session *session;
	const char  *password;
	nmk_totp_algorithm algorithm;
	const unsigned char *secret;
	size_t       secret_length;
	const char  *codes[10];
};

static void add_paula(struct world *w, struct member *member)
{
	nmk_registration given = NMK_REGISTRATION_INIT;

	member->password = new_secret("password");
	member->session = w->guest;
	given.email = EMAIL;
	given.username = "paula";
	given.password = member->password;
	assert_status(NMK_OK, nmk_user_add(w->system, &given, NMK_ROLE_CREATOR, NULL));
	keep_account(w, "paula");
	assert_traceless(w, NMK_OK, nmk_session_login(member->session, EMAIL, member->password));
}

static int base32_value(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' : c - '2' + 26;
}

/* The bytes behind the text, as an authenticator keeps them. */
static void keep_factor(struct member *member, const char *base32)
{
	unsigned char *bytes;
	unsigned pending = 0, bits = 0;
	size_t count = 0;

	member->secret_length = totp_secret_length(member->algorithm);
	bytes = sodium_malloc(member->secret_length);
	for (; *base32; base32++) {
		pending = (pending << 5 | (unsigned)base32_value(*base32)) & 0xFFF;
		for (bits += 5; bits >= 8; bits -= 8)
			bytes[count++] = (unsigned char)(pending >> (bits - 8));
	}
	assert_int_equal(member->secret_length, count);
	member->secret = (const unsigned char *)keep_bytes("TOTP secret", bytes, count);
	sodium_free(bytes);
}

/* A picture is its text over again: pieces of it would tell. */
static void keep_picture(struct world *w, const char *text, nmk_status (*make)(const char *text, char **image))
{
	char *image;

	assert_status(NMK_OK, make(text, &image));
	wipe_here(image);
	assert_gone(w);
	nmk_free(image);
}

/* What the member sees of it. */
struct shown {
	struct member       *member;
	nmk_totp_enrollment *enrollment;
	nmk_recovery_codes  *codes;
	const char          *uri;
};

static void keep_enrollment(void *context)
{
	struct shown *shown = context;
	const char *uri = nmk_totp_enrollment_uri(shown->enrollment);
	char *copy = keep_room("otpauth URI", strlen(uri));

	keep_factor(shown->member, keep_text("TOTP secret", nmk_totp_enrollment_secret(shown->enrollment)));
	copy_bytes(copy, uri, strlen(uri));
	shown->uri = copy;
}

static void begin(struct world *w, struct member *member)
{
	struct shown shown = { .member = member };
	char *json;

	assert_status(NMK_OK, nmk_second_factor_begin(member->session, member->password, member->algorithm, &shown.enrollment));
	elsewhere(keep_enrollment, &shown);
	json = nmk_totp_enrollment_json(shown.enrollment);
	wipe_here(json);
	nmk_free(json);
	nmk_totp_enrollment_free(shown.enrollment);
	assert_gone(w);
	keep_picture(w, shown.uri, nmk_qr_svg);
	keep_picture(w, shown.uri, nmk_qr_text);
}

/* Six digits are found anywhere; with blanks and hyphens between them they are a text that nothing else has. */
static const char *spread(const char *digits)
{
	char *code = keep_room("TOTP code", 60);
	size_t length = 0;

	for (const char *at = digits; *at; at++) {
		code[length++] = *at;
		for (int i = 0; i < 8; i++)
			code[length++] = randombytes_uniform(2) ? '-' : ' ';
	}
	code[length] = '\0';
	add_pieces(code, length, LONG_PIECE, 1);
	return code;
}

static const char *code_now(struct world *w, const struct member *member)
{
	char *digits = keep_room("digits", TOTP_CODE_SIZE);

	world_advance(w, 60000);
	totp_code(member->algorithm, member->secret, member->secret_length, totp_step(w->now), TOTP_DIGITS, digits);
	return spread(digits);
}

static const char *wrong_code(void)
{
	return spread("000000");
}

/* The text as it was shown, without its hyphens, and the bytes. */
static const char *keep_code(const char *item)
{
	char *plain = keep_room("recovery code", 24);
	unsigned char *bytes = (unsigned char *)keep_room("recovery code", 15);
	const char *copy = keep_text("recovery code", item);
	size_t length = 0;

	for (const char *at = copy; *at; at++)
		if (*at != '-')
			plain[length++] = *at;
	assert_int_equal(24, length);
	add_pieces(plain, length, PIECE, 1);
	assert_true(crockford_read(plain, bytes, 15));
	add_pieces((const char *)bytes, 15, PIECE, 1);
	return copy;
}

static void keep_codes(void *context)
{
	struct shown *shown = context;

	for (size_t i = 0; i < nmk_recovery_codes_count(shown->codes); i++)
		shown->member->codes[i] = keep_code(nmk_recovery_codes_item(shown->codes, i));
}

/* With its text for a moment: that is secret too. */
static void free_codes(struct world *w, struct shown *shown, char *json)
{
	wipe_here(json);
	nmk_free(json);
	nmk_recovery_codes_free(shown->codes);
	assert_gone(w);
}

static void confirm(struct world *w, struct member *member)
{
	struct shown shown = { .member = member };
	const char *code = code_now(w, member);

	assert_traceless(w, NMK_ELOGIN, nmk_second_factor_confirm(member->session, wrong_code(), &shown.codes));
	assert_status(NMK_OK, nmk_second_factor_confirm(member->session, code, &shown.codes));
	elsewhere(keep_codes, &shown);
	free_codes(w, &shown, nmk_recovery_codes_json(shown.codes));
}

static void log_in(struct world *w, struct member *member)
{
	assert_traceless(w, NMK_ELOGIN, nmk_session_login(member->session, EMAIL, member->password));
	assert_traceless(w, NMK_ELOGIN, nmk_session_login_with_code(member->session, EMAIL, member->password, wrong_code()));
	assert_traceless(w, NMK_OK, nmk_session_login_with_code(member->session, EMAIL, member->password, code_now(w, member)));
	assert_traceless(w, NMK_OK, nmk_session_login_with_code(member->session, EMAIL, member->password, member->codes[0]));
	assert_traceless(w, NMK_ELOGIN, nmk_session_login_with_code(member->session, EMAIL, member->password, member->codes[0]));
}

static void renew_codes(struct world *w, struct member *member)
{
	struct shown shown = { .member = member };
	const char *code;

	world_advance(w, 20 * MINUTE_MS);
	code = code_now(w, member);
	assert_traceless(w, NMK_ELOGIN, nmk_recovery_codes_renew(member->session, member->codes[1], &shown.codes));
	assert_status(NMK_OK, nmk_recovery_codes_renew(member->session, code, &shown.codes));
	elsewhere(keep_codes, &shown);
	nmk_recovery_codes_free(shown.codes);
	assert_gone(w);
}

static void disable(struct world *w, struct member *member)
{
	assert_traceless(w, NMK_ELOGIN, nmk_second_factor_disable(member->session, new_secret("wrong password"), code_now(w, member)));
	assert_traceless(w, NMK_ELOGIN, nmk_second_factor_disable(member->session, member->password, wrong_code()));
	assert_traceless(w, NMK_OK, nmk_second_factor_disable(member->session, member->password, member->codes[2]));
}

static void take_all_mails(struct world *w)
{
	nmk_outbox_message *message;

	for (;;) {
		assert_status(NMK_OK, nmk_outbox_take(w->system, 1000, &message));
		if (!message)
			break;
		assert_status(NMK_OK, nmk_outbox_done(w->system, nmk_outbox_message_id(message)));
		nmk_outbox_message_free(message);
		assert_gone(w);
	}
}

static void test_second_factor__is_gone_after_each_call(void **state)
{
	struct world *w = *state;
	struct member member = { .codes = { NULL } };

	add_paula(w, &member);
	for (int algorithm = NMK_TOTP_SHA1; algorithm <= NMK_TOTP_SHA512; algorithm++) {
		member.algorithm = (nmk_totp_algorithm)algorithm;
		begin(w, &member);
		confirm(w, &member);
		log_in(w, &member);
		renew_codes(w, &member);
		disable(w, &member);
		take_all_mails(w);
	}
}

static void test_second_factor__is_gone_when_it_was_refused(void **state)
{
	struct world *w = *state;
	struct member member = { .algorithm = NMK_TOTP_SHA1 };
	nmk_totp_enrollment *enrollment;
	nmk_recovery_codes *codes;
	char *too_long = keep_room("long code", 200);

	add_paula(w, &member);
	assert_traceless(w, NMK_ELOGIN, nmk_second_factor_begin(member.session, new_secret("wrong password"), 0, &enrollment));
	assert_traceless(w, NMK_ESTATE, nmk_second_factor_confirm(member.session, wrong_code(), &codes));
	begin(w, &member);
	confirm(w, &member);
	assert_traceless(w, NMK_ESTATE, nmk_second_factor_begin(member.session, member.password, 0, &enrollment));
	for (size_t i = 0; i < 4; i++)
		copy_bytes(too_long + i * SECRET_LENGTH, member.password, SECRET_LENGTH);
	too_long[4 * SECRET_LENGTH] = '\0';
	assert_traceless(w, NMK_EINVALID, nmk_recovery_codes_renew(member.session, too_long, &codes));
	assert_traceless(w, NMK_EINVALID, nmk_session_login_with_code(w->guest, EMAIL, member.password, too_long));
	for (int i = 0; i < 6; i++) {
		nmk_session_login_with_code(w->guest, EMAIL, member.password, wrong_code());
		assert_gone(w);
	}
	assert_traceless(w, NMK_ELIMIT, nmk_session_login_with_code(w->guest, EMAIL, member.password, member.codes[5]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SECRETS_TEST(test_second_factor__is_gone_after_each_call),
		SECRETS_TEST(test_second_factor__is_gone_when_it_was_refused),
	};

	return RUN_SECRETS(tests);
}
