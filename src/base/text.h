/* text.h -- what people wrote: is it valid, is it fit to be shown, and which texts are the same name. */
#ifndef NMK_TEXT_H
#define NMK_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Text is kept byte for byte or refused: nothing here changes it in place. */

enum text_problem {
	TEXT_FINE,
	TEXT_NOT_UTF8,
	TEXT_CONTROL,       /* a control character, or a line break in a field of one line  */
	TEXT_BIDI_CONTROL,  /* an override, embedding or isolate: it reorders what is shown */
	TEXT_INVISIBLE,     /* a zero-width character where no script and no emoji needs it */
	TEXT_UNASSIGNED,    /* not a character (yet): nobody can know what it will look like */
	TEXT_BLANK,         /* something, but nothing to see                                */
	TEXT_TOO_LONG,
	TEXT_TOO_SHORT
};

struct text_rule {
	size_t minimum;      /* code points; an empty text is judged by this alone           */
	size_t maximum;      /* code points                                                  */
	bool   multiline;    /* line feed, tab and the Unicode line separators are allowed   */
	bool   allow_blank;
};

/* Strict RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF; and no NUL, which would end the text early. */
bool text_is_valid_utf8(const char *text, size_t length);

/* Move past a literal that the text begins with; false, and nothing moves, if it does not. */
bool text_skip(const char **at, const char *literal);

/* Code points of a valid text. */
size_t text_count(const char *text);

/* Judge a text for display. The first unfit character decides; a text of fit characters is judged by its length. */
enum text_problem text_check(const char *text, const struct text_rule *rule);

/* The text in Unicode normalization form C or D, the caller's. Valid text: NULL means out of memory. Nothing of the text is left
 * in freed memory, here and in text_casefold_key(). */
char *text_nfc(const char *text);
char *text_nfd(const char *text);

/* The key under which two spellings are one name: NFKC, case folded, without ignorable characters. The caller's; valid text: NULL
 * means out of memory. */
char *text_casefold_key(const char *text);
#endif
