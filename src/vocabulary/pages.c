/* pages.c -- the rows of the vocabulary: pages of words in the order of their keys, each known by its first one. */
#include "vocabulary_rows.h"

#include <string.h>

/* Two pages are one of the engine. */
#define PAGE_BYTES 1980

/* So much is read by each suggestion beside the pages. */
#define RECENT_BYTES 262144

static nmk_status run(struct nmk_op *op, enum sql_id statement)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, statement);
	return stmt_exec(&stmt, NULL);
}

/* ---- one page ---- */

/* Where changes belong to. All that is from its first key on and before the next page's. */
struct word_page {
	struct buffer first, next;     /* empty: there is none */
	struct buffer words;
};

static void word_page_free(struct word_page *page)
{
	buffer_free(&page->first);
	buffer_free(&page->next);
	buffer_free(&page->words);
}

static nmk_status read_page(struct nmk_op *op, enum sql_id statement, const char *key, size_t length, struct word_page *page)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &op->tx, statement);
	stmt_blob(&stmt, "key", key, length);
	if (stmt_next(&stmt, &rc)) {
		size_t first_length, words_length, next_length;
		const void *first = stmt_column_blob(&stmt, 0, &first_length), *words, *next;

		buffer_add(&page->first, first, first_length);
		words = stmt_column_blob(&stmt, 1, &words_length);
		buffer_add(&page->words, words, words_length);
		next = stmt_column_blob(&stmt, 2, &next_length);
		buffer_add(&page->next, next, next_length);
	}
	stmt_end(&stmt);
	return rc == NMK_OK && (page->first.failed || page->words.failed || page->next.failed) ? tx_no_memory(&op->tx) : rc;
}

/* What is before all pages belongs to the first. */
static nmk_status find_page(struct nmk_op *op, const struct listed_word *word, struct word_page *page)
{
	nmk_status rc = read_page(op, SQL_vocabulary_page_of, word->key, word->length, page);

	return rc == NMK_OK && page->first.length == 0 ? read_page(op, SQL_vocabulary_page_first, word->key, word->length, page) : rc;
}

static nmk_status remove_page(struct nmk_op *op, const struct buffer *first)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_vocabulary_page_remove);
	stmt_blob(&stmt, "first", first->data, first->length);
	return stmt_exec(&stmt, NULL);
}

/* ---- words into pages ---- */

static void add_changed(struct list_writer *writer, struct listed_word word, const struct entry *entry)
{
	word.documents += entry->word.documents;
	word.titles += entry->word.titles;
	if (word.titles < 0)
		word.titles = 0;
	if (word.documents > 0)
		list_add(writer, &word);
}

/* A word is there as long as a document has it. What cannot be read is left out: the check finds it missing. */
static void merge(const struct buffer *old, const struct entry *entries, size_t count, struct list_writer *writer)
{
	struct list_reader reader;
	bool more;
	size_t i = 0;

	list_start(&reader, old->data, old->length);
	more = list_next(&reader);
	while (more || i < count) {
		const struct listed_word *word = &reader.word, *other = i < count ? &entries[i].word : NULL;
		int order = !more ? 1 : !other ? -1 : key_compare(word->key, word->length, other->key, other->length);

		if (order < 0)
			list_add(writer, word);
		else if (order == 0)
			add_changed(writer, *word, &entries[i]);
		else if (other->documents > 0)
			list_add(writer, other);
		i += order >= 0;
		if (order <= 0)
			more = list_next(&reader);
	}
}

static nmk_status put_page(struct nmk_op *op, const struct buffer *first, const struct buffer *words)
{
	struct stmt stmt;

	if (first->failed || words->failed)
		return tx_no_memory(&op->tx);
	stmt_init(&stmt, &op->tx, SQL_vocabulary_page_put);
	stmt_blob(&stmt, "first", first->data, first->length);
	stmt_blob(&stmt, "words", words->data, words->length);
	return stmt_exec(&stmt, NULL);
}

/* Too much for one page is parted, with room for what comes later. */
static nmk_status put_pages(struct nmk_op *op, const struct buffer *words)
{
	size_t parts = (words->length + PAGE_BYTES * 3 / 4 - 1) / (PAGE_BYTES * 3 / 4);
	struct list_reader reader;
	struct list_writer writer = { .length = 0 };
	struct buffer first = { 0 };
	bool more;
	nmk_status rc = NMK_OK;

	list_start(&reader, words->data, words->length);
	more = list_next(&reader);
	while (rc == NMK_OK && more) {
		if (writer.bytes.length == 0)
			buffer_add(&first, reader.word.key, reader.word.length);
		list_add(&writer, &reader.word);
		more = list_next(&reader);
		if (more && writer.bytes.length < words->length / parts)
			continue;
		rc = put_page(op, &first, &writer.bytes);
		buffer_clear(&first);
		buffer_clear(&writer.bytes);
		writer.length = 0;
	}
	buffer_free(&first);
	buffer_free(&writer.bytes);
	return rc;
}

/* No page bears the name of a word that it has not any more. */
static nmk_status change_page(struct nmk_op *op, struct word_page *page, const struct entry *entries, size_t count)
{
	const struct buffer *name = &page->first;
	struct list_writer writer = { .length = 0 };
	struct list_reader reader;
	bool same_name;
	nmk_status rc = NMK_OK;

	merge(&page->words, entries, count, &writer);
	if (writer.bytes.failed)
		rc = tx_no_memory(&op->tx);
	list_start(&reader, writer.bytes.data, writer.bytes.length);
	same_name = list_next(&reader) && key_compare(reader.word.key, reader.word.length, name->data, name->length) == 0;
	if (rc == NMK_OK && name->length > 0 && !same_name)
		rc = remove_page(op, name);
	if (rc == NMK_OK)
		rc = same_name && writer.bytes.length <= PAGE_BYTES ? put_page(op, name, &writer.bytes) : put_pages(op, &writer.bytes);
	buffer_free(&writer.bytes);
	return rc;
}

static bool is_before(const struct entry *entry, const struct buffer *next)
{
	return next->length == 0 || key_compare(entry->word.key, entry->word.length, next->data, next->length) < 0;
}

nmk_status vocabulary_apply(struct nmk_op *op, struct vocabulary_change *change)
{
	size_t count, at = 0, end;
	const struct entry *entries = change_sort(change, &count);
	nmk_status rc = NMK_OK;

	for (; rc == NMK_OK && at < count; at = end) {
		struct word_page page = { .first = { 0 } };

		end = at + 1;
		rc = find_page(op, &entries[at].word, &page);
		while (end < count && is_before(&entries[end], &page.next))
			end++;
		if (rc == NMK_OK)
			rc = change_page(op, &page, entries + at, end - at);
		word_page_free(&page);
	}
	return rc;
}

nmk_status vocabulary_clear(struct nmk_op *op)
{
	nmk_status rc = run(op, SQL_vocabulary_page_clear);

	return rc == NMK_OK ? run(op, SQL_vocabulary_recent_clear) : rc;
}

/* ---- recent documents ---- */

static nmk_status put_recent(struct nmk_op *op, int64_t document, const struct list_writer *writer)
{
	struct stmt stmt;

	if (writer->bytes.failed)
		return tx_no_memory(&op->tx);
	if (writer->bytes.length == 0)
		return NMK_OK;
	stmt_init(&stmt, &op->tx, SQL_vocabulary_recent_add);
	stmt_int(&stmt, "document", document);
	stmt_blob(&stmt, "words", writer->bytes.data, writer->bytes.length);
	return stmt_exec(&stmt, NULL);
}

nmk_status vocabulary_add_recent(struct nmk_op *op, int64_t document, struct vocabulary_change *change)
{
	struct list_writer writer = { .length = 0 };
	struct stmt stmt;
	int64_t bytes = 0;
	size_t count;
	const struct entry *entries = change_sort(change, &count);
	nmk_status rc;

	for (size_t i = 0; i < count; i++)
		list_add(&writer, &entries[i].word);
	rc = put_recent(op, document, &writer);
	buffer_free(&writer.bytes);
	if (rc != NMK_OK)
		return rc;
	stmt_init(&stmt, &op->tx, SQL_vocabulary_recent_bytes);
	rc = stmt_one_int(&stmt, &bytes);
	return rc == NMK_OK && bytes > RECENT_BYTES ? vocabulary_settle(op) : rc;
}

nmk_status vocabulary_remove_recent(struct nmk_op *op, int64_t document, bool *removed)
{
	struct stmt stmt;
	int64_t changed = 0;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_vocabulary_recent_remove);
	stmt_int(&stmt, "document", document);
	rc = stmt_exec(&stmt, &changed);
	*removed = changed > 0;
	return rc;
}

/* To gather them in a change. */
struct gathering {
	struct nmk_op            *op;
	struct vocabulary_change *change;
	nmk_status                rc;
};

static bool gather(void *context, const struct listed_word *word)
{
	struct gathering *gathering = context;

	gathering->rc = change_add(gathering->op, gathering->change, word, +1);
	return gathering->rc == NMK_OK;
}

nmk_status vocabulary_settle(struct nmk_op *op)
{
	struct gathering gathering = { .op = op };
	nmk_status rc = vocabulary_begin(op, &gathering.change);

	if (rc == NMK_OK)
		rc = recent_walk(op, "", 0, gather, &gathering);
	if (rc == NMK_OK)
		rc = gathering.rc;
	if (rc == NMK_OK)
		rc = run(op, SQL_vocabulary_recent_clear);
	if (rc == NMK_OK)
		rc = vocabulary_apply(op, gathering.change);
	vocabulary_end(gathering.change);
	return rc;
}
