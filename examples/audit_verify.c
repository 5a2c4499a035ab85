/* audit_verify.c -- verify an exported audit log, or one receipt, without the library and without a database.
 *
 *     audit_verify FOLDER [KEY [CHECKPOINT-FILE...]]     the files "key", "checkpoints" and "entries" of nanomarket audit export
 *     audit_verify --receipt FILE KEY                    a receipt of nanomarket audit prove
 *
 * Give the KEY that you got from somebody you trust; without it the folder's own is taken, which proves less. Checkpoint files are
 * what you kept from earlier. Standards: RFC 9162, RFC 8032, C2SP signed-note, tlog-checkpoint, tlog-proof. */
#define _DEFAULT_SOURCE
#include <sodium.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HASH 32

static _Noreturn void fail(const char *what, const char *detail)
{
	fprintf(stderr, "FAILED: %s%s%s\n", what, detail ? ": " : "", detail ? detail : "");
	exit(1);
}

static char *read_file(const char *folder, const char *name)
{
	char path[4096], *text;
	FILE *file;
	long size;

	snprintf(path, sizeof path, "%s%s%s", folder ? folder : "", folder ? "/" : "", name);
	file = fopen(path, "rb");
	if (!file || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0)
		fail("cannot read", path);
	rewind(file);
	text = malloc((size_t)size + 1);
	if (!text || fread(text, 1, (size_t)size, file) != (size_t)size)
		fail("cannot read", path);
	fclose(file);
	text[size] = '\0';
	if (strlen(text) != (size_t)size)
		fail("is no text", path);
	return text;
}

/* libsodium takes some bytes above 0x7f for letters, so these are looked at first. */
static bool unbase64(const char *text, size_t length, unsigned char *bytes, size_t room, size_t *decoded)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";

	*decoded = 0;
	for (size_t i = 0; i < length; i++)
		if (!strchr(letters, text[i]))
			return false;
	return sodium_base642bin(bytes, room, text, length, NULL, decoded, NULL, sodium_base64_VARIANT_ORIGINAL) == 0;
}

static bool unbase64_hash(const char *text, size_t length, unsigned char hash[HASH])
{
	size_t decoded;

	return unbase64(text, length, hash, HASH, &decoded) && decoded == HASH;
}

/* ---- the tree, RFC 9162, 2.1 ---- */

static void hash_leaf(const void *entry, size_t length, unsigned char hash[HASH])
{
	crypto_hash_sha256_state state;

	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const unsigned char *)"\0", 1);
	crypto_hash_sha256_update(&state, entry, length);
	crypto_hash_sha256_final(&state, hash);
}

static void hash_node(const unsigned char *left, const unsigned char *right, unsigned char *hash)
{
	unsigned char data[1 + 2 * HASH] = { 1 };

	memcpy(data + 1, left, HASH);
	memcpy(data + 1 + HASH, right, HASH);
	crypto_hash_sha256(hash, data, sizeof data);
}

struct range { uint64_t size; int count; unsigned char hashes[64][HASH]; };

static void append(struct range *range, const unsigned char leaf[HASH])
{
	unsigned char hash[HASH];

	memcpy(hash, leaf, HASH);
	for (uint64_t size = range->size++; size & 1; size >>= 1)
		hash_node(range->hashes[--range->count], hash, hash);
	memcpy(range->hashes[range->count++], hash, HASH);
}

static void root_of(const struct range *range, unsigned char root[HASH])
{
	memcpy(root, range->hashes[range->count - 1], HASH);
	for (int i = range->count - 2; i >= 0; i--)
		hash_node(range->hashes[i], root, root);
}

/* ---- keys and checkpoints ---- */

struct key { char name[256]; unsigned char id[4], public_key[32]; };
struct checkpoint { uint64_t size; unsigned char root[HASH]; };

/* NAME+ID+BASE64(1, public key); the id is the beginning of SHA-256(NAME, line feed, 1, public key). */
static bool read_key(const char *text, struct key *key)
{
	const char *plus = strchr(text, '+');
	size_t name = plus ? (size_t)(plus - text) : 0, length = strcspn(text, "\r\n"), decoded;
	unsigned char material[33], data[300], hash[HASH];
	char hex[9];

	if (name == 0 || name >= sizeof key->name || length < name + 11 || plus[9] != '+'
	    || !unbase64(plus + 10, length - name - 10, material, sizeof material, &decoded) || decoded != 33 || material[0] != 1)
		return false;
	memset(key, 0, sizeof *key);
	memcpy(key->name, text, name);
	memcpy(key->public_key, material + 1, 32);
	memcpy(data, text, name);
	data[name] = '\n';
	memcpy(data + name + 1, material, sizeof material);
	crypto_hash_sha256(hash, data, name + 1 + sizeof material);
	memcpy(key->id, hash, 4);
	sodium_bin2hex(hex, sizeof hex, key->id, 4);
	return memcmp(hex, plus + 1, 8) == 0;
}

/* Does a line "-- NAME BASE64(id, signature)" of the note verify? */
static bool is_signed(const char *note, size_t text_length, const char *signatures, const struct key *key)
{
	static const char dash[] = "\xe2\x80\x94 ";
	size_t name = strlen(key->name), decoded;
	unsigned char signature[4 + 64];

	for (const char *line = signatures, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		const char *base64 = line + 4 + name + 1;

		if ((size_t)(end - line) > 5 + name && memcmp(line, dash, 4) == 0 && memcmp(line + 4, key->name, name) == 0 && base64[-1] == ' '
		    && unbase64(base64, (size_t)(end - base64), signature, sizeof signature, &decoded) && decoded == sizeof signature
		    && memcmp(signature, key->id, 4) == 0)
			return crypto_sign_verify_detached(signature + 4, (const unsigned char *)note, text_length, key->public_key) == 0;
	}
	return false;
}

/* ORIGIN, SIZE, BASE64(root), an empty line, signatures. The log has the name of its key. */
static bool read_checkpoint(const char *note, const struct key *key, struct checkpoint *checkpoint)
{
	const char *signatures = strstr(note, "\n\n"), *size = strchr(note, '\n'), *root;
	char *after;

	if (!signatures || size - note != (long)strlen(key->name) || memcmp(note, key->name, strlen(key->name)) != 0 || size[1] < '0'
	    || size[1] > '9')
		return false;
	checkpoint->size = strtoull(size + 1, &after, 10);
	root = after + 1;
	return *after == '\n' && unbase64_hash(root, strcspn(root, "\n"), checkpoint->root)
	    && is_signed(note, (size_t)(signatures - note) + 1, signatures + 2, key);
}

/* ---- a folder ---- */

/* Notes with "---" lines between them, become texts of their own. */
static size_t split_notes(char *text, char **notes, size_t room)
{
	size_t count = 0;

	for (char *note = text, *end; *note; note = end + 4) {
		end = strstr(note, "---\n");
		if (!end || count == room)
			fail("the checkpoints are damaged", NULL);
		*end = '\0';
		notes[count++] = note;
	}
	return count;
}

static void verify_folder(const char *folder, const char *key_text, char **kept, int kept_count)
{
	enum { MOST = 1 << 20 };
	char *entries = read_file(folder, "entries"), *texts = read_file(folder, "checkpoints");
	char *own_key = key_text ? NULL : read_file(folder, "key");
	char **notes = calloc(MOST + (size_t)kept_count, sizeof *notes);
	struct checkpoint *checkpoints = calloc(MOST + (size_t)kept_count, sizeof *checkpoints);
	struct range range = { 0 };
	struct key key;
	size_t count, reached = 0;
	long gone = 0;

	if (!notes || !checkpoints)
		fail("out of memory", NULL);
	if (!read_key(key_text ? key_text : own_key, &key))
		fail("the key is none", NULL);
	count = split_notes(texts, notes, MOST);
	for (int i = 0; i < kept_count; i++)
		notes[count++] = read_file(NULL, kept[i]);
	for (size_t i = 0; i < count; i++)
		if (!read_checkpoint(notes[i], &key, &checkpoints[i]))
			fail("a checkpoint is not signed by the key", notes[i]);
	for (char *line = entries, *end; *line; line = end + 1) {
		unsigned char leaf[HASH], root[HASH];
		char sequence[40];

		end = strchr(line, '\n');
		if (!end)
			fail("the entries are cut off", NULL);
		*end = '\0';
		snprintf(sequence, sizeof sequence, "\"seq\":%llu,", (unsigned long long)range.size);
		if (*line == '-') { /* its time is over: only the hash is left */
			if (!unbase64_hash(line + 1, (size_t)(end - line) - 1, leaf))
				fail("an entry is damaged", line);
			gone++;
		} else if (!strstr(line, sequence)) {
			fail("an entry is not in its place", line);
		} else {
			hash_leaf(line, (size_t)(end - line), leaf);
		}
		append(&range, leaf);
		for (size_t i = 0; i < count; i++)
			if (checkpoints[i].size == range.size) {
				root_of(&range, root);
				if (memcmp(root, checkpoints[i].root, HASH) != 0)
					fail("a checkpoint tells of other entries", notes[i]);
				reached++;
			}
	}
	if (reached != count)
		fail("entries are missing that a checkpoint tells of", NULL);
	if (count == 0 || checkpoints[count - (size_t)kept_count - 1].size != range.size)
		fail("the last entries are in no checkpoint", NULL);
	printf("sound: %s, %llu entries (%ld only as hashes), %zu checkpoints\n", key.name, (unsigned long long)range.size, gone, count);
	for (int i = 0; i < kept_count; i++)
		free(notes[--count]);
	free(notes);
	free(checkpoints);
	free(own_key);
	free(texts);
	free(entries);
}

/* ---- a receipt: RFC 9162, 2.1.3.2 ---- */

static void verify_receipt(const char *path, const char *key_text)
{
	char *text = read_file(NULL, path), *line = strstr(text, "\nextra "), *at;
	unsigned char *entry = malloc(strlen(text) + 1), hash[HASH], node[HASH];
	struct checkpoint checkpoint;
	size_t length = 0;
	uint64_t fn, sn;
	struct key key;

	if (!read_key(key_text, &key))
		fail("the key is none", NULL);
	if (!entry || strncmp(text, "c2sp.org/tlog-proof@v1\nextra ", 29) != 0
	    || !unbase64(line + 7, strcspn(line + 7, "\n"), entry, strlen(text), &length) || !(at = strstr(line, "\nindex ")))
		fail("this is no receipt", NULL);
	fn = strtoull(at + 7, &at, 10);
	for (line = at + 1; *at == '\n' && *line && *line != '\n'; line += strcspn(line, "\n") + 1)
		continue;
	if (*line != '\n' || !read_checkpoint(line + 1, &key, &checkpoint) || fn >= checkpoint.size)
		fail("its checkpoint is not signed by the key", NULL);
	sn = checkpoint.size - 1;
	hash_leaf(entry, length, hash);
	for (line = at + 1; *line != '\n'; line += strcspn(line, "\n") + 1) {
		if (sn == 0 || !unbase64_hash(line, strcspn(line, "\n"), node))
			fail("the proof is damaged", NULL);
		if ((fn & 1) || fn == sn) {
			hash_node(node, hash, hash);
			for (; !(fn & 1) && fn != 0; fn >>= 1)
				sn >>= 1;
		} else {
			hash_node(hash, node, hash);
		}
		fn >>= 1;
		sn >>= 1;
	}
	if (sn != 0 || memcmp(hash, checkpoint.root, HASH) != 0)
		fail("the receipt proves nothing", NULL);
	printf("proved: %.*s\n", (int)length, (const char *)entry);
	free(entry);
	free(text);
}

int main(int argc, char **argv)
{
	if (sodium_init() < 0)
		fail("libsodium", NULL);
	if (argc == 4 && strcmp(argv[1], "--receipt") == 0)
		verify_receipt(argv[2], argv[3]);
	else if (argc >= 2 && argv[1][0] != '-')
		verify_folder(argv[1], argc > 2 ? argv[2] : NULL, argv + 3, argc > 3 ? argc - 3 : 0);
	else
		fail("usage: audit_verify FOLDER [KEY [CHECKPOINT-FILE...]] | --receipt FILE KEY", NULL);
	return 0;
}
