/* note_fuzz.c -- notes, keys and checkpoints of strangers: nothing crashes, nothing opens that was not signed, and what is a
 * checkpoint is written as it was read. */
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "note.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned char public_key[NOTE_PUBLIC_BYTES], secret_key[NOTE_SECRET_BYTES];
static struct note_key key;

static void set_up(void)
{
	static const unsigned char seed[32] = { 7 };

	if (key.name[0] || sodium_init() < 0)
		return;
	crypto_sign_seed_keypair(public_key, secret_key, seed);
	if (!note_key_make("log.example", public_key, &key))
		abort();
}

static void try_note(const char *text, size_t size)
{
	struct checkpoint checkpoint;
	size_t length;
	uint32_t verified;

	if (note_open(text, size, &key, 1, &length, &verified) && (verified != 1 || length >= size || text[length - 1] != '\n'))
		abort();
	checkpoint_open(text, size, &key, &checkpoint);
}

static void try_key(const char *text, size_t size)
{
	struct buffer again = { 0 };
	struct note_key read;

	if (!note_key_read(text, size, &read))
		return;
	note_key_write(&again, &read);
	if (!again.failed && (again.length != size || memcmp(again.data, text, size) != 0))
		abort(); /* two texts for one key */
	buffer_free(&again);
}

static void try_checkpoint(const char *text, size_t size)
{
	struct checkpoint checkpoint;
	struct buffer again = { 0 };
	char *origin;

	if (!checkpoint_read(text, size, &checkpoint))
		return;
	origin = malloc(checkpoint.origin_length + 1);
	if (!origin)
		return;
	memcpy(origin, checkpoint.origin, checkpoint.origin_length);
	origin[checkpoint.origin_length] = '\0';
	if (strlen(origin) == checkpoint.origin_length) {
		checkpoint_write(&again, origin, checkpoint.size, &checkpoint.root);
		if (!again.failed && (again.length > size || memcmp(again.data, text, again.length) != 0))
			abort();
	}
	free(origin);
	buffer_free(&again);
}

/* Any text that ends with a line feed can be signed; what opens then is a note. */
static void try_signing(const char *text, size_t size)
{
	struct buffer note = { 0 };
	size_t length;

	buffer_add(&note, text, size);
	buffer_text(&note, "\n");
	note_sign(&note, &key, secret_key, true);
	if (!note.failed && note_open(note.data, note.length, &key, 1, &length, NULL) && length != size + 1)
		abort();
	buffer_free(&note);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;

	set_up();
	try_note(text, size);
	try_key(text, size);
	try_checkpoint(text, size);
	try_signing(text, size);
	return 0;
}
