/* pbkdf2.h -- PBKDF2 (RFC 8018, 5.2), only to verify hashes of other systems. Pure. */
#ifndef NMK_PBKDF2_H
#define NMK_PBKDF2_H

#include <stddef.h>
#include <stdint.h>
#include "hmac.h"

/* HMACs that a key of `length` bytes costs. */
uint64_t pbkdf2_work(enum hmac_digest digest, uint32_t iterations, size_t length);

void pbkdf2(enum hmac_digest digest, const void *password, size_t password_length, const void *salt, size_t salt_length,
            uint32_t iterations, unsigned char *key, size_t length);
#endif
