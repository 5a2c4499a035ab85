#include "builder.h"

#include <string.h>

/* What the letters of Latin-1 from 0xC0 on are in a lexicon; '*' is none. */
static const char folded_letters[] = "aaaa\xE4" "a*ceeeeiiii*nooo" "o\xF6*ouuu\xFCy**" "aaaa\xE4" "a*ceeeeiiii*nooo" "o\xF6*ouuu\xFCy*y";

bool letters_to_latin1(char *text)
{
	char *to = text;

	for (const char *from = text; *from;) {
		unsigned char first = (unsigned char)*from++;

		if (first < 0x80) {
			*to++ = (char)first;
		} else if ((first == 0xC2 || first == 0xC3) && ((unsigned char)*from & 0xC0) == 0x80) {
			*to++ = (char)((first & 3) << 6 | ((unsigned char)*from++ & 0x3F));
		} else {
			return false;
		}
	}
	*to = '\0';
	return true;
}

bool letters_fold(const char *latin1, char folded[WORD_BYTES])
{
	size_t length = 0;

	for (; *latin1; latin1++) {
		unsigned char letter = (unsigned char)*latin1;

		if (length + 3 > WORD_BYTES)
			return false;
		if (letter == 0xDF) {
			folded[length++] = 's';
			letter = 's';
		}
		if (letter >= 'A' && letter <= 'Z')
			letter = (unsigned char)(letter + 'a' - 'A');
		else if (letter >= 0xC0)
			letter = (unsigned char)folded_letters[letter - 0xC0];
		if ((letter < 'a' || letter > 'z') && letter < 0xC0)
			return false;
		folded[length++] = (char)letter;
	}
	folded[length] = '\0';
	return length > 0;
}

void letters_strip(const char *word, char plain[WORD_BYTES])
{
	for (; *word; word++) {
		unsigned char letter = (unsigned char)*word;

		*plain++ = letter == 0xE4 ? 'a' : letter == 0xF6 ? 'o' : letter == 0xFC ? 'u' : (char)letter;
	}
	*plain = '\0';
}

bool letters_begin(const char *word, const char *beginning)
{
	return strncmp(word, beginning, strlen(beginning)) == 0;
}

bool letters_end(const char *word, const char *ending)
{
	size_t length = strlen(word), size = strlen(ending);

	return length >= size && strcmp(word + length - size, ending) == 0;
}
