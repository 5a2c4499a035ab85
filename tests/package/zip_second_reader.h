/*
 * zip_second_reader.h -- the same archive through libzip, to see that both find the same in it.
 *
 * Its header and its types are called as ours are, so it is loaded while the test runs and its few functions are
 * declared here: nothing needs to be installed to build the tests.
 */
#ifndef NMK_ZIP_SECOND_READER_H
#define NMK_ZIP_SECOND_READER_H

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

#define SECOND_RAW_NAMES 64  /* ZIP_FL_ENC_RAW */
#define SECOND_READ_ONLY 16  /* ZIP_RDONLY     */

struct second_reader {
	void       *library;
	void       *(*source)(const void *bytes, uint64_t length, int free_it, void *error);
	void       *(*open)(void *source, int flags, void *error);
	void        (*discard)(void *archive);
	int64_t     (*count)(void *archive, uint32_t flags);
	const char *(*name)(void *archive, uint64_t index, uint32_t flags);
	void       *(*open_file)(void *archive, uint64_t index, uint32_t flags);
	int64_t     (*read)(void *file, void *bytes, uint64_t length);
	int         (*close_file)(void *file);
};

struct second_entry {
	const char *name;
	uint64_t    size;
	uint32_t    crc32;  /* of the content as it was read */
};

/* POSIX promises that a pointer to a function fits; ISO C has no cast for it. */
static void second_find(const struct second_reader *reader, const char *name, void *function)
{
	*(void **)function = dlsym(reader->library, name);
}

/* Is libzip there? */
static bool second_reader_load(struct second_reader *reader)
{
	reader->library = dlopen("libzip.so.5", RTLD_NOW | RTLD_LOCAL);
	if (!reader->library)
		reader->library = dlopen("libzip.so.4", RTLD_NOW | RTLD_LOCAL);
	if (!reader->library)
		return false;
	second_find(reader, "zip_source_buffer_create", &reader->source);
	second_find(reader, "zip_open_from_source", &reader->open);
	second_find(reader, "zip_discard", &reader->discard);
	second_find(reader, "zip_get_num_entries", &reader->count);
	second_find(reader, "zip_get_name", &reader->name);
	second_find(reader, "zip_fopen_index", &reader->open_file);
	second_find(reader, "zip_fread", &reader->read);
	second_find(reader, "zip_fclose", &reader->close_file);
	return reader->source && reader->open && reader->discard && reader->count && reader->name &&
	       reader->open_file && reader->read && reader->close_file;
}

static bool second_read_content(const struct second_reader *reader, void *file, struct second_entry *entry)
{
	unsigned char piece[4096];
	int64_t length;

	while ((length = reader->read(file, piece, sizeof(piece))) > 0) {
		entry->size += (uint64_t)length;
		entry->crc32 = (uint32_t)crc32(entry->crc32, piece, (uInt)length);
	}
	return length == 0;
}

static bool second_list(const struct second_reader *reader, void *archive,
                        void (*report)(void *context, const struct second_entry *entry), void *context)
{
	bool readable = true;

	for (uint64_t i = 0; readable && i < (uint64_t)reader->count(archive, 0); i++) {
		struct second_entry entry = { .name = reader->name(archive, i, SECOND_RAW_NAMES) };
		void *file = reader->open_file(archive, i, 0);

		readable = entry.name && file && second_read_content(reader, file, &entry);
		if (file)
			readable = reader->close_file(file) == 0 && readable;
		if (readable)
			report(context, &entry);
	}
	return readable;
}

/* Call back for every entry in order. False if the archive or a content cannot be read. */
static bool second_reader_list(const struct second_reader *reader, const void *bytes, size_t length,
                               void (*report)(void *context, const struct second_entry *entry), void *context)
{
	void *source = reader->source(bytes, length, 0, NULL);
	void *archive = source ? reader->open(source, SECOND_READ_ONLY, NULL) : NULL;
	bool readable;

	if (!archive)
		return false;
	readable = second_list(reader, archive, report, context);
	reader->discard(archive);
	return readable;
}
#endif
