/* log_proof_fuzz.c -- proofs of strangers: nothing crashes, nothing is proved by them, and what is a proof has one text. */
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "note.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_again(const struct log_proof *proof, const char *text, size_t size)
{
	unsigned char *extra = malloc(proof->extra_length + 1);
	char *checkpoint = malloc(proof->checkpoint_length + 1);
	struct buffer again = { 0 };
	size_t extra_length = 0;

	if (extra && checkpoint) {
		if (proof->extra && !base64_read(proof->extra, proof->extra_length, extra, proof->extra_length, &extra_length))
			abort();
		memcpy(checkpoint, proof->checkpoint, proof->checkpoint_length);
		checkpoint[proof->checkpoint_length] = '\0';
		log_proof_write(&again, extra, extra_length, proof->index, &proof->proof, checkpoint);
		if (!again.failed && (again.length != size || memcmp(again.data, text, size) != 0))
			abort();
	}
	buffer_free(&again);
	free(checkpoint);
	free(extra);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned char public_key[NOTE_PUBLIC_BYTES] = { 0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1 };
	const char *text = (const char *)data;
	struct log_proof proof;
	struct note_key key;

	if (sodium_init() < 0 || !note_key_make("log.example", public_key, &key))
		return 0;
	if (log_proof_read(text, size, &proof)) {
		if (log_proof_verify(&proof, "entry", 5, &key))
			abort(); /* of this key nobody has the other half */
		try_again(&proof, text, size);
	}
	return 0;
}
