/* analysis.h -- what one word is: its spelling, stem and parts. Shared by analyzer.c, which makes terms of it, and alternatives.c. */
#ifndef NMK_ANALYSIS_H
#define NMK_ANALYSIS_H

#include "compound.h"
#include "german.h"

struct analysis {
	struct folded   folded;                        /* in the spelling that was chosen                       */
	char            stem[ANALYZER_TERM_SIZE];      /* of other languages with TERM_MARK_FOREIGN             */
	size_t          stem_length;
	char            letters[COMPOUND_LETTERS];     /* the word as a lexicon writes it                       */
	size_t          letter_count;                  /* 0: it has other letters, or too many, or is no German */
	struct compound parts;                         /* count is 0 where letter_count is                      */
	bool            known;                         /* the vocabulary has the word or all of its parts       */
	struct lexicon_word word;                      /* of the whole, if the vocabulary has it; else no traits        */
	bool            function;                      /* it only ties others together                          */
};

/* Parts of compounds that stand for themselves in an index; more spans than that are left out, the longest first. */
#define ANALYSIS_SPAN 3

/* Analyse a word. Answers 0 or ANALYZER_NO_MEMORY; folded.plain_length is 0 if nothing was left of it. */
int analysis_of(struct analyzer *analyzer, enum analyzer_language language, const char *text, const struct word *word,
		struct analysis *analysis);

/* The stem is the plain form. */
bool analysis_is_plain(const struct analysis *analysis);

/* The stem of the parts from first to before end, as it would be if they were a word of their own. Answers as analysis_of(). */
int analysis_span(struct analyzer *analyzer, const struct analysis *analysis, size_t first, size_t end,
		  char stem[ANALYZER_TERM_SIZE], size_t *length);

/* The letters of a folded word as a lexicon writes them; false if it has others, or too many. And those as terms have them. */
bool analysis_letters(const struct folded *folded, char letters[COMPOUND_LETTERS], size_t *count);
void analysis_plain(const char *letters, size_t count, char plain[ANALYZER_TERM_SIZE]);

struct sb_stemmer;

struct analyzer {
	struct sb_stemmer *german, *english;
	struct vocabulary  vocabulary;
	const struct own_words *own;                  /* for its synonyms; NULL: none                         */
	struct analysis    analysis;                  /* scratch                                              */
	struct cache      *cache;                     /* terms of words that came before; NULL: none so far   */
	size_t             plain_bytes;               /* of which plain forms were made, until it is worth one */
};
#endif
