/* entries.c -- what is in a stored package, and single files of it. */
#include "packages.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#define ZLIB_CONST
#include <zlib.h>
#include "zip.h"

struct nmk_package_entries {
	struct zip_archive archive;     /* owns the names    */
	nmk_package_entry *items;
};

/* ---- types ---- */

/* By extension where one type of content has several. */
static const struct { const char *extension, *media_type; } by_extension[] = {
	{ "md", "text/markdown" },  { "markdown", "text/markdown" },     { "csv", "text/csv" },
	{ "css", "text/css" },      { "tsv", "text/tab-separated-values" }, { "json", "application/json" },
	{ "vtt", "text/vtt" },      { "srt", "application/x-subrip" },   { "bib", "application/x-bibtex" },
	{ "tex", "application/x-tex" }, { "xhtml", "application/xhtml+xml" }, { "ttml", "application/ttml+xml" },
	{ "ogv", "video/ogg" },     { "woff", "font/woff" },             { "woff2", "font/woff2" },
};

static const char *media_type_by_extension(const char *name, const char *otherwise)
{
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot && i < sizeof by_extension / sizeof by_extension[0]; i++)
		if (strcasecmp(dot + 1, by_extension[i].extension) == 0)
			return by_extension[i].media_type;
	return otherwise;
}

static const char *media_type_of(const struct zip_entry *entry)
{
	switch (entry->type) {
	case ZIP_TYPE_FOLDER: return NULL;
	case ZIP_TYPE_PDF:    return "application/pdf";
	case ZIP_TYPE_JPEG:   return "image/jpeg";
	case ZIP_TYPE_PNG:    return "image/png";
	case ZIP_TYPE_MP4:    return "video/mp4";
	case ZIP_TYPE_WEBM:   return "video/webm";
	case ZIP_TYPE_GIF:    return "image/gif";
	case ZIP_TYPE_WEBP:   return "image/webp";
	case ZIP_TYPE_MP3:    return "audio/mpeg";
	case ZIP_TYPE_M4A:    return "audio/mp4";
	case ZIP_TYPE_OGG:    return media_type_by_extension(entry->name, "audio/ogg");
	case ZIP_TYPE_WAV:    return "audio/wav";
	case ZIP_TYPE_FLAC:   return "audio/flac";
	case ZIP_TYPE_FONT:   return media_type_by_extension(entry->name, "font/woff");
	case ZIP_TYPE_TEXT:   return media_type_by_extension(entry->name, "text/plain");
	case ZIP_TYPE_HTML:   return media_type_by_extension(entry->name, "text/html");
	case ZIP_TYPE_SVG:    return "image/svg+xml";
	case ZIP_TYPE_XML:    return media_type_by_extension(entry->name, "application/xml");
	case ZIP_TYPE_UNKNOWN: case ZIP_TYPE_LEFTOVER: case ZIP_TYPE_ARCHIVE: case ZIP_TYPE_PROGRAM: case ZIP_TYPE_COUNT:
		break;
	}
	return "application/octet-stream";
}

/* ---- the stored archive ---- */

struct stored {
	struct nmk_op *op;
	struct blob    blob;
	nmk_status     rc;      /* of the last read  */
};

static int read_stored(void *context, uint64_t offset, void *buffer, size_t length)
{
	struct stored *stored = context;

	stored->rc = blob_read(&stored->op->tx, &stored->blob, (int64_t)offset, buffer, length);
	return stored->rc == NMK_OK ? 0 : -1;
}

static struct zip_source source_of(struct stored *stored)
{
	return (struct zip_source){ read_stored, stored, (uint64_t)stored->blob.size };
}

/* It was accepted once: whatever is found now is damage. */
static nmk_status status_of(struct stored *stored, enum zip_result result)
{
	switch (result) {
	case ZIP_ACCEPTED:      return NMK_OK;
	case ZIP_FAILED_MEMORY: return tx_no_memory(&stored->op->tx);
	case ZIP_FAILED_READ:   return stored->rc;
	case ZIP_REJECTED:
	case ZIP_STOPPED:       break;
	}
	return op_fail(stored->op, NMK_ECORRUPT, NULL, "the stored content was altered");
}

/* Open in the transaction; what follows needs none. */
static nmk_status find(struct stored *stored, const char *nano_id, const char *number, nmk_status rc)
{
	struct nmk_nano nano = { 0 };
	struct nmk_version version = { 0 };

	while (op_next(stored->op, &rc)) {
		blob_close(&stored->blob);
		rc = version_nano(stored->op, nano_id, &nano);
		if (rc == NMK_OK)
			rc = version_load(stored->op, &nano, number, &version);
		if (rc == NMK_OK)
			rc = blob_open(&stored->op->tx, version.hash, &stored->blob);
	}
	version_clear(&version);
	nano_fields_free(&nano);
	return rc;
}

/* To look into it must not cost what its inspection did. */
static nmk_status open_archive(struct stored *stored, struct zip_archive *archive)
{
	struct zip_source source = source_of(stored);
	struct zip_limits limits = zip_limits_default;
	struct zip_report report;

	limits.heads_only = true;
	return status_of(stored, zip_inspect(&source, &limits, archive, &report));
}

/* ---- listing ---- */

size_t nmk_package_entries_count(const nmk_package_entries *entries)
{
	return entries->archive.count;
}

const nmk_package_entry *nmk_package_entries_item(const nmk_package_entries *entries, size_t index)
{
	return index < entries->archive.count ? &entries->items[index] : NULL;
}

static json_t *entry_json(const nmk_package_entry *entry)
{
	return json_pack("{s:s, s:s?, s:I, s:b, s:b}", "name", entry->name, "media_type", entry->media_type,
	                 "size", (json_int_t)entry->size, "is_directory", (int)entry->is_directory,
	                 "active_content", (int)entry->active_content);
}

char *nmk_package_entries_json(const nmk_package_entries *entries)
{
	json_t *json = json_object(), *items = json_array();
	bool complete = json && items;

	for (size_t i = 0; complete && i < entries->archive.count; i++)
		complete = json_array_append_new(items, entry_json(&entries->items[i])) == 0;
	complete = complete && json_object_set(json, "items", items) == 0
	        && json_object_set_new(json, "next", json_null()) == 0;
	json_decref(items);
	if (complete)
		return json_text(json);
	json_decref(json);
	return NULL;
}

void nmk_package_entries_free(nmk_package_entries *entries)
{
	if (!entries)
		return;
	zip_archive_free(&entries->archive);
	free(entries->items);
	free(entries);
}

static nmk_package_entry describe(const struct zip_entry *entry)
{
	return (nmk_package_entry){
		.name = entry->name, .media_type = media_type_of(entry), .size = (int64_t)entry->size,
		.is_directory = entry->is_directory, .active_content = entry->active_content,
	};
}

static nmk_status list(struct stored *stored, nmk_package_entries *entries)
{
	nmk_status rc = open_archive(stored, &entries->archive);

	if (rc != NMK_OK)
		return rc;
	entries->items = calloc(entries->archive.count, sizeof *entries->items);
	if (!entries->items)
		return tx_no_memory(&stored->op->tx);
	for (size_t i = 0; i < entries->archive.count; i++)
		entries->items[i] = describe(&entries->archive.entries[i]);
	return NMK_OK;
}

nmk_status nmk_package_list(nmk_session *session, const char *nano_id, const char *number, nmk_package_entries **out)
{
	struct nmk_op op;
	struct stored stored = { .op = &op, .blob = BLOB_NONE };
	nmk_package_entries *entries = NULL;
	nmk_status rc;

	if (out)
		*out = NULL;
	rc = op_begin(&op, session, OP_package_list);
	if (rc == NMK_OK && !out)
		rc = op_fail(&op, NMK_EINVALID, "entries", "is needed");
	rc = find(&stored, nano_id, number, rc);
	if (rc == NMK_OK) {
		entries = calloc(1, sizeof *entries);
		rc = entries ? list(&stored, entries) : tx_no_memory(&op.tx);
	}
	blob_close(&stored.blob);
	if (rc == NMK_OK)
		*out = entries;
	else
		nmk_package_entries_free(entries);
	return rc;
}

/* ---- one file ---- */

static const struct zip_entry *entry_named(const struct zip_archive *archive, const char *name)
{
	for (size_t i = 0; i < archive->count; i++)
		if (!archive->entries[i].is_directory && strcmp(archive->entries[i].name, name) == 0)
			return &archive->entries[i];
	return NULL;
}

/* What is handed on, and its checksum. */
struct reading {
	nmk_writer write;
	void      *context;
	uint32_t   crc32;
};

static int hand_on(void *context, const void *data, size_t length)
{
	struct reading *reading = context;

	reading->crc32 = (uint32_t)crc32(reading->crc32, data, (uInt)length);
	return reading->write(reading->context, data, length);
}

/* A range that is the whole is compared with its checksum. */
static nmk_status read_range(struct stored *stored, const struct zip_entry *entry, uint64_t offset, uint64_t length,
                             struct reading *reading)
{
	struct zip_source source = source_of(stored);
	bool whole = offset == 0 && length >= entry->size;
	enum zip_result result = zip_entry_read(&source, entry, offset, length, (struct zip_sink){ hand_on, reading });

	if (result == ZIP_STOPPED)
		return op_fail(stored->op, NMK_ECANCELLED, NULL, "was stopped");
	if (result == ZIP_ACCEPTED && whole && reading->crc32 != entry->crc32)
		result = ZIP_REJECTED;
	return status_of(stored, result);
}

static nmk_status read_entry(struct stored *stored, const char *name, int64_t offset, int64_t length,
                             struct reading *reading)
{
	struct zip_archive archive = { 0 };
	const struct zip_entry *entry;
	nmk_status rc = open_archive(stored, &archive);

	if (rc != NMK_OK)
		return rc;
	entry = entry_named(&archive, name);
	if (!entry)
		rc = op_fail(stored->op, NMK_ENOTFOUND, "entry", "is no file of the package");
	else if ((uint64_t)offset > entry->size)
		rc = op_fail(stored->op, NMK_EINVALID, "offset", "lies behind the end, which is at %lld", (long long)entry->size);
	else
		rc = read_range(stored, entry, (uint64_t)offset, length < 0 ? entry->size : (uint64_t)length, reading);
	zip_archive_free(&archive);
	return rc;
}

static nmk_status check_arguments(struct nmk_op *op, const char *entry, int64_t offset, int64_t length, nmk_writer write)
{
	if (!entry)
		return op_fail(op, NMK_EINVALID, "entry", "is needed");
	if (offset < 0)
		return op_fail(op, NMK_EINVALID, "offset", "must be 0 or more");
	if (length < -1)
		return op_fail(op, NMK_EINVALID, "length", "must be 0 or more, or -1 for all that is left");
	if (!write)
		return op_fail(op, NMK_EINVALID, "write", "is needed");
	return NMK_OK;
}

nmk_status nmk_package_read_entry(nmk_session *session, const char *nano_id, const char *number, const char *entry,
                                  int64_t offset, int64_t length, nmk_writer write, void *context)
{
	struct nmk_op op;
	struct stored stored = { .op = &op, .blob = BLOB_NONE };
	struct reading reading = { write, context, 0 };
	nmk_status rc = op_begin(&op, session, OP_package_read_entry);

	if (rc == NMK_OK)
		rc = check_arguments(&op, entry, offset, length, write);
	rc = find(&stored, nano_id, number, rc);
	if (rc == NMK_OK)
		rc = read_entry(&stored, entry, offset, length, &reading);
	blob_close(&stored.blob);
	return rc;
}
