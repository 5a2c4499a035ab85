/* command_search.c -- search, with a list made for reading. */
#include "cli.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include "list.h"
#include "output.h"

struct search {
	char *text, *creator_id, *category_id;
};

/* All words in one, as they would be typed into a box. */
static char *join_words(const struct arguments *arguments)
{
	size_t length = 1;
	char *text, *at;

	for (size_t i = 0; i < arguments->word_count; i++)
		length += strlen(arguments->words[i]) + 1;
	text = at = malloc(length);
	if (!text)
		return NULL;
	for (size_t i = 0; i < arguments->word_count; i++) {
		size_t size = strlen(arguments->words[i]);

		if (i > 0)
			*at++ = ' ';
		memcpy(at, arguments->words[i], size);
		at += size;
	}
	*at = '\0';
	return text;
}

/* That nothing has all words, before what has some of them. */
static void tell_relaxed(const struct cli *cli, const nmk_search_page *page)
{
	const char *word;

	if (!nmk_search_page_relaxed(page))
		return;
	say(cli, "%s", tr("No nano has all of these words; these have some of them."));
	for (size_t i = 0; (word = nmk_search_page_missing(page, i)) != NULL; i++)
		say(cli, tr("Nowhere: %s"), word);
}

/* What else may have been meant; what it was taken for, before the results. */
static void tell_corrected(const struct cli *cli, const nmk_search_page *page)
{
	const char *text = nmk_search_page_correction(page, 0);
	bool corrected = nmk_search_page_corrected(page);

	if (corrected)
		say(cli, tr("Nothing has what was typed; these are for: %s"), text);
	for (size_t i = corrected; (text = nmk_search_page_correction(page, i)) != NULL; i++)
		say(cli, tr("Did you mean: %s?"), text);
}

/* Room for a passage in one line, two columns in, with a sign where it goes on at both sides. */
static int32_t passage_characters(void)
{
	int width = (terminal_width() ? terminal_width() : 100) - 4;

	return width < 20 ? 20 : width > 1000 ? 1000 : width;
}

static nmk_status fetch(struct cli *cli, const void *context, const char *cursor, int32_t limit, void **page)
{
	const struct arguments *arguments = &cli->arguments;
	const struct search *search = context;
	nmk_search_options options = NMK_SEARCH_OPTIONS_INIT;
	nmk_search_page *nanos = NULL;
	nmk_status rc;

	options.text = search->text;
	options.creator_id = search->creator_id;
	options.category_id = search->category_id;
	options.competency_level = (nmk_competency_level)option_number(arguments, "level", 0);
	options.format = (nmk_format)option_number(arguments, "format", 0);
	options.license = (nmk_license)option_number(arguments, "license", 0);
	options.language = option_text(arguments, "language");
	options.duration_minimum = (int32_t)option_number(arguments, "min-duration", 0);
	options.duration_maximum = (int32_t)option_number(arguments, "max-duration", 0);
	options.rating_minimum = (int32_t)option_number(arguments, "min-rating", 0) * 100;
	options.sort = (nmk_search_sort)option_number(arguments, "sort", 0);
	options.strict = option_given(arguments, "strict");
	options.facets = option_given(arguments, "facets") ? NMK_FACET_ALL : 0;
	options.explain = option_given(arguments, "explain");
	options.relax_below = (int32_t)option_number(arguments, "relax-below", 0);
	options.snippet_characters = passage_characters();
	options.cursor = cursor;
	options.limit = limit;
	rc = nmk_search(cli->session, &options, &nanos);
	*page = nanos;
	if (rc == NMK_OK && !cli->json && !cursor) {
		tell_corrected(cli, nanos);
		tell_relaxed(cli, nanos);
	}
	return rc;
}

static void print_facts(const nmk_nano *nano)
{
	char rated[RATED_SIZE];

	printf("  %s", nmk_nano_id(nano));
	if (nmk_nano_duration_minutes(nano))
		printf(tr(" · %lld min"), (long long)nmk_nano_duration_minutes(nano));
	if (nmk_nano_rating_count(nano))
		printf(" · ★ %s", rated_text(nano, rated));
	printf(" · %s · %s · %s · ", nmk_competency_level_word(nmk_nano_competency_level(nano)),
	       nmk_format_word(nmk_nano_format(nano)), nmk_license_word(nmk_nano_license(nano)));
	print_clean(stdout, nmk_nano_creator(nano) ? nmk_nano_creator(nano) : "", false);
	for (size_t i = 0; i < nmk_nano_category_count(nano); i++) {
		fputs(i == 0 ? " · " : ", ", stdout);
		print_clean(stdout, nmk_nano_category_name(nano, i), false);
	}
}

static void print_piece(const char *text, size_t start, size_t end)
{
	char *piece = strndup(text + start, end - start);

	if (piece)
		print_clean(stdout, piece, false);
	free(piece);
}

/* The passage that shows why it was found. */
static void print_passage(const struct cli *cli, const nmk_search_page *page, size_t index)
{
	const char *text = nmk_search_page_snippet(page, index);
	size_t at = 0;

	if (!text)
		return;
	fputs("  ", stdout);
	for (size_t mark = 0; mark < nmk_search_page_mark_count(page, index); mark++) {
		size_t start = nmk_search_page_mark_start(page, index, mark), end = nmk_search_page_mark_end(page, index, mark);

		print_piece(text, at, start);
		color_on(cli, "1;33");
		print_piece(text, start, end);
		color_off(cli);
		at = end;
	}
	print_piece(text, at, strlen(text));
	putchar('\n');
}

static void print_hit(const struct cli *cli, const void *item)
{
	const nmk_nano *nano = item;

	color_on(cli, "1");
	print_clean(stdout, nmk_nano_title(nano), false);
	color_off(cli);
	putchar('\n');
	color_on(cli, "2");
	print_facts(nano);
	color_off(cli);
	putchar('\n');
}

/* ---- why ---- */

static double number_in(const json_t *json, const char *name)
{
	return json_number_value(json_object_get(json, name));
}

/* "stem title 1, beginning topics 2": where a word stands in which form, and how often. */
static void print_places(json_t *forms)
{
	const char *form, *field, *comma = "";
	json_t *fields, *count;

	json_object_foreach(forms, form, fields)
		json_object_foreach(fields, field, count) {
			printf("%s%s %s %lld", comma, form, field, (long long)json_integer_value(count));
			comma = ", ";
		}
}

static void print_reason(const json_t *reason)
{
	static const char *const parts[] = { "coverage", "rating", "freshness", "downloads" };
	json_t *word;
	size_t index;

	printf("  = %.3f", number_in(reason, "score"));
	json_array_foreach(json_object_get(reason, "words"), index, word) {
		fputs(index ? " + " : ": ", stdout);
		print_clean(stdout, json_string_value(json_object_get(word, "word")), false);
		printf(" %.3f (", number_in(word, "score"));
		print_places(json_object_get(word, "places"));
		putchar(')');
	}
	printf(", nearness %.3f", number_in(reason, "nearness"));
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		printf(", %s %+.1f %%", parts[i], 100 * number_in(reason, parts[i]));
	putchar('\n');
}

static void print_why(const struct cli *cli, const void *page, size_t index)
{
	const char *text = nmk_search_page_explanation(page, index);
	json_t *reason = text ? json_loads(text, 0, NULL) : NULL;

	print_passage(cli, page, index);
	if (!reason)
		return;
	color_on(cli, "2");
	print_reason(reason);
	color_off(cli);
	json_decref(reason);
}

/* ---- counts ---- */

#define FACET_VALUES 8 /* on a line; the most frequent ones */

static void print_facet(const struct cli *cli, const nmk_search_page *page, nmk_search_facet facet, const char *title)
{
	size_t count = nmk_search_page_facet_count(page, facet);

	if (count == 0)
		return;
	color_on(cli, "1");
	fputs(title, stdout);
	color_off(cli);
	for (size_t i = 0; i < count && i < FACET_VALUES; i++) {
		bool chosen = nmk_search_page_facet_chosen(page, facet, i);

		fputs(i ? " · " : ": ", stdout);
		if (chosen)
			color_on(cli, "32");
		print_clean(stdout, nmk_search_page_facet_name(page, facet, i), false);
		printf(" %lld", (long long)nmk_search_page_facet_hits(page, facet, i));
		if (chosen)
			color_off(cli);
	}
	puts(count > FACET_VALUES ? " · \xE2\x80\xA6" : "");
}

static void print_facets(const struct cli *cli, const void *page)
{
	if (!option_given(&cli->arguments, "facets"))
		return;
	printf(tr("Found: %lld"), (long long)nmk_search_page_total(page));
	putchar('\n');
	print_facet(cli, page, NMK_FACET_TOPIC, tr("Topics"));
	print_facet(cli, page, NMK_FACET_LEVEL, tr("Levels"));
	print_facet(cli, page, NMK_FACET_DURATION, tr("Minutes"));
	print_facet(cli, page, NMK_FACET_LANGUAGE, tr("Languages"));
	print_facet(cli, page, NMK_FACET_FORMAT, tr("Formats"));
	print_facet(cli, page, NMK_FACET_LICENSE, tr("Licenses"));
	print_facet(cli, page, NMK_FACET_RATING, tr("Stars, or more"));
}

int run_search(struct cli *cli)
{
	const char *creator = option_text(&cli->arguments, "creator");
	const char *category = option_text(&cli->arguments, "category");
	struct search search = { .text = join_words(&cli->arguments) };
	const struct list list = { .kind = &search_pages, .fetch = fetch, .context = &search, .print = print_hit, .detail = print_why,
	                           .foot = print_facets };
	int code = EXIT_DONE;

	if (!search.text)
		return fail_memory(cli);
	if (creator)
		search.creator_id = cli_user_id(cli, creator, "creator", &code);
	if (code == EXIT_DONE && category)
		search.category_id = cli_category_id(cli, category, "category", &code);
	if (code == EXIT_DONE)
		code = list_run(cli, &list);
	free(search.text);
	free(search.creator_id);
	free(search.category_id);
	return code;
}
