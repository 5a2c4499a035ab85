/* zip_fuzz.c -- archives of strangers: whatever they are, an accepted one can be read to its end, any part of it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "zip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct memory {
	const uint8_t *bytes;
	size_t         length;
};

static int memory_read(void *context, uint64_t offset, void *buffer, size_t length)
{
	const struct memory *memory = context;

	if (offset > memory->length || length > memory->length - offset)
		abort(); /* nothing is asked for that does not exist */
	memcpy(buffer, memory->bytes + offset, length);
	return 0;
}

struct content {
	uint64_t length;
	uint32_t crc32;
};

static int take(void *context, const void *bytes, size_t length)
{
	struct content *content = context;

	content->length += length;
	content->crc32 = (uint32_t)crc32(content->crc32, bytes, (uInt)length);
	return 0;
}

static void read_entry(const struct zip_source *source, const struct zip_entry *entry)
{
	struct content whole = { 0, 0 };
	struct content half = { 0, 0 };

	if (zip_entry_read(source, entry, 0, UINT64_MAX, (struct zip_sink){ take, &whole }) != ZIP_ACCEPTED ||
	    whole.length != entry->size || whole.crc32 != entry->crc32)
		abort();
	if (zip_entry_read(source, entry, entry->size / 2, UINT64_MAX, (struct zip_sink){ take, &half }) !=
	    ZIP_ACCEPTED || half.length != entry->size - entry->size / 2)
		abort();
	if (entry->name[0] == '/' || strstr(entry->name, "../") || strchr(entry->name, '\\'))
		abort();
}

static void inspect(const struct zip_source *source, const struct zip_limits *limits)
{
	struct zip_archive archive;
	struct zip_report report;
	enum zip_result result = zip_inspect(source, limits, &archive, &report);

	if ((result != ZIP_ACCEPTED && result != ZIP_REJECTED) ||
	    (result == ZIP_ACCEPTED) != (report.rule == ZIP_RULE_NONE) ||
	    strlen(report.entry) >= sizeof(report.entry) || strlen(report.detail) >= sizeof(report.detail))
		abort();
	for (size_t i = 0; i < archive.count; i++)
		read_entry(source, &archive.entries[i]);
	zip_archive_free(&archive);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct zip_limits limits = zip_limits_default;
	struct memory memory = { data, size };
	struct zip_source source = { memory_read, &memory, size };

	inspect(&source, &limits);
	limits.require_main_type = limits.match_content = false;
	limits.allow_archives = limits.allow_programs = limits.allow_unknown = true;
	limits.total_bytes = 1u << 20; /* keeps the fuzzer fast */
	inspect(&source, &limits);
	return 0;
}
