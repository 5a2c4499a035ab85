/* verification.c -- the proof that an e-mail address is the account's. */
#include "account.h"

nmk_status account_verify_email(struct nmk_op *op, int64_t user_id)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_user_email_verified);
	stmt_int(&stmt, "id", user_id);
	stmt_int(&stmt, "now", op->tx.now);
	return stmt_exec(&stmt, NULL);
}

static nmk_status verify(struct nmk_op *op, const struct proof *proof)
{
	nmk_status rc = proof_use(op, proof, PROOF_VERIFICATION);

	op_subject(op, "user", ID_USER, proof->user_id);
	return rc == NMK_OK ? account_verify_email(op, proof->user_id) : rc;
}

nmk_status nmk_user_verify_email(nmk_session *session, const char *token)
{
	return proof_redeem(session, OP_user_verify_email, token, PROOF_VERIFICATION, verify);
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

nmk_status nmk_user_resend_verification(nmk_session *session, const char *email)
{
	return addressee_request(session, OP_user_resend_verification, email, PROOF_VERIFICATION, send_again);
}
