/* word_lexicon.h -- a lexicon made of words that stand in texts: it parts compounds where no other one is there. Pure. */
#ifndef NMK_WORD_LEXICON_H
#define NMK_WORD_LEXICON_H

#include "lexicon.h"

/*
 *     words = word_lexicon_new();
 *     word_lexicon_read(words, "Umsatz und Steuer", 17);
 *     word_lexicon_finish(words, &bytes, &size, &count);     for lexicon_from_memory(): parts "Umsatzsteuer"
 *     word_lexicon_free(words);
 *
 * What is written with a capital is taken for a noun, if it has four letters or more; nouns are parts, in front of others with an s or
 * without their e, too. A word that others part is none of the lexicon, so that it is parted wherever it stands.
 */
struct word_lexicon;

struct word_lexicon *word_lexicon_new(void);              /* NULL: out of memory */
void word_lexicon_free(struct word_lexicon *words);       /* NULL is allowed     */

/* Take the words of a text. LEXICON_OK or LEXICON_NO_MEMORY. */
int word_lexicon_read(struct word_lexicon *words, const char *text, size_t length);

/* The bytes, the caller's to free, and how many words there are that stand by themselves. Nothing is read any more. LEXICON_OK or
 * LEXICON_NO_MEMORY. */
int word_lexicon_finish(struct word_lexicon *words, unsigned char **bytes, size_t *size, size_t *count);

/* A lexicon that was made of others has no word that was not read: the texts have all of its so many words. */
bool word_lexicon_covers(struct word_lexicon *words, const struct lexicon *lexicon, size_t count);
#endif
