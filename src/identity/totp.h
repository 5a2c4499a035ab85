/* totp.h -- one-time passwords: HOTP (RFC 4226) over time steps (RFC 6238). Pure. */
#ifndef NMK_TOTP_H
#define NMK_TOTP_H

#include <nanomarket/second_factor.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TOTP_DIGITS         6
#define TOTP_DIGITS_MAXIMUM 8
#define TOTP_CODE_SIZE      (TOTP_DIGITS_MAXIMUM + 1)
#define TOTP_PERIOD_SECONDS 30
#define TOTP_SECRET_MAXIMUM 64

extern const char *const totp_algorithm_words[];

/* As long as the hash (RFC 6238, 5.1): 20, 32 or 64 bytes. 0 for what is no algorithm. */
size_t totp_secret_length(nmk_totp_algorithm algorithm);

int64_t totp_step(int64_t now_ms);

/* The code of a step, with so many digits (6 to 8). Wipe it when it was compared. */
void totp_code(nmk_totp_algorithm algorithm, const unsigned char *secret, size_t length, int64_t step, int digits,
               char code[TOTP_CODE_SIZE]);

/* The step whose code this is: the present one, or the one before for who was slow. Only one after `last_step` counts. -1: none.
 * Hyphens and blanks in the code are skipped. */
int64_t totp_match(nmk_totp_algorithm algorithm, const unsigned char *secret, size_t length, int64_t now_ms, int64_t last_step,
                   const char *code);

/* otpauth://totp/ISSUER:ACCOUNT?secret=... as authenticators read it. The caller's, for secret_free(); NULL: no memory.
 * The issuer loses its colons, which would end it, and what makes it longer than TOTP_ISSUER_BYTES when encoded. */
#define TOTP_ISSUER_BYTES 180
char *totp_uri(nmk_totp_algorithm algorithm, const char *secret_base32, const char *issuer, const char *account);
#endif
