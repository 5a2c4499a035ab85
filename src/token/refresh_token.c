/* refresh_token.c -- a login's refresh tokens are a chain: each one derives from the one before, under a key of the ring.
 *
 * The store keeps the hash of the newest secret only. A token of any age is known by following the chain up to it; the same
 * answer can be given twice without keeping it; and nobody else can take a step. docs/decisions/0008-tokens.md */
#include <string.h>
#include "number.h"
#include "tokens.h"

/* nmr1.SELECTOR.SECRET; the selector: eight bytes of the login's number, four of the generation, four of a tag, so that
 * nobody makes us follow a chain that we did not begin. */
#define PREFIX         "nmr1."
#define PREFIX_BYTES   (sizeof PREFIX - 1)
#define TAGGED_BYTES   12
#define TAG_BYTES      4
#define SELECTOR_BYTES (TAGGED_BYTES + TAG_BYTES)
#define SELECTOR_TEXT  BASE64URL_LENGTH(SELECTOR_BYTES)
#define SECRET_TEXT    BASE64URL_LENGTH(REFRESH_SECRET_BYTES)

_Static_assert(PREFIX_BYTES + SELECTOR_TEXT + 1 + SECRET_TEXT + 1 == REFRESH_TEXT_SIZE, "the size of the text");
_Static_assert(KEY_HASH_BYTES == REFRESH_SECRET_BYTES, "a step of the chain is one hash");

static void tag_of(const struct key_ring *ring, const unsigned char selector[SELECTOR_BYTES], unsigned char tag[TAG_BYTES])
{
	unsigned char message[1 + TAGGED_BYTES] = { 's' }, hash[KEY_HASH_BYTES];

	memcpy(message + 1, selector, TAGGED_BYTES);
	key_hash(ring, KEY_REFRESH, message, sizeof message, hash);
	memcpy(tag, hash, TAG_BYTES);
}

void refresh_token_first(struct refresh_token *token)
{
	token->login_id = token->generation = 0;
	randombytes_buf(token->secret, sizeof token->secret);
}

void refresh_token_next(const struct key_ring *ring, struct refresh_token *token)
{
	unsigned char message[1 + REFRESH_SECRET_BYTES + 4] = { 'n' };

	token->generation++;
	memcpy(message + 1, token->secret, sizeof token->secret);
	put_big_endian(message + 1 + REFRESH_SECRET_BYTES, 4, (uint64_t)token->generation);
	key_hash(ring, KEY_REFRESH, message, sizeof message, token->secret);
	sodium_memzero(message, sizeof message);
}

/* 256 random bits need no slow hash. */
void refresh_token_hash(const struct refresh_token *token, unsigned char hash[crypto_hash_sha256_BYTES])
{
	crypto_hash_sha256(hash, token->secret, sizeof token->secret);
}

void refresh_token_write(const struct key_ring *ring, const struct refresh_token *token, char text[REFRESH_TEXT_SIZE])
{
	unsigned char selector[SELECTOR_BYTES];

	put_big_endian(selector, 8, (uint64_t)token->login_id);
	put_big_endian(selector + 8, 4, (uint64_t)token->generation);
	tag_of(ring, selector, selector + TAGGED_BYTES);
	memcpy(text, PREFIX, PREFIX_BYTES);
	base64url_encode(selector, sizeof selector, text + PREFIX_BYTES, SELECTOR_TEXT + 1);
	text[PREFIX_BYTES + SELECTOR_TEXT] = '.';
	base64url_encode(token->secret, sizeof token->secret, text + PREFIX_BYTES + SELECTOR_TEXT + 1, SECRET_TEXT + 1);
}

bool refresh_token_read(const struct key_ring *ring, const char *text, struct refresh_token *token)
{
	unsigned char selector[SELECTOR_BYTES], tag[TAG_BYTES];
	size_t length;

	if (strnlen(text, REFRESH_TEXT_SIZE) != REFRESH_TEXT_SIZE - 1 || strncmp(text, PREFIX, PREFIX_BYTES) != 0
	    || text[PREFIX_BYTES + SELECTOR_TEXT] != '.'
	    || !base64url_decode(text + PREFIX_BYTES, SELECTOR_TEXT, selector, sizeof selector, &length)
	    || !base64url_decode(text + PREFIX_BYTES + SELECTOR_TEXT + 1, SECRET_TEXT, token->secret, sizeof token->secret, &length))
		return false;
	tag_of(ring, selector, tag);
	token->login_id = (int64_t)get_big_endian(selector, 8);
	token->generation = (int64_t)get_big_endian(selector + 8, 4);
	return sodium_memcmp(tag, selector + TAGGED_BYTES, TAG_BYTES) == 0;
}
