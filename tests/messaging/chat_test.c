/* chat_test.c -- who talks with whom about what, and what the two see of it. */
#include <pthread.h>

#include "messaging_test.h"

/* ---- opening ---- */

static void test_chat_open__makes_one_and_finds_it_again(void **state)
{
	struct world *w = *state;
	struct id_text nano = published(w, "Tabellen verstehen");
	nmk_chat *chat, *again;
	bool created = false;

	assert_status(NMK_OK, nmk_chat_open(w->consumer, nano.text, &chat, &created));
	assert_true(created);
	assert_string_equal(nano.text, nmk_chat_nano_id(chat));
	assert_string_equal("Tabellen verstehen", nmk_chat_nano_title(chat));
	assert_string_equal(nmk_session_user_id(w->creator), nmk_chat_creator_id(chat));
	assert_string_equal(nmk_session_user_id(w->consumer), nmk_chat_participant_id(chat));
	assert_string_equal(nmk_session_user_id(w->creator), nmk_chat_partner_id(chat));
	assert_string_equal("carl", nmk_chat_partner(chat));
	assert_int_equal(NMK_CHAT_SEALED, nmk_chat_mode(chat));
	assert_int_equal(NMK_CHAT_ACTIVE, nmk_chat_status(chat));
	assert_int_equal(0, nmk_chat_last_sequence(chat));
	assert_true(nmk_chat_can_send(chat));
	assert_int_equal(w->now, nmk_chat_created_at(chat));

	assert_status(NMK_OK, nmk_chat_open(w->consumer, nano.text, &again, &created));
	assert_false(created);
	assert_string_equal(nmk_chat_id(chat), nmk_chat_id(again));
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM audit_event WHERE operation = 'chat_open'"));
	nmk_chat_free(again);
	nmk_chat_free(chat);
	nmk_chat_free(NULL);
}

/* One for each member and nano: two members, two chats; two nanos, two chats. */
static void test_chat_open__is_about_one_nano_with_one_member(void **state)
{
	struct world *w = *state;
	struct id_text one = published(w, "Tabellen verstehen"), two = published(w, "Formeln verstehen");

	assert_string_not_equal(open_chat(w->consumer, one.text).text, open_chat(w->consumer, two.text).text);
	assert_string_not_equal(open_chat(w->consumer, one.text).text, open_chat(w->stranger, one.text).text);
	assert_int_equal(3, world_sql(w, "SELECT count(*) FROM chat"));
}

/* DEF-25: a creator who opens a chat about what is their own would get any of the members' chats. */
static void test_chat_open__nobody_talks_with_themselves(void **state)
{
	struct world *w = *state;
	struct id_text nano = published(w, "Tabellen verstehen");
	nmk_chat *chat = (void *)w;
	bool created = true;

	assert_status(NMK_EDENIED, nmk_chat_open(w->creator, nano.text, &chat, &created));
	assert_null(chat);
	assert_false(created);
	open_chat(w->consumer, nano.text);
	assert_status(NMK_EDENIED, nmk_chat_open(w->creator, nano.text, &chat, &created));
}

static void test_chat_open__only_about_a_published_nano(void **state)
{
	struct world *w = *state;
	static const nmk_nano_state others[] = { NMK_NANO_DRAFT, NMK_NANO_PENDING_REVIEW, NMK_NANO_ARCHIVED, NMK_NANO_DELETED };

	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		nmk_nano *nano = world_nano(w, w->creator, others[i]);

		assert_status(NMK_ENOTFOUND, nmk_chat_open(w->consumer, nmk_nano_id(nano), NULL, NULL));
		assert_status(NMK_ESTATE, nmk_chat_open(w->moderator, nmk_nano_id(nano), NULL, NULL));
		nmk_nano_free(nano);
	}
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM chat"));
}

/* What was begun goes on when the nano is archived. */
static void test_chat_open__a_chat_outlives_its_nano(void **state)
{
	struct world *w = *state;
	struct id_text nano = published(w, "Tabellen verstehen"), chat = open_chat(w->consumer, nano.text);

	assert_status(NMK_OK, nmk_nano_archive(w->creator, nano.text));
	assert_status(NMK_OK, say(w->consumer, chat.text, "Wo ist es hin?"));
	assert_status(NMK_OK, say(w->creator, chat.text, "Ins Archiv."));
}

struct racer {
	pthread_t    thread;
	nmk_session *session;
	const char  *nano_id;
	nmk_status   status;
	bool         created;
	char         id[64];
};

static void *race(void *context)
{
	struct racer *racer = context;
	nmk_chat *chat = NULL;

	racer->status = nmk_chat_open(racer->session, racer->nano_id, &chat, &racer->created);
	if (chat)
		snprintf(racer->id, sizeof racer->id, "%s", nmk_chat_id(chat));
	nmk_chat_free(chat);
	return NULL;
}

static void test_chat_open__of_many_at_once_one_makes_it(void **state)
{
	struct world *w = *state;
	struct id_text nano = published(w, "Tabellen verstehen");
	struct racer racers[8];
	int made = 0;

	for (int i = 0; i < 8; i++) {
		racers[i] = (struct racer){ .nano_id = nano.text };
		assert_status(NMK_OK, nmk_session_act_as(w->system, "clara", &racers[i].session));
	}
	for (int i = 0; i < 8; i++)
		assert_int_equal(0, pthread_create(&racers[i].thread, NULL, race, &racers[i]));
	for (int i = 0; i < 8; i++) {
		pthread_join(racers[i].thread, NULL);
		assert_status(NMK_OK, racers[i].status);
		assert_string_equal(racers[0].id, racers[i].id);
		made += racers[i].created;
		nmk_session_close(racers[i].session);
	}
	assert_int_equal(1, made);
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM chat"));
}

/* ---- who sees it ---- */

static void test_chat__is_there_for_the_two_only(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	nmk_message_page *page;
	nmk_chat *chat;

	chat = chat_as(w->creator, id.text);
	assert_string_equal("clara", nmk_chat_partner(chat));
	nmk_chat_free(chat);
	assert_status(NMK_ENOTFOUND, nmk_chat_get(w->stranger, id.text, &chat));
	assert_null(chat);
	assert_status(NMK_ENOTFOUND, say(w->stranger, id.text, "Darf ich mit?"));
	assert_status(NMK_ENOTFOUND, nmk_chat_messages(w->stranger, id.text, 0, 0, &page));
	assert_status(NMK_EDENIED, nmk_chat_messages(w->moderator, id.text, 0, 0, &page));
	assert_status(NMK_EDENIED, nmk_chat_messages(w->admin, id.text, 0, 0, &page));
	assert_status(NMK_EDENIED, nmk_chat_messages(w->system, id.text, 0, 0, &page));
	assert_status(NMK_ELOGIN, nmk_chat_messages(w->guest, id.text, 0, 0, &page));
	assert_null(page);
}

/* ---- lists ---- */

static nmk_chat_page *list(nmk_session *session, const nmk_chat_list_options *options)
{
	nmk_chat_page *page;

	assert_status(NMK_OK, nmk_chat_list(session, options, &page));
	return page;
}

static void test_chat_list__tells_what_is_unread_and_what_was_said_last(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	nmk_chat_page *page;
	const nmk_chat *chat;

	assert_status(NMK_OK, say(w->consumer, id.text, "Gibt es das auch für Anfänger?"));
	world_advance(w, 10);
	assert_status(NMK_OK, say(w->consumer, id.text, "Und auf Englisch?"));
	page = list(w->creator, NULL);
	assert_int_equal(1, nmk_chat_page_count(page));
	chat = nmk_chat_page_item(page, 0);
	assert_int_equal(2, nmk_chat_unread_count(chat));
	assert_int_equal(2, nmk_chat_last_sequence(chat));
	assert_int_equal(w->now, nmk_chat_last_message_at(chat));
	assert_string_equal("Und auf Englisch?", nmk_chat_last_message(chat));
	assert_null(nmk_chat_page_next(page));
	nmk_chat_page_free(page);

	page = list(w->consumer, NULL); /* one's own are read */
	assert_int_equal(0, nmk_chat_unread_count(nmk_chat_page_item(page, 0)));
	nmk_chat_page_free(page);
}

/* DEF-25: by the last message, and all that share a millisecond have an order, too: 25 chats, 7 on a page, each once. */
static void test_chat_list__is_in_the_order_of_the_last_message(void **state)
{
	struct world *w = *state;
	nmk_chat_list_options options = NMK_CHAT_LIST_OPTIONS_INIT;
	char ids[25][64], seen[25][64];
	size_t count = 0;
	char *cursor = NULL;

	for (int i = 0; i < 25; i++)
		snprintf(ids[i], sizeof ids[i], "%s", new_chat(w).text);
	world_advance(w, 1000);
	assert_status(NMK_OK, say(w->consumer, ids[7], "Du zuerst."));
	options.limit = 7;
	do {
		nmk_chat_page *page;

		options.cursor = cursor;
		page = list(w->consumer, &options);
		for (size_t i = 0; i < nmk_chat_page_count(page); i++)
			snprintf(seen[count++], 64, "%s", nmk_chat_id(nmk_chat_page_item(page, i)));
		free(cursor);
		cursor = nmk_chat_page_next(page) ? strdup(nmk_chat_page_next(page)) : NULL;
		nmk_chat_page_free(page);
	} while (cursor && count < 25);
	assert_null(cursor);
	assert_int_equal(25, count);
	assert_string_equal(ids[7], seen[0]);
	for (int i = 0; i < 25; i++) {
		int times = 0;

		for (int j = 0; j < 25; j++)
			times += strcmp(ids[i], seen[j]) == 0;
		assert_int_equal(1, times);
	}
}

static void test_chat_list__by_nano(void **state)
{
	struct world *w = *state;
	nmk_chat_list_options options = NMK_CHAT_LIST_OPTIONS_INIT;
	struct id_text one = published(w, "Tabellen verstehen"), two = published(w, "Formeln verstehen");
	struct id_text chat = open_chat(w->consumer, one.text);
	nmk_chat_page *page;

	open_chat(w->consumer, two.text);
	open_chat(w->stranger, one.text);
	options.nano_id = one.text;
	page = list(w->consumer, &options);
	assert_int_equal(1, nmk_chat_page_count(page));
	assert_string_equal(chat.text, nmk_chat_id(nmk_chat_page_item(page, 0)));
	nmk_chat_page_free(page);
	page = list(w->creator, &options);
	assert_int_equal(2, nmk_chat_page_count(page));
	nmk_chat_page_free(page);
}

static void test_chat_list__refuses_what_it_does_not_know(void **state)
{
	struct world *w = *state;
	nmk_chat_list_options options = NMK_CHAT_LIST_OPTIONS_INIT;
	nmk_chat_page *page = (void *)w;

	options.limit = 101;
	assert_status(NMK_EINVALID, nmk_chat_list(w->consumer, &options, &page));
	assert_field("limit", w->consumer);
	assert_null(page);
	options.limit = 100;
	options.status = NMK_CHAT_DISABLED;
	assert_status(NMK_EINVALID, nmk_chat_list(w->consumer, &options, &page));
	assert_field("status", w->consumer);
	options.status = (nmk_chat_state)0;
	options.cursor = "AAAA";
	assert_status(NMK_EINVALID, nmk_chat_list(w->consumer, &options, &page));
	assert_field("cursor", w->consumer);
	options.cursor = NULL;
	options.nano_id = "no id";
	assert_status(NMK_ENOTFOUND, nmk_chat_list(w->consumer, &options, &page));
	options.version = 2;
	assert_status(NMK_EINVALID, nmk_chat_list(w->consumer, &options, &page));
	assert_field("version", w->consumer);
	assert_status(NMK_EINVALID, nmk_chat_list(w->consumer, NULL, NULL));
}

/* ---- archived after 30 days of silence ---- */

static void assert_state(nmk_chat_state expected, nmk_session *session, const char *id)
{
	nmk_chat_list_options options = NMK_CHAT_LIST_OPTIONS_INIT;
	nmk_chat *chat = chat_as(session, id);
	nmk_chat_page *page;

	assert_int_equal(expected, nmk_chat_status(chat));
	nmk_chat_free(chat);
	options.status = NMK_CHAT_ACTIVE;
	page = list(session, &options);
	assert_int_equal(expected == NMK_CHAT_ACTIVE, nmk_chat_page_count(page));
	nmk_chat_page_free(page);
	options.status = NMK_CHAT_ARCHIVED;
	page = list(session, &options);
	assert_int_equal(expected == NMK_CHAT_ARCHIVED, nmk_chat_page_count(page));
	nmk_chat_page_free(page);
}

static void test_chat__is_archived_after_30_days_of_silence(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	const int64_t days30 = INT64_C(30) * 24 * 60 * 60 * 1000;

	assert_status(NMK_OK, say(w->consumer, id.text, "Hallo?"));
	w->now += days30 - 1;
	nmk_session_close(w->consumer);
	assert_status(NMK_OK, nmk_session_act_as(w->system, "clara", &w->consumer));
	assert_state(NMK_CHAT_ACTIVE, w->consumer, id.text);
	world_advance(w, 1);
	assert_state(NMK_CHAT_ARCHIVED, w->consumer, id.text);
	assert_text_of("Hallo?", w->consumer, id.text, 1); /* archived, not deleted */
	assert_status(NMK_OK, say(w->consumer, id.text, "Immer noch da?"));
	assert_state(NMK_CHAT_ACTIVE, w->consumer, id.text);
}

/* ---- read receipts, mute, block ---- */

static void assert_read(nmk_session *session, const char *id, int64_t own, int64_t partners, int64_t unread)
{
	nmk_chat *chat = chat_as(session, id);

	assert_int_equal(own, nmk_chat_read_sequence(chat));
	assert_int_equal(partners, nmk_chat_partner_read_sequence(chat));
	assert_int_equal(unread, nmk_chat_unread_count(chat));
	nmk_chat_free(chat);
}

static void test_chat_mark_read__is_seen_by_the_other_one(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);

	for (int i = 0; i < 3; i++)
		assert_status(NMK_OK, say(w->consumer, id.text, "Hallo?"));
	assert_read(w->consumer, id.text, 3, 0, 0);
	assert_read(w->creator, id.text, 0, 3, 3);
	assert_status(NMK_OK, nmk_chat_mark_read(w->creator, id.text, 2));
	assert_read(w->creator, id.text, 2, 3, 1);
	assert_read(w->consumer, id.text, 3, 2, 0);
	assert_status(NMK_OK, nmk_chat_mark_read(w->creator, id.text, 1)); /* never back */
	assert_read(w->creator, id.text, 2, 3, 1);
	assert_status(NMK_OK, nmk_chat_mark_read(w->creator, id.text, 3));
	assert_read(w->creator, id.text, 3, 3, 0);
	assert_status(NMK_EINVALID, nmk_chat_mark_read(w->creator, id.text, 4));
	assert_field("sequence", w->creator);
	assert_status(NMK_EINVALID, nmk_chat_mark_read(w->creator, id.text, -1));
}

/* Who answers has read what was there: no, only what they said themselves counts as read up to it, with all before it. */
static void test_chat_send__counts_what_came_before_as_read(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);

	assert_status(NMK_OK, say(w->consumer, id.text, "Hallo?"));
	assert_status(NMK_OK, say(w->creator, id.text, "Hallo!"));
	assert_read(w->creator, id.text, 2, 1, 0);
	assert_read(w->consumer, id.text, 1, 2, 1);
}

static void test_chat_mute__is_ones_own(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	nmk_chat *chat;

	assert_status(NMK_OK, nmk_chat_mute(w->creator, id.text, true));
	assert_status(NMK_OK, nmk_chat_mute(w->creator, id.text, true));
	chat = chat_as(w->creator, id.text);
	assert_true(nmk_chat_muted(chat));
	nmk_chat_free(chat);
	chat = chat_as(w->consumer, id.text);
	assert_false(nmk_chat_muted(chat));
	nmk_chat_free(chat);
	assert_status(NMK_OK, say(w->consumer, id.text, "Hallo?")); /* arrives */
	assert_text_of("Hallo?", w->creator, id.text, 1);
	assert_status(NMK_OK, nmk_chat_mute(w->creator, id.text, false));
	chat = chat_as(w->creator, id.text);
	assert_false(nmk_chat_muted(chat));
	nmk_chat_free(chat);
}

static void test_chat_block__keeps_both_from_sending_anywhere(void **state)
{
	struct world *w = *state;
	struct id_text one = new_chat(w), two = new_chat(w), third = published(w, "Listen verstehen");
	nmk_chat *chat;

	assert_status(NMK_OK, nmk_chat_block(w->creator, one.text, true));
	assert_status(NMK_EDENIED, say(w->consumer, one.text, "Hallo?"));
	assert_status(NMK_EDENIED, say(w->consumer, two.text, "Und hier?"));
	assert_status(NMK_EDENIED, say(w->creator, two.text, "Ich auch nicht."));
	assert_status(NMK_EDENIED, nmk_chat_open(w->consumer, third.text, NULL, NULL));
	assert_status(NMK_OK, nmk_chat_open(w->stranger, third.text, NULL, NULL)); /* a member is blocked, not the nano */
	chat = chat_as(w->creator, two.text);
	assert_true(nmk_chat_blocked(chat));
	assert_false(nmk_chat_can_send(chat));
	nmk_chat_free(chat);
	chat = chat_as(w->consumer, two.text); /* who is blocked is not told by whom */
	assert_false(nmk_chat_blocked(chat));
	assert_false(nmk_chat_can_send(chat));
	nmk_chat_free(chat);
	assert_status(NMK_OK, nmk_chat_block(w->creator, two.text, false));
	assert_status(NMK_OK, say(w->consumer, one.text, "Danke."));
	assert_int_equal(2, world_sql(w, "SELECT count(*) FROM audit_event WHERE operation = 'chat_block'"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_chat_open__makes_one_and_finds_it_again),
		WORLD_TEST(test_chat_open__is_about_one_nano_with_one_member),
		WORLD_TEST(test_chat_open__nobody_talks_with_themselves),
		WORLD_TEST(test_chat_open__only_about_a_published_nano),
		WORLD_TEST(test_chat_open__a_chat_outlives_its_nano),
		WORLD_TEST(test_chat_open__of_many_at_once_one_makes_it),
		WORLD_TEST(test_chat__is_there_for_the_two_only),
		WORLD_TEST(test_chat_list__tells_what_is_unread_and_what_was_said_last),
		WORLD_TEST(test_chat_list__is_in_the_order_of_the_last_message),
		WORLD_TEST(test_chat_list__by_nano),
		WORLD_TEST(test_chat_list__refuses_what_it_does_not_know),
		WORLD_TEST(test_chat__is_archived_after_30_days_of_silence),
		WORLD_TEST(test_chat_mark_read__is_seen_by_the_other_one),
		WORLD_TEST(test_chat_send__counts_what_came_before_as_read),
		WORLD_TEST(test_chat_mute__is_ones_own),
		WORLD_TEST(test_chat_block__keeps_both_from_sending_anywhere),
	};

	return cmocka_run_group_tests_name("chat", tests, NULL, NULL);
}
