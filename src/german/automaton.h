/* automaton.h -- makes the bytes of a lexicon: the smallest automaton of its words. */
#ifndef NMK_AUTOMATON_H
#define NMK_AUTOMATON_H

#include "lexicon.h"

struct automaton;

struct automaton *automaton_new(void);            /* NULL: out of memory */
void automaton_free(struct automaton *automaton); /* NULL is allowed     */

/* Add a word; words come in the order of their bytes, each once. What fails is remembered until the end. */
void automaton_add(struct automaton *automaton, const char *word, size_t length, const struct lexicon_word *value);

/* There are more endings that differ than the format has room for; nothing is added any more. */
bool automaton_is_full(const struct automaton *automaton);

/* The bytes of the whole, the caller's to free; NULL: out of memory, or more than the format has room for. */
unsigned char *automaton_finish(struct automaton *automaton, size_t *size);
#endif
