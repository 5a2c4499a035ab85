/* parcel.h -- make ZIP archives for tests: in memory, or as a stream that is never held as a whole. */
#ifndef NMK_TEST_PARCEL_H
#define NMK_TEST_PARCEL_H

#include "world.h"

#include <nanomarket.h>
#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

#define PARCEL_ENTRIES 16

struct parcel {
	char    *bytes;
	size_t   size;
	char    *directory;
	size_t   directory_size;
	unsigned count;
	size_t   at;          /* of parcel_read()                                       */
	size_t   fail_at;     /* parcel_read() fails when it comes here; 0: never        */
	size_t   piece;       /* at most so many bytes at a time; 0: as many as wanted   */
};

static inline void parcel_put(char **bytes, size_t *size, const void *data, size_t length)
{
	*bytes = realloc(*bytes, *size + length + 1);
	assert_non_null(*bytes);
	if (length > 0)
		memcpy(*bytes + *size, data, length);
	*size += length;
}

static inline void parcel_number(char **bytes, size_t *size, uint32_t number, size_t length)
{
	unsigned char out[4] = { (unsigned char)number, (unsigned char)(number >> 8), (unsigned char)(number >> 16),
	                         (unsigned char)(number >> 24) };

	parcel_put(bytes, size, out, length);
}

/* From "version needed" to the length of the extra field: what both headers have in common. */
static inline void parcel_common(char **bytes, size_t *size, uint32_t method, uint32_t crc, size_t packed, size_t length,
                                 size_t name)
{
	parcel_number(bytes, size, 20, 2);
	parcel_number(bytes, size, 0x0800, 2);
	parcel_number(bytes, size, method, 2);
	parcel_number(bytes, size, 0x5C210000, 4); /* 2026-01-01 */
	parcel_number(bytes, size, crc, 4);
	parcel_number(bytes, size, (uint32_t)packed, 4);
	parcel_number(bytes, size, (uint32_t)length, 4);
	parcel_number(bytes, size, (uint32_t)name, 2);
	parcel_number(bytes, size, 0, 2);
}

static inline void parcel_directory(struct parcel *parcel, uint32_t method, uint32_t crc, size_t packed, size_t length,
                                    const char *name, size_t offset)
{
	char **bytes = &parcel->directory;
	size_t *size = &parcel->directory_size;

	parcel_number(bytes, size, 0x02014B50, 4);
	parcel_number(bytes, size, 20, 2);
	parcel_common(bytes, size, method, crc, packed, length, strlen(name));
	parcel_number(bytes, size, 0, 4);           /* comment, disk       */
	parcel_number(bytes, size, 0, 2);           /* internal attributes */
	parcel_number(bytes, size, 0, 4);           /* external attributes */
	parcel_number(bytes, size, (uint32_t)offset, 4);
	parcel_put(bytes, size, name, strlen(name));
	parcel->count++;
}

static inline void parcel_entry(struct parcel *parcel, uint32_t method, const void *packed, size_t packed_length,
                                const void *data, size_t length, const char *name)
{
	uint32_t crc = (uint32_t)crc32(0, data, (uInt)length);
	size_t offset = parcel->size;

	parcel_number(&parcel->bytes, &parcel->size, 0x04034B50, 4);
	parcel_common(&parcel->bytes, &parcel->size, method, crc, packed_length, length, strlen(name));
	parcel_put(&parcel->bytes, &parcel->size, name, strlen(name));
	parcel_put(&parcel->bytes, &parcel->size, packed, packed_length);
	parcel_directory(parcel, method, crc, packed_length, length, name, offset);
}

/* A file as it is. A name that ends with a slash is a folder. */
static inline void parcel_add(struct parcel *parcel, const char *name, const void *data, size_t length)
{
	parcel_entry(parcel, 0, data, length, data, length, name);
}

static inline void parcel_deflate(struct parcel *parcel, const char *name, const void *data, size_t length)
{
	z_stream stream = { 0 };
	size_t room = compressBound((uLong)length) + 64;
	unsigned char *packed = malloc(room);

	assert_non_null(packed);
	assert_int_equal(Z_OK, deflateInit2(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY));
	stream.next_in = data;
	stream.avail_in = (uInt)length;
	stream.next_out = packed;
	stream.avail_out = (uInt)room;
	assert_int_equal(Z_STREAM_END, deflate(&stream, Z_FINISH));
	deflateEnd(&stream);
	parcel_entry(parcel, 8, packed, stream.total_out, data, length, name);
	free(packed);
}

static inline void parcel_end(struct parcel *parcel)
{
	size_t offset = parcel->size;

	if (parcel->directory_size)
		parcel_put(&parcel->bytes, &parcel->size, parcel->directory, parcel->directory_size);
	parcel_number(&parcel->bytes, &parcel->size, 0x06054B50, 4);
	parcel_number(&parcel->bytes, &parcel->size, 0, 4);
	parcel_number(&parcel->bytes, &parcel->size, parcel->count, 2);
	parcel_number(&parcel->bytes, &parcel->size, parcel->count, 2);
	parcel_number(&parcel->bytes, &parcel->size, (uint32_t)parcel->directory_size, 4);
	parcel_number(&parcel->bytes, &parcel->size, (uint32_t)offset, 4);
	parcel_number(&parcel->bytes, &parcel->size, 0, 2);
}

static inline void parcel_free(struct parcel *parcel)
{
	free(parcel->bytes);
	free(parcel->directory);
	*parcel = (struct parcel){ 0 };
}

/* Of an upload; the context is the parcel. */
static inline int64_t parcel_read(void *context, void *buffer, size_t size)
{
	struct parcel *parcel = context;
	size_t left = parcel->size - parcel->at, length = size < left ? size : left;

	if (parcel->fail_at && parcel->at >= parcel->fail_at)
		return -1;
	if (parcel->piece && length > parcel->piece)
		length = parcel->piece;
	if (length > 0)
		memcpy(buffer, parcel->bytes + parcel->at, length);
	parcel->at += length;
	return (int64_t)length;
}

/* A document of that many bytes, none like another's seed. Caller's. */
static inline char *document(size_t length, unsigned seed)
{
	char *bytes = malloc(length + 1);

	assert_non_null(bytes);
	for (size_t i = 0; i < length; i++)
		bytes[i] = (char)(32 + (i * 7 + i / 95 * seed + seed) % 95);
	if (length >= 9)
		memcpy(bytes, "%PDF-1.7\n", 9);
	return bytes;
}

/* A package with one stored document. */
static inline void parcel_make(struct parcel *parcel, size_t length, unsigned seed)
{
	char *bytes = document(length, seed);

	*parcel = (struct parcel){ 0 };
	parcel_add(parcel, "skript.pdf", bytes, length);
	parcel_end(parcel);
	free(bytes);
}

/* Upload it from its beginning. */
static inline nmk_status parcel_upload(nmk_session *session, const char *nano_id, struct parcel *parcel, const char *number,
                                       nmk_version **version)
{
	nmk_upload upload = NMK_UPLOAD_INIT;

	parcel->at = 0;
	upload.number = number;
	upload.read = parcel_read;
	upload.read_context = parcel;
	return nmk_package_upload(session, nano_id, &upload, version);
}

/* A version with content of its own, uploaded; its number must be the expected one. */
static inline void parcel_version(nmk_session *session, const char *nano_id, const char *number, size_t length, unsigned seed)
{
	struct parcel parcel;
	nmk_version *version;

	parcel_make(&parcel, length, seed);
	assert_status(NMK_OK, parcel_upload(session, nano_id, &parcel, number, &version));
	if (number)
		assert_string_equal(number, nmk_version_number(version));
	nmk_version_free(version);
	parcel_free(&parcel);
}

/* What a download or a preview gave. */
struct received {
	char  *bytes;
	size_t size;
	size_t largest;      /* piece                        */
	size_t stop_after;   /* 0: never                     */
};

static inline int receive(void *context, const void *data, size_t size)
{
	struct received *received = context;

	parcel_put(&received->bytes, &received->size, data, size);
	if (size > received->largest)
		received->largest = size;
	return received->stop_after && received->size >= received->stop_after ? 1 : 0;
}

static inline void received_free(struct received *received)
{
	free(received->bytes);
	*received = (struct received){ 0 };
}
#endif
