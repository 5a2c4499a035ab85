/* attachment_test.c -- files that come with messages, and the transcript that names them. */
#include <jansson.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "messaging_test.h"

/* Bytes that tell their place, as many as are asked for. */
struct stream {
	int64_t length, done, fails_at;
	bool    wrong;          /* something else came out    */
};

static unsigned char byte_at(int64_t place)
{
	return (unsigned char)(place * 7 + place / 251);
}

static int64_t give(void *context, void *buffer, size_t size)
{
	struct stream *stream = context;
	int64_t left = stream->length - stream->done, count = left < (int64_t)size ? left : (int64_t)size;

	if (count > 10007)
		count = 10007; /* pieces of no round length */
	if (stream->fails_at && stream->done >= stream->fails_at)
		return -1;
	for (int64_t i = 0; i < count; i++)
		((unsigned char *)buffer)[i] = byte_at(stream->done + i);
	stream->done += count;
	return count;
}

static int take(void *context, const void *data, size_t size)
{
	struct stream *stream = context;

	for (size_t i = 0; i < size; i++)
		stream->wrong = stream->wrong || ((const unsigned char *)data)[i] != byte_at(stream->done + (int64_t)i);
	stream->done += (int64_t)size;
	return stream->fails_at && stream->done >= stream->fails_at;
}

static nmk_status attach(nmk_session *session, const char *chat_id, struct stream *stream, const char *name, nmk_message **message)
{
	nmk_message_fields fields = NMK_MESSAGE_FIELDS_INIT;

	fields.read = give;
	fields.read_context = stream;
	fields.attachment_name = name;
	fields.attachment_type = "image/png";
	return nmk_chat_send(session, chat_id, &fields, message);
}

static void check_round(struct world *w, const char *chat_id, int64_t length, int64_t sequence)
{
	struct stream in = { .length = length }, out = { .length = length };
	nmk_message *message;

	assert_status(NMK_OK, attach(w->consumer, chat_id, &in, "bild.png", &message));
	assert_int_equal(sequence, nmk_message_sequence(message));
	assert_null(nmk_message_text(message));
	assert_string_equal("bild.png", nmk_message_attachment_name(message));
	assert_string_equal("image/png", nmk_message_attachment_type(message));
	assert_int_equal(length, nmk_message_attachment_size(message));
	nmk_message_free(message);
	assert_status(NMK_OK, nmk_chat_download(w->creator, chat_id, sequence, take, &out));
	assert_int_equal(length, out.done);
	assert_false(out.wrong);
}

/* Less than 5 MiB; and about the length of a piece, where one begins to be two. */
static void test_attachment__comes_back_as_it_was(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	static const int64_t lengths[] = { 1, 65535, 65536, 65537, 131072, 300000, NMK_ATTACHMENT_BYTES_MAXIMUM };

	assert_int_equal(5 * 1024 * 1024 - 1, NMK_ATTACHMENT_BYTES_MAXIMUM);
	assert_int_equal(NMK_ATTACHMENT_BYTES_MAXIMUM, nmk_attachment_bytes_maximum());
	for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++)
		check_round(w, id.text, lengths[i], (int64_t)i + 1);
}

static void test_attachment__refuses_what_is_too_much_or_nothing(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	struct stream large = { .length = NMK_ATTACHMENT_BYTES_MAXIMUM + 1 }, empty = { .length = 0 };
	struct stream broken = { .length = 100000, .fails_at = 50000 };
	nmk_message *message = (void *)w;

	assert_status(NMK_ELIMIT, attach(w->consumer, id.text, &large, "bild.png", &message));
	assert_field("attachment", w->consumer);
	assert_null(message);
	assert_status(NMK_EINVALID, attach(w->consumer, id.text, &empty, "bild.png", NULL));
	assert_field("attachment", w->consumer);
	assert_status(NMK_ECANCELLED, attach(w->consumer, id.text, &broken, "bild.png", NULL));
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM chat_message"));
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM blob"));
}

static void test_attachment__has_a_name_without_folders_and_a_media_type(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	static const char *const names[] = { "", "../bild.png", "C:\\bild.png", "bild\n.png", NULL };
	static const char *const types[] = { "", "image", "image/", "/png", "image/png; charset=x", "image/p ng", NULL };
	nmk_message_fields fields = NMK_MESSAGE_FIELDS_INIT;
	struct stream stream = { .length = 10 };

	for (size_t i = 0; names[i]; i++) {
		stream.done = 0;
		assert_status(NMK_EINVALID, attach(w->consumer, id.text, &stream, names[i], NULL));
		assert_field("attachment_name", w->consumer);
		assert_int_equal(0, stream.done); /* nothing was read for it */
	}
	assert_status(NMK_EINVALID, attach(w->consumer, id.text, &stream, NULL, NULL));
	assert_field("attachment_name", w->consumer);
	fields.read = give;
	fields.read_context = &stream;
	fields.attachment_name = "bild.png";
	for (size_t i = 0; types[i]; i++) {
		fields.attachment_type = types[i];
		assert_status(NMK_EINVALID, nmk_chat_send(w->consumer, id.text, &fields, NULL));
		assert_field("attachment_type", w->consumer);
	}
	fields.read = NULL;
	fields.text = "Wo ist es?";
	assert_status(NMK_EINVALID, nmk_chat_send(w->consumer, id.text, &fields, NULL));
	assert_field("read", w->consumer);
}

static void test_attachment__strangers_are_refused_before_a_byte_is_read(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	struct stream stream = { .length = 10 };

	assert_status(NMK_ENOTFOUND, attach(w->stranger, id.text, &stream, "bild.png", NULL));
	assert_status(NMK_EDENIED, attach(w->admin, id.text, &stream, "bild.png", NULL));
	assert_int_equal(0, stream.done);
	assert_status(NMK_OK, attach(w->consumer, id.text, &stream, "bild.png", NULL));
	stream.done = 0;
	assert_status(NMK_ENOTFOUND, nmk_chat_download(w->stranger, id.text, 1, take, &stream));
	assert_status(NMK_EDENIED, nmk_chat_download(w->moderator, id.text, 1, take, &stream));
	assert_int_equal(0, stream.done);
	assert_status(NMK_ENOTFOUND, nmk_chat_download(w->consumer, id.text, 2, take, &stream));
	assert_field("sequence", w->consumer);
	assert_status(NMK_EINVALID, nmk_chat_download(w->consumer, id.text, 1, NULL, NULL));
	stream.fails_at = 1;
	assert_status(NMK_ECANCELLED, nmk_chat_download(w->consumer, id.text, 1, take, &stream));
}

static void test_attachment__that_was_altered_does_not_open(void **state)
{
	static const char *const changes[] = {
		"UPDATE blob_chunk SET data = CAST(substr(data, 1, 29) || x'00' || substr(data, 31) AS BLOB)",
		"UPDATE blob_chunk SET data = CAST(substr(data, 1, length(data) - 1) || x'00' AS BLOB)",
		"UPDATE blob_chunk SET data = CAST(x'00' || substr(data, 2) AS BLOB)",
		"UPDATE blob_chunk SET data = substr(data, 1, 24); UPDATE blob SET size = 24",
		"UPDATE chat_message SET attachment_sealed = CAST(substr(attachment_sealed, 1, 40) || x'00' || substr(attachment_sealed, 42) AS BLOB)",
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		struct id_text id = new_chat(w);
		struct stream in = { .length = 1000 }, out = { .length = 0 };
		nmk_status rc;

		tamper(w, "DELETE FROM chat_message; DELETE FROM blob_chunk; DELETE FROM blob");
		assert_status(NMK_OK, attach(w->consumer, id.text, &in, "bild.png", NULL));
		tamper(w, changes[i]);
		rc = nmk_chat_download(w->creator, id.text, 1, take, &out);
		if (rc == NMK_OK) /* a zero in place of a zero */
			assert_false(out.wrong);
		else
			assert_status(NMK_ECORRUPT, rc);
	}
}

/* The second half is missing: all pieces open, but none says that it is the last. */
static void test_attachment__that_was_cut_does_not_end_well(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	struct stream in = { .length = 200000 }, out = { .length = 0 };

	assert_status(NMK_OK, attach(w->consumer, id.text, &in, "bild.png", NULL));
	tamper(w, "DELETE FROM blob_chunk WHERE position > 1;"
	          "UPDATE blob_chunk SET data = substr(data, 1, 24 + 65536 + 17 - 65536) WHERE position = 1;"
	          "UPDATE blob SET size = 24 + 65536 + 17");
	assert_status(NMK_ECORRUPT, nmk_chat_download(w->creator, id.text, 1, take, &out));
}

/* The same key, another file: it was sent already, or it was not. */
static void test_attachment__is_part_of_what_an_idempotency_key_is_for(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	nmk_message_fields fields = NMK_MESSAGE_FIELDS_INIT;
	struct stream stream = { .length = 1000 };

	fields.read = give;
	fields.read_context = &stream;
	fields.attachment_name = "bild.png";
	fields.idempotency_key = "einmal";
	assert_status(NMK_OK, nmk_chat_send(w->consumer, id.text, &fields, NULL));
	stream.done = 0;
	assert_status(NMK_OK, nmk_chat_send(w->consumer, id.text, &fields, NULL));
	stream.done = 0;
	stream.length = 1001;
	assert_status(NMK_ECONFLICT, nmk_chat_send(w->consumer, id.text, &fields, NULL));
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM chat_message"));
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM blob"));
}

static void test_user_delete__takes_attachments_along(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	struct stream hers = { .length = 1000 }, his = { .length = 2000 };

	assert_status(NMK_OK, attach(w->consumer, id.text, &hers, "bild.png", NULL));
	assert_status(NMK_OK, attach(w->creator, id.text, &his, "bild.png", NULL));
	assert_status(NMK_OK, nmk_user_delete(w->admin, nmk_session_user_id(w->consumer)));
	hers.done = his.done = 0;
	assert_status(NMK_ENOTFOUND, nmk_chat_download(w->creator, id.text, 1, take, &hers));
	assert_status(NMK_OK, nmk_chat_download(w->creator, id.text, 2, take, &his));
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM blob"));
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM blob_chunk WHERE hash NOT IN (SELECT hash FROM blob)"));
}

/* ---- transcripts ---- */

struct written {
	char  *text;
	size_t length, most;
};

static int append(void *context, const void *data, size_t size)
{
	struct written *written = context;

	if (written->most && written->length >= written->most)
		return 1;
	written->text = realloc(written->text, written->length + size + 1);
	assert_non_null(written->text);
	memcpy(written->text + written->length, data, size);
	written->length += size;
	written->text[written->length] = '\0';
	return 0;
}

static void test_chat_export__as_text(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	struct written written = { NULL, 0, 0 };
	struct stream stream = { .length = 1000 };

	assert_status(NMK_OK, say(w->consumer, id.text, "Hallo?\n[2026-01-01T00:00:00.000Z] carl: Ich bin ein Esel."));
	assert_status(NMK_OK, attach(w->creator, id.text, &stream, "bild.png", NULL));
	assert_status(NMK_OK, nmk_chat_export(w->consumer, id.text, NMK_TRANSCRIPT_TEXT, append, &written));
	assert_string_equal("Tabellen verstehen\ncarl\n2026-01-01T00:00:00.000Z\n\n"
	                    "[2026-01-01T00:00:00.000Z] clara: Hallo?\n    [2026-01-01T00:00:00.000Z] carl: Ich bin ein Esel.\n"
	                    "[2026-01-01T00:00:00.000Z] carl: [bild.png, 1000 bytes]\n", written.text);
	free(written.text);
	written = (struct written){ NULL, 0, 0 };
	assert_status(NMK_OK, nmk_user_delete(w->admin, nmk_session_user_id(w->consumer)));
	nmk_session_set_language(w->creator, "de");
	assert_status(NMK_OK, nmk_chat_export(w->creator, id.text, NMK_TRANSCRIPT_TEXT, append, &written));
	assert_non_null(strstr(written.text, ": (Nachricht gelöscht)\n"));
	assert_null(strstr(written.text, "Hallo?"));
	free(written.text);
}

/* More than one page of them: 250 messages, one JSON text. */
static void test_chat_export__as_json(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	struct written written = { NULL, 0, 0 };
	json_t *json, *messages;

	for (int i = 0; i < 250; i++) {
		if (i % 10 == 0)
			world_advance(w, 60000);
		assert_status(NMK_OK, say(i % 2 ? w->creator : w->consumer, id.text, "\"Hallo\"\n"));
	}
	assert_status(NMK_OK, nmk_chat_export(w->consumer, id.text, NMK_TRANSCRIPT_JSON, append, &written));
	json = json_loads(written.text, 0, NULL);
	assert_non_null(json);
	messages = json_object_get(json, "messages");
	assert_int_equal(250, json_array_size(messages));
	for (size_t i = 0; i < 250; i++)
		assert_int_equal(i + 1, json_integer_value(json_object_get(json_array_get(messages, i), "sequence")));
	assert_string_equal(id.text, json_string_value(json_object_get(json_object_get(json, "chat"), "id")));
	json_decref(json);
	free(written.text);
	written = (struct written){ .most = 1 };
	assert_status(NMK_ECANCELLED, nmk_chat_export(w->consumer, id.text, NMK_TRANSCRIPT_JSON, append, &written));
	free(written.text);
}

static void test_chat_export__of_an_empty_chat_and_refusals(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	struct written written = { NULL, 0, 0 };
	json_t *json;

	assert_status(NMK_OK, nmk_chat_export(w->consumer, id.text, NMK_TRANSCRIPT_JSON, append, &written));
	json = json_loads(written.text, 0, NULL);
	assert_int_equal(0, json_array_size(json_object_get(json, "messages")));
	json_decref(json);
	free(written.text);
	assert_status(NMK_EINVALID, nmk_chat_export(w->consumer, id.text, (nmk_transcript_format)3, append, &written));
	assert_field("format", w->consumer);
	assert_status(NMK_EINVALID, nmk_chat_export(w->consumer, id.text, NMK_TRANSCRIPT_TEXT, NULL, NULL));
	assert_status(NMK_ENOTFOUND, nmk_chat_export(w->stranger, id.text, NMK_TRANSCRIPT_TEXT, append, &written));
	assert_status(NMK_EDENIED, nmk_chat_export(w->system, id.text, NMK_TRANSCRIPT_TEXT, append, &written));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_attachment__comes_back_as_it_was),
		WORLD_TEST(test_attachment__refuses_what_is_too_much_or_nothing),
		WORLD_TEST(test_attachment__has_a_name_without_folders_and_a_media_type),
		WORLD_TEST(test_attachment__strangers_are_refused_before_a_byte_is_read),
		WORLD_TEST(test_attachment__that_was_altered_does_not_open),
		WORLD_TEST(test_attachment__that_was_cut_does_not_end_well),
		WORLD_TEST(test_attachment__is_part_of_what_an_idempotency_key_is_for),
		WORLD_TEST(test_user_delete__takes_attachments_along),
		WORLD_TEST(test_chat_export__as_text),
		WORLD_TEST(test_chat_export__as_json),
		WORLD_TEST(test_chat_export__of_an_empty_chat_and_refusals),
	};

	return cmocka_run_group_tests_name("attachment", tests, NULL, NULL);
}
