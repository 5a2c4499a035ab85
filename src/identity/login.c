/* login.c -- who is it? Log in, log out, and act for somebody. */
#include "account.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "password_hash.h"
#include "password_policy.h"
#include "session.h"

struct credential {
	int64_t id;             /* 0: there is no such account  */
	char    hash[PHC_TEXT_SIZE]; /* "": without a password  */
	bool    active, deleted, verified;
};

/* A login on its way. */
struct login {
	char *email_key, *prepared;
	struct credential known; /* as read before the password was verified */
	bool  right;
};

static void login_free(struct login *login)
{
	free(login->email_key);
	password_free(login->prepared);
	sodium_memzero(login, sizeof *login);
}

static nmk_status login_prepare(struct nmk_op *op, const char *email, const char *password, struct login *login)
{
	nmk_status rc;

	if (!email)
		return op_fail(op, NMK_EINVALID, "email", "is needed");
	if (strnlen(email, EMAIL_BYTES + 1) > EMAIL_BYTES)
		return op_fail(op, NMK_EINVALID, "email", "must have from %lld to %lld bytes", 1LL, (long long)EMAIL_BYTES);
	if (!text_is_valid_utf8(email, strlen(email)))
		return op_fail(op, NMK_EINVALID, "email", "is not valid UTF-8");
	if (!password)
		return op_fail(op, NMK_EINVALID, "password", "is needed");
	rc = account_check_password(op, password);
	if (rc != NMK_OK)
		return rc;
	login->email_key = text_casefold_key(email);
	login->prepared = password_prepare(password);
	return login->email_key && login->prepared ? NMK_OK : tx_no_memory(&op->tx);
}

static nmk_status credential_find(struct nmk_op *op, const char *email_key, struct credential *credential)
{
	struct stmt stmt;
	const char *hash, *status;
	nmk_status rc = NMK_OK;

	memset(credential, 0, sizeof *credential);
	stmt_init(&stmt, &op->tx, SQL_credential_find);
	stmt_text(&stmt, "email_key", email_key);
	if (!stmt_next(&stmt, &rc))
		return rc;
	credential->id = stmt_column_int(&stmt, 0);
	hash = stmt_column_text(&stmt, 1);
	if (hash && strlen(hash) < sizeof credential->hash)
		memcpy(credential->hash, hash, strlen(hash));
	status = stmt_column_text(&stmt, 2);
	credential->active = strcmp(status, "active") == 0;
	credential->deleted = strcmp(status, "deleted") == 0;
	credential->verified = stmt_column_int(&stmt, 3) != 0;
	stmt_end(&stmt);
	return rc;
}

static struct phc_cost current_cost(const nmk_session *session)
{
	const nmk_market_options *options = &session->market->options;

	return (struct phc_cost){ options->password_memory_kib, options->password_passes };
}

/* The same work whether or not there is an account, and whatever became of it. */
static nmk_status login_verify(struct nmk_op *op, struct login *login)
{
	nmk_status rc = NMK_EINVALID;

	if (login->known.id && !login->known.deleted && login->known.hash[0])
		rc = password_verify(login->prepared, login->known.hash, &login->right);
	if (rc == NMK_EINVALID)
		rc = password_waste(login->prepared, current_cost(op->session));
	return rc == NMK_OK ? NMK_OK : tx_no_memory(&op->tx);
}

/* One sentence for everything that must not be told apart; only the audit event knows. */
static nmk_status refuse(struct nmk_op *op, const char *reason)
{
	op_detail(op, "reason", reason);
	return op_answer(op, NMK_ELOGIN, "login_failure", NULL, "e-mail address or password are wrong");
}

static nmk_status login_decide(struct nmk_op *op, const struct login *login, const struct credential *now)
{
	struct stmt stmt;

	if (now->id)
		op_subject(op, "user", ID_USER, now->id);
	if (!now->id || now->deleted)
		return refuse(op, "no_account");
	if (!now->hash[0])
		return refuse(op, "no_password");
	/* What was verified is what was read then: a password that was changed meanwhile was not verified. */
	if (!login->right || now->id != login->known.id || strcmp(now->hash, login->known.hash) != 0)
		return refuse(op, "wrong_password");
	if (!now->verified) {
		op_detail(op, "reason", "unverified");
		return op_answer(op, NMK_EDENIED, "login_failure", NULL, "the e-mail address was not verified yet");
	}
	if (!now->active) {
		op_detail(op, "reason", "suspended");
		return op_answer(op, NMK_EDENIED, "login_failure", NULL, "the account is suspended");
	}
	stmt_init(&stmt, &op->tx, SQL_user_logged_in);
	stmt_int(&stmt, "id", now->id);
	stmt_int(&stmt, "now", op->tx.now);
	return stmt_exec(&stmt, NULL);
}

/* The costs may have been raised since the password was set, and only now is it known. Without success next time. */
static void rehash(nmk_session *session, const struct login *login)
{
	char hash[PHC_TEXT_SIZE];
	struct nmk_op op;
	struct stmt stmt;
	nmk_status rc;

	if (!password_needs_rehash(login->known.hash, current_cost(session)))
		return;
	if (password_hash(login->prepared, current_cost(session), hash) != NMK_OK)
		return;
	rc = op_begin(&op, session, OP_session_login);
	while (op_next(&op, &rc)) {
		op.action = NULL;
		stmt_init(&stmt, &op.tx, SQL_credential_rehash);
		stmt_int(&stmt, "id", login->known.id);
		stmt_text(&stmt, "password_hash", hash);
		stmt_text(&stmt, "expected", login->known.hash);
		rc = stmt_exec(&stmt, NULL);
	}
	sodium_memzero(hash, sizeof hash);
	memset(&session->error, 0, sizeof session->error);
}

nmk_status nmk_session_login(nmk_session *session, const char *email, const char *password)
{
	struct nmk_op op;
	struct login login = { 0 };
	struct credential now;
	nmk_status rc = op_rehearse(&op, session, OP_session_login);

	if (rc == NMK_OK)
		rc = login_prepare(&op, email, password, &login);
	while (op_next(&op, &rc))
		rc = credential_find(&op, login.email_key, &login.known);
	if (rc == NMK_OK)
		rc = login_verify(&op, &login);
	if (rc == NMK_OK) {
		rc = op_begin(&op, session, OP_session_login);
		while (op_next(&op, &rc)) {
			rc = credential_find(&op, login.email_key, &now);
			if (rc == NMK_OK)
				rc = login_decide(&op, &login, &now);
		}
		sodium_memzero(&now, sizeof now);
	}
	if (rc == NMK_OK) {
		rehash(session, &login);
		session_become(session, ACTOR_MEMBER, login.known.id);
	}
	login_free(&login);
	return rc;
}

nmk_status nmk_session_logout(nmk_session *session)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_session_logout);

	while (op_next(&op, &rc)) {
		if (op.actor.kind == ACTOR_MEMBER)
			op_subject(&op, "user", ID_USER, op.actor.id.number);
		else
			rc = op_fail(&op, NMK_ELOGIN, NULL, "nobody is logged in");
	}
	if (rc == NMK_OK)
		session_become(session, ACTOR_GUEST, 0);
	return rc;
}

/* The session is made before the audit event says that it was. */
nmk_status nmk_session_act_as(nmk_session *system, const char *username, nmk_session **session)
{
	struct nmk_op op;
	struct nmk_user user = { 0 };
	nmk_session *opened = NULL;
	nmk_status rc = op_begin(&op, system, OP_session_act_as);

	if (session)
		*session = NULL;
	if (rc == NMK_OK && !session)
		rc = op_fail(&op, NMK_EINVALID, "session", "is needed");
	if (rc == NMK_OK && !username)
		rc = op_fail(&op, NMK_EINVALID, "username", "is needed");
	if (rc == NMK_OK && session_new(system->market, ACTOR_GUEST, 0, &opened) != NMK_OK)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc)) {
		rc = user_load_named(&op, username, &user);
		if (rc == NMK_OK && user.status != NMK_USER_ACTIVE)
			rc = op_fail(&op, NMK_EDENIED, "username", "the account is not active");
		if (rc == NMK_OK)
			op_subject(&op, "user", ID_USER, user.id.number);
	}
	if (rc == NMK_OK) {
		session_become(opened, ACTOR_MEMBER, user.id.number);
		*session = opened;
	} else
		nmk_session_close(opened);
	fields_free(user_fields, &user);
	return rc;
}
