#include "builder.h"

#include <stdlib.h>
#include <string.h>

#define LINE_BYTES 4096

/* ---- two tables by text: a place holds a number + 1, 0 is free ---- */

static size_t hash_of(const char *text)
{
	uint64_t hash = 14695981039346656037ULL;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 1099511628211ULL;
	return (size_t)(hash ^ hash >> 31);
}

static const char *text_of(const struct forms *forms, bool groups, uint32_t number)
{
	return groups ? forms->groups[number].lemma : forms->items[number].text;
}

static uint32_t *place_of(const struct forms *forms, bool groups, const char *text)
{
	uint32_t *table = groups ? forms->group_table : forms->form_table;
	size_t room = groups ? forms->group_room : forms->form_room, at = hash_of(text) & (room - 1);

	while (table[at] != 0 && strcmp(text_of(forms, groups, table[at] - 1), text) != 0)
		at = (at + 1) & (room - 1);
	return table + at;
}

static void fill_table(struct forms *forms, bool groups, size_t room)
{
	uint32_t **table = groups ? &forms->group_table : &forms->form_table;
	size_t count = groups ? forms->group_count : forms->count;

	free(*table);
	*table = builder_resize(NULL, room, sizeof **table);
	memset(*table, 0, room * sizeof **table);
	*(groups ? &forms->group_room : &forms->form_room) = room;
	for (uint32_t i = 0; i < count; i++)
		*place_of(forms, groups, text_of(forms, groups, i)) = i + 1;
}

static char *copy(const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(builder_resize(NULL, size, 1), text, size);
}

static bool is_power(size_t number)
{
	return (number & (number - 1)) == 0;
}

struct form *forms_find(const struct forms *forms, const char *text)
{
	uint32_t found = forms->form_room > 0 ? *place_of(forms, false, text) : 0;

	return found ? &forms->items[found - 1] : NULL;
}

bool forms_has(const struct forms *forms, const char *text, unsigned int flags)
{
	const struct form *form = forms_find(forms, text);

	return form && (form->flags & flags) == flags;
}

struct form *forms_get(struct forms *forms, const char *text)
{
	struct form *form = forms_find(forms, text);

	if (form)
		return form;
	if (forms->count >= 1024 ? is_power(forms->count) : forms->count == 0) {
		size_t room = forms->count ? 2 * forms->count : 1024;

		forms->items = builder_resize(forms->items, room, sizeof *forms->items);
		fill_table(forms, false, 2 * room);
	}
	form = &forms->items[forms->count++];
	*form = (struct form){ .text = copy(text) };
	*place_of(forms, false, text) = (uint32_t)forms->count;
	return form;
}

struct group *forms_group(const struct forms *forms, const char *lemma)
{
	uint32_t found = forms->group_room > 0 ? *place_of(forms, true, lemma) : 0;

	return found ? &forms->groups[found - 1] : NULL;
}

uint32_t forms_group_get(struct forms *forms, const char *lemma)
{
	struct group *group = forms_group(forms, lemma);

	if (group)
		return (uint32_t)(group - forms->groups);
	if (forms->group_count >= 1024 ? is_power(forms->group_count) : forms->group_count == 0) {
		size_t room = forms->group_count ? 2 * forms->group_count : 1024;

		forms->groups = builder_resize(forms->groups, room, sizeof *forms->groups);
		fill_table(forms, true, 2 * room);
	}
	group = &forms->groups[forms->group_count];
	*group = (struct group){ .lemma = copy(lemma), .same_as = (uint32_t)forms->group_count };
	*place_of(forms, true, lemma) = (uint32_t)++forms->group_count;
	return (uint32_t)forms->group_count - 1;
}

void forms_join(struct forms *forms, struct form *form, uint32_t group)
{
	for (uint8_t i = 0; i < form->group_count; i++) {
		if (form->groups[i] == group)
			return;
	}
	(void)forms;
	if (form->group_count < FORM_GROUPS)
		form->groups[form->group_count++] = group;
}

uint32_t forms_root(const struct forms *forms, uint32_t group)
{
	while (forms->groups[group].same_as != group)
		group = forms->groups[group].same_as;
	return group;
}

void forms_unite(struct forms *forms, uint32_t a, uint32_t b)
{
	a = forms_root(forms, a);
	b = forms_root(forms, b);
	if (a != b)
		forms->groups[b].same_as = a;
}

static int by_text(const void *a, const void *b)
{
	const struct form *x = a, *y = b;

	return strcmp(x->text, y->text);
}

void forms_sort(struct forms *forms)
{
	qsort(forms->items, forms->count, sizeof *forms->items, by_text);
	fill_table(forms, false, forms->form_room);
}

void forms_free(struct forms *forms)
{
	for (size_t i = 0; i < forms->count; i++)
		free(forms->items[i].text);
	for (size_t i = 0; i < forms->group_count; i++)
		free(forms->groups[i].lemma);
	free(forms->items);
	free(forms->groups);
	free(forms->form_table);
	free(forms->group_table);
}

/* ---- the dictionary ---- */

static bool has_any(const char *flags, const char *wanted)
{
	return strpbrk(flags, wanted) != NULL;
}

static bool is_capital(char letter)
{
	unsigned char byte = (unsigned char)letter;

	return (byte >= 'A' && byte <= 'Z') || (byte >= 0xC0 && byte <= 0xDE);
}

/* Affixes that make another word of it, with a group of its own: -ung, -bar, -lich, -chen. */
static bool is_derivation(char affix)
{
	return affix && strchr("JBLM", affix);
}

static uint8_t group_flags(const struct hunspell_word *word)
{
	bool noun = is_capital(word->lemma[0]);
	uint8_t flags = noun ? GROUP_NOUN : 0;

	if (!noun && has_any(word->flags, "A"))
		flags |= GROUP_ADJECTIVE;
	if (!noun && has_any(word->flags, "IXYWVD") && letters_end(word->lemma, "n"))
		flags |= GROUP_VERB;
	if (noun && (has_any(word->flags, "STPEF") || (has_any(word->flags, "N") && letters_end(word->lemma, "e"))))
		flags |= GROUP_GENITIVE;
	return flags;
}

static uint32_t group_of(struct forms *forms, const struct hunspell_word *word)
{
	char folded[WORD_BYTES], key[WORD_BYTES + 2];
	uint32_t group;

	letters_fold(word->lemma, folded);
	snprintf(key, sizeof key, is_derivation(word->affix) ? "%s/%c" : "%s", folded, word->affix);
	group = forms_group_get(forms, key);
	if (!is_derivation(word->affix))
		forms->groups[group].flags |= group_flags(word);
	return group;
}

/* Entries with h are no words, only parts in front; those with o are no words, but those with z end a compound. */
static void take_word(void *context, const struct hunspell_word *word)
{
	struct forms *forms = context;
	char folded[WORD_BYTES];
	struct form *form;
	bool front = has_any(word->flags, "ijke"), only_in_compounds = has_any(word->flags, "ho");

	if (has_any(word->flags, "d") || !letters_fold(word->text, folded))
		return;
	if (only_in_compounds && !front && !has_any(word->flags, "z"))
		return;
	form = forms_get(forms, folded);
	if (front && word->affix == 0)
		form->flags |= FORM_FRONT;
	if (has_any(word->flags, "z") && !has_any(word->flags, "h"))
		form->flags |= FORM_HEAD;
	if (only_in_compounds)
		return;
	form->flags |= FORM_WORD | (is_capital(word->text[0]) ? FORM_NOUN : FORM_OTHER);
	forms_join(forms, form, group_of(forms, word));
}

void forms_read_hunspell(struct forms *forms, const char *affixes, const char *dictionary)
{
	hunspell_read(affixes, dictionary, take_word, forms);
}

/* ---- our own lists: a word and its forms a line, # begins a comment ---- */

static bool read_line(FILE *file, const char *path, char line[LINE_BYTES])
{
	if (!fgets(line, LINE_BYTES, file))
		return false;
	line[strcspn(line, "#\r\n")] = '\0';
	if (!letters_to_latin1(line))
		builder_fail(path, "has letters that are not in Latin-1");
	return true;
}

static FILE *open_list(const char *path)
{
	FILE *file = fopen(path, "r");

	if (!file)
		builder_fail(path, "cannot be opened");
	return file;
}

void forms_read_words(struct forms *forms, const char *path)
{
	char line[LINE_BYTES], folded[WORD_BYTES];
	FILE *file = open_list(path);

	while (read_line(file, path, line)) {
		char *rest = NULL, *word = strtok_r(line, " \t", &rest);
		uint32_t group;

		if (!word)
			continue;
		if (!letters_fold(word, folded))
			builder_fail(path, word);
		group = forms_group_get(forms, folded);
		forms->groups[group].flags |= GROUP_NOUN;
		for (; word; word = strtok_r(NULL, " \t", &rest)) {
			struct form *form;

			if (!letters_fold(word, folded))
				builder_fail(path, word);
			form = forms_get(forms, folded);
			form->flags |= FORM_WORD | FORM_NOUN | FORM_HEAD | FORM_WHOLE;
			forms_join(forms, form, group);
		}
	}
	fclose(file);
}

void forms_read_function_words(struct forms *forms, const char *path)
{
	char line[LINE_BYTES], folded[WORD_BYTES];
	FILE *file = open_list(path);

	while (read_line(file, path, line)) {
		char *rest = NULL;

		for (char *word = strtok_r(line, " \t", &rest); word; word = strtok_r(NULL, " \t", &rest)) {
			struct form *form;

			if (!letters_fold(word, folded))
				builder_fail(path, word);
			form = forms_get(forms, folded);
			form->flags |= FORM_WORD | FORM_OTHER;
			form->function = true;
		}
	}
	fclose(file);
}

static const char *const verb_prefixes[] = { "", "ab", "an", "auf", "aus", "be", "bei", "da", "dar", "durch", "ein", "ent", "er", "fest",
	"fort", "frei", "ge", "gegen", "her", "herauf", "heraus", "herein", "herunter", "hervor", "hin", "hinaus", "hinein", "hinter",
	"hinzu", "los", "mit", "nach", "nieder", "statt", "teil", "\xFC" "ber", "um", "unter", "ver", "vor", "voran", "voraus", "vorbei",
	"weg", "weiter", "wider", "wieder", "zer", "zu", "zur\xFC" "ck", "zusammen" };

static void unite_forms(struct forms *forms, uint32_t verb, const char *prefix, const char *form)
{
	char text[2 * WORD_BYTES];
	const struct form *found;

	snprintf(text, sizeof text, "%s%s", prefix, form);
	found = forms_find(forms, text);
	for (uint8_t i = 0; found && i < found->group_count; i++) {
		/* Betrieb is no form of betreiben, and another infinitive no form of this one. */
		if (!(forms->groups[found->groups[i]].flags & (GROUP_NOUN | GROUP_VERB)))
			forms_unite(forms, verb, found->groups[i]);
	}
}

/* schreiben schrieb geschrieben; with prefixes also abgeschrieben and beschrieben, if the dictionary has them. */
static void unite_verb(struct forms *forms, const char *prefix, const char *infinitive, char *others)
{
	char text[2 * WORD_BYTES], *rest = NULL;
	struct group *verb;

	snprintf(text, sizeof text, "%s%s", prefix, infinitive);
	verb = forms_group(forms, text);
	if (!verb)
		return;
	for (char *other = strtok_r(others, " \t", &rest); other; other = strtok_r(NULL, " \t", &rest)) {
		unite_forms(forms, (uint32_t)(verb - forms->groups), prefix, other);
		if (letters_begin(other, "ge"))
			unite_forms(forms, (uint32_t)(verb - forms->groups), prefix, other + 2);
	}
}

void forms_read_verbs(struct forms *forms, const char *path)
{
	char line[LINE_BYTES], others[LINE_BYTES];
	FILE *file = open_list(path);

	while (read_line(file, path, line)) {
		char *rest = NULL, *infinitive = strtok_r(line, " \t", &rest);

		for (size_t i = 0; infinitive && i < sizeof verb_prefixes / sizeof *verb_prefixes; i++) {
			snprintf(others, sizeof others, "%s", rest);
			unite_verb(forms, verb_prefixes[i], infinitive, others);
		}
	}
	fclose(file);
}
