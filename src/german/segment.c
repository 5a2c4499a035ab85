#include "german.h"

#include <utf8proc.h>

size_t segment_character(const char *text, size_t length, int32_t *character)
{
	utf8proc_int32_t decoded;
	utf8proc_ssize_t size = utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)length, &decoded);

	*character = size > 0 ? decoded : -1;
	return size > 0 ? (size_t)size : 1;
}

/* utf8proc numbers the categories in the order of Unicode: letters, marks, numbers, then everything else. */
bool segment_is_letter(int32_t character)
{
	const utf8proc_property_t *property = utf8proc_get_property(character);

	return property->category >= UTF8PROC_CATEGORY_LU && property->category <= UTF8PROC_CATEGORY_NO && !property->ignorable;
}

bool segment_is_mark(int32_t character)
{
	utf8proc_category_t category = utf8proc_category(character);

	return category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME;
}

static bool stands_alone(int32_t character)
{
	return (character >= 0x3041 && character <= 0x309F) ||     /* Hiragana                   */
	       (character >= 0x3400 && character <= 0x4DBF) ||     /* ideographs, extension A    */
	       (character >= 0x4E00 && character <= 0x9FFF) ||     /* ideographs                 */
	       (character >= 0xF900 && character <= 0xFAFF) ||     /* compatibility ideographs   */
	       (character >= 0x20000 && character <= 0x3FFFF);     /* further ideographs         */
}

static bool is_ascii_letter(unsigned char byte)
{
	unsigned char lower = byte | 0x20;

	return (unsigned char)(lower - 'a') < 26 || (unsigned char)(byte - '0') < 10;
}

enum kind { SEPARATOR, IGNORABLE, MARK, LETTER, ALONE };

static enum kind kind_at(const char *text, size_t length, size_t *size)
{
	int32_t character;

	if ((unsigned char)*text < 0x80) {
		*size = 1;
		return is_ascii_letter((unsigned char)*text) ? LETTER : SEPARATOR;
	}
	*size = segment_character(text, length, &character);
	if (character < 0)
		return SEPARATOR;
	if (utf8proc_get_property(character)->ignorable)
		return IGNORABLE;
	if (!segment_is_letter(character))
		return SEPARATOR;
	if (segment_is_mark(character))
		return MARK;
	return stands_alone(character) ? ALONE : LETTER;
}

static bool continues(enum kind first, enum kind next)
{
	return next == MARK || next == IGNORABLE || (next == LETTER && first != ALONE);
}

bool segment_next(const char *text, size_t length, size_t *at, struct word *word)
{
	enum kind first = SEPARATOR, next;
	size_t size = 0, used = 0;

	for (; *at < length; *at += size) {
		first = kind_at(text + *at, length - *at, &size);
		if (first != SEPARATOR && first != IGNORABLE)
			break;
	}
	if (*at >= length)
		return false;
	*word = (struct word){ .start = *at, .ascii = true };
	next = first;
	do {
		*at += size;
		if (next != IGNORABLE)
			word->end = *at;
		if (used++ < WORD_CHARACTERS) {
			word->used_end = *at;
			word->ascii = word->ascii && size == 1;
		}
		for (; next == LETTER && used < WORD_CHARACTERS && *at < length && is_ascii_letter((unsigned char)text[*at]); used++)
			word->used_end = word->end = ++*at;
		if (*at < length)
			next = kind_at(text + *at, length - *at, &size);
	} while (*at < length && continues(first, next));
	return true;
}
