/* What operations leave in the log, and who may read it how. */
#include "audit_test.h"

#include <jansson.h>
#include <stdlib.h>

#define DAY  INT64_C(86400000)
#define YEAR (365 * DAY)

/* ---- writing ---- */

static void test_log__numbers_have_no_gap_and_the_store_is_sound(void **state)
{
	struct world *w = *state;
	nmk_nano *nano = world_nano(w, w->creator, NMK_NANO_PUBLISHED);
	int64_t count = count_events(w, "1");

	assert_true(count > 5);
	assert_int_equal(count - 1, world_sql(w, "SELECT max(id) - min(id) FROM audit_event"));
	assert_int_equal(count, world_sql(w, "SELECT size FROM audit_log"));
	assert_sound(w->admin);
	nmk_nano_free(nano);
}

static void test_log__what_is_undone_leaves_no_number(void **state)
{
	struct world *w = *state;
	int64_t size = world_sql(w, "SELECT size FROM audit_log");
	nmk_nano *nano = world_nano(w, w->creator, NMK_NANO_DRAFT);

	assert_status(NMK_ENOTFOUND, nmk_nano_publish(w->moderator, nmk_session_user_id(w->creator)));
	assert_status(NMK_ESTATE, nmk_nano_publish(w->moderator, nmk_nano_id(nano)));
	assert_int_equal(size + 1, world_sql(w, "SELECT size FROM audit_log"));
	nmk_nano_free(nano);
	assert_sound(w->admin);
}

/* No column has an account's id, name or address. */
static void test_log__names_nobody(void **state)
{
	struct world *w = *state;
	char sql[600];

	assert_status(NMK_OK, nmk_consent_record(w->creator, NMK_CONSENT_MARKETING, true, NULL, NULL));
	assert_status(NMK_OK, nmk_user_suspend(w->admin, nmk_session_user_id(w->stranger), "carl hat sich beschwert", 0));
	snprintf(sql, sizeof sql, "SELECT count(*) FROM audit_event WHERE instr(actor || '', '%s') OR instr(object || '', '%s')"
	         " OR details LIKE '%%carl%%' OR instr(sealed, 'carl') OR details LIKE '%%example.org%%'",
	         nmk_session_user_id(w->creator), nmk_session_user_id(w->stranger));
	assert_int_equal(0, world_sql(w, sql));
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM audit_event JOIN user_account ON instr(actor || object, CAST("
	                                 "user_account.id AS TEXT))"));
	assert_string_equal("{\"reason\":\"carl hat sich beschwert\"}", world_personal(w, "user_suspended"));
}

/* ---- refusals ---- */

static void test_refusal__of_a_member_is_recorded_once_a_minute_and_operation(void **state)
{
	struct world *w = *state;
	nmk_user_page *page;
	nmk_nano_page *nanos;

	for (int i = 0; i < 5; i++)
		assert_status(NMK_EDENIED, nmk_user_list(w->consumer, NULL, NULL, 5, &page));
	assert_int_equal(1, world_events(w, "clara", "action = 'permission_denied' AND actor = $person AND operation = 'user_list' AND"
	                                           " result = 'denied'"));
	assert_status(NMK_EDENIED, nmk_nano_review_queue(w->consumer, NULL, 5, &nanos));
	assert_status(NMK_EDENIED, nmk_user_list(w->stranger, NULL, NULL, 5, &page));
	assert_int_equal(3, count_events(w, "action = 'permission_denied'"));
	world_advance(w, 59999 - w->now % 60000);
	assert_status(NMK_EDENIED, nmk_user_list(w->consumer, NULL, NULL, 5, &page));
	assert_int_equal(3, count_events(w, "action = 'permission_denied'"));
	world_advance(w, 1);
	assert_status(NMK_EDENIED, nmk_user_list(w->consumer, NULL, NULL, 5, &page));
	assert_int_equal(4, count_events(w, "action = 'permission_denied'"));
	assert_status(NMK_EDENIED, nmk_session_error(w->consumer)->status);
	assert_string_equal("user_list", nmk_session_error(w->consumer)->operation);
	assert_sound(w->admin);
}

static void test_refusal__by_the_rule_names_the_object(void **state)
{
	struct world *w = *state;
	nmk_nano *nano = world_nano(w, w->moderator, NMK_NANO_PENDING_REVIEW);
	char where[200];

	assert_status(NMK_EDENIED, nmk_nano_publish(w->moderator, nmk_nano_id(nano)));
	snprintf(where, sizeof where, "action = 'permission_denied' AND operation = 'nano_publish' AND object = '%s'", nmk_nano_id(nano));
	assert_int_equal(1, count_events(w, where));
	nmk_nano_free(nano);
}

/* Reading calls of guests write nothing, whatever they are answered. */
static void test_refusal__of_a_guest_writes_nothing(void **state)
{
	struct world *w = *state;
	int64_t before = count_events(w, "1");
	nmk_user_page *page;

	assert_status(NMK_ELOGIN, nmk_user_list(w->guest, NULL, NULL, 5, &page));
	assert_status(NMK_ELOGIN, nmk_session_use_token(w->guest, "falsch"));
	assert_status(NMK_ELOGIN, nmk_nano_publish(w->guest, "falsch"));
	assert_int_equal(before, count_events(w, "1"));
}

/* ---- actions ---- */

static void register_one(struct world *w, const char *email, const char *name)
{
	nmk_registration given = NMK_REGISTRATION_INIT;

	given.email = email;
	given.username = name;
	given.password = "fuenf Zwerge im Garten";
	given.accept_terms = given.accept_privacy = true;
	assert_status(NMK_OK, nmk_user_register(w->guest, &given, NULL));
}

static void test_register__each_consent_is_an_entry_that_its_member_finds(void **state)
{
	struct world *w = *state;
	nmk_audit_event_page *page;
	nmk_session *rosa;
	int consents = 0;

	register_one(w, "rosa@example.org", "rosa");
	assert_int_equal(2, world_events(w, "rosa", "action = 'consent_given' AND object = $person"));
	assert_status(NMK_OK, nmk_session_act_as(w->system, "rosa", &rosa));
	assert_status(NMK_OK, nmk_audit_own(rosa, NULL, NULL, 0, &page));
	for (size_t i = 0; i < nmk_audit_event_page_count(page); i++)
		consents += strcmp(nmk_audit_event_action(nmk_audit_event_page_item(page, i)), "consent_given") == 0;
	assert_int_equal(2, consents);
	nmk_audit_event_page_free(page);
	nmk_session_close(rosa);
}

static void test_invalid_token__an_unknown_refresh_token_is_one(void **state)
{
	struct world *w = *state;
	int64_t before = count_events(w, "action = 'invalid_token'");
	nmk_tokens *tokens = NULL;
	nmk_status rc = nmk_token_refresh(w->guest, "nmr1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &tokens);

	assert_status(NMK_ELOGIN, rc);
	assert_in_range(count_events(w, "action = 'invalid_token'") - before, 0, 1);
	assert_int_equal(0, count_events(w, "action = 'token_refresh' AND result <> 'ok'"));
}

/* ---- reading ---- */

static void test_list__is_recorded_with_the_names_of_the_conditions_alone(void **state)
{
	struct world *w = *state;
	nmk_audit_filter filter = NMK_AUDIT_FILTER_INIT;
	nmk_audit_event_page *page;
	int64_t before = count_events(w, "action = 'audit_read'");

	assert_status(NMK_OK, nmk_audit_list(w->admin, NULL, NULL, 5, &page));
	nmk_audit_event_page_free(page);
	filter.actor_id = nmk_session_user_id(w->creator);
	filter.from = 1;
	assert_status(NMK_OK, nmk_audit_list(w->admin, &filter, NULL, 5, &page));
	nmk_audit_event_page_free(page);
	assert_int_equal(before + 2, count_events(w, "action = 'audit_read'"));
	assert_int_equal(1, world_events(w, "ada", "action = 'audit_read' AND actor = $person AND details ="
	                                           " '{\"fields\":\"actor_id,time\"}'"));
}

/* All pages together are the whole list once, the newest first, though it grows while it is read. */
static void test_list__pages_show_each_entry_once(void **state)
{
	struct world *w = *state;
	int64_t count = count_events(w, "1"), seen = 0, last_at = INT64_MAX, last_sequence = INT64_MAX;
	nmk_audit_event_page *page;
	char cursor[800] = "";

	do {
		assert_status(NMK_OK, nmk_audit_list(w->admin, NULL, *cursor ? cursor : NULL, 3, &page));
		for (size_t i = 0; i < nmk_audit_event_page_count(page); i++) {
			const nmk_audit_event *event = nmk_audit_event_page_item(page, i);

			assert_true(nmk_audit_event_created_at(event) <= last_at);
			assert_true(nmk_audit_event_sequence(event) < last_sequence);
			last_at = nmk_audit_event_created_at(event);
			last_sequence = nmk_audit_event_sequence(event);
			seen++;
		}
		snprintf(cursor, sizeof cursor, "%s", nmk_audit_event_page_next(page) ? nmk_audit_event_page_next(page) : "");
		nmk_audit_event_page_free(page);
		world_advance(w, 1);
	} while (*cursor);
	assert_int_equal(count, seen);
	assert_int_equal(0, last_sequence);
}

static size_t listed(struct world *w, const nmk_audit_filter *filter)
{
	nmk_audit_event_page *page;
	size_t count;

	assert_status(NMK_OK, nmk_audit_list(w->admin, filter, NULL, 100, &page));
	count = nmk_audit_event_page_count(page);
	nmk_audit_event_page_free(page);
	return count;
}

static void test_list__every_condition_counts(void **state)
{
	struct world *w = *state;
	nmk_audit_filter filter = NMK_AUDIT_FILTER_INIT;
	nmk_nano *nano;
	int64_t t;

	world_advance(w, 1000);
	t = w->now;
	nano = world_nano(w, w->creator, NMK_NANO_PENDING_REVIEW);
	world_advance(w, 1000);
	filter.actor_id = nmk_session_user_id(w->creator);
	assert_int_equal(2, listed(w, &filter));
	filter.action = "data_created";
	assert_int_equal(1, listed(w, &filter));
	filter = (nmk_audit_filter)NMK_AUDIT_FILTER_INIT;
	filter.object_id = nmk_nano_id(nano);
	assert_int_equal(2, listed(w, &filter));
	filter.object_type = "user";
	assert_int_equal(0, listed(w, &filter));
	filter.object_type = "nano";
	filter.result = "denied";
	assert_int_equal(0, listed(w, &filter));
	filter.result = "ok";
	filter.from = filter.to = t;
	assert_int_equal(2, listed(w, &filter));
	filter.from = t + 1;
	filter.to = 0;
	assert_int_equal(0, listed(w, &filter));
	filter.from = 0;
	filter.to = t - 1;
	assert_int_equal(0, listed(w, &filter));
	filter = (nmk_audit_filter)NMK_AUDIT_FILTER_INIT;
	filter.object_id = nmk_session_user_id(w->stranger);
	filter.action = "user_registered";
	assert_int_equal(1, listed(w, &filter));
	nmk_nano_free(nano);
}

static void test_list__bad_filters_are_refused(void **state)
{
	struct world *w = *state;
	nmk_audit_filter filter = NMK_AUDIT_FILTER_INIT;
	nmk_audit_event_page *page;

	filter.action = "";
	assert_status(NMK_EINVALID, nmk_audit_list(w->admin, &filter, NULL, 5, &page));
	assert_field("action", w->admin);
	filter.action = NULL;
	filter.from = -1;
	assert_status(NMK_EINVALID, nmk_audit_list(w->admin, &filter, NULL, 5, &page));
	assert_field("from", w->admin);
	filter.from = 0;
	filter.to = INT64_MAX;
	assert_status(NMK_EINVALID, nmk_audit_list(w->admin, &filter, NULL, 5, &page));
	assert_field("to", w->admin);
	assert_status(NMK_EINVALID, nmk_audit_list(w->admin, NULL, "kein Cursor", 5, &page));
	assert_field("cursor", w->admin);
	assert_status(NMK_EINVALID, nmk_audit_list(w->admin, NULL, NULL, 101, &page));
	assert_field("limit", w->admin);
	assert_status(NMK_EINVALID, nmk_audit_list(w->admin, NULL, NULL, 5, NULL));
	assert_null(page);
}

static void test_get__tells_ids_for_pseudonyms_and_opens_what_is_sealed(void **state)
{
	struct world *w = *state;
	nmk_audit_event *event;
	char id[64], *text;
	json_t *json;

	assert_status(NMK_OK, nmk_user_suspend(w->admin, nmk_session_user_id(w->stranger), "Werbung", 0));
	event_id(w->admin, "user_suspended", id);
	assert_status(NMK_OK, nmk_audit_get(w->admin, id, &event));
	assert_string_equal(id, nmk_audit_event_id(event));
	assert_string_equal("user_suspend", nmk_audit_event_operation(event));
	assert_string_equal("member", nmk_audit_event_actor_kind(event));
	assert_string_equal(nmk_session_user_id(w->admin), nmk_audit_event_actor_id(event));
	assert_string_equal(nmk_session_user_id(w->stranger), nmk_audit_event_object_id(event));
	assert_int_equal(32, strlen(nmk_audit_event_object(event)));
	assert_int_equal(2026, nmk_audit_event_year(event));
	assert_true(nmk_audit_event_is_sealed(event));
	assert_string_equal("{\"reason\":\"Werbung\"}", nmk_audit_event_personal(event));
	text = nmk_audit_event_json(event);
	json = json_loads(text, 0, NULL);
	assert_string_equal("Werbung", json_string_value(json_object_get(json_object_get(json, "personal"), "reason")));
	json_decref(json);
	nmk_free(text);
	nmk_audit_event_free(event);
	assert_status(NMK_ENOTFOUND, nmk_audit_get(w->admin, nmk_session_user_id(w->admin), &event));
	assert_null(event);
}

static void test_own__shows_ones_own_and_nobody_elses(void **state)
{
	struct world *w = *state;
	nmk_nano *nano = world_nano(w, w->creator, NMK_NANO_PUBLISHED);
	nmk_audit_event_page *page;
	int64_t about = world_events(w, "carl", "actor = $person OR object = $person");

	assert_status(NMK_OK, nmk_audit_own(w->creator, NULL, NULL, 100, &page));
	assert_int_equal(about, nmk_audit_event_page_count(page));
	nmk_audit_event_page_free(page);
	assert_status(NMK_OK, nmk_audit_own(w->creator, nmk_nano_id(nano), NULL, 100, &page));
	assert_string_equal("moderation_approved", nmk_audit_event_action(nmk_audit_event_page_item(page, 0)));
	nmk_audit_event_page_free(page);
	assert_status(NMK_ENOTFOUND, nmk_audit_own(w->stranger, nmk_nano_id(nano), NULL, 100, &page));
	assert_status(NMK_ENOTFOUND, nmk_audit_own(w->admin, nmk_nano_id(nano), NULL, 100, &page));
	assert_status(NMK_ENOTFOUND, nmk_audit_own(w->creator, nmk_session_user_id(w->creator), NULL, 100, &page));
	nmk_nano_free(nano);
}

/* ---- suspicious ---- */

static void fail_login(struct world *w, int times)
{
	for (int i = 0; i < times; i++) {
		nmk_session_login(w->guest, "rosa@example.org", "falsch");
		world_advance(w, 16 * 60000);
	}
}

static size_t suspects(struct world *w, int32_t threshold, int32_t minutes, int64_t *failures)
{
	nmk_audit_suspect_page *page;
	size_t count;

	assert_status(NMK_OK, nmk_audit_suspicious(w->admin, threshold, minutes, &page));
	count = nmk_audit_suspect_page_count(page);
	*failures = count ? nmk_audit_suspect_failures(nmk_audit_suspect_page_item(page, 0)) : 0;
	nmk_audit_suspect_page_free(page);
	return count;
}

static void test_suspicious__counts_the_failures_of_an_account_in_the_window(void **state)
{
	struct world *w = *state;
	nmk_audit_suspect_page *page;
	int64_t failures;

	register_one(w, "rosa@example.org", "rosa");
	fail_login(w, 4);
	assert_int_equal(0, suspects(w, 0, 1440, &failures));
	fail_login(w, 1);
	assert_int_equal(1, suspects(w, 0, 1440, &failures));
	assert_int_equal(5, failures);
	assert_int_equal(0, suspects(w, 6, 1440, &failures));
	assert_int_equal(0, suspects(w, 5, 60, &failures)); /* three of them were in the last hour */
	assert_int_equal(1, suspects(w, 3, 60, &failures));
	assert_status(NMK_EINVALID, nmk_audit_suspicious(w->admin, 101, 0, &page));
	assert_field("threshold", w->admin);
	assert_status(NMK_EINVALID, nmk_audit_suspicious(w->admin, -1, 0, &page));
	assert_status(NMK_EINVALID, nmk_audit_suspicious(w->admin, 0, 1441, &page));
	assert_field("minutes", w->admin);
}

/* ---- erasure ---- */

/* In the store's file and its log. */
static bool is_in_files(struct world *w, const char *text)
{
	static const char *const endings[] = { "", "-wal" };
	bool found = false;

	for (size_t i = 0; i < 2; i++) {
		char path[128], *bytes = NULL;
		size_t length = 0, room = 0;
		FILE *file;

		snprintf(path, sizeof path, "%s%s", w->path, endings[i]);
		file = fopen(path, "rb");
		for (int c; file && (c = fgetc(file)) != EOF;) {
			if (length == room)
				bytes = realloc(bytes, room = room ? room * 2 : 65536);
			bytes[length++] = (char)c;
		}
		for (size_t at = 0; !found && at + strlen(text) <= length; at++)
			found = memcmp(bytes + at, text, strlen(text)) == 0;
		free(bytes);
		if (file)
			fclose(file);
	}
	return found;
}

static void test_log__what_was_written_about_somebody_is_in_no_file(void **state)
{
	struct world *w = *state;

	assert_status(NMK_OK, nmk_session_set_client(w->guest, "203.0.113.77", NULL, NULL));
	assert_status(NMK_OK, nmk_user_suspend(w->admin, nmk_session_user_id(w->stranger), "stefan schrieb Unsinn", 0));
	nmk_session_login(w->guest, "carl@example.org", "falsch");
	assert_non_null(strstr(world_personal(w, "login_failure"), "203.0.113"));
	assert_true(is_in_files(w, "login_failure"));
	assert_false(is_in_files(w, "schrieb Unsinn"));
	assert_false(is_in_files(w, "203.0.113"));
	assert_false(is_in_files(w, nmk_session_user_id(w->stranger)));
}

static void test_erasure__nobody_knows_who_it_was_and_all_proofs_hold(void **state)
{
	struct world *w = *state;
	char consent[64], id[64], *receipt, *key = key_of(w->guest, 0), pseudonym[64];
	nmk_audit_event *event;

	assert_status(NMK_OK, nmk_consent_record(w->stranger, NMK_CONSENT_MARKETING, true, NULL, NULL));
	event_id(w->admin, "consent_given", consent);
	assert_status(NMK_OK, nmk_audit_receipt(w->stranger, consent, &receipt));
	snprintf(id, sizeof id, "%s", nmk_session_user_id(w->stranger));
	assert_status(NMK_OK, nmk_user_suspend(w->admin, id, "stefan schrieb Unsinn", 0));
	assert_status(NMK_OK, nmk_user_delete(w->admin, id));
	assert_status(NMK_OK, nmk_audit_get(w->admin, consent, &event));
	assert_null(nmk_audit_event_actor_id(event));
	snprintf(pseudonym, sizeof pseudonym, "%s", nmk_audit_event_actor(event));
	nmk_audit_event_free(event);
	event_id(w->admin, "user_deleted_by_admin", consent);
	assert_status(NMK_OK, nmk_audit_get(w->admin, consent, &event));
	assert_string_equal(pseudonym, nmk_audit_event_object(event)); /* what was erased was that person */
	assert_null(nmk_audit_event_object_id(event));
	nmk_audit_event_free(event);
	assert_string_equal("", world_personal(w, "user_suspended"));
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM user_key WHERE user_id NOT IN (SELECT id FROM user_account WHERE status"
	                                 " <> 'deleted')"));
	assert_status(NMK_OK, nmk_audit_receipt_verify(receipt, key, NULL));
	assert_sound(w->admin);
	nmk_free(receipt);
	nmk_free(key);
}

/* Networks are readable as long as their epoch is. */
static void test_network__goes_with_the_epoch(void **state)
{
	struct world *w = *state;

	register_one(w, "rosa@example.org", "rosa");
	assert_status(NMK_OK, nmk_session_set_client(w->guest, "203.0.113.77", NULL, NULL));
	nmk_session_login(w->guest, "rosa@example.org", "falsch");
	assert_string_equal("{\"network\":\"203.0.113.0/24\"}", world_personal(w, "login_failure"));
	assert_status(NMK_OK, nmk_keys_rotate(w->system, NULL, NULL));
	assert_string_equal("{\"network\":\"203.0.113.0/24\"}", world_personal(w, "login_failure"));
	world_advance(w, 35 * DAY);
	assert_status(NMK_OK, nmk_keys_rotate(w->system, NULL, NULL));
	assert_string_equal("", world_personal(w, "login_failure"));
	assert_sound(w->admin);
}

/* ---- years ---- */

static void test_year__each_has_a_log_and_a_key_of_its_own(void **state)
{
	struct world *w = *state;
	char *first = key_of(w->guest, 2026), *second, *note;
	int64_t size = world_sql(w, "SELECT size FROM audit_log");

	world_advance(w, YEAR - 1);
	assert_status(NMK_OK, nmk_consent_record(w->creator, NMK_CONSENT_MARKETING, true, NULL, NULL));
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM audit_log"));
	world_advance(w, 1);
	assert_status(NMK_OK, nmk_consent_record(w->creator, NMK_CONSENT_MARKETING, false, NULL, NULL));
	assert_int_equal(2, world_sql(w, "SELECT count(*) FROM audit_log"));
	assert_int_equal(1, world_sql(w, "SELECT size FROM audit_log WHERE shard = 2027"));
	assert_true(world_sql(w, "SELECT size FROM audit_log WHERE shard = 2026") > size);
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM audit_log WHERE shard = 2026 AND secret_sealed IS NOT NULL"));
	assert_int_equal(0, world_sql(w, "SELECT size - checkpoint_size FROM audit_log WHERE shard = 2026"));
	second = key_of(w->guest, 2027);
	assert_string_not_equal(first, second);
	assert_non_null(strstr(second, "localhost/audit/2027+"));
	assert_status(NMK_OK, nmk_audit_checkpoint(w->admin, &note));
	assert_int_equal(0, strncmp(note, "localhost/audit/2027\n1\n", 23));
	assert_status(NMK_ENOTFOUND, nmk_audit_key(w->guest, 2025, &(char *){ NULL }));
	assert_status(NMK_EINVALID, nmk_audit_key(w->guest, 1969, &(char *){ NULL }));
	assert_sound(w->admin);
	w->now -= DAY; /* the clock was turned back: the log goes on where it was */
	assert_status(NMK_OK, nmk_consent_record(w->creator, NMK_CONSENT_MARKETING, true, NULL, NULL));
	assert_int_equal(2, world_sql(w, "SELECT count(*) FROM audit_log"));
	assert_sound(w->admin);
	nmk_free(first);
	nmk_free(second);
	nmk_free(note);
}

/* ---- checkpoints ---- */

static void test_checkpoint__comes_by_itself_after_a_minute_and_with_1000_entries(void **state)
{
	struct world *w = *state;
	int64_t before = world_sql(w, "SELECT count(*) FROM audit_checkpoint"), size = world_sql(w, "SELECT size FROM audit_log");

	world_advance(w, 59999);
	assert_status(NMK_OK, nmk_consent_record(w->creator, NMK_CONSENT_MARKETING, true, NULL, NULL));
	assert_int_equal(before, world_sql(w, "SELECT count(*) FROM audit_checkpoint"));
	world_advance(w, 1);
	assert_status(NMK_OK, nmk_consent_record(w->creator, NMK_CONSENT_MARKETING, true, NULL, NULL));
	assert_int_equal(before + 1, world_sql(w, "SELECT count(*) FROM audit_checkpoint"));
	assert_int_equal(size + 2, world_sql(w, "SELECT max(size) FROM audit_checkpoint"));
	for (int i = 0; i < 999; i++)
		assert_status(NMK_OK, nmk_consent_record(w->creator, NMK_CONSENT_MARKETING, true, NULL, NULL));
	assert_int_equal(before + 1, world_sql(w, "SELECT count(*) FROM audit_checkpoint"));
	assert_status(NMK_OK, nmk_consent_record(w->creator, NMK_CONSENT_MARKETING, true, NULL, NULL));
	assert_int_equal(before + 2, world_sql(w, "SELECT count(*) FROM audit_checkpoint"));
	assert_int_equal(size + 1002, world_sql(w, "SELECT max(size) FROM audit_checkpoint"));
	assert_sound(w->admin);
}

struct anchored { int count; char last[1000]; };

static void anchor(void *context, const char *checkpoint)
{
	struct anchored *anchored = context;

	anchored->count++;
	snprintf(anchored->last, sizeof anchored->last, "%s", checkpoint);
}

static void test_anchor__hears_of_each_checkpoint_once_it_is_kept(void **state)
{
	struct world *w = *state;
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	struct anchored anchored = { 0 };
	nmk_session *host;
	nmk_market *market;
	nmk_error error;
	char path[128], *note;

	snprintf(path, sizeof path, "%s/other.db", w->folder);
	options.create = true;
	options.audit_anchor = anchor;
	options.audit_anchor_context = &anchored;
	options.public_url = "https://nanos.example/ein+markt";
	assert_status(NMK_OK, nmk_market_open(path, &options, &error, &market));
	assert_status(NMK_OK, nmk_session_open_system(market, &host));
	assert_status(NMK_ENOTFOUND, nmk_audit_checkpoint(host, &note));
	for (int i = 0; i < 3; i++) {
		nmk_category *category;
		char name[20];

		snprintf(name, sizeof name, "Thema %d", i);
		assert_status(NMK_OK, nmk_category_create(host, name, NULL, NULL, NULL, &category));
		nmk_category_free(category);
	}
	assert_int_equal(0, anchored.count);
	assert_status(NMK_OK, nmk_audit_checkpoint(host, &note));
	assert_int_equal(1, anchored.count);
	assert_string_equal(note, anchored.last);
	assert_non_null(strstr(note, "nanos.example/ein-markt/audit/"));
	nmk_free(note);
	assert_status(NMK_OK, nmk_audit_checkpoint(host, &note)); /* nothing new: the same */
	assert_int_equal(1, anchored.count);
	assert_string_equal(note, anchored.last);
	nmk_free(note);
	nmk_session_close(host);
	nmk_market_close(market);
}

/* ---- retention ---- */

static void test_prune__leaves_the_hashes_and_what_is_not_old_enough(void **state)
{
	struct world *w = *state;
	int64_t pruned, entries = count_events(w, "1");
	nmk_audit_event_page *page;

	assert_status(NMK_OK, nmk_audit_prune(w->system, &pruned));
	assert_int_equal(0, pruned);
	assert_int_equal(entries, count_events(w, "1"));
	world_advance(w, 2557 * DAY);
	assert_status(NMK_OK, nmk_audit_prune(w->system, &pruned));
	assert_int_equal(0, pruned);
	world_advance(w, 1);
	assert_status(NMK_OK, nmk_audit_prune(w->system, &pruned));
	assert_int_equal(entries, pruned);
	assert_int_equal(entries, count_events(w, "action IS NULL AND details IS NULL AND sealed IS NULL AND leaf IS NOT NULL"));
	assert_int_equal(2, count_events(w, "action = 'audit_pruned'")); /* usage, and changes */
	assert_sound(w->admin);
	assert_status(NMK_OK, nmk_audit_list(w->admin, NULL, NULL, 100, &page));
	assert_int_equal(2, nmk_audit_event_page_count(page));
	nmk_audit_event_page_free(page);
	world_advance(w, 3000 * DAY);
	assert_status(NMK_OK, nmk_audit_prune(w->system, &pruned)); /* what was pruned stays on record */
	assert_int_equal(2, count_events(w, "operation = 'audit_prune' AND details LIKE '%\"year\":2026%'"));
	assert_sound(w->admin);
}

static int64_t clock_of(void *context)
{
	return ((struct world *)context)->now;
}

static int64_t prune(struct world *w, const nmk_market_options *options)
{
	nmk_market *market;
	nmk_session *host;
	nmk_error error;
	int64_t pruned;

	assert_status(NMK_OK, nmk_market_open(w->path, options, &error, &market));
	assert_status(NMK_OK, nmk_session_open_system(market, &host));
	assert_status(NMK_OK, nmk_audit_prune(host, &pruned));
	nmk_session_close(host);
	nmk_market_close(market);
	return pruned;
}

static void test_prune__each_class_has_its_time(void **state)
{
	struct world *w = *state;
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_user_page *page;
	int64_t usage = count_events(w, "action = 'session_opened'"), changes = count_events(w, "action LIKE 'user_%'");

	assert_status(NMK_EDENIED, nmk_user_list(w->consumer, NULL, NULL, 5, &page));
	options.clock = clock_of;
	options.clock_context = w;
	options.audit_days = 1000;
	options.audit_usage_days = 2000;
	options.audit_refusal_days = 10;
	world_advance(w, 10 * DAY + 1);
	assert_int_equal(1, prune(w, &options));
	assert_int_equal(0, count_events(w, "action = 'permission_denied'"));
	world_advance(w, 990 * DAY);
	assert_int_equal(changes, prune(w, &options));
	assert_int_equal(usage, count_events(w, "action = 'session_opened'"));
	world_advance(w, 1000 * DAY);
	assert_int_equal(usage, prune(w, &options));
	assert_sound(w->admin);
}

static void test_prune__days_out_of_range_open_no_market(void **state)
{
	struct world *w = *state;
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_market *market;
	nmk_error error;

	options.audit_days = 36501;
	assert_status(NMK_EINVALID, nmk_market_open(w->path, &options, &error, &market));
	assert_string_equal("audit_days", error.field);
	options.audit_days = 36500;
	options.audit_usage_days = -1;
	assert_status(NMK_EINVALID, nmk_market_open(w->path, &options, &error, &market));
	assert_string_equal("audit_usage_days", error.field);
}

int main(void)
{
#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		IN_WORLD(test_log__numbers_have_no_gap_and_the_store_is_sound),
		IN_WORLD(test_log__what_is_undone_leaves_no_number),
		IN_WORLD(test_log__names_nobody),
		IN_WORLD(test_refusal__of_a_member_is_recorded_once_a_minute_and_operation),
		IN_WORLD(test_refusal__by_the_rule_names_the_object),
		IN_WORLD(test_refusal__of_a_guest_writes_nothing),
		IN_WORLD(test_register__each_consent_is_an_entry_that_its_member_finds),
		IN_WORLD(test_invalid_token__an_unknown_refresh_token_is_one),
		IN_WORLD(test_list__is_recorded_with_the_names_of_the_conditions_alone),
		IN_WORLD(test_list__pages_show_each_entry_once),
		IN_WORLD(test_list__every_condition_counts),
		IN_WORLD(test_list__bad_filters_are_refused),
		IN_WORLD(test_get__tells_ids_for_pseudonyms_and_opens_what_is_sealed),
		IN_WORLD(test_own__shows_ones_own_and_nobody_elses),
		IN_WORLD(test_suspicious__counts_the_failures_of_an_account_in_the_window),
		IN_WORLD(test_log__what_was_written_about_somebody_is_in_no_file),
		IN_WORLD(test_erasure__nobody_knows_who_it_was_and_all_proofs_hold),
		IN_WORLD(test_network__goes_with_the_epoch),
		IN_WORLD(test_year__each_has_a_log_and_a_key_of_its_own),
		IN_WORLD(test_checkpoint__comes_by_itself_after_a_minute_and_with_1000_entries),
		IN_WORLD(test_anchor__hears_of_each_checkpoint_once_it_is_kept),
		IN_WORLD(test_prune__leaves_the_hashes_and_what_is_not_old_enough),
		IN_WORLD(test_prune__each_class_has_its_time),
		IN_WORLD(test_prune__days_out_of_range_open_no_market),
	};

	return cmocka_run_group_tests_name("audit/log", tests, NULL, NULL);
}
