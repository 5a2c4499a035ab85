/* vocabulary.c -- what a change of documents changes in the vocabulary: counted in memory, so that only differences are written. */
#include "vocabulary_rows.h"

#include <stdlib.h>
#include <string.h>
#include "words.h"

/* A hash table with open addressing, at most half full. */
struct vocabulary_change {
	struct analyzer *analyzer;
	struct entry    *entries;
	size_t           capacity, count;    /* capacity is a power of two              */
	int64_t          document;           /* number of the one that is taken         */
	int              sign;
};

#define FIRST_CAPACITY 1024

/* Longer words are no words that people look for. */
#define WORD_BYTES 160

nmk_status vocabulary_begin(struct nmk_op *op, struct vocabulary_change **change)
{
	struct vocabulary_change *made = calloc(1, sizeof *made);

	if (made) {
		made->analyzer = analyzer_new_for(op_search_words(op));
		made->entries = calloc(FIRST_CAPACITY, sizeof *made->entries);
		made->capacity = FIRST_CAPACITY;
	}
	*change = made;
	return made && made->analyzer && made->entries ? NMK_OK : tx_no_memory(&op->tx);
}

void vocabulary_end(struct vocabulary_change *change)
{
	if (!change)
		return;
	for (size_t i = 0; change->entries && i < change->capacity; i++)
		free(change->entries[i].plain);
	free(change->entries);
	analyzer_free(change->analyzer);
	free(change);
}

/* ---- the table ---- */

/* Where an id is, or would be. */
static struct entry *place_of(struct entry *entries, size_t capacity, int64_t id)
{
	size_t at = (size_t)id & (capacity - 1);

	while (entries[at].id != 0 && entries[at].id != id)
		at = (at + 1) & (capacity - 1);
	return &entries[at];
}

static bool grow(struct vocabulary_change *change)
{
	size_t capacity = 2 * change->capacity;
	struct entry *entries = calloc(capacity, sizeof *entries);

	if (!entries)
		return false;
	for (size_t i = 0; i < change->capacity; i++)
		if (change->entries[i].id != 0)
			*place_of(entries, capacity, change->entries[i].id) = change->entries[i];
	free(change->entries);
	change->entries = entries;
	change->capacity = capacity;
	return true;
}

/* Two texts in one piece of memory. */
static char *two_texts(const char *first, size_t first_length, const char *second, size_t second_length, char **at_second)
{
	char *both = malloc(first_length + second_length + 2);

	if (both) {
		memcpy(both, first, first_length);
		both[first_length] = '\0';
		*at_second = both + first_length + 1;
		memcpy(*at_second, second, second_length);
		(*at_second)[second_length] = '\0';
	}
	return both;
}

static int count_entry(struct vocabulary_change *change, enum entry_kind kind, const char *plain, size_t plain_length,
                       const char *written, size_t written_length)
{
	bool is_word = kind == ENTRY_WORD;
	int64_t id = entry_id(kind, is_word ? plain : written, is_word ? plain_length : written_length);
	struct entry *entry;

	if (2 * (change->count + 1) > change->capacity && !grow(change))
		return ANALYZER_NO_MEMORY;
	entry = place_of(change->entries, change->capacity, id);
	if (entry->id == 0) {
		struct entry new = { .id = id, .kind = kind };

		new.plain = two_texts(plain, plain_length, written, written_length, &new.written);
		if (!new.plain)
			return ANALYZER_NO_MEMORY;
		*entry = new;
		change->count++;
	}
	if (entry->last != change->document) {
		entry->last = change->document;
		entry->documents += change->sign;
	}
	return 0;
}

const struct entry *change_entry(const struct vocabulary_change *change, size_t *at)
{
	while (*at < change->capacity) {
		const struct entry *entry = &change->entries[(*at)++];

		if (entry->id != 0 && entry->documents != 0)
			return entry;
	}
	return NULL;
}

/* ---- documents ---- */

static int count_word(void *context, const struct text_word *word)
{
	if (word->plain_length > WORD_BYTES || word->written_length > WORD_BYTES)
		return 0;
	return count_entry(context, ENTRY_WORD, word->plain, word->plain_length, word->written, word->written_length);
}

static int count_words(struct vocabulary_change *change, const char *text)
{
	return words_run(change->analyzer, text, strlen(text), count_word, change);
}

static int count_phrase(struct vocabulary_change *change, enum entry_kind kind, const char *text, size_t length)
{
	struct plain_text plain = { .count = 0 };
	int rc = plain_read(change->analyzer, text, length, &plain);

	if (rc == 0 && plain.count > 0)
		rc = count_entry(change, kind, plain.text.data, plain.text.length, text, length);
	plain_free(&plain);
	return rc;
}

static int count_topics(struct vocabulary_change *change, const char *topics)
{
	static const char between[] = ", ";
	int rc = 0;

	while (rc == 0 && *topics) {
		const char *end = strstr(topics, between);
		size_t length = end ? (size_t)(end - topics) : strlen(topics);

		rc = count_phrase(change, ENTRY_TOPIC, topics, length);
		topics += length + (end ? sizeof between - 1 : 0);
	}
	return rc;
}

nmk_status vocabulary_take(struct nmk_op *op, struct vocabulary_change *change, int sign, const char *title,
                           const char *description, const char *topics, const char *creator)
{
	int rc;

	change->document++;
	change->sign = sign;
	rc = count_words(change, title);
	if (rc == 0)
		rc = count_words(change, description);
	if (rc == 0)
		rc = count_words(change, topics);
	if (rc == 0)
		rc = count_words(change, creator);
	if (rc == 0)
		rc = count_phrase(change, ENTRY_TITLE, title, strlen(title));
	if (rc == 0)
		rc = count_topics(change, topics);
	return rc == 0 ? NMK_OK : tx_no_memory(&op->tx);
}

/* ---- rows ---- */

static nmk_status run(struct nmk_op *op, enum sql_id statement, int64_t id)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, statement);
	stmt_int(&stmt, "id", id);
	return stmt_exec(&stmt, NULL);
}

/* Keys to write: gathered, because their order is not that of the words. */
struct writing {
	struct nmk_op *op;
	struct buffer  added, removed;      /* of int64_t */
};

static void gather_keys(struct buffer *ids, const struct entry *entry)
{
	int64_t some[WORD_KEYS];

	buffer_add(ids, some, entry_keys(entry, some) * sizeof some[0]);
}

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

/* In their order: pages that are filled from the beginning to the end are the fastest, and full. */
static nmk_status write_keys(struct nmk_op *op, enum sql_id statement, struct buffer *gathered)
{
	size_t count = gathered->length / sizeof(int64_t);
	int64_t *ids = malloc(gathered->length + 1);
	nmk_status rc = gathered->failed || !ids ? tx_no_memory(&op->tx) : NMK_OK;

	if (rc == NMK_OK && count > 0) {
		memcpy(ids, gathered->data, gathered->length);
		qsort(ids, count, sizeof ids[0], by_number);
	}
	for (size_t i = 0; rc == NMK_OK && i < count; i += KEYS_AT_ONCE) {
		struct stmt stmt;

		stmt_init(&stmt, &op->tx, statement);
		keys_bind(&stmt, ids + i, count - i);
		rc = stmt_exec(&stmt, NULL);
	}
	free(ids);
	return rc;
}

static nmk_status write_starts(struct nmk_op *op, const struct entry *entry, int class)
{
	struct start start = { .at = NULL };
	nmk_status rc = NMK_OK;

	while (rc == NMK_OK && start_next(entry, &start)) {
		struct stmt stmt;

		stmt_init(&stmt, &op->tx, SQL_suggestion_start_add);
		start_bind(&stmt, entry, &start, class);
		rc = stmt_exec(&stmt, NULL);
	}
	return rc;
}

static nmk_status add_row(struct writing *writing, const struct entry *entry)
{
	struct nmk_op *op = writing->op;
	bool is_word = entry->kind == ENTRY_WORD;
	int class = frequency_class(entry->documents);
	struct stmt stmt;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, is_word ? SQL_vocabulary_add : SQL_suggestion_phrase_add);
	stmt_int(&stmt, "id", entry->id);
	stmt_text(&stmt, "written", entry->written);
	stmt_int(&stmt, "document_count", entry->documents);
	stmt_int(&stmt, "frequency_class", class);
	if (is_word)
		stmt_text(&stmt, "plain", entry->plain);
	rc = stmt_exec(&stmt, NULL);
	if (rc != NMK_OK)
		return rc;
	if (is_word)
		gather_keys(&writing->added, entry);
	return is_word ? NMK_OK : write_starts(op, entry, class);
}

static nmk_status remove_row(struct writing *writing, const struct entry *entry)
{
	struct nmk_op *op = writing->op;
	bool is_word = entry->kind == ENTRY_WORD;
	nmk_status rc = run(op, is_word ? SQL_vocabulary_remove : SQL_suggestion_phrase_remove, entry->id);

	if (rc != NMK_OK)
		return rc;
	if (is_word)
		gather_keys(&writing->removed, entry);
	return is_word ? NMK_OK : run(op, SQL_suggestion_start_remove, entry->id);
}

static nmk_status set_count(struct nmk_op *op, enum sql_id statement, int64_t id, int64_t count)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, statement);
	stmt_int(&stmt, "id", id);
	stmt_int(&stmt, "document_count", count);
	return stmt_exec(&stmt, NULL);
}

static nmk_status move(struct nmk_op *op, enum sql_id statement, int64_t id, int64_t count)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, statement);
	stmt_int(&stmt, "id", id);
	stmt_int(&stmt, "frequency_class", frequency_class(count));
	if (statement != SQL_suggestion_start_move)
		stmt_int(&stmt, "document_count", count);
	return stmt_exec(&stmt, NULL);
}

static nmk_status change_row(struct nmk_op *op, const struct entry *entry, int64_t count, int64_t class)
{
	bool is_word = entry->kind == ENTRY_WORD;
	nmk_status rc;

	if (frequency_class(count) == (int)class)
		return set_count(op, is_word ? SQL_vocabulary_set : SQL_suggestion_phrase_set, entry->id, count);
	rc = move(op, is_word ? SQL_vocabulary_move : SQL_suggestion_phrase_move, entry->id, count);
	return rc == NMK_OK && !is_word ? move(op, SQL_suggestion_start_move, entry->id, count) : rc;
}

static nmk_status read_row(struct nmk_op *op, const struct entry *entry, bool *found, int64_t *count, int64_t *class)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &op->tx, entry->kind == ENTRY_WORD ? SQL_vocabulary_count : SQL_suggestion_phrase_count);
	stmt_int(&stmt, "id", entry->id);
	*found = stmt_next(&stmt, &rc);
	if (*found) {
		*count = stmt_column_int(&stmt, 0);
		*class = stmt_column_int(&stmt, 1);
		stmt_end(&stmt);
	}
	return rc;
}

/* A row is there as long as a document has it. */
static nmk_status apply_entry(struct writing *writing, const struct entry *entry)
{
	int64_t count = 0, class = 0;
	bool found;
	nmk_status rc = read_row(writing->op, entry, &found, &count, &class);

	if (rc != NMK_OK)
		return rc;
	if (!found)
		return entry->documents > 0 ? add_row(writing, entry) : NMK_OK;
	if (count + entry->documents <= 0)
		return remove_row(writing, entry);
	return change_row(writing->op, entry, count + entry->documents, class);
}

static int by_id(const void *a, const void *b)
{
	int64_t x = ((const struct entry *)a)->id, y = ((const struct entry *)b)->id;

	return x < y ? -1 : x > y;
}

/* In the order of the rows, which are then read and written from the beginning to the end. The table is none any more. */
nmk_status vocabulary_apply(struct nmk_op *op, struct vocabulary_change *change)
{
	struct writing writing = { .op = op };
	nmk_status rc = NMK_OK;

	qsort(change->entries, change->capacity, sizeof *change->entries, by_id);
	for (size_t i = 0; rc == NMK_OK && i < change->capacity; i++)
		if (change->entries[i].documents != 0)
			rc = apply_entry(&writing, &change->entries[i]);
	if (rc == NMK_OK)
		rc = write_keys(op, SQL_spelling_key_remove, &writing.removed);
	if (rc == NMK_OK)
		rc = write_keys(op, SQL_spelling_key_add, &writing.added);
	buffer_free(&writing.removed);
	buffer_free(&writing.added);
	return rc;
}

nmk_status vocabulary_clear(struct nmk_op *op)
{
	static const enum sql_id statements[] = { SQL_spelling_key_clear, SQL_vocabulary_clear, SQL_suggestion_start_clear,
	                                          SQL_suggestion_phrase_clear };
	nmk_status rc = NMK_OK;

	for (size_t i = 0; rc == NMK_OK && i < sizeof statements / sizeof statements[0]; i++) {
		struct stmt stmt;

		stmt_init(&stmt, &op->tx, statements[i]);
		rc = stmt_exec(&stmt, NULL);
	}
	return rc;
}
