/* search_options.c -- what is asked: options are checked, and what they name is looked up. */
#include "search.h"

#include <stdlib.h>
#include <string.h>
#include "account.h"
#include "clock.h"

void nmk_search_options_init(nmk_search_options *options)
{
	*options = (nmk_search_options)NMK_SEARCH_OPTIONS_INIT;
}

void nmk_search_weights_init(nmk_search_weights *weights)
{
	*weights = (nmk_search_weights)NMK_SEARCH_WEIGHTS_INIT;
}

int32_t nmk_search_choices_maximum(void)
{
	return NMK_SEARCH_CHOICES_MAXIMUM;
}

/* ---- weights ---- */

#define WEIGHT_MAXIMUM 10000

/* A public weight and its place. */
static const struct weight {
	const char *name;
	size_t      given, place;
} weights[] = {
#define WEIGHT(member, target) { #member, offsetof(nmk_search_weights, member), offsetof(struct rank_weights, target) }
	WEIGHT(title, fields[0]), WEIGHT(description, fields[1]), WEIGHT(topics, fields[2]), WEIGHT(creator, fields[3]),
	WEIGHT(nearness, nearness), WEIGHT(rating, rating), WEIGHT(freshness, freshness), WEIGHT(downloads, downloads),
#undef WEIGHT
};
#define COUNT(array) (sizeof array / sizeof array[0])

static int32_t weight_given(const nmk_search_weights *given, const struct weight *weight)
{
	return *(const int32_t *)(const void *)((const char *)given + weight->given);
}

static nmk_status check_weights(struct nmk_op *op, const nmk_search_weights *given)
{
	nmk_status rc = given ? op_check_version(op, given->version, NMK_SEARCH_WEIGHTS_VERSION) : NMK_OK;

	for (size_t i = 0; given && rc == NMK_OK && i < COUNT(weights); i++) {
		int32_t value = weight_given(given, &weights[i]);

		if (value < -1 || value > WEIGHT_MAXIMUM)
			rc = op_fail(op, NMK_EINVALID, weights[i].name, "must be from %lld to %lld", -1LL, (long long)WEIGHT_MAXIMUM);
	}
	return rc;
}

void search_weigh(const nmk_search_options *options, struct rank_weights *to)
{
	for (size_t i = 0; options->weights && i < COUNT(weights); i++) {
		int32_t value = weight_given(options->weights, &weights[i]);

		if (value != 0)
			*(double *)(void *)((char *)to + weights[i].place) = value < 0 ? 0 : value / 100.0;
	}
}

/* ---- checks ---- */

static nmk_status check_minutes(struct nmk_op *op, const char *name, int32_t minutes)
{
	const struct field *field = field_named(nano_fields, "duration_minutes");

	if (minutes < 0 || minutes > field->maximum)
		return op_fail(op, NMK_EINVALID, name, "must be from %lld to %lld", 0LL, (long long)field->maximum);
	return NMK_OK;
}

static nmk_status check_numbers(struct nmk_op *op, const nmk_search_options *options)
{
	nmk_status rc = check_minutes(op, "duration_minimum", options->duration_minimum);

	if (rc == NMK_OK)
		rc = check_minutes(op, "duration_maximum", options->duration_maximum);
	if (rc == NMK_OK && options->rating_minimum != 0 && (options->rating_minimum < 100 || options->rating_minimum > 500))
		rc = op_fail(op, NMK_EINVALID, "rating_minimum", "must be from %lld to %lld", 100LL, 500LL);
	if (rc == NMK_OK && (options->relax_below < 0 || options->relax_below > 100))
		rc = op_fail(op, NMK_EINVALID, "relax_below", "must be from %lld to %lld", 0LL, 100LL);
	if (rc == NMK_OK && options->snippet_characters != 0
	    && (options->snippet_characters < 20 || options->snippet_characters > 1000))
		rc = op_fail(op, NMK_EINVALID, "snippet_characters", "must be from %lld to %lld", 20LL, 1000LL);
	return rc;
}

/* Sets of values: no bit but theirs. Bit 0 is none of them. */
static nmk_status check_sets(struct nmk_op *op, const nmk_search_options *options)
{
	const struct { const char *field; uint32_t set, known; } sets[] = {
		{ "competency_levels", options->competency_levels, NMK_SEARCH_SET(NMK_LEVEL_ADVANCED + 1) - 2 },
		{ "formats", options->formats, NMK_SEARCH_SET(NMK_FORMAT_MIXED + 1) - 2 },
		{ "licenses", options->licenses, NMK_SEARCH_SET(NMK_LICENSE_PROPRIETARY + 1) - 2 },
		{ "durations", options->durations, NMK_SEARCH_SET(NMK_DURATION_COURSE + 1) - 2 },
		{ "facets", options->facets, NMK_FACET_ALL },
	};

	for (size_t i = 0; i < COUNT(sets); i++)
		if (sets[i].set & ~sets[i].known)
			return op_fail(op, NMK_EINVALID, sets[i].field, "is none of the values that there are");
	if ((int)options->sort < 0 || (int)options->sort > NMK_SEARCH_POPULARITY)
		return op_fail(op, NMK_EINVALID, "sort", "is none of the values that there are");
	return NMK_OK;
}

static nmk_status check_list(struct nmk_op *op, const char *field, const char *const *list, size_t count)
{
	if (count > NMK_SEARCH_CHOICES_MAXIMUM)
		return op_fail(op, NMK_ELIMIT, field, "may be %lld at most", (long long)NMK_SEARCH_CHOICES_MAXIMUM);
	for (size_t i = 0; i < count; i++)
		if (!list || !list[i])
			return op_fail(op, NMK_EINVALID, field, "is needed");
	return NMK_OK;
}

static nmk_status check_lists(struct nmk_op *op, const nmk_search_options *options)
{
	nmk_status rc = check_list(op, "category_ids", options->category_ids, options->category_count);
	char code[3];

	if (rc == NMK_OK)
		rc = check_list(op, "creator_ids", options->creator_ids, options->creator_count);
	if (rc == NMK_OK)
		rc = check_list(op, "languages", options->languages, options->language_count);
	for (size_t i = 0; rc == NMK_OK && i < options->language_count; i++)
		if (!language_code(options->languages[i], code))
			rc = op_fail(op, NMK_EINVALID, "languages", "must be two letters");
	return rc;
}

nmk_status search_check(struct nmk_op *op, struct search *search)
{
	const nmk_search_options *options = search->options;
	const struct nano_filter filter = {
		.competency_level = options->competency_level, .format = options->format, .license = options->license,
		.language = options->language,
	};
	nmk_status rc = op_check_version(op, options->version, NMK_SEARCH_OPTIONS_VERSION);

	if (rc == NMK_OK && options->text && !text_is_valid_utf8(options->text, strlen(options->text)))
		rc = op_fail(op, NMK_EINVALID, "text", "is not valid UTF-8");
	if (rc == NMK_OK)
		rc = nano_filter_check(op, &filter);
	if (rc == NMK_OK)
		rc = check_numbers(op, options);
	if (rc == NMK_OK)
		rc = check_sets(op, options);
	if (rc == NMK_OK)
		rc = check_lists(op, options);
	if (rc == NMK_OK)
		rc = check_weights(op, options->weights);
	return rc == NMK_OK ? op_check_limit(op, options->limit, &search->limit) : rc;
}

/* ---- filters ---- */

static void add_language(struct search *search, const char *text)
{
	char code[3];

	if (language_code(text, code) && search->filter.language_count < CHOICES)
		search->languages[search->filter.language_count++] = chunk_language(code);
}

static void add_creator(struct search *search, int64_t id)
{
	if (search->filter.creator_count < CHOICES)
		search->creators[search->filter.creator_count++] = id;
}

/* With all below it: those in whose line it stands. */
static nmk_status add_topic(struct nmk_op *op, struct search *search, uint32_t place)
{
	const struct view_topics *topics = search->view->topics;

	if (!search->topics)
		search->topics = calloc(topics->count, 1);
	if (!search->chosen_topics)
		search->chosen_topics = calloc(topics->count, 1);
	if (!search->topics || !search->chosen_topics)
		return tx_no_memory(&op->tx);
	search->chosen_topics[place] = 1;
	for (size_t i = 0; i < topics->count; i++)
		for (size_t up = 0; up < topics->topics[i].depth; up++)
			if (topics->topics[i].line[up] == place)
				search->topics[i] = 1;
	return NMK_OK;
}

static nmk_status choose_topic(struct nmk_op *op, struct search *search, const char *field, const char *text)
{
	uint32_t place = VIEW_NO_TOPIC;
	int64_t id;
	nmk_status rc = tx_id(&op->tx, ID_CATEGORY, field, text, &id);

	if (rc == NMK_OK)
		place = view_topic_place(search->view->topics, id);
	if (rc == NMK_OK && place == VIEW_NO_TOPIC)
		rc = op_fail(op, NMK_ENOTFOUND, field, "there is none with this id");
	return rc == NMK_OK ? add_topic(op, search, place) : rc;
}

static nmk_status choose_creator(struct nmk_op *op, struct search *search, const char *field, const char *text)
{
	int64_t id;
	nmk_status rc = tx_id(&op->tx, ID_USER, field, text, &id);

	if (rc == NMK_OK)
		rc = catalog_number(op, SQL_nano_user_exists, id, &id);
	if (rc == NMK_ENOTFOUND)
		rc = op_fail(op, rc, field, "there is none with this id");
	if (rc == NMK_OK)
		add_creator(search, id);
	return rc;
}

static nmk_status choose_all(struct nmk_op *op, struct search *search)
{
	const nmk_search_options *options = search->options;
	nmk_status rc = NMK_OK;

	if (options->category_id)
		rc = choose_topic(op, search, "category_id", options->category_id);
	for (size_t i = 0; rc == NMK_OK && i < options->category_count; i++)
		rc = choose_topic(op, search, "category_ids", options->category_ids[i]);
	if (rc == NMK_OK && options->creator_id)
		rc = choose_creator(op, search, "creator_id", options->creator_id);
	for (size_t i = 0; rc == NMK_OK && i < options->creator_count; i++)
		rc = choose_creator(op, search, "creator_ids", options->creator_ids[i]);
	if (options->language)
		add_language(search, options->language);
	for (size_t i = 0; i < options->language_count; i++)
		add_language(search, options->languages[i]);
	return rc;
}

static uint32_t set_of(uint32_t set, int one)
{
	return one ? set | NMK_SEARCH_SET(one) : set;
}

static void choose_sets(struct search *search)
{
	const nmk_search_options *options = search->options;

	search->filter = (struct rank_filter){
		.levels = set_of(options->competency_levels, (int)options->competency_level),
		.formats = set_of(options->formats, (int)options->format),
		.licenses = set_of(options->licenses, (int)options->license),
		.durations = options->durations,
		.minutes_minimum = (uint16_t)options->duration_minimum, .minutes_maximum = (uint16_t)options->duration_maximum,
		.rating_minimum = (uint16_t)options->rating_minimum,
		.languages = search->languages, .creators = search->creators,
	};
}

/* ---- fields in the text ---- */

/* Other words for levels, folded. */
static const struct { const char *word; nmk_competency_level level; } level_words[] = {
	{ "anfänger", NMK_LEVEL_BEGINNER },          { "einsteiger", NMK_LEVEL_BEGINNER },  { "1", NMK_LEVEL_BEGINNER },
	{ "fortgeschritten", NMK_LEVEL_INTERMEDIATE }, { "fortgeschrittene", NMK_LEVEL_INTERMEDIATE }, { "2", NMK_LEVEL_INTERMEDIATE },
	{ "experte", NMK_LEVEL_ADVANCED },           { "experten", NMK_LEVEL_ADVANCED },    { "3", NMK_LEVEL_ADVANCED },
};

static nmk_competency_level level_of(const char *key)
{
	for (size_t i = 0; i < COUNT(level_words); i++)
		if (strcmp(key, level_words[i].word) == 0)
			return level_words[i].level;
	return nmk_competency_level_of(key);
}

static int64_t find_named(struct nmk_op *op, struct search *search, enum sql_id id, const char *parameter, const char *key)
{
	int64_t number = 0;
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, id);
	stmt_text(&stmt, parameter, key);
	search->typed = stmt_find_int(&stmt, &number);
	return search->typed == NMK_OK ? number : 0;
}

static bool type_topic(struct nmk_op *op, struct search *search, const char *key)
{
	int64_t id = find_named(op, search, SQL_search_topic_named, "name_key", key);
	uint32_t place = id ? view_topic_place(search->view->topics, id) : VIEW_NO_TOPIC;

	if (place == VIEW_NO_TOPIC)
		return false;
	search->typed = add_topic(op, search, place);
	return true;
}

static bool type_creator(struct nmk_op *op, struct search *search, const char *value)
{
	char key[USERNAME_KEY_SIZE];
	int64_t id = username_key(value, key) ? find_named(op, search, SQL_search_creator_named, "username_key", key) : 0;

	if (id)
		add_creator(search, id);
	return id != 0;
}

static bool type_value(struct nmk_op *op, struct search *search, enum query_field field, const char *value, const char *key)
{
	nmk_competency_level level;
	char code[3];

	switch (field) {
	case QUERY_TOPIC:   return type_topic(op, search, key);
	case QUERY_CREATOR: return type_creator(op, search, value);
	case QUERY_LEVEL:
		level = level_of(key);
		search->filter.levels = set_of(search->filter.levels, (int)level);
		return level != 0;
	case QUERY_LANGUAGE:
		add_language(search, value);
		return language_code(value, code);
	}
	return false;
}

struct typing {
	struct nmk_op *op;
	struct search *search;
};

static bool take_field(void *context, enum query_field field, const char *value, size_t length)
{
	const struct typing *typing = context;
	char *copy, *key;
	bool taken = false;

	if (typing->search->typed != NMK_OK)
		return false;
	copy = strndup(value, length);
	key = copy ? sort_key(copy) : NULL;
	if (key)
		taken = type_value(typing->op, typing->search, field, copy, key);
	else
		typing->search->typed = tx_no_memory(&typing->op->tx);
	free(copy);
	free(key);
	return taken;
}

static nmk_status read_text(struct nmk_op *op, struct search *search)
{
	struct typing typing = { op, search };
	struct query_reader reader = search->reader;

	if (!search->text || !*search->text)
		return NMK_OK;
	reader.sink = take_field;
	reader.context = &typing;
	if (query_read(&reader, search->text, &search->query) != 0)
		return tx_no_memory(&op->tx);
	return search->typed;
}

nmk_status search_resolve(struct nmk_op *op, struct search *search)
{
	nmk_status rc;

	choose_sets(search);
	rc = choose_all(op, search);
	if (rc == NMK_OK)
		rc = read_text(op, search);
	search->filter.topics = search->topics;
	return rc;
}

/* ---- the list's name ---- */

static void add_number(struct buffer *name, int64_t number)
{
	buffer_format(name, "%lld ", (long long)number);
}

/* A text may hold anything: its length keeps it apart from what follows. */
static void add_text(struct buffer *name, const char *text)
{
	add_number(name, text ? (int64_t)strlen(text) : -1);
	buffer_text(name, text ? text : "");
}

static void add_texts(struct buffer *name, const char *const *list, size_t count)
{
	add_number(name, (int64_t)count);
	for (size_t i = 0; i < count; i++)
		add_text(name, list[i]);
}

nmk_status search_name(struct nmk_op *op, struct search *search)
{
	const nmk_search_options *o = search->options;
	const int64_t numbers[] = {
		o->competency_level, o->format, o->license, o->duration_minimum, o->duration_maximum, o->sort, o->competency_levels,
		o->formats, o->licenses, o->durations, o->rating_minimum, o->strict,
		o->relax_below,
	};
	struct buffer name = { 0 };
	nmk_status rc;

	for (size_t i = 0; i < COUNT(numbers); i++)
		add_number(&name, numbers[i]);
	for (size_t i = 0; i < COUNT(weights); i++)
		add_number(&name, o->weights ? weight_given(o->weights, &weights[i]) : 0);
	add_text(&name, o->text);
	add_text(&name, o->category_id);
	add_text(&name, o->creator_id);
	add_text(&name, o->language);
	add_texts(&name, o->category_ids, o->category_count);
	add_texts(&name, o->creator_ids, o->creator_count);
	add_texts(&name, o->languages, o->language_count);
	rc = cursor_name(op, "search", &name, search->list);
	buffer_free(&name);
	return rc;
}
