/* sound.c -- how a word sounds: the "Kölner Phonetik" of H. J. Postel, "Die Kölner Phonetik. Ein Verfahren zur Identifizierung von
 * Personennamen auf der Grundlage der Gestaltanalyse", IBM-Nachrichten 19 (1969). */
#include "spelling.h"

#include <string.h>

/* The digits of one letter: two for an X, none for an H. */
struct digits {
	int32_t at[2];
	size_t  count;
};

static bool among(const char *letters, int32_t letter)
{
	return letter != 0 && strchr(letters, letter) != NULL;
}

static int32_t of_c(int32_t before, int32_t after)
{
	if (before == 0)
		return among("ahkloqrux", after) ? '4' : '8';
	return !among("sz", before) && among("ahkoqux", after) ? '4' : '8';
}

static int32_t digit_of(int32_t before, int32_t letter, int32_t after)
{
	if (among("aeijouy", letter))
		return '0';
	if (letter == 'b' || letter == 'p')
		return letter == 'p' && after == 'h' ? '3' : '1';
	if (letter == 'd' || letter == 't')
		return among("csz", after) ? '8' : '2';
	if (among("fvw", letter))
		return '3';
	if (among("gkq", letter))
		return '4';
	if (letter == 'c')
		return of_c(before, after);
	if (letter == 'l')
		return '5';
	if (letter == 'm' || letter == 'n')
		return '6';
	return letter == 'r' ? '7' : '8';
}

static struct digits digits_of(int32_t before, int32_t letter, int32_t after)
{
	if (letter == 'h')
		return (struct digits){ .count = 0 };
	if (letter == 'x' && !among("ckq", before))
		return (struct digits){ { '4', '8' }, 2 };
	return (struct digits){ { digit_of(before, letter, after) }, 1 };
}

/* Of equal digits in a row one counts, and vowels count only at the beginning. */
size_t spelling_sound(const struct letters *word, int32_t digits[SOUND_DIGITS])
{
	int32_t last = 0;
	size_t count = 0;

	for (size_t i = 0; i < word->count; i++) {
		int32_t before = i > 0 ? word->at[i - 1] : 0, after = i + 1 < word->count ? word->at[i + 1] : 0;
		struct digits next = digits_of(before, word->at[i], after);

		if (word->at[i] < 'a' || word->at[i] > 'z')
			return 0;
		for (size_t j = 0; j < next.count; j++) {
			if (next.at[j] != last && (next.at[j] != '0' || count == 0))
				digits[count++] = next.at[j];
			last = next.at[j];
		}
	}
	return count;
}
