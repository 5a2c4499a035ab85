/* user.c -- read and administer accounts. */
#include "account.h"

#include <stdio.h>
#include <stdlib.h>
#include "page.h"

const struct field user_fields[] = {
#define NMK_FIELD(kind, name, flags, ...) FIELD_ROW(struct nmk_user, kind, name, flags, __VA_ARGS__)
#include "user.def"
#undef NMK_FIELD
	{ 0 }
};

#define NMK_FIELD(kind, name, flags, ...) FIELD_GETTER_##kind(nmk_user, name, __VA_ARGS__)
#include "user.def"
#undef NMK_FIELD

static void user_release(void *user)
{
	nmk_user_free(user);
}

static json_t *user_to_json(const void *user)
{
	return fields_json(user_fields, user);
}

PAGE_FUNCTIONS(nmk_user, user)

char *nmk_user_json(const nmk_user *user)
{
	return json_text(user_to_json(user));
}

void nmk_user_free(nmk_user *user)
{
	if (user) {
		fields_free(user_fields, user);
		free(user);
	}
}

/* ---- reading ---- */

static nmk_status user_read(struct nmk_op *op, struct stmt *stmt, struct nmk_user *user)
{
	nmk_status rc = stmt_one(stmt, user_fields, user);

	if (rc == NMK_OK && user->status == NMK_USER_DELETED && !op_is_admin(op))
		rc = op_fail(op, NMK_ENOTFOUND, NULL, "there is none");
	return rc;
}

nmk_status user_load(struct nmk_op *op, int64_t id, struct nmk_user *user)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_user_get);
	stmt_int(&stmt, "id", id);
	return user_read(op, &stmt, user);
}

nmk_status user_load_named(struct nmk_op *op, const char *username, struct nmk_user *user)
{
	char key[USERNAME_MAXIMUM + 1];
	struct stmt stmt;

	if (!username_key(username, key))
		return op_fail(op, NMK_ENOTFOUND, "username", "there is none");
	stmt_init(&stmt, &op->tx, SQL_user_find);
	stmt_text(&stmt, "username_key", key);
	return user_read(op, &stmt, user);
}

/* A suspended member is no more than a guest, for the own account too. */
void user_hide(const struct nmk_op *op, struct nmk_user *user)
{
	if (!op_is_admin(op) && !(op->actor.active && op_is_self(op, user->id.number)))
		fields_hide(user_fields, user, FIELD_OWNER);
}

/* One account by id or by name. */
static nmk_status user_fetch(nmk_session *session, enum op_id id, const char *field, const char *name,
                             nmk_status (*load)(struct nmk_op *op, const char *name, struct nmk_user *user),
                             nmk_user **user)
{
	struct nmk_op op;
	struct nmk_user *found = NULL;
	nmk_status rc = op_begin(&op, session, id);

	if (user)
		*user = NULL;
	if (rc == NMK_OK && !user)
		rc = op_fail(&op, NMK_EINVALID, "user", "is needed");
	if (rc == NMK_OK && !name)
		rc = op_fail(&op, NMK_EINVALID, field, "is needed");
	if (rc == NMK_OK && (found = calloc(1, sizeof *found)) == NULL)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc)) {
		rc = load(&op, name, found);
		if (rc == NMK_OK)
			user_hide(&op, found);
	}
	if (rc == NMK_OK)
		*user = found;
	else
		nmk_user_free(found);
	return rc;
}

static nmk_status load_by_id(struct nmk_op *op, const char *text, struct nmk_user *user)
{
	int64_t id;
	nmk_status rc = tx_id(&op->tx, ID_USER, "id", text, &id);

	return rc == NMK_OK ? user_load(op, id, user) : rc;
}

nmk_status nmk_user_get(nmk_session *session, const char *id, nmk_user **user)
{
	return user_fetch(session, OP_user_get, "id", id, load_by_id, user);
}

nmk_status nmk_user_find(nmk_session *session, const char *username, nmk_user **user)
{
	return user_fetch(session, OP_user_find, "username", username, user_load_named, user);
}

/* ---- the list ---- */

static nmk_status page_cursor(struct nmk_op *op, const char *list, struct page *page)
{
	const struct nmk_user *last = page->items[page->count - 1];
	struct cursor cursor = { .id = last->id.number };

	username_key(last->username, cursor.text);
	page->next = cursor_write(op, list, &cursor);
	return page->next ? NMK_OK : tx_no_memory(&op->tx);
}

/* One row more than asked for tells whether there is a next page. */
static nmk_status list_read(struct nmk_op *op, struct stmt *stmt, const char *list, int32_t limit, struct page *page)
{
	nmk_status rc = NMK_OK;
	bool more = false;

	while (!more && stmt_next(stmt, &rc)) {
		struct nmk_user *user;

		more = page->count == (size_t)limit;
		if (more)
			break;
		user = calloc(1, sizeof *user);
		rc = user ? stmt_read(stmt, user_fields, user) : tx_no_memory(&op->tx);
		if (rc == NMK_OK && !page_add(page, user))
			rc = tx_no_memory(&op->tx);
		if (rc != NMK_OK)
			nmk_user_free(user);
	}
	stmt_end(stmt);
	return rc == NMK_OK && more ? page_cursor(op, list, page) : rc;
}

nmk_status nmk_user_list(nmk_session *session, nmk_role role, const char *cursor, int32_t limit, nmk_user_page **page)
{
	struct nmk_op op;
	struct stmt stmt;
	struct cursor after = { 0 };
	struct nmk_user_page *found = NULL;
	char list[32] = "user_list";
	nmk_status rc = op_begin(&op, session, OP_user_list);

	if (page)
		*page = NULL;
	if (rc == NMK_OK && !page)
		rc = op_fail(&op, NMK_EINVALID, "page", "is needed");
	if (rc == NMK_OK && role && !nmk_role_word(role))
		rc = op_fail(&op, NMK_EINVALID, "role", "is none of the values that there are");
	if (rc == NMK_OK)
		rc = op_check_limit(&op, limit, &limit);
	if (rc == NMK_OK && role)
		snprintf(list, sizeof list, "user_list:%s", nmk_role_word(role));
	if (rc == NMK_OK && cursor)
		rc = cursor_read(&op, list, cursor, &after);
	if (rc == NMK_OK && (found = calloc(1, sizeof *found)) == NULL)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc)) {
		page_clear(&found->page, user_release);
		stmt_init(&stmt, &op.tx, SQL_user_list);
		stmt_text(&stmt, "after_key", after.text);
		stmt_int(&stmt, "after_id", after.id);
		stmt_int(&stmt, "limit", limit + 1);
		if (role) {
			stmt_option(&stmt, "role");
			stmt_text(&stmt, "role", nmk_role_word(role));
		}
		rc = list_read(&op, &stmt, list, limit, &found->page);
	}
	if (rc == NMK_OK)
		*page = found;
	else
		nmk_user_page_free(found);
	return rc;
}

/* ---- administration ---- */

static struct subject user_subject(const struct nmk_user *user)
{
	return (struct subject){ .type = "user", .kind = ID_USER, .id = user->id.number, .owner_id = user->id.number,
	                         .is_public = true };
}

/* Load whom it is about, and see that it may be done to them. */
static nmk_status user_take(struct nmk_op *op, const char *id, struct nmk_user *user)
{
	nmk_status rc = load_by_id(op, id, user);

	if (rc == NMK_OK)
		rc = op_allow(op, user_subject(user));
	if (rc == NMK_OK && user->status == NMK_USER_DELETED)
		rc = op_fail(op, NMK_ESTATE, "status", "the account is deleted");
	return rc;
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
		rc = user_take(&op, id, &user);
		if (rc == NMK_OK)
			rc = change_role(&op, &user, role);
	}
	fields_free(user_fields, &user);
	return rc;
}

static nmk_status change_status(struct nmk_op *op, const struct nmk_user *user, nmk_user_state status)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	if (user->status == (int)status) {
		op->action = NULL;
		return NMK_OK;
	}
	if (status == NMK_USER_SUSPENDED)
		rc = check_last_admin(op, user);
	if (rc != NMK_OK)
		return rc;
	stmt_init(&stmt, &op->tx, SQL_user_set_status);
	stmt_int(&stmt, "id", user->id.number);
	stmt_text(&stmt, "status", nmk_user_state_word(status));
	stmt_text(&stmt, "expected", nmk_user_state_word((nmk_user_state)user->status));
	stmt_int(&stmt, "now", op->tx.now);
	return moved(op, &stmt);
}

nmk_status nmk_user_suspend(nmk_session *session, const char *id, const char *reason)
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
		rc = user_take(&op, id, &user);
		if (rc == NMK_OK)
			rc = change_status(&op, &user, NMK_USER_SUSPENDED);
		if (rc == NMK_OK)
			op_detail(&op, "reason", reason);
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
		rc = user_take(&op, id, &user);
		if (rc == NMK_OK)
			rc = change_status(&op, &user, NMK_USER_ACTIVE);
	}
	fields_free(user_fields, &user);
	return rc;
}
