/* tokenizer_sqlite.h -- the analyzer as tokenizer of FTS5. */
#ifndef NMK_TOKENIZER_SQLITE_H
#define NMK_TOKENIZER_SQLITE_H

#include <stdint.h>

struct sqlite3;
struct lexicon;
struct own_words;

/* What texts are analysed with; a lexicon of German, and words that the embedder added. NULL: none. Others have another number. */
struct tokenizer_words {
	uint64_t                number;
	const struct lexicon   *lexicon;
	const struct own_words *own;
};

/*
 * Make the tokenizer "nanomarket" known to one connection, before it touches a table that uses it:
 *
 *     CREATE VIRTUAL TABLE ... USING fts5(title, body, tokenize = 'nanomarket de')
 *
 * Its first argument is the language of the texts of the table, an ISO 639-1 code; German without one. With "marked" behind it, a text
 * may begin with a byte that tells another language (LANGUAGE_MARK_ENGLISH in alternatives.h), and plain queries ask for all languages.
 * The words may change between two statements, and must outlive the connection; NULL: those of the lexicon that is installed.
 * Answers an SQLite result code; SQLITE_ERROR if the library has no FTS5.
 */
int tokenizer_sqlite_register(struct sqlite3 *database, const struct tokenizer_words *words);
#endif
