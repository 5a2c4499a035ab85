#include "id.h"

#include <sodium.h>
#include <string.h>
#include "number.h"

_Static_assert(ID_KEY_SIZE == crypto_shorthash_KEYBYTES, "SipHash takes a key of this size");

#define ID_EPOCH_MS     INT64_C(1704067200000) /* 2024-01-01: 41 bits last until 2093 */
#define SEQUENCE_BITS   12
#define NODE_BITS       10
#define TAG_BITS        59
#define TAG_MASK        ((UINT64_C(1) << TAG_BITS) - 1)

int64_t id_next(struct id_source *source, int64_t now_ms)
{
	int64_t tick = now_ms > ID_EPOCH_MS ? (now_ms - ID_EPOCH_MS) << SEQUENCE_BITS : 0;

	/* Past 4096 ids in a millisecond, or on a clock that went back, the tick runs ahead of the clock. */
	source->last_tick = tick > source->last_tick ? tick : source->last_tick + 1;
	return (source->last_tick >> SEQUENCE_BITS) << (SEQUENCE_BITS + NODE_BITS)
	     | source->node << SEQUENCE_BITS
	     | (source->last_tick & ((1 << SEQUENCE_BITS) - 1));
}

int64_t id_time(int64_t number)
{
	return (number >> (SEQUENCE_BITS + NODE_BITS)) + ID_EPOCH_MS;
}

/* The low 59 bits of SipHash-2-4 over kind and number, both little-endian. */
static uint64_t id_tag(const unsigned char key[ID_KEY_SIZE], enum id_kind kind, uint64_t number)
{
	unsigned char message[9], hash[crypto_shorthash_BYTES];

	message[0] = (unsigned char)kind;
	put_little_endian(message + 1, 8, number);
	crypto_shorthash(hash, message, sizeof message, key);
	return get_little_endian(hash, 8) & TAG_MASK;
}

/* RFC 9562, 5.8: 48 bits, version 8, 12 bits, variant 10, 62 bits. Ours: the number's 63 bits, then the tag's 59. */
void id_format(const unsigned char key[ID_KEY_SIZE], enum id_kind kind, int64_t number, char text[ID_TEXT_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	static const unsigned char place[16] = { 0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34 };
	uint64_t bits = (uint64_t)number;
	uint64_t high, low;

	if (number <= 0) {
		text[0] = '\0';
		return;
	}
	high = (bits >> 15) << 16 | UINT64_C(0x8000) | ((bits >> 3) & 0xfff);
	low = UINT64_C(2) << 62 | (bits & 7) << TAG_BITS | id_tag(key, kind, bits);
	for (int i = 0; i < 16; i++) {
		unsigned byte = (unsigned)((i < 8 ? high : low) >> (56 - 8 * (i & 7))) & 255;

		text[place[i]] = digits[byte >> 4];
		text[place[i] + 1] = digits[byte & 15];
	}
	text[8] = text[13] = text[18] = text[23] = '-';
	text[ID_TEXT_SIZE - 1] = '\0';
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

bool id_parse(const unsigned char key[ID_KEY_SIZE], enum id_kind kind, const char *text, int64_t *number)
{
	uint64_t half[2] = { 0, 0 }, bits, difference;
	int nibble = 0;

	for (int i = 0; i < ID_TEXT_SIZE - 1; i++) {
		int value = hex_value(text[i]);

		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (text[i] != '-')
				return false;
			continue;
		}
		if (value < 0)
			return false;
		half[nibble >> 4] = half[nibble >> 4] << 4 | (uint64_t)value;
		nibble++;
	}
	if (text[ID_TEXT_SIZE - 1] != '\0' || (half[0] & 0xf000) != 0x8000 || half[1] >> 62 != 2)
		return false;
	bits = (half[0] >> 16) << 15 | (half[0] & 0xfff) << 3 | ((half[1] >> TAG_BITS) & 7);
	difference = (half[1] & TAG_MASK) ^ id_tag(key, kind, bits);
	if (bits == 0 || sodium_memcmp(&difference, &(uint64_t){ 0 }, sizeof difference) != 0)
		return false;
	*number = (int64_t)bits;
	return true;
}
