#include "builder.h"

#include <stdlib.h>
#include <string.h>

#define LINE_BYTES 1024
#define RULES      2000

struct rule {
	char flag;
	bool prefix;
	char strip[16];
	char add[24];
	char condition[64];
};

struct reader {
	struct rule   rules[RULES];
	size_t        count;
	hunspell_sink sink;
	void         *context;
};

/* Flags whose affixes make no word: they rule compounds, or are marks of the entry. */
static const char compound_flags[] = "ijkeghmozxycfdnw";

static FILE *open_file(const char *path)
{
	FILE *file = fopen(path, "r");

	if (!file)
		builder_fail(path, "cannot be opened");
	return file;
}

static bool copy_part(char *to, size_t room, const char *from)
{
	size_t length = strcspn(from, "/");

	if (strcmp(from, "0") == 0)
		length = 0;
	if (length >= room)
		return false;
	memcpy(to, from, length);
	to[length] = '\0';
	return true;
}

/* "SFX S   0   s   [^s]": a rule, if it has a condition; the first line of a flag has a number there. */
static void read_rule(struct reader *reader, char *line)
{
	char kind[8], flag[8], strip[64], add[64], condition[64];
	struct rule *rule = &reader->rules[reader->count];

	if (sscanf(line, "%7s %7s %63s %63s %63s", kind, flag, strip, add, condition) != 5)
		return;
	if ((strcmp(kind, "SFX") != 0 && strcmp(kind, "PFX") != 0) || flag[1] || strchr(compound_flags, flag[0]))
		return;
	if (reader->count == RULES)
		builder_fail("affixes", "are too many");
	rule->flag = flag[0];
	rule->prefix = kind[0] == 'P';
	snprintf(rule->condition, sizeof rule->condition, "%s", condition);
	if (letters_to_latin1(strip) && letters_to_latin1(add) && letters_to_latin1(rule->condition) &&
	    copy_part(rule->strip, sizeof rule->strip, strip) && copy_part(rule->add, sizeof rule->add, add))
		reader->count++;
}

/* Letters that a condition speaks about: each a letter, a dot, or a set in brackets. */
static size_t condition_length(const char *condition)
{
	size_t length = 0;

	for (; *condition; condition++, length++) {
		if (*condition == '[')
			condition += strcspn(condition, "]");
	}
	return length;
}

static const char *match_one(const char *condition, char letter, bool *matches)
{
	const char *end;

	if (*condition != '[') {
		*matches = *condition == '.' || *condition == letter;
		return condition + 1;
	}
	end = condition + strcspn(condition, "]");
	*matches = memchr(condition + 1, letter, (size_t)(end - condition - 1)) != NULL;
	if (condition[1] == '^')
		*matches = !*matches;
	return *end ? end + 1 : end;
}

static bool matches_here(const char *condition, const char *text)
{
	bool matches = true;

	while (*condition && matches)
		condition = match_one(condition, *text++, &matches);
	return matches;
}

static bool applies(const struct rule *rule, const char *word)
{
	size_t length = strlen(word), wanted = strcmp(rule->condition, ".") == 0 ? 0 : condition_length(rule->condition);

	if (length < wanted || length <= strlen(rule->strip))
		return false;
	if (rule->prefix)
		return letters_begin(word, rule->strip) && (wanted == 0 || matches_here(rule->condition, word));
	return letters_end(word, rule->strip) && (wanted == 0 || matches_here(rule->condition, word + length - wanted));
}

static void add_suffixed(const struct reader *reader, struct hunspell_word word, const char *stem)
{
	char form[WORD_BYTES];

	for (size_t i = 0; i < reader->count; i++) {
		const struct rule *rule = &reader->rules[i];

		if (rule->prefix || !strchr(word.flags, rule->flag) || !applies(rule, stem))
			continue;
		snprintf(form, sizeof form, "%.*s%s", (int)(strlen(stem) - strlen(rule->strip)), stem, rule->add);
		word.text = form;
		word.affix = rule->flag;
		reader->sink(reader->context, &word);
	}
}

static void add_entry(const struct reader *reader, const char *entry, const char *flags)
{
	struct hunspell_word word = { .text = entry, .lemma = entry, .flags = flags };
	char prefixed[WORD_BYTES];

	reader->sink(reader->context, &word);
	add_suffixed(reader, word, entry);
	word.negated = true;
	for (size_t i = 0; i < reader->count; i++) {
		const struct rule *rule = &reader->rules[i];

		if (!rule->prefix || !strchr(flags, rule->flag) || !applies(rule, entry))
			continue;
		snprintf(prefixed, sizeof prefixed, "%s%s", rule->add, entry + strlen(rule->strip));
		word.lemma = word.text = prefixed;
		word.affix = 0;
		reader->sink(reader->context, &word);
		add_suffixed(reader, word, prefixed);
	}
}

static void read_entry(const struct reader *reader, char *line)
{
	char folded[WORD_BYTES], *flags;

	line[strcspn(line, " \t\r\n")] = '\0';
	if (!letters_to_latin1(line) || strlen(line) > 60)
		return;
	flags = line + strcspn(line, "/");
	if (*flags)
		*flags++ = '\0';
	if (letters_fold(line, folded))
		add_entry(reader, line, flags);
}

void hunspell_read(const char *affixes, const char *dictionary, hunspell_sink sink, void *context)
{
	struct reader *reader = builder_resize(NULL, 1, sizeof *reader);
	char line[LINE_BYTES];
	FILE *file = open_file(affixes);

	*reader = (struct reader){ .sink = sink, .context = context };
	while (fgets(line, sizeof line, file))
		read_rule(reader, line);
	fclose(file);
	file = open_file(dictionary);
	while (fgets(line, sizeof line, file))
		read_entry(reader, line);
	fclose(file);
	free(reader);
}
