/* x3dh.c -- the first secret of two members (Signal, "The X3DH Key Agreement Protocol", revision 1, section 3): three agreements, or
 * four with a one-time prekey. The identity keys are Ed25519 keys and the X25519 keys that belong to them. */
#include "e2e.h"

#include <sodium.h>

static const char purpose[] = "nanomarket e2e x3dh";

/* 32 bytes of 0xFF, which are no key of the curve, and the four results. */
struct agreements {
	unsigned char bytes[5 * E2E_KEY_BYTES];
	size_t        length;
	bool          failed;
};

static void begin(struct agreements *all)
{
	memset(all->bytes, 0xFF, E2E_KEY_BYTES);
	all->length = E2E_KEY_BYTES;
	all->failed = false;
}

static void add(struct agreements *all, const unsigned char *secret, const unsigned char *public)
{
	if (!e2e_agree(secret, public, all->bytes + all->length))
		all->failed = true;
	all->length += E2E_KEY_BYTES;
}

static bool finish(struct agreements *all, unsigned char secret[E2E_KEY_BYTES])
{
	static const unsigned char no_salt[E2E_KEY_BYTES];
	bool fine = !all->failed;

	if (fine)
		e2e_hkdf((struct bytes_piece){ no_salt, sizeof no_salt }, (struct bytes_piece){ all->bytes, all->length },
		         (struct bytes_piece){ purpose, sizeof purpose - 1 }, secret, E2E_KEY_BYTES);
	sodium_memzero(all, sizeof *all);
	return fine;
}

bool x3dh_start(const struct e2e_random *random, const nmk_e2e_identity *identity, const struct prekey_bundle *bundle,
                struct start *start, unsigned char secret[E2E_KEY_BYTES])
{
	struct agreements all;
	struct e2e_pair ephemeral;

	pair_new(random, &ephemeral);
	memcpy(start->identity, identity->sign_public, E2E_KEY_BYTES);
	memcpy(start->ephemeral, ephemeral.public, E2E_KEY_BYTES);
	start->signed_id = bundle->record.id;
	start->one_time_id = bundle->one_time_id;
	begin(&all);
	add(&all, identity->exchange.secret, bundle->record.prekey);
	add(&all, ephemeral.secret, bundle->record.exchange);
	add(&all, ephemeral.secret, bundle->record.prekey);
	if (bundle->one_time_id)
		add(&all, ephemeral.secret, bundle->one_time);
	sodium_memzero(&ephemeral, sizeof ephemeral);
	return finish(&all, secret);
}

bool x3dh_follow(const nmk_e2e_identity *identity, const struct signed_prekey *signed_prekey,
                 const struct one_time_prekey *one_time, const struct start *start, unsigned char secret[E2E_KEY_BYTES])
{
	struct agreements all;
	unsigned char exchange[E2E_KEY_BYTES];

	if (!e2e_exchange_key(start->identity, exchange))
		return false;
	begin(&all);
	add(&all, signed_prekey->pair.secret, exchange);
	add(&all, identity->exchange.secret, start->ephemeral);
	add(&all, signed_prekey->pair.secret, start->ephemeral);
	if (one_time)
		add(&all, one_time->secret, start->ephemeral);
	return finish(&all, secret);
}
