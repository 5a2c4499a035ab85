/* profile.c -- what members tell about themselves. */
#include <nanomarket/profile.h>

#include <stdlib.h>
#include <string.h>
#include "identity.h"
#include "keys.h"

struct nmk_profile {
#define NMK_FIELD(kind, name, flags, ...) FIELD_MEMBER_##kind(name)
#include "profile.def"
#undef NMK_FIELD
};

static const struct field profile_fields[] = {
#define NMK_FIELD(kind, name, flags, ...) FIELD_ROW(struct nmk_profile, kind, name, flags, __VA_ARGS__)
#include "profile.def"
#undef NMK_FIELD
	{ 0 }
};

#define NMK_FIELD(kind, name, flags, ...) FIELD_GETTER_##kind(nmk_profile, name, __VA_ARGS__)
#include "profile.def"
#undef NMK_FIELD

/* What may be changed: the text in the changes, and the bit that says whether it counts. */
static const struct {
	nmk_profile_field bit;
	const char       *name;
	size_t            offset;
} changeable[] = {
	{ NMK_PROFILE_FIRST_NAME,         "first_name",         offsetof(nmk_profile_changes, first_name)         },
	{ NMK_PROFILE_LAST_NAME,          "last_name",          offsetof(nmk_profile_changes, last_name)          },
	{ NMK_PROFILE_BIO,                "bio",                offsetof(nmk_profile_changes, bio)                },
	{ NMK_PROFILE_COMPANY,            "company",            offsetof(nmk_profile_changes, company)            },
	{ NMK_PROFILE_JOB_TITLE,          "job_title",          offsetof(nmk_profile_changes, job_title)          },
	{ NMK_PROFILE_PHONE,              "phone",              offsetof(nmk_profile_changes, phone)              },
	{ NMK_PROFILE_PREFERRED_LANGUAGE, "preferred_language", offsetof(nmk_profile_changes, preferred_language) },
};
#define CHANGEABLE (sizeof changeable / sizeof changeable[0])
#define ALL_BITS   (2u * NMK_PROFILE_PREFERRED_LANGUAGE - 1)

char *nmk_profile_json(const nmk_profile *profile)
{
	return json_text(fields_json(profile_fields, profile));
}

void nmk_profile_free(nmk_profile *profile)
{
	if (profile) {
		fields_free(profile_fields, profile);
		free(profile);
	}
}

void nmk_profile_changes_init(nmk_profile_changes *changes)
{
	*changes = (nmk_profile_changes)NMK_PROFILE_CHANGES_INIT;
}

/* ---- reading ---- */

static nmk_status profile_load(struct nmk_op *op, int64_t user_id, struct nmk_profile *profile)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_profile_get);
	stmt_int(&stmt, "user_id", user_id);
	return stmt_one(&stmt, profile_fields, profile);
}

static nmk_status told(struct nmk_op *op, const struct nmk_profile *profile, nmk_status rc)
{
	return rc == NMK_ENOTFOUND
	     ? op_fail(op, NMK_ECORRUPT, "phone", "the data key of account %s is missing", profile->user_id.text) : rc;
}

static nmk_status phone_unseal(struct nmk_op *op, struct stmt *stmt, struct nmk_profile *profile)
{
	int64_t id = profile->user_id.number;
	size_t length;
	const void *sealed = stmt_column_blob(stmt, 0, &length);

	return told(op, profile, data_unseal(&op->tx, id, PLACE_PHONE, id, sealed, length, &profile->phone, NULL));
}

static nmk_status phone_load(struct nmk_op *op, struct nmk_profile *profile)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &op->tx, SQL_profile_get_phone);
	stmt_int(&stmt, "user_id", profile->user_id.number);
	if (stmt_next(&stmt, &rc)) {
		rc = phone_unseal(op, &stmt, profile);
		stmt_end(&stmt);
	}
	return rc;
}

/* The phone is opened only for who may see it. A suspended member is no more than a guest, for the own profile too. */
static nmk_status profile_show(struct nmk_op *op, struct nmk_profile *profile)
{
	if (op_is_admin(op) || (op->actor.active && op_is_self(op, profile->user_id.number)))
		return phone_load(op, profile);
	fields_hide(profile_fields, profile, FIELD_OWNER);
	return NMK_OK;
}

static nmk_status own_id(struct nmk_op *op, int64_t *user_id)
{
	*user_id = op->actor.id.number;
	switch (op->actor.kind) {
	case ACTOR_GUEST:  return op_fail(op, NMK_ELOGIN, NULL, "please log in first");
	case ACTOR_SYSTEM: return op_fail(op, NMK_EINVALID, "user_id", "is needed");
	case ACTOR_MEMBER: break;
	}
	return op->actor.active ? NMK_OK : op_fail(op, NMK_EDENIED, NULL, "the account is suspended");
}

nmk_status nmk_profile_get(nmk_session *session, const char *user_id, nmk_profile **profile)
{
	struct nmk_op op;
	struct nmk_profile *found = NULL;
	int64_t id = 0;
	nmk_status rc = op_begin(&op, session, OP_profile_get);

	if (profile)
		*profile = NULL;
	if (rc == NMK_OK && !profile)
		rc = op_fail(&op, NMK_EINVALID, "profile", "is needed");
	if (rc == NMK_OK && (found = calloc(1, sizeof *found)) == NULL)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc)) {
		rc = user_id ? tx_id(&op.tx, ID_USER, "user_id", user_id, &id) : own_id(&op, &id);
		if (rc == NMK_OK)
			rc = profile_load(&op, id, found);
		if (rc == NMK_OK)
			rc = profile_show(&op, found);
	}
	if (rc == NMK_OK)
		*profile = found;
	else
		nmk_profile_free(found);
	return rc;
}

/* ---- changing ---- */

static const char *change_text(const nmk_profile_changes *changes, size_t index)
{
	return *(const char *const *)((const char *)changes + changeable[index].offset);
}

static nmk_status check_changes(struct nmk_op *op, const nmk_profile_changes *changes)
{
	nmk_status rc;

	if (!changes)
		return op_fail(op, NMK_EINVALID, "changes", "is needed");
	rc = op_check_version(op, changes->version, NMK_PROFILE_CHANGES_VERSION);
	if (rc == NMK_OK && (changes->set & ~ALL_BITS))
		rc = op_fail(op, NMK_EINVALID, "set", "is none of the values that there are");
	for (size_t i = 0; rc == NMK_OK && i < CHANGEABLE; i++)
		if (changes->set & (unsigned)changeable[i].bit)
			rc = op_check_text(op, field_named(profile_fields, changeable[i].name), change_text(changes, i));
	if (rc != NMK_OK || !(changes->set & NMK_PROFILE_PREFERRED_LANGUAGE))
		return rc;
	if (!changes->preferred_language)
		return op_fail(op, NMK_EINVALID, "preferred_language", "is needed");
	return account_check_language(op, changes->preferred_language);
}

/* Lay the changes over what is there, and note their names for the audit event. */
static nmk_status overlay(struct nmk_op *op, const nmk_profile_changes *changes, struct nmk_profile *profile)
{
	struct buffer names = { 0 };
	bool complete = true;

	for (size_t i = 0; i < CHANGEABLE; i++) {
		const char *text = change_text(changes, i);
		char **at;

		if (!(changes->set & (unsigned)changeable[i].bit))
			continue;
		at = (char **)((char *)profile + field_named(profile_fields, changeable[i].name)->offset);
		free(*at);
		*at = text ? strdup(text) : NULL;
		complete = complete && (!text || *at);
		buffer_text(&names, names.length ? "," : "");
		buffer_text(&names, changeable[i].name);
	}
	profile->updated_at = op->tx.now;
	complete = complete && !names.failed;
	if (complete)
		op_detail(op, "fields", names.data);
	buffer_free(&names);
	return complete ? NMK_OK : tx_no_memory(&op->tx);
}

static nmk_status phone_seal(struct nmk_op *op, const struct nmk_profile *profile, struct buffer *sealed)
{
	int64_t id = profile->user_id.number;

	return told(op, profile, data_seal(&op->tx, id, PLACE_PHONE, id, profile->phone, strlen(profile->phone), sealed));
}

static nmk_status phone_write(struct nmk_op *op, const struct nmk_profile *profile)
{
	struct buffer sealed = { 0 };
	struct stmt stmt;
	nmk_status rc = profile->phone ? phone_seal(op, profile, &sealed) : NMK_OK;

	if (rc == NMK_OK) {
		stmt_init(&stmt, &op->tx, SQL_profile_set_phone);
		stmt_int(&stmt, "user_id", profile->user_id.number);
		stmt_text(&stmt, "phone_sealed", NULL);
		if (profile->phone)
			stmt_blob(&stmt, "phone_sealed", sealed.data, sealed.length);
		rc = stmt_exec(&stmt, NULL);
	}
	buffer_free(&sealed);
	return rc;
}

static nmk_status language_write(struct nmk_op *op, const struct nmk_profile *profile)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_profile_set_language);
	stmt_fields(&stmt, profile_fields, profile);
	return stmt_exec(&stmt, NULL);
}

static nmk_status profile_write(struct nmk_op *op, const nmk_profile_changes *changes, struct nmk_profile *profile)
{
	struct stmt stmt;
	nmk_status rc = overlay(op, changes, profile);

	if (rc != NMK_OK)
		return rc;
	stmt_init(&stmt, &op->tx, SQL_profile_put);
	stmt_fields(&stmt, profile_fields, profile);
	rc = stmt_exec(&stmt, NULL);
	if (rc == NMK_OK && (changes->set & NMK_PROFILE_PHONE))
		rc = phone_write(op, profile);
	if (rc == NMK_OK && (changes->set & NMK_PROFILE_PREFERRED_LANGUAGE))
		rc = language_write(op, profile);
	return rc;
}

static nmk_status update(struct nmk_op *op, const nmk_profile_changes *changes, struct nmk_profile *profile)
{
	nmk_status rc;

	if (op->actor.kind != ACTOR_MEMBER)
		return op_fail(op, NMK_EDENIED, NULL, "only members have a profile");
	op_subject(op, "user", ID_USER, op->actor.id.number);
	rc = profile_load(op, op->actor.id.number, profile);
	if (rc == NMK_OK && !(changes->set & NMK_PROFILE_PHONE))
		rc = phone_load(op, profile);
	if (rc != NMK_OK)
		return rc;
	if (changes->set)
		return profile_write(op, changes, profile);
	op->action = NULL;
	return NMK_OK;
}

nmk_status nmk_profile_update(nmk_session *session, const nmk_profile_changes *changes, nmk_profile **profile)
{
	struct nmk_op op;
	struct nmk_profile *changed = NULL;
	nmk_status rc = op_begin(&op, session, OP_profile_update);

	if (profile)
		*profile = NULL;
	if (rc == NMK_OK)
		rc = check_changes(&op, changes);
	if (rc == NMK_OK && (changed = calloc(1, sizeof *changed)) == NULL)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc))
		rc = update(&op, changes, changed);
	if (rc == NMK_OK && profile)
		*profile = changed;
	else
		nmk_profile_free(changed);
	return rc;
}
