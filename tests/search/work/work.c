/* work.c -- does the same work twice: on something, and on twice as much of it. work.py counts the instructions of both.
 *
 * Prints a line for each call of measured(): what it is, and the amount. The market is small and always the same; what is measured
 * has been done once before. */
#include <nanomarket.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "snippet.h"
#include "typed.h"
#include "world.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

#define LONG_QUERY  65536    /* bytes: most of it is not read            */
#define SHORT_QUERY 450      /* twice as much is still read to its end   */
#define LONG_TEXT   4096

struct task {
	void (*run)(const struct task *task, const char *text);
	nmk_session     *guest;
	struct analyzer *analyzer;
	const struct snippet_pattern *pattern;
};

static void must(bool fine)
{
	if (!fine)
		exit(1);
}

/* Counted by its name. */
void measured(const struct task *task, const char *text);
__attribute__((noinline)) void measured(const struct task *task, const char *text)
{
	task->run(task, text);
}

static char *repeated(const char *unit, size_t size)
{
	size_t length = strlen(unit);
	char *text = malloc(size + 1);

	must(text != NULL);
	memset(text, ' ', size);
	text[size] = '\0';
	for (size_t i = 0; i + length <= size; i += length)
		memcpy(text + i, unit, length);
	return text;
}

static void double_it(const struct task *task, const char *name, const char *unit, size_t size)
{
	for (size_t amount = size; amount <= 2 * size; amount += size) {
		char *text = repeated(unit, amount);

		task->run(task, text);
		measured(task, text);
		printf("%s %zu\n", name, amount);
		free(text);
	}
}

/* Asks after each character how long the text is: what work.py must object to. */
static void ask_length_often(const struct task *task, const char *text)
{
	volatile size_t length = 0;

	(void)task;
	for (const char *at = text; *at; at++)
		length = strlen(text);
	must(length > 0);
}

/* ---- typed ---- */

static const char *const units[] = {
	"a ", "b", "ü", "wort ", "-a ", "\"", "\"a ", "\"a b\" ", "a* ", "( ", "title:a ", "AND ", "a-", "a/", "E-Mail-", "Ein- und ",
	"Lehrer*innen ", "ue", "\xCC\x88", "\xE2\x80\x8B", "\xEF\xB7\xBA", "\xE4\xB8\xAD", "\xE2\x80\x9E", "umsatzsteuervoranmeldung",
};

static void type(const struct task *task, const char *text)
{
	nmk_search_options options = NMK_SEARCH_OPTIONS_INIT;
	nmk_search_page *page;

	options.text = text;
	must(nmk_search(task->guest, &options, &page) == NMK_OK);
	nmk_search_page_free(page);
}

static void typing(struct world *world)
{
	const struct task task = { .run = type, .guest = world->guest };
	char name[32];

	nmk_nano_free(world_nano_titled(world, world->creator, NMK_NANO_PUBLISHED, "a b wort Lehrer E-Mail Ein- und Ausgabe"));
	for (size_t i = 0; i < COUNT(units); i++) {
		snprintf(name, sizeof name, "long query %zu", i);
		double_it(&task, name, units[i], LONG_QUERY);
		snprintf(name, sizeof name, "short query %zu", i);
		double_it(&task, name, units[i], SHORT_QUERY);
	}
}

/* ---- snippets ---- */

static void show(const struct task *task, const char *text)
{
	static const struct snippet_style style = { "[", "]", "..." };
	size_t length = strlen(text);
	struct snippet snippet;
	char *shown;

	must(snippet_find(task->analyzer, ANALYZER_GERMAN, task->pattern, text, length, 160, &snippet) == 0);
	shown = snippet_text(&snippet, text, length, &style);
	must(shown != NULL);
	free(shown);
	snippet_free(&snippet);
}

static void showing(void)
{
	static const char *const queries[] = {
		"a", "a a a b a b \"a b\" \"a a a a a a a a\" \"a a b\"", "a* b* ab* wort* e* x* nichts", "nichts",
	};
	struct task task = { .run = show, .analyzer = analyzer_new() };
	struct snippet_pattern *pattern;
	struct query query;
	char name[32];

	must(task.analyzer != NULL);
	for (size_t i = 0; i < COUNT(queries); i++) {
		must(typed_read(task.analyzer, ANALYZER_GERMAN, queries[i], false, &query) == 0);
		task.pattern = pattern = snippet_pattern_new(task.analyzer, ANALYZER_GERMAN, &query);
		must(pattern != NULL);
		for (size_t k = 0; k < COUNT(units); k++) {
			snprintf(name, sizeof name, "snippet %zu %zu", i, k);
			double_it(&task, name, units[k], LONG_TEXT);
		}
		snippet_pattern_free(pattern);
	}
	analyzer_free(task.analyzer);
}

int main(void)
{
	const struct task control = { .run = ask_length_often };
	void *state;

	double_it(&control, "control", "a", LONG_TEXT);
	must(world_setup(&state) == 0);
	typing(state);
	must(world_teardown(&state) == 0);
	showing();
	return 0;
}
