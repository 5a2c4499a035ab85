#include "identity_test.h"

static void test_consent_record__is_given_and_withdrawn(void **state)
{
	struct world *w = *state;
	nmk_consent_page *page;
	const nmk_consent *consent;

	assert_status(NMK_OK, nmk_consent_record(w->creator, NMK_CONSENT_MARKETING, true, "2026-01", NULL));
	world_advance(w, 5);
	assert_status(NMK_OK, nmk_consent_record(w->creator, NMK_CONSENT_MARKETING, false, NULL, NULL));
	assert_int_equal(1, events(w, "consent_given"));
	assert_int_equal(1, events(w, "consent_revoked"));
	assert_status(NMK_OK, nmk_consent_list(w->creator, NULL, 0, &page));
	assert_int_equal(2, nmk_consent_page_count(page));
	consent = nmk_consent_page_item(page, 0);
	assert_false(nmk_consent_accepted(consent));
	assert_null(nmk_consent_document_version(consent));
	assert_int_equal(w->now, nmk_consent_created_at(consent));
	consent = nmk_consent_page_item(page, 1);
	assert_non_null(nmk_consent_id(consent));
	assert_true(nmk_consent_accepted(consent));
	assert_int_equal(NMK_CONSENT_MARKETING, nmk_consent_consent_type(consent));
	assert_string_equal("2026-01", nmk_consent_document_version(consent));
	nmk_consent_page_free(page);
}

static void test_consent_record__is_for_active_members(void **state)
{
	struct world *w = *state;

	assert_status(NMK_ELOGIN, nmk_consent_record(w->guest, NMK_CONSENT_MARKETING, true, NULL, NULL));
	assert_status(NMK_EDENIED, nmk_consent_record(w->suspended, NMK_CONSENT_MARKETING, true, NULL, NULL));
	assert_status(NMK_EDENIED, nmk_consent_record(w->system, NMK_CONSENT_MARKETING, true, NULL, NULL));
	assert_status(NMK_OK, nmk_consent_record(w->consumer, NMK_CONSENT_DATA_PROCESSING, true, NULL, NULL));
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM consent"));
}

static void test_consent_record__needs_sound_arguments(void **state)
{
	struct world *w = *state;
	char version[64];

	memset(version, 'v', sizeof version);
	version[51] = '\0';
	assert_status(NMK_EINVALID, nmk_consent_record(w->creator, (nmk_consent_type)0, true, NULL, NULL));
	assert_field("consent_type", w->creator);
	assert_status(NMK_EINVALID, nmk_consent_record(w->creator, (nmk_consent_type)5, true, NULL, NULL));
	assert_status(NMK_EINVALID, nmk_consent_record(w->creator, NMK_CONSENT_MARKETING, true, version, NULL));
	assert_field("document_version", w->creator);
	version[50] = '\0';
	assert_status(NMK_OK, nmk_consent_record(w->creator, NMK_CONSENT_MARKETING, true, version, NULL));
	version[49] = '\0';
	assert_status(NMK_OK, nmk_consent_record(w->creator, NMK_CONSENT_MARKETING, true, version, NULL));
	assert_status(NMK_EINVALID, nmk_consent_record(w->creator, NMK_CONSENT_MARKETING, true, "\xff", NULL));
	assert_int_equal(NMK_EINVALID, nmk_consent_record(NULL, NMK_CONSENT_MARKETING, true, NULL, NULL));
}

static void test_consent_list__newest_first_page_by_page(void **state)
{
	struct world *w = *state;
	char cursor[700] = "", version[16];
	int expected = 7;

	for (int i = 1; i <= 7; i++) {
		snprintf(version, sizeof version, "%d", i);
		assert_status(NMK_OK, nmk_consent_record(w->creator, NMK_CONSENT_MARKETING, i % 2, version, NULL));
		assert_status(NMK_OK, nmk_consent_record(w->stranger, NMK_CONSENT_MARKETING, i % 2, "not mine", NULL));
	}
	do {
		nmk_consent_page *page;

		assert_status(NMK_OK, nmk_consent_list(w->creator, *cursor ? cursor : NULL, 3, &page));
		for (size_t i = 0; i < nmk_consent_page_count(page); i++) {
			snprintf(version, sizeof version, "%d", expected--);
			assert_string_equal(version, nmk_consent_document_version(nmk_consent_page_item(page, i)));
		}
		snprintf(cursor, sizeof cursor, "%s", nmk_consent_page_next(page) ? nmk_consent_page_next(page) : "");
		nmk_consent_page_free(page);
	} while (*cursor);
	assert_int_equal(0, expected);
}

static void test_consent_list__is_the_members_own(void **state)
{
	struct world *w = *state;
	nmk_consent_page *page;

	assert_status(NMK_OK, nmk_consent_record(w->creator, NMK_CONSENT_MARKETING, true, NULL, NULL));
	assert_status(NMK_OK, nmk_consent_list(w->admin, NULL, 0, &page));
	assert_int_equal(0, nmk_consent_page_count(page));
	assert_null(nmk_consent_page_next(page));
	nmk_consent_page_free(page);
	assert_status(NMK_ELOGIN, nmk_consent_list(w->guest, NULL, 0, &page));
	assert_null(page);
	assert_status(NMK_EDENIED, nmk_consent_list(w->suspended, NULL, 0, &page));
	assert_status(NMK_EDENIED, nmk_consent_list(w->system, NULL, 0, &page));
}

static void test_consent_list__needs_sound_arguments(void **state)
{
	struct world *w = *state;
	nmk_consent_page *page;

	assert_status(NMK_EINVALID, nmk_consent_list(w->creator, "x", 0, &page));
	assert_field("cursor", w->creator);
	assert_status(NMK_EINVALID, nmk_consent_list(w->creator, NULL, 101, &page));
	assert_field("limit", w->creator);
	assert_status(NMK_EINVALID, nmk_consent_list(w->creator, NULL, 0, NULL));
	assert_field("page", w->creator);
	assert_int_equal(NMK_EINVALID, nmk_consent_list(NULL, NULL, 0, &page));
}

static void test_consent_json__speaks_in_words(void **state)
{
	struct world *w = *state;
	nmk_consent_page *page;
	char *text;

	assert_status(NMK_OK, nmk_consent_record(w->creator, NMK_CONSENT_PRIVACY_POLICY, true, NULL, NULL));
	assert_status(NMK_OK, nmk_consent_list(w->creator, NULL, 0, &page));
	text = nmk_consent_json(nmk_consent_page_item(page, 0));
	assert_non_null(strstr(text, "\"consent_type\":\"privacy_policy\""));
	assert_non_null(strstr(text, "\"accepted\":true"));
	nmk_free(text);
	text = nmk_consent_page_json(page);
	assert_non_null(strstr(text, "\"next\":null"));
	nmk_free(text);
	nmk_consent_page_free(page);
	nmk_consent_free(NULL);
}

static void test_consent_record__with_its_key_is_recorded_once(void **state)
{
	struct world *w = *state;
	int64_t before = world_sql(w, "SELECT count(*) FROM consent"), events = world_sql(w, "SELECT count(*) FROM audit_event");

	for (int i = 0; i < 2; i++)
		assert_status(NMK_OK, nmk_consent_record(w->creator, NMK_CONSENT_MARKETING, true, "1", "key"));
	assert_int_equal(before + 1, world_sql(w, "SELECT count(*) FROM consent"));
	assert_int_equal(events + 1, world_sql(w, "SELECT count(*) FROM audit_event"));
	assert_status(NMK_ECONFLICT, nmk_consent_record(w->creator, NMK_CONSENT_MARKETING, false, "1", "key"));
	assert_status(NMK_EINVALID, nmk_consent_record(w->creator, NMK_CONSENT_MARKETING, true, "1", "no key"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_consent_record__with_its_key_is_recorded_once),
		WORLD_TEST(test_consent_record__is_given_and_withdrawn),
		WORLD_TEST(test_consent_record__is_for_active_members),
		WORLD_TEST(test_consent_record__needs_sound_arguments),
		WORLD_TEST(test_consent_list__newest_first_page_by_page),
		WORLD_TEST(test_consent_list__is_the_members_own),
		WORLD_TEST(test_consent_list__needs_sound_arguments),
		WORLD_TEST(test_consent_json__speaks_in_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
