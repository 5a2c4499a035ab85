/* verification.c -- the proof that an e-mail address is the account's. */
#include "account.h"

#include <string.h>
#include "clock.h"
#include "session.h"

static nmk_status verify(struct nmk_op *op, const struct proof *proof)
{
	struct stmt stmt;
	nmk_status rc;

	op_subject(op, "user", ID_USER, proof->user_id);
	rc = proof_use(op, proof, PROOF_VERIFICATION);
	if (rc != NMK_OK)
		return rc;
	stmt_init(&stmt, &op->tx, SQL_user_email_verified);
	stmt_int(&stmt, "id", proof->user_id);
	stmt_int(&stmt, "now", op->tx.now);
	return stmt_exec(&stmt, NULL);
}

nmk_status nmk_user_verify_email(nmk_session *session, const char *token)
{
	struct proof proof = { 0 };
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_user_verify_email);

	if (rc == NMK_OK && !token)
		rc = op_fail(&op, NMK_EINVALID, "token", "is needed");
	while (op_next(&op, &rc)) {
		rc = proof_find(&op, token, PROOF_VERIFICATION, &proof);
		if (rc == NMK_OK)
			rc = proof.user_id ? verify(&op, &proof)
			                   : op_answer(&op, NMK_ELOGIN, "invalid_token", "token", "is unknown, used or too old");
	}
	proof_free(&proof);
	return rc;
}

/* ---- another mail ---- */

/* Only the audit event tells what became of it. */
static nmk_status send_again(struct nmk_op *op, struct contact *contact, bool verified)
{
	if (contact->user_id)
		op_subject(op, "user", ID_USER, contact->user_id);
	op_detail(op, "mail", !contact->user_id ? "no_account" : verified ? "verified" : "sent");
	if (verified)
		contact->user_id = 0;
	return contact_send_proof(op, contact, PROOF_VERIFICATION, PROOF_VERIFICATION_MS);
}

static nmk_status resend(struct nmk_op *op, const char *email, const unsigned char index[KEY_HASH_BYTES])
{
	struct contact contact = { 0 };
	bool may = false, verified = false;
	nmk_status rc = mail_admit(op, PROOF_VERIFICATION, index, &may);

	if (rc == NMK_OK && !may)
		op_detail(op, "mail", "too_soon");
	if (rc == NMK_OK && may) {
		rc = contact_find(op, email, index, &contact, &verified);
		if (rc == NMK_OK)
			rc = send_again(op, &contact, verified);
		contact_free(&contact);
	}
	return rc;
}

nmk_status nmk_user_resend_verification(nmk_session *session, const char *email)
{
	unsigned char index[KEY_HASH_BYTES];
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_user_resend_verification);

	if (rc == NMK_OK)
		rc = account_check_email(&op, "email", email);
	if (rc == NMK_OK)
		rc = email_index(&op, email, index);
	while (op_next(&op, &rc))
		rc = resend(&op, email, index);
	return rc;
}
