/* note.c -- signed notes, C2SP signed-note. */
#include "note.h"

#include <sodium.h>
#include <string.h>
#include "base64.h"
#include "text.h"

#define TYPE_ED25519 0x01
#define MARK         "\xe2\x80\x94 " /* em dash, space: a signature line */
#define MARK_LENGTH  4
#define SIGNATURE_BYTES_MOST 8192    /* signatures of other kinds are passed over */

/* ---- base64 ---- */

void base64_write(struct buffer *text, const void *bytes, size_t length)
{
	char piece[64 / 3 * 4 + 1];
	const unsigned char *at = bytes;

	for (; length > 0;) {
		size_t part = length < 48 ? length : 48;

		sodium_bin2base64(piece, sizeof piece, at, part, sodium_base64_VARIANT_ORIGINAL);
		buffer_text(text, piece);
		at += part;
		length -= part;
	}
}

bool base64_read(const char *text, size_t length, void *bytes, size_t room, size_t *decoded)
{
	*decoded = 0;
	return length % 4 == 0 && base64_decode(text, length, sodium_base64_VARIANT_ORIGINAL, bytes, room, decoded);
}

bool decimal_read(const char **at, const char *end, uint64_t *number)
{
	const char *from = *at;

	*number = 0;
	for (; *at < end && **at >= '0' && **at <= '9'; (*at)++) {
		unsigned digit = (unsigned)(**at - '0');

		if (*number > (uint64_t)INT64_MAX / 10 || *number * 10 > (uint64_t)INT64_MAX - digit)
			return false;
		*number = *number * 10 + digit;
	}
	return *at > from && (*from != '0' || *at == from + 1);
}

/* ---- keys ---- */

/* Unicode's White_Space, as the name is UTF-8; control characters besides. */
static bool has_space(const char *name, size_t length)
{
	static const char *const spaces[] = {
		"\xc2\x85", "\xc2\xa0", "\xe1\x9a\x80", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80"
	};

	for (size_t i = 0; i < length; i++) {
		const unsigned char *at = (const unsigned char *)name + i;

		if (*at <= 0x20 || *at == 0x7f)
			return true;
		if (length - i >= 3 && at[0] == 0xe2 && at[1] == 0x80 && at[2] >= 0x80 && at[2] <= 0x8a)
			return true;
		for (size_t s = 0; s < sizeof spaces / sizeof spaces[0]; s++)
			if (length - i >= strlen(spaces[s]) && memcmp(at, spaces[s], strlen(spaces[s])) == 0)
				return true;
	}
	return false;
}

static bool name_is_fit(const char *name, size_t length)
{
	return length > 0 && length <= NOTE_NAME_MOST && text_is_valid_utf8(name, length) && !memchr(name, '+', length)
	    && !has_space(name, length);
}

static void key_id(const char *name, size_t length, const unsigned char public_key[NOTE_PUBLIC_BYTES], unsigned char id[4])
{
	static const unsigned char separator[] = { '\n', TYPE_ED25519 };
	unsigned char hash[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state state;

	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const unsigned char *)name, length);
	crypto_hash_sha256_update(&state, separator, sizeof separator);
	crypto_hash_sha256_update(&state, public_key, NOTE_PUBLIC_BYTES);
	crypto_hash_sha256_final(&state, hash);
	memcpy(id, hash, 4);
}

static bool key_fill(const char *name, size_t length, const unsigned char public_key[NOTE_PUBLIC_BYTES], struct note_key *key)
{
	if (!name_is_fit(name, length))
		return false;
	memset(key, 0, sizeof *key);
	memcpy(key->name, name, length);
	memcpy(key->public_key, public_key, NOTE_PUBLIC_BYTES);
	key_id(name, length, public_key, key->id);
	return true;
}

bool note_key_make(const char *name, const unsigned char public_key[NOTE_PUBLIC_BYTES], struct note_key *key)
{
	return key_fill(name, strnlen(name, NOTE_NAME_MOST + 1), public_key, key);
}

/* NAME+ID+KEY. A base64 text may have a "+", so the first two count. */
bool note_key_read(const char *text, size_t length, struct note_key *key)
{
	unsigned char material[1 + NOTE_PUBLIC_BYTES];
	const char *end = text + length, *id = memchr(text, '+', length), *base64;
	char hex[9];
	size_t decoded;

	if (!id || end - id < 10 || id[9] != '+')
		return false;
	base64 = id + 10;
	if (!base64_read(base64, (size_t)(end - base64), material, sizeof material, &decoded) || decoded != sizeof material
	    || material[0] != TYPE_ED25519 || !key_fill(text, (size_t)(id - text), material + 1, key))
		return false;
	sodium_bin2hex(hex, sizeof hex, key->id, sizeof key->id);
	return memcmp(hex, id + 1, 8) == 0;
}

void note_key_write(struct buffer *text, const struct note_key *key)
{
	unsigned char material[1 + NOTE_PUBLIC_BYTES] = { TYPE_ED25519 };
	char hex[9];

	memcpy(material + 1, key->public_key, NOTE_PUBLIC_BYTES);
	buffer_text(text, key->name);
	buffer_char(text, '+');
	buffer_text(text, sodium_bin2hex(hex, sizeof hex, key->id, sizeof key->id));
	buffer_char(text, '+');
	base64_write(text, material, sizeof material);
}

/* ---- signing ---- */

void note_sign(struct buffer *note, const struct note_key *key, const unsigned char secret[NOTE_SECRET_BYTES], bool first)
{
	unsigned char signature[4 + crypto_sign_ed25519_BYTES];
	size_t length = note->length, signed_length = length;

	if (note->failed)
		return;
	if (!first) /* what was signed already ends before the last empty line */
		while (signed_length > 1 && !(note->data[signed_length - 1] == '\n' && note->data[signed_length - 2] == '\n'))
			signed_length--;
	if (!first)
		signed_length--;
	memcpy(signature, key->id, 4);
	crypto_sign_ed25519_detached(signature + 4, NULL, (const unsigned char *)note->data, signed_length, secret);
	if (first)
		buffer_char(note, '\n');
	buffer_text(note, MARK);
	buffer_text(note, key->name);
	buffer_char(note, ' ');
	base64_write(note, signature, sizeof signature);
	buffer_char(note, '\n');
}

/* ---- reading ---- */

static bool text_is_fit(const char *note, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)note[i] < 0x20 && note[i] != '\n')
			return false;
	return text_is_valid_utf8(note, length);
}

/* Where the signatures begin, behind the last empty line; 0 if there is none. */
static size_t signatures_at(const char *note, size_t length)
{
	for (size_t i = length; i >= 2; i--)
		if (note[i - 1] == '\n' && note[i - 2] == '\n')
			return i;
	return 0;
}

bool signature_fits(const unsigned char public_key[NOTE_PUBLIC_BYTES], const void *message, size_t length, const void *signature,
                    size_t signature_length)
{
	return signature_length == crypto_sign_ed25519_BYTES
	    && crypto_sign_ed25519_verify_detached(signature, message, length, public_key) == 0;
}

struct signature {
	const char   *name;
	size_t        name_length;
	unsigned char bytes[SIGNATURE_BYTES_MOST];
	size_t        length;
};

static bool signature_read(const char *line, size_t length, struct signature *signature)
{
	const char *space;

	if (length <= MARK_LENGTH || memcmp(line, MARK, MARK_LENGTH) != 0)
		return false;
	signature->name = line + MARK_LENGTH;
	space = memchr(signature->name, ' ', length - MARK_LENGTH);
	if (!space)
		return false;
	signature->name_length = (size_t)(space - signature->name);
	return name_is_fit(signature->name, signature->name_length)
	    && base64_read(space + 1, (size_t)(line + length - space - 1), signature->bytes, sizeof signature->bytes, &signature->length)
	    && signature->length > 4;
}

static bool is_of(const struct signature *signature, const struct note_key *key)
{
	return strlen(key->name) == signature->name_length && memcmp(key->name, signature->name, signature->name_length) == 0
	    && memcmp(key->id, signature->bytes, 4) == 0;
}

/* False: one of the keys is said to have signed, and did not. */
static bool signature_check(const struct signature *signature, const char *note, size_t text_length, const struct note_key *keys,
                            int key_count, uint32_t *verified)
{
	for (int i = 0; i < key_count; i++) {
		if (!is_of(signature, &keys[i]))
			continue;
		if (!signature_fits(keys[i].public_key, note, text_length, signature->bytes + 4, signature->length - 4))
			return false;
		*verified |= UINT32_C(1) << i;
	}
	return true;
}

bool note_open(const char *note, size_t length, const struct note_key *keys, int key_count, size_t *text_length, uint32_t *verified)
{
	size_t at = length <= NOTE_LENGTH_MOST ? signatures_at(note, length) : 0;
	uint32_t signers = 0;
	int count = 0;

	if (verified)
		*verified = 0;
	*text_length = 0;
	if (at == 0 || note[length - 1] != '\n' || !text_is_fit(note, length))
		return false;
	for (const char *line = note + at, *end = note + length; line < end;) {
		const char *feed = memchr(line, '\n', (size_t)(end - line));
		struct signature signature;

		if (++count > NOTE_SIGNATURES_MOST || !signature_read(line, (size_t)(feed - line), &signature)
		    || !signature_check(&signature, note, at - 1, keys, key_count, &signers))
			return false;
		line = feed + 1;
	}
	if (signers == 0)
		return false;
	*text_length = at - 1;
	if (verified)
		*verified = signers;
	return true;
}
