/* cursor.c -- opaque cursors: the sort key and id where a page ended, with a tag that ties them to list and store. */
#include "op.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "number.h"
#include "store_tx.h"

#define FILTER_HASH_BYTES 16
#define TAG_BYTES  crypto_shorthash_BYTES
#define HEAD_BYTES (TAG_BYTES + 16)
#define VARIANT    sodium_base64_VARIANT_URLSAFE_NO_PADDING

/* The tag covers the list's name, so that a cursor is no use in another list. */
static void tag_of(const struct nmk_op *op, const char *list, const unsigned char *body, size_t length,
                   unsigned char tag[TAG_BYTES])
{
	unsigned char message[64 + 16 + sizeof((struct cursor *)0)->text];
	size_t name = strnlen(list, 63);

	memset(message, 0, 64);
	memcpy(message, list, name);
	memcpy(message + 64, body, length);
	crypto_shorthash(tag, message, 64 + length, op->tx.store->id_key);
}

char *cursor_write(struct nmk_op *op, const char *list, const struct cursor *cursor)
{
	unsigned char bytes[HEAD_BYTES + sizeof cursor->text];
	size_t text = strnlen(cursor->text, sizeof cursor->text), length = HEAD_BYTES + text;
	size_t room = sodium_base64_encoded_len(length, VARIANT);
	char *encoded = malloc(room);

	if (!encoded)
		return NULL;
	put_little_endian(bytes + TAG_BYTES, 8, (uint64_t)cursor->number);
	put_little_endian(bytes + TAG_BYTES + 8, 8, (uint64_t)cursor->id);
	memcpy(bytes + HEAD_BYTES, cursor->text, text);
	tag_of(op, list, bytes + TAG_BYTES, length - TAG_BYTES, bytes);
	return sodium_bin2base64(encoded, room, bytes, length, VARIANT);
}

nmk_status cursor_name(struct nmk_op *op, const char *list, const struct buffer *filter, char name[CURSOR_NAME_SIZE])
{
	unsigned char hash[FILTER_HASH_BYTES];
	char hex[2 * FILTER_HASH_BYTES + 1];

	if (filter->failed)
		return tx_no_memory(&op->tx);
	crypto_generichash(hash, sizeof hash, (const unsigned char *)filter->data, filter->length, NULL, 0);
	snprintf(name, CURSOR_NAME_SIZE, "%s:%s", list, sodium_bin2hex(hex, sizeof hex, hash, sizeof hash));
	return NMK_OK;
}

nmk_status cursor_read(struct nmk_op *op, const char *list, const char *text, struct cursor *cursor)
{
	unsigned char bytes[HEAD_BYTES + sizeof cursor->text], tag[TAG_BYTES];
	size_t length = 0;

	memset(cursor, 0, sizeof *cursor);
	if (sodium_base642bin(bytes, sizeof bytes - 1, text, strlen(text), NULL, &length, NULL, VARIANT) != 0
	    || length < HEAD_BYTES)
		return op_fail(op, NMK_EINVALID, "cursor", "is no cursor of this list");
	tag_of(op, list, bytes + TAG_BYTES, length - TAG_BYTES, tag);
	if (sodium_memcmp(tag, bytes, TAG_BYTES) != 0)
		return op_fail(op, NMK_EINVALID, "cursor", "is no cursor of this list");
	cursor->number = (int64_t)get_little_endian(bytes + TAG_BYTES, 8);
	cursor->id = (int64_t)get_little_endian(bytes + TAG_BYTES + 8, 8);
	memcpy(cursor->text, bytes + HEAD_BYTES, length - HEAD_BYTES);
	return NMK_OK;
}
