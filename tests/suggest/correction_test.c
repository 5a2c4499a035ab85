/* correction_test.c -- "Meinten Sie ...?": what is corrected, to what, and what is left alone. */
#include "suggest_test.h"

static void test_suggest_corrections__each_kind_of_slip(void **state)
{
	struct world *w = *state;

	publish(w, "Tabellen und Diagramme", "Eine Einführung in die Rhythmusmaschine.");
	assert_corrects("correction Tabellen", "Tabelln");
	assert_corrects("correction Tabellen", "Tabbellen");
	assert_corrects("correction Tabellen", "Tabelken");
	assert_corrects("correction Tabellen", "Tabeleln");
	assert_corrects("correction Tabellen", "abellen");
	assert_corrects("correction Tabellen", "xTabellen");
	assert_corrects("correction Diagramme", "Diagrammme");
	assert_corrects("correction Diagramme", "Digarame");
	assert_corrects("correction Rhythmusmaschine", "Rytmusmaschiene");
}

/* One slip in words of four and five letters, two in longer ones. */
static void test_suggest_corrections__as_many_slips_as_the_length_allows(void **state)
{
	struct world *w = *state;

	publish(w, "Auto Haus Fenster", "Pflege.");
	assert_corrects("", "Ato");
	assert_corrects("correction Auto", "Auot");
	assert_corrects("", "Auxx");
	assert_corrects("correction Haus", "Hauus");
	assert_corrects("", "Hxxus");
	assert_corrects("correction Fenster", "Fenxstexr");
	assert_corrects("", "Fxenxstexr");
}

static void test_suggest_corrections__umlauts_and_sz_in_any_spelling(void **state)
{
	struct world *w = *state;

	publish(w, "Übungen für größere Straßen", "Kurz.");
	assert_corrects("", "Uebungen");
	assert_corrects("", "ubungen");
	assert_corrects("", "STRASSEN");
	assert_corrects("correction Übungen", "Uebungne");
	assert_corrects("correction Übungen", "Übugnen");
	assert_corrects("correction Straßen", "Starssen");
	assert_corrects("correction größere", "groeßrere");
}

/* Of words that are equally near the one that more nanos have comes first; nearer ones come before all. */
static void test_suggest_corrections__the_nearest_then_the_most_frequent_first(void **state)
{
	struct world *w = *state;

	publish(w, "Kanal", "Eins.");
	publish(w, "Kabal", "Eins.");
	for (int i = 0; i < 8; i++)
		publish(w, "Kabel", "Viele.");
	assert_corrects("correction Kabel|correction Kabal", "Kabil");
	assert_corrects("correction Kanal|correction Kabal", "Kannal");
}

static void test_suggest_corrections__a_known_word_its_forms_and_its_beginning_stay(void **state)
{
	struct world *w = *state;

	publish(w, "Die Übung der Kurse", "Umsatzsteuervoranmeldung leicht gemacht.");
	assert_corrects("", "Übung");
	assert_corrects("", "Übungen");
	assert_corrects("", "Kurse");
	assert_corrects("", "Umsatzsteuer");
	assert_corrects("correction Umsatzsteuervoranmeldung", "Umsatzsteurvoranmeldung");
}

/* What is no word, stays as it was typed. */
static void test_suggest_corrections__only_the_unknown_words_of_a_text_change(void **state)
{
	struct world *w = *state;

	publish(w, "Formeln in Tabellen", "Mit Diagrammen.");
	assert_corrects("correction +Formeln -\"Tabellen, 2024\" xyzzyplugh!", "+Fromeln -\"Tabellen, 2024\" xyzzyplugh!");
	assert_corrects("correction Formeln (Diagrammen)", "Fromeln (Diagramen)");
	assert_corrects("", "word2vec F0rmeln");
	assert_corrects("", "");
	assert_corrects("", " \t-+*\"");
}

/* What is not published, or not any more, is not what was meant. */
static void test_suggest_corrections__only_words_of_published_nanos(void **state)
{
	struct world *w = *state;
	nmk_nano *nano;

	nmk_nano_free(world_nano_titled(w, w->creator, NMK_NANO_DRAFT, "Geheimwort"));
	nmk_nano_free(world_nano_titled(w, w->creator, NMK_NANO_PENDING_REVIEW, "Geheimwort"));
	assert_corrects_to(w->admin, "", "Geheimwrt");
	nano = world_nano_titled(w, w->creator, NMK_NANO_PUBLISHED, "Geheimwort");
	assert_corrects("correction Geheimwort", "Geheimwrt");
	assert_status(NMK_OK, nmk_nano_archive(w->creator, nmk_nano_id(nano)));
	assert_corrects_to(w->admin, "", "Geheimwrt");
	nmk_nano_free(nano);
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM vocabulary_page"));
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM vocabulary_recent"));
}

/* The number of words of a long text that are looked at is bounded, and so is a word. */
static void test_suggest_corrections__eight_words_and_thirty_two_letters_at_most(void **state)
{
	struct world *w = *state;
	char title[40] = "Abcdefghijklmnopqrstuvwxyzabcdef", text[400] = "", expected[400] = "correction ";

	publish(w, title, "Tabellen.");
	assert_corrects("correction Abcdefghijklmnopqrstuvwxyzabcdef", "Abcdefghijklmnopqrstuvwxyzabcdfe");
	assert_corrects("", "Abcdefghijklmnopqrstxuvwxyzabcdef");
	for (int i = 0; i < 9; i++) {
		strcat(text, i ? " Tabelln" : "Tabelln");
		strcat(expected, i == 0 ? "Tabellen" : i < 8 ? " Tabellen" : " Tabelln");
	}
	assert_corrects(expected, text);
}

static void test_suggest_corrections__bad_arguments(void **state)
{
	struct world *w = *state;
	nmk_suggestion_page *page = (nmk_suggestion_page *)w;

	assert_status(NMK_EINVALID, nmk_suggest_corrections(w->guest, "a\xff", 0, &page));
	assert_field("text", w->guest);
	assert_null(page);
	assert_status(NMK_EINVALID, nmk_suggest_corrections(w->guest, "a", -1, &page));
	assert_field("limit", w->guest);
	assert_status(NMK_EINVALID, nmk_suggest_corrections(w->guest, "a", 21, &page));
	assert_field("limit", w->guest);
	assert_status(NMK_EINVALID, nmk_suggest_corrections(w->guest, "a", 0, NULL));
	assert_field("page", w->guest);
	assert_status(NMK_OK, nmk_suggest_corrections(w->guest, NULL, 20, &page));
	assert_int_equal(0, nmk_suggestion_page_count(page));
	nmk_suggestion_page_free(page);
}

static void test_suggest_corrections__one_unless_more_are_wanted(void **state)
{
	struct world *w = *state;
	nmk_suggestion_page *page;

	publish(w, "Kabel Kabal", "Kanal.");
	assert_status(NMK_OK, nmk_suggest_corrections(w->guest, "Kabil", 0, &page));
	assert_int_equal(1, nmk_suggestion_page_count(page));
	nmk_suggestion_page_free(page);
	assert_status(NMK_OK, nmk_suggest_corrections(w->guest, "Kabil", 2, &page));
	assert_int_equal(2, nmk_suggestion_page_count(page));
	nmk_suggestion_page_free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_suggest_corrections__each_kind_of_slip),
		WORLD_TEST(test_suggest_corrections__as_many_slips_as_the_length_allows),
		WORLD_TEST(test_suggest_corrections__umlauts_and_sz_in_any_spelling),
		WORLD_TEST(test_suggest_corrections__the_nearest_then_the_most_frequent_first),
		WORLD_TEST(test_suggest_corrections__a_known_word_its_forms_and_its_beginning_stay),
		WORLD_TEST(test_suggest_corrections__only_the_unknown_words_of_a_text_change),
		WORLD_TEST(test_suggest_corrections__only_words_of_published_nanos),
		WORLD_TEST(test_suggest_corrections__eight_words_and_thirty_two_letters_at_most),
		WORLD_TEST(test_suggest_corrections__bad_arguments),
		WORLD_TEST(test_suggest_corrections__one_unless_more_are_wanted),
	};

	return cmocka_run_group_tests_name("correction", tests, NULL, NULL);
}
