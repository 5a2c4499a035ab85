/* login.c -- devices on which a member is logged in. */
#include <stdlib.h>
#include <string.h>
#include "clock.h"
#include "page.h"
#include "tokens.h"

struct nmk_login {
#define NMK_FIELD(kind, name, flags, ...) FIELD_MEMBER_##kind(name)
#include "login.def"
#undef NMK_FIELD
};

static const struct field login_fields[] = {
#define NMK_FIELD(kind, name, flags, ...) FIELD_ROW(struct nmk_login, kind, name, flags, __VA_ARGS__)
#include "login.def"
#undef NMK_FIELD
	{ 0 }
};

#define NMK_FIELD(kind, name, flags, ...) FIELD_GETTER_##kind(nmk_login, name, __VA_ARGS__)
#include "login.def"
#undef NMK_FIELD

static void login_release(void *login)
{
	nmk_login_free(login);
}

static json_t *login_to_json(const void *login)
{
	return fields_json(login_fields, login);
}

PAGE_FUNCTIONS(nmk_login, login)

char *nmk_login_json(const nmk_login *login)
{
	return json_text(login_to_json(login));
}

void nmk_login_free(nmk_login *login)
{
	if (login) {
		fields_free(login_fields, login);
		free(login);
	}
}

/* ---- for issue and refresh ---- */

static int64_t idle_ms(const struct nmk_op *op)
{
	return op->session->market->options.idle_minutes * MINUTE_MS;
}

int64_t login_idle_end(const struct nmk_op *op, const struct login *login)
{
	int64_t end = login->last_used_at + idle_ms(op);

	return end < login->expires_at ? end : login->expires_at;
}

/* Columns of login_get. */
static void login_read(const struct nmk_op *op, struct stmt *stmt, struct login *login)
{
	const void *hash;
	size_t length;

	login->user_id = stmt_column_int(stmt, 0);
	login->second_factor = stmt_column_int(stmt, 1) != 0;
	login->generation = stmt_column_int(stmt, 2);
	hash = stmt_column_blob(stmt, 3, &length);
	if (length == sizeof login->secret_hash)
		memcpy(login->secret_hash, hash, length);
	login->last_used_at = stmt_column_int(stmt, 4);
	login->expires_at = stmt_column_int(stmt, 5);
	login->session_epoch = stmt_column_int(stmt, 6);
	login->role = (nmk_role)word_value(account_role_words, stmt_column_text(stmt, 7));
	login->alive = stmt_column_int(stmt, 8) != 0 && op->tx.now < login_idle_end(op, login);
	login->valid = login->alive && stmt_column_int(stmt, 9) != 0;
}

nmk_status login_load(struct nmk_op *op, int64_t id, struct login *login)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	memset(login, 0, sizeof *login);
	stmt_init(&stmt, &op->tx, SQL_login_get);
	stmt_int(&stmt, "id", id);
	stmt_int(&stmt, "now", op->tx.now);
	if (stmt_next(&stmt, &rc)) {
		login->id = id;
		login_read(op, &stmt, login);
		stmt_end(&stmt);
	}
	return rc;
}

void login_enter(nmk_session *session, const struct login *login)
{
	const struct session_grounds grounds = { .origin = ORIGIN_TOKEN, .user_id = login->user_id, .login_id = login->id,
	                                         .session_epoch = login->session_epoch, .second_factor = login->second_factor };

	session_become_member(session, &grounds);
}

nmk_status login_add(struct nmk_op *op, int64_t user_id, bool second_factor, const unsigned char *secret_hash, int64_t *id)
{
	int64_t lasts_ms = op->session->market->options.login_days * DAY_MS;
	const char *name = op->session->device;
	struct buffer device = { 0 };
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	*id = tx_new_id(&op->tx);
	if (name)
		rc = data_seal(&op->tx, user_id, PLACE_DEVICE, *id, name, strlen(name), &device);
	if (rc == NMK_OK) {
		stmt_init(&stmt, &op->tx, SQL_login_add);
		stmt_int(&stmt, "id", *id);
		stmt_int(&stmt, "user_id", user_id);
		stmt_text(&stmt, "device_sealed", NULL);
		if (device.data)
			stmt_blob(&stmt, "device_sealed", device.data, device.length);
		stmt_int(&stmt, "second_factor", second_factor);
		stmt_blob(&stmt, "secret_hash", secret_hash, crypto_hash_sha256_BYTES);
		stmt_int(&stmt, "now", op->tx.now);
		stmt_int(&stmt, "expires_at", op->tx.now + lasts_ms);
		rc = stmt_exec(&stmt, NULL);
	}
	buffer_free(&device);
	return rc;
}

nmk_status login_end(struct nmk_op *op, int64_t id, const char *reason, bool *ended)
{
	struct stmt stmt;
	int64_t changed = 0;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_login_revoke);
	stmt_int(&stmt, "id", id);
	stmt_text(&stmt, "reason", reason);
	stmt_int(&stmt, "now", op->tx.now);
	rc = stmt_exec(&stmt, &changed);
	*ended = changed > 0;
	return rc;
}

static nmk_status open_device(struct nmk_op *op, const struct secret_key *key, int64_t id, struct stmt *stmt, int column,
                              char **device)
{
	size_t length;
	const void *sealed = stmt_column_blob(stmt, column, &length);

	*device = NULL;
	return sealed ? unseal(&op->tx, key, PLACE_DEVICE, id, sealed, length, device, NULL) : NMK_OK;
}

nmk_status login_device(struct nmk_op *op, const struct secret_key *key, int64_t id, char **device)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	*device = NULL;
	stmt_init(&stmt, &op->tx, SQL_login_device);
	stmt_int(&stmt, "id", id);
	if (stmt_next(&stmt, &rc)) {
		rc = open_device(op, key, id, &stmt, 0, device);
		stmt_end(&stmt);
	}
	return rc;
}

/* ---- the list ---- */

/* The user's own id, or the one that was asked for; whoever asks may know of them: that there is such a member is no secret. */
static nmk_status allow_owner(struct nmk_op *op, const char *user_id, int64_t *id)
{
	struct nmk_user user = { 0 };
	nmk_status rc;

	*id = op->actor.id.number;
	if (!user_id && !*id)
		return op_fail(op, NMK_EINVALID, "user_id", "is needed");
	if (!user_id)
		return op_allow(op, (struct subject){ .type = "user", .kind = ID_USER, .id = *id, .owner_id = *id, .is_public = true });
	rc = user_take(op, "user_id", user_id, &user);
	*id = user.id.number;
	fields_free(user_fields, &user);
	return rc;
}

/* Columns of login_list; `context` is the member's data key. */
static nmk_status list_item(struct nmk_op *op, struct stmt *stmt, const void *context, void *value)
{
	struct nmk_login *login = value;

	login->id = tx_id_value(&op->tx, ID_LOGIN, stmt_column_int(stmt, 0));
	login->created_at = stmt_column_int(stmt, 1);
	login->last_used_at = stmt_column_int(stmt, 2);
	login->expires_at = stmt_column_int(stmt, 3);
	login->second_factor = stmt_column_int(stmt, 4) != 0;
	login->current = login->id.number == op->session->grounds.login_id;
	return open_device(op, context, login->id.number, stmt, 5, &login->device);
}

static nmk_status list_read(struct nmk_op *op, const char *user_id, const struct newest_list *list, struct page *page)
{
	struct secret_key key;
	const struct row_kind kind = {
		.fields = login_fields, .read = list_item, .context = &key, .size = sizeof(struct nmk_login), .release = login_release
	};
	struct stmt stmt;
	int64_t id = 0;
	nmk_status rc = allow_owner(op, user_id, &id);

	if (rc == NMK_OK)
		rc = data_key_get(&op->tx, id, &key);
	if (rc != NMK_OK)
		return rc == NMK_ENOTFOUND ? op_fail(op, rc, "user_id", "there is none with this id") : rc;
	stmt_init(&stmt, &op->tx, SQL_login_list);
	stmt_int(&stmt, "user_id", id);
	stmt_int(&stmt, "now", op->tx.now);
	stmt_int(&stmt, "idle_since", op->tx.now - idle_ms(op));
	rc = op_read_newest(op, &stmt, &kind, list, page);
	key_wipe(&key);
	return rc;
}

nmk_status nmk_login_list(nmk_session *session, const char *user_id, const char *cursor, int32_t limit, nmk_login_page **page)
{
	struct nmk_op op;
	struct newest_list list;
	struct nmk_login_page *found = NULL;
	nmk_status rc = op_begin(&op, session, OP_login_list);

	if (page)
		*page = NULL;
	if (rc == NMK_OK && !page)
		rc = op_fail(&op, NMK_EINVALID, "page", "is needed");
	if (rc == NMK_OK)
		rc = op_take_newest(&op, "login_list", cursor, limit, &list);
	if (rc == NMK_OK && (found = calloc(1, sizeof *found)) == NULL)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc))
		rc = list_read(&op, user_id, &list, &found->page);
	if (rc == NMK_OK)
		*page = found;
	else
		nmk_login_page_free(found);
	return rc;
}

/* ---- ending ---- */

static nmk_status login_owner(struct nmk_op *op, int64_t id, int64_t *owner_id)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_login_owner);
	stmt_int(&stmt, "id", id);
	return stmt_one_int(&stmt, owner_id);
}

static nmk_status revoke(struct nmk_op *op, const char *login_id)
{
	int64_t id = 0, owner_id = 0;
	bool ended = false;
	nmk_status rc = tx_id(&op->tx, ID_LOGIN, "login_id", login_id, &id);

	if (rc == NMK_OK)
		rc = login_owner(op, id, &owner_id);
	if (rc == NMK_OK)
		rc = op_allow(op, (struct subject){ .type = "login", .kind = ID_LOGIN, .id = id, .owner_id = owner_id });
	if (rc == NMK_OK)
		rc = login_end(op, id, "revoked", &ended);
	if (rc == NMK_OK && !ended)
		op->action = NULL;
	return rc;
}

nmk_status nmk_login_revoke(nmk_session *session, const char *login_id)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_login_revoke);

	if (rc == NMK_OK && !login_id)
		rc = op_fail(&op, NMK_EINVALID, "login_id", "an id is needed");
	while (op_next(&op, &rc))
		rc = revoke(&op, login_id);
	return rc;
}

nmk_status nmk_login_revoke_all(nmk_session *session, const char *user_id)
{
	struct nmk_op op;
	int64_t id = 0;
	nmk_status rc = op_begin(&op, session, OP_login_revoke_all);

	while (op_next(&op, &rc)) {
		rc = allow_owner(&op, user_id, &id);
		if (rc == NMK_OK)
			rc = account_end_sessions(&op, id, "revoked", true);
	}
	return rc;
}
