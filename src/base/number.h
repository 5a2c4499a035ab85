/* number.h -- whole numbers as bytes. */
#ifndef NMK_NUMBER_H
#define NMK_NUMBER_H

#include <stdint.h>

/* The highest byte first. */
static inline void put_big_endian(unsigned char *to, int bytes, uint64_t number)
{
	for (; bytes-- > 0; number >>= 8)
		to[bytes] = (unsigned char)number;
}

static inline uint64_t get_big_endian(const unsigned char *from, int bytes)
{
	uint64_t number = 0;

	for (int i = 0; i < bytes; i++)
		number = number << 8 | from[i];
	return number;
}

/* The lowest byte first. */
static inline void put_little_endian(unsigned char *to, int bytes, uint64_t number)
{
	for (int i = 0; i < bytes; i++, number >>= 8)
		to[i] = (unsigned char)number;
}

static inline uint64_t get_little_endian(const unsigned char *from, int bytes)
{
	uint64_t number = 0;

	while (bytes-- > 0)
		number = number << 8 | from[bytes];
	return number;
}
#endif
