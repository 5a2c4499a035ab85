/* primitives.h -- all the cryptography that end-to-end encryption stands on, each in one function, from the part of libsodium that
 * version 1.0.18 and its JavaScript build have in common. Pure. docs/e2e.md says what is made of them. */
#ifndef NMK_E2E_PRIMITIVES_H
#define NMK_E2E_PRIMITIVES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define E2E_KEY_BYTES       32
#define E2E_NONCE_BYTES     24
#define E2E_TAG_BYTES       16
#define E2E_SIGNATURE_BYTES 64

/* Where random bytes come from: the system; only tests have another one, to make the same messages again. */
struct e2e_random {
	void (*fill)(void *context, void *bytes, size_t length);
	void *context;
};
extern const struct e2e_random e2e_system_random;
void random_fill(const struct e2e_random *random, void *bytes, size_t length);

/* ---- HMAC-SHA256 (RFC 2104), HKDF-SHA256 (RFC 5869) ---- */

struct bytes_piece {
	const void *bytes;
	size_t      length;
};

/* Of the pieces one after the other. */
void e2e_hmac(const void *key, size_t key_length, const struct bytes_piece *pieces, size_t count,
              unsigned char mac[E2E_KEY_BYTES]);

/* False, and nothing is written, if more is asked for than the standard gives: 255 * 32 bytes. */
bool e2e_hkdf(struct bytes_piece salt, struct bytes_piece key, struct bytes_piece info, unsigned char *out, size_t length);

/* ---- X25519 (RFC 7748) ---- */

struct e2e_pair {
	unsigned char secret[E2E_KEY_BYTES];
	unsigned char public[E2E_KEY_BYTES];
};
void pair_new(const struct e2e_random *random, struct e2e_pair *pair);
bool pair_of(const unsigned char secret[E2E_KEY_BYTES], struct e2e_pair *pair);

/* False for the points of small order, whose result everyone knows. */
bool e2e_agree(const unsigned char secret[E2E_KEY_BYTES], const unsigned char public[E2E_KEY_BYTES],
               unsigned char shared[E2E_KEY_BYTES]);

/* ---- Ed25519 (RFC 8032) ---- */

void e2e_sign(const unsigned char secret[64], const void *data, size_t length, unsigned char signature[E2E_SIGNATURE_BYTES]);
bool e2e_is_signed(const unsigned char public[E2E_KEY_BYTES], const void *data, size_t length,
                   const unsigned char signature[E2E_SIGNATURE_BYTES]);

/* The X25519 key that belongs to an Ed25519 key. False if it is no point of the main subgroup. */
bool e2e_exchange_key(const unsigned char public[E2E_KEY_BYTES], unsigned char exchange[E2E_KEY_BYTES]);

/* ---- XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) ---- */

/* Writes length + E2E_TAG_BYTES. */
void e2e_seal(const unsigned char key[E2E_KEY_BYTES], const unsigned char nonce[E2E_NONCE_BYTES], struct bytes_piece bound,
              const void *plain, size_t length, unsigned char *sealed);

/* Writes length - E2E_TAG_BYTES. False, and the room is zeroed, if it does not open. */
bool e2e_open(const unsigned char key[E2E_KEY_BYTES], const unsigned char nonce[E2E_NONCE_BYTES], struct bytes_piece bound,
              const unsigned char *sealed, size_t length, unsigned char *plain);

/* To be called at the end of what had to do with secrets: wipes what is left on the stack, and in the vector registers, where the cipher
 * leaves the text, until something saves them. */
void e2e_forget(void);
#endif
