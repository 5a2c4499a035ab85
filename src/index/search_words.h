/* search_words.h -- the words that the embedder gives a market when it is opened. */
#ifndef NMK_SEARCH_WORDS_H
#define NMK_SEARCH_WORDS_H

#include <nanomarket/market.h>

struct own_words;

/* nmk_market_options.search_words; own_words_free() is due. NULL for NULL. A failure names the line and what is wrong with it. */
nmk_status search_words_read(const nmk_market_options *options, nmk_error *error, struct own_words **words);
#endif
