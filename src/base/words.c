/* words.c -- host tool: make the file of a word set from lists, and C source from the file.
 *
 *     nmk_words make FILE MINIMUM LIST...    one word a line; folded as names are; at least MINIMUM code points
 *     nmk_words embed FILE NAME FILE.c       const struct word_set NAME
 *
 * The file: "NMKWORD1", the number of hashes in four bytes, lowest first, the hashes in ascending order. */
#include "word_set.h"

#include <sodium.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "number.h"
#include "text.h"

#define MAGIC       "NMKWORD1"
#define MAGIC_BYTES 8
#define LINE_BYTES  1024

static unsigned char *hashes;
static size_t count, room;

static _Noreturn void fail(const char *what, const char *why)
{
	fprintf(stderr, "nmk_words: %s: %s\n", what, why);
	exit(1);
}

static FILE *open_file(const char *path, const char *mode)
{
	FILE *file = fopen(path, mode);

	if (!file)
		fail(path, "cannot be opened");
	return file;
}

/* ---- make ---- */

static void add_word(const char *path, char *line, size_t minimum)
{
	char *key;

	line[strcspn(line, "\r\n")] = '\0';
	if (!text_is_valid_utf8(line, strlen(line)))
		fail(path, "is not UTF-8");
	key = text_casefold_key(line);
	if (count == room) {
		room = room ? 2 * room : 1024;
		hashes = realloc(hashes, room * WORD_HASH_BYTES);
	}
	if (!key || !hashes)
		fail(path, "out of memory");
	if (text_count(key) >= minimum)
		word_hash(key, strlen(key), hashes + count++ * WORD_HASH_BYTES);
	free(key);
}

static void read_list(const char *path, size_t minimum)
{
	FILE *file = open_file(path, "r");
	char line[LINE_BYTES];

	while (fgets(line, sizeof line, file))
		add_word(path, line, minimum);
	fclose(file);
}

static int by_value(const void *a, const void *b)
{
	return memcmp(a, b, WORD_HASH_BYTES);
}

static void sort(void)
{
	size_t kept = 0;

	qsort(hashes, count, WORD_HASH_BYTES, by_value);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || by_value(hashes + i * WORD_HASH_BYTES, hashes + (kept - 1) * WORD_HASH_BYTES) != 0)
			memmove(hashes + kept++ * WORD_HASH_BYTES, hashes + i * WORD_HASH_BYTES, WORD_HASH_BYTES);
	count = kept;
}

static int make(const char *path, size_t minimum, char **lists, int lists_count)
{
	unsigned char size[4];
	FILE *file;

	for (int i = 0; i < lists_count; i++)
		read_list(lists[i], minimum);
	sort();
	put_little_endian(size, sizeof size, count);
	file = open_file(path, "wb");
	fwrite(MAGIC, 1, MAGIC_BYTES, file);
	fwrite(size, 1, sizeof size, file);
	fwrite(hashes, WORD_HASH_BYTES, count, file);
	printf("%zu words\n", count);
	return fclose(file) != 0;
}

/* ---- embed ---- */

static void read_set(const char *path)
{
	FILE *file = open_file(path, "rb");
	unsigned char head[MAGIC_BYTES + 4];

	if (fread(head, 1, sizeof head, file) != sizeof head || memcmp(head, MAGIC, MAGIC_BYTES) != 0)
		fail(path, "is no word set");
	for (int i = 0; i < 4; i++)
		count |= (size_t)head[MAGIC_BYTES + i] << (8 * i);
	hashes = malloc(count * WORD_HASH_BYTES + 1);
	if (!hashes || fread(hashes, WORD_HASH_BYTES, count, file) != count || fgetc(file) != EOF)
		fail(path, "has not the length that it names");
	for (size_t i = 1; i < count; i++)
		if (by_value(hashes + (i - 1) * WORD_HASH_BYTES, hashes + i * WORD_HASH_BYTES) >= 0)
			fail(path, "is not in order");
	fclose(file);
}

static int embed(const char *path, const char *name, const char *source)
{
	FILE *file;

	read_set(path);
	file = open_file(source, "w");
	fprintf(file, "/* Made by nmk_words. */\n#include \"word_set.h\"\nextern const struct word_set %s;\n"
	              "static const unsigned char hashes[] = {", name);
	for (size_t i = 0; i < count * WORD_HASH_BYTES; i++)
		fprintf(file, "%s%u,", i % 32 == 0 ? "\n" : "", hashes[i]);
	fprintf(file, "\n};\nconst struct word_set %s = { hashes, %zu };\n", name, count);
	return fclose(file) != 0;
}

int main(int argc, char **argv)
{
	if (sodium_init() < 0)
		fail("libsodium", "does not start");
	if (argc >= 5 && strcmp(argv[1], "make") == 0)
		return make(argv[2], (size_t)strtoul(argv[3], NULL, 10), argv + 4, argc - 4);
	if (argc == 5 && strcmp(argv[1], "embed") == 0)
		return embed(argv[2], argv[3], argv[4]);
	fail("usage", "nmk_words make FILE MINIMUM LIST... | embed FILE NAME FILE.c");
}
