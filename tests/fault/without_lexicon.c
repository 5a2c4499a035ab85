/* without_lexicon.c -- linked with --wrap=lexicon_installed: a program that runs where no lexicon is. */
#include "lexicon.h"

const struct lexicon *__wrap_lexicon_installed(void);

const struct lexicon *__wrap_lexicon_installed(void)
{
	return NULL;
}
