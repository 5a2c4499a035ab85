/* mail_proof.c -- tokens that come back from a mail: who has one has read it. Only their hashes are kept. */
#include "account.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "clock.h"
#include "session.h"
#include "wipe.h"

#define TOKEN_BYTES   32
#define TOKEN_VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING
#define HASH_BYTES    crypto_generichash_BYTES

static void token_make(char token[PROOF_TOKEN_SIZE])
{
	unsigned char random[TOKEN_BYTES];

	randombytes_buf(random, sizeof random);
	random[0] &= 0x7f; /* a letter comes first: a '-' would make an option of a token that is typed as an argument */
	sodium_bin2base64(token, PROOF_TOKEN_SIZE, random, sizeof random, TOKEN_VARIANT);
	sodium_memzero(random, sizeof random);
}

static void token_hash(const char *token, unsigned char hash[HASH_BYTES])
{
	crypto_generichash(hash, HASH_BYTES, (const unsigned char *)token, strlen(token), NULL, 0);
	stack_wipe();
}

/* The new address of an e-mail change, for who proves to have it. */
static nmk_status seal_address(struct nmk_op *op, const struct mail *mail, struct buffer *sealed)
{
	struct secret_key decoy;

	if (strcmp(mail->template_name, PROOF_EMAIL_CHANGE) != 0)
		return NMK_OK;
	key_for_use(op->tx.keys, KEY_DECOY, &decoy);
	seal(mail->user_id ? mail->key : &decoy, PLACE_PROOF_EMAIL, mail->user_id, mail->recipient, strlen(mail->recipient), sealed);
	key_wipe(&decoy);
	return sealed->failed ? tx_no_memory(&op->tx) : NMK_OK;
}

static nmk_status proof_add(struct nmk_op *op, const struct mail *mail, int64_t lasts_ms)
{
	unsigned char hash[HASH_BYTES], index[KEY_HASH_BYTES];
	struct buffer sealed = { 0 };
	struct stmt stmt;
	nmk_status rc = email_index(op, mail->recipient, index);

	if (rc == NMK_OK)
		rc = seal_address(op, mail, &sealed);
	if (rc == NMK_OK) {
		token_hash(mail->token, hash);
		stmt_init(&stmt, &op->tx, SQL_mail_proof_add);
		stmt_blob(&stmt, "token_hash", hash, sizeof hash);
		stmt_text(&stmt, "user_id", NULL);
		if (mail->user_id)
			stmt_int(&stmt, "user_id", mail->user_id);
		stmt_text(&stmt, "purpose", mail->template_name);
		stmt_blob(&stmt, "email_index", index, sizeof index);
		stmt_text(&stmt, "email_sealed", NULL);
		if (sealed.length)
			stmt_blob(&stmt, "email_sealed", sealed.data, sealed.length);
		stmt_int(&stmt, "expires_at", op->tx.now + lasts_ms);
		rc = stmt_exec(&stmt, NULL);
	}
	buffer_free(&sealed);
	return rc;
}

static nmk_status proof_sweep(struct nmk_op *op)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_mail_proof_sweep);
	stmt_int(&stmt, "now", op->tx.now);
	return stmt_exec(&stmt, NULL);
}

nmk_status proof_send(struct nmk_op *op, struct mail *mail, int64_t lasts_ms)
{
	char token[PROOF_TOKEN_SIZE];
	nmk_status rc = proof_sweep(op);

	token_make(token);
	mail->token = token;
	if (rc == NMK_OK)
		rc = proof_add(op, mail, lasts_ms);
	if (rc == NMK_OK)
		rc = outbox_add(op, mail);
	mail->token = NULL;
	sodium_memzero(token, sizeof token);
	return rc;
}

/* ---- it comes back ---- */

static nmk_status open_address(struct nmk_op *op, const void *sealed, size_t length, struct proof *proof)
{
	return sealed ? data_unseal(&op->tx, proof->user_id, PLACE_PROOF_EMAIL, proof->user_id, sealed, length, &proof->email, NULL)
	              : NMK_OK;
}

nmk_status proof_find(struct nmk_op *op, const char *token, const char *purpose, struct proof *proof)
{
	unsigned char hash[HASH_BYTES];
	const void *sealed;
	struct stmt stmt;
	size_t length;
	nmk_status rc = NMK_OK;

	*proof = (struct proof){ 0 };
	if (strnlen(token, PROOF_TOKEN_SIZE) != PROOF_TOKEN_SIZE - 1)
		return NMK_OK;
	token_hash(token, hash);
	stmt_init(&stmt, &op->tx, SQL_mail_proof_find);
	stmt_blob(&stmt, "token_hash", hash, sizeof hash);
	stmt_text(&stmt, "purpose", purpose);
	stmt_int(&stmt, "now", op->tx.now);
	if (stmt_next(&stmt, &rc)) {
		proof->user_id = stmt_column_int(&stmt, 0);
		sealed = stmt_column_blob(&stmt, 1, &length);
		rc = open_address(op, sealed, length, proof);
		stmt_end(&stmt);
	}
	return rc;
}

nmk_status proof_use(struct nmk_op *op, const struct proof *proof, const char *purpose)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_mail_proof_use);
	stmt_option(&stmt, "purpose");
	stmt_text(&stmt, "purpose", purpose);
	stmt_int(&stmt, "user_id", proof->user_id);
	stmt_int(&stmt, "now", op->tx.now);
	return stmt_exec(&stmt, NULL);
}

nmk_status proof_void(struct nmk_op *op, int64_t user_id)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_mail_proof_use);
	stmt_int(&stmt, "user_id", user_id);
	stmt_int(&stmt, "now", op->tx.now);
	return stmt_exec(&stmt, NULL);
}

void proof_free(struct proof *proof)
{
	secret_free(proof->email);
	*proof = (struct proof){ 0 };
}

nmk_status proof_refuse(struct nmk_op *op)
{
	return op_answer(op, NMK_ELOGIN, "invalid_token", "token", "is unknown, used or too old");
}

nmk_status proof_redeem(nmk_session *session, enum op_id id, const char *token, const char *purpose,
                        nmk_status (*use)(struct nmk_op *op, const struct proof *proof))
{
	struct proof proof = { 0 };
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, id);

	if (rc == NMK_OK && !token)
		rc = op_fail(&op, NMK_EINVALID, "token", "is needed");
	while (op_next(&op, &rc)) {
		rc = proof_find(&op, token, purpose, &proof);
		if (rc == NMK_OK)
			rc = proof.user_id ? use(&op, &proof) : proof_refuse(&op);
	}
	proof_free(&proof);
	return rc;
}
