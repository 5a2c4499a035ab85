/* index_test.c -- the index equals the catalogue, and the doctor sees where it does not. */
#include "index_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "index.h"

static size_t findings(struct world *w, bool repair, bool repaired)
{
	nmk_check_report *report;
	size_t count = 0;

	assert_status(NMK_OK, nmk_market_check(w->system, repair, NULL, NULL, &report));
	for (size_t i = 0; i < nmk_check_report_count(report); i++)
		if (strcmp(nmk_check_report_check(report, i), "index") == 0) {
			assert_true(nmk_check_report_repaired(report, i) == repaired);
			count++;
		}
	nmk_check_report_free(report);
	return count;
}

static void fill(struct world *w)
{
	for (int status = NMK_NANO_DRAFT; status <= NMK_NANO_DELETED; status++)
		for (int i = 0; i < 3; i++)
			nmk_nano_free(world_nano(w, w->creator, (nmk_nano_state)status));
}

static void test_index_check__a_sound_store_has_no_findings(void **state)
{
	struct world *w = *state;

	assert_int_equal(0, findings(w, false, false));
	fill(w);
	assert_int_equal(3, world_sql(w, "SELECT count(*) FROM search_source"));
	assert_int_equal(0, findings(w, false, false));
	assert_int_equal(0, findings(w, true, false));
}

/* Each damage is found, not mended without being asked, and mended when asked. */
static void damaged(struct world *w, const char *sql, bool seen_by_readers)
{
	fill(w);
	spoil(w, sql);
	if (seen_by_readers)
		assert_true(findings(w, false, false) > 0);
	assert_true(findings(w, true, true) > 0);
	assert_int_equal(0, findings(w, true, false));
	assert_int_equal(3, found(w, "Tabellen"));
	assert_int_equal(3, found(w, NULL));
}

static void test_index_check__finds_a_missing_document(void **state)
{
	damaged(*state, "DELETE FROM search_source WHERE nano_id = (SELECT min(nano_id) FROM search_source)", true);
}

static void test_index_check__finds_other_words(void **state)
{
	damaged(*state, "UPDATE search_source SET title = 'Anders'", true);
}

static void test_index_check__finds_a_document_of_a_draft(void **state)
{
	damaged(*state, "INSERT INTO search_source SELECT 1000 + row_number() OVER (), id, title, '', '', 'carl', language FROM nano WHERE status = 'draft'", true);
}

static void test_index_check__finds_an_index_without_content(void **state)
{
	damaged(*state, "INSERT INTO search_document (rowid, title, description, topics, creator)"
	                " VALUES (7, 'Fremd', '', '', '')", true);
}

static void test_index_check__finds_other_words_in_the_index(void **state)
{
	damaged(*state, "INSERT INTO search_document (search_document, rowid, title, description, topics, creator)"
	                " SELECT 'delete', nano_id, 'Tabellen', '', '', '' FROM search_source LIMIT 1;"
	                "INSERT INTO search_document (rowid, title, description, topics, creator)"
	                " SELECT nano_id, 'Falsch', '', '', '' FROM search_source LIMIT 1", false);
}

/* ---- facts and figures ---- */

static void test_index_check__finds_facts_of_another_length(void **state)
{
	damaged(*state, "UPDATE search_facts SET facts = substr(facts, 1, 100)", true);
}

static void test_index_check__finds_facts_that_are_gone(void **state)
{
	damaged(*state, "DELETE FROM search_facts", true);
}

static void test_index_check__finds_facts_of_names_that_are_not_there(void **state)
{
	damaged(*state, "UPDATE search_facts SET names = substr(names, 1, 0)", true);
}

static void test_index_check__finds_another_name_behind_a_fact(void **state)
{
	damaged(*state, "UPDATE search_facts SET names = zeroblob(length(names))", true);
}

static void test_index_check__finds_other_figures(void **state)
{
	damaged(*state, "UPDATE search_figures SET figures = randomblob(length(figures))", true);
}

static void test_index_check__finds_figures_that_nobody_counted(void **state)
{
	damaged(*state, "UPDATE nano SET download_count = 7", true);
}

/* A document that no nano has, in a chunk of its own. */
static void test_index_check__finds_facts_of_no_document(void **state)
{
	damaged(*state, "INSERT INTO search_facts SELECT 3, generation, names, facts FROM search_facts;"
	                "INSERT INTO search_figures SELECT 3, generation, figures FROM search_figures WHERE chunk = 0", true);
}

/* Numbers go on where they were, so that there is room in the chunks and cursors stay right. */
static void test_index_put__numbers_documents_in_the_order_of_publication(void **state)
{
	struct world *w = *state;
	nmk_nano *nanos[4];

	for (int i = 0; i < 4; i++)
		nanos[i] = world_nano(w, w->creator, NMK_NANO_DRAFT);
	for (int i = 3; i >= 0; i--)
		assert_status(NMK_OK, nmk_nano_publish(w->system, nmk_nano_id(nanos[i])));
	assert_int_equal(4, world_sql(w, "SELECT count(*) FROM search_source"));
	assert_int_equal(1, world_sql(w, "SELECT document FROM search_source ORDER BY nano_id DESC LIMIT 1"));
	assert_int_equal(4, world_sql(w, "SELECT document FROM search_source ORDER BY nano_id LIMIT 1"));
	assert_status(NMK_OK, nmk_nano_unpublish(w->creator, nmk_nano_id(nanos[3])));
	assert_int_equal(3, world_sql(w, "SELECT count(*) FROM search_source"));
	assert_status(NMK_OK, nmk_nano_publish(w->system, nmk_nano_id(nanos[3])));
	assert_int_equal(5, world_sql(w, "SELECT document FROM search_source ORDER BY nano_id DESC LIMIT 1"));
	world_assert_sound(w, true);
	for (int i = 0; i < 4; i++)
		nmk_nano_free(nanos[i]);
}

/* From the 1024th on in another chunk. */
static void test_index_put__fills_one_chunk_after_the_other(void **state)
{
	struct world *w = *state;
	nmk_search_options options = NMK_SEARCH_OPTIONS_INIT;
	nmk_search_page *page;

	nmk_nano_free(world_nano_titled(w, w->creator, NMK_NANO_PUBLISHED, "Der Anfang"));
	spoil(w, "UPDATE search_source SET document = 1022; INSERT INTO search_document (search_document) VALUES ('rebuild');"
	         "DELETE FROM search_facts; UPDATE search_state SET generation = 7");
	for (int i = 0; i < 3; i++)
		nmk_nano_free(world_nano_titled(w, w->creator, NMK_NANO_PUBLISHED, "Mehr davon"));
	assert_int_equal(2, world_sql(w, "SELECT count(*) FROM search_facts"));
	assert_int_equal(1025, world_sql(w, "SELECT max(document) FROM search_source"));
	assert_int_equal(3, found(w, "davon"));
	options.facets = NMK_FACET_ALL;
	assert_status(NMK_OK, nmk_search(w->guest, &options, &page));
	assert_int_equal(3, nmk_search_page_total(page)); /* nothing is known of the first */
	assert_int_equal(3, nmk_search_page_count(page));
	nmk_search_page_free(page);
}

/* Who rates a nano need not wait for the doctor. */
static void test_index_figures__bear_that_there_are_none(void **state)
{
	struct world *w = *state;
	nmk_nano *nano = world_nano(w, w->creator, NMK_NANO_PUBLISHED);
	nmk_rating *rating;

	spoil(w, "DELETE FROM search_facts; INSERT INTO search_facts VALUES (9000000000, 1, x'', x'');"
	         "INSERT INTO search_figures VALUES (9000000000, 1, x''); UPDATE search_state SET generation = 7");
	assert_status(NMK_OK, nmk_rating_create(w->consumer, nmk_nano_id(nano), 5, NULL, &rating));
	assert_status(NMK_OK, nmk_rating_approve(w->admin, nmk_rating_id(rating), 0));
	assert_int_equal(0, found(w, "Tabellen"));
	assert_true(findings(w, true, true) > 0);
	assert_int_equal(1, found(w, "Tabellen"));
	nmk_rating_free(rating);
	nmk_nano_free(nano);
}

/* Until the doctor comes, what can be found is found. */
static void test_search__bears_facts_without_a_document(void **state)
{
	struct world *w = *state;
	nmk_search_options options = NMK_SEARCH_OPTIONS_INIT;
	nmk_search_page *page;

	fill(w);
	spoil(w, "DELETE FROM search_source WHERE document = 2");
	assert_status(NMK_OK, nmk_search(w->guest, &options, &page));
	assert_int_equal(2, nmk_search_page_count(page));
	nmk_search_page_free(page);
}

static void test_index_check__finds_an_empty_index(void **state)
{
	damaged(*state, "INSERT INTO search_document (search_document) VALUES ('delete-all')", true);
}

static void test_index_check__finds_a_vocabulary_of_other_documents(void **state)
{
	static const char *const damages[] = {
		"DELETE FROM vocabulary_page",
		"UPDATE vocabulary_page SET first = x'78'",
		"UPDATE vocabulary_page SET words = substr(words, 1, length(words) - 1)",
		"UPDATE vocabulary_page SET words = CAST(x'ff' || words AS BLOB)",
		"INSERT INTO vocabulary_page SELECT x'786d656872', words FROM vocabulary_page",
		"INSERT INTO vocabulary_page SELECT x'77', words FROM vocabulary_page",
		"INSERT INTO vocabulary_recent SELECT 100, words FROM vocabulary_page",
		"INSERT INTO vocabulary_recent VALUES (101, x'0003776162010000')",
	};
	struct world *w = *state;

	fill(w);
	spoil(w, "DELETE FROM vocabulary_recent WHERE document = 1");
	assert_int_equal(1, findings(w, true, true));
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM vocabulary_page"));
	for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
		spoil(w, damages[i]);
		assert_int_equal(1, findings(w, false, false));
		assert_int_equal(1, findings(w, true, true));
		assert_int_equal(0, findings(w, true, false));
	}
}

static void test_index_rebuild__makes_all_anew(void **state)
{
	struct world *w = *state;
	struct nmk_op op;
	nmk_status rc;

	fill(w);
	spoil(w, "INSERT INTO search_document (search_document) VALUES ('delete-all'); DELETE FROM search_source");
	assert_int_equal(0, found(w, "Tabellen"));
	rc = op_begin(&op, w->system, OP_market_repair);
	while (op_next(&op, &rc))
		rc = index_rebuild(&op);
	assert_status(NMK_OK, rc);
	assert_int_equal(3, found(w, "Tabellen"));
	assert_int_equal(0, findings(w, true, false));
}

static void test_index_put__is_the_same_twice_and_takes_out_what_is_not_published(void **state)
{
	struct world *w = *state;
	nmk_nano *in = world_nano(w, w->creator, NMK_NANO_PUBLISHED), *out = world_nano(w, w->creator, NMK_NANO_DRAFT);
	int64_t ids[2] = { 0, 0 };
	struct nmk_op op;
	nmk_status rc = op_begin(&op, w->system, OP_market_repair);

	while (op_next(&op, &rc)) {
		rc = tx_id(&op.tx, ID_NANO, "id", nmk_nano_id(in), &ids[0]);
		if (rc == NMK_OK)
			rc = tx_id(&op.tx, ID_NANO, "id", nmk_nano_id(out), &ids[1]);
		for (int i = 0; rc == NMK_OK && i < 4; i++)
			rc = index_put(&op, ids[i % 2]);
		if (rc == NMK_OK)
			rc = index_remove(&op, ids[1]);
		if (rc == NMK_OK)
			rc = index_remove(&op, 12345);
	}
	assert_status(NMK_OK, rc);
	assert_int_equal(1, found(w, "Tabellen"));
	assert_int_equal(0, findings(w, true, false));
	nmk_nano_free(in);
	nmk_nano_free(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_index_check__a_sound_store_has_no_findings),
		WORLD_TEST(test_index_check__finds_a_missing_document),
		WORLD_TEST(test_index_check__finds_other_words),
		WORLD_TEST(test_index_check__finds_a_document_of_a_draft),
		WORLD_TEST(test_index_check__finds_an_index_without_content),
		WORLD_TEST(test_index_check__finds_other_words_in_the_index),
		WORLD_TEST(test_index_check__finds_facts_of_another_length),
		WORLD_TEST(test_index_check__finds_facts_that_are_gone),
		WORLD_TEST(test_index_check__finds_facts_of_names_that_are_not_there),
		WORLD_TEST(test_index_check__finds_another_name_behind_a_fact),
		WORLD_TEST(test_index_check__finds_other_figures),
		WORLD_TEST(test_index_check__finds_figures_that_nobody_counted),
		WORLD_TEST(test_index_check__finds_facts_of_no_document),
		WORLD_TEST(test_index_put__numbers_documents_in_the_order_of_publication),
		WORLD_TEST(test_index_put__fills_one_chunk_after_the_other),
		WORLD_TEST(test_index_figures__bear_that_there_are_none),
		WORLD_TEST(test_search__bears_facts_without_a_document),
		WORLD_TEST(test_index_check__finds_an_empty_index),
		WORLD_TEST(test_index_check__finds_a_vocabulary_of_other_documents),
		WORLD_TEST(test_index_rebuild__makes_all_anew),
		WORLD_TEST(test_index_put__is_the_same_twice_and_takes_out_what_is_not_published),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
