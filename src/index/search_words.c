#include "search_words.h"

#include <string.h>
#include "message.h"
#include "own_words.h"
#include "text.h"

#define WORDS_BYTES 262144

static nmk_status words_refused(const nmk_market_options *options, nmk_error *error, const struct own_words_fault *fault)
{
	enum language language = language_of(options->language);
	long long line = (long long)fault->line;

	switch (fault->flaw) {
	case OWN_WORDS_TOO_LONG:
		return error_set(error, language, "market_open", NMK_EINVALID, "search_words",
		                 "line %lld: a word has more than 80 letters", line);
	case OWN_WORDS_NO_PART:
		return error_set(error, language, "market_open", NMK_EINVALID, "search_words",
		                 "line %lld: | needs letters on both sides", line);
	case OWN_WORDS_NO_SYNONYM:
		return error_set(error, language, "market_open", NMK_EINVALID, "search_words",
		                 "line %lld: = needs one word on each side", line);
	case OWN_WORDS_TOO_MANY:
		return error_set(error, language, "market_open", NMK_EINVALID, "search_words",
		                 "line %lld: there are too many words with irregular forms", line);
	case OWN_WORDS_NO_LETTERS:
		break;
	}
	return error_set(error, language, "market_open", NMK_EINVALID, "search_words",
	                 "line %lld: a word has other characters than letters of German", line);
}

nmk_status search_words_read(const nmk_market_options *options, nmk_error *error, struct own_words **words)
{
	enum language language = language_of(options->language);
	const char *text = options->search_words;
	size_t length = text ? strnlen(text, WORDS_BYTES + 1) : 0;
	struct own_words_fault fault;

	*words = NULL;
	if (!text)
		return NMK_OK;
	if (length > WORDS_BYTES)
		return error_set(error, language, "market_open", NMK_EINVALID, "search_words", "must have from %lld to %lld bytes", 0LL,
		                 (long long)WORDS_BYTES);
	if (!text_is_valid_utf8(text, length))
		return error_set(error, language, "market_open", NMK_EINVALID, "search_words", "is not valid UTF-8");
	switch (own_words_read(text, length, lexicon_installed(), words, &fault)) {
	case OWN_WORDS_OK:      return NMK_OK;
	case OWN_WORDS_INVALID: return words_refused(options, error, &fault);
	default:                return error_set(error, language, "market_open", NMK_ENOMEM, NULL, "out of memory");
	}
}
