/* factor_end.c -- the end of a second factor: the member does without it, or an administrator takes it away. */
#include "factor.h"

static nmk_status check_dispensable(struct nmk_op *op)
{
	struct stmt stmt;
	int64_t is_short = 0;
	nmk_status rc;

	if (op_wants_second_factor(op, op->actor.role))
		return op_fail(op, NMK_ESTATE, NULL, "this market wants a second factor");
	stmt_init(&stmt, &op->tx, SQL_password_is_short);
	stmt_int(&stmt, "id", op->actor.id.number);
	rc = stmt_one_int(&stmt, &is_short);
	if (rc == NMK_OK && is_short)
		rc = op_fail(op, NMK_ESTATE, "password", "is too short without a second factor");
	return rc;
}

static nmk_status disable(struct nmk_op *op, const char *code)
{
	struct factor factor;
	bool right = false;
	nmk_status rc = factor_load_enabled(op, &factor);

	if (rc == NMK_OK)
		rc = check_dispensable(op);
	if (rc == NMK_OK)
		rc = factor_prove(op, &factor, code, true, &right);
	if (rc == NMK_OK && right)
		rc = factor_remove(op, op->actor.id.number);
	if (rc == NMK_OK && right)
		rc = account_notify(op, op->actor.id.number, "second_factor_disabled", NULL);
	return rc;
}

nmk_status nmk_second_factor_disable(nmk_session *session, const char *password, const char *code)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_second_factor_disable);

	if (rc == NMK_OK && !password)
		rc = op_fail(&op, NMK_EINVALID, "password", "is needed");
	if (rc == NMK_OK)
		rc = factor_check_code(&op, code);
	if (rc == NMK_OK)
		rc = account_prove_password(session, OP_second_factor_disable, "password", password);
	if (rc == NMK_OK)
		rc = op_begin(&op, session, OP_second_factor_disable);
	while (op_next(&op, &rc)) {
		rc = factor_check_member(&op);
		if (rc == NMK_OK)
			rc = disable(&op, code);
	}
	return rc;
}

/* ---- taken away by an administrator ---- */

/* Who had a password that was good only with it must change that at the next login. */
static nmk_status change_short_password(struct nmk_op *op, int64_t user_id)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_password_short_change_required);
	stmt_int(&stmt, "id", user_id);
	return stmt_exec(&stmt, NULL);
}

static nmk_status take_away(struct nmk_op *op, int64_t user_id)
{
	struct factor factor;
	nmk_status rc = factor_load(op, user_id, &factor);

	if (rc == NMK_OK && !factor.exists)
		op->action = NULL;
	if (rc == NMK_OK && factor.exists)
		rc = factor_remove(op, user_id);
	if (rc != NMK_OK || !factor.confirmed_at)
		return rc;
	rc = change_short_password(op, user_id);
	if (rc == NMK_OK) rc = account_end_sessions(op, user_id, "second_factor_disabled", false);
	if (rc == NMK_OK) rc = account_notify(op, user_id, "second_factor_disabled", NULL);
	return rc;
}

nmk_status nmk_second_factor_reset(nmk_session *session, const char *user_id)
{
	struct nmk_user user = { 0 };
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_second_factor_reset);

	if (rc == NMK_OK && !user_id)
		rc = op_fail(&op, NMK_EINVALID, "user_id", "is needed");
	while (op_next(&op, &rc)) {
		rc = user_take(&op, "user_id", user_id, &user);
		if (rc == NMK_OK)
			rc = take_away(&op, user.id.number);
	}
	fields_free(user_fields, &user);
	return rc;
}
