/* refresh.c -- begin a login, and exchange its refresh token for the next. */
#include <stdlib.h>
#include <string.h>
#include "clock.h"
#include "tokens.h"

#define RETRY_MS     (30 * INT64_C(1000))     /* an answer that was lost may be asked for again */
#define REVOKED_KEEP (30 * DAY_MS)
#define SWEEP_ROWS   16                       /* of each kind, at each new login                */

/* ---- sweeping ---- */

static nmk_status sweep(struct nmk_op *op, enum sql_id statement, const char *parameter, int64_t time, int64_t user_id)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, statement);
	stmt_int(&stmt, parameter, time);
	stmt_int(&stmt, "limit", SWEEP_ROWS);
	if (user_id)
		stmt_int(&stmt, "user_id", user_id);
	return stmt_exec(&stmt, NULL);
}

static int64_t idle_since(const struct nmk_op *op)
{
	return op->tx.now - op->session->market->options.idle_minutes * MINUTE_MS;
}

static nmk_status sweep_all(struct nmk_op *op, int64_t user_id)
{
	nmk_status rc = sweep(op, SQL_login_sweep_expired, "now", op->tx.now, 0);

	if (rc == NMK_OK)
		rc = sweep(op, SQL_login_sweep_revoked, "since", op->tx.now - REVOKED_KEEP, 0);
	if (rc == NMK_OK)
		rc = sweep(op, SQL_login_sweep_idle, "idle_since", idle_since(op), user_id);
	return rc;
}

/* ---- a new login ---- */

static nmk_status check_issue(struct nmk_op *op)
{
	if (op->actor.kind != ACTOR_MEMBER)
		return op_fail(op, NMK_EDENIED, NULL, "only members log in on devices");
	if (op->session->grounds.origin == ORIGIN_TOKEN)
		return op_fail(op, NMK_EDENIED, NULL, "a login does not begin another one");
	return NMK_OK;
}

static nmk_status check_count(struct nmk_op *op, int64_t user_id)
{
	int64_t count = 0;
	struct stmt stmt;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_login_count);
	stmt_int(&stmt, "user_id", user_id);
	stmt_int(&stmt, "now", op->tx.now);
	stmt_int(&stmt, "idle_since", idle_since(op));
	rc = stmt_one_int(&stmt, &count);
	if (rc == NMK_OK && count >= LOGINS_MAXIMUM)
		rc = op_fail(op, NMK_ELIMIT, NULL, "there are %lld logins already; end some of them", (long long)count);
	return rc;
}

static nmk_status issue(struct nmk_op *op, nmk_tokens *tokens)
{
	int64_t user_id = op->actor.id.number, id = 0;
	unsigned char hash[crypto_hash_sha256_BYTES];
	struct refresh_token refresh;
	struct login login;
	nmk_status rc = check_issue(op);

	if (rc == NMK_OK)
		rc = sweep_all(op, user_id);
	if (rc == NMK_OK)
		rc = check_count(op, user_id);
	if (rc != NMK_OK)
		return rc;
	refresh_token_first(&refresh);
	refresh_token_hash(&refresh, hash);
	rc = login_add(op, user_id, op->session->grounds.second_factor, hash, &id);
	if (rc == NMK_OK)
		rc = login_load(op, id, &login);
	if (rc == NMK_OK) {
		refresh.login_id = id;
		op_subject(op, "login", ID_LOGIN, id);
		rc = pair_make(op, &login, &refresh, tokens);
	}
	sodium_memzero(&refresh, sizeof refresh);
	return rc;
}

nmk_status nmk_token_issue(nmk_session *session, nmk_tokens **tokens)
{
	struct nmk_op op;
	nmk_tokens *made = NULL;
	nmk_status rc = op_begin(&op, session, OP_token_issue);

	if (tokens)
		*tokens = NULL;
	if (rc == NMK_OK && !tokens)
		rc = op_fail(&op, NMK_EINVALID, "tokens", "is needed");
	if (rc == NMK_OK && (made = calloc(1, sizeof *made)) == NULL)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc))
		rc = issue(&op, made);
	if (rc == NMK_OK)
		*tokens = made;
	else
		nmk_tokens_free(made);
	return rc;
}

/* ---- the next pair ---- */

enum verdict {
	TURN,      /* it is the newest one, and becomes the one before           */
	REPEAT,    /* it was, a moment ago: the answer was lost                  */
	REUSED,    /* it was, long ago, or its child is in use: somebody else has it too */
	ENDED,     /* of a login that is over                                    */
	UNKNOWN    /* not of this market                                         */
};

/* Follow the chain from the token up to the newest one: only what comes from us arrives there. *newest is that one then. */
static bool is_genuine(const struct nmk_op *op, const struct refresh_token *shown, const struct login *login,
                       struct refresh_token *newest)
{
	unsigned char hash[crypto_hash_sha256_BYTES];

	*newest = *shown;
	if (!login->id || shown->generation > login->generation)
		return false;
	while (newest->generation < login->generation)
		refresh_token_next(op->tx.keys, newest);
	refresh_token_hash(newest, hash);
	return sodium_memcmp(hash, login->secret_hash, sizeof hash) == 0;
}

/* A reuse is found while the member is suspended, too. */
static enum verdict judge(const struct nmk_op *op, const struct refresh_token *shown, const struct login *login,
                          struct refresh_token *newest)
{
	int64_t age, late;

	if (!is_genuine(op, shown, login, newest))
		return UNKNOWN;
	if (!login->alive)
		return ENDED;
	age = login->generation - shown->generation;
	late = op->tx.now - login->last_used_at;
	if (age > 1 || (age == 1 && late > RETRY_MS))
		return REUSED;
	if (!login->valid || (age == 0 && login->generation >= REFRESH_GENERATIONS))
		return ENDED;
	return age == 0 ? TURN : REPEAT;
}

static nmk_status turn(struct nmk_op *op, struct login *login, struct refresh_token *newest)
{
	int64_t changed = 0;
	struct stmt stmt;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_login_turn);
	stmt_int(&stmt, "id", login->id);
	stmt_int(&stmt, "generation", login->generation);
	refresh_token_next(op->tx.keys, newest);
	refresh_token_hash(newest, login->secret_hash);
	stmt_blob(&stmt, "secret_hash", login->secret_hash, sizeof login->secret_hash);
	stmt_int(&stmt, "now", op->tx.now);
	rc = stmt_exec(&stmt, &changed);
	if (rc == NMK_OK && changed == 0)
		rc = op_fail(op, NMK_EINTERNAL, NULL, "the login has changed meanwhile");
	login->generation++;
	login->last_used_at = op->tx.now;
	return rc;
}

static nmk_status refused(struct nmk_op *op)
{
	return op_answer(op, NMK_ELOGIN, "invalid_token", "refresh_token", "the refresh token is not valid");
}

/* Who of the two is the thief nobody knows: both lose the login, and the member is told. */
static nmk_status end_family(struct nmk_op *op, const struct login *login)
{
	struct contact contact = { 0 };
	char *device = NULL;
	bool ended;
	nmk_status rc = login_end(op, login->id, "reuse", &ended);

	if (rc == NMK_OK)
		rc = contact_load(op, login->user_id, &contact);
	if (rc == NMK_OK)
		rc = login_device(op, &contact.key, login->id, &device);
	if (rc == NMK_OK)
		rc = outbox_notify(op, &contact, "token_reuse", device);
	secret_free(device);
	contact_free(&contact);
	if (rc != NMK_OK)
		return rc;
	op_detail(op, "reason", "reuse");
	return op_answer(op, NMK_ELOGIN, "failed_security_check", "refresh_token", "the refresh token is not valid");
}

static nmk_status refresh(struct nmk_op *op, const struct refresh_token *shown, struct login *login, nmk_tokens *tokens)
{
	struct refresh_token newest;
	nmk_status rc = login_load(op, shown->login_id, login);

	if (rc != NMK_OK)
		return rc;
	op_subject(op, "login", ID_LOGIN, login->id);
	switch (judge(op, shown, login, &newest)) {
	case TURN:    rc = turn(op, login, &newest); break;
	case REPEAT:  break;
	case REUSED:  rc = end_family(op, login); break;
	case ENDED:
	case UNKNOWN: rc = refused(op); break;
	}
	if (rc == NMK_OK && op->answer == NMK_OK)
		rc = pair_make(op, login, &newest, tokens);
	sodium_memzero(&newest, sizeof newest);
	return rc;
}

nmk_status nmk_token_refresh(nmk_session *session, const char *refresh_token, nmk_tokens **tokens)
{
	struct nmk_op op;
	struct refresh_token shown;
	struct login login;
	nmk_tokens *made = NULL;
	nmk_status rc = op_begin(&op, session, OP_token_refresh);

	if (tokens)
		*tokens = NULL;
	if (rc == NMK_OK && !tokens)
		rc = op_fail(&op, NMK_EINVALID, "tokens", "is needed");
	if (rc == NMK_OK)
		rc = pair_read_refresh(&op, refresh_token, &shown);
	if (rc == NMK_OK && (made = calloc(1, sizeof *made)) == NULL)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc))
		rc = refresh(&op, &shown, &login, made);
	sodium_memzero(&shown, sizeof shown);
	if (rc != NMK_OK) {
		nmk_tokens_free(made);
		return rc;
	}
	login_enter(session, &login);
	*tokens = made;
	return NMK_OK;
}
