#include "builder.h"

#include <string.h>

/* A group whose word is the text with another ending; NULL: none that has one of the flags. */
static struct group *with_ending(const struct forms *forms, const char *text, size_t kept, const char *ending, unsigned int flags)
{
	char changed[WORD_BYTES + 8];
	struct group *group;

	snprintf(changed, sizeof changed, "%.*s%s", (int)kept, text, ending);
	group = forms_group(forms, changed);
	return group && group->flags & flags ? group : NULL;
}

static void unite(struct forms *forms, const struct group *a, const struct group *b)
{
	if (a && b)
		forms_unite(forms, (uint32_t)(a - forms->groups), (uint32_t)(b - forms->groups));
}

/* "Daten" is more than dates, "Sinnen" no plural: what is a form of another word, or a verb, is left alone. */
static void unite_plural(struct forms *forms, const struct group *group, size_t kept, const char *ending)
{
	struct group *plural = with_ending(forms, group->lemma, kept, ending, GROUP_NOUN);
	const struct form *form = plural ? forms_find(forms, plural->lemma) : NULL;

	if (form && form->group_count == 1 && !(plural->flags & GROUP_VERB) && strcmp(group->lemma, "datum") != 0)
		unite(forms, group, plural);
}

/* Museum, Museen; Praktikum, Praktika; Firma, Firmen; Konto, Konten; Virus, Viren; Lexikon, Lexika. */
static void unite_foreign_plural(struct forms *forms, const struct group *group)
{
	static const char *const endings[][3] = { { "um", "en", "a" }, { "a", "en", "ata" }, { "o", "en", "i" }, { "us", "en", "i" },
						  { "on", "a", "en" }, { "os", "en", "oi" }, { "ma", "men", "mata" } };
	size_t length = strlen(group->lemma);

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		size_t kept = length - strlen(endings[i][0]);

		if (!letters_end(group->lemma, endings[i][0]) || kept < 3)
			continue;
		unite_plural(forms, group, kept, endings[i][1]);
		unite_plural(forms, group, kept, endings[i][2]);
	}
}

/* Väter, Vater: a plural that stands in the dictionary by itself has no genitive. */
static void unite_umlaut_plural(struct forms *forms, const struct group *group)
{
	char plain[WORD_BYTES];

	letters_strip(group->lemma, plain);
	if (strcmp(plain, group->lemma) != 0 && !(group->flags & GROUP_GENITIVE))
		unite(forms, with_ending(forms, plain, strlen(plain), "", GROUP_NOUN), group);
}

/* Ärztin, Arzt; Kollegin, Kollege; Französin, Franzose. */
static void unite_feminine(struct forms *forms, const struct group *group)
{
	char plain[WORD_BYTES];
	struct group *base;
	size_t kept = strlen(group->lemma) - 2;

	if (!letters_end(group->lemma, "in") || kept < 3 || kept >= WORD_BYTES)
		return;
	letters_strip(group->lemma, plain);
	base = with_ending(forms, group->lemma, kept, "", GROUP_NOUN);
	if (!base)
		base = with_ending(forms, group->lemma, kept, "e", GROUP_NOUN);
	if (!base)
		base = with_ending(forms, plain, kept, "", GROUP_NOUN);
	if (!base)
		base = with_ending(forms, plain, kept, "e", GROUP_NOUN);
	if (base && with_ending(forms, group->lemma, kept, "in", GROUP_NOUN) == group) {
		snprintf(plain, sizeof plain, "%snen", group->lemma);    /* -innen: a person */
		if (forms_has(forms, plain, FORM_NOUN))
			unite(forms, base, group);
	}
}

/* gelernt, lernen; aufgeräumt, aufräumen: the infinitive with "ge" before the first letters of the rest. */
static void unite_participle(struct forms *forms, const struct group *group)
{
	const char *lemma = group->lemma, *ge = strstr(lemma, "ge");
	size_t length = strlen(lemma);

	for (; ge && (ge - lemma) < 8; ge = strstr(ge + 1, "ge")) {
		char infinitive[WORD_BYTES];
		size_t front = (size_t)(ge - lemma), kept = length - 3;
		struct group *verb;

		if (length > 100 || ge[2] == '\0' || kept < front + 2 || lemma[length - 1] != 't')
			return;
		snprintf(infinitive, sizeof infinitive, "%.*s%.*s", (int)front, lemma, (int)(kept - front), ge + 2);
		verb = with_ending(forms, infinitive, kept, "en", GROUP_VERB);
		if (!verb && infinitive[kept - 1] == 'e')
			verb = with_ending(forms, infinitive, kept, "n", GROUP_VERB);
		if (!verb)
			verb = with_ending(forms, infinitive, kept, "n", GROUP_VERB);
		unite(forms, verb, group);
	}
}

/* An adjective that is also a form of a verb: verkauft, of verkaufen; lernend, of lernen. */
static void unite_verb_form(struct forms *forms, struct group *group)
{
	const struct form *form = forms_find(forms, group->lemma);

	for (uint8_t i = 0; form && i < form->group_count; i++) {
		struct group *other = &forms->groups[form->groups[i]];

		if (other != group && other->flags & GROUP_VERB && strlen(other->lemma) > 3)
			unite(forms, other, group);
	}
}

/* The dictionary lacks the plural of Museum and others. */
static void add_foreign_plural(struct forms *forms, uint32_t group)
{
	const char *lemma = forms->groups[group].lemma;
	const struct form *singular = forms_find(forms, lemma);
	char plural[WORD_BYTES + 8];
	struct form *form;
	uint8_t flags;

	if (!singular || !letters_end(lemma, "um") || letters_end(lemma, "aum") || strlen(lemma) < 5)
		return;
	flags = singular->flags;
	snprintf(plural, sizeof plural, "%.*sen", (int)(strlen(lemma) - 2), lemma);
	form = forms_find(forms, plural);
	/* "Museen" is there as a form of Muse, but a noun in -e has no plural in -een. */
	if (form && lemma[strlen(lemma) - 3] != 'e')
		return;
	form = forms_get(forms, plural);
	form->group_count = 0;
	form->flags = flags & (FORM_WORD | FORM_NOUN | FORM_HEAD);
	forms_join(forms, form, group);
}

void relations_unite(struct forms *forms)
{
	for (uint32_t i = 0; i < forms->group_count; i++) {
		if (forms->groups[i].flags & GROUP_NOUN)
			add_foreign_plural(forms, i);
	}
	for (size_t i = 0; i < forms->group_count; i++) {
		struct group *group = &forms->groups[i];

		if (group->flags & GROUP_NOUN) {
			unite_foreign_plural(forms, group);
			unite_feminine(forms, group);
			unite_umlaut_plural(forms, group);
		}
		if (group->flags & GROUP_ADJECTIVE) {
			unite_participle(forms, group);
			unite_verb_form(forms, group);
		}
	}
}

/* Förderung is no Forderung, since fördern is not fordern. */
static void part_derived(const struct forms *forms, struct group *group)
{
	char verb[WORD_BYTES];
	size_t length = strcspn(group->lemma, "/");
	const struct group *base;

	if (group->lemma[length] == '\0' || length >= sizeof verb)
		return;
	snprintf(verb, sizeof verb, "%.*s", (int)length, group->lemma);
	base = forms_group(forms, verb);
	if (base && base->flags & GROUP_APART)
		group->flags |= GROUP_APART;
}

/* A word of the same kind that differs in nothing but the umlaut, and of which this is no other form. Plurals with an umlaut stand in
 * the dictionary beside their singular, but have no genitive: Väter. */
void relations_part(struct forms *forms)
{
	for (size_t i = 0; i < forms->group_count; i++) {
		struct group *group = &forms->groups[i], *other;
		const unsigned int kinds[] = { GROUP_VERB, GROUP_GENITIVE };
		char plain[WORD_BYTES];
		bool apart;

		letters_strip(group->lemma, plain);
		other = strcmp(plain, group->lemma) != 0 ? forms_group(forms, plain) : NULL;
		if (!other || forms_root(forms, (uint32_t)i) == forms_root(forms, (uint32_t)(other - forms->groups)))
			continue;
		apart = group->flags & GROUP_ADJECTIVE && !(other->flags & GROUP_NOUN);
		for (size_t kind = 0; kind < 2; kind++)
			apart = apart || (group->flags & kinds[kind] && other->flags & kinds[kind]);
		if (apart)
			forms->groups[forms_root(forms, (uint32_t)i)].flags |= GROUP_APART;
	}
	for (size_t i = 0; i < forms->group_count; i++)
		part_derived(forms, &forms->groups[i]);
}
