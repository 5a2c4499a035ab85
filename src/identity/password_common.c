#include "password_common.h"

#include <sodium.h>
#include <string.h>
#include "wipe.h"
#include "word_set.h"

#define LISTED_BYTES    64  /* no word of the list is longer                */
#define PIECE_BYTES     32  /* of what is repeated                          */
#define PIECE_TIMES     3
#define TAIL_CHARACTERS 4
#define RUN_CHARACTERS  3
#define WORD_BYTES      3
#define OTHER_MAXIMUM   3

extern const struct word_set password_common_set;

/* The letter that a digit or sign is written for; 1 and ! stand for `one`, which is l or i. */
static char letter_of(char c, char one)
{
	static const char signs[] = "03457@$", letters[] = "oeastas";
	const char *at = c ? strchr(signs, c) : NULL;

	if (c == '1' || c == '!')
		return one;
	return at ? letters[at - signs] : c;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* ---- the list ---- */

static bool is_listed_read_as(const char *text, size_t length, char one)
{
	char read[LISTED_BYTES];
	bool listed;

	for (size_t i = 0; i < length; i++)
		read[i] = letter_of(text[i], one);
	listed = word_set_has(&password_common_set, read, length);
	sodium_memzero(read, sizeof read);
	return listed;
}

static bool is_listed(const char *text, size_t length)
{
	return length <= LISTED_BYTES && (word_set_has(&password_common_set, text, length)
	       || is_listed_read_as(text, length, 'l') || is_listed_read_as(text, length, 'i'));
}

/* ---- patterns ---- */

/* Three times the same and more, or twice one of the list. The last piece may be incomplete. */
static bool is_repetition(const char *text, size_t length)
{
	for (size_t piece = 1; piece <= PIECE_BYTES && 2 * piece <= length; piece++)
		if (memcmp(text, text + piece, length - piece) == 0
		    && (length >= PIECE_TIMES * piece || (length % piece == 0 && is_listed(text, piece))))
			return true;
	return false;
}

/* Does the one follow the other in the row of keys, read in either direction? */
static bool is_step(const char *row, char from, char to)
{
	for (; row[1]; row++)
		if (row[0] == from && row[1] == to)
			return true;
	return false;
}

/* How long the text goes on in one of the ways that begin here. */
static size_t run_length(const char *text, size_t length)
{
	static const char *const rows[] = {
		"abcdefghijklmnopqrstuvwxyza", "azyxwvutsrqponmlkjihgfedcba", "12345678901", "10987654321",
		"qwertzuiop", "poiuztrewq", "qwertyuiop", "poiuytrewq", "asdfghjkl", "lkjhgfdsa", "yxcvbnm", "mnbvcxy", "zxcvbnm",
		"mnbvcxz", "1qay2wsx3edc4rfv5tgb6zhn7ujm8ik", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik", "qaywsxedcrfvtgbzhnujmik",
		"qazwsxedcrfvtgbyhnujmik", "1q2w3e4r5t6z7u8i9o0p", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5z6u7i8o9p0",
		"q1w2e3r4t5y6u7i8o9p0",
	};
	size_t longest = 1;

	while (longest < length && text[longest] == text[0])
		longest++;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		size_t run = 1;

		while (run < length && is_step(rows[i], text[run - 1], text[run]))
			run++;
		if (run > longest)
			longest = run;
	}
	return longest;
}

/* Nothing but runs: "abcdefgh12345678", "qwertzuiop789". */
static bool is_sequence(const char *text, size_t length)
{
	size_t run;

	for (; length > 0; text += run, length -= run) {
		run = run_length(text, length);
		if (run < RUN_CHARACTERS)
			return false;
	}
	return true;
}

static bool is_guessed(const char *folded)
{
	size_t length = strlen(folded);

	for (int tail = 0; tail <= TAIL_CHARACTERS && length > 0; tail++, length--) {
		if (is_listed(folded, length) || is_repetition(folded, length) || is_sequence(folded, length))
			return true;
		if (is_letter(folded[length - 1]))
			break;
	}
	return false;
}

bool password_is_common(const char *folded)
{
	bool common = is_guessed(folded);

	stack_wipe(); /* what was looked for was hashed */
	return common;
}

/* ---- the member's own words ---- */

static bool begins_with(const char *text, const char *word)
{
	for (; *word; text++, word++)
		if (*text != *word && letter_of(*text, 'l') != *word && letter_of(*text, 'i') != *word)
			return false;
	return true;
}

/* Length of the longest word that the text begins with; 0 for none. */
static size_t word_at(const char *text, const char *const *words, size_t count)
{
	size_t longest = 0;

	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(words[i]);

		if (length >= WORD_BYTES && length > longest && begins_with(text, words[i]))
			longest = length;
	}
	return longest;
}

bool password_is_made_of(const char *folded, const char *const *words, size_t count)
{
	size_t others = 0;
	bool any = false;

	while (*folded && others <= OTHER_MAXIMUM) {
		size_t word = word_at(folded, words, count);

		any = any || word;
		others += !word && (*folded & 0xC0) != 0x80;
		folded += word ? word : 1;
	}
	return any && others <= OTHER_MAXIMUM;
}
