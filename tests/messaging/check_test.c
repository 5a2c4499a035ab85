/* check_test.c -- doctor finds what is wrong with chats. */
#include <nanomarket/maintenance.h>
#include <sqlite3.h>

#include "messaging_test.h"

static size_t findings(struct world *w, const char *expected)
{
	nmk_check_report *report;
	size_t count, like = 0;

	assert_status(NMK_OK, nmk_market_check(w->system, false, NULL, NULL, &report));
	count = nmk_check_report_count(report);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(nmk_check_report_check(report, i), "messaging") == 0 && strstr(nmk_check_report_message(report, i), expected))
			like++;
		else
			print_message("%s: %s\n", nmk_check_report_check(report, i), nmk_check_report_message(report, i));
	}
	assert_int_equal(count, like);
	nmk_check_report_free(report);
	return count;
}

static int64_t one_byte(void *context, void *buffer, size_t size)
{
	bool *done = context;

	if (*done || size == 0)
		return 0;
	*(char *)buffer = 'x';
	*done = true;
	return 1;
}

static struct id_text chat_with_everything(struct world *w)
{
	struct id_text id = new_chat(w);
	nmk_message_fields fields = NMK_MESSAGE_FIELDS_INIT;
	bool done = false;

	assert_status(NMK_OK, say(w->consumer, id.text, "Hallo?"));
	assert_status(NMK_OK, say(w->creator, id.text, "Ja?"));
	fields.text = "Ein Bild.";
	fields.read = one_byte;
	fields.read_context = &done;
	fields.attachment_name = "bild.png";
	assert_status(NMK_OK, nmk_chat_send(w->consumer, id.text, &fields, NULL));
	return id;
}

static void test_check__finds_nothing_where_nothing_is_wrong(void **state)
{
	struct world *w = *state;

	chat_with_everything(w);
	chat_with_everything(w);
	assert_int_equal(0, findings(w, ""));
	assert_status(NMK_OK, nmk_user_delete(w->admin, nmk_session_user_id(w->consumer)));
	assert_int_equal(0, findings(w, ""));
}

static void test_check__finds_what_does_not_open(void **state)
{
	struct world *w = *state;

	chat_with_everything(w);
	tamper(w, "UPDATE chat_message SET content = CAST(substr(content, 1, 40) || x'00ff00ff' || substr(content, 45) AS BLOB) WHERE sequence = 2");
	assert_int_equal(1, findings(w, "chat_message.content of message 2"));
	tamper(w, "UPDATE chat_message SET content = (SELECT content FROM chat_message WHERE sequence = 1) WHERE sequence = 2;"
	          "UPDATE chat_message SET attachment_sealed = content WHERE sequence = 3");
	assert_int_equal(2, findings(w, "does not open"));
}

static void test_check__finds_a_gap(void **state)
{
	struct world *w = *state;

	chat_with_everything(w);
	tamper(w, "DELETE FROM chat_message WHERE sequence = 2");
	assert_int_equal(1, findings(w, "without a gap"));
	tamper(w, "UPDATE chat SET last_sequence = 2");
	assert_int_equal(1, findings(w, "without a gap"));
}

static void test_check__finds_what_is_left_of_the_erased(void **state)
{
	struct world *w = *state;
	nmk_check_report *report;
	bool found = false;

	chat_with_everything(w);
	tamper(w, "DELETE FROM user_key WHERE user_id = (SELECT participant_id FROM chat)");
	assert_status(NMK_OK, nmk_market_check(w->system, false, NULL, NULL, &report)); /* the check of keys misses the key, too */
	for (size_t i = 0; i < nmk_check_report_count(report); i++)
		found = found || strstr(nmk_check_report_message(report, i), "something sealed is left");
	assert_true(found);
	nmk_check_report_free(report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_check__finds_nothing_where_nothing_is_wrong),
		WORLD_TEST(test_check__finds_what_does_not_open),
		WORLD_TEST(test_check__finds_a_gap),
		WORLD_TEST(test_check__finds_what_is_left_of_the_erased),
	};

	return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
