/* password_legacy.h -- hashes of other systems, to be verified until the first login replaces them. Pure.
 *
 *     $2a$12$SALTHASH  $2b$...  $2y$...              bcrypt; of more than 72 bytes those, or the SHA-256 as the next
 *     sha256+$2b$12$SALTHASH                         bcrypt of the SHA-256 in lower-case hexadecimal
 *     pbkdf2_sha256$600000$SALT$BASE64               Django
 *     $pbkdf2-sha256$29000$SALT$HASH                 passlib; $pbkdf2$ is SHA-1
 *     pbkdf2:sha256:600000$SALT$HEX                  Werkzeug
 *     AQAAAAIAAYagAAAAEA...                          ASP.NET Core Identity, version 3
 *
 * PBKDF2 with SHA-1, SHA-256 or SHA-512. Argon2id is password_hash.h's. */
#ifndef NMK_PASSWORD_LEGACY_H
#define NMK_PASSWORD_LEGACY_H

#include <stdbool.h>
#include <nanomarket/errors.h>

/* What a stored hash may ask of this machine: each a few seconds of one processor. */
#define BCRYPT_COST_MINIMUM 4
#define BCRYPT_COST_MAXIMUM 16
#define PBKDF2_WORK_MAXIMUM 5000000 /* HMACs */

bool legacy_is_known(const char *hash);

/* Is it the hash of exactly these bytes? NMK_ENOMEM is never a wrong password; NMK_EINVALID: legacy_is_known() says no. */
nmk_status legacy_verify(const char *password, const char *hash, bool *right);
#endif
