#include "german.h"

#include <utf8proc.h>

#define DIAERESIS      0x0308
#define END_OF_LATIN   0x0250
#define LONGEST_UTF8   4

/* German letters behind their first byte, 0xC3, in lower case; 0: another letter. */
static int32_t lower_german(unsigned char second)
{
	switch (second) {
	case 0x84: case 0xA4:
		return 0xE4;
	case 0x96: case 0xB6:
		return 0xF6;
	case 0x9C: case 0xBC:
		return 0xFC;
	}
	return 0;
}

/* Most words have letters that need no tables of Unicode. Returns 0 if this one does. */
static size_t lower_simple(int32_t *characters, const char *text, const struct word *word, bool german)
{
	const unsigned char *bytes = (const unsigned char *)text;
	size_t count = 0;

	for (size_t at = word->start; at < word->used_end; at++) {
		unsigned char byte = bytes[at];

		if (byte < 0x80) {
			characters[count++] = byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte;
			continue;
		}
		if (byte != 0xC3 || at + 1 == word->used_end || !german)
			return 0;
		if (bytes[++at] == 0x9F) { /* sz */
			characters[count++] = 's';
			characters[count++] = 's';
		} else if ((characters[count++] = lower_german(bytes[at])) == 0)
			return 0;
	}
	return count;
}

static size_t decompose(int32_t *characters, const char *text, const struct word *word)
{
	const utf8proc_ssize_t room = WORD_CHARACTERS * FOLD_EXPANSION;
	const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text + word->start;
	utf8proc_ssize_t count;

	count = utf8proc_decompose(bytes, (utf8proc_ssize_t)(word->used_end - word->start), characters, room,
				   UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
	return count > 0 && count <= room ? (size_t)count : 0;   /* should a later Unicode decompose into more, it asks for more */
}

static int32_t umlaut_of(int32_t vowel)
{
	return vowel == 'a' ? 0xE4 : vowel == 'o' ? 0xF6 : vowel == 'u' ? 0xFC : 0;
}

static char vowel_of(int32_t umlaut)
{
	return umlaut == 0xE4 ? 'a' : umlaut == 0xF6 ? 'o' : umlaut == 0xFC ? 'u' : 0;
}

/* "aue", "äue", "eue", "oue" are a diphthong and an e; q takes its u along. */
static bool owns_u(int32_t character)
{
	return character == 'a' || character == 0xE4 || character == 'e' || character == 'o' || character == 'q';
}

static bool is_unlikely(const int32_t *characters, size_t kept)
{
	return characters[kept - 1] == 'u' && kept > 1 && owns_u(characters[kept - 2]);
}

static bool is_digraph(const int32_t *characters, size_t kept, int32_t next)
{
	if (kept == 0 || next != 'e' || !umlaut_of(characters[kept - 1]))
		return false;
	return true;
}

/* Only Latin letters lose their marks: elsewhere a mark is a vowel or another letter. What a decomposition brought besides letters
 * (the space and the fraction bar of some symbols) goes too. */
static size_t strip_marks(int32_t *characters, size_t count, bool keep_umlauts)
{
	int32_t base = END_OF_LATIN;
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		int32_t character = characters[i];

		if (!segment_is_letter(character))
			continue;
		if (!segment_is_mark(character)) {
			base = character;
			characters[kept++] = character;
		} else if (base >= END_OF_LATIN) {
			characters[kept++] = character;
		} else if (keep_umlauts && character == DIAERESIS && umlaut_of(characters[kept - 1])) {
			characters[kept - 1] = umlaut_of(characters[kept - 1]);
		}
	}
	return kept;
}

/* It looks ahead only for the end, and a prefix has none: so the fold of a beginning is a beginning of the fold. */
static size_t join_digraphs(struct folded *folded, size_t count, enum fold_digraphs digraphs)
{
	int32_t *characters = folded->characters;
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		bool is_last = i + 1 == count && digraphs != FOLD_JOIN_OPEN;
		bool joins = is_digraph(characters, kept, characters[i]) && !is_last;

		if (joins && digraphs != FOLD_JOIN_ALL && is_unlikely(characters, kept)) {
			folded->unlikely = true;
			joins = false;
		}
		folded->digraphs = folded->digraphs || joins;
		if (joins && digraphs != FOLD_KEEP)
			characters[kept - 1] = umlaut_of(characters[kept - 1]);
		else
			characters[kept++] = characters[i];
	}
	return kept;
}

static size_t encode_one(int32_t character, char *to)
{
	if (character >= 0x80)
		return (size_t)utf8proc_encode_char(character, (utf8proc_uint8_t *)to);
	*to = (char)character;
	return 1;
}

static void encode(struct folded *folded, size_t count)
{
	folded->accented_length = 0;
	folded->plain_length = 0;
	for (size_t i = 0; i < count && folded->accented_length + LONGEST_UTF8 < ANALYZER_TERM_SIZE; i++) {
		int32_t character = folded->characters[i];
		int32_t plain = vowel_of(character) ? vowel_of(character) : character;

		folded->accented_length += encode_one(character, folded->accented + folded->accented_length);
		folded->plain_length += encode_one(plain, folded->plain + folded->plain_length);
	}
}

void fold_word(struct folded *folded, enum analyzer_language language, enum fold_digraphs digraphs, const char *text,
	       const struct word *word)
{
	int32_t *characters = folded->characters;
	bool german = language == ANALYZER_GERMAN;
	size_t count;

	folded->digraphs = folded->unlikely = false;
	count = lower_simple(characters, text, word, german);
	if (count == 0) {
		count = decompose(characters, text, word);
		count = strip_marks(characters, count, german);
		count = (size_t)utf8proc_normalize_utf32(characters, (utf8proc_ssize_t)count, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	}
	if (german)
		count = join_digraphs(folded, count, digraphs);
	encode(folded, count);
}
