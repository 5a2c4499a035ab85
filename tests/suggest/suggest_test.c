/* suggest_test.c -- what is suggested while somebody types. */
#include "suggest_test.h"

static char *category(struct world *w, const char *name, char id[64])
{
	nmk_category *made;

	assert_status(NMK_OK, nmk_category_create(w->system, name, NULL, NULL, NULL, &made));
	snprintf(id, 64, "%s", nmk_category_id(made));
	nmk_category_free(made);
	return id;
}

static void test_suggest__nothing_before_two_letters(void **state)
{
	struct world *w = *state;

	publish(w, "Excel", "Kurz.");
	assert_suggests("", "");
	assert_suggests("", "e");
	assert_suggests("", "  E ");
	assert_suggests("word Excel", "ex");
	assert_suggests("", "-+*\"");
}

static void test_suggest__topics_then_words_then_titles(void **state)
{
	struct world *w = *state;
	char id[64];

	category(w, "Tabellenkalkulation", id);
	nmk_nano_free(published(w, "Tabellen verstehen", "Tabulatoren setzen.", id));
	nmk_nano_free(published(w, "Keine Tabletten", "Nichts.", id));
	assert_suggests("topic Tabellenkalkulation (2)|word Tabellen|word Tabletten|word Tabulatoren|"
	                "title Tabellen verstehen|title Keine Tabletten", "tab");
}

static void test_suggest__the_last_word_is_completed(void **state)
{
	struct world *w = *state;

	publish(w, "Formeln rechnen", "Formatvorlagen.");
	assert_suggests("word +rechnen \"Formatvorlagen|word +rechnen \"Formeln", "+rechnen \"form");
	assert_suggests("title Formeln rechnen", "formeln ");
	assert_suggests("word formeln rechnen|title Formeln rechnen", "formeln rech");
	assert_suggests("", "formeln rechnen und");
}

static void test_suggest__spellings_of_umlauts_meet(void **state)
{
	struct world *w = *state;
	static const char *const typed[] = { "üb", "ÜB", "ueb", "Ub", "U\u0308bu" };

	publish(w, "Übungen", "Kurz.");
	for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++)
		assert_suggests("word Übungen", typed[i]);
}

static void test_suggest__the_frequent_first(void **state)
{
	struct world *w = *state;

	publish(w, "Abakus", "Alt.");
	for (int i = 0; i < 2; i++)
		publish(w, "Abend", "Spät.");
	for (int i = 0; i < 5; i++)
		publish(w, "Abitur", "Schwer.");
	assert_suggests("word Abitur (5)|word Abend (2)|word Abakus", "ab");
}

/* A title is suggested by the beginning of each of its words, best by its own. */
static void test_suggest__titles_by_any_of_their_words(void **state)
{
	struct world *w = *state;

	publish(w, "Die Pflege von Angehörigen", "Kurz.");
	publish(w, "Pflege lernen", "Kurz.");
	assert_suggests("word Pflege (2)|title Pflege lernen|title Die Pflege von Angehörigen", "pfl");
	assert_suggests("word Pflege von|title Die Pflege von Angehörigen" , "Pflege vo");
	publish(w, "Pflege lernen", "Kurz.");
	assert_suggests("word Pflege (3)|title Pflege lernen (2)|title Die Pflege von Angehörigen", "pfl");
	assert_suggests("title Die Pflege von Angehörigen", "angehörigen");
	assert_suggests("", "angehöriger");
}

/* However many words begin so: those of titles are found, though texts have others oftener. */
static void test_suggest__titles_among_many_words(void **state)
{
	struct world *w = *state;
	char text[1600] = "";

	for (int i = 0; i < 26 * 5; i++)
		sprintf(text + strlen(text), "steno%c%c ", 'a' + i / 26, 'a' + i % 26);
	for (int i = 0; i < 3; i++)
		publish(w, "Kurz", text);
	publish(w, "Alte Stenografie", "Kurz.");
	assert_suggests("word stenoaa (3)|word stenoab (3)|word stenoac (3)|word stenoad (3)|word stenoae (3)|word stenoaf (3)|"
	                "word stenoag (3)|title Alte Stenografie", "ste");
}

/* However long what was typed is, the title goes on as it does. */
static void test_suggest__long_beginnings(void **state)
{
	struct world *w = *state;
	static const char long_title[] = "Donaudampfschifffahrtsgesellschaft Kapitänsmützen sammeln und pflegen";
	char typed[120];

	publish(w, long_title, "Kurz.");
	publish(w, "Donaudampfschifffahrtsgesellschaft Kapitänsmützen anziehen", "Kurz.");
	for (size_t length = (size_t)(strstr(long_title, "sammeln") - long_title) + 1; length < sizeof long_title - 1; length++) {
		snprintf(typed, sizeof typed, "%.*s", (int)length, long_title);
		nmk_suggestion_page *page;
		size_t titles = 0;

		assert_status(NMK_OK, nmk_suggest(w->guest, typed, 0, &page));
		for (size_t i = 0; i < nmk_suggestion_page_count(page); i++)
			if (strcmp(long_title, nmk_suggestion_text(nmk_suggestion_page_item(page, i))) == 0)
				titles++;
			else
				assert_null(strstr(nmk_suggestion_text(nmk_suggestion_page_item(page, i)), "anziehen"));
		assert_int_equal(1, titles);
		nmk_suggestion_page_free(page);
	}
	assert_suggests("", "Donaudampfschifffahrtsgesellschaft Kapitänsmützen sammeln oder");
}

static void test_suggest__not_what_is_not_published(void **state)
{
	struct world *w = *state;
	nmk_nano *nano;

	nmk_nano_free(world_nano_titled(w, w->creator, NMK_NANO_DRAFT, "Geheimwort"));
	assert_suggests_to(w->admin, "", "geh");
	nano = world_nano_titled(w, w->creator, NMK_NANO_PUBLISHED, "Geheimwort");
	assert_suggests("word Geheimwort", "geh");
	assert_status(NMK_OK, nmk_nano_takedown(w->admin, nmk_nano_id(nano), "copyright", NULL, NULL));
	assert_suggests_to(w->admin, "", "geh");
	nmk_nano_free(nano);
}

/* A topic has another name: the old one is not suggested any more. */
static void test_suggest__a_topic_by_its_name_now(void **state)
{
	struct world *w = *state;
	nmk_category_changes changes = NMK_CATEGORY_CHANGES_INIT;
	char id[64];

	category(w, "Gartenbau", id);
	assert_suggests("", "gart");
	nmk_nano_free(published(w, "Rosen", "Schneiden.", id));
	assert_suggests("topic Gartenbau", "gart");
	changes.set = NMK_CATEGORY_NAME;
	changes.name = "Landschaftspflege";
	assert_status(NMK_OK, nmk_category_update(w->admin, id, &changes, NULL));
	assert_suggests("", "gart");
	assert_suggests("topic Landschaftspflege", "land");
	world_assert_sound(w, true);
}

/* An erased member's name is suggested to nobody. */
static void test_suggest__not_the_name_of_an_erased_member(void **state)
{
	struct world *w = *state;

	publish(w, "Rosen", "Schneiden.");
	assert_suggests("word carl", "ca");
	assert_status(NMK_OK, nmk_user_delete(w->admin, nmk_session_user_id(w->creator)));
	assert_suggests("", "ca");
	world_assert_sound(w, true);
}

static void test_suggest__as_many_as_are_wanted(void **state)
{
	struct world *w = *state;
	nmk_suggestion_page *page;
	char title[40];

	for (int i = 0; i < 30; i++) {
		snprintf(title, sizeof title, "Wort%c%c lernen", 'a' + i / 26, 'a' + i % 26);
		publish(w, title, "Kurz.");
	}
	for (int32_t limit = 0; limit <= NMK_SUGGEST_LIMIT_MAXIMUM; limit++) {
		assert_status(NMK_OK, nmk_suggest(w->guest, "wo", limit, &page));
		assert_int_equal(limit ? limit : 8, nmk_suggestion_page_count(page));
		nmk_suggestion_page_free(page);
	}
	assert_int_equal(NMK_SUGGEST_LIMIT_MAXIMUM, nmk_suggest_limit_maximum());
}

static void test_suggest__json(void **state)
{
	struct world *w = *state;
	nmk_suggestion_page *page;
	char *json;

	publish(w, "Rosen schneiden", "Kurz.");
	assert_status(NMK_OK, nmk_suggest(w->guest, "ro", 1, &page));
	json = nmk_suggestion_page_json(page);
	assert_string_equal("{\"items\":[{\"kind\":\"word\",\"text\":\"Rosen\",\"nano_count\":1}],\"next\":null}", json);
	free(json);
	nmk_suggestion_page_free(page);
	assert_null(nmk_suggest_kind_word((nmk_suggest_kind)0));
	assert_null(nmk_suggest_kind_word((nmk_suggest_kind)99));
}

static void test_suggest__bad_arguments(void **state)
{
	struct world *w = *state;
	nmk_suggestion_page *page = (nmk_suggestion_page *)w;

	assert_status(NMK_EINVALID, nmk_suggest(w->guest, "ab\xc3", 0, &page));
	assert_field("text", w->guest);
	assert_null(page);
	assert_status(NMK_EINVALID, nmk_suggest(w->guest, "ab", -1, &page));
	assert_field("limit", w->guest);
	assert_status(NMK_EINVALID, nmk_suggest(w->guest, "ab", 21, &page));
	assert_field("limit", w->guest);
	assert_status(NMK_EINVALID, nmk_suggest(w->guest, "ab", 0, NULL));
	assert_field("page", w->guest);
	assert_status(NMK_OK, nmk_suggest(w->guest, NULL, 0, &page));
	assert_int_equal(0, nmk_suggestion_page_count(page));
	nmk_suggestion_page_free(page);
	nmk_suggestion_page_free(NULL);
}

/* Whatever is typed is an answer. */
static void test_suggest__hostile_texts(void **state)
{
	struct world *w = *state;
	size_t size = 1000000;
	char *long_text = malloc(size + 1);
	nmk_suggestion_page *page;
	static const char *const pieces[] = { "a", "ab ", "\"", "' OR 1=1 --", "%_", "ä", "\xf0\x9f\x98\x80", "学", "\xef\xbf\xbf" };

	publish(w, "Rosen", "Kurz.");
	for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
		size_t length = 0;

		while (length + strlen(pieces[i]) <= size) {
			memcpy(long_text + length, pieces[i], strlen(pieces[i]));
			length += strlen(pieces[i]);
		}
		long_text[length] = '\0';
		assert_status(NMK_OK, nmk_suggest(w->guest, long_text, 0, &page));
		nmk_suggestion_page_free(page);
		assert_status(NMK_OK, nmk_suggest_corrections(w->guest, long_text, 0, &page));
		nmk_suggestion_page_free(page);
	}
	free(long_text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_suggest__nothing_before_two_letters),
		WORLD_TEST(test_suggest__topics_then_words_then_titles),
		WORLD_TEST(test_suggest__the_last_word_is_completed),
		WORLD_TEST(test_suggest__spellings_of_umlauts_meet),
		WORLD_TEST(test_suggest__the_frequent_first),
		WORLD_TEST(test_suggest__titles_by_any_of_their_words),
		WORLD_TEST(test_suggest__titles_among_many_words),
		WORLD_TEST(test_suggest__long_beginnings),
		WORLD_TEST(test_suggest__not_what_is_not_published),
		WORLD_TEST(test_suggest__a_topic_by_its_name_now),
		WORLD_TEST(test_suggest__not_the_name_of_an_erased_member),
		WORLD_TEST(test_suggest__as_many_as_are_wanted),
		WORLD_TEST(test_suggest__json),
		WORLD_TEST(test_suggest__bad_arguments),
		WORLD_TEST(test_suggest__hostile_texts),
	};

	return cmocka_run_group_tests_name("suggest", tests, NULL, NULL);
}
