/* register.c -- new accounts. */
#include "account.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "clock.h"
#include "password_policy.h"
#include "session.h"

#define REGISTRATION_ATTEMPT  "registration_attempt" /* template of the mail to an address that is taken */
#define ATTEMPT_MAILS_A_DAY   5
#define REGISTRATIONS_AN_HOUR 10                     /* from one network                                 */

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
	struct name_claim name;
	unsigned char email_index[KEY_HASH_BYTES];
	unsigned char request[KEY_HASH_BYTES]; /* what an idempotency key stands for               */
	char         *prepared;           /* the password; NULL: none                              */
	char          password_hash[PASSWORD_TEXT_SIZE]; /* "": nobody can log in                  */
	struct nmk_user *user;            /* the account, or the one that an earlier call made     */
	int64_t       earlier;            /* its id; 0 for none                                    */
};

static void signup_free(struct signup *signup)
{
	password_free(signup->prepared);
	nmk_user_free(signup->user);
	sodium_memzero(signup, sizeof *signup);
}

/* ---- checks, in the order in which the first failure is told ---- */

/* Only the host may bring a hash, and demand another password. */
static nmk_status check_host_fields(struct nmk_op *op, const struct signup *signup)
{
	const nmk_registration *given = signup->given;

	if (given->password_change_required && !signup->by_host)
		return op_fail(op, NMK_EINVALID, "password_change_required", "is for the host alone");
	if (!given->password_hash)
		return NMK_OK;
	if (!signup->by_host)
		return op_fail(op, NMK_EINVALID, "password_hash", "is for the host alone");
	if (given->password)
		return op_fail(op, NMK_EINVALID, "password_hash", "excludes a password");
	return password_hash_is_known(given->password_hash) ? NMK_OK
	     : op_fail(op, NMK_EINVALID, "password_hash", "is no hash of a kind that is known");
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
		rc = account_check_email(op, "email", given->email);
	if (rc == NMK_OK)
		rc = name_check(op, given->username, &signup->name);
	if (rc == NMK_OK && !given->password && !signup->by_host)
		rc = op_fail(op, NMK_EINVALID, "password", "is needed");
	if (rc == NMK_OK && given->password)
		rc = account_check_password(op, "password", given->password);
	if (rc == NMK_OK)
		rc = op_check_texts(op, registration_fields, given);
	signup->language = given->preferred_language ? given->preferred_language : "de";
	if (rc == NMK_OK)
		rc = account_check_language(op, signup->language);
	if (rc == NMK_OK)
		rc = op_check_once_key(op, given->idempotency_key);
	return rc == NMK_OK ? check_host_fields(op, signup) : rc;
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

static nmk_status check_password(struct nmk_op *op, struct signup *signup)
{
	const nmk_registration *given = signup->given;
	bool is_short;

	if (!given->password)
		return NMK_OK;
	signup->prepared = password_prepare(given->password);
	if (!signup->prepared)
		return tx_no_memory(&op->tx);
	return account_judge_password(op, "password", signup->prepared, given->username, given->email, false, &is_short);
}

/* The password is not part of the request: a quick hash of it would be stored. The hash of the rest is a keyed one. */
static nmk_status describe(struct nmk_op *op, struct signup *signup)
{
	const nmk_registration *given = signup->given;
	const char *texts[] = { given->email, given->username, given->first_name, given->last_name, given->bio,
	                        signup->language, given->terms_version, given->privacy_version, nmk_role_word(signup->role) };
	struct buffer request = { 0 };
	nmk_status rc;

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		once_part(&request, texts[i]);
	buffer_char(&request, given->accept_marketing ? '1' : '0');
	buffer_char(&request, given->password_change_required ? '1' : '0');
	rc = request.failed ? tx_no_memory(&op->tx) : NMK_OK;
	if (rc == NMK_OK)
		key_hash(op->tx.keys, KEY_BLIND_INDEX, request.data, request.length, signup->request);
	buffer_free(&request);
	return rc;
}

static nmk_status signup_prepare(struct nmk_op *op, struct signup *signup)
{
	nmk_status rc;

	if (!signup->by_host)
		signup->role = op->session->market->options.registration_role;
	rc = check_schema(op, signup);
	if (rc == NMK_OK)
		rc = check_consents(op, signup);
	if (rc == NMK_OK)
		rc = check_password(op, signup);
	if (rc == NMK_OK)
		rc = describe(op, signup);
	if (rc == NMK_OK)
		rc = email_index(op, signup->given->email, signup->email_index);
	if (rc == NMK_OK && (signup->user = calloc(1, sizeof *signup->user)) == NULL)
		rc = tx_no_memory(&op->tx);
	return rc;
}

/* ---- before the transaction ---- */

/* Counted before the work is done, and whatever becomes of it. */
static nmk_status signup_admit(nmk_session *session, enum op_id id, const struct signup *signup)
{
	char network[NETWORK_TEXT_SIZE];
	int64_t wait_ms = 0;
	struct nmk_op op;
	nmk_status rc;

	if (signup->by_host || !client_network(session, false, network))
		return NMK_OK;
	rc = op_begin(&op, session, id);
	while (op_next(&op, &rc)) {
		op.action = NULL;
		rc = throttle_count(&op, THROTTLE_REGISTER_NETWORK, network, strlen(network), REGISTRATIONS_AN_HOUR, HOUR_MS,
		                    &wait_ms);
		if (rc == NMK_OK && wait_ms > 0)
			rc = op_fail_later(&op, NMK_ELIMIT, wait_ms, NULL, "too many registrations from here; try again later");
	}
	return rc;
}

static nmk_status hash_password(struct nmk_op *op, struct signup *signup)
{
	const char *brought = signup->given->password_hash;

	if (brought)
		memcpy(signup->password_hash, brought, strlen(brought) + 1); /* fits: password_hash_is_known() */
	return signup->prepared ? account_hash_password(op, signup->prepared, signup->password_hash) : NMK_OK;
}

/* ---- in the transaction ---- */

/* The account that an earlier call with this key made. */
static nmk_status signup_look(struct nmk_op *op, struct signup *signup)
{
	nmk_status rc = op_once(op, signup->given->idempotency_key, signup->request, sizeof signup->request, &signup->earlier);

	if (rc == NMK_OK && signup->earlier)
		rc = user_load(op, signup->earlier, signup->user);
	if (rc == NMK_OK && signup->earlier)
		rc = user_open_email(op, signup->user);
	return rc;
}

static nmk_status send_proof(struct nmk_op *op, const struct signup *signup, int64_t id, const struct secret_key *key)
{
	struct mail mail = { .user_id = id, .key = key, .recipient = signup->given->email, .username = signup->name.username,
	                     .language = signup->language, .template_name = PROOF_VERIFICATION };

	return proof_send(op, &mail, PROOF_VERIFICATION_MS);
}

/* The owner is told, but not so often that the mails themselves become a nuisance. */
static nmk_status tell_owner(struct nmk_op *op, const struct signup *signup, int64_t user_id)
{
	unsigned char subject[KEY_HASH_BYTES + sizeof REGISTRATION_ATTEMPT];
	struct contact contact = { 0 };
	int64_t wait_ms = 0;
	nmk_status rc;

	memcpy(subject, signup->email_index, KEY_HASH_BYTES);
	memcpy(subject + KEY_HASH_BYTES, REGISTRATION_ATTEMPT, sizeof REGISTRATION_ATTEMPT);
	rc = throttle_count(op, THROTTLE_MAIL, subject, sizeof subject, ATTEMPT_MAILS_A_DAY, DAY_MS, &wait_ms);
	if (rc == NMK_OK)
		rc = contact_load(op, user_id, &contact);
	if (rc == NMK_OK && wait_ms == 0)
		rc = outbox_notify(op, &contact, REGISTRATION_ATTEMPT, NULL);
	contact_free(&contact);
	return rc;
}

/* Both answers come after the hash, and both commit a token and a mail; this one's token is a decoy. */
static nmk_status refuse_email(struct nmk_op *op, const struct signup *signup, int64_t user_id)
{
	nmk_status rc;

	if (signup->by_host)
		return op_fail(op, NMK_ECONFLICT, "email", "has an account already");
	op_subject(op, "user", ID_USER, user_id);
	rc = send_proof(op, signup, 0, NULL);
	if (rc == NMK_OK)
		rc = tell_owner(op, signup, user_id);
	return rc == NMK_OK ? op_answer(op, NMK_ECONFLICT, op->info->action, "email", "has an account already") : rc;
}

static nmk_status add_user(struct nmk_op *op, const struct signup *signup, int64_t id, const struct secret_key *key)
{
	struct buffer sealed = { 0 };
	struct stmt stmt;
	nmk_status rc;

	seal(key, PLACE_EMAIL, id, signup->given->email, strlen(signup->given->email), &sealed);
	stmt_init(&stmt, &op->tx, SQL_user_add);
	stmt_int(&stmt, "id", id);
	stmt_blob(&stmt, "email_sealed", sealed.data, sealed.length);
	stmt_blob(&stmt, "email_index", signup->email_index, sizeof signup->email_index);
	stmt_text(&stmt, "username", signup->name.username);
	stmt_text(&stmt, "username_key", signup->name.key);
	stmt_text(&stmt, "username_skeleton", signup->name.skeleton);
	stmt_text(&stmt, "role", nmk_role_word(signup->role));
	stmt_text(&stmt, "preferred_language", signup->language);
	stmt_text(&stmt, "email_verified_at", NULL);
	if (signup->by_host)
		stmt_int(&stmt, "email_verified_at", op->tx.now);
	stmt_int(&stmt, "created_at", op->tx.now);
	rc = sealed.failed ? tx_no_memory(&op->tx) : stmt_exec(&stmt, NULL);
	buffer_free(&sealed);
	return rc;
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

static nmk_status add_consent(struct nmk_op *op, int64_t user_id, nmk_consent_type type, bool accepted, const char *version)
{
	nmk_status rc = consent_add(op, user_id, type, accepted, version, NULL);

	if (rc == NMK_OK && accepted)
		op_also(op, "consent_given", "user", ID_USER, user_id, "consent_type", nmk_consent_type_word(type));
	return rc;
}

static nmk_status add_consents(struct nmk_op *op, const nmk_registration *given, int64_t id)
{
	nmk_status rc = add_consent(op, id, NMK_CONSENT_TERMS_OF_SERVICE, true, given->terms_version);

	if (rc == NMK_OK)
		rc = add_consent(op, id, NMK_CONSENT_PRIVACY_POLICY, true, given->privacy_version);
	if (rc == NMK_OK)
		rc = add_consent(op, id, NMK_CONSENT_MARKETING, given->accept_marketing, NULL);
	return rc;
}

/* The account and all that belongs to it. */
static nmk_status add_account(struct nmk_op *op, const struct signup *signup, int64_t id)
{
	const nmk_registration *given = signup->given;
	struct secret_key key;
	nmk_status rc;

	key_random(&key);
	rc = add_user(op, signup, id, &key);
	if (rc == NMK_OK)
		rc = data_key_put(&op->tx, id, &key);
	if (rc == NMK_OK)
		rc = password_put(op, id, signup->password_hash, false, given->password_change_required);
	if (rc == NMK_OK)
		rc = add_profile(op, given, id);
	if (rc == NMK_OK && !signup->by_host)
		rc = add_consents(op, given, id);
	if (rc == NMK_OK && !signup->by_host)
		rc = send_proof(op, signup, id, &key);
	key_wipe(&key);
	return rc;
}

static nmk_status signup_write(struct nmk_op *op, struct signup *signup)
{
	int64_t id = tx_new_id(&op->tx), taken_by;
	nmk_status rc = email_holder(op, signup->email_index, &taken_by);

	if (rc == NMK_OK && taken_by)
		return refuse_email(op, signup, taken_by);
	if (rc == NMK_OK)
		rc = name_check_free(op, &signup->name, 0);
	if (rc == NMK_OK)
		rc = add_account(op, signup, id);
	if (rc == NMK_OK)
		rc = op_once_done(op, signup->given->idempotency_key, signup->request, sizeof signup->request, id);
	if (rc == NMK_OK)
		rc = user_load(op, id, signup->user);
	if (rc == NMK_OK)
		rc = user_open_email(op, signup->user);
	op_subject(op, "user", ID_USER, id);
	op_detail(op, "role", nmk_role_word(signup->role));
	return rc;
}

/* The rehearsal refuses what must be refused before anything costs time, and answers a repeated call. Who has an address is
 * looked for only when the password is hashed, outside any transaction: a taken one is refused no sooner than a free one is
 * taken. */
static nmk_status signup_run(nmk_session *session, enum op_id id, struct signup *signup)
{
	struct nmk_op op;
	nmk_status rc = op_rehearse(&op, session, id);

	if (rc == NMK_OK)
		rc = signup_prepare(&op, signup);
	while (op_next(&op, &rc))
		rc = signup_look(&op, signup);
	if (rc != NMK_OK || signup->earlier)
		return rc;
	rc = signup_admit(session, id, signup);
	if (rc != NMK_OK)
		return rc;
	rc = op_begin(&op, session, id);
	if (rc == NMK_OK)
		rc = hash_password(&op, signup);
	while (op_next(&op, &rc)) {
		rc = signup_look(&op, signup);
		if (rc == NMK_OK && !signup->earlier)
			rc = signup_write(&op, signup);
	}
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
