/* account.h -- shared by the files of identity. */
#ifndef NMK_ACCOUNT_H
#define NMK_ACCOUNT_H

#include <nanomarket/market.h>

#include "clock.h"
#include "identity.h"
#include "keys.h"
#include "password_hash.h"

struct nmk_user {
#define NMK_FIELD(kind, name, flags, ...) FIELD_MEMBER_##kind(name)
#include "user.def"
#undef NMK_FIELD
};
extern const struct field user_fields[];

/* ---- account.c: words, addresses ---- */

#define EMAIL_BYTES 255

/* RFC 5321 without quoted parts, address literals and comments: a dot-atom, and a domain with a dot. Letters of all
 * scripts may be in both (RFC 6531). The text is valid UTF-8 without control characters. */
bool email_is_fit(const char *email);

/* NMK_EINVALID with the field if it is no address. */
nmk_status account_check_email(struct nmk_op *op, const char *field, const char *email);

/* The blind index of an address, whatever its case: what an account is found by. */
nmk_status email_index(struct nmk_op *op, const char *email, unsigned char index[KEY_HASH_BYTES]);

/* ---- username.c ---- */

#define USERNAME_MINIMUM  3
#define USERNAME_MAXIMUM  20                           /* characters                                   */
#define USERNAME_KEY_SIZE (5 * USERNAME_MAXIMUM + 1)   /* a character's key or looks have at most five */

/* The key under which user names are one name; false if it is none of any profile. */
bool username_key(const char *username, char key[USERNAME_KEY_SIZE]);

/* The key under which user names look alike (UTS #39, 4), of a name that has a key. */
void username_skeleton(const char *username, char skeleton[USERNAME_KEY_SIZE]);

/* Is it kept from members, or does it look like one that is? */
bool username_is_reserved(const char *username);
bool username_is_fit(nmk_username_profile profile, const char *username);

/* ---- username_change.c ---- */

/* A user name on its way: what it is found by, and what no other name may have. */
struct name_claim {
	const char *username;
	char        key[USERNAME_KEY_SIZE], skeleton[USERNAME_KEY_SIZE];
};

/* NMK_EINVALID with field "username" if the market's profile does not allow it; fills in the claim. */
nmk_status name_check(struct nmk_op *op, const char *username, struct name_claim *claim);

/* NMK_ECONFLICT if another account than `own_id` has it or one that looks like it, or if it is reserved and not for the host. */
nmk_status name_check_free(struct nmk_op *op, const struct name_claim *claim, int64_t own_id);

/* Tell the other components that the name has changed; `erased`: nothing of the old one may stay anywhere. */
nmk_status name_tell(struct nmk_op *op, int64_t user_id, bool erased);

/* ---- user.c ---- */

/* Read an account into `user`; NMK_ENOTFOUND if there is none, or a deleted one for who is no administrator. The address is
 * opened only by user_show(). */
nmk_status user_load(struct nmk_op *op, int64_t id, struct nmk_user *user);
nmk_status user_load_named(struct nmk_op *op, const char *username, struct nmk_user *user);

/* Take away what the actor may not see, and open the address for who may. */
nmk_status user_show(struct nmk_op *op, struct nmk_user *user);
nmk_status user_open_email(struct nmk_op *op, struct nmk_user *user);
json_t *user_to_json(const void *user);

/* An account's address, language and name, for a mail. Start with { 0 }; contact_free() afterwards. NMK_ENOTFOUND: deleted. */
struct contact {
	int64_t           user_id;
	struct secret_key key;
	char             *email, *username, *language;
};
nmk_status contact_load(struct nmk_op *op, int64_t user_id, struct contact *contact);
void contact_free(struct contact *contact);

/* All sessions and logins of the account end; with `keep` but for the one that acts. */
nmk_status account_end_sessions(struct nmk_op *op, int64_t user_id, const char *reason, bool keep);

/* The account that a row is about; 0 without a row. Ends the statement. */
nmk_status account_holder(struct stmt *stmt, int64_t *user_id);

/* Whose address it is; 0 for nobody's. */
nmk_status email_holder(struct nmk_op *op, const unsigned char index[KEY_HASH_BYTES], int64_t *user_id);

/* A mail to the account's address. */
nmk_status account_notify(struct nmk_op *op, int64_t user_id, const char *template_name, const char *detail);

/* ---- user_admin.c ---- */

/* Load whom an operation is about, by the id in that argument, and see that it may be done to them. */
nmk_status user_take(struct nmk_op *op, const char *field, const char *text, struct nmk_user *user);

/* ---- consent.c ---- */

nmk_status consent_add(struct nmk_op *op, int64_t user_id, nmk_consent_type type, bool accepted, const char *version,
                       int64_t *id);

/* ---- outbox.c, mail.c ---- */

/* A mail that waits. `token` and `detail` may be NULL; `detail` is shown as it is, such as a new address. */
struct mail {
	int64_t     user_id;             /* 0: a decoy, which is never sent                                    */
	const struct secret_key *key;    /* the account's data key; NULL for a decoy                           */
	const char *recipient, *username, *language, *template_name, *token, *detail;
};
nmk_status outbox_add(struct nmk_op *op, const struct mail *mail);

/* A mail to the address of a contact. */
nmk_status outbox_notify(struct nmk_op *op, const struct contact *contact, const char *template_name, const char *detail);

/* ---- mail_proof.c: tokens that come back from a mail ---- */

#define PROOF_VERIFICATION    "email_verification"       /* purpose and template of the mail           */
#define PROOF_RESET           "password_reset"
#define PROOF_EMAIL_CHANGE    "email_change"
#define PROOF_TOKEN_SIZE      44                         /* base64url of 32 bytes and the NUL          */
#define PROOF_VERIFICATION_MS (24 * HOUR_MS)
#define PROOF_RESET_MS        HOUR_MS
#define PROOF_EMAIL_CHANGE_MS (24 * HOUR_MS)

/* Make a token, keep its hash, and let a mail carry it to mail->recipient. The caller leaves mail->token NULL; its template
 * is the purpose. With user_id 0 a decoy of the same size is written. */
nmk_status proof_send(struct nmk_op *op, struct mail *mail, int64_t lasts_ms);

/* What a token proves. Start with { 0 }; proof_free() afterwards. user_id 0: nothing. */
struct proof {
	int64_t user_id;
	char   *email;                   /* of an e-mail change: the new address */
};
nmk_status proof_find(struct nmk_op *op, const char *token, const char *purpose, struct proof *proof);
nmk_status proof_use(struct nmk_op *op, const struct proof *proof, const char *purpose); /* and all others for it */
nmk_status proof_void(struct nmk_op *op, int64_t user_id);                                 /* all of the account    */
void proof_free(struct proof *proof);

/* A call of who has a token: `use` it, in the transaction. NMK_ELOGIN with field "token" if it proves nothing, which is recorded. */
nmk_status proof_redeem(nmk_session *session, enum op_id id, const char *token, const char *purpose,
                        nmk_status (*use)(struct nmk_op *op, const struct proof *proof));
nmk_status proof_refuse(struct nmk_op *op);

/* The address is known to be the account's from now on, if it was not before. */
nmk_status account_verify_email(struct nmk_op *op, int64_t user_id); /* verification.c */

/* ---- addressee.c: mails to an address that somebody typed ---- */

/* Who reads them: the account's contact or, after the same work, a decoy with user_id 0. Start with { 0 }; contact_free()
 * afterwards. *verified: the address is known to be the account's. */
nmk_status contact_find(struct nmk_op *op, const char *email, const unsigned char index[KEY_HASH_BYTES],
                        struct contact *contact, bool *verified);

/* May a mail for this purpose go there now? One in 60 seconds and five a day may, and then it is counted; *may is false for
 * more. NMK_ELIMIT: 20 in an hour were asked for from the client's network. */
nmk_status mail_admit(struct nmk_op *op, const char *purpose, const unsigned char index[KEY_HASH_BYTES], bool *may);

/* A call that asks for a mail with a token, and hears the same whatever becomes of it: `send` it to whom contact_find() finds. */
nmk_status addressee_request(nmk_session *session, enum op_id id, const char *email, const char *purpose,
                             nmk_status (*send)(struct nmk_op *op, struct contact *contact, bool verified));

/* proof_send() to a contact. */
nmk_status contact_send_proof(struct nmk_op *op, const struct contact *contact, const char *purpose, int64_t lasts_ms);

/* ---- throttle.c ---- */

/* What is counted. */
enum throttle_kind {
	THROTTLE_ACCOUNT = 1, THROTTLE_NETWORK, THROTTLE_ACCOUNT_NETWORK, THROTTLE_KNOWN_DEVICE, /* failed logins     */
	THROTTLE_CODE,                                                    /* wrong second factors of an account        */
	THROTTLE_MAIL, THROTTLE_MAIL_NETWORK, THROTTLE_REGISTER_NETWORK,  /* mails to an address, from a network       */
	THROTTLE_CLASSIC_ACCOUNT, THROTTLE_CLASSIC_NETWORK,               /* the same as the first two, classic policy */
	THROTTLE_PREKEY_PUBLISH, THROTTLE_PREKEY_TAKE,                    /* keys for end-to-end chats                 */
	THROTTLE_QUERY                                                    /* searches in the statistics                */
};

/* A password attempt: charged before the password is verified, so that simultaneous ones count, and given back when it was right
 * or was never verified. email_index says whose, user_id 0 if there is no account. NMK_ELIMIT, NMK_EDENIED: refused, maybe by
 * op_answer(), so look at op->answer too. */
nmk_status throttle_charge(struct nmk_op *op, const unsigned char email_index[KEY_HASH_BYTES], int64_t user_id,
                           int64_t session_epoch);
nmk_status throttle_give_back(struct nmk_op *op, const unsigned char email_index[KEY_HASH_BYTES], int64_t user_id,
                              int64_t session_epoch, bool success);

/* It was wrong: the network is charged only now, so that many who log in at once from one are not in each other's way. */
nmk_status throttle_failed(struct nmk_op *op, int64_t user_id, int64_t session_epoch);
nmk_status throttle_forget(struct nmk_op *op, const unsigned char email_index[KEY_HASH_BYTES]); /* after a reset */
nmk_status throttle_forget_user(struct nmk_op *op, int64_t user_id); /* before the account loses its address */

/* ---- throttle_rows.c ---- */

/* A plain limit: at most `most` in any `window_ms` for this subject. *wait_ms is 0 if it may, and then it is counted. */
nmk_status throttle_count(struct nmk_op *op, enum throttle_kind kind, const void *subject, size_t length, int64_t most,
                          int64_t window_ms, int64_t *wait_ms);

/* Take back what throttle_count() counted last, with the same arguments and in the same or a later transaction: where only
 * failures shall count. */
nmk_status throttle_uncount(struct nmk_op *op, enum throttle_kind kind, const void *subject, size_t length, int64_t most,
                            int64_t window_ms);

/* ---- known_device.c ---- */

#define DEVICE_KEPT_MS (180 * DAY_MS)

/* The bytes that tell a known device of that account from others; false if the session's client is none. */
bool known_device_is_of(const nmk_session *session, int64_t now, int64_t user_id, int64_t session_epoch,
                        unsigned char device[KEY_HASH_BYTES]);

/* ---- network.c ---- */

/* The network that the session's client is in, for counting (IPv4 address, IPv6 /64) and for showing (/24, /48); false if
 * it is not known. */
#define NETWORK_TEXT_SIZE 64
bool client_network(const nmk_session *session, bool for_show, char text[NETWORK_TEXT_SIZE]);

/* ---- hash_slots.c, password_store.c: hashing, bounded, and the sealed hash ---- */

/* What every password must be, new or old: valid text, not over-long. */
nmk_status account_check_password(struct nmk_op *op, const char *field, const char *password);

/* A new password: the policy, the most used ones, the member's own name and address, the market's name. `prepared` is
 * password_prepare() of it. NMK_EINVALID with the field. *is_short: good only with a second factor. */
nmk_status account_judge_password(struct nmk_op *op, const char *field, const char *prepared, const char *username,
                                  const char *email, bool second_factor, bool *is_short);

/* What a new hash of the market costs. */
struct phc_cost account_hash_cost(const nmk_session *session);

/* Outside a transaction, in a slot: NMK_EBUSY with retry_after_ms, NMK_ENOMEM. */
nmk_status account_hash_password(struct nmk_op *op, const char *prepared, char hash[PASSWORD_TEXT_SIZE]);

/* The same for verifying; an empty hash costs the work of one of ours and is wrong. */
nmk_status account_verify_password(struct nmk_op *op, const char *password, const char *hash, bool *right);

/* The hash of an account, sealed under the epoch's key. "" for none. */
nmk_status password_put(struct nmk_op *op, int64_t user_id, const char *hash, bool is_short, bool change_required);
nmk_status password_open(struct nmk_op *op, int64_t user_id, int64_t epoch, const void *sealed, size_t length,
                         char hash[PASSWORD_TEXT_SIZE]);

/* ---- login.c ---- */

/* Before an operation of the session's member that wants the password again: verify it, counted as an attempt. Answers
 * NMK_ELOGIN with that field if it is wrong; NMK_EDENIED for the host. Runs its own transactions, with the permission of `id`. */
nmk_status account_prove_password(nmk_session *session, enum op_id id, const char *field, const char *password);

/* ---- second_factor.c ---- */

enum code_verdict { CODE_RIGHT, CODE_WRONG, CODE_TOO_MANY };

/* In a transaction of the login: is a second factor enabled, and is the code right (which uses it up)? *wait_ms with
 * CODE_TOO_MANY. Recovery codes count only where `recovery` says so. */
nmk_status second_factor_is_enabled(struct nmk_op *op, int64_t user_id, bool *enabled);
nmk_status second_factor_check(struct nmk_op *op, int64_t user_id, const char *code, bool recovery,
                               enum code_verdict *verdict, int64_t *wait_ms);
#endif
