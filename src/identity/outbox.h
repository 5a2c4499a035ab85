/* outbox.h -- a message on its way out: outbox.c opens it, mail.c puts its text together. */
#ifndef NMK_OUTBOX_H
#define NMK_OUTBOX_H

#include <nanomarket/sys/outbox.h>
#include "account.h"

struct nmk_outbox_message {
#define NMK_FIELD(kind, name, flags, ...) FIELD_MEMBER_##kind(name)
#include "outbox_message.def"
#undef NMK_FIELD
};

bool mail_has_text(const char *template_name);

/* Subject, text and HTML out of template, language and data; they stay NULL if this library has no text for the template, or the
 * data lacks the token that is in its text.
 * NMK_OK or NMK_ENOMEM. */
nmk_status mail_render(const char *market_name, const char *public_url, struct nmk_outbox_message *message);
#endif
