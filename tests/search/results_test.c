/* results_test.c -- filters, counts, orders, relaxing and reasons of results. */
#include "search_test.h"

#include <jansson.h>
#include <math.h>
#include "index.h"
#include "lexicon.h"
#include "tamper.h"

/* ---- a market that a model knows: every answer is compared with a count by hand ---- */

#define LESSONS 60
#define THEMES  6        /* 0 and 1 at the top, 2 and 3 below 0, 4 below 2, 5 below 1 */

static const int above[THEMES] = { -1, -1, 0, 0, 2, 1 };
static const char *const languages[] = { "de", "en", "fr" };

struct lesson_model {
	struct id id;
	int  topics[2], topic_count;
	int  minutes, level, format, license, language;
	bool tables, forms;          /* which of the two words it has */
	int64_t rating, ratings, downloads;
};

struct model {
	struct id           themes[THEMES];
	struct lesson_model lessons[LESSONS];
};

static unsigned any(unsigned below)
{
	static uint32_t seed = 2463534242u;

	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed % below;
}

static void make_lesson(struct world *w, struct model *model, int i)
{
	struct lesson_model *made = &model->lessons[i];
	nmk_nano_fields fields;
	const char *ids[2];
	char title[64];

	*made = (struct lesson_model){ .topic_count = (int)any(3), .minutes = (int)any(90) + 1, .level = (int)any(3) + 1,
	                               .format = (int)any(5) + 1, .license = (int)any(4) + 1, .language = (int)any(3),
	                               .tables = any(2) != 0, .forms = any(2) != 0 };
	made->topics[0] = (int)any(THEMES);
	made->topics[1] = (made->topics[0] + 1 + (int)any(THEMES - 1)) % THEMES;
	snprintf(title, sizeof title, "Lektion %d%s%s", i, made->tables ? " Tabelle" : "", made->forms ? " Formular" : "");
	fields = lesson(title, "Ein Satz.");
	fields.duration_minutes = made->minutes;
	fields.competency_level = (nmk_competency_level)made->level;
	fields.format = (nmk_format)made->format;
	fields.license = (nmk_license)made->license;
	fields.language = languages[made->language];
	for (int t = 0; t < made->topic_count; t++)
		ids[t] = model->themes[made->topics[t]].text;
	fields.category_ids = ids;
	fields.category_count = (size_t)made->topic_count;
	made->id = published(w, fields);
}

static void rebuild(struct world *w)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, w->system, OP_market_repair);

	while (op_next(&op, &rc))
		rc = index_rebuild(&op);
	assert_status(NMK_OK, rc);
}

/* What people do to nanos, in one stroke. */
static void make_figures(struct world *w, struct model *model)
{
	char sql[200], title[32];

	for (int i = 0; i < LESSONS; i++) {
		struct lesson_model *made = &model->lessons[i];

		made->downloads = any(10);
		made->ratings = any(4);
		made->rating = made->ratings ? 100 + any(401) : 0;
		snprintf(title, sizeof title, "Lektion %d", i);
		snprintf(sql, sizeof sql, "UPDATE nano SET download_count = %d, rating_count = %d, rating_average_hundredths = nullif(%d, 0)"
		         " WHERE title = '%s' OR title LIKE '%s %%'", (int)made->downloads, (int)made->ratings, (int)made->rating, title, title);
		tamper(w, sql);
	}
	rebuild(w);
}

static void make_model(struct world *w, struct model *model)
{
	char name[16];

	for (int i = 0; i < THEMES; i++) {
		snprintf(name, sizeof name, "Thema %d", i);
		model->themes[i] = category(w, name, above[i] < 0 ? NULL : model->themes[above[i]].text);
	}
	for (int i = 0; i < LESSONS; i++)
		make_lesson(w, model, i);
}

/* A filter in the model's words; sets by bit, 0 for all. */
struct question {
	unsigned themes, levels, formats, licenses, languages, durations;
	int minimum, maximum, rating;
	bool tables;
};

static bool below(int theme, int top)
{
	for (; theme >= 0; theme = above[theme])
		if (theme == top)
			return true;
	return false;
}

static bool is_in(const struct lesson_model *lesson_model, int theme)
{
	for (int t = 0; t < lesson_model->topic_count; t++)
		if (below(lesson_model->topics[t], theme))
			return true;
	return false;
}

static bool has_theme(const struct lesson_model *made, unsigned themes)
{
	for (int theme = 0; theme < THEMES; theme++)
		if ((themes >> theme & 1) && is_in(made, theme))
			return true;
	return themes == 0;
}

static int class_of(int minutes)
{
	return minutes <= 15 ? 1 : minutes <= 30 ? 2 : minutes <= 60 ? 3 : 4;
}

static bool in_set(unsigned set, int value)
{
	return set == 0 || (set >> value & 1);
}

/* Does it pass all filters but one facet's? */
static bool passes(const struct lesson_model *made, const struct question *q, unsigned but)
{
	return (!q->tables || made->tables)
	    && ((but & NMK_FACET_TOPIC) || has_theme(made, q->themes))
	    && ((but & NMK_FACET_LEVEL) || in_set(q->levels, made->level))
	    && ((but & NMK_FACET_FORMAT) || in_set(q->formats, made->format))
	    && ((but & NMK_FACET_LICENSE) || in_set(q->licenses, made->license))
	    && ((but & NMK_FACET_LANGUAGE) || in_set(q->languages, made->language))
	    && ((but & NMK_FACET_RATING) || made->rating >= q->rating)
	    && ((but & NMK_FACET_DURATION) || (in_set(q->durations, class_of(made->minutes)) && made->minutes >= q->minimum
	                                       && (q->maximum == 0 || made->minutes <= q->maximum)));
}

static int64_t hits_of(const nmk_search_page *page, nmk_search_facet facet, const char *value)
{
	for (size_t i = 0; i < nmk_search_page_facet_count(page, facet); i++)
		if (strcmp(nmk_search_page_facet_value(page, facet, i), value) == 0)
			return nmk_search_page_facet_hits(page, facet, i);
	return 0;
}

#define COUNTED(facet, value, condition)                                                                            \
	do {                                                                                                        \
		int64_t wanted = 0;                                                                                 \
		for (int i = 0; i < LESSONS; i++) {                                                                 \
			const struct lesson_model *made = &model->lessons[i];                                       \
			wanted += passes(made, q, facet) && (condition);                                            \
		}                                                                                                   \
		if (hits_of(page, facet, value) != wanted)                                                          \
			fail_msg("%s %s: %d, not %d", #facet, value, (int)hits_of(page, facet, value), (int)wanted); \
	} while (0)

static void compare_counts(const struct model *model, const struct question *q, const nmk_search_page *page)
{
	static const char *const durations[] = { "", "1-15", "16-30", "31-60", "61-" };

	for (int theme = 0; theme < THEMES; theme++)
		COUNTED(NMK_FACET_TOPIC, model->themes[theme].text, is_in(made, theme));
	for (int value = 1; value <= 5; value++) {
		const char stars[2] = { (char)('0' + value), '\0' };

		if (value <= 3)
			COUNTED(NMK_FACET_LEVEL, nmk_competency_level_word((nmk_competency_level)value), made->level == value);
		COUNTED(NMK_FACET_FORMAT, nmk_format_word((nmk_format)value), made->format == value);
		if (value <= 4)
			COUNTED(NMK_FACET_LICENSE, nmk_license_word((nmk_license)value), made->license == value);
		if (value <= 4)
			COUNTED(NMK_FACET_DURATION, durations[value], class_of(made->minutes) == value);
		if (value <= 3)
			COUNTED(NMK_FACET_LANGUAGE, languages[value - 1], made->language == value - 1);
		COUNTED(NMK_FACET_RATING, stars, made->rating >= value * 100);
	}
}

static bool is_on(const nmk_search_page *page, const char *id)
{
	for (size_t i = 0; i < nmk_search_page_count(page); i++)
		if (strcmp(nmk_nano_id(nmk_search_page_item(page, i)), id) == 0)
			return true;
	return false;
}

static void compare(struct world *w, const struct model *model, const struct question *q)
{
	nmk_search_options options = typed(q->tables ? "Tabelle" : NULL);
	const char *themes[THEMES], *chosen[3];
	nmk_search_page *page;
	int64_t total = 0;

	options.limit = 100;
	options.facets = NMK_FACET_ALL;
	options.competency_levels = q->levels;
	options.formats = q->formats;
	options.licenses = q->licenses;
	options.durations = q->durations;
	options.duration_minimum = q->minimum;
	options.duration_maximum = q->maximum;
	options.rating_minimum = q->rating;
	options.category_ids = themes;
	options.languages = chosen;
	for (int theme = 0; theme < THEMES; theme++)
		if (q->themes >> theme & 1)
			themes[options.category_count++] = model->themes[theme].text;
	for (int i = 0; i < 3; i++)
		if (q->languages >> i & 1)
			chosen[options.language_count++] = languages[i];
	assert_status(NMK_OK, nmk_search(w->guest, &options, &page));
	for (int i = 0; i < LESSONS; i++) {
		total += passes(&model->lessons[i], q, 0);
		assert_int_equal(passes(&model->lessons[i], q, 0), is_on(page, model->lessons[i].id.text));
	}
	assert_int_equal(total, nmk_search_page_total(page));
	assert_int_equal(total, nmk_search_page_count(page));
	compare_counts(model, q, page);
	nmk_search_page_free(page);
}

static unsigned any_set(unsigned values)
{
	return any(2) ? 0 : any(1U << values);
}

static void test_search__filters_and_counts_as_a_count_by_hand(void **state)
{
	struct world *w = *state;
	struct model model;

	make_model(w, &model);
	make_figures(w, &model);
	for (int turn = 0; turn < 300; turn++) {
		const struct question question = {
			.themes = any_set(THEMES), .levels = any_set(3) << 1, .formats = any_set(5) << 1, .licenses = any_set(4) << 1,
			.languages = any_set(3), .durations = any_set(4) << 1, .minimum = any(3) ? 0 : (int)any(60),
			.maximum = any(3) ? 0 : 30 + (int)any(60), .rating = any(3) ? 0 : 100 + (int)any(401), .tables = any(2) != 0,
		};

		compare(w, &model, &question);
	}
}

/* ---- facets as values ---- */

static void test_facet__tells_names_what_is_chosen_and_the_most_first(void **state)
{
	struct world *w = *state;
	struct id few = category(w, "Wenig", NULL), many = category(w, "Viel", NULL), none = category(w, "Leer", NULL);
	nmk_search_options options = typed(NULL);
	const char *chosen[] = { few.text, none.text };
	nmk_search_page *page;

	for (int i = 0; i < 3; i++) {
		nmk_nano_fields fields = lesson("Etwas", "Text");
		const char *ids[] = { i ? many.text : few.text };

		fields.category_ids = ids;
		fields.category_count = 1;
		published(w, fields);
	}
	options.facets = NMK_FACET_TOPIC;
	options.category_ids = chosen;
	options.category_count = 2;
	assert_status(NMK_OK, nmk_search(w->guest, &options, &page));
	assert_int_equal(1, nmk_search_page_total(page));
	assert_int_equal(3, nmk_search_page_facet_count(page, NMK_FACET_TOPIC));
	assert_string_equal("Viel", nmk_search_page_facet_name(page, NMK_FACET_TOPIC, 0));
	assert_string_equal(many.text, nmk_search_page_facet_value(page, NMK_FACET_TOPIC, 0));
	assert_int_equal(2, nmk_search_page_facet_hits(page, NMK_FACET_TOPIC, 0));
	assert_false(nmk_search_page_facet_chosen(page, NMK_FACET_TOPIC, 0));
	assert_true(nmk_search_page_facet_chosen(page, NMK_FACET_TOPIC, 1));
	assert_string_equal("Leer", nmk_search_page_facet_name(page, NMK_FACET_TOPIC, 2));
	assert_int_equal(0, nmk_search_page_facet_hits(page, NMK_FACET_TOPIC, 2));
	assert_true(nmk_search_page_facet_chosen(page, NMK_FACET_TOPIC, 2));
	assert_null(nmk_search_page_facet_value(page, NMK_FACET_TOPIC, 3));
	assert_null(nmk_search_page_facet_name(page, NMK_FACET_TOPIC, 3));
	assert_int_equal(0, nmk_search_page_facet_hits(page, NMK_FACET_TOPIC, 3));
	assert_false(nmk_search_page_facet_chosen(page, NMK_FACET_TOPIC, 3));
	assert_int_equal(0, nmk_search_page_facet_count(page, NMK_FACET_LEVEL)); /* not asked for */
	assert_int_equal(0, nmk_search_page_facet_count(page, (nmk_search_facet)128));
	nmk_search_page_free(page);
}

/* A category that moves takes its nanos with it; one that is renamed has its new name at once. */
static void test_facet__follows_the_tree_of_categories(void **state)
{
	struct world *w = *state;
	struct id top = category(w, "Oben", NULL), other = category(w, "Neben", NULL), low = category(w, "Unten", top.text);
	nmk_category_changes changes = NMK_CATEGORY_CHANGES_INIT;
	nmk_nano_fields fields = lesson("Etwas", "Text");
	nmk_search_options options = typed("Etwas");
	const char *ids[] = { low.text };
	nmk_search_page *page;

	fields.category_ids = ids;
	fields.category_count = 1;
	published(w, fields);
	options.facets = NMK_FACET_TOPIC;
	assert_status(NMK_OK, nmk_search(w->guest, &options, &page));
	assert_int_equal(1, hits_of(page, NMK_FACET_TOPIC, top.text));
	assert_int_equal(0, hits_of(page, NMK_FACET_TOPIC, other.text));
	nmk_search_page_free(page);
	changes.set = NMK_CATEGORY_PARENT_ID;
	changes.parent_id = other.text;
	assert_status(NMK_OK, nmk_category_update(w->admin, low.text, &changes, NULL));
	assert_status(NMK_OK, nmk_search(w->guest, &options, &page));
	assert_int_equal(0, hits_of(page, NMK_FACET_TOPIC, top.text));
	assert_int_equal(1, hits_of(page, NMK_FACET_TOPIC, other.text));
	nmk_search_page_free(page);
	changes.set = NMK_CATEGORY_NAME;
	changes.name = "Darunter";
	assert_status(NMK_OK, nmk_category_update(w->admin, low.text, &changes, NULL));
	assert_status(NMK_OK, nmk_search(w->guest, &options, &page));
	assert_string_equal("Darunter", nmk_search_page_facet_name(page, NMK_FACET_TOPIC, 0));
	nmk_search_page_free(page);
	options.category_id = other.text;
	assert_int_equal(1, found_with(w, &options));
	options.category_id = top.text;
	assert_int_equal(0, found_with(w, &options));
}

/* What searches read of the topics is read again only when it is different. */
static void test_facet__topics_stay_read_while_descriptions_change(void **state)
{
	static const char generation[] = "SELECT topics_generation FROM search_state";
	struct world *w = *state;
	struct id topic = category(w, "Garten", NULL);
	nmk_category_changes changes = NMK_CATEGORY_CHANGES_INIT;
	int64_t before = world_sql(w, generation);

	changes.set = NMK_CATEGORY_DESCRIPTION;
	changes.description = "Beete und Wege";
	assert_status(NMK_OK, nmk_category_update(w->admin, topic.text, &changes, NULL));
	assert_int_equal(before, world_sql(w, generation));
	changes.set = NMK_CATEGORY_NAME;
	changes.name = "Gärten";
	assert_status(NMK_OK, nmk_category_update(w->admin, topic.text, &changes, NULL));
	assert_true(world_sql(w, generation) > before);
}

/* ---- orders ---- */

static int64_t sort_key(const struct lesson_model *made, int place, nmk_search_sort sort)
{
	switch (sort) {
	case NMK_SEARCH_NEWEST:     return place;
	case NMK_SEARCH_RATING:     return made->rating * 1000 + made->ratings;
	case NMK_SEARCH_DURATION:   return -made->minutes;
	case NMK_SEARCH_POPULARITY: return made->downloads;
	case NMK_SEARCH_RELEVANCE:  break;
	}
	return 0;
}

static int place_of(const struct model *model, const nmk_nano *nano)
{
	for (int i = 0; i < LESSONS; i++)
		if (strcmp(model->lessons[i].id.text, nmk_nano_id(nano)) == 0)
			return i;
	return -1;
}

/* Every one, each once, never a better one behind, of equals the newest first; seven at a time. */
static void walk(struct world *w, const struct model *model, nmk_search_sort sort, const char *text)
{
	nmk_search_options options = typed(text);
	char next[1200] = "";
	int64_t last = INT64_MAX, seen = 0, total;
	int last_place = LESSONS;
	nmk_search_page *page;

	options.sort = sort;
	options.limit = 7;
	do {
		options.cursor = *next ? next : NULL;
		assert_status(NMK_OK, nmk_search(w->guest, &options, &page));
		for (size_t i = 0; i < nmk_search_page_count(page); i++) {
			int place = place_of(model, nmk_search_page_item(page, i));
			int64_t key = sort_key(&model->lessons[place], place, sort);

			assert_true(key < last || (key == last && place < last_place));
			last = key;
			last_place = place;
			seen++;
		}
		total = nmk_search_page_total(page);
		snprintf(next, sizeof next, "%s", nmk_search_page_next(page) ? nmk_search_page_next(page) : "");
		nmk_search_page_free(page);
	} while (*next);
	assert_int_equal(total, seen);
}

static void test_search__sorts_by_newest_rating_duration_and_popularity(void **state)
{
	struct world *w = *state;
	struct model model;

	make_model(w, &model);
	make_figures(w, &model);
	for (int sort = NMK_SEARCH_NEWEST; sort <= NMK_SEARCH_POPULARITY; sort++) {
		walk(w, &model, (nmk_search_sort)sort, NULL);
		walk(w, &model, (nmk_search_sort)sort, "Lektion");
		walk(w, &model, (nmk_search_sort)sort, "Tabelle Formular");
	}
}

/* What comes and goes meanwhile has the words that are looked for, so that their weights would change. */
static void test_search__pages_of_several_words_are_stable_while_others_with_these_words_come_and_go(void **state)
{
	struct world *w = *state;
	nmk_search_options options = typed("Tabelle Formular Kalender");
	char next[1200] = "", title[80];
	int seen[40] = { 0 }, turn = 0;
	struct id passing = { "" };
	nmk_search_page *page;

	for (int i = 0; i < 40; i++) {
		snprintf(title, sizeof title, "Stueck %02d%s%s%s", i, i % 2 ? " Tabelle" : "", i % 3 ? " Formular" : "", i % 5 ? "" : " Kalender");
		published(w, lesson(title, i % 7 ? "Tabelle, Formular und Kalender" : "Kalender Formular Tabelle Tabelle"));
	}
	options.limit = 6;
	do {
		options.cursor = *next ? next : NULL;
		assert_status(NMK_OK, nmk_search(w->guest, &options, &page));
		for (size_t i = 0; i < nmk_search_page_count(page); i++) {
			int number;

			if (sscanf(nmk_nano_title(nmk_search_page_item(page, i)), "Stueck %d", &number) == 1)
				seen[number]++;
		}
		snprintf(next, sizeof next, "%s", nmk_search_page_next(page) ? nmk_search_page_next(page) : "");
		nmk_search_page_free(page);
		if (*passing.text)
			assert_status(NMK_OK, nmk_nano_takedown(w->admin, passing.text, "vorbei", NULL, NULL));
		for (int i = 0; i < 9; i++)
			passing = published(w, lesson("Kalender", turn % 2 ? "Nur Kalender" : "Nur eine Tabelle und noch viel mehr Text dazu"));
		world_advance(w, 3 * 24 * 3600 * INT64_C(1000));
		turn++;
	} while (*next);
	assert_true(turn >= 7);
	for (int i = 0; i < 40; i++)
		if (seen[i] != 1)
			fail_msg("number %d came %d times", i, seen[i]);
}

/* ---- ranking ---- */

static void test_search__of_equals_the_better_rated_comes_first(void **state)
{
	struct world *w = *state;
	struct id good = published(w, lesson("Löten", "Mit Zinn.")), bad = published(w, lesson("Löten", "Mit Zinn."));
	nmk_search_weights weights = NMK_SEARCH_WEIGHTS_INIT;
	nmk_search_options options = typed("Löten");
	nmk_rating *rating;
	nmk_search_page *page;

	for (int i = 0; i < 2; i++) {
		assert_status(NMK_OK, nmk_rating_create(w->consumer, i ? bad.text : good.text, i ? 1 : 5, NULL, &rating));
		assert_status(NMK_OK, nmk_rating_approve(w->admin, nmk_rating_id(rating), 0));
		nmk_rating_free(rating);
	}
	world_assert_sound(w, true);
	assert_status(NMK_OK, nmk_search(w->guest, &options, &page));
	assert_string_equal(good.text, nmk_nano_id(nmk_search_page_item(page, 0)));
	assert_true(nmk_search_page_score(page, 0) > nmk_search_page_score(page, 1));
	assert_int_equal(0, nmk_search_page_score(page, 2));
	nmk_search_page_free(page);
	weights.rating = -1;
	options.weights = &weights;
	assert_status(NMK_OK, nmk_search(w->guest, &options, &page));
	assert_string_equal(bad.text, nmk_nano_id(nmk_search_page_item(page, 0))); /* the newer one */
	assert_int_equal(nmk_search_page_score(page, 0), nmk_search_page_score(page, 1));
	nmk_search_page_free(page);
	options.rating_minimum = 400;
	assert_int_equal(1, found_with(w, &options));
}

static void test_search__words_that_stand_together_count_more(void **state)
{
	struct world *w = *state;

	published(w, lesson("Erste Hilfe im Betrieb", "Kurs mit vielen Bildern."));
	published(w, lesson("Hilfe im Kurs, die erste", "Betrieb mit vielen Bildern."));
	assert_string_equal("Erste Hilfe im Betrieb", first(w, "erste hilfe"));
	assert_string_equal("Hilfe im Kurs, die erste", first(w, "hilfe kurs"));
}

/* Without the lexicon of German no compound is parted. */
static bool has_lexicon(void)
{
	if (lexicon_installed())
		return true;
	print_message("SKIPPED: there is no lexicon\n");
	return false;
}

static void test_search__the_word_itself_comes_before_other_forms_and_those_before_compounds_with_it(void **state)
{
	static const char *const wanted[] = { "Steuern", "Steuer", "Umsatzsteuer" };
	struct world *w = *state;
	nmk_search_weights weights = NMK_SEARCH_WEIGHTS_INIT;
	nmk_search_options options = typed("\"x\" Steuern");
	nmk_search_page *page;

	if (!has_lexicon())
		return;
	for (size_t i = 0; i < 3; i++)
		published(w, lesson(wanted[i], "Ein x im Text."));
	for (int i = 0; i < 5; i++)
		published(w, lesson("Etwas anderes", "Text ohne diese Zeichen."));
	weights.freshness = -1;
	options.weights = &weights;
	assert_status(NMK_OK, nmk_search(w->guest, &options, &page));
	assert_int_equal(3, nmk_search_page_total(page));
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(wanted[i], nmk_nano_title(nmk_search_page_item(page, i)));
	for (size_t i = 1; i < 3; i++)
		assert_true(nmk_search_page_score(page, i - 1) > nmk_search_page_score(page, i));
	nmk_search_page_free(page);
}

static void test_search__compounds_meet_their_parts_side_by_side_but_not_apart(void **state)
{
	struct world *w = *state;

	if (!has_lexicon())
		return;
	published(w, lesson("Projekt Management", "Grundlagen."));
	published(w, lesson("Umsatzsteuervoranmeldung", "Leicht gemacht."));
	published(w, lesson("Kinder im Garten", "Spiele."));
	assert_string_equal("Projekt Management", first(w, "Projektmanagement"));
	assert_string_equal("Umsatzsteuervoranmeldung", first(w, "Voranmeldung"));
	assert_string_equal("Umsatzsteuervoranmeldung", first(w, "Umsatzsteuer"));
	assert_int_equal(0, found(w, "Kindergarten"));
	assert_int_equal(0, found(w, "\"Steuer\""));
}

static void test_search__weights_of_fields_are_the_callers_to_set(void **state)
{
	struct world *w = *state;
	nmk_search_weights weights = NMK_SEARCH_WEIGHTS_INIT;
	nmk_search_options options = typed("Kran");
	nmk_search_page *page;

	published(w, lesson("Heben", "Der Kran hebt. Kran um Kran."));
	published(w, lesson("Kran", "Ein anderer Text ohne das Wort."));
	assert_string_equal("Kran", first(w, "Kran"));
	weights.title = -1;
	options.weights = &weights;
	assert_status(NMK_OK, nmk_search(w->guest, &options, &page));
	assert_string_equal("Heben", nmk_nano_title(nmk_search_page_item(page, 0)));
	nmk_search_page_free(page);
}

/* ---- what is typed ---- */

static void test_search__relaxes_when_nothing_has_all_words_and_says_so(void **state)
{
	struct world *w = *state;
	nmk_search_options options = typed("Rosen Tulpen Kakteen");
	nmk_search_page *page;

	published(w, lesson("Rosen", "Im Garten."));
	published(w, lesson("Tulpen", "Im Garten."));
	published(w, lesson("Rosen und Tulpen", "Im Topf."));
	page = searched(w, &options);
	assert_true(nmk_search_page_relaxed(page));
	assert_int_equal(3, nmk_search_page_total(page));
	assert_string_equal("Rosen und Tulpen", nmk_nano_title(nmk_search_page_item(page, 0)));
	assert_string_equal("Kakteen", nmk_search_page_missing(page, 0));
	assert_null(nmk_search_page_missing(page, 1));
	nmk_search_page_free(page);
	options.strict = true;
	page = searched(w, &options);
	assert_false(nmk_search_page_relaxed(page));
	assert_int_equal(0, nmk_search_page_total(page));
	nmk_search_page_free(page);
	options = typed("Rosen Tulpen");
	page = searched(w, &options);
	assert_false(nmk_search_page_relaxed(page));
	assert_int_equal(1, nmk_search_page_total(page));
	assert_null(nmk_search_page_missing(page, 0));
	nmk_search_page_free(page);
}

static int64_t total_of(struct world *w, const char *text)
{
	nmk_search_options options = typed(text);
	nmk_search_page *page = searched(w, &options);
	int64_t total = nmk_search_page_total(page);

	nmk_search_page_free(page);
	return total;
}

static void test_search__relaxing_keeps_what_must_and_what_must_not(void **state)
{
	struct world *w = *state;

	published(w, lesson("Rosen", "Im Garten."));
	published(w, lesson("Tulpen", "Im Garten."));
	published(w, lesson("Rosen und Tulpen", "Im Topf."));
	assert_int_equal(2, total_of(w, "+Rosen Kakteen"));
	assert_int_equal(2, total_of(w, "+Rosen Kakteen Palmen"));
	assert_int_equal(0, total_of(w, "+Kakteen Rosen"));
	assert_int_equal(0, total_of(w, "+Kakteen +Rosen"));
	assert_int_equal(2, total_of(w, "Rosen Tulpen Kakteen -Topf"));
	assert_int_equal(1, total_of(w, "+Rosen Kakteen -Topf"));
	assert_int_equal(1, total_of(w, "\"Rosen und Tulpen\" Kakteen"));
	assert_int_equal(0, total_of(w, "Kakteen"));
	assert_int_equal(0, total_of(w, "Kakteen Palmen"));
}

static void test_search__relaxed_pages_go_on_relaxed(void **state)
{
	struct world *w = *state;
	nmk_search_options options = typed("Rosen Kakteen");
	char next[1200];
	nmk_search_page *page;

	for (int i = 0; i < 5; i++)
		published(w, lesson("Rosen", "Im Garten."));
	options.limit = 3;
	page = searched(w, &options);
	snprintf(next, sizeof next, "%s", nmk_search_page_next(page));
	nmk_search_page_free(page);
	published(w, lesson("Rosen und Kakteen", "Jetzt gibt es beides."));
	options.cursor = next;
	page = searched(w, &options);
	assert_true(nmk_search_page_relaxed(page));
	assert_int_equal(2, nmk_search_page_count(page));
	nmk_search_page_free(page);
}

static void test_search__fields_in_the_text_filter(void **state)
{
	static const struct { const char *text; int found; } cases[] = {
		{ "thema:Garten", 2 },            { "topic:garten", 2 },               { "THEMA:Garten rosen", 1 },
		{ "thema:\"Erste Hilfe\"", 1 },   { "+thema:Garten", 2 },              { "niveau:Anfänger", 2 },
		{ "level:beginner", 2 },          { "level:advanced", 1 },             { "niveau:experte thema:garten", 1 },
		{ "sprache:en", 1 },              { "language:EN", 1 },                { "von:carl", 3 },
		{ "creator:Carl tulpen", 1 },     { "thema:Garten thema:\"Erste Hilfe\"", 3 },
		{ "thema:Garten -rosen", 2 },     /* nothing is required: browsing, as far as the filter goes */
		{ "thema:Garten tulpen -rosen", 1 },
	};
	struct world *w = *state;
	struct id garden = category(w, "Garten", NULL), aid = category(w, "Erste Hilfe", NULL), beds = category(w, "Beete", garden.text);
	const char *topics[] = { garden.text, beds.text, aid.text };
	static const char *const titles[] = { "Rosen", "Tulpen", "Verband" };

	for (int i = 0; i < 3; i++) {
		nmk_nano_fields fields = lesson(titles[i], "Text");

		fields.category_ids = &topics[i];
		fields.category_count = 1;
		fields.competency_level = i == 1 ? NMK_LEVEL_ADVANCED : NMK_LEVEL_BEGINNER;
		fields.language = i == 2 ? "en" : "de";
		published(w, fields);
	}
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		if (total_of(w, cases[i].text) != cases[i].found)
			fail_msg("%s: %d", cases[i].text, (int)total_of(w, cases[i].text));
}

/* What names no value is words, like everything else that is typed. */
static void test_search__unknown_fields_and_values_are_words(void **state)
{
	struct world *w = *state;

	published(w, lesson("Das Thema Wetter", "von hier, in der Sprache jeder Stadt, Niveau egal, c:laufwerk"));
	assert_int_equal(1, total_of(w, "thema:wetter"));
	assert_int_equal(1, total_of(w, "von:hier"));
	assert_int_equal(1, total_of(w, "niveau:egal"));
	assert_int_equal(1, total_of(w, "sprache:jeder"));
	assert_int_equal(1, total_of(w, "c:laufwerk"));
	assert_int_equal(1, total_of(w, "thema: wetter"));
	assert_int_equal(1, total_of(w, "thema:"));
	assert_int_equal(0, total_of(w, "-thema:wetter wetter"));
}

/* ---- reasons ---- */

static double member(const json_t *json, const char *name)
{
	const json_t *value = json_object_get(json, name);

	assert_true(json_is_number(value));
	return json_number_value(value);
}

/* The numbers of an explanation come to the score by the formula of docs/search.md. */
static void check_reason(const char *text, int64_t score)
{
	json_t *json = json_loads(text, 0, NULL), *word;
	double sum = 0, average = member(json, "average_length"), by_length;
	size_t index;

	by_length = 1.6 * (0.8 + 0.2 * member(json, "length") / average);
	json_array_foreach(json_object_get(json, "words"), index, word) {
		double frequency = member(word, "frequency"), wanted = member(word, "idf") * frequency * 2.6 / (frequency + by_length);

		assert_true(fabs(member(word, "score") - wanted) < 1e-9);
		assert_true(json_object_size(json_object_get(word, "places")) > 0);
		sum += wanted;
	}
	assert_true(index == 2);
	sum = (sum + member(json, "nearness")) * (1 + member(json, "coverage"))
	    * (1 + member(json, "rating") + member(json, "freshness") + member(json, "downloads"));
	assert_true(fabs(sum - member(json, "score")) < 1e-9);
	assert_true(fabs(sum * 1e6 - (double)score) <= 1);
	json_decref(json);
}

static void test_search__explains_its_scores(void **state)
{
	struct world *w = *state;
	nmk_search_options options = typed("Tabelle formeln");
	nmk_search_page *page;

	for (int i = 0; i < 5; i++)
		published(w, lesson(i % 2 ? "Tabellen mit Formeln" : "Formeln", i % 3 ? "In jeder Tabelle." : "Viel über Tabellen und eine Formel."));
	published(w, lesson("Andere", "Ganz anderes."));
	page = searched(w, &options);
	assert_null(nmk_search_page_explanation(page, 0));
	nmk_search_page_free(page);
	options.explain = true;
	page = searched(w, &options);
	assert_int_equal(5, nmk_search_page_count(page));
	for (size_t i = 0; i < 5; i++)
		check_reason(nmk_search_page_explanation(page, i), nmk_search_page_score(page, i));
	assert_null(nmk_search_page_explanation(page, 5));
	nmk_search_page_free(page);
	options.text = NULL;
	page = searched(w, &options);
	assert_null(nmk_search_page_explanation(page, 0));
	nmk_search_page_free(page);
}

static void test_search_page__is_json(void **state)
{
	struct world *w = *state;
	nmk_search_options options = typed("Tabelle Kakteen");
	nmk_search_page *page;
	json_t *json, *item;
	char *text;

	published(w, lesson("Tabelle", "Text"));
	options.facets = NMK_FACET_LEVEL | NMK_FACET_RATING;
	options.explain = true;
	page = searched(w, &options);
	text = nmk_search_page_json(page);
	json = json_loads(text, 0, NULL);
	assert_int_equal(1, json_integer_value(json_object_get(json, "total")));
	assert_true(json_is_true(json_object_get(json, "relaxed")));
	assert_string_equal("Kakteen", json_string_value(json_array_get(json_object_get(json, "missing"), 0)));
	assert_true(json_is_null(json_object_get(json, "next")));
	assert_int_equal(2, json_object_size(json_object_get(json, "facets")));
	item = json_array_get(json_object_get(json_object_get(json, "facets"), "level"), 0);
	assert_string_equal("beginner", json_string_value(json_object_get(item, "value")));
	assert_int_equal(1, json_integer_value(json_object_get(item, "hits")));
	assert_true(json_is_false(json_object_get(item, "chosen")));
	item = json_array_get(json_object_get(json, "items"), 0);
	assert_string_equal("Tabelle", json_string_value(json_object_get(item, "title")));
	assert_true(json_is_object(json_object_get(item, "explanation")));
	assert_true(json_number_value(json_object_get(item, "score")) > 0);
	json_decref(json);
	nmk_free(text);
	nmk_search_page_free(page);
	nmk_search_page_free(NULL);
}

/* ---- options ---- */

static void refused_as(struct world *w, const nmk_search_options *options, nmk_status status, const char *field)
{
	nmk_search_page *page = (nmk_search_page *)w;

	assert_status(status, nmk_search(w->guest, options, &page));
	assert_null(page);
	assert_field(field, w->guest);
}

static void test_search__checks_sets_and_numbers(void **state)
{
	struct world *w = *state;
	nmk_search_options options;

#define REFUSED(member, value) \
	do { options = typed("x"); options.member = (value); refused_as(w, &options, NMK_EINVALID, #member); } while (0)
#define ACCEPTED(member, value) \
	do { options = typed("x"); options.member = (value); assert_int_equal(0, found_with(w, &options)); } while (0)
	REFUSED(competency_levels, 1);
	ACCEPTED(competency_levels, 14);
	REFUSED(competency_levels, 16);
	REFUSED(formats, 1);
	ACCEPTED(formats, 62);
	REFUSED(formats, 64);
	REFUSED(licenses, 1);
	ACCEPTED(licenses, 30);
	REFUSED(licenses, 32);
	REFUSED(durations, 1);
	ACCEPTED(durations, 30);
	REFUSED(durations, 32);
	ACCEPTED(facets, NMK_FACET_ALL);
	REFUSED(facets, NMK_FACET_ALL + 1);
	REFUSED(sort, (nmk_search_sort)6);
	REFUSED(sort, (nmk_search_sort)-1);
	ACCEPTED(sort, NMK_SEARCH_POPULARITY);
	REFUSED(rating_minimum, 99);
	ACCEPTED(rating_minimum, 100);
	ACCEPTED(rating_minimum, 500);
	REFUSED(rating_minimum, 501);
	REFUSED(rating_minimum, -1);
#undef REFUSED
#undef ACCEPTED
}

static void test_search__checks_weights(void **state)
{
	static const int32_t wrong[] = { -2, 10001, INT32_MIN, INT32_MAX }, right[] = { -1, 0, 1, 10000 };
	struct world *w = *state;
	nmk_search_weights weights = NMK_SEARCH_WEIGHTS_INIT;
	nmk_search_options options = typed("x");

	options.weights = &weights;
	for (size_t i = 0; i < 4; i++) {
		nmk_search_weights_init(&weights);
		weights.downloads = wrong[i];
		refused_as(w, &options, NMK_EINVALID, "downloads");
		weights.downloads = right[i];
		weights.title = right[i];
		assert_int_equal(0, found_with(w, &options));
	}
	weights.version = 2;
	refused_as(w, &options, NMK_EINVALID, "version");
}

static void test_search__checks_lists(void **state)
{
	struct world *w = *state;
	struct id theme = category(w, "Thema", NULL);
	const char *themes[NMK_SEARCH_CHOICES_MAXIMUM + 1], *people[NMK_SEARCH_CHOICES_MAXIMUM + 1], *codes[NMK_SEARCH_CHOICES_MAXIMUM + 1];
	const char *nothing[] = { NULL }, *wrong[] = { "deu" };
	nmk_search_options options = typed("x");

	assert_int_equal(NMK_SEARCH_CHOICES_MAXIMUM, nmk_search_choices_maximum());
	for (int i = 0; i <= NMK_SEARCH_CHOICES_MAXIMUM; i++) {
		themes[i] = theme.text;
		people[i] = nmk_session_user_id(w->creator);
		codes[i] = "de";
	}
	options.category_ids = themes;
	options.creator_ids = people;
	options.languages = codes;
	options.category_count = options.creator_count = options.language_count = NMK_SEARCH_CHOICES_MAXIMUM;
	options.category_id = theme.text;
	options.creator_id = people[0];
	options.language = "de";
	options.text = "x thema:Thema von:carl sprache:de sprache:en";
	assert_int_equal(0, found_with(w, &options));
	options.category_count++;
	refused_as(w, &options, NMK_ELIMIT, "category_ids");
	options.category_count = 1;
	options.creator_count++;
	refused_as(w, &options, NMK_ELIMIT, "creator_ids");
	options.creator_count = 1;
	options.language_count++;
	refused_as(w, &options, NMK_ELIMIT, "languages");
	options.language_count = 1;
	options.languages = wrong;
	refused_as(w, &options, NMK_EINVALID, "languages");
	options.languages = nothing;
	refused_as(w, &options, NMK_EINVALID, "languages");
	options.languages = NULL;
	refused_as(w, &options, NMK_EINVALID, "languages");
	options.language_count = 0;
	options.category_ids = nothing;
	refused_as(w, &options, NMK_EINVALID, "category_ids");
	options.category_ids = people;
	refused_as(w, &options, NMK_ENOTFOUND, "category_ids");
	options.category_count = 0;
	options.creator_ids = themes;
	refused_as(w, &options, NMK_ENOTFOUND, "creator_ids");
	options.creator_ids = nothing;
	refused_as(w, &options, NMK_EINVALID, "creator_ids");
}

/* Everything but the limit must be as it was. */
static void test_search__a_cursor_is_of_its_own_search(void **state)
{
	struct world *w = *state;
	nmk_search_options options = typed("Etwas"), other;
	nmk_search_page *page;
	char next[1200];

	for (int i = 0; i < 3; i++)
		published(w, lesson("Etwas", "Text"));
	options.limit = 1;
	page = searched(w, &options);
	snprintf(next, sizeof next, "%s", nmk_search_page_next(page));
	nmk_search_page_free(page);
	options.cursor = next;
	options.limit = 2;
	options.facets = NMK_FACET_ALL;
	assert_int_equal(2, found_with(w, &options));
	other = options;
	other.sort = NMK_SEARCH_RATING;
	refused_as(w, &other, NMK_EINVALID, "cursor");
	other = options;
	other.formats = 2;
	refused_as(w, &other, NMK_EINVALID, "cursor");
	other = options;
	other.text = "Etwas ";
	refused_as(w, &other, NMK_EINVALID, "cursor");
	other = options;
	other.strict = true;
	refused_as(w, &other, NMK_EINVALID, "cursor");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_search__filters_and_counts_as_a_count_by_hand),
		WORLD_TEST(test_facet__tells_names_what_is_chosen_and_the_most_first),
		WORLD_TEST(test_facet__follows_the_tree_of_categories),
		WORLD_TEST(test_facet__topics_stay_read_while_descriptions_change),
		WORLD_TEST(test_search__sorts_by_newest_rating_duration_and_popularity),
		WORLD_TEST(test_search__pages_of_several_words_are_stable_while_others_with_these_words_come_and_go),
		WORLD_TEST(test_search__of_equals_the_better_rated_comes_first),
		WORLD_TEST(test_search__words_that_stand_together_count_more),
		WORLD_TEST(test_search__the_word_itself_comes_before_other_forms_and_those_before_compounds_with_it),
		WORLD_TEST(test_search__compounds_meet_their_parts_side_by_side_but_not_apart),
		WORLD_TEST(test_search__weights_of_fields_are_the_callers_to_set),
		WORLD_TEST(test_search__relaxes_when_nothing_has_all_words_and_says_so),
		WORLD_TEST(test_search__relaxing_keeps_what_must_and_what_must_not),
		WORLD_TEST(test_search__relaxed_pages_go_on_relaxed),
		WORLD_TEST(test_search__fields_in_the_text_filter),
		WORLD_TEST(test_search__unknown_fields_and_values_are_words),
		WORLD_TEST(test_search__explains_its_scores),
		WORLD_TEST(test_search_page__is_json),
		WORLD_TEST(test_search__checks_sets_and_numbers),
		WORLD_TEST(test_search__checks_weights),
		WORLD_TEST(test_search__checks_lists),
		WORLD_TEST(test_search__a_cursor_is_of_its_own_search),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
