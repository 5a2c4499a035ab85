/* vocabulary.c -- what a change of documents changes in the vocabulary: counted in memory, so that only differences are written. */
#include "vocabulary_rows.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "number.h"
#include "words.h"

/* A hash table with open addressing, at most half full. Its hashes are this change's own: nobody can choose words that collide. */
struct vocabulary_change {
	struct analyzer *analyzer;
	struct entry    *entries;
	size_t           capacity, count;    /* capacity is a power of two              */
	int64_t          document;           /* number of the one that is taken         */
	int              sign;
	bool             in_title;
	unsigned char    hash_key[crypto_shorthash_KEYBYTES];
};

#define FIRST_CAPACITY 256

/* Longer words are no words that people look for. */
#define WORD_BYTES 160

nmk_status vocabulary_begin(struct nmk_op *op, struct vocabulary_change **change)
{
	struct vocabulary_change *made = calloc(1, sizeof *made);

	if (made) {
		made->analyzer = analyzer_new_with(NULL, NULL); /* of plain forms, for which no lexicon is asked */
		made->entries = calloc(FIRST_CAPACITY, sizeof *made->entries);
		made->capacity = FIRST_CAPACITY;
		randombytes_buf(made->hash_key, sizeof made->hash_key);
	}
	*change = made;
	return made && made->analyzer && made->entries ? NMK_OK : tx_no_memory(&op->tx);
}

void vocabulary_end(struct vocabulary_change *change)
{
	if (!change)
		return;
	for (size_t i = 0; change->entries && i < change->capacity; i++)
		free((void *)(uintptr_t)change->entries[i].word.key);
	free(change->entries);
	analyzer_free(change->analyzer);
	free(change);
}

/* ---- the table ---- */

static uint64_t hash_of(const struct vocabulary_change *change, const char *key, size_t length)
{
	unsigned char hash[crypto_shorthash_BYTES];

	crypto_shorthash(hash, (const unsigned char *)key, length, change->hash_key);
	return get_little_endian(hash, sizeof hash);
}

static bool is_entry(const struct entry *entry, uint64_t hash, const char *key, size_t length)
{
	return entry->hash == hash && entry->word.length == length && memcmp(entry->word.key, key, length) == 0;
}

/* Where a word is, or would be. */
static struct entry *place_of(struct entry *entries, size_t capacity, uint64_t hash, const char *key, size_t length)
{
	size_t at = (size_t)hash & (capacity - 1);

	while (entries[at].word.key && !is_entry(&entries[at], hash, key, length))
		at = (at + 1) & (capacity - 1);
	return &entries[at];
}

static bool grow(struct vocabulary_change *change)
{
	size_t capacity = 2 * change->capacity;
	struct entry *entries = calloc(capacity, sizeof *entries);

	if (!entries)
		return false;
	for (size_t i = 0; i < change->capacity; i++) {
		const struct entry *entry = &change->entries[i];

		if (entry->word.key)
			*place_of(entries, capacity, entry->hash, entry->word.key, entry->word.length) = *entry;
	}
	free(change->entries);
	change->entries = entries;
	change->capacity = capacity;
	return true;
}

/* Both texts lie in one piece of memory. */
static bool copy_texts(struct listed_word *to, const struct listed_word *from)
{
	char *both = malloc(from->length + from->written_length);

	if (!both)
		return false;
	memcpy(both, from->key, from->length);
	memcpy(both + from->length, from->written, from->written_length);
	*to = (struct listed_word){ .key = both, .length = from->length, .written = both + from->length,
	                            .written_length = from->written_length };
	return true;
}

/* NULL: out of memory. */
static struct entry *entry_of(struct vocabulary_change *change, const struct listed_word *word)
{
	uint64_t hash = hash_of(change, word->key, word->length);
	struct entry *entry;

	if (2 * (change->count + 1) > change->capacity && !grow(change))
		return NULL;
	entry = place_of(change->entries, change->capacity, hash, word->key, word->length);
	if (entry->word.key)
		return entry;
	if (!copy_texts(&entry->word, word))
		return NULL;
	entry->hash = hash;
	change->count++;
	return entry;
}

nmk_status change_add(struct nmk_op *op, struct vocabulary_change *change, const struct listed_word *word, int sign)
{
	struct entry *entry = entry_of(change, word);

	if (!entry)
		return tx_no_memory(&op->tx);
	entry->word.documents += sign * word->documents;
	entry->word.titles += sign * word->titles;
	return NMK_OK;
}

void change_merge(struct vocabulary_change *change, struct listed_word *word)
{
	struct entry *entry;

	if (change->count == 0)
		return;
	entry = place_of(change->entries, change->capacity, hash_of(change, word->key, word->length), word->key, word->length);
	if (!entry->word.key)
		return;
	word->documents += entry->word.documents;
	word->titles += entry->word.titles;
	entry->word.documents = entry->word.titles = 0;
}

static int by_key(const void *a, const void *b)
{
	const struct listed_word *x = &((const struct entry *)a)->word, *y = &((const struct entry *)b)->word;

	return key_compare(x->key, x->length, y->key, y->length);
}

/* What is the same as before goes behind all others, out of the way. */
const struct entry *change_sort(struct vocabulary_change *change, size_t *count)
{
	size_t kept = 0;

	for (size_t i = 0; i < change->capacity; i++) {
		struct entry entry = change->entries[i];

		if (!entry.word.key || (entry.word.documents == 0 && entry.word.titles == 0))
			continue;
		change->entries[i] = change->entries[kept];
		change->entries[kept++] = entry;
	}
	qsort(change->entries, kept, sizeof *change->entries, by_key);
	*count = kept;
	return change->entries;
}

/* ---- documents ---- */

static int count_entry(struct vocabulary_change *change, const struct listed_word *word)
{
	struct entry *entry = entry_of(change, word);

	if (!entry)
		return ANALYZER_NO_MEMORY;
	if (entry->last != change->document) {
		entry->last = change->document;
		entry->word.documents += change->sign;
		entry->word.titles += change->in_title ? change->sign : 0;
	}
	return 0;
}

static int count_word(void *context, const struct text_word *word)
{
	char key[1 + WORD_BYTES] = { KIND_WORD };

	if (word->plain_length > WORD_BYTES || word->written_length > WORD_BYTES)
		return 0;
	memcpy(key + 1, word->plain, word->plain_length);
	return count_entry(context, &(struct listed_word){ .key = key, .length = 1 + word->plain_length, .written = word->written,
	                                                   .written_length = word->written_length });
}

static int count_words(struct vocabulary_change *change, const char *text)
{
	return words_run(change->analyzer, text, strlen(text), count_word, change);
}

static int count_topic(struct vocabulary_change *change, const char *text, size_t length)
{
	struct buffer key = { 0 };
	struct plain_text plain = { .count = 0 };
	int rc = plain_read(change->analyzer, text, length, &plain);

	if (rc == 0 && plain.count > 0) {
		buffer_char(&key, KIND_TOPIC);
		buffer_add(&key, plain.text.data, plain.text.length);
		buffer_char(&key, TOPIC_END);
		buffer_add(&key, text, length);
		rc = key.failed ? ANALYZER_NO_MEMORY : 0;
	}
	if (rc == 0 && key.length > 0 && key.length <= LISTED_KEY)
		rc = count_entry(change, &(struct listed_word){ .key = key.data, .length = key.length, .written = key.data + 1,
		                                                .written_length = key.length - 1 });
	plain_free(&plain);
	buffer_free(&key);
	return rc;
}

static int count_topics(struct vocabulary_change *change, const char *topics)
{
	static const char between[] = ", ";
	int rc = 0;

	while (rc == 0 && *topics) {
		const char *end = strstr(topics, between);
		size_t length = end ? (size_t)(end - topics) : strlen(topics);

		rc = count_topic(change, topics, length);
		topics += length + (end ? sizeof between - 1 : 0);
	}
	return rc;
}

/* The title comes first: what is counted once counts as one of its words. */
nmk_status vocabulary_take(struct nmk_op *op, struct vocabulary_change *change, int sign, const char *title,
                           const char *description, const char *topics, const char *creator)
{
	int rc;

	change->document++;
	change->sign = sign;
	change->in_title = true;
	rc = count_words(change, title);
	change->in_title = false;
	if (rc == 0)
		rc = count_words(change, description);
	if (rc == 0)
		rc = count_words(change, topics);
	if (rc == 0)
		rc = count_words(change, creator);
	if (rc == 0)
		rc = count_topics(change, topics);
	return rc == 0 ? NMK_OK : tx_no_memory(&op->tx);
}
