/* version_test.c -- versions of a nano: what they say, where they go, who sees them. */
#define _DEFAULT_SOURCE
#include "parcel.h"

#include <stdio.h>
#include <sqlite3.h>

#define SIZE 3000
#define NO_ID "00000000-0000-8000-8000-000000000000"

static char nano_id[64];

static const char *make_nano(struct world *w, nmk_nano_state status)
{
	nmk_nano *nano = world_nano(w, w->creator, status);

	snprintf(nano_id, sizeof nano_id, "%s", nmk_nano_id(nano));
	nmk_nano_free(nano);
	return nano_id;
}

/* Published with version 1.0.0. */
static const char *make_published(struct world *w)
{
	const char *id = make_nano(w, NMK_NANO_DRAFT);

	parcel_version(w->creator, id, "1.0.0", SIZE, 1);
	assert_status(NMK_OK, nmk_nano_submit(w->creator, id));
	assert_status(NMK_OK, nmk_nano_publish(w->moderator, id));
	return id;
}

/* The next version, published by the moderator. */
static void publish_version(struct world *w, const char *id, const char *number, unsigned seed)
{
	parcel_version(w->creator, id, number, SIZE, seed);
	assert_status(NMK_OK, nmk_version_submit(w->creator, id, number));
	assert_status(NMK_OK, nmk_version_publish(w->moderator, id, number));
}

static nmk_version *get(struct world *w, const char *id, const char *number)
{
	nmk_version *version;

	assert_status(NMK_OK, nmk_version_get(w->system, id, number, &version));
	return version;
}

static void assert_state(struct world *w, const char *id, const char *number, nmk_version_state state)
{
	nmk_version *version = get(w, id, number);

	assert_string_equal(nmk_version_state_word(state), nmk_version_state_word(nmk_version_status(version)));
	nmk_version_free(version);
}

static void assert_current(struct world *w, const char *id, const char *number)
{
	nmk_nano *nano;

	assert_status(NMK_OK, nmk_nano_get(w->system, id, &nano));
	if (number)
		assert_string_equal(number, nmk_nano_version(nano));
	else
		assert_null(nmk_nano_version(nano));
	nmk_nano_free(nano);
}

static int64_t events(struct world *w, const char *operation)
{
	char sql[200];

	snprintf(sql, sizeof sql, "SELECT count(*) FROM audit_event WHERE operation = '%s' AND action <> 'permission_denied'", operation);
	return world_sql(w, sql);
}

/* The numbers that a session sees, joined with spaces. */
static const char *seen(nmk_session *session, const char *id)
{
	static char numbers[256];
	nmk_version_page *page;

	numbers[0] = '\0';
	assert_status(NMK_OK, nmk_version_list(session, id, NULL, 100, &page));
	for (size_t i = 0; i < nmk_version_page_count(page); i++) {
		strcat(numbers, *numbers ? " " : "");
		strcat(numbers, nmk_version_number(nmk_version_page_item(page, i)));
	}
	nmk_version_page_free(page);
	return numbers;
}

/* ---- words and values ---- */

static void test_version_state__words_go_both_ways(void **state)
{
	static const char *const words[] = { "draft", "pending_review", "published", "archived" };

	(void)state;
	for (int i = 0; i < 4; i++) {
		assert_string_equal(words[i], nmk_version_state_word((nmk_version_state)(i + 1)));
		assert_int_equal(i + 1, nmk_version_state_of(words[i]));
	}
	assert_null(nmk_version_state_word((nmk_version_state)0));
	assert_null(nmk_version_state_word((nmk_version_state)5));
	assert_int_equal(0, nmk_version_state_of("deleted"));
	assert_int_equal(0, nmk_version_state_of(NULL));
	nmk_version_free(NULL);
	nmk_version_page_free(NULL);
}

static void test_version_json__has_every_field(void **state)
{
	struct world *w = *state;
	const char *id = make_published(w);
	nmk_version *version = get(w, id, "1.0.0");
	char *json = nmk_version_json(version);
	static const char *const parts[] = {
		"\"number\":\"1.0.0\"", "\"changelog\":null", "\"status\":\"published\"", "\"hash\":\"", "\"size\":", "\"entry_count\":1",
		"\"rollback_of\":null", "\"review_reason\":null", "\"created_at\":\"2026-01-01T", "\"submitted_at\":\"2026-01-01T",
		"\"published_at\":\"2026-01-01T", "\"nano_id\":\"",
	};

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		assert_non_null(strstr(json, parts[i]));
	nmk_free(json);
	nmk_version_free(version);
}

/* ---- with the nano ---- */

static void test_version__goes_with_its_nano(void **state)
{
	struct world *w = *state;
	const char *id = make_nano(w, NMK_NANO_DRAFT);
	nmk_version *version;

	parcel_version(w->creator, id, "1.0.0", SIZE, 1);
	parcel_version(w->creator, id, "1.1.0", SIZE, 2);
	assert_state(w, id, "1.1.0", NMK_VERSION_DRAFT);
	world_advance(w, 1000);
	assert_status(NMK_OK, nmk_nano_submit(w->creator, id));
	assert_state(w, id, "1.1.0", NMK_VERSION_PENDING_REVIEW);
	assert_state(w, id, "1.0.0", NMK_VERSION_DRAFT);
	assert_status(NMK_OK, nmk_nano_withdraw(w->creator, id));
	assert_state(w, id, "1.1.0", NMK_VERSION_DRAFT);
	assert_status(NMK_OK, nmk_nano_submit(w->creator, id));
	assert_status(NMK_OK, nmk_nano_reject(w->moderator, id, "Bitte Seite 2 lesbar machen."));
	assert_state(w, id, "1.1.0", NMK_VERSION_DRAFT);
	assert_status(NMK_OK, nmk_nano_submit(w->creator, id));
	world_advance(w, 1000);
	assert_status(NMK_OK, nmk_nano_publish(w->moderator, id));
	assert_state(w, id, "1.1.0", NMK_VERSION_PUBLISHED);
	assert_state(w, id, "1.0.0", NMK_VERSION_ARCHIVED); /* passed over */
	assert_current(w, id, "1.1.0");
	version = get(w, id, NULL);
	assert_string_equal("1.1.0", nmk_version_number(version));
	assert_int_equal(w->now, nmk_version_published_at(version));
	assert_int_equal(w->now - 1000, nmk_version_submitted_at(version));
	nmk_version_free(version);

	assert_status(NMK_OK, nmk_nano_archive(w->creator, id));
	assert_state(w, id, "1.1.0", NMK_VERSION_ARCHIVED);
	assert_status(NMK_OK, nmk_nano_delete(w->creator, id));
	assert_state(w, id, "1.1.0", NMK_VERSION_ARCHIVED);
}

static void test_version__nano_without_package_moves_alone(void **state)
{
	struct world *w = *state;
	const char *id = make_nano(w, NMK_NANO_PUBLISHED);

	assert_current(w, id, NULL);
	assert_status(NMK_OK, nmk_nano_unpublish(w->creator, id));
	assert_current(w, id, NULL);
}

static void test_version__the_host_publishes_a_draft_with_its_version(void **state)
{
	struct world *w = *state;
	const char *id = make_nano(w, NMK_NANO_DRAFT);

	parcel_version(w->creator, id, "1.0.0", SIZE, 1);
	parcel_version(w->creator, id, "2.0.0", SIZE, 2);
	assert_status(NMK_OK, nmk_nano_publish(w->system, id));
	assert_state(w, id, "2.0.0", NMK_VERSION_PUBLISHED);
	assert_state(w, id, "1.0.0", NMK_VERSION_ARCHIVED);
	assert_current(w, id, "2.0.0");
}

/* A nano that is a draft again has drafts: the published version, and what was begun meanwhile. */
static void test_version__unpublished_nano_has_drafts(void **state)
{
	struct world *w = *state;
	const char *id = make_published(w);
	int64_t first = w->now;
	nmk_version *version;

	parcel_version(w->creator, id, "1.1.0", SIZE, 2);
	assert_status(NMK_OK, nmk_version_submit(w->creator, id, "1.1.0"));
	world_advance(w, 1000);
	assert_status(NMK_OK, nmk_nano_unpublish(w->creator, id));
	assert_state(w, id, "1.0.0", NMK_VERSION_DRAFT);
	assert_state(w, id, "1.1.0", NMK_VERSION_DRAFT);
	assert_current(w, id, "1.1.0");
	assert_status(NMK_OK, nmk_nano_submit(w->creator, id));
	assert_status(NMK_OK, nmk_nano_publish(w->moderator, id));
	assert_state(w, id, "1.0.0", NMK_VERSION_ARCHIVED);
	assert_state(w, id, "1.1.0", NMK_VERSION_PUBLISHED);
	assert_string_equal("1.1.0 1.0.0", seen(w->guest, id));
	version = get(w, id, "1.0.0");
	assert_int_equal(first, nmk_version_published_at(version));
	nmk_version_free(version);
}

static void test_version__takedown_archives_it(void **state)
{
	struct world *w = *state;
	const char *id = make_published(w);

	parcel_version(w->creator, id, "1.1.0", SIZE, 2);
	assert_status(NMK_OK, nmk_version_submit(w->creator, id, "1.1.0"));
	assert_status(NMK_OK, nmk_nano_takedown(w->admin, id, "Rechte Dritter", NULL, NULL));
	assert_state(w, id, "1.0.0", NMK_VERSION_ARCHIVED);
	assert_state(w, id, "1.1.0", NMK_VERSION_ARCHIVED);
}

/* ---- on their own ---- */

static void test_version__learners_keep_the_published_one_until_the_next_is(void **state)
{
	struct world *w = *state;
	const char *id = make_published(w);

	parcel_version(w->creator, id, "1.1.0", SIZE, 2);
	assert_state(w, id, "1.1.0", NMK_VERSION_DRAFT);
	assert_current(w, id, "1.0.0");
	assert_status(NMK_OK, nmk_version_submit(w->creator, id, "1.1.0"));
	assert_state(w, id, "1.1.0", NMK_VERSION_PENDING_REVIEW);
	assert_current(w, id, "1.0.0");
	assert_string_equal("1.0.0", seen(w->consumer, id));
	assert_status(NMK_OK, nmk_version_publish(w->moderator, id, "1.1.0"));
	assert_state(w, id, "1.1.0", NMK_VERSION_PUBLISHED);
	assert_state(w, id, "1.0.0", NMK_VERSION_ARCHIVED);
	assert_current(w, id, "1.1.0");
	assert_string_equal("1.1.0 1.0.0", seen(w->consumer, id));
	assert_int_equal(1, events(w, "version_submit"));
	assert_int_equal(1, events(w, "version_publish"));
}

/* What was begun or handed in before it is history; what was begun after it is not. */
static void test_version_publish__passes_over_what_is_older(void **state)
{
	struct world *w = *state;
	const char *id = make_published(w);

	parcel_version(w->creator, id, "1.1.0", SIZE, 2);
	parcel_version(w->creator, id, "1.2.0", SIZE, 3);
	parcel_version(w->creator, id, "1.3.0", SIZE, 4);
	parcel_version(w->creator, id, "1.4.0", SIZE, 5);
	assert_status(NMK_OK, nmk_version_submit(w->creator, id, "1.2.0"));
	assert_status(NMK_OK, nmk_version_submit(w->creator, id, "1.3.0"));
	assert_status(NMK_OK, nmk_version_publish(w->moderator, id, "1.3.0"));
	assert_state(w, id, "1.0.0", NMK_VERSION_ARCHIVED);
	assert_state(w, id, "1.1.0", NMK_VERSION_ARCHIVED);
	assert_state(w, id, "1.2.0", NMK_VERSION_ARCHIVED);
	assert_state(w, id, "1.4.0", NMK_VERSION_DRAFT);
	assert_string_equal("1.3.0 1.0.0", seen(w->consumer, id));
	assert_status(NMK_ESTATE, nmk_version_publish(w->moderator, id, "1.2.0"));
	assert_status(NMK_ESTATE, nmk_version_submit(w->creator, id, "1.1.0"));
}

static void test_version_submit__twice_is_a_success_that_changes_nothing(void **state)
{
	struct world *w = *state;
	const char *id = make_published(w);

	parcel_version(w->creator, id, "1.1.0", SIZE, 2);
	assert_status(NMK_OK, nmk_version_submit(w->creator, id, "1.1.0"));
	world_advance(w, 1000);
	assert_status(NMK_OK, nmk_version_submit(w->creator, id, "1.1.0"));
	assert_int_equal(1, events(w, "version_submit"));
	assert_int_equal(w->now - 1000, world_sql(w, "SELECT submitted_at FROM nano_version WHERE number = '1.1.0'"));
}

static void test_version_submit__who_and_when(void **state)
{
	struct world *w = *state;
	const char *id = make_published(w);

	parcel_version(w->creator, id, "1.1.0", SIZE, 2);
	assert_status(NMK_EINVALID, nmk_version_submit(w->creator, id, NULL));
	assert_field("number", w->creator);
	assert_status(NMK_EINVALID, nmk_version_submit(w->creator, NULL, "1.1.0"));
	assert_status(NMK_EINVALID, nmk_version_submit(NULL, id, "1.1.0"));
	assert_status(NMK_ELOGIN, nmk_version_submit(w->guest, id, "1.1.0"));
	assert_status(NMK_EDENIED, nmk_version_submit(w->consumer, id, "1.1.0"));
	assert_status(NMK_EDENIED, nmk_version_submit(w->stranger, id, "1.1.0"));
	assert_status(NMK_EDENIED, nmk_version_submit(w->moderator, id, "1.1.0"));
	assert_status(NMK_ENOTFOUND, nmk_version_submit(w->creator, id, "1.2.0"));
	assert_status(NMK_ENOTFOUND, nmk_version_submit(w->creator, id, "neu"));
	assert_field("number", w->creator);
	assert_status(NMK_ENOTFOUND, nmk_version_submit(w->creator, NO_ID, "1.1.0"));
	assert_status(NMK_ESTATE, nmk_version_submit(w->creator, id, "1.0.0")); /* is published */
	id = make_nano(w, NMK_NANO_DRAFT);
	parcel_version(w->creator, id, "1.0.0", SIZE, 1);
	assert_status(NMK_ESTATE, nmk_version_submit(w->creator, id, "1.0.0")); /* goes with its nano */
	assert_int_equal(0, events(w, "version_submit"));
}

static void test_version_publish__who_and_when(void **state)
{
	struct world *w = *state;
	const char *id = make_published(w);

	parcel_version(w->creator, id, "1.1.0", SIZE, 2);
	assert_status(NMK_ESTATE, nmk_version_publish(w->moderator, id, "1.1.0")); /* nobody handed it in */
	assert_status(NMK_OK, nmk_version_submit(w->creator, id, "1.1.0"));
	assert_status(NMK_EINVALID, nmk_version_publish(w->moderator, id, NULL));
	assert_field("number", w->moderator);
	assert_status(NMK_EINVALID, nmk_version_publish(NULL, id, "1.1.0"));
	assert_status(NMK_ELOGIN, nmk_version_publish(w->guest, id, "1.1.0"));
	assert_status(NMK_EDENIED, nmk_version_publish(w->creator, id, "1.1.0"));
	assert_status(NMK_EDENIED, nmk_version_publish(w->consumer, id, "1.1.0"));
	assert_status(NMK_ENOTFOUND, nmk_version_publish(w->moderator, id, "1.2.0"));
	assert_int_equal(0, events(w, "version_publish"));
	assert_status(NMK_OK, nmk_version_publish(w->admin, id, "1.1.0"));
	assert_status(NMK_ESTATE, nmk_version_publish(w->admin, id, "1.1.0"));
	id = make_nano(w, NMK_NANO_DRAFT);
	parcel_version(w->creator, id, "1.0.0", SIZE, 1);
	assert_status(NMK_OK, nmk_nano_submit(w->creator, id));
	assert_status(NMK_ESTATE, nmk_version_publish(w->moderator, id, "1.0.0")); /* is reviewed with its nano */
	assert_status(NMK_ESTATE, nmk_version_reject(w->moderator, id, "1.0.0", "nein"));
}

/* A moderator who is a creator, too, does not review her own. */
static void test_version_publish__own_version_is_denied(void **state)
{
	struct world *w = *state;
	nmk_nano *nano = world_nano(w, w->moderator, NMK_NANO_PUBLISHED);
	const char *id = nmk_nano_id(nano);

	parcel_version(w->moderator, id, "1.0.0", SIZE, 1);
	assert_status(NMK_OK, nmk_version_submit(w->moderator, id, "1.0.0"));
	assert_status(NMK_EDENIED, nmk_version_publish(w->moderator, id, "1.0.0"));
	assert_status(NMK_EDENIED, nmk_version_reject(w->moderator, id, "1.0.0", "nein"));
	assert_status(NMK_OK, nmk_version_publish(w->moderator2, id, "1.0.0"));
	assert_current(w, id, "1.0.0");
	nmk_nano_free(nano);
}

static void test_version_reject__sends_it_back_with_a_reason(void **state)
{
	struct world *w = *state;
	const char *id = make_published(w);
	char reason[501 * 2 + 1] = "";
	nmk_version *version;

	parcel_version(w->creator, id, "1.1.0", SIZE, 2);
	assert_status(NMK_OK, nmk_version_submit(w->creator, id, "1.1.0"));
	for (int i = 0; i < 501; i++)
		strcat(reason, "ü");
	assert_status(NMK_EINVALID, nmk_version_reject(w->moderator, id, "1.1.0", reason));
	assert_field("reason", w->moderator);
	assert_status(NMK_EINVALID, nmk_version_reject(w->moderator, id, "1.1.0", ""));
	assert_status(NMK_EINVALID, nmk_version_reject(w->moderator, id, "1.1.0", " \n"));
	assert_status(NMK_EINVALID, nmk_version_reject(w->moderator, id, "1.1.0", NULL));
	assert_field("reason", w->moderator);
	assert_status(NMK_EINVALID, nmk_version_reject(w->moderator, id, "1.1.0", "\xff"));
	reason[1000] = '\0';
	assert_status(NMK_OK, nmk_version_reject(w->moderator, id, "1.1.0", reason));
	assert_status(NMK_OK, nmk_version_get(w->creator, id, "1.1.0", &version));
	assert_int_equal(NMK_VERSION_DRAFT, nmk_version_status(version));
	assert_string_equal(reason, nmk_version_review_reason(version));
	nmk_version_free(version);
	assert_status(NMK_ESTATE, nmk_version_reject(w->moderator, id, "1.1.0", "nein"));
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM audit_event WHERE action = 'moderation_rejected'"));
	assert_status(NMK_OK, nmk_version_submit(w->creator, id, "1.1.0")); /* starts afresh */
	version = get(w, id, "1.1.0");
	assert_null(nmk_version_review_reason(version));
	nmk_version_free(version);
}

/* ---- reading ---- */

static void test_version_list__who_sees_what(void **state)
{
	struct world *w = *state;
	const char *id = make_published(w);

	publish_version(w, id, "1.1.0", 2);
	parcel_version(w->creator, id, "1.2.0", SIZE, 3);
	parcel_version(w->creator, id, "1.10.0", SIZE, 4);
	assert_string_equal("1.10.0 1.2.0 1.1.0 1.0.0", seen(w->creator, id));
	assert_string_equal("1.10.0 1.2.0 1.1.0 1.0.0", seen(w->moderator, id));
	assert_string_equal("1.10.0 1.2.0 1.1.0 1.0.0", seen(w->system, id));
	assert_string_equal("1.1.0 1.0.0", seen(w->guest, id));
	assert_string_equal("1.1.0 1.0.0", seen(w->stranger, id));
	assert_string_equal("1.1.0 1.0.0", seen(w->suspended, id));
	assert_status(NMK_OK, nmk_nano_archive(w->creator, id));
	assert_string_equal("1.10.0 1.2.0 1.1.0 1.0.0", seen(w->creator, id));
}

static void test_version_list__pages_follow_each_other(void **state)
{
	struct world *w = *state;
	const char *id = make_nano(w, NMK_NANO_DRAFT);
	static const char *const expected[] = { "1.4.0 1.3.0", "1.2.0 1.1.0", "1.0.0" };
	char *cursor = NULL, *json;

	for (unsigned i = 0; i < 5; i++)
		parcel_version(w->creator, id, NULL, SIZE, i);
	for (int i = 0; i < 3; i++) {
		char numbers[64] = "";
		nmk_version_page *page;

		assert_status(NMK_OK, nmk_version_list(w->creator, id, cursor, 2, &page));
		for (size_t j = 0; j < nmk_version_page_count(page); j++) {
			strcat(numbers, j ? " " : "");
			strcat(numbers, nmk_version_number(nmk_version_page_item(page, j)));
		}
		assert_string_equal(expected[i], numbers);
		assert_null(nmk_version_page_item(page, nmk_version_page_count(page)));
		json = nmk_version_page_json(page);
		assert_non_null(strstr(json, "\"items\":[{\"id\":"));
		nmk_free(json);
		free(cursor);
		cursor = nmk_version_page_next(page) ? strdup(nmk_version_page_next(page)) : NULL;
		nmk_version_page_free(page);
		assert_int_equal(i < 2, cursor != NULL);
	}
}

static void test_version_list__bad_arguments(void **state)
{
	struct world *w = *state;
	const char *id = make_published(w);
	nmk_version_page *page = (nmk_version_page *)w;

	assert_status(NMK_EINVALID, nmk_version_list(w->guest, id, NULL, 0, NULL));
	assert_field("page", w->guest);
	assert_status(NMK_EINVALID, nmk_version_list(w->guest, id, NULL, 101, &page));
	assert_field("limit", w->guest);
	assert_null(page);
	assert_status(NMK_EINVALID, nmk_version_list(w->guest, id, NULL, -1, &page));
	assert_status(NMK_EINVALID, nmk_version_list(w->guest, id, "x", 0, &page));
	assert_field("cursor", w->guest);
	assert_status(NMK_EINVALID, nmk_version_list(w->guest, NULL, NULL, 0, &page));
	assert_status(NMK_EINVALID, nmk_version_list(NULL, id, NULL, 0, &page));
	assert_status(NMK_ENOTFOUND, nmk_version_list(w->guest, NO_ID, NULL, 0, &page));
	assert_status(NMK_EINVALID, nmk_version_review_queue(w->moderator, NULL, 0, NULL));
	assert_status(NMK_EINVALID, nmk_version_review_queue(w->moderator, "x", 0, &page));
	assert_field("cursor", w->moderator);
	assert_status(NMK_EINVALID, nmk_version_review_queue(NULL, NULL, 0, &page));
	id = make_nano(w, NMK_NANO_DRAFT);
	assert_status(NMK_ENOTFOUND, nmk_version_list(w->stranger, id, NULL, 0, &page));
}

static void test_version_get__null_is_the_one_to_download(void **state)
{
	struct world *w = *state;
	const char *id = make_published(w);
	nmk_version *version = (nmk_version *)w;

	parcel_version(w->creator, id, "1.1.0", SIZE, 2);
	assert_status(NMK_OK, nmk_version_get(w->guest, id, NULL, &version));
	assert_string_equal("1.0.0", nmk_version_number(version));
	nmk_version_free(version);
	assert_status(NMK_OK, nmk_version_get(w->creator, id, NULL, &version));
	assert_string_equal("1.0.0", nmk_version_number(version));
	nmk_version_free(version);
	assert_status(NMK_ENOTFOUND, nmk_version_get(w->guest, id, "1.1.0", &version));
	assert_null(version);
	assert_status(NMK_ENOTFOUND, nmk_version_get(w->guest, id, "1.0", &version));
	assert_status(NMK_EINVALID, nmk_version_get(w->guest, id, NULL, NULL));
	assert_field("version", w->guest);
	assert_status(NMK_EINVALID, nmk_version_get(NULL, id, NULL, &version));
	id = make_nano(w, NMK_NANO_PUBLISHED);
	assert_status(NMK_ENOTFOUND, nmk_version_get(w->guest, id, NULL, &version));
	assert_field("number", w->guest);
}

/* What a moderator wrote to the creator is nobody else's. */
static void test_version_get__review_reason_is_not_for_everyone(void **state)
{
	struct world *w = *state;
	const char *id = make_published(w);
	nmk_version_page *page;
	nmk_version *version;
	sqlite3 *db;

	assert_int_equal(SQLITE_OK, sqlite3_open(w->path, &db));
	assert_int_equal(SQLITE_OK, sqlite3_exec(db, "UPDATE nano_version SET review_reason = 'weil'", NULL, NULL, NULL));
	sqlite3_close(db);
	assert_status(NMK_OK, nmk_version_get(w->guest, id, NULL, &version));
	assert_null(nmk_version_review_reason(version));
	nmk_version_free(version);
	assert_status(NMK_OK, nmk_version_list(w->stranger, id, NULL, 0, &page));
	assert_null(nmk_version_review_reason(nmk_version_page_item(page, 0)));
	nmk_version_page_free(page);
	assert_status(NMK_OK, nmk_version_list(w->creator, id, NULL, 0, &page));
	assert_string_equal("weil", nmk_version_review_reason(nmk_version_page_item(page, 0)));
	nmk_version_page_free(page);
}

static void test_version_review_queue__first_submitted_first(void **state)
{
	struct world *w = *state;
	char ids[3][64], *cursor;
	nmk_version_page *page;

	for (int i = 0; i < 3; i++)
		snprintf(ids[i], sizeof ids[i], "%s", make_published(w));
	for (int i = 2; i >= 0; i--) {
		parcel_version(w->creator, ids[i], "1.1.0", SIZE, 7);
		world_advance(w, i == 0 ? 0 : 1000); /* two at the same time */
		assert_status(NMK_OK, nmk_version_submit(w->creator, ids[i], "1.1.0"));
	}
	make_nano(w, NMK_NANO_DRAFT); /* a nano that waits itself is in the other queue */
	parcel_version(w->creator, nano_id, "1.0.0", SIZE, 1);
	assert_status(NMK_OK, nmk_nano_submit(w->creator, nano_id));

	assert_status(NMK_OK, nmk_version_review_queue(w->moderator, NULL, 2, &page));
	assert_int_equal(2, nmk_version_page_count(page));
	assert_string_equal(ids[2], nmk_version_nano_id(nmk_version_page_item(page, 0)));
	assert_string_equal(ids[1], nmk_version_nano_id(nmk_version_page_item(page, 1)));
	cursor = strdup(nmk_version_page_next(page));
	nmk_version_page_free(page);
	assert_status(NMK_OK, nmk_version_review_queue(w->moderator, cursor, 2, &page));
	assert_int_equal(1, nmk_version_page_count(page));
	assert_string_equal(ids[0], nmk_version_nano_id(nmk_version_page_item(page, 0)));
	assert_null(nmk_version_page_next(page));
	nmk_version_page_free(page);
	assert_status(NMK_EINVALID, nmk_version_list(w->creator, ids[0], cursor, 2, &page)); /* of another list */
	free(cursor);
	assert_status(NMK_EDENIED, nmk_version_review_queue(w->creator, NULL, 0, &page));
	assert_status(NMK_ELOGIN, nmk_version_review_queue(w->guest, NULL, 0, &page));
	assert_status(NMK_OK, nmk_version_publish(w->moderator, ids[2], "1.1.0"));
	assert_status(NMK_OK, nmk_version_reject(w->moderator, ids[1], "1.1.0", "nein"));
	assert_status(NMK_OK, nmk_version_review_queue(w->moderator, NULL, 0, &page));
	assert_int_equal(1, nmk_version_page_count(page));
	nmk_version_page_free(page);
}

/* ---- back ---- */

static void test_version_rollback__with_its_key_happens_once(void **state)
{
	struct world *w = *state;
	const char *id = make_published(w);
	nmk_version *first, *again;

	publish_version(w, id, "1.1.0", 2);
	assert_status(NMK_OK, nmk_version_rollback(w->creator, id, "1.0.0", NULL, "key", &first));
	assert_status(NMK_OK, nmk_version_rollback(w->creator, id, "1.0.0", NULL, "key", &again));
	assert_string_equal(nmk_version_id(first), nmk_version_id(again));
	assert_status(NMK_ECONFLICT, nmk_version_rollback(w->creator, id, "1.1.0", NULL, "key", NULL));
	assert_status(NMK_EINVALID, nmk_version_rollback(w->creator, id, "1.0.0", NULL, "no key", NULL));
	assert_int_equal(1, events(w, "version_rollback"));
	nmk_version_free(first);
	nmk_version_free(again);
}

static void test_version_rollback__published_content_is_published_again_at_once(void **state)
{
	struct world *w = *state;
	const char *id = make_published(w);
	nmk_version *old, *version;

	publish_version(w, id, "1.1.0", 2);
	parcel_version(w->creator, id, "1.2.0", SIZE, 3);
	old = get(w, id, "1.0.0");
	assert_status(NMK_OK, nmk_version_rollback(w->creator, id, "1.0.0", "Die alte war besser.", NULL, &version));
	assert_string_equal("1.3.0", nmk_version_number(version));
	assert_string_equal("1.0.0", nmk_version_rollback_of(version));
	assert_string_equal("Die alte war besser.", nmk_version_changelog(version));
	assert_string_equal(nmk_version_hash(old), nmk_version_hash(version));
	assert_int_equal(nmk_version_size(old), nmk_version_size(version));
	assert_int_equal(1, nmk_version_entry_count(version));
	assert_int_equal(NMK_VERSION_PUBLISHED, nmk_version_status(version));
	assert_int_equal(w->now, nmk_version_published_at(version));
	nmk_version_free(version);
	nmk_version_free(old);
	assert_current(w, id, "1.3.0");
	assert_state(w, id, "1.1.0", NMK_VERSION_ARCHIVED);
	assert_state(w, id, "1.2.0", NMK_VERSION_ARCHIVED);
	assert_int_equal(1, events(w, "version_rollback"));
	assert_status(NMK_ESTATE, nmk_version_rollback(w->creator, id, "1.3.0", NULL, NULL, NULL));
	assert_field("number", w->creator);
	assert_status(NMK_ESTATE, nmk_version_rollback(w->creator, id, "1.0.0", NULL, NULL, NULL)); /* its content is there */
	assert_status(NMK_OK, nmk_version_rollback(w->creator, id, "1.1.0", NULL, NULL, NULL));
	assert_current(w, id, "1.4.0");
	/* What was never published waits for a review. */
	assert_status(NMK_OK, nmk_version_rollback(w->creator, id, "1.2.0", NULL, NULL, &version));
	assert_int_equal(NMK_VERSION_DRAFT, nmk_version_status(version));
	nmk_version_free(version);
	assert_current(w, id, "1.4.0");
}

static void test_version_rollback__in_a_draft_is_a_draft(void **state)
{
	struct world *w = *state;
	const char *id = make_nano(w, NMK_NANO_DRAFT);
	nmk_version *version;

	parcel_version(w->creator, id, "1.0.0", SIZE, 1);
	parcel_version(w->creator, id, "1.0.1", SIZE, 2);
	assert_status(NMK_OK, nmk_version_rollback(w->creator, id, "1.0.0", NULL, NULL, &version));
	assert_string_equal("1.1.0", nmk_version_number(version));
	assert_int_equal(NMK_VERSION_DRAFT, nmk_version_status(version));
	nmk_version_free(version);
	assert_current(w, id, "1.1.0");
	assert_int_equal(2, world_sql(w, "SELECT count(*) FROM blob"));
}

static void test_version_rollback__who_and_when(void **state)
{
	struct world *w = *state;
	const char *id = make_published(w);
	char text[2001 * 2 + 1] = "";
	nmk_version *version = (nmk_version *)w;

	publish_version(w, id, "1.1.0", 2);
	for (int i = 0; i < 2001; i++)
		strcat(text, "ö");
	assert_status(NMK_EINVALID, nmk_version_rollback(w->creator, id, NULL, NULL, NULL, &version));
	assert_field("number", w->creator);
	assert_null(version);
	assert_status(NMK_EINVALID, nmk_version_rollback(w->creator, id, "1.0.0", text, NULL, NULL));
	assert_field("changelog", w->creator);
	assert_status(NMK_EINVALID, nmk_version_rollback(NULL, id, "1.0.0", NULL, NULL, NULL));
	assert_status(NMK_ELOGIN, nmk_version_rollback(w->guest, id, "1.0.0", NULL, NULL, NULL));
	assert_status(NMK_EDENIED, nmk_version_rollback(w->consumer, id, "1.0.0", NULL, NULL, NULL));
	assert_status(NMK_EDENIED, nmk_version_rollback(w->stranger, id, "1.0.0", NULL, NULL, NULL));
	assert_status(NMK_EDENIED, nmk_version_rollback(w->moderator, id, "1.0.0", NULL, NULL, NULL));
	assert_status(NMK_ENOTFOUND, nmk_version_rollback(w->creator, id, "1.0.1", NULL, NULL, NULL));
	assert_status(NMK_ENOTFOUND, nmk_version_rollback(w->creator, NO_ID, "1.0.0", NULL, NULL, NULL));
	assert_status(NMK_OK, nmk_nano_archive(w->creator, id));
	assert_status(NMK_ESTATE, nmk_version_rollback(w->creator, id, "1.0.0", NULL, NULL, NULL));
	id = make_nano(w, NMK_NANO_DRAFT);
	parcel_version(w->creator, id, "1.0.0", SIZE, 1);
	parcel_version(w->creator, id, "999999.999999.0", SIZE, 2);
	assert_status(NMK_ELIMIT, nmk_version_rollback(w->creator, id, "1.0.0", NULL, NULL, NULL));
	assert_field("number", w->creator);
	text[4000] = '\0';
	id = make_published(w);
	publish_version(w, id, "1.1.0", 2);
	assert_status(NMK_OK, nmk_version_rollback(w->creator, id, "1.0.0", text, NULL, NULL));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_version_state__words_go_both_ways),
		TEST(test_version_json__has_every_field),
		TEST(test_version__goes_with_its_nano),
		TEST(test_version__nano_without_package_moves_alone),
		TEST(test_version__the_host_publishes_a_draft_with_its_version),
		TEST(test_version__unpublished_nano_has_drafts),
		TEST(test_version__takedown_archives_it),
		TEST(test_version__learners_keep_the_published_one_until_the_next_is),
		TEST(test_version_publish__passes_over_what_is_older),
		TEST(test_version_submit__twice_is_a_success_that_changes_nothing),
		TEST(test_version_submit__who_and_when),
		TEST(test_version_publish__who_and_when),
		TEST(test_version_publish__own_version_is_denied),
		TEST(test_version_reject__sends_it_back_with_a_reason),
		TEST(test_version_list__who_sees_what),
		TEST(test_version_list__pages_follow_each_other),
		TEST(test_version_list__bad_arguments),
		TEST(test_version_get__null_is_the_one_to_download),
		TEST(test_version_get__review_reason_is_not_for_everyone),
		TEST(test_version_review_queue__first_submitted_first),
		TEST(test_version_rollback__with_its_key_happens_once),
		TEST(test_version_rollback__published_content_is_published_again_at_once),
		TEST(test_version_rollback__in_a_draft_is_a_draft),
		TEST(test_version_rollback__who_and_when),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
