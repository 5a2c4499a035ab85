/* german_test.h -- what the tests of text, analyzer, query and tokenizer share: the data files and readable terms. */
#ifndef NMK_GERMAN_TEST_H
#define NMK_GERMAN_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <utf8proc.h>

#include "buffer.h"
#include "german.h"
#include "lexicon.h"

#ifndef NMK_SHARED_DIR
#define NMK_SHARED_DIR ""
#endif

#define LINE_SIZE 65536

/* A file of the shared test data. Without it the test is skipped, and says so: it never passes unseen. */
static inline FILE *shared_open(const char *path)
{
	const char *folder = getenv("NMK_TEST_SHARED");
	char name[4096];
	FILE *file;

	snprintf(name, sizeof(name), "%s/%s", folder ? folder : NMK_SHARED_DIR, path);
	file = fopen(name, "rb");
	if (!file) {
		print_message("*** NOT TESTED: no test data at %s; set NMK_TEST_SHARED ***\n", name);
		skip();
	}
	return file;
}

/* The next line without its end; false at the end of the file. */
static inline bool shared_line(FILE *file, char line[LINE_SIZE])
{
	if (!fgets(line, LINE_SIZE, file))
		return false;
	line[strcspn(line, "\r\n")] = '\0';
	return true;
}

static inline size_t encode(int32_t character, char *utf8)
{
	return (size_t)utf8proc_encode_char(character, (utf8proc_uint8_t *)utf8);
}

/* A text of a data file up to the character that ends it, its JSON escapes resolved. Returns what follows. */
static inline const char *unescape(const char *text, char end, char *result)
{
	static const char letters[] = "bfnrt", characters[] = "\b\f\n\r\t";
	unsigned int value;

	for (; *text && *text != end; text++) {
		if (*text != '\\') {
			*result++ = *text;
			continue;
		}
		text++;
		if (*text == 'u' && sscanf(text + 1, "%4x", &value) == 1) {
			result += encode((int32_t)value, result);
			text += 4;
		} else {
			*result++ = strchr(letters, *text) ? characters[strchr(letters, *text) - letters] : *text;
		}
	}
	*result = '\0';
	return text + (*text != '\0');
}

static inline int append_term(void *context, const struct term *term)
{
	struct buffer *buffer = context;

	if (buffer->length > 0)
		buffer_char(buffer, term->same_position ? '|' : ' ');
	buffer_add(buffer, term->text, term->length);
	return 0;
}

/* All terms of a text in one line, variants behind a bar: "ubung|ubungen kur|kurs". */
static inline char *terms_of(struct analyzer *analyzer, enum analyzer_language language, enum analyzer_purpose purpose,
			     const char *text)
{
	struct buffer buffer = { 0 };

	assert_int_equal(0, analyzer_run(analyzer, language, purpose, text, strlen(text), append_term, &buffer));
	return buffer_take(&buffer);
}

/* Without a lexicon: what the rules do alone. */
static inline int analyzer_setup(void **state)
{
	*state = analyzer_new_with(NULL, NULL);
	return *state ? 0 : -1;
}

/* With the lexicon of this build. Where it could not be made, the test is skipped, and says so. */
static inline int lexicon_analyzer_setup(void **state)
{
	*state = analyzer_new();
	return *state ? 0 : -1;
}

static inline void need_lexicon(void)
{
	if (lexicon_installed())
		return;
	print_message("*** NOT TESTED: there is no lexicon; install hunspell-de-de and configure again ***\n");
	skip();
}

static inline int analyzer_teardown(void **state)
{
	analyzer_free(*state);
	return 0;
}
#endif
