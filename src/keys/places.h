/* places.h -- where sealed values are. A value opens only in its place, so a name is part of the store's format. */
#ifndef NMK_PLACES_H
#define NMK_PLACES_H

/* Under the account's data key. */
#define PLACE_EMAIL          "user_account.email_sealed"
#define PLACE_PHONE          "profile.phone_sealed"
#define PLACE_SECOND_FACTOR  "second_factor.secret_sealed"
#define PLACE_DEVICE         "login.device_sealed"
#define PLACE_PROOF_EMAIL    "mail_proof.email_sealed"
#define PLACE_MAIL_RECIPIENT "outbox.recipient_sealed"
#define PLACE_MAIL_DATA      "outbox.data_sealed"
#define PLACE_SAVED_SEARCH   "saved_search.content_sealed"
#define PLACE_PAST_SEARCH    "past_search.text_sealed"

/* Under a key that is derived from the author's data key for the chat. The row is the message's number in it. */
#define PLACE_MESSAGE        "chat_message.content"
#define PLACE_CIPHERTEXT     "chat_message.content.end_to_end"
#define PLACE_ATTACHMENT     "chat_message.attachment_sealed"
#define PLACE_REPORT_TEXT    "chat_report.text_sealed"
#define PLACE_REPORT         "chat_report.comment_sealed"

/* Under an epoch's key. */
#define PLACE_DATA_KEY       "user_key.wrapped"
#define PLACE_PASSWORD       "user_account.password_sealed"
#define PLACE_SIGNING_KEY    "signing_key.secret_sealed"
#define PLACE_AUDIT_KEY      "audit_log.secret_sealed"

/* Under an account's data key, an epoch's key, or both. */
#define PLACE_AUDIT_EVENT    "audit_event.sealed"
#endif
