/* semver.h -- version numbers of the form X.Y.Z (semver.org 2.0.0 without pre-release and build), as one number. */
#ifndef NMK_SEMVER_H
#define NMK_SEMVER_H

#include <stdbool.h>
#include <stdint.h>

#define SEMVER_TEXT_SIZE 21      /* 999999.999999.999999 and the NUL                    */
#define SEMVER_FIRST     INT64_C(1000000000000)  /* 1.0.0                               */

/* Strict: three numbers without leading zeros, none above 999999. The key orders as the version does. */
bool semver_parse(const char *text, int64_t *key);
void semver_format(int64_t key, char text[SEMVER_TEXT_SIZE]);

/* The next minor version, or the next major one behind X.999999. False: there is none. */
bool semver_next(int64_t key, int64_t *next);
#endif
