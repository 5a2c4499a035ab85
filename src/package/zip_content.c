#include "zip_parts.h"

#include <stdlib.h>

struct zip_decoder *zip_decoder_new(const struct zip_source *source)
{
	struct zip_decoder *decoder = calloc(1, sizeof(*decoder));

	if (!decoder)
		return NULL;
	decoder->window.source = source;
	if (inflateInit2(&decoder->stream, -MAX_WBITS) != Z_OK) {  /* negative: raw, without a zlib header */
		free(decoder);
		return NULL;
	}
	return decoder;
}

void zip_decoder_free(struct zip_decoder *decoder)
{
	inflateEnd(&decoder->stream);
	free(decoder);
}

static size_t piece_of(uint64_t left)
{
	return left < ZIP_PIECE_BYTES ? (size_t)left : ZIP_PIECE_BYTES;
}

static enum zip_result copy_stored(struct zip_decoder *decoder, uint64_t offset, uint64_t left, struct zip_sink sink)
{
	while (left) {
		size_t length = piece_of(left);
		const unsigned char *bytes = zip_window_bytes(&decoder->window, offset, length);

		if (!bytes)
			return ZIP_FAILED_READ;
		if (sink.write(sink.context, bytes, length))
			return ZIP_STOPPED;
		offset += length;
		left -= length;
	}
	return ZIP_ACCEPTED;
}

/* One call of inflate(). It may write one byte more than is still expected: that one betrays a false size. */
static enum zip_result inflate_piece(struct zip_decoder *decoder, uint64_t expected, bool *ended, size_t *produced,
                                     struct zip_report *report)
{
	z_stream *stream = &decoder->stream;
	size_t room = piece_of(expected + 1);
	int status;

	stream->next_out = decoder->piece;
	stream->avail_out = (uInt)room;
	status = inflate(stream, Z_NO_FLUSH);
	*produced = room - stream->avail_out;
	*ended = status == Z_STREAM_END;
	if (status == Z_MEM_ERROR)
		return ZIP_FAILED_MEMORY;
	if (status == Z_BUF_ERROR)
		return zip_reject(report, ZIP_RULE_CONTENT_DAMAGED, "the packed bytes end too early");
	if (status != Z_OK && status != Z_STREAM_END)
		return zip_reject(report, ZIP_RULE_CONTENT_DAMAGED, "%s", stream->msg);
	if (*produced > expected)
		return zip_reject(report, ZIP_RULE_CONTENT_SIZE, "larger than declared");
	return ZIP_ACCEPTED;
}

static enum zip_result inflate_deflated(struct zip_decoder *decoder, const struct zip_entry *entry,
                                        struct zip_sink sink, struct zip_report *report)
{
	enum zip_result result = ZIP_ACCEPTED;
	uint64_t offset = entry->data_offset;
	uint64_t left = entry->compressed_size;
	uint64_t expected = entry->size;
	bool ended = false;

	inflateReset(&decoder->stream);
	decoder->stream.avail_in = 0;
	while (!ended && result == ZIP_ACCEPTED) {
		size_t produced;

		if (decoder->stream.avail_in == 0 && left) {
			decoder->stream.avail_in = (uInt)piece_of(left);
			decoder->stream.next_in = zip_window_bytes(&decoder->window, offset, piece_of(left));
			if (!decoder->stream.next_in)
				return ZIP_FAILED_READ;
			offset += decoder->stream.avail_in;
			left -= decoder->stream.avail_in;
		}
		result = inflate_piece(decoder, expected, &ended, &produced, report);
		if (result == ZIP_ACCEPTED) {
			expected -= produced;
			if (produced && sink.write(sink.context, decoder->piece, produced))
				return ZIP_STOPPED;
		}
	}
	if (result == ZIP_ACCEPTED && expected)
		return zip_reject(report, ZIP_RULE_CONTENT_SIZE, "smaller than declared");
	if (result == ZIP_ACCEPTED && (left || decoder->stream.avail_in))
		return zip_reject(report, ZIP_RULE_CONTENT_DAMAGED, "bytes follow the packed content");
	return result;
}

enum zip_result zip_decode(struct zip_decoder *decoder, const struct zip_entry *entry, struct zip_sink sink,
                           struct zip_report *report)
{
	if (entry->method == 0)
		return copy_stored(decoder, entry->data_offset, entry->size, sink);
	return inflate_deflated(decoder, entry, sink, report);
}

/* The part of a content that somebody wants. */
struct range {
	uint64_t        skip;
	uint64_t        left;
	struct zip_sink sink;
	bool            refused;  /* the sink had enough before the end */
};

static int write_range(void *context, const void *data, size_t length)
{
	struct range *range = context;
	const unsigned char *bytes = data;

	if (range->skip >= length) {
		range->skip -= length;
		return 0;
	}
	bytes += range->skip;
	length -= (size_t)range->skip;
	range->skip = 0;
	if (length > range->left)
		length = (size_t)range->left;
	range->left -= length;
	range->refused = range->sink.write(range->sink.context, bytes, length) != 0;
	return range->refused || range->left == 0;
}

enum zip_result zip_entry_read(const struct zip_source *source, const struct zip_entry *entry, uint64_t offset,
                               uint64_t length, struct zip_sink sink)
{
	struct range range = { .skip = offset, .left = length, .sink = sink };
	struct zip_report report;
	struct zip_decoder *decoder;
	enum zip_result result;

	if (entry->data_offset > source->size || entry->compressed_size > source->size - entry->data_offset)
		return ZIP_REJECTED;
	if (offset >= entry->size || length == 0)
		return ZIP_ACCEPTED;
	if (length > entry->size - offset)
		range.left = length = entry->size - offset;
	decoder = zip_decoder_new(source);
	if (!decoder)
		return ZIP_FAILED_MEMORY;
	if (entry->method == 0)
		result = copy_stored(decoder, entry->data_offset + offset, length, sink);
	else
		result = inflate_deflated(decoder, entry, (struct zip_sink){ write_range, &range }, &report);
	if (result == ZIP_STOPPED && range.left == 0 && !range.refused)
		result = ZIP_ACCEPTED;
	zip_decoder_free(decoder);
	return result;
}
