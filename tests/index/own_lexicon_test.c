/* own_lexicon_test.c -- where no lexicon is installed, words of the documents part compounds. The linker lets the calls of
 * lexicon_installed() come here. */
#include "index_test.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include "lexicon.h"

static bool lexicon_is_there;

const struct lexicon *__real_lexicon_installed(void);
const struct lexicon *__wrap_lexicon_installed(void);

const struct lexicon *__wrap_lexicon_installed(void)
{
	return lexicon_is_there ? __real_lexicon_installed() : NULL;
}

struct id { char text[64]; };

static struct id publish_as(struct world *w, nmk_session *creator, const char *title)
{
	nmk_nano *nano = world_nano_titled(w, creator, NMK_NANO_PUBLISHED, title);
	struct id id;

	snprintf(id.text, sizeof id.text, "%s", nmk_nano_id(nano));
	nmk_nano_free(nano);
	return id;
}

static struct id publish(struct world *w, const char *title)
{
	return publish_as(w, w->creator, title);
}

static void take_down(struct world *w, struct id id)
{
	assert_status(NMK_OK, nmk_nano_takedown(w->admin, id.text, "weg", NULL, NULL));
}

static void assert_one_finding(struct world *w, const char *message)
{
	nmk_check_report *report;

	assert_status(NMK_OK, nmk_market_check(w->system, false, NULL, NULL, &report));
	assert_int_equal(1, nmk_check_report_count(report));
	assert_string_equal(message, nmk_check_report_message(report, 0));
	nmk_check_report_free(report);
}

static void rebuild(struct world *w)
{
	assert_status(NMK_OK, nmk_search_rebuild(w->system, NULL, NULL));
}

static int64_t words_in_use(struct world *w)
{
	return world_sql(w, "SELECT words FROM search_lexicon WHERE id = 1");
}

static void publish_taxes(struct world *w)
{
	publish(w, "Umsatzsteuer");
	publish(w, "Der Umsatz");
	publish(w, "Die Steuer");
}

/* ---- what is found ---- */

static void test_own_lexicon__parts_compounds_once_the_words_are_made_anew(void **state)
{
	struct world *w = *state;

	publish_taxes(w);
	assert_int_equal(1, found(w, "Steuer"));
	rebuild(w);
	assert_int_equal(2, found(w, "Steuer"));
	assert_int_equal(2, found(w, "Umsatz"));
	assert_int_equal(1, found(w, "Umsatzsteuer"));
	assert_int_equal(0, world_sql(w, "SELECT version FROM search_lexicon WHERE id = 2"));
	world_assert_sound(w, true);
	world_reopen(w);
	assert_int_equal(2, found(w, "Steuer"));
	world_assert_sound(w, true);
}

static void test_own_lexicon__stays_the_same_until_they_are_made_anew_again(void **state)
{
	struct world *w = *state;
	struct id later;

	publish_taxes(w);
	rebuild(w);
	publish(w, "Das Gewerbe");
	later = publish(w, "Umsatzsteuer für alle");
	publish(w, "Gewerbesteuer");
	assert_int_equal(3, found(w, "Steuer"));
	world_assert_sound(w, true);
	take_down(w, later);
	assert_int_equal(2, found(w, "Steuer"));
	world_assert_sound(w, true);
	rebuild(w);
	assert_int_equal(3, found(w, "Steuer"));
	world_assert_sound(w, true);
}

static void test_own_lexicon__loses_the_words_of_documents_that_are_gone(void **state)
{
	struct world *w = *state;
	struct id tax;
	int64_t words;

	publish(w, "Umsatzsteuer");
	publish(w, "Der Umsatz");
	tax = publish(w, "Die Steuer");
	rebuild(w);
	words = words_in_use(w);
	take_down(w, tax);
	assert_int_equal(1, found(w, "Steuer"));
	rebuild(w);
	assert_int_equal(words, words_in_use(w)); /* without Steuer, and with Umsatzsteuer, which nothing parts any more */
	assert_int_equal(0, found(w, "Steuer"));
	world_assert_sound(w, true);
}

static void test_own_lexicon__has_no_names_of_creators_and_no_words_of_other_languages(void **state)
{
	struct world *w = *state;
	nmk_session *other = world_member(w, "Kranz", NMK_ROLE_CREATOR);
	nmk_nano_fields fields = { .title = NULL };
	nmk_nano *nano;
	int64_t words;

	publish(w, "Zwirbel");
	rebuild(w);
	words = words_in_use(w);
	assert_true(words > 0);
	publish_as(w, other, "Zwirbel");
	nmk_nano_fields_init(&fields);
	fields.title = "Accounting";
	fields.description = "Business and Management";
	fields.duration_minutes = 15;
	fields.language = "en";
	assert_status(NMK_OK, nmk_nano_create(w->creator, &fields, &nano));
	assert_status(NMK_OK, nmk_nano_publish(w->system, nmk_nano_id(nano)));
	nmk_nano_free(nano);
	rebuild(w);
	assert_int_equal(words, words_in_use(w));
	publish(w, "Kranz");
	rebuild(w);
	assert_int_equal(words + 1, words_in_use(w));
	nmk_session_close(other);
}

/* ---- other handles ---- */

static nmk_market *opened(struct world *w, const char *words, nmk_session **guest, nmk_session **system)
{
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_market *market;

	options.search_words = words;
	assert_status(NMK_OK, nmk_market_open(w->path, &options, NULL, &market));
	assert_status(NMK_OK, nmk_session_open(market, guest));
	assert_status(NMK_OK, nmk_session_open_system(market, system));
	return market;
}

static void test_own_lexicon__is_that_of_all_who_have_the_store_open(void **state)
{
	struct world *w = *state, other = *w;
	nmk_session *creator;

	publish_taxes(w);
	other.market = opened(w, NULL, &other.guest, &other.system);
	assert_status(NMK_OK, nmk_session_act_as(other.system, "carl", &creator));
	assert_int_equal(1, found(&other, "Steuer"));
	rebuild(w);
	assert_int_equal(2, found(&other, "Steuer"));
	publish_as(&other, creator, "Umsatzsteuer für alle");
	assert_int_equal(3, found(w, "Steuer"));
	publish(w, "Das Gewerbe");
	publish(w, "Gewerbesteuer");
	rebuild(&other);
	assert_int_equal(4, found(w, "Steuer"));
	take_down(w, publish(w, "Gewerbesteuer"));
	assert_int_equal(4, found(&other, "Steuer"));
	world_assert_sound(w, true);
	nmk_session_close(creator);
	nmk_session_close(other.guest);
	nmk_session_close(other.system);
	nmk_market_close(other.market);
}

static void test_own_lexicon__serves_beside_words_of_the_embedder(void **state)
{
	struct world *w = *state, other = *w;

	publish_taxes(w);
	publish(w, "Zwirbelkranz");
	other.market = opened(w, "Zwirbel|kranz\nAbgabe = Steuer\n", &other.guest, &other.system);
	rebuild(&other);
	assert_int_equal(1, found(&other, "Zwirbel"));
	assert_int_equal(2, found(&other, "Steuer"));
	assert_int_equal(1, found(&other, "Abgabe")); /* a synonym is a word, and no part */
	nmk_session_close(other.guest);
	nmk_session_close(other.system);
	nmk_market_close(other.market);
}

/* The doctor tells it in both directions, and what one left is no more when the other has made the words. */
static void test_own_lexicon__is_another_than_the_one_that_is_installed(void **state)
{
	struct world *w = *state;

	if (!__real_lexicon_installed())
		skip();
	publish_taxes(w);
	rebuild(w);
	lexicon_is_there = true;
	world_reopen(w);
	assert_one_finding(w, "the search index was made by another analyzer");
	rebuild(w);
	assert_int_equal(0, words_in_use(w));
	world_assert_sound(w, true);
	lexicon_is_there = false;
	world_reopen(w);
	assert_one_finding(w, "the search index was made by another analyzer");
	rebuild(w);
	assert_int_equal(2, found(w, "Steuer"));
	world_assert_sound(w, true);
}

/* ---- what goes wrong ---- */

static void test_own_lexicon__is_as_it_was_when_the_rebuilding_fails(void **state)
{
	struct world *w = *state;

	publish_taxes(w);
	spoil(w, "CREATE TRIGGER no BEFORE UPDATE OF analyzer ON search_state BEGIN SELECT RAISE(ABORT, 'no'); END");
	assert_true(nmk_search_rebuild(w->system, NULL, NULL) != NMK_OK);
	assert_int_equal(1, found(w, "Steuer"));
	publish(w, "Umsatzsteuer für alle");
	assert_int_equal(1, found(w, "Steuer"));
	spoil(w, "DROP TRIGGER no");
	world_assert_sound(w, true);
	rebuild(w);
	assert_int_equal(3, found(w, "Steuer"));
	world_assert_sound(w, true);
}

static void assert_damaged(struct world *w, const char *sql)
{
	nmk_search_options options = NMK_SEARCH_OPTIONS_INIT;
	nmk_check_report *report;
	nmk_search_page *page;

	spoil(w, sql);
	world_reopen(w);
	options.text = "Steuer";
	assert_status(NMK_ECORRUPT, nmk_search(w->guest, &options, &page));
	assert_one_finding(w, "the lexicon of the search index is damaged");
	assert_status(NMK_OK, nmk_market_check(w->system, true, NULL, NULL, &report));
	assert_true(nmk_check_report_count(report) > 0);
	nmk_check_report_free(report);
	assert_int_equal(2, found(w, "Steuer"));
	world_assert_sound(w, true);
}

static void test_own_lexicon__that_is_damaged_is_told_and_repaired(void **state)
{
	struct world *w = *state;

	publish_taxes(w);
	rebuild(w);
	assert_damaged(w, "UPDATE search_lexicon SET bytes = x'00' WHERE id = 1");
	assert_damaged(w, "UPDATE search_lexicon SET bytes = NULL WHERE id = 1");
	assert_damaged(w, "UPDATE search_lexicon SET version = 5 WHERE id = 1");
	assert_damaged(w, "DELETE FROM search_lexicon");
}

/* ---- nothing stays of an account ---- */

static void erase(struct world *w, const char *username)
{
	nmk_user *user;

	assert_status(NMK_OK, nmk_user_find(w->system, username, &user));
	assert_status(NMK_OK, nmk_user_delete(w->system, nmk_user_id(user)));
	nmk_user_free(user);
}

static void test_own_lexicon__has_no_word_of_an_account_that_was_erased(void **state)
{
	struct world *w = *state;
	nmk_session *other = world_member(w, "otto", NMK_ROLE_CREATOR);
	struct id theirs;
	int64_t words;

	publish_taxes(w);
	rebuild(w);
	words = words_in_use(w);
	theirs = publish_as(w, other, "Zwirbelkranz");
	rebuild(w);
	assert_int_equal(words + 1, words_in_use(w));
	assert_status(NMK_OK, nmk_nano_unpublish(other, theirs.text));
	assert_int_equal(words + 1, words_in_use(w));
	erase(w, "otto");
	assert_int_equal(words, words_in_use(w));
	assert_int_equal(2, found(w, "Steuer"));
	world_assert_sound(w, true);
	nmk_session_close(other);
}

/* ---- while others work ---- */

/* More than one step. */
#define NANOS 1100

struct meanwhile {
	struct world *world;
	struct id     first;
	bool          stops;
};

static void fill(struct meanwhile *meanwhile)
{
	struct world *w = meanwhile->world;

	meanwhile->first = publish(w, "Umsatzsteuer");
	publish(w, "Der Umsatz");
	for (int i = 2; i < NANOS; i++)
		publish(w, "Die Steuer");
}

static bool others_work(void *context, int64_t done, int64_t all)
{
	struct meanwhile *meanwhile = context;
	struct world *w = meanwhile->world;

	(void)all;
	if (done < 1024) {
		assert_int_equal(NANOS - 2, found(w, "Steuer"));
		assert_true(world_sql(w, "SELECT words FROM search_lexicon WHERE id = 2") > 0);
		take_down(w, meanwhile->first);
		publish(w, "Umsatzsteuer");
		assert_int_equal(NANOS - 2, found(w, "Steuer"));
		assert_int_equal(0, words_in_use(w));
	}
	return !meanwhile->stops;
}

static void test_own_lexicon__is_made_while_others_work(void **state)
{
	struct meanwhile meanwhile = { .world = *state };
	struct world *w = *state;

	fill(&meanwhile);
	assert_status(NMK_OK, nmk_search_rebuild(w->system, others_work, &meanwhile));
	assert_int_equal(NANOS - 1, found(w, "Steuer"));
	world_assert_sound(w, true);
}

static void test_own_lexicon__is_as_it_was_when_the_host_stops_the_rebuilding(void **state)
{
	struct meanwhile meanwhile = { .world = *state, .stops = true };
	struct world *w = *state;

	fill(&meanwhile);
	assert_status(NMK_ECANCELLED, nmk_search_rebuild(w->system, others_work, &meanwhile));
	assert_int_equal(NANOS - 2, found(w, "Steuer"));
	assert_int_equal(0, world_sql(w, "SELECT sum(words) FROM search_lexicon"));
	world_assert_sound(w, true);
}

/* The one that is made is begun anew. */
static void test_own_lexicon__of_a_rebuilding_forgets_an_account_too(void **state)
{
	struct world *w = *state;
	nmk_session *other = world_member(w, "otto", NMK_ROLE_CREATOR);
	struct meanwhile meanwhile = { .world = w };
	struct id theirs;

	fill(&meanwhile);
	theirs = publish_as(w, other, "Zwirbelkranz");
	rebuild(w);
	assert_status(NMK_OK, nmk_nano_unpublish(other, theirs.text));
	spoil(w, "UPDATE search_lexicon SET version = (SELECT version FROM search_lexicon WHERE id = 1),"
	         "words = (SELECT words FROM search_lexicon WHERE id = 1), bytes = (SELECT bytes FROM search_lexicon WHERE id = 1)"
	         "WHERE id = 2; UPDATE search_state SET next_until = 1");
	erase(w, "otto");
	assert_int_equal(0, world_sql(w, "SELECT words FROM search_lexicon WHERE id = 2"));
	assert_int_equal(0, world_sql(w, "SELECT next_until FROM search_state"));
	assert_int_equal(NANOS - 1, found(w, "Steuer"));
	world_assert_sound(w, true);
	nmk_session_close(other);
}

static void *search_often(void *context)
{
	struct world other = *(struct world *)context;

	assert_status(NMK_OK, nmk_session_open(other.market, &other.guest));
	for (int i = 0; i < 50; i++)
		assert_true(found(&other, "Steuer") >= 1);
	nmk_session_close(other.guest);
	return NULL;
}

/* Each time there is another lexicon. */
static void test_own_lexicon__may_change_under_those_who_search(void **state)
{
	static const char *const titles[] = { "Gewerbe", "Gewerbesteuer", "Grund", "Grundsteuer", "Hunde", "Hundesteuer" };
	struct world *w = *state;
	pthread_t threads[2];

	publish_taxes(w);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(0, pthread_create(&threads[i], NULL, search_often, w));
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
		publish(w, titles[i]);
		rebuild(w);
	}
	for (size_t i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(5, found(w, "Steuer"));
	world_assert_sound(w, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_own_lexicon__parts_compounds_once_the_words_are_made_anew),
		WORLD_TEST(test_own_lexicon__stays_the_same_until_they_are_made_anew_again),
		WORLD_TEST(test_own_lexicon__loses_the_words_of_documents_that_are_gone),
		WORLD_TEST(test_own_lexicon__has_no_names_of_creators_and_no_words_of_other_languages),
		WORLD_TEST(test_own_lexicon__is_that_of_all_who_have_the_store_open),
		WORLD_TEST(test_own_lexicon__serves_beside_words_of_the_embedder),
		WORLD_TEST(test_own_lexicon__is_another_than_the_one_that_is_installed),
		WORLD_TEST(test_own_lexicon__is_as_it_was_when_the_rebuilding_fails),
		WORLD_TEST(test_own_lexicon__that_is_damaged_is_told_and_repaired),
		WORLD_TEST(test_own_lexicon__has_no_word_of_an_account_that_was_erased),
		WORLD_TEST(test_own_lexicon__is_made_while_others_work),
		WORLD_TEST(test_own_lexicon__is_as_it_was_when_the_host_stops_the_rebuilding),
		WORLD_TEST(test_own_lexicon__of_a_rebuilding_forgets_an_account_too),
		WORLD_TEST(test_own_lexicon__may_change_under_those_who_search),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
