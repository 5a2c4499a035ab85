#include "zip_parts.h"

/* Small headers follow each other closely: one read serves many of them. */
#define READ_AHEAD (32 * 1024)

const unsigned char *zip_window_bytes(struct zip_window *window, uint64_t offset, size_t length)
{
	uint64_t available = window->source->size - offset;
	size_t amount = length > READ_AHEAD ? length : READ_AHEAD;

	if (offset >= window->offset && offset + length <= window->offset + window->length)
		return window->bytes + (offset - window->offset);
	if (amount > available)
		amount = (size_t)available;
	window->offset = offset;
	window->length = 0;
	if (window->source->read(window->source->context, offset, window->bytes, amount) < 0)
		return NULL;
	window->length = amount;
	return window->bytes;
}

uint16_t zip_u16(const unsigned char *bytes)
{
	return (uint16_t)(bytes[0] | bytes[1] << 8);
}

uint32_t zip_u32(const unsigned char *bytes)
{
	return (uint32_t)zip_u16(bytes) | (uint32_t)zip_u16(bytes + 2) << 16;
}

uint64_t zip_u64(const unsigned char *bytes)
{
	return (uint64_t)zip_u32(bytes) | (uint64_t)zip_u32(bytes + 4) << 32;
}
