/* compound_test.c -- where compounds are parted, measured on two lists of them. */
#include "german_test.h"

#include "compound.h"
#include "text.h"
#include "word_lexicon.h"

#define WORD_SIZE 256

/* In the letters of a lexicon; false if the text has others. */
static bool to_letters(const char *text, char letters[WORD_SIZE])
{
	char *lower = text_casefold_key(text);
	size_t length = 0;
	bool fits = lower != NULL;

	for (const unsigned char *at = (const unsigned char *)lower; fits && *at; at++) {
		unsigned char letter = *at;

		if (letter == 0xC3)
			letter = (unsigned char)(*++at + 0x40);
		fits = length + 1 < WORD_SIZE && ((letter >= 'a' && letter <= 'z') || strchr("\xE4\xF6\xFC", letter));
		letters[length++] = (char)letter;
	}
	letters[fits ? length : 0] = '\0';
	free(lower);
	return fits && length > 0;
}

static struct compound split_by(const struct lexicon *lexicon, const char *letters)
{
	const struct vocabulary vocabulary = { .lexicon = lexicon };
	struct compound compound;

	compound_split(&vocabulary, letters, strlen(letters), &compound);
	return compound;
}

static struct compound split(const char *letters)
{
	return split_by(lexicon_installed(), letters);
}

static void assert_parts(const char *expected, const char *word)
{
	char letters[WORD_SIZE], wanted[WORD_SIZE], parts[2 * WORD_SIZE] = "";
	struct compound compound;
	size_t start = 0, length = 0;

	assert_true(to_letters(word, letters));
	compound = split(letters);
	for (uint8_t i = 0; i < compound.count; i++) {
		length += (size_t)snprintf(parts + length, sizeof(parts) - length, "%s%.*s", i > 0 ? "|" : "",
					   (int)(compound.ends[i] - start), letters + start);
		start = compound.ends[i];
	}
	for (length = 0, start = 0; expected[start];) {
		unsigned char letter = (unsigned char)expected[start++];

		wanted[length++] = letter == 0xC3 ? (char)(expected[start++] + 0x40) : (char)letter;
	}
	wanted[length] = '\0';
	assert_string_equal(wanted, parts);
}

static void test_compound_split__parts(void **state)
{
	(void)state;
	need_lexicon();
	assert_parts("umsatz|steuer|voranmeldung", "Umsatzsteuervoranmeldung");
	assert_parts("haupt|strasse", "Hauptstraße");
	assert_parts("bahn|hof|strasse", "Bahnhofstraße");
	assert_parts("grund|stücks|bewertung", "Grundstücksbewertung");
	assert_parts("digitalisierungs|strategie", "Digitalisierungsstrategie");
	assert_parts("kunden|betreuungs|systeme", "Kundenbetreuungssysteme");
}

/* Words that have others in them by chance, or whose parts say nothing any more. */
static void test_compound_split__no_compounds(void **state)
{
	static const char *const words[] = { "Wirtschaft", "Verantwortung", "Transport", "Buchhaltung", "Staubecken", "Urinstinkt",
					     "Handlung", "Schreiber", "Vorbereitung", "Lehrerinnen", "Kurs", "Qwertzuiop", "x" };

	(void)state;
	need_lexicon();
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		char letters[WORD_SIZE];

		assert_true(to_letters(words[i], letters));
		if (split(letters).count != 1)
			fail_msg("%s is parted", words[i]);
	}
}

static void test_compound_split__without_words(void **state)
{
	const struct vocabulary nothing = { .own = NULL, .lexicon = NULL };
	static char letters[1000];
	struct compound compound;

	(void)state;
	memset(letters, 'a', sizeof(letters));
	for (size_t length = 0; length <= sizeof(letters); length += 50) {
		compound_split(&nothing, letters, length, &compound);
		assert_int_equal(1, compound.count);
	}
}

/* The parts tile the word, however many and however long they are. */
static void test_compound_split__bounds(void **state)
{
	char letters[WORD_SIZE] = "";

	(void)state;
	need_lexicon();
	for (size_t count = 1; 4 * count < sizeof(letters); count++) {
		struct compound compound;
		size_t start = 0;

		memcpy(letters + 4 * (count - 1), "haus", 5);
		compound = split(letters);
		assert_in_range(compound.count, 1, COMPOUND_PARTS);
		for (uint8_t i = 0; i < compound.count; i++) {
			assert_true(compound.ends[i] > start);
			start = compound.ends[i];
		}
		assert_int_equal(4 * count, start);
	}
}

/* Ends of parts as a list of marks: linking letters may stand on either side. */
static size_t read_ends(const char *text, const char *separators, uint8_t ends[COMPOUND_LETTERS])
{
	char copy[WORD_SIZE], letters[WORD_SIZE], *rest = NULL;
	size_t count = 0, length = 0, size = strlen(text) + 1;

	if (size > sizeof(copy))
		return 0;
	memcpy(copy, text, size);
	for (char *part = strtok_r(copy, separators, &rest); part; part = strtok_r(NULL, separators, &rest)) {
		if (!to_letters(part, letters) || count == COMPOUND_LETTERS)
			return 0;
		length += strlen(letters);
		ends[count++] = (uint8_t)length;
	}
	return count;
}

/* At least 93 of 100 exactly, and at most 2 of 100 words that are none are parted. */
static void assert_parts_a_market(const struct lexicon *lexicon)
{
	FILE *file = shared_open("data/search/compound_splits.tsv");
	static char line[LINE_SIZE];
	int words = 0, exact = 0, simple = 0, wrong = 0;

	while (shared_line(file, line)) {
		uint8_t ends[COMPOUND_LETTERS];
		char letters[WORD_SIZE], *tab = strchr(line, '\t');
		struct compound compound;
		size_t count;

		*tab = '\0';
		assert_true(to_letters(line, letters));
		count = read_ends(tab + 1, "|", ends);
		compound = split_by(lexicon, letters);
		words++;
		exact += compound.count == count && memcmp(compound.ends, ends, count) == 0;
		simple += count == 1;
		wrong += count == 1 && compound.count > 1;
	}
	fclose(file);
	print_message("compounds: %d of %d exact, %d of %d simple words parted\n", exact, words, wrong, simple);
	assert_int_equal(223, words);
	assert_true(exact * 100 >= words * 93);
	assert_true(wrong * 100 <= simple * 2);
}

static void test_compound_split__words_of_a_market(void **state)
{
	(void)state;
	need_lexicon();
	assert_parts_a_market(lexicon_installed());
}

/* Documents that have the words and their parts, each with a capital. */
static void read_market(struct word_lexicon *words)
{
	FILE *file = shared_open("data/search/compound_splits.tsv");
	static char line[LINE_SIZE];

	while (shared_line(file, line)) {
		for (char *at = line; *at; at++) {
			if (at > line && at[-1] != '\t' && at[-1] != '|')
				continue;
			if (*at >= 'a' && *at <= 'z')
				*at = (char)(*at - 'a' + 'A');
			else if ((unsigned char)*at == 0xC3)
				at[1] = (char)(at[1] - 0x20);
		}
		assert_int_equal(LEXICON_OK, word_lexicon_read(words, line, strlen(line)));
	}
	fclose(file);
}

static void test_compound_split__words_of_a_market_by_its_own(void **state)
{
	struct word_lexicon *words = word_lexicon_new();
	struct lexicon *lexicon;
	unsigned char *bytes;
	size_t size, count;

	(void)state;
	read_market(words);
	assert_int_equal(LEXICON_OK, word_lexicon_finish(words, &bytes, &size, &count));
	word_lexicon_free(words);
	assert_int_equal(LEXICON_OK, lexicon_from_memory(bytes, size, &lexicon));
	assert_parts_a_market(lexicon);
	lexicon_close(lexicon);
}

/* Of a list that another splitter is tested with: its compounds; it leaves rare ones whole that are none. */
static void test_compound_split__compounds_of_newspapers(void **state)
{
	FILE *file = shared_open("data/search/jwordsplitter_test-de-large.txt");
	static char line[LINE_SIZE];
	int words = 0, exact = 0;

	(void)state;
	need_lexicon();
	while (shared_line(file, line)) {
		uint8_t ends[COMPOUND_LETTERS];
		char letters[WORD_SIZE] = "";
		struct compound compound;
		size_t count = read_ends(line, ", ", ends), length = 0;

		if (count < 2 || strchr(line, '-'))
			continue;
		for (char *at = line; *at; at++) {
			if (*at != ',' && *at != ' ')
				line[length++] = *at;
		}
		line[length] = '\0';
		assert_true(to_letters(line, letters));
		compound = split(letters);
		words++;
		exact += compound.count == count && memcmp(compound.ends, ends, count) == 0;
	}
	fclose(file);
	print_message("newspapers: %d of %d compounds as there\n", exact, words);
	assert_true(words > 2000);
	assert_true(exact * 100 >= words * 85);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_compound_split__parts),
		cmocka_unit_test(test_compound_split__no_compounds),
		cmocka_unit_test(test_compound_split__without_words),
		cmocka_unit_test(test_compound_split__bounds),
		cmocka_unit_test(test_compound_split__words_of_a_market),
		cmocka_unit_test(test_compound_split__words_of_a_market_by_its_own),
		cmocka_unit_test(test_compound_split__compounds_of_newspapers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
