/* user.c -- read accounts, reach their members, and end their sessions. */
#include "account.h"

#include <stdlib.h>
#include <string.h>
#include "session.h"

const struct field user_fields[] = {
#define NMK_FIELD(kind, name, flags, ...) FIELD_ROW(struct nmk_user, kind, name, flags, __VA_ARGS__)
#include "user.def"
#undef NMK_FIELD
	{ 0 }
};

#define NMK_FIELD(kind, name, flags, ...) FIELD_GETTER_##kind(nmk_user, name, __VA_ARGS__)
#include "user.def"
#undef NMK_FIELD

/* Of a hidden account nobody learns a false: null says that it is not told. */
json_t *user_to_json(const void *value)
{
	const struct nmk_user *user = value;
	json_t *json = fields_json(user_fields, user);
	bool complete = json != NULL;

	for (const struct field *field = user_fields; complete && !user->status && field->name; field++)
		if (field->kind == FIELD_BOOL && (field->flags & FIELD_OWNER))
			complete = json_object_set_new_nocheck(json, field->name, json_null()) == 0;
	if (complete)
		return json;
	json_decref(json);
	return NULL;
}

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
	nmk_status rc;

	stmt_int(stmt, "now", op->tx.now);
	rc = stmt_one(stmt, user_fields, user);
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
	char key[USERNAME_KEY_SIZE];
	struct stmt stmt;

	if (!username_key(username, key))
		return op_fail(op, NMK_ENOTFOUND, "username", "there is none");
	stmt_init(&stmt, &op->tx, SQL_user_find);
	stmt_text(&stmt, "username_key", key);
	return user_read(op, &stmt, user);
}

/* ---- addresses ---- */

/* The row of user_email: the data key into `key`, the address into `*email`, the caller's. */
static nmk_status email_unseal(struct nmk_op *op, struct stmt *stmt, int64_t user_id, struct secret_key *key, char **email)
{
	size_t sealed_length, wrapped_length;
	const void *sealed = stmt_column_blob(stmt, 0, &sealed_length), *wrapped = stmt_column_blob(stmt, 2, &wrapped_length);
	nmk_status rc = data_key_unwrap(&op->tx, user_id, stmt_column_int(stmt, 1), wrapped, wrapped_length, key);

	return rc == NMK_OK ? unseal(&op->tx, key, PLACE_EMAIL, user_id, sealed, sealed_length, email, NULL) : rc;
}

static nmk_status email_open(struct nmk_op *op, int64_t user_id, struct secret_key *key, char **email)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &op->tx, SQL_user_email);
	stmt_int(&stmt, "id", user_id);
	if (stmt_next(&stmt, &rc)) {
		rc = email_unseal(op, &stmt, user_id, key, email);
		stmt_end(&stmt);
	}
	return rc;
}

nmk_status user_open_email(struct nmk_op *op, struct nmk_user *user)
{
	struct secret_key key;
	nmk_status rc;

	free(user->email);
	user->email = NULL;
	rc = email_open(op, user->id.number, &key, &user->email);
	key_wipe(&key);
	if (rc == NMK_OK && !user->email && user->status != NMK_USER_DELETED)
		rc = op_fail(op, NMK_ECORRUPT, "email", "the data key of account %s is missing", user->id.text);
	return rc;
}

/* A suspended member is no more than a guest, for the own account too. */
nmk_status user_show(struct nmk_op *op, struct nmk_user *user)
{
	if (op_is_admin(op) || (op->actor.active && op_is_self(op, user->id.number)))
		return user_open_email(op, user);
	fields_hide(user_fields, user, FIELD_OWNER);
	return NMK_OK;
}

static nmk_status contact_name(struct nmk_op *op, struct contact *contact)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &op->tx, SQL_user_contact);
	stmt_int(&stmt, "id", contact->user_id);
	if (!stmt_next(&stmt, &rc))
		return rc == NMK_OK ? op_fail(op, NMK_ENOTFOUND, NULL, "there is none") : rc;
	contact->username = strdup(stmt_column_text(&stmt, 0));
	contact->language = strdup(stmt_column_text(&stmt, 1));
	stmt_end(&stmt);
	return contact->username && contact->language ? NMK_OK : tx_no_memory(&op->tx);
}

nmk_status contact_load(struct nmk_op *op, int64_t user_id, struct contact *contact)
{
	nmk_status rc;

	contact->user_id = user_id;
	rc = contact_name(op, contact);
	if (rc == NMK_OK)
		rc = email_open(op, user_id, &contact->key, &contact->email);
	if (rc == NMK_OK && !contact->email)
		rc = op_fail(op, NMK_ECORRUPT, "email", "the data key of account %s is missing",
		             tx_id_value(&op->tx, ID_USER, user_id).text);
	return rc;
}

void contact_free(struct contact *contact)
{
	secret_free(contact->email);
	free(contact->username);
	free(contact->language);
	key_wipe(&contact->key);
	*contact = (struct contact){ 0 };
}

nmk_status account_notify(struct nmk_op *op, int64_t user_id, const char *template_name, const char *detail)
{
	struct contact contact = { 0 };
	nmk_status rc = contact_load(op, user_id, &contact);

	if (rc == NMK_OK)
		rc = outbox_notify(op, &contact, template_name, detail);
	contact_free(&contact);
	return rc;
}

/* ---- whose is it? ---- */

nmk_status account_holder(struct stmt *stmt, int64_t *user_id)
{
	nmk_status rc = NMK_OK;

	*user_id = 0;
	if (stmt_next(stmt, &rc)) {
		*user_id = stmt_column_int(stmt, 0);
		stmt_end(stmt);
	}
	return rc;
}

nmk_status email_holder(struct nmk_op *op, const unsigned char index[KEY_HASH_BYTES], int64_t *user_id)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_user_id_of_email);
	stmt_blob(&stmt, "email_index", index, KEY_HASH_BYTES);
	return account_holder(&stmt, user_id);
}

/* ---- one account by id or by name ---- */

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
			rc = user_show(&op, found);
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

/* ---- sessions ---- */

static nmk_status logins_revoke(struct nmk_op *op, int64_t user_id, const char *reason, int64_t kept_id)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_user_logins_revoke);
	stmt_int(&stmt, "user_id", user_id);
	stmt_int(&stmt, "kept_id", kept_id);
	stmt_text(&stmt, "reason", reason);
	stmt_int(&stmt, "now", op->tx.now);
	return stmt_exec(&stmt, NULL);
}

static nmk_status login_keep(struct nmk_op *op, int64_t user_id, int64_t login_id, int64_t session_epoch)
{
	struct stmt stmt;

	if (!login_id)
		return NMK_OK;
	stmt_init(&stmt, &op->tx, SQL_user_login_keep);
	stmt_int(&stmt, "id", login_id);
	stmt_int(&stmt, "user_id", user_id);
	stmt_int(&stmt, "session_epoch", session_epoch);
	return stmt_exec(&stmt, NULL);
}

nmk_status account_end_sessions(struct nmk_op *op, int64_t user_id, const char *reason, bool keep)
{
	int64_t kept_id = 0, session_epoch = 0;
	struct stmt stmt;
	nmk_status rc;

	keep = keep && op_is_self(op, user_id);
	if (keep)
		kept_id = op->session->grounds.login_id;
	stmt_init(&stmt, &op->tx, SQL_user_session_epoch);
	stmt_int(&stmt, "id", user_id);
	stmt_int(&stmt, "now", op->tx.now);
	rc = stmt_one_int(&stmt, &session_epoch);
	if (rc == NMK_OK)
		rc = logins_revoke(op, user_id, reason, kept_id);
	if (rc == NMK_OK && keep) {
		rc = login_keep(op, user_id, kept_id, session_epoch);
		op->session_epoch = session_epoch;
	}
	return rc;
}
