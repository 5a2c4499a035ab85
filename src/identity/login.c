/* login.c -- who is it? Log in with a password, and prove it again.
 *
 * Two transactions around the hashing: the first charges the attempt and reads what the password is verified against, the
 * second decides on the record as it is then. No transaction is open while a password is hashed. */
#include "account.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "password_policy.h"
#include "session.h"

#define CODE_BYTES 100

/* What a password is verified against. */
struct credential {
	int64_t       id;                          /* 0: there is no such account  */
	unsigned char email_index[KEY_HASH_BYTES];
	char          hash[PASSWORD_TEXT_SIZE];    /* "": without a password       */
	int64_t       session_epoch, suspended_until;
	bool          change_required, active, suspended, deleted, verified;
};

/* A login on its way. */
struct login {
	const char *password, *code;
	struct credential known;      /* as read before the password was verified */
	bool right;                   /* the password is that of `known`          */
	bool second_factor;           /* it was shown                             */
};

/* ---- the credential ---- */

static nmk_status credential_open(struct nmk_op *op, struct stmt *stmt, struct credential *credential)
{
	size_t index_length, sealed_length;
	const void *index = stmt_column_blob(stmt, 1, &index_length), *sealed = stmt_column_blob(stmt, 2, &sealed_length);
	const char *status = stmt_column_text(stmt, 5);

	credential->id = stmt_column_int(stmt, 0);
	if (index && index_length == KEY_HASH_BYTES)
		memcpy(credential->email_index, index, KEY_HASH_BYTES);
	credential->change_required = stmt_column_int(stmt, 4) != 0;
	credential->active = strcmp(status, "active") == 0;
	credential->suspended = strcmp(status, "suspended") == 0;
	credential->deleted = strcmp(status, "deleted") == 0;
	credential->suspended_until = stmt_column_int(stmt, 6);
	credential->verified = stmt_column_int(stmt, 7) != 0;
	credential->session_epoch = stmt_column_int(stmt, 8);
	return password_open(op, credential->id, stmt_column_int(stmt, 3), sealed, sealed_length, credential->hash);
}

/* No row is no failure: the id stays 0. */
static nmk_status credential_read(struct nmk_op *op, struct stmt *stmt, struct credential *credential)
{
	nmk_status rc = NMK_OK;

	if (stmt_next(stmt, &rc)) {
		rc = credential_open(op, stmt, credential);
		stmt_end(stmt);
	}
	return rc;
}

static nmk_status credential_find(struct nmk_op *op, const unsigned char email_index[KEY_HASH_BYTES],
                                  struct credential *credential)
{
	struct stmt stmt;

	memset(credential, 0, sizeof *credential);
	memcpy(credential->email_index, email_index, KEY_HASH_BYTES);
	stmt_init(&stmt, &op->tx, SQL_credential_find);
	stmt_blob(&stmt, "email_index", credential->email_index, KEY_HASH_BYTES);
	return credential_read(op, &stmt, credential);
}

static nmk_status credential_get(struct nmk_op *op, int64_t user_id, struct credential *credential)
{
	struct stmt stmt;

	memset(credential, 0, sizeof *credential);
	stmt_init(&stmt, &op->tx, SQL_credential_get);
	stmt_int(&stmt, "id", user_id);
	return credential_read(op, &stmt, credential);
}

/* What was verified is what was read then: a password that was changed meanwhile was not verified. */
static bool is_same(const struct credential *known, const struct credential *now)
{
	return known->id == now->id && sodium_memcmp(known->hash, now->hash, sizeof now->hash) == 0;
}

/* ---- the attempt ---- */

static nmk_status charge(struct nmk_op *op, const struct credential *known)
{
	if (known->id)
		op_subject(op, "user", ID_USER, known->id);
	return throttle_charge(op, known->email_index, known->id, known->session_epoch);
}

static nmk_status give_back(struct nmk_op *op, const struct credential *known, bool success)
{
	return throttle_give_back(op, known->email_index, known->id, known->session_epoch, success);
}

/* Nothing was found out about the password: the attempt does not count. The error of the call stays what it was. */
static void undo_charge(nmk_session *session, enum op_id id, const struct credential *known)
{
	nmk_error error = session->error;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, id);

	while (op_next(&op, &rc)) {
		op.action = NULL;
		rc = give_back(&op, known, false);
	}
	session->error = error;
}

/* The same work whether or not there is an account, and whatever became of it. */
static nmk_status verify(nmk_session *session, enum op_id id, const struct credential *known, const char *password, bool *right)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, id);

	return rc == NMK_OK ? account_verify_password(&op, password, known->deleted ? "" : known->hash, right) : rc;
}

static void detail_network(struct nmk_op *op)
{
	char network[NETWORK_TEXT_SIZE];

	if (client_network(op->session, true, network))
		op_detail_network(op, network);
}

static nmk_status wrong(struct nmk_op *op, const struct credential *known, const char *reason)
{
	op_detail(op, "reason", reason);
	detail_network(op);
	return throttle_failed(op, known->id, known->session_epoch);
}

/* ---- logging in ---- */

static nmk_status check_arguments(struct nmk_op *op, const char *email, const struct login *login)
{
	nmk_status rc = op_check_bytes(op, "email", email, 0, EMAIL_BYTES);

	if (rc == NMK_OK)
		rc = account_check_password(op, "password", login->password);
	if (rc == NMK_OK && login->code)
		rc = op_check_bytes(op, "code", login->code, 0, CODE_BYTES);
	return rc;
}

static nmk_status login_begin(nmk_session *session, const char *email, struct login *login)
{
	unsigned char index[KEY_HASH_BYTES];
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_session_login);

	if (rc == NMK_OK)
		rc = check_arguments(&op, email, login);
	if (rc == NMK_OK)
		rc = email_index(&op, email, index);
	while (op_next(&op, &rc)) {
		op.action = NULL;
		rc = credential_find(&op, index, &login->known);
		if (rc == NMK_OK)
			rc = charge(&op, &login->known);
	}
	return rc;
}

/* A suspension that has run out is none; lifted with an event of its own before the login is. */
static nmk_status lift_suspension(nmk_session *session, const struct login *login)
{
	struct nmk_op op;
	struct stmt stmt;
	int64_t lifted = 0;
	nmk_status rc;

	if (!login->right || !login->known.suspended || !login->known.suspended_until)
		return NMK_OK;
	rc = op_begin(&op, session, OP_session_login);
	while (op_next(&op, &rc)) {
		op_subject(&op, "user", ID_USER, login->known.id);
		stmt_init(&stmt, &op.tx, SQL_suspension_end);
		stmt_int(&stmt, "id", login->known.id);
		stmt_int(&stmt, "now", op.tx.now);
		rc = stmt_exec(&stmt, &lifted);
		op.action = lifted ? "user_unsuspended" : NULL;
	}
	return rc;
}

/* Only the audit event tells apart what the answer must not. */
static const char *failure_reason(const struct login *login, const struct credential *now)
{
	if (!now->id || now->deleted)
		return "no_account";
	if (!now->hash[0])
		return "no_password";
	return login->right && is_same(&login->known, now) ? NULL : "wrong_password";
}

/* Five wrong codes are on record: one too many adds nothing to it. */
static nmk_status refuse_code(struct nmk_op *op, enum code_verdict verdict, int64_t wait_ms)
{
	nmk_status rc;

	if (verdict == CODE_WRONG) {
		op_detail(op, "reason", "wrong_code");
		return op_answer(op, NMK_ELOGIN, "login_failure", "code", "is wrong, too old or was used");
	}
	rc = op_answer(op, NMK_ELIMIT, NULL, "code", "too many wrong codes: please wait");
	op->tx.error->retry_after_ms = wait_ms;
	return rc;
}

static nmk_status check_code(struct nmk_op *op, struct login *login)
{
	enum code_verdict verdict = CODE_WRONG;
	int64_t wait_ms = 0;
	bool enabled = false;
	nmk_status rc = second_factor_is_enabled(op, login->known.id, &enabled);

	if (rc != NMK_OK || !enabled)
		return rc;
	if (!login->code)
		return op_answer(op, NMK_ELOGIN, NULL, "code", "is needed");
	rc = second_factor_check(op, login->known.id, login->code, true, &verdict, &wait_ms);
	login->second_factor = rc == NMK_OK && verdict == CODE_RIGHT;
	return rc == NMK_OK && verdict != CODE_RIGHT ? refuse_code(op, verdict, wait_ms) : rc;
}

/* The password is right: what else is in the way? */
static nmk_status admit(struct nmk_op *op, struct login *login, const struct credential *now)
{
	detail_network(op);
	if (!now->verified) {
		op_detail(op, "reason", "unverified");
		return op_answer(op, NMK_EDENIED, "login_failure", NULL, "the e-mail address was not verified yet");
	}
	if (!now->active) {
		op_detail(op, "reason", "suspended");
		return op_answer(op, NMK_EDENIED, "login_failure", NULL, "the account is suspended");
	}
	return check_code(op, login);
}

static nmk_status logged_in(struct nmk_op *op, int64_t user_id)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_user_logged_in);
	stmt_int(&stmt, "id", user_id);
	stmt_int(&stmt, "now", op->tx.now);
	return stmt_exec(&stmt, NULL);
}

static nmk_status decide(struct nmk_op *op, struct login *login, const struct credential *now)
{
	const char *reason = failure_reason(login, now);
	nmk_status rc;

	if (now->id)
		op_subject(op, "user", ID_USER, now->id);
	if (reason) {
		rc = wrong(op, &login->known, reason);
		return rc == NMK_OK ? op_answer(op, NMK_ELOGIN, "login_failure", NULL, "e-mail address or password are wrong") : rc;
	}
	rc = admit(op, login, now);
	if (rc == NMK_OK)
		rc = give_back(op, &login->known, op->answer == NMK_OK);
	return rc == NMK_OK && op->answer == NMK_OK ? logged_in(op, now->id) : rc;
}

/* *decided: whatever the answer is, it is committed. */
static nmk_status login_finish(nmk_session *session, struct login *login, bool *decided)
{
	struct credential now;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_session_login);

	while (op_next(&op, &rc)) {
		rc = credential_find(&op, login->known.email_index, &now);
		if (rc == NMK_OK)
			rc = decide(&op, login, &now);
		sodium_memzero(&now, sizeof now);
	}
	*decided = rc == op.answer;
	return rc;
}

/* The costs may have been raised since the password was set, or the hash is another system's, and only now is the password
 * known. Without success next time. */
static void rehash(nmk_session *session, const struct login *login, const char *prepared)
{
	bool is_short = session->market->options.password_policy == NMK_PASSWORD_POLICY_NIST4
	             && text_count(prepared) < PASSWORD_MINIMUM_NIST4;
	char hash[PASSWORD_TEXT_SIZE];
	struct credential now;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_session_login);

	if (rc == NMK_OK)
		rc = account_hash_password(&op, prepared, hash);
	while (op_next(&op, &rc)) {
		op.action = NULL;
		rc = credential_get(&op, login->known.id, &now);
		if (rc == NMK_OK && is_same(&login->known, &now))
			rc = password_put(&op, now.id, hash, is_short, now.change_required);
		sodium_memzero(&now, sizeof now);
	}
	sodium_memzero(hash, sizeof hash);
}

static void renew_hash(nmk_session *session, const struct login *login)
{
	char *prepared;

	if (!password_needs_rehash(login->known.hash, account_hash_cost(session)))
		return;
	prepared = password_prepare(login->password);
	if (prepared)
		rehash(session, login, prepared);
	password_free(prepared);
	memset(&session->error, 0, sizeof session->error);
}

static void become(nmk_session *session, const struct login *login)
{
	session_become_member(session, &(struct session_grounds){
		.origin = ORIGIN_PASSWORD, .user_id = login->known.id, .session_epoch = login->known.session_epoch,
		.second_factor = login->second_factor,
	});
}

nmk_status nmk_session_login_with_code(nmk_session *session, const char *email, const char *password, const char *code)
{
	struct login login = { .password = password, .code = code && *code ? code : NULL };
	bool decided = false;
	nmk_status rc = login_begin(session, email, &login);

	if (rc == NMK_OK) {
		rc = verify(session, OP_session_login, &login.known, password, &login.right);
		if (rc == NMK_OK)
			rc = lift_suspension(session, &login);
		if (rc == NMK_OK)
			rc = login_finish(session, &login, &decided);
		if (!decided)
			undo_charge(session, OP_session_login, &login.known);
	}
	if (rc == NMK_OK) {
		renew_hash(session, &login);
		become(session, &login);
	}
	sodium_memzero(&login, sizeof login);
	return rc;
}

nmk_status nmk_session_login(nmk_session *session, const char *email, const char *password)
{
	return nmk_session_login_with_code(session, email, password, NULL);
}

/* ---- the password again ---- */

static nmk_status prove_begin(nmk_session *session, enum op_id id, const char *field, const char *password,
                              struct credential *known)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, id);

	if (rc == NMK_OK)
		rc = account_check_password(&op, field, password);
	while (op_next(&op, &rc)) {
		op.action = NULL;
		if (op.actor.kind != ACTOR_MEMBER)
			rc = op_fail(&op, NMK_EDENIED, NULL, "only members may do this");
		else
			rc = credential_get(&op, op.actor.id.number, known);
		if (rc == NMK_OK && !known->hash[0])
			rc = op_fail(&op, NMK_EDENIED, field, "the account has no password");
		if (rc == NMK_OK)
			rc = charge(&op, known);
	}
	return rc;
}

static nmk_status prove_decide(struct nmk_op *op, const char *field, const struct credential *known, bool right)
{
	struct credential now;
	nmk_status rc = credential_get(op, known->id, &now);

	op->action = NULL;
	op_subject(op, "user", ID_USER, known->id);
	if (rc == NMK_OK && right && is_same(known, &now))
		rc = give_back(op, known, true);
	else if (rc == NMK_OK) {
		rc = wrong(op, known, "wrong_password");
		if (rc == NMK_OK)
			rc = op_answer(op, NMK_ELOGIN, "login_failure", field, "is wrong");
	}
	sodium_memzero(&now, sizeof now);
	return rc;
}

nmk_status account_prove_password(nmk_session *session, enum op_id id, const char *field, const char *password)
{
	struct credential known;
	struct nmk_op op;
	bool right = false, decided = false;
	nmk_status rc = prove_begin(session, id, field, password, &known);

	if (rc == NMK_OK) {
		rc = verify(session, id, &known, password, &right);
		if (rc == NMK_OK) {
			rc = op_begin(&op, session, id);
			while (op_next(&op, &rc))
				rc = prove_decide(&op, field, &known, right);
			decided = rc == op.answer;
		}
		if (!decided)
			undo_charge(session, id, &known);
	}
	sodium_memzero(&known, sizeof known);
	return rc;
}
