#include "text.h"

#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define ZERO_WIDTH_NON_JOINER 0x200C
#define ZERO_WIDTH_JOINER     0x200D
#define EMOJI_PRESENTATION    0xFE0F
#define VIRAMA_CLASS          9

struct range {
	int32_t first;
	int32_t last;
};

static bool is_in(const struct range *ranges, size_t count, int32_t character)
{
	for (size_t i = 0; i < count; i++) {
		if (character >= ranges[i].first && character <= ranges[i].last)
			return true;
	}
	return false;
}

#define IS_IN(ranges, character) is_in(ranges, sizeof(ranges) / sizeof((ranges)[0]), character)

bool text_is_valid_utf8(const char *text, size_t length)
{
	const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text;
	size_t at = 0;

	while (at < length) {
		utf8proc_int32_t character;
		utf8proc_ssize_t size = utf8proc_iterate(bytes + at, (utf8proc_ssize_t)(length - at), &character);

		if (size <= 0 || character == 0)
			return false;
		at += (size_t)size;
	}
	return true;
}

bool text_skip(const char **at, const char *literal)
{
	size_t length = strlen(literal);

	if (strncmp(*at, literal, length) != 0)
		return false;
	*at += length;
	return true;
}

size_t text_count(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += (*text & 0xC0) != 0x80;
	return count;
}

static bool is_line_break(int32_t character)
{
	return character == '\n' || character == '\t' || character == 0x2028 || character == 0x2029;
}

static bool is_bidi_control(int32_t character)
{
	return (character >= 0x202A && character <= 0x202E) || (character >= 0x2066 && character <= 0x2069);
}

/* Default ignorable code points, and the interlinear annotations, which are shown nowhere either. */
static bool is_invisible(int32_t character)
{
	return utf8proc_get_property(character)->ignorable || (character >= 0xFFF9 && character <= 0xFFFB);
}

static bool is_variation_selector(int32_t character)
{
	static const struct range selectors[] = { { 0x180B, 0x180D }, { 0x180F, 0x180F }, { 0xFE00, 0xFE0F }, { 0xE0100, 0xE01EF } };

	return IS_IN(selectors, character);
}

static bool is_space(int32_t character)
{
	utf8proc_category_t category = utf8proc_category(character);

	return (category >= UTF8PROC_CATEGORY_ZS && category <= UTF8PROC_CATEGORY_ZP) || category == UTF8PROC_CATEGORY_CC;
}

/* The empty Braille cell is a symbol by its category, and the usual way to make a name that nobody can see. */
static bool is_blank(int32_t character)
{
	return is_space(character) || character == 0x2800;
}

static bool is_pictograph(int32_t character)
{
	return utf8proc_get_property(character)->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

static bool is_skin_tone(int32_t character)
{
	return character >= 0x1F3FB && character <= 0x1F3FF;
}

/* A letter or mark of a script whose letters join: Arabic and its neighbours, the scripts of India, Myanmar, Khmer, Mongolian. */
static bool is_joining_letter(int32_t character)
{
	static const struct range scripts[] = { { 0x0600, 0x0DFF }, { 0x1000, 0x109F }, { 0x1780, 0x18AF }, { 0xFB50, 0xFDFF } };
	utf8proc_category_t category = utf8proc_category(character);

	return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_ME && IS_IN(scripts, character);
}

/* Where RFC 5892 (A.1, A.2) and the emoji sequences of UTS #51 need a joiner; the scripts instead of the full joining types. */
static bool joiner_is_fit(int32_t before, int32_t joiner, int32_t after)
{
	if (before && utf8proc_get_property(before)->combining_class == VIRAMA_CLASS)
		return true;
	if (is_joining_letter(before) && is_joining_letter(after))
		return true;
	return joiner == ZERO_WIDTH_JOINER && is_pictograph(after) &&
	       (is_pictograph(before) || is_skin_tone(before) || before == EMOJI_PRESENTATION);
}

static bool invisible_is_fit(int32_t before, int32_t character, int32_t after)
{
	if (character == ZERO_WIDTH_JOINER || character == ZERO_WIDTH_NON_JOINER)
		return joiner_is_fit(before, character, after);
	return is_variation_selector(character) && before && !is_blank(before) && !is_invisible(before);
}

static enum text_problem character_check(int32_t before, int32_t character, int32_t after, bool multiline)
{
	if (is_line_break(character))
		return multiline ? TEXT_FINE : TEXT_CONTROL;
	if (utf8proc_category(character) == UTF8PROC_CATEGORY_CC)
		return TEXT_CONTROL;
	if (is_bidi_control(character))
		return TEXT_BIDI_CONTROL;
	if (utf8proc_category(character) == UTF8PROC_CATEGORY_CN)
		return TEXT_UNASSIGNED;
	if (is_invisible(character) && !invisible_is_fit(before, character, after))
		return TEXT_INVISIBLE;
	return TEXT_FINE;
}

/* The character at a place of valid text; 0 at its end. */
static int32_t character_at(const char *text, utf8proc_ssize_t *size)
{
	utf8proc_int32_t character;

	*size = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &character);
	return character;
}

enum text_problem text_check(const char *text, const struct text_rule *rule)
{
	utf8proc_ssize_t size, next_size;
	int32_t before = 0, character, after;
	size_t count = 0;
	bool blank = true;

	if (!text_is_valid_utf8(text, strlen(text)))
		return TEXT_NOT_UTF8;
	for (character = character_at(text, &size); character; character = after, size = next_size) {
		enum text_problem problem;

		text += size;
		after = character_at(text, &next_size);
		problem = character_check(before, character, after, rule->multiline);
		if (problem != TEXT_FINE)
			return problem;
		blank = blank && (is_blank(character) || is_invisible(character));
		before = character;
		count++;
	}
	if (count > rule->maximum)
		return TEXT_TOO_LONG;
	if (count > 0 && blank && !rule->allow_blank)
		return TEXT_BLANK;
	return count < rule->minimum ? TEXT_TOO_SHORT : TEXT_FINE;
}

/* The text may be a password: what utf8proc_map() leaves behind in freed memory is wiped here. */
static char *mapped(const char *text, utf8proc_option_t options)
{
	const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text;
	utf8proc_ssize_t count, length;
	utf8proc_int32_t *buffer;
	char *result = NULL;
	size_t size;

	options |= UTF8PROC_NULLTERM | UTF8PROC_STABLE;
	count = utf8proc_decompose(bytes, 0, NULL, 0, options);
	if (count < 0)
		return NULL;
	size = ((size_t)count + 1) * sizeof *buffer;
	buffer = malloc(size);
	if (!buffer)
		return NULL;
	count = utf8proc_decompose(bytes, 0, buffer, count, options);
	length = count < 0 ? count : utf8proc_reencode(buffer, count, options);
	if (length >= 0)
		result = malloc((size_t)length + 1);
	if (result)
		memcpy(result, buffer, (size_t)length + 1);
	sodium_memzero(buffer, size);
	free(buffer);
	return result;
}

char *text_nfc(const char *text)
{
	return mapped(text, UTF8PROC_COMPOSE);
}

char *text_nfd(const char *text)
{
	return mapped(text, UTF8PROC_DECOMPOSE);
}

/* Normalized before folding (Unicode D146): folding alone makes a letter of the iota subscript wherever its mark stands. */
char *text_casefold_key(const char *text)
{
	const utf8proc_option_t normalization = UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_IGNORE;
	char *normalized = mapped(text, normalization);
	char *key = normalized ? mapped(normalized, normalization | UTF8PROC_CASEFOLD) : NULL;

	if (normalized)
		sodium_memzero(normalized, strlen(normalized));
	free(normalized);
	return key;
}
