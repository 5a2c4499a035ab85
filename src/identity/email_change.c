/* email_change.c -- another address for an account: asked for by its member, confirmed from the new address. */
#include "account.h"

#include <sodium.h>
#include <string.h>

/* ---- ask ---- */

static nmk_status check_other(struct nmk_op *op, const struct contact *own, const unsigned char index[KEY_HASH_BYTES])
{
	unsigned char own_index[KEY_HASH_BYTES];
	nmk_status rc = email_index(op, own->email, own_index);

	if (rc == NMK_OK && sodium_memcmp(own_index, index, KEY_HASH_BYTES) == 0)
		rc = op_fail(op, NMK_EINVALID, "email", "is the account's already");
	return rc;
}

/* Three mails in every case, of which one is a decoy: the one with the token if the address is taken, else the one to its
 * owner, whom there is not. */
static nmk_status send_mails(struct nmk_op *op, const struct contact *own, const struct contact *owner, const char *email)
{
	struct mail mail = { .user_id = owner->user_id ? 0 : own->user_id, .key = &own->key, .recipient = email,
	                     .username = own->username, .language = own->language, .template_name = PROOF_EMAIL_CHANGE };
	nmk_status rc = proof_send(op, &mail, PROOF_EMAIL_CHANGE_MS);

	if (rc == NMK_OK)
		rc = outbox_notify(op, own, "email_change_notice", email);
	if (rc == NMK_OK)
		rc = outbox_notify(op, owner, "email_taken", NULL);
	return rc;
}

static nmk_status request_change(struct nmk_op *op, const char *email, const unsigned char index[KEY_HASH_BYTES])
{
	struct contact own = { 0 }, owner = { 0 };
	bool may = false, verified;
	nmk_status rc = contact_load(op, op->actor.id.number, &own);

	op_subject(op, "user", ID_USER, op->actor.id.number);
	if (rc == NMK_OK)
		rc = check_other(op, &own, index);
	if (rc == NMK_OK)
		rc = mail_admit(op, PROOF_EMAIL_CHANGE, index, &may);
	if (rc == NMK_OK && may) {
		rc = contact_find(op, email, index, &owner, &verified);
		if (rc == NMK_OK)
			rc = send_mails(op, &own, &owner, email);
	}
	contact_free(&own);
	contact_free(&owner);
	return rc;
}

nmk_status nmk_email_request_change(nmk_session *session, const char *password, const char *email)
{
	unsigned char index[KEY_HASH_BYTES];
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_email_request_change);

	if (rc == NMK_OK)
		rc = account_check_email(&op, "email", email);
	if (rc == NMK_OK)
		rc = email_index(&op, email, index);
	if (rc == NMK_OK)
		rc = account_prove_password(session, OP_email_request_change, "password", password);
	if (rc == NMK_OK)
		rc = op_begin(&op, session, OP_email_request_change);
	while (op_next(&op, &rc))
		rc = request_change(&op, email, index);
	return rc;
}

/* ---- confirm ---- */

static nmk_status check_free(struct nmk_op *op, int64_t user_id, const unsigned char index[KEY_HASH_BYTES])
{
	int64_t owner;
	nmk_status rc = email_holder(op, index, &owner);

	if (rc == NMK_OK && owner && owner != user_id)
		rc = op_fail(op, NMK_ECONFLICT, "email", "has an account already");
	return rc;
}

static nmk_status set_email(struct nmk_op *op, const struct contact *contact, const char *email,
                            const unsigned char index[KEY_HASH_BYTES])
{
	struct buffer sealed = { 0 };
	struct stmt stmt;
	nmk_status rc;

	seal(&contact->key, PLACE_EMAIL, contact->user_id, email, strlen(email), &sealed);
	if (sealed.failed)
		return tx_no_memory(&op->tx);
	stmt_init(&stmt, &op->tx, SQL_user_set_email);
	stmt_int(&stmt, "id", contact->user_id);
	stmt_blob(&stmt, "email_sealed", sealed.data, sealed.length);
	stmt_blob(&stmt, "email_index", index, KEY_HASH_BYTES);
	stmt_int(&stmt, "now", op->tx.now);
	rc = stmt_exec(&stmt, NULL);
	buffer_free(&sealed);
	return rc;
}

/* The contact is read before the address changes: the last mail goes to the old one. */
static nmk_status confirm(struct nmk_op *op, const struct proof *proof)
{
	unsigned char index[KEY_HASH_BYTES];
	struct contact contact = { 0 };
	nmk_status rc = email_index(op, proof->email, index);

	op_subject(op, "user", ID_USER, proof->user_id);
	if (rc == NMK_OK)
		rc = check_free(op, proof->user_id, index);
	if (rc == NMK_OK)
		rc = contact_load(op, proof->user_id, &contact);
	if (rc == NMK_OK)
		rc = throttle_forget_user(op, proof->user_id);
	if (rc == NMK_OK)
		rc = set_email(op, &contact, proof->email, index);
	if (rc == NMK_OK)
		rc = proof_void(op, proof->user_id);
	if (rc == NMK_OK)
		rc = outbox_notify(op, &contact, "email_changed", proof->email);
	contact_free(&contact);
	return rc;
}

nmk_status nmk_email_confirm_change(nmk_session *session, const char *token)
{
	return proof_redeem(session, OP_email_confirm_change, token, PROOF_EMAIL_CHANGE, confirm);
}
