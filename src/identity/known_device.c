/* known_device.c -- a text by which a client that was logged in before is known again. It opens nothing: it only keeps who
 * guesses elsewhere from delaying the owner.
 *
 * base64url of version 1, the account's number, the time (8 bytes each, big-endian) and a keyed hash of these and of the
 * account's session epoch, which a change of the password moves. */
#include "account.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "number.h"
#include "session.h"

#define VERSION     1
#define PLAIN_BYTES (1 + 8 + 8)
#define TOKEN_BYTES (PLAIN_BYTES + KEY_HASH_BYTES)
#define VARIANT     sodium_base64_VARIANT_URLSAFE_NO_PADDING

static void hash_token(const nmk_session *session, const unsigned char plain[PLAIN_BYTES], int64_t session_epoch,
                       unsigned char hash[KEY_HASH_BYTES])
{
	unsigned char data[PLAIN_BYTES + 8];

	memcpy(data, plain, PLAIN_BYTES);
	put_big_endian(data + PLAIN_BYTES, 8, (uint64_t)session_epoch);
	key_hash(session->market->keys, KEY_DEVICE, data, sizeof data, hash);
}

char *nmk_session_known_device(const nmk_session *session)
{
	unsigned char token[TOKEN_BYTES] = { VERSION };
	size_t size = sodium_base64_ENCODED_LEN(sizeof token, VARIANT);
	char *text;

	if (session->kind != ACTOR_MEMBER || session->grounds.origin != ORIGIN_PASSWORD)
		return NULL;
	text = malloc(size);
	if (!text)
		return NULL;
	put_big_endian(token + 1, 8, (uint64_t)session->grounds.user_id);
	put_big_endian(token + 9, 8, (uint64_t)session->used_at);
	hash_token(session, token, session->grounds.session_epoch, token + PLAIN_BYTES);
	sodium_bin2base64(text, size, token, sizeof token, VARIANT);
	sodium_memzero(token, sizeof token);
	return text;
}

static bool token_read(const char *text, unsigned char token[TOKEN_BYTES])
{
	size_t length;

	return sodium_base642bin(token, TOKEN_BYTES, text, strlen(text), NULL, &length, NULL, VARIANT) == 0
	    && length == TOKEN_BYTES && token[0] == VERSION;
}

bool known_device_is_of(const nmk_session *session, int64_t now, int64_t user_id, int64_t session_epoch,
                        unsigned char device[KEY_HASH_BYTES])
{
	unsigned char token[TOKEN_BYTES];
	bool known;

	if (!session->known_device || !token_read(session->known_device, token))
		return false;
	hash_token(session, token, session_epoch, device);
	known = sodium_memcmp(device, token + PLAIN_BYTES, KEY_HASH_BYTES) == 0 && user_id && (int64_t)get_big_endian(token + 1, 8) == user_id
	     && now - (int64_t)get_big_endian(token + 9, 8) <= DEVICE_KEPT_MS;
	sodium_memzero(token, sizeof token);
	if (!known) /* that would be one */
		sodium_memzero(device, KEY_HASH_BYTES);
	return known;
}
