/* past_search_test.c -- the own history, and what the statistics know of everybody's. */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "searches.h"
#include "store_bytes.h"

#define WORLD_TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
#define DAY (INT64_C(24) * 60 * 60 * 1000)

static void record(nmk_session *session, const char *text, int64_t results)
{
	assert_status(NMK_OK, nmk_past_search_record(session, text, results));
}

static void assert_history(nmk_session *session, const char *expected)
{
	nmk_past_search_page *page;
	char text[2000] = "";

	assert_status(NMK_OK, nmk_past_search_list(session, NULL, 100, &page));
	for (size_t i = 0; i < nmk_past_search_page_count(page); i++) {
		const nmk_past_search *past = nmk_past_search_page_item(page, i);
		size_t length = strlen(text);

		snprintf(text + length, sizeof text - length, "%s%s %d", i ? "|" : "", nmk_past_search_text(past),
		         (int)nmk_past_search_result_count(past));
	}
	nmk_past_search_page_free(page);
	assert_string_equal(expected, text);
}

/* Five members and two networks search for it. */
static void many_search(struct world *w, const char *text, int64_t results, int persons)
{
	nmk_session *sessions[] = { w->consumer, w->creator, w->stranger, w->moderator, w->admin };

	for (int i = 0; i < persons && i < 5; i++)
		record(sessions[i], text, results);
}

static void assert_counts(struct world *w, int32_t days, bool no_result, const char *expected)
{
	nmk_query_count_page *page;
	char text[2000] = "";

	assert_status(NMK_OK, nmk_query_count_list(w->admin, days, no_result, 0, &page));
	for (size_t i = 0; i < nmk_query_count_page_count(page); i++) {
		const nmk_query_count *line = nmk_query_count_page_item(page, i);
		size_t length = strlen(text);

		snprintf(text + length, sizeof text - length, "%s%s %d %d", i ? "|" : "", nmk_query_count_text(line),
		         (int)nmk_query_count_search_count(line), (int)nmk_query_count_no_result_count(line));
	}
	nmk_query_count_page_free(page);
	assert_string_equal(expected, text);
}

static void assert_trending(struct world *w, const char *expected)
{
	nmk_suggestion_page *page;
	char text[2000] = "";

	assert_status(NMK_OK, nmk_suggest_trending(w->guest, 0, &page));
	for (size_t i = 0; i < nmk_suggestion_page_count(page); i++) {
		size_t length = strlen(text);

		assert_int_equal(NMK_SUGGEST_TRENDING, nmk_suggestion_kind(nmk_suggestion_page_item(page, i)));
		snprintf(text + length, sizeof text - length, "%s%s", i ? "|" : "", nmk_suggestion_text(nmk_suggestion_page_item(page, i)));
	}
	nmk_suggestion_page_free(page);
	assert_string_equal(expected, text);
}

/* ---- the own history ---- */

static void test_past_search__each_text_once_the_newest_first(void **state)
{
	struct world *w = *state;

	record(w->consumer, "Tabellen", 3);
	record(w->consumer, "  Pflege ", 0);
	record(w->consumer, "TABELLEN", 4);
	record(w->consumer, "   ", 4);
	record(w->consumer, NULL, 4);
	assert_history(w->consumer, "TABELLEN 4|Pflege 0");
	assert_history(w->stranger, "");
}

static void test_past_search__a_hundred_and_no_more(void **state)
{
	struct world *w = *state;
	nmk_past_search_page *page;
	char text[20];

	for (int i = 0; i <= NMK_PAST_SEARCH_MAXIMUM; i++) {
		snprintf(text, sizeof text, "Suche %d", i);
		record(w->consumer, text, 1);
	}
	record(w->stranger, "Anderes", 1);
	assert_status(NMK_OK, nmk_past_search_list(w->consumer, NULL, 100, &page));
	assert_int_equal(NMK_PAST_SEARCH_MAXIMUM, nmk_past_search_page_count(page));
	assert_string_equal("Suche 1", nmk_past_search_text(nmk_past_search_page_item(page, 99)));
	assert_null(nmk_past_search_page_next(page));
	nmk_past_search_page_free(page);
	assert_int_equal(NMK_PAST_SEARCH_MAXIMUM, nmk_past_search_maximum());
}

static void test_past_search__one_or_all_can_be_removed(void **state)
{
	struct world *w = *state;
	nmk_past_search_page *page;
	char id[64];

	record(w->consumer, "Eins", 1);
	record(w->consumer, "Zwei", 1);
	record(w->stranger, "Drei", 1);
	assert_status(NMK_OK, nmk_past_search_list(w->consumer, NULL, 0, &page));
	snprintf(id, sizeof id, "%s", nmk_past_search_id(nmk_past_search_page_item(page, 0)));
	nmk_past_search_page_free(page);
	assert_status(NMK_ENOTFOUND, nmk_past_search_clear(w->stranger, id));
	assert_field("id", w->stranger);
	assert_status(NMK_OK, nmk_past_search_clear(w->consumer, id));
	assert_history(w->consumer, "Eins 1");
	assert_status(NMK_ENOTFOUND, nmk_past_search_clear(w->consumer, id));
	assert_status(NMK_OK, nmk_past_search_clear(w->consumer, NULL));
	assert_status(NMK_OK, nmk_past_search_clear(w->consumer, NULL));
	assert_history(w->consumer, "");
	assert_history(w->stranger, "Drei 1");
}

/* Neither what few searched for nor what was saved stands in a file of the store, ever. */
static void test_past_search__is_in_no_file(void **state)
{
	struct world *w = *state;
	nmk_search_options options = NMK_SEARCH_OPTIONS_INIT;

	options.text = "Mondfinsternis";
	many_search(w, "Mondfinsternis", 1, 4);
	assert_status(NMK_OK, nmk_saved_search_create(w->consumer, "Mondfinsternis", &options, true, NULL));
	assert_false(store_has(w, "mondfinsternis"));
	assert_history(w->consumer, "Mondfinsternis 1");
	assert_false(store_has(w, "mondfinsternis"));
	/* The control: with the fifth it does. */
	record(w->admin, "Mondfinsternis", 1);
	assert_true(store_has(w, "mondfinsternis"));
}

static void test_past_search__is_suggested_to_the_member_alone(void **state)
{
	struct world *w = *state;
	nmk_suggestion_page *page;

	record(w->consumer, "Übungen zur Statistik", 3);
	assert_status(NMK_OK, nmk_suggest(w->consumer, "uebun", 0, &page));
	assert_int_equal(1, nmk_suggestion_page_count(page));
	assert_int_equal(NMK_SUGGEST_HISTORY, nmk_suggestion_kind(nmk_suggestion_page_item(page, 0)));
	assert_string_equal("Übungen zur Statistik", nmk_suggestion_text(nmk_suggestion_page_item(page, 0)));
	nmk_suggestion_page_free(page);
	assert_status(NMK_OK, nmk_suggest(w->stranger, "uebun", 0, &page));
	assert_int_equal(0, nmk_suggestion_page_count(page));
	nmk_suggestion_page_free(page);
	assert_status(NMK_OK, nmk_suggest(w->guest, "uebun", 0, &page));
	assert_int_equal(0, nmk_suggestion_page_count(page));
	nmk_suggestion_page_free(page);
}

static void test_past_search__bad_arguments(void **state)
{
	struct world *w = *state;
	nmk_past_search_page *page;
	char text[502];

	assert_status(NMK_EINVALID, nmk_past_search_record(w->consumer, "a", -1));
	assert_field("result_count", w->consumer);
	assert_status(NMK_EINVALID, nmk_past_search_record(w->consumer, "a\xff", 1));
	assert_field("text", w->consumer);
	assert_status(NMK_EINVALID, nmk_past_search_record(w->consumer, "a\nb", 1));
	memset(text, 'a', 501);
	text[501] = '\0';
	assert_status(NMK_EINVALID, nmk_past_search_record(w->consumer, text, 1));
	assert_field("text", w->consumer);
	text[500] = '\0';
	record(w->consumer, text, 1);
	assert_status(NMK_EINVALID, nmk_past_search_list(w->consumer, NULL, 101, &page));
	assert_field("limit", w->consumer);
	assert_status(NMK_EINVALID, nmk_past_search_list(w->consumer, NULL, 0, NULL));
	assert_field("page", w->consumer);
	assert_status(NMK_EDENIED, nmk_past_search_list(w->system, NULL, 0, &page));
	assert_status(NMK_ELOGIN, nmk_past_search_list(w->guest, NULL, 0, &page));
}

/* ---- statistics ---- */

/* A text of four is nobody's business; with the fifth it is the market's. */
static void test_query_count__only_what_five_different_people_searched_for(void **state)
{
	struct world *w = *state;

	many_search(w, "Tabellen", 3, 4);
	many_search(w, "tabellen", 3, 4);
	assert_counts(w, 0, false, "");
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM query_text WHERE text IS NOT NULL"));
	assert_int_equal(4, world_sql(w, "SELECT count(*) FROM query_person"));
	record(w->admin, "TABELLEN  ", 3);
	assert_counts(w, 0, false, "tabellen 9 0");
	/* Nobody needs to know who it was any more. */
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM query_person"));
	record(w->consumer, "Tabellen", 0);
	assert_counts(w, 0, false, "tabellen 10 1");
	assert_int_equal(5, nmk_query_sessions_minimum());
}

/* Guests are told apart by their network, if the host says it. */
static void test_query_count__guests_count_by_network(void **state)
{
	struct world *w = *state;
	char address[40];

	for (int i = 0; i < 20; i++)
		record(w->guest, "Pflege", 1);
	assert_counts(w, 0, false, "");
	for (int i = 1; i <= 3; i++) {
		snprintf(address, sizeof address, "192.0.2.%d", i);
		assert_status(NMK_OK, nmk_session_set_client(w->guest, address, NULL, NULL));
		record(w->guest, "Pflege", 1);
	}
	assert_counts(w, 0, false, "");
	assert_status(NMK_OK, nmk_session_set_client(w->guest, "2001:db8::1", NULL, NULL));
	record(w->guest, "Pflege", 1);
	assert_counts(w, 0, false, "pflege 24 0");
}

/* Within 30 days. */
static void test_query_count__people_of_long_ago_do_not_count(void **state)
{
	struct world *w = *state;

	many_search(w, "Tabellen", 1, 4);
	world_advance(w, 30 * DAY + 1);
	record(w->admin, "Tabellen", 1);
	assert_counts(w, 90, false, "");
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM query_person"));
	many_search(w, "Tabellen", 1, 4);
	assert_counts(w, 90, false, "tabellen 9 0");
}

static void test_query_count__nothing_that_looks_personal(void **state)
{
	struct world *w = *state;
	char text[202];

	many_search(w, "clara@example.org", 1, 5);
	many_search(w, "0711 123456", 1, 5);
	memset(text, 'a', 201);
	text[201] = '\0';
	many_search(w, text, 1, 5);
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM query_text"));
	text[200] = '\0';
	many_search(w, text, 1, 5);
	many_search(w, "Excel 2024", 1, 5);
	many_search(w, "DIN 12345", 1, 5);
	assert_int_equal(3, world_sql(w, "SELECT count(*) FROM query_text WHERE text IS NOT NULL"));
}

static void test_query_count__by_days_and_by_what_found_nothing(void **state)
{
	struct world *w = *state;

	many_search(w, "alt", 1, 5);
	world_advance(w, DAY);
	many_search(w, "leer", 0, 5);
	many_search(w, "neu", 1, 5);
	record(w->admin, "neu", 0);
	assert_counts(w, 2, false, "neu 6 1|alt 5 0|leer 5 5");
	assert_counts(w, 1, false, "neu 6 1|leer 5 5");
	assert_counts(w, 0, true, "leer 5 5|neu 6 1");
	world_advance(w, 91 * DAY);
	record(w->admin, "Ganz anderes", 1);
	assert_counts(w, 90, false, "");
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM query_text"));
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM query_day"));
}

/* One person's searches of one day are counted up to a number. */
static void test_query_count__nobody_can_flood_it(void **state)
{
	struct world *w = *state;
	char text[40];

	for (int i = 0; i < 210; i++) {
		snprintf(text, sizeof text, "Unsinn %d", i);
		record(w->guest, text, 0);
	}
	assert_int_equal(200, world_sql(w, "SELECT count(*) FROM query_text"));
}

static void test_query_count__bad_arguments(void **state)
{
	struct world *w = *state;
	nmk_query_count_page *page;

	assert_status(NMK_EINVALID, nmk_query_count_list(w->admin, -1, false, 0, &page));
	assert_field("days", w->admin);
	assert_status(NMK_EINVALID, nmk_query_count_list(w->admin, 91, false, 0, &page));
	assert_field("days", w->admin);
	assert_status(NMK_EINVALID, nmk_query_count_list(w->admin, 0, false, 101, &page));
	assert_field("limit", w->admin);
	assert_status(NMK_EINVALID, nmk_query_count_list(w->admin, 0, false, 0, NULL));
	assert_field("page", w->admin);
	assert_status(NMK_EDENIED, nmk_query_count_list(w->moderator, 0, false, 0, &page));
}

/* ---- trending ---- */

static void publish(struct world *w, const char *title)
{
	nmk_nano_free(world_nano_titled(w, w->creator, NMK_NANO_PUBLISHED, title));
}

static void test_suggest_trending__what_many_find_these_days(void **state)
{
	struct world *w = *state;
	nmk_nano *nano = world_nano_titled(w, w->creator, NMK_NANO_PUBLISHED, "Geheimwort");

	publish(w, "Tabellen und Pflege");
	assert_trending(w, "");
	many_search(w, "Tabellen", 1, 5);
	many_search(w, "Tabellen", 1, 5);
	many_search(w, "Pflege", 1, 5);
	many_search(w, "Tabellen Pflege", 0, 5);
	many_search(w, "Geheimwort", 1, 5);
	assert_trending(w, "tabellen|geheimwort|pflege");
	/* A word that no published nano has any more is not shown, before anybody searches in vain. */
	assert_status(NMK_OK, nmk_nano_archive(w->creator, nmk_nano_id(nano)));
	nmk_nano_free(nano);
	assert_trending(w, "tabellen|pflege");
	/* Three days later ten searches of then are as many as five of now. */
	world_advance(w, 3 * DAY + 1);
	many_search(w, "Pflege", 1, 5);
	assert_trending(w, "pflege|tabellen");
	world_advance(w, 4 * DAY - 2);
	assert_trending(w, "pflege|tabellen");
	world_advance(w, 1);
	assert_trending(w, "pflege");
}

static void test_suggest_trending__bad_arguments(void **state)
{
	struct world *w = *state;
	nmk_suggestion_page *page;

	assert_status(NMK_EINVALID, nmk_suggest_trending(w->guest, 21, &page));
	assert_field("limit", w->guest);
	assert_status(NMK_EINVALID, nmk_suggest_trending(w->guest, -1, &page));
	assert_status(NMK_EINVALID, nmk_suggest_trending(w->guest, 0, NULL));
	assert_field("page", w->guest);
}

/* Two searches at one time are one unit hotter than one; one a half-life later is as hot as two before. */
static void test_heat__counts_the_later_the_more(void **state)
{
	const int64_t now = INT64_C(1764000000000) / HEAT_HALF_LIFE_MS * HEAT_HALF_LIFE_MS, unit = 1000000;
	int64_t once = heat_after(0, now), twice = heat_after(once, now), four = twice;

	(void)state;
	assert_int_equal(now / HEAT_HALF_LIFE_MS * unit, once);
	assert_int_equal(once + unit, twice);
	assert_int_equal(twice, heat_after(0, now + HEAT_HALF_LIFE_MS));
	for (int i = 0; i < 2; i++)
		four = heat_after(four, now);
	assert_true(llabs(four - (once + 2 * unit)) < 10);
	/* log2(1 + 2^-0.5) = 0.7715533..., log2(3) = 1.5849625... */
	assert_true(llabs(heat_after(once, now + HEAT_HALF_LIFE_MS / 2) - (once + unit / 2 + 771553)) <= 2);
	assert_true(llabs(heat_after(twice, now) - (once + 1584963)) <= 2);
	assert_int_equal(once + 41 * unit, heat_after(once, now + 41 * HEAT_HALF_LIFE_MS));
	assert_true(heat_after(once + 50 * unit, now) == once + 50 * unit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_past_search__each_text_once_the_newest_first),
		WORLD_TEST(test_past_search__a_hundred_and_no_more),
		WORLD_TEST(test_past_search__one_or_all_can_be_removed),
		WORLD_TEST(test_past_search__is_in_no_file),
		WORLD_TEST(test_past_search__is_suggested_to_the_member_alone),
		WORLD_TEST(test_past_search__bad_arguments),
		WORLD_TEST(test_query_count__only_what_five_different_people_searched_for),
		WORLD_TEST(test_query_count__guests_count_by_network),
		WORLD_TEST(test_query_count__people_of_long_ago_do_not_count),
		WORLD_TEST(test_query_count__nothing_that_looks_personal),
		WORLD_TEST(test_query_count__by_days_and_by_what_found_nothing),
		WORLD_TEST(test_query_count__nobody_can_flood_it),
		WORLD_TEST(test_query_count__bad_arguments),
		WORLD_TEST(test_suggest_trending__what_many_find_these_days),
		WORLD_TEST(test_suggest_trending__bad_arguments),
		cmocka_unit_test(test_heat__counts_the_later_the_more),
	};

	return cmocka_run_group_tests_name("past_search", tests, NULL, NULL);
}
