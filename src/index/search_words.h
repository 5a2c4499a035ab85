/* search_words.h -- with which words a market's texts and queries are analysed: those of a lexicon, and those of the embedder.
 *
 * Where no lexicon is installed, the store has one of its own, made of the words of its documents (index_lexicon.h). What is in the
 * index must be told to it in the same terms when it is taken out, so that lexicon is the one of the transaction: each operation that
 * analyses asks for its version first, and a rollback, another handle or another process need no care. */
#ifndef NMK_SEARCH_WORDS_H
#define NMK_SEARCH_WORDS_H

#include <nanomarket/market.h>
#include <pthread.h>
#include "op.h"
#include "tokenizer_sqlite.h"

struct analyzer;
struct own_words;

/* One lexicon with the embedder's words. Does not change; lives as long as a connection uses it. */
struct word_set {
	struct tokenizer_words words;
	int64_t          version;     /* of the store's lexicon; 0: it has none                   */
	struct lexicon  *lexicon;     /* the same, if it is the set's to free                     */
	struct own_words *own;
	int              references;
	struct word_set *next;
};

/* Of one market, shared by its connections. */
struct search_words {
	char           *text;         /* nmk_market_options.search_words, NULL: none; kept only where it is read again */
	struct word_set first;        /* with the lexicon that is installed, or with none                              */
	bool            installed;    /* all of it, forever                                                            */
	pthread_mutex_t mutex;        /* guards what follows, and references                                           */
	struct word_set *sets;        /* of the store's lexicons that were met                                         */
	uint64_t        number;       /* of the last of them                                                           */
};

/* search_words_close() is due. A failure names the line of the embedder's words and what is wrong with it. */
nmk_status search_words_open(const nmk_market_options *options, nmk_error *error, struct search_words **words);
void search_words_close(struct search_words *words);    /* NULL is allowed */

/* The set of a version, to be given back; NULL: not met so far. */
struct word_set *search_words_take(struct search_words *words, int64_t version);
void search_words_give(struct search_words *words, struct word_set *set);

/* Which of the lexicons of the store: its id there. */
enum lexicon_row {
	LEXICON_IN_USE = 1,
	LEXICON_NEXT   = 2    /* of the words that are made anew */
};

/* From now on this operation's statements put texts in, take them out and look for them with the words that are in the store. Nothing is
 * to be done where a lexicon is installed. NMK_ECORRUPT: what the store has is no lexicon. */
nmk_status search_words_use(struct nmk_op *op, enum lexicon_row row);

/* The same, and an analyzer with the words that are in use, analyzer_free(). It analyses until the operation ends, or uses others. */
nmk_status search_words_analyzer(struct nmk_op *op, struct analyzer **analyzer);
#endif
