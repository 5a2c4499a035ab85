/* account.h -- shared by the files of identity. */
#ifndef NMK_ACCOUNT_H
#define NMK_ACCOUNT_H

#include "identity.h"

struct nmk_user {
#define NMK_FIELD(kind, name, flags, ...) FIELD_MEMBER_##kind(name)
#include "user.def"
#undef NMK_FIELD
};
extern const struct field user_fields[];

#define USERNAME_MINIMUM 3
#define USERNAME_MAXIMUM 20
#define EMAIL_BYTES      255
#define VERIFICATION_MS  (24 * HOUR_MS)
#define VERIFICATION     "email_verification"

/* The key under which user names are one name; false if it is none. */
bool username_key(const char *username, char key[USERNAME_MAXIMUM + 1]);

/* RFC 5321 without quoted parts, address literals and comments: a dot-atom, and a domain with a dot. Letters of all
 * scripts may be in both (RFC 6531). The text is valid UTF-8 without control characters. */
bool email_is_fit(const char *email);

/* Read an account into `user`; NMK_ENOTFOUND if there is none, or a deleted one for who is no administrator. */
nmk_status user_load(struct nmk_op *op, int64_t id, struct nmk_user *user);
nmk_status user_load_named(struct nmk_op *op, const char *username, struct nmk_user *user);
void user_hide(const struct nmk_op *op, struct nmk_user *user); /* what the actor may not see */

nmk_status consent_add(struct nmk_op *op, int64_t user_id, nmk_consent_type type, bool accepted, const char *version,
                       int64_t *id);
nmk_status outbox_add(struct nmk_op *op, int64_t user_id, const char *recipient, const char *template_name,
                      const char *language, const char *data);

/* What every password must be, new or old: valid text, not over-long. Answers NMK_EINVALID with field "password". */
nmk_status account_check_password(struct nmk_op *op, const char *password);
#endif
