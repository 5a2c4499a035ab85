/* bytes.h -- records of fixed form: written in order, and read strictly, with one check at the end. */
#ifndef NMK_E2E_BYTES_H
#define NMK_E2E_BYTES_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include "number.h"

/* Room that is known to be enough. */
struct bytes_writer {
	unsigned char *at;
};

static inline void write_bytes(struct bytes_writer *writer, const void *bytes, size_t length)
{
	memcpy(writer->at, bytes, length);
	writer->at += length;
}

static inline void write_number(struct bytes_writer *writer, int bytes, uint64_t number)
{
	put_big_endian(writer->at, bytes, number);
	writer->at += bytes;
}

/* Reading past the end is remembered, and gives zeros. */
struct bytes_reader {
	const unsigned char *at;
	size_t               left;
	bool                 failed;
};

/* Borrowed; NULL past the end. */
static inline const unsigned char *read_piece(struct bytes_reader *reader, size_t length)
{
	const unsigned char *piece = reader->at;

	if (reader->failed || reader->left < length) {
		reader->failed = true;
		return NULL;
	}
	reader->at += length;
	reader->left -= length;
	return piece;
}

static inline void read_bytes(struct bytes_reader *reader, void *bytes, size_t length)
{
	const unsigned char *piece = read_piece(reader, length);

	if (piece)
		memcpy(bytes, piece, length);
	else
		memset(bytes, 0, length);
}

static inline uint64_t read_number(struct bytes_reader *reader, int bytes)
{
	const unsigned char *piece = read_piece(reader, (size_t)bytes);

	return piece ? get_big_endian(piece, bytes) : 0;
}

static inline uint32_t read_number32(struct bytes_reader *reader)
{
	return (uint32_t)read_number(reader, 4);
}

/* Everything was there, and nothing else. */
static inline bool read_whole(const struct bytes_reader *reader)
{
	return !reader->failed && reader->left == 0;
}
#endif
