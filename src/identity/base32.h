/* base32.h -- secrets as letters and digits: RFC 4648 for authenticators, Crockford's alphabet for people who type. Pure. */
#ifndef NMK_BASE32_H
#define NMK_BASE32_H

#include <stdbool.h>
#include <stddef.h>

/* Room for the text of so many bytes, with the NUL. */
#define BASE32_SIZE(length) (((length) * 8 + 4) / 5 + 1)

/* RFC 4648, 6: upper case, without padding. */
void base32_write(const unsigned char *bytes, size_t length, char *text);

/* Crockford's: without I, L, O and U, which look like others or spell words. */
void crockford_write(const unsigned char *bytes, size_t length, char *text);

/* Read exactly so many bytes, however they were typed: case does not matter, hyphens and blanks are skipped, O is 0, I and L
 * are 1. False for anything else. */
bool crockford_read(const char *text, unsigned char *bytes, size_t length);
#endif
