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

/* Under an epoch's key. */
#define PLACE_DATA_KEY       "user_key.wrapped"
#define PLACE_PASSWORD       "user_account.password_sealed"
#define PLACE_SIGNING_KEY    "signing_key.secret_sealed"
#endif
