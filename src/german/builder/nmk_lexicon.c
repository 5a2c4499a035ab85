/* nmk_lexicon.c -- host tool: make a lexicon of German.
 *
 *     nmk_lexicon AFFIXES DICTIONARY WORDS FUNCTION_WORDS VERBS FILE
 *
 * AFFIXES and DICTIONARY are Hunspell's, of igerman98; the others lists of our own. */
#include <stdio.h>
#include <stdlib.h>
#include "automaton.h"
#include "builder.h"

_Noreturn void builder_fail(const char *what, const char *why)
{
	fprintf(stderr, "nmk_lexicon: %s: %s\n", what, why);
	exit(1);
}

void *builder_resize(void *memory, size_t count, size_t size)
{
	void *resized = realloc(memory, count * size + 1);

	if (!resized)
		builder_fail("lexicon", "out of memory");
	return resized;
}

static void write_file(const char *path, const unsigned char *bytes, size_t size)
{
	FILE *file = fopen(path, "wb");

	if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0)
		builder_fail(path, "cannot be written");
}

static size_t length_of(const char *text)
{
	size_t length = 0;

	while (text[length])
		length++;
	return length;
}

int main(int count, char **arguments)
{
	struct automaton *automaton = automaton_new();
	struct forms forms = { 0 };
	struct stems *stems;
	unsigned char *bytes;
	size_t size;

	if (count != 7 || !automaton)
		builder_fail("usage", "nmk_lexicon AFFIXES DICTIONARY WORDS FUNCTION_WORDS VERBS FILE");
	forms_read_hunspell(&forms, arguments[1], arguments[2]);
	forms_read_words(&forms, arguments[3]);
	forms_read_function_words(&forms, arguments[4]);
	relations_unite(&forms);
	forms_read_verbs(&forms, arguments[5]);
	relations_part(&forms);
	roles_add_fronts(&forms);
	roles_add_bare(&forms);
	forms_sort(&forms);
	stems = stems_new(&forms);
	for (size_t i = 0; i < forms.count; i++) {
		struct lexicon_word word = { 0 };

		roles_find(&forms, &forms.items[i], &word);
		stems_find(stems, &forms.items[i], &word);
		automaton_add(automaton, forms.items[i].text, length_of(forms.items[i].text), &word);
	}
	bytes = automaton_finish(automaton, &size);
	if (!bytes)
		builder_fail(arguments[6], "is more than the format has room for");
	write_file(arguments[6], bytes, size);
	printf("%zu words, %zu bytes\n", forms.count, size);
	free(bytes);
	stems_free(stems);
	forms_free(&forms);
	automaton_free(automaton);
	return 0;
}
