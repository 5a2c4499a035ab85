/* checkpoint.c -- checkpoints and proofs as texts, C2SP tlog-checkpoint and tlog-proof. */
#include "note.h"

#include <string.h>

static void hash_write(struct buffer *text, const struct tree_hash *hash)
{
	base64_write(text, hash->bytes, TREE_HASH_BYTES);
	buffer_char(text, '\n');
}

static bool hash_read(const char *line, size_t length, struct tree_hash *hash)
{
	size_t decoded;

	return length == 44 && base64_read(line, length, hash->bytes, TREE_HASH_BYTES, &decoded) && decoded == TREE_HASH_BYTES;
}

/* The next line without its end; false if there is none that ends. */
static bool next_line(const char **at, const char *end, const char **line, size_t *length)
{
	const char *feed = *at < end ? memchr(*at, '\n', (size_t)(end - *at)) : NULL;

	if (!feed)
		return false;
	*line = *at;
	*length = (size_t)(feed - *at);
	*at = feed + 1;
	return true;
}

/* A whole line that is a number. */
static bool number_line(const char **at, const char *end, uint64_t *number)
{
	const char *line;
	size_t length;

	return next_line(at, end, &line, &length) && decimal_read(&line, *at - 1, number) && line == *at - 1;
}

/* ---- checkpoints ---- */

void checkpoint_write(struct buffer *text, const char *origin, uint64_t size, const struct tree_hash *root)
{
	buffer_format(text, "%s\n%llu\n", origin, (unsigned long long)size);
	hash_write(text, root);
}

bool checkpoint_read(const char *text, size_t length, struct checkpoint *checkpoint)
{
	const char *at = text, *end = text + length, *line;
	size_t line_length;

	if (!next_line(&at, end, &checkpoint->origin, &checkpoint->origin_length) || checkpoint->origin_length == 0
	    || !number_line(&at, end, &checkpoint->size) || !next_line(&at, end, &line, &line_length)
	    || !hash_read(line, line_length, &checkpoint->root))
		return false;
	while (at < end) /* extension lines */
		if (!next_line(&at, end, &line, &line_length) || line_length == 0)
			return false;
	return true;
}

bool checkpoint_open(const char *note, size_t length, const struct note_key *key, struct checkpoint *checkpoint)
{
	size_t text_length;

	return note_open(note, length, key, 1, &text_length, NULL) && checkpoint_read(note, text_length, checkpoint)
	    && checkpoint->origin_length == strlen(key->name) && memcmp(checkpoint->origin, key->name, checkpoint->origin_length) == 0;
}

/* ---- proofs ---- */

#define PROOF_HEADER "c2sp.org/tlog-proof@v1"

void log_proof_write(struct buffer *text, const void *extra, size_t extra_length, uint64_t index, const struct tree_proof *proof,
                     const char *checkpoint)
{
	buffer_text(text, PROOF_HEADER "\n");
	if (extra_length > 0) {
		buffer_text(text, "extra ");
		base64_write(text, extra, extra_length);
		buffer_char(text, '\n');
	}
	buffer_format(text, "index %llu\n", (unsigned long long)index);
	for (int i = 0; i < proof->count; i++)
		hash_write(text, &proof->hashes[i]);
	buffer_char(text, '\n');
	buffer_text(text, checkpoint);
}

static bool line_begins(const char *line, size_t length, const char *word)
{
	return length >= strlen(word) && memcmp(line, word, strlen(word)) == 0;
}

static bool extra_is_base64(const char *text, size_t length)
{
	unsigned char bytes[48];
	size_t decoded;

	if (length == 0 || length % 4 != 0)
		return false;
	for (; length > 64; text += 64, length -= 64) /* whole pieces without padding, then the rest */
		if (!base64_read(text, 64, bytes, sizeof bytes, &decoded) || decoded != 48)
			return false;
	return base64_read(text, length, bytes, sizeof bytes, &decoded);
}

static bool head_read(const char **at, const char *end, struct log_proof *proof)
{
	const char *line;
	size_t length;

	if (!next_line(at, end, &line, &length) || length != strlen(PROOF_HEADER) || !line_begins(line, length, PROOF_HEADER)
	    || !next_line(at, end, &line, &length))
		return false;
	if (line_begins(line, length, "extra ")) {
		proof->extra = line + 6;
		proof->extra_length = length - 6;
		if (!extra_is_base64(proof->extra, proof->extra_length) || !next_line(at, end, &line, &length))
			return false;
	}
	if (!line_begins(line, length, "index "))
		return false;
	line += 6;
	return decimal_read(&line, *at - 1, &proof->index) && line == *at - 1;
}

static bool hashes_read(const char **at, const char *end, struct tree_proof *proof)
{
	const char *line;
	size_t length;

	while (next_line(at, end, &line, &length)) {
		if (length == 0)
			return true;
		if (proof->count == TREE_PROOF_MOST || !hash_read(line, length, &proof->hashes[proof->count]))
			return false;
		proof->count++;
	}
	return false;
}

bool log_proof_read(const char *text, size_t length, struct log_proof *proof)
{
	const char *at = text, *end = text + length;

	memset(proof, 0, sizeof *proof);
	if (length > NOTE_LENGTH_MOST || memchr(text, '\0', length) || !head_read(&at, end, proof)
	    || !hashes_read(&at, end, &proof->proof))
		return false;
	proof->checkpoint = at;
	proof->checkpoint_length = (size_t)(end - at);
	return proof->checkpoint_length > 0;
}

bool log_proof_verify(const struct log_proof *proof, const void *entry, size_t length, const struct note_key *key)
{
	struct checkpoint checkpoint;
	struct tree_hash leaf;

	if (!checkpoint_open(proof->checkpoint, proof->checkpoint_length, key, &checkpoint))
		return false;
	tree_leaf(entry, length, &leaf);
	return tree_verify_inclusion(proof->index, checkpoint.size, &leaf, &proof->proof, &checkpoint.root);
}
