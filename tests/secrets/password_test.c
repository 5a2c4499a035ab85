/* password_test.c -- after a call with a password or with the token of a mail no copy of it is left, nor of a key. */
#include "secrets.h"

#include <nanomarket/password.h>
#include "password_common.h"
#include "password_hash.h"

#define EMAIL "paula@example.org"

static nmk_status register_with(nmk_session *session, const char *email, const char *username, const char *password)
{
	nmk_registration given = NMK_REGISTRATION_INIT;

	given.email = email;
	given.username = username;
	given.password = password;
	given.accept_terms = given.accept_privacy = true;
	given.idempotency_key = "once";
	return nmk_user_register(session, &given, NULL);
}

/* The hash that a call has made, and the data key. */
static void keep_paula(void *world)
{
	keep_account(world, "paula");
}

/* An account with a password that is looked for, with its data key and the hash. */
static const char *paula(struct world *w)
{
	const char *password = new_secret("password");
	nmk_registration given = NMK_REGISTRATION_INIT;

	given.email = EMAIL;
	given.username = "paula";
	given.password = password;
	assert_status(NMK_OK, nmk_user_add(w->system, &given, NMK_ROLE_CREATOR, NULL));
	elsewhere(keep_paula, w);
	assert_gone(w);
	return password;
}

/* ---- the control ---- */

__attribute__((noinline)) static void leave_on_the_stack(const char *secret)
{
	char copy[2000];

	copy_bytes(copy + 1000, secret + 5, 20);
	__asm__ volatile("" : : "r"(copy) : "memory"); /* it stays an array */
}

static void test_scan__finds_a_piece_on_the_stack(void **state)
{
	const char *secret = new_secret("control");

	assert_gone(*state);
	leave_on_the_stack(secret);
	assert_true(copies_in_memory() > 0);
	sodium_stackzero(4000);
	assert_gone(*state);
}

static void test_scan__finds_a_copy_in_memory_and_in_a_file(void **state)
{
	struct world *w = *state;
	const char *secret = new_secret("control");
	char *copy = malloc(SECRET_LENGTH + 1), path[128];
	int *wide = calloc(SECRET_LENGTH, sizeof *wide), fd;

	assert_gone(w);
	copy_bytes(copy, secret, SECRET_LENGTH + 1);
	assert_true(copies_in_memory() > 0);
	free(copy);
	assert_true(copies_in_memory() > 0);
	copy = malloc(SECRET_LENGTH + 1); /* the same place */
	sodium_memzero(copy, SECRET_LENGTH + 1);
	assert_gone(w);
	free(copy);
	for (int i = 0; i < SECRET_LENGTH; i++)
		wide[i] = secret[i];
	assert_true(copies_in_memory() > 0);
	sodium_memzero(wide, SECRET_LENGTH * sizeof *wide);
	free(wide);
	snprintf(path, sizeof path, "%s/note", w->folder);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	assert_int_equal(SECRET_LENGTH, write(fd, secret, SECRET_LENGTH));
	close(fd);
	assert_int_equal(0, copies_in_memory());
	assert_true(copies_in_files(w) > 0);
	unlink(path);
	assert_gone(w);
}

/* ---- passwords ---- */

static void test_password__is_gone_after_registering_and_logging_in(void **state)
{
	struct world *w = *state;
	const char *password = new_secret("password"), *wrong = new_secret("wrong password"), *token;

	assert_status(NMK_OK, register_with(w->guest, EMAIL, "paula", password));
	elsewhere(keep_paula, w);
	assert_gone(w);
	assert_traceless(w, NMK_OK, register_with(w->guest, EMAIL, "paula", password));
	assert_traceless(w, NMK_ECONFLICT, register_with(w->guest, EMAIL, "paula2", password));
	token = take_token(w, "email_verification");
	assert_gone(w);
	assert_traceless(w, NMK_EDENIED, nmk_session_login(w->guest, EMAIL, password));
	assert_traceless(w, NMK_OK, nmk_user_verify_email(w->guest, token));
	assert_traceless(w, NMK_ELOGIN, nmk_user_verify_email(w->guest, token));
	assert_traceless(w, NMK_ELOGIN, nmk_session_login(w->guest, EMAIL, wrong));
	assert_traceless(w, NMK_ELOGIN, nmk_session_login(w->guest, "nobody@example.org", password));
	assert_traceless(w, NMK_OK, nmk_session_login(w->guest, EMAIL, password));
}

static void test_password__is_gone_when_it_is_refused(void **state)
{
	struct world *w = *state;
	const char *password = new_secret("password");
	char *bad = keep_room("bad password", 1200);

	copy_bytes(bad, password, SECRET_LENGTH + 1);
	bad[20] = (char)0xFF;
	assert_traceless(w, NMK_EINVALID, register_with(w->guest, EMAIL, "paula", bad));
	assert_traceless(w, NMK_ELOGIN, nmk_session_login(w->guest, EMAIL, password));
	assert_traceless(w, NMK_EINVALID, nmk_session_login(w->guest, EMAIL, bad));
	for (size_t i = 0; i < 1199; i++)
		bad[i] = password[i % SECRET_LENGTH];
	bad[1199] = '\0';
	assert_traceless(w, NMK_EINVALID, register_with(w->guest, EMAIL, "paula", bad));
	copy_bytes(bad, password, 14);
	bad[14] = '\0';
	assert_status(NMK_EINVALID, register_with(w->guest, EMAIL, "paula", bad));
	assert_field("password", w->guest);
	assert_gone(w);
	assert_traceless(w, NMK_EINVALID, register_with(w->guest, EMAIL, "no name", password));
}

/* What is folded and compared with one's own names is the password too. */
static void test_password__is_gone_when_it_has_other_characters(void **state)
{
	struct world *w = *state;
	const char *secret = new_secret("password");
	char *password = keep_room("password with umlauts", 3 * SECRET_LENGTH);

	for (size_t i = 0; i < SECRET_LENGTH; i++)
		password[i] = secret[i];
	memcpy(password + SECRET_LENGTH, "\xC3\xA4u\xCC\x88\xE2\x84\xAB", 9);
	assert_traceless(w, NMK_OK, register_with(w->guest, EMAIL, "paula", password));
	assert_traceless(w, NMK_EDENIED, nmk_session_login(w->guest, EMAIL, password));
}

static void test_password__is_gone_after_a_change(void **state)
{
	struct world *w = *state;
	const char *first = paula(w), *second = new_secret("second"), *third = new_secret("third");

	assert_status(NMK_OK, nmk_session_login(w->guest, EMAIL, first));
	assert_status(NMK_OK, nmk_password_change(w->guest, first, second));
	elsewhere(keep_paula, w);
	assert_gone(w);
	assert_traceless(w, NMK_ELOGIN, nmk_password_change(w->guest, first, third));
	assert_traceless(w, NMK_EINVALID, nmk_password_change(w->guest, second, second));
	assert_traceless(w, NMK_EINVALID, nmk_password_change(w->guest, second, "password"));
	assert_traceless(w, NMK_ELOGIN, nmk_session_login(w->guest, EMAIL, first));
	assert_traceless(w, NMK_OK, nmk_session_login(w->guest, EMAIL, second));
}

static void test_password__is_gone_after_a_reset(void **state)
{
	struct world *w = *state;
	const char *first = paula(w), *second = new_secret("second"), *token;

	assert_traceless(w, NMK_OK, nmk_password_request_reset(w->guest, EMAIL));
	assert_traceless(w, NMK_OK, nmk_password_request_reset(w->guest, "nobody@example.org"));
	token = take_token(w, "password_reset");
	assert_gone(w);
	assert_traceless(w, NMK_EINVALID, nmk_password_reset(w->guest, token, "password"));
	assert_status(NMK_OK, nmk_password_reset(w->guest, token, second));
	elsewhere(keep_paula, w);
	assert_gone(w);
	assert_traceless(w, NMK_ELOGIN, nmk_password_reset(w->guest, token, first));
	assert_traceless(w, NMK_OK, nmk_session_login_with_code(w->guest, EMAIL, second, "123456"));
}

static void test_password__is_gone_after_an_email_change(void **state)
{
	struct world *w = *state;
	const char *password = paula(w), *wrong = new_secret("wrong password"), *token;

	assert_status(NMK_OK, nmk_session_login(w->guest, EMAIL, password));
	assert_traceless(w, NMK_ELOGIN, nmk_email_request_change(w->guest, wrong, "pauline@example.org"));
	assert_traceless(w, NMK_OK, nmk_email_request_change(w->guest, password, "carl@example.org")); /* who has an account */
	assert_traceless(w, NMK_OK, nmk_email_request_change(w->guest, password, "pauline@example.org"));
	token = take_token(w, "email_change");
	assert_gone(w);
	assert_traceless(w, NMK_OK, nmk_email_confirm_change(w->consumer, token));
	assert_traceless(w, NMK_ELOGIN, nmk_email_confirm_change(w->consumer, token));
}

/* Short enough to be looked for in the block list, in lower case. */
static const char *short_password(void)
{
	char *text = keep_room("short password", 18);

	for (size_t i = 0; i < 18; i++)
		text[i] = "abcdefghijklmnopqrstuvwxyz2689"[randombytes_uniform(30)];
	add_pieces(text, 18, PIECE, 1);
	add_pieces(text, 18, PIECE, WIDE);
	return text;
}

static void test_password__is_gone_after_it_was_looked_for_in_the_block_list(void **state)
{
	const char *password = short_password();
	bool common = password_is_common(password);

	assert_gone(*state);
	assert_false(common);
	assert_traceless(*state, NMK_OK, register_with(((struct world *)*state)->guest, EMAIL, "paula", password));
	assert_traceless(*state, NMK_EDENIED, nmk_session_login(((struct world *)*state)->guest, EMAIL, password));
}

static void test_password__is_gone_after_measuring(void **state)
{
	const char *password = short_password();
	nmk_password_meter *meter;

	for (int policy = NMK_PASSWORD_POLICY_NIST4; policy <= NMK_PASSWORD_POLICY_CLASSIC; policy++) {
		assert_traceless(*state, NMK_OK, nmk_password_measure(password, (nmk_password_policy)policy, &meter));
		nmk_password_meter_free(meter);
		assert_gone(*state);
	}
}

/* ---- hashes ---- */

/* Made for the test: salts and hashes at random, with the cheapest costs. */
static const char *const foreign_hashes[] = {
	"$2b$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i",
	"sha256+$2b$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i",
	"pbkdf2_sha256$10$EllQB75NHp8S$HO6Yps0RsQJm0xwY3yIgf7ospnkUAtPMBpEINToYot8=",
	"pbkdf2_sha1$10$EllQB75NHp8S$HO6Yps0RsQJm0xwY3yIgf7ospnkUAtPMBpEINToYot8=",
	"pbkdf2_sha512$10$EllQB75NHp8S$HO6Yps0RsQJm0xwY3yIgf7ospnkUAtPMBpEINToYot8=",
	"AQAAAAEAACcQAAAAEDAxMjM0NTY3ODlhYmNkZWbRh1PpwNxfmqINqDLSJ74WszZE3xXwwLRu4qsOuP5oBQ==",
	"$argon2id$v=19$m=128,t=2,p=4$c2FsdHNhbHRzYWx0c2FsdA$dJRzC8p1TOnSnKIanwQQr9dQC71ypKYmHKgL+P1vymM",
	"$argon2id$v=19$m=128,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$dJRzC8p1TOnSnKIanwQQr9dQC71ypKYmHKgL+P1vymM",
};
#define FOREIGN_HASHES (sizeof foreign_hashes / sizeof foreign_hashes[0])

static void test_password__is_gone_after_verifying_a_hash_of_another_system(void **state)
{
	for (size_t i = 0; i < FOREIGN_HASHES; i++) {
		const char *password = new_secret(foreign_hashes[i]);
		bool right;

		assert_traceless(*state, NMK_OK, password_verify(password, foreign_hashes[i], &right));
	}
}

/* The last bytes of what is written in base64, wherever in the text that begins. Not of Argon2id with several lanes: only libsodium's
 * function for texts verifies that, which gives the bytes of the hash back to the allocator as they are. */
static void keep_hash_bytes(const char *text)
{
	const char *begin = strrchr(text, '$') ? strrchr(text, '$') + 1 : text;
	char *bytes = keep_room("bytes of an imported hash", strlen(begin));
	int variant = strchr(begin, '=') ? sodium_base64_VARIANT_ORIGINAL : sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
	size_t length;

	if (sodium_base642bin((unsigned char *)bytes, strlen(begin), begin, strlen(begin), NULL, &length, NULL, variant) == 0)
		add_pieces(bytes + length - 16, 16, PIECE, 1);
}

/* A hash with other letters near its end, so that this program's own list is not found. */
static const char *another_hash(const char *hash)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	size_t length = strlen(hash), end = length - 3;
	char *copy = keep_room("imported hash", length);

	copy_bytes(copy, hash, length);
	for (size_t i = end - 25; i < end; i++)
		copy[i] = letters[randombytes_uniform(sizeof letters - 1)];
	add_pieces(copy + end - 25, 25, PIECE, 1);
	if (!strstr(copy, "p=4"))
		keep_hash_bytes(copy);
	return copy;
}

static void test_hash__is_gone_after_an_import_and_a_login(void **state)
{
	struct world *w = *state;
	const char *wrong = new_secret("wrong password");

	for (size_t i = 0; i < FOREIGN_HASHES; i++) {
		nmk_registration given = NMK_REGISTRATION_INIT;
		char email[40], username[20];

		snprintf(email, sizeof email, "import%zu@example.org", i);
		snprintf(username, sizeof username, "import%zu", i);
		given.email = email;
		given.username = username;
		given.password_hash = another_hash(foreign_hashes[i]);
		assert_traceless(w, NMK_OK, nmk_user_add(w->system, &given, NMK_ROLE_CREATOR, NULL));
		assert_traceless(w, NMK_ELOGIN, nmk_session_login(w->guest, email, wrong));
		given.password = wrong;
		assert_traceless(w, NMK_EINVALID, nmk_user_add(w->system, &given, NMK_ROLE_CREATOR, NULL));
	}
}

/* Logging in replaces the hash of another system, and one of ours that cost less. */
static void test_password__is_gone_when_it_is_hashed_anew(void **state)
{
	struct world *w = *state;
	const char *password = new_secret("password");
	char *hash = keep_room("imported hash", PASSWORD_TEXT_SIZE);
	nmk_registration given = NMK_REGISTRATION_INIT;

	memset(hash, 0, PASSWORD_TEXT_SIZE);
	assert_int_equal(0, crypto_pwhash_str(hash, password, SECRET_LENGTH, crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN));
	given.email = EMAIL;
	given.username = "paula";
	keep_text("imported hash", strrchr(hash, '$') + 1);
	given.password_hash = hash;
	assert_gone(w);
	assert_traceless(w, NMK_OK, nmk_user_add(w->system, &given, NMK_ROLE_CREATOR, NULL));
	assert_status(NMK_OK, nmk_session_login(w->guest, EMAIL, password));
	elsewhere(keep_paula, w);
	assert_gone(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SECRETS_TEST(test_scan__finds_a_piece_on_the_stack),
		SECRETS_TEST(test_scan__finds_a_copy_in_memory_and_in_a_file),
		SECRETS_TEST(test_password__is_gone_after_registering_and_logging_in),
		SECRETS_TEST(test_password__is_gone_when_it_is_refused),
		SECRETS_TEST(test_password__is_gone_when_it_has_other_characters),
		SECRETS_TEST(test_password__is_gone_after_a_change),
		SECRETS_TEST(test_password__is_gone_after_a_reset),
		SECRETS_TEST(test_password__is_gone_after_an_email_change),
		SECRETS_TEST(test_password__is_gone_after_it_was_looked_for_in_the_block_list),
		SECRETS_TEST(test_password__is_gone_after_measuring),
		SECRETS_TEST(test_password__is_gone_after_verifying_a_hash_of_another_system),
		SECRETS_TEST(test_hash__is_gone_after_an_import_and_a_login),
		SECRETS_TEST(test_password__is_gone_when_it_is_hashed_anew),
	};

	return RUN_SECRETS(tests);
}
