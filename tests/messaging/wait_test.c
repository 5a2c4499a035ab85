/* wait_test.c -- who waits is told: by threads, by other processes; and a wait ends when it should. */
#define _DEFAULT_SOURCE /* usleep() */
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "messaging_test.h"

#define LONG_MS 600000   /* a wait that nobody ends lasts until the test is killed */

/* A session that waits in a thread of its own. */
struct waiter {
	pthread_t    thread;
	nmk_session *session;
	const char  *chat_id;
	int64_t      since, last;
	int32_t      timeout_ms;
	nmk_status   status;
};

static void *wait_there(void *context)
{
	struct waiter *waiter = context;

	waiter->status = nmk_chat_wait(waiter->session, waiter->chat_id, waiter->since, waiter->timeout_ms, &waiter->last);
	return NULL;
}

static void waiter_begin(struct waiter *waiter)
{
	assert_int_equal(0, pthread_create(&waiter->thread, NULL, wait_there, waiter));
	usleep(20000); /* so that it probably sleeps; it must work in either case */
}

static nmk_status waiter_end(struct waiter *waiter)
{
	pthread_join(waiter->thread, NULL);
	return waiter->status;
}

static nmk_session *session_of(struct world *w, const char *username)
{
	nmk_session *session;

	assert_status(NMK_OK, nmk_session_act_as(w->system, username, &session));
	return session;
}

/* ---- it is told ---- */

static void test_chat_wait__ends_with_a_message(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	struct waiter waiter = { .session = session_of(w, "carl"), .chat_id = id.text, .timeout_ms = LONG_MS };

	waiter_begin(&waiter);
	assert_status(NMK_OK, say(w->consumer, id.text, "Hallo?"));
	assert_status(NMK_OK, waiter_end(&waiter));
	assert_int_equal(1, waiter.last);
	nmk_session_close(waiter.session);
}

/* What is there already needs no waiting. */
static void test_chat_wait__tells_at_once_what_is_there(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	int64_t last = 0;

	assert_status(NMK_OK, say(w->consumer, id.text, "Hallo?"));
	assert_status(NMK_OK, nmk_chat_wait(w->creator, id.text, 0, LONG_MS, &last));
	assert_int_equal(1, last);
}

static void test_chat_wait__ends_when_the_time_is_over(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	int64_t last = -1;

	assert_status(NMK_OK, nmk_chat_wait(w->creator, id.text, 0, 0, &last));
	assert_int_equal(0, last);
	assert_status(NMK_OK, nmk_chat_wait(w->creator, id.text, 0, 5, &last));
	assert_int_equal(0, last);
}

/* All of one's chats at once: messages, receipts, chats that others begin. */
static void test_chat_wait__for_anything_new(void **state)
{
	struct world *w = *state;
	struct id_text nano = published(w, "Tabellen verstehen"), id;
	int64_t carl = 0, clara = 0, before;

	assert_status(NMK_OK, nmk_chat_wait(w->creator, NULL, 0, 0, &carl));
	assert_int_equal(0, carl);
	id = open_chat(w->consumer, nano.text);
	assert_status(NMK_OK, nmk_chat_wait(w->creator, NULL, 0, LONG_MS, &carl));
	assert_true(carl > 0);
	assert_status(NMK_OK, say(w->consumer, id.text, "Hallo?"));
	before = carl;
	assert_status(NMK_OK, nmk_chat_wait(w->creator, NULL, carl, LONG_MS, &carl));
	assert_true(carl > before);
	assert_status(NMK_OK, nmk_chat_wait(w->consumer, NULL, 0, LONG_MS, &clara)); /* one's own message, on another device */
	before = clara;
	assert_status(NMK_OK, nmk_chat_mark_read(w->creator, id.text, 1));
	assert_status(NMK_OK, nmk_chat_wait(w->consumer, NULL, clara, LONG_MS, &clara));
	assert_true(clara > before);
	assert_status(NMK_OK, nmk_chat_wait(w->stranger, NULL, 0, 0, &before));
	assert_int_equal(0, before);
}

static void test_chat_wait__refuses_who_may_not(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	int64_t last = 7;

	assert_status(NMK_ENOTFOUND, nmk_chat_wait(w->stranger, id.text, 5, LONG_MS, &last));
	assert_int_equal(5, last);
	assert_status(NMK_EDENIED, nmk_chat_wait(w->admin, id.text, 0, LONG_MS, NULL));
	assert_status(NMK_EDENIED, nmk_chat_wait(w->system, NULL, 0, LONG_MS, NULL));
	assert_status(NMK_ELOGIN, nmk_chat_wait(w->guest, NULL, 0, LONG_MS, NULL));
	assert_status(NMK_EINVALID, nmk_chat_wait(w->creator, id.text, -1, LONG_MS, NULL));
	assert_status(NMK_EINVALID, nmk_chat_wait(w->creator, id.text, 0, -1, NULL));
	assert_field("timeout_ms", w->creator);
	assert_status(NMK_EINVALID, nmk_chat_wait(w->creator, id.text, 0, 3600001, NULL));
	assert_status(NMK_EINVALID, nmk_chat_wait(NULL, id.text, 0, 0, NULL));
}

/* ---- another process ---- */

static nmk_status child_says(const char *path, const char *chat_id)
{
	nmk_session *system = NULL, *session = NULL;
	nmk_market *market;
	nmk_status rc = nmk_market_open(path, NULL, NULL, &market);

	if (rc == NMK_OK)
		rc = nmk_session_open_system(market, &system);
	if (rc == NMK_OK)
		rc = nmk_session_act_as(system, "clara", &session);
	if (rc == NMK_OK)
		rc = say(session, chat_id, "Aus einem anderen Prozess.");
	nmk_session_close(session);
	nmk_session_close(system);
	nmk_market_close(market);
	return rc;
}

/* The child is there before there is a store, as programs are that share one. */
static void test_chat_wait__is_told_by_another_process(void **state)
{
	struct { char path[96], chat[64]; } order;
	struct waiter waiter = { .timeout_ms = LONG_MS };
	struct id_text id;
	struct world *w;
	int channel[2], result = 1;
	pid_t child;
	void *made;

	(void)state;
	assert_int_equal(0, pipe(channel));
	child = fork();
	if (child == 0) {
		if (read(channel[0], &order, sizeof order) != (ssize_t)sizeof order)
			_exit(1);
		_exit(child_says(order.path, order.chat) == NMK_OK ? 0 : 2);
	}
	world_setup(&made);
	w = made;
	id = new_chat(w);
	memset(&order, 0, sizeof order);
	snprintf(order.path, sizeof order.path, "%s", w->path);
	snprintf(order.chat, sizeof order.chat, "%s", id.text);
	waiter.session = session_of(w, "carl");
	waiter.chat_id = id.text;
	waiter_begin(&waiter);
	assert_int_equal(sizeof order, write(channel[1], &order, sizeof order));
	assert_status(NMK_OK, waiter_end(&waiter));
	assert_int_equal(1, waiter.last);
	assert_text_of("Aus einem anderen Prozess.", w->creator, id.text, 1);
	assert_int_equal(child, waitpid(child, &result, 0));
	assert_int_equal(0, result);
	nmk_session_close(waiter.session);
	close(channel[0]);
	close(channel[1]);
	world_teardown(&made);
}

/* ---- it ends ---- */

static void test_chat_cancel_wait__ends_it(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	struct waiter waiter = { .session = session_of(w, "carl"), .chat_id = id.text, .timeout_ms = LONG_MS };

	waiter_begin(&waiter);
	nmk_chat_cancel_wait(waiter.session);
	assert_status(NMK_ECANCELLED, waiter_end(&waiter));
	assert_int_equal(NMK_ECANCELLED, nmk_session_error(waiter.session)->status);
	assert_string_equal("chat_wait", nmk_session_error(waiter.session)->operation);
	assert_status(NMK_OK, nmk_chat_wait(waiter.session, id.text, 0, 0, NULL)); /* one wait, not all */
	nmk_session_close(waiter.session);
	nmk_chat_cancel_wait(NULL);
}

/* A cancellation that is a moment too early is not lost. */
static void test_chat_cancel_wait__before_it_begins_ends_the_next_one(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);

	nmk_chat_cancel_wait(w->creator);
	assert_status(NMK_ECANCELLED, nmk_chat_wait(w->creator, id.text, 0, LONG_MS, NULL));
	assert_status(NMK_OK, nmk_chat_wait(w->creator, id.text, 0, 0, NULL));
}

static nmk_market *open_again(struct world *w, nmk_market_options options, nmk_session **session)
{
	nmk_session *system;
	nmk_market *market;

	assert_status(NMK_OK, nmk_market_open(w->path, &options, NULL, &market));
	assert_status(NMK_OK, nmk_session_open_system(market, &system));
	assert_status(NMK_OK, nmk_session_act_as(system, "carl", session));
	nmk_session_close(system);
	return market;
}

static void test_market_close__ends_all_waits(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	struct waiter waiter = { .chat_id = id.text, .timeout_ms = LONG_MS };
	nmk_market *market = open_again(w, (nmk_market_options)NMK_MARKET_OPTIONS_INIT, &waiter.session);
	nmk_message_page *page;

	waiter_begin(&waiter);
	nmk_market_close(market);
	assert_status(NMK_ECANCELLED, waiter_end(&waiter));
	page = messages(waiter.session, id.text, 0, 0); /* the session keeps the market alive as ever */
	nmk_message_page_free(page);
	assert_status(NMK_ECANCELLED, nmk_chat_wait(waiter.session, id.text, 0, LONG_MS, NULL));
	nmk_session_close(waiter.session);
}

/* A member who is suspended meanwhile is told so, and not the message. */
static void test_chat_wait__ends_when_the_right_does(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	struct waiter waiter = { .session = session_of(w, "carl"), .chat_id = id.text, .timeout_ms = LONG_MS };

	waiter_begin(&waiter);
	assert_status(NMK_OK, nmk_user_suspend(w->admin, nmk_session_user_id(w->creator), "test", 0));
	assert_status(NMK_OK, say(w->consumer, id.text, "Hallo?"));
	assert_status(NMK_EDENIED, waiter_end(&waiter));
	nmk_session_close(waiter.session);
}

/* One connection for reading, and more who wait than that: others read and write as if nobody waited. */
static void test_chat_wait__holds_no_connection(void **state)
{
	struct world *w = *state;
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	struct id_text id = new_chat(w);
	struct waiter waiters[3] = { { .session = NULL } };
	nmk_market *markets[1];
	nmk_session *session;

	options.readers = 1;
	markets[0] = open_again(w, options, &session);
	for (int i = 0; i < 3; i++) {
		nmk_session *system;

		assert_status(NMK_OK, nmk_session_open_system(markets[0], &system));
		waiters[i] = (struct waiter){ .chat_id = id.text, .timeout_ms = LONG_MS };
		assert_status(NMK_OK, nmk_session_act_as(system, "carl", &waiters[i].session));
		nmk_session_close(system);
		waiter_begin(&waiters[i]);
	}
	nmk_message_page_free(messages(session, id.text, 0, 0));
	assert_status(NMK_OK, nmk_chat_mute(session, id.text, true));
	assert_status(NMK_OK, say(session, id.text, "Ich bin da."));
	for (int i = 0; i < 3; i++) {
		assert_status(NMK_OK, waiter_end(&waiters[i]));
		nmk_session_close(waiters[i].session);
	}
	nmk_session_close(session);
	nmk_market_close(markets[0]);
}

/* Many who talk and one who listens: each message once, in order. */
struct talker {
	pthread_t    thread;
	nmk_session *session;
	const char  *chat_id;
	int          count;
};

static void *talk(void *context)
{
	struct talker *talker = context;

	for (int i = 0; i < talker->count; i++)
		if (say(talker->session, talker->chat_id, "Hallo?") != NMK_OK)
			return talker;
	return NULL;
}

static void test_chat_wait__a_listener_gets_each_message_once(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	struct talker talkers[2] = { { .session = session_of(w, "clara"), .chat_id = id.text, .count = 13 },
	                             { .session = session_of(w, "carl"), .chat_id = id.text, .count = 13 } };
	int64_t seen = 0, last = 0;

	for (int i = 0; i < 2; i++)
		assert_int_equal(0, pthread_create(&talkers[i].thread, NULL, talk, &talkers[i]));
	while (seen < 26) {
		nmk_message_page *page;

		assert_status(NMK_OK, nmk_chat_wait(w->creator, id.text, seen, LONG_MS, &last));
		assert_true(last > seen);
		page = messages(w->creator, id.text, seen, 0);
		for (size_t i = 0; i < nmk_message_page_count(page); i++)
			assert_int_equal(++seen, nmk_message_sequence(nmk_message_page_item(page, i)));
		nmk_message_page_free(page);
	}
	for (int i = 0; i < 2; i++) {
		void *failed = NULL;

		pthread_join(talkers[i].thread, &failed);
		assert_null(failed);
		nmk_session_close(talkers[i].session);
	}
}

/* ---- the host ---- */

static void test_changes_wait__names_the_members(void **state)
{
	struct world *w = *state;
	struct id_text id = new_chat(w);
	nmk_change_page *page;
	const nmk_change *last;
	int64_t since;

	assert_status(NMK_OK, nmk_changes_wait(w->system, 0, LONG_MS, &page));
	assert_int_equal(2, nmk_change_page_count(page)); /* the chat is new to both */
	last = nmk_change_page_item(page, 1);
	since = nmk_change_change_number(last);
	assert_true(since > nmk_change_change_number(nmk_change_page_item(page, 0)));
	nmk_change_page_free(page);
	assert_status(NMK_OK, nmk_changes_wait(w->system, since, 0, &page));
	assert_int_equal(0, nmk_change_page_count(page));
	nmk_change_page_free(page);
	assert_status(NMK_OK, say(w->consumer, id.text, "Hallo?"));
	assert_status(NMK_OK, say(w->consumer, id.text, "Hallo?"));
	assert_status(NMK_OK, nmk_changes_wait(w->system, since, LONG_MS, &page));
	assert_int_equal(2, nmk_change_page_count(page)); /* each once, whatever happened between */
	assert_string_equal(nmk_session_user_id(w->creator), nmk_change_user_id(nmk_change_page_item(page, 0)));
	assert_string_equal(nmk_session_user_id(w->consumer), nmk_change_user_id(nmk_change_page_item(page, 1)));
	nmk_change_page_free(page);
	assert_status(NMK_EDENIED, nmk_changes_wait(w->admin, 0, 0, &page));
	assert_null(page);
	nmk_chat_cancel_wait(w->system);
	assert_status(NMK_ECANCELLED, nmk_changes_wait(w->system, INT64_MAX, LONG_MS, &page));
	assert_null(page);
}

static void count_up(void *context)
{
	++*(int *)context;
}

static void test_market_options__changed_is_called_after_the_commit(void **state)
{
	struct world *w = *state;
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	struct id_text id = new_chat(w);
	nmk_session *session;
	nmk_market *market;
	int calls = 0;

	options.changed = count_up;
	options.changed_context = &calls;
	market = open_again(w, options, &session);
	assert_int_equal(0, calls);
	assert_status(NMK_OK, say(session, id.text, "Hallo?"));
	assert_int_equal(1, calls);
	assert_status(NMK_EINVALID, say(session, id.text, ""));
	assert_status(NMK_EINVALID, say(session, id.text, "http://spam.ru")); /* commits, and is no change */
	assert_status(NMK_OK, nmk_chat_mute(session, id.text, true));
	assert_int_equal(1, calls);
	nmk_session_close(session);
	nmk_market_close(market);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chat_wait__is_told_by_another_process), /* first: it forks, and no store was open yet */
		WORLD_TEST(test_chat_wait__ends_with_a_message),
		WORLD_TEST(test_chat_wait__tells_at_once_what_is_there),
		WORLD_TEST(test_chat_wait__ends_when_the_time_is_over),
		WORLD_TEST(test_chat_wait__for_anything_new),
		WORLD_TEST(test_chat_wait__refuses_who_may_not),
		WORLD_TEST(test_chat_cancel_wait__ends_it),
		WORLD_TEST(test_chat_cancel_wait__before_it_begins_ends_the_next_one),
		WORLD_TEST(test_market_close__ends_all_waits),
		WORLD_TEST(test_chat_wait__ends_when_the_right_does),
		WORLD_TEST(test_chat_wait__holds_no_connection),
		WORLD_TEST(test_chat_wait__a_listener_gets_each_message_once),
		WORLD_TEST(test_changes_wait__names_the_members),
		WORLD_TEST(test_market_options__changed_is_called_after_the_commit),
	};

	return cmocka_run_group_tests_name("wait", tests, NULL, NULL);
}
