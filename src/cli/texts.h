/* texts.h -- German and English. The code has the English sentence, texts.def its German one. */
#ifndef NMK_CLI_TEXTS_H
#define NMK_CLI_TEXTS_H

#include <stdbool.h>
#include <stddef.h>

/* The language of the environment, as for any program: LC_ALL, LC_MESSAGES, LANG. */
void texts_use_environment(void);
void texts_use(const char *language);   /* "de", "en", "de_AT.UTF-8"; anything else means English */
const char *texts_language(void);       /* "de" or "en"                                           */

/* The sentence in the language of the user. */
const char *tr(const char *english) __attribute__((format_arg(1)));

/* For tests: the pairs. NULL past the end. */
const char *texts_english(size_t index);
const char *texts_german(size_t index);

#endif
