/* member_session.c -- log out, and act for somebody. */
#include "account.h"

#include "session.h"

/* The login that a token stands for ends with the session. */
static nmk_status end_login(struct nmk_op *op)
{
	struct stmt stmt;

	if (!op->session->grounds.login_id)
		return NMK_OK;
	stmt_init(&stmt, &op->tx, SQL_session_end_login);
	stmt_int(&stmt, "id", op->session->grounds.login_id);
	stmt_int(&stmt, "user_id", op->actor.id.number);
	stmt_int(&stmt, "now", op->tx.now);
	return stmt_exec(&stmt, NULL);
}

nmk_status nmk_session_logout(nmk_session *session)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_session_logout);

	while (op_next(&op, &rc)) {
		if (op.actor.kind == ACTOR_MEMBER) {
			op_subject(&op, "user", ID_USER, op.actor.id.number);
			rc = end_login(&op);
		} else
			rc = op_fail(&op, NMK_ELOGIN, NULL, "nobody is logged in");
	}
	if (rc == NMK_OK)
		session_become_guest(session);
	return rc;
}

static nmk_status load_active(struct nmk_op *op, const char *username, struct nmk_user *user)
{
	nmk_status rc = user_load_named(op, username, user);

	if (rc == NMK_OK && user->status != NMK_USER_ACTIVE)
		rc = op_fail(op, NMK_EDENIED, "username", "the account is not active");
	if (rc == NMK_OK)
		op_subject(op, "user", ID_USER, user->id.number);
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
	if (rc == NMK_OK && session_new(system->market, ACTOR_GUEST, &opened) != NMK_OK)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc))
		rc = load_active(&op, username, &user);
	if (rc == NMK_OK) {
		session_become_member(opened, &(struct session_grounds){ .origin = ORIGIN_HOST, .user_id = user.id.number });
		*session = opened;
	} else
		nmk_session_close(opened);
	fields_free(user_fields, &user);
	return rc;
}
