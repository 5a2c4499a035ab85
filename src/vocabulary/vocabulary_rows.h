/* vocabulary_rows.h -- shared by the files that write and read the vocabulary. */
#ifndef NMK_VOCABULARY_ROWS_H
#define NMK_VOCABULARY_ROWS_H

#include "spelling.h"
#include "vocabulary.h"

/* What a row is about. Words are compared by their plain form; titles and topics are what they are, and found by each of their
 * words' beginnings. */
enum entry_kind { ENTRY_WORD = 'w', ENTRY_TITLE = 't', ENTRY_TOPIC = 'c' };

/* The beginnings of a phrase: their ids are the phrase's and the number of the word. */
#define PHRASE_STARTS 8

struct entry {
	int64_t  id;          /* a hash; 0: nothing here                                         */
	enum entry_kind kind;
	char    *plain;       /* NUL-terminated                                                  */
	char    *written;     /* in the same memory                                              */
	int64_t  documents;   /* how many more; less than 0: fewer                               */
	int64_t  last;        /* document that counted: a word counts once in each               */
};

/*
 * Interface to vocabulary.c
 */

/* The next entry of a change; NULL at the end. *at begins with 0. */
const struct entry *change_entry(const struct vocabulary_change *change, size_t *at);

/*
 * Interface to entry.c
 */

/* The whole part of the binary logarithm, for a count from 1 on: what the order of suggestions heeds. Rows that are in an index by
 * this and not by the count need not be moved when a document comes or goes. */
int frequency_class(int64_t count);

int64_t entry_id(enum entry_kind kind, const char *text, size_t length);

/* The rows of a word's keys, and a few of them for a statement. */
#define KEYS_AT_ONCE 8
size_t entry_keys(const struct entry *entry, int64_t ids[WORD_KEYS]);
void keys_bind(struct stmt *stmt, const int64_t *ids, size_t count);

/* The beginnings of a phrase, at each of its words: starts with { 0 }. What is behind START_BYTES is left out, between characters. */
#define START_BYTES 40
struct start {
	const char *at;
	int         number;
	char        text[START_BYTES + 1];
};
size_t start_length(const char *plain, size_t length);
bool start_next(const struct entry *entry, struct start *start);
void start_bind(struct stmt *stmt, const struct entry *entry, const struct start *start, int class);

/*
 * Interface to beginnings.c
 */

/* All texts that begin so: from it until the first one that does not. */
struct beginning {
	struct buffer from, until;
};
nmk_status beginning_of(struct nmk_op *op, const char *plain, size_t length, struct beginning *beginning);
void beginning_bind(struct stmt *stmt, const struct beginning *beginning, int64_t limit);
void beginning_free(struct beginning *beginning);

/* The highest class of frequency that a row has, of words, or of titles or topics; -1 without a row. */
nmk_status highest_class(struct nmk_op *op, enum entry_kind kind, int64_t *class);
#endif
