/* password_common.h -- passwords that are guessed first: the most used ones, single words and names, the keyboard, the member's
 * own name. Pure. docs/passwords.md tells the rules, docs/decisions/0006-password-lists.md where the list comes from. */
#ifndef NMK_PASSWORD_COMMON_H
#define NMK_PASSWORD_COMMON_H

#include <stdbool.h>
#include <stddef.h>

/* A password is judged as text_casefold_key() of it, and again with digits and signs read as the letters that they look like. */

/* One of the list, a short piece again and again, or keys in a row; also before up to four digits and signs at the end. */
bool password_is_common(const char *folded);

/* Nothing but these words, in whatever number and order, and at most three more characters. Words are folded likewise; those
 * of less than three bytes do not count. */
bool password_is_made_of(const char *folded, const char *const *words, size_t count);
#endif
