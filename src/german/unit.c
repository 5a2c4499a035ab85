#include "unit.h"

#include <string.h>

#define TIED_WORDS 4      /* more are not also one word: Hals-Nasen-Ohren-Arzt is, a path of a file is not */
#define SERIES     6      /* Vor-, Haupt-, Neben- und Nachsaison                                            */
#define SHORT_LETTERS 6   /* of an abbreviation                                                             */
#define NAME_LETTERS 3    /* on each side of "&"                                                            */

void units_start(struct units *units, enum analyzer_language language, const char *text, size_t length)
{
	*units = (struct units){ .text = text, .length = length, .language = language };
}

/* ---- looking at the text ---- */

static unsigned char byte_at(const struct units *units, size_t at)
{
	return at < units->length ? (unsigned char)units->text[at] : 0;
}

static bool is_digit(unsigned char byte)
{
	return byte >= '0' && byte <= '9';
}

static bool is_lower(unsigned char byte)
{
	return byte >= 'a' && byte <= 'z';
}

static bool is_blank(unsigned char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/* A word that begins just here. */
static bool word_at(const struct units *units, size_t at, struct word *word)
{
	size_t behind = at;

	return at < units->length && segment_next(units->text, units->length, &behind, word) && word->start == at;
}

static size_t sign_at(const struct units *units, size_t at, const char *const *signs, size_t count)
{
	for (size_t i = 0; i < count && at < units->length; i++) {
		size_t size = strlen(signs[i]);

		if (size <= units->length - at && memcmp(units->text + at, signs[i], size) == 0)
			return size;
	}
	return 0;
}

#define HYPHENS "-", "\xE2\x80\x90", "\xE2\x80\x91"

/* What ties words: hyphens, dots, apostrophes, low lines. */
static size_t tie_at(const struct units *units, size_t at)
{
	static const char *const ties[] = { HYPHENS, ".", "'", "\xE2\x80\x99", "_" };

	return sign_at(units, at, ties, sizeof ties / sizeof *ties);
}

static size_t hyphen_at(const struct units *units, size_t at)
{
	static const char *const hyphens[] = { HYPHENS };

	return sign_at(units, at, hyphens, sizeof hyphens / sizeof *hyphens);
}

/* The blank that does not break is often put into "z. B.". */
static size_t blank_at(const struct units *units, size_t at)
{
	static const char *const blanks[] = { " ", "\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x89" };

	return sign_at(units, at, blanks, sizeof blanks / sizeof *blanks);
}

static size_t blanks_at(const struct units *units, size_t at)
{
	size_t count = 0;

	while (is_blank(byte_at(units, at + count)))
		count++;
	return count;
}

static bool is_word(const struct units *units, const struct word *word, const char *lower)
{
	size_t length = strlen(lower);

	if (word->end - word->start != length)
		return false;
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)units->text[word->start + i];

		if ((byte >= 'A' && byte <= 'Z' ? byte + 'a' - 'A' : byte) != lower[i])
			return false;
	}
	return true;
}

static bool is_number(const struct units *units, const struct word *word)
{
	for (size_t at = word->start; at < word->end; at++) {
		if (!is_digit((unsigned char)units->text[at]))
			return false;
	}
	return true;
}

/* ---- putting together ---- */

static bool add_text(char text[UNIT_TEXT], size_t *length, const char *more, size_t size)
{
	if (size > UNIT_TEXT - *length)
		return false;
	memcpy(text + *length, more, size);
	*length += size;
	return true;
}

static bool add_word(const struct units *units, struct unit *unit, const struct word *word)
{
	return add_text(unit->text, &unit->text_length, units->text + word->start, word->used_end - word->start);
}

static void forget_text(struct unit *unit)
{
	unit->kind = UNIT_WORD;
	unit->text_length = 0;
}

/* C++, C#, F#; not the anchor in page#part. */
static bool read_signed(const struct units *units, struct unit *unit)
{
	size_t end = unit->word.end, size = 0;
	struct word next;

	if (byte_at(units, end) == '+' && byte_at(units, end + 1) == '+')
		size = 2;
	else if (byte_at(units, end) == '#')
		size = 1;
	if (size == 0 || word_at(units, end + size, &next) || byte_at(units, end + size) == '+' || is_number(units, &unit->word))
		return false;
	if (!add_word(units, unit, &unit->word) || !add_text(unit->text, &unit->text_length, units->text + end, size)) {
		forget_text(unit);
		return false;
	}
	unit->kind = UNIT_NAME;
	unit->end = end + size;
	return true;
}

/* R&B, AT&T, F&E. */
static bool read_ampersand(const struct units *units, struct unit *unit)
{
	struct word next;

	if (byte_at(units, unit->word.end) != '&' || !word_at(units, unit->word.end + 1, &next) ||
	    unit->word.end - unit->word.start > NAME_LETTERS || next.end - next.start > NAME_LETTERS)
		return false;
	if (!add_word(units, unit, &unit->word) || !add_text(unit->text, &unit->text_length, "&", 1) || !add_word(units, unit, &next)) {
		forget_text(unit);
		return false;
	}
	unit->kind = UNIT_NAME;
	unit->end = next.end;
	return true;
}

static bool is_one_letter(const struct units *units, const struct word *word)
{
	return word->end - word->start == 1 && !is_digit((unsigned char)units->text[word->start]);
}

/* The letter behind "z." with or without a blank; with one it has a dot too, or the text ends, and no other letter is tied to it. */
static bool read_next_letter(const struct units *units, size_t end, bool blanks, struct word *letter)
{
	size_t blank = blanks ? blank_at(units, end + 1) : 0;
	struct word tied;

	if (byte_at(units, end) != '.' || !word_at(units, end + 1 + blank, letter) || !is_one_letter(units, letter))
		return false;
	if (!blanks)
		return true;
	return blank > 0 && (letter->end == units->length || (byte_at(units, letter->end) == '.' && !word_at(units, letter->end + 1, &tied)));
}

/* z.B., z. B., i. d. R., U.S.A.: all with blanks or none. Initials with blanks between them (J. R. R.) stay apart. */
static bool read_abbreviation(const struct units *units, struct unit *unit)
{
	struct word word = unit->word, next;
	bool blanks = is_lower((unsigned char)units->text[word.start]) && blank_at(units, word.end + 1) > 0;
	size_t letters = 1;

	if (!is_one_letter(units, &word) || !add_word(units, unit, &word))
		return false;
	while (letters < SHORT_LETTERS && read_next_letter(units, word.end, blanks, &next) && add_word(units, unit, &next)) {
		word = next;
		letters++;
	}
	if (letters < 2) {
		forget_text(unit);
		return false;
	}
	unit->kind = UNIT_PIECES;
	unit->end = word.end;
	return true;
}

/* What may part thousands: 1.000 in German, 1,000 in English, 1'000 and 1 000 with a blank that does not break, in both. */
static size_t thousands_at(const struct units *units, size_t at)
{
	static const char *const signs[] = { "'", "\xE2\x80\x99", "\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x89" };
	unsigned char point = units->language == ANALYZER_ENGLISH ? ',' : '.';

	return byte_at(units, at) == point ? 1 : sign_at(units, at, signs, sizeof signs / sizeof *signs);
}

static bool read_thousands(const struct units *units, struct unit *unit)
{
	struct word word = unit->word, next;
	size_t groups = 0, size;
	bool blanks = blank_at(units, word.end) > 0;

	if (!is_number(units, &word) || word.end - word.start > 3 || !add_word(units, unit, &word)) {
		forget_text(unit);
		return false;
	}
	while ((size = thousands_at(units, word.end)) > 0 && word_at(units, word.end + size, &next) && is_number(units, &next) &&
	       next.end - next.start == 3 && add_word(units, unit, &next)) {
		word = next;
		groups++;
	}
	/* 24.12.2024, 1.2.3 and 192.168.178.1 are no thousands. */
	if (groups == 0 || (byte_at(units, word.end) == '.' && is_digit(byte_at(units, word.end + 1)))) {
		forget_text(unit);
		return false;
	}
	unit->kind = blanks ? UNIT_PIECES : UNIT_SHORT;
	unit->end = word.end;
	unit->word = word;
	return true;
}

/* E-Mail, U-Bahn, T-Shirt: a letter that is tied to a word is part of it. */
static bool read_letter(const struct units *units, struct unit *unit)
{
	struct word next;
	size_t hyphen = hyphen_at(units, unit->word.end);

	if (units->tied || hyphen == 0 || !is_one_letter(units, &unit->word) || !word_at(units, unit->word.end + hyphen, &next) ||
	    is_number(units, &next) || next.end - next.start < 2)
		return false;
	if (!add_word(units, unit, &unit->word) || !add_word(units, unit, &next)) {
		forget_text(unit);
		return false;
	}
	unit->kind = UNIT_LETTER;
	unit->letter = unit->word;
	unit->word = next;
	unit->end = next.end;
	return true;
}

/* ---- forms for all genders ---- */

static bool begins_with_innen(const struct units *units, const struct word *word)
{
	return word->end - word->start >= 5 && memcmp(units->text + word->start, "innen", 5) == 0;
}

static bool is_ending(const struct units *units, const struct word *word)
{
	static const char *const endings[] = { "e", "er", "en", "em", "es", "r", "n", "m", "s" };

	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		if (is_word(units, word, endings[i]))
			return true;
	}
	return false;
}

static bool set_gender(const struct units *units, struct unit *unit, size_t base_end, size_t rest, size_t end)
{
	bool fits = add_text(unit->text, &unit->text_length, units->text + unit->word.start, base_end - unit->word.start);

	unit->text_suffix = unit->text_length;
	fits = fits && add_text(unit->text, &unit->text_length, "innen", 5);
	unit->text_rest = unit->text_length;
	fits = fits && rest < end ? add_text(unit->text, &unit->text_length, units->text + rest, end - rest) : fits;
	if (!fits) {
		forget_text(unit);
		return false;
	}
	unit->kind = UNIT_GENDER;
	unit->end = end;
	return true;
}

/* Lehrer*innen, Lehrer:innen, Lehrer_innen, Lehrer/-innen, Lehrer(innen), Lehrer*in, jede*r. */
static bool read_starred(const struct units *units, struct unit *unit)
{
	static const char *const signs[] = { "*", ":", "_", "/", "(", "\xC2\xB7" };
	size_t at = unit->word.end, size = sign_at(units, at, signs, sizeof signs / sizeof *signs);
	unsigned char sign = byte_at(units, at);
	bool closes = sign == '(';
	struct word next;

	if (size == 0 || unit->word.end - unit->word.start < 2)
		return false;
	at += size;
	at += sign == '/' || closes ? hyphen_at(units, at) : 0;
	if (!word_at(units, at, &next) || (closes && byte_at(units, next.end) != ')'))
		return false;
	if (is_word(units, &next, "in") && is_lower(byte_at(units, next.start)))
		return set_gender(units, unit, unit->word.end, next.end, next.end + closes);
	if (begins_with_innen(units, &next) && !closes)
		return set_gender(units, unit, unit->word.end, next.start + 5, next.end);
	if (closes && is_word(units, &next, "innen"))
		return set_gender(units, unit, unit->word.end, next.end, next.end + 1);
	if ((sign == '*' || sign == ':') && is_ending(units, &next)) {
		if (add_word(units, unit, &unit->word) && add_word(units, unit, &next)) {
			unit->kind = UNIT_SHORT;
			unit->end = next.end;
			return true;
		}
		forget_text(unit);
	}
	return false;
}

/* LehrerInnen, TeilnehmerInnenliste. */
static bool read_capital(const struct units *units, struct unit *unit)
{
	const char *text = units->text;

	for (size_t at = unit->word.start + 2; at + 5 <= unit->word.end; at++) {
		unsigned char before = (unsigned char)text[at - 1];

		if (text[at] == 'I' && memcmp(text + at, "Innen", 5) == 0 && (is_lower(before) || before >= 0x80))
			return set_gender(units, unit, at, at + 5, unit->word.end);
	}
	return false;
}

static bool read_gender(const struct units *units, struct unit *unit)
{
	return units->language == ANALYZER_GERMAN && (read_starred(units, unit) || read_capital(units, unit));
}

/* ---- ties ---- */

/* Signs between numbers stay in what is joined: 1,5 is not 15. */
static bool add_tied(const struct units *units, struct unit *unit, const struct word *before, const struct word *word)
{
	bool numbers = is_number(units, before) && is_number(units, word);

	if (numbers && !add_text(unit->joined, &unit->joined_length, byte_at(units, before->end) == '-' ? "-" : ".", 1))
		return false;
	return add_text(unit->joined, &unit->joined_length, units->text + word->start, word->used_end - word->start);
}

static size_t tie_between(const struct units *units, const struct word *word, struct word *next)
{
	size_t size = tie_at(units, word->end);

	if (size == 0 && byte_at(units, word->end) == ',' && is_number(units, word) && is_digit(byte_at(units, word->end + 1)))
		size = 1;
	return size > 0 && word_at(units, word->end + size, next) ? size : 0;
}

static void join_tied(const struct units *units, struct unit *unit)
{
	struct word word = unit->word, next;
	size_t count = 1;
	bool fits = unit->kind != UNIT_LETTER || add_text(unit->joined, &unit->joined_length, units->text + unit->letter.start,
							  unit->letter.end - unit->letter.start);

	fits = fits && add_text(unit->joined, &unit->joined_length, units->text + word.start, word.used_end - word.start);

	while (fits && tie_between(units, &word, &next) > 0) {
		fits = count++ < TIED_WORDS && add_tied(units, unit, &word, &next);
		word = next;
	}
	unit->joined_end = word.end;
	if (!fits || count == 1)
		unit->joined_length = 0;
}

/* ---- words written short ---- */

static bool is_conjunction(const struct units *units, const struct word *word)
{
	return is_word(units, word, "und") || is_word(units, word, "oder") || is_word(units, word, "sowie") ||
	       is_word(units, word, "bzw") || is_word(units, word, "u") || is_word(units, word, "wie");
}

/* Behind "Ein-": the word of which it lacks the end, over a conjunction and others that lack it too. */
static void find_completion(const struct units *units, struct unit *unit)
{
	size_t at = unit->word.end;
	struct word next;

	for (int i = 0; i < SERIES; i++) {
		size_t hyphen = hyphen_at(units, at), blanks;

		if (hyphen == 0)
			return;
		at += hyphen;
		if (byte_at(units, at) == '/' && word_at(units, at + 1, &next)) {
			unit->completed_by = next;
			return;
		}
		if (byte_at(units, at) == ',')
			at++;
		blanks = blanks_at(units, at);
		if (blanks == 1 && byte_at(units, at + 1) == '&' && blanks_at(units, at + 2) == 1 && word_at(units, at + 3, &next)) {
			unit->completed_by = next;
			return;
		}
		if (!word_at(units, at + blanks, &next) || blanks == 0)
			return;
		at = next.end;
		if (hyphen_at(units, at) > 0 && !is_conjunction(units, &next))
			continue;
		if (!is_conjunction(units, &next))
			return;
		at += byte_at(units, at) == '.';
		blanks = blanks_at(units, at);
		if (blanks > 0 && word_at(units, at + blanks, &next))
			unit->completed_by = next;
		return;
	}
}

/* "-pflege" behind "Softwareentwicklung und". */
static void find_beginning(const struct units *units, struct unit *unit)
{
	size_t start = unit->word.start;

	if (units->seen < 2 || start < 2 || units->text[start - 1] != '-' || !is_blank((unsigned char)units->text[start - 2]))
		return;
	if (is_conjunction(units, &units->last[0]) && start - units->last[0].end <= 4 && units->last[0].start - units->last[1].end <= 2)
		unit->completes = units->last[1];
}

/* ---- units ---- */

/* After most words there is a blank, and nothing to look for. */
static bool is_plain(const struct units *units, const struct word *word)
{
	unsigned char before = word->start > 0 ? (unsigned char)units->text[word->start - 1] : ' ';
	unsigned char behind = byte_at(units, word->end);

	if ((behind == ',' || (behind == '.' && word->end - word->start > 1)) && byte_at(units, word->end + 1) <= ' ')
		behind = ' ';
	return behind <= ' ' && before != '.' && before != '-' &&
	       (word->end - word->start < 8 || !memchr(units->text + word->start + 1, 'I', word->end - word->start - 1));
}

static bool is_dotted(const struct units *units, const struct word *word)
{
	size_t start = word->start;

	return start > 0 && units->text[start - 1] == '.' && !is_digit((unsigned char)units->text[start]) &&
	       (units->tied || start == 1 || is_blank((unsigned char)units->text[start - 2]) || units->text[start - 2] == '(');
}

static void look_around(const struct units *units, struct unit *unit)
{
	struct word next;

	unit->dotted = is_dotted(units, &unit->word);
	if (read_signed(units, unit) || read_ampersand(units, unit) || read_abbreviation(units, unit) || read_thousands(units, unit) ||
	    read_gender(units, unit))
		return;
	read_letter(units, unit);
	unit->tied = tie_between(units, &unit->word, &next) > 0;
	if (unit->tied && !units->tied)
		join_tied(units, unit);
	if (units->language != ANALYZER_GERMAN || unit->kind == UNIT_LETTER)
		return;
	find_completion(units, unit);
	find_beginning(units, unit);
}

bool units_next(struct units *units, struct unit *unit)
{
	struct word word;

	if (!segment_next(units->text, units->length, &units->at, &word))
		return false;
	unit->kind = UNIT_WORD;
	unit->word = word;
	unit->start = word.start;
	unit->end = word.end;
	unit->dotted = unit->tied = false;
	unit->text_length = unit->joined_length = 0;
	unit->completed_by.end = unit->completes.end = 0;
	unit->plain = is_plain(units, &word);
	if (!unit->plain)
		look_around(units, unit);
	if (unit->end > units->at)
		units->at = unit->end;
	units->tied = unit->tied;
	units->last[1] = units->last[0];
	units->last[0] = word;
	units->seen++;
	return true;
}
