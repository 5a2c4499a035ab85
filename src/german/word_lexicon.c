#include "word_lexicon.h"

#include "analysis.h"
#include "automaton.h"
#include "lexicon_format.h"
#include "number.h"

#include <stdlib.h>
#include <string.h>

#define SHORTEST 4

/* Costs in tenths of a good part, as those of a dictionary's words that are no better known. */
#define FRONT           16
#define FRONT_RULED     12     /* -ungs, -heits: nothing else ends so     */
#define FRONT_LINKED    18     /* an s behind any other                   */
#define FRONT_SHORTENED 20     /* Sprach- of Sprache                      */
#define HEAD            13
#define EXTRA_SHORT     5      /* letters of short words are in others by chance */

/* A lexicon of more would only be larger: it is those that stand in the texts most often. */
#define MOST_WORDS 100000

#define FIRST_ROOM 256

struct part {
	char     letters[COMPOUND_LETTERS + 1];    /* a linking s has room */
	uint8_t  length;
	bool     parted;                           /* into others          */
	uint32_t times;                            /* that it was read     */
	struct lexicon_word value;
};

struct word_lexicon {
	struct part *parts;
	size_t       count, room;
	struct folded folded;    /* scratch */
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Behind these nouns always have an s in front of another part. */
static const char *const s_endings[] = { "ung", "heit", "keit", "schaft", "ion", "t\xE4t", "tum", "ling" };

/* Endings of derivation that look like words, and what only ties words together and has a capital at the beginning of sentences. */
static const char *const no_parts[] = {
	"aber", "alle", "allem", "allen", "aller", "alles", "also", "andere", "anderen", "anderer", "auch", "beide", "beiden", "beim",
	"bevor", "chen", "dabei", "dadurch", "daf\xFC" "r", "daher", "damit", "danach", "dann", "dass", "dein", "deine", "denn",
	"diese", "diesem", "diesen", "dieser", "dieses", "doch", "dort", "durch", "eine", "einem", "einen", "einer", "eines", "einige",
	"erei", "etwas", "euch", "euer", "eure", "falls", "gegen", "haben", "haft", "hatte", "heit", "heiten", "hier", "hinter", "ihre",
	"ihrem", "ihren", "ihrer", "immer", "innen", "ionen", "isch", "ismus", "jede", "jedem", "jeden", "jeder", "jedes", "jetzt",
	"kann", "kein", "keine", "keiten", "keit", "k\xF6nnen", "lein", "lich", "ling", "lung", "lungen", "mehr", "mein", "meine",
	"muss", "nach", "neben", "nicht", "noch", "oder", "ohne", "port", "ration", "rinne", "rinnen", "schaft", "schaften", "sehr",
	"sein", "seine", "seit", "sich", "sind", "soll", "sollte", "sondern", "sowie", "sucht", "ungen", "dung", "dungen", "zung",
	"zungen", "unser", "unsere", "unter", "urin", "w\xE4hrend", "wann", "warum", "weil", "welche", "wenn", "werden", "wieder",
	"wird", "wurde", "zwischen", "\xFC" "ber"
};

static bool ends_with(const struct part *part, const char *ending)
{
	size_t length = strlen(ending);

	return part->length > length && memcmp(part->letters + part->length - length, ending, length) == 0;
}

static bool is_no_part(const struct part *part)
{
	for (size_t i = 0; i < COUNT(no_parts); i++) {
		if (strlen(no_parts[i]) == part->length && memcmp(no_parts[i], part->letters, part->length) == 0)
			return true;
	}
	return false;
}

/* ---- words ---- */

struct word_lexicon *word_lexicon_new(void)
{
	return calloc(1, sizeof(struct word_lexicon));
}

void word_lexicon_free(struct word_lexicon *words)
{
	if (words)
		free(words->parts);
	free(words);
}

static int by_letters(const void *a, const void *b)
{
	const struct part *x = a, *y = b;
	size_t shorter = x->length < y->length ? x->length : y->length;
	int order = memcmp(x->letters, y->letters, shorter);

	return order != 0 ? order : (int)x->length - (int)y->length;
}

static uint8_t cheaper(uint8_t a, uint8_t b)
{
	return a == 0 || (b != 0 && b < a) ? b : a;
}

/* The same letters are one part, as good as the best of them. */
static void join_same(struct word_lexicon *words)
{
	size_t kept = 0;

	if (words->count == 0)
		return;
	qsort(words->parts, words->count, sizeof *words->parts, by_letters);
	for (size_t i = 0; i < words->count; i++) {
		const struct part *part = &words->parts[i];
		struct part *before = kept > 0 ? &words->parts[kept - 1] : NULL;

		if (!before || by_letters(before, part) != 0) {
			words->parts[kept++] = *part;
			continue;
		}
		before->times += part->times;
		before->value.modifier = cheaper(before->value.modifier, part->value.modifier);
		before->value.head = cheaper(before->value.head, part->value.head);
		before->value.traits |= part->value.traits;
	}
	words->count = kept;
}

/* A text has the same words again and again: more room is needed only if most of them are different. */
static struct part *new_part(struct word_lexicon *words)
{
	if (words->count == words->room)
		join_same(words);
	if (words->count == words->room || 4 * words->count > 3 * words->room) {
		size_t room = words->room ? 2 * words->room : FIRST_ROOM;
		struct part *parts = realloc(words->parts, room * sizeof *parts);

		if (!parts)
			return NULL;
		words->parts = parts;
		words->room = room;
	}
	words->parts[words->count] = (struct part){ .length = 0 };
	return &words->parts[words->count++];
}

/* ---- texts ---- */

static bool has_capital(const unsigned char *written)
{
	return (written[0] >= 'A' && written[0] <= 'Z') ||
	       (written[0] == 0xC3 && (written[1] == 0x84 || written[1] == 0x96 || written[1] == 0x9C));
}

static int add_word(struct word_lexicon *words, const char *text, const struct word *word)
{
	char letters[COMPOUND_LETTERS];
	struct part *part;
	size_t count;

	if (!has_capital((const unsigned char *)text + word->start))
		return LEXICON_OK;
	fold_word(&words->folded, ANALYZER_GERMAN, FOLD_JOIN, text, word);
	if (!analysis_letters(&words->folded, letters, &count) || count < SHORTEST)
		return LEXICON_OK;
	part = new_part(words);
	if (!part)
		return LEXICON_NO_MEMORY;
	memcpy(part->letters, letters, count);
	part->length = (uint8_t)count;
	part->times = 1;
	return LEXICON_OK;
}

int word_lexicon_read(struct word_lexicon *words, const char *text, size_t length)
{
	struct word word;
	size_t at = 0;
	int rc = LEXICON_OK;

	while (rc == LEXICON_OK && segment_next(text, length, &at, &word))
		rc = add_word(words, text, &word);
	return rc;
}

/* ---- parts ---- */

static uint8_t cost_of(unsigned int cost, size_t length)
{
	return (uint8_t)(cost + (length == SHORTEST ? EXTRA_SHORT : 0));
}

static int add_form(struct word_lexicon *forms, const struct part *word, size_t kept, const char *added, uint8_t modifier, uint8_t head)
{
	size_t length = strlen(added);
	struct part *form = new_part(forms);

	if (!form)
		return LEXICON_NO_MEMORY;
	memcpy(form->letters, word->letters, kept);
	memcpy(form->letters + kept, added, length);
	form->length = (uint8_t)(kept + length);
	form->value.modifier = modifier;
	form->value.head = head;
	return LEXICON_OK;
}

static bool has_linking_s(const struct part *word)
{
	for (size_t i = 0; i < COUNT(s_endings); i++) {
		if (ends_with(word, s_endings[i]))
			return true;
	}
	return false;
}

static bool shortens(const struct part *word)
{
	return word->length > SHORTEST && word->letters[word->length - 1] == 'e';
}

static int add_forms(struct word_lexicon *forms, const struct part *word, unsigned int traits)
{
	size_t length = word->length;
	int rc = add_form(forms, word, length, "", cost_of(FRONT, length), cost_of(HEAD, length));

	if (rc == LEXICON_OK)
		forms->parts[forms->count - 1].value.traits = (uint8_t)traits;
	if (rc == LEXICON_OK && has_linking_s(word))
		rc = add_form(forms, word, length, "s", FRONT_RULED, 0);
	else if (rc == LEXICON_OK && length > SHORTEST)
		rc = add_form(forms, word, length, "s", FRONT_LINKED, 0);
	if (rc == LEXICON_OK && shortens(word))
		rc = add_form(forms, word, length - 1, "", cost_of(FRONT_SHORTENED, length - 1), 0);
	return rc;
}

static int write_forms(const struct word_lexicon *forms, unsigned char **bytes, size_t *size)
{
	struct automaton *automaton = automaton_new();

	for (size_t i = 0; automaton && i < forms->count; i++)
		automaton_add(automaton, forms->parts[i].letters, forms->parts[i].length, &forms->parts[i].value);
	*bytes = automaton ? automaton_finish(automaton, size) : NULL;
	automaton_free(automaton);
	if (*bytes)
		put_little_endian(*bytes + LEXICON_FLAGS_AT, 4, LEXICON_PARTIAL);
	return *bytes ? LEXICON_OK : LEXICON_NO_MEMORY;
}

/* Of the words that are not parted. */
static int write_words(const struct word_lexicon *words, unsigned int traits, unsigned char **bytes, size_t *size, size_t *count)
{
	struct word_lexicon forms = { .count = 0 };
	int rc = LEXICON_OK;

	*count = 0;
	for (size_t i = 0; i < words->count && rc == LEXICON_OK; i++) {
		if (words->parts[i].parted)
			continue;
		rc = add_forms(&forms, &words->parts[i], traits);
		++*count;
	}
	join_same(&forms);
	if (rc == LEXICON_OK)
		rc = write_forms(&forms, bytes, size);
	free(forms.parts);
	return rc;
}

/* ---- which words are parted ---- */

static int lexicon_of(const struct word_lexicon *words, unsigned int traits, struct lexicon **lexicon)
{
	unsigned char *bytes;
	size_t size, count;
	int rc = write_words(words, traits, &bytes, &size, &count);

	return rc == LEXICON_OK ? lexicon_from_memory(bytes, size, lexicon) : rc;
}

/* Which of those that may be are parted by the words that are not. */
static int part_words(struct word_lexicon *words, bool (*may)(const struct part *part))
{
	struct vocabulary vocabulary = { NULL, NULL };
	struct lexicon *lexicon;
	int rc = lexicon_of(words, 0, &lexicon);

	if (rc != LEXICON_OK)
		return rc;
	vocabulary.lexicon = lexicon;
	for (size_t i = 0; i < words->count; i++) {
		struct part *part = &words->parts[i];

		part->parted = may(part) && compound_has_parts(&vocabulary, part->letters, part->length);
	}
	lexicon_close(lexicon);
	return LEXICON_OK;
}

static bool any(const struct part *part)
{
	(void)part;
	return true;
}

static bool parted(const struct part *part)
{
	return part->parted;
}

static size_t count_read(const struct word_lexicon *words, uint32_t times)
{
	size_t count = 0;

	for (size_t i = 0; i < words->count; i++)
		count += words->parts[i].times >= times;
	return count;
}

static void leave_out(struct word_lexicon *words)
{
	uint32_t times = 1;
	size_t kept = 0;

	while (count_read(words, times) > MOST_WORDS)
		times++;
	for (size_t i = 0; i < words->count; i++) {
		if (words->parts[i].times >= times && !is_no_part(&words->parts[i]))
			words->parts[kept++] = words->parts[i];
	}
	words->count = kept;
}

int word_lexicon_finish(struct word_lexicon *words, unsigned char **bytes, size_t *size, size_t *count)
{
	int rc;

	*bytes = NULL;
	*size = *count = 0;
	join_same(words);
	leave_out(words);
	rc = part_words(words, any);
	if (rc == LEXICON_OK)    /* what was to part them may be parted itself, in another way */
		rc = part_words(words, parted);
	if (rc == LEXICON_OK)
		rc = write_words(words, LEXICON_WORD | LEXICON_NOUN, bytes, size, count);
	return rc;
}

bool word_lexicon_covers(struct word_lexicon *words, const struct lexicon *lexicon, size_t count)
{
	struct lexicon_word found;

	join_same(words);
	for (size_t i = 0; i < words->count; i++) {
		const struct part *part = &words->parts[i];

		count -= lexicon_find(lexicon, part->letters, part->length, &found) && found.traits & LEXICON_WORD;
	}
	return count == 0;
}
