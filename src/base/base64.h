/* base64.h -- a strict reader of base64 (RFC 4648) in any alphabet; sodium_bin2base64() writes. */
#ifndef NMK_BASE64_H
#define NMK_BASE64_H

#include <stdbool.h>
#include <stddef.h>

/* What sodium_bin2base64() writes in that variant (sodium_base64_VARIANT_*), and nothing else: no white space, padding just as the
 * variant has it, no bits that do not count. */
bool base64_decode(const char *text, size_t length, int variant, void *bytes, size_t room, size_t *decoded);
#endif
