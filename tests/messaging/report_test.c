/* report_test.c -- what is reported, what staff read of it and what not, and chats that are disabled. */
#include <sqlite3.h>

#include "messaging_test.h"

static struct id_text newest_report(struct world *w)
{
	nmk_reported_message_page *page;
	struct id_text id;

	assert_status(NMK_OK, nmk_chat_reports(w->moderator, NMK_CHAT_REPORT_OPEN, NULL, 1, &page));
	assert_int_equal(1, nmk_reported_message_page_count(page));
	snprintf(id.text, sizeof id.text, "%s", nmk_reported_message_id(nmk_reported_message_page_item(page, 0)));
	nmk_reported_message_page_free(page);
	return id;
}

static void test_chat_report__reaches_the_staff(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	nmk_reported_message_page *page;
	const nmk_reported_message *report;

	assert_status(NMK_OK, say(w->consumer, id.text, "Du Esel."));
	assert_status(NMK_OK, nmk_chat_report(w->creator, id.text, 1, NMK_REPORT_OFFENSIVE, "Schon wieder."));
	assert_status(NMK_OK, nmk_chat_reports(w->moderator, (nmk_chat_report_state)0, NULL, 0, &page));
	assert_int_equal(1, nmk_reported_message_page_count(page));
	report = nmk_reported_message_page_item(page, 0);
	assert_string_equal(id.text, nmk_reported_message_chat_id(report));
	assert_int_equal(1, nmk_reported_message_sequence(report));
	assert_string_equal("clara", nmk_reported_message_author(report));
	assert_string_equal(nmk_session_user_id(w->creator), nmk_reported_message_reporter_id(report));
	assert_int_equal(NMK_REPORT_OFFENSIVE, nmk_reported_message_reason(report));
	assert_string_equal("Schon wieder.", nmk_reported_message_comment(report));
	assert_int_equal(NMK_CHAT_REPORT_OPEN, nmk_reported_message_status(report));
	assert_int_equal(w->now, nmk_reported_message_created_at(report));
	assert_int_equal(0, nmk_reported_message_closed_at(report));
	assert_null(nmk_reported_message_page_next(page));
	nmk_reported_message_page_free(page);
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM audit_event WHERE action = 'flag_created'"));
}

static void test_chat_report__is_about_the_other_ones_message_and_once(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	char comment[502];

	assert_status(NMK_OK, say(w->consumer, id.text, "Du Esel."));
	assert_status(NMK_EINVALID, nmk_chat_report(w->consumer, id.text, 1, NMK_REPORT_SPAM, NULL));
	assert_field("sequence", w->consumer);
	assert_status(NMK_ENOTFOUND, nmk_chat_report(w->creator, id.text, 2, NMK_REPORT_SPAM, NULL));
	assert_field("sequence", w->creator);
	assert_status(NMK_EINVALID, nmk_chat_report(w->creator, id.text, 1, (nmk_report_reason)6, NULL));
	assert_field("reason", w->creator);
	memset(comment, 'x', 501);
	comment[501] = '\0';
	assert_status(NMK_EINVALID, nmk_chat_report(w->creator, id.text, 1, NMK_REPORT_OTHER, comment));
	assert_field("comment", w->creator);
	comment[500] = '\0';
	assert_status(NMK_OK, nmk_chat_report(w->creator, id.text, 1, NMK_REPORT_OTHER, comment));
	assert_status(NMK_ECONFLICT, nmk_chat_report(w->creator, id.text, 1, NMK_REPORT_SPAM, NULL));
}

/* What is needed around it: five before it, and none after. */
static void test_chat_report_read__shows_the_message_and_five_before_it(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w), report;
	nmk_message_page *page;

	for (int i = 1; i <= 9; i++) {
		char text[24];

		snprintf(text, sizeof text, "Nachricht %d", i);
		assert_status(NMK_OK, say(w->consumer, id.text, text));
	}
	assert_status(NMK_OK, nmk_chat_report(w->creator, id.text, 8, NMK_REPORT_SPAM, NULL));
	report = newest_report(w);
	assert_status(NMK_OK, nmk_chat_report_read(w->moderator, report.text, &page));
	assert_int_equal(6, nmk_message_page_count(page));
	assert_string_equal("Nachricht 3", nmk_message_text(nmk_message_page_item(page, 0)));
	assert_string_equal("Nachricht 8", nmk_message_text(nmk_message_page_item(page, 5)));
	nmk_message_page_free(page);
	assert_status(NMK_OK, nmk_chat_report(w->creator, id.text, 2, NMK_REPORT_SPAM, NULL));
	report = newest_report(w);
	assert_status(NMK_OK, nmk_chat_report_read(w->moderator, report.text, &page));
	assert_int_equal(2, nmk_message_page_count(page));
	nmk_message_page_free(page);
	assert_int_equal(2, world_sql(w, "SELECT count(*) FROM audit_event WHERE operation = 'chat_report_read' AND action = 'data_accessed'"));
}

static void test_chat_report_read__not_by_those_whose_chat_it_is(void **state)
{
	struct world *w = *state;
	nmk_nano *nano = world_nano(w, w->moderator, NMK_NANO_PUBLISHED);
	struct id_text id = open_chat(w->consumer, nmk_nano_id(nano)), report;
	nmk_message_page *page;

	assert_status(NMK_OK, say(w->moderator, id.text, "Ich bin hier der Moderator."));
	assert_status(NMK_OK, nmk_chat_report(w->consumer, id.text, 1, NMK_REPORT_OFFENSIVE, NULL));
	report = newest_report(w);
	assert_status(NMK_EDENIED, nmk_chat_report_read(w->moderator, report.text, &page));
	assert_status(NMK_EDENIED, nmk_chat_report_close(w->moderator, report.text));
	assert_status(NMK_OK, nmk_chat_report_close(w->moderator2, report.text));
	nmk_nano_free(nano);
}

static void test_chat_report_close__closes_once(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w), report;
	nmk_reported_message_page *page;

	assert_status(NMK_OK, say(w->consumer, id.text, "Du Esel."));
	assert_status(NMK_OK, nmk_chat_report(w->creator, id.text, 1, NMK_REPORT_OFFENSIVE, NULL));
	report = newest_report(w);
	assert_status(NMK_OK, nmk_chat_report_close(w->moderator, report.text));
	assert_status(NMK_OK, nmk_chat_report_close(w->moderator2, report.text));
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM audit_event WHERE action = 'flag_reviewed'"));
	assert_status(NMK_OK, nmk_chat_reports(w->moderator, NMK_CHAT_REPORT_OPEN, NULL, 0, &page));
	assert_int_equal(0, nmk_reported_message_page_count(page));
	nmk_reported_message_page_free(page);
	assert_status(NMK_OK, nmk_chat_reports(w->moderator, NMK_CHAT_REPORT_CLOSED, NULL, 0, &page));
	assert_int_equal(1, nmk_reported_message_page_count(page));
	assert_string_equal(nmk_session_user_id(w->moderator), nmk_reported_message_closed_by(nmk_reported_message_page_item(page, 0)));
	nmk_reported_message_page_free(page);
	assert_status(NMK_EINVALID, nmk_chat_reports(w->moderator, (nmk_chat_report_state)3, NULL, 0, &page));
	assert_field("status", w->moderator);
}

static void test_chat_reports__come_in_pages(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	nmk_reported_message_page *page;
	char *cursor = NULL;
	int seen = 0;

	for (int i = 1; i <= 5; i++) {
		assert_status(NMK_OK, say(w->consumer, id.text, "Du Esel."));
		assert_status(NMK_OK, nmk_chat_report(w->creator, id.text, i, NMK_REPORT_OFFENSIVE, NULL));
	}
	do {
		assert_status(NMK_OK, nmk_chat_reports(w->moderator, NMK_CHAT_REPORT_OPEN, cursor, 2, &page));
		for (size_t i = 0; i < nmk_reported_message_page_count(page); i++)
			assert_int_equal(5 - seen++, nmk_reported_message_sequence(nmk_reported_message_page_item(page, i)));
		free(cursor);
		cursor = nmk_reported_message_page_next(page) ? strdup(nmk_reported_message_page_next(page)) : NULL;
		nmk_reported_message_page_free(page);
	} while (cursor);
	assert_int_equal(5, seen);
}

static void test_chat_disable__can_be_read_and_nothing_be_sent(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	nmk_chat *chat;

	assert_status(NMK_OK, say(w->consumer, id.text, "Du Esel."));
	assert_status(NMK_EDENIED, nmk_chat_disable(w->moderator, id.text, "Beleidigungen"));
	assert_status(NMK_EINVALID, nmk_chat_disable(w->admin, id.text, NULL));
	assert_field("reason", w->admin);
	assert_status(NMK_OK, nmk_chat_disable(w->admin, id.text, "Beleidigungen"));
	assert_status(NMK_OK, nmk_chat_disable(w->admin, id.text, "Noch einmal")); /* it is already */
	assert_status(NMK_ESTATE, say(w->creator, id.text, "Selber."));
	assert_non_null(strstr(nmk_session_error(w->creator)->message, "Beleidigungen"));
	assert_text_of("Du Esel.", w->creator, id.text, 1);
	chat = chat_as(w->consumer, id.text);
	assert_int_equal(NMK_CHAT_DISABLED, nmk_chat_status(chat));
	assert_string_equal("Beleidigungen", nmk_chat_disabled_reason(chat));
	assert_int_equal(w->now, nmk_chat_disabled_at(chat));
	assert_false(nmk_chat_can_send(chat));
	nmk_chat_free(chat);
	assert_status(NMK_OK, nmk_chat_enable(w->admin, id.text));
	assert_status(NMK_OK, nmk_chat_enable(w->admin, id.text));
	assert_status(NMK_OK, say(w->creator, id.text, "Friede."));
	assert_status(NMK_ENOTFOUND, nmk_chat_disable(w->admin, "no id", "Beleidigungen"));
	assert_int_equal(2, world_sql(w, "SELECT count(*) FROM audit_event WHERE result = 'ok' AND operation IN ('chat_disable', 'chat_enable')"));
}

/* The words of who is erased are gone from reports as well, and so is what they said of others. */
static void test_user_delete__reaches_reports(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w), report;
	nmk_reported_message_page *reports;
	nmk_message_page *page;

	assert_status(NMK_OK, say(w->consumer, id.text, "Du Esel."));
	assert_status(NMK_OK, say(w->creator, id.text, "Selber."));
	assert_status(NMK_OK, nmk_chat_report(w->creator, id.text, 1, NMK_REPORT_OFFENSIVE, "Schon wieder."));
	assert_status(NMK_OK, nmk_chat_report(w->consumer, id.text, 2, NMK_REPORT_OFFENSIVE, "Er auch."));
	report = newest_report(w);
	assert_status(NMK_OK, nmk_user_delete(w->admin, nmk_session_user_id(w->consumer)));
	assert_status(NMK_OK, nmk_chat_report_read(w->moderator, report.text, &page));
	assert_null(nmk_message_text(nmk_message_page_item(page, 0)));
	assert_string_equal("Selber.", nmk_message_text(nmk_message_page_item(page, 1)));
	nmk_message_page_free(page);
	assert_status(NMK_OK, nmk_chat_reports(w->moderator, NMK_CHAT_REPORT_OPEN, NULL, 0, &reports));
	assert_null(nmk_reported_message_comment(nmk_reported_message_page_item(reports, 0)));
	assert_string_equal("Schon wieder.", nmk_reported_message_comment(nmk_reported_message_page_item(reports, 1)));
	nmk_reported_message_page_free(reports);
	assert_status(NMK_ENOTFOUND, nmk_chat_report(w->creator, id.text, 1, NMK_REPORT_SPAM, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_chat_report__reaches_the_staff),
		WORLD_TEST(test_chat_report__is_about_the_other_ones_message_and_once),
		WORLD_TEST(test_chat_report_read__shows_the_message_and_five_before_it),
		WORLD_TEST(test_chat_report_read__not_by_those_whose_chat_it_is),
		WORLD_TEST(test_chat_report_close__closes_once),
		WORLD_TEST(test_chat_reports__come_in_pages),
		WORLD_TEST(test_chat_disable__can_be_read_and_nothing_be_sent),
		WORLD_TEST(test_user_delete__reaches_reports),
	};

	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
