#define _GNU_SOURCE /* dladdr() */
#include "lexicon.h"

#include "lexicon_format.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define NO_NODE UINT32_MAX

struct lexicon {
	const unsigned char *bytes;
	size_t               size;
	bool                 mapped;
	bool                 partial;
	uint64_t             version;
	uint32_t             edge_count;
	uint32_t             class_count;
	uint32_t             text_size;
	const unsigned char *edges;
	const unsigned char *classes;
	const char          *text;
	uint32_t             starts[256];    /* the nodes behind the first letters: most walks end there; NO_NODE: none */
};

/* ---- its place ---- */

static uint32_t number_at(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static uint32_t edge_at(const struct lexicon *lexicon, uint32_t edge)
{
	return number_at(lexicon->edges + (size_t)edge * LEXICON_EDGE_BYTES);
}

static void find_starts(struct lexicon *lexicon)
{
	for (size_t letter = 0; letter < 256; letter++)
		lexicon->starts[letter] = NO_NODE;
	for (uint32_t edge = LEXICON_START; edge < lexicon->edge_count; edge++) {
		uint32_t value = edge_at(lexicon, edge);

		lexicon->starts[value & 0xFF] = value >> 9;
		if (value & LEXICON_LAST_EDGE)
			break;
	}
}

/* The sizes agree, and whatever else the bytes are, walks and texts end. */
static bool read_header(struct lexicon *lexicon)
{
	const unsigned char *header = lexicon->bytes;
	uint64_t size = LEXICON_HEADER_BYTES;

	if (lexicon->size < LEXICON_HEADER_BYTES || memcmp(header, LEXICON_MAGIC, LEXICON_MAGIC_BYTES) != 0)
		return false;
	lexicon->version = (uint64_t)number_at(header + 8) | (uint64_t)number_at(header + 12) << 32;
	lexicon->edge_count = number_at(header + 16);
	lexicon->class_count = number_at(header + 20);
	lexicon->text_size = number_at(header + 24);
	lexicon->partial = number_at(header + LEXICON_FLAGS_AT) & LEXICON_PARTIAL;
	size += (uint64_t)lexicon->edge_count * LEXICON_EDGE_BYTES;
	size += (uint64_t)lexicon->class_count * LEXICON_CLASS_BYTES;
	size += lexicon->text_size;
	if (size != lexicon->size || lexicon->edge_count == 0 || lexicon->text_size == 0)
		return false;
	lexicon->edges = header + LEXICON_HEADER_BYTES;
	lexicon->classes = lexicon->edges + (size_t)lexicon->edge_count * LEXICON_EDGE_BYTES;
	lexicon->text = (const char *)lexicon->classes + (size_t)lexicon->class_count * LEXICON_CLASS_BYTES;
	return lexicon->text[lexicon->text_size - 1] == '\0';
}

static int finish(struct lexicon *lexicon, struct lexicon **out)
{
	if (!read_header(lexicon)) {
		lexicon_close(lexicon);
		return LEXICON_DAMAGED;
	}
	find_starts(lexicon);
	*out = lexicon;
	return LEXICON_OK;
}

static int map_file(struct lexicon *lexicon, int file)
{
	struct stat status;
	void *bytes;

	if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size < LEXICON_HEADER_BYTES)
		return LEXICON_DAMAGED;
	lexicon->size = (size_t)status.st_size;
	bytes = mmap(NULL, lexicon->size, PROT_READ, MAP_SHARED, file, 0);
	if (bytes == MAP_FAILED)
		return LEXICON_NO_MEMORY;
	lexicon->bytes = bytes;
	lexicon->mapped = true;
	return LEXICON_OK;
}

int lexicon_open(const char *path, struct lexicon **out)
{
	struct lexicon *lexicon;
	int file, rc;

	*out = NULL;
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return LEXICON_MISSING;
	lexicon = calloc(1, sizeof *lexicon);
	rc = lexicon ? map_file(lexicon, file) : LEXICON_NO_MEMORY;
	close(file);
	if (rc == LEXICON_OK)
		return finish(lexicon, out);
	free(lexicon);
	return rc;
}

int lexicon_from_memory(void *bytes, size_t size, struct lexicon **out)
{
	struct lexicon *lexicon = calloc(1, sizeof *lexicon);

	*out = NULL;
	if (!lexicon) {
		free(bytes);
		return LEXICON_NO_MEMORY;
	}
	lexicon->bytes = bytes;
	lexicon->size = size;
	return finish(lexicon, out);
}

void lexicon_close(struct lexicon *lexicon)
{
	if (!lexicon)
		return;
	if (lexicon->mapped)
		munmap((void *)(uintptr_t)lexicon->bytes, lexicon->size);
	else
		free((void *)(uintptr_t)lexicon->bytes);
	free(lexicon);
}

static struct lexicon *installed;
static pthread_once_t installed_once = PTHREAD_ONCE_INIT;

/* Packages of other languages, which are installed anywhere, have it beside the module that this code is part of. */
static int open_beside(void)
{
	static const char name[] = "german.lexicon";
	Dl_info module;
	const char *end;
	char *path;
	int rc = LEXICON_MISSING;

	if (!dladdr(&installed, &module) || !module.dli_fname)
		return rc;
	end = strrchr(module.dli_fname, '/');
	if (!end)
		return rc;
	path = malloc((size_t)(end - module.dli_fname) + 1 + sizeof name);
	if (!path)
		return LEXICON_NO_MEMORY;
	memcpy(path, module.dli_fname, (size_t)(end - module.dli_fname) + 1);
	memcpy(path + (end - module.dli_fname) + 1, name, sizeof name);
	rc = lexicon_open(path, &installed);
	free(path);
	return rc;
}

/* A build that is tested uses its own words, not those of another version that may be installed. */
static void open_installed(void)
{
#ifdef NMK_LEXICON_BUILT
	if (lexicon_open(NMK_LEXICON_BUILT, &installed) == LEXICON_OK)
		return;
#endif
	if (open_beside() != LEXICON_OK)
		lexicon_open(NMK_LEXICON_FILE, &installed);
}

const struct lexicon *lexicon_installed(void)
{
	pthread_once(&installed_once, open_installed);
	return installed;
}

uint64_t lexicon_version(const struct lexicon *lexicon)
{
	return lexicon ? lexicon->version : 0;
}

bool lexicon_is_partial(const struct lexicon *lexicon)
{
	return lexicon->partial;
}

/* ---- its words ---- */

bool lexicon_step(const struct lexicon *lexicon, uint32_t *node, char letter)
{
	if (*node == LEXICON_START) {
		*node = lexicon->starts[(unsigned char)letter];
		return *node != NO_NODE;
	}
	for (uint32_t edge = *node; edge < lexicon->edge_count; edge++) {
		uint32_t value = edge_at(lexicon, edge);
		unsigned char found = (unsigned char)value;

		if (found == (unsigned char)letter) {
			*node = value >> 9;
			return true;
		}
		if (found > (unsigned char)letter || value & LEXICON_LAST_EDGE)
			return false;
	}
	return false;
}

bool lexicon_word_at(const struct lexicon *lexicon, uint32_t node, struct lexicon_word *found)
{
	const unsigned char *class;
	uint32_t first, number, ending;

	if (node >= lexicon->edge_count)
		return false;
	first = edge_at(lexicon, node);
	if ((first & 0xFF) >= LEXICON_FIRST_LETTER || (first & 0xFF) == 0 || first >> 9 >= lexicon->edge_count)
		return false;
	number = ((first & 0xFF) - 1) * 256 + (edge_at(lexicon, first >> 9) & 0xFF);
	if (number >= lexicon->class_count)
		return false;
	class = lexicon->classes + (size_t)number * LEXICON_CLASS_BYTES;
	ending = (uint32_t)class[6] | (uint32_t)class[7] << 8;
	if (ending >= lexicon->text_size)
		return false;
	*found = (struct lexicon_word){ .modifier = class[0], .head = class[1], .split = class[2], .cut = class[3],
					.prefix = class[4], .traits = class[5], .ending = lexicon->text + ending };
	return true;
}

bool lexicon_find(const struct lexicon *lexicon, const char *word, size_t length, struct lexicon_word *found)
{
	uint32_t node = LEXICON_START;

	for (size_t i = 0; i < length; i++) {
		if (!lexicon_step(lexicon, &node, word[i]))
			return false;
	}
	return lexicon_word_at(lexicon, node, found);
}
