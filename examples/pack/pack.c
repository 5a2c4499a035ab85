/* pack.c -- memory, texts, files and the archive of a learning package. */
#include "pack.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zip.h>

#define PACK_DEFAULT_DATE 1767225600   /* 2026-01-01T00:00:00Z */

static const char *program = "pack";

void pack_program_name(const char *argv0)
{
	const char *slash = strrchr(argv0, '/');

	program = slash ? slash + 1 : argv0;
}

void pack_complain(const char *subject, const char *problem)
{
	fprintf(stderr, "%s: %s: %s\n", program, subject, problem);
}

/* ---- memory ---- */

void *pack_allocate(size_t size)
{
	return pack_resize(NULL, 1, size);
}

void *pack_resize(void *memory, size_t count, size_t size)
{
	void *larger = NULL;

	if (size != 0 && count <= SIZE_MAX / size)
		larger = realloc(memory, count * size + (count == 0));
	if (!larger) {
		pack_complain("memory", "exhausted");
		exit(PACK_EXIT_FAILED);
	}
	return larger;
}

char *pack_copy_part(const char *text, size_t length)
{
	char *copy = pack_allocate(length + 1);

	memcpy(copy, text, length);
	copy[length] = '\0';
	return copy;
}

char *pack_copy(const char *text)
{
	return pack_copy_part(text, strlen(text));
}

/* ---- texts ---- */

void pack_text_add(struct pack_text *text, const char *data, size_t length)
{
	if (text->length + length >= text->capacity) {
		text->capacity = 2 * (text->length + length) + 64;
		text->data = pack_resize(text->data, text->capacity, 1);
	}
	if (length)
		memcpy(text->data + text->length, data, length);
	text->length += length;
	text->data[text->length] = '\0';
}

void pack_text_put(struct pack_text *text, const char *data)
{
	pack_text_add(text, data, strlen(data));
}

void pack_text_free(struct pack_text *text)
{
	free(text->data);
	*text = (struct pack_text){ 0 };
}

/* ---- files ---- */

bool pack_file_read(const char *path, struct pack_text *contents)
{
	char buffer[16384];
	size_t got;
	bool complete;
	FILE *file = fopen(path, "rb");

	*contents = (struct pack_text){ 0 };
	if (!file) {
		pack_complain(path, strerror(errno));
		return false;
	}
	while ((got = fread(buffer, 1, sizeof buffer, file)) > 0)
		pack_text_add(contents, buffer, got);
	pack_text_add(contents, "", 0);
	complete = !ferror(file);
	fclose(file);
	if (!complete) {
		pack_complain(path, "cannot be read");
		pack_text_free(contents);
	}
	return complete;
}

time_t pack_file_changed(const char *path)
{
	struct stat info;

	return stat(path, &info) == 0 ? info.st_mtime : (time_t)-1;
}

static bool make_one(const char *path)
{
	struct stat info;

	if (mkdir(path, 0777) == 0)
		return true;
	if (errno == EEXIST && stat(path, &info) == 0 && S_ISDIR(info.st_mode))
		return true;
	pack_complain(path, strerror(errno));
	return false;
}

bool pack_directory_make(const char *path)
{
	bool made = true;
	char *copy = pack_copy(path);

	for (char *slash = strchr(copy, '/'); made && slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (copy[0])
			made = make_one(copy);
		*slash = '/';
	}
	free(copy);
	return made && make_one(path);
}

char *pack_path(const char *directory, const char *name)
{
	struct pack_text path = { 0 };

	pack_text_put(&path, directory);
	if (path.length && path.data[path.length - 1] != '/')
		pack_text_put(&path, "/");
	pack_text_put(&path, name);
	return path.data;
}

char *pack_stem(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	const char *dot = strrchr(name, '.');

	return pack_copy_part(name, dot && dot != name ? (size_t)(dot - name) : strlen(name));
}

/* ---- the archive ---- */

time_t pack_date(void)
{
	const char *given = getenv("SOURCE_DATE_EPOCH");
	char *end = NULL;
	long long seconds = given ? strtoll(given, &end, 10) : 0;

	if (!given || end == given || *end || seconds < 0)
		return PACK_DEFAULT_DATE;
	return (time_t)seconds;
}

/* The time fields of a ZIP entry. They begin in 1980; UTC keeps them the same everywhere. */
static void dos_time(time_t when, zip_uint16_t *day, zip_uint16_t *time_of_day)
{
	struct tm utc = { 0 };
	unsigned year;

	gmtime_r(&when, &utc);
	year = utc.tm_year < 80 ? 0 : (unsigned)utc.tm_year - 80;
	*day = (zip_uint16_t)(year << 9 | (unsigned)(utc.tm_mon + 1) << 5 | (unsigned)utc.tm_mday);
	*time_of_day = (zip_uint16_t)(utc.tm_hour << 11 | utc.tm_min << 5 | utc.tm_sec / 2);
}

/* Readers disagree about names that are not plain: leave out what any of them would refuse. */
static bool name_is_plain(const char *name)
{
	if (!name[0] || name[0] == '.')
		return false;
	for (const char *c = name; *c; )  {
		unsigned long point = pack_utf8_next(&c);

		if (point < 0x20 || point == 0xFFFD || (point < 0x80 && strchr("\\/:*?\"<>|", (int)point)))
			return false;
		if (point == 0x7F || (point >= 0x300 && point <= 0x36F))   /* combining: not NFC */
			return false;
	}
	return true;
}

static bool add_entry(zip_t *archive, const struct pack_entry *entry)
{
	zip_uint16_t day, time_of_day;
	zip_int64_t index = -1;
	zip_source_t *source = zip_source_buffer(archive, entry->data, entry->length, 0);

	if (source)
		index = zip_file_add(archive, entry->name, source, ZIP_FL_ENC_UTF_8);
	if (index < 0) {
		zip_source_free(source);
		return false;
	}
	dos_time(pack_date(), &day, &time_of_day);
	return zip_set_file_compression(archive, (zip_uint64_t)index, ZIP_CM_DEFLATE, 9) == 0
	    && zip_file_set_dostime(archive, (zip_uint64_t)index, time_of_day, day, 0) == 0;
}

bool pack_archive_write(const char *path, const struct pack_entry *entries, size_t count)
{
	int code = 0;
	bool written = true;
	zip_t *archive = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code);

	if (!archive) {
		pack_complain(path, "cannot be created");
		return false;
	}
	for (size_t i = 0; i < count && written; i++) {
		if (!name_is_plain(entries[i].name))
			pack_complain(entries[i].name, "is no name for a file in a package");
		written = name_is_plain(entries[i].name) && add_entry(archive, &entries[i]);
	}
	if (written && zip_close(archive) == 0)
		return true;
	pack_complain(path, zip_strerror(archive));
	zip_discard(archive);
	return false;
}
