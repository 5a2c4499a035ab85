/* zip_parts.h -- what the files of the ZIP inspection share. Nobody else includes it. */
#ifndef NMK_ZIP_PARTS_H
#define NMK_ZIP_PARTS_H

#include "zip.h"

#define ZLIB_CONST /* inflate() promises not to write to its input */
#include <zlib.h>

/* -------- interface to zip_report.c ------------------------------------------------------------------------------ */

/* Answers ZIP_REJECTED, so that a check can end with it. */
enum zip_result zip_reject(struct zip_report *report, enum zip_rule rule, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void zip_blame(struct zip_report *report, uint32_t index, const unsigned char *name, size_t length);

/* -------- interface to zip_window.c: reading --------------------------------------------------------------------- */

/* The longest thing that is looked at in one piece: a central header with all its variable parts. */
#define ZIP_WINDOW_BYTES (46 + ZIP_NAME_BYTES + 2 * 65535)

struct zip_window {
	const struct zip_source *source;
	uint64_t                 offset;  /* of the first byte that is held                                 */
	size_t                   length;  /* bytes held                                                     */
	unsigned char            bytes[ZIP_WINDOW_BYTES];
};

/* The bytes [offset, offset + length), valid until the next call; NULL if the source failed. They must exist. */
const unsigned char *zip_window_bytes(struct zip_window *window, uint64_t offset, size_t length);

uint16_t zip_u16(const unsigned char *bytes);
uint32_t zip_u32(const unsigned char *bytes);
uint64_t zip_u64(const unsigned char *bytes);

/* -------- interface to zip_record.c: the records of the format, byte by byte ------------------------------------- */

#define ZIP_END_BYTES     22
#define ZIP_CENTRAL_BYTES 46
#define ZIP_LOCAL_BYTES   30

#define ZIP_FLAG_DESCRIPTOR 0x0008u
#define ZIP_FLAG_UTF8       0x0800u

/* What the end records say; ends_at is where the central directory must end. */
struct zip_end {
	uint64_t count;
	uint64_t directory_offset;
	uint64_t directory_size;
	uint64_t ends_at;
};

/* A header, central or local. Pointers lead into the window. */
struct zip_header {
	uint64_t             size;
	uint64_t             compressed_size;
	uint64_t             local_offset;  /* central only                                                 */
	uint32_t             crc32;
	uint32_t             attributes;    /* central only                                                 */
	uint16_t             flags;
	uint16_t             method;
	bool                 long_sizes;    /* sizes are in the ZIP64 extra field                           */
	bool                 path_agrees;   /* a Unicode path extra field repeats the name                  */
	const unsigned char *name;
	size_t               name_length;
};

enum zip_result zip_read_end(struct zip_window *window, struct zip_end *end, struct zip_report *report);

/* On ZIP_ACCEPTED and wherever the name is known, header->name is set, for the report. */
enum zip_result zip_read_central(struct zip_window *window, uint64_t offset, uint64_t limit,
                                 struct zip_header *header, uint64_t *next, struct zip_report *report);
enum zip_result zip_read_local(struct zip_window *window, uint64_t offset, uint64_t limit,
                               struct zip_header *header, uint64_t *next, struct zip_report *report);

/* -------- interface to zip_name.c -------------------------------------------------------------------------------- */

/*
 * No character grows to more than 18 code points (U+FDFA, of 3 bytes, in NFKC); the encoder needs room for one more.
 */
#define ZIP_NAME_POINTS (ZIP_NAME_BYTES * 6 + 1)

/* Room for normal forms, so that names are checked without any allocation. */
struct zip_name_room {
	int32_t points[ZIP_NAME_POINTS];
};

enum zip_result zip_name_check(const unsigned char *name, size_t length, bool is_utf8, struct zip_name_room *room,
                               struct zip_report *report);

/* The name with the differences of case removed, not NUL-terminated, valid while the room is. */
const char *zip_name_fold(const char *name, struct zip_name_room *room, size_t *length);

/* Does the text, which has no NUL, equal the lower-case word, if the case of ASCII letters is ignored? No locale. */
bool zip_name_equal(const char *text, size_t length, const char *word);

/* -------- interface to zip_content.c ----------------------------------------------------------------------------- */

#define ZIP_PIECE_BYTES (64 * 1024)

struct zip_decoder {
	struct zip_window window;
	z_stream          stream;
	unsigned char     piece[ZIP_PIECE_BYTES];
};

/* Free with zip_decoder_free(). NULL when there is no memory. */
struct zip_decoder *zip_decoder_new(const struct zip_source *source);
void zip_decoder_free(struct zip_decoder *decoder);

/* Hand the whole content to the sink and make sure that it has the declared size. */
enum zip_result zip_decode(struct zip_decoder *decoder, const struct zip_entry *entry, struct zip_sink sink,
                           struct zip_report *report);

/* -------- interface to zip_type.c -------------------------------------------------------------------------------- */

#define ZIP_HEAD_BYTES 512  /* enough for the magic of a tar archive at 257 */

enum zip_kind zip_type_kind(enum zip_type type);
enum zip_type zip_type_by_name(const char *name);

/* Whether the first bytes of a file are those of a type; of the type that its name says; of something that runs in
 * a browser. */
bool zip_type_looks(enum zip_type type, const unsigned char *head, size_t length);
bool zip_type_matches(enum zip_type by_name, const unsigned char *head, size_t length);
bool zip_type_active(enum zip_type by_name, const unsigned char *head, size_t length);
#endif
