/* ring_fuzz.c -- hostile bytes as the file of a key ring, as what is sealed in it, and as a sealed value: all is refused but what
 * was sealed here, and that opens as it was only in its place. */
#include <sodium.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "ring.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PLACE   "keyring"
#define VARIANT sodium_base64_VARIANT_ORIGINAL
#define NOTHING "00000000000000000000000000000000"

static const unsigned char store[RING_STORE_BYTES];    /* zeros, as the salt is */
static const struct secret_key key = { { 1 } }, other_key = { { 2 } };
static nmk_error error;

static void require(bool holds)
{
	if (!holds)
		abort();
}

static struct tx no_tx(void)
{
	return (struct tx){ .what = "fuzz", .error = &error };
}

static nmk_status give_key(void *context, unsigned char bytes[KEY_BYTES])
{
	(void)context;
	memcpy(bytes, key.bytes, KEY_BYTES);
	return NMK_OK;
}

/* ---- the file ---- */

static void open_ring(const struct ring_file *file)
{
	char path[] = "fuzz.keyring";
	struct key_ring ring = { .path = path, .root = { ROOT_CALLBACK, { .callback = give_key } } };
	struct ring_content content = { 0 };
	struct tx tx = no_tx();
	nmk_status rc = ring_file_open(&tx, &ring, file, &content);

	require(rc == NMK_OK || (rc == NMK_EDENIED && strcmp(error.field, "root_key") == 0)
	        || (rc == NMK_ECORRUPT && strcmp(error.field, "keyring") == 0));
	require((rc == NMK_OK) == (content.secrets != NULL));
	if (rc == NMK_OK) {
		require(content.count >= 1 && content.count <= RING_EPOCHS);
		for (int i = 0; i < content.count; i++)
			require(content.epochs[i].number == file->oldest + i);
	}
	content_free(&content);
}

static void read_ring(const char *text, size_t length)
{
	struct ring_file file = { .text = malloc(length + 1), .length = length };
	struct tx tx = no_tx();
	nmk_status rc;

	require(file.text != NULL);
	memcpy(file.text, text, length + 1);
	rc = ring_file_check(&tx, "fuzz.keyring", store, &file);
	require(rc == NMK_OK || rc == NMK_ECORRUPT || rc == NMK_EVERSION || rc == NMK_EDENIED);
	require(rc == NMK_OK || strcmp(error.field, "keyring") == 0);
	if (rc == NMK_OK) {
		require(file.oldest >= 1 && strlen(file.root) < sizeof file.root);
		require(file.keys > file.text && file.keys + file.keys_length < file.text + length);
		open_ring(&file);
	}
	free(file.text);
}

/* The text with the check that belongs to it. */
static void read_checked(struct buffer *text)
{
	unsigned char hash[16];
	char check[2 * sizeof hash + 1];

	require(!text->failed);
	crypto_generichash(hash, sizeof hash, (const unsigned char *)text->data, text->length, NULL, 0);
	buffer_format(text, "check %s\n", sodium_bin2hex(check, sizeof check, hash, sizeof hash));
	read_ring(text->data, text->length);
}

static void as_lines(const char *text, size_t size)
{
	struct buffer lines = { 0 };

	buffer_add(&lines, text, size);
	if (size > 0 && text[size - 1] != '\n')
		buffer_char(&lines, '\n');
	read_checked(&lines);
	buffer_free(&lines);
}

static void add_base64(struct buffer *text, const void *bytes, size_t length)
{
	size_t size = sodium_base64_ENCODED_LEN(length, VARIANT);
	char *base64 = malloc(size);

	require(base64 != NULL);
	buffer_text(text, sodium_bin2base64(base64, size, bytes, length, VARIANT));
	free(base64);
}

/* What only who has the root key can make, and yet is no ring. */
static void as_keys(const char *bytes, size_t size, bool begins_well)
{
	struct buffer plain = { 0 }, sealed = { 0 }, text = { 0 };

	if (begins_well)
		buffer_add(&plain, store, sizeof store);
	buffer_add(&plain, bytes, size);
	seal(&key, PLACE, 0, plain.data, plain.length, &sealed);
	if (!sealed.failed) {
		buffer_text(&text, "nanomarket key ring 1\nstore " NOTHING "\nroot callback\nsalt " NOTHING "\noldest 1\nkeys ");
		add_base64(&text, sealed.data, sealed.length);
		buffer_char(&text, '\n');
		read_checked(&text);
	}
	buffer_free(&plain);
	buffer_free(&sealed);
	buffer_free(&text);
}

/* ---- the envelope ---- */

static void refuse(const struct secret_key *with, const char *place, int64_t row, const void *sealed, size_t length)
{
	struct tx tx = no_tx();
	char *plain = NULL;

	require(unseal(&tx, with, place, row, sealed, length, &plain, NULL) == NMK_ECORRUPT);
	require(!plain && strcmp(error.field, place) == 0);
}

static void as_sealed(const char *bytes, size_t size)
{
	refuse(&key, "user_account.email_sealed", 7, bytes, size);
}

static void as_value(const char *bytes, size_t size)
{
	struct buffer sealed = { 0 };
	struct tx tx = no_tx();
	size_t length = 0;
	char *plain;

	seal(&key, "profile.phone_sealed", 7, bytes, size, &sealed);
	require(sealed.failed == (size > SEALED_LENGTH_MAXIMUM));
	if (!sealed.failed) {
		require(sealed.length == SEALED_SIZE(size));
		require(unseal(&tx, &key, "profile.phone_sealed", 7, sealed.data, sealed.length, &plain, &length) == NMK_OK);
		require(length == size && memcmp(plain, bytes, size) == 0 && plain[size] == '\0');
		secret_free(plain);
		refuse(&other_key, "profile.phone_sealed", 7, sealed.data, sealed.length);
		refuse(&key, "profile.phone_sealed", 8, sealed.data, sealed.length);
		refuse(&key, "outbox.data_sealed", 7, sealed.data, sealed.length);
		refuse(&key, "profile.phone_sealed", 7, sealed.data, sealed.length - 1);
		sealed.data[size > 0 ? (unsigned char)bytes[0] % sealed.length : 0] ^= 1;
		refuse(&key, "profile.phone_sealed", 7, sealed.data, sealed.length);
	}
	buffer_free(&sealed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	require(text != NULL && sodium_init() >= 0);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	read_ring(text, size);
	as_lines(text, size);
	as_keys(text, size, false);
	as_keys(text, size, true);
	as_sealed(text, size);
	as_value(text, size);
	free(text);
	return 0;
}
