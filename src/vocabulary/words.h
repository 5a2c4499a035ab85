/* words.h -- the words of a text as the vocabulary has them. Pure. */
#ifndef NMK_WORDS_H
#define NMK_WORDS_H

#include "buffer.h"
#include "german.h"

/* A word as it is compared, and as it was written. Both borrowed, not NUL-terminated. */
struct text_word {
	const char *plain, *written;
	size_t      plain_length, written_length;
	size_t      start, end;      /* in the text, in bytes */
};

/* Takes one word, valid until it returns. Anything but 0 stops and becomes the answer. */
typedef int (*word_sink)(void *context, const struct text_word *word);

/* Hand over the words of a text, in order. Answers 0, ANALYZER_NO_MEMORY, or what the sink answered. */
int words_run(struct analyzer *analyzer, const char *text, size_t length, word_sink sink, void *context);

/* The plain forms of a text's words, in order. */
#define PLAIN_WORDS 64
struct plain_text {
	struct buffer text;                    /* the plain forms, with spaces between them            */
	size_t        count;                   /* of words, at most PLAIN_WORDS: more are left out     */
	size_t        at[PLAIN_WORDS];         /* where each begins in `text`                          */
	size_t        start[PLAIN_WORDS], end[PLAIN_WORDS];   /* where each stands in what was typed   */
};

/* Starts with { 0 }; plain_free() afterwards. 0 or ANALYZER_NO_MEMORY. */
int plain_read(struct analyzer *analyzer, const char *text, size_t length, struct plain_text *plain);
void plain_free(struct plain_text *plain);
size_t plain_length(const struct plain_text *plain, size_t word);
#endif
