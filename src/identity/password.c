/* password.c -- another password: for who knows the old one, and for who reads the mail. Both hash outside of transactions. */
#include "account.h"

#include <nanomarket/password.h>
#include <sodium.h>
#include <string.h>
#include "password_policy.h"

/* A new password on its way, and whose it will be. */
struct renewal {
	struct contact contact;
	char          *prepared;
	bool           second_factor, is_short;
	char           hash[PASSWORD_TEXT_SIZE];
};

static void renewal_free(struct renewal *renewal)
{
	contact_free(&renewal->contact);
	password_free(renewal->prepared);
	sodium_memzero(renewal, sizeof *renewal);
}

static nmk_status prepare(struct nmk_op *op, const char *new_password, struct renewal *renewal)
{
	nmk_status rc = account_check_password(op, "new_password", new_password);

	if (rc != NMK_OK)
		return rc;
	renewal->prepared = password_prepare(new_password);
	return renewal->prepared ? NMK_OK : tx_no_memory(&op->tx);
}

static nmk_status load(struct nmk_op *op, int64_t user_id, struct renewal *renewal)
{
	nmk_status rc = contact_load(op, user_id, &renewal->contact);

	return rc == NMK_OK ? second_factor_is_enabled(op, user_id, &renewal->second_factor) : rc;
}

static nmk_status judge_and_hash(struct nmk_op *op, struct renewal *renewal)
{
	nmk_status rc = account_judge_password(op, "new_password", renewal->prepared, renewal->contact.username,
	                                       renewal->contact.email, renewal->second_factor, &renewal->is_short);

	return rc == NMK_OK ? account_hash_password(op, renewal->prepared, renewal->hash) : rc;
}

/* The second factor that makes a short one good may be gone since it was judged. */
static nmk_status check_still_good(struct nmk_op *op, const struct renewal *renewal)
{
	bool enabled = true;
	nmk_status rc = renewal->is_short ? second_factor_is_enabled(op, renewal->contact.user_id, &enabled) : NMK_OK;

	if (rc == NMK_OK && !enabled)
		rc = op_fail(op, NMK_EINVALID, "new_password", "must have at least %lld characters",
		             (long long)PASSWORD_MINIMUM_NIST4);
	return rc;
}

/* In the transaction: what is common to both ways. The mail goes to the address that the account has now. */
static nmk_status renew(struct nmk_op *op, const struct renewal *renewal, const char *reason, bool keep_session)
{
	int64_t user_id = renewal->contact.user_id;
	nmk_status rc = check_still_good(op, renewal);

	op_subject(op, "user", ID_USER, user_id);
	op_detail(op, "reason", reason);
	if (rc == NMK_OK)
		rc = password_put(op, user_id, renewal->hash, renewal->is_short, false);
	if (rc == NMK_OK)
		rc = account_end_sessions(op, user_id, reason, keep_session);
	return rc == NMK_OK ? account_notify(op, user_id, "password_changed", NULL) : rc;
}

/* ---- change ---- */

/* The sealed hash stands for the password that is proved: no two are equal. */
struct proved {
	unsigned char sealed[SEALED_SIZE(PASSWORD_TEXT_SIZE)];
	size_t        length;
};

static nmk_status read_sealed(struct nmk_op *op, struct proved *proved)
{
	const void *sealed;
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	proved->length = 0;
	stmt_init(&stmt, &op->tx, SQL_password_get);
	stmt_int(&stmt, "id", op->actor.id.number);
	if (!stmt_next(&stmt, &rc))
		return rc;
	sealed = stmt_column_blob(&stmt, 0, &proved->length);
	if (proved->length > sizeof proved->sealed)
		rc = op_fail(op, NMK_ECORRUPT, PLACE_PASSWORD, "a sealed value does not open");
	else if (sealed)
		memcpy(proved->sealed, sealed, proved->length);
	stmt_end(&stmt);
	if (rc == NMK_OK && !proved->length)
		rc = op_fail(op, NMK_EDENIED, "current_password", "the account has no password");
	return rc;
}

static nmk_status claim(struct nmk_op *op, const struct proved *proved)
{
	struct stmt stmt;
	int64_t changed = 0;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_password_claim);
	stmt_int(&stmt, "id", op->actor.id.number);
	stmt_blob(&stmt, "expected", proved->sealed, proved->length);
	stmt_int(&stmt, "now", op->tx.now);
	rc = stmt_exec(&stmt, &changed);
	if (rc == NMK_OK && !changed)
		rc = op_fail(op, NMK_ELOGIN, "current_password", "somebody else changed it at the same time");
	return rc;
}

static nmk_status change_begin(nmk_session *session, const char *current_password, const char *new_password,
                               struct proved *proved, struct renewal *renewal)
{
	struct nmk_op op;
	nmk_status rc = op_rehearse(&op, session, OP_password_change);

	if (rc == NMK_OK)
		rc = account_check_password(&op, "current_password", current_password);
	if (rc == NMK_OK)
		rc = prepare(&op, new_password, renewal);
	while (op_next(&op, &rc)) {
		if (op.actor.kind != ACTOR_MEMBER)
			rc = op_fail(&op, NMK_EDENIED, NULL, "only members may do this");
		if (rc == NMK_OK)
			rc = read_sealed(&op, proved);
		if (rc == NMK_OK)
			rc = load(&op, op.actor.id.number, renewal);
	}
	return rc;
}

/* The current password is known to be right: its text tells whether the new one is another. */
static nmk_status check_other(struct nmk_op *op, const char *current_password, const struct renewal *renewal)
{
	char *current = password_prepare(current_password);
	nmk_status rc = current ? NMK_OK : tx_no_memory(&op->tx);

	if (rc == NMK_OK && strcmp(current, renewal->prepared) == 0)
		rc = op_fail(op, NMK_EINVALID, "new_password", "is the current one");
	password_free(current);
	return rc;
}

static nmk_status change_finish(nmk_session *session, const char *current_password, const struct proved *proved,
                                struct renewal *renewal)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_password_change);

	if (rc == NMK_OK)
		rc = check_other(&op, current_password, renewal);
	if (rc == NMK_OK)
		rc = judge_and_hash(&op, renewal);
	while (op_next(&op, &rc)) {
		rc = claim(&op, proved);
		if (rc == NMK_OK)
			rc = renew(&op, renewal, "password_changed", true);
	}
	return rc;
}

nmk_status nmk_password_change(nmk_session *session, const char *current_password, const char *new_password)
{
	struct renewal renewal = { .prepared = NULL };
	struct proved proved;
	nmk_status rc = change_begin(session, current_password, new_password, &proved, &renewal);

	if (rc == NMK_OK)
		rc = account_prove_password(session, OP_password_change, "current_password", current_password);
	if (rc == NMK_OK)
		rc = change_finish(session, current_password, &proved, &renewal);
	renewal_free(&renewal);
	return rc;
}

/* ---- ask for a reset ---- */

static nmk_status is_active(struct nmk_op *op, int64_t user_id, bool *active)
{
	struct stmt stmt;
	int64_t count = 0;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_password_reset_may);
	stmt_int(&stmt, "id", user_id);
	stmt_int(&stmt, "now", op->tx.now);
	rc = stmt_one_int(&stmt, &count);
	*active = count > 0;
	return rc;
}

/* Only the audit event tells what became of it. */
static nmk_status send_reset(struct nmk_op *op, struct contact *contact, bool verified)
{
	bool active;
	nmk_status rc = is_active(op, contact->user_id, &active);

	(void)verified; /* who gets it back has the address */
	if (contact->user_id)
		op_subject(op, "user", ID_USER, contact->user_id);
	op_detail(op, "mail", !contact->user_id ? "no_account" : active ? "sent" : "suspended");
	if (!active)
		contact->user_id = 0;
	return rc == NMK_OK ? contact_send_proof(op, contact, PROOF_RESET, PROOF_RESET_MS) : rc;
}

nmk_status nmk_password_request_reset(nmk_session *session, const char *email)
{
	return addressee_request(session, OP_password_request_reset, email, PROOF_RESET, send_reset);
}

/* ---- reset ---- */

/* *user_id is 0 if the token proves nothing. */
static nmk_status find_user(struct nmk_op *op, const char *token, int64_t *user_id)
{
	struct proof proof = { 0 };
	nmk_status rc = proof_find(op, token, PROOF_RESET, &proof);

	*user_id = rc == NMK_OK ? proof.user_id : 0;
	proof_free(&proof);
	return rc;
}

static nmk_status reset_begin(nmk_session *session, const char *token, const char *new_password, struct renewal *renewal)
{
	struct nmk_op op;
	int64_t user_id = 0;
	nmk_status rc = op_rehearse(&op, session, OP_password_reset);

	if (rc == NMK_OK && !token)
		rc = op_fail(&op, NMK_EINVALID, "token", "is needed");
	if (rc == NMK_OK)
		rc = prepare(&op, new_password, renewal);
	while (op_next(&op, &rc)) {
		rc = find_user(&op, token, &user_id);
		if (rc == NMK_OK && user_id)
			rc = load(&op, user_id, renewal);
	}
	return rc;
}

/* Who read the mail has the address, and what went wrong before was perhaps somebody else. */
static nmk_status trust_again(struct nmk_op *op, const struct renewal *renewal)
{
	unsigned char index[KEY_HASH_BYTES];
	nmk_status rc = email_index(op, renewal->contact.email, index);

	if (rc == NMK_OK)
		rc = throttle_forget(op, index);
	return rc == NMK_OK ? account_verify_email(op, renewal->contact.user_id) : rc;
}

/* The token is looked up again: of two who have it, one wins. */
static nmk_status use_token(struct nmk_op *op, const char *token, const struct renewal *renewal)
{
	int64_t user_id;
	nmk_status rc = find_user(op, token, &user_id);

	if (rc == NMK_OK && (!user_id || user_id != renewal->contact.user_id))
		return proof_refuse(op);
	if (rc == NMK_OK)
		rc = proof_void(op, user_id);
	if (rc == NMK_OK)
		rc = trust_again(op, renewal);
	return rc == NMK_OK ? renew(op, renewal, "password_reset", false) : rc;
}

nmk_status nmk_password_reset(nmk_session *session, const char *token, const char *new_password)
{
	struct renewal renewal = { .prepared = NULL };
	struct nmk_op op;
	nmk_status rc = reset_begin(session, token, new_password, &renewal);

	if (rc == NMK_OK)
		rc = op_begin(&op, session, OP_password_reset);
	if (rc == NMK_OK && renewal.contact.user_id)
		rc = judge_and_hash(&op, &renewal);
	if (rc == NMK_OK)
		while (op_next(&op, &rc))
			rc = use_token(&op, token, &renewal);
	renewal_free(&renewal);
	return rc;
}
