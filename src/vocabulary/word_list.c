/* word_list.c -- a word: how many bytes it shares with the one before, how many follow, these; its documents and titles; how it is
 * written. Numbers have seven bits to a byte, the lowest first. */
#include "word_list.h"

#include <string.h>

/* How it is written: like the plain form, with a capital, or otherwise: then with so many bytes more. */
enum { AS_PLAIN, WITH_CAPITAL, OTHERWISE };

int key_compare(const char *a, size_t a_length, const char *b, size_t b_length)
{
	size_t shared = a_length < b_length ? a_length : b_length;
	int difference = shared > 0 ? memcmp(a, b, shared) : 0;

	return difference != 0 ? difference : a_length < b_length ? -1 : a_length > b_length;
}

/* The longest number has ten bytes. */
#define RECORD_BYTES (5 * 10 + LISTED_KEY + LISTED_WRITTEN)

struct record {
	unsigned char bytes[RECORD_BYTES];
	size_t        length;
};

static void put_number(struct record *record, uint64_t number)
{
	for (; number >= 0x80; number >>= 7)
		record->bytes[record->length++] = (unsigned char)(number | 0x80);
	record->bytes[record->length++] = (unsigned char)number;
}

static void put_bytes(struct record *record, const char *bytes, size_t length)
{
	memcpy(record->bytes + record->length, bytes, length);
	record->length += length;
}

static char capital(char letter)
{
	return letter >= 'a' && letter <= 'z' ? (char)(letter - 'a' + 'A') : letter;
}

/* The plain form begins behind the kind. */
static unsigned int form_of(const struct listed_word *word)
{
	if (word->written_length != word->length - 1 || memcmp(word->written + 1, word->key + 2, word->length - 2) != 0)
		return OTHERWISE;
	return word->written[0] == word->key[1] ? AS_PLAIN : word->written[0] == capital(word->key[1]) ? WITH_CAPITAL : OTHERWISE;
}

void list_add(struct list_writer *writer, const struct listed_word *word)
{
	unsigned int form = form_of(word);
	struct record record;
	size_t shared = 0;

	while (shared < writer->length && shared < word->length && writer->key[shared] == word->key[shared])
		shared++;
	record.length = 0;
	put_number(&record, shared);
	put_number(&record, word->length - shared);
	put_bytes(&record, word->key + shared, word->length - shared);
	put_number(&record, (uint64_t)word->documents);
	put_number(&record, (uint64_t)word->titles);
	put_number(&record, form < OTHERWISE ? form : OTHERWISE + word->written_length);
	if (form == OTHERWISE)
		put_bytes(&record, word->written, word->written_length);
	buffer_add(&writer->bytes, record.bytes, record.length);
	memcpy(writer->key + shared, word->key + shared, word->length - shared);
	writer->length = word->length;
}

void list_start(struct list_reader *reader, const void *bytes, size_t length)
{
	reader->at = length > 0 ? bytes : (const void *)"";
	reader->end = reader->at + length;
	reader->damaged = false;
	reader->word = (struct listed_word){ .key = reader->key };
}

static uint64_t read_number(struct list_reader *reader)
{
	uint64_t number = 0;

	if (reader->at < reader->end && *reader->at < 0x80)
		return *reader->at++;
	for (int shift = 0; reader->at < reader->end && shift < 63; shift += 7) {
		unsigned char byte = *reader->at++;

		number |= (uint64_t)(byte & 0x7F) << shift;
		if (byte < 0x80)
			return number;
	}
	reader->damaged = true;
	return 0;
}

static bool read_bytes(struct list_reader *reader, char *to, size_t length)
{
	if ((size_t)(reader->end - reader->at) < length)
		return false;
	memcpy(to, reader->at, length);
	reader->at += length;
	return true;
}

static bool read_key(struct list_reader *reader)
{
	uint64_t shared = read_number(reader), more = read_number(reader);

	if (reader->damaged || shared > reader->word.length || more > LISTED_KEY - shared || shared + more < 2)
		return false;
	reader->word.length = shared + more;
	return read_bytes(reader, reader->key + shared, more);
}

static bool read_written(struct list_reader *reader)
{
	struct listed_word *word = &reader->word;
	uint64_t form = read_number(reader);

	word->written = reader->key + 1;
	word->written_length = word->length - 1;
	if (form == AS_PLAIN)
		return !reader->damaged;
	if (form == WITH_CAPITAL && word->written_length <= LISTED_WRITTEN)
		memcpy(reader->written, word->written, word->written_length);
	else if (form > OTHERWISE && form - OTHERWISE <= LISTED_WRITTEN && read_bytes(reader, reader->written, form - OTHERWISE))
		word->written_length = form - OTHERWISE;
	else
		return false;
	word->written = reader->written;
	if (form == WITH_CAPITAL)
		reader->written[0] = capital(reader->written[0]);
	return true;
}

bool list_next(struct list_reader *reader)
{
	if (reader->damaged || reader->at == reader->end)
		return false;
	reader->damaged = !read_key(reader);
	reader->word.documents = (int64_t)read_number(reader);
	reader->word.titles = (int64_t)read_number(reader);
	if (!reader->damaged)
		reader->damaged = !read_written(reader);
	return !reader->damaged;
}
