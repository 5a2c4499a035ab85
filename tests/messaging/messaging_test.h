/* messaging_test.h -- two who talk: clara, a consumer, asks carl, the creator. */
#ifndef NMK_MESSAGING_TEST_H
#define NMK_MESSAGING_TEST_H

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

#define WORLD_TEST(function) cmocka_unit_test_setup_teardown(function, world_setup, world_teardown)

struct id_text {
	char text[64];
};

static inline struct id_text published(struct world *w, const char *title)
{
	nmk_nano *nano = world_nano_titled(w, w->creator, NMK_NANO_PUBLISHED, title);
	struct id_text id;

	snprintf(id.text, sizeof id.text, "%s", nmk_nano_id(nano));
	nmk_nano_free(nano);
	return id;
}

static inline struct id_text open_chat(nmk_session *session, const char *nano_id)
{
	nmk_chat *chat;
	struct id_text id;

	assert_status(NMK_OK, nmk_chat_open(session, nano_id, &chat, NULL));
	snprintf(id.text, sizeof id.text, "%s", nmk_chat_id(chat));
	nmk_chat_free(chat);
	return id;
}

/* A chat of clara's about a new nano of carl's. */
static inline struct id_text new_chat(struct world *w)
{
	return open_chat(w->consumer, published(w, "Tabellen verstehen").text);
}

static inline nmk_status say(nmk_session *session, const char *chat_id, const char *text)
{
	nmk_message_fields fields = NMK_MESSAGE_FIELDS_INIT;

	fields.text = text;
	return nmk_chat_send(session, chat_id, &fields, NULL);
}

static inline nmk_chat *chat_as(nmk_session *session, const char *chat_id)
{
	nmk_chat *chat;

	assert_status(NMK_OK, nmk_chat_get(session, chat_id, &chat));
	return chat;
}

static inline nmk_message_page *messages(nmk_session *session, const char *chat_id, int64_t since, int32_t limit)
{
	nmk_message_page *page;

	assert_status(NMK_OK, nmk_chat_messages(session, chat_id, since, limit, &page));
	return page;
}

static inline void assert_text_of(const char *expected, nmk_session *session, const char *chat_id, int64_t sequence)
{
	nmk_message_page *page = messages(session, chat_id, sequence - 1, 1);

	assert_int_equal(1, nmk_message_page_count(page));
	assert_int_equal(sequence, nmk_message_sequence(nmk_message_page_item(page, 0)));
	if (expected)
		assert_string_equal(expected, nmk_message_text(nmk_message_page_item(page, 0)));
	else
		assert_null(nmk_message_text(nmk_message_page_item(page, 0)));
	nmk_message_page_free(page);
}

/* Change rows behind the library's back. */
static inline void tamper(struct world *w, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(SQLITE_OK, sqlite3_open_v2(w->path, &db, SQLITE_OPEN_READWRITE, NULL));
	assert_int_equal(SQLITE_OK, sqlite3_exec(db, sql, NULL, NULL, NULL));
	sqlite3_close(db);
}
#endif
