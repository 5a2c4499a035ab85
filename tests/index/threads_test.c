/* threads_test.c -- the words of the index are made anew while threads publish and search. Run with ThreadSanitizer too. */
#include "index_test.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#define THREADS 3
#define NANOS   20
#define BEFORE  1100    /* more than a chunk: a rebuild has steps, between which others write */

struct worker {
	struct world *world;
	pthread_t     thread;
	int           number;
	int           published, found, lost;
	atomic_bool   finished;
};

static nmk_status publish(nmk_session *creator, nmk_session *moderator, const char *title)
{
	nmk_nano_fields fields = NMK_NANO_FIELDS_INIT;
	nmk_nano *nano = NULL;
	nmk_status rc;

	fields.title = title;
	fields.description = "Gleichzeitig angelegt.";
	fields.duration_minutes = 5;
	rc = nmk_nano_create(creator, &fields, &nano);
	if (rc == NMK_OK)
		rc = nmk_nano_submit(creator, nmk_nano_id(nano));
	if (rc == NMK_OK)
		rc = nmk_nano_publish(moderator, nmk_nano_id(nano));
	nmk_nano_free(nano);
	return rc;
}

/* -1: the search failed. */
static int64_t total_of(nmk_session *guest, const char *text)
{
	nmk_search_options options = NMK_SEARCH_OPTIONS_INIT;
	nmk_search_page *page;
	int64_t total;

	options.text = text;
	if (nmk_search(guest, &options, &page) != NMK_OK)
		return -1;
	total = nmk_search_page_total(page);
	nmk_search_page_free(page);
	return total;
}

static void publish_and_search(struct worker *worker, nmk_session *creator, nmk_session *moderator, nmk_session *guest)
{
	for (int i = 0; i < NANOS; i++) {
		char title[64];

		snprintf(title, sizeof title, "Faden %d Nummer %d", worker->number, i);
		worker->published += publish(creator, moderator, title) == NMK_OK;
		snprintf(title, sizeof title, "\"Faden %d Nummer %d\"", worker->number, i);
		worker->found += total_of(guest, title) == 1;
		worker->lost += total_of(guest, "Rudern") != 1;
	}
}

static void *work(void *context)
{
	struct worker *worker = context;
	nmk_session *system = NULL, *creator = NULL, *moderator = NULL, *guest = NULL;

	if (nmk_session_open_system(worker->world->market, &system) == NMK_OK &&
	    nmk_session_act_as(system, "carl", &creator) == NMK_OK && nmk_session_act_as(system, "mona", &moderator) == NMK_OK &&
	    nmk_session_open(worker->world->market, &guest) == NMK_OK)
		publish_and_search(worker, creator, moderator, guest);
	nmk_session_close(guest);
	nmk_session_close(moderator);
	nmk_session_close(creator);
	nmk_session_close(system);
	atomic_store(&worker->finished, true);
	return NULL;
}

static bool all_finished(struct worker *workers)
{
	for (int i = 0; i < THREADS; i++) {
		if (!atomic_load(&workers[i].finished))
			return false;
	}
	return true;
}

static void test_search_rebuild__loses_nothing_that_threads_publish_meanwhile(void **state)
{
	struct world *w = *state;
	struct worker workers[THREADS];

	for (int i = 0; i < BEFORE; i++)
		nmk_nano_free(world_nano_titled(w, w->creator, NMK_NANO_PUBLISHED, i == 0 ? "Rudern" : "Segeln"));
	for (int i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){ .world = w, .number = i };
		assert_int_equal(0, pthread_create(&workers[i].thread, NULL, work, &workers[i]));
	}
	do {
		assert_status(NMK_OK, nmk_search_rebuild(w->system, NULL, NULL));
	} while (!all_finished(workers));
	for (int i = 0; i < THREADS; i++) {
		pthread_join(workers[i].thread, NULL);
		assert_int_equal(NANOS, workers[i].published);
		assert_int_equal(NANOS, workers[i].found);
		assert_int_equal(0, workers[i].lost);
	}
	assert_int_equal(THREADS * NANOS, found(w, "Faden"));
	world_assert_sound(w, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_search_rebuild__loses_nothing_that_threads_publish_meanwhile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
