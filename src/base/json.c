#include "json.h"

#include "buffer.h"

static int add_piece(const char *data, size_t size, void *context)
{
	struct buffer *buffer = context;

	buffer_add(buffer, data, size);
	return buffer->failed ? -1 : 0;
}

char *json_text(json_t *json)
{
	struct buffer buffer = { 0 };
	int failed = !json || json_dump_callback(json, add_piece, &buffer, JSON_COMPACT);

	json_decref(json);
	if (failed)
		buffer.failed = true;
	return buffer_take(&buffer);
}
