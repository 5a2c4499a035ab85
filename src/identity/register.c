/* register.c -- new accounts, and the proof that their e-mail address is theirs. */
#include "account.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "clock.h"
#include "password_hash.h"
#include "password_policy.h"
#include "session.h"

#define TOKEN_BYTES 32
#define TOKEN_SIZE  44 /* base64url of 32 bytes and the NUL */
#define VARIANT     sodium_base64_VARIANT_URLSAFE_NO_PADDING

static const struct field registration_fields[] = {
#define NMK_FIELD(kind, name, flags, ...) FIELD_ROW(nmk_registration, kind, name, flags, __VA_ARGS__)
#include "registration.def"
#undef NMK_FIELD
	{ 0 }
};

void nmk_registration_init(nmk_registration *registration)
{
	*registration = (nmk_registration)NMK_REGISTRATION_INIT;
}

/* A registration on its way. */
struct signup {
	const nmk_registration *given;
	bool          by_host;            /* verified at once, without consents and mail           */
	nmk_role      role;
	const char   *language;
	char         *email_key;
	char          username_key[USERNAME_MAXIMUM + 1];
	struct buffer request;            /* what an idempotency key stands for                    */
	char          password_hash[PHC_TEXT_SIZE]; /* "": nobody can log in                       */
	char          token[TOKEN_SIZE];
	struct nmk_user *user;            /* the account, or the one that an earlier call made     */
	int64_t       earlier;            /* its id; 0 for none                                    */
};

static void signup_free(struct signup *signup)
{
	free(signup->email_key);
	buffer_free(&signup->request);
	nmk_user_free(signup->user);
	sodium_memzero(signup, sizeof *signup);
}

/* ---- checks, in the order in which the first failure is told ---- */

static nmk_status check_email(struct nmk_op *op, const char *email)
{
	const struct field *field = field_named(user_fields, "email");
	nmk_status rc;

	if (email && strnlen(email, EMAIL_BYTES + 1) > EMAIL_BYTES)
		return op_fail(op, NMK_EINVALID, "email", "must have from %lld to %lld bytes", 1LL, (long long)EMAIL_BYTES);
	rc = op_check_text(op, field, email);
	if (rc == NMK_OK && !email_is_fit(email))
		rc = op_fail(op, NMK_EINVALID, "email", "is no e-mail address");
	return rc;
}

static nmk_status check_username(struct nmk_op *op, const char *username, char key[USERNAME_MAXIMUM + 1])
{
	if (!username)
		return op_fail(op, NMK_EINVALID, "username", "is needed");
	if (!username_key(username, key))
		return op_fail(op, NMK_EINVALID, "username", "must have %d to %d characters, only letters from a to z, digits and _",
		               USERNAME_MINIMUM, USERNAME_MAXIMUM);
	return NMK_OK;
}

static nmk_status check_schema(struct nmk_op *op, struct signup *signup)
{
	const nmk_registration *given = signup->given;
	nmk_status rc;

	if (!given)
		return op_fail(op, NMK_EINVALID, "registration", "is needed");
	rc = op_check_version(op, given->version, NMK_REGISTRATION_VERSION);
	if (rc == NMK_OK && !nmk_role_word(signup->role))
		rc = op_fail(op, NMK_EINVALID, "role", "is none of the values that there are");
	if (rc == NMK_OK)
		rc = check_email(op, given->email);
	if (rc == NMK_OK)
		rc = check_username(op, given->username, signup->username_key);
	if (rc == NMK_OK && !given->password && !signup->by_host)
		rc = op_fail(op, NMK_EINVALID, "password", "is needed");
	if (rc == NMK_OK && given->password)
		rc = account_check_password(op, given->password);
	if (rc == NMK_OK)
		rc = op_check_texts(op, registration_fields, given);
	signup->language = given->preferred_language ? given->preferred_language : "de";
	if (rc == NMK_OK)
		rc = account_check_language(op, signup->language);
	return rc == NMK_OK ? op_check_once_key(op, given->idempotency_key) : rc;
}

static nmk_status check_consents(struct nmk_op *op, const struct signup *signup)
{
	if (signup->by_host)
		return NMK_OK;
	if (!signup->given->accept_terms)
		return op_fail(op, NMK_EINVALID, "accept_terms", "must be accepted");
	if (!signup->given->accept_privacy)
		return op_fail(op, NMK_EINVALID, "accept_privacy", "must be accepted");
	return NMK_OK;
}

static nmk_status check_password(struct nmk_op *op, const char *prepared)
{
	nmk_password_policy policy = op->session->market->options.password_policy;
	long long minimum = policy == NMK_PASSWORD_POLICY_NIST4 ? PASSWORD_MINIMUM_NIST4 : PASSWORD_MINIMUM_CLASSIC;

	switch (password_check_policy(policy, prepared)) {
	case PASSWORD_TOO_SHORT:
		return op_fail(op, NMK_EINVALID, "password", "must have at least %lld characters", minimum);
	case PASSWORD_NO_UPPER:
		return op_fail(op, NMK_EINVALID, "password", "must have an upper-case letter");
	case PASSWORD_NO_DIGIT:
		return op_fail(op, NMK_EINVALID, "password", "must have a digit");
	case PASSWORD_NO_SPECIAL:
		return op_fail(op, NMK_EINVALID, "password", "must have one of ! @ # $ %% ^ & * ( ) , . ? \" : { } | < >");
	case PASSWORD_FINE:
	case PASSWORD_TOO_LONG:
	case PASSWORD_NOT_UTF8:
		break;
	}
	return NMK_OK;
}

/* The password is not part of the request: a quick hash of it would be stored. */
static nmk_status signup_prepare(struct nmk_op *op, struct signup *signup)
{
	const nmk_registration *given = signup->given;
	const char *texts[] = { given->email, given->username, given->first_name, given->last_name, given->bio,
	                        signup->language, given->terms_version, given->privacy_version, nmk_role_word(signup->role) };

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		once_part(&signup->request, texts[i]);
	buffer_char(&signup->request, given->accept_marketing ? '1' : '0');
	signup->email_key = text_casefold_key(given->email);
	signup->user = calloc(1, sizeof *signup->user);
	return signup->email_key && signup->user && !signup->request.failed ? NMK_OK : tx_no_memory(&op->tx);
}

/* ---- before the transaction: the costly part ---- */

static void make_token(char token[TOKEN_SIZE])
{
	unsigned char random[TOKEN_BYTES];

	randombytes_buf(random, sizeof random);
	sodium_bin2base64(token, TOKEN_SIZE, random, sizeof random, VARIANT);
	sodium_memzero(random, sizeof random);
}

static nmk_status prepare_password(struct nmk_op *op, struct signup *signup, char **prepared)
{
	*prepared = NULL;
	if (!signup->given->password)
		return NMK_OK;
	*prepared = password_prepare(signup->given->password);
	return *prepared ? check_password(op, *prepared) : tx_no_memory(&op->tx);
}

static nmk_status hash_password(struct nmk_op *op, struct signup *signup, const char *prepared)
{
	const nmk_market_options *options = &op->session->market->options;
	nmk_status rc = NMK_OK;

	if (prepared)
		rc = password_hash(prepared, (struct phc_cost){ options->password_memory_kib, options->password_passes },
		                   signup->password_hash);
	return rc == NMK_OK ? NMK_OK : tx_no_memory(&op->tx);
}

/* ---- in the transaction ---- */

static nmk_status is_taken(struct stmt *stmt, bool *taken)
{
	nmk_status rc = NMK_OK;

	*taken = stmt_next(stmt, &rc);
	stmt_end(stmt);
	return rc;
}

static nmk_status check_free(struct nmk_op *op, const struct signup *signup)
{
	struct stmt stmt;
	bool taken;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_user_id_of_email);
	stmt_text(&stmt, "email_key", signup->email_key);
	rc = is_taken(&stmt, &taken);
	if (rc == NMK_OK && taken)
		rc = op_fail(op, NMK_ECONFLICT, "email", "has an account already");
	if (rc != NMK_OK)
		return rc;
	stmt_init(&stmt, &op->tx, SQL_user_id_of_username);
	stmt_text(&stmt, "username_key", signup->username_key);
	rc = is_taken(&stmt, &taken);
	if (rc == NMK_OK && taken)
		rc = op_fail(op, NMK_ECONFLICT, "username", "is taken");
	return rc;
}

/* The account that an earlier call with this key made, or else the way is free for a new one. */
static nmk_status signup_look(struct nmk_op *op, struct signup *signup)
{
	nmk_status rc = op_once(op, signup->given->idempotency_key, signup->request.data, signup->request.length,
	                        &signup->earlier);

	if (rc == NMK_OK && signup->earlier)
		return user_load(op, signup->earlier, signup->user);
	return rc == NMK_OK ? check_free(op, signup) : rc;
}

static nmk_status add_user(struct nmk_op *op, const struct signup *signup, int64_t id)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_user_add);
	stmt_int(&stmt, "id", id);
	stmt_text(&stmt, "email", signup->given->email);
	stmt_text(&stmt, "email_key", signup->email_key);
	stmt_text(&stmt, "username", signup->given->username);
	stmt_text(&stmt, "username_key", signup->username_key);
	stmt_text(&stmt, "password_hash", signup->password_hash[0] ? signup->password_hash : NULL);
	stmt_text(&stmt, "role", nmk_role_word(signup->role));
	stmt_text(&stmt, "preferred_language", signup->language);
	stmt_text(&stmt, "email_verified_at", NULL);
	if (signup->by_host)
		stmt_int(&stmt, "email_verified_at", op->tx.now);
	stmt_int(&stmt, "created_at", op->tx.now);
	return stmt_exec(&stmt, NULL);
}

static nmk_status add_profile(struct nmk_op *op, const nmk_registration *given, int64_t id)
{
	struct stmt stmt;

	if (!given->first_name && !given->last_name && !given->bio)
		return NMK_OK;
	stmt_init(&stmt, &op->tx, SQL_user_add_profile);
	stmt_int(&stmt, "user_id", id);
	stmt_text(&stmt, "first_name", given->first_name);
	stmt_text(&stmt, "last_name", given->last_name);
	stmt_text(&stmt, "bio", given->bio);
	stmt_int(&stmt, "updated_at", op->tx.now);
	return stmt_exec(&stmt, NULL);
}

static nmk_status add_consents(struct nmk_op *op, const nmk_registration *given, int64_t id)
{
	nmk_status rc = consent_add(op, id, NMK_CONSENT_TERMS_OF_SERVICE, true, given->terms_version, NULL);

	if (rc == NMK_OK)
		rc = consent_add(op, id, NMK_CONSENT_PRIVACY_POLICY, true, given->privacy_version, NULL);
	if (rc == NMK_OK)
		rc = consent_add(op, id, NMK_CONSENT_MARKETING, given->accept_marketing, NULL, NULL);
	return rc;
}

static void hash_token(const char *token, unsigned char hash[crypto_generichash_BYTES])
{
	crypto_generichash(hash, crypto_generichash_BYTES, (const unsigned char *)token, strlen(token), NULL, 0);
}

/* The proof keeps the token's hash; the token itself is only in the mail. */
static nmk_status add_proof(struct nmk_op *op, const struct signup *signup, int64_t id)
{
	unsigned char hash[crypto_generichash_BYTES];
	char data[64 + USERNAME_MAXIMUM + TOKEN_SIZE];
	struct stmt stmt;
	nmk_status rc;

	hash_token(signup->token, hash);
	stmt_init(&stmt, &op->tx, SQL_mail_proof_add);
	stmt_blob(&stmt, "token_hash", hash, sizeof hash);
	stmt_int(&stmt, "user_id", id);
	stmt_text(&stmt, "email_key", signup->email_key);
	stmt_text(&stmt, "purpose", VERIFICATION);
	stmt_int(&stmt, "expires_at", op->tx.now + VERIFICATION_MS);
	rc = stmt_exec(&stmt, NULL);
	if (rc != NMK_OK)
		return rc;
	/* Neither a user name nor a token has a character that JSON escapes. */
	snprintf(data, sizeof data, "{\"username\":\"%s\",\"token\":\"%s\"}", signup->given->username, signup->token);
	rc = outbox_add(op, id, signup->given->email, VERIFICATION, signup->language, data);
	sodium_memzero(data, sizeof data);
	return rc;
}

static nmk_status signup_write(struct nmk_op *op, struct signup *signup)
{
	const nmk_registration *given = signup->given;
	int64_t id = tx_new_id(&op->tx);
	nmk_status rc = add_user(op, signup, id);

	if (rc == NMK_OK)
		rc = add_profile(op, given, id);
	if (rc == NMK_OK && !signup->by_host)
		rc = add_consents(op, given, id);
	if (rc == NMK_OK && !signup->by_host)
		rc = add_proof(op, signup, id);
	if (rc == NMK_OK)
		rc = op_once_done(op, given->idempotency_key, signup->request.data, signup->request.length, id);
	if (rc == NMK_OK)
		rc = user_load(op, id, signup->user);
	op_subject(op, "user", ID_USER, id);
	op_detail(op, "role", nmk_role_word(signup->role));
	return rc;
}

/* The rehearsal refuses what must be refused before anything costs time; then the hash, outside any transaction;
 * then the transaction looks again, because somebody may have been faster. */
static nmk_status signup_run(nmk_session *session, enum op_id id, struct signup *signup)
{
	struct nmk_op op;
	char *prepared = NULL;
	nmk_status rc = op_rehearse(&op, session, id);

	if (rc == NMK_OK && !signup->by_host)
		signup->role = session->market->options.registration_role;
	if (rc == NMK_OK)
		rc = check_schema(&op, signup);
	if (rc == NMK_OK)
		rc = check_consents(&op, signup);
	if (rc == NMK_OK)
		rc = prepare_password(&op, signup, &prepared);
	if (rc == NMK_OK)
		rc = signup_prepare(&op, signup);
	while (op_next(&op, &rc))
		rc = signup_look(&op, signup);
	if (rc == NMK_OK && !signup->earlier) {
		rc = op_begin(&op, session, id);
		if (rc == NMK_OK)
			rc = hash_password(&op, signup, prepared);
		make_token(signup->token);
		while (op_next(&op, &rc)) {
			rc = signup_look(&op, signup);
			if (rc == NMK_OK && !signup->earlier)
				rc = signup_write(&op, signup);
		}
	}
	password_free(prepared);
	return rc;
}

static nmk_status signup_user(nmk_session *session, enum op_id id, struct signup *signup, nmk_user **user)
{
	nmk_status rc = signup_run(session, id, signup);

	if (rc == NMK_OK && user) {
		*user = signup->user;
		signup->user = NULL;
	}
	signup_free(signup);
	return rc;
}

nmk_status nmk_user_register(nmk_session *session, const nmk_registration *registration, nmk_user **user)
{
	struct signup signup = { .given = registration };

	if (user)
		*user = NULL;
	return signup_user(session, OP_user_register, &signup, user);
}

nmk_status nmk_user_add(nmk_session *session, const nmk_registration *registration, nmk_role role, nmk_user **user)
{
	struct signup signup = { .given = registration, .by_host = true, .role = role };

	if (user)
		*user = NULL;
	return signup_user(session, OP_user_add, &signup, user);
}

/* ---- verification ---- */

/* Whose address the token verifies; 0 for nobody's. */
static nmk_status proof_find(struct nmk_op *op, const char *token, int64_t *user_id)
{
	unsigned char hash[crypto_generichash_BYTES];
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	*user_id = 0;
	hash_token(token, hash);
	stmt_init(&stmt, &op->tx, SQL_mail_proof_user);
	stmt_blob(&stmt, "token_hash", hash, sizeof hash);
	stmt_text(&stmt, "purpose", VERIFICATION);
	stmt_int(&stmt, "now", op->tx.now);
	if (stmt_next(&stmt, &rc)) {
		*user_id = stmt_column_int(&stmt, 0);
		stmt_end(&stmt);
	}
	return rc;
}

static nmk_status proof_use(struct nmk_op *op, int64_t user_id)
{
	struct stmt stmt;
	nmk_status rc;

	op_subject(op, "user", ID_USER, user_id);
	stmt_init(&stmt, &op->tx, SQL_mail_proof_use);
	stmt_int(&stmt, "user_id", user_id);
	stmt_text(&stmt, "purpose", VERIFICATION);
	stmt_int(&stmt, "now", op->tx.now);
	rc = stmt_exec(&stmt, NULL);
	if (rc != NMK_OK)
		return rc;
	stmt_init(&stmt, &op->tx, SQL_user_email_verified);
	stmt_int(&stmt, "id", user_id);
	stmt_int(&stmt, "now", op->tx.now);
	return stmt_exec(&stmt, NULL);
}

nmk_status nmk_user_verify_email(nmk_session *session, const char *token)
{
	struct nmk_op op;
	int64_t user_id = 0;
	nmk_status rc = op_begin(&op, session, OP_user_verify_email);

	if (rc == NMK_OK && !token)
		rc = op_fail(&op, NMK_EINVALID, "token", "is needed");
	if (rc == NMK_OK && strnlen(token, TOKEN_SIZE) != TOKEN_SIZE - 1)
		rc = op_fail(&op, NMK_ELOGIN, "token", "is unknown, used or too old");
	while (op_next(&op, &rc)) {
		rc = proof_find(&op, token, &user_id);
		if (rc == NMK_OK)
			rc = user_id ? proof_use(&op, user_id)
			             : op_answer(&op, NMK_ELOGIN, "invalid_token", "token", "is unknown, used or too old");
	}
	return rc;
}
