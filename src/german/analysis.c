#include "analysis.h"

#include <libstemmer.h>
#include <string.h>
#include <utf8proc.h>

/* ---- letters of a lexicon ---- */

bool analysis_letters(const struct folded *folded, char letters[COMPOUND_LETTERS], size_t *count)
{
	const unsigned char *text = (const unsigned char *)folded->accented;
	size_t at = 0;

	*count = 0;
	while (at < folded->accented_length && *count < COMPOUND_LETTERS) {
		unsigned char letter = text[at++];

		if (letter == 0xC3 && at < folded->accented_length)
			letter = (unsigned char)(text[at++] + 0x40);
		else if (letter < 'a' || letter > 'z')
			return false;
		letters[(*count)++] = (char)letter;
	}
	return at == folded->accented_length;
}

static char plain_letter(char letter)
{
	switch ((unsigned char)letter) {
	case 0xE4:
		return 'a';
	case 0xF6:
		return 'o';
	case 0xFC:
		return 'u';
	}
	return letter;
}

static void add_letter(char *text, size_t *length, char letter)
{
	if ((unsigned char)letter >= 0x80) {
		text[(*length)++] = (char)0xC3;
		letter = (char)((unsigned char)letter - 0x40);
	}
	text[(*length)++] = letter;
}

void analysis_plain(const char *letters, size_t count, char plain[ANALYZER_TERM_SIZE])
{
	for (size_t i = 0; i < count; i++)
		plain[i] = plain_letter(letters[i]);
	plain[count] = '\0';
}

/* ---- stems ---- */

/* The stem that the lexicon has. A word of a lexicon has room in a term, with its ending. */
static size_t described_stem(const struct lexicon_word *word, const char *letters, size_t count, char *stem)
{
	size_t kept = count > word->cut ? count - word->cut : 0, length = 0;

	for (size_t i = 0; i < kept; i++) {
		if (word->prefix > 0 && (i + 1 == word->prefix || i == word->prefix))
			continue;
		add_letter(stem, &length, word->traits & LEXICON_UMLAUTS ? letters[i] : plain_letter(letters[i]));
	}
	for (const char *ending = word->ending; *ending && length < ANALYZER_TERM_SIZE; ending++)
		stem[length++] = *ending;
	return length;
}

static int stem_by_rule(struct sb_stemmer *stemmer, const char *text, size_t text_length, char *stem, size_t *length)
{
	const sb_symbol *stemmed = sb_stemmer_stem(stemmer, (const sb_symbol *)text, (int)text_length);

	if (!stemmed)
		return ANALYZER_NO_MEMORY;
	*length = (size_t)sb_stemmer_length(stemmer);
	if (*length == 0 || *length >= ANALYZER_TERM_SIZE) {    /* a mark has room */
		*length = text_length;
		stemmed = (const sb_symbol *)text;
	}
	memcpy(stem, stemmed, *length);
	return 0;
}

static int stem_of_letters(struct analyzer *analyzer, const char *letters, size_t count, char *stem, size_t *length)
{
	char text[2 * COMPOUND_LETTERS];
	struct lexicon_word word;
	size_t text_length = 0;

	if (vocabulary_find(&analyzer->vocabulary, letters, count, &word) && word.traits & LEXICON_STEM) {
		*length = described_stem(&word, letters, count, stem);
		if (*length > 0)
			return 0;
	}
	for (size_t i = 0; i < count; i++)
		add_letter(text, &text_length, letters[i]);
	return stem_by_rule(analyzer->german, text, text_length, stem, length);
}

/* ---- parts ---- */

static bool has_trait(const struct analyzer *analyzer, const char *letters, size_t count, unsigned int trait)
{
	struct lexicon_word word;

	return vocabulary_find(&analyzer->vocabulary, letters, count, &word) && word.traits & trait;
}

/* A part in front of others, as a word of its own: without a linking s, or with the letters that it lost: "arbeits", "schul",
 * "schwimm". Nouns come first: "sprach" is Sprache, not a form of sprechen. */
static size_t unlinked(const struct analyzer *analyzer, const char *part, size_t count, char word[COMPOUND_LETTERS + 2])
{
	static const char *const lost[] = { "e", "en", "n" };
	static const unsigned int traits[] = { LEXICON_NOUN, LEXICON_WORD };

	memcpy(word, part, count);
	for (size_t trait = 0; trait < 2; trait++) {
		if (has_trait(analyzer, word, count, traits[trait]))
			return count;
		if (count > 3 && word[count - 1] == 's' && has_trait(analyzer, word, count - 1, traits[trait]))
			return count - 1;
		for (size_t i = 0; i < sizeof lost / sizeof *lost; i++) {
			size_t length = strlen(lost[i]);

			memcpy(word + count, lost[i], length);
			if (has_trait(analyzer, word, count + length, traits[trait]))
				return count + length;
		}
	}
	return count;
}

/* All but the last part as they are written, and the stem of that. */
int analysis_span(struct analyzer *analyzer, const struct analysis *analysis, size_t first, size_t end,
		  char stem[ANALYZER_TERM_SIZE], size_t *length)
{
	const struct compound *parts = &analysis->parts;
	size_t start = first > 0 ? parts->ends[first - 1] : 0, last = end - 1 > 0 ? parts->ends[end - 2] : 0, own;
	char word[COMPOUND_LETTERS + 2];
	size_t count = parts->ends[end - 1] - last;
	int rc;

	*length = 0;
	if (last < start)
		last = start;
	for (size_t i = start; i < last; i++)
		add_letter(stem, length, plain_letter(analysis->letters[i]));
	if (end < parts->count)
		count = unlinked(analyzer, analysis->letters + last, count, word);
	else
		memcpy(word, analysis->letters + last, count);
	rc = stem_of_letters(analyzer, word, count, stem + *length, &own);
	*length += own;
	return rc;
}

/* ---- spellings ---- */

static void split(struct analyzer *analyzer, struct analysis *analysis)
{
	analysis->word.traits = 0;
	analysis->known = false;
	analysis->parts.count = 0;
	if (!analysis_letters(&analysis->folded, analysis->letters, &analysis->letter_count))
		analysis->letter_count = 0;
	if (analysis->letter_count == 0)
		return;
	compound_split(&analyzer->vocabulary, analysis->letters, analysis->letter_count, &analysis->parts);
	if (!vocabulary_find(&analyzer->vocabulary, analysis->letters, analysis->letter_count, &analysis->word))
		analysis->word.traits = 0;
	analysis->known = analysis->parts.count > 1 || analysis->word.traits & LEXICON_WORD;
}

/* How sure a spelling is: one word, a compound of words, anything. */
static int certainty(const struct analysis *analysis)
{
	return analysis->known ? (analysis->parts.count == 1 ? 2 : 1) : 0;
}

static void try_spelling(struct analyzer *analyzer, enum fold_digraphs digraphs, const char *text, const struct word *word,
			 struct analysis *analysis)
{
	fold_word(&analysis->folded, ANALYZER_GERMAN, digraphs, text, word);
	split(analyzer, analysis);
}

/* Digraphs are umlauts, unless the vocabulary knows the word better as it is written: aktuell, Poesie. */
static void choose_spelling(struct analyzer *analyzer, const char *text, const struct word *word, struct analysis *analysis)
{
	bool unlikely;
	int joined;

	try_spelling(analyzer, FOLD_JOIN, text, word, analysis);
	joined = certainty(analysis);
	unlikely = analysis->folded.unlikely;
	if (joined < 2 && analysis->folded.digraphs) {
		try_spelling(analyzer, FOLD_KEEP, text, word, analysis);
		if (certainty(analysis) > joined)
			return;
		try_spelling(analyzer, FOLD_JOIN, text, word, analysis);
	}
	if (joined > 0 || !unlikely)
		return;
	try_spelling(analyzer, FOLD_JOIN_ALL, text, word, analysis);
	if (certainty(analysis) == 0)
		try_spelling(analyzer, FOLD_JOIN, text, word, analysis);
}

/* The exact form then has its umlauts too. */
static void keep_umlauts(struct analysis *analysis)
{
	struct folded *folded = &analysis->folded;

	memcpy(folded->plain, folded->accented, folded->accented_length);
	folded->plain_length = folded->accented_length;
}

/* "neü" and "Statü" are no German: no word has ü behind these letters, but where a prefix or a part ends, and few have it at their end:
 * those the vocabulary knows. */
static bool is_odd(const struct analyzer *analyzer, const struct analysis *analysis)
{
	const struct lexicon *lexicon = analyzer->vocabulary.lexicon;

	if (!lexicon || lexicon_is_partial(lexicon) || analysis->known)
		return false;
	for (size_t i = 1; i < analysis->letter_count; i++) {
		if ((unsigned char)analysis->letters[i] != 0xFC)
			continue;
		if (i + 1 == analysis->letter_count || strchr("aeoq\xE4\xF6", analysis->letters[i - 1]))
			return true;
	}
	return false;
}

static int stem_german(struct analyzer *analyzer, struct analysis *analysis)
{
	struct folded *folded = &analysis->folded;

	if (analysis->letter_count == 0)
		return stem_by_rule(analyzer->german, folded->accented, folded->accented_length,
				    analysis->stem, &analysis->stem_length);
	analysis->function = analysis->word.traits & LEXICON_FUNCTION;
	if (analysis->word.traits & LEXICON_UMLAUTS)
		keep_umlauts(analysis);
	if (analysis->parts.count == 1 && analysis->word.traits & LEXICON_STEM) {
		analysis->stem_length = described_stem(&analysis->word, analysis->letters, analysis->letter_count, analysis->stem);
		if (analysis->stem_length > 0)
			return 0;
	}
	if (!is_odd(analyzer, analysis))
		return analysis_span(analyzer, analysis, 0, analysis->parts.count, analysis->stem, &analysis->stem_length);
	keep_umlauts(analysis);
	memcpy(analysis->stem, folded->plain, folded->plain_length);
	analysis->stem_length = folded->plain_length;
	return 0;
}

static int stem_foreign(struct analyzer *analyzer, enum analyzer_language language, struct analysis *analysis)
{
	const struct folded *folded = &analysis->folded;
	int rc = 0;

	analysis->stem[0] = TERM_MARK_FOREIGN;
	if (language == ANALYZER_ENGLISH) {
		rc = stem_by_rule(analyzer->english, folded->accented, folded->accented_length, analysis->stem + 1,
				  &analysis->stem_length);
	} else {
		memcpy(analysis->stem + 1, folded->plain, folded->plain_length);
		analysis->stem_length = folded->plain_length;
	}
	analysis->stem_length++;
	return rc;
}

bool analysis_is_plain(const struct analysis *analysis)
{
	const struct folded *folded = &analysis->folded;
	size_t mark = analysis->stem[0] == TERM_MARK_FOREIGN;

	return analysis->stem_length - mark == folded->plain_length &&
	       memcmp(analysis->stem + mark, folded->plain, folded->plain_length) == 0;
}

int analysis_of(struct analyzer *analyzer, enum analyzer_language language, const char *text, const struct word *word,
		struct analysis *analysis)
{
	struct folded *folded = &analysis->folded;

	analysis->function = false;
	if (language == ANALYZER_GERMAN) {
		choose_spelling(analyzer, text, word, analysis);
		return folded->plain_length > 0 ? stem_german(analyzer, analysis) : 0;
	}
	fold_word(folded, language, FOLD_KEEP, text, word);
	analysis->letter_count = 0;
	analysis->parts.count = 0;
	analysis->known = false;
	return folded->plain_length > 0 ? stem_foreign(analyzer, language, analysis) : 0;
}
