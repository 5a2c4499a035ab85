/* words_test.c -- words and synonyms that the embedder gives a market, and what docs/german.md says of them. */
#include "search_test.h"

/* The same store, opened as somebody opens it who has these words. */
struct other {
	nmk_market  *market;
	nmk_session *system, *guest;
};

static struct other opened_with(struct world *w, const char *words)
{
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	struct other other;
	char *given = strdup(words);

	options.search_words = given;
	assert_status(NMK_OK, nmk_market_open(w->path, &options, NULL, &other.market));
	memset(given, 'x', strlen(given));    /* what was given is the host's again */
	free(given);
	assert_status(NMK_OK, nmk_session_open_system(other.market, &other.system));
	assert_status(NMK_OK, nmk_session_open(other.market, &other.guest));
	return other;
}

static void other_close(struct other *other)
{
	nmk_session_close(other->guest);
	nmk_session_close(other->system);
	nmk_market_close(other->market);
}

static size_t found_by(nmk_session *session, const char *text)
{
	nmk_search_options options = typed(text);
	nmk_search_page *page;
	size_t count;

	options.strict = true;
	assert_status(NMK_OK, nmk_search(session, &options, &page));
	count = nmk_search_page_count(page);
	nmk_search_page_free(page);
	return count;
}

static size_t findings(nmk_session *system)
{
	nmk_check_report *report;
	size_t count;

	assert_status(NMK_OK, nmk_market_check(system, false, NULL, NULL, &report));
	count = nmk_check_report_count(report);
	nmk_check_report_free(report);
	return count;
}

/* ---- the documentation ---- */

/* What stands between the lines "```words" and "```". */
static void read_example(char *text, size_t size)
{
	FILE *file = fopen(NMK_SOURCE_DIR "/docs/german.md", "r");
	char line[400];
	bool inside = false;

	assert_non_null(file);
	*text = '\0';
	while (fgets(line, sizeof line, file)) {
		bool ends = inside && strcmp(line, "```\n") == 0;

		if (ends)
			break;
		if (inside)
			snprintf(text + strlen(text), size - strlen(text), "%s", line);
		inside = inside || strcmp(line, "```words\n") == 0;
	}
	fclose(file);
	assert_true(strlen(text) > 0);
}

static void test_search_words__are_as_the_documentation_says(void **state)
{
	struct world *w = *state;
	char example[4000];
	struct other other;

	read_example(example, sizeof example);
	published(w, lesson("Kubernetes", "Text."));
	published(w, lesson("Zwei Widgets", "Text."));
	published(w, lesson("Die Kostenträgers", "Text."));
	published(w, lesson("Ein Auto kaufen", "Text."));
	other = opened_with(w, example);
	assert_status(NMK_OK, nmk_search_rebuild(other.system, NULL, NULL));
	assert_int_equal(1, found_by(other.guest, "Kubernetes"));
	assert_int_equal(1, found_by(other.guest, "Widget"));
	assert_int_equal(1, found_by(other.guest, "Kosten"));
	assert_int_equal(1, found_by(other.guest, "Träger"));
	assert_int_equal(1, found_by(other.guest, "Kostenträger"));
	assert_int_equal(1, found_by(other.guest, "KFZ"));
	assert_int_equal(1, found_by(other.guest, "PKWs"));
	assert_int_equal(0, found_by(other.guest, "Fahrrad"));
	assert_int_equal(0, findings(other.system));
	other_close(&other);
}

/* ---- the market's own, and no other's ---- */

static void test_search_words__count_in_what_is_published_with_them(void **state)
{
	struct world *w = *state;
	struct other other = opened_with(w, "Zwirbel|kranz\n");
	nmk_session *carl;
	nmk_nano_fields fields = lesson("Zwirbelkranz", "Text.");
	struct id id;

	assert_status(NMK_OK, nmk_session_act_as(other.system, "carl", &carl));
	id = drafted(carl, &fields);
	assert_status(NMK_OK, nmk_nano_publish(other.system, id.text));
	assert_int_equal(1, found_by(other.guest, "Zwirbel"));
	assert_int_equal(1, found_by(other.guest, "Zwirbelkranz"));
	assert_int_equal(0, findings(other.system));
	assert_status(NMK_OK, nmk_nano_unpublish(carl, id.text));
	assert_int_equal(0, found_by(other.guest, "Zwirbel"));
	assert_int_equal(0, findings(other.system));
	nmk_session_close(carl);
	other_close(&other);
}

/* Two markets in one process: each has its own words, whichever was opened last. */
static void test_search_words__are_those_of_one_market(void **state)
{
	struct world *w = *state;
	struct other cars = opened_with(w, "KFZ = Auto\n"), chairs = opened_with(w, "KFZ = Stuhl\n");

	published(w, lesson("Ein Auto", "Text."));
	assert_int_equal(0, found_by(w->guest, "KFZ"));
	assert_int_equal(1, found_by(cars.guest, "KFZ"));
	assert_int_equal(0, found_by(chairs.guest, "KFZ"));
	published(w, lesson("Ein Stuhl", "Text."));
	assert_int_equal(1, found_by(cars.guest, "KFZ"));
	assert_int_equal(1, found_by(chairs.guest, "KFZ"));
	assert_int_equal(0, found_by(w->guest, "KFZ"));
	other_close(&cars);
	other_close(&chairs);
}

/* The doctor tells it of words, and not of synonyms, which need none. */
static void test_search_words__that_are_others_are_told_by_the_doctor(void **state)
{
	struct world *w = *state;
	struct other other;

	published(w, lesson("Zwirbelkranz", "Text."));
	assert_int_equal(0, findings(w->system));
	other = opened_with(w, "KFZ = Auto\n");
	assert_int_equal(0, findings(other.system));
	other_close(&other);
	other = opened_with(w, "Zwirbel|kranz\nKFZ = Auto\n");
	assert_int_equal(1, findings(other.system));
	assert_int_equal(0, found_by(other.guest, "Zwirbel -Zwirbelkranz"));
	assert_status(NMK_OK, nmk_search_rebuild(other.system, NULL, NULL));
	assert_int_equal(0, findings(other.system));
	assert_int_equal(1, findings(w->system));
	assert_status(NMK_OK, nmk_search_rebuild(w->system, NULL, NULL));
	assert_int_equal(0, findings(w->system));
	world_assert_sound(w, true);
	other_close(&other);
}

static void test_search_words__synonyms_find_nanos_in_all_languages(void **state)
{
	struct world *w = *state;
	struct other other = opened_with(w, "KI = AI\nVertrag = contract\n");
	nmk_nano_fields fields = lesson("Contracts with AI", "Text.");

	fields.language = "en";
	published(w, fields);
	assert_int_equal(1, found_by(other.guest, "KI Verträge"));
	assert_int_equal(0, found_by(w->guest, "KI"));
	other_close(&other);
}

static void test_search_words__what_was_typed_comes_before_its_synonyms(void **state)
{
	struct world *w = *state;
	struct other other = opened_with(w, "KFZ = Auto\n");
	nmk_search_options options = typed("Auto");
	nmk_search_page *page;

	published(w, lesson("Ein Auto", "Text."));
	published(w, lesson("Ein KFZ", "Text."));
	assert_status(NMK_OK, nmk_search(other.guest, &options, &page));
	assert_int_equal(2, nmk_search_page_count(page));
	assert_string_equal("Ein Auto", nmk_nano_title(nmk_search_page_item(page, 0)));
	nmk_search_page_free(page);
	other_close(&other);
}

/* ---- what is refused ---- */

static void assert_refused(struct world *w, const char *words, const char *language, const char *message)
{
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_market *market;
	nmk_error error;

	options.search_words = words;
	options.language = language;
	assert_status(NMK_EINVALID, nmk_market_open(w->path, &options, &error, &market));
	assert_null(market);
	assert_string_equal("search_words", error.field);
	if (!strstr(error.message, message))
		fail_msg("%s", error.message);
}

static void test_search_words__errors_name_the_line_and_what_is_wrong(void **state)
{
	struct world *w = *state;

	assert_refused(w, "gut\n\nC++\n", NULL, "line 3: a word has other characters than letters of German");
	assert_refused(w, "# gut\nhalb|\n", NULL, "line 2: | needs letters on both sides");
	assert_refused(w, "KFZ =\n", NULL, "line 1: = needs one word on each side");
	assert_refused(w, "KFZ = ein Auto\n", "de", "Zeile 1: = braucht auf jeder Seite ein Wort");
	assert_refused(w, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL,
	               "line 1: a word has more than 80 letters");
	assert_refused(w, "\xc3(", NULL, "is not valid UTF-8");
}

#define MOST 262144

static void test_search_words__at_most_256_kibibytes(void **state)
{
	struct world *w = *state;
	char *words = malloc(MOST + 2);
	struct other other;

	memset(words, '\n', MOST + 1);
	words[MOST + 1] = '\0';
	assert_refused(w, words, NULL, "must have from 0 to 262144 bytes");
	words[MOST] = '\0';
	other = opened_with(w, words);
	other_close(&other);
	free(words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_search_words__are_as_the_documentation_says),
		WORLD_TEST(test_search_words__count_in_what_is_published_with_them),
		WORLD_TEST(test_search_words__are_those_of_one_market),
		WORLD_TEST(test_search_words__that_are_others_are_told_by_the_doctor),
		WORLD_TEST(test_search_words__synonyms_find_nanos_in_all_languages),
		WORLD_TEST(test_search_words__what_was_typed_comes_before_its_synonyms),
		WORLD_TEST(test_search_words__errors_name_the_line_and_what_is_wrong),
		WORLD_TEST(test_search_words__at_most_256_kibibytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
