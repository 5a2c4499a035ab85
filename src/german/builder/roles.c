#include "builder.h"

#include <string.h>
#include "lexicon.h"

/* Costs in tenths. What the dictionary names as the front of compounds is best. */
#define FRONT_NAMED    10
#define FRONT_BY_RULE  12
#define FRONT_NOUN     16
#define FRONT_LINKED   18
#define HEAD_NAMED     10
#define HEAD_NOUN      13
#define EXTRA_TWO      20    /* letters of short parts, which are everywhere by chance */
#define EXTRA_THREE    7
#define EXTRA_FOUR     5
#define EXTRA_HEAD     15
#define EXTRA_INFINITIVE 8
#define EXTRA_BARE     5
#define EXTRA_RARE     30

/* Endings of nouns that always take an s in front of another part. */
static const char *const s_endings[] = { "ung", "heit", "keit", "schaft", "ion", "t\xE4t", "tum", "ing" };

/* Endings of derivation that look like words, and are no parts. */
static const char *const suffixes[] = { "schaft", "schaften", "heit", "heiten", "keit", "keiten", "ung", "ungen", "tum", "nis", "ling",
	"lein", "chen", "bar", "sam", "haft", "lich", "isch", "los", "lei", "ion", "ionen", "ismus", "ist", "ing", "erei", "innen", "ration",
	"rinne", "rinnen", "lung", "lungen", "dung", "dungen", "zung", "zungen", "urin", "port", "eid", "sucht" };

/* What is rarely meant: "straße" behind an s. */
static const char *const rare[] = { "trasse", "trassen" };

/* Parts of verbs: a noun with one of them in front is a noun of the verb, no compound. */
static const char *const particles[] = { "ab", "an", "auf", "aus", "bei", "ein", "vor", "nach", "zu", "um", "mit", "hin", "her", "unter",
	"\xFC" "ber", "durch", "wieder", "zur\xFC" "ck", "zusammen", "gegen", "wider", "fort", "los", "weg", "nieder", "empor", "fest",
	"frei", "voll", "fern", "heim", "miss", "end" };

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool is_one_of(const char *word, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(word, list[i]) == 0)
			return true;
	}
	return false;
}

static bool ends_with_one_of(const char *word, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (letters_end(word, list[i]))
			return true;
	}
	return false;
}

void roles_add_fronts(struct forms *forms)
{
	size_t count = forms->count;

	for (size_t i = 0; i < count; i++) {
		char linked[WORD_BYTES];
		const char *text = forms->items[i].text;

		if (!(forms->items[i].flags & FORM_HEAD) || strlen(text) > 60)
			continue;
		if (!ends_with_one_of(text, s_endings, COUNT(s_endings)))
			continue;
		snprintf(linked, sizeof linked, "%ss", text);
		forms_get(forms, linked);
	}
}

/* What is no other word; of what only umlauts tell apart, there is none. */
void roles_add_bare(struct forms *forms)
{
	size_t count = forms->count;

	for (size_t i = 0; i < count; i++) {
		char bare[WORD_BYTES];
		struct form *form = &forms->items[i], of = *form;

		letters_strip(form->text, bare);
		if (strcmp(bare, form->text) == 0 || forms_find(forms, bare))
			continue;
		form = forms_get(forms, bare);
		form->flags = of.flags | FORM_BARE;
		form->group_count = of.group_count;
		memcpy(form->groups, of.groups, sizeof of.groups);
	}
}

static bool by_rule(const struct forms *forms, const char *text, const char *const *endings, size_t count)
{
	char without[WORD_BYTES];
	size_t length = strlen(text);

	if (length < 3 || text[length - 1] != 's')
		return false;
	snprintf(without, sizeof without, "%.*s", (int)(length - 1), text);
	return (!endings || ends_with_one_of(without, endings, count)) && forms_has(forms, without, FORM_HEAD | (endings ? 0 : FORM_NOUN));
}

static uint8_t front_cost(const struct forms *forms, const struct form *form)
{
	size_t length = strlen(form->text);

	if (length < 2)
		return 0;
	if (form->flags & FORM_FRONT)
		return FRONT_NAMED + (length == 2 ? EXTRA_TWO : length == 3 ? EXTRA_THREE : 0);
	if (by_rule(forms, form->text, s_endings, COUNT(s_endings)))
		return FRONT_BY_RULE;
	if (length < 4)
		return 0;
	/* Nouns that are infinitives mostly take an s: lebens. */
	if ((form->flags & (FORM_NOUN | FORM_HEAD)) == (FORM_NOUN | FORM_HEAD))
		return (uint8_t)(FRONT_NOUN + (length == 4 ? EXTRA_FOUR : 0) +
				 (form->flags & FORM_OTHER && letters_end(form->text, "en") ? EXTRA_INFINITIVE : 0));
	return length > 5 && by_rule(forms, form->text, NULL, 0) ? FRONT_LINKED : 0;
}

static uint8_t head_cost(const struct form *form)
{
	size_t length = strlen(form->text);

	if (length < 3 || !(form->flags & FORM_NOUN) || is_one_of(form->text, suffixes, COUNT(suffixes)))
		return 0;
	if (is_one_of(form->text, rare, COUNT(rare)))
		return HEAD_NAMED + EXTRA_RARE;
	if (form->flags & FORM_HEAD)
		return HEAD_NAMED + (length == 3 ? EXTRA_HEAD : 0);
	return length >= 4 ? HEAD_NOUN : 0;
}

/* ---- whole words of the dictionary that are compounds ---- */

static bool is_verb(const struct forms *forms, const char *text, size_t kept, const char *ending)
{
	char verb[WORD_BYTES + 8];

	snprintf(verb, sizeof verb, "%.*s%s", (int)kept, text, ending);
	return forms_has(forms, verb, FORM_OTHER);
}

/* A noun of a verb: Handlung of handeln, Schreiber of schreiben. It has the parts that the verb has: none. */
static bool is_from_verb(const struct forms *forms, const char *text, const char *ending)
{
	size_t kept = strlen(text) - strlen(ending);
	char swapped[WORD_BYTES];

	if (!letters_end(text, ending) || kept < 3)
		return false;
	if (is_verb(forms, text, kept, "en") || is_verb(forms, text, kept, "n"))
		return true;
	snprintf(swapped, sizeof swapped, "%.*se%cn", (int)(kept - 1), text, text[kept - 1]);
	return strchr("lr", text[kept - 1]) && forms_has(forms, swapped, FORM_OTHER);
}

static bool is_derived(const struct forms *forms, const char *text)
{
	static const char *const of_verbs[] = { "erinnen", "erin", "ern", "ers", "er", "ungen", "ung" };
	static const char *const of_ieren[] = { "ationen", "ation", "", "e", "s", "en", "es" };
	static const char *const feminine[] = { "innen", "in" };
	size_t length = strlen(text);

	for (size_t i = 0; i < COUNT(of_verbs); i++) {
		if (is_from_verb(forms, text, of_verbs[i]))
			return true;
	}
	for (size_t i = 0; i < COUNT(of_ieren); i++) {
		if (letters_end(text, of_ieren[i]) && is_verb(forms, text, length - strlen(of_ieren[i]), "ieren"))
			return true;
	}
	for (size_t i = 0; i < COUNT(feminine); i++) {
		char base[WORD_BYTES];

		if (!letters_end(text, feminine[i]))
			continue;
		snprintf(base, sizeof base, "%.*se", (int)(length - strlen(feminine[i])), text);
		if (forms_find(forms, base))
			return true;
		base[strlen(base) - 1] = '\0';
		if (forms_find(forms, base))
			return true;
	}
	return false;
}

/* The front of a whole word: named by the dictionary or linked by rule; other nouns only if they are too long for chance. */
static bool is_front(const struct forms *forms, const char *text)
{
	const struct form *form = forms_find(forms, text);

	if (is_one_of(text, particles, COUNT(particles)))
		return false;
	if (form && form->flags & FORM_FRONT)
		return true;
	if (by_rule(forms, text, s_endings, COUNT(s_endings)))
		return true;
	return form && strlen(text) >= 5 && (form->flags & (FORM_NOUN | FORM_HEAD)) == (FORM_NOUN | FORM_HEAD) &&
	       !(form->flags & FORM_OTHER);
}

static bool is_head(const struct forms *forms, const char *text)
{
	const struct form *form = forms_find(forms, text);

	if (!form || is_one_of(text, suffixes, COUNT(suffixes)))
		return false;
	return (form->flags & (FORM_NOUN | FORM_HEAD)) == (FORM_NOUN | FORM_HEAD);
}

/* Staub|ecken or Stau|becken? Where a letter may go with either side, nobody can tell. An s is a link far more often. */
static bool is_ambiguous(const struct forms *forms, const char *text, size_t front)
{
	for (size_t other = front - 1; other <= front + 1; other += 2) {
		char first[WORD_BYTES];

		snprintf(first, sizeof first, "%.*s", (int)other, text);
		if (text[other < front ? other : front] != 's' && other >= 3 && forms_has(forms, first, FORM_NOUN | FORM_HEAD) &&
		    is_head(forms, text + other))
			return true;
	}
	return false;
}

/* Where a word is parted. The longest front with four letters wins, else one with three. */
static uint8_t find_split(const struct forms *forms, const char *text, bool linked)
{
	size_t length = strlen(text);

	for (size_t front = length - 4; front >= 3 && length >= 7; front--) {
		char first[WORD_BYTES], rest[WORD_BYTES];

		snprintf(first, sizeof first, "%.*s", (int)front, text);
		snprintf(rest, sizeof rest, "%s", text + front);
		if (!is_front(forms, first))
			continue;
		if (is_head(forms, rest))
			return is_ambiguous(forms, text, front) ? 0 : (uint8_t)front;
		if (linked && letters_end(rest, "s")) {
			rest[strlen(rest) - 1] = '\0';
			if (is_head(forms, rest))
				return (uint8_t)front;
		}
	}
	return 0;
}

void roles_find(const struct forms *forms, const struct form *form, struct lexicon_word *word)
{
	bool noun = (form->flags & (FORM_NOUN | FORM_OTHER)) == FORM_NOUN;
	bool only_front = !(form->flags & FORM_WORD) && strlen(form->text) >= 8;

	if (form->flags & FORM_WORD)
		word->traits |= form->flags & FORM_NOUN ? LEXICON_WORD | LEXICON_NOUN : LEXICON_WORD;
	if (form->function)
		word->traits |= LEXICON_FUNCTION;
	word->modifier = front_cost(forms, form);
	word->head = head_cost(form);
	if (form->flags & FORM_BARE) {
		word->modifier = (uint8_t)(word->modifier > 0 && strlen(form->text) > 4 ? word->modifier + EXTRA_BARE : 0);
		word->head = (uint8_t)(word->head > 0 && strlen(form->text) > 4 ? word->head + EXTRA_BARE : 0);
	}
	if (!(form->flags & FORM_WHOLE) && (noun || only_front) && !is_derived(forms, form->text))
		word->split = find_split(forms, form->text, only_front);
}
