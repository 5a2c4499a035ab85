/* second_factor.c -- the member's second factor: what is kept of it, and the judgement of codes. */
#include "factor.h"

#include <stdlib.h>
#include <string.h>
#include "clock.h"

#define WRONG_CODES    5
#define WRONG_CODES_MS (15 * MINUTE_MS)

struct nmk_second_factor {
#define NMK_FIELD(kind, name, flags, ...) FIELD_MEMBER_##kind(name)
#include "second_factor.def"
#undef NMK_FIELD
};

static const struct field second_factor_fields[] = {
#define NMK_FIELD(kind, name, flags, ...) FIELD_ROW(struct nmk_second_factor, kind, name, flags, __VA_ARGS__)
#include "second_factor.def"
#undef NMK_FIELD
	{ 0 }
};

#define NMK_FIELD(kind, name, flags, ...) FIELD_GETTER_##kind(nmk_second_factor, name, __VA_ARGS__)
#include "second_factor.def"
#undef NMK_FIELD

char *nmk_second_factor_json(const nmk_second_factor *factor)
{
	return json_text(fields_json(second_factor_fields, factor));
}

void nmk_second_factor_free(nmk_second_factor *factor)
{
	free(factor);
}

/* ---- the record ---- */

/* A row that cannot be one is read too, without its secret: an administrator can still take it away. */
static void factor_read(struct stmt *stmt, struct factor *factor)
{
	size_t length;
	const void *sealed = stmt_column_blob(stmt, 0, &length);

	factor->exists = true;
	factor->algorithm = nmk_totp_algorithm_of(stmt_column_text(stmt, 1));
	factor->last_step = stmt_column_int(stmt, 2);
	factor->confirmed_at = stmt_column_int(stmt, 3);
	if (length > 0 && length <= sizeof factor->sealed) {
		memcpy(factor->sealed, sealed, length);
		factor->sealed_length = length;
	}
}

nmk_status factor_load(struct nmk_op *op, int64_t user_id, struct factor *factor)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	*factor = (struct factor){ 0 };
	stmt_init(&stmt, &op->tx, SQL_second_factor_get);
	stmt_int(&stmt, "user_id", user_id);
	if (!stmt_next(&stmt, &rc))
		return rc;
	factor_read(&stmt, factor);
	stmt_end(&stmt);
	return NMK_OK;
}

/* The secret, for bytes_free(). What does not open is damage, never a wrong code. */
static nmk_status factor_open(struct nmk_op *op, int64_t user_id, const struct factor *factor, char **secret, size_t *length)
{
	nmk_status rc = data_unseal(&op->tx, user_id, PLACE_SECOND_FACTOR, user_id, factor->sealed, factor->sealed_length, secret,
	                            length);

	if (rc == NMK_ENOTFOUND || (rc == NMK_OK && (*length == 0 || *length != totp_secret_length(factor->algorithm))))
		rc = op_fail(op, NMK_ECORRUPT, PLACE_SECOND_FACTOR, "a sealed value does not open");
	return rc;
}

/* Remove it with its recovery codes. */
nmk_status factor_remove(struct nmk_op *op, int64_t user_id)
{
	struct stmt stmt;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_second_factor_remove);
	stmt_int(&stmt, "user_id", user_id);
	rc = stmt_exec(&stmt, NULL);
	return rc == NMK_OK ? recovery_codes_put(op, user_id, NULL) : rc;
}

/* ---- codes ---- */

nmk_status second_factor_is_enabled(struct nmk_op *op, int64_t user_id, bool *enabled)
{
	struct stmt stmt;
	int64_t count = 0;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_second_factor_count);
	stmt_int(&stmt, "user_id", user_id);
	rc = stmt_one_int(&stmt, &count);
	*enabled = rc == NMK_OK && count > 0;
	return rc;
}

/* The step of a code is used up where its code is judged: of two who come with it one is right. */
static nmk_status use_step(struct nmk_op *op, int64_t user_id, int64_t step, bool *used)
{
	struct stmt stmt;
	int64_t changed = 0;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_second_factor_use_step);
	stmt_int(&stmt, "user_id", user_id);
	stmt_int(&stmt, "last_step", step);
	rc = stmt_exec(&stmt, &changed);
	*used = rc == NMK_OK && changed == 1;
	return rc;
}

static nmk_status try_totp(struct nmk_op *op, int64_t user_id, const struct factor *factor, const char *code, bool *right)
{
	char *secret = NULL;
	size_t length = 0;
	int64_t step = -1;
	nmk_status rc = factor_open(op, user_id, factor, &secret, &length);

	if (rc == NMK_OK)
		step = totp_match(factor->algorithm, (const unsigned char *)secret, length, op->tx.now, factor->last_step, code);
	bytes_free(secret, length);
	return rc == NMK_OK && step >= 0 ? use_step(op, user_id, step, right) : rc;
}

/* Only wrong codes count in the end. After too many a right one is refused too: else it would pay to go on guessing. */
static nmk_status judge(struct nmk_op *op, int64_t user_id, const struct factor *factor, const char *code, bool recovery,
                        enum code_verdict *verdict, int64_t *wait_ms)
{
	bool right = false;
	nmk_status rc = throttle_count(op, THROTTLE_CODE, &user_id, sizeof user_id, WRONG_CODES, WRONG_CODES_MS, wait_ms);

	*verdict = CODE_TOO_MANY;
	if (rc != NMK_OK || *wait_ms > 0)
		return rc;
	if (factor->exists)
		rc = try_totp(op, user_id, factor, code, &right);
	if (rc == NMK_OK && !right && recovery)
		rc = recovery_code_use(op, user_id, code, &right);
	if (rc == NMK_OK && right)
		rc = throttle_uncount(op, THROTTLE_CODE, &user_id, sizeof user_id, WRONG_CODES, WRONG_CODES_MS);
	*verdict = right ? CODE_RIGHT : CODE_WRONG;
	return rc;
}

nmk_status second_factor_check(struct nmk_op *op, int64_t user_id, const char *code, bool recovery,
                               enum code_verdict *verdict, int64_t *wait_ms)
{
	struct factor factor;
	nmk_status rc = factor_load(op, user_id, &factor);

	*verdict = CODE_WRONG;
	*wait_ms = 0;
	if (rc == NMK_OK && !factor.confirmed_at)
		factor.exists = false;
	return rc == NMK_OK ? judge(op, user_id, &factor, code, recovery, verdict, wait_ms) : rc;
}

/* A wrong code is counted and recorded, so the transaction commits although the call fails. One too many changes nothing. */
static nmk_status answer(struct nmk_op *op, enum code_verdict verdict, int64_t wait_ms)
{
	switch (verdict) {
	case CODE_RIGHT:    return NMK_OK;
	case CODE_WRONG:    return op_answer(op, NMK_ELOGIN, "failed_security_check", "code", "is wrong, too old or was used");
	case CODE_TOO_MANY: return op_fail_later(op, NMK_ELIMIT, wait_ms, "code", "too many wrong codes: please wait");
	}
	return NMK_EINTERNAL;
}

nmk_status factor_prove(struct nmk_op *op, const struct factor *factor, const char *code, bool recovery, bool *right)
{
	enum code_verdict verdict;
	int64_t wait_ms = 0;
	nmk_status rc = judge(op, op->actor.id.number, factor, code, recovery, &verdict, &wait_ms);

	*right = rc == NMK_OK && verdict == CODE_RIGHT;
	return rc == NMK_OK ? answer(op, verdict, wait_ms) : rc;
}

/* ---- checks ---- */

nmk_status factor_check_member(struct nmk_op *op)
{
	if (op->actor.kind != ACTOR_MEMBER)
		return op_fail(op, NMK_EDENIED, NULL, "only members have a second factor");
	op_subject(op, "user", ID_USER, op->actor.id.number);
	return NMK_OK;
}

nmk_status factor_check_code(struct nmk_op *op, const char *code)
{
	return op_check_bytes(op, "code", code, 1, 64);
}

/* The member's, which must be there and confirmed. */
nmk_status factor_load_enabled(struct nmk_op *op, struct factor *factor)
{
	nmk_status rc = factor_load(op, op->actor.id.number, factor);

	if (rc == NMK_OK && !factor->confirmed_at)
		rc = op_fail(op, NMK_ESTATE, NULL, "there is no second factor");
	return rc;
}

/* ---- show ---- */

static nmk_status show(struct nmk_op *op, nmk_second_factor *factor)
{
	struct factor found;
	nmk_status rc = factor_load(op, op->actor.id.number, &found);

	if (rc == NMK_OK && found.confirmed_at) {
		factor->enabled = true;
		factor->algorithm = (int)found.algorithm;
		factor->confirmed_at = found.confirmed_at;
	}
	factor->required = op_wants_second_factor(op, op->actor.role);
	return rc == NMK_OK ? recovery_codes_left(op, op->actor.id.number, &factor->recovery_codes_left) : rc;
}

nmk_status nmk_second_factor_get(nmk_session *session, nmk_second_factor **factor)
{
	nmk_second_factor *found = NULL;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_second_factor_get);

	if (factor)
		*factor = NULL;
	if (rc == NMK_OK && !factor)
		rc = op_fail(&op, NMK_EINVALID, "factor", "is needed");
	if (rc == NMK_OK && (found = calloc(1, sizeof *found)) == NULL)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc)) {
		rc = factor_check_member(&op);
		if (rc == NMK_OK)
			rc = show(&op, found);
	}
	if (rc == NMK_OK)
		*factor = found;
	else
		nmk_second_factor_free(found);
	return rc;
}
