#include "primitives.h"

#include <sodium.h>
#include <string.h>
#include "wipe.h"

static void fill_from_system(void *context, void *bytes, size_t length)
{
	(void)context;
	randombytes_buf(bytes, length);
}

const struct e2e_random e2e_system_random = { fill_from_system, NULL };

void random_fill(const struct e2e_random *random, void *bytes, size_t length)
{
	random->fill(random->context, bytes, length);
}

/* ---- HMAC, HKDF ---- */

void e2e_hmac(const void *key, size_t key_length, const struct bytes_piece *pieces, size_t count,
              unsigned char mac[E2E_KEY_BYTES])
{
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, key, key_length);
	for (size_t i = 0; i < count; i++)
		if (pieces[i].length > 0)
			crypto_auth_hmacsha256_update(&state, pieces[i].bytes, pieces[i].length);
	crypto_auth_hmacsha256_final(&state, mac);
	sodium_memzero(&state, sizeof state);
}

/* No salt means 32 zeros (RFC 5869, 2.2): for HMAC the same as an empty key. */
bool e2e_hkdf(struct bytes_piece salt, struct bytes_piece key, struct bytes_piece info, unsigned char *out, size_t length)
{
	unsigned char extracted[E2E_KEY_BYTES], block[E2E_KEY_BYTES], counter = 0;
	struct bytes_piece pieces[3] = { { block, 0 }, info, { &counter, 1 } };

	if (length > 255 * sizeof block)
		return false;
	e2e_hmac(salt.bytes, salt.length, &key, 1, extracted);
	while (length > 0) {
		size_t part = length < sizeof block ? length : sizeof block;

		counter++;
		e2e_hmac(extracted, sizeof extracted, pieces, 3, block);
		memcpy(out, block, part);
		pieces[0].length = sizeof block;
		out += part;
		length -= part;
	}
	sodium_memzero(extracted, sizeof extracted);
	sodium_memzero(block, sizeof block);
	return true;
}

/* ---- X25519 ---- */

bool pair_of(const unsigned char secret[E2E_KEY_BYTES], struct e2e_pair *pair)
{
	memmove(pair->secret, secret, sizeof pair->secret);
	return crypto_scalarmult_base(pair->public, pair->secret) == 0;
}

void pair_new(const struct e2e_random *random, struct e2e_pair *pair)
{
	random_fill(random, pair->secret, sizeof pair->secret);
	pair_of(pair->secret, pair);
}

bool e2e_agree(const unsigned char secret[E2E_KEY_BYTES], const unsigned char public[E2E_KEY_BYTES],
               unsigned char shared[E2E_KEY_BYTES])
{
	return crypto_scalarmult(shared, secret, public) == 0;
}

/* ---- Ed25519 ---- */

void e2e_sign(const unsigned char secret[64], const void *data, size_t length, unsigned char signature[E2E_SIGNATURE_BYTES])
{
	crypto_sign_detached(signature, NULL, data, length, secret);
}

bool e2e_is_signed(const unsigned char public[E2E_KEY_BYTES], const void *data, size_t length,
                   const unsigned char signature[E2E_SIGNATURE_BYTES])
{
	return crypto_sign_verify_detached(signature, data, length, public) == 0;
}

bool e2e_exchange_key(const unsigned char public[E2E_KEY_BYTES], unsigned char exchange[E2E_KEY_BYTES])
{
	return crypto_sign_ed25519_pk_to_curve25519(exchange, public) == 0;
}

/* ---- XChaCha20-Poly1305 ---- */

void e2e_seal(const unsigned char key[E2E_KEY_BYTES], const unsigned char nonce[E2E_NONCE_BYTES], struct bytes_piece bound,
              const void *plain, size_t length, unsigned char *sealed)
{
	crypto_aead_xchacha20poly1305_ietf_encrypt(sealed, NULL, plain, length, bound.bytes, bound.length, NULL, nonce, key);
}

bool e2e_open(const unsigned char key[E2E_KEY_BYTES], const unsigned char nonce[E2E_NONCE_BYTES], struct bytes_piece bound,
              const unsigned char *sealed, size_t length, unsigned char *plain)
{
	return length >= E2E_TAG_BYTES
	    && crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, sealed, length, bound.bytes, bound.length, nonce, key) == 0;
}

void e2e_forget(void)
{
	static const unsigned char zeros[256];
	unsigned char sealed[sizeof zeros + E2E_TAG_BYTES];

	e2e_seal(zeros, zeros, (struct bytes_piece){ NULL, 0 }, zeros, sizeof zeros, sealed);
	stack_wipe();
}
