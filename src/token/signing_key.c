/* signing_key.c -- Ed25519 keys (RFC 8032): pending, active, retired, destroyed. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include "clock.h"
#include "page.h"
#include "tokens.h"

#define PENDING_MS    (24 * HOUR_MS)
#define ACTIVE_MS     (90 * DAY_MS)
/* The longest life of an access token, and the most that a verifier's clock may differ. */
#define RETIRED_MS    (HOUR_MS + JWT_LEEWAY_MAXIMUM * INT64_C(1000))

const char *const signing_key_state_words[] = { "", "pending", "active", "retired", "destroyed", NULL };

struct nmk_signing_key {
#define NMK_FIELD(kind, name, flags, ...) FIELD_MEMBER_##kind(name)
#include "signing_key.def"
#undef NMK_FIELD
};

static const struct field signing_key_fields[] = {
#define NMK_FIELD(kind, name, flags, ...) FIELD_ROW(struct nmk_signing_key, kind, name, flags, __VA_ARGS__)
#include "signing_key.def"
#undef NMK_FIELD
	{ 0 }
};

#define NMK_FIELD(kind, name, flags, ...) FIELD_GETTER_##kind(nmk_signing_key, name, __VA_ARGS__)
#include "signing_key.def"
#undef NMK_FIELD

const char *nmk_signing_key_state_word(nmk_signing_key_state status)
{
	return word_of(signing_key_state_words, (int)status);
}

nmk_signing_key_state nmk_signing_key_state_of(const char *word)
{
	return (nmk_signing_key_state)word_value(signing_key_state_words, word);
}

static void signing_key_release(void *key)
{
	nmk_signing_key_free(key);
}

static json_t *signing_key_to_json(const void *key)
{
	return fields_json(signing_key_fields, key);
}

PAGE_FUNCTIONS(nmk_signing_key, signing_key)

char *nmk_signing_key_json(const nmk_signing_key *key)
{
	return json_text(signing_key_to_json(key));
}

void nmk_signing_key_free(nmk_signing_key *key)
{
	if (key) {
		fields_free(signing_key_fields, key);
		free(key);
	}
}

/* ---- a new key ---- */

static nmk_status key_insert(struct nmk_op *op, int64_t id, nmk_signing_key_state status, const unsigned char *public_key,
                             const struct signer *signer)
{
	struct buffer sealed = { 0 };
	struct stmt stmt;
	int64_t epoch = 0;
	nmk_status rc = epoch_seal(&op->tx, PLACE_SIGNING_KEY, id, signer->secret, sizeof signer->secret, &sealed, &epoch);

	if (rc == NMK_OK) {
		stmt_init(&stmt, &op->tx, SQL_signing_key_add);
		stmt_int(&stmt, "id", id);
		stmt_text(&stmt, "key_id", signer->key_id);
		stmt_text(&stmt, "status", nmk_signing_key_state_word(status));
		stmt_blob(&stmt, "public_key", public_key, crypto_sign_ed25519_PUBLICKEYBYTES);
		stmt_blob(&stmt, "secret_sealed", sealed.data, sealed.length);
		stmt_int(&stmt, "secret_epoch", epoch);
		stmt_int(&stmt, "now", op->tx.now);
		stmt_text(&stmt, "activated_at", NULL);
		if (status == NMK_SIGNING_KEY_ACTIVE)
			stmt_int(&stmt, "activated_at", op->tx.now);
		rc = stmt_exec(&stmt, NULL);
	}
	buffer_free(&sealed);
	return rc;
}

static nmk_status key_make(struct nmk_op *op, nmk_signing_key_state status, struct signer *signer)
{
	unsigned char public_key[crypto_sign_ed25519_PUBLICKEYBYTES];

	crypto_sign_ed25519_keypair(public_key, signer->secret);
	jwk_thumbprint(public_key, signer->key_id);
	return key_insert(op, tx_new_id(&op->tx), status, public_key, signer);
}

/* A new key that nobody signs with yet, or that another call will take from the store. */
static nmk_status key_make_unused(struct nmk_op *op, nmk_signing_key_state status)
{
	struct signer signer;
	nmk_status rc = key_make(op, status, &signer);

	sodium_memzero(&signer, sizeof signer);
	return rc;
}

/* ---- using keys ---- */

/* Columns of signing_key_active. */
static nmk_status open_secret(struct nmk_op *op, struct stmt *stmt, struct signer *signer)
{
	char *plain;
	size_t length = 0, sealed_length;
	const void *sealed = stmt_column_blob(stmt, 3, &sealed_length);
	const char *key_id = stmt_column_text(stmt, 1);
	nmk_status rc = epoch_unseal(&op->tx, stmt_column_int(stmt, 2), PLACE_SIGNING_KEY, stmt_column_int(stmt, 0), sealed,
	                             sealed_length, &plain, &length);

	if (rc == NMK_OK && (length != sizeof signer->secret || strnlen(key_id, JWK_THUMBPRINT) != JWK_THUMBPRINT - 1))
		rc = op_fail(op, NMK_ECORRUPT, PLACE_SIGNING_KEY, "a sealed value does not open");
	if (rc == NMK_OK) {
		memcpy(signer->secret, plain, sizeof signer->secret);
		memcpy(signer->key_id, key_id, sizeof signer->key_id);
	}
	bytes_free(plain, length);
	return rc;
}

nmk_status signing_key_take(struct nmk_op *op, struct signer *signer)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &op->tx, SQL_signing_key_active);
	if (stmt_next(&stmt, &rc)) {
		rc = open_secret(op, &stmt, signer);
		stmt_end(&stmt);
	} else if (rc == NMK_OK)
		rc = key_make(op, NMK_SIGNING_KEY_ACTIVE, signer);
	if (rc != NMK_OK)
		sodium_memzero(signer, sizeof *signer);
	return rc;
}

nmk_status signing_key_find(struct nmk_op *op, const char *key_id, unsigned char public_key[crypto_sign_ed25519_PUBLICKEYBYTES],
                            bool *found)
{
	const void *bytes;
	struct stmt stmt;
	size_t length;
	nmk_status rc = NMK_OK;

	*found = false;
	stmt_init(&stmt, &op->tx, SQL_signing_key_verifying);
	stmt_text(&stmt, "key_id", key_id);
	if (stmt_next(&stmt, &rc)) {
		bytes = stmt_column_blob(&stmt, 0, &length);
		*found = length == crypto_sign_ed25519_PUBLICKEYBYTES;
		if (*found)
			memcpy(public_key, bytes, length);
		stmt_end(&stmt);
	}
	return rc;
}

/* ---- rotation ---- */

/* The keys that may move on: since when there is one, 0 if there is none. */
struct keys {
	int64_t active_since, pending_id, pending_since;
};

static nmk_status keys_read(struct nmk_op *op, struct keys *keys)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	memset(keys, 0, sizeof *keys);
	stmt_init(&stmt, &op->tx, SQL_signing_key_active);
	if (stmt_next(&stmt, &rc)) {
		keys->active_since = stmt_column_int(&stmt, 4);
		stmt_end(&stmt);
	}
	if (rc != NMK_OK)
		return rc;
	stmt_init(&stmt, &op->tx, SQL_signing_key_pending);
	if (stmt_next(&stmt, &rc)) {
		keys->pending_id = stmt_column_int(&stmt, 0);
		keys->pending_since = stmt_column_int(&stmt, 1);
		stmt_end(&stmt);
	}
	return rc;
}

static nmk_status move(struct nmk_op *op, enum sql_id statement, const char *parameter, int64_t value, int64_t *moved)
{
	int64_t changed = 0;
	struct stmt stmt;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, statement);
	stmt_int(&stmt, "now", op->tx.now);
	if (parameter)
		stmt_int(&stmt, parameter, value);
	rc = stmt_exec(&stmt, &changed);
	*moved += changed;
	return rc;
}

static nmk_status take_over(struct nmk_op *op, int64_t pending_id, int64_t *moved)
{
	nmk_status rc = move(op, SQL_signing_key_retire, NULL, 0, moved);

	return rc == NMK_OK ? move(op, SQL_signing_key_activate, "id", pending_id, moved) : rc;
}

/* One step at most: a key never signs before verifiers had a day to fetch it, however late this is called. */
static nmk_status rotate_when_due(struct nmk_op *op, int64_t *moved)
{
	struct keys keys;
	nmk_status rc = keys_read(op, &keys);

	if (rc == NMK_OK)
		rc = move(op, SQL_signing_key_destroy, "before", op->tx.now - RETIRED_MS, moved);
	if (rc != NMK_OK)
		return rc;
	if (!keys.active_since) {
		*moved += 1;
		return key_make_unused(op, NMK_SIGNING_KEY_ACTIVE);
	}
	if (keys.pending_id) {
		if (op->tx.now - keys.active_since >= ACTIVE_MS && op->tx.now - keys.pending_since >= PENDING_MS)
			rc = take_over(op, keys.pending_id, moved);
	} else if (op->tx.now - keys.active_since >= ACTIVE_MS - PENDING_MS) {
		*moved += 1;
		rc = key_make_unused(op, NMK_SIGNING_KEY_PENDING);
	}
	return rc;
}

/* What has leaked from the store has leaked with all that was in it. */
static nmk_status rotate_at_once(struct nmk_op *op, int64_t *moved)
{
	nmk_status rc = move(op, SQL_signing_key_destroy_all, NULL, 0, moved);

	*moved += 1;
	return rc == NMK_OK ? key_make_unused(op, NMK_SIGNING_KEY_ACTIVE) : rc;
}

nmk_status nmk_signing_key_rotate(nmk_session *session, bool at_once)
{
	struct nmk_op op;
	int64_t moved = 0;
	nmk_status rc = op_begin(&op, session, OP_signing_key_rotate);

	while (op_next(&op, &rc)) {
		rc = at_once ? rotate_at_once(&op, &moved) : rotate_when_due(&op, &moved);
		if (moved == 0)
			op.action = NULL;
		else
			op_detail(&op, "at_once", at_once ? "true" : "false");
	}
	return rc;
}

/* ---- telling about keys ---- */

nmk_status nmk_signing_key_list(nmk_session *session, const char *cursor, int32_t limit, nmk_signing_key_page **page)
{
	static const struct row_kind kind = {
		.fields = signing_key_fields, .size = sizeof(struct nmk_signing_key), .release = signing_key_release
	};
	struct nmk_op op;
	struct stmt stmt;
	struct newest_list list;
	struct nmk_signing_key_page *found = NULL;
	nmk_status rc = op_begin(&op, session, OP_signing_key_list);

	if (page)
		*page = NULL;
	if (rc == NMK_OK && !page)
		rc = op_fail(&op, NMK_EINVALID, "page", "is needed");
	if (rc == NMK_OK)
		rc = op_take_newest(&op, "signing_key_list", cursor, limit, &list);
	if (rc == NMK_OK && (found = calloc(1, sizeof *found)) == NULL)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc)) {
		stmt_init(&stmt, &op.tx, SQL_signing_key_list);
		rc = op_read_newest(&op, &stmt, &kind, &list, &found->page);
	}
	if (rc == NMK_OK)
		*page = found;
	else
		nmk_signing_key_page_free(found);
	return rc;
}

/* RFC 8037, 2; columns of signing_key_published. */
static json_t *key_json(struct stmt *stmt)
{
	char x[BASE64URL_LENGTH(crypto_sign_ed25519_PUBLICKEYBYTES) + 1] = "";
	size_t length;
	const void *bytes = stmt_column_blob(stmt, 1, &length);

	if (length == crypto_sign_ed25519_PUBLICKEYBYTES)
		base64url_encode(bytes, length, x, sizeof x);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "kty", "OKP", "crv", "Ed25519", "use", "sig", "alg", "EdDSA",
	                 "kid", stmt_column_text(stmt, 0), "x", x);
}

static nmk_status publish(struct nmk_op *op, json_t *keys)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &op->tx, SQL_signing_key_published);
	while (stmt_next(&stmt, &rc))
		if (json_array_append_new(keys, key_json(&stmt)) != 0)
			rc = tx_no_memory(&op->tx);
	return rc;
}

nmk_status nmk_signing_key_jwks(nmk_session *session, char **jwks)
{
	struct nmk_op op;
	json_t *keys = NULL, *set = NULL;
	char *text = NULL;
	nmk_status rc = op_begin(&op, session, OP_signing_key_jwks);

	if (jwks)
		*jwks = NULL;
	if (rc == NMK_OK && !jwks)
		rc = op_fail(&op, NMK_EINVALID, "jwks", "is needed");
	if (rc == NMK_OK && (keys = json_array()) == NULL)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc)) {
		rc = publish(&op, keys);
		if (rc == NMK_OK) {
			set = json_pack("{s:O}", "keys", keys);
			text = json_text(set);
			rc = text ? NMK_OK : tx_no_memory(&op.tx);
		}
	}
	json_decref(keys);
	if (rc == NMK_OK)
		*jwks = text;
	else
		free(text);
	return rc;
}
