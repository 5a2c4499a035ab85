/* end_to_end_test.c -- two members talk through the market, which carries what it cannot read; and what one of them reports of it. */
#include "messaging_test.h"

#include <sodium.h>

/* Somebody's program. */
struct person {
	nmk_session      *session;
	nmk_e2e_identity *identity;
	nmk_e2e_channel  *channel;
};

static struct person person_of(struct world *w, nmk_session *session)
{
	struct person person = { .session = session };
	unsigned char *records;
	size_t length;

	assert_int_equal(NMK_OK, nmk_e2e_identity_create(w->now, &person.identity));
	assert_int_equal(NMK_OK, nmk_e2e_identity_add_one_time(person.identity, 5, &records, &length));
	assert_status(NMK_OK, nmk_prekey_publish(session, nmk_e2e_identity_signed_prekey(person.identity), NMK_E2E_SIGNED_PREKEY_BYTES, records,
	                                         length, NULL));
	nmk_free(records);
	return person;
}

static void person_free(struct person *person)
{
	nmk_e2e_identity_free(person->identity);
	nmk_e2e_channel_free(person->channel);
}

static void begin_with(struct person *person, nmk_session *other, const char *chat)
{
	unsigned char *bundle;
	size_t length;

	assert_status(NMK_OK, nmk_prekey_take(person->session, nmk_session_user_id(other), &bundle, &length));
	assert_int_equal(NMK_OK, nmk_e2e_channel_start(person->identity, bundle, length, NULL, chat, &person->channel));
	nmk_free(bundle);
}

static nmk_status send_bytes(nmk_session *session, const char *chat, const void *bytes, size_t length)
{
	nmk_message_fields fields = NMK_MESSAGE_FIELDS_INIT;

	fields.ciphertext = bytes;
	fields.ciphertext_length = length;
	return nmk_chat_send(session, chat, &fields, NULL);
}

static nmk_status say_secretly(struct person *person, const char *chat, const char *text)
{
	unsigned char *message;
	size_t length;
	nmk_status rc;

	assert_int_equal(NMK_OK, nmk_e2e_channel_encrypt(person->channel, text, strlen(text), &message, &length));
	rc = send_bytes(person->session, chat, message, length);
	nmk_free(message);
	return rc;
}

/* What the other's program makes of the message with that number. */
static nmk_e2e_text *read_secretly(struct person *person, const char *chat, int64_t sequence)
{
	nmk_message_page *page = messages(person->session, chat, sequence - 1, 1);
	const nmk_message *message = nmk_message_page_item(page, 0);
	unsigned char *bytes;
	nmk_e2e_text *text;
	size_t length;

	assert_null(nmk_message_text(message));
	assert_status(NMK_OK, nmk_message_ciphertext_bytes(message, &bytes, &length));
	if (person->channel)
		assert_int_equal(NMK_OK, nmk_e2e_channel_decrypt(person->channel, bytes, length, &text));
	else
		assert_int_equal(NMK_OK, nmk_e2e_channel_accept(person->identity, bytes, length, NULL, chat, &person->channel, &text));
	nmk_free(bytes);
	nmk_message_page_free(page);
	return text;
}

static void assert_reads(const char *expected, struct person *person, const char *chat, int64_t sequence)
{
	nmk_e2e_text *text = read_secretly(person, chat, sequence);

	assert_string_equal(expected, nmk_e2e_text_content(text));
	nmk_e2e_text_free(text);
}

/* Clara's chat with carl, end to end from the beginning. */
struct talk {
	struct id_text chat;
	struct person  clara, carl;
};

static struct talk talk_begun(struct world *w)
{
	struct talk talk = { .chat = new_chat(w), .clara = person_of(w, w->consumer), .carl = person_of(w, w->creator) };

	assert_status(NMK_OK, nmk_chat_make_end_to_end(w->consumer, talk.chat.text));
	begin_with(&talk.clara, w->creator, talk.chat.text);
	return talk;
}

static void talk_free(struct talk *talk)
{
	person_free(&talk->clara);
	person_free(&talk->carl);
}

static void test_end_to_end__the_two_read_what_the_market_cannot(void **state)
{
	struct world *w = *state;
	struct talk talk = talk_begun(w);
	nmk_chat *chat;

	assert_status(NMK_OK, say_secretly(&talk.clara, talk.chat.text, "Wer ist da?"));
	assert_reads("Wer ist da?", &talk.carl, talk.chat.text, 1);
	assert_status(NMK_OK, say_secretly(&talk.carl, talk.chat.text, "Nur ich."));
	assert_reads("Nur ich.", &talk.clara, talk.chat.text, 2);
	chat = chat_as(w->creator, talk.chat.text);
	assert_int_equal(NMK_CHAT_END_TO_END, nmk_chat_mode(chat));
	assert_int_equal(2, nmk_chat_last_sequence(chat));
	assert_null(nmk_chat_last_message(chat));
	nmk_chat_free(chat);
	talk_free(&talk);
}

static int gather(void *context, const void *data, size_t size)
{
	strncat(context, data, size);
	return 0;
}

static void test_transcript__says_that_a_message_is_encrypted(void **state)
{
	struct world *w = *state;
	struct talk talk = talk_begun(w);
	static char text[4000];

	assert_status(NMK_OK, say_secretly(&talk.clara, talk.chat.text, "geheim"));
	text[0] = '\0';
	assert_status(NMK_OK, nmk_chat_export(w->creator, talk.chat.text, NMK_TRANSCRIPT_TEXT, gather, text));
	assert_non_null(strstr(text, "clara: (end-to-end encrypted)\n"));
	text[0] = '\0';
	assert_status(NMK_OK, nmk_chat_export(w->creator, talk.chat.text, NMK_TRANSCRIPT_JSON, gather, text));
	assert_non_null(strstr(text, "\"mode\":\"end_to_end\""));
	assert_non_null(strstr(text, "\"text\":null,\"ciphertext\":\"AQ"));
	talk_free(&talk);
}

static void test_make_end_to_end__keeps_what_was_written_and_has_no_way_back(void **state)
{
	struct world *w = *state;
	struct id_text chat = new_chat(w);
	struct person carl = person_of(w, w->creator), clara = person_of(w, w->consumer);
	const char *events = "SELECT COUNT(*) FROM audit_event WHERE operation = 'chat_make_end_to_end'";

	assert_status(NMK_OK, say(w->consumer, chat.text, "noch offen"));
	assert_status(NMK_OK, nmk_chat_make_end_to_end(w->creator, chat.text));
	assert_status(NMK_OK, nmk_chat_make_end_to_end(w->consumer, chat.text));
	assert_int_equal(1, world_sql(w, events));
	assert_text_of("noch offen", w->creator, chat.text, 1);
	assert_status(NMK_ESTATE, say(w->consumer, chat.text, "offen"));
	assert_field("mode", w->consumer);
	begin_with(&clara, w->creator, chat.text);
	assert_status(NMK_OK, say_secretly(&clara, chat.text, "geheim"));
	assert_text_of(NULL, w->creator, chat.text, 2);
	assert_reads("geheim", &carl, chat.text, 2);
	person_free(&carl);
	person_free(&clara);
}

static void test_make_end_to_end__needs_the_others_keys_and_good_terms(void **state)
{
	struct world *w = *state;
	struct id_text chat = new_chat(w);
	struct person clara = person_of(w, w->consumer), carl;

	assert_status(NMK_ESTATE, nmk_chat_make_end_to_end(w->consumer, chat.text));
	assert_field("keys", w->consumer);
	assert_status(NMK_ENOTFOUND, nmk_chat_make_end_to_end(w->stranger, chat.text));
	carl = person_of(w, w->creator);
	assert_status(NMK_OK, nmk_chat_block(w->creator, chat.text, true));
	assert_status(NMK_EDENIED, nmk_chat_make_end_to_end(w->consumer, chat.text));
	assert_status(NMK_OK, nmk_chat_block(w->creator, chat.text, false));
	assert_status(NMK_OK, nmk_chat_make_end_to_end(w->consumer, chat.text));
	person_free(&carl);
	person_free(&clara);
}

static void test_take__of_a_member_whom_one_has_a_chat_with(void **state)
{
	struct world *w = *state;
	struct person clara = person_of(w, w->consumer);
	unsigned char *bundle;
	struct id_text chat;
	size_t length;

	assert_status(NMK_EDENIED, nmk_prekey_take(w->creator, nmk_session_user_id(w->consumer), &bundle, &length));
	chat = new_chat(w);
	assert_status(NMK_OK, nmk_prekey_take(w->creator, nmk_session_user_id(w->consumer), &bundle, &length));
	nmk_free(bundle);
	assert_status(NMK_EDENIED, nmk_prekey_take(w->stranger, nmk_session_user_id(w->consumer), &bundle, &length));
	assert_status(NMK_OK, nmk_chat_block(w->consumer, chat.text, true));
	assert_status(NMK_EDENIED, nmk_prekey_take(w->creator, nmk_session_user_id(w->consumer), &bundle, &length));
	person_free(&clara);
}

static void test_send__takes_encrypted_messages_in_end_to_end_chats_only(void **state)
{
	struct world *w = *state;
	struct talk talk = talk_begun(w);
	struct id_text open = open_chat(w->stranger, published(w, "Anderes").text);
	nmk_message_fields fields = NMK_MESSAGE_FIELDS_INIT;
	static unsigned char junk[NMK_E2E_MESSAGE_MAXIMUM + 64];
	unsigned char *message;
	size_t length;

	assert_int_equal(NMK_OK, nmk_e2e_channel_encrypt(talk.clara.channel, "x", 1, &message, &length));
	assert_status(NMK_ESTATE, send_bytes(w->stranger, open.text, message, length));
	assert_field("mode", w->stranger);
	fields.ciphertext = message;
	fields.ciphertext_length = length;
	fields.text = "und noch etwas";
	assert_status(NMK_EINVALID, nmk_chat_send(w->consumer, talk.chat.text, &fields, NULL));
	assert_field("text", w->consumer);
	fields.text = NULL;
	fields.attachment_name = "bild.png";
	assert_status(NMK_EINVALID, nmk_chat_send(w->consumer, talk.chat.text, &fields, NULL));
	assert_field("read", w->consumer);
	assert_status(NMK_EINVALID, send_bytes(w->consumer, talk.chat.text, message, length - 1));
	assert_field("ciphertext", w->consumer);
	assert_status(NMK_EINVALID, send_bytes(w->consumer, talk.chat.text, junk, sizeof junk));
	assert_status(NMK_EINVALID, send_bytes(w->consumer, talk.chat.text, message, 0));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM chat_message"));
	nmk_free(message);
	talk_free(&talk);
}

/* 4096 bytes, and the longest header. */
static void test_send__the_longest_encrypted_message(void **state)
{
	static char longest[NMK_E2E_TEXT_MAXIMUM + 1];
	struct world *w = *state;
	struct talk talk = talk_begun(w);

	memset(longest, 'x', NMK_E2E_TEXT_MAXIMUM);
	assert_status(NMK_OK, say_secretly(&talk.clara, talk.chat.text, longest));
	assert_reads(longest, &talk.carl, talk.chat.text, 1);
	talk_free(&talk);
}

/* There is nothing for the filter to look at; the rate holds. */
static void test_send__without_filter_but_with_the_rate(void **state)
{
	struct world *w = *state;
	struct talk talk = talk_begun(w);

	for (int i = 0; i < 13; i++)
		assert_status(NMK_OK, say_secretly(&talk.clara, talk.chat.text, "KAUFT JETZT!!! http://a.example http://b.example http://c.example"));
	assert_status(NMK_ELIMIT, say_secretly(&talk.clara, talk.chat.text, "14"));
	talk_free(&talk);
}

static void test_send__again_with_its_key_is_the_same_message(void **state)
{
	struct world *w = *state;
	struct talk talk = talk_begun(w);
	nmk_message_fields fields = NMK_MESSAGE_FIELDS_INIT;
	unsigned char *messages[2];
	size_t lengths[2];

	for (int i = 0; i < 2; i++)
		assert_int_equal(NMK_OK, nmk_e2e_channel_encrypt(talk.clara.channel, "x", 1, &messages[i], &lengths[i]));
	fields.idempotency_key = "one";
	fields.ciphertext = messages[0];
	fields.ciphertext_length = lengths[0];
	assert_status(NMK_OK, nmk_chat_send(w->consumer, talk.chat.text, &fields, NULL));
	assert_status(NMK_OK, nmk_chat_send(w->consumer, talk.chat.text, &fields, NULL));
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM chat_message"));
	fields.ciphertext = messages[1];
	fields.ciphertext_length = lengths[1];
	assert_status(NMK_ECONFLICT, nmk_chat_send(w->consumer, talk.chat.text, &fields, NULL));
	nmk_free(messages[0]);
	nmk_free(messages[1]);
	talk_free(&talk);
}

static size_t findings(struct world *w)
{
	nmk_check_report *report;
	size_t count;

	assert_status(NMK_OK, nmk_market_check(w->system, false, NULL, NULL, &report));
	count = nmk_check_report_count(report);
	nmk_check_report_free(report);
	return count;
}

static void test_check__looks_at_encrypted_messages_too(void **state)
{
	struct world *w = *state;
	struct talk talk = talk_begun(w);

	assert_status(NMK_OK, say_secretly(&talk.clara, talk.chat.text, "geheim"));
	assert_int_equal(0, findings(w));
	tamper(w, "UPDATE chat_message SET content = x'00'");
	assert_int_equal(1, findings(w));
	talk_free(&talk);
}

/* ---- reports ---- */

/* Clara says five things, carl reads all and gets ready to report one of them. */
struct accusation {
	struct talk    talk;
	unsigned char *evidence[5];
	size_t         lengths[5];
};

static const char *const said[5] = { "eins", "zwei", "du Esel", "vier", "fünf" };

static struct accusation accusation_of(struct world *w)
{
	struct accusation accusation = { .talk = talk_begun(w) };

	for (int i = 0; i < 5; i++) {
		nmk_e2e_text *text;

		world_advance(w, 1);
		assert_status(NMK_OK, say_secretly(&accusation.talk.clara, accusation.talk.chat.text, said[i]));
		text = read_secretly(&accusation.talk.carl, accusation.talk.chat.text, i + 1);
		assert_int_equal(NMK_OK, nmk_e2e_text_report(text, &accusation.evidence[i], &accusation.lengths[i]));
		nmk_e2e_text_free(text);
	}
	return accusation;
}

static void accusation_free(struct accusation *accusation)
{
	for (int i = 0; i < 5; i++)
		nmk_free(accusation->evidence[i]);
	talk_free(&accusation->talk);
}

static nmk_status report(struct world *w, const struct accusation *accusation, int64_t sequence, int evidence)
{
	return nmk_chat_report_encrypted(w->creator, accusation->talk.chat.text, sequence, NMK_REPORT_OFFENSIVE, NULL,
	                                 accusation->evidence[evidence], accusation->lengths[evidence]);
}

static nmk_message_page *read_report(struct world *w)
{
	nmk_reported_message_page *reports;
	nmk_message_page *page;

	assert_status(NMK_OK, nmk_chat_reports(w->moderator, NMK_CHAT_REPORT_OPEN, NULL, 5, &reports));
	assert_int_equal(1, nmk_reported_message_page_count(reports));
	assert_status(NMK_OK, nmk_chat_report_read(w->moderator, nmk_reported_message_id(nmk_reported_message_page_item(reports, 0)), &page));
	nmk_reported_message_page_free(reports);
	return page;
}

static void test_report__shows_the_staff_this_message_and_no_other(void **state)
{
	struct world *w = *state;
	struct accusation accusation = accusation_of(w);
	nmk_message_page *page;

	assert_status(NMK_OK, report(w, &accusation, 3, 2));
	page = read_report(w);
	assert_int_equal(3, nmk_message_page_count(page));
	assert_null(nmk_message_text(nmk_message_page_item(page, 0)));
	assert_null(nmk_message_text(nmk_message_page_item(page, 1)));
	assert_string_equal("du Esel", nmk_message_text(nmk_message_page_item(page, 2)));
	assert_string_equal(nmk_session_user_id(w->consumer), nmk_message_author_id(nmk_message_page_item(page, 2)));
	nmk_message_page_free(page);
	assert_text_of(NULL, w->consumer, accusation.talk.chat.text, 3); /* clara is not told */
	assert_text_of(NULL, w->creator, accusation.talk.chat.text, 3);
	accusation_free(&accusation);
}

static void test_report__of_what_was_not_said_is_refused(void **state)
{
	struct world *w = *state;
	struct accusation accusation = accusation_of(w);
	const char *chat = accusation.talk.chat.text;

	for (int64_t sequence = 1; sequence <= 5; sequence++)
		for (int evidence = 0; evidence < 5; evidence++)
			if (evidence != sequence - 1) {
				assert_status(NMK_EINVALID, report(w, &accusation, sequence, evidence));
				assert_field("evidence", w->creator);
			}
	for (size_t i = 0; i < accusation.lengths[2]; i++) {
		accusation.evidence[2][i] ^= 1;
		assert_status(NMK_EINVALID, report(w, &accusation, 3, 2));
		accusation.evidence[2][i] ^= 1;
	}
	assert_status(NMK_EINVALID, nmk_chat_report(w->creator, chat, 3, NMK_REPORT_OFFENSIVE, NULL));
	assert_field("evidence", w->creator);
	assert_status(NMK_EINVALID, nmk_chat_report_encrypted(w->creator, chat, 3, NMK_REPORT_OFFENSIVE, NULL, NULL, 0));
	assert_status(NMK_EINVALID, nmk_chat_report_encrypted(w->consumer, chat, 3, NMK_REPORT_OFFENSIVE, NULL, accusation.evidence[2],
	                                                      accusation.lengths[2])); /* one's own */
	assert_status(NMK_ENOTFOUND, report(w, &accusation, 6, 2));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM chat_report"));
	assert_status(NMK_OK, report(w, &accusation, 3, 2));
	assert_status(NMK_ECONFLICT, report(w, &accusation, 3, 2));
	accusation_free(&accusation);
}

static void test_report__with_evidence_is_not_for_messages_the_market_can_read(void **state)
{
	struct world *w = *state;
	struct accusation accusation = accusation_of(w);
	struct id_text open = open_chat(w->stranger, published(w, "Anderes").text);

	assert_status(NMK_OK, say(w->stranger, open.text, "Hallo"));
	assert_status(NMK_EINVALID, nmk_chat_report_encrypted(w->creator, open.text, 1, NMK_REPORT_SPAM, NULL, accusation.evidence[0],
	                                                      accusation.lengths[0]));
	assert_field("evidence", w->creator);
	assert_status(NMK_OK, nmk_chat_report(w->creator, open.text, 1, NMK_REPORT_SPAM, NULL));
	accusation_free(&accusation);
}

/* Who can write to the store's file cannot put words into a member's mouth. */
static void test_report__of_a_message_that_was_moved_is_refused(void **state)
{
	static const char *const changes[] = {
		"UPDATE chat_message SET created_at = created_at + 1 WHERE sequence = 3",
		"UPDATE chat_message SET franking_tag = (SELECT franking_tag FROM chat_message WHERE sequence = 2) WHERE sequence = 3",
		"UPDATE chat_message SET franking_tag = x'00' WHERE sequence = 3",
	};
	struct world *w = *state;
	struct accusation accusation = accusation_of(w);

	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		tamper(w, changes[i]);
		assert_status(NMK_ECORRUPT, report(w, &accusation, 3, 2));
	}
	accusation_free(&accusation);
}

/* What is no text for display does not hide from the staff. */
static void test_report__of_what_is_no_text_is_shown_as_far_as_it_is(void **state)
{
	static const char bytes[] = "Esel\xff\0\x1b\xe2\x80\xae!";
	struct world *w = *state;
	struct talk talk = talk_begun(w);
	unsigned char *message, *evidence;
	nmk_message_page *page;
	nmk_e2e_text *text;
	size_t length;

	assert_int_equal(NMK_OK, nmk_e2e_channel_encrypt(talk.clara.channel, bytes, sizeof bytes - 1, &message, &length));
	assert_status(NMK_OK, send_bytes(w->consumer, talk.chat.text, message, length));
	nmk_free(message);
	text = read_secretly(&talk.carl, talk.chat.text, 1);
	assert_int_equal(NMK_OK, nmk_e2e_text_report(text, &evidence, &length));
	nmk_e2e_text_free(text);
	assert_status(NMK_OK, nmk_chat_report_encrypted(w->creator, talk.chat.text, 1, NMK_REPORT_OFFENSIVE, NULL, evidence, length));
	nmk_free(evidence);
	page = read_report(w);
	assert_string_equal("Esel\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD!", nmk_message_text(nmk_message_page_item(page, 0)));
	nmk_message_page_free(page);
	talk_free(&talk);
}

static void test_erased_author__takes_ciphertext_and_reported_words_along(void **state)
{
	struct world *w = *state;
	struct accusation accusation = accusation_of(w);
	nmk_message_page *page;

	assert_status(NMK_OK, report(w, &accusation, 3, 2));
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM chat_report WHERE text_sealed IS NOT NULL"));
	assert_status(NMK_OK, nmk_user_delete(w->admin, nmk_session_user_id(w->consumer)));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM chat_message WHERE content IS NOT NULL OR franking_tag IS NOT NULL"));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM chat_report WHERE text_sealed IS NOT NULL"));
	page = messages(w->creator, accusation.talk.chat.text, 0, 5);
	assert_int_equal(5, nmk_message_page_count(page));
	assert_true(nmk_message_erased(nmk_message_page_item(page, 2)));
	assert_null(nmk_message_ciphertext(nmk_message_page_item(page, 2)));
	nmk_message_page_free(page);
	page = read_report(w);
	assert_null(nmk_message_text(nmk_message_page_item(page, 2)));
	nmk_message_page_free(page);
	accusation_free(&accusation);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_end_to_end__the_two_read_what_the_market_cannot),
		WORLD_TEST(test_transcript__says_that_a_message_is_encrypted),
		WORLD_TEST(test_make_end_to_end__keeps_what_was_written_and_has_no_way_back),
		WORLD_TEST(test_make_end_to_end__needs_the_others_keys_and_good_terms),
		WORLD_TEST(test_take__of_a_member_whom_one_has_a_chat_with),
		WORLD_TEST(test_send__takes_encrypted_messages_in_end_to_end_chats_only),
		WORLD_TEST(test_send__the_longest_encrypted_message),
		WORLD_TEST(test_send__without_filter_but_with_the_rate),
		WORLD_TEST(test_send__again_with_its_key_is_the_same_message),
		WORLD_TEST(test_check__looks_at_encrypted_messages_too),
		WORLD_TEST(test_report__shows_the_staff_this_message_and_no_other),
		WORLD_TEST(test_report__of_what_was_not_said_is_refused),
		WORLD_TEST(test_report__with_evidence_is_not_for_messages_the_market_can_read),
		WORLD_TEST(test_report__of_a_message_that_was_moved_is_refused),
		WORLD_TEST(test_report__of_what_is_no_text_is_shown_as_far_as_it_is),
		WORLD_TEST(test_erased_author__takes_ciphertext_and_reported_words_along),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
