/* wipe.h -- what libsodium does not wipe. */
#ifndef NMK_WIPE_H
#define NMK_WIPE_H

/* To be called where a secret was hashed, or a hash is the secret, or a signature was verified that is one: BLAKE2b leaves the last
 * block that it hashed and its result on the stack, Argon2id its result, Ed25519 half of the signature. */
void stack_wipe(void);
#endif
