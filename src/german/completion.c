#include "completion.h"

#include <string.h>

#define SHORTEST_END 3

/* What stands before verbs and their nouns. "Ein-" is one, so in "Ausgabe" it stands for "Aus". */
static const char *const particles[] = { "ab", "an", "auf", "aus", "bei", "ein", "hin", "her", "mit", "nach", "r\xFC" "ck", "um", "unter",
	"\xFC" "ber", "vor", "zu", "be", "ent", "ver", "haupt", "neben", "innen", "au\xDF" "en", "aussen", "hinter" };

static size_t copy_letters(const struct analysis *analysis, size_t start, size_t end, char text[COMPLETION_BYTES])
{
	size_t length = 0;

	for (size_t i = start; i < end; i++) {
		unsigned char letter = (unsigned char)analysis->letters[i];

		if (letter >= 0x80) {
			text[length++] = (char)0xC3;
			letter = (unsigned char)(letter - 0x40);
		}
		text[length++] = (char)letter;
	}
	return length;
}

/* Letters of the particle that a word begins with, in the letters of a lexicon; the longest that leaves an end. */
static size_t particle_of(const char *letters, size_t count)
{
	size_t longest = 0;

	for (size_t i = 0; i < sizeof particles / sizeof *particles; i++) {
		size_t length = strlen(particles[i]);

		if (length > longest && count >= length + SHORTEST_END && memcmp(letters, particles[i], length) == 0)
			longest = length;
	}
	return longest;
}

static bool is_particle(const char *text, size_t length)
{
	char letters[16 + SHORTEST_END] = "";
	size_t count = 0;

	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)text[i];

		if (count + 2 > 16)
			return false;
		if (byte == 0xC3 && i + 1 < length)
			byte = (unsigned char)((unsigned char)text[++i] + 0x40);
		if ((byte >= 'A' && byte <= 'Z') || (byte >= 0xC0 && byte < 0xDF))
			byte = (unsigned char)(byte + 0x20);
		letters[count++] = (char)byte;
	}
	memcpy(letters + count, "xxx", SHORTEST_END);
	return count > 0 && particle_of(letters, count + SHORTEST_END) == count;
}

size_t completion_ends(const char *first, size_t length, const struct analysis *whole, char ends[2][COMPLETION_BYTES], size_t lengths[2])
{
	const struct compound *parts = &whole->parts;
	size_t particle = particle_of(whole->letters, whole->letter_count);

	if (whole->letter_count == 0)
		return 0;
	if (particle > 0 && is_particle(first, length)) {
		lengths[0] = copy_letters(whole, particle, whole->letter_count, ends[0]);
		return 1;
	}
	if (parts->count < 2)
		return 0;
	lengths[0] = copy_letters(whole, parts->ends[0], whole->letter_count, ends[0]);
	lengths[1] = copy_letters(whole, parts->ends[parts->count - 2], whole->letter_count, ends[1]);
	return parts->count == 2 ? 1 : 2;
}

size_t completion_beginning(const struct analysis *whole, char text[COMPLETION_BYTES])
{
	return whole->letter_count > 0 && whole->parts.count > 1 ? copy_letters(whole, 0, whole->parts.ends[whole->parts.count - 2], text) : 0;
}
