/* chat_test.c -- what is said in a chat stands in no file: not in the database, its log, the index, or the files of blobs. Keys are
 * nowhere at all. */
#include "secrets.h"

#include <nanomarket/chat.h>

static void new_chat(struct world *w, char id[64])
{
	nmk_nano *nano = world_nano(w, w->creator, NMK_NANO_PUBLISHED);
	nmk_chat *chat;

	assert_status(NMK_OK, nmk_chat_open(w->consumer, nmk_nano_id(nano), &chat, NULL));
	snprintf(id, 64, "%s", nmk_chat_id(chat));
	nmk_chat_free(chat);
	nmk_nano_free(nano);
}

/* A control: a text that is not sealed is found. */
static void test_control__the_title_of_a_nano_is_found(void **state)
{
	struct world *w = *state;
	const char *title = personal(new_secret("title"));

	nmk_nano_free(world_nano_titled(w, w->creator, NMK_NANO_PUBLISHED, title));
	assert_true(copies_in_files(w) > 0);
}

static void test_message__is_in_no_file(void **state)
{
	struct world *w = *state;
	nmk_message_fields fields = NMK_MESSAGE_FIELDS_INIT;
	nmk_message_page *page;
	nmk_message *message;
	nmk_chat_page *chats;
	char id[64];

	new_chat(w, id);
	keep_account(w, "clara");
	fields.text = personal(new_secret("message"));
	fields.idempotency_key = "once";
	assert_traceless(w, NMK_OK, nmk_chat_send(w->consumer, id, &fields, &message));
	nmk_message_free(message);
	assert_traceless(w, NMK_OK, nmk_chat_send(w->consumer, id, &fields, NULL));
	assert_traceless(w, NMK_OK, nmk_chat_messages(w->creator, id, 0, 0, &page));
	assert_string_equal(fields.text, nmk_message_text(nmk_message_page_item(page, 0)));
	nmk_message_page_free(page);
	assert_traceless(w, NMK_OK, nmk_chat_list(w->creator, NULL, &chats));
	assert_string_equal(fields.text, nmk_chat_last_message(nmk_chat_page_item(chats, 0)));
	nmk_chat_page_free(chats);
	assert_traceless(w, NMK_OK, nmk_chat_report(w->creator, id, 1, NMK_REPORT_OTHER, personal(new_secret("comment"))));
	assert_gone(w);
	world_reopen(w); /* and what was in the log is in the database */
	assert_gone(w);
}

/* Spam is refused, and yet recorded: without what it said. */
static void test_message__that_is_refused_is_in_no_file(void **state)
{
	struct world *w = *state;
	nmk_message_fields fields = NMK_MESSAGE_FIELDS_INIT;
	char id[64], *text = keep_room("spam", SECRET_LENGTH + 16);

	new_chat(w, id);
	copy_bytes(text, "http://spam.ru/", 15);
	copy_bytes(text + 15, personal(new_secret("message")), SECRET_LENGTH);
	text[15 + SECRET_LENGTH] = '\0';
	fields.text = text;
	assert_traceless(w, NMK_EINVALID, nmk_chat_send(w->consumer, id, &fields, NULL));
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM audit_event WHERE action = 'failed_security_check'"));
	assert_gone(w);
}

struct file {
	const char *text;
	int64_t     length, done;
};

/* The text, again and again. */
static int64_t give(void *context, void *buffer, size_t size)
{
	struct file *file = context;
	size_t count = 0;

	for (; count < size && file->done < file->length; count++, file->done++)
		((volatile char *)buffer)[count] = file->text[file->done % SECRET_LENGTH];
	return (int64_t)count;
}

static int drop(void *context, const void *data, size_t size)
{
	(void)data;
	*(size_t *)context += size;
	return 0;
}

/* Small ones lie in rows, large ones in files. */
static void test_attachment__is_in_no_file(void **state)
{
	struct world *w = *state;
	static const int64_t lengths[] = { 1000, 1000000 };
	char id[64];

	new_chat(w, id);
	keep_account(w, "clara");
	for (size_t i = 0; i < 2; i++) {
		nmk_message_fields fields = NMK_MESSAGE_FIELDS_INIT;
		struct file file = { personal(new_secret("content")), lengths[i], 0 };
		size_t length = 0;

		fields.read = give;
		fields.read_context = &file;
		fields.attachment_name = personal(new_secret("name of a file"));
		assert_traceless(w, NMK_OK, nmk_chat_send(w->consumer, id, &fields, NULL));
		assert_traceless(w, NMK_OK, nmk_chat_download(w->creator, id, (int64_t)i + 1, drop, &length));
		assert_int_equal(lengths[i], length);
	}
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM blob WHERE file_stored = 1"));
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM blob WHERE file_stored = 0"));
	assert_gone(w);
}

/* The key of a chat is derived for each call, and wiped after it. */
static void test_key__of_a_chat_is_left_nowhere(void **state)
{
	struct world *w = *state;
	nmk_message_fields fields = NMK_MESSAGE_FIELDS_INIT;
	struct secret_key *key = sodium_malloc(sizeof *key);
	size_t length = 0;
	char id[64];
	struct nmk_op op;
	nmk_status rc;

	new_chat(w, id);
	rc = op_begin(&op, w->consumer, OP_chat_list);
	while (op_next(&op, &rc))
		rc = data_key_derive(&op.tx, world_sql(w, "SELECT participant_id FROM chat"), DERIVED_CHAT, world_sql(w, "SELECT id FROM chat"), key);
	assert_status(NMK_OK, rc);
	keep_bytes("key of a chat", key->bytes, sizeof key->bytes);
	sodium_free(key);
	fields.text = "Hallo?";
	assert_traceless(w, NMK_OK, nmk_chat_send(w->consumer, id, &fields, NULL));
	assert_traceless(w, NMK_OK, nmk_chat_export(w->creator, id, NMK_TRANSCRIPT_TEXT, drop, &length));
	assert_traceless(w, NMK_OK, nmk_chat_report(w->creator, id, 1, NMK_REPORT_SPAM, "Spam"));
	assert_gone(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SECRETS_TEST(test_control__the_title_of_a_nano_is_found),
		SECRETS_TEST(test_message__is_in_no_file),
		SECRETS_TEST(test_message__that_is_refused_is_in_no_file),
		SECRETS_TEST(test_attachment__is_in_no_file),
		SECRETS_TEST(test_key__of_a_chat_is_left_nowhere),
	};

	return RUN_SECRETS(tests);
}
