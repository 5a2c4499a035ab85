/* outbox.h -- mails that wait to be sent by the host. For hosts: a weaker promise than the rest of the API. */
#ifndef NANOMARKET_SYS_OUTBOX_H
#define NANOMARKET_SYS_OUTBOX_H

#include "../common.h"
#include "../errors.h"

NMK_BEGIN_DECLS

/** A message to be delivered. Free with nmk_outbox_message_free(). */
typedef struct nmk_outbox_message nmk_outbox_message;

NMK_API const char *nmk_outbox_message_id(const nmk_outbox_message *message);
/** E-mail address. */
NMK_API const char *nmk_outbox_message_recipient(const nmk_outbox_message *message);
/** What it is about: "email_verification", "password_reset", "email_change", ...: docs/mails.md lists them. */
NMK_API const char *nmk_outbox_message_template_name(const nmk_outbox_message *message);
/** Language of the recipient, such as "de". */
NMK_API const char *nmk_outbox_message_language(const nmk_outbox_message *message);
/** Values for the text, a JSON object: {"username": ..., "token": ..., "detail": ...}; the last two only where the template
 *  has them. Secret until it is delivered. */
NMK_API const char *nmk_outbox_message_data(const nmk_outbox_message *message);
/** The mail as it is to be sent: in German for a language that begins with "de", else in English; with the market's name and
 *  links that begin with its public_url. Lines end with "\n" and have at most 998 bytes. Secret until they are delivered.
 *  NULL if this library has no text for the template. */
NMK_API const char *nmk_outbox_message_subject(const nmk_outbox_message *message);
NMK_API const char *nmk_outbox_message_text(const nmk_outbox_message *message);
NMK_API const char *nmk_outbox_message_html(const nmk_outbox_message *message);
NMK_API int64_t nmk_outbox_message_created_at(const nmk_outbox_message *message);
NMK_API int64_t nmk_outbox_message_attempts(const nmk_outbox_message *message);
/** All of it, `data` as an object; the caller's to free. As secret as the message. NULL without memory. */
NMK_API char *nmk_outbox_message_json(const nmk_outbox_message *message);
NMK_API void nmk_outbox_message_free(nmk_outbox_message *message);

/**
 * Take the message that waits longest. Nobody else gets it for `lease_ms`; then it waits again.
 *
 * Permitted to: the host.  Audited: no.
 *
 * @param lease_ms  1000 to 3600000
 * @param message   NULL if none waits
 * @return NMK_OK; NMK_EDENIED; NMK_ELOGIN; NMK_EINVALID; NMK_ECORRUPT if the message is damaged: it is passed over until the lease ends,
 *         and the next call takes the next one; NMK_ENOMEM
 * @since 1.0
 */
NMK_API nmk_status nmk_outbox_take(nmk_session *session, int64_t lease_ms, nmk_outbox_message **message);

/** It was delivered: it is erased.  Permitted to: the host.
 *  @return NMK_OK; NMK_EINVALID; NMK_ENOTFOUND; NMK_EDENIED; NMK_ELOGIN. @since 1.0 */
NMK_API nmk_status nmk_outbox_done(nmk_session *session, const char *id);

/** It was not delivered: try again in `retry_ms`, 0 to 604800000.  Permitted to: the host.
 *  @return NMK_OK; NMK_ENOTFOUND; NMK_EINVALID; NMK_EDENIED; NMK_ELOGIN. @since 1.0 */
NMK_API nmk_status nmk_outbox_failed(nmk_session *session, const char *id, int64_t retry_ms);

NMK_END_DECLS
#endif
