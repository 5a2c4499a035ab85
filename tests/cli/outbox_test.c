/* outbox_test.c -- mails are handed to the host's command, and only what it took is erased. */
#include <jansson.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "world.h"
#include "cli.h"

static char received[128];

static void register_member(struct world *world, const char *username)
{
	nmk_registration registration = NMK_REGISTRATION_INIT;
	char email[64];

	snprintf(email, sizeof email, "%s@example.org", username);
	registration.username = username;
	registration.email = email;
	registration.password = "correct horse battery staple";
	registration.accept_terms = true;
	registration.accept_privacy = true;
	assert_status(NMK_OK, nmk_user_register(world->guest, &registration, NULL));
}

/* Runs outbox send with this command, as the host or as somebody else. */
static int outbox_send(struct world *world, nmk_session *session, const char *command, const char *more)
{
	char *words[] = {
		(char[]){ "nanomarket" }, (char[]){ "--quiet" }, (char[]){ "outbox" }, (char[]){ "send" },
		(char[]){ "--command" }, (char *)(uintptr_t)command, (char *)(uintptr_t)more,
	};
	struct cli cli = { .quiet = true, .market = world->market, .system = world->system, .session = session };
	int code;

	assert_true(arguments_read(&cli.arguments, more ? 7 : 6, words));
	code = run_outbox_send(&cli);
	arguments_clear(&cli.arguments);
	return code;
}

static void command_for(struct world *world, char command[300], const char *end)
{
	snprintf(received, sizeof received, "%s/received", world->folder);
	snprintf(command, 300, "cat >> %s; %s", received, end);
}

/* How many messages the command saw; the last of them in *last, if that is wanted. */
static int count_received(json_t **last)
{
	FILE *file = fopen(received, "r");
	char line[20000];
	int count = 0;

	if (!file)
		return 0;
	while (fgets(line, sizeof line, file)) {
		json_t *json = json_loads(line, 0, NULL);

		assert_non_null(json);
		count++;
		if (last) {
			json_decref(*last);
			*last = json_incref(json);
		}
		json_decref(json);
	}
	fclose(file);
	remove(received);
	return count;
}

/* The mail as it is to be sent has the token in its link. */
static void assert_has_link(const json_t *message, const char *member)
{
	const char *text = json_string_value(json_object_get(message, member));
	char link[200];

	snprintf(link, sizeof link, "http://localhost/verify-email?token=%s",
	         json_string_value(json_object_get(json_object_get(message, "data"), "token")));
	assert_non_null(text);
	assert_non_null(strstr(text, link));
}

static void test_outbox_send__command_gets_the_message_and_it_is_erased(void **state)
{
	struct world *w = *state;
	json_t *message = NULL;
	char command[300];

	command_for(w, command, "exit 0");
	register_member(w, "newcomer");
	assert_int_equal(EXIT_DONE, outbox_send(w, w->system, command, NULL));
	assert_int_equal(1, count_received(&message));
	assert_string_equal("newcomer@example.org", json_string_value(json_object_get(message, "recipient")));
	assert_true(json_is_string(json_object_get(json_object_get(message, "data"), "token")));
	assert_string_equal("Bitte bestätigen Sie Ihre E-Mail-Adresse", json_string_value(json_object_get(message, "subject")));
	assert_has_link(message, "text");
	assert_has_link(message, "html");
	assert_status(NMK_OK, nmk_user_verify_email(w->guest,
	                                            json_string_value(json_object_get(json_object_get(message, "data"), "token"))));
	json_decref(message);
	world_advance(w, 86400000);
	assert_int_equal(EXIT_DONE, outbox_send(w, w->system, command, NULL));
	assert_int_equal(0, count_received(NULL));
}

static void test_outbox_send__what_failed_waits_and_is_tried_again(void **state)
{
	struct world *w = *state;
	char command[300];

	register_member(w, "one");
	register_member(w, "two");
	command_for(w, command, "exit 1");
	assert_int_equal(EXIT_PARTLY, outbox_send(w, w->system, command, NULL));
	assert_int_equal(2, count_received(NULL));
	command_for(w, command, "exit 0");
	assert_int_equal(EXIT_DONE, outbox_send(w, w->system, command, NULL));
	assert_int_equal(0, count_received(NULL));
	world_advance(w, 299000);
	assert_int_equal(EXIT_DONE, outbox_send(w, w->system, command, NULL));
	assert_int_equal(0, count_received(NULL));
	world_advance(w, 1000);
	assert_int_equal(EXIT_DONE, outbox_send(w, w->system, command, NULL));
	assert_int_equal(2, count_received(NULL));
}

static void test_outbox_send__command_that_reads_nothing_is_no_harm(void **state)
{
	struct world *w = *state;

	register_member(w, "one");
	assert_int_equal(EXIT_DONE, outbox_send(w, w->system, "exit 0", NULL));
	register_member(w, "two");
	assert_int_equal(EXIT_PARTLY, outbox_send(w, w->system, "kill -9 $$", NULL));
}

static void test_outbox_send__passes_over_a_damaged_message(void **state)
{
	struct world *w = *state;
	char command[300];
	sqlite3 *db;

	register_member(w, "one");
	register_member(w, "two");
	assert_int_equal(SQLITE_OK, sqlite3_open(w->path, &db));
	assert_int_equal(SQLITE_OK, sqlite3_exec(db, "UPDATE outbox SET data_sealed = zeroblob(200) WHERE id ="
	                                             " (SELECT MIN(id) FROM outbox)", NULL, NULL, NULL));
	sqlite3_close(db);
	command_for(w, command, "exit 0");
	assert_int_equal(EXIT_PARTLY, outbox_send(w, w->system, command, NULL));
	assert_int_equal(1, count_received(NULL));
	assert_int_equal(1, world_sql(w, "SELECT COUNT(*) FROM outbox"));
}

static void test_outbox_send__limit_is_kept(void **state)
{
	struct world *w = *state;
	char command[300];

	register_member(w, "one");
	register_member(w, "two");
	command_for(w, command, "exit 0");
	assert_int_equal(EXIT_DONE, outbox_send(w, w->system, command, "--limit=1"));
	assert_int_equal(1, count_received(NULL));
}

static void test_outbox_send__only_the_host(void **state)
{
	struct world *w = *state;

	assert_int_equal(EXIT_REFUSED, outbox_send(w, w->admin, "true", NULL));
	assert_int_equal(EXIT_REFUSED, outbox_send(w, w->guest, "true", NULL));
}

int main(void)
{
#define WORLD_TEST(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_outbox_send__command_gets_the_message_and_it_is_erased),
		WORLD_TEST(test_outbox_send__what_failed_waits_and_is_tried_again),
		WORLD_TEST(test_outbox_send__command_that_reads_nothing_is_no_harm),
		WORLD_TEST(test_outbox_send__passes_over_a_damaged_message),
		WORLD_TEST(test_outbox_send__limit_is_kept),
		WORLD_TEST(test_outbox_send__only_the_host),
	};

	signal(SIGPIPE, SIG_IGN); /* as main() does: a command that reads nothing is its own affair */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
