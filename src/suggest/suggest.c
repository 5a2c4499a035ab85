/* suggest.c -- what somebody who types may be looking for, out of the vocabulary of the published nanos. */
#include <nanomarket/suggest.h>

#include <stdlib.h>
#include <string.h>
#include "search.h"
#include "search_words.h"
#include "searches.h"
#include "titles.h"
#include "vocabulary_rows.h"

#define DEFAULT_SUGGESTIONS 8
#define DEFAULT_CORRECTIONS 1

/* Nothing is suggested before so many letters are there. */
#define LEAST_LETTERS 2

/* Titles that are looked at, and words that the last one typed may become in them: those of the most titles. */
#define TITLES_READ 64
#define TITLE_WORDS 8

/* A word of very many texts and hardly any title is no way to find the title. */
#define MANY_DOCUMENTS      8192
#define DOCUMENTS_PER_TITLE 128

const char *const suggest_kind_words[] = { "", "history", "topic", "word", "title", "correction", "trending", NULL };

struct nmk_suggestion {
#define NMK_FIELD(kind, name, flags, ...) FIELD_MEMBER_##kind(name)
#include "suggestion.def"
#undef NMK_FIELD
};

static const struct field suggestion_fields[] = {
#define NMK_FIELD(kind, name, flags, ...) FIELD_ROW(struct nmk_suggestion, kind, name, flags, __VA_ARGS__)
#include "suggestion.def"
#undef NMK_FIELD
	{ 0 }
};

#define NMK_FIELD(kind, name, flags, ...) FIELD_GETTER_##kind(nmk_suggestion, name, __VA_ARGS__)
#include "suggestion.def"
#undef NMK_FIELD

static void suggestion_release(void *suggestion)
{
	fields_free(suggestion_fields, suggestion);
	free(suggestion);
}

static json_t *suggestion_to_json(const void *suggestion)
{
	return fields_json(suggestion_fields, suggestion);
}

PAGE_FUNCTIONS(nmk_suggestion, suggestion)

char *nmk_suggestion_json(const nmk_suggestion *suggestion)
{
	return json_text(suggestion_to_json(suggestion));
}

const char *nmk_suggest_kind_word(nmk_suggest_kind kind)
{
	return word_of(suggest_kind_words, (int)kind);
}

int32_t nmk_suggest_limit_maximum(void)
{
	return NMK_SUGGEST_LIMIT_MAXIMUM;
}

/* ---- what may be suggested ---- */

struct proposal {
	char   *text;
	int64_t documents;
	bool    inside;          /* a title in which only a later word begins so */
};

#define PROPOSALS_MOST TITLES_READ

struct proposals {
	struct proposal items[PROPOSALS_MOST];
	size_t          count;
};

static void proposals_free(struct proposals *proposals)
{
	for (size_t i = 0; i < proposals->count; i++)
		free(proposals->items[i].text);
}

/* What begins as they do, then what the most nanos have; and always in the same order. */
static int by_worth(const void *a, const void *b)
{
	const struct proposal *x = a, *y = b;

	if (x->inside != y->inside)
		return x->inside ? 1 : -1;
	if (x->documents != y->documents)
		return x->documents > y->documents ? -1 : 1;
	return strcmp(x->text, y->text);
}

/* Takes the text; NULL: there was no memory for it. The best `most` are kept, in order. */
static nmk_status propose(struct nmk_op *op, struct proposals *proposals, size_t most, struct proposal proposal)
{
	size_t at = proposals->count;

	if (!proposal.text)
		return tx_no_memory(&op->tx);
	while (at > 0 && by_worth(&proposal, &proposals->items[at - 1]) < 0)
		at--;
	if (proposals->count == most)
		free(at == most ? proposal.text : proposals->items[--proposals->count].text);
	if (at == most)
		return NMK_OK;
	memmove(&proposals->items[at + 1], &proposals->items[at], (proposals->count - at) * sizeof proposal);
	proposals->items[at] = proposal;
	proposals->count++;
	return NMK_OK;
}

/* Whether so many documents may be enough: most words are not, and need no text. */
static bool may_be_proposed(const struct proposals *proposals, size_t most, int64_t documents)
{
	return most > 0 && (proposals->count < most || documents >= proposals->items[most - 1].documents);
}

static struct proposal *proposal_of(struct proposals *proposals, const char *text)
{
	for (size_t i = 0; i < proposals->count; i++)
		if (strcmp(proposals->items[i].text, text) == 0)
			return &proposals->items[i];
	return NULL;
}

/* Takes the text, as propose() does; behind the others. */
static nmk_status append(struct nmk_op *op, struct proposals *proposals, struct proposal proposal)
{
	if (!proposal.text)
		return tx_no_memory(&op->tx);
	proposals->items[proposals->count++] = proposal;
	return NMK_OK;
}

/* ---- where it comes from ---- */

struct typing {
	struct nmk_op    *op;
	const char       *text;
	struct plain_text plain;          /* all that was typed                            */
	bool              open;           /* the last word may go on                       */
	bool              enough;
	int32_t           limit;
	struct analyzer  *analyzer;
	struct proposals  history, topics, words, titles;
	struct proposals  completed;      /* what is looked for in titles                   */
	size_t            counted;        /* titles of the query before                    */
	nmk_status        rc;
};

/* An own search that begins so. There are few: they are all looked at, because they lie sealed. */
static nmk_status take_past(void *context, const char *text)
{
	struct typing *typing = context;
	const struct buffer *beginning = &typing->plain.text;
	struct plain_text plain = { .count = 0 };
	nmk_status rc = NMK_OK;

	if (typing->history.count == (size_t)typing->limit)
		return NMK_OK;
	if (plain_read(typing->analyzer, text, strlen(text), &plain) != 0)
		rc = tx_no_memory(&typing->op->tx);
	else if (plain.text.length >= beginning->length && memcmp(plain.text.data, beginning->data, beginning->length) == 0)
		rc = append(typing->op, &typing->history, (struct proposal){ strdup(text), 0, false });
	plain_free(&plain);
	return rc;
}

/* Where a text has a word that begins what was typed; `length` if nowhere. */
static size_t place_in(const struct typing *typing, const char *plain, size_t length)
{
	const struct buffer *typed = &typing->plain.text;

	for (size_t at = 0; at + typed->length <= length; at++)
		if ((at == 0 || plain[at - 1] == ' ') && memcmp(plain + at, typed->data, typed->length) == 0)
			return at;
	return length;
}

static bool take_topic(void *context, const struct listed_word *word)
{
	struct typing *typing = context;
	const char *plain = word->key + 1, *end = memchr(plain, TOPIC_END, word->length - 1);
	size_t length = end ? (size_t)(end - plain) : 0, at = place_in(typing, plain, length);

	if (at < length)
		typing->rc = propose(typing->op, &typing->topics, (size_t)typing->limit,
		                     (struct proposal){ strndup(end + 1, word->length - length - 2), word->documents, at > 0 });
	return typing->rc == NMK_OK;
}

/* There are few: all are looked at. */
static nmk_status find_topics(struct typing *typing)
{
	const char key = KIND_TOPIC;
	nmk_status rc = vocabulary_walk(typing->op, &key, 1, take_topic, typing);

	return rc == NMK_OK ? typing->rc : rc;
}

/* What was typed, with its last word completed. */
static char *complete(const struct typing *typing, const struct listed_word *word)
{
	struct buffer text = { 0 };

	buffer_add(&text, typing->text, typing->plain.start[typing->plain.count - 1]);
	buffer_add(&text, word->written, word->written_length);
	return buffer_take(&text);
}

static void propose_completed(struct typing *typing, struct proposals *proposals, size_t most, const struct listed_word *word,
                              int64_t documents)
{
	if (typing->rc == NMK_OK && may_be_proposed(proposals, most, documents))
		typing->rc = propose(typing->op, proposals, most, (struct proposal){ complete(typing, word), documents, false });
}

/* A word that is complete is none to suggest. */
static bool take_word(void *context, const struct listed_word *word)
{
	struct typing *typing = context;
	size_t typed = plain_length(&typing->plain, typing->plain.count - 1);

	if (word->length - 1 > typed)
		propose_completed(typing, &typing->words, (size_t)typing->limit, word, word->documents);
	if (word->titles > 0 && (word->documents <= MANY_DOCUMENTS || word->documents / word->titles <= DOCUMENTS_PER_TITLE))
		propose_completed(typing, &typing->completed, TITLE_WORDS, word, word->titles);
	return typing->rc == NMK_OK;
}

static nmk_status find_words(struct typing *typing)
{
	const struct plain_text *plain = &typing->plain;
	size_t last = plain->count - 1;
	struct buffer key = { 0 };
	nmk_status rc;

	buffer_char(&key, KIND_WORD);
	buffer_add(&key, plain->text.data + plain->at[last], plain_length(plain, last));
	rc = key.failed ? tx_no_memory(&typing->op->tx) : vocabulary_walk(typing->op, key.data, key.length, take_word, typing);
	buffer_free(&key);
	return rc == NMK_OK ? typing->rc : rc;
}

/* What is complete is looked for as it is, as far as it is looked at. */
static nmk_status keep_all_words(struct typing *typing)
{
	char *text = strndup(typing->text, typing->plain.end[typing->plain.count - 1]);

	return append(typing->op, &typing->completed, (struct proposal){ text, 0, false });
}

/* The index finds words in all their forms: is it what was typed? What another query has counted already is not counted again. */
static nmk_status take_title(void *context, const char *title)
{
	struct typing *typing = context;
	struct proposals *titles = &typing->titles;
	struct proposal *known = proposal_of(titles, title);
	struct plain_text plain = { .count = 0 };
	nmk_status rc = NMK_OK;
	size_t at;

	if (known || titles->count == PROPOSALS_MOST) {
		if (known && known >= titles->items + typing->counted)
			known->documents++;
		return NMK_OK;
	}
	if (plain_read(typing->analyzer, title, strlen(title), &plain) != 0)
		rc = tx_no_memory(&typing->op->tx);
	at = place_in(typing, plain.text.data, plain.text.length);
	if (rc == NMK_OK && at < plain.text.length)
		rc = append(typing->op, titles, (struct proposal){ strdup(title), 1, at > 0 });
	plain_free(&plain);
	return rc;
}

static nmk_status find_titles(struct typing *typing)
{
	const char *texts[TITLE_WORDS] = { NULL };
	size_t count = typing->completed.count;
	nmk_status rc;

	for (size_t i = 0; i < count; i++)
		texts[i] = typing->completed.items[i].text;
	rc = titles_find(typing->op, typing->analyzer, texts, count, true, TITLES_READ, take_title, typing);
	typing->counted = typing->titles.count;
	if (rc == NMK_OK && typing->titles.count < (size_t)typing->limit)
		rc = titles_find(typing->op, typing->analyzer, texts, count, false, TITLES_READ, take_title, typing);
	qsort(typing->titles.items, typing->titles.count, sizeof typing->titles.items[0], by_worth);
	return rc;
}

/* ---- the list ---- */

static nmk_status add(struct nmk_op *op, nmk_suggestion_page *page, nmk_suggest_kind kind, const char *text, int64_t documents)
{
	nmk_suggestion *suggestion = calloc(1, sizeof *suggestion);

	if (!suggestion)
		return tx_no_memory(&op->tx);
	suggestion->kind = (int)kind;
	suggestion->nano_count = documents;
	suggestion->text = strdup(text);
	if (suggestion->text && page_add(&page->page, suggestion))
		return NMK_OK;
	suggestion_release(suggestion);
	return tx_no_memory(&op->tx);
}

/* One text is suggested once, as the first of the kinds it is. */
static void drop_known(struct proposals *proposals, struct proposals *known)
{
	size_t kept = 0;

	for (size_t i = 0; i < proposals->count; i++)
		if (proposal_of(known, proposals->items[i].text))
			free(proposals->items[i].text);
		else
			proposals->items[kept++] = proposals->items[i];
	proposals->count = kept;
}

static nmk_status list_some(struct typing *typing, nmk_suggestion_page *page, nmk_suggest_kind kind,
                            const struct proposals *proposals, size_t most)
{
	nmk_status rc = NMK_OK;

	for (size_t i = 0; rc == NMK_OK && i < most; i++)
		rc = add(typing->op, page, kind, proposals->items[i].text, proposals->items[i].documents);
	return rc;
}

/* One of each in turn until the list is full: how many of each that gives. */
#define KINDS_TYPED 4

static void share_out(struct proposals *const from[KINDS_TYPED], size_t limit, size_t shares[KINDS_TYPED])
{
	bool given = true;

	while (given && limit > 0) {
		given = false;
		for (size_t i = 0; i < KINDS_TYPED && limit > 0; i++)
			if (shares[i] < from[i]->count) {
				shares[i]++;
				limit--;
				given = true;
			}
	}
}

static nmk_status list(struct typing *typing, nmk_suggestion_page *page)
{
	static const nmk_suggest_kind kinds[] = { NMK_SUGGEST_HISTORY, NMK_SUGGEST_TOPIC, NMK_SUGGEST_WORD, NMK_SUGGEST_TITLE };
	struct proposals *const from[] = { &typing->history, &typing->topics, &typing->words, &typing->titles };
	size_t shares[KINDS_TYPED] = { 0 };
	nmk_status rc = NMK_OK;

	for (size_t i = 0; i < KINDS_TYPED; i++)
		for (size_t before = 0; before < i; before++)
			drop_known(from[i], from[before]);
	share_out(from, (size_t)typing->limit, shares);
	for (size_t i = 0; rc == NMK_OK && i < KINDS_TYPED; i++)
		rc = list_some(typing, page, kinds[i], from[i], shares[i]);
	return rc;
}

/* ---- the calls ---- */

static nmk_status check(struct nmk_op *op, const char *text, int32_t given, int32_t usual, int32_t *limit,
                        nmk_suggestion_page *const *page)
{
	if (!page)
		return op_fail(op, NMK_EINVALID, "page", "is needed");
	if (!text_is_valid_utf8(text, strlen(text)))
		return op_fail(op, NMK_EINVALID, "text", "is not valid UTF-8");
	if (given < 0 || given > NMK_SUGGEST_LIMIT_MAXIMUM)
		return op_fail(op, NMK_EINVALID, "limit", "must be from %lld to %lld", 1LL, (long long)NMK_SUGGEST_LIMIT_MAXIMUM);
	*limit = given ? given : usual;
	return NMK_OK;
}

/* What stands behind the last word ends it. */
static nmk_status understand(struct typing *typing)
{
	struct plain_text *plain = &typing->plain;
	size_t length = strlen(typing->text), last;

	if (plain_read(typing->analyzer, typing->text, length, plain) != 0)
		return tx_no_memory(&typing->op->tx);
	if (plain->count == 0)
		return NMK_OK;
	last = plain->count - 1;
	typing->open = plain->end[last] == length;
	typing->enough = text_count(plain->text.data) >= LEAST_LETTERS;
	if (!typing->open)
		buffer_char(&plain->text, ' ');
	return plain->text.failed ? tx_no_memory(&typing->op->tx) : NMK_OK;
}

static nmk_status find(struct typing *typing, nmk_suggestion_page *page)
{
	nmk_status rc = past_search_walk(typing->op, take_past, typing);

	if (rc == NMK_OK)
		rc = find_topics(typing);
	if (rc == NMK_OK)
		rc = typing->open ? find_words(typing) : keep_all_words(typing);
	if (rc == NMK_OK)
		rc = find_titles(typing);
	return rc == NMK_OK ? list(typing, page) : rc;
}

static void typing_end(struct typing *typing)
{
	proposals_free(&typing->history);
	proposals_free(&typing->topics);
	proposals_free(&typing->words);
	proposals_free(&typing->titles);
	proposals_free(&typing->completed);
	plain_free(&typing->plain);
	analyzer_free(typing->analyzer);
}

/* A page, and what reads the text. */
static nmk_status begin(struct nmk_op *op, nmk_suggestion_page **page, struct analyzer **analyzer)
{
	*page = calloc(1, sizeof **page);
	return *page ? search_words_analyzer(op, analyzer) : tx_no_memory(&op->tx);
}

static nmk_status answer(nmk_suggestion_page **out, nmk_suggestion_page *page, nmk_status rc)
{
	if (rc == NMK_OK)
		*out = page;
	else
		nmk_suggestion_page_free(page);
	return rc;
}

nmk_status nmk_suggest(nmk_session *session, const char *text, int32_t limit, nmk_suggestion_page **page)
{
	nmk_suggestion_page *found = NULL;
	struct typing *typing = NULL;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_suggest);
	int32_t most = 0;

	if (page)
		*page = NULL;
	if (rc == NMK_OK)
		rc = check(&op, text ? text : "", limit, DEFAULT_SUGGESTIONS, &most, page);
	if (rc == NMK_OK && (typing = calloc(1, sizeof *typing)) == NULL)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc)) {
		typing->op = &op;
		typing->text = text ? text : "";
		typing->limit = most;
		rc = begin(&op, &found, &typing->analyzer);
		if (rc == NMK_OK)
			rc = understand(typing);
		if (rc == NMK_OK && typing->enough)
			rc = find(typing, found);
	}
	if (typing)
		typing_end(typing);
	free(typing);
	return answer(page, found, rc);
}

/* As a search would read it. */
static nmk_status find_corrections(struct nmk_op *op, struct analyzer *analyzer, const char *text, size_t most,
                                   struct corrections *corrections)
{
	const struct query_reader reader = { .analyzer = analyzer, .languages = ANALYZER_GERMAN | ANALYZER_ENGLISH | ANALYZER_OTHER,
	                                     .typing = true };
	struct query query;

	if (query_read(&reader, text, &query) != 0)
		return tx_no_memory(&op->tx);
	return search_corrections(op, &reader, &query, text, most, corrections);
}

static nmk_status list_corrections(struct nmk_op *op, const struct corrections *corrections, nmk_suggestion_page *page)
{
	nmk_status rc = NMK_OK;

	for (size_t i = 0; rc == NMK_OK && i < corrections->count; i++)
		rc = add(op, page, NMK_SUGGEST_CORRECTION, corrections->texts[i], 0);
	return rc;
}

nmk_status nmk_suggest_corrections(nmk_session *session, const char *text, int32_t limit, nmk_suggestion_page **page)
{
	struct analyzer *analyzer = NULL;
	nmk_suggestion_page *found = NULL;
	struct corrections corrections = { .count = 0 };
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_suggest_corrections);
	int32_t most = 0;

	if (page)
		*page = NULL;
	if (rc == NMK_OK)
		rc = check(&op, text ? text : "", limit, DEFAULT_CORRECTIONS, &most, page);
	while (op_next(&op, &rc)) {
		rc = begin(&op, &found, &analyzer);
		if (rc == NMK_OK)
			rc = find_corrections(&op, analyzer, text ? text : "", (size_t)most, &corrections);
		if (rc == NMK_OK)
			rc = list_corrections(&op, &corrections, found);
		corrections_free(&corrections);
	}
	analyzer_free(analyzer);
	return answer(page, found, rc);
}

/* ---- trending ---- */

struct trends {
	struct nmk_op       *op;
	struct analyzer     *analyzer;
	nmk_suggestion_page *page;
	int32_t              limit;
};

/* What no published nano has any more is not suggested. */
static nmk_status all_known(struct trends *trends, const char *text, bool *known)
{
	struct plain_text plain = { .count = 0 };
	nmk_status rc = plain_read(trends->analyzer, text, strlen(text), &plain) == 0 ? NMK_OK : tx_no_memory(&trends->op->tx);

	*known = plain.count > 0;
	for (size_t i = 0; rc == NMK_OK && *known && i < plain.count; i++)
		rc = vocabulary_knows(trends->op, plain.text.data + plain.at[i], plain_length(&plain, i), known);
	plain_free(&plain);
	return rc;
}

static nmk_status take_trend(void *context, const char *text)
{
	struct trends *trends = context;
	bool known = false;
	nmk_status rc = NMK_OK;

	if (trends->page->page.count < (size_t)trends->limit)
		rc = all_known(trends, text, &known);
	return rc == NMK_OK && known ? add(trends->op, trends->page, NMK_SUGGEST_TRENDING, text, 0) : rc;
}

nmk_status nmk_suggest_trending(nmk_session *session, int32_t limit, nmk_suggestion_page **page)
{
	struct trends trends = { .page = NULL };
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_suggest_trending);

	if (page)
		*page = NULL;
	if (rc == NMK_OK)
		rc = check(&op, "", limit, DEFAULT_SUGGESTIONS, &trends.limit, page);
	trends.op = &op;
	while (op_next(&op, &rc)) {
		rc = begin(&op, &trends.page, &trends.analyzer);
		if (rc == NMK_OK)
			rc = query_trending_walk(&op, take_trend, &trends);
	}
	analyzer_free(trends.analyzer);
	return answer(page, trends.page, rc);
}
