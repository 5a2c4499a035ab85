/* message_test.c -- what is sent, how often, in which order it is read, and what stays of it. */
#include <sqlite3.h>

#include "messaging_test.h"

/* ---- texts ---- */

static char *repeat(const char *point, size_t count)
{
	size_t length = strlen(point);
	char *text = malloc(length * count + 1);

	assert_non_null(text);
	for (size_t i = 0; i < count; i++)
		memcpy(text + i * length, point, length);
	text[length * count] = '\0';
	return text;
}

/* Code points, not bytes: a thousand emoji are 4000 bytes. */
static void test_chat_send__takes_1_to_1000_code_points(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	char *most = repeat("🌻", 1000), *more = repeat("ä", 1001);

	assert_status(NMK_OK, say(w->consumer, id.text, "?"));
	assert_status(NMK_OK, say(w->consumer, id.text, most));
	assert_text_of("?", w->creator, id.text, 1);
	assert_text_of(most, w->creator, id.text, 2);
	assert_status(NMK_EINVALID, say(w->consumer, id.text, more));
	assert_field("text", w->consumer);
	assert_status(NMK_EINVALID, say(w->consumer, id.text, ""));
	assert_status(NMK_EINVALID, say(w->consumer, id.text, "   "));
	assert_status(NMK_EINVALID, say(w->consumer, id.text, "\xff"));
	assert_status(NMK_EINVALID, say(w->consumer, id.text, NULL));
	assert_field("text", w->consumer);
	assert_status(NMK_EINVALID, nmk_chat_send(w->consumer, id.text, NULL, NULL));
	assert_int_equal(2, world_sql(w, "SELECT count(*) FROM chat_message"));
	free(most);
	free(more);
}

/* Kept byte for byte; to escape is the matter of who shows it. */
static void test_chat_send__keeps_the_text_as_it_is(void **state)
{
	static const char text[] = "<b>Fett</b> & \"Zitat\"\n\t'; DROP TABLE chat; -- Zoe\xcc\x88";
	struct world *w = *state;
	struct id_text id = new_chat(w);

	assert_status(NMK_OK, say(w->consumer, id.text, text));
	assert_text_of(text, w->creator, id.text, 1);
}

static void test_chat_send__answers_with_the_message(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	nmk_message_fields fields = NMK_MESSAGE_FIELDS_INIT;
	nmk_message *message, *again;

	fields.text = "Gibt es das auch für Anfänger?";
	fields.idempotency_key = "anfrage-1";
	assert_status(NMK_OK, nmk_chat_send(w->consumer, id.text, &fields, &message));
	assert_string_equal(id.text, nmk_message_chat_id(message));
	assert_int_equal(1, nmk_message_sequence(message));
	assert_string_equal(nmk_session_user_id(w->consumer), nmk_message_author_id(message));
	assert_string_equal("clara", nmk_message_author(message));
	assert_string_equal(fields.text, nmk_message_text(message));
	assert_false(nmk_message_erased(message));
	assert_null(nmk_message_attachment_name(message));
	assert_int_equal(w->now, nmk_message_created_at(message));
	assert_status(NMK_OK, nmk_chat_send(w->consumer, id.text, &fields, &again));
	assert_int_equal(1, nmk_message_sequence(again));
	nmk_message_free(again);
	fields.text = "Etwas anderes";
	assert_status(NMK_ECONFLICT, nmk_chat_send(w->consumer, id.text, &fields, &again));
	assert_field("idempotency_key", w->consumer);
	assert_null(again);
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM chat_message"));
	nmk_message_free(message);
	nmk_message_free(NULL);
}

/* ---- order ---- */

/* More than the rate allows in one millisecond: what was sent is forgotten now and then. */
static void add_messages(struct world *w, const char *chat_id, int count)
{
	for (int i = 0; i < count; i++) {
		char text[32];

		if (i % 10 == 0) {
			sqlite3 *db;

			assert_int_equal(SQLITE_OK, sqlite3_open_v2(w->path, &db, SQLITE_OPEN_READWRITE, NULL));
			assert_int_equal(SQLITE_OK, sqlite3_exec(db, "UPDATE chat_member SET sent_times = NULL; UPDATE chat_inbox SET sent_times = NULL",
			                                         NULL, NULL, NULL));
			sqlite3_close(db);
		}
		snprintf(text, sizeof text, "Nachricht %d", i + 1);
		assert_status(NMK_OK, say(i % 3 ? w->consumer : w->creator, chat_id, text));
	}
}

/* DEF-25: the time is the same for all of them. */
static void test_chat_messages__a_thousand_in_one_millisecond_in_pages_of_7(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	int64_t since = 0;
	int pages = 0;

	add_messages(w, id.text, 1000);
	assert_int_equal(1, world_sql(w, "SELECT count(DISTINCT created_at) FROM chat_message"));
	for (bool more = true; more; pages++) {
		nmk_message_page *page = messages(w->consumer, id.text, since, 7);

		more = nmk_message_page_count(page) > 0;
		for (size_t i = 0; i < nmk_message_page_count(page); i++) {
			const nmk_message *message = nmk_message_page_item(page, i);
			char text[32];

			assert_int_equal(++since, nmk_message_sequence(message));
			snprintf(text, sizeof text, "Nachricht %d", (int)since);
			assert_string_equal(text, nmk_message_text(message));
		}
		nmk_message_page_free(page);
	}
	assert_int_equal(1000, since);
	assert_int_equal(144, pages); /* 143 with something, the last of them with 6, and an empty one */
}

/* Who polls while others write misses none: the number is given in the transaction that others see at once. */
static void test_chat_messages__what_comes_between_two_polls_is_in_the_next(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	int64_t since = 0;

	for (int i = 1; i <= 9; i++) {
		nmk_message_page *page;

		assert_status(NMK_OK, say(i % 2 ? w->consumer : w->creator, id.text, "Hallo?"));
		if (i == 5)
			w->now -= 3600000; /* and the clock goes back */
		page = messages(w->consumer, id.text, since, 0);
		assert_int_equal(1, nmk_message_page_count(page));
		assert_int_equal(i, nmk_message_sequence(nmk_message_page_item(page, 0)));
		since = i;
		nmk_message_page_free(page);
	}
}

static void test_chat_messages__refuses_what_it_does_not_know(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	nmk_message_page *page;

	assert_status(NMK_EINVALID, nmk_chat_messages(w->consumer, id.text, -1, 0, &page));
	assert_field("since", w->consumer);
	assert_status(NMK_EINVALID, nmk_chat_messages(w->consumer, id.text, 0, 101, &page));
	assert_field("limit", w->consumer);
	assert_status(NMK_EINVALID, nmk_chat_messages(w->consumer, id.text, 0, 0, NULL));
	assert_status(NMK_ENOTFOUND, nmk_chat_messages(w->consumer, "no id", 0, 0, &page));
	assert_status(NMK_OK, nmk_chat_messages(w->consumer, id.text, INT64_MAX, 0, &page));
	assert_int_equal(0, nmk_message_page_count(page));
	nmk_message_page_free(page);
}

/* ---- how often ---- */

static int64_t count_events(struct world *w, const char *action)
{
	char sql[160];

	snprintf(sql, sizeof sql, "SELECT count(*) FROM audit_event WHERE action = '%s'", action);
	return world_sql(w, sql);
}

static void test_chat_send__the_14th_in_a_minute_is_refused(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w), other = new_chat(w);

	for (int i = 0; i < 13; i++) {
		assert_status(NMK_OK, say(w->consumer, id.text, "Hallo?"));
		world_advance(w, 1000);
	}
	assert_status(NMK_ELIMIT, say(w->consumer, id.text, "Hallo?"));
	assert_int_equal(47000, nmk_session_error(w->consumer)->retry_after_ms);
	assert_int_equal(429, nmk_error_http(nmk_session_error(w->consumer)));
	assert_status(NMK_OK, say(w->consumer, other.text, "Hallo?")); /* for each chat */
	assert_status(NMK_OK, say(w->creator, id.text, "Ja?"));        /* for each member */
	world_advance(w, 46999);
	assert_status(NMK_ELIMIT, say(w->consumer, id.text, "Hallo?"));
	assert_int_equal(1, nmk_session_error(w->consumer)->retry_after_ms);
	world_advance(w, 1);
	assert_status(NMK_OK, say(w->consumer, id.text, "Hallo?"));
	assert_status(NMK_ELIMIT, say(w->consumer, id.text, "Hallo?"));
	assert_int_equal(1000, nmk_session_error(w->consumer)->retry_after_ms);
	assert_int_equal(14, world_sql(w, "SELECT count(*) FROM chat_message x JOIN chat c ON c.id = x.chat_id WHERE c.last_sequence = 15 "
	                                  "AND x.author_id = c.participant_id"));
	assert_int_equal(2, count_events(w, "rate_limit_hit")); /* the first of each row of refusals */
}

static void test_chat_send__the_71st_in_all_chats_is_refused(void **state)
{
	struct world *w = *state;
	struct id_text ids[6];

	for (int i = 0; i < 6; i++)
		ids[i] = new_chat(w);
	for (int i = 0; i < 70; i++)
		assert_status(NMK_OK, say(w->consumer, ids[i % 6].text, "Hallo?"));
	assert_status(NMK_ELIMIT, say(w->consumer, ids[5].text, "Hallo?"));
	assert_int_equal(60000, nmk_session_error(w->consumer)->retry_after_ms);
	world_advance(w, 60000);
	assert_status(NMK_OK, say(w->consumer, ids[5].text, "Hallo?"));
}

/* The limit comes before the filter: who sends spam is slowed down as well. */
static void test_chat_send__refused_spam_counts(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);

	for (int i = 0; i < 13; i++) {
		assert_status(NMK_EINVALID, say(w->consumer, id.text, "http://spam.ru"));
		assert_field("text", w->consumer);
		assert_non_null(strstr(nmk_session_error(w->consumer)->message, "phishing_domain_detected"));
	}
	assert_status(NMK_ELIMIT, say(w->consumer, id.text, "http://spam.ru"));
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM chat_message"));
	assert_int_equal(13, count_events(w, "failed_security_check"));
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM audit_event WHERE details LIKE '%spam.ru%'"));
}

/* A call that is made again is no message. */
static void test_chat_send__what_was_sent_already_does_not_count(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	nmk_message_fields fields = NMK_MESSAGE_FIELDS_INIT;

	fields.text = "Hallo?";
	fields.idempotency_key = "einmal";
	for (int i = 0; i < 20; i++)
		assert_status(NMK_OK, nmk_chat_send(w->consumer, id.text, &fields, NULL));
	for (int i = 0; i < 12; i++)
		assert_status(NMK_OK, say(w->consumer, id.text, "Hallo?"));
	assert_status(NMK_OK, nmk_chat_send(w->consumer, id.text, &fields, NULL)); /* over the limit, too */
	assert_status(NMK_ELIMIT, say(w->consumer, id.text, "Hallo?"));
}

/* ---- what stays of who is erased ---- */

static void test_user_delete__erases_their_words_in_everyones_view(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	char clara[64];
	nmk_message_page *page;
	nmk_chat *chat;

	snprintf(clara, sizeof clara, "%s", nmk_session_user_id(w->consumer));
	assert_status(NMK_OK, say(w->consumer, id.text, "Meine Nummer ist 0815."));
	assert_status(NMK_OK, say(w->creator, id.text, "Danke."));
	assert_status(NMK_OK, nmk_user_delete(w->admin, clara));
	page = messages(w->creator, id.text, 0, 0);
	assert_int_equal(2, nmk_message_page_count(page));
	assert_true(nmk_message_erased(nmk_message_page_item(page, 0)));
	assert_null(nmk_message_text(nmk_message_page_item(page, 0)));
	assert_false(nmk_message_erased(nmk_message_page_item(page, 1)));
	assert_string_equal("Danke.", nmk_message_text(nmk_message_page_item(page, 1)));
	nmk_message_page_free(page);
	chat = chat_as(w->creator, id.text);
	assert_false(nmk_chat_can_send(chat));
	nmk_chat_free(chat);
	assert_status(NMK_ESTATE, say(w->creator, id.text, "Noch da?"));
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM chat_message WHERE erased_at IS NOT NULL AND content IS NOT NULL"));
}

/* A copy from before the erasure opens nothing: the words hang on the data key alone. */
static void test_message__without_the_authors_key_does_not_open(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	sqlite3 *db;

	assert_status(NMK_OK, say(w->consumer, id.text, "Meine Nummer ist 0815."));
	assert_int_equal(SQLITE_OK, sqlite3_open_v2(w->path, &db, SQLITE_OPEN_READWRITE, NULL));
	assert_int_equal(SQLITE_OK, sqlite3_exec(db, "DELETE FROM user_key WHERE user_id = (SELECT participant_id FROM chat)", NULL, NULL, NULL));
	sqlite3_close(db);
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM chat_message WHERE content IS NOT NULL"));
	assert_text_of(NULL, w->creator, id.text, 1);
}

/* Sealed for its chat and number: moved elsewhere it does not open. */
static void test_message__moved_elsewhere_does_not_open(void **state)
{
	struct world *w = *state;
	struct id_text one = new_chat(w), two = new_chat(w);
	nmk_message_page *page;
	sqlite3 *db;

	assert_status(NMK_OK, say(w->consumer, one.text, "Ja."));
	assert_status(NMK_OK, say(w->consumer, two.text, "Nein."));
	assert_int_equal(SQLITE_OK, sqlite3_open_v2(w->path, &db, SQLITE_OPEN_READWRITE, NULL));
	assert_int_equal(SQLITE_OK, sqlite3_exec(db, "UPDATE chat_message SET content = (SELECT y.content FROM chat_message y WHERE y.chat_id <> "
	                                             "chat_message.chat_id)", NULL, NULL, NULL));
	sqlite3_close(db);
	assert_status(NMK_ECORRUPT, nmk_chat_messages(w->creator, one.text, 0, 0, &page));
	assert_null(page);
}

/* ---- the market's own filter ---- */

static nmk_status sent_with(struct world *w, nmk_content_filter *filter, const char *chat_id, const char *text)
{
	const char *domains[] = { "mine.example", NULL };
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_message_fields fields = NMK_MESSAGE_FIELDS_INIT;
	nmk_market *market;
	nmk_session *system, *session;
	nmk_status rc;

	filter->blocked_domains = domains;
	options.content_filter = filter;
	assert_status(NMK_OK, nmk_market_open(w->path, &options, NULL, &market));
	domains[0] = "changed.example"; /* what was given is the host's again */
	memset(filter, 0, sizeof *filter);
	assert_status(NMK_OK, nmk_session_open_system(market, &system));
	assert_status(NMK_OK, nmk_session_act_as(system, "clara", &session));
	fields.text = text;
	rc = nmk_chat_send(session, chat_id, &fields, NULL);
	nmk_session_close(session);
	nmk_session_close(system);
	nmk_market_close(market);
	return rc;
}

static void test_content_filter__of_the_market_is_copied_when_it_is_opened(void **state)
{
	struct world *w = *state;
	struct id_text chat = new_chat(w);
	nmk_content_filter filter = NMK_CONTENT_FILTER_INIT;

	assert_status(NMK_EINVALID, sent_with(w, &filter, chat.text, "https://mine.example/"));
	filter = (nmk_content_filter)NMK_CONTENT_FILTER_INIT;
	assert_status(NMK_OK, sent_with(w, &filter, chat.text, "https://changed.example/"));
	filter = (nmk_content_filter)NMK_CONTENT_FILTER_INIT;
	filter.capitals_from = -1;
	assert_status(NMK_OK, sent_with(w, &filter, chat.text, "HIER IST ALLES GROSS GESCHRIEBEN, VON ANFANG BIS ENDE, UND ZWAR MIT ABSICHT"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_content_filter__of_the_market_is_copied_when_it_is_opened),
		WORLD_TEST(test_chat_send__takes_1_to_1000_code_points),
		WORLD_TEST(test_chat_send__keeps_the_text_as_it_is),
		WORLD_TEST(test_chat_send__answers_with_the_message),
		WORLD_TEST(test_chat_messages__a_thousand_in_one_millisecond_in_pages_of_7),
		WORLD_TEST(test_chat_messages__what_comes_between_two_polls_is_in_the_next),
		WORLD_TEST(test_chat_messages__refuses_what_it_does_not_know),
		WORLD_TEST(test_chat_send__the_14th_in_a_minute_is_refused),
		WORLD_TEST(test_chat_send__the_71st_in_all_chats_is_refused),
		WORLD_TEST(test_chat_send__refused_spam_counts),
		WORLD_TEST(test_chat_send__what_was_sent_already_does_not_count),
		WORLD_TEST(test_user_delete__erases_their_words_in_everyones_view),
		WORLD_TEST(test_message__without_the_authors_key_does_not_open),
		WORLD_TEST(test_message__moved_elsewhere_does_not_open),
	};

	return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
