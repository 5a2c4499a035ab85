/* message.h -- sentences for people, written in English in the code and translated by table. */
#ifndef NMK_MESSAGE_H
#define NMK_MESSAGE_H

#include <stdarg.h>
#include <nanomarket/errors.h>

enum language { LANGUAGE_ENGLISH, LANGUAGE_GERMAN };

/* "de", "de_DE.UTF-8", "de-AT", ... are German, everything else is English. NULL is English. */
enum language language_of(const char *tag);

/* The sentence in that language; the English one where messages.def has no other.
 * A printf format keeps its conversions: a test compares the two sides. */
const char *message_in(enum language language, const char *english);

/* Fill in an error and return its status. The format is an English literal of messages.def. */
nmk_status error_set(nmk_error *error, enum language language, const char *operation, nmk_status status,
                     const char *field, const char *format, ...) __attribute__((format(printf, 6, 7)));
nmk_status error_set_list(nmk_error *error, enum language language, const char *operation, nmk_status status,
                          const char *field, const char *format, va_list arguments)
	__attribute__((format(printf, 6, 0)));
#endif
