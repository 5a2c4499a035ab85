/* rebuild_test.c -- the words of the index anew, while others go on. */
#include "index_test.h"

#include <stdio.h>
#include <string.h>

/* Three chunks, so that there are steps in between. */
#define NANOS 2100

static void publish(struct world *w, const char *title)
{
	nmk_nano_free(world_nano_titled(w, w->creator, NMK_NANO_PUBLISHED, title));
}

struct meanwhile {
	struct world *world;
	char first[64], middle[64], last[64];      /* ids */
	int  steps;
	bool stops;
};

static void fill(struct meanwhile *meanwhile)
{
	struct world *w = meanwhile->world;

	for (int i = 0; i < NANOS; i++) {
		nmk_nano *nano = world_nano_titled(w, w->creator, NMK_NANO_PUBLISHED, i % 2 ? "Segeln" : "Rudern");
		char *id = i == 0 ? meanwhile->first : i == 1500 ? meanwhile->middle : meanwhile->last;

		snprintf(id, sizeof meanwhile->first, "%s", nmk_nano_id(nano));
		nmk_nano_free(nano);
	}
}

/* Documents that are done already, that are not yet, and new ones; all of them are found and lost at once. */
static bool others_work(void *context, int64_t done, int64_t all)
{
	struct meanwhile *meanwhile = context;
	struct world *w = meanwhile->world;
	bool in_first = meanwhile->steps++ == 0;

	assert_true(done > 0 && done < all);
	assert_int_equal(in_first ? NANOS / 2 : NANOS / 2 - 1, found(w, "Rudern"));
	if (in_first) {
		assert_status(NMK_OK, nmk_nano_takedown(w->admin, meanwhile->first, "weg", NULL, NULL));
		publish(w, "Paddeln");
	} else {
		assert_status(NMK_OK, nmk_nano_takedown(w->admin, meanwhile->last, "weg", NULL, NULL));
		publish(w, "Paddeln");
	}
	assert_int_equal(meanwhile->steps, found(w, "Paddeln"));
	return !meanwhile->stops;
}

static void test_search_rebuild__follows_what_others_change_meanwhile(void **state)
{
	struct meanwhile meanwhile = { .world = *state };
	struct world *w = *state;

	fill(&meanwhile);
	assert_status(NMK_OK, nmk_search_rebuild(w->system, others_work, &meanwhile));
	assert_int_equal(2, meanwhile.steps);
	assert_int_equal(2, found(w, "Paddeln"));
	assert_int_equal(NANOS / 2 - 1, found(w, "Rudern"));
	assert_int_equal(NANOS / 2 - 1, found(w, "Segeln"));
	assert_int_equal(0, world_sql(w, "SELECT next_until FROM search_state"));
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM search_document_next_docsize"));
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM audit_event WHERE action = 'search_rebuilt'"));
	publish(w, "Paddeln");
	assert_int_equal(3, found(w, "Paddeln"));
	world_assert_sound(w, true);
}

/* As another analyzer would have left it. */
static void test_search_rebuild__makes_a_vocabulary_of_other_words_anew(void **state)
{
	struct world *w = *state;
	nmk_suggestion_page *page;

	publish(w, "Segeln");
	spoil(w, "UPDATE vocabulary_recent SET words = x'0003776162010000'");
	assert_status(NMK_OK, nmk_suggest(w->guest, "seg", 0, &page));
	assert_int_equal(0, nmk_suggestion_page_count(page));
	nmk_suggestion_page_free(page);
	assert_status(NMK_OK, nmk_search_rebuild(w->system, NULL, NULL));
	assert_status(NMK_OK, nmk_suggest(w->guest, "seg", 0, &page));
	assert_int_equal(1, nmk_suggestion_page_count(page));
	nmk_suggestion_page_free(page);
	world_assert_sound(w, true);
}

static void test_search_rebuild__stops_when_the_host_wants_no_more(void **state)
{
	struct meanwhile meanwhile = { .world = *state, .stops = true };
	struct world *w = *state;

	fill(&meanwhile);
	assert_status(NMK_ECANCELLED, nmk_search_rebuild(w->system, others_work, &meanwhile));
	assert_int_equal(1, meanwhile.steps);
	assert_int_equal(1, found(w, "Paddeln"));
	assert_int_equal(NANOS / 2 - 1, found(w, "Rudern"));
	assert_int_equal(0, world_sql(w, "SELECT next_until FROM search_state"));
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM search_document_next_docsize"));
	world_assert_sound(w, true);
}

/* Numbers of documents that are gone are given again: here one among those that are done. */
struct shortened {
	struct world *world;
	char          ids[1100][64];
};

static bool publish_among_them(void *context, int64_t done, int64_t all)
{
	struct shortened *shortened = context;
	struct world *w = shortened->world;

	if (done == all)
		return true;
	assert_in_range(done, 1001, 1099);
	for (int i = 1000; i < 1100; i++)
		assert_status(NMK_OK, nmk_nano_takedown(w->admin, shortened->ids[i], "weg", NULL, NULL));
	publish(w, "Paddeln");
	return true;
}

static void test_search_rebuild__follows_what_is_published_among_the_documents_that_are_done(void **state)
{
	static struct shortened shortened;
	struct world *w = shortened.world = *state;

	for (int i = 0; i < 1100; i++) {
		nmk_nano *nano = world_nano_titled(w, w->creator, NMK_NANO_PUBLISHED, "Rudern");

		snprintf(shortened.ids[i], sizeof shortened.ids[i], "%s", nmk_nano_id(nano));
		nmk_nano_free(nano);
	}
	assert_status(NMK_OK, nmk_search_rebuild(w->system, publish_among_them, &shortened));
	assert_int_equal(1, found(w, "Paddeln"));
	assert_int_equal(1000, found(w, "Rudern"));
	world_assert_sound(w, true);
}

/* What an interrupted one left is begun anew. */
static void test_search_rebuild__mends_words_and_begins_anew_after_a_crash(void **state)
{
	struct world *w = *state;

	publish(w, "Rudern");
	publish(w, "Segeln");
	spoil(w, "INSERT INTO search_document (search_document) VALUES ('delete-all');"
	         "INSERT INTO search_document_next (rowid, title) VALUES (1, 'Falsch'); UPDATE search_state SET next_until = 1");
	assert_int_equal(0, found(w, "Rudern"));
	assert_status(NMK_OK, nmk_search_rebuild(w->system, NULL, NULL));
	assert_int_equal(1, found(w, "Rudern"));
	assert_int_equal(0, found(w, "Falsch"));
	world_assert_sound(w, true);
	assert_status(NMK_OK, nmk_search_rebuild(w->system, NULL, NULL));
	world_assert_sound(w, true);
}

static void test_search_rebuild__is_asked_for_when_another_analyzer_made_the_words(void **state)
{
	struct world *w = *state;
	nmk_check_report *report;

	assert_status(NMK_OK, nmk_search_rebuild(w->system, NULL, NULL));
	spoil(w, "UPDATE search_state SET analyzer = 5");
	world_assert_sound(w, false); /* there are no words yet */
	publish(w, "Rudern");
	world_assert_sound(w, false);
	spoil(w, "UPDATE search_state SET analyzer = 5");
	assert_status(NMK_OK, nmk_market_check(w->system, false, NULL, NULL, &report));
	assert_int_equal(1, nmk_check_report_count(report));
	assert_string_equal("the search index was made by another analyzer", nmk_check_report_message(report, 0));
	nmk_check_report_free(report);
	assert_status(NMK_OK, nmk_search_rebuild(w->system, NULL, NULL));
	world_assert_sound(w, false);
}

/* Who reads while the tables change their places. */
static void test_search_rebuild__others_search_across_the_exchange(void **state)
{
	struct world *w = *state;

	publish(w, "Rudern");
	for (int i = 0; i < 5; i++) {
		assert_int_equal(1, found(w, "Rudern"));
		assert_status(NMK_OK, nmk_search_rebuild(w->system, NULL, NULL));
	}
	world_reopen(w);
	assert_int_equal(1, found(w, "Rudern"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_search_rebuild__follows_what_others_change_meanwhile),
		WORLD_TEST(test_search_rebuild__makes_a_vocabulary_of_other_words_anew),
		WORLD_TEST(test_search_rebuild__stops_when_the_host_wants_no_more),
		WORLD_TEST(test_search_rebuild__follows_what_is_published_among_the_documents_that_are_done),
		WORLD_TEST(test_search_rebuild__mends_words_and_begins_anew_after_a_crash),
		WORLD_TEST(test_search_rebuild__is_asked_for_when_another_analyzer_made_the_words),
		WORLD_TEST(test_search_rebuild__others_search_across_the_exchange),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
