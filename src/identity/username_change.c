/* username_change.c -- who may have which user name, and how a member takes another. */
#include "account.h"

#include <string.h>
#include "components.h"
#include "session.h"

nmk_status name_check(struct nmk_op *op, const char *username, struct name_claim *claim)
{
	nmk_username_profile profile = op->session->market->options.username_profile;

	if (!username)
		return op_fail(op, NMK_EINVALID, "username", "is needed");
	if (!username_is_fit(profile, username) || !username_key(username, claim->key)) {
		if (profile == NMK_USERNAME_LATIN)
			return op_fail(op, NMK_EINVALID, "username",
			               "must have %d to %d characters, only Latin letters, digits and _, and inside also . and -",
			               USERNAME_MINIMUM, USERNAME_MAXIMUM);
		return op_fail(op, NMK_EINVALID, "username", "must have %d to %d characters, only letters from a to z, digits and _",
		               USERNAME_MINIMUM, USERNAME_MAXIMUM);
	}
	username_skeleton(username, claim->skeleton);
	claim->username = username;
	return NMK_OK;
}

static nmk_status holder(struct nmk_op *op, enum sql_id id, const char *parameter, const char *value, int64_t *user_id)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, id);
	stmt_text(&stmt, parameter, value);
	return account_holder(&stmt, user_id);
}

nmk_status name_check_free(struct nmk_op *op, const struct name_claim *claim, int64_t own_id)
{
	int64_t user_id;
	nmk_status rc = holder(op, SQL_user_id_of_username, "username_key", claim->key, &user_id);

	if (rc == NMK_OK && user_id && user_id != own_id)
		rc = op_fail(op, NMK_ECONFLICT, "username", "is taken");
	if (rc == NMK_OK && op->actor.kind != ACTOR_SYSTEM && username_is_reserved(claim->username))
		rc = op_fail(op, NMK_ECONFLICT, "username", "is reserved, or looks like a reserved one");
	if (rc == NMK_OK)
		rc = holder(op, SQL_user_id_of_skeleton, "username_skeleton", claim->skeleton, &user_id);
	if (rc == NMK_OK && user_id && user_id != own_id)
		rc = op_fail(op, NMK_ECONFLICT, "username", "looks like one that is taken");
	return rc;
}

nmk_status name_tell(struct nmk_op *op, int64_t user_id, bool erased)
{
	nmk_status rc = NMK_OK;

	for (const struct component *component = components; rc == NMK_OK && component->name; component++)
		if (component->user_renamed)
			rc = component->user_renamed(op, user_id, erased);
	return rc;
}

/* ---- nmk_username_change() ---- */

static nmk_status rename_user(struct nmk_op *op, const struct name_claim *claim, int64_t user_id)
{
	struct stmt stmt;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_user_set_username);
	stmt_int(&stmt, "id", user_id);
	stmt_text(&stmt, "username", claim->username);
	stmt_text(&stmt, "username_key", claim->key);
	stmt_text(&stmt, "username_skeleton", claim->skeleton);
	stmt_int(&stmt, "now", op->tx.now);
	rc = stmt_exec(&stmt, NULL);
	op_detail(op, "fields", "username");
	return rc == NMK_OK ? name_tell(op, user_id, false) : rc;
}

static nmk_status change(struct nmk_op *op, const struct name_claim *claim)
{
	struct nmk_user user = { 0 };
	nmk_status rc = user_load(op, op->actor.id.number, &user);

	op_subject(op, "user", ID_USER, op->actor.id.number);
	if (rc == NMK_OK && strcmp(user.username, claim->username) == 0)
		op->action = NULL;
	else if (rc == NMK_OK) {
		rc = name_check_free(op, claim, user.id.number);
		if (rc == NMK_OK)
			rc = rename_user(op, claim, user.id.number);
	}
	fields_free(user_fields, &user);
	return rc;
}

nmk_status nmk_username_change(nmk_session *session, const char *username)
{
	struct name_claim claim;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_username_change);

	if (rc == NMK_OK)
		rc = name_check(&op, username, &claim);
	while (op_next(&op, &rc))
		rc = op.actor.kind == ACTOR_MEMBER ? change(&op, &claim)
		                                   : op_fail(&op, NMK_EDENIED, NULL, "only members have a user name");
	return rc;
}
