/*
 * zip_name.c -- the rules for names inside an archive. Names are never used as paths here, but whoever downloads the
 * archive unpacks it: onto Windows, macOS or Linux, and each must get the same files.
 */
#include "zip_parts.h"

#include <string.h>
#include <utf8proc.h>

/* UAX #15, Stream-Safe Text Format. More are no writing, and ordering them takes quadratic time. */
#define MARKS_IN_A_ROW 30

bool zip_name_equal(const char *text, size_t length, const char *word)
{
	for (size_t i = 0; i < length; i++) {
		char lower = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] + ('a' - 'A') : text[i]);

		if (lower != word[i])  /* so it ends with the word, too */
			return false;
	}
	return word[length] == '\0';
}

/* Invisible, undefined and private characters, those that turn the direction of writing, and what Windows forbids. */
static bool is_forbidden(int32_t point)
{
	const utf8proc_property_t *property = utf8proc_get_property(point);

	return property->category == UTF8PROC_CATEGORY_CN || property->category >= UTF8PROC_CATEGORY_ZL ||
	       property->ignorable || (point < 0x80 && strchr("\\:*?\"<>|", point));
}

/* Without bit 11 of the flags, readers take other letters than ASCII for those of some code page, each for another. */
static enum zip_result check_characters(const unsigned char *name, size_t length, bool is_utf8,
                                        struct zip_report *report)
{
	unsigned marks = 0;

	for (size_t at = 0; at < length; ) {
		int32_t point;
		utf8proc_ssize_t bytes = utf8proc_iterate(name + at, (utf8proc_ssize_t)(length - at), &point);

		if (bytes < 0)
			return zip_reject(report, ZIP_RULE_NAME_ENCODING, "not UTF-8 at byte %zu", at);
		if (point >= 0x80 && !is_utf8)
			return zip_reject(report, ZIP_RULE_NAME_ENCODING, "not marked as UTF-8");
		if (is_forbidden(point))
			return zip_reject(report, ZIP_RULE_NAME_CHARACTER, "U+%04X", (unsigned)point);
		marks = utf8proc_get_property(point)->combining_class ? marks + 1 : 0;
		if (marks > MARKS_IN_A_ROW)
			return zip_reject(report, ZIP_RULE_NAME_CHARACTER, "too many marks on one letter");
		at += (size_t)bytes;
	}
	return ZIP_ACCEPTED;
}

/* What Windows reserves, with any extension; the superscript digits become plain ones in NFKC. */
static bool is_device(const char *segment, size_t length)
{
	static const char *const devices[] = { "con", "prn", "aux", "nul", "clock$", "conin$", "conout$" };
	const char *dot = memchr(segment, '.', length);
	size_t base = dot ? (size_t)(dot - segment) : length;

	while (base && segment[base - 1] == ' ')
		base--;
	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
		if (zip_name_equal(segment, base, devices[i]))
			return true;
	}
	return base == 4 && segment[3] >= '0' && segment[3] <= '9' &&
	       (zip_name_equal(segment, 3, "com") || zip_name_equal(segment, 3, "lpt"));
}

/* Empty, "." and "..", and what Windows makes such by cutting dots and spaces off. */
static bool is_void(const char *segment, size_t length)
{
	while (length && (segment[length - 1] == '.' || segment[length - 1] == ' '))
		length--;
	return length == 0;
}

static enum zip_result check_segment(const char *segment, size_t length, struct zip_report *report)
{
	if (length > ZIP_SEGMENT_BYTES)
		return zip_reject(report, ZIP_RULE_NAME_LENGTH, "a part of %zu bytes", length);
	if (is_void(segment, length))
		return zip_reject(report, ZIP_RULE_NAME_SEGMENT, "a part that is empty or dots and spaces");
	if (segment[length - 1] == '.' || segment[length - 1] == ' ')
		return zip_reject(report, ZIP_RULE_NAME_ENDING, "a part that ends with a dot or a space");
	if (is_device(segment, length))
		return zip_reject(report, ZIP_RULE_NAME_DEVICE, "a device name");
	return ZIP_ACCEPTED;
}

static enum zip_result check_segments(const char *name, size_t length, struct zip_report *report)
{
	enum zip_result result = ZIP_ACCEPTED;
	unsigned depth = 0;

	if (length > 1 && name[length - 1] == '/')
		length--;
	for (size_t at = 0; at <= length && result == ZIP_ACCEPTED; depth++) {
		const char *slash = memchr(name + at, '/', length - at);
		size_t part = slash ? (size_t)(slash - (name + at)) : length - at;

		result = check_segment(name + at, part, report);
		at += part + 1;
	}
	if (result == ZIP_ACCEPTED && depth > ZIP_NAME_DEPTH)
		return zip_reject(report, ZIP_RULE_NAME_DEPTH, "%u parts", depth);
	return result;
}

/* The name, known to be UTF-8, in a normal form. */
static const char *normal_form(const char *name, size_t length, int form, struct zip_name_room *room, size_t *result)
{
	utf8proc_option_t options = (utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_COMPOSE | form);
	utf8proc_ssize_t points = utf8proc_decompose((const utf8proc_uint8_t *)name, (utf8proc_ssize_t)length,
	                                             room->points, ZIP_NAME_POINTS, options);

	*result = (size_t)utf8proc_reencode(room->points, points, options);
	return (const char *)room->points;
}

static bool is_ascii(const char *name, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if ((unsigned char)name[i] >= 0x80)
			return false;
	}
	return true;
}

/*
 * File systems and programs that fold compatible characters must not find another path: full-width dots and slashes,
 * leaders that become dots, superscript digits in device names. Question marks and the like may be full-width.
 */
static enum zip_result check_compatible(const char *name, size_t length, struct zip_report *report)
{
	for (size_t at = 0; at <= length; ) {
		const char *slash = memchr(name + at, '/', length - at);
		size_t part = slash ? (size_t)(slash - (name + at)) : length - at;

		if (is_void(name + at, part) || memchr(name + at, '\\', part) || (part > 1 && name[at + 1] == ':'))
			return zip_reject(report, ZIP_RULE_NAME_SEGMENT, "in compatible characters");
		if (is_device(name + at, part))
			return zip_reject(report, ZIP_RULE_NAME_DEVICE, "in compatible characters");
		at += part + 1;
	}
	return ZIP_ACCEPTED;
}

static size_t count_slashes(const char *name, size_t length)
{
	size_t count = 0;

	for (size_t i = 0; i < length; i++)
		count += name[i] == '/';
	return count;
}

static enum zip_result check_forms(const char *name, size_t length, struct zip_name_room *room,
                                   struct zip_report *report)
{
	size_t formed_length;
	const char *formed = normal_form(name, length, 0, room, &formed_length);

	if (formed_length != length || memcmp(formed, name, length) != 0)
		return zip_reject(report, ZIP_RULE_NAME_FORM, "not in NFC");
	if (name[length - 1] == '/')
		length--;
	formed = normal_form(name, length, UTF8PROC_COMPAT, room, &formed_length);
	if (count_slashes(formed, formed_length) != count_slashes(name, length))
		return zip_reject(report, ZIP_RULE_NAME_SEGMENT, "a slash in compatible characters");
	return check_compatible(formed, formed_length, report);
}

enum zip_result zip_name_check(const unsigned char *name, size_t length, bool is_utf8, struct zip_name_room *room,
                               struct zip_report *report)
{
	const char *text = (const char *)name;
	enum zip_result result = check_characters(name, length, is_utf8, report);

	if (result == ZIP_ACCEPTED)
		result = check_segments(text, length, report);
	if (result == ZIP_ACCEPTED && !is_ascii(text, length))
		result = check_forms(text, length, room, report);
	return result;
}

const char *zip_name_fold(const char *name, struct zip_name_room *room, size_t *length)
{
	size_t given = strlen(name);
	char *folded = (char *)room->points;

	if (!is_ascii(name, given))
		return normal_form(name, given, UTF8PROC_CASEFOLD, room, length);
	for (size_t i = 0; i < given; i++)
		folded[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + ('a' - 'A') : name[i]);
	*length = given;
	return folded;
}
