/* rank_sqlite.h -- the ranking as a function of FTS5. */
#ifndef NMK_RANK_SQLITE_H
#define NMK_RANK_SQLITE_H

struct sqlite3;

/*
 * Make the function known to one connection:
 *
 *     ... WHERE search_document MATCH :match AND nanomarket_rank(search_document, :ranking)
 *
 * :ranking is a struct ranking of rank.h, bound as an object. Every document that matches is filtered, counted and put into its
 * place; the function answers 0, so that the statement has no rows. Answers an SQLite result code.
 */
int rank_sqlite_register(struct sqlite3 *database);
#endif
