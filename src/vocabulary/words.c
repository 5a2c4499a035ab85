/* words.c -- the words of a text: folded, so that all spellings of a word are one, and never stemmed. */
#include "words.h"

#include <string.h>

struct run {
	const char *text;
	word_sink   sink;
	void       *context;
};

static int take_term(void *context, const struct term *term)
{
	const struct run *run = context;
	struct text_word word = {
		.plain = term->text, .plain_length = term->length,
		.written = run->text + term->start, .written_length = term->end - term->start,
		.start = term->start, .end = term->end,
	};

	return run->sink(run->context, &word);
}

/* As what somebody types while typing: then the beginning of a word is the beginning of its plain form, too. */
int words_run(struct analyzer *analyzer, const char *text, size_t length, word_sink sink, void *context)
{
	struct run run = { text, sink, context };

	return analyzer_run(analyzer, ANALYZER_GERMAN, ANALYZER_PLAIN, text, length, take_term, &run);
}

#define ENOUGH 1 /* what keep() answers when there is no room for more */

static int keep(void *context, const struct text_word *word)
{
	struct plain_text *plain = context;

	if (plain->count == PLAIN_WORDS)
		return ENOUGH;
	if (plain->count > 0)
		buffer_char(&plain->text, ' ');
	plain->at[plain->count] = plain->text.length;
	plain->start[plain->count] = word->start;
	plain->end[plain->count++] = word->end;
	buffer_add(&plain->text, word->plain, word->plain_length);
	return plain->text.failed ? ANALYZER_NO_MEMORY : 0;
}

int plain_read(struct analyzer *analyzer, const char *text, size_t length, struct plain_text *plain)
{
	int rc = words_run(analyzer, text, length, keep, plain);

	return rc == ENOUGH ? 0 : rc;
}

void plain_free(struct plain_text *plain)
{
	buffer_free(&plain->text);
}

size_t plain_length(const struct plain_text *plain, size_t word)
{
	size_t end = word + 1 < plain->count ? plain->at[word + 1] - 1 : plain->text.length;

	return end - plain->at[word];
}
