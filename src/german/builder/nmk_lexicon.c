/* nmk_lexicon.c -- host tool: make a lexicon of German.
 *
 *     nmk_lexicon AFFIXES DICTIONARY WORDS FUNCTION_WORDS VERBS FILE
 *
 * AFFIXES and DICTIONARY are Hunspell's, of igerman98; the others lists of our own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static bool write_bytes(const char *path, const unsigned char *bytes, size_t size)
{
	FILE *file = fopen(path, "wb");
	bool written;

	if (!file)
		return false;
	written = fwrite(bytes, 1, size, file) == size;
	return fclose(file) == 0 && written;
}

/* A file of its own that takes the other's name: readers that have mapped the old one keep it whole. */
static void write_file(const char *path, const unsigned char *bytes, size_t size)
{
	size_t room = strlen(path) + sizeof ".new";
	char *fresh = builder_resize(NULL, room, 1);

	snprintf(fresh, room, "%s.new", path);
	if (!write_bytes(fresh, bytes, size) || rename(fresh, path) != 0) {
		remove(fresh);
		free(fresh);
		builder_fail(path, "cannot be written");
	}
	free(fresh);
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
		automaton_add(automaton, forms.items[i].text, strlen(forms.items[i].text), &word);
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
