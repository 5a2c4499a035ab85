/* words_test.c -- the vocabulary of many nanos that come, change and go is that of those that are there. */
#include "index_test.h"

#include <stdio.h>
#include <string.h>

#define NANOS      240
#define TEXT_BYTES 2000    /* a hundred of them have more words than are kept for themselves */

static uint64_t chance(uint64_t *state, uint64_t below)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (*state >> 33) % below;
}

/* Words of three to eight letters out of few, so that texts have some in common. */
static void write_text(uint64_t *state, char text[TEXT_BYTES + 1])
{
	size_t length = 0;

	while (length < TEXT_BYTES - 10) {
		for (uint64_t letters = 3 + chance(state, 6); letters > 0; letters--)
			text[length++] = (char)('a' + chance(state, 9));
		text[length++] = ' ';
	}
	text[length] = '\0';
}

static void make_nano(struct world *w, uint64_t *state, const char *topic, char id[64])
{
	nmk_nano_fields fields = NMK_NANO_FIELDS_INIT;
	char text[TEXT_BYTES + 1], title[80];
	nmk_nano *nano;

	write_text(state, text);
	snprintf(title, sizeof title, "Kurs %.60s", text);
	fields.title = title;
	fields.description = text;
	fields.duration_minutes = 15;
	fields.category_ids = &topic;
	fields.category_count = 1;
	assert_status(NMK_OK, nmk_nano_create(w->creator, &fields, &nano));
	snprintf(id, 64, "%s", nmk_nano_id(nano));
	nmk_nano_free(nano);
	assert_status(NMK_OK, nmk_nano_publish(w->system, id));
}

static void rename_topic(struct world *w, const char *id, const char *name)
{
	nmk_category_changes changes = NMK_CATEGORY_CHANGES_INIT;

	changes.set = NMK_CATEGORY_NAME;
	changes.name = name;
	assert_status(NMK_OK, nmk_category_update(w->system, id, &changes, NULL));
}

static void make_topic(struct world *w, char id[64])
{
	nmk_category *category;

	assert_status(NMK_OK, nmk_category_create(w->system, "Gartenbau", NULL, NULL, NULL, &category));
	snprintf(id, 64, "%s", nmk_category_id(category));
	nmk_category_free(category);
}

static void test_words__are_those_of_the_nanos_that_are_there(void **state)
{
	struct world *w = *state;
	static char ids[NANOS][64];
	uint64_t random = 11;
	char topic[64];

	make_topic(w, topic);
	for (int i = 0; i < NANOS; i++) {
		make_nano(w, &random, topic, ids[i]);
		if (i % 80 == 0)
			rename_topic(w, topic, i == 0 ? "Landschaftspflege" : i == 80 ? "GARTENBAU" : "Gartenbau");
	}
	assert_true(world_sql(w, "SELECT count(*) FROM vocabulary_page") > 10);
	assert_true(world_sql(w, "SELECT count(*) FROM vocabulary_recent") > 0);
	assert_true(world_sql(w, "SELECT max(length(words)) FROM vocabulary_page") <= 2000);
	world_assert_sound(w, true);
	for (int i = 0; i < NANOS; i++) {
		assert_status(NMK_OK, nmk_nano_archive(w->creator, ids[i]));
		if (i % 80 == 0)
			world_assert_sound(w, true);
	}
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM vocabulary_page"));
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM vocabulary_recent"));
}

/* A word may stand in a page and in the row of a nano that came later: it is one. */
static void test_words__of_new_and_of_old_nanos_are_one(void **state)
{
	struct world *w = *state;
	nmk_suggestion_page *page;

	for (int i = 0; i < 3; i++) {
		nmk_nano_free(world_nano_titled(w, w->creator, NMK_NANO_PUBLISHED, "Segelschein"));
		if (i == 1) {
			nmk_check_report *report;

			spoil(w, "DELETE FROM vocabulary_recent");
			assert_status(NMK_OK, nmk_market_check(w->system, true, NULL, NULL, &report));
			nmk_check_report_free(report);
		}
	}
	assert_true(world_sql(w, "SELECT count(*) FROM vocabulary_page") == 1);
	assert_true(world_sql(w, "SELECT count(*) FROM vocabulary_recent") == 1);
	assert_status(NMK_OK, nmk_suggest(w->guest, "segels", 0, &page));
	assert_int_equal(1, nmk_suggestion_page_count(page));
	assert_int_equal(3, nmk_suggestion_nano_count(nmk_suggestion_page_item(page, 0)));
	nmk_suggestion_page_free(page);
	assert_status(NMK_OK, nmk_suggest_corrections(w->guest, "Segelshcein", 5, &page));
	assert_int_equal(1, nmk_suggestion_page_count(page));
	nmk_suggestion_page_free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_words__are_those_of_the_nanos_that_are_there),
		WORLD_TEST(test_words__of_new_and_of_old_nanos_are_one),
	};

	return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
