/* language_test.c -- each nano is found by the rules of its own language. */
#include "search_test.h"

#include <jansson.h>
#include "tamper.h"

static struct id published_in(struct world *w, const char *language, const char *title, const char *description)
{
	nmk_nano_fields fields = lesson(title, description);

	fields.language = language;
	return published(w, fields);
}

static void assert_all_found(struct world *w, const char *const *texts, size_t count, size_t expected)
{
	for (size_t i = 0; i < count; i++) {
		nmk_search_options options = typed(texts[i]);

		options.strict = true;
		if (found_with(w, &options) != expected)
			fail_msg("%s: %zu", texts[i], found_with(w, &options));
	}
}
#define COUNT(array) (sizeof(array) / sizeof *(array))

static void test_search__finds_english_nanos_in_all_their_forms(void **state)
{
	static const char *const forms[] = {
		"running", "runs", "run", "databases", "database", "companies", "company", "Company databases", "\"run the database\"",
		"compan", "datab*", "+running", "runs -slowly",
	};
	struct world *w = *state;

	published_in(w, "en", "Running the databases of companies", "How they run every day.");
	assert_all_found(w, forms, COUNT(forms), 1);
	assert_int_equal(0, found(w, "company -database"));
	assert_int_equal(0, found(w, "\"databases company\""));
	world_assert_sound(w, true);
}

/* Neither language has words of the other: "banking" has the stem of "Bank" in English alone. */
static void test_search__german_stays_as_it_is(void **state)
{
	static const char *const typed[] = { "Bank", "banking", "Übungen", "uebung", "Gärten", "garden" };
	struct world *w = *state;
	size_t before[COUNT(typed)];

	published_in(w, "de", "Eine Bank eröffnen", "Mit Übungen im Garten.");
	published_in(w, "de", "Online-Banking", "Ohne Garten.");
	for (size_t i = 0; i < COUNT(typed); i++)
		before[i] = found(w, typed[i]);
	published_in(w, "en", "Nothing of all that", "And more.");
	published_in(w, "fr", "Rien de tout cela", "Et plus.");
	for (size_t i = 0; i < COUNT(typed); i++)
		if (found(w, typed[i]) != before[i])
			fail_msg("%s: %zu, not %zu", typed[i], found(w, typed[i]), before[i]);
	assert_int_equal(1, found(w, "Nothing"));
}

static void test_search__finds_other_languages_by_their_words_as_they_are(void **state)
{
	static const char *const forms[] = { "tableaux", "TABLEAUX", "croisés", "croises", "croi", "\"tableaux croisés\"" };
	static const char *const others[] = { "tableaus", "croisement" };
	struct world *w = *state;

	published_in(w, "fr", "Les tableaux croisés", "Text.");
	assert_all_found(w, forms, COUNT(forms), 1);
	assert_all_found(w, others, COUNT(others), 0);
}

static void test_search__a_topic_and_a_creator_are_found_whatever_the_language(void **state)
{
	struct world *w = *state;
	struct id topic = category(w, "Datenbanken", NULL);
	const char *ids[] = { topic.text };
	nmk_nano_fields fields = lesson("Indexes", "Text.");

	fields.language = "en";
	fields.category_ids = ids;
	fields.category_count = 1;
	published(w, fields);
	assert_int_equal(1, found(w, "Datenbank index"));
	assert_int_equal(1, found(w, "carl indexes"));
}

static void test_search__as_typed_comes_before_other_forms_in_english_too(void **state)
{
	struct world *w = *state;

	published_in(w, "en", "A runner runs", "Text.");
	published_in(w, "en", "A runner is running", "Text.");
	published_in(w, "en", "A runner likes runs", "Text.");
	assert_string_equal("A runner is running", first(w, "running"));
	assert_int_equal(3, found(w, "running"));
}

static void test_search__filters_by_language(void **state)
{
	struct world *w = *state;
	nmk_search_options options = typed("database");

	published_in(w, "de", "Database-Kurs", "Text.");
	published_in(w, "en", "Databases", "Text.");
	published_in(w, "fr", "database", "Text.");
	assert_int_equal(3, found_with(w, &options));
	options.language = "en";
	assert_int_equal(1, found_with(w, &options));
	assert_int_equal(1, found(w, "databases language:en"));
	assert_int_equal(1, found(w, "database sprache:fr"));
	assert_int_equal(0, found(w, "databases sprache:fr"));
	assert_int_equal(1, found(w, "kurse sprache:de"));
	assert_int_equal(0, found(w, "kurse sprache:en"));
}

static void move_to_language(struct world *w, const char *id, const char *language)
{
	nmk_nano_fields fields;

	nmk_nano_fields_init(&fields);
	fields.language = language;
	fields.set = NMK_NANO_LANGUAGE;
	assert_status(NMK_OK, nmk_nano_unpublish(w->creator, id));
	assert_status(NMK_OK, nmk_nano_update(w->creator, id, &fields, NULL));
	assert_status(NMK_OK, nmk_nano_publish(w->system, id));
}

static void test_search__follows_a_nano_into_another_language(void **state)
{
	struct world *w = *state;
	struct id id = published_in(w, "de", "Companies", "Many houses.");

	assert_int_equal(0, found(w, "company"));
	move_to_language(w, id.text, "en");
	assert_int_equal(1, found(w, "company"));
	assert_int_equal(1, found(w, "house"));
	move_to_language(w, id.text, "fr");
	assert_int_equal(0, found(w, "company"));
	assert_int_equal(1, found(w, "companies"));
	world_assert_sound(w, true);
}

static double idf_of(struct world *w, const char *word)
{
	nmk_search_options options = typed(word);
	nmk_search_page *page;
	json_t *reason;
	double idf;

	options.explain = true;
	assert_status(NMK_OK, nmk_search(w->guest, &options, &page));
	assert_int_equal(4, nmk_search_page_count(page));
	reason = json_loads(nmk_search_page_explanation(page, 0), 0, NULL);
	idf = json_real_value(json_object_get(json_array_get(json_object_get(reason, "words"), 0), "idf"));
	json_decref(reason);
	nmk_search_page_free(page);
	return idf;
}

/* How rare a word is, all documents together tell: else that of the smaller language would be worth more. */
static void test_search__a_word_is_worth_the_same_whatever_the_languages(void **state)
{
	struct world *w = *state;
	struct id ids[4];
	double idf;

	for (int i = 0; i < 12; i++)
		published_in(w, "de", "Etwas anderes", "Text.");
	for (int i = 0; i < 4; i++)
		ids[i] = published_in(w, "de", "Excel", "Text.");
	idf = idf_of(w, "Excel");
	assert_true(idf > 0.5);
	move_to_language(w, ids[0].text, "en");
	move_to_language(w, ids[1].text, "en");
	move_to_language(w, ids[2].text, "fr");
	assert_true(idf_of(w, "Excel") == idf);
}

/* Of an English nano that is gone, no word is left: FTS5 was told what it had been told before. */
static void test_search__loses_english_nanos_wholly(void **state)
{
	struct world *w = *state;
	struct id gone = published_in(w, "en", "Running databases", "Companies."), kept = published_in(w, "en", "Sailing", "Ships.");

	assert_status(NMK_OK, nmk_nano_takedown(w->admin, gone.text, "weg", NULL, NULL));
	assert_int_equal(0, found(w, "running"));
	world_assert_sound(w, true);
	assert_status(NMK_OK, nmk_nano_unpublish(w->creator, kept.text));
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM search_document_docsize"));
	world_assert_sound(w, true);
}

static void test_search_rebuild__makes_english_words_anew(void **state)
{
	struct world *w = *state;
	struct id gone;

	published_in(w, "en", "Running databases", "Companies.");
	gone = published_in(w, "en", "Sailing ships", "Text.");
	published_in(w, "de", "Segelkurse", "Text.");
	assert_status(NMK_OK, nmk_search_rebuild(w->system, NULL, NULL));
	assert_int_equal(1, found(w, "companies"));
	assert_int_equal(1, found(w, "Kurse"));
	assert_int_equal(1, found(w, "ship"));
	assert_status(NMK_OK, nmk_nano_unpublish(w->creator, gone.text));
	world_assert_sound(w, true);
}

static void test_market_check__finds_a_document_in_another_language(void **state)
{
	struct world *w = *state;
	nmk_check_report *report;

	published_in(w, "en", "Companies", "Text.");
	tamper(w, "UPDATE search_source SET language = 'de'");
	assert_status(NMK_OK, nmk_market_check(w->system, false, NULL, NULL, &report));
	assert_int_not_equal(0, nmk_check_report_count(report));
	assert_string_equal("index", nmk_check_report_check(report, 0));
	nmk_check_report_free(report);
	assert_status(NMK_OK, nmk_market_check(w->system, true, NULL, NULL, &report));
	nmk_check_report_free(report);
	world_assert_sound(w, true);
	assert_int_equal(1, found(w, "company"));
}

/* The topic's new name comes into a document whose other words stay. */
static void test_search__renews_english_nanos(void **state)
{
	struct world *w = *state;
	struct id topic = category(w, "Data", NULL);
	const char *ids[] = { topic.text };
	nmk_category_changes changes = NMK_CATEGORY_CHANGES_INIT;
	nmk_nano_fields fields = lesson("Running companies", "Text.");

	fields.language = "en";
	fields.category_ids = ids;
	fields.category_count = 1;
	published(w, fields);
	changes.set = NMK_CATEGORY_NAME;
	changes.name = "Informatik";
	assert_status(NMK_OK, nmk_category_update(w->system, topic.text, &changes, NULL));
	assert_int_equal(1, found(w, "runs Informatik"));
	world_assert_sound(w, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_search__finds_english_nanos_in_all_their_forms),
		WORLD_TEST(test_search__german_stays_as_it_is),
		WORLD_TEST(test_search__finds_other_languages_by_their_words_as_they_are),
		WORLD_TEST(test_search__a_topic_and_a_creator_are_found_whatever_the_language),
		WORLD_TEST(test_search__as_typed_comes_before_other_forms_in_english_too),
		WORLD_TEST(test_search__filters_by_language),
		WORLD_TEST(test_search__follows_a_nano_into_another_language),
		WORLD_TEST(test_search__a_word_is_worth_the_same_whatever_the_languages),
		WORLD_TEST(test_search__loses_english_nanos_wholly),
		WORLD_TEST(test_search_rebuild__makes_english_words_anew),
		WORLD_TEST(test_market_check__finds_a_document_in_another_language),
		WORLD_TEST(test_search__renews_english_nanos),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
