/* One market used by many threads, each with sessions of its own. Run with ThreadSanitizer too. */
#include "world.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define THREADS 6
#define NANOS   15

struct worker {
	struct world *world;
	pthread_t thread;
	int number;
	int published, found, failed;
};

static nmk_session *session_of(struct worker *worker, const char *username)
{
	nmk_session *system, *session = NULL;

	if (nmk_session_open_system(worker->world->market, &system) != NMK_OK)
		return NULL;
	if (nmk_session_act_as(system, username, &session) != NMK_OK)
		session = NULL;
	nmk_session_close(system);
	return session;
}

static nmk_status one_nano(nmk_session *creator, nmk_session *moderator, const char *title)
{
	nmk_nano_fields fields = NMK_NANO_FIELDS_INIT;
	nmk_nano *nano = NULL, *read = NULL;
	nmk_status rc;

	fields.title = title;
	fields.description = "Gleichzeitig angelegt.";
	fields.duration_minutes = 5;
	rc = nmk_nano_create(creator, &fields, &nano);
	if (rc == NMK_OK) rc = nmk_nano_submit(creator, nmk_nano_id(nano));
	if (rc == NMK_OK) rc = nmk_nano_publish(moderator, nmk_nano_id(nano));
	if (rc == NMK_OK) rc = nmk_nano_get(moderator, nmk_nano_id(nano), &read);
	if (rc == NMK_OK && strcmp(nmk_nano_title(read), title) != 0) rc = NMK_EINTERNAL;
	nmk_nano_free(read);
	nmk_nano_free(nano);
	return rc;
}

static void *work(void *context)
{
	struct worker *worker = context;
	nmk_session *creator = session_of(worker, "carl"), *moderator = session_of(worker, "mona"), *guest = NULL;
	nmk_search_options search = NMK_SEARCH_OPTIONS_INIT;
	nmk_search_page *page;
	char title[64];

	if (!creator || !moderator || nmk_session_open(worker->world->market, &guest) != NMK_OK)
		worker->failed++;
	for (int i = 0; worker->failed == 0 && i < NANOS; i++) {
		snprintf(title, sizeof title, "Faden %d Nummer %d", worker->number, i);
		if (one_nano(creator, moderator, title) == NMK_OK)
			worker->published++;
		else
			worker->failed++;
		snprintf(title, sizeof title, "\"Faden %d Nummer %d\"", worker->number, i);
		search.text = title;
		if (nmk_search(guest, &search, &page) == NMK_OK) {
			worker->found += nmk_search_page_count(page) == 1;
			nmk_search_page_free(page);
		} else
			worker->failed++;
	}
	nmk_session_close(creator);
	nmk_session_close(moderator);
	nmk_session_close(guest);
	return NULL;
}

static void test_market__serves_many_threads_and_each_reads_its_own_writes(void **state)
{
	struct world *world = *state;
	struct worker workers[THREADS];

	for (int i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){ .world = world, .number = i };
		assert_int_equal(0, pthread_create(&workers[i].thread, NULL, work, &workers[i]));
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(workers[i].thread, NULL);
		assert_int_equal(0, workers[i].failed);
		assert_int_equal(NANOS, workers[i].published);
		assert_int_equal(NANOS, workers[i].found);
	}
	assert_int_equal(THREADS * NANOS, world_sql(world, "SELECT count(*) FROM nano WHERE status = 'published'"));
	assert_int_equal(THREADS * NANOS, world_sql(world, "SELECT count(*) FROM audit_event WHERE operation = 'nano_publish'"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_market__serves_many_threads_and_each_reads_its_own_writes, world_setup,
		                                world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
