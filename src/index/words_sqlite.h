/* words_sqlite.h -- with which words a connection analyses. */
#ifndef NMK_WORDS_SQLITE_H
#define NMK_WORDS_SQLITE_H

#include "search_words.h"

struct sqlite3;

/* For the statement search_words_use, which tells the connection the version of the store's lexicon. */
struct words_request {
	const struct word_set *used;    /* from now on; NULL: none of that version was met so far */
};

/* Make the tokenizer, and what the statement calls, known to one connection. The words outlive it; NULL: those of the lexicon that is
 * installed. Answers an SQLite result code. */
int words_sqlite_register(struct sqlite3 *database, struct search_words *words);
#endif
