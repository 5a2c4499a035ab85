/* correction.h -- what was meant by a word that no published nano has. For search, too. */
#ifndef NMK_CORRECTION_H
#define NMK_CORRECTION_H

#include "op.h"
#include "words.h"

/* A word of the vocabulary near to a typed one. */
struct candidate {
	char    *plain;       /* candidates_free()                             */
	char    *written;     /* as a published nano has it; in the same memory */
	int      distance;    /* slips                                         */
	int      score;       /* less is likelier                              */
	int64_t  documents;
};

#define CANDIDATES_MOST 16

struct candidates {
	struct candidate items[CANDIDATES_MOST];   /* the likeliest first */
	size_t           count;
};

/* The nearest words, the likeliest first: none for a word that is too short, too long or no word of letters. Whether it is known itself
 * is not asked. `plain` is the word as words.h folds it. Starts with { 0 }; candidates_free() afterwards. Bounded work, whatever the
 * word. */
nmk_status candidates_find(struct nmk_op *op, const char *plain, size_t length, struct candidates *candidates);
void candidates_free(struct candidates *candidates);

/* Is it a word of the vocabulary, or the beginning of one? */
nmk_status vocabulary_knows(struct nmk_op *op, const char *plain, size_t length, bool *known);

/* What a text would be with its unknown words corrected: alternatives, the likeliest first, the caller's to free. None if
 * there is nothing to correct. At most CORRECTED_WORDS words of a text are looked at. */
#define CORRECTED_WORDS 8
#define CORRECTIONS_MOST 5

struct corrections {
	char  *texts[CORRECTIONS_MOST];
	size_t count;
};

/* Asked for each word that is not in the vocabulary, by where it stands in the text: may it be corrected? */
struct correctable {
	nmk_status (*ask)(void *context, size_t start, size_t end, bool *correctable);
	void *context;
};
nmk_status corrections_find(struct nmk_op *op, struct analyzer *analyzer, const char *text, size_t most,
                            const struct correctable *correctable, struct corrections *corrections);
void corrections_free(struct corrections *corrections);
#endif
