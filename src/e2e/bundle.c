/* bundle.c -- the keys that a member publishes, and one set of them as another takes it. */
#include "e2e.h"

#include <sodium.h>

#define RECORD_VERSION  1
#define UNSIGNED_LENGTH (NMK_E2E_SIGNED_PREKEY_BYTES - E2E_SIGNATURE_BYTES)

/* What is signed: these words with their NUL, then the record up to the signature. */
static const char purpose[] = "nanomarket e2e signed prekey";
#define SIGNED_LENGTH (sizeof purpose + UNSIGNED_LENGTH)

static void signed_bytes(const unsigned char *record, unsigned char bytes[SIGNED_LENGTH])
{
	memcpy(bytes, purpose, sizeof purpose);
	memcpy(bytes + sizeof purpose, record, UNSIGNED_LENGTH);
}

void prekey_record_write(const nmk_e2e_identity *identity, const struct signed_prekey *prekey,
                         unsigned char bytes[NMK_E2E_SIGNED_PREKEY_BYTES])
{
	struct bytes_writer writer = { bytes };
	unsigned char to_sign[SIGNED_LENGTH];

	write_number(&writer, 1, RECORD_VERSION);
	write_bytes(&writer, identity->sign_public, E2E_KEY_BYTES);
	write_number(&writer, 4, prekey->id);
	write_number(&writer, 8, (uint64_t)prekey->created_at);
	write_bytes(&writer, prekey->pair.public, E2E_KEY_BYTES);
	signed_bytes(bytes, to_sign);
	e2e_sign(identity->sign_secret, to_sign, sizeof to_sign, writer.at);
}

static bool is_prekey_id(uint32_t id)
{
	return id >= 1 && id <= ID_MAXIMUM;
}

bool prekey_record_read(const void *bytes, size_t length, struct prekey_record *record)
{
	struct bytes_reader reader = { bytes, length, false };
	unsigned char to_check[SIGNED_LENGTH];
	const unsigned char *signature;
	uint64_t created_at;

	if (length != NMK_E2E_SIGNED_PREKEY_BYTES || read_number(&reader, 1) != RECORD_VERSION)
		return false;
	read_bytes(&reader, record->identity, E2E_KEY_BYTES);
	record->id = read_number32(&reader);
	created_at = read_number(&reader, 8);
	record->created_at = (int64_t)created_at;
	read_bytes(&reader, record->prekey, E2E_KEY_BYTES);
	signature = read_piece(&reader, E2E_SIGNATURE_BYTES);
	signed_bytes(bytes, to_check);
	return read_whole(&reader) && is_prekey_id(record->id) && created_at <= INT64_MAX
	    && e2e_exchange_key(record->identity, record->exchange)
	    && e2e_is_signed(record->identity, to_check, sizeof to_check, signature);
}

static bool one_time_record_read(struct bytes_reader *reader, uint32_t *id, unsigned char key[E2E_KEY_BYTES])
{
	*id = read_number32(reader);
	read_bytes(reader, key, E2E_KEY_BYTES);
	return !reader->failed && is_prekey_id(*id);
}

/* Each id higher than the one before: none comes twice. */
bool one_time_records_are_well_formed(const void *bytes, size_t length)
{
	struct bytes_reader reader = { bytes, length, false };
	unsigned char key[E2E_KEY_BYTES];
	uint32_t id, before = 0;

	for (; reader.left > 0; before = id)
		if (!one_time_record_read(&reader, &id, key) || id <= before)
			return false;
	return true;
}

bool prekey_bundle_read(const void *bytes, size_t length, struct prekey_bundle *bundle)
{
	struct bytes_reader reader = { bytes, length, false };
	const unsigned char *record = read_piece(&reader, NMK_E2E_SIGNED_PREKEY_BYTES);

	bundle->one_time_id = 0;
	if (!record || !prekey_record_read(record, NMK_E2E_SIGNED_PREKEY_BYTES, &bundle->record))
		return false;
	return reader.left == 0
	    || (one_time_record_read(&reader, &bundle->one_time_id, bundle->one_time) && read_whole(&reader));
}
