/* pair.c -- an access token and the refresh token beside it. */
#include <nanomarket/token.h>

#include <stdlib.h>
#include <string.h>
#include "clock.h"
#include "json_writer.h"
#include "tokens.h"

#define UUID_BYTES 16

/* ---- making ---- */

/* jti: a random UUID (RFC 9562, 5.4). */
static void random_id(char text[ID_TEXT_SIZE])
{
	unsigned char bytes[UUID_BYTES];
	char hex[2 * UUID_BYTES + 1];
	size_t length = 0;

	randombytes_buf(bytes, sizeof bytes);
	bytes[6] = (bytes[6] & 0x0f) | 0x40;
	bytes[8] = (bytes[8] & 0x3f) | 0x80;
	sodium_bin2hex(hex, sizeof hex, bytes, sizeof bytes);
	for (int i = 0; i < 2 * UUID_BYTES; i++) {
		if (i == 8 || i == 12 || i == 16 || i == 20)
			text[length++] = '-';
		text[length++] = hex[i];
	}
	text[length] = '\0';
}

/* Tokens count in seconds. None lives longer than its login, and each at least one. */
static int64_t whole_seconds(int64_t issued_at, int64_t expires_at)
{
	int64_t from = issued_at / 1000, to = expires_at / 1000;

	return (to > from ? to : from + 1) * 1000;
}

static nmk_status make_access(struct nmk_op *op, const struct login *login, nmk_tokens *tokens)
{
	char token_id[ID_TEXT_SIZE];
	struct grant grant = { login, "access", token_id, op->tx.now, 0 };
	int64_t wanted = op->tx.now + op->session->market->options.access_token_minutes * MINUTE_MS;

	random_id(token_id);
	if (wanted > tokens->refresh_expires_at)
		wanted = tokens->refresh_expires_at;
	grant.expires_at = tokens->access_expires_at = whole_seconds(grant.issued_at, wanted);
	return own_token_make(op, &grant, &tokens->access_token);
}

/* In the legacy format a JWT carries the text, with the times of the login, so that the same token is the same text. */
static nmk_status make_refresh(struct nmk_op *op, const struct login *login, const struct refresh_token *refresh,
                               nmk_tokens *tokens)
{
	char text[REFRESH_TEXT_SIZE];
	struct grant grant = { login, "refresh", text, login->last_used_at, 0 };
	nmk_status rc = NMK_OK;

	refresh_token_write(op->tx.keys, refresh, text);
	grant.expires_at = whole_seconds(grant.issued_at, tokens->refresh_expires_at);
	if (is_legacy(op))
		rc = own_token_make(op, &grant, &tokens->refresh_token);
	else if ((tokens->refresh_token = strdup(text)) == NULL)
		rc = tx_no_memory(&op->tx);
	sodium_memzero(text, sizeof text);
	return rc;
}

nmk_status pair_make(struct nmk_op *op, const struct login *login, const struct refresh_token *refresh, nmk_tokens *tokens)
{
	struct id_value id = tx_id_value(&op->tx, ID_LOGIN, login->id);
	nmk_status rc;

	memcpy(tokens->login_id, id.text, sizeof tokens->login_id);
	tokens->issued_at = op->tx.now;
	tokens->refresh_expires_at = login_idle_end(op, login);
	rc = make_access(op, login, tokens);
	return rc == NMK_OK ? make_refresh(op, login, refresh, tokens) : rc;
}

/* ---- reading ---- */

static bool unpack(struct nmk_op *op, const char *token, char text[REFRESH_TEXT_SIZE])
{
	struct jwt_claims claims;
	struct json_piece value;
	const char *reason;
	struct jws jws;
	bool found = false;

	if (!jws_parse(token, &jws)
	    && own_token_check(op, &jws, "refresh", &claims, &reason) == NMK_OK && !reason)
		found = piece_member(claims.object, "jti", &value) && piece_text(value, text, REFRESH_TEXT_SIZE);
	sodium_memzero(&jws, sizeof jws);
	return found;
}

nmk_status pair_read_refresh(struct nmk_op *op, const char *text, struct refresh_token *refresh)
{
	char inner[REFRESH_TEXT_SIZE] = "";
	bool found;

	if (!text)
		return op_fail(op, NMK_EINVALID, "refresh_token", "is needed");
	found = is_legacy(op) ? unpack(op, text, inner) && refresh_token_read(op->tx.keys, inner, refresh)
	                      : refresh_token_read(op->tx.keys, text, refresh);
	sodium_memzero(inner, sizeof inner);
	return found ? NMK_OK : op_fail(op, NMK_ELOGIN, "refresh_token", "the refresh token is not valid");
}

/* ---- for callers ---- */

const char *nmk_tokens_login_id(const nmk_tokens *tokens)
{
	return tokens->login_id;
}

const char *nmk_tokens_access_token(const nmk_tokens *tokens)
{
	return tokens->access_token;
}

const char *nmk_tokens_refresh_token(const nmk_tokens *tokens)
{
	return tokens->refresh_token;
}

int64_t nmk_tokens_access_expires_at(const nmk_tokens *tokens)
{
	return tokens->access_expires_at;
}

int64_t nmk_tokens_refresh_expires_at(const nmk_tokens *tokens)
{
	return tokens->refresh_expires_at;
}

/* Nothing in it needs an escape. */
char *nmk_tokens_json(const nmk_tokens *tokens)
{
	size_t room = strlen(tokens->access_token) + strlen(tokens->refresh_token) + 256;
	char *text = malloc(room);
	struct json_writer json;

	if (!text)
		return NULL;
	writer_begin(&json, text, room);
	writer_text(&json, "access_token", tokens->access_token);
	writer_text(&json, "refresh_token", tokens->refresh_token);
	writer_text(&json, "token_type", "Bearer");
	writer_number(&json, "expires_in", (tokens->access_expires_at - tokens->issued_at) / 1000);
	writer_text(&json, "login_id", tokens->login_id);
	writer_end(&json);
	return text;
}

void nmk_tokens_free(nmk_tokens *tokens)
{
	if (tokens) {
		secret_free(tokens->access_token);
		secret_free(tokens->refresh_token);
		free(tokens);
	}
}
