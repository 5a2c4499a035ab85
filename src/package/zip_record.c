/*
 * zip_record.c -- the records of a ZIP archive, byte by byte. Section numbers are those of the format's description,
 * the APPNOTE of PKWARE, version 6.3.
 */
#include "zip_parts.h"

#include <string.h>

#define SIGNATURE_LOCAL      0x04034B50u
#define SIGNATURE_CENTRAL    0x02014B50u
#define SIGNATURE_END        0x06054B50u
#define SIGNATURE_END64      0x06064B50u
#define SIGNATURE_LOCATOR    0x07064B50u

#define LOCATOR_BYTES    20
#define END64_BYTES      56
#define ALL_ENDS_BYTES   (END64_BYTES + LOCATOR_BYTES + ZIP_END_BYTES)
#define COMMENT_BYTES    65535

#define EXTRA_ZIP64      0x0001u
#define EXTRA_PKWARE     0x000Du
#define EXTRA_PATH       0x7075u
#define EXTRA_ASI        0x756Eu

/* 4.4.4: encryption (0), strong encryption (6), encrypted central directory (13). */
#define FLAGS_ENCRYPTED  0x2041u
/* The level of deflate (1, 2), descriptor (3), UTF-8 (11). All others mean something that is not supported. */
#define FLAGS_KNOWN      (0x0006u | ZIP_FLAG_DESCRIPTOR | ZIP_FLAG_UTF8)

/* A field of 32 bits that says "look into the ZIP64 field". */
#define LONG UINT32_MAX

/* What is known of the extra fields of a header, 4.5. */
struct extra_fields {
	const unsigned char *zip64;
	size_t               zip64_length;
	const unsigned char *path;
	size_t               path_length;
};

static bool has_end_signature(const unsigned char *bytes, size_t length)
{
	for (size_t i = 0; i + 4 <= length; i++) {
		if (bytes[i] == 'P' && zip_u32(bytes + i) == SIGNATURE_END)
			return true;
	}
	return false;
}

/* -------- the end of the archive --------------------------------------------------------------------------------- */

/* There is no end record where it should be: tell a comment from something that is no ZIP at all. */
static enum zip_result explain_end(struct zip_window *window, struct zip_report *report)
{
	uint64_t size = window->source->size;
	size_t length = size < ZIP_END_BYTES + COMMENT_BYTES ? (size_t)size : ZIP_END_BYTES + COMMENT_BYTES;
	const unsigned char *tail = zip_window_bytes(window, size - length, length);

	if (!tail)
		return ZIP_FAILED_READ;
	if (has_end_signature(tail, length))
		return zip_reject(report, ZIP_RULE_END_NOT_LAST, "bytes follow the end record");
	return zip_reject(report, ZIP_RULE_NOT_ZIP, "no end record");
}

/*
 * 4.3.14, 4.3.15: readers differ in when they look at the ZIP64 records, so these must say the same as the old record,
 * and at least one old field must ask for them.
 */
static enum zip_result read_end64(const unsigned char *tail, const unsigned char *old, uint64_t offset,
                                  struct zip_end *end, struct zip_report *report)
{
	const unsigned char *locator = tail + END64_BYTES;
	bool asked = end->count == UINT16_MAX || end->directory_size == LONG || end->directory_offset == LONG;

	if (!asked)
		return zip_reject(report, ZIP_RULE_ZIP64, "records that nothing asks for");
	if (zip_u32(locator + 4) || zip_u32(locator + 16) != 1 || zip_u32(tail + 16) || zip_u32(tail + 20))
		return zip_reject(report, ZIP_RULE_MULTI_DISK, "more than one disk");
	if (zip_u32(tail) != SIGNATURE_END64 || zip_u64(tail + 4) != END64_BYTES - 12 || zip_u64(locator + 8) != offset)
		return zip_reject(report, ZIP_RULE_ZIP64, "no end record where the locator is");
	if (has_end_signature(tail, END64_BYTES + LOCATOR_BYTES))
		return zip_reject(report, ZIP_RULE_SECOND_END, "within the ZIP64 records");
	if (zip_u64(tail + 24) != zip_u64(tail + 32) ||
	    (end->count != UINT16_MAX && end->count != zip_u64(tail + 32)) ||
	    (end->directory_size != LONG && end->directory_size != zip_u64(tail + 40)) ||
	    (end->directory_offset != LONG && end->directory_offset != zip_u64(tail + 48)))
		return zip_reject(report, ZIP_RULE_ZIP64, "the two end records differ");
	if (zip_u16(old + 8) != zip_u16(old + 10))
		return zip_reject(report, ZIP_RULE_MULTI_DISK, "entries on another disk");
	end->count = zip_u64(tail + 32);
	end->directory_size = zip_u64(tail + 40);
	end->directory_offset = zip_u64(tail + 48);
	end->ends_at = offset;
	return ZIP_ACCEPTED;
}

/* 4.3.16 */
enum zip_result zip_read_end(struct zip_window *window, struct zip_end *end, struct zip_report *report)
{
	uint64_t size = window->source->size;
	size_t length = size < ALL_ENDS_BYTES ? (size_t)size : ALL_ENDS_BYTES;
	const unsigned char *tail;
	const unsigned char *old;

	if (size < ZIP_END_BYTES)
		return zip_reject(report, ZIP_RULE_NOT_ZIP, "shorter than the shortest archive");
	tail = zip_window_bytes(window, size - length, length);
	if (!tail)
		return ZIP_FAILED_READ;
	old = tail + length - ZIP_END_BYTES;
	if (zip_u32(old) != SIGNATURE_END || zip_u16(old + 20))
		return explain_end(window, report);
	if (has_end_signature(old + 1, ZIP_END_BYTES - 1))
		return zip_reject(report, ZIP_RULE_SECOND_END, "within the end record");
	*end = (struct zip_end){ .count = zip_u16(old + 10), .directory_size = zip_u32(old + 12),
	                         .directory_offset = zip_u32(old + 16), .ends_at = size - ZIP_END_BYTES };
	if (zip_u16(old + 4) || zip_u16(old + 6))
		return zip_reject(report, ZIP_RULE_MULTI_DISK, "disk %u, directory on disk %u",
		                  zip_u16(old + 4), zip_u16(old + 6));
	if (length == ALL_ENDS_BYTES && zip_u32(tail + END64_BYTES) == SIGNATURE_LOCATOR)
		return read_end64(tail, old, size - ALL_ENDS_BYTES, end, report);
	if (zip_u16(old + 8) != end->count)
		return zip_reject(report, ZIP_RULE_MULTI_DISK, "entries on another disk");
	return ZIP_ACCEPTED;
}

/* -------- headers ------------------------------------------------------------------------------------------------ */

/* Whole fields without a rest, those that matter only once: readers differ in which of two they take. */
static bool split_extra(const unsigned char *extra, size_t length, struct extra_fields *fields)
{
	*fields = (struct extra_fields){ 0 };
	while (length >= 4) {
		unsigned id = zip_u16(extra);
		size_t size = zip_u16(extra + 2);

		if (size > length - 4 || (id == EXTRA_ZIP64 && fields->zip64) || (id == EXTRA_PATH && fields->path))
			return false;
		if (id == EXTRA_ASI || (id == EXTRA_PKWARE && size > 12))
			return false;  /* they can make a link or a device of the entry */
		if (id == EXTRA_ZIP64) {
			fields->zip64 = extra + 4;
			fields->zip64_length = size;
		}
		if (id == EXTRA_PATH) {
			fields->path = extra + 4;
			fields->path_length = size;
		}
		extra += 4 + size;
		length -= 4 + size;
	}
	return length == 0;
}

/* 4.6.9: version, checksum of the name, the name in UTF-8. It may repeat the name but never give another. */
static bool path_agrees(const struct extra_fields *fields, const struct zip_header *header)
{
	return fields->path_length == 5 + header->name_length && fields->path[0] == 1 &&
	       zip_u32(fields->path + 1) == crc32(0, header->name, (uInt)header->name_length) &&
	       memcmp(fields->path + 5, header->name, header->name_length) == 0;
}

/* The part that both headers have alike, from the flags to the lengths, and what follows the fixed part. */
static enum zip_result read_common(const unsigned char *common, const unsigned char *name, struct zip_header *header,
                                   struct extra_fields *fields, struct zip_report *report)
{
	header->flags = zip_u16(common);
	header->method = zip_u16(common + 2);
	header->crc32 = zip_u32(common + 8);
	header->compressed_size = zip_u32(common + 12);
	header->size = zip_u32(common + 16);
	header->name_length = zip_u16(common + 20);
	header->name = name;
	if (!split_extra(name + header->name_length, zip_u16(common + 22), fields))
		return zip_reject(report, ZIP_RULE_EXTRA_FIELD, "broken, repeated or of a kind that makes links");
	if (fields->path && !path_agrees(fields, header))
		return zip_reject(report, ZIP_RULE_NAME_UNICODE_PATH, "the extra field gives another name");
	header->path_agrees = fields->path != NULL;
	return ZIP_ACCEPTED;
}

/* 4.5.3: in the central header just those values whose old field asks for it, in this order. */
static bool take_long(const unsigned char **bytes, size_t *length, uint64_t *value)
{
	if (*value != LONG)
		return true;
	if (*length < 8)
		return false;
	*value = zip_u64(*bytes);
	*bytes += 8;
	*length -= 8;
	return true;
}

static enum zip_result read_central64(const struct extra_fields *fields, struct zip_header *header,
                                      struct zip_report *report)
{
	const unsigned char *bytes = fields->zip64;
	size_t length = fields->zip64_length;

	if (!fields->zip64)
		return ZIP_ACCEPTED;
	if (length == 0 || !take_long(&bytes, &length, &header->size) ||
	    !take_long(&bytes, &length, &header->compressed_size) ||
	    !take_long(&bytes, &length, &header->local_offset) || length)
		return zip_reject(report, ZIP_RULE_ZIP64, "values that nothing asks for, or too few");
	return ZIP_ACCEPTED;
}

static enum zip_result check_features(const struct zip_header *header, struct zip_report *report)
{
	if (header->flags & FLAGS_ENCRYPTED)
		return zip_reject(report, ZIP_RULE_ENCRYPTED, "flags 0x%04x", header->flags);
	if (header->flags & ~FLAGS_KNOWN)
		return zip_reject(report, ZIP_RULE_FLAGS, "flags 0x%04x", header->flags);
	if (header->method != 0 && header->method != Z_DEFLATED)
		return zip_reject(report, ZIP_RULE_METHOD, "method %u", header->method);
	return ZIP_ACCEPTED;
}

/* 4.3.12. The record and all that belongs to it must lie before the limit. */
enum zip_result zip_read_central(struct zip_window *window, uint64_t offset, uint64_t limit,
                                 struct zip_header *header, uint64_t *next, struct zip_report *report)
{
	const unsigned char *fixed;
	struct extra_fields fields;
	enum zip_result result;
	size_t length;

	*header = (struct zip_header){ 0 };
	if (limit - offset < ZIP_CENTRAL_BYTES)
		return zip_reject(report, ZIP_RULE_DIRECTORY, "fewer entries than counted");
	fixed = zip_window_bytes(window, offset, ZIP_CENTRAL_BYTES);
	if (!fixed)
		return ZIP_FAILED_READ;
	if (zip_u32(fixed) != SIGNATURE_CENTRAL)
		return zip_reject(report, ZIP_RULE_DIRECTORY, "no entry where one should be");
	if (zip_u16(fixed + 28) > ZIP_NAME_BYTES)
		return zip_reject(report, ZIP_RULE_NAME_LENGTH, "%u bytes", zip_u16(fixed + 28));
	length = (size_t)ZIP_CENTRAL_BYTES + zip_u16(fixed + 28) + zip_u16(fixed + 30) + zip_u16(fixed + 32);
	if (limit - offset < length)
		return zip_reject(report, ZIP_RULE_DIRECTORY, "an entry leads out of the directory");
	fixed = zip_window_bytes(window, offset, length);
	if (!fixed)
		return ZIP_FAILED_READ;
	*next = offset + length;
	header->attributes = zip_u32(fixed + 38);
	header->local_offset = zip_u32(fixed + 42);
	result = read_common(fixed + 8, fixed + ZIP_CENTRAL_BYTES, header, &fields, report);
	if (result == ZIP_ACCEPTED)
		result = read_central64(&fields, header, report);
	if (result == ZIP_ACCEPTED)
		result = check_features(header, report);
	if (result == ZIP_ACCEPTED && zip_u16(fixed + 34))
		result = zip_reject(report, ZIP_RULE_MULTI_DISK, "disk %u", zip_u16(fixed + 34));
	if (result == ZIP_ACCEPTED && has_end_signature(fixed, length))
		result = zip_reject(report, ZIP_RULE_SECOND_END, "within the central directory");
	return result;
}

/* 4.5.3: in a local header both sizes or none. */
static enum zip_result read_local64(const struct extra_fields *fields, struct zip_header *header,
                                    struct zip_report *report)
{
	if (!fields->zip64)
		return ZIP_ACCEPTED;
	if (fields->zip64_length != 16 || header->size != LONG || header->compressed_size != LONG)
		return zip_reject(report, ZIP_RULE_ZIP64, "a local header that does not ask for both sizes");
	header->size = zip_u64(fields->zip64);
	header->compressed_size = zip_u64(fields->zip64 + 8);
	header->long_sizes = true;
	return ZIP_ACCEPTED;
}

/* 4.3.7 */
enum zip_result zip_read_local(struct zip_window *window, uint64_t offset, uint64_t limit,
                               struct zip_header *header, uint64_t *next, struct zip_report *report)
{
	const unsigned char *fixed;
	struct extra_fields fields;
	enum zip_result result;
	size_t length;

	*header = (struct zip_header){ 0 };
	if (limit - offset < ZIP_LOCAL_BYTES)
		return zip_reject(report, ZIP_RULE_LOCAL_HEADER, "no room for it");
	fixed = zip_window_bytes(window, offset, ZIP_LOCAL_BYTES);
	if (!fixed)
		return ZIP_FAILED_READ;
	if (zip_u32(fixed) != SIGNATURE_LOCAL)
		return zip_reject(report, ZIP_RULE_LOCAL_HEADER, "no signature");
	length = (size_t)ZIP_LOCAL_BYTES + zip_u16(fixed + 26) + zip_u16(fixed + 28);
	if (limit - offset < length)
		return zip_reject(report, ZIP_RULE_LOCAL_HEADER, "no room for its name");
	fixed = zip_window_bytes(window, offset, length);
	if (!fixed)
		return ZIP_FAILED_READ;
	*next = offset + length;
	result = read_common(fixed + 6, fixed + ZIP_LOCAL_BYTES, header, &fields, report);
	if (result == ZIP_ACCEPTED)
		result = read_local64(&fields, header, report);
	return result;
}
