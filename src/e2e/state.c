/* state.c -- the envelope around what a host keeps of keys and channels. */
#include "e2e.h"

#include <sodium.h>
#include <stdlib.h>

#define STATE_VERSION 1

void bytes_wipe_free(void *bytes, size_t length)
{
	if (bytes)
		sodium_memzero(bytes, length);
	free(bytes);
}

nmk_status state_seal(int kind, const unsigned char key[E2E_KEY_BYTES], unsigned char *plain, size_t plain_length,
                      unsigned char **sealed, size_t *length)
{
	unsigned char *envelope = plain ? malloc(plain_length + STATE_OVERHEAD) : NULL;

	if (envelope) {
		envelope[0] = STATE_VERSION;
		envelope[1] = (unsigned char)kind;
		randombytes_buf(envelope + 2, E2E_NONCE_BYTES);
		e2e_seal(key, envelope + 2, (struct bytes_piece){ envelope, 2 }, plain, plain_length, envelope + 2 + E2E_NONCE_BYTES);
		*sealed = envelope;
		*length = plain_length + STATE_OVERHEAD;
	}
	bytes_wipe_free(plain, plain_length);
	return envelope ? NMK_OK : NMK_ENOMEM;
}

nmk_status state_open(int kind, const unsigned char key[E2E_KEY_BYTES], const void *sealed, size_t length, unsigned char **plain,
                      size_t *plain_length)
{
	const unsigned char *envelope = sealed;

	if (length <= STATE_OVERHEAD || envelope[0] != STATE_VERSION || envelope[1] != kind)
		return NMK_ECORRUPT;
	*plain_length = length - STATE_OVERHEAD;
	*plain = malloc(*plain_length);
	if (!*plain)
		return NMK_ENOMEM;
	if (e2e_open(key, envelope + 2, (struct bytes_piece){ envelope, 2 }, envelope + 2 + E2E_NONCE_BYTES,
	             *plain_length + E2E_TAG_BYTES, *plain))
		return NMK_OK;
	bytes_wipe_free(*plain, *plain_length);
	*plain = NULL;
	return NMK_ECORRUPT;
}
