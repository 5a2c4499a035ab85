/* user_delete_test.c -- a deleted account: what is erased, what stays, and that nothing of it is left in the files. */
#include "identity_test.h"
#include "store_bytes.h"

#include "account.h"
#include "session.h"

/* ---- somebody with everything, under names that nothing else is called by ---- */

#define NAME       "Quixotina"
#define EARLIER    "Zwetschgilde"
#define FIRST_NAME "Wolkenhilda"
#define LAST_NAME  "Regenbogner"
#define BIO        "Hat Pfefferminz-Unterricht erfunden."
#define COMPANY    "Brezelwerke"
#define EMAIL      "post@dotterblume.example"
#define PHONE      "+49 171 55501239"

#define LOGIN "INSERT INTO login (id, user_id, session_epoch, second_factor, generation, secret_hash, created_at, last_used_at," \
              " expires_at) VALUES (%d, %lld, 1, 0, 1, x'00', 1, 1, %lld)"

static nmk_session *add_quixotina(struct world *w, char id[64])
{
	nmk_registration given = registration(EMAIL, EARLIER);
	nmk_profile_changes changes = NMK_PROFILE_CHANGES_INIT;
	nmk_session *session;

	given.first_name = FIRST_NAME;
	given.last_name = LAST_NAME;
	given.bio = BIO;
	given.idempotency_key = "quixotina";
	assert_status(NMK_OK, nmk_user_register(w->guest, &given, NULL));
	tamper(w, "UPDATE user_account SET email_verified_at = 1 WHERE username = '" EARLIER "'");
	assert_status(NMK_OK, nmk_session_act_as(w->system, EARLIER, &session));
	changes.set = NMK_PROFILE_COMPANY | NMK_PROFILE_PHONE;
	changes.company = COMPANY;
	changes.phone = PHONE;
	assert_status(NMK_OK, nmk_profile_update(session, &changes, NULL));
	nmk_nano_free(world_nano(w, session, NMK_NANO_PUBLISHED));
	assert_status(NMK_OK, nmk_username_change(session, NAME));
	nmk_nano_free(world_nano(w, session, NMK_NANO_PUBLISHED));
	nmk_nano_free(world_nano(w, session, NMK_NANO_ARCHIVED));
	snprintf(id, 64, "%s", nmk_session_user_id(session));
	return session;
}

/* Parts that survive stemming. Words of the name stand in the store before, and nowhere afterwards: neither in pages that
 * are in use nor in free ones, in the log or the index. */
static void test_user_delete__leaves_nothing_in_the_files(void **state)
{
	static const char *const names[] = { "quixot", "zwetschg", "wolkenhil", "regenbog", "pfefferminz", "brezelwerk" };
	static const char *const sealed[] = { "dotterblum", "55501239", "171 555" };
	struct world *w = *state;
	char id[64];
	nmk_session *session = add_quixotina(w, id);

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		assert_true(store_has(w, names[i]));
	for (size_t i = 0; i < sizeof sealed / sizeof sealed[0]; i++)
		assert_false(store_has(w, sealed[i]));
	assert_status(NMK_OK, nmk_user_delete(w->admin, id));
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (store_has(w, names[i]))
			fail_msg("still there: %s", names[i]);
	world_assert_sound(w, true);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		assert_false(store_has(w, names[i]));
	nmk_session_close(session);
}

static void test_user_delete__erases_rows_and_the_key(void **state)
{
	struct world *w = *state;
	char id[64], sql[300];
	nmk_session *session = add_quixotina(w, id);
	static const char *const tables[] = { "user_key", "profile", "mail_proof", "outbox", "second_factor", "recovery_code", "login" };
	int64_t number = world_sql(w, "SELECT id FROM user_account WHERE username = '" NAME "'");

	snprintf(sql, sizeof sql, "INSERT INTO second_factor VALUES (%lld, x'00', 'sha1', 0, 0, 0)", (long long)number);
	tamper(w, sql);
	snprintf(sql, sizeof sql, "INSERT INTO recovery_code VALUES (x'00', %lld, NULL)", (long long)number);
	tamper(w, sql);
	snprintf(sql, sizeof sql, LOGIN, 7, (long long)number, 1LL);
	tamper(w, sql);
	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
		snprintf(sql, sizeof sql, "SELECT COUNT(*) > 0 FROM %s WHERE user_id = %lld", tables[i], (long long)number);
		assert_int_equal(1, world_sql(w, sql));
	}
	assert_status(NMK_OK, nmk_user_delete(w->admin, id));
	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
		snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM %s WHERE user_id = %lld", tables[i], (long long)number);
		assert_int_equal(0, world_sql(w, sql));
	}
	snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM user_account WHERE id = %lld AND status = 'deleted' AND email_sealed IS NULL"
	         " AND email_index IS NULL AND password_sealed IS NULL AND password_epoch IS NULL", (long long)number);
	assert_int_equal(1, world_sql(w, sql));
	snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM consent WHERE user_id = %lld", (long long)number);
	assert_int_equal(3, world_sql(w, sql));
	nmk_session_close(session);
}

static void test_user_delete__what_was_published_stays_by_a_nameless_creator(void **state)
{
	struct world *w = *state;
	nmk_nano *nano, *found;
	nmk_search_page *page;
	char id[64];

	nano = world_nano(w, w->creator, NMK_NANO_PUBLISHED);
	user_id_of(w, "carl", id);
	assert_status(NMK_OK, nmk_user_delete(w->admin, id));
	assert_status(NMK_OK, nmk_nano_get(w->guest, nmk_nano_id(nano), &found));
	assert_non_null(strstr(nmk_nano_creator(found), "deleted~"));
	assert_false(username_is_fit(NMK_USERNAME_LATIN, nmk_nano_creator(found)));
	nmk_nano_free(found);
	assert_status(NMK_OK, nmk_search(w->guest, NULL, &page));
	assert_int_equal(1, nmk_search_page_count(page));
	nmk_search_page_free(page);
	world_assert_sound(w, true);
	nmk_nano_free(nano);
}

static void test_user_delete__address_and_name_are_free_again(void **state)
{
	struct world *w = *state;
	char id[64], again[64];

	add_with_password(w, "rosa@example.org", "rosa");
	user_id_of(w, "rosa", id);
	assert_status(NMK_OK, nmk_user_delete(w->admin, id));
	add_with_password(w, "rosa@example.org", "rosa");
	user_id_of(w, "rosa", again);
	assert_string_not_equal(id, again);
	assert_status(NMK_OK, nmk_session_login(w->guest, "rosa@example.org", PASSWORD));
}

static void test_user_delete__ends_sessions_and_logs_nobody_in(void **state)
{
	struct world *w = *state;
	nmk_session *session;
	char id[64];

	add_with_password(w, "rosa@example.org", "rosa");
	user_id_of(w, "rosa", id);
	assert_status(NMK_OK, nmk_session_open(w->market, &session));
	assert_status(NMK_OK, nmk_session_login(session, "rosa@example.org", PASSWORD));
	assert_status(NMK_OK, nmk_username_change(session, "rosalie"));
	assert_status(NMK_OK, nmk_user_delete(w->admin, id));
	assert_status(NMK_ELOGIN, nmk_username_change(session, "rosa"));
	assert_status(NMK_ELOGIN, nmk_session_login(w->guest, "rosa@example.org", PASSWORD));
	assert_status(NMK_EDENIED, nmk_username_change(w->suspended, "rosa"));
	nmk_session_close(session);
}

static void test_user_delete__is_seen_by_admins_alone(void **state)
{
	struct world *w = *state;
	nmk_profile *profile;
	nmk_user *user;
	char id[64];

	user_id_of(w, "carl", id);
	assert_status(NMK_OK, nmk_user_delete(w->admin, id));
	assert_status(NMK_ENOTFOUND, nmk_user_get(w->guest, id, &user));
	assert_status(NMK_ENOTFOUND, nmk_user_get(w->moderator, id, &user));
	assert_status(NMK_ENOTFOUND, nmk_user_find(w->admin, "carl", &user));
	assert_status(NMK_ENOTFOUND, nmk_profile_get(w->guest, id, &profile));
	assert_status(NMK_OK, nmk_user_get(w->admin, id, &user));
	assert_int_equal(NMK_USER_DELETED, nmk_user_status(user));
	assert_null(nmk_user_email(user));
	assert_int_equal(0, nmk_user_email_verified_at(user));
	assert_int_equal(0, nmk_user_last_login_at(user));
	nmk_user_free(user);
	assert_status(NMK_ESTATE, nmk_user_suspend(w->admin, id, "Spam", 0));
	assert_status(NMK_ESTATE, nmk_user_reactivate(w->admin, id));
	assert_status(NMK_ESTATE, nmk_user_set_role(w->admin, id, NMK_ROLE_ADMIN));
	assert_status(NMK_ENOTFOUND, nmk_session_act_as(w->system, "carl", &(nmk_session *){ NULL }));
}

static void test_user_delete__twice_is_once(void **state)
{
	struct world *w = *state;
	char id[64];

	user_id_of(w, "carl", id);
	assert_status(NMK_OK, nmk_user_delete(w->admin, id));
	assert_status(NMK_OK, nmk_user_delete(w->admin, id));
	assert_int_equal(1, events(w, "user_deleted_by_admin"));
}

/* DEF-31: the audit event undoes nothing. */
static void test_def_31__the_audit_has_neither_address_nor_name(void **state)
{
	struct world *w = *state;
	char id[64];

	user_id_of(w, "carl", id);
	assert_status(NMK_OK, nmk_user_delete(w->admin, id));
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM audit_event WHERE action = 'user_deleted_by_admin' AND details IS NULL"
	                                 " AND object_type = 'user' AND object IS NOT NULL AND sealed IS NULL AND actor_kind = 'member'"));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM audit_event WHERE details LIKE '%carl%'"));
}

static void test_user_delete__never_oneself_and_never_the_last_admin(void **state)
{
	struct world *w = *state;
	char ada[64], mona[64];

	user_id_of(w, "ada", ada);
	user_id_of(w, "mona", mona);
	assert_status(NMK_EDENIED, nmk_user_delete(w->admin, ada));
	assert_status(NMK_ESTATE, nmk_user_delete(w->system, ada));
	assert_status(NMK_OK, nmk_user_set_role(w->system, mona, NMK_ROLE_ADMIN));
	assert_status(NMK_EDENIED, nmk_user_delete(w->admin, ada));
	assert_status(NMK_OK, nmk_user_delete(w->moderator, ada));
	assert_status(NMK_ESTATE, nmk_user_delete(w->system, mona));
}

static void test_user_delete__is_for_admins(void **state)
{
	struct world *w = *state;
	nmk_session *sessions[] = { w->consumer, w->creator, w->moderator, w->suspended };
	char id[64];

	user_id_of(w, "stefan", id);
	for (size_t i = 0; i < sizeof sessions / sizeof sessions[0]; i++)
		assert_status(NMK_EDENIED, nmk_user_delete(sessions[i], id));
	assert_status(NMK_ELOGIN, nmk_user_delete(w->guest, id));
	assert_status(NMK_EINVALID, nmk_user_delete(w->admin, NULL));
	assert_field("id", w->admin);
	assert_status(NMK_ENOTFOUND, nmk_user_delete(w->admin, "nobody"));
	assert_int_equal(NMK_EINVALID, nmk_user_delete(NULL, id));
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM user_account WHERE username = 'stefan' AND status = 'active'"));
}

/* ---- account_end_sessions() ---- */

static nmk_session *logged_in(struct world *w, const char *email)
{
	nmk_session *session;

	assert_status(NMK_OK, nmk_session_open(w->market, &session));
	assert_status(NMK_OK, nmk_session_login(session, email, PASSWORD));
	return session;
}

static nmk_status end_sessions(nmk_session *session, int64_t user_id, bool keep, nmk_status outcome)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_username_change);

	while (op_next(&op, &rc)) {
		rc = account_end_sessions(&op, user_id, "test", keep);
		if (rc == NMK_OK && outcome != NMK_OK)
			rc = op_fail(&op, outcome, NULL, "there is none");
	}
	return rc;
}

static nmk_status works(nmk_session *session)
{
	nmk_consent_page *page;
	nmk_status rc = nmk_consent_list(session, NULL, 0, &page);

	if (rc == NMK_OK)
		nmk_consent_page_free(page);
	return rc;
}

static void test_account_end_sessions__all_of_the_account_end(void **state)
{
	struct world *w = *state;
	nmk_session *first, *second;
	int64_t rosa;

	add_with_password(w, "rosa@example.org", "rosa");
	rosa = world_sql(w, "SELECT id FROM user_account WHERE username = 'rosa'");
	first = logged_in(w, "rosa@example.org");
	second = logged_in(w, "rosa@example.org");
	assert_status(NMK_OK, end_sessions(first, rosa, false, NMK_OK));
	assert_status(NMK_ELOGIN, works(first));
	assert_status(NMK_ELOGIN, works(second));
	assert_status(NMK_OK, nmk_session_login(second, "rosa@example.org", PASSWORD));
	assert_status(NMK_OK, works(second));
	assert_status(NMK_ELOGIN, works(first));
	nmk_session_close(first);
	nmk_session_close(second);
}

static void test_account_end_sessions__with_keep_the_acting_one_goes_on(void **state)
{
	struct world *w = *state;
	nmk_session *first, *second;
	char sql[300];
	int64_t rosa;

	add_with_password(w, "rosa@example.org", "rosa");
	rosa = world_sql(w, "SELECT id FROM user_account WHERE username = 'rosa'");
	first = logged_in(w, "rosa@example.org");
	second = logged_in(w, "rosa@example.org");
	for (int id = 7; id <= 8; id++) {
		snprintf(sql, sizeof sql, LOGIN, id, (long long)rosa, (long long)w->now + 1000);
		tamper(w, sql);
	}
	first->grounds.login_id = 7;
	assert_status(NMK_OK, end_sessions(first, rosa, true, NMK_OK));
	assert_status(NMK_OK, works(first));
	assert_status(NMK_ELOGIN, works(second));
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM login WHERE id = 7 AND revoked_at IS NULL AND session_epoch = 2"));
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM login WHERE id = 8 AND revoked_reason = 'test' AND session_epoch = 1"));
	assert_status(NMK_OK, end_sessions(first, rosa, true, NMK_OK));
	assert_status(NMK_OK, works(first));
	nmk_session_close(first);
	nmk_session_close(second);
}

/* What did not happen ended nothing, and the acting session does not believe that it did. */
static void test_account_end_sessions__a_failure_ends_none(void **state)
{
	struct world *w = *state;
	nmk_session *first, *second;
	int64_t rosa;

	add_with_password(w, "rosa@example.org", "rosa");
	rosa = world_sql(w, "SELECT id FROM user_account WHERE username = 'rosa'");
	first = logged_in(w, "rosa@example.org");
	second = logged_in(w, "rosa@example.org");
	assert_status(NMK_ESTATE, end_sessions(first, rosa, true, NMK_ESTATE));
	assert_status(NMK_OK, works(first));
	assert_status(NMK_OK, works(second));
	nmk_session_close(first);
	nmk_session_close(second);
}

/* Somebody else's keep is none. */
static void test_account_end_sessions__of_another_account_keeps_none(void **state)
{
	struct world *w = *state;
	nmk_session *rosa, *berta;
	int64_t id;

	add_with_password(w, "rosa@example.org", "rosa");
	add_with_password(w, "berta@example.org", "berta");
	rosa = logged_in(w, "rosa@example.org");
	berta = logged_in(w, "berta@example.org");
	id = world_sql(w, "SELECT id FROM user_account WHERE username = 'rosa'");
	assert_status(NMK_OK, end_sessions(berta, id, true, NMK_OK));
	assert_status(NMK_OK, works(berta));
	assert_status(NMK_ELOGIN, works(rosa));
	nmk_session_close(rosa);
	nmk_session_close(berta);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_user_delete__leaves_nothing_in_the_files),
		WORLD_TEST(test_user_delete__erases_rows_and_the_key),
		WORLD_TEST(test_user_delete__what_was_published_stays_by_a_nameless_creator),
		WORLD_TEST(test_user_delete__address_and_name_are_free_again),
		WORLD_TEST(test_user_delete__ends_sessions_and_logs_nobody_in),
		WORLD_TEST(test_user_delete__is_seen_by_admins_alone),
		WORLD_TEST(test_user_delete__twice_is_once),
		WORLD_TEST(test_def_31__the_audit_has_neither_address_nor_name),
		WORLD_TEST(test_user_delete__never_oneself_and_never_the_last_admin),
		WORLD_TEST(test_user_delete__is_for_admins),
		WORLD_TEST(test_account_end_sessions__all_of_the_account_end),
		WORLD_TEST(test_account_end_sessions__with_keep_the_acting_one_goes_on),
		WORLD_TEST(test_account_end_sessions__a_failure_ends_none),
		WORLD_TEST(test_account_end_sessions__of_another_account_keeps_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
