/* search_test.c -- what is found, in which order, and what typing can never break. */
#include "search_test.h"

#include <jansson.h>

/* ---- what is found when ---- */

static void test_search__finds_a_nano_from_its_publication_to_its_end(void **state)
{
	struct world *w = *state;
	nmk_nano_fields fields = lesson("Seemannsknoten", "Palstek und Kreuzknoten.");
	struct id id = drafted(w->creator, &fields);

	assert_int_equal(0, found(w, "Seemannsknoten"));
	assert_status(NMK_OK, nmk_nano_submit(w->creator, id.text));
	assert_int_equal(0, found(w, "Seemannsknoten"));
	assert_status(NMK_OK, nmk_nano_publish(w->moderator, id.text));
	assert_int_equal(1, found(w, "Seemannsknoten"));
	assert_status(NMK_OK, nmk_nano_unpublish(w->creator, id.text));
	assert_int_equal(0, found(w, "Seemannsknoten"));
	assert_int_equal(0, found(w, NULL));
	fields.title = "Schifferknoten";
	fields.set = NMK_NANO_TITLE;
	assert_status(NMK_OK, nmk_nano_update(w->creator, id.text, &fields, NULL));
	assert_status(NMK_OK, nmk_nano_submit(w->creator, id.text));
	assert_status(NMK_OK, nmk_nano_publish(w->moderator, id.text));
	assert_int_equal(0, found(w, "Seemannsknoten"));
	assert_int_equal(1, found(w, "Schifferknoten"));
	assert_status(NMK_OK, nmk_nano_archive(w->creator, id.text));
	assert_int_equal(0, found(w, "Schifferknoten"));
	assert_status(NMK_OK, nmk_nano_delete(w->creator, id.text));
	assert_int_equal(0, found(w, "Schifferknoten"));
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM search_source"));
}

static void test_search__loses_a_nano_with_its_takedown(void **state)
{
	struct world *w = *state;
	struct id gone = published(w, lesson("Abseilen", "Mit Helm."));

	published(w, lesson("Abseilen zu zweit", "Mit zwei Helmen."));
	assert_int_equal(2, found(w, "Abseilen"));
	assert_status(NMK_OK, nmk_nano_takedown(w->admin, gone.text, "gefährlich", NULL, NULL));
	assert_int_equal(1, found(w, "Abseilen"));
	assert_int_equal(1, found(w, NULL));
	assert_string_equal("Abseilen zu zweit", first(w, "Abseilen"));
}

static void test_search__looks_into_title_description_topics_and_creator(void **state)
{
	struct world *w = *state;
	struct id topic = category(w, "Gartenbau", NULL);
	const char *ids[] = { topic.text };
	nmk_nano_fields fields = lesson("Rosen schneiden", "Im Frühjahr mit scharfer Schere.");

	fields.category_ids = ids;
	fields.category_count = 1;
	published(w, fields);
	assert_int_equal(1, found(w, "Rosen"));
	assert_int_equal(1, found(w, "Schere"));
	assert_int_equal(1, found(w, "Gartenbau"));
	assert_int_equal(1, found(w, "carl"));
	assert_int_equal(1, found(w, "carl rosen gartenbau"));
}

static void test_search__umlauts_case_stems_and_beginnings_meet(void **state)
{
	static const char *const spellings[] = { "Übungen", "übung", "UEBUNG", "Übungen für Tabelle", "tabellen", "TABELLE",
	                                         "Tabel", "straße", "Strasse", "\"Übungen für Tabellen\"", "+Übung" };
	struct world *w = *state;

	published(w, lesson("Übungen für Tabellen", "Auf der Straße und im Büro."));
	for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++)
		if (found(w, spellings[i]) != 1)
			fail_msg("not found: %s", spellings[i]);
	assert_int_equal(0, found(w, "Übung -Tabelle"));
	assert_int_equal(0, found(w, "\"Tabellen Übungen\""));
}

static void test_search__a_title_counts_more_than_topics_and_text(void **state)
{
	struct world *w = *state;
	struct id topic = category(w, "Excel", NULL);
	const char *ids[] = { topic.text };
	nmk_nano_fields fields = lesson("Nur das Thema", "Ganz ohne das Wort.");

	fields.category_ids = ids;
	fields.category_count = 1;
	for (int i = 0; i < 5; i++)
		published(w, lesson("Kochen", "Etwas anderes."));
	published(w, lesson("Excel anfangen", "Ein Anfang ohne Vorwissen."));
	published(w, fields);
	published(w, lesson("Nur im Text", "Ein Anfang mit Excel ohne Vorwissen."));
	assert_int_equal(3, found(w, "Excel"));
	assert_string_equal("Excel anfangen", first(w, "Excel"));
}

static void test_search__a_renamed_category_is_found_by_its_new_name(void **state)
{
	struct world *w = *state;
	struct id topic = category(w, "Haushalt", NULL), other = category(w, "Keller", NULL);
	const char *ids[] = { topic.text, other.text };
	nmk_nano_fields fields = lesson("Fenster putzen", "Ohne Streifen.");
	nmk_category_changes changes = NMK_CATEGORY_CHANGES_INIT;

	fields.category_ids = ids;
	fields.category_count = 2;
	published(w, fields);
	published(w, fields);
	published(w, lesson("Unbeteiligt", "Bleibt."));
	drafted(w->creator, &fields);
	assert_int_equal(2, found(w, "Haushalt"));
	changes.set = NMK_CATEGORY_NAME;
	changes.name = "Wohnung";
	assert_status(NMK_OK, nmk_category_update(w->admin, topic.text, &changes, NULL));
	assert_int_equal(0, found(w, "Haushalt"));
	assert_int_equal(2, found(w, "Wohnung"));
	assert_int_equal(2, found(w, "Keller"));
	assert_int_equal(2, found(w, "Fenster"));
	assert_int_equal(1, found(w, "Unbeteiligt"));
	changes.set = NMK_CATEGORY_PARENT_ID;
	changes.parent_id = other.text;
	assert_status(NMK_OK, nmk_category_update(w->admin, topic.text, &changes, NULL));
	assert_int_equal(2, found(w, "Wohnung"));
}

/* ---- filters ---- */

static void test_search__filters_combine_with_and_without_text(void **state)
{
	struct world *w = *state;
	struct id top = category(w, "Oben", NULL), low = category(w, "Unten", top.text);
	const char *ids[] = { low.text };
	const char *const texts[] = { "Filter", NULL, "", "   ", "-" };

	for (int i = 0; i < 12; i++) {
		nmk_nano_fields fields = lesson("Filter", "Text");
		struct id id;

		fields.duration_minutes = 10 * (i + 1);
		fields.competency_level = (nmk_competency_level)(i % 3 + 1);
		fields.format = (nmk_format)(i % 2 + 1);
		fields.license = (nmk_license)(i % 4 + 1);
		fields.language = i < 6 ? "de" : "en";
		fields.category_ids = ids;
		fields.category_count = i % 2 ? 1 : 0;
		id = drafted(i < 4 ? w->stranger : w->creator, &fields);
		assert_status(NMK_OK, nmk_nano_publish(w->system, id.text));
	}
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		nmk_search_options options = typed(texts[i]);

		assert_int_equal(12, found_with(w, &options));
		options.category_id = top.text;
		assert_int_equal(6, found_with(w, &options));
		options.creator_id = nmk_session_user_id(w->creator);
		assert_int_equal(4, found_with(w, &options));
		options.language = "EN";
		assert_int_equal(3, found_with(w, &options));
		options.competency_level = NMK_LEVEL_BEGINNER;
		assert_int_equal(1, found_with(w, &options));
		options = typed(texts[i]);
		options.format = NMK_FORMAT_VIDEO;
		assert_int_equal(6, found_with(w, &options));
		options.license = NMK_LICENSE_CC0;
		assert_int_equal(3, found_with(w, &options));
		options = typed(texts[i]);
		options.duration_minimum = 30;
		assert_int_equal(10, found_with(w, &options));
		options.duration_maximum = 30;
		assert_int_equal(1, found_with(w, &options));
		options.duration_minimum = 31;
		assert_int_equal(0, found_with(w, &options));
		options.duration_minimum = 0;
		options.duration_maximum = 29;
		assert_int_equal(2, found_with(w, &options));
	}
}

/* From 1000 topics on a filter works the other way round. */
static void test_search__finds_the_same_in_a_small_and_in_a_large_category(void **state)
{
	struct world *w = *state;
	struct id top = category(w, "Oben", NULL), low = category(w, "Unten", top.text), other = category(w, "Neben", NULL);
	const char *here[] = { low.text, top.text }, *there[] = { other.text };
	nmk_search_options options = typed(NULL);

	options.limit = 100;
	options.category_id = top.text;
	for (int i = 0; i < 501; i++) {
		nmk_nano_fields fields = lesson(i % 10 ? "Masse" : "Besonderes", "Text");

		fields.category_ids = i % 10 ? here : there;
		fields.category_count = i % 10 ? 2 : 1;
		published(w, fields);
	}
	for (int round = 0; round < 2; round++) {
		options.text = "Besonderes";
		assert_int_equal(0, found_with(w, &options));
		options.text = "Masse";
		assert_int_equal(100, found_with(w, &options));
		options.category_id = other.text;
		assert_int_equal(0, found_with(w, &options));
		options.text = NULL;
		assert_int_equal(51, found_with(w, &options));
		options.category_id = top.text;
		assert_int_equal(100, found_with(w, &options));
		for (int i = 0; i < 60; i++) {
			nmk_nano_fields fields = lesson("Masse", "Text");

			fields.category_ids = here;
			fields.category_count = 2;
			published(w, fields);
		}
	}
	assert_true(world_sql(w, "SELECT count(*) FROM nano_category") > 1000);
}

static nmk_status refused(struct world *w, const nmk_search_options *options, const char *field)
{
	nmk_search_page *page = (nmk_search_page *)w;
	nmk_status rc = nmk_search(w->guest, options, &page);

	assert_null(page);
	assert_field(field, w->guest);
	return rc;
}

static void test_search__checks_its_options(void **state)
{
	static const char *const invalid[] = { "\xff", "a\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc0\xaf" };
	struct world *w = *state;
	nmk_search_options options = typed(NULL);
	nmk_search_page *page;

	assert_status(NMK_EINVALID, nmk_search(NULL, NULL, &page));
	assert_status(NMK_EINVALID, nmk_search(w->guest, NULL, NULL));
	assert_status(NMK_OK, nmk_search(w->guest, NULL, &page));
	nmk_search_page_free(page);
	for (size_t i = 0; i < sizeof invalid / sizeof invalid[0]; i++) {
		options.text = invalid[i];
		assert_status(NMK_EINVALID, refused(w, &options, "text"));
	}
	options = typed("x");
	options.version = 2;
	assert_status(NMK_EINVALID, refused(w, &options, "version"));
	options = typed("x");
	options.competency_level = (nmk_competency_level)4;
	assert_status(NMK_EINVALID, refused(w, &options, "competency_level"));
	options = typed("x");
	options.duration_minimum = -1;
	assert_status(NMK_EINVALID, refused(w, &options, "duration_minimum"));
	options.duration_minimum = 1441;
	assert_status(NMK_EINVALID, refused(w, &options, "duration_minimum"));
	options.duration_minimum = 1440;
	options.duration_maximum = 1441;
	assert_status(NMK_EINVALID, refused(w, &options, "duration_maximum"));
	options.duration_maximum = 1440;
	assert_int_equal(0, found_with(w, &options));
	options.limit = 101;
	assert_status(NMK_EINVALID, refused(w, &options, "limit"));
	options = typed("x");
	options.cursor = "x";
	assert_status(NMK_EINVALID, refused(w, &options, "cursor"));
	options = typed("x");
	options.category_id = "nichts";
	assert_status(NMK_ENOTFOUND, refused(w, &options, "category_id"));
	options = typed("x");
	options.creator_id = "niemand";
	assert_status(NMK_ENOTFOUND, refused(w, &options, "creator_id"));
}

/* A page of browsing is not continued by a search. */
static void test_search__a_cursor_is_of_its_own_list(void **state)
{
	struct world *w = *state;
	nmk_search_options options = typed(NULL);
	char next[1200];
	nmk_search_page *page;

	published(w, lesson("Eins", "Text"));
	published(w, lesson("Zwei", "Text"));
	options.limit = 1;
	assert_status(NMK_OK, nmk_search(w->guest, &options, &page));
	snprintf(next, sizeof next, "%s", nmk_search_page_next(page));
	nmk_search_page_free(page);
	options.cursor = next;
	options.text = "Text";
	assert_status(NMK_EINVALID, refused(w, &options, "cursor"));
}

/* ---- pages ---- */

/* Seven at a time, while others come in and go. */
static void each_once(struct world *w, const char *text)
{
	nmk_search_options options = typed(text);
	char next[1200] = "", title[64];
	int seen[30] = { 0 }, turn = 0;
	nmk_search_page *page;

	for (int i = 0; i < 30; i++) {
		snprintf(title, sizeof title, "Stapler %02d%s", i, i % 3 ? "" : " fahren lernen im Lager");
		published(w, lesson(title, i % 2 ? "Stapler fahren" : "Gabelstapler sicher im Lager bewegen."));
	}
	options.limit = 7;
	do {
		options.cursor = *next ? next : NULL;
		assert_status(NMK_OK, nmk_search(w->guest, &options, &page));
		assert_true(nmk_search_page_count(page) <= 7);
		for (size_t i = 0; i < nmk_search_page_count(page); i++) {
			int number;

			if (sscanf(nmk_nano_title(nmk_search_page_item(page, i)), "Stapler %d", &number) == 1)
				seen[number]++;
		}
		snprintf(next, sizeof next, "%s", nmk_search_page_next(page) ? nmk_search_page_next(page) : "");
		nmk_search_page_free(page);
		for (int i = 0; i < 4; i++) {
			snprintf(title, sizeof title, "Kochen %d", turn);
			published(w, lesson(title, "Suppe."));
		}
		turn++;
	} while (*next);
	assert_true(turn >= 5);
	for (int i = 0; i < 30; i++)
		if (seen[i] != 1)
			fail_msg("number %d came %d times", i, seen[i]);
}

static void test_search__pages_by_relevance_show_each_once(void **state)
{
	each_once(*state, "Stapler");
}

static void test_search__pages_of_browsing_show_each_once(void **state)
{
	each_once(*state, NULL);
}

/* The nano at which a page ended may be gone when the next is asked for. */
static void test_search__a_page_goes_on_when_its_last_nano_is_gone(void **state)
{
	struct world *w = *state;
	nmk_search_options options = typed("Wald");
	char next[1200], last[64];
	nmk_search_page *page;
	size_t rest;

	for (int i = 0; i < 9; i++)
		published(w, lesson(i % 2 ? "Wald" : "Wald und Wiese und Weide", "Draußen."));
	options.limit = 4;
	assert_status(NMK_OK, nmk_search(w->guest, &options, &page));
	snprintf(next, sizeof next, "%s", nmk_search_page_next(page));
	snprintf(last, sizeof last, "%s", nmk_nano_id(nmk_search_page_item(page, 3)));
	nmk_search_page_free(page);
	assert_status(NMK_OK, nmk_nano_takedown(w->admin, last, "x", NULL, NULL));
	options.cursor = next;
	options.limit = 100;
	rest = found_with(w, &options);
	assert_true(rest >= 4 && rest <= 5);
}

static void test_search__browsing_shows_the_newest_first(void **state)
{
	struct world *w = *state;

	published(w, lesson("Alt", "Text"));
	published(w, lesson("Neu", "Text"));
	assert_string_equal("Neu", first(w, NULL));
	assert_string_equal("Neu", first(w, "!!!"));
	assert_string_equal("Neu", first(w, "-alt"));
}

/* ---- what is typed is never an error ---- */

static void typing(struct world *w, const char *text)
{
	nmk_search_options options = typed(text);
	nmk_search_page *page;

	assert_status(NMK_OK, nmk_search(w->guest, &options, &page));
	nmk_search_page_free(page);
}

static void test_search__what_is_typed_is_never_an_error(void **state)
{
	static const char *const texts[] = {
		"\"", "\"\"", "\"offen", "a\"b\"c", "((", "AND", "NOT NEAR OR", "title:x", "{title} : x", "^a", "a*", "*", "**",
		"-", "--", "+-+", "a -", "' OR 1=1 --", "; DROP TABLE nano;", "\\", "%", "_", "\x01\x02", "a\tb\nc",
		("\xe2\x80\x9e" "auf\xe2\x80\x9c"), "\xf0\x9f\x98\x80", "\xe2\x80\x8b", "NEAR(a b, 3)", "a + b", "[[x: y]]", ":match",
	};
	struct world *w = *state;
	char *megabyte = malloc(1048577), every[3] = "";
	json_t *list, *item;
	size_t index;

	published(w, lesson("Etwas", "a b c x auf"));
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		typing(w, texts[i]);
	for (int c = 1; c < 128; c++) {
		every[0] = (char)c;
		typing(w, every);
		every[1] = '"';
		typing(w, every);
		every[1] = '\0';
	}
	for (int kind = 0; kind < 4; kind++) {
		for (size_t i = 0; i < 1048576; i++)
			megabyte[i] = kind == 0 ? 'a' : kind == 1 ? '"' : kind == 2 ? "ab "[i % 3] : "-a\" "[i % 4];
		megabyte[1048576] = '\0';
		typing(w, megabyte);
	}
	free(megabyte);
	list = json_load_file(shared_file("data/security/blns/blns.json"), JSON_ALLOW_NUL, NULL);
	assert_non_null(list);
	json_array_foreach(list, index, item)
		typing(w, json_string_value(item));
	assert_true(index > 500);
	json_decref(list);
}

static void test_search__is_for_everyone(void **state)
{
	struct world *w = *state;
	nmk_session *sessions[] = { w->guest, w->consumer, w->creator, w->moderator, w->admin, w->suspended, w->system };

	published(w, lesson("Offen", "Für alle."));
	for (size_t i = 0; i < sizeof sessions / sizeof sessions[0]; i++) {
		nmk_search_options options = typed("offen");
		nmk_search_page *page;

		assert_status(NMK_OK, nmk_search(sessions[i], &options, &page));
		assert_int_equal(1, nmk_search_page_count(page));
		nmk_search_page_free(page);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_search__finds_a_nano_from_its_publication_to_its_end),
		WORLD_TEST(test_search__loses_a_nano_with_its_takedown),
		WORLD_TEST(test_search__looks_into_title_description_topics_and_creator),
		WORLD_TEST(test_search__umlauts_case_stems_and_beginnings_meet),
		WORLD_TEST(test_search__a_title_counts_more_than_topics_and_text),
		WORLD_TEST(test_search__a_renamed_category_is_found_by_its_new_name),
		WORLD_TEST(test_search__filters_combine_with_and_without_text),
		WORLD_TEST(test_search__finds_the_same_in_a_small_and_in_a_large_category),
		WORLD_TEST(test_search__checks_its_options),
		WORLD_TEST(test_search__a_cursor_is_of_its_own_list),
		WORLD_TEST(test_search__pages_by_relevance_show_each_once),
		WORLD_TEST(test_search__pages_of_browsing_show_each_once),
		WORLD_TEST(test_search__a_page_goes_on_when_its_last_nano_is_gone),
		WORLD_TEST(test_search__browsing_shows_the_newest_first),
		WORLD_TEST(test_search__what_is_typed_is_never_an_error),
		WORLD_TEST(test_search__is_for_everyone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
