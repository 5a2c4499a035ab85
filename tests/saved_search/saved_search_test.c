/* saved_search_test.c -- searches that a member keeps, and the mails that tell of new nanos. */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORLD_TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
#define DAY (INT64_C(24) * 60 * 60 * 1000)

struct id { char text[64]; };

static struct id save(nmk_session *session, const char *name, const char *text, bool alert)
{
	nmk_search_options options = NMK_SEARCH_OPTIONS_INIT;
	nmk_saved_search *saved;
	struct id id;

	options.text = text;
	assert_status(NMK_OK, nmk_saved_search_create(session, name, &options, alert, &saved));
	snprintf(id.text, sizeof id.text, "%s", nmk_saved_search_id(saved));
	nmk_saved_search_free(saved);
	return id;
}

static void publish(struct world *w, const char *title)
{
	nmk_nano_free(world_nano_titled(w, w->creator, NMK_NANO_PUBLISHED, title));
}

static void assert_alerts(struct world *w, int checked, int mailed)
{
	int64_t c = -1, m = -1;

	assert_status(NMK_OK, nmk_saved_search_send_alerts(w->system, 0, &c, &m));
	assert_int_equal(checked, c);
	assert_int_equal(mailed, m);
}

/* The next mail that waits; false for none. */
static bool next_mail(struct world *w, char *recipient, char *text, size_t size)
{
	nmk_outbox_message *message;

	assert_status(NMK_OK, nmk_outbox_take(w->system, 600000, &message));
	if (!message)
		return false;
	assert_string_equal("saved_search_found", nmk_outbox_message_template_name(message));
	snprintf(recipient, size, "%s", nmk_outbox_message_recipient(message));
	snprintf(text, size, "%s", nmk_outbox_message_text(message));
	assert_status(NMK_OK, nmk_outbox_done(w->system, nmk_outbox_message_id(message)));
	nmk_outbox_message_free(message);
	return true;
}

static void empty_outbox(struct world *w)
{
	nmk_outbox_message *message;

	while (nmk_outbox_take(w->system, 600000, &message) == NMK_OK && message) {
		assert_status(NMK_OK, nmk_outbox_done(w->system, nmk_outbox_message_id(message)));
		nmk_outbox_message_free(message);
	}
}

static void test_saved_search__keeps_what_was_searched_for(void **state)
{
	struct world *w = *state;
	nmk_search_options options = NMK_SEARCH_OPTIONS_INIT, again;
	nmk_saved_search *saved, *read;
	nmk_category *category;
	nmk_search_page *found;
	char *json;

	assert_status(NMK_OK, nmk_category_create(w->system, "Büro", NULL, NULL, NULL, &category));
	options.text = "Tabellen \"verstehen\"";
	options.category_id = nmk_category_id(category);
	options.creator_id = nmk_session_user_id(w->creator);
	options.competency_level = NMK_LEVEL_ADVANCED;
	options.format = NMK_FORMAT_QUIZ;
	options.license = NMK_LICENSE_CC0;
	options.language = "de";
	options.duration_minimum = 5;
	options.duration_maximum = 60;
	options.formats = NMK_SEARCH_SET(NMK_FORMAT_QUIZ) | NMK_SEARCH_SET(NMK_FORMAT_VIDEO);
	options.rating_minimum = 350;
	assert_status(NMK_OK, nmk_saved_search_create(w->consumer, "Für die Arbeit", &options, false, &saved));
	assert_status(NMK_OK, nmk_saved_search_get(w->consumer, nmk_saved_search_id(saved), &read));
	assert_string_equal("Für die Arbeit", nmk_saved_search_name(read));
	assert_int_equal(w->now, nmk_saved_search_created_at(read));
	assert_false(nmk_saved_search_alert(read));
	nmk_saved_search_options(read, &again);
	assert_string_equal(options.text, again.text);
	assert_string_equal(options.category_id, again.category_id);
	assert_string_equal(options.creator_id, again.creator_id);
	assert_string_equal("de", again.language);
	assert_int_equal(NMK_LEVEL_ADVANCED, again.competency_level);
	assert_int_equal(NMK_FORMAT_QUIZ, again.format);
	assert_int_equal(NMK_LICENSE_CC0, again.license);
	assert_int_equal(5, again.duration_minimum);
	assert_int_equal(60, again.duration_maximum);
	assert_int_equal(options.formats, again.formats);
	assert_int_equal(350, again.rating_minimum);
	assert_status(NMK_OK, nmk_search(w->consumer, &again, &found));
	nmk_search_page_free(found);
	json = nmk_saved_search_json(read);
	assert_non_null(strstr(json, "\"name\":\"Für die Arbeit\",\"text\":\"Tabellen \\\"verstehen\\\"\""));
	assert_non_null(strstr(json, "\"competency_level\":\"advanced\",\"format\":\"quiz\",\"license\":\"CC0\",\"language\":\"de\","
	                             "\"duration_minimum\":5,\"duration_maximum\":60,"));
	free(json);
	nmk_saved_search_free(saved);
	nmk_saved_search_free(read);
	nmk_category_free(category);
}

/* An empty search is one, too: everything new. */
static void test_saved_search__without_anything(void **state)
{
	struct world *w = *state;
	struct id id = save(w->consumer, "Alles", NULL, true);
	nmk_saved_search *read;

	assert_status(NMK_OK, nmk_saved_search_get(w->consumer, id.text, &read));
	assert_null(nmk_saved_search_text(read));
	assert_null(nmk_saved_search_language(read));
	assert_int_equal(0, nmk_saved_search_duration_minimum(read));
	assert_true(nmk_saved_search_alert(read));
	nmk_saved_search_free(read);
}

/* Nothing of it can be read in the file. */
static void test_saved_search__lies_sealed_in_the_store(void **state)
{
	struct world *w = *state;

	save(w->consumer, "Geheimname", "Geheimwort", true);
	assert_status(NMK_OK, nmk_past_search_record(w->consumer, "Geheimwort", 1));
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM saved_search WHERE instr(content_sealed, 'Geheim')"));
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM past_search WHERE instr(text_sealed, 'Geheim')"));
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM query_text WHERE text IS NOT NULL"));
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM audit_event WHERE details LIKE '%Geheim%'"));
}

static void test_saved_search__is_its_members_alone(void **state)
{
	struct world *w = *state;
	struct id id = save(w->consumer, "Meine", "Tabellen", false);
	nmk_saved_search *read;
	nmk_saved_search_page *page;

	assert_status(NMK_ENOTFOUND, nmk_saved_search_get(w->stranger, id.text, &read));
	assert_status(NMK_ENOTFOUND, nmk_saved_search_delete(w->stranger, id.text));
	assert_status(NMK_ENOTFOUND, nmk_saved_search_set_alert(w->stranger, id.text, true));
	assert_status(NMK_EDENIED, nmk_saved_search_get(w->admin, id.text, &read));
	assert_status(NMK_EDENIED, nmk_saved_search_get(w->system, id.text, &read));
	assert_status(NMK_OK, nmk_saved_search_list(w->stranger, NULL, 0, &page));
	assert_int_equal(0, nmk_saved_search_page_count(page));
	nmk_saved_search_page_free(page);
}

static void test_saved_search__list_is_newest_first_in_pages(void **state)
{
	struct world *w = *state;
	nmk_saved_search_page *page;
	char cursor[600];

	save(w->consumer, "Eins", "a", false);
	save(w->consumer, "Zwei", "b", false);
	save(w->consumer, "Drei", "c", false);
	assert_status(NMK_OK, nmk_saved_search_list(w->consumer, NULL, 2, &page));
	assert_int_equal(2, nmk_saved_search_page_count(page));
	assert_string_equal("Drei", nmk_saved_search_name(nmk_saved_search_page_item(page, 0)));
	snprintf(cursor, sizeof cursor, "%s", nmk_saved_search_page_next(page));
	nmk_saved_search_page_free(page);
	assert_status(NMK_OK, nmk_saved_search_list(w->consumer, cursor, 2, &page));
	assert_int_equal(1, nmk_saved_search_page_count(page));
	assert_string_equal("Eins", nmk_saved_search_name(nmk_saved_search_page_item(page, 0)));
	assert_null(nmk_saved_search_page_next(page));
	nmk_saved_search_page_free(page);
	assert_status(NMK_EINVALID, nmk_saved_search_list(w->consumer, "?", 2, &page));
	assert_field("cursor", w->consumer);
}

static void test_saved_search__fifty_and_no_more(void **state)
{
	struct world *w = *state;
	nmk_search_options options = NMK_SEARCH_OPTIONS_INIT;
	struct id id = { "" };

	for (int i = 0; i < NMK_SAVED_SEARCH_MAXIMUM; i++)
		id = save(w->consumer, "Suche", "Tabellen", false);
	assert_status(NMK_ELIMIT, nmk_saved_search_create(w->consumer, "Suche", &options, false, NULL));
	assert_int_equal(NMK_SAVED_SEARCH_MAXIMUM, world_sql(w, "SELECT count(*) FROM saved_search"));
	save(w->stranger, "Suche", "Tabellen", false);
	assert_status(NMK_OK, nmk_saved_search_delete(w->consumer, id.text));
	assert_status(NMK_OK, nmk_saved_search_create(w->consumer, "Suche", &options, false, NULL));
	assert_int_equal(NMK_SAVED_SEARCH_MAXIMUM, nmk_saved_search_maximum());
}

static void refused(struct world *w, const char *name, const nmk_search_options *options, const char *field)
{
	nmk_saved_search *saved = (nmk_saved_search *)w;
	int64_t before = world_sql(w, "SELECT count(*) FROM saved_search");

	assert_status(NMK_EINVALID, nmk_saved_search_create(w->consumer, name, options, false, &saved));
	assert_field(field, w->consumer);
	assert_null(saved);
	assert_int_equal(before, world_sql(w, "SELECT count(*) FROM saved_search"));
}

static void test_saved_search__bad_arguments(void **state)
{
	struct world *w = *state;
	nmk_search_options options = NMK_SEARCH_OPTIONS_INIT;
	char text[502];

	refused(w, NULL, &options, "name");
	refused(w, "", &options, "name");
	refused(w, "a\nb", &options, "name");
	refused(w, "Suche", NULL, "search");
	memset(text, 'a', 501);
	text[501] = '\0';
	options.text = text;
	refused(w, "Suche", &options, "text");
	text[500] = '\0';
	assert_status(NMK_OK, nmk_saved_search_create(w->stranger, "Suche", &options, false, NULL));
	options.text = NULL;
	text[101] = '\0';
	refused(w, text, &options, "name");
	text[100] = '\0';
	assert_status(NMK_OK, nmk_saved_search_create(w->stranger, text, &options, false, NULL));
	assert_status(NMK_ENOTFOUND, nmk_saved_search_delete(w->stranger, "?"));
}

static void test_saved_search__bad_filters(void **state)
{
	struct world *w = *state;
	nmk_search_options options = NMK_SEARCH_OPTIONS_INIT;

	options.language = "deu";
	refused(w, "Suche", &options, "language");
	options.language = NULL;
	options.format = (nmk_format)99;
	refused(w, "Suche", &options, "format");
	options.format = (nmk_format)0;
	options.duration_minimum = -1;
	refused(w, "Suche", &options, "duration_minimum");
	options.duration_minimum = 0;
	options.duration_maximum = 1441;
	refused(w, "Suche", &options, "duration_maximum");
	options.duration_maximum = 1440;
	options.category_id = nmk_session_user_id(w->creator);
	assert_status(NMK_ENOTFOUND, nmk_saved_search_create(w->consumer, "Suche", &options, false, NULL));
	assert_field("category_id", w->consumer);
	options.category_ids = (const char *const[]){ nmk_session_user_id(w->creator) };
	options.category_count = 1;
	options.category_id = NULL;
	refused(w, "Suche", &options, "category_ids");
	options.category_count = 0;
	options.category_id = NULL;
	options.version = 99;
	refused(w, "Suche", &options, "version");
}

/* ---- alerts ---- */

static void test_send_alerts__tell_of_what_was_published_since(void **state)
{
	struct world *w = *state;
	char recipient[500], text[2000];

	publish(w, "Tabellen von gestern");
	world_advance(w, 1000);
	save(w->consumer, "Alles über Tabellen", "tabelle", true);
	world_advance(w, 1000);
	empty_outbox(w);
	publish(w, "Tabellen von heute");
	publish(w, "Noch mehr Tabellen");
	publish(w, "Pflege");
	nmk_nano_free(world_nano_titled(w, w->creator, NMK_NANO_DRAFT, "Tabellen im Entwurf"));
	assert_alerts(w, 0, 0);
	world_advance(w, DAY - 2001);
	assert_alerts(w, 0, 0);
	world_advance(w, 1001);
	assert_alerts(w, 1, 1);
	assert_true(next_mail(w, recipient, text, sizeof recipient));
	assert_string_equal("clara@example.org", recipient);
	assert_non_null(strstr(text, "Alles über Tabellen (2)"));
	assert_false(next_mail(w, recipient, text, sizeof recipient));
	assert_alerts(w, 0, 0);
	world_advance(w, DAY);
	assert_alerts(w, 1, 0);
	publish(w, "Tabellen zum dritten");
	world_advance(w, DAY);
	assert_alerts(w, 1, 1);
	world_advance(w, DAY);
	assert_alerts(w, 1, 0);
}

static void test_send_alerts__heed_the_filters(void **state)
{
	struct world *w = *state;
	nmk_search_options options = NMK_SEARCH_OPTIONS_INIT;
	char recipient[500], text[2000];

	options.language = "de";
	options.creator_id = nmk_session_user_id(w->creator);
	options.duration_minimum = 15;
	options.duration_maximum = 15;
	assert_status(NMK_OK, nmk_saved_search_create(w->consumer, "Passt", &options, true, NULL));
	options.duration_minimum = 16;
	options.duration_maximum = 0;
	assert_status(NMK_OK, nmk_saved_search_create(w->consumer, "Passt nicht", &options, true, NULL));
	options.duration_minimum = 0;
	options.creator_id = nmk_session_user_id(w->stranger);
	assert_status(NMK_OK, nmk_saved_search_create(w->consumer, "Von anderen", &options, true, NULL));
	empty_outbox(w);
	world_advance(w, 1);
	publish(w, "Tabellen");
	world_advance(w, DAY);
	assert_alerts(w, 3, 1);
	assert_true(next_mail(w, recipient, text, sizeof recipient));
	assert_non_null(strstr(text, "Passt (1)"));
}

/* The host looks after so many at a time; those that waited longest come first. */
static void test_send_alerts__as_many_as_are_wanted(void **state)
{
	struct world *w = *state;
	int64_t checked;

	for (int i = 0; i < 3; i++)
		save(w->consumer, "Suche", "Tabellen", true);
	save(w->consumer, "Suche", "Tabellen", false);
	world_advance(w, DAY);
	assert_status(NMK_OK, nmk_saved_search_send_alerts(w->system, 2, &checked, NULL));
	assert_int_equal(2, checked);
	assert_status(NMK_OK, nmk_saved_search_send_alerts(w->system, 2, &checked, NULL));
	assert_int_equal(1, checked);
	assert_status(NMK_EINVALID, nmk_saved_search_send_alerts(w->system, 101, NULL, NULL));
	assert_field("limit", w->system);
	assert_status(NMK_EDENIED, nmk_saved_search_send_alerts(w->admin, 0, NULL, NULL));
}

static void test_send_alerts__begin_when_they_are_switched_on(void **state)
{
	struct world *w = *state;
	struct id id = save(w->consumer, "Suche", "Tabellen", false);

	world_advance(w, 1000);
	publish(w, "Tabellen");
	world_advance(w, DAY);
	assert_alerts(w, 0, 0);
	assert_status(NMK_OK, nmk_saved_search_set_alert(w->consumer, id.text, true));
	world_advance(w, DAY);
	assert_alerts(w, 1, 0);
	publish(w, "Noch mehr Tabellen");
	world_advance(w, DAY / 2);
	/* Asked for again, it does not begin anew. */
	assert_status(NMK_OK, nmk_saved_search_set_alert(w->consumer, id.text, true));
	world_advance(w, DAY / 2);
	assert_alerts(w, 1, 1);
	assert_status(NMK_OK, nmk_saved_search_set_alert(w->consumer, id.text, false));
	world_advance(w, DAY);
	assert_alerts(w, 0, 0);
}

static void test_send_alerts__not_to_the_suspended(void **state)
{
	struct world *w = *state;

	save(w->consumer, "Suche", "Tabellen", true);
	world_advance(w, 1);
	publish(w, "Tabellen");
	assert_status(NMK_OK, nmk_user_suspend(w->admin, nmk_session_user_id(w->consumer), "Werbung", 0));
	world_advance(w, DAY);
	assert_alerts(w, 1, 0);
}

/* With the account all of it goes. */
static void test_saved_search__goes_with_the_account(void **state)
{
	struct world *w = *state;

	save(w->consumer, "Suche", "Tabellen", true);
	save(w->stranger, "Suche", "Tabellen", true);
	assert_status(NMK_OK, nmk_past_search_record(w->consumer, "Tabellen", 1));
	assert_status(NMK_OK, nmk_past_search_record(w->stranger, "Tabellen", 1));
	assert_status(NMK_OK, nmk_user_delete(w->admin, nmk_session_user_id(w->consumer)));
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM saved_search"));
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM past_search"));
	world_advance(w, DAY);
	assert_alerts(w, 1, 0);
	world_assert_sound(w, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_saved_search__keeps_what_was_searched_for),
		WORLD_TEST(test_saved_search__without_anything),
		WORLD_TEST(test_saved_search__lies_sealed_in_the_store),
		WORLD_TEST(test_saved_search__is_its_members_alone),
		WORLD_TEST(test_saved_search__list_is_newest_first_in_pages),
		WORLD_TEST(test_saved_search__fifty_and_no_more),
		WORLD_TEST(test_saved_search__bad_arguments),
		WORLD_TEST(test_saved_search__bad_filters),
		WORLD_TEST(test_send_alerts__tell_of_what_was_published_since),
		WORLD_TEST(test_send_alerts__heed_the_filters),
		WORLD_TEST(test_send_alerts__as_many_as_are_wanted),
		WORLD_TEST(test_send_alerts__begin_when_they_are_switched_on),
		WORLD_TEST(test_send_alerts__not_to_the_suspended),
		WORLD_TEST(test_saved_search__goes_with_the_account),
	};

	return cmocka_run_group_tests_name("saved_search", tests, NULL, NULL);
}
