/* password_hash.h -- Argon2id (RFC 9106) in the PHC string format: $argon2id$v=19$m=65536,t=2,p=1$salt$hash. Pure. */
#ifndef NMK_PASSWORD_HASH_H
#define NMK_PASSWORD_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <nanomarket/errors.h>

/* What a stored string may ask of this machine. */
#define PHC_MEMORY_KIB_MAXIMUM 262144
#define PHC_PASSES_MAXIMUM     10
#define PHC_LANES_MAXIMUM      4
#define PHC_SALT_MINIMUM       8
#define PHC_SALT_MAXIMUM       64
#define PHC_HASH_MINIMUM       16
#define PHC_HASH_MAXIMUM       64
#define PHC_TEXT_SIZE          320

struct phc_cost {
	uint32_t memory_kib;
	uint32_t passes;
};

struct phc {
	struct phc_cost cost;
	uint32_t        lanes;
	unsigned char   salt[PHC_SALT_MAXIMUM], hash[PHC_HASH_MAXIMUM];
	size_t          salt_length, hash_length;
};

/* False for everything else than one string in the one way to write it, within the bounds. */
bool phc_parse(const char *text, struct phc *phc);

/* NMK_ENOMEM is the only failure: Argon2id needs its memory. The hash of a text of password_prepare(). */
nmk_status password_hash(const char *prepared, struct phc_cost cost, char text[PHC_TEXT_SIZE]);

/* Is it the password of that string? A lack of memory is NMK_ENOMEM and never a wrong password. A string that phc_parse()
 * refuses, or whose salt or lanes libsodium cannot do, is NMK_EINVALID. */
nmk_status password_verify(const char *prepared, const char *text, bool *right);

/* The same work for nothing: an unknown account must not answer sooner. */
nmk_status password_waste(const char *prepared, struct phc_cost cost);

bool password_needs_rehash(const char *text, struct phc_cost cost);
#endif
