/* zip_test.c -- which archives are let in, and that they are read as other programs read them. */
#include <dirent.h>
#include <jansson.h>
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <zlib.h>

#include <cmocka.h>

#include "buffer.h"
#include "zip.h"
#include "zip_second_reader.h"

/* -------- memory that fails on demand ---------------------------------------------------------------------------- */

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#endif

static size_t live_bytes;
static size_t peak_bytes;

#if defined(__GLIBC__) && !defined(SANITIZED)
static long allocations_left = -1;  /* how many succeed before one fails; -1: all of them */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void __libc_free(void *memory);

static bool allocation_fails(void)
{
	if (allocations_left < 0)
		return false;
	return allocations_left-- == 0;
}

static void *count_allocation(void *memory)
{
	live_bytes += malloc_usable_size(memory);
	if (live_bytes > peak_bytes)
		peak_bytes = live_bytes;
	return memory;
}

#pragma GCC visibility push(default) /* zlib calls these, too */

void *malloc(size_t size)
{
	return allocation_fails() ? NULL : count_allocation(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
	return allocation_fails() ? NULL : count_allocation(__libc_calloc(count, size));
}

void *realloc(void *memory, size_t size)
{
	if (allocation_fails())
		return NULL;
	live_bytes -= malloc_usable_size(memory);
	return count_allocation(__libc_realloc(memory, size));
}

void free(void *memory)
{
	live_bytes -= malloc_usable_size(memory);
	__libc_free(memory);
}

#pragma GCC visibility pop
#else
static long allocations_left;
#endif

/* Sanitizers bring an allocator of their own, and so do some tools that watch a running program. */
static void need_failing_memory(void)
{
	void *(*volatile allocate)(size_t size) = malloc;  /* compilers know malloc() and would drop the call */
	void *memory;

	allocations_left = 0;
	memory = allocate(1);
	allocations_left = -1;
	if (!memory)
		return;
	free(memory);
	print_message("!!! NOT TESTED: memory cannot be made to fail or measured here\n");
	skip();
}

/* -------- archives made to measure ------------------------------------------------------------------------------- */

#define MOST_ENTRIES 10001
#define STORED       0
#define DEFLATED     8
#define PDF          "%PDF-1.7 a page"

/* An entry to pack. Zero is the ordinary case everywhere: stored, no flags but UTF-8, no extra fields. */
struct item {
	const char *name;
	size_t      name_length;     /* 0: up to the NUL                                  */
	const void *content;
	size_t      size;            /* 0: up to the NUL                                  */
	uint16_t    method;
	uint16_t    flags;           /* besides UTF-8                                     */
	bool        not_utf8;        /* leaves the UTF-8 flag out                         */
	uint32_t    attributes;
	const char *extra;           /* in both headers                                   */
	size_t      extra_length;
	unsigned    descriptor;      /* bytes of the descriptor: 12, 16, 20 or 24         */
	bool        local64;         /* the local sizes are in a ZIP64 field              */
	bool        central64;       /* and the central ones                              */
};

struct pack {
	struct buffer bytes;
	struct buffer central;
	size_t        local[MOST_ENTRIES];      /* where the headers are                  */
	size_t        directory[MOST_ENTRIES];  /* first in central, then in bytes        */
	size_t        count;
	size_t        end;                      /* where the end record is                */
};

static void put(struct buffer *buffer, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		buffer_char(buffer, (char)(value >> 8 * i & 0xFF));
}

/* What both headers have alike. */
static void put_common(struct buffer *buffer, const struct item *item, uint32_t crc, uint32_t compressed, uint32_t size)
{
	put(buffer, item->flags | (item->not_utf8 ? 0u : 0x0800u), 2);
	put(buffer, item->method, 2);
	put(buffer, 0x5A21u << 16, 4);
	put(buffer, crc, 4);
	put(buffer, compressed, 4);
	put(buffer, size, 4);
	put(buffer, item->name_length, 2);
}

static void put_local(struct pack *pack, const struct item *item, uint32_t crc, size_t compressed)
{
	bool later = item->descriptor != 0;
	uint32_t written = later ? 0 : (uint32_t)compressed;
	uint32_t size = later ? 0 : (uint32_t)item->size;

	put(&pack->bytes, 0x04034B50, 4);
	put(&pack->bytes, 20, 2);
	put_common(&pack->bytes, item, later ? 0 : crc, item->local64 ? UINT32_MAX : written,
	           item->local64 ? UINT32_MAX : size);
	put(&pack->bytes, item->extra_length + (item->local64 ? 20 : 0), 2);
	buffer_add(&pack->bytes, item->name, item->name_length);
	buffer_add(&pack->bytes, item->extra, item->extra_length);
	if (item->local64) {
		put(&pack->bytes, 0x00100001, 4);
		put(&pack->bytes, size, 8);
		put(&pack->bytes, written, 8);
	}
}

static void put_descriptor(struct pack *pack, const struct item *item, uint32_t crc, size_t compressed)
{
	int width = item->descriptor >= 20 ? 8 : 4;

	if (item->descriptor % 8 == 0)
		put(&pack->bytes, 0x08074B50, 4);
	put(&pack->bytes, crc, 4);
	put(&pack->bytes, compressed, width);
	put(&pack->bytes, item->size, width);
}

static void put_central(struct pack *pack, const struct item *item, uint32_t crc, size_t compressed)
{
	struct buffer *central = &pack->central;

	put(central, 0x02014B50, 4);
	put(central, 0x0314, 2);
	put(central, 20, 2);
	put_common(central, item, crc, item->central64 ? UINT32_MAX : (uint32_t)compressed,
	           item->central64 ? UINT32_MAX : (uint32_t)item->size);
	put(central, item->extra_length + (item->central64 ? 28 : 0), 2);
	put(central, 0, 6);
	put(central, item->attributes, 4);
	put(central, item->central64 ? UINT32_MAX : pack->local[pack->count], 4);
	buffer_add(central, item->name, item->name_length);
	buffer_add(central, item->extra, item->extra_length);
	if (item->central64) {
		put(central, 0x00180001, 4);
		put(central, item->size, 8);
		put(central, compressed, 8);
		put(central, pack->local[pack->count], 8);
	}
}

static char *deflate_all(const void *content, size_t size, size_t *compressed)
{
	z_stream stream = { 0 };
	char *result = malloc(size + 1000);

	deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
	stream.next_in = (unsigned char *)(uintptr_t)content;
	stream.avail_in = (uInt)size;
	stream.next_out = (unsigned char *)result;
	stream.avail_out = (uInt)(size + 1000);
	deflate(&stream, Z_FINISH);
	*compressed = stream.total_out;
	deflateEnd(&stream);
	return result;
}

static void pack_add(struct pack *pack, struct item item)
{
	const void *content = item.content ? item.content : "";
	size_t compressed;
	char *deflated = NULL;
	uint32_t crc;

	if (!item.size)
		item.size = strlen(content);
	if (!item.name_length)
		item.name_length = strlen(item.name);
	if (item.descriptor)
		item.flags |= 0x0008;
	if (item.method == DEFLATED)
		deflated = deflate_all(content, item.size, &compressed);
	else
		compressed = item.size;
	crc = (uint32_t)crc32(0, content, (uInt)item.size);
	pack->local[pack->count] = pack->bytes.length;
	pack->directory[pack->count] = pack->central.length;
	put_local(pack, &item, crc, compressed);
	buffer_add(&pack->bytes, deflated ? deflated : content, compressed);
	if (item.descriptor)
		put_descriptor(pack, &item, crc, compressed);
	put_central(pack, &item, crc, compressed);
	pack->count++;
	free(deflated);
}

/* The central directory and the end record, which must be the last to come. */
static void pack_close(struct pack *pack)
{
	size_t start = pack->bytes.length;

	buffer_add(&pack->bytes, pack->central.data, pack->central.length);
	for (size_t i = 0; i < pack->count; i++)
		pack->directory[i] += start;
	pack->end = pack->bytes.length;
	put(&pack->bytes, 0x06054B50, 4);
	put(&pack->bytes, 0, 4);
	put(&pack->bytes, pack->count, 2);
	put(&pack->bytes, pack->count, 2);
	put(&pack->bytes, pack->central.length, 4);
	put(&pack->bytes, start, 4);
	put(&pack->bytes, 0, 2);
}

/* The same with the end records of a very large archive. */
static void pack_close64(struct pack *pack)
{
	size_t start = pack->bytes.length;

	buffer_add(&pack->bytes, pack->central.data, pack->central.length);
	pack->end = pack->bytes.length;
	put(&pack->bytes, 0x06064B50, 4);
	put(&pack->bytes, 44, 8);
	put(&pack->bytes, 0x002D002D, 4);
	put(&pack->bytes, 0, 8);
	put(&pack->bytes, pack->count, 8);
	put(&pack->bytes, pack->count, 8);
	put(&pack->bytes, pack->central.length, 8);
	put(&pack->bytes, start, 8);
	put(&pack->bytes, 0x07064B50, 4);
	put(&pack->bytes, 0, 4);
	put(&pack->bytes, pack->end, 8);
	put(&pack->bytes, 1, 4);
	put(&pack->bytes, 0x06054B50, 4);
	put(&pack->bytes, 0, 4);
	put(&pack->bytes, UINT64_MAX, 8);
	put(&pack->bytes, UINT32_MAX, 4);
	put(&pack->bytes, 0, 2);
}

/* Change bytes of a finished archive. */
static void patch(struct pack *pack, size_t offset, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		pack->bytes.data[offset + (size_t)i] = (char)(value >> 8 * i & 0xFF);
}

static struct pack *pack_new(void)
{
	return calloc(1, sizeof(struct pack));
}

static void pack_free(struct pack *pack)
{
	buffer_free(&pack->bytes);
	buffer_free(&pack->central);
	free(pack);
}

/* One document and one folder with a text: what most tests start from. */
static struct pack *pack_usual(void)
{
	struct pack *pack = pack_new();

	pack_add(pack, (struct item){ .name = "lesson.pdf", .content = PDF });
	pack_add(pack, (struct item){ .name = "notes/", .attributes = 0x41ED0010 });
	pack_add(pack, (struct item){ .name = "notes/a.txt", .content = "hello hello hello hello hello hello",
	                              .method = DEFLATED, .attributes = 0x81A40000 });
	pack_close(pack);
	return pack;
}

/* -------- asking about them -------------------------------------------------------------------------------------- */

struct memory {
	const char *bytes;
	size_t      length;
	long        reads_left;  /* how many succeed before one fails; -1: all of them */
};

static int memory_read(void *context, uint64_t offset, void *buffer, size_t length)
{
	struct memory *memory = context;

	if (memory->reads_left >= 0 && memory->reads_left-- == 0)
		return -1;
	assert_true(offset <= memory->length && length <= memory->length - offset);
	memcpy(buffer, memory->bytes + offset, length);
	return 0;
}

static struct zip_source memory_source(struct memory *memory)
{
	return (struct zip_source){ memory_read, memory, memory->length };
}

/* Everything about the structure and the names, nothing about what the files are. */
static struct zip_limits structure_limits(void)
{
	struct zip_limits limits = zip_limits_default;

	limits.require_main_type = limits.match_content = false;
	limits.allow_archives = limits.allow_programs = limits.allow_unknown = true;
	return limits;
}

static enum zip_rule rule_of_bytes(const char *bytes, size_t length, const struct zip_limits *limits)
{
	struct memory memory = { bytes, length, -1 };
	struct zip_source source = memory_source(&memory);
	struct zip_archive archive;
	struct zip_report report;
	enum zip_result result = zip_inspect(&source, limits, &archive, &report);

	assert_true(result == ZIP_ACCEPTED || result == ZIP_REJECTED);
	assert_int_equal(result == ZIP_ACCEPTED, report.rule == ZIP_RULE_NONE);
	if (result == ZIP_REJECTED)
		assert_null(archive.entries);
	zip_archive_free(&archive);
	return report.rule;
}

#define assert_rule(expected, actual) assert_string_equal(zip_rule_word(ZIP_RULE_##expected), zip_rule_word(actual))

static enum zip_rule rule_of(const struct pack *pack)
{
	return rule_of_bytes(pack->bytes.data, pack->bytes.length, &zip_limits_default);
}

/* The rule that the usual archive breaks after a change. */
static enum zip_rule rule_after(size_t (*place)(const struct pack *pack), size_t offset, uint64_t value, int bytes)
{
	struct pack *pack = pack_usual();
	enum zip_rule rule;

	patch(pack, place(pack) + offset, value, bytes);
	rule = rule_of(pack);
	pack_free(pack);
	return rule;
}

static size_t at_end(const struct pack *pack)
{
	return pack->end;
}

static size_t at_document(const struct pack *pack)
{
	return pack->local[0];
}

static size_t at_document_entry(const struct pack *pack)
{
	return pack->directory[0];
}

static size_t at_text(const struct pack *pack)
{
	return pack->local[2];
}

static size_t at_text_entry(const struct pack *pack)
{
	return pack->directory[2];
}

/* The rule that an archive with this item besides a document breaks. */
static enum zip_rule rule_with(struct item item)
{
	struct pack *pack = pack_new();
	enum zip_rule rule;

	pack_add(pack, (struct item){ .name = "lesson.pdf", .content = PDF });
	pack_add(pack, item);
	pack_close(pack);
	rule = rule_of(pack);
	pack_free(pack);
	return rule;
}

static enum zip_rule rule_of_structure_with(struct item item, const struct zip_limits *limits)
{
	struct pack *pack = pack_new();
	enum zip_rule rule;

	pack_add(pack, item);
	pack_close(pack);
	rule = rule_of_bytes(pack->bytes.data, pack->bytes.length, limits);
	pack_free(pack);
	return rule;
}

/* -------- the archive as a whole --------------------------------------------------------------------------------- */

static void test_usual_archive_is_accepted_with_all_that_is_in_it(void **state)
{
	struct pack *pack = pack_usual();
	struct memory memory = { pack->bytes.data, pack->bytes.length, -1 };
	struct zip_source source = memory_source(&memory);
	struct zip_archive archive;
	struct zip_report report;

	(void)state;
	assert_int_equal(ZIP_ACCEPTED, zip_inspect(&source, &zip_limits_default, &archive, &report));
	assert_int_equal(3, archive.count);
	assert_int_equal(strlen(PDF) + 35, archive.total_size);
	assert_string_equal("lesson.pdf", archive.entries[0].name);
	assert_int_equal(ZIP_TYPE_PDF, archive.entries[0].type);
	assert_int_equal(strlen(PDF), archive.entries[0].size);
	assert_int_equal(STORED, archive.entries[0].method);
	assert_int_equal(crc32(0, (const unsigned char *)PDF, (uInt)strlen(PDF)), archive.entries[0].crc32);
	assert_true(archive.entries[1].is_directory);
	assert_int_equal(ZIP_TYPE_FOLDER, archive.entries[1].type);
	assert_int_equal(DEFLATED, archive.entries[2].method);
	assert_true(archive.entries[2].compressed_size < archive.entries[2].size);
	assert_false(archive.entries[2].active_content);
	assert_int_equal(ZIP_WHOLE_ARCHIVE, report.index);
	assert_string_equal("", report.entry);
	zip_archive_free(&archive);
	pack_free(pack);
}

static void test_every_rule_and_type_has_its_words(void **state)
{
	(void)state;
	for (int i = 0; i < ZIP_RULE_COUNT; i++) {
		for (int other = 0; other < i; other++)
			assert_string_not_equal(zip_rule_word((enum zip_rule)i), zip_rule_word((enum zip_rule)other));
		assert_string_equal(zip_rule_text((enum zip_rule)i, NULL), zip_rule_text((enum zip_rule)i, "en"));
		assert_string_not_equal(zip_rule_text((enum zip_rule)i, "de"), zip_rule_text((enum zip_rule)i, "en"));
	}
	for (int i = 0; i < ZIP_TYPE_COUNT; i++)
		assert_true(strlen(zip_type_word((enum zip_type)i)) > 2);
}

static void test_what_is_no_archive_is_told_from_one_with_a_tail(void **state)
{
	struct pack *pack = pack_usual();
	char *long_text = calloc(1, 200000);

	(void)state;
	assert_rule(NOT_ZIP, rule_of_bytes("", 0, &zip_limits_default));
	assert_rule(NOT_ZIP, rule_of_bytes(pack->bytes.data + pack->end, 21, &zip_limits_default));
	assert_rule(NOT_ZIP, rule_of_bytes("%PDF-1.7 but not packed at all", 30, &zip_limits_default));
	assert_rule(NOT_ZIP, rule_of_bytes(long_text, 200000, &zip_limits_default));
	assert_rule(NOT_ZIP, rule_of_bytes(pack->bytes.data, pack->end, &zip_limits_default));
	assert_rule(EMPTY, rule_of_bytes("PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 22, &zip_limits_default));
	buffer_char(&pack->bytes, 'x');
	assert_rule(END_NOT_LAST, rule_of(pack));
	patch(pack, pack->end + 20, 1, 2);  /* the same byte as a comment */
	assert_rule(END_NOT_LAST, rule_of(pack));
	pack->bytes.length--;               /* a comment that is missing  */
	assert_rule(END_NOT_LAST, rule_of(pack));
	free(long_text);
	pack_free(pack);
}

static void test_end_record_must_fit_the_directory(void **state)
{
	struct pack *pack = pack_usual();
	uint32_t size = (uint32_t)pack->central.length;
	uint32_t start = (uint32_t)(pack->end - size);

	(void)state;
	assert_rule(MULTI_DISK, rule_after(at_end, 4, 1, 2));
	assert_rule(MULTI_DISK, rule_after(at_end, 6, 1, 2));
	assert_rule(MULTI_DISK, rule_after(at_end, 8, 2, 2));
	assert_rule(DIRECTORY, rule_after(at_end, 8, 0x00020002, 4));
	assert_rule(DIRECTORY, rule_after(at_end, 8, 0x00040004, 4));
	assert_rule(DIRECTORY, rule_after(at_end, 12, size - 1, 4));
	assert_rule(DIRECTORY, rule_after(at_end, 12, size + 1, 4));
	assert_rule(DIRECTORY, rule_after(at_end, 12, 8u << 20, 4));
	assert_rule(DIRECTORY, rule_after(at_end, 16, start - 1, 4));
	assert_rule(DIRECTORY, rule_after(at_end, 16, start + 1, 4));
	assert_rule(DIRECTORY_SIZE, rule_after(at_end, 12, UINT32_MAX, 4));
	assert_rule(SECOND_END, rule_after(at_end, 16, 0x06054B50, 4));
	patch(pack, pack->end + 12, (size - 1) | (uint64_t)(start + 1) << 32, 8);
	assert_rule(DIRECTORY, rule_of(pack));
	patch(pack, pack->end + 12, 46 | (uint64_t)(pack->end - 46) << 32, 8);
	assert_rule(DIRECTORY, rule_of(pack));  /* room for one, three counted */
	pack_free(pack);
}

static void test_directory_entries_must_fill_the_directory(void **state)
{
	(void)state;
	assert_rule(DIRECTORY, rule_after(at_document_entry, 0, 0x02014B51, 4));
	assert_rule(DIRECTORY, rule_after(at_text_entry, 0, 0, 4));
	assert_rule(DIRECTORY, rule_after(at_text_entry, 32, 1, 2));
	assert_rule(DIRECTORY, rule_after(at_text_entry, 32, 65535, 2));
	assert_rule(MULTI_DISK, rule_after(at_text_entry, 34, 1, 2));
	/* The last one takes all the room, so that nothing is left for it. */
	assert_rule(DIRECTORY, rule_after(at_document_entry, 32, 46 + 6 + 40, 2));
}

static void test_second_end_record_in_the_directory_is_refused(void **state)
{
	(void)state;
	assert_rule(SECOND_END, rule_with((struct item){ .name = "a.txt", .extra = "\x34\x12\x04\0PK\5\6",
	                                                 .extra_length = 8 }));
}

static void test_limit_of_the_directory(void **state)
{
	struct pack *pack = pack_usual();
	struct zip_limits limits = zip_limits_default;

	(void)state;
	limits.directory_bytes = pack->central.length;
	assert_rule(NONE, rule_of_bytes(pack->bytes.data, pack->bytes.length, &limits));
	limits.directory_bytes--;
	assert_rule(DIRECTORY_SIZE, rule_of_bytes(pack->bytes.data, pack->bytes.length, &limits));
	limits.directory_bytes = zip_limits_default.directory_bytes;
	limits.archive_bytes = pack->bytes.length;
	assert_rule(NONE, rule_of_bytes(pack->bytes.data, pack->bytes.length, &limits));
	limits.archive_bytes--;
	assert_rule(ARCHIVE_SIZE, rule_of_bytes(pack->bytes.data, pack->bytes.length, &limits));
	pack_free(pack);
}

static enum zip_rule rule_of_many(size_t count)
{
	struct pack *pack = pack_new();
	enum zip_rule rule;

	for (size_t i = 0; i < count; i++) {
		char name[32];

		snprintf(name, sizeof(name), "%05zu.pdf", i);
		pack_add(pack, (struct item){ .name = name, .content = PDF });
	}
	pack_close(pack);
	rule = rule_of(pack);
	pack_free(pack);
	return rule;
}

static void test_ten_thousand_entries_and_no_more(void **state)
{
	(void)state;
	assert_rule(NONE, rule_of_many(9999));
	assert_rule(NONE, rule_of_many(10000));
	assert_rule(ENTRY_COUNT, rule_of_many(10001));
}

/* -------- ZIP64 -------------------------------------------------------------------------------------------------- */

static struct pack *pack_usual64(void)
{
	struct pack *pack = pack_new();

	pack_add(pack, (struct item){ .name = "lesson.pdf", .content = PDF, .local64 = true, .central64 = true });
	pack_close64(pack);
	return pack;
}

static enum zip_rule rule_after64(size_t offset, uint64_t value, int bytes)
{
	struct pack *pack = pack_usual64();
	enum zip_rule rule;

	patch(pack, pack->end + offset, value, bytes);
	rule = rule_of(pack);
	pack_free(pack);
	return rule;
}

static void test_zip64_end_records_must_say_the_same_and_be_asked_for(void **state)
{
	struct pack *pack = pack_usual64();
	size_t start = pack->end - pack->central.length;

	(void)state;
	assert_rule(NONE, rule_of(pack));
	assert_rule(NONE, rule_after64(76 + 8, 0x00010001, 4));
	assert_rule(NONE, rule_after64(76 + 12, pack->central.length, 4));
	assert_rule(NONE, rule_after64(76 + 16, start, 4));
	assert_rule(ZIP64, rule_after64(76 + 8, 0x00020002, 4));
	assert_rule(ZIP64, rule_after64(76 + 12, pack->central.length - 1, 4));
	assert_rule(ZIP64, rule_after64(76 + 16, start - 1, 4));
	assert_rule(MULTI_DISK, rule_after64(76 + 8, 1, 2));
	assert_rule(ZIP64, rule_after64(0, 0x06064B51, 4));
	assert_rule(ZIP64, rule_after64(4, 45, 8));
	assert_rule(ZIP64, rule_after64(24, 2, 8));
	assert_rule(ZIP64, rule_after64(56 + 8, 1, 8));
	assert_rule(MULTI_DISK, rule_after64(16, 1, 4));
	assert_rule(MULTI_DISK, rule_after64(20, 1, 4));
	assert_rule(MULTI_DISK, rule_after64(56 + 4, 1, 4));
	assert_rule(MULTI_DISK, rule_after64(56 + 16, 2, 4));
	assert_rule(SECOND_END, rule_after64(12, 0x06054B50, 4));
	assert_rule(ENTRY_COUNT, rule_after64(56, 0, 4));  /* no locator: 65535 entries */
	patch(pack, pack->end + 76 + 8, 0x00010001 | (uint64_t)pack->central.length << 32, 8);
	patch(pack, pack->end + 76 + 16, start, 4);
	assert_rule(ZIP64, rule_of(pack));
	pack_free(pack);
}

static void test_zip64_fields_hold_what_is_asked_for(void **state)
{
	struct pack *pack = pack_usual64();
	size_t central = pack->end - pack->central.length;

	(void)state;
	for (size_t field = 20; field <= 24; field += 4) {  /* a size that does not ask */
		patch(pack, central + field, strlen(PDF), 4);
		assert_rule(ZIP64, rule_of(pack));
		patch(pack, central + field, UINT32_MAX, 4);
	}
	patch(pack, central + 42, 0, 4);
	assert_rule(ZIP64, rule_of(pack));
	patch(pack, central + 42, UINT32_MAX, 4);
	for (size_t length = 0; length < 24; length += 8) {  /* too few values; the rest is a field of its own */
		patch(pack, central + 46 + 10 + 2, length, 2);
		patch(pack, central + 46 + 10 + 4 + length, 0x9999u | (20u - length) << 16, 4);
		assert_rule(ZIP64, rule_of(pack));
		patch(pack, central + 46 + 10 + 4 + length, strlen(PDF), 8);
	}
	pack_free(pack);
}

static void test_zip64_local_fields(void **state)
{
	struct item item = { .name = "a.txt", .content = "text", .local64 = true };
	struct pack *pack = pack_new();

	(void)state;
	assert_rule(NONE, rule_with(item));
	assert_rule(NONE, rule_with((struct item){ .name = "a.txt", .content = "text", .central64 = true }));
	pack_add(pack, (struct item){ .name = "a.pdf", .content = PDF, .local64 = true });
	pack_close(pack);
	assert_rule(NONE, rule_of(pack));
	for (size_t field = 18; field <= 22; field += 4) {
		patch(pack, field, strlen(PDF), 4);
		assert_rule(ZIP64, rule_of(pack));
		patch(pack, field, UINT32_MAX, 4);
	}
	patch(pack, 30 + 5 + 2, 8, 2);
	patch(pack, 30 + 5 + 12, 0x00049999, 4);
	assert_rule(ZIP64, rule_of(pack));
	pack_free(pack);
}

/* -------- entries ------------------------------------------------------------------------------------------------ */

static void test_features_that_are_refused(void **state)
{
	(void)state;
	for (unsigned bit = 0; bit < 16; bit++) {
		enum zip_rule rule = rule_after(at_document_entry, 8, 0x0800u | 1u << bit, 2);

		if (bit == 0 || bit == 6 || bit == 13)
			assert_rule(ENCRYPTED, rule);
		else if (bit == 1 || bit == 2 || bit == 3)
			assert_rule(MISMATCH, rule);  /* known, but not in the local header */
		else if (bit == 11)
			assert_rule(NONE, rule);
		else
			assert_rule(FLAGS, rule);
	}
	assert_rule(NONE, rule_with((struct item){ .name = "a.txt", .flags = 0x0006 }));
	assert_rule(METHOD, rule_after(at_document_entry, 10, 9, 2));
	assert_rule(METHOD, rule_after(at_document_entry, 10, 12, 2));
	assert_rule(METHOD, rule_after(at_document_entry, 10, 99, 2));
}

static void test_local_header_must_be_there_and_say_the_same(void **state)
{
	(void)state;
	assert_rule(LOCAL_HEADER, rule_after(at_document, 0, 0x04034B51, 4));
	assert_rule(LOCAL_HEADER, rule_after(at_document, 28, 65535, 2));
	assert_rule(EXTRA_FIELD, rule_after(at_document, 28, 1, 2));
	assert_rule(MISMATCH, rule_after(at_document, 6, 0x0802, 2));
	assert_rule(MISMATCH, rule_after(at_document, 8, 8, 2));
	assert_rule(MISMATCH, rule_after(at_document, 14, 0, 4));
	assert_rule(MISMATCH, rule_after(at_document, 18, 14, 4));
	assert_rule(MISMATCH, rule_after(at_document, 22, 0, 4));
	assert_rule(MISMATCH, rule_after(at_document, 30, 'L', 1));
	assert_rule(MISMATCH, rule_after(at_text, 26, 10, 2));
	assert_rule(NONE, rule_after(at_document, 10, 0x12345678, 4));  /* the time may differ */
}

static void test_entries_must_tile_the_archive(void **state)
{
	struct pack *pack = pack_usual();

	(void)state;
	assert_rule(OVERLAP, rule_after(at_text_entry, 42, 0, 4));
	assert_rule(GAP, rule_after(at_text_entry, 42, pack->local[2] + 1, 4));
	assert_rule(GAP, rule_after(at_document_entry, 42, 1, 4));
	assert_rule(LOCAL_HEADER, rule_after(at_text_entry, 42, pack->end, 4));
	assert_rule(LOCAL_HEADER, rule_after(at_text_entry, 42, pack->local[1] + 20, 4));
	assert_rule(GAP, rule_after(at_text_entry, 42, pack->end - pack->central.length, 4));
	assert_rule(GAP, rule_after(at_document_entry, 42, pack->local[2], 4));
	pack_free(pack);
	pack = pack_new();
	pack_add(pack, (struct item){ .name = "a.pdf", .content = PDF });
	pack_add(pack, (struct item){ .name = "b.pdf", .content = PDF });
	pack->bytes.length = pack->local[1];  /* the second one is listed but not there */
	pack_close(pack);
	assert_rule(OVERLAP, rule_of(pack));
	pack_free(pack);
}

static enum zip_rule rule_with_filling(bool before, bool between, bool behind)
{
	struct pack *pack = pack_new();
	enum zip_rule rule;

	if (before)
		buffer_text(&pack->bytes, "MZ");
	pack_add(pack, (struct item){ .name = "a.pdf", .content = PDF });
	if (between)
		buffer_char(&pack->bytes, '\0');
	pack_add(pack, (struct item){ .name = "b.pdf", .content = PDF });
	if (behind)
		buffer_text(&pack->bytes, "PK\3\4 a lost entry, which readers that begin at the front would see");
	pack_close(pack);
	rule = rule_of(pack);
	pack_free(pack);
	return rule;
}

static void test_no_byte_without_an_owner(void **state)
{
	(void)state;
	assert_rule(NONE, rule_with_filling(false, false, false));
	assert_rule(GAP, rule_with_filling(true, false, false));
	assert_rule(GAP, rule_with_filling(false, true, false));
	assert_rule(GAP, rule_with_filling(false, false, true));
}

static void test_content_must_not_lead_into_the_next_entry(void **state)
{
	struct pack *pack = pack_usual();
	uint64_t more = strlen(PDF) + 1;

	(void)state;
	patch(pack, pack->local[0] + 18, more | more << 32, 8);
	patch(pack, pack->directory[0] + 20, more | more << 32, 8);
	assert_rule(OVERLAP, rule_of(pack));
	pack_free(pack);
}

static void test_order_of_the_directory_is_free(void **state)
{
	struct pack *pack = pack_new();

	(void)state;
	pack_add(pack, (struct item){ .name = "b.pdf", .content = PDF });
	pack_add(pack, (struct item){ .name = "a.pdf", .content = PDF });
	pack_close(pack);
	for (size_t i = 0; i < 46 + 5; i++) {
		char byte = pack->bytes.data[pack->directory[0] + i];

		pack->bytes.data[pack->directory[0] + i] = pack->bytes.data[pack->directory[1] + i];
		pack->bytes.data[pack->directory[1] + i] = byte;
	}
	assert_rule(NONE, rule_of(pack));
	pack_free(pack);
}

static void test_descriptors(void **state)
{
	struct item item = { .name = "a.pdf", .content = PDF };
	const unsigned lengths[] = { 12, 16, 20, 24 };
	struct pack *pack;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		item.descriptor = lengths[i];
		item.local64 = lengths[i] >= 20;
		item.method = DEFLATED;
		assert_rule(NONE, rule_with(item));
		item.method = STORED;
		assert_rule(NONE, rule_with(item));
		item.local64 = !item.local64;
		assert_rule(DESCRIPTOR, rule_with(item));  /* the width must fit the local header */
	}
	for (size_t field = 0; field < 24; field += 4) {
		pack = pack_new();
		item.descriptor = field < 16 ? 16 : 24;
		item.local64 = field >= 16;
		pack_add(pack, item);
		pack_close(pack);
		patch(pack, pack->end - pack->central.length - item.descriptor + field, 77, 4);
		assert_rule(DESCRIPTOR, rule_of(pack));
		pack_free(pack);
	}
	assert_rule(DESCRIPTOR, rule_with((struct item){ .name = "a.txt", .flags = 0x0008 }));
}

static void test_local_header_may_know_what_the_descriptor_says(void **state)
{
	struct pack *pack = pack_new();
	uint32_t crc = (uint32_t)crc32(0, (const unsigned char *)PDF, (uInt)strlen(PDF));

	(void)state;
	pack_add(pack, (struct item){ .name = "a.pdf", .content = PDF, .descriptor = 16 });
	pack_close(pack);
	patch(pack, 14, crc, 4);
	patch(pack, 18, strlen(PDF), 4);
	patch(pack, 22, strlen(PDF), 4);
	assert_rule(NONE, rule_of(pack));
	patch(pack, 14, crc + 1, 4);
	assert_rule(MISMATCH, rule_of(pack));
	pack_free(pack);
}

static void test_extra_fields(void **state)
{
	static const struct {
		const char   *extra;
		size_t        length;
		enum zip_rule rule;
	} cases[] = {
		{ "UT\5\0\1abcd", 9, ZIP_RULE_NONE },
		{ "UT\0\0", 4, ZIP_RULE_NONE },
		{ "UT\6\0\1abcd", 9, ZIP_RULE_EXTRA_FIELD },                          /* longer than there is   */
		{ "\0", 1, ZIP_RULE_EXTRA_FIELD },                                    /* filling                */
		{ "\0\0\0", 3, ZIP_RULE_EXTRA_FIELD },
		{ "\x0D\0\x0C\0aaaammmmuugg", 16, ZIP_RULE_NONE },                    /* PKWARE's of Unix       */
		{ "\x0D\0\x0D\0aaaammmmuuggx", 17, ZIP_RULE_EXTRA_FIELD },            /* ... with a link target */
		{ "\x6E\x75\x0E\0aaaaaaaaaaaaaa", 18, ZIP_RULE_EXTRA_FIELD },         /* ASi's of Unix          */
		{ "\1\0\0\0\1\0\0\0", 8, ZIP_RULE_EXTRA_FIELD },                      /* ZIP64 twice            */
		{ "\1\0\0\0", 4, ZIP_RULE_ZIP64 },
		{ "up\0\0", 4, ZIP_RULE_NAME_UNICODE_PATH },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct item item = { .name = "a.txt", .extra = cases[i].extra, .extra_length = cases[i].length };

		assert_string_equal(zip_rule_word(cases[i].rule), zip_rule_word(rule_with(item)));
	}
}

/* An Info-ZIP Unicode path field. */
static size_t unicode_path(char *field, const char *name, const char *other, char version)
{
	uint32_t crc = (uint32_t)crc32(0, (const unsigned char *)name, (uInt)strlen(name));
	size_t length = strlen(other);

	field[0] = 'u';
	field[1] = 'p';
	field[2] = (char)(5 + length);
	field[3] = 0;
	field[4] = version;
	for (int i = 0; i < 4; i++)
		field[5 + i] = (char)(crc >> 8 * i & 0xFF);
	memcpy(field + 9, other, length);
	return 9 + length;
}

static void test_unicode_path_may_only_repeat_the_name(void **state)
{
	struct item item = { .name = "\xC3\xBC.txt", .not_utf8 = true };
	char field[64];

	(void)state;
	item.extra = field;
	assert_rule(NAME_ENCODING, rule_with((struct item){ .name = item.name, .not_utf8 = true }));
	item.extra_length = unicode_path(field, item.name, item.name, 1);
	assert_rule(NONE, rule_with(item));
	item.extra_length = unicode_path(field, item.name, item.name, 2);
	assert_rule(NAME_UNICODE_PATH, rule_with(item));
	item.extra_length = unicode_path(field, "other", item.name, 1);
	assert_rule(NAME_UNICODE_PATH, rule_with(item));
	item.extra_length = unicode_path(field, item.name, "\xC3\xA4.txt", 1);
	assert_rule(NAME_UNICODE_PATH, rule_with(item));
	item.extra_length = unicode_path(field, item.name, "\xC3\xBC.txt ", 1);
	assert_rule(NAME_UNICODE_PATH, rule_with(item));
	item.extra_length = unicode_path(field, item.name, item.name, 1);
	memcpy(field + item.extra_length, field, item.extra_length);
	item.extra_length *= 2;
	assert_rule(EXTRA_FIELD, rule_with(item));
}

static void test_files_and_folders_only(void **state)
{
	static const struct {
		const char   *name;
		uint32_t      attributes;
		enum zip_rule rule;
	} cases[] = {
		{ "a.txt", 0x81A40000, ZIP_RULE_NONE },        /* regular              */
		{ "a.txt", 0x01A40000, ZIP_RULE_NONE },        /* no type              */
		{ "a.txt", 0x00000020, ZIP_RULE_NONE },        /* archive bit          */
		{ "a.txt", 0xA1FF0000, ZIP_RULE_ENTRY_TYPE },  /* link                 */
		{ "a.txt", 0x21B60000, ZIP_RULE_ENTRY_TYPE },  /* character device     */
		{ "a.txt", 0x61B60000, ZIP_RULE_ENTRY_TYPE },  /* block device         */
		{ "a.txt", 0x11B60000, ZIP_RULE_ENTRY_TYPE },  /* pipe                 */
		{ "a.txt", 0xC1B60000, ZIP_RULE_ENTRY_TYPE },  /* socket               */
		{ "a.txt", 0x00000008, ZIP_RULE_ENTRY_TYPE },  /* volume label         */
		{ "a.txt", 0x00000040, ZIP_RULE_ENTRY_TYPE },  /* device of Windows    */
		{ "a.txt", 0x00000400, ZIP_RULE_ENTRY_TYPE },  /* link of Windows      */
		{ "a.txt", 0x41ED0000, ZIP_RULE_FOLDER },
		{ "a.txt", 0x00000010, ZIP_RULE_FOLDER },
		{ "a/",    0x41ED0010, ZIP_RULE_NONE },
		{ "a/",    0x00000000, ZIP_RULE_NONE },
		{ "a/",    0x81A40000, ZIP_RULE_FOLDER },
		{ "a/",    0xA1FF0000, ZIP_RULE_ENTRY_TYPE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct item item = { .name = cases[i].name, .attributes = cases[i].attributes };

		assert_string_equal(zip_rule_word(cases[i].rule), zip_rule_word(rule_with(item)));
	}
	assert_rule(FOLDER, rule_with((struct item){ .name = "a/", .content = "x" }));
	assert_rule(NONE, rule_with((struct item){ .name = "a/", .method = DEFLATED }));
}

/* -------- names -------------------------------------------------------------------------------------------------- */

#define X10 "xxxxxxxxxx"
#define X50 X10 X10 X10 X10 X10
#define X250 X50 X50 X50 X50 X50
#define D8 "d/d/d/d/d/d/d/d/"
#define MARKS10 "\xCC\x84\xCC\x84\xCC\x84\xCC\x84\xCC\x84\xCC\x84\xCC\x84\xCC\x84\xCC\x84\xCC\x84"

static void test_names(void **state)
{
	static const struct {
		const char   *name;
		enum zip_rule rule;
	} cases[] = {
		{ "a.txt", ZIP_RULE_NONE },
		{ "a/b/c.txt", ZIP_RULE_NONE },
		{ "a..b.txt", ZIP_RULE_NONE },
		{ "..a.txt", ZIP_RULE_NONE },
		{ "f\xC3\xBCr dich.txt", ZIP_RULE_NONE },
		{ "\xE8\xAA\xB2.txt", ZIP_RULE_NONE },
		{ "warum\xEF\xBC\x9F.txt", ZIP_RULE_NONE },                        /* a full-width question mark   */
		{ "/a.txt", ZIP_RULE_NAME_SEGMENT },
		{ "/", ZIP_RULE_NAME_SEGMENT },
		{ "a//b.txt", ZIP_RULE_NAME_SEGMENT },
		{ "a//", ZIP_RULE_NAME_SEGMENT },
		{ "./a.txt", ZIP_RULE_NAME_SEGMENT },
		{ "../a.txt", ZIP_RULE_NAME_SEGMENT },
		{ "a/../b.txt", ZIP_RULE_NAME_SEGMENT },
		{ "a/..", ZIP_RULE_NAME_SEGMENT },
		{ "../", ZIP_RULE_NAME_SEGMENT },
		{ "a/.. /b.txt", ZIP_RULE_NAME_SEGMENT },                          /* Windows cuts the space off   */
		{ "... /b.txt", ZIP_RULE_NAME_SEGMENT },
		{ "C:/a.txt", ZIP_RULE_NAME_CHARACTER },
		{ "a\\b.txt", ZIP_RULE_NAME_CHARACTER },
		{ "a*.txt", ZIP_RULE_NAME_CHARACTER },
		{ "a?.txt", ZIP_RULE_NAME_CHARACTER },
		{ "a\".txt", ZIP_RULE_NAME_CHARACTER },
		{ "a<.txt", ZIP_RULE_NAME_CHARACTER },
		{ "a>.txt", ZIP_RULE_NAME_CHARACTER },
		{ "a|.txt", ZIP_RULE_NAME_CHARACTER },
		{ "a\n.txt", ZIP_RULE_NAME_CHARACTER },
		{ "a\x7F.txt", ZIP_RULE_NAME_CHARACTER },
		{ "a\xC2\x85.txt", ZIP_RULE_NAME_CHARACTER },                      /* U+0085                       */
		{ "a\xC2\xAD.txt", ZIP_RULE_NAME_CHARACTER },                      /* soft hyphen                  */
		{ "a\xD8\x9C.txt", ZIP_RULE_NAME_CHARACTER },                      /* Arabic letter mark           */
		{ "a\xE2\x80\x8B.txt", ZIP_RULE_NAME_CHARACTER },                  /* zero-width space             */
		{ "a\xE2\x80\x8D.txt", ZIP_RULE_NAME_CHARACTER },                  /* zero-width joiner            */
		{ "a\xE2\x80\xA8.txt", ZIP_RULE_NAME_CHARACTER },                  /* line separator               */
		{ "a\xE2\x80\xAE" "fdp.txt", ZIP_RULE_NAME_CHARACTER },            /* right-to-left override       */
		{ "a\xE2\x81\xA6.txt", ZIP_RULE_NAME_CHARACTER },                  /* isolate                      */
		{ "a\xEF\xBB\xBF.txt", ZIP_RULE_NAME_CHARACTER },                  /* byte order mark              */
		{ "a\xE3\x85\xA4.txt", ZIP_RULE_NAME_CHARACTER },                  /* Hangul filler                */
		{ "a\xEE\x80\x80.txt", ZIP_RULE_NAME_CHARACTER },                  /* private use                  */
		{ "a\xEF\xBF\xBF.txt", ZIP_RULE_NAME_CHARACTER },                  /* U+FFFF                       */
		{ "a\xCD\xB8.txt", ZIP_RULE_NAME_CHARACTER },                      /* unassigned                   */
		{ "\xC0\xAE\xC0\xAE/a.txt", ZIP_RULE_NAME_ENCODING },              /* overlong                     */
		{ "\xFC" "ber.txt", ZIP_RULE_NAME_ENCODING },                      /* Latin-1                      */
		{ "\xED\xA0\x80.txt", ZIP_RULE_NAME_ENCODING },                    /* a surrogate                  */
		{ "\xC3", ZIP_RULE_NAME_ENCODING },
		{ "u\xCC\x88.txt", ZIP_RULE_NAME_FORM },                           /* NFD                          */
		{ "\xE2\x84\xAB.txt", ZIP_RULE_NAME_FORM },                        /* angstrom, another letter     */
		{ "x" MARKS10 MARKS10 MARKS10 ".txt", ZIP_RULE_NONE },
		{ "x" MARKS10 MARKS10 MARKS10 "\xCC\x84.txt", ZIP_RULE_NAME_CHARACTER },
		{ "a./b.txt", ZIP_RULE_NAME_ENDING },
		{ "a /b.txt", ZIP_RULE_NAME_ENDING },
		{ "a.txt.", ZIP_RULE_NAME_ENDING },
		{ "a /", ZIP_RULE_NAME_ENDING },
		{ "con", ZIP_RULE_NAME_DEVICE },
		{ "a/AUX.txt", ZIP_RULE_NAME_DEVICE },
		{ "nul.tar.txt", ZIP_RULE_NAME_DEVICE },
		{ "Prn .txt", ZIP_RULE_NAME_DEVICE },
		{ "com1.txt", ZIP_RULE_NAME_DEVICE },
		{ "LPT9/a.txt", ZIP_RULE_NAME_DEVICE },
		{ "CONIN$", ZIP_RULE_NAME_DEVICE },
		{ "conin.txt", ZIP_RULE_NONE },
		{ "com.txt", ZIP_RULE_NONE },
		{ "coma.txt", ZIP_RULE_NONE },
		{ "com/.txt", ZIP_RULE_NONE },
		{ "com!.txt", ZIP_RULE_NONE },
		{ "cox1.txt", ZIP_RULE_NONE },
		{ "com11.txt", ZIP_RULE_NONE },
		{ "com\xC2\xB9.txt", ZIP_RULE_NAME_DEVICE },                       /* superscript one              */
		{ "\xEF\xBC\xA3\xEF\xBC\xAF\xEF\xBC\xAE.txt", ZIP_RULE_NAME_DEVICE },           /* full-width CON  */
		{ "\xEF\xBC\x8E\xEF\xBC\x8E/a.txt", ZIP_RULE_NAME_SEGMENT },                    /* full-width ..   */
		{ "\xEF\xBC\x8E\xEF\xBC\x8E/", ZIP_RULE_NAME_SEGMENT },
		{ "\xE2\x80\xA5/a.txt", ZIP_RULE_NAME_SEGMENT },                                /* two dot leader  */
		{ "a\xEF\xBC\x8F" "b.txt", ZIP_RULE_NAME_SEGMENT },                             /* full-width /    */
		{ "a\xEF\xBC\xBC" "b.txt", ZIP_RULE_NAME_SEGMENT },                             /* full-width \    */
		{ "C\xEF\xBC\x9A" "a.txt", ZIP_RULE_NAME_SEGMENT },                             /* full-width :    */
		{ "Kapitel\xEF\xBC\x9A 1.txt", ZIP_RULE_NONE },
		{ "und\xE2\x80\xA6.txt", ZIP_RULE_NONE },                                       /* an ellipsis     */
		{ X250 "x.txt", ZIP_RULE_NONE },                                                /* 255 bytes       */
		{ X250 "xx.txt", ZIP_RULE_NAME_LENGTH },
		{ X250 "xxxxx/", ZIP_RULE_NONE },
		{ X250 "xxxxxx/", ZIP_RULE_NAME_LENGTH },
		{ X250 "/" X250 "/" X250 "/" X250 "/" X10 "xx.txt", ZIP_RULE_NONE },            /* 1020            */
		{ X250 "/" X250 "/" X250 "/" X250 "/" X10 "xxxxxx.txt", ZIP_RULE_NONE },        /* 1024            */
		{ X250 "/" X250 "/" X250 "/" X250 "/" X10 "xxxxxxx.txt", ZIP_RULE_NAME_LENGTH },
		{ D8 D8 D8 "d/d/d/d/d/d/d/a.txt", ZIP_RULE_NONE },                              /* 32 parts        */
		{ D8 D8 D8 "d/d/d/d/d/d/d/a/", ZIP_RULE_NONE },
		{ D8 D8 D8 D8 "a.txt", ZIP_RULE_NAME_DEPTH },
	};
	struct zip_limits limits = structure_limits();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pack *pack = pack_new();
		enum zip_rule rule;

		pack_add(pack, (struct item){ .name = cases[i].name });
		pack_add(pack, (struct item){ .name = "lesson.pdf" });
		pack_close(pack);
		rule = rule_of_bytes(pack->bytes.data, pack->bytes.length, &limits);
		if (rule != cases[i].rule)
			print_error("%s\n", cases[i].name);
		assert_string_equal(zip_rule_word(cases[i].rule), zip_rule_word(rule));
		pack_free(pack);
	}
	assert_rule(NAME_CHARACTER, rule_with((struct item){ .name = "a.txt\0.exe", .name_length = 10 }));
	assert_rule(NAME_SEGMENT, rule_after(at_text_entry, 28, 11ull << 32, 6));  /* empty, the rest a comment */
}

static enum zip_rule rule_of_names(const char *first, const char *second)
{
	struct zip_limits limits = structure_limits();
	struct pack *pack = pack_new();
	enum zip_rule rule;

	pack_add(pack, (struct item){ .name = first });
	pack_add(pack, (struct item){ .name = "between" });
	pack_add(pack, (struct item){ .name = second });
	pack_close(pack);
	rule = rule_of_bytes(pack->bytes.data, pack->bytes.length, &limits);
	pack_free(pack);
	return rule;
}

static void test_names_together(void **state)
{
	(void)state;
	assert_rule(NONE, rule_of_names("a", "b"));
	assert_rule(NONE, rule_of_names("a/", "a/b"));
	assert_rule(NONE, rule_of_names("a/b", "a/"));
	assert_rule(NONE, rule_of_names("a/b", "a/c"));
	assert_rule(NONE, rule_of_names("a", "ab/c"));
	assert_rule(NAME_TAKEN, rule_of_names("a", "a"));
	assert_rule(NAME_TAKEN, rule_of_names("a/", "a/"));
	assert_rule(NAME_TAKEN, rule_of_names("readme", "README"));
	assert_rule(NAME_TAKEN, rule_of_names("\xC3\xBC", "\xC3\x9C"));             /* umlaut, small and large */
	assert_rule(NAME_TAKEN, rule_of_names("gro\xC3\x9F", "GROSS"));
	assert_rule(NAME_TAKEN, rule_of_names("\xCE\xA3", "\xCF\x82"));             /* sigma and final sigma   */
	assert_rule(NAME_CONFLICT, rule_of_names("a", "a/"));
	assert_rule(NAME_CONFLICT, rule_of_names("A/", "a"));
	assert_rule(NAME_CONFLICT, rule_of_names("a", "a/b"));
	assert_rule(NAME_CONFLICT, rule_of_names("a/b/c/d", "a/B"));
	assert_rule(NAME_CONFLICT, rule_of_names("\xC3\xBC", "\xC3\x9C/b/"));
}

static void test_report_names_the_entry_in_visible_characters(void **state)
{
	struct pack *pack = pack_new();
	struct memory memory = { 0 };
	struct zip_source source;
	struct zip_archive archive;
	struct zip_report report;

	(void)state;
	pack_add(pack, (struct item){ .name = "lesson.pdf", .content = PDF });
	pack_add(pack, (struct item){ .name = "\xC3\xBC\\\x1B[2J\xE2\x80\xAE\xFF" X250 });
	pack_close(pack);
	memory = (struct memory){ pack->bytes.data, pack->bytes.length, -1 };
	source = memory_source(&memory);
	assert_int_equal(ZIP_REJECTED, zip_inspect(&source, &zip_limits_default, &archive, &report));
	assert_int_equal(1, report.index);
	assert_memory_equal("\xC3\xBC\\x5C\\x1B[2J\\xE2\\x80\\xAE\\xFFxxx", report.entry, 32);
	assert_in_range(strlen(report.entry), sizeof(report.entry) - 5, sizeof(report.entry) - 1);
	assert_string_equal("U+005C", report.detail);
	pack_free(pack);
}

/* -------- sizes and content -------------------------------------------------------------------------------------- */

static void test_size_of_one_file_and_of_all(void **state)
{
	struct zip_limits limits = zip_limits_default;
	struct pack *pack = pack_usual();

	(void)state;
	limits.entry_bytes = 35;
	assert_rule(NONE, rule_of_bytes(pack->bytes.data, pack->bytes.length, &limits));
	limits.entry_bytes = 34;
	assert_rule(ENTRY_SIZE, rule_of_bytes(pack->bytes.data, pack->bytes.length, &limits));
	limits.entry_bytes = 35;
	limits.total_bytes = 35 + strlen(PDF);
	assert_rule(NONE, rule_of_bytes(pack->bytes.data, pack->bytes.length, &limits));
	limits.total_bytes--;
	assert_rule(TOTAL_SIZE, rule_of_bytes(pack->bytes.data, pack->bytes.length, &limits));
	pack_free(pack);
}

/* Text that compresses to just the wanted size: zeros are cheap, random bytes cost what they are. */
static enum zip_rule rule_of_ratio(size_t size, size_t ratio)
{
	struct zip_limits limits = structure_limits();
	char *content = calloc(1, size);
	enum zip_rule rule;

	limits.ratio = ratio;
	rule = rule_of_structure_with((struct item){ .name = "a", .content = content, .size = size,
	                                             .method = DEFLATED }, &limits);
	free(content);
	return rule;
}

static size_t compressed_zeros(size_t size)
{
	char *content = calloc(1, size);
	size_t compressed;

	free(deflate_all(content, size, &compressed));
	free(content);
	return compressed;
}

static void test_ratio_counts_above_one_mebibyte(void **state)
{
	size_t size = (1u << 20) + 1;
	size_t ratio = (size - 1) / compressed_zeros(size) + 1;  /* the smallest that allows it */

	(void)state;
	assert_rule(NONE, rule_of_ratio(size - 2, 1));
	assert_rule(NONE, rule_of_ratio(size - 1, 1));
	assert_rule(RATIO, rule_of_ratio(size, 1));
	assert_rule(RATIO, rule_of_ratio(size, 100));
	assert_rule(NONE, rule_of_ratio(size, ratio));
	assert_rule(RATIO, rule_of_ratio(size, ratio - 1));
}

/* A ratio of exactly 100, by a header that says so: one byte more is refused before anything is unpacked. */
static void test_ratio_of_one_hundred(void **state)
{
	size_t size = 1101000;
	char *content = calloc(1, size);
	struct zip_limits limits = structure_limits();
	struct pack *pack = pack_new();
	size_t compressed = compressed_zeros(size);

	(void)state;
	pack_add(pack, (struct item){ .name = "a", .content = content, .size = size, .method = DEFLATED });
	pack_close(pack);
	limits.ratio = 100;
	limits.ratio_from_bytes = 1000;
	patch(pack, 22, compressed * 100, 4);
	patch(pack, pack->directory[0] + 24, compressed * 100, 4);
	assert_rule(CONTENT_SIZE, rule_of_bytes(pack->bytes.data, pack->bytes.length, &limits));
	patch(pack, 22, compressed * 100 - 1, 4);
	patch(pack, pack->directory[0] + 24, compressed * 100 - 1, 4);
	assert_rule(CONTENT_SIZE, rule_of_bytes(pack->bytes.data, pack->bytes.length, &limits));
	patch(pack, 22, compressed * 100 + 1, 4);
	patch(pack, pack->directory[0] + 24, compressed * 100 + 1, 4);
	assert_rule(RATIO, rule_of_bytes(pack->bytes.data, pack->bytes.length, &limits));
	free(content);
	pack_free(pack);
}

static void test_content_must_be_what_the_headers_say(void **state)
{
	struct pack *pack = pack_usual();
	size_t data = pack->local[2] + 30 + 11;
	uint64_t packed = (uint64_t)(pack->end - pack->central.length - data);

	(void)state;
	for (int change = -1; change <= 1; change++) {
		patch(pack, pack->local[2] + 22, (uint64_t)(35 + change), 4);
		patch(pack, pack->directory[2] + 24, (uint64_t)(35 + change), 4);
		if (change)
			assert_rule(CONTENT_SIZE, rule_of(pack));
	}
	patch(pack, pack->local[2] + 22, 35, 4);
	patch(pack, pack->directory[2] + 24, 35, 4);
	assert_rule(NONE, rule_of(pack));
	patch(pack, pack->local[2] + 14, 1, 4);
	patch(pack, pack->directory[2] + 16, 1, 4);
	assert_rule(CONTENT_CHECKSUM, rule_of(pack));
	patch(pack, data, 0xFFFF, 2);
	assert_rule(CONTENT_DAMAGED, rule_of(pack));
	patch(pack, data, 0, packed > 8 ? 8 : 4);  /* a stored block whose length is not repeated */
	assert_rule(CONTENT_DAMAGED, rule_of(pack));
	assert_rule(CONTENT_CHECKSUM, rule_after(at_document, 40, 'X', 1));
	pack_free(pack);
	pack = pack_usual();
	patch(pack, pack->directory[0] + 24, strlen(PDF) - 1, 4);
	assert_rule(CONTENT_SIZE, rule_of(pack));  /* stored, of two sizes */
	pack_free(pack);
}

/* Packed bytes given by hand: too few, and more than the content needs. */
static enum zip_rule rule_of_deflated(const char *packed, size_t length)
{
	struct pack *pack = pack_new();
	uint32_t crc = (uint32_t)crc32(0, (const unsigned char *)"hello", 5);
	enum zip_rule rule;

	pack_add(pack, (struct item){ .name = "b.pdf", .content = PDF });
	pack_add(pack, (struct item){ .name = "a.txt", .content = packed, .size = length });
	pack_close(pack);
	for (size_t i = 0; i < 2; i++) {
		size_t header = i ? pack->directory[1] + 2 : pack->local[1];

		patch(pack, header + 8, DEFLATED, 2);
		patch(pack, header + 14, crc, 4);
		patch(pack, header + 22, 5, 4);
	}
	rule = rule_of(pack);
	pack_free(pack);
	return rule;
}

static void test_packed_bytes_must_be_used_up(void **state)
{
	const char *block = "\1\5\0\xFA\xFFhello";  /* a stored block of deflate, the last one */

	(void)state;
	assert_rule(NONE, rule_of_deflated(block, 10));
	assert_rule(CONTENT_DAMAGED, rule_of_deflated(block, 9));
	assert_rule(CONTENT_DAMAGED, rule_of_deflated("\1\5\0\xFA\xFFhello!", 11));
}

static void test_damage_behind_a_large_part_is_found(void **state)
{
	size_t size = 300000;
	char *content = malloc(size);
	struct zip_limits limits = structure_limits();
	struct pack *pack = pack_new();
	uint32_t random = 1;

	(void)state;
	for (size_t i = 0; i < size; i++)
		content[i] = (char)((random = random * 1664525u + 1013904223u) >> 24);
	pack_add(pack, (struct item){ .name = "a", .content = content, .size = size, .method = DEFLATED });
	pack_add(pack, (struct item){ .name = "b", .content = content, .size = size });
	pack_close(pack);
	assert_rule(NONE, rule_of_bytes(pack->bytes.data, pack->bytes.length, &limits));
	pack->bytes.data[200000] ^= 1;
	assert_int_not_equal(ZIP_RULE_NONE, rule_of_bytes(pack->bytes.data, pack->bytes.length, &limits));
	free(content);
	pack_free(pack);
}

/* -------- the numbers of the specification ----------------------------------------------------------------------- */

/* An archive of zeros with some pieces in it: as large as wanted, and not in memory. */
struct sparse {
	struct memory pieces[8];
	uint64_t      offsets[8];
	size_t        count;
};

static int sparse_read(void *context, uint64_t offset, void *buffer, size_t length)
{
	const struct sparse *sparse = context;

	memset(buffer, 0, length);
	for (size_t i = 0; i < sparse->count; i++) {
		uint64_t start = sparse->offsets[i];
		uint64_t end = start + sparse->pieces[i].length;
		uint64_t from = start > offset ? start : offset;
		uint64_t to = end < offset + length ? end : offset + length;

		if (from < to)
			memcpy((char *)buffer + (from - offset), sparse->pieces[i].bytes + (from - start), to - from);
	}
	return 0;
}

static uint32_t crc_of_zeros(uint64_t size)
{
	static const unsigned char zeros[65536];
	uint32_t crc = 0;

	for (uint64_t done = 0; done < size; done += sizeof(zeros))
		crc = (uint32_t)crc32(crc, zeros, (uInt)(size - done < sizeof(zeros) ? size - done : sizeof(zeros)));
	return crc;
}

/* Stored files of zeros of the given sizes. */
static enum zip_rule rule_of_zeros(const uint64_t *sizes, size_t count, const struct zip_limits *limits)
{
	struct pack *pack = pack_new();
	struct sparse sparse = { .count = count + 1 };
	struct zip_source source = { sparse_read, &sparse, 0 };
	struct zip_archive archive;
	struct zip_report report;

	for (size_t i = 0; i < count; i++) {
		char name[2] = { (char)('a' + i), 0 };
		uint64_t fields = sizes[i] | sizes[i] << 32;

		pack_add(pack, (struct item){ .name = name });
		sparse.offsets[i] = source.size;
		patch(pack, pack->local[i] + 14, crc_of_zeros(sizes[i]), 4);
		patch(pack, pack->local[i] + 18, fields, 8);
		memcpy(pack->central.data + pack->directory[i] + 16, pack->bytes.data + pack->local[i] + 14, 12);
		for (int byte = 0; byte < 4; byte++)
			pack->central.data[pack->directory[i] + 42 + (size_t)byte] = (char)(source.size >> 8 * byte);
		source.size += 31 + sizes[i];
	}
	pack_close(pack);
	patch(pack, pack->end + 16, source.size, 4);
	for (size_t i = 0; i < count; i++)
		sparse.pieces[i] = (struct memory){ pack->bytes.data + pack->local[i], 31, -1 };
	sparse.pieces[count] = (struct memory){ pack->bytes.data + pack->end - pack->central.length,
	                                        pack->central.length + 22, -1 };
	sparse.offsets[count] = source.size;
	source.size += pack->central.length + 22;
	zip_inspect(&source, limits, &archive, &report);
	zip_archive_free(&archive);
	pack_free(pack);
	return report.rule;
}

static void test_one_hundred_mebibytes_and_not_a_byte_more(void **state)
{
	struct zip_limits limits = structure_limits();
	uint64_t rest = 104857600 - (2ull * 50000000) - 3 * (31 + 47) - 22;
	uint64_t sizes[3] = { 50000000, 50000000, 0 };

	(void)state;
	for (int change = -1; change <= 1; change++) {
		sizes[2] = rest + (uint64_t)change;
		assert_string_equal(zip_rule_word(change > 0 ? ZIP_RULE_ARCHIVE_SIZE : ZIP_RULE_NONE),
		                    zip_rule_word(rule_of_zeros(sizes, 3, &limits)));
	}
}

static void test_fifty_mebibytes_for_one_file(void **state)
{
	struct zip_limits limits = structure_limits();
	uint64_t size = 52428799;

	(void)state;
	assert_rule(NONE, rule_of_zeros(&size, 1, &limits));
	size++;
	assert_rule(NONE, rule_of_zeros(&size, 1, &limits));
	size++;
	assert_rule(ENTRY_SIZE, rule_of_zeros(&size, 1, &limits));
}

static void test_limits_are_those_of_the_specification(void **state)
{
	(void)state;
	assert_int_equal(104857600, zip_limits_default.archive_bytes);
	assert_int_equal(10000, zip_limits_default.entry_count);
	assert_int_equal(1073741824, zip_limits_default.total_bytes);
	assert_int_equal(52428800, zip_limits_default.entry_bytes);
	assert_int_equal(100, zip_limits_default.ratio);
	assert_int_equal(1048576, zip_limits_default.ratio_from_bytes);
	assert_int_equal(1024, ZIP_NAME_BYTES);
	assert_int_equal(255, ZIP_SEGMENT_BYTES);
	assert_int_equal(32, ZIP_NAME_DEPTH);
}

/* 1 GiB of declared content: counted before anything is unpacked. */
static void test_total_of_one_gibibyte(void **state)
{
	(void)state;
	for (int change = -1; change <= 1; change++) {
		struct zip_limits limits = structure_limits();
		struct pack *pack = pack_new();

		for (size_t i = 0; i < 21; i++) {
			char name[2] = { (char)('a' + i), 0 };
			uint64_t size = (uint64_t)(i < 20 ? 52428800 : 1073741824 - 20 * 52428800 + change);

			pack_add(pack, (struct item){ .name = name, .content = "x", .method = DEFLATED });
			for (int byte = 0; byte < 4; byte++)
				pack->central.data[pack->directory[i] + 24 + (size_t)byte] = (char)(size >> 8 * byte);
		}
		pack_close(pack);
		limits.ratio = UINT64_MAX;
		/* Whatever passes this check stops at the next one. */
		assert_string_equal(zip_rule_word(change > 0 ? ZIP_RULE_TOTAL_SIZE : ZIP_RULE_MISMATCH),
		                    zip_rule_word(rule_of_bytes(pack->bytes.data, pack->bytes.length, &limits)));
		pack_free(pack);
	}
}

/* -------- what the files are ------------------------------------------------------------------------------------- */

static void test_a_package_needs_a_main_file(void **state)
{
	struct zip_limits limits = zip_limits_default;

	(void)state;
	assert_rule(NO_FILE, rule_of_structure_with((struct item){ .name = "a.pdf/" }, &limits));
	assert_rule(NO_MAIN_TYPE, rule_of_structure_with((struct item){ .name = "a.txt" }, &limits));
	limits.require_main_type = false;
	assert_rule(NO_FILE, rule_of_structure_with((struct item){ .name = "a/" }, &limits));
	assert_rule(NONE, rule_of_structure_with((struct item){ .name = "a.txt" }, &limits));
}

#define TAR_257 X250 "xxxxxxx"

static void test_types_by_name_and_content(void **state)
{
	static const struct {
		const char   *name;
		const char   *content;
		size_t        size;  /* 0: up to the NUL */
		enum zip_rule rule;
	} cases[] = {
		{ "a.PDF", PDF, 0, ZIP_RULE_NONE },
		{ "a.pdf", " %PDF-1.4", 0, ZIP_RULE_TYPE_MISMATCH },
		{ "a.pdf", "", 0, ZIP_RULE_TYPE_MISMATCH },
		{ "a.jpg", "\xFF\xD8\xFF\xE0", 4, ZIP_RULE_NONE },
		{ "a.jpeg", "\xFF\xD8\xFF\xE1", 4, ZIP_RULE_NONE },
		{ "a.jpg", "\x89PNG\r\n\x1A\n", 8, ZIP_RULE_TYPE_MISMATCH },
		{ "a.png", "\x89PNG\r\n\x1A\n", 8, ZIP_RULE_NONE },
		{ "a.png", "\x89PNG\n\x1A\n\n", 8, ZIP_RULE_TYPE_MISMATCH },
		{ "a.mp4", "\0\0\0\x20" "ftypisom", 12, ZIP_RULE_NONE },
		{ "a.m4a", "\0\0\0\x20" "ftypM4A ", 12, ZIP_RULE_NONE },
		{ "a.mp4", "\0\0\0\x20" "moov", 8, ZIP_RULE_TYPE_MISMATCH },
		{ "a.webm", "\x1A\x45\xDF\xA3\x9F\x42\x82\x84webm", 12, ZIP_RULE_NONE },
		{ "a.webm", "\x1A\x45\xDF\xA3\x9F\x42\x82\x88matroska", 16, ZIP_RULE_TYPE_MISMATCH },
		{ "a.webm", "webm", 0, ZIP_RULE_TYPE_MISMATCH },
		{ "a.gif", "GIF89a", 0, ZIP_RULE_NONE },
		{ "a.webp", "RIFFxxxxWEBP", 0, ZIP_RULE_NONE },
		{ "a.wav", "RIFFxxxxWAVE", 0, ZIP_RULE_NONE },
		{ "a.mp3", "ID3", 0, ZIP_RULE_NONE },
		{ "a.mp3", "\xFF\xFB\x90", 3, ZIP_RULE_NONE },
		{ "a.mp3", "\xFF\xFE\x90", 3, ZIP_RULE_TYPE_MISMATCH },
		{ "a.mp3", "\xFE\xFB", 2, ZIP_RULE_TYPE_MISMATCH },
		{ "a.mp3", "x", 1, ZIP_RULE_TYPE_MISMATCH },
		{ "a.ogg", "OggS", 0, ZIP_RULE_NONE },
		{ "a.flac", "fLaC", 0, ZIP_RULE_NONE },
		{ "a.woff2", "wOF2", 0, ZIP_RULE_NONE },
		{ "a.txt", "", 0, ZIP_RULE_NONE },
		{ "a.txt", "ID3 is how music is labelled\r\n", 0, ZIP_RULE_NONE },
		{ "a.txt", "MZ is a unit", 0, ZIP_RULE_NONE },
		{ "a.md", "caf\xE9 in Latin-1", 0, ZIP_RULE_NONE },
		{ "a.csv", "\xFF\xFE" "a\0;\0", 6, ZIP_RULE_NONE },
		{ "a.csv", "\xFE\xFF\0a\0;", 6, ZIP_RULE_NONE },
		{ "a.txt", "a\0b", 3, ZIP_RULE_TYPE_MISMATCH },
		{ "a.txt", "a\1b", 3, ZIP_RULE_TYPE_MISMATCH },
		{ "a.html", "<p>", 0, ZIP_RULE_NONE },
		{ "a.svg", "<svg/>", 0, ZIP_RULE_NONE },
		{ "a.xml", "<a/>", 0, ZIP_RULE_NONE },
		{ "__MACOSX/._a.pdf", "\0\5\x16\7\0\2", 6, ZIP_RULE_NONE },
		{ "a/.DS_Store", "\0\0\0\1Bud1", 8, ZIP_RULE_NONE },
		{ "Thumbs.db", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8, ZIP_RULE_NONE },
		{ "._a.txt", "hidden", 0, ZIP_RULE_TYPE_MISMATCH },
		{ "a.doc", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8, ZIP_RULE_TYPE_UNKNOWN },
		{ "a", "", 0, ZIP_RULE_TYPE_UNKNOWN },
		{ "pdf", PDF, 0, ZIP_RULE_TYPE_UNKNOWN },
		{ "a.", "", 0, ZIP_RULE_NAME_ENDING },
		{ "a.pd", "", 0, ZIP_RULE_TYPE_UNKNOWN },
		{ "a.pdf x", "", 0, ZIP_RULE_TYPE_UNKNOWN },
		{ "a.pdf.d/b", "", 0, ZIP_RULE_TYPE_UNKNOWN },
		{ "a.averyveryverylongextension", "", 0, ZIP_RULE_TYPE_UNKNOWN },
		{ ".htaccess", "", 0, ZIP_RULE_TYPE_UNKNOWN },
		{ "a.zip", "", 0, ZIP_RULE_TYPE_ARCHIVE },
		{ "a.tar.gz", "", 0, ZIP_RULE_TYPE_ARCHIVE },
		{ "a.docx", "", 0, ZIP_RULE_TYPE_ARCHIVE },
		{ "a.exe", "", 0, ZIP_RULE_TYPE_PROGRAM },
		{ "a.pdf.JS", "", 0, ZIP_RULE_TYPE_PROGRAM },
		{ "a.sh", "", 0, ZIP_RULE_TYPE_PROGRAM },
		{ "a.pdf", "PK\3\4", 0, ZIP_RULE_TYPE_ARCHIVE },
		{ "a.txt", "7z\xBC\xAF\x27\x1C", 0, ZIP_RULE_TYPE_ARCHIVE },
		{ "a.txt", "Rar!\x1A\x07", 0, ZIP_RULE_TYPE_ARCHIVE },
		{ "a.txt", "\x1F\x8B\x08", 0, ZIP_RULE_TYPE_ARCHIVE },
		{ "a.txt", "BZh91AY&SY", 0, ZIP_RULE_TYPE_ARCHIVE },
		{ "a.txt", "\xFD" "7zXZ\0", 6, ZIP_RULE_TYPE_ARCHIVE },
		{ "a.txt", TAR_257 "ustar", 0, ZIP_RULE_TYPE_ARCHIVE },
		{ "a.txt", "\x7F" "ELF", 0, ZIP_RULE_TYPE_PROGRAM },
		{ "a.jpg", "MZ\x90\0\3", 5, ZIP_RULE_TYPE_PROGRAM },
		{ "a.txt", "#!/bin/sh\n", 0, ZIP_RULE_TYPE_PROGRAM },
		{ "._a", "#!/bin/sh\n", 0, ZIP_RULE_TYPE_PROGRAM },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum zip_rule rule = rule_with((struct item){ .name = cases[i].name, .content = cases[i].content,
		                                              .size = cases[i].size });

		if (rule != cases[i].rule)
			print_error("%s: %zu\n", cases[i].name, i);
		assert_string_equal(zip_rule_word(cases[i].rule), zip_rule_word(rule));
	}
}

static void test_a_host_may_allow_more(void **state)
{
	struct zip_limits limits = zip_limits_default;

	(void)state;
	limits.require_main_type = false;
	limits.allow_archives = limits.allow_programs = limits.allow_unknown = true;
	assert_rule(NONE, rule_of_structure_with((struct item){ .name = "a.zip", .content = "PK\3\4" }, &limits));
	assert_rule(NONE, rule_of_structure_with((struct item){ .name = "a.sh", .content = "#!/bin/sh" }, &limits));
	assert_rule(NONE, rule_of_structure_with((struct item){ .name = "a.data", .content = "\1\2" }, &limits));
	assert_rule(TYPE_MISMATCH, rule_of_structure_with((struct item){ .name = "a.txt", .content = "\1" }, &limits));
	limits.match_content = false;
	assert_rule(NONE, rule_of_structure_with((struct item){ .name = "a.txt", .content = "\1" }, &limits));
}

static bool is_active(struct item item)
{
	struct zip_limits limits = structure_limits();
	struct pack *pack = pack_new();
	struct memory memory = { 0 };
	struct zip_source source;
	struct zip_archive archive;
	struct zip_report report;
	bool active;

	pack_add(pack, item);
	pack_close(pack);
	memory = (struct memory){ pack->bytes.data, pack->bytes.length, -1 };
	source = memory_source(&memory);
	assert_int_equal(ZIP_ACCEPTED, zip_inspect(&source, &limits, &archive, &report));
	active = archive.entries[0].active_content;
	zip_archive_free(&archive);
	pack_free(pack);
	return active;
}

static void test_active_content_is_flagged(void **state)
{
	(void)state;
	assert_true(is_active((struct item){ .name = "a.html", .content = "text" }));
	assert_true(is_active((struct item){ .name = "a.svg" }));
	assert_true(is_active((struct item){ .name = "a.xml" }));
	assert_true(is_active((struct item){ .name = "a.txt", .content = "\xEF\xBB\xBF\r\n\t <script>" }));
	assert_true(is_active((struct item){ .name = "a.txt", .content = "\xFF\xFE<\0h\0", .size = 6 }));
	assert_false(is_active((struct item){ .name = "a.txt", .content = "a < b" }));
	assert_false(is_active((struct item){ .name = "a.txt", .content = " \n" }));
	assert_false(is_active((struct item){ .name = "a.txt" }));
}

/* -------- reading a file ----------------------------------------------------------------------------------------- */

struct catch {
	struct buffer bytes;
	size_t        enough;  /* refuse when so many bytes are there; 0: never */
};

static int catch_write(void *context, const void *data, size_t length)
{
	struct catch *catch = context;

	buffer_add(&catch->bytes, data, length);
	return catch->enough && catch->bytes.length >= catch->enough;
}

static struct pack *pack_large(char *content, size_t size)
{
	struct pack *pack = pack_new();

	for (size_t i = 0; i < size; i++)
		content[i] = (char)(i * i >> 7);
	pack_add(pack, (struct item){ .name = "stored", .content = content, .size = size });
	pack_add(pack, (struct item){ .name = "deflated", .content = content, .size = size, .method = DEFLATED });
	pack_close(pack);
	return pack;
}

static void test_any_part_of_a_file_can_be_read(void **state)
{
	enum { SIZE = 200000 };
	static const uint64_t ranges[][2] = {
		{ 0, SIZE }, { 0, 1 }, { SIZE - 1, 1 }, { SIZE - 1, 100 }, { SIZE, 1 }, { SIZE + 5, 1 }, { 5, 0 },
		{ 65536, 65536 }, { 65535, 2 }, { 100, UINT64_MAX }, { UINT64_MAX, UINT64_MAX }, { 131072, 1 },
	};
	struct zip_limits limits = structure_limits();
	char *content = malloc(SIZE);
	struct pack *pack = pack_large(content, SIZE);
	struct memory memory = { pack->bytes.data, pack->bytes.length, -1 };
	struct zip_source source = memory_source(&memory);
	struct zip_archive archive;
	struct zip_report report;

	(void)state;
	assert_int_equal(ZIP_ACCEPTED, zip_inspect(&source, &limits, &archive, &report));
	for (size_t i = 0; i < 2 * sizeof(ranges) / sizeof(ranges[0]); i++) {
		uint64_t offset = ranges[i / 2][0] < SIZE ? ranges[i / 2][0] : SIZE;
		uint64_t length = ranges[i / 2][1] < SIZE - offset ? ranges[i / 2][1] : SIZE - offset;
		struct catch catch = { 0 };
		struct zip_sink sink = { catch_write, &catch };

		assert_int_equal(ZIP_ACCEPTED, zip_entry_read(&source, &archive.entries[i % 2], ranges[i / 2][0],
		                                              ranges[i / 2][1], sink));
		assert_int_equal(length, catch.bytes.length);
		if (length)
			assert_memory_equal(content + offset, catch.bytes.data, length);
		buffer_free(&catch.bytes);
	}
	zip_archive_free(&archive);
	free(content);
	pack_free(pack);
}

static enum zip_result read_whole(const struct zip_source *source, const struct zip_entry *entry, size_t enough)
{
	struct catch catch = { .enough = enough };
	enum zip_result result = zip_entry_read(source, entry, 0, UINT64_MAX, (struct zip_sink){ catch_write, &catch });

	buffer_free(&catch.bytes);
	return result;
}

static void test_reading_a_file_may_stop_or_fail(void **state)
{
	enum { SIZE = 200000 };
	struct zip_limits limits = structure_limits();
	char *content = malloc(SIZE);
	struct pack *pack = pack_large(content, SIZE);
	struct memory memory = { pack->bytes.data, pack->bytes.length, -1 };
	struct zip_source source = memory_source(&memory);
	struct zip_archive archive;
	struct zip_report report;

	(void)state;
	assert_int_equal(ZIP_ACCEPTED, zip_inspect(&source, &limits, &archive, &report));
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(ZIP_STOPPED, read_whole(&source, &archive.entries[i], 1));
		assert_int_equal(ZIP_STOPPED, read_whole(&source, &archive.entries[i], SIZE));
		memory.reads_left = 0;
		assert_int_equal(ZIP_FAILED_READ, read_whole(&source, &archive.entries[i], 0));
		memory.reads_left = -1;
	}
	pack->bytes.data[archive.entries[1].data_offset] = 7;  /* a block of a type that does not exist */
	assert_int_equal(ZIP_REJECTED, read_whole(&source, &archive.entries[1], 0));
	source.size = archive.entries[1].data_offset + 1;      /* another archive altogether */
	assert_int_equal(ZIP_REJECTED, read_whole(&source, &archive.entries[1], 0));
	source.size = 1;
	assert_int_equal(ZIP_REJECTED, read_whole(&source, &archive.entries[1], 0));
	zip_archive_free(&archive);
	free(content);
	pack_free(pack);
}

/* -------- failures ----------------------------------------------------------------------------------------------- */

static struct pack *pack_for_failures(void)
{
	struct pack *pack = pack_new();
	char *content = malloc(150000);

	for (size_t i = 0; i < 150000; i++)
		content[i] = (char)('a' + (i * i >> 5) % 26);
	pack_add(pack, (struct item){ .name = "lesson.pdf", .content = PDF, .descriptor = 16 });
	pack_add(pack, (struct item){ .name = "\xC3\xBC/", .attributes = 0x41ED0010 });
	for (char i = 'a'; i < 'd'; i++) {
		char name[] = { '\xC3', '\xBC', '/', i, '.', 't', 'x', 't', 0 };

		pack_add(pack, (struct item){ .name = name, .content = content, .size = 150000,
		                              .method = i == 'b' ? STORED : DEFLATED, .descriptor = 16 });
	}
	pack_close(pack);
	free(content);
	return pack;
}

/* Fail the nth read, for every n: the answer is never that the archive is bad. */
static void test_every_failed_read_is_reported_as_such(void **state)
{
	struct pack *pack = pack_for_failures();
	struct memory memory = { pack->bytes.data, pack->bytes.length, -1 };
	struct zip_source source = memory_source(&memory);
	struct zip_archive archive;
	struct zip_report report;
	enum zip_result result = ZIP_FAILED_READ;
	long reads = 0;

	(void)state;
	while (result == ZIP_FAILED_READ) {
		memory.reads_left = reads++;
		result = zip_inspect(&source, &zip_limits_default, &archive, &report);
		assert_int_equal(ZIP_RULE_NONE, report.rule);
	}
	assert_int_equal(ZIP_ACCEPTED, result);
	assert_in_range(reads, 8, 1000);
	zip_archive_free(&archive);
	memory.reads_left = 1;
	pack->bytes.length--;  /* no end record: the second read looks for one */
	source.size = --memory.length;
	assert_int_equal(ZIP_FAILED_READ, zip_inspect(&source, &zip_limits_default, &archive, &report));
	pack_free(pack);
}

/* Headers so far apart that each costs a read of its own, failing one after the other. */
static void test_failed_reads_of_long_headers(void **state)
{
	struct zip_limits limits = structure_limits();
	char *extra = calloc(1, 65000);
	struct pack *pack = pack_new();
	struct memory memory;
	struct zip_source source;
	struct zip_archive archive;
	struct zip_report report;
	enum zip_result result = ZIP_FAILED_READ;

	(void)state;
	memcpy(extra, "\x99\x99\xE4\xFD", 4);  /* one field of 64996 bytes */
	for (char i = 'a'; i < 'e'; i++) {
		char name[] = { i, 0 };

		pack_add(pack, (struct item){ .name = name, .extra = extra, .extra_length = 65000, .descriptor = 16 });
	}
	pack_close(pack);
	memory = (struct memory){ pack->bytes.data, pack->bytes.length, -1 };
	source = memory_source(&memory);
	for (long reads = 0; result == ZIP_FAILED_READ; reads++) {
		memory.reads_left = reads;
		result = zip_inspect(&source, &limits, &archive, &report);
	}
	assert_int_equal(ZIP_ACCEPTED, result);
	zip_archive_free(&archive);
	free(extra);
	pack_free(pack);
}

static void test_every_failed_allocation_is_reported_as_such(void **state)
{
	struct pack *pack;
	struct memory memory;
	struct zip_source source;
	struct zip_archive archive;
	struct zip_report report;
	enum zip_result result = ZIP_FAILED_MEMORY;
	size_t before;
	long allocations = 0;

	(void)state;
	need_failing_memory();
	pack = pack_for_failures();
	memory = (struct memory){ pack->bytes.data, pack->bytes.length, -1 };
	source = memory_source(&memory);
	before = live_bytes;
	while (result == ZIP_FAILED_MEMORY) {
		allocations_left = allocations++;
		result = zip_inspect(&source, &zip_limits_default, &archive, &report);
		allocations_left = -1;
		assert_int_equal(ZIP_RULE_NONE, report.rule);
		if (result == ZIP_FAILED_MEMORY)
			assert_int_equal(before, live_bytes);
	}
	assert_int_equal(ZIP_ACCEPTED, result);
	assert_in_range(allocations, 8, 1000);
	result = ZIP_FAILED_MEMORY;
	for (allocations = 0; result == ZIP_FAILED_MEMORY; allocations++) {
		allocations_left = allocations;
		result = zip_entry_read(&source, &archive.entries[2], 0, 10, (struct zip_sink){ catch_write,
		                        &(struct catch){ .enough = 1 } });
		allocations_left = -1;
	}
	zip_archive_free(&archive);
	pack_free(pack);
}

/* As many and as long names as the limits allow, all in letters that need normal forms. */
static void test_memory_stays_small_whatever_the_archive(void **state)
{
	struct zip_limits limits = structure_limits();
	struct pack *pack;
	struct memory memory;
	struct zip_source source;
	struct zip_archive archive;
	struct zip_report report;
	size_t before;
	clock_t start;
	char name[900];

	(void)state;
	need_failing_memory();
	pack = pack_new();
	for (size_t i = 0; pack->central.length + 46 + 790 <= limits.directory_bytes && i < 10000; i++) {
		size_t used = 0;

		while (used + 60 < 790) {
			for (int letter = 0; letter < 25; letter++, used += 2)
				memcpy(name + used, "\xC3\x84", 2);
			name[used++] = '/';
		}
		snprintf(name + used, sizeof(name) - used, "%05zu", i);
		pack_add(pack, (struct item){ .name = name });
	}
	pack_close(pack);
	memory = (struct memory){ pack->bytes.data, pack->bytes.length, -1 };
	source = memory_source(&memory);
	before = peak_bytes = live_bytes;
	start = clock();
	assert_int_equal(ZIP_ACCEPTED, zip_inspect(&source, &limits, &archive, &report));
	print_message("%zu entries, %zu bytes of directory: %zu KiB of memory, %.0f ms\n", archive.count,
	              pack->central.length, (peak_bytes - before) / 1024,
	              (double)(clock() - start) * 1000 / CLOCKS_PER_SEC);
	assert_true(peak_bytes - before < 11u << 20);
	zip_archive_free(&archive);
	pack_free(pack);
}

/* -------- the collections ---------------------------------------------------------------------------------------- */

static const char *shared_folder(void)
{
	const char *folder = getenv("NMK_TEST_SHARED");

#ifdef NMK_SHARED_DIR
	if (!folder)
		folder = NMK_SHARED_DIR;
#endif
	return folder;
}

/* The folder of a collection; skips the test aloud if it is not there. */
static void find_collection(const char *collection, char *path, size_t size)
{
	struct stat status;

	snprintf(path, size, "%s/data/security/zip/%s",
	         shared_folder() ? shared_folder() : "(NMK_TEST_SHARED is not set)", collection);
	if (stat(path, &status) == 0)
		return;
	print_message("!!! NOT TESTED: the archives in %s are missing\n", path);
	skip();
}

static char *read_whole_file(const char *path, size_t *length)
{
	FILE *file = fopen(path, "rb");
	char *bytes;

	assert_non_null(file);
	fseek(file, 0, SEEK_END);
	*length = (size_t)ftell(file);
	rewind(file);
	bytes = malloc(*length + 1);
	assert_int_equal(*length, fread(bytes, 1, *length, file));
	fclose(file);
	return bytes;
}

static struct second_reader second_reader;

static void need_second_reader(void)
{
	if (second_reader.library || second_reader_load(&second_reader))
		return;
	print_message("!!! NOT TESTED: libzip is not installed, and nothing else can compare what is found\n");
	skip();
}

struct comparison {
	const struct zip_source  *source;
	const struct zip_archive *archive;
	size_t                    index;
	size_t                    differences;
};

static void compare_entry(void *context, const struct second_entry *second)
{
	struct comparison *comparison = context;
	const struct zip_entry *entry = &comparison->archive->entries[comparison->index];

	if (comparison->index++ >= comparison->archive->count || strcmp(entry->name, second->name) != 0 ||
	    entry->size != second->size || entry->crc32 != second->crc32)
		comparison->differences++;
}

/* Inspect one archive, within the bounds of time; an accepted one must look the same to a second reader. */
static enum zip_rule inspect_file(const char *path, const struct zip_limits *limits)
{
	struct memory memory = { .reads_left = -1 };
	char *bytes = read_whole_file(path, &memory.length);
	struct zip_source source = { memory_read, &memory, memory.length };
	struct zip_archive archive;
	struct zip_report report;
	clock_t start = clock();
	size_t before = peak_bytes = live_bytes;
	enum zip_result result;

	memory.bytes = bytes;
	result = zip_inspect(&source, limits, &archive, &report);
	assert_true(result == ZIP_ACCEPTED || result == ZIP_REJECTED);
	assert_true(clock() - start < CLOCKS_PER_SEC);
	assert_true(peak_bytes - before < 11u << 20);
	if (result == ZIP_ACCEPTED) {
		struct comparison comparison = { &source, &archive, 0, 0 };

		if (!second_reader_list(&second_reader, bytes, memory.length, compare_entry, &comparison))
			fail_msg("another reader refuses %s", path);
		if (comparison.differences || comparison.index != archive.count)
			fail_msg("another reader finds something else in %s", path);
	}
	zip_archive_free(&archive);
	free(bytes);
	return report.rule;
}

/* Where the manifest leaves the decision to the project. */
static const struct {
	const char   *file;
	enum zip_rule rule;       /* by our defaults                                  */
	enum zip_rule structure;  /* without any rule about what the files are        */
	const char   *why;
} decisions[] = {
	{ "name-28.zip", ZIP_RULE_NAME_SEGMENT, ZIP_RULE_NAME_SEGMENT,
	  "full-width dots and slashes lead upwards wherever names are folded" },
	{ "name-29.zip", ZIP_RULE_NAME_FORM, ZIP_RULE_NAME_FORM,
	  "in NFD the same name would be another file here and the same one there" },
	{ "name-30.zip", ZIP_RULE_TYPE_UNKNOWN, ZIP_RULE_NONE,
	  "a hidden name is no danger, but .htaccess is on no list of types" },
	{ "content-eicar.zip", ZIP_RULE_TYPE_PROGRAM, ZIP_RULE_NONE,
	  "eicar.com is a program; virus scanners are asked elsewhere" },
};

static void check_decision(const char *name, const char *path, const struct zip_limits *structure)
{
	for (size_t i = 0; i < sizeof(decisions) / sizeof(decisions[0]); i++) {
		if (strcmp(decisions[i].file, name) == 0) {
			assert_string_equal(zip_rule_word(decisions[i].rule),
			                    zip_rule_word(inspect_file(path, &zip_limits_default)));
			assert_string_equal(zip_rule_word(decisions[i].structure),
			                    zip_rule_word(inspect_file(path, structure)));
			return;
		}
	}
	fail_msg("decide about %s and write it down here", name);
}

static void check_manifest_entry(const char *folder, json_t *file, size_t counts[3])
{
	struct zip_limits structure = structure_limits();
	const char *name = json_string_value(json_object_get(file, "file"));
	const char *verdict = json_string_value(json_object_get(file, "verdict"));
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (strcmp(verdict, "accept") == 0) {
		counts[0]++;
		if (inspect_file(path, &zip_limits_default) != ZIP_RULE_NONE)
			fail_msg("%s is refused", name);
	} else if (strcmp(verdict, "reject") == 0) {
		counts[1]++;
		if (inspect_file(path, &structure) == ZIP_RULE_NONE)
			fail_msg("%s is accepted", name);
		if (inspect_file(path, &zip_limits_default) == ZIP_RULE_NONE)
			fail_msg("%s is accepted", name);
	} else {
		counts[2]++;
		check_decision(name, path, &structure);
	}
}

static void test_generated_archives_get_the_verdict_of_their_manifest(void **state)
{
	char folder[4000];
	char path[4096];
	size_t counts[3] = { 0 };
	size_t index;
	json_t *file;
	json_t *manifest;

	(void)state;
	find_collection("generated", folder, sizeof(folder));
	need_second_reader();
	snprintf(path, sizeof(path), "%s/MANIFEST.json", folder);
	manifest = json_load_file(path, 0, NULL);
	assert_non_null(manifest);
	json_array_foreach(json_object_get(manifest, "files"), index, file)
		check_manifest_entry(folder, file, counts);
	print_message("generated: %zu to accept, %zu to reject, %zu decided by us\n", counts[0], counts[1], counts[2]);
	assert_true(counts[0] >= 2 && counts[1] >= 40);
	json_decref(manifest);
}

struct tally {
	size_t files;
	size_t structure;  /* accepted without rules about content */
	size_t accepted;   /* accepted by default                  */
};

static void visit(const char *path, struct tally *tally);

static void visit_folder(const char *path, struct tally *tally)
{
	DIR *folder = opendir(path);
	struct dirent *found;

	assert_non_null(folder);
	while ((found = readdir(folder))) {
		char below[4096];

		if (found->d_name[0] == '.')
			continue;
		snprintf(below, sizeof(below), "%s/%s", path, found->d_name);
		visit(below, tally);
	}
	closedir(folder);
}

static void visit(const char *path, struct tally *tally)
{
	struct zip_limits structure = structure_limits();
	struct stat status;
	enum zip_rule rule;

	assert_int_equal(0, stat(path, &status));
	if (S_ISDIR(status.st_mode)) {
		visit_folder(path, tally);
		return;
	}
	tally->files++;
	rule = inspect_file(path, &structure);
	tally->structure += rule == ZIP_RULE_NONE;
	if (getenv("NMK_TEST_VERBOSE"))
		print_message("%s\t%s\n", zip_rule_word(rule), path);
	tally->accepted += inspect_file(path, &zip_limits_default) == ZIP_RULE_NONE;
}

static void test_collected_archives_are_read_as_others_read_them(void **state)
{
	static const char *const collections[] = { "libzip_regress", "yauzl", "minizip_ng", "libarchive_dec" };

	(void)state;
	need_second_reader();
	for (size_t i = 0; i < sizeof(collections) / sizeof(collections[0]); i++) {
		struct tally tally = { 0 };
		char folder[4000];

		find_collection(collections[i], folder, sizeof(folder));
		visit(folder, &tally);
		print_message("%s: %zu files, %zu of sound structure, %zu packages\n", collections[i], tally.files,
		              tally.structure, tally.accepted);
		assert_true(tally.files > 20);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_usual_archive_is_accepted_with_all_that_is_in_it),
		cmocka_unit_test(test_every_rule_and_type_has_its_words),
		cmocka_unit_test(test_what_is_no_archive_is_told_from_one_with_a_tail),
		cmocka_unit_test(test_end_record_must_fit_the_directory),
		cmocka_unit_test(test_directory_entries_must_fill_the_directory),
		cmocka_unit_test(test_second_end_record_in_the_directory_is_refused),
		cmocka_unit_test(test_limit_of_the_directory),
		cmocka_unit_test(test_ten_thousand_entries_and_no_more),
		cmocka_unit_test(test_zip64_end_records_must_say_the_same_and_be_asked_for),
		cmocka_unit_test(test_zip64_fields_hold_what_is_asked_for),
		cmocka_unit_test(test_zip64_local_fields),
		cmocka_unit_test(test_features_that_are_refused),
		cmocka_unit_test(test_local_header_must_be_there_and_say_the_same),
		cmocka_unit_test(test_entries_must_tile_the_archive),
		cmocka_unit_test(test_no_byte_without_an_owner),
		cmocka_unit_test(test_content_must_not_lead_into_the_next_entry),
		cmocka_unit_test(test_order_of_the_directory_is_free),
		cmocka_unit_test(test_descriptors),
		cmocka_unit_test(test_local_header_may_know_what_the_descriptor_says),
		cmocka_unit_test(test_extra_fields),
		cmocka_unit_test(test_unicode_path_may_only_repeat_the_name),
		cmocka_unit_test(test_files_and_folders_only),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_names_together),
		cmocka_unit_test(test_report_names_the_entry_in_visible_characters),
		cmocka_unit_test(test_size_of_one_file_and_of_all),
		cmocka_unit_test(test_ratio_counts_above_one_mebibyte),
		cmocka_unit_test(test_ratio_of_one_hundred),
		cmocka_unit_test(test_content_must_be_what_the_headers_say),
		cmocka_unit_test(test_packed_bytes_must_be_used_up),
		cmocka_unit_test(test_damage_behind_a_large_part_is_found),
		cmocka_unit_test(test_one_hundred_mebibytes_and_not_a_byte_more),
		cmocka_unit_test(test_fifty_mebibytes_for_one_file),
		cmocka_unit_test(test_limits_are_those_of_the_specification),
		cmocka_unit_test(test_total_of_one_gibibyte),
		cmocka_unit_test(test_a_package_needs_a_main_file),
		cmocka_unit_test(test_types_by_name_and_content),
		cmocka_unit_test(test_a_host_may_allow_more),
		cmocka_unit_test(test_active_content_is_flagged),
		cmocka_unit_test(test_any_part_of_a_file_can_be_read),
		cmocka_unit_test(test_reading_a_file_may_stop_or_fail),
		cmocka_unit_test(test_every_failed_read_is_reported_as_such),
		cmocka_unit_test(test_failed_reads_of_long_headers),
		cmocka_unit_test(test_every_failed_allocation_is_reported_as_such),
		cmocka_unit_test(test_memory_stays_small_whatever_the_archive),
		cmocka_unit_test(test_generated_archives_get_the_verdict_of_their_manifest),
		cmocka_unit_test(test_collected_archives_are_read_as_others_read_them),
	};

	return cmocka_run_group_tests_name("zip", tests, NULL, NULL);
}
