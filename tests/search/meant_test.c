/* meant_test.c -- words that are misspelt: what was meant is found, and the answer says so. And where the words stand. */
#include "search_test.h"

#include <jansson.h>

static void lessons(struct world *w)
{
	published(w, lesson("Tabellen in Calc", "Zellen formatieren und verbinden."));
	published(w, lesson("Präsentationen", "Folien formatieren."));
	published(w, lesson("Umsatzsteuervoranmeldung", "Jedes Quartal."));
}

/* ---- corrections ---- */

static void test_search__finds_what_was_meant_by_a_misspelt_word_and_says_so(void **state)
{
	struct world *w = *state;
	nmk_search_options options = typed("Tabelen formatiren");
	nmk_search_page *page;

	lessons(w);
	page = searched(w, &options);
	assert_true(nmk_search_page_corrected(page));
	assert_false(nmk_search_page_relaxed(page));
	assert_string_equal("Tabellen formatieren", nmk_search_page_correction(page, 0));
	assert_int_equal(1, nmk_search_page_total(page));
	assert_string_equal("Tabellen in Calc", nmk_nano_title(nmk_search_page_item(page, 0)));
	nmk_search_page_free(page);
}

static void test_search__corrects_nothing_that_is_found(void **state)
{
	static const char *const texts[] = {
		"Tabellen", "Tabelle", "Tabel", "Steuer", "Voranmeldung", "formatieren Folien", "\"Tabelen\"", "-Tabelen", "Calc -Tabelen",
		"Kakteen", "Tab", "", "%",
	};
	struct world *w = *state;

	lessons(w);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		nmk_search_options options = typed(texts[i]);
		nmk_search_page *page = searched(w, &options);

		if (nmk_search_page_correction(page, 0) || nmk_search_page_corrected(page))
			fail_msg("%s: %s", texts[i], nmk_search_page_correction(page, 0));
		nmk_search_page_free(page);
	}
}

/* "Meinten Sie": what is strict is searched as it was typed, and the answer only offers. */
static void test_search__strict_offers_a_correction_and_does_not_use_it(void **state)
{
	struct world *w = *state;
	nmk_search_options options = typed("Tabelen");
	nmk_search_page *page;

	lessons(w);
	options.strict = true;
	page = searched(w, &options);
	assert_int_equal(0, nmk_search_page_total(page));
	assert_false(nmk_search_page_corrected(page));
	assert_string_equal("Tabellen", nmk_search_page_correction(page, 0));
	assert_null(nmk_search_page_correction(page, 1));
	nmk_search_page_free(page);
}

/* Which of several near words was meant, the others tell. */
static void test_search__takes_the_correction_with_which_something_has_all_words(void **state)
{
	struct world *w = *state;
	nmk_search_options options = typed("Zand");
	nmk_search_page *page;

	published(w, lesson("Sand und Stein", "Bauen."));
	published(w, lesson("Sand und Meer", "Urlaub."));
	published(w, lesson("Wand", "Mit Wandfarbe."));
	page = searched(w, &options);
	assert_string_equal("Sand", nmk_search_page_correction(page, 0));
	nmk_search_page_free(page);
	options.text = "Zand Wandfarbe";
	page = searched(w, &options);
	assert_true(nmk_search_page_corrected(page));
	assert_string_equal("Wand Wandfarbe", nmk_search_page_correction(page, 0));
	assert_non_null(nmk_search_page_correction(page, 1));
	nmk_search_page_free(page);
}

static void test_search__a_misspelt_word_relaxes_as_what_was_meant(void **state)
{
	struct world *w = *state;
	nmk_search_options options = typed("Tabelen Kakteen");
	nmk_search_page *page;

	lessons(w);
	page = searched(w, &options);
	assert_true(nmk_search_page_corrected(page));
	assert_true(nmk_search_page_relaxed(page));
	assert_string_equal("Tabellen Kakteen", nmk_search_page_correction(page, 0));
	assert_string_equal("Kakteen", nmk_search_page_missing(page, 0));
	assert_int_equal(1, nmk_search_page_total(page));
	nmk_search_page_free(page);
}

static void test_search__only_words_of_published_nanos_are_offered(void **state)
{
	struct world *w = *state;
	nmk_search_options options = typed("Seemansknoten");
	nmk_nano_fields fields = lesson("Seemannsknoten", "Palstek.");
	struct id id = drafted(w->creator, &fields);
	nmk_search_page *page = searched(w, &options);

	assert_null(nmk_search_page_correction(page, 0));
	nmk_search_page_free(page);
	assert_status(NMK_OK, nmk_nano_publish(w->system, id.text));
	page = searched(w, &options);
	assert_string_equal("Seemannsknoten", nmk_search_page_correction(page, 0));
	nmk_search_page_free(page);
	assert_status(NMK_OK, nmk_nano_takedown(w->admin, id.text, "weg", NULL, NULL));
	page = searched(w, &options);
	assert_null(nmk_search_page_correction(page, 0));
	nmk_search_page_free(page);
}

static void test_search__corrected_pages_go_on_corrected(void **state)
{
	struct world *w = *state;
	nmk_search_options options = typed("Tulpn");
	char next[1200];
	nmk_search_page *page;

	for (int i = 0; i < 5; i++)
		published(w, lesson("Tulpen", "Im Garten."));
	options.limit = 3;
	page = searched(w, &options);
	assert_true(nmk_search_page_corrected(page));
	snprintf(next, sizeof next, "%s", nmk_search_page_next(page));
	nmk_search_page_free(page);
	options.cursor = next;
	page = searched(w, &options);
	assert_true(nmk_search_page_corrected(page));
	assert_string_equal("Tulpen", nmk_search_page_correction(page, 0));
	assert_int_equal(2, nmk_search_page_count(page));
	assert_null(nmk_search_page_next(page));
	nmk_search_page_free(page);
}

/* ---- relaxing ---- */

static void test_search__fills_up_with_what_has_some_words_when_asked(void **state)
{
	struct world *w = *state;
	nmk_search_options options = typed("Rosen Tulpen");
	nmk_search_page *page;

	published(w, lesson("Rosen", "Im Garten."));
	published(w, lesson("Tulpen", "Im Garten."));
	published(w, lesson("Rosen und Tulpen", "Im Topf."));
	options.relax_below = 1;
	assert_int_equal(1, found_with(w, &options));
	options.relax_below = 2;
	page = searched(w, &options);
	assert_true(nmk_search_page_relaxed(page));
	assert_int_equal(3, nmk_search_page_total(page));
	assert_string_equal("Rosen und Tulpen", nmk_nano_title(nmk_search_page_item(page, 0)));
	assert_null(nmk_search_page_missing(page, 0));
	nmk_search_page_free(page);
	options.relax_below = 101;
	assert_status(NMK_EINVALID, nmk_search(w->guest, &options, &page));
	assert_string_equal("relax_below", nmk_session_error(w->guest)->field);
	options.relax_below = -1;
	assert_status(NMK_EINVALID, nmk_search(w->guest, &options, &page));
	options.relax_below = 100;
	options.strict = true;
	assert_int_equal(1, found_with(w, &options));
}

/* Only where some of the words are enough, and below what has the compound itself. */
static void test_search__parts_of_compounds_count_when_it_relaxes(void **state)
{
	struct world *w = *state;
	nmk_search_options options = typed("Umsatzsteuer Kakteen");
	nmk_search_page *page;

	published(w, lesson("Umsatz und Gewinn", "Die Steuer."));
	published(w, lesson("Umsatzsteuer", "Am Ende des Jahres."));
	assert_int_equal(1, found(w, "Umsatzsteuer"));
	page = searched(w, &options);
	assert_true(nmk_search_page_relaxed(page));
	assert_int_equal(2, nmk_search_page_total(page));
	assert_string_equal("Umsatzsteuer", nmk_nano_title(nmk_search_page_item(page, 0)));
	assert_string_equal("Kakteen", nmk_search_page_missing(page, 0));
	assert_null(nmk_search_page_missing(page, 1));
	nmk_search_page_free(page);
}

/* ---- where the words stand ---- */

static void test_search__marks_the_words_in_title_and_description(void **state)
{
	struct world *w = *state;
	nmk_search_options options = typed("tabelle formeln");
	nmk_search_page *page;
	const char *snippet;

	published(w, lesson("Tabellen & <Formeln>", "In jeder \"Tabelle\" steht eine Formel, und in Übungstabellen zwei."));
	page = searched(w, &options);
	assert_null(nmk_search_page_snippet(page, 0));
	assert_null(nmk_search_page_html_snippet(page, 0));
	assert_null(nmk_search_page_html_title(page, 0));
	assert_int_equal(0, nmk_search_page_mark_count(page, 0));
	nmk_search_page_free(page);
	options.snippet_characters = 200;
	page = searched(w, &options);
	snippet = nmk_search_page_snippet(page, 0);
	assert_string_equal("In jeder \"Tabelle\" steht eine Formel, und in Übungstabellen zwei.", snippet);
	assert_string_equal("In jeder &quot;<mark>Tabelle</mark>&quot; steht eine <mark>Formel</mark>, und in <mark>Übungstabellen</mark> zwei.",
	                    nmk_search_page_html_snippet(page, 0));
	assert_string_equal("<mark>Tabellen</mark> &amp; &lt;<mark>Formeln</mark>&gt;", nmk_search_page_html_title(page, 0));
	assert_int_equal(3, nmk_search_page_mark_count(page, 0));
	assert_memory_equal("Übungstabellen", snippet + nmk_search_page_mark_start(page, 0, 2), strlen("Übungstabellen"));
	assert_int_equal(strlen("Übungstabellen"), nmk_search_page_mark_end(page, 0, 2) - nmk_search_page_mark_start(page, 0, 2));
	assert_int_equal(0, nmk_search_page_mark_end(page, 0, 3));
	assert_int_equal(0, nmk_search_page_mark_count(page, 1));
	assert_null(nmk_search_page_snippet(page, 1));
	nmk_search_page_free(page);
}

static void test_search__a_passage_is_no_longer_than_was_asked(void **state)
{
	struct world *w = *state;
	nmk_search_options options = typed("Palstek");
	nmk_search_page *page;
	char description[1600] = "";

	for (int i = 0; i < 20; i++)
		strcat(description, "Hier steht etwas anderes. ");
	strcat(description, "Der Palstek hält. ");
	for (int i = 0; i < 20; i++)
		strcat(description, "Und hier noch etwas. ");
	published(w, lesson("Knoten", description));
	for (int32_t characters = 20; characters <= 1000; characters += 70) {
		options.snippet_characters = characters;
		page = searched(w, &options);
		assert_int_equal(1, nmk_search_page_mark_count(page, 0));
		assert_non_null(strstr(nmk_search_page_snippet(page, 0), "Palstek"));
		assert_true(strlen(nmk_search_page_snippet(page, 0)) <= (size_t)characters + 2 * strlen("…") + 8);
		nmk_search_page_free(page);
	}
	options.snippet_characters = 19;
	assert_status(NMK_EINVALID, nmk_search(w->guest, &options, &page));
	assert_string_equal("snippet_characters", nmk_session_error(w->guest)->field);
	options.snippet_characters = 1001;
	assert_status(NMK_EINVALID, nmk_search(w->guest, &options, &page));
}

static void test_search__marks_what_was_meant(void **state)
{
	struct world *w = *state;
	nmk_search_options options = typed("Tabelen");
	nmk_search_page *page;
	json_t *json, *item, *mark;
	char *text;

	published(w, lesson("Übungen", "Öfter Tabellen üben."));
	options.snippet_characters = 100;
	page = searched(w, &options);
	text = nmk_search_page_json(page);
	json = json_loads(text, 0, NULL);
	item = json_object_get(json_array_get(json_object_get(json, "items"), 0), "snippet");
	assert_string_equal("Öfter <mark>Tabellen</mark> üben.", json_string_value(json_object_get(item, "html")));
	mark = json_array_get(json_object_get(item, "marks"), 0);
	assert_int_equal(6, json_integer_value(json_array_get(mark, 0)));
	assert_int_equal(14, json_integer_value(json_array_get(mark, 1)));
	assert_true(json_is_true(json_object_get(json, "corrected")));
	assert_string_equal("Tabellen", json_string_value(json_array_get(json_object_get(json, "corrections"), 0)));
	json_decref(json);
	nmk_free(text);
	nmk_search_page_free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_search__finds_what_was_meant_by_a_misspelt_word_and_says_so),
		WORLD_TEST(test_search__corrects_nothing_that_is_found),
		WORLD_TEST(test_search__strict_offers_a_correction_and_does_not_use_it),
		WORLD_TEST(test_search__takes_the_correction_with_which_something_has_all_words),
		WORLD_TEST(test_search__a_misspelt_word_relaxes_as_what_was_meant),
		WORLD_TEST(test_search__only_words_of_published_nanos_are_offered),
		WORLD_TEST(test_search__corrected_pages_go_on_corrected),
		WORLD_TEST(test_search__fills_up_with_what_has_some_words_when_asked),
		WORLD_TEST(test_search__parts_of_compounds_count_when_it_relaxes),
		WORLD_TEST(test_search__marks_the_words_in_title_and_description),
		WORLD_TEST(test_search__a_passage_is_no_longer_than_was_asked),
		WORLD_TEST(test_search__marks_what_was_meant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
