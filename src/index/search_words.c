#include "search_words.h"

#include <stdlib.h>
#include <string.h>
#include "german.h"
#include "lexicon.h"
#include "message.h"
#include "own_words.h"
#include "text.h"
#include "index_lexicon.h"
#include "words_sqlite.h"

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

static nmk_status words_check(const nmk_market_options *options, nmk_error *error)
{
	enum language language = language_of(options->language);
	const char *text = options->search_words;
	size_t length = strnlen(text, WORDS_BYTES + 1);

	if (length > WORDS_BYTES)
		return error_set(error, language, "market_open", NMK_EINVALID, "search_words", "must have from %lld to %lld bytes", 0LL,
		                 (long long)WORDS_BYTES);
	if (!text_is_valid_utf8(text, length))
		return error_set(error, language, "market_open", NMK_EINVALID, "search_words", "is not valid UTF-8");
	return NMK_OK;
}

static nmk_status no_memory(const nmk_market_options *options, nmk_error *error)
{
	return error_set(error, language_of(options->language), "market_open", NMK_ENOMEM, NULL, "out of memory");
}

/* ---- sets ---- */

static int read_own(const char *text, const struct lexicon *lexicon, struct own_words **own, struct own_words_fault *fault)
{
	*own = NULL;
	return text ? own_words_read(text, strlen(text), lexicon, own, fault) : OWN_WORDS_OK;
}

static void set_words(struct word_set *set, uint64_t number, const struct lexicon *lexicon, struct own_words *own)
{
	set->own = own;
	set->words = (struct tokenizer_words){ .number = number, .lexicon = lexicon, .own = own };
}

static void set_free(struct word_set *set)
{
	own_words_free(set->own);
	lexicon_close(set->lexicon);
	free(set);
}

static nmk_status open_first(struct search_words *words, const nmk_market_options *options, nmk_error *error)
{
	const struct lexicon *lexicon = lexicon_installed();
	struct own_words_fault fault;
	struct own_words *own;

	words->installed = lexicon != NULL;
	switch (read_own(options->search_words, lexicon, &own, &fault)) {
	case OWN_WORDS_OK:      break;
	case OWN_WORDS_INVALID: return words_refused(options, error, &fault);
	default:                return no_memory(options, error);
	}
	set_words(&words->first, ++words->number, lexicon, own);
	if (!words->installed && options->search_words)
		words->text = strdup(options->search_words);
	return !words->text && !words->installed && options->search_words ? no_memory(options, error) : NMK_OK;
}

nmk_status search_words_open(const nmk_market_options *options, nmk_error *error, struct search_words **out)
{
	nmk_status rc = options->search_words ? words_check(options, error) : NMK_OK;
	struct search_words *words;

	*out = NULL;
	if (rc != NMK_OK)
		return rc;
	words = calloc(1, sizeof *words);
	if (!words)
		return no_memory(options, error);
	pthread_mutex_init(&words->mutex, NULL);
	rc = open_first(words, options, error);
	if (rc == NMK_OK)
		*out = words;
	else
		search_words_close(words);
	return rc;
}

void search_words_close(struct search_words *words)
{
	if (!words)
		return;
	while (words->sets) {
		struct word_set *set = words->sets;

		words->sets = set->next;
		set_free(set);
	}
	own_words_free(words->first.own);
	pthread_mutex_destroy(&words->mutex);
	free(words->text);
	free(words);
}

/* Mutex held. */
static struct word_set *set_of(struct search_words *words, int64_t version)
{
	struct word_set *set = version == 0 ? &words->first : words->sets;

	while (set && set->version != version)
		set = set->next;
	if (set)
		set->references++;
	return set;
}

struct word_set *search_words_take(struct search_words *words, int64_t version)
{
	struct word_set *set;

	pthread_mutex_lock(&words->mutex);
	set = set_of(words, version);
	pthread_mutex_unlock(&words->mutex);
	return set;
}

/* One that nobody uses is kept until there is another: a connection goes to and fro between two. */
void search_words_give(struct search_words *words, struct word_set *set)
{
	pthread_mutex_lock(&words->mutex);
	set->references--;
	pthread_mutex_unlock(&words->mutex);
}

/* Mutex held. */
static void free_unused(struct search_words *words)
{
	struct word_set **link = &words->sets;

	while (*link) {
		struct word_set *set = *link;

		if (set->references > 0) {
			link = &set->next;
			continue;
		}
		*link = set->next;
		set_free(set);
	}
}

/* It is taken at once. Another thread may have been faster: then that one's. */
static struct word_set *add_set(struct search_words *words, struct word_set *made)
{
	struct word_set *set;

	pthread_mutex_lock(&words->mutex);
	set = set_of(words, made->version);
	if (!set) {
		free_unused(words);
		made->words.number = ++words->number;
		made->references = 1;
		made->next = words->sets;
		words->sets = set = made;
	}
	pthread_mutex_unlock(&words->mutex);
	if (set != made)
		set_free(made);
	return set;
}

/* ---- what the store has ---- */

static nmk_status damaged(struct nmk_op *op)
{
	return op_fail(op, NMK_ECORRUPT, NULL, "the lexicon of the search index is damaged: the check of the market repairs it");
}

/* The lexicon's bytes are taken. */
static nmk_status make_set(struct nmk_op *op, int64_t version, void *bytes, size_t size, struct word_set *set)
{
	const struct search_words *words = op_search_words(op);
	struct own_words_fault fault;
	struct own_words *own;
	int code = lexicon_from_memory(bytes, size, &set->lexicon);

	if (code == LEXICON_NO_MEMORY)
		return tx_no_memory(&op->tx);
	if (code != LEXICON_OK || (int64_t)lexicon_version(set->lexicon) != version)
		return damaged(op);
	switch (read_own(words->text, set->lexicon, &own, &fault)) {
	case OWN_WORDS_OK: break;
	case OWN_WORDS_INVALID: /* as they were when the market was opened, but for the stems */
		return op_fail(op, NMK_EINVALID, "search_words", "line %lld: there are too many words with irregular forms",
		               (long long)fault.line);
	default:           return tx_no_memory(&op->tx);
	}
	set->version = version;
	set_words(set, 0, set->lexicon, own);
	return NMK_OK;
}

static nmk_status read_set(struct nmk_op *op, enum lexicon_row row, struct word_set **taken)
{
	struct word_set *set = calloc(1, sizeof *set);
	void *bytes = NULL;
	int64_t version = 0, count;
	size_t size = 0;
	nmk_status rc = set ? lexicon_row_get(op, row, &version, &count, &bytes, &size) : tx_no_memory(&op->tx);

	if (rc == NMK_OK)
		rc = make_set(op, version, bytes, size, set);
	if (rc == NMK_OK)
		*taken = add_set(op_search_words(op), set);
	else if (set)
		set_free(set);
	return rc;
}

static nmk_status ask(struct nmk_op *op, enum lexicon_row row, struct words_request *request)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;
	bool found;

	stmt_init(&stmt, &op->tx, SQL_search_words_use);
	stmt_object(&stmt, "request", request);
	stmt_int(&stmt, "id", row);
	found = stmt_next(&stmt, &rc);
	stmt_end(&stmt);
	return rc == NMK_OK && !found ? damaged(op) : rc;
}

static nmk_status use(struct nmk_op *op, enum lexicon_row row, const struct word_set **used)
{
	struct words_request request = { .used = NULL };
	struct word_set *read = NULL;
	nmk_status rc = ask(op, row, &request);

	if (rc == NMK_OK && !request.used) {
		rc = read_set(op, row, &read);
		if (rc == NMK_OK)
			rc = ask(op, row, &request);
		if (read)
			search_words_give(op_search_words(op), read);
	}
	*used = request.used;
	return rc;
}

nmk_status search_words_use(struct nmk_op *op, enum lexicon_row row)
{
	const struct word_set *used;

	return op_search_words(op)->installed ? NMK_OK : use(op, row, &used);
}

nmk_status search_words_analyzer(struct nmk_op *op, struct analyzer **analyzer)
{
	const struct search_words *words = op_search_words(op);
	const struct word_set *set = &words->first;
	nmk_status rc = words->installed ? NMK_OK : use(op, LEXICON_IN_USE, &set);

	*analyzer = rc == NMK_OK ? analyzer_new_with(set->words.lexicon, set->words.own) : NULL;
	return rc == NMK_OK && !*analyzer ? tx_no_memory(&op->tx) : rc;
}
