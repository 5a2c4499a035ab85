/* use_token.c -- a session of an access token. */
#include <string.h>
#include "tokens.h"

/* One answer for all: the reason is nobody's business. */
static nmk_status refused(struct nmk_op *op)
{
	return op_fail(op, NMK_ELOGIN, "access_token", "the access token is not valid");
}

static nmk_status read_id(struct nmk_op *op, enum id_kind kind, struct json_piece claim, int64_t *number)
{
	char text[ID_TEXT_SIZE];
	nmk_status rc;

	if (!claim.text || !piece_text(claim, text, sizeof text))
		return refused(op);
	rc = tx_id(&op->tx, kind, "access_token", text, number);
	return rc == NMK_ENOTFOUND ? refused(op) : rc;
}

static nmk_status use(struct nmk_op *op, const struct jws *jws, struct login *login)
{
	struct jwt_claims claims;
	int64_t user_id = 0, login_id = 0;
	const char *reason;
	nmk_status rc = own_token_check(op, jws, "access", &claims, &reason);

	if (rc == NMK_OK && reason)
		rc = refused(op);
	if (rc == NMK_OK)
		rc = read_id(op, ID_USER, claims.subject, &user_id);
	if (rc == NMK_OK)
		rc = read_id(op, ID_LOGIN, claims.login_id, &login_id);
	if (rc == NMK_OK)
		rc = login_load(op, login_id, login);
	if (rc == NMK_OK && !(login->valid && login->user_id == user_id))
		rc = refused(op);
	return rc;
}

nmk_status nmk_session_use_token(nmk_session *session, const char *access_token)
{
	struct nmk_op op;
	struct login login;
	struct jws jws;
	nmk_status rc = op_begin(&op, session, OP_session_use_token);

	if (rc == NMK_OK && !access_token)
		rc = op_fail(&op, NMK_EINVALID, "access_token", "is needed");
	if (rc == NMK_OK && jws_parse(access_token, &jws))
		rc = refused(&op);
	while (op_next(&op, &rc))
		rc = use(&op, &jws, &login);
	sodium_memzero(&jws, sizeof jws);
	if (rc == NMK_OK)
		login_enter(session, &login);
	return rc;
}
