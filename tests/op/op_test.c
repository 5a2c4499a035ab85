/* The operation itself: what holds whatever a component does with it. */
#include "world.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "clock.h"
#include "session.h"

static int64_t audit_events(struct world *world)
{
	return world_sql(world, "SELECT count(*) FROM audit_event WHERE action <> 'permission_denied'");
}

static nmk_status write_something(struct nmk_op *op, const char *name)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_store_property_add);
	stmt_text(&stmt, "name", name);
	stmt_blob(&stmt, "value", "x", 1);
	return stmt_exec(&stmt, NULL);
}

static struct subject owned_by(int64_t owner, bool is_public)
{
	return (struct subject){ .type = "thing", .kind = ID_NANO, .id = 7, .owner_id = owner, .is_public = is_public };
}

/* Run an operation whose object is that, and which writes once it is permitted. */
static nmk_status try_with(nmk_session *session, enum op_id id, struct subject subject)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, id);

	while (op_next(&op, &rc)) {
		rc = op_allow(&op, subject);
		if (rc == NMK_OK)
			rc = write_something(&op, "permitted");
	}
	return rc;
}

static int64_t user_of(nmk_session *session)
{
	return session->user_id.number;
}

static void test_op__without_a_session_is_invalid(void **state)
{
	struct nmk_op op;

	(void)state;
	assert_status(NMK_EINVALID, op_begin(&op, NULL, OP_nano_update));
	assert_status(NMK_EINVALID, op_rehearse(&op, NULL, OP_nano_update));
}

static void test_op__that_forgets_to_ask_writes_nothing(void **state)
{
	struct world *world = *state;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, world->creator, OP_nano_update);

	while (op_next(&op, &rc))
		rc = write_something(&op, "forgotten");
	assert_status(NMK_EINTERNAL, rc);
	assert_int_equal(0, world_sql(world, "SELECT count(*) FROM store_property WHERE name = 'forgotten'"));
}

static void test_op__that_ends_well_without_asking_is_an_internal_error(void **state)
{
	struct world *world = *state;
	int64_t before = audit_events(world);
	struct nmk_op op;
	nmk_status rc = op_begin(&op, world->creator, OP_nano_update);

	while (op_next(&op, &rc))
		rc = NMK_OK;
	assert_status(NMK_EINTERNAL, rc);
	assert_int_equal(before, audit_events(world));
}

static void test_op__checks_of_arguments_that_fail_begin_nothing(void **state)
{
	struct world *world = *state;
	int64_t before = audit_events(world);
	struct nmk_op op;
	nmk_status rc = op_begin(&op, world->creator, OP_nano_create);

	assert_status(NMK_OK, rc);
	rc = op_fail(&op, NMK_EINVALID, "title", "is needed");
	while (op_next(&op, &rc))
		fail();
	assert_status(NMK_EINVALID, rc);
	assert_field("title", world->creator);
	assert_int_equal(before, audit_events(world));
}

static void test_op__success_writes_exactly_one_audit_event(void **state)
{
	struct world *world = *state;
	int64_t before = audit_events(world);

	assert_status(NMK_OK, try_with(world->creator, OP_nano_update, owned_by(user_of(world->creator), false)));
	assert_int_equal(before + 1, audit_events(world));
	assert_int_equal(1, world_sql(world, "SELECT count(*) FROM audit_event WHERE operation = 'nano_update' AND action = "
	                                     "'data_modified' AND actor_kind = 'member' AND object_type = 'thing' AND object IS NOT NULL "
	                                     "AND result = 'ok'"));
	assert_status(NMK_OK, nmk_session_error(world->creator)->status);
}

static void test_op__failure_in_the_body_undoes_all_and_is_not_recorded(void **state)
{
	struct world *world = *state;
	int64_t before = audit_events(world);
	struct nmk_op op;
	nmk_status rc = op_begin(&op, world->system, OP_category_create);

	while (op_next(&op, &rc)) {
		rc = write_something(&op, "undone");
		if (rc == NMK_OK)
			rc = op_fail(&op, NMK_ESTATE, NULL, "there is none");
	}
	assert_status(NMK_ESTATE, rc);
	assert_int_equal(before, audit_events(world));
	assert_int_equal(0, world_sql(world, "SELECT count(*) FROM store_property WHERE name = 'undone'"));
}

static void test_op_answer__commits_with_its_own_action_and_fails_all_the_same(void **state)
{
	struct world *world = *state;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, world->system, OP_category_create);

	while (op_next(&op, &rc)) {
		rc = write_something(&op, "kept");
		op_subject(&op, "thing", ID_NANO, 9);
		op_detail(&op, "why", "test");
		op_detail(&op, "nothing", NULL);
		op_detail_int(&op, "count", 3);
		if (rc == NMK_OK)
			rc = op_answer(&op, NMK_ELOGIN, "login_failure", "password", "there is none");
	}
	assert_status(NMK_ELOGIN, rc);
	assert_field("password", world->system);
	assert_int_equal(1, world_sql(world, "SELECT count(*) FROM store_property WHERE name = 'kept'"));
	assert_int_equal(1, world_sql(world, "SELECT count(*) FROM audit_event WHERE action = 'login_failure' AND result = 'login' AND "
	                                     "object IS NOT NULL AND details = '{\"count\":3,\"nothing\":null,\"why\":\"test\"}'"));
}

/* A reason of several lines is what somebody wrote. */
static void test_op_detail__with_a_line_break_is_sealed(void **state)
{
	struct world *world = *state;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, world->system, OP_category_create);

	while (op_next(&op, &rc)) {
		op_detail(&op, "reason", "zwei\nZeilen");
		op_detail(&op, "kind", "one line");
	}
	assert_status(NMK_OK, rc);
	assert_int_equal(1, world_sql(world, "SELECT count(*) FROM audit_event WHERE details = '{\"kind\":\"one line\"}' AND sealed IS NOT"
	                                     " NULL"));
	assert_string_equal("{\"reason\":\"zwei\\nZeilen\"}", world_personal(world, "data_created"));
}

/* In the order in which they were told, before the operation's own; and undone with it. */
static void test_op_also__is_an_entry_of_its_own(void **state)
{
	struct world *world = *state;
	int64_t before = audit_events(world);
	struct nmk_op op;

	for (int fails = 1; fails >= 0; fails--) {
		nmk_status rc = op_begin(&op, world->system, OP_category_create);

		while (op_next(&op, &rc)) {
			op_also(&op, "account_unlocked", "thing", ID_NANO, 7, "by", "test");
			op_also(&op, "consent_given", "thing", ID_NANO, 7, NULL, NULL);
			rc = fails ? op_fail(&op, NMK_ESTATE, NULL, "there is none") : NMK_OK;
		}
		assert_status(fails ? NMK_ESTATE : NMK_OK, rc);
		assert_int_equal(before + (fails ? 0 : 3), audit_events(world));
	}
	assert_int_equal(1, world_sql(world, "SELECT count(*) FROM audit_event a JOIN audit_event b ON b.id = a.id + 1 JOIN audit_event c ON"
	                                     " c.id = a.id + 2 WHERE a.action = 'account_unlocked' AND a.details = '{\"by\":\"test\"}' AND"
	                                     " b.action = 'consent_given' AND c.action = 'data_created'"));
}

static void test_op_rehearse__permits_and_writes_nothing(void **state)
{
	struct world *world = *state;
	int64_t before = audit_events(world);
	struct nmk_op op;
	nmk_status rc = op_rehearse(&op, world->creator, OP_nano_update);

	while (op_next(&op, &rc)) {
		rc = op_allow(&op, owned_by(user_of(world->creator), false));
		assert_status(NMK_OK, rc);
		assert_status(NMK_EINTERNAL, write_something(&op, "rehearsed"));
	}
	assert_status(NMK_OK, rc);
	assert_int_equal(before, audit_events(world));
}

static void test_rule_owner__knows_owner_stranger_and_what_is_hidden(void **state)
{
	struct world *world = *state;
	int64_t owner = user_of(world->creator);

	assert_status(NMK_OK, try_with(world->creator, OP_nano_update, owned_by(owner, false)));
	assert_status(NMK_EDENIED, try_with(world->stranger, OP_nano_update, owned_by(owner, true)));
	assert_status(NMK_ENOTFOUND, try_with(world->stranger, OP_nano_update, owned_by(owner, false)));
	assert_status(NMK_EDENIED, try_with(world->moderator, OP_nano_update, owned_by(owner, false)));
	assert_status(NMK_OK, try_with(world->system, OP_nano_update, owned_by(owner, false)));
	assert_status(NMK_ELOGIN, try_with(world->guest, OP_nano_update, owned_by(owner, true)));
	assert_status(NMK_EDENIED, try_with(world->suspended, OP_nano_update, owned_by(user_of(world->suspended), true)));
	assert_status(NMK_EDENIED, try_with(world->consumer, OP_nano_update, owned_by(user_of(world->consumer), true)));
}

static void test_rule_owner__what_nobody_owns_is_nobodys(void **state)
{
	struct world *world = *state;

	assert_status(NMK_ENOTFOUND, try_with(world->creator, OP_nano_update, owned_by(0, false)));
}

static void test_rule_not_owner__nobody_reviews_what_is_their_own(void **state)
{
	struct world *world = *state;

	assert_status(NMK_EDENIED, try_with(world->moderator, OP_nano_publish, owned_by(user_of(world->moderator), true)));
	assert_status(NMK_EDENIED, try_with(world->admin, OP_nano_publish, owned_by(user_of(world->admin), false)));
	assert_status(NMK_OK, try_with(world->moderator, OP_nano_publish, owned_by(user_of(world->creator), false)));
	assert_status(NMK_EDENIED, try_with(world->creator, OP_nano_publish, owned_by(user_of(world->stranger), true)));
}

static void test_rule_not_self__administrators_leave_their_own_account_alone(void **state)
{
	struct world *world = *state;
	struct subject self = { .type = "user", .kind = ID_USER, .id = user_of(world->admin), .is_public = true };

	assert_status(NMK_EDENIED, try_with(world->admin, OP_user_set_role, self));
	self.id = user_of(world->creator);
	assert_status(NMK_OK, try_with(world->admin, OP_user_set_role, self));
}

static void test_rule_owner_or_admin__and_owner_or_staff(void **state)
{
	struct world *world = *state;
	int64_t owner = user_of(world->creator);

	assert_status(NMK_OK, try_with(world->creator, OP_nano_delete, owned_by(owner, false)));
	assert_status(NMK_OK, try_with(world->admin, OP_nano_delete, owned_by(owner, false)));
	assert_status(NMK_EDENIED, try_with(world->moderator, OP_nano_delete, owned_by(owner, false)));
	assert_status(NMK_OK, try_with(world->moderator, OP_nano_set_status, owned_by(owner, false)));
	assert_status(NMK_EDENIED, try_with(world->consumer, OP_nano_set_status, owned_by(owner, true)));
}

static void test_role__is_read_from_the_record_not_from_the_session(void **state)
{
	struct world *world = *state;

	assert_status(NMK_OK, try_with(world->moderator, OP_nano_publish, owned_by(1, true)));
	assert_status(NMK_OK, nmk_user_set_role(world->admin, nmk_session_user_id(world->moderator), NMK_ROLE_CONSUMER));
	assert_status(NMK_EDENIED, try_with(world->moderator, OP_nano_publish, owned_by(1, true)));
}

static void test_role__account_that_is_gone_may_do_nothing(void **state)
{
	struct world *world = *state;

	session_become_member(world->stranger, &(struct session_grounds){ .origin = ORIGIN_HOST, .user_id = 12345 });
	assert_status(NMK_ELOGIN, try_with(world->stranger, OP_consent_record, owned_by(0, true)));
	assert_string_equal("the session has ended: please log in again", nmk_session_error(world->stranger)->message);
}

static void test_errors__come_in_the_sessions_language(void **state)
{
	struct world *world = *state;

	nmk_session_set_language(world->guest, "de");
	assert_status(NMK_ELOGIN, try_with(world->guest, OP_nano_update, owned_by(0, true)));
	assert_string_equal("Bitte zuerst anmelden", nmk_session_error(world->guest)->message);
	assert_string_equal("nano_update", nmk_session_error(world->guest)->operation);
	nmk_session_set_language(world->guest, "fr");
	assert_status(NMK_ELOGIN, try_with(world->guest, OP_nano_update, owned_by(0, true)));
	assert_string_equal("please log in first", nmk_session_error(world->guest)->message);
}

static void test_fork__a_child_must_open_the_market_anew(void **state)
{
	struct world *world = *state;
	int status;

	if (fork() == 0) {
		nmk_user *user;

		_exit(nmk_user_find(world->system, "carl", &user) == NMK_ESTATE ? 0 : 1);
	}
	assert_true(wait(&status) > 0);
	assert_int_equal(0, status);
}

static void test_sessions__keep_their_market_alive(void **state)
{
	struct world *world = *state;
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_session *session;
	nmk_market *market;
	nmk_user *user;

	assert_status(NMK_OK, nmk_market_open(world->path, &options, NULL, &market));
	assert_status(NMK_OK, nmk_session_open_system(market, &session));
	nmk_market_close(market);
	assert_status(NMK_OK, nmk_user_find(session, "carl", &user));
	nmk_user_free(user);
	nmk_session_close(session);
	nmk_session_close(NULL);
	nmk_market_close(NULL);
}

static void test_sessions__guests_and_the_host_have_no_user(void **state)
{
	struct world *world = *state;

	assert_null(nmk_session_user_id(world->guest));
	assert_null(nmk_session_user_id(world->system));
	assert_int_equal(36, strlen(nmk_session_user_id(world->creator)));
	nmk_session *none;

	assert_status(NMK_EINVALID, nmk_session_open(NULL, &none));
	assert_status(NMK_EINVALID, nmk_session_open(world->market, NULL));
	assert_status(NMK_EINVALID, nmk_session_open_system(NULL, &none));
	assert_status(NMK_EINVALID, nmk_session_open_system(world->market, NULL));
}

/* ---- options of a market ---- */

static void refused(struct world *world, const char *field, nmk_market_options options)
{
	nmk_market *market = (nmk_market *)1;
	nmk_error error;

	assert_status(NMK_EINVALID, nmk_market_open(world->path, &options, &error, &market));
	assert_string_equal(field, error.field);
	assert_null(market);
}

static void accepted(struct world *world, nmk_market_options options)
{
	nmk_market *market;

	assert_status(NMK_OK, nmk_market_open(world->path, &options, NULL, &market));
	nmk_market_close(market);
}

static void test_market_open__checks_every_option_at_its_limits(void **state)
{
	struct world *world = *state;
	nmk_market_options o, initial;

	nmk_market_options_init(&initial);
	assert_int_equal(NMK_MARKET_OPTIONS_VERSION, initial.version);
#define BOTH(member, below, least, most, above) \
	o = initial; o.member = below; refused(world, #member, o); \
	o = initial; o.member = least; accepted(world, o); \
	o = initial; o.member = most;  accepted(world, o); \
	o = initial; o.member = above; refused(world, #member, o)
	BOTH(busy_timeout_ms, -1, 1, 600000, 600001);
	BOTH(readers, -1, 1, 64, 65);
	BOTH(password_memory_kib, 19455, 19456, 262144, 262145);
	BOTH(password_passes, 1, 2, 10, 11);
	BOTH(password_jobs, -1, 1, 256, 257);
	BOTH(password_queue, -1, 1, 10000, 10001);
	BOTH(idle_minutes, -1, 1, 525600, 525601);
	BOTH(login_days, -1, 1, 3650, 3651);
	BOTH(access_token_minutes, -1, 1, 60, 61);
	BOTH(throttle_policy, (nmk_throttle_policy)-1, NMK_THROTTLE_DELAY, NMK_THROTTLE_CLASSIC, (nmk_throttle_policy)3);
	BOTH(second_factor_policy, (nmk_second_factor_policy)-1, NMK_SECOND_FACTOR_OPTIONAL, NMK_SECOND_FACTOR_EVERYONE,
	     (nmk_second_factor_policy)4);
	BOTH(username_profile, (nmk_username_profile)-1, NMK_USERNAME_ASCII, NMK_USERNAME_LATIN, (nmk_username_profile)3);
#undef BOTH
	o = initial; o.version = 0; refused(world, "version", o);
	o = initial; o.version = NMK_MARKET_OPTIONS_VERSION + 1; refused(world, "version", o);
	o = initial; o.password_policy = (nmk_password_policy)3; refused(world, "password_policy", o);
	o = initial; o.registration_role = NMK_ROLE_ADMIN; refused(world, "registration_role", o);
	o = initial; o.registration_role = NMK_ROLE_CONSUMER; accepted(world, o);
	o = initial; o.blob_file_bytes = -1; refused(world, "blob_file_bytes", o);
	assert_status(NMK_EINVALID, nmk_market_open(NULL, &initial, NULL, &(nmk_market *){ NULL }));
	assert_status(NMK_EINVALID, nmk_market_open("", &initial, NULL, &(nmk_market *){ NULL }));
	assert_status(NMK_EINVALID, nmk_market_open(world->path, NULL, NULL, NULL));
}

/* A text of so many bytes. */
static const char *of_length(size_t length)
{
	static char text[2048];

	memset(text, 'x', length);
	text[length] = '\0';
	return text;
}

static void test_market_open__checks_its_texts(void **state)
{
	static const char *const urls[] = { "", "localhost", "ftp://example.org", "http://", "https://", "https:///path", "https://example.org/",
	                                    "https://exa mple.org", "https://example.org/\"", "https://example.org\n" };
	struct world *world = *state;
	nmk_market_options o, initial = NMK_MARKET_OPTIONS_INIT;
	nmk_content_filter filter = NMK_CONTENT_FILTER_INIT;

	for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
		o = initial; o.public_url = urls[i]; refused(world, "public_url", o);
	}
	o = initial; o.public_url = "https://example.org/market"; accepted(world, o);
	o = initial; o.content_filter = &filter; accepted(world, o);
	filter.version = 0; refused(world, "content_filter", o);
	filter.version = NMK_CONTENT_FILTER_VERSION + 1; refused(world, "content_filter", o);
	o = initial; o.token_issuer = ""; refused(world, "token_issuer", o);
	o = initial; o.token_issuer = of_length(200); accepted(world, o);
	o = initial; o.token_issuer = of_length(201); refused(world, "token_issuer", o);
	o = initial; o.token_audience = of_length(201); refused(world, "token_audience", o);
	o = initial; o.token_format = NMK_TOKEN_HS256_LEGACY; refused(world, "token_secret", o);
	o = initial; o.token_secret = of_length(31); refused(world, "token_secret", o);
	o = initial; o.token_format = NMK_TOKEN_HS256_LEGACY; o.token_secret = of_length(32); accepted(world, o);
	o = initial; o.token_secret = of_length(1024); accepted(world, o);
	o = initial; o.token_secret = of_length(1025); refused(world, "token_secret", o);
	o = initial; o.market_name = ""; refused(world, "market_name", o);
	o = initial; o.market_name = of_length(100); accepted(world, o);
	o = initial; o.market_name = of_length(101); refused(world, "market_name", o);
	o = initial; o.market_name = "\xff"; refused(world, "market_name", o);
	o = initial; o.market_name = "Nano\r\nBcc: all"; refused(world, "market_name", o);
	o = initial; o.search_words = ""; accepted(world, o);
	o = initial; o.search_words = "\xff"; refused(world, "search_words", o);
}

static void test_library__tells_its_versions(void **state)
{
	(void)state;
	assert_string_equal(NMK_VERSION_TEXT, nmk_library_version());
	assert_int_equal(1, nmk_schema_version());
}

/* ---- idempotency keys ---- */

static nmk_status once(struct world *world, nmk_session *session, const char *key, const char *request, int64_t makes, int64_t *id)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_category_create);

	(void)world;
	if (rc == NMK_OK)
		rc = op_check_once_key(&op, key);
	while (op_next(&op, &rc)) {
		rc = op_once(&op, key, request, strlen(request), id);
		if (rc == NMK_OK && *id == 0) {
			*id = makes;
			rc = op_once_done(&op, key, request, strlen(request), makes);
		}
	}
	return rc;
}

static void test_once__the_same_request_answers_what_the_first_made(void **state)
{
	struct world *world = *state;
	int64_t id, before;

	assert_status(NMK_OK, once(world, world->admin, "k1", "request", 11, &id));
	assert_int_equal(11, id);
	before = audit_events(world);
	assert_status(NMK_OK, once(world, world->admin, "k1", "request", 12, &id));
	assert_int_equal(11, id);
	assert_int_equal(before, audit_events(world));
	assert_status(NMK_ECONFLICT, once(world, world->admin, "k1", "another", 13, &id));
	assert_field("idempotency_key", world->admin);
	assert_status(NMK_OK, once(world, world->system, "k1", "another", 14, &id));
	assert_int_equal(14, id);
	assert_status(NMK_OK, once(world, world->admin, NULL, "request", 15, &id));
	assert_int_equal(15, id);
}

static void test_once__is_forgotten_after_30_days(void **state)
{
	struct world *world = *state;
	int64_t id;

	assert_status(NMK_OK, once(world, world->admin, "k", "request", 11, &id));
	world_advance(world, ONCE_KEEP_MS - 1);
	assert_status(NMK_OK, once(world, world->admin, "k", "request", 12, &id));
	assert_int_equal(11, id);
	world_advance(world, 1);
	assert_status(NMK_OK, once(world, world->admin, "k", "request", 12, &id));
	assert_int_equal(12, id);
}

static void test_once__keys_have_1_to_128_visible_characters(void **state)
{
	struct world *world = *state;
	char key[ONCE_KEY_BYTES + 2];
	int64_t id;

	memset(key, 'k', sizeof key);
	key[ONCE_KEY_BYTES + 1] = '\0';
	assert_status(NMK_EINVALID, once(world, world->admin, key, "r", 1, &id));
	key[ONCE_KEY_BYTES] = '\0';
	assert_status(NMK_OK, once(world, world->admin, key, "r", 1, &id));
	assert_status(NMK_EINVALID, once(world, world->admin, "", "r", 1, &id));
	assert_status(NMK_OK, once(world, world->admin, "!", "r", 1, &id));
	assert_status(NMK_OK, once(world, world->admin, "~", "r", 1, &id));
	assert_status(NMK_EINVALID, once(world, world->admin, "a b", "r", 1, &id));
	assert_status(NMK_EINVALID, once(world, world->admin, "\x7f", "r", 1, &id));
	assert_status(NMK_EINVALID, once(world, world->admin, "ä", "r", 1, &id));
}

/* ---- cursors ---- */

static nmk_status read_cursor(nmk_session *session, const char *list, const char *text, struct cursor *cursor)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_nano_list);

	return rc == NMK_OK ? cursor_read(&op, list, text, cursor) : rc;
}

static char *write_cursor(nmk_session *session, const char *list, struct cursor cursor)
{
	struct nmk_op op;

	assert_status(NMK_OK, op_begin(&op, session, OP_nano_list));
	return cursor_write(&op, list, &cursor);
}

static void test_cursor__reads_back_in_its_own_list_only(void **state)
{
	struct world *world = *state;
	struct cursor cursor = { .number = -5, .text = "ärger", .id = INT64_MAX }, read;
	char *text = write_cursor(world->guest, "a list", cursor);

	assert_status(NMK_OK, read_cursor(world->creator, "a list", text, &read));
	assert_int_equal(-5, read.number);
	assert_int_equal(INT64_MAX, read.id);
	assert_string_equal("ärger", read.text);
	assert_status(NMK_EINVALID, read_cursor(world->creator, "another list", text, &read));
	assert_field("cursor", world->creator);
	free(text);
}

static void test_cursor__any_changed_character_is_refused(void **state)
{
	struct world *world = *state;
	char *text = write_cursor(world->guest, "list", (struct cursor){ .number = 1, .text = "x", .id = 2 });
	struct cursor read;

	for (char *at = text; *at; at++) {
		char right = *at;

		*at = right == 'A' ? 'B' : 'A';
		assert_status(NMK_EINVALID, read_cursor(world->guest, "list", text, &read));
		*at = right;
	}
	assert_status(NMK_OK, read_cursor(world->guest, "list", text, &read));
	text[strlen(text) - 1] = '\0';
	assert_status(NMK_EINVALID, read_cursor(world->guest, "list", text, &read));
	assert_status(NMK_EINVALID, read_cursor(world->guest, "list", "", &read));
	assert_status(NMK_EINVALID, read_cursor(world->guest, "list", "!!!", &read));
	free(text);
}

static void test_cursor__longest_text_fits_and_a_longer_one_is_refused(void **state)
{
	struct world *world = *state;
	struct cursor cursor = { .id = 1 }, read;
	char *text, longer[2000];

	memset(cursor.text, 'x', sizeof cursor.text - 1);
	text = write_cursor(world->guest, "list", cursor);
	assert_status(NMK_OK, read_cursor(world->guest, "list", text, &read));
	assert_string_equal(cursor.text, read.text);
	memset(longer, 'A', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	assert_status(NMK_EINVALID, read_cursor(world->guest, "list", longer, &read));
	free(text);
}

static void test_limit__zero_means_20_and_100_is_the_most(void **state)
{
	struct world *world = *state;
	struct nmk_op op;
	int32_t limit;

	assert_status(NMK_OK, op_begin(&op, world->guest, OP_nano_list));
	assert_status(NMK_OK, op_check_limit(&op, 0, &limit));
	assert_int_equal(20, limit);
	assert_status(NMK_OK, op_check_limit(&op, 1, &limit));
	assert_int_equal(1, limit);
	assert_status(NMK_OK, op_check_limit(&op, 100, &limit));
	assert_status(NMK_EINVALID, op_check_limit(&op, 101, &limit));
	assert_status(NMK_EINVALID, op_check_limit(&op, -1, &limit));
}

int main(void)
{
#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_op__without_a_session_is_invalid),
		IN_WORLD(test_op__that_forgets_to_ask_writes_nothing),
		IN_WORLD(test_op__that_ends_well_without_asking_is_an_internal_error),
		IN_WORLD(test_op__checks_of_arguments_that_fail_begin_nothing),
		IN_WORLD(test_op__success_writes_exactly_one_audit_event),
		IN_WORLD(test_op__failure_in_the_body_undoes_all_and_is_not_recorded),
		IN_WORLD(test_op_answer__commits_with_its_own_action_and_fails_all_the_same),
		IN_WORLD(test_op_detail__with_a_line_break_is_sealed),
		IN_WORLD(test_op_also__is_an_entry_of_its_own),
		IN_WORLD(test_op_rehearse__permits_and_writes_nothing),
		IN_WORLD(test_rule_owner__knows_owner_stranger_and_what_is_hidden),
		IN_WORLD(test_rule_owner__what_nobody_owns_is_nobodys),
		IN_WORLD(test_rule_not_owner__nobody_reviews_what_is_their_own),
		IN_WORLD(test_rule_not_self__administrators_leave_their_own_account_alone),
		IN_WORLD(test_rule_owner_or_admin__and_owner_or_staff),
		IN_WORLD(test_role__is_read_from_the_record_not_from_the_session),
		IN_WORLD(test_role__account_that_is_gone_may_do_nothing),
		IN_WORLD(test_errors__come_in_the_sessions_language),
		IN_WORLD(test_fork__a_child_must_open_the_market_anew),
		IN_WORLD(test_sessions__keep_their_market_alive),
		IN_WORLD(test_sessions__guests_and_the_host_have_no_user),
		IN_WORLD(test_market_open__checks_every_option_at_its_limits),
		IN_WORLD(test_market_open__checks_its_texts),
		cmocka_unit_test(test_library__tells_its_versions),
		IN_WORLD(test_once__the_same_request_answers_what_the_first_made),
		IN_WORLD(test_once__is_forgotten_after_30_days),
		IN_WORLD(test_once__keys_have_1_to_128_visible_characters),
		IN_WORLD(test_cursor__reads_back_in_its_own_list_only),
		IN_WORLD(test_cursor__any_changed_character_is_refused),
		IN_WORLD(test_cursor__longest_text_fits_and_a_longer_one_is_refused),
		IN_WORLD(test_limit__zero_means_20_and_100_is_the_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
