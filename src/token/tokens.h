/* tokens.h -- shared by the files of token. */
#ifndef NMK_TOKENS_H
#define NMK_TOKENS_H

#include <sodium.h>
#include <nanomarket/token.h>
#include "account.h"
#include "jwt.h"
#include "session.h"

/* ---- login.c ---- */

#define LOGINS_MAXIMUM 100

/* A login as it stands, and the account behind it. */
struct login {
	int64_t       id, user_id, session_epoch;
	bool          second_factor;
	int64_t       generation;                        /* of the refresh token that counts                     */
	unsigned char secret_hash[crypto_hash_sha256_BYTES];
	int64_t       last_used_at, expires_at;
	nmk_role      role;
	bool          alive;                             /* neither ended by somebody nor by time                */
	bool          valid;                             /* and the account may log in                           */
};

/* login->id 0 if there is none of that id. */
nmk_status login_load(struct nmk_op *op, int64_t id, struct login *login);
nmk_status login_add(struct nmk_op *op, int64_t user_id, bool second_factor, const unsigned char *secret_hash, int64_t *id);
nmk_status login_end(struct nmk_op *op, int64_t id, const char *reason, bool *ended);

/* The session becomes the member's, for as long as the login is valid. */
void login_enter(nmk_session *session, const struct login *login);

/* What the client called itself: the caller's, for secret_free(); NULL for nothing. `key` is the account's. */
nmk_status login_device(struct nmk_op *op, const struct secret_key *key, int64_t id, char **device);

/* When it ends if its refresh token is not used. */
int64_t login_idle_end(const struct nmk_op *op, const struct login *login);

/* ---- signing_key.c ---- */

extern const char *const signing_key_state_words[];

/* The key that signs; on the stack, wiped with sodium_memzero(). */
struct signer {
	unsigned char secret[crypto_sign_ed25519_SECRETKEYBYTES];
	char          key_id[JWK_THUMBPRINT];
};

/* A new store gets its first key here. */
nmk_status signing_key_take(struct nmk_op *op, struct signer *signer);
nmk_status signing_key_find(struct nmk_op *op, const char *key_id, unsigned char public_key[crypto_sign_ed25519_PUBLICKEYBYTES],
                            bool *found);

/* ---- own_token.c: the JWTs that this market makes ---- */

/* What a token says. */
struct grant {
	const struct login *login;
	const char         *kind;                 /* of the legacy format: "access" or "refresh"                        */
	const char         *token_id;             /* jti                                                                */
	int64_t             issued_at, expires_at;/* milliseconds                                                       */
};

nmk_status own_token_make(struct nmk_op *op, const struct grant *grant, char **token);

/* Is it one that this market made, of that kind, and still running? *reason NULL: yes. The claims are pieces of the jws. */
nmk_status own_token_check(struct nmk_op *op, const struct jws *jws, const char *kind, struct jwt_claims *claims,
                           const char **reason);
bool is_legacy(const struct nmk_op *op);

/* ---- refresh_token.c: opaque, one after the other from a chain ---- */

#define REFRESH_SECRET_BYTES 32
#define REFRESH_TEXT_SIZE    72          /* nmr1. and two parts of base64url, and the NUL */
#define REFRESH_GENERATIONS  65535       /* then one logs in again                        */

struct refresh_token {
	int64_t       login_id, generation;
	unsigned char secret[REFRESH_SECRET_BYTES];
};

void refresh_token_first(struct refresh_token *token);
void refresh_token_next(const struct key_ring *ring, struct refresh_token *token);
void refresh_token_hash(const struct refresh_token *token, unsigned char hash[crypto_hash_sha256_BYTES]);
void refresh_token_write(const struct key_ring *ring, const struct refresh_token *token, char text[REFRESH_TEXT_SIZE]);
bool refresh_token_read(const struct key_ring *ring, const char *text, struct refresh_token *token);

/* ---- pair.c ---- */

struct nmk_tokens {
	char    login_id[ID_TEXT_SIZE];
	char   *access_token, *refresh_token;
	int64_t issued_at, access_expires_at, refresh_expires_at;
};

/* Both tokens of a login whose refresh token is that one. */
nmk_status pair_make(struct nmk_op *op, const struct login *login, const struct refresh_token *refresh, nmk_tokens *tokens);

/* The refresh token in a text of a client; NMK_ELOGIN if it is none. */
nmk_status pair_read_refresh(struct nmk_op *op, const char *text, struct refresh_token *refresh);
#endif
