/* letters.c -- a word, letter by letter. */
#include "spelling.h"

#include <utf8proc.h>

static bool is_letter(int32_t character)
{
	utf8proc_category_t category;

	if (character >= 'a' && character <= 'z')
		return true;
	category = utf8proc_category(character);
	return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_ME;
}

bool letters_of(const char *word, size_t length, struct letters *letters)
{
	size_t at = 0;

	letters->count = 0;
	while (at < length) {
		int32_t character = word[at];
		utf8proc_ssize_t size = 1;

		if (character < 'a' || character > 'z') /* which is rare */
			size = utf8proc_iterate((const utf8proc_uint8_t *)word + at, (utf8proc_ssize_t)(length - at), &character);
		if (size <= 0 || letters->count == SPELLING_LETTERS || !is_letter(character))
			return false;
		letters->at[letters->count++] = character;
		at += (size_t)size;
	}
	return letters->count >= SPELLING_SHORTEST;
}
