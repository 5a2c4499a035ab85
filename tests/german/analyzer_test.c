/* analyzer_test.c -- which terms a text has, where they stand, and how far they agree with the published stems. */
#include "german_test.h"

#include <libstemmer.h>

#include "text.h"

static void assert_terms_in(void **state, enum analyzer_language language, enum analyzer_purpose purpose, const char *expected,
			    const char *text)
{
	char *terms = terms_of(*state, language, purpose, text);

	assert_string_equal(expected, terms);
	free(terms);
}

static void assert_terms(void **state, const char *expected, const char *text)
{
	assert_terms_in(state, ANALYZER_GERMAN, ANALYZER_DOCUMENT, expected, text);
}

static void test_analyzer_run__stem_and_plain_form(void **state)
{
	assert_terms(state, "", "");
	assert_terms(state, "", " \t-+*!?\"\xf0\x9f\x98\x80");
	assert_terms(state, "ubung", "Übung");
	assert_terms(state, "ubung|=ubungen fur die anfang|=anfanger", "Übungen für die Anfänger.");
	assert_terms(state, "kur|=kurs kurs|=kurse", "Kurs Kurse");
	assert_terms(state, "excel 2019", "Excel 2019");
}

/* A query asks for the stem and for what has it as a part; how exact a find is, alternatives.h tells. */
static void test_analyzer_run__queries(void **state)
{
	assert_terms_in(state, ANALYZER_GERMAN, ANALYZER_QUERY, "ubung|~ubung fur|~fur", "Übungen für");
	assert_terms_in(state, ANALYZER_ENGLISH, ANALYZER_QUERY, ":run", "running");
}

/* All ways to write an umlaut or an ß are one word. */
static void test_analyzer_run__spellings_meet(void **state)
{
	static const char *const spellings[][7] = {
		{ "ubung", "übung", "ÜBUNG", "Uebung", "UEBUNG", "U\u0308bung", "Ubung" },
		{ "gross|=grosse", "Größe", "GRÖSSE", "GRÖẞE", "Groesse", "Grosse", "gro\u0308ße" },
		{ "caf|=cafe", "Café", "CAFE\u0301", "cafe", "Ｃａｆé", "ca\u00ADfé", "Ca\u200Bfe" },
		{ ":citroen", "Citroe\u0308n", "citroën", "Citroën", "Citroën", "CITROËN", "citroën" },
	};

	for (size_t i = 0; i < 3; i++) {
		for (size_t j = 1; j < 7; j++)
			assert_terms(state, spellings[i][0], spellings[i][j]);
	}
	for (size_t j = 1; j < 7; j++) {
		assert_terms_in(state, ANALYZER_OTHER, ANALYZER_DOCUMENT, ":citroen", spellings[3][j]);
		assert_terms(state, "citron", spellings[3][j]);
	}
	assert_terms(state, "citron", "Citroen");
}

/* No "ue" is an umlaut behind a, ä, e, o, q, and nothing is at the end. */
static void test_analyzer_run__digraphs_that_are_none(void **state)
{
	assert_terms(state, "neu|=neue quell|=quelle", "neue Quelle");
	assert_terms(state, "abenteu|=abenteuer bau|=bauer", "Abenteuer Bauer");
	assert_terms(state, "due zoe jo", "Due Zoë jo");
	assert_terms(state, "ol mull", "Oel Muell");
	assert_terms(state, "treu|=treue bauerin bauerin", "Treue Bäuerin Baeuerin");
	assert_terms(state, "gequalt gequalt geandert geandert", "gequält gequaelt geändert geaendert");
	assert_terms(state, "neuub|=neuubung neuub|=neuubung silhouett|=silhouette", "Neuübung Neuuebung Silhouette");
}

static void test_analyzer_run__languages(void **state)
{
	assert_terms_in(state, ANALYZER_ENGLISH, ANALYZER_DOCUMENT, ":run|=running :muller :valu|=values :blue",
			"Running Müller values BLUE");
	assert_terms_in(state, ANALYZER_ENGLISH, ANALYZER_PREFIX, ":running|=running", "Running");
	assert_terms_in(state, ANALYZER_OTHER, ANALYZER_DOCUMENT, ":running :mueller :strasse", "Running Mueller Straße");
	assert_terms_in(state, ANALYZER_GERMAN, ANALYZER_PREFIX, "kurse|=kurse mu|=mu|mü|=mü|mue|=mue", "Kurse Mue");
}

/* Only Latin letters lose their marks. */
static void test_analyzer_run__other_scripts(void **state)
{
	assert_terms_in(state, ANALYZER_OTHER, ANALYZER_DOCUMENT, ":йод", "ЙОД");
	assert_terms_in(state, ANALYZER_OTHER, ANALYZER_DOCUMENT, ":йод", "И\u0306ОД");
	assert_terms_in(state, ANALYZER_OTHER, ANALYZER_DOCUMENT, ":हिन्दी", "हिन्दी");
	assert_terms_in(state, ANALYZER_OTHER, ANALYZER_DOCUMENT, ":istanbul", "İstanbul");
	assert_terms_in(state, ANALYZER_OTHER, ANALYZER_DOCUMENT, ":学 :习 :中 :文", "学习中文");
	assert_terms_in(state, ANALYZER_OTHER, ANALYZER_DOCUMENT, ":abc :学 :ひ :が :データ", "abc学ひ\u304B\u3099データ");
}

/* A term is made of letters, marks and numbers, whatever a symbol decomposes to. */
static void test_analyzer_run__symbols(void **state)
{
	assert_terms(state, "m2 12 1", "m² ½ ⑴");
	assert_terms_in(state, ANALYZER_OTHER, ANALYZER_DOCUMENT, ":صلىاللهعليهوسلم", "\uFDFA");
	assert_terms(state, "", "\u3164\u00AD\u200B");
}

static void test_analyzer_free__nothing(void **state)
{
	(void)state;
	analyzer_free(NULL);
}

static void test_analyzer_language_of(void **state)
{
	(void)state;
	assert_int_equal(ANALYZER_GERMAN, analyzer_language_of("de"));
	assert_int_equal(ANALYZER_GERMAN, analyzer_language_of("de-AT"));
	assert_int_equal(ANALYZER_GERMAN, analyzer_language_of("de_CH"));
	assert_int_equal(ANALYZER_ENGLISH, analyzer_language_of("en"));
	assert_int_equal(ANALYZER_OTHER, analyzer_language_of("den"));
	assert_int_equal(ANALYZER_OTHER, analyzer_language_of("d"));
	assert_int_equal(ANALYZER_OTHER, analyzer_language_of("fr"));
	assert_int_equal(ANALYZER_OTHER, analyzer_language_of(""));
	assert_int_equal(ANALYZER_OTHER, analyzer_language_of(NULL));
}

struct watch {
	const char *text;
	size_t      length;
	size_t      end;
	uint32_t    words;
	size_t      terms;
	size_t      longest;
};

/* What holds for every term of every input. */
static int watch_term(void *context, const struct term *term)
{
	struct watch *watch = context;

	assert_in_range(term->length, 1, ANALYZER_TERM_SIZE);
	assert_true(text_is_valid_utf8(term->text, term->length));
	assert_true(term->start < term->end && term->end <= watch->length);
	assert_true(text_is_valid_utf8(watch->text + term->start, term->end - term->start));
	if (term->same_position) {
		assert_int_equal(watch->words, term->position + 1);
		assert_int_equal(watch->end, term->end);
	} else {
		assert_int_equal(watch->words, term->position);
		assert_true(term->start >= watch->end);
		watch->words++;
	}
	watch->end = term->end;
	watch->terms++;
	watch->longest = term->length > watch->longest ? term->length : watch->longest;
	return 0;
}

static struct watch watched(struct analyzer *analyzer, const char *text, size_t length)
{
	struct watch watch = { .text = text, .length = length };

	assert_int_equal(0, analyzer_run(analyzer, ANALYZER_GERMAN, ANALYZER_DOCUMENT, text, length, watch_term, &watch));
	return watch;
}

static void test_analyzer_run__places(void **state)
{
	struct watch watch = watched(*state, "Über\xffUhr", 8);

	assert_int_equal(2, watch.words);
	assert_int_equal(9 - 1, watch.end);
	assert_int_equal(4, watched(*state, "Uhr\xe2\x80\x8b Uhr", 4).end + 1);
	assert_int_equal(2, watched(*state, "a\0b", 3).words);
	assert_int_equal(1, watched(*state, "a\xc3", 2).words);
}

static int stop_at_second(void *context, const struct term *term)
{
	++*(int *)context;
	return term->position == 1 ? 42 : 0;
}

static int stop_at_once(void *context, const struct term *term)
{
	(void)term;
	++*(int *)context;
	return -7;
}

static void test_analyzer_run__sink_stops(void **state)
{
	int calls = 0;

	assert_int_equal(42, analyzer_run(*state, ANALYZER_GERMAN, ANALYZER_DOCUMENT, "eins zwei drei", 14, stop_at_second, &calls));
	assert_int_equal(3, calls);
	calls = 0;
	assert_int_equal(-7, analyzer_run(*state, ANALYZER_GERMAN, ANALYZER_DOCUMENT, "Kurse", 5, stop_at_once, &calls));
	assert_int_equal(1, calls);
}

/* A megabyte without a space is one word with a short term; a megabyte of marks is not sorted as a whole. */
static void test_analyzer_run__bounded(void **state)
{
	static char text[1 << 20];
	struct watch watch;

	memset(text, 'a', sizeof(text));
	watch = watched(*state, text, sizeof(text));
	assert_int_equal(1, watch.words);
	assert_int_equal(WORD_CHARACTERS, watch.longest);
	assert_int_equal(sizeof(text), watch.end);
	for (size_t i = 0; i < sizeof(text); i += 4)
		memcpy(text + i, "\xcc\x81\xcc\xa3", 4);
	assert_int_equal(0, watched(*state, text, sizeof(text)).longest > ANALYZER_TERM_SIZE);
	for (size_t i = 0; i + 3 <= sizeof(text); i += 3)
		memcpy(text + i, "\xef\xb7\xba", 3);
	watch = watched(*state, text, sizeof(text) / 3 * 3);
	assert_in_range(watch.longest, ANALYZER_TERM_SIZE - 4, ANALYZER_TERM_SIZE);
}

/* Every character alone and inside a word. */
static void test_analyzer_run__every_character(void **state)
{
	char text[16];

	for (int32_t character = 1; character < 0x110000; character++) {
		size_t length;

		if (character >= 0xD800 && character < 0xE000)
			continue;
		length = encode(character, text);
		watched(*state, text, length);
		assert_in_range(utf8proc_decompose_char(character, NULL, 0, UTF8PROC_COMPAT | UTF8PROC_CASEFOLD, NULL), 1,
				FOLD_EXPANSION);
		memcpy(text + length, "ue", 2);
		memmove(text + 1, text, length + 2);
		text[0] = 'x';
		watched(*state, text, length + 3);
	}
}

/* The stem of a word and its plain form. */
static void german_terms(void **state, const char *word, char stem[LINE_SIZE], char plain[LINE_SIZE])
{
	char *terms = terms_of(*state, ANALYZER_GERMAN, ANALYZER_DOCUMENT, word);
	char *bar = strstr(terms, "|=");

	strcpy(plain, bar ? bar + 2 : terms);
	if (bar)
		*bar = '\0';
	strcpy(stem, terms);
	free(terms);
}

static const char *libstemmer(struct sb_stemmer *stemmer, const char *word)
{
	const char *stem = (const char *)sb_stemmer_stem(stemmer, (const sb_symbol *)word, (int)strlen(word));

	assert_non_null(stem);
	return stem;
}

static bool is_folded(const char *word)
{
	return strstr(word, "ae") || strstr(word, "oe") || strstr(word, "ue") || strstr(word, "é") || strstr(word, "ç");
}

/*
 * The Snowball vocabulary, 35 033 words. Against the library's own stems only words with a digraph or an accent differ, on purpose.
 * The published stems are of Snowball 3, which folds digraphs too (a little differently) and removes more endings than Snowball 2.
 */
static void test_stems__snowball_vocabulary(void **state)
{
	FILE *words = shared_open("data/search/snowball_german_voc.txt");
	FILE *stems = shared_open("data/search/snowball_german_output.txt");
	struct sb_stemmer *stemmer = sb_stemmer_new("german", "UTF_8");
	static char word[LINE_SIZE], published[LINE_SIZE], stem[LINE_SIZE], plain[LINE_SIZE];
	int lines = 0, own = 0, version = 0, deviations = 0;
	bool snowball_2 = strcmp(libstemmer(stemmer, "sängerin"), "sangerin") == 0;

	while (shared_line(words, word) && shared_line(stems, published)) {
		bool differs;

		german_terms(state, word, stem, plain);
		differs = strcmp(stem, libstemmer(stemmer, word)) != 0;
		if (differs && !is_folded(word))
			fail_msg("%s: %s", word, stem);
		own += differs;
		version += strcmp(libstemmer(stemmer, word), published) != 0;
		deviations += strcmp(stem, published) != 0;
		lines++;
	}
	sb_stemmer_delete(stemmer);
	fclose(words);
	fclose(stems);
	print_message("snowball: %d words; %d differ from the library by our folding; "
		      "the library differs from the published stems in %d, we in %d\n", lines, own, version, deviations);
	assert_int_equal(35033, lines);
	if (snowball_2) {
		assert_int_equal(78, own);
		assert_int_equal(1247, version);
		assert_int_equal(1177, deviations);
	}
}

/* Every word of the vocabulary with an umlaut is found by its spelling with ae, oe, ue; but six like "geuebt", four like "prae". */
static void test_stems__umlaut_spellings_of_the_vocabulary(void **state)
{
	static const char *const umlauts[] = { "ä", "ö", "ü" }, *const digraphs[] = { "ae", "oe", "ue" };
	FILE *words = shared_open("data/search/snowball_german_voc.txt");
	static char word[LINE_SIZE], stem[LINE_SIZE], plain[LINE_SIZE];
	static char other[LINE_SIZE], other_stem[LINE_SIZE], other_plain[LINE_SIZE];
	int checked = 0, missed = 0;

	while (shared_line(words, word)) {
		size_t length = 0;

		if (!strstr(word, "ä") && !strstr(word, "ö") && !strstr(word, "ü"))
			continue;
		for (const char *at = word; *at; at++) {
			size_t i = 0;

			while (i < 3 && strncmp(at, umlauts[i], 2) != 0)
				i++;
			if (i < 3) {
				memcpy(other + length, digraphs[i], 2);
				length += 2;
				at++;
			} else {
				other[length++] = *at;
			}
		}
		other[length] = '\0';
		german_terms(state, word, stem, plain);
		german_terms(state, other, other_stem, other_plain);
		missed += strcmp(stem, other_stem) != 0;
		checked++;
	}
	fclose(words);
	print_message("umlauts: %d words, %d not found by ae, oe, ue\n", checked, missed);
	assert_int_equal(7076, checked);
	assert_int_equal(10, missed);
}

/* A term of a beginning is one of the plain form. */
static bool is_beginning(const char *terms, const char *plain)
{
	while (*terms) {
		size_t length = strcspn(terms, "|");

		if (strncmp(terms, plain, length) == 0)
			return true;
		terms += length + (terms[length] == '|');
	}
	return false;
}

/* Whatever beginning of a word somebody has typed, it is a beginning of the word's plain form. */
static void test_prefix__every_beginning_of_the_vocabulary(void **state)
{
	FILE *words = shared_open("data/search/snowball_german_voc.txt");
	static char word[LINE_SIZE], stem[LINE_SIZE], plain[LINE_SIZE];
	int checked = 0;

	while (shared_line(words, word)) {
		german_terms(state, word, stem, plain);
		for (size_t length = strlen(word); length > 0; length--) {
			char *beginnings;

			if (((unsigned char)word[length] & 0xC0) == 0x80)
				continue;
			word[length] = '\0';
			beginnings = terms_of(*state, ANALYZER_GERMAN, ANALYZER_PREFIX, word);
			if (!is_beginning(beginnings, plain))
				fail_msg("%s has no beginning of %s", beginnings, plain);
			free(beginnings);
			checked++;
		}
	}
	fclose(words);
	print_message("beginnings: %d\n", checked);
	assert_true(checked > 300000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_analyzer_run__stem_and_plain_form),
		cmocka_unit_test(test_analyzer_run__queries),
		cmocka_unit_test(test_analyzer_run__spellings_meet),
		cmocka_unit_test(test_analyzer_run__digraphs_that_are_none),
		cmocka_unit_test(test_analyzer_run__languages),
		cmocka_unit_test(test_analyzer_run__other_scripts),
		cmocka_unit_test(test_analyzer_run__symbols),
		cmocka_unit_test(test_analyzer_free__nothing),
		cmocka_unit_test(test_analyzer_language_of),
		cmocka_unit_test(test_analyzer_run__places),
		cmocka_unit_test(test_analyzer_run__sink_stops),
		cmocka_unit_test(test_analyzer_run__bounded),
		cmocka_unit_test(test_analyzer_run__every_character),
		cmocka_unit_test(test_stems__snowball_vocabulary),
		cmocka_unit_test(test_stems__umlaut_spellings_of_the_vocabulary),
		cmocka_unit_test(test_prefix__every_beginning_of_the_vocabulary),
	};

	return cmocka_run_group_tests(tests, analyzer_setup, analyzer_teardown);
}
