#include "base32.h"

#include <string.h>

static const char rfc4648_alphabet[33] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
static const char crockford_alphabet[33] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* Five bits a character; what is missing to the last five is zero. */
static void write_with(const char alphabet[33], const unsigned char *bytes, size_t length, char *text)
{
	unsigned pending = 0, bits = 0;

	for (size_t i = 0; i < length; i++) {
		pending = (pending << 8 | bytes[i]) & 0xFFF;
		for (bits += 8; bits >= 5; bits -= 5)
			*text++ = alphabet[pending >> (bits - 5) & 31];
	}
	if (bits > 0)
		*text++ = alphabet[pending << (5 - bits) & 31];
	*text = '\0';
}

void base32_write(const unsigned char *bytes, size_t length, char *text)
{
	write_with(rfc4648_alphabet, bytes, length, text);
}

void crockford_write(const unsigned char *bytes, size_t length, char *text)
{
	write_with(crockford_alphabet, bytes, length, text);
}

/* 0 to 31, or -1 */
static int crockford_value(char c)
{
	const char *found;

	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == 'O')
		c = '0';
	if (c == 'I' || c == 'L')
		c = '1';
	found = c ? strchr(crockford_alphabet, c) : NULL;
	return found ? (int)(found - crockford_alphabet) : -1;
}

bool crockford_read(const char *text, unsigned char *bytes, size_t length)
{
	unsigned pending = 0, bits = 0;
	size_t count = 0;

	for (; *text; text++) {
		int value = crockford_value(*text);

		if (*text == '-' || *text == ' ')
			continue;
		if (value < 0 || (count == length && bits == 0))
			return false;
		pending = (pending << 5 | (unsigned)value) & 0xFFF;
		bits += 5;
		if (bits >= 8) {
			if (count == length)
				return false;
			bits -= 8;
			bytes[count++] = (unsigned char)(pending >> bits);
		}
	}
	return count == length && bits < 5 && (pending & ((1u << bits) - 1)) == 0;
}
