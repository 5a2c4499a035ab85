/* seal.c -- the envelope around a value, and keyed hashes. */
#include "keys.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "number.h"

#define ENVELOPE_VERSION 1
#define NONCE_BYTES      crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_BYTES        crypto_aead_xchacha20poly1305_ietf_ABYTES
#define PADDING          32
#define PLACE_SIZE       80

void key_random(struct secret_key *key)
{
	randombytes_buf(key->bytes, sizeof key->bytes);
}

void key_wipe(struct secret_key *key)
{
	sodium_memzero(key, sizeof *key);
}

/* What the envelope is bound to: the place, a NUL, the row in eight bytes. Places are literals that fit. */
static size_t bind_place(const char *place, int64_t row, unsigned char bound[PLACE_SIZE])
{
	size_t length = strnlen(place, PLACE_SIZE - 9);

	memcpy(bound, place, length);
	bound[length++] = '\0';
	put_little_endian(bound + length, 8, (uint64_t)row);
	return length + 8;
}

static size_t padded_length(size_t length)
{
	return (length / PADDING + 1) * PADDING;
}

void seal(const struct secret_key *key, const char *place, int64_t row, const void *plain, size_t length,
          struct buffer *sealed)
{
	unsigned char bound[PLACE_SIZE], *envelope;
	size_t bound_length = bind_place(place, row, bound), padded = padded_length(length);

	envelope = length <= SEALED_LENGTH_MAXIMUM ? malloc(SEALED_SIZE(length)) : NULL;
	if (!envelope) {
		sealed->failed = true;
		return;
	}
	envelope[0] = ENVELOPE_VERSION;
	randombytes_buf(envelope + 1, NONCE_BYTES);
	if (length > 0)
		memcpy(envelope + 1 + NONCE_BYTES, plain, length);
	sodium_pad(NULL, envelope + 1 + NONCE_BYTES, length, PADDING, padded);
	crypto_aead_xchacha20poly1305_ietf_encrypt(envelope + 1 + NONCE_BYTES, NULL, envelope + 1 + NONCE_BYTES, padded, bound,
	                                           bound_length, NULL, envelope + 1, key->bytes);
	buffer_add(sealed, envelope, SEALED_SIZE(length));
	free(envelope);
}

static bool open_envelope(const struct secret_key *key, const char *place, int64_t row, const unsigned char *envelope,
                          size_t envelope_length, unsigned char *plain, size_t *length)
{
	unsigned char bound[PLACE_SIZE];
	size_t bound_length = bind_place(place, row, bound), cipher_length = envelope_length - 1 - NONCE_BYTES;
	unsigned long long opened = 0;

	return envelope[0] == ENVELOPE_VERSION
	    && crypto_aead_xchacha20poly1305_ietf_decrypt(plain, &opened, NULL, envelope + 1 + NONCE_BYTES, cipher_length, bound,
	                                                  bound_length, envelope + 1, key->bytes) == 0
	    && sodium_unpad(length, plain, (size_t)opened, PADDING) == 0;
}

nmk_status unseal(struct tx *tx, const struct secret_key *key, const char *place, int64_t row, const void *sealed,
                  size_t sealed_length, char **plain, size_t *length)
{
	size_t opened = 0;
	unsigned char *room;

	*plain = NULL;
	if (!sealed || sealed_length < SEALED_SIZE(0) || sealed_length > SEALED_SIZE(SEALED_LENGTH_MAXIMUM))
		return tx_fail(tx, NMK_ECORRUPT, place, "a sealed value does not open");
	room = malloc(sealed_length);
	if (!room)
		return tx_no_memory(tx);
	if (!open_envelope(key, place, row, sealed, sealed_length, room, &opened)) {
		bytes_free(room, sealed_length);
		return tx_fail(tx, NMK_ECORRUPT, place, "a sealed value does not open");
	}
	room[opened] = '\0'; /* the padding has at least one byte */
	*plain = (char *)room;
	if (length)
		*length = opened;
	return NMK_OK;
}

void bytes_free(void *bytes, size_t length)
{
	if (bytes)
		sodium_memzero(bytes, length);
	free(bytes);
}

void secret_free(char *text)
{
	bytes_free(text, text ? strlen(text) : 0);
}

char *locked_copy(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = sodium_malloc(size);

	return copy ? memcpy(copy, text, size) : NULL;
}
