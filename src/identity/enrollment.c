/* enrollment.c -- set up a second factor: begin with a secret, confirm with its first code. */
#include "factor.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base32.h"
#include "session.h"

struct nmk_totp_enrollment {
#define NMK_FIELD(kind, name, flags, ...) FIELD_MEMBER_##kind(name)
#include "totp_enrollment.def"
#undef NMK_FIELD
};

static const struct field enrollment_fields[] = {
#define NMK_FIELD(kind, name, flags, ...) FIELD_ROW(struct nmk_totp_enrollment, kind, name, flags, __VA_ARGS__)
#include "totp_enrollment.def"
#undef NMK_FIELD
	{ 0 }
};

#define NMK_FIELD(kind, name, flags, ...) FIELD_GETTER_##kind(nmk_totp_enrollment, name, __VA_ARGS__)
#include "totp_enrollment.def"
#undef NMK_FIELD

/* By hand and in its full size at once: jansson, and memory that grew, would leave copies behind. Neither text has anything
 * to escape. */
char *nmk_totp_enrollment_json(const nmk_totp_enrollment *enrollment)
{
	size_t size = sizeof "{\"secret\":\"\",\"uri\":\"\"}" + strlen(enrollment->secret) + strlen(enrollment->uri);
	char *json = malloc(size);

	if (json)
		snprintf(json, size, "{\"secret\":\"%s\",\"uri\":\"%s\"}", enrollment->secret, enrollment->uri);
	return json;
}

void nmk_totp_enrollment_free(nmk_totp_enrollment *enrollment)
{
	if (enrollment) {
		fields_free(enrollment_fields, enrollment);
		free(enrollment);
	}
}

/* ---- begin ---- */

static nmk_status put_secret(struct nmk_op *op, nmk_totp_algorithm algorithm, const unsigned char *secret)
{
	struct buffer sealed = { 0 };
	int64_t user_id = op->actor.id.number, changed = 0;
	struct stmt stmt;
	nmk_status rc = data_seal(&op->tx, user_id, PLACE_SECOND_FACTOR, user_id, secret, totp_secret_length(algorithm), &sealed);

	if (rc == NMK_OK) {
		stmt_init(&stmt, &op->tx, SQL_second_factor_begin);
		stmt_int(&stmt, "user_id", user_id);
		stmt_blob(&stmt, "secret_sealed", sealed.data, sealed.length);
		stmt_text(&stmt, "algorithm", nmk_totp_algorithm_word(algorithm));
		stmt_int(&stmt, "created_at", op->tx.now);
		rc = stmt_exec(&stmt, &changed);
	}
	if (rc == NMK_OK && changed == 0)
		rc = op_fail(op, NMK_ESTATE, NULL, "there is a second factor already");
	buffer_free(&sealed);
	return rc;
}

static nmk_status describe(struct nmk_op *op, nmk_totp_algorithm algorithm, const unsigned char *secret,
                           nmk_totp_enrollment *enrollment)
{
	size_t length = totp_secret_length(algorithm);
	struct nmk_user user = { 0 };
	nmk_status rc = user_load(op, op->actor.id.number, &user);

	if (rc == NMK_OK && (enrollment->secret = malloc(BASE32_SIZE(length))) != NULL) {
		base32_write(secret, length, enrollment->secret);
		enrollment->uri = totp_uri(algorithm, enrollment->secret, op->session->market->options.market_name, user.username);
	}
	if (rc == NMK_OK && (!enrollment->secret || !enrollment->uri))
		rc = tx_no_memory(&op->tx);
	fields_free(user_fields, &user);
	return rc;
}

/* After the password was proved. */
static nmk_status begin(nmk_session *session, nmk_totp_algorithm algorithm, nmk_totp_enrollment *enrollment)
{
	unsigned char secret[TOTP_SECRET_MAXIMUM];
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_second_factor_begin);

	randombytes_buf(secret, sizeof secret);
	while (op_next(&op, &rc)) {
		rc = factor_check_member(&op);
		if (rc == NMK_OK)
			rc = put_secret(&op, algorithm, secret);
		if (rc == NMK_OK)
			rc = describe(&op, algorithm, secret, enrollment);
		op_detail(&op, "algorithm", nmk_totp_algorithm_word(algorithm));
	}
	sodium_memzero(secret, sizeof secret);
	return rc;
}

nmk_status nmk_second_factor_begin(nmk_session *session, const char *password, nmk_totp_algorithm algorithm,
                                   nmk_totp_enrollment **enrollment)
{
	nmk_totp_enrollment *made = NULL;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_second_factor_begin);

	if (enrollment)
		*enrollment = NULL;
	if (rc == NMK_OK && !enrollment)
		rc = op_fail(&op, NMK_EINVALID, "enrollment", "is needed");
	if (rc == NMK_OK && !password)
		rc = op_fail(&op, NMK_EINVALID, "password", "is needed");
	if (rc == NMK_OK && algorithm && !nmk_totp_algorithm_word(algorithm))
		rc = op_fail(&op, NMK_EINVALID, "algorithm", "is none of the values that there are");
	if (rc == NMK_OK && (made = calloc(1, sizeof *made)) == NULL)
		rc = tx_no_memory(&op.tx);
	if (rc == NMK_OK)
		rc = account_prove_password(session, OP_second_factor_begin, "password", password);
	if (rc == NMK_OK)
		rc = begin(session, algorithm ? algorithm : NMK_TOTP_SHA1, made);
	if (rc == NMK_OK)
		*enrollment = made;
	else
		nmk_totp_enrollment_free(made);
	return rc;
}

/* ---- confirm ---- */

/* A login that set it up counts as one that has shown it. */
static nmk_status mark_login(struct nmk_op *op)
{
	struct stmt stmt;

	if (!op->session->grounds.login_id)
		return NMK_OK;
	stmt_init(&stmt, &op->tx, SQL_second_factor_login_has);
	stmt_int(&stmt, "id", op->session->grounds.login_id);
	stmt_int(&stmt, "user_id", op->actor.id.number);
	return stmt_exec(&stmt, NULL);
}

static nmk_status enable(struct nmk_op *op, const nmk_recovery_codes *codes)
{
	int64_t user_id = op->actor.id.number;
	struct stmt stmt;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_second_factor_confirm);
	stmt_int(&stmt, "user_id", user_id);
	stmt_int(&stmt, "now", op->tx.now);
	rc = stmt_exec(&stmt, NULL);
	if (rc == NMK_OK) rc = recovery_codes_put(op, user_id, codes);
	if (rc == NMK_OK) rc = mark_login(op);
	if (rc == NMK_OK) rc = account_end_sessions(op, user_id, "second_factor_enabled", true);
	if (rc == NMK_OK) rc = account_notify(op, user_id, "second_factor_enabled", NULL);
	return rc;
}

static nmk_status confirm(struct nmk_op *op, const char *code, const nmk_recovery_codes *codes)
{
	struct factor factor;
	bool right = false;
	nmk_status rc = factor_load(op, op->actor.id.number, &factor);

	if (rc == NMK_OK && factor.confirmed_at)
		rc = op_fail(op, NMK_ESTATE, NULL, "there is a second factor already");
	else if (rc == NMK_OK && !factor.exists)
		rc = op_fail(op, NMK_ESTATE, NULL, "no second factor was begun");
	if (rc == NMK_OK)
		rc = factor_prove(op, &factor, code, false, &right);
	return rc == NMK_OK && right ? enable(op, codes) : rc;
}

nmk_status nmk_second_factor_confirm(nmk_session *session, const char *code, nmk_recovery_codes **codes)
{
	nmk_recovery_codes *made = NULL;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_second_factor_confirm);

	if (codes)
		*codes = NULL;
	if (rc == NMK_OK && !codes)
		rc = op_fail(&op, NMK_EINVALID, "codes", "is needed");
	if (rc == NMK_OK)
		rc = factor_check_code(&op, code);
	if (rc == NMK_OK && (made = recovery_codes_make()) == NULL)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc)) {
		rc = factor_check_member(&op);
		if (rc == NMK_OK)
			rc = confirm(&op, code, made);
	}
	if (rc == NMK_OK) {
		session->grounds.second_factor = true;
		*codes = made;
	} else
		nmk_recovery_codes_free(made);
	return rc;
}
