/* password_hash.h -- ours: Argon2id (RFC 9106) in the PHC string format, $argon2id$v=19$m=65536,t=2,p=1$salt$hash; and to verify
 * only, those of other systems (password_legacy.h). Pure. */
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
#define PASSWORD_TEXT_SIZE     512 /* of a stored hash, ours or another system's */

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

/* The hash of a text of password_prepare(). NMK_ENOMEM is the only failure: Argon2id needs its memory. */
nmk_status password_hash(const char *prepared, struct phc_cost cost, char text[PHC_TEXT_SIZE]);

/* May this text stand in the store as the hash of a password? */
bool password_hash_is_known(const char *hash);

/* Is it the password of that hash? `password` as it was typed, of the form that password_check_form() wants: it is tried as
 * password_prepare() of it, which is how ours are made, and as another system may have taken it: as it is, in normalization
 * forms C and D. A lack of memory is NMK_ENOMEM and never a wrong password; a hash that is not known is NMK_EINVALID. */
nmk_status password_verify(const char *password, const char *hash, bool *right);

/* The same work as a wrong password of ours, for nothing: an unknown account must not answer sooner. */
nmk_status password_waste(const char *password, struct phc_cost cost);

/* Not one of ours with that cost. */
bool password_needs_rehash(const char *hash, struct phc_cost cost);
#endif
