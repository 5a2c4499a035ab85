/* memory_test.c -- each allocation fails once, then from there on: a clean answer, no leak, and the next run is whole again. */
#include "german_test.h"

#include <sqlite3.h>

#include "alternatives.h"
#include "own_words.h"
#include "snippet.h"
#include "text.h"
#include "tokenizer_sqlite.h"
#include "typed.h"
#include "word_lexicon.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif

#if !defined(SANITIZED) && defined(__GLIBC__)

#define EXPORTED __attribute__((visibility("default")))

/* The C library's own names; ours below stand in front of them for every library of the process, which is why they are exported. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void __libc_free(void *memory);

static long fail_at;   /* 0: never; otherwise the allocation of this number fails */
static bool sticky;    /* ... and all after it                                    */
static bool fired;
static long allocations;
static long live;

static bool fails(void)
{
	bool now = fail_at > 0 && (++allocations == fail_at || (sticky && fired));

	fired = fired || now;
	return now;
}

static void *counted(void *memory)
{
	live += memory != NULL;
	return memory;
}

EXPORTED void *malloc(size_t size)
{
	return fails() ? NULL : counted(__libc_malloc(size));
}

EXPORTED void *calloc(size_t count, size_t size)
{
	return fails() ? NULL : counted(__libc_calloc(count, size));
}

EXPORTED void *realloc(void *memory, size_t size)
{
	if (fails())
		return NULL;
	return memory ? __libc_realloc(memory, size) : counted(__libc_realloc(memory, size));
}

EXPORTED void free(void *memory)
{
	live -= memory != NULL;
	__libc_free(memory);
}

/* Longer than the first buffers of the stemmer, so that it has to grow them. */
static const char TEXT[] = "Die Übungen für GRÖẞE "
			   "donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";

enum outcome { DONE, OUT_OF_MEMORY, UNEXPECTED };

static int count_term(void *context, const struct term *term)
{
	*(size_t *)context += term->length;
	return 0;
}

static enum outcome run_analyzer(void)
{
	static size_t expected;
	struct analyzer *analyzer = analyzer_new();
	size_t first = 0, second = 0;
	enum outcome outcome = DONE;
	int rc;

	if (!analyzer)
		return OUT_OF_MEMORY;
	rc = analyzer_run(analyzer, ANALYZER_GERMAN, ANALYZER_DOCUMENT, TEXT, strlen(TEXT), count_term, &first);
	if (rc != 0)
		outcome = rc == ANALYZER_NO_MEMORY ? OUT_OF_MEMORY : UNEXPECTED;
	fail_at = 0;   /* the analyzer is as good as new after a failure */
	rc = analyzer_run(analyzer, ANALYZER_GERMAN, ANALYZER_DOCUMENT, TEXT, strlen(TEXT), count_term, &second);
	expected = expected ? expected : second;
	if (rc != 0 || second != expected || (outcome == DONE && first != second))
		outcome = UNEXPECTED;
	analyzer_free(analyzer);
	return outcome;
}

static enum outcome run_query(void)
{
	struct analyzer *analyzer = analyzer_new();
	enum outcome outcome = OUT_OF_MEMORY;
	struct query query;
	char *expression = NULL;
	int rc;

	if (!analyzer)
		return OUT_OF_MEMORY;
	rc = typed_read(analyzer, ANALYZER_GERMAN, TEXT, true, &query);
	if (rc == 0)
		expression = typed_expression(analyzer, ANALYZER_GERMAN, &query);
	else if (rc != ANALYZER_NO_MEMORY)
		outcome = UNEXPECTED;
	if (expression)
		outcome = strlen(expression) > strlen(TEXT) ? DONE : UNEXPECTED;
	free(expression);
	analyzer_free(analyzer);
	return outcome;
}

static enum outcome show(struct analyzer *analyzer, const struct snippet_pattern *pattern)
{
	static const struct snippet_style style = { "[", "]", "…" };
	enum outcome outcome = OUT_OF_MEMORY;
	struct snippet snippet;
	char *shown = NULL;
	int rc = snippet_find(analyzer, ANALYZER_GERMAN, pattern, TEXT, strlen(TEXT), 30, &snippet);

	if (rc == 0)
		shown = snippet_text(&snippet, TEXT, strlen(TEXT), &style);
	else if (rc != ANALYZER_NO_MEMORY)
		outcome = UNEXPECTED;
	if (shown)
		outcome = strcmp(shown, "Die [Übungen für] [GRÖẞE]…") == 0 ? DONE : UNEXPECTED;
	free(shown);
	snippet_free(&snippet);
	return outcome;
}

static enum outcome run_snippet(void)
{
	struct analyzer *analyzer = analyzer_new();
	struct snippet_pattern *pattern = NULL;
	enum outcome outcome = OUT_OF_MEMORY;
	struct query query;

	if (analyzer && typed_read(analyzer, ANALYZER_GERMAN, "\"übungen für\" grö", true, &query) == 0)
		pattern = snippet_pattern_new(analyzer, ANALYZER_GERMAN, &query);
	if (pattern)
		outcome = show(analyzer, pattern);
	snippet_pattern_free(pattern);
	analyzer_free(analyzer);
	return outcome;
}

static int count_word(void *context, const struct alternatives *word)
{
	*(size_t *)context += word->count;
	return 0;
}

static enum outcome run_own_words(void)
{
	static const char lines[] = "Zwirbelix Zwirbelixe\nWidget|schrank\nKFZ = Auto = PKW\nZwirbelix = Kringel\n";
	struct own_words *words;
	struct analyzer *analyzer;
	enum outcome outcome = OUT_OF_MEMORY;
	struct own_words_fault fault;
	size_t count = 0;
	int rc = own_words_read(lines, strlen(lines), NULL, &words, &fault);

	if (rc != OWN_WORDS_OK)
		return rc == OWN_WORDS_NO_MEMORY && !words ? OUT_OF_MEMORY : UNEXPECTED;
	analyzer = analyzer_new_with(NULL, words);
	rc = analyzer ? alternatives_run(analyzer, ANALYZER_GERMAN, TEXT, strlen(TEXT), count_word, &count) : ANALYZER_NO_MEMORY;
	if (rc == 0)
		outcome = count >= 5 ? DONE : UNEXPECTED;
	else if (rc != ANALYZER_NO_MEMORY)
		outcome = UNEXPECTED;
	analyzer_free(analyzer);
	own_words_free(words);
	return outcome;
}

static enum outcome run_word_lexicon(void)
{
	struct word_lexicon *words = word_lexicon_new();
	struct lexicon *lexicon = NULL;
	unsigned char *bytes;
	size_t size, count;
	int rc = words ? word_lexicon_read(words, TEXT, strlen(TEXT)) : LEXICON_NO_MEMORY;

	if (rc == LEXICON_OK)
		rc = word_lexicon_finish(words, &bytes, &size, &count);
	if (rc == LEXICON_OK)
		rc = lexicon_from_memory(bytes, size, &lexicon);
	if (rc == LEXICON_OK && (count == 0 || !word_lexicon_covers(words, lexicon, count)))
		rc = LEXICON_DAMAGED;
	lexicon_close(lexicon);
	word_lexicon_free(words);
	return rc == LEXICON_OK ? DONE : rc == LEXICON_NO_MEMORY ? OUT_OF_MEMORY : UNEXPECTED;
}

static enum outcome run_text(void)
{
	char *nfc = text_nfc(TEXT), *key = text_casefold_key(TEXT);
	enum outcome outcome = nfc && key ? DONE : OUT_OF_MEMORY;

	free(nfc);
	free(key);
	return outcome;
}

static enum outcome run_tokenizer(void)
{
	static const char *const steps[] = {
		"CREATE VIRTUAL TABLE document USING fts5(text, tokenize = 'nanomarket de')",
		"INSERT INTO document VALUES('Die Übungen für GRÖẞE')",
		"SELECT 1 / count(*) FROM document('\"übung\"')",
	};
	sqlite3 *database = NULL;
	int rc = sqlite3_open(":memory:", &database);

	if (rc == SQLITE_OK)
		rc = tokenizer_sqlite_register(database, NULL);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && rc == SQLITE_OK; i++)
		rc = sqlite3_exec(database, steps[i], NULL, NULL, NULL);
	sqlite3_close(database);
	if (rc == SQLITE_OK)
		return DONE;
	return rc == SQLITE_NOMEM ? OUT_OF_MEMORY : UNEXPECTED;
}

static void sweep(const char *name, enum outcome (*run)(void))
{
	long points = 0;

	run();   /* what the libraries keep for ever is there before counting */
	for (int mode = 0; mode < 2; mode++) {
		fired = true;
		for (long n = 1; fired; n++) {
			long before = live;
			enum outcome outcome;

			allocations = 0;
			fired = false;
			sticky = mode == 1;
			fail_at = n;
			outcome = run();
			fail_at = 0;
			if (live != before || outcome == UNEXPECTED || (!fired && outcome != DONE))
				fail_msg("%s: allocation %ld: outcome %d, %ld blocks more", name, n, outcome, live - before);
			points += fired;
		}
	}
	print_message("%s: %ld failures\n", name, points);
	assert_true(points > 0);
}

/* Without this the sweeps below would pass by reaching nothing. */
static void test_memory__failures_reach_the_libraries(void **state)
{
	long before = live;
	char *text = text_nfc(TEXT);

	(void)state;
	assert_int_equal(before + 1, live);
	free(text);
	assert_int_equal(before, live);
}

static void test_memory__analyzer(void **state)
{
	(void)state;
	sweep("analyzer", run_analyzer);
}

static void test_memory__query(void **state)
{
	(void)state;
	sweep("query", run_query);
}

static void test_memory__snippet(void **state)
{
	(void)state;
	sweep("snippet", run_snippet);
}

static void test_memory__own_words(void **state)
{
	(void)state;
	sweep("own words", run_own_words);
}

static void test_memory__word_lexicon(void **state)
{
	(void)state;
	sweep("word lexicon", run_word_lexicon);
}

static void test_memory__text(void **state)
{
	(void)state;
	sweep("text", run_text);
}

static void test_memory__tokenizer(void **state)
{
	(void)state;
	sweep("tokenizer", run_tokenizer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory__failures_reach_the_libraries),
		cmocka_unit_test(test_memory__analyzer),
		cmocka_unit_test(test_memory__query),
		cmocka_unit_test(test_memory__snippet),
		cmocka_unit_test(test_memory__own_words),
		cmocka_unit_test(test_memory__word_lexicon),
		cmocka_unit_test(test_memory__text),
		cmocka_unit_test(test_memory__tokenizer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

static void test_memory(void **state)
{
	(void)state;
	print_message("*** NOT TESTED: allocations cannot be replaced under a sanitizer or without glibc ***\n");
	skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_memory) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
#endif
