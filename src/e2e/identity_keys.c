/* identity_keys.c -- a member's own keys: the identity, signed prekeys, one-time prekeys. */
#include "e2e.h"

#include <sodium.h>
#include <stdlib.h>

static bool derive_identity(nmk_e2e_identity *identity)
{
	return crypto_sign_seed_keypair(identity->sign_public, identity->sign_secret, identity->seed) == 0
	    && crypto_sign_ed25519_sk_to_curve25519(identity->exchange.secret, identity->sign_secret) == 0
	    && pair_of(identity->exchange.secret, &identity->exchange);
}

static void publish_newest(nmk_e2e_identity *identity)
{
	prekey_record_write(identity, &identity->signed_prekeys[identity->signed_count - 1], identity->record);
}

/* Forget the oldest of a list. */
#define FORGET(list, count, forgotten)                                                                                   \
	do {                                                                                                             \
		memmove((list), (list) + (forgotten), ((count) - (forgotten)) * sizeof *(list));                         \
		(count) -= (forgotten);                                                                                  \
		sodium_memzero((list) + (count), (forgotten) * sizeof *(list));                                          \
	} while (0)

/* ---- signed prekeys ---- */

static bool keeps_signed(const nmk_e2e_identity *identity, uint32_t id)
{
	for (size_t i = 0; i < identity->signed_count; i++)
		if (identity->signed_prekeys[i].id == id)
			return true;
	return false;
}

/* What began with a prekey that is gone cannot begin again. */
static void forget_starts(nmk_e2e_identity *identity)
{
	size_t kept = 0;

	for (size_t i = 0; i < identity->start_count; i++)
		if (keeps_signed(identity, identity->starts[i].signed_id))
			identity->starts[kept++] = identity->starts[i];
	identity->start_count = kept;
}

nmk_status identity_rotate(const struct e2e_random *random, nmk_e2e_identity *identity, int64_t now)
{
	struct signed_prekey *prekey;

	if (identity->last_signed_id == ID_MAXIMUM)
		return NMK_ELIMIT;
	if (identity->signed_count == SIGNED_KEPT)
		FORGET(identity->signed_prekeys, identity->signed_count, 1);
	prekey = &identity->signed_prekeys[identity->signed_count++];
	prekey->id = ++identity->last_signed_id;
	prekey->created_at = now;
	pair_new(random, &prekey->pair);
	forget_starts(identity);
	publish_newest(identity);
	return NMK_OK;
}

nmk_status nmk_e2e_identity_rotate(nmk_e2e_identity *identity, int64_t now)
{
	nmk_status rc = identity && now >= 0 ? identity_rotate(&e2e_system_random, identity, now) : NMK_EINVALID;

	e2e_forget();
	return rc;
}

const unsigned char *nmk_e2e_identity_signed_prekey(const nmk_e2e_identity *identity)
{
	return identity->record;
}

int64_t nmk_e2e_identity_rotated_at(const nmk_e2e_identity *identity)
{
	return identity->signed_prekeys[identity->signed_count - 1].created_at;
}

/* ---- one-time prekeys ---- */

static void add_one_time(const struct e2e_random *random, nmk_e2e_identity *identity, struct bytes_writer *writer)
{
	struct one_time_prekey *prekey;
	struct e2e_pair pair;

	if (identity->one_time_count == ONE_TIME_KEPT)
		FORGET(identity->one_time, identity->one_time_count, 1);
	pair_new(random, &pair);
	prekey = &identity->one_time[identity->one_time_count++];
	prekey->id = ++identity->last_one_time_id;
	memcpy(prekey->secret, pair.secret, sizeof prekey->secret);
	write_number(writer, 4, prekey->id);
	write_bytes(writer, pair.public, sizeof pair.public);
	sodium_memzero(&pair, sizeof pair);
}

nmk_status identity_add_one_time(const struct e2e_random *random, nmk_e2e_identity *identity, size_t count,
                                 unsigned char **records, size_t *length)
{
	struct bytes_writer writer;

	if (count > ID_MAXIMUM - identity->last_one_time_id)
		return NMK_ELIMIT;
	writer.at = malloc(count * NMK_E2E_ONE_TIME_PREKEY_BYTES);
	if (!writer.at)
		return NMK_ENOMEM;
	*records = writer.at;
	*length = count * NMK_E2E_ONE_TIME_PREKEY_BYTES;
	for (size_t i = 0; i < count; i++)
		add_one_time(random, identity, &writer);
	return NMK_OK;
}

nmk_status nmk_e2e_identity_add_one_time(nmk_e2e_identity *identity, size_t count, unsigned char **records, size_t *length)
{
	nmk_status rc;

	if (records)
		*records = NULL;
	if (!identity || !records || !length || count < 1 || count > NMK_E2E_ONE_TIME_PREKEYS_MAXIMUM)
		return NMK_EINVALID;
	rc = identity_add_one_time(&e2e_system_random, identity, count, records, length);
	e2e_forget();
	return rc;
}

/* ---- the whole ---- */

nmk_status identity_create(const struct e2e_random *random, int64_t now, nmk_e2e_identity **identity)
{
	nmk_e2e_identity *made = calloc(1, sizeof *made);

	if (!made)
		return NMK_ENOMEM;
	random_fill(random, made->seed, sizeof made->seed);
	if (!derive_identity(made) || identity_rotate(random, made, now) != NMK_OK) {
		nmk_e2e_identity_free(made);
		return NMK_EINTERNAL;
	}
	*identity = made;
	return NMK_OK;
}

nmk_status nmk_e2e_identity_create(int64_t now, nmk_e2e_identity **identity)
{
	nmk_status rc;

	if (identity)
		*identity = NULL;
	if (!identity || now < 0)
		return NMK_EINVALID;
	if (sodium_init() < 0)
		return NMK_EINTERNAL;
	rc = identity_create(&e2e_system_random, now, identity);
	e2e_forget();
	return rc;
}

void nmk_e2e_identity_free(nmk_e2e_identity *identity)
{
	bytes_wipe_free(identity, sizeof *identity);
}

const unsigned char *nmk_e2e_identity_key(const nmk_e2e_identity *identity)
{
	return identity->sign_public;
}

/* ---- kept by the host ---- */

#define STATE_VERSION 1
#define STATE_FIXED   (1 + E2E_KEY_BYTES + 4 + 4 + 1 + 2 + 2)
#define SIGNED_BYTES  (4 + 8 + E2E_KEY_BYTES)
#define SECRET_BYTES  (4 + E2E_KEY_BYTES)

static size_t plain_length(const nmk_e2e_identity *identity)
{
	return STATE_FIXED + identity->signed_count * SIGNED_BYTES + identity->one_time_count * SECRET_BYTES
	     + identity->start_count * SECRET_BYTES;
}

static void write_state(const nmk_e2e_identity *identity, struct bytes_writer *writer)
{
	write_number(writer, 1, STATE_VERSION);
	write_bytes(writer, identity->seed, sizeof identity->seed);
	write_number(writer, 4, identity->last_signed_id);
	write_number(writer, 4, identity->last_one_time_id);
	write_number(writer, 1, identity->signed_count);
	write_number(writer, 2, identity->one_time_count);
	write_number(writer, 2, identity->start_count);
	for (size_t i = 0; i < identity->signed_count; i++) {
		write_number(writer, 4, identity->signed_prekeys[i].id);
		write_number(writer, 8, (uint64_t)identity->signed_prekeys[i].created_at);
		write_bytes(writer, identity->signed_prekeys[i].pair.secret, E2E_KEY_BYTES);
	}
	for (size_t i = 0; i < identity->one_time_count; i++) {
		write_number(writer, 4, identity->one_time[i].id);
		write_bytes(writer, identity->one_time[i].secret, E2E_KEY_BYTES);
	}
	for (size_t i = 0; i < identity->start_count; i++) {
		write_number(writer, 4, identity->starts[i].signed_id);
		write_bytes(writer, identity->starts[i].ephemeral, E2E_KEY_BYTES);
	}
}

nmk_status nmk_e2e_identity_save(const nmk_e2e_identity *identity, const unsigned char key[NMK_E2E_KEY_BYTES],
                                 unsigned char **sealed, size_t *length)
{
	struct bytes_writer writer;
	unsigned char *plain;

	if (sealed)
		*sealed = NULL;
	if (!identity || !key || !sealed || !length)
		return NMK_EINVALID;
	plain = malloc(plain_length(identity));
	writer.at = plain;
	if (plain)
		write_state(identity, &writer);
	return state_seal(STATE_IDENTITY, key, plain, plain_length(identity), sealed, length);
}

static bool read_signed(struct bytes_reader *reader, nmk_e2e_identity *identity)
{
	uint32_t before = 0;

	for (size_t i = 0; i < identity->signed_count; i++) {
		struct signed_prekey *prekey = &identity->signed_prekeys[i];
		uint64_t created_at;

		prekey->id = read_number32(reader);
		created_at = read_number(reader, 8);
		prekey->created_at = (int64_t)created_at;
		read_bytes(reader, prekey->pair.secret, E2E_KEY_BYTES);
		if (reader->failed || prekey->id <= before || created_at > INT64_MAX || !pair_of(prekey->pair.secret, &prekey->pair))
			return false;
		before = prekey->id;
	}
	return before == identity->last_signed_id;
}

static bool read_one_time(struct bytes_reader *reader, nmk_e2e_identity *identity)
{
	uint32_t before = 0;

	for (size_t i = 0; i < identity->one_time_count; i++) {
		identity->one_time[i].id = read_number32(reader);
		read_bytes(reader, identity->one_time[i].secret, E2E_KEY_BYTES);
		if (identity->one_time[i].id <= before)
			return false;
		before = identity->one_time[i].id;
	}
	return before <= identity->last_one_time_id;
}

static bool read_starts(struct bytes_reader *reader, nmk_e2e_identity *identity)
{
	for (size_t i = 0; i < identity->start_count; i++) {
		identity->starts[i].signed_id = read_number32(reader);
		read_bytes(reader, identity->starts[i].ephemeral, E2E_KEY_BYTES);
		if (!keeps_signed(identity, identity->starts[i].signed_id))
			return false;
	}
	return true;
}

static bool read_state(struct bytes_reader *reader, nmk_e2e_identity *identity)
{
	if (read_number(reader, 1) != STATE_VERSION)
		return false;
	read_bytes(reader, identity->seed, sizeof identity->seed);
	identity->last_signed_id = read_number32(reader);
	identity->last_one_time_id = read_number32(reader);
	identity->signed_count = (size_t)read_number(reader, 1);
	identity->one_time_count = (size_t)read_number(reader, 2);
	identity->start_count = (size_t)read_number(reader, 2);
	return !reader->failed && identity->last_signed_id <= ID_MAXIMUM && identity->last_one_time_id <= ID_MAXIMUM
	    && identity->signed_count >= 1 && identity->signed_count <= SIGNED_KEPT && identity->one_time_count <= ONE_TIME_KEPT
	    && identity->start_count <= STARTS_KEPT && derive_identity(identity) && read_signed(reader, identity)
	    && read_one_time(reader, identity) && read_starts(reader, identity) && read_whole(reader);
}

nmk_status nmk_e2e_identity_load(const void *sealed, size_t length, const unsigned char key[NMK_E2E_KEY_BYTES],
                                 nmk_e2e_identity **identity)
{
	nmk_e2e_identity *made;
	unsigned char *plain;
	size_t plain_bytes = 0;
	nmk_status rc;

	if (identity)
		*identity = NULL;
	if (!sealed || !key || !identity)
		return NMK_EINVALID;
	if (sodium_init() < 0)
		return NMK_EINTERNAL;
	rc = state_open(STATE_IDENTITY, key, sealed, length, &plain, &plain_bytes);
	if (rc != NMK_OK)
		return rc;
	made = calloc(1, sizeof *made);
	if (!made)
		rc = NMK_ENOMEM;
	else if (!read_state(&(struct bytes_reader){ plain, plain_bytes, false }, made))
		rc = NMK_ECORRUPT;
	bytes_wipe_free(plain, plain_bytes);
	if (rc == NMK_OK) {
		publish_newest(made);
		*identity = made;
	} else {
		nmk_e2e_identity_free(made);
	}
	e2e_forget();
	return rc;
}
