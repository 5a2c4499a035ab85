/* user_admin.c -- what administrators do to accounts. */
#include "account.h"

#include <sodium.h>
#include <string.h>
#include "components.h"

/* No profile allows it, so that no member's name is ever like it. */
#define PLACEHOLDER       "deleted~"
#define PLACEHOLDER_BYTES 8
#define PLACEHOLDER_SIZE  (sizeof PLACEHOLDER + 2 * PLACEHOLDER_BYTES)

static struct subject user_subject(const struct nmk_user *user)
{
	return (struct subject){ .type = "user", .kind = ID_USER, .id = user->id.number, .owner_id = user->id.number,
	                         .is_public = true };
}

nmk_status user_take(struct nmk_op *op, const char *field, const char *text, struct nmk_user *user)
{
	int64_t id;
	nmk_status rc = tx_id(&op->tx, ID_USER, field, text, &id);

	if (rc == NMK_OK)
		rc = user_load(op, id, user);
	return rc == NMK_OK ? op_allow(op, user_subject(user)) : rc;
}

static nmk_status check_not_deleted(struct nmk_op *op, const struct nmk_user *user)
{
	return user->status == NMK_USER_DELETED ? op_fail(op, NMK_ESTATE, "status", "the account is deleted") : NMK_OK;
}

/* Somebody must be left who can administer: counted in the transaction that takes an administrator away. */
static nmk_status check_last_admin(struct nmk_op *op, const struct nmk_user *user)
{
	struct stmt stmt;
	int64_t others = 0;
	nmk_status rc;

	if (user->role != NMK_ROLE_ADMIN || user->status != NMK_USER_ACTIVE)
		return NMK_OK;
	stmt_init(&stmt, &op->tx, SQL_user_other_active_admins);
	stmt_int(&stmt, "id", user->id.number);
	stmt_int(&stmt, "now", op->tx.now);
	rc = stmt_one_int(&stmt, &others);
	if (rc == NMK_OK && others == 0)
		rc = op_fail(op, NMK_ESTATE, NULL, "this is the last active administrator");
	return rc;
}

static nmk_status moved(struct nmk_op *op, struct stmt *stmt)
{
	int64_t changed = 0;
	nmk_status rc = stmt_exec(stmt, &changed);

	if (rc == NMK_OK && changed == 0)
		rc = op_fail(op, NMK_ESTATE, NULL, "somebody else changed it at the same time");
	return rc;
}

/* ---- role ---- */

static nmk_status change_role(struct nmk_op *op, const struct nmk_user *user, nmk_role role)
{
	struct stmt stmt;
	nmk_status rc;

	if (user->role == (int)role) {
		op->action = NULL;
		return NMK_OK;
	}
	rc = check_last_admin(op, user);
	if (rc != NMK_OK)
		return rc;
	stmt_init(&stmt, &op->tx, SQL_user_set_role);
	stmt_int(&stmt, "id", user->id.number);
	stmt_text(&stmt, "role", nmk_role_word(role));
	stmt_text(&stmt, "expected", nmk_role_word((nmk_role)user->role));
	stmt_int(&stmt, "now", op->tx.now);
	op_detail(op, "from", nmk_role_word((nmk_role)user->role));
	op_detail(op, "to", nmk_role_word(role));
	return moved(op, &stmt);
}

nmk_status nmk_user_set_role(nmk_session *session, const char *id, nmk_role role)
{
	struct nmk_op op;
	struct nmk_user user = { 0 };
	nmk_status rc = op_begin(&op, session, OP_user_set_role);

	if (rc == NMK_OK && !id)
		rc = op_fail(&op, NMK_EINVALID, "id", "is needed");
	if (rc == NMK_OK && !nmk_role_word(role))
		rc = op_fail(&op, NMK_EINVALID, "role", "is none of the values that there are");
	while (op_next(&op, &rc)) {
		rc = user_take(&op, "id", id, &user);
		if (rc == NMK_OK)
			rc = check_not_deleted(&op, &user);
		if (rc == NMK_OK)
			rc = change_role(&op, &user, role);
	}
	fields_free(user_fields, &user);
	return rc;
}

/* ---- suspension ---- */

/* What is said of it depends on the clock: user_columns. A suspension that has run out needs no reactivation. */
static nmk_status change_status(struct nmk_op *op, const struct nmk_user *user, nmk_user_state status, int64_t until)
{
	struct stmt stmt;
	nmk_status rc = check_not_deleted(op, user);

	if (rc == NMK_OK && user->status == (int)status && user->suspended_until == until) {
		op->action = NULL;
		return NMK_OK;
	}
	if (rc == NMK_OK && status == NMK_USER_SUSPENDED)
		rc = check_last_admin(op, user);
	if (rc != NMK_OK)
		return rc;
	stmt_init(&stmt, &op->tx, SQL_user_set_status);
	stmt_int(&stmt, "id", user->id.number);
	stmt_text(&stmt, "status", nmk_user_state_word(status));
	stmt_text(&stmt, "suspended_until", NULL);
	if (until)
		stmt_int(&stmt, "suspended_until", until);
	stmt_int(&stmt, "now", op->tx.now);
	return moved(op, &stmt);
}

static nmk_status suspend(struct nmk_op *op, const struct nmk_user *user, const char *reason, int64_t until)
{
	nmk_status rc = NMK_OK;

	if (until && until <= op->tx.now)
		rc = op_fail(op, NMK_EINVALID, "until", "must lie in the future");
	if (rc == NMK_OK)
		rc = change_status(op, user, NMK_USER_SUSPENDED, until);
	op_detail_personal(op, "reason", reason);
	if (until)
		op_detail_int(op, "until", until);
	return rc;
}

nmk_status nmk_user_suspend(nmk_session *session, const char *id, const char *reason, int64_t until)
{
	static const struct field reason_field = {
		.name = "reason", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .minimum = 1, .maximum = 500, .lines = true
	};
	struct nmk_op op;
	struct nmk_user user = { 0 };
	nmk_status rc = op_begin(&op, session, OP_user_suspend);

	if (rc == NMK_OK && !id)
		rc = op_fail(&op, NMK_EINVALID, "id", "is needed");
	if (rc == NMK_OK)
		rc = op_check_text(&op, &reason_field, reason);
	while (op_next(&op, &rc)) {
		rc = user_take(&op, "id", id, &user);
		if (rc == NMK_OK)
			rc = suspend(&op, &user, reason, until);
	}
	fields_free(user_fields, &user);
	return rc;
}

nmk_status nmk_user_reactivate(nmk_session *session, const char *id)
{
	struct nmk_op op;
	struct nmk_user user = { 0 };
	nmk_status rc = op_begin(&op, session, OP_user_reactivate);

	if (rc == NMK_OK && !id)
		rc = op_fail(&op, NMK_EINVALID, "id", "is needed");
	while (op_next(&op, &rc)) {
		rc = user_take(&op, "id", id, &user);
		if (rc == NMK_OK)
			rc = change_status(&op, &user, NMK_USER_ACTIVE, 0);
	}
	fields_free(user_fields, &user);
	return rc;
}

/* ---- deletion ---- */

static void make_placeholder(char name[PLACEHOLDER_SIZE])
{
	unsigned char random[PLACEHOLDER_BYTES];

	randombytes_buf(random, sizeof random);
	memcpy(name, PLACEHOLDER, sizeof PLACEHOLDER);
	sodium_bin2hex(name + sizeof PLACEHOLDER - 1, PLACEHOLDER_SIZE - sizeof PLACEHOLDER + 1, random, sizeof random);
}

static nmk_status erase_rows(struct nmk_op *op, int64_t user_id)
{
	static const enum sql_id statements[] = {
		SQL_user_erase_profile, SQL_user_erase_second_factor, SQL_user_erase_recovery_codes, SQL_user_erase_logins,
		SQL_user_erase_proofs, SQL_user_erase_mails, SQL_user_erase_keys, SQL_user_erase_own_key, SQL_user_erase_prekeys,
		SQL_user_erase_one_time_prekeys
	};
	nmk_status rc = NMK_OK;

	for (size_t i = 0; rc == NMK_OK && i < sizeof statements / sizeof statements[0]; i++) {
		struct stmt stmt;

		stmt_init(&stmt, &op->tx, statements[i]);
		stmt_int(&stmt, "user_id", user_id);
		rc = stmt_exec(&stmt, NULL);
	}
	return rc;
}

static nmk_status erase_account(struct nmk_op *op, int64_t user_id)
{
	char name[PLACEHOLDER_SIZE];
	struct stmt stmt;

	make_placeholder(name);
	stmt_init(&stmt, &op->tx, SQL_user_erase);
	stmt_int(&stmt, "id", user_id);
	stmt_text(&stmt, "username", name);
	stmt_int(&stmt, "now", op->tx.now);
	return stmt_exec(&stmt, NULL);
}

static nmk_status tell_erased(struct nmk_op *op, int64_t user_id)
{
	nmk_status rc = NMK_OK;

	for (const struct component *component = components; rc == NMK_OK && component->name; component++)
		if (component->user_erased)
			rc = component->user_erased(op, user_id);
	return rc;
}

/* The key first: what is sealed with it is gone whatever else stays somewhere. */
static nmk_status erase(struct nmk_op *op, int64_t user_id)
{
	nmk_status rc = op_remember_person(op);

	op->tx.erases = true;
	if (rc == NMK_OK)
		rc = data_key_erase(&op->tx, user_id);
	if (rc == NMK_OK)
		rc = throttle_forget_user(op, user_id);
	if (rc == NMK_OK)
		rc = erase_rows(op, user_id);
	if (rc == NMK_OK)
		rc = tell_erased(op, user_id);
	if (rc == NMK_OK)
		rc = erase_account(op, user_id);
	if (rc == NMK_OK)
		rc = name_tell(op, user_id, true);
	return rc;
}

nmk_status nmk_user_delete(nmk_session *session, const char *id)
{
	struct nmk_op op;
	struct nmk_user user = { 0 };
	nmk_status rc = op_begin(&op, session, OP_user_delete);

	if (rc == NMK_OK && !id)
		rc = op_fail(&op, NMK_EINVALID, "id", "is needed");
	while (op_next(&op, &rc)) {
		rc = user_take(&op, "id", id, &user);
		if (rc == NMK_OK && user.status == NMK_USER_DELETED)
			op.action = NULL;
		else if (rc == NMK_OK) {
			rc = check_last_admin(&op, &user);
			if (rc == NMK_OK)
				rc = erase(&op, user.id.number);
		}
	}
	fields_free(user_fields, &user);
	return rc;
}
