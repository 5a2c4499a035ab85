/*
 * zip.c -- the inspection, in the order that costs an attacker's archive the least: the end record, the central
 * directory with its names and sizes, the tiling of the archive by its entries, and only then their content.
 */
#include "zip_parts.h"

#include <stdlib.h>
#include <string.h>

const struct zip_limits zip_limits_default = {
	.archive_bytes = 100u << 20,
	.entry_count = 10000,
	.directory_bytes = 8u << 20,
	.total_bytes = 1u << 30,
	.entry_bytes = 50u << 20,
	.ratio = 100,
	.ratio_from_bytes = 1u << 20,
	.require_main_type = true,
	.match_content = true,
};

/* Where the local header of an entry is said to be. Sorted, they must fill the archive. */
struct place {
	uint64_t offset;
	uint32_t index;
	uint16_t flags;
};

/* A name without the differences of case, as a number. Sorted, equal ones meet. */
struct name_key {
	uint64_t hash;
	uint32_t index;
};

struct inspection {
	const struct zip_limits *limits;
	struct zip_archive      *archive;
	struct zip_report       *report;
	struct zip_decoder      *decoder;  /* with the window through which everything is read */
	struct zip_end           end;
	struct place            *places;
	struct name_key         *keys;
	size_t                   names_used;
	struct zip_name_room     room;
};

/* -------- the central directory ---------------------------------------------------------------------------------- */

static enum zip_result check_end(const struct inspection *inspection)
{
	const struct zip_end *end = &inspection->end;
	const struct zip_limits *limits = inspection->limits;
	struct zip_report *report = inspection->report;

	if (end->count == 0)
		return zip_reject(report, ZIP_RULE_EMPTY, "no entry");
	if (end->count > limits->entry_count)
		return zip_reject(report, ZIP_RULE_ENTRY_COUNT, "%llu entries", (unsigned long long)end->count);
	if (end->directory_size > limits->directory_bytes)
		return zip_reject(report, ZIP_RULE_DIRECTORY_SIZE, "%llu bytes",
		                  (unsigned long long)end->directory_size);
	if (end->directory_size > end->ends_at || end->directory_offset != end->ends_at - end->directory_size)
		return zip_reject(report, ZIP_RULE_DIRECTORY, "it does not reach to the end record");
	if (end->directory_size < end->count * ZIP_CENTRAL_BYTES)
		return zip_reject(report, ZIP_RULE_DIRECTORY, "fewer entries than counted");
	return ZIP_ACCEPTED;
}

/* The names take what the directory leaves besides its fixed parts, and a NUL each: no input can make them grow. */
static enum zip_result make_room(struct inspection *inspection)
{
	struct zip_archive *archive = inspection->archive;
	size_t count = (size_t)inspection->end.count;

	archive->entries = calloc(count, sizeof(*archive->entries));
	archive->names = malloc((size_t)inspection->end.directory_size - count * (ZIP_CENTRAL_BYTES - 1));
	inspection->places = calloc(count, sizeof(*inspection->places));
	inspection->keys = calloc(count, sizeof(*inspection->keys));
	if (!archive->entries || !archive->names || !inspection->places || !inspection->keys)
		return ZIP_FAILED_MEMORY;
	return ZIP_ACCEPTED;
}

/*
 * Unix keeps the type of a file in the upper half of the attributes, MS-DOS and Windows in the lower one. Readers look
 * at either without asking who wrote it, so both must be harmless.
 */
static enum zip_result check_attributes(uint32_t attributes, bool is_directory, struct zip_report *report)
{
	const uint32_t format = attributes >> 16 & 0xF000u;   /* S_IFMT                             */
	const uint32_t odd = 0x0008u | 0x0040u | 0x0400u;     /* volume label, device, reparse point */
	const uint32_t folder = 0x0010u;

	if ((format != 0 && format != 0x4000u && format != 0x8000u) || attributes & odd)
		return zip_reject(report, ZIP_RULE_ENTRY_TYPE, "attributes 0x%08x", attributes);
	if (is_directory ? format == 0x8000u : format == 0x4000u || attributes & folder)
		return zip_reject(report, ZIP_RULE_FOLDER, "attributes 0x%08x", attributes);
	return ZIP_ACCEPTED;
}

static enum zip_result check_sizes(struct inspection *inspection, const struct zip_entry *entry)
{
	const struct zip_limits *limits = inspection->limits;
	struct zip_report *report = inspection->report;

	if (entry->is_directory && entry->size)
		return zip_reject(report, ZIP_RULE_FOLDER, "a folder with content");
	if (entry->size > limits->entry_bytes)
		return zip_reject(report, ZIP_RULE_ENTRY_SIZE, "%llu bytes", (unsigned long long)entry->size);
	if (entry->method == 0 && entry->size != entry->compressed_size)
		return zip_reject(report, ZIP_RULE_CONTENT_SIZE, "stored, but of two sizes");
	if (entry->size > limits->ratio_from_bytes && (entry->size - 1) / limits->ratio >= entry->compressed_size)
		return zip_reject(report, ZIP_RULE_RATIO, "%llu bytes from %llu", (unsigned long long)entry->size,
		                  (unsigned long long)entry->compressed_size);
	inspection->archive->total_size += entry->size;
	if (inspection->archive->total_size > limits->total_bytes)
		return zip_reject(report, ZIP_RULE_TOTAL_SIZE, "%llu bytes up to here",
		                  (unsigned long long)inspection->archive->total_size);
	return ZIP_ACCEPTED;
}

static enum zip_result check_kind(const struct zip_limits *limits, const struct zip_entry *entry,
                                  struct zip_report *report)
{
	enum zip_kind kind = zip_type_kind(entry->type);

	if (kind == ZIP_KIND_ARCHIVE && !limits->allow_archives)
		return zip_reject(report, ZIP_RULE_TYPE_ARCHIVE, "by its name");
	if (kind == ZIP_KIND_PROGRAM && !limits->allow_programs)
		return zip_reject(report, ZIP_RULE_TYPE_PROGRAM, "by its name");
	if (kind == ZIP_KIND_UNKNOWN && !limits->allow_unknown)
		return zip_reject(report, ZIP_RULE_TYPE_UNKNOWN, "by its name");
	return ZIP_ACCEPTED;
}

static const char *keep_name(struct inspection *inspection, const struct zip_header *header)
{
	char *name = inspection->archive->names + inspection->names_used;

	memcpy(name, header->name, header->name_length);
	name[header->name_length] = '\0';
	inspection->names_used += header->name_length + 1;
	return name;
}

/* What can be said about an entry from its central header alone. */
static enum zip_result take_entry(struct inspection *inspection, uint32_t index, const struct zip_header *header)
{
	struct zip_entry *entry = &inspection->archive->entries[index];
	bool is_utf8 = header->flags & ZIP_FLAG_UTF8 || header->path_agrees;
	enum zip_result result;

	result = zip_name_check(header->name, header->name_length, is_utf8, &inspection->room, inspection->report);
	if (result != ZIP_ACCEPTED)
		return result;
	*entry = (struct zip_entry){ .name = keep_name(inspection, header), .size = header->size,
	                             .compressed_size = header->compressed_size, .crc32 = header->crc32,
	                             .method = header->method };
	entry->is_directory = entry->name[header->name_length - 1] == '/';
	entry->type = entry->is_directory ? ZIP_TYPE_FOLDER : zip_type_by_name(entry->name);
	inspection->places[index] = (struct place){ header->local_offset, index, header->flags };
	result = check_attributes(header->attributes, entry->is_directory, inspection->report);
	if (result == ZIP_ACCEPTED)
		result = check_sizes(inspection, entry);
	if (result == ZIP_ACCEPTED)
		result = check_kind(inspection->limits, entry, inspection->report);
	return result;
}

static enum zip_result read_directory(struct inspection *inspection)
{
	struct zip_window *window = &inspection->decoder->window;
	uint64_t offset = inspection->end.directory_offset;
	enum zip_result result = ZIP_ACCEPTED;

	for (uint32_t i = 0; i < inspection->end.count && result == ZIP_ACCEPTED; i++) {
		struct zip_header header;

		result = zip_read_central(window, offset, inspection->end.ends_at, &header, &offset,
		                          inspection->report);
		if (result == ZIP_ACCEPTED)
			result = take_entry(inspection, i, &header);
		if (result == ZIP_REJECTED)
			zip_blame(inspection->report, i, header.name, header.name_length);
	}
	if (result == ZIP_ACCEPTED && offset != inspection->end.ends_at)
		return zip_reject(inspection->report, ZIP_RULE_DIRECTORY, "more than the entries that are counted");
	inspection->archive->count = (size_t)inspection->end.count;
	return result;
}

/* -------- the entries together ----------------------------------------------------------------------------------- */

static void blame_entry(const struct inspection *inspection, uint32_t index)
{
	const char *name = inspection->archive->entries[index].name;

	zip_blame(inspection->report, index, (const unsigned char *)name, strlen(name));
}

static enum zip_result reject_entry(const struct inspection *inspection, uint32_t index, enum zip_rule rule,
                                    const char *detail)
{
	blame_entry(inspection, index);
	return zip_reject(inspection->report, rule, "%s", detail);
}

static enum zip_result check_presence(const struct inspection *inspection)
{
	const struct zip_archive *archive = inspection->archive;
	bool has_file = false;
	bool has_main = false;

	for (size_t i = 0; i < archive->count; i++) {
		has_file = has_file || !archive->entries[i].is_directory;
		has_main = has_main || zip_type_kind(archive->entries[i].type) == ZIP_KIND_MAIN;
	}
	if (!has_file)
		return zip_reject(inspection->report, ZIP_RULE_NO_FILE, "folders only");
	if (!has_main && inspection->limits->require_main_type)
		return zip_reject(inspection->report, ZIP_RULE_NO_MAIN_TYPE, "accompanying files only");
	return ZIP_ACCEPTED;
}

/* FNV-1a, 64 bits: the hash of a path contains those of the folders above it. */
#define HASH_START UINT64_C(14695981039346656037)

static uint64_t hash_step(uint64_t hash, char byte)
{
	return (hash ^ (unsigned char)byte) * UINT64_C(1099511628211);
}

static int compare_keys(const void *left, const void *right)
{
	uint64_t a = ((const struct name_key *)left)->hash;
	uint64_t b = ((const struct name_key *)right)->hash;

	return (a > b) - (a < b);
}

static uint64_t hash_of_name(struct inspection *inspection, const struct zip_entry *entry)
{
	uint64_t hash = HASH_START;
	size_t length;
	const char *name = zip_name_fold(entry->name, &inspection->room, &length);

	for (size_t i = 0; i < length - entry->is_directory; i++)
		hash = hash_step(hash, name[i]);
	return hash;
}

/* A file must not be the folder of another entry. */
static enum zip_result check_parents(struct inspection *inspection, uint32_t index)
{
	const struct zip_archive *archive = inspection->archive;
	struct name_key key = { .hash = HASH_START };
	size_t length;
	const char *name = zip_name_fold(archive->entries[index].name, &inspection->room, &length);

	for (size_t i = 0; i + 1 < length; i++) {
		if (name[i] == '/') {
			const struct name_key *found = bsearch(&key, inspection->keys, archive->count,
			                                       sizeof(key), compare_keys);

			if (found && !archive->entries[found->index].is_directory)
				return reject_entry(inspection, index, ZIP_RULE_NAME_CONFLICT, "below a file");
		}
		key.hash = hash_step(key.hash, name[i]);
	}
	return ZIP_ACCEPTED;
}

/*
 * Equal names have equal hashes, so no conflict escapes. Two different names meet by chance once in 10^11 archives of
 * 10 000 entries, and who searches for such a pair only has his own archive refused.
 */
static enum zip_result check_names(struct inspection *inspection)
{
	const struct zip_archive *archive = inspection->archive;
	struct name_key *keys = inspection->keys;
	enum zip_result result = ZIP_ACCEPTED;

	for (uint32_t i = 0; i < archive->count; i++)
		keys[i] = (struct name_key){ hash_of_name(inspection, &archive->entries[i]), i };
	qsort(keys, archive->count, sizeof(keys[0]), compare_keys);
	for (size_t i = 1; i < archive->count; i++) {
		bool alike = archive->entries[keys[i].index].is_directory ==
		             archive->entries[keys[i - 1].index].is_directory;

		if (keys[i].hash == keys[i - 1].hash)
			return reject_entry(inspection, keys[i].index,
			                    alike ? ZIP_RULE_NAME_TAKEN : ZIP_RULE_NAME_CONFLICT, "the name is taken");
	}
	for (uint32_t i = 0; i < archive->count && result == ZIP_ACCEPTED; i++)
		result = check_parents(inspection, i);
	return result;
}

/* -------- the tiling --------------------------------------------------------------------------------------------- */

static int compare_places(const void *left, const void *right)
{
	uint64_t a = ((const struct place *)left)->offset;
	uint64_t b = ((const struct place *)right)->offset;

	return (a > b) - (a < b);
}

/* With a descriptor the local header may leave checksum and sizes zero: they were not known when it was written. */
static bool agrees(uint64_t local, uint64_t central, uint16_t flags)
{
	return local == central || (flags & ZIP_FLAG_DESCRIPTOR && local == 0);
}

static enum zip_result compare_headers(const struct inspection *inspection, const struct place *place,
                                       const struct zip_header *local)
{
	const struct zip_entry *entry = &inspection->archive->entries[place->index];
	const char *differs = NULL;

	if (local->name_length != strlen(entry->name) || memcmp(local->name, entry->name, local->name_length) != 0)
		differs = "the names differ";
	else if (local->flags != place->flags)
		differs = "the flags differ";
	else if (local->method != entry->method)
		differs = "the methods differ";
	else if (!agrees(local->crc32, entry->crc32, place->flags))
		differs = "the checksums differ";
	else if (!agrees(local->size, entry->size, place->flags) ||
	         !agrees(local->compressed_size, entry->compressed_size, place->flags))
		differs = "the sizes differ";
	return differs ? zip_reject(inspection->report, ZIP_RULE_MISMATCH, "%s", differs) : ZIP_ACCEPTED;
}

/*
 * APPNOTE 4.3.9: checksum and sizes once more, behind the content; the signature before them is optional. How long it
 * is follows from where the next entry begins, so nothing is left to guess.
 */
static enum zip_result check_descriptor(const struct inspection *inspection, const struct zip_entry *entry,
                                        uint64_t offset, uint64_t length, bool long_sizes)
{
	struct zip_report *report = inspection->report;
	size_t bare = long_sizes ? 20 : 12;
	const unsigned char *bytes;
	bool equal;

	if (length != bare && length != bare + 4)
		return zip_reject(report, ZIP_RULE_DESCRIPTOR, "%llu bytes", (unsigned long long)length);
	bytes = zip_window_bytes(&inspection->decoder->window, offset, (size_t)length);
	if (!bytes)
		return ZIP_FAILED_READ;
	if (length != bare && zip_u32(bytes) != 0x08074B50u)
		return zip_reject(report, ZIP_RULE_DESCRIPTOR, "no signature");
	bytes += length - bare;
	if (long_sizes)
		equal = zip_u64(bytes + 4) == entry->compressed_size && zip_u64(bytes + 12) == entry->size;
	else
		equal = zip_u32(bytes + 4) == entry->compressed_size && zip_u32(bytes + 8) == entry->size;
	if (!equal || zip_u32(bytes) != entry->crc32)
		return zip_reject(report, ZIP_RULE_DESCRIPTOR, "other values than in the central directory");
	return ZIP_ACCEPTED;
}

/* One tile: local header, content, descriptor. It must end where the next one begins. */
static enum zip_result check_tile(const struct inspection *inspection, const struct place *place, uint64_t end)
{
	struct zip_entry *entry = &inspection->archive->entries[place->index];
	struct zip_header local;
	enum zip_result result;
	uint64_t rest;

	result = zip_read_local(&inspection->decoder->window, place->offset, end, &local, &entry->data_offset,
	                        inspection->report);
	if (result == ZIP_ACCEPTED)
		result = compare_headers(inspection, place, &local);
	if (result != ZIP_ACCEPTED)
		return result;
	if (entry->compressed_size > end - entry->data_offset)
		return zip_reject(inspection->report, ZIP_RULE_OVERLAP, "the content leads into what follows");
	rest = end - entry->data_offset - entry->compressed_size;
	if (place->flags & ZIP_FLAG_DESCRIPTOR)
		return check_descriptor(inspection, entry, end - rest, rest, local.long_sizes);
	if (rest)
		return zip_reject(inspection->report, ZIP_RULE_GAP, "%llu bytes after it", (unsigned long long)rest);
	return ZIP_ACCEPTED;
}

static enum zip_result check_tiling(struct inspection *inspection)
{
	struct place *places = inspection->places;
	size_t count = inspection->archive->count;
	enum zip_result result = ZIP_ACCEPTED;

	qsort(places, count, sizeof(places[0]), compare_places);
	if (places[0].offset)
		return zip_reject(inspection->report, ZIP_RULE_GAP, "%llu bytes before the first entry",
		                  (unsigned long long)places[0].offset);
	for (size_t i = 0; i < count && result == ZIP_ACCEPTED; i++) {
		uint64_t end = i + 1 < count ? places[i + 1].offset : inspection->end.directory_offset;

		if (end <= places[i].offset)
			return reject_entry(inspection, places[i].index, ZIP_RULE_OVERLAP, "no room before the next");
		if (end > inspection->end.directory_offset)
			return reject_entry(inspection, places[i + 1].index, ZIP_RULE_LOCAL_HEADER, "out of place");
		result = check_tile(inspection, &places[i], end);
		if (result == ZIP_REJECTED)
			blame_entry(inspection, places[i].index);
	}
	return result;
}

/* -------- the content -------------------------------------------------------------------------------------------- */

struct content {
	bool          head_is_enough;
	uint32_t      crc32;
	size_t        head_length;
	unsigned char head[ZIP_HEAD_BYTES];
};

static int take_content(void *context, const void *data, size_t length)
{
	struct content *content = context;
	size_t wanted = sizeof(content->head) - content->head_length;

	if (wanted > length)
		wanted = length;
	memcpy(content->head + content->head_length, data, wanted);
	content->head_length += wanted;
	content->crc32 = (uint32_t)crc32(content->crc32, data, (uInt)length);
	return content->head_is_enough && content->head_length == sizeof(content->head);
}

static enum zip_result check_content(const struct inspection *inspection, struct zip_entry *entry)
{
	const struct zip_limits *limits = inspection->limits;
	struct zip_report *report = inspection->report;
	struct content content = { .head_is_enough = limits->heads_only };
	enum zip_result result;

	result = zip_decode(inspection->decoder, entry, (struct zip_sink){ take_content, &content }, report);
	if (result != ZIP_ACCEPTED && !(result == ZIP_STOPPED && limits->heads_only))
		return result;
	if (!limits->heads_only && content.crc32 != entry->crc32)
		return zip_reject(report, ZIP_RULE_CONTENT_CHECKSUM, "0x%08x, not 0x%08x", content.crc32, entry->crc32);
	if (!limits->allow_archives && zip_type_looks(ZIP_TYPE_ARCHIVE, content.head, content.head_length))
		return zip_reject(report, ZIP_RULE_TYPE_ARCHIVE, "by its content");
	if (!limits->allow_programs && zip_type_looks(ZIP_TYPE_PROGRAM, content.head, content.head_length))
		return zip_reject(report, ZIP_RULE_TYPE_PROGRAM, "by its content");
	if (limits->match_content && !zip_type_matches(entry->type, content.head, content.head_length))
		return zip_reject(report, ZIP_RULE_TYPE_MISMATCH, "the content is no %s", zip_type_word(entry->type));
	entry->active_content = zip_type_active(entry->type, content.head, content.head_length);
	return ZIP_ACCEPTED;
}

static enum zip_result check_contents(struct inspection *inspection)
{
	enum zip_result result = ZIP_ACCEPTED;

	for (size_t i = 0; i < inspection->archive->count && result == ZIP_ACCEPTED; i++) {
		uint32_t index = inspection->places[i].index;  /* in the order of the bytes */

		result = check_content(inspection, &inspection->archive->entries[index]);
		if (result == ZIP_REJECTED)
			blame_entry(inspection, index);
	}
	return result;
}

/* -------- the whole ---------------------------------------------------------------------------------------------- */

static enum zip_result inspect(struct inspection *inspection)
{
	const struct zip_source *source = inspection->decoder->window.source;
	enum zip_result result;

	if (source->size > inspection->limits->archive_bytes)
		return zip_reject(inspection->report, ZIP_RULE_ARCHIVE_SIZE, "%llu bytes",
		                  (unsigned long long)source->size);
	result = zip_read_end(&inspection->decoder->window, &inspection->end, inspection->report);
	if (result == ZIP_ACCEPTED)
		result = check_end(inspection);
	if (result == ZIP_ACCEPTED)
		result = make_room(inspection);
	if (result == ZIP_ACCEPTED)
		result = read_directory(inspection);
	if (result == ZIP_ACCEPTED)
		result = check_presence(inspection);
	if (result == ZIP_ACCEPTED)
		result = check_names(inspection);
	if (result == ZIP_ACCEPTED)
		result = check_tiling(inspection);
	if (result == ZIP_ACCEPTED)
		result = check_contents(inspection);
	return result;
}

enum zip_result zip_inspect(const struct zip_source *source, const struct zip_limits *limits,
                            struct zip_archive *archive, struct zip_report *report)
{
	struct inspection *inspection = calloc(1, sizeof(*inspection));
	enum zip_result result = ZIP_FAILED_MEMORY;

	*archive = (struct zip_archive){ 0 };
	*report = (struct zip_report){ .rule = ZIP_RULE_NONE, .index = ZIP_WHOLE_ARCHIVE };
	if (!inspection)
		return ZIP_FAILED_MEMORY;
	inspection->limits = limits;
	inspection->archive = archive;
	inspection->report = report;
	inspection->decoder = zip_decoder_new(source);
	if (inspection->decoder) {
		result = inspect(inspection);
		zip_decoder_free(inspection->decoder);
	}
	free(inspection->places);
	free(inspection->keys);
	free(inspection);
	if (result != ZIP_ACCEPTED)
		zip_archive_free(archive);
	return result;
}

void zip_archive_free(struct zip_archive *archive)
{
	free(archive->entries);
	free(archive->names);
	*archive = (struct zip_archive){ 0 };
}
