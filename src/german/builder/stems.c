#include "builder.h"

#include <libstemmer.h>
#include <stdlib.h>
#include <string.h>
#include "lexicon.h"

#define STEM_BYTES 160

/* The stem of a group: of a verb, that of its infinitive; of a noun like Messer, all of it, since it is about no Messe; of others, what
 * most of their forms have. Groups that were united with it have no say. */
struct stems {
	const struct forms *forms;
	struct sb_stemmer  *stemmer;
	char              (*own)[STEM_BYTES];    /* by form: what the stemmer says, Latin-1 */
	uint32_t           *chosen;              /* by group: the form whose stem it has                  */
	uint32_t           *votes;               /* by group                                              */
	char              **endings;             /* each once: they are few                               */
	size_t              ending_count;
};

static void encode(const char *latin1, char utf8[2 * STEM_BYTES])
{
	for (; *latin1; latin1++) {
		unsigned char letter = (unsigned char)*latin1;

		if (letter >= 0x80) {
			*utf8++ = (char)(0xC0 | letter >> 6);
			letter = 0x80 | (letter & 0x3F);
		}
		*utf8++ = (char)letter;
	}
	*utf8 = '\0';
}

static void stem(const struct stems *stems, const char *text, char own[STEM_BYTES])
{
	char utf8[2 * STEM_BYTES];
	const sb_symbol *stemmed;

	encode(text, utf8);
	stemmed = sb_stemmer_stem(stems->stemmer, (const sb_symbol *)utf8, (int)strlen(utf8));
	if (!stemmed)
		builder_fail("stems", "out of memory");
	snprintf(utf8, sizeof utf8, "%s", (const char *)stemmed);
	letters_to_latin1(utf8);
	snprintf(own, STEM_BYTES, "%.*s", STEM_BYTES - 1, utf8);
}

/* Forms in the order of (group, plain stem): runs of them are the votes. */
struct vote {
	uint32_t group;
	uint32_t form;
	char     plain[STEM_BYTES];
};

static int by_group_and_stem(const void *a, const void *b)
{
	const struct vote *x = a, *y = b;
	int order = strcmp(x->plain, y->plain);

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return order != 0 ? order : (x->form > y->form) - (x->form < y->form);
}

static void count_votes(struct stems *stems, struct vote *votes, size_t count)
{
	qsort(votes, count, sizeof *votes, by_group_and_stem);
	for (size_t i = 0, end; i < count; i = end) {
		for (end = i; end < count && votes[end].group == votes[i].group && strcmp(votes[end].plain, votes[i].plain) == 0;)
			end++;
		if (end - i > stems->votes[votes[i].group]) {
			stems->votes[votes[i].group] = (uint32_t)(end - i);
			stems->chosen[votes[i].group] = votes[i].form;
		}
	}
}

/* A noun in -er that is singular: Messer, Leber; not Bücher, which has Buch. */
static bool keeps_er(const struct forms *forms, const struct group *group)
{
	char singular[WORD_BYTES];
	const struct group *other;

	if (!(group->flags & GROUP_NOUN) || !letters_end(group->lemma, "er") || strlen(group->lemma) < 5)
		return false;
	letters_strip(group->lemma, singular);
	singular[strlen(singular) - 2] = '\0';
	other = forms_group(forms, singular);
	return group->flags & GROUP_GENITIVE || !other || !(other->flags & GROUP_NOUN);
}

/* Verbs in -eln and -ern keep that: regeln and Regel are near, wandern and Wand are not. */
static bool keeps_all_but_n(const struct group *group)
{
	return group->flags & GROUP_VERB && (letters_end(group->lemma, "eln") || letters_end(group->lemma, "ern"));
}

static bool may_vote(const struct forms *forms, const struct group *group, const char *form)
{
	return !(group->flags & GROUP_VERB || keeps_er(forms, group)) || strcmp(group->lemma, form) == 0;
}

struct stems *stems_new(const struct forms *forms)
{
	struct stems *stems = builder_resize(NULL, 1, sizeof *stems);
	struct vote *votes = builder_resize(NULL, forms->count * FORM_GROUPS, sizeof *votes);
	size_t count = 0;

	*stems = (struct stems){ .forms = forms };
	stems->stemmer = sb_stemmer_new("german", "UTF_8");
	if (!stems->stemmer)
		builder_fail("stemmer", "has no German");
	stems->own = builder_resize(NULL, forms->count, sizeof *stems->own);
	stems->chosen = builder_resize(NULL, forms->group_count, sizeof *stems->chosen);
	stems->votes = builder_resize(NULL, forms->group_count, sizeof *stems->votes);
	memset(stems->votes, 0, forms->group_count * sizeof *stems->votes);
	for (uint32_t i = 0; i < forms->count; i++) {
		stem(stems, forms->items[i].text, stems->own[i]);
		for (uint8_t k = 0; k < forms->items[i].group_count && !(forms->items[i].flags & FORM_BARE); k++) {
			uint32_t group = forms->items[i].groups[k];

			if (forms_root(forms, group) != group || !may_vote(forms, &forms->groups[group], forms->items[i].text))
				continue;
			votes[count].group = group;
			votes[count].form = i;
			letters_strip(stems->own[i], votes[count++].plain);
		}
	}
	count_votes(stems, votes, count);
	free(votes);
	return stems;
}

void stems_free(struct stems *stems)
{
	sb_stemmer_delete(stems->stemmer);
	for (size_t i = 0; i < stems->ending_count; i++)
		free(stems->endings[i]);
	free(stems->endings);
	free(stems->own);
	free(stems->chosen);
	free(stems->votes);
	free(stems);
}

/* The ending in UTF-8, which lives as long as the stems. */
static const char *keep(struct stems *stems, const char *latin1)
{
	char utf8[2 * STEM_BYTES];
	size_t size;

	encode(latin1, utf8);
	for (size_t i = 0; i < stems->ending_count; i++) {
		if (strcmp(stems->endings[i], utf8) == 0)
			return stems->endings[i];
	}
	size = strlen(utf8) + 1;
	stems->endings = builder_resize(stems->endings, stems->ending_count + 1, sizeof *stems->endings);
	stems->endings[stems->ending_count] = memcpy(builder_resize(NULL, size, 1), utf8, size);
	return stems->endings[stems->ending_count++];
}

/* What must happen to the folded word without umlauts (or with them, if they stay), so that it becomes the stem. */
static void describe(struct stems *stems, const char *from, const char *to, struct lexicon_word *word)
{
	char without[WORD_BYTES];
	const char *ge = strstr(from, "ge");
	size_t same = 0, length = strlen(from);

	while (from[same] && from[same] == to[same])
		same++;
	for (; ge && ge - from <= 8; ge = strstr(ge + 1, "ge")) {
		size_t front = (size_t)(ge - from), kept = front;

		snprintf(without, sizeof without, "%.*s%s", (int)front, from, ge + 2);
		while (without[kept] && without[kept] == to[kept])
			kept++;
		if (strncmp(without, to, front) != 0 || kept < same + 2)
			continue;
		same = kept;
		word->prefix = (uint8_t)(front + 1);
		length = strlen(from) - 2;
	}
	word->traits |= LEXICON_STEM;
	word->cut = (uint8_t)(length - same);
	word->ending = keep(stems, to + same);
}

static void find_wanted(const struct stems *stems, uint32_t group, char wanted[STEM_BYTES])
{
	const struct group *of = &stems->forms->groups[group];

	if (keeps_er(stems->forms, of) || keeps_all_but_n(of)) {
		letters_strip(of->lemma, wanted);
		if (keeps_all_but_n(of))
			wanted[strlen(wanted) - 1] = '\0';
	} else {
		letters_strip(stems->own[stems->chosen[group]], wanted);
	}
}

/* The stemmer takes umlauts away; here they come back. */
static void accented(const struct stems *stems, uint32_t group, char wanted[STEM_BYTES])
{
	const char *text = stems->forms->items[stems->chosen[group]].text;
	char plain[WORD_BYTES], start[WORD_BYTES];

	find_wanted(stems, group, wanted);
	snprintf(start, sizeof start, "%.*s", (int)strlen(wanted), text);
	letters_strip(start, plain);
	if (strcmp(plain, wanted) == 0)
		snprintf(wanted, STEM_BYTES, "%s", start);
}

void stems_find(struct stems *stems, const struct form *form, struct lexicon_word *word)
{
	const struct forms *forms = stems->forms;
	uint32_t number = (uint32_t)(form - forms->items), best = UINT32_MAX;
	char own[STEM_BYTES], wanted[STEM_BYTES], text[WORD_BYTES];
	bool apart = true, own_lemma = false;

	letters_strip(stems->own[number], own);
	for (uint8_t k = 0; k < form->group_count; k++) {
		uint32_t group = forms_root(forms, form->groups[k]);

		if (stems->votes[group] == 0)
			continue;
		apart = apart && forms->groups[group].flags & GROUP_APART;
		find_wanted(stems, group, wanted);
		if (best == UINT32_MAX || strcmp(wanted, own) == 0 || stems->votes[group] > stems->votes[best])
			best = group;
		if (strcmp(wanted, own) == 0)
			break;
	}
	if (best == UINT32_MAX)
		return;
	for (uint8_t k = 0; k < form->group_count && !own_lemma; k++) {
		uint32_t group = forms_root(forms, form->groups[k]);

		own_lemma = forms->groups[group].flags & GROUP_APART && strcmp(forms->groups[group].lemma, form->text) == 0;
		if (own_lemma)
			best = group;
	}
	if (apart || own_lemma) {
		accented(stems, best, wanted);
		describe(stems, form->text, wanted, word);
		word->traits |= LEXICON_UMLAUTS;
		return;
	}
	find_wanted(stems, best, wanted);
	letters_strip(form->text, text);
	if (strcmp(wanted, own) != 0)
		describe(stems, text, wanted, word);
}
